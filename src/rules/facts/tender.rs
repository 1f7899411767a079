//! Tenders: time to bid, clarifications, notices, opening, and what follows a termination.

use chrono::NaiveDate;
use prost_types::Timestamp;

use super::{
    Fact,
    FactKind::{Clock as IsClock, Content as IsContent, Span as IsSpan},
    Parameters,
    lots::{BidBond, Picture, day_at, evidence, is_tender},
    variables,
};
use crate::{
    domain::{
        payload::{day, day_of},
        values::StreamKind,
    },
    events::v1::{
        NoticePublished, NoticeType, ProcurementDocumentIssued, ProcurementMethod,
        event_payload::Payload,
    },
    rules::case::{Body, Case, Clock, Done, Scene},
    views::Standing,
};

/// The facts of this family.
pub const FACTS: &[Fact] = &[
    Fact {
        name: "tender_document_to_deadline",
        kind: IsSpan,
        streams: &[StreamKind::Project],
        zh: "公开招标、邀请招标：自招标文件发出之日至变更后的投标截止之日",
        en: "Open and invited tender: from the issue of documents to the bid deadline as changed",
        variables: variables::PROJECT,
        parameters: &[],
        find: |scene, _| to_deadline(scene, is_tender),
    },
    Fact {
        name: "negotiation_document_to_deadline",
        kind: IsSpan,
        streams: &[StreamKind::Project],
        zh: "竞争性谈判：自谈判文件发出之日至变更后的响应截止之日",
        en: "Negotiation: from the issue of documents to the deadline of responses as changed",
        variables: variables::PROJECT,
        parameters: &[],
        find: |scene, _| to_deadline(scene, |method| method == ProcurementMethod::Negotiation),
    },
    Fact {
        name: "inquiry_document_to_deadline",
        kind: IsSpan,
        streams: &[StreamKind::Project],
        zh: "询价：自询价通知书发出之日至变更后的响应截止之日",
        en: "Inquiry: from the issue of documents to the deadline of responses as changed",
        variables: variables::PROJECT,
        parameters: &[],
        find: |scene, _| to_deadline(scene, |method| method == ProcurementMethod::Inquiry),
    },
    Fact {
        name: "consultation_document_to_deadline",
        kind: IsSpan,
        streams: &[StreamKind::Project],
        zh: "竞争性磋商：自磋商文件发出之日至变更后的响应截止之日",
        en: "Consultation: from the issue of documents to the deadline of responses as changed",
        variables: variables::PROJECT,
        parameters: &[],
        find: |scene, _| to_deadline(scene, |method| method == ProcurementMethod::Consultation),
    },
    Fact {
        name: "tender_document_window",
        kind: IsSpan,
        streams: &[StreamKind::Project],
        zh: "公开招标、邀请招标：招标文件提供期限的首日至末日",
        en: "Open and invited tender: the first and last day on which documents can be had",
        variables: variables::PROJECT,
        parameters: &[],
        find: |scene, _| document_window(scene, is_tender),
    },
    Fact {
        name: "consultation_document_window",
        kind: IsSpan,
        streams: &[StreamKind::Project],
        zh: "竞争性磋商：磋商文件提供期限的首日至末日",
        en: "Consultation: the first and last day on which documents can be had",
        variables: variables::PROJECT,
        parameters: &[],
        find: |scene, _| document_window(scene, |method| method == ProcurementMethod::Consultation),
    },
    Fact {
        name: "tender_clarification_lead",
        kind: IsSpan,
        streams: &[StreamKind::Project],
        zh: "公开招标、邀请招标：自可能影响投标文件编制的澄清修改发出之日至变更后的投标截止之日",
        en: "Open and invited tender: from a clarification that may affect bids to the bid \
             deadline as changed",
        variables: variables::PROJECT,
        parameters: &[],
        find: |scene, _| clarification_lead(scene, is_tender),
    },
    Fact {
        name: "consultation_clarification_lead",
        kind: IsSpan,
        streams: &[StreamKind::Project],
        zh: "竞争性磋商：自可能影响响应文件编制的澄清修改发出之日至变更后的响应截止之日",
        en: "Consultation: from a clarification that may affect responses to their deadline as \
             changed",
        variables: variables::PROJECT,
        parameters: &[],
        find: |scene, _| {
            clarification_lead(scene, |method| method == ProcurementMethod::Consultation)
        },
    },
    Fact {
        name: "tender_notice_window",
        kind: IsSpan,
        streams: &[StreamKind::Project],
        zh: "公开招标、邀请招标：招标公告期限的首日至末日",
        en: "Open and invited tender: the first and last day of the tender notice",
        variables: variables::PROJECT,
        parameters: &[],
        find: notice_window,
    },
    Fact {
        name: "prequalification_window",
        kind: IsSpan,
        streams: &[StreamKind::Project],
        zh: "自资格预审公告发布之日至提交资格预审申请文件截止之日",
        en: "From a prequalification notice to the last day of applications",
        variables: variables::PROJECT,
        parameters: &[],
        find: prequalification,
    },
    Fact {
        name: "bonds_back_after_termination",
        kind: IsClock,
        streams: &[StreamKind::Project],
        zh: "自终止招标之日起，至退还全部投标保证金",
        en: "From the termination of a tender to the return of all bid bonds",
        variables: variables::PROJECT,
        parameters: &[],
        find: bonds_back,
    },
    Fact {
        name: "opened_at_deadline",
        kind: IsContent,
        streams: &[StreamKind::Project],
        zh: "开标时间与变更后的投标截止时间为同一时间，按分钟比较",
        en: "Bids are opened at the bid deadline as changed, to the minute",
        variables: variables::PROJECT,
        parameters: &[],
        find: opened,
    },
];

/// The lots of a list that are procured by some methods on a day.
fn of_methods<'a>(
    picture: &Picture<'_>,
    lots: &'a [String],
    on: NaiveDate,
    is_it: impl Fn(ProcurementMethod) -> bool,
) -> Vec<&'a str> {
    let lots = lots.iter().map(String::as_str);
    lots.filter(|lot| is_it(picture.method_of(lot, on)))
        .collect()
}

/// Documents with a lot procured by some methods, and these lots.
fn documents<'a>(
    picture: &Picture<'a>,
    is_it: impl Fn(ProcurementMethod) -> bool,
) -> Vec<(&'a Standing, &'a ProcurementDocumentIssued, Vec<&'a str>)> {
    let mut documents = Vec::new();
    for (act, payload) in picture.acts() {
        if let Payload::ProcurementDocumentIssued(document) = payload {
            let lots = of_methods(picture, &document.lot_nos, act.on(), &is_it);
            if !lots.is_empty() {
                documents.push((act, document, lots));
            }
        }
    }
    documents
}

/// Why another law holds for some lots, where it does for all of them.
fn tender_law(picture: &Picture<'_>, lots: &[&str]) -> Option<Body> {
    let mut laws = lots.iter().map(|lot| picture.tender_law(lot));
    laws.try_fold(None, |_, law| law.map(Some)).flatten()
}

fn to_deadline(scene: &Scene<'_>, is_it: impl Fn(ProcurementMethod) -> bool) -> Vec<Case> {
    let picture = Picture::of(scene);
    let mut cases = Vec::new();
    for (act, document, lots) in documents(&picture, is_it) {
        let deadlines = lots
            .iter()
            .filter_map(|lot| picture.deadline_of(&document.doc_id, lot));
        let earliest = deadlines.min_by_key(|(deadline, _)| (deadline.seconds, deadline.nanos));
        let Some((deadline, acts)) = earliest else {
            continue;
        };
        let Some(to) = day_of(&deadline) else {
            continue;
        };
        let span = Body::Span { from: act.on(), to };
        let body = tender_law(&picture, &lots).unwrap_or(span);
        let mut case = Case::of(act, scene.subject("document", &document.doc_id), body);
        case.evidence = evidence(acts.into_iter().chain([act]));
        cases.push(case);
    }
    cases
}

fn document_window(scene: &Scene<'_>, is_it: impl Fn(ProcurementMethod) -> bool) -> Vec<Case> {
    let picture = Picture::of(scene);
    let mut cases = Vec::new();
    for (act, document, lots) in documents(&picture, is_it) {
        let (Some(from), Some(to)) = (day(&document.doc_from), day(&document.doc_to)) else {
            continue;
        };
        let body = tender_law(&picture, &lots).unwrap_or(Body::Span { from, to });
        cases.push(Case::of(
            act,
            scene.subject("document", &document.doc_id),
            body,
        ));
    }
    cases
}

fn clarification_lead(scene: &Scene<'_>, is_it: impl Fn(ProcurementMethod) -> bool) -> Vec<Case> {
    let picture = Picture::of(scene);
    let mut cases = Vec::new();
    for (act, payload) in picture.acts() {
        let Payload::ClarificationIssued(clarified) = payload else {
            continue;
        };
        for lot in of_methods(&picture, &clarified.lot_nos, act.on(), &is_it) {
            let Some((deadline, acts)) = picture.deadline_of(&clarified.doc_id, lot) else {
                continue;
            };
            let Some(to) = day_of(&deadline) else {
                continue;
            };
            let body = match clarified.affects_bid {
                true => Body::Span { from: act.on(), to },
                false => Body::NotApplicable(
                    "不影响投标(响应)文件编制 it does not affect the writing of bids".to_owned(),
                ),
            };
            let body = picture.tender_law(lot).unwrap_or(body);
            // A number may be used again for another lot of the document.
            let subject = scene.subject("clarification", &clarified.doc_id);
            let subject = format!("{subject}/{}/{lot}", clarified.clarification_no);
            let mut case = Case::of(act, subject, body);
            case.evidence = evidence(acts.into_iter().chain([act]));
            cases.push(case);
        }
    }
    cases
}

/// The lots that a notice is about: all where it names none.
fn lots_of<'a>(picture: &Picture<'a>, notice: &'a NoticePublished) -> Vec<&'a str> {
    match notice.lot_nos.is_empty() {
        true => picture.lots(),
        false => notice.lot_nos.iter().map(String::as_str).collect(),
    }
}

fn notice_window(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let picture = Picture::of(scene);
    let mut cases = Vec::new();
    for (act, payload) in picture.acts() {
        let Payload::NoticePublished(notice) = payload else {
            continue;
        };
        if notice.notice_type() != NoticeType::Tender {
            continue;
        }
        let mut lots = lots_of(&picture, notice);
        lots.retain(|lot| is_tender(picture.method_of(lot, act.on())));
        if lots.is_empty() {
            continue;
        }
        let body = tender_law(&picture, &lots).unwrap_or_else(|| match day(&notice.to) {
            Some(to) => Body::Span {
                from: day(&notice.from).unwrap_or(act.on()),
                to,
            },
            None => Body::NotApplicable("公告期限未载明 the notice names no last day".to_owned()),
        });
        cases.push(Case::of(
            act,
            scene.subject("notice", &notice.notice_id),
            body,
        ));
    }
    cases
}

fn prequalification(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let picture = Picture::of(scene);
    let mut cases = Vec::new();
    for (act, payload) in picture.acts() {
        let Payload::NoticePublished(notice) = payload else {
            continue;
        };
        if notice.notice_type() != NoticeType::Prequalification {
            continue;
        }
        let body = match day(&notice.to) {
            Some(to) => Body::Span { from: act.on(), to },
            None => Body::NotApplicable("截止日未载明 the notice names no last day".to_owned()),
        };
        let body = tender_law(&picture, &lots_of(&picture, notice)).unwrap_or(body);
        cases.push(Case::of(
            act,
            scene.subject("notice", &notice.notice_id),
            body,
        ));
    }
    cases
}

fn bonds_back(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let picture = Picture::of(scene);
    let mut cases = Vec::new();
    for (act, payload) in picture.acts() {
        let Payload::ProcurementTerminated(of) = payload else {
            continue;
        };
        let lots = of_methods(&picture, &of.lot_nos, act.on(), is_tender);
        if lots.is_empty() {
            continue;
        }
        // A bond for no lot in particular goes back when no lot is left.
        let is_whole = picture
            .lots()
            .iter()
            .all(|lot| of.lot_nos.iter().any(|no| no == lot));
        let mut bonds = picture.bid_bonds();
        bonds.retain(|bond| {
            let lot = bond.bond.lot_no.as_str();
            let is_meant = lots.contains(&lot) || (lot.is_empty() && is_whole);
            is_meant && bond.held_on(act.on()) > 0
        });
        let settled: Option<Vec<Done>> = bonds.iter().map(BidBond::settled).collect();
        let done = settled.and_then(|settled| {
            let on = settled.iter().map(|done| done.on).max()?;
            let evidence = settled.into_iter().flat_map(|done| done.evidence).collect();
            Some(Done { on, evidence })
        });
        let held = bonds
            .iter()
            .map(|bond| bond.held_on(act.on()))
            .fold(0, i64::saturating_add);
        let clock = Clock {
            done,
            amount_fen: Some(held),
            ..Clock::default()
        };
        let body = match bonds.is_empty() {
            true => Body::NotApplicable("终止时未持有投标保证金 no bid bond was held".to_owned()),
            false => Body::Clock(clock),
        };
        let body = tender_law(&picture, &lots).unwrap_or(body);
        let mut case = Case::of(act, scene.subject("termination", &of.termination_id), body);
        case.evidence = evidence(bonds.iter().map(|bond| bond.act).chain([act]));
        cases.push(case);
    }
    cases
}

/// The document of a lot that was last issued by an act.
fn document_of<'a>(
    picture: &Picture<'a>,
    lot: &str,
    by: NaiveDate,
) -> Option<&'a ProcurementDocumentIssued> {
    picture
        .acts()
        .rev()
        .find_map(|(act, payload)| match payload {
            Payload::ProcurementDocumentIssued(document)
                if act.on() <= by && document.lot_nos.iter().any(|no| no == lot) =>
            {
                Some(document)
            }
            _ => None,
        })
}

fn minute(instant: &Timestamp) -> i64 {
    instant.seconds.div_euclid(60)
}

fn opened(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let picture = Picture::of(scene);
    let mut cases = Vec::new();
    for (act, payload) in picture.acts() {
        let Payload::BidsOpened(opened) = payload else {
            continue;
        };
        let lot = opened.lot_no.as_str();
        let Some(document) = document_of(&picture, lot, act.on()) else {
            continue;
        };
        let deadline = picture.deadline_of(&document.doc_id, lot);
        let (Some((deadline, acts)), Some(at)) = (deadline, opened.opened_at) else {
            continue;
        };
        let minutes = minute(&at) - minute(&deadline);
        let body = match (is_tender(picture.method_of(lot, act.on())), minutes) {
            (false, _) => Body::NotApplicable("非招标方式 not a tender".to_owned()),
            (true, 0) => Body::Content(Vec::new()),
            (true, _) => {
                let due = day_at(Some(&deadline)).map_or_else(String::new, |on| on.to_string());
                Body::Content(vec![format!(
                    "开标时间与投标截止时间({due})相差{minutes}分钟 \
                     opened {minutes} minutes after the deadline"
                )])
            }
        };
        let mut case = Case::of(act, scene.subject("lot", lot), body);
        case.evidence = evidence(acts.into_iter().chain([act]));
        cases.push(case);
    }
    cases
}
