//! Text → formula.
//!
//! From tight to loose: `- abs`, `* /`, `+ -`, comparisons, operators of one formula, `until` and
//! `since`, `and`, `xor`, `or`, `implies` (from the right), `iff`.

use super::error::FormulaError;
use super::formula::{Bounds, Compare, Connective, DEPTH_MAX, Expr, Formula, Span, Step};
use super::lex::{Token, words};
use super::text::WORDS;

/// Loose to tight: how much an operator draws its sides to itself.
const IFF: u8 = 1;
const IMPLIES: u8 = 2;
const OR: u8 = 3;
const XOR: u8 = 4;
const AND: u8 = 5;
const UNTIL: u8 = 6;
const COMPARE: u8 = 7;
const SUM: u8 = 8;
const PRODUCT: u8 = 9;
const SIGN: u8 = 10;

/// Calls of the parser within each other: enough for the text of any formula of [`DEPTH_MAX`].
const LEVELS_MAX: usize = 3 * DEPTH_MAX + 8;

impl Formula {
    /// The formula that a text says. `period_s`, the time from a sample to the next, makes whole
    /// samples of bounds with a unit (`[0, 50 ms]`); without it they are refused.
    ///
    /// ```
    /// use phantomos::logic::Formula;
    ///
    /// let formula = Formula::parse("always[0, 50 ms] (coherence >= 0.2)", Some(0.01))?;
    /// assert_eq!(formula.horizon(), Some(5));
    /// assert_eq!(formula.to_string(), "always[0,5] (coherence >= 0.2)");
    /// # Ok::<(), phantomos::logic::FormulaError>(())
    /// ```
    ///
    /// # Errors
    /// With the place, what stands there and what was expected: for what is no formula, names
    /// that are operators, lower bounds above upper ones, bounds that are no whole samples, more
    /// than 65,536 characters or [`DEPTH_MAX`] operators within each other.
    pub fn parse(text: &str, period_s: Option<f64>) -> Result<Self, FormulaError> {
        let tokens = words(text)?;
        let mut parser = Parser {
            text,
            tokens,
            at: 0,
            period_s,
            depth: 0,
        };
        let found = parser.part(0)?;
        match parser.peek() {
            Token::End => found.formula(&parser),
            _ => Err(parser.refuse("an operator such as and, or the end")),
        }
    }
}

/// A part of the text that was read.
struct Part {
    what: What,
    /// Where it begins: the number of its first token.
    begin: usize,
    /// Operators within each other.
    depth: usize,
}

enum What {
    Formula(Formula),
    /// A chain of comparisons may go on: the direction and the last side.
    Chain(Formula, bool, Expr),
    Expr(Expr),
}

impl Part {
    fn formula(self, parser: &Parser<'_>) -> Result<Formula, FormulaError> {
        match self.what {
            What::Formula(own) | What::Chain(own, ..) => Ok(own),
            What::Expr(own) => {
                let found = format!("the number {own}");
                let expected = format!("a formula, such as {own} >= 0");
                Err(parser.error(self.begin, &found, &expected))
            }
        }
    }

    fn expr(self, parser: &Parser<'_>) -> Result<Expr, FormulaError> {
        match self.what {
            What::Expr(own) => Ok(own),
            What::Formula(_) | What::Chain(..) => {
                let expected = "a number: a signal, a constant or arithmetic of them";
                Err(parser.error(self.begin, "a formula", expected))
            }
        }
    }
}

pub(super) struct Parser<'a> {
    text: &'a str,
    tokens: Vec<(Token, usize, usize)>,
    pub(super) at: usize,
    pub(super) period_s: Option<f64>,
    depth: usize,
}

impl Parser<'_> {
    pub(super) fn peek(&self) -> &Token {
        // The last token is the end, behind which nobody goes.
        &self.tokens[self.at.min(self.tokens.len() - 1)].0
    }

    pub(super) fn next(&mut self) -> Token {
        let token = self.peek().clone();
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        token
    }

    pub(super) fn take(&mut self, sign: &str) -> bool {
        let there = matches!(self.peek(), Token::Sign(own) if *own == sign);
        if there {
            self.next();
        }
        there
    }

    pub(super) fn demand(&mut self, sign: &str, expected: &str) -> Result<(), FormulaError> {
        match self.take(sign) {
            true => Ok(()),
            false => Err(self.refuse(expected)),
        }
    }

    pub(super) fn error(&self, token: usize, found: &str, expected: &str) -> FormulaError {
        let at = self.tokens.get(token).map_or(0, |own| own.1);
        FormulaError::new(self.text, at, found, expected)
    }

    /// What stands at the present token was not expected.
    pub(super) fn refuse(&self, expected: &str) -> FormulaError {
        let (token, begin, end) = &self.tokens[self.at.min(self.tokens.len() - 1)];
        let own: String = self.text.chars().skip(*begin).take(end - begin).collect();
        let found = match token {
            Token::End => "the end",
            _ => &own,
        };
        self.error(self.at, found, expected)
    }

    /// The part that begins here, up to the first operator looser than `least`.
    fn part(&mut self, least: u8) -> Result<Part, FormulaError> {
        self.depth += 1;
        if self.depth > LEVELS_MAX {
            return Err(self.refuse("fewer levels of brackets"));
        }
        let mut left = self.first()?;
        while let Some(tight) = self.tightness().filter(|tight| *tight >= least) {
            left = self.operator(left, tight)?;
            if left.depth > DEPTH_MAX {
                let found = "more operators within each other";
                let expected = format!("at most {DEPTH_MAX}");
                return Err(self.error(left.begin, found, &expected));
            }
        }
        self.depth -= 1;
        Ok(left)
    }

    /// How tight the operator of two sides at this place is.
    fn tightness(&self) -> Option<u8> {
        match self.peek() {
            Token::Word(word) => match word.as_str() {
                "iff" => Some(IFF),
                "implies" => Some(IMPLIES),
                "or" => Some(OR),
                "xor" => Some(XOR),
                "and" => Some(AND),
                "until" | "since" => Some(UNTIL),
                _ => None,
            },
            Token::Sign(">=" | ">" | "<=" | "<" | "==" | "!=") => Some(COMPARE),
            Token::Sign("+" | "-") => Some(SUM),
            Token::Sign("*" | "/") => Some(PRODUCT),
            _ => None,
        }
    }

    /// What stands behind the left side: an operator and its right side.
    fn operator(&mut self, left: Part, tight: u8) -> Result<Part, FormulaError> {
        let (begin, depth) = (left.begin, left.depth);
        let place = self.at;
        let what = match self.next() {
            Token::Word(word) => {
                let bounds = if tight == UNTIL {
                    self.bounds()?
                } else {
                    Bounds::ALL
                };
                let left = Box::new(left.formula(self)?);
                // From the right, or from the left.
                let right = self.part(tight + u8::from(tight != IMPLIES))?;
                let depth = depth.max(right.depth) + 1;
                let right = Box::new(right.formula(self)?);
                let own = match word.as_str() {
                    "until" => Formula::Until(bounds, left, right),
                    "since" => Formula::Since(bounds, left, right),
                    "and" => Formula::Connect(Connective::And, left, right),
                    "or" => Formula::Connect(Connective::Or, left, right),
                    "xor" => Formula::Connect(Connective::Xor, left, right),
                    "implies" => Formula::Connect(Connective::Implies, left, right),
                    _ => Formula::Connect(Connective::Iff, left, right),
                };
                return Ok(Part {
                    what: What::Formula(own),
                    begin,
                    depth,
                });
            }
            Token::Sign(sign) if tight == COMPARE => return self.compare(left, sign, place),
            Token::Sign(sign) => {
                let left = Box::new(left.expr(self)?);
                let right = self.part(tight + 1)?;
                let (inner, place) = (right.depth, right.begin);
                let right = Box::new(right.expr(self)?);
                let own = match (sign, *right) {
                    ("+", right) => Expr::Add(left, Box::new(right)),
                    ("-", right) => Expr::Subtract(left, Box::new(right)),
                    ("*", right) => Expr::Multiply(left, Box::new(right)),
                    (_, Expr::Number(by)) if by != 0.0 => Expr::Divide(left, by),
                    (_, other) => {
                        let expected = "a constant other than 0 to divide by";
                        return Err(self.error(place, &other.to_string(), expected));
                    }
                };
                let depth = depth.max(inner) + 1;
                return Ok(Part {
                    what: What::Expr(own),
                    begin,
                    depth,
                });
            }
            _ => left.what,
        };
        Ok(Part { what, begin, depth })
    }

    /// A comparison, or one more of a chain such as `0 <= x <= 1`.
    fn compare(&mut self, left: Part, sign: &str, place: usize) -> Result<Part, FormulaError> {
        let how = match sign {
            ">=" => Compare::AtLeast,
            ">" => Compare::Above,
            "<=" => Compare::AtMost,
            "<" => Compare::Below,
            other => {
                let expected = "one of >=, >, <=, <; for equality, abs(x - c) <= tolerance";
                return Err(self.error(place, other, expected));
            }
        };
        let (begin, depth) = (left.begin, left.depth);
        let (before, side) = match left.what {
            What::Chain(own, upward, side) => {
                if upward != how.upward() {
                    let same = if upward { ">= or >" } else { "<= or <" };
                    let expected = format!("{same}, as before in the chain");
                    return Err(self.error(place, sign, &expected));
                }
                (Some(own), side)
            }
            _ => (None, left.expr(self)?),
        };
        let right = self.part(SUM)?;
        let depth = depth.max(right.depth) + 1;
        let right = right.expr(self)?;
        let own = Formula::Compare(how, side, right.clone());
        let own = match before {
            Some(before) => Formula::Connect(Connective::And, Box::new(before), Box::new(own)),
            None => own,
        };
        let what = What::Chain(own, how.upward(), right);
        Ok(Part { what, begin, depth })
    }

    /// The part at this place that is no operator of two sides.
    fn first(&mut self) -> Result<Part, FormulaError> {
        let begin = self.at;
        let expr = |own, depth| {
            Ok(Part {
                what: What::Expr(own),
                begin,
                depth,
            })
        };
        let expected = "a formula, a signal or a number";
        match self.peek().clone() {
            Token::Number(number) => {
                self.next();
                expr(Expr::Number(number), 1)
            }
            Token::Quoted(name) => {
                self.next();
                expr(Expr::Signal(name), 1)
            }
            Token::Sign("-") => {
                self.next();
                if let Token::Number(number) = self.peek() {
                    let own = Expr::Number(-number);
                    self.next();
                    return expr(own, 1);
                }
                let own = self.part(SIGN)?;
                let depth = own.depth + 1;
                expr(Expr::Negate(Box::new(own.expr(self)?)), depth)
            }
            Token::Sign("(") => {
                self.next();
                let own = self.part(0)?;
                self.demand(")", "an operator, or )")?;
                let what = match own.what {
                    What::Chain(own, ..) => What::Formula(own),
                    other => other,
                };
                Ok(Part {
                    what,
                    begin,
                    depth: own.depth,
                })
            }
            Token::Word(word) if WORDS.contains(&word.as_str()) => self.word(&word, begin),
            Token::Word(word) => {
                self.next();
                expr(Expr::Signal(word), 1)
            }
            _ => Err(self.refuse(expected)),
        }
    }

    /// An operator of one side.
    fn word(&mut self, word: &str, begin: usize) -> Result<Part, FormulaError> {
        let expected = "a formula, a signal or a number; quote names that are operators";
        let span = match word {
            "always" => Some(Span::Always),
            "eventually" => Some(Span::Eventually),
            "historically" => Some(Span::Historically),
            "once" => Some(Span::Once),
            _ => None,
        };
        let step = match word {
            "next" => Some(Step::Next),
            "prev" => Some(Step::Prev),
            "rise" => Some(Step::Rise),
            "fall" => Some(Step::Fall),
            _ => None,
        };
        if word == "abs" {
            self.next();
            self.demand("(", "( behind abs")?;
            let own = self.part(0)?;
            self.demand(")", "an operator, or )")?;
            let depth = own.depth + 1;
            let what = What::Expr(Expr::Abs(Box::new(own.expr(self)?)));
            return Ok(Part { what, begin, depth });
        }
        if span.is_none() && step.is_none() && word != "not" {
            return Err(self.refuse(expected));
        }
        self.next();
        let bounds = if span.is_some() {
            self.bounds()?
        } else {
            Bounds::ALL
        };
        let own = self.part(COMPARE)?;
        let depth = own.depth + 1;
        let own = Box::new(own.formula(self)?);
        let own = match (span, step) {
            (Some(span), _) => Formula::Span(span, bounds, own),
            (_, Some(step)) => Formula::Step(step, own),
            _ => Formula::Not(own),
        };
        Ok(Part {
            what: What::Formula(own),
            begin,
            depth,
        })
    }
}
