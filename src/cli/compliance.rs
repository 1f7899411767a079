//! `bihuan compliance`: what the law says of one stream.

use std::collections::BTreeSet;

use clap::Args;
use comfy_table::Cell;

use super::{
    args::Settings,
    client,
    exit::{Exit, Failure},
    lang::Lang,
    render,
    view::{self, Reflected, ViewArgs},
    view_tables::{headed, heading, title},
};
use crate::events::v1;

/// Arguments of `bihuan compliance`.
#[derive(Clone, Debug, Args)]
pub struct ComplianceArgs {
    /// 事件流 The stream, such as project/4304/PJ-1; a project by its id alone
    #[arg(value_name = "STREAM")]
    pub stream: String,
    /// 也列出按时履行的、守住的与不适用的 List what was done in time, kept or did not apply, too
    #[arg(long)]
    pub all: bool,
    /// As of when, and as whom.
    #[command(flatten)]
    pub view: ViewArgs,
}

/// Runs `bihuan compliance`.
pub async fn run(settings: &Settings, args: &ComplianceArgs) -> Result<Exit, Failure> {
    let stream = match args.stream.contains('/') {
        true => args.stream.clone(),
        false => format!("project/{}/{}", args.view.partition(), args.stream),
    };
    let request = v1::GetComplianceRequest {
        stream,
        as_of_legal_date: args.view.legal_date(),
        as_of_record_time: args.view.recorded,
        min_position: args.view.min_position,
        reader: args.view.reader(),
    };
    let mut client = client::connect_compliance(&settings.endpoint).await?;
    let answer = client.get_compliance(request).await?.into_inner();
    let reflected = Reflected {
        position: answer.reflects_position,
        simulated_clock: answer.simulated_clock,
    };
    let page = |lang| page(lang, &answer, args.all);
    view::print(settings, "GetComplianceResponse", &answer, page, &reflected)
}

fn page(lang: Lang, answer: &v1::GetComplianceResponse, all: bool) -> Vec<String> {
    let (on, stream) = (&answer.on, &answer.stream);
    let mut parts = vec![lang.inline(
        &format!("{stream}，截至 {on}。"),
        &format!("{stream}, at the end of {on}."),
    )];
    let mut part = |zh: &str, en: &str, table: Option<String>| {
        let none = || lang.inline("无", "none");
        parts.push(heading(lang, zh, en));
        parts.push(table.unwrap_or_else(none));
    };
    part("发现", "Findings", findings(lang, &answer.findings));
    let is_shown = |of: &&v1::Obligation| all || of.status() != v1::ObligationStatus::Met;
    let shown = answer.obligations.iter().filter(is_shown);
    part("义务", "Obligations", obligations(lang, shown));
    if all {
        part(
            "守住的规则",
            "Rules that were kept",
            kept(lang, &answer.kept),
        );
        let passed_over = passed_over(lang, &answer.passed_over);
        part("不适用的规则", "Rules that did not apply", passed_over);
    }
    parts
}

/// Obligations and findings of a project by stage.
pub fn by_stage(lang: Lang, answer: &v1::GetComplianceResponse) -> Option<String> {
    use v1::ObligationStatus::{Overdue, Paused, Pending};
    let of_obligations = answer.obligations.iter().map(|of| of.stage);
    let of_findings = answer.findings.iter().map(|of| of.stage);
    let stages: BTreeSet<i32> = of_obligations.chain(of_findings).collect();
    let head = [
        ("环节", "stage"),
        ("按时", "met"),
        ("待履行", "pending"),
        ("最近到期", "next due"),
        ("逾期", "overdue"),
        ("发现", "findings"),
    ];
    let rows = stages.into_iter().map(|stage| {
        let of_stage = || {
            answer
                .obligations
                .iter()
                .filter(move |of| of.stage == stage)
        };
        let waits = |of: &&v1::Obligation| matches!(of.status(), Pending | Paused);
        let overdue = of_stage().filter(|of| of.status() == Overdue).count();
        let met = of_stage().filter(|of| of.status() == v1::ObligationStatus::Met);
        let next = of_stage().filter(waits).map(|of| &of.due_on).min();
        let found = answer.findings.iter().filter(|of| of.stage == stage);
        let found: Vec<String> = found
            .map(|of| {
                let status = title(lang, "FindingStatus", of.status);
                format!("{} {status}", of.rule_id)
            })
            .collect();
        let name = match stage {
            0 => lang.inline("其他", "other"),
            stage => title(lang, "Stage", stage),
        };
        let count = |count: usize| match count {
            0 => Cell::new(""),
            count => render::number(count.to_string()),
        };
        vec![
            Cell::new(name),
            count(met.count()),
            count(of_stage().filter(waits).count()),
            Cell::new(next.cloned().unwrap_or_default()),
            count(overdue),
            Cell::new(found.join("\n")),
        ]
    });
    headed(lang, &head, rows)
}

/// Days of lateness.
pub fn late(calendar: u32, working: u32) -> String {
    match (calendar, working) {
        (0, 0) => String::new(),
        (calendar, working) => format!("{calendar}/{working}"),
    }
}

fn findings(lang: Lang, findings: &[v1::Finding]) -> Option<String> {
    let head = [
        ("规则", "rule"),
        ("程度", "severity"),
        ("状态", "status"),
        ("日期", "on"),
        ("逾期 日历/工作日", "late, calendar/working days"),
        ("对象", "about"),
        ("详情", "details"),
        ("位置", "positions"),
    ];
    let rows = findings.iter().map(|of| {
        let days = (of.late_calendar_days, of.late_working_days);
        let mut details = of.details.clone();
        if let (Some(expected), Some(actual)) = (of.quantity_expected, of.quantity_actual) {
            details.push(lang.inline(
                &format!("应 {expected}，实 {actual}"),
                &format!("{actual}, asked for {expected}"),
            ));
        }
        if let Some(fen) = of.amount_fen {
            details.push(render::yuan(fen.into()));
        }
        vec![
            Cell::new(&of.rule_id),
            Cell::new(title(lang, "Severity", of.severity)),
            Cell::new(title(lang, "FindingStatus", of.status)),
            Cell::new(&of.on),
            Cell::new(late(days.0.unwrap_or_default(), days.1.unwrap_or_default())),
            Cell::new(&of.subject),
            Cell::new(details.join("; ")),
            Cell::new(positions(&of.positions)),
        ]
    });
    headed(lang, &head, rows)
}

fn obligations<'a>(
    lang: Lang,
    obligations: impl Iterator<Item = &'a v1::Obligation>,
) -> Option<String> {
    let head = [
        ("规则", "rule"),
        ("状态", "status"),
        ("起算", "from"),
        ("到期", "due"),
        ("完成", "done"),
        ("逾期 日历/工作日", "late, calendar/working days"),
        ("对象", "about"),
        ("位置", "positions"),
    ];
    let rows = obligations.map(|of| {
        let mark = if of.provisional { " *" } else { "" };
        vec![
            Cell::new(&of.rule_id),
            Cell::new(title(lang, "ObligationStatus", of.status)),
            Cell::new(&of.triggered_on),
            Cell::new(format!("{}{mark}", of.due_on)),
            Cell::new(&of.done_on),
            Cell::new(late(of.late_calendar_days, of.late_working_days)),
            Cell::new(&of.subject),
            Cell::new(positions(&of.positions)),
        ]
    });
    headed(lang, &head, rows)
}

fn kept(lang: Lang, kept: &[v1::KeptRule]) -> Option<String> {
    let head = [("规则", "rule"), ("对象", "about")];
    let rows = kept
        .iter()
        .map(|of| vec![Cell::new(&of.rule_id), Cell::new(&of.subject)]);
    headed(lang, &head, rows)
}

fn passed_over(lang: Lang, passed_over: &[v1::RulePassedOver]) -> Option<String> {
    let head = [("规则", "rule"), ("对象", "about"), ("原因", "because")];
    let rows = passed_over.iter().map(|of| {
        vec![
            Cell::new(&of.rule_id),
            Cell::new(&of.subject),
            Cell::new(&of.reason),
        ]
    });
    headed(lang, &head, rows)
}

/// Positions side by side.
pub fn positions(positions: &[u64]) -> String {
    let texts: Vec<String> = positions.iter().map(u64::to_string).collect();
    texts.join(" ")
}
