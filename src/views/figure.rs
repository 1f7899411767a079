//! Amounts that name their events.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Standing;
use crate::events::v1;

/// A sum in the making.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    fen: i128,
    positions: BTreeSet<u64>,
}

impl Sum {
    /// An amount that one event states.
    pub fn of(fen: i64, standing: &Standing) -> Self {
        let mut sum = Self::default();
        sum.add(fen, standing);
        sum
    }

    /// An amount computed elsewhere, with its events.
    pub fn known(fen: i128, positions: impl IntoIterator<Item = u64>) -> Self {
        let positions = positions.into_iter().collect();
        Self { fen, positions }
    }

    /// Adds what an event states.
    pub fn add(&mut self, fen: i64, standing: &Standing) {
        self.fen += i128::from(fen);
        self.name(standing);
    }

    /// Adds another sum.
    pub fn plus(&mut self, other: &Self) {
        self.fen += other.fen;
        self.positions.extend(&other.positions);
    }

    /// Takes another sum off.
    pub fn minus(&mut self, other: &Self) {
        self.fen -= other.fen;
        self.positions.extend(&other.positions);
    }

    /// Names an event that bears on the sum without an amount.
    pub fn name(&mut self, standing: &Standing) {
        self.positions.extend(standing.positions());
    }

    /// The amount in fen.
    pub fn fen(&self) -> i128 {
        self.fen
    }

    /// The positions.
    pub fn positions(&self) -> impl Iterator<Item = u64> {
        self.positions.iter().copied()
    }

    /// As it is served; sums beyond 64 bits, which no ledger reaches, end there.
    pub fn figure(&self) -> Option<v1::Figure> {
        Some(v1::Figure {
            amount_fen: bounded(self.fen),
            positions: self.positions.iter().copied().collect(),
        })
    }
}

/// A sum as it is served.
pub fn bounded(fen: i128) -> i64 {
    i64::try_from(fen).unwrap_or(if fen < 0 { i64::MIN } else { i64::MAX })
}

/// Sums of sums.
pub fn total<'a>(sums: impl IntoIterator<Item = &'a Sum>) -> Sum {
    let mut total = Sum::default();
    for sum in sums {
        total.plus(sum);
    }
    total
}
