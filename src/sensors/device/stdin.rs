//! Lines of JSON on standard input as a sensor.
//!
//! ```text
//! {"channel": "a", "value": 1.5}
//! {"values": {"a": 1.5, "b": null}, "time_s": 12.3}
//! ```
//!
//! A thread of its own reads lines; as a tick begins, all that have come are taken, and of one
//! channel the last counts. What no line names stays as it was. At the end of the input there is no
//! reading any more.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Instant;

use crossbeam_channel::{Receiver, Sender, bounded};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Problems;
use crate::registry::site::PopulationRanges;
use crate::sensors::live::{LiveDevice, LiveMoment, LiveNews};

use super::kind::{DeviceFacts, DeviceFault, DeviceKind, DeviceOpening, Opened};

/// Lines that wait to be taken at most; whoever writes more waits.
const WAITING: usize = 4096;
/// Lines that are taken in a tick at most.
const TAKEN: usize = 65_536;
/// The longest line, bytes.
const LINE: u64 = 1 << 20;
/// Bad lines that are told one by one; from there on, at every power of two.
const TOLD: u64 = 8;

/// Lines of JSON on standard input; the scene must say `live: true`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StdinSpec {
    /// Names of the channels, as lines name them.
    pub channels: Vec<String>,
}

impl DeviceKind for StdinSpec {
    fn validate(&self, problems: &mut Problems, path: &str, facts: &DeviceFacts) {
        let count = self.channels.len() as u64;
        problems.count(&format!("{path}.channels"), count, 1, 4096);
        for (k, name) in self.channels.iter().enumerate() {
            let at = format!("{path}.channels[{k}]");
            problems.plain_text(&at, name);
            if self.channels[..k].contains(name) {
                problems.add(
                    at,
                    format!("{name:?} is taken already, expected a name of its own"),
                );
            }
        }
        facts.require_live(
            problems,
            "Stdin",
            "what stands on standard input differs from run to run",
        );
    }

    fn count(&self, _: &PopulationRanges) -> Option<usize> {
        Some(self.channels.len())
    }

    fn open(&self, _: &mut DeviceOpening) -> Result<Opened, DeviceFault> {
        Ok(Opened::Live(Box::new(Stdin::new(self))))
    }
}

/// A line as it came.
#[derive(Clone, Debug)]
struct Line {
    came: Instant,
    text: Result<String, String>,
}

/// Where lines come from. All devices of a program share the lines of standard input, so that a
/// scene that begins anew goes on reading where the last one was.
type Lines = Receiver<Line>;

/// Standard input as a device.
pub struct Stdin {
    channels: Vec<String>,
    lines: Option<Lines>,
    /// Lines read so far.
    number: u64,
    /// Bad ones among them.
    bad: u64,
    over: bool,
}

/// A line of the input.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Message {
    channel: Option<String>,
    #[serde(default, deserialize_with = "given")]
    value: Option<Option<f64>>,
    values: Option<BTreeMap<String, Option<f64>>>,
    time_s: Option<f64>,
}

/// Tells `null` from what is not there.
fn given<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Option<f64>>, D::Error> {
    Option::deserialize(from).map(Some)
}

/// What a good line says: columns with their values, and the sender's time, s.
type Said = (Vec<(u32, f64)>, Option<f64>);

impl Stdin {
    /// Of the standard input of this program, which is not read before the first tick.
    #[must_use]
    pub fn new(spec: &StdinSpec) -> Self {
        Self {
            channels: spec.channels.clone(),
            lines: None,
            number: 0,
            bad: 0,
            over: false,
        }
    }

    fn column(&self, name: &str) -> Result<u32, String> {
        let found = (0..).zip(&self.channels).find(|(_, own)| *own == name);
        found.map(|(column, _)| column).ok_or_else(|| {
            let names = self.channels.join(", ");
            format!("channel {name:?} is none of this sensor, expected one of: {names}")
        })
    }

    fn read_line(&self, text: &str) -> Result<Said, String> {
        let message: Message = serde_json::from_str(text).map_err(|error| {
            format!("{error}; expected {{\"channel\": …, \"value\": …}} or {{\"values\": {{…}}}}")
        })?;
        let mut said = Vec::new();
        match (message.channel, message.value, message.values) {
            (Some(channel), Some(value), None) => said.push((channel, value)),
            (None, None, Some(values)) => said.extend(values),
            _ => {
                return Err("expected \"channel\" with \"value\", or \"values\" alone".to_owned());
            }
        }
        let columns = said.into_iter().map(|(name, value)| {
            let value = value.unwrap_or(f64::NAN);
            Ok((self.column(&name)?, value))
        });
        let columns: Result<Vec<_>, String> = columns.collect();
        Ok((columns?, message.time_s.filter(|time| time.is_finite())))
    }

    fn refuse(&mut self, reason: &str, news: &mut Vec<LiveNews>) {
        self.bad += 1;
        if self.bad <= TOLD || self.bad.is_power_of_two() {
            let (number, bad) = (self.number, self.bad);
            let count = match bad {
                1 => String::new(),
                bad => format!(" ({bad} bad lines so far)"),
            };
            let text = format!("standard input, line {number}: {reason}{count}");
            news.push(LiveNews::Remark(text));
        }
    }

    fn end(&mut self, news: &mut Vec<LiveNews>) {
        self.over = true;
        let text = format!("standard input ended after {} lines", self.number);
        news.push(LiveNews::Remark(text));
        for column in 0..self.channels.len() as u32 {
            let (value, late_s) = (f64::NAN, f64::NAN);
            news.push(LiveNews::Reading {
                column,
                value,
                late_s,
            });
        }
    }
}

impl LiveDevice for Stdin {
    fn columns(&self) -> Vec<String> {
        self.channels.clone()
    }

    fn read(&mut self, at: &LiveMoment, news: &mut Vec<LiveNews>) {
        if self.over {
            return;
        }
        let lines = self.lines.get_or_insert_with(standard_input).clone();
        // The last of each channel.
        let mut latest: BTreeMap<u32, (f64, f64)> = BTreeMap::new();
        let mut over = false;
        for _ in 0..TAKEN {
            let line = match lines.try_recv() {
                Ok(line) => line,
                Err(error) => {
                    over = error.is_disconnected();
                    break;
                }
            };
            self.number += 1;
            let text = match &line.text {
                Ok(text) if text.trim().is_empty() => continue,
                Ok(text) => text,
                Err(reason) => {
                    self.refuse(reason, news);
                    continue;
                }
            };
            match self.read_line(text) {
                Ok((said, sent_s)) => {
                    // When it came on the wall; against the sender's clock, or the tick's.
                    let came_s = at.wall_s - line.came.elapsed().as_secs_f64();
                    let late_s = came_s - sent_s.unwrap_or(at.time_s);
                    let said = said.into_iter();
                    latest.extend(said.map(|(column, value)| (column, (value, late_s))));
                }
                Err(reason) => self.refuse(&reason, news),
            }
        }
        let readings = latest.into_iter();
        news.extend(readings.map(|(column, (value, late_s))| LiveNews::Reading {
            column,
            value,
            late_s,
        }));
        if over {
            self.end(news);
        }
    }
}

/// The lines of standard input, read by a thread from the first call on.
fn standard_input() -> Lines {
    static SHARED: OnceLock<Mutex<Lines>> = OnceLock::new();
    let shared = SHARED.get_or_init(|| Mutex::new(lines_of(std::io::stdin())));
    shared
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone()
}

fn lines_of(source: impl Read + Send + 'static) -> Lines {
    let (sender, lines) = bounded(WAITING);
    std::thread::spawn(move || send_lines(BufReader::new(source), &sender));
    lines
}

/// Sends lines until the input ends, cannot be read, or nobody takes them.
fn send_lines(mut source: impl BufRead, sender: &Sender<Line>) {
    loop {
        let mut bytes = Vec::new();
        let read = source.by_ref().take(LINE + 1).read_until(b'\n', &mut bytes);
        let is_long = bytes.len() as u64 > LINE;
        let text = match read {
            Ok(0) => return,
            Ok(_) if is_long => Err(format!("it is longer than {LINE} bytes")),
            Ok(_) => String::from_utf8(bytes).map_err(|_| "it is no UTF-8 text".to_owned()),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(ref error) => Err(format!("cannot be read: {error}")),
        };
        let broken = read.is_err();
        let came = Instant::now();
        if sender.send(Line { came, text }).is_err() || broken {
            return;
        }
        if is_long && skip_line(&mut source).is_err() {
            return;
        }
    }
}

/// Skips what is left of a line.
fn skip_line(source: &mut impl BufRead) -> std::io::Result<()> {
    loop {
        let found = source.fill_buf()?;
        let end = found.iter().position(|byte| *byte == b'\n');
        let used = end.map_or(found.len(), |at| at + 1);
        let done = end.is_some() || found.is_empty();
        source.consume(used);
        if done {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(input: &[u8]) -> Stdin {
        let (sender, lines) = bounded(WAITING);
        send_lines(input, &sender);
        drop(sender);
        let channels = ["a", "b"].map(str::to_owned).to_vec();
        Stdin {
            lines: Some(lines),
            ..Stdin::new(&StdinSpec { channels })
        }
    }

    fn read(device: &mut Stdin, tick: u64) -> (Vec<(u32, f64)>, Vec<String>) {
        let at = LiveMoment {
            tick,
            time_s: 1.0,
            wall_s: 1.0,
        };
        let mut news = Vec::new();
        device.read(&at, &mut news);
        let (mut readings, mut remarks) = (Vec::new(), Vec::new());
        for own in news {
            match own {
                LiveNews::Reading { column, value, .. } => readings.push((column, value)),
                LiveNews::Remark(text) => remarks.push(text),
            }
        }
        (readings, remarks)
    }

    #[test]
    fn the_last_line_of_a_channel_counts_and_the_end_leaves_no_reading() {
        let text =
            b"{\"channel\": \"a\", \"value\": 1}\n\n{\"values\": {\"a\": 2.5, \"b\": null}}\n";
        let mut device = device(text);
        let (readings, remarks) = read(&mut device, 0);
        assert_eq!(readings[0], (0, 2.5));
        assert!(readings[1].0 == 1 && readings[1].1.is_nan());
        assert!(readings[2..].iter().all(|(_, value)| value.is_nan()));
        assert_eq!(remarks, ["standard input ended after 3 lines"]);
        assert_eq!(read(&mut device, 1), (Vec::new(), Vec::new()));
    }

    #[test]
    fn a_bad_line_is_told_with_its_number_and_ends_nothing() {
        for (bad, word) in [
            (
                "{\"channel\": \"a\"}",
                "expected \"channel\" with \"value\"",
            ),
            ("{\"values\": {\"c\": 1}}", "expected one of: a, b"),
            ("{\"channel\": \"a\", \"value\": \"x\"}", "invalid type"),
            ("{\"channel\": \"a\", \"value\": 1e999}", "line 2"),
            ("nonsense", "line 2: expected"),
            ("{\"chanel\": 1}", "unknown field"),
            ("[1, 2]", "line 2"),
        ] {
            let text = format!(
                "{{\"channel\":\"b\",\"value\":1}}\n{bad}\n{{\"channel\":\"b\",\"value\":3}}\n"
            );
            let (readings, remarks) = read(&mut device(text.as_bytes()), 0);
            assert_eq!(readings[0], (1, 3.0), "{bad}");
            assert!(
                remarks[0].contains("line 2") && remarks[0].contains(word),
                "{remarks:?}"
            );
        }
        let (_, remarks) = read(&mut device(b"\xff\xfe\n"), 0);
        assert!(remarks[0].contains("UTF-8"), "{remarks:?}");
    }

    #[test]
    fn many_bad_lines_do_not_fill_the_log_and_a_long_one_is_skipped() {
        let mut device = device("x\n".repeat(1000).as_bytes());
        let (_, remarks) = read(&mut device, 0);
        assert_eq!(remarks.len(), 8 + 6 + 1, "{remarks:?}");
        let mut long = vec![b'9'; LINE as usize + 100];
        long.extend_from_slice(b"\n{\"channel\": \"a\", \"value\": 7}\n");
        let (readings, remarks) = read(&mut self::device(&long), 0);
        assert_eq!(readings[0], (0, 7.0));
        assert!(remarks[0].contains("longer than"), "{remarks:?}");
    }
}
