//! The command line as somebody at a terminal meets it: connections that break under a command,
//! exit codes, help that fits the terminal.

use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpListener,
    path::Path,
    process::{Child, Command, Output, Stdio},
    thread,
};

use bihuan::{cli::render, events::json};

use crate::{
    facts::*,
    harness::{run, scratch},
    oracle::{Door, untimed, whole},
    process::{Process, program},
    town::Town,
};

/// The program as a client of a server.
fn bihuan(address: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program());
    command.args(arguments);
    command.env("BIHUAN_ENDPOINT", format!("http://{address}"));
    command.env("BIHUAN_LANG", "en");
    command
}

fn told(command: &mut Command) -> (Option<i32>, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().expect("the program runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (status.code(), text(stdout), text(stderr))
}

const LINES: usize = 3_000;
/// The server is killed when so many receipts have been printed.
const KILLS: [usize; 4] = [150, 600, 1_200, 2_400];

/// Approvals of budget lines, one a line as `append` reads them.
fn approvals(path: &Path) {
    let mut text = String::new();
    for n in 0..LINES {
        let submission = sent(&line_approved(&format!("BL-{n}"), 100));
        text += &json::submission_to_json(&submission).expect("JSON");
        text.push('\n');
    }
    std::fs::write(path, text).expect("written");
}

/// Appends a file while its server is killed again and again.
fn append_through_kills(options: &[&str]) {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, data) = (
        folder.path().join("events.ndjson"),
        folder.path().join("data"),
    );
    approvals(&file);
    let mut server = Some(Process::start(&data, &[]));
    let address = server.as_ref().expect("runs").address.clone();
    let mut command = bihuan(&address, &["append", "--json"]);
    command.args(options).arg(&file);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child: Child = command.spawn().expect("the program runs");
    let mut outcomes = Vec::new();
    for line in BufReader::new(child.stdout.take().expect("piped")).lines() {
        let line: serde_json::Value =
            serde_json::from_str(&line.expect("readable")).expect("a line of JSON");
        outcomes.push(line["outcome"].as_str().expect("an outcome").to_owned());
        if KILLS.contains(&outcomes.len()) {
            server.take().expect("runs").kill();
            server = Some(Process::start(&data, &["--listen", &address]));
        }
    }
    let mut error = String::new();
    let mut stderr = child.stderr.take().expect("piped");
    stderr.read_to_string(&mut error).expect("readable");
    let status = child.wait().expect("ends");
    assert_eq!(status.code(), Some(0), "{error}");
    assert_eq!(outcomes.len(), LINES, "each line was answered, once");
    let is_recorded = |outcome: &String| outcome == "appended" || outcome == "already_appended";
    assert!(outcomes.iter().all(is_recorded));

    let served = run(async {
        let client = server.as_ref().expect("runs").client().await;
        Door::Wire(client).read(whole()).await.expect("reads")
    });
    let streams: std::collections::BTreeSet<_> =
        served.iter().map(|event| event.event.clone()).collect();
    assert_eq!((served.len(), streams.len()), (LINES, LINES), "once each");
}

#[test]
fn an_append_goes_on_when_the_server_is_killed_and_comes_back() {
    append_through_kills(&["--batch", "10"]);
}

#[test]
fn an_append_over_a_stream_goes_on_when_the_server_is_killed_and_comes_back() {
    append_through_kills(&["--stream", "--window", "64"]);
}

#[test]
fn a_subscription_goes_on_when_the_server_is_killed_and_comes_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let mut server = Process::start(&data, &[]);
    let address = server.address.clone();
    let mut command = bihuan(&address, &["subscribe", "--json", "--max", "40"]);
    let mut child = command.stdout(Stdio::piped()).spawn().expect("runs");
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    for position in 0..40 {
        if position % 10 == 0 {
            run(async {
                let lines = position..position + 10;
                let event = |n| sent(&line_approved(&format!("BL-{n}"), 100));
                let batch = untimed(lines.map(event).collect());
                let mut client = server.client().await;
                client.append_events(batch).await.expect("appended");
            });
        }
        let line = lines.next().expect("goes on").expect("readable");
        let event: serde_json::Value = serde_json::from_str(&line).expect("a line of JSON");
        assert_eq!(
            event["position"],
            position.to_string(),
            "each once, in order"
        );
        if position % 10 == 9 {
            server.kill();
            server = Process::start(&data, &["--listen", &address]);
        }
    }
    assert!(child.wait().expect("ends").success());
}

/// The kind of the frame of HTTP/2 that begins a call.
const HEADERS: u8 = 1;

/// A server that takes a connection, hears a call and is gone: the address where it stood.
fn one_who_hangs_up() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a caller");
        // The smallest greeting of HTTP/2: settings, none.
        stream
            .write_all(&[0, 0, 0, 4, 0, 0, 0, 0, 0])
            .expect("greets");
        let mut preface = [0; 24];
        stream.read_exact(&mut preface).expect("it greets, too");
        // Frames until the one that begins a call: three bytes of length, one of kind, five more.
        loop {
            let mut head = [0; 9];
            stream.read_exact(&mut head).expect("a frame");
            if head[3] == HEADERS {
                return;
            }
            let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
            let mut body = vec![0; length as usize];
            stream.read_exact(&mut body).expect("a whole frame");
        }
    });
    address
}

#[test]
fn a_connection_lost_under_a_call_is_no_server_rather_than_an_unknown_error() {
    let (code, out, err) = told(&mut bihuan(&one_who_hangs_up(), &["info"]));
    assert_eq!(code, Some(4), "{out}{err}");
    for part in ["UNAVAILABLE", "no connection to the server", "what to do"] {
        assert!(err.contains(part), "{part} in {err}");
    }
    assert!(!err.contains("UNKNOWN"), "{err}");
    let (code, out, err) = told(&mut bihuan(&one_who_hangs_up(), &["info", "--json"]));
    let error: serde_json::Value = serde_json::from_str(&err).expect("one line of JSON");
    assert_eq!((code, out.as_str()), (Some(4), ""));
    assert_eq!(error["error"]["exit_code"], 4, "{err}");
}

#[test]
fn each_way_to_fail_has_its_exit_code_and_says_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let server = Process::start(&data, &[]);
    let at = data.to_str().expect("a path");
    let nowhere = folder.path().join("nothing");
    let nowhere = nowhere.to_str().expect("a path");
    let bad = folder.path().join("bad.ndjson");
    std::fs::write(&bad, "{\"foo\": 1}\n").expect("written");
    let bad = bad.to_str().expect("a path");
    let refused = folder.path().join("refused.ndjson");
    let over = sent(&plan_filed(PROJECT, "BL-NONE", 100));
    std::fs::write(&refused, json::submission_to_json(&over).expect("JSON")).expect("written");
    let refused = refused.to_str().expect("a path");
    let cases: &[(i32, &[&str], &str)] = &[
        (1, &["get", "999"], "bihuan read lists what is there"),
        (1, &["append", refused], "push the event that it rests on"),
        (2, &["append", nowhere], "cannot use the file"),
        (2, &["append", bad], "unrecognized field name 'foo'"),
        (2, &["proto", "Nothing"], "list all types"),
        (2, &["no-such-command"], "--help"),
        (
            2,
            &["verify", "--data", nowhere],
            "name the ledger's folder",
        ),
        (
            2,
            &["rebuild", "--data", nowhere],
            "no ledger in the folder",
        ),
        (5, &["rebuild", "--data", at], "stop that server first"),
        (
            5,
            &["serve", "--metrics", "off", "--data", at],
            "stop that server first",
        ),
        (
            4,
            &["info", "--endpoint", "http://127.0.0.1:1"],
            "bihuan serve",
        ),
    ];
    for (code, arguments, says) in cases {
        let (found, out, err) = told(&mut bihuan(&server.address, arguments));
        assert_eq!(found, Some(*code), "{arguments:?}: {out}{err}");
        assert!(format!("{out}{err}").contains(says), "{says} in {out}{err}");
    }
}

#[test]
fn help_of_every_command_fits_eighty_columns() {
    let commands = [
        &[][..],
        &["demo"],
        &["serve"],
        &["append"],
        &["read"],
        &["get"],
        &["subscribe"],
        &["import"],
        &["import", "ocds"],
        &["info"],
        &["proto"],
        &["verify"],
        &["rebuild"],
    ];
    for command in commands {
        for help in ["--help", "-h"] {
            let mut asked = Command::new(program());
            asked.args(command).arg(help).env("COLUMNS", "80");
            let (code, out, _) = told(&mut asked);
            assert_eq!(code, Some(0));
            for line in out.lines() {
                assert!(render::width(line) <= 80, "{command:?}: {line}");
            }
        }
    }
}

/// The money line up to a payment, with a process of an OCDS publisher.
fn shown() -> Vec<bihuan::events::v1::Event> {
    let paid = [(LINE, 400)];
    vec![
        line_approved(LINE, 1_000),
        plan_filed(PROJECT, LINE, 900),
        award_recorded(PROJECT, 800),
        contract_signed(PROJECT, 800),
        by_treasury(requested(PROJECT, "PY-1", TERM_ADVANCE, &paid)),
        by_treasury(payment_accepted(PROJECT, "PY-1")),
        by_treasury(executed(PROJECT, "PY-1", &paid)),
        registered(
            CITY,
            bihuan::events::v1::OrganisationKind::FinanceRegulator,
            "430400",
        ),
        registered(
            UNIT,
            bihuan::events::v1::OrganisationKind::BudgetUnit,
            "430400",
        ),
    ]
}

#[test]
fn objects_are_shown_in_both_languages_and_as_json_as_of_any_day() {
    run(async {
        let town = Town::with(&shown()).await;
        let address = town.server.address.to_string();
        let shows: [(&[&str], &str); 6] = [
            (
                &["project", "show", PROJECT],
                "✔plan → ✔execution·1 → ✔contract·2 → ◐payment",
            ),
            (&["budget-line", "show", LINE], "available"),
            (&["contract", "show", PROJECT, CONTRACT], "EXECUTED"),
            (&["unit", "show", UNIT], "BUDGET_UNIT"),
            (&["project", "watch", PROJECT, "--max", "1"], "✔plan"),
            (
                &["project", "show", PROJECT, "--as-of", "2023-02-15"],
                "○contract",
            ),
        ];
        tokio::task::block_in_place(|| {
            for (arguments, wanted) in shows {
                let (code, out, error) = told(&mut bihuan(&address, arguments));
                assert_eq!(code, Some(0), "{arguments:?}: {error}");
                assert!(out.contains(wanted), "{arguments:?}: {out}");
                assert!(
                    out.contains("Reflects every event up to position 8."),
                    "{out}"
                );
                let mut command = bihuan(&address, arguments);
                let (code, out, _) = told(command.arg("--json"));
                assert_eq!((code, out.lines().count()), (Some(0), 1), "{arguments:?}");
                let answer: serde_json::Value = serde_json::from_str(&out).expect("JSON");
                assert_eq!(answer["reflectsPosition"], "8", "{answer}");
            }
            let mut command = bihuan(&address, &["project", "show", PROJECT]);
            let (_, out, _) = told(command.env("BIHUAN_LANG", "zh"));
            assert!(out.contains("✔计划 → ✔实施·1 → ✔合同·2 → ◐支付"), "{out}");
            assert!(!out.contains("contract"), "{out}");
            // What is not there is an exit code, for each object.
            for arguments in [
                &["project", "show", "PJ-9"][..],
                &["order", "show", "EO-9"],
                &["framework", "show", "FA-9"],
                &["supplier", "show", OTHER_SUPPLIER],
                &["process", "show", "ocds-abc123-9"],
            ] {
                let (code, _, error) = told(&mut bihuan(&address, arguments));
                assert_eq!(code, Some(1), "{arguments:?}: {error}");
            }
        });
    });
}

/// The years of the legal moments in a file of events.
fn years_in(events: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(events).expect("a file of events");
    let year = |line: &str| {
        let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let at = line["event"]["occurredAt"].as_str().expect("a moment");
        at[..4].to_owned()
    };
    text.lines().map(year).collect()
}

#[test]
fn simulated_years_are_written_as_asked_and_not_beyond_the_known_calendar() {
    let folder = scratch();
    let out = folder.path().join("years");
    let simulate = |arguments: &[&str]| {
        let mut command = Command::new(program());
        command
            .args(["simulate", "--projects", "12"])
            .args(arguments);
        told(command.env("BIHUAN_LANG", "en").arg("--out").arg(&out))
    };
    let (code, _, error) = simulate(&["--year", "2026", "--years", "2"]);
    assert_eq!(code, Some(2), "{error}");
    assert!(error.contains("--years 2 from 2026 end in 2027"), "{error}");
    assert!(!out.exists(), "refused before anything is written");
    for arguments in [["--years", "0"], ["--year", "2022"]] {
        let (code, _, error) = simulate(&arguments);
        assert_eq!(code, Some(2), "{arguments:?} {error}");
        assert!(error.contains(arguments[0]), "{error}");
    }
    let (code, _, error) = simulate(&["--year", "2025", "--years", "2", "--seed", "5"]);
    assert_eq!(code, Some(0), "{error}");
    let years = years_in(&out.join("events.ndjson"));
    assert!(
        years.contains("2025") && years.contains("2026"),
        "{years:?}"
    );
    assert!(years.iter().all(|year| year.as_str() < "2028"), "{years:?}");
    assert!(out.join("planted.ndjson").is_file());
    assert!(out.join("findings.ndjson").is_file());
    let (code, _, error) = simulate(&["--year", "2025"]);
    assert_eq!(code, Some(2), "{error}");
    assert!(error.contains("the folder is not empty"), "{error}");
}
