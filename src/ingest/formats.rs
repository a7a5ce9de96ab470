//! What a file holds: told by its name, by the root of its XML, or by its first bytes.

use std::fmt;
use std::path::Path;

use super::compressed::Codec;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Plain text, one document.
    Text,
    /// Markdown, one document.
    Markdown,
    /// JSON lines, a document each.
    Jsonl,
    /// A web page, one document: its article.
    Html,
    /// IPTC ninjs, 1.x to 3.x.
    Ninjs,
    /// IPTC NITF.
    Nitf,
    /// IPTC NewsML-G2, an item or a message of many.
    Newsml,
    /// A web archive: a document for each page in it.
    Warc,
    /// WebVTT subtitles, one document: a transcript.
    Vtt,
    /// SubRip subtitles, one document: a transcript.
    Srt,
    /// JSON lines, a speaker's turn each; one document.
    Turns,
}

impl Format {
    /// As it is given on the command line and written in records.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Markdown => "markdown",
            Format::Jsonl => "jsonl",
            Format::Html => "html",
            Format::Ninjs => "ninjs",
            Format::Nitf => "nitf",
            Format::Newsml => "newsml",
            Format::Warc => "warc",
            Format::Vtt => "vtt",
            Format::Srt => "srt",
            Format::Turns => "turns",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a name says of a file, compression apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// One format.
    Of(Format),
    /// XML, whose root element says which.
    Xml,
    /// A tar archive of files.
    Tar,
    /// A zip archive of files.
    Zip,
}

/// Extensions of news files, with what they hold.
const EXTENSIONS: [(&str, Kind); 18] = [
    ("txt", Kind::Of(Format::Text)),
    ("text", Kind::Of(Format::Text)),
    ("md", Kind::Of(Format::Markdown)),
    ("markdown", Kind::Of(Format::Markdown)),
    ("jsonl", Kind::Of(Format::Jsonl)),
    ("ndjson", Kind::Of(Format::Jsonl)),
    ("html", Kind::Of(Format::Html)),
    ("htm", Kind::Of(Format::Html)),
    ("xhtml", Kind::Of(Format::Html)),
    ("json", Kind::Of(Format::Ninjs)),
    ("nitf", Kind::Of(Format::Nitf)),
    ("xml", Kind::Xml),
    ("warc", Kind::Of(Format::Warc)),
    ("vtt", Kind::Of(Format::Vtt)),
    ("srt", Kind::Of(Format::Srt)),
    ("tar", Kind::Tar),
    ("tgz", Kind::Tar),
    ("zip", Kind::Zip),
];

/// What a path's extension stands for, in any case, behind the extension of a compression.
pub(super) fn kind(path: &Path) -> Option<Kind> {
    let extension = path.extension()?.to_str()?;
    if Codec::of_extension(extension).is_some() {
        let inner = Path::new(path.file_stem()?);
        return if Codec::of_extension(inner.extension()?.to_str()?).is_some() { None } else { kind(inner) };
    }
    EXTENSIONS.iter().find(|(known, _)| extension.eq_ignore_ascii_case(known)).map(|&(_, kind)| kind)
}

/// The extensions looked for in directories and archives, for people.
pub(super) fn known_extensions() -> String {
    let plain: Vec<String> = EXTENSIONS.map(|(extension, _)| format!(".{extension}")).into();
    format!("{}, and these with .gz .zst .bz2 .xz", plain.join(" "))
}

/// Where the magic of a tar archive stands.
const TAR_MAGIC: usize = 257;
/// So many bytes tell what a file begins with.
pub(super) const HEAD: usize = TAR_MAGIC + 5;

/// What a file without a telling name is, by its first [`HEAD`] bytes: an archive, or `None`.
///
/// A zip archive is told so only where the name has no extension at all: ".docx" and ".epub" are zip files too.
pub(super) fn kind_of_head(head: &[u8], path: &Path) -> Option<Kind> {
    if head.starts_with(b"WARC/") {
        Some(Kind::Of(Format::Warc))
    } else if head.get(TAR_MAGIC..).is_some_and(|magic| magic.starts_with(b"ustar")) {
        Some(Kind::Tar)
    } else {
        (head.starts_with(b"PK\x03\x04") && path.extension().is_none()).then_some(Kind::Zip)
    }
}

/// Root elements of NewsML-G2, in lower case.
const NEWSML_ROOTS: [&str; 9] =
    ["newsitem", "newsmessage", "packageitem", "conceptitem", "knowledgeitem", "planningitem", "catalogitem", "hop", "newsml"];

/// What an XML text is by its root element, or the root's name if it is none of ours (empty if there is no root).
pub(super) fn of_root(xml: &str) -> Result<Format, &str> {
    let name = root(xml).unwrap_or_default();
    let local = name.rsplit(':').next().unwrap_or(name).to_ascii_lowercase();
    match local.as_str() {
        "nitf" => Ok(Format::Nitf),
        "html" => Ok(Format::Html),
        local if NEWSML_ROOTS.contains(&local) => Ok(Format::Newsml),
        _ => Err(name),
    }
}

/// The name of the root element, behind declarations, comments and the document type.
fn root(xml: &str) -> Option<&str> {
    let mut rest = xml.trim_start_matches('\u{feff}');
    loop {
        rest = rest.trim_start().strip_prefix('<')?;
        rest = if let Some(comment) = rest.strip_prefix("!--") {
            comment.split_once("-->")?.1
        } else if rest.starts_with('?') {
            rest.split_once("?>")?.1
        } else if rest.starts_with('!') {
            let end = rest.find(['[', '>'])?;
            let (declared, inner) = (rest.get(end..)?, rest.get(end + 1..)?);
            // An internal subset may hold `>`, and ends at `]`.
            if declared.starts_with('[') { inner.split_once(']')?.1.split_once('>')?.1 } else { inner }
        } else {
            let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).unwrap_or(rest.len());
            return rest.get(..end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str) -> Option<Kind> {
        kind(Path::new(name))
    }

    #[test]
    fn an_extension_is_known_in_any_case_and_behind_one_compression() {
        assert_eq!(of("a/B.TXT"), Some(Kind::Of(Format::Text)));
        assert_eq!(of("a.warc.gz"), Some(Kind::Of(Format::Warc)));
        assert_eq!(of("a.jsonl.ZST"), Some(Kind::Of(Format::Jsonl)));
        assert_eq!(of("a.tar.xz"), Some(Kind::Tar));
        assert_eq!(of("a.tgz"), Some(Kind::Tar));
        for unknown in ["a", "a.gz", "a.docx", "a.txt.gz.gz", ".txt", "gz"] {
            assert_eq!(of(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn the_root_decides_what_xml_is() {
        let prolog = "\u{feff}<?xml version=\"1.0\"?>\n<!-- <nitf> -->\n";
        assert_eq!(of_root(&format!("{prolog}<!DOCTYPE nitf [<!ENTITY a \"<b>\">]>\n<nitf>")), Ok(Format::Nitf));
        assert_eq!(of_root(&format!("{prolog}<!DOCTYPE html PUBLIC \"x\">\n<html\nlang='en'>")), Ok(Format::Html));
        assert_eq!(of_root("<iptc:newsMessage xmlns:iptc='x'>"), Ok(Format::Newsml));
        assert_eq!(of_root("<packageItem/>"), Ok(Format::Newsml));
        assert_eq!(of_root("<rss version='2.0'>"), Err("rss"));
        for none in ["", "words", "<!-- x", "<?xml", "<!DOCTYPE a [", "<"] {
            assert_eq!(of_root(none), Err(""), "{none}");
        }
    }

    #[test]
    fn archives_are_known_by_their_first_bytes() {
        let mut tar = vec![0; HEAD];
        tar[TAR_MAGIC..].copy_from_slice(b"ustar");
        assert_eq!(kind_of_head(&tar, Path::new("-")), Some(Kind::Tar));
        assert_eq!(kind_of_head(b"WARC/1.0\r\n", Path::new("a.dat")), Some(Kind::Of(Format::Warc)));
        assert_eq!(kind_of_head(b"PK\x03\x04", Path::new("a")), Some(Kind::Zip));
        assert_eq!(kind_of_head(b"PK\x03\x04", Path::new("a.docx")), None);
        assert_eq!(kind_of_head(b"Words", Path::new("a")), None);
    }
}
