//! S5: splitting is recorded, not refused; e-mall orders and an objection that is answered late.

use serde_json::json;

use super::story::*;
use crate::{facts::*, harness::run};

#[test]
fn three_small_plans_of_one_need_are_facts() {
    run(async {
        let mut s = Story::begin(PROJECT).await;
        s.budget_line(LINE, "2023-01-16", 300_000_000).await;
        for (project, day, amount_fen) in [
            ("PJ-A", "2023-03-10", 90_000_000),
            ("PJ-B", "2023-06-15", 80_000_000),
            ("PJ-C", "2023-09-20", 60_000_000),
        ] {
            s.project = project.into();
            s.plan(LINE, day, "PROCUREMENT_METHOD_INQUIRY", amount_fen)
                .await;
        }
    });
}

#[test]
fn an_order_lives_from_its_placing_to_its_payment_and_an_objection_is_answered_late() {
    run(async {
        let mut s = Story::begin(PROJECT).await;
        s.budget_line(LINE, "2023-01-16", 100_000_000).await;
        let stream = "order/4304/EO-1";
        let parts = json!([{"budgetLineId": LINE, "amountFen": "48000000"}]);
        let placed = json!({
            "orderNo": "EO-1", "unit": UNIT, "supplier": SUPPLIER,
            "supplierSize": "ENTERPRISE_SIZE_SMALL", "method": "EMALL_METHOD_DIRECT",
            "items": [
                {"sku": "S-1", "category": "A02010105", "qtyMilli": "80000",
                 "unitPriceFen": "600000"},
            ],
            "amountFen": "48000000", "budgetParts": parts, "payeeAccountRef": ACCOUNT,
            "paymentDays": 30,
        });
        let mut wrong = placed.clone();
        wrong["amountFen"] = "48000001".into();
        wrong["budgetParts"] = json!([{"budgetLineId": LINE, "amountFen": "48000001"}]);
        let mut act = s.act(MALL, "2023-09-20", "EmallOrderPlaced", wrong);
        act.move_to(stream, "430400");
        let refused = s.refused_act(act).await;
        gate(&refused, "E024_SUM_MISMATCH", &[]);
        s.tell_in(stream, MALL, "2023-09-20", "EmallOrderPlaced", placed)
            .await;
        let order = json!({"orderNo": "EO-1"});
        for (day, name) in [
            ("2023-09-21", "EmallOrderConfirmed"),
            ("2023-09-22", "EmallOrderShipped"),
            ("2023-09-25", "EmallOrderDelivered"),
        ] {
            s.tell_in(stream, MALL, day, name, order.clone()).await;
        }
        let objection = json!({
            "objectionId": "OB-1", "sku": "S-1", "raisedBy": UNIT,
            "kind": "EMALL_OBJECTION_KIND_QUALITY",
        });
        s.tell_in(
            stream,
            MALL,
            "2023-09-27",
            "EmallObjectionRaised",
            objection,
        )
        .await;
        let request = json!({
            "paymentId": "PY-1", "contractId": "EO-1", "termNo": "1", "amountFen": "48000000",
            "payee": SUPPLIER, "payeeAccountRef": ACCOUNT, "budgetParts": parts,
        });
        let mut early = s.act(BUYER, "2023-09-27", "PaymentRequested", request.clone());
        early.move_to(stream, "430400");
        let refused = s.refused_act(early).await;
        gate(&refused, "E025_PAY_BEFORE_ACCEPTANCE", &[]);
        s.tell_in(stream, MALL, "2023-09-28", "EmallOrderAccepted", order)
            .await;
        let solved = json!({
            "objectionId": "OB-1", "result": "EMALL_OBJECTION_RESULT_RESOLVED",
        });
        s.tell_in(
            stream,
            FINANCE,
            "2023-10-09",
            "EmallObjectionResolved",
            solved,
        )
        .await;
        s.tell_in(stream, BUYER, "2023-10-10", "PaymentRequested", request)
            .await;
        let payment = json!({"paymentId": "PY-1", "contractId": "EO-1"});
        s.tell_in(stream, TREASURY, "2023-10-11", "PaymentAccepted", payment)
            .await;
        let paid = json!({
            "paymentId": "PY-1", "contractId": "EO-1", "amountFen": "48000000",
            "budgetParts": parts,
        });
        s.tell_in(stream, TREASURY, "2023-10-12", "PaymentExecuted", paid)
            .await;
        crate::models::assert_orders(&s.town).await;
    });
}
