//! Examples of rules on the assessment of the central agency.

use super::{
    Example, Shows, Told,
    libraries::{abolished, library, retained},
    said,
    unit::registered,
};
use crate::{
    domain::testkit::{
        AGENCY, CENTRAL, instant,
        oversight::{assessment_concluded, assessment_notice, assessment_plan_issued},
    },
    domain::values::StreamKind,
    events::v1::{self, OrganisationKind},
    rules::verdict::FindingStatus,
};

/// What this family shows.
pub(super) const EXAMPLES: &[Example] = &[
    Example {
        rule: "HY-04-ASSESS",
        shows: Shows::Kept,
        today: "2023-12-31",
        tells: |told| {
            central(told);
            concluded(told, 2023, "2023-11-20");
        },
        says: "met, due 2023-11-30",
    },
    Example {
        rule: "HY-04-ASSESS",
        shows: Shows::AtTheBound,
        today: "2023-12-31",
        tells: |told| {
            central(told);
            concluded(told, 2022, "2023-11-30");
        },
        says: "met, due 2023-11-30",
    },
    Example {
        rule: "HY-04-ASSESS",
        shows: Shows::Broken,
        today: "2023-12-04",
        tells: central,
        says: "overdue 4/2, due 2023-11-30",
    },
    Example {
        rule: "HY-04-ASSESS",
        shows: Shows::Broken,
        today: "2024-12-31",
        tells: |told| {
            central(told);
            concluded(told, 2023, "2023-12-05");
        },
        says: "late 5/3, due 2023-11-30; overdue 31/22, due 2024-11-30",
    },
    Example {
        rule: "HY-04-ASSESS",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| registered(told, AGENCY, OrganisationKind::Agency, "2023-01-03"),
        says: "",
    },
    Example {
        rule: "HY-04-ASSESS",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| registered(told, CENTRAL, OrganisationKind::CentralAgency, "2023-12-01"),
        says: "not applicable",
    },
    Example {
        rule: "HY-04-ASSESS-PUB",
        shows: Shows::Kept,
        today: "2023-12-31",
        tells: |told| {
            central(told);
            concluded(told, 2023, "2023-11-20");
            result(told, "CCGP_HN", "2023-11-28");
        },
        says: "met, due 2023-11-30",
    },
    Example {
        rule: "HY-04-ASSESS-PUB",
        shows: Shows::AtTheBound,
        today: "2023-12-31",
        tells: |told| {
            central(told);
            concluded(told, 2023, "2023-11-20");
            result(told, "CCGP_HN", "2023-11-30");
        },
        says: "met, due 2023-11-30",
    },
    Example {
        rule: "HY-04-ASSESS-PUB",
        shows: Shows::Broken,
        today: "2023-12-04",
        tells: |told| {
            central(told);
            concluded(told, 2023, "2023-11-20");
            result(told, "CCGP_HY", "2023-11-28");
        },
        says: "overdue 4/2, due 2023-11-30",
    },
    Example {
        rule: "HY-04-ASSESS-PUB",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| registered(told, AGENCY, OrganisationKind::Agency, "2023-01-03"),
        says: "",
    },
    Example {
        rule: "MOF135-ASSESS-5WD",
        shows: Shows::Kept,
        today: "2023-12-31",
        tells: |told| {
            told.is_of(StreamKind::Agency, CENTRAL);
            told.tell(conclusion("2023-11-20"));
            told.tell(notice("CCGP_HN", "2023-11-24"));
        },
        says: "met, due 2023-11-27",
    },
    Example {
        rule: "MOF135-ASSESS-5WD",
        shows: Shows::AtTheBound,
        today: "2023-12-31",
        tells: |told| {
            told.is_of(StreamKind::Agency, CENTRAL);
            told.tell(conclusion("2023-11-20"));
            told.tell(notice("CCGP_HN", "2023-11-27"));
        },
        says: "met, due 2023-11-27",
    },
    Example {
        rule: "MOF135-ASSESS-5WD",
        shows: Shows::Broken,
        today: "2023-12-31",
        tells: |told| {
            told.is_of(StreamKind::Agency, CENTRAL);
            told.tell(conclusion("2023-11-20"));
            told.tell(notice("CCGP_HN", "2023-11-28"));
        },
        says: "late 1/1, due 2023-11-27",
    },
    Example {
        rule: "MOF135-ASSESS-5WD",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| {
            told.is_of(StreamKind::Agency, CENTRAL);
            told.tell(notice("CCGP_HN", "2023-11-24"));
        },
        says: "",
    },
];

fn central(told: &mut Told) {
    registered(told, CENTRAL, OrganisationKind::CentralAgency, "2023-01-03");
}

fn conclusion(on: &str) -> v1::AssessmentConcluded {
    v1::AssessmentConcluded {
        concluded_on: on.into(),
        ..assessment_concluded()
    }
}

fn concluded(told: &mut Told, fiscal_year: i32, on: &str) {
    let plan = v1::AssessmentPlanIssued {
        fiscal_year,
        issued_on: "2023-09-01".into(),
        ..assessment_plan_issued([5_000, 5_000])
    };
    told.tell_beside(StreamKind::Agency, CENTRAL, plan);
    told.tell_beside(StreamKind::Agency, CENTRAL, conclusion(on));
}

fn notice(channel: &str, on: &str) -> v1::NoticePublished {
    v1::NoticePublished {
        channel: channel.into(),
        published_at: instant(on, 10),
        ..assessment_notice("N-1")
    }
}

fn result(told: &mut Told, channel: &str, on: &str) {
    told.tell_beside(StreamKind::Agency, CENTRAL, notice(channel, on));
}

/// Scenario 11: what single streams tell of the city's year 2023.
#[test]
fn the_citys_year_comes_out_as_in_scenario_11() {
    let finds = |told: &Told, rule: &str, today: &str| {
        let judgement = told.judged(today);
        let of = judgement
            .findings
            .iter()
            .filter(|finding| finding.rule_id == rule);
        of.map(|finding| (finding.status, finding.late_working_days))
            .collect::<Vec<_>>()
    };
    let mut told = Told::new();
    central(&mut told);
    concluded(&mut told, 2023, "2023-11-20");
    result(&mut told, "CCGP_HN", "2023-11-28");
    assert_eq!(finds(&told, "HY-04-ASSESS", "2023-12-31"), []);
    assert_eq!(finds(&told, "HY-04-ASSESS-PUB", "2023-12-31"), []);

    let mut told = Told::of(StreamKind::Agency, CENTRAL);
    told.tell(conclusion("2023-11-20"));
    told.tell(notice("CCGP_HN", "2023-11-28"));
    let late = finds(&told, "MOF135-ASSESS-5WD", "2023-12-31");
    assert_eq!(late, [(FindingStatus::Rectified, Some(1))]);

    let open = ["abolished", "abolished", "abolished", "retained", "open"].map(|outcome| {
        let mut told = Told::new();
        library(&mut told, "2022-01-01", "2023-06-01");
        match outcome {
            "abolished" => abolished(&mut told, "2023-09-01"),
            "retained" => retained(&mut told, "2023-09-01"),
            _ => {}
        }
        finds(&told, "HY-07-LIB-OPEN", "2023-11-30").len()
    });
    assert_eq!(open, [0, 0, 0, 0, 1]);
}

/// A correction that another stream got after the last day makes no late act timely.
#[test]
fn a_late_correction_beside_changes_nothing_either() {
    use v1::CorrectionEffect::{Normal, Retroactive};
    for (effect, recorded_on, says) in [
        (Normal, "2023-11-30", "met, due 2023-11-30"),
        (Normal, "2023-12-08", "late 5/3, due 2023-11-30"),
        (Retroactive, "2023-12-08", "met, due 2023-11-30"),
    ] {
        let mut agency = Told::of(StreamKind::Agency, CENTRAL);
        agency.tell(v1::AssessmentPlanIssued {
            issued_on: "2023-09-01".into(),
            ..assessment_plan_issued([5_000, 5_000])
        });
        let original = agency.tell(conclusion("2023-12-05"));
        agency.correct(recorded_on, original, effect, conclusion("2023-11-20"));
        let mut told = Told::new();
        told.next = agency.next;
        central(&mut told);
        told.others
            .insert((StreamKind::Agency, CENTRAL.to_owned()), agency.history);
        let judgement = told.judged("2023-12-31");
        assert_eq!(
            said(&judgement, "HY-04-ASSESS"),
            says,
            "{effect:?} on {recorded_on}"
        );
    }
}
