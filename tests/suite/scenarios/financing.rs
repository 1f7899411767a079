//! S9: financing with a locked account.

use serde_json::json;

use super::{
    open_tender::{contract, pay},
    story::*,
};
use crate::{facts::*, harness::run};

fn loan(id: &str, amount: &str) -> serde_json::Value {
    json!({
        "financingId": id, "contractId": CONTRACT, "bank": BANK_CODE, "amountFen": amount,
    })
}

fn approval(id: &str, amount: &str) -> serde_json::Value {
    json!({
        "financingId": id, "contractId": CONTRACT, "amountFen": amount, "annualRateBp": 385,
        "termDays": 180,
    })
}

#[test]
fn loans_stay_within_the_receivable_and_payments_go_to_the_locked_account() {
    run(async {
        let mut s = Story::begin(PROJECT).await;
        s.budget_line(LINE, "2024-01-16", 150_000_000).await;
        s.plan(
            LINE,
            "2024-06-03",
            "PROCUREMENT_METHOD_OPEN_TENDER",
            150_000_000,
        )
        .await;
        s.award("2024-08-12", SUPPLIER, 150_000_000).await;
        let mut signed = contract(
            "150000000",
            &[
                json!({"termNo": "1", "kind": "TERM_KIND_ADVANCE", "amountFen": "45000000",
                   "trigger": "TERM_TRIGGER_SIGNED"}),
                json!({"termNo": "2", "kind": "TERM_KIND_FINAL", "amountFen": "105000000",
                   "trigger": "TERM_TRIGGER_ACCEPTED", "acceptanceIsCondition": true}),
            ],
        );
        signed["startOn"] = "2024-08-20".into();
        s.tell(BUYER, "2024-08-20", "ContractSigned", signed).await;
        pay(
            &mut s,
            "PY-1",
            "1",
            "45000000",
            ["2024-08-30", "2024-09-02", "2024-09-02"],
        )
        .await;
        // A bank that may not see the contract may not be asked.
        let refused = s
            .refused(JIA, "2024-09-04", "FinancingApplied", loan("FN-0", "1"))
            .await;
        refused.is(tonic::Code::PermissionDenied, "E021_SEALED", &[]);
        let consent = json!({
            "consentId": "CS-1", "contractId": CONTRACT, "banks": [BANK_CODE],
            "validTo": "2024-12-31",
        });
        s.tell(JIA, "2024-09-05", "FinancingConsentGiven", consent)
            .await;
        s.tell(
            JIA,
            "2024-09-10",
            "FinancingApplied",
            loan("FN-1", "80000000"),
        )
        .await;
        let asked = json!({"contractId": CONTRACT, "confirmationId": "CF-1"});
        s.tell(JIA, "2024-09-10", "ConfirmationRequested", asked)
            .await;
        s.tell(
            LENDER,
            "2024-09-12",
            "FinancingApproved",
            approval("FN-1", "80000000"),
        )
        .await;
        let lock = json!({
            "financingId": "FN-1", "contractId": CONTRACT, "accountRef": "ACC-PLEDGED",
            "bank": BANK_CODE,
        });
        s.tell(LENDER, "2024-09-12", "PayeeAccountLocked", lock)
            .await;
        s.tell(
            JIA,
            "2024-09-13",
            "FinancingApplied",
            loan("FN-2", "30000000"),
        )
        .await;
        let over = approval("FN-2", "30000000");
        let refused = s
            .refused(LENDER, "2024-09-14", "FinancingApproved", over)
            .await;
        gate(
            &refused,
            "E018_FINANCING_OVER_RECEIVABLE",
            &[("receivable_fen", "105000000")],
        );
        s.tell(
            LENDER,
            "2024-09-14",
            "FinancingApproved",
            approval("FN-2", "25000000"),
        )
        .await;
        let paid_out = json!({
            "financingId": "FN-1", "contractId": CONTRACT, "amountFen": "80000000",
        });
        s.tell(LENDER, "2024-09-18", "FinancingDisbursed", paid_out)
            .await;
        let confirmed = json!({
            "contractId": CONTRACT, "confirmationId": "CF-1", "receivableFen": "105000000",
        });
        s.tell(BUYER, "2024-10-15", "ContractConfirmed", confirmed)
            .await;
        let acceptance = json!({
            "acceptanceId": "AC-1", "contractId": CONTRACT, "stageNo": 1, "isFinal": true,
            "result": "ACCEPTANCE_RESULT_PASSED", "acceptedFen": "150000000",
        });
        let delivery = json!({"contractId": CONTRACT, "deliveryNo": "D-1", "stageNo": null});
        s.tell(BUYER, "2024-10-20", "GoodsDelivered", delivery)
            .await;
        s.tell(BUYER, "2024-10-25", "AcceptanceConcluded", acceptance)
            .await;
        let request = |account: &str| {
            json!({
                "paymentId": "PY-2", "contractId": CONTRACT, "termNo": "2",
                "amountFen": "105000000", "payee": SUPPLIER, "payeeAccountRef": account,
                "budgetParts": [{"budgetLineId": LINE, "amountFen": "105000000"}],
            })
        };
        let old = request(ACCOUNT);
        let refused = s
            .refused(BUYER, "2024-11-01", "PaymentRequested", old)
            .await;
        gate(&refused, "E017_PAYEE_MISMATCH", &[]);
        s.tell(
            BUYER,
            "2024-11-01",
            "PaymentRequested",
            request("ACC-PLEDGED"),
        )
        .await;
        let late = "late 5/4, due 2024-10-10";
        let rules = [("CN-SME-CONFIRM-30D", late), ("HY-09-CONFIRM-30D", late)];
        s.says("2024-11-01", &rules).await;
        // One fact that both rules ask for: the national finding stands and names the city's.
        let found = s
            .finds(
                "2024-11-01",
                &["CN-SME-CONFIRM-30D", "HY-09-CONFIRM-30D", "HY-09-FORCED"],
                &["CN-SME-CONFIRM-30D major rectified 2024-10-10 late 5/4"],
            )
            .await;
        let finding = found[0].finding.as_ref().expect("a finding");
        assert_eq!(finding.alias_rule_ids, ["HY-09-CONFIRM-30D"]);
        // The second loan is approved and not disbursed.
        s.measures(
            "2024-11-01",
            &[("M-09N", 1, 1, 1), ("M-09A", 80_000_000, 1, 80_000_000)],
        )
        .await;
        s.measures("2024-09-17", &[("M-09A", 0, 1, 0)]).await;
    });
}

#[test]
fn a_last_day_in_the_holidays_moves_to_the_working_day_after_them() {
    run(async {
        let mut s = Story::begin(PROJECT).await;
        s.budget_line(LINE, "2024-01-16", 10_000_000).await;
        s.plan(
            LINE,
            "2024-06-03",
            "PROCUREMENT_METHOD_OPEN_TENDER",
            10_000_000,
        )
        .await;
        s.award("2024-08-12", SUPPLIER, 10_000_000).await;
        let mut signed = contract(
            "10000000",
            &[json!({
                "termNo": "1", "kind": "TERM_KIND_FINAL", "amountFen": "10000000",
                "trigger": "TERM_TRIGGER_ACCEPTED", "acceptanceIsCondition": true,
            })],
        );
        signed["startOn"] = "2024-08-20".into();
        s.tell(BUYER, "2024-08-20", "ContractSigned", signed).await;
        let delivery = json!({"contractId": CONTRACT, "deliveryNo": "D-1", "stageNo": null});
        s.tell(BUYER, "2024-09-02", "GoodsDelivered", delivery)
            .await;
        let acceptance = json!({
            "acceptanceId": "AC-1", "contractId": CONTRACT, "stageNo": 1, "isFinal": true,
            "result": "ACCEPTANCE_RESULT_PASSED", "acceptedFen": "10000000",
        });
        s.tell(BUYER, "2024-09-02", "AcceptanceConcluded", acceptance)
            .await;
        // Thirty days end on 2 October; the holidays last until the 7th.
        let pending = "pending, due 2024-10-08";
        let rules = [("HY-06-PAY-30D", pending), ("CN-SME-PAY-30D", pending)];
        s.says("2024-10-07", &rules).await;
        let overdue = [("HY-06-PAY-30D", "overdue, due 2024-10-08")];
        s.says("2024-10-08", &overdue).await;
    });
}
