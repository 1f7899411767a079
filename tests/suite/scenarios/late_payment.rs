//! S2: a term of more than sixty days, and a small supplier paid late. S2b: no acceptance in time.
//! A final payment asked for before acceptance is refused; late ones are taken, since a late
//! payment is a fact.

use bihuan::events::v1;
use serde_json::json;

use super::{
    open_tender::{contract, pay_to},
    story::*,
};
use crate::{facts::*, harness::run};

/// The rules on the days of a payment.
const RULES: [&str; 5] = [
    "HY-06-PAYTERM-60D",
    "HY-06-PAY-30D",
    "HY-06-PAY-AGREED",
    "CN-SME-PAY-30D",
    "CN-SME-PAY-60D",
];

/// Tells S2 into the story's project, on a budget line of its own, up to a payment on 20 February
/// 2024 or without it.
pub async fn term_over_sixty_days(s: &mut Story, line: &str, is_paid: bool) {
    s.budget_line(line, "2023-01-16", 80_000_000).await;
    s.plan(
        line,
        "2023-10-09",
        "PROCUREMENT_METHOD_OPEN_TENDER",
        80_000_000,
    )
    .await;
    s.award("2023-10-25", YI_CODE, 80_000_000).await;
    let mut signed = contract(
        "80000000",
        &[json!({
            "termNo": "1", "kind": "TERM_KIND_FINAL", "amountFen": "80000000",
            "trigger": "TERM_TRIGGER_ACCEPTED", "acceptanceIsCondition": true,
            "days": 90, "dayUnit": "DAY_UNIT_CD",
        })],
    );
    signed["supplier"] = YI_CODE.into();
    signed["supplierSize"] = "ENTERPRISE_SIZE_MEDIUM".into();
    signed["startOn"] = "2023-11-01".into();
    s.tell(BUYER, "2023-11-01", "ContractSigned", signed).await;
    let delivery = json!({"contractId": CONTRACT, "deliveryNo": "D-1", "stageNo": null});
    s.tell(BUYER, "2023-11-10", "GoodsDelivered", delivery)
        .await;
    let acceptance = json!({
        "acceptanceId": "AC-1", "contractId": CONTRACT, "stageNo": 1, "isFinal": true,
        "result": "ACCEPTANCE_RESULT_PASSED", "acceptedFen": "80000000",
    });
    s.tell(BUYER, "2023-11-15", "AcceptanceConcluded", acceptance)
        .await;
    if is_paid {
        let payment = ("PY-1", "1", "80000000");
        pay_to(s, (YI_CODE, line), payment, ["2024-02-20"; 3]).await;
    }
}

/// The interest of each finding that has any.
fn interest(found: &[v1::FindingRow]) -> Vec<(&str, i64)> {
    let findings = found.iter().filter_map(|row| row.finding.as_ref());
    let owed = findings.filter_map(|of| Some((of.rule_id.as_str(), of.amount_fen?)));
    owed.filter(|(_, fen)| *fen != 0).collect()
}

#[test]
fn a_term_of_ninety_days_is_judged_at_sixty_and_bears_interest() {
    run(async {
        let mut s = Story::begin(PROJECT).await;
        term_over_sixty_days(&mut s, LINE, true).await;
        let late = "late 36/23, due 2024-01-15";
        let rules = [
            ("HY-06-PAYTERM-60D", "broken"),
            ("HY-06-PAY-AGREED", late),
            ("CN-SME-PAY-60D", late),
            ("HY-06-PAY-30D", ""),
            ("CN-SME-PAY-30D", ""),
        ];
        s.says("2024-02-29", &rules).await;
        let found = s
            .finds(
                "2024-02-29",
                &RULES,
                &[
                    "HY-06-PAYTERM-60D critical open 2023-11-01",
                    "HY-06-PAY-AGREED major rectified 2024-01-15 late 36/23",
                    "CN-SME-PAY-60D critical rectified 2024-01-15 late 36/23",
                ],
            )
            .await;
        // 80,000,000 fen at five in ten thousand a day for thirty-six days.
        assert_eq!(interest(&found), [("CN-SME-PAY-60D", 1_440_000)]);
        s.measures(
            "2024-02-29",
            &[("M-06", 0, 1, 0), ("M-06I", 1_440_000, 1, 1_440_000)],
        )
        .await;
        // Sixty days after acceptance are Sunday, 14 January: the day itself is in time, and at its
        // end nothing is paid.
        let signing = "HY-06-PAYTERM-60D critical open 2023-11-01";
        s.finds("2024-01-14", &RULES, &[signing]).await;
        let found = s
            .finds(
                "2024-01-25",
                &RULES,
                &[
                    signing,
                    "HY-06-PAY-AGREED major open 2024-01-15 late 10/8",
                    "CN-SME-PAY-60D critical open 2024-01-15 late 10/8",
                ],
            )
            .await;
        assert_eq!(interest(&found), [("CN-SME-PAY-60D", 400_000)]);
    });
}

#[test]
fn a_final_payment_waits_for_acceptance_and_may_be_late() {
    run(async {
        let mut s = Story::begin(PROJECT).await;
        s.budget_line(LINE, "2023-01-16", 80_000_000).await;
        s.plan(
            LINE,
            "2023-08-08",
            "PROCUREMENT_METHOD_OPEN_TENDER",
            80_000_000,
        )
        .await;
        s.award("2023-09-11", BING_CODE, 80_000_000).await;
        let mut signed = contract(
            "80000000",
            &[json!({
                "termNo": "1", "kind": "TERM_KIND_FINAL", "amountFen": "80000000",
                "trigger": "TERM_TRIGGER_ACCEPTED", "acceptanceIsCondition": true,
                "inspectionLimitDays": 30,
            })],
        );
        signed["supplier"] = BING_CODE.into();
        signed["supplierSize"] = "ENTERPRISE_SIZE_LARGE".into();
        s.tell(BUYER, "2023-09-15", "ContractSigned", signed).await;
        let delivery = json!({"contractId": CONTRACT, "deliveryNo": "D-1", "stageNo": null});
        s.tell(BUYER, "2023-10-01", "GoodsDelivered", delivery)
            .await;
        let parts = json!([{"budgetLineId": LINE, "amountFen": "80000000"}]);
        let request = |no: &str| {
            json!({
                "paymentId": no, "contractId": CONTRACT, "termNo": "1", "amountFen": "80000000",
                "payee": BING_CODE, "payeeAccountRef": ACCOUNT, "budgetParts": parts,
            })
        };
        let refused = s
            .refused(BUYER, "2023-12-01", "PaymentRequested", request("PY-1"))
            .await;
        gate(&refused, "E025_PAY_BEFORE_ACCEPTANCE", &[]);
        let acceptance = json!({
            "acceptanceId": "AC-1", "contractId": CONTRACT, "stageNo": 1, "isFinal": true,
            "result": "ACCEPTANCE_RESULT_PASSED", "acceptedFen": "80000000",
        });
        s.tell(BUYER, "2023-12-20", "AcceptanceConcluded", acceptance)
            .await;
        s.tell(BUYER, "2023-12-20", "PaymentRequested", request("PY-1"))
            .await;
        let decision = json!({"paymentId": "PY-1", "contractId": CONTRACT});
        s.tell(TREASURY, "2023-12-21", "PaymentAccepted", decision)
            .await;
        let paid = json!({
            "paymentId": "PY-1", "contractId": CONTRACT, "amountFen": "80000000",
            "budgetParts": parts,
        });
        s.tell(TREASURY, "2023-12-21", "PaymentExecuted", paid)
            .await;
        let late = "late 21/15, due 2023-11-30";
        let rules = [
            ("HY-06-PAY-30D", late),
            ("HY-06-PAY-AGREED", ""),
            ("CN-SME-PAY-30D", ""),
            ("HY-06-PAYTERM-60D", ""),
        ];
        s.says("2024-01-31", &rules).await;
        // On an earlier day it was not paid at all, and the day before that nothing was due.
        let overdue = [("HY-06-PAY-30D", "overdue 20/14, due 2023-11-30")];
        s.says("2023-12-20", &overdue).await;
        let pending = [("HY-06-PAY-30D", "pending, due 2023-11-30")];
        s.says("2023-11-29", &pending).await;
        let found = s
            .finds(
                "2024-01-31",
                &RULES,
                &["HY-06-PAY-30D major rectified 2023-11-30 late 21/15"],
            )
            .await;
        assert_eq!(interest(&found), [], "the supplier is large");
        s.measures("2024-01-31", &[("M-06", 0, 1, 0), ("M-06I", 0, 1, 0)])
            .await;
    });
}
