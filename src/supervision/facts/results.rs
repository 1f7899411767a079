//! Lots, notices of results, stages made public, acceptances.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use super::{
    projects::Project,
    rows::{Head, Rows, day, flag, number, status, text},
};
use crate::{
    events::v1::{
        AcceptanceResult, LotView, NoticeType, ProcurementDocumentIssued, event_payload::Payload,
        notice_published::Content,
    },
    rules::{
        case::Body,
        verdict::{FindingStatus, Obligation},
    },
    supervision::tables::{ACCEPTANCES, AWARD_NOTICES, DISCLOSURES, LOT_TERMS},
};

/// What findings on the content of a notice of a result begin with.
const CONTENT: &str = "HY-01-";
/// Upload and publication of acceptances.
const UPLOAD: &str = "HY-03-ACC-UPLOAD-5WD";
const PUBLISH: &str = "HY-03-ACC-PUB-5WD";

/// The rows of lots, notices, disclosures and acceptances.
pub(super) fn results(rows: &mut Rows<'_, '_>, project: &Project<'_>) {
    for lot in &project.lots {
        add_lot(rows, project, lot);
    }
    notices(rows, project);
    disclosures(rows, project);
    acceptances(rows, project);
}

/// The newest documents of a lot.
fn documents<'a>(project: &Project<'a>, lot_no: &str) -> Option<&'a ProcurementDocumentIssued> {
    let acts = project.acts.iter().rev();
    acts.filter_map(|(_, payload)| match payload {
        Payload::ProcurementDocumentIssued(e) => Some(e),
        _ => None,
    })
    .find(|e| e.lot_nos.iter().any(|no| no == lot_no))
}

/// The day on which the winner of a lot was determined, as it stands.
fn determined_on(project: &Project<'_>, lot: &LotView) -> Option<NaiveDate> {
    lot.award.as_ref()?;
    let mut acts = project.acts.iter().rev();
    acts.find_map(|(act, payload)| match payload {
        Payload::WinnerDetermined(e) if e.lot_no == lot.lot_no => Some(Some(act.on())),
        Payload::AwardRecorded(e) if e.lot_no == lot.lot_no => Some(None),
        _ => None,
    })?
}

/// The first notice of a lot's result since a day.
fn published_on(project: &Project<'_>, lot_no: &str, from: NaiveDate) -> Option<NaiveDate> {
    let notices = project
        .acts
        .iter()
        .filter_map(|(act, payload)| match payload {
            Payload::NoticePublished(e) if e.notice_type() == NoticeType::AwardResult => {
                let is_of = e.lot_nos.is_empty() || e.lot_nos.iter().any(|no| no == lot_no);
                (is_of && act.on() >= from).then_some(act.on())
            }
            _ => None,
        });
    notices.min()
}

fn add_lot(rows: &mut Rows<'_, '_>, project: &Project<'_>, lot: &LotView) {
    let documents = documents(project, &lot.lot_no);
    let issued_on = documents.and_then(|of| of.issued_on.parse::<NaiveDate>().ok());
    let awarded_on = lot.awarded_on.parse::<NaiveDate>().ok();
    let determined_on = determined_on(project, lot);
    let published_on = determined_on.and_then(|on| published_on(project, &lot.lot_no, on));
    let fen = |sum: &Option<crate::events::v1::Figure>| sum.as_ref().map_or(0, |of| of.amount_fen);
    let rest = [
        text(&lot.lot_no),
        number(lot.method),
        number(fen(&lot.amount)),
        number(fen(&lot.ceiling)),
        day(issued_on),
        number(documents.map_or(0, |of| of.bid_bond_fen)),
        number(fen(&lot.award)),
        day(awarded_on),
        day(determined_on),
        day(published_on),
        rows.workdays(determined_on, published_on),
    ];
    let head = Head {
        supplier: &lot.winner,
        ..project.head(issued_on.or(awarded_on))
    };
    let subject = rows.subject("lot", &lot.lot_no);
    rows.add(&LOT_TERMS, &head, subject, rest);
}

fn notices(rows: &mut Rows<'_, '_>, project: &Project<'_>) {
    let findings = rows.sight.judgement.findings.iter();
    let open: HashSet<&str> = findings
        .filter(|of| of.rule_id.starts_with(CONTENT) && of.status == FindingStatus::Open)
        .map(|of| of.subject.as_str())
        .collect();
    for (act, payload) in &project.acts {
        let Payload::NoticePublished(notice) = payload else {
            continue;
        };
        if notice.notice_type() != NoticeType::AwardResult {
            continue;
        }
        let subject = rows.subject("notice", &notice.notice_id);
        let winner = match &notice.content {
            Some(Content::AwardResult(result)) => result.winner.as_str(),
            _ => "",
        };
        let head = Head {
            supplier: winner,
            ..project.head(Some(act.on()))
        };
        let is_compliant = !open.contains(subject.as_str());
        let rest = [
            text(&notice.notice_id),
            text(&notice.channel),
            flag(is_compliant),
        ];
        rows.add(&AWARD_NOTICES, &head, subject, rest);
    }
}

fn disclosures(rows: &mut Rows<'_, '_>, project: &Project<'_>) {
    for case in rows.cases("stages_disclosed") {
        let Body::Exists(is_public) = case.body else {
            continue;
        };
        let stage = case.subject.rsplit('/').next().unwrap_or_default();
        let rest = [text(stage), flag(is_public)];
        let head = project.head(Some(case.on));
        rows.add(&DISCLOSURES, &head, case.subject.clone(), rest);
    }
}

/// The obligation of a rule about an acceptance that was concluded on a day.
fn obligation<'o>(
    of_rule: &HashMap<&str, Vec<&'o Obligation>>,
    subject: &str,
    on: NaiveDate,
) -> Option<&'o Obligation> {
    let of_subject = of_rule.get(subject)?;
    of_subject.iter().find(|of| of.triggered_on == on).copied()
}

fn acceptances(rows: &mut Rows<'_, '_>, project: &Project<'_>) {
    let (uploads, publications) = (rows.obligations(UPLOAD), rows.obligations(PUBLISH));
    for (act, payload) in &project.acts {
        let Payload::AcceptanceConcluded(concluded) = payload else {
            continue;
        };
        let subject = rows.subject("acceptance", &concluded.acceptance_id);
        let upload = obligation(&uploads, &subject, act.on());
        let publication = obligation(&publications, &subject, act.on());
        let rest = [
            text(&concluded.acceptance_id),
            text(&concluded.contract_id),
            number(concluded.accepted_fen),
            flag(concluded.result() == AcceptanceResult::Passed),
            day(upload.map(|of| of.due_on)),
            day(upload.and_then(|of| of.done_on)),
            status(upload),
            status(publication),
        ];
        let contract = project.contracts.found.get(&concluded.contract_id);
        let head = Head {
            supplier: contract.map_or("", |contract| contract.state.supplier()),
            ..project.head(Some(act.on()))
        };
        rows.add(&ACCEPTANCES, &head, subject, rest);
    }
}
