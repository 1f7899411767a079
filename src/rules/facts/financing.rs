//! Loans on contracts: confirmation of what is owed, and the bank's decision.

use super::{Fact, FactKind::Clock as IsClock, Parameters, variables};
use crate::{
    domain::values::StreamKind,
    events::v1::{EnterpriseSize, event_payload::Payload},
    rules::case::{Body, Case, Clock, Scene, first},
};

/// The facts of this family.
pub const FACTS: &[Fact] = &[
    Fact {
        name: "receivable_confirmed",
        kind: IsClock,
        streams: &[StreamKind::Project, StreamKind::Order],
        zh: "自供应商提出应收账款确权请求之日起，至采购人确认",
        en: "From a supplier's request to confirm what is owed to the purchaser's confirmation",
        variables: variables::CONTRACT,
        parameters: &[],
        find: confirmed,
    },
    Fact {
        name: "sme_receivable_confirmed",
        kind: IsClock,
        streams: &[StreamKind::Project, StreamKind::Order],
        zh: "自中小企业提出应收账款确权请求之日起，至采购人确认；企业规模以合同或者订单所载声明为准",
        en: "From the request of a small or medium enterprise to confirm what is owed to the \
             purchaser's confirmation; its size is that declared with the contract or the order",
        variables: variables::CONTRACT,
        parameters: &[],
        find: confirmed_to_sme,
    },
    Fact {
        name: "bank_decided",
        kind: IsClock,
        streams: &[StreamKind::Project],
        zh: "自供应商提出融资申请之日起，至银行审批；撤销的不再计算",
        en: "From an application for a loan to the bank's decision; void where it is cancelled",
        variables: variables::PROJECT,
        parameters: &[],
        find: bank_decided,
    },
];

fn confirmed(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let mut cases = Vec::new();
    for (act, payload) in scene.acts() {
        let Payload::ConfirmationRequested(requested) = payload else {
            continue;
        };
        let (contract_id, id) = (&requested.contract_id, &requested.confirmation_id);
        let ended = first(scene, act.on(), |payload| {
            matches!(
                payload,
                Payload::EmallOrderCancelled(_) | Payload::EmallOrderReturned(_)
            )
        });
        let clock = Clock {
            done: first(scene, act.on(), |payload| {
                matches!(payload, Payload::ContractConfirmed(e)
                    if e.contract_id == *contract_id && e.confirmation_id == *id)
            }),
            void: ended.map(|by| (by.on, "订单已取消或者退货 the order has ended".to_owned())),
            ..Clock::default()
        };
        let subject = format!("{}/{id}", scene.subject("contract", contract_id));
        cases.push(Case::of(act, subject, Body::Clock(clock)));
    }
    cases
}

/// The size that a supplier declared with a contract or an order.
fn declared_size(scene: &Scene<'_>, contract_id: &str) -> Option<(EnterpriseSize, Vec<u64>)> {
    scene.acts().find_map(|(act, payload)| {
        let size = match payload {
            Payload::ContractSigned(e) if e.contract_id == contract_id => e.supplier_size(),
            Payload::EmallOrderPlaced(e) if e.order_no == contract_id => e.supplier_size(),
            _ => return None,
        };
        Some((size, act.positions().collect()))
    })
}

fn confirmed_to_sme(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    use EnterpriseSize::{Medium, Micro, Small};
    let requests = scene.acts().filter_map(|(_, payload)| match payload {
        Payload::ConfirmationRequested(requested) => Some(requested.contract_id.as_str()),
        _ => None,
    });
    let mut cases = confirmed(scene, &Parameters::default());
    for (case, contract_id) in cases.iter_mut().zip(requests) {
        let Some((size, evidence)) = declared_size(scene, contract_id) else {
            let reason = "合同未入账，企业规模不明 the contract is not known, nor the size";
            case.body = Body::NotApplicable(reason.to_owned());
            continue;
        };
        case.evidence.extend(evidence);
        if !matches!(size, Medium | Small | Micro) {
            let reason = "供应商不是中小企业 the supplier is no small or medium enterprise";
            case.body = Body::NotApplicable(reason.to_owned());
        }
    }
    cases
}

fn bank_decided(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let mut cases = Vec::new();
    for (act, payload) in scene.acts() {
        let Payload::FinancingApplied(applied) = payload else {
            continue;
        };
        let id = &applied.financing_id;
        let cancelled = first(
            scene,
            act.on(),
            |payload| matches!(payload, Payload::FinancingCancelled(e) if e.financing_id == *id),
        );
        let clock = Clock {
            done: first(scene, act.on(), |payload| match payload {
                Payload::FinancingApproved(e) => e.financing_id == *id,
                Payload::FinancingRejected(e) => e.financing_id == *id,
                _ => false,
            }),
            void: cancelled
                .map(|by| (by.on, "申请已撤销 the application was cancelled".to_owned())),
            ..Clock::default()
        };
        cases.push(Case::of(
            act,
            scene.subject("financing", id),
            Body::Clock(clock),
        ));
    }
    cases
}
