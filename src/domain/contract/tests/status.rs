//! The table of states, enumerated.

use super::facts::*;
use crate::{
    domain::{
        contract::{Contract, ContractStatus, TRANSITIONS, status::ContractStatus::*},
        machine::{Case, step},
        payload::EventType,
        refusal::Code,
        testkit::example,
    },
    events::v1::{AcceptanceResult, event_payload::Payload},
};

/// A fact of every type that touches a contract, in every case that the table tells apart.
fn every_fact() -> Vec<Payload> {
    let on = "2023-12-01";
    vec![
        sign(),
        filed("F-9", on),
        supplement("S-9", 1, on),
        change("C-9", 1, on),
        suspended(on),
        resumed(on),
        terminated(0, on),
        completed(on),
        started(on),
        delivered("D-9", on),
        invoice("I-9", 1, on),
        settled("ST-9", 1, on),
        damages("DM-9", 1, on),
        rectified(on),
        request("P-9", "ADV", 1, on),
        agreed("P-9", on),
        rejected("P-9", on),
        paid("P-9", 1, on),
        returned("P-9", 1, on),
        acceptance_requested("A-9", on),
        team_formed("A-9", on),
        concluded("A-9", AcceptanceResult::Passed, 0, on),
        concluded("A-9", AcceptanceResult::Partial, 0, on),
        concluded("A-9", AcceptanceResult::Failed, 0, on),
        uploaded("A-9", 1_701_388_800),
        example(EventType::EmallOrderPlaced),
        example(EventType::EmallOrderConfirmed),
        example(EventType::EmallOrderDelivered),
        example(EventType::EmallOrderAccepted),
        example(EventType::EmallOrderCancelled),
        example(EventType::EmallOrderReturned),
    ]
}

/// What 2.6 of the domain allows, written once more, by name and independent of the table.
fn expected(from: ContractStatus, payload: &Payload) -> Option<ContractStatus> {
    use Payload as P;
    let running = matches!(from, Signed | Performing);
    let suspended = matches!(from, SuspendedSigned | SuspendedPerforming);
    let live = running || suspended || matches!(from, Rectifying | Accepted);
    let is_signed = !matches!(from, Absent | Ordered);
    let same = |is_allowed: bool| is_allowed.then_some(from);
    match payload {
        P::ContractSigned(_) => (from == Absent).then_some(Signed),
        P::ContractFiled(_) | P::InvoiceReceived(_) | P::AcceptanceMaterialUploaded(_) => {
            same(is_signed)
        }
        P::SupplementSigned(_) | P::ContractChanged(_) => same(running),
        P::ContractSuspended(_) => match from {
            Signed => Some(SuspendedSigned),
            Performing => Some(SuspendedPerforming),
            _ => None,
        },
        P::ContractResumed(_) => match from {
            SuspendedSigned => Some(Signed),
            SuspendedPerforming => Some(Performing),
            _ => None,
        },
        P::ContractTerminated(_) => (running || suspended).then_some(Terminated),
        P::GoodsDelivered(_) if from == Rectifying => Some(Rectifying),
        P::PerformanceStarted(_) | P::GoodsDelivered(_) => running.then_some(Performing),
        P::SettlementConfirmed(_) | P::LiquidatedDamagesAssessed(_) => same(live),
        P::RectificationCompleted(_) => (from == Rectifying).then_some(Performing),
        P::AcceptanceRequested(_) | P::AcceptanceTeamFormed(_) => same(running || from == Accepted),
        P::AcceptanceConcluded(end) => match end.result() {
            AcceptanceResult::Passed => (from == Performing).then_some(Accepted),
            AcceptanceResult::Partial => same(running),
            _ => matches!(from, Performing | Accepted).then_some(Rectifying),
        },
        P::PaymentReturned(_) if from == Completed => Some(Accepted),
        P::PaymentReturned(_) => same(is_signed),
        P::PaymentRequested(_)
        | P::PaymentAccepted(_)
        | P::PaymentRejected(_)
        | P::PaymentExecuted(_) => same(is_signed && from != Completed),
        P::EmallOrderPlaced(_) => (from == Absent).then_some(Ordered),
        P::EmallOrderConfirmed(_) => (from == Ordered).then_some(Signed),
        P::EmallOrderCancelled(_) => matches!(from, Ordered | Signed).then_some(Terminated),
        P::EmallOrderDelivered(_) => (from == Signed).then_some(Performing),
        P::EmallOrderAccepted(_) => (from == Performing).then_some(Accepted),
        P::EmallOrderReturned(_) => (from == Performing).then_some(Terminated),
        _ => None,
    }
}

#[test]
fn refuses_every_pair_that_the_domain_does_not_name() {
    let mut allowed = 0;
    for from in ContractStatus::ALL {
        // Something is payable and nothing paid, so that completion has no row to take.
        let mut contract = fold(&[sign()]);
        contract.status = from;
        if from == Absent {
            contract = Contract::default();
        }
        for payload in every_fact() {
            let fact = fact(payload.clone());
            let answer = super::super::transition(&contract, &entity(), &fact);
            let mut after = contract.clone();
            super::super::evolve(&mut after, &entity(), 0, &fact);
            let pair = format!("{from:?} {:?}", EventType::of(&payload));
            if let Some(to) = expected(from, &payload) {
                assert_eq!(answer, Ok(()), "{pair}");
                assert_eq!(after.status, to, "{pair}");
                allowed += 1;
            } else {
                let code = answer.expect_err(&pair).code;
                let absent = from == Absent;
                let wanted = if absent {
                    Code::E001_UNKNOWN_REF
                } else {
                    Code::E002_ILLEGAL_TRANSITION
                };
                assert_eq!(code, wanted, "{pair}");
                assert_eq!(after.status, from, "{pair}");
            }
        }
    }
    // Every row is met above but that of completion, which wants all paid.
    assert_eq!(allowed + 1, TRANSITIONS.len());
}

#[test]
fn has_no_row_twice() {
    for (index, (from, event, case, _)) in TRANSITIONS.iter().enumerate() {
        let again = TRANSITIONS[index + 1..]
            .iter()
            .any(|(f, e, c, _)| f == from && e == event && c == case);
        assert!(!again, "{from:?} {event:?} {case:?}");
    }
    assert_eq!(
        step(
            TRANSITIONS,
            Accepted,
            EventType::ContractCompleted,
            Case::Other
        ),
        None
    );
}

#[test]
fn resumes_to_where_it_was() {
    let signed = given(&[sign(), suspended("2023-09-10"), resumed("2023-09-20")]);
    assert_eq!(signed.status, Signed);
    let performing = given(&[
        sign(),
        started("2023-09-05"),
        suspended("2023-09-10"),
        resumed("2023-09-20"),
    ]);
    assert_eq!(performing.status, Performing);
}

#[test]
fn starts_once_and_delivers_often() {
    let contract = given(&[
        sign(),
        delivered("D-1", "2023-09-10"),
        started("2023-09-05"),
        delivered("D-2", "2023-09-20"),
    ]);
    let refusal = decide(&contract, &started("2023-09-06")).unwrap_err();
    assert_eq!(refusal.code, Code::E002_ILLEGAL_TRANSITION);
}

#[test]
fn refuses_a_number_used_again_in_every_list() {
    let on = "2023-09-10";
    let twice = [
        filed("1", on),
        supplement("1", 1, on),
        change("1", 1, on),
        delivered("1", on),
        invoice("1", 1, on),
        settled("1", 1, on),
        damages("1", 1, on),
    ];
    for payload in twice {
        let contract = given(&[sign(), payload.clone()]);
        let refusal = decide(&contract, &payload).unwrap_err();
        assert_eq!(refusal.code, Code::E002_ILLEGAL_TRANSITION, "{payload:?}");
        assert!(refusal.message.ends_with("1 already"), "{refusal}");
    }
}

#[test]
fn fails_mends_and_passes() {
    let contract = given(&[
        sign(),
        delivered("D-1", "2023-10-01"),
        concluded("A-1", AcceptanceResult::Failed, 0, "2023-10-05"),
        delivered("D-2", "2023-10-15"),
        rectified("2023-10-20"),
        concluded("A-1", AcceptanceResult::Passed, ORIGINAL_FEN, "2023-10-25"),
    ]);
    assert_eq!(contract.status, Accepted);
    assert_eq!(contract.figures().accepted_fen, i128::from(ORIGINAL_FEN));
    let failed = concluded("A-2", AcceptanceResult::Failed, 0, "2023-11-01");
    let contract = decide(&contract, &failed).unwrap();
    assert_eq!(contract.status, Rectifying);
    assert_eq!(contract.figures().accepted_fen, i128::from(ORIGINAL_FEN));
}

/// Performed, accepted and paid but for what `unpaid_fen` says.
fn nearly_done(unpaid_fen: i64) -> std::sync::Arc<Contract> {
    let mut facts = vec![
        sign(),
        delivered("D-1", "2023-10-01"),
        concluded("A-1", AcceptanceResult::Passed, ORIGINAL_FEN, "2023-10-05"),
    ];
    facts.extend(pay("P-1", "FIN", ORIGINAL_FEN - unpaid_fen, "2023-10-10"));
    given(&facts)
}

#[test]
fn completes_when_paid_to_the_fen_and_reopens_when_money_comes_back() {
    let refusal = decide(&nearly_done(1), &completed("2023-10-11")).unwrap_err();
    assert_eq!(refusal.code, Code::E002_ILLEGAL_TRANSITION);
    let figures: Vec<(&str, &str)> = refusal
        .figures
        .iter()
        .map(|(name, figure)| (*name, figure.as_str()))
        .collect();
    assert_eq!(
        figures,
        [
            ("contract_id", "CT-1"),
            ("payable_fen", "100000"),
            ("requested_fen", "0"),
            ("paid_fen", "99999")
        ]
    );

    let done = decide(&nearly_done(0), &completed("2023-10-11")).unwrap();
    assert_eq!(done.status, Completed);
    let late = decide(&done, &request("P-2", "FIN", 1, "2023-10-12")).unwrap_err();
    assert_eq!(late.code, Code::E002_ILLEGAL_TRANSITION);

    let open = decide(&done, &returned("P-1", ORIGINAL_FEN, "2023-10-12")).unwrap();
    assert_eq!(open.status, Accepted);
    assert!(decide(&open, &completed("2023-10-12")).is_err());
    let again = [
        request("P-1", "FIN", ORIGINAL_FEN, "2023-10-13"),
        agreed("P-1", "2023-10-13"),
        paid("P-1", ORIGINAL_FEN, "2023-10-14"),
        completed("2023-10-14"),
    ];
    let mut contract = open;
    for payload in &again {
        contract = decide(&contract, payload).unwrap();
    }
    assert_eq!(contract.status, Completed);
}
