//! Examples of rules on what comes before procurement starts.

use super::{
    Example,
    Shows::{AtTheBound, Broken, Kept, NotApplicable},
    Told,
    project::{approved, document, example, plan, plan_by, publicised, tell, thresholds},
};
use crate::{
    domain::testkit::{AGENCY, CENTRAL, LINE, LOT, intention_published, lot_failed, part},
    events::v1::{self, Organisation, OrganisationKind, ProcurementMethod, SmePolicyKind},
};

/// What this family shows.
pub(super) const EXAMPLES: &[Example] = &[
    example(
        "MOF10-INTENT-30D",
        Kept,
        |told| {
            intended(told, "2023-07-10");
            planned(told);
            issued(told);
        },
        "kept",
    ),
    example(
        "MOF10-INTENT-30D",
        AtTheBound,
        |told| {
            intended(told, "2023-07-15");
            planned(told);
            issued(told);
        },
        "kept",
    ),
    example(
        "MOF10-INTENT-30D",
        Broken,
        |told| {
            intended(told, "2023-07-16");
            planned(told);
            issued(told);
        },
        "broken 29 of 30",
    ),
    example(
        "MOF10-INTENT-30D",
        AtTheBound,
        |told| {
            intended(told, "2023-07-10");
            revised(told, "电脑", 330_000_000);
            planned(told);
            issued(told);
        },
        "kept",
    ),
    example(
        "MOF10-INTENT-30D",
        Broken,
        |told| {
            intended(told, "2023-07-10");
            revised(told, "电脑", 330_000_001);
            planned(told);
            issued(told);
        },
        "broken 25 of 30",
    ),
    example(
        "MOF10-INTENT-30D",
        Broken,
        |told| {
            intended(told, "2023-07-10");
            revised(told, "服务器", 300_000_000);
            planned(told);
            issued(told);
        },
        "broken 25 of 30",
    ),
    example(
        "MOF10-INTENT-30D",
        Broken,
        |told| {
            // The publicity of a single source starts procurement.
            intended(told, "2023-07-20");
            plan_by(told, ProcurementMethod::SingleSource);
            publicised(told, "2023-08-10", "2023-08-17");
            issued(told);
        },
        "broken 21 of 30",
    ),
    example(
        "MOF10-INTENT-30D",
        NotApplicable,
        |told| {
            told.tell(v1::IntentionExempted {
                intention_id: "IN-1".into(),
                reason_code: v1::IntentionExemption::Urgent.into(),
                on: "2023-08-01".into(),
                ..v1::IntentionExempted::default()
            });
            planned(told);
            issued(told);
        },
        "not applicable",
    ),
    example(
        "MOF10-INTENT-30D",
        NotApplicable,
        |told| {
            intended(told, "2023-07-10");
            planned(told);
        },
        "",
    ),
    example(
        "GPLR-29-PLAN",
        Kept,
        |told| {
            planned(told);
            issued(told);
        },
        "kept",
    ),
    example(
        "GPLR-29-PLAN",
        AtTheBound,
        |told| {
            plan(told, 300_000_000, |of| of.filed_on = "2023-08-14".into());
            issued(told);
        },
        "kept",
    ),
    example(
        "GPLR-29-PLAN",
        Broken,
        |told| {
            plan(told, 300_000_000, |of| of.filed_on = "2023-08-15".into());
            issued(told);
        },
        "broken",
    ),
    example(
        "GPLR-29-PLAN",
        Broken,
        |told| {
            plan(told, 300_000_000, |of| of.filed_on = "2023-08-14".into());
            told.tell(v1::ProcurementStarted {
                start_id: "ST-1".into(),
                lot_nos: vec![LOT.into()],
                on: "2023-08-11".into(),
            });
            issued(told);
        },
        "broken",
    ),
    example("GPLR-29-PLAN", NotApplicable, planned, ""),
    example(
        "GPL-18-CENTRAL",
        Kept,
        |told| {
            catalogue(told, "A02010104");
            of_category(told, "A02010104", Organisation::Central, CENTRAL);
        },
        "kept",
    ),
    example(
        "GPL-18-CENTRAL",
        Kept,
        |told| {
            catalogue(told, "A02010104");
            of_category(told, "A02010104", Organisation::DeptCentral, "");
        },
        "kept",
    ),
    example(
        "GPL-18-CENTRAL",
        Broken,
        |told| {
            catalogue(told, "A02010104");
            of_category(told, "A02010104", Organisation::Dispersed, "");
        },
        "broken",
    ),
    example(
        "GPL-18-CENTRAL",
        Broken,
        |told| {
            // Central by name, but the agency is no central one.
            catalogue(told, "A02010104");
            of_category(told, "A02010104", Organisation::Central, AGENCY);
        },
        "broken",
    ),
    example(
        "GPL-18-CENTRAL",
        AtTheBound,
        |told| {
            // A class stands for all below it.
            catalogue(told, "A02010000");
            of_category(told, "A02010104", Organisation::Dispersed, "");
        },
        "broken",
    ),
    example(
        "GPL-18-CENTRAL",
        AtTheBound,
        |told| {
            catalogue(told, "A02010000");
            of_category(told, "A02020104", Organisation::Dispersed, "");
        },
        "not applicable",
    ),
    example(
        "GPL-18-CENTRAL",
        NotApplicable,
        |told| {
            thresholds(told);
            of_category(told, "A02010104", Organisation::Dispersed, "");
        },
        "not applicable",
    ),
    example(
        "GPL-27-METHOD-APPROVAL",
        Kept,
        |told| {
            thresholds(told);
            plan_by(told, ProcurementMethod::Negotiation);
            approved(told, LOT, ProcurementMethod::Negotiation, "2023-08-10");
            issued(told);
        },
        "kept",
    ),
    example(
        "GPL-27-METHOD-APPROVAL",
        AtTheBound,
        |told| {
            thresholds(told);
            plan(told, 200_000_000, |of| {
                of.method = ProcurementMethod::Inquiry.into();
            });
            approved(told, LOT, ProcurementMethod::Inquiry, "2023-08-14");
            issued(told);
        },
        "kept",
    ),
    example(
        "GPL-27-METHOD-APPROVAL",
        Broken,
        |told| {
            thresholds(told);
            plan(told, 200_000_000, |of| {
                of.method = ProcurementMethod::Inquiry.into();
            });
            issued(told);
            approved(told, LOT, ProcurementMethod::Inquiry, "2023-08-15");
        },
        "broken",
    ),
    example(
        "GPL-27-METHOD-APPROVAL",
        Broken,
        |told| {
            // Another method was approved than that of the plan's other lot.
            thresholds(told);
            plan_by(told, ProcurementMethod::Negotiation);
            approved(told, "02", ProcurementMethod::Negotiation, "2023-08-10");
            issued(told);
        },
        "broken",
    ),
    example(
        "GPL-27-METHOD-APPROVAL",
        Kept,
        |told| {
            // A single source is made public before it is approved.
            thresholds(told);
            plan_by(told, ProcurementMethod::SingleSource);
            publicised(told, "2023-08-01", "2023-08-08");
            approved(told, LOT, ProcurementMethod::SingleSource, "2023-08-10");
            issued(told);
        },
        "kept",
    ),
    example(
        "GPL-27-METHOD-APPROVAL",
        Kept,
        retried,
        "not applicable; kept",
    ),
    example(
        "GPL-27-METHOD-APPROVAL",
        NotApplicable,
        |told| {
            thresholds(told);
            plan(told, 199_999_999, |of| {
                of.method = ProcurementMethod::Inquiry.into();
            });
            issued(told);
        },
        "not applicable",
    ),
    example(
        "GPL-27-METHOD-APPROVAL",
        NotApplicable,
        |told| {
            thresholds(told);
            planned(told);
            issued(told);
        },
        "not applicable",
    ),
    example(
        "GPL-27-METHOD-APPROVAL",
        NotApplicable,
        |told| {
            plan_by(told, ProcurementMethod::Inquiry);
            issued(told);
        },
        "not applicable",
    ),
    example(
        "MOF46-SMALL-ALL",
        Kept,
        |told| goods(told, 150_000_000, SmePolicyKind::AllReserved, ""),
        "kept",
    ),
    example(
        "MOF46-SMALL-ALL",
        AtTheBound,
        |told| goods(told, 200_000_000, SmePolicyKind::AllReserved, ""),
        "kept",
    ),
    example(
        "MOF46-SMALL-ALL",
        Broken,
        |told| goods(told, 200_000_000, SmePolicyKind::PartReserved, ""),
        "broken",
    ),
    example(
        "MOF46-SMALL-ALL",
        Broken,
        |told| goods(told, 50_000_000, SmePolicyKind::NonReserved, " "),
        "broken",
    ),
    example(
        "MOF46-SMALL-ALL",
        NotApplicable,
        |told| goods(told, 200_000_001, SmePolicyKind::PartReserved, ""),
        "not applicable",
    ),
    example(
        "MOF46-SMALL-ALL",
        NotApplicable,
        |told| goods(told, 49_999_999, SmePolicyKind::PartReserved, ""),
        "not applicable",
    ),
    example(
        "MOF46-SMALL-ALL",
        NotApplicable,
        |told| {
            goods(
                told,
                150_000_000,
                SmePolicyKind::NonReserved,
                "只能从大型企业采购",
            );
        },
        "not applicable",
    ),
    example(
        "MOF46-SMALL-ALL-WORKS",
        Kept,
        |told| works(told, 300_000_000, SmePolicyKind::AllReserved),
        "kept",
    ),
    example(
        "MOF46-SMALL-ALL-WORKS",
        AtTheBound,
        |told| works(told, 400_000_000, SmePolicyKind::AllReserved),
        "kept",
    ),
    example(
        "MOF46-SMALL-ALL-WORKS",
        Broken,
        |told| works(told, 400_000_000, SmePolicyKind::PartReserved),
        "broken",
    ),
    example(
        "MOF46-SMALL-ALL-WORKS",
        NotApplicable,
        |told| works(told, 400_000_001, SmePolicyKind::PartReserved),
        "not applicable",
    ),
];

fn intended(told: &mut Told, on: &str) {
    tell(told, intention_published(), |of| {
        of.name = "电脑".into();
        of.budget_fen = 300_000_000;
        of.published_on = on.into();
    });
}

fn revised(told: &mut Told, name: &str, budget_fen: i64) {
    told.tell(v1::IntentionRevised {
        intention_id: "IN-1".into(),
        name: name.into(),
        budget_fen,
        revised_on: "2023-07-20".into(),
        ..v1::IntentionRevised::default()
    });
}

fn planned(told: &mut Told) {
    plan(told, 300_000_000, |of| {
        of.intention_ids = vec!["IN-1".into()];
    });
}

fn issued(told: &mut Told) {
    document(told, "2023-08-14", "2023-08-21", "2023-09-05");
}

/// An open tender fails; a negotiation that was approved for the failed lot follows.
fn retried(told: &mut Told) {
    thresholds(told);
    planned(told);
    issued(told);
    tell(told, lot_failed(true), |of| {
        of.failed_on = "2023-09-05".into();
    });
    approved(told, LOT, ProcurementMethod::Negotiation, "2023-09-08");
    told.tell(v1::ReprocurementStarted {
        lot_no: LOT.into(),
        new_lot_no: "01-R1".into(),
        name: "办公电脑".into(),
        amount_fen: 300_000_000,
        new_method: ProcurementMethod::Negotiation.into(),
        approval_request_id: "MC-1".into(),
        budget_parts: vec![part(LINE, 300_000_000)],
        started_on: "2023-09-11".into(),
        ..v1::ReprocurementStarted::default()
    });
    told.tell(v1::ProcurementStarted {
        start_id: "ST-2".into(),
        lot_nos: vec!["01-R1".into()],
        on: "2023-09-12".into(),
    });
}

fn policy(kind: SmePolicyKind, reason: &str) -> v1::SmePolicy {
    v1::SmePolicy {
        kind: kind.into(),
        reason: reason.into(),
        reserved_fen: 0,
    }
}

fn goods(told: &mut Told, amount_fen: i64, kind: SmePolicyKind, reason: &str) {
    thresholds(told);
    plan(told, amount_fen, |of| {
        of.sme_policy = Some(policy(kind, reason));
    });
}

fn works(told: &mut Told, amount_fen: i64, kind: SmePolicyKind) {
    thresholds(told);
    plan(told, amount_fen, |of| {
        of.category = "B08010000".into();
        of.sme_policy = Some(policy(kind, ""));
    });
}

/// A central catalogue of one category; two agencies are registered, of which one is central.
fn catalogue(told: &mut Told, category: &str) {
    thresholds(told);
    for profile in &mut told.thresholds {
        profile.central_catalogue = vec![category.to_owned()];
    }
    for (uscc, kind) in [
        (AGENCY, OrganisationKind::Agency),
        (CENTRAL, OrganisationKind::CentralAgency),
    ] {
        let agency = v1::RegistryView {
            registered: true,
            kinds: vec![kind.into()],
            ..v1::RegistryView::default()
        };
        told.organisations.insert(uscc.to_owned(), agency);
    }
}

/// A plan of a category that is bought in a way by an agency.
fn of_category(told: &mut Told, category: &str, way: Organisation, agency: &str) {
    plan(told, 100_000_000, |of| {
        of.category = category.to_owned();
        of.organisation = way.into();
        of.agency = agency.to_owned();
    });
}
