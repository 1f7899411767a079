//! Packs that a regulator adopts: what they change, from which day on, as of which moment, and what
//! cannot be adopted.

use bihuan::{domain::registry::rule_pack::digest_of, rules::pack::OURS};
use serde_json::{Value, json};
use tonic::Code;

use super::*;
use crate::{
    facts::*,
    scenarios::{open_tender::clean_open_tender, story::*},
};

/// The rule whose days these tests change: five working days in ours.
pub const UPLOAD: &str = "HY-03-ACC-UPLOAD-5WD";
/// The stream of packs.
const STREAM: &str = "system/00/rules";

/// Our city's pack in another version, with so many days to upload.
pub fn city(version: &str, days: u32) -> String {
    let text = OURS[0]
        .1
        .replacen("version = \"1\"", &format!("version = {version:?}"), 1);
    let (before, rule) = text
        .split_once(&format!("id = {UPLOAD:?}"))
        .expect("the rule is there");
    let rule = rule.replacen("length = 5", &format!("length = {days}"), 1);
    format!("{before}id = {UPLOAD:?}{rule}")
}

/// What is to be adopted, effective from a day.
pub fn adopted(content: &str, version: &str, effective_from: &str) -> Value {
    json!({
        "packId": "hengyang-2023", "version": version, "digest": digest_of(content),
        "content": content, "effectiveFrom": effective_from,
    })
}

/// Adopts a version of the city's pack on a day.
pub async fn adopt(s: &mut Story, (version, days): (&str, u32), effective_from: &str, on: &str) {
    let fields = adopted(&city(version, days), version, effective_from);
    s.tell_in(STREAM, FINANCE, on, "RulePackAdopted", fields)
        .await;
}

/// The versions of the rule that are told: version, days to upload, first and last day.
async fn versions(s: &Story, in_force_on: &str) -> Vec<(String, u32, String, String)> {
    let asked = v1::ListRulesRequest {
        rule_id: UPLOAD.into(),
        in_force_on: in_force_on.into(),
        ..v1::ListRulesRequest::default()
    };
    let told = law(&s.town.server).await.list_rules(asked).await;
    let told = told.expect("rules").into_inner().rules.into_iter();
    told.map(|of| {
        (
            of.pack_version,
            of.length,
            of.effective_from,
            of.effective_to,
        )
    })
    .collect()
}

fn version(of: (&str, u32, &str, &str)) -> (String, u32, String, String) {
    (of.0.into(), of.1, of.2.into(), of.3.into())
}

/// As it was known at one o'clock of a day.
fn known_on(day: &str) -> Timestamp {
    Timestamp {
        seconds: noon(day) + 3_600,
        nanos: 0,
    }
}

/// What the rule says of S1 as it was known: the last day of its obligation, and whether a list
/// has a finding of it.
async fn says(s: &Story, known: Option<Timestamp>) -> (String, bool) {
    let mut client = law(&s.town.server).await;
    let asked = v1::GetComplianceRequest {
        as_of_record_time: known,
        ..of_stream(&project_stream(PROJECT))
    };
    let told = client.get_compliance(asked).await.expect("a judgement");
    let mut judged = told.into_inner().obligations.into_iter();
    let obligation = judged.find(|of| of.rule_id == UPLOAD);
    let filter = Some(v1::ComplianceFilter {
        rule_ids: vec![UPLOAD.into()],
        ..v1::ComplianceFilter::default()
    });
    let asked = v1::ListFindingsRequest {
        filter: filter.clone(),
        as_of_record_time: known,
        min_position: s.last(),
        ..findings()
    };
    let listed = client.list_findings(asked).await.expect("a list");
    let found = listed.into_inner().findings;
    let asked = v1::ListObligationsRequest {
        filter,
        as_of_record_time: known,
        min_position: s.last(),
        ..obligations()
    };
    let listed = client.list_obligations(asked).await.expect("a list");
    let mut listed = listed.into_inner().obligations.into_iter();
    let row = listed.next().and_then(|row| row.obligation);
    assert_eq!(row, obligation, "a list tells what the stream tells");
    let due_on = obligation.expect("an obligation").due_on;
    (due_on, !found.is_empty())
}

#[test]
fn an_adopted_version_applies_from_its_day_on() {
    run(async {
        // Accepted on Friday, 3 November, uploaded on Wednesday, the 8th: the third working day.
        let mut s = clean_open_tender().await;
        let ours = version(("1", 5, "2023-01-01", ""));
        assert_eq!(versions(&s, "").await, [ours.clone()]);
        assert_eq!(says(&s, None).await, ("2023-11-10".into(), false));
        // Two working days from the 4th on: this acceptance is not touched.
        adopt(&mut s, ("2", 2), "2023-11-04", "2023-12-01").await;
        assert_eq!(says(&s, None).await, ("2023-11-10".into(), false));
        // From the 3rd on: the material was due on the 7th.
        adopt(&mut s, ("3", 2), "2023-11-03", "2023-12-05").await;
        assert_eq!(says(&s, None).await, ("2023-11-07".into(), true));
        let found = s
            .finds(
                "2023-12-31",
                &[UPLOAD],
                &["HY-03-ACC-UPLOAD-5WD major rectified 2023-11-07 late 1/1"],
            )
            .await;
        let asked = v1::GetFindingRequest {
            finding_id: found[0].finding.clone().expect("a finding").finding_id,
            min_position: s.last(),
            reader: Some(regulator()),
            ..v1::GetFindingRequest::default()
        };
        let told = law(&s.town.server).await.get_finding(asked).await;
        let rule = told.expect("a finding").into_inner().rule;
        let rule = rule.expect("its rule");
        assert_eq!((rule.pack_version.as_str(), rule.length), ("3", 2));
        let cut = version(("1", 5, "2023-01-01", "2023-11-02"));
        let new = version(("3", 2, "2023-11-03", ""));
        assert_eq!(versions(&s, "").await, [cut.clone(), new.clone()]);
        assert_eq!(versions(&s, "2023-11-02").await, [cut]);
        assert_eq!(versions(&s, "2023-11-03").await, [new]);
        // As it was known before each adoption.
        for (known, due_on, is_found) in [
            ("2023-11-30", "2023-11-10", false),
            ("2023-12-01", "2023-11-10", false),
            ("2023-12-05", "2023-11-07", true),
        ] {
            let told = says(&s, Some(known_on(known))).await;
            assert_eq!(told, (due_on.into(), is_found), "known on {known}");
        }
        // The metric follows the rule.
        s.measures("2023-12-31", &[("M-03A", 0, 1, 0)]).await;
        let known = v1::GetMetricsRequest {
            as_of_record_time: Some(known_on("2023-11-30")),
            ..s.measured_on("")
        };
        s.measures_of(known, &[("M-03A", 1, 1, 10_000)]).await;
        // It outlives a restart.
        s.town = s.town.restarted().await;
        assert_eq!(says(&s, None).await, ("2023-11-07".into(), true));
    });
}

#[test]
fn an_adoption_that_is_voided_applies_no_more() {
    run(async {
        let mut s = clean_open_tender().await;
        adopt(&mut s, ("2", 2), "2023-01-01", "2023-12-01").await;
        assert_eq!(says(&s, None).await, ("2023-11-07".into(), true));
        let void = json!({
            "voids": {"sourceSystem": FINANCE.0, "sourceRef": s.last_ref()},
            "touches": [
                {"kind": "ENTITY_KIND_RULE_PACK", "ownerId": "rules", "id": "hengyang-2023"},
            ],
            "reason": "误启用", "authority": "衡财采〔2023〕5号",
        });
        s.tell_in(STREAM, FINANCE, "2023-12-05", "EventVoided", void)
            .await;
        assert_eq!(says(&s, None).await, ("2023-11-10".into(), false));
        let known = says(&s, Some(known_on("2023-12-04"))).await;
        assert_eq!(known, ("2023-11-07".into(), true), "as it was known before");
    });
}

/// A refusal of an adoption in a stream.
async fn refused(s: &mut Story, stream: &str, fields: Value) -> Refused {
    let mut act = s.act(FINANCE, "2023-12-01", "RulePackAdopted", fields);
    act.move_to(stream, "430400");
    let before = s.town.end();
    let refused = s.refused_act(act).await;
    assert_eq!(s.town.end(), before, "nothing is recorded");
    refused
}

#[test]
fn what_is_no_pack_or_stands_in_another_stream_is_not_adopted() {
    run(async {
        let mut s = Story::begin(PROJECT).await;
        let text = city("2", 2);
        let line = |content: &str, word: &str| {
            let at = content.lines().position(|of| of == word);
            at.expect("the line is there") + 1
        };
        let no_length = text.replacen("length = 2\n", "length = \"two\"\n", 1);
        let foreign = format!(
            "{text}\n{}",
            super::site::rule("GPL-47-FILE-7WD", "contract_filed", 7)
        );
        for (content, at) in [
            ("rules: []".to_owned(), 1),
            (no_length.clone(), line(&no_length, "length = \"two\"")),
            // A rule of another pack.
            (foreign.clone(), line(&foreign, "id = \"GPL-47-FILE-7WD\"")),
        ] {
            let fields = adopted(&content, "2", "2024-01-01");
            let told = refused(&mut s, STREAM, fields).await;
            assert_eq!(told.code, Code::InvalidArgument, "{told:?}");
            let path = "events[0].event.payload.rule_pack_adopted.content";
            assert_eq!(told.violations(), [(path.to_owned(), "SHAPE".to_owned())]);
            let message = told.status.message();
            assert!(message.contains(&format!("line {at}: ")), "{at}: {message}");
        }
        // What the event says of it must be so.
        let mut other_version = adopted(&text, "3", "2024-01-01");
        let told = refused(&mut s, STREAM, other_version.clone()).await;
        assert_eq!(told.code, Code::InvalidArgument, "{told:?}");
        other_version["digest"] = "00".repeat(32).into();
        let told = refused(&mut s, STREAM, other_version).await;
        told.is(Code::FailedPrecondition, "E024_SUM_MISMATCH", &[]);
        for stream in ["system/00/more-rules", "system/00/calendar"] {
            let told = refused(&mut s, stream, adopted(&text, "2", "2024-01-01")).await;
            assert_eq!(told.code, Code::InvalidArgument, "{stream}: {told:?}");
            let path = "events[0].event.stream";
            assert_eq!(told.violations(), [(path.to_owned(), "SHAPE".to_owned())]);
        }
        // Only a regulator adopts, and each version once.
        let sound = adopted(&text, "2", "2024-01-01");
        let mut act = s.act(BUYER, "2023-12-01", "RulePackAdopted", sound.clone());
        act.move_to(STREAM, "430400");
        let told = s.refused_act(act).await;
        told.is(Code::PermissionDenied, "E020_FORBIDDEN_ROLE", &[]);
        s.tell_in(
            STREAM,
            FINANCE,
            "2023-12-01",
            "RulePackAdopted",
            sound.clone(),
        )
        .await;
        let again = refused(&mut s, STREAM, sound).await;
        gate(&again, "E002_ILLEGAL_TRANSITION", &[("version", "2")]);
    });
}
