//! A master key that is kept apart from the ledger, as it should be: verifying and rebuilding take
//! it from where it is.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use bihuan::{ledger::Ledger, proof};

use crate::{
    harness::{run, scratch, small_config},
    oracle::{Door, call},
    process::program,
    workload::{Caller, STEPS},
};

fn bihuan(what: &str, data: &Path, master_key: Option<&Path>) -> Output {
    let mut command = Command::new(program());
    command.arg(what).arg("--data").arg(data).arg("--json");
    if let Some(file) = master_key {
        command.arg("--master-key").arg(file);
    }
    command.output().expect("runs")
}

fn said(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"))
}

#[test]
fn a_master_key_kept_elsewhere_is_verified_and_rebuilt_with() {
    let folder = scratch();
    let data = folder.path().join("data");
    let (elsewhere, wrong) = (
        folder.path().join("safe.key"),
        folder.path().join("wrong.key"),
    );
    let mut config = small_config(&data);
    config.master_key = Some(elsewhere.clone());
    let ledger = Ledger::open(config).expect("opens");
    let caller = Caller { seed: 3, number: 0 };
    // Two projects: the second has sealed bids.
    let is_over = |step| step >= STEPS * 2;
    run(call(&mut Door::to(&ledger), caller, 0, is_over, |_, _| {}));
    assert!(ledger.keys().count() > 1, "there are keys to check");
    ledger.close();
    drop(ledger);
    assert!(!data.join("master.key").exists());

    let report = proof::verify_with_master_key(&data, Some(&elsewhere), false, None);
    let report = report.expect("verifies");
    assert!(report.is_clean(), "{:#?}", report.findings);
    let verified = bihuan("verify", &data, Some(&elsewhere));
    assert_eq!(verified.status.code(), Some(0), "{verified:?}");

    let without = bihuan("verify", &data, None);
    assert_eq!(without.status.code(), Some(3), "{without:?}");
    assert_eq!(said(&without)["findings"][0]["file"], "master.key");
    fs::write(&wrong, "ab".repeat(32) + "\n").expect("writable");
    let verified = bihuan("verify", &data, Some(&wrong));
    assert_eq!(verified.status.code(), Some(3), "{verified:?}");

    let rebuilt = bihuan("rebuild", &data, None);
    assert_eq!(rebuilt.status.code(), Some(3), "{rebuilt:?}");
    let why = String::from_utf8_lossy(&rebuilt.stderr).into_owned();
    assert!(why.contains("master.key"), "{why}");
    let rebuilt = bihuan("rebuild", &data, Some(&elsewhere));
    assert_eq!(rebuilt.status.code(), Some(0), "{rebuilt:?}");
    let verified = bihuan("verify", &data, Some(&elsewhere));
    assert_eq!(verified.status.code(), Some(0), "{verified:?}");
    assert_ne!(said(&verified)["states"], "0", "states were saved");
}
