//! Tests of indicators: four examples of each, the pack, rows, questions.

mod bidding;
mod contracts;
mod groups;
mod kit;
mod pack;
mod questions;
mod suppliers;
mod told;

use std::collections::BTreeSet;

use kit::Bench;

use super::{catalogue, outcome::LABELS};

/// What an example shows of an indicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Shows {
    /// Nothing to see.
    Pass,
    /// A flag.
    Fail,
    /// What is compared lies on the threshold.
    AtTheBound,
    /// It cannot be said.
    NotApplicable,
}

/// Rows, and what an indicator says of a subject.
struct Example {
    indicator: &'static str,
    shows: Shows,
    fills: fn(&mut Bench),
    subject: &'static str,
    says: &'static str,
}

/// The examples of a family.
type Family = &'static [Example];

const FAMILIES: [Family; 4] = [
    bidding::EXAMPLES,
    groups::EXAMPLES,
    contracts::EXAMPLES,
    suppliers::EXAMPLES,
];

fn examples() -> impl Iterator<Item = &'static Example> {
    FAMILIES.iter().copied().flatten()
}

#[test]
fn every_example_says_what_it_should() {
    for example in examples() {
        let mut bench = Bench::new();
        (example.fills)(&mut bench);
        let says = bench.says(example.indicator, example.subject);
        let (id, shows) = (example.indicator, example.shows);
        assert_eq!(says, example.says, "{id} {shows:?} {}", example.subject);
        let is_fit = match shows {
            Shows::Pass => says.starts_with("pass"),
            Shows::Fail => says.starts_with("fail"),
            Shows::NotApplicable => says.starts_with("not_applicable"),
            Shows::AtTheBound => !says.starts_with("not_applicable") && !says.is_empty(),
        };
        assert!(is_fit, "{id} {shows:?}: {says}");
    }
}

#[test]
fn every_indicator_has_its_four_examples() {
    use Shows::{AtTheBound, Fail, NotApplicable, Pass};
    let shown: BTreeSet<(&str, Shows)> = examples()
        .map(|example| (example.indicator, example.shows))
        .collect();
    for indicator in &catalogue::ours().indicators {
        for shows in [Pass, Fail, AtTheBound, NotApplicable] {
            let id = indicator.id.as_str();
            assert!(shown.contains(&(id, shows)), "{id} lacks {shows:?}");
        }
    }
}

#[test]
fn every_figure_has_its_label_and_every_label_its_figure() {
    let mut seen = BTreeSet::new();
    for example in examples() {
        let mut bench = Bench::new();
        (example.fills)(&mut bench);
        for outcome in bench.asked(example.indicator, kit::TODAY) {
            let figures = outcome.figures.iter().chain(&outcome.threshold);
            seen.extend(figures.map(|figure| figure.name));
        }
    }
    let labels = LABELS.iter().map(|(name, ..)| *name);
    assert_eq!(seen, labels.collect::<BTreeSet<_>>());
}

#[test]
fn every_flag_names_its_evidence() {
    for example in examples().filter(|example| example.shows == Shows::Fail) {
        let mut bench = Bench::new();
        (example.fills)(&mut bench);
        let outcomes = bench.asked(example.indicator, kit::TODAY);
        let of = outcomes
            .iter()
            .find(|outcome| outcome.subject == example.subject);
        let evidence = &of.expect("an outcome").evidence;
        assert!(
            !evidence.is_empty(),
            "{} {}",
            example.indicator,
            example.subject
        );
        assert!(
            evidence.is_sorted() && evidence[0] >= 100,
            "{}",
            example.indicator
        );
    }
}
