//! Examples of rules on requirements.

use super::{
    Example,
    Shows::{AtTheBound, Broken, Kept, NotApplicable},
    Told,
    project::{document, example, plan},
};
use crate::events::v1::{self, RequirementReviewKind, RequirementTrait};

/// What this family shows.
pub(super) const EXAMPLES: &[Example] = &[
    example(
        "R22-10-RESPONDENTS",
        Kept,
        |told| surveyed(told, 5, "2023-07-20"),
        "kept",
    ),
    example(
        "R22-10-RESPONDENTS",
        AtTheBound,
        |told| surveyed(told, 3, "2023-07-20"),
        "kept",
    ),
    example(
        "R22-10-RESPONDENTS",
        Broken,
        |told| surveyed(told, 2, "2023-07-20"),
        "broken",
    ),
    example(
        "R22-10-RESPONDENTS",
        NotApplicable,
        |told| goods(told, 100_000_000),
        "",
    ),
    example(
        "R22-10-RESPONDENTS",
        NotApplicable,
        |told| surveyed(told, 2, "2021-06-30"),
        "",
    ),
    example(
        "R22-11-SURVEY",
        Kept,
        |told| {
            surveyed(told, 3, "2023-07-20");
            goods(told, 1_200_000_000);
        },
        "kept",
    ),
    example(
        "R22-11-SURVEY",
        AtTheBound,
        |told| {
            surveyed(told, 3, "2023-08-08");
            goods(told, 1_000_000_000);
        },
        "kept",
    ),
    example(
        "R22-11-SURVEY",
        Broken,
        |told| {
            goods(told, 1_000_000_000);
            surveyed(told, 3, "2023-08-09");
        },
        "broken",
    ),
    example(
        "R22-11-SURVEY",
        Broken,
        |told| {
            defined(told, 1, |of| {
                of.traits = vec![RequirementTrait::PublicService.into()];
            });
            goods(told, 100_000_000);
        },
        "broken",
    ),
    example(
        "R22-11-SURVEY",
        NotApplicable,
        |told| goods(told, 999_999_999),
        "not applicable",
    ),
    example(
        "R22-11-SURVEY",
        NotApplicable,
        |told| works(told, 3_000_000_000),
        "",
    ),
    example(
        "R22-11-SURVEY-WORKS",
        Kept,
        |told| {
            surveyed(told, 3, "2023-07-20");
            works(told, 4_000_000_000);
        },
        "kept",
    ),
    example(
        "R22-11-SURVEY-WORKS",
        AtTheBound,
        |told| {
            surveyed(told, 3, "2023-08-08");
            works(told, 3_000_000_000);
        },
        "kept",
    ),
    example(
        "R22-11-SURVEY-WORKS",
        Broken,
        |told| works(told, 3_000_000_000),
        "broken",
    ),
    example(
        "R22-11-SURVEY-WORKS",
        NotApplicable,
        |told| works(told, 2_999_999_999),
        "not applicable",
    ),
    example("R22-18-SIMILAR", Kept, |told| asks(told, 1, 1), "kept"),
    example(
        "R22-18-SIMILAR",
        AtTheBound,
        |told| asks(told, 1, 2),
        "kept",
    ),
    example("R22-18-SIMILAR", Broken, |told| asks(told, 1, 3), "broken"),
    example(
        "R22-18-SIMILAR",
        Kept,
        |told| {
            asks(told, 1, 3);
            asks(told, 2, 2);
        },
        "kept",
    ),
    example(
        "R22-18-SIMILAR",
        NotApplicable,
        |told| defined(told, 1, |_| {}),
        "not applicable",
    ),
    example(
        "R22-29-FAILED-REVIEW",
        Kept,
        |told| {
            reviewed(
                told,
                "RV-1",
                RequirementReviewKind::General,
                false,
                "2023-08-03",
            );
            reviewed(
                told,
                "RV-2",
                RequirementReviewKind::General,
                true,
                "2023-08-10",
            );
            issued(told);
        },
        "kept",
    ),
    example(
        "R22-29-FAILED-REVIEW",
        AtTheBound,
        |told| {
            reviewed(
                told,
                "RV-1",
                RequirementReviewKind::Key,
                false,
                "2023-08-14",
            );
            reviewed(told, "RV-2", RequirementReviewKind::Key, true, "2023-08-14");
            issued(told);
        },
        "kept",
    ),
    example(
        "R22-29-FAILED-REVIEW",
        Broken,
        |told| {
            reviewed(
                told,
                "RV-1",
                RequirementReviewKind::Key,
                false,
                "2023-08-03",
            );
            reviewed(
                told,
                "RV-2",
                RequirementReviewKind::General,
                true,
                "2023-08-10",
            );
            issued(told);
            reviewed(told, "RV-3", RequirementReviewKind::Key, true, "2023-08-15");
        },
        "broken",
    ),
    example(
        "R22-29-FAILED-REVIEW",
        NotApplicable,
        issued,
        "not applicable",
    ),
    example(
        "R22-32-APART",
        Kept,
        |told| {
            defined(told, 1, |_| {});
            reviewed(told, "RV-1", RequirementReviewKind::Key, true, "2023-08-03");
        },
        "kept",
    ),
    example(
        "R22-32-APART",
        AtTheBound,
        |told| {
            // The reviewer writes a later version.
            defined(told, 1, |_| {});
            reviewed(
                told,
                "RV-1",
                RequirementReviewKind::Key,
                false,
                "2023-08-03",
            );
            defined(told, 2, |of| of.author_nos = vec!["M-2".into()]);
        },
        "kept",
    ),
    example(
        "R22-32-APART",
        Broken,
        |told| {
            defined(told, 1, |of| {
                of.author_nos = vec!["M-1".into(), "M-2".into()];
            });
            reviewed(
                told,
                "RV-1",
                RequirementReviewKind::General,
                true,
                "2023-08-03",
            );
        },
        "broken",
    ),
    example(
        "R22-32-APART",
        NotApplicable,
        |told| reviewed(told, "RV-1", RequirementReviewKind::Key, true, "2023-08-03"),
        "not applicable",
    ),
    example(
        "R22-33-KEYREVIEW",
        Kept,
        |told| {
            goods(told, 1_200_000_000);
            reviewed(told, "RV-1", RequirementReviewKind::Key, true, "2023-08-10");
            issued(told);
        },
        "kept",
    ),
    example(
        "R22-33-KEYREVIEW",
        AtTheBound,
        |told| {
            goods(told, 1_000_000_000);
            reviewed(told, "RV-1", RequirementReviewKind::Key, true, "2023-08-14");
            issued(told);
        },
        "kept",
    ),
    example(
        "R22-33-KEYREVIEW",
        Broken,
        |told| {
            goods(told, 1_000_000_000);
            reviewed(
                told,
                "RV-1",
                RequirementReviewKind::General,
                true,
                "2023-08-10",
            );
            issued(told);
            reviewed(told, "RV-2", RequirementReviewKind::Key, true, "2023-08-15");
        },
        "broken",
    ),
    example(
        "R22-33-KEYREVIEW",
        Broken,
        |told| {
            plan(told, 100_000_000, |of| of.import_allowed = true);
            issued(told);
        },
        "broken",
    ),
    example(
        "R22-33-KEYREVIEW",
        NotApplicable,
        |told| goods(told, 1_000_000_000),
        "",
    ),
    example(
        "R22-33-KEYREVIEW",
        NotApplicable,
        |told| {
            goods(told, 999_999_999);
            issued(told);
        },
        "not applicable",
    ),
    example(
        "R22-33-KEYREVIEW-WORKS",
        Kept,
        |told| {
            works(told, 4_000_000_000);
            reviewed(told, "RV-1", RequirementReviewKind::Key, true, "2023-08-10");
            issued(told);
        },
        "kept",
    ),
    example(
        "R22-33-KEYREVIEW-WORKS",
        AtTheBound,
        |told| {
            works(told, 3_000_000_000);
            reviewed(told, "RV-1", RequirementReviewKind::Key, true, "2023-08-14");
            issued(told);
        },
        "kept",
    ),
    example(
        "R22-33-KEYREVIEW-WORKS",
        Broken,
        |told| {
            works(told, 3_000_000_000);
            issued(told);
        },
        "broken",
    ),
    example(
        "R22-33-KEYREVIEW-WORKS",
        NotApplicable,
        |told| {
            works(told, 2_999_999_999);
            issued(told);
        },
        "not applicable",
    ),
];

fn goods(told: &mut Told, amount_fen: i64) {
    plan(told, amount_fen, |_| {});
}

fn works(told: &mut Told, amount_fen: i64) {
    plan(told, amount_fen, |of| of.category = "B08010000".into());
}

fn issued(told: &mut Told) {
    document(told, "2023-08-14", "2023-08-21", "2023-09-05");
}

fn surveyed(told: &mut Told, respondents: i32, on: &str) {
    told.tell(v1::DemandSurveyed {
        requirement_id: "RQ-1".into(),
        survey_id: "SV-1".into(),
        respondents,
        methods: vec![v1::SurveyMethod::Consultation.into()],
        traits: Vec::new(),
        surveyed_on: on.into(),
    });
}

fn defined(told: &mut Told, version: i32, change: impl FnOnce(&mut v1::RequirementDefined)) {
    let mut of = v1::RequirementDefined {
        requirement_id: "RQ-1".into(),
        version,
        author_nos: vec!["M-1".into()],
        defined_on: "2023-08-01".into(),
        ..v1::RequirementDefined::default()
    };
    change(&mut of);
    told.tell(of);
}

fn asks(told: &mut Told, version: i32, contracts: i32) {
    defined(told, version, |of| {
        of.similar_contracts_required = Some(contracts);
    });
}

fn reviewed(told: &mut Told, id: &str, kind: RequirementReviewKind, passed: bool, on: &str) {
    told.tell(v1::RequirementReviewed {
        requirement_id: "RQ-1".into(),
        review_id: id.into(),
        version: 1,
        kind: kind.into(),
        dimensions: Vec::new(),
        passed,
        reviewer_nos: vec!["M-2".into()],
        reviewed_on: on.into(),
    });
}
