//! How indicators are computed: each a function from the picture to outcomes.

pub(super) mod amounts;
pub(super) mod bids;
pub(super) mod contracts;
pub(super) mod differences;
pub(super) mod groups;
pub(super) mod splits;
pub(super) mod suppliers;
pub(super) mod year_end;

use super::{
    IndicatorError,
    catalogue::Indicator,
    outcome::{Belongs, Figure, Outcome, Reason, Verdict},
};

/// What an indicator answers.
pub(super) type Found = Result<Vec<Outcome>, IndicatorError>;

/// What is said of a subject.
pub(super) enum Said {
    /// It cannot be said.
    No(Reason),
    /// Something was compared.
    Compared(Compared),
}

/// Figures that were compared with a threshold.
pub(super) struct Compared {
    /// It is a flag.
    pub fails: bool,
    /// The figures.
    pub figures: Vec<Figure>,
    /// The threshold, where there is one.
    pub threshold: Option<Figure>,
    /// The events behind it.
    pub evidence: Vec<u64>,
}

/// A reason in both languages.
pub(super) const fn reason(zh: &'static str, en: &'static str) -> Reason {
    Reason { zh, en }
}

/// Too few subjects for a fence.
pub(super) const FEW: Reason = reason("可比较的对象太少", "too few subjects to compare with");

/// An outcome.
pub(super) fn outcome(
    indicator: &Indicator,
    subject: String,
    belongs: Belongs,
    said: Said,
) -> Outcome {
    let empty = Outcome {
        indicator: indicator.id.clone(),
        subject,
        belongs,
        verdict: Verdict::NotApplicable,
        reason: None,
        figures: Vec::new(),
        threshold: None,
        evidence: Vec::new(),
    };
    match said {
        Said::No(reason) => Outcome {
            reason: Some(reason),
            ..empty
        },
        Said::Compared(compared) => {
            let mut evidence = compared.evidence;
            evidence.sort_unstable();
            evidence.dedup();
            Outcome {
                verdict: if compared.fails {
                    Verdict::Fail
                } else {
                    Verdict::Pass
                },
                figures: compared.figures,
                threshold: compared.threshold,
                evidence,
                ..empty
            }
        }
    }
}

/// A threshold of the pack as a figure.
pub(super) fn threshold_of(indicator: &Indicator, name: &'static str) -> Option<Figure> {
    use super::{catalogue::Unit, outcome::Number};
    let found = indicator
        .thresholds
        .iter()
        .find(|found| found.name == name)?;
    let number = match found.unit {
        Unit::Days => Number::Days(found.value),
        Unit::Fen => Number::Fen(found.value),
        Unit::Bp => Number::Share(i128::from(found.value) * 100_000),
        Unit::Count | Unit::Percent | Unit::Digits => Number::Count(found.value),
    };
    Some(Figure::new(name, number))
}

/// A part of a whole in billionths, rounded down; `None` of no whole, and of what is more than nine
/// thousand million times the whole.
pub(super) fn share(part: i128, whole: i128) -> Option<i128> {
    if whole <= 0 {
        return None;
    }
    let nano = part.checked_mul(super::outcome::NANO)?.div_euclid(whole);
    i64::try_from(nano).ok().map(i128::from)
}
