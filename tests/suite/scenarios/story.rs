//! Tells a scenario of the domain's specification to a real ledger, act by act, each recorded on
//! its own day of the simulated clock.
//!
//! An act is the schema's example of its type with the fields that the scenario names, so that a
//! scenario reads as its specification does. What the law says of one project is asked of the
//! ledger; what it says of everything, and metrics, of its pictures.

use bihuan::events::{
    descriptor::schema,
    example, json,
    v1::{self, ActorRole},
    wire::EventSubmission,
};
use prost_reflect::Kind;
use serde_json::{Value, json};
use tonic::Code;

use crate::{
    facts::*,
    law::{law, of_stream},
    supervision::{findings, obligations, regulator},
    town::{Refused, Town},
};

/// Who acts: source system, organisation, role.
#[derive(Clone, Copy, Debug)]
pub struct Who(pub &'static str, pub &'static str, pub ActorRole);

/// 虚构·衡阳市示例局.
pub const BUYER: Who = Who("GP_MGMT", UNIT, ActorRole::Purchaser);
/// 虚构·市财政局.
pub const FINANCE: Who = Who("GP_MGMT", CITY, ActorRole::Regulator);
/// 虚构·县财政局.
pub const COUNTY_FINANCE: Who = Who("GP_MGMT", COUNTY, ActorRole::Regulator);
/// The budget system.
pub const BUDGET: Who = Who("BUDGET_INT", CITY, ActorRole::BudgetSys);
/// The treasury's payment system.
pub const TREASURY: Who = Who("TREASURY_PAY", CITY, ActorRole::TreasurySys);
/// The trading platform.
pub const PLATFORM: Who = Who("ETRADE", TRADE, ActorRole::TradeSys);
/// 虚构·市公共资源交易中心.
pub const CENTRE: Who = Who("PRTC", TRADE, ActorRole::Venue);
/// The e-mall.
pub const MALL: Who = Who("HN_EMALL", CITY, ActorRole::EmallSys);
/// 虚构·合作银行.
pub const BANK_CODE: &str = "914304000000990395";
/// 虚构·合作银行.
pub const LENDER: Who = Who("BANK_1", BANK_CODE, ActorRole::Bank);
/// 供应商甲, SMALL.
pub const JIA: Who = Who("GP_MGMT", SUPPLIER, ActorRole::Supplier);
/// 虚构·社会代理机构.
pub const AGENT: Who = Who("GP_MGMT", AGENCY, ActorRole::Agency);
/// 供应商乙, MEDIUM.
pub const YI_CODE: &str = OTHER_SUPPLIER;
/// 供应商丙, LARGE.
pub const BING_CODE: &str = "91430406MA9TE5T397";
/// 供应商丁, MICRO.
pub const DING_CODE: &str = "92430421MA9TE5T47M";
/// 虚构·市集采中心.
pub const CENTRAL_CODE: &str = "12430400000099020D";

/// A ledger that is told a scenario.
pub struct Story {
    pub town: Town,
    /// The stream of acts whose type lives in projects.
    pub project: String,
    serial: u32,
}

/// An act as it would be sent.
pub struct Act {
    submission: EventSubmission,
    day: String,
}

impl Story {
    /// A new ledger in which the fixture's organisations are registered, and its thresholds
    /// published: limit 500,000 yuan, open tender from 2,000,000.
    pub async fn begin(project: &str) -> Self {
        let mut story = Self {
            town: Town::start().await,
            project: project.into(),
            serial: 0,
        };
        story.town.now = noon("2022-01-05");
        for (uscc, kind, region) in [
            (CITY, "ORGANISATION_KIND_FINANCE_REGULATOR", "430400"),
            (COUNTY, "ORGANISATION_KIND_FINANCE_REGULATOR", "430421"),
            (UNIT, "ORGANISATION_KIND_BUDGET_UNIT", "430400"),
            (CENTRAL_CODE, "ORGANISATION_KIND_CENTRAL_AGENCY", "430400"),
            (TRADE, "ORGANISATION_KIND_TRADING_CENTRE", "430400"),
            (BANK_CODE, "ORGANISATION_KIND_BANK", "430400"),
            (SUPPLIER, "ORGANISATION_KIND_SUPPLIER", "430400"),
            (OTHER_SUPPLIER, "ORGANISATION_KIND_SUPPLIER", "430400"),
            (BING_CODE, "ORGANISATION_KIND_SUPPLIER", "430400"),
            (DING_CODE, "ORGANISATION_KIND_SUPPLIER", "430400"),
        ] {
            let who = if region == "430421" {
                COUNTY_FINANCE
            } else {
                FINANCE
            };
            story.register(who, uscc, kind, region).await;
        }
        for object in ["GOODS", "SERVICE", "WORKS"] {
            let profile = json!({
                "profileId": format!("TP-{object}"), "region": "430400",
                "object": format!("PROCUREMENT_OBJECT_{object}"),
                "budgetLevel": "BUDGET_LEVEL_CITY", "dispersedLimitFen": "50000000",
                "openTenderFen": "200000000", "emallLimitFen": "50000000",
                "effectiveFrom": "2022-01-04", "effectiveTo": null,
            });
            let (region, name) = ("region/4304/430400", "ThresholdProfilePublished");
            story
                .tell_in(region, FINANCE, "2022-01-04", name, profile)
                .await;
        }
        story
    }

    /// An organisation enters the registry on 4 January 2022.
    pub async fn register(&mut self, who: Who, uscc: &str, kind: &str, region: &str) {
        let fields = json!({"uscc": uscc, "kinds": [kind], "region": region});
        let mut act = self.act(who, "2022-01-04", "OrganisationRegistered", fields);
        act.move_to(&format!("organisation/4304/{uscc}"), region);
        self.tell_act(act).await;
    }

    /// An act on a day, or at an instant `YYYY-MM-DDTHH:MM`.
    pub fn act(&mut self, who: Who, when: &str, name: &str, fields: Value) -> Act {
        self.serial += 1;
        let of = schema()
            .by_name(name)
            .unwrap_or_else(|| panic!("{name} is no event type"));
        let example = example::submission_json(of);
        let mut whole: Value = serde_json::from_str(&example).expect("JSON");
        let day = when.split('T').next().unwrap_or(when).to_owned();
        let instant = match when.contains('T') {
            true => format!("{when}:00+08:00"),
            false => format!("{when}T00:00:00+08:00"),
        };
        let event = &mut whole["event"];
        let member = event["payload"].as_object_mut().expect("a payload");
        let content = member.values_mut().next().expect("a member");
        if let Some(legal) = &of.legal_date {
            let is_text = matches!(legal.kind(), Kind::String);
            let value = if is_text {
                day.clone()
            } else {
                instant.clone()
            };
            content[legal.json_name()] = value.into();
        }
        for (field, value) in fields.as_object().into_iter().flatten() {
            match value.is_null() {
                true => drop(content.as_object_mut().and_then(|all| all.remove(field))),
                false => content[field] = value.clone(),
            }
        }
        let Who(system, org, role) = who;
        event["sourceSystem"] = system.into();
        event["sourceRef"] = format!("S-{}", self.serial).into();
        event["occurredAt"] = instant.into();
        event["actorOrg"] = org.into();
        event["actorRole"] = role.as_str_name().into();
        event["regionCode"] = "430400".into();
        if of.stream_kinds.iter().any(|kind| kind == "project") {
            event["stream"] = format!("project/4304/{}", self.project).into();
        }
        let text = whole.to_string();
        let submission = json::submission_from_json(&text).unwrap_or_else(|error| {
            panic!("{name}: {error}\n{text}");
        });
        Act { submission, day }
    }

    /// Tells an act that the ledger must take.
    pub async fn tell(&mut self, who: Who, when: &str, name: &str, fields: Value) {
        let act = self.act(who, when, name, fields);
        self.tell_act(act).await;
    }

    /// As [`Story::tell`], of an act in a stream of its own.
    pub async fn tell_in(&mut self, stream: &str, who: Who, when: &str, name: &str, fields: Value) {
        let mut act = self.act(who, when, name, fields);
        act.move_to(stream, "430400");
        self.tell_act(act).await;
    }

    /// Tells an act that the ledger must take.
    pub async fn tell_act(&mut self, act: Act) {
        self.reach(&act.day);
        let text = json::submission_to_json(&act.submission).expect("JSON");
        if let Err(status) = self.town.send(vec![act.submission]).await {
            panic!("{:?}\n{text}", Refused::of(status));
        }
    }

    /// Tells an act that the ledger must refuse.
    pub async fn refused(&mut self, who: Who, when: &str, name: &str, fields: Value) -> Refused {
        let act = self.act(who, when, name, fields);
        self.refused_act(act).await
    }

    /// Tells an act that the ledger must refuse.
    pub async fn refused_act(&mut self, act: Act) -> Refused {
        self.reach(&act.day);
        let text = json::submission_to_json(&act.submission).expect("JSON");
        match self.town.send(vec![act.submission]).await {
            Ok(_) => panic!("taken: {text}"),
            Err(status) => Refused::of(status),
        }
    }

    /// The clock goes on to a day; it never goes back.
    fn reach(&mut self, day: &str) {
        self.town.now = (self.town.now + 1).max(noon(day));
    }

    /// A budget line of the buyer.
    pub async fn budget_line(&mut self, id: &str, day: &str, amount_fen: i64) {
        let fields = json!({
            "budgetLineId": id, "unit": UNIT, "amountFen": amount_fen.to_string(),
        });
        let stream = format!("budget-line/4304/{id}");
        self.tell_in(&stream, BUDGET, day, "BudgetLineApproved", fields)
            .await;
    }

    /// A plan of one lot on one line of the buyer.
    pub async fn plan(&mut self, line: &str, day: &str, method: &str, amount_fen: i64) {
        let amount = amount_fen.to_string();
        let fields = json!({
            "planId": format!("PL-{}", self.project), "intentionIds": [], "unit": UNIT,
            "budgetParts": [{"budgetLineId": line, "amountFen": amount}],
            "method": method, "amountFen": amount, "agency": null,
            "lots": [{"lotNo": "01", "name": "全部", "amountFen": amount}],
        });
        self.tell(BUYER, day, "PlanFiled", fields).await;
    }

    /// An award where no tender matters.
    pub async fn award(&mut self, day: &str, supplier: &str, award_fen: i64) {
        let fields = json!({
            "lotNo": "01", "supplier": supplier, "awardFen": award_fen.to_string(),
        });
        self.tell(BUYER, day, "AwardRecorded", fields).await;
    }
}

/// An enumeration's value as a word: `OBLIGATION_STATUS_MET` is `met`.
fn word(name: &str, of: &str) -> String {
    name.trim_start_matches(of).to_lowercase()
}

/// What the law says, in words: a status with calendar and working days late, and the last day.
fn said(judged: &v1::GetComplianceResponse, rule: &str) -> String {
    let mut said = Vec::new();
    let of_rule = judged.obligations.iter().filter(|of| of.rule_id == rule);
    said.extend(of_rule.map(obligation_words));
    let broken = judged.findings.iter().filter(|of| of.due_on.is_empty());
    said.extend(
        broken
            .filter(|of| of.rule_id == rule)
            .map(|_| "broken".to_owned()),
    );
    said.extend(
        judged
            .kept
            .iter()
            .filter(|of| of.rule_id == rule)
            .map(|_| "kept".to_owned()),
    );
    said.join("; ")
}

/// An obligation in words, such as `late 7/2, due 2023-04-28`.
fn obligation_words(of: &v1::Obligation) -> String {
    let status = word(of.status().as_str_name(), "OBLIGATION_STATUS_");
    let late = match (of.late_calendar_days, of.late_working_days) {
        (0, 0) => String::new(),
        (calendar, working) => format!(" {calendar}/{working}"),
    };
    format!("{status}{late}, due {}", of.due_on)
}

/// A finding in words, such as `HY-14-REPLY-7WD major rectified 2023-04-28 late 7/2`: rule, weight,
/// where it stands, the day of the breach; of a deadline calendar and working days beyond it.
pub fn finding_words(of: &v1::Finding) -> String {
    let severity = word(of.severity().as_str_name(), "SEVERITY_");
    let status = word(of.status().as_str_name(), "FINDING_STATUS_");
    let late = match (of.late_calendar_days, of.late_working_days) {
        (Some(calendar), Some(working)) => format!(" late {calendar}/{working}"),
        _ => String::new(),
    };
    format!("{} {severity} {status} {}{late}", of.rule_id, of.on)
}

impl Story {
    /// Asserts what rules say of the project at the end of a day, and answers all that is said.
    pub async fn says(&self, on: &str, rules: &[(&str, &str)]) -> v1::GetComplianceResponse {
        let mut asked = of_stream(&format!("project/4304/{}", self.project));
        asked.as_of_legal_date = on.to_owned();
        let judged = law(&self.town.server).await.get_compliance(asked).await;
        let judged = judged.expect("a judgement").into_inner();
        for (rule, says) in rules {
            assert_eq!(said(&judged, rule), *says, "{rule} on {on}");
        }
        judged
    }

    /// The position of the last event: pictures that are asked reflect it.
    pub fn last(&self) -> Option<u64> {
        self.town.end().checked_sub(1)
    }

    /// What its source calls the last act.
    pub fn last_ref(&self) -> String {
        format!("S-{}", self.serial)
    }

    /// What pictures tell of rules in the whole ledger at the end of a day, oldest first.
    pub async fn found(&self, on: &str, rules: &[&str]) -> Vec<v1::FindingRow> {
        let asked = v1::ListFindingsRequest {
            filter: Some(of_rules(rules)),
            order_by: "found_on".into(),
            as_of_legal_date: on.to_owned(),
            min_position: self.last(),
            ..findings()
        };
        let listed = law(&self.town.server).await.list_findings(asked).await;
        let listed = listed.expect("a list").into_inner();
        assert_eq!(
            (listed.on.as_str(), &*listed.next_page_token),
            (on, ""),
            "one page of the day"
        );
        listed.findings
    }

    /// Asserts that these and no others are the findings of rules in the whole ledger at the end of
    /// a day, in the words of [`finding_words`].
    pub async fn finds(&self, on: &str, rules: &[&str], expected: &[&str]) -> Vec<v1::FindingRow> {
        let found = self.found(on, rules).await;
        let findings = found.iter().filter_map(|row| row.finding.as_ref());
        let mut words: Vec<_> = findings.map(finding_words).collect();
        let mut expected = expected.to_vec();
        words.sort();
        expected.sort_unstable();
        assert_eq!(words, expected, "on {on}");
        found
    }

    /// Asserts where the obligations of a rule stand in the whole ledger at the end of a day, by
    /// last day: subject and words as of [`Story::says`].
    pub async fn obliges(&self, on: &str, rule: &str, expected: &[(&str, &str)]) {
        let asked = v1::ListObligationsRequest {
            filter: Some(of_rules(&[rule])),
            as_of_legal_date: on.to_owned(),
            min_position: self.last(),
            ..obligations()
        };
        let listed = law(&self.town.server).await.list_obligations(asked).await;
        let listed = listed.expect("a list").into_inner().obligations;
        let rows = listed.into_iter().filter_map(|row| row.obligation);
        let words: Vec<_> = rows
            .map(|of| (of.subject.clone(), obligation_words(&of)))
            .collect();
        let words: Vec<_> = words
            .iter()
            .map(|(subject, words)| (subject.as_str(), words.as_str()))
            .collect();
        assert_eq!(words, expected, "{rule} on {on}");
    }

    /// Asks for metrics of the whole ledger at the end of a day.
    pub fn measured_on(&self, on: &str) -> v1::GetMetricsRequest {
        v1::GetMetricsRequest {
            as_of_legal_date: on.to_owned(),
            min_position: self.last(),
            reader: Some(regulator()),
            ..v1::GetMetricsRequest::default()
        }
    }

    /// Asserts metrics at the end of a day: numerator, denominator, value.
    pub async fn measures(&self, on: &str, expected: &[(&str, i64, i64, i64)]) {
        let asked = self.measured_on(on);
        self.measures_of(asked, expected).await;
    }

    /// As [`Story::measures`], of a question with filters.
    pub async fn measures_of(
        &self,
        asked: v1::GetMetricsRequest,
        expected: &[(&str, i64, i64, i64)],
    ) {
        let asked = v1::GetMetricsRequest {
            metric_ids: expected.iter().map(|(id, ..)| (*id).to_owned()).collect(),
            ..asked
        };
        let told = law(&self.town.server).await.get_metrics(asked).await;
        let told = told.expect("metrics").into_inner();
        assert_eq!(told.metrics.len(), expected.len());
        for (id, numerator, denominator, value) in expected {
            let mut metrics = told.metrics.iter();
            let metric = metrics.find(|metric| metric.metric_id == *id);
            let values = &metric.expect("every metric that is asked for").values;
            let values: Vec<_> = values
                .iter()
                .map(|of| (of.numerator, of.denominator, of.value))
                .collect();
            let wanted = (*numerator, *denominator, Some(*value));
            assert_eq!(values, [wanted], "{id} on {}", told.on);
        }
    }
}

/// A filter by rules.
fn of_rules(rules: &[&str]) -> v1::ComplianceFilter {
    v1::ComplianceFilter {
        rule_ids: rules.iter().map(|rule| (*rule).to_owned()).collect(),
        ..v1::ComplianceFilter::default()
    }
}

/// The findings of a judgement that weigh more than a hint: rule and severity, by day.
pub fn breaches(judged: &v1::GetComplianceResponse) -> Vec<(&str, v1::Severity)> {
    let weighs = |of: &&v1::Finding| of.severity() > v1::Severity::Info;
    let found = judged.findings.iter().filter(weighs);
    found
        .map(|of| (of.rule_id.as_str(), of.severity()))
        .collect()
}

impl Act {
    /// Puts the act into another stream and region.
    pub fn move_to(&mut self, stream: &str, region: &str) {
        self.change(|event| {
            event["stream"] = stream.into();
            event["regionCode"] = region.into();
        });
    }

    /// Changes the envelope.
    pub fn change(&mut self, change: impl FnOnce(&mut Value)) {
        let text = json::submission_to_json(&self.submission).expect("JSON");
        let mut whole: Value = serde_json::from_str(&text).expect("JSON");
        change(&mut whole["event"]);
        self.submission = json::submission_from_json(&whole.to_string()).expect("an act");
    }
}

/// Asserts a refusal by a gate.
pub fn gate(refused: &Refused, reason: &str, figures: &[(&str, &str)]) {
    refused.is(Code::FailedPrecondition, reason, figures);
}
