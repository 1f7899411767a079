//! The pack, and how it is refused.

use crate::supervision::indicators::{
    catalogue::{self, Catalogue},
    document, known,
};

/// The beginning of a pack.
const HEAD: &str = "pack = \"p\"\nversion = \"1\"\nzh = \"包\"\nen = \"Pack\"\n";
/// An indicator without the fields that only some have; it begins in line 5.
const BODY: &str = "[[indicator]]\nid = \"R035\"\nzh = \"甲\"\nen = \"A\"\nfails_zh = \"乙\"\n\
                    fails_en = \"B\"\nsource = \"S\"\nconfidence = \"D\"\nfields = \"F\"\n";
/// Its threshold.
const ENOUGH: &str = "threshold = [{ name = \"disqualified_min\", value = 2, unit = \"count\" }]\n";

fn refused(text: &str) -> (usize, String) {
    let error = Catalogue::read(text).expect_err("a refusal");
    (error.line, error.message)
}

#[test]
fn ours_holds_every_indicator_that_the_code_knows() {
    let ours = catalogue::ours();
    let ids: Vec<&str> = ours
        .indicators
        .iter()
        .map(|indicator| indicator.id.as_str())
        .collect();
    let known: Vec<&str> = known::ALL.iter().map(|known| known.id).collect();
    assert_eq!(ids, known);
    assert_eq!(ours.digest.len(), 64);
    let days = &ours.by_id("R003").expect("an indicator").days_by_method;
    assert_eq!((days["OPEN_TENDER"], days["CONSULTATION"]), (20, 10));
}

#[test]
fn a_whole_pack_is_read() {
    let text = format!("{HEAD}{BODY}{ENOUGH}");
    let pack = Catalogue::read(&text).expect("a pack");
    assert_eq!(pack.indicators[0].threshold("disqualified_min"), 2);
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    let with = |more: &str| format!("{HEAD}{BODY}{more}");
    let cases = [
        (with(""), 6, "R035 lacks the threshold disqualified_min"),
        (
            with(&ENOUGH.replace("count", "days")),
            14,
            "disqualified_min is in count",
        ),
        (
            with(&ENOUGH.replace('2', "-1")),
            14,
            "-1 is no threshold in count",
        ),
        (
            with(&ENOUGH.replace("disqualified_min", "bids_min")),
            14,
            "R035 has no threshold \"bids_min\"",
        ),
        (
            with(&format!("{ENOUGH}methods = [\"open\"]\n")),
            15,
            "R035 has no methods",
        ),
        (
            with(&format!("{ENOUGH}days_by_method = {{ open = 1 }}\n")),
            15,
            "R035 has no days_by_method",
        ),
        (
            with(&format!("{ENOUGH}{BODY}{ENOUGH}")),
            16,
            "R035 stands twice",
        ),
    ];
    for (text, line, message) in cases {
        assert_eq!(refused(&text), (line, message.to_owned()), "{text}");
    }
    let no_indicator = with(ENOUGH).replace("R035", "R099");
    assert_eq!(
        refused(&no_indicator),
        (6, "\"R099\" is no indicator".to_owned())
    );
    let no_mark = with(ENOUGH).replace("\"D\"", "\"sure\"");
    let message = "\"sure\" is no mark of confidence: C, C2, K or D".to_owned();
    assert_eq!(refused(&no_mark), (12, message));
    let (line, message) = refused(&with(&format!("{ENOUGH}colour = \"red\"\n")));
    assert_eq!(line, 15);
    assert!(message.contains("unknown field `colour`"), "{message}");
    let (line, _) = refused(&with("threshold = 3\n"));
    assert_eq!(line, 14);
    let lacks = with("").replace("R035", "R018");
    assert_eq!(refused(&lacks), (6, "R018 has methods".to_owned()));
}

#[test]
fn the_document_has_every_indicator_and_table() {
    let text = document();
    for indicator in &catalogue::ours().indicators {
        let row = format!(
            "| `{}` | {}<br>{} |",
            indicator.id, indicator.zh, indicator.en
        );
        assert!(text.contains(&row), "{row}");
    }
    for table in crate::supervision::indicators::tables::TABLES {
        assert!(
            text.contains(&format!("### `{}`", table.name)),
            "{}",
            table.name
        );
    }
    assert!(text.contains("days_min = 15 days; CONSULTATION = 10 days"));
}
