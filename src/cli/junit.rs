//! Verdicts as JUnit XML, which systems of continuous integration read: a suite for each run, a
//! case for each assertion.

use std::io;
use std::path::Path;

use quick_xml::Writer;
use quick_xml::events::BytesText;

use crate::base::RunStatus;
use crate::scenario::Judgement;

/// What a suite tells of a run.
pub struct Suite<'a> {
    /// The scene, or the cell of a sweep.
    pub name: &'a str,
    /// Wall time, s.
    pub seconds: f64,
    /// How the run ended.
    pub status: RunStatus,
    /// Why it ended so, where that is no matter of assertions.
    pub cause: Option<&'a str>,
    /// What became of its assertions.
    pub judged: &'a [Judgement],
}

impl Suite<'_> {
    /// Whether the run ended before its assertions could be judged.
    fn is_broken(&self) -> bool {
        !matches!(self.status, RunStatus::Ok | RunStatus::AssertionFailed)
    }

    fn cases(&self) -> usize {
        self.judged.len() + 1
    }

    fn failures(&self) -> usize {
        self.judged
            .iter()
            .filter(|own| own.failure.is_some())
            .count()
    }
}

/// Writes suites as a file. Each has a first case "run", which fails when the run did not reach its
/// last tick.
///
/// # Errors
/// When the file cannot be written.
pub fn write(path: &Path, suites: &[Suite]) -> io::Result<()> {
    let mut bytes = Vec::new();
    let mut writer = Writer::new_with_indent(&mut bytes, b' ', 2);
    let all = |count: fn(&Suite) -> usize| {
        let each = suites.iter().map(|own| count(own));
        each.sum::<usize>().to_string()
    };
    let (tests, failures) = (all(|own| own.cases()), all(|own| own.failures()));
    let errors = all(|own| usize::from(own.is_broken()));
    let head = [
        ("name", "phantom"),
        ("tests", tests.as_str()),
        ("failures", failures.as_str()),
        ("errors", errors.as_str()),
    ];
    writer
        .create_element("testsuites")
        .with_attributes(head)
        .write_inner_content(|writer| suites.iter().try_for_each(|own| suite(writer, own)))?;
    let mut text = b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_vec();
    text.append(&mut bytes);
    text.push(b'\n');
    std::fs::write(path, text)
}

fn suite(writer: &mut Writer<&mut Vec<u8>>, own: &Suite) -> io::Result<()> {
    let seconds = format!("{:.3}", own.seconds);
    let (tests, failures) = (own.cases().to_string(), own.failures().to_string());
    let errors = usize::from(own.is_broken()).to_string();
    let head = [
        ("name", own.name),
        ("tests", tests.as_str()),
        ("failures", failures.as_str()),
        ("errors", errors.as_str()),
        ("time", seconds.as_str()),
    ];
    let element = writer.create_element("testsuite").with_attributes(head);
    element.write_inner_content(|writer| {
        let run = [
            ("classname", own.name),
            ("name", "run"),
            ("time", seconds.as_str()),
        ];
        let case = writer.create_element("testcase").with_attributes(run);
        if own.is_broken() {
            let status = own.status.to_string();
            case.write_inner_content(|writer| {
                let error = writer.create_element("error");
                let error = error.with_attribute(("message", status.as_str()));
                error.write_text_content(BytesText::new(own.cause.unwrap_or(&status)))?;
                Ok(())
            })?;
        } else {
            case.write_empty()?;
        }
        for judgement in own.judged {
            let name = [
                ("classname", own.name),
                ("name", judgement.assertion.as_str()),
            ];
            let case = writer.create_element("testcase").with_attributes(name);
            match &judgement.failure {
                None => {
                    case.write_empty()?;
                }
                Some(failure) => {
                    let text = failure.to_string();
                    case.write_inner_content(|writer| {
                        let element = writer.create_element("failure");
                        let element = element.with_attribute(("message", text.as_str()));
                        element.write_text_content(BytesText::new(&text))?;
                        Ok(())
                    })?;
                }
            }
        }
        Ok(())
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Failure;

    #[test]
    fn a_file_has_a_case_for_each_assertion() {
        let judged = [
            Judgement {
                assertion: "x:max <= 2 & \"more\"".to_owned(),
                failure: None,
            },
            Judgement {
                assertion: "x:mean >= 1".to_owned(),
                failure: Some(Failure {
                    message: "mean x of cluster is 0.5, expected at least 1".to_owned(),
                    margin: Some(-0.5),
                    ..Failure::default()
                }),
            },
        ];
        let own = |status, judged| Suite {
            name: "hello",
            seconds: 0.25,
            status,
            cause: None,
            judged,
        };
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("junit.xml");
        let suites = [
            own(RunStatus::AssertionFailed, &judged[..]),
            own(RunStatus::SafeStopped, &[]),
        ];
        write(&path, &suites).unwrap();
        insta::assert_snapshot!(std::fs::read_to_string(path).unwrap());
    }
}
