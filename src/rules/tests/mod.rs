//! Rules on histories: each rule is kept, broken, at its bound and passed over.
//!
//! An example tells a few facts and what a rule says of them at the end of a day. The lists of
//! examples are looked through for rules that lack one of the four.

mod acceptance;
mod adoption;
mod approval;
mod award;
mod campaign;
mod challenge;
mod complaint;
mod conditions;
mod contract;
mod contract_changes;
mod contract_money;
mod contract_scenarios;
mod deduction;
mod disclosure;
mod entries;
mod evaluation;
mod explain;
mod farm;
mod financing;
mod forced_financing;
mod framework;
mod handling;
mod libraries;
mod loop_closed;
mod low_price;
mod mall;
mod other_methods;
mod oversight;
mod packs;
mod payment;
mod payment_kit;
mod payment_sme;
mod planning;
mod project;
mod region;
mod replay;
mod requirement;
mod result_notice;
mod securities;
mod single_source;
mod superseded;
mod systems;
mod tender;
mod unit;
mod venue;

use std::collections::BTreeSet;

use super::{
    pack,
    testkit::{Told, day, noon_us},
    verdict::{FindingStatus, Judgement, ObligationStatus},
};
use crate::events::v1;

/// What an example shows of its rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Shows {
    /// The rule is kept.
    Kept,
    /// It is broken.
    Broken,
    /// It is kept by the last day, fen or count there is.
    AtTheBound,
    /// It does not apply.
    NotApplicable,
}

/// Facts, and what a rule says of them.
struct Example {
    rule: &'static str,
    shows: Shows,
    /// The day at whose end is looked.
    today: &'static str,
    tells: fn(&mut Told),
    /// As [`said`] writes it.
    says: &'static str,
}

/// The examples of each family.
const EXAMPLES: &[&[Example]] = &[
    acceptance::EXAMPLES,
    approval::EXAMPLES,
    award::EXAMPLES,
    campaign::EXAMPLES,
    challenge::EXAMPLES,
    complaint::EXAMPLES,
    contract::EXAMPLES,
    contract_changes::EXAMPLES,
    contract_money::EXAMPLES,
    deduction::EXAMPLES,
    disclosure::EXAMPLES,
    entries::EXAMPLES,
    evaluation::EXAMPLES,
    farm::EXAMPLES,
    financing::EXAMPLES,
    forced_financing::EXAMPLES,
    framework::EXAMPLES,
    handling::EXAMPLES,
    libraries::EXAMPLES,
    loop_closed::EXAMPLES,
    low_price::EXAMPLES,
    mall::EXAMPLES,
    other_methods::EXAMPLES,
    oversight::EXAMPLES,
    payment::EXAMPLES,
    payment_sme::EXAMPLES,
    planning::EXAMPLES,
    region::EXAMPLES,
    requirement::EXAMPLES,
    result_notice::EXAMPLES,
    securities::EXAMPLES,
    single_source::EXAMPLES,
    systems::EXAMPLES,
    tender::EXAMPLES,
    unit::EXAMPLES,
    venue::EXAMPLES,
];

/// What a rule says, in words, one subject after the other: `met, due 2023-11-10`, `late 3/1, due
/// 2023-11-10` (calendar and working days), `overdue 3/1, due …`, `pending, due …`, `paused, due
/// …`, `void, due …`, `kept`, `broken`, `broken 22 of 20` (there is, and asked for), `info 4 of 5`,
/// `superseded`, `not applicable`. Nothing where there is no case at all.
fn said(judgement: &Judgement, rule: &str) -> String {
    let mut said = Vec::new();
    for of in judgement.obligations.iter().filter(|of| of.rule_id == rule) {
        let late = format!("{}/{}", of.late_calendar_days, of.late_working_days);
        let word = match of.status {
            ObligationStatus::Pending => "pending".to_owned(),
            ObligationStatus::Paused => "paused".to_owned(),
            ObligationStatus::Met => "met".to_owned(),
            ObligationStatus::Late => format!("late {late}"),
            ObligationStatus::Overdue => format!("overdue {late}"),
            ObligationStatus::Void => "void".to_owned(),
        };
        let mark = if of.is_provisional {
            ", provisional"
        } else {
            ""
        };
        said.push((
            of.subject.clone(),
            format!("{word}, due {}{mark}", of.due_on),
        ));
    }
    let others = judgement.findings.iter().filter(|of| of.due_on.is_none());
    for of in others.filter(|of| of.rule_id == rule) {
        let word = match of.severity {
            _ if of.status == FindingStatus::Superseded => "superseded",
            super::Severity::Info if of.expected.is_some() => "info",
            _ => "broken",
        };
        let figures = match (of.actual, of.expected) {
            (Some(actual), Some(expected)) => format!(" {actual} of {expected}"),
            _ => String::new(),
        };
        said.push((of.subject.clone(), format!("{word}{figures}")));
    }
    for (_, subject) in judgement.kept.iter().filter(|(of, _)| of == rule) {
        said.push((subject.clone(), "kept".to_owned()));
    }
    for of in judgement.passed_over.iter().filter(|of| of.rule_id == rule) {
        assert!(!of.reason.is_empty(), "{rule} tells why it does not apply");
        said.push((of.subject.clone(), "not applicable".to_owned()));
    }
    said.sort();
    let said: Vec<String> = said.into_iter().map(|(_, word)| word).collect();
    said.join("; ")
}

#[test]
fn each_rule_says_of_its_examples_what_the_law_says() {
    for example in EXAMPLES.iter().copied().flatten() {
        let mut told = Told::new();
        (example.tells)(&mut told);
        let judgement = told.judged(example.today);
        assert_eq!(
            said(&judgement, example.rule),
            example.says,
            "{} {:?}",
            example.rule,
            example.shows
        );
    }
}

#[test]
fn every_rule_has_examples_of_all_four_kinds() {
    let mut missing = BTreeSet::new();
    let wanted = [
        Shows::Kept,
        Shows::Broken,
        Shows::AtTheBound,
        Shows::NotApplicable,
    ];
    let rules = pack::ours().iter().flat_map(|pack| &pack.rules);
    // Those of pictures have theirs in `supervision::across`.
    for rule in rules.filter(|rule| !rule.fact.is_of_pictures()) {
        let shown = EXAMPLES.iter().copied().flatten();
        let shown: BTreeSet<Shows> = shown
            .filter(|example| example.rule == rule.id)
            .map(|example| example.shows)
            .collect();
        let missed = wanted.iter().filter(|shows| !shown.contains(shows));
        missing.extend(missed.map(|shows| (rule.id.as_str(), *shows)));
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn a_correction_after_the_last_day_changes_nothing_unless_it_is_retroactive() {
    use crate::domain::testkit::{acceptance_concluded, acceptance_material_uploaded};
    let rule = "HY-03-ACC-UPLOAD-5WD";
    for (effect, recorded_on, says) in [
        (
            v1::CorrectionEffect::Normal,
            "2023-11-10",
            "met, due 2023-11-10",
        ),
        (
            v1::CorrectionEffect::Normal,
            "2023-11-20",
            "late 3/1, due 2023-11-10",
        ),
        (
            v1::CorrectionEffect::Retroactive,
            "2023-11-20",
            "met, due 2023-11-10",
        ),
    ] {
        let mut told = Told::new();
        let mut concluded = acceptance_concluded(v1::AcceptanceResult::Passed);
        concluded.concluded_on = "2023-11-03".into();
        told.tell(concluded);
        let mut uploaded = acceptance_material_uploaded();
        uploaded.platform = "HY_SUPERVISION".into();
        uploaded.uploaded_at = crate::domain::testkit::instant("2023-11-13", 10);
        let original = told.tell_late("2023-11-09", uploaded.clone());
        uploaded.uploaded_at = crate::domain::testkit::instant("2023-11-09", 10);
        told.correct(recorded_on, original, effect, uploaded);
        let judgement = told.judged("2023-12-31");
        assert_eq!(said(&judgement, rule), says, "{effect:?} on {recorded_on}");
    }
}

#[test]
fn a_finding_that_is_waived_stays_and_names_the_waiver() {
    use crate::domain::testkit::acceptance_concluded;
    let rule = "HY-03-ACC-UPLOAD-5WD";
    let mut told = Told::new();
    let mut concluded = acceptance_concluded(v1::AcceptanceResult::Passed);
    concluded.concluded_on = "2023-11-03".into();
    told.tell(concluded);
    let of_rule = |told: &Told| {
        let judgement = told.judged("2023-12-31");
        let mut findings = judgement.findings.into_iter();
        findings.find(|of| of.rule_id == rule).expect("a finding")
    };
    let open = of_rule(&told);
    assert_eq!(open.status, super::verdict::FindingStatus::Open);
    let position = told.tell(v1::FindingWaived {
        waiver_id: "W-1".into(),
        rule_id: rule.into(),
        subject_ref: open.subject.clone(),
        reason: "平台停机".into(),
        authority: "衡财购〔2023〕9号".into(),
        on: "2023-12-01".into(),
    });
    let waived = of_rule(&told);
    assert_eq!(waived.status, super::verdict::FindingStatus::Waived);
    assert_eq!(waived.id, open.id);
    assert!(waived.evidence.contains(&position));
}

#[test]
fn a_pack_that_is_wrong_names_the_line() {
    let head = "pack = \"p\"\nversion = \"1\"\nzh = \"规则\"\nen = \"Rules\"\n";
    let rule = "[[rule]]\nid = \"R-1\"\nzh = \"一\"\nen = \"One\"\ncitation = \"一\"\n\
                severity = \"major\"\nconfidence = \"C:x\"\nkind = \"deadline\"\n\
                fact = \"acceptance_uploaded\"\nconvention = \"WD-X\"\nlength = 5\n\
                from = \"2023-01-01\"\n";
    let sound = format!("{head}{rule}");
    assert_eq!(pack::Pack::read(&sound).expect("is sound").rules.len(), 1);
    for (from, to, line, word) in [
        ("severity", "weight", 10, "unknown field"),
        ("\"major\"", "\"grave\"", 10, "unknown variant"),
        ("acceptance_uploaded", "acceptance_sung", 13, "no fact"),
        ("WD-X", "WD-Y", 14, "unknown variant"),
        ("WD-X", "MIN-WD", 13, "another kind"),
        ("length = 5", "limit = 5", 6, "no limit"),
        ("C:x", "sure", 11, "no mark of confidence"),
        (
            "from = \"2023-01-01\"",
            "from = \"2023-02-30\"",
            16,
            "no day",
        ),
        (
            "kind = \"deadline\"",
            "kind = \"ratio\"",
            6,
            "no convention",
        ),
        (
            "from = ",
            "inspection_days = 30\nfrom = ",
            6,
            "acceptance_uploaded has no use for inspection_days",
        ),
        (
            "acceptance_uploaded",
            "term_paid",
            6,
            "has to be told inspection_days",
        ),
        (
            "from = ",
            "morning = \"8-12\"\nfrom = ",
            16,
            "no hours, HH:MM-HH:MM",
        ),
        ("from = ", "when = \"year >\"\nfrom = ", 16, "no condition"),
        (
            "from = ",
            "when = \"weight > 1\"\nfrom = ",
            16,
            "no variable",
        ),
        ("from = ", "when = \"year\"\nfrom = ", 16, "not a question"),
        (
            "en = \"Rules\"",
            "en = \"Rules\"\neffective_from = \"2024\"",
            5,
            "no day",
        ),
    ] {
        let error = pack::Pack::read(&sound.replace(from, to)).expect_err(to);
        assert!(error.message.contains(word), "{to}: {error}");
        assert_eq!(error.line, line, "{to}: {error}");
    }
    let twice = format!("{sound}\n{rule}");
    let error = pack::Pack::read(&twice).expect_err("twice in force");
    assert_eq!(
        (error.line, error.message.contains("twice")),
        (19, true),
        "{error}"
    );
    let after = rule.replace("2023-01-01", "2024-01-01");
    let before = rule.replace(
        "from = \"2023-01-01\"",
        "from = \"2023-01-01\"\nto = \"2023-12-31\"",
    );
    let versions = format!("{head}{before}\n{after}");
    assert_eq!(
        pack::Pack::read(&versions)
            .expect("one after the other")
            .rules
            .len(),
        2
    );
}
