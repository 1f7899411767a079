//! Properties over random histories.

use proptest::prelude::*;

use super::facts::*;
use crate::{
    domain::contract::{Contract, evolve, invariants, transition},
    events::v1::{AcceptanceResult, LawTrack, Pricing, event_payload::Payload},
};

const ON: &str = "2023-10-01";
const TERMS: [&str; 6] = ["ADV", "PRO", "ACC", "FIN", "RET", "NONE"];

/// Amounts as the shape of events allows them.
fn amount() -> BoxedStrategy<i64> {
    prop_oneof![8 => 1..40_000_i64, 1 => Just(ORIGINAL_FEN), 1 => Just(i64::MAX)].boxed()
}

/// Amounts that no shape allows among them.
fn wild_amount() -> BoxedStrategy<i64> {
    prop_oneof![4 => amount(), 1 => Just(i64::MIN), 1 => any::<i64>()].boxed()
}

fn number() -> impl Strategy<Value = String> {
    (0..6_u8).prop_map(|number| format!("N-{number}"))
}

fn first_fact() -> impl Strategy<Value = Payload> {
    (any::<bool>(), any::<bool>()).prop_map(|(is_fixed, is_tender)| {
        let mut signing = signing();
        if !is_fixed {
            signing.pricing = Pricing::CostPlus.into();
        }
        if is_tender {
            signing.law_track = LawTrack::TenderLaw.into();
        }
        Payload::ContractSigned(signing)
    })
}

/// One fact, or a payment from its request to its end.
fn any_facts(amounts: BoxedStrategy<i64>) -> impl Strategy<Value = Vec<Payload>> {
    let results = prop_oneof![
        Just(AcceptanceResult::Passed),
        Just(AcceptanceResult::Partial),
        Just(AcceptanceResult::Failed),
        Just(AcceptanceResult::Unspecified)
    ];
    let kinds = (0..30_u8, number(), amounts, 0..TERMS.len(), results);
    kinds.prop_map(|(kind, no, fen, term, result)| {
        let one = match kind {
            0 => supplement(&no, fen, ON),
            1 => change(&no, fen, ON),
            2 => change(&no, fen.checked_neg().unwrap_or(i64::MAX), ON),
            3 => damages(&no, fen, ON),
            4 | 5 => delivered(&no, ON),
            6 => started(ON),
            7 | 8 => settled(&no, fen, ON),
            9 => suspended(ON),
            10 => resumed(ON),
            11 => rectified(ON),
            12..=15 => concluded(&no, result, fen, ON),
            16..=18 => request(&no, TERMS[term], fen, ON),
            19 => agreed(&no, ON),
            20 => rejected(&no, ON),
            21 => paid(&no, fen, ON),
            22 => returned(&no, fen, ON),
            23 => completed(ON),
            24 => terminated(fen, ON),
            25 => new_account(&no, "acct-2", ON),
            _ => return pay(&no, TERMS[term], fen, ON).to_vec(),
        };
        vec![one]
    })
}

fn soup(amounts: BoxedStrategy<i64>) -> impl Strategy<Value = Vec<Payload>> {
    let first = first_fact().prop_map(|first| vec![first]);
    let any = prop_oneof![16 => any_facts(amounts), 1 => first];
    prop::collection::vec(any, 0..60).prop_map(|facts| facts.concat())
}

/// What of a history is accepted, and the contract after it.
fn accepted(facts: &[Payload]) -> (Vec<Payload>, Contract) {
    let (mut taken, mut contract) = (Vec::new(), Contract::default());
    for payload in facts {
        if let Ok(after) = decide(&contract, payload) {
            taken.push(payload.clone());
            contract = after;
        }
    }
    (taken, contract)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn evolve_and_gates_stand_any_soup(facts in soup(wild_amount())) {
        let mut contract = Contract::default();
        for (position, payload) in (0..).zip(&facts) {
            let fact = fact(payload.clone());
            let before = contract.clone();
            let _ = transition(&contract, &entity(), &fact);
            evolve(&mut contract, &entity(), position, &fact);
            let _ = invariants(Some(&before), &contract, &entity());
            let _ = contract.payable_fen();
        }
    }

    #[test]
    fn evolve_stands_any_subset(
        first in first_fact(),
        facts in soup(wild_amount()),
        keep in any::<u64>(),
    ) {
        let (taken, _) = accepted(&[vec![first], facts].concat());
        let kept = taken.iter().enumerate().filter(|(index, _)| keep >> (index % 64) & 1 == 1);
        let contract = fold(kept.map(|(_, payload)| payload));
        let _ = invariants(None, &contract, &entity());
    }

    #[test]
    fn paid_is_within_payable_is_within_the_contract(
        first in first_fact(),
        facts in soup(amount()),
    ) {
        let mut contract = Contract::default();
        for payload in std::iter::once(&first).chain(&facts) {
            let Ok(after) = decide(&contract, payload) else { continue };
            contract = after;
            let figures = contract.figures();
            prop_assert!(figures.paid_fen <= figures.claimed_fen());
            prop_assert!(figures.claimed_fen() <= figures.payable_fen());
            prop_assert!(figures.payable_fen() <= figures.value_fen());
            let value_fen = figures.original_fen + figures.supplements_fen + figures.changes_fen;
            prop_assert_eq!(figures.value_fen(), value_fen);
            let newly = contract.claims.values().filter(|claim| claim.is_live());
            if newly.clone().any(|claim| claim.is_settlement) {
                prop_assert!(figures.claimed_fen() <= contract.payable_fen());
            }
        }
    }

    #[test]
    fn what_is_folded_again_is_what_was_kept(
        first in first_fact(),
        facts in soup(wild_amount()),
        split in 0..60_usize,
    ) {
        let (taken, kept) = accepted(&[vec![first], facts].concat());
        prop_assert_eq!(&fold(&taken), &kept);
        // A snapshot in between changes nothing.
        let split = split.min(taken.len());
        let config = bincode::config::standard();
        let bytes = bincode::serde::encode_to_vec(fold(&taken[..split]), config).unwrap();
        let (mut contract, _): (Contract, usize) =
            bincode::serde::decode_from_slice(&bytes, config).unwrap();
        for payload in &taken[split..] {
            evolve(&mut contract, &entity(), 0, &fact(payload.clone()));
        }
        prop_assert_eq!(contract, kept);
    }
}
