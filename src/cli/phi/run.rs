//! Questions in, answers out: as text, JSON and a figure.

use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use serde_json::{Value, json};

use crate::phi::iit4::Bound;

use super::super::args::{PhiArgs, PhiMeasureArg};
use super::super::exit;
use super::super::say::{aside, say};
use super::discrete::{self, DiscreteAnswer};
use super::effort::Watch;
use super::figure;
use super::gaussian::{self, GaussianAnswer};
use super::question::{DiscreteQuestion, Question, Recording, Subject};
use super::read::read;
use super::selftest::selftest;

/// Everything about one question.
enum Answer {
    Discrete(DiscreteQuestion, Box<DiscreteAnswer>),
    Older(Value),
    Gaussian(Box<GaussianAnswer>, Option<Recording>),
}

/// Answers; gives the process's exit code.
#[must_use]
pub fn phi(args: &PhiArgs) -> u8 {
    if args.selftest {
        return match selftest(args.json) {
            Ok(true) => exit::OK,
            Ok(false) => exit::ASSERTION,
            Err(error) => complain(&error),
        };
    }
    let Some(input) = &args.input else {
        aside!("error: nothing to measure; expected --input FILE, or --selftest");
        return exit::USAGE;
    };
    match answer_all(input, args) {
        Ok(()) => exit::OK,
        Err(error) => complain(&error),
    }
}

fn complain(error: &anyhow::Error) -> u8 {
    aside!("error: {error:#}");
    if error.downcast_ref::<std::io::Error>().is_some() {
        exit::IO
    } else {
        exit::INVALID
    }
}

fn answer_all(input: &Path, args: &PhiArgs) -> Result<()> {
    let (questions, many) = read(input, args).with_context(|| input.display().to_string())?;
    let mut documents = Vec::with_capacity(questions.len());
    let watch = Watch::start(args.deadline);
    for question in &questions {
        let answer = answer(question, args, &watch).with_context(|| {
            let case = if many {
                format!(", {}", question.id)
            } else {
                String::new()
            };
            format!("{}{case}", input.display())
        })?;
        if args.json {
            documents.push(document(question, &answer)?);
        } else {
            watch.finish();
            tell(question, &answer);
        }
        if let Some(place) = &args.plot {
            let place = numbered(place, documents.len(), questions.len());
            let drawn = drawing(question, &answer)
                .ok_or_else(|| anyhow!("there is no figure of the older formalism"))?;
            std::fs::write(&place, drawn).with_context(|| place.display().to_string())?;
        }
    }
    watch.finish();
    if args.json {
        let whole = match documents.pop() {
            Some(only) if !many => only,
            Some(last) => {
                documents.push(last);
                Value::Array(documents)
            }
            None => Value::Array(Vec::new()),
        };
        say!("{whole}");
    }
    Ok(())
}

/// Of several figures each has a number before its ending.
fn numbered(place: &Path, number: usize, of: usize) -> std::path::PathBuf {
    if of < 2 {
        return place.to_owned();
    }
    let stem = place.file_stem().unwrap_or_default().to_string_lossy();
    let end = place.extension().unwrap_or_default().to_string_lossy();
    place.with_file_name(format!("{stem}_{number}.{end}"))
}

fn answer(question: &Question, args: &PhiArgs, watch: &Watch) -> Result<Answer> {
    let measure = args.measure;
    let gauss = |m| !matches!(m, PhiMeasureArg::Iit4 | PhiMeasureArg::Iit3);
    match &question.subject {
        Subject::Discrete(_) | Subject::Older(_) if measure.is_some_and(gauss) => {
            bail!("a network of binary units, expected --measure iit4 or iit3")
        }
        Subject::Discrete(asked) if measure == Some(PhiMeasureArg::Iit3) => {
            Ok(Answer::Older(discrete::older(&discrete::as_older(asked)?)?))
        }
        Subject::Discrete(asked) => {
            let found = discrete::discrete(asked, args, watch)?;
            Ok(Answer::Discrete(asked.clone(), Box::new(found)))
        }
        Subject::Older(case) => Ok(Answer::Older(discrete::older(case)?)),
        Subject::Gaussian(system, request, independent) => {
            let system = system.system()?;
            let found = gaussian::gaussian(system, request, *independent, args, watch)?;
            Ok(Answer::Gaussian(Box::new(found), None))
        }
        Subject::Recording(recording) if measure.is_none_or(gauss) => {
            let found = gaussian::recorded(recording, args, watch)?;
            Ok(Answer::Gaussian(Box::new(found), Some(recording.clone())))
        }
        Subject::Recording(recording) => {
            let asked = gaussian::binarised(recording, args)?;
            if measure == Some(PhiMeasureArg::Iit3) {
                let found = discrete::older(&discrete::as_older(&asked)?)?;
                return Ok(Answer::Older(found));
            }
            let found = discrete::discrete(&asked, args, watch)?;
            Ok(Answer::Discrete(asked, Box::new(found)))
        }
    }
}

fn document(question: &Question, answer: &Answer) -> Result<Value> {
    let body = match answer {
        Answer::Discrete(asked, found) => discrete::to_json(found, asked)?,
        Answer::Older(found) => found.clone(),
        Answer::Gaussian(found, recording) => gaussian::to_json(found, recording.is_some())?,
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

fn drawing(question: &Question, answer: &Answer) -> Option<String> {
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
    say!("{}", question.id);
    match answer {
        Answer::Discrete(asked, found) => tell_discrete(asked, found),
        Answer::Older(found) => tell_older(found),
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
    say!("  φ_s        {:.10} bits, {worth}", whole.phi_s);
    if whole.bound == Bound::Upper {
        say!("  at least   {:.10} bits", whole.phi_s_lower);
    }
    for reason in &whole.reasons {
        say!("  since      {reason:?}");
    }
    if whole.phi_s == 0.0 && whole.reasons.is_empty() {
        say!("  since      a partition of it loses nothing");
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
            "  structure  of {:?}: {} distinctions, {} relations, Φ = {:.10} bits",
            structure.nodes,
            structure.num_distinctions,
            structure.num_relations.as_f64(),
            structure.big_phi
        );
        if !structure.strict_relations {
            say!("             (ties leave it ambiguous: see --json for what is admissible)");
        }
    }
    for (unit, phi) in found.lesions.iter().flatten().enumerate() {
        say!("  without    unit {unit}: {phi:.10} bits");
    }
    for (from, to, phi) in found.edge_lesions.iter().flatten() {
        say!("  without    {from}→{to}: {phi:.10} bits");
    }
    found.remarks.iter().for_each(|remark| say!("  ⚠ {remark}"));
}

fn tell_older(found: &Value) {
    for system in found["systems"].as_array().into_iter().flatten().take(1) {
        say!(
            "  Φ          {} of {} (IIT 3.0)",
            system["big_phi"],
            system["nodes"]
        );
    }
    let major = &found["major_complex"];
    if major.is_object() {
        say!("  complex    {}: {}", major["nodes"], major["big_phi"]);
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
    found.remarks.iter().for_each(|remark| say!("  ⚠ {remark}"));
}
