//! Recordings in tables and arrays: samples in rows, channels in columns.

use super::super::columns::{Chosen, ROWS_TO_COUNT, choose};
use super::super::fault::Faults;
use super::super::names::plain_name;
use super::super::table::{TableColumn, TableFile, TableQuestion, read as read_table};
use super::super::times::{FINE, equal_steps, is_sure, tells_time};
use super::RecordingQuestion;
use super::cells::Track;
use super::channel::RecordedChannel;
use super::clock::{Clock, clock};
use super::pick::tell_apart;
use super::recorded::Recording;

/// Units that may stand in brackets behind the name of a channel, in lower case.
const UNITS: [&str; 21] = [
    "v", "mv", "uv", "µv", "μv", "nv", "t", "ft", "pt", "a", "ma", "ua", "g", "%", "hz", "deg",
    "rad", "pa", "n", "m/s^2", "°c",
];

/// # Errors
/// When the bytes are no table, its columns are no channels, or its times are none.
pub(super) fn read(
    name: &str,
    bytes: Vec<u8>,
    asked: &RecordingQuestion<'_>,
) -> Result<Recording, Faults> {
    let question = TableQuestion {
        dialect: asked.dialect.clone(),
        array: asked.array,
        columns: if asked.is_transposed {
            &[]
        } else {
            asked.columns
        },
        cancel: asked.cancel.clone(),
    };
    let mut file = read_table(name, bytes, &question)?;
    if asked.is_transposed {
        file = file.turned()?;
    }
    let columns = named(&file, asked.columns);
    let mut passed_over = Vec::new();
    let clock = match found_clock(&file) {
        Err(faults) if asked.sample_rate_hz.is_some() => {
            let faults = faults.to_string();
            let why = faults.lines().next().unwrap_or_default();
            let told = "times are passed over, since the sample rate is said";
            passed_over.push(format!("{told}: {why}"));
            None
        }
        found => found?,
    };
    let mut chosen = choose(file, &columns)?;
    refuse_sideways(&chosen)?;
    let mut notes = chosen.told();
    notes.extend(passed_over);
    let missing = chosen.file.missing.1;
    if missing > 0 {
        notes.push(format!(
            "{missing} cells have no number: these samples are missing"
        ));
    }
    if !chosen.file.is_named() && !asked.is_transposed {
        let (rows, columns) = (chosen.file.table.rows, chosen.file.table.columns);
        notes.push(format!("samples are in rows: {rows} of {columns} channels"));
    }
    let channel = |column: &TableColumn| RecordedChannel {
        name: column.name.clone().unwrap_or_default(),
        unit: unit_of(column.name.as_deref().unwrap_or_default(), &column.unit),
        number: column.number,
    };
    let mut channels: Vec<RecordedChannel> = chosen.file.columns.iter().map(channel).collect();
    notes.extend(tell_apart(&mut channels));
    let tracks = tracks(&mut chosen.file);
    let mut own = Recording::of_tracks(channels, tracks);
    if let Some(Clock {
        rate_hz,
        pieces,
        notes: told,
    }) = clock
    {
        own.sample_rate_hz = rate_hz;
        own.lay(pieces);
        notes.extend(told);
        notes.extend(own.gaps_told("times"));
    }
    own.notes = notes;
    Ok(own)
}

/// The asked columns by their names, where they are asked for by number and no name is a number.
fn named(file: &TableFile, asked: &[String]) -> Vec<String> {
    let all = || {
        let texts = file.texts.iter().map(|(column, _)| column);
        file.columns.iter().chain(texts)
    };
    let names = || all().filter_map(|column| column.name.as_deref());
    let is_free = names().all(|name| name.parse::<usize>().is_err());
    let name = |word: &String| {
        let number: usize = word.parse().ok().filter(|_| is_free)?;
        let column = all().find(|column| column.number == number)?;
        let name = column.name.as_ref().filter(|name| !name.is_empty());
        name.cloned()
    };
    asked
        .iter()
        .map(|word| name(word).unwrap_or_else(|| word.clone()))
        .collect()
}

/// What the first column that tells the time says; none when there is no such column.
fn found_clock(file: &TableFile) -> Result<Option<Clock>, Faults> {
    if file.columns.len() < 2 || file.table.rows < 2 {
        return Ok(None);
    }
    for (k, column) in file.columns.iter().enumerate() {
        let values: Vec<f64> = file.table.column(k).collect();
        let name = column.name.as_deref().unwrap_or_default();
        // Without a name, equal steps of a part of a second are times; whole ones may count.
        let is_long = k == 0 && values.len() >= ROWS_TO_COUNT;
        let even = || equal_steps(&values, FINE).is_some_and(|step| step > 0.0 && step < 1.0);
        let is_bare = plain_name(name).is_empty() && is_long && even();
        if is_sure(name) || tells_time(name, &values) || is_bare {
            return clock(column, &values).map(Some);
        }
    }
    Ok(None)
}

/// Refuses tables with more columns than rows, which are turned more often than not.
fn refuse_sideways(chosen: &Chosen) -> Result<(), Faults> {
    let (rows, columns) = (chosen.file.table.rows, chosen.file.table.columns);
    if columns <= rows {
        return Ok(());
    }
    Err(Faults::whole(format!(
        "it has {rows} rows of {columns} columns, more channels than samples: are channels in \
         rows? --transpose turns the table (or --columns chooses channels)"
    )))
}

/// The columns, one after the other, so that they are not all there twice.
fn tracks(file: &mut TableFile) -> Vec<Track> {
    let tracks = (0..file.table.columns).map(|k| Track::plain(file.table.column(k).collect()));
    let tracks: Vec<Track> = tracks.collect();
    file.table.numbers = Vec::new();
    tracks
}

/// The unit of a channel: from the line of units, or in brackets behind its name.
fn unit_of(name: &str, unit: &str) -> String {
    if !unit.is_empty() {
        return unit.to_owned();
    }
    let inner = name.trim_end().strip_suffix([')', ']']);
    let inner = inner.and_then(|name| name.rsplit(['(', '[']).next());
    let inner = inner.map(str::trim).unwrap_or_default();
    let is_unit = UNITS.contains(&inner.to_lowercase().as_str());
    if is_unit {
        inner.to_owned()
    } else {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{RecordingQuestion, read as read_any};
    use super::*;

    fn read(text: &str, columns: &[&str]) -> Result<Recording, Faults> {
        let columns: Vec<String> = columns.iter().map(|name| (*name).to_owned()).collect();
        let asked = RecordingQuestion {
            columns: &columns,
            ..RecordingQuestion::default()
        };
        read_any("a.csv", text.as_bytes().to_vec(), &asked)
    }

    fn values(recording: &Recording, channel: usize) -> Vec<f64> {
        let mut out = vec![0.0; recording.len];
        recording.samples(channel, 0, &mut out);
        out
    }

    #[test]
    fn a_column_of_times_gives_rate_and_gaps() {
        let text = "time,Fp1 (uV),b\n0,1,2\n0.25,3,4\n1,5,\n1.25,7,8\n";
        let found = read(text, &[]).unwrap();
        assert_eq!((found.sample_rate_hz, found.len), (Some(4.0), 6));
        assert_eq!(
            (found.channels[0].unit.as_str(), found.channels[0].number),
            ("uV", 2)
        );
        let first = values(&found, 0);
        assert_eq!((first[1], first[4], first[5]), (3.0, 5.0, 7.0));
        assert!(first[2].is_nan() && values(&found, 1)[4].is_nan());
        assert_eq!(found.gaps.len(), 1);
        let told = found.notes.join("\n");
        assert!(told.contains("gives the sample rate: 4 Hz"), "{told}");
        assert!(
            told.contains("1 gap between times: 2 of 6 samples are missing"),
            "{told}"
        );
        let only = read(text, &["3"]).unwrap();
        assert_eq!(
            (only.channels[0].name.as_str(), only.sample_rate_hz),
            ("b", Some(4.0))
        );
        let falls = read("time,a\n0,1\n1,2\n0.5,3\n", &[])
            .unwrap_err()
            .to_string();
        assert!(
            falls.contains("falls from 1 in row 2 to 0.5 in row 3"),
            "{falls}"
        );
        let asked = RecordingQuestion {
            sample_rate_hz: Some(2.0),
            ..RecordingQuestion::default()
        };
        let text = b"time,a\n0,1\n1,2\n0.5,3\n".to_vec();
        let said = read_any("a.csv", text, &asked).unwrap();
        assert_eq!((said.len, said.channels.len()), (3, 1));
        assert_eq!(said.sample_rate_hz, Some(2.0));
        assert!(
            said.notes
                .iter()
                .any(|note| note.contains("times are passed over"))
        );
    }

    #[test]
    fn units_come_from_their_line_and_times_without_a_name_from_their_steps() {
        let found = read("t,a\nms,mV\n0,1\n4,2\n8,5\n", &[]).unwrap();
        assert_eq!(
            (found.sample_rate_hz, found.channels[0].unit.as_str()),
            (Some(250.0), "mV")
        );
        let rows: String = (0..9)
            .map(|k| format!("{},{}\n", k as f64 * 0.01, k * k))
            .collect();
        let found = read(&rows, &[]).unwrap();
        assert_eq!(
            (found.sample_rate_hz, found.channels[0].name.as_str()),
            (Some(100.0), "2")
        );
        let counted: String = (0..9).map(|k| format!("{k},{}\n", k * k)).collect();
        assert_eq!(read(&counted, &[]).unwrap().sample_rate_hz, None);
    }

    #[test]
    fn tables_with_channels_in_rows_are_turned_when_it_is_said() {
        let text = "1 2 3 4 5\n6 7 8 9 1\n";
        assert!(
            read(text, &[])
                .unwrap_err()
                .to_string()
                .contains("--transpose")
        );
        let asked = RecordingQuestion {
            is_transposed: true,
            sample_rate_hz: Some(128.0),
            ..RecordingQuestion::default()
        };
        let found = read_any("a.txt", text.as_bytes().to_vec(), &asked).unwrap();
        assert_eq!((found.len, found.sample_rate_hz), (5, Some(128.0)));
        assert_eq!(values(&found, 1), [6.0, 7.0, 8.0, 9.0, 1.0]);
        let names: Vec<&str> = found.channels.iter().map(|own| own.name.as_str()).collect();
        assert_eq!(names, ["1", "2"]);
    }

    #[test]
    fn a_rate_that_is_said_holds_and_is_told() {
        let asked = RecordingQuestion {
            sample_rate_hz: Some(500.0),
            ..RecordingQuestion::default()
        };
        let bytes = b"time,a\n0,1\n0.5,2\n".to_vec();
        let found = read_any("a.csv", bytes.clone(), &asked).unwrap();
        assert_eq!(found.sample_rate_hz, Some(500.0));
        assert!(
            found
                .notes
                .iter()
                .any(|note| note.contains("500 Hz as is said, not 2 Hz"))
        );
        let asked = RecordingQuestion {
            sample_rate_hz: Some(f64::NAN),
            ..RecordingQuestion::default()
        };
        assert!(read_any("a.csv", bytes, &asked).is_err());
    }
}
