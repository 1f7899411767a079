//! S5: splitting is recorded, not refused; e-mall orders and an objection that is answered late.

use serde_json::json;

use super::story::*;
use crate::{facts::*, harness::run};

/// The rules that S5 names.
const RULES: [&str; 5] = [
    "GPLR-28-SPLIT",
    "HY-03-EMALL",
    "HY-10-PEN-100",
    "HY-10-OBJ-3WD",
    "HY-10-ABOVE-LIMIT",
];

/// Asserts what is found by these rules.
async fn finds(s: &Story, on: &str, expected: &[&str]) {
    s.finds(on, &RULES, expected).await;
}

#[test]
fn three_small_plans_of_one_need_are_facts() {
    run(async {
        let mut s = Story::begin(PROJECT).await;
        s.budget_line(LINE, "2023-01-16", 300_000_000).await;
        for (project, filed_on, awarded_on, amount_fen) in [
            ("PJ-A", "2023-03-10", "2023-03-24", 90_000_000),
            ("PJ-B", "2023-06-15", "2023-06-29", 80_000_000),
            ("PJ-C", "2023-09-20", "2023-10-11", 60_000_000),
        ] {
            s.project = project.into();
            s.plan(LINE, filed_on, "PROCUREMENT_METHOD_INQUIRY", amount_fen)
                .await;
            s.award(awarded_on, SUPPLIER, amount_fen).await;
        }
        // 900,000 and 800,000 yuan are below 2,000,000; the third plan crosses it.
        finds(&s, "2023-09-19", &[]).await;
        let split = "GPLR-28-SPLIT critical open 2023-09-20";
        finds(&s, "2023-09-20", &[split]).await;
        finds(&s, "2023-12-31", &[split]).await;
    });
}

#[test]
fn what_is_bought_below_the_threshold_is_measured_by_amount_by_number_and_by_unit() {
    run(async {
        let mut s = Story::begin(PROJECT).await;
        s.budget_line(LINE, "2023-01-16", 100_000_000).await;
        order(&mut s).await;
        // In thousands of yuan; the first is the order, which the unit recorded too.
        let purchases = [480, 320, 150, 225, 99, 41, 410, 275];
        let unit = format!("unit/4304/{UNIT}");
        for (number, amount) in (1..).zip(purchases) {
            let channel = match amount {
                225 | 410 => "INTRANET",
                _ => "HN_EMALL",
            };
            let fen: i64 = amount * 100_000;
            let purchase = json!({
                "unit": UNIT, "purchaseId": format!("EO-{number}"), "category": "A02010105",
                "categoryVersion": 2022, "amountFen": fen.to_string(), "channel": channel,
                "exemptionReason": null,
            });
            s.tell_in(
                &unit,
                BUYER,
                "2023-10-16",
                "SmallPurchaseRecorded",
                purchase,
            )
            .await;
        }
        s.measures(
            "2023-12-31",
            &[
                ("M-10A", 136_500_000, 200_000_000, 6_825),
                ("M-10C", 6, 8, 7_500),
                ("M-10U", 1, 1, 10_000),
            ],
        )
        .await;
        finds(
            &s,
            "2023-12-31",
            &[
                "HY-03-EMALL minor open 2023-10-16",
                "HY-03-EMALL minor open 2023-10-16",
                // Since the purchases elsewhere.
                "HY-10-PEN-100 info open 2023-10-16",
                // Three working days after 27 September end on Sunday, 8 October, a working day.
                "HY-10-OBJ-3WD minor rectified 2023-10-08 late 1/1",
            ],
        )
        .await;
    });
}

#[test]
fn an_order_lives_from_its_placing_to_its_payment_and_an_objection_is_answered_late() {
    run(async {
        let mut s = Story::begin(PROJECT).await;
        s.budget_line(LINE, "2023-01-16", 100_000_000).await;
        order(&mut s).await;
        s.obliges(
            "2023-10-31",
            "HY-10-OBJ-3WD",
            &[("objection/4304/EO-1/OB-1", "late 1/1, due 2023-10-08")],
        )
        .await;
        crate::models::assert_orders(&s.town).await;
    });
}

/// An order of 480,000 yuan from its placing to its payment, and an objection to it.
async fn order(s: &mut Story) {
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
}
