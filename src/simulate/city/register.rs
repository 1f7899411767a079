//! What changes in the registry: organisations that change, merge and close, and the rules that
//! the city adopts.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use super::Clerk;
use crate::events::v1::{
    OrganisationChanged, OrganisationClosed, OrganisationMerged, RulePackAdopted,
    event_payload::Payload,
};

pub(super) fn write(clerk: &mut Clerk<'_>) {
    adopt(clerk);
    if !clerk.is_first_year() {
        return;
    }
    let world = clerk.world;
    for (index, passing) in world.passing.iter().enumerate() {
        clerk.begin(3, 1);
        clerk.pass(0, 100);
        let sender = clerk.regulator(passing.region);
        let stream = format!("organisation/4304/{}", passing.uscc);
        let changed = OrganisationChanged {
            uscc: passing.uscc.clone(),
            name: format!("{}(更名)", passing.name),
            kinds: passing.kinds.iter().map(|kind| (*kind).into()).collect(),
            region: world.region_code(passing.region).into(),
            budget_level: passing.level.into(),
            size: passing.size.into(),
            on: clerk.date(),
        };
        let payload = Payload::OrganisationChanged(changed);
        clerk.send(sender, stream.clone(), payload, "organisation changed");
        clerk.pass(10, 60);
        let uscc = passing.uscc.clone();
        let on = clerk.date();
        let (payload, label) = if index % 2 == 0 {
            let into = world.suppliers[index].uscc.clone();
            let merged = OrganisationMerged { uscc, into, on };
            let payload = Payload::OrganisationMerged(merged);
            (payload, "organisation merged")
        } else {
            let closed = OrganisationClosed { uscc, on };
            (Payload::OrganisationClosed(closed), "organisation closed")
        };
        clerk.send(sender, stream, payload, label);
    }
}

/// The city's pack of rules.
const OWN_PACK: &str = "hengyang-own";

/// The pack as text.
fn own_rules(year: i32) -> String {
    format!(
        r#"# 衡阳市自定规则
pack = "{OWN_PACK}"
version = "{year}.1"
zh = "衡阳市自定规则"
en = "Hengyang: rules of its own"

[[rule]]
id = "HYX-FILE-5WD"
zh = "预算单位应当自合同签订之日起五个工作日内将合同备案（严于法定七个工作日）"
en = "A unit files a contract within five working days of signing, two days stricter than the law"
citation = "衡财购〔{year}〕1号"
severity = "info"
confidence = "D"
kind = "deadline"
fact = "contract_filed"
convention = "WD-X"
length = 5
from = "{year}-01-01"
"#
    )
}

/// The city adopts a rule of its own, stricter than the law.
fn adopt(clerk: &mut Clerk<'_>) {
    clerk.begin(1, 17);
    let content = own_rules(clerk.year());
    let mut digest = String::with_capacity(64);
    for byte in Sha256::digest(&content) {
        write!(digest, "{byte:02x}").expect("a string takes any text");
    }
    let adopted = RulePackAdopted {
        pack_id: OWN_PACK.into(),
        version: format!("{}.1", clerk.year()),
        digest,
        content,
        effective_from: clerk.date(),
        adopted_on: clerk.date(),
    };
    let sender = clerk.city();
    let payload = Payload::RulePackAdopted(adopted);
    clerk.send(sender, "system/00/rules".into(), payload, "rules adopted");
}
