//! Examples of rules on acceptance.

use super::{Example, Shows, Told};
use crate::{
    domain::{
        payload::EventType,
        testkit::{
            acceptance_concluded, acceptance_material_uploaded, acceptance_requested,
            acceptance_team_formed, committee_formed, contract_completed, contract_signed,
            contract_terminated, example, instant, notice_published, plan_filed,
        },
    },
    events::v1::{
        AcceptanceConcluded, AcceptanceResult, AcceptanceResultNotice, AcceptanceTeamFormed,
        CommitteeMemberKind, NoticeType, RequirementTrait, event_payload::Payload,
        notice_published::Content,
    },
};

/// What this family shows.
pub(super) const EXAMPLES: &[Example] = &[
    Example {
        rule: "HY-03-ACC-UPLOAD-5WD",
        shows: Shows::Kept,
        today: "2023-12-31",
        tells: |told| {
            concluded(told);
            uploaded(told, "HY_SUPERVISION", "2023-11-08");
        },
        says: "met, due 2023-11-10",
    },
    Example {
        rule: "HY-03-ACC-UPLOAD-5WD",
        shows: Shows::AtTheBound,
        today: "2023-12-31",
        tells: |told| {
            concluded(told);
            uploaded(told, "HY_SUPERVISION", "2023-11-10");
        },
        says: "met, due 2023-11-10",
    },
    Example {
        rule: "HY-03-ACC-UPLOAD-5WD",
        shows: Shows::Broken,
        today: "2023-12-31",
        tells: |told| {
            concluded(told);
            uploaded(told, "HY_SUPERVISION", "2023-11-13");
        },
        says: "late 3/1, due 2023-11-10",
    },
    Example {
        rule: "HY-03-ACC-UPLOAD-5WD",
        shows: Shows::Broken,
        today: "2023-11-14",
        tells: |told| {
            concluded(told);
            uploaded(told, "CCGP_HY", "2023-11-08");
        },
        says: "overdue 4/2, due 2023-11-10",
    },
    Example {
        rule: "HY-03-ACC-UPLOAD-5WD",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| uploaded(told, "HY_SUPERVISION", "2023-11-08"),
        says: "",
    },
    Example {
        rule: "HY-03-ACC-PUB-5WD",
        shows: Shows::Kept,
        today: "2023-12-31",
        tells: |told| {
            concluded(told);
            published(told, "2023-11-09");
        },
        says: "met, due 2023-11-10",
    },
    Example {
        rule: "HY-03-ACC-PUB-5WD",
        shows: Shows::AtTheBound,
        today: "2023-12-31",
        tells: |told| {
            concluded(told);
            published(told, "2023-11-10");
        },
        says: "met, due 2023-11-10",
    },
    Example {
        rule: "HY-03-ACC-PUB-5WD",
        shows: Shows::Broken,
        today: "2023-11-10",
        tells: concluded,
        says: "overdue 0/0, due 2023-11-10",
    },
    Example {
        rule: "HY-03-ACC-PUB-5WD",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| published(told, "2023-11-09"),
        says: "",
    },
    Example {
        rule: "G205-ACC",
        shows: Shows::Kept,
        today: "2023-12-31",
        tells: |told| {
            requested(told, "2023-09-26");
            concluded_on(told, "2023-10-09", |_| {});
        },
        says: "met, due 2023-10-11",
    },
    Example {
        rule: "G205-ACC",
        shows: Shows::AtTheBound,
        today: "2023-12-31",
        tells: |told| {
            requested(told, "2023-09-26");
            concluded_on(told, "2023-10-11", |_| {});
        },
        says: "met, due 2023-10-11",
    },
    Example {
        rule: "G205-ACC",
        shows: Shows::Broken,
        today: "2023-12-31",
        tells: |told| {
            requested(told, "2023-09-26");
            concluded_on(told, "2023-10-12", |_| {});
        },
        says: "late 1/1, due 2023-10-11",
    },
    Example {
        rule: "G205-ACC",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| {
            concluded(told);
        },
        says: "",
    },
    Example {
        rule: "G205-ACC",
        shows: Shows::NotApplicable,
        today: "2024-12-31",
        tells: |told| {
            requested(told, "2024-08-26");
            told.tell(contract_terminated());
        },
        says: "void, due 2024-09-04",
    },
    Example {
        rule: "GPLR-45-ACC",
        shows: Shows::Kept,
        today: "2023-12-31",
        tells: |told| {
            concluded(told);
        },
        says: "kept",
    },
    Example {
        rule: "GPLR-45-ACC",
        shows: Shows::AtTheBound,
        today: "2023-12-31",
        tells: |told| {
            requires(told, RequirementTrait::PublicService);
            team(told, |of| of.service_users = true);
            concluded(told);
        },
        says: "kept",
    },
    Example {
        rule: "GPLR-45-ACC",
        shows: Shows::Broken,
        today: "2023-12-31",
        tells: |told| {
            requires(told, RequirementTrait::PublicService);
            team(told, |_| {});
            concluded(told);
        },
        says: "broken",
    },
    Example {
        rule: "GPLR-45-ACC",
        shows: Shows::Broken,
        today: "2024-12-31",
        tells: |told| {
            requires(told, RequirementTrait::PublicService);
            team(told, |of| of.service_users = true);
            concluded(told);
            told.tell(contract_completed());
        },
        says: "broken",
    },
    Example {
        rule: "GPLR-45-ACC",
        shows: Shows::Kept,
        today: "2024-12-31",
        tells: |told| {
            requires(told, RequirementTrait::PublicService);
            team(told, |of| of.service_users = true);
            concluded(told);
            published(told, "2023-11-09");
            told.tell(contract_completed());
        },
        says: "kept",
    },
    Example {
        rule: "GPLR-45-ACC",
        shows: Shows::Broken,
        today: "2023-12-31",
        tells: |told| {
            concluded_on(told, "2023-11-03", |of| of.items[0].standard.clear());
        },
        says: "broken",
    },
    Example {
        rule: "GPLR-45-ACC",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| {
            requires(told, RequirementTrait::PublicService);
        },
        says: "",
    },
    Example {
        rule: "GPL-41-INSPECTION",
        shows: Shows::Kept,
        today: "2023-12-31",
        tells: |told| {
            requires(told, RequirementTrait::Complex);
            team(told, |of| of.third_party = true);
            concluded(told);
        },
        says: "kept",
    },
    Example {
        rule: "GPL-41-INSPECTION",
        shows: Shows::AtTheBound,
        today: "2024-12-31",
        tells: |told| {
            large(told, 1_000_000_000);
            concluded(told);
        },
        says: "broken",
    },
    Example {
        rule: "GPL-41-INSPECTION",
        shows: Shows::AtTheBound,
        today: "2024-12-31",
        tells: |told| {
            large(told, 999_999_999);
            concluded(told);
        },
        says: "not applicable",
    },
    Example {
        rule: "GPL-41-INSPECTION",
        shows: Shows::Broken,
        today: "2023-12-31",
        tells: |told| {
            requires(told, RequirementTrait::Complex);
            team(told, |_| {});
            concluded(told);
        },
        says: "broken",
    },
    Example {
        rule: "GPL-41-INSPECTION",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| {
            concluded(told);
        },
        says: "not applicable",
    },
    Example {
        rule: "MOF99-ACC-SEPARATION",
        shows: Shows::Kept,
        today: "2024-12-31",
        tells: |told| {
            committee(told, "M-1");
            told.tell(contract_signed());
            concluded(told);
        },
        says: "kept",
    },
    Example {
        rule: "MOF99-ACC-SEPARATION",
        shows: Shows::AtTheBound,
        today: "2024-12-31",
        tells: |told| {
            told.tell(committee_formed());
            told.tell(contract_signed());
            team(told, |of| of.members[0].member_no = "M-5".into());
            concluded(told);
        },
        says: "kept",
    },
    Example {
        rule: "MOF99-ACC-SEPARATION",
        shows: Shows::Broken,
        today: "2024-12-31",
        tells: |told| {
            committee(told, "M-9");
            told.tell(contract_signed());
            concluded(told);
        },
        says: "broken",
    },
    Example {
        rule: "MOF99-ACC-SEPARATION",
        shows: Shows::Broken,
        today: "2024-12-31",
        tells: |told| {
            committee(told, "M-1");
            told.tell(contract_signed());
            team(told, |of| of.members[0].member_no = "M-1".into());
            concluded(told);
        },
        says: "broken",
    },
    Example {
        rule: "MOF99-ACC-SEPARATION",
        shows: Shows::NotApplicable,
        today: "2024-12-31",
        tells: |told| {
            told.tell(contract_signed());
            concluded(told);
        },
        says: "",
    },
];

fn concluded(told: &mut Told) {
    concluded_on(told, "2023-11-03", |_| {});
}

fn concluded_on(told: &mut Told, on: &str, edit: impl FnOnce(&mut AcceptanceConcluded)) {
    let mut concluded = acceptance_concluded(AcceptanceResult::Passed);
    concluded.concluded_on = on.into();
    edit(&mut concluded);
    told.tell(concluded);
}

fn requested(told: &mut Told, on: &str) {
    let mut requested = acceptance_requested();
    requested.requested_on = on.into();
    told.tell(requested);
}

fn team(told: &mut Told, edit: impl FnOnce(&mut AcceptanceTeamFormed)) {
    let mut team = acceptance_team_formed();
    edit(&mut team);
    told.tell(team);
}

fn requires(told: &mut Told, of: RequirementTrait) {
    let Payload::RequirementDefined(mut defined) = example(EventType::RequirementDefined) else {
        panic!("is no requirement");
    };
    defined.traits = vec![of.into()];
    told.tell(defined);
}

/// A plan and a contract of goods of an amount.
fn large(told: &mut Told, amount_fen: i64) {
    told.tell(plan_filed());
    let mut signed = contract_signed();
    signed.amount_fen = amount_fen;
    told.tell(signed);
}

/// A committee on which a person represents the purchaser.
fn committee(told: &mut Told, member_no: &str) {
    let mut committee = committee_formed();
    committee.members[0].member_no = member_no.into();
    committee.members[0].kind = CommitteeMemberKind::Purchaser.into();
    told.tell(committee);
}

fn uploaded(told: &mut Told, platform: &str, on: &str) {
    let mut uploaded = acceptance_material_uploaded();
    uploaded.platform = platform.into();
    uploaded.uploaded_at = instant(on, 10);
    told.tell(uploaded);
}

fn published(told: &mut Told, on: &str) {
    let mut notice = notice_published("N-1");
    notice.notice_type = NoticeType::AcceptanceResult.into();
    notice.acceptance_id = "AC-1".into();
    notice.channel = "CCGP_HY".into();
    notice.published_at = instant(on, 10);
    notice.content = Some(Content::AcceptanceResult(AcceptanceResultNotice::default()));
    told.tell(notice);
}
