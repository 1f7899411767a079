//! Corrections and voids of what was recorded wrong.

use super::{MANAGEMENT, Plant, Script, Who, contract::Contract};
use crate::{
    domain::{decider::touched, values::StreamName},
    events::v1::{
        CorrectionEffect, EntityRef, EventCorrected, EventName, EventPayload, EventVoided,
        GoodsDelivered, SupplementSigned, event_payload::Payload,
    },
};

impl Script<'_> {
    /// Records an invoice with a wrong amount, then corrects it.
    pub(super) fn correct_invoice(&mut self, contract: &Contract, number: &str, right: Payload) {
        let wrong = self.received(contract, number, contract.payable_fen + 100);
        let draft = self.draft(MANAGEMENT, Who::Unit, wrong.clone());
        self.accept(draft, "invoice received");
        let name = self.last_name();
        self.pass_workdays(1, 4);
        let corrected = self.correction(name, &wrong, right, "发票金额录入有误");
        let draft = self.draft(MANAGEMENT, Who::Unit, corrected);
        self.accept(draft, "invoice corrected");
    }

    /// Records an invoice a second time by mistake, then voids it.
    pub(super) fn void_invoice(&mut self, contract: &Contract, number: &str) {
        let wrong = self.received(contract, number, contract.payable_fen);
        let draft = self.draft(MANAGEMENT, Who::Unit, wrong.clone());
        self.accept(draft, "invoice received");
        let name = self.last_name();
        self.pass_workdays(1, 4);
        let mut voided = EventVoided {
            voids: Some(name),
            touches: self.touches(&wrong),
            reason: "重复录入".into(),
            authority: "内部核查记录".into(),
        };
        if self.plants(Plant::WrongTouches) {
            let mut wrong = voided.clone();
            wrong.touches[0].id = "CT-97".into();
            let draft = self.draft(MANAGEMENT, Who::Unit, Payload::EventVoided(wrong));
            self.refuse(draft, Plant::WrongTouches);
        }
        let draft = self.draft(MANAGEMENT, Who::Unit, Payload::EventVoided(voided.clone()));
        self.accept(draft, "invoice voided");
        if self.plants(Plant::VoidAgain) {
            voided.reason = "再次作废".into();
            let draft = self.draft(MANAGEMENT, Who::Unit, Payload::EventVoided(voided));
            self.refuse(draft, Plant::VoidAgain);
        }
    }

    /// Corrects the day of a delivery that was just recorded.
    pub(super) fn correct_delivery(&mut self, delivered: &GoodsDelivered) {
        let name = self.last_name();
        let wrong = Payload::GoodsDelivered(delivered.clone());
        let mut right = delivered.clone();
        let before = self.track.today.pred_opt().unwrap_or_default();
        right.delivered_on = before.to_string();
        let right = Payload::GoodsDelivered(right);
        let corrected = self.correction(name, &wrong, right, "交付日期录入有误");
        let draft = self.draft(MANAGEMENT, Who::Unit, corrected);
        self.accept(draft, "delivery corrected");
    }

    /// Asks for a supplement to be corrected to more than a tenth.
    pub(super) fn lift_supplement(&mut self, signed: SupplementSigned, lifted: SupplementSigned) {
        let name = self.last_name();
        let signed = Payload::SupplementSigned(signed);
        let lifted = Payload::SupplementSigned(lifted);
        let corrected = self.correction(name, &signed, lifted, "金额录入有误");
        let draft = self.draft(MANAGEMENT, Who::Unit, corrected);
        self.refuse(draft, Plant::CorrectOverTenth);
    }

    /// What the last accepted event is called.
    fn last_name(&self) -> EventName {
        EventName {
            source_system: MANAGEMENT.into(),
            source_ref: self.last_ref.clone(),
        }
    }

    /// A correction that names the same objects as its original.
    fn correction(&self, name: EventName, was: &Payload, right: Payload, reason: &str) -> Payload {
        Payload::EventCorrected(Box::new(EventCorrected {
            corrects: Some(name),
            touches: self.touches(was),
            payload: Some(Box::new(EventPayload {
                payload: Some(right),
            })),
            reason: reason.into(),
            authority: String::new(),
            effect: CorrectionEffect::Normal.into(),
        }))
    }

    /// The entities that an event of the project touches.
    fn touches(&self, payload: &Payload) -> Vec<EntityRef> {
        let stream = format!("project/4304/{}", self.project_id);
        let stream = StreamName::parse(&stream).expect("a project's id has no slash");
        let payload = EventPayload {
            payload: Some(payload.clone()),
        };
        let entity = |entity: crate::domain::entity::EntityRef| EntityRef {
            kind: entity.kind.into(),
            owner_id: entity.owner().to_owned(),
            id: entity.id().to_owned(),
        };
        touched(&stream, &payload).into_iter().map(entity).collect()
    }
}
