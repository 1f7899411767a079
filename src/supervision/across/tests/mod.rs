//! Rules over pictures: each is kept, broken, at its bound and passed over, as rules over one
//! stream are; then what is special to them.

mod examples;
mod kit;
mod simulated;
mod stories;

use std::collections::BTreeSet;

use self::{
    examples::EXAMPLES,
    kit::{City, said},
};
use super::FACTS;
use crate::rules::{facts, pack};

/// What an example shows of its rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Shows {
    /// The rule is kept.
    Kept,
    /// It is broken.
    Broken,
    /// It is kept by the last day, fen or count there is.
    AtTheBound,
    /// It does not apply.
    NotApplicable,
}

/// Facts of many streams, and what a rule says of them.
struct Example {
    rule: &'static str,
    shows: Shows,
    /// The day at whose end is looked.
    today: &'static str,
    tells: fn(&mut City),
    /// As [`said`] writes it.
    says: &'static str,
}

#[test]
fn each_rule_says_of_its_examples_what_the_law_says() {
    for example in EXAMPLES {
        let mut city = City::default();
        (example.tells)(&mut city);
        let judgement = city.judged(example.today);
        assert_eq!(
            said(&judgement, example.rule),
            example.says,
            "{} {:?}",
            example.rule,
            example.shows
        );
    }
}

#[test]
fn every_rule_over_pictures_has_examples_of_all_four_kinds() {
    let rules = pack::ours().iter().flat_map(|pack| &pack.rules);
    let rules: BTreeSet<&str> = rules
        .filter(|rule| rule.fact.is_of_pictures())
        .map(|rule| rule.id.as_str())
        .collect();
    assert_eq!(rules.len(), 7);
    for rule in rules {
        let of_rule = EXAMPLES.iter().filter(|example| example.rule == rule);
        let shown: BTreeSet<Shows> = of_rule.map(|example| example.shows).collect();
        assert_eq!(shown.len(), 4, "{rule}: {shown:?}");
    }
}

#[test]
fn every_fact_of_pictures_is_found_in_pictures() {
    let declared = facts::all().filter(|fact| fact.is_of_pictures());
    let declared: BTreeSet<&str> = declared.map(|fact| fact.name).collect();
    let found: BTreeSet<&str> = FACTS.iter().map(|(name, _)| *name).collect();
    assert_eq!(declared, found);
}
