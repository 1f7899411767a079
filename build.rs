//! Compiles the schema without protoc and keeps its descriptor for reflection and shape checks.

use std::{env, error::Error, fs, path::PathBuf};

use prost::Message as _;

/// Messages that the crate writes by hand because they keep an event's bytes as received.
const BY_HAND: [&str; 2] = ["EventSubmission", "RecordedEvent"];

/// What foldings of projects hold, which are kept as few bytes.
const KEPT: [&str; 14] = [
    "AcceptanceView",
    "BudgetPart",
    "ContractAmounts",
    "ContractView",
    "Figure",
    "IntentionExemption",
    "LotBid",
    "LotState",
    "Matter",
    "MatterKind",
    "PaymentView",
    "StageLink",
    "ViewDocument",
    "ViewNotice",
];

fn main() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let mut files = Vec::new();
    for entry in fs::read_dir("proto/bihuan/v1")? {
        files.push(entry?.path());
    }
    files.sort();
    println!("cargo:rerun-if-changed=proto");
    let descriptors = protox::Compiler::new(["proto"])?
        .include_source_info(true)
        .include_imports(true)
        .open_files(&files)?
        .encode_file_descriptor_set();
    fs::write(out.join("bihuan.binpb"), &descriptors)?;
    let mut config = tonic_prost_build::Config::new();
    config.bytes(["."]).enable_type_names();
    let mut builder = tonic_prost_build::configure();
    for name in BY_HAND {
        let path = format!(".bihuan.v1.{name}");
        builder = builder.extern_path(path, format!("crate::events::wire::{name}"));
    }
    for name in KEPT {
        let path = format!(".bihuan.v1.{name}");
        builder = builder.type_attribute(path, "#[derive(serde::Serialize, serde::Deserialize)]");
    }
    let set = prost_types::FileDescriptorSet::decode(descriptors.as_slice())?;
    builder.compile_fds_with_config(set, config)?;
    Ok(())
}
