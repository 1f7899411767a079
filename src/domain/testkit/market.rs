//! Facts of the e-mall, of farm products and of the money of an order.

use super::{ACCOUNT, LINE, SUPPLIER, SUPPLIER_2, UNIT, UNIT_2, World, instant, on_stream, part};
use crate::domain::decider::Fact;
use crate::events::v1::{
    self, EmallItem, EmallMethod, EmallObjectionKind, EmallObjectionResult, EnterpriseSize,
    FarmPlatform, event_payload::Payload,
};

/// The order; the id of its stream.
pub const ORDER: &str = "EO-2023-000001";
/// The order's amount: 100,000.00 yuan.
pub const ORDER_FEN: i64 = 10_000_000;

/// A line of an order.
pub fn emall_item(qty_milli: i64, unit_price_fen: i64) -> EmallItem {
    EmallItem {
        sku: "SKU-1".to_owned(),
        category: "A02010105".to_owned(),
        qty_milli,
        unit_price_fen,
    }
}

/// A request for bids of at most 100,000.00 yuan.
pub fn emall_rfq_opened() -> v1::EmallRfqOpened {
    v1::EmallRfqOpened {
        order_no: ORDER.to_owned(),
        unit: UNIT.to_owned(),
        items: vec![emall_item(2_000, 5_000_000)],
        ceiling_fen: ORDER_FEN,
        closes_at: instant("2024-02-28", 17),
        opened_at: instant("2024-02-26", 9),
    }
}

/// Its end, won by the first supplier.
pub fn emall_rfq_closed(price_fen: i64) -> v1::EmallRfqClosed {
    v1::EmallRfqClosed {
        order_no: ORDER.to_owned(),
        offers_count: 3,
        winner: SUPPLIER.to_owned(),
        price_fen,
        closed_at: instant("2024-02-28", 17),
    }
}

/// Its end without a winner.
pub fn emall_rfq_failed() -> v1::EmallRfqFailed {
    v1::EmallRfqFailed {
        order_no: ORDER.to_owned(),
        reason: "无人报价".to_owned(),
        failed_on: "2024-02-29".to_owned(),
    }
}

/// A direct order of two pieces, 100,000.00 yuan, on the first line.
pub fn emall_order_placed() -> v1::EmallOrderPlaced {
    v1::EmallOrderPlaced {
        order_no: ORDER.to_owned(),
        unit: UNIT.to_owned(),
        supplier: SUPPLIER.to_owned(),
        supplier_size: EnterpriseSize::Small.into(),
        method: EmallMethod::Direct.into(),
        items: vec![emall_item(2_000, 5_000_000)],
        amount_fen: ORDER_FEN,
        budget_parts: vec![part(LINE, ORDER_FEN)],
        payee_account_ref: ACCOUNT.to_owned(),
        payment_days: Some(30),
        placed_on: "2024-03-01".to_owned(),
    }
}

/// Its confirmation.
pub fn emall_order_confirmed() -> v1::EmallOrderConfirmed {
    v1::EmallOrderConfirmed {
        order_no: ORDER.to_owned(),
        confirmed_on: "2024-03-02".to_owned(),
    }
}

/// Its shipping.
pub fn emall_order_shipped() -> v1::EmallOrderShipped {
    v1::EmallOrderShipped {
        order_no: ORDER.to_owned(),
        tracking_no: "YD-1".to_owned(),
        shipped_on: "2024-03-04".to_owned(),
    }
}

/// Its delivery.
pub fn emall_order_delivered() -> v1::EmallOrderDelivered {
    v1::EmallOrderDelivered {
        order_no: ORDER.to_owned(),
        delivered_on: "2024-03-06".to_owned(),
    }
}

/// Its acceptance.
pub fn emall_order_accepted() -> v1::EmallOrderAccepted {
    v1::EmallOrderAccepted {
        order_no: ORDER.to_owned(),
        accepted_on: "2024-03-08".to_owned(),
    }
}

/// Its cancellation.
pub fn emall_order_cancelled() -> v1::EmallOrderCancelled {
    v1::EmallOrderCancelled {
        order_no: ORDER.to_owned(),
        reason: "缺货".to_owned(),
        budget_parts: vec![part(LINE, ORDER_FEN)],
        cancelled_on: "2024-03-04".to_owned(),
    }
}

/// Its return.
pub fn emall_order_returned() -> v1::EmallOrderReturned {
    v1::EmallOrderReturned {
        order_no: ORDER.to_owned(),
        reason: "质量不合格".to_owned(),
        budget_parts: vec![part(LINE, ORDER_FEN)],
        returned_on: "2024-03-07".to_owned(),
    }
}

/// A fact of the order's stream, such as a payment.
pub fn in_order(world: &World, payload: impl Into<Payload>) -> Fact {
    on_stream(world.fact(payload), &format!("order/4304/{ORDER}"))
}

/// A request for payment on the order.
pub fn order_payment_requested(payment_id: &str, amount_fen: i64) -> v1::PaymentRequested {
    v1::PaymentRequested {
        payment_id: payment_id.to_owned(),
        contract_id: ORDER.to_owned(),
        term_no: "1".to_owned(),
        amount_fen,
        payee: SUPPLIER.to_owned(),
        payee_account_ref: ACCOUNT.to_owned(),
        budget_parts: vec![part(LINE, amount_fen)],
        requested_on: "2024-03-11".to_owned(),
    }
}

/// Its acceptance by finance.
pub fn order_payment_accepted(payment_id: &str) -> v1::PaymentAccepted {
    v1::PaymentAccepted {
        payment_id: payment_id.to_owned(),
        contract_id: ORDER.to_owned(),
        decided_on: "2024-03-12".to_owned(),
    }
}

/// Its execution.
pub fn order_payment_executed(payment_id: &str, amount_fen: i64) -> v1::PaymentExecuted {
    v1::PaymentExecuted {
        payment_id: payment_id.to_owned(),
        contract_id: ORDER.to_owned(),
        voucher_no: "V-1".to_owned(),
        amount_fen,
        budget_parts: vec![part(LINE, amount_fen)],
        paid_on: "2024-03-13".to_owned(),
    }
}

/// Its return.
pub fn order_payment_returned(payment_id: &str, amount_fen: i64) -> v1::PaymentReturned {
    v1::PaymentReturned {
        payment_id: payment_id.to_owned(),
        contract_id: ORDER.to_owned(),
        returned_voucher_no: "V-2".to_owned(),
        amount_fen,
        budget_parts: vec![part(LINE, amount_fen)],
        reason: "账户有误".to_owned(),
        returned_on: "2024-03-14".to_owned(),
    }
}

/// Damages assessed on the order.
pub fn order_damages_assessed(amount_fen: i64) -> v1::LiquidatedDamagesAssessed {
    v1::LiquidatedDamagesAssessed {
        contract_id: ORDER.to_owned(),
        on: "2024-03-09".to_owned(),
        ..super::liquidated_damages_assessed(amount_fen)
    }
}

/// An objection.
pub fn emall_objection_raised() -> v1::EmallObjectionRaised {
    v1::EmallObjectionRaised {
        objection_id: "OB-1".to_owned(),
        sku: "SKU-1".to_owned(),
        raised_by: SUPPLIER_2.to_owned(),
        kind: EmallObjectionKind::Price.into(),
        content: "价格高于市场价".to_owned(),
        raised_on: "2024-03-05".to_owned(),
    }
}

/// Its taking up.
pub fn emall_objection_taken() -> v1::EmallObjectionTaken {
    v1::EmallObjectionTaken {
        objection_id: "OB-1".to_owned(),
        handler_no: "H-1".to_owned(),
        taken_on: "2024-03-06".to_owned(),
    }
}

/// Its decision.
pub fn emall_objection_resolved(result: EmallObjectionResult) -> v1::EmallObjectionResolved {
    v1::EmallObjectionResolved {
        objection_id: "OB-1".to_owned(),
        result: result.into(),
        reason: String::new(),
        resolved_on: "2024-03-07".to_owned(),
    }
}

/// Its withdrawal.
pub fn emall_objection_withdrawn() -> v1::EmallObjectionWithdrawn {
    v1::EmallObjectionWithdrawn {
        objection_id: "OB-1".to_owned(),
        withdrawn_on: "2024-03-07".to_owned(),
    }
}

/// What the canteen of the second unit spent.
pub fn canteen_spend_declared(prev_year_total_fen: i64) -> v1::CanteenSpendDeclared {
    v1::CanteenSpendDeclared {
        unit: UNIT_2.to_owned(),
        fiscal_year: 2024,
        prev_year_total_fen,
        has_canteen: true,
        evidence_hash: String::new(),
        declared_on: "2024-01-10".to_owned(),
    }
}

/// What the second unit reserves on platform 832.
pub fn farm_reserve_declared(reserved_fen: i64) -> v1::FarmReserveDeclared {
    v1::FarmReserveDeclared {
        unit: UNIT_2.to_owned(),
        fiscal_year: 2024,
        platform: FarmPlatform::P832.into(),
        reserved_fen,
        declared_on: "2024-01-11".to_owned(),
    }
}

/// What it bought there in one order.
pub fn farm_purchase_reported(order_no: &str, amount_fen: i64) -> v1::FarmPurchaseReported {
    v1::FarmPurchaseReported {
        unit: UNIT_2.to_owned(),
        fiscal_year: 2024,
        platform: FarmPlatform::P832.into(),
        order_no: order_no.to_owned(),
        amount_fen,
        origin_county: "炎陵县".to_owned(),
        paid_on: "2024-05-10".to_owned(),
    }
}

/// What of that was taken back.
pub fn farm_purchase_reversed(order_no: &str, amount_fen: i64) -> v1::FarmPurchaseReversed {
    v1::FarmPurchaseReversed {
        unit: UNIT_2.to_owned(),
        fiscal_year: 2024,
        platform: FarmPlatform::P832.into(),
        order_no: order_no.to_owned(),
        amount_fen,
        reversed_on: "2024-05-20".to_owned(),
    }
}

impl World {
    /// Records a fact of the order's stream, which must be accepted; answers its position.
    ///
    /// # Panics
    /// When it is refused.
    pub fn given_in_order(&mut self, payload: impl Into<Payload>) -> u64 {
        let fact = in_order(self, payload);
        self.append(fact)
            .unwrap_or_else(|refusal| panic!("{refusal} {:?}", refusal.figures))
    }
}
