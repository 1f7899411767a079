//! What the registry tells of an organisation, and the views of suppliers and units: what stands
//! in their own streams. Lists over the projects of a supplier or unit are not told here.

use chrono::NaiveDate;

use super::{Standing, Timeline, amended, figure::Sum, matters::Matters, notices};
use crate::events::v1::{self, MatterKind, event_payload::Payload};

/// What the registry tells.
pub fn registry(timeline: &Timeline<'_>) -> v1::RegistryView {
    let mut view = v1::RegistryView::default();
    for standing in timeline.standing() {
        let Some(payload) = standing.payload() else {
            continue;
        };
        let on = standing.on().to_string();
        match payload {
            Payload::OrganisationRegistered(e) => {
                view.registered = true;
                view.name.clone_from(&e.name);
                view.kinds.clone_from(&e.kinds);
                view.region.clone_from(&e.region);
                (view.budget_level, view.size) = (e.budget_level, e.size);
            }
            Payload::OrganisationChanged(e) => {
                view.registered = true;
                view.name.clone_from(&e.name);
                view.kinds.clone_from(&e.kinds);
                view.region.clone_from(&e.region);
                (view.budget_level, view.size) = (e.budget_level, e.size);
            }
            Payload::OrganisationMerged(e) => {
                view.merged_into.clone_from(&e.into);
                view.ended_on = on;
            }
            Payload::OrganisationClosed(_) => view.ended_on = on,
            _ => continue,
        }
        view.positions.extend(standing.positions());
    }
    view
}

/// A record of bad conduct that bans and was not repaired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ban {
    /// The record.
    pub record_id: String,
    /// The first day.
    pub from: String,
    /// The last day; empty for no end.
    pub to: String,
}

impl Ban {
    /// Whether it holds on a day. Days as text compare as they follow each other.
    fn holds(&self, on: &str) -> bool {
        self.from.as_str() <= on && (self.to.is_empty() || on <= self.to.as_str())
    }
}

/// The bans that a supplier's stream tells, past and to come.
pub fn bans(timeline: &Timeline<'_>) -> Vec<Ban> {
    let mut bans: Vec<Ban> = Vec::new();
    for standing in timeline.standing() {
        match standing.payload() {
            Some(Payload::BadConductRecorded(e)) if !e.ban_from.is_empty() => bans.push(Ban {
                record_id: e.record_id.clone(),
                from: e.ban_from.clone(),
                to: e.ban_to.clone(),
            }),
            Some(Payload::CreditRepaired(e)) => bans.retain(|ban| ban.record_id != e.record_id),
            _ => {}
        }
    }
    bans
}

/// The view of a supplier; bans are judged on the last legal date that counts, else on `today`.
pub fn supplier(
    timeline: &Timeline<'_>,
    registry: v1::RegistryView,
    (partition, uscc): (&str, &str),
    today: NaiveDate,
) -> v1::SupplierView {
    let on = timeline.as_of().legal_date.unwrap_or(today).to_string();
    let mut view = v1::SupplierView {
        partition: partition.to_owned(),
        uscc: uscc.to_owned(),
        registry: Some(registry),
        amended: amended::amended(timeline),
        ..v1::SupplierView::default()
    };
    let mut matters = Matters::default();
    for standing in timeline.standing() {
        let Some(payload) = standing.payload() else {
            continue;
        };
        matters.take(standing, payload);
        if let Payload::NoticePublished(e) = payload {
            view.notices.push(notices::notice(standing, e));
        }
    }
    view.banned = bans(timeline).iter().any(|ban| ban.holds(&on));
    view.bans = matters.into_matters();
    view
}

/// The view of a unit.
pub fn unit(
    timeline: &Timeline<'_>,
    registry: v1::RegistryView,
    (partition, uscc): (&str, &str),
) -> v1::UnitView {
    let mut view = v1::UnitView {
        partition: partition.to_owned(),
        uscc: uscc.to_owned(),
        registry: Some(registry),
        amended: amended::amended(timeline),
        ..v1::UnitView::default()
    };
    let mut matters = Matters::default();
    let (mut small, mut reserved, mut bought) = (
        Sum::default(),
        std::collections::BTreeMap::new(),
        Sum::default(),
    );
    for standing in timeline.standing() {
        let Some(payload) = standing.payload() else {
            continue;
        };
        matters.take(standing, payload);
        match payload {
            Payload::NoticePublished(e) => view.notices.push(notices::notice(standing, e)),
            Payload::SmallPurchaseRecorded(e) => small.add(e.amount_fen, standing),
            // A declaration of the same year and platform states the reserve anew.
            Payload::FarmReserveDeclared(e) => {
                let sum = Sum::of(e.reserved_fen, standing);
                reserved.insert((e.fiscal_year, e.platform), sum);
            }
            _ => buy(&mut bought, standing, payload),
        }
    }
    view.small_purchases = small.figure();
    view.farm_reserved = super::figure::total(reserved.values()).figure();
    view.farm_purchased = bought.figure();
    for matter in matters.into_matters() {
        let list = match matter.kind() {
            MatterKind::InternalControl => &mut view.internal_controls,
            MatterKind::EmallAccount | MatterKind::SmallPurchase => &mut view.purchases,
            MatterKind::CanteenSpend | MatterKind::FarmAccount | MatterKind::FarmReserve => {
                &mut view.farm
            }
            _ => &mut view.records,
        };
        list.push(matter);
    }
    view
}

fn buy(bought: &mut Sum, standing: &Standing, payload: &Payload) {
    match payload {
        Payload::FarmPurchaseReported(e) => bought.add(e.amount_fen, standing),
        Payload::FarmPurchaseReversed(e) => bought.add(e.amount_fen.saturating_neg(), standing),
        _ => {}
    }
}
