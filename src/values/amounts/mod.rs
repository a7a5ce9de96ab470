//! Numbers and what they count.
//!
//! 1. [`numbers`], [`fractions`]: a number in digits or words;
//! 2. [`units`], [`currencies`]: what it counts;
//! 3. [`items`]: the two together, `$5m`, `40 km`;
//! 4. [`measures`]: one item or a range of two, with its label, value and [`bounds`];
//! 5. [`counts`]: whether a number that nothing follows is an amount at all;
//! 6. [`ordinals`]: `first`, `21st`.

pub(super) mod bounds;
pub(super) mod counts;
mod currencies;
mod fractions;
pub(super) mod items;
pub(super) mod measures;
pub(super) mod numbers;
pub(super) mod ordinals;
pub(super) mod units;
