//! The text of a page: escaped words, tables and sections. A page needs no network and no script.

use std::fmt::Write as _;

use crate::figure::SOFTWARE;
use crate::figure::number::decade;

/// By this a file is known as a report, which the next report may replace.
const MARKER: &str = "<meta name=\"generator\" content=\"phantom report, ";

/// The styles of every page, for the screen, light and dark, and for paper.
const STYLE: &str = include_str!("style.css");

/// Whether the beginning of a file is that of a report.
#[must_use]
pub fn is_report(start: &str) -> bool {
    start.contains(MARKER)
}

/// A text as content or attribute of an element. Control characters become replacement characters,
/// line ends and tabs stay.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(letter),
            other if other.is_control() => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
    out
}

/// A piece of text in the typeface of code.
#[must_use]
pub fn code(text: &str) -> String {
    format!("<code>{}</code>", escaped(text))
}

/// A number with six digits, whatever its size.
#[must_use]
pub fn short(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 {
        return "0".to_owned();
    }
    if !value.is_finite() || !(1e-4..1e7).contains(&size) {
        return format!("{value:.5e}").replace('-', "−");
    }
    let whole = (decade(size) + 1).max(1);
    let decimals = usize::try_from(6 - whole).unwrap_or(0);
    let text = format!("{value:.decimals$}");
    let text = match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.'),
        false => &text,
    };
    text.replace('-', "−")
}

/// A whole number with thin spaces between groups of three digits.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (k, digit) in digits.chars().enumerate() {
        if k > 0 && (digits.len() - k).is_multiple_of(3) && digits.len() > 4 {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}

/// How good or bad a thing is, told by a sign besides a colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// As it should be.
    Good,
    /// To be looked at.
    Warn,
    /// Not as it should be.
    Bad,
    /// Neither.
    Plain,
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Plain => "plain",
        }
    }
}

/// A few words on a coloured ground, with a sign in front.
#[must_use]
pub fn badge(tone: Tone, sign: &str, words: &str) -> String {
    format!(
        "<span class=\"badge {}\"><span aria-hidden=\"true\">{sign}</span> {}</span>",
        tone.class(),
        escaped(words)
    )
}

/// A page that is being written, section by section.
pub struct Page {
    title: String,
    body: String,
    contents: Vec<(String, String)>,
    is_open: bool,
}

impl Page {
    /// An empty page.
    #[must_use]
    pub fn new(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            body: String::new(),
            contents: Vec::new(),
            is_open: false,
        }
    }

    /// Adds what is HTML already.
    pub fn raw(&mut self, html: &str) {
        self.body.push_str(html);
        self.body.push('\n');
    }

    /// Adds a paragraph; its text is escaped.
    pub fn paragraph(&mut self, text: &str) {
        let text = escaped(text);
        self.raw(&format!("<p>{text}</p>"));
    }

    /// Adds a remark in small letters; its text is escaped.
    pub fn note(&mut self, text: &str) {
        let text = escaped(text);
        self.raw(&format!("<p class=\"note\">{text}</p>"));
    }

    /// Adds a paragraph that nobody should miss; its text is escaped.
    pub fn banner(&mut self, tone: Tone, text: &str) {
        let (class, text) = (tone.class(), escaped(text));
        self.raw(&format!(
            "<p class=\"banner {class}\" role=\"note\">{text}</p>"
        ));
    }

    /// Begins a section of this name, after the one before.
    pub fn section(&mut self, id: &str, name: &str) {
        self.close();
        let (id, name) = (escaped(id), escaped(name));
        let head = format!("<section id=\"{id}\" aria-labelledby=\"{id}-h\">");
        self.raw(&format!("{head}\n<h2 id=\"{id}-h\">{name}</h2>"));
        self.contents.push((id, name));
        self.is_open = true;
    }

    fn close(&mut self) {
        if self.is_open {
            self.raw("</section>");
            self.is_open = false;
        }
    }

    /// Adds a table of facts: a name and HTML in each line.
    pub fn facts(&mut self, facts: &[(&str, String)]) {
        self.raw("<table class=\"facts\"><tbody>");
        for (name, html) in facts {
            let name = escaped(name);
            self.raw(&format!(
                "<tr><th scope=\"row\">{name}</th><td>{html}</td></tr>"
            ));
        }
        self.raw("</tbody></table>");
    }

    /// Adds a table whose cells are HTML. A head that begins with `#` is of a column of numbers.
    pub fn table(&mut self, caption: &str, heads: &[&str], rows: &[Vec<String>]) {
        let numeric: Vec<bool> = heads.iter().map(|head| head.starts_with('#')).collect();
        let class = |k: usize| match numeric.get(k) {
            Some(true) => " class=\"number\"",
            _ => "",
        };
        self.raw("<div class=\"wide\"><table>");
        let caption = escaped(caption);
        self.raw(&format!("<caption>{caption}</caption>\n<thead><tr>"));
        for (k, head) in heads.iter().enumerate() {
            let (class, head) = (class(k), escaped(head.trim_start_matches('#')));
            let _ = write!(self.body, "<th scope=\"col\"{class}>{head}</th>");
        }
        self.raw("</tr></thead>\n<tbody>");
        for row in rows {
            self.body.push_str("<tr>");
            for (k, cell) in row.iter().enumerate() {
                let class = class(k);
                let _ = write!(self.body, "<td{class}>{cell}</td>");
            }
            self.raw("</tr>");
        }
        self.raw("</tbody></table></div>");
    }

    /// Adds a text as it stands, with its line ends; it is escaped.
    pub fn listing(&mut self, text: &str) {
        let text = escaped(text);
        self.raw(&format!("<pre tabindex=\"0\"><code>{text}</code></pre>"));
    }

    /// Begins a part that is folded away; its summary is escaped.
    pub fn fold(&mut self, summary: &str) {
        let summary = escaped(summary);
        self.raw(&format!("<details><summary>{summary}</summary>"));
    }

    /// Ends a part that is folded away.
    pub fn unfold(&mut self) {
        self.raw("</details>");
    }

    /// The whole document.
    #[must_use]
    pub fn finish(mut self) -> String {
        self.close();
        let title = escaped(&self.title);
        let links = self.contents.iter();
        let links: String = links
            .map(|(id, name)| format!("<li><a href=\"#{id}\">{name}</a></li>"))
            .collect();
        let body = self.body.replacen(CONTENTS, &links, 1);
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             {MARKER}{SOFTWARE}\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
             style-src 'unsafe-inline'; img-src data:\">\n\
             <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n\
             {body}</main>\n<footer>Written by {SOFTWARE}.</footer>\n</body>\n</html>\n"
        )
    }

    /// Adds the list of sections, which is known once the page is finished.
    pub fn contents(&mut self) {
        self.raw(&format!(
            "<nav aria-label=\"Contents\"><ul>{CONTENTS}</ul></nav>"
        ));
    }
}

/// Stands where the list of sections goes; no text that is escaped holds it.
const CONTENTS: &str = "<!--contents-->";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_scene_says_is_never_markup() {
        assert_eq!(
            escaped("<script>alert('a' & \"b\")</script>\u{7}\n"),
            "&lt;script&gt;alert(&#39;a&#39; &amp; &quot;b&quot;)&lt;/script&gt;\u{fffd}\n"
        );
        let mut page = Page::new("a<b");
        page.contents();
        page.section("one", "One & two");
        page.paragraph(CONTENTS);
        let text = page.finish();
        assert!(text.contains("<title>a&lt;b</title>"), "{text}");
        assert!(
            text.contains("<li><a href=\"#one\">One &amp; two</a></li>"),
            "{text}"
        );
        assert!(text.contains("<p>&lt;!--contents--&gt;</p>"), "{text}");
        assert!(is_report(&text) && !is_report("<!DOCTYPE html><html lang=\"en\">"));
    }

    #[test]
    fn numbers_have_six_digits_and_real_minus_signs() {
        let cases = [
            (0.0, "0"),
            (0.1 + 0.2, "0.3"),
            (-12.345_678_9, "−12.3457"),
            (123_456.789, "123457"),
            (100.0, "100"),
            (1.5e-9, "1.50000e−9"),
            (2.5e12, "2.50000e12"),
        ];
        for (value, text) in cases {
            assert_eq!(short(value), text);
        }
        assert_eq!(grouped(1234), "1234");
        assert_eq!(grouped(1_234_567), "1\u{202f}234\u{202f}567");
    }
}
