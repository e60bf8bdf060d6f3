//! Which format a recording has.

use super::super::fault::Faults;

/// Formats that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// EDF, EDF+, BDF or BDF+.
    Edf,
    /// RIFF and RF64.
    Wav,
    /// Text, npy or npz.
    Table,
}

/// What other files begin with, what they are, and what is made of them.
const NOT_READ: [(&[u8], &str, &str); 11] = [
    (VHDR, "a header of BrainVision", AS_EDF),
    (b"\x89HDF", "HDF5 (also MATLAB 7.3)", AS_ARRAY),
    (b"MATLAB 5.0", "a .mat file of MATLAB", AS_ARRAY),
    (b"GDF ", "GDF", AS_EDF),
    (b"\x00\x00\x00\x64", "FIF of MNE or Neuromag", AS_EDF),
    (b"RIFX", "RIFX, with the greater byte first", AS_WAV),
    (b"riff", "Wave64", AS_WAV),
    (b"FORM", "AIFF", AS_WAV),
    (b"fLaC", "FLAC", AS_WAV),
    (b"OggS", "Ogg", AS_WAV),
    (b"ID3", "MP3", AS_WAV),
];
const VHDR: &[u8] = b"Brain Vision Data Exchange";
/// Bytes in which a 0 is looked for.
const LOOKED_AT: usize = 512;
const AS_EDF: &str = "EDF or BDF, to which it can be exported";
const AS_ARRAY: &str = "an array in .npy, or a table in CSV";
const AS_WAV: &str = "WAV";

/// What 0, the version of EDF, is in 8 characters.
const EDF: &[u8] = b"0       ";
const BDF: &[u8] = b"\xffBIOSEMI";
/// Where the dots of the day and of the hour stand in a header of EDF.
const DOTS: [usize; 4] = [170, 173, 178, 181];

/// The format of a file, by what it begins with, then by its name's ending.
///
/// # Errors
/// When it is a format that is not read, or begins otherwise than its ending says.
pub(super) fn detect(name: &str, bytes: &[u8]) -> Result<Format, Faults> {
    let ending = name.rsplit('.').next().unwrap_or_default();
    let ending = ending.to_ascii_lowercase();
    let is_called = |endings: &[&str]| endings.contains(&ending.as_str());
    let is_dotted = || DOTS.iter().all(|at| bytes.get(*at) == Some(&b'.'));
    if bytes.starts_with(BDF)
        || bytes.starts_with(EDF) && (is_called(&["edf", "rec"]) || is_dotted())
    {
        return Ok(Format::Edf);
    }
    let is_wave = bytes.get(8..12) == Some(b"WAVE");
    let is_riff = [b"RIFF", b"RF64", b"BW64"]
        .iter()
        .any(|own| bytes.starts_with(*own));
    if is_riff && is_wave {
        return Ok(Format::Wav);
    }
    // Formats of bytes have one that is 0 soon, a table that begins with their letters has none.
    let is_text = !bytes.iter().take(LOOKED_AT).any(|byte| *byte == 0);
    let known = NOT_READ.iter().find(|(begin, ..)| bytes.starts_with(begin));
    if let Some((_, what, expected)) = known.filter(|(begin, ..)| !is_text || *begin == VHDR) {
        return Err(Faults::whole(format!(
            "it is {what}, which is not read; expected {expected}"
        )));
    }
    let begins = bytes[..bytes.len().min(8)].escape_ascii();
    let refuse = |expected: &str| {
        Err(Faults::whole(format!(
            "it is called .{ending} and begins with \"{begins}\", expected {expected}"
        )))
    };
    match ending.as_str() {
        "edf" => refuse("\"0       \" as EDF does, or \"\\xffBIOSEMI\" as BDF does"),
        "bdf" => refuse("\"\\xffBIOSEMI\" as BDF does"),
        "wav" | "wave" => refuse("\"RIFF\", a length and \"WAVE\" as WAV does"),
        _ => Ok(Format::Table),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_known_by_their_begin_then_by_their_ending() {
        assert_eq!(detect("a.dat", b"\xffBIOSEMI").unwrap(), Format::Edf);
        assert_eq!(detect("a.EDF", b"0       x").unwrap(), Format::Edf);
        assert_eq!(detect("a.txt", b"0       1\n").unwrap(), Format::Table);
        assert_eq!(detect("a.edf", b"RIFF....WAVE").unwrap(), Format::Wav);
        let refused = |name, bytes: &[u8]| detect(name, bytes).unwrap_err().to_string();
        assert!(refused("a.edf", b"1,2\n").contains("begins with \"1,2\\n\", expected"));
        assert!(refused("a.wav", b"RIFF").contains("\"WAVE\" as WAV does"));
        assert!(refused("a.vhdr", VHDR).contains("EDF or BDF"));
        assert!(refused("a.flac", b"fLaC\0").contains("it is FLAC"));
        assert_eq!(detect("a.csv", b"FORM,x\n1,2\n").unwrap(), Format::Table);
    }
}
