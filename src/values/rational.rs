//! Exact fractions, so that `1.13bn` is 1,130,000,000 and not a rounding error beside it.

/// Most digits of a written number that are read; more are no amount anyone counts.
const MOST_DIGITS: usize = 18;
/// Below this every whole number is a double, so that one division rounds once.
const EXACT_IN_F64: i128 = 1 << 53;

/// A fraction in lowest terms with a positive denominator. Arithmetic that would overflow gives none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rational {
    numerator: i128,
    denominator: i128,
}

impl Rational {
    pub(super) const ONE: Self = Self::whole(1);
    pub(super) const HALF: Self = Self { numerator: 1, denominator: 2 };

    pub(super) const fn whole(number: i128) -> Self {
        Self { numerator: number, denominator: 1 }
    }

    pub(super) fn new(numerator: i128, denominator: i128) -> Option<Self> {
        if denominator <= 0 {
            return None;
        }
        let shared = common_divisor(numerator.checked_abs()?, denominator);
        Some(Self { numerator: numerator / shared, denominator: denominator / shared })
    }

    /// Reads digits with thousands commas and a decimal point.
    pub(super) fn parse(digits: &str) -> Option<Self> {
        if digits.len() > 2 * MOST_DIGITS {
            return None;
        }
        let plain = digits.replace(',', "");
        let (whole, decimals) = plain.split_once('.').unwrap_or((&plain, ""));
        if whole.len() + decimals.len() > MOST_DIGITS {
            return None;
        }
        let power = 10_i128.checked_pow(u32::try_from(decimals.len()).ok()?)?;
        Self::new(format!("{whole}{decimals}").parse().ok()?, power)
    }

    pub(super) fn plus(self, other: Self) -> Option<Self> {
        let left = self.numerator.checked_mul(other.denominator)?;
        let right = other.numerator.checked_mul(self.denominator)?;
        Self::new(left.checked_add(right)?, self.denominator.checked_mul(other.denominator)?)
    }

    pub(super) fn times(self, other: Self) -> Option<Self> {
        Self::new(self.numerator.checked_mul(other.numerator)?, self.denominator.checked_mul(other.denominator)?)
    }

    pub(super) fn inverse(self) -> Option<Self> {
        Self::new(self.denominator, self.numerator)
    }

    pub(super) fn negated(self) -> Self {
        Self { numerator: -self.numerator, ..self }
    }

    pub(super) fn is_below(self, other: Self) -> bool {
        let left = self.numerator.checked_mul(other.denominator);
        let right = other.numerator.checked_mul(self.denominator);
        matches!((left, right), (Some(left), Some(right)) if left < right)
    }

    /// The number, if it is whole.
    pub(super) fn as_whole(self) -> Option<i128> {
        (self.denominator == 1).then_some(self.numerator)
    }

    /// The nearest double, if it can be had by rounding once.
    pub(super) fn as_f64(self) -> Option<f64> {
        if self.denominator == 1 {
            return Some(self.numerator as f64);
        }
        let exact = self.numerator.abs() < EXACT_IN_F64 && self.denominator < EXACT_IN_F64;
        exact.then(|| self.numerator as f64 / self.denominator as f64)
    }
}

fn common_divisor(a: i128, b: i128) -> i128 {
    if b == 0 { a } else { common_divisor(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_with_scales_round_once() {
        let read = |digits, scale| Rational::parse(digits).and_then(|n| n.times(Rational::whole(scale))).and_then(Rational::as_f64);
        assert_eq!(read("1.13", 1_000_000_000), Some(1_130_000_000.0));
        assert_eq!(read("42,000.09", 1), Some(42_000.09));
        assert_eq!(read("9007199254740993.5", 1), None, "two roundings");
        assert_eq!(read("1234567890123456789012", 1), None, "too long");
    }

    #[test]
    fn overflow_is_none_not_a_panic() {
        let big = Rational::whole(i128::MAX);
        assert_eq!(big.plus(Rational::ONE), None);
        assert_eq!(big.times(big), None);
        assert_eq!(Rational::new(i128::MIN, 1), None);
        assert_eq!(Rational::new(1, 0), None);
    }
}
