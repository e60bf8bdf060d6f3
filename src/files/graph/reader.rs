//! Bytes → a graph: which format a file has, and its reader.

use super::super::array::{self, is_npy, is_zip};
use super::super::fault::Faults;
use super::super::text::{decode, unpack};
use super::data::GraphFile;
use super::format::{GraphFormat, GraphQuestion};
use super::list_or_matrix::list_or_matrix;
use super::{edge_list, gexf, gml, graphml, matrix, matrix_market, metis, packed, pajek};

/// Reads a graph; `name` is that of its file.
///
/// # Errors
/// With all that is wrong, or with the choices when the format is not clear.
pub fn read(name: &str, bytes: Vec<u8>, asked: &GraphQuestion<'_>) -> Result<GraphFile, Faults> {
    let unpacked = unpack(name, bytes)?;
    let mut notes = unpacked.notes;
    if is_npy(&unpacked.bytes) || is_zip(&unpacked.bytes) {
        let said = asked
            .format
            .is_none_or(|format| format == GraphFormat::Matrix);
        if !said {
            return Err(Faults::whole(
                "it is an array of NumPy, expected no other format",
            ));
        }
        let mut graph = if is_zip(&unpacked.bytes) {
            packed::parse(&unpacked.bytes, asked)?
        } else {
            matrix::of_array(array::read(&unpacked.bytes, asked.array)?, asked)?
        };
        notes.append(&mut graph.notes);
        graph.notes = notes;
        return Ok(graph);
    }
    let (text, encoding) = decode(unpacked.bytes)?;
    notes.extend(encoding.map(|name| format!("encoding {name}")));
    let format = match asked.format {
        Some(format) => format,
        None => detect(&unpacked.name, &text, asked)?,
    };
    let mut graph = match format {
        GraphFormat::GraphMl => graphml::parse(&text, &asked.cancel)?,
        GraphFormat::EdgeList => edge_list::parse(&text, asked)?,
        GraphFormat::Matrix => matrix::parse(&text, asked)?,
        GraphFormat::MatrixMarket => matrix_market::parse(&text, asked)?,
        GraphFormat::Gml => gml::parse(&text, &asked.cancel)?,
        GraphFormat::Gexf => gexf::parse(&text, &asked.cancel)?,
        GraphFormat::Pajek => pajek::parse(&text, &asked.cancel)?,
        GraphFormat::Metis => metis::parse(&text, &asked.cancel)?,
    };
    notes.append(&mut graph.notes);
    graph.notes = notes;
    Ok(graph)
}

/// The format by what the text begins with, then by its ending.
fn detect(name: &str, text: &str, asked: &GraphQuestion<'_>) -> Result<GraphFormat, Faults> {
    let head = text.trim_start();
    if head.starts_with('<') {
        let first = head.get(..head.len().min(4096)).unwrap_or(head);
        return if first.contains("<gexf") || first.contains(":gexf") {
            Ok(GraphFormat::Gexf)
        } else {
            Ok(GraphFormat::GraphMl)
        };
    }
    if head.len() >= 14 && head.as_bytes()[..14].eq_ignore_ascii_case(b"%%matrixmarket") {
        return Ok(GraphFormat::MatrixMarket);
    }
    if pajek::is_pajek(text) {
        return Ok(GraphFormat::Pajek);
    }
    if gml::is_gml(text) {
        return Ok(GraphFormat::Gml);
    }
    let lower = name.to_ascii_lowercase();
    let ending = lower.rsplit_once('.').map_or("", |(_, ending)| ending);
    if matches!(ending, "graph" | "metis") && metis::is_metis(text) {
        return Ok(GraphFormat::Metis);
    }
    list_or_matrix(text, asked)
}
