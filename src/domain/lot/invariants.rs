//! The sums that hold for a lot, whichever of its acts is corrected later.

use std::collections::{BTreeMap, BTreeSet};

use super::state::{Award, Lot};
use crate::domain::{
    entity::EntityRef,
    refusal::{Code, Refusal, sum_mismatch},
};

/// E012 when the award is over the ceiling or the lot's amount, E013 when contracts are over the
/// award, E003 when bids are opened before the deadline in force, E011 and E024 when a retry asks
/// for more than the failed lot had, E024 when opening, award notice or failure are not of what
/// they are about.
pub fn invariants(lot: &Lot, entity: &EntityRef) -> Result<(), Refusal> {
    if let Some(award) = &lot.award {
        award_fits(lot, award, entity)?;
        contracts_fit(lot, award, entity)?;
    }
    retry_fits(lot, entity)?;
    opening_is_in_time(lot)?;
    opening_is_whole(lot)?;
    notice_tells_the_award(lot)?;
    failure_is_whole(lot)
}

fn award_fits(lot: &Lot, award: &Award, entity: &EntityRef) -> Result<(), Refusal> {
    let (award_fen, limit_fen) = (award.amount_fen, lot.award_limit_fen());
    if award_fen <= limit_fen {
        return Ok(());
    }
    let message = format!(
        "award of {award_fen} fen is over the limit of {limit_fen} fen of lot {}, the least of its \
         amount and ceilings (政府采购法第36条)",
        entity.id()
    );
    Err(Refusal::new(Code::E012_AWARD_OVER_CEILING, message)
        .with("lot_no", entity.id())
        .with("award_fen", award_fen)
        .with("limit_fen", limit_fen)
        .with("lot_amount_fen", lot.amount_fen))
}

fn contracts_fit(lot: &Lot, award: &Award, entity: &EntityRef) -> Result<(), Refusal> {
    let (award_fen, contracted_fen) = (award.amount_fen, lot.contracted_fen);
    if contracted_fen <= i128::from(award_fen) {
        return Ok(());
    }
    let message = format!(
        "contracts of lot {} sum to {contracted_fen} fen, the award is {award_fen} fen \
         (政府采购法第46条)",
        entity.id()
    );
    Err(Refusal::new(Code::E013_CONTRACT_OVER_AWARD, message)
        .with("lot_no", entity.id())
        .with("award_fen", award_fen)
        .with("contracted_fen", contracted_fen))
}

/// A retry takes no more of the plan than the failed lot had, of no line.
fn retry_fits(lot: &Lot, entity: &EntityRef) -> Result<(), Refusal> {
    let Some(retry) = &lot.retry else {
        return Ok(());
    };
    let (lot_no, failed_fen, retry_fen) = (entity.id(), lot.amount_fen, retry.amount_fen);
    if retry_fen > failed_fen {
        let message = format!(
            "lot {} of {retry_fen} fen procures again lot {lot_no} of {failed_fen} fen, which is \
             less",
            retry.lot_no
        );
        return Err(Refusal::new(Code::E011_LOT_SUM_MISMATCH, message)
            .with("lot_no", lot_no)
            .with("lot_fen", failed_fen)
            .with("retry_fen", retry_fen));
    }
    for (line, fen) in &retry.parts {
        let held_fen = lot.parts.get(line).copied().unwrap_or_default();
        if *fen > held_fen {
            let message = format!(
                "lot {} takes {fen} fen of budget line {line}, lot {lot_no} holds {held_fen} fen",
                retry.lot_no
            );
            return Err(Refusal::new(Code::E024_SUM_MISMATCH, message)
                .with("budget_line_id", line)
                .with("held_fen", held_fen)
                .with("retry_fen", fen));
        }
    }
    Ok(())
}

/// Bids are opened at the deadline in force or later, compared as instants.
fn opening_is_in_time(lot: &Lot) -> Result<(), Refusal> {
    let (Some(opened_at_us), Some(deadline_us)) = (lot.opened_at_us, lot.bid_deadline_us) else {
        return Ok(());
    };
    if opened_at_us >= deadline_us {
        return Ok(());
    }
    let message = "bids are opened before the bid deadline";
    Err(Refusal::new(Code::E003_BAD_TIME, message)
        .with("bid_deadline_us", deadline_us)
        .with("opened_at_us", opened_at_us))
}

/// Exactly the bids received in time and not withdrawn are opened.
fn opening_is_whole(lot: &Lot) -> Result<(), Refusal> {
    if lot.opened_on.is_none() {
        return Ok(());
    }
    let given: BTreeSet<&str> = lot.bidders.keys().map(String::as_str).collect();
    let expected: BTreeSet<&str> = lot.openable_bids().collect();
    if given == expected {
        return Ok(());
    }
    Err(opening_mismatch(lot, lot.bidders.len()))
}

/// E024: as many bids are opened, which are not those that must be.
pub fn opening_mismatch(lot: &Lot, opened_count: usize) -> Refusal {
    let expected: BTreeSet<&str> = lot.openable_bids().collect();
    let expected_count = expected.len();
    let expected = expected.into_iter().collect::<Vec<_>>().join(",");
    let message = format!(
        "{opened_count} bids are opened, {expected_count} were received in time and not withdrawn: \
         {expected}"
    );
    Refusal::new(Code::E024_SUM_MISMATCH, message)
        .with("opened_count", opened_count)
        .with("expected_count", expected_count)
        .with("expected_bid_nos", expected)
}

fn notice_tells_the_award(lot: &Lot) -> Result<(), Refusal> {
    let Some(award) = &lot.award else {
        return Ok(());
    };
    match award.notified_fen {
        Some(told_fen) if told_fen != award.amount_fen => {
            let (whole_fen, sum_fen) = (award.amount_fen.into(), told_fen.into());
            Err(sum_mismatch("award notice and award", whole_fen, sum_fen))
        }
        _ => Ok(()),
    }
}

/// What a failed lot gives back is what it held.
fn failure_is_whole(lot: &Lot) -> Result<(), Refusal> {
    let Some(given) = lot
        .failed_parts
        .as_ref()
        .filter(|given| **given != lot.parts)
    else {
        return Ok(());
    };
    let list = |parts: &BTreeMap<String, i64>| {
        let part = |(line, fen): (&String, &i64)| format!("{line}={fen}");
        parts.iter().map(part).collect::<Vec<_>>().join(",")
    };
    let expected = list(&lot.parts);
    let message = format!("the lot's parts are {expected}");
    Err(Refusal::new(Code::E024_SUM_MISMATCH, message)
        .with("expected_parts_fen", expected)
        .with("given_parts_fen", list(given)))
}
