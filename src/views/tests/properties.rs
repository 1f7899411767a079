//! Both clocks against a naive re-fold: whatever was corrected and voided in whatever order, a view
//! is that of a history in which every event was recorded as it reads now.

use proptest::{collection::vec, prelude::*};

use super::*;
use crate::domain::{fold, payload::EventType, testkit as kit};

/// One random act: what, of which event, and a choice.
type Act = (u8, u8, u8);

/// Types of the money line more often than the rest.
const OFTEN: [EventType; 16] = [
    EventType::PlanFiled,
    EventType::PlanRevised,
    EventType::AwardRecorded,
    EventType::BidsOpened,
    EventType::WinnerDetermined,
    EventType::LotFailed,
    EventType::ContractSigned,
    EventType::SupplementSigned,
    EventType::ContractChanged,
    EventType::LiquidatedDamagesAssessed,
    EventType::GoodsDelivered,
    EventType::AcceptanceConcluded,
    EventType::PaymentRequested,
    EventType::PaymentAccepted,
    EventType::PaymentExecuted,
    EventType::PaymentReturned,
];

/// A payload of a type, its amount and date varied.
fn varied(event_type: EventType, by: u8) -> Payload {
    let on = format!("2024-{:02}-15", 1 + by % 12);
    let more = i64::from(by);
    let mut payload = kit::payload(event_type);
    match &mut payload {
        Payload::ContractSigned(e) => {
            e.amount_fen += more;
            e.signed_on = on;
        }
        Payload::PlanFiled(e) => {
            e.amount_fen += more;
            e.filed_on = on;
        }
        Payload::SupplementSigned(e) => {
            e.amount_fen += more;
            e.supplement_no = format!("S-{}", by % 3);
            e.signed_on = on;
        }
        Payload::PaymentExecuted(e) => e.paid_on = on,
        Payload::AcceptanceConcluded(e) => {
            e.accepted_fen = more;
            e.concluded_on = on;
        }
        _ => {}
    }
    payload
}

fn fact_of(payload: Payload) -> Fact {
    let date = date_of(&payload);
    let mut fact = fact(payload);
    fact.legal_date = date;
    fact
}

/// A history of these acts, corrections and voids among them.
fn told(acts: &[Act]) -> Told {
    let mut told = Told::default();
    let mut originals: Vec<(u64, EventType)> = Vec::new();
    for (what, which, by) in acts {
        let of = originals
            .get(usize::from(*which) % originals.len().max(1))
            .copied();
        match (what % 8, of) {
            (0, Some((original, event_type))) => {
                told.correct(original, varied(event_type, *by));
            }
            (1, Some((original, _))) => {
                told.void(original);
            }
            _ => {
                let all = &EventType::ALL[2..];
                let event_type = match what % 3 {
                    0 => all[usize::from(*which) % all.len()],
                    _ => OFTEN[usize::from(*which) % OFTEN.len()],
                };
                let position = told.push(fact_of(varied(event_type, *by)), None);
                originals.push((position, event_type));
            }
        }
    }
    told
}

/// The history as it reads: found for each original by looking at everything.
fn as_it_reads(told: &Told, as_of: AsOf) -> Told {
    let items = told.history.items();
    let is_known = |position: u64| as_of.recorded_us.is_none_or(|limit| position <= limit);
    let known: Vec<&HistoryItem> = items
        .iter()
        .filter(|item| is_known(item.position))
        .collect();
    let mut reads = Told::default();
    for original in known.iter().filter(|item| item.amends.is_none()) {
        let mut fact = Some(Fact::clone(&original.fact));
        for amendment in known
            .iter()
            .filter(|item| item.amends == Some(original.position))
        {
            match (fact.is_some(), fold::replacement(&amendment.fact)) {
                (true, Some(replacement)) => fact = Some(replacement),
                // A void, after which nothing counts.
                _ => fact = None,
            }
        }
        let counts = |fact: &Fact| {
            as_of
                .legal_date
                .is_none_or(|limit| fact.legal_date <= limit)
        };
        if let Some(fact) = fact.filter(counts) {
            // At the original's place: the order is what matters to a fold.
            reads.next = original.position;
            reads.push(fact, None);
        }
    }
    reads
}

/// A view without what names corrections.
fn plain(mut view: v1::ProjectView) -> v1::ProjectView {
    view.amended.clear();
    let text = format!("{view:?}");
    assert!(!text.is_empty());
    view
}

/// Everything that a view says of money, stages, lots and contracts, without positions.
fn substance(view: &v1::ProjectView) -> String {
    let stages: Vec<_> = view
        .stages
        .iter()
        .map(|stage| {
            let gaps: Vec<_> = stage
                .gaps
                .iter()
                .map(|gap| (gap.reason, &gap.object_id))
                .collect();
            (stage.status, &stage.first_on, &stage.last_on, gaps)
        })
        .collect();
    let amounts = view.amounts.clone().unwrap_or_default();
    let amounts = [
        amounts.plan,
        amounts.ceiling,
        amounts.award,
        amounts.contract,
        amounts.supplements,
        amounts.changes,
        amounts.damages,
        amounts.payable,
        amounts.accepted,
        amounts.requested,
        amounts.paid,
        amounts.outstanding,
        amounts.saved,
    ]
    .map(|figure| figure.map(|figure| figure.amount_fen));
    let lots: Vec<_> = view
        .lots
        .iter()
        .map(|lot| (&lot.lot_no, lot.state, &lot.winner, lot.retry_pending))
        .collect();
    let contracts: Vec<_> = view
        .contracts
        .iter()
        .map(|c| (&c.contract_id, c.state))
        .collect();
    let matters: Vec<_> = [
        &view.disputes,
        &view.financing,
        &view.securities,
        &view.approvals,
        &view.evaluations,
        &view.records,
    ]
    .into_iter()
    .flatten()
    .map(|matter| {
        (
            matter.kind,
            &matter.id,
            matter.state,
            &matter.outcome,
            matter.acts.len(),
        )
    })
    .collect();
    format!(
        "{stages:?}{amounts:?}{lots:?}{contracts:?}{matters:?}{}",
        view.event_count
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_view_is_that_of_the_history_as_it_reads(
        acts in vec(any::<Act>(), 0..60),
        legal in 0u32..14,
        recorded in 0u64..70,
    ) {
        let told = told(&acts);
        let legal_date = (1..=12).contains(&legal).then(|| day(&format!("2024-{legal:02}-20")));
        for as_of in [
            AsOf { legal_date: None, recorded_us: None },
            AsOf { legal_date, recorded_us: None },
            AsOf { legal_date: None, recorded_us: Some(recorded) },
            AsOf { legal_date, recorded_us: Some(recorded) },
        ] {
            let reads = as_it_reads(&told, as_of);
            let (found, expected) = (plain(told.view(as_of)), plain(reads.now()));
            prop_assert_eq!(substance(&found), substance(&expected));
        }
    }

    #[test]
    fn positions_are_of_events_that_are_known(
        acts in vec(any::<Act>(), 0..40),
        recorded in 0u64..40,
    ) {
        let told = told(&acts);
        let view = told.view(AsOf { legal_date: None, recorded_us: Some(recorded) });
        let amounts = view.amounts.clone().unwrap_or_default();
        let figures = [amounts.contract, amounts.payable, amounts.paid, amounts.award];
        for figure in figures.into_iter().flatten() {
            prop_assert!(figure.positions.iter().all(|position| *position <= recorded));
            prop_assert!(figure.positions.is_sorted());
            prop_assert!(figure.amount_fen == 0 || !figure.positions.is_empty());
        }
        for stage in &view.stages {
            prop_assert!(stage.positions.iter().all(|position| *position <= recorded));
        }
    }
}
