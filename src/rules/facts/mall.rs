//! The e-mall: objections, and what may be ordered directly.

use super::{
    Fact,
    FactKind::{Clock as IsClock, Content as IsContent},
    Parameters, variables,
};
use crate::{
    domain::values::{StreamKind, money},
    events::v1::{self, EmallMethod, ProcurementObject, event_payload::Payload},
    rules::case::{Body, Case, Clock, Place, Scene, first},
    views::Standing,
};

/// The facts of this family.
pub const FACTS: &[Fact] = &[
    Fact {
        name: "objection_resolved",
        kind: IsClock,
        streams: &[StreamKind::Order, StreamKind::Region],
        zh: "自提出电子卖场异议之日起，至作出处理；撤回的不再计算",
        en: "From an objection in the e-mall to its decision; void where it is withdrawn",
        variables: variables::COMMON,
        parameters: &[],
        find: objections,
    },
    Fact {
        name: "direct_order_below_limit",
        kind: IsContent,
        streams: &[StreamKind::Order],
        zh: "电子卖场直购订单金额是否低于采购人所在地区的采购限额标准；采购对象按订单中金额最大的一类",
        en: "Whether a direct order is below the procurement threshold of the unit's region, for \
             what most of its amount buys",
        variables: variables::CONTRACT,
        parameters: &[],
        find: direct_orders,
    },
];

fn objections(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let mut cases = Vec::new();
    for (act, payload) in scene.acts() {
        let Payload::EmallObjectionRaised(raised) = payload else {
            continue;
        };
        let id = &raised.objection_id;
        let withdrawn = first(
            scene,
            act.on(),
            |act| matches!(act, Payload::EmallObjectionWithdrawn(e) if e.objection_id == *id),
        );
        let clock = Clock {
            done: first(
                scene,
                act.on(),
                |act| matches!(act, Payload::EmallObjectionResolved(e) if e.objection_id == *id),
            ),
            void: withdrawn.map(|by| (by.on, "异议已撤回 the objection was withdrawn".to_owned())),
            ..Clock::default()
        };
        cases.push(Case::of(
            act,
            scene.subject("objection", id),
            Body::Clock(clock),
        ));
    }
    cases
}

fn direct_orders(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let mut cases = Vec::new();
    for (act, payload) in scene.acts() {
        if let Payload::EmallOrderPlaced(placed) = payload {
            let body = body_of_order(scene, act, placed);
            cases.push(Case::of(act, scene.subject("order", ""), body));
        }
    }
    cases
}

fn body_of_order(scene: &Scene<'_>, act: &Standing, placed: &v1::EmallOrderPlaced) -> Body {
    let not_applicable = |reason: &str| Body::NotApplicable(reason.to_owned());
    if placed.method() != EmallMethod::Direct {
        return not_applicable("不是直购订单 the order is not a direct one");
    }
    let cancelled = first(scene, act.on(), |payload| {
        matches!(payload, Payload::EmallOrderCancelled(_))
    });
    if cancelled.is_some() {
        return not_applicable("订单已取消 the order was cancelled");
    }
    let registered = scene.around.organisation(&placed.unit);
    let region = registered.map(|organisation| organisation.region);
    let region = region.filter(|region| !region.is_empty());
    let place = Place {
        region: region.as_deref().unwrap_or(&act.fact.event.region_code),
        object: object_of(placed),
    };
    let Some(thresholds) = scene.around.thresholds(&place, act.on()) else {
        return not_applicable("该地区当日没有采购限额标准 no threshold is known for the region");
    };
    let (amount, limit) = (placed.amount_fen, thresholds.dispersed_limit_fen);
    let wrong = (amount >= limit).then(|| {
        let (amount, limit) = (money::yuan(amount.into()), money::yuan(limit.into()));
        format!(
            "直购{amount}元，达到采购限额标准{limit}元 a direct order of {amount} yuan reaches the \
             threshold of {limit} yuan"
        )
    });
    Body::Content(wrong.into_iter().collect())
}

/// What most of an order's amount buys, by the first letter of its categories.
fn object_of(placed: &v1::EmallOrderPlaced) -> ProcurementObject {
    let amount_of = |letter: char| -> i128 {
        let items = placed
            .items
            .iter()
            .filter(|item| item.category.starts_with(letter));
        items
            .map(|item| i128::from(item.qty_milli) * i128::from(item.unit_price_fen))
            .sum()
    };
    let (goods, services, works) = (amount_of('A'), amount_of('C'), amount_of('B'));
    if goods >= services && goods >= works {
        ProcurementObject::Goods
    } else if services >= works {
        ProcurementObject::Service
    } else {
        ProcurementObject::Works
    }
}
