//! Imported processes: exact sums, and merging as OCDS merges.

use crate::views::process::{decimal::Decimal, json::Node};

fn sum(values: &[&str]) -> Option<String> {
    values
        .iter()
        .try_fold(Decimal::default(), |sum, text| {
            sum.plus(Decimal::parse(text)?)
        })
        .map(|sum| sum.to_string())
}

#[test]
fn sums_are_exact_decimals() {
    assert_eq!(sum(&["0.1", "0.2"]).as_deref(), Some("0.3"));
    assert_eq!(sum(&["100.10", "-0.1"]).as_deref(), Some("100"));
    assert_eq!(sum(&["1e3", "2.5E-1"]).as_deref(), Some("1000.25"));
    assert_eq!(sum(&["-0.05", "0.01"]).as_deref(), Some("-0.04"));
    assert_eq!(
        sum(&["123456789012345678.99"]).as_deref(),
        Some("123456789012345678.99")
    );
    for nonsense in ["", "x", "1.2.3", "1e400", "1e-40", "--1"] {
        assert_eq!(Decimal::parse(nonsense), None, "{nonsense}");
    }
}

fn merged(releases: &[&str]) -> Node {
    let mut merged = Node::Object(std::collections::BTreeMap::new());
    for release in releases {
        merged.merge(Node::parse(release).expect("JSON"));
    }
    merged
}

fn assert_merged(releases: &[&str], expected: &str) {
    assert_eq!(
        merged(releases),
        Node::parse(expected).expect("JSON"),
        "{releases:?}"
    );
}

#[test]
fn the_latest_value_wins_and_null_deletes() {
    assert_merged(&[r#"{"a":1,"b":2}"#, r#"{"a":3}"#], r#"{"a":3,"b":2}"#);
    assert_merged(
        &[r#"{"a":{"x":1,"y":2}}"#, r#"{"a":{"x":null}}"#],
        r#"{"a":{"y":2}}"#,
    );
    assert_merged(&[r#"{"a":{"x":null,"y":1}}"#], r#"{"a":{"y":1}}"#);
    assert_merged(&[r#"{"a":[1,2]}"#, r#"{"a":[3]}"#], r#"{"a":[3]}"#);
    assert_merged(&[r#"{"a":[{"id":1}]}"#, r#"{"a":null}"#], "{}");
}

#[test]
fn lists_of_objects_with_ids_merge_by_id_and_others_as_a_whole() {
    assert_merged(
        &[
            r#"{"l":[{"id":"1","v":1,"w":1},{"id":"2","v":2}]}"#,
            r#"{"l":[{"id":"2","v":3},{"id":"3"},{"id":"1","w":null}]}"#,
        ],
        r#"{"l":[{"id":"1","v":1},{"id":"2","v":3},{"id":"3"}]}"#,
    );
    // A number names the same object as its text.
    let by_number = [r#"{"l":[{"id":1,"v":1}]}"#, r#"{"l":[{"id":"1","v":2}]}"#];
    assert_eq!(merged(&by_number).list(&["l"]).len(), 1);
    assert_merged(
        &[r#"{"l":[{"v":1}]}"#, r#"{"l":[{"v":2}]}"#],
        r#"{"l":[{"v":2}]}"#,
    );
}

#[test]
fn numbers_stay_as_they_were_written() {
    let node = Node::parse(r#"{"amount": 100.10, "big": 12345678901234567890}"#).expect("JSON");
    assert_eq!(node.text_at(&["amount"]), "100.10");
    assert_eq!(node.text_at(&["big"]), "12345678901234567890");
    assert_eq!(Node::parse("{"), None);
}
