//! 内部控制制度: each unit issues its rules and files them with finance (task 02).

use super::Clerk;
use crate::events::v1::{
    ControlArea, InternalControlFiled, InternalControlFilingAccepted,
    InternalControlFilingReturned, InternalControlIssued, InternalControlRepealed,
    InternalControlRevised, event_payload::Payload,
};

const AREAS: [ControlArea; 9] = [
    ControlArea::Demand,
    ControlArea::Plan,
    ControlArea::Execution,
    ControlArea::Contract,
    ControlArea::Acceptance,
    ControlArea::Payment,
    ControlArea::Challenge,
    ControlArea::Archive,
    ControlArea::Separation,
];

pub(super) fn write(clerk: &mut Clerk<'_>) {
    for index in 0..clerk.world.units.len() {
        // Some units have none.
        if index % 12 == 11 {
            continue;
        }
        clerk.begin(1, 9);
        clerk.pass(0, 110);
        issue(clerk, index);
    }
}

fn issue(clerk: &mut Clerk<'_>, index: usize) {
    let unit = &clerk.world.units[index];
    let sender = clerk.unit(unit);
    let finance = clerk.regulator(unit.region);
    let stream = format!("unit/4304/{}", unit.uscc);
    let control_id = format!("NK-{}", clerk.year());
    // Some leave out what they should cover.
    let covered = if clerk.random.chance(200) { 6 } else { 9 };
    let issued = InternalControlIssued {
        control_id: control_id.clone(),
        unit: unit.uscc.clone(),
        doc_no: format!("虚构发〔{}〕{index}号", clerk.year()),
        title: "政府采购内部控制制度".into(),
        covers: AREAS[..covered].iter().map(|area| (*area).into()).collect(),
        file_hash: clerk.hash(),
        issued_on: clerk.date(),
    };
    let payload = Payload::InternalControlIssued(issued);
    clerk.send(sender, stream.clone(), payload, "internal control issued");
    let file = |clerk: &mut Clerk<'_>| {
        clerk.pass(1, 12);
        let filed = InternalControlFiled {
            control_id: control_id.clone(),
            filed_to: finance.actor.into(),
            filed_on: clerk.date(),
        };
        let payload = Payload::InternalControlFiled(filed);
        clerk.send(sender, stream.clone(), payload, "internal control filed");
        clerk.pass(1, 8);
    };
    file(clerk);
    if covered < AREAS.len() {
        let returned = InternalControlFilingReturned {
            control_id: control_id.clone(),
            reason: "未覆盖质疑投诉、档案与岗位分离".into(),
            decided_on: clerk.date(),
        };
        let payload = Payload::InternalControlFilingReturned(returned);
        clerk.send(
            finance,
            stream.clone(),
            payload,
            "internal control returned",
        );
        clerk.pass(3, 20);
        file(clerk);
    }
    let accept = |clerk: &mut Clerk<'_>| {
        let accepted = InternalControlFilingAccepted {
            control_id: control_id.clone(),
            decided_on: clerk.date(),
        };
        let payload = Payload::InternalControlFilingAccepted(accepted);
        clerk.send(
            finance,
            stream.clone(),
            payload,
            "internal control accepted",
        );
    };
    accept(clerk);
    if clerk.random.chance(120) {
        clerk.pass(20, 80);
        let revised = InternalControlRevised {
            control_id: control_id.clone(),
            doc_no: format!("虚构发〔{}〕{}号", clerk.year(), 500 + index),
            title: "政府采购内部控制制度(修订)".into(),
            covers: AREAS.map(Into::into).to_vec(),
            file_hash: clerk.hash(),
            revised_on: clerk.date(),
        };
        let payload = Payload::InternalControlRevised(revised);
        clerk.send(sender, stream.clone(), payload, "internal control revised");
        file(clerk);
        accept(clerk);
    }
    if clerk.random.chance(30) {
        clerk.pass(20, 60);
        let repealed = InternalControlRepealed {
            control_id,
            reason: "机构职能调整".into(),
            repealed_on: clerk.date(),
        };
        let payload = Payload::InternalControlRepealed(repealed);
        clerk.send(sender, stream, payload, "internal control repealed");
    }
}
