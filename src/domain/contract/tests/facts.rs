//! Facts of one contract, short enough for tables: `CT-1` on lot `01` of project `P-1`.

use std::sync::Arc;

use crate::{
    domain::{
        contract::{Contract, evolve, invariants, transition},
        decider::Fact,
        entity::EntityRef,
        payload::legal_day,
        refusal::Refusal,
        values::{StreamKind, StreamName},
    },
    events::v1::{self, AcceptanceResult, EntityKind, event_payload::Payload},
};

pub use crate::domain::testkit::facts::{
    LINE, PARTITION, PROJECT, SUPPLIER, SUPPLIER_2, UNIT as BUYER,
};

pub const ACCOUNT: &str = "acct-1";
/// The amount of [`signing`].
pub const ORIGINAL_FEN: i64 = 100_000;

/// A payload as a fact of the project's stream.
pub fn fact(payload: Payload) -> Fact {
    let legal_date = legal_day(&payload).expect("payloads of tests have legal dates");
    let event = v1::Event {
        payload: Some(v1::EventPayload {
            payload: Some(payload),
        }),
        ..v1::Event::default()
    };
    let stream = StreamName {
        kind: StreamKind::Project,
        partition: PARTITION.to_owned(),
        id: PROJECT.to_owned(),
    };
    Fact {
        event,
        stream,
        legal_date,
    }
}

/// Names the contract.
pub fn entity() -> EntityRef {
    EntityRef::new(EntityKind::Contract, PARTITION, PROJECT, "CT-1")
}

/// The contract after facts, whether they may follow or not.
pub fn fold<'a>(facts: impl IntoIterator<Item = &'a Payload>) -> Contract {
    let mut contract = Contract::default();
    for (position, payload) in (0..).zip(facts) {
        evolve(&mut contract, &entity(), position, &fact(payload.clone()));
    }
    contract
}

/// The contract after one more fact that passes its own gates, or the refusal that comes first.
pub fn decide(before: &Contract, payload: &Payload) -> Result<Contract, Refusal> {
    let fact = fact(payload.clone());
    transition(before, &entity(), &fact)?;
    let mut after = before.clone();
    evolve(&mut after, &entity(), 0, &fact);
    invariants(Some(before), &after, &entity())?;
    Ok(after)
}

/// Folds facts, each of which must be accepted.
pub fn given(facts: &[Payload]) -> Arc<Contract> {
    let mut contract = Contract::default();
    for payload in facts {
        contract = decide(&contract, payload).expect("what is given is accepted");
    }
    Arc::new(contract)
}

pub fn term(term_no: &str, kind: v1::TermKind, amount_fen: i64) -> v1::PaymentTerm {
    v1::PaymentTerm {
        term_no: term_no.to_owned(),
        kind: kind.into(),
        amount_fen,
        trigger: v1::TermTrigger::Signed.into(),
        ..v1::PaymentTerm::default()
    }
}

/// 1,000.00 yuan, fixed total: 300 advance, 200 progress, 250 on acceptance, 200 final, 50 kept.
pub fn signing() -> v1::ContractSigned {
    use v1::TermKind::{Acceptance, Advance, Final, Progress, Retention};
    v1::ContractSigned {
        contract_id: "CT-1".to_owned(),
        lot_no: "01".to_owned(),
        contract_no: "HT-1".to_owned(),
        buyer: BUYER.to_owned(),
        supplier: SUPPLIER.to_owned(),
        supplier_size: v1::EnterpriseSize::Small.into(),
        amount_fen: ORIGINAL_FEN,
        pricing: v1::Pricing::FixedTotal.into(),
        signed_on: "2023-09-01".to_owned(),
        start_on: "2023-09-02".to_owned(),
        end_on: "2023-12-31".to_owned(),
        terms: vec![
            term("ADV", Advance, 30_000),
            term("PRO", Progress, 20_000),
            term("ACC", Acceptance, 25_000),
            term("FIN", Final, 20_000),
            term("RET", Retention, 5_000),
        ],
        payee_account_ref: ACCOUNT.to_owned(),
        law_track: v1::LawTrack::ProcurementLaw.into(),
        ..v1::ContractSigned::default()
    }
}

pub fn sign() -> Payload {
    Payload::ContractSigned(signing())
}

pub fn filed(no: &str, on: &str) -> Payload {
    Payload::ContractFiled(v1::ContractFiled {
        contract_id: "CT-1".to_owned(),
        filing_no: no.to_owned(),
        filed_on: on.to_owned(),
    })
}

pub fn supplement(no: &str, amount_fen: i64, on: &str) -> Payload {
    Payload::SupplementSigned(v1::SupplementSigned {
        contract_id: "CT-1".to_owned(),
        supplement_no: no.to_owned(),
        amount_fen,
        budget_parts: part(amount_fen),
        same_subject: true,
        signed_on: on.to_owned(),
    })
}

pub fn change(no: &str, delta_fen: i64, on: &str) -> Payload {
    Payload::ContractChanged(v1::ContractChanged {
        contract_id: "CT-1".to_owned(),
        change_no: no.to_owned(),
        clause: "3".to_owned(),
        before: "before".to_owned(),
        after: "after".to_owned(),
        delta_fen,
        payee_account_ref: String::new(),
        legal_ground: "政府采购法第50条".to_owned(),
        changed_on: on.to_owned(),
    })
}

pub fn new_account(no: &str, account: &str, on: &str) -> Payload {
    let Payload::ContractChanged(mut changed) = change(no, 0, on) else {
        unreachable!("a change is a change")
    };
    account.clone_into(&mut changed.payee_account_ref);
    Payload::ContractChanged(changed)
}

pub fn suspended(on: &str) -> Payload {
    Payload::ContractSuspended(v1::ContractSuspended {
        contract_id: "CT-1".to_owned(),
        reason: "投诉处理期间".to_owned(),
        on: on.to_owned(),
    })
}

pub fn resumed(on: &str) -> Payload {
    Payload::ContractResumed(v1::ContractResumed {
        contract_id: "CT-1".to_owned(),
        on: on.to_owned(),
    })
}

pub fn terminated(settled_fen: i64, on: &str) -> Payload {
    Payload::ContractTerminated(v1::ContractTerminated {
        contract_id: "CT-1".to_owned(),
        ground: v1::TerminationGround::Breach.into(),
        settled_fen,
        on: on.to_owned(),
    })
}

pub fn completed(on: &str) -> Payload {
    Payload::ContractCompleted(v1::ContractCompleted {
        contract_id: "CT-1".to_owned(),
        on: on.to_owned(),
    })
}

pub fn started(on: &str) -> Payload {
    Payload::PerformanceStarted(v1::PerformanceStarted {
        contract_id: "CT-1".to_owned(),
        started_on: on.to_owned(),
    })
}

pub fn delivered(no: &str, on: &str) -> Payload {
    Payload::GoodsDelivered(v1::GoodsDelivered {
        contract_id: "CT-1".to_owned(),
        delivery_no: no.to_owned(),
        stage_no: None,
        delivered_on: on.to_owned(),
    })
}

pub fn invoice(no: &str, amount_fen: i64, on: &str) -> Payload {
    Payload::InvoiceReceived(v1::InvoiceReceived {
        contract_id: "CT-1".to_owned(),
        invoice_no: no.to_owned(),
        amount_fen,
        received_on: on.to_owned(),
    })
}

pub fn settled(no: &str, amount_fen: i64, on: &str) -> Payload {
    Payload::SettlementConfirmed(v1::SettlementConfirmed {
        contract_id: "CT-1".to_owned(),
        settlement_no: no.to_owned(),
        term_no: String::new(),
        amount_fen,
        on: on.to_owned(),
    })
}

pub fn damages(no: &str, amount_fen: i64, on: &str) -> Payload {
    Payload::LiquidatedDamagesAssessed(v1::LiquidatedDamagesAssessed {
        contract_id: "CT-1".to_owned(),
        assessment_no: no.to_owned(),
        amount_fen,
        ground: "逾期交付".to_owned(),
        on: on.to_owned(),
    })
}

pub fn rectified(on: &str) -> Payload {
    Payload::RectificationCompleted(v1::RectificationCompleted {
        contract_id: "CT-1".to_owned(),
        on: on.to_owned(),
    })
}

fn part(amount_fen: i64) -> Vec<v1::BudgetPart> {
    vec![v1::BudgetPart {
        budget_line_id: LINE.to_owned(),
        amount_fen,
    }]
}

pub fn request(payment_id: &str, term_no: &str, amount_fen: i64, on: &str) -> Payload {
    Payload::PaymentRequested(v1::PaymentRequested {
        payment_id: payment_id.to_owned(),
        contract_id: "CT-1".to_owned(),
        term_no: term_no.to_owned(),
        amount_fen,
        payee: SUPPLIER.to_owned(),
        payee_account_ref: ACCOUNT.to_owned(),
        budget_parts: part(amount_fen),
        requested_on: on.to_owned(),
    })
}

pub fn agreed(payment_id: &str, on: &str) -> Payload {
    Payload::PaymentAccepted(v1::PaymentAccepted {
        payment_id: payment_id.to_owned(),
        contract_id: "CT-1".to_owned(),
        decided_on: on.to_owned(),
    })
}

pub fn rejected(payment_id: &str, on: &str) -> Payload {
    Payload::PaymentRejected(v1::PaymentRejected {
        payment_id: payment_id.to_owned(),
        contract_id: "CT-1".to_owned(),
        reason: "资料不全".to_owned(),
        decided_on: on.to_owned(),
    })
}

pub fn paid(payment_id: &str, amount_fen: i64, on: &str) -> Payload {
    Payload::PaymentExecuted(v1::PaymentExecuted {
        payment_id: payment_id.to_owned(),
        contract_id: "CT-1".to_owned(),
        voucher_no: format!("V-{payment_id}"),
        amount_fen,
        budget_parts: part(amount_fen),
        paid_on: on.to_owned(),
    })
}

pub fn returned(payment_id: &str, amount_fen: i64, on: &str) -> Payload {
    Payload::PaymentReturned(v1::PaymentReturned {
        payment_id: payment_id.to_owned(),
        contract_id: "CT-1".to_owned(),
        returned_voucher_no: format!("R-{payment_id}"),
        amount_fen,
        budget_parts: part(amount_fen),
        reason: "账号有误".to_owned(),
        returned_on: on.to_owned(),
    })
}

/// A payment requested, agreed and paid on one day.
pub fn pay(payment_id: &str, term_no: &str, amount_fen: i64, on: &str) -> [Payload; 3] {
    [
        request(payment_id, term_no, amount_fen, on),
        agreed(payment_id, on),
        paid(payment_id, amount_fen, on),
    ]
}

pub fn acceptance_requested(acceptance_id: &str, on: &str) -> Payload {
    Payload::AcceptanceRequested(v1::AcceptanceRequested {
        acceptance_id: acceptance_id.to_owned(),
        contract_id: "CT-1".to_owned(),
        requested_on: on.to_owned(),
    })
}

pub fn team_formed(acceptance_id: &str, on: &str) -> Payload {
    Payload::AcceptanceTeamFormed(v1::AcceptanceTeamFormed {
        acceptance_id: acceptance_id.to_owned(),
        contract_id: "CT-1".to_owned(),
        members: vec![v1::AcceptanceMember {
            member_no: "m-1".to_owned(),
            role: "组长".to_owned(),
        }],
        third_party: false,
        service_users: false,
        formed_on: on.to_owned(),
    })
}

/// An acceptance of stage 1 concluded; final unless partial.
pub fn concluded(
    acceptance_id: &str,
    result: AcceptanceResult,
    accepted_fen: i64,
    on: &str,
) -> Payload {
    Payload::AcceptanceConcluded(v1::AcceptanceConcluded {
        acceptance_id: acceptance_id.to_owned(),
        contract_id: "CT-1".to_owned(),
        stage_no: 1,
        is_final: result != AcceptanceResult::Partial,
        items: vec![v1::AcceptanceItem {
            name: "功能".to_owned(),
            standard: "合同附件一".to_owned(),
            passed: result != AcceptanceResult::Failed,
        }],
        result: result.into(),
        accepted_fen,
        concluded_on: on.to_owned(),
        signers: vec!["m-1".to_owned()],
    })
}

pub fn uploaded(acceptance_id: &str, seconds: i64) -> Payload {
    Payload::AcceptanceMaterialUploaded(v1::AcceptanceMaterialUploaded {
        acceptance_id: acceptance_id.to_owned(),
        contract_id: "CT-1".to_owned(),
        platform: "GP_SUPERVISE".to_owned(),
        uploaded_at: Some(prost_types::Timestamp { seconds, nanos: 0 }),
        receipt_no: "R-1".to_owned(),
        files: vec![v1::UploadedFile {
            name: "a.pdf".to_owned(),
            hash: "0".repeat(64),
        }],
    })
}
