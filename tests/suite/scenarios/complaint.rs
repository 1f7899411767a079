//! S4: challenge, complaint and correction pause. Late acts are taken; what the law does not allow
//! to be accepted is refused.

use bihuan::events::v1;
use serde_json::json;

use super::{
    open_tender::{clean_open_tender, publish, result},
    story::*,
};
use crate::{facts::*, harness::run, law::law};

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
    // One working day: its period ends on 11 April.
    let mut notice = result("90000000");
    for name in ["from", "to"] {
        notice[name] = serde_json::Value::Null;
    }
    publish(&mut s, "2023-04-10", "NO-1", "AWARD_RESULT", notice).await;
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

/// The rules that S4 names, or whose days it states.
const RULES: [&str; 12] = [
    "GPL-52-CHAL-7WD",
    "HY-14-REPLY-7WD",
    "HY-14-REFUSE",
    "HY-14-NOTIFY",
    "HY-14-COMPLAINT-15WD",
    "HY-14-REVIEW-5WD",
    "MOF94-CORR-5WD",
    "MOF94-COPY-8WD",
    "MOF94-RESP-5WD",
    "GPL-57-SUSP-30D",
    "HY-14-DECIDE-30WD",
    "MOF135-DEC-5WD",
];

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
        let notice = json!({
            "complaintId": "CP-1", "complaintDecision": {"text": "投诉处理决定公告"},
            "from": null, "to": null, "noticeId": "NO-2",
            "noticeType": "NOTICE_TYPE_COMPLAINT_DECISION", "projectId": null, "lotNos": [],
            "contractId": null, "contract": null,
        });
        let site = Who("CCGP_HY", CITY, FINANCE.2);
        s.tell(site, "2023-07-20", "NoticePublished", notice).await;
        let rules = [
            ("GPL-52-CHAL-7WD", "met, due 2023-04-20"),
            ("HY-14-REPLY-7WD", "late 7/2, due 2023-04-28"),
            ("HY-14-COMPLAINT-15WD", "met, due 2023-05-23"),
            ("HY-14-REVIEW-5WD", "met, due 2023-05-29"),
            ("MOF94-CORR-5WD", "met, due 2023-05-29"),
            ("MOF94-COPY-8WD", "met, due 2023-06-08"),
            ("MOF94-RESP-5WD", "met, due 2023-06-12"),
            ("GPL-57-SUSP-30D", "met, due 2023-07-05"),
            ("HY-14-DECIDE-30WD", "late 1/1, due 2023-07-11"),
            ("MOF135-DEC-5WD", "late 1/1, due 2023-07-19"),
        ];
        s.says("2023-07-31", &rules).await;
        // Before the pause began the days were others, in it the clock stands still.
        let unpaused = [
            ("MOF94-COPY-8WD", "pending, due 2023-06-01"),
            ("HY-14-DECIDE-30WD", "pending, due 2023-07-04"),
        ];
        s.says("2023-05-25", &unpaused).await;
        let judged = s.says("2023-05-31", &[]).await;
        let mut decisions = judged.obligations.iter();
        let decision = decisions.find(|of| of.rule_id == "HY-14-DECIDE-30WD");
        assert_eq!(
            decision.map(v1::Obligation::status),
            Some(v1::ObligationStatus::Paused)
        );
        s.finds(
            "2023-07-31",
            &RULES,
            &[
                "HY-14-REPLY-7WD major rectified 2023-04-28 late 7/2",
                "HY-14-DECIDE-30WD critical rectified 2023-07-11 late 1/1",
                "MOF135-DEC-5WD minor rectified 2023-07-19 late 1/1",
            ],
        )
        .await;
        s.measures("2023-07-31", &[("M-14R", 0, 1, 0), ("M-14D", 0, 1, 0)])
            .await;
        // On the day before it was due no decision counts, on that day a missing one does.
        let mut asked = s.measured_on("2023-07-10");
        asked.metric_ids = vec!["M-14D".into()];
        let told = law(&s.town.server).await.get_metrics(asked).await;
        assert_eq!(told.expect("metrics").into_inner().metrics[0].values, []);
        s.measures("2023-07-11", &[("M-14D", 0, 1, 0)]).await;
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
