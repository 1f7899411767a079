//! An imported process as rows.

use std::collections::{BTreeMap, BTreeSet};

use chrono::DateTime;
use rusqlite::types::Value;

use super::{int, origin, place, processes::Process, subject, text};
use crate::{
    domain::values::date::local_date,
    events::v1::Origin,
    supervision::{
        indicators::{
            exact,
            tables::{AWARD_ITEMS, AWARDS, BIDS, CONTRACT_FLAGS, FLAG_PAYMENTS, LOTS},
        },
        sight::{Row, Sight},
    },
    views::process::{decimal::Decimal, json::Node},
};

/// A moment as written, in seconds since 1970; 0 for what is none.
fn seconds(written: &str) -> i64 {
    DateTime::parse_from_rfc3339(written).map_or(0, |moment| moment.timestamp())
}

/// A day as written, or the day at +08:00 of a moment; empty for what is neither.
fn day(written: &str) -> String {
    if let Ok(moment) = DateTime::parse_from_rfc3339(written) {
        let day = local_date(moment.timestamp(), 0);
        return day.map_or_else(String::new, |day| day.to_string());
    }
    let day = written.get(..10).unwrap_or(written);
    let is_day = day.parse::<chrono::NaiveDate>().is_ok();
    if is_day {
        day.to_owned()
    } else {
        String::new()
    }
}

/// The ids of organisations, one on each line, in order.
fn lines(nodes: &[Node]) -> String {
    let ids: BTreeSet<&str> = nodes
        .iter()
        .map(Node::id)
        .filter(|id| !id.is_empty())
        .collect();
    ids.into_iter().collect::<Vec<_>>().join("\n")
}

/// An object's value as exact decimal and currency; of a transaction of OCDS 1.0 its amount.
fn value_of(node: &Node) -> (String, &str) {
    let value = node.get("value").or_else(|| node.get("amount"));
    let Some(value) = value else {
        return (String::new(), "");
    };
    (
        exact::decimal(value.text_at(&["amount"])),
        value.text_at(&["currency"]),
    )
}

/// The id of an object, or its place in the list where it has none.
fn id_of(node: &Node, number: usize) -> Value {
    match node.id() {
        "" => Value::Text(format!("#{}", number + 1)),
        id => text(id),
    }
}

/// The rows of a process.
pub(super) fn rows(sight: &Sight<'_>) -> Vec<Row> {
    let Some(process) = Process::of(sight) else {
        return Vec::new();
    };
    let mut rows = vec![(&LOTS, lot(sight, &process))];
    for (number, bid) in process.merged.list(&["bids", "details"]).iter().enumerate() {
        rows.push((&BIDS, bid_row(sight, &process, (number, bid))));
    }
    for (number, award) in process.merged.list(&["awards"]).iter().enumerate() {
        write_award(sight, &process, (number, award), &mut rows);
    }
    for (number, contract) in process.merged.list(&["contracts"]).iter().enumerate() {
        write_contract(sight, &process, (number, contract), &mut rows);
    }
    rows
}

/// How the price counts: the criterion as written, read as far as its words are of the standard.
fn price_rule(criteria: &str) -> &'static str {
    match criteria {
        "" => "",
        "priceOnly" | "lowestCost" => "price",
        _ => "other",
    }
}

fn lot(sight: &Sight<'_>, process: &Process<'_>) -> Vec<Value> {
    let entity = process.text_at(&["tender", "procuringEntity", "id"]);
    let competition = process.text_at(&["tender", "procurementMethod"]);
    let details = process.text_at(&["tender", "procurementMethodDetails"]);
    let method = if details.is_empty() {
        competition
    } else {
        details
    };
    let period = |name: &str| seconds(process.text_at(&["tender", "tenderPeriod", name]));
    let winner = process.winner();
    let suppliers = winner.map_or(&[][..], |award| award.list(&["suppliers"]));
    let (amount, currency) = winner.map_or((String::new(), ""), value_of);
    let tender_currency = process.text_at(&["tender", "value", "currency"]);
    let ceiling = exact::decimal(process.text_at(&["tender", "value", "amount"]));
    let awarded_on = winner.map_or_else(String::new, |award| day(award.text_at(&["date"])));
    let supplier = if suppliers.len() == 1 {
        suppliers[0].id()
    } else {
        ""
    };
    vec![
        place(sight.position),
        text(""),
        text(sight.stream.to_string()),
        text(subject(sight, "process", "")),
        text(&sight.stream.partition),
        text(process.ocid),
        origin(Origin::Process),
        text(process.unit()),
        text(entity),
        text(""),
        text(sight.region_code),
        int(0),
        text(method),
        text(competition),
        text(process.text_at(&["tender", "status"])),
        text(price_rule(process.text_at(&["tender", "awardCriteria"]))),
        text(process.text_at(&["tender", "mainProcurementCategory"])),
        text(day(process.text_at(&[
            "tender",
            "tenderPeriod",
            "startDate",
        ]))),
        int(period("startDate")),
        int(period("endDate")),
        int(process.bidders_count()),
        int(exact::fen(&ceiling, tender_currency)),
        int(exact::fen(&amount, currency)),
        text(supplier),
        text(awarded_on),
        text(if currency.is_empty() {
            tender_currency
        } else {
            currency
        }),
        process.evidence(&["tender", "bids", "awards"]),
    ]
}

fn bid_row(sight: &Sight<'_>, process: &Process<'_>, (number, bid): (usize, &Node)) -> Vec<Value> {
    let (price, currency) = value_of(bid);
    let fen = exact::fen(&price, currency);
    vec![
        place(sight.position),
        text(""),
        id_of(bid, number),
        text(lines(bid.list(&["tenderers"]))),
        text(price),
        text(currency),
        int(fen),
        int(seconds(bid.text_at(&["date"]))),
        text(bid.text_at(&["status"])),
        text(bid.text_at(&["statusDetails"])),
        process.evidence(&["bids"]),
    ]
}

fn write_award(
    sight: &Sight<'_>,
    process: &Process<'_>,
    (number, award): (usize, &Node),
    rows: &mut Vec<Row>,
) {
    let (amount, currency) = value_of(award);
    let award_no = id_of(award, number);
    let values = vec![
        place(sight.position),
        text(""),
        award_no.clone(),
        text(award.text_at(&["status"])),
        text(lines(award.list(&["suppliers"]))),
        text(amount),
        text(currency),
        text(day(award.text_at(&["date"]))),
        process.evidence(&["awards"]),
    ];
    rows.push((&AWARDS, values));
    if award.text_at(&["status"]) != "active" {
        return;
    }
    let classes = award.list(&["items"]).iter();
    let classes = classes.filter_map(|item| item.get("classification"));
    let codes: BTreeMap<&str, &str> = classes
        .filter(|class| !class.id().is_empty())
        .map(|class| (class.id(), class.text_at(&["scheme"])))
        .collect();
    for (code, scheme) in codes {
        let values = vec![
            place(sight.position),
            text(""),
            award_no.clone(),
            text(code),
            text(scheme),
        ];
        rows.push((&AWARD_ITEMS, values));
    }
}

/// The sum of what was paid, with its currency: `*` and no sum where there are several.
fn paid(transactions: &[Node]) -> (String, &str) {
    let (mut sum, mut of) = (Decimal::default(), None);
    for transaction in transactions {
        let value = transaction
            .get("value")
            .or_else(|| transaction.get("amount"));
        let Some(value) = value else { continue };
        let Some(amount) = Decimal::parse(value.text_at(&["amount"])) else {
            continue;
        };
        let currency = value.text_at(&["currency"]);
        let more = sum.plus(amount);
        match (of.is_none_or(|of| of == currency), more) {
            (true, Some(more)) => (sum, of) = (more, Some(currency)),
            _ => return (String::new(), "*"),
        }
    }
    of.map_or((String::new(), ""), |currency| (sum.to_string(), currency))
}

/// The supplier of a contract's award, if there is one alone.
fn supplier_of(award: Option<&Node>) -> &str {
    match award.map_or(&[][..], |award| award.list(&["suppliers"])) {
        [supplier] => supplier.id(),
        _ => "",
    }
}

fn write_contract(
    sight: &Sight<'_>,
    process: &Process<'_>,
    (number, contract): (usize, &Node),
    rows: &mut Vec<Row>,
) {
    if contract.text_at(&["status"]) == "cancelled" {
        return;
    }
    let id = id_of(contract, number);
    let award_id = contract.text_at(&["awardID"]);
    let mut awards = process.merged.list(&["awards"]).iter();
    let award = awards.find(|award| !award_id.is_empty() && award.id() == award_id);
    let (amount, currency) = value_of(contract);
    let (award_amount, award_currency) = award.map_or((String::new(), ""), value_of);
    let transactions = contract.list(&["implementation", "transactions"]);
    let (paid, paid_currency) = paid(transactions);
    let fen = exact::fen(&amount, currency);
    let subject = match &id {
        Value::Text(id) => subject(sight, "contract", id),
        _ => String::new(),
    };
    let mut values = vec![
        place(sight.position),
        id.clone(),
        text(sight.stream.to_string()),
        text(subject),
        text(&sight.stream.partition),
        text(process.ocid),
        origin(Origin::Process),
        text(""),
        text(award_id),
        text(process.unit()),
        text(supplier_of(award)),
        text(sight.region_code),
        int(0),
        text(process.text_at(&["tender", "mainProcurementCategory"])),
        text(day(contract.text_at(&["dateSigned"]))),
        text(amount),
        text(currency),
        int(fen),
        text(award_amount),
        text(award_currency),
    ];
    values.extend([
        int(0),
        int(0),
        int(0),
        int(0),
        text(paid),
        text(paid_currency),
    ]);
    values.extend([
        text(""),
        text(""),
        int(0),
        text(""),
        int(0),
        int(0),
        int(0),
        text(""),
    ]);
    values.push(process.evidence(&["awards", "contracts"]));
    values.extend([
        text(""),
        process.evidence(&["contracts"]),
        text(""),
        text(""),
        text(""),
    ]);
    rows.push((&CONTRACT_FLAGS, values));
    for (number, transaction) in transactions.iter().enumerate() {
        write_transaction(sight, process, &id, (number, transaction), rows);
    }
}

fn write_transaction(
    sight: &Sight<'_>,
    process: &Process<'_>,
    contract_id: &Value,
    (number, transaction): (usize, &Node),
    rows: &mut Vec<Row>,
) {
    let (amount, currency) = value_of(transaction);
    if amount.is_empty() {
        return;
    }
    let fen = exact::fen(&amount, currency);
    let values = vec![
        place(sight.position),
        contract_id.clone(),
        id_of(transaction, number),
        text(&sight.stream.partition),
        origin(Origin::Process),
        text(process.unit()),
        text(sight.region_code),
        text(day(transaction.text_at(&["date"]))),
        text(amount),
        text(currency),
        int(fen),
        process.evidence(&["contracts"]),
    ];
    rows.push((&FLAG_PAYMENTS, values));
}
