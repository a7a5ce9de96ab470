//! Compression in frames: each stands alone, so that a file can be cut behind any of them and go on.

use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;

/// How the lines of a file are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    /// Not.
    Plain,
    /// Gzip, a member each frame.
    Gzip,
    /// Zstandard, a frame each frame.
    Zstd,
}

impl Packing {
    /// Of a file's name, and the name without it.
    pub fn of(name: &str) -> (Self, &str) {
        [(".gz", Self::Gzip), (".zst", Self::Zstd)]
            .into_iter()
            .find_map(|(ending, packing)| Some((packing, name.strip_suffix(ending)?)))
            .unwrap_or((Self::Plain, name))
    }

    /// What names end in.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Gzip => ".gz",
            Self::Zstd => ".zst",
        }
    }
}

/// Zstandard's own default: three times as fast as gzip's, and smaller.
const ZSTD_LEVEL: i32 = 3;

/// A frame being filled; compressed bytes gather in memory until it is closed.
pub(super) enum Frame {
    Plain(Vec<u8>),
    Gzip(GzEncoder<Vec<u8>>),
    Zstd(zstd::stream::write::Encoder<'static, Vec<u8>>),
}

impl Frame {
    pub fn new(packing: Packing) -> io::Result<Self> {
        Ok(match packing {
            Packing::Plain => Self::Plain(Vec::new()),
            // No name and no time: the same lines, the same bytes.
            Packing::Gzip => Self::Gzip(GzEncoder::new(Vec::new(), Compression::default())),
            Packing::Zstd => Self::Zstd(zstd::stream::write::Encoder::new(Vec::new(), ZSTD_LEVEL)?),
        })
    }

    pub fn add(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain(frame) => frame.write_all(bytes),
            Self::Gzip(frame) => frame.write_all(bytes),
            Self::Zstd(frame) => frame.write_all(bytes),
        }
    }

    /// The bytes of the whole frame.
    pub fn close(self) -> io::Result<Vec<u8>> {
        match self {
            Self::Plain(frame) => Ok(frame),
            Self::Gzip(frame) => frame.finish(),
            Self::Zstd(frame) => frame.finish(),
        }
    }
}
