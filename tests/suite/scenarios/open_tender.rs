//! S1: a clean open tender across National Day.

use serde_json::json;

use super::story::*;
use crate::{facts::*, harness::run};

const AWARD: &str = "286000000";
const HALF: &str = "143000000";

/// Tells S1 whole.
pub async fn clean_open_tender() -> Story {
    let mut s = Story::begin(PROJECT).await;
    s.budget_line(LINE, "2023-01-16", 300_000_000).await;
    let intention = json!({
        "intentionId": "IN-1", "unit": UNIT, "budgetFen": "300000000", "expectedMonth": "2023-09",
    });
    s.tell(BUYER, "2023-07-10", "IntentionPublished", intention)
        .await;
    let requirement = json!({
        "requirementId": "RQ-1", "version": 1, "surveyId": "SV-1", "traits": [],
    });
    s.tell(
        BUYER,
        "2023-07-20",
        "RequirementDefined",
        without(&requirement, "surveyId"),
    )
    .await;
    let review = json!({
        "requirementId": "RQ-1", "reviewId": "RV-1", "version": 1,
        "kind": "REQUIREMENT_REVIEW_KIND_GENERAL", "passed": true,
    });
    s.tell(BUYER, "2023-07-25", "RequirementReviewed", review)
        .await;
    let plan = json!({
        "planId": "PL-1", "intentionIds": ["IN-1"], "unit": UNIT, "agency": null,
        "budgetParts": [{"budgetLineId": LINE, "amountFen": "300000000"}],
        "method": "PROCUREMENT_METHOD_OPEN_TENDER", "amountFen": "300000000",
        "lots": [{"lotNo": "01", "name": "全部", "amountFen": "300000000"}],
    });
    s.tell(BUYER, "2023-08-08", "PlanFiled", plan).await;
    let document = json!({
        "docId": "DOC-1", "lotNos": ["01"], "docFrom": "2023-08-14", "docTo": "2023-08-21",
        "bidDeadline": "2023-09-05T09:00:00+08:00", "budgetFen": "300000000",
        "ceilingFen": "300000000", "bidBondFen": "0",
    });
    s.tell(BUYER, "2023-08-14", "ProcurementDocumentIssued", document)
        .await;
    for (bid_no, at, supplier) in [
        ("B-1", "2023-09-04T15:00", SUPPLIER),
        ("B-2", "2023-09-04T16:00", YI_CODE),
        ("B-3", "2023-09-05T08:30", BING_CODE),
    ] {
        let _ = supplier;
        let bid = json!({"lotNo": "01", "bidNo": bid_no});
        s.tell(PLATFORM, at, "BidReceived", bid).await;
    }
    let opening = json!({"lotNo": "01", "bidders": [
        {"bidNo": "B-1", "supplier": SUPPLIER, "priceFen": AWARD},
        {"bidNo": "B-2", "supplier": YI_CODE, "priceFen": "290000000"},
        {"bidNo": "B-3", "supplier": BING_CODE, "priceFen": "295000000"},
    ]});
    s.tell(PLATFORM, "2023-09-05T09:00", "BidsOpened", opening)
        .await;
    let qualified = json!({"lotNo": "01", "results": [
        {"supplier": SUPPLIER, "passed": true},
        {"supplier": YI_CODE, "passed": true},
        {"supplier": BING_CODE, "passed": true},
    ]});
    s.tell(BUYER, "2023-09-05", "QualificationReviewed", qualified)
        .await;
    let ranking = json!({"lotNo": "01", "ranking": [
        {"rank": 1, "supplier": SUPPLIER, "bidPriceFen": AWARD, "totalScoreX100": "9500",
         "valid": true},
        {"rank": 2, "supplier": YI_CODE, "bidPriceFen": "290000000", "totalScoreX100": "9100",
         "valid": true},
        {"rank": 3, "supplier": BING_CODE, "bidPriceFen": "295000000", "totalScoreX100": "8800",
         "valid": true},
    ]});
    s.tell(PLATFORM, "2023-09-05T17:00", "EvaluationConcluded", ranking)
        .await;
    let lot = json!({"lotNo": "01"});
    s.tell(BUYER, "2023-09-06", "EvaluationReportDelivered", lot)
        .await;
    let winner = json!({
        "lotNo": "01", "supplier": SUPPLIER, "awardFen": AWARD, "deemed": false,
    });
    s.tell(BUYER, "2023-09-11", "WinnerDetermined", winner)
        .await;
    let notice = json!({"lotNo": "01", "supplier": SUPPLIER, "awardFen": AWARD});
    s.tell(BUYER, "2023-09-12", "AwardNoticeIssued", notice)
        .await;
    publish(&mut s, "2023-09-12", "NO-1", "AWARD_RESULT", result(AWARD)).await;
    let contract = contract(
        AWARD,
        &[
            json!({"termNo": "1", "kind": "TERM_KIND_ADVANCE", "amountFen": HALF,
               "trigger": "TERM_TRIGGER_SIGNED"}),
            json!({"termNo": "2", "kind": "TERM_KIND_FINAL", "amountFen": HALF,
               "trigger": "TERM_TRIGGER_ACCEPTED", "acceptanceIsCondition": true}),
        ],
    );
    s.tell(BUYER, "2023-09-26", "ContractSigned", contract)
        .await;
    let text = json!({"contractId": CONTRACT, "contract": {"text": "合同公告"}});
    publish(&mut s, "2023-09-27", "NO-2", "CONTRACT", text).await;
    let filing = json!({"contractId": CONTRACT, "filingNo": "F-1"});
    s.tell(BUYER, "2023-09-28", "ContractFiled", filing).await;
    pay(&mut s, "PY-1", "1", HALF, ["2023-10-09"; 3]).await;
    let delivery = json!({"contractId": CONTRACT, "deliveryNo": "D-1", "stageNo": null});
    s.tell(BUYER, "2023-10-20", "GoodsDelivered", delivery)
        .await;
    let acceptance = json!({
        "acceptanceId": "AC-1", "contractId": CONTRACT, "stageNo": 1, "isFinal": true,
        "result": "ACCEPTANCE_RESULT_PASSED", "acceptedFen": AWARD,
    });
    s.tell(BUYER, "2023-11-03", "AcceptanceConcluded", acceptance)
        .await;
    let invoice = json!({"contractId": CONTRACT, "invoiceNo": "I-1", "amountFen": AWARD});
    s.tell(BUYER, "2023-11-06", "InvoiceReceived", invoice)
        .await;
    let upload = json!({"acceptanceId": "AC-1", "contractId": CONTRACT});
    let supervision = Who("HY_SUPERVISION", UNIT, BUYER.2);
    s.tell(
        supervision,
        "2023-11-08",
        "AcceptanceMaterialUploaded",
        upload,
    )
    .await;
    let text = json!({"acceptanceId": "AC-1", "acceptanceResult": {"text": "验收公告"}});
    publish(&mut s, "2023-11-09", "NO-3", "ACCEPTANCE_RESULT", text).await;
    let credit = json!({
        "evaluationId": "CE-1", "contractId": CONTRACT, "subject": SUPPLIER,
        "subjectKind": "CREDIT_SUBJECT_KIND_SUPPLIER", "evaluator": UNIT,
    });
    s.tell(BUYER, "2023-11-17", "CreditEvaluated", credit).await;
    pay(&mut s, "PY-2", "2", HALF, ["2023-11-20"; 3]).await;
    let contract = json!({"contractId": CONTRACT});
    s.tell(BUYER, "2023-11-20", "ContractCompleted", contract)
        .await;
    s
}

fn without(fields: &serde_json::Value, name: &str) -> serde_json::Value {
    let mut fields = fields.clone();
    fields.as_object_mut().expect("an object").remove(name);
    fields
}

/// The content of a notice of the result.
pub fn result(award: &str) -> serde_json::Value {
    json!({"lotNos": ["01"], "awardResult": {
        "purchaser": UNIT, "projectNo": "HY-2023-1", "winner": SUPPLIER,
        "winnerAddress": "虚构路1号", "awardFen": award, "items": ["服务器"],
        "expertNames": ["甲", "乙"], "noticePeriodWd": 1,
        "topCandidates": [
            {"rank": 1, "name": "供应商甲", "priceFen": award, "scoreX100": "9500"},
            {"rank": 2, "name": "供应商乙", "priceFen": "290000000", "scoreX100": "9100"},
            {"rank": 3, "name": "供应商丙", "priceFen": "295000000", "scoreX100": "8800"},
        ],
    }})
}

/// A notice of a type with its content.
pub async fn publish(
    s: &mut Story,
    day: &str,
    notice_id: &str,
    notice_type: &str,
    fields: serde_json::Value,
) {
    let mut whole = json!({
        "noticeId": notice_id, "noticeType": format!("NOTICE_TYPE_{notice_type}"),
        "projectId": null, "lotNos": [], "contractId": null, "contract": null,
    });
    for (name, value) in fields.as_object().expect("fields") {
        whole[name] = value.clone();
    }
    let site = Who("CCGP_HY", BUYER.1, BUYER.2);
    s.tell(site, day, "NoticePublished", whole).await;
}

/// The contract of the scenarios.
pub fn contract(amount: &str, terms: &[serde_json::Value]) -> serde_json::Value {
    json!({
        "contractId": CONTRACT, "lotNo": "01", "buyer": UNIT, "supplier": SUPPLIER,
        "supplierSize": "ENTERPRISE_SIZE_SMALL", "amountFen": amount,
        "pricing": "PRICING_FIXED_TOTAL", "terms": terms, "payeeAccountRef": ACCOUNT,
        "startOn": "2023-09-26", "endOn": "2024-12-31", "lateInterestBpYear": null,
    })
}

/// A payment to the supplier 甲, asked for, agreed to and made.
pub async fn pay(s: &mut Story, no: &str, term: &str, amount: &str, days: [&str; 3]) {
    pay_to(s, (SUPPLIER, LINE), (no, term, amount), days).await;
}

/// A payment from a budget line to a supplier, asked for, agreed to and made.
pub async fn pay_to(
    s: &mut Story,
    (payee, line): (&str, &str),
    (no, term, amount): (&str, &str, &str),
    days: [&str; 3],
) {
    let parts = json!([{"budgetLineId": line, "amountFen": amount}]);
    let request = json!({
        "paymentId": no, "contractId": CONTRACT, "termNo": term, "amountFen": amount,
        "payee": payee, "payeeAccountRef": ACCOUNT, "budgetParts": parts,
    });
    s.tell(BUYER, days[0], "PaymentRequested", request).await;
    let decision = json!({"paymentId": no, "contractId": CONTRACT});
    s.tell(TREASURY, days[1], "PaymentAccepted", decision).await;
    let payment = json!({
        "paymentId": no, "contractId": CONTRACT, "amountFen": amount, "budgetParts": parts,
    });
    s.tell(TREASURY, days[2], "PaymentExecuted", payment).await;
}

/// The rules that S1 names, or whose days or figures it states.
const RULES: [&str; 25] = [
    "MOF10-INTENT-30D",
    "R22-11-SURVEY",
    "GPLR-29-PLAN",
    "GPLR-31-DOC-5WD",
    "GPL-35-BID-20D",
    "GPLR-43-REPORT-2WD",
    "GPLR-43-AWARD-5WD",
    "GPLR-43-NOTICE-2WD",
    "GPLR-43-CONTENT",
    "HY-01-UNQ-REASON",
    "HY-01-TOP3",
    "GPL-46-SIGN-30D",
    "GPL-46-AMT-DIFF",
    "GPLR-50-CPUB-2WD",
    "GPL-47-FILE-7WD",
    "HY-05-PREPAY-30",
    "HY-05-PREPAY-SME-50",
    "HY-06-PAY-30D",
    "CN-SME-PAY-30D",
    "MOF243-04-PAY-10WD",
    "HY-03-DISC",
    "HY-03-ACC-UPLOAD-5WD",
    "HY-03-ACC-PUB-5WD",
    "HY-08-CREDIT-10WD",
    "HY-08-LOOP-GAP",
];

#[test]
fn a_clean_open_tender_is_taken_act_by_act() {
    run(async {
        let mut s = clean_open_tender().await;
        // What is done is done: nothing more can be paid, and the contract is complete.
        let parts = json!([{"budgetLineId": LINE, "amountFen": "1"}]);
        let more = json!({
            "paymentId": "PY-3", "contractId": CONTRACT, "termNo": "2", "amountFen": "1",
            "payee": SUPPLIER, "payeeAccountRef": ACCOUNT, "budgetParts": parts,
        });
        let refused = s
            .refused(BUYER, "2023-11-21", "PaymentRequested", more)
            .await;
        gate(&refused, "E002_ILLEGAL_TRANSITION", &[]);
        let judged = s
            .says(
                "2023-12-29",
                &[
                    ("GPLR-43-REPORT-2WD", "met, due 2023-09-07"),
                    ("GPLR-43-AWARD-5WD", "met, due 2023-09-13"),
                    ("GPLR-43-NOTICE-2WD", "met, due 2023-09-13"),
                    ("MOF10-INTENT-30D", "kept"),
                    ("GPLR-31-DOC-5WD", "kept"),
                    ("GPL-35-BID-20D", "kept"),
                    ("GPL-46-SIGN-30D", "met, due 2023-10-12"),
                    ("GPLR-50-CPUB-2WD", "met, due 2023-09-28"),
                    ("GPL-47-FILE-7WD", "met, due 2023-10-11"),
                    ("HY-03-ACC-UPLOAD-5WD", "met, due 2023-11-10"),
                    ("HY-03-ACC-PUB-5WD", "met, due 2023-11-10"),
                    ("HY-06-PAY-30D", "met, due 2023-10-26; met, due 2023-12-04"),
                    ("CN-SME-PAY-30D", "met, due 2023-10-26; met, due 2023-12-04"),
                    ("MOF243-04-PAY-10WD", ""),
                ],
            )
            .await;
        assert_eq!(breaches(&judged), [], "{:#?}", judged.findings);
        s.finds("2023-12-29", &RULES, &[]).await;
        s.measures(
            "2023-12-29",
            &[
                ("M-01", 1, 1, 10_000),
                ("M-03A", 1, 1, 10_000),
                // The prepayment and the final payment.
                ("M-06", 2, 2, 10_000),
                ("M-08", 1, 1, 10_000),
                ("M-08S", 7, 7, 10_000),
                // Days in hundredths: from plan to contract; from intention to plan, to award, to
                // contract, to acceptance, to payment.
                ("M-12E", 49, 1, 4_900),
                ("D-IP", 29, 1, 2_900),
                ("D-PA", 34, 1, 3_400),
                ("D-AC", 15, 1, 1_500),
                ("D-CA", 38, 1, 3_800),
                ("D-AP", 17, 1, 1_700),
                // One working day from the decision to the notice.
                ("M-01T", 1, 1, 100),
                ("SAVE-B", 14_000_000, 300_000_000, 466),
            ],
        )
        .await;
    });
}
