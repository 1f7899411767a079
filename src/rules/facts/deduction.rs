//! What is deducted from the bids of small and micro enterprises when they are evaluated
//! (财库〔2020〕46号第九条, 财库〔2022〕19号).
//!
//! A bidder's size is that of the registry. That a consortium or subcontracts earn a smaller
//! deduction no event shows, nor which lots of a plan are reserved that reserves a part.

use super::{
    Fact,
    FactKind::Ratio as IsRatio,
    lots::{Picture, evidence, object_of, round},
    variables,
};
use crate::{
    domain::values::StreamKind,
    events::v1::{
        EnterpriseSize, EvaluationConcluded, PlanFiled, ProcurementObject, RankedBid, SmePolicy,
        SmePolicyKind, event_payload::Payload,
    },
    rules::case::{Body, Case, Scene},
};

/// The facts of this family.
pub const FACTS: &[Fact] = &[
    Fact {
        name: "price_deducted",
        kind: IsRatio,
        streams: &[StreamKind::Project],
        zh: "未预留份额的货物、服务：评审时对小微企业报价的扣除占其报价的比例",
        en: "Goods and services of which nothing is reserved: what is deducted from the bid of a \
             small or micro enterprise when it is evaluated, of the bid",
        variables: variables::PROJECT,
        parameters: &[],
        find: |scene, _| deducted(scene, false),
    },
    Fact {
        name: "works_price_deducted",
        kind: IsRatio,
        streams: &[StreamKind::Project],
        zh: "未预留份额的工程：评审时对小微企业报价的扣除占其报价的比例",
        en: "Works of which nothing is reserved: what is deducted from the bid of a small or \
             micro enterprise when it is evaluated, of the bid",
        variables: variables::PROJECT,
        parameters: &[],
        find: |scene, _| deducted(scene, true),
    },
];

/// One case for each valid bid of each evaluation; an evaluation that is done again is another.
fn deducted(scene: &Scene<'_>, of_works: bool) -> Vec<Case> {
    let picture = Picture::of(scene);
    let mut cases = Vec::new();
    let mut lots: Vec<&str> = Vec::new();
    for (act, payload) in picture.acts() {
        let Payload::EvaluationConcluded(EvaluationConcluded {
            lot_no, ranking, ..
        }) = payload
        else {
            continue;
        };
        let number = lots.iter().filter(|lot| *lot == lot_no).count();
        lots.push(lot_no);
        let Some((planned, plan)) = picture.plan_of(lot_no) else {
            continue;
        };
        if (object_of(plan) == ProcurementObject::Works) != of_works {
            continue;
        }
        for bid in ranking.iter().filter(|bid| bid.valid) {
            let law = picture.tender_law(lot_no);
            let body = law.unwrap_or_else(|| share_of(scene, plan, bid));
            let subject = round(scene.subject("lot", lot_no), number);
            let subject = format!("{subject}/{}", bid.supplier);
            let mut case = Case::of(act, subject, body);
            case.evidence = evidence([act, planned]);
            cases.push(case);
        }
    }
    cases
}

/// What is deducted from a bid, of the bid.
fn share_of(scene: &Scene<'_>, plan: &PlanFiled, bid: &RankedBid) -> Body {
    let none = |reason: &str| Body::NotApplicable(reason.to_owned());
    match plan.sme_policy.as_ref().map(SmePolicy::kind) {
        Some(SmePolicyKind::NonReserved) => {}
        Some(SmePolicyKind::AllReserved) => {
            return none("专门面向中小企业采购，不再扣除 all is reserved: nothing is deducted");
        }
        _ => return none("采购包是否预留不明 nobody can tell whether the lot is reserved"),
    }
    let registered = scene.around.organisation(&bid.supplier);
    match registered.map(|supplier| supplier.size()) {
        Some(EnterpriseSize::Small | EnterpriseSize::Micro) => {}
        None | Some(EnterpriseSize::Unspecified) => {
            return none("企业规模未登记 the size of the bidder is not registered");
        }
        Some(_) => return none("不是小微企业 the bidder is no small or micro enterprise"),
    }
    match bid.evaluated_price_fen {
        Some(evaluated_fen) => Body::Ratio {
            part: i128::from(bid.bid_price_fen) - i128::from(evaluated_fen),
            whole: bid.bid_price_fen.into(),
        },
        None => none("未记录评审价 no evaluated price is recorded"),
    }
}
