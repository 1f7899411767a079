//! Budget units: accounts, internal control, farm products, small purchases.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::rows::{Head, Rows, day, earlier, evidence, fen, flag, number, text};
use crate::{
    domain::values::money::share_up,
    events::v1::{FarmPlatform, ProcurementObject, SmallPurchaseExemption, event_payload::Payload},
    rules::case::Place,
    supervision::tables::{CONTROL_FILINGS, FARM_YEARS, SMALL_PURCHASES, UNIT_ACCOUNTS},
};

/// The e-mall of the province.
const MALL: &str = "HN_EMALL";
/// What of a canteen's spending is reserved for farm products, in basis points (任务3).
const FARM_SHARE_BP: i64 = 2_000;

/// A unit.
pub(super) fn unit(rows: &mut Rows<'_, '_>) {
    let registered = rows.sight.around.organisation(&rows.sight.stream.id);
    let region = registered.map_or_else(String::new, |of| of.region);
    accounts(rows, &region);
    controls(rows, &region);
    farm(rows, &region);
    purchases(rows, &region);
}

/// The head of a row about the unit of the stream.
fn head<'h, 'a: 'h>(rows: &Rows<'_, 'a>, region: &'h str, day: Option<NaiveDate>) -> Head<'h> {
    Head {
        region,
        unit: &rows.sight.stream.id,
        day,
        ..Head::default()
    }
}

fn accounts(rows: &mut Rows<'_, '_>, region: &str) {
    let (mut p832_on, mut rural_on, mut mall_on) = (None, None, None);
    for (act, payload) in rows.acts() {
        match payload {
            Payload::FarmPlatformRegistered(e) => match e.platform() {
                FarmPlatform::P832 => earlier(&mut p832_on, act.on()),
                FarmPlatform::HnRural => earlier(&mut rural_on, act.on()),
                FarmPlatform::Unspecified => {}
            },
            Payload::EmallUnitActivated(_) => earlier(&mut mall_on, act.on()),
            _ => {}
        }
    }
    let first = [p832_on, rural_on, mall_on].into_iter().flatten().min();
    if first.is_some() {
        let head = head(rows, region, first);
        let subject = rows.subject("unit", "");
        let rest = [p832_on, rural_on, mall_on].map(day);
        rows.add(&UNIT_ACCOUNTS, &head, subject, rest);
    }
}

/// A set of rules in the making.
#[derive(Default)]
struct Control<'a> {
    doc_no: &'a str,
    issued_on: Option<NaiveDate>,
    filed_on: Option<NaiveDate>,
    accepted_on: Option<NaiveDate>,
}

fn controls(rows: &mut Rows<'_, '_>, region: &str) {
    let mut found = BTreeMap::<&str, Control<'_>>::new();
    for (act, payload) in rows.acts() {
        let on = Some(act.on());
        match payload {
            Payload::InternalControlIssued(e) => {
                let of = found.entry(&e.control_id).or_default();
                (of.doc_no, of.issued_on) = (&e.doc_no, on);
            }
            Payload::InternalControlRevised(e) => {
                found.entry(&e.control_id).or_default().doc_no = &e.doc_no;
            }
            Payload::InternalControlFiled(e) => {
                found.entry(&e.control_id).or_default().filed_on = on;
            }
            Payload::InternalControlFilingAccepted(e) => {
                let of = found.entry(&e.control_id).or_default();
                of.accepted_on = of.accepted_on.or(on);
            }
            Payload::InternalControlRepealed(e) => {
                found.entry(&e.control_id).or_default().accepted_on = None;
            }
            _ => {}
        }
    }
    for (id, of) in found {
        let head = head(rows, region, of.issued_on.or(of.filed_on));
        let rest = [
            text(id),
            text(of.doc_no),
            day(of.filed_on),
            day(of.accepted_on),
        ];
        let subject = rows.subject("control", id);
        rows.add(&CONTROL_FILINGS, &head, subject, rest);
    }
}

/// What a unit reserves and buys for a year.
#[derive(Default)]
struct FarmYear {
    declared: Option<(i64, bool)>,
    reserved_fen: BTreeMap<i32, i64>,
    bought: Vec<(NaiveDate, i64)>,
}

fn farm(rows: &mut Rows<'_, '_>, region: &str) {
    let mut years = BTreeMap::<i32, FarmYear>::new();
    for (act, payload) in rows.acts() {
        match payload {
            Payload::CanteenSpendDeclared(e) => {
                let of = years.entry(e.fiscal_year).or_default();
                of.declared = Some((e.prev_year_total_fen, e.has_canteen));
            }
            Payload::FarmReserveDeclared(e) => {
                let of = years.entry(e.fiscal_year).or_default();
                of.reserved_fen.insert(e.platform, e.reserved_fen);
            }
            Payload::FarmPurchaseReported(e) => {
                let of = years.entry(e.fiscal_year).or_default();
                of.bought.push((act.on(), e.amount_fen));
            }
            Payload::FarmPurchaseReversed(e) => {
                let of = years.entry(e.fiscal_year).or_default();
                of.bought.push((act.on(), -e.amount_fen));
            }
            _ => {}
        }
    }
    for (year, of) in years {
        let (Some((spent_fen, has_canteen)), Some(cutoff)) =
            (of.declared, NaiveDate::from_ymd_opt(year, 11, 30))
        else {
            continue;
        };
        let is_of_year = |on: &NaiveDate| {
            NaiveDate::from_ymd_opt(year, 1, 1).is_some_and(|first| first <= *on) && *on <= cutoff
        };
        let bought = of.bought.iter().filter(|(on, _)| is_of_year(on));
        let bought_fen: i128 = bought.map(|(_, fen)| i128::from(*fen)).sum();
        let reserved_fen: i128 = of.reserved_fen.values().map(|fen| i128::from(*fen)).sum();
        let rest = [
            number(year),
            flag(has_canteen),
            number(spent_fen),
            fen(share_up(spent_fen, FARM_SHARE_BP)),
            fen(reserved_fen),
            fen(bought_fen),
        ];
        let head = head(rows, region, Some(cutoff));
        let subject = rows.subject("canteen", &year.to_string());
        rows.add(&FARM_YEARS, &head, subject, rest);
    }
}

/// Whether a purchase of a category and an amount lies below the threshold of its day; so it does
/// where none is known.
pub(super) fn is_below_limit(
    rows: &Rows<'_, '_>,
    unit: &str,
    (category, amount_fen, on): (&str, i64, NaiveDate),
) -> bool {
    let around = rows.sight.around;
    let registered = around.organisation(unit).map(|of| of.region);
    let registered = registered.filter(|region| !region.is_empty());
    let region = registered.as_deref().unwrap_or(rows.sight.region_code);
    let object = match category.as_bytes().first() {
        Some(b'A') => ProcurementObject::Goods,
        Some(b'B') => ProcurementObject::Works,
        _ => ProcurementObject::Service,
    };
    let limits = around.thresholds(&Place { region, object }, on);
    limits.is_none_or(|limits| amount_fen < limits.dispersed_limit_fen)
}

fn purchases(rows: &mut Rows<'_, '_>, region: &str) {
    let mut told = BTreeSet::new();
    for (act, payload) in rows.acts() {
        let Payload::SmallPurchaseRecorded(purchase) = payload else {
            continue;
        };
        if !told.insert(purchase.purchase_id.as_str()) {
            continue;
        }
        let of = (purchase.category.as_str(), purchase.amount_fen, act.on());
        let is_in_mall = purchase.channel == MALL;
        let is_exempt = purchase.exemption_reason() != SmallPurchaseExemption::Unspecified;
        let rest = [
            text(&purchase.purchase_id),
            text(&purchase.category),
            number(purchase.amount_fen),
            flag(is_in_mall),
            flag(is_exempt),
            flag(is_below_limit(rows, &rows.sight.stream.id, of)),
            evidence([act]),
        ];
        let head = head(rows, region, Some(act.on()));
        let subject = rows.subject("purchase", &purchase.purchase_id);
        rows.add(&SMALL_PURCHASES, &head, subject, rest);
    }
}
