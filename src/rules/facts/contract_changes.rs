//! What becomes of contracts: changes and supplements, and how long papers are kept.

use super::{
    Fact,
    FactKind::{Clock as IsClock, Content as IsContent},
    Parameters,
    contract::{is_notice, signed},
    variables,
};
use crate::{
    domain::values::StreamKind,
    events::v1::{LawTrack, NoticeType, event_payload::Payload},
    rules::case::{Body, Case, Clock, Scene, first},
    views::Standing,
};

const PROJECT: &[StreamKind] = &[StreamKind::Project];
/// What an irregular fact names where papers were not kept.
const KEPT_PAPERS: &str = "GPL-42";

/// The facts of this family.
pub const FACTS: &[Fact] = &[
    Fact {
        name: "contract_change_published",
        kind: IsClock,
        streams: PROJECT,
        zh: "自合同变更或者补充合同签订之日起，至变更公告",
        en: "From a change of a contract or a supplement to the notice of it",
        variables: variables::PROJECT,
        parameters: &[],
        find: changes_published,
    },
    Fact {
        name: "change_has_ground",
        kind: IsContent,
        streams: PROJECT,
        zh: "合同实质性变更的法定事由",
        en: "The ground in law of a substantive change of a contract",
        variables: variables::PROJECT,
        parameters: &[],
        find: changes_grounded,
    },
    Fact {
        name: "supplement_of_same_terms",
        kind: IsContent,
        streams: PROJECT,
        zh: "补充合同是否只追加与合同标的相同的货物、工程或者服务，不改变其他条款",
        en: "Whether a supplement buys more of the same and changes no other term",
        variables: variables::PROJECT,
        parameters: &[],
        find: supplements,
    },
    Fact {
        name: "papers_kept",
        kind: IsClock,
        streams: PROJECT,
        zh: "自采购结束（合同履行完毕或者终止、废标、终止采购）之日起，采购文件的保存",
        en: "From the end of a procurement (contract completed or terminated, lot failed or \
             procurement terminated) on, that its papers are kept",
        variables: variables::PROJECT,
        parameters: &[],
        find: papers,
    },
];

/// One clock for each change and supplement.
fn changes_published(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let mut cases = Vec::new();
    for (act, payload) in scene.acts() {
        let (id, kind, no) = match payload {
            Payload::ContractChanged(e) => (&e.contract_id, "change", &e.change_no),
            Payload::SupplementSigned(e) => (&e.contract_id, "supplement", &e.supplement_no),
            _ => continue,
        };
        let is_told = |payload: &Payload| is_notice(payload, NoticeType::ContractChange, id);
        let clock = Clock {
            done: first(scene, act.on(), is_told),
            ..Clock::default()
        };
        let subject = format!("{}/{kind}/{no}", scene.subject("contract", id));
        cases.push(Case::of(act, subject, Body::Clock(clock)));
    }
    cases
}

/// Words of a clause that say what a contract is about (民法典第488条).
const SUBSTANCE: &[&str] = &[
    "标的",
    "数量",
    "质量",
    "价款",
    "价格",
    "单价",
    "金额",
    "报酬",
    "期限",
    "工期",
    "交货期",
    "履行地点",
    "履行方式",
    "技术",
    "规格",
    "型号",
    "品牌",
    "服务内容",
    "违约责任",
    "争议",
];
/// How grounds of 政府采购法第50条 are written.
const GROUNDS_OF_CHANGE: &[&str] = &["第50条", "第五十条", "国家利益", "公共利益"];
/// How the ground of an addition is written: more of the same, up to ten per cent.
const GROUNDS_OF_ADDITION: &[&str] = &["第49条", "第四十九条"];

/// One case for each change.
fn changes_grounded(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let case = |(act, payload): (&Standing, &Payload)| {
        let Payload::ContractChanged(change) = payload else {
            return None;
        };
        let names = |text: &str, words: &[&str]| words.iter().any(|word| text.contains(word));
        let subject = scene.subject("contract", &change.contract_id);
        let subject = format!("{subject}/change/{}", change.change_no);
        let is_substantive = change.delta_fen != 0 || names(&change.clause, SUBSTANCE);
        let ground = &change.legal_ground;
        let is_grounded = names(ground, GROUNDS_OF_CHANGE)
            || (change.delta_fen > 0 && names(ground, GROUNDS_OF_ADDITION));
        let body = match (is_substantive, is_grounded) {
            (false, _) => Body::NotApplicable(
                "变更不涉及合同实质性内容 the change is not one of substance".to_owned(),
            ),
            (true, true) => Body::Content(Vec::new()),
            (true, false) => Body::Content(vec![format!(
                "变更事由“{ground}”不是政府采购法第五十条的情形 the ground is none of article 50"
            )]),
        };
        Some(Case::of(act, subject, body))
    };
    scene.acts().filter_map(case).collect()
}

/// One case for each supplement.
fn supplements(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let is_of_tender_law = |id: &str| {
        let mut contracts = signed(scene);
        contracts.any(|(_, e)| e.contract_id == id && e.law_track() == LawTrack::TenderLaw)
    };
    let case = |(act, payload): (&Standing, &Payload)| {
        let Payload::SupplementSigned(supplement) = payload else {
            return None;
        };
        let id = &supplement.contract_id;
        let subject = scene.subject("contract", id);
        let subject = format!("{subject}/supplement/{}", supplement.supplement_no);
        let body = match (is_of_tender_law(id), supplement.same_subject) {
            (true, _) => Body::NotApplicable(
                "工程适用招标投标法 works under the law on tendering".to_owned(),
            ),
            (false, true) => Body::Content(Vec::new()),
            (false, false) => Body::Content(vec![
                "补充合同改变了其他合同条款 the supplement changes other terms".to_owned(),
            ]),
        };
        Some(Case::of(act, subject, body))
    };
    scene.acts().filter_map(case).collect()
}

/// One case for each contract and lot that came to its end.
fn papers(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let mut ends: Vec<(String, &Standing)> = Vec::new();
    for (act, payload) in scene.acts() {
        let mut end = |kind: &str, id: &str| {
            let subject = scene.subject(kind, id);
            // What ends again, such as a contract whose payment came back, ends then.
            ends.retain(|(other, _)| *other != subject);
            ends.push((subject, act));
        };
        match payload {
            Payload::ContractCompleted(e) => end("contract", &e.contract_id),
            Payload::ContractTerminated(e) => end("contract", &e.contract_id),
            Payload::LotFailed(e) => end("lot", &e.lot_no),
            Payload::ProcurementTerminated(e) => {
                e.lot_nos.iter().for_each(|lot_no| end("lot", lot_no));
            }
            _ => {}
        }
    }
    let case = |(subject, act): (String, &Standing)| {
        let is_lost = |payload: &Payload| {
            matches!(payload, Payload::IrregularFactRecorded(fact)
                if fact.violated_invariant.starts_with(KEPT_PAPERS))
        };
        let clock = Clock {
            done: first(scene, act.on(), is_lost),
            has_to_last: true,
            ..Clock::default()
        };
        Case::of(act, subject, Body::Clock(clock))
    };
    ends.into_iter().map(case).collect()
}
