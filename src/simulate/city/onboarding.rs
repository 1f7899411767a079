//! 全省“一张网”: each area begins to use the province's system, module by module (task 11).

use chrono::NaiveDate;

use super::Clerk;
use crate::events::v1::{
    RegionModuleEnabled, RegionModuleSuspended, RegionOnboarded, RegionOnboardingStarted,
    SystemModule, event_payload::Payload,
};

const MODULES: [SystemModule; 10] = [
    SystemModule::Budget,
    SystemModule::Intention,
    SystemModule::Requirement,
    SystemModule::Plan,
    SystemModule::Execution,
    SystemModule::Contract,
    SystemModule::Payment,
    SystemModule::Acceptance,
    SystemModule::Credit,
    SystemModule::Challenge,
];

pub(super) fn write(clerk: &mut Clerk<'_>) {
    if !clerk.is_first_year() {
        return;
    }
    for region in 0..clerk.world.regions.len() {
        // The prefecture's own level goes first.
        clerk.begin(1, 4);
        if region > 0 {
            clerk.pass(5, 60);
        }
        let sender = clerk.regulator(region);
        let code = sender.region.to_owned();
        let stream = format!("region/4304/{code}");
        let started = RegionOnboardingStarted {
            region: code.clone(),
            on: clerk.date(),
        };
        let payload = Payload::RegionOnboardingStarted(started);
        clerk.send(sender, stream.clone(), payload, "onboarding started");
        for module in MODULES {
            clerk.pass(1, 8);
            enable(clerk, region, module);
        }
        clerk.pass(1, 10);
        let last_on = NaiveDate::from_ymd_opt(2023, 6, 30).unwrap_or_default();
        if region > 0 && clerk.is_planted("HY-11-ONLINE-0630") {
            let late_on = clerk.calendar.on_or_after(clerk.day_of_year(8, 1));
            clerk.today = clerk.today.max(late_on);
        }
        let about = (stream.clone(), stream.clone());
        if region > 0 && clerk.today > last_on {
            clerk.breaks(last_on, "HY-11-ONLINE-0630", about);
        }
        let onboarded = RegionOnboarded {
            region: code.clone(),
            live_on: clerk.date(),
        };
        let payload = Payload::RegionOnboarded(onboarded);
        clerk.send(sender, stream.clone(), payload, "region live");
        if clerk.random.chance(200) {
            clerk.pass(10, 60);
            let module = *clerk.random.pick(&MODULES);
            let suspended = RegionModuleSuspended {
                region: code,
                module: module.into(),
                reason: "接口升级".into(),
                suspended_on: clerk.date(),
            };
            let payload = Payload::RegionModuleSuspended(suspended);
            clerk.send(sender, stream.clone(), payload, "module suspended");
            // A county is to have the modules of all stages; it is without one from this day on.
            let is_of_stage =
                !matches!(module, SystemModule::Requirement | SystemModule::Challenge);
            if region > 0 && is_of_stage && !clerk.is_over() {
                let subject = format!("{stream}/{}", clerk.today);
                clerk.breaks(clerk.today, "HY-11-FULLFLOW", (subject, stream));
            }
            clerk.pass(2, 15);
            enable(clerk, region, module);
        }
    }
}

fn enable(clerk: &mut Clerk<'_>, region: usize, module: SystemModule) {
    let sender = clerk.regulator(region);
    let enabled = RegionModuleEnabled {
        region: sender.region.into(),
        module: module.into(),
        enabled_on: clerk.date(),
    };
    let stream = format!("region/4304/{}", sender.region);
    let payload = Payload::RegionModuleEnabled(enabled);
    clerk.send(sender, stream, payload, "module enabled");
}
