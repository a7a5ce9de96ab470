//! Compressed bytes → the bytes they stand for, never more of them than is sane.

use std::io::{self, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bzip2::bufread::MultiBzDecoder;
use flate2::bufread::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use lzma_rust2::XzReader;

/// How bytes are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Codec {
    /// RFC 1952, any number of members.
    Gzip,
    /// RFC 8878, any number of frames.
    Zstd,
    /// Any number of streams.
    Bzip2,
    /// Any number of streams.
    Xz,
    /// RFC 1951 alone, as in zip archives and some HTTP bodies.
    Deflate,
    /// RFC 1950, what HTTP calls "deflate".
    Zlib,
    /// RFC 7932, in HTTP bodies.
    Brotli,
}

impl Codec {
    /// The codec a file's extension stands for, in any case.
    pub fn of_extension(extension: &str) -> Option<Self> {
        match extension.to_ascii_lowercase().as_str() {
            "gz" | "gzip" => Some(Codec::Gzip),
            "zst" | "zstd" => Some(Codec::Zstd),
            "bz2" => Some(Codec::Bzip2),
            "xz" => Some(Codec::Xz),
            _ => None,
        }
    }

    /// The codec whose magic a file begins with.
    pub fn of_magic(head: &[u8]) -> Option<Self> {
        match head {
            [0x1f, 0x8b, 8, ..] => Some(Codec::Gzip),
            // The second is a frame to be skipped, which archives of web pages begin with.
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Some(Codec::Zstd),
            [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, ..] => Some(Codec::Bzip2),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Codec::Xz),
            _ => None,
        }
    }

    /// For messages.
    pub fn name(self) -> &'static str {
        match self {
            Codec::Gzip => "gzip",
            Codec::Zstd => "zstd",
            Codec::Bzip2 => "bzip2",
            Codec::Xz => "xz",
            Codec::Deflate => "deflate",
            Codec::Zlib => "zlib",
            Codec::Brotli => "brotli",
        }
    }
}

/// Why compressed bytes are given up; it travels inside an [`io::Error`].
#[derive(Debug, thiserror::Error)]
pub(super) enum Spoilt {
    /// They stand for absurdly many bytes.
    #[error("expands to more than {limit} times its size")]
    Bomb {
        /// The most allowed, times.
        limit: u64,
    },
    /// They cannot be read.
    #[error("not valid {what}: {reason}")]
    Damaged {
        /// The codec or archive.
        what: &'static str,
        /// What is wrong.
        reason: String,
    },
}

impl Spoilt {
    /// As an error of reading.
    pub fn damaged(what: &'static str, reason: impl Into<String>) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, Spoilt::Damaged { what, reason: reason.into() })
    }

    /// A decoder's error; those of the disk and of bytes spoilt further in stay as they are.
    fn by(codec: Codec, error: io::Error) -> io::Error {
        let from_elsewhere = error.raw_os_error().is_some() || error.get_ref().is_some_and(|inner| inner.is::<Spoilt>());
        match error.kind() {
            io::ErrorKind::Interrupted => error,
            _ if from_elsewhere => error,
            io::ErrorKind::UnexpectedEof => Self::damaged(codec.name(), "it ends too early; was it cut off?"),
            _ => Self::damaged(codec.name(), error.to_string()),
        }
    }
}

/// Memory that a decoder may take for its window, in bytes: what zstd allows unasked.
const WINDOW: u32 = 128 << 20;
/// Output up to which no ratio is judged, in bytes: a small file of spaces does no harm.
const GRACE: u64 = 1 << 20;
const BUFFER: usize = 1 << 16;

/// The bytes that `bytes` stand for, however many members, frames or streams they come in.
///
/// Reading fails, with a [`Spoilt`] inside the error, where they are damaged, end too early, or have come to more than `ratio`
/// times the bytes read (and a megabyte).
pub(super) fn expanded(codec: Codec, bytes: Box<dyn Read + Send>, ratio: u64) -> io::Result<Box<dyn Read + Send>> {
    let taken = Arc::new(AtomicU64::new(0));
    let bytes = BufReader::with_capacity(BUFFER, Counted::new(bytes, Arc::clone(&taken)));
    let decoder: Box<dyn Read + Send> = match codec {
        Codec::Gzip => Box::new(MultiGzDecoder::new(bytes)),
        Codec::Zstd => Box::new(zstd::stream::read::Decoder::with_buffer(bytes).map_err(|error| Spoilt::by(codec, error))?),
        Codec::Bzip2 => Box::new(MultiBzDecoder::new(bytes)),
        Codec::Xz => Box::new(XzReader::new_mem_limit(bytes, true, WINDOW / 1024)),
        Codec::Deflate => Box::new(DeflateDecoder::new(bytes)),
        Codec::Zlib => Box::new(ZlibDecoder::new(bytes)),
        Codec::Brotli => Box::new(brotli_decompressor::Decompressor::new(bytes, BUFFER)),
    };
    Ok(Box::new(Expanding { codec, decoder, taken, given: 0, ratio }))
}

struct Expanding {
    codec: Codec,
    decoder: Box<dyn Read + Send>,
    taken: Arc<AtomicU64>,
    given: u64,
    ratio: u64,
}

impl Read for Expanding {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.decoder.read(buffer).map_err(|error| Spoilt::by(self.codec, error))?;
        self.given += read as u64;
        check_ratio(self.taken.load(Ordering::Relaxed), self.given, self.ratio)?;
        Ok(read)
    }
}

/// Fails where `given` bytes of output are more than `ratio` times the `taken` bytes of input.
pub(super) fn check_ratio(taken: u64, given: u64, ratio: u64) -> io::Result<()> {
    if given > GRACE && given / taken.max(1) >= ratio.max(1) {
        return Err(io::Error::other(Spoilt::Bomb { limit: ratio }));
    }
    Ok(())
}

/// Counts the bytes that pass.
pub(super) struct Counted<R> {
    inner: R,
    count: Arc<AtomicU64>,
}

impl<R> Counted<R> {
    /// Adds to `count`.
    pub fn new(inner: R, count: Arc<AtomicU64>) -> Self {
        Self { inner, count }
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use super::super::testing::{bzip2, gzip, xz, zstd};
    use super::*;

    const RATIO: u64 = 1000;

    fn read(codec: Codec, bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut found = Vec::new();
        expanded(codec, Box::new(Cursor::new(bytes.to_vec())), RATIO)?.read_to_end(&mut found)?;
        Ok(found)
    }

    #[test]
    fn each_codec_is_known_by_its_magic_and_reads_all_its_members() {
        for (codec, compress) in [(Codec::Gzip, gzip as fn(&[u8]) -> Vec<u8>), (Codec::Zstd, zstd), (Codec::Bzip2, bzip2), (Codec::Xz, xz)]
        {
            let mut bytes = compress(b"One. ");
            bytes.extend(compress(b"Two."));
            assert_eq!(Codec::of_magic(&bytes), Some(codec));
            assert_eq!(read(codec, &bytes).unwrap(), b"One. Two.", "{}", codec.name());
        }
    }

    #[test]
    fn what_ends_too_early_or_is_damaged_says_so() {
        for (codec, compress) in [(Codec::Gzip, gzip as fn(&[u8]) -> Vec<u8>), (Codec::Zstd, zstd), (Codec::Bzip2, bzip2), (Codec::Xz, xz)]
        {
            let whole = compress(&(0..40_000u32).flat_map(|n| (n * n).to_le_bytes()).collect::<Vec<u8>>());
            let cut = read(codec, &whole[..whole.len() / 2]).unwrap_err();
            assert!(cut.to_string().starts_with(&format!("not valid {}", codec.name())), "{cut}");
            let mut broken = whole.clone();
            let middle = broken.len() / 2;
            broken[middle..middle + 20].iter_mut().for_each(|byte| *byte ^= 0x5a);
            assert!(read(codec, &broken).is_err(), "{}", codec.name());
        }
    }

    #[test]
    fn a_bomb_is_given_up_after_little_output() {
        let mut encoder = ::zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
        let zeros = vec![0; 1 << 20];
        (0..64).for_each(|_| encoder.write_all(&zeros).unwrap());
        let bomb = encoder.finish().unwrap();
        let mut reader = expanded(Codec::Zstd, Box::new(Cursor::new(bomb)), RATIO).unwrap();
        let (mut read, mut buffer) = (0, vec![0; 1 << 16]);
        let error = loop {
            match reader.read(&mut buffer) {
                Ok(0) => panic!("read to the end"),
                Ok(n) => read += n,
                Err(error) => break error,
            }
        };
        assert!(read <= 32 << 20, "{read}");
        assert_eq!(error.to_string(), "expands to more than 1000 times its size");
    }

    #[test]
    fn the_errors_of_a_disk_stay_what_they_are() {
        struct Disk;
        impl Read for Disk {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::from_raw_os_error(5))
            }
        }
        let mut reader = expanded(Codec::Gzip, Box::new(Disk), RATIO).unwrap();
        assert_eq!(reader.read(&mut [0; 9]).unwrap_err().raw_os_error(), Some(5));
    }
}
