//! FN 政采贷 and RV 应收: loans on what a contract will pay (task 09).
//!
//! For: the life of one loan ([`loan`], owner = project id, id = financing id), and per contract
//! what stands between supplier, banks and purchaser ([`receivable`], owner = project id, id =
//! contract id): consents, confirmations, what is lent, which account is locked. Not for: the
//! contract itself, on which loans change nothing but where it pays to.
//!
//! *Invariant*: disbursed ≤ approved (E024), repaid and overdue ≤ disbursed (E023).
//!
//! Decided where the specification is silent:
//! - A loan is disbursed once: its message has no number that would tell two tranches apart. What
//!   is repaid is principal; a loan that is repaid in full is over, whatever was not disbursed.
//! - What stands against the contract is tested once, when a loan is approved (E018): damages do
//!   not lower it, payments on the way do not either, only what is executed.
//! - The account may be locked while the loan runs, from its approval on, once. The end of the loan
//!   ends the lock; the bank says so then, not before (E002).
//! - While an account is locked, money goes there and not to the account in the contract's text. A
//!   second loan on the contract locks the same account (E017).
//! - A loan is of one contract for ever, and its bank acts on it (E020); the supplier may cancel.
//!
//! Read next: [`loan`], [`receivable`], [`gates`].

pub mod gates;
pub mod loan;
pub mod receivable;

#[cfg(test)]
mod tests;

pub use gates::check;
pub use loan::Financing;
pub use receivable::Receivable;
