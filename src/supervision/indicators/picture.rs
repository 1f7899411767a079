//! The tables as indicators look at them, each read when it is first asked for.

use std::{cell::OnceCell, collections::HashMap};

use rusqlite::Connection;

use super::{
    IndicatorError,
    outcome::Belongs,
    read::{Columns, contract, lots, read},
    tables::{CONTRACT_FLAGS, FLAG_PAYMENTS, PURCHASES, REGISTRATIONS},
};

/// A bid.
#[derive(Clone, Debug, Default)]
pub struct Bid {
    /// Who bid.
    pub tenderers: Vec<String>,
    /// The price in units of 10⁻¹², where it is known.
    pub price: Option<i128>,
    /// The price as an exact decimal.
    pub decimal: String,
    /// The currency.
    pub currency: String,
    /// When it was received, seconds since 1970; 0 where unknown.
    pub received_at: i64,
    /// The status.
    pub status: String,
    /// The events behind it.
    pub evidence: Vec<u64>,
}

/// An award.
#[derive(Clone, Debug, Default)]
pub struct Award {
    /// Its number.
    pub award_no: String,
    /// The status.
    pub status: String,
    /// The suppliers.
    pub suppliers: Vec<String>,
    /// The codes of what it is for, each with its scheme.
    pub codes: Vec<(String, String)>,
    /// The events behind it.
    pub evidence: Vec<u64>,
}

/// A lot, an order or a process.
#[derive(Clone, Debug, Default)]
pub struct Lot {
    /// What outcomes call it.
    pub subject: String,
    /// Where it belongs.
    pub belongs: Belongs,
    /// Who carries the procedure out.
    pub procuring_entity: String,
    /// The method by its name, or as written.
    pub method: String,
    /// How open it is.
    pub competition: String,
    /// The status.
    pub status: String,
    /// Whether the lowest price wins: `price`, `other` or unknown.
    pub price_rule: String,
    /// The submission period, seconds since 1970; 0 for none.
    pub period: (i64, i64),
    /// Tenderers who bid; -1 where unknown.
    pub bidders_count: i64,
    /// The award in force in fen.
    pub award_fen: i64,
    /// Its supplier, where there is one.
    pub supplier: String,
    /// The day of the award.
    pub awarded_on: String,
    /// The events behind it.
    pub evidence: Vec<u64>,
    /// Its bids.
    pub bids: Vec<Bid>,
    /// Its awards.
    pub awards: Vec<Award>,
}

/// A contract, or an order.
#[derive(Clone, Debug, Default)]
pub struct Contract {
    /// Where it stands in the tables.
    pub position: u64,
    /// What outcomes call it.
    pub subject: String,
    /// Where it belongs.
    pub belongs: Belongs,
    /// The lot that it rests on.
    pub lot_no: String,
    /// The award of a process that it rests on.
    pub award_no: String,
    /// The day of signing.
    pub signed_on: String,
    /// As signed, exact decimal.
    pub amount: String,
    /// The currency.
    pub currency: String,
    /// As signed in fen.
    pub amount_fen: i64,
    /// The award, exact decimal, and its currency.
    pub award: (String, String),
    /// What was added in fen.
    pub added_fen: i64,
    /// Supplements and all changes in fen.
    pub delta_fen: i64,
    /// How many there are.
    pub changes_count: i64,
    /// The 10 % limit holds.
    pub is_limited: bool,
    /// Paid, exact decimal, and its currency.
    pub paid: (String, String),
    /// The day of the payment that should follow acceptance.
    pub final_paid_on: String,
    /// The day of acceptance.
    pub accepted_on: String,
    /// Its source tells of acceptance.
    pub has_acceptance: bool,
    /// The day of the pledge.
    pub locked_on: String,
    /// Other accounts named while the pledge held.
    pub account_changes: i64,
    /// Persons who bought, and who accepted.
    pub persons: (i64, i64),
    /// Those who did both.
    pub shared: Vec<String>,
    /// The events behind each concern.
    pub evidence: Evidence,
}

/// The events behind the concerns of a contract.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// Award and signing.
    pub award: Vec<u64>,
    /// Supplements and changes.
    pub change: Vec<u64>,
    /// Payments.
    pub paid: Vec<u64>,
    /// The final payment and the acceptance.
    pub ends: Vec<u64>,
    /// Pledge and accounts.
    pub account: Vec<u64>,
    /// Acts of persons.
    pub person: Vec<u64>,
}

/// A payment.
#[derive(Clone, Debug, Default)]
pub struct Payment {
    /// Where it belongs.
    pub belongs: Belongs,
    /// The day.
    pub paid_on: String,
    /// The amount in fen.
    pub amount_fen: i64,
    /// The events behind it.
    pub evidence: Vec<u64>,
}

/// A purchase.
#[derive(Clone, Debug, Default)]
pub struct Purchase {
    /// Where it belongs.
    pub belongs: Belongs,
    /// What is bought.
    pub category: String,
    /// The day.
    pub bought_on: String,
    /// The amount in fen.
    pub amount_fen: i64,
    /// Which limit it stays below.
    pub limit_kind: String,
    /// The limit in fen; 0 where none is known.
    pub limit_fen: i64,
    /// Another method was approved.
    pub is_approved: bool,
    /// The events behind it.
    pub evidence: Vec<u64>,
}

/// A registration: the day, and the events that show it.
pub type Registration = (String, Vec<u64>);

/// Everything that indicators look at.
pub struct Picture<'a> {
    connection: &'a Connection,
    lots: OnceCell<Vec<Lot>>,
    contracts: OnceCell<Vec<Contract>>,
    payments: OnceCell<Vec<Payment>>,
    purchases: OnceCell<Vec<Purchase>>,
    registrations: OnceCell<HashMap<(String, String), Registration>>,
}

/// A cell that is filled when it is first asked for.
fn once<T>(
    cell: &OnceCell<T>,
    read: impl FnOnce() -> Result<T, IndicatorError>,
) -> Result<&T, IndicatorError> {
    if let Some(found) = cell.get() {
        return Ok(found);
    }
    let found = read()?;
    Ok(cell.get_or_init(|| found))
}

impl<'a> Picture<'a> {
    /// Of a database that holds the tables.
    pub fn new(connection: &'a Connection) -> Self {
        Self {
            connection,
            lots: OnceCell::new(),
            contracts: OnceCell::new(),
            payments: OnceCell::new(),
            purchases: OnceCell::new(),
            registrations: OnceCell::new(),
        }
    }

    /// Lots, orders and processes, with bids and awards.
    pub fn lots(&self) -> Result<&[Lot], IndicatorError> {
        Ok(once(&self.lots, || lots(self.connection))?)
    }

    /// Contracts and orders.
    pub fn contracts(&self) -> Result<&[Contract], IndicatorError> {
        Ok(once(&self.contracts, || {
            read(self.connection, &CONTRACT_FLAGS, contract)
        })?)
    }

    /// Payments.
    pub fn payments(&self) -> Result<&[Payment], IndicatorError> {
        let payment = |columns: &Columns<'_, '_>| {
            Ok(Payment {
                belongs: columns.belongs()?,
                paid_on: columns.text("paid_on")?,
                amount_fen: columns.int("amount_fen")?,
                evidence: columns.positions("evidence")?,
            })
        };
        Ok(once(&self.payments, || {
            read(self.connection, &FLAG_PAYMENTS, payment)
        })?)
    }

    /// Purchases.
    pub fn purchases(&self) -> Result<&[Purchase], IndicatorError> {
        let purchase = |columns: &Columns<'_, '_>| {
            Ok(Purchase {
                belongs: columns.belongs()?,
                category: columns.text("category")?,
                bought_on: columns.text("bought_on")?,
                amount_fen: columns.int("amount_fen")?,
                limit_kind: columns.text("limit_kind")?,
                limit_fen: columns.int("limit_fen")?,
                is_approved: columns.int("is_approved")? == 1,
                evidence: columns.positions("evidence")?,
            })
        };
        Ok(once(&self.purchases, || {
            read(self.connection, &PURCHASES, purchase)
        })?)
    }

    /// The registration of an organisation in a partition.
    pub fn registration(
        &self,
        partition: &str,
        uscc: &str,
    ) -> Result<Option<&Registration>, IndicatorError> {
        let row = |columns: &Columns<'_, '_>| {
            let key = (columns.text("partition")?, columns.text("uscc")?);
            let of = (
                columns.text("registered_on")?,
                columns.positions("evidence")?,
            );
            Ok((key, of))
        };
        let found = once(&self.registrations, || {
            Ok(read(self.connection, &REGISTRATIONS, row)?
                .into_iter()
                .collect())
        })?;
        Ok(found.get(&(partition.to_owned(), uscc.to_owned())))
    }
}
