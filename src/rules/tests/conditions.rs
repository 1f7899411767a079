//! Rules that apply on a condition, and what conditions may name.

use std::sync::Arc;

use super::{
    super::{Pack, Packs, facts, verdict::Judgement},
    Told,
    packs::{published, site},
    said,
};
use crate::{
    domain::{
        testkit::{
            LOT, UNIT, contract_signed, market::ORDER, market::emall_order_placed, plan_filed,
            supplement_signed,
        },
        values::StreamKind,
    },
    events::v1::{self, BudgetLevel, ProcurementMethod},
};

const RULE: &str = "OWN-PUB";

/// Our packs and a rule that applies on a condition.
fn on_condition(fact: &str, when: &str) -> Arc<Packs> {
    let rule = published(RULE, &format!("when = '{when}'\n"));
    let rule = rule.replace("contract_published", fact);
    let pack = Pack::read(&site("own", &rule)).unwrap_or_else(|error| panic!("{when}: {error}"));
    Arc::new(Packs::with([pack]).expect("it stands beside ours"))
}

/// A contract of 900,000.00 yuan with a small enterprise, under a plan of 1,000,000.00 yuan for
/// desktop computers, of a unit of the city.
fn told() -> Told {
    let mut told = Told::new();
    let unit = v1::RegistryView {
        registered: true,
        region: "430408".into(),
        budget_level: BudgetLevel::City.into(),
        ..v1::RegistryView::default()
    };
    told.organisations.insert(UNIT.into(), unit);
    told.tell(plan_filed());
    told.tell(contract_signed());
    told
}

fn reason(judgement: &Judgement) -> &str {
    let mut passed_over = judgement.passed_over.iter();
    let of_rule = passed_over.find(|of| of.rule_id == RULE);
    of_rule.map_or("", |of| of.reason.as_str())
}

#[test]
fn where_a_condition_does_not_hold_the_rule_is_passed_over_with_the_values() {
    let told = told();
    let judged =
        |when: &str| told.judged_by(&on_condition("contract_published", when), "2024-02-22");
    let judgement = judged("contract_fen >= 90000000");
    assert_eq!(said(&judgement, RULE), "overdue 1/1, due 2024-02-21");
    assert_eq!(reason(&judgement), "");
    let judgement = judged("contract_fen > 90000000 && year == 2024");
    assert_eq!(said(&judgement, RULE), "not applicable");
    assert_eq!(
        reason(&judgement),
        "条件不成立 the condition does not hold: contract_fen > 90000000 && year == 2024 \
         (contract_fen = 90000000, year = 2024)"
    );
}

#[test]
fn each_variable_is_what_the_events_show() {
    let told = told();
    for holds in [
        "year == 2024",
        "region == \"430408\"",
        "amount_fen == 90000000",
        "unit == \"11430400000099004T\"",
        "unit_level == \"CITY\"",
        "contract_fen == 90000000",
        "supplier == \"91430407MA9TE5T12X\"",
        "supplier_size == \"SMALL\"",
        "plan_fen == 100000000",
        "category == \"A02010105\" && category.startsWith(\"A0201\")",
        "object == \"GOODS\"",
        "method == \"OPEN_TENDER\"",
        "organisation == \"DISPERSED\"",
        "law_track == \"PROCUREMENT_LAW\"",
        "sme_policy == \"ALL_RESERVED\"",
        "!import_allowed",
    ] {
        let packs = on_condition("contract_published", holds);
        let judgement = told.judged_by(&packs, "2024-02-22");
        assert_eq!(
            said(&judgement, RULE),
            "overdue 1/1, due 2024-02-21",
            "{holds}: {}",
            reason(&judgement)
        );
    }
    let known = facts::by_name("contract_published")
        .expect("a fact")
        .variables;
    assert_eq!(known.len(), 16, "each of them is shown above");
}

#[test]
fn the_method_is_that_of_the_day_and_the_amount_that_of_the_clock() {
    let mut told = told();
    told.tell(v1::MethodChangeApproved {
        request_id: "MC-1".into(),
        lot_nos: vec![LOT.into()],
        to_method: ProcurementMethod::Inquiry.into(),
        doc_no: "衡财购〔2024〕1号".into(),
        decided_on: "2024-02-01".into(),
    });
    let packs = on_condition("contract_published", "method == \"INQUIRY\"");
    let judgement = told.judged_by(&packs, "2024-02-22");
    assert_eq!(said(&judgement, RULE), "overdue 1/1, due 2024-02-21");
    // A supplement of ten per cent is published too; the contract stays what it was.
    told.tell(supplement_signed());
    let packs = on_condition(
        "contract_change_published",
        "amount_fen == 90000000 && contract_fen == 90000000",
    );
    let judgement = told.judged_by(&packs, "2024-03-05");
    // One working day after Friday, 1 March 2024.
    assert_eq!(said(&judgement, RULE), "overdue 1/1, due 2024-03-04");
}

#[test]
fn an_order_has_its_own_unit_supplier_and_amount_and_no_plan() {
    let mut told = Told::of(StreamKind::Order, ORDER);
    told.tell(emall_order_placed());
    let placed = emall_order_placed();
    let when = format!(
        "contract_fen == {} && supplier == \"{}\" && unit == \"{}\"",
        placed.amount_fen, placed.supplier, placed.unit
    );
    told.tell(v1::ConfirmationRequested {
        contract_id: ORDER.into(),
        confirmation_id: "C-1".into(),
        requested_on: "2024-03-12".into(),
    });
    let packs = on_condition("receivable_confirmed", &when);
    let judgement = told.judged_by(&packs, "2024-03-12");
    assert_eq!(
        said(&judgement, RULE),
        "pending, due 2024-03-13",
        "{}",
        reason(&judgement)
    );
    // The level of its unit is not registered.
    let packs = on_condition("receivable_confirmed", "unit_level == \"CITY\"");
    let judgement = told.judged_by(&packs, "2024-03-12");
    assert_eq!(
        reason(&judgement),
        "条件无法判断 the condition cannot be told: unit_level == \"CITY\" \
         (unit_level 不明 not known)"
    );
}

#[test]
fn every_variable_has_one_name_and_two_meanings() {
    for fact in facts::all() {
        let mut names: Vec<&str> = fact.variables.iter().map(|of| of.name).collect();
        assert!(names.len() >= 3, "{}", fact.name);
        for variable in fact.variables {
            assert!(!variable.zh.is_empty() && !variable.en.is_empty());
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), fact.variables.len(), "{}", fact.name);
    }
}
