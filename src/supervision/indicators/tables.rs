//! The tables that indicators are computed from. Amounts of imported processes are exact decimals
//! of any currency; sums in fen are 0 where the currency is not CNY.

use crate::models::tables::{Column, Table};

const POSITION: Column = (
    "position",
    "INTEGER",
    "position of the first event of the object's stream",
);
const STREAM: Column = ("stream", "TEXT", "stream of the object");
const SUBJECT: Column = ("subject", "TEXT", "what the row is about");
const PARTITION: Column = ("partition", "TEXT", "prefecture or publisher");
const PROJECT: Column = ("project_id", "TEXT", "project, order or process");
const ORIGIN: Column = ("origin", "INTEGER", "Origin: project, order or process");
const UNIT: Column = ("unit", "TEXT", "the unit that buys");
const REGION: Column = (
    "region_code",
    "TEXT",
    "region that the stream's first event names",
);
const LOT: Column = ("lot_no", "TEXT", "lot; empty for orders and processes");
const METHOD: Column = ("method", "INTEGER", "ProcurementMethod; 0 where none");
const CATEGORY: Column = (
    "category",
    "TEXT",
    "品目; of a process its main procurement category",
);
const CURRENCY: Column = ("currency", "TEXT", "currency as written");
const EVIDENCE: Column = ("evidence", "TEXT", "positions of events, between commas");
const CONTRACT: Column = ("contract_id", "TEXT", "contract or order");

/// Lots, orders, processes.
pub const LOTS: Table = Table {
    name: "lots",
    row: "a lot of a project, an order of the e-mall, or an imported process",
    columns: &[
        POSITION,
        LOT,
        STREAM,
        SUBJECT,
        PARTITION,
        PROJECT,
        ORIGIN,
        UNIT,
        (
            "procuring_entity",
            "TEXT",
            "who carries the procedure out: the agency, else the unit",
        ),
        ("agency", "TEXT", "the agency; empty where none"),
        REGION,
        METHOD,
        (
            "method_text",
            "TEXT",
            "method by its name in the schema; of a process as written",
        ),
        (
            "competition",
            "TEXT",
            "open, selective, limited or direct; of a process as written",
        ),
        (
            "status",
            "TEXT",
            "active, complete, unsuccessful or cancelled; of a process as written",
        ),
        (
            "price_rule",
            "TEXT",
            "price where the lowest price wins, other where it does not, empty if unknown",
        ),
        CATEGORY,
        ("document_on", "TEXT", "day on which documents were issued"),
        (
            "tender_from",
            "INTEGER",
            "start of the submission period, seconds since 1970; 0 for none",
        ),
        (
            "tender_until",
            "INTEGER",
            "its end, seconds since 1970; 0 for none",
        ),
        (
            "bidders_count",
            "INTEGER",
            "tenderers who bid; -1 where unknown",
        ),
        (
            "ceiling_fen",
            "INTEGER",
            "the most that may be awarded; 0 where unknown",
        ),
        ("award_fen", "INTEGER", "award in force; 0 where none"),
        (
            "supplier",
            "TEXT",
            "its supplier; empty where none or several",
        ),
        ("awarded_on", "TEXT", "day of the award"),
        CURRENCY,
        EVIDENCE,
    ],
    key: &["position", "lot_no"],
    owner: &["position"],
    indexes: &[&["partition"], &["unit"], &["supplier"], &["region_code"]],
};

/// Bids.
pub const BIDS: Table = Table {
    name: "bids",
    row: "a bid, as known after opening",
    columns: &[
        POSITION,
        LOT,
        ("bid_no", "TEXT", "bid"),
        (
            "tenderers",
            "TEXT",
            "who bid, one on each line where they bid jointly",
        ),
        ("price", "TEXT", "price, exact decimal; empty where unknown"),
        CURRENCY,
        (
            "price_fen",
            "INTEGER",
            "price; 0 in other currencies than CNY",
        ),
        (
            "received_at",
            "INTEGER",
            "when it was received, seconds since 1970; 0 where unknown",
        ),
        (
            "status",
            "TEXT",
            "pending, valid or disqualified; of a process as written",
        ),
        ("reason", "TEXT", "why it was disqualified"),
        EVIDENCE,
    ],
    key: &["position", "lot_no", "bid_no"],
    owner: &["position"],
    indexes: &[],
};

/// Awards.
pub const AWARDS: Table = Table {
    name: "awards",
    row: "an award, in force or not",
    columns: &[
        POSITION,
        LOT,
        ("award_no", "TEXT", "award; empty for the lot's own"),
        (
            "status",
            "TEXT",
            "active or cancelled; of a process as written",
        ),
        ("suppliers", "TEXT", "the suppliers, one on each line"),
        ("amount", "TEXT", "exact decimal; empty where unknown"),
        CURRENCY,
        ("awarded_on", "TEXT", "day of the award"),
        EVIDENCE,
    ],
    key: &["position", "lot_no", "award_no"],
    owner: &["position"],
    indexes: &[],
};

/// What awards are for.
pub const AWARD_ITEMS: Table = Table {
    name: "award_items",
    row: "a classification of items that an award in force is for",
    columns: &[
        POSITION,
        LOT,
        ("award_no", "TEXT", "award; empty for the lot's own"),
        ("code", "TEXT", "code of the classification"),
        ("scheme", "TEXT", "品目 for native lots, else as written"),
    ],
    key: &["position", "lot_no", "award_no", "code"],
    owner: &["position"],
    indexes: &[],
};

/// What flags on contracts look at.
pub const CONTRACT_FLAGS: Table = Table {
    name: "contract_flags",
    row: "a contract of a project or process, or an order that was not taken back",
    columns: &[
        POSITION,
        CONTRACT,
        STREAM,
        SUBJECT,
        PARTITION,
        PROJECT,
        ORIGIN,
        LOT,
        ("award_no", "TEXT", "award of a process that it rests on"),
        UNIT,
        ("supplier", "TEXT", "the supplier; empty where several"),
        REGION,
        METHOD,
        CATEGORY,
        ("signed_on", "TEXT", "day of signing or placing"),
        (
            "amount",
            "TEXT",
            "as signed, exact decimal; empty if unknown",
        ),
        CURRENCY,
        ("amount_fen", "INTEGER", "as signed; 0 in other currencies"),
        (
            "award",
            "TEXT",
            "the award, exact decimal; empty if unknown",
        ),
        ("award_currency", "TEXT", "its currency"),
        (
            "added_fen",
            "INTEGER",
            "supplements and changes that raise the amount",
        ),
        ("delta_fen", "INTEGER", "supplements and all changes"),
        (
            "changes_count",
            "INTEGER",
            "supplements and changes of the amount",
        ),
        (
            "is_limited",
            "INTEGER",
            "1 where the 10 % limit of 政府采购法 article 49 holds",
        ),
        ("paid", "TEXT", "paid, exact decimal; empty for nothing"),
        ("paid_currency", "TEXT", "its currency; * for several"),
        (
            "final_paid_on",
            "TEXT",
            "day of the first payment that comes after acceptance by its kind, or that completes \
             the amount",
        ),
        ("accepted_on", "TEXT", "day of the final acceptance passed"),
        (
            "has_acceptance",
            "INTEGER",
            "1 where its source tells of acceptance",
        ),
        ("locked_on", "TEXT", "day on which its account was pledged"),
        (
            "account_changes",
            "INTEGER",
            "other accounts named while the pledge held",
        ),
        (
            "buyers_count",
            "INTEGER",
            "persons known who wrote the requirement or chose for the unit",
        ),
        ("acceptors_count", "INTEGER", "persons known who accepted"),
        ("shared", "TEXT", "member_no of those who did both"),
        ("award_evidence", "TEXT", "positions: award and signing"),
        ("change_evidence", "TEXT", "positions: supplements, changes"),
        ("paid_evidence", "TEXT", "positions: payments"),
        (
            "final_evidence",
            "TEXT",
            "positions: the payment of final_paid_on, the acceptance",
        ),
        ("account_evidence", "TEXT", "positions: pledge, changes"),
        ("person_evidence", "TEXT", "positions: acts of persons"),
    ],
    key: &["position", "contract_id"],
    owner: &["position"],
    indexes: &[&["partition"], &["unit"], &["supplier"], &["region_code"]],
};

/// Payments that were made and did not come back.
pub const FLAG_PAYMENTS: Table = Table {
    name: "flag_payments",
    row: "a payment that was made and did not come back, or a transaction of a process",
    columns: &[
        POSITION,
        CONTRACT,
        ("payment_id", "TEXT", "payment or transaction"),
        PARTITION,
        ORIGIN,
        UNIT,
        REGION,
        ("paid_on", "TEXT", "day of payment; empty where unknown"),
        ("amount", "TEXT", "exact decimal"),
        CURRENCY,
        ("amount_fen", "INTEGER", "amount; 0 in other currencies"),
        EVIDENCE,
    ],
    key: &["position", "contract_id", "payment_id"],
    owner: &["position"],
    indexes: &[&["unit"]],
};

/// Purchases that might be one.
pub const PURCHASES: Table = Table {
    name: "purchases",
    row: "a plan without open tender, an order of the e-mall, or a small purchase",
    columns: &[
        POSITION,
        (
            "purchase_no",
            "TEXT",
            "small purchase; empty for the stream's own",
        ),
        SUBJECT,
        PARTITION,
        ORIGIN,
        UNIT,
        REGION,
        (
            "category",
            "TEXT",
            "品目; of an order that of its dearest item",
        ),
        ("bought_on", "TEXT", "day of filing, placing or buying"),
        ("amount_fen", "INTEGER", "amount"),
        (
            "limit_kind",
            "TEXT",
            "open_tender for plans, small for orders and small purchases",
        ),
        (
            "limit_fen",
            "INTEGER",
            "the limit in force that day; 0 where none is known",
        ),
        (
            "is_approved",
            "INTEGER",
            "1 where another method than open tender was approved",
        ),
        EVIDENCE,
    ],
    key: &["position", "purchase_no"],
    owner: &["position"],
    indexes: &[&["unit"]],
};

/// When organisations were registered.
pub const REGISTRATIONS: Table = Table {
    name: "registrations",
    row: "an organisation of a partition's registry",
    columns: &[
        POSITION,
        PARTITION,
        ("uscc", "TEXT", "unified social credit code"),
        ("registered_on", "TEXT", "day of its first registration"),
        EVIDENCE,
    ],
    key: &["position"],
    owner: &["position"],
    indexes: &[&["uscc"]],
};

/// All of them.
pub const TABLES: [&Table; 8] = [
    &LOTS,
    &BIDS,
    &AWARDS,
    &AWARD_ITEMS,
    &CONTRACT_FLAGS,
    &FLAG_PAYMENTS,
    &PURCHASES,
    &REGISTRATIONS,
];

/// The statements that make the tables and their indexes.
pub fn create() -> String {
    let of = |table: &&Table| format!("{}{}", table.create(), table.create_indexes());
    TABLES.iter().map(of).collect()
}
