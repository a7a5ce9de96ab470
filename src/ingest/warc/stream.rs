//! The bytes of a web archive, member by member, so that one that is damaged costs no other.

use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;
use zstd::stream::read::Decoder as ZstdDecoder;

use crate::ingest::compressed::{Codec, Spoilt, check_ratio};

const CHUNK: usize = 1 << 16;
/// So much of a member is kept to look for the next in, in bytes: a damaged one is often decoded far past its end.
const KEPT: usize = 4 << 20;

/// Raw bytes that can be read again from where the member at hand began.
struct Raw {
    bytes: Box<dyn Read + Send>,
    buffer: Vec<u8>,
    at: usize,
    /// Bytes taken since the member began.
    taken: u64,
}

impl Raw {
    /// At least `most` bytes from here, or all there are.
    fn peek(&mut self, most: usize) -> io::Result<&[u8]> {
        while self.buffer.len() - self.at < most {
            if self.at > KEPT {
                self.buffer.drain(..self.at);
                self.at = 0;
            }
            let held = self.buffer.len();
            self.buffer.resize(held + CHUNK, 0);
            let read = loop {
                match self.bytes.read(&mut self.buffer[held..]) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    read => break read,
                }
            };
            self.buffer.truncate(held + read.as_ref().map_or(0, |read| *read));
            if read? == 0 {
                break;
            }
        }
        Ok(self.buffer.get(self.at..).unwrap_or_default())
    }

    /// Here a member begins: what was before is not needed any more.
    fn begin(&mut self) {
        self.buffer.drain(..self.at);
        self.at = 0;
        self.taken = 0;
    }

    /// Back to the beginning of the member, or as far as is kept.
    fn rewind(&mut self) {
        self.at = 0;
    }
}

impl Read for Raw {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Raw {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.peek(1)
    }

    fn consume(&mut self, used: usize) {
        self.at += used;
        self.taken += used as u64;
    }
}

/// Where decoding stands.
enum Member {
    Plain(Raw),
    Gzip(GzDecoder<Raw>),
    Zstd(ZstdDecoder<'static, Raw>),
    /// Before the first member, or behind one that has ended.
    Between(Raw),
    /// Only while one state becomes another.
    Moving,
}

/// The bytes of a web archive; see the module.
pub(super) struct Stream {
    codec: Option<Codec>,
    member: Member,
    /// Decoded bytes that are not used yet.
    buffer: Vec<u8>,
    at: usize,
    /// Bytes decoded of the member at hand.
    given: u64,
    ratio: u64,
    /// What zstd frames are decoded with, where the file begins with it.
    dictionary: Vec<u8>,
}

impl Stream {
    /// Reads `bytes`, compressed or not, none of which may stand for more than `ratio` times itself.
    pub fn new(bytes: Box<dyn Read + Send>, codec: Option<Codec>, ratio: u64) -> Self {
        let raw = Raw { bytes, buffer: Vec::new(), at: 0, taken: 0 };
        let member = if codec.is_some() { Member::Between(raw) } else { Member::Plain(raw) };
        Self { codec, member, buffer: Vec::new(), at: 0, given: 0, ratio, dictionary: Vec::new() }
    }

    /// The bytes from here on, some of them; none at the end of the member (or of the file, if it is not compressed).
    pub fn fill(&mut self) -> io::Result<&[u8]> {
        if self.at == self.buffer.len() {
            self.at = 0;
            self.buffer.resize(CHUNK, 0);
            let (read, taken) = match &mut self.member {
                Member::Plain(raw) => (raw.read(&mut self.buffer), u64::MAX),
                Member::Gzip(decoder) => (decoder.read(&mut self.buffer), decoder.get_ref().taken),
                Member::Zstd(decoder) => (decoder.read(&mut self.buffer), decoder.get_ref().taken),
                Member::Between(_) | Member::Moving => (Ok(0), u64::MAX),
            };
            self.buffer.truncate(read.as_ref().map_or(0, |read| *read));
            let read = read.map_err(|error| match self.codec {
                Some(codec) if error.raw_os_error().is_none() => Spoilt::damaged(codec.name(), said(&error)),
                _ => error,
            })?;
            if let Member::Plain(raw) = &mut self.member {
                raw.begin();
            }
            self.given += read as u64;
            if taken < u64::MAX {
                check_ratio(taken, self.given, self.ratio)?;
            }
        }
        Ok(self.buffer.get(self.at..).unwrap_or_default())
    }

    /// Goes on by `used` bytes of what [`fill`](Self::fill) gave.
    pub fn consume(&mut self, used: usize) {
        self.at += used;
    }

    /// Goes back by bytes that were read: they come again before all others.
    pub fn unread(&mut self, mut bytes: Vec<u8>) {
        bytes.extend_from_slice(self.buffer.get(self.at..).unwrap_or_default());
        (self.buffer, self.at) = (bytes, 0);
    }

    /// Goes on to the next member; false at the end of the file.
    ///
    /// # Errors
    /// Something else stands there.
    pub fn next_member(&mut self) -> io::Result<bool> {
        let mut raw = match self.between() {
            Ok(raw) => raw,
            Err(plain) => {
                self.member = plain;
                return Ok(false);
            }
        };
        // Padding of tapes.
        while raw.peek(1)?.first() == Some(&0) {
            raw.consume(1);
        }
        if let Err(error) = self.take_dictionary(&mut raw) {
            self.member = Member::Between(raw);
            return Err(error);
        }
        let head = raw.peek(4)?;
        if head.is_empty() {
            self.member = Member::Between(raw);
            return Ok(false);
        }
        if self.begins(head) {
            self.start(raw)?;
            return Ok(true);
        }
        raw.begin();
        self.member = Member::Between(raw);
        let codec = self.codec.map_or("WARC", Codec::name);
        Err(Spoilt::damaged(codec, "found something else between two members"))
    }

    /// Goes on, after an error, to the next member that begins with a record; false if there is none.
    pub fn resume(&mut self) -> io::Result<bool> {
        self.buffer.clear();
        self.at = 0;
        let Ok(mut raw) = self.between() else { return Ok(false) };
        raw.rewind();
        loop {
            raw.consume(1);
            loop {
                let head = raw.peek(4)?;
                if head.len() < 4 {
                    let rest = head.len();
                    raw.consume(rest);
                    self.member = Member::Between(raw);
                    return Ok(false);
                }
                if self.begins(head) {
                    break;
                }
                raw.consume(1);
                if raw.at > CHUNK {
                    raw.begin();
                }
            }
            self.start(raw)?;
            if self.fill().is_ok_and(|bytes| bytes.starts_with(b"WARC/")) {
                return Ok(true);
            }
            self.buffer.clear();
            self.at = 0;
            match self.between() {
                Ok(back) => raw = back,
                Err(_) => return Ok(false),
            }
            raw.rewind();
        }
    }

    /// Whether a member begins with these bytes.
    fn begins(&self, head: &[u8]) -> bool {
        match self.codec {
            Some(Codec::Gzip) => matches!(head, [0x1f, 0x8b, 8, flags, ..] if *flags < 0x20),
            _ => head.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]),
        }
    }

    fn start(&mut self, mut raw: Raw) -> io::Result<()> {
        raw.begin();
        self.given = 0;
        self.member = match self.codec {
            Some(Codec::Gzip) => Member::Gzip(GzDecoder::new(raw)),
            _ => Member::Zstd(ZstdDecoder::with_dictionary(raw, &self.dictionary)?.single_frame()),
        };
        Ok(())
    }

    /// The raw bytes, for going on behind the member at hand; the state as it was, if the file is not compressed.
    fn between(&mut self) -> Result<Raw, Member> {
        match std::mem::replace(&mut self.member, Member::Moving) {
            Member::Gzip(decoder) => Ok(decoder.into_inner()),
            Member::Zstd(decoder) => Ok(decoder.finish()),
            Member::Between(raw) => Ok(raw),
            other => Err(other),
        }
    }

    /// Takes frames to be skipped; the first may hold the dictionary of all others.
    fn take_dictionary(&mut self, raw: &mut Raw) -> io::Result<()> {
        while let [kind @ 0x50..=0x5f, 0x2a, 0x4d, 0x18, a, b, c, d, ..] = raw.peek(8)? {
            let is_dictionary = *kind == 0x5d && self.codec == Some(Codec::Zstd);
            let length = u64::from(u32::from_le_bytes([*a, *b, *c, *d]));
            if length > KEPT as u64 {
                raw.begin();
                return Err(Spoilt::damaged("zstd", format!("found a dictionary of {length} bytes")));
            }
            raw.consume(8);
            let mut content = Vec::new();
            raw.by_ref().take(length).read_to_end(&mut content)?;
            if is_dictionary {
                self.dictionary = if content.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
                    let mut expanded = Vec::new();
                    ZstdDecoder::with_buffer(content.as_slice())?.take(KEPT as u64).read_to_end(&mut expanded)?;
                    expanded
                } else {
                    content
                };
            }
        }
        Ok(())
    }
}

fn said(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => "it ends too early; was it cut off?".to_owned(),
        _ => error.to_string(),
    }
}
