//! Exact arithmetic in fen (人民币分). No floats: ratios are compared by cross-multiplication in 128
//! bits, required minimum amounts round up, permitted maximum amounts and interest round down.

/// Basis points of a whole.
pub const BP_WHOLE: i64 = 10_000;

/// Sums amounts exactly; never overflows.
pub fn sum(amounts: impl IntoIterator<Item = i64>) -> i128 {
    amounts.into_iter().map(i128::from).sum()
}

/// Sums amounts; `None` when the sum does not fit 64 bits.
pub fn checked_sum(amounts: impl IntoIterator<Item = i64>) -> Option<i64> {
    i64::try_from(sum(amounts)).ok()
}

/// Whether `part` is more than `limit_bp` basis points of `whole`.
pub fn exceeds_share(part: i128, whole: i128, limit_bp: i64) -> bool {
    part * i128::from(BP_WHOLE) > whole * i128::from(limit_bp)
}

/// Whether `part` is less than `floor_bp` basis points of `whole`.
pub fn falls_below_share(part: i128, whole: i128, floor_bp: i64) -> bool {
    part * i128::from(BP_WHOLE) < whole * i128::from(floor_bp)
}

/// The largest amount that is at most `bp` basis points of `whole`: for permitted maxima.
pub fn share_down(whole: i64, bp: i64) -> i128 {
    (i128::from(whole) * i128::from(bp)).div_euclid(i128::from(BP_WHOLE))
}

/// The smallest amount that is at least `bp` basis points of `whole`: for required minima.
pub fn share_up(whole: i64, bp: i64) -> i128 {
    -(-(i128::from(whole) * i128::from(bp))).div_euclid(i128::from(BP_WHOLE))
}

/// Simple interest on `principal_fen` at `bp_year` basis points a year over `days` of a year of
/// `year_days`, rounded down.
pub fn interest_down(principal_fen: i64, bp_year: i64, days: u32, year_days: u32) -> i128 {
    let numerator = i128::from(principal_fen) * i128::from(bp_year) * i128::from(days);
    numerator.div_euclid(i128::from(BP_WHOLE) * i128::from(year_days.max(1)))
}

/// Writes an amount in yuan for people: `1,234,567.89`.
pub fn yuan(fen: i128) -> String {
    let sign = if fen < 0 { "-" } else { "" };
    let (whole, cents) = (fen.unsigned_abs() / 100, fen.unsigned_abs() % 100);
    let digits = whole.to_string();
    let mut grouped = String::with_capacity(digits.len() * 4 / 3 + 4);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped}.{cents:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_shares_exactly_at_the_edge() {
        assert!(!exceeds_share(10, 100, 1_000));
        assert!(exceeds_share(11, 100, 1_000));
        assert!(!exceeds_share(9, 99, 1_000));
        assert!(exceeds_share(10, 99, 1_000));
        assert!(falls_below_share(29, 100, 3_000) && !falls_below_share(30, 100, 3_000));
        assert!(!exceeds_share(i64::MAX.into(), i64::MAX.into(), BP_WHOLE));
    }

    #[test]
    fn rounds_maxima_down_and_minima_up() {
        assert_eq!((share_down(99, 1_000), share_up(99, 1_000)), (9, 10));
        assert_eq!((share_down(100, 1_000), share_up(100, 1_000)), (10, 10));
        assert_eq!((share_down(-99, 1_000), share_up(-99, 1_000)), (-10, -9));
        assert_eq!(share_down(i64::MAX, BP_WHOLE), i128::from(i64::MAX));
        assert_eq!(interest_down(100_000_000, 1_825, 1, 365), 50_000);
        assert_eq!(interest_down(100, 1_825, 1, 365), 0);
    }

    #[test]
    fn sums_beyond_sixty_four_bits() {
        assert_eq!(checked_sum([i64::MAX, 1]), None);
        assert_eq!(checked_sum([i64::MAX, 1, -1]), Some(i64::MAX));
        assert_eq!(sum([i64::MAX, i64::MAX]), 2 * i128::from(i64::MAX));
    }

    #[test]
    fn writes_yuan() {
        let written = [
            (0, "0.00"),
            (5, "0.05"),
            (-123_456, "-1,234.56"),
            (100_000_000, "1,000,000.00"),
        ];
        for (fen, text) in written {
            assert_eq!(yuan(fen), text);
        }
    }
}
