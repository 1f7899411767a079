//! Orders of the e-mall: asked for, placed, sent, accepted and paid; some are cancelled, sent back
//! or objected to.

use chrono::NaiveDate;

use super::{
    book::Effect,
    breach::Breach,
    calendar::Calendar,
    day::{Expected, Step},
    draft::{Draft, instant, midnight, source},
    outline::{Line, OrderOutline},
    random::Random,
    script::Planned,
    world::{Organisation, World},
};
use crate::{
    domain::contract::order::ONLY,
    events::v1::{
        ActorRole, BudgetPart, EmallItem, EmallMethod, EmallObjectionKind, EmallObjectionRaised,
        EmallObjectionResolved, EmallObjectionResult, EmallObjectionTaken, EmallObjectionWithdrawn,
        EmallOrderAccepted, EmallOrderCancelled, EmallOrderConfirmed, EmallOrderDelivered,
        EmallOrderPlaced, EmallOrderReturned, EmallOrderShipped, EmallRfqClosed, EmallRfqFailed,
        EmallRfqOpened, PaymentAccepted, PaymentExecuted, PaymentRequested, event_payload::Payload,
    },
};

/// 采购限额标准 of goods in fen: what reaches it is not ordered directly.
const LIMIT_FEN: i64 = 50_000_000;
/// The only payment of an order.
const PAYMENT: &str = "ZF-1";

/// In whose name an event is sent.
#[derive(Clone, Copy)]
enum Who {
    Mall,
    Unit,
    Treasury,
}

/// The writer of an order's life.
pub(super) struct OrderScript<'a> {
    world: &'a World,
    calendar: &'a Calendar,
    line: &'a Line,
    outline: &'a OrderOutline,
    random: Random,
    supplier: &'a Organisation,
    order_no: String,
    today: NaiveDate,
    phase: u8,
    source: &'static str,
    is_over: bool,
    serial: u32,
    planned: Vec<Planned>,
    breaches: Vec<Breach>,
}

impl<'a> OrderScript<'a> {
    /// Writes an order's life up to the end of the year.
    pub(super) fn write(
        seed: u64,
        world: &'a World,
        calendar: &'a Calendar,
        lines: &'a [Line],
        outline: &'a OrderOutline,
    ) -> (Vec<Planned>, Vec<Breach>) {
        let mut random = Random::new(seed, (1 << 42) + u64::from(outline.index));
        let supplier = random.pick(&world.suppliers);
        let mut script = Self {
            world,
            calendar,
            line: &lines[outline.line],
            outline,
            random,
            supplier,
            order_no: format!("EO-{}-{:06}", calendar.year(), outline.index + 1),
            today: outline.begins_on,
            phase: 0,
            source: source::EMALL,
            is_over: false,
            serial: 0,
            planned: Vec::new(),
            breaches: Vec::new(),
        };
        match outline.breach {
            None => script.live(),
            Some(breach) => script.live_planted(breach.rule_id),
        }
        (script.planned, script.breaches)
    }

    /// A planted order: a direct one that keeps every rule but one.
    fn live_planted(&mut self, rule_id: &str) {
        self.place(EmallMethod::Direct);
        if rule_id == "HY-10-ABOVE-LIMIT" {
            self.breaks(rule_id, "order", "");
        }
        self.pass(1, 2);
        let (order_no, confirmed_on) = self.named();
        let confirmed = EmallOrderConfirmed {
            order_no,
            confirmed_on,
        };
        self.by_mall(Payload::EmallOrderConfirmed(confirmed), "order confirmed");
        self.pass(2, 5);
        let (order_no, delivered_on) = self.named();
        let delivered = EmallOrderDelivered {
            order_no,
            delivered_on,
        };
        self.by_mall(Payload::EmallOrderDelivered(delivered), "order delivered");
        if rule_id == "HY-10-OBJ-3WD" {
            self.object_in_vain(rule_id);
        }
        self.pass(1, 3);
        let (order_no, accepted_on) = self.named();
        let accepted = EmallOrderAccepted {
            order_no,
            accepted_on,
        };
        self.by_mall(Payload::EmallOrderAccepted(accepted), "order accepted");
        self.pay_within(1, 8);
    }

    /// An objection that is decided after its three working days.
    fn object_in_vain(&mut self, rule_id: &str) {
        let raised = EmallObjectionRaised {
            objection_id: "YY-1".into(),
            sku: String::new(),
            raised_by: self.unit().uscc.clone(),
            kind: EmallObjectionKind::Quality.into(),
            content: "收到的商品与订单不符".into(),
            raised_on: self.today.to_string(),
        };
        self.by_mall(Payload::EmallObjectionRaised(raised), "objection raised");
        let raised_on = self.today;
        self.pass(4, 8);
        let resolved = EmallObjectionResolved {
            objection_id: "YY-1".into(),
            result: EmallObjectionResult::Resolved.into(),
            reason: "经核实处理".into(),
            resolved_on: self.today.to_string(),
        };
        let payload = Payload::EmallObjectionResolved(resolved);
        self.by_mall(payload, "objection decided");
        let due_on = self.calendar.workdays_after(raised_on, 3);
        self.breaks_on(due_on, rule_id, "objection", "/YY-1");
    }

    fn breaks(&mut self, rule_id: &str, kind: &str, id: &str) {
        self.breaks_on(self.today, rule_id, kind, id);
    }

    /// Notes a breach by the order, unless the year is over.
    fn breaks_on(&mut self, on: NaiveDate, rule_id: &str, kind: &str, id: &str) {
        if !self.is_over {
            self.note(on, rule_id, kind, id);
        }
    }

    fn note(&mut self, on: NaiveDate, rule_id: &str, kind: &str, id: &str) {
        self.breaches.push(Breach {
            rule_id: rule_id.into(),
            subject: format!("{kind}/4304/{}{id}", self.order_no),
            stream: format!("order/4304/{}", self.order_no),
            on,
        });
    }

    fn live(&mut self) {
        let method = match self.random.weighted(&[80, 16, 4]) {
            0 => EmallMethod::Direct,
            1 => EmallMethod::Bid,
            _ => EmallMethod::Group,
        };
        if method == EmallMethod::Bid && !self.ask_for_bids() {
            return;
        }
        self.place(method);
        let is_large = method == EmallMethod::Direct && self.amount_fen() >= LIMIT_FEN;
        let (is_placed, placed_on) = (!self.is_over, self.today);
        if self.random.chance(30) {
            self.pass(1, 2);
            self.cancel();
            if is_large && is_placed && self.is_over {
                self.note(placed_on, "HY-10-ABOVE-LIMIT", "order", "");
            }
            return;
        }
        if is_large && is_placed {
            self.note(placed_on, "HY-10-ABOVE-LIMIT", "order", "");
        }
        self.pass(1, 2);
        let (order_no, on) = self.named();
        let confirmed_on = on;
        self.by_mall(
            Payload::EmallOrderConfirmed(EmallOrderConfirmed {
                order_no,
                confirmed_on,
            }),
            "order confirmed",
        );
        self.deliver();
        if self.random.chance(40) {
            self.object();
        }
        if self.random.chance(25) {
            self.pass(1, 5);
            self.send_back();
            return;
        }
        self.pass(1, 6);
        let (order_no, accepted_on) = self.named();
        self.by_mall(
            Payload::EmallOrderAccepted(EmallOrderAccepted {
                order_no,
                accepted_on,
            }),
            "order accepted",
        );
        self.pay();
    }

    fn unit(&self) -> &'a Organisation {
        &self.world.units[self.line.unit]
    }

    /// The order's number and the day.
    fn named(&self) -> (String, String) {
        (self.order_no.clone(), self.today.to_string())
    }

    /// Goes on by working days.
    fn pass(&mut self, least: i64, most: i64) {
        let count = self.random.between(least, most);
        let day = self.calendar.workdays_after(self.today, count);
        if day > self.today {
            (self.today, self.phase) = (day, 0);
        }
        self.is_over |= self.calendar.is_over(day);
    }

    fn amount_fen(&self) -> i64 {
        self.outline.qty * self.outline.unit_price_fen
    }

    fn parts(&self) -> Vec<BudgetPart> {
        vec![BudgetPart {
            budget_line_id: self.line.id.clone(),
            amount_fen: self.amount_fen(),
        }]
    }

    fn items(&self) -> Vec<EmallItem> {
        let category = self.line.category;
        vec![EmallItem {
            sku: format!("SKU-{}-{:03}", category.code, self.outline.index % 40 + 1),
            category: category.code.into(),
            qty_milli: self.outline.qty * 1000,
            unit_price_fen: self.outline.unit_price_fen,
        }]
    }

    /// Asks for bids; false where no order comes of it.
    fn ask_for_bids(&mut self) -> bool {
        let order_no = self.order_no.clone();
        let opened_at = instant(self.today, 9, 0);
        let closes_on = self.calendar.workdays_after(self.today, 3);
        let opened = EmallRfqOpened {
            order_no: order_no.clone(),
            unit: self.unit().uscc.clone(),
            items: self.items(),
            // Bids came down to the price at which it is ordered.
            ceiling_fen: self.amount_fen() + self.amount_fen() / 20,
            closes_at: Some(instant(closes_on, 11, 0)),
            opened_at: Some(opened_at),
        };
        self.by_mall(Payload::EmallRfqOpened(opened), "bids asked for");
        self.pass(3, 3);
        if self.random.chance(100) {
            let failed = EmallRfqFailed {
                order_no,
                reason: "无供应商报价".into(),
                failed_on: self.today.to_string(),
            };
            self.by_mall(Payload::EmallRfqFailed(failed), "bidding failed");
            return false;
        }
        let closed = EmallRfqClosed {
            order_no,
            offers_count: self.random.between(1, 9) as i32,
            winner: self.supplier.uscc.clone(),
            price_fen: self.amount_fen(),
            closed_at: Some(instant(self.today, 11, 0)),
        };
        self.by_mall(Payload::EmallRfqClosed(closed), "bidding ended");
        self.pass(1, 2);
        true
    }

    fn place(&mut self, method: EmallMethod) {
        let (order_no, placed_on) = self.named();
        let placed = EmallOrderPlaced {
            order_no,
            unit: self.unit().uscc.clone(),
            supplier: self.supplier.uscc.clone(),
            supplier_size: self.supplier.size.into(),
            method: method.into(),
            items: self.items(),
            amount_fen: self.amount_fen(),
            budget_parts: self.parts(),
            payee_account_ref: self.supplier.account_ref.clone(),
            payment_days: self.random.chance(500).then_some(30),
            placed_on,
        };
        let line = self.outline.line;
        let effects = vec![Effect::Open(line), Effect::Occupy(line, self.amount_fen())];
        let payload = Payload::EmallOrderPlaced(placed);
        self.accept(source::EMALL, Who::Mall, payload, "order placed", effects);
    }

    /// What an order that ends does to the books.
    fn given_back(&self) -> Vec<Effect> {
        let line = self.outline.line;
        vec![
            Effect::Occupy(line, -self.amount_fen()),
            Effect::Close(line),
        ]
    }

    fn cancel(&mut self) {
        let (order_no, cancelled_on) = self.named();
        let payload = Payload::EmallOrderCancelled(EmallOrderCancelled {
            order_no,
            reason: "采购需求变更".into(),
            budget_parts: self.parts(),
            cancelled_on,
        });
        let effects = self.given_back();
        self.accept(
            source::EMALL,
            Who::Mall,
            payload,
            "order cancelled",
            effects,
        );
    }

    fn send_back(&mut self) {
        let (order_no, returned_on) = self.named();
        let payload = Payload::EmallOrderReturned(EmallOrderReturned {
            order_no,
            reason: "与描述不符".into(),
            budget_parts: self.parts(),
            returned_on,
        });
        let effects = self.given_back();
        self.accept(
            source::EMALL,
            Who::Mall,
            payload,
            "order sent back",
            effects,
        );
    }

    fn deliver(&mut self) {
        self.pass(1, 4);
        if self.random.chance(800) {
            let (order_no, shipped_on) = self.named();
            let tracking_no = format!("YD{:010}", self.random.below(10_000_000_000));
            let shipped = EmallOrderShipped {
                order_no,
                tracking_no,
                shipped_on,
            };
            self.by_mall(Payload::EmallOrderShipped(shipped), "order shipped");
            self.pass(1, 5);
        }
        let (order_no, delivered_on) = self.named();
        let delivered = EmallOrderDelivered {
            order_no,
            delivered_on,
        };
        self.by_mall(Payload::EmallOrderDelivered(delivered), "order delivered");
    }

    /// The unit objects; it is heard, or thinks again.
    fn object(&mut self) {
        let objection_id = "YY-1".to_owned();
        let kinds = [
            EmallObjectionKind::Quality,
            EmallObjectionKind::Price,
            EmallObjectionKind::Delivery,
            EmallObjectionKind::Qualification,
            EmallObjectionKind::Other,
        ];
        let raised = EmallObjectionRaised {
            objection_id: objection_id.clone(),
            sku: String::new(),
            raised_by: self.unit().uscc.clone(),
            kind: (*self.random.pick(&kinds)).into(),
            content: "收到的商品与订单不符".into(),
            raised_on: self.today.to_string(),
        };
        self.by_mall(Payload::EmallObjectionRaised(raised), "objection raised");
        let due_on = self.calendar.workdays_after(self.today, 3);
        let is_raised = !self.is_over;
        // One in five is heard later than the three working days within which it should be.
        let (least, most) = if self.random.chance(200) {
            (4, 9)
        } else {
            (1, 3)
        };
        self.pass(least, most);
        if is_raised && self.today > due_on {
            self.note(due_on, "HY-10-OBJ-3WD", "objection", "/YY-1");
        }
        if self.random.chance(150) {
            let withdrawn = EmallObjectionWithdrawn {
                objection_id,
                withdrawn_on: self.today.to_string(),
            };
            let payload = Payload::EmallObjectionWithdrawn(withdrawn);
            self.by_mall(payload, "objection withdrawn");
            return;
        }
        if self.random.chance(600) {
            let taken = EmallObjectionTaken {
                objection_id: objection_id.clone(),
                handler_no: format!("ZY-{:02}", self.line.unit % 30),
                taken_on: self.today.to_string(),
            };
            self.by_mall(Payload::EmallObjectionTaken(taken), "objection taken");
        }
        let result = if self.random.chance(700) {
            EmallObjectionResult::Resolved
        } else {
            EmallObjectionResult::Rejected
        };
        let resolved = EmallObjectionResolved {
            objection_id,
            result: result.into(),
            reason: "经核实处理".into(),
            resolved_on: self.today.to_string(),
        };
        let payload = Payload::EmallObjectionResolved(resolved);
        self.by_mall(payload, "objection decided");
    }

    fn pay(&mut self) {
        // Every tenth payment is late.
        let (least, most) = if self.random.chance(100) {
            (31, 60)
        } else {
            (1, 15)
        };
        self.pay_within(least, most);
    }

    /// Pays after so many working days.
    fn pay_within(&mut self, least: i64, most: i64) {
        self.pass(least, most);
        let contract_id = self.order_no.clone();
        let request = Payload::PaymentRequested(PaymentRequested {
            payment_id: PAYMENT.into(),
            contract_id: contract_id.clone(),
            term_no: ONLY.into(),
            amount_fen: self.amount_fen(),
            payee: self.supplier.uscc.clone(),
            payee_account_ref: self.supplier.account_ref.clone(),
            budget_parts: self.parts(),
            requested_on: self.today.to_string(),
        });
        let from = source::TREASURY;
        self.accept(from, Who::Unit, request, "payment requested", Vec::new());
        self.pass(1, 4);
        let accepted = Payload::PaymentAccepted(PaymentAccepted {
            payment_id: PAYMENT.into(),
            contract_id: contract_id.clone(),
            decided_on: self.today.to_string(),
        });
        self.accept(
            from,
            Who::Treasury,
            accepted,
            "payment accepted",
            Vec::new(),
        );
        self.pass(0, 3);
        let region = self.world.region_code(self.unit().region);
        let executed = Payload::PaymentExecuted(PaymentExecuted {
            payment_id: PAYMENT.into(),
            contract_id,
            voucher_no: format!("PZ-{region}-{}", self.order_no),
            amount_fen: self.amount_fen(),
            budget_parts: self.parts(),
            paid_on: self.today.to_string(),
        });
        let line = self.outline.line;
        let effects = vec![Effect::Pay(line, self.amount_fen()), Effect::Close(line)];
        self.accept(from, Who::Treasury, executed, "payment executed", effects);
    }

    fn by_mall(&mut self, payload: Payload, label: &'static str) {
        self.accept(source::EMALL, Who::Mall, payload, label, Vec::new());
    }

    /// Records an event that the ledger accepts, unless the year is over.
    fn accept(
        &mut self,
        from: &'static str,
        who: Who,
        payload: Payload,
        label: &'static str,
        effects: Vec<Effect>,
    ) {
        if self.is_over {
            return;
        }
        if from != self.source {
            self.phase += 1;
            self.source = from;
        }
        let region = &self.world.regions[self.unit().region];
        let (actor, role) = match who {
            Who::Mall => (&self.world.city_regulator().uscc, ActorRole::EmallSys),
            Who::Unit => (&self.unit().uscc, ActorRole::Purchaser),
            Who::Treasury => (&region.regulator, ActorRole::TreasurySys),
        };
        let occurred_at = match &payload {
            Payload::EmallRfqOpened(event) => event.opened_at,
            Payload::EmallRfqClosed(event) => event.closed_at,
            _ => None,
        };
        let draft = Draft {
            source: from,
            stream: format!("order/4304/{}", self.order_no),
            occurred_at: occurred_at.unwrap_or_else(|| midnight(self.today)),
            actor: actor.clone(),
            role,
            region: region.code.into(),
            payload,
            sealed: None,
            personal: None,
        };
        self.serial += 1;
        let step = Step {
            source_system: from,
            recorded_at_us: 0,
            submissions: vec![draft.submit(&format!("{}-{:02}", self.order_no, self.serial))],
            expected: Expected::Accepted,
            label,
        };
        self.planned.push(Planned {
            day: self.today,
            phase: self.phase,
            step,
            effects,
        });
    }
}
