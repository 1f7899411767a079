//! GT 保函: a guarantor vouches until a day.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        decider::Fact,
        entity::EntityRef,
        machine::{Case, Row, advance},
        payload::{EventType, day, payload_of},
        refusal::{Code, Refusal, repeated},
        values::money,
    },
    events::v1::event_payload::Payload,
};

/// Where a guarantee stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum GuaranteeStatus {
    /// Not issued.
    #[default]
    Absent,
    /// 有效: issued, extended perhaps, released in part perhaps.
    Active,
    /// 部分索赔.
    ClaimedPart,
    /// 已索赔: nothing is open, the last part was claimed; final.
    ClaimedFull,
    /// 已解除: nothing is open, the last part was released; final.
    Released,
    /// 已到期; final.
    Expired,
}

/// The state of a guarantee. Amounts are fen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guarantee {
    /// Where it stands.
    pub status: GuaranteeStatus,
    /// Number of the schema's `BondKind`.
    pub kind: i32,
    /// 担保人.
    pub guarantor: String,
    /// 受益人.
    pub beneficiary: String,
    /// 申请人.
    pub applicant: String,
    /// The contract that it secures; empty for none.
    pub contract_id: String,
    /// What is guaranteed.
    pub amount_fen: i64,
    /// The day of issue.
    pub issued_on: Option<NaiveDate>,
    /// Its first day.
    pub valid_from: Option<NaiveDate>,
    /// Its last day now.
    pub valid_to: Option<NaiveDate>,
    /// What was released, by number.
    pub releases: BTreeMap<String, i64>,
    /// What was claimed, by number.
    pub claims: BTreeMap<String, i64>,
}

impl Guarantee {
    /// What was claimed or released.
    pub fn gone_fen(&self) -> i128 {
        money::sum(self.releases.values().chain(self.claims.values()).copied())
    }

    /// What is still guaranteed.
    pub fn open_fen(&self) -> i128 {
        i128::from(self.amount_fen) - self.gone_fen()
    }

    /// Whether it still secures something on a day.
    pub fn is_open(&self, on: NaiveDate) -> bool {
        let runs = matches!(
            self.status,
            GuaranteeStatus::Active | GuaranteeStatus::ClaimedPart
        );
        runs && self.valid_to.is_none_or(|last| on <= last)
    }
}

/// Which event leads where. `Settled`: nothing is open afterwards.
pub const TRANSITIONS: &[Row<GuaranteeStatus>] = {
    use Case::{Any, NotMore, Settled};
    use EventType as E;
    use GuaranteeStatus::{Absent, Active, ClaimedFull, ClaimedPart, Expired, Released};
    &[
        (Absent, E::GuaranteeIssued, Any, Active),
        (Active, E::GuaranteeExtended, Any, Active),
        (Active, E::GuaranteeReleased, NotMore, Active),
        (Active, E::GuaranteeReleased, Settled, Released),
        (Active, E::GuaranteeClaimed, NotMore, ClaimedPart),
        (Active, E::GuaranteeClaimed, Settled, ClaimedFull),
        (Active, E::GuaranteeExpired, Any, Expired),
        (ClaimedPart, E::GuaranteeExtended, Any, ClaimedPart),
        (ClaimedPart, E::GuaranteeReleased, NotMore, ClaimedPart),
        (ClaimedPart, E::GuaranteeReleased, Settled, Released),
        (ClaimedPart, E::GuaranteeClaimed, NotMore, ClaimedPart),
        (ClaimedPart, E::GuaranteeClaimed, Settled, ClaimedFull),
        (ClaimedPart, E::GuaranteeExpired, Any, Expired),
    ]
};

fn case_of(guarantee: &Guarantee, payload: &Payload) -> Case {
    let amount_fen = match payload {
        Payload::GuaranteeReleased(e) => e.amount_fen,
        Payload::GuaranteeClaimed(e) => e.amount_fen,
        _ => return Case::Other,
    };
    match i128::from(amount_fen) < guarantee.open_fen() {
        true => Case::NotMore,
        false => Case::Settled,
    }
}

fn next(
    guarantee: &Guarantee,
    entity: &EntityRef,
    payload: &Payload,
) -> Result<GuaranteeStatus, Refusal> {
    let event = (EventType::of(payload), case_of(guarantee, payload));
    advance(TRANSITIONS, guarantee.status, event, entity)
}

/// Whether the event may happen to the guarantee as it stands.
pub fn transition(guarantee: &Guarantee, entity: &EntityRef, fact: &Fact) -> Result<(), Refusal> {
    let Some(payload) = payload_of(&fact.event) else {
        return Ok(());
    };
    next(guarantee, entity, payload)?;
    match payload {
        Payload::GuaranteeReleased(e) if guarantee.releases.contains_key(&e.release_no) => {
            Err(repeated(entity, "release_no", &e.release_no))
        }
        Payload::GuaranteeClaimed(e) if guarantee.claims.contains_key(&e.claim_no) => {
            Err(repeated(entity, "claim_no", &e.claim_no))
        }
        _ => Ok(()),
    }
}

/// The guarantee after one more fact.
pub fn evolve(guarantee: &mut Guarantee, entity: &EntityRef, _position: u64, fact: &Fact) {
    let Some(payload) = payload_of(&fact.event) else {
        return;
    };
    if let Ok(to) = next(guarantee, entity, payload) {
        guarantee.status = to;
    }
    match payload {
        Payload::GuaranteeIssued(e) => {
            guarantee.kind = e.kind;
            guarantee.guarantor.clone_from(&e.guarantor);
            guarantee.beneficiary.clone_from(&e.beneficiary);
            guarantee.applicant.clone_from(&e.applicant);
            guarantee.contract_id.clone_from(&e.contract_id);
            guarantee.amount_fen = e.amount_fen;
            guarantee.issued_on = Some(fact.legal_date);
            guarantee.valid_from = day(&e.valid_from);
            guarantee.valid_to = day(&e.valid_to);
        }
        Payload::GuaranteeExtended(e) => {
            guarantee.valid_to = guarantee.valid_to.max(day(&e.valid_to));
        }
        Payload::GuaranteeReleased(e) => {
            guarantee
                .releases
                .insert(e.release_no.clone(), e.amount_fen);
        }
        Payload::GuaranteeClaimed(e) => {
            guarantee.claims.insert(e.claim_no.clone(), e.amount_fen);
        }
        _ => {}
    }
}

/// E023 when more is claimed and released than is guaranteed.
pub fn invariants(guarantee: &Guarantee, entity: &EntityRef) -> Result<(), Refusal> {
    let (amount_fen, gone_fen) = (guarantee.amount_fen, guarantee.gone_fen());
    if gone_fen <= i128::from(amount_fen) {
        return Ok(());
    }
    let id = entity.id();
    let message = format!(
        "{gone_fen} fen of guarantee {id} are claimed or released, it is over {amount_fen} fen"
    );
    Err(Refusal::new(Code::E023_RELEASE_OVER_HELD, message)
        .with("guarantee_no", id)
        .with("held_fen", amount_fen)
        .with("released_fen", gone_fen))
}
