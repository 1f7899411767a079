//! Shapes of files that publishers write, and ways in which they are broken; all hand-made.

use std::{fs, io::BufReader, path::Path};

use proptest::prelude::{any, prop_assert, proptest};
use prost::Message as _;

use super::{EXAMPLE, Importer, OcdsIssue, OcdsItem, RELEASE_BYTES_MAX, read_path, read_stream};
use crate::{
    domain::shape::checker,
    events::v1::{Event, OcdsReleaseImported, event_payload::Payload},
};

const A: &str =
    r#"{"ocid":"ocds-213czf-1","id":"a","date":"2016-03-05T10:00:00Z","tag":["tender"]}"#;
const B: &str = r#"{"ocid":"ocds-213czf-1","id":"b","date":"2016-03-06","tag":["award"]}"#;
const C: &str = r#"{"ocid":"ocds-213czf-1","id":"c","date":"2016-03-07","tag":["compiled"]}"#;
const L: &str = r#"{"url":"https://example.org/a.json","tag":["tender"],"date":"2016-03-05"}"#;

/// Reads with a buffer of a few bytes, so that every boundary is crossed.
fn read(bytes: &[u8]) -> Vec<Result<OcdsItem, OcdsIssue>> {
    let whole: Vec<_> = read_by(bytes, 1 << 16);
    let split = read_by(bytes, 3);
    let text = |found: &[Result<OcdsItem, OcdsIssue>]| {
        found
            .iter()
            .map(|outcome| match outcome {
                Ok(item) => format!("{} {}", item.place, item.release_id),
                Err(issue) => issue.to_string(),
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(text(&whole), text(&split));
    whole
}

fn read_by(bytes: &[u8], capacity: usize) -> Vec<Result<OcdsItem, OcdsIssue>> {
    let input = BufReader::with_capacity(capacity, bytes);
    read_stream(Path::new("f"), input, &Importer::default()).collect()
}

/// Ids of releases, and codes of issues with their place.
fn found(bytes: &[u8]) -> Vec<String> {
    read(bytes)
        .iter()
        .map(|outcome| match outcome {
            Ok(item) => item.release_id.clone(),
            Err(issue) => match issue.place {
                Some(place) => format!("{} {place}", issue.reason.code()),
                None => issue.reason.code().into(),
            },
        })
        .collect()
}

/// Decodes an item that the ledger would not refuse for its shape.
fn imported(item: &OcdsItem) -> (Event, OcdsReleaseImported) {
    let checked = checker().check_submission(&"item", &item.submission);
    assert!(checked.is_ok(), "{checked:?}");
    let event = Event::decode(item.submission.event.clone()).unwrap();
    match event.payload.clone().unwrap().payload {
        Some(Payload::OcdsReleaseImported(imported)) => (event, imported),
        other => panic!("{other:?}"),
    }
}

#[test]
fn finds_the_releases_of_every_shape() {
    let cases: &[(&str, String, &[&str])] = &[
        (
            "release package",
            format!(r#"{{"uri":"u","releases":[{A},{B}],"publisher":{{}}}}"#),
            &["a", "b"],
        ),
        ("bare release", A.into(), &["a"]),
        ("array of releases", format!("[{A} , {B}]"), &["a", "b"]),
        (
            "array of packages",
            format!(r#"[{{"releases":[{A}]}},{{"releases":[{B}]}}]"#),
            &["a", "b"],
        ),
        ("a release per line", format!("{A}\n{B}\n"), &["a", "b"]),
        (
            "a package per line",
            format!("{{\"releases\":[{A}]}}\r\n{{\"releases\":[{B}]}}"),
            &["a", "b"],
        ),
        (
            "record with full releases",
            format!(r#"{{"ocid":"o","compiledRelease":{C},"releases":[{A},{B}]}}"#),
            &["a", "b"],
        ),
        (
            "the same, compiled last",
            format!(r#"{{"releases":[{A},{B}],"versionedRelease":{{}},"compiledRelease":{C}}}"#),
            &["a", "b"],
        ),
        (
            "record with links",
            format!(r#"{{"ocid":"o","releases":[{L},{L}],"compiledRelease":{C}}}"#),
            &["LINKED_ONLY 1:1", "c"],
        ),
        (
            "record with links alone",
            format!(r#"{{"ocid":"o","releases":[{L}]}}"#),
            &["LINKED_ONLY 1:1"],
        ),
        (
            "record with both",
            format!(r#"{{"releases":[{L},{A}],"compiledRelease":{C}}}"#),
            &["a", "LINKED_ONLY 1:1"],
        ),
        (
            "record with a compiled release alone",
            format!(r#"{{"ocid":"o","compiledRelease":{C}}}"#),
            &["c"],
        ),
        (
            "record package",
            format!(r#"{{"records":[{{"ocid":"o","releases":[{A}]}},{{"compiledRelease":{C}}}]}}"#),
            &["a", "c"],
        ),
        ("byte order mark", format!("\u{feff} {A}"), &["a"]),
    ];
    for (shape, file, expected) in cases {
        assert_eq!(found(file.as_bytes()), *expected, "{shape}");
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn reports_every_kind_of_broken_file_with_its_place() {
    let deep = format!("{{\"releases\":[{{\"ocid\":{}", "[".repeat(200));
    let cases: &[(&str, &[u8], &[&str])] = &[
        ("empty", b"", &["EMPTY 1:1"]),
        ("white space", b" \n ", &["EMPTY 1:1"]),
        ("mark alone", b"\xEF\xBB\xBF", &["EMPTY 1:1"]),
        ("UTF-16", b"\xFF\xFE{\0}\0", &["WIDE_CHARACTERS 1:1"]),
        ("UTF-16 without a mark", b"{\0}\0", &["WIDE_CHARACTERS 1:1"]),
        ("web page", b"<!DOCTYPE html>", &["SYNTAX 1:1"]),
        ("a number", b"42", &["NOT_OCDS 1:1"]),
        ("empty list", b" []", &["NO_RELEASES 1:2"]),
        ("empty object", b"{}", &["NOT_OCDS 1:1"]),
        (
            "other JSON",
            br#"{"type":"FeatureCollection","features":[]}"#,
            &["NOT_OCDS 1:1"],
        ),
        (
            "no releases",
            br#"{"uri":"u","releases":[]}"#,
            &["NO_RELEASES 1:1"],
        ),
        (
            "no records",
            br#"{"uri":"u","records":[]}"#,
            &["NO_RELEASES 1:1"],
        ),
        (
            "releases of another type",
            br#"{"releases":"none"}"#,
            &["NOT_OCDS 1:1"],
        ),
        (
            "elements of other types",
            br#"{"releases":[1,{"x":2}]}"#,
            &["NOT_OCDS 1:14", "NOT_OCDS 1:16"],
        ),
        (
            "no ocid",
            br#"{"id":"a","tag":["tender"]}"#,
            &["MISSING_FIELD 1:1"],
        ),
        (
            "no id",
            br#"{"ocid":"o","tag":["tender"]}"#,
            &["MISSING_FIELD 1:1"],
        ),
        (
            "empty ocid",
            br#"{"ocid":"","id":"a"}"#,
            &["MISSING_FIELD 1:1"],
        ),
        (
            "control character",
            br#"{"ocid":"o\u0007","id":"a"}"#,
            &["BAD_FIELD 1:1"],
        ),
        (
            "twice",
            b"{\"ocid\":\"o\",\n \"id\":\"a\",\"id\":\"b\"}",
            &["DUPLICATE_KEY 2:14"],
        ),
        (
            "twice, spelt apart",
            br#"{"ocid":"o","id":"a","x":[{"k":1,"\u006b":2}]}"#,
            &["DUPLICATE_KEY 1:41"],
        ),
        (
            "huge number",
            br#"{"ocid":"o","id":"a","x":1e999}"#,
            &["JSON 1:30"],
        ),
        (
            "half a surrogate",
            br#"{"ocid":"o","id":"a","x":"\ud800"}"#,
            &["JSON 1:33"],
        ),
        ("bad escape", br#"{"ocid":"o","id":"\x"}"#, &["SYNTAX 1:20"]),
        (
            "bad number",
            br#"{"ocid":"o","id":"a","x":1.}"#,
            &["JSON 1:28"],
        ),
        (
            "bad word",
            br#"{"ocid":"o","id":"a","x":nul}"#,
            &["SYNTAX 1:26"],
        ),
        (
            "line feed in a string",
            b"{\"ocid\":\"o\n\"}",
            &["SYNTAX 1:11"],
        ),
        ("no colon", br#"{"ocid" "o"}"#, &["SYNTAX 1:9"]),
        ("no comma", br#"{"ocid":"o" "id":"a"}"#, &["SYNTAX 1:13"]),
        (
            "comma before the end",
            br#"{"releases":[{"ocid":"o","id":"a",}]}"#,
            &["SYNTAX 1:35"],
        ),
        ("wrong bracket", br#"{"releases":[}]"#, &["SYNTAX 1:14"]),
        (
            "truncated in a name",
            br#"{"releases":[{"oc"#,
            &["TRUNCATED 1:18"],
        ),
        (
            "truncated in a word",
            br#"{"releases":[tr"#,
            &["TRUNCATED 1:16"],
        ),
        (
            "truncated after a comma",
            br#"{"releases":[],"#,
            &["TRUNCATED 1:16"],
        ),
        ("too deep", deep.as_bytes(), &["TOO_DEEP 1:149"]),
    ];
    for (kind, file, expected) in cases {
        assert_eq!(found(file), *expected, "{kind}");
    }
}

#[test]
fn keeps_what_stands_whole_beside_what_is_broken() {
    let latin = [
        A.as_bytes(),
        b",\n{\"ocid\":\"o\",\"id\":\"\xE9\"},",
        B.as_bytes(),
    ]
    .concat();
    let file = [b"{\"releases\":[", latin.as_slice(), b"]}"].concat();
    assert_eq!(found(&file), ["a", "NOT_UTF8 2:19", "b"]);
    let truncated = format!("{{\"releases\":[{A},{}", &B[..20]);
    assert_eq!(found(truncated.as_bytes()), ["a", "TRUNCATED 1:115"]);
    let lines = format!("{A}\n{{\"ocid\":1\n{B}\n{{\"ocid\" 1}}\n{C}\nxyz\n{A}\n");
    assert_eq!(
        found(lines.as_bytes()),
        ["a", "SYNTAX 3:1", "b", "SYNTAX 4:9", "c", "SYNTAX 6:1", "a"]
    );
    let pretty = format!("{{\n\"releases\": [\n{A},\n{{,\n{B}\n]\n}}\n");
    assert_eq!(found(pretty.as_bytes()), ["a", "SYNTAX 4:2"]);
}

#[test]
fn never_takes_a_compiled_release_for_a_faulty_full_one() {
    let file =
        format!(r#"{{"compiledRelease":{C},"releases":[{{"ocid":"o","id":"a","x":1e999}}]}}"#);
    assert_eq!(found(file.as_bytes()), ["JSON 1:134"]);
}

#[test]
fn reports_a_release_that_is_too_large_and_goes_on() {
    let text = "x".repeat(RELEASE_BYTES_MAX);
    let file = format!(r#"{{"releases":[{{"ocid":"o","id":"z","x":"{text}"}},{A}]}}"#);
    let outcomes = read_by(file.as_bytes(), 1 << 16);
    let issue = outcomes[0].as_ref().unwrap_err();
    assert_eq!(issue.reason.code(), "TOO_LARGE");
    assert_eq!(outcomes[1].as_ref().unwrap().release_id, "a");
}

#[test]
fn keeps_the_bytes_of_a_release_and_tells_its_identity() {
    let release = "{ \"ocid\" : \"OCDS-87SD3T-A/1\",\t\"id\":7,\n\
                   \"date\":\"5/3/2016\",\"tag\":\"tender\",\
                   \"version\":\"1.1\",\"packageInfo\":{\"uri\":\"https://example.org\",\
                   \"publisher\":{\"name\":\"采购\\u4e2d心\"}},\"n\":1.50e2 }";
    let file = format!("[\n  {release}\n]");
    let outcomes = read(file.as_bytes());
    let item = outcomes[0].as_ref().unwrap();
    assert_eq!(item.place.to_string(), "2:3");
    assert!(item.undated);
    let (event, imported) = imported(item);
    assert_eq!(imported.release_json, release.as_bytes());
    assert_eq!(event.stream, "ocds/ocds-87sd3t/OCDS-87SD3T-A%2F1");
    assert_eq!(event.source_ref, "OCDS-87SD3T-A%2F1/7");
    assert_eq!(
        (event.source_system.as_str(), event.region_code.as_str()),
        ("OCDS_IMPORT", "430400")
    );
    assert_eq!(
        (imported.ocid.as_str(), imported.release_id.as_str()),
        ("OCDS-87SD3T-A/1", "7")
    );
    assert_eq!(imported.released_on, "1970-01-01");
    assert_eq!(imported.date_as_written, "5/3/2016");
    assert_eq!(imported.tags, ["tender"]);
    assert_eq!(imported.publisher, "采购中心");
    assert_eq!(imported.package_uri, "https://example.org");
    assert_eq!(imported.ocds_version, "1.1");
}

#[test]
fn makes_one_submission_of_a_release_wherever_it_stands() {
    let alone = read(A.as_bytes());
    let package =
        format!(r#"{{"uri":"u","version":"1.1","publisher":{{"name":"p"}},"releases":[{A}]}}"#);
    let packed = read(package.as_bytes());
    let submission =
        |found: &[Result<OcdsItem, OcdsIssue>]| found[0].as_ref().unwrap().submission.clone();
    assert_eq!(submission(&alone), submission(&packed));
    assert_ne!(submission(&alone), submission(&read(B.as_bytes())));
}

#[test]
fn walks_folders_in_order_and_goes_on_after_a_file_that_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    file("b/2.JSON", B);
    file("b/1.jsonl", A);
    file("c.json", "");
    file("d.ndjson", C);
    file("a.txt", "no");
    file(".hidden.json", A);
    let outcomes: Vec<_> = read_path(folder.path(), &Importer::default()).collect();
    let ids: Vec<_> = outcomes
        .iter()
        .map(|outcome| match outcome {
            Ok(item) => item.release_id.as_str(),
            Err(issue) => issue.reason.code(),
        })
        .collect();
    assert_eq!(ids, ["a", "b", "EMPTY", "c"]);
    let named = folder.path().join("a.txt");
    assert_eq!(read_path(&named, &Importer::default()).count(), 1);
    let missing: Vec<_> = read_path(&folder.path().join("x"), &Importer::default()).collect();
    assert_eq!(missing.len(), 1);
    assert!(missing[0].is_err());
}

#[test]
fn reads_the_example_that_ships_with_the_program() {
    let outcomes = read(EXAMPLE);
    let tags: Vec<_> = outcomes
        .iter()
        .map(|item| imported(item.as_ref().unwrap()).1.tags)
        .collect();
    assert_eq!(
        tags.concat(),
        ["planning", "tender", "award", "contract", "implementation"]
    );
}

#[test]
fn gives_only_what_the_ledger_can_take() {
    let long = "é".repeat(120);
    let names = [
        ("10", "1"),
        ("a b/c%", "x/y z"),
        ("OCDS-87SD3T-SEFIN-DRM-A-006-2016", "03"),
        ("采购〔2023〕1号", "发布 一"),
        (long.as_str(), long.as_str()),
    ];
    for (ocid, id) in names {
        for date in [
            "",
            "1900-01-01",
            "2199-12-31",
            "2016-03-05T23:59:60.999999999-11:30",
        ] {
            let file = format!(r#"{{"ocid":"{ocid}","id":"{id}","date":"{date}","tag":["x"]}}"#);
            let (event, release) = imported(read(file.as_bytes())[0].as_ref().unwrap());
            assert_eq!(
                (release.ocid.as_str(), release.release_id.as_str()),
                (ocid, id)
            );
            assert!(event.stream.len() <= 128 && event.source_ref.len() <= 128);
        }
    }
}

proptest! {
    /// However a file is damaged, reading ends, and does not depend on how it is buffered.
    #[test]
    fn ends_on_any_damage(
        shape in 0..4_usize,
        cut in 0..600_usize,
        damage in proptest::collection::vec((0..600_usize, any::<u8>()), 0..4),
    ) {
        let mut file = [
            format!(r#"{{"releases":[{A},{B}],"uri":"u"}}"#),
            format!("{A}\n{B}\n{C}\n"),
            format!(
                r#"{{"records":[{{"releases":[{L}],"compiledRelease":{C}}},{{"releases":[{A}]}}]}}"#
            ),
            format!("[{A},\n{{\"compiledRelease\":{C}}}]"),
        ][shape].clone().into_bytes();
        for (place, byte) in damage {
            let place = place % file.len();
            file[place] = byte;
        }
        file.truncate(cut.max(1));
        let outcomes = read(&file);
        prop_assert!(!outcomes.is_empty() || file.is_empty());
        for item in outcomes.iter().flatten() {
            imported(item);
        }
    }
}

/// Reads a folder of real files, when `BIHUAN_OCDS_DIR` names one: every file gives a release or an
/// issue, and every release is a slice of its file.
#[test]
fn reads_a_folder_of_real_files_if_there_is_one() {
    let Some(folder) = std::env::var_os("BIHUAN_OCDS_DIR") else {
        return;
    };
    let mut counts = std::collections::BTreeMap::<String, u64>::new();
    let mut seen = std::collections::BTreeMap::<String, bytes::Bytes>::new();
    for outcome in read_path(Path::new(&folder), &Importer::default()) {
        let kind = match &outcome {
            Err(issue) => {
                println!("{issue}");
                issue.reason.code().to_owned()
            }
            Ok(item) => {
                let (event, imported) = imported(item);
                let file = fs::read(&item.path).unwrap();
                let start = file
                    .split_inclusive(|byte| *byte == b'\n')
                    .take(item.place.line as usize - 1)
                    .map(<[u8]>::len)
                    .sum::<usize>()
                    + item.place.column as usize
                    - 1;
                let slice = &file[start..start + imported.release_json.len()];
                assert_eq!(slice, imported.release_json, "{}", item.path.display());
                assert!(event.stream.len() <= 128 && event.source_ref.len() <= 128);
                match seen.insert(event.source_ref, item.submission.event.clone()) {
                    None => "release".into(),
                    Some(before) if before == item.submission.event => "release again".into(),
                    Some(_) => "release with other bytes".into(),
                }
            }
        };
        *counts.entry(kind).or_default() += 1;
    }
    println!("{counts:?}");
    assert!(counts.contains_key("release"));
}
