//! Lists and searches where rows are many: a million projects, each a plan of one of 200 units.

use std::{path::Path, time::Instant};

use bihuan::{
    domain::values::uscc::compose,
    events::{
        v1::{self, ActorRole, event_payload::Payload, search_service_client::SearchServiceClient},
        wire::EventSubmission,
    },
};
use bytes::Bytes;
use prost::Message as _;
use tokio::task::JoinSet;

use crate::{
    load,
    models::{caught_up, lists_and_searches},
    real::Real,
    report::{Figure, Target},
    scale::Scale,
};

const FINANCE_BUREAU: &str = "114304000000990553";
const REGIONS: [&str; 5] = ["430400", "430405", "430406", "430421", "430481"];
const UNITS: u64 = 200;
const OWNERS: [&str; 5] = ["第一中学", "人民医院", "公安局", "图书馆", "实验小学"];
const GOODS: [&str; 5] = ["服务器", "印刷服务", "医疗设备", "物业管理", "复印纸"];
const METHODS: [v1::ProcurementMethod; 3] = [
    v1::ProcurementMethod::Inquiry,
    v1::ProcurementMethod::Consultation,
    v1::ProcurementMethod::OpenTender,
];
/// More than all plans on a line together.
const LINE_FEN: i64 = 10_000_000_000_000;
/// Midnight of 2023-01-10 and of the first day on which plans are filed, at +08:00.
const APPROVED_S: i64 = 1_673_280_000;
const FILED_S: i64 = 1_675_180_800;
const DAY_S: i64 = 86_400;
const BATCH_EVENTS: u64 = 1_000;
const CALLERS: usize = 4;

/// Fills a ledger with plans and asks.
pub async fn figures(scale: Scale, folder: &Path) -> Vec<Figure> {
    let server = Real::start(folder, 0).await;
    let address = format!("http://{}", server.address);
    let mut lists = SearchServiceClient::connect(address)
        .await
        .expect("connects");
    let clients = load::connect(server.address, CALLERS).await;
    load::append(&mut clients[0].clone(), (0..UNITS).map(line).collect()).await;
    let started = Instant::now();
    let mut callers = JoinSet::new();
    for (caller, client) in (0..).zip(&clients) {
        let mut client = client.clone();
        callers.spawn(async move {
            let batches = scale.many.div_ceil(BATCH_EVENTS);
            for batch in (caller..batches).step_by(CALLERS) {
                let first = batch * BATCH_EVENTS;
                let numbers = first..(first + BATCH_EVENTS).min(scale.many);
                load::append(&mut client, numbers.map(plan).collect()).await;
            }
        });
    }
    callers.join_all().await;
    let appended = started.elapsed().as_secs_f64();
    let rows = caught_up(server.address, &mut lists).await;
    let followed = started.elapsed().as_secs_f64();
    let many = scale.many;
    let mut figures = lists_and_searches(scale, many, &mut lists, &rows).await;
    let name = format!("plans of {many} projects, all views live");
    let rate = many as f64 / appended;
    figures.push(Figure::alone(name, "events/s", rate, Target::Told));
    let name = format!("the same until lists show all of the {many}");
    let rate = many as f64 / followed;
    figures.push(Figure::alone(name, "events/s", rate, Target::Told));
    server.stop().await;
    figures
}

fn unit(number: u64) -> String {
    compose("12", "430400", &format!("{:08}", 700_000 + number))
}

fn region(unit: u64) -> String {
    REGIONS[unit as usize % REGIONS.len()].to_owned()
}

fn line_id(number: u64) -> String {
    format!("BL-{:06}", number + 1)
}

fn line(number: u64) -> EventSubmission {
    let approved = v1::BudgetLineApproved {
        budget_line_id: line_id(number),
        fiscal_year: 2023,
        unit: unit(number),
        project_code: format!("43040023T{number:012}"),
        func_code: "2010301".to_owned(),
        dept_econ_code: "30201".to_owned(),
        fund_nature: v1::FundNature::General.into(),
        category: "A02010100".to_owned(),
        amount_fen: LINE_FEN,
        approved_on: "2023-01-10".to_owned(),
        category_version: 2022,
        ..v1::BudgetLineApproved::default()
    };
    let event = v1::Event {
        source_system: "BUDGET_INT".to_owned(),
        source_ref: line_id(number),
        stream: format!("budget-line/4304/{}", line_id(number)),
        actor_org: FINANCE_BUREAU.to_owned(),
        actor_role: ActorRole::BudgetSys.into(),
        region_code: region(number),
        ..event(APPROVED_S, Payload::BudgetLineApproved(approved))
    };
    submission(&event)
}

fn plan(number: u64) -> EventSubmission {
    let of = number % UNITS;
    let pick = |count: usize, step: u64| (number / step) as usize % count;
    let goods = GOODS[pick(GOODS.len(), UNITS)];
    let amount_fen = 1_000_000 + (number % 9_973).cast_signed() * 1_000;
    let day = (number % 300).cast_signed();
    let seconds = FILED_S + day * DAY_S;
    let filed_on = chrono::DateTime::from_timestamp(seconds + 8 * 3_600, 0).expect("a day");
    let id = format!("PJ-{number:07}");
    let filed = v1::PlanFiled {
        plan_id: format!("PL-{number:07}"),
        plan_no: format!("衡财采计〔2023〕{number:08}号"),
        budget_parts: vec![v1::BudgetPart {
            budget_line_id: line_id(of),
            amount_fen,
        }],
        project_name: format!("{}{goods}采购项目", OWNERS[pick(OWNERS.len(), 1)]),
        unit: unit(of),
        organisation: v1::Organisation::Dispersed.into(),
        method: METHODS[pick(METHODS.len(), 7)].into(),
        category: "A02010100".to_owned(),
        category_version: 2022,
        law_track: v1::LawTrack::ProcurementLaw.into(),
        amount_fen,
        lots: vec![v1::PlanLot {
            lot_no: "01".to_owned(),
            name: goods.to_owned(),
            amount_fen,
            ..v1::PlanLot::default()
        }],
        sme_policy: Some(v1::SmePolicy {
            kind: v1::SmePolicyKind::AllReserved.into(),
            ..v1::SmePolicy::default()
        }),
        filed_on: filed_on.date_naive().to_string(),
        ..v1::PlanFiled::default()
    };
    let event = v1::Event {
        source_system: "GP_MGMT".to_owned(),
        source_ref: id.clone(),
        stream: format!("project/4304/{id}"),
        actor_org: unit(of),
        actor_role: ActorRole::Purchaser.into(),
        region_code: region(of),
        ..event(seconds, Payload::PlanFiled(filed))
    };
    submission(&event)
}

fn event(seconds: i64, payload: Payload) -> v1::Event {
    v1::Event {
        occurred_at: Some(prost_types::Timestamp { seconds, nanos: 0 }),
        payload: Some(v1::EventPayload {
            payload: Some(payload),
        }),
        ..v1::Event::default()
    }
}

fn submission(event: &v1::Event) -> EventSubmission {
    EventSubmission {
        event: Bytes::from(event.encode_to_vec()),
        ..EventSubmission::default()
    }
}
