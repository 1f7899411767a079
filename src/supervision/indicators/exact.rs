//! Exact decimals as tables hold them, and lists between marks.

use crate::views::process::decimal::Decimal;

/// Digits after the point that every decimal is brought to.
const SCALE: usize = 12;
/// A fen, or a hundredth of another currency, in units of the scale.
pub const FEN: i128 = 10_i128.pow(10);
/// The currency of everything but imported processes.
pub const CNY: &str = "CNY";

/// An amount in fen as an exact decimal in yuan, without zeros at the end of the fraction.
pub fn yuan(fen: i64) -> String {
    let (sign, fen) = (if fen < 0 { "-" } else { "" }, fen.unsigned_abs());
    let (whole, rest) = (fen / 100, fen % 100);
    match rest {
        0 => format!("{sign}{whole}"),
        rest if rest % 10 == 0 => format!("{sign}{whole}.{}", rest / 10),
        rest => format!("{sign}{whole}.{rest:02}"),
    }
}

/// A number as a publisher wrote it, without zeros at the end of the fraction; empty for what is
/// none.
pub fn decimal(written: &str) -> String {
    let read = Decimal::parse(written);
    read.map_or_else(String::new, |decimal| decimal.to_string())
}

/// Amounts of 10¹⁸ and more are none: no sum or product of smaller ones overflows.
const UNITS_MAX: u128 = 10_u128.pow(30);

/// A decimal of a table in units of 10⁻¹²; `None` for what is none or too large.
pub fn units(decimal: &str) -> Option<i128> {
    let (whole, fraction) = decimal.split_once('.').unwrap_or((decimal, ""));
    if decimal.is_empty() || fraction.len() > SCALE {
        return None;
    }
    let units: i128 = format!("{whole}{fraction:0<SCALE$}").parse().ok()?;
    (units.unsigned_abs() < UNITS_MAX).then_some(units)
}

/// An amount in fen, of a decimal in CNY; 0 in other currencies, or where it is no whole fen.
pub fn fen(decimal: &str, currency: &str) -> i64 {
    let units = units(decimal).filter(|units| currency == CNY && units % FEN == 0);
    let fen = units.and_then(|units| i64::try_from(units / FEN).ok());
    fen.unwrap_or_default()
}

/// Positions as a column holds them.
pub fn positions(of: impl IntoIterator<Item = u64>) -> String {
    let mut positions: Vec<u64> = of.into_iter().collect();
    positions.sort_unstable();
    positions.dedup();
    let mut text = String::with_capacity(positions.len() * 7);
    for position in positions {
        if !text.is_empty() {
            text.push(',');
        }
        text.push_str(itoa(position, &mut [0; 20]));
    }
    text
}

/// Writes a number without an allocation of its own.
fn itoa(mut number: u64, digits: &mut [u8; 20]) -> &str {
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            return std::str::from_utf8(&digits[at..]).unwrap_or_default();
        }
    }
}

/// Positions of a column.
pub fn read_positions(text: &str) -> Vec<u64> {
    let parts = text.split(',').filter(|part| !part.is_empty());
    parts.filter_map(|part| part.parse().ok()).collect()
}

/// Ids of a column that holds one on each line.
pub fn read_lines(text: &str) -> Vec<String> {
    let lines = text.lines().filter(|line| !line.is_empty());
    lines.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_and_read_exactly() {
        assert_eq!(yuan(90_000_000), "900000");
        assert_eq!((yuan(5), yuan(-1_250)), ("0.05".into(), "-12.5".into()));
        assert_eq!(decimal("1200.50"), "1200.5");
        assert_eq!(decimal("1.2e3"), "1200");
        assert_eq!(decimal("about 3"), "");
        assert_eq!(units("12.5"), Some(12_500_000_000_000));
        assert_eq!(units("-0.01"), Some(-10_000_000_000));
        assert_eq!(units(""), None);
        assert_eq!(
            units("999999999999999999"),
            Some(999_999_999_999_999_999 * 10_i128.pow(12))
        );
        assert_eq!((units("1000000000000000000"), units("-9e99")), (None, None));
        assert_eq!(fen("12.34", CNY), 1_234);
        assert_eq!((fen("12.345", CNY), fen("12.34", "MXN")), (0, 0));
    }

    #[test]
    fn positions_are_written_in_order_and_once() {
        assert_eq!(positions([30, 0, 7, 30]), "0,7,30");
        assert_eq!(read_positions("0,7,30"), [0, 7, 30]);
        assert_eq!(positions([u64::MAX]), u64::MAX.to_string());
        assert!(read_positions("").is_empty());
        assert_eq!(read_lines("A\nB\n"), ["A", "B"]);
    }
}
