//! Packs that are adopted by events.

use std::sync::Arc;

use super::{
    super::{
        Packs,
        adoption::{adopted, adoptions, check_adoption},
        pack::OURS,
        pack::PackError,
        packs::Conflict,
    },
    Told, day, noon_us,
    packs::{UPLOAD, city, published, site, uploaded},
    said,
};
use crate::{
    domain::{
        registry::rule_pack::digest_of, testkit::oversight::rule_pack_adopted, values::StreamKind,
    },
    events::v1::RulePackAdopted,
    views::AsOf,
};

/// An adoption of a text, on a day.
fn adoption(
    pack_id: &str,
    version: &str,
    content: String,
    (effective_from, adopted_on): (&str, &str),
) -> RulePackAdopted {
    RulePackAdopted {
        pack_id: pack_id.into(),
        version: version.into(),
        digest: digest_of(&content),
        content,
        effective_from: effective_from.into(),
        adopted_on: adopted_on.into(),
    }
}

fn of_city(version: &str, days: (&str, &str)) -> RulePackAdopted {
    adoption("hengyang-2023", version, city(version, ""), days)
}

/// As of the end of a record day.
fn at(recorded_on: &str) -> AsOf {
    AsOf {
        legal_date: None,
        recorded_us: Some(noon_us(day(recorded_on)) + 1),
    }
}

/// What a version of the upload's rule says of an acceptance whose material is uploaded in time for
/// five working days, not for three.
fn says(packs: &Arc<Packs>, concluded_on: &str, uploaded_on: &str) -> String {
    let mut told = Told::new();
    uploaded(&mut told, concluded_on, uploaded_on);
    said(&told.judged_by(packs, "2024-12-31"), UPLOAD)
}

#[test]
fn a_version_applies_from_its_day_on_and_from_when_it_is_recorded() {
    let mut told = Told::of(StreamKind::System, "rules");
    told.tell(of_city("2", ("2024-01-01", "2023-12-20")));
    let histories = [told.history.clone()];
    let packs = |as_of: AsOf| {
        let found = adopted(&Packs::ours(), &histories, as_of);
        assert_eq!(found.ignored, []);
        found.packs
    };
    for (as_of, in_2023, in_2024) in [
        // Ours: five working days after 29 December and after 2 January.
        (
            at("2023-12-19"),
            "met, due 2024-01-08",
            "met, due 2024-01-09",
        ),
        (
            at("2023-12-20"),
            "met, due 2024-01-08",
            "late 3/1, due 2024-01-05",
        ),
        (
            AsOf::default(),
            "met, due 2024-01-08",
            "late 3/1, due 2024-01-05",
        ),
        (
            AsOf {
                legal_date: Some(day("2023-12-19")),
                recorded_us: None,
            },
            "met, due 2024-01-08",
            "met, due 2024-01-09",
        ),
    ] {
        let packs = packs(as_of);
        assert_eq!(
            says(&packs, "2023-12-29", "2024-01-08"),
            in_2023,
            "{as_of:?}"
        );
        assert_eq!(
            says(&packs, "2024-01-02", "2024-01-08"),
            in_2024,
            "{as_of:?}"
        );
    }
}

#[test]
fn a_later_adoption_takes_the_place_of_earlier_ones_from_its_day_on() {
    let mut told = Told::of(StreamKind::System, "rules");
    told.tell(of_city("2", ("2024-01-01", "2023-12-20")));
    // Back to five days from July on; and the version that we bring, by its own number.
    let ours = OURS[0].1.to_owned();
    told.tell(adoption(
        "hengyang-2023",
        "1",
        ours,
        ("2024-07-01", "2024-06-20"),
    ));
    let spans = |told: &Told| -> Vec<(String, String, String)> {
        let found = adopted(
            &Packs::ours(),
            std::slice::from_ref(&told.history),
            AsOf::default(),
        );
        assert_eq!(found.ignored, []);
        let versions = found.packs.versions_of(UPLOAD);
        let span = |(pack, rule): &(&super::super::Pack, &super::super::Rule)| {
            let to = rule.to.map(|to| to.to_string());
            (
                pack.version.clone(),
                rule.from.to_string(),
                to.unwrap_or_default(),
            )
        };
        versions.iter().map(span).collect()
    };
    let text = |spans: &[(&str, &str, &str)]| -> Vec<(String, String, String)> {
        let owned =
            |(a, b, c): &(&str, &str, &str)| ((*a).to_owned(), (*b).to_owned(), (*c).to_owned());
        spans.iter().map(owned).collect()
    };
    assert_eq!(
        spans(&told),
        text(&[
            ("1", "2023-01-01", "2023-12-31"),
            ("2", "2024-01-01", "2024-06-30"),
            ("1", "2024-07-01", "")
        ])
    );
    // One that reaches back takes the place of both.
    told.tell(of_city("3", ("2023-06-01", "2024-08-01")));
    assert_eq!(
        spans(&told),
        text(&[("1", "2023-01-01", "2023-05-31"), ("3", "2023-06-01", "")])
    );
}

#[test]
fn adoptions_that_say_nothing_change_nothing_and_are_told() {
    let mut told = Told::of(StreamKind::System, "rules");
    let mut no_pack = rule_pack_adopted("2026.1");
    no_pack.adopted_on = "2023-12-31".into();
    let text = told.tell(no_pack);
    let foreign = site("own", &published(UPLOAD, ""));
    let owned = told.tell(adoption("own", "1", foreign, ("2024-01-01", "2024-01-01")));
    told.tell(of_city("2", ("2024-01-01", "2024-01-02")));
    let again = told.tell(of_city("2", ("2024-02-01", "2024-01-03")));
    let mut other = Told::of(StreamKind::System, "more-rules");
    other.next = 100;
    let own = site("own", &published("OWN-PUB", ""));
    other.tell(adoption("own", "1", own, ("2024-01-01", "2024-01-04")));
    let histories = [other.history.clone(), told.history.clone()];
    let found = adopted(&Packs::ours(), &histories, AsOf::default());
    let positions: Vec<u64> = found
        .ignored
        .iter()
        .map(|(position, _)| *position)
        .collect();
    assert_eq!(positions, [text, owned, again]);
    let message = |place: usize| found.ignored[place].1.to_string();
    assert!(message(0).starts_with("line 1: "), "{}", message(0));
    assert_eq!(
        message(1),
        format!("line 7: rule {UPLOAD} belongs to pack hengyang-2023")
    );
    let same = PackError::from(Conflict::SameVersion {
        pack_id: "hengyang-2023".into(),
        version: "2".into(),
    });
    assert_eq!(found.ignored[2].1, same);
    assert_eq!(
        adoptions(&histories, AsOf::default()),
        [text, owned, 2, again, 100]
    );
    assert_eq!(adoptions(&histories, at("2024-01-02")), [text, owned, 2]);
    assert_eq!(found.packs.versions_of("OWN-PUB").len(), 1);
    assert_eq!(found.packs.versions_of(UPLOAD)[1].1.from, day("2024-01-01"));
}

#[test]
fn only_a_pack_that_is_what_the_event_says_can_be_adopted() {
    let sound = of_city("2", ("2024-01-01", "2023-12-20"));
    assert_eq!(check_adoption(&sound), Ok(()));
    let change = |change: &dyn Fn(&mut RulePackAdopted)| {
        let mut event = sound.clone();
        change(&mut event);
        check_adoption(&event).expect_err("it is wrong")
    };
    let error = change(&|event| event.digest = "00".repeat(32));
    assert_eq!(error.line, 1);
    assert!(error.message.contains("has digest"), "{error}");
    let error = change(&|event| event.pack_id = "cn-national".into());
    assert_eq!(
        (error.line, error.message.as_str()),
        (
            2,
            "the content says pack hengyang-2023, the event cn-national"
        )
    );
    let error = change(&|event| event.version = "3".into());
    assert_eq!(
        (error.line, error.message.as_str()),
        (3, "the content says version 2, the event 3")
    );
    let error = change(&|event| event.effective_from = "2024-02-30".into());
    assert!(error.message.contains("no day"), "{error}");
    let error = change(&|event| {
        event.content = city("2", "effective_from = \"2024-02-01\"");
        event.digest = digest_of(&event.content);
    });
    assert_eq!(
        (error.line, error.message.as_str()),
        (
            4,
            "the content says effective_from 2024-02-01, the event 2024-01-01"
        )
    );
    let error = change(&|event| event.content.push_str("\n[[rule]]\nid = \"R-1\"\n"));
    assert!(
        error.line > 800 && error.message.contains("missing field"),
        "{error}"
    );
    let error = check_adoption(&rule_pack_adopted("2026.1")).expect_err("it is no pack");
    assert_eq!(error.line, 1);
}
