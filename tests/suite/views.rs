//! Views over gRPC: one project from its budget to its last payment, as of both clocks, with its
//! corrections, and what each call refuses.

use std::{collections::BTreeMap, path::Path, time::Duration};

use bihuan::{
    domain::decider::HistoryItem,
    events::v1::{
        self, AcceptanceResult, ActorRole, ContractState, EntityKind, GapReason, LoopStage,
        LotState, OrderState, ParticipantRole, ProcessAmountKind, StageStatus,
        event_payload::Payload, project_service_client::ProjectServiceClient,
    },
    exchange::ocds,
    ledger::overlay::fact_from,
    views::{AsOf, History, Timeline, order, process},
};
use prost::Message as _;
use tokio::time::timeout;
use tonic::{Code, transport::Channel};

use crate::{facts::*, harness::*, town::*};

pub type Views = ProjectServiceClient<Channel>;

pub const PATIENCE: Duration = Duration::from_mins(2);
pub const PARTITION: &str = "4304";
const OCID: &str = "ocds-abc123-1";
pub const FRAMEWORK: &str = "FA-430400-01";

pub async fn views(server: &Server) -> Views {
    ProjectServiceClient::connect(format!("http://{}", server.address))
        .await
        .expect("the server takes connections")
}

pub fn of_project(project: &str) -> v1::GetProjectRequest {
    v1::GetProjectRequest {
        partition: PARTITION.into(),
        project_id: project.into(),
        ..v1::GetProjectRequest::default()
    }
}

async fn project(client: &mut Views, asked: v1::GetProjectRequest) -> v1::ProjectView {
    let answer = client
        .get_project(asked)
        .await
        .expect("a view")
        .into_inner();
    assert!(answer.simulated_clock);
    answer.project.expect("a project")
}

/// A project from its budget line to its last payment: 1,000 approved, 900 planned, 800 awarded.
pub fn money_line() -> Vec<v1::Event> {
    vec![
        line_approved(LINE, 1_000),
        plan_filed(PROJECT, LINE, 900),
        award_recorded(PROJECT, 800),
        contract_signed(PROJECT, 800),
        by_treasury(requested(PROJECT, "PY-1", TERM_ADVANCE, &[(LINE, 400)])),
        by_treasury(payment_accepted(PROJECT, "PY-1")),
        by_treasury(executed(PROJECT, "PY-1", &[(LINE, 400)])),
        delivered(PROJECT, "D-1"),
        accepted(PROJECT, "AC-1", AcceptanceResult::Passed, 800),
    ]
}

fn figure(figure: Option<&v1::Figure>) -> (i64, Vec<u64>) {
    let figure = figure.expect("a figure");
    (figure.amount_fen, figure.positions.clone())
}

fn stage(view: &v1::ProjectView, stage: LoopStage) -> &v1::StageView {
    let mut stages = view.stages.iter();
    stages.find(|of| of.stage() == stage).expect("nine stages")
}

fn gaps(view: &v1::ProjectView) -> Vec<GapReason> {
    let gaps = view.stages.iter().flat_map(|stage| &stage.gaps);
    gaps.map(v1::Gap::reason).collect()
}

#[test]
fn a_project_shows_nine_stages_and_its_money_with_the_events_behind_it() {
    use GapReason as G;
    use StageStatus::{Done, InProgress, NotStarted};
    run(async {
        let town = Town::with(&money_line()).await;
        let mut client = views(&town.server).await;
        let view = project(&mut client, of_project(PROJECT)).await;
        assert_eq!(view.name, "台式计算机采购");
        assert_eq!(view.event_count, 8);

        let stages: Vec<_> = view.stages.iter().map(v1::StageView::status).collect();
        assert_eq!(
            stages,
            [
                Done, NotStarted, NotStarted, Done, Done, Done, InProgress, Done, NotStarted
            ]
        );
        let plan = stage(&view, LoopStage::Plan);
        assert_eq!(
            (plan.first_on.as_str(), &plan.positions[..]),
            ("2023-02-01", &[1][..])
        );
        assert_eq!(
            gaps(&view),
            [
                G::IntentionMissing,
                G::AwardNotPublished,
                G::ContractNotPublished,
                G::ContractNotFiled,
                G::PaymentOutstanding,
                G::AcceptanceNotUploaded,
                G::AcceptanceNotPublished,
                G::CreditMissing,
            ]
        );
        let credit = &stage(&view, LoopStage::Credit).gaps[0];
        assert_eq!(
            (credit.object_id.as_str(), &credit.positions[..]),
            (CONTRACT, &[8][..])
        );
        assert!(credit.text_zh.contains("信用评价") && credit.text_en.contains("credit"));

        let amounts = view.amounts.as_ref().expect("amounts");
        let told = [
            (&amounts.budget, 1_000, vec![0]),
            (&amounts.plan, 900, vec![1]),
            (&amounts.ceiling, 900, vec![1]),
            (&amounts.award, 800, vec![2]),
            (&amounts.contract, 800, vec![3]),
            (&amounts.supplements, 0, vec![]),
            (&amounts.payable, 800, vec![3]),
            (&amounts.accepted, 800, vec![8]),
            (&amounts.requested, 0, vec![]),
            (&amounts.paid, 400, vec![4, 5, 6]),
            (&amounts.outstanding, 400, vec![3, 4, 5, 6]),
            (&amounts.saved, 100, vec![1, 2]),
        ];
        for (index, (found, fen, positions)) in told.into_iter().enumerate() {
            assert_eq!(figure(found.as_ref()), (fen, positions), "figure {index}");
        }
        assert_eq!(view.lots[0].state(), LotState::Contracted);
        assert_eq!(view.contracts[0].state(), ContractState::Accepted);
        let line = &view.budget_lines[0];
        assert!(line.known);
        assert_eq!(figure(line.occupied.as_ref()), (900, vec![1]));
        let mut roles = view.participants.iter();
        let winner = roles.find(|who| who.uscc == SUPPLIER).expect("takes part");
        let won = [ParticipantRole::Winner, ParticipantRole::Contractor];
        assert_eq!(winner.roles, won.map(i32::from));
        let plan_to_contract = view
            .spans
            .iter()
            .find(|s| s.kind() == v1::SpanKind::PlanToContract);
        assert_eq!(plan_to_contract.expect("a span").days, 37);
    });
}

#[test]
fn a_project_is_told_as_of_a_legal_date_and_a_record_time() {
    run(async {
        let mut town = Town::start().await;
        for (day, event) in (0..).zip(money_line()) {
            town.now = noon("2023-06-10") + day * 86_400;
            town.accept(&[event]).await;
        }
        let mut client = views(&town.server).await;
        // By legal date: signed on 03-10, nothing requested before.
        let mut asked = of_project(PROJECT);
        asked.as_of_legal_date = "2023-03-10".into();
        let view = project(&mut client, asked.clone()).await;
        assert_eq!(
            stage(&view, LoopStage::Contract).status(),
            StageStatus::Done
        );
        assert_eq!(
            stage(&view, LoopStage::Payment).status(),
            StageStatus::NotStarted
        );
        let amounts = view.amounts.expect("amounts");
        assert_eq!(figure(amounts.paid.as_ref()), (0, vec![]));
        // By record time: the plan was recorded on the second day, the award on the third.
        asked.as_of_record_time = Some(prost_types::Timestamp {
            seconds: noon("2023-06-11"),
            nanos: 0,
        });
        let answer = client
            .get_project(asked.clone())
            .await
            .expect("a view")
            .into_inner();
        assert_eq!(answer.reflects_position, 1);
        let view = answer.project.expect("a project");
        assert_eq!(view.event_count, 1);
        assert_eq!(view.lots[0].state(), LotState::Planned);
        // Before the plan was recorded nothing of the project is known.
        asked.as_of_record_time = Some(prost_types::Timestamp {
            seconds: noon("2023-06-10"),
            nanos: 0,
        });
        let status = client.get_project(asked).await.expect_err("not known yet");
        assert_eq!(status.code(), Code::NotFound);
    });
}

#[test]
fn a_correction_shows_what_is_in_force_what_it_was_who_when_and_why() {
    run(async {
        let contract = contract_signed(PROJECT, 800);
        let mut town = Town::with(&[
            line_approved(LINE, 1_000),
            plan_filed(PROJECT, LINE, 900),
            award_recorded(PROJECT, 800),
            contract.clone(),
        ])
        .await;
        let touches = || {
            vec![
                touched(EntityKind::Contract, PROJECT, CONTRACT),
                touched(EntityKind::Lot, PROJECT, "01"),
            ]
        };
        town.now = noon("2023-07-01");
        town.accept(&[corrected(
            &contract,
            "c1",
            &contract_signed(PROJECT, 700),
            touches(),
        )])
        .await;
        let mut client = views(&town.server).await;
        let view = project(&mut client, of_project(PROJECT)).await;
        // The figure names the original and the correction whose value it is.
        let amounts = view.amounts.as_ref().expect("amounts");
        assert_eq!(figure(amounts.contract.as_ref()), (700, vec![3, 4]));
        let [amended] = &view.amended[..] else {
            panic!("{:?}", view.amended);
        };
        assert_eq!(
            (amended.position, amended.voided, amended.counts),
            (3, false, true)
        );
        assert_eq!(amended.event_type, "ContractSigned");
        let amount =
            |payload: &Option<v1::EventPayload>| match payload.as_ref()?.payload.as_ref()? {
                Payload::ContractSigned(e) => Some(e.amount_fen),
                _ => None,
            };
        assert_eq!(
            (amount(&amended.original), amount(&amended.in_force)),
            (Some(800), Some(700))
        );
        let change = amended
            .changes
            .iter()
            .find(|c| c.path == "contractSigned.amountFen");
        let change = change.expect("the amount changed");
        assert_eq!(
            (change.before_json.as_str(), change.after_json.as_str()),
            ("\"800\"", "\"700\"")
        );
        let [step] = &amended.steps[..] else {
            panic!("{:?}", amended.steps);
        };
        assert_eq!(
            (step.position, step.voids, step.reason.as_str()),
            (4, false, "录入有误")
        );
        assert_eq!(
            (step.actor_org.as_str(), step.actor_role()),
            (UNIT, ActorRole::Purchaser)
        );
        let recorded = step.recorded_time.expect("a moment");
        assert_eq!(recorded.seconds, noon("2023-07-01"));
        // What was known before the correction was recorded is still told.
        let mut asked = of_project(PROJECT);
        asked.as_of_record_time = Some(prost_types::Timestamp {
            seconds: noon("2023-07-01") - 1,
            nanos: 0,
        });
        let before = project(&mut client, asked).await;
        assert!(before.amended.is_empty());
        let amounts = before.amounts.as_ref().expect("amounts");
        assert_eq!(figure(amounts.contract.as_ref()), (800, vec![3]));
    });
}

#[test]
fn a_void_takes_an_event_out_and_tells_that_it_was_there() {
    run(async {
        let contract = contract_signed(PROJECT, 800);
        let mut town = Town::with(&[
            line_approved(LINE, 1_000),
            plan_filed(PROJECT, LINE, 900),
            award_recorded(PROJECT, 800),
            contract.clone(),
        ])
        .await;
        let touches = || {
            vec![
                touched(EntityKind::Contract, PROJECT, CONTRACT),
                touched(EntityKind::Lot, PROJECT, "01"),
            ]
        };
        let less = corrected(&contract, "c1", &contract_signed(PROJECT, 700), touches());
        town.accept(&[less]).await;
        town.accept(&[voided(&contract, touches())]).await;
        let mut client = views(&town.server).await;
        let view = project(&mut client, of_project(PROJECT)).await;
        assert!(view.contracts.is_empty());
        assert_eq!(view.lots[0].state(), LotState::Awarded);
        assert!(gaps(&view).contains(&GapReason::ContractMissing));
        let amounts = view.amounts.as_ref().expect("amounts");
        assert_eq!(figure(amounts.contract.as_ref()), (0, vec![]));
        let [amended] = &view.amended[..] else {
            panic!("{:?}", view.amended);
        };
        assert!(amended.voided && !amended.counts && amended.in_force.is_none());
        assert!(amended.original.is_some());
        let steps: Vec<_> = amended
            .steps
            .iter()
            .map(|step| (step.position, step.voids))
            .collect();
        assert_eq!(steps, [(4, false), (5, true)]);
        assert_eq!(amended.steps[1].authority, "衡财采〔2023〕5号");
    });
}

#[test]
fn withheld_events_are_in_no_count_and_no_position_until_they_are_opened() {
    run(async {
        let mut town = Town::with(&[
            line_approved(LINE, 1_000),
            plan_filed(PROJECT, LINE, 900),
            documents_issued(PROJECT, "01"),
        ])
        .await;
        let mut client = views(&town.server).await;
        let before = project(&mut client, of_project(PROJECT)).await;
        for (bid, supplier) in [("B-1", SUPPLIER), ("B-2", OTHER_SUPPLIER)] {
            town.send(vec![bid_received(PROJECT, bid, supplier)])
                .await
                .expect("accepted");
        }
        // To the public and the regulator nothing happened; the trading platform sees its bids.
        for role in [ActorRole::Public, ActorRole::Regulator] {
            let mut asked = of_project(PROJECT);
            asked.reader = Some(v1::Reader { role: role.into() });
            assert_eq!(project(&mut client, asked).await, before, "{role:?}");
        }
        let mut asked = of_project(PROJECT);
        asked.reader = Some(v1::Reader {
            role: ActorRole::TradeSys.into(),
        });
        let seen = project(&mut client, asked).await;
        assert_eq!(seen.event_count, before.event_count + 2);
        assert_eq!(seen.lots[0].positions, [1, 2, 3, 4]);

        let opened = bids_opened(
            PROJECT,
            &[("B-1", SUPPLIER, 700), ("B-2", OTHER_SUPPLIER, 800)],
        );
        town.accept(&[opened]).await;
        let after = project(&mut client, of_project(PROJECT)).await;
        assert_eq!(after.lots[0].state(), LotState::Opened);
        assert_eq!(after.lots[0].positions, [1, 2, 3, 4, 5]);
        let prices: Vec<_> = after.lots[0]
            .bids
            .iter()
            .map(|b| figure(b.price.as_ref()).0)
            .collect();
        assert_eq!(prices, [700, 800]);
    });
}

#[test]
fn a_watcher_gets_the_view_again_when_an_event_of_the_project_may_be_known() {
    run(async {
        let mut town = Town::with(&[
            line_approved(LINE, 1_000),
            plan_filed(PROJECT, LINE, 900),
            documents_issued(PROJECT, "01"),
        ])
        .await;
        let mut client = views(&town.server).await;
        let asked = v1::WatchProjectRequest {
            partition: PARTITION.into(),
            project_id: PROJECT.into(),
            heartbeat_ms: 100,
            ..v1::WatchProjectRequest::default()
        };
        let mut watching = client
            .watch_project(asked)
            .await
            .expect("opens")
            .into_inner();
        let first = watching.message().await.expect("goes on").expect("a view");
        assert_eq!((first.reflects_position, first.simulated_clock), (2, true));
        assert_eq!(first.project.expect("a project").event_count, 2);
        // Neither another project nor a secret is news, and a heartbeat says that all is well.
        town.accept(&[line_approved(LINE_2, 1_000), plan_filed("PJ-2", LINE_2, 10)])
            .await;
        town.send(vec![bid_received(PROJECT, "B-1", SUPPLIER)])
            .await
            .expect("accepted");
        let reached = loop {
            let next = watching
                .message()
                .await
                .expect("goes on")
                .expect("a heartbeat");
            assert!(next.project.is_none(), "no news yet");
            let heartbeat = next.heartbeat.expect("a heartbeat");
            if heartbeat.next_position >= 6 {
                break heartbeat;
            }
        };
        assert!(reached.caught_up);
        town.accept(&[notice(PROJECT, "N-1", 10)]).await;
        let news = loop {
            let next = watching.message().await.expect("goes on").expect("a view");
            if let Some(project) = next.project {
                break (next.reflects_position, project);
            }
        };
        assert_eq!((news.0, news.1.event_count), (6, 3));
        assert_eq!(
            stage(&news.1, LoopStage::Execution).notices[0].notice_id,
            "N-1"
        );
        // A stop ends it in words.
        let stopping = tokio::spawn(town.server.stop());
        let ended = timeout(PATIENCE, async {
            loop {
                match watching.message().await {
                    Ok(Some(_)) => {}
                    Ok(None) => panic!("an end without a status"),
                    Err(status) => break status,
                }
            }
        });
        assert_eq!(ended.await.expect("ends").code(), Code::Unavailable);
        stopping.await.expect("stops");
    });
}

#[test]
fn a_budget_line_shows_what_each_project_holds_and_every_movement() {
    run(async {
        let mut events = money_line();
        events.insert(1, line_adjusted(LINE, "1", 50));
        events.insert(2, line_frozen(LINE, "1", 30));
        let town = Town::with(&events).await;
        let mut client = views(&town.server).await;
        let asked = v1::GetBudgetLineRequest {
            partition: PARTITION.into(),
            budget_line_id: LINE.into(),
            ..v1::GetBudgetLineRequest::default()
        };
        let answer = client
            .get_budget_line(asked)
            .await
            .expect("a view")
            .into_inner();
        assert_eq!(answer.reflects_position, 10);
        let view = answer.budget_line.expect("a line");
        let told = [
            (&view.approved, 1_000, vec![0]),
            (&view.adjusted, 50, vec![1]),
            (&view.frozen, 30, vec![2]),
            (&view.occupied, 900, vec![3]),
            (&view.contracted, 800, vec![5]),
            (&view.paid, 400, vec![8]),
            (&view.available, 120, vec![0, 1, 2, 3]),
        ];
        for (index, (found, fen, positions)) in told.into_iter().enumerate() {
            assert_eq!(figure(found.as_ref()), (fen, positions), "figure {index}");
        }
        let holding = &view.holdings[0];
        assert_eq!(holding.project_id, PROJECT);
        assert_eq!(figure(holding.contracted.as_ref()).0, 800);
        let moved: Vec<_> = view
            .movements
            .iter()
            .map(|m| {
                (
                    m.approved_fen,
                    m.frozen_fen,
                    m.occupied_fen,
                    m.paid_fen,
                    m.available_fen,
                )
            })
            .collect();
        assert_eq!(
            moved,
            [
                (1_000, 0, 0, 0, 1_000),
                (50, 0, 0, 0, 1_050),
                (0, 30, 0, 0, 1_020),
                (0, 0, 900, 0, 120),
                (0, 0, 0, 400, 120),
            ]
        );
    });
}

#[test]
fn a_contract_shows_its_payments_and_acceptances_alone() {
    run(async {
        let mut events = money_line();
        events.push(supplement(PROJECT, "S-1", LINE, 50));
        let town = Town::with(&events[..4]).await;
        let mut town = town;
        town.accept(&[supplement(PROJECT, "S-1", LINE, 50)]).await;
        town.accept(&[damages(PROJECT, "LD-1", 20)]).await;
        for event in &events[4..7] {
            town.accept(std::slice::from_ref(event)).await;
        }
        let mut client = views(&town.server).await;
        let asked = |contract: &str| v1::GetContractRequest {
            partition: PARTITION.into(),
            project_id: PROJECT.into(),
            contract_id: contract.into(),
            ..v1::GetContractRequest::default()
        };
        let answer = client
            .get_contract(asked(CONTRACT))
            .await
            .expect("a view")
            .into_inner();
        assert_eq!(answer.reflects_position, 8);
        let view = answer.contract.expect("a contract");
        let amounts = view.amounts.as_ref().expect("amounts");
        assert_eq!(figure(amounts.supplements.as_ref()), (50, vec![4]));
        assert_eq!(figure(amounts.damages.as_ref()), (20, vec![5]));
        assert_eq!(figure(amounts.payable.as_ref()), (830, vec![3, 4, 5]));
        assert_eq!(figure(amounts.outstanding.as_ref()).0, 430);
        assert_eq!(view.payments[0].state(), v1::PaymentState::Executed);
        assert_eq!(view.payments[0].term_kind(), v1::TermKind::Advance);
        assert_eq!(view.acts.len(), 6);
        let status = client
            .get_contract(asked("CT-9"))
            .await
            .expect_err("no such contract");
        assert_eq!(status.code(), Code::NotFound);
    });
}

/// A notice in a stream of its own kind, by the city's regulator.
pub fn notice_in(stream: &str, notice_id: &str) -> v1::Event {
    let mut event = change!(notice(PROJECT, notice_id, 10), NoticePublished, |n| n
        .notice_type =
        v1::NoticeType::Penalty.into());
    let penalty = v1::PenaltyNotice {
        text: "行政处罚公告".into(),
        subject: SUPPLIER.into(),
    };
    event = change!(event, NoticePublished, |n| n.content =
        Some(v1::notice_published::Content::Penalty(penalty)));
    event.stream = stream.into();
    event.source_ref = format!("{stream}-{notice_id}");
    by_regulator(event)
}

pub fn release(id: &str, written: &str, json: &str) -> v1::Event {
    let day = &written[..10];
    let payload = v1::OcdsReleaseImported {
        ocid: OCID.into(),
        release_id: id.into(),
        released_on: day.into(),
        date_as_written: written.into(),
        tags: vec!["tender".into()],
        release_json: json.as_bytes().to_vec().into(),
        ..v1::OcdsReleaseImported::default()
    };
    let stream = format!("ocds/ocds-abc123/{OCID}");
    let event = event(id, &stream, day, payload.into());
    by(event, "OCDS_IMPORT", CITY, ActorRole::Regulator)
}

pub fn of_process() -> v1::GetProcessRequest {
    v1::GetProcessRequest {
        partition: "ocds-abc123".into(),
        ocid: OCID.into(),
        ..v1::GetProcessRequest::default()
    }
}

#[test]
fn a_process_merges_its_releases_in_the_order_of_their_dates() {
    use ProcessAmountKind as K;
    run(async {
        let first = r#"{"ocid":"ocds-abc123-1","id":"1","tag":["tender"],
            "tender":{"title":"A","status":"active","value":{"amount":100.10,"currency":"MXN"}},
            "parties":[{"id":"P1","name":"Buyer","roles":["buyer"]}]}"#;
        let second = r#"{"ocid":"ocds-abc123-1","id":"2","tag":["award"],
            "tender":{"title":null,"status":"complete"},
            "parties":[{"id":"P1","name":"The buyer"},{"id":"P2","name":"S","roles":["supplier"]}],
            "awards":[{"id":"a1","status":"active","value":{"amount":0.1,"currency":"USD"},
                       "suppliers":[{"id":"P2"}]},
                      {"id":"a2","status":"active","value":{"amount":0.2,"currency":"USD"}},
                      {"id":"a3","status":"active","value":{"amount":7,"currency":"MXN"}}]}"#;
        // The later release arrives first.
        let town = Town::with(&[
            release("2", "2023-05-02T09:00:00Z", second),
            release("1", "2023-05-01T09:00:00Z", first),
        ])
        .await;
        let mut client = views(&town.server).await;
        let answer = client
            .get_process(of_process())
            .await
            .expect("a view")
            .into_inner();
        let view = answer.process.expect("a process");
        let order: Vec<_> = view
            .releases
            .iter()
            .map(|r| (r.position, &r.release_id[..]))
            .collect();
        assert_eq!(order, [(1, "1"), (0, "2")]);
        assert_eq!(
            (view.title.as_str(), view.status.as_str()),
            ("", "complete")
        );
        let parties: Vec<_> = view
            .parties
            .iter()
            .map(|p| (&p.name[..], p.roles.len()))
            .collect();
        assert_eq!(parties, [("The buyer", 1), ("S", 1)]);
        let amounts: Vec<_> = view
            .amounts
            .iter()
            .map(|a| {
                (
                    a.kind(),
                    &a.currency[..],
                    &a.amount[..],
                    a.count,
                    &a.positions[..],
                )
            })
            .collect();
        assert_eq!(
            amounts,
            [
                (K::Tender, "MXN", "100.1", 1, &[1][..]),
                (K::Award, "MXN", "7", 1, &[0][..]),
                (K::Award, "USD", "0.3", 2, &[0][..]),
            ]
        );
        assert_eq!(view.awards[0].parties, ["P2"]);
        // As of the day of the first release the second is not there.
        let mut asked = of_process();
        asked.as_of_legal_date = "2023-05-01".into();
        let view = client
            .get_process(asked)
            .await
            .expect("a view")
            .into_inner();
        let view = view.process.expect("a process");
        assert_eq!((view.title.as_str(), view.awards.len()), ("A", 0));
    });
}

pub fn of_framework() -> v1::GetFrameworkRequest {
    v1::GetFrameworkRequest {
        partition: PARTITION.into(),
        framework_id: FRAMEWORK.into(),
        ..v1::GetFrameworkRequest::default()
    }
}

pub fn of_supplier() -> v1::GetSupplierRequest {
    v1::GetSupplierRequest {
        partition: PARTITION.into(),
        uscc: SUPPLIER.into(),
        ..v1::GetSupplierRequest::default()
    }
}

pub fn of_unit() -> v1::GetUnitRequest {
    v1::GetUnitRequest {
        partition: PARTITION.into(),
        uscc: UNIT.into(),
        ..v1::GetUnitRequest::default()
    }
}

#[test]
fn suppliers_units_and_frameworks_tell_their_own_streams_and_the_registry() {
    run(async {
        let town = Town::with(&[
            registered(CITY, v1::OrganisationKind::FinanceRegulator, "430400"),
            registered(SUPPLIER, v1::OrganisationKind::Supplier, "430400"),
            notice_in(&format!("supplier/4304/{SUPPLIER}"), "N-1"),
            notice_in(&format!("unit/4304/{UNIT}"), "N-2"),
            notice_in(&format!("framework/4304/{FRAMEWORK}"), "N-3"),
        ])
        .await;
        let mut client = views(&town.server).await;
        let supplier = client
            .get_supplier(of_supplier())
            .await
            .expect("a view")
            .into_inner();
        let supplier = supplier.supplier.expect("a supplier");
        let registry = supplier.registry.expect("the registry");
        assert_eq!(
            (registry.name.as_str(), &registry.positions[..]),
            ("虚构单位", &[1][..])
        );
        assert!(!supplier.banned);
        assert_eq!(supplier.notices[0].position, 2);
        let unit = client
            .get_unit(of_unit())
            .await
            .expect("a view")
            .into_inner();
        let unit = unit.unit.expect("a unit");
        assert!(!unit.registry.expect("the registry").registered);
        assert_eq!(unit.notices[0].position, 3);
        let framework = client
            .get_framework(of_framework())
            .await
            .expect("a view")
            .into_inner();
        assert_eq!(
            framework.framework.expect("a framework").notices[0].position,
            4
        );
    });
}

pub fn of_order() -> v1::GetOrderRequest {
    v1::GetOrderRequest {
        partition: PARTITION.into(),
        order_no: "EO-1".into(),
        ..v1::GetOrderRequest::default()
    }
}

/// Events of one stream as they would be recorded.
fn history(events: Vec<v1::Event>) -> History {
    let mut history = History::default();
    for (position, event) in (0..).zip(events) {
        let fact = fact_from(event).expect("an event").into();
        let item = HistoryItem {
            position,
            fact,
            amends: None,
        };
        history.push(position, item);
    }
    history
}

#[test]
fn an_order_is_followed_from_placing_to_payment() {
    let stream = "order/4304/EO-1";
    let placed = v1::EmallOrderPlaced {
        order_no: "EO-1".into(),
        unit: UNIT.into(),
        supplier: SUPPLIER.into(),
        amount_fen: 500,
        budget_parts: parts(&[(LINE, 500)]),
        placed_on: "2023-03-01".into(),
        ..v1::EmallOrderPlaced::default()
    };
    let confirmed = v1::EmallOrderConfirmed {
        order_no: "EO-1".into(),
        confirmed_on: "2023-03-02".into(),
    };
    let accepted = v1::EmallOrderAccepted {
        order_no: "EO-1".into(),
        accepted_on: "2023-03-09".into(),
    };
    let history = history(vec![
        event("1", stream, "2023-03-01", placed.into()),
        event("2", stream, "2023-03-02", confirmed.into()),
        event("3", stream, "2023-03-09", accepted.into()),
    ]);
    let at = |day: &str| {
        let as_of = AsOf {
            legal_date: Some(day.parse().expect("a day")),
            recorded_us: None,
        };
        order::view(&Timeline::new(&history, as_of), PARTITION, "EO-1")
    };
    assert_eq!(at("2023-03-01").state(), OrderState::Placed);
    assert_eq!(at("2023-03-05").state(), OrderState::Confirmed);
    let view = at("2023-12-31");
    assert_eq!(view.state(), OrderState::Accepted);
    assert_eq!(figure(view.outstanding.as_ref()), (500, vec![0]));
    assert_eq!(view.acts.len(), 3);
}

/// Every release of a folder of real files, when `BIHUAN_OCDS_DIR` names one, by process.
#[test]
fn real_processes_are_merged_where_a_folder_of_them_is_named() {
    let Some(folder) = std::env::var_os("BIHUAN_OCDS_DIR") else {
        return;
    };
    let mut processes: BTreeMap<String, Vec<v1::Event>> = BTreeMap::new();
    let read = ocds::read_path(Path::new(&folder), &ocds::Importer::default());
    for item in read.flatten() {
        let event = v1::Event::decode(item.submission.event).expect("an event");
        processes
            .entry(event.stream.clone())
            .or_default()
            .push(event);
    }
    assert!(!processes.is_empty(), "a folder without releases");
    for (stream, events) in processes {
        let count = events.len();
        let history = history(events);
        let view = process::view(&Timeline::new(&history, AsOf::default()));
        assert_eq!(view.releases.len(), count, "{stream}");
        assert!(view.stages.iter().any(|stage| stage.covered), "{stream}");
        for amount in &view.amounts {
            assert!(!amount.positions.is_empty() && amount.count > 0, "{stream}");
        }
    }
}
