//! What must hold of any history, proven on real ledgers: real files, the real decider, the real
//! service without its socket.
//!
//! *Drawn* is a list of acts, each a kind, one of two budget lines, one of two projects, a number
//! and an amount, and with it whatever the property cuts, splits or repeats. Sound and unsound acts
//! are drawn alike: what a ledger refuses leaves nothing behind and falls out of the history.
//! *Shrunk* is the list to the acts that are needed, then each act to the first kind, line and
//! project and the least amount; cuts and splits to fewer and smaller ones.

use std::{collections::BTreeMap, fs, path::Path, pin::pin};

use bihuan::{
    events::{
        v1::{self, AcceptanceResult, EntityKind, ledger_service_server::LedgerService as _},
        wire::RecordedEvent,
    },
    grpc::LedgerServer,
    ledger::{Ledger, rebuild, states},
    proof,
    state::{StateOptions, StateStore},
};
use proptest::{collection::vec, prelude::*};
use tempfile::TempDir;
use tokio_stream::StreamExt as _;
use tonic::Request;

use crate::{
    copy::copy,
    facts::*,
    harness::*,
    oracle::{Door, untimed, whole},
};

/// Ledgers are opened in every case, so there are fewer cases than of pure properties.
fn cases() -> ProptestConfig {
    ProptestConfig {
        cases: crate::workload::rounds("BIHUAN_PROPERTY_CASES", 24) as u32,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// One act.
#[derive(Clone, Copy, Debug)]
struct Draw {
    kind: u8,
    line: bool,
    project: bool,
    number: u8,
    fen: i64,
}

fn draw() -> impl Strategy<Value = Draw> {
    let parts = (0..24_u8, any::<bool>(), any::<bool>(), 0..4_u8, 1..300_i64);
    parts.prop_map(|(kind, line, project, number, fen)| Draw {
        kind,
        line,
        project,
        number,
        fen,
    })
}

/// A project that is under way, and any acts after it, so that most of them have something to act
/// on.
fn history() -> impl Strategy<Value = Vec<v1::Event>> {
    vec(draw(), 0..70).prop_map(|draws| {
        let mut events = vec![
            line_approved(LINE, 5_000),
            plan_filed(PROJECT, LINE, 1_000),
            award_recorded(PROJECT, 1_000),
            contract_signed(PROJECT, 1_000),
        ];
        for (index, draw) in draws.iter().enumerate() {
            let mut event = act_of(*draw, &events);
            event.source_ref = format!("E-{index}");
            events.push(event);
        }
        events
    })
}

fn act_of(draw: Draw, before: &[v1::Event]) -> v1::Event {
    let line = if draw.line { LINE_2 } else { LINE };
    let project = if draw.project { "PJ-2" } else { PROJECT };
    let (no, fen) = (format!("N-{}", draw.number), draw.fen);
    let shares = [(line, fen)];
    match draw.kind {
        0 | 1 => notice(project, &no, 60),
        2 => line_approved(line, fen * 20),
        3 => line_adjusted(line, &no, if draw.project { fen } else { -fen }),
        4 => line_frozen(line, &no, fen),
        5 => line_unfrozen(line, &no, fen),
        6 => plan_filed(project, line, fen),
        7 => award_recorded(project, fen),
        8 => contract_signed(project, fen),
        9 => supplement(project, &no, line, fen),
        10 | 11 => requested(project, &no, TERM_ADVANCE, &shares),
        12 => payment_accepted(project, &no),
        13 => executed(project, &no, &shares),
        14 => returned(project, &no, &shares),
        15 => delivered(project, &no),
        16 => accepted(project, &no, AcceptanceResult::Partial, fen),
        17 => damages(project, &no, fen),
        18 => documents_issued(project, "01"),
        19 => without_part(bid_received(project, &no, SUPPLIER)),
        20 => line_closed(line),
        _ => amendment(line, fen, before).unwrap_or_else(|| notice(project, &no, 60)),
    }
}

fn without_part(sent: bihuan::events::wire::EventSubmission) -> v1::Event {
    let event: v1::Event = prost::Message::decode(sent.event).expect("our own event");
    v1::Event {
        sealed_commitment: Vec::new().into(),
        ..event
    }
}

/// A correction or void of the newest act that moved a line's amount.
fn amendment(line: &str, fen: i64, before: &[v1::Event]) -> Option<v1::Event> {
    use v1::event_payload::Payload::{BudgetLineAdjusted, BudgetLineApproved};
    let touches = vec![touched(EntityKind::BudgetLine, line, "")];
    let stream = line_stream(line);
    before.iter().rev().find_map(|original| {
        let payload = original.payload.as_ref()?.payload.as_ref()?;
        match payload {
            _ if original.stream != stream => None,
            BudgetLineApproved(_) => {
                let instead = line_approved(line, fen * 30);
                Some(corrected(original, "c", &instead, touches.clone()))
            }
            BudgetLineAdjusted(_) => Some(voided(original, touches.clone())),
            _ => None,
        }
    })
}

/// A ledger of its own in memory.
struct Sample {
    folder: TempDir,
    ledger: Ledger,
    door: Door,
}

impl Sample {
    fn open(folder: TempDir) -> Self {
        let config = small_config(&folder.path().join("data"));
        let ledger = Ledger::open(config).expect("the folder opens");
        let door = Door::to(&ledger);
        Self {
            folder,
            ledger,
            door,
        }
    }

    /// Appends a batch; `None` if it is refused.
    async fn append(&mut self, events: &[v1::Event]) -> Option<Vec<v1::Receipt>> {
        let batch = untimed(events.iter().map(sent).collect());
        self.door
            .append(batch)
            .await
            .ok()
            .map(|answer| answer.receipts)
    }

    /// Appends one event after the other; answers those that were taken.
    async fn play(&mut self, events: &[v1::Event]) -> Vec<v1::Event> {
        let mut taken = Vec::new();
        for event in events {
            if self.append(std::slice::from_ref(event)).await.is_some() {
                taken.push(event.clone());
            }
        }
        taken
    }

    /// What the ledger says to every act once more, under another name, without recording it.
    async fn asked_again(&mut self, events: &[v1::Event]) -> Vec<Result<(), Figures>> {
        let mut answers = Vec::new();
        for event in events {
            let mut event = event.clone();
            event.source_ref.push('?');
            let mut question = untimed(vec![sent(&event)]);
            question.validate_only = true;
            let answer = self.door.append(question).await;
            answers.push(answer.map(drop).map_err(|status| {
                let (reason, figures) = reason(&status);
                (reason, figures.into_iter().collect())
            }));
        }
        answers
    }

    /// What stands, without what two ledgers cannot have in common: proofs and times.
    async fn content(&mut self) -> Vec<(u64, u64, Vec<u8>)> {
        let events = self.door.read_all().await.expect("a read");
        let content = |event: &RecordedEvent| {
            let bytes = event.event.to_vec();
            (event.position, event.revision, bytes)
        };
        events.iter().map(content).collect()
    }

    /// Closes the ledger, and answers every saved state with the position that it reflects.
    fn close(self) -> (TempDir, States) {
        let (id, data) = (self.ledger.id(), self.folder.path().join("data"));
        drop(self.door);
        self.ledger.close();
        drop(self.ledger);
        let report = proof::verify(&data, false, None).expect("the folder can be verified");
        assert!(report.is_clean(), "{:#?}", report.findings);
        (self.folder, saved(&data, id))
    }
}

/// A refusal: its reason and figures.
type Figures = (String, BTreeMap<String, String>);

/// Saved states by entity.
type States = BTreeMap<String, (u64, Vec<u8>)>;

fn saved(data: &Path, ledger_id: [u8; 16]) -> States {
    let options = StateOptions::new(ledger_id, states::layout_hash());
    let opened = StateStore::open(&data.join("state"), options).expect("the states open");
    assert!(opened.doubt.is_none(), "{:?}", opened.doubt);
    let entries = (&opened.store).into_iter();
    let read = entries.map(|entry| {
        let (key, through, blob) = entry.expect("a sound state");
        (String::from_utf8_lossy(&key).into_owned(), (through, blob))
    });
    read.collect()
}

/// A copy of a sample's folder as it is now, which may be while it is written.
fn copied(folder: &TempDir) -> TempDir {
    let other = scratch();
    copy(folder.path(), other.path()).expect("a copy");
    other
}

/// Removes the newest snapshot files of a folder.
fn without_snapshots(folder: &TempDir, count: usize) {
    let snapshots = folder.path().join("data/snapshots");
    let Ok(files) = fs::read_dir(snapshots) else {
        return;
    };
    let mut files: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
    files.sort();
    for file in files.iter().rev().take(count) {
        fs::remove_file(file).expect("removed");
    }
}

fn without_states(folder: &TempDir) {
    fs::remove_dir_all(folder.path().join("data/state")).expect("removed");
}

/// The history cut into batches of drawn sizes.
fn batches<'a>(events: &'a [v1::Event], sizes: &[usize]) -> Vec<&'a [v1::Event]> {
    let (mut rest, mut batches) = (events, Vec::new());
    for size in sizes.iter().chain(std::iter::repeat(&usize::MAX)) {
        if rest.is_empty() {
            break;
        }
        let (batch, later) = rest.split_at((*size).min(rest.len()));
        batches.push(batch);
        rest = later;
    }
    batches
}

fn filters() -> impl Strategy<Value = v1::EventFilter> {
    let of = |types: &[&str], kinds: &[&str]| v1::EventFilter {
        event_types: types.iter().map(ToString::to_string).collect(),
        stream_kinds: kinds.iter().map(ToString::to_string).collect(),
        ..v1::EventFilter::default()
    };
    prop_oneof![
        Just(v1::EventFilter::default()),
        Just(of(&["NoticePublished"], &[])),
        Just(of(&["BidReceived", "PaymentRequested"], &[])),
        Just(of(&[], &["budget-line"])),
    ]
}

fn roles() -> impl Strategy<Value = v1::ActorRole> {
    prop_oneof![Just(v1::ActorRole::Public), Just(v1::ActorRole::TradeSys)]
}

proptest! {
    #![proptest_config(cases())]

    /// Drawn: a history. A ledger that lost its states, its states and the newest or all snapshots,
    /// or that was copied while it ran, holds the same events, answers the same questions in the
    /// same words, and its rebuilt states are those that were kept up all along.
    #[test]
    fn rebuilding_a_snapshot_with_its_tail_and_keeping_up_give_the_same_states(
        history in history(),
    ) {
        run(async {
            let mut sample = Sample::open(scratch());
            sample.play(&history).await;
            let content = sample.content().await;
            let answers = sample.asked_again(&history).await;
            let crashed = copied(&sample.folder);
            let crashed_bare = copied(&sample.folder);
            without_states(&crashed_bare);
            let (folder, kept) = sample.close();
            let of_snapshot = copied(&folder);
            without_states(&of_snapshot);
            let of_older = copied(&folder);
            without_states(&of_older);
            without_snapshots(&of_older, 1);
            let of_nothing = copied(&folder);
            without_states(&of_nothing);
            without_snapshots(&of_nothing, usize::MAX);
            // What was saved before a crash may lag, singly (docs/adr/0002); nothing else may.
            let all = [
                ("reopened", folder, false),
                ("snapshot and tail", of_snapshot, false),
                ("an older snapshot", of_older, false),
                ("the journal alone", of_nothing, false),
                ("copied while it ran", crashed, true),
                ("copied without states", crashed_bare, true),
            ];
            for (what, folder, may_lag) in all {
                let mut again = Sample::open(folder);
                assert_eq!(again.content().await, content, "{what}");
                assert_eq!(again.asked_again(&history).await, answers, "{what}");
                let id = again.ledger.id();
                let (folder, states) = again.close();
                assert!(may_lag || states == kept, "{what}: {states:?} but {kept:?}");
                let data = folder.path().join("data");
                rebuild(&data, &mut |_, _, _| {}).expect("it can be made again");
                assert_eq!(saved(&data, id), kept, "{what}, rebuilt");
            }
        });
    }

    /// Drawn: a history and sizes of batches. What was accepted one by one is accepted in any
    /// batches, and leaves the same events in the same places and the same states.
    #[test]
    fn any_split_into_batches_gives_the_same_states_and_streams(
        history in history(),
        sizes in vec(1..12_usize, 0..20),
    ) {
        run(async {
            let mut single = Sample::open(scratch());
            let taken = single.play(&history).await;
            let mut split = Sample::open(scratch());
            for batch in batches(&taken, &sizes) {
                split.append(batch).await.expect("a part of what was accepted");
            }
            assert_eq!(split.content().await, single.content().await);
            let (_one, of_single) = single.close();
            let (_other, of_split) = split.close();
            assert_eq!(of_split, of_single);
        });
    }

    /// Drawn: a history, sizes of batches, and before each batch which events are sent again, in
    /// which order, apart or beside it. A repeat gets the first receipt; nothing is there twice.
    #[test]
    fn retries_never_double_in_any_order_and_batching(
        history in history(),
        sizes in vec(1..8_usize, 0..20),
        repeats in vec(vec(any::<prop::sample::Index>(), 0..6), 0..20),
        is_beside in any::<bool>(),
    ) {
        run(async {
            let mut single = Sample::open(scratch());
            let taken = single.play(&history).await;
            let mut sample = Sample::open(scratch());
            let mut first: Vec<v1::Receipt> = Vec::new();
            let batches = batches(&taken, &sizes);
            let none = Vec::new();
            let repeats = repeats.iter().chain(std::iter::repeat(&none));
            for (batch, again) in batches.into_iter().zip(repeats) {
                let mut picked: Vec<usize> = Vec::new();
                for index in again.iter().filter(|_| !first.is_empty()) {
                    let index = index.index(first.len());
                    if !picked.contains(&index) {
                        picked.push(index);
                    }
                }
                let old: Vec<_> = picked.iter().map(|index| taken[*index].clone()).collect();
                let receipts = if is_beside {
                    let both = [old, batch.to_vec()].concat();
                    sample.append(&both).await.expect("old and new")
                } else {
                    let mut receipts = Vec::new();
                    if !old.is_empty() {
                        receipts = sample.append(&old).await.expect("old");
                    }
                    receipts.extend(sample.append(batch).await.expect("new"));
                    receipts
                };
                for (index, receipt) in picked.iter().zip(&receipts) {
                    let again = v1::Receipt {
                        status: first[*index].status,
                        ..receipt.clone()
                    };
                    assert_eq!(again, first[*index]);
                    assert_ne!(receipt.status(), v1::ReceiptStatus::Appended);
                }
                first.extend_from_slice(&receipts[picked.len()..]);
            }
            assert_eq!(sample.content().await, single.content().await);
        });
    }

    /// Drawn: a history, a filter, a role, and after how many events the subscriber loses its
    /// connection each time; it comes back after the last event that it took in. It sees what a
    /// read with the same filter answers, each event once, in order.
    #[test]
    fn a_subscriber_that_disconnects_at_random_sees_each_event_once_in_order(
        history in history(),
        filter in filters(),
        cuts in vec(0..9_usize, 0..12),
        sizes in vec(1..12_usize, 0..12),
    ) {
        run(async {
            let mut sample = Sample::open(scratch());
            let server = LedgerServer::new(sample.ledger.clone());
            let role = v1::ActorRole::TradeSys;
            let (mut seen, mut next) = (Vec::new(), 0);
            let all = batches(&history, &sizes);
            let mut left = all.into_iter();
            for cut in &cuts {
                // The ledger moves on between, and while, the subscriber is there.
                if let Some(events) = left.next() {
                    sample.play(events).await;
                }
                next = follow(&server, &filter, role, next, *cut, &mut seen).await;
            }
            for events in left {
                sample.play(events).await;
            }
            follow(&server, &filter, role, next, usize::MAX, &mut seen).await;
            let asked = v1::ReadEventsRequest {
                filter: Some(filter.clone()),
                ..whole()
            };
            let expected = sample.door.read(asked).await.expect("a read");
            assert_eq!(seen, expected);
        });
    }

    /// Drawn: a history, a source, a filter, a role, a direction and the size of pages. Pages put
    /// together are the whole, and backwards is forwards turned round.
    #[test]
    fn pages_put_together_are_the_whole_in_both_directions(
        history in history(),
        source in 0..4_u8,
        filter in filters(),
        role in roles(),
        page in 1..9_u64,
    ) {
        run(async {
            let mut sample = Sample::open(scratch());
            sample.play(&history).await;
            let mut asked = v1::ReadEventsRequest {
                source: Some(source_of(source)),
                filter: Some(filter.clone()),
                reader: Some(v1::Reader { role: role.into() }),
                ..whole()
            };
            let forwards = sample.door.read(asked.clone()).await.expect("a read");
            for direction in [v1::Direction::Forwards, v1::Direction::Backwards] {
                asked.direction = direction.into();
                let mut expected = forwards.clone();
                if direction == v1::Direction::Backwards {
                    expected.reverse();
                }
                let at_once = sample.door.read(asked.clone()).await.expect("a read");
                assert_eq!(at_once, expected);
                assert_eq!(paged(&mut sample.door, &asked, page).await, expected);
            }
        });
    }
}

fn source_of(number: u8) -> v1::read_events_request::Source {
    use v1::read_events_request::Source;
    match number {
        0 => Source::All(v1::WholeLedger {}),
        1 => Source::Stream(project_stream(PROJECT)),
        2 => Source::Stream(line_stream(LINE)),
        _ => Source::Entity(v1::EntityKey {
            kind: EntityKind::Lot.into(),
            partition: "4304".into(),
            owner_id: PROJECT.into(),
            id: "01".into(),
        }),
    }
}

/// Reads page by page, each from beyond the last event of the one before.
async fn paged(door: &mut Door, asked: &v1::ReadEventsRequest, page: u64) -> Vec<RecordedEvent> {
    use v1::read_events_request::Start;
    let mut asked = asked.clone();
    asked.max_count = page;
    let mut events: Vec<RecordedEvent> = Vec::new();
    loop {
        let read = door.read(asked.clone()).await.expect("a page");
        assert!(read.len() as u64 <= page);
        let Some(last) = read.last().map(|event| event.position) else {
            return events;
        };
        events.extend(read);
        let beyond = match asked.direction() {
            v1::Direction::Backwards => last.checked_sub(1),
            _ => Some(last + 1),
        };
        let Some(beyond) = beyond else { return events };
        asked.start = Some(Start::Position(beyond));
    }
}

/// Follows from a position until `cut` events are taken in, or everything durable was served;
/// answers where to go on.
async fn follow(
    server: &LedgerServer,
    filter: &v1::EventFilter,
    role: v1::ActorRole,
    from: u64,
    cut: usize,
    seen: &mut Vec<RecordedEvent>,
) -> u64 {
    let asked = v1::SubscribeEventsRequest {
        from_position: from,
        filter: Some(filter.clone()),
        view: v1::EventView::Full.into(),
        reader: Some(v1::Reader { role: role.into() }),
        ..v1::SubscribeEventsRequest::default()
    };
    let answers = server.subscribe_events(Request::new(asked)).await;
    let mut answers = pin!(answers.expect("a subscription").into_inner());
    let (mut next, mut left) = (from, cut);
    while left > 0 {
        let answer = answers.next().await.expect("it goes on");
        let answer = answer.expect("a sound answer");
        for event in answer.events.into_iter().take(left) {
            next = event.position + 1;
            left -= 1;
            seen.push(event);
        }
        if answer.heartbeat.is_some_and(|beat| beat.caught_up) {
            break;
        }
    }
    next
}
