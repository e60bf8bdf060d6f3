//! Which datum of a file's edges is the weight, and which the delay.
//!
//! A datum that is named so is it; a third column without a name is a weight. Where several could
//! be meant, none is taken and all are named.

use crate::files::fault::Faults;
use crate::files::graph::EdgeColumn;
use crate::files::names::plain_name;

use super::file_spec::FileGraph;

/// Names of a weight.
const WEIGHT: [&str; 3] = ["weight", "weights", "edgeweight"];
/// Names that mean nothing but a weight where they are the only numbers of edges.
const LIKE_WEIGHT: [&str; 4] = ["value", "w", "strength", "wt"];
/// Names of data that are never a weight.
const NO_WEIGHT: [&str; 18] = [
    "unnamed0",
    "id",
    "suid",
    "edgeid",
    "key",
    "index",
    "label",
    "name",
    "type",
    "timeset",
    "timestamp",
    "time",
    "selected",
    "visible",
    "color",
    "colour",
    "directed",
    "interval",
];
const DELAYS: [&str; 3] = ["delay", "delays", "delaysec"];

/// What was chosen.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Choice {
    /// The column; none when edges have no such datum.
    pub column: Option<usize>,
    /// How it is called.
    pub name: String,
    /// Why it was taken, when the file did not say so plainly.
    pub note: Option<String>,
}

impl Choice {
    fn of(columns: &[EdgeColumn], column: usize, note: Option<String>) -> Self {
        Self {
            column: Some(column),
            name: columns[column].shown(),
            note,
        }
    }

    /// `weights "value" 0.1 … 4`, `weights 1`, `no delays`.
    #[must_use]
    pub fn shown(&self, what: &str, values: &[f64], unit: &str) -> String {
        if self.column.is_none() || values.is_empty() {
            return match what {
                "weight" => "weights 1".to_owned(),
                _ => format!("no {what}s"),
            };
        }
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if low == high {
            format!("{what}s {} {low}{unit}", self.name)
        } else {
            format!("{what}s {} {low} … {high}{unit}", self.name)
        }
    }
}

impl EdgeColumn {
    /// Name, place and kind, as in a list of what was left out.
    #[must_use]
    pub fn told(&self) -> String {
        let place = match (self.number, self.name.is_empty()) {
            (0, _) | (_, true) => String::new(),
            (number, false) => format!(" (column {number})"),
        };
        let texts = if self.is_numeric() { "" } else { " (texts)" };
        format!("{}{place}{texts}", self.shown())
    }
}

/// The column that a person names: by its name, in any case, or by its number.
fn find(columns: &[EdgeColumn], name: &str, what: &str) -> Result<usize, Faults> {
    let exact = columns
        .iter()
        .position(|column| !column.name.is_empty() && column.name == name);
    let folded = || {
        let same = |column: &EdgeColumn| column.name.eq_ignore_ascii_case(name);
        columns
            .iter()
            .position(|column| !column.name.is_empty() && same(column))
    };
    let number = || {
        let number = name.parse::<usize>().ok().filter(|number| *number > 0)?;
        columns.iter().position(|column| column.number == number)
    };
    let Some(found) = exact.or_else(folded).or_else(number) else {
        let known: Vec<String> = columns.iter().map(EdgeColumn::told).collect();
        let known = match known.is_empty() {
            true => "edges have no data".to_owned(),
            false => format!("expected one of {}", known.join(", ")),
        };
        return Err(Faults::whole(format!(
            "its edges have no {what} {name:?}: {known}"
        )));
    };
    refuse_texts(&columns[found], what)?;
    Ok(found)
}

/// All cells of a chosen datum that are no numbers.
fn refuse_texts(column: &EdgeColumn, what: &str) -> Result<(), Faults> {
    if column.text_count == 0 && (column.numbers > 0 || column.default.is_some()) {
        return Ok(());
    }
    let mut faults = Faults::default();
    for (line, text) in &column.texts {
        let found = crate::files::fault::shown(text);
        let at = column.number as u64;
        let message = format!("{} is {found}, expected a number as {what}", column.shown());
        faults.add(*line, at, message);
    }
    if column.texts.is_empty() {
        faults.add(
            0,
            0,
            format!("{} holds no number, expected a {what}", column.shown()),
        );
    }
    for _ in column.texts.len() as u64..column.text_count {
        if !faults.is_full() {
            break;
        }
        faults.add(0, 0, "");
    }
    Err(faults)
}

/// The weight.
///
/// # Errors
/// When several data could be it, or the one that is named is no number.
pub fn choose_weight(
    columns: &[EdgeColumn],
    said: Option<&str>,
    late: Option<&str>,
) -> Result<Choice, Faults> {
    let late = late.filter(|name| *name != "none");
    let late = late.map(|name| find(columns, name, "delay")).transpose()?;
    match said {
        Some("none") => return Ok(Choice::default()),
        Some(name) => return Ok(Choice::of(columns, find(columns, name, "weight")?, None)),
        None => {}
    }
    let is_weight = |column: &EdgeColumn| WEIGHT.contains(&plain_name(&column.name).as_str());
    let named: Vec<usize> = places(columns, is_weight);
    if let [only] = named.as_slice() {
        refuse_texts(&columns[*only], "weight")?;
        return Ok(Choice::of(columns, *only, None));
    }
    let third = columns
        .iter()
        .position(|column| column.name.is_empty() && column.number == 3)
        .filter(|third| late != Some(*third));
    if let (Some(third), []) = (third, named.as_slice()) {
        let column = &columns[third];
        if column.numbers > 0 {
            refuse_texts(column, "weight")?;
            refuse_times(column)?;
            let note = "column 3 is the weight".to_owned();
            return Ok(Choice::of(columns, third, Some(note)));
        }
    }
    let candidates = places(columns, |column| {
        let plain = plain_name(&column.name);
        let other = NO_WEIGHT.contains(&plain.as_str()) || DELAYS.contains(&plain.as_str());
        // Without a name, only the third column of a list is a weight.
        let later = column.name.is_empty() && column.number != 3;
        column.is_numeric() && !other && !later
    });
    let candidates: Vec<usize> = candidates
        .into_iter()
        .filter(|k| late != Some(*k))
        .collect();
    if let [only] = candidates.as_slice() {
        let plain = plain_name(&columns[*only].name);
        if LIKE_WEIGHT.contains(&plain.as_str()) {
            let name = columns[*only].shown();
            let note = format!("{name}, the only number of edges, is taken as the weight");
            return Ok(Choice::of(columns, *only, Some(note)));
        }
    }
    if candidates.is_empty() {
        return Ok(Choice::default());
    }
    let names: Vec<String> = candidates.iter().map(|k| columns[*k].told()).collect();
    Err(Faults::whole(format!(
        "its edges have numbers that could be weights: {}; expected one to be named: weight: \
         \"NAME\" \
         (--weight NAME), or \"none\" for weights of 1",
        names.join(", ")
    )))
}

/// Whole numbers that are seconds since 1970, as lists of contacts have them.
fn refuse_times(column: &EdgeColumn) -> Result<(), Faults> {
    let is_time = |value: &f64| value.fract() == 0.0 && (1e8..1e10).contains(value);
    let mut values = column.values.iter().filter(|value| !value.is_nan());
    if values.clone().count() > 0 && values.all(is_time) {
        return Err(Faults::whole(
            "column 3 holds whole numbers like seconds since 1970; expected --weight 3 (weight: \
             \"3\") if \
             they are weights, or \"none\" for weights of 1",
        ));
    }
    Ok(())
}

fn places(columns: &[EdgeColumn], holds: impl Fn(&EdgeColumn) -> bool) -> Vec<usize> {
    let all = columns
        .iter()
        .enumerate()
        .filter(|(_, column)| holds(column));
    all.map(|(k, _)| k).collect()
}

/// The delay, or the length that becomes one.
///
/// # Errors
/// When the one that is named is not there or no number.
pub fn choose_delay(
    columns: &[EdgeColumn],
    options: &FileGraph,
    fourth: bool,
    weight: Option<usize>,
) -> Result<Choice, Faults> {
    if let Some(length) = &options.length {
        let found = find(columns, length, "length")?;
        let speed = options.speed.unwrap_or(1.0);
        let note = format!(
            "delays are {} over a speed of {speed} a second",
            columns[found].shown()
        );
        return Ok(Choice::of(columns, found, Some(note)));
    }
    match options.delay.as_deref() {
        Some("none") => return Ok(Choice::default()),
        Some(name) => return Ok(Choice::of(columns, find(columns, name, "delay")?, None)),
        None => {}
    }
    let named = places(columns, |column| {
        DELAYS.contains(&plain_name(&column.name).as_str())
    });
    if let [only] = named.as_slice()
        && weight != Some(*only)
    {
        refuse_texts(&columns[*only], "delay")?;
        return Ok(Choice::of(columns, *only, None));
    }
    let place = columns
        .iter()
        .position(|column| column.name.is_empty() && column.number == 4);
    let Some(place) = place.filter(|place| columns[*place].numbers > 0) else {
        return Ok(Choice::default());
    };
    if fourth {
        refuse_texts(&columns[place], "delay")?;
        let note = "column 4 is the delay in s, as in every list of the kind EdgeList (delay: \
        \"none\" \
                    leaves it out)";
        return Ok(Choice::of(columns, place, Some(note.to_owned())));
    }
    Ok(Choice {
        note: Some(
            "column 4 is no delay, since nobody says so (delay: \"4\", --delay 4 makes it one)"
                .to_owned(),
        ),
        ..Choice::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str, number: usize, values: &[f64]) -> EdgeColumn {
        EdgeColumn {
            values: values.to_vec(),
            numbers: values.len() as u64,
            ..EdgeColumn::new(name, number)
        }
    }

    #[test]
    fn a_weight_is_taken_only_where_it_is_meant() {
        let one = [1.0, 2.0];
        let weight = |columns: &[EdgeColumn]| choose_weight(columns, None, None);
        let plain = [column("id", 0, &one), column("Weight", 0, &one)];
        assert_eq!(weight(&plain).unwrap().column, Some(1));
        let value = [column("value", 0, &one)];
        assert!(weight(&value).unwrap().note.unwrap().contains("\"value\""));
        let fibers = [
            column("FA_mean", 0, &one),
            column("number_of_fibers", 0, &one),
        ];
        let refused = weight(&fibers).unwrap_err().to_string();
        assert!(
            refused.contains("\"FA_mean\", \"number_of_fibers\""),
            "{refused}"
        );
        assert!(refused.contains("--weight"));
        assert!(weight(&[column("thickness", 0, &one)]).is_err());
        assert_eq!(weight(&[column("SUID", 0, &one)]).unwrap().column, None);
        assert_eq!(weight(&[column("", 3, &one)]).unwrap().column, Some(0));
        assert_eq!(weight(&[column("", 1, &one)]).unwrap().column, None);
        let third = [column("", 3, &one)];
        assert_eq!(choose_weight(&third, None, Some("3")).unwrap().column, None);
        let times = [column("", 3, &[1_082_040_961.0, 1_082_155_839.0])];
        assert!(weight(&times).unwrap_err().to_string().contains("1970"));
        assert_eq!(
            choose_weight(&fibers, Some("fa_mean"), None)
                .unwrap()
                .column,
            Some(0)
        );
        assert_eq!(
            choose_weight(&fibers, Some("none"), None).unwrap().column,
            None
        );
        assert!(choose_weight(&fibers, Some("w"), None).is_err());
    }

    #[test]
    fn a_fourth_column_is_no_delay_unasked() {
        let columns = [column("", 3, &[1.0]), column("", 4, &[0.5])];
        let delay = |options: &FileGraph, fourth| choose_delay(&columns, options, fourth, Some(0));
        let plain = FileGraph::default();
        assert_eq!(delay(&plain, false).unwrap().column, None);
        assert_eq!(delay(&plain, true).unwrap().column, Some(1));
        let asked = FileGraph {
            delay: Some("4".to_owned()),
            ..FileGraph::default()
        };
        assert_eq!(delay(&asked, false).unwrap().column, Some(1));
        let named = [column("weight", 0, &[1.0]), column("delay_s", 0, &[0.5])];
        assert_eq!(
            choose_delay(&named, &plain, false, Some(0)).unwrap().column,
            Some(1)
        );
    }
}
