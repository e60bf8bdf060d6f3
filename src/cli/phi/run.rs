//! Questions in, answers out: as text, JSON and a figure.

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::figure::{self as page, PhiFigure, phi_drawing};
use crate::phi::gauss::minimum::Standing;
use crate::phi::iit3::case::{CaseNetwork, SystemAnswer};
use crate::phi::iit3::words;
use crate::phi::iit4::Bound;
use crate::scenario::Parts;

use super::super::answers::{complain, print_answers};
use super::super::command::Command;
use super::super::exit;
use super::super::say::{aside, say};
use super::args::{PhiArgs, PhiMeasureArg};
use super::discrete::{self, DiscreteAnswer, plain};
use super::effort::Watch;
use super::figure;
use super::gaussian::{self, GaussianAnswer};
use super::notes::notes;
use super::question::{DiscreteQuestion, Question, Recording, Subject};
use super::read::read;
use super::recorded;
use super::selftest::selftest;

/// Everything about one question.
enum Answer {
    Discrete(DiscreteQuestion, Box<DiscreteAnswer>),
    Older(Value),
    Gaussian(Box<GaussianAnswer>, Option<Recording>),
}

impl Command for PhiArgs {
    const NAME: &'static str = "phi";
    const ABOUT: &'static str =
        "Integrated information (Φ) of a transition matrix, a covariance or a recording";

    fn run(&self, _parts: &Parts) -> u8 {
        if self.selftest {
            return match selftest(self.json) {
                Ok(true) => exit::OK,
                Ok(false) => exit::ASSERTION,
                Err(error) => complain(&error),
            };
        }
        let Some(input) = &self.input else {
            aside!("error: nothing to measure; expected --input FILE, or --selftest");
            return exit::USAGE;
        };
        match answer_all(input, self) {
            Ok(code) => code,
            Err(error) => complain(&error),
        }
    }
}

fn answer_all(input: &Path, args: &PhiArgs) -> Result<u8> {
    if let Some(place) = &args.plot {
        ensure!(
            place != input,
            "--plot {} is the input itself, expected another file",
            place.display()
        );
        if let Err(error) = page::Format::of(place) {
            aside!("error: --plot {error}");
            return Ok(exit::USAGE);
        }
    }
    let file = || input.display().to_string();
    let watch = Watch::start(args.deadline);
    let (questions, many) = read(input, args, &watch).with_context(file)?;
    for question in &questions {
        for note in notes(question, args) {
            aside!("note: {}: {note}", question.id);
        }
    }
    let (mut documents, mut drawings) = (Vec::with_capacity(questions.len()), Vec::new());
    let mut code = exit::OK;
    for (k, question) in questions.iter().enumerate() {
        let answer = match answer(question, args, &watch) {
            Ok(answer) => answer,
            Err(error) if many => {
                // The other cases of a list have answers of their own.
                let error = error.context(format!("{}, case {k}, {:?}", file(), question.id));
                code = complain(&error);
                documents.push(json!({"id": question.id, "error": format!("{error:#}")}));
                continue;
            }
            Err(error) => return Err(error.context(file())),
        };
        if args.json {
            documents.push(document(question, &answer)?);
        } else {
            watch.finish();
            tell(question, &answer);
        }
        if let Some(place) = &args.plot
            && let Some(drawn) = drawing(question, &answer)
        {
            drawings.push((numbered(place, k, questions.len()), drawn));
        }
    }
    watch.finish();
    if args.json {
        print_answers(documents, many)?;
    }
    for (place, drawn) in drawings {
        if let Err(error) = page::write(&place, &phi_drawing(&drawn)) {
            aside!("error: {error}");
            return Ok(exit::IO);
        }
    }
    Ok(code)
}

/// Of several figures each has its number before its ending.
fn numbered(place: &Path, number: usize, of: usize) -> std::path::PathBuf {
    if of < 2 {
        return place.to_owned();
    }
    let mut name = place.file_stem().unwrap_or_default().to_os_string();
    name.push(format!("_{number}"));
    if let Some(end) = place.extension() {
        name.push(".");
        name.push(end);
    }
    place.with_file_name(name)
}

fn answer(question: &Question, args: &PhiArgs, watch: &Watch) -> Result<Answer> {
    let measure = args.measure;
    let gauss = |m| !matches!(m, PhiMeasureArg::Iit4 | PhiMeasureArg::Iit3);
    match &question.subject {
        Subject::Discrete(_) | Subject::Older(_) if measure.is_some_and(gauss) => {
            bail!("a network of binary units, expected --measure iit4 or iit3")
        }
        Subject::Discrete(asked) if measure == Some(PhiMeasureArg::Iit3) => {
            older(&discrete::as_older(asked)?, &asked.remarks, args)
        }
        Subject::Discrete(asked) => {
            let found = discrete::discrete(asked, args, watch)?;
            Ok(Answer::Discrete(asked.clone(), Box::new(found)))
        }
        Subject::Older(case) if measure == Some(PhiMeasureArg::Iit4) => {
            let asked = discrete::as_newer(case);
            let found = discrete::discrete(&asked, args, watch)?;
            Ok(Answer::Discrete(asked, Box::new(found)))
        }
        Subject::Older(case) => older(case, &[], args),
        Subject::Gaussian(system, request, independent) => {
            let system = system.system()?;
            let found = gaussian::gaussian(system, request, *independent, args, watch)?;
            Ok(Answer::Gaussian(Box::new(found), None))
        }
        Subject::Recording(recording) if measure.is_none_or(gauss) => {
            let found = recorded::recorded(recording, args, watch)?;
            Ok(Answer::Gaussian(Box::new(found), Some(recording.clone())))
        }
        Subject::Recording(recording) => {
            let asked = recorded::binarised(recording, args)?;
            if measure == Some(PhiMeasureArg::Iit3) {
                return older(&discrete::as_older(&asked)?, &asked.remarks, args);
            }
            let found = discrete::discrete(&asked, args, watch)?;
            Ok(Answer::Discrete(asked, Box::new(found)))
        }
    }
}

/// The older formalism has no bound to give, so it takes no deadline.
fn older(case: &CaseNetwork, remarks: &[String], args: &PhiArgs) -> Result<Answer> {
    ensure!(
        args.deadline.is_none(),
        "IIT 3.0 gives no bound before it ends, expected no --deadline"
    );
    let mut found = discrete::older(case)?;
    if !remarks.is_empty() {
        found["remarks"] = json!(remarks);
    }
    Ok(Answer::Older(found))
}

fn document(question: &Question, answer: &Answer) -> Result<Value> {
    let body = match answer {
        Answer::Discrete(asked, found) => discrete::to_json(found, asked)?,
        Answer::Older(found) => found.clone(),
        Answer::Gaussian(found, recording) => {
            let mut body = gaussian::to_json(found, recording.is_some())?;
            if let Some(recording) = recording {
                body["units"] = json!(recording.names);
            }
            body
        }
    };
    let mut out = json!({"id": question.id});
    if let Some(kind) = &question.kind {
        out["kind"] = json!(kind);
    }
    if let (Some(out), Value::Object(body)) = (out.as_object_mut(), body) {
        out.extend(body);
    }
    Ok(out)
}

fn drawing(question: &Question, answer: &Answer) -> Option<PhiFigure> {
    match answer {
        Answer::Discrete(asked, found) => Some(figure::discrete(&question.id, asked, found)),
        Answer::Gaussian(found, recording) => {
            let names = recording.as_ref().map(|r| r.names.as_slice());
            Some(figure::gaussian(&question.id, found, names))
        }
        Answer::Older(_) => None,
    }
}

fn tell(question: &Question, answer: &Answer) {
    // Control characters of a file do not reach the terminal.
    let id: String = question.id.replace(|c: char| c.is_control(), " ");
    say!("{id}");
    match answer {
        Answer::Discrete(asked, found) => tell_discrete(asked, found),
        Answer::Older(found) => {
            tell_older(found);
            let remarks = found["remarks"].as_array().into_iter().flatten();
            let texts = remarks.filter_map(|remark| remark.as_str().map(str::to_owned));
            tell_remarks(&texts.collect::<Vec<String>>());
        }
        Answer::Gaussian(found, _) => tell_gaussian(found),
    }
}

fn tell_discrete(asked: &DiscreteQuestion, found: &DiscreteAnswer) {
    let whole = &found.whole;
    let worth = match (whole.bound, asked.estimated) {
        (Bound::Upper, _) => "upper bound",
        (Bound::Exact, true) => "of an estimated matrix",
        (Bound::Exact, false) => "exact",
    };
    if whole.reachable {
        say!("  φ_s        {} bits, {worth}", plain(whole.phi_s, 10));
    } else {
        say!("  φ_s        not defined");
    }
    if whole.bound == Bound::Upper {
        say!("  at least   {} bits", plain(whole.phi_s_lower, 10));
    }
    for sentence in discrete::reasons(found) {
        say!("  since      {sentence}");
    }
    if let Some(mip) = &whole.mip {
        let cut: Vec<String> = mip
            .removed_edges
            .iter()
            .map(|[from, to]| format!("{from}→{to}"))
            .collect();
        say!("  cut        {}", cut.join(" "));
        if mip.n_tied > 1 {
            say!("  ties       {} cuts reach it", mip.n_tied);
        }
    }
    if let Some(all) = &found.all {
        for complex in all.complexes.iter().flatten() {
            say!(
                "  complex    {:?}: {:.10} bits",
                complex.nodes,
                complex.phi_s
            );
        }
    }
    if let Some(structure) = found.structure() {
        say!(
            "  structure  of {:?}: {} distinctions, {} relations, Φ = {} bits",
            structure.nodes,
            structure.num_distinctions,
            // The sum of nothing is −0.
            large(structure.num_relations.as_f64() + 0.0, 0),
            large(structure.big_phi + 0.0, 10)
        );
        if !structure.strict_relations && structure.num_distinctions > 0 {
            say!("             (ties leave it ambiguous: see --json for what is admissible)");
        }
    }
    for (unit, phi) in found.lesions.iter().flatten().enumerate() {
        say!("  without    unit {unit}: {} bits", plain(*phi, 10));
    }
    for (from, to, phi) in found.edge_lesions.iter().flatten() {
        say!("  without    {from}→{to}: {} bits", plain(*phi, 10));
    }
    tell_remarks(&found.remarks);
}

/// A number with so many decimals, or with a power of ten where it is very large.
fn large(value: f64, decimals: usize) -> String {
    if value < 1e15 {
        format!("{value:.decimals$}")
    } else {
        format!("{value:.10e}")
    }
}

fn tell_older(found: &Value) {
    let whole = found["systems"].get(0);
    if let Some(whole) = whole.and_then(|whole| SystemAnswer::deserialize(whole).ok()) {
        for (label, text) in words::told(&whole) {
            say!("  {label:<10} {text}");
        }
    }
    let major = &found["major_complex"];
    if major.is_object() {
        let phi = plain(major["big_phi"].as_f64().unwrap_or(f64::NAN), 6);
        say!("  complex    {}: {phi}", major["nodes"]);
    }
}

fn tell_remarks(remarks: &[String]) {
    for remark in remarks {
        say!("  ⚠ {remark}");
    }
}

fn tell_gaussian(found: &GaussianAnswer) {
    for value in &found.found.measures {
        say!(
            "  {:<10} {:.10} nats across {:?}",
            gaussian::measure_name(&value.measure),
            value.phi,
            value.labels
        );
    }
    for value in &found.found.mip {
        let worth = gaussian::worth(value.standing);
        say!(
            "  {:<10} {:.10} nats, {worth}",
            gaussian::measure_name(&value.measure),
            value.phi
        );
        say!("  cut        {:?}", value.labels);
    }
    for list in &found.found.complexes {
        if list.standing == Standing::Unfinished {
            say!("  complexes  not known before the search ends");
            continue;
        }
        for (units, phi) in list.main_complexes.iter().zip(&list.phi_main) {
            say!("  complex    {units:?}: {phi:.10} nats");
        }
    }
    if let Some(test) = &found.surrogates {
        say!(
            "  chance     {:.6} ± {:.6} nats over {} surrogates, p = {:.4}",
            test.mean,
            test.deviation,
            test.surrogates,
            test.p_value
        );
    }
    if let Some(interval) = &found.interval {
        say!(
            "  interval   {:.6} … {:.6} nats ({} %, blocks of {})",
            interval.low,
            interval.high,
            100.0 * interval.level,
            interval.block
        );
    }
    for (unit, phi) in found.lesions.iter().flatten().enumerate() {
        say!("  without    unit {}: {phi:.10} nats", unit + 1);
    }
    tell_remarks(&found.remarks);
}
