//! The words of a formula's text.

use super::error::FormulaError;
use super::formula::Formula;
use super::text::{WORDS, begins_name, within_name};

/// Characters of a formula at most.
pub const LENGTH_MAX: usize = 65_536;

/// A word of the text.
#[derive(Clone, Debug, PartialEq)]
pub enum Token {
    /// A number ≥ 0, finite.
    Number(f64),
    /// A word: an operator's or a name, perhaps with `@` and a population behind it.
    Word(String),
    /// A name in quotation marks.
    Quoted(String),
    /// A sign, in its usual form.
    Sign(&'static str),
    /// After the last word.
    End,
}

/// Signs as they are written, longer ones first, and the sign or word that each stands for.
const SIGNS: [(&str, &str); 32] = [
    ("<->", "iff"),
    ("<=>", "iff"),
    ("->", "implies"),
    ("=>", "implies"),
    (">=", ">="),
    ("<=", "<="),
    ("==", "=="),
    ("!=", "!="),
    ("&&", "and"),
    ("||", "or"),
    ("&", "and"),
    ("|", "or"),
    ("!", "not"),
    (">", ">"),
    ("<", "<"),
    ("=", "=="),
    ("≥", ">="),
    ("≤", "<="),
    ("¬", "not"),
    ("∧", "and"),
    ("∨", "or"),
    ("→", "implies"),
    ("↔", "iff"),
    ("(", "("),
    (")", ")"),
    ("[", "["),
    ("]", "]"),
    (",", ","),
    (":", ":"),
    ("+", "+"),
    ("*", "*"),
    ("/", "/"),
];

/// The words of a text, each with where it begins and ends, in characters from 0. The last one is
/// [`Token::End`].
///
/// # Errors
/// At the first character that begins no word, and for texts above [`LENGTH_MAX`].
pub fn words(text: &str) -> Result<Vec<(Token, usize, usize)>, FormulaError> {
    let chars: Vec<char> = text.chars().take(LENGTH_MAX + 1).collect();
    if chars.len() > LENGTH_MAX {
        let expected = format!("at most {LENGTH_MAX} characters");
        return Err(FormulaError::new("", 0, "a longer text", &expected));
    }
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let c = chars[at];
        if c.is_whitespace() {
            at += 1;
            continue;
        }
        let begin = at;
        let token = if begins_name(c) {
            Token::Word(name(&chars, &mut at))
        } else if c.is_ascii_digit() || c == '.' {
            number(text, &chars, &mut at)?
        } else if c == '"' {
            quoted(text, &chars, &mut at)?
        } else {
            sign(text, &chars, &mut at)?
        };
        found.push((token, begin, at));
    }
    found.push((Token::End, at, at));
    Ok(found)
}

impl Formula {
    /// The names that a text may mean signals by, without operators, each once: known before the
    /// time between samples is. Units of time may be among them.
    ///
    /// # Errors
    /// Where the text holds what is no word of a formula.
    pub fn names(text: &str) -> Result<Vec<String>, FormulaError> {
        let mut found: Vec<String> = (words(text)?.into_iter())
            .filter_map(|(token, ..)| match token {
                Token::Word(word) if WORDS.contains(&word.as_str()) => None,
                Token::Word(name) | Token::Quoted(name) => Some(name),
                _ => None,
            })
            .collect();
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }
}

fn name(chars: &[char], at: &mut usize) -> String {
    let run = |at: &mut usize| {
        let begin = *at;
        while chars.get(*at).copied().is_some_and(within_name) {
            *at += 1;
        }
        chars[begin..*at].iter().collect::<String>()
    };
    let mut own = run(at);
    let place = chars.get(*at) == Some(&'@');
    if place && chars.get(*at + 1).copied().is_some_and(within_name) {
        *at += 1;
        own.push('@');
        own.push_str(&run(at));
    }
    own
}

fn number(text: &str, chars: &[char], at: &mut usize) -> Result<Token, FormulaError> {
    let begin = *at;
    let digits = |at: &mut usize| {
        while chars.get(*at).is_some_and(char::is_ascii_digit) {
            *at += 1;
        }
    };
    digits(at);
    if chars.get(*at) == Some(&'.') {
        *at += 1;
        digits(at);
    }
    // An exponent, unless a unit that begins with e follows.
    if matches!(chars.get(*at), Some('e' | 'E')) {
        let signed = matches!(chars.get(*at + 1), Some('+' | '-'));
        let first = *at + 1 + usize::from(signed);
        if chars.get(first).is_some_and(char::is_ascii_digit) {
            *at = first;
            digits(at);
        }
    }
    let own: String = chars[begin..*at].iter().collect();
    match own.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(Token::Number(number)),
        _ => Err(FormulaError::new(text, begin, &own, "a finite number")),
    }
}

fn quoted(text: &str, chars: &[char], at: &mut usize) -> Result<Token, FormulaError> {
    let begin = *at;
    let mut own = String::new();
    loop {
        *at += 1;
        match chars.get(*at) {
            Some('"') => break,
            Some('\\') => {
                *at += 1;
                own.extend(chars.get(*at));
            }
            Some(c) => own.push(*c),
            None => {
                let found = "a name without an end";
                return Err(FormulaError::new(text, begin, found, "\" behind it"));
            }
        }
    }
    *at += 1;
    match own.is_empty() {
        true => Err(FormulaError::new(
            text,
            begin,
            "\"\"",
            "the name of a signal",
        )),
        false => Ok(Token::Quoted(own)),
    }
}

fn sign(text: &str, chars: &[char], at: &mut usize) -> Result<Token, FormulaError> {
    let rest: String = chars[*at..].iter().take(3).collect();
    if let Some((own, meant)) = SIGNS.iter().find(|(own, _)| rest.starts_with(own)) {
        *at += own.chars().count();
        return Ok(match meant.starts_with(|c: char| c.is_alphabetic()) {
            true => Token::Word((*meant).to_owned()),
            false => Token::Sign(meant),
        });
    }
    let c = chars[*at];
    if matches!(c, '-' | '−') {
        *at += 1;
        return Ok(Token::Sign("-"));
    }
    let expected = "a name, a number, an operator or a bracket";
    Err(FormulaError::new(text, *at, &format!("{c:?}"), expected))
}
