//! The README is run: every line that somebody could copy out of its blocks of shell, in its order,
//! in an empty folder, against a real server. A line that no test here knows fails.

use std::{
    env, fs,
    io::{BufRead as _, BufReader},
    os::unix::fs::{PermissionsExt as _, symlink},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
};

use bihuan::{events::json, exchange::ocds};

use crate::{
    facts::*,
    process::program,
    tools::{grpcurl, root, succeeded},
};

/// Where the README says that everything is.
const USUAL: &str = "127.0.0.1:50551";
/// How the README starts the program, which is the one that this suite is built with.
const CARGO_RUN: &str = "cargo run --profile ci -- ";
/// The runner of the suite; it cannot run itself.
const RUNNER: &str = "tests/run";

/// The commands of the README's blocks of shell, without their comments.
fn commands() -> Vec<String> {
    let page = fs::read_to_string(root().join("README.md")).expect("README.md");
    let mut commands = Vec::new();
    let mut is_shell = false;
    for line in page.lines() {
        match line {
            "```sh" => is_shell = true,
            _ if line.starts_with("```") => {
                assert!(
                    is_shell || line == "```",
                    "a block that nobody runs: {line}"
                );
                is_shell = false;
            }
            _ if is_shell => {
                let command = line.split(" #").next().unwrap_or_default().trim();
                commands.push(command.to_owned());
            }
            _ => {}
        }
    }
    commands.retain(|command| !command.is_empty());
    commands
}

/// An empty folder, and a shell in it that finds `bihuan` and `grpcurl`.
struct Desk {
    folder: tempfile::TempDir,
    path: String,
    /// Where the server listens; empty before it does.
    address: String,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let bin = folder.path().join(".bin");
        fs::create_dir(&bin).expect("made");
        symlink(PathBuf::from(program()), bin.join("bihuan")).expect("linked");
        symlink(grpcurl(), bin.join("grpcurl")).expect("linked");
        let path = format!("{}:{}", bin.display(), env::var("PATH").unwrap_or_default());
        Self {
            folder,
            path,
            address: String::new(),
        }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The shell with a command. Tests share the machine: the usual ports are another server's.
    fn shell(&self, command: &str) -> Command {
        let mut shell = Command::new("sh");
        let command = match self.address.as_str() {
            "" => command.to_owned(),
            address => command.replace(USUAL, address),
        };
        // The program itself, so that a signal to the shell is one to the program.
        shell
            .args(["-c", &format!("exec {command}")])
            .current_dir(self.path());
        shell.env("PATH", &self.path).env("BIHUAN_LANG", "en");
        shell
            .env("BIHUAN_LISTEN", "127.0.0.1:0")
            .env("BIHUAN_METRICS", "off");
        match self.address.as_str() {
            "" => shell.env_remove("BIHUAN_ENDPOINT"),
            address => shell.env("BIHUAN_ENDPOINT", format!("http://{address}")),
        };
        shell
    }

    fn run(&self, command: &str) -> String {
        let output = self.shell(command).stdin(Stdio::null()).output();
        succeeded(&output.expect("a shell"), command)
    }

    fn start(&self, command: &str) -> Running {
        let mut shell = self.shell(command);
        shell.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = shell.spawn().expect("a shell");
        let out = BufReader::new(child.stdout.take().expect("piped"));
        Running { child, out }
    }
}

/// A command that goes on until it is told to stop.
struct Running {
    child: Child,
    out: BufReader<ChildStdout>,
}

impl Running {
    /// Everything up to the first line with a word in it.
    fn told_until(&mut self, word: &str) -> String {
        let mut told = String::new();
        while !told.contains(word) {
            let read = self.out.read_line(&mut told).expect("readable");
            assert!(read > 0, "it ended before it said {word:?}: {told}");
        }
        told
    }

    /// Ctrl-C.
    fn interrupt(mut self) {
        let pid = self.child.id().to_string();
        let asked = Command::new("kill").args(["-INT", &pid]).status();
        assert!(asked.expect("kill can be run").success());
        self.child.wait().expect("ends");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Already ended is as good as ended now.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn address_in(told: &str) -> String {
    let (_, rest) = told.split_once("http://").expect("says where it listens");
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ':');
    rest[..end.unwrap_or(rest.len())].to_owned()
}

#[test]
fn every_command_of_the_readme_works_in_its_order_in_an_empty_folder() {
    let mut desk = Desk::new();
    fs::create_dir(desk.path().join("FOLDER")).expect("made");
    fs::write(desk.path().join("FOLDER/desks.json"), ocds::EXAMPLE).expect("written");
    let mut events = String::new();
    for event in [
        line_approved("BL-000007", 1_000),
        plan_filed(PROJECT, "BL-000007", 10),
    ] {
        events += &json::submission_to_json(&sent(&event)).expect("JSON");
        events.push('\n');
    }
    fs::write(desk.path().join("events.ndjson"), events).expect("written");

    let mut server: Option<Running> = None;
    for command in commands() {
        match command.as_str() {
            RUNNER => {
                let mode = fs::metadata(root().join(RUNNER))
                    .expect("there")
                    .permissions();
                assert_eq!(mode.mode() & 0o111, 0o111, "{RUNNER} can be run");
            }
            _ if command.starts_with(CARGO_RUN) => {
                let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("a manifest");
                for part in ["[profile.ci]", "default-run = \"bihuan\""] {
                    assert!(manifest.contains(part), "{part}");
                }
                demonstrate(&desk, command.trim_start_matches(CARGO_RUN));
            }
            "bihuan serve --data DIR" => {
                let mut running = desk.start(&command);
                desk.address = address_in(&running.told_until("Ctrl-C stops"));
                server = Some(running);
            }
            "bihuan subscribe --checkpoint position.txt" => subscribe(&desk, &command),
            "bihuan verify --data DIR" => {
                // The README says to stop the server for this and the next.
                server.take().expect("runs").interrupt();
                assert!(desk.run(&command).contains("Sound"));
                let live = desk.run("bihuan verify --live --data DIR");
                assert!(live.contains("Sound"), "{live}");
            }
            "bihuan rebuild --data DIR" => {
                assert!(desk.run(&command).contains("made anew from"));
                // grpcurl's lines come after it: the server runs again.
                let mut running = desk.start("bihuan serve --data DIR");
                desk.address = address_in(&running.told_until("Ctrl-C stops"));
                server = Some(running);
            }
            _ => {
                let told = desk.run(&command);
                let expected = expected(&command);
                assert!(
                    told.contains(expected),
                    "{command} says {expected:?}: {told}"
                );
            }
        }
    }
    server
        .take()
        .expect("served until the last line")
        .interrupt();
}

/// What a command that ends by itself must say. A command that is not here is not tested.
fn expected(command: &str) -> &'static str {
    match command {
        "bihuan proto" => "ContractSigned",
        "bihuan proto ContractSigned --example" => "\"contractSigned\"",
        "bihuan append events.ndjson" => "accepted 2",
        "bihuan read --entity BL/4304/BL-000007" => "PlanFiled",
        "bihuan project show PJ-2023-000001" => "✔budget",
        "bihuan budget-line show BL-000007" => "available",
        "bihuan compliance PJ-2023-000001" => "Obligations",
        "bihuan obligations --within 30" | "bihuan findings --severity major,critical" => {
            "Reflects"
        }
        "bihuan metrics" => "M-09N",
        "bihuan indicators" => "R018",
        "bihuan rules list --on 2023-12-15" => "HY-06-PAY-30D",
        "bihuan rules explain HY-06-PAY-30D" => "citation",
        "bihuan list projects --gaps --order \"paid_fen desc\"" | "bihuan search 计算机 采购" => {
            "PJ-2023-000001"
        }
        "bihuan statistics --by stage" => "execution",
        "bihuan simulate --projects 40 --out YEAR" => "planted",
        "bihuan import ocds FOLDER" => "ocds-213czf",
        _ if command.starts_with("grpcurl ") => {
            assert!(command.contains(USUAL), "the usual address: {command}");
            match command.rsplit(' ').next().unwrap_or_default() {
                "bihuan.v1.LedgerService" => "bihuan.v1.LedgerService.AppendEvents",
                "bihuan.v1.ContractSigned" => "string contract_id",
                "bihuan.v1.LedgerService/GetLedger" => "\"endPosition\"",
                "bihuan.v1.LedgerService/ReadEvents" => "\"budgetLineApproved\"",
                other => panic!("README.md has a line that no test knows: {command} ({other})"),
            }
        }
        _ => panic!("README.md has a line that no test knows: {command}"),
    }
}

/// A subscription remembers where it was, and goes on there.
fn subscribe(desk: &Desk, command: &str) {
    let mut following = desk.start(command);
    following.told_until("PlanFiled");
    let later = desk.path().join("later.ndjson");
    let line = json::submission_to_json(&sent(&line_approved("BL-000008", 1_000))).expect("JSON");
    fs::write(later, line).expect("written");
    desk.run("bihuan append later.ndjson");
    // Told after the checkpoint of what came before was written.
    following.told_until("BL-000008");
    following.interrupt();
    let again = desk.run(&format!("{command} --until-caught-up"));
    assert!(!again.contains("PlanFiled"), "seen before: {again}");
}

/// The demonstration, and what it proposes to try next.
fn demonstrate(desk: &Desk, arguments: &str) {
    let mut running = desk.start(&format!("bihuan {arguments}"));
    let told = running.told_until("Serving on; Ctrl-C stops.");
    for chapter in [
        "A year, pushed",
        "A budget line and what occupies it",
        "A contract and its payments",
        "What was refused, and why",
        "What was late",
        "An OCDS example, imported",
    ] {
        assert!(told.contains(chapter), "{chapter} in {told}");
    }
    assert!(told.contains("unforeseen answers ┆ 0 "), "{told}");
    let (_, next) = told.split_once("Try next").expect("proposes more");
    let proposed: Vec<_> = next
        .lines()
        .filter(|line| line.starts_with("bihuan "))
        .collect();
    assert!(proposed.len() >= 8, "{proposed:?}");
    for command in proposed {
        if command.contains("subscribe") {
            let mut following = desk.start(command);
            following.told_until("caught up");
            following.interrupt();
            continue;
        }
        // The example may be refused by rules; it is never malformed.
        let output = desk.shell(command).output().expect("a shell");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(!text.trim().is_empty(), "{command} tells something");
        let is_fine = output.status.success() || command.contains("--validate-only");
        assert!(is_fine, "{command}: {text}");
    }
    running.interrupt();
    desk.run(&format!("bihuan {arguments} --exit --projects 20"));
}
