//! The rows of a run folder as columns, read on a thread of their own: first the metrics that plots
//! show.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use crossbeam_channel::bounded;

use crate::base::Tick;
use crate::record::{MetricRows, RowBlock};
use crate::registry::MetricId;
use crate::scenario::Scene;

use super::column::Column;
use super::worker::{News, Published, lock};

/// Columns of a branch by scope and metric.
pub type PastColumns = BTreeMap<String, BTreeMap<MetricId, Column>>;

/// Metrics that are read first where a scene names no plots.
const USUAL: [&str; 4] = ["coherence", "entropy_nats", "resonance", "order"];

/// Which run the rows are of: rows that come when another has been opened are not taken.
pub type Edition = u64;

/// Begins to read; what is read becomes news of the first branch.
pub fn read_beside(
    folder: &Path,
    scene: &Scene,
    edition: Edition,
    published: &Arc<Mutex<Published>>,
) -> std::io::Result<()> {
    let named: Vec<String> = scene
        .view
        .metrics()
        .map(|id| id.as_str().to_owned())
        .collect();
    let first = match named.is_empty() {
        true => USUAL.map(str::to_owned).to_vec(),
        false => named,
    };
    let (folder, published) = (folder.to_owned(), published.clone());
    let every = scene.record.every_ticks.max(1);
    let read = move || {
        let told = read_all(&folder, &first, every, |columns| {
            let mut published = lock(&published);
            let goes_on = published.edition == edition;
            if goes_on {
                published.tell(News::Past(0, columns));
            }
            goes_on
        });
        if let Err(error) = told {
            let text = format!("cannot read the rows of {}: {error}", folder.display());
            lock(&published).tell(News::Told(text));
        }
    };
    let thread = std::thread::Builder::new().name("past".to_owned());
    thread.spawn(read).map(drop)
}

/// Reads the first metrics, then the others; `take` tells whether to go on.
fn read_all(
    folder: &Path,
    first: &[String],
    every: Tick,
    take: impl Fn(PastColumns) -> bool,
) -> std::io::Result<()> {
    let rows = MetricRows::open(folder)?;
    let others = rows.columns().iter().filter(|name| !first.contains(name));
    let others: Vec<String> = others.cloned().collect();
    if take(columns_of(rows.only(first), every)?) && !others.is_empty() {
        take(columns_of(MetricRows::open(folder)?.only(&others), every)?);
    }
    Ok(())
}

/// Blocks that were read and wait to become columns.
const BLOCKS_WAITING: usize = 4;

/// The columns of all rows. They are read on a thread of their own while columns are made.
///
/// # Errors
/// When rows cannot be read.
pub fn columns_of(rows: MetricRows, every: Tick) -> std::io::Result<PastColumns> {
    let ids: Vec<MetricId> = rows.columns().iter().cloned().map(MetricId::from).collect();
    let mut rows = rows.bare();
    let mut scopes: Vec<(String, Vec<Column>)> = Vec::new();
    std::thread::scope(|scope| {
        let (blocks, inbox) = bounded(BLOCKS_WAITING);
        scope.spawn(move || {
            while let Some(block) = rows.next_block().transpose() {
                let is_last = block.is_err();
                // Whoever takes them may have gone.
                if blocks.send(block).is_err() || is_last {
                    break;
                }
            }
        });
        inbox
            .into_iter()
            .try_for_each(|block: std::io::Result<RowBlock>| {
                add(&mut scopes, &block?, ids.len(), every);
                Ok::<(), std::io::Error>(())
            })
    })?;
    let columns = scopes.into_iter().map(|(scope, columns)| {
        let named = ids.iter().cloned().zip(columns);
        (scope, named.filter(|(_, own)| !own.is_empty()).collect())
    });
    Ok(columns.collect())
}

/// Adds the rows of a block to the columns of their scopes.
fn add(scopes: &mut Vec<(String, Vec<Column>)>, block: &RowBlock, metrics: usize, every: Tick) {
    let mut of_row: Vec<usize> = Vec::with_capacity(block.len());
    for row in 0..block.len() {
        let scope = block.scope(row);
        // Rows of a tick stand in the order of the scopes: mostly it is the next one, or the only
        // one.
        let after = of_row.last().map_or(0, |at| at + 1);
        let guess = if after < scopes.len() { after } else { 0 };
        let at = match scopes.get(guess).is_some_and(|own| own.0 == scope) {
            true => guess,
            false => scopes
                .iter()
                .position(|own| own.0 == scope)
                .unwrap_or_else(|| {
                    scopes.push((scope.to_owned(), vec![Column::default(); metrics]));
                    scopes.len() - 1
                }),
        };
        of_row.push(at);
    }
    let places: Vec<usize> = block
        .ticks
        .iter()
        .map(|tick| (tick / every) as usize)
        .collect();
    for (k, values) in block.values.iter().enumerate() {
        for ((value, place), at) in values.iter().zip(&places).zip(&of_row) {
            if !value.is_nan() {
                scopes[*at].1[k].set(*place, *value);
            }
        }
    }
}
