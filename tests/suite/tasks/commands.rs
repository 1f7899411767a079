//! Commands that the pages show, read as the program reads them.

use bihuan::cli::args::Cli;
use clap::Parser as _;

use super::{folder, pages, read};
use crate::tools::root;

/// Words that stand for something on a page, and what is read in their place.
const FOR_EXAMPLE: [(&str, &str); 2] = [("DAY", "2023-12-15"), ("USCC", "114304000000990553")];

/// The commands of a page's blocks of shell, without their comments.
fn commands(page: &str) -> Vec<&str> {
    let blocks = page.split("```sh\n").skip(1);
    let lines = blocks.flat_map(|block| block.split("```").next().unwrap_or_default().lines());
    lines
        .map(|line| line.split(" #").next().unwrap_or_default().trim())
        .filter(|line| !line.is_empty())
        .collect()
}

#[test]
fn every_command_of_the_pages_is_one() {
    let of_tasks = pages().into_iter().map(|(file, _)| folder().join(file));
    let others = ["law.md", "metrics.md", "red-flags.md"];
    let others = others.map(|file| root().join("docs").join(file));
    let mut wrong = Vec::new();
    for path in of_tasks.chain(others) {
        let page = read(&path);
        for command in commands(&page) {
            let words = command.split_whitespace().map(|word| {
                let named = FOR_EXAMPLE.iter().find(|(name, _)| *name == word);
                named.map_or(word, |(_, example)| example)
            });
            if Cli::try_parse_from(words).is_err() {
                wrong.push(format!("{}: {command}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "no commands: {wrong:#?}");
}
