//! Examples of rules on evaluations.

use super::{
    Example,
    Shows::{AtTheBound, Broken, Kept, NotApplicable},
    Told,
    project::{example, plan, plan_by, tell},
};
use crate::{
    domain::testkit::{evaluation_concluded, instant},
    events::v1::{self, LawTrack, ProcurementMethod, RequirementTrait},
};

/// What this family shows.
pub(super) const EXAMPLES: &[Example] = &[
    example("MOF87-47-SIZE", Kept, |told| tender(told, 7, 5), "kept"),
    example(
        "MOF87-47-SIZE",
        AtTheBound,
        |told| tender(told, 5, 4),
        "kept",
    ),
    example("MOF87-47-SIZE", Broken, |told| tender(told, 3, 2), "broken"),
    example("MOF87-47-SIZE", Broken, |told| tender(told, 6, 4), "broken"),
    example(
        "MOF87-47-SIZE",
        Broken,
        |told| {
            // Evaluated again by four.
            tender(told, 5, 4);
            evaluated(told, 4, 3, "2023-09-12");
        },
        "kept; broken",
    ),
    example("MOF87-47-SIZE", NotApplicable, |told| group(told, 3, 2), ""),
    example(
        "MOF87-47-SIZE",
        NotApplicable,
        |told| {
            plan(told, 300_000_000, |of| {
                of.law_track = LawTrack::TenderLaw.into();
            });
            evaluated(told, 3, 2, "2023-09-05");
        },
        "not applicable",
    ),
    example(
        "MOF87-47-SIZE-7",
        Kept,
        |told| large(told, 1_000_000_000, 9),
        "kept",
    ),
    example(
        "MOF87-47-SIZE-7",
        AtTheBound,
        |told| large(told, 1_000_000_000, 7),
        "kept",
    ),
    example(
        "MOF87-47-SIZE-7",
        Broken,
        |told| large(told, 1_000_000_000, 5),
        "broken",
    ),
    example(
        "MOF87-47-SIZE-7",
        Broken,
        |told| {
            told.tell(v1::RequirementDefined {
                requirement_id: "RQ-1".into(),
                version: 1,
                traits: vec![RequirementTrait::Complex.into()],
                defined_on: "2023-08-01".into(),
                ..v1::RequirementDefined::default()
            });
            tender(told, 5, 4);
        },
        "broken",
    ),
    example(
        "MOF87-47-SIZE-7",
        NotApplicable,
        |told| large(told, 999_999_999, 5),
        "not applicable",
    ),
    example("MOF87-47-EXPERT", Kept, |told| tender(told, 5, 4), "kept"),
    example(
        "MOF87-47-EXPERT",
        AtTheBound,
        |told| tender(told, 9, 6),
        "kept",
    ),
    example(
        "MOF87-47-EXPERT",
        Broken,
        |told| tender(told, 5, 3),
        "broken 6000 of 6666",
    ),
    example(
        "MOF87-47-EXPERT",
        Broken,
        |told| tender(told, 98, 65),
        "broken 6632 of 6666",
    ),
    example(
        "MOF87-47-EXPERT",
        NotApplicable,
        |told| group(told, 3, 1),
        "",
    ),
    example("GPL-38-GROUP-SIZE", Kept, |told| group(told, 5, 4), "kept"),
    example(
        "GPL-38-GROUP-SIZE",
        AtTheBound,
        |told| group(told, 3, 2),
        "kept",
    ),
    example(
        "GPL-38-GROUP-SIZE",
        Broken,
        |told| group(told, 2, 2),
        "broken",
    ),
    example(
        "GPL-38-GROUP-SIZE",
        Broken,
        |told| group(told, 4, 3),
        "broken",
    ),
    example(
        "GPL-38-GROUP-SIZE",
        NotApplicable,
        |told| tender(told, 2, 2),
        "",
    ),
    example(
        "GPL-38-GROUP-EXPERT",
        Kept,
        |told| group(told, 5, 4),
        "kept",
    ),
    example(
        "GPL-38-GROUP-EXPERT",
        AtTheBound,
        |told| group(told, 3, 2),
        "kept",
    ),
    example(
        "GPL-38-GROUP-EXPERT",
        Broken,
        |told| group(told, 3, 1),
        "broken 3333 of 6666",
    ),
    example(
        "GPL-38-GROUP-EXPERT",
        NotApplicable,
        |told| tender(told, 3, 1),
        "",
    ),
];

fn evaluated(told: &mut Told, size: i32, experts: i32, on: &str) {
    tell(told, evaluation_concluded(), |of| {
        of.committee_size = size;
        of.expert_count = experts;
        of.concluded_at = instant(on, 17);
    });
}

fn tender(told: &mut Told, size: i32, experts: i32) {
    plan_by(told, ProcurementMethod::OpenTender);
    evaluated(told, size, experts, "2023-09-05");
}

fn group(told: &mut Told, size: i32, experts: i32) {
    plan_by(told, ProcurementMethod::Consultation);
    evaluated(told, size, experts, "2023-09-05");
}

fn large(told: &mut Told, amount_fen: i64, size: i32) {
    plan(told, amount_fen, |_| {});
    evaluated(told, size, size - 1, "2023-09-05");
}
