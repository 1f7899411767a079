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
    let mut bans: Vec<(&str, bool)> = Vec::new();
    for standing in timeline.standing() {
        let Some(payload) = standing.payload() else {
            continue;
        };
        matters.take(standing, payload);
        match payload {
            Payload::NoticePublished(e) => view.notices.push(notices::notice(standing, e)),
            Payload::BadConductRecorded(e) => bans.push((&e.record_id, is_banned(e, &on))),
            Payload::CreditRepaired(e) => bans.retain(|(record, _)| *record != e.record_id),
            _ => {}
        }
    }
    view.banned = bans.iter().any(|(_, is_banned)| *is_banned);
    view.bans = matters.into_matters();
    view
}

/// Whether a record bans on a day. Days as text compare as they follow each other.
fn is_banned(e: &v1::BadConductRecorded, on: &str) -> bool {
    let is_from = !e.ban_from.is_empty() && e.ban_from.as_str() <= on;
    is_from && (e.ban_to.is_empty() || on <= e.ban_to.as_str())
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
