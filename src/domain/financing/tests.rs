//! Loans on what a contract will pay: consents, confirmations, sums, the locked account.

use super::{
    loan::{self, FinancingStatus},
    *,
};
use crate::domain::{
    entity::EntityRef,
    payload::EventType,
    refusal::Code::{
        E001_UNKNOWN_REF, E002_ILLEGAL_TRANSITION, E003_BAD_TIME, E017_PAYEE_MISMATCH,
        E018_FINANCING_OVER_RECEIVABLE, E020_FORBIDDEN_ROLE, E021_SEALED, E023_RELEASE_OVER_HELD,
        E024_SUM_MISMATCH,
    },
    testkit::*,
};
use crate::events::v1::{self, ActorRole, EntityKind, TermKind, event_payload::Payload};

/// 450,000.00 yuan: what the first loan is over.
const LOAN_FEN: i64 = 45_000_000;
/// What is left to lend beside it, when the advance is paid.
const REST_FEN: i64 = AWARD_FEN - PAYMENT_FEN - LOAN_FEN;
/// The account that is pledged to the bank.
const PLEDGED: &str = "ACC-BANK";

fn consented() -> v1::FinancingConsentGiven {
    v1::FinancingConsentGiven {
        consent_id: "CS-1".to_owned(),
        contract_id: CONTRACT.to_owned(),
        banks: vec![BANK.to_owned()],
        scope: "合同与履约信息".to_owned(),
        valid_to: "2024-06-30".to_owned(),
        given_on: "2024-04-09".to_owned(),
    }
}

fn requested() -> v1::ConfirmationRequested {
    v1::ConfirmationRequested {
        contract_id: CONTRACT.to_owned(),
        confirmation_id: "CF-1".to_owned(),
        requested_on: "2024-04-10".to_owned(),
    }
}

fn confirmed(confirmed_on: &str) -> v1::ContractConfirmed {
    v1::ContractConfirmed {
        contract_id: CONTRACT.to_owned(),
        confirmation_id: "CF-1".to_owned(),
        receivable_fen: AWARD_FEN - PAYMENT_FEN,
        confirmed_on: confirmed_on.to_owned(),
    }
}

fn applied(id: &str) -> v1::FinancingApplied {
    v1::FinancingApplied {
        financing_id: id.to_owned(),
        contract_id: CONTRACT.to_owned(),
        bank: BANK.to_owned(),
        amount_fen: LOAN_FEN,
        applied_on: "2024-04-10".to_owned(),
    }
}

fn approved(id: &str, amount_fen: i64) -> v1::FinancingApproved {
    v1::FinancingApproved {
        financing_id: id.to_owned(),
        contract_id: CONTRACT.to_owned(),
        amount_fen,
        annual_rate_bp: 385,
        term_days: 180,
        approved_on: "2024-04-12".to_owned(),
    }
}

fn rejected(id: &str) -> v1::FinancingRejected {
    v1::FinancingRejected {
        financing_id: id.to_owned(),
        contract_id: CONTRACT.to_owned(),
        reason: "资料不全".to_owned(),
        decided_on: "2024-04-12".to_owned(),
    }
}

fn cancelled(id: &str) -> v1::FinancingCancelled {
    v1::FinancingCancelled {
        financing_id: id.to_owned(),
        contract_id: CONTRACT.to_owned(),
        reason: "不再需要".to_owned(),
        cancelled_on: "2024-04-13".to_owned(),
    }
}

fn locked(id: &str, account: &str) -> v1::PayeeAccountLocked {
    v1::PayeeAccountLocked {
        financing_id: id.to_owned(),
        contract_id: CONTRACT.to_owned(),
        account_ref: account.to_owned(),
        bank: BANK.to_owned(),
        locked_on: "2024-04-13".to_owned(),
    }
}

fn released(account: &str) -> v1::PayeeAccountReleased {
    v1::PayeeAccountReleased {
        financing_id: "FN-1".to_owned(),
        contract_id: CONTRACT.to_owned(),
        account_ref: account.to_owned(),
        released_on: "2024-10-10".to_owned(),
    }
}

fn disbursed(amount_fen: i64) -> v1::FinancingDisbursed {
    v1::FinancingDisbursed {
        financing_id: "FN-1".to_owned(),
        contract_id: CONTRACT.to_owned(),
        amount_fen,
        disbursed_on: "2024-04-15".to_owned(),
    }
}

fn repaid(repayment_no: &str, amount_fen: i64) -> v1::FinancingRepaid {
    v1::FinancingRepaid {
        financing_id: "FN-1".to_owned(),
        contract_id: CONTRACT.to_owned(),
        repayment_no: repayment_no.to_owned(),
        amount_fen,
        repaid_on: "2024-10-10".to_owned(),
    }
}

fn defaulted(amount_fen: i64) -> v1::FinancingDefaulted {
    v1::FinancingDefaulted {
        financing_id: "FN-1".to_owned(),
        contract_id: CONTRACT.to_owned(),
        amount_fen,
        defaulted_on: "2024-10-12".to_owned(),
    }
}

fn signed() -> World {
    let mut world = World::with_award();
    world.given(contract_signed());
    world
}

/// The advance is paid and a bank is let in: 600,000.00 yuan may be lent.
fn open() -> World {
    let mut world = signed();
    world.given(payment_requested());
    world.given(payment_accepted());
    world.given(payment_executed());
    world.given(consented());
    world
}

/// And the first loan is approved.
fn lent() -> World {
    let mut world = open();
    world.given(applied("FN-1"));
    world.given(approved("FN-1", LOAN_FEN));
    world
}

fn paid_out() -> World {
    let mut world = lent();
    world.given(disbursed(LOAN_FEN));
    world
}

fn loan(world: &World) -> Financing {
    world.of_project("FN-1")
}

fn receivable(world: &World) -> Receivable {
    world.of_project(CONTRACT)
}

#[test]
fn loans_go_where_the_domain_says_and_nowhere_else() {
    use EventType as E;
    use FinancingStatus::*;
    let statuses = [
        Absent,
        Applied,
        Approved,
        Rejected,
        Cancelled,
        Disbursed,
        PartlyRepaid,
        Defaulted,
        Repaid,
    ];
    let mut expected = vec![
        (Absent, E::FinancingApplied, Applied),
        (Applied, E::FinancingApproved, Approved),
        (Applied, E::FinancingRejected, Rejected),
        (Applied, E::FinancingCancelled, Cancelled),
        (Approved, E::FinancingCancelled, Cancelled),
        (Approved, E::FinancingDisbursed, Disbursed),
        (Disbursed, E::FinancingRepaid, PartlyRepaid),
        (Disbursed, E::FinancingRepaid, Repaid),
        (Disbursed, E::FinancingDefaulted, Defaulted),
        (PartlyRepaid, E::FinancingRepaid, PartlyRepaid),
        (PartlyRepaid, E::FinancingRepaid, Repaid),
        (PartlyRepaid, E::FinancingDefaulted, Defaulted),
        (Defaulted, E::FinancingRepaid, Defaulted),
        (Defaulted, E::FinancingRepaid, Repaid),
        (Repaid, E::PayeeAccountReleased, Repaid),
        (Cancelled, E::PayeeAccountReleased, Cancelled),
    ];
    for running in [Approved, Disbursed, PartlyRepaid, Defaulted] {
        expected.push((running, E::PayeeAccountLocked, running));
    }
    let entity = EntityRef::new(EntityKind::Financing, PARTITION, PROJECT, "FN-1");
    assert_machine(loan::TRANSITIONS, &statuses, &expected, |status, fact| {
        let state = Financing {
            status,
            ..Financing::default()
        };
        loan::transition(&state, &entity, fact)
    });
}

#[test]
fn a_bank_is_applied_to_while_the_supplier_lets_it_in() {
    let mut world = signed();
    world.given(consented());
    let on = |bank: &str, applied_on: &str| v1::FinancingApplied {
        bank: bank.to_owned(),
        applied_on: applied_on.to_owned(),
        ..applied("FN-1")
    };
    for (bank, day) in [
        (SUPPLIER_3, "2024-04-10"),
        (BANK, "2024-04-08"),
        (BANK, "2024-07-01"),
    ] {
        let refusal = world.refused(on(bank, day));
        let figures = [("bank", bank), ("applied_on", day)];
        assert_refusal(&refusal, E021_SEALED, &figures);
    }
    world.clone().given(on(BANK, "2024-04-09"));
    world.given(on(BANK, "2024-06-30"));
    let figures = [("status", "APPLIED")];
    let refusal = world.refused(on(BANK, "2024-06-30"));
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &figures);
    assert_eq!(signed().refused(applied("FN-1")).code, E021_SEALED);
}

#[test]
fn a_consent_is_given_once_for_one_day_at_least() {
    let mut world = signed();
    let until = |valid_to: &str| v1::FinancingConsentGiven {
        valid_to: valid_to.to_owned(),
        ..consented()
    };
    let figures = [("earliest_on", "2024-04-09"), ("legal_on", "2024-04-08")];
    let refusal = world.refused(until("2024-04-08"));
    assert_refusal(&refusal, E003_BAD_TIME, &figures);
    world.given(until("2024-04-09"));
    let figures = [("consent_id", "CS-1")];
    let refusal = world.refused(consented());
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &figures);
}

#[test]
fn a_request_is_confirmed_once_and_moves_no_loan() {
    let mut world = lent();
    let refusal = world.refused(confirmed("2024-05-10"));
    let figures = [("confirmation_id", "CF-1")];
    assert_refusal(&refusal, E001_UNKNOWN_REF, &figures);
    world.given(requested());
    let refusal = world.refused(requested());
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &figures);
    let refusal = world.refused(confirmed("2024-04-09"));
    let days = [("earliest_on", "2024-04-10"), ("legal_on", "2024-04-09")];
    assert_refusal(&refusal, E003_BAD_TIME, &days);
    world.clone().given(confirmed("2024-04-10"));
    world.given(confirmed("2024-05-10"));
    let refusal = world.refused(confirmed("2024-05-11"));
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &figures);
    let confirmation = receivable(&world).confirmations["CF-1"];
    assert_eq!(confirmation.receivable_fen, AWARD_FEN - PAYMENT_FEN);
    assert_eq!(confirmation.confirmed_on, "2024-05-10".parse().ok());
    assert_eq!(loan(&world).status, FinancingStatus::Approved);
}

#[test]
fn loans_come_to_what_the_contract_still_pays_and_no_more() {
    let mut world = lent();
    // Damages are no payment: they leave it as it is.
    world.given(liquidated_damages_assessed(1));
    world.given(applied("FN-2"));
    let refusal = world.refused(approved("FN-2", REST_FEN + 1));
    let figures = [
        ("contract_id", CONTRACT),
        ("value_fen", "90000000"),
        ("paid_fen", "30000000"),
        ("receivable_fen", "60000000"),
        ("outstanding_fen", "45000000"),
        ("requested_fen", "15000001"),
    ];
    assert_refusal(&refusal, E018_FINANCING_OVER_RECEIVABLE, &figures);
    let at = world.given(approved("FN-2", REST_FEN));
    assert_eq!(receivable(&world).outstanding_fen(), 60_000_000);
    let more = world.correction(at, approved("FN-2", REST_FEN + 1));
    let refusal = world.refused_fact(&more);
    assert_eq!(refusal.code, E018_FINANCING_OVER_RECEIVABLE);
    let same = world.correction(at, approved("FN-2", REST_FEN));
    world.append(same).expect("the limit is still met");
}

#[test]
fn what_is_lent_counts_from_approval_until_it_is_repaid_or_given_up() {
    let lends = |world: &World, amount_fen: i64| {
        let mut world = world.clone();
        world.given(applied("FN-2"));
        world.clone().given(approved("FN-2", amount_fen));
        let refusal = world.refused(approved("FN-2", amount_fen + 1));
        assert_eq!(refusal.code, E018_FINANCING_OVER_RECEIVABLE);
    };
    let mut asked = open();
    asked.given(applied("FN-1"));
    lends(&asked, AWARD_FEN - PAYMENT_FEN);
    asked.given(rejected("FN-1"));
    lends(&asked, AWARD_FEN - PAYMENT_FEN);
    let mut given_up = lent();
    given_up.given(cancelled("FN-1"));
    lends(&given_up, AWARD_FEN - PAYMENT_FEN);
    let mut world = paid_out();
    lends(&world, REST_FEN);
    world.given(repaid("R-1", 5_000_000));
    lends(&world, REST_FEN + 5_000_000);
    world.given(repaid("R-2", LOAN_FEN - 5_000_000));
    lends(&world, AWARD_FEN - PAYMENT_FEN);
}

#[test]
fn what_the_contract_still_pays_is_tested_when_a_loan_is_approved_alone() {
    let mut world = signed();
    world.given(consented());
    world.given(applied("FN-1"));
    world.given(approved("FN-1", AWARD_FEN));
    world.given(payment_requested());
    world.given(payment_accepted());
    world.given(payment_executed());
    assert_eq!(receivable(&world).outstanding_fen(), AWARD_FEN.into());
    world.given(disbursed(AWARD_FEN));
}

/// An acceptance of everything so far, so that the second term may be paid.
fn accepted() -> v1::AcceptanceConcluded {
    v1::AcceptanceConcluded {
        is_final: false,
        ..acceptance_concluded(v1::AcceptanceResult::Partial)
    }
}

/// A request on the second term, to an account.
fn second_request(account: &str) -> v1::PaymentRequested {
    v1::PaymentRequested {
        payment_id: "PY-2".to_owned(),
        term_no: "2".to_owned(),
        payee_account_ref: account.to_owned(),
        requested_on: "2024-05-06".to_owned(),
        ..payment_requested()
    }
}

#[test]
fn a_loan_is_paid_out_once_up_to_what_was_approved() {
    let mut world = lent();
    let refusal = world.refused(disbursed(LOAN_FEN + 1));
    let figures = [("approved_fen", "45000000"), ("disbursed_fen", "45000001")];
    assert_refusal(&refusal, E024_SUM_MISMATCH, &figures);
    world.clone().given(disbursed(1));
    world.given(disbursed(LOAN_FEN));
    let again: [Payload; 2] = [disbursed(1).into(), cancelled("FN-1").into()];
    for payload in again {
        let figures = [("status", "DISBURSED")];
        assert_refusal(&world.refused(payload), E002_ILLEGAL_TRANSITION, &figures);
    }
}

#[test]
fn a_loan_is_paid_back_in_parts_up_to_what_was_paid_out() {
    let mut world = paid_out();
    world.given(repaid("R-1", LOAN_FEN - 10));
    assert_eq!(loan(&world).status, FinancingStatus::PartlyRepaid);
    assert_eq!(loan(&world).owed_fen(), 10);
    let refusal = world.refused(repaid("R-1", 1));
    let repeated = [("repayment_no", "R-1")];
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &repeated);
    let figures = [("disbursed_fen", "45000000"), ("repaid_fen", "45000001")];
    let refusal = world.refused(repaid("R-2", 11));
    assert_refusal(&refusal, E023_RELEASE_OVER_HELD, &figures);
    let at = world.given(repaid("R-2", 10));
    assert_eq!(loan(&world).status, FinancingStatus::Repaid);
    let refusal = world.refused(repaid("R-3", 1));
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("status", "REPAID")]);
    let less = world.correction(at, repaid("R-2", 9));
    world.append(less).expect("less was paid back");
    assert_eq!(loan(&world).status, FinancingStatus::PartlyRepaid);
    let more = world.correction(at, repaid("R-2", 11));
    assert_refusal(&world.refused_fact(&more), E023_RELEASE_OVER_HELD, &figures);
}

#[test]
fn no_more_is_overdue_than_is_owed_and_a_loan_in_default_is_still_paid_back() {
    let mut world = paid_out();
    world.given(repaid("R-1", 5_000_000));
    let refusal = world.refused(defaulted(40_000_001));
    let figures = [("owed_fen", "40000000"), ("overdue_fen", "40000001")];
    assert_refusal(&refusal, E023_RELEASE_OVER_HELD, &figures);
    world.given(defaulted(40_000_000));
    world.given(repaid("R-2", 39_999_999));
    assert_eq!(loan(&world).status, FinancingStatus::Defaulted);
    world.given(repaid("R-3", 1));
    assert_eq!(loan(&world).status, FinancingStatus::Repaid);
}

#[test]
fn while_an_account_is_locked_money_goes_there_and_nowhere_else() {
    let mut world = lent();
    world.given(accepted());
    world.given(locked("FN-1", PLEDGED));
    let changed = |account: &str| v1::ContractChanged {
        payee_account_ref: account.to_owned(),
        changed_on: "2024-05-05".to_owned(),
        ..contract_changed(0)
    };
    let other: [Payload; 2] = [second_request(ACCOUNT).into(), changed("ACC-OTHER").into()];
    for payload in other {
        let refusal = world.refused(payload);
        assert_refusal(&refusal, E017_PAYEE_MISMATCH, &[("contract_id", CONTRACT)]);
        assert!(!refusal.message.contains(PLEDGED), "{refusal}");
    }
    world.clone().given(changed(PLEDGED));
    world.clone().given(changed(""));
    world.clone().given(second_request(PLEDGED));
    // The end of the loan ends the lock.
    let mut given_up = world.clone();
    given_up.given(cancelled("FN-1"));
    world.given(disbursed(LOAN_FEN));
    assert_eq!(receivable(&world).locked_account(), Some(PLEDGED));
    let mut early = repaid("R-1", LOAN_FEN);
    early.repaid_on = "2024-05-05".to_owned();
    world.given(early);
    for over in [given_up, world] {
        assert_eq!(receivable(&over).locked_account(), None);
        let refusal = over.refused(second_request(PLEDGED));
        let figures = [("payee_account_ref", PLEDGED)];
        assert_refusal(&refusal, E017_PAYEE_MISMATCH, &figures);
        over.clone().given(second_request(ACCOUNT));
    }
}

#[test]
fn a_lock_is_of_the_loans_bank_once_at_a_time_and_of_one_account() {
    let mut world = open();
    world.given(applied("FN-1"));
    let refusal = world.refused(locked("FN-1", PLEDGED));
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("status", "APPLIED")]);
    world.given(approved("FN-1", LOAN_FEN));
    let refusal = world.refused(released(PLEDGED));
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("status", "APPROVED")]);
    let strayed = v1::PayeeAccountLocked {
        bank: SUPPLIER_2.to_owned(),
        ..locked("FN-1", PLEDGED)
    };
    let figures = [("bank", SUPPLIER_2), ("loan_bank", BANK)];
    assert_refusal(&world.refused(strayed), E001_UNKNOWN_REF, &figures);
    world.given(locked("FN-1", PLEDGED));
    let refusal = world.refused(locked("FN-1", PLEDGED));
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("status", "APPROVED")]);
    world.given(applied("FN-2"));
    world.given(approved("FN-2", REST_FEN));
    let refusal = world.refused(locked("FN-2", "ACC-OTHER"));
    let figures = [("payee_account_ref", "ACC-OTHER")];
    assert_refusal(&refusal, E017_PAYEE_MISMATCH, &figures);
    world.given(locked("FN-2", PLEDGED));
    world.given(cancelled("FN-1"));
    let refusal = world.refused(released("ACC-OTHER"));
    assert_refusal(&refusal, E017_PAYEE_MISMATCH, &figures);
    let mut early = released(PLEDGED);
    early.released_on = "2024-04-12".to_owned();
    let days = [("earliest_on", "2024-04-13"), ("legal_on", "2024-04-12")];
    assert_refusal(&world.refused(early), E003_BAD_TIME, &days);
    world.given(released(PLEDGED));
    assert_eq!(receivable(&world).locked_account(), Some(PLEDGED));
}

#[test]
fn an_account_is_released_after_the_loan_is_over_and_not_before() {
    let mut world = lent();
    world.given(locked("FN-1", PLEDGED));
    let running = |world: &World, status: &str| {
        let refusal = world.refused(released(PLEDGED));
        assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("status", status)]);
    };
    running(&world, "APPROVED");
    let mut given_up = world.clone();
    given_up.given(cancelled("FN-1"));
    world.given(disbursed(LOAN_FEN));
    running(&world, "DISBURSED");
    let mut overdue = world.clone();
    overdue.given(defaulted(LOAN_FEN));
    running(&overdue, "DEFAULTED");
    world.given(repaid("R-1", LOAN_FEN - 1));
    running(&world, "PARTLY_REPAID");
    world.given(repaid("R-2", 1));
    let early = v1::PayeeAccountReleased {
        released_on: "2024-10-09".to_owned(),
        ..released(PLEDGED)
    };
    let days = [
        ("depends_on", "end of the loan"),
        ("earliest_on", "2024-10-10"),
    ];
    assert_refusal(&world.refused(early), E003_BAD_TIME, &days);
    for mut over in [given_up, world] {
        over.given(released(PLEDGED));
        let lock = loan(&over).lock.expect("locked once");
        assert_eq!(lock.released_on, "2024-10-10".parse().ok());
        let refusal = over.refused(released(PLEDGED));
        assert_eq!(refusal.code, E002_ILLEGAL_TRANSITION);
    }
}

/// Every act on the first loan but its application.
fn acts() -> [Payload; 8] {
    [
        approved("FN-1", 1).into(),
        rejected("FN-1").into(),
        cancelled("FN-1").into(),
        locked("FN-1", PLEDGED).into(),
        released(PLEDGED).into(),
        disbursed(1).into(),
        repaid("R-1", 1).into(),
        defaulted(1).into(),
    ]
}

#[test]
fn a_bank_acts_on_its_own_loans() {
    let mut world = open();
    let by_other = |world: &World, payload: Payload| {
        let fact = by(world.fact(payload), ActorRole::Bank, SUPPLIER_3);
        let refusal = world.refused_fact(&fact);
        assert_refusal(&refusal, E020_FORBIDDEN_ROLE, &[("bank", BANK)]);
    };
    by_other(&world, applied("FN-1").into());
    world.given(applied("FN-1"));
    for act in acts() {
        by_other(&world, act);
    }
    let own = by(world.fact(cancelled("FN-1")), ActorRole::Bank, BANK);
    world.append(own).expect("its own loan");
}

#[test]
fn every_act_needs_a_known_contract_and_a_known_loan() {
    let (bare, open) = (World::with_award(), open());
    let others: [Payload; 4] = [
        consented().into(),
        requested().into(),
        confirmed("2024-05-10").into(),
        applied("FN-1").into(),
    ];
    for act in acts() {
        let figures = [("entity_kind", "FN"), ("entity_id", "FN-1")];
        assert_refusal(&open.refused(act), E001_UNKNOWN_REF, &figures);
    }
    for act in acts().into_iter().chain(others) {
        let code = match act {
            Payload::FinancingApplied(_) => E021_SEALED,
            _ => E001_UNKNOWN_REF,
        };
        assert_eq!(bare.refused(act).code, code);
    }
}

#[test]
fn a_loan_stays_on_its_contract() {
    let mut world = World::with_award();
    for (contract_id, contract_no) in [(CONTRACT, "HY-1"), ("CT-2", "HY-2")] {
        let amount_fen = AWARD_FEN / 2;
        world.given(v1::ContractSigned {
            contract_id: contract_id.to_owned(),
            contract_no: contract_no.to_owned(),
            amount_fen,
            terms: vec![payment_term("1", TermKind::Acceptance, amount_fen)],
            ..contract_signed()
        });
    }
    world.given(consented());
    world.given(applied("FN-1"));
    let strayed = v1::FinancingApproved {
        contract_id: "CT-2".to_owned(),
        ..approved("FN-1", 1)
    };
    let figures = [("contract_id", "CT-2"), ("loan_contract_id", CONTRACT)];
    assert_refusal(&world.refused(strayed), E001_UNKNOWN_REF, &figures);
}

#[test]
fn acts_on_a_loan_follow_one_another_in_time() {
    let on = |world: &World, payload: Payload, day: &str| {
        let mut fact = world.fact(payload);
        fact.legal_date = day.parse().expect("a day");
        fact
    };
    let early = |world: &World, payload: Payload, (day, earliest): (&str, &str)| {
        let refusal = world.refused_fact(&on(world, payload.clone(), day));
        let figures = [("earliest_on", earliest), ("legal_on", day)];
        assert_refusal(&refusal, E003_BAD_TIME, &figures);
        let decided = world.decide(&on(world, payload, earliest));
        decided.expect("on the day itself");
    };
    let signing = ("2024-02-19", "2024-02-20");
    early(&signed(), consented().into(), signing);
    early(&signed(), requested().into(), signing);
    let mut world = open();
    world.given(applied("FN-1"));
    let application = ("2024-04-09", "2024-04-10");
    early(&world, approved("FN-1", 1).into(), application);
    early(&world, rejected("FN-1").into(), application);
    early(&world, cancelled("FN-1").into(), application);
    world.given(approved("FN-1", LOAN_FEN));
    let approval = ("2024-04-11", "2024-04-12");
    early(&world, cancelled("FN-1").into(), approval);
    early(&world, locked("FN-1", PLEDGED).into(), approval);
    early(&world, disbursed(1).into(), approval);
    world.given(disbursed(LOAN_FEN));
    let disbursement = ("2024-04-14", "2024-04-15");
    early(&world, repaid("R-1", 1).into(), disbursement);
    early(&world, defaulted(1).into(), disbursement);
}
