//! A directory of files for the tests of this room, and ways to pack them.

use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;

use tempfile::TempDir;

use super::ids::Naming;
use super::{Documents, Failure, IngestOptions};
use crate::document::Document;

/// A temporary directory, removed at the end.
pub(super) struct Tree(TempDir);

impl Tree {
    /// With files at these paths, each holding "x".
    pub fn of(paths: &[&str]) -> Self {
        let tree = Self(tempfile::tempdir().unwrap());
        for path in paths {
            tree.write(path, "x");
        }
        tree
    }

    /// Writes one file, and the directories it lies in.
    pub fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// Where it stands.
    pub fn root(&self) -> &Path {
        self.0.path()
    }

    /// Arguments, absolute: paths in the tree (`-` and absolute ones stay).
    pub fn paths(&self, relative: &[&str]) -> Vec<String> {
        let absolute = |path: &&str| match *path {
            "-" => "-".to_owned(),
            path => self.root().join(path).to_string_lossy().into_owned(),
        };
        relative.iter().map(absolute).collect()
    }

    /// A text without the tree's own path in it.
    pub fn relative(&self, text: &str) -> String {
        text.replace(&format!("{}/", self.root().display()), "")
    }
}

/// The documents of arguments, relative to the tree, and of what stands on standard input.
pub(super) fn opened(tree: &Tree, arguments: &[&str], options: &IngestOptions, stdin: &'static [u8]) -> Documents {
    let naming = Naming::beneath(Some(tree.root().to_owned()));
    Documents::new(&tree.paths(arguments), options, naming, Box::new(Cursor::new(stdin)))
}

/// What arguments, relative to the tree, come to.
pub(super) fn read(tree: &Tree, arguments: &[&str]) -> Vec<Result<Document, Failure>> {
    opened(tree, arguments, &IngestOptions::default(), b"").collect()
}

/// Ids of documents; ids and messages of failures after a `!`.
pub(super) fn said(found: Vec<Result<Document, Failure>>) -> Vec<String> {
    found
        .into_iter()
        .map(|found| match found {
            Ok(document) => document.doc_id,
            Err(failure) => format!("!{} {}", failure.doc_id, failure.error),
        })
        .collect()
}

/// The time this thread has had a processor, where the system says it: what a test measures however busy the machine is.
pub(super) fn processor_time() -> Option<std::time::Duration> {
    let said = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    said.split(' ').next()?.parse().ok().map(std::time::Duration::from_nanos)
}

/// One gzip member.
pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// One zstd frame, with a checksum.
pub(super) fn zstd(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ::zstd::stream::write::Encoder::new(Vec::new(), 3).unwrap();
    encoder.include_checksum(true).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// One bzip2 stream.
pub(super) fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ::bzip2::write::BzEncoder::new(Vec::new(), ::bzip2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// One xz stream.
pub(super) fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::default()).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A tar archive of files, whatever their names.
pub(super) fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = ::tar::Builder::new(Vec::new());
    for (path, bytes) in files {
        let mut header = ::tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        // The library refuses names that lead out of the archive; archives do not.
        if path.len() < 100 {
            header.as_mut_bytes()[..path.len()].copy_from_slice(path.as_bytes());
            header.set_cksum();
            builder.append(&header, *bytes).unwrap();
        } else {
            builder.append_data(&mut header, path, *bytes).unwrap();
        }
    }
    builder.into_inner().unwrap()
}

/// A zip archive of files, stored or deflated, whatever their names.
pub(super) fn zip(files: &[(&str, &[u8])], deflate: bool) -> Vec<u8> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for (path, bytes) in files {
        let packed = if deflate {
            let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        } else {
            bytes.to_vec()
        };
        let mut crc = flate2::Crc::new();
        crc.update(bytes);
        let shared = [
            &[20, 0, 0, 0, if deflate { 8 } else { 0 }, 0, 0, 0, 33, 0][..],
            &crc.sum().to_le_bytes(),
            &(packed.len() as u32).to_le_bytes(),
            &(bytes.len() as u32).to_le_bytes(),
            &(path.len() as u16).to_le_bytes(),
            &[0, 0],
        ]
        .concat();
        let offset = archive.len() as u32;
        archive.extend([b"PK\x03\x04".as_slice(), &shared, path.as_bytes(), &packed].concat());
        let rest = [&[0; 10][..], &offset.to_le_bytes(), path.as_bytes()].concat();
        directory.extend([b"PK\x01\x02\x14\0".as_slice(), &shared, &rest].concat());
    }
    let count = (files.len() as u16).to_le_bytes();
    let (size, start) = ((directory.len() as u32).to_le_bytes(), (archive.len() as u32).to_le_bytes());
    [archive, directory, [b"PK\x05\x06\0\0\0\0".as_slice(), &count, &count, &size, &start, &[0, 0]].concat()].concat()
}
