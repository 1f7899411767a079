//! The schema's rules on single values and what fields of one message must agree about.

use super::{super::Rule, changed, check, example_of, refuses, tree, violations};
use crate::events::v1::{self, event_payload::Payload, notice_published::Content};

/// Changes the plan of the example of `PlanFiled`.
fn plan(change: impl FnOnce(&mut v1::PlanFiled)) -> crate::events::wire::EventSubmission {
    changed("PlanFiled", |event| {
        match event.payload.as_mut().unwrap().payload.as_mut() {
            Some(Payload::PlanFiled(plan)) => change(plan),
            _ => unreachable!("the example is of its type"),
        }
    })
}

fn contract(change: impl FnOnce(&mut v1::ContractSigned)) -> crate::events::wire::EventSubmission {
    changed("ContractSigned", |event| {
        match event.payload.as_mut().unwrap().payload.as_mut() {
            Some(Payload::ContractSigned(contract)) => change(contract),
            _ => unreachable!("the example is of its type"),
        }
    })
}

fn notice(change: impl FnOnce(&mut v1::NoticePublished)) -> crate::events::wire::EventSubmission {
    changed("NoticePublished", |event| {
        match event.payload.as_mut().unwrap().payload.as_mut() {
            Some(Payload::NoticePublished(notice)) => change(notice),
            _ => unreachable!("the example is of its type"),
        }
    })
}

/// The example of a type with its content changed.
fn with(name: &str, change: impl FnOnce(&mut Payload)) -> crate::events::wire::EventSubmission {
    changed(name, |event| {
        let payload = event.payload.as_mut().expect("a payload");
        change(payload.payload.as_mut().expect("of a type"));
    })
}

#[test]
fn the_catalogues_year_is_one_that_exists_wherever_it_stands() {
    for (year, is_right) in [(2013, true), (2014, false), (2021, false), (2022, true)] {
        for name in [
            "BudgetLineApproved",
            "PlanFiled",
            "FrameworkDrafted",
            "SmallPurchaseRecorded",
        ] {
            let submission = with(name, |payload| match payload {
                Payload::BudgetLineApproved(e) => e.category_version = year,
                Payload::PlanFiled(e) => e.category_version = year,
                Payload::FrameworkDrafted(e) => e.category_version = year,
                Payload::SmallPurchaseRecorded(e) => e.category_version = year,
                _ => unreachable!("has no catalogue"),
            });
            let told = violations(&submission);
            let rules: Vec<Rule> = told.iter().map(|(_, rule)| *rule).collect();
            let expected: &[Rule] = if is_right { &[] } else { &[Rule::BadCategory] };
            assert_eq!(rules, expected, "{name} {year} {told:?}");
        }
    }
}

#[test]
fn an_items_days_come_with_their_unit() {
    let limited = |days: Option<i32>, unit: v1::DayUnit| {
        with("ApprovalItemCatalogued", |payload| match payload {
            Payload::ApprovalItemCatalogued(e) => {
                (e.limit_days, e.limit_unit) = (days, unit.into());
            }
            _ => unreachable!("the example is of its type"),
        })
    };
    let uncounted = limited(Some(5), v1::DayUnit::Unspecified);
    let path = "event.payload.approval_item_catalogued.limit_unit";
    refuses(&uncounted, path, Rule::MissingField);
    assert!(violations(&limited(Some(0), v1::DayUnit::Wd)).is_empty());
    assert!(violations(&limited(None, v1::DayUnit::Unspecified)).is_empty());
}

#[test]
fn single_values() {
    type Change = fn(&mut v1::PlanFiled);
    let table: [(Change, &str, Rule); 23] = [
        (
            |plan| plan.unit = "12430400000099012K".into(),
            "unit",
            Rule::BadUscc,
        ),
        (|plan| plan.unit.clear(), "unit", Rule::MissingField),
        (|plan| plan.agency = "x".into(), "agency", Rule::BadUscc),
        (
            |plan| plan.category = "X02010105".into(),
            "category",
            Rule::BadCategory,
        ),
        (
            |plan| plan.category = "A0201010".into(),
            "category",
            Rule::BadCategory,
        ),
        (|plan| plan.amount_fen = -1, "amount_fen", Rule::BadAmount),
        (|plan| plan.amount_fen = 0, "amount_fen", Rule::BadAmount),
        (
            |plan| plan.lots[0].amount_fen = i64::MIN,
            "lots[0].amount_fen",
            Rule::BadAmount,
        ),
        (
            |plan| plan.lots[0].ceiling_fen = Some(0),
            "lots[0].ceiling_fen",
            Rule::BadAmount,
        ),
        (
            |plan| plan.budget_parts[0].amount_fen = -5,
            "budget_parts[0].amount_fen",
            Rule::BadAmount,
        ),
        (
            |plan| plan.category_version = 2012,
            "category_version",
            Rule::Shape,
        ),
        (
            |plan| plan.category_version = 2014,
            "category_version",
            Rule::BadCategory,
        ),
        (
            |plan| plan.category_version = 0,
            "category_version",
            Rule::MissingField,
        ),
        (|plan| plan.plan_no = "P-1".into(), "plan_no", Rule::Shape),
        (|plan| plan.plan_id = "a/b".into(), "plan_id", Rule::Shape),
        (|plan| plan.plan_id = "a".repeat(65), "plan_id", Rule::Shape),
        (
            |plan| plan.intention_ids = vec![String::new()],
            "intention_ids[0]",
            Rule::MissingField,
        ),
        (
            |plan| plan.project_name = "a\u{0}b".into(),
            "project_name",
            Rule::Shape,
        ),
        (
            |plan| plan.project_name = "长".repeat(171),
            "project_name",
            Rule::Shape,
        ),
        (
            |plan| plan.lots[0].lot_no = "1".into(),
            "lots[0].lot_no",
            Rule::Shape,
        ),
        (|plan| plan.method = 99, "method", Rule::Shape),
        (|plan| plan.method = -1, "method", Rule::Shape),
        (
            |plan| plan.sme_policy = None,
            "sme_policy",
            Rule::MissingField,
        ),
    ];
    for (change, path, rule) in table {
        refuses(
            &plan(change),
            &format!("event.payload.plan_filed.{path}"),
            rule,
        );
    }
}

#[test]
fn messages_tell_figures_the_rule_and_its_chinese_title() {
    let told = |submission| check(&submission).unwrap_err()[0].to_string();
    assert_eq!(
        told(plan(|plan| plan.unit = "12430400000099012K".into())),
        "events[0].event.payload.plan_filed.unit: E005_BAD_USCC: \"12430400000099012K\": check \
         character is K, must be J (GB 32100-2015) (统一社会信用代码有误)"
    );
    assert_eq!(
        told(plan(|plan| plan.lots[0].amount_fen = -7)),
        "events[0].event.payload.plan_filed.lots[0].amount_fen: E008_BAD_AMOUNT: -7 fen, must be \
         at least 1 (金额有误)"
    );
    assert_eq!(
        told(plan(|plan| plan.category_version = 2025)),
        "events[0].event.payload.plan_filed.category_version: SHAPE: 2025, must be 2013 to 2022 \
         (格式有误)"
    );
}

#[test]
fn lists_have_limits() {
    let many = plan(|plan| plan.intention_ids = (0..1001).map(|i| format!("I{i}")).collect());
    refuses(&many, "event.payload.plan_filed.intention_ids", Rule::Shape);
    let most = plan(|plan| plan.intention_ids = (0..1000).map(|i| format!("I{i}")).collect());
    assert_eq!(violations(&most), vec![]);
}

#[test]
fn enums_may_be_packed_or_not() {
    for name in ["OrganisationRegistered", "AgencyDelegated"] {
        let submission = example_of(name);
        let event = crate::events::descriptor::schema()
            .message("Event")
            .unwrap();
        let nodes = tree::parse(&event, &submission.event, "");
        assert_eq!(tree::encode(&nodes), submission.event);
    }
    let kinds = |wire: &[u8]| {
        // `kinds` is the field 3 of the member 100 of field 15.
        let mut organisation = Vec::new();
        tree::put_bytes(&mut organisation, 1, b"91430407MA9TE5T12X");
        tree::put_bytes(&mut organisation, 2, "供应商甲".as_bytes());
        organisation.extend_from_slice(wire);
        tree::put_bytes(&mut organisation, 4, b"430400");
        tree::put_bytes(&mut organisation, 7, b"2023-06-01");
        let mut payload = Vec::new();
        tree::put_bytes(&mut payload, 100, &organisation);
        let mut submission = example_of("OrganisationRegistered");
        let mut event = crate::events::v1::Event::default();
        prost::Message::merge(&mut event, submission.event.clone()).unwrap();
        event.payload = None;
        let mut bytes = prost::Message::encode_to_vec(&event);
        tree::put_bytes(&mut bytes, 15, &payload);
        submission.event = bytes.into();
        violations(&submission)
    };
    let at = |path: &str, rule| {
        vec![(
            format!("events[0].event.payload.organisation_registered.{path}"),
            rule,
        )]
    };
    assert_eq!(kinds(&[0x1a, 2, 1, 8]), vec![]);
    assert_eq!(kinds(&[0x18, 1, 0x18, 8]), vec![]);
    assert_eq!(kinds(&[0x1a, 2, 1, 8, 0x18, 2]), vec![]);
    assert_eq!(kinds(&[0x1a, 2, 1, 60]), at("kinds[1]", Rule::Shape));
    assert_eq!(kinds(&[0x1a, 2, 0, 1]), at("kinds[0]", Rule::MissingField));
    assert_eq!(kinds(&[0x1a, 0]), at("kinds", Rule::MissingField));
    assert_eq!(kinds(&[0x1d, 1, 0, 0, 0]), at("kinds", Rule::Shape));
    let torn = "events[0].event.payload.organisation_registered".to_owned();
    assert_eq!(kinds(&[0x1a, 1, 0x80]), vec![(torn, Rule::Shape)]);
}

#[test]
fn a_payment_term_says_all_or_nothing_of_its_days() {
    type Change = fn(&mut v1::PaymentTerm);
    let table: [(Change, &str, Rule); 4] = [
        (|term| term.day_unit = 0, "day_unit", Rule::MissingField),
        (|term| term.days = None, "days", Rule::MissingField),
        (
            |term| term.fixed_on = "2023-07-01".into(),
            "fixed_on",
            Rule::Shape,
        ),
        (
            |term| term.trigger = v1::TermTrigger::FixedDate.into(),
            "fixed_on",
            Rule::MissingField,
        ),
    ];
    for (change, path, rule) in table {
        let submission = contract(|contract| change(&mut contract.terms[0]));
        refuses(
            &submission,
            &format!("event.payload.contract_signed.terms[0].{path}"),
            rule,
        );
    }
    let free = contract(|contract| {
        let term = &mut contract.terms[0];
        (term.days, term.day_unit) = (None, 0);
    });
    assert_eq!(violations(&free), vec![]);
    let same_day = contract(|contract| contract.terms[0].days = Some(0));
    assert_eq!(violations(&same_day), vec![]);
}

#[test]
fn a_plan_states_its_grounds() {
    let exceptions = [
        v1::ProcurementMethod::InvitedTender,
        v1::ProcurementMethod::Negotiation,
        v1::ProcurementMethod::SingleSource,
    ];
    let path = "event.payload.plan_filed.method_ground";
    for method in exceptions {
        refuses(
            &plan(|plan| plan.method = method.into()),
            path,
            Rule::MissingField,
        );
        let grounded = plan(|plan| {
            plan.method = method.into();
            plan.method_ground = v1::MethodGround::SingleUniqueSupplier.into();
        });
        assert_eq!(violations(&grounded), vec![]);
    }
    let consultation = plan(|plan| plan.method = v1::ProcurementMethod::Consultation.into());
    assert_eq!(violations(&consultation), vec![]);
    let open = plan(|plan| {
        let kind = v1::SmePolicyKind::NonReserved.into();
        plan.sme_policy = Some(v1::SmePolicy {
            kind,
            ..Default::default()
        });
    });
    refuses(
        &open,
        "event.payload.plan_filed.sme_policy.reason",
        Rule::MissingField,
    );
}

#[test]
fn a_notice_holds_the_content_of_its_type() {
    let path = "event.payload.notice_published";
    let other = notice(|notice| notice.notice_type = v1::NoticeType::Tender.into());
    refuses(&other, &format!("{path}.contract"), Rule::Shape);
    let none = notice(|notice| notice.content = None);
    assert_eq!(violations(&none), vec![]);
    let result = notice(|notice| {
        notice.notice_type = v1::NoticeType::AwardResult.into();
        notice.content = None;
    });
    refuses(&result, &format!("{path}.award_result"), Rule::MissingField);
    let fined = notice(|notice| {
        notice.notice_type = v1::NoticeType::Penalty.into();
        let (text, subject) = ("罚".to_owned(), "91430406MA9TE5T397".to_owned());
        notice.content = Some(Content::Penalty(v1::PenaltyNotice { text, subject }));
    });
    assert_eq!(violations(&fined), vec![]);
}

#[test]
fn a_notice_has_one_content() {
    let mut submission = example_of("NoticePublished");
    let event = crate::events::descriptor::schema()
        .message("Event")
        .unwrap();
    let mut nodes = tree::parse(&event, &submission.event, "");
    let payload = nodes.len() - 1;
    let fields = tree::at(&mut nodes, &[payload, 0]);
    let mut second = fields.last().unwrap().clone();
    let notice = second.field.parent_message().clone();
    second.field = notice.get_field_by_name("tender").unwrap();
    fields.push(second);
    submission.event = tree::encode(&nodes).into();
    refuses(
        &submission,
        "event.payload.notice_published.tender",
        Rule::Shape,
    );
}

#[test]
fn ids_stand_once_in_a_list() {
    let path = "event.payload.plan_filed";
    let lots = plan(|plan| plan.lots.push(plan.lots[0].clone()));
    refuses(&lots, &format!("{path}.lots[1].lot_no"), Rule::Shape);
    let parts = plan(|plan| plan.budget_parts.push(plan.budget_parts[0].clone()));
    refuses(
        &parts,
        &format!("{path}.budget_parts[1].budget_line_id"),
        Rule::Shape,
    );
    let parts = plan(|plan| {
        let part = plan.lots[0].budget_parts[0].clone();
        plan.lots[0].budget_parts.push(part);
    });
    refuses(
        &parts,
        &format!("{path}.lots[0].budget_parts[1].budget_line_id"),
        Rule::Shape,
    );
    let ids = plan(|plan| plan.intention_ids = vec!["A".into(), "B".into(), "A".into()]);
    refuses(&ids, &format!("{path}.intention_ids[2]"), Rule::Shape);
    let terms = contract(|contract| contract.terms.push(contract.terms[0].clone()));
    refuses(
        &terms,
        "event.payload.contract_signed.terms[1].term_no",
        Rule::Shape,
    );
}

#[test]
fn finds_a_repeated_id_in_a_long_list() {
    for (length, last) in [(17, 0), (17, 16), (40, 3), (40, 20)] {
        let submission = plan(|plan| {
            plan.intention_ids = (0..length).map(|index| format!("I{index}")).collect();
            plan.intention_ids.push(format!("I{last}"));
        });
        let found = check(&submission).unwrap_err();
        let wanted = format!("events[0].event.payload.plan_filed.intention_ids[{length}]");
        assert_eq!(found[0].path, wanted);
        assert!(found[0].message.contains(&format!("intention_ids[{last}]")));
    }
}

#[test]
fn tells_all_at_once_up_to_a_hundred() {
    let several = plan(|plan| {
        plan.unit = "x".into();
        plan.category = "y".into();
        plan.amount_fen = -1;
        plan.filed_on.clear();
        plan.lots[0].name.clear();
    });
    let mut rules: Vec<Rule> = violations(&several)
        .into_iter()
        .map(|(_, rule)| rule)
        .collect();
    rules.sort();
    let wanted = vec![
        Rule::BadUscc,
        Rule::BadCategory,
        Rule::BadAmount,
        Rule::MissingField,
        Rule::MissingField,
    ];
    assert_eq!(rules, wanted);
    let many = plan(|plan| {
        for index in 0..60 {
            let mut part = plan.budget_parts[0].clone();
            part.amount_fen = -1;
            part.budget_line_id = format!("{index}/");
            plan.budget_parts.push(part);
        }
    });
    assert_eq!(violations(&many).len(), 100);
}
