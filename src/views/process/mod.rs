//! The view of an imported contracting process: its releases merged in the order of their dates.
//!
//! Latest value wins, null deletes, lists of objects with ids merge by id. Amounts are the exact
//! decimals of the publisher and are summed by currency only. Cancelled and unsuccessful awards and
//! cancelled contracts are told and not summed.

pub mod decimal;
pub mod json;

use std::collections::{BTreeMap, BTreeSet};

use chrono::DateTime;

use self::{decimal::Decimal, json::Node};
use super::{Standing, Timeline, amended, project::STAGES};
use crate::{
    domain::values::date::midnight_seconds,
    events::v1::{self, LoopStage, ProcessAmountKind, event_payload::Payload},
};

/// Releases that told of an object, by the path and ids that name it.
type Told = BTreeMap<String, BTreeSet<u64>>;

/// A process in the making.
#[derive(Debug, Default)]
struct Folding {
    merged: Node,
    told: Told,
    stages: BTreeMap<LoopStage, BTreeSet<u64>>,
}

/// Folds a process.
pub fn view(timeline: &Timeline<'_>) -> v1::ProcessView {
    let mut view = v1::ProcessView {
        amended: amended::amended(timeline),
        ..v1::ProcessView::default()
    };
    let mut releases: Vec<(i64, &Standing, &v1::OcdsReleaseImported)> = timeline
        .standing()
        .iter()
        .filter_map(|standing| match standing.payload() {
            Some(Payload::OcdsReleaseImported(e)) => Some((instant_of(standing, e), standing, e)),
            _ => None,
        })
        .collect();
    releases.sort_by_key(|(instant, standing, _)| (*instant, standing.position));
    let mut folding = Folding {
        merged: Node::Object(BTreeMap::new()),
        ..Folding::default()
    };
    for (_, standing, e) in releases {
        view.ocid.clone_from(&e.ocid);
        if !e.publisher.is_empty() {
            view.publisher.clone_from(&e.publisher);
        }
        view.releases.push(v1::ProcessRelease {
            position: standing.position,
            release_id: e.release_id.clone(),
            released_on: e.released_on.clone(),
            undated: e.undated,
            tags: e.tags.clone(),
        });
        let text = std::str::from_utf8(&e.release_json).unwrap_or_default();
        if let Some(release) = Node::parse(text) {
            folding.take(standing.position, e, release);
        }
    }
    folding.write(&mut view);
    view
}

/// When a release was published, in microseconds: the moment as written, else its day.
fn instant_of(standing: &Standing, e: &v1::OcdsReleaseImported) -> i64 {
    let written = DateTime::parse_from_rfc3339(&e.date_as_written);
    written.map_or_else(
        |_| midnight_seconds(standing.on()).saturating_mul(1_000_000),
        |moment| moment.timestamp_micros(),
    )
}

impl Folding {
    fn take(&mut self, position: u64, e: &v1::OcdsReleaseImported, mut release: Node) {
        for stage in stages_of(&release, &e.tags) {
            self.stages.entry(stage).or_default().insert(position);
        }
        let mut tell = |key: String| {
            self.told.entry(key).or_default().insert(position);
        };
        if release.at(&["planning", "budget", "amount"]).is_some() {
            tell("budget".to_owned());
        }
        if release.at(&["tender", "value"]).is_some() {
            tell("tender".to_owned());
        }
        for award in release.list(&["awards"]) {
            tell(format!("award/{}", award.id()));
        }
        for (of, milestone) in milestones(&release) {
            tell(format!("milestone/{of}/{}", milestone.id()));
        }
        for contract in release.list(&["contracts"]) {
            tell(format!("contract/{}", contract.id()));
            for transaction in contract.list(&["implementation", "transactions"]) {
                tell(format!(
                    "transaction/{}/{}",
                    contract.id(),
                    transaction.id()
                ));
            }
        }
        if let Node::Object(members) = &mut release {
            for name in ["id", "date", "tag"] {
                members.remove(name);
            }
        }
        self.merged.merge(release);
    }

    fn behind(&self, key: &str) -> Vec<u64> {
        let told = self.told.get(key).into_iter().flatten();
        told.copied().collect()
    }

    fn write(&self, view: &mut v1::ProcessView) {
        let merged = &self.merged;
        merged
            .text_at(&["tender", "title"])
            .clone_into(&mut view.title);
        let method = ["procurementMethodDetails", "procurementMethod"];
        let method = method.iter().map(|name| merged.text_at(&["tender", name]));
        let method = method.into_iter().find(|text| !text.is_empty());
        method.unwrap_or_default().clone_into(&mut view.method);
        merged
            .text_at(&["tender", "status"])
            .clone_into(&mut view.status);
        let stage = |stage: LoopStage| {
            let positions = self.stages.get(&stage).into_iter().flatten();
            v1::ProcessStage {
                stage: stage.into(),
                covered: self.stages.contains_key(&stage),
                positions: positions.copied().collect(),
            }
        };
        view.stages = STAGES.into_iter().map(stage).collect();
        let party = |party: &Node| v1::ProcessParty {
            id: party.id().to_owned(),
            name: party.text_at(&["name"]).to_owned(),
            roles: texts(party.list(&["roles"])),
        };
        view.parties = merged.list(&["parties"]).iter().map(party).collect();
        self.write_objects(view);
        self.write_amounts(view);
    }

    fn write_objects(&self, view: &mut v1::ProcessView) {
        let merged = &self.merged;
        for award in merged.list(&["awards"]) {
            let key = format!("award/{}", award.id());
            view.awards.push(v1::ProcessObject {
                parties: ids(award.list(&["suppliers"])),
                ..self.object(award, &key)
            });
        }
        for contract in merged.list(&["contracts"]) {
            let key = format!("contract/{}", contract.id());
            let mut object = self.object(contract, &key);
            contract.text_at(&["awardID"]).clone_into(&mut object.of_id);
            if object.date.is_empty() {
                contract
                    .text_at(&["dateSigned"])
                    .clone_into(&mut object.date);
            }
            view.contracts.push(object);
            for transaction in contract.list(&["implementation", "transactions"]) {
                let key = format!("transaction/{}/{}", contract.id(), transaction.id());
                view.transactions.push(v1::ProcessObject {
                    of_id: contract.id().to_owned(),
                    parties: ids(transaction.at(&["payee"]).map_or(&[], std::slice::from_ref)),
                    ..self.object(transaction, &key)
                });
            }
        }
        for (of, milestone) in milestones(merged) {
            let key = format!("milestone/{of}/{}", milestone.id());
            let mut object = self.object(milestone, &key);
            of.clone_into(&mut object.of_id);
            for name in ["dateMet", "dueDate"] {
                if object.date.is_empty() {
                    milestone.text_at(&[name]).clone_into(&mut object.date);
                }
            }
            view.milestones.push(object);
        }
    }

    fn object(&self, node: &Node, key: &str) -> v1::ProcessObject {
        let (amount, currency) = value_of(node);
        let title = ["title", "type", "description"];
        let title = title.iter().map(|name| node.text_at(&[name]));
        let title = title.into_iter().find(|text| !text.is_empty());
        v1::ProcessObject {
            id: node.id().to_owned(),
            status: node.text_at(&["status"]).to_owned(),
            title: title.unwrap_or_default().to_owned(),
            date: node.text_at(&["date"]).to_owned(),
            of_id: String::new(),
            amount: amount.to_owned(),
            currency: currency.to_owned(),
            parties: Vec::new(),
            positions: self.behind(key),
        }
    }

    fn write_amounts(&self, view: &mut v1::ProcessView) {
        use ProcessAmountKind as K;
        let mut sums = Sums::default();
        let merged = &self.merged;
        let value = |path: &[&str]| {
            let amount = merged.at(path)?;
            Some((amount.text_at(&["amount"]), amount.text_at(&["currency"])))
        };
        if let Some(value) = value(&["planning", "budget", "amount"]) {
            sums.add(K::Budget, value, &self.behind("budget"));
        }
        if let Some(value) = value(&["tender", "value"]) {
            sums.add(K::Tender, value, &self.behind("tender"));
        }
        let lists = [
            (K::Award, &view.awards),
            (K::Contract, &view.contracts),
            (K::Paid, &view.transactions),
        ];
        for (kind, objects) in lists {
            for object in objects {
                let is_off = matches!(object.status.as_str(), "cancelled" | "unsuccessful");
                if !is_off {
                    sums.add(kind, (&object.amount, &object.currency), &object.positions);
                }
            }
        }
        view.amounts = sums.found.into_iter().map(amount).collect();
    }
}

/// Sums by kind and currency.
#[derive(Default)]
struct Sums {
    found: BTreeMap<(i32, String), (Decimal, u32, BTreeSet<u64>)>,
}

impl Sums {
    /// Adds a value; what is no number, or does not fit, is left out of sum and count.
    fn add(&mut self, kind: ProcessAmountKind, value: (&str, &str), positions: &[u64]) {
        let Some(amount) = Decimal::parse(value.0) else {
            return;
        };
        let key = (kind.into(), value.1.to_owned());
        let (sum, count, behind) = self.found.entry(key).or_default();
        if let Some(more) = sum.plus(amount) {
            *sum = more;
            *count += 1;
            behind.extend(positions);
        }
    }
}

fn amount(
    ((kind, currency), (sum, count, positions)): ((i32, String), (Decimal, u32, BTreeSet<u64>)),
) -> v1::ProcessAmount {
    v1::ProcessAmount {
        kind,
        currency,
        amount: sum.to_string(),
        count,
        positions: positions.into_iter().collect(),
    }
}

/// An object's value and currency; of a transaction of OCDS 1.0 its amount.
fn value_of(node: &Node) -> (&str, &str) {
    let of = ["value", "amount"];
    let value = of.iter().find_map(|name| node.get(name));
    value.map_or(("", ""), |value| {
        (value.text_at(&["amount"]), value.text_at(&["currency"]))
    })
}

/// Every milestone, with the id of its contract if it has one.
fn milestones(release: &Node) -> Vec<(&str, &Node)> {
    let mut found = Vec::new();
    for section in ["planning", "tender"] {
        let of = release.list(&[section, "milestones"]);
        found.extend(of.iter().map(|milestone| ("", milestone)));
    }
    for contract in release.list(&["contracts"]) {
        for path in [&["milestones"][..], &["implementation", "milestones"]] {
            let of = contract.list(path);
            found.extend(of.iter().map(|milestone| (contract.id(), milestone)));
        }
    }
    found
}

fn texts(values: &[Node]) -> Vec<String> {
    values.iter().map(|value| value.text().to_owned()).collect()
}

fn ids(values: &[Node]) -> Vec<String> {
    values.iter().map(|value| value.id().to_owned()).collect()
}

/// The stages that a release tells something of.
fn stages_of(release: &Node, tags: &[String]) -> Vec<LoopStage> {
    let has = |path: &[&str]| release.at(path).is_some();
    let has_tag = |prefix: &str| tags.iter().any(|tag| tag.starts_with(prefix));
    let documents = |kinds: &[&str]| {
        let sections = [&["planning", "documents"][..], &["tender", "documents"]];
        let of = sections.iter().flat_map(|path| release.list(path));
        let contracts = release.list(&["contracts"]).iter();
        let contracts = contracts.flat_map(|contract| {
            let done = contract.list(&["implementation", "documents"]);
            contract.list(&["documents"]).iter().chain(done)
        });
        of.chain(contracts)
            .any(|document| kinds.contains(&document.text_at(&["documentType"])))
    };
    let in_contract = |path: &[&str]| {
        let mut contracts = release.list(&["contracts"]).iter();
        contracts.any(|contract| !contract.list(path).is_empty())
    };
    let is_delivered = milestones(release).iter().any(|(_, milestone)| {
        milestone.text_at(&["type"]) == "delivery" && milestone.text_at(&["status"]) == "met"
    });
    let covered = [
        (LoopStage::Budget, has(&["planning", "budget"])),
        (
            LoopStage::Intention,
            documents(&["plannedProcurementNotice"])
                || release.text_at(&["tender", "status"]) == "planned",
        ),
        (
            LoopStage::Requirement,
            has(&["planning", "rationale"])
                || documents(&[
                    "needsAssessment",
                    "marketStudies",
                    "technicalSpecifications",
                ]),
        ),
        (
            LoopStage::Plan,
            has_tag("planning") || documents(&["procurementPlan"]),
        ),
        (
            LoopStage::Execution,
            has_tag("tender") || has_tag("award") || has(&["awards"]) || has(&["bids"]),
        ),
        (LoopStage::Contract, has(&["contracts"])),
        (
            LoopStage::Payment,
            in_contract(&["implementation", "transactions"]),
        ),
        (
            LoopStage::Acceptance,
            is_delivered || documents(&["completionCertificate", "finalAudit"]),
        ),
    ];
    let covered = covered.into_iter().filter(|(_, is_covered)| *is_covered);
    covered.map(|(stage, _)| stage).collect()
}
