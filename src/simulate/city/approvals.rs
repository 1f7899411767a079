//! 审批事项: what the city's catalogue says needs approval, and what becomes of it (task 12).

use chrono::NaiveDate;

use super::Clerk;
use crate::events::v1::{
    ApprovalItemAbolished, ApprovalItemCatalogued, ApprovalItemJustified, ApprovalItemMerged,
    DayUnit, LoopStage, event_payload::Payload,
};

/// The items that stand the whole year.
pub(in crate::simulate) const STANDING: [&str; 3] = ["SX-01", "SX-02", "SX-03"];

/// Items: code, name, basis, stage.
const ITEMS: [(&str, &str, &str, LoopStage); 6] = [
    (
        "SX-01",
        "变更政府采购方式审批",
        "政府采购法第二十七条",
        LoopStage::Plan,
    ),
    (
        "SX-02",
        "采购进口产品审核",
        "财库〔2007〕119号",
        LoopStage::Requirement,
    ),
    ("SX-03", "采购预算调剂审批", "", LoopStage::Budget),
    ("SX-04", "采购文件备案审查", "", LoopStage::Execution),
    ("SX-05", "采购结果确认审批", "", LoopStage::Execution),
    ("SX-06", "合同签订前置审批", "", LoopStage::Contract),
];

pub(super) fn write(clerk: &mut Clerk<'_>) {
    if !clerk.is_first_year() {
        return;
    }
    let sender = clerk.city();
    let stream = "region/4304/430400".to_owned();
    let region = sender.region.to_owned();
    clerk.begin(1, 4);
    let listed_on = clerk.today;
    for (code, name, legal_basis, stage) in ITEMS {
        let is_statutory = !legal_basis.is_empty();
        let catalogued = ApprovalItemCatalogued {
            item_code: code.into(),
            region: region.clone(),
            name: name.into(),
            owner: sender.actor.into(),
            legal_basis: legal_basis.into(),
            stage: stage.into(),
            statutory: is_statutory,
            limit_days: is_statutory.then_some(5),
            limit_unit: if is_statutory { DayUnit::Wd.into() } else { 0 },
            on: clerk.date(),
        };
        let payload = Payload::ApprovalItemCatalogued(catalogued);
        clerk.send(sender, stream.clone(), payload, "approval item listed");
    }
    clerk.pass(20, 30);
    let justified = ApprovalItemJustified {
        item_code: "SX-03".into(),
        region: region.clone(),
        legal_basis: "预算法第七十二条".into(),
        on: clerk.date(),
    };
    let payload = Payload::ApprovalItemJustified(justified);
    clerk.send(sender, stream.clone(), payload, "approval item justified");
    note(clerk, listed_on, "SX-03");
    let doc_no = format!("虚构财购〔{}〕21号", clerk.year());
    clerk.pass(10, 30);
    for code in ["SX-04", "SX-05"] {
        let abolished = ApprovalItemAbolished {
            item_code: code.into(),
            region: region.clone(),
            doc_no: doc_no.clone(),
            effective_on: clerk.date(),
            on: clerk.date(),
        };
        let payload = Payload::ApprovalItemAbolished(abolished);
        clerk.send(sender, stream.clone(), payload, "approval item abolished");
        note(clerk, listed_on, code);
    }
    // Sometimes the last of them stands beyond the day that task 12 names.
    if clerk.is_planted("HY-12-NONSTAT") {
        clerk.today = clerk.calendar.on_or_after(clerk.day_of_year(11, 6));
    }
    let merged = ApprovalItemMerged {
        item_code: "SX-06".into(),
        region,
        into: "SX-03".into(),
        doc_no,
        effective_on: clerk.date(),
        on: clerk.date(),
    };
    let payload = Payload::ApprovalItemMerged(merged);
    clerk.send(sender, stream, payload, "approval item merged");
    note(clerk, listed_on, "SX-06");
}

/// Notes that an item without a basis stood beyond the last day of task 12.
fn note(clerk: &mut Clerk<'_>, listed_on: NaiveDate, code: &str) {
    let last_on = NaiveDate::from_ymd_opt(2023, 10, 31).unwrap_or_default();
    let due_on = last_on.max(listed_on);
    if clerk.today > due_on {
        let about = (
            format!("item/4304/430400/{code}"),
            "region/4304/430400".to_owned(),
        );
        clerk.breaks(due_on, "HY-12-NONSTAT", about);
    }
}
