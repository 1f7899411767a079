//! Assessments of agencies, libraries of suppliers, clues of barriers.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::rows::{Head, Rows, day, earlier, flag, number, text};
use crate::{
    events::v1::{NoticeType, event_payload::Payload},
    supervision::tables::{ASSESSMENTS, CLUES, LIBRARIES},
};

/// The site of the province, where results are published (任务4).
const SITE: &str = "CCGP_HN";

/// An assessment in the making.
#[derive(Default)]
struct Assessment {
    year: i32,
    planned_on: Option<NaiveDate>,
    concluded_on: Option<NaiveDate>,
    published_on: Option<NaiveDate>,
    total_x100: i32,
}

/// An agency.
pub(super) fn agency(rows: &mut Rows<'_, '_>) {
    let mut found = BTreeMap::<&str, Assessment>::new();
    for (act, payload) in rows.acts() {
        match payload {
            Payload::AssessmentPlanIssued(e) => {
                let of = found.entry(&e.assessment_id).or_default();
                (of.year, of.planned_on) = (e.fiscal_year, Some(act.on()));
            }
            Payload::AssessmentConcluded(e) => {
                let of = found.entry(&e.assessment_id).or_default();
                (of.total_x100, of.concluded_on) = (e.total_x100, Some(act.on()));
            }
            Payload::NoticePublished(e)
                if e.notice_type() == NoticeType::AssessmentResult && e.channel == SITE =>
            {
                let of = found.entry(&e.assessment_id).or_default();
                earlier(&mut of.published_on, act.on());
            }
            _ => {}
        }
    }
    let registered = rows.sight.around.organisation(&rows.sight.stream.id);
    let region = registered.map_or_else(String::new, |of| of.region);
    for (id, of) in found {
        let head = Head {
            region: &region,
            agency: &rows.sight.stream.id,
            day: of.concluded_on.or(of.planned_on).or(of.published_on),
            ..Head::default()
        };
        let rest = [
            text(id),
            number(of.year),
            day(of.concluded_on),
            day(of.published_on),
            number(of.total_x100),
        ];
        let subject = rows.subject("assessment", id);
        rows.add(&ASSESSMENTS, &head, subject, rest);
    }
}

/// A library.
pub(super) fn library(rows: &mut Rows<'_, '_>) {
    let (mut reported, mut abolished_on, mut retained_on) = (None, None, None);
    for (act, payload) in rows.acts() {
        match payload {
            Payload::SupplierLibraryReported(e) => reported = Some((act.on(), e)),
            Payload::SupplierLibraryAbolished(_) => earlier(&mut abolished_on, act.on()),
            Payload::SupplierLibraryRetained(_) => earlier(&mut retained_on, act.on()),
            _ => {}
        }
    }
    if let Some((on, library)) = reported {
        let head = Head {
            unit: &library.owner,
            day: Some(on),
            ..Head::default()
        };
        let rest = [
            text(&library.library_id),
            number(library.kind),
            flag(library.used_as_condition),
            day(abolished_on),
            day(retained_on),
        ];
        let subject = rows.subject("library", "");
        rows.add(&LIBRARIES, &head, subject, rest);
    }
    let owner = reported.map_or("", |(_, library)| library.owner.as_str());
    clues(rows, owner);
}

/// A clue in the making.
#[derive(Default)]
struct Clue {
    barrier_type: i32,
    received_on: Option<NaiveDate>,
    confirmed_on: Option<NaiveDate>,
    dismissed_on: Option<NaiveDate>,
    rectified_on: Option<NaiveDate>,
}

/// The clues of a library or a region.
pub(super) fn clues(rows: &mut Rows<'_, '_>, unit: &str) {
    let mut found = BTreeMap::<&str, Clue>::new();
    for (act, payload) in rows.acts() {
        let on = act.on();
        match payload {
            Payload::BarrierClueReceived(e) => {
                let of = found.entry(&e.clue_id).or_default();
                (of.barrier_type, of.received_on) = (e.barrier_type, Some(on));
            }
            Payload::BarrierConfirmed(e) => {
                earlier(&mut found.entry(&e.clue_id).or_default().confirmed_on, on);
            }
            Payload::BarrierDismissed(e) => {
                earlier(&mut found.entry(&e.clue_id).or_default().dismissed_on, on);
            }
            Payload::BarrierRectified(e) => {
                earlier(&mut found.entry(&e.clue_id).or_default().rectified_on, on);
            }
            _ => {}
        }
    }
    for (id, of) in found {
        let head = Head {
            unit,
            day: of
                .received_on
                .or(of.confirmed_on)
                .or(of.dismissed_on)
                .or(of.rectified_on),
            ..Head::default()
        };
        let rest = [
            text(id),
            number(of.barrier_type),
            day(of.confirmed_on),
            day(of.dismissed_on),
            day(of.rectified_on),
        ];
        let subject = rows.subject("clue", id);
        rows.add(&CLUES, &head, subject, rest);
    }
}
