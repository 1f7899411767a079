//! Damage to a folder at rest: bits flipped, blocks zeroed, files cut, cut open or removed. Found
//! by `verify` with file and offset, and when the ledger opens or reads; never a panic, never other
//! data, never an acknowledged event that is silently gone. What is not the record (sidecars, sled,
//! snapshots) heals: the same answers afterwards, and the same decisions.
//!
//! `BIHUAN_CORRUPTION_ROUNDS` multiplies the damages tried (1), `BIHUAN_SEED` draws others.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use bihuan::{
    events::{
        v1::{self, ledger_service_server::LedgerService as _},
        wire::{EventSubmission, RecordedEvent},
    },
    grpc::LedgerServer,
    journal::{JournalOptions, SegmentJournal, fs::RealFs},
    ledger::{Ledger, keys, rebuild},
    proof,
};
use rand::{Rng as _, seq::IndexedRandom as _};
use rand_chacha::ChaCha8Rng;
use tempfile::TempDir;
use tonic::{Code, Request, Status};

use crate::{
    copy::copy,
    facts::*,
    harness::{reason, run, scratch, small_config},
    oracle::{Door, Oracle, call, untimed, whole},
    workload::{Caller, STEPS, dice, rounds},
};

/// Steps of the ledger's one caller: three projects and a half.
const STEPS_IN_ALL: u64 = STEPS * 3 + 5;
const CALLER: Caller = Caller { seed: 5, number: 0 };

/// A sound folder at rest, and what it says.
struct Sound {
    folder: TempDir,
    events: Vec<RecordedEvent>,
    answers: Vec<String>,
    access_records: u64,
}

/// What is done to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Damage {
    Flip { offset: u64, bit: u8 },
    Zero { offset: u64, bytes: u64 },
    Truncate { offset: u64 },
    CutOut { offset: u64, bytes: u64 },
    Remove,
}

impl Damage {
    /// Does it; whether that changed more than the length of the zeros at the file's end.
    fn apply(self, path: &Path) -> bool {
        let before = fs::read(path).expect("readable");
        let mut bytes = before.clone();
        let at = |offset: u64| usize::try_from(offset).unwrap().min(before.len());
        match self {
            Self::Flip { offset, bit } => bytes[at(offset)] ^= 1 << bit,
            Self::Zero {
                offset,
                bytes: count,
            } => {
                bytes[at(offset)..at(offset + count)].fill(0);
            }
            Self::Truncate { offset } => bytes.truncate(at(offset)),
            Self::CutOut {
                offset,
                bytes: count,
            } => {
                bytes.drain(at(offset)..at(offset + count));
            }
            Self::Remove => {
                fs::remove_file(path).expect("removable");
                return true;
            }
        }
        fs::write(path, &bytes).expect("writable");
        let trimmed = |bytes: &[u8]| {
            let end = bytes.iter().rposition(|byte| *byte != 0);
            bytes[..end.map_or(0, |end| end + 1)].to_vec()
        };
        trimmed(&before) != trimmed(&bytes)
    }

    /// Where the damage ends at the latest.
    fn end(self) -> u64 {
        match self {
            Self::Flip { offset, .. } | Self::Truncate { offset } => offset,
            Self::Zero { offset, bytes } => offset + bytes,
            // What follows is shifted.
            Self::CutOut { .. } => u64::MAX,
            Self::Remove => 0,
        }
    }

    /// Some damages of each kind to a file of so many bytes, `dense` of them flips.
    fn some(length: u64, flips: u64, dice: &mut ChaCha8Rng) -> Vec<Self> {
        let mut damages = vec![Self::Remove];
        if length == 0 {
            return damages;
        }
        let edge = [0, 5, length / 2, length - 1];
        for offset in edge {
            let bit = dice.random_range(0..8);
            damages.push(Self::Flip { offset, bit });
        }
        for _ in 0..flips {
            let (offset, bit) = (dice.random_range(0..length), dice.random_range(0..8));
            damages.push(Self::Flip { offset, bit });
        }
        for _ in 0..flips.div_ceil(4) {
            let offset = dice.random_range(0..length);
            let bytes = *[1, 16, 512, 4096].choose(dice).expect("some");
            damages.push(Self::Zero { offset, bytes });
            damages.push(Self::CutOut { offset, bytes });
            damages.push(Self::Truncate { offset });
        }
        damages.extend([
            Self::Truncate { offset: 0 },
            Self::Zero {
                offset: 0,
                bytes: length,
            },
        ]);
        damages
    }
}

fn flips() -> u64 {
    8 * rounds("BIHUAN_CORRUPTION_ROUNDS", 1)
}

fn draw(purpose: &str) -> ChaCha8Rng {
    let seed = std::env::var("BIHUAN_SEED").ok();
    let seed = seed.map_or(3, |text| text.parse().expect("a seed"));
    println!("BIHUAN_SEED={seed}");
    dice(seed, purpose, 0)
}

/// Fills a ledger: every step of the workload, in order, with refusals and parts.
fn fill(ledger: &Ledger) {
    let mut oracle = Oracle::default();
    let told = |step, fate| oracle.note(CALLER, step, fate);
    let mut door = Door::to(ledger);
    run(call(
        &mut door,
        CALLER,
        0,
        |step| step >= STEPS_IN_ALL,
        told,
    ));
    assert_eq!(oracle.next_step(CALLER), STEPS_IN_ALL);
    ledger.access().sync();
}

impl Sound {
    /// A folder whose ledger was closed.
    fn closed() -> Self {
        let folder = scratch();
        let data = folder.path().join("data");
        let ledger = Ledger::open(small_config(&data)).expect("opens");
        fill(&ledger);
        let sound = Self::of(&ledger, folder);
        ledger.close();
        sound
    }

    /// A folder copied while its ledger is open and idle past the watermark.
    fn idle() -> Self {
        let folder = scratch();
        let data = folder.path().join("running");
        let ledger = Ledger::open(small_config(&data)).expect("opens");
        fill(&ledger);
        // Idle long enough is when the journal itself says so of a copy.
        loop {
            let try_out = folder.path().join("try");
            copy(&data, &try_out).expect("copied");
            let (fs, dir) = (RealFs::shared(), try_out.join("journal"));
            let options = JournalOptions {
                segment_bytes: 16 << 10,
                ..JournalOptions::default()
            };
            let keys_of = Arc::new(keys::of_stored);
            let opened = SegmentJournal::open(fs, &dir, options, keys_of).expect("opens");
            let is_at_rest = opened.report.was_at_rest;
            drop(opened);
            fs::remove_dir_all(&try_out).expect("removed");
            if is_at_rest {
                break;
            }
        }
        copy(&data, &folder.path().join("data")).expect("copied");
        let sound = Self::of(&ledger, folder);
        ledger.close();
        sound
    }

    fn of(ledger: &Ledger, folder: TempDir) -> Self {
        let events = run(Door::to(ledger).read_all()).expect("reads");
        assert!(events.len() > 60, "{} events are too few", events.len());
        let answers = answers(ledger, &events);
        let access_records = ledger.access().reader().end();
        assert!(access_records >= 3, "refusals are recorded");
        Self {
            folder,
            events,
            answers,
            access_records,
        }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Files below a folder of the ledger, by the end of their names, sorted.
    fn files(&self, dir: &str, end: &str) -> Vec<String> {
        let mut names = Vec::new();
        list(&self.data(), Path::new(dir), &mut names);
        names.retain(|name| name.ends_with(end));
        names.sort();
        names
    }

    fn length(&self, name: &str) -> u64 {
        fs::metadata(self.data().join(name)).expect("a file").len()
    }
}

fn list(data: &Path, dir: &Path, names: &mut Vec<String>) {
    for entry in fs::read_dir(data.join(dir)).into_iter().flatten().flatten() {
        let name = dir.join(entry.file_name());
        if entry.path().is_dir() {
            list(data, &name, names);
        } else {
            names.push(name.to_str().expect("ascii").to_owned());
        }
    }
}

fn tell(answer: Result<impl std::fmt::Debug, Status>) -> String {
    match answer {
        Ok(answer) => format!("{answer:?}"),
        Err(status) if status.code() == Code::DataLoss => "DATA_LOSS".to_owned(),
        Err(status) => {
            let (reason, mut figures) = reason(&status);
            let mut figures: Vec<_> = figures.drain().collect();
            figures.sort();
            format!("{:?} {reason} {figures:?}", status.code())
        }
    }
}

/// Answers that lean on everything derived: by stream, entity and name, by revision, and decisions
/// whose figures come from folded states.
fn answers(ledger: &Ledger, events: &[RecordedEvent]) -> Vec<String> {
    run(async {
        let mut told = Vec::new();
        let mut door = Door::to(ledger);
        let server = LedgerServer::new(ledger.clone());
        for number in 0..3 {
            let (line, project) = (format!("BL-0-{number}"), format!("PJ-0-{number}"));
            for stream in [project_stream(&project), format!("budget-line/4304/{line}")] {
                let request = v1::ReadEventsRequest {
                    source: Some(v1::read_events_request::Source::Stream(stream)),
                    start: Some(v1::read_events_request::Start::Revision(1)),
                    ..whole()
                };
                told.push(tell(door.read(request).await));
            }
            let key = v1::EntityKey {
                kind: v1::EntityKind::BudgetLine.into(),
                partition: "4304".into(),
                owner_id: line.clone(),
                id: String::new(),
            };
            let request = v1::ReadEventsRequest {
                source: Some(v1::read_events_request::Source::Entity(key)),
                ..whole()
            };
            told.push(tell(door.read(request).await));
            for event in probes(&line, &project) {
                let request = v1::AppendEventsRequest {
                    validate_only: true,
                    ..untimed(vec![event])
                };
                let answer = door.append(request).await.map(|answer| {
                    let of = |receipt: &v1::Receipt| (receipt.status, receipt.revision);
                    answer.receipts.iter().map(of).collect::<Vec<_>>()
                });
                told.push(tell(answer));
            }
        }
        for event in events.iter().step_by(7) {
            let id = uuid::Uuid::from_slice(&event.event_id).expect("an id");
            let request = v1::GetEventRequest {
                key: Some(v1::get_event_request::Key::EventId(id.to_string())),
                reader: whole().reader,
                parts: true,
                ..v1::GetEventRequest::default()
            };
            let answer = server.get_event(Request::new(request)).await;
            told.push(tell(answer.map(tonic::Response::into_inner)));
        }
        told
    })
}

/// Events whose decision depends on the states of a line and a project.
fn probes(line: &str, project: &str) -> Vec<EventSubmission> {
    let renamed = |mut event: v1::Event| {
        event.source_ref.push_str("-probe");
        sent(&event)
    };
    let mut dice = dice(0, "probes", 0);
    let bid = crate::workload::bid_received(project, "B-1", &mut dice);
    vec![
        renamed(plan_filed("PJ-NEW", line, 9_000_000)),
        renamed(plan_filed("PJ-NEW", line, 1)),
        renamed(line_approved(line, 5)),
        renamed(contract_signed(project, 1)),
        renamed(award_recorded(project, 1)),
        renamed(notice(project, "N-4", 10)),
        renamed(crate::workload::documents_issued(project)),
        sent(&notice(project, "N-6", 10)),
        sent(&line_approved(line, 1_000_000)),
        EventSubmission {
            sealed: bid.sealed.clone(),
            ..bid
        },
    ]
}

/// What a damaged folder says when it is opened and read in every way.
fn read_damaged(sound: &Sound, data: &Path, file: &str, what: &str) {
    let mut config = small_config(data);
    config.create = false;
    let ledger = Ledger::open(config);
    let ledger = ledger.unwrap_or_else(|error| panic!("{what}: does not open: {error}"));
    let name = file.rsplit('/').next().expect("a name");
    let read_only = ledger.read_only_reason();
    if let Some(why) = &read_only {
        assert!(why.contains(name), "{what}: {why:?} does not name the file");
        let late = untimed(vec![sent(&line_approved("BL-LATE", 1))]);
        let status = run(Door::to(&ledger).append(late)).expect_err("read only");
        assert_eq!(status.code(), Code::DataLoss, "{what}: {status:?}");
        assert_eq!(reason(&status).0, "DAMAGE_FOUND", "{what}");
        assert!(status.message().contains(name), "{what}: {status:?}");
    }
    let mut lost = Vec::new();
    for event in &sound.events {
        let request = v1::ReadEventsRequest {
            start: Some(v1::read_events_request::Start::Position(event.position)),
            max_count: 1,
            ..whole()
        };
        match run(Door::to(&ledger).read(request)) {
            Ok(found) => assert!(
                found[..] == [event.clone()],
                "{what}: other data: {found:?}"
            ),
            Err(status) => {
                let at = event.position;
                let code = status.code();
                assert_eq!(code, Code::DataLoss, "{what}: {at}: {status:?}");
                assert!(status.message().contains(name), "{what}: {status:?}");
                if is_of_events(file) {
                    let place = format!("position {at}:");
                    assert!(status.message().contains(&place), "{what}: {status:?}");
                    assert!(status.message().contains("at byte"), "{what}: {status:?}");
                }
                lost.push(at);
            }
        }
    }
    for (answer, sound) in answers(&ledger, &sound.events).iter().zip(&sound.answers) {
        let is_honest = answer == "DATA_LOSS" && (read_only.is_some() || !lost.is_empty());
        let (told, expected) = (short(answer), short(sound));
        assert!(
            is_honest || answer == sound,
            "{what}: {told} instead of {expected}"
        );
    }
    if is_of_events(file) {
        // What is intact is read on: at most one segment's events are gone.
        let (count, most) = (lost.len(), sound.events.len() / 2);
        assert!(count <= most, "{what}: {count} events unreadable");
    } else {
        let has_part = |at: &u64| {
            let event = &sound.events[usize::try_from(*at).unwrap()];
            !event.sealed.is_empty() || !event.personal.is_empty()
        };
        assert!(lost.iter().all(has_part), "{what}: {lost:?} unreadable");
    }
    ledger.close();
}

fn short(text: &str) -> String {
    text.chars().take(300).collect()
}

fn is_of_events(file: &str) -> bool {
    file.starts_with("journal/") && !file.ends_with(".index")
}

/// Damages a copy of a folder and looks at it in every way.
fn examine(sound: &Sound, file: &str, damage: Damage) {
    let what = format!("{file} of {} bytes: {damage:?}", sound.length(file));
    let copied = scratch();
    let data = copied.path().join("data");
    copy(&sound.data(), &data).expect("copied");
    let mut matters = damage.apply(&data.join(file));
    let newest_index = |dir| sound.files(dir, ".index").pop();
    if damage == Damage::Remove
        && ["journal", "access"]
            .map(newest_index)
            .contains(&Some(file.to_owned()))
    {
        // The newest segment has an index file only after a clean stop.
        matters = false;
    }
    let report = proof::verify(&data, false, None);
    let report = report.unwrap_or_else(|error| panic!("{what}: cannot be verified: {error}"));
    let names = |found: &&proof::Finding| {
        // A master key and keys that do not belong together are named together.
        found.file == file || (file == "master.key" && found.what.contains("master key"))
    };
    match report.findings.iter().find(names) {
        Some(found) => {
            let at = found.offset.expect("a place in the file");
            assert!(at <= damage.end(), "{what}: {found:?}");
        }
        None => {
            let findings = &report.findings;
            assert!(!matters, "{what}: not found by verify: {findings:?}");
        }
    }
    read_damaged(sound, &data, file, &what);
}

fn examine_all(sound: &Sound, files: &[String], purpose: &str) {
    let mut dice = draw(purpose);
    let mut count = 0;
    for file in files {
        for damage in Damage::some(sound.length(file), flips(), &mut dice) {
            examine(sound, file, damage);
            count += 1;
        }
    }
    println!("{count} damages to {} files", files.len());
}

#[test]
fn damage_to_segments_and_head_of_a_closed_ledger_is_found_and_told() {
    let sound = Sound::closed();
    let segments = sound.files("journal", ".segment");
    assert!(segments.len() > 4, "{segments:?}");
    let chosen = [
        0,
        segments.len() / 2,
        segments.len() - 2,
        segments.len() - 1,
    ];
    let mut files = chosen.map(|index| segments[index].clone()).to_vec();
    files.push("journal/head".to_owned());
    examine_all(&sound, &files, "segments");
}

#[test]
fn damage_to_a_ledger_copied_while_it_was_idle_is_found_and_told() {
    let sound = Sound::idle();
    let segments = sound.files("journal", ".segment");
    let mut files = segments[segments.len() - 2..].to_vec();
    files.push("journal/head".to_owned());
    examine_all(&sound, &files, "idle");
}

#[test]
fn damage_to_keys_and_access_log_is_found_and_told() {
    let sound = Sound::closed();
    let mut files = sound.files("access", ".segment");
    files.extend(["access/head", "keys", "master.key"].map(str::to_owned));
    examine_all(&sound, &files, "keys");
}

#[test]
fn damage_to_sidecars_heals() {
    let sound = Sound::closed();
    let mut dice = draw("sidecars");
    let files = sound.files("journal", ".index");
    assert!(files.len() > 4, "{files:?}");
    let of_access = sound.files("access", ".index");
    assert!(!of_access.is_empty());
    let chosen = [&files[0], &files[files.len() / 2], &files[files.len() - 1]];
    for file in chosen.into_iter().chain(&of_access) {
        for damage in Damage::some(sound.length(file), flips(), &mut dice) {
            examine(&sound, file, damage);
            heals(&sound, &[(file.as_str(), damage)]);
        }
    }
}

/// Damages a copy, opens and reads it, makes it anew, and finds nothing wrong any more.
fn heals(sound: &Sound, damages: &[(&str, Damage)]) {
    let what = format!("{damages:?}");
    let copied = scratch();
    let data = copied.path().join("data");
    copy(&sound.data(), &data).expect("copied");
    for (file, damage) in damages {
        damage.apply(&data.join(file));
    }
    let ledger = Ledger::open(small_config(&data));
    let ledger = ledger.unwrap_or_else(|error| panic!("{what}: does not open: {error}"));
    assert_eq!(ledger.read_only_reason(), None, "{what}");
    assert_eq!(answers(&ledger, &sound.events), sound.answers, "{what}");
    let served = run(Door::to(&ledger).read_all()).expect("reads");
    assert!(served == sound.events, "{what}: other events");
    ledger.close();
    drop(ledger);
    let count = rebuild(&data, &mut |_, _, _| {}).expect("can be made anew");
    assert_eq!(count, sound.events.len() as u64);
    let report = proof::verify(&data, false, None).expect("verifies");
    assert!(report.is_clean(), "{what}: {:#?}", report.findings);
    assert_eq!(report.access_records, sound.access_records);
}

#[test]
fn damage_to_sled_and_snapshots_heals() {
    let sound = Sound::closed();
    let mut dice = draw("sled");
    let mut files = sound.files("state", "");
    files.extend(sound.files("snapshots", ""));
    assert!(
        files.iter().any(|file| file.starts_with("snapshots/")),
        "{files:?}"
    );
    for file in &files {
        let mut damages = Damage::some(sound.length(file), flips() / 2, &mut dice);
        if file.contains("sled/blobs") || file.len() > 60 {
            damages.truncate(4);
        }
        for damage in damages {
            // With the rest of sled gone, the snapshots have to do.
            let marker = ("state/marker", Damage::Remove);
            match file.starts_with("snapshots/") {
                true => heals(&sound, &[(file, damage), marker]),
                false => heals(&sound, &[(file, damage)]),
            }
        }
    }
}

#[test]
fn a_folder_without_anything_derived_heals() {
    let sound = Sound::closed();
    let everything: Vec<_> = ["state", "snapshots"]
        .iter()
        .flat_map(|dir| sound.files(dir, ""))
        .chain(sound.files("journal", ".index"))
        .chain(sound.files("access", ".index"))
        .collect();
    let damages: Vec<_> = everything
        .iter()
        .map(|file| (file.as_str(), Damage::Remove))
        .collect();
    heals(&sound, &damages);
}

#[test]
fn saved_states_ahead_of_the_journal_are_damage_not_a_reason_to_go_on() {
    // A journal put back from an older backup, with the sled of a newer one.
    let folder = scratch();
    let data = folder.path().join("data");
    let older = folder.path().join("older");
    let ledger = Ledger::open(small_config(&data)).expect("opens");
    fill(&ledger);
    ledger.close();
    drop(ledger);
    copy(&data, &older).expect("copied");
    let ledger = Ledger::open(small_config(&data)).expect("opens");
    let count = ledger.queries().reader.end();
    let more = untimed(vec![sent(&line_approved("BL-MORE", 1))]);
    run(Door::to(&ledger).append(more)).expect("accepted");
    ledger.close();
    drop(ledger);
    fs::remove_dir_all(older.join("state")).expect("removed");
    copy(&data.join("state"), &older.join("state")).expect("copied");

    let ledger = Ledger::open(small_config(&older)).expect("opens for reading");
    let why = ledger
        .read_only_reason()
        .expect("says that something is wrong");
    assert!(why.contains("state"), "{why}");
    assert_eq!(ledger.queries().reader.end(), count);
    let served = run(Door::to(&ledger).read_all()).expect("what is there is read");
    assert_eq!(served.len() as u64, count);
    let late = untimed(vec![sent(&line_approved("BL-LATE", 1))]);
    let status = run(Door::to(&ledger).append(late)).expect_err("not appended");
    assert_eq!(status.code(), Code::DataLoss);
}

#[test]
fn a_state_snapshot_ahead_of_the_journal_is_damage_too() {
    // The same without sled: a snapshot of the newer ledger shows what the journal has lost.
    let folder = scratch();
    let (data, older) = (folder.path().join("data"), folder.path().join("older"));
    let ledger = Ledger::open(small_config(&data)).expect("opens");
    fill(&ledger);
    ledger.close();
    drop(ledger);
    copy(&data, &older).expect("copied");
    let ledger = Ledger::open(small_config(&data)).expect("opens");
    let count = ledger.queries().reader.end();
    let more = (0..100).map(|number| sent(&line_approved(&format!("BL-MORE-{number}"), 1)));
    run(Door::to(&ledger).append(untimed(more.collect()))).expect("accepted");
    ledger.close();
    drop(ledger);
    for dir in ["state", "snapshots"] {
        fs::remove_dir_all(older.join(dir)).expect("removed");
    }
    copy(&data.join("snapshots"), &older.join("snapshots")).expect("copied");

    let ledger = Ledger::open(small_config(&older)).expect("opens for reading");
    let why = ledger.read_only_reason().expect("says so");
    assert!(why.contains("snapshots/"), "{why}");
    let served = run(Door::to(&ledger).read_all()).expect("what is there is read");
    assert_eq!(served.len() as u64, count);
    ledger.close();
    drop(ledger);
    // Who means to go on from the older journal says so by making the states anew.
    assert_eq!(
        rebuild(&older, &mut |_, _, _| {}).expect("made anew"),
        count
    );
    let ledger = Ledger::open(small_config(&older)).expect("opens");
    assert_eq!(ledger.read_only_reason(), None);
    ledger.close();
}

#[test]
fn a_ledger_whose_journal_is_gone_is_not_begun_anew() {
    let sound = Sound::closed();
    let data = sound.data();
    fs::remove_dir_all(data.join("journal")).expect("removed");
    let refused = Ledger::open(small_config(&data)).map(|_| ());
    let error = refused.expect_err("there is no journal");
    assert!(error.to_string().contains("no journal in"), "{error}");
    assert!(
        !data.join("journal").exists(),
        "nothing is made in its place"
    );
}

#[test]
fn a_ledger_whose_access_log_is_gone_is_read_and_takes_nothing() {
    let sound = Sound::closed();
    let data = sound.data();
    fs::remove_dir_all(data.join("access")).expect("removed");
    let ledger = Ledger::open(small_config(&data)).expect("opens for reading");
    let why = ledger.read_only_reason().expect("says so");
    assert!(why.contains("access"), "{why}");
    let served = run(Door::to(&ledger).read_all()).expect("reads");
    assert!(served == sound.events);
    assert!(
        !data.join("access").exists(),
        "nothing is made in its place"
    );
    ledger.close();
    drop(ledger);
    let report = proof::verify(&data, false, None).expect("verifies");
    assert!(
        report
            .findings
            .iter()
            .any(|found| found.file.starts_with("access"))
    );
}
