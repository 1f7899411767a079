//! Metrics against the figures of the domain's scenarios, and each against one figure by hand that
//! is neither nothing nor all.

mod city;
mod deals;
mod disputes;
mod finance;
mod kit;
mod loops;
mod queries;
mod simulated;
mod stories;
mod units;

use self::kit::City;
use super::metrics::{CATALOGUE, Metric, Shape};

/// A figure by hand of a city that something is told of.
struct Figure {
    metric: &'static str,
    tells: fn(&mut City),
    at: &'static str,
    numerator: i64,
    denominator: i64,
    value: i64,
}

/// A figure.
const fn figure(
    metric: &'static str,
    (tells, at): (fn(&mut City), &'static str),
    (numerator, denominator, value): (i64, i64, i64),
) -> Figure {
    Figure {
        metric,
        tells,
        at,
        numerator,
        denominator,
        value,
    }
}

const FAMILIES: [&[Figure]; 6] = [
    city::FIGURES,
    deals::FIGURES,
    disputes::FIGURES,
    finance::FIGURES,
    loops::FIGURES,
    units::FIGURES,
];

fn figures() -> impl Iterator<Item = &'static Figure> {
    FAMILIES.into_iter().flatten()
}

#[test]
fn each_figure_is_that_by_hand() {
    let mut wrong = Vec::new();
    for of in figures() {
        let mut city = City::default();
        (of.tells)(&mut city);
        let expected = (of.numerator, of.denominator, Some(of.value));
        let found = city.at(of.at).figure(of.metric);
        if found != expected {
            wrong.push((of.metric, found, expected));
        }
    }
    assert_eq!(wrong, []);
}

/// Whether a figure tells a part from all and from nothing, and a middle from its neighbours.
fn is_telling(metric: &Metric, of: &Figure) -> bool {
    match metric.shape {
        Shape::Sum => of.numerator > 0,
        _ => of.numerator > 0 && of.numerator % of.denominator != 0,
    }
}

#[test]
fn each_metric_has_a_figure_that_is_neither_nothing_nor_all() {
    for metric in CATALOGUE.iter() {
        let mut of = figures().filter(|of| of.metric == metric.id);
        assert!(of.any(|of| is_telling(metric, of)), "{}", metric.id);
    }
    for of in figures() {
        assert!(Metric::by_id(of.metric).is_some(), "{}", of.metric);
    }
}

#[test]
fn a_city_of_which_nothing_is_told_has_no_shares() {
    let picture = City::default().at("2023-12-31");
    for metric in CATALOGUE.iter() {
        let whole = picture.whole(metric.id);
        match (metric.shape, metric.id) {
            (Shape::Sum, _) => assert_eq!(whole.map(|of| of.value), Some(Some(0)), "{}", metric.id),
            // The fourteen regions are known before anything is told.
            (_, "M-11") => assert_eq!(
                whole.map(|of| (of.numerator, of.denominator)),
                Some((0, 14))
            ),
            _ => assert_eq!(whole.and_then(|of| of.value), None, "{}", metric.id),
        }
    }
}
