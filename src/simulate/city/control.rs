//! 内部控制制度: each unit issues its rules and files them with finance (task 02).

use chrono::NaiveDate;

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
            break_filing(clerk, index);
            continue;
        }
        clerk.begin(1, 9);
        clerk.pass(0, 110);
        issue(clerk, index);
    }
}

/// No rules were accepted by the last day of task 02, and that year's units are bound.
fn break_filing(clerk: &mut Clerk<'_>, index: usize) {
    if clerk.is_first_year() && clerk.year() == 2023 {
        let uscc = &clerk.world.units[index].uscc;
        let about = (
            format!("unit/4304/{uscc}"),
            format!("organisation/4304/{uscc}"),
        );
        clerk.breaks(clerk.day_of_year(10, 31), "HY-02-IC-FILED", about);
    }
}

/// The document number of a text; some have none of a red-header document.
fn doc_no(year: i32, number: usize, is_plain: bool) -> String {
    match is_plain {
        true => format!("虚构内部通知{number}"),
        false => format!("虚构发〔{year}〕{number}号"),
    }
}

fn issue(clerk: &mut Clerk<'_>, index: usize) {
    let unit = &clerk.world.units[index];
    let finance = clerk.regulator(unit.region);
    let stream = format!("unit/4304/{}", unit.uscc);
    let control_id = format!("NK-{}", clerk.year());
    // Some leave out what they should cover.
    let covered = if clerk.random.chance(200) { 6 } else { 9 };
    let is_plain = clerk.is_planted("HY-02-REDHEAD");
    let issued_on = clerk.today;
    let issued = InternalControlIssued {
        control_id: control_id.clone(),
        unit: unit.uscc.clone(),
        doc_no: doc_no(clerk.year(), index, is_plain),
        title: "政府采购内部控制制度".into(),
        covers: AREAS[..covered].iter().map(|area| (*area).into()).collect(),
        file_hash: clerk.hash(),
        issued_on: clerk.date(),
    };
    let sender = clerk.unit(unit);
    let payload = Payload::InternalControlIssued(issued);
    clerk.send(sender, stream.clone(), payload, "internal control issued");
    file(clerk, index, &control_id);
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
        file(clerk, index, &control_id);
    }
    accept(clerk, index, &control_id);
    if clerk.today > clerk.day_of_year(10, 31) {
        break_filing(clerk, index);
    }
    let revised_on = revise(clerk, index, (&control_id, is_plain));
    if repeal(clerk, index, &control_id) {
        return;
    }
    let about = (format!("control/4304/{}/{control_id}", unit.uscc), stream);
    if is_plain {
        let text_on = revised_on.unwrap_or(issued_on);
        clerk.breaks(text_on, "HY-02-REDHEAD", about.clone());
    }
    if covered < AREAS.len() && revised_on.is_none() {
        clerk.breaks(issued_on, "HY-02-SEPARATION", about);
    }
}

fn file(clerk: &mut Clerk<'_>, index: usize, control_id: &str) {
    let unit = &clerk.world.units[index];
    clerk.pass(1, 12);
    let filed = InternalControlFiled {
        control_id: control_id.into(),
        filed_to: clerk.regulator(unit.region).actor.into(),
        filed_on: clerk.date(),
    };
    let (sender, stream) = (clerk.unit(unit), format!("unit/4304/{}", unit.uscc));
    let payload = Payload::InternalControlFiled(filed);
    clerk.send(sender, stream, payload, "internal control filed");
    clerk.pass(1, 8);
}

fn accept(clerk: &mut Clerk<'_>, index: usize, control_id: &str) {
    let unit = &clerk.world.units[index];
    let accepted = InternalControlFilingAccepted {
        control_id: control_id.into(),
        decided_on: clerk.date(),
    };
    let (sender, stream) = (
        clerk.regulator(unit.region),
        format!("unit/4304/{}", unit.uscc),
    );
    let payload = Payload::InternalControlFilingAccepted(accepted);
    clerk.send(sender, stream, payload, "internal control accepted");
}

/// Revises the rules, sometimes; tells the day of a revision within the year.
fn revise(
    clerk: &mut Clerk<'_>,
    index: usize,
    (control_id, is_plain): (&str, bool),
) -> Option<NaiveDate> {
    if !clerk.random.chance(120) {
        return None;
    }
    let unit = &clerk.world.units[index];
    clerk.pass(20, 80);
    let revised = InternalControlRevised {
        control_id: control_id.into(),
        doc_no: doc_no(clerk.year(), 500 + index, is_plain),
        title: "政府采购内部控制制度(修订)".into(),
        covers: AREAS.map(Into::into).to_vec(),
        file_hash: clerk.hash(),
        revised_on: clerk.date(),
    };
    let (sender, stream) = (clerk.unit(unit), format!("unit/4304/{}", unit.uscc));
    let payload = Payload::InternalControlRevised(revised);
    clerk.send(sender, stream, payload, "internal control revised");
    let revised_on = Some(clerk.today).filter(|_| !clerk.is_over());
    file(clerk, index, control_id);
    accept(clerk, index, control_id);
    revised_on
}

/// Repeals the rules, rarely; tells whether that came within the year.
fn repeal(clerk: &mut Clerk<'_>, index: usize, control_id: &str) -> bool {
    if !clerk.random.chance(30) {
        return false;
    }
    let unit = &clerk.world.units[index];
    clerk.pass(20, 60);
    let repealed = InternalControlRepealed {
        control_id: control_id.into(),
        reason: "机构职能调整".into(),
        repealed_on: clerk.date(),
    };
    let (sender, stream) = (clerk.unit(unit), format!("unit/4304/{}", unit.uscc));
    let payload = Payload::InternalControlRepealed(repealed);
    clerk.send(sender, stream, payload, "internal control repealed");
    if !clerk.is_over() && clerk.today <= clerk.day_of_year(10, 31) {
        break_filing(clerk, index);
    }
    !clerk.is_over()
}
