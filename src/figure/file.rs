//! Drawings → files; the ending of the name says which format.

use std::fs;
use std::path::Path;

use super::drawing::Drawing;
use super::pdf::pdf;
use super::picture::png;
use super::svg::svg;

/// The formats that drawings are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Scalable vector graphics: outlines and texts.
    Svg,
    /// Portable document format: a page of outlines and texts.
    Pdf,
    /// A picture of 300 dots per inch.
    Png,
}

impl Format {
    /// The format that a file's name ends with.
    ///
    /// # Errors
    /// When the ending is none of .svg, .pdf and .png, whatever their case.
    pub fn of(path: &Path) -> Result<Self, String> {
        let ending = path.extension().and_then(|e| e.to_str()).unwrap_or("");
        match ending.to_ascii_lowercase().as_str() {
            "svg" => Ok(Self::Svg),
            "pdf" => Ok(Self::Pdf),
            "png" => Ok(Self::Png),
            _ => Err(format!(
                "{} ends with none of .svg, .pdf and .png, which say the format of a figure",
                path.display()
            )),
        }
    }

    /// The bytes of a file of this format.
    ///
    /// # Errors
    /// When the page is too large for a picture.
    pub fn bytes(self, drawing: &Drawing) -> Result<Vec<u8>, String> {
        match self {
            Self::Svg => Ok(svg(drawing).into_bytes()),
            Self::Pdf => Ok(pdf(drawing)),
            Self::Png => png(drawing),
        }
    }
}

/// Writes a drawing in the format of the file's ending; folders above it are made.
///
/// # Errors
/// For an ending of no format, and when the file cannot be written.
pub fn write(path: &Path, drawing: &Drawing) -> Result<(), String> {
    let bytes = Format::of(path)?.bytes(drawing)?;
    let told = |error: std::io::Error| format!("cannot write {}: {error}", path.display());
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => {
            fs::create_dir_all(folder).map_err(told)?
        }
        _ => {}
    }
    fs::write(path, bytes).map_err(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_says_the_format() {
        assert_eq!(Format::of(Path::new("a/b.SVG")), Ok(Format::Svg));
        assert_eq!(Format::of(Path::new("b.pdf")), Ok(Format::Pdf));
        assert_eq!(Format::of(Path::new("b.x.png")), Ok(Format::Png));
        for other in ["b.jpg", "svg", "b", "b."] {
            let told = Format::of(Path::new(other)).unwrap_err();
            assert!(told.contains(".svg, .pdf and .png"), "{told}");
        }
    }

    #[test]
    fn each_format_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let drawing = Drawing::new([72.0, 72.0], "a page");
        for (name, start) in [
            ("x/a.svg", "<?xml"),
            ("a.pdf", "%PDF"),
            ("a.png", "\u{fffd}PNG"),
        ] {
            let path = folder.path().join(name);
            write(&path, &drawing).unwrap();
            let bytes = fs::read(&path).unwrap();
            assert!(String::from_utf8_lossy(&bytes).starts_with(start), "{name}");
        }
        assert!(write(&folder.path().join("a.bmp"), &drawing).is_err());
    }
}
