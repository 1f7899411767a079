//! Quantiles and fences of exact numbers.
//!
//! The method is the approximately median-unbiased one (Hyndman and Fan's type 8, 1996): of n
//! sorted values the quantile of p is the value at h = (n + 1/3)·p + 1/3, between two values in
//! proportion, and the first or last value outside. All numbers are whole, in the unit of the
//! caller; quantiles are kept in parts of it, so that nothing is rounded.

/// Parts of a unit that a quantile is kept in: h has the denominator 300 where p is in per cent.
const PARTS: i128 = 300;

/// A quantile in parts of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quantile(i128);

/// The bounds beyond which a value lies far out: Q1 − 1.5·IQR and Q3 + 1.5·IQR.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fences {
    /// The first quartile.
    pub first: Quantile,
    /// The third quartile.
    pub third: Quantile,
}

/// The quantile of a share in per cent, of sorted values; `None` of no values.
pub fn quantile(sorted: &[i128], percent: u32) -> Option<Quantile> {
    let (first, last) = (sorted.first()?, sorted.last()?);
    let n = i128::try_from(sorted.len()).ok()?;
    let place = (3 * n + 1) * i128::from(percent) + 100;
    let (whole, rest) = (place / PARTS, place % PARTS);
    if whole < 1 {
        return Some(Quantile(first * PARTS));
    }
    if whole >= n {
        return Some(Quantile(last * PARTS));
    }
    let below = usize::try_from(whole - 1).ok()?;
    let (below, above) = (sorted.get(below)?, sorted.get(below + 1)?);
    Some(Quantile(below * PARTS + rest * (above - below)))
}

/// The fences of values, which are sorted for it.
pub fn fences(values: &mut [i128]) -> Option<Fences> {
    values.sort_unstable();
    Some(Fences {
        first: quantile(values, 25)?,
        third: quantile(values, 75)?,
    })
}

impl Quantile {
    /// Whether a value is at least as large.
    pub fn is_reached_by(self, value: i128) -> bool {
        value * PARTS >= self.0
    }

    /// In the unit of the values, rounded down.
    pub fn floor(self) -> i128 {
        self.0.div_euclid(PARTS)
    }

    /// In the unit of the values, rounded up.
    pub fn ceil(self) -> i128 {
        -(-self.0).div_euclid(PARTS)
    }

    /// Whether it lies above zero.
    pub fn is_positive(self) -> bool {
        self.0 > 0
    }
}

impl Fences {
    /// Q1 − 1.5·IQR, in halves of a part.
    fn lower_halves(self) -> i128 {
        2 * self.first.0 - 3 * (self.third.0 - self.first.0)
    }

    /// Q3 + 1.5·IQR, in halves of a part.
    fn upper_halves(self) -> i128 {
        2 * self.third.0 + 3 * (self.third.0 - self.first.0)
    }

    /// Whether a value lies at or below the lower fence.
    pub fn is_low(self, value: i128) -> bool {
        2 * PARTS * value <= self.lower_halves()
    }

    /// Whether a value lies at or above the upper fence.
    pub fn is_high(self, value: i128) -> bool {
        2 * PARTS * value >= self.upper_halves()
    }

    /// The lower fence in the unit of the values, rounded down.
    pub fn lower(self) -> i128 {
        self.lower_halves().div_euclid(2 * PARTS)
    }

    /// The upper fence in the unit of the values, rounded up.
    pub fn upper(self) -> i128 {
        -(-self.upper_halves()).div_euclid(2 * PARTS)
    }

    /// Whether the lower fence lies above zero.
    pub fn has_lower(self) -> bool {
        self.first.is_positive() && self.lower_halves() > 0
    }

    /// Whether the upper fence lies above zero.
    pub fn has_upper(self) -> bool {
        self.upper_halves() > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_lie_between_values_in_proportion() {
        // n = 9: h of 25 % = 28/3·1/4 + 1/3 = 8/3, so x2 + 2/3·(x3 − x2) = 2 + 2/3.
        let nine: Vec<i128> = (1..=9).collect();
        assert_eq!(quantile(&nine, 25), Some(Quantile(800)));
        // h of 75 % = 28/3·3/4 + 1/3 = 22/3: x7 + 1/3.
        assert_eq!(quantile(&nine, 75), Some(Quantile(2_200)));
        assert_eq!(quantile(&nine, 50), Some(Quantile(1_500)));
        // n = 2: h of 25 % = 7/12 + 4/12 < 1, and of 75 % = 25/12 >= 2.
        assert_eq!(quantile(&[10, 20], 25), Some(Quantile(3_000)));
        assert_eq!(quantile(&[10, 20], 75), Some(Quantile(6_000)));
        assert_eq!(quantile(&[], 25), None);
    }

    #[test]
    fn fences_hold_what_lies_on_them() {
        // Of 1..9: Q1 = 8/3, Q3 = 22/3, IQR = 14/3, fences -13/3 and 43/3.
        let mut nine: Vec<i128> = (1..=9).rev().collect();
        let fences = fences(&mut nine).expect("values");
        assert_eq!((fences.lower(), fences.upper()), (-5, 15));
        assert!(fences.is_high(15) && !fences.is_high(14));
        assert!(fences.is_low(-5) && !fences.is_low(-4));
        assert!(fences.has_upper() && !fences.has_lower());
        // All equal: both fences are that value, which lies on them.
        let all_equal = super::fences(&mut [7; 5]).expect("values");
        assert!(all_equal.is_high(7) && all_equal.is_low(7) && !all_equal.is_low(8));
        assert_eq!((all_equal.lower(), all_equal.upper()), (7, 7));
        assert_eq!(super::fences(&mut []), None);
    }

    #[test]
    fn a_quantile_is_reached_at_its_value() {
        let nine: Vec<i128> = (1..=9).collect();
        let third = quantile(&nine, 75).expect("values");
        assert!(third.is_reached_by(8) && !third.is_reached_by(7));
        assert_eq!((third.floor(), third.ceil()), (7, 8));
        assert!(third.is_positive());
    }
}
