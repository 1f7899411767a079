//! The suite's own sources, for the tests that check what is tested.

use std::{fs, path::PathBuf};

/// Every module that is wired, by path such as `refusals::shape`, with its text.
pub fn modules() -> Vec<(String, String)> {
    let suite = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/suite");
    let read = |path: PathBuf| {
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    let names = |text: &str| {
        let lines = text.lines();
        let lines = lines.map(|line| line.strip_prefix("pub ").unwrap_or(line));
        let names = lines.filter_map(|line| line.strip_prefix("mod "));
        let names = names.filter_map(|line| line.strip_suffix(';'));
        names.map(str::to_owned).collect::<Vec<_>>()
    };
    let mut modules = Vec::new();
    for name in names(&read(suite.join("main.rs"))) {
        let file = suite.join(format!("{name}.rs"));
        if file.exists() {
            modules.push((name, read(file)));
            continue;
        }
        let folder = suite.join(&name);
        let text = read(folder.join("mod.rs"));
        for inner in names(&text) {
            let file = folder.join(format!("{inner}.rs"));
            let file = match file.exists() {
                true => file,
                false => folder.join(&inner).join("mod.rs"),
            };
            modules.push((format!("{name}::{inner}"), read(file)));
        }
        modules.push((name, text));
    }
    modules
}
