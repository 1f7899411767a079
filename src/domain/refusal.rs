//! Refusals: the domain's answer when a thing cannot be true, with the figures that conflict.

use std::fmt;

use chrono::NaiveDate;

use super::{
    entity::{self, EntityRef},
    machine::{Case, Status},
    payload::EventType,
};

/// Why an event is refused. Codes and names are those of the domain; the
/// name is the `reason` of the error that clients see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(non_camel_case_types, reason = "the names are the wire's reasons")]
pub enum Code {
    /// A reference to something that the ledger does not know.
    E001_UNKNOWN_REF,
    /// The object's state does not allow the event.
    E002_ILLEGAL_TRANSITION,
    /// A legal date in the future, or before the event that it depends on.
    E003_BAD_TIME,
    /// The same source and source ref with other content.
    E004_SOURCE_REF_CONFLICT,
    /// Not a unified social credit code.
    E005_BAD_USCC,
    /// Not a region, or not one that may own the fact.
    E006_BAD_REGION,
    /// Not a category of the catalogue.
    E007_BAD_CATEGORY,
    /// An amount out of its range.
    E008_BAD_AMOUNT,
    /// A plan beyond what its budget line has available.
    E010_PLAN_OVER_BUDGET,
    /// Lots that do not sum to their plan.
    E011_LOT_SUM_MISMATCH,
    /// An award over the ceiling or the lot's amount.
    E012_AWARD_OVER_CEILING,
    /// Contracts over their award.
    E013_CONTRACT_OVER_AWARD,
    /// Supplements over ten per cent of the original contract.
    E014_SUPPLEMENT_OVER_10PCT,
    /// Payments over what the contract makes payable.
    E015_PAYMENT_OVER_CONTRACT,
    /// Payments over what the project occupies of a budget line.
    E016_PAYMENT_OVER_BUDGET,
    /// A payee or account other than the contract's.
    E017_PAYEE_MISMATCH,
    /// Loans over the receivable.
    E018_FINANCING_OVER_RECEIVABLE,
    /// Two uses of one venue at one time.
    E019_VENUE_OVERLAP,
    /// A role that may not append the event.
    E020_FORBIDDEN_ROLE,
    /// Something that is still sealed.
    E021_SEALED,
    /// A required field is missing.
    E022_MISSING_FIELD,
    /// More released or returned than is held.
    E023_RELEASE_OVER_HELD,
    /// Parts that do not sum to their whole.
    E024_SUM_MISMATCH,
    /// A payment that waits for acceptance, before it.
    E025_PAY_BEFORE_ACCEPTANCE,
    /// An act of a jurisdiction that has no power over it.
    E026_WRONG_JURISDICTION,
}

impl Code {
    /// Every code of the domain, in order of number.
    pub const DOMAIN: [Self; 25] = [
        Self::E001_UNKNOWN_REF,
        Self::E002_ILLEGAL_TRANSITION,
        Self::E003_BAD_TIME,
        Self::E004_SOURCE_REF_CONFLICT,
        Self::E005_BAD_USCC,
        Self::E006_BAD_REGION,
        Self::E007_BAD_CATEGORY,
        Self::E008_BAD_AMOUNT,
        Self::E010_PLAN_OVER_BUDGET,
        Self::E011_LOT_SUM_MISMATCH,
        Self::E012_AWARD_OVER_CEILING,
        Self::E013_CONTRACT_OVER_AWARD,
        Self::E014_SUPPLEMENT_OVER_10PCT,
        Self::E015_PAYMENT_OVER_CONTRACT,
        Self::E016_PAYMENT_OVER_BUDGET,
        Self::E017_PAYEE_MISMATCH,
        Self::E018_FINANCING_OVER_RECEIVABLE,
        Self::E019_VENUE_OVERLAP,
        Self::E020_FORBIDDEN_ROLE,
        Self::E021_SEALED,
        Self::E022_MISSING_FIELD,
        Self::E023_RELEASE_OVER_HELD,
        Self::E024_SUM_MISMATCH,
        Self::E025_PAY_BEFORE_ACCEPTANCE,
        Self::E026_WRONG_JURISDICTION,
    ];

    /// The code of the domain of a whole name, such as `E015_PAYMENT_OVER_CONTRACT`.
    pub fn of_invariant(name: &str) -> Option<Self> {
        Self::DOMAIN.into_iter().find(|code| code.name() == name)
    }

    /// The four characters that people quote, such as `E010`.
    pub fn short(self) -> &'static str {
        let name = self.name();
        name.split_once('_').map_or(name, |(short, _)| short)
    }

    /// Where the code stands among several: the lowest is the one that is told. E020 and E021 come
    /// first, then E026, then the others in number order.
    pub fn precedence(self) -> u8 {
        match self {
            Self::E020_FORBIDDEN_ROLE => 1,
            Self::E021_SEALED => 2,
            Self::E004_SOURCE_REF_CONFLICT => 3,
            Self::E026_WRONG_JURISDICTION => 4,
            Self::E001_UNKNOWN_REF => 5,
            Self::E002_ILLEGAL_TRANSITION => 6,
            Self::E003_BAD_TIME => 7,
            Self::E005_BAD_USCC => 8,
            Self::E006_BAD_REGION => 9,
            Self::E007_BAD_CATEGORY => 10,
            Self::E008_BAD_AMOUNT => 11,
            Self::E010_PLAN_OVER_BUDGET => 12,
            Self::E011_LOT_SUM_MISMATCH => 13,
            Self::E012_AWARD_OVER_CEILING => 14,
            Self::E013_CONTRACT_OVER_AWARD => 15,
            Self::E014_SUPPLEMENT_OVER_10PCT => 16,
            Self::E015_PAYMENT_OVER_CONTRACT => 17,
            Self::E016_PAYMENT_OVER_BUDGET => 18,
            Self::E017_PAYEE_MISMATCH => 19,
            Self::E018_FINANCING_OVER_RECEIVABLE => 20,
            Self::E019_VENUE_OVERLAP => 21,
            Self::E022_MISSING_FIELD => 22,
            Self::E023_RELEASE_OVER_HELD => 23,
            Self::E024_SUM_MISMATCH => 24,
            Self::E025_PAY_BEFORE_ACCEPTANCE => 25,
        }
    }

    /// The whole name, such as `E010_PLAN_OVER_BUDGET`: the reason on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::E001_UNKNOWN_REF => "E001_UNKNOWN_REF",
            Self::E002_ILLEGAL_TRANSITION => "E002_ILLEGAL_TRANSITION",
            Self::E003_BAD_TIME => "E003_BAD_TIME",
            Self::E004_SOURCE_REF_CONFLICT => "E004_SOURCE_REF_CONFLICT",
            Self::E005_BAD_USCC => "E005_BAD_USCC",
            Self::E006_BAD_REGION => "E006_BAD_REGION",
            Self::E007_BAD_CATEGORY => "E007_BAD_CATEGORY",
            Self::E008_BAD_AMOUNT => "E008_BAD_AMOUNT",
            Self::E010_PLAN_OVER_BUDGET => "E010_PLAN_OVER_BUDGET",
            Self::E011_LOT_SUM_MISMATCH => "E011_LOT_SUM_MISMATCH",
            Self::E012_AWARD_OVER_CEILING => "E012_AWARD_OVER_CEILING",
            Self::E013_CONTRACT_OVER_AWARD => "E013_CONTRACT_OVER_AWARD",
            Self::E014_SUPPLEMENT_OVER_10PCT => "E014_SUPPLEMENT_OVER_10PCT",
            Self::E015_PAYMENT_OVER_CONTRACT => "E015_PAYMENT_OVER_CONTRACT",
            Self::E016_PAYMENT_OVER_BUDGET => "E016_PAYMENT_OVER_BUDGET",
            Self::E017_PAYEE_MISMATCH => "E017_PAYEE_MISMATCH",
            Self::E018_FINANCING_OVER_RECEIVABLE => "E018_FINANCING_OVER_RECEIVABLE",
            Self::E019_VENUE_OVERLAP => "E019_VENUE_OVERLAP",
            Self::E020_FORBIDDEN_ROLE => "E020_FORBIDDEN_ROLE",
            Self::E021_SEALED => "E021_SEALED",
            Self::E022_MISSING_FIELD => "E022_MISSING_FIELD",
            Self::E023_RELEASE_OVER_HELD => "E023_RELEASE_OVER_HELD",
            Self::E024_SUM_MISMATCH => "E024_SUM_MISMATCH",
            Self::E025_PAY_BEFORE_ACCEPTANCE => "E025_PAY_BEFORE_ACCEPTANCE",
            Self::E026_WRONG_JURISDICTION => "E026_WRONG_JURISDICTION",
        }
    }
}

/// A refusal with its figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Why.
    pub code: Code,
    /// For people: lower-case fragment with the figures and the rule.
    pub message: String,
    /// The figures by name, such as `available_fen`; names end in their unit.
    pub figures: Vec<(&'static str, String)>,
}

impl Refusal {
    /// Refuses with a message.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            figures: Vec::new(),
        }
    }

    /// Adds a figure.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.figures.push((name, value.to_string()));
        self
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.name(), self.message)
    }
}

impl std::error::Error for Refusal {}

/// E001: the ledger does not know an entity.
pub fn unknown(entity: &EntityRef) -> Refusal {
    Refusal::new(
        Code::E001_UNKNOWN_REF,
        format!("{entity} is not known to the ledger"),
    )
    .with("entity_kind", entity::code(entity.kind))
    .with("entity_owner", entity.owner())
    .with("entity_id", entity.id())
}

/// E001: something named in a field is not known, such as a term or a supplier.
pub fn unknown_name(what: &'static str, name: &str) -> Refusal {
    Refusal::new(
        Code::E001_UNKNOWN_REF,
        format!("{what} {name} is not known here"),
    )
    .with(what, name)
}

/// E002: an entity's status does not allow an event.
pub fn illegal<S: Status>(entity: &EntityRef, from: &S, event: EventType, case: Case) -> Refusal {
    let (status, event) = (status_name(from), event.name());
    let message = format!("{entity} is {status}, which does not allow {event}");
    Refusal::new(Code::E002_ILLEGAL_TRANSITION, message)
        .with("entity", entity)
        .with("status", status)
        .with("event_type", event)
        .with("case", status_name(&case))
}

/// E002: an id that is used once in an entity is used again.
pub fn repeated(entity: &EntityRef, what: &'static str, id: &str) -> Refusal {
    let message = format!("{entity} has {what} {id} already");
    Refusal::new(Code::E002_ILLEGAL_TRANSITION, message)
        .with("entity", entity)
        .with(what, id)
}

/// E003: a day before the day that it depends on. `what` names the earlier act.
pub fn bad_time(what: &'static str, earliest: NaiveDate, given: NaiveDate) -> Refusal {
    let message = format!("{given} is before {what}, which is {earliest}");
    Refusal::new(Code::E003_BAD_TIME, message)
        .with("depends_on", what)
        .with("earliest_on", earliest)
        .with("legal_on", given)
}

/// E024: parts that do not sum to their whole.
pub fn sum_mismatch(what: &'static str, whole_fen: i128, sum_fen: i128) -> Refusal {
    let message = format!("{what} sum to {sum_fen} fen, must be {whole_fen} fen");
    Refusal::new(Code::E024_SUM_MISMATCH, message)
        .with("whole_fen", whole_fen)
        .with("sum_fen", sum_fen)
}

/// A status as the domain writes it: `AwardPending` is `AWARD_PENDING`.
pub fn status_name<S: fmt::Debug>(status: &S) -> String {
    let mut name = String::new();
    for letter in format!("{status:?}").chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(letter.to_ascii_uppercase());
    }
    name
}
