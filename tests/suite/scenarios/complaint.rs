//! S4: challenge, complaint and correction pause. Late acts are taken; what the law does not allow
//! to be accepted is refused.

use serde_json::json;

use super::{open_tender::clean_open_tender, story::*};
use crate::{facts::*, harness::run};

const RESULT: &str = "CHALLENGE_SUBJECT_RESULT";

fn challenge(supplier: &str) -> serde_json::Value {
    json!({
        "challengeId": "CH-1", "lotNo": "01", "supplier": supplier, "subject": RESULT,
        "knewOn": "2023-04-11", "receivedBy": UNIT, "mayAffectResult": true,
        "delegatedScope": false, "dispatchOn": null,
    })
}

async fn challenged() -> Story {
    let mut s = Story::begin(PROJECT).await;
    s.budget_line(LINE, "2023-01-16", 100_000_000).await;
    s.plan(
        LINE,
        "2023-02-08",
        "PROCUREMENT_METHOD_OPEN_TENDER",
        100_000_000,
    )
    .await;
    s.award("2023-04-07", SUPPLIER, 90_000_000).await;
    s.tell(BUYER, "2023-04-20", "ChallengeReceived", challenge(YI_CODE))
        .await;
    let reply = json!({
        "challengeId": "CH-1", "result": "CHALLENGE_RESULT_REJECTED", "notifiedParties": [SUPPLIER],
    });
    s.tell(BUYER, "2023-05-05", "ChallengeReplied", reply).await;
    s
}

fn complaint(id: &str, subjects: &[&str]) -> serde_json::Value {
    json!({
        "complaintId": id, "challengeId": "CH-1", "lotNo": "01", "subjects": subjects,
        "complainant": YI_CODE, "acceptedBy": CITY, "dispatchOn": null,
    })
}

fn reviewed(id: &str, outcome: &str) -> serde_json::Value {
    json!({"complaintId": id, "outcome": format!("COMPLAINT_REVIEW_OUTCOME_{outcome}")})
}

#[test]
fn a_complaint_is_corrected_accepted_decided_late_and_published() {
    run(async {
        let mut s = challenged().await;
        s.tell(
            FINANCE,
            "2023-05-22",
            "ComplaintReceived",
            complaint("CP-1", &[RESULT]),
        )
        .await;
        s.tell(
            FINANCE,
            "2023-05-26",
            "ComplaintReviewed",
            reviewed("CP-1", "CORRECT"),
        )
        .await;
        let correction = json!({"complaintId": "CP-1", "until": "2023-06-05"});
        s.tell(
            FINANCE,
            "2023-05-26",
            "ComplaintCorrectionRequested",
            correction,
        )
        .await;
        let by_complainant = Who("GP_MGMT", YI_CODE, JIA.2);
        let corrected = json!({"complaintId": "CP-1"});
        s.tell(
            by_complainant,
            "2023-06-02",
            "ComplaintCorrected",
            corrected,
        )
        .await;
        s.tell(
            FINANCE,
            "2023-06-02",
            "ComplaintReviewed",
            reviewed("CP-1", "ACCEPT"),
        )
        .await;
        let copies = json!({"complaintId": "CP-1", "recipients": [UNIT]});
        s.tell(FINANCE, "2023-06-05", "ComplaintCopiesSent", copies)
            .await;
        let suspension = json!({"complaintId": "CP-1", "lotNos": ["01"], "until": null});
        s.tell(
            FINANCE,
            "2023-06-05",
            "ComplaintSuspensionOrdered",
            suspension,
        )
        .await;
        // Nothing is signed on a suspended lot.
        let signing = super::open_tender::contract(
            "90000000",
            &[json!({
                "termNo": "1", "kind": "TERM_KIND_FINAL", "amountFen": "90000000",
                "trigger": "TERM_TRIGGER_ACCEPTED", "acceptanceIsCondition": true,
            })],
        );
        let refused = s
            .refused(BUYER, "2023-06-08", "ContractSigned", signing.clone())
            .await;
        gate(&refused, "E002_ILLEGAL_TRANSITION", &[]);
        let answer = json!({"complaintId": "CP-1", "respondent": UNIT});
        s.tell(BUYER, "2023-06-12", "ComplaintResponded", answer)
            .await;
        let lifted = json!({"complaintId": "CP-1", "lotNos": ["01"]});
        s.tell(FINANCE, "2023-07-05", "ComplaintSuspensionLifted", lifted)
            .await;
        let decision = json!({
            "complaintId": "CP-1", "result": "COMPLAINT_RESULT_REJECTED",
            "decisionNo": "衡财采投〔2023〕1号",
        });
        // Another level may not decide.
        let county = s.refused(
            COUNTY_FINANCE,
            "2023-07-12",
            "ComplaintDecided",
            decision.clone(),
        );
        gate(&county.await, "E026_WRONG_JURISDICTION", &[]);
        s.tell(FINANCE, "2023-07-12", "ComplaintDecided", decision)
            .await;
        s.tell(BUYER, "2023-07-13", "ContractSigned", signing).await;
        let rules = [
            ("HY-14-REPLY-7WD", "late 7/2, due 2023-04-28"),
            ("HY-14-COMPLAINT-15WD", "met, due 2023-05-23"),
            ("HY-14-REVIEW-5WD", "met, due 2023-05-29"),
            ("MOF94-COPY-8WD", "met, due 2023-06-08"),
            ("MOF94-RESP-5WD", "met, due 2023-06-12"),
            ("GPL-57-SUSP-30D", "met, due 2023-07-05"),
            ("HY-14-DECIDE-30WD", "late 1/1, due 2023-07-11"),
        ];
        s.says("2023-07-14", &rules).await;
    });
}

#[test]
fn a_complaint_that_the_law_does_not_allow_is_recorded_and_not_accepted() {
    run(async {
        let mut s = challenged().await;
        let wide = complaint("CP-2", &[RESULT, "CHALLENGE_SUBJECT_DOCUMENT"]);
        s.tell(FINANCE, "2023-05-22", "ComplaintReceived", wide)
            .await;
        let refused = s
            .refused(
                FINANCE,
                "2023-05-26",
                "ComplaintReviewed",
                reviewed("CP-2", "ACCEPT"),
            )
            .await;
        gate(&refused, "E002_ILLEGAL_TRANSITION", &[]);
        let not = reviewed("CP-2", "NOT_ACCEPTED");
        s.tell(FINANCE, "2023-05-26", "ComplaintReviewed", not)
            .await;
        // Whichever it names: its complainant challenged nothing.
        let mut alone = complaint("CP-3", &[RESULT]);
        alone["complainant"] = BING_CODE.into();
        s.tell(FINANCE, "2023-05-29", "ComplaintReceived", alone)
            .await;
        let refused = s
            .refused(
                FINANCE,
                "2023-05-30",
                "ComplaintReviewed",
                reviewed("CP-3", "ACCEPT"),
            )
            .await;
        gate(&refused, "E002_ILLEGAL_TRANSITION", &[]);
        let mut unnamed = complaint("CP-4", &[RESULT]);
        unnamed["challengeId"] = serde_json::Value::Null;
        s.tell(FINANCE, "2023-05-29", "ComplaintReceived", unnamed)
            .await;
        let accepted = reviewed("CP-4", "ACCEPT");
        s.tell(FINANCE, "2023-05-30", "ComplaintReviewed", accepted)
            .await;
    });
}

#[test]
fn a_challenge_of_a_finished_project_is_a_fact_like_any_other() {
    run(async {
        let mut s = clean_open_tender().await;
        let mut late = challenge(BING_CODE);
        late["challengeId"] = "CH-9".into();
        s.tell(BUYER, "2023-12-20", "ChallengeReceived", late).await;
    });
}
