//! The records of a web archive, one at a time.

use std::io;

use super::ahead::{Ahead, NEEDED};
use super::stream::Stream;
use crate::ingest::compressed::{Codec, Spoilt};

/// The longest line of a header, in bytes, and the most lines: an address may have some thousand.
const LONGEST_LINE: usize = 1 << 16;
const MOST_LINES: usize = 1000;
/// So many bytes behind what looks like a record, the Content-Length of the one it lies in is not believed any more.
const FARTHEST: usize = 4 << 20;
/// The same in a file that had many such lengths: bytes gone back over cost their time again.
const NEAR: usize = 1 << 16;
/// Bytes gone back over that make a file such a one.
const MOST_BACK: u64 = 256 << 20;

/// The named fields of a record, or of the HTTP response in it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Adds a line `name: value`, or what continues the one before; false if it is neither.
    pub fn add(&mut self, line: &str) -> bool {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = self.0.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
            return true;
        }
        let Some((name, value)) = line.split_once(':') else { return false };
        self.0.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        true
    }

    /// The first field called `name` (in lower case) that says something.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, value)| known == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }
}

/// A record whose header was read.
#[derive(Debug)]
pub(super) struct Record {
    /// What the header says.
    pub fields: Fields,
    /// The bytes that follow it.
    pub length: u64,
}

/// The records of a file, in order.
pub(super) struct Records {
    stream: Stream,
    /// The first line of the next record, where it was read already.
    version: bool,
    /// How many records were begun.
    pub number: u64,
    /// Whether the record before was damaged, and is said to be.
    lost: bool,
    /// Bytes that were read twice because a length was wrong.
    gone_back: u64,
    ended: bool,
}

impl Records {
    /// Reads from the beginning of a file.
    pub fn new(bytes: Box<dyn io::Read + Send>, codec: Option<Codec>, ratio: u64) -> Self {
        Self { stream: Stream::new(bytes, codec, ratio), version: false, number: 0, lost: false, gone_back: 0, ended: false }
    }

    /// The header of the next record; none at the end.
    ///
    /// # Errors
    /// It is damaged; the next call goes on behind the damage, after [`recover`](Self::recover).
    pub fn next(&mut self) -> io::Result<Option<Record>> {
        if self.ended {
            return Ok(None);
        }
        let mut reached = if std::mem::take(&mut self.version) { Ok(true) } else { self.reach_version() };
        while let Err(error) = &reached
            && self.lost
        {
            // Of what follows a damaged record in its member nothing more is said.
            self.recover(error)?;
            reached = if self.ended { Ok(false) } else { self.reach_version() };
        }
        self.lost = false;
        self.ended = matches!(reached, Ok(false));
        self.number += u64::from(!self.ended); // what is damaged counts, too
        if !reached? {
            return Ok(None);
        }
        let mut fields = Fields::default();
        for _ in 0..MOST_LINES {
            let Some(line) = self.line()? else { return Err(damaged("the file ends within the header of this record; was it cut off?")) };
            if line.starts_with("WARC/") && !line.contains(':') {
                self.version = true;
                return Err(damaged("another record begins within the header of the one before"));
            }
            if line.is_empty() {
                let length = fields.get("content-length").map(str::parse);
                return match length {
                    Some(Ok(length)) => Ok(Some(Record { fields, length })),
                    Some(Err(_)) => Err(damaged("the Content-Length of this record is no number")),
                    None => Err(damaged("the header of this record has no Content-Length")),
                };
            }
            if !fields.add(&line) {
                return Err(damaged("a line in the header of this record has no name; expected `name: value`"));
            }
        }
        Err(damaged("the header of this record does not end"))
    }

    /// The content of the record at hand, of which at most the first `most` bytes are kept; checks that the record ends behind it.
    ///
    /// # Errors
    /// It does not: its length is wrong, the file is cut off, or its compressed bytes are damaged. The next call of
    /// [`next`](Self::next) finds what seemed to be a record within the content.
    pub fn content(&mut self, record: &Record, most: u64) -> io::Result<Vec<u8>> {
        let mut ahead = Ahead::default();
        let farthest = if self.gone_back > MOST_BACK { NEAR } else { FARTHEST };
        let (mut kept, mut left) = (Vec::new(), record.length);
        while left > 0 {
            let found = self.stream.fill()?;
            if found.is_empty() {
                // A record may be spread over members; one that begins with another record ends this one.
                let more = self.stream.next_member()? && !self.stream.fill()?.starts_with(b"WARC/");
                if more {
                    continue;
                }
                let reason = format!("{left} of the {} bytes of this record are missing; was it cut off?", record.length);
                return Err(self.back_to(ahead, &reason));
            }
            let used = usize::try_from(left).unwrap_or(usize::MAX).min(found.len());
            let found = found.get(..used).unwrap_or_default();
            let room = usize::try_from(most).unwrap_or(usize::MAX).saturating_sub(kept.len());
            kept.extend_from_slice(found.get(..used.min(room)).unwrap_or_default());
            ahead.pass(found);
            self.stream.consume(used);
            left -= used as u64;
            if ahead.len() > farthest {
                return Err(self.back_to(ahead, &format!("the Content-Length of this record, {}, leads far into others", record.length)));
            }
        }
        if self.skip_line_ends(Some(&mut ahead))? && !self.stream.fill()?.starts_with(b"W") {
            return Err(self.back_to(ahead, &format!("the Content-Length of this record, {}, does not lead to its end", record.length)));
        }
        Ok(kept)
    }

    /// Goes back to where the next record seems to begin; the error of the one at hand.
    fn back_to(&mut self, mut ahead: Ahead, reason: &str) -> io::Error {
        // The content may have ended within the line that begins it.
        let next = self.stream.fill().unwrap_or_default();
        let next = next.get(..next.len().min(NEEDED)).unwrap_or_default().to_vec();
        self.stream.consume(next.len());
        ahead.pass(&next);
        let held = ahead.end().unwrap_or(next);
        self.gone_back += held.len() as u64;
        self.stream.unread(held);
        damaged(reason)
    }

    /// Goes on, after an error, to where the next record begins.
    pub fn recover(&mut self, error: &io::Error) -> io::Result<()> {
        self.lost = true;
        let compressed = error.get_ref().and_then(|inner| inner.downcast_ref::<Spoilt>());
        let in_record = matches!(compressed, Some(Spoilt::Damaged { what: "WARC", .. }));
        if in_record {
            return Ok(()); // the next call looks for the line that begins a record
        }
        self.ended = compressed.is_none() || !self.stream.resume()?;
        Ok(())
    }

    /// Reads up to the line that begins a record, and that line; false at the end of the file.
    ///
    /// # Errors
    /// Before the first record stands something else. (What follows a damaged one was said to be damaged.)
    fn reach_version(&mut self) -> io::Result<bool> {
        let mut lost = false;
        loop {
            if !self.skip_line_ends(None)? {
                if self.stream.next_member()? {
                    continue;
                }
                return if lost && self.number == 0 { Err(damaged("there is no record in this file")) } else { Ok(false) };
            }
            let line = self.line()?.unwrap_or_default();
            if is_version(&line) {
                if lost && self.number == 0 {
                    self.version = true;
                    return Err(damaged("something else stands before the first record"));
                }
                return Ok(true);
            }
            lost = true;
        }
    }

    /// Passes over line ends, and has `ahead` see them; false at the end of the member.
    fn skip_line_ends(&mut self, mut ahead: Option<&mut Ahead>) -> io::Result<bool> {
        loop {
            let found = self.stream.fill()?;
            if found.is_empty() {
                return Ok(false);
            }
            let ends = found.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            let more = ends < found.len();
            if let Some(ahead) = &mut ahead {
                ahead.pass(found.get(..ends).unwrap_or_default());
            }
            self.stream.consume(ends);
            if more {
                return Ok(true);
            }
        }
    }

    /// A line without its end, of which a beginning is kept; none at the end of the member.
    fn line(&mut self) -> io::Result<Option<String>> {
        let mut line: Option<Vec<u8>> = None;
        loop {
            let found = self.stream.fill()?;
            if found.is_empty() {
                break;
            }
            let feed = found.iter().position(|&byte| byte == b'\n');
            let used = feed.map_or(found.len(), |at| at + 1);
            let line = line.get_or_insert_default();
            let room = LONGEST_LINE.saturating_sub(line.len());
            line.extend_from_slice(found.get(..used.min(room)).unwrap_or_default());
            self.stream.consume(used);
            if feed.is_some() {
                break;
            }
        }
        Ok(line.map(|line| String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned()))
    }
}

/// Whether a line is `WARC/1.0` or of another version.
fn is_version(line: &str) -> bool {
    line.strip_prefix("WARC/").is_some_and(|version| version.trim_end().chars().all(|c| c.is_ascii_digit() || c == '.'))
}

fn damaged(reason: &str) -> io::Error {
    Spoilt::damaged("WARC", reason)
}
