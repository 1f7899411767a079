//! Step gates of contract events, decided by the whole domain.

use super::{facts::*, world::World};
use crate::{
    domain::{
        contract::{Contract, ContractStatus},
        refusal::Code::{
            self, E001_UNKNOWN_REF, E002_ILLEGAL_TRANSITION, E003_BAD_TIME,
            E013_CONTRACT_OVER_AWARD, E014_SUPPLEMENT_OVER_10PCT, E024_SUM_MISMATCH,
            E025_PAY_BEFORE_ACCEPTANCE,
        },
    },
    events::v1::{self, AcceptanceResult::Passed, event_payload::Payload},
};

fn signing_with(change: impl FnOnce(&mut v1::ContractSigned)) -> Payload {
    let mut signing = signing();
    change(&mut signing);
    Payload::ContractSigned(signing)
}

#[test]
fn signs_with_the_winner_of_an_awarded_lot_under_the_plan() {
    type Change = fn(&mut v1::ContractSigned);
    let rows: [(&str, Change, Option<Code>); 12] = [
        ("as awarded", |_| {}, None),
        (
            "on the day of the award",
            |c| c.signed_on = "2023-08-20".to_owned(),
            None,
        ),
        (
            "a day before the award",
            |c| c.signed_on = "2023-08-19".to_owned(),
            Some(E003_BAD_TIME),
        ),
        (
            "another lot",
            |c| c.lot_no = "02".to_owned(),
            Some(E001_UNKNOWN_REF),
        ),
        (
            "not the winner",
            |c| c.supplier = SUPPLIER_2.to_owned(),
            Some(E001_UNKNOWN_REF),
        ),
        (
            "not the plan's unit",
            |c| c.buyer = SUPPLIER.to_owned(),
            Some(E001_UNKNOWN_REF),
        ),
        (
            "not the plan's law",
            |c| c.law_track = v1::LawTrack::TenderLaw.into(),
            Some(E001_UNKNOWN_REF),
        ),
        (
            "ends as it starts",
            |c| c.end_on.clone_from(&c.start_on),
            None,
        ),
        (
            "ends before it starts",
            |c| c.end_on = "2023-09-01".to_owned(),
            Some(E003_BAD_TIME),
        ),
        (
            "a term twice",
            |c| c.terms[1].term_no = "ADV".to_owned(),
            Some(E024_SUM_MISMATCH),
        ),
        (
            "less than the award",
            |c| {
                c.amount_fen -= 1;
                c.terms[0].amount_fen -= 1;
            },
            None,
        ),
        (
            "a fen over the award",
            |c| {
                c.amount_fen += 1;
                c.terms[0].amount_fen += 1;
            },
            Some(E013_CONTRACT_OVER_AWARD),
        ),
    ];
    for (name, change, code) in rows {
        assert_eq!(
            World::awarded().refuses(signing_with(change)),
            code,
            "{name}"
        );
    }
}

#[test]
fn names_the_winner_when_another_supplier_signs() {
    let other = signing_with(|c| c.supplier = SUPPLIER_2.to_owned());
    let refusal = World::awarded().refusal(other);
    assert!(
        refusal.figures.contains(&("winner", SUPPLIER.to_owned())),
        "{refusal:?}"
    );
    assert!(refusal.message.contains(SUPPLIER), "{refusal}");
}

#[test]
fn signs_a_contract_id_once() {
    let world = World::given([sign()]);
    assert_eq!(world.refuses(sign()), Some(E002_ILLEGAL_TRANSITION));
}

#[test]
fn knows_no_act_on_a_contract_that_is_not_signed() {
    let on = "2023-10-01";
    let world = World::awarded();
    let acts = [
        filed("F-1", on),
        supplement("S-1", 1, on),
        change("C-1", 1, on),
        suspended(on),
        resumed(on),
        terminated(0, on),
        completed(on),
        started(on),
        delivered("D-1", on),
        invoice("I-1", 1, on),
        settled("ST-1", 1, on),
        damages("DM-1", 1, on),
        rectified(on),
        request("P-1", "ADV", 1, on),
        acceptance_requested("A-1", on),
        team_formed("A-1", on),
        concluded("A-1", Passed, 1, on),
        uploaded("A-1", 1_701_388_800),
    ];
    for act in acts {
        assert_eq!(
            world.refuses(act.clone()),
            Some(E001_UNKNOWN_REF),
            "{act:?}"
        );
    }
}

#[test]
fn no_act_is_earlier_than_the_signing() {
    let (early, same) = ("2023-08-31", "2023-09-01");
    let acts: [fn(&str) -> Payload; 12] = [
        |on| filed("F-1", on),
        |on| supplement("S-1", 1, on),
        |on| change("C-1", 1, on),
        suspended,
        |on| terminated(0, on),
        started,
        |on| delivered("D-1", on),
        |on| invoice("I-1", 1, on),
        |on| settled("ST-1", 1, on),
        |on| damages("DM-1", 1, on),
        |on| request("P-1", "ADV", 1, on),
        |on| acceptance_requested("A-1", on),
    ];
    let world = World::given([sign()]);
    for act in acts {
        assert_eq!(
            world.refuses(act(early)),
            Some(E003_BAD_TIME),
            "{:?}",
            act(early)
        );
        assert_eq!(world.refuses(act(same)), None, "{:?}", act(same));
    }
}

#[test]
fn an_act_follows_the_one_that_it_ends() {
    let suspended_world = World::given([sign(), suspended("2023-09-10")]);
    assert_eq!(
        suspended_world.refuses(resumed("2023-09-09")),
        Some(E003_BAD_TIME)
    );
    assert_eq!(suspended_world.refuses(resumed("2023-09-10")), None);

    let failed = v1::AcceptanceResult::Failed;
    let failed_world = World::given([
        sign(),
        delivered("D-1", "2023-09-10"),
        concluded("A-1", failed, 0, "2023-09-12"),
    ]);
    assert_eq!(
        failed_world.refuses(rectified("2023-09-11")),
        Some(E003_BAD_TIME)
    );
    assert_eq!(failed_world.refuses(rectified("2023-09-12")), None);

    let mut facts = vec![
        sign(),
        delivered("D-1", "2023-09-10"),
        concluded("A-1", Passed, ORIGINAL_FEN, "2023-09-12"),
    ];
    facts.extend(pay("P-1", "FIN", ORIGINAL_FEN, "2023-09-20"));
    let paid_world = World::given(facts);
    assert_eq!(
        paid_world.refuses(completed("2023-09-19")),
        Some(E003_BAD_TIME)
    );
    assert_eq!(paid_world.refuses(completed("2023-09-20")), None);
}

#[test]
fn a_settlement_names_a_term_of_the_contract() {
    let world = World::given([sign()]);
    let on_term = |term_no: &str| {
        Payload::SettlementConfirmed(v1::SettlementConfirmed {
            contract_id: "CT-1".to_owned(),
            settlement_no: "ST-1".to_owned(),
            term_no: term_no.to_owned(),
            amount_fen: 1,
            on: "2023-10-01".to_owned(),
        })
    };
    assert_eq!(world.refuses(on_term("PRO")), None);
    assert_eq!(world.refuses(on_term("")), None);
    assert_eq!(world.refuses(on_term("NONE")), Some(E001_UNKNOWN_REF));
}

#[test]
fn the_parts_of_a_supplement_make_its_amount() {
    let world = World::given([sign()]);
    let with = |parts: &[(&str, i64)]| {
        let Payload::SupplementSigned(mut more) = supplement("S-1", 100, "2023-10-01") else {
            unreachable!("a supplement is a supplement")
        };
        let part = |(line, fen): &(&str, i64)| v1::BudgetPart {
            budget_line_id: (*line).to_owned(),
            amount_fen: *fen,
        };
        more.budget_parts = parts.iter().map(part).collect();
        Payload::SupplementSigned(more)
    };
    assert_eq!(world.refuses(with(&[("BL-1", 100)])), None);
    assert_eq!(
        world.refuses(with(&[("BL-1", 99)])),
        Some(E024_SUM_MISMATCH)
    );
    assert_eq!(
        world.refuses(with(&[("BL-1", 50), ("BL-1", 50)])),
        Some(E024_SUM_MISMATCH)
    );
    assert_eq!(
        world.refuses(with(&[("BL-9", 100)])),
        Some(E001_UNKNOWN_REF)
    );
    assert_eq!(
        world.refuses(supplement("S-1", 10_001, "2023-10-01")),
        Some(E014_SUPPLEMENT_OVER_10PCT)
    );
}

#[test]
fn a_void_or_correction_meets_the_sums_that_result() {
    let mut world = World::given([sign(), delivered("D-1", "2023-09-10")]);
    let acceptance = world.must(concluded("A-1", Passed, ORIGINAL_FEN, "2023-09-12"));
    for payload in pay("P-1", "FIN", 60_000, "2023-09-20") {
        world.must(payload);
    }
    // Without the acceptance the payment would have come before it.
    let e025 = Some(E025_PAY_BEFORE_ACCEPTANCE);
    assert_eq!(world.refuses_fact(&world.0.void(acceptance)), e025);
    let accepting = |fen| concluded("A-1", Passed, fen, "2023-09-12");
    let correction = world.0.correction(acceptance, accepting(59_999));
    assert_eq!(world.refuses_fact(&correction), e025);
    let correction = world.0.correction(acceptance, accepting(60_000));
    world.must_fact(correction);
    let contract: Contract = world.state_of("CT-1");
    assert_eq!(contract.figures().accepted_fen, 60_000);
    assert_eq!(contract.status, ContractStatus::Accepted);
}

#[test]
fn a_correction_keeps_the_terms_that_payments_rest_on() {
    let mut world = World::awarded();
    let signing = world.must(sign());
    world.must(request("P-1", "ADV", 30_000, "2023-09-02"));
    let renamed = signing_with(|c| c.terms[0].term_no = "ADV-2".to_owned());
    let correction = world.0.correction(signing, renamed);
    assert_eq!(world.refuses_fact(&correction), Some(E001_UNKNOWN_REF));
    let moved = signing_with(|c| {
        c.terms[0].amount_fen -= 1;
        c.terms[1].amount_fen += 1;
    });
    let correction = world.0.correction(signing, moved);
    assert_eq!(
        world.refuses_fact(&correction),
        Some(E025_PAY_BEFORE_ACCEPTANCE)
    );
}

#[test]
fn a_contract_goes_from_signing_to_completion() {
    let mut world = World::given([sign(), filed("F-1", "2023-09-05")]);
    for payload in pay("P-1", "ADV", 30_000, "2023-09-06") {
        world.must(payload);
    }
    world.must(started("2023-09-07"));
    world.must(supplement("S-1", 10_000, "2023-09-10"));
    world.must(suspended("2023-09-11"));
    world.must(resumed("2023-09-12"));
    world.must(settled("ST-1", 20_000, "2023-09-20"));
    for payload in pay("P-2", "PRO", 20_000, "2023-09-21") {
        world.must(payload);
    }
    world.must(delivered("D-1", "2023-10-01"));
    world.must(acceptance_requested("A-1", "2023-10-02"));
    world.must(team_formed("A-1", "2023-10-03"));
    world.must(concluded("A-1", Passed, 110_000, "2023-10-10"));
    world.must(uploaded("A-1", 1_701_388_800));
    world.must(damages("DM-1", 2_000, "2023-10-11"));
    world.must(invoice("I-1", 108_000, "2023-10-12"));
    for payload in pay("P-3", "FIN", 53_000, "2023-10-20") {
        world.must(payload);
    }
    for payload in pay("P-4", "RET", 5_000, "2024-10-20") {
        world.must(payload);
    }
    world.must(completed("2024-10-20"));
    let contract: Contract = world.state_of("CT-1");
    assert_eq!(contract.status, ContractStatus::Completed);
    assert_eq!(contract.figures().paid_fen, 108_000);
    assert_eq!(contract.payable_fen(), 108_000);
}

#[test]
fn is_not_signed_before_the_award_notice() {
    use crate::domain::testkit;
    let world = testkit::World::with_award();
    for (signed_on, code) in [("2024-02-08", Some(E003_BAD_TIME)), ("2024-02-09", None)] {
        let signing = v1::ContractSigned {
            signed_on: signed_on.to_owned(),
            ..testkit::facts::contract_signed()
        };
        let answer = world.decide(&world.fact(signing));
        assert_eq!(answer.err().map(|r| r.code), code, "{signed_on}");
    }
}
