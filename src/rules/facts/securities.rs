//! Bonds, fees and guarantees: what suppliers are asked to pay, and in which form.

use chrono::NaiveDate;

use super::{Fact, FactKind::Content as IsContent, Parameters, variables};
use crate::{
    domain::{
        payload::day,
        values::{StreamKind, money},
    },
    events::v1::{self, BondForm, BondKind, FeePayer, event_payload::Payload},
    rules::case::{Body, Case, Scene},
    views::Standing,
};

/// The facts of this family.
pub const FACTS: &[Fact] = &[
    Fact {
        name: "bid_bond_free",
        kind: IsContent,
        streams: &[StreamKind::Project],
        zh: "采购文件是否要求投标保证金；文件未要求而收取的，另计",
        en: "Whether documents ask for a bid bond; one that is collected without being asked for \
             is a case of its own",
        variables: variables::PROJECT,
        parameters: &[],
        find: bid_bonds,
    },
    Fact {
        name: "documents_free",
        kind: IsContent,
        streams: &[StreamKind::Project],
        zh: "采购文件是否收取工本费",
        en: "Whether documents have a price",
        variables: variables::PROJECT,
        parameters: &[],
        find: document_fees,
    },
    Fact {
        name: "fees_paid_by_purchaser",
        kind: IsContent,
        streams: &[StreamKind::Project],
        zh: "采购文件约定的和实际支付的采购代理费、专家评审费是否由采购人承担",
        en: "Whether the purchaser pays the agency and the experts, as documents say and as was \
             paid",
        variables: variables::PROJECT,
        parameters: &[],
        find: fees,
    },
    Fact {
        name: "bond_without_cash",
        kind: IsContent,
        streams: &[StreamKind::Project],
        zh: "履约保证金、质保金是否以现金方式收取；转账仅在注明为现金时计入",
        en: "Whether a performance or retention bond was taken in cash; a transfer only where it \
             is marked as cash",
        variables: variables::PROJECT,
        parameters: &[],
        find: cash_bonds,
    },
    Fact {
        name: "guarantee_covers_contract",
        kind: IsContent,
        streams: &[StreamKind::Project],
        zh: "履约、质量保函的有效期（含展期）是否覆盖至合同履行期限届满；合同提前结束的，至其结束",
        en: "Whether a guarantee for a contract, with its extensions, holds until the contract's \
             last day, or until its end where that was earlier",
        variables: variables::PROJECT,
        parameters: &[],
        find: guarantees,
    },
];

type Issued<'a> = (&'a Standing, &'a v1::ProcurementDocumentIssued);

fn documents<'a>(scene: &Scene<'a>) -> impl Iterator<Item = Issued<'a>> + use<'a> {
    scene.acts().filter_map(|(act, payload)| match payload {
        Payload::ProcurementDocumentIssued(issued) => Some((act, issued)),
        _ => None,
    })
}

/// The case of a document.
fn of_document(scene: &Scene<'_>, (act, issued): Issued<'_>, wrong: Vec<String>) -> Case {
    let subject = scene.subject("document", &issued.doc_id);
    Case::of(act, subject, Body::Content(wrong))
}

fn yuan(fen: i64) -> String {
    money::yuan(fen.into())
}

fn bid_bonds(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let of_document = |(act, issued): Issued<'_>| {
        let fen = issued.bid_bond_fen;
        let wrong = (fen > 0).then(|| {
            format!(
                "要求投标保证金{}元 a bid bond of {0} yuan is asked for",
                yuan(fen)
            )
        });
        of_document(scene, (act, issued), wrong.into_iter().collect())
    };
    let mut cases: Vec<Case> = documents(scene).map(of_document).collect();
    for (act, payload) in scene.acts() {
        let Payload::BondCollected(bond) = payload else {
            continue;
        };
        let asks = |(_, issued): Issued<'_>| {
            let is_of_lot = bond.lot_no.is_empty() || issued.lot_nos.contains(&bond.lot_no);
            issued.bid_bond_fen > 0 && is_of_lot
        };
        if bond.kind() != BondKind::Bid || documents(scene).any(asks) {
            continue;
        }
        let wrong = format!(
            "收取投标保证金{}元 a bid bond of {0} yuan was collected",
            yuan(bond.amount_fen)
        );
        let subject = scene.subject("bond", &bond.bond_id);
        cases.push(Case::of(act, subject, Body::Content(vec![wrong])));
    }
    cases
}

fn document_fees(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let of_document = |(act, issued): Issued<'_>| {
        let fen = issued.doc_fee_fen;
        let wrong =
            (fen > 0).then(|| format!("采购文件工本费{}元 the documents cost {0} yuan", yuan(fen)));
        of_document(scene, (act, issued), wrong.into_iter().collect())
    };
    documents(scene).map(of_document).collect()
}

fn fees(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let of_document = |(act, issued): Issued<'_>| {
        let agency = "约定代理费由供应商支付 the agency is to be paid by suppliers";
        let experts = "约定评审费由供应商支付 the experts are to be paid by suppliers";
        let payers = [
            (issued.agency_fee_payer(), agency),
            (issued.expert_fee_payer(), experts),
        ];
        let wrong = payers
            .into_iter()
            .filter(|(payer, _)| *payer == FeePayer::Supplier);
        let wrong = wrong.map(|(_, wrong)| wrong.to_owned()).collect();
        of_document(scene, (act, issued), wrong)
    };
    let mut cases: Vec<Case> = documents(scene).map(of_document).collect();
    for (act, payload) in scene.acts() {
        let (id, payer, wrong) = match payload {
            Payload::AgencyFeePaid(e) => (
                &e.fee_id,
                e.payer_kind(),
                "代理费由供应商支付 the agency was paid by a supplier",
            ),
            Payload::ExpertFeePaid(e) => (
                &e.fee_id,
                e.payer_kind(),
                "评审费由供应商支付 the experts were paid by a supplier",
            ),
            _ => continue,
        };
        let wrong = (payer == FeePayer::Supplier).then(|| wrong.to_owned());
        let body = Body::Content(wrong.into_iter().collect());
        cases.push(Case::of(act, scene.subject("fee", id), body));
    }
    cases
}

fn cash_bonds(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let mut cases = Vec::new();
    for (act, payload) in scene.acts() {
        let Payload::BondCollected(bond) = payload else {
            continue;
        };
        let name = match bond.kind() {
            BondKind::Performance => "履约保证金",
            BondKind::Retention => "质保金",
            BondKind::Bid | BondKind::Unspecified => continue,
        };
        let is_cash = bond.form() == BondForm::Cash || bond.strict_cash;
        let wrong = is_cash.then(|| {
            let yuan = yuan(bond.amount_fen);
            format!("{name}{yuan}元以现金收取 a bond of {yuan} yuan was taken in cash")
        });
        let subject = scene.subject("bond", &bond.bond_id);
        let body = Body::Content(wrong.into_iter().collect());
        cases.push(Case::of(act, subject, body));
    }
    cases
}

/// What is known of a guarantee after its issue.
#[derive(Default)]
struct Life {
    valid_to: Option<NaiveDate>,
    gone_fen: i128,
    evidence: Vec<u64>,
}

fn life(scene: &Scene<'_>, issued: &v1::GuaranteeIssued) -> Life {
    let no = &issued.guarantee_no;
    let mut life = Life {
        valid_to: day(&issued.valid_to),
        ..Life::default()
    };
    for (act, payload) in scene.acts() {
        match payload {
            Payload::GuaranteeExtended(e) if e.guarantee_no == *no => {
                life.valid_to = life.valid_to.max(day(&e.valid_to));
            }
            Payload::GuaranteeReleased(e) if e.guarantee_no == *no => {
                life.gone_fen += i128::from(e.amount_fen);
            }
            Payload::GuaranteeClaimed(e) if e.guarantee_no == *no => {
                life.gone_fen += i128::from(e.amount_fen);
            }
            _ => continue,
        }
        life.evidence.extend(act.positions());
    }
    life
}

/// The contract that a guarantee secures: the one that it names, else its lot's and applicant's.
fn contract_of<'a>(scene: &Scene<'a>, issued: &v1::GuaranteeIssued) -> Option<&'a str> {
    scene.acts().find_map(|(_, payload)| {
        let Payload::ContractSigned(signed) = payload else {
            return None;
        };
        let is_of = match issued.contract_id.as_str() {
            "" => signed.lot_no == issued.lot_no && signed.supplier == issued.applicant,
            contract_id => signed.contract_id == contract_id,
        };
        is_of.then_some(signed.contract_id.as_str())
    })
}

/// The last day of the contract that a guarantee secures, and the events that show it.
fn contract_end(scene: &Scene<'_>, issued: &v1::GuaranteeIssued) -> Option<(NaiveDate, Vec<u64>)> {
    let contract_id = contract_of(scene, issued)?;
    let mut end: Option<NaiveDate> = None;
    let mut evidence = Vec::new();
    for (act, payload) in scene.acts() {
        let on = match payload {
            Payload::ContractSigned(e) if e.contract_id == contract_id => day(&e.end_on),
            Payload::ContractTerminated(e) if e.contract_id == contract_id => Some(act.on()),
            Payload::ContractCompleted(e) if e.contract_id == contract_id => Some(act.on()),
            _ => continue,
        };
        end = [end, on].into_iter().flatten().min();
        evidence.extend(act.positions());
    }
    Some((end?, evidence))
}

fn guarantees(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let mut cases = Vec::new();
    for (act, payload) in scene.acts() {
        let Payload::GuaranteeIssued(issued) = payload else {
            continue;
        };
        let subject = scene.subject("guarantee", &issued.guarantee_no);
        let life = life(scene, issued);
        let (end, evidence) = contract_end(scene, issued).unzip();
        let mut case = Case::of(act, subject, body_of(issued, &life, end));
        case.evidence.extend(life.evidence);
        case.evidence.extend(evidence.unwrap_or_default());
        cases.push(case);
    }
    cases
}

fn body_of(issued: &v1::GuaranteeIssued, life: &Life, end: Option<NaiveDate>) -> Body {
    let not_applicable = |reason: &str| Body::NotApplicable(reason.to_owned());
    if issued.kind() == BondKind::Bid {
        return not_applicable("投标保函不担保合同履行 a bid guarantee secures no contract");
    }
    let (Some(end), Some(valid_to)) = (end, life.valid_to) else {
        return not_applicable("所担保的合同未入账 the contract that it secures is not known");
    };
    if valid_to >= end {
        return Body::Content(Vec::new());
    }
    if life.gone_fen >= i128::from(issued.amount_fen) {
        return not_applicable("保函已全部解除或者索赔 nothing of the guarantee is left to lapse");
    }
    Body::Content(vec![format!(
        "保函{valid_to}到期，早于合同期限{end} the guarantee ends on {valid_to}, the contract on {end}"
    )])
}
