//! Exact sums of decimals as they were written.

/// A decimal: units of ten to the power of minus `scale`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Decimal {
    units: i128,
    scale: u32,
}

/// Digits after the point that are kept; what is written finer is no amount.
const SCALE_MAX: i64 = 12;

impl Decimal {
    /// Reads a JSON number; `None` for what is none, or too large to sum exactly.
    pub fn parse(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let fraction = fraction.trim_end_matches('0');
        let units: i128 = format!("{whole}{fraction}").parse().ok()?;
        let scale = (fraction.len() as i64).checked_sub(exponent)?;
        if scale > SCALE_MAX {
            return None;
        }
        if scale >= 0 {
            let scale = u32::try_from(scale).ok()?;
            return Some(Self { units, scale });
        }
        let power = u32::try_from(scale.unsigned_abs()).ok()?;
        let units = units.checked_mul(10_i128.checked_pow(power)?)?;
        Some(Self { units, scale: 0 })
    }

    /// The sum; `None` where it does not fit.
    pub fn plus(self, other: Self) -> Option<Self> {
        let scale = self.scale.max(other.scale);
        let units = |of: Self| {
            let power = 10_i128.checked_pow(scale - of.scale)?;
            of.units.checked_mul(power)
        };
        let units = units(self)?.checked_add(units(other)?)?;
        Some(Self { units, scale })
    }
}

/// Writes all digits, without zeros at the end of the fraction.
impl std::fmt::Display for Decimal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.units < 0 { "-" } else { "" };
        let power = 10_u128.pow(self.scale);
        let (whole, fraction) = (
            self.units.unsigned_abs() / power,
            self.units.unsigned_abs() % power,
        );
        if fraction == 0 {
            return write!(f, "{sign}{whole}");
        }
        let digits = format!("{fraction:0width$}", width = self.scale as usize);
        write!(f, "{sign}{whole}.{}", digits.trim_end_matches('0'))
    }
}
