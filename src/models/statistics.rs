//! Counts and sums by stage, region, method, month, unit and supplier.

use std::collections::BTreeMap;

use rusqlite::{Row, params_from_iter};

use super::{
    Answer, Model, ModelError,
    lists::Conditions,
    tables::{CONTRACTS, PAYMENTS, PROJECTS, Table},
};
use crate::{
    events::v1::{
        Dimension, LoopStage, Origin, ProcurementMethod, SearchFilter, StageStatus, StatisticsRow,
    },
    views::project::STAGES,
};

/// The lines of statistics by the key that they are grouped by.
type Lines = BTreeMap<String, StatisticsRow>;

/// Counts and sums over a part of the ledger.
pub fn statistics(
    model: &Model<'_>,
    dimension: Dimension,
    filter: &SearchFilter,
) -> Result<Answer<StatisticsRow>, ModelError> {
    let mut rows = match dimension {
        Dimension::Stage => by_stage(model, filter)?,
        _ => grouped(model, dimension, filter)?,
    };
    if !matches!(dimension, Dimension::Stage | Dimension::Month) {
        rows.sort_by(|a, b| money(b).cmp(&money(a)).then(a.key.cmp(&b.key)));
    }
    if matches!(dimension, Dimension::Unit | Dimension::Supplier) {
        // A code is the same organisation wherever it is registered.
        let sql = "SELECT name FROM organisations WHERE uscc = ? AND registered = 1
                   ORDER BY partition LIMIT 1";
        let mut names = model.connection().prepare_cached(sql)?;
        for row in &mut rows {
            let mut found = names.query([&row.key])?;
            if let Some(name) = found.next()? {
                row.name = name.get(0)?;
            }
        }
    }
    Ok(Answer {
        rows,
        next_page_token: String::new(),
        end: model.end(),
    })
}

/// What lines are put in order by.
fn money(row: &StatisticsRow) -> (i64, i64) {
    let signed = row.contract_fen.saturating_add(row.order_fen);
    (signed, row.plan_fen)
}

/// What a table is grouped by, if it knows the dimension.
fn key_of(dimension: Dimension, table: &Table) -> Option<&'static str> {
    match dimension {
        Dimension::Region => Some("region_code"),
        Dimension::Method => Some("method"),
        Dimension::Unit => Some("unit"),
        Dimension::Supplier if table.name != PROJECTS.name => Some("supplier"),
        Dimension::Month => Some(match table.name {
            "projects" => "substr(started_on, 1, 7)",
            "contracts" => "substr(signed_on, 1, 7)",
            _ => "substr(paid_on, 1, 7)",
        }),
        Dimension::Supplier | Dimension::Stage | Dimension::Unspecified => None,
    }
}

fn grouped(
    model: &Model<'_>,
    dimension: Dimension,
    filter: &SearchFilter,
) -> Result<Vec<StatisticsRow>, ModelError> {
    let mut lines = Lines::new();
    let mut take = |table: &Table,
                    of: &str,
                    sums: &str,
                    add: fn(&mut StatisticsRow, &Row<'_>) -> Result<(), rusqlite::Error>|
     -> Result<(), ModelError> {
        let Some(key) = key_of(dimension, table) else {
            return Ok(());
        };
        let conditions = Conditions::of(filter, table);
        let sql = format!(
            "SELECT CAST({key} AS TEXT), count(*), {sums} FROM {} WHERE {of} AND {} GROUP BY 1",
            table.name,
            conditions.sql()
        );
        let mut statement = model.connection().prepare_cached(&sql)?;
        let mut found = statement.query(params_from_iter(conditions.params()))?;
        while let Some(row) = found.next()? {
            let key = shown(dimension, row.get(0)?);
            let line = lines.entry(key.clone()).or_default();
            line.key = key;
            add(line, row)?;
        }
        Ok(())
    };
    take(
        &PROJECTS,
        "TRUE",
        "sum(plan_fen), sum(award_fen), sum(saved_fen)",
        |line, row| {
            line.projects_count = row.get(1)?;
            (line.plan_fen, line.award_fen, line.saved_fen) =
                (row.get(2)?, row.get(3)?, row.get(4)?);
            Ok(())
        },
    )?;
    take(
        &CONTRACTS,
        &format!("origin <> {}", i32::from(Origin::Order)),
        "sum(contract_fen), sum(accepted_fen), sum(outstanding_fen)",
        |line, row| {
            line.contracts_count = row.get(1)?;
            (line.contract_fen, line.accepted_fen) = (row.get(2)?, row.get(3)?);
            line.outstanding_fen += row.get::<_, i64>(4)?;
            Ok(())
        },
    )?;
    take(
        &CONTRACTS,
        &format!("origin = {}", i32::from(Origin::Order)),
        "sum(contract_fen), sum(outstanding_fen)",
        |line, row| {
            (line.orders_count, line.order_fen) = (row.get(1)?, row.get(2)?);
            line.outstanding_fen += row.get::<_, i64>(3)?;
            Ok(())
        },
    )?;
    let executed = i32::from(crate::events::v1::PaymentState::Executed);
    take(
        &PAYMENTS,
        &format!("state = {executed}"),
        "sum(amount_fen)",
        |line, row| {
            (line.payments_count, line.paid_fen) = (row.get(1)?, row.get(2)?);
            Ok(())
        },
    )?;
    Ok(lines.into_values().collect())
}

/// A key as it is served: methods by their names in the schema.
fn shown(dimension: Dimension, key: String) -> String {
    if dimension != Dimension::Method {
        return key;
    }
    let method = key.parse().ok();
    let method = method.and_then(|number: i32| ProcurementMethod::try_from(number).ok());
    method.map_or(key, |method| method.as_str_name().to_owned())
}

/// The money of a stage.
fn stage_money(stage: LoopStage) -> &'static str {
    match stage {
        LoopStage::Intention | LoopStage::Requirement | LoopStage::Plan => "plan_fen",
        LoopStage::Execution => "award_fen",
        LoopStage::Contract => "payable_fen",
        LoopStage::Payment => "paid_fen",
        LoopStage::Acceptance => "accepted_fen",
        // Of budgets see below.
        LoopStage::Budget | LoopStage::Credit | LoopStage::Unspecified => "0",
    }
}

fn by_stage(model: &Model<'_>, filter: &SearchFilter) -> Result<Vec<StatisticsRow>, ModelError> {
    let conditions = Conditions::of(filter, &PROJECTS);
    let digits = |statuses: &[StageStatus]| {
        let digits = statuses
            .iter()
            .map(|status| format!("'{}'", i32::from(*status)));
        digits.collect::<Vec<_>>().join(", ")
    };
    let idle = digits(&[StageStatus::Unspecified, StageStatus::NotStarted]);
    let done = digits(&[StageStatus::Done, StageStatus::Exempt]);
    let trouble = digits(&[StageStatus::Irregular, StageStatus::Failed]);
    let columns = STAGES.iter().zip(1..).map(|(stage, at)| {
        let has_begun = format!("substr(stages, {at}, 1) NOT IN ({idle}, '')");
        format!(
            "count(*) FILTER (WHERE {has_begun}), \
             count(*) FILTER (WHERE substr(stages, {at}, 1) IN ({done})), \
             count(*) FILTER (WHERE substr(stages, {at}, 1) IN ({trouble})), \
             coalesce(sum({}) FILTER (WHERE {has_begun}), 0)",
            stage_money(*stage)
        )
    });
    let sql = format!(
        "SELECT {} FROM projects WHERE {}",
        columns.collect::<Vec<_>>().join(", "),
        conditions.sql()
    );
    let mut statement = model.connection().prepare_cached(&sql)?;
    let mut rows = statement.query_row(params_from_iter(conditions.params()), |row| {
        let mut rows = Vec::new();
        for (stage, at) in STAGES.iter().zip((0..).step_by(4)) {
            rows.push(StatisticsRow {
                key: stage.as_str_name().to_owned(),
                projects_count: row.get(at)?,
                done_count: row.get(at + 1)?,
                trouble_count: row.get(at + 2)?,
                stage_fen: row.get(at + 3)?,
                ..StatisticsRow::default()
            });
        }
        Ok(rows)
    })?;
    rows[0].stage_fen = budgets(model, &conditions)?;
    Ok(rows)
}

/// The budget lines that projects draw on, each once, however many projects share it.
fn budgets(model: &Model<'_>, conditions: &Conditions) -> Result<i64, ModelError> {
    let sql = format!(
        "SELECT coalesce(sum(budget_fen), 0) FROM (
             SELECT DISTINCT partition, budget_line_id, budget_fen FROM project_lines
             WHERE position IN (SELECT position FROM projects WHERE {}))",
        conditions.sql()
    );
    let mut statement = model.connection().prepare_cached(&sql)?;
    let sum = statement.query_row(params_from_iter(conditions.params()), |row| row.get(0))?;
    Ok(sum)
}
