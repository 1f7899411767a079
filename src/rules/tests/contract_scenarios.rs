//! Scenarios of contracts and payment (domain 6), and what interest comes to.

use super::{
    Told,
    payment_kit::{accepted, contract, delivered, paid, s2, s2_with},
    said,
};
use crate::{
    domain::{
        testkit::{
            AWARD_FEN, CONTRACT, LINE, SUPPLIER, acceptance_concluded,
            acceptance_material_uploaded, award_notice_issued, budget_line_approved,
            contract_filed, contract_signed, instant, intention_published, invoice_received,
            market::{ORDER, emall_order_delivered, emall_order_placed, emall_order_returned},
            notice_published, payment_term, plan_filed, winner_determined,
        },
        values::StreamKind,
    },
    events::v1::{self, AcceptanceResult, EnterpriseSize, NoticeType, TermKind},
    rules::verdict::{Finding, FindingStatus},
};

fn found(told: &Told, today: &str, rule: &str) -> Option<Finding> {
    let findings = told.judged(today).findings;
    findings.into_iter().find(|of| of.rule_id == rule)
}

#[test]
fn a_late_payment_to_an_sme_breaks_three_rules_and_bears_interest() {
    let mut told = Told::new();
    s2(&mut told, "2024-02-20");
    let rules = ["HY-06-PAYTERM-60D", "HY-06-PAY-AGREED", "CN-SME-PAY-60D"];
    let findings = rules.map(|rule| found(&told, "2024-12-31", rule).expect(rule));
    assert_eq!(findings[2].amount_fen, Some(1_440_000));
    assert_eq!(findings[2].status, FindingStatus::Rectified);
    assert_eq!(findings[1].amount_fen, None);
    for rule in ["HY-06-PAY-30D", "CN-SME-PAY-30D"] {
        assert_eq!(said(&told.judged("2024-12-31"), rule), "", "{rule}");
    }
    let open = found(&told, "2024-01-15", "CN-SME-PAY-60D");
    assert_eq!(open.expect("is late").late_calendar_days, Some(36));
}

#[test]
fn interest_follows_the_agreed_rate_and_each_part() {
    for (rate, parts, fen) in [
        (
            None,
            [(30_000_000, "2024-01-25"), (50_000_000, "2024-02-20")],
            1_050_000,
        ),
        (
            Some(365),
            [(40_000_000, "2024-02-20"), (40_000_000, "2024-02-20")],
            288_000,
        ),
        (
            Some(0),
            [(40_000_000, "2024-02-20"), (40_000_000, "2024-02-20")],
            1_440_000,
        ),
    ] {
        let mut told = Told::new();
        s2_with(&mut told, rate);
        for (fen, on) in parts {
            paid(&mut told, "1", fen, on);
        }
        let finding = found(&told, "2024-12-31", "CN-SME-PAY-60D").expect("is late");
        assert_eq!(finding.amount_fen, Some(fen), "{rate:?}");
    }
}

#[test]
fn delay_of_acceptance_does_not_help_the_buyer() {
    let mut told = Told::new();
    contract(&mut told, "2023-09-15", EnterpriseSize::Large, |of| {
        of.inspection_limit_days = Some(30);
    });
    delivered(&mut told, "2023-10-01");
    accepted(&mut told, "2023-12-20");
    paid(&mut told, "1", AWARD_FEN, "2023-12-21");
    let judgement = told.judged("2024-12-31");
    assert_eq!(
        said(&judgement, "HY-06-PAY-30D"),
        "late 21/15, due 2023-11-30"
    );
    assert_eq!(said(&judgement, "CN-SME-PAY-30D"), "not applicable");
    let payment = |of: &&Finding| of.rule_id.contains("-PAY-");
    assert_eq!(judgement.findings.iter().filter(payment).count(), 1);
    assert!(
        judgement
            .obligations
            .iter()
            .any(|of| of.subject.contains(CONTRACT))
    );
}

#[test]
fn an_order_that_is_sent_back_owes_nothing() {
    let mut told = Told::new();
    told.is_of(StreamKind::Order, ORDER);
    told.tell(emall_order_placed());
    told.tell(emall_order_delivered());
    told.tell(emall_order_returned());
    let judgement = told.judged("2024-12-31");
    assert_eq!(said(&judgement, "CN-SME-PAY-60D"), "void, due 2024-05-06");
}

/// Scenario S1: 2,860,000.00 yuan, half of it in advance, across National Day.
fn s1(told: &mut Told) {
    const HALF_FEN: i64 = 143_000_000;
    told.tell_beside(StreamKind::BudgetLine, LINE, budget_line_approved(LINE));
    let mut intention = intention_published();
    intention.published_on = "2023-07-10".into();
    told.tell(intention);
    let mut plan = plan_filed();
    plan.filed_on = "2023-08-08".into();
    told.tell(plan);
    let mut winner = winner_determined();
    winner.award_fen = 2 * HALF_FEN;
    winner.determined_on = "2023-09-11".into();
    told.tell(winner);
    let mut award = award_notice_issued();
    award.award_fen = 2 * HALF_FEN;
    award.issued_on = "2023-09-12".into();
    told.tell(award);
    let mut signed = contract_signed();
    signed.amount_fen = 2 * HALF_FEN;
    signed.signed_on = "2023-09-26".into();
    let mut last = payment_term("2", TermKind::Final, HALF_FEN);
    last.acceptance_is_condition = true;
    signed.terms = vec![payment_term("1", TermKind::Advance, HALF_FEN), last];
    told.tell(signed);
    notice(told, NoticeType::Contract, "2023-09-27");
    let mut filed = contract_filed();
    filed.filed_on = "2023-09-28".into();
    told.tell(filed);
    paid(told, "1", HALF_FEN, "2023-10-09");
    delivered(told, "2023-10-20");
    let mut concluded = acceptance_concluded(AcceptanceResult::Passed);
    concluded.concluded_on = "2023-11-03".into();
    told.tell(concluded);
    let mut invoice = invoice_received();
    invoice.amount_fen = HALF_FEN;
    invoice.received_on = "2023-11-06".into();
    told.tell(invoice);
    let mut uploaded = acceptance_material_uploaded();
    uploaded.uploaded_at = instant("2023-11-08", 10);
    told.tell(uploaded);
    notice(told, NoticeType::AcceptanceResult, "2023-11-09");
    told.tell(v1::CreditEvaluated {
        evaluation_id: "CE-1".into(),
        contract_id: CONTRACT.into(),
        subject: SUPPLIER.into(),
        evaluated_on: "2023-11-17".into(),
        ..v1::CreditEvaluated::default()
    });
    paid(told, "2", HALF_FEN, "2023-11-20");
    told.tell(v1::ContractCompleted {
        contract_id: CONTRACT.into(),
        on: "2023-11-20".into(),
    });
}

fn notice(told: &mut Told, notice_type: NoticeType, on: &str) {
    let mut notice = notice_published(on);
    notice.notice_type = notice_type.into();
    notice.contract_id = CONTRACT.into();
    notice.acceptance_id = "AC-1".into();
    notice.published_at = instant(on, 10);
    notice.content = None;
    told.tell(notice);
}

#[test]
fn a_clean_contract_across_national_day_keeps_every_rule() {
    let mut told = Told::new();
    s1(&mut told);
    let judgement = told.judged("2023-12-31");
    for (rule, says) in [
        ("GPL-46-SIGN-30D", "met, due 2023-10-12"),
        ("GPL-46-AMT-DIFF", "kept"),
        ("GPLR-50-CPUB-2WD", "met, due 2023-09-28"),
        ("GPL-47-FILE-7WD", "met, due 2023-10-11"),
        ("HY-03-ACC-UPLOAD-5WD", "met, due 2023-11-10"),
        ("HY-03-ACC-PUB-5WD", "met, due 2023-11-10"),
        ("HY-05-PREPAY-30", "kept"),
        ("HY-05-PREPAY-SME-50", "kept"),
        ("HY-06-PAY-30D", "met, due 2023-10-26; met, due 2023-12-04"),
        ("CN-SME-PAY-30D", "met, due 2023-10-26; met, due 2023-12-04"),
        ("MOF243-04-PAY-10WD", ""),
        ("MOF38-PAY-30D", "met, due 2023-12-06"),
        ("HY-08-CREDIT-10WD", "met, due 2023-11-17"),
        ("HY-08-LOOP-GAP", "met, due 2023-12-20"),
        ("GPLR-45-ACC", "kept"),
        ("SYS-AWARD-RECORDED", "kept"),
        ("GPL-42-ARCHIVE-15Y", "pending, due 2038-11-20"),
    ] {
        assert_eq!(said(&judgement, rule), says, "{rule}");
        let is_its = |of: &Finding| of.rule_id == rule;
        assert!(!judgement.findings.iter().any(is_its), "{rule}");
    }
    let is_late = |of: &Finding| of.rule_id == "HY-08-LAG-1WD";
    assert!(!judgement.findings.iter().any(is_late));
}

#[test]
fn a_stage_is_owed_once_it_is_accepted_and_not_with_the_whole() {
    let mut told = Told::new();
    contract(&mut told, "2023-09-15", EnterpriseSize::Large, |of| {
        let mut staged = of.terms[0].clone();
        staged.term_no = "2".into();
        staged.stage_no = Some(1);
        staged.amount_fen = AWARD_FEN / 3;
        of.terms[0].amount_fen -= AWARD_FEN / 3;
        of.terms.push(staged);
    });
    let mut concluded = acceptance_concluded(AcceptanceResult::Passed);
    concluded.is_final = false;
    concluded.concluded_on = "2023-11-03".into();
    told.tell(concluded);
    let says = said(&told.judged("2023-11-30"), "HY-06-PAY-30D");
    assert_eq!(says, "pending, due 2023-12-04");
    accepted(&mut told, "2023-11-20");
    let says = said(&told.judged("2023-11-30"), "HY-06-PAY-30D");
    assert_eq!(says, "pending, due 2023-12-20; pending, due 2023-12-04");
}

#[test]
fn what_is_taken_from_a_contract_is_taken_from_what_is_not_owed_yet() {
    let mut told = Told::new();
    contract(&mut told, "2023-09-15", EnterpriseSize::Small, |of| {
        of.terms = vec![
            payment_term("1", TermKind::Final, AWARD_FEN / 2),
            payment_term("2", TermKind::Advance, AWARD_FEN / 2),
        ];
    });
    told.tell(v1::ContractTerminated {
        contract_id: CONTRACT.into(),
        settled_fen: AWARD_FEN / 2 - 100,
        on: "2023-09-20".into(),
        ..v1::ContractTerminated::default()
    });
    let judgement = told.judged("2023-10-31");
    let mut owed = judgement.obligations.iter();
    let owed = owed
        .find(|of| of.rule_id == "CN-SME-PAY-30D")
        .expect("the advance");
    assert_eq!(owed.amount_fen, Some(AWARD_FEN / 2 - 100));
    assert!(owed.subject.ends_with("/term/2"), "{}", owed.subject);
    let finding = found(&told, "2023-10-31", "CN-SME-PAY-30D").expect("is late");
    assert_eq!(finding.late_calendar_days, Some(15));
    assert_eq!(
        finding.amount_fen,
        Some((AWARD_FEN / 2 - 100) * 5 * 15 / 10_000)
    );
}
