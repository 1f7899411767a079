//! `docs/life-of-a-project.md` shows the state machines as the code has them.
//!
//! `BIHUAN_WRITE_DOCS=1` writes the page's pictures anew.

use std::{env, fmt::Write as _, fs};

use bihuan::domain::machines::MACHINES;

use crate::tools::root;

/// Below this line the page is drawn.
const MARK: &str = "<!-- Drawn from the tables; do not edit below. -->\n";

/// The pictures of every machine.
fn drawn() -> String {
    let mut text = String::new();
    for machine in MACHINES {
        let picture = (machine.draw)();
        let _ = write!(
            text,
            "\n### {} · {}\n\n```mermaid\n{picture}```\n",
            machine.en, machine.zh
        );
    }
    text
}

#[test]
fn the_page_is_drawn_from_the_tables() {
    let path = root().join("docs/life-of-a-project.md");
    let page = fs::read_to_string(&path).expect("the page");
    let (prose, shown) = page.split_once(MARK).expect("the mark");
    let drawn = drawn();
    if env::var_os("BIHUAN_WRITE_DOCS").is_some() {
        fs::write(&path, format!("{prose}{MARK}{drawn}")).expect("writes");
        return;
    }
    let hint = "run with BIHUAN_WRITE_DOCS=1";
    assert!(
        shown == drawn,
        "the pictures are not those of the code: {hint}"
    );
}
