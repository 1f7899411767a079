//! Examples of rules on contracts.

use super::{Example, Shows, Told};
use crate::{
    domain::testkit::{
        AWARD_FEN, CONTRACT, LOT, SUPPLIER, SUPPLIER_2, award_notice_issued, award_recorded,
        contract_filed, contract_signed, instant, notice_published,
    },
    events::v1::{self, ChallengeSubject, NoticeType},
};

/// What this family shows.
pub(super) const EXAMPLES: &[Example] = &[
    Example {
        rule: "GPL-46-SIGN-30D",
        shows: Shows::Kept,
        today: "2023-12-31",
        tells: |told| {
            awarded(told, "2023-09-12");
            signed(told, "2023-09-26");
        },
        says: "met, due 2023-10-12",
    },
    Example {
        rule: "GPL-46-SIGN-30D",
        shows: Shows::AtTheBound,
        today: "2023-12-31",
        tells: |told| {
            awarded(told, "2023-09-12");
            signed(told, "2023-10-12");
        },
        says: "met, due 2023-10-12",
    },
    Example {
        rule: "GPL-46-SIGN-30D",
        shows: Shows::Broken,
        today: "2023-12-31",
        tells: |told| {
            awarded(told, "2023-09-01");
            signed(told, "2023-10-09");
        },
        says: "late 2/2, due 2023-10-07",
    },
    Example {
        rule: "GPL-46-SIGN-30D",
        shows: Shows::Broken,
        today: "2023-10-13",
        tells: |told| {
            awarded(told, "2023-09-12");
            signed_by(told, "2023-09-26", SUPPLIER_2);
        },
        says: "overdue 1/1, due 2023-10-12",
    },
    Example {
        rule: "GPL-46-SIGN-30D",
        shows: Shows::AtTheBound,
        today: "2023-12-31",
        tells: |told| {
            awarded(told, "2023-09-12");
            challenged(told, true, "2023-09-15");
            replied(told, "2023-09-22");
            suspended(told, "2023-09-20", "2023-09-25");
            signed(told, "2023-10-23");
        },
        says: "met, due 2023-10-23",
    },
    Example {
        rule: "GPL-46-SIGN-30D",
        shows: Shows::Broken,
        today: "2023-12-31",
        tells: |told| {
            awarded(told, "2023-09-12");
            challenged(told, false, "2023-09-15");
            replied(told, "2023-09-22");
            signed(told, "2023-10-13");
        },
        says: "late 1/1, due 2023-10-12",
    },
    Example {
        rule: "GPL-46-SIGN-30D",
        shows: Shows::Broken,
        today: "2023-12-31",
        tells: |told| {
            awarded(told, "2023-09-12");
            challenged(told, true, "2023-10-16");
            replied(told, "2023-10-25");
            signed(told, "2023-10-26");
        },
        says: "late 14/10, due 2023-10-12",
    },
    Example {
        rule: "GPL-46-SIGN-30D",
        shows: Shows::Kept,
        today: "2023-10-20",
        tells: |told| {
            awarded(told, "2023-09-12");
            challenged(told, true, "2023-09-15");
        },
        says: "paused, due 2023-11-16",
    },
    Example {
        rule: "GPL-46-SIGN-30D",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| {
            awarded(told, "2023-09-12");
            revoked(told, "2023-09-20");
        },
        says: "void, due 2023-10-12",
    },
    Example {
        rule: "GPL-46-SIGN-30D",
        shows: Shows::Kept,
        today: "2023-12-31",
        tells: |told| {
            awarded(told, "2023-09-12");
            revoked(told, "2023-09-20");
            awarded(told, "2023-09-25");
            signed(told, "2023-10-10");
        },
        says: "void, due 2023-10-12; met, due 2023-10-25",
    },
    Example {
        rule: "GPL-46-SIGN-30D",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| {
            signed(told, "2023-09-26");
        },
        says: "",
    },
    Example {
        rule: "GPL-46-AMT-DIFF",
        shows: Shows::Kept,
        today: "2024-12-31",
        tells: |told| {
            told.tell(award_notice_issued());
            contract(told, "CT-1", AWARD_FEN);
        },
        says: "kept",
    },
    Example {
        rule: "GPL-46-AMT-DIFF",
        shows: Shows::AtTheBound,
        today: "2024-12-31",
        tells: |told| {
            told.tell(award_notice_issued());
            contract(told, "CT-1", AWARD_FEN - 1);
            contract(told, "CT-2", 1);
        },
        says: "kept",
    },
    Example {
        rule: "GPL-46-AMT-DIFF",
        shows: Shows::Broken,
        today: "2024-12-31",
        tells: |told| {
            told.tell(award_recorded());
            contract(told, "CT-1", AWARD_FEN - 1);
        },
        says: "broken 9999 of 10000",
    },
    Example {
        rule: "GPL-46-AMT-DIFF",
        shows: Shows::NotApplicable,
        today: "2024-12-31",
        tells: |told| {
            told.tell(award_notice_issued());
        },
        says: "",
    },
    Example {
        rule: "GPLR-54-SIGN-DURING",
        shows: Shows::Kept,
        today: "2023-12-31",
        tells: |told| {
            challenged(told, true, "2023-09-15");
            replied(told, "2023-09-22");
            signed(told, "2023-09-26");
        },
        says: "kept",
    },
    Example {
        rule: "GPLR-54-SIGN-DURING",
        shows: Shows::AtTheBound,
        today: "2023-12-31",
        tells: |told| {
            challenged(told, true, "2023-09-15");
            replied(told, "2023-09-22");
            signed(told, "2023-09-22");
        },
        says: "kept",
    },
    Example {
        rule: "GPLR-54-SIGN-DURING",
        shows: Shows::Broken,
        today: "2023-12-31",
        tells: |told| {
            challenged(told, true, "2023-09-15");
            replied(told, "2023-09-22");
            signed(told, "2023-09-21");
        },
        says: "broken",
    },
    Example {
        rule: "GPLR-54-SIGN-DURING",
        shows: Shows::Broken,
        today: "2023-12-31",
        tells: |told| {
            challenged(told, true, "2023-09-15");
            signed(told, "2023-09-21");
        },
        says: "broken",
    },
    Example {
        rule: "GPLR-54-SIGN-DURING",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| {
            challenged(told, false, "2023-09-15");
            signed(told, "2023-09-21");
        },
        says: "not applicable",
    },
    Example {
        rule: "GPLR-54-SIGN-DURING",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| {
            signed(told, "2023-09-21");
        },
        says: "",
    },
    Example {
        rule: "GPLR-50-CPUB-2WD",
        shows: Shows::Kept,
        today: "2023-12-31",
        tells: |told| {
            signed(told, "2023-09-26");
            notice(told, NoticeType::Contract, "2023-09-27");
        },
        says: "met, due 2023-09-28",
    },
    Example {
        rule: "GPLR-50-CPUB-2WD",
        shows: Shows::AtTheBound,
        today: "2025-12-31",
        tells: |told| {
            signed(told, "2025-01-26");
            notice(told, NoticeType::Contract, "2025-02-05");
        },
        says: "met, due 2025-02-05",
    },
    Example {
        rule: "GPLR-50-CPUB-2WD",
        shows: Shows::Broken,
        today: "2023-12-31",
        tells: |told| {
            signed(told, "2023-09-27");
            notice(told, NoticeType::Contract, "2023-10-08");
        },
        says: "late 1/1, due 2023-10-07",
    },
    Example {
        rule: "GPLR-50-CPUB-2WD",
        shows: Shows::Broken,
        today: "2023-09-28",
        tells: |told| {
            signed(told, "2023-09-26");
            notice(told, NoticeType::AcceptanceResult, "2023-09-27");
        },
        says: "overdue 0/0, due 2023-09-28",
    },
    Example {
        rule: "GPLR-50-CPUB-2WD",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| {
            awarded(told, "2023-09-12");
        },
        says: "",
    },
    Example {
        rule: "GPL-47-FILE-7WD",
        shows: Shows::Kept,
        today: "2023-12-31",
        tells: |told| {
            signed(told, "2023-09-26");
            filed(told, "2023-09-28");
        },
        says: "met, due 2023-10-11",
    },
    Example {
        rule: "GPL-47-FILE-7WD",
        shows: Shows::AtTheBound,
        today: "2023-12-31",
        tells: |told| {
            signed(told, "2023-09-26");
            filed(told, "2023-10-11");
        },
        says: "met, due 2023-10-11",
    },
    Example {
        rule: "GPL-47-FILE-7WD",
        shows: Shows::Broken,
        today: "2023-12-31",
        tells: |told| {
            signed(told, "2023-09-26");
            filed(told, "2023-10-12");
        },
        says: "late 1/1, due 2023-10-11",
    },
    Example {
        rule: "GPL-47-FILE-7WD",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| {
            filed(told, "2023-10-12");
        },
        says: "",
    },
];

fn awarded(told: &mut Told, on: &str) {
    let mut notice = award_notice_issued();
    notice.issued_on = on.into();
    told.tell(notice);
}

fn revoked(told: &mut Told, on: &str) {
    told.tell(v1::AwardRevoked {
        lot_no: LOT.into(),
        reason: "放弃中标".into(),
        next_candidate: SUPPLIER.into(),
        revoked_on: on.into(),
        ..v1::AwardRevoked::default()
    });
}

fn signed(told: &mut Told, on: &str) {
    signed_by(told, on, SUPPLIER);
}

fn signed_by(told: &mut Told, on: &str, supplier: &str) {
    let mut signed = contract_signed();
    signed.signed_on = on.into();
    signed.supplier = supplier.into();
    told.tell(signed);
}

fn contract(told: &mut Told, id: &str, fen: i64) {
    let mut signed = contract_signed();
    signed.contract_id = id.into();
    signed.amount_fen = fen;
    told.tell(signed);
}

fn challenged(told: &mut Told, may_affect_result: bool, on: &str) {
    told.tell(v1::ChallengeReceived {
        challenge_id: "CH-1".into(),
        supplier: SUPPLIER_2.into(),
        subject: ChallengeSubject::Result.into(),
        knew_on: on.into(),
        may_affect_result,
        received_on: on.into(),
        ..v1::ChallengeReceived::default()
    });
}

fn replied(told: &mut Told, on: &str) {
    told.tell(v1::ChallengeReplied {
        challenge_id: "CH-1".into(),
        replied_on: on.into(),
        ..v1::ChallengeReplied::default()
    });
}

fn suspended(told: &mut Told, from: &str, to: &str) {
    told.tell(v1::ComplaintSuspensionOrdered {
        complaint_id: "CP-1".into(),
        lot_nos: vec![LOT.into()],
        until: String::new(),
        ordered_on: from.into(),
    });
    told.tell(v1::ComplaintSuspensionLifted {
        complaint_id: "CP-1".into(),
        lot_nos: vec![LOT.into()],
        lifted_on: to.into(),
    });
}

fn notice(told: &mut Told, notice_type: NoticeType, on: &str) {
    let mut notice = notice_published("N-1");
    notice.notice_type = notice_type.into();
    notice.contract_id = CONTRACT.into();
    notice.published_at = instant(on, 10);
    notice.content = None;
    told.tell(notice);
}

fn filed(told: &mut Told, on: &str) {
    let mut filed = contract_filed();
    filed.filed_on = on.into();
    told.tell(filed);
}
