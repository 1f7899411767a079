//! The method of a project, its change, and what makes it a single source.

use super::{Script, Who};
use crate::{
    events::v1::{
        MethodChangeApproved, MethodChangeRejected, MethodChangeRequested, MethodGround,
        ProcurementMethod, ReargumentResult, SingleSourceArgued, SingleSourceObjected,
        SingleSourcePublicised, SingleSourceReargued, event_payload::Payload,
    },
    simulate::{calendar::after, draft::source, outline::Kind},
};

/// 公开招标数额标准 in fen.
const OPEN_TENDER_FEN: i64 = 200_000_000;

impl Script<'_> {
    pub(super) fn method(&mut self, amount_fen: i64) -> (ProcurementMethod, MethodGround) {
        let none = MethodGround::Unspecified;
        if self.outline.is_tendered && self.random.chance(60) {
            let ground = MethodGround::SingleUniqueSupplier;
            return (ProcurementMethod::SingleSource, ground);
        }
        if amount_fen >= OPEN_TENDER_FEN {
            return (ProcurementMethod::OpenTender, none);
        }
        let goods = self.outline.category.kind == Kind::Goods;
        match self.random.weighted(&[55, 15, 20, 6, 4]) {
            0 if goods => (ProcurementMethod::Inquiry, none),
            1 => (
                ProcurementMethod::Negotiation,
                MethodGround::NegotiationUrgent,
            ),
            3 => (
                ProcurementMethod::InvitedTender,
                MethodGround::InvitedFewSuppliers,
            ),
            4 => (ProcurementMethod::CoopInnovation, none),
            _ => (ProcurementMethod::Consultation, none),
        }
    }

    /// Asks the city's finance department for another method before a tender begins, rarely.
    pub(super) fn change_method(&mut self, lot_no: &str) {
        if !self.random.chance(60) {
            return;
        }
        self.pass_workdays(1, 4);
        let request_id = format!("BG-{lot_no}");
        let to_method = ProcurementMethod::Negotiation;
        let requested = MethodChangeRequested {
            request_id: request_id.clone(),
            lot_nos: vec![lot_no.into()],
            to_method: to_method.into(),
            method_ground: MethodGround::NegotiationComplex.into(),
            reason: "技术复杂,不能确定详细规格".into(),
            requested_on: self.track.today.to_string(),
        };
        let payload = Payload::MethodChangeRequested(requested);
        self.by(Who::Unit, payload, "method change asked for");
        self.pass_workdays(3, 12);
        if self.random.chance(700) {
            let approved = MethodChangeApproved {
                request_id,
                lot_nos: vec![lot_no.into()],
                to_method: to_method.into(),
                doc_no: format!("衡财购批-{}-{lot_no}", self.project_id),
                decided_on: self.track.today.to_string(),
            };
            let payload = Payload::MethodChangeApproved(approved);
            self.by(Who::City, payload, "method change approved");
        } else {
            let rejected = MethodChangeRejected {
                request_id,
                reason: "不符合法定情形".into(),
                decided_on: self.track.today.to_string(),
            };
            let payload = Payload::MethodChangeRejected(rejected);
            self.by(Who::City, payload, "method change rejected");
        }
    }

    /// Argues and makes public that only one supplier can deliver; false when an objection holds,
    /// so that the lot is planned again.
    pub(super) fn publicise(&mut self, lot_no: &str, supplier: usize) -> bool {
        self.pass_workdays(1, 4);
        let argument_id = format!("LZ-{lot_no}");
        let uscc = self.world.suppliers[supplier].uscc.clone();
        let expert = self.random.below(800) * 5;
        let argued = SingleSourceArgued {
            argument_id: argument_id.clone(),
            lot_nos: vec![lot_no.into()],
            supplier: uscc.clone(),
            expert_nos: (0..3)
                .map(|index| format!("M-{:05}", expert + index))
                .collect(),
            unique_reason: "须保证原有采购项目一致性,只能从原供应商处添购".into(),
            argued_on: self.track.today.to_string(),
        };
        let payload = Payload::SingleSourceArgued(argued);
        self.by(Who::Unit, payload, "single source argued");
        self.pass_workdays(1, 4);
        let publicity_id = format!("GS-{lot_no}");
        let last = self.calendar.workdays_after(self.track.today, 5);
        let publicised = SingleSourcePublicised {
            publicity_id: publicity_id.clone(),
            lot_nos: vec![lot_no.into()],
            supplier: uscc,
            argument_id,
            from: after(self.track.today, 1).to_string(),
            to: last.to_string(),
            channel: source::NOTICES.into(),
            publicised_on: self.track.today.to_string(),
        };
        let payload = Payload::SingleSourcePublicised(publicised);
        self.by(Who::Unit, payload, "single source publicised");
        if !self.random.chance(250) {
            self.track.today = last;
            return true;
        }
        self.pass_workdays(1, 4);
        let rival = (supplier + 1) % self.world.suppliers.len();
        let objected = SingleSourceObjected {
            publicity_id: publicity_id.clone(),
            objection_no: "1".into(),
            objector: self.world.suppliers[rival].uscc.clone(),
            content: "我公司亦能提供同类产品".into(),
            objected_on: self.track.today.to_string(),
        };
        let payload = Payload::SingleSourceObjected(objected);
        self.by(Who::Unit, payload, "single source objected to");
        self.pass_workdays(2, 6);
        let is_upheld = self.random.chance(400);
        let result = if is_upheld {
            ReargumentResult::ObjectionUpheld
        } else {
            ReargumentResult::ObjectionRejected
        };
        let reargued = SingleSourceReargued {
            publicity_id,
            lot_nos: vec![lot_no.into()],
            result: result.into(),
            reargued_on: self.track.today.to_string(),
        };
        let payload = Payload::SingleSourceReargued(reargued);
        self.by(Who::Unit, payload, "single source argued again");
        self.track.today = self.track.today.max(last);
        !is_upheld
    }
}
