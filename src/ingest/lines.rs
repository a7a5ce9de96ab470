//! Lines of bytes, none of which is ever held beyond a limit.

use std::io::{self, BufRead, Read};

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Line {
    /// Counted from 1.
    pub number: u64,
    /// The line without its end; empty if it is longer than the limit.
    pub bytes: Vec<u8>,
    /// Its length in bytes without its end, whatever the limit.
    pub length: u64,
    /// Whether it ends with a line feed; the last may not.
    pub ended: bool,
}

/// Reads lines that end in `\n` or `\r\n`.
#[derive(Debug)]
pub(super) struct Lines<R> {
    reader: R,
    limit: u64,
    number: u64,
}

impl<R: BufRead> Lines<R> {
    /// Holds at most `limit` bytes of a line.
    pub fn new(reader: R, limit: u64) -> Self {
        Self { reader, limit, number: 0 }
    }

    /// Number of the line read last.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The next line; none at the end. One above the limit is passed over without being held.
    ///
    /// # Errors
    /// Those of the reader; the line cannot be continued after one.
    pub fn next_line(&mut self) -> io::Result<Option<Line>> {
        let mut bytes = Vec::new();
        self.number += 1;
        // Two more than the limit: a line that just fits has its end in what is read.
        let most = self.limit.saturating_add(2);
        let mut length = self.reader.by_ref().take(most).read_until(b'\n', &mut bytes)? as u64;
        if length == 0 {
            return Ok(None);
        }
        let mut ended = bytes.last() == Some(&b'\n');
        let mut end = if bytes.ends_with(b"\r\n") { 2 } else { u64::from(ended) };
        if !ended && length == most {
            let (skipped, skipped_end, skipped_ended) = self.skip_line(bytes.last() == Some(&b'\r'))?;
            (length, end, ended) = (length + skipped, skipped_end, skipped_ended);
        }
        length -= end;
        if length > self.limit {
            bytes = Vec::new();
        } else {
            bytes.truncate(bytes.len() - usize::try_from(end).unwrap_or(0));
        }
        Ok(Some(Line { number: self.number, bytes, length, ended }))
    }

    /// Reads to the line's end: how many bytes, how many of them (or before) are the end, whether it came.
    fn skip_line(&mut self, mut after_return: bool) -> io::Result<(u64, u64, bool)> {
        let mut skipped = 0u64;
        loop {
            let held = match self.reader.fill_buf() {
                Ok(held) => held,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let feed = held.iter().position(|&byte| byte == b'\n');
            let used = feed.map_or(held.len(), |at| at + 1);
            if used == 0 {
                return Ok((skipped, 0, false));
            }
            let before = used.checked_sub(2).and_then(|at| held.get(at)).map(|&byte| byte == b'\r');
            let returned = if used == 1 { after_return } else { before.unwrap_or(false) };
            after_return = held.get(used - 1) == Some(&b'\r');
            self.reader.consume(used);
            skipped += used as u64;
            if feed.is_some() {
                return Ok((skipped, 1 + u64::from(returned), true));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use proptest::prelude::*;

    use super::*;

    fn lines(bytes: &[u8], limit: u64, buffer: usize) -> Vec<Line> {
        let mut lines = Lines::new(BufReader::with_capacity(buffer, bytes), limit);
        let found: Vec<Line> = std::iter::from_fn(|| lines.next_line().unwrap()).collect();
        found
    }

    fn line(number: u64, bytes: &[u8], ended: bool) -> Line {
        Line { number, bytes: bytes.to_vec(), length: bytes.len() as u64, ended }
    }

    #[test]
    fn line_ends_are_taken_off() {
        let expected = [line(1, b"a", true), line(2, b"b", true), line(3, b"", true), line(4, b"c\r", false)];
        assert_eq!(lines(b"a\nb\r\n\nc\r", 9, 4), expected);
        assert_eq!(lines(b"", 9, 4), []);
    }

    #[test]
    fn a_line_above_the_limit_is_passed_over() {
        let found = lines(b"abcd\nabcde\nabcd\r\nabcde\r\nabcdefghijk\r\nxy", 4, 3);
        let held: Vec<_> = found.iter().map(|line| (line.bytes.as_slice(), line.length, line.ended)).collect();
        let expected: [(&[u8], u64, bool); 6] =
            [(b"abcd", 4, true), (b"", 5, true), (b"abcd", 4, true), (b"", 5, true), (b"", 11, true), (b"xy", 2, false)];
        assert_eq!(held, expected);
    }

    #[test]
    fn an_endless_line_is_not_held() {
        let mut lines = Lines::new(BufReader::new(io::repeat(b'x').take(50_000_000)), 10);
        let line = lines.next_line().unwrap().unwrap();
        assert_eq!((line.length, line.bytes.capacity(), line.ended), (50_000_000, 0, false));
    }

    proptest! {
        #[test]
        fn every_limit_and_buffer_finds_the_same_lines(
            bytes in proptest::collection::vec(prop_oneof![Just(b'a'), Just(b'\n'), Just(b'\r')], 0..40),
            limit in 0u64..8, buffer in 1usize..6,
        ) {
            let whole = lines(&bytes, 1000, 64);
            let limited = lines(&bytes, limit, buffer);
            prop_assert_eq!(whole.len(), limited.len());
            for (whole, limited) in whole.into_iter().zip(limited) {
                let fits = whole.length <= limit;
                let held = if fits { whole.bytes.clone() } else { Vec::new() };
                prop_assert_eq!(limited, Line { bytes: held, ..whole });
            }
        }
    }
}
