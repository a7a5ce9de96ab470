//! What may be the next record, within what is to be the content of one: where a Content-Length is too long, reading goes back to it.

/// A version and the name behind it are found in so many bytes.
pub(super) const NEEDED: usize = 32;
const MARK: &[u8] = b"\nWARC/";

/// Content that passes by, kept from the first line on that seems to begin a record.
#[derive(Default)]
pub(super) struct Ahead {
    /// The end of what passed by, in which no record began yet.
    tail: Vec<u8>,
    held: Option<Vec<u8>>,
}

impl Ahead {
    /// The next bytes of the content.
    pub fn pass(&mut self, bytes: &[u8]) {
        if let Some(held) = &mut self.held {
            held.extend_from_slice(bytes);
            return;
        }
        self.tail.extend_from_slice(bytes);
        self.look(NEEDED);
        self.tail.drain(..self.tail.len().saturating_sub(NEEDED));
    }

    /// How many bytes are kept.
    pub fn len(&self) -> usize {
        self.held.as_ref().map_or(0, Vec::len)
    }

    /// All that passed by since a record seemed to begin, from the line end before it on.
    pub fn end(mut self) -> Option<Vec<u8>> {
        self.look(0);
        self.held
    }

    /// Looks for a record of which `needed` bytes are there.
    fn look(&mut self, needed: usize) {
        let mut from = 0;
        while let Some(rest) = self.tail.get(from..)
            && let Some(at) = rest.windows(MARK.len()).position(|window| window == MARK)
            && rest.len() >= at + needed
        {
            if begins_record(rest.get(at + 1..).unwrap_or_default()) {
                self.held = Some(self.tail.split_off(from + at));
                return;
            }
            from += at + 1;
        }
    }
}

/// Whether these bytes are a line such as `WARC/1.0` and the beginning of a field of such a record.
fn begins_record(bytes: &[u8]) -> bool {
    let Some(end) = bytes.iter().position(|&byte| byte == b'\n') else { return false };
    let (version, fields) = bytes.split_at(end + 1);
    let is_version = version.trim_ascii_end().iter().skip(MARK.len() - 1).all(|byte| byte.is_ascii_digit() || *byte == b'.');
    let names = |name: &[u8]| fields.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name));
    is_version && (names(b"WARC-") || names(b"Content-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_record_is_kept_however_the_bytes_come() {
        let record = b"\nWARC/1.0\r\nWARC-Type: response\r\n\r\n\nWARC/1.0\r\nContent-Length: 3";
        let content = [b"Words\nWARC/9\nWARC/1.0 \nIt is a format.\nWARC/1.0 and so on\r\n\r".as_slice(), record].concat();
        for size in 1..content.len() {
            let mut ahead = Ahead::default();
            content.chunks(size).for_each(|chunk| ahead.pass(chunk));
            assert_eq!(ahead.end().as_deref(), Some(record.as_slice()), "{size}");
        }
    }

    #[test]
    fn of_content_without_a_record_little_is_kept() {
        let mut ahead = Ahead::default();
        (0..1000).for_each(|_| ahead.pass(b"Words, more words, and a line end.\r\nWARC/ is a format.\r\n"));
        assert!(ahead.tail.len() <= NEEDED && ahead.len() == 0);
        assert_eq!(ahead.end(), None);
    }
}
