//! Purchases that might be one: plans, orders, small purchases, each with the limit that it stays
//! below.

use chrono::NaiveDate;

use super::{acts, int, origin, place, project::Project, subject, text};
use crate::{
    events::v1::{Origin, ProcurementMethod, ProcurementObject, event_payload::Payload},
    rules::case::Place,
    supervision::{
        indicators::{exact, tables::PURCHASES},
        sight::{Row, Sight},
    },
};

/// A purchase as a row tells of it.
pub(super) struct Purchase<'a> {
    /// Its number in the stream; empty for the stream's own.
    pub purchase_no: &'a str,
    /// The kind of its subject.
    pub kind: &'a str,
    /// Where it comes from.
    pub origin: Origin,
    /// The unit.
    pub unit: &'a str,
    /// What is bought.
    pub category: &'a str,
    /// The day.
    pub on: NaiveDate,
    /// The amount in fen.
    pub amount_fen: i64,
    /// Another method than open tender was approved.
    pub is_approved: bool,
    /// The events behind it.
    pub evidence: String,
}

impl Purchase<'_> {
    /// Whether its limit is that of open tender.
    fn is_planned(&self) -> bool {
        self.origin == Origin::Project
    }

    /// The limit in force in the unit's region; 0 where none is known.
    fn limit_fen(&self, sight: &Sight<'_>) -> i64 {
        let registered = sight.around.organisation(self.unit);
        let region = registered.map(|unit| unit.region);
        let region = region.filter(|region| !region.is_empty());
        let place = Place {
            region: region.as_deref().unwrap_or(sight.region_code),
            object: object_of(self.category),
        };
        let Some(limits) = sight.around.thresholds(&place, self.on) else {
            return 0;
        };
        match (self.is_planned(), limits.emall_limit_fen) {
            (true, _) => limits.open_tender_fen,
            (false, 0) => limits.dispersed_limit_fen,
            (false, limit) => limit,
        }
    }

    /// Its row.
    pub fn row(self, sight: &Sight<'_>) -> Row {
        let limit_kind = if self.is_planned() {
            "open_tender"
        } else {
            "small"
        };
        let limit_fen = self.limit_fen(sight);
        let values = vec![
            place(sight.position),
            text(self.purchase_no),
            text(subject(sight, self.kind, self.purchase_no)),
            text(&sight.stream.partition),
            origin(self.origin),
            text(self.unit),
            text(sight.region_code),
            text(self.category),
            text(self.on.to_string()),
            int(self.amount_fen),
            text(limit_kind),
            int(limit_fen),
            int(self.is_approved),
            text(self.evidence),
        ];
        (&PURCHASES, values)
    }
}

/// What is bought, by the letter of its category.
fn object_of(category: &str) -> ProcurementObject {
    match category.as_bytes().first() {
        Some(b'A') => ProcurementObject::Goods,
        Some(b'B') => ProcurementObject::Works,
        Some(b'C') => ProcurementObject::Service,
        _ => ProcurementObject::Unspecified,
    }
}

/// The plan of a project, where it is not by open tender and was not given up.
pub(super) fn planned(sight: &Sight<'_>, project: &Project<'_>, rows: &mut Vec<Row>) {
    let (Some((act, plan)), Some(on)) = (project.plan, project.filed_on()) else {
        return;
    };
    if project.is_cancelled || plan.method() == ProcurementMethod::OpenTender {
        return;
    }
    let purchase = Purchase {
        purchase_no: "",
        kind: "project",
        origin: Origin::Project,
        unit: &plan.unit,
        category: &plan.category,
        on,
        amount_fen: project.plan_fen,
        is_approved: project.is_approved,
        evidence: exact::positions(act.positions()),
    };
    rows.push(purchase.row(sight));
}

/// The small purchases of a unit that no reason exempts from the limits.
pub(super) fn small(sight: &Sight<'_>) -> Vec<Row> {
    let small = acts(sight).filter_map(|(act, payload)| match payload {
        Payload::SmallPurchaseRecorded(e) if e.exemption_reason == 0 => Some((act, e)),
        _ => None,
    });
    let row = |(act, e): (
        &crate::views::Standing,
        &crate::events::v1::SmallPurchaseRecorded,
    )| {
        let purchase = Purchase {
            purchase_no: &e.purchase_id,
            kind: "purchase",
            origin: Origin::Unspecified,
            unit: &e.unit,
            category: &e.category,
            on: act.on(),
            amount_fen: e.amount_fen,
            is_approved: false,
            evidence: exact::positions(act.positions()),
        };
        purchase.row(sight)
    };
    small.map(row).collect()
}
