//! 重点任务: the 14 tasks of the reform plan, who reports them done, procedures, published figures
//! (task-by-task due days: 衡阳市财政局2023年政府采购优化营商环境实施方案重点任务分解表).

use chrono::NaiveDate;

use super::{Clerk, clerk::Sender};
use crate::{
    events::v1::{
        ActorRole, CampaignTaskDefined, CampaignTaskReported, MetricReleased,
        OperatingProcedureIssued, OrganisationKind, event_payload::Payload,
    },
    simulate::{draft::source, world::Organisation},
};

use OrganisationKind as K;

/// A task: its number, what is to be done, its last day, who is responsible.
type Task = (
    &'static str,
    &'static str,
    (u32, u32),
    &'static [OrganisationKind],
);

const TASKS: [Task; 14] = [
    (
        "01",
        "公告采购结果并公开未通过资格审查的依据和原因",
        (12, 31),
        &[
            K::BudgetUnit,
            K::FinanceRegulator,
            K::Agency,
            K::CentralAgency,
        ],
    ),
    (
        "02",
        "建立政府采购内控制度并报备",
        (10, 31),
        &[K::BudgetUnit, K::FinanceRegulator],
    ),
    (
        "03",
        "推行电子交易平台与电子卖场,落实乡村振兴采购",
        (11, 30),
        &[
            K::BudgetUnit,
            K::FinanceRegulator,
            K::Agency,
            K::CentralAgency,
        ],
    ),
    (
        "04",
        "开展集采机构考核并公示结果",
        (11, 30),
        &[K::FinanceRegulator, K::TradingCentre, K::CentralAgency],
    ),
    (
        "05",
        "免收投标保证金,提高预付款比例",
        (11, 30),
        &[K::BudgetUnit, K::FinanceRegulator, K::CentralAgency],
    ),
    (
        "06",
        "及时支付合同资金",
        (10, 31),
        &[K::BudgetUnit, K::FinanceRegulator, K::CentralAgency],
    ),
    (
        "07",
        "清理妨碍统一市场和公平竞争的壁垒",
        (11, 30),
        &[K::FinanceRegulator, K::CentralAgency],
    ),
    (
        "08",
        "实现采购全流程电子化闭环",
        (11, 30),
        &[K::FinanceRegulator, K::CentralAgency],
    ),
    (
        "09",
        "推广政府采购合同融资",
        (12, 31),
        &[K::FinanceRegulator, K::Bank],
    ),
    (
        "10",
        "完善电子卖场制度与异议处理",
        (12, 31),
        &[K::FinanceRegulator],
    ),
    ("11", "上线全省“一张网”", (6, 30), &[K::FinanceRegulator]),
    (
        "12",
        "精简审批环节",
        (10, 31),
        &[K::TradingCentre, K::CentralAgency],
    ),
    (
        "13",
        "保障开评标场地",
        (10, 31),
        &[K::TradingCentre, K::CentralAgency],
    ),
    (
        "14",
        "规范质疑投诉处理",
        (12, 31),
        &[K::FinanceRegulator, K::CentralAgency, K::Agency],
    ),
];

pub(super) fn write(clerk: &mut Clerk<'_>) {
    let city = clerk.city();
    let stream = "region/4304/430400".to_owned();
    clerk.begin(1, 16);
    for (number, title, (month, day), responsible) in TASKS {
        let due_on = NaiveDate::from_ymd_opt(clerk.year(), month, day).unwrap_or_default();
        let defined = CampaignTaskDefined {
            region: city.region.into(),
            task_no: number_of(clerk, number),
            title: title.into(),
            responsible: Vec::new(),
            responsible_kinds: responsible.iter().map(|kind| (*kind).into()).collect(),
            due_on: due_on.to_string(),
            defined_on: clerk.date(),
        };
        let payload = Payload::CampaignTaskDefined(defined);
        clerk.send(city, stream.clone(), payload, "task set");
    }
    for task in TASKS {
        report(clerk, task);
    }
    issue_procedures(clerk);
    release_metrics(clerk);
}

/// Tasks keep their numbers within a year.
fn number_of(clerk: &Clerk<'_>, number: &str) -> String {
    match clerk.year() {
        2023 => number.into(),
        year => format!("{year}-{number}"),
    }
}

/// Who is responsible reports; one in ten does not, one in ten is late.
fn report(clerk: &mut Clerk<'_>, (number, _, (month, day), responsible): Task) {
    let world = clerk.world;
    let due_on = clerk.day_of_year(month, day);
    let groups: [(&[Organisation], ActorRole, OrganisationKind); 6] = [
        (&world.units, ActorRole::Purchaser, K::BudgetUnit),
        (&world.regulators, ActorRole::Regulator, K::FinanceRegulator),
        (&world.agencies, ActorRole::Agency, K::Agency),
        (
            &world.others[..1],
            ActorRole::CentralAgency,
            K::CentralAgency,
        ),
        (&world.others[1..], ActorRole::Venue, K::TradingCentre),
        (&world.banks, ActorRole::Bank, K::Bank),
    ];
    for (members, role, kind) in groups {
        if !responsible.contains(&kind) {
            continue;
        }
        for member in members {
            // Units of the areas answer to their own finance bureau.
            let is_elsewhere = kind == K::BudgetUnit && member.region > 0;
            if is_elsewhere {
                continue;
            }
            if clerk.random.chance(100) {
                break_task(clerk, number, member, due_on);
                continue;
            }
            clerk.begin(month.saturating_sub(3).max(2), 10);
            let most = if clerk.random.chance(100) { 85 } else { 50 };
            clerk.pass(0, most);
            let sender = Sender {
                source: source::SUPERVISION,
                actor: &member.uscc,
                role,
                region: world.region_code(member.region),
            };
            let reported = CampaignTaskReported {
                region: "430400".into(),
                task_no: number_of(clerk, number),
                unit: member.uscc.clone(),
                evidence: vec![format!("ZL-{number}-{}", clerk.stamp())],
                completed_on: clerk.date(),
            };
            let payload = Payload::CampaignTaskReported(reported);
            let stream = "region/4304/430400".into();
            clerk.send(sender, stream, payload, "task reported done");
            if clerk.today > due_on || clerk.is_over() {
                break_task(clerk, number, member, due_on);
            }
        }
    }
}

fn break_task(clerk: &mut Clerk<'_>, number: &str, member: &Organisation, due_on: NaiveDate) {
    let task_no = number_of(clerk, number);
    let about = (
        format!("task/4304/430400/{task_no}/{}", member.uscc),
        format!("organisation/4304/{}", member.uscc),
    );
    clerk.breaks(due_on, &format!("HY-{number}-TASK"), about);
}

/// Agencies and bureaus issue their procedures for challenges and complaints (task 14).
fn issue_procedures(clerk: &mut Clerk<'_>) {
    let world = clerk.world;
    // The central agency has none.
    break_procedure(clerk, &world.others[0].uscc);
    for agency in &world.agencies {
        clerk.begin(3, 1);
        clerk.pass(0, 60);
        let sender = Sender {
            source: source::INTRANET,
            actor: &agency.uscc,
            role: ActorRole::Agency,
            region: world.region_code(agency.region),
        };
        let stream = format!("agency/4304/{}", agency.uscc);
        clerk.is_muted = is_without(clerk, &agency.uscc);
        issue_procedure(clerk, sender, stream);
        clerk.is_muted = false;
    }
    for region in 0..world.regions.len() {
        clerk.begin(3, 1);
        clerk.pass(0, 60);
        let sender = clerk.regulator(region);
        let stream = format!("region/4304/{}", sender.region);
        clerk.is_muted = is_without(clerk, sender.actor);
        issue_procedure(clerk, sender, stream);
        clerk.is_muted = false;
    }
}

/// Whether an agency or a bureau has no procedure in the year of the task.
fn is_without(clerk: &mut Clerk<'_>, uscc: &str) -> bool {
    let is_without = clerk.year() == 2023 && clerk.is_planted("HY-14-SOP");
    if is_without {
        break_procedure(clerk, uscc);
    }
    is_without
}

fn break_procedure(clerk: &mut Clerk<'_>, uscc: &str) {
    if clerk.is_first_year() && clerk.year() == 2023 {
        let about = (
            format!("organisation/4304/{uscc}"),
            format!("organisation/4304/{uscc}"),
        );
        clerk.breaks(clerk.day_of_year(12, 31), "HY-14-SOP", about);
    }
}

fn issue_procedure(clerk: &mut Clerk<'_>, sender: Sender<'_>, stream: String) {
    let issued = OperatingProcedureIssued {
        procedure_id: format!("GC-{}", clerk.year()),
        title: "政府采购质疑投诉处理操作规程".into(),
        doc_no: format!("虚构〔{}〕14号", clerk.year()),
        issued_on: clerk.date(),
    };
    let payload = Payload::OperatingProcedureIssued(issued);
    clerk.send(sender, stream, payload, "procedure issued");
}

/// Every quarter the city publishes two figures.
fn release_metrics(clerk: &mut Clerk<'_>) {
    for (quarter, (month, day)) in (1..).zip([(4, 1), (7, 1), (10, 8)]) {
        clerk.begin(month, day);
        clerk.pass(3, 8);
        let sender = clerk.city();
        for metric in ["M-01", "M-06"] {
            let denominator = clerk.random.between(80, 400);
            let numerator = denominator * clerk.random.between(80, 99) / 100;
            let first = NaiveDate::from_ymd_opt(clerk.year(), month, 1).unwrap_or_default();
            let released = MetricReleased {
                release_id: format!("ZB-{}-Q{quarter}-{metric}", clerk.year()),
                metric_id: metric.into(),
                as_of: first.pred_opt().unwrap_or(first).to_string(),
                numerator,
                denominator,
                released_on: clerk.date(),
            };
            let payload = Payload::MetricReleased(released);
            clerk.send(
                sender,
                "region/4304/430400".into(),
                payload,
                "figure published",
            );
        }
    }
}
