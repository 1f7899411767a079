//! BD 保证金: money or paper that is held, goes back or is kept.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        decider::Fact,
        entity::EntityRef,
        machine::{Case, Row, advance},
        payload::{EventType, payload_of},
        refusal::{Code, Refusal, repeated},
        values::money,
    },
    events::v1::event_payload::Payload,
};

/// Where a bond stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum BondStatus {
    /// Not collected.
    #[default]
    Absent,
    /// 已收取.
    Collected,
    /// 部分退还: a part went back or was kept.
    PartReturned,
    /// 已退还: nothing is held, the last part went back; final.
    Returned,
    /// 不予退还: nothing is held, the last part was kept; final.
    Forfeited,
}

/// The state of a bond. Amounts are fen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bond {
    /// Where it stands.
    pub status: BondStatus,
    /// Number of the schema's `BondKind`.
    pub kind: i32,
    /// The contract that it secures; empty for none.
    pub contract_id: String,
    /// Who gave it.
    pub payer: String,
    /// What was collected.
    pub collected_fen: i64,
    /// The day of receipt.
    pub received_on: Option<NaiveDate>,
    /// What went back, by number.
    pub returns: BTreeMap<String, i64>,
    /// What was kept.
    pub forfeited_fen: Option<i64>,
}

impl Bond {
    /// What went back or was kept.
    pub fn gone_fen(&self) -> i128 {
        money::sum(self.returns.values().copied().chain(self.forfeited_fen))
    }

    /// What is still held.
    pub fn held_fen(&self) -> i128 {
        i128::from(self.collected_fen) - self.gone_fen()
    }
}

/// Which event leads where. `Settled`: nothing is held afterwards. All or a part is forfeited,
/// once: a second forfeiture is `More`.
pub const TRANSITIONS: &[Row<BondStatus>] = {
    use BondStatus::{Absent, Collected, Forfeited, PartReturned, Returned};
    use Case::{Any, NotMore, Settled};
    use EventType as E;
    &[
        (Absent, E::BondCollected, Any, Collected),
        (Collected, E::BondReturned, NotMore, PartReturned),
        (Collected, E::BondReturned, Settled, Returned),
        (Collected, E::BondForfeited, NotMore, PartReturned),
        (Collected, E::BondForfeited, Settled, Forfeited),
        (PartReturned, E::BondReturned, NotMore, PartReturned),
        (PartReturned, E::BondReturned, Settled, Returned),
        (PartReturned, E::BondForfeited, NotMore, PartReturned),
        (PartReturned, E::BondForfeited, Settled, Forfeited),
    ]
};

fn case_of(bond: &Bond, payload: &Payload) -> Case {
    let amount_fen = match payload {
        Payload::BondReturned(e) => e.amount_fen,
        Payload::BondForfeited(_) if bond.forfeited_fen.is_some() => return Case::More,
        Payload::BondForfeited(e) => e.amount_fen,
        _ => return Case::Other,
    };
    match i128::from(amount_fen) < bond.held_fen() {
        true => Case::NotMore,
        false => Case::Settled,
    }
}

fn next(bond: &Bond, entity: &EntityRef, payload: &Payload) -> Result<BondStatus, Refusal> {
    let event = (EventType::of(payload), case_of(bond, payload));
    advance(TRANSITIONS, bond.status, event, entity)
}

/// Whether the event may happen to the bond as it stands.
pub fn transition(bond: &Bond, entity: &EntityRef, fact: &Fact) -> Result<(), Refusal> {
    let Some(payload) = payload_of(&fact.event) else {
        return Ok(());
    };
    next(bond, entity, payload)?;
    match payload {
        Payload::BondReturned(e) if bond.returns.contains_key(&e.return_no) => {
            Err(repeated(entity, "return_no", &e.return_no))
        }
        _ => Ok(()),
    }
}

/// The bond after one more fact.
pub fn evolve(bond: &mut Bond, entity: &EntityRef, _position: u64, fact: &Fact) {
    let Some(payload) = payload_of(&fact.event) else {
        return;
    };
    if let Ok(to) = next(bond, entity, payload) {
        bond.status = to;
    }
    match payload {
        Payload::BondCollected(e) => {
            bond.kind = e.kind;
            bond.contract_id.clone_from(&e.contract_id);
            bond.payer.clone_from(&e.payer);
            bond.collected_fen = e.amount_fen;
            bond.received_on = Some(fact.legal_date);
        }
        Payload::BondReturned(e) => {
            bond.returns.insert(e.return_no.clone(), e.amount_fen);
        }
        Payload::BondForfeited(e) => bond.forfeited_fen = Some(e.amount_fen),
        _ => {}
    }
}

/// E023 when more goes back or is kept than was collected.
pub fn invariants(bond: &Bond, entity: &EntityRef) -> Result<(), Refusal> {
    let (collected_fen, gone_fen) = (bond.collected_fen, bond.gone_fen());
    if gone_fen <= i128::from(collected_fen) {
        return Ok(());
    }
    let id = entity.id();
    let message = format!(
        "{gone_fen} fen of bond {id} are returned or forfeited, {collected_fen} fen were collected"
    );
    Err(Refusal::new(Code::E023_RELEASE_OVER_HELD, message)
        .with("bond_id", id)
        .with("held_fen", collected_fen)
        .with("released_fen", gone_fen))
}
