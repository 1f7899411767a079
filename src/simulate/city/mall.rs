//! 电子卖场: its rules, who looks after it, which units use it, and what is bought beside it
//! (task 03a).

use std::collections::BTreeMap;

use bytes::Bytes;
use chrono::NaiveDate;

use super::Clerk;
use crate::{
    events::v1::{
        ActorRole, EmallManagerAppointed, EmallManagerAppointedPersonal, EmallRuleKind,
        EmallRulePublished, EmallUnitActivated, PersonDetail, PersonalPayload,
        SmallPurchaseExemption, SmallPurchaseRecorded, event_payload::Payload,
        personal_payload::Personal,
    },
    simulate::draft::{midnight, source},
};

/// What units buy in small, by category.
const SMALL: [(&str, i64); 4] = [
    ("A05040101", 40_000),
    ("C23090100", 90_000),
    ("C23120301", 120_000),
    ("A02020400", 150_000),
];

pub(super) fn write(clerk: &mut Clerk<'_>) {
    for region in 0..clerk.world.regions.len() {
        clerk.begin(2, 1);
        clerk.pass(0, 40);
        clerk.is_muted = is_idle(clerk, region, "HY-10-RULE");
        publish_rules(clerk, region);
        clerk.is_muted = is_idle(clerk, region, "HY-10-MANAGER");
        appoint(clerk, region);
        clerk.is_muted = false;
    }
    let units = &clerk.world.units;
    for (index, unit) in units.iter().enumerate() {
        // Every tenth unit has not come to it yet.
        if index % 10 == 9 || !clerk.is_first_year() {
            continue;
        }
        clerk.begin(1, 4);
        clerk.pass(0, 12);
        let mall = clerk.system(source::EMALL, ActorRole::EmallSys, unit.region);
        let activated = EmallUnitActivated {
            unit: unit.uscc.clone(),
            account_no: format!("EM-{index:04}"),
            activated_on: clerk.date(),
        };
        let payload = Payload::EmallUnitActivated(activated);
        let stream = format!("unit/4304/{}", unit.uscc);
        clerk.send(mall, stream, payload, "unit opened in the e-mall");
    }
    buy_small(clerk);
}

/// Units buy in small, in the e-mall and outside of it.
fn buy_small(clerk: &mut Clerk<'_>) {
    let units = &clerk.world.units;
    // The first day on which each unit bought outside without a reason.
    let mut outside = BTreeMap::<&str, NaiveDate>::new();
    for index in 0..clerk.scene.drawn.projects.len() {
        let unit = clerk.random.pick(units);
        clerk.begin(1, 10);
        clerk.pass_days(0, 340);
        let (category, least_fen) = *clerk.random.pick(&SMALL);
        let is_outside = clerk.random.chance(120);
        let (channel, reason) = if is_outside {
            let reasons = [
                SmallPurchaseExemption::Emergency,
                SmallPurchaseExemption::NotListed,
                SmallPurchaseExemption::Utility,
                // Without any reason, as task 03a forbids.
                SmallPurchaseExemption::Unspecified,
            ];
            (source::INTRANET, *clerk.random.pick(&reasons))
        } else {
            (source::EMALL, SmallPurchaseExemption::Unspecified)
        };
        let purchase_id = format!("LX-{}-{:06}", clerk.year(), index + 1);
        let recorded = SmallPurchaseRecorded {
            unit: unit.uscc.clone(),
            purchase_id: purchase_id.clone(),
            category: category.into(),
            category_version: 2022,
            amount_fen: least_fen + clerk.random.between(0, 300_000),
            channel: channel.into(),
            exemption_reason: reason.into(),
            purchased_on: clerk.date(),
        };
        let stream = format!("unit/4304/{}", unit.uscc);
        let payload = Payload::SmallPurchaseRecorded(recorded);
        let sender = clerk.unit(unit);
        clerk.send(sender, stream.clone(), payload, "small purchase recorded");
        if channel == source::INTRANET
            && reason == SmallPurchaseExemption::Unspecified
            && !clerk.is_over()
        {
            let subject = format!("purchase/4304/{}/{purchase_id}", unit.uscc);
            clerk.breaks(clerk.today, "HY-03-EMALL", (subject, stream));
            let first = outside.entry(&unit.uscc).or_insert(clerk.today);
            *first = clerk.today.min(*first);
        }
    }
    for (unit, on) in outside {
        let stream = format!("unit/4304/{unit}");
        let subject = format!("{stream}/{}", clerk.year());
        clerk.breaks(on, "HY-10-PEN-100", (subject, stream));
    }
}

/// Whether a region does not do what task 10 asks of it in time: some do not in its year. What a
/// city does in later years only is late.
fn is_idle(clerk: &mut Clerk<'_>, region: usize, rule_id: &str) -> bool {
    let is_of_year = clerk.year() == 2023;
    let is_idle = is_of_year && clerk.is_planted(rule_id);
    if clerk.is_first_year() && (is_idle || !is_of_year) {
        let code = clerk.world.region_code(region);
        let due_on = NaiveDate::from_ymd_opt(2023, 12, 31).unwrap_or_default();
        let about = (format!("region/4304/{code}"), format!("region/4304/{code}"));
        clerk.breaks(due_on, rule_id, about);
    }
    is_idle
}

fn publish_rules(clerk: &mut Clerk<'_>, region: usize) {
    let kinds = [
        (EmallRuleKind::System, "电子卖场管理制度"),
        (EmallRuleKind::Procedure, "电子卖场操作规程"),
    ];
    let sender = clerk.regulator(region);
    for (index, (kind, title)) in kinds.into_iter().enumerate() {
        let rule = EmallRulePublished {
            region: sender.region.into(),
            rule_id: format!("MC-{}-{}", clerk.year(), index + 1),
            kind: kind.into(),
            title: format!("{}{title}", clerk.world.regions[region].name),
            doc_no: format!("虚构财购〔{}〕{}号", clerk.year(), 10 + index),
            issued_on: clerk.date(),
        };
        let stream = format!("region/4304/{}", sender.region);
        let payload = Payload::EmallRulePublished(rule);
        clerk.send(sender, stream, payload, "rule of the e-mall published");
    }
}

fn appoint(clerk: &mut Clerk<'_>, region: usize) {
    clerk.pass(0, 5);
    let sender = clerk.regulator(region);
    let manager_no = format!("ZY-{region:02}");
    let appointed = EmallManagerAppointed {
        region: sender.region.into(),
        appointment_id: format!("RM-{}", clerk.year()),
        manager_no: manager_no.clone(),
        office_phone: "0734-0000000".into(),
        from: clerk.date(),
        to: String::new(),
        on: clerk.date(),
    };
    let person = PersonDetail {
        name: format!("虚构人员{region:02}"),
        member_no: manager_no,
        ..PersonDetail::default()
    };
    let personal = EmallManagerAppointedPersonal {
        nonce: Bytes::copy_from_slice(&clerk.random.bytes::<32>()),
        person: Some(person),
    };
    let personal = PersonalPayload {
        personal: Some(Personal::EmallManagerAppointed(personal)),
    };
    let stream = format!("region/4304/{}", sender.region);
    let told = (
        midnight(clerk.today),
        Payload::EmallManagerAppointed(appointed),
    );
    clerk.send_with(
        sender,
        stream,
        told,
        Some(personal),
        "manager of the e-mall appointed",
    );
}
