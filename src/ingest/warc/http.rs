//! An HTTP response as it was archived → its body.

use std::io::{Cursor, Read};

use super::record::Fields;
use crate::ingest::compressed::{Codec, expanded};

/// What a server answered.
#[derive(Debug)]
pub(super) struct Response<'b> {
    /// Such as 200; 0 if the first line does not say it.
    pub status: u16,
    /// Its header.
    pub fields: Fields,
    /// Its body as it was sent.
    pub body: &'b [u8],
}

impl<'b> Response<'b> {
    /// Takes the head off an archived response; none if there is no HTTP.
    pub fn read(block: &'b [u8]) -> Option<Self> {
        if !block.starts_with(b"HTTP/") {
            return None;
        }
        let mut rest = block;
        let mut line = || {
            let end = rest.iter().position(|&byte| byte == b'\n').map_or(rest.len(), |at| at + 1);
            let (line, after) = rest.split_at(end);
            rest = after;
            String::from_utf8_lossy(line).trim_end_matches(['\r', '\n']).to_owned()
        };
        let first = line();
        let status = first.split_whitespace().nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        let mut fields = Fields::default();
        loop {
            let line = line();
            if line.is_empty() {
                break;
            }
            fields.add(&line);
        }
        Some(Self { status, fields, body: rest })
    }

    /// The body without chunks and compression, at most `limit` bytes of it and one more; and what people should know.
    ///
    /// Archives often hold bodies that were unpacked before, under a header that says otherwise: such a body is taken as it is.
    ///
    /// # Errors
    /// Why it cannot be expanded.
    pub fn content(&self, limit: u64, ratio: u64) -> Result<(Vec<u8>, Option<String>), String> {
        let is_chunked = self.fields.get("transfer-encoding").is_some_and(|how| how.to_ascii_lowercase().contains("chunked"));
        let (mut content, mut warning) = (self.body.to_vec(), None);
        if is_chunked && let Some((joined, whole)) = joined(self.body) {
            content = joined;
            warning = (!whole).then(|| "the page was sent in chunks that do not fit together; its end may be missing".to_owned());
        }
        let codecs = self.fields.get("content-encoding").unwrap_or_default().to_ascii_lowercase();
        for codec in codecs.rsplit(',').map(str::trim) {
            let Some(codec) = codec_of(codec, &content) else { continue };
            let bytes: Box<dyn Read + Send> = Box::new(Cursor::new(std::mem::take(&mut content)));
            let most = limit.saturating_add(1);
            expanded(codec, bytes, ratio)
                .and_then(|expanded| expanded.take(most).read_to_end(&mut content))
                .map_err(|error| error.to_string())?;
        }
        Ok((content, warning))
    }
}

/// How a body is compressed, by its header and its own first bytes.
fn codec_of(named: &str, body: &[u8]) -> Option<Codec> {
    match named {
        "gzip" | "x-gzip" => Codec::of_magic(body).filter(|codec| *codec == Codec::Gzip),
        "zstd" => Codec::of_magic(body).filter(|codec| *codec == Codec::Zstd),
        "br" => (!looks_like_text(body)).then_some(Codec::Brotli),
        // Some servers send deflate bare, some with zlib's two bytes before it.
        "deflate" => match body {
            [0x78, flags, ..] if (0x7800 + u32::from(*flags)) % 31 == 0 => Some(Codec::Zlib),
            body => (!looks_like_text(body)).then_some(Codec::Deflate),
        },
        _ => None,
    }
}

fn looks_like_text(body: &[u8]) -> bool {
    body.trim_ascii_start().starts_with(b"<")
}

/// A chunked body put together, and whether all chunks were there; none if it is not chunked.
fn joined(mut body: &[u8]) -> Option<(Vec<u8>, bool)> {
    let mut joined = Vec::new();
    let mut any = false;
    while let Some((length, rest)) = chunk_length(body) {
        if length == 0 {
            return Some((joined, true));
        }
        let Some(chunk) = rest.get(..length) else {
            joined.extend_from_slice(rest);
            return Some((joined, false)).filter(|_| any);
        };
        any = true;
        joined.extend_from_slice(chunk);
        body = rest.get(length..).unwrap_or_default();
        body = body.strip_prefix(b"\r\n").or_else(|| body.strip_prefix(b"\n")).unwrap_or(body);
    }
    any.then(|| {
        joined.extend_from_slice(body);
        (joined, false)
    })
}

/// The length that a chunk begins with, and what follows it.
fn chunk_length(body: &[u8]) -> Option<(usize, &[u8])> {
    let end = body.iter().take(64).position(|&byte| byte == b'\n')?;
    let line = std::str::from_utf8(body.get(..end)?).ok()?;
    let digits = line.split(';').next()?.trim();
    let length = usize::from_str_radix(digits, 16).ok()?;
    Some((length, body.get(end + 1..)?))
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{gzip, zstd};
    use super::*;

    fn content(head: &str, body: &[u8]) -> (Vec<u8>, Option<String>) {
        let block = [b"HTTP/1.1 200 OK\r\n", head.as_bytes(), b"\r\n", body].concat();
        Response::read(&block).unwrap().content(1000, 1000).unwrap()
    }

    #[test]
    fn head_and_body_are_parted() {
        let response = Response::read(b"HTTP/1.0 404 Not Found\nContent-Type:  text/html;\n charset=x\n\nBody\n\n").unwrap();
        assert_eq!((response.status, response.fields.get("content-type")), (404, Some("text/html; charset=x")));
        assert_eq!(response.body, b"Body\n\n");
        assert!(Response::read(b"Body").is_none());
        assert_eq!(Response::read(b"HTTP/1.1").unwrap().status, 0);
    }

    #[test]
    fn chunks_are_put_together() {
        let chunked = "Transfer-Encoding: chunked\r\n";
        assert_eq!(content(chunked, b"4\r\nOne.\r\n5;x=y\r\n Two.\r\n0\r\n\r\n"), (b"One. Two.".to_vec(), None));
        assert_eq!(content(chunked, b"<p>not chunked"), (b"<p>not chunked".to_vec(), None));
        let (cut, warning) = content(chunked, b"4\r\nOne.\r\n50\r\n Two.");
        assert_eq!(cut, b"One. Two.");
        assert!(warning.unwrap().contains("do not fit together"));
    }

    #[test]
    fn each_compression_is_undone_and_a_body_without_it_is_taken_as_it_is() {
        let zlib = {
            let mut encoder = flate2::read::ZlibEncoder::new(b"Words.".as_slice(), flate2::Compression::default());
            let mut bytes = Vec::new();
            encoder.read_to_end(&mut bytes).unwrap();
            bytes
        };
        let brotli = [0x8b, 0x02, 0x80, b'W', b'o', b'r', b'd', b's', b'.', 0x03];
        for (name, body) in [
            ("gzip", gzip(b"Words.")),
            ("zstd", zstd(b"Words.")),
            ("deflate", zlib.clone()),
            ("deflate", zlib[2..zlib.len() - 4].to_vec()),
            ("br", brotli.to_vec()),
            ("gzip, gzip", gzip(&gzip(b"Words."))),
            ("gzip", b"Words.".to_vec()),
            ("identity", b"Words.".to_vec()),
        ] {
            assert_eq!(content(&format!("Content-Encoding: {name}\r\n"), &body).0, b"Words.", "{name}");
        }
    }
}
