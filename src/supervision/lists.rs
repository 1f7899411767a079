//! Lists of obligations and findings over a picture.

use chrono::{Days, NaiveDate};
use rusqlite::{OptionalExtension as _, Row, types::Value};

use super::{
    picture::day_of,
    verdicts::{FINDINGS, OBLIGATIONS},
};
use crate::{
    events::v1,
    models::{
        Answer, Model, ModelError,
        lists::{Conditions, FEW, List},
        page::{Order, Page},
        tables::Table,
    },
};

/// Columns that obligations may be ordered by.
pub const OBLIGATION_ORDERS: [&str; 3] = ["due_on", "position", "late_calendar_days"];
/// Columns that findings may be ordered by.
pub const FINDING_ORDERS: [&str; 4] = ["found_on", "position", "late_calendar_days", "amount_fen"];

/// An answer over a picture, and the day at whose end it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Dated<T> {
    /// The rows.
    pub answer: Answer<T>,
    /// The day.
    pub on: String,
}

/// Obligations that are not done and not void.
fn undone() -> [i32; 3] {
    use v1::ObligationStatus::{Overdue, Paused, Pending};
    [Pending, Paused, Overdue].map(i32::from)
}

/// The conditions of a filter.
fn conditions(filter: &v1::ComplianceFilter) -> Conditions {
    let mut conditions = Conditions::default();
    let text = |text: &String| [Value::Text(text.clone())];
    if !filter.partition.is_empty() {
        conditions.add("partition = ?", text(&filter.partition));
    }
    conditions.regions(&filter.region_codes);
    if !filter.unit.is_empty() {
        conditions.narrow(|unit| format!("{unit} = ?"), "unit", text(&filter.unit));
    }
    if !filter.rule_ids.is_empty() {
        let places = vec!["?"; filter.rule_ids.len()].join(", ");
        let rules = filter.rule_ids.iter().cloned().map(Value::Text);
        conditions.narrow(|rule| format!("{rule} IN ({places})"), "rule_id", rules);
    }
    conditions.any_of("severity", &filter.severities);
    if !filter.stream_kinds.is_empty() {
        let places = vec!["?"; filter.stream_kinds.len()].join(", ");
        let kinds = filter.stream_kinds.iter().cloned().map(Value::Text);
        conditions.add(format!("kind IN ({places})"), kinds);
    }
    if !filter.stream.is_empty() {
        conditions.narrow(
            |stream| format!("{stream} = ?"),
            "stream",
            text(&filter.stream),
        );
    }
    conditions
}

/// Conditions on days of a column.
fn between(conditions: &mut Conditions, column: &str, from: &str, to: &str) {
    for (bound, day) in [(">=", from), ("<=", to)] {
        if !day.is_empty() {
            let day = [Value::Text(day.to_owned())];
            conditions.narrow(|column| format!("{column} {bound} ?"), column, day);
        }
    }
}

fn list<'a>(table: &'a Table, conditions: Conditions, order: Order, page: &'a Page) -> List<'a> {
    List {
        table,
        from: table.name,
        position: "position",
        conditions,
        order,
        page,
        few: FEW,
    }
}

/// The day that lies so many days after the one at whose end a picture stands.
fn days_after(on: &str, days: u32) -> String {
    let on = on.parse().unwrap_or(NaiveDate::MIN);
    let last = on.checked_add_days(Days::new(days.into()));
    last.unwrap_or(NaiveDate::MAX).to_string()
}

/// Lists obligations.
///
/// # Errors
/// [`ModelError::Question`] for an order or token that is none.
pub fn obligations(
    model: &Model<'_>,
    request: &v1::ListObligationsRequest,
    page: &Page,
) -> Result<Dated<v1::ObligationRow>, ModelError> {
    let on = day_of(model.connection())?;
    let mut conditions = conditions(&request.filter.clone().unwrap_or_default());
    conditions.any_of("status", &request.statuses);
    between(
        &mut conditions,
        "due_on",
        &request.due_from,
        &request.due_to,
    );
    if let Some(days) = request.due_within_days {
        conditions.any_of("status", &undone()[..2]);
        between(&mut conditions, "due_on", &on, &days_after(&on, days));
    }
    let order = Order::parse(&request.order_by, &OBLIGATION_ORDERS)?;
    // What is due first comes first.
    let is_descending = order.is_descending && !request.order_by.is_empty();
    let order = Order {
        is_descending,
        ..order
    };
    let answer = list(&OBLIGATIONS, conditions, order, page).answer(model, obligation)?;
    Ok(Dated { answer, on })
}

/// Lists findings.
///
/// # Errors
/// [`ModelError::Question`] for an order or token that is none.
pub fn findings(
    model: &Model<'_>,
    request: &v1::ListFindingsRequest,
    page: &Page,
) -> Result<Dated<v1::FindingRow>, ModelError> {
    let on = day_of(model.connection())?;
    let mut conditions = conditions(&request.filter.clone().unwrap_or_default());
    conditions.any_of("status", &request.statuses);
    between(
        &mut conditions,
        "found_on",
        &request.on_from,
        &request.on_to,
    );
    let order = Order::parse(&request.order_by, &FINDING_ORDERS)?;
    let answer = list(&FINDINGS, conditions, order, page).answer(model, finding)?;
    Ok(Dated { answer, on })
}

/// The finding of an id.
///
/// # Errors
/// Those of the file.
pub fn finding_by_id(model: &Model<'_>, id: &str) -> Result<Option<v1::FindingRow>, ModelError> {
    let sql = "SELECT * FROM findings WHERE finding_id = ?";
    let mut statement = model.connection().prepare_cached(sql)?;
    Ok(statement.query_row([id], finding).optional()?)
}

/// Obligations that are near or overdue, at most so many and one more.
///
/// # Errors
/// Those of the file.
pub fn near_or_overdue(
    model: &Model<'_>,
    filter: &v1::ComplianceFilter,
    within_days: u32,
    rows_max: usize,
) -> Result<Dated<v1::ObligationRow>, ModelError> {
    let on = day_of(model.connection())?;
    let mut conditions = conditions(filter);
    conditions.any_of("status", &undone());
    between(&mut conditions, "due_on", "", &days_after(&on, within_days));
    let sql = format!(
        "SELECT * FROM obligations WHERE {} ORDER BY due_on, position, rule_id, subject LIMIT {}",
        conditions.sql(),
        rows_max + 1
    );
    let mut statement = model.connection().prepare_cached(&sql)?;
    let params = rusqlite::params_from_iter(conditions.params());
    let rows = statement.query_map(params, obligation)?;
    Ok(Dated {
        answer: Answer {
            rows: rows.collect::<Result<_, _>>()?,
            next_page_token: String::new(),
            end: model.end(),
        },
        on,
    })
}

/// Numbers between commas.
fn positions(row: &Row<'_>) -> Result<Vec<u64>, rusqlite::Error> {
    let text: String = row.get("evidence")?;
    Ok(text
        .split(',')
        .filter_map(|each| each.parse().ok())
        .collect())
}

/// A number as text, or none.
fn figure(row: &Row<'_>, column: &str) -> Result<Option<i64>, rusqlite::Error> {
    let text: String = row.get(column)?;
    Ok(text.parse().ok())
}

fn obligation(row: &Row<'_>) -> Result<v1::ObligationRow, rusqlite::Error> {
    let obligation = v1::Obligation {
        rule_id: row.get("rule_id")?,
        rule_from: row.get("rule_from")?,
        severity: row.get("severity")?,
        subject: row.get("subject")?,
        convention: row.get("convention")?,
        length: row.get("length")?,
        triggered_on: row.get("triggered_on")?,
        due_on: row.get("due_on")?,
        done_on: row.get("done_on")?,
        status: row.get("status")?,
        late_calendar_days: row.get("late_calendar_days")?,
        late_working_days: row.get("late_working_days")?,
        provisional: row.get("provisional")?,
        amount_fen: figure(row, "amount_fen")?,
        positions: positions(row)?,
        reason: row.get("reason")?,
        stage: row.get("stage")?,
    };
    Ok(v1::ObligationRow {
        obligation: Some(obligation),
        stream: row.get("stream")?,
        region_code: row.get("region_code")?,
        unit: row.get("unit")?,
    })
}

fn finding(row: &Row<'_>) -> Result<v1::FindingRow, rusqlite::Error> {
    let lines = |text: String, between: char| {
        let lines = text.split(between).filter(|line| !line.is_empty());
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let due_on: String = row.get("due_on")?;
    let is_deadline = !due_on.is_empty();
    let late = |column| -> Result<Option<u32>, rusqlite::Error> {
        Ok(Some(row.get(column)?).filter(|_| is_deadline))
    };
    let amount_fen = Some(row.get("amount_fen")?).filter(|fen| *fen != 0);
    let finding = v1::Finding {
        finding_id: row.get("finding_id")?,
        rule_id: row.get("rule_id")?,
        rule_from: row.get("rule_from")?,
        severity: row.get("severity")?,
        subject: row.get("subject")?,
        status: row.get("status")?,
        on: row.get("found_on")?,
        due_on,
        actual_on: row.get("actual_on")?,
        late_calendar_days: late("late_calendar_days")?,
        late_working_days: late("late_working_days")?,
        quantity_expected: figure(row, "expected")?,
        quantity_actual: figure(row, "actual")?,
        amount_fen,
        provisional: row.get("provisional")?,
        details: lines(row.get("details")?, '\n'),
        positions: positions(row)?,
        alias_rule_ids: lines(row.get("aliases")?, ','),
        stage: row.get("stage")?,
        superseded_by: row.get::<_, String>("superseded_by")?.parse().ok(),
    };
    Ok(v1::FindingRow {
        finding: Some(finding),
        stream: row.get("stream")?,
        region_code: row.get("region_code")?,
        unit: row.get("unit")?,
    })
}
