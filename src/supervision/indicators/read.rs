//! Rows of the tables as indicators look at them.

use std::collections::HashMap;

use rusqlite::{Connection, Row};

use super::{
    IndicatorError, exact,
    outcome::Belongs,
    picture::{Award, Bid, Contract, Evidence, Lot},
    tables::{AWARD_ITEMS, AWARDS, BIDS, LOTS},
};
use crate::models::tables::Table;

/// Reads a column by its name in the description of its table.
pub(super) struct Columns<'a, 'r> {
    table: &'static Table,
    row: &'a Row<'r>,
}

impl Columns<'_, '_> {
    fn at(&self, name: &str) -> usize {
        let columns = self.table.columns.iter();
        let found = columns
            .map(|(column, ..)| *column)
            .position(|column| column == name);
        found.unwrap_or(usize::MAX)
    }

    /// A text.
    pub fn text(&self, name: &str) -> rusqlite::Result<String> {
        self.row.get(self.at(name))
    }

    /// A number.
    pub fn int(&self, name: &str) -> rusqlite::Result<i64> {
        self.row.get(self.at(name))
    }

    /// Positions of events.
    pub fn positions(&self, name: &str) -> rusqlite::Result<Vec<u64>> {
        Ok(exact::read_positions(&self.text(name)?))
    }

    /// The columns that tell where a row belongs; tables lack some of them.
    pub fn belongs(&self) -> rusqlite::Result<Belongs> {
        let has = |name: &str| self.at(name) != usize::MAX;
        let text = |name: &str| {
            if has(name) {
                self.text(name)
            } else {
                Ok(String::new())
            }
        };
        let supplier = text("supplier")?;
        Ok(Belongs {
            stream: text("stream")?,
            partition: text("partition")?,
            region_code: text("region_code")?,
            unit: text("unit")?,
            suppliers: Some(supplier)
                .filter(|id| !id.is_empty())
                .into_iter()
                .collect(),
            origin: i32::try_from(self.int("origin")?).unwrap_or_default(),
        })
    }
}

/// Reads every row of a table, in the order of its key.
pub(super) fn read<T>(
    connection: &Connection,
    table: &'static Table,
    mut of: impl FnMut(&Columns<'_, '_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>, IndicatorError> {
    let names: Vec<&str> = table.columns.iter().map(|(name, ..)| *name).collect();
    let sql = format!(
        "SELECT {} FROM {} ORDER BY {}",
        names.join(", "),
        table.name,
        table.key.join(", ")
    );
    let mut statement = connection.prepare(&sql)?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(of(&Columns { table, row })?);
    }
    Ok(found)
}

/// Where a lot stands in its tables.
type LotKey = (i64, String);

fn key(columns: &Columns<'_, '_>) -> rusqlite::Result<LotKey> {
    Ok((columns.int("position")?, columns.text("lot_no")?))
}

/// Lots with their bids and awards.
pub(super) fn lots(connection: &Connection) -> Result<Vec<Lot>, IndicatorError> {
    let mut places: HashMap<LotKey, usize> = HashMap::new();
    let mut lots = read(connection, &LOTS, |columns| {
        places.insert(key(columns)?, places.len());
        lot(columns)
    })?;
    let bids = read(connection, &BIDS, |columns| {
        Ok((key(columns)?, bid(columns)?))
    })?;
    for (key, bid) in bids {
        if let Some(place) = places.get(&key) {
            lots[*place].bids.push(bid);
        }
    }
    let awards = read(connection, &AWARDS, |columns| {
        Ok((key(columns)?, award(columns)?))
    })?;
    for (key, award) in awards {
        if let Some(place) = places.get(&key) {
            lots[*place].awards.push(award);
        }
    }
    let items = read(connection, &AWARD_ITEMS, |columns| {
        let class = (columns.text("code")?, columns.text("scheme")?);
        Ok((key(columns)?, columns.text("award_no")?, class))
    })?;
    for (key, award_no, class) in items {
        let lot = places.get(&key).map(|place| &mut lots[*place]);
        let awards = lot.into_iter().flat_map(|lot| &mut lot.awards);
        for award in awards.filter(|award| award.award_no == award_no) {
            award.codes.push(class.clone());
        }
    }
    Ok(lots)
}

fn lot(columns: &Columns<'_, '_>) -> rusqlite::Result<Lot> {
    Ok(Lot {
        subject: columns.text("subject")?,
        belongs: columns.belongs()?,
        procuring_entity: columns.text("procuring_entity")?,
        method: columns.text("method_text")?,
        competition: columns.text("competition")?,
        status: columns.text("status")?,
        price_rule: columns.text("price_rule")?,
        period: (columns.int("tender_from")?, columns.int("tender_until")?),
        bidders_count: columns.int("bidders_count")?,
        award_fen: columns.int("award_fen")?,
        supplier: columns.text("supplier")?,
        awarded_on: columns.text("awarded_on")?,
        evidence: columns.positions("evidence")?,
        bids: Vec::new(),
        awards: Vec::new(),
    })
}

fn bid(columns: &Columns<'_, '_>) -> rusqlite::Result<Bid> {
    let decimal = columns.text("price")?;
    Ok(Bid {
        tenderers: exact::read_lines(&columns.text("tenderers")?),
        price: exact::units(&decimal),
        decimal,
        currency: columns.text("currency")?,
        received_at: columns.int("received_at")?,
        status: columns.text("status")?,
        evidence: columns.positions("evidence")?,
    })
}

fn award(columns: &Columns<'_, '_>) -> rusqlite::Result<Award> {
    Ok(Award {
        award_no: columns.text("award_no")?,
        status: columns.text("status")?,
        suppliers: exact::read_lines(&columns.text("suppliers")?),
        codes: Vec::new(),
        evidence: columns.positions("evidence")?,
    })
}

/// A contract.
pub(super) fn contract(columns: &Columns<'_, '_>) -> rusqlite::Result<Contract> {
    let evidence = Evidence {
        award: columns.positions("award_evidence")?,
        change: columns.positions("change_evidence")?,
        paid: columns.positions("paid_evidence")?,
        ends: columns.positions("final_evidence")?,
        account: columns.positions("account_evidence")?,
        person: columns.positions("person_evidence")?,
    };
    Ok(Contract {
        position: columns.int("position")?.cast_unsigned(),
        subject: columns.text("subject")?,
        belongs: columns.belongs()?,
        lot_no: columns.text("lot_no")?,
        award_no: columns.text("award_no")?,
        signed_on: columns.text("signed_on")?,
        amount: columns.text("amount")?,
        currency: columns.text("currency")?,
        amount_fen: columns.int("amount_fen")?,
        award: (columns.text("award")?, columns.text("award_currency")?),
        added_fen: columns.int("added_fen")?,
        delta_fen: columns.int("delta_fen")?,
        changes_count: columns.int("changes_count")?,
        is_limited: columns.int("is_limited")? == 1,
        paid: (columns.text("paid")?, columns.text("paid_currency")?),
        final_paid_on: columns.text("final_paid_on")?,
        accepted_on: columns.text("accepted_on")?,
        has_acceptance: columns.int("has_acceptance")? == 1,
        locked_on: columns.text("locked_on")?,
        account_changes: columns.int("account_changes")?,
        persons: (
            columns.int("buyers_count")?,
            columns.int("acceptors_count")?,
        ),
        shared: exact::read_lines(&columns.text("shared")?),
        evidence,
    })
}
