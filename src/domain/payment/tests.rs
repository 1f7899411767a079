//! What payments accept and refuse.

use proptest::prelude::*;

use super::*;
use crate::domain::{
    contract::tests::{facts::*, world::World},
    machine::step,
    refusal::Code::{
        E001_UNKNOWN_REF, E002_ILLEGAL_TRANSITION, E003_BAD_TIME, E017_PAYEE_MISMATCH,
        E024_SUM_MISMATCH, E025_PAY_BEFORE_ACCEPTANCE,
    },
};
use crate::events::v1::AcceptanceResult::{Failed, Passed};

const ON: &str = "2023-10-01";

fn payment_entity() -> EntityRef {
    EntityRef::new(EntityKind::Payment, PARTITION, PROJECT, "P-1")
}

fn fold_payment(facts: &[Payload]) -> Payment {
    let mut payment = Payment::default();
    for (position, payload) in (0..).zip(facts) {
        evolve(
            &mut payment,
            &payment_entity(),
            position,
            &fact(payload.clone()),
        );
    }
    payment
}

#[test]
fn refuses_every_pair_that_the_domain_does_not_name() {
    use EventType as E;
    use PaymentStatus::{Absent, Accepted, Executed, Rejected, Requested, Returned};
    let statuses = [Absent, Requested, Accepted, Rejected, Executed, Returned];
    let allowed = [
        (Absent, E::PaymentRequested, Requested),
        (Requested, E::PaymentAccepted, Accepted),
        (Requested, E::PaymentRejected, Rejected),
        (Accepted, E::PaymentExecuted, Executed),
        (Executed, E::PaymentReturned, Returned),
        (Returned, E::PaymentRequested, Requested),
    ];
    for from in statuses {
        for event in EventType::ALL {
            let expected = allowed
                .iter()
                .find(|(f, e, _)| *f == from && e == event)
                .map(|(_, _, to)| *to);
            assert_eq!(
                step(TRANSITIONS, from, *event, Case::Other),
                expected,
                "{from:?} {event:?}"
            );
        }
    }
}

#[test]
fn goes_round_again_after_a_return() {
    let mut world = World::given([sign()]);
    for payload in pay("P-1", "ADV", 30_000, ON) {
        world.must(payload);
    }
    world.must(returned("P-1", 30_000, "2023-10-02"));
    assert_eq!(
        world.refuses(request("P-1", "ADV", 1, ON)),
        Some(E003_BAD_TIME)
    );
    world.must(request("P-1", "ADV", 20_000, "2023-10-03"));
    assert_eq!(
        world.refuses(paid("P-1", 20_000, "2023-10-03")),
        Some(E002_ILLEGAL_TRANSITION)
    );
    world.must(agreed("P-1", "2023-10-03"));
    world.must(paid("P-1", 20_000, "2023-10-04"));
    let payment: Payment = world.state_of("P-1");
    assert_eq!(payment.status, PaymentStatus::Executed);
    assert_eq!(payment.rounds.len(), 2);
    let contract: Contract = world.state_of("CT-1");
    assert_eq!(contract.figures().paid_fen, 20_000);
}

#[test]
fn a_rejected_payment_is_over() {
    let world = World::given([sign(), request("P-1", "ADV", 1, ON), rejected("P-1", ON)]);
    assert_eq!(
        world.refuses(request("P-1", "ADV", 1, ON)),
        Some(E002_ILLEGAL_TRANSITION)
    );
    assert_eq!(
        world.refuses(agreed("P-1", ON)),
        Some(E002_ILLEGAL_TRANSITION)
    );
    assert_eq!(world.refuses(request("P-2", "ADV", 30_000, ON)), None);
}

#[test]
fn what_is_paid_and_returned_is_what_was_requested() {
    let accepted = World::given([sign(), request("P-1", "ADV", 30_000, ON), agreed("P-1", ON)]);
    assert_eq!(accepted.refuses(paid("P-1", 30_000, ON)), None);
    let refusal = accepted.refusal(paid("P-1", 29_999, ON));
    assert_eq!(refusal.code, E024_SUM_MISMATCH);
    assert!(
        refusal
            .figures
            .contains(&("requested_fen", "30000".to_owned())),
        "{refusal:?}"
    );
    assert!(
        refusal.figures.contains(&("given_fen", "29999".to_owned())),
        "{refusal:?}"
    );

    let mut executed = accepted;
    executed.must(paid("P-1", 30_000, ON));
    assert_eq!(executed.refuses(returned("P-1", 30_000, ON)), None);
    assert_eq!(
        executed.refuses(returned("P-1", 29_999, ON)),
        Some(E024_SUM_MISMATCH)
    );
}

#[test]
fn parts_are_those_of_the_request() {
    let parts = |parts: &[(&str, i64)]| -> Vec<BudgetPart> {
        let part = |(line, fen): &(&str, i64)| BudgetPart {
            budget_line_id: (*line).to_owned(),
            amount_fen: *fen,
        };
        parts.iter().map(part).collect()
    };
    let asked = |given: &[(&str, i64)]| {
        let Payload::PaymentRequested(mut asked) = request("P-1", "ADV", 100, ON) else {
            unreachable!("a request is a request")
        };
        asked.budget_parts = parts(given);
        Payload::PaymentRequested(asked)
    };
    let world = World::given([sign()]);
    assert_eq!(world.refuses(asked(&[("BL-1", 100)])), None);
    assert_eq!(
        world.refuses(asked(&[("BL-1", 99)])),
        Some(E024_SUM_MISMATCH)
    );
    assert_eq!(
        world.refuses(asked(&[("BL-1", 40), ("BL-1", 60)])),
        Some(E024_SUM_MISMATCH)
    );

    let requested = fold_payment(&[asked(&[("BL-1", 40), ("BL-2", 60)]), agreed("P-1", ON)]);
    let Payload::PaymentExecuted(mut executed) = paid("P-1", 100, ON) else {
        unreachable!("a payment is a payment")
    };
    executed.budget_parts = parts(&[("BL-1", 41), ("BL-2", 59)]);
    let mut payment = requested;
    evolve(
        &mut payment,
        &payment_entity(),
        9,
        &fact(Payload::PaymentExecuted(executed)),
    );
    let refusal = invariants(&payment, &payment_entity()).unwrap_err();
    assert_eq!(refusal.code, E024_SUM_MISMATCH);
    for figure in [
        ("budget_line_id", "BL-1"),
        ("requested_part_fen", "40"),
        ("given_part_fen", "41"),
    ] {
        assert!(
            refusal.figures.contains(&(figure.0, figure.1.to_owned())),
            "{refusal:?}"
        );
    }
}

#[test]
fn pays_the_supplier_on_the_account_that_the_contract_names_now() {
    let to = |payee: &str, account: &str| {
        let Payload::PaymentRequested(mut asked) = request("P-1", "ADV", 100, "2023-10-05") else {
            unreachable!("a request is a request")
        };
        payee.clone_into(&mut asked.payee);
        account.clone_into(&mut asked.payee_account_ref);
        Payload::PaymentRequested(asked)
    };
    let mut world = World::given([sign()]);
    assert_eq!(world.refuses(to(SUPPLIER, ACCOUNT)), None);
    assert_eq!(
        world.refuses(to(SUPPLIER_2, ACCOUNT)),
        Some(E017_PAYEE_MISMATCH)
    );
    let refusal = world.refusal(to(SUPPLIER, "acct-2"));
    assert_eq!(refusal.code, E017_PAYEE_MISMATCH);
    assert!(
        !format!("{refusal:?}").contains(ACCOUNT),
        "the right account is not told"
    );

    world.must(new_account("C-1", "acct-2", "2023-10-04"));
    assert_eq!(world.refuses(to(SUPPLIER, "acct-2")), None);
    assert_eq!(
        world.refuses(to(SUPPLIER, ACCOUNT)),
        Some(E017_PAYEE_MISMATCH)
    );
}

#[test]
fn knows_terms_payments_and_contracts() {
    let world = World::given([sign(), request("P-1", "ADV", 100, ON)]);
    assert_eq!(
        world.refuses(request("P-2", "NONE", 1, ON)),
        Some(E001_UNKNOWN_REF)
    );
    for unknown in [
        agreed("P-9", ON),
        rejected("P-9", ON),
        paid("P-9", 1, ON),
        returned("P-9", 1, ON),
    ] {
        assert_eq!(world.refuses(unknown), Some(E001_UNKNOWN_REF));
    }
    let other = Payload::PaymentAccepted(v1::PaymentAccepted {
        payment_id: "P-1".to_owned(),
        contract_id: "CT-2".to_owned(),
        decided_on: ON.to_owned(),
    });
    assert_eq!(world.refuses(other), Some(E001_UNKNOWN_REF));
}

#[test]
fn a_payment_stays_with_its_contract() {
    let mut world = World::awarded();
    for contract_id in ["CT-1", "CT-2"] {
        let mut half = signing();
        half.contract_id = contract_id.to_owned();
        half.amount_fen /= 2;
        for term in &mut half.terms {
            term.amount_fen /= 2;
        }
        world.must(Payload::ContractSigned(half));
    }
    world.must(request("P-1", "ADV", 100, ON));
    let other = Payload::PaymentAccepted(v1::PaymentAccepted {
        payment_id: "P-1".to_owned(),
        contract_id: "CT-2".to_owned(),
        decided_on: ON.to_owned(),
    });
    let refusal = world.refusal(other);
    assert_eq!(refusal.code, E001_UNKNOWN_REF);
    assert!(
        refusal
            .figures
            .contains(&("payment_contract_id", "CT-1".to_owned()))
    );
}

#[test]
fn each_act_follows_the_one_before() {
    let (early, same) = ("2023-09-30", ON);
    let mut world = World::given([sign(), request("P-1", "ADV", 100, ON)]);
    assert_eq!(world.refuses(agreed("P-1", early)), Some(E003_BAD_TIME));
    assert_eq!(world.refuses(rejected("P-1", early)), Some(E003_BAD_TIME));
    world.must(agreed("P-1", same));
    assert_eq!(world.refuses(paid("P-1", 100, early)), Some(E003_BAD_TIME));
    world.must(paid("P-1", 100, same));
    assert_eq!(
        world.refuses(returned("P-1", 100, early)),
        Some(E003_BAD_TIME)
    );
    world.must(returned("P-1", 100, same));
}

#[test]
fn a_request_is_not_earlier_than_what_it_waits_for() {
    let mut world = World::given([
        sign(),
        delivered("D-1", ON),
        settled("ST-1", 20_000, "2023-10-04"),
    ]);
    world.must(concluded("A-1", Passed, ORIGINAL_FEN, "2023-10-05"));
    let rows = [
        ("ACC", "2023-10-05"),
        ("FIN", "2023-10-05"),
        ("PRO", "2023-10-04"),
    ];
    for (term_no, on) in rows.into_iter().chain([("RET", "2023-10-05")]) {
        assert_eq!(
            world.refuses(request("P-1", term_no, 1, on)),
            None,
            "{term_no}"
        );
        let early = request("P-1", term_no, 1, "2023-10-03");
        assert_eq!(world.refuses(early), Some(E003_BAD_TIME), "{term_no}");
    }
    assert_eq!(world.refuses(request("P-1", "ADV", 1, "2023-10-03")), None);
}

#[test]
fn retention_waits_for_a_final_acceptance_that_stands() {
    let mut world = World::given([sign(), delivered("D-1", ON)]);
    let retention = || request("P-1", "RET", 5_000, "2023-11-01");
    assert_eq!(world.refuses(retention()), Some(E025_PAY_BEFORE_ACCEPTANCE));
    world.must(concluded("A-1", Passed, ORIGINAL_FEN, "2023-10-02"));
    assert_eq!(world.refuses(retention()), None);
    world.must(concluded("A-2", Failed, 0, "2023-10-03"));
    assert_eq!(world.refuses(retention()), Some(E025_PAY_BEFORE_ACCEPTANCE));
    world.must(rectified("2023-10-04"));
    assert_eq!(world.refuses(retention()), Some(E025_PAY_BEFORE_ACCEPTANCE));
    world.must(concluded("A-3", Passed, 0, "2023-10-05"));
    assert_eq!(world.refuses(retention()), None);
}

#[test]
fn a_correction_of_an_executed_payment_meets_its_request() {
    let mut world = World::given([sign(), request("P-1", "ADV", 30_000, ON)]);
    world.must(agreed("P-1", ON));
    let executed = world.must(paid("P-1", 30_000, ON));
    let correction = world.0.correction(executed, paid("P-1", 29_999, ON));
    assert_eq!(world.refuses_fact(&correction), Some(E024_SUM_MISMATCH));
    let void = world.0.void(executed - 2);
    assert_eq!(
        world.refuses_fact(&void),
        Some(E002_ILLEGAL_TRANSITION),
        "no request is left"
    );
    let void = world.0.void(executed);
    world.must_fact(void);
    let payment: Payment = world.state_of("P-1");
    assert_eq!(payment.status, PaymentStatus::Accepted);
}

proptest! {
    #[test]
    fn evolve_stands_any_soup(kinds in prop::collection::vec((0..5_u8, any::<i64>()), 0..30)) {
        let facts: Vec<Payload> = kinds
            .into_iter()
            .map(|(kind, fen)| match kind {
                0 => request("P-1", "ADV", fen, ON),
                1 => agreed("P-1", ON),
                2 => rejected("P-1", ON),
                3 => paid("P-1", fen, ON),
                _ => returned("P-1", fen, ON),
            })
            .collect();
        let payment = fold_payment(&facts);
        let _ = invariants(&payment, &payment_entity());
        let taken = facts.iter().filter(|f| matches!(f, Payload::PaymentRequested(_))).count();
        prop_assert_eq!(payment.rounds.len(), taken);
    }
}
