//! Amounts that come up too often.

use std::collections::BTreeMap;

use super::{Compared, Found, Said, outcome, reason, threshold_of};
use crate::supervision::indicators::{
    catalogue::Indicator,
    outcome::{Belongs, Figure, NANO, Number, Reason},
    picture::{Contract, Picture},
};

const FEW: Reason = reason("合同太少", "too few contracts");

/// How many of the most frequent amounts are looked at.
const MOST: usize = 3;

/// PL-AMOUNTS-REPEATED: the three most frequent amounts cover too much of a partition's contracts.
pub(in super::super) fn repeated(picture: &Picture<'_>, indicator: &Indicator) -> Found {
    let mut partitions: BTreeMap<&str, BTreeMap<(&str, &str), Vec<&Contract>>> = BTreeMap::new();
    let contracts = picture.contracts()?.iter();
    for contract in contracts.filter(|contract| !contract.amount.is_empty()) {
        let of = partitions.entry(&contract.belongs.partition).or_default();
        let amount = (contract.amount.as_str(), contract.currency.as_str());
        of.entry(amount).or_default().push(contract);
    }
    let answer = |(partition, amounts): (&str, BTreeMap<(&str, &str), Vec<&Contract>>)| {
        let belongs = Belongs {
            partition: partition.to_owned(),
            ..Belongs::default()
        };
        let said = compare(indicator, amounts).map_or_else(Said::No, Said::Compared);
        outcome(indicator, format!("partition/{partition}"), belongs, said)
    };
    Ok(partitions.into_iter().map(answer).collect())
}

fn compare(
    indicator: &Indicator,
    amounts: BTreeMap<(&str, &str), Vec<&Contract>>,
) -> Result<Compared, Reason> {
    let all: usize = amounts.values().map(Vec::len).sum();
    let least = usize::try_from(indicator.threshold("values_min")).unwrap_or(usize::MAX);
    if all < least.max(1) {
        return Err(FEW);
    }
    let mut by_count: Vec<_> = amounts.into_iter().collect();
    by_count.sort_by_key(|(_, contracts)| std::cmp::Reverse(contracts.len()));
    by_count.truncate(MOST);
    let covered: usize = by_count.iter().map(|(_, contracts)| contracts.len()).sum();
    let (part, whole) = (covered as i128, all as i128);
    let below = i128::from(indicator.threshold("share_below"));
    let amounts = by_count.iter().map(|((decimal, currency), _)| {
        let (decimal, currency) = ((*decimal).to_owned(), (*currency).to_owned());
        Figure::new("amount", Number::Amount { decimal, currency })
    });
    let counts = [
        Figure::count("contracts", all),
        Figure::count("covered", covered),
        Figure::new("share", Number::Share(part * NANO / whole)),
    ];
    Ok(Compared {
        fails: part * 10_000 >= whole * below,
        figures: counts.into_iter().chain(amounts).collect(),
        threshold: threshold_of(indicator, "share_below"),
        evidence: by_count
            .iter()
            .flat_map(|(_, contracts)| contracts)
            .flat_map(|contract| contract.evidence.award.iter().copied())
            .collect(),
    })
}
