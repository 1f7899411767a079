//! Batch reports: at the end of each day every source tells how much it pushed.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::NaiveDate;
use sha2::{Digest as _, Sha256};

use super::{
    breach::Breach,
    calendar::Calendar,
    day::{Expected, Phase, Step},
    draft::{Draft, instant, source},
    world::World,
};
use crate::{
    domain::shape::checker,
    events::{
        descriptor::schema,
        v1::{ActorRole, ControlSum, SyncBatchReceived, event_payload::Payload},
    },
};

/// A report whose sums are wrong.
const WRONG: &str = "batch report with wrong sums";

/// What a source pushed on a day and the ledger accepted.
#[derive(Debug, Default)]
struct Tally {
    ids: Vec<[u8; 16]>,
    sums: BTreeMap<u32, i64>,
}

/// The day's tallies by source.
#[derive(Debug, Default)]
pub(super) struct Tallies {
    sources: BTreeMap<&'static str, Tally>,
}

impl Tallies {
    /// Counts an accepted step.
    pub(super) fn count(&mut self, step: &Step) {
        let tally = self.sources.entry(step.source_system).or_default();
        for submission in &step.submissions {
            let Ok(event) = checker().check_submission(&"event", submission) else {
                continue;
            };
            tally
                .ids
                .push(event_id(event.source_system, event.source_ref));
            if let Some(fen) = event.control_fen {
                *tally.sums.entry(event.number).or_default() += fen;
            }
        }
    }

    /// Writes the reports of a day; about one in a hundred has a wrong sum, which the ledger
    /// records all the same.
    pub(super) fn report(
        self,
        world: &World,
        day: NaiveDate,
        wrong: impl FnMut() -> bool,
    ) -> Vec<Step> {
        let mut wrong = wrong;
        let mut steps = Vec::new();
        for (system, mut tally) in self.sources {
            tally.ids.sort_unstable();
            let mut digest = String::with_capacity(64);
            for byte in Sha256::digest(tally.ids.concat()) {
                write!(digest, "{byte:02x}").expect("a string takes any text");
            }
            let is_wrong = wrong() && !tally.sums.is_empty();
            let batch_id = format!("{system}-{day}");
            let mut sums = Vec::new();
            for (number, sum_fen) in tally.sums {
                let Some(event_type) = schema().by_number(number) else {
                    continue;
                };
                sums.push(ControlSum {
                    event_type: event_type.name.clone(),
                    sum_fen: sum_fen + i64::from(is_wrong) * 100,
                });
            }
            let batch = SyncBatchReceived {
                system: system.into(),
                batch_id: batch_id.clone(),
                business_day: day.to_string(),
                count: i64::try_from(tally.ids.len()).unwrap_or(i64::MAX),
                sums,
                digest,
            };
            let role = match system {
                source::BUDGET => ActorRole::BudgetSys,
                source::TREASURY => ActorRole::TreasurySys,
                source::TRADE => ActorRole::TradeSys,
                source::EMALL => ActorRole::EmallSys,
                source::FARM | source::RURAL => ActorRole::FarmSys,
                source::VENUES => ActorRole::Venue,
                bank if source::BANKS.contains(&bank) => ActorRole::Bank,
                _ => ActorRole::Regulator,
            };
            let draft = Draft {
                source: system,
                stream: format!("system/00/{system}"),
                occurred_at: instant(day, 22, 0),
                actor: world.city_regulator().uscc.clone(),
                role,
                region: "430400".into(),
                payload: Payload::SyncBatchReceived(batch),
                sealed: None,
                personal: None,
            };
            let label = if is_wrong { WRONG } else { "batch report" };
            steps.push(Step {
                source_system: system,
                recorded_at_us: 0,
                submissions: vec![draft.submit(&format!("SYNC-{batch_id}"))],
                expected: Expected::Accepted,
                label,
            });
        }
        steps
    }
}

/// Tells of the wrong reports of a day, which are the last that it has.
pub(super) fn wrong_sums(day: NaiveDate, phases: &[Phase]) -> Vec<Breach> {
    let reports = phases.last().into_iter().flat_map(|phase| &phase.steps);
    let wrong = reports.filter(|step| step.label == WRONG);
    let breach = |step: &Step| Breach {
        rule_id: "SYS-SYNC-SUM".into(),
        subject: format!("system/00/{}/{day}", step.source_system),
        stream: format!("system/00/{}", step.source_system),
        on: day,
    };
    wrong.map(breach).collect()
}

/// Working days without a batch of a source: from its first batch on, each day has to have one.
#[derive(Debug, Clone, Default)]
pub(super) struct Silences {
    /// The day up to which each source that has begun was looked at.
    seen: BTreeMap<&'static str, NaiveDate>,
}

impl Silences {
    /// Notes who reports on a day; tells of which days before it somebody did not.
    pub(super) fn note(
        &mut self,
        day: NaiveDate,
        phases: &[Phase],
        calendar: &Calendar,
    ) -> Vec<Breach> {
        let mut breaches = Vec::new();
        for (system, seen) in &mut self.seen {
            let between = seen.iter_days().skip(1).take_while(|on| *on < day);
            for silent_on in between.filter(|on| calendar.is_workday(*on)) {
                breaches.push(Breach {
                    rule_id: "SYS-SYNC-1WD".into(),
                    subject: format!("system/00/{system}/{silent_on}"),
                    stream: format!("system/00/{system}"),
                    on: calendar.workdays_after(silent_on, 1),
                });
            }
            *seen = day.pred_opt().unwrap_or(day).max(*seen);
        }
        let reports = phases.last().into_iter().flat_map(|phase| &phase.steps);
        for step in reports.filter(|step| step.label.starts_with("batch report")) {
            self.seen.insert(step.source_system, day);
        }
        breaches
    }
}

/// The ledger's id of an event: a UUID of version 8.
fn event_id(source_system: &str, source_ref: &str) -> [u8; 16] {
    let digest = Sha256::new()
        .chain_update(b"bihuan/event-id/v1\0")
        .chain_update(source_system)
        .chain_update([0])
        .chain_update(source_ref)
        .finalize();
    let mut id = [0; 16];
    id.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(id)
        .into_uuid()
        .into_bytes()
}
