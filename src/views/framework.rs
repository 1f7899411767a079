//! The view of a framework agreement: its suppliers, its orders.

use std::collections::BTreeMap;

use super::{
    Standing, Timeline, acts, amended,
    figure::{Sum, total},
    notices,
};
use crate::events::v1::{self, FrameworkState, event_payload::Payload};

/// A framework agreement in the making.
#[derive(Debug, Default)]
struct Folding {
    view: v1::FrameworkView,
    members: BTreeMap<String, (v1::FrameworkMember, Sum)>,
    orders: BTreeMap<String, (v1::FrameworkOrderView, Sum)>,
}

/// Folds a framework agreement.
pub fn view(timeline: &Timeline<'_>, partition: &str, framework_id: &str) -> v1::FrameworkView {
    let mut folding = Folding::default();
    for standing in timeline.standing() {
        if let Some(payload) = standing.payload() {
            folding.take(standing, payload);
        }
    }
    let ordered = total(folding.orders.values().map(|(_, sum)| sum));
    let member = |(mut member, sum): (v1::FrameworkMember, Sum)| {
        member.ordered = sum.figure();
        member
    };
    let order = |(mut order, sum): (v1::FrameworkOrderView, Sum)| {
        order.amount = sum.figure();
        order
    };
    v1::FrameworkView {
        partition: partition.to_owned(),
        framework_id: framework_id.to_owned(),
        members: folding.members.into_values().map(member).collect(),
        orders: folding.orders.into_values().map(order).collect(),
        ordered: ordered.figure(),
        amended: amended::amended(timeline),
        ..folding.view
    }
}

impl Folding {
    fn take(&mut self, standing: &Standing, payload: &Payload) {
        let on = standing.on().to_string();
        let mut state = None;
        match payload {
            Payload::NoticePublished(e) => {
                self.view.notices.push(notices::notice(standing, e));
                return;
            }
            Payload::FrameworkOrderPlaced(e) => {
                self.order(standing, e);
                return;
            }
            Payload::FrameworkDrafted(e) => {
                self.view.name.clone_from(&e.name);
                self.view.soliciting_unit.clone_from(&e.soliciting_unit);
                self.view.category.clone_from(&e.category);
                state = Some(FrameworkState::Draft);
            }
            Payload::FrameworkPlanReviewed(_) => state = Some(FrameworkState::PlanReviewed),
            Payload::FrameworkSolicited(_) => state = Some(FrameworkState::Soliciting),
            Payload::FrameworkShortlisted(e) => {
                self.view.responded_count = e.responded_count;
                for listed in &e.shortlisted {
                    let member = self.member(&listed.supplier);
                    member.rank = listed.rank;
                    // A later list may name again who was removed.
                    member.removed_on.clear();
                }
                // The list of a supplementary call leads back to where orders are placed.
                state = Some(match self.view.state() {
                    FrameworkState::Active | FrameworkState::SupplementSoliciting => {
                        FrameworkState::Active
                    }
                    _ => FrameworkState::Shortlisted,
                });
            }
            Payload::FrameworkAgreementSigned(e) => {
                let member = self.member(&e.supplier);
                member.agreement_no.clone_from(&e.agreement_no);
                member.valid_from.clone_from(&e.valid_from);
                member.valid_to.clone_from(&e.valid_to);
                member.items.clone_from(&e.items);
                if !matches!(
                    self.view.state(),
                    FrameworkState::Active | FrameworkState::SupplementSoliciting
                ) {
                    state = Some(FrameworkState::Signed);
                }
            }
            Payload::FrameworkActivated(_) => state = Some(FrameworkState::Active),
            Payload::FrameworkSupplementSolicited(_) => {
                state = Some(FrameworkState::SupplementSoliciting);
            }
            Payload::FrameworkSupplierRemoved(e) => self.member(&e.supplier).removed_on = on,
            Payload::FrameworkExpired(_) => state = Some(FrameworkState::Expired),
            Payload::FrameworkTerminated(_) => state = Some(FrameworkState::Terminated),
            _ => {}
        }
        if let Some(state) = state {
            self.view.state = state.into();
        }
        self.view.acts.push(acts::act(standing, payload));
    }

    fn member(&mut self, supplier: &str) -> &mut v1::FrameworkMember {
        let (member, _) = self.members.entry(supplier.to_owned()).or_default();
        supplier.clone_into(&mut member.supplier);
        member
    }

    fn order(&mut self, standing: &Standing, e: &v1::FrameworkOrderPlaced) {
        let view = v1::FrameworkOrderView {
            order_no: e.order_no.clone(),
            unit: e.unit.clone(),
            project_id: e.project_id.clone(),
            lot_no: e.lot_no.clone(),
            supplier: e.supplier.clone(),
            selection: e.selection,
            amount: None,
            placed_on: e.placed_on.clone(),
        };
        let sum = Sum::of(e.amount_fen, standing);
        self.member(&e.supplier);
        if let Some((_, ordered)) = self.members.get_mut(&e.supplier) {
            ordered.plus(&sum);
        }
        self.orders.insert(e.order_no.clone(), (view, sum));
    }
}
