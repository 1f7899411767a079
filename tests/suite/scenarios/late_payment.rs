//! S2b: no acceptance in time. A final payment asked for before acceptance is refused; late ones
//! are taken, since a late payment is a fact.

use serde_json::json;

use super::{open_tender::contract, story::*};
use crate::{facts::*, harness::run};

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
    });
}
