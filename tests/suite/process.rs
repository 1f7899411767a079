//! A real server: the program itself as a child process, on a port of its choice.

use std::{
    ffi::OsString,
    io::{BufRead as _, BufReader, Read as _},
    path::Path,
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
};

use bihuan::events::v1::ledger_service_client::LedgerServiceClient;

use crate::harness::Client;

/// A running server. Killed when dropped.
pub struct Process {
    child: Child,
    /// Kept open: a server whose reader is gone may find its output closed.
    _out: BufReader<ChildStdout>,
    /// Where it listens, as `host:port`.
    pub address: String,
}

/// The program: the one built with this test, or the one that `BIHUAN_PROGRAM` names.
pub fn program() -> OsString {
    let other = std::env::var_os("BIHUAN_PROGRAM");
    other.unwrap_or_else(|| env!("CARGO_BIN_EXE_bihuan").into())
}

/// The program with the arguments that make it serve a folder: no metrics, any free port, small
/// segments and frequent checkpoints, so that a short test sees a ledger of many files.
pub fn serve_command(data: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(program());
    command.args(["serve", "--data"]).arg(data);
    command.args(["--checkpoint-events", "400", "--snapshot-events", "1500"]);
    command.args(["--log", "warn"]);
    let usual = [
        ("--metrics", "off"),
        ("--listen", "127.0.0.1:0"),
        ("--segment-kb", "128"),
    ];
    for (option, usual) in usual {
        if !args.contains(&option) {
            command.args([option, usual]);
        }
    }
    command.args(args);
    command.stdin(Stdio::null());
    command.stdout(Stdio::piped());
    command.stderr(Stdio::piped());
    command
}

impl Process {
    /// Starts a server and waits until it listens. Panics with what it says if it does not.
    pub fn start(data: &Path, args: &[&str]) -> Self {
        let mut command = serve_command(data, args);
        command.arg("--json");
        Self::of_command(command).unwrap_or_else(|line| {
            let error = says(&mut serve_command(data, args));
            panic!("the server did not start; it said {line:?}, then {error:?}");
        })
    }

    /// Starts a server by a command that leads to one with `--json`.
    pub fn of(command: Command) -> Self {
        let what = format!("{command:?}");
        Self::of_command(command).unwrap_or_else(|line| panic!("{what} said {line:?}"))
    }

    fn of_command(mut command: Command) -> Result<Self, String> {
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        command.stderr(Stdio::null());
        let mut child = command.spawn().expect("the program starts");
        let mut out = BufReader::new(child.stdout.take().expect("piped"));
        let mut line = String::new();
        out.read_line(&mut line).expect("its output can be read");
        let said: serde_json::Value = serde_json::from_str(&line).unwrap_or_default();
        let Some(address) = said["listening"].as_str().map(str::to_owned) else {
            let _ = child.kill();
            let _ = child.wait();
            return Err(line);
        };
        Ok(Self {
            child,
            _out: out,
            address,
        })
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Starts a server without waiting for it.
    pub fn launch(data: &Path, args: &[&str]) -> Child {
        let mut command = serve_command(data, args);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().expect("the program starts")
    }

    /// A client on a connection of its own.
    pub async fn client(&self) -> Client {
        LedgerServiceClient::connect(format!("http://{}", self.address))
            .await
            .expect("the server takes connections")
            .max_decoding_message_size(usize::MAX)
    }

    /// Ends it at once, as a crash would.
    pub fn kill(mut self) {
        self.child.kill().expect("SIGKILL");
        self.child.wait().expect("it ends");
    }

    /// Asks it to stop.
    pub fn ask_to_stop(&self) {
        let pid = self.child.id().to_string();
        let asked = Command::new("kill").args(["-TERM", &pid]).status();
        assert!(asked.expect("kill can be run").success());
    }

    /// Asks it to stop and waits until it has.
    pub fn stop(mut self) -> ExitStatus {
        self.ask_to_stop();
        self.child.wait().expect("it ends")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Already ended is as good as ended now.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs a command that is expected to end by itself; what it wrote to its standard error.
pub fn says(command: &mut Command) -> String {
    let mut child = command.stdout(Stdio::null()).spawn().expect("starts");
    let mut text = String::new();
    let mut error = child.stderr.take().expect("piped");
    error.read_to_string(&mut text).expect("readable");
    let status = child.wait().expect("ends");
    format!("{text}exit code {}", status.code().unwrap_or(-1))
}
