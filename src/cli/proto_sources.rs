//! The schema's sources as they stand in the repository.

macro_rules! source {
    ($name:literal) => {
        (
            concat!("bihuan/v1/", $name),
            include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/proto/bihuan/v1/",
                $name
            )),
        )
    };
}

/// Every file of the schema: its path as imports name it, and its text.
pub const SOURCES: &[(&str, &str)] = &[
    source!("ledger_service.proto"),
    source!("event.proto"),
    source!("options.proto"),
    source!("registry.proto"),
    source!("budget.proto"),
    source!("intention.proto"),
    source!("requirement.proto"),
    source!("plan.proto"),
    source!("execution.proto"),
    source!("contract.proto"),
    source!("payment.proto"),
    source!("acceptance.proto"),
    source!("credit.proto"),
    source!("notice.proto"),
    source!("challenge.proto"),
    source!("emall.proto"),
    source!("farm.proto"),
    source!("financing.proto"),
    source!("guarantee.proto"),
    source!("venue.proto"),
    source!("approval.proto"),
    source!("library.proto"),
    source!("internal_control.proto"),
    source!("assessment.proto"),
    source!("onboarding.proto"),
    source!("oversight.proto"),
    source!("framework.proto"),
    source!("sync.proto"),
    source!("ocds.proto"),
    source!("access.proto"),
    source!("project_service.proto"),
    source!("project_view.proto"),
    source!("search_service.proto"),
    source!("compliance_service.proto"),
];

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    #[test]
    fn every_file_of_the_schema_is_here() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("proto/bihuan/v1");
        let there: BTreeSet<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| format!("bihuan/v1/{}", entry.unwrap().file_name().to_str().unwrap()))
            .collect();
        let here: BTreeSet<String> = SOURCES.iter().map(|(path, _)| (*path).to_owned()).collect();
        assert_eq!(here, there);
        assert!(
            SOURCES
                .iter()
                .all(|(_, text)| text.contains("package bihuan.v1;"))
        );
    }
}
