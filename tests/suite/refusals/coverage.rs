//! The page of errors, the code and the tests name the same reasons.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use crate::sources;

/// Reasons of full queues, full disks and damage: their tests stand with what causes them, in any
/// file that runs.
const ELSEWHERE: [&str; 7] = [
    "MODELS_NOT_READY",
    "TOO_MANY_ROWS",
    "QUEUE_FULL",
    "DISK_NEARLY_FULL",
    "SHUTTING_DOWN",
    "JOURNAL_FAILED",
    "DAMAGE_FOUND",
];

/// Modules that assert statuses by `.is(code, reason)` or `gate(refused, reason)`.
const ASSERTING: [&str; 6] = [
    "append",
    "refusals",
    "reads",
    "parts",
    "corrections",
    "scenarios",
];

fn text(path: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn is_reason(word: &str) -> bool {
    let is_upper = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    word.len() > 4 && word.bytes().all(is_upper) && word.contains(|c: char| c.is_alphabetic())
}

/// Literals of a source that look like reasons.
fn literals(source: &str) -> BTreeSet<String> {
    let odd = source.split('"').skip(1).step_by(2);
    odd.filter(|word| is_reason(word))
        .map(str::to_owned)
        .collect()
}

/// Reason -> status, from the table of docs/errors.md.
fn documented() -> BTreeMap<String, String> {
    let page = text("docs/errors.md");
    let rows = page.lines().filter(|line| line.starts_with("| `"));
    let row = |line: &str| {
        let mut cells = line
            .split('|')
            .map(|cell| cell.trim().trim_matches('`').to_owned());
        cells.next();
        (
            cells.next().expect("a reason"),
            cells.next().expect("a status"),
        )
    };
    rows.map(row).collect()
}

/// Reasons in the code: names of refusals and shape rules, and those of the edge.
fn known() -> BTreeSet<String> {
    let code = text("src/domain/refusal.rs");
    let begin = code.find("pub fn name(self)").expect("the names of codes");
    let end = begin
        + code[begin..]
            .find("\n    }\n}")
            .expect("the end of the names");
    let mut reasons = literals(&code[begin..end]);
    reasons.extend(literals(&text("src/domain/shape/violation.rs")));
    reasons.extend(literals(&text("src/grpc/status.rs")));
    reasons.insert("SHAPE".into());
    reasons
}

/// What the assertions of a module expect: reason -> status codes.
fn asserted(source: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for call in source.split(".is(").skip(1) {
        let mut quoted = call.split('"');
        let code = quoted.next().unwrap_or("").trim().trim_end_matches(',');
        let reason = quoted.next().unwrap_or("");
        let code = code.trim_start_matches("Code::");
        let code = if code == "FAILED" {
            "FailedPrecondition"
        } else {
            code
        };
        if is_reason(reason) && code.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            found
                .entry(reason.to_owned())
                .or_default()
                .insert(code.to_owned());
        }
    }
    for call in source.split("gate(").skip(1) {
        let reason = call.split('"').nth(1).unwrap_or("");
        if is_reason(reason) {
            let codes = found.entry(reason.to_owned()).or_default();
            codes.insert("FailedPrecondition".to_owned());
        }
    }
    found
}

/// `FailedPrecondition` as `FAILED_PRECONDITION`.
fn screaming(code: &str) -> String {
    let mut name = String::new();
    for letter in code.chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(letter.to_ascii_uppercase());
    }
    name
}

#[test]
fn the_page_of_errors_lists_exactly_the_reasons_of_the_code() {
    let documented: BTreeSet<_> = documented().into_keys().collect();
    assert_eq!(documented, known());
}

#[test]
fn every_reason_is_asserted_over_grpc_with_the_status_that_the_page_names() {
    let mut asserted_in: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut others = Vec::new();
    for (module, source) in sources::modules() {
        let (first, _) = module.split_once("::").unwrap_or((&module, ""));
        if ASSERTING.contains(&first) {
            for (reason, codes) in asserted(&source) {
                asserted_in.entry(reason).or_default().extend(codes);
            }
        }
        if first != "refusals" {
            others.push(source);
        }
    }
    let mut untested = Vec::new();
    for (reason, status) in documented() {
        if ELSEWHERE.contains(&reason.as_str()) {
            let quoted = format!("\"{reason}\"");
            if !others.iter().any(|source| source.contains(&quoted)) {
                untested.push(reason);
            }
            continue;
        }
        let Some(codes) = asserted_in.get(&reason) else {
            untested.push(reason);
            continue;
        };
        let codes: Vec<_> = codes.iter().map(|code| screaming(code)).collect();
        assert_eq!(codes, [status], "status of {reason}");
    }
    assert_eq!(
        untested,
        Vec::<String>::new(),
        "reasons that no test produces"
    );
}
