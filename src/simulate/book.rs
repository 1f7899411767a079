//! The simulator's own books of budget lines: what it needs to know of the sums while it writes,
//! and what its tests hold the ledger's answers against.

use super::outline::Line;

/// What an accepted event does to the books. Lines are indices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// Approves a line with fen.
    Approve(usize, i64),
    /// Raises a line by fen, cuts it when negative.
    Adjust(usize, i64),
    /// Freezes fen of a line; frees them when negative.
    Freeze(usize, i64),
    /// Closes a line.
    Shut(usize),
    /// Occupies fen of a line; releases them when negative.
    Occupy(usize, i64),
    /// Pays fen from a line; takes them back when negative.
    Pay(usize, i64),
    /// A project draws on a line from now on.
    Open(usize),
    /// A project has ended with a line.
    Close(usize),
}

/// A line in the books, in fen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Account {
    pub approved: i64,
    pub adjusted: i64,
    pub frozen: i64,
    pub occupied: i64,
    pub paid: i64,
    /// Projects under way.
    pub open: u32,
    pub is_closed: bool,
}

impl Account {
    pub(super) fn available(&self) -> i64 {
        self.approved + self.adjusted - self.frozen - self.occupied
    }
}

/// The accounts of all lines.
#[derive(Debug, Clone)]
pub(super) struct Book {
    pub accounts: Vec<Account>,
}

impl Book {
    pub(super) fn new(lines: &[Line]) -> Self {
        Self {
            accounts: vec![Account::default(); lines.len()],
        }
    }

    pub(super) fn apply(&mut self, effects: &[Effect]) {
        for effect in effects {
            match *effect {
                Effect::Approve(line, fen) => self.accounts[line].approved = fen,
                Effect::Adjust(line, fen) => self.accounts[line].adjusted += fen,
                Effect::Freeze(line, fen) => self.accounts[line].frozen += fen,
                Effect::Shut(line) => self.accounts[line].is_closed = true,
                Effect::Occupy(line, fen) => self.accounts[line].occupied += fen,
                Effect::Pay(line, fen) => self.accounts[line].paid += fen,
                Effect::Open(line) => self.accounts[line].open += 1,
                Effect::Close(line) => self.accounts[line].open -= 1,
            }
        }
    }
}
