//! `bihuan obligations`, `bihuan findings` and `bihuan finding`: what the law says of everything.

#![allow(
    clippy::doc_markdown,
    reason = "the comments on arguments are shown as help, as they stand"
)]

use clap::Args;
use comfy_table::Cell;

use super::{
    args::Settings,
    client,
    compliance::{late, positions},
    exit::{Exit, Failure},
    lang::Lang,
    list::{self, End, PageArgs},
    output::Output,
    query, render,
    view::{self, Reflected},
    view_tables::{headed, heading, title},
};
use crate::events::{
    descriptor::schema,
    json,
    v1::{self, ActorRole},
};

fn severity(text: &str) -> Result<i32, String> {
    query::enum_number("Severity", text)
}

fn obligation_status(text: &str) -> Result<i32, String> {
    query::enum_number("ObligationStatus", text)
}

fn finding_status(text: &str) -> Result<i32, String> {
    query::enum_number("FindingStatus", text)
}

/// Which obligations or findings.
#[derive(Clone, Debug, Default, Args)]
pub struct WhichArgs {
    /// 分区 The prefecture [default: all]
    #[arg(long, value_name = "CODE")]
    pub partition: Option<String>,
    /// 行政区划及其下级 A region and what is below it
    #[arg(long, value_name = "CODE")]
    pub region: Vec<String>,
    /// 单位 The unit that it falls to
    #[arg(long, value_name = "USCC")]
    pub unit: Option<String>,
    /// 规则 The rule
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub rule: Vec<String>,
    /// 严重程度 How much a breach weighs: info, minor, major, critical
    #[arg(long, value_name = "SEVERITY", value_delimiter = ',', value_parser = severity)]
    pub severity: Vec<i32>,
    /// 流的种类 Kinds of stream, such as project or unit
    #[arg(long = "kind", value_name = "KIND", value_delimiter = ',')]
    pub kinds: Vec<String>,
    /// 一条流 One stream
    #[arg(long, value_name = "STREAM")]
    pub stream: Option<String>,
    /// 以何种角色读 Read in this capacity [default: the regulator]
    #[arg(long = "as", value_name = "ROLE", value_parser = query::role)]
    pub reader: Option<i32>,
}

impl WhichArgs {
    fn filter(&self) -> v1::ComplianceFilter {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        v1::ComplianceFilter {
            partition: text(&self.partition),
            region_codes: self.region.clone(),
            unit: text(&self.unit),
            rule_ids: self.rule.clone(),
            severities: self.severity.clone(),
            stream_kinds: self.kinds.clone(),
            stream: text(&self.stream),
        }
    }
}

/// In which capacity: the regulator, where none is named.
pub fn reader(role: Option<i32>) -> v1::Reader {
    let role = role.unwrap_or_else(|| ActorRole::Regulator.into());
    v1::Reader { role }
}

/// As of when.
#[derive(Clone, Debug, Default, Args)]
pub struct WhenArgs {
    /// 截至法定日期（含）As of this legal date
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = query::day)]
    pub as_of: Option<String>,
    /// 截至记录时间（含）As known at this moment of recording
    #[arg(long, value_name = "TIME", value_parser = query::moment)]
    pub recorded: Option<prost_types::Timestamp>,
}

impl WhenArgs {
    /// The last legal date, as the service takes it.
    pub fn legal_date(&self) -> String {
        self.as_of.clone().unwrap_or_default()
    }
}

/// Arguments of `bihuan obligations`.
#[derive(Clone, Debug, Args)]
pub struct ObligationsArgs {
    /// Which.
    #[command(flatten)]
    pub which: WhichArgs,
    /// As of when.
    #[command(flatten)]
    pub when: WhenArgs,
    /// 状态 Where they stand: pending, paused, met, late, overdue, void
    #[arg(long, value_name = "STATUS", value_delimiter = ',', value_parser = obligation_status)]
    pub status: Vec<i32>,
    /// 到期日自（含）Due from this day on
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = query::day)]
    pub due_from: Option<String>,
    /// 到期日至（含）Due up to this day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = query::day)]
    pub due_to: Option<String>,
    /// 今后若干日内到期 Due within so many days; while watching, near from so many days before
    #[arg(long, value_name = "DAYS")]
    pub within: Option<u32>,
    /// 持续播报变化 Tell changes as they come, without end
    #[arg(long, conflicts_with_all = ["as_of", "recorded", "status", "due_from", "due_to"])]
    pub watch: bool,
    /// 播报这么多条就结束 End after so many changes
    #[arg(long, value_name = "N", requires = "watch")]
    pub max: Option<u64>,
    /// 排序 The order, such as "late_calendar_days desc" [default: the first due first]
    #[arg(
        long,
        value_name = "ORDER",
        default_value = "",
        hide_default_value = true
    )]
    pub order: String,
    /// The page.
    #[command(flatten)]
    pub page: PageArgs,
}

/// Arguments of `bihuan findings`.
#[derive(Clone, Debug, Args)]
pub struct FindingsArgs {
    /// Which.
    #[command(flatten)]
    pub which: WhichArgs,
    /// As of when.
    #[command(flatten)]
    pub when: WhenArgs,
    /// 状态 Where they stand: open, rectified, waived, superseded
    #[arg(long, value_name = "STATUS", value_delimiter = ',', value_parser = finding_status)]
    pub status: Vec<i32>,
    /// 自此日（含）From this day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = query::day)]
    pub from: Option<String>,
    /// 至此日（含）Up to this day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = query::day)]
    pub to: Option<String>,
    /// 排序 The order, such as "amount_fen desc" [default: the newest first]
    #[arg(
        long,
        value_name = "ORDER",
        default_value = "",
        hide_default_value = true
    )]
    pub order: String,
    /// The page.
    #[command(flatten)]
    pub page: PageArgs,
}

/// Arguments of `bihuan finding`.
#[derive(Clone, Debug, Args)]
pub struct FindingArgs {
    /// 发现编号 The finding: 32 hexadecimal digits
    #[arg(value_name = "FINDING")]
    pub finding: String,
    /// 单位 The unit that it falls to, which a purchaser names
    #[arg(long, value_name = "USCC")]
    pub unit: Option<String>,
    /// 以何种角色读 Read in this capacity [default: the regulator]
    #[arg(long = "as", value_name = "ROLE", value_parser = query::role)]
    pub reader: Option<i32>,
    /// As of when.
    #[command(flatten)]
    pub when: WhenArgs,
    /// 至少反映到此位置 Wait until this position is reflected
    #[arg(long, value_name = "N")]
    pub min_position: Option<u64>,
}

/// Runs `bihuan obligations`.
pub async fn obligations(settings: &Settings, args: &ObligationsArgs) -> Result<Exit, Failure> {
    if args.watch {
        return watch(settings, args).await;
    }
    let request = v1::ListObligationsRequest {
        filter: Some(args.which.filter()),
        statuses: args.status.clone(),
        due_from: args.due_from.clone().unwrap_or_default(),
        due_to: args.due_to.clone().unwrap_or_default(),
        due_within_days: args.within,
        order_by: args.order.clone(),
        page: Some(args.page.page()),
        as_of_legal_date: args.when.legal_date(),
        as_of_record_time: args.when.recorded,
        min_position: list::at_least(settings, args.page.min_position).await?,
        reader: Some(reader(args.which.reader)),
    };
    let mut client = client::connect_compliance(&settings.endpoint).await?;
    let answer = client.list_obligations(request).await?.into_inner();
    let end = End {
        next_page_token: &answer.next_page_token,
        reflects_position: answer.reflects_position,
        simulated_clock: answer.simulated_clock,
    };
    let table = |lang| table_of_obligations(lang, answer.obligations.iter());
    list::print(settings, "ListObligationsResponse", &answer, table, &end)
}

/// Runs `bihuan findings`.
pub async fn findings(settings: &Settings, args: &FindingsArgs) -> Result<Exit, Failure> {
    let request = v1::ListFindingsRequest {
        filter: Some(args.which.filter()),
        statuses: args.status.clone(),
        on_from: args.from.clone().unwrap_or_default(),
        on_to: args.to.clone().unwrap_or_default(),
        order_by: args.order.clone(),
        page: Some(args.page.page()),
        as_of_legal_date: args.when.legal_date(),
        as_of_record_time: args.when.recorded,
        min_position: list::at_least(settings, args.page.min_position).await?,
        reader: Some(reader(args.which.reader)),
    };
    let mut client = client::connect_compliance(&settings.endpoint).await?;
    let answer = client.list_findings(request).await?.into_inner();
    let end = End {
        next_page_token: &answer.next_page_token,
        reflects_position: answer.reflects_position,
        simulated_clock: answer.simulated_clock,
    };
    let table = |lang| table_of_findings(lang, answer.findings.iter());
    list::print(settings, "ListFindingsResponse", &answer, table, &end)
}

/// Runs `bihuan finding`.
pub async fn finding(settings: &Settings, args: &FindingArgs) -> Result<Exit, Failure> {
    let request = v1::GetFindingRequest {
        finding_id: args.finding.clone(),
        unit: args.unit.clone().unwrap_or_default(),
        as_of_legal_date: args.when.legal_date(),
        as_of_record_time: args.when.recorded,
        min_position: args.min_position,
        reader: Some(reader(args.reader)),
    };
    let mut client = client::connect_compliance(&settings.endpoint).await?;
    let answer = client.get_finding(request).await?.into_inner();
    let reflected = Reflected {
        position: answer.reflects_position,
        simulated_clock: answer.simulated_clock,
    };
    let page = |lang| page(lang, &answer);
    view::print(settings, "GetFindingResponse", &answer, page, &reflected)
}

/// Tells changes of obligations until the server goes away.
async fn watch(settings: &Settings, args: &ObligationsArgs) -> Result<Exit, Failure> {
    let request = v1::WatchObligationsRequest {
        filter: Some(args.which.filter()),
        within_days: args.within.unwrap_or(7),
        heartbeat_ms: 0,
        reader: Some(reader(args.which.reader)),
    };
    let mut client = client::connect_compliance(&settings.endpoint).await?;
    let mut changes = client.watch_obligations(request).await?.into_inner();
    let mut out = Output::new();
    let mut told = 0;
    while args.max.is_none_or(|max| told < max) {
        let Some(change) = changes.message().await? else {
            break;
        };
        if change.obligation.is_none() {
            continue;
        }
        told += 1;
        out.line(line(settings, &change)?)?;
        out.flush()?;
    }
    Ok(Exit::Fine)
}

/// A change on one line.
fn line(settings: &Settings, change: &v1::WatchObligationsResponse) -> Result<String, Failure> {
    use prost::Message as _;
    if settings.json {
        let text = json::to_json("WatchObligationsResponse", &change.encode_to_vec());
        return text.map_err(|error| Failure::new(Exit::Failed, ("", error.to_string())));
    }
    let lang = settings.lang;
    let row = change.obligation.clone().unwrap_or_default();
    let of = row.obligation.unwrap_or_default();
    Ok(format!(
        "{}  {}  {}  {} {}  {}",
        change.on,
        title(lang, "ObligationChange", change.change),
        of.rule_id,
        lang.inline("到期", "due"),
        of.due_on,
        of.subject,
    ))
}

/// Obligations in a table.
pub fn table_of_obligations<'a>(
    lang: Lang,
    rows: impl Iterator<Item = &'a v1::ObligationRow>,
) -> Option<String> {
    let head = [
        ("规则", "rule"),
        ("程度", "severity"),
        ("状态", "status"),
        ("到期", "due"),
        ("逾期 日历/工作日", "late, calendar/working days"),
        ("单位", "unit"),
        ("对象", "about"),
        ("金额", "amount"),
    ];
    let rows = rows.map(|row| {
        let of = row.obligation.clone().unwrap_or_default();
        let mark = if of.provisional { " *" } else { "" };
        let amount = of.amount_fen.map(|fen| render::yuan(fen.into()));
        vec![
            Cell::new(&of.rule_id),
            Cell::new(title(lang, "Severity", of.severity)),
            Cell::new(title(lang, "ObligationStatus", of.status)),
            Cell::new(format!("{}{mark}", of.due_on)),
            Cell::new(late(of.late_calendar_days, of.late_working_days)),
            Cell::new(whose(&row.unit, &row.region_code)),
            Cell::new(&of.subject),
            render::number(amount.unwrap_or_default()),
        ]
    });
    headed(lang, &head, rows)
}

/// Findings in a table.
pub fn table_of_findings<'a>(
    lang: Lang,
    rows: impl Iterator<Item = &'a v1::FindingRow>,
) -> Option<String> {
    let head = [
        ("规则", "rule"),
        ("程度", "severity"),
        ("状态", "status"),
        ("日期", "on"),
        ("逾期 日历/工作日", "late, calendar/working days"),
        ("单位", "unit"),
        ("对象", "about"),
        ("编号", "finding"),
    ];
    let rows = rows.map(|row| {
        let of = row.finding.clone().unwrap_or_default();
        let days = (of.late_calendar_days, of.late_working_days);
        vec![
            Cell::new(&of.rule_id),
            Cell::new(title(lang, "Severity", of.severity)),
            Cell::new(title(lang, "FindingStatus", of.status)),
            Cell::new(&of.on),
            Cell::new(late(days.0.unwrap_or_default(), days.1.unwrap_or_default())),
            Cell::new(whose(&row.unit, &row.region_code)),
            Cell::new(&of.subject),
            Cell::new(&of.finding_id),
        ]
    });
    headed(lang, &head, rows)
}

/// The unit, or the region where it falls to no unit.
fn whose<'a>(unit: &'a str, region: &'a str) -> &'a str {
    if unit.is_empty() { region } else { unit }
}

/// A finding with everything that it rests on.
fn page(lang: Lang, answer: &v1::GetFindingResponse) -> Vec<String> {
    let row = answer.finding.clone().unwrap_or_default();
    let of = row.finding.clone().unwrap_or_default();
    let rule = answer.rule.clone().unwrap_or_default();
    let mut parts = vec![
        lang.stacked(&rule.title_zh, &rule.title_en),
        format!("{}  {}  ({})", rule.rule_id, rule.citation, rule.confidence),
    ];
    parts.extend(table_of_findings(lang, std::iter::once(&row)));
    parts.extend(of.details.iter().cloned());
    if let (Some(expected), Some(actual)) = (of.quantity_expected, of.quantity_actual) {
        parts.push(lang.inline(
            &format!("应 {expected}，实 {actual}"),
            &format!("{actual}, asked for {expected}"),
        ));
    }
    if let Some(fen) = of.amount_fen {
        let yuan = render::yuan(fen.into());
        parts.push(lang.inline(&format!("金额 {yuan}"), &format!("amount {yuan}")));
    }
    if let Some(counted) = counted(lang, &answer.days) {
        parts.push(heading(lang, "逐日计算", "Counted day by day"));
        parts.push(counted);
    }
    parts.push(heading(lang, "证据", "Evidence"));
    parts.extend(evidence(lang, &answer.evidence));
    if answer.evidence.is_empty() {
        parts.push(positions(&of.positions));
    }
    parts
}

fn counted(lang: Lang, days: &[v1::CountedDay]) -> Option<String> {
    let head = [("日期", "day"), ("第几日", "number"), ("说明", "why")];
    let rows = days.iter().map(|day| {
        let number = match day.number {
            0 => String::new(),
            number => number.to_string(),
        };
        vec![
            Cell::new(&day.on),
            render::number(number),
            Cell::new(lang.inline(&day.why_zh, &day.why_en)),
        ]
    });
    headed(lang, &head, rows)
}

/// The title of an event type and its name.
fn title_of(lang: Lang, name: &str) -> String {
    match schema().by_name(name) {
        Some(event_type) => lang.inline(&event_type.title_zh, name),
        None => name.to_owned(),
    }
}

fn evidence(lang: Lang, events: &[v1::EvidenceEvent]) -> Option<String> {
    let head = [
        ("位置", "position"),
        ("事件", "event"),
        ("法定日期", "legal date"),
        ("来源", "source"),
    ];
    let rows = events.iter().map(|event| {
        vec![
            render::number(event.position.to_string()),
            Cell::new(title_of(lang, &event.event_type)),
            Cell::new(&event.legal_date),
            Cell::new(format!("{} {}", event.source_system, event.source_ref)),
        ]
    });
    headed(lang, &head, rows)
}
