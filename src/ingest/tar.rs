//! A tar archive of news files, read as a stream.

use std::io::{self, Read};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ::tar::{EntryType, Header, PaxExtensions};

use super::compressed::Spoilt;
use super::containers::{self, Container, Desk, Entry, Item, inner_name};
use super::error::{IngestError, Place};
use super::ids::Name;
use super::{Failure, begun};
use crate::document::Document;

/// Headers, and the padding of contents, come in blocks of so many bytes.
const BLOCK: usize = 512;
/// A name of a megabyte is none.
const LONGEST_NAME: u64 = 1 << 20;
/// Damage behind which the next whole header is looked for.
const WRONG_HEADER: &str = "found a header whose checksum is wrong; files may be missing here";
const BLANK_HEADER: &str = "found a block of zeros where a header was expected; a file may be missing here";

/// A tar archive being read. Nothing of it is ever written to the disk, so that its names may be what they like.
pub(super) struct Tar {
    name: Name,
    depth: u8,
    stream: Arc<Mutex<Stream>>,
    /// Whether a news file was there, selected or not.
    any: bool,
    /// Whether the header before could not be read.
    lost: bool,
    ended: bool,
}

/// The archive's bytes, which it shares with the file being read from it.
struct Stream {
    bytes: Box<dyn Read + Send>,
    /// Bytes of the content at hand that are not read.
    left: u64,
    /// Bytes between that content and the next header.
    padding: u64,
    /// A header that was read already.
    ahead: Option<[u8; BLOCK]>,
}

fn lock(stream: &Mutex<Stream>) -> MutexGuard<'_, Stream> {
    stream.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The content of one file of the archive.
struct Content(Arc<Mutex<Stream>>);

impl Read for Content {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut stream = lock(&self.0);
        let left = stream.left;
        let read = stream.bytes.by_ref().take(left).read(buffer)?;
        stream.left -= read as u64;
        if read == 0 && left > 0 && !buffer.is_empty() {
            return Err(Spoilt::damaged("tar", "the archive ends within this file; was it cut off?"));
        }
        Ok(read)
    }
}

/// A file in the archive.
struct Member {
    path: Vec<u8>,
    size: u64,
}

impl Stream {
    /// Passes over what is left of the content at hand.
    fn skip(&mut self) -> io::Result<()> {
        let rest = std::mem::take(&mut self.left) + std::mem::take(&mut self.padding);
        let skipped = io::copy(&mut self.bytes.by_ref().take(rest), &mut io::sink())?;
        if skipped < rest {
            return Err(Spoilt::damaged("tar", "it ends too early; was it cut off?"));
        }
        Ok(())
    }

    /// One block; none at the end of the stream.
    fn block(&mut self) -> io::Result<Option<[u8; BLOCK]>> {
        let mut block = Vec::with_capacity(BLOCK);
        self.bytes.by_ref().take(BLOCK as u64).read_to_end(&mut block)?;
        match <[u8; BLOCK]>::try_from(block) {
            Ok(block) => Ok(Some(block)),
            Err(short) if short.is_empty() => Ok(None),
            Err(_) => Err(Spoilt::damaged("tar", "it ends within a header; was it cut off?")),
        }
    }

    /// The content at hand, for names.
    fn small(&mut self) -> io::Result<Vec<u8>> {
        if self.left > LONGEST_NAME {
            return Err(Spoilt::damaged("tar", format!("found a name of {} bytes", self.left)));
        }
        let mut content = Vec::new();
        self.bytes.by_ref().take(self.left).read_to_end(&mut content)?;
        self.left -= content.len() as u64;
        Ok(content)
    }

    /// Sets out the content that follows a header.
    fn expect(&mut self, size: u64) {
        self.left = size;
        self.padding = (BLOCK as u64 - size % BLOCK as u64) % BLOCK as u64;
    }

    /// The next header; none at the end of the stream. Two blocks of zeros end an archive, which another may follow.
    ///
    /// # Errors
    /// One such block stands alone: a header that was lost, or an archive whose end was.
    fn header(&mut self) -> io::Result<Option<[u8; BLOCK]>> {
        if let Some(block) = self.ahead.take() {
            return Ok(Some(block));
        }
        let mut zeros = 0u64;
        loop {
            match self.block()? {
                Some(block) if is_zero(&block) => zeros += 1,
                Some(block) if zeros == 1 => {
                    self.ahead = Some(block);
                    return Err(Spoilt::damaged("tar", BLANK_HEADER));
                }
                // What stands behind the end and is no header is the rest of a tape.
                Some(block) if zeros > 1 && header_size(Header::from_byte_slice(&block), &block).is_err() => {}
                found => return Ok(found),
            }
        }
    }

    /// The next regular file; none at the end.
    fn member(&mut self) -> io::Result<Option<Member>> {
        let (mut long_name, mut long_size) = (None, None);
        loop {
            self.skip()?;
            let Some(block) = self.header()? else { return Ok(None) };
            let header = Header::from_byte_slice(&block);
            let size = header_size(header, &block)?;
            let kind = header.entry_type();
            self.expect(size);
            if kind == EntryType::GNULongName {
                let name = self.small()?;
                long_name = Some(name.split(|&byte| byte == 0).next().unwrap_or_default().to_vec());
            } else if kind == EntryType::XHeader {
                let content = self.small()?;
                for extension in PaxExtensions::new(&content).flatten() {
                    match extension.key_bytes() {
                        b"path" => long_name = Some(extension.value_bytes().to_vec()),
                        b"size" => long_size = extension.value().ok().and_then(|size| size.parse().ok()),
                        _ => {}
                    }
                }
            } else if kind == EntryType::GNULongLink || kind == EntryType::XGlobalHeader {
                // What they say of the next file is not its name.
            } else {
                let path = long_name.take().unwrap_or_else(|| header.path_bytes().into_owned());
                let size = long_size.take().unwrap_or(size);
                if kind.is_file() || kind.is_contiguous() {
                    self.expect(size);
                    return Ok(Some(Member { path, size }));
                }
            }
        }
    }
}

fn is_zero(block: &[u8; BLOCK]) -> bool {
    block.iter().all(|&byte| byte == 0)
}

/// The size a header tells, if the header is one.
fn header_size(header: &Header, block: &[u8; BLOCK]) -> io::Result<u64> {
    // The checksum counts its own eight bytes as spaces.
    let sum = |at: usize, byte: u8| u32::from(if (148..156).contains(&at) { b' ' } else { byte });
    let found: u32 = block.iter().enumerate().map(|(at, &byte)| sum(at, byte)).sum();
    match (header.cksum(), header.entry_size()) {
        (Ok(told), Ok(size)) if told == found => Ok(size),
        _ => Err(Spoilt::damaged("tar", WRONG_HEADER)),
    }
}

impl Tar {
    /// Reads from the beginning of an archive.
    pub fn new(entry: Entry) -> Self {
        let stream = Stream { bytes: entry.bytes, left: 0, padding: 0, ahead: None };
        Self { name: entry.name, depth: entry.depth, stream: Arc::new(Mutex::new(stream)), any: false, lost: false, ended: false }
    }

    fn failure(&self, error: IngestError) -> Failure {
        let Document { doc_id, source, .. } = begun(&self.name, "tar");
        Failure { doc_id, source, error }
    }

    /// The next file to be read, or why the archive cannot be.
    fn member(&mut self, desk: &Desk) -> Option<Result<(Name, u64), Failure>> {
        while !self.ended {
            let found = lock(&self.stream).member();
            match found {
                Ok(None) => self.ended = true,
                Ok(Some(member)) => {
                    self.lost = false;
                    self.any |= containers::is_news(&member.path);
                    if let Some(name) = inner_name(&self.name, &member.path, desk) {
                        return Some(Ok((name, member.size)));
                    }
                }
                Err(source) => {
                    let place = Place::file(&self.name.text);
                    let error = IngestError::of_read(place, source);
                    // After a broken header, the next that is whole is looked for, and said no more of it.
                    let broken_header =
                        matches!(&error, IngestError::Malformed { reason, .. } if reason == WRONG_HEADER || reason == BLANK_HEADER);
                    let said = std::mem::replace(&mut self.lost, true);
                    self.ended = !broken_header;
                    self.any = true;
                    if !(said && broken_header) {
                        return Some(Err(self.failure(error)));
                    }
                }
            }
        }
        None
    }
}

impl Container for Tar {
    fn next(&mut self, desk: &mut Desk) -> Option<Result<Item, Failure>> {
        if let Some(found) = self.member(desk) {
            let (name, size) = match found {
                Ok(member) => member,
                Err(failure) => return Some(Err(failure)),
            };
            let bytes = Box::new(Content(Arc::clone(&self.stream)));
            let entry = Entry { name, bytes, size: Some(size), disk: None, depth: self.depth + 1 };
            return Some(containers::open(entry, desk).map(Item::Container));
        }
        if std::mem::replace(&mut self.any, true) {
            return None;
        }
        Some(Err(self.failure(IngestError::NoNewsFile { place: Place::file(&self.name.text) })))
    }
}
