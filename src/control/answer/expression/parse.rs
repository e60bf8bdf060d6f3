//! Texts as functions.

use thiserror::Error;

use crate::base::num;

use super::node::{FUNCTIONS, Function, Node};

/// Why a text is no function.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("at character {at}: found {found}, expected {expected}")]
pub struct ExpressionError {
    /// The character, from 1.
    pub at: usize,
    /// What is there.
    pub found: String,
    /// What was expected.
    pub expected: &'static str,
}

/// Parentheses and signs within each other at most, and characters of a text.
const DEPTH_MAX: usize = 100;
const LENGTH_MAX: usize = 2000;

struct Parser {
    text: Vec<char>,
    at: usize,
    depth: usize,
}

type Parsed = Result<Node, ExpressionError>;

/// Reads a function.
pub(super) fn parse(text: &str) -> Parsed {
    let text = text.replace("**", "^").replace('²', "^2");
    let text: Vec<char> = text
        .chars()
        .map(|c| match c {
            '·' | '×' => '*',
            '−' | '–' => '-',
            other => other,
        })
        .collect();
    let mut parser = Parser {
        text,
        at: 0,
        depth: 0,
    };
    if parser.text.len() > LENGTH_MAX {
        parser.at = LENGTH_MAX;
        return Err(parser.wrong("the end: a function has at most 2000 characters"));
    }
    let root = parser.sum()?;
    match parser.peek() {
        None => Ok(root),
        Some(_) => Err(parser.wrong("an operator or the end")),
    }
}

impl Parser {
    fn peek(&mut self) -> Option<char> {
        while self.text.get(self.at).is_some_and(|c| c.is_whitespace()) {
            self.at += 1;
        }
        self.text.get(self.at).copied()
    }

    fn take(&mut self, wanted: char) -> bool {
        let has = self.peek() == Some(wanted);
        self.at += usize::from(has);
        has
    }

    fn wrong(&self, expected: &'static str) -> ExpressionError {
        ExpressionError {
            at: self.at + 1,
            found: match self.text.get(self.at) {
                Some(c) => format!("{c:?}"),
                None => "the end".to_owned(),
            },
            expected,
        }
    }

    fn deeper(&mut self, part: impl FnOnce(&mut Self) -> Parsed) -> Parsed {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(self.wrong("no more than 100 levels"));
        }
        let own = part(self);
        self.depth -= 1;
        own
    }

    fn sum(&mut self) -> Parsed {
        let mut left = self.product()?;
        loop {
            let operator = match self.peek() {
                Some(c @ ('+' | '-')) => c,
                _ => return Ok(left),
            };
            self.at += 1;
            let right = self.product()?;
            left = Node::Two(operator, Box::new(left), Box::new(right));
        }
    }

    fn product(&mut self) -> Parsed {
        let mut left = self.signed()?;
        loop {
            let operator = match self.peek() {
                Some(c @ ('*' | '/')) => {
                    self.at += 1;
                    c
                }
                Some(c) if c == '(' || c == '.' || c.is_alphanumeric() => '*',
                _ => return Ok(left),
            };
            let right = self.signed()?;
            left = Node::Two(operator, Box::new(left), Box::new(right));
        }
    }

    fn signed(&mut self) -> Parsed {
        if self.take('-') {
            let own = self.deeper(Self::signed)?;
            return Ok(Node::Call(Function::Negate, Box::new(own)));
        }
        if self.take('+') {
            return self.deeper(Self::signed);
        }
        self.power()
    }

    fn power(&mut self) -> Parsed {
        let base = self.primary()?;
        if !self.take('^') {
            return Ok(base);
        }
        let exponent = self.deeper(Self::signed)?;
        Ok(Node::Two('^', Box::new(base), Box::new(exponent)))
    }

    fn primary(&mut self) -> Parsed {
        match self.peek() {
            Some('(') => {
                self.at += 1;
                let own = self.deeper(Self::sum)?;
                match self.take(')') {
                    true => Ok(own),
                    false => Err(self.wrong("a closing parenthesis")),
                }
            }
            Some(c) if c.is_ascii_digit() || c == '.' => self.number(),
            Some(c) if c.is_alphabetic() => self.word(),
            _ => Err(self.wrong("a number, theta, a function or a parenthesis")),
        }
    }

    fn number(&mut self) -> Parsed {
        let start = self.at;
        let digits = |own: &mut Self| {
            while own.text.get(own.at).is_some_and(char::is_ascii_digit) {
                own.at += 1;
            }
        };
        digits(self);
        if self.text.get(self.at) == Some(&'.') {
            self.at += 1;
            digits(self);
        }
        // A power of ten only where a digit follows: 2exp(x) is a product.
        if matches!(self.text.get(self.at), Some('e' | 'E')) {
            let sign = usize::from(matches!(self.text.get(self.at + 1), Some('+' | '-')));
            let first = self.text.get(self.at + 1 + sign);
            if first.is_some_and(char::is_ascii_digit) {
                self.at += 1 + sign;
                digits(self);
            }
        }
        let text: String = self.text[start..self.at].iter().collect();
        match text.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(Node::Number(value)),
            _ => {
                self.at = start;
                Err(self.wrong("a finite number"))
            }
        }
    }

    fn word(&mut self) -> Parsed {
        let start = self.at;
        while self.text.get(self.at).is_some_and(|c| c.is_alphabetic()) {
            self.at += 1;
        }
        let word: String = self.text[start..self.at].iter().collect();
        if let Some((_, function)) = FUNCTIONS.iter().find(|(name, _)| *name == word) {
            if !self.take('(') {
                return Err(self.wrong("a parenthesis after the name of a function"));
            }
            let own = self.deeper(Self::sum)?;
            return match self.take(')') {
                true => Ok(Node::Call(*function, Box::new(own))),
                false => Err(self.wrong("a closing parenthesis")),
            };
        }
        match word.as_str() {
            "theta" | "θ" | "x" => Ok(Node::Variable),
            "pi" | "π" => Ok(Node::Number(num::PI)),
            "e" => Ok(Node::Number(std::f64::consts::E)),
            _ => {
                self.at = start;
                Err(self.wrong("theta, θ, x, pi, e, exp, ln, log, sqrt, sin, cos or abs"))
            }
        }
    }
}
