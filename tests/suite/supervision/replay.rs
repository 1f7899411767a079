//! What a pack would change, told without recording anything.

use bihuan::{events::v1::replay_rules_response::Told as Heard, rules::pack::OURS};
use tonic::Status;

use super::{
    adoption::{UPLOAD, adopt, city},
    pictures::streams,
    *,
};
use crate::{
    facts::*,
    scenarios::{open_tender::clean_open_tender, story::*},
};

/// What a replay tells at its end, and how far it told to be before.
async fn heard(
    client: &mut Law,
    asked: v1::ReplayRulesRequest,
) -> Result<(v1::ReplayedRules, Vec<v1::ReplayProgress>), Status> {
    let mut messages = client.replay_rules(asked).await?.into_inner();
    let (mut progress, mut replayed) = (Vec::new(), None);
    while let Some(message) = messages.message().await? {
        assert!(replayed.is_none(), "nothing comes after the result");
        match message.told.expect("one of the two") {
            Heard::Progress(of) => progress.push(of),
            Heard::Replayed(of) => replayed = Some(of),
        }
    }
    Ok((replayed.expect("a result"), progress))
}

async fn replayed(s: &Story, asked: v1::ReplayRulesRequest) -> v1::ReplayedRules {
    // The streams are those of the live picture.
    let mut client = law(&s.town.server).await;
    let seen = v1::ListFindingsRequest {
        min_position: s.last(),
        ..findings()
    };
    client.list_findings(seen).await.expect("a list");
    let (replayed, progress) = heard(&mut client, asked).await.expect("a replay");
    let first = progress.first().expect("it is told how far it is");
    assert!(first.streams_done <= first.streams_count);
    assert_eq!(first.streams_count, replayed.streams_count);
    replayed
}

fn days(version: &str, days: u32) -> v1::ReplayRulesRequest {
    v1::ReplayRulesRequest {
        content: city(version, days),
        reader: Some(regulator()),
        ..v1::ReplayRulesRequest::default()
    }
}

/// How many findings appear, vanish and change, by rule.
fn counts(told: &v1::ReplayedRules) -> Vec<(&str, [i64; 3])> {
    let count = |of: &v1::ReplayCount| [of.appear_count, of.vanish_count, of.changed_count];
    let counts = told.counts.iter();
    counts.map(|of| (&*of.rule_id, count(of))).collect()
}

/// The changes: words of a finding as it is and as it would be.
fn changes(told: &v1::ReplayedRules) -> Vec<[String; 2]> {
    let words = |of: &Option<v1::Finding>| of.as_ref().map(finding_words).unwrap_or_default();
    let change = |of: &v1::ReplayedFinding| [words(&of.before), words(&of.after)];
    told.changes.iter().map(change).collect()
}

#[test]
fn a_shorter_deadline_shows_exactly_the_findings_that_appear() {
    run(async {
        // Accepted on Friday, 3 November, uploaded on Wednesday, the 8th.
        let mut s = clean_open_tender().await;
        let end = s.town.end();
        let two = "HY-03-ACC-UPLOAD-5WD major rectified 2023-11-07 late 1/1";
        let one = "HY-03-ACC-UPLOAD-5WD major rectified 2023-11-06 late 2/2";
        let told = replayed(&s, days("2", 2)).await;
        assert_eq!(counts(&told), [(UPLOAD, [1, 0, 0])]);
        assert_eq!(changes(&told), [["", two]]);
        assert_eq!(
            told.changes[0].stream,
            format!("project/4304/{}", s.project)
        );
        assert_eq!(told.reflects_position, s.last());
        assert_eq!(told.on, "2023-11-20");
        assert_eq!(
            told.streams_count as usize,
            streams(&mut s.town).await.len()
        );
        // Three working days are kept, and so is a period that begins later.
        let kept = replayed(&s, days("2", 3)).await;
        assert_eq!((counts(&kept), changes(&kept)), (vec![], vec![]));
        let later = v1::ReplayRulesRequest {
            effective_from: "2023-11-04".into(),
            ..days("2", 2)
        };
        assert_eq!(counts(&replayed(&s, later).await), []);
        let from_it = v1::ReplayRulesRequest {
            effective_from: "2023-11-03".into(),
            ..days("2", 2)
        };
        assert_eq!(changes(&replayed(&s, from_it).await), [["", two]]);
        // Findings of a period: this one is of 7 November.
        for (from, to, count) in [
            ("2023-11-07", "2023-11-07", 1),
            ("2023-11-08", "", 0),
            ("", "2023-11-06", 0),
        ] {
            let asked = v1::ReplayRulesRequest {
                from: from.into(),
                to: to.into(),
                ..days("2", 2)
            };
            let told = replayed(&s, asked).await;
            assert_eq!(told.changes.len(), count, "{from}..{to}");
            assert_eq!(told.counts.len(), count, "{from}..{to}");
        }
        assert_eq!(s.town.end(), end, "nothing is recorded");
        s.finds("2023-12-31", &[UPLOAD], &[]).await;
        // Once it is adopted, a longer period makes it vanish, and a shorter one another.
        adopt(&mut s, ("2", 2), "2023-01-01", "2023-12-01").await;
        let told = replayed(&s, days("3", 5)).await;
        assert_eq!(counts(&told), [(UPLOAD, [0, 1, 0])]);
        assert_eq!(changes(&told), [[two, ""]]);
        let told = replayed(&s, days("3", 1)).await;
        assert_eq!(counts(&told), [(UPLOAD, [0, 0, 1])]);
        assert_eq!(changes(&told), [[two, one]]);
        // What is in force changes nothing.
        let told = replayed(&s, days("3", 2)).await;
        assert_eq!((counts(&told), changes(&told)), (vec![], vec![]));
    });
}

#[test]
fn all_changes_are_counted_and_as_many_told_as_are_asked_for() {
    run(async {
        let s = clean_open_tender().await;
        // A day to upload, and a day to publish what was published on the fourth.
        let text = city("2", 1);
        let publish = "HY-03-ACC-PUB-5WD";
        let (before, rule) = text
            .split_once(&format!("id = {publish:?}"))
            .expect("the rule is there");
        let rule = rule.replacen("length = 5", "length = 1", 1);
        let asked = v1::ReplayRulesRequest {
            content: format!("{before}id = {publish:?}{rule}"),
            changes_max: 1,
            reader: Some(regulator()),
            ..v1::ReplayRulesRequest::default()
        };
        let told = replayed(&s, asked).await;
        assert_eq!(counts(&told), [(publish, [1, 0, 0]), (UPLOAD, [1, 0, 0])]);
        assert_eq!(told.changes.len(), 1);
    });
}

#[test]
fn what_no_single_stream_shows_is_replayed_too() {
    run(async {
        let mut s = Story::begin(PROJECT).await;
        s.budget_line(LINE, "2023-01-16", 300_000_000).await;
        for (project, filed_on, amount_fen) in [
            ("PJ-A", "2023-03-10", 90_000_000),
            ("PJ-B", "2023-06-15", 80_000_000),
            ("PJ-C", "2023-09-20", 60_000_000),
        ] {
            s.project = project.into();
            s.plan(LINE, filed_on, "PROCUREMENT_METHOD_INQUIRY", amount_fen)
                .await;
        }
        // The three together go beyond two million yuan. The rule as of another year, or of another
        // weight, finds it otherwise.
        let rule = "GPLR-28-SPLIT";
        let split = "GPLR-28-SPLIT critical open 2023-09-20";
        let national = OURS.iter().find(|(_, text)| text.contains(rule));
        let (_, text) = national.expect("a pack has it");
        let changed = |from: &str, to: &str| {
            let (before, of) = text.split_once(&format!("id = {rule:?}")).expect("a rule");
            let of = of.replacen(from, to, 1);
            let content = format!("{before}id = {rule:?}{of}");
            v1::ReplayRulesRequest {
                content: content.replacen("version = \"1\"", "version = \"2\"", 1),
                reader: Some(regulator()),
                ..v1::ReplayRulesRequest::default()
            }
        };
        let later = replayed(
            &s,
            changed("from = \"2015-03-01\"", "from = \"2024-01-01\""),
        )
        .await;
        assert_eq!(counts(&later), [(rule, [0, 1, 0])]);
        assert_eq!(changes(&later), [[split, ""]]);
        assert_eq!(later.changes[0].stream, format!("unit/4304/{UNIT}"));
        let lighter = replayed(&s, changed("\"critical\"", "\"major\"")).await;
        assert_eq!(counts(&lighter), [(rule, [0, 0, 1])]);
        let major = "GPLR-28-SPLIT major open 2023-09-20";
        assert_eq!(changes(&lighter), [[split, major]]);
        let same = replayed(&s, changed("", "")).await;
        assert_eq!(counts(&same), []);
    });
}
