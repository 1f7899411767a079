//! Examples of rules on changes of contracts and on papers.

use super::{Example, Shows, Told, day};
use crate::{
    domain::{
        payload::EventType,
        testkit::{
            CONTRACT, contract_changed, contract_signed, example, instant, lot_failed,
            notice_published, supplement_signed,
        },
    },
    events::v1::{self, LawTrack, NoticeType, event_payload::Payload},
};

/// What this family shows.
pub(super) const EXAMPLES: &[Example] = &[
    Example {
        rule: "MOF243-01-CHG-2WD",
        shows: Shows::Kept,
        today: "2024-12-31",
        tells: |told| {
            changed(told, "2024-04-02", 0, "第三条", "政府采购法第50条");
            notice(told, NoticeType::ContractChange, "2024-04-03");
        },
        says: "met, due 2024-04-07",
    },
    Example {
        rule: "MOF243-01-CHG-2WD",
        shows: Shows::AtTheBound,
        today: "2024-12-31",
        tells: |told| {
            changed(told, "2024-04-02", 0, "第三条", "政府采购法第50条");
            notice(told, NoticeType::ContractChange, "2024-04-07");
        },
        says: "met, due 2024-04-07",
    },
    Example {
        rule: "MOF243-01-CHG-2WD",
        shows: Shows::Broken,
        today: "2024-12-31",
        tells: |told| {
            changed(told, "2024-04-02", 0, "第三条", "政府采购法第50条");
            notice(told, NoticeType::Contract, "2024-04-03");
            supplemented(told, "2024-04-08", true);
            notice(told, NoticeType::ContractChange, "2024-04-08");
        },
        says: "late 1/1, due 2024-04-07; met, due 2024-04-10",
    },
    Example {
        rule: "MOF243-01-CHG-2WD",
        shows: Shows::NotApplicable,
        today: "2024-12-31",
        tells: |told| {
            changed(told, "2023-12-14", 0, "第三条", "政府采购法第50条");
        },
        says: "",
    },
    Example {
        rule: "GPL-50-CHANGE-GROUND",
        shows: Shows::Kept,
        today: "2024-12-31",
        tells: |told| {
            changed(
                told,
                "2024-04-02",
                -1,
                "合同金额",
                "继续履行将损害社会公共利益",
            );
        },
        says: "kept",
    },
    Example {
        rule: "GPL-50-CHANGE-GROUND",
        shows: Shows::AtTheBound,
        today: "2024-12-31",
        tells: |told| {
            changed(told, "2024-04-02", 1, "数量", "政府采购法第四十九条");
        },
        says: "kept",
    },
    Example {
        rule: "GPL-50-CHANGE-GROUND",
        shows: Shows::Broken,
        today: "2024-12-31",
        tells: |told| {
            changed(told, "2024-04-02", -1, "数量", "政府采购法第四十九条");
        },
        says: "broken",
    },
    Example {
        rule: "GPL-50-CHANGE-GROUND",
        shows: Shows::Broken,
        today: "2024-12-31",
        tells: |told| {
            changed(told, "2024-04-02", 0, "履行期限", "双方协商一致");
        },
        says: "broken",
    },
    Example {
        rule: "GPL-50-CHANGE-GROUND",
        shows: Shows::NotApplicable,
        today: "2024-12-31",
        tells: |told| {
            changed(told, "2024-04-02", 0, "收款账户", "供应商更换开户行");
        },
        says: "not applicable",
    },
    Example {
        rule: "GPL-49-SUPP-TERMS",
        shows: Shows::Kept,
        today: "2024-12-31",
        tells: |told| {
            signed(told, "2024-02-20");
            supplemented(told, "2024-04-08", true);
        },
        says: "kept",
    },
    Example {
        rule: "GPL-49-SUPP-TERMS",
        shows: Shows::AtTheBound,
        today: "2024-12-31",
        tells: |told| {
            supplemented(told, "2024-04-08", true);
            supplemented_as(told, "S-2", "2024-04-08", true);
        },
        says: "kept; kept",
    },
    Example {
        rule: "GPL-49-SUPP-TERMS",
        shows: Shows::Broken,
        today: "2024-12-31",
        tells: |told| {
            signed(told, "2024-02-20");
            supplemented(told, "2024-04-08", false);
        },
        says: "broken",
    },
    Example {
        rule: "GPL-49-SUPP-TERMS",
        shows: Shows::NotApplicable,
        today: "2024-12-31",
        tells: |told| {
            tender_law(told);
            supplemented(told, "2024-04-08", false);
        },
        says: "not applicable",
    },
    Example {
        rule: "GPL-42-ARCHIVE-15Y",
        shows: Shows::Kept,
        today: "2030-12-31",
        tells: |told| {
            completed(told, "2023-11-20");
        },
        says: "pending, due 2038-11-20",
    },
    Example {
        rule: "GPL-42-ARCHIVE-15Y",
        shows: Shows::AtTheBound,
        today: "2038-11-20",
        tells: |told| {
            completed(told, "2023-11-20");
            lost(told, "2038-11-20");
        },
        says: "met, due 2038-11-20",
    },
    Example {
        rule: "GPL-42-ARCHIVE-15Y",
        shows: Shows::AtTheBound,
        today: "2038-11-20",
        tells: |told| {
            told.tell(lot_failed(false));
            completed(told, "2023-11-20");
        },
        says: "met, due 2038-11-20; pending, due 2039-02-06",
    },
    Example {
        rule: "GPL-42-ARCHIVE-15Y",
        shows: Shows::Broken,
        today: "2030-12-31",
        tells: |told| {
            completed(told, "2023-11-20");
            lost(told, "2030-11-19");
        },
        says: "overdue 0/0, due 2038-11-20",
    },
    Example {
        rule: "GPL-42-ARCHIVE-15Y",
        shows: Shows::NotApplicable,
        today: "2030-12-31",
        tells: |told| {
            signed(told, "2023-09-26");
        },
        says: "",
    },
];

fn signed(told: &mut Told, on: &str) {
    let mut signed = contract_signed();
    signed.signed_on = on.into();
    told.tell(signed);
}

fn tender_law(told: &mut Told) {
    let mut signed = contract_signed();
    signed.law_track = LawTrack::TenderLaw.into();
    told.tell(signed);
}

fn notice(told: &mut Told, notice_type: NoticeType, on: &str) {
    let mut notice = notice_published("N-1");
    notice.notice_type = notice_type.into();
    notice.contract_id = CONTRACT.into();
    notice.published_at = instant(on, 10);
    notice.content = None;
    told.tell(notice);
}

fn changed(told: &mut Told, on: &str, delta_fen: i64, clause: &str, ground: &str) {
    let mut changed = contract_changed(delta_fen);
    changed.clause = clause.into();
    changed.legal_ground = ground.into();
    changed.changed_on = on.into();
    told.tell(changed);
}

fn supplemented(told: &mut Told, on: &str, same_subject: bool) {
    supplemented_as(told, "S-1", on, same_subject);
}

fn supplemented_as(told: &mut Told, no: &str, on: &str, same_subject: bool) {
    let mut supplement = supplement_signed();
    supplement.supplement_no = no.into();
    supplement.same_subject = same_subject;
    supplement.signed_on = on.into();
    told.tell(supplement);
}

fn completed(told: &mut Told, on: &str) {
    told.tell(v1::ContractCompleted {
        contract_id: CONTRACT.into(),
        on: on.into(),
    });
}

/// A regulator records that papers were destroyed.
fn lost(told: &mut Told, on: &str) {
    let Payload::IrregularFactRecorded(mut fact) = example(EventType::IrregularFactRecorded) else {
        panic!("is no irregular fact");
    };
    fact.violated_invariant = "GPL-42-ARCHIVE-15Y".into();
    fact.on = on.into();
    told.tell(fact);
}

#[test]
fn papers_that_were_lost_are_found_on_the_day_of_the_loss() {
    let mut told = Told::new();
    completed(&mut told, "2023-11-20");
    lost(&mut told, "2030-11-19");
    let judgement = told.judged("2030-12-31");
    let is_it = |of: &&crate::rules::verdict::Finding| of.rule_id == "GPL-42-ARCHIVE-15Y";
    let finding = judgement.findings.iter().find(is_it).expect("is found");
    assert_eq!((finding.on, finding.evidence.len()), (day("2030-11-19"), 2));
}
