//! Packs of a site, read from files at the start.

use std::{fs, future, path::Path};

use bihuan::grpc::{ServerConfig, serve};

use super::*;
use crate::{facts::*, views::*};

const OWN: &str = "OWN-PUB";

/// A rule of a site over one of our facts: a number of working days.
pub fn rule(id: &str, fact: &str, days: u32) -> String {
    format!(
        "[[rule]]\nid = {id:?}\nzh = \"本地规则\"\nen = \"A rule of a site\"\ncitation = \"本地\"\n\
         severity = \"minor\"\nconfidence = \"D\"\nkind = \"deadline\"\nfact = {fact:?}\n\
         convention = \"WD-X\"\nlength = {days}\nfrom = \"2023-01-01\"\n"
    )
}

/// A pack of a site with one rule, which begins on line 6.
fn pack(rule: &str) -> String {
    format!(
        "pack = \"own\"\nversion = \"1\"\nzh = \"本地规则\"\nen = \"Rules of a site\"\n\n{rule}"
    )
}

#[test]
fn a_pack_in_a_folder_of_the_site_adds_its_rule() {
    run(async {
        let rules = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| {
            fs::write(rules.path().join(name), text).expect("it can be written");
        };
        write("own.toml", &pack(&rule(OWN, "contract_published", 1)));
        write("notes.txt", "no pack at all");
        let path = rules.path().to_owned();
        let mut town = Town::start_with(|config| config.ledger.rules = vec![path]).await;
        for event in &money_line() {
            town.accept(std::slice::from_ref(event)).await;
        }
        let mut client = law(&town.server).await;
        let asked = v1::ListRulesRequest {
            pack_id: "own".into(),
            ..v1::ListRulesRequest::default()
        };
        let told = client.list_rules(asked).await.expect("rules").into_inner();
        let told: Vec<_> = told
            .rules
            .iter()
            .map(|of| (of.rule_id.as_str(), of.length, of.pack_version.as_str()))
            .collect();
        assert_eq!(told, [(OWN, 1, "1")]);
        // Signed on Friday, 10 March, and never published: due on Monday, the 13th.
        let asked = v1::GetComplianceRequest {
            as_of_legal_date: "2023-03-15".into(),
            ..of_stream(&project_stream(PROJECT))
        };
        let told = client.get_compliance(asked).await.expect("a judgement");
        let obligations = told.into_inner().obligations.into_iter();
        let of_own: Vec<_> = obligations.filter(|of| of.rule_id == OWN).collect();
        let [of_own] = &of_own[..] else {
            panic!("one obligation: {of_own:?}");
        };
        assert_eq!(of_own.due_on, "2023-03-13");
        assert_eq!(of_own.status(), v1::ObligationStatus::Overdue);
        assert_eq!(
            (of_own.late_calendar_days, of_own.late_working_days),
            (2, 2)
        );
        let asked = v1::ListFindingsRequest {
            filter: Some(v1::ComplianceFilter {
                rule_ids: vec![OWN.into()],
                ..v1::ComplianceFilter::default()
            }),
            as_of_legal_date: "2023-03-15".into(),
            min_position: town.end().checked_sub(1),
            ..findings()
        };
        let listed = client.list_findings(asked).await.expect("a list");
        let listed = listed.into_inner().findings;
        assert_eq!(listed.len(), 1, "{listed:?}");
        assert_eq!(listed[0].stream, project_stream(PROJECT));
    });
}

/// Why a server does not start with a file of rules.
async fn stopped(file: &Path) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let listen = "127.0.0.1:0".parse().expect("an address");
    let mut server = ServerConfig::new(config(&folder.path().join("data")), listen);
    server.ledger.rules = vec![file.to_owned()];
    let told = |_, _: &bihuan::ledger::Ledger| panic!("it starts with {}", file.display());
    let failed = serve(server, future::pending(), told).await;
    failed.expect_err("a bad file stops the start").to_string()
}

#[test]
fn a_bad_file_of_rules_stops_the_start_with_its_path_and_line() {
    run(async {
        let rules = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| {
            let path = rules.path().join(name);
            fs::write(&path, text).expect("it can be written");
            path
        };
        let no_fact = write("no-fact.toml", &pack(&rule(OWN, "no_such_fact", 1)));
        let owned = write(
            "owned.toml",
            &pack(&rule("GPL-47-FILE-7WD", "contract_filed", 1)),
        );
        let number = pack("[[rule]]\nid = 3\n");
        let number = write("number.toml", &number);
        for (file, line) in [(&no_fact, 14), (&owned, 7), (&number, 7)] {
            let told = stopped(file).await;
            let place = format!("{}, line {line}: ", file.display());
            assert!(told.contains(&place), "{place} in {told}");
        }
        let missing = rules.path().join("missing.toml");
        let told = stopped(&missing).await;
        assert!(told.contains(&missing.display().to_string()), "{told}");
    });
}
