//! Filters, order, and what an unknown indicator is answered.

use super::kit::{Bench, TODAY};
use crate::{
    domain::testkit::{SUPPLIER, SUPPLIER_2, UNIT, award_recorded, contract_signed, plan_filed},
    events::v1::{self, Origin},
    rules::testkit::day,
    supervision::indicators::{self, IndicatorError, Query, Verdict},
};

/// A project with a contract at half its award, and one at a quarter by another supplier.
fn bench() -> Bench {
    let mut bench = Bench::new();
    for (id, supplier, part) in [("PJ-1", SUPPLIER, 2), ("PJ-2", SUPPLIER_2, 4)] {
        bench.project(id, |told| {
            told.tell(plan_filed());
            told.tell(v1::AwardRecorded {
                supplier: supplier.to_owned(),
                ..award_recorded()
            });
            told.tell(v1::ContractSigned {
                supplier: supplier.to_owned(),
                amount_fen: contract_signed().amount_fen / part,
                ..contract_signed()
            });
        });
    }
    bench
}

/// The subjects of what is asked of one indicator.
fn subjects(query: Query) -> Vec<String> {
    let query = Query {
        indicator: Some("BH-AWARD-GAP".to_owned()),
        ..query
    };
    let outcomes = indicators::evaluate(&bench().connection, &query).expect("an answer");
    outcomes
        .into_iter()
        .map(|outcome| outcome.subject)
        .collect()
}

const ONE: &str = "contract/4304/PJ-1/CT-1";
const TWO: &str = "contract/4304/PJ-2/CT-1";

#[test]
fn filters_choose_among_answers() {
    let all = || Query::all(day(TODAY));
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(subjects(all()), [ONE, TWO]);
    let region = |region| Query {
        region: some(region),
        ..all()
    };
    assert_eq!(subjects(region("4304")), [ONE, TWO]);
    assert!(subjects(region("430421")).is_empty());
    let unit = |unit| Query {
        unit: some(unit),
        ..all()
    };
    assert_eq!(subjects(unit(UNIT)), [ONE, TWO]);
    assert!(subjects(unit(SUPPLIER)).is_empty());
    let supplier = Query {
        supplier: some(SUPPLIER_2),
        ..all()
    };
    assert_eq!(subjects(supplier), [TWO]);
    let origin = |of: Origin| Query {
        origin: Some(of.into()),
        ..all()
    };
    assert_eq!(subjects(origin(Origin::Project)), [ONE, TWO]);
    assert!(subjects(origin(Origin::Order)).is_empty());
    let verdict = |verdict| Query {
        verdict: Some(verdict),
        ..all()
    };
    assert_eq!(subjects(verdict(Verdict::Fail)), [TWO]);
    assert_eq!(subjects(verdict(Verdict::Pass)), [ONE]);
}

#[test]
fn all_indicators_answer_in_the_order_of_the_pack() {
    let bench = bench();
    let outcomes = indicators::evaluate(&bench.connection, &Query::all(day(TODAY)));
    let outcomes = outcomes.expect("an answer");
    let ids = outcomes.iter().map(|outcome| outcome.indicator.as_str());
    let mut ids: Vec<&str> = ids.collect();
    ids.dedup();
    let ours = indicators::catalogue::ours().indicators.iter();
    let ours = ours.map(|indicator| indicator.id.as_str());
    let ours: Vec<&str> = ours.filter(|id| ids.contains(id)).collect();
    assert_eq!(ids, ours);
    assert!(ids.contains(&"R003") && ids.contains(&"BH-AWARD-GAP"));
}

#[test]
fn an_unknown_indicator_is_refused() {
    let query = Query {
        indicator: Some("R099".to_owned()),
        ..Query::all(day(TODAY))
    };
    let error = indicators::evaluate(&bench().connection, &query).expect_err("a refusal");
    assert!(matches!(error, IndicatorError::Unknown(id) if id == "R099"));
}

#[test]
fn another_pack_sets_other_thresholds() {
    let text = indicators::catalogue::TEXT.replace("value = 5000", "value = 5001");
    let pack = indicators::Catalogue::read(&text).expect("a pack");
    let query = Query {
        indicator: Some("BH-AWARD-GAP".to_owned()),
        verdict: Some(Verdict::Fail),
        ..Query::all(day(TODAY))
    };
    let bench = bench();
    let outcomes = indicators::evaluate_by(&pack, &bench.connection, &query);
    assert_eq!(outcomes.expect("an answer").len(), 2);
}
