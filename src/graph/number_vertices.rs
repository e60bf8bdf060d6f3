//! The vertices of a file → 0 … n − 1. Names are numbered in their order; numbers keep their order
//! and lose what lies before the first and between, which is told.

use crate::files::fault::Faults;
use crate::files::graph::{GraphFile, Names};

/// Numbered vertices.
#[derive(Clone, Debug, PartialEq)]
pub struct Numbered {
    /// How many there are.
    pub count: usize,
    /// What they are called; empty when each is called by its number.
    pub names: Vec<Box<str>>,
    /// From places in the file's list of vertices; none when these are the numbers.
    pub map: Option<Map>,
    /// How they were numbered, when it is not plain.
    pub note: Option<String>,
}

/// From a place in the file's list of vertices to its number.
#[derive(Clone, Debug, PartialEq)]
pub struct Map(Vec<u32>);

impl Map {
    /// The vertex at a place.
    #[must_use]
    pub fn place(&self, at: u32) -> u32 {
        self.0[at as usize]
    }
}

/// What people call the vertices: by their labels where the file has them.
fn names_of(names: &Names, labels: &[Box<str>]) -> Vec<Box<str>> {
    if labels.len() == names.len() && !labels.is_empty() {
        return labels.to_vec();
    }
    match names {
        Names::Texts(list) => list.clone(),
        Names::Numbers(list) => list.iter().map(|id| id.to_string().into()).collect(),
    }
}

/// Numbers the vertices of a file, of which there should be `wanted`, if that is known.
///
/// # Errors
/// When there are more or fewer, or it is not clear where numbers begin.
pub fn number_vertices(
    file: &GraphFile,
    first_id: Option<u64>,
    wanted: Option<usize>,
) -> Result<Numbered, Faults> {
    match &file.names {
        Names::Texts(list) => {
            if first_id.is_some() {
                let message = "its vertices have names, expected no first_id (--first-id)";
                return Err(Faults::whole(message));
            }
            let count = list.len();
            refuse_count(count, wanted, "names")?;
            let ids: Option<Vec<u64>> = list.iter().map(|name| name.parse().ok()).collect();
            let turned = ids.is_some_and(|ids| ids.windows(2).any(|pair| pair[0] > pair[1]));
            let note = turned.then(|| {
                format!(
                    "vertices stand in the order of the file, not of their numbers: {:?} is 0, \
                     {:?} is 1",
                    list[0], list[1]
                )
            });
            Ok(Numbered {
                count,
                names: names_of(&file.names, &file.labels),
                map: None,
                note,
            })
        }
        Names::Numbers(list) if file.lists_vertices => {
            refuse_count(list.len(), wanted, "has")?;
            let plain = list.iter().zip(0..).all(|(id, k)| *id == k);
            let named = !plain || !file.labels.is_empty();
            Ok(Numbered {
                count: list.len(),
                names: if named {
                    names_of(&file.names, &file.labels)
                } else {
                    Vec::new()
                },
                map: None,
                note: (!plain).then(|| counting(list)),
            })
        }
        Names::Numbers(list) => by_number(file, list, first_id.or(file.first_id), wanted),
    }
}

fn refuse_count(found: usize, wanted: Option<usize>, verb: &str) -> Result<(), Faults> {
    match wanted {
        Some(wanted) if wanted != found => Err(Faults::whole(format!(
            "it {verb} {found} vertices, expected as many as are counted: {wanted}"
        ))),
        _ => Ok(()),
    }
}

fn counting(list: &[u64]) -> String {
    let [first, .., last] = list else {
        return "vertices are numbered from 0".to_owned();
    };
    format!(
        "vertices count from {first}: {first} … {last} are 0 … {}",
        list.len() - 1
    )
}

fn by_number(
    file: &GraphFile,
    list: &[u64],
    first_id: Option<u64>,
    wanted: Option<usize>,
) -> Result<Numbered, Faults> {
    let (Some(least), Some(most)) = (list.first().copied(), list.last().copied()) else {
        return Ok(shifted(list, 0, wanted.unwrap_or(0)));
    };
    if let Some(first) = first_id {
        let fits = |id: u64| id >= first && wanted.is_none_or(|n| id - first < n as u64);
        if !fits(least) || !fits(most) {
            let odd = if fits(least) { most } else { least };
            let expected = match wanted {
                Some(n) => format!("{first} … {}", first + (n as u64).saturating_sub(1)),
                None => format!("{first} and more"),
            };
            return Err(at_first(
                file,
                list,
                odd,
                &format!("expected one of {expected}"),
            ));
        }
        let count = wanted.unwrap_or((most - first) as usize + 1);
        return small(count).map(|()| shifted(list, first, count));
    }
    let distinct = list.len();
    let Some(n) = wanted else {
        let plain = least <= 1 && (most - least) as usize + 1 == distinct;
        return Ok(if plain {
            shifted(list, least, distinct)
        } else {
            renumbered(list)
        });
    };
    let size = n as u64;
    if least == 0 && most < size {
        return Ok(shifted(list, 0, n));
    }
    if least > 0 && most < size && distinct < n {
        return Err(Faults::whole(format!(
            "it names the vertices {least} … {most} of {n}, but not 0: does it count from 0 or \
             from 1? expected first_id: 0 or first_id: 1 (--first-id)"
        )));
    }
    if least > 0 && most == size {
        return Ok(shifted(list, 1, n));
    }
    if distinct == n {
        return Ok(renumbered(list));
    }
    let odd = list.iter().copied().find(|id| *id >= size).unwrap_or(most);
    let hint = format!(
        "expected one below {n}; the file names {distinct} different vertices, numbered {least} … \
         {most}{}",
        if most > size { " with gaps" } else { "" }
    );
    Err(at_first(file, list, odd, &hint))
}

/// The most vertices that numbers may make without edges of their own.
fn small(count: usize) -> Result<(), Faults> {
    if count > 10_000_000 {
        let message = format!("{count} vertices by their numbers, expected at most 10000000");
        return Err(Faults::whole(message));
    }
    Ok(())
}

/// The first edge that names a vertex.
fn at_first(file: &GraphFile, list: &[u64], id: u64, expected: &str) -> Faults {
    let place = list.partition_point(|own| *own < id) as u32;
    let edge = file.edges.iter().position(|ends| ends.contains(&place));
    let line = edge.map_or(0, |edge| file.line(edge));
    let hint = "first_id: 1 (--first-id 1) if it counts from 1";
    Faults::at(line, 0, format!("it names vertex {id}, {expected}; {hint}"))
}

fn shifted(list: &[u64], first: u64, count: usize) -> Numbered {
    let plain = list.iter().zip(first..).all(|(id, k)| *id == k);
    let isolated = count - list.len().min(count);
    let mut note = (first > 0).then(|| {
        let last = first + count as u64 - 1;
        format!(
            "vertices count from {first}: {first} … {last} are 0 … {}",
            count.saturating_sub(1)
        )
    });
    if isolated > 0 {
        let only = format!("{isolated} of {count} vertices have no edge");
        note = Some(note.map_or(only.clone(), |note| format!("{note}; {only}")));
    }
    let names = match first {
        0 => Vec::new(),
        first => (0..count as u64)
            .map(|k| (first + k).to_string().into())
            .collect(),
    };
    Numbered {
        count,
        names,
        map: (!plain).then(|| Map(list.iter().map(|id| (id - first) as u32).collect())),
        note,
    }
}

fn renumbered(list: &[u64]) -> Numbered {
    let few: Vec<String> = list
        .iter()
        .take(3)
        .enumerate()
        .map(|(k, id)| format!("{id} is {k}"))
        .collect();
    let more = if list.len() > 3 { ", …" } else { "" };
    Numbered {
        count: list.len(),
        names: list.iter().map(|id| id.to_string().into()).collect(),
        map: None,
        note: Some(format!(
            "vertices are numbered anew in the order of their numbers, without gaps: {}{more}",
            few.join(", ")
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::graph::GraphFormat;

    fn of(list: &[u64], first: Option<u64>, wanted: Option<usize>) -> Result<Numbered, Faults> {
        let mut file = GraphFile::empty(GraphFormat::EdgeList);
        file.names = Names::Numbers(list.to_vec());
        file.edges = (0..list.len() as u32).map(|k| [k, 0]).collect();
        file.lines = (1..=list.len() as u32).collect();
        number_vertices(&file, first, wanted)
    }

    #[test]
    fn numbers_begin_where_they_must_or_are_asked_for() {
        assert_eq!(
            of(&[0, 1, 3], None, Some(4)).unwrap().map.unwrap().place(2),
            3
        );
        let from_one = of(&[1, 2, 3], None, Some(3)).unwrap();
        assert!(from_one.note.unwrap().contains("count from 1"));
        assert!(
            of(&[1, 2], None, Some(3))
                .unwrap_err()
                .to_string()
                .contains("first_id: 0")
        );
        assert_eq!(
            of(&[1, 2], Some(0), Some(3)).unwrap().map.unwrap().place(0),
            1
        );
        assert_eq!(of(&[1, 2], Some(1), Some(3)).unwrap().map, None);
        let gaps = of(&[937, 3466, 5233], None, Some(3)).unwrap();
        assert!(gaps.note.unwrap().contains("3466 is 1"));
        let wrong = of(&[1, 2, 9], None, Some(4)).unwrap_err().to_string();
        assert!(wrong.starts_with("line 3: it names vertex 9"), "{wrong}");
        assert_eq!(of(&[0, 5], None, None).unwrap().count, 2);
        assert!(of(&[1, 9_000_000_000], Some(1), None).is_err());
    }
}
