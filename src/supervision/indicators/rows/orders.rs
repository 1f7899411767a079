//! Orders of the e-mall: a lot without bids, a contract of one term, a purchase.

use super::{
    acts,
    contracts::{self, Contract},
    int, lots, origin, place,
    purchases::Purchase,
    subject, text,
};
use crate::{
    domain::values::date::midnight_seconds,
    events::v1::{
        EmallMethod, EmallOrderPlaced, EmallRfqClosed, EmallRfqOpened, Origin, ProcurementMethod,
        event_payload::Payload,
    },
    supervision::{
        indicators::{
            exact::{self, CNY},
            tables::{AWARD_ITEMS, AWARDS, CONTRACT_FLAGS, LOTS},
        },
        sight::{Row, Sight},
    },
    views::Standing,
};

/// An order in the making.
#[derive(Default)]
struct Order<'a> {
    opened: Option<(&'a Standing, &'a EmallRfqOpened)>,
    closed: Option<(&'a Standing, &'a EmallRfqClosed)>,
    has_failed: bool,
    placed: Option<(&'a Standing, &'a EmallOrderPlaced)>,
    ended: bool,
    accepted: Option<&'a Standing>,
    contract: Contract<'a>,
}

impl<'a> Order<'a> {
    fn take(&mut self, act: &'a Standing, payload: &'a Payload) {
        match payload {
            Payload::EmallRfqOpened(e) => self.opened = Some((act, e)),
            Payload::EmallRfqClosed(e) => self.closed = Some((act, e)),
            Payload::EmallRfqFailed(_) => self.has_failed = true,
            Payload::EmallOrderPlaced(e) => self.placed = Some((act, e)),
            Payload::EmallOrderCancelled(_) | Payload::EmallOrderReturned(_) => self.ended = true,
            Payload::EmallOrderAccepted(_) => self.accepted = Some(act),
            _ => {
                if contracts::paid_contract(payload).is_some() {
                    self.contract.pay(act, payload);
                }
            }
        }
    }

    /// The order placed, if it was not taken back.
    fn standing(&self) -> Option<(&'a Standing, &'a EmallOrderPlaced)> {
        self.placed.filter(|_| !self.ended)
    }

    fn unit(&self) -> &'a str {
        let placed = self.placed.map(|(_, e)| e.unit.as_str());
        let opened = self.opened.map(|(_, e)| e.unit.as_str());
        placed.or(opened).unwrap_or_default()
    }

    /// The category of its dearest item.
    fn category(&self) -> &'a str {
        let placed = self.placed.map(|(_, e)| e.items.as_slice());
        let opened = self.opened.map(|(_, e)| e.items.as_slice());
        let items = placed.or(opened).unwrap_or_default().iter();
        let amount = |item: &&crate::events::v1::EmallItem| {
            i128::from(item.qty_milli) * i128::from(item.unit_price_fen)
        };
        // Of several as dear, the first.
        let dearest = items.rev().max_by_key(amount);
        dearest.map_or("", |item| item.category.as_str())
    }

    fn method(&self) -> ProcurementMethod {
        match self.placed.map(|(_, e)| e.method()) {
            Some(EmallMethod::Direct) => ProcurementMethod::EmallDirect,
            Some(EmallMethod::Group) => ProcurementMethod::EmallGroup,
            Some(EmallMethod::Bid) => ProcurementMethod::EmallBid,
            _ if self.opened.is_some() => ProcurementMethod::EmallBid,
            _ => ProcurementMethod::Unspecified,
        }
    }

    fn status(&self) -> &'static str {
        match (self.ended, self.has_failed, self.placed) {
            (true, ..) => "cancelled",
            (_, true, _) => "unsuccessful",
            (_, _, Some(_)) => "complete",
            _ => "active",
        }
    }
}

/// The rows of an order.
pub(super) fn rows(sight: &Sight<'_>) -> Vec<Row> {
    let mut order = Order::default();
    for (act, payload) in acts(sight) {
        order.take(act, payload);
    }
    if order.opened.is_none() && order.placed.is_none() {
        return Vec::new();
    }
    let mut rows = vec![(&LOTS, lot(sight, &order))];
    if let Some((act, placed)) = order.standing() {
        write_award(sight, (act, placed), &mut rows);
        rows.push((&CONTRACT_FLAGS, contract(sight, &order, (act, placed))));
        let of = (placed.order_no.as_str(), placed.unit.as_str());
        contracts::write_payments(sight, of, Origin::Order, &order.contract, &mut rows);
        let purchase = Purchase {
            purchase_no: "",
            kind: "order",
            origin: Origin::Order,
            unit: &placed.unit,
            category: order.category(),
            on: act.on(),
            amount_fen: placed.amount_fen,
            is_approved: false,
            evidence: exact::positions(act.positions()),
        };
        rows.push(purchase.row(sight));
    }
    rows
}

fn lot(sight: &Sight<'_>, order: &Order<'_>) -> Vec<rusqlite::types::Value> {
    let placed = order.standing();
    let opened = order.opened.map(|(act, _)| act);
    let closed = order.closed.map(|(act, _)| act);
    let until = order.opened.and_then(|(_, e)| e.closes_at.as_ref());
    let behind = [opened, closed, order.placed.map(|(act, _)| act)];
    let behind = behind.into_iter().flatten().flat_map(Standing::positions);
    let offers = order.closed.map_or(-1, |(_, e)| i64::from(e.offers_count));
    let is_bid = order.opened.is_some();
    vec![
        place(sight.position),
        text(""),
        text(sight.stream.to_string()),
        text(subject(sight, "order", "")),
        text(&sight.stream.partition),
        text(&sight.stream.id),
        origin(Origin::Order),
        text(order.unit()),
        text(order.unit()),
        text(""),
        text(sight.region_code),
        int(i32::from(order.method())),
        text(lots::method_name(order.method())),
        text(lots::competition(order.method())),
        text(order.status()),
        text(if is_bid { "price" } else { "" }),
        text(order.category()),
        text(opened.map_or_else(String::new, |act| act.on().to_string())),
        int(opened.map_or(0, |act| midnight_seconds(act.on()))),
        int(until.map_or(0, |at| at.seconds)),
        int(offers),
        int(order.opened.map_or(0, |(_, e)| e.ceiling_fen)),
        int(placed.map_or(0, |(_, e)| e.amount_fen)),
        text(placed.map_or("", |(_, e)| e.supplier.as_str())),
        text(placed.map_or("", |(_, e)| e.placed_on.as_str())),
        text(CNY),
        text(exact::positions(behind)),
    ]
}

fn write_award(
    sight: &Sight<'_>,
    (act, placed): (&Standing, &EmallOrderPlaced),
    rows: &mut Vec<Row>,
) {
    let values = vec![
        place(sight.position),
        text(""),
        text(""),
        text("active"),
        text(&placed.supplier),
        text(exact::yuan(placed.amount_fen)),
        text(CNY),
        text(&placed.placed_on),
        text(exact::positions(act.positions())),
    ];
    rows.push((&AWARDS, values));
    let mut codes: Vec<&str> = placed
        .items
        .iter()
        .map(|item| item.category.as_str())
        .collect();
    codes.sort_unstable();
    codes.dedup();
    for code in codes {
        let values = vec![
            place(sight.position),
            text(""),
            text(""),
            text(code),
            text("品目"),
        ];
        rows.push((&AWARD_ITEMS, values));
    }
}

/// An order is a contract of one payment, due on acceptance; its award is the offer that won.
fn contract(
    sight: &Sight<'_>,
    order: &Order<'_>,
    (act, placed): (&Standing, &EmallOrderPlaced),
) -> Vec<rusqlite::types::Value> {
    let paid = order.contract.paid();
    let paid_fen = paid.iter().fold(0_i64, |sum, (_, claim, _)| {
        sum.saturating_add(claim.amount_fen())
    });
    let first = paid.first().and_then(|(_, claim, _)| claim.executed());
    let on = |act: Option<&Standing>| text(act.map_or_else(String::new, |a| a.on().to_string()));
    let award = order.closed.map(|(_, e)| e.price_fen);
    let won = order.closed.map(|(act, _)| act).into_iter().chain([act]);
    let of = |acts: Vec<&Standing>| {
        let positions = acts.into_iter().flat_map(Standing::positions);
        text(exact::positions(positions))
    };
    vec![
        place(sight.position),
        text(&placed.order_no),
        text(sight.stream.to_string()),
        text(subject(sight, "order", "")),
        text(&sight.stream.partition),
        text(&sight.stream.id),
        origin(Origin::Order),
        text(""),
        text(""),
        text(&placed.unit),
        text(&placed.supplier),
        text(sight.region_code),
        int(i32::from(order.method())),
        text(order.category()),
        text(&placed.placed_on),
        text(exact::yuan(placed.amount_fen)),
        text(CNY),
        int(placed.amount_fen),
        text(award.map_or_else(String::new, exact::yuan)),
        text(if award.is_some() { CNY } else { "" }),
        int(0),
        int(0),
        int(0),
        int(0),
        text(if paid.is_empty() {
            String::new()
        } else {
            exact::yuan(paid_fen)
        }),
        text(if paid.is_empty() { "" } else { CNY }),
        on(first),
        on(order.accepted),
        int(1),
        text(""),
        int(0),
        int(0),
        int(0),
        text(""),
        of(won.collect()),
        text(""),
        of(paid.iter().map(|(_, _, act)| *act).collect()),
        of(first.into_iter().chain(order.accepted).collect()),
        text(""),
        text(""),
    ]
}
