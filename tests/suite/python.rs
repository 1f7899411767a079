//! Clients that we did not write: Python's grpcio with stubs made from the schema, grpcurl by
//! reflection; and python-stdnum as a judge of codes.
//!
//! `tests/run` makes what they need and names it in `BIHUAN_PYTHON` and `BIHUAN_GRPCURL`.

use std::{
    collections::BTreeSet,
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Output,
};

use bihuan::domain::values::{Uscc, uscc::compose};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use tokio::process::Command;

use crate::{facts::*, harness::*, town::*};

fn tool(name: &str) -> PathBuf {
    let Some(path) = env::var_os(name) else {
        panic!("{name} is not set: run the tests with tests/run, which installs what they need");
    };
    let path = PathBuf::from(path);
    assert!(path.exists(), "{name} is {}, which is not there", path.display());
    path
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[track_caller]
fn succeeded(output: &Output, what: &str) -> String {
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{what}: {}\n{out}\n{err}", output.status);
    out.into_owned()
}

async fn python(script: &str, arguments: &[&str]) -> String {
    let output = Command::new(tool("BIHUAN_PYTHON"))
        .arg(root().join("tests/python").join(script))
        .args(arguments)
        .output()
        .await;
    succeeded(&output.expect("python runs"), script)
}

#[test]
fn a_python_client_appends_retries_conflicts_reads_verifies_and_subscribes() {
    run(async {
        let server = Server::start().await;
        let stubs = tempfile::tempdir().expect("a folder for stubs");
        let address = server.address.to_string();
        let protos = root().join("proto");
        let arguments = [
            address.as_str(),
            protos.to_str().expect("a path"),
            stubs.path().to_str().expect("a path"),
        ];
        let told = python("client.py", &arguments).await;
        assert_eq!(told.trim(), "everything held");
        assert_eq!(server.ledger.queries().reader.end(), 9);
    });
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
    let told = run(python("uscc.py", &[file.to_str().expect("a path")]));
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

/// Commands of a page that begin with grpcurl, from its blocks of shell.
fn grpcurl_lines(page: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut is_shell = false;
    for line in page.lines() {
        match line {
            "```sh" => is_shell = true,
            "```" => is_shell = false,
            _ if is_shell && line.starts_with("grpcurl ") => lines.push(line.to_owned()),
            _ => {}
        }
    }
    lines
}

#[test]
fn the_grpcurl_lines_of_the_readme_work() {
    let grpcurl = tool("BIHUAN_GRPCURL");
    let page = fs::read_to_string(root().join("README.md")).expect("README.md");
    let lines = grpcurl_lines(&page);
    assert!(!lines.is_empty(), "README.md shows grpcurl");
    run(async {
        let town = Town::with(&[line_approved(LINE, 1_000), plan_filed(PROJECT, LINE, 10)]).await;
        let address = town.server.address.to_string();
        let folder = grpcurl.parent().expect("a folder").display().to_string();
        let path = format!("{folder}:{}", env::var("PATH").unwrap_or_default());
        for line in lines {
            assert!(line.contains("127.0.0.1:50551"), "the usual address: {line}");
            let command = line.replace("127.0.0.1:50551", &address);
            let output = Command::new("sh")
                .args(["-c", &command])
                .env("PATH", &path)
                .output()
                .await;
            let told = succeeded(&output.expect("a shell"), &line);
            assert!(!told.trim().is_empty(), "{line} tells something");
            if line.contains("GetLedger") {
                assert!(told.contains("\"endPosition\": \"2\""), "{told}");
            }
            if line.contains("ReadEvents") {
                assert!(told.contains("budgetLineApproved") && told.contains(LINE), "{told}");
            }
        }
    });
}

#[test]
fn grpcurl_finds_everything_by_reflection_and_appends_canonical_json() {
    let grpcurl = tool("BIHUAN_GRPCURL");
    run(async {
        let town = Town::with(&[line_approved(LINE, 1_000)]).await;
        let address = town.server.address.to_string();
        let call = async |arguments: &[&str]| {
            let output = Command::new(&grpcurl).arg("-plaintext").args(arguments).output().await;
            output.expect("grpcurl runs")
        };
        let listed = succeeded(&call(&[&address, "list"]).await, "list");
        for service in [
            "bihuan.v1.LedgerService",
            "grpc.health.v1.Health",
            "grpc.reflection.v1.ServerReflection",
            "grpc.reflection.v1alpha.ServerReflection",
        ] {
            assert!(listed.lines().any(|line| line == service), "{service} in {listed}");
        }
        let health = call(&[&address, "grpc.health.v1.Health/Check"]).await;
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
        let append = ["-d", &json, &address, "bihuan.v1.LedgerService/AppendEvents"];
        let told = succeeded(&call(&append).await, "append");
        assert!(told.contains("RECEIPT_STATUS_APPENDED"), "{told}");
        assert_eq!(town.end(), 2);
        // A refusal comes with its details written out.
        let json = json.replace("by-hand", "by-hand-2").replace("-200", "-801");
        let refused = call(&["-d", &json, &address, append[3]]).await;
        assert!(!refused.status.success());
        let told = String::from_utf8_lossy(&refused.stderr).into_owned();
        for word in ["FailedPrecondition", "E010_PLAN_OVER_BUDGET", "available_fen", "800"] {
            assert!(told.contains(word), "{word} in {told}");
        }
    });
}
