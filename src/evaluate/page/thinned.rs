//! A choice of mistakes where there are too many for a page: evenly over task and kind, so that rare kinds survive.

use std::collections::BTreeMap;

use crate::evaluate::mistakes::Mistake;

/// At most `most` of `mistakes`, in their order.
pub(super) fn thinned(mistakes: &[Mistake], most: usize) -> Vec<&Mistake> {
    if mistakes.len() <= most {
        return mistakes.iter().collect();
    }
    let mut groups: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (at, mistake) in mistakes.iter().enumerate() {
        groups.entry((mistake.task.as_str(), mistake.kind)).or_default().push(at);
    }
    let mut groups: Vec<Vec<usize>> = groups.into_values().collect();
    // Smallest first: what a small group leaves of its part goes to those after it.
    groups.sort_by_key(Vec::len);
    let (mut room, mut kept) = (most, Vec::new());
    let count = groups.len();
    for (at, group) in groups.iter().enumerate() {
        let part = (room / (count - at)).min(group.len());
        room -= part;
        kept.extend(spread(group, part));
    }
    kept.sort_unstable();
    kept.into_iter().filter_map(|at| mistakes.get(at)).collect()
}

/// `part` members of a group at even distances, so that they come from everywhere in the set.
fn spread(group: &[usize], part: usize) -> impl Iterator<Item = usize> {
    (0..part).filter_map(move |n| group.get(n * group.len() / part)).copied()
}
