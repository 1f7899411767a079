//! Reading over gRPC: streams, entities, the whole ledger; directions, starts, filters, pages;
//! compared with a naive reading of everything that was appended.

use std::{collections::BTreeSet, time::Duration};

use bihuan::events::{
    v1::{
        self, ActorRole, DelegationScope, Direction, EntityKind, EventView, OrganisationKind,
        Stage,
        event_payload::Payload,
        get_event_request::Key,
        read_events_request::{Source, Start},
    },
    wire::RecordedEvent,
};
use prost::Message as _;
use rand::{Rng as _, SeedableRng as _, seq::IndexedRandom as _};
use rand_chacha::ChaCha8Rng;
use tonic::{Code, Request, Status};

use crate::{facts::*, harness::*, town::*, verifier};

/// What was appended, as its sender knows it.
#[derive(Clone, Debug)]
struct Row {
    position: u64,
    revision: u64,
    recorded_at: i64,
    event: v1::Event,
}

impl Row {
    fn payload(&self) -> &Payload {
        let payload = self.event.payload.as_ref().and_then(|p| p.payload.as_ref());
        payload.expect("a payload")
    }

    /// Type name and number in `EventPayload`.
    fn event_type(&self) -> (&'static str, i32) {
        match self.payload() {
            Payload::EventCorrected(_) => ("EventCorrected", 1),
            Payload::EventVoided(_) => ("EventVoided", 2),
            Payload::OrganisationRegistered(_) => ("OrganisationRegistered", 100),
            Payload::BudgetLineApproved(_) => ("BudgetLineApproved", 200),
            Payload::BudgetLineAdjusted(_) => ("BudgetLineAdjusted", 201),
            Payload::PlanFiled(_) => ("PlanFiled", 500),
            Payload::AgencyDelegated(_) => ("AgencyDelegated", 504),
            Payload::AwardRecorded(_) => ("AwardRecorded", 609),
            Payload::ContractSigned(_) => ("ContractSigned", 700),
            Payload::GoodsDelivered(_) => ("GoodsDelivered", 709),
            Payload::PaymentRequested(_) => ("PaymentRequested", 800),
            Payload::PaymentAccepted(_) => ("PaymentAccepted", 801),
            Payload::PaymentExecuted(_) => ("PaymentExecuted", 803),
            Payload::AcceptanceConcluded(_) => ("AcceptanceConcluded", 902),
            Payload::NoticePublished(_) => ("NoticePublished", 1100),
            other => panic!("{other:?} is not in this world"),
        }
    }

    fn legal_date(&self) -> String {
        let seconds = self.event.occurred_at.expect("an instant").seconds + 8 * 3600;
        let instant = chrono::DateTime::from_timestamp(seconds, 0).expect("an instant");
        instant.date_naive().to_string()
    }

    fn kind(&self) -> &str {
        self.event.stream.split('/').next().expect("a kind")
    }

    /// The entities that it touches: kind, owner, id.
    fn touches(&self) -> BTreeSet<(EntityKind, String, String)> {
        use EntityKind as E;
        let owner = self.event.stream.split('/').nth(2).expect("an id");
        let own = |kind: E, id: &str| (kind, owner.to_owned(), id.to_owned());
        let lines = |parts: &[v1::BudgetPart]| {
            let line =
                |p: &v1::BudgetPart| (E::BudgetLine, p.budget_line_id.clone(), String::new());
            parts.iter().map(line).collect::<Vec<_>>()
        };
        let stated = |list: &[v1::EntityRef]| {
            let stated = |e: &v1::EntityRef| (e.kind(), e.owner_id.clone(), e.id.clone());
            list.iter().map(stated).collect::<Vec<_>>()
        };
        let mut touched = match self.payload() {
            Payload::EventCorrected(e) => stated(&e.touches),
            Payload::EventVoided(e) => stated(&e.touches),
            Payload::OrganisationRegistered(_) => vec![own(E::Organisation, "")],
            Payload::BudgetLineApproved(_) | Payload::BudgetLineAdjusted(_) => {
                vec![own(E::BudgetLine, "")]
            }
            Payload::PlanFiled(e) => {
                let mut all = lines(&e.budget_parts);
                all.extend(e.lots.iter().map(|lot| own(E::Lot, &lot.lot_no)));
                all.push(own(E::Project, ""));
                all
            }
            Payload::AgencyDelegated(e) => vec![own(E::Delegation, &e.agency)],
            Payload::AwardRecorded(e) => vec![own(E::Lot, &e.lot_no)],
            Payload::ContractSigned(e) => {
                vec![own(E::Contract, &e.contract_id), own(E::Lot, &e.lot_no)]
            }
            Payload::GoodsDelivered(e) => vec![own(E::Contract, &e.contract_id)],
            Payload::PaymentRequested(e) => vec![
                own(E::Payment, &e.payment_id),
                own(E::Contract, &e.contract_id),
                own(E::Project, ""),
            ],
            Payload::PaymentAccepted(e) => vec![
                own(E::Payment, &e.payment_id),
                own(E::Contract, &e.contract_id),
            ],
            Payload::PaymentExecuted(e) => {
                let mut all = lines(&e.budget_parts);
                all.push(own(E::Payment, &e.payment_id));
                all.push(own(E::Contract, &e.contract_id));
                all.push(own(E::Project, ""));
                all
            }
            Payload::AcceptanceConcluded(e) => vec![
                own(E::Acceptance, &e.acceptance_id),
                own(E::Contract, &e.contract_id),
            ],
            Payload::NoticePublished(e) => vec![own(E::Notice, &e.notice_id)],
            other => panic!("{other:?} is not in this world"),
        };
        touched.sort();
        touched.into_iter().collect()
    }
}

/// A ledger with everything in it that filters can tell apart, and what was appended.
struct World {
    town: Town,
    rows: Vec<Row>,
}

impl World {
    async fn build() -> Self {
        let mut world = Self {
            town: Town::start().await,
            rows: Vec::new(),
        };
        let regulator = OrganisationKind::FinanceRegulator;
        world.append(&[registered(CITY, regulator, "430400")]).await;
        for n in 0..12 {
            let (line, project) = (format!("BL-{n}"), format!("PJ-{n}"));
            world.town.now += 86_400 * i64::from(n % 3);
            let is_county = n % 4 == 1;
            let place = |event: v1::Event| match is_county {
                true => v1::Event {
                    region_code: "430421".into(),
                    ..event
                },
                false => event,
            };
            let amount = 1_000 + i64::from(n);
            let raise = place(line_adjusted(&line, "1", 50));
            world
                .append(&[
                    place(line_approved(&line, amount)),
                    raise.clone(),
                    place(plan_filed(&project, &line, amount)),
                ])
                .await;
            let agency = [DelegationScope::Notice];
            world
                .append(&[place(delegated(&project, "DG-1", &agency))])
                .await;
            world
                .append(&[place(award_recorded(&project, amount))])
                .await;
            let contract = contract_signed(&project, amount);
            let half = amount / 2;
            world
                .append(&[
                    place(contract),
                    place(delivered(&project, "1")),
                    place(requested(&project, "PY-1", TERM_ADVANCE, &[(&line, half)])),
                    place(payment_accepted(&project, "PY-1")),
                    place(executed(&project, "PY-1", &[(&line, half)])),
                ])
                .await;
            let by_agency = by(
                notice(&project, "N-1", 50),
                "CCGP_HY",
                AGENCY,
                ActorRole::Agency,
            );
            world
                .append(&[place(by_agency), place(notice(&project, "N-2", 50))])
                .await;
            let line_entity = vec![touched(EntityKind::BudgetLine, &line, "")];
            let less = change!(raise.clone(), BudgetLineAdjusted, |a| a.delta_fen = 40);
            match n % 3 {
                0 => {
                    world
                        .append(&[corrected(&raise, "c1", &less, line_entity)])
                        .await;
                }
                1 => world.append(&[voided(&raise, line_entity)]).await,
                _ => {}
            }
        }
        let crowd: Vec<_> = (0..700)
            .map(|n| notice("PJ-0", &format!("M-{n}"), 30))
            .collect();
        world.town.now += 86_400;
        world.append(&crowd).await;
        world
    }

    async fn append(&mut self, events: &[v1::Event]) {
        let receipts = self.town.accept(events).await;
        for (event, receipt) in events.iter().zip(receipts) {
            self.rows.push(Row {
                position: receipt.position,
                revision: receipt.revision,
                recorded_at: receipt.recorded_at.expect("a time").seconds,
                event: event.clone(),
            });
        }
    }

    /// What a request must answer, by looking at every row.
    fn expected(&self, asked: &v1::ReadEventsRequest) -> Vec<u64> {
        let filter = asked.filter.clone().unwrap_or_default();
        let backwards = asked.direction() == Direction::Backwards;
        let is_wanted = |row: &&Row| {
            let is_of_source = match asked.source.as_ref().expect("a source") {
                Source::All(_) => true,
                Source::Stream(stream) => row.event.stream == *stream,
                Source::Entity(key) => {
                    row.touches()
                        .contains(&(key.kind(), key.owner_id.clone(), key.id.clone()))
                }
            };
            let is_in_range = match asked.start {
                None => true,
                Some(Start::Position(at)) if backwards => row.position <= at,
                Some(Start::Position(at)) => row.position >= at,
                Some(Start::Revision(at)) if backwards => row.revision <= at,
                Some(Start::Revision(at)) => row.revision >= at,
                Some(Start::RecordedTime(at)) if backwards => row.recorded_at < at.seconds,
                Some(Start::RecordedTime(at)) => row.recorded_at >= at.seconds,
            };
            let (name, number) = row.event_type();
            let one_of = |list: &[String], value: &str| {
                list.is_empty() || list.iter().any(|wanted| wanted == value)
            };
            let date = row.legal_date();
            is_of_source
                && is_in_range
                && one_of(&filter.event_types, name)
                && (filter.stages.is_empty() || filter.stages.contains(&(number / 100)))
                && one_of(&filter.stream_kinds, row.kind())
                && one_of(&filter.region_codes, &row.event.region_code)
                && one_of(&filter.organisations, &row.event.actor_org)
                && (filter.legal_date_from.is_empty() || date >= filter.legal_date_from)
                && (filter.legal_date_to.is_empty() || date <= filter.legal_date_to)
        };
        let mut positions: Vec<_> = self
            .rows
            .iter()
            .filter(is_wanted)
            .map(|row| row.position)
            .collect();
        if backwards {
            positions.reverse();
        }
        if asked.max_count > 0 {
            positions.truncate(usize::try_from(asked.max_count).unwrap_or(usize::MAX));
        }
        positions
    }

    /// Reads, and compares positions, bytes, revisions and times with what was appended.
    #[track_caller]
    fn ask(&mut self, asked: v1::ReadEventsRequest) -> impl Future<Output = Vec<RecordedEvent>> {
        let caller = std::panic::Location::caller();
        let expected = self.expected(&asked);
        async move {
            let events = self.town.read(asked.clone()).await;
            let found: Vec<_> = events.iter().map(|event| event.position).collect();
            assert_eq!(found, expected, "{caller}: {asked:?}");
            for event in &events {
                let row = &self.rows[event.position as usize];
                assert_eq!(event.event, row.event.encode_to_vec());
                assert_eq!(event.revision, row.revision);
                assert_eq!(event.recorded_at_us, row.recorded_at as u64 * 1_000_000);
            }
            events
        }
    }
}

fn all() -> v1::ReadEventsRequest {
    v1::ReadEventsRequest {
        source: Some(Source::All(v1::WholeLedger {})),
        ..v1::ReadEventsRequest::default()
    }
}

fn of_stream(stream: &str) -> v1::ReadEventsRequest {
    v1::ReadEventsRequest {
        source: Some(Source::Stream(stream.into())),
        ..v1::ReadEventsRequest::default()
    }
}

fn of_entity(kind: EntityKind, owner_id: &str, id: &str) -> v1::ReadEventsRequest {
    let key = v1::EntityKey {
        kind: kind.into(),
        partition: "4304".into(),
        owner_id: owner_id.into(),
        id: id.into(),
    };
    v1::ReadEventsRequest {
        source: Some(Source::Entity(key)),
        ..v1::ReadEventsRequest::default()
    }
}

fn filtered(filter: v1::EventFilter) -> v1::ReadEventsRequest {
    v1::ReadEventsRequest {
        filter: Some(filter),
        ..all()
    }
}

fn time(seconds: i64) -> Start {
    Start::RecordedTime(prost_types::Timestamp { seconds, nanos: 0 })
}

fn texts(words: &[&str]) -> Vec<String> {
    words.iter().map(ToString::to_string).collect()
}

#[test]
fn reads_streams_entities_and_everything_in_both_directions_from_any_start() {
    run(async {
        let mut world = World::build().await;
        let end = world.rows.len() as u64;
        let times: BTreeSet<_> = world.rows.iter().map(|row| row.recorded_at).collect();
        let mut starts = vec![
            None,
            Some(Start::Position(0)),
            Some(Start::Position(77)),
            Some(Start::Position(end - 1)),
            Some(Start::Position(end)),
            Some(Start::Position(u64::MAX)),
        ];
        for at in times {
            starts.extend([time(at - 1), time(at), time(at + 1)].map(Some));
        }
        starts.extend([time(-5), time(0)].map(Some));
        let revisions = [0, 1, 5, 699, u64::MAX].map(|r| Some(Start::Revision(r)));
        let sources = [
            all(),
            of_stream("project/4304/PJ-0"),
            of_stream("budget-line/4304/BL-3"),
            of_entity(EntityKind::BudgetLine, "BL-3", ""),
            of_entity(EntityKind::Project, "PJ-4", ""),
            of_entity(EntityKind::Lot, "PJ-4", "01"),
            of_entity(EntityKind::Contract, "PJ-4", CONTRACT),
            of_entity(EntityKind::Payment, "PJ-4", "PY-1"),
            of_entity(EntityKind::Notice, "PJ-0", "M-5"),
            of_entity(EntityKind::Delegation, "PJ-4", AGENCY),
            of_entity(EntityKind::Organisation, CITY, ""),
        ];
        for source in sources {
            let is_stream = matches!(source.source, Some(Source::Stream(_)));
            let more = revisions.iter().filter(|_| is_stream);
            for start in starts.iter().chain(more) {
                for direction in [
                    Direction::Unspecified,
                    Direction::Forwards,
                    Direction::Backwards,
                ] {
                    for max_count in [0, 3] {
                        let asked = v1::ReadEventsRequest {
                            direction: direction.into(),
                            start: *start,
                            max_count,
                            ..source.clone()
                        };
                        world.ask(asked).await;
                    }
                }
            }
        }
        // An entity hears of corrections and voids of what touched it.
        let line = world
            .ask(of_entity(EntityKind::BudgetLine, "BL-0", ""))
            .await;
        let types: Vec<_> = line
            .iter()
            .map(|event| world.rows[event.position as usize].event_type().0)
            .collect();
        let expected = [
            "BudgetLineApproved",
            "BudgetLineAdjusted",
            "PlanFiled",
            "PaymentExecuted",
            "EventCorrected",
        ];
        assert_eq!(types, expected);
    });
}

#[test]
fn filters_match_alone_and_together() {
    run(async {
        let mut world = World::build().await;
        let f = v1::EventFilter::default;
        let alone = [
            v1::EventFilter {
                event_types: texts(&["PlanFiled", "EventCorrected"]),
                ..f()
            },
            v1::EventFilter {
                stages: vec![Stage::Budget.into(), Stage::Payment.into()],
                ..f()
            },
            v1::EventFilter {
                stream_kinds: texts(&["budget-line", "organisation"]),
                ..f()
            },
            v1::EventFilter {
                region_codes: texts(&["430421"]),
                ..f()
            },
            v1::EventFilter {
                organisations: texts(&[AGENCY]),
                ..f()
            },
            v1::EventFilter {
                legal_date_from: "2023-04-10".into(),
                ..f()
            },
            v1::EventFilter {
                legal_date_to: "2023-01-10".into(),
                ..f()
            },
            v1::EventFilter {
                legal_date_from: "2023-02-01".into(),
                legal_date_to: "2023-02-01".into(),
                ..f()
            },
            v1::EventFilter {
                region_codes: texts(&["430405"]),
                ..f()
            },
        ];
        for filter in &alone {
            let found = world.ask(filtered(filter.clone())).await;
            let is_of_nowhere = filter.region_codes == ["430405"];
            assert_eq!(found.is_empty(), is_of_nowhere, "{filter:?}");
            assert!(found.len() < world.rows.len());
        }
        // Random combinations over every source, direction and start.
        let mut random = ChaCha8Rng::seed_from_u64(20_230_630);
        for _ in 0..400 {
            let mut filter = f();
            for one in alone.choose_multiple(&mut random, 2) {
                filter.event_types.extend(one.event_types.clone());
                filter.stages.extend(one.stages.clone());
                filter.stream_kinds.extend(one.stream_kinds.clone());
                filter.region_codes.extend(one.region_codes.clone());
                filter.organisations.extend(one.organisations.clone());
                filter.legal_date_from += &one.legal_date_from;
                filter.legal_date_to += &one.legal_date_to;
            }
            filter.legal_date_from.truncate(10);
            filter.legal_date_to.truncate(10);
            let n = random.random_range(0..12);
            let source = match random.random_range(0..4) {
                0 => of_stream(&format!("project/4304/PJ-{n}")),
                1 => of_entity(EntityKind::BudgetLine, &format!("BL-{n}"), ""),
                _ => all(),
            };
            let start = match random.random_range(0..3) {
                0 => Some(Start::Position(random.random_range(0..1_000))),
                1 => Some(time(noon(NOW) + random.random_range(0..20) * 43_200)),
                _ => None,
            };
            let asked = v1::ReadEventsRequest {
                direction: random.random_range(0..3),
                start,
                max_count: random.random_range(0..40) * random.random_range(0..2),
                filter: Some(filter),
                ..source
            };
            world.ask(asked).await;
        }
    });
}

#[test]
fn pages_put_together_are_the_whole() {
    run(async {
        let mut world = World::build().await;
        let mut random = ChaCha8Rng::seed_from_u64(7);
        let notices = v1::EventFilter {
            event_types: texts(&["NoticePublished"]),
            region_codes: texts(&["430400"]),
            ..v1::EventFilter::default()
        };
        let wholes = [
            all(),
            filtered(notices),
            of_stream("project/4304/PJ-0"),
            of_entity(EntityKind::BudgetLine, "BL-3", ""),
        ];
        for whole in wholes {
            for backwards in [false, true] {
                let direction = if backwards {
                    Direction::Backwards
                } else {
                    Direction::Forwards
                };
                let whole = v1::ReadEventsRequest {
                    direction: direction.into(),
                    ..whole.clone()
                };
                let expected = world.ask(whole.clone()).await;
                for largest in [3, 70, 600] {
                    let mut pages = Vec::new();
                    let mut start = whole.start;
                    loop {
                        let max_count = random.random_range(1..=largest);
                        let page = v1::ReadEventsRequest {
                            start,
                            max_count,
                            ..whole.clone()
                        };
                        let page = world.town.read(page).await;
                        let Some(last) = page.last().map(|event| event.position) else {
                            break;
                        };
                        assert!(page.len() as u64 <= max_count);
                        pages.extend(page);
                        start = match (backwards, last) {
                            (false, last) => Some(Start::Position(last + 1)),
                            (true, 0) => break,
                            (true, last) => Some(Start::Position(last - 1)),
                        };
                    }
                    assert_eq!(pages, expected, "pages of up to {largest}");
                }
            }
        }
    });
}

#[test]
fn full_views_recompute_by_an_independent_implementation() {
    run(async {
        let mut world = World::build().await;
        let full = v1::ReadEventsRequest {
            view: EventView::Full.into(),
            ..all()
        };
        let events = world.ask(full).await;
        let root = verifier::check_all(&events);
        let ledger = world.town.ledger().await;
        assert_eq!(ledger.end_position, events.len() as u64);
        assert_eq!(ledger.root_hash[..], root[..]);
        let reader = &world.town.server.ledger.queries().reader;
        for event in &events {
            let (header, _, _) = verifier::check(event);
            let row = &world.rows[event.position as usize];
            let name = (&row.event.source_system, &row.event.source_ref);
            assert_eq!(header.event_id, verifier::event_id(name.0, name.1));
            assert_eq!(header.payload_number, row.event_type().1.cast_unsigned());
            let occurred = row.event.occurred_at.expect("an instant");
            assert_eq!(
                header.occurred_at,
                (occurred.seconds, occurred.nanos.cast_unsigned())
            );
            let id = uuid::Uuid::from_bytes(header.ledger_id).to_string();
            assert_eq!(id, ledger.ledger_id);
            // Salts are those of the batch's seed, which only the ledger holds.
            let stored = reader.get(event.position).expect("sound").expect("there");
            let (of_header, of_event) = verifier::salts(&stored.seed, stored.index_in_batch);
            let proof = event.leaf_proof.as_ref().expect("a proof");
            assert_eq!(proof.header_salt[..], of_header[..]);
            assert_eq!(proof.event_salt[..], of_event[..]);
            let index = event.position - header.batch_first_position;
            assert_eq!(index, u64::from(stored.index_in_batch));
        }
        // The same leaves after a restart, and without FULL no proofs.
        let World { town, rows } = world;
        let mut world = World {
            town: town.restarted().await,
            rows,
        };
        assert_eq!(world.town.read_whole().await.len(), events.len());
        assert_eq!(world.town.ledger().await.root_hash[..], root[..]);
        let basic = world.ask(all()).await;
        assert!(basic.iter().all(|event| event.leaf_proof.is_none()));
        // A changed bit anywhere in what is served does not verify.
        let mut random = ChaCha8Rng::seed_from_u64(11);
        for _ in 0..50 {
            let mut event = events.choose(&mut random).expect("an event").clone();
            let mut bytes = event.event.to_vec();
            let at = random.random_range(0..bytes.len());
            bytes[at] ^= 1 << random.random_range(0..8);
            event.event = bytes.into();
            let checked = std::panic::catch_unwind(|| verifier::check(&event));
            assert!(checked.is_err(), "a changed byte {at} verifies");
        }
    });
}

#[test]
fn answers_say_what_they_reflect_and_wait_for_a_position() {
    run(async {
        let mut town = Town::with(&[line_approved(LINE, 1_000)]).await;
        let mut stream = town
            .client
            .read_events(all())
            .await
            .expect("a read")
            .into_inner();
        let answer = stream.message().await.expect("an answer").expect("one");
        assert_eq!((answer.end_position, answer.events.len()), (1, 1));
        assert!(answer.simulated_clock);
        // Position 1 is not there: the read waits for it.
        let waiting = v1::ReadEventsRequest {
            min_position: Some(1),
            ..all()
        };
        let mut client = town.server.client().await;
        let read = tokio::spawn(async move { read_all(&mut client, waiting).await });
        tokio::task::yield_now().await;
        assert!(!read.is_finished());
        town.accept(&[plan_filed(PROJECT, LINE, 5)]).await;
        let events = read.await.expect("no panic").expect("the position came");
        assert_eq!(events.len(), 2);
        // Up to the call's deadline.
        let mut late = Request::new(v1::ReadEventsRequest {
            min_position: Some(9),
            ..all()
        });
        late.set_timeout(Duration::from_millis(200));
        let status = town
            .client
            .read_events(late)
            .await
            .expect_err("it never comes");
        let code = status.code();
        assert!(
            matches!(code, Code::DeadlineExceeded | Code::Cancelled),
            "{code:?}"
        );
        let there = v1::ReadEventsRequest {
            min_position: Some(0),
            ..all()
        };
        assert_eq!(town.read(there).await.len(), 2);
    });
}

async fn refused(answer: Result<impl Sized, Status>) -> Refused {
    Refused::of(answer.err().expect("refused"))
}

#[test]
fn what_is_not_there_is_not_found() {
    run(async {
        let mut town = Town::with(&[line_approved(LINE, 1_000)]).await;
        let client = &mut town.client;
        for asked in [
            of_stream("project/4304/PJ-NONE"),
            of_stream("budget-line/4301/BL-2023-000001"),
            of_entity(EntityKind::BudgetLine, "BL-NONE", ""),
            of_entity(EntityKind::Project, LINE, ""),
        ] {
            let refused = refused(client.read_events(asked).await).await;
            refused.is(Code::NotFound, "NOT_FOUND", &[]);
        }
        let keys = [
            Key::Position(1),
            Key::Position(u64::MAX),
            Key::EventId("00000000-0000-8000-8000-000000000000".into()),
            Key::Name(v1::EventName {
                source_system: "GP_MGMT".into(),
                source_ref: "none".into(),
            }),
        ];
        for key in keys {
            let asked = v1::GetEventRequest {
                key: Some(key),
                ..v1::GetEventRequest::default()
            };
            let refused = refused(client.get_event(asked).await).await;
            refused.is(Code::NotFound, "NOT_FOUND", &[]);
        }
        // An empty ledger is a ledger.
        let mut empty = Town::start().await;
        assert!(empty.read(all()).await.is_empty());
        let backwards = v1::ReadEventsRequest {
            direction: Direction::Backwards.into(),
            ..all()
        };
        assert!(empty.read(backwards).await.is_empty());
        assert_eq!(
            empty.ledger().await.root_hash[..],
            verifier::merkle_root(&[])[..]
        );
    });
}

#[test]
fn fields_out_of_range_are_named() {
    run(async {
        let mut town = Town::with(&[line_approved(LINE, 1_000)]).await;
        let f = v1::EventFilter::default;
        let reader = Some(v1::Reader { role: 99 });
        let with = |change: fn(&mut v1::ReadEventsRequest)| {
            let mut asked = all();
            change(&mut asked);
            asked
        };
        let reads = [
            (with(|asked| asked.source = None), "source"),
            (of_stream("nonsense"), "stream"),
            (of_stream(""), "stream"),
            (of_entity(EntityKind::Unspecified, "x", ""), "entity.kind"),
            (of_entity(EntityKind::Lot, "", "01"), "entity.owner_id"),
            (
                with(|asked| asked.start = Some(Start::Revision(0))),
                "revision",
            ),
            (with(|asked| asked.direction = 9), "direction"),
            (with(|asked| asked.view = 9), "view"),
            (v1::ReadEventsRequest { reader, ..all() }, "reader.role"),
            (
                filtered(v1::EventFilter {
                    event_types: texts(&["PlanFiled", "PlanField"]),
                    ..f()
                }),
                "filter.event_types[1]",
            ),
            (
                filtered(v1::EventFilter {
                    stages: vec![2, 0],
                    ..f()
                }),
                "filter.stages[1]",
            ),
            (
                filtered(v1::EventFilter {
                    stages: vec![99],
                    ..f()
                }),
                "filter.stages[0]",
            ),
            (
                filtered(v1::EventFilter {
                    stream_kinds: texts(&["projects"]),
                    ..f()
                }),
                "filter.stream_kinds[0]",
            ),
            (
                filtered(v1::EventFilter {
                    legal_date_from: "2023-2-1".into(),
                    ..f()
                }),
                "filter.legal_date_from",
            ),
            (
                filtered(v1::EventFilter {
                    legal_date_to: "2023-02-30".into(),
                    ..f()
                }),
                "filter.legal_date_to",
            ),
        ];
        for (asked, field) in reads {
            let refused = refused(town.client.read_events(asked.clone()).await).await;
            refused.is(Code::InvalidArgument, "SHAPE", &[]);
            let at = (field.to_owned(), "SHAPE".to_owned());
            assert_eq!(refused.violations(), [at], "{asked:?}");
        }
        let subscriptions = [
            (
                v1::SubscribeEventsRequest {
                    heartbeat_ms: 99,
                    ..v1::SubscribeEventsRequest::default()
                },
                "heartbeat_ms",
            ),
            (
                v1::SubscribeEventsRequest {
                    heartbeat_ms: 60_001,
                    ..v1::SubscribeEventsRequest::default()
                },
                "heartbeat_ms",
            ),
            (
                v1::SubscribeEventsRequest {
                    stream: "nonsense".into(),
                    ..v1::SubscribeEventsRequest::default()
                },
                "stream",
            ),
            (
                v1::SubscribeEventsRequest {
                    stream: line_stream(LINE),
                    entity: Some(v1::EntityKey::default()),
                    ..v1::SubscribeEventsRequest::default()
                },
                "entity",
            ),
        ];
        for (asked, field) in subscriptions {
            let refused = refused(town.client.subscribe_events(asked).await).await;
            let at = (field.to_owned(), "SHAPE".to_owned());
            assert_eq!(refused.violations(), [at]);
        }
        let gets = [
            (None, "key"),
            (Some(Key::EventId("no uuid".into())), "event_id"),
        ];
        for (key, field) in gets {
            let asked = v1::GetEventRequest {
                key,
                ..v1::GetEventRequest::default()
            };
            let refused = refused(town.client.get_event(asked).await).await;
            let at = (field.to_owned(), "SHAPE".to_owned());
            assert_eq!(refused.violations(), [at]);
        }
    });
}

#[test]
fn an_event_tells_what_amended_it() {
    run(async {
        let raise = line_adjusted(LINE, "1", 50);
        let mut town = Town::with(&[line_approved(LINE, 1_000), raise.clone()]).await;
        let key = || Key::Name(name_of(&raise));
        let answer = town.get(key()).await;
        assert_eq!((answer.amended_by_position, answer.voided), (None, false));
        let touches = vec![touched(EntityKind::BudgetLine, LINE, "")];
        let less = change!(raise.clone(), BudgetLineAdjusted, |a| a.delta_fen = 40);
        town.accept(&[corrected(&raise, "c1", &less, touches.clone())])
            .await;
        let answer = town.get(key()).await;
        assert_eq!(
            (answer.amended_by_position, answer.voided),
            (Some(2), false)
        );
        town.accept(&[corrected(&raise, "c2", &raise, touches.clone())])
            .await;
        assert_eq!(town.get(key()).await.amended_by_position, Some(3));
        town.accept(&[voided(&raise, touches)]).await;
        let answer = town.get(key()).await;
        assert_eq!((answer.amended_by_position, answer.voided), (Some(4), true));
    });
}
