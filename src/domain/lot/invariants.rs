//! The sums that hold for a lot.

use super::state::Lot;
use crate::domain::{
    entity::EntityRef,
    refusal::{Code, Refusal},
};

/// E012 when the award is over the ceiling or the lot's amount, E013 when contracts are over the
/// award.
pub fn invariants(lot: &Lot, entity: &EntityRef) -> Result<(), Refusal> {
    let Some(award) = &lot.award else {
        return Ok(());
    };
    let (award_fen, limit_fen) = (award.amount_fen, lot.award_limit_fen());
    if award_fen > limit_fen {
        let message = format!(
            "award of {award_fen} fen is over the limit of {limit_fen} fen of lot {}, the least \
             of its amount and ceilings (政府采购法第36条)",
            entity.id()
        );
        return Err(Refusal::new(Code::E012_AWARD_OVER_CEILING, message)
            .with("lot_no", entity.id())
            .with("award_fen", award_fen)
            .with("limit_fen", limit_fen)
            .with("lot_amount_fen", lot.amount_fen));
    }
    let contracted_fen = lot.contracted_fen;
    if contracted_fen > i128::from(award_fen) {
        let message = format!(
            "contracts of lot {} sum to {contracted_fen} fen, the award is {award_fen} fen \
             (政府采购法第46条)",
            entity.id()
        );
        return Err(Refusal::new(Code::E013_CONTRACT_OVER_AWARD, message)
            .with("lot_no", entity.id())
            .with("award_fen", award_fen)
            .with("contracted_fen", contracted_fen));
    }
    Ok(())
}
