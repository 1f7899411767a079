//! Indicators of contracts: amounts, changes, payments, accounts, persons.

use std::collections::BTreeMap;

use super::{Compared, Found, Said, outcome, reason, share, threshold_of};
use crate::supervision::indicators::{
    catalogue::Indicator,
    exact,
    outcome::{Figure, Number, Reason},
    picture::{Contract, Picture},
};

const NO_AWARD: Reason = reason("没有中标金额", "the amount of the award is not known");
const NO_AMOUNT: Reason = reason("没有合同金额", "the amount of the contract is not known");
const CURRENCIES: Reason = reason("币种不同", "amounts are in different currencies");
const NO_CHANGES: Reason = reason("没有补充或变更金额", "nothing was added or changed");
const TENDER_LAW: Reason = reason(
    "不适用百分之十的限制",
    "the limit of ten per cent does not hold",
);
const NO_ACCEPTANCE: Reason = reason(
    "来源不提供验收信息",
    "its source does not tell of acceptance",
);
const NO_FINAL: Reason = reason("尚未支付验收款或尾款", "nothing due on acceptance was paid");
const NO_PLEDGE: Reason = reason("账户未锁定", "no account was pledged");
const NO_PERSONS: Reason = reason(
    "采购人员或验收人员未知",
    "who bought or who accepted is not known",
);
const NO_PAYMENTS: Reason = reason("没有支付", "nothing was paid");

/// Basis points of a whole.
const BP_WHOLE: i128 = 10_000;

fn of_contracts(
    picture: &Picture<'_>,
    indicator: &Indicator,
    say: impl Fn(&Contract) -> Result<Compared, Reason>,
) -> Found {
    let contracts = picture.contracts()?.iter();
    let answer = |contract: &Contract| {
        let said = say(contract).map_or_else(Said::No, Said::Compared);
        let (subject, belongs) = (contract.subject.clone(), contract.belongs.clone());
        outcome(indicator, subject, belongs, said)
    };
    Ok(contracts.map(answer).collect())
}

/// The contracts of one award, and their sum in units of 10⁻¹².
struct OfAward<'a> {
    first: &'a Contract,
    sum: Option<i128>,
    is_one_currency: bool,
    evidence: Vec<u64>,
}

/// BH-AWARD-GAP: the contracts of an award lie far below or above it.
pub(in super::super) fn award_gap(picture: &Picture<'_>, indicator: &Indicator) -> Found {
    let mut awards: BTreeMap<(u64, &str, &str), OfAward<'_>> = BTreeMap::new();
    for contract in picture.contracts()? {
        // A contract of a process that names no award stands alone, and so does an order.
        let names_award = !(contract.lot_no.is_empty() && contract.award_no.is_empty());
        let award_no = if names_award {
            &contract.award_no
        } else {
            &contract.subject
        };
        let key = (
            contract.position,
            contract.lot_no.as_str(),
            award_no.as_str(),
        );
        let of = awards.entry(key).or_insert_with(|| OfAward {
            first: contract,
            sum: Some(0),
            is_one_currency: true,
            evidence: Vec::new(),
        });
        let amount = exact::units(&contract.amount);
        let sum = of.sum.zip(amount);
        of.sum = sum.and_then(|(sum, more)| sum.checked_add(more).filter(is_exact));
        of.is_one_currency &= contract.currency == of.first.award.1;
        of.evidence.extend(&contract.evidence.award);
    }
    let bounds = ["ratio_min", "ratio_max"].map(|name| i128::from(indicator.threshold(name)));
    let answer = |of: OfAward<'_>| {
        let said = compare_award(indicator, &of, bounds);
        let said = said.map_or_else(Said::No, Said::Compared);
        let first = of.first;
        let subject = first.subject.clone();
        outcome(indicator, subject, first.belongs.clone(), said)
    };
    Ok(awards.into_values().map(answer).collect())
}

/// Whether a sum can be multiplied by basis points.
fn is_exact(sum: &i128) -> bool {
    sum.unsigned_abs() < 10_u128.pow(33)
}

fn compare_award(
    indicator: &Indicator,
    of: &OfAward<'_>,
    [least, most]: [i128; 2],
) -> Result<Compared, Reason> {
    let (decimal, currency) = of.first.award.clone();
    let award = exact::units(&decimal)
        .filter(|award| *award > 0)
        .ok_or(NO_AWARD)?;
    let sum = of.sum.ok_or(NO_AMOUNT)?;
    if !of.is_one_currency {
        return Err(CURRENCIES);
    }
    let ratio = share(sum, award).ok_or(NO_AMOUNT)?;
    let (is_low, is_high) = (
        sum * BP_WHOLE < award * least,
        sum * BP_WHOLE > award * most,
    );
    let bound = if is_low { "ratio_min" } else { "ratio_max" };
    Ok(Compared {
        fails: is_low || is_high,
        figures: vec![
            Figure::new("award", Number::Amount { decimal, currency }),
            Figure::new("ratio", Number::Share(ratio)),
        ],
        threshold: threshold_of(indicator, bound),
        evidence: of.evidence.clone(),
    })
}

/// BH-CHANGE-NEAR-LIMIT: what was added comes near to ten per cent of the original amount.
pub(in super::super) fn near_limit(picture: &Picture<'_>, indicator: &Indicator) -> Found {
    let least = i128::from(indicator.threshold("share_min"));
    of_contracts(picture, indicator, |contract| {
        if contract.changes_count == 0 {
            return Err(NO_CHANGES);
        }
        if !contract.is_limited {
            return Err(TENDER_LAW);
        }
        let (added, amount) = (contract.added_fen.into(), i128::from(contract.amount_fen));
        let ratio = share(added, amount).ok_or(NO_AMOUNT)?;
        Ok(Compared {
            fails: added * 10_000 >= amount * least,
            figures: vec![
                Figure::new("added", Number::Fen(contract.added_fen)),
                Figure::new("original", Number::Fen(contract.amount_fen)),
                Figure::new("share", Number::Share(ratio)),
            ],
            threshold: threshold_of(indicator, "share_min"),
            evidence: both(&contract.evidence.award, &contract.evidence.change),
        })
    })
}

fn both(a: &[u64], b: &[u64]) -> Vec<u64> {
    a.iter().chain(b).copied().collect()
}

/// BH-PAID-BEFORE-ACCEPTANCE: what is due on acceptance was paid before it.
pub(in super::super) fn paid_early(picture: &Picture<'_>, indicator: &Indicator) -> Found {
    of_contracts(picture, indicator, |contract| {
        if !contract.has_acceptance {
            return Err(NO_ACCEPTANCE);
        }
        if contract.final_paid_on.is_empty() {
            return Err(NO_FINAL);
        }
        let (paid, accepted) = (&contract.final_paid_on, &contract.accepted_on);
        Ok(Compared {
            fails: accepted.is_empty() || paid < accepted,
            figures: vec![Figure::new("paid_on", Number::Text(paid.clone()))],
            threshold: Some(Figure::new("accepted_on", Number::Text(accepted.clone()))),
            evidence: contract.evidence.ends.clone(),
        })
    })
}

/// BH-ACCOUNT-CHANGED: another account was named while the pledge held.
pub(in super::super) fn account_changed(picture: &Picture<'_>, indicator: &Indicator) -> Found {
    let most = indicator.threshold("changes_max");
    of_contracts(picture, indicator, |contract| {
        if contract.locked_on.is_empty() {
            return Err(NO_PLEDGE);
        }
        let locked_on = Number::Text(contract.locked_on.clone());
        Ok(Compared {
            fails: contract.account_changes > most,
            figures: vec![
                Figure::new("locked_on", locked_on),
                Figure::new("changes", Number::Count(contract.account_changes)),
            ],
            threshold: threshold_of(indicator, "changes_max"),
            evidence: contract.evidence.account.clone(),
        })
    })
}

/// BH-SAME-PERSON: who bought accepted too.
pub(in super::super) fn same_person(picture: &Picture<'_>, indicator: &Indicator) -> Found {
    let most = indicator.threshold("persons_max");
    of_contracts(picture, indicator, |contract| {
        let (buyers, acceptors) = contract.persons;
        if buyers == 0 || acceptors == 0 {
            return Err(NO_PERSONS);
        }
        let shared = contract.shared.iter();
        let shared = shared.map(|person| Figure::new("person", Number::Text(person.clone())));
        let counts = [
            Figure::new("buyers", Number::Count(buyers)),
            Figure::new("acceptors", Number::Count(acceptors)),
        ];
        let count = i64::try_from(contract.shared.len()).unwrap_or(i64::MAX);
        Ok(Compared {
            fails: count > most,
            figures: counts.into_iter().chain(shared).collect(),
            threshold: threshold_of(indicator, "persons_max"),
            evidence: contract.evidence.person.clone(),
        })
    })
}

/// PL-PAID-OVER-CONTRACT: payments exceed the contract. Publishers round; what is less than the
/// threshold is not told.
pub(in super::super) fn overpaid(picture: &Picture<'_>, indicator: &Indicator) -> Found {
    let over = i128::from(indicator.threshold("over_min").max(1)) * exact::FEN;
    of_contracts(picture, indicator, |contract| {
        let (paid, currency) = contract.paid.clone();
        if currency.is_empty() {
            return Err(NO_PAYMENTS);
        }
        if currency != contract.currency {
            return Err(CURRENCIES);
        }
        let amount = exact::units(&contract.amount).ok_or(NO_AMOUNT)?;
        let delta = exact::units(&exact::yuan(contract.delta_fen)).unwrap_or_default();
        let amount_figure = Number::Amount {
            decimal: contract.amount.clone(),
            currency: currency.clone(),
        };
        let changes = Figure::new("changes", Number::Fen(contract.delta_fen));
        let changes = Some(changes).filter(|_| contract.changes_count > 0);
        let sum = exact::units(&paid).ok_or(NO_PAYMENTS)?;
        let paid = Figure::new(
            "paid",
            Number::Amount {
                decimal: paid,
                currency,
            },
        );
        Ok(Compared {
            fails: sum - amount - delta >= over,
            figures: [paid].into_iter().chain(changes).collect(),
            threshold: Some(Figure::new("contract", amount_figure)),
            evidence: both(
                &both(&contract.evidence.award, &contract.evidence.change),
                &contract.evidence.paid,
            ),
        })
    })
}
