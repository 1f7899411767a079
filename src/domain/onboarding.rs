//! ON 全省“一张网”上线: a region's use of the province's system (task 11).
//!
//! The entity is keyed by the region's stream (id empty). A region goes live once; it runs the full
//! flow when the modules of all seven stages are in use (`CONTRACT_PAYMENT` needs both of its
//! modules; REQUIREMENT and CHALLENGE are beside the stages). Suspending a module degrades a live
//! region; when nothing is suspended any more it is as it was.
//!
//! Decided where the domain's specification is silent: a region is of the profile or registered
//! (E006); a module in use is not enabled again, one out of use not suspended (E002).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    decider::Fact,
    entity::EntityRef,
    gate::Env,
    machine::{Case, Row, advance},
    payload::{EventType, payload_of},
    profile,
    refusal::{Code, Refusal, repeated},
    registry::Region,
};
use crate::events::v1::{SystemModule, event_payload::Payload};

/// Where a region stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum OnboardingStatus {
    /// Not begun.
    #[default]
    Absent,
    /// 已启动.
    Started,
    /// 已上线.
    Live,
    /// 全流程运行: every stage has its modules.
    FullFlow,
    /// 降级: a module is out of use.
    Degraded,
}

/// The modules of the seven stages.
const STAGES: [SystemModule; 8] = [
    SystemModule::Budget,
    SystemModule::Intention,
    SystemModule::Plan,
    SystemModule::Execution,
    SystemModule::Contract,
    SystemModule::Payment,
    SystemModule::Acceptance,
    SystemModule::Credit,
];

/// The state of a region's on-boarding.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Onboarding {
    /// Where it stands.
    pub status: OnboardingStatus,
    /// The day of its beginning.
    pub started_on: Option<NaiveDate>,
    /// The day of going live.
    pub live_on: Option<NaiveDate>,
    /// Modules by number of [`SystemModule`]: whether they are in use.
    pub modules: BTreeMap<i32, bool>,
}

impl Onboarding {
    fn is_in_use(&self, module: i32) -> bool {
        self.modules.get(&module).copied().unwrap_or_default()
    }
}

/// Which event leads where. `Whole` is an event after which every stage has its modules and none is
/// suspended, `Unbroken` one after which none is suspended.
pub const TRANSITIONS: &[Row<OnboardingStatus>] = {
    use Case::{Any, Unbroken, Whole};
    use EventType as E;
    use OnboardingStatus::{Absent, Degraded, FullFlow, Live, Started};
    &[
        (Absent, E::RegionOnboardingStarted, Any, Started),
        (Started, E::RegionModuleEnabled, Any, Started),
        (Started, E::RegionModuleSuspended, Any, Started),
        (Started, E::RegionOnboarded, Whole, FullFlow),
        (Started, E::RegionOnboarded, Unbroken, Live),
        (Started, E::RegionOnboarded, Any, Degraded),
        (Live, E::RegionModuleEnabled, Whole, FullFlow),
        (Live, E::RegionModuleEnabled, Any, Live),
        (Live, E::RegionModuleSuspended, Any, Degraded),
        (FullFlow, E::RegionModuleEnabled, Any, FullFlow),
        (FullFlow, E::RegionModuleSuspended, Any, Degraded),
        (Degraded, E::RegionModuleEnabled, Whole, FullFlow),
        (Degraded, E::RegionModuleEnabled, Unbroken, Live),
        (Degraded, E::RegionModuleEnabled, Any, Degraded),
        (Degraded, E::RegionModuleSuspended, Any, Degraded),
    ]
};

fn record(state: &mut Onboarding, fact: &Fact, payload: &Payload) {
    match payload {
        Payload::RegionOnboardingStarted(_) => state.started_on = Some(fact.legal_date),
        Payload::RegionOnboarded(_) => state.live_on = Some(fact.legal_date),
        Payload::RegionModuleEnabled(event) => {
            state.modules.insert(event.module, true);
        }
        Payload::RegionModuleSuspended(event) => {
            state.modules.insert(event.module, false);
        }
        _ => {}
    }
}

fn case_of(after: &Onboarding) -> Case {
    let is_unbroken = after.modules.values().all(|is_in_use| *is_in_use);
    let is_whole = STAGES.iter().all(|module| after.is_in_use(*module as i32));
    match (is_unbroken, is_whole) {
        (true, true) => Case::Whole,
        (true, false) => Case::Unbroken,
        (false, _) => Case::Other,
    }
}

/// The region with what the event says, and the status that it leads to.
fn next(
    state: &Onboarding,
    entity: &EntityRef,
    fact: &Fact,
    payload: &Payload,
) -> (Onboarding, Result<OnboardingStatus, Refusal>) {
    let mut after = state.clone();
    record(&mut after, fact, payload);
    let event = (EventType::of(payload), case_of(&after));
    let to = advance(TRANSITIONS, state.status, event, entity);
    (after, to)
}

/// Whether the event may happen to the region as it stands.
pub fn transition(state: &Onboarding, entity: &EntityRef, fact: &Fact) -> Result<(), Refusal> {
    let Some(payload) = payload_of(&fact.event) else {
        return Ok(());
    };
    next(state, entity, fact, payload).1?;
    let (module, again) = match payload {
        Payload::RegionModuleEnabled(event) => (event.module(), true),
        Payload::RegionModuleSuspended(event) => (event.module(), false),
        _ => return Ok(()),
    };
    match state.is_in_use(module as i32) == again {
        true if again => Err(repeated(entity, "module", module.as_str_name())),
        true => Err(not_in_use(entity, module)),
        false => Ok(()),
    }
}

fn not_in_use(entity: &EntityRef, module: SystemModule) -> Refusal {
    let name = module.as_str_name();
    let message = format!("{entity} does not use {name}, which cannot be suspended");
    Refusal::new(Code::E002_ILLEGAL_TRANSITION, message)
        .with("entity", entity)
        .with("module", name)
}

/// The region after one more fact.
pub fn evolve(state: &mut Onboarding, entity: &EntityRef, _position: u64, fact: &Fact) {
    let Some(payload) = payload_of(&fact.event) else {
        return;
    };
    let (mut after, to) = next(state, entity, fact, payload);
    if let Ok(to) = to {
        after.status = to;
    }
    *state = after;
}

/// The step gates of on-boarding: the stream is the region's own (E001), the region is known
/// (E006), nothing happens before the start (E003).
pub fn check(env: &mut Env<'_>, payload: &Payload) {
    let region = match payload {
        Payload::RegionOnboardingStarted(event) => &event.region,
        Payload::RegionModuleEnabled(event) => &event.region,
        Payload::RegionOnboarded(event) => &event.region,
        Payload::RegionModuleSuspended(event) => &event.region,
        _ => return,
    };
    env.own_stream("region", region);
    let registered = env.load_stream::<Region>(region);
    let is_registered = registered.get().is_some_and(|region| region.is_registered);
    if !is_registered && profile::region(region).is_none() {
        let message = format!("region {region} is neither of the profile nor registered");
        env.refuse(Refusal::new(Code::E006_BAD_REGION, message).with("region", region));
    }
    let onboarding = env.load::<Onboarding>("");
    env.not_before("the start", onboarding.get().and_then(|o| o.started_on));
}

#[cfg(test)]
mod tests;
