//! The few shapes of SVG that figures are made of.

use std::fmt::Write;

/// Shapes of a figure, in drawing order.
#[derive(Default)]
pub struct Svg {
    body: String,
}

/// How a text stands to its point.
#[derive(Clone, Copy)]
pub enum Anchor {
    /// The text begins there.
    Start,
    /// Its middle is there.
    Middle,
    /// It ends there.
    End,
}

impl Svg {
    /// Adds a shape: its name, then attributes. Attributes must be safe as they are.
    pub fn shape(&mut self, name: &str, attributes: &str) {
        let _ = writeln!(self.body, "<{name} {attributes}/>");
    }

    /// Adds a line.
    pub fn line(&mut self, from: [f64; 2], to: [f64; 2], style: &str) {
        let ([x1, y1], [x2, y2]) = (from, to);
        self.shape(
            "line",
            &format!(r#"x1="{x1:.1}" y1="{y1:.1}" x2="{x2:.1}" y2="{y2:.1}" {style}"#),
        );
    }

    /// Adds a circle.
    pub fn circle(&mut self, at: [f64; 2], radius: f64, style: &str) {
        let [x, y] = at;
        self.shape(
            "circle",
            &format!(r#"cx="{x:.1}" cy="{y:.1}" r="{radius:.1}" {style}"#),
        );
    }

    /// Adds a rectangle from its upper left corner.
    pub fn rectangle(&mut self, at: [f64; 2], size: [f64; 2], style: &str) {
        let ([x, y], [w, h]) = (at, size);
        self.shape(
            "rect",
            &format!(r#"x="{x:.1}" y="{y:.1}" width="{w:.1}" height="{h:.1}" {style}"#),
        );
    }

    /// Adds a text of any content.
    pub fn text(&mut self, at: [f64; 2], text: &str, anchor: Anchor, style: &str) {
        let [x, y] = at;
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let text = escaped(text);
        let _ = writeln!(
            self.body,
            r#"<text x="{x:.1}" y="{y:.1}" text-anchor="{anchor}" {style}>{text}</text>"#
        );
    }

    /// The document of so many pixels, with a title for readers of screens.
    #[must_use]
    pub fn document(&self, size: [f64; 2], title: &str) -> String {
        let [w, h] = size;
        let title = escaped(title);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {w:.0} {h:.0}\" \
             width=\"{w:.0}\" height=\"{h:.0}\" font-family=\"Inter, Helvetica, Arial, sans-serif\" \
             font-size=\"13\" role=\"img\">\n<title>{title}</title>\n\
             <rect width=\"{w:.0}\" height=\"{h:.0}\" fill=\"#ffffff\"/>\n{}</svg>\n",
            self.body
        )
    }
}

/// A text as content of an element; characters that XML does not have are left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => {}
            other if other.is_control() => out.push(' '),
            other => out.push(other),
        }
    }
    out
}

/// A text in lines of about so many letters, broken between words.
#[must_use]
pub fn wrapped(text: &str, letters: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= letters => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_is_content() {
        assert_eq!(
            escaped("a<b & \"c\"\n\u{0}"),
            "a&lt;b &amp; &quot;c&quot;  "
        );
    }

    #[test]
    fn lines_break_between_words() {
        assert_eq!(wrapped("one two three", 8), ["one two", "three"]);
        assert_eq!(wrapped("overlong", 3), ["overlong"]);
        assert!(wrapped("", 3).is_empty());
    }
}
