//! The sums at their limit and one fen beyond, with the figures that are told.

use super::facts::*;
use crate::{
    domain::{
        contract::Contract,
        refusal::{
            Code::{
                self, E014_SUPPLEMENT_OVER_10PCT, E015_PAYMENT_OVER_CONTRACT, E024_SUM_MISMATCH,
                E025_PAY_BEFORE_ACCEPTANCE,
            },
            Refusal,
        },
    },
    events::v1::{
        AcceptanceResult::{Failed, Partial, Passed},
        LawTrack, Pricing, TermKind,
        event_payload::Payload,
    },
};

/// A row: what was so, what is asked for, and the refusal with the figures it must tell.
type Row = (
    &'static str,
    Vec<Payload>,
    Payload,
    Result<(), (Code, Vec<(&'static str, i64)>)>,
);

fn run(rows: Vec<Row>) {
    for (name, before, when, then) in rows {
        let answer = decide(&given(&before), &when);
        match then {
            Ok(()) => assert!(answer.is_ok(), "{name}: {answer:?}"),
            Err((code, figures)) => {
                let refusal = answer.expect_err(name);
                assert_eq!(refusal.code, code, "{name}");
                for (figure, fen) in figures {
                    assert_eq!(
                        told(&refusal, figure),
                        Some(fen),
                        "{name}: {figure}, {refusal:?}"
                    );
                }
            }
        }
    }
}

fn told(refusal: &Refusal, name: &str) -> Option<i64> {
    let (_, figure) = refusal.figures.iter().find(|(figure, _)| *figure == name)?;
    figure.parse().ok()
}

fn signed_and(facts: impl IntoIterator<Item = Payload>) -> Vec<Payload> {
    let mut all = vec![sign(), started("2023-09-05")];
    all.extend(facts);
    all
}

fn tender_law() -> Payload {
    let mut signing = signing();
    signing.law_track = LawTrack::TenderLaw.into();
    Payload::ContractSigned(signing)
}

const ON: &str = "2023-10-01";

#[test]
fn supplements_come_to_ten_per_cent_of_the_original() {
    let e014 = |figures| Err((E014_SUPPLEMENT_OVER_10PCT, figures));
    run(vec![
        (
            "the limit",
            signed_and([]),
            supplement("S-1", 10_000, ON),
            Ok(()),
        ),
        (
            "a fen over",
            signed_and([]),
            supplement("S-1", 10_001, ON),
            e014(vec![
                ("original_fen", 100_000),
                ("limit_fen", 10_000),
                ("used_fen", 0),
                ("requested_fen", 10_001),
            ]),
        ),
        (
            "the rest of the limit",
            signed_and([supplement("S-1", 9_999, ON)]),
            supplement("S-2", 1, ON),
            Ok(()),
        ),
        (
            "the base is the original, not the increased sum",
            signed_and([supplement("S-1", 10_000, ON)]),
            supplement("S-2", 1, ON),
            e014(vec![
                ("original_fen", 100_000),
                ("used_fen", 10_000),
                ("requested_fen", 1),
            ]),
        ),
        (
            "a change that buys more counts",
            signed_and([change("C-1", 6_000, ON)]),
            supplement("S-1", 4_001, ON),
            e014(vec![("used_fen", 6_000), ("requested_fen", 4_001)]),
        ),
        (
            "a change alone",
            signed_and([]),
            change("C-1", 10_001, ON),
            e014(vec![("requested_fen", 10_001)]),
        ),
        (
            "a change that takes away makes no room",
            signed_and([supplement("S-1", 10_000, ON), change("C-1", -50_000, ON)]),
            supplement("S-2", 1, ON),
            e014(vec![("used_fen", 10_000), ("limit_fen", 10_000)]),
        ),
        (
            "works under 招标投标法 follow that law",
            vec![tender_law()],
            supplement("S-1", 90_000, ON),
            Ok(()),
        ),
    ]);
}

#[test]
fn payments_come_to_what_is_payable() {
    let e015 = |figures| Err((E015_PAYMENT_OVER_CONTRACT, figures));
    let accepted = concluded("A-1", Passed, ORIGINAL_FEN, ON);
    let advance = pay("P-1", "ADV", 30_000, ON);
    let accepted_and_advanced = || {
        let mut facts = signed_and([accepted.clone()]);
        facts.extend(advance.clone());
        facts
    };
    let with = |facts: &[Payload]| {
        let mut all = accepted_and_advanced();
        all.extend(facts.iter().cloned());
        all
    };
    run(vec![
        (
            "the limit",
            accepted_and_advanced(),
            request("P-2", "FIN", 70_000, ON),
            Ok(()),
        ),
        (
            "a fen over",
            accepted_and_advanced(),
            request("P-2", "FIN", 70_001, ON),
            e015(vec![
                ("payable_fen", 100_000),
                ("claimed_fen", 30_000),
                ("requested_fen", 70_001),
                ("paid_fen", 30_000),
            ]),
        ),
        (
            "an open request counts",
            with(&[request("P-2", "FIN", 70_000, ON)]),
            request("P-3", "ACC", 1, ON),
            e015(vec![
                ("claimed_fen", 100_000),
                ("requested_fen", 1),
                ("paid_fen", 30_000),
            ]),
        ),
        (
            "a rejected request does not",
            with(&[request("P-2", "FIN", 70_000, ON), rejected("P-2", ON)]),
            request("P-3", "ACC", 70_000, ON),
            Ok(()),
        ),
        (
            "a returned payment does not",
            with(&[returned("P-1", 30_000, ON)]),
            request("P-3", "FIN", 100_000, ON),
            Ok(()),
        ),
        (
            "it counts again when it is requested again",
            with(&[
                returned("P-1", 30_000, ON),
                request("P-3", "FIN", 70_001, ON),
            ]),
            request("P-1", "ADV", 30_000, ON),
            e015(vec![
                ("claimed_fen", 70_001),
                ("requested_fen", 30_000),
                ("paid_fen", 0),
            ]),
        ),
        (
            "damages deduct",
            with(&[damages("DM-1", 5_000, ON)]),
            request("P-2", "FIN", 65_001, ON),
            e015(vec![("payable_fen", 95_000), ("requested_fen", 65_001)]),
        ),
        (
            "damages stay above what is claimed",
            with(&[request("P-2", "FIN", 65_000, ON)]),
            damages("DM-1", 5_000, ON),
            Ok(()),
        ),
        (
            "damages reach into what is claimed",
            with(&[request("P-2", "FIN", 65_000, ON)]),
            damages("DM-1", 5_001, ON),
            e015(vec![
                ("payable_fen", 94_999),
                ("claimed_fen", 95_000),
                ("paid_fen", 30_000),
            ]),
        ),
    ]);
}

/// A refused damage, change, termination or correction asks for no payment, and says so of none:
/// the sum that is over its limit is told whole.
#[test]
fn a_limit_that_falls_below_what_is_claimed_tells_no_request() {
    let claimed = signed_and([
        concluded("A-1", Passed, 50_000, ON),
        request("P-1", "FIN", 40_000, ON),
    ]);
    let mut paid_in_part = claimed.clone();
    paid_in_part.extend(pay("P-2", "FIN", 10_000, ON));
    let before = given(&paid_in_part);
    let damaged = decide(&before, &damages("DM-1", 50_001, ON)).unwrap_err();
    let mut reaccepted = paid_in_part;
    reaccepted[2] = concluded("A-1", Passed, 49_999, ON);
    let after = fold(&reaccepted);
    let corrected = super::super::invariants(Some(&before), &after, &entity()).unwrap_err();
    for (refusal, code, limit, limit_fen) in [
        (&damaged, E015_PAYMENT_OVER_CONTRACT, "payable_fen", 49_999),
        (&corrected, E025_PAY_BEFORE_ACCEPTANCE, "limit_fen", 49_999),
    ] {
        assert_eq!(refusal.code, code);
        assert_eq!(told(refusal, limit), Some(limit_fen));
        assert_eq!(told(refusal, "claimed_fen"), Some(50_000));
        assert_eq!(told(refusal, "paid_fen"), Some(10_000));
        assert_eq!(told(refusal, "requested_fen"), None);
    }
}

#[test]
fn supplements_and_changes_move_what_is_payable() {
    let e015 = |figures| Err((E015_PAYMENT_OVER_CONTRACT, figures));
    let mut facts = signed_and([supplement("S-1", 10_000, ON), change("C-1", -4_000, ON)]);
    facts.push(concluded("A-1", Passed, 106_000, ON));
    run(vec![
        (
            "the limit",
            facts.clone(),
            request("P-1", "FIN", 106_000, ON),
            Ok(()),
        ),
        (
            "a fen over",
            facts,
            request("P-1", "FIN", 106_001, ON),
            e015(vec![("payable_fen", 106_000), ("requested_fen", 106_001)]),
        ),
        (
            "a change takes away what is claimed",
            signed_and(pay("P-1", "ADV", 30_000, ON)),
            change("C-1", -70_001, ON),
            e015(vec![("payable_fen", 29_999), ("claimed_fen", 30_000)]),
        ),
    ]);
}

#[test]
fn after_a_termination_the_settlement_bounds_what_is_paid() {
    let e015 = |figures| Err((E015_PAYMENT_OVER_CONTRACT, figures));
    let mut advanced = signed_and(pay("P-1", "ADV", 30_000, ON));
    let ended = |settled_fen: i64| {
        let mut facts = advanced.clone();
        facts.push(terminated(settled_fen, ON));
        facts
    };
    let open_request = {
        let mut facts = signed_and([request("P-1", "ADV", 30_000, ON), agreed("P-1", ON)]);
        facts.push(terminated(10_000, ON));
        facts
    };
    run(vec![
        (
            "up to the settlement",
            ended(45_000),
            request("P-2", "FIN", 15_000, ON),
            Ok(()),
        ),
        (
            "a fen over",
            ended(45_000),
            request("P-2", "FIN", 15_001, ON),
            e015(vec![
                ("payable_fen", 45_000),
                ("claimed_fen", 30_000),
                ("requested_fen", 15_001),
            ]),
        ),
        (
            "more was paid than is settled",
            advanced.clone(),
            terminated(0, ON),
            Ok(()),
        ),
        (
            "what came back",
            ended(0),
            returned("P-1", 30_000, ON),
            Ok(()),
        ),
        (
            "what was agreed before is paid",
            open_request,
            paid("P-1", 30_000, ON),
            Ok(()),
        ),
        ("the whole", signed_and([]), terminated(100_000, ON), Ok(())),
        (
            "more than the contract",
            signed_and([damages("DM-1", 1_000, ON)]),
            terminated(99_001, ON),
            Err((
                E024_SUM_MISMATCH,
                vec![("payable_fen", 99_000), ("settled_fen", 99_001)],
            )),
        ),
    ]);
    advanced.push(terminated(45_000, ON));
    let contract = given(&advanced);
    assert_eq!(contract.payable_fen(), 45_000);
    assert_eq!(contract.figures().payable_fen(), 100_000);
}

fn priced(pricing: Pricing, advance_fen: i64) -> Payload {
    let mut signing = signing();
    signing.pricing = pricing.into();
    signing.terms[0].amount_fen = advance_fen;
    Payload::ContractSigned(signing)
}

#[test]
fn terms_sum_to_a_fixed_total_and_do_not_exceed_other_prices() {
    let e024 = |sum_fen| {
        Err((
            E024_SUM_MISMATCH,
            vec![("whole_fen", 100_000), ("sum_fen", sum_fen)],
        ))
    };
    let fixed = Pricing::FixedTotal;
    let mut rows: Vec<Row> = vec![
        ("fixed, whole", vec![], priced(fixed, 30_000), Ok(())),
        (
            "fixed, a fen less",
            vec![],
            priced(fixed, 29_999),
            e024(99_999),
        ),
        (
            "fixed, a fen more",
            vec![],
            priced(fixed, 30_001),
            e024(100_001),
        ),
    ];
    for pricing in [Pricing::FixedUnit, Pricing::CostPlus, Pricing::Performance] {
        rows.push(("open, whole", vec![], priced(pricing, 30_000), Ok(())));
        rows.push(("open, less", vec![], priced(pricing, 1), Ok(())));
        rows.push((
            "open, a fen more",
            vec![],
            priced(pricing, 30_001),
            e024(100_001),
        ));
    }
    run(rows);
}

#[test]
fn nothing_takes_away_more_than_there_is() {
    let e024 = |figures| Err((E024_SUM_MISMATCH, figures));
    run(vec![
        (
            "changes, all of it",
            signed_and([]),
            change("C-1", -100_000, ON),
            Ok(()),
        ),
        (
            "damages, all of it",
            signed_and([supplement("S-1", 1, ON)]),
            damages("DM-1", 100_001, ON),
            Ok(()),
        ),
    ]);
    // One fen beyond, what is claimed (nothing) is over what is payable, and E015 comes first.
    let beyond = |when: Payload| decide(&given(&signed_and([])), &when).unwrap_err();
    assert_eq!(
        beyond(change("C-1", -100_001, ON)).code,
        E015_PAYMENT_OVER_CONTRACT
    );
    assert_eq!(
        beyond(damages("DM-1", 100_001, ON)).code,
        E015_PAYMENT_OVER_CONTRACT
    );
    run(vec![(
        "accepted more than payable",
        signed_and([damages("DM-1", 1_000, ON)]),
        concluded("A-1", Passed, 99_001, ON),
        e024(vec![
            ("payable_fen", 99_000),
            ("accepted_fen", 0),
            ("requested_fen", 99_001),
        ]),
    )]);
}

#[test]
fn no_more_is_accepted_than_was_payable_then() {
    let e024 = |figures| Err((E024_SUM_MISMATCH, figures));
    let part = concluded("A-1", Partial, 60_000, ON);
    run(vec![
        (
            "the rest",
            signed_and([part.clone()]),
            concluded("A-2", Passed, 40_000, ON),
            Ok(()),
        ),
        (
            "a fen over",
            signed_and([part.clone()]),
            concluded("A-2", Passed, 40_001, ON),
            e024(vec![
                ("payable_fen", 100_000),
                ("accepted_fen", 60_000),
                ("requested_fen", 40_001),
            ]),
        ),
        (
            "damages after acceptance deduct from payment, not from acceptance",
            signed_and([concluded("A-1", Passed, ORIGINAL_FEN, ON)]),
            damages("DM-1", 20_000, ON),
            Ok(()),
        ),
        (
            "damages between acceptances leave what was accepted",
            signed_and([
                concluded("A-1", Partial, 60_000, ON),
                damages("DM-1", 50_000, ON),
            ]),
            concluded("A-2", Passed, 0, ON),
            Ok(()),
        ),
        (
            "and let no fen more be accepted",
            signed_and([
                concluded("A-1", Partial, 60_000, ON),
                damages("DM-1", 50_000, ON),
            ]),
            concluded("A-2", Passed, 1, ON),
            e024(vec![
                ("payable_fen", 60_000),
                ("accepted_fen", 60_000),
                ("requested_fen", 1),
            ]),
        ),
        (
            "what was accepted is not changed away",
            signed_and([part]),
            change("C-1", -40_001, ON),
            e024(vec![("payable_fen", 59_999), ("accepted_fen", 60_000)]),
        ),
        (
            "what failed does not count",
            signed_and([concluded("A-1", Failed, 0, ON), rectified(ON)]),
            concluded("A-2", Passed, ORIGINAL_FEN, ON),
            Ok(()),
        ),
    ]);
}

#[test]
fn payments_wait_for_acceptance_and_settlement() {
    let e025 = |figures| Err((E025_PAY_BEFORE_ACCEPTANCE, figures));
    let accepted = concluded("A-1", Partial, 60_000, ON);
    run(vec![
        (
            "final before acceptance",
            signed_and([]),
            request("P-1", "FIN", 1, ON),
            e025(vec![
                ("accepted_fen", 0),
                ("limit_fen", 0),
                ("requested_fen", 1),
            ]),
        ),
        (
            "acceptance before acceptance",
            signed_and([]),
            request("P-1", "ACC", 1, ON),
            e025(vec![("accepted_fen", 0)]),
        ),
        (
            "as much as accepted",
            signed_and([accepted.clone(), request("P-1", "ACC", 25_000, ON)]),
            request("P-2", "FIN", 35_000, ON),
            Ok(()),
        ),
        (
            "a fen over",
            signed_and([accepted.clone(), request("P-1", "ACC", 25_000, ON)]),
            request("P-2", "FIN", 35_001, ON),
            e025(vec![
                ("accepted_fen", 60_000),
                ("claimed_fen", 25_000),
                ("requested_fen", 35_001),
            ]),
        ),
        (
            "progress as much as settled",
            signed_and([settled("ST-1", 20_000, ON)]),
            request("P-1", "PRO", 20_000, ON),
            Ok(()),
        ),
        (
            "progress a fen over",
            signed_and([settled("ST-1", 20_000, ON)]),
            request("P-1", "PRO", 20_001, ON),
            e025(vec![("settled_fen", 20_000), ("requested_fen", 20_001)]),
        ),
        (
            "advance",
            vec![sign()],
            request("P-1", "ADV", 30_000, ON),
            Ok(()),
        ),
        (
            "advance a fen over its term",
            vec![sign(), request("P-1", "ADV", 1, ON)],
            request("P-2", "ADV", 30_000, ON),
            e025(vec![
                ("term_fen", 30_000),
                ("claimed_fen", 1),
                ("requested_fen", 30_000),
            ]),
        ),
        (
            "retention before the final acceptance",
            signed_and([accepted]),
            request("P-1", "RET", 1, ON),
            e025(vec![("limit_fen", 0), ("requested_fen", 1)]),
        ),
        (
            "retention after it",
            signed_and([concluded("A-1", Passed, ORIGINAL_FEN, ON)]),
            request("P-1", "RET", 5_000, ON),
            Ok(()),
        ),
        (
            "retention a fen over its term",
            signed_and([concluded("A-1", Passed, ORIGINAL_FEN, ON)]),
            request("P-1", "RET", 5_001, ON),
            e025(vec![("limit_fen", 5_000), ("requested_fen", 5_001)]),
        ),
        (
            "a failure after the final acceptance is a fact, whatever retention was claimed",
            signed_and([
                concluded("A-1", Passed, ORIGINAL_FEN, ON),
                request("P-1", "RET", 5_000, ON),
            ]),
            concluded("A-2", Failed, 0, ON),
            Ok(()),
        ),
        (
            "a settlement after termination waits for nothing",
            signed_and([terminated(40_000, ON)]),
            request("P-1", "FIN", 40_000, ON),
            Ok(()),
        ),
    ]);
}

#[test]
fn tells_the_lowest_code_of_several() {
    // Over the contract (E015) and before acceptance (E025).
    let refusal = decide(&given(&signed_and([])), &request("P-1", "FIN", 100_001, ON)).unwrap_err();
    assert_eq!(refusal.code, E015_PAYMENT_OVER_CONTRACT);
    assert!(refusal.message.contains("实施条例第51条"), "{refusal}");
}

#[test]
fn sums_of_the_largest_amounts_are_exact() {
    let mut huge = signing();
    huge.amount_fen = i64::MAX;
    huge.pricing = Pricing::FixedUnit.into();
    huge.law_track = LawTrack::TenderLaw.into();
    huge.terms = vec![term("FIN", TermKind::Final, i64::MAX)];
    let mut facts = vec![Payload::ContractSigned(huge), started(ON)];
    facts.push(supplement("S-1", i64::MAX, ON));
    facts.push(concluded("A-1", Partial, i64::MAX, ON));
    facts.push(concluded("A-2", Passed, i64::MAX, ON));
    facts.push(request("P-1", "FIN", i64::MAX, ON));
    facts.push(request("P-2", "FIN", i64::MAX, ON));
    let contract = given(&facts);
    assert_eq!(contract.payable_fen(), 2 * i128::from(i64::MAX));
    let refusal = decide(&contract, &request("P-3", "FIN", 1, ON)).unwrap_err();
    assert_eq!(refusal.code, E015_PAYMENT_OVER_CONTRACT);
}

#[test]
fn a_contract_without_its_signing_has_no_limits() {
    let cut: Vec<Payload> = vec![started(ON), request("P-1", "FIN", 1, ON)];
    let contract: Contract = fold(&cut);
    assert_eq!(super::super::invariants(None, &contract, &entity()), Ok(()));
    assert_eq!(contract.figures().requested_fen, 1);
}
