//! `bihuan list`, `bihuan search` and `bihuan statistics`: many objects at once.

#![allow(
    clippy::doc_markdown,
    reason = "the comments on arguments are shown as help, as they stand"
)]

use std::fmt::Display;

use clap::{Args, Subcommand};
use prost::Message;

use super::{
    args::Settings,
    client,
    exit::{Exit, Failure},
    lang::Lang,
    list_tables,
    output::Output,
    query,
};
use crate::events::{
    json,
    v1::{
        Dimension, GetLedgerRequest, GetStatisticsRequest, ListContractsRequest,
        ListOrganisationsRequest, ListPaymentsRequest, ListProjectsRequest, PageRequest,
        SearchFilter, SearchProjectsRequest,
    },
};

fn origin(text: &str) -> Result<i32, String> {
    query::enum_number("Origin", text)
}

fn method(text: &str) -> Result<i32, String> {
    query::enum_number("ProcurementMethod", text)
}

fn stage(text: &str) -> Result<i32, String> {
    query::enum_number("LoopStage", text)
}

fn status(text: &str) -> Result<i32, String> {
    query::enum_number("StageStatus", text)
}

fn contract_state(text: &str) -> Result<i32, String> {
    query::enum_number("ContractState", text)
}

fn payment_state(text: &str) -> Result<i32, String> {
    query::enum_number("PaymentState", text)
}

fn kind(text: &str) -> Result<i32, String> {
    query::enum_number("OrganisationKind", text)
}

fn dimension(text: &str) -> Result<i32, String> {
    query::enum_number("Dimension", text)
}

/// Which part of the ledger.
#[derive(Clone, Debug, Default, Args)]
pub struct FilterArgs {
    /// 分区 Partition: a prefecture, or an OCDS publisher's prefix [default: all]
    #[arg(long, value_name = "CODE")]
    pub partition: Option<String>,
    /// 来源：采购项目、电子卖场订单、导入过程 project, order or process
    #[arg(long, value_name = "ORIGIN", value_parser = origin)]
    pub origin: Vec<i32>,
    /// 行政区划及其下级 A region and what is below it
    #[arg(long, value_name = "CODE")]
    pub region: Vec<String>,
    /// 采购单位 The unit that buys
    #[arg(long, value_name = "USCC")]
    pub unit: Option<String>,
    /// 供应商 A supplier that takes part
    #[arg(long, value_name = "USCC")]
    pub supplier: Option<String>,
    /// 采购方式 The method
    #[arg(long, value_name = "METHOD", value_parser = method)]
    pub method: Vec<i32>,
    /// 自此日（含）From this day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = query::day)]
    pub from: Option<String>,
    /// 至此日（含）Up to this day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = query::day)]
    pub to: Option<String>,
}

impl FilterArgs {
    fn filter(&self) -> SearchFilter {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        SearchFilter {
            partition: text(&self.partition),
            origins: self.origin.clone(),
            region_codes: self.region.clone(),
            unit: text(&self.unit),
            supplier: text(&self.supplier),
            methods: self.method.clone(),
            on_from: text(&self.from),
            on_to: text(&self.to),
        }
    }
}

/// Which stretch of a list.
#[derive(Clone, Debug, Default, Args)]
pub struct PageArgs {
    /// 每页行数 Rows on a page, 1 to 1000
    #[arg(long, value_name = "N", default_value_t = 20,
          value_parser = clap::value_parser!(i32).range(1..=1_000))]
    pub page_size: i32,
    /// 接着上一页 Where the page before ended
    #[arg(
        long,
        value_name = "TOKEN",
        default_value = "",
        hide_default_value = true
    )]
    pub page_token: String,
    /// 至少反映到此位置，默认为已确认的最后位置 Wait until this position is reflected
    /// [default: the last that is acknowledged]
    #[arg(long, value_name = "N")]
    pub min_position: Option<u64>,
}

impl PageArgs {
    /// As the service takes it.
    pub fn page(&self) -> PageRequest {
        PageRequest {
            page_size: self.page_size,
            page_token: self.page_token.clone(),
        }
    }
}

/// Arguments of `bihuan list projects`.
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command"
)]
#[derive(Clone, Debug, Args)]
pub struct ProjectsArgs {
    /// Which.
    #[command(flatten)]
    pub filter: FilterArgs,
    /// 所处环节 The furthest stage that began
    #[arg(long, value_name = "STAGE", value_parser = stage)]
    pub stage: Vec<i32>,
    /// 任一环节的状态 A state of any stage
    #[arg(long, value_name = "STATUS", value_parser = status)]
    pub status: Vec<i32>,
    /// 有缺项 With something missing
    #[arg(long)]
    pub gaps: bool,
    /// 有废标、终止的标段 With a lot that failed
    #[arg(long)]
    pub failed_lots: bool,
    /// 有质疑、投诉 With a challenge or complaint
    #[arg(long)]
    pub disputes: bool,
    /// 有更正、作废 With an event corrected or voided
    #[arg(long)]
    pub amended: bool,
    /// 排序 The order, such as "paid_fen desc" [default: the newest first]
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

/// Arguments of `bihuan list contracts`.
#[derive(Clone, Debug, Args)]
pub struct ContractsArgs {
    /// Which.
    #[command(flatten)]
    pub filter: FilterArgs,
    /// 状态 Where they stand
    #[arg(long, value_name = "STATE", value_parser = contract_state)]
    pub state: Vec<i32>,
    /// 有未付款 With something not paid
    #[arg(long)]
    pub outstanding: bool,
    /// 排序 The order, such as "outstanding_fen desc" [default: the newest first]
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

/// Arguments of `bihuan list payments`.
#[derive(Clone, Debug, Args)]
pub struct PaymentsArgs {
    /// Which.
    #[command(flatten)]
    pub filter: FilterArgs,
    /// 状态 Where they stand
    #[arg(long, value_name = "STATE", value_parser = payment_state)]
    pub state: Vec<i32>,
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

/// Arguments of `bihuan list organisations`.
#[derive(Clone, Debug, Args)]
pub struct OrganisationsArgs {
    /// 分区 Partition [default: all]
    #[arg(long, value_name = "CODE")]
    pub partition: Option<String>,
    /// 名称或代码中的词 Words of the name or code
    #[arg(long, value_name = "WORDS")]
    pub query: Option<String>,
    /// 类别 Of this kind
    #[arg(long, value_name = "KIND", value_parser = kind)]
    pub kind: Vec<i32>,
    /// 行政区划及其下级 A region and what is below it
    #[arg(long, value_name = "CODE")]
    pub region: Vec<String>,
    /// 当前被禁止参加 Banned today
    #[arg(long)]
    pub banned: bool,
    /// 排序 The order, such as "name" [default: the newest first]
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

/// What is listed.
#[derive(Clone, Debug, Subcommand)]
pub enum ListCommand {
    /// 采购项目 Projects and imported processes
    Projects(ProjectsArgs),
    /// 合同与订单 Contracts and orders
    Contracts(ContractsArgs),
    /// 支付 Payments
    Payments(PaymentsArgs),
    /// 单位与企业 Organisations
    Organisations(OrganisationsArgs),
}

/// Arguments of `bihuan list`.
#[derive(Clone, Debug, Args)]
pub struct ListArgs {
    /// What is listed.
    #[command(subcommand)]
    pub command: ListCommand,
}

/// Arguments of `bihuan search`.
#[derive(Clone, Debug, Args)]
pub struct SearchArgs {
    /// 词，全部须命中 The words; all of them must be found
    #[arg(value_name = "WORDS", required = true)]
    pub words: Vec<String>,
    /// Which of what is found.
    #[command(flatten)]
    pub filter: FilterArgs,
    /// The page.
    #[command(flatten)]
    pub page: PageArgs,
}

/// Arguments of `bihuan statistics`.
#[derive(Clone, Debug, Args)]
pub struct StatisticsArgs {
    /// 维度：环节、区划、方式、月份、单位、供应商 stage, region, method, month, unit or supplier
    #[arg(long, value_name = "DIMENSION", default_value = "stage", value_parser = dimension)]
    pub by: i32,
    /// Over which part.
    #[command(flatten)]
    pub filter: FilterArgs,
    /// 至少反映到此位置，默认为已确认的最后位置 Wait until this position is reflected
    /// [default: the last that is acknowledged]
    #[arg(long, value_name = "N")]
    pub min_position: Option<u64>,
    /// 最多行数 Lines shown, at most
    #[arg(long, value_name = "N", default_value_t = 40)]
    pub max: usize,
}

/// The position that an answer must reflect: the one asked for, else the last that is acknowledged
/// now, so that who has just appended finds it.
pub async fn at_least(settings: &Settings, asked: Option<u64>) -> Result<Option<u64>, Failure> {
    if asked.is_some() {
        return Ok(asked);
    }
    let mut client = client::connect(&settings.endpoint).await?;
    let ledger = client.get_ledger(GetLedgerRequest {}).await?.into_inner();
    Ok(ledger.end_position.checked_sub(1))
}

/// What the end of an answer says.
pub struct End<'a> {
    /// Where the next page begins.
    pub next_page_token: &'a str,
    /// The last position that it reflects.
    pub reflects_position: Option<u64>,
    /// The ledger runs under a simulated clock.
    pub simulated_clock: bool,
}

/// Prints a list: as JSON on one line, else as a table.
pub fn print(
    settings: &Settings,
    message: &str,
    answer: &impl Message,
    table: impl FnOnce(Lang) -> Option<String>,
    end: &End<'_>,
) -> Result<Exit, Failure> {
    let mut out = Output::new();
    let failed = |error: &dyn Display| Failure::new(Exit::Failed, ("", error.to_string()));
    if settings.json {
        let text = json::to_json(message, &answer.encode_to_vec());
        out.line(text.map_err(|error| failed(&error))?)?;
        out.flush()?;
        return Ok(Exit::Fine);
    }
    let lang = settings.lang;
    let nothing = || lang.inline("没有。", "There is nothing.");
    out.line(table(lang).unwrap_or_else(nothing))?;
    if !end.next_page_token.is_empty() {
        let next = format!("--page-token {}", end.next_page_token);
        out.line(lang.inline(
            &format!("下一页：{next}"),
            &format!("The next page: {next}"),
        ))?;
    }
    if let Some(position) = end.reflects_position {
        let reflected = super::view::Reflected {
            position,
            simulated_clock: end.simulated_clock,
        };
        out.line(super::view_tables::reflected(lang, &reflected))?;
    }
    out.flush()?;
    Ok(Exit::Fine)
}

/// Prints a page of rows.
macro_rules! page {
    ($settings:expr, $message:literal, $answer:ident, $rows:ident, $table:path) => {{
        let end = End {
            next_page_token: &$answer.next_page_token,
            reflects_position: $answer.reflects_position,
            simulated_clock: $answer.simulated_clock,
        };
        let table = |lang| $table(lang, &$answer.$rows);
        print($settings, $message, &$answer, table, &end)
    }};
}

/// Runs `bihuan list`.
pub async fn run(settings: &Settings, args: &ListArgs) -> Result<Exit, Failure> {
    let mut client = client::connect_lists(&settings.endpoint).await?;
    match &args.command {
        ListCommand::Projects(args) => {
            let request = ListProjectsRequest {
                filter: Some(args.filter.filter()),
                stages: args.stage.clone(),
                statuses: args.status.clone(),
                with_gaps: args.gaps,
                with_failed_lots: args.failed_lots,
                with_disputes: args.disputes,
                with_amendments: args.amended,
                order_by: args.order.clone(),
                page: Some(args.page.page()),
                min_position: at_least(settings, args.page.min_position).await?,
            };
            let answer = client.list_projects(request).await?.into_inner();
            page!(
                settings,
                "ListProjectsResponse",
                answer,
                projects,
                list_tables::projects
            )
        }
        ListCommand::Contracts(args) => {
            let request = ListContractsRequest {
                filter: Some(args.filter.filter()),
                states: args.state.clone(),
                outstanding: args.outstanding,
                order_by: args.order.clone(),
                page: Some(args.page.page()),
                min_position: at_least(settings, args.page.min_position).await?,
            };
            let answer = client.list_contracts(request).await?.into_inner();
            page!(
                settings,
                "ListContractsResponse",
                answer,
                contracts,
                list_tables::contracts
            )
        }
        ListCommand::Payments(args) => {
            let request = ListPaymentsRequest {
                filter: Some(args.filter.filter()),
                states: args.state.clone(),
                order_by: args.order.clone(),
                page: Some(args.page.page()),
                min_position: at_least(settings, args.page.min_position).await?,
            };
            let answer = client.list_payments(request).await?.into_inner();
            page!(
                settings,
                "ListPaymentsResponse",
                answer,
                payments,
                list_tables::payments
            )
        }
        ListCommand::Organisations(args) => {
            let request = ListOrganisationsRequest {
                partition: args.partition.clone().unwrap_or_default(),
                query: args.query.clone().unwrap_or_default(),
                kinds: args.kind.clone(),
                region_codes: args.region.clone(),
                banned: args.banned,
                order_by: args.order.clone(),
                page: Some(args.page.page()),
                min_position: at_least(settings, args.page.min_position).await?,
            };
            let answer = client.list_organisations(request).await?.into_inner();
            page!(
                settings,
                "ListOrganisationsResponse",
                answer,
                organisations,
                list_tables::organisations
            )
        }
    }
}

/// Runs `bihuan search`.
pub async fn search(settings: &Settings, args: &SearchArgs) -> Result<Exit, Failure> {
    let request = SearchProjectsRequest {
        query: args.words.join(" "),
        filter: Some(args.filter.filter()),
        page: Some(args.page.page()),
        min_position: at_least(settings, args.page.min_position).await?,
    };
    let mut client = client::connect_lists(&settings.endpoint).await?;
    let answer = client.search_projects(request).await?.into_inner();
    page!(
        settings,
        "SearchProjectsResponse",
        answer,
        projects,
        list_tables::projects
    )
}

/// Runs `bihuan statistics`.
pub async fn statistics(settings: &Settings, args: &StatisticsArgs) -> Result<Exit, Failure> {
    let request = GetStatisticsRequest {
        dimension: args.by,
        filter: Some(args.filter.filter()),
        min_position: at_least(settings, args.min_position).await?,
    };
    let mut client = client::connect_lists(&settings.endpoint).await?;
    let answer = client.get_statistics(request).await?.into_inner();
    let end = End {
        next_page_token: "",
        reflects_position: answer.reflects_position,
        simulated_clock: answer.simulated_clock,
    };
    let table = |lang| match Dimension::try_from(args.by) {
        Ok(Dimension::Stage) => list_tables::by_stage(lang, &answer.rows),
        _ => list_tables::statistics(lang, &answer.rows, args.max),
    };
    print(settings, "GetStatisticsResponse", &answer, table, &end)
}
