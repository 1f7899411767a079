//! How examples tell of a project: the kit's facts on other days.

use super::{Example, Shows, Told};
use crate::{
    domain::testkit::{
        LOT, PLAN, PROJECT, REGION, SUPPLIER, instant, plan_filed, plan_lot,
        procurement_document_issued, threshold_profile_published,
    },
    events::v1::{self, ProcurementMethod, ProcurementObject, event_payload::Payload},
};

/// An example, looked at long after.
pub(super) const fn example(
    rule: &'static str,
    shows: Shows,
    tells: fn(&mut Told),
    says: &'static str,
) -> Example {
    Example {
        rule,
        shows,
        today: "2026-12-31",
        tells,
        says,
    }
}

/// Tells a fact of the kit with something changed.
pub(super) fn tell<T: Into<Payload>>(told: &mut Told, mut of: T, change: impl FnOnce(&mut T)) {
    change(&mut of);
    told.tell(of);
}

/// Fixture thresholds: procurement from 500,000.00 yuan, open tender from 2,000,000.00 yuan.
pub(super) fn thresholds(told: &mut Told) {
    for object in [
        ProcurementObject::Goods,
        ProcurementObject::Service,
        ProcurementObject::Works,
    ] {
        let mut profile = threshold_profile_published();
        profile.region = REGION.into();
        profile.object = object.into();
        profile.dispersed_limit_fen = 50_000_000;
        profile.open_tender_fen = 200_000_000;
        profile.effective_from = "2023-01-01".into();
        told.thresholds.push(profile);
    }
}

/// A plan of one lot, filed on 2023-08-08.
pub(super) fn plan(told: &mut Told, amount_fen: i64, change: impl FnOnce(&mut v1::PlanFiled)) {
    tell(told, plan_filed(), |of| {
        of.amount_fen = amount_fen;
        of.lots = vec![plan_lot(LOT, amount_fen)];
        of.filed_on = "2023-08-08".into();
        change(of);
    });
}

/// A plan of 3,000,000.00 yuan by a method.
pub(super) fn plan_by(told: &mut Told, method: ProcurementMethod) {
    plan(told, 300_000_000, |of| of.method = method.into());
}

/// Documents of the lot, had from the day of issue to a day, with a deadline at 9.
pub(super) fn document(told: &mut Told, issued: &str, to: &str, deadline: &str) {
    tell(told, procurement_document_issued(), |of| {
        of.issued_on = issued.into();
        of.doc_from = issued.into();
        of.doc_to = to.into();
        of.bid_deadline = instant(deadline, 9);
    });
}

/// A clarification of the lot's documents.
pub(super) fn clarified(
    told: &mut Told,
    no: &str,
    on: &str,
    affects_bid: bool,
    deadline: Option<&str>,
) {
    told.tell(v1::ClarificationIssued {
        doc_id: "DOC-1".into(),
        clarification_no: no.into(),
        lot_nos: vec![LOT.into()],
        affects_bid,
        content: "技术参数调整".into(),
        new_deadline: deadline.and_then(|on| instant(on, 9)),
        issued_on: on.into(),
    });
}

/// Procurement of the lot is terminated.
pub(super) fn terminated(told: &mut Told, on: &str) {
    told.tell(v1::ProcurementTerminated {
        termination_id: "T-1".into(),
        lot_nos: vec![LOT.into()],
        reason: "需求取消".into(),
        on: on.into(),
    });
}

/// The plan is cancelled.
pub(super) fn cancelled(told: &mut Told, on: &str) {
    told.tell(v1::PlanCancelled {
        plan_id: PLAN.into(),
        budget_line_ids: vec!["BL-1".into()],
        reason: "任务取消".into(),
        on: on.into(),
    });
}

/// A bid bond of 20,000.00 yuan.
pub(super) fn bond(told: &mut Told, id: &str, payer: &str, lot: &str) {
    told.tell(v1::BondCollected {
        bond_id: id.into(),
        kind: v1::BondKind::Bid.into(),
        form: v1::BondForm::Transfer.into(),
        amount_fen: 2_000_000,
        payer: payer.into(),
        lot_no: lot.into(),
        received_on: "2023-09-01".into(),
        ..v1::BondCollected::default()
    });
}

/// A part of a bond goes back.
pub(super) fn bond_back(told: &mut Told, id: &str, no: &str, fen: i64, on: &str) {
    told.tell(v1::BondReturned {
        bond_id: id.into(),
        return_no: no.into(),
        amount_fen: fen,
        returned_on: on.into(),
        ..v1::BondReturned::default()
    });
}

/// A request for another method.
pub(super) fn approved(told: &mut Told, lot: &str, method: ProcurementMethod, on: &str) {
    told.tell(v1::MethodChangeApproved {
        request_id: "MC-1".into(),
        lot_nos: vec![lot.into()],
        to_method: method.into(),
        doc_no: "衡财采〔2023〕1号".into(),
        decided_on: on.into(),
    });
}

/// The single source is made public.
pub(super) fn publicised(told: &mut Told, from: &str, to: &str) {
    told.tell(v1::SingleSourcePublicised {
        publicity_id: "SP-1".into(),
        lot_nos: vec![LOT.into()],
        supplier: SUPPLIER.into(),
        from: from.into(),
        to: to.into(),
        channel: "CCGP_HY".into(),
        publicised_on: from.into(),
        ..v1::SingleSourcePublicised::default()
    });
}

/// A notice without content.
pub(super) fn notice(told: &mut Told, id: &str, kind: v1::NoticeType, on: &str) {
    told.tell(bare_notice(id, kind, on));
}

/// A notice without content, not told yet.
pub(super) fn bare_notice(id: &str, kind: v1::NoticeType, on: &str) -> v1::NoticePublished {
    v1::NoticePublished {
        notice_id: id.into(),
        notice_type: kind.into(),
        project_id: PROJECT.into(),
        channel: "CCGP_HY".into(),
        published_at: instant(on, 10),
        ..v1::NoticePublished::default()
    }
}
