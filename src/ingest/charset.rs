//! Bytes → text: UTF-8, UTF-16 with a byte-order mark, or a guess that is said aloud.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE};

/// Text, and what people should know of how it was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Decoded {
    /// The text, without byte-order mark.
    pub text: String,
    /// A guessed encoding, replacement characters.
    pub warnings: Vec<String>,
}

/// How files begin that hold articles but are not text, and what to do with them.
const CONTAINERS: [(&[u8], &str); 10] = [
    (b"%PDF-", "a PDF; extract its text first, for instance with pdftotext"),
    (b"PK\x03\x04", "a zip archive, perhaps a Word or EPUB file; unpack or convert it first"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file; convert it first"),
    (b"{\\rtf", "RTF; convert it first"),
    (b"\x1f\x8b", "gzip; decompress it first, for instance `gzip -dc FILE | claimsift … -`"),
    (b"\x28\xb5\x2f\xfd", "zstd; decompress it first"),
    (b"\xfd7zXZ\0", "xz; decompress it first"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"\xff\xfe\0\0", "UTF-32; convert it: iconv -f UTF-32 -t UTF-8"),
];

/// One control character in twenty is far above any damaged text and half of what compressed data has.
const MOST_CONTROLS: usize = 20;

/// Decodes a whole file.
///
/// A byte-order mark decides; without one, valid UTF-8 is UTF-8, and anything else is guessed.
///
/// # Errors
/// Why the bytes are not text, and what to do: a known container, or too many control characters.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, String> {
    if let Some((_, what)) = CONTAINERS.iter().find(|(start, _)| bytes.starts_with(start)) {
        return Err(format!("begins like {what}"));
    }
    match Encoding::for_bom(bytes) {
        Some((encoding, mark)) if encoding == UTF_16LE || encoding == UTF_16BE => {
            let (text, _) = encoding.decode_without_bom_handling(bytes.get(mark..).unwrap_or_default());
            refuse_binary(text.as_bytes())?;
            let warnings = replaced(&text, encoding.name());
            Ok(Decoded { text: text.into_owned(), warnings })
        }
        _ => {
            refuse_binary(bytes)?;
            Ok(decode_utf8(bytes))
        }
    }
}

/// A page says its encoding within so many bytes: four times what browsers look at.
const PRESCAN: usize = 4096;

/// Decodes a web page: by its byte-order mark, as UTF-8 where it is that, else by `label` (the header it was sent with), by its
/// own `<meta>`, by a guess.
///
/// # Errors
/// As [`decode`].
pub(super) fn decode_page(bytes: &[u8], label: Option<&str>) -> Result<Decoded, String> {
    let start = bytes.get(..PRESCAN).unwrap_or(bytes);
    let start = String::from_utf8_lossy(start).to_ascii_lowercase();
    let metas = start.split("<meta").skip(1).filter_map(|rest| rest.split('>').next());
    let own = metas.filter_map(|meta| value_of(meta, "charset")).next();
    let known = |label: &&str| Encoding::for_label_no_replacement(label.as_bytes()).is_some();
    decode_declared(bytes, label.filter(known).or(own))
}

/// Decodes XML: as [`decode_page`], by its declaration.
///
/// # Errors
/// As [`decode`].
pub(super) fn decode_xml(bytes: &[u8]) -> Result<Decoded, String> {
    let start = String::from_utf8_lossy(bytes.get(..PRESCAN).unwrap_or(bytes));
    let declaration = start.trim_start().strip_prefix("<?xml").and_then(|rest| rest.split("?>").next());
    decode_declared(bytes, declaration.and_then(|declaration| value_of(declaration, "encoding")))
}

/// What stands behind `name=` in a tag or a header, in quotes or not.
pub(super) fn value_of<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let (_, rest) = tag.split_once(name)?;
    let value = rest.trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']);
    let value = value.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ';' | '/' | '?')).next()?;
    (!value.is_empty()).then_some(value)
}

/// Decodes by a declared encoding, unless the bytes are valid UTF-8: no other text is that by accident, and servers lie.
fn decode_declared(bytes: &[u8], label: Option<&str>) -> Result<Decoded, String> {
    let declared = label.and_then(|label| Encoding::for_label_no_replacement(label.as_bytes()));
    let Some(encoding) = declared.filter(|_| Encoding::for_bom(bytes).is_none()) else { return decode(bytes) };
    let utf16 = encoding == UTF_16LE || encoding == UTF_16BE;
    // ISO-2022-JP is ASCII with escapes, and so valid UTF-8.
    let utf8 = encoding != ISO_2022_JP && std::str::from_utf8(bytes).is_ok();
    if encoding == UTF_8 || utf8 && !utf16 || utf16 && unmarked_utf16(bytes).is_none() {
        return decode(bytes);
    }
    if !utf16 {
        refuse_binary(bytes)?;
    }
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let warnings = replaced(&text, encoding.name());
    Ok(Decoded { text: text.into_owned(), warnings })
}

/// Decodes bytes that should be UTF-8, guessing the encoding where they are not.
pub(super) fn decode_utf8(bytes: &[u8]) -> Decoded {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Decoded { text: text.to_owned(), warnings: Vec::new() };
    }
    if is_damaged_utf8(bytes) {
        let text = String::from_utf8_lossy(bytes);
        let warnings = replaced(&text, "UTF-8");
        return Decoded { text: text.into_owned(), warnings };
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let encoding = detector.guess(None, Utf8Detection::Deny);
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let mut warnings = vec![format!("not valid UTF-8; read as {}, a guess from its bytes", encoding.name())];
    warnings.extend(replaced(&text, encoding.name()));
    Decoded { text: text.into_owned(), warnings }
}

/// Whether most of what is not ASCII is valid UTF-8, which no other encoding looks like: some bytes were broken
/// on the way, and reading all as another encoding would garble the rest.
fn is_damaged_utf8(bytes: &[u8]) -> bool {
    let (mut valid, mut invalid) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        valid += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        invalid += usize::from(!chunk.invalid().is_empty());
    }
    valid > invalid
}

fn replaced(text: &str, encoding: &str) -> Vec<String> {
    match text.matches('\u{fffd}').count() {
        0 => Vec::new(),
        n => vec![format!("{n} replacement characters (U+FFFD) stand where bytes are not valid {encoding}")],
    }
}

/// Single NULs inside real text are kept; a share of control characters that no text has is not text.
fn refuse_binary(bytes: &[u8]) -> Result<(), String> {
    let is_control = |byte: u8| byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r' | 8 | 11 | 12 | 27);
    let controls = bytes.iter().filter(|&&byte| is_control(byte)).count();
    let (few, all) = (controls <= 1 || controls * MOST_CONTROLS <= bytes.len(), controls == bytes.len());
    if controls == 0 || few && !all {
        return Ok(());
    }
    let found = format!("{controls} of {} bytes are NUL or other control characters", bytes.len());
    let hint = match unmarked_utf16(bytes) {
        Some(encoding) => {
            format!("looks like UTF-16 without a byte-order mark: iconv -f {encoding} -t UTF-8")
        }
        None => format!("expected at most one in {MOST_CONTROLS}"),
    };
    Err(format!("{found}; {hint}"))
}

/// The byte order of what is probably UTF-16: nearly every NUL in the same half of the byte pairs.
fn unmarked_utf16(bytes: &[u8]) -> Option<&'static str> {
    let nuls = |offset: usize| bytes.iter().skip(offset).step_by(2).filter(|&&byte| byte == 0).count();
    let (even, odd) = (nuls(0), nuls(1));
    match bytes.len() / 4 {
        quarter if odd > quarter && odd > 10 * even => Some("UTF-16LE"),
        quarter if even > quarter && even > 10 * odd => Some("UTF-16BE"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn clean(text: &str) -> Result<Decoded, String> {
        Ok(Decoded { text: text.into(), warnings: Vec::new() })
    }

    #[test]
    fn utf8_is_read_with_and_without_a_mark() {
        assert_eq!(decode("Café\r\n".as_bytes()), clean("Café\r\n"));
        assert_eq!(decode(b"\xef\xbb\xbfCaf\xc3\xa9"), clean("Café"));
        assert_eq!(decode(b""), clean(""));
    }

    #[test]
    fn utf16_with_a_mark_is_read_in_both_orders() {
        let units: Vec<u16> = "é😀\n".encode_utf16().collect();
        let le: Vec<u8> = [0xfeff].iter().chain(&units).flat_map(|unit| unit.to_le_bytes()).collect();
        let be: Vec<u8> = [0xfeff].iter().chain(&units).flat_map(|unit| unit.to_be_bytes()).collect();
        assert_eq!(decode(&le), clean("é😀\n"));
        assert_eq!(decode(&be), clean("é😀\n"));
    }

    #[test]
    fn an_unpaired_surrogate_is_replaced_with_a_warning() {
        let decoded = decode(b"\xff\xfea\x00\x00\xd8b\x00").unwrap();
        assert_eq!(decoded.text, "a\u{fffd}b");
        assert_eq!(decoded.warnings, ["1 replacement characters (U+FFFD) stand where bytes are not valid UTF-16LE"]);
    }

    #[test]
    fn latin1_is_read_as_windows_1252_with_a_warning() {
        let decoded = decode(b"Le pr\xe9sident a \xe9t\xe9 \xe9lu \x96 hier \xe0 Paris, a-t-il d\xe9clar\xe9.").unwrap();
        assert_eq!(decoded.text, "Le président a été élu – hier à Paris, a-t-il déclaré.");
        assert_eq!(decoded.warnings, ["not valid UTF-8; read as windows-1252, a guess from its bytes"]);
    }

    #[test]
    fn utf8_with_a_broken_byte_stays_utf8() {
        let decoded = decode("Zürich — “naïve”".as_bytes().split_last().unwrap().1).unwrap();
        assert_eq!(decoded.text, "Zürich — “naïve\u{fffd}");
        assert_eq!(decoded.warnings, ["1 replacement characters (U+FFFD) stand where bytes are not valid UTF-8"]);
    }

    #[test]
    fn a_replacement_character_of_the_author_is_no_warning() {
        assert_eq!(decode("a\u{fffd}b".as_bytes()), clean("a\u{fffd}b"));
    }

    #[test]
    fn nuls_inside_text_are_kept() {
        assert_eq!(decode(b"Hi\0there"), clean("Hi\0there"));
    }

    #[test]
    fn nuls_alone_and_random_bytes_are_not_text() {
        assert!(decode(b"\0").unwrap_err().starts_with("1 of 1 bytes are NUL"));
        assert!(decode(&[0; 4096]).unwrap_err().contains("expected at most one in 20"));
        let mut state = 1u32;
        let noise = std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        });
        assert!(decode(&noise.take(4096).collect::<Vec<_>>()).is_err());
    }

    #[test]
    fn containers_are_named() {
        assert!(decode(b"%PDF-1.7\n").unwrap_err().contains("pdftotext"));
        assert!(decode(b"PK\x03\x04").unwrap_err().contains("zip"));
    }

    #[test]
    fn a_page_is_read_as_its_header_or_its_meta_says() {
        let page = |meta: &str| [meta.as_bytes(), b"<p>\x93Caf\xe9\x94</p>"].concat();
        let read = |bytes: &[u8], label| decode_page(bytes, label).unwrap();
        for meta in [
            "<meta http-equiv=Content-Type content=\"text/html; charset=ISO-8859-1\">",
            "<META CHARSET='windows-1252' />",
            "<meta name=a><meta charset = latin1>",
        ] {
            let decoded = read(&page(meta), None);
            assert!(decoded.text.ends_with("<p>“Café”</p>"), "{}", decoded.text);
            assert!(decoded.warnings.is_empty());
        }
        assert!(read(&page("<meta charset=utf-8>"), Some("windows-1252")).text.ends_with("<p>“Café”</p>"));
        assert!(read(&page("<meta charset=windows-1252>"), Some("nonsense")).warnings.is_empty());
        assert_eq!(read("<meta charset=latin1>é".as_bytes(), Some("latin1")).text, "<meta charset=latin1>é", "servers lie");
        assert_eq!(read(b"<meta charset=iso-2022-jp>\x1b$B$\"\x1b(B", None).text, "<meta charset=iso-2022-jp>あ");
        assert_eq!(read(b"a\0b\0c\0d\0", Some("utf-16le")).text, "abcd");
    }

    #[test]
    fn xml_is_read_as_its_declaration_says() {
        let decoded = decode_xml(b"<?xml version='1.0' encoding='ISO-8859-15'?><a>\xa4 5</a>").unwrap();
        assert!(decoded.text.ends_with("<a>€ 5</a>"));
        assert!(decoded.warnings.is_empty());
        assert!(decode_xml(b"<?xml version='1.0'?><a>\xa4 caf\xe9</a>").unwrap().warnings[0].contains("a guess"));
    }

    #[test]
    fn utf16_without_a_mark_says_how_to_convert_it() {
        let bytes: Vec<u8> = "Plain words".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(decode(&bytes).unwrap_err().ends_with("iconv -f UTF-16LE -t UTF-8"));
    }

    proptest! {
        #[test]
        fn any_bytes_decode_or_are_refused(bytes: Vec<u8>) {
            let _ = decode(&bytes);
            let _ = (decode_page(&bytes, Some("shift_jis")), decode_xml(&bytes));
            decode_utf8(&bytes);
        }

        #[test]
        fn text_without_controls_comes_back_as_it_was(text in "\\PC*[\r\n\t]?\\PC*") {
            prop_assert_eq!(decode_utf8(text.as_bytes()).text, text.strip_prefix('\u{feff}').unwrap_or(&text));
        }
    }
}
