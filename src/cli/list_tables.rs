//! Lists and statistics as tables.

use comfy_table::Cell;

use super::{
    comments,
    lang::Lang,
    project_tables::{STAGES, sign},
    render,
    view_tables::{TEXT_MAX, headed, title},
};
use crate::events::v1::{self, Origin};

/// Cells of the longest bar.
const BAR: i128 = 24;

fn yuan(fen: i64) -> Cell {
    match fen {
        0 => Cell::new(""),
        fen => render::number(render::yuan(fen.into())),
    }
}

fn number(count: i64) -> Cell {
    match count {
        0 => Cell::new(""),
        count => render::number(render::count(count.unsigned_abs())),
    }
}

fn short(text: &str) -> Cell {
    Cell::new(render::shorten(text, TEXT_MAX))
}

/// An amount in a currency; what is in yuan as the figures of projects are written.
fn amount(currency: &str, decimal: &str, fen: i64) -> Cell {
    match currency {
        "CNY" if fen != 0 => yuan(fen),
        _ if decimal.is_empty() => Cell::new(""),
        currency => render::number(format!("{decimal} {currency}")),
    }
}

/// The signs of the nine stages.
fn signs(stages: &[v1::StageMark]) -> String {
    let signs = stages.iter().map(|mark| sign(mark.status()));
    signs.collect()
}

/// What a project's row says besides.
fn notes(lang: Lang, row: &v1::ProjectRow) -> String {
    let mut notes = Vec::new();
    for (count, zh, en) in [
        (row.gaps_count, "缺项", "gaps"),
        (row.failed_lots_count, "失败标段", "failed lots"),
        (row.disputes_count, "质疑投诉", "disputes"),
        (row.amended_count, "更正", "amended"),
    ] {
        if count > 0 {
            notes.push(lang.inline(&format!("{zh} {count}"), &format!("{en} {count}")));
        }
    }
    if row.suspended {
        notes.push(lang.inline("暂停", "suspended"));
    }
    notes.join("\n")
}

/// Sums of a process of one kind.
fn process_sums(row: &v1::ProjectRow, kind: v1::ProcessAmountKind) -> String {
    let of = row.process_sums.iter().filter(|sum| sum.kind() == kind);
    let of = of.map(|sum| format!("{} {}", sum.amount, sum.currency));
    of.collect::<Vec<_>>().join("\n")
}

/// Projects in a table.
pub fn projects(lang: Lang, rows: &[v1::ProjectRow]) -> Option<String> {
    let head = [
        ("项目", "project"),
        ("单位", "unit"),
        ("方式", "method"),
        ("九环节", "stages"),
        ("计划", "plan"),
        ("合同", "contracts"),
        ("已付", "paid"),
        ("备注", "notes"),
    ];
    headed(
        lang,
        &head,
        rows.iter().map(|row| {
            let method = match row.method_text.is_empty() {
                true => title(lang, "ProcurementMethod", row.method),
                false => row.method_text.clone(),
            };
            let unit = if row.unit_name.is_empty() {
                &row.unit
            } else {
                &row.unit_name
            };
            let is_process = row.origin() == Origin::Process;
            let money = |fen: i64, kind| match is_process {
                true => render::number(process_sums(row, kind)),
                false => yuan(fen),
            };
            vec![
                Cell::new(format!(
                    "{}\n{}",
                    row.project_id,
                    render::shorten(&row.name, TEXT_MAX)
                )),
                short(unit),
                Cell::new(method),
                Cell::new(signs(&row.stages)),
                money(row.plan_fen, v1::ProcessAmountKind::Tender),
                money(row.contract_fen, v1::ProcessAmountKind::Contract),
                money(row.paid_fen, v1::ProcessAmountKind::Paid),
                Cell::new(notes(lang, row)),
            ]
        }),
    )
}

/// Contracts in a table.
pub fn contracts(lang: Lang, rows: &[v1::ContractRow]) -> Option<String> {
    let head = [
        ("合同", "contract"),
        ("项目", "project"),
        ("采购人", "unit"),
        ("供应商", "supplier"),
        ("状态", "state"),
        ("签订", "signed"),
        ("金额", "amount"),
        ("已付", "paid"),
        ("未付", "outstanding"),
    ];
    headed(
        lang,
        &head,
        rows.iter().map(|row| {
            let state = match row.state_text.is_empty() {
                true => title(lang, "ContractState", row.state),
                false => row.state_text.clone(),
            };
            vec![
                short(&row.contract_no),
                short(&row.project_id),
                short(&row.unit),
                short(&row.supplier),
                Cell::new(state),
                Cell::new(&row.signed_on),
                amount(&row.currency, &row.amount, row.contract_fen),
                yuan(row.paid_fen),
                yuan(row.outstanding_fen),
            ]
        }),
    )
}

/// Payments in a table.
pub fn payments(lang: Lang, rows: &[v1::PaymentRow]) -> Option<String> {
    let head = [
        ("支付", "payment"),
        ("项目", "project"),
        ("付款人", "payer"),
        ("收款人", "payee"),
        ("规模", "size"),
        ("状态", "state"),
        ("申请", "requested"),
        ("支付日", "paid on"),
        ("金额", "amount"),
    ];
    headed(
        lang,
        &head,
        rows.iter().map(|row| {
            vec![
                short(&row.payment_id),
                short(&row.project_id),
                short(&row.unit),
                short(&row.supplier),
                Cell::new(title(lang, "EnterpriseSize", row.supplier_size)),
                Cell::new(title(lang, "PaymentState", row.state)),
                Cell::new(&row.requested_on),
                Cell::new(&row.paid_on),
                amount(&row.currency, &row.amount, row.amount_fen),
            ]
        }),
    )
}

/// Organisations in a table.
pub fn organisations(lang: Lang, rows: &[v1::OrganisationRow]) -> Option<String> {
    let head = [
        ("代码", "code"),
        ("名称", "name"),
        ("类别", "kinds"),
        ("区划", "region"),
        ("规模", "size"),
        ("备注", "notes"),
    ];
    headed(
        lang,
        &head,
        rows.iter().map(|row| {
            let kinds = row.kinds.iter();
            let kinds = kinds.map(|kind| title(lang, "OrganisationKind", *kind));
            let mut notes = Vec::new();
            if row.banned {
                notes.push(lang.inline("禁止参加", "banned"));
            }
            if !row.ended_on.is_empty() {
                let on = &row.ended_on;
                notes.push(lang.inline(&format!("{on} 终止"), &format!("ended {on}")));
            }
            vec![
                Cell::new(&row.uscc),
                short(&row.name),
                Cell::new(kinds.collect::<Vec<_>>().join("\n")),
                Cell::new(&row.region_code),
                Cell::new(title(lang, "EnterpriseSize", row.size)),
                Cell::new(notes.join("\n")),
            ]
        }),
    )
}

/// A bar of an amount beside the greatest.
fn bar(fen: i64, greatest: i64) -> String {
    if greatest <= 0 || fen <= 0 {
        return String::new();
    }
    let cells = (i128::from(fen) * BAR + i128::from(greatest) / 2) / i128::from(greatest);
    "█".repeat(usize::try_from(cells).unwrap_or_default().max(1))
}

/// The nine stages with their money and counts, and a bar for each.
pub fn by_stage(lang: Lang, rows: &[v1::StatisticsRow]) -> Option<String> {
    let head = [
        ("环节", "stage"),
        ("项目", "projects"),
        ("已完成", "done"),
        ("异常", "trouble"),
        ("金额", "amount"),
        ("", ""),
    ];
    let greatest = rows.iter().map(|row| row.stage_fen).max().unwrap_or(0);
    headed(
        lang,
        &head,
        rows.iter().zip(&STAGES).map(|(row, (zh, en))| {
            vec![
                Cell::new(lang.inline(zh, en)),
                number(row.projects_count),
                number(row.done_count),
                number(row.trouble_count),
                yuan(row.stage_fen),
                Cell::new(bar(row.stage_fen, greatest)),
            ]
        }),
    )
}

/// The key of a line as people read it.
fn key(lang: Lang, row: &v1::StatisticsRow) -> String {
    if let Some(method) = v1::ProcurementMethod::from_str_name(&row.key) {
        return match method {
            v1::ProcurementMethod::Unspecified => lang.inline("（无）", "(none)"),
            method => comments::enum_title(lang, "ProcurementMethod", method.into()),
        };
    }
    match (row.key.as_str(), row.name.as_str()) {
        ("", _) => lang.inline("（无）", "(none)"),
        (key, "") => key.to_owned(),
        (key, name) => format!("{}\n{key}", render::shorten(name, TEXT_MAX)),
    }
}

/// Lines of statistics by anything but stages.
pub fn statistics(lang: Lang, rows: &[v1::StatisticsRow], max: usize) -> Option<String> {
    let head = [
        ("", ""),
        ("项目", "projects"),
        ("计划", "plan"),
        ("合同", "contracts"),
        ("合同额", "contract amount"),
        ("订单", "orders"),
        ("订单额", "order amount"),
        ("已付", "paid"),
        ("未付", "outstanding"),
    ];
    headed(
        lang,
        &head,
        rows.iter().take(max).map(|row| {
            vec![
                Cell::new(key(lang, row)),
                number(row.projects_count),
                yuan(row.plan_fen),
                number(row.contracts_count),
                yuan(row.contract_fen),
                number(row.orders_count),
                yuan(row.order_fen),
                yuan(row.paid_fen),
                yuan(row.outstanding_fen),
            ]
        }),
    )
}
