//! `bihuan metrics` and `bihuan indicators`: figures of the whole, and red flags.

#![allow(
    clippy::doc_markdown,
    reason = "the comments on arguments are shown as help, as they stand"
)]

use clap::Args;
use comfy_table::Cell;

use super::{
    args::Settings,
    client,
    exit::{Exit, Failure},
    lang::Lang,
    list::{self, End, PageArgs},
    query, render,
    supervision::{WhenArgs, reader},
    view_tables::{headed, heading, title},
};
use crate::events::v1;

/// Cells of the longest bar.
const BAR: i64 = 20;

fn dimension(text: &str) -> Result<i32, String> {
    query::enum_number("MetricDimension", text)
}

fn verdict(text: &str) -> Result<i32, String> {
    query::enum_number("IndicatorVerdict", text)
}

fn origin(text: &str) -> Result<i32, String> {
    query::enum_number("Origin", text)
}

/// Arguments of `bihuan metrics`.
#[derive(Clone, Debug, Args)]
pub struct MetricsArgs {
    /// 指标编号，如 M-06；不指定则为全部 Metrics by id; all if none is named
    #[arg(value_name = "METRIC")]
    pub metrics: Vec<String>,
    /// 按区划、单位、供应商、代理机构、月、季、年、环节 region, unit, supplier, agency, month,
    /// quarter, year or stage [default: the whole]
    #[arg(long, value_name = "DIMENSION", value_parser = dimension)]
    pub by: Option<i32>,
    /// 区划代码的开头 The first characters of a region's code
    #[arg(long, value_name = "CODE")]
    pub region: Option<String>,
    /// 单位 A unit
    #[arg(long, value_name = "USCC")]
    pub unit: Option<String>,
    /// 供应商 A supplier
    #[arg(long, value_name = "USCC")]
    pub supplier: Option<String>,
    /// 代理机构 An agency
    #[arg(long, value_name = "USCC")]
    pub agency: Option<String>,
    /// 自此日（含）From this day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = query::day)]
    pub from: Option<String>,
    /// 至此日（含）Up to this day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = query::day)]
    pub to: Option<String>,
    /// 列出每个值背后的行，最多若干 Rows behind each value of one metric, at most so many
    #[arg(long, value_name = "N", default_value_t = 0,
          value_parser = clap::value_parser!(u32).range(0..=1_000))]
    pub behind: u32,
    /// As of when.
    #[command(flatten)]
    pub when: WhenArgs,
    /// 以何种角色读 Read in this capacity [default: the regulator]
    #[arg(long = "as", value_name = "ROLE", value_parser = query::role)]
    pub reader: Option<i32>,
    /// 至少反映到此位置，默认为已确认的最后位置 Wait until this position is reflected
    /// [default: the last that is acknowledged]
    #[arg(long, value_name = "N")]
    pub min_position: Option<u64>,
    /// 每个指标最多行数 Lines of a metric shown, at most
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub max: usize,
}

/// Arguments of `bihuan indicators`.
#[derive(Clone, Debug, Args)]
pub struct IndicatorsArgs {
    /// 红旗编号，如 R018；不指定则为全部 One indicator; all if none is named
    #[arg(value_name = "INDICATOR")]
    pub indicator: Option<String>,
    /// 触发、未触发、不适用 fail, pass or not-applicable [default: flags alone]
    #[arg(long, value_name = "VERDICT", value_parser = verdict)]
    pub verdict: Option<i32>,
    /// 区划代码的开头 The first characters of a region's code
    #[arg(long, value_name = "CODE")]
    pub region: Option<String>,
    /// 单位 A unit
    #[arg(long, value_name = "USCC")]
    pub unit: Option<String>,
    /// 供应商 A supplier or tenderer concerned
    #[arg(long, value_name = "USCC")]
    pub supplier: Option<String>,
    /// 来源：采购项目、订单、导入过程 project, order or process
    #[arg(long, value_name = "ORIGIN", value_parser = origin)]
    pub origin: Option<i32>,
    /// As of when.
    #[command(flatten)]
    pub when: WhenArgs,
    /// 以何种角色读 Read in this capacity [default: the regulator]
    #[arg(long = "as", value_name = "ROLE", value_parser = query::role)]
    pub reader: Option<i32>,
    /// The page.
    #[command(flatten)]
    pub page: PageArgs,
}

fn text(text: Option<&String>) -> String {
    text.cloned().unwrap_or_default()
}

/// Runs `bihuan metrics`.
pub async fn metrics(settings: &Settings, args: &MetricsArgs) -> Result<Exit, Failure> {
    let request = v1::GetMetricsRequest {
        metric_ids: args.metrics.clone(),
        dimension: args.by.unwrap_or_default(),
        region_code: text(args.region.as_ref()),
        unit: text(args.unit.as_ref()),
        supplier: text(args.supplier.as_ref()),
        agency: text(args.agency.as_ref()),
        from: text(args.from.as_ref()),
        to: text(args.to.as_ref()),
        rows_behind: args.behind,
        as_of_legal_date: args.when.legal_date(),
        as_of_record_time: args.when.recorded,
        min_position: list::at_least(settings, args.min_position).await?,
        reader: Some(reader(args.reader)),
    };
    let mut client = client::connect_compliance(&settings.endpoint).await?;
    let answer = client.get_metrics(request).await?.into_inner();
    let end = End {
        next_page_token: "",
        reflects_position: answer.reflects_position,
        simulated_clock: answer.simulated_clock,
    };
    let table = |lang| table_of_metrics(lang, &answer.metrics, args.max);
    list::print(settings, "GetMetricsResponse", &answer, table, &end)
}

/// A value in the metric's unit.
fn shown(unit: v1::MetricUnit, value: Option<i64>) -> String {
    let hundredths = |value: i64| {
        let sign = if value < 0 { "-" } else { "" };
        format!("{sign}{}.{:02}", value.abs() / 100, value.abs() % 100)
    };
    match (unit, value) {
        (_, None) => "—".to_owned(),
        (v1::MetricUnit::Bp, Some(bp)) => format!("{} %", hundredths(bp)),
        (v1::MetricUnit::Fen, Some(fen)) => render::yuan(fen.into()),
        (v1::MetricUnit::Days | v1::MetricUnit::CountEach, Some(value)) => hundredths(value),
        (_, Some(value)) => value.to_string(),
    }
}

/// A bar for a share.
fn bar(unit: v1::MetricUnit, value: Option<i64>) -> String {
    match (unit, value) {
        (v1::MetricUnit::Bp, Some(bp)) => {
            let cells = bp.clamp(0, 10_000) * BAR / 10_000;
            "█".repeat(usize::try_from(cells).unwrap_or_default())
        }
        _ => String::new(),
    }
}

/// Metrics in a table, a line for each value.
pub fn table_of_metrics(lang: Lang, metrics: &[v1::Metric], max: usize) -> Option<String> {
    let head = [
        ("指标", "metric"),
        ("名称", "name"),
        ("分组", "of"),
        ("值", "value"),
        ("", ""),
        ("分子", "numerator"),
        ("分母", "denominator"),
    ];
    let rows = metrics.iter().flat_map(|metric| {
        let name = lang.inline(&metric.title_zh, &metric.title_en);
        metric.values.iter().take(max).map(move |value| {
            vec![
                Cell::new(&metric.metric_id),
                Cell::new(&name),
                Cell::new(&value.key),
                render::number(shown(metric.unit(), value.value)),
                Cell::new(bar(metric.unit(), value.value)),
                render::number(value.numerator.to_string()),
                render::number(value.denominator.to_string()),
            ]
        })
    });
    let mut text = headed(lang, &head, rows)?;
    for value in metrics.iter().flat_map(|metric| &metric.values) {
        if let Some(behind) = behind(lang, &value.rows) {
            text.push_str(&heading(lang, "背后的行", "Rows behind"));
            text.push(' ');
            text.push_str(&value.key);
            text.push('\n');
            text.push_str(&behind);
        }
    }
    Some(text)
}

fn behind(lang: Lang, rows: &[v1::MetricRow]) -> Option<String> {
    let head = [
        ("对象", "about"),
        ("日期", "day"),
        ("金额", "amount"),
        ("分子", "numerator"),
        ("分母", "denominator"),
    ];
    let rows = rows.iter().map(|row| {
        vec![
            Cell::new(&row.subject),
            Cell::new(&row.on),
            render::number(render::yuan(row.amount_fen.into())),
            render::number(row.numerator.to_string()),
            render::number(row.denominator.to_string()),
        ]
    });
    headed(lang, &head, rows)
}

/// Runs `bihuan indicators`.
pub async fn indicators(settings: &Settings, args: &IndicatorsArgs) -> Result<Exit, Failure> {
    let request = v1::ListIndicatorsRequest {
        indicator_id: text(args.indicator.as_ref()),
        verdict: args.verdict.unwrap_or_default(),
        region_code: text(args.region.as_ref()),
        unit: text(args.unit.as_ref()),
        supplier: text(args.supplier.as_ref()),
        origin: args.origin.unwrap_or_default(),
        page: Some(args.page.page()),
        as_of_legal_date: args.when.legal_date(),
        as_of_record_time: args.when.recorded,
        min_position: list::at_least(settings, args.page.min_position).await?,
        reader: Some(reader(args.reader)),
    };
    let mut client = client::connect_compliance(&settings.endpoint).await?;
    let answer = client.list_indicators(request).await?.into_inner();
    let end = End {
        next_page_token: &answer.next_page_token,
        reflects_position: answer.reflects_position,
        simulated_clock: answer.simulated_clock,
    };
    let page = |lang| page_of_indicators(lang, &answer);
    list::print(settings, "ListIndicatorsResponse", &answer, page, &end)
}

fn page_of_indicators(lang: Lang, answer: &v1::ListIndicatorsResponse) -> Option<String> {
    let mut text = table_of_indicators(lang, &answer.indicators)?;
    if let Some(outcomes) = outcomes(lang, &answer.outcomes) {
        text.push_str(&heading(lang, "对象", "Subjects"));
        text.push('\n');
        text.push_str(&outcomes);
    }
    Some(text)
}

/// How many subjects each indicator flags.
pub fn table_of_indicators(lang: Lang, indicators: &[v1::Indicator]) -> Option<String> {
    let head = [
        ("红旗", "indicator"),
        ("名称", "name"),
        ("触发", "flags"),
        ("来源", "source"),
    ];
    let rows = indicators.iter().map(|of| {
        vec![
            Cell::new(&of.indicator_id),
            Cell::new(lang.inline(&of.title_zh, &of.title_en)),
            render::number(of.flags_count.to_string()),
            Cell::new(&of.source),
        ]
    });
    headed(lang, &head, rows)
}

fn outcomes(lang: Lang, outcomes: &[v1::IndicatorOutcome]) -> Option<String> {
    let head = [
        ("红旗", "indicator"),
        ("结论", "says"),
        ("对象", "about"),
        ("数据", "figures"),
        ("界限", "threshold"),
        ("原因", "because"),
    ];
    let figure = |of: &v1::IndicatorFigure| {
        format!("{} {}", lang.inline(&of.label_zh, &of.label_en), of.value)
    };
    let rows = outcomes.iter().map(|of| {
        let figures: Vec<String> = of.figures.iter().map(figure).collect();
        vec![
            Cell::new(&of.indicator_id),
            Cell::new(title(lang, "IndicatorVerdict", of.verdict)),
            Cell::new(&of.subject),
            Cell::new(figures.join("\n")),
            Cell::new(of.threshold.as_ref().map(figure).unwrap_or_default()),
            Cell::new(lang.inline(&of.reason_zh, &of.reason_en)),
        ]
    });
    headed(lang, &head, rows)
}
