//! Lists of `source relation target`, as Cytoscape's SIF: not read, and told from lists of edges.

use std::collections::BTreeSet;

use super::super::cells::{Separator, split, unquoted};
use super::super::detect::bare_edge;
use super::super::dialect::{Dialect, Header};
use super::super::fault::Faults;

/// Rows that are looked at.
const ROWS: usize = 1000;

/// Refuses three columns without names whose third holds the second ends.
///
/// That is so where no name stands in both the first and the second column, and the third either
/// holds texts, of which one stands in the first or which are of more kinds than those of the
/// second; or the first and the third hold whole numbers and the second fewer kinds of texts.
///
/// # Errors
/// When the columns are so.
pub fn refuse_relations(text: &str, dialect: &Dialect) -> Result<(), Faults> {
    let of_blanks = matches!(dialect.separator, Separator::Blanks | Separator::Tab);
    if dialect.header != Header::None || dialect.width != 3 || !of_blanks {
        return Ok(());
    }
    let mut columns: [BTreeSet<String>; 3] = Default::default();
    let mut cells = Vec::new();
    for (_, content) in dialect.edges(text).take(ROWS) {
        let content = bare_edge(content);
        split(content, dialect.separator, &mut cells);
        for (own, place) in columns.iter_mut().zip(&cells) {
            own.insert(unquoted(&content[place.clone()]).into_owned());
        }
    }
    let [first, second, third] = &columns;
    let whole = |own: &BTreeSet<String>| own.iter().all(|cell| cell.parse::<u64>().is_ok());
    let texts = |own: &BTreeSet<String>| own.iter().all(|cell| cell.parse::<f64>().is_err());
    let fewer = second.len() < third.len();
    let relations = first.is_disjoint(second)
        && texts(second)
        && if texts(third) {
            !first.is_disjoint(third) || fewer
        } else {
            whole(first) && whole(third) && fewer && second.len() < first.len()
        };
    if !relations {
        return Ok(());
    }
    Err(Faults::at(
        dialect.first,
        2,
        "the second column seems to hold relations and the third second ends, as in SIF: which are \
         the ends? expected a first line of names: source, relation and target, or source, target \
         and weight",
    ))
}

#[cfg(test)]
mod tests {
    use super::super::edge_list::parse;
    use super::super::format::GraphQuestion;

    #[test]
    fn relations_between_two_ends_are_no_ends() {
        let read = |text: &str| parse(text, &GraphQuestion::default());
        for text in [
            "a pp b\nb pp c\n",
            "a\tpp\tx\nb\tpp\ty\n",
            "1 pp 2\n2 pp 3\n",
            "a pd b\nb pp c\nc pd d\n",
        ] {
            let refused = read(text).unwrap_err().to_string();
            assert!(refused.contains("SIF"), "{refused}");
        }
        for text in [
            "a b friend\nb c foe\n",
            "u1 i1 likes\nu2 i2 hates\n",
            "a b 1\nb c 2\n",
            "1 hub 0.5\n2 hub 0.7\n",
            "1 2 3\n2 3 4\n",
        ] {
            assert_eq!(read(text).unwrap().edges.len(), 2, "{text}");
        }
        let named = read("source type target\na pp b\nb pp c\n").unwrap();
        assert_eq!((named.edges.len(), named.names.len()), (2, 3));
        let neo4j = ":START_ID,:END_ID,weight,:TYPE\n0,1,0.5,KNOWS\n1,2,0.7,KNOWS\n";
        assert_eq!(read(neo4j).unwrap().edges.len(), 2);
    }
}
