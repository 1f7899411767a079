//! Properties of the whole: money is conserved, both sides of a holding agree, folds agree with
//! decisions, and nothing panics on any subset or order of facts.

use proptest::{collection::vec, prelude::*};

use super::*;
use crate::domain::{
    budget_line::BudgetLine,
    decider,
    holding::Holding,
    payload::EventType,
    project::Project,
    state::Stated,
    testkit::{
        self as kit, AWARD_FEN, LINE, LINE_2, PARTITION, PAYMENT_FEN, PLAN_FEN, PROJECT, World,
    },
};
use crate::events::v1::{self, AcceptanceResult};

/// One random act: what, and three choices about it.
type Act = (u8, u8, u8, u8);

fn pick<T: Copy>(choices: &[T], by: u8) -> T {
    choices[usize::from(by) % choices.len()]
}

/// Types by how often they come: the money line more than the rest.
fn type_of(act: Act) -> EventType {
    use EventType as E;
    const OFTEN: [EventType; 24] = [
        E::BudgetLineAdjusted,
        E::BudgetLineFrozen,
        E::BudgetLineUnfrozen,
        E::PlanRevised,
        E::PlanRevised,
        E::PlanCompleted,
        E::LotFailed,
        E::LotRetryAbandoned,
        E::AwardRecorded,
        E::ContractSigned,
        E::SupplementSigned,
        E::ContractChanged,
        E::GoodsDelivered,
        E::AcceptanceConcluded,
        E::PaymentRequested,
        E::PaymentRequested,
        E::PaymentAccepted,
        E::PaymentAccepted,
        E::PaymentRejected,
        E::PaymentExecuted,
        E::PaymentExecuted,
        E::PaymentReturned,
        E::ContractTerminated,
        E::LiquidatedDamagesAssessed,
    ];
    let all = &EventType::ALL[2..];
    if act.0 < 200 {
        pick(&OFTEN, act.0)
    } else {
        pick(all, act.1.wrapping_mul(31).wrapping_add(act.0))
    }
}

fn lots_of(amounts: &[i64]) -> Vec<v1::PlanLot> {
    let numbers = ["01", "02", "03"];
    let lot = |(number, fen): (&&str, &i64)| kit::plan_lot(number, *fen);
    numbers.iter().zip(amounts).map(lot).collect()
}

/// A payload of a random type with random amounts, ids and lines.
fn payload_of_act(act: Act) -> Payload {
    let (_, a, b, c) = act;
    let line = pick(&[LINE, LINE, LINE_2], a);
    let fen = pick(&[1, PAYMENT_FEN, PLAN_FEN / 2, PLAN_FEN, 2 * PLAN_FEN], b);
    let lot_no = pick(&["01", "01", "02"], c).to_owned();
    let payment_id = pick(&["PY-1", "PY-2", "PY-3"], c).to_owned();
    match kit::payload(type_of(act)) {
        Payload::BudgetLineAdjusted(mut it) => {
            it.budget_line_id = line.to_owned();
            it.delta_fen = if c % 2 == 0 { fen } else { -fen };
            it.into()
        }
        Payload::BudgetLineFrozen(mut it) => {
            it.budget_line_id = line.to_owned();
            it.amount_fen = fen;
            it.into()
        }
        Payload::BudgetLineUnfrozen(mut it) => {
            it.budget_line_id = line.to_owned();
            it.amount_fen = fen;
            it.into()
        }
        Payload::PlanRevised(mut it) => {
            let other = if line == LINE { LINE_2 } else { LINE };
            it.amount_fen = fen;
            it.budget_parts = vec![kit::part(line, fen), kit::part(other, 0)];
            it.lots = match c % 3 {
                0 => lots_of(&[fen]),
                1 => lots_of(&[fen / 2, fen - fen / 2]),
                _ => lots_of(&[PLAN_FEN / 2, fen - PLAN_FEN / 2]),
            };
            it.into()
        }
        Payload::LotFailed(mut it) => {
            it.lot_no = lot_no;
            it.retry_intended = a % 2 == 0;
            it.budget_parts = vec![kit::part(line, fen)];
            it.into()
        }
        Payload::LotRetryAbandoned(mut it) => {
            it.lot_no = lot_no;
            it.budget_parts = vec![kit::part(line, fen)];
            it.into()
        }
        Payload::AwardRecorded(mut it) => {
            it.lot_no = lot_no;
            it.award_fen = fen;
            it.into()
        }
        Payload::SupplementSigned(mut it) => {
            it.amount_fen = pick(&[1, AWARD_FEN / 20, AWARD_FEN / 10], b);
            it.supplement_no = format!("S-{}", c % 4);
            it.budget_parts = vec![kit::part(line, it.amount_fen)];
            it.into()
        }
        Payload::ContractSigned(mut it) => {
            it.lot_no = lot_no;
            it.contract_id = pick(&["CT-1", "CT-1", "CT-2"], a).to_owned();
            it.into()
        }
        Payload::ContractChanged(mut it) => {
            it.delta_fen = if c % 2 == 0 { -fen } else { 0 };
            it.change_no = format!("C-{}", a % 4);
            it.into()
        }
        Payload::PaymentRequested(mut it) => {
            it.payment_id = payment_id;
            it.amount_fen = pick(&[1, PAYMENT_FEN / 2, PAYMENT_FEN], b);
            it.budget_parts = vec![kit::part(line, it.amount_fen)];
            it.into()
        }
        Payload::PaymentAccepted(mut it) => {
            it.payment_id = payment_id;
            it.into()
        }
        Payload::PaymentRejected(mut it) => {
            it.payment_id = payment_id;
            it.into()
        }
        Payload::PaymentExecuted(mut it) => {
            it.payment_id = payment_id;
            it.amount_fen = pick(&[1, PAYMENT_FEN / 2, PAYMENT_FEN], b);
            it.budget_parts = vec![kit::part(line, it.amount_fen)];
            it.into()
        }
        Payload::PaymentReturned(mut it) => {
            it.payment_id = payment_id;
            it.amount_fen = pick(&[1, PAYMENT_FEN / 2, PAYMENT_FEN], b);
            it.budget_parts = vec![kit::part(line, it.amount_fen)];
            it.into()
        }
        Payload::AcceptanceConcluded(_) => {
            let results = [AcceptanceResult::Passed, AcceptanceResult::Failed];
            let mut it = kit::acceptance_concluded(pick(&results, a));
            it.acceptance_id = format!("AC-{}", c % 4);
            it.into()
        }
        other => other,
    }
}

/// Runs acts, one in eight a correction or void of something earlier; most are refused.
fn run(mut world: World, acts: &[Act]) -> World {
    for act in acts {
        let payload = payload_of_act(*act);
        let recorded = world.items.len() as u64;
        let at = u64::from(act.1.wrapping_mul(7).wrapping_add(act.3)) % recorded;
        let is_original = world.items[at as usize].amends.is_none();
        let fact = match act.2 % 8 {
            6 if is_original => {
                let original = payload_of(&world.items[at as usize].fact.event);
                let same = original.map(EventType::of) == Some(EventType::of(&payload));
                let replacement = match original {
                    Some(original) if !same => original.clone(),
                    _ => payload,
                };
                world.correction(at, replacement)
            }
            7 if is_original => world.void(at),
            _ => world.fact(payload),
        };
        // Decided states are compared with the fold by the world itself.
        let _ = world.append(fact);
    }
    world
}

fn started(stage: u8) -> World {
    let mut world = match stage % 4 {
        0 => World::with_plan(),
        1 => World::with_opened_lot(),
        _ => World::with_award(),
    };
    if stage % 4 == 3 {
        world.given(kit::contract_signed());
    }
    world
}

fn assert_conserved(line: &BudgetLine) {
    let approved_fen = i128::from(line.approved_fen) + line.adjusted_fen;
    let used_fen = line.available_fen() + line.frozen_fen + line.occupied_fen;
    assert_eq!(approved_fen, used_fen);
    let occupied_fen: i128 = line.holdings.values().map(Holding::occupied_fen).sum();
    let paid_fen: i128 = line.holdings.values().map(|held| held.paid_fen).sum();
    assert_eq!((line.occupied_fen, line.paid_fen), (occupied_fen, paid_fen));
}

fn assert_sound(world: &World) {
    let project = world.get::<Project>(PROJECT, "").unwrap_or_default();
    for id in [LINE, LINE_2] {
        let line = world.get::<BudgetLine>(id, "").unwrap_or_default();
        assert_conserved(&line);
        assert!(line.available_fen() >= 0 && line.frozen_fen >= 0);
        let held = line.holdings.get(PROJECT).copied().unwrap_or_default();
        let money = project.lines.get(id).copied().unwrap_or_default();
        assert_eq!(held, money.holding, "both sides keep the same holding");
        assert!(0 <= held.paid_fen && held.paid_fen <= money.claimed_fen());
        assert!(money.claimed_fen() <= held.occupied_fen());
        let open = project.requests.values().filter_map(|parts| parts.get(id));
        let open_fen: i128 = open.map(|fen| i128::from(*fen)).sum();
        assert_eq!(open_fen, money.requested_fen);
    }
}

/// Every entity that any fact touches.
fn entities_of(items: &[HistoryItem]) -> Vec<EntityRef> {
    let mut entities = Vec::new();
    for item in items {
        let payload = payload_of(&item.fact.event).expect("a payload");
        entities.extend(touched_by(&item.fact.stream, payload));
    }
    entities.sort();
    entities.dedup();
    entities
}

fn history_in(items: &[HistoryItem], entity: &EntityRef) -> Vec<HistoryItem> {
    let touches = |item: &&HistoryItem| touches(&item.fact, entity);
    items.iter().filter(touches).cloned().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn money_is_conserved_and_folds_agree(
        stage in 0_u8..4,
        acts in vec(any::<Act>(), 0..40),
    ) {
        let world = run(started(stage), &acts);
        assert_sound(&world);
    }

    #[test]
    fn what_was_accepted_folds_in_any_subset(
        stage in 0_u8..4,
        acts in vec(any::<Act>(), 0..40),
        kept in vec(any::<bool>(), 60),
    ) {
        let world = run(started(stage), &acts);
        let kept: Vec<HistoryItem> = world
            .items
            .iter()
            .zip(kept.iter().chain(std::iter::repeat(&true)))
            .filter(|(_, is_kept)| **is_kept)
            .map(|(item, _)| item.clone())
            .collect();
        for entity in entities_of(&kept) {
            let state = fold(&entity, &history_in(&kept, &entity));
            if let Some(line) = state.as_ref().and_then(BudgetLine::of) {
                assert_conserved(line);
            }
        }
    }

    #[test]
    fn evolve_stands_any_soup(acts in vec(any::<Act>(), 0..60)) {
        let world = World::new();
        let kinds = entities_of(
            &acts
                .iter()
                .map(|act| item(0, &world, payload_of_act(*act)))
                .collect::<Vec<_>>(),
        );
        // Every fact on every entity, touched or not, in any order.
        for entity in kinds {
            let mut state = EntityState::empty(entity.kind).expect("a kind");
            for (position, act) in acts.iter().enumerate() {
                let fact = world.fact(payload_of_act(*act));
                decider::evolve(&mut state, &entity, position as u64, &fact);
            }
            if let Some(line) = BudgetLine::of(&state) {
                assert_conserved(line);
            }
        }
    }

    #[test]
    fn evolve_stands_extreme_amounts(
        amounts in vec(prop_oneof![Just(i64::MAX), Just(i64::MIN), any::<i64>()], 1..30),
    ) {
        let world = World::new();
        let line = EntityRef::new(BudgetLine::KIND, PARTITION, LINE, "");
        let project = EntityRef::new(Project::KIND, PARTITION, PROJECT, "");
        for entity in [line, project] {
            let mut state = EntityState::empty(entity.kind).expect("a kind");
            for (position, fen) in amounts.iter().enumerate() {
                let fact = world.fact(extreme(position, *fen));
                state.evolve(&entity, position as u64, &fact);
                let _ = state.transition(&entity, &fact);
                let _ = state.invariants(None, &entity);
            }
        }
    }

    #[test]
    fn snapshots_come_back_as_they_went(
        stage in 0_u8..4,
        acts in vec(any::<Act>(), 0..30),
    ) {
        let world = run(started(stage), &acts);
        let config = bincode::config::standard();
        for entity in entities_of(&world.items) {
            if let Some(state) = fold(&entity, &history_in(&world.items, &entity)) {
                let bytes = bincode::serde::encode_to_vec(&state, config).expect("it encodes");
                let (back, _): (EntityState, usize) =
                    bincode::serde::decode_from_slice(&bytes, config).expect("it decodes");
                prop_assert_eq!(back, state);
            }
        }
    }
}

fn item(position: u64, world: &World, payload: Payload) -> HistoryItem {
    HistoryItem {
        position,
        fact: Arc::new(world.fact(payload)),
        amends: None,
    }
}

fn extreme(position: usize, fen: i64) -> Payload {
    match position % 6 {
        0 => {
            let mut it = kit::budget_line_approved(LINE);
            it.amount_fen = fen;
            it.into()
        }
        1 => kit::budget_line_adjusted(fen).into(),
        2 => kit::budget_line_frozen(fen).into(),
        3 => {
            let mut it = kit::plan_filed();
            it.amount_fen = fen;
            it.budget_parts = vec![kit::part(LINE, fen), kit::part(LINE, fen)];
            it.into()
        }
        4 => {
            let mut it = kit::payment_requested();
            it.budget_parts = vec![kit::part(LINE, fen), kit::part(LINE, fen)];
            it.into()
        }
        _ => {
            let mut it = kit::payment_executed();
            it.budget_parts = vec![kit::part(LINE, fen)];
            it.into()
        }
    }
}

#[test]
fn random_acts_are_accepted_often_enough_to_mean_something() {
    let mut accepted = 0;
    for seed in 0_u8..=255 {
        let start = started(seed);
        let before = start.items.len();
        let act = |step: u8| {
            let mixed = seed.wrapping_mul(73).wrapping_add(step.wrapping_mul(29));
            (mixed, mixed.rotate_left(3), step.wrapping_mul(11), seed)
        };
        let acts: Vec<Act> = (0..20).map(act).collect();
        accepted += run(start, &acts).items.len() - before;
    }
    assert!(accepted > 256, "{accepted} of 5,120 accepted");
}
