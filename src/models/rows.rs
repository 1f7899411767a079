//! Views as rows.

use std::{
    collections::BTreeMap,
    hash::{BuildHasher as _, Hash as _, Hasher},
};

use foldhash::quality::FixedState;
use rusqlite::types::Value;

use super::{
    tables::{
        BANS, CONTRACTS, ORGANISATIONS, PARTIES, PAYMENTS, PROCESS_SUMS, PROJECT_LINES, PROJECTS,
        Table,
    },
    words,
};
use crate::{
    domain::values::StreamName,
    events::v1::{
        self, ContractState, Figure, LotState, Origin, ParticipantRole, PaymentState,
        ProcurementMethod, StageStatus, StageView,
    },
    ledger::{overlay::LoadError, query::Queries},
    views::organisation::Ban,
};

/// The currency of everything but imported processes.
const CNY: &str = "CNY";

/// Everything that one stream tells the tables.
#[derive(Debug)]
pub struct Rows {
    /// The position of the stream's first event.
    pub position: u64,
    /// The tables that the object may have rows in.
    pub tables: &'static [&'static Table],
    /// Who it is in tables that do not name it by its position.
    pub owner: Vec<Value>,
    /// The rows.
    pub rows: Vec<(&'static Table, Vec<Value>)>,
    /// What is searched.
    pub words: Option<String>,
    /// Tables, a bit each, whose rows stand in the file as they are here.
    pub same: u64,
}

/// Tells the rows that an object had in each of its tables when they were last written.
#[derive(Clone, Debug)]
pub struct Written(Vec<u64>);

impl Rows {
    /// Marks the tables whose rows are those that were written before; answers what tells the rows
    /// of now.
    pub fn compare(&mut self, before: Option<&Written>) -> Written {
        let of_tables = self.tables.iter().map(|table| {
            let mut hasher = FixedState::default().build_hasher();
            for (of, row) in &self.rows {
                if of.name == table.name {
                    for value in row {
                        hash(value, &mut hasher);
                    }
                }
            }
            hasher.finish()
        });
        let now = Written(of_tables.collect());
        let before = before.map_or(&[][..], |before| &before.0);
        for (place, (now, before)) in now.0.iter().zip(before).enumerate() {
            self.same |= u64::from(now == before) << place;
        }
        now
    }
}

fn hash(value: &Value, hasher: &mut impl Hasher) {
    match value {
        Value::Integer(number) => number.hash(hasher),
        Value::Text(text) => text.hash(hasher),
        // Columns are of these two kinds.
        _ => {}
    }
}

/// The object's place: where its stream begins, and where in the country it is.
#[derive(Clone, Debug)]
pub struct Place {
    /// The position of the stream's first event.
    pub position: u64,
    /// The region that the event names.
    pub region_code: String,
}

impl Place {
    /// The place of a stream, if it begins below `end`.
    pub fn of(queries: &Queries, stream: &StreamName, end: u64) -> Result<Option<Self>, LoadError> {
        let first = queries.first_of(stream)?;
        let first = first.filter(|(position, _)| *position < end);
        Ok(first.map(|(position, region_code)| Self {
            position,
            region_code,
        }))
    }
}

fn int(number: impl Into<i64>) -> Value {
    Value::Integer(number.into())
}

/// A value of an enumeration.
fn word(value: impl Into<i32>) -> Value {
    Value::Integer(i64::from(value.into()))
}

fn count(number: usize) -> Value {
    Value::Integer(i64::try_from(number).unwrap_or(i64::MAX))
}

fn text(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}

/// A position as a column holds it. Journals are far shorter than 2^63 events.
fn place(position: u64) -> Value {
    Value::Integer(position.cast_signed())
}

fn fen(figure: Option<&Figure>) -> i64 {
    figure.map_or(0, |figure| figure.amount_fen)
}

fn sum(figure: Option<&Figure>) -> Value {
    Value::Integer(fen(figure))
}

/// An amount in fen as the exact decimal in yuan.
fn yuan(fen: i64) -> String {
    let sign = if fen < 0 { "-" } else { "" };
    let fen = fen.unsigned_abs();
    format!("{sign}{}.{:02}", fen / 100, fen % 100)
}

/// The day of a moment as a publisher writes it.
fn day_of(written: &str) -> Value {
    text(written.get(..10).unwrap_or(written))
}

/// The first and the last day of stages.
fn days(stages: &[StageView]) -> (String, String) {
    let first = stages.iter().map(|stage| &stage.first_on);
    let first = first.filter(|day| !day.is_empty()).min();
    let last = stages.iter().map(|stage| &stage.last_on).max();
    (
        first.cloned().unwrap_or_default(),
        last.cloned().unwrap_or_default(),
    )
}

/// Whether anything of a stage happened, or is excused.
fn has_begun(status: StageStatus) -> bool {
    !matches!(status, StageStatus::Unspecified | StageStatus::NotStarted)
}

/// A lot that ended without a contract.
fn has_failed(lot: &v1::LotView) -> bool {
    matches!(lot.state(), LotState::Failed | LotState::Terminated)
}

/// The method of a lot, or of a contract's lot.
fn method_of(view: &v1::ProjectView, lot_no: &str) -> ProcurementMethod {
    let found = view.lots.iter().find(|lot| lot.lot_no == lot_no);
    found.map_or(ProcurementMethod::Unspecified, v1::LotView::method)
}

/// A project.
pub fn project(view: &v1::ProjectView, at: &Place) -> Rows {
    let amounts = view.amounts.clone().unwrap_or_default();
    let begun = |stage: &&StageView| has_begun(stage.status());
    let furthest = view.stages.iter().filter(begun).map(|stage| stage.stage);
    let mut lots = view.lots.iter().filter(|lot| !has_failed(lot));
    let lot = lots.next().or(view.lots.first());
    let (started_on, last_on) = days(&view.stages);
    let digits = view.stages.iter().map(|stage| stage.status.to_string());
    let gaps: usize = view.stages.iter().map(|stage| stage.gaps.len()).sum();
    let failed = view.lots.iter().filter(|lot| has_failed(lot)).count();
    let disputes = view.disputes.iter().filter(|matter| {
        matches!(
            matter.kind(),
            v1::MatterKind::Challenge | v1::MatterKind::Complaint
        )
    });
    let searched = searched(view);
    let mut rows = vec![(
        &PROJECTS,
        vec![
            place(at.position),
            word(Origin::Project),
            text(&view.partition),
            text(&view.project_id),
            text(&view.name),
            text(&view.unit),
            text(&at.region_code),
            int(lot.map_or(0, |lot| lot.method)),
            text(""),
            int(furthest.max().unwrap_or_default()),
            text(digits.collect::<String>()),
            count(gaps),
            count(view.lots.len()),
            count(failed),
            int(view.lots.iter().any(|lot| lot.suspended)),
            count(view.contracts.len()),
            count(disputes.count()),
            count(view.amended.len()),
            text(started_on),
            text(last_on),
            sum(amounts.budget.as_ref()),
            sum(amounts.plan.as_ref()),
            sum(amounts.ceiling.as_ref()),
            sum(amounts.award.as_ref()),
            sum(amounts.contract.as_ref()),
            sum(amounts.payable.as_ref()),
            sum(amounts.accepted.as_ref()),
            sum(amounts.paid.as_ref()),
            sum(amounts.outstanding.as_ref()),
            sum(amounts.saved.as_ref()),
            int(words::fingerprint(&searched)),
        ],
    )];
    for line in &view.budget_lines {
        let row = vec![
            text(&view.partition),
            text(&line.budget_line_id),
            place(at.position),
            sum(line.budget.as_ref()),
        ];
        rows.push((&PROJECT_LINES, row));
    }
    rows.extend(parties(view, at));
    let of = Of {
        at,
        origin: Origin::Project,
        partition: &view.partition,
        id: &view.project_id,
    };
    for contract in &view.contracts {
        let method = method_of(view, &contract.lot_no);
        rows.push(of.contract(contract, method));
        for payment in &contract.payments {
            rows.push(of.payment(contract, payment, method));
        }
    }
    Rows {
        position: at.position,
        tables: &[&PROJECTS, &PARTIES, &PROJECT_LINES, &CONTRACTS, &PAYMENTS],
        owner: Vec::new(),
        rows,
        words: Some(searched),
        same: 0,
    }
}

/// The words of a project: ids, names, lots, contract numbers, who takes part.
fn searched(view: &v1::ProjectView) -> String {
    let mut searched = String::new();
    let mut add = |text: &str| {
        if !text.is_empty() {
            words::index(text, &mut searched);
        }
    };
    add(&view.name);
    add(&view.project_id);
    add(&view.unit);
    for lot in view.lots.iter().filter(|lot| lot.name != view.name) {
        add(&lot.name);
    }
    for contract in &view.contracts {
        add(&contract.contract_no);
    }
    for participant in &view.participants {
        add(&participant.name);
    }
    searched
}

/// Who takes part, each organisation once.
fn parties(view: &v1::ProjectView, at: &Place) -> Vec<(&'static Table, Vec<Value>)> {
    let mut parties: BTreeMap<&str, bool> = BTreeMap::new();
    for participant in &view.participants {
        let is_supplier = participant.roles().any(|role| {
            matches!(
                role,
                ParticipantRole::Bidder | ParticipantRole::Winner | ParticipantRole::Contractor
            )
        });
        *parties.entry(&participant.uscc).or_default() |= is_supplier;
    }
    parties.remove("");
    let row = |(uscc, is_supplier): (&str, bool)| {
        let row = vec![
            text(uscc),
            text(&view.partition),
            place(at.position),
            int(is_supplier),
        ];
        (&PARTIES, row)
    };
    parties.into_iter().map(row).collect()
}

/// Whose contracts and payments these are.
struct Of<'a> {
    at: &'a Place,
    origin: Origin,
    partition: &'a str,
    id: &'a str,
}

impl Of<'_> {
    fn contract(
        &self,
        contract: &v1::ContractView,
        method: ProcurementMethod,
    ) -> (&'static Table, Vec<Value>) {
        let amounts = contract.amounts.clone().unwrap_or_default();
        let row = vec![
            place(self.at.position),
            text(&contract.contract_id),
            word(self.origin),
            text(self.partition),
            text(self.id),
            text(&contract.contract_no),
            text(&contract.lot_no),
            text(&contract.buyer),
            text(&contract.supplier),
            int(contract.supplier_size),
            int(contract.state),
            text(""),
            text(&self.at.region_code),
            word(method),
            text(&contract.signed_on),
            text(&contract.end_on),
            text(CNY),
            text(yuan(fen(amounts.contract.as_ref()))),
            sum(amounts.contract.as_ref()),
            sum(amounts.payable.as_ref()),
            sum(amounts.accepted.as_ref()),
            sum(amounts.paid.as_ref()),
            sum(amounts.outstanding.as_ref()),
        ];
        (&CONTRACTS, row)
    }

    fn payment(
        &self,
        contract: &v1::ContractView,
        payment: &v1::PaymentView,
        method: ProcurementMethod,
    ) -> (&'static Table, Vec<Value>) {
        let amount = fen(payment.amount.as_ref());
        let happened_on = match payment.paid_on.is_empty() {
            true => &payment.requested_on,
            false => &payment.paid_on,
        };
        let row = vec![
            place(self.at.position),
            text(&contract.contract_id),
            text(&payment.payment_id),
            word(self.origin),
            text(self.partition),
            text(self.id),
            text(&contract.buyer),
            text(&contract.supplier),
            int(contract.supplier_size),
            int(payment.state),
            text(&self.at.region_code),
            word(method),
            text(&payment.requested_on),
            text(&payment.paid_on),
            text(happened_on),
            text(CNY),
            text(yuan(amount)),
            int(amount),
        ];
        (&PAYMENTS, row)
    }
}

/// Where a contract would stand that is where the order is.
fn state_of(state: v1::OrderState) -> ContractState {
    use v1::OrderState as Order;
    match state {
        Order::Unspecified | Order::RfqOpen | Order::RfqClosed | Order::RfqFailed => {
            ContractState::Unspecified
        }
        Order::Placed => ContractState::Ordered,
        Order::Confirmed => ContractState::Signed,
        Order::Shipped | Order::Delivered => ContractState::Performing,
        Order::Accepted => ContractState::Accepted,
        Order::Paid => ContractState::Completed,
        Order::Cancelled | Order::Returned => ContractState::Terminated,
    }
}

/// An order of the e-mall, once it is placed.
pub fn order(view: &v1::OrderView, at: &Place) -> Rows {
    let state = state_of(view.state());
    let mut rows = Vec::new();
    if state != ContractState::Unspecified {
        let placed = view
            .acts
            .iter()
            .find(|act| act.event_type == "EmallOrderPlaced");
        // What was cancelled or sent back is not owed.
        let payable = fen(view.outstanding.as_ref()) + fen(view.paid.as_ref());
        let accepted = match state {
            ContractState::Accepted | ContractState::Completed => fen(view.amount.as_ref()),
            _ => 0,
        };
        let figure = |amount_fen| {
            Some(Figure {
                amount_fen,
                positions: Vec::new(),
            })
        };
        let contract = v1::ContractView {
            contract_id: view.order_no.clone(),
            contract_no: view.order_no.clone(),
            buyer: view.unit.clone(),
            supplier: view.supplier.clone(),
            supplier_size: view.supplier_size,
            state: state.into(),
            signed_on: placed.map(|act| act.on.clone()).unwrap_or_default(),
            amounts: Some(v1::ContractAmounts {
                contract: view.amount.clone(),
                payable: figure(payable),
                accepted: figure(accepted),
                paid: view.paid.clone(),
                outstanding: view.outstanding.clone(),
                ..v1::ContractAmounts::default()
            }),
            ..v1::ContractView::default()
        };
        let of = Of {
            at,
            origin: Origin::Order,
            partition: &view.partition,
            id: &view.order_no,
        };
        rows.push(of.contract(&contract, ProcurementMethod::Unspecified));
        for payment in &view.payments {
            rows.push(of.payment(&contract, payment, ProcurementMethod::Unspecified));
        }
    }
    Rows {
        position: at.position,
        tables: &[&CONTRACTS, &PAYMENTS],
        owner: Vec::new(),
        rows,
        words: None,
        same: 0,
    }
}

/// An imported process.
pub fn process(view: &v1::ProcessView, partition: &str, at: &Place) -> Rows {
    let by_role = |wanted: &str| {
        let plays = |party: &&v1::ProcessParty| party.roles.iter().any(|role| role == wanted);
        view.parties.iter().find(plays)
    };
    let unit = by_role("buyer").or(by_role("procuringEntity"));
    let unit = unit.map(|party| party.id.as_str()).unwrap_or_default();
    let covered = view.stages.iter().filter(|stage| stage.covered);
    let furthest = covered.map(|stage| stage.stage).max();
    let mark = |stage: &v1::ProcessStage| match stage.covered {
        true => (StageStatus::Done as i32).to_string(),
        false => (StageStatus::NotStarted as i32).to_string(),
    };
    let day = |release: &v1::ProcessRelease| match release.undated {
        true => None,
        false => Some(release.released_on.clone()),
    };
    let days = || view.releases.iter().filter_map(day);
    let mut searched = String::new();
    for text in [&view.title, &view.ocid] {
        words::index(text, &mut searched);
    }
    for party in &view.parties {
        words::index(&party.name, &mut searched);
    }
    for contract in &view.contracts {
        words::index(&contract.id, &mut searched);
    }
    let mut row = vec![
        place(at.position),
        word(Origin::Process),
        text(partition),
        text(&view.ocid),
        text(&view.title),
        text(unit),
        text(&at.region_code),
        word(ProcurementMethod::Unspecified),
        text(&view.method),
        int(furthest.unwrap_or_default()),
        text(view.stages.iter().map(mark).collect::<String>()),
        int(0),
        int(0),
        int(0),
        int(0),
        count(view.contracts.len()),
        int(0),
        count(view.amended.len()),
        text(days().min().unwrap_or_default()),
        text(days().max().unwrap_or_default()),
    ];
    // Amounts have any currency; they stand in a table of their own.
    row.extend([0; 10].map(int));
    row.push(int(words::fingerprint(&searched)));
    let mut rows = vec![(&PROJECTS, row)];
    for amount in &view.amounts {
        let row = vec![
            place(at.position),
            int(amount.kind),
            text(&amount.currency),
            text(&amount.amount),
        ];
        rows.push((&PROCESS_SUMS, row));
    }
    rows.extend(of_process(view, (partition, unit), at));
    Rows {
        position: at.position,
        tables: &[&PROJECTS, &PROCESS_SUMS, &CONTRACTS, &PAYMENTS],
        owner: Vec::new(),
        rows,
        words: Some(searched),
        same: 0,
    }
}

/// The contracts and transactions of a process.
fn of_process(
    view: &v1::ProcessView,
    (partition, unit): (&str, &str),
    at: &Place,
) -> Vec<(&'static Table, Vec<Value>)> {
    let mut rows = Vec::new();
    let mut supplier_of: BTreeMap<&str, &str> = BTreeMap::new();
    let first = |parties: &'_ [String]| parties.first().cloned().unwrap_or_default();
    for contract in &view.contracts {
        let award = view.awards.iter().find(|award| award.id == contract.of_id);
        let parties = award.map_or(&contract.parties, |award| &award.parties);
        let supplier = parties.first().map(String::as_str).unwrap_or_default();
        supplier_of.insert(&contract.id, supplier);
        let mut row = vec![
            place(at.position),
            text(&contract.id),
            word(Origin::Process),
            text(partition),
            text(&view.ocid),
            text(&contract.id),
            text(""),
            text(unit),
            text(supplier),
            int(0),
            word(ContractState::Unspecified),
            text(&contract.status),
            text(&at.region_code),
            int(0),
            day_of(&contract.date),
            text(""),
            text(&contract.currency),
            text(&contract.amount),
        ];
        row.extend([0; 5].map(int));
        rows.push((&CONTRACTS, row));
    }
    for transaction in &view.transactions {
        let of = transaction.of_id.as_str();
        let payee = match transaction.parties.is_empty() {
            true => (*supplier_of.get(of).unwrap_or(&"")).to_owned(),
            false => first(&transaction.parties),
        };
        let row = vec![
            place(at.position),
            text(of),
            text(&transaction.id),
            word(Origin::Process),
            text(partition),
            text(&view.ocid),
            text(unit),
            text(payee),
            int(0),
            word(PaymentState::Executed),
            text(&at.region_code),
            int(0),
            text(""),
            day_of(&transaction.date),
            day_of(&transaction.date),
            text(&transaction.currency),
            text(&transaction.amount),
            int(0),
        ];
        rows.push((&PAYMENTS, row));
    }
    rows
}

/// An organisation: the registry and the bans of its stream as supplier.
pub fn organisation(
    registry: &v1::RegistryView,
    bans: &[Ban],
    (partition, uscc): (&str, &str),
    position: u64,
) -> Rows {
    let mut searched = String::new();
    words::index(&registry.name, &mut searched);
    words::index(uscc, &mut searched);
    let mut kinds: Vec<i32> = registry.kinds.clone();
    kinds.sort_unstable();
    kinds.dedup();
    let kinds: Vec<String> = kinds.iter().map(i32::to_string).collect();
    let kinds = match kinds.is_empty() {
        true => String::new(),
        false => format!(",{},", kinds.join(",")),
    };
    let mut rows = vec![(
        &ORGANISATIONS,
        vec![
            place(position),
            text(partition),
            text(uscc),
            text(&registry.name),
            text(kinds),
            text(&registry.region),
            int(registry.budget_level),
            int(registry.size),
            int(registry.registered),
            text(&registry.ended_on),
            int(words::fingerprint(&searched)),
        ],
    )];
    for ban in bans {
        let row = vec![
            text(partition),
            text(uscc),
            text(&ban.record_id),
            text(&ban.from),
            text(&ban.to),
        ];
        rows.push((&BANS, row));
    }
    Rows {
        position,
        tables: &[&ORGANISATIONS, &BANS],
        owner: vec![text(partition), text(uscc)],
        rows,
        words: Some(searched),
        same: 0,
    }
}
