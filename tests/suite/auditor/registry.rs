//! The registry, sync reports and imported releases, as the auditor keeps them.

use std::collections::{BTreeMap, BTreeSet};

use bihuan::events::v1::{self, ActorRole, Event};

use super::books::{Code, E001, E002};
use crate::facts::*;

/// A fact of the registry, or of what stands apart from the money line.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    Register { uscc: String },
    Change { uscc: String },
    Merge { uscc: String, into: String },
    Close { uscc: String },
    Region { code: &'static str },
    Threshold { id: String },
    System { code: String },
    Calendar,
    Sync { id: String },
    Import { id: String },
}

/// What is registered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Registry {
    /// Organisations, and whether they still act.
    pub organisations: BTreeMap<String, bool>,
    pub names: BTreeSet<String>,
}

/// The credit code of an organisation of the workload (GB 32100-2015: the last character makes the
/// weighted sum of all a multiple of 31).
pub fn uscc(number: usize) -> String {
    const CHARACTERS: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let body = format!("91430400MA{number:07}");
    let value = |letter| CHARACTERS.find(letter).expect("a character of the code");
    let weights = (0..17).map(|place| 3_usize.pow(place) % 31);
    let sum: usize = body
        .chars()
        .map(value)
        .zip(weights)
        .map(|(v, w)| v * w)
        .sum();
    let check = (31 - sum % 31) % 31;
    let check = CHARACTERS.as_bytes()[check] as char;
    format!("{body}{check}")
}

impl Entry {
    /// Whether only a regulator with power over the region may tell it.
    pub fn needs_power(&self) -> bool {
        !matches!(self, Self::Sync { .. } | Self::Import { .. })
    }

    /// The entry as its source sends it.
    pub fn event(&self) -> Event {
        let organisation = |uscc: &str| format!("organisation/4304/{uscc}");
        match self {
            Self::Register { uscc } => {
                let kind = match uscc.as_str() {
                    CITY => v1::OrganisationKind::FinanceRegulator,
                    _ => v1::OrganisationKind::Supplier,
                };
                registered(uscc, kind, "430400")
            }
            Self::Change { uscc } => told(
                &organisation(uscc),
                "2023-06-01",
                v1::OrganisationChanged {
                    uscc: uscc.clone(),
                    name: "虚构单位二".into(),
                    kinds: vec![v1::OrganisationKind::Supplier.into()],
                    region: "430400".into(),
                    on: "2023-06-01".into(),
                    ..v1::OrganisationChanged::default()
                },
            ),
            Self::Merge { uscc, into } => told(
                &organisation(uscc),
                "2023-06-01",
                v1::OrganisationMerged {
                    uscc: uscc.clone(),
                    into: into.clone(),
                    on: "2023-06-01".into(),
                },
            ),
            Self::Close { uscc } => told(
                &organisation(uscc),
                "2023-06-01",
                v1::OrganisationClosed {
                    uscc: uscc.clone(),
                    on: "2023-06-01".into(),
                },
            ),
            Self::Region { code } => {
                let stream = format!("region/4304/{code}");
                told(
                    &stream,
                    "2023-01-01",
                    v1::RegionRegistered {
                        region: (*code).into(),
                        name: "虚构区".into(),
                        parent: "430000".into(),
                        on: "2023-01-01".into(),
                    },
                )
            }
            Self::Threshold { id } => told("region/4304/430400", "2023-01-01", threshold(id)),
            Self::System { code } => {
                let stream = format!("system/00/{code}");
                told(
                    &stream,
                    "2023-01-01",
                    v1::SourceSystemRegistered {
                        system: code.clone(),
                        name: "新系统".into(),
                        operator: String::new(),
                        on: "2023-01-01".into(),
                    },
                )
            }
            Self::Calendar => told(
                "system/00/calendar",
                "2022-12-08",
                v1::HolidayCalendarPublished {
                    year: 2023,
                    holidays: vec!["2023-01-02".into()],
                    makeup_workdays: vec!["2023-01-28".into()],
                    doc_no: "国办发明电〔2022〕16号".into(),
                    issued_on: "2022-12-08".into(),
                },
            ),
            Self::Sync { id } => {
                let event = told(
                    "system/00/BUDGET_INT",
                    "2023-06-02",
                    v1::SyncBatchReceived {
                        system: "BUDGET_INT".into(),
                        batch_id: id.clone(),
                        business_day: "2023-06-01".into(),
                        count: 2,
                        sums: Vec::new(),
                        digest: "0".repeat(64),
                    },
                );
                by(event, "BUDGET_INT", CITY, ActorRole::BudgetSys)
            }
            Self::Import { id } => {
                let ocid = "ocds-213czf-000-00001";
                let stream = format!("ocds/ocds-213czf/{ocid}");
                told(
                    &stream,
                    "2011-01-10",
                    v1::OcdsReleaseImported {
                        ocid: ocid.into(),
                        release_id: id.clone(),
                        released_on: "2011-01-10".into(),
                        release_json: bytes::Bytes::from_static(b"{}"),
                        ..v1::OcdsReleaseImported::default()
                    },
                )
            }
        }
    }

    /// What the entry gives a name of its own that is given once.
    fn name(&self) -> Option<String> {
        Some(match self {
            Self::Region { code } => format!("region {code}"),
            Self::Threshold { id } => format!("threshold {id}"),
            Self::System { code } => format!("system {code}"),
            Self::Sync { id } => format!("sync {id}"),
            _ => return None,
        })
    }
}

impl Registry {
    /// Whether an organisation has power over the city: it is registered as its finance bureau, or
    /// registers itself as that.
    pub fn has_power(&self, entry: &Entry, actor: &str) -> bool {
        let is_self = matches!(entry, Entry::Register { uscc } if uscc == actor);
        actor == CITY && (is_self || self.organisations.get(CITY) == Some(&true))
    }

    /// Codes of what speaks against an entry.
    pub fn judge(&self, entry: &Entry) -> Vec<Code> {
        let mut codes = Vec::new();
        match entry {
            Entry::Register { uscc } if self.organisations.contains_key(uscc) => codes.push(E002),
            Entry::Change { uscc } | Entry::Merge { uscc, .. } | Entry::Close { uscc } => {
                match self.organisations.get(uscc) {
                    None => codes.push(E001),
                    Some(false) => codes.push(E002),
                    Some(true) => {}
                }
            }
            _ => {}
        }
        if let Entry::Merge { uscc, into } = entry
            && (uscc == into || self.organisations.get(into) != Some(&true))
        {
            codes.push(E001);
        }
        if entry.name().is_some_and(|name| self.names.contains(&name)) {
            codes.push(E002);
        }
        codes
    }

    /// Enters it.
    pub fn enter(&mut self, entry: &Entry) {
        match entry {
            Entry::Register { uscc } => {
                self.organisations.insert(uscc.clone(), true);
            }
            Entry::Merge { uscc, .. } | Entry::Close { uscc } => {
                self.organisations.insert(uscc.clone(), false);
            }
            _ => self.names.extend(entry.name()),
        }
    }
}

fn told(stream: &str, day: &str, payload: impl Into<v1::event_payload::Payload>) -> Event {
    by_regulator(event("told", stream, day, payload.into()))
}

fn threshold(id: &str) -> v1::ThresholdProfilePublished {
    v1::ThresholdProfilePublished {
        profile_id: id.to_owned(),
        region: "430400".into(),
        budget_level: v1::BudgetLevel::City.into(),
        object: v1::ProcurementObject::Goods.into(),
        dispersed_limit_fen: 50_000_000,
        open_tender_fen: 200_000_000,
        emall_limit_fen: 0,
        effective_from: "2023-01-01".into(),
        effective_to: String::new(),
        doc_no: "湘财购〔2023〕1号".into(),
        on: "2023-01-01".into(),
        central_catalogue: Vec::new(),
    }
}
