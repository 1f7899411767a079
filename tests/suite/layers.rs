//! Layering, style and leftovers, read from the sources.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

fn sources(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Module -> modules that it may use, from the table in ARCHITECTURE.md.
fn table() -> BTreeMap<String, BTreeSet<String>> {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let mut above = BTreeSet::new();
    let mut table = BTreeMap::new();
    for line in text.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        let name = cells[1].trim_matches('`').to_owned();
        let mut knows: BTreeSet<_> = match cells[3] {
            "nothing" => BTreeSet::new(),
            "all above" => above.clone(),
            some => some
                .split(", ")
                .map(|word| word.trim_matches('`').to_owned())
                .collect(),
        };
        knows.insert(name.clone());
        above.insert(name.clone());
        table.insert(name, knows);
    }
    table
}

/// The modules of the crate that a source names: `crate::a::…` and the first names in
/// `crate::{a::…, b::{…}}`.
fn used_modules(text: &str) -> BTreeSet<String> {
    let is_name = |letter: char| letter.is_alphanumeric() || letter == '_';
    let first_name = |text: &str| text.split(|c| !is_name(c)).next().unwrap_or("").to_owned();
    let mut names = BTreeSet::new();
    for (at, found) in text.match_indices("crate::") {
        let rest = &text[at + found.len()..];
        let Some(list) = rest.strip_prefix('{') else {
            names.insert(first_name(rest));
            continue;
        };
        let mut depth = 0;
        let mut is_first = true;
        for (index, letter) in list.char_indices() {
            match letter {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => is_first = true,
                _ if depth == 0 && is_first && is_name(letter) => {
                    names.insert(first_name(&list[index..]));
                    is_first = false;
                }
                _ => {}
            }
        }
    }
    names
}

#[test]
fn data_flows_down_the_table_of_layers() {
    let table = table();
    assert_eq!(table.len(), 15, "one row per module");
    let mut files = Vec::new();
    sources(&root().join("src"), &mut files);
    let mut breaches = Vec::new();
    for file in files {
        let relative = file.strip_prefix(root().join("src")).expect("below src");
        let module = relative
            .components()
            .next()
            .expect("a name")
            .as_os_str()
            .to_string_lossy();
        let Some(knows) = table.get(&*module) else {
            continue;
        };
        let text = fs::read_to_string(&file).expect("a source");
        for name in used_modules(&text) {
            if table.contains_key(&name) && !knows.contains(&name) {
                breaches.push(format!("{} uses {name}", relative.display()));
            }
        }
    }
    assert!(breaches.is_empty(), "upward uses: {breaches:#?}");
}

#[test]
fn no_line_is_over_a_hundred_columns_and_nothing_is_left_to_do() {
    let mut files = Vec::new();
    for dir in ["src", "tests", "benches"] {
        sources(&root().join(dir), &mut files);
    }
    // Put together here so that this file does not find itself.
    let leftovers = [
        ["TO", "DO"].concat(),
        ["FIX", "ME"].concat(),
        ["#[ign", "ore"].concat(),
    ];
    let mut found = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("a source");
        for (number, line) in text.lines().enumerate() {
            if line.chars().count() > 100 || leftovers.iter().any(|word| line.contains(word)) {
                found.push(format!("{}:{}", file.display(), number + 1));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}
