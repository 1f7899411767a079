//! Shares of a contract: prepayment, bonds, retention; and the winner's bid bond.

use std::collections::BTreeMap;

use super::{
    Fact,
    FactKind::{Clock as IsClock, Ratio as IsRatio},
    Parameters,
    contract::signed,
    payment_terms::is_sme,
    variables,
};
use crate::{
    domain::values::StreamKind,
    events::v1::{self, BondForm, BondKind, TermKind, event_payload::Payload},
    rules::case::{Body, Case, Clock, Done, Scene},
    views::Standing,
};

const PROJECT: &[StreamKind] = &[StreamKind::Project];
/// Basis points of a whole.
const WHOLE_BP: i128 = 10_000;

/// The facts of this family.
pub const FACTS: &[Fact] = &[
    Fact {
        name: "prepaid_share",
        kind: IsRatio,
        streams: PROJECT,
        zh: "合同约定的预付款占合同金额的比例",
        en: "What a contract agrees to pay in advance, of its amount",
        variables: variables::PROJECT,
        parameters: &[],
        find: |scene, _| prepaid(scene, false),
    },
    Fact {
        name: "sme_prepaid_share",
        kind: IsRatio,
        streams: PROJECT,
        zh: "与中小企业的合同约定的预付款占合同金额的比例",
        en: "What a contract with a small or medium enterprise agrees to pay in advance, of its \
             amount",
        variables: variables::PROJECT,
        parameters: &[],
        find: |scene, _| prepaid(scene, true),
    },
    Fact {
        name: "bid_bond_share",
        kind: IsRatio,
        streams: PROJECT,
        zh: "采购文件要求的投标保证金占采购预算的比例",
        en: "The bid bond that a document asks for, of the budget",
        variables: variables::PROJECT,
        parameters: &[],
        find: bid_bond,
    },
    Fact {
        name: "performance_bond_share",
        kind: IsRatio,
        streams: PROJECT,
        zh: "采购文件要求的、以及同时持有的履约保证金（含保函）占合同金额的比例",
        en: "The performance bond that a document asks for, and the most that was held of a \
             contract at one time, guarantees included, of its amount",
        variables: variables::PROJECT,
        parameters: &[],
        find: performance_bond,
    },
    Fact {
        name: "retention_share",
        kind: IsRatio,
        streams: PROJECT,
        zh: "工程合同预留的质量保证金占结算总额的比例；未结算的，占合同总额的比例",
        en: "What is retained of a contract of works, of its settlement; of its value until there \
             is one",
        variables: variables::PROJECT,
        parameters: &[],
        find: retention,
    },
    Fact {
        name: "winner_bid_bond_returned",
        kind: IsClock,
        streams: PROJECT,
        zh: "自合同签订之日起，至向中标供应商退还投标保证金",
        en: "From the signing of a contract to the return of the winner's bid bond",
        variables: variables::PROJECT,
        parameters: &[],
        find: bid_bond_returned,
    },
];

fn prepaid(scene: &Scene<'_>, is_of_sme: bool) -> Vec<Case> {
    let of = |(act, signed): (&Standing, &v1::ContractSigned)| {
        let body = match is_of_sme && !is_sme(signed.supplier_size()) {
            true => Body::NotApplicable(
                "供应商不是中小企业 the supplier is no small or medium enterprise".to_owned(),
            ),
            false => Body::Ratio {
                part: terms_fen(signed, TermKind::Advance),
                whole: signed.amount_fen.into(),
            },
        };
        Case::of(act, scene.subject("contract", &signed.contract_id), body)
    };
    signed(scene).map(of).collect()
}

fn terms_fen(signed: &v1::ContractSigned, kind: TermKind) -> i128 {
    let terms = signed.terms.iter().filter(|term| term.kind() == kind);
    terms.map(|term| i128::from(term.amount_fen)).sum()
}

/// Documents, in order of position.
fn documents<'a>(
    scene: &Scene<'a>,
) -> impl Iterator<Item = (&'a Standing, &'a v1::ProcurementDocumentIssued)> + use<'a> {
    scene.acts().filter_map(|(act, payload)| match payload {
        Payload::ProcurementDocumentIssued(issued) => Some((act, issued)),
        _ => None,
    })
}

fn bid_bond(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let of = |(act, issued): (&Standing, &v1::ProcurementDocumentIssued)| {
        let body = Body::Ratio {
            part: issued.bid_bond_fen.into(),
            whole: issued.budget_fen.into(),
        };
        Case::of(act, scene.subject("document", &issued.doc_id), body)
    };
    documents(scene).map(of).collect()
}

/// Documents that ask for a bond, and contracts for which one was held.
fn performance_bond(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let asked = |(act, issued): (&Standing, &v1::ProcurementDocumentIssued)| {
        let part = i128::from(issued.performance_bond_bp?);
        let whole = WHOLE_BP;
        let subject = scene.subject("document", &issued.doc_id);
        Some(Case::of(act, subject, Body::Ratio { part, whole }))
    };
    let held = |(act, signed): (&Standing, &v1::ContractSigned)| {
        let held = Held::of(scene, signed, BondKind::Performance);
        if held.peak_fen == 0 {
            return None;
        }
        let body = Body::Ratio {
            part: held.peak_fen,
            whole: signed.amount_fen.into(),
        };
        let mut case = Case::of(act, scene.subject("contract", &signed.contract_id), body);
        case.evidence.extend(held.evidence);
        Some(case)
    };
    let mut cases: Vec<Case> = documents(scene).filter_map(asked).collect();
    cases.extend(signed(scene).filter_map(held));
    cases
}

/// Bonds and guarantees of one kind that secure a contract.
#[derive(Default)]
struct Held {
    /// The most that was held at one time.
    peak_fen: i128,
    /// The events behind it.
    evidence: Vec<u64>,
}

impl Held {
    fn of(scene: &Scene<'_>, contract: &v1::ContractSigned, kind: BondKind) -> Self {
        let secures = |of: BondKind, contract_id: &str, lot_no: &str, by: &str| {
            let is_of_lot = contract_id.is_empty() && lot_no == contract.lot_no;
            of == kind
                && (contract_id == contract.contract_id || (is_of_lot && by == contract.supplier))
        };
        let mut acts: Vec<_> = scene.acts().collect();
        // What goes back on a day makes room for what comes in on it.
        acts.sort_by_key(|(act, payload)| (act.on(), is_taken(payload)));
        let (mut held, mut found) = (BTreeMap::<String, i128>::new(), Self::default());
        for (act, payload) in acts {
            let (key, fen) = match payload {
                Payload::BondCollected(e)
                    if secures(e.kind(), &e.contract_id, &e.lot_no, &e.payer) =>
                {
                    (bond(&e.bond_id), i128::from(e.amount_fen))
                }
                Payload::GuaranteeIssued(e)
                    if secures(e.kind(), &e.contract_id, &e.lot_no, &e.applicant) =>
                {
                    (guarantee(&e.guarantee_no), i128::from(e.amount_fen))
                }
                Payload::BondReturned(e) => (bond(&e.bond_id), -i128::from(e.amount_fen)),
                Payload::BondForfeited(e) => (bond(&e.bond_id), -i128::from(e.amount_fen)),
                Payload::GuaranteeReleased(e) => {
                    (guarantee(&e.guarantee_no), -i128::from(e.amount_fen))
                }
                Payload::GuaranteeClaimed(e) => {
                    (guarantee(&e.guarantee_no), -i128::from(e.amount_fen))
                }
                Payload::GuaranteeExpired(e) => (guarantee(&e.guarantee_no), i128::MIN),
                _ => continue,
            };
            if !is_taken(payload) && !held.contains_key(&key) {
                continue;
            }
            let entry = held.entry(key).or_default();
            *entry = entry.saturating_add(fen).max(0);
            found.evidence.extend(act.positions());
            found.peak_fen = found.peak_fen.max(held.values().sum());
        }
        found
    }
}

fn is_taken(payload: &Payload) -> bool {
    matches!(
        payload,
        Payload::BondCollected(_) | Payload::GuaranteeIssued(_)
    )
}

fn bond(id: &str) -> String {
    format!("bond/{id}")
}

fn guarantee(no: &str) -> String {
    format!("guarantee/{no}")
}

/// One case for each contract of works that retains something, or has a settlement.
fn retention(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let of = |(act, signed): (&Standing, &v1::ContractSigned)| {
        let id = signed.contract_id.as_str();
        let terms_fen = terms_fen(signed, TermKind::Retention);
        let held = Held::of(scene, signed, BondKind::Retention);
        let part = terms_fen.max(held.peak_fen);
        if part == 0 {
            return None;
        }
        let subject = scene.subject("contract", id);
        let Some(is_works) = is_works(scene) else {
            let reason = "没有采购计划，品目不明 there is no plan to tell the category";
            return Some(Case::of(
                act,
                subject,
                Body::NotApplicable(reason.to_owned()),
            ));
        };
        if !is_works {
            let reason = "不是工程项目 no procurement of works";
            return Some(Case::of(
                act,
                subject,
                Body::NotApplicable(reason.to_owned()),
            ));
        }
        let (whole, evidence) = settled(scene, signed);
        let mut case = Case::of(act, subject, Body::Ratio { part, whole });
        case.evidence.extend(held.evidence);
        case.evidence.extend(evidence);
        Some(case)
    };
    signed(scene).filter_map(of).collect()
}

/// Whether the plan is one of works; `None` without a plan.
pub(super) fn is_works(scene: &Scene<'_>) -> Option<bool> {
    scene.acts().find_map(|(_, payload)| match payload {
        Payload::PlanFiled(plan) => Some(plan.category.starts_with('B')),
        _ => None,
    })
}

/// What a contract was settled at once it is finally accepted; its value until then.
fn settled(scene: &Scene<'_>, signed: &v1::ContractSigned) -> (i128, Vec<u64>) {
    let id = signed.contract_id.as_str();
    let (mut value_fen, mut settled_fen) = (i128::from(signed.amount_fen), 0_i128);
    let (mut is_accepted, mut evidence) = (false, Vec::new());
    for (act, payload) in scene.acts() {
        match payload {
            Payload::SupplementSigned(e) if e.contract_id == id => {
                value_fen += i128::from(e.amount_fen);
            }
            Payload::ContractChanged(e) if e.contract_id == id => {
                value_fen += i128::from(e.delta_fen);
            }
            Payload::SettlementConfirmed(e) if e.contract_id == id => {
                settled_fen += i128::from(e.amount_fen);
                evidence.extend(act.positions());
            }
            Payload::AcceptanceConcluded(e) if e.contract_id == id => {
                is_accepted |= e.is_final && e.result() == v1::AcceptanceResult::Passed;
            }
            _ => {}
        }
    }
    match is_accepted && settled_fen > 0 {
        true => (settled_fen, evidence),
        false => (value_fen, Vec::new()),
    }
}

/// One clock for each bid bond that is held of a winner when its contract is signed.
fn bid_bond_returned(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let of = |(act, payload): (&Standing, &Payload)| {
        let Payload::BondCollected(taken) = payload else {
            return None;
        };
        let is_won = |(_, signed): &(&Standing, &v1::ContractSigned)| {
            let is_of_lot = taken.lot_no.is_empty() || signed.lot_no == taken.lot_no;
            is_of_lot && signed.supplier == taken.payer
        };
        let contracts = signed(scene).filter(is_won).map(|(act, _)| act);
        let contract = contracts.min_by_key(|act| act.on())?;
        let is_bid_bond = taken.kind() == BondKind::Bid && act.on() <= contract.on();
        if !is_bid_bond {
            return None;
        }
        let subject = scene.subject("bond", &taken.bond_id);
        let is_money = !matches!(
            taken.form(),
            BondForm::EGuarantee | BondForm::Insurance | BondForm::CreditSubstitute
        );
        let body = match is_money {
            true => Body::Clock(returned(scene, taken, contract)?),
            false => Body::NotApplicable(
                "保证金不是资金形式，无须退还 no money was taken that could go back".to_owned(),
            ),
        };
        let mut case = Case::of(contract, subject, body);
        case.evidence.extend(act.positions());
        Some(case)
    };
    scene.acts().filter_map(of).collect()
}

/// The clock of a bid bond from the signing on; `None` if nothing of it was held then.
fn returned(scene: &Scene<'_>, taken: &v1::BondCollected, contract: &Standing) -> Option<Clock> {
    let mut clock = Clock::default();
    let (mut left, mut held) = (taken.amount_fen, taken.amount_fen);
    let mut acts: Vec<_> = scene.acts().collect();
    acts.sort_by_key(|(act, _)| act.on());
    for (act, payload) in acts {
        match payload {
            Payload::BondReturned(e) if e.bond_id == taken.bond_id => {
                left -= e.amount_fen;
                if act.on() < contract.on() {
                    held = left;
                } else {
                    clock.paid.push((act.on(), e.amount_fen));
                }
                if left <= 0 && clock.done.is_none() {
                    clock.done = Some(Done::by(act));
                }
            }
            Payload::BondForfeited(e) if e.bond_id == taken.bond_id => {
                clock.void = Some((act.on(), format!("不予退还 forfeited: {}", e.reason)));
            }
            _ => {}
        }
    }
    clock.amount_fen = Some(held);
    (held > 0).then_some(clock)
}
