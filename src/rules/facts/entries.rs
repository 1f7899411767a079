//! Who entered the facts: the systems of record push them, or somebody types them in elsewhere.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{Fact, FactKind::Content as IsContent, Parameters, variables};
use crate::{
    domain::{profile::is_bank, values::StreamKind},
    events::v1::{LoopStage, SystemModule, event_payload::Payload},
    rules::case::{Body, Case, ModuleUse, Scene},
    views::acts::{stage_of, told},
};

/// Streams that hold acts of a stage.
const OF_STAGES: &[StreamKind] = &[
    StreamKind::BudgetLine,
    StreamKind::Project,
    StreamKind::Order,
];

/// The facts of this family.
pub const FACTS: &[Fact] = &[Fact {
    name: "pushed_by_its_system",
    kind: IsContent,
    streams: OF_STAGES,
    zh: "模块启用后，该环节的业务数据是否由其业务系统推送",
    en: "Whether the facts of a stage whose module is in use were pushed by its system of record",
    variables: variables::COMMON,
    parameters: &[],
    find: pushed,
}];

/// What the trading platform sees itself, as beginnings of names. The rest of execution is what a
/// purchaser decides: to start, to go by another method, who wins.
const BY_PLATFORM: [&str; 7] = [
    "AbnormalLowPrice",
    "Bid",
    "Clarification",
    "Committee",
    "Evaluation",
    "LotFailed",
    "ProcurementDocument",
];

/// Who is the system of record of an event (domain 1.0): `BANK` stands for every bank. An event
/// that no list names is one that any system may push.
fn systems_of(payload: &Payload) -> &'static [&'static str] {
    let name = told(payload).name.as_str();
    let begins = |words: &[&str]| words.iter().any(|word| name.starts_with(word));
    if begins(&["EmallOrder", "EmallRfq", "EmallUnit"]) {
        return &["HN_EMALL"];
    }
    if begins(&["FarmPlatform", "FarmPurchase", "FarmReserve"]) {
        return &["P832", "HN_RURAL"];
    }
    if begins(&["VenueRe", "VenueA", "VenueS", "VenueU"]) {
        return &["PRTC", "ETRADE"];
    }
    if begins(&["Financing"]) {
        return &["FIN_PLATFORM", "BANK"];
    }
    if begins(&["Guarantee"]) {
        return &["BANK"];
    }
    if begins(&["NoticePublished", "AwardNotice"]) {
        return &["CCGP_HY", "CCGP_HN", "ETRADE"];
    }
    if begins(&BY_PLATFORM) {
        return &["ETRADE"];
    }
    match stage_of(payload) {
        Some(LoopStage::Budget) => &["BUDGET_INT"],
        Some(LoopStage::Intention | LoopStage::Requirement | LoopStage::Plan) => &["GP_MGMT"],
        Some(LoopStage::Execution) => &["ETRADE", "GP_MGMT"],
        Some(LoopStage::Contract | LoopStage::Credit) => &["GP_MGMT", "HN_EMALL"],
        Some(LoopStage::Payment) => &["TREASURY_PAY"],
        Some(LoopStage::Acceptance) => &["GP_MGMT", "HY_SUPERVISION", "HN_EMALL"],
        Some(LoopStage::Unspecified) | None => &[],
    }
}

/// Whether an event of a system was pushed by the system of record.
pub fn is_pushed(system: &str, payload: &Payload) -> bool {
    let systems = systems_of(payload);
    systems.is_empty()
        || systems.contains(&system)
        || (is_bank(system) && systems.contains(&"BANK"))
}

/// The module of the province's system that a stage is recorded in.
fn module_of(stage: LoopStage) -> SystemModule {
    match stage {
        LoopStage::Budget => SystemModule::Budget,
        LoopStage::Intention => SystemModule::Intention,
        LoopStage::Requirement => SystemModule::Requirement,
        LoopStage::Plan => SystemModule::Plan,
        LoopStage::Execution => SystemModule::Execution,
        LoopStage::Contract => SystemModule::Contract,
        LoopStage::Payment => SystemModule::Payment,
        LoopStage::Acceptance => SystemModule::Acceptance,
        LoopStage::Credit => SystemModule::Credit,
        LoopStage::Unspecified => SystemModule::Unspecified,
    }
}

/// What is known of the acts of a stage.
#[derive(Default)]
struct Entries {
    /// The first day of any.
    any_on: Option<NaiveDate>,
    /// Days and positions of those that were recorded while the module was in use.
    in_use: Vec<(NaiveDate, Vec<u64>)>,
    /// The same of those that somebody typed in, and what they are.
    typed: Vec<(NaiveDate, Vec<u64>, String)>,
}

/// One case for each stage that has acts.
fn pushed(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let items = scene.timeline.history().items();
    let mut regions = BTreeMap::<&str, Vec<ModuleUse>>::new();
    let mut stages = BTreeMap::<LoopStage, Entries>::new();
    for (act, payload) in scene.acts() {
        let Some(stage) = stage_of(payload) else {
            continue;
        };
        let Ok(index) = items.binary_search_by_key(&act.position, |item| item.position) else {
            continue;
        };
        // What was recorded first tells of the source, whatever was corrected since.
        let event = &items[index].fact.event;
        let uses = regions
            .entry(event.region_code.as_str())
            .or_insert_with(|| {
                scene
                    .around
                    .modules(&event.region_code, scene.timeline.as_of())
            });
        let (on, module) = (act.on(), module_of(stage));
        let entries = stages.entry(stage).or_default();
        entries.any_on = Some(entries.any_on.map_or(on, |any| any.min(on)));
        if !uses.iter().any(|used| used.is_of(module, on)) {
            continue;
        }
        let positions: Vec<u64> = act.positions().collect();
        if !is_pushed(&event.source_system, payload) {
            let name = &told(payload).name;
            let what = format!("{name}（{}）", event.source_system);
            entries.typed.push((on, positions.clone(), what));
        }
        entries.in_use.push((on, positions));
    }
    let cases = stages.into_iter();
    cases
        .filter_map(|(stage, of)| of.case(scene, stage))
        .collect()
}

impl Entries {
    fn case(mut self, scene: &Scene<'_>, stage: LoopStage) -> Option<Case> {
        let name = stage.as_str_name().trim_start_matches("LOOP_STAGE_");
        let subject = scene.subject("stage", name);
        if self.in_use.is_empty() {
            let reason = "该环节的模块未启用 its module is not in use in the region".to_owned();
            return Some(Case {
                subject,
                on: self.any_on?,
                evidence: Vec::new(),
                body: Body::NotApplicable(reason),
            });
        }
        self.typed.sort_by(|a, b| (a.0, &a.2).cmp(&(b.0, &b.2)));
        let wrong = self.typed.iter().map(|(.., what)| what.clone()).collect();
        let typed = self
            .typed
            .into_iter()
            .map(|(on, positions, _)| (on, positions));
        let told: Vec<_> = match typed.collect::<Vec<_>>() {
            none if none.is_empty() => self.in_use,
            typed => typed,
        };
        let on = told.iter().map(|(on, _)| *on).min()?;
        let mut evidence: Vec<u64> = told.into_iter().flat_map(|(_, of)| of).collect();
        evidence.sort_unstable();
        evidence.dedup();
        Some(Case {
            subject,
            on,
            evidence,
            body: Body::Content(wrong),
        })
    }
}
