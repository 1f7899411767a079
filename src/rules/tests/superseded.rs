//! Findings that were stated as the events once read.

use super::{
    super::{
        Law, Packs,
        verdict::{Finding, FindingStatus},
    },
    Told, day, noon_us,
    packs::{UPLOAD, uploaded},
    said,
};
use crate::{
    domain::{
        calendar::Calendar,
        testkit::{acceptance_concluded, acceptance_material_uploaded, instant, payment_term},
    },
    events::v1::{self, CorrectionEffect, TermKind},
    views::AsOf,
};

fn findings(told: &Told, rule: &str, as_of: AsOf, today: &str) -> Vec<Finding> {
    let law = Law::of(Packs::ours(), Calendar::known());
    let judgement = law.judge(&told.matter(today, as_of));
    let findings = judgement.findings.into_iter();
    findings.filter(|finding| finding.rule_id == rule).collect()
}

fn now(told: &Told, rule: &str) -> Vec<Finding> {
    findings(told, rule, AsOf::default(), "2023-12-31")
}

/// What was known at the end of a record day.
fn then(told: &Told, rule: &str, on: &str) -> Vec<Finding> {
    let as_of = AsOf {
        legal_date: None,
        recorded_us: Some(noon_us(day(on)) + 1),
    };
    findings(told, rule, as_of, on)
}

/// An acceptance of Friday, 3 November 2023, whose material is due on the 10th.
fn concluded(told: &mut Told) -> u64 {
    let mut concluded = acceptance_concluded(v1::AcceptanceResult::Passed);
    concluded.concluded_on = "2023-11-03".into();
    told.tell(concluded)
}

fn material(on: &str) -> v1::AcceptanceMaterialUploaded {
    let mut uploaded = acceptance_material_uploaded();
    uploaded.platform = "HY_SUPERVISION".into();
    uploaded.uploaded_at = instant(on, 10);
    uploaded
}

#[test]
fn what_a_void_takes_away_is_superseded_and_not_gone() {
    let mut told = Told::new();
    let original = concluded(&mut told);
    let void = told.void("2023-11-20", original);
    let found = now(&told, UPLOAD);
    let [finding] = &found[..] else {
        panic!("one finding: {found:?}");
    };
    assert_eq!(finding.status, FindingStatus::Superseded);
    assert_eq!(finding.superseded_by, Some(void));
    assert_eq!(finding.evidence, [original, void]);
    // As it stood at the end of the day of the void: 13 to 17 and 20 November are working days.
    assert_eq!(finding.due_on, Some(day("2023-11-10")));
    assert_eq!(
        (finding.late_calendar_days, finding.late_working_days),
        (Some(10), Some(6))
    );
    let found = then(&told, UPLOAD, "2023-11-19");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].status, FindingStatus::Open);
    assert_eq!((found[0].superseded_by, &found[0].id), (None, &finding.id));
    assert_eq!(
        then(&told, UPLOAD, "2023-11-20")[0].superseded_by,
        Some(void)
    );
}

#[test]
fn what_is_voided_before_its_last_day_was_never_found() {
    let mut told = Told::new();
    let original = concluded(&mut told);
    told.void("2023-11-09", original);
    assert_eq!(now(&told, UPLOAD), []);
    // On the last day itself it is overdue at the end of it.
    let mut told = Told::new();
    let original = concluded(&mut told);
    told.void("2023-11-10", original);
    assert_eq!(now(&told, UPLOAD)[0].status, FindingStatus::Superseded);
}

#[test]
fn a_correction_supersedes_only_if_it_is_retroactive() {
    for (effect, status) in [
        (CorrectionEffect::Normal, FindingStatus::Rectified),
        (CorrectionEffect::Retroactive, FindingStatus::Superseded),
    ] {
        let mut told = Told::new();
        let original = uploaded(&mut told, "2023-11-03", "2023-11-13");
        let correction = told.correct("2023-11-20", original, effect, material("2023-11-09"));
        let found = now(&told, UPLOAD);
        assert_eq!(found.len(), 1, "{effect:?}");
        assert_eq!(found[0].status, status, "{effect:?}");
        let by = (status == FindingStatus::Superseded).then_some(correction);
        assert_eq!(found[0].superseded_by, by, "{effect:?}");
        assert_eq!(found[0].late_calendar_days, Some(3), "{effect:?}");
    }
}

#[test]
fn what_is_stated_again_is_not_superseded() {
    let mut told = Told::new();
    let original = uploaded(&mut told, "2023-11-03", "2023-11-13");
    let retroactive = CorrectionEffect::Retroactive;
    let first = told.correct("2023-11-20", original, retroactive, material("2023-11-09"));
    told.correct("2023-11-21", original, retroactive, material("2023-11-14"));
    let found = now(&told, UPLOAD);
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].status, found[0].superseded_by),
        (FindingStatus::Rectified, None)
    );
    assert_eq!(found[0].late_calendar_days, Some(4));
    // And taken away once more, it is the last one that did.
    let last = told.correct("2023-11-21", original, retroactive, material("2023-11-08"));
    let found = now(&told, UPLOAD);
    assert_eq!(found[0].superseded_by, Some(last));
    assert_eq!(found[0].late_calendar_days, Some(4));
    assert_eq!(
        then(&told, UPLOAD, "2023-11-20")[0].superseded_by,
        Some(first)
    );
}

#[test]
fn what_falls_away_without_a_correction_is_not_superseded() {
    // Recorded late, the upload was in time: no event was corrected.
    let mut told = Told::new();
    concluded(&mut told);
    told.tell_late("2023-11-20", material("2023-11-09"));
    let other = told.tell(v1::AcceptanceRequested {
        acceptance_id: "AC-9".into(),
        contract_id: "CT-1".into(),
        requested_on: "2023-11-21".into(),
    });
    told.void("2023-11-22", other);
    assert_eq!(
        then(&told, UPLOAD, "2023-11-19")[0].status,
        FindingStatus::Open
    );
    assert_eq!(now(&told, UPLOAD), []);
}

#[test]
fn content_that_is_put_right_by_a_correction_stays_as_superseded() {
    let rule = "HY-06-PAYTERM-60D";
    let mut told = Told::new();
    let signed = |days: i32| {
        let mut term = payment_term("1", TermKind::Final, 80_000_000);
        term.days = Some(days);
        let mut signed = crate::domain::testkit::contract_signed();
        signed.signed_on = "2023-11-01".into();
        signed.amount_fen = 80_000_000;
        signed.terms = vec![term];
        signed
    };
    let original = told.tell(signed(90));
    let correction = told.correct("2023-11-06", original, CorrectionEffect::Normal, signed(60));
    let found = now(&told, rule);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].status, FindingStatus::Superseded);
    assert_eq!(found[0].superseded_by, Some(correction));
    assert_eq!(found[0].details.len(), 1, "{:?}", found[0].details);
    assert!(found[0].details[0].contains("90"));
    let judgement = told.judged("2023-12-31");
    assert_eq!(said(&judgement, rule), "kept; superseded");
}
