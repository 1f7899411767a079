//! What falls in December of what a unit pays or signs in a year.

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate};

use super::{Compared, Found, Said, outcome, reason, share, threshold_of};
use crate::supervision::indicators::{
    catalogue::Indicator,
    outcome::{Belongs, Figure, Number, Reason},
    picture::Picture,
};

const NOT_OVER: Reason = reason("年度尚未结束", "the year is not over");
const FEW: Reason = reason("该年度笔数太少", "too few in the year");

/// What counts: where it belongs, the day, the amount in fen, the events behind it.
type Item<'a> = (&'a Belongs, &'a str, i64, &'a [u64]);

/// The sums of a year.
#[derive(Default)]
struct Year {
    belongs: Belongs,
    count: usize,
    sum_fen: i128,
    december_fen: i128,
    evidence: Vec<u64>,
}

/// BH-YEAR-END-PAID.
pub(in super::super) fn paid(
    picture: &Picture<'_>,
    indicator: &Indicator,
    as_of: NaiveDate,
) -> Found {
    let payments = picture.payments()?.iter();
    let items = payments.map(|payment| {
        let (on, evidence) = (payment.paid_on.as_str(), payment.evidence.as_slice());
        (&payment.belongs, on, payment.amount_fen, evidence)
    });
    Ok(of_years(indicator, "payments_min", as_of, items))
}

/// BH-YEAR-END-SIGNED.
pub(in super::super) fn signed(
    picture: &Picture<'_>,
    indicator: &Indicator,
    as_of: NaiveDate,
) -> Found {
    let contracts = picture.contracts()?.iter();
    let items = contracts.map(|contract| {
        let (on, evidence) = (contract.signed_on.as_str(), &contract.evidence.award[..]);
        (&contract.belongs, on, contract.amount_fen, evidence)
    });
    Ok(of_years(indicator, "contracts_min", as_of, items))
}

fn of_years<'a>(
    indicator: &Indicator,
    least: &str,
    as_of: NaiveDate,
    items: impl Iterator<Item = Item<'a>>,
) -> Vec<crate::supervision::indicators::Outcome> {
    let mut years: BTreeMap<(&str, &str, i32), Year> = BTreeMap::new();
    // Amounts in other currencies are 0 fen, and unknown days are no days.
    for (belongs, on, fen, evidence) in items.filter(|(.., fen, _)| *fen > 0) {
        let Ok(on) = on.parse::<NaiveDate>() else {
            continue;
        };
        let key = (belongs.partition.as_str(), belongs.unit.as_str(), on.year());
        let year = years.entry(key).or_insert_with(|| Year {
            belongs: Belongs {
                stream: String::new(),
                suppliers: Vec::new(),
                origin: 0,
                ..belongs.clone()
            },
            ..Year::default()
        });
        year.count += 1;
        year.sum_fen += i128::from(fen);
        if on.month() == 12 {
            year.december_fen += i128::from(fen);
        }
        year.evidence.extend(evidence);
    }
    let least = usize::try_from(indicator.threshold(least)).unwrap_or(usize::MAX);
    let answer = |((partition, unit, number), year): ((&str, &str, i32), Year)| {
        let subject = format!("unit/{partition}/{unit}/{number}");
        let is_over = NaiveDate::from_ymd_opt(number, 12, 31).is_some_and(|end| end <= as_of);
        let belongs = year.belongs.clone();
        let said = match (is_over, year.count >= least) {
            (false, _) => Said::No(NOT_OVER),
            (_, false) => Said::No(FEW),
            _ => Said::Compared(compare(indicator, year)),
        };
        outcome(indicator, subject, belongs, said)
    };
    years.into_iter().map(answer).collect()
}

fn compare(indicator: &Indicator, year: Year) -> Compared {
    let fen = |sum: i128| Number::Fen(i64::try_from(sum).unwrap_or(i64::MAX));
    let most = i128::from(indicator.threshold("share_max"));
    let ratio = share(year.december_fen, year.sum_fen).unwrap_or_default();
    Compared {
        fails: year.december_fen * 10_000 > year.sum_fen * most,
        figures: vec![
            Figure::new("december", fen(year.december_fen)),
            Figure::new("year", fen(year.sum_fen)),
            Figure::new("share", Number::Share(ratio)),
        ],
        threshold: threshold_of(indicator, "share_max"),
        evidence: year.evidence,
    }
}
