//! Facts: what rules look at, by name. A fact finds cases in one stream and says nothing of whether
//! they keep a rule; packs hold lengths, limits and days.

mod acceptance;
mod across;
mod approval;
mod award;
mod beside;
mod campaign;
mod challenge;
mod complaint;
mod contract;
mod contract_book;
mod contract_changes;
mod contract_money;
mod deduction;
mod disclosure;
pub mod entries;
mod evaluation;
mod farm;
mod financing;
mod forced_financing;
mod framework;
mod handling;
mod libraries;
mod loop_closed;
mod lots;
mod low_price;
mod mall;
mod oversight;
mod pauses;
mod payment;
mod payment_terms;
mod planning;
mod region;
mod requirement;
mod result_notice;
mod securities;
mod single_source;
mod systems;
mod tender;
mod unit;
pub mod variables;
mod venue;

use super::{
    case::{Case, Scene},
    parameters::{Parameter, Parameters},
};
use crate::domain::values::StreamKind;
use variables::Variable;

/// What a fact's cases tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactKind {
    /// A clock that runs from a trigger.
    Clock,
    /// Two days.
    Span,
    /// What is wrong with something said.
    Content,
    /// Whether something happened before.
    Exists,
    /// A part of a whole.
    Ratio,
}

/// Finds the cases of one stream; the parameters are those of the rule.
pub type Find = fn(&Scene<'_>, &Parameters) -> Vec<Case>;

/// A fact.
#[derive(Debug)]
pub struct Fact {
    /// Its name in packs.
    pub name: &'static str,
    /// What its cases tell.
    pub kind: FactKind,
    /// The streams that it looks at; none where no single stream shows its cases, and they are
    /// found in pictures of many.
    pub streams: &'static [StreamKind],
    /// What it looks at, in Chinese.
    pub zh: &'static str,
    /// The same in English.
    pub en: &'static str,
    /// What conditions of rules may name of its cases.
    pub variables: &'static [Variable],
    /// What a rule has to tell it, besides a limit.
    pub parameters: &'static [Parameter],
    /// Finds its cases.
    pub find: Find,
}

impl Fact {
    /// Whether its cases are found in pictures of many streams, and none in a single one.
    pub fn is_of_pictures(&self) -> bool {
        self.streams.is_empty()
    }

    /// Whether nothing of its cases is known before they are over.
    pub fn is_known_when_done(&self) -> bool {
        KNOWN_WHEN_DONE.contains(&self.name)
    }
}

/// Facts of which nothing is known before they are over: nobody is reminded of them in time.
const KNOWN_WHEN_DONE: [&str; 1] = ["recorded"];

/// The facts of each family.
const FAMILIES: &[&[Fact]] = &[
    acceptance::FACTS,
    across::FACTS,
    approval::FACTS,
    award::FACTS,
    campaign::FACTS,
    challenge::FACTS,
    complaint::FACTS,
    contract::FACTS,
    contract_changes::FACTS,
    contract_money::FACTS,
    deduction::FACTS,
    disclosure::FACTS,
    entries::FACTS,
    evaluation::FACTS,
    farm::FACTS,
    financing::FACTS,
    forced_financing::FACTS,
    framework::FACTS,
    handling::FACTS,
    libraries::FACTS,
    loop_closed::FACTS,
    low_price::FACTS,
    mall::FACTS,
    oversight::FACTS,
    payment::FACTS,
    planning::FACTS,
    region::FACTS,
    requirement::FACTS,
    result_notice::FACTS,
    securities::FACTS,
    single_source::FACTS,
    systems::FACTS,
    tender::FACTS,
    unit::FACTS,
    venue::FACTS,
];

/// Every fact.
pub fn all() -> impl Iterator<Item = &'static Fact> {
    FAMILIES.iter().copied().flatten()
}

/// The subject of the n-th case of one thing, from 1: what is done again is another subject.
fn nth(subject: String, n: usize) -> String {
    match n {
        0 | 1 => subject,
        n => format!("{subject}/{n}"),
    }
}

/// A fact by its name.
pub fn by_name(name: &str) -> Option<&'static Fact> {
    all().find(|fact| fact.name == name)
}
