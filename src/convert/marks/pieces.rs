//! Spans in several parts, for formats whose spans have one: a mark for each part, and links from the first to the others.

use super::{Desk, Mark, PART, Sheet, apart};
use crate::convert::ConvertError;

impl Sheet {
    /// A mark for each part.
    pub(in crate::convert) fn in_single_parts(mut self) -> Sheet {
        for first in 0..self.marks.len() {
            let rest = 1.min(self.marks[first].parts.len());
            for part in self.marks[first].parts.split_off(rest) {
                let label = self.marks[first].label.clone();
                let mark = self.add(Mark { label, parts: vec![part], ..Mark::default() });
                self.link(first, mark, PART);
            }
        }
        self
    }

    /// Parts put together again.
    pub(in crate::convert) fn joined(mut self, desk: &mut Desk) -> Result<Sheet, ConvertError> {
        let mut becomes: Vec<usize> = (0..self.marks.len()).collect();
        let (parts, links) = std::mem::take(&mut self.links).into_iter().partition(|l| l.name.eq_ignore_ascii_case(PART));
        self.links = links;
        let parts: Vec<super::Link> = parts;
        for link in parts {
            let (a, b) = (root(&becomes, link.from), root(&becomes, link.to));
            let (first, second) = (a.min(b), a.max(b));
            if first == second {
                continue;
            }
            let alike = self.marks[first].kind() == self.marks[second].kind();
            let labels = (&self.marks[first].label, &self.marks[second].label);
            let read = if alike { Ok(()) } else { Err(format!("a {labels:?} is linked as parts of one span")) };
            if desk.take_mark(self.marks[second].origin, read)?.is_some() {
                let parts = std::mem::take(&mut self.marks[second].parts);
                let features = std::mem::take(&mut self.marks[second].features);
                let all = std::mem::take(&mut self.marks[first].parts).into_iter().chain(parts).collect();
                self.marks[first].parts = apart(all);
                for (name, values) in features {
                    self.marks[first].features.entry(name).or_insert(values);
                }
                becomes[second] = first;
            }
        }
        let becomes: Vec<Option<usize>> = (0..becomes.len()).map(|index| Some(root(&becomes, index))).collect();
        Ok(self.keep(&becomes))
    }
}

/// The mark that the one at `index` became a part of in the end.
fn root(becomes: &[usize], index: usize) -> usize {
    let mut index = index;
    while becomes[index] != index {
        index = becomes[index];
    }
    index
}
