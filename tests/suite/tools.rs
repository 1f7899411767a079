//! Programs that we did not write, where `tests/install` puts them. One that is missing fails the
//! test that needs it: a comparison that was not made must not look like one that held.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// The folder of the sources.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Python with a gRPC client and python-stdnum; `BIHUAN_PYTHON` names another.
pub fn python() -> PathBuf {
    installed("BIHUAN_PYTHON", "python")
}

/// grpcurl; `BIHUAN_GRPCURL` names another.
pub fn grpcurl() -> PathBuf {
    installed("BIHUAN_GRPCURL", "grpcurl")
}

fn installed(variable: &str, name: &str) -> PathBuf {
    if let Some(named) = env::var_os(variable) {
        let path = PathBuf::from(named);
        assert!(path.exists(), "{variable} is {}: not there", path.display());
        return path;
    }
    let wanted = fs::read(root().join("tests/python/requirements.txt")).expect("what is needed");
    let found = fs::read(folder().join("requirements.txt")).unwrap_or_default();
    let path = folder().join("venv/bin").join(name);
    assert!(
        wanted == found && path.exists(),
        "{} is missing or out of date; install it with: tests/install",
        path.display()
    );
    path
}

/// `target/tools`, found from this program's place in `target/PROFILE/deps`.
fn folder() -> PathBuf {
    let here = env::current_exe().expect("this program has a place");
    let target = here
        .ancestors()
        .nth(3)
        .expect("it stands in target/PROFILE/deps");
    target.join("tools")
}

/// A command that runs a script of `tests/python`.
pub fn script(name: &str) -> Command {
    let mut command = Command::new(python());
    command.arg(root().join("tests/python").join(name));
    command
}

/// What a program wrote; fails with everything that it said when it did not succeed.
#[track_caller]
pub fn succeeded(output: &Output, what: &str) -> String {
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    let hint = match err.contains("ModuleNotFoundError") {
        true => "\na package is missing; install it with: tests/install",
        false => "",
    };
    assert!(
        output.status.success(),
        "{what}: {}\n{out}\n{err}{hint}",
        output.status
    );
    out.into_owned()
}
