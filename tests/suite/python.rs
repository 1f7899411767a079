//! Clients that we did not write, against a real server: Python's grpcio with stubs made from the
//! schema, and with nothing but reflection; grpcurl; python-stdnum as a judge of codes
//! and chinesecalendar as one of working days.

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    fs,
    io::{BufRead as _, BufReader, Write as _},
    process::{Command, Stdio},
};

use bihuan::domain::{
    calendar::Calendar,
    values::{Uscc, uscc::compose},
};
use chrono::{Datelike as _, NaiveDate};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use crate::{
    facts::*,
    harness::{request, run},
    models::city,
    process::{Process, program},
    tools::{grpcurl, root, script, succeeded},
    workload,
};

/// Projects of the city that the auditor looks at, and his questions of each kind of view.
const AUDITED: u32 = 60;
const QUESTIONS: u32 = 250;
/// The city whose life is judged, and what perturbs it.
const JUDGED: (u64, u64) = (13, 511);
const SIMULATED: &[&str] = &["--simulated-clock"];

/// Runs a script; `restart` is called each time it asks for another server, which it waits for.
fn run_script(mut command: Command, mut restart: impl FnMut()) -> String {
    let errors = tempfile::NamedTempFile::new().expect("a file for what it says");
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    command.stderr(errors.reopen().expect("writable"));
    let mut child = command.spawn().expect("python runs");
    let mut stdin = child.stdin.take().expect("piped");
    let mut told = String::new();
    for line in BufReader::new(child.stdout.take().expect("piped")).lines() {
        let line = line.expect("readable");
        if line == "restart the server" {
            restart();
            stdin.write_all(b"\n").expect("it waits for that");
        } else {
            writeln!(told, "{line}").expect("a line");
        }
    }
    let mut output = child.wait_with_output().expect("ends");
    output.stdout = told.into_bytes();
    output.stderr = fs::read(errors.path()).expect("readable");
    succeeded(&output, &format!("{command:?}"))
}

#[test]
fn a_python_client_made_from_the_schema_does_all_that_a_client_does() {
    let (folder, full) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let stubs = tempfile::tempdir().unwrap();
    let mut server = Some(Process::start(folder.path(), SIMULATED));
    let address = server.as_ref().expect("runs").address.clone();
    // No disk has so much room: appends stop, as they do before a disk is full.
    let reserve = ["--simulated-clock", "--disk-reserve-mb", "1000000000000"];
    let full = Process::start(full.path(), &reserve);
    let mut command = script("client.py");
    command.args([&address, &full.address]);
    command.args([&root().join("proto"), stubs.path()]);
    let told = run_script(command, || {
        server.take().expect("runs").kill();
        let again = ["--simulated-clock", "--listen", &address];
        server = Some(Process::start(folder.path(), &again));
    });
    assert_eq!(told.trim(), "everything held");
}

#[test]
fn a_python_client_needs_nothing_but_reflection() {
    let folder = tempfile::tempdir().unwrap();
    let server = Process::start(folder.path(), SIMULATED);
    let mut command = script("reflect.py");
    command.arg(&server.address);
    let told = run_script(command, || panic!("asks for no other server"));
    assert_eq!(told.trim(), "everything held");
}

#[test]
fn an_auditor_with_a_model_of_his_own_finds_every_view_as_the_events_say() {
    run(async {
        let town = city(AUDITED).await;
        let stubs = tempfile::tempdir().expect("a folder");
        let mut command = script("auditor.py");
        command.arg(town.server.address.to_string());
        command.args([&root().join("proto"), stubs.path()]);
        command.args([workload::seed().to_string(), QUESTIONS.to_string()]);
        let told = tokio::task::spawn_blocking(move || {
            run_script(command, || panic!("asks for no other server"))
        });
        assert_eq!(told.await.expect("it ends").trim(), "everything held");
    });
}

#[test]
fn a_judge_with_a_model_of_the_whole_domain_foresees_every_answer() {
    let folder = tempfile::tempdir().expect("a folder");
    let (life, stubs) = (folder.path().join("life"), folder.path().join("stubs"));
    fs::create_dir(&stubs).expect("made");
    let (projects, seed) = (AUDITED.to_string(), JUDGED.0.to_string());
    let mut simulate = Command::new(program());
    simulate.args([
        "simulate",
        "--projects",
        &projects,
        "--seed",
        &seed,
        "--out",
    ]);
    let output = simulate.arg(&life).output().expect("it runs");
    succeeded(&output, "simulate");
    let server = Process::start(&folder.path().join("data"), SIMULATED);
    let mut command = script("judge.py");
    command.arg(&server.address);
    command.args([&root().join("proto"), &stubs, &life.join("events.ndjson")]);
    command.arg(JUDGED.1.to_string());
    let told = run_script(command, || panic!("asks for no other server"));
    assert!(told.trim_end().ends_with("everything held"), "{told}");
}

const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

fn letter(random: &mut ChaCha8Rng, letters: &[u8]) -> char {
    char::from(letters[random.random_range(0..letters.len())])
}

/// A right code: plain, or of one of the authorities with a letter.
fn right_code(random: &mut ChaCha8Rng, is_plain: bool) -> String {
    let digits = &ALPHABET[..10];
    let authority = match is_plain {
        true => format!("{}{}", letter(random, &digits[1..]), letter(random, digits)),
        false => format!("{}{}", letter(random, b"NAY1"), letter(random, ALPHABET)),
    };
    let region: String = (0..6).map(|_| letter(random, digits)).collect();
    let organisation: String = (0..9).map(|_| letter(random, ALPHABET)).collect();
    compose(&authority, &region, &organisation)
}

#[test]
fn python_stdnum_agrees_on_unified_social_credit_codes() {
    let mut random = ChaCha8Rng::seed_from_u64(32_100);
    let mut codes = BTreeSet::new();
    for n in 0..6_000 {
        let mut code = right_code(&mut random, n % 3 != 0).into_bytes();
        let at = random.random_range(0..18);
        match n % 6 {
            // As they are.
            0..=2 => {}
            // One character wrong, of the alphabet or not.
            3 => code[at] = letter(&mut random, ALPHABET) as u8,
            4 => code[at] = letter(&mut random, b"IOSVZ01") as u8,
            // Two neighbours swapped; too short, too long.
            _ => match random.random_range(0..3) {
                0 => code.swap(at.min(16), at.min(16) + 1),
                1 => drop(code.pop()),
                _ => code.push(b'1'),
            },
        }
        codes.insert(String::from_utf8(code).expect("ASCII"));
    }
    for known in [
        UNIT,
        CITY,
        SUPPLIER,
        OTHER_SUPPLIER,
        AGENCY,
        "91110000600037341L",
        "N14304000000990713",
        "91430407MA9TE5T12Y",
    ] {
        codes.insert(known.to_owned());
    }
    assert!(codes.len() > 5_000, "{} codes", codes.len());
    let mut lines = String::new();
    for code in &codes {
        writeln!(lines, "{code}\t{}", u8::from(Uscc::parse(code).is_ok())).expect("a line");
    }
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("codes.tsv");
    fs::write(&file, lines).expect("written");
    let mut command = script("uscc.py");
    command.arg(&file);
    let told = run_script(command, || panic!("asks for no server"));
    assert!(told.contains("stdnum"), "{told}");
    // Cleaned forms are another matter: the ledger takes codes as they are, and only so.
    for variant in [
        SUPPLIER.to_lowercase(),
        format!(" {SUPPLIER}"),
        format!("{}-{}", &SUPPLIER[..2], &SUPPLIER[2..]),
    ] {
        assert!(Uscc::parse(&variant).is_err(), "{variant}");
    }
}

#[test]
fn working_days_are_those_of_chinesecalendar_in_all_its_years() {
    let calendar = Calendar::known();
    let first = NaiveDate::from_ymd_opt(2004, 1, 1).expect("a day");
    let mut lines = String::new();
    for day in first.iter_days().take_while(|day| day.year() <= 2026) {
        writeln!(lines, "{day}\t{}", u8::from(calendar.is_workday(day))).expect("a line");
    }
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("days.tsv");
    fs::write(&file, lines).expect("written");
    let mut command = script("workdays.py");
    command.arg(&file);
    let told = run_script(command, || panic!("asks for no server"));
    assert_eq!(told.trim(), "8401 days");
}

#[test]
fn grpcurl_finds_everything_by_reflection_and_appends_canonical_json() {
    let folder = tempfile::tempdir().unwrap();
    let server = Process::start(folder.path(), SIMULATED);
    run(async {
        let line = request(vec![sent(&line_approved(LINE, 1_000))], noon("2023-06-30"));
        let mut client = server.client().await;
        client.append_events(line).await.expect("appended");
    });
    let address = &server.address;
    let call = |arguments: &[&str]| {
        let output = Command::new(grpcurl())
            .arg("-plaintext")
            .args(arguments)
            .output();
        output.expect("grpcurl runs")
    };
    let listed = succeeded(&call(&[address, "list"]), "list");
    for service in [
        "bihuan.v1.LedgerService",
        "grpc.health.v1.Health",
        "grpc.reflection.v1.ServerReflection",
        "grpc.reflection.v1alpha.ServerReflection",
    ] {
        assert!(
            listed.lines().any(|line| line == service),
            "{service} in {listed}"
        );
    }
    let health = call(&[address, "grpc.health.v1.Health/Check"]);
    assert!(succeeded(&health, "health").contains("SERVING"));
    let json = format!(
        r#"{{"requestTime": "2023-07-01T00:00:00Z", "events": [{{"event": {{
            "sourceSystem": "BUDGET_INT", "sourceRef": "by-hand",
            "stream": "budget-line/4304/{LINE}", "occurredAt": "2023-01-09T16:00:00Z",
            "actorOrg": "{CITY}", "actorRole": "ACTOR_ROLE_BUDGET_SYS",
            "regionCode": "430400", "payload": {{"budgetLineAdjusted": {{
            "budgetLineId": "{LINE}", "deltaFen": "-200", "reason": "调剂",
            "docNo": "1", "adjustedOn": "2023-01-10"}}}}}}}}]}}"#
    );
    let append = ["-d", &json, address, "bihuan.v1.LedgerService/AppendEvents"];
    let told = succeeded(&call(&append), "append");
    assert!(told.contains("RECEIPT_STATUS_APPENDED"), "{told}");
    // A refusal comes with its details written out.
    let json = json.replace("by-hand", "by-hand-2").replace("-200", "-801");
    let refused = call(&["-d", &json, address, append[3]]);
    assert!(!refused.status.success());
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    for word in [
        "FailedPrecondition",
        "E010_PLAN_OVER_BUDGET",
        "available_fen",
        "800",
    ] {
        assert!(told.contains(word), "{word} in {told}");
    }
    let told = succeeded(
        &call(&[address, "bihuan.v1.LedgerService/GetLedger"]),
        "ledger",
    );
    assert!(told.contains("\"endPosition\": \"2\""), "{told}");
}
