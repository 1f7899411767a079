//! Packs of a site beside ours, and their versions.

use std::{fs, path::PathBuf, sync::Arc};

use super::{
    super::{
        Pack, Packs,
        pack::{self, OURS},
        packs::Conflict,
    },
    Told, day, said,
};
use crate::{
    domain::testkit::{
        acceptance_concluded, acceptance_material_uploaded, contract_signed, instant,
    },
    events::v1,
};

/// The rule whose days a site changes in these tests: five working days in ours.
pub(super) const UPLOAD: &str = "HY-03-ACC-UPLOAD-5WD";

/// Our city's pack with another version, three days to upload, and more at its head.
pub(super) fn city(version: &str, head: &str) -> String {
    let text = OURS[0].1.replacen(
        "version = \"1\"",
        &format!("version = {version:?}\n{head}"),
        1,
    );
    let (before, rule) = text
        .split_once(&format!("id = {UPLOAD:?}"))
        .expect("the rule is there");
    let rule = rule.replacen("length = 5", "length = 3", 1);
    format!("{before}id = {UPLOAD:?}{rule}")
}

/// A pack of one rule over one of our facts.
pub(super) fn site(pack_id: &str, rule: &str) -> String {
    format!(
        "pack = {pack_id:?}\nversion = \"1\"\nzh = \"本地规则\"\nen = \"Rules of a site\"\n\n{rule}"
    )
}

/// A contract is published within one working day, with more keys.
pub(super) fn published(id: &str, more: &str) -> String {
    format!(
        "[[rule]]\nid = {id:?}\nzh = \"合同一个工作日内公告\"\nen = \"A contract is published within \
         a working day\"\ncitation = \"本地\"\nseverity = \"minor\"\nconfidence = \"D\"\n\
         kind = \"deadline\"\nfact = \"contract_published\"\nconvention = \"WD-X\"\nlength = 1\n\
         {more}from = \"2023-01-01\"\n"
    )
}

/// An acceptance, and the upload of its material.
pub(super) fn uploaded(told: &mut Told, concluded_on: &str, uploaded_on: &str) -> u64 {
    let mut concluded = acceptance_concluded(v1::AcceptanceResult::Passed);
    concluded.concluded_on = concluded_on.into();
    told.tell(concluded);
    let mut uploaded = acceptance_material_uploaded();
    uploaded.platform = "HY_SUPERVISION".into();
    uploaded.uploaded_at = instant(uploaded_on, 10);
    told.tell(uploaded)
}

#[test]
fn a_site_changes_our_rules_with_a_later_version_and_adds_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        fs::write(folder.path().join(name), text).expect("it can be written");
    };
    write("city-10.toml", &city("10", ""));
    write(
        "city-2.toml",
        &city("2", "").replace("length = 3", "length = 4"),
    );
    write("own.toml", &site("own", &published("OWN-PUB", "")));
    write("notes.txt", "no pack at all");
    let packs = pack::load(&[folder.path().to_owned()]).expect("they are sound");
    let ids: Vec<(&str, &str)> = packs
        .iter()
        .map(|pack| (pack.id.as_str(), pack.version.as_str()))
        .collect();
    // In order of their numbers, not of their names.
    assert_eq!(
        ids,
        [
            ("own", "1"),
            ("hengyang-2023", "2"),
            ("hengyang-2023", "10")
        ]
    );
    let packs = Arc::new(Packs::with(packs).expect("they stand beside ours"));
    let versions = packs.versions_of(UPLOAD);
    let versions: Vec<&str> = versions.iter().map(|(of, _)| of.version.as_str()).collect();
    assert_eq!(versions, ["10"]);
    assert_ne!(packs.digest(), Packs::ours().digest());

    // From Friday, 3 November 2023, three working days end on the 8th.
    let mut told = Told::new();
    uploaded(&mut told, "2023-11-03", "2023-11-09");
    let judgement = told.judged_by(&packs, "2023-12-31");
    assert_eq!(said(&judgement, UPLOAD), "late 1/1, due 2023-11-08");
    assert_eq!(
        said(&told.judged("2023-12-31"), UPLOAD),
        "met, due 2023-11-10"
    );
    // The kit's contract is signed on Tuesday, 20 February 2024.
    told.tell(contract_signed());
    let judgement = told.judged_by(&packs, "2024-02-22");
    assert_eq!(said(&judgement, "OWN-PUB"), "overdue 1/1, due 2024-02-21");
    assert_eq!(said(&told.judged("2024-02-22"), "OWN-PUB"), "");
}

#[test]
fn a_version_that_names_its_first_day_leaves_earlier_triggers_to_the_one_before() {
    let later = Pack::read(&city("2", "effective_from = \"2024-01-01\"")).expect("sound");
    let packs = Arc::new(Packs::with([later]).expect("it stands beside ours"));
    let spans: Vec<_> = packs
        .versions_of(UPLOAD)
        .iter()
        .map(|(pack, rule)| (pack.version.clone(), rule.from, rule.to))
        .collect();
    assert_eq!(
        spans,
        [
            ("1".to_owned(), day("2023-01-01"), Some(day("2023-12-31"))),
            ("2".to_owned(), day("2024-01-01"), None)
        ]
    );
    for (concluded_on, says) in [
        // Ours: five working days after Friday, 29 December 2023, without New Year.
        ("2023-12-29", "met, due 2024-01-08"),
        // Three after Tuesday, 2 January 2024.
        ("2024-01-02", "late 3/1, due 2024-01-05"),
    ] {
        let mut told = Told::new();
        uploaded(&mut told, concluded_on, "2024-01-08");
        let judgement = told.judged_by(&packs, "2024-12-31");
        assert_eq!(said(&judgement, UPLOAD), says, "{concluded_on}");
    }
    // A fixed day is a trigger of its own day: no version is in force twice.
    let mut days: Vec<_> = packs
        .rules()
        .map(|rule| (&rule.id, rule.from, rule.to))
        .collect();
    days.sort();
    for pair in days.windows(2) {
        let [(id, _, to), (next, from, _)] = pair else {
            unreachable!("windows of two");
        };
        assert!(id != next || to.is_some_and(|to| to < *from), "{id}");
    }
}

#[test]
fn what_cannot_stand_together_is_refused_with_file_and_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| -> PathBuf {
        let path = folder.path().join(name);
        fs::write(&path, text).expect("it can be written");
        path
    };
    let ours = write("ours.toml", OURS[0].1);
    let early = OURS[0]
        .1
        .replacen("version = \"1\"", "version = \"0.9\"", 1);
    let early = write("early.toml", &early);
    let owned = write("owned.toml", &site("own", &published(UPLOAD, "")));
    let broken = write("broken.toml", &site("own", "[[rule]]\nid = 3\n"));
    let none = folder.path().join("none.toml");
    for (path, line, word) in [
        (&ours, 1, "version 1 of pack hengyang-2023 is there already"),
        (
            &early,
            1,
            "version 0.9 of pack hengyang-2023 is earlier than 1, which is there",
        ),
        (&owned, 7, "belongs to pack hengyang-2023"),
        (&broken, 7, "invalid type"),
        (&none, 0, ""),
    ] {
        let error = pack::load(std::slice::from_ref(path)).expect_err("it is wrong");
        assert_eq!((&error.path, error.line), (path, line), "{error}");
        assert!(error.to_string().contains(word), "{error}");
        assert!(error.to_string().contains(&path.display().to_string()));
    }
    // Two files of a site against one another.
    let one = write("one.toml", &site("one", &published("OWN-PUB", "")));
    let other = write("other.toml", &site("other", &published("OWN-PUB", "")));
    let error = pack::load(&[one, other.clone()]).expect_err("one of them owns the rule");
    assert_eq!((error.path, error.line), (other, 7));
    // A rule that its pack gave up may move.
    let mut packs = Packs::clone(&Packs::ours());
    let emptied = site("hengyang-2023", "").replace("version = \"1\"", "version = \"2\"");
    packs
        .add(Pack::read(&emptied).expect("sound"))
        .expect("later");
    let moved = Pack::read(&site("own", &published(UPLOAD, ""))).expect("sound");
    packs.add(moved.clone()).expect("nobody owns it");
    assert_eq!(
        packs.add(moved),
        Err(Conflict::SameVersion {
            pack_id: "own".into(),
            version: "1".into()
        })
    );
}
