//! Saved entity states. Whatever mix of older and newer ones a crash or a restored snapshot leaves
//! in the store: once the events are folded in, each entity stands as the journal tells, and names
//! exactly the last event that it reflects. One name too high, and the next event is passed over.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use bihuan::{
    domain::{
        decider,
        entity::{self, EntityRef},
        state::EntityState,
    },
    events::v1::{self, EntityKind},
    journal::{JournalOptions, Reader, SegmentJournal, fs::RealFs},
    ledger::{
        Ledger, keys,
        overlay::{Memory, fact_of, history_through},
        rebuild::states_from_events,
        states::{self, Checkpoint},
    },
    state::{StateOptions, StateStore},
};
use tempfile::TempDir;

use crate::{
    copy::copy,
    facts::*,
    harness::{reason, run, scratch, small_config},
    oracle::{Door, untimed},
};

const OTHER_LINE: &str = "BL-OTHER";
const VOID_LINE: &str = "BL-VOID";

/// Events of a line, a plan and a contract; corrections of events long before, a voided line, and
/// as the last event one that touches what an event before it touched.
fn events() -> Vec<v1::Event> {
    let line = line_approved(LINE, 1_000_000);
    let other = line_approved(OTHER_LINE, 500);
    let void = line_approved(VOID_LINE, 7);
    let of_line = |id| vec![touched(EntityKind::BudgetLine, id, "")];
    vec![
        line.clone(),
        other.clone(),
        plan_filed(PROJECT, LINE, 400_000),
        line_adjusted(LINE, "1", 50),
        award_recorded(PROJECT, 400_000),
        contract_signed(PROJECT, 400_000),
        corrected(&line, "c", &line_approved(LINE, 2_000_000), of_line(LINE)),
        void.clone(),
        voided(&void, of_line(VOID_LINE)),
        line_adjusted(LINE, "2", -20),
        corrected(
            &other,
            "c",
            &line_approved(OTHER_LINE, 900),
            of_line(OTHER_LINE),
        ),
        line_adjusted(OTHER_LINE, "1", 3),
        line_adjusted(LINE, "3", 30),
    ]
}

/// The same ledger before and after its last event.
struct Past {
    /// Kept so that the folder lives as long as its readers.
    _folder: TempDir,
    before: Reader,
    after: Reader,
    entities: BTreeSet<EntityRef>,
}

fn append(data: &Path, events: &[v1::Event]) {
    let ledger = Ledger::open(small_config(data)).expect("opens");
    let mut door = Door::to(&ledger);
    for event in events {
        let appended = run(door.append(untimed(vec![sent(event)])));
        appended.unwrap_or_else(|status| panic!("{}: {status:?}", event.source_ref));
    }
    ledger.close();
}

fn read(data: &Path) -> Reader {
    let options = JournalOptions {
        create: false,
        ..JournalOptions::default()
    };
    let dir = data.join("journal");
    let keys_of = Arc::new(keys::of_stored);
    let opened = SegmentJournal::open(RealFs::shared(), &dir, options, keys_of);
    opened.expect("opens").reader
}

/// What is to be saved of an entity when a journal had so many events.
fn saved_at(reader: &Reader, entity: &EntityRef, end: u64) -> Option<(u64, Option<EntityState>)> {
    let history = history_through(reader, entity, 0, end).expect("reads");
    let last = history.last()?;
    Some((last.position, decider::fold(entity, &history)))
}

impl Past {
    fn new() -> Self {
        let folder = scratch();
        let (before, after): (PathBuf, PathBuf) =
            (folder.path().join("before"), folder.path().join("after"));
        let events = events();
        let (last, earlier) = events.split_last().expect("some");
        append(&after, earlier);
        copy(&after, &before).expect("copied");
        append(&after, std::slice::from_ref(last));
        let (before, after) = (read(&before), read(&after));
        assert_eq!(after.end(), events.len() as u64);
        let mut entities = BTreeSet::new();
        for entry in after.scan(0, 1_000, 1 << 20).expect("reads") {
            let fact = fact_of(&entry).expect("an event");
            let payload = fact.event.payload.as_ref().expect("a payload");
            entities.extend(decider::touched(&fact.stream, payload));
        }
        entities.retain(|entity| entity::is_snapshotted(entity.kind));
        Self {
            _folder: folder,
            before,
            after,
            entities,
        }
    }

    /// A store that holds every entity as of the first `end` events, and says that it is as of
    /// the first `from`.
    fn store(&self, dir: &Path, end: u64, from: u64) -> StateStore {
        let options = StateOptions::new(self.before.identity().ledger_id, states::layout_hash());
        let store = StateStore::open(dir, options).expect("opens").store;
        let saved = |entity: &EntityRef| {
            let (through, state) = saved_at(&self.before, entity, end)?;
            Some((entity.clone(), through, state.map(Arc::new)))
        };
        let checkpoint = Checkpoint {
            end: from,
            root: [0; 32],
            states: self.entities.iter().filter_map(saved).collect(),
        };
        states::save(&store, &checkpoint).expect("saved");
        store
    }
}

#[test]
fn folded_states_name_the_last_event_that_they_reflect_and_miss_none_after_it() {
    let past = Past::new();
    let end = past.before.end();
    let void = EntityRef::new(EntityKind::BudgetLine, "4304", VOID_LINE, "");
    let (_, nothing) = saved_at(&past.before, &void, end).expect("was there");
    assert_eq!(
        nothing, None,
        "a case in which nothing is left of an entity"
    );
    let dirs = scratch();
    for saved in 0..=end {
        for from in 0..=saved {
            let what = format!("states of {saved} events, folded from {from}");
            let store = past.store(&dirs.path().join(format!("{saved}-{from}")), saved, from);
            states_from_events(&past.before, &store, from, &mut |_, _, _| {}).expect("folds");
            for entity in &past.entities {
                let found = states::saved(&store, entity, end);
                let wanted = saved_at(&past.before, entity, end);
                assert_eq!(found, wanted, "{what}: {entity}");
            }
            // One event later, at the very next position.
            let mut memory = Memory::new(past.after.clone(), Arc::new(store), 100);
            for entity in &past.entities {
                let held = memory.entity(entity).expect("loads").expect("was touched");
                let (through, state) = saved_at(&past.after, entity, end + 1).expect("touched");
                assert_eq!(held.last_position, through, "{what}: {entity}, loaded");
                assert_eq!(held.state.as_deref(), state.as_ref(), "{what}: {entity}");
            }
        }
    }
}

#[test]
fn a_state_that_is_ahead_of_the_journal_is_not_believed() {
    let past = Past::new();
    let end = past.before.end();
    let line = EntityRef::new(EntityKind::BudgetLine, "4304", LINE, "");
    let dirs = scratch();
    let store = past.store(dirs.path(), end, 0);
    // Saved with the journal's last event, then the journal is put back to what it was before.
    let (through, state) = saved_at(&past.after, &line, end + 1).expect("touched");
    assert_eq!(through, end, "the last event touches the line");
    let checkpoint = Checkpoint {
        end: 0,
        root: [0; 32],
        states: vec![(line.clone(), through, state.map(Arc::new))],
    };
    states::save(&store, &checkpoint).expect("saved");
    assert_eq!(states::saved(&store, &line, end), None);
    let mut memory = Memory::new(past.before.clone(), Arc::new(store), 100);
    let held = memory.entity(&line).expect("loads").expect("was touched");
    let (through, state) = saved_at(&past.before, &line, end).expect("touched");
    assert_eq!(held.last_position, through);
    assert_eq!(held.state.as_deref(), state.as_ref());
}

#[test]
fn states_of_another_history_are_not_believed() {
    let folder = scratch();
    let (here, put_back) = (folder.path().join("here"), folder.path().join("put-back"));
    append(&here, &[line_approved(LINE, 1_000_000)]);
    copy(&here, &put_back).expect("copied");
    // Both go on, each in its own way; then the journal is the one, the states are the other's.
    append(&here, &[line_adjusted(LINE, "more", 500_000)]);
    append(&put_back, &[line_adjusted(LINE, "less", -900_000)]);
    for name in ["state", "snapshots"] {
        let _ = fs::remove_dir_all(put_back.join(name));
        copy(&here.join(name), &put_back.join(name)).expect("copied");
    }
    let ledger = Ledger::open(small_config(&put_back)).expect("opens");
    assert_eq!(ledger.read_only_reason(), None);
    let plan = untimed(vec![sent(&plan_filed(PROJECT, LINE, 400_000))]);
    let refused = run(Door::to(&ledger).append(plan)).expect_err("over what is available");
    let (reason, figures) = reason(&refused);
    assert_eq!(reason, "E010_PLAN_OVER_BUDGET");
    assert_eq!(figures["available_fen"], "100000");
    ledger.close();
}
