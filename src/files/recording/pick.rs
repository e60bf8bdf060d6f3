//! Which channels are meant by names and numbers.

use crate::base::problem::{did_you_mean, listed};

use super::super::fault::{Faults, shown};
use super::channel::RecordedChannel;

/// The places of the channels that are asked for, in this order: by name, or by number in the file
/// where no name is a number.
///
/// # Errors
/// With all that are not there, and those that are asked for twice.
pub(super) fn pick(channels: &[RecordedChannel], asked: &[String]) -> Result<Vec<usize>, Faults> {
    let mut faults = Faults::default();
    let mut places = Vec::with_capacity(asked.len());
    for word in asked {
        match place_of(channels, word) {
            Some(place) if places.contains(&place) => {
                let message = format!("the channel {} is asked for twice", shown(word));
                faults.add(0, 0, message);
            }
            Some(place) => places.push(place),
            None => faults.add(0, 0, unknown(channels, word)),
        }
    }
    faults.or(places)
}

fn place_of(channels: &[RecordedChannel], word: &str) -> Option<usize> {
    let by_name = channels.iter().position(|channel| channel.name == word);
    by_name.or_else(|| {
        let number: usize = word.parse().ok()?;
        let is_free = !channels.iter().any(|channel| {
            let other = channel.name.parse::<usize>();
            other.is_ok_and(|other| other != channel.number)
        });
        let found = channels.iter().position(|channel| channel.number == number);
        found.filter(|_| is_free)
    })
}

fn unknown(channels: &[RecordedChannel], word: &str) -> String {
    let names: Vec<&str> = channels
        .iter()
        .map(|channel| channel.name.as_str())
        .collect();
    format!(
        "it has no channel {}, expected one of: {}{}",
        shown(word),
        listed(&names),
        did_you_mean(word, &names)
    )
}

/// Gives channels of the same name their numbers behind it, and those without a name their numbers
/// as one; tells of the former.
pub(super) fn tell_apart(channels: &mut [RecordedChannel]) -> Option<String> {
    for channel in channels
        .iter_mut()
        .filter(|channel| channel.name.is_empty())
    {
        channel.name = channel.number.to_string();
    }
    let mut names: Vec<String> = channels
        .iter()
        .map(|channel| channel.name.clone())
        .collect();
    names.sort_unstable();
    let mut told: Vec<String> = Vec::new();
    for channel in channels.iter_mut() {
        let own = &channel.name;
        let first = names.partition_point(|name| name < own);
        if names.get(first + 1).is_some_and(|next| next == own) {
            let mut apart = format!("{own} #{}", channel.number);
            while names.binary_search(&apart).is_ok() {
                apart.push('\'');
            }
            channel.name = apart;
            told.push(shown(&channel.name));
        }
    }
    let told: Vec<&str> = told.iter().map(String::as_str).collect();
    (!told.is_empty()).then(|| {
        format!(
            "channels of the same name are told apart by their numbers: {}",
            listed(&told)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channels(names: &[&str]) -> Vec<RecordedChannel> {
        let channel = |(k, name): (usize, &&str)| RecordedChannel {
            name: (*name).to_owned(),
            unit: String::new(),
            number: k + 1,
        };
        names.iter().enumerate().map(channel).collect()
    }

    fn picked(names: &[&str], asked: &[&str]) -> Result<Vec<usize>, String> {
        let asked: Vec<String> = asked.iter().map(|word| (*word).to_owned()).collect();
        pick(&channels(names), &asked).map_err(|faults| faults.to_string())
    }

    #[test]
    fn names_count_before_numbers() {
        assert_eq!(picked(&["a", "b", "c"], &["c", "1"]), Ok(vec![2, 0]));
        assert_eq!(picked(&["1", "2"], &["2"]), Ok(vec![1]));
        // Names that are numbers of others leave numbers without a meaning.
        assert_eq!(picked(&["0", "1", "2"], &["2"]), Ok(vec![2]));
        assert!(picked(&["0", "1", "2"], &["3"]).is_err());
    }

    #[test]
    fn unknown_names_are_told_with_the_nearest() {
        let refused = picked(&["Fp1", "Fp2", "C3"], &["FP1", "9", "C3", "3"]).unwrap_err();
        assert_eq!(
            refused,
            "it has no channel \"FP1\", expected one of: Fp1, Fp2, C3; did you mean `Fp1`?\n  \
             it has no channel \"9\", expected one of: Fp1, Fp2, C3\n  \
             the channel \"3\" is asked for twice"
        );
    }

    #[test]
    fn channels_of_one_name_bear_their_numbers() {
        let mut own = channels(&["EEG", "", "EEG", "EEG #3"]);
        let told = tell_apart(&mut own).unwrap();
        let names: Vec<&str> = own.iter().map(|channel| channel.name.as_str()).collect();
        assert_eq!(names, ["EEG #1", "2", "EEG #3'", "EEG #3"]);
        assert!(told.contains("\"EEG #1\", \"EEG #3'\""), "{told}");
        assert_eq!(tell_apart(&mut own), None);
    }
}
