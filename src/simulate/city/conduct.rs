//! 不良行为记录: suppliers that are banned, and repaired; what happened against the rules, and what
//! a regulator waives.

use super::Clerk;
use crate::{
    events::v1::{
        BadConductRecorded, CreditRepaired, FindingWaived, IrregularFactRecorded,
        event_payload::Payload,
    },
    simulate::calendar::after,
};

const GROUNDS: [&str; 4] = [
    "提供虚假材料谋取中标",
    "中标后无正当理由拒不签订合同",
    "恶意串通",
    "捏造事实投诉",
];

pub(super) fn write(clerk: &mut Clerk<'_>) {
    let world = clerk.world;
    for index in 0..world.suppliers.len() / 20 {
        clerk.begin(2, 15);
        clerk.pass_days(0, 240);
        let supplier = &world.suppliers[index * 20];
        let stream = format!("supplier/4304/{}", supplier.uscc);
        let record_id = format!("CF-{}-{index:03}", clerk.year());
        let is_banned = clerk.random.chance(700);
        let day = |count: u64| after(clerk.today, count).to_string();
        let (ban_from, ban_to) = if is_banned {
            (day(1), day(365))
        } else {
            (String::new(), String::new())
        };
        let recorded = BadConductRecorded {
            subject: supplier.uscc.clone(),
            record_id: record_id.clone(),
            ground: (*clerk.random.pick(&GROUNDS)).into(),
            ban_from,
            ban_to,
            decision_doc: format!("虚构财购罚〔{}〕{}号", clerk.year(), index + 1),
            on: clerk.date(),
        };
        let sender = clerk.regulator(supplier.region);
        let payload = Payload::BadConductRecorded(recorded);
        clerk.send(sender, stream.clone(), payload, "bad conduct recorded");
        if clerk.random.chance(300) {
            clerk.pass(30, 60);
            let repaired = CreditRepaired {
                subject: supplier.uscc.clone(),
                record_id,
                reason: "已履行处罚决定并作出信用承诺".into(),
                repaired_on: clerk.date(),
            };
            let payload = Payload::CreditRepaired(repaired);
            clerk.send(sender, stream, payload, "credit repaired");
        }
    }
    watch(clerk);
    keep_silent(clerk);
}

/// Units do not disclose what of the year before is overdue.
fn keep_silent(clerk: &mut Clerk<'_>) {
    if clerk.is_first_year() {
        return;
    }
    let due_on = clerk.day_of_year(3, 31);
    for unit in &clerk.world.units {
        let about = (
            format!("unit/4304/{}/{}", unit.uscc, clerk.year()),
            format!("organisation/4304/{}", unit.uscc),
        );
        clerk.breaks(due_on, "CN-SME-DISCLOSE-0331", about);
    }
}

/// What no gate lets through but happened all the same, and a finding that is waived.
fn watch(clerk: &mut Clerk<'_>) {
    for region in 0..clerk.world.regions.len() {
        clerk.begin(4, 10);
        clerk.pass(0, 140);
        let sender = clerk.regulator(region);
        let stream = format!("region/4304/{}", sender.region);
        let year = clerk.year();
        let irregular = IrregularFactRecorded {
            fact_id: format!("YC-{year}-1"),
            subject_ref: format!("unit/4304/{}", clerk.world.units[region].uscc),
            violated_invariant: "E025_PAY_BEFORE_ACCEPTANCE".into(),
            description: "年初在验收前支付尾款,台账外发生".into(),
            amount_fen: Some(clerk.random.between(1000, 90_000) * 100),
            evidence_hash: clerk.hash(),
            on: clerk.date(),
        };
        let payload = Payload::IrregularFactRecorded(irregular);
        clerk.send(sender, stream.clone(), payload, "irregular fact recorded");
        let subject = format!("irregular-fact/4304/{}/YC-{year}-1", sender.region);
        clerk.breaks(clerk.today, "SYS-IRREGULAR-FACT", (subject, stream.clone()));
        if clerk.random.chance(400) {
            clerk.pass(5, 30);
            let waived = FindingWaived {
                waiver_id: format!("HM-{year}-1"),
                rule_id: "HY-02-REDHEAD".into(),
                subject_ref: format!("unit/4304/{}", clerk.world.units[region].uscc),
                reason: "文号格式为历史遗留".into(),
                authority: format!("虚构财购函〔{year}〕3号"),
                on: clerk.date(),
            };
            let payload = Payload::FindingWaived(waived);
            clerk.send(sender, stream, payload, "finding waived");
        }
    }
}
