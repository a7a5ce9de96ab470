//! A zip archive of news files.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::vec;

use ::zip::ZipArchive;
use flate2::Crc;

use super::compressed::{Codec, Spoilt, expanded};
use super::containers::{self, Container, Desk, Entry, Item, inner_name};
use super::error::{IngestError, Place};
use super::ids::Name;
use super::{Failure, begun};
use crate::document::Document;

/// A zip archive being read: its directory is in memory, its files are not.
pub(super) struct Zip {
    name: Name,
    depth: u8,
    shelf: Shelf,
    members: vec::IntoIter<Member>,
    /// Whether a news file was there, selected or not.
    any: bool,
}

/// Where the archive lies, for reading in any order.
enum Shelf {
    Disk(File),
    /// An archive in an archive, or one from standard input.
    Memory(Vec<u8>),
}

impl Shelf {
    fn reader(&self, start: u64, length: u64) -> io::Result<Box<dyn Read + Send>> {
        match self {
            Shelf::Disk(file) => {
                let mut file = file.try_clone()?;
                file.seek(SeekFrom::Start(start))?;
                Ok(Box::new(file.take(length)))
            }
            Shelf::Memory(bytes) => {
                let from = usize::try_from(start).ok().and_then(|start| bytes.get(start..)).unwrap_or_default();
                let held = usize::try_from(length).map_or(from, |length| from.get(..length).unwrap_or(from));
                Ok(Box::new(Cursor::new(held.to_vec())))
            }
        }
    }
}

/// A file in the archive.
struct Member {
    path: Vec<u8>,
    /// Where its compressed bytes begin, or why they cannot be found.
    start: Result<u64, String>,
    compressed: u64,
    size: u64,
    crc: u32,
    method: u16,
    encrypted: bool,
}

impl Zip {
    /// Reads the directory of an archive.
    ///
    /// # Errors
    /// It has none, or the archive does not lie on the disk and is larger than a document may be.
    pub fn open(entry: Entry, desk: &Desk) -> Result<Self, IngestError> {
        let place = Place::file(&entry.name.text);
        let shelf = match &entry.disk {
            Some(path) => Shelf::Disk(File::open(path).map_err(|source| IngestError::Read { place: place.clone(), source })?),
            None => {
                let limit = desk.options.max_document_bytes;
                let mut bytes = Vec::new();
                let read = entry.bytes.take(limit.saturating_add(1)).read_to_end(&mut bytes);
                read.map_err(|source| IngestError::of_read(place.clone(), source))?;
                if bytes.len() as u64 > limit {
                    return Err(IngestError::TooLarge { place, found: format!("more than {limit}"), limit });
                }
                Shelf::Memory(bytes)
            }
        };
        let malformed = |error: ::zip::result::ZipError| IngestError::Malformed {
            place: place.clone(),
            format: "zip",
            reason: format!("{error}; was it cut off?"),
        };
        let members = match &shelf {
            Shelf::Disk(file) => file.try_clone().map_err(Into::into).and_then(|file| members(io::BufReader::new(file))),
            Shelf::Memory(bytes) => members(Cursor::new(bytes.as_slice())),
        };
        let members = members.map_err(malformed)?.into_iter();
        Ok(Self { name: entry.name, depth: entry.depth, shelf, members, any: false })
    }

    fn failure(&self, name: &Name, error: IngestError) -> Failure {
        let Document { doc_id, source, .. } = begun(name, "zip");
        Failure { doc_id, source, error }
    }

    /// The content of one file.
    fn content(&self, member: &Member, ratio: u64) -> io::Result<Box<dyn Read + Send>> {
        let damaged = |reason: &str| Err(Spoilt::damaged("zip", reason));
        let codec = match member.method {
            _ if member.encrypted => return damaged("it is encrypted; decrypt it first"),
            0 => None,
            8 => Some(Codec::Deflate),
            12 => Some(Codec::Bzip2),
            93 => Some(Codec::Zstd),
            95 => Some(Codec::Xz),
            other => {
                let reason = format!("compressed by method {other}; expected store, deflate, bzip2, zstd or xz; pack it again");
                return damaged(&reason);
            }
        };
        let start = match &member.start {
            Ok(start) => *start,
            Err(reason) => return damaged(reason),
        };
        let raw = self.shelf.reader(start, member.compressed)?;
        let bytes = match codec {
            None => raw,
            Some(codec) => expanded(codec, raw, ratio)?,
        };
        Ok(Box::new(Checked { bytes, crc: Crc::new(), expected: member.crc }))
    }
}

/// What an archive's directory lists, regular files only.
fn members<R: Read + Seek>(reader: R) -> ::zip::result::ZipResult<Vec<Member>> {
    let mut archive = ZipArchive::new(reader)?;
    let mut members = Vec::with_capacity(archive.len());
    for at in 0..archive.len() {
        let listed = archive.name_for_index(at).and_then(Result::ok).map(|name| name.into_owned());
        let file = match archive.by_index_raw(at) {
            Ok(file) => file,
            Err(error) => {
                let path = listed.unwrap_or_default().into_bytes();
                let start = Err(error.to_string());
                members.push(Member { path, start, compressed: 0, size: 0, crc: 0, method: 0, encrypted: false });
                continue;
            }
        };
        if !file.is_file() || file.is_symlink() {
            continue;
        }
        #[allow(deprecated, reason = "methods are told by their numbers, whatever the library can read itself")]
        let method = file.compression().to_u16();
        members.push(Member {
            path: file.name_raw().to_vec(),
            start: file.data_start().ok_or_else(|| "its bytes cannot be found".to_owned()),
            compressed: file.compressed_size(),
            size: file.size(),
            crc: file.crc32(),
            method,
            encrypted: file.encrypted(),
        });
    }
    Ok(members)
}

/// Fails at the end if the bytes are not those that were packed.
struct Checked {
    bytes: Box<dyn Read + Send>,
    crc: Crc,
    expected: u32,
}

impl Read for Checked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(buffer)?;
        self.crc.update(buffer.get(..read).unwrap_or_default());
        if read == 0 && !buffer.is_empty() && self.crc.sum() != self.expected {
            return Err(Spoilt::damaged("zip", "the checksum of this file is wrong"));
        }
        Ok(read)
    }
}

impl Container for Zip {
    fn next(&mut self, desk: &mut Desk) -> Option<Result<Item, Failure>> {
        while let Some(member) = self.members.next() {
            self.any |= containers::is_news(&member.path);
            let Some(name) = inner_name(&self.name, &member.path, desk) else { continue };
            return Some(match self.content(&member, desk.options.max_expansion_ratio) {
                Ok(bytes) => {
                    let entry = Entry { name, bytes, size: Some(member.size), disk: None, depth: self.depth + 1 };
                    containers::open(entry, desk).map(Item::Container)
                }
                Err(source) => Err(self.failure(&name, IngestError::of_read(Place::file(&name.text), source))),
            });
        }
        if std::mem::replace(&mut self.any, true) {
            return None;
        }
        Some(Err(self.failure(&self.name, IngestError::NoNewsFile { place: Place::file(&self.name.text) })))
    }
}
