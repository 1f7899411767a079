//! Contracts, what is owed and paid under them, loans on them, what secures them.

use super::table;

table! {
    /// Contracts and orders.
    CONTRACTS = "contracts", "a contract of a project, or an order of the e-mall",
    day: "day of signing; of an order, of its confirmation, else of placing",
    indexes: &[],
    ("contract_id", "TEXT", "contract or order"),
    ("is_order", "INTEGER", "1 for an order of the e-mall"),
    ("is_contract", "INTEGER", "1 for a contract, and for an order that was accepted and not sent \
     back"),
    ("is_open", "INTEGER", "1 while it is neither completed nor terminated"),
    ("lot_no", "TEXT", "lot"),
    ("supplier_size", "INTEGER", "EnterpriseSize when it was made"),
    ("is_sme", "INTEGER", "1 where the supplier is a small or medium enterprise"),
    ("amount_fen", "INTEGER", "as signed"),
    ("payable_fen", "INTEGER", "payable"),
    ("paid_fen", "INTEGER", "paid, less what came back"),
    ("advance_fen", "INTEGER", "what its terms pay in advance"),
    ("prepaid_fen", "INTEGER", "what was paid of that, less what came back"),
    ("financed_fen", "INTEGER", "loans on it that were disbursed"),
    ("awarded_on", "TEXT", "day of its lot's award"),
    ("accepted_on", "TEXT", "day of the newest final acceptance that passed"),
    ("paid_on", "TEXT", "day of the newest payment"),
    ("ended_on", "TEXT", "day of completion or termination"),
}

table! {
    /// Payment terms that are owed.
    PAYMENT_TERMS = "payment_terms",
    "a payment term of a contract or order, or what a settlement makes of one, whose clock runs",
    day: "last day for payment",
    indexes: &[],
    ("contract_id", "TEXT", "contract or order"),
    ("since_on", "TEXT", "day on which its clock started"),
    ("due_on", "TEXT", "last day"),
    ("paid_on", "TEXT", "day on which all of it was paid"),
    super::STATUS,
    ("is_sme", "INTEGER", "1 where the supplier is a small or medium enterprise"),
    ("amount_fen", "INTEGER", "what is owed of it after reductions"),
    ("paid_fen", "INTEGER", "what was paid of it"),
    ("fen_days", "INTEGER", "each payment times the calendar days from the start of the clock to \
     it; payments before the start count no day"),
    ("last_paid_on", "TEXT", "day of the newest payment"),
    ("overdue_fen", "INTEGER", "what is not paid of it after the last day"),
    ("late_cd", "INTEGER", "calendar days beyond the last day, until payment or the day of the \
     picture"),
    ("interest_fen", "INTEGER", "interest that ran on it, of suppliers to whom the regulation on \
     payments to small and medium enterprises applies"),
}

table! {
    /// Payments.
    PAYMENTS = "payments", "a payment of a contract or order",
    day: "day of execution, else of the newest request",
    indexes: &[],
    ("payment_id", "TEXT", "payment"),
    ("contract_id", "TEXT", "contract or order"),
    ("term_kind", "INTEGER", "TermKind"),
    ("state", "INTEGER", "PaymentState"),
    ("amount_fen", "INTEGER", "amount"),
    ("requested_on", "TEXT", "day of the newest request"),
    ("paid_on", "TEXT", "day of execution"),
    ("wait_wd", "INTEGER", "working days from the one to the other"),
}

table! {
    /// Loans on contracts.
    LOANS = "loans", "a loan on a contract that was applied for", day: "day of the application",
    indexes: &[],
    ("financing_id", "TEXT", "loan"),
    ("contract_id", "TEXT", "contract"),
    ("bank", "TEXT", "bank"),
    ("applied_on", "TEXT", "day of the application"),
    ("approved_fen", "INTEGER", "approved"),
    ("rate_bp", "INTEGER", "rate a year in basis points"),
    ("disbursed_on", "TEXT", "day of the first disbursement"),
    ("disbursed_fen", "INTEGER", "disbursed"),
    ("repaid_fen", "INTEGER", "repaid"),
    ("wait_wd", "INTEGER", "working days from the application to the first disbursement"),
}

table! {
    /// What secures bids and contracts.
    BONDS = "bonds", "a deposit or a guarantee", day: "day of receipt or issue",
    indexes: &[],
    ("bond_id", "TEXT", "deposit or guarantee"),
    ("kind", "INTEGER", "BondKind"),
    ("is_guarantee", "INTEGER", "1 for a guarantee, an insurance or a substitute by credit; 0 for \
     money and cheques"),
    ("lot_no", "TEXT", "lot"),
    ("contract_id", "TEXT", "contract"),
    ("amount_fen", "INTEGER", "amount"),
}
