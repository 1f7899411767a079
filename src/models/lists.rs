//! Lists of rows: filters, orders, pages, and the search.

use rusqlite::{Row, params_from_iter, types::Value};

use super::{
    Answer, Model, ModelError,
    page::{Key, Order, Page},
    tables::{CONTRACTS, ORGANISATIONS, PAYMENTS, PROJECTS, Table},
    words,
};
use crate::events::v1::{self, LoopStage, StageStatus};

/// Columns that projects may be ordered by.
pub const PROJECT_ORDERS: [&str; 8] = [
    "position",
    "started_on",
    "last_on",
    "plan_fen",
    "award_fen",
    "contract_fen",
    "paid_fen",
    "outstanding_fen",
];
/// Columns that contracts may be ordered by.
pub const CONTRACT_ORDERS: [&str; 5] = [
    "position",
    "signed_on",
    "contract_fen",
    "paid_fen",
    "outstanding_fen",
];
/// Columns that payments may be ordered by.
pub const PAYMENT_ORDERS: [&str; 3] = ["position", "happened_on", "amount_fen"];
/// Columns that organisations may be ordered by.
pub const ORGANISATION_ORDERS: [&str; 3] = ["position", "uscc", "name"];

/// Rows that a condition may leave so that they are sorted rather than found in their order.
pub const FEW: usize = 8_192;

/// What of a table is asked for: conditions that must all hold.
#[derive(Clone, Debug, Default)]
pub struct Conditions(Vec<Condition>);

/// One of them.
#[derive(Clone, Debug)]
struct Condition {
    sql: String,
    /// As `sql`, in words that keep the planner from an index; `None` where there is none.
    unindexed: Option<String>,
    params: Vec<Value>,
}

/// The column of a table that days of a filter are compared with.
fn day_column(table: &Table) -> &'static str {
    match table.name {
        "contracts" => "signed_on",
        "payments" => "happened_on",
        _ => "started_on",
    }
}

impl Conditions {
    /// The conditions of a filter on a table.
    pub fn of(filter: &v1::SearchFilter, table: &Table) -> Self {
        let mut conditions = Self::default();
        let text = |text: &String| Value::Text(text.clone());
        if !filter.partition.is_empty() {
            conditions.add("partition = ?", [text(&filter.partition)]);
        }
        conditions.any_of("origin", &filter.origins);
        conditions.regions(&filter.region_codes);
        if !filter.unit.is_empty() {
            let params = [text(&filter.unit)];
            conditions.narrow(|unit| format!("{unit} = ?"), "unit", params);
        }
        if !filter.supplier.is_empty() {
            let params = [text(&filter.supplier)];
            let among = "IN (SELECT position FROM parties WHERE uscc = ? AND is_supplier = 1)";
            if table.name == PROJECTS.name {
                let takes_part = |position: &str| format!("{position} {among}");
                conditions.narrow(takes_part, "position", params);
            } else {
                conditions.narrow(|supplier| format!("{supplier} = ?"), "supplier", params);
            }
        }
        conditions.any_of("method", &filter.methods);
        let days = [(">= ?", &filter.on_from), ("<= ?", &filter.on_to)];
        let days = days.into_iter().filter(|(_, day)| !day.is_empty());
        let (bounds, days): (Vec<_>, Vec<_>) = days.map(|(bound, day)| (bound, text(day))).unzip();
        if !days.is_empty() {
            let between = |day: &str| {
                let bounds = bounds.iter().map(|bound| format!("{day} {bound}"));
                // What has no day is before no day either.
                let known = format!("{day} <> ''");
                bounds.chain([known]).collect::<Vec<_>>().join(" AND ")
            };
            conditions.narrow(between, day_column(table), days);
        }
        conditions
    }

    /// Adds a condition.
    pub fn add(&mut self, sql: impl Into<String>, params: impl IntoIterator<Item = Value>) {
        self.0.push(Condition {
            sql: sql.into(),
            unindexed: None,
            params: params.into_iter().collect(),
        });
    }

    /// Adds a condition on a column that has an index.
    pub fn narrow(
        &mut self,
        sql: impl Fn(&str) -> String,
        column: &str,
        params: impl IntoIterator<Item = Value>,
    ) {
        self.0.push(Condition {
            sql: sql(column),
            // A term with a sign before it is no column any more.
            unindexed: Some(sql(&format!("+{column}"))),
            params: params.into_iter().collect(),
        });
    }

    /// Any of these numbers; nothing where none is named.
    pub fn any_of(&mut self, column: &str, numbers: &[i32]) {
        if numbers.is_empty() {
            return;
        }
        let places = vec!["?"; numbers.len()].join(", ");
        let numbers = numbers
            .iter()
            .map(|number| Value::Integer((*number).into()));
        self.add(format!("{column} IN ({places})"), numbers);
    }

    /// Any of these regions, with what is below them.
    pub fn regions(&mut self, regions: &[String]) {
        if regions.is_empty() {
            return;
        }
        let any = |region: &str| {
            let one = format!("({region} >= ? AND {region} < ?)");
            format!("({})", vec![one; regions.len()].join(" OR "))
        };
        let bounds = regions.iter().flat_map(|region| {
            let above = format!("{region}\u{10FFFF}");
            [Value::Text(region.clone()), Value::Text(above)]
        });
        self.narrow(any, "region_code", bounds);
    }

    /// The conditions behind `WHERE`, of which there is always one.
    pub fn sql(&self) -> String {
        match self.0.is_empty() {
            true => "TRUE".to_owned(),
            false => {
                let each = self.0.iter().map(|condition| condition.sql.as_str());
                each.collect::<Vec<_>>().join(" AND ")
            }
        }
    }

    /// What stands for the question marks.
    pub fn params(&self) -> impl Iterator<Item = &Value> {
        self.0.iter().flat_map(|condition| &condition.params)
    }

    /// Keeps the planner from the indexes of conditions that leave more than a few rows of a table;
    /// answers whether another index is left to it.
    fn leave_few(
        &mut self,
        model: &Model<'_>,
        table: &str,
        few: usize,
    ) -> Result<bool, rusqlite::Error> {
        let mut is_any = false;
        for condition in &mut self.0 {
            let Some(unindexed) = &condition.unindexed else {
                continue;
            };
            let sql = format!(
                "SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {} LIMIT {few})",
                condition.sql
            );
            let mut counting = model.connection().prepare_cached(&sql)?;
            let params = params_from_iter(&condition.params);
            let count: i64 = counting.query_row(params, |row| row.get(0))?;
            if usize::try_from(count).is_ok_and(|count| count < few) {
                is_any = true;
            } else {
                condition.sql.clone_from(unindexed);
            }
        }
        Ok(is_any)
    }
}

/// A list that is asked for.
pub struct List<'a> {
    /// The table whose rows are listed.
    pub table: &'a Table,
    /// The table, or the index of words and the table.
    pub from: &'a str,
    /// The column that is the position: of the index of words, which answers in its order.
    pub position: &'a str,
    /// What must hold.
    pub conditions: Conditions,
    /// What comes first.
    pub order: Order,
    /// The stretch.
    pub page: &'a Page,
    /// Rows up to which a condition is looked up by its index.
    pub few: usize,
}

impl List<'_> {
    /// The columns that rows are ordered by.
    fn keys(&self) -> Vec<&'static str> {
        let keys = self.table.key.iter().copied();
        let others = keys.filter(|key| *key != self.order.column);
        std::iter::once(self.order.column).chain(others).collect()
    }

    /// The rows of the page.
    ///
    /// # Errors
    /// [`ModelError::Question`] for a token that is of another list.
    pub fn answer<T>(
        self,
        model: &Model<'_>,
        read: fn(&Row<'_>) -> Result<T, rusqlite::Error>,
    ) -> Result<Answer<T>, ModelError> {
        let keys = self.keys();
        let terms = keys.iter().map(|key| match *key {
            "position" => self.position,
            key => key,
        });
        let terms: Vec<_> = terms.collect();
        let mut conditions = self.conditions;
        let mut from = self.from.to_owned();
        if from == self.table.name && !conditions.leave_few(model, &from, self.few)? {
            // Rows are found in their order until there are enough, not sorted all of them.
            match self.order.column {
                "position" => from.push_str(" NOT INDEXED"),
                column => from = format!("{from} INDEXED BY {from}_by_{column}"),
            }
        }
        if let Some(after) = &self.page.after {
            if after.len() != keys.len() {
                let message = "it is no token that a page before ended with";
                return Err(ModelError::question("page.page_token", message));
            }
            let beyond = if self.order.is_descending { "<" } else { ">" };
            let places = vec!["?"; keys.len()].join(", ");
            let sql = format!("({}) {beyond} ({places})", terms.join(", "));
            conditions.add(sql, after.iter().cloned().map(Value::from));
        }
        let way = if self.order.is_descending {
            "DESC"
        } else {
            "ASC"
        };
        let order = terms.iter().map(|term| format!("{term} {way}"));
        let columns = self.table.columns.iter().map(|(name, ..)| *name);
        let columns: Vec<_> = columns.filter(|name| *name != "words").collect();
        let sql = format!(
            "SELECT {} FROM {} WHERE {} ORDER BY {} LIMIT {}",
            columns.join(", "),
            from,
            conditions.sql(),
            order.collect::<Vec<_>>().join(", "),
            self.page.rows + 1,
        );
        let mut statement = model.connection().prepare_cached(&sql)?;
        let mut found = statement.query(params_from_iter(conditions.params()))?;
        let mut rows = Vec::new();
        let mut last: Vec<Key> = Vec::new();
        let mut next_page_token = String::new();
        while let Some(row) = found.next()? {
            if rows.len() == self.page.rows {
                next_page_token = self.page.token(&last);
                break;
            }
            last.clear();
            for key in &keys {
                last.push(row.get::<_, Value>(*key)?.into());
            }
            rows.push(read(row)?);
        }
        Ok(Answer {
            rows,
            next_page_token,
            end: model.end(),
        })
    }
}

/// Lists projects.
pub fn projects(
    model: &Model<'_>,
    request: &v1::ListProjectsRequest,
    page: &Page,
) -> Result<Answer<v1::ProjectRow>, ModelError> {
    let filter = request.filter.clone().unwrap_or_default();
    let mut conditions = Conditions::of(&filter, &PROJECTS);
    conditions.any_of("stage", &request.stages);
    if !request.statuses.is_empty() {
        let each = vec!["instr(stages, ?) > 0"; request.statuses.len()].join(" OR ");
        let digits = request.statuses.iter();
        let digits = digits.map(|status| Value::Text(status.to_string()));
        conditions.add(format!("({each})"), digits);
    }
    for (is_wanted, column) in [
        (request.with_gaps, "gaps_count"),
        (request.with_failed_lots, "failed_lots_count"),
        (request.with_disputes, "disputes_count"),
        (request.with_amendments, "amended_count"),
    ] {
        if is_wanted {
            conditions.add(format!("{column} > 0"), []);
        }
    }
    let list = List {
        table: &PROJECTS,
        from: PROJECTS.name,
        position: "position",
        conditions,
        order: Order::parse(&request.order_by, &PROJECT_ORDERS)?,
        page,
        few: FEW,
    };
    with_parts(model, list.answer(model, project_row)?)
}

/// Searches projects.
pub fn search(
    model: &Model<'_>,
    request: &v1::SearchProjectsRequest,
    page: &Page,
) -> Result<Answer<v1::ProjectRow>, ModelError> {
    let Some(query) = words::query(&request.query) else {
        return Err(ModelError::question("query", "it has no words"));
    };
    let filter = request.filter.clone().unwrap_or_default();
    let mut conditions = Conditions::of(&filter, &PROJECTS);
    conditions.add("project_words MATCH ?", [Value::Text(query)]);
    let list = List {
        table: &PROJECTS,
        from: "project_words CROSS JOIN projects ON position = project_words.rowid",
        position: "project_words.rowid",
        conditions,
        order: Order {
            column: "position",
            is_descending: true,
        },
        page,
        few: FEW,
    };
    with_parts(model, list.answer(model, project_row)?)
}

/// Adds what stands in other tables.
fn with_parts(
    model: &Model<'_>,
    mut answer: Answer<v1::ProjectRow>,
) -> Result<Answer<v1::ProjectRow>, ModelError> {
    let connection = model.connection();
    let sql = "SELECT name FROM organisations WHERE partition = ? AND uscc = ?";
    let mut names = connection.prepare_cached(sql)?;
    let sql = "SELECT kind, currency, amount FROM process_sums WHERE position = ?
               ORDER BY kind, currency";
    let mut sums = connection.prepare_cached(sql)?;
    for project in &mut answer.rows {
        let mut found = names.query([&project.partition, &project.unit])?;
        if let Some(row) = found.next()? {
            project.unit_name = row.get(0)?;
        }
        if project.origin() == v1::Origin::Process {
            let sums = sums.query_map([project.position.cast_signed()], |row| {
                Ok(v1::ProcessSum {
                    kind: row.get(0)?,
                    currency: row.get(1)?,
                    amount: row.get(2)?,
                })
            })?;
            project.process_sums = sums.collect::<Result<_, _>>()?;
        }
    }
    Ok(answer)
}

/// Lists contracts.
pub fn contracts(
    model: &Model<'_>,
    request: &v1::ListContractsRequest,
    page: &Page,
) -> Result<Answer<v1::ContractRow>, ModelError> {
    let filter = request.filter.clone().unwrap_or_default();
    let mut conditions = Conditions::of(&filter, &CONTRACTS);
    conditions.any_of("state", &request.states);
    if request.outstanding {
        conditions.add("outstanding_fen > 0", []);
    }
    let list = List {
        table: &CONTRACTS,
        from: CONTRACTS.name,
        position: "position",
        conditions,
        order: Order::parse(&request.order_by, &CONTRACT_ORDERS)?,
        page,
        few: FEW,
    };
    list.answer(model, contract_row)
}

/// Lists payments.
pub fn payments(
    model: &Model<'_>,
    request: &v1::ListPaymentsRequest,
    page: &Page,
) -> Result<Answer<v1::PaymentRow>, ModelError> {
    let filter = request.filter.clone().unwrap_or_default();
    let mut conditions = Conditions::of(&filter, &PAYMENTS);
    conditions.any_of("state", &request.states);
    let list = List {
        table: &PAYMENTS,
        from: PAYMENTS.name,
        position: "position",
        conditions,
        order: Order::parse(&request.order_by, &PAYMENT_ORDERS)?,
        page,
        few: FEW,
    };
    list.answer(model, payment_row)
}

/// A ban of the organisation that holds on a day.
const IS_BANNED: &str = "EXISTS (SELECT 1 FROM bans
    WHERE bans.partition = organisations.partition AND bans.uscc = organisations.uscc
    AND ban_from <= ? AND (ban_to = '' OR ban_to >= ?))";

/// Lists organisations; bans are judged on a day.
pub fn organisations(
    model: &Model<'_>,
    request: &v1::ListOrganisationsRequest,
    page: &Page,
    today: &str,
) -> Result<Answer<v1::OrganisationRow>, ModelError> {
    let text = |text: &str| Value::Text(text.to_owned());
    let mut conditions = Conditions::default();
    if !request.partition.is_empty() {
        conditions.add("partition = ?", [text(&request.partition)]);
    }
    if !request.query.is_empty() {
        let Some(query) = words::query(&request.query) else {
            return Err(ModelError::question("query", "it has no words"));
        };
        let among = "IN (SELECT rowid FROM organisation_words WHERE organisation_words MATCH ?)";
        let named = |position: &str| format!("{position} {among}");
        conditions.narrow(named, "position", [text(&query)]);
    }
    if !request.kinds.is_empty() {
        let each = vec!["instr(kinds, ?) > 0"; request.kinds.len()].join(" OR ");
        let kinds = request.kinds.iter().map(|kind| text(&format!(",{kind},")));
        conditions.add(format!("({each})"), kinds);
    }
    conditions.regions(&request.region_codes);
    if request.banned {
        conditions.add(IS_BANNED, [text(today), text(today)]);
    }
    let list = List {
        table: &ORGANISATIONS,
        from: ORGANISATIONS.name,
        position: "position",
        conditions,
        order: Order::parse(&request.order_by, &ORGANISATION_ORDERS)?,
        page,
        few: FEW,
    };
    let mut answer = list.answer(model, organisation_row)?;
    let sql = format!("SELECT {IS_BANNED} FROM organisations WHERE position = ?");
    let mut is_banned = model.connection().prepare_cached(&sql)?;
    for row in &mut answer.rows {
        let params = (today, today, row.position.cast_signed());
        row.banned = is_banned.query_row(params, |row| row.get(0))?;
    }
    Ok(answer)
}

fn position(row: &Row<'_>) -> Result<u64, rusqlite::Error> {
    row.get::<_, i64>("position").map(i64::cast_unsigned)
}

fn project_row(row: &Row<'_>) -> Result<v1::ProjectRow, rusqlite::Error> {
    let digits: String = row.get("stages")?;
    let marks = digits.chars().zip(1..).map(|(digit, stage)| v1::StageMark {
        stage,
        status: digit.to_digit(10).map_or(0, u32::cast_signed),
    });
    Ok(v1::ProjectRow {
        origin: row.get("origin")?,
        partition: row.get("partition")?,
        project_id: row.get("id")?,
        name: row.get("name")?,
        unit: row.get("unit")?,
        unit_name: String::new(),
        region_code: row.get("region_code")?,
        method: row.get("method")?,
        method_text: row.get("method_text")?,
        stage: row.get("stage")?,
        stages: marks.collect(),
        gaps_count: row.get("gaps_count")?,
        lots_count: row.get("lots_count")?,
        failed_lots_count: row.get("failed_lots_count")?,
        suspended: row.get("suspended")?,
        contracts_count: row.get("contracts_count")?,
        disputes_count: row.get("disputes_count")?,
        amended_count: row.get("amended_count")?,
        started_on: row.get("started_on")?,
        last_on: row.get("last_on")?,
        budget_fen: row.get("budget_fen")?,
        plan_fen: row.get("plan_fen")?,
        ceiling_fen: row.get("ceiling_fen")?,
        award_fen: row.get("award_fen")?,
        contract_fen: row.get("contract_fen")?,
        payable_fen: row.get("payable_fen")?,
        accepted_fen: row.get("accepted_fen")?,
        paid_fen: row.get("paid_fen")?,
        outstanding_fen: row.get("outstanding_fen")?,
        saved_fen: row.get("saved_fen")?,
        process_sums: Vec::new(),
        position: position(row)?,
    })
}

fn contract_row(row: &Row<'_>) -> Result<v1::ContractRow, rusqlite::Error> {
    Ok(v1::ContractRow {
        origin: row.get("origin")?,
        partition: row.get("partition")?,
        project_id: row.get("project_id")?,
        contract_id: row.get("contract_id")?,
        contract_no: row.get("contract_no")?,
        lot_no: row.get("lot_no")?,
        unit: row.get("unit")?,
        supplier: row.get("supplier")?,
        supplier_size: row.get("supplier_size")?,
        state: row.get("state")?,
        state_text: row.get("state_text")?,
        region_code: row.get("region_code")?,
        method: row.get("method")?,
        signed_on: row.get("signed_on")?,
        end_on: row.get("end_on")?,
        currency: row.get("currency")?,
        amount: row.get("amount")?,
        contract_fen: row.get("contract_fen")?,
        payable_fen: row.get("payable_fen")?,
        accepted_fen: row.get("accepted_fen")?,
        paid_fen: row.get("paid_fen")?,
        outstanding_fen: row.get("outstanding_fen")?,
        position: position(row)?,
    })
}

fn payment_row(row: &Row<'_>) -> Result<v1::PaymentRow, rusqlite::Error> {
    Ok(v1::PaymentRow {
        origin: row.get("origin")?,
        partition: row.get("partition")?,
        project_id: row.get("project_id")?,
        contract_id: row.get("contract_id")?,
        payment_id: row.get("payment_id")?,
        unit: row.get("unit")?,
        supplier: row.get("supplier")?,
        supplier_size: row.get("supplier_size")?,
        state: row.get("state")?,
        region_code: row.get("region_code")?,
        method: row.get("method")?,
        requested_on: row.get("requested_on")?,
        paid_on: row.get("paid_on")?,
        currency: row.get("currency")?,
        amount: row.get("amount")?,
        amount_fen: row.get("amount_fen")?,
        position: position(row)?,
    })
}

fn organisation_row(row: &Row<'_>) -> Result<v1::OrganisationRow, rusqlite::Error> {
    let kinds: String = row.get("kinds")?;
    let kinds = kinds.split(',').filter_map(|kind| kind.parse().ok());
    Ok(v1::OrganisationRow {
        partition: row.get("partition")?,
        uscc: row.get("uscc")?,
        name: row.get("name")?,
        kinds: kinds.collect(),
        region_code: row.get("region_code")?,
        budget_level: row.get("budget_level")?,
        size: row.get("size")?,
        registered: row.get("registered")?,
        ended_on: row.get("ended_on")?,
        banned: false,
        position: position(row)?,
    })
}

/// Refuses what is no value of an enumeration.
pub fn check_enums(
    field: &str,
    numbers: &[i32],
    is_known: fn(i32) -> bool,
) -> Result<(), ModelError> {
    match numbers.iter().position(|number| !is_known(*number)) {
        None => Ok(()),
        Some(index) => {
            let message = format!("{} is none that is known", numbers[index]);
            Err(ModelError::question(&format!("{field}[{index}]"), message))
        }
    }
}

/// Whether a number is a stage of the loop.
pub fn is_stage(number: i32) -> bool {
    number > 0 && LoopStage::try_from(number).is_ok()
}

/// Whether a number is a state of a stage.
pub fn is_stage_status(number: i32) -> bool {
    number > 0 && StageStatus::try_from(number).is_ok()
}

#[cfg(test)]
mod tests {
    use rand::{Rng as _, SeedableRng as _, rngs::SmallRng, seq::IndexedRandom as _};
    use rusqlite::Connection;

    use super::*;
    use crate::models::{
        store::PLACE,
        tables::{BESIDE, TABLES},
    };

    const ROWS: i64 = 300;
    const DAYS: [&str; 4] = ["", "2023-03-01", "2023-05-01", "2023-07-01"];

    /// Projects and contracts of few units, regions, days and amounts.
    fn database() -> Connection {
        let connection = Connection::open_in_memory().expect("a database");
        for table in TABLES {
            let sql = table.create() + &table.create_indexes();
            connection.execute_batch(&sql).expect("tables");
        }
        let beside = format!("{BESIDE}{PLACE}");
        connection.execute_batch(&beside).expect("tables");
        let place = "INSERT INTO place VALUES (1, 1, '', 0, '')";
        connection.execute_batch(place).expect("a place");
        let mut dice = SmallRng::seed_from_u64(3);
        for table in [&PROJECTS, &CONTRACTS] {
            let mut insert = connection.prepare(&table.insert()).expect("a statement");
            for position in 0..ROWS {
                let column = |(name, kind, _): &(&str, &str, &str)| match (*name, *kind) {
                    ("position", _) => Value::Integer(position),
                    ("unit", _) => Value::Text(format!("U{}", dice.random_range(0..40))),
                    ("region_code", _) => Value::Text(format!("43040{}", dice.random_range(0..3))),
                    (name, _) if name.ends_with("_on") => {
                        Value::Text((*DAYS.choose(&mut dice).expect("a day")).to_owned())
                    }
                    (_, "INTEGER") => Value::Integer(dice.random_range(0..5)),
                    _ => Value::Text(format!("x{}", dice.random_range(0..9))),
                };
                let row: Vec<Value> = table.columns.iter().map(column).collect();
                insert.execute(params_from_iter(row)).expect("a row");
            }
        }
        connection
    }

    fn filter(dice: &mut SmallRng) -> v1::SearchFilter {
        let mut filter = v1::SearchFilter::default();
        if dice.random_bool(0.4) {
            filter.unit = format!("U{}", dice.random_range(0..40));
        }
        if dice.random_bool(0.4) {
            filter.region_codes = vec!["430400".to_owned(), "430402".to_owned()];
        }
        if dice.random_bool(0.4) {
            filter.on_from = "2023-04-01".to_owned();
        }
        if dice.random_bool(0.3) {
            filter.on_to = "2023-06-01".to_owned();
        }
        filter
    }

    /// All rows of a list, page after page, and the statements' plans.
    fn listed(
        model: &Model<'_>,
        (table, filter, order): (&'static Table, &v1::SearchFilter, &str),
        few: usize,
    ) -> Vec<i64> {
        let orders: &[&str] = match table.name {
            "projects" => &PROJECT_ORDERS,
            _ => &CONTRACT_ORDERS,
        };
        let (mut rows, mut token) = (Vec::new(), String::new());
        loop {
            let page = Page::parse(7, &token, b"").expect("a page");
            let list = List {
                table,
                from: table.name,
                position: "position",
                conditions: Conditions::of(filter, table),
                order: Order::parse(order, orders).expect("an order"),
                page: &page,
                few,
            };
            let answer = list.answer(model, |row| row.get::<_, i64>("position"));
            let answer = answer.expect("an answer");
            rows.extend(answer.rows);
            token = answer.next_page_token;
            if token.is_empty() {
                return rows;
            }
        }
    }

    #[test]
    fn rows_found_in_their_order_are_those_that_are_sorted() {
        let connection = database();
        let model = Model::new(&connection).expect("a model");
        let mut dice = SmallRng::seed_from_u64(4);
        let (mut lists, mut listed_rows) = (0, 0);
        for table in [&PROJECTS, &CONTRACTS] {
            let orders: &[&str] = match table.name {
                "projects" => &PROJECT_ORDERS,
                _ => &CONTRACT_ORDERS,
            };
            for order in orders {
                for way in ["", " desc"] {
                    for _ in 0..8 {
                        let order = format!("{order}{way}");
                        let filter = filter(&mut dice);
                        let asked = (table, &filter, order.as_str());
                        let sorted = listed(&model, asked, usize::MAX >> 1);
                        for few in [0, 20, 150] {
                            let found = listed(&model, asked, few);
                            assert_eq!(found, sorted, "{few} {order} {filter:?}");
                        }
                        lists += 1;
                        listed_rows += sorted.len();
                    }
                }
            }
        }
        assert!(
            listed_rows > 20 * lists,
            "{listed_rows} rows of {lists} lists"
        );
    }
}
