//! What fields of one message must agree about.

use prost_reflect::{Kind, MessageDescriptor};

use super::{
    violation::{Path, Rule},
    walk::Walk,
    wire::{Value, fields},
};
use crate::events::v1::{NoticeType, ProcurementMethod, SmePolicyKind, TermTrigger};

/// The rule of a message, with the numbers of its fields.
#[derive(Debug)]
pub(super) enum Hook {
    None,
    /// Days and their unit come together, a fixed day with its trigger.
    PaymentTerm {
        trigger: u32,
        days: u32,
        day_unit: u32,
        fixed_on: u32,
    },
    /// Reserving nothing needs a reason.
    SmePolicy {
        kind: u32,
        reason: u32,
    },
    /// The days of an item come with their unit.
    DayLimit {
        days: u32,
        unit: u32,
    },
    /// A category is of a catalogue that exists.
    Category {
        version: u32,
    },
    /// Some methods need a ground in law.
    MethodGround {
        method: u32,
        method_ground: u32,
    },
    /// A next candidate comes with its award, a failure with its parts.
    AwardRevoked {
        next_candidate: u32,
        next_award: u32,
        parts: u32,
    },
    /// Some methods need a ground in law; the category is of a catalogue that exists.
    PlanFiled {
        method: u32,
        method_ground: u32,
        version: u32,
    },
    /// The content is of the notice's type.
    NoticePublished {
        notice_type: u32,
        contents: Vec<Content>,
    },
}

/// The content that belongs to a type of notice.
#[derive(Debug)]
pub(super) struct Content {
    notice_type: u64,
    number: u32,
    name: String,
}

impl Hook {
    /// The rule of a message.
    pub(super) fn of(message: &MessageDescriptor) -> Self {
        let number = |name: &str| {
            let field = message.get_field_by_name(name);
            field
                .expect("the schema has the fields that agree")
                .number()
        };
        match message.name() {
            "PaymentTerm" => Self::PaymentTerm {
                trigger: number("trigger"),
                days: number("days"),
                day_unit: number("day_unit"),
                fixed_on: number("fixed_on"),
            },
            "SmePolicy" => Self::SmePolicy {
                kind: number("kind"),
                reason: number("reason"),
            },
            "PlanFiled" => Self::PlanFiled {
                method: number("method"),
                method_ground: number("method_ground"),
                version: number("category_version"),
            },
            "MethodChangeRequested" => Self::MethodGround {
                method: number("to_method"),
                method_ground: number("method_ground"),
            },
            "ReprocurementStarted" => Self::MethodGround {
                method: number("new_method"),
                method_ground: number("method_ground"),
            },
            "AwardRevoked" => Self::AwardRevoked {
                next_candidate: number("next_candidate"),
                next_award: number("next_award_fen"),
                parts: number("budget_parts"),
            },
            "BudgetLineApproved" | "FrameworkDrafted" | "SmallPurchaseRecorded" => Self::Category {
                version: number("category_version"),
            },
            "ApprovalItemCatalogued" => Self::DayLimit {
                days: number("limit_days"),
                unit: number("limit_unit"),
            },
            "NoticePublished" => Self::NoticePublished {
                notice_type: number("notice_type"),
                contents: contents(message),
            },
            _ => Self::None,
        }
    }

    /// Checks the rule on a message that was walked.
    pub(super) fn check(&self, walk: &mut Walk<'_, '_>, bytes: &[u8], path: &Path<'_>) {
        match self {
            Self::None => {}
            Self::PaymentTerm {
                trigger,
                days,
                day_unit,
                fixed_on,
            } => {
                let is_fixed = number(bytes, *trigger) == TermTrigger::FixedDate as u64;
                let has_days = find(bytes, *days).is_some();
                let has_unit = number(bytes, *day_unit) != 0;
                let has_day = !text(bytes, *fixed_on).is_empty();
                if has_days && !has_unit {
                    missing(
                        walk,
                        path,
                        "day_unit",
                        "days are given, so must be how they count",
                    );
                }
                if has_unit && !has_days {
                    missing(
                        walk,
                        path,
                        "days",
                        "a unit of days is given, so must be the days",
                    );
                }
                if is_fixed && !has_day {
                    missing(
                        walk,
                        path,
                        "fixed_on",
                        "the trigger FIXED_DATE needs its day",
                    );
                }
                if has_day && !is_fixed {
                    let why = format_args!("only a term with the trigger FIXED_DATE has a day");
                    walk.report.add(&path.field("fixed_on"), Rule::Shape, why);
                }
            }
            Self::SmePolicy { kind, reason } => {
                let is_open = number(bytes, *kind) == SmePolicyKind::NonReserved as u64;
                if is_open && text(bytes, *reason).is_empty() {
                    missing(walk, path, "reason", "NON_RESERVED needs a reason");
                }
            }
            Self::DayLimit { days, unit } => {
                if find(bytes, *days).is_some() && number(bytes, *unit) == 0 {
                    let why = "days are given, so must be how they count";
                    missing(walk, path, "limit_unit", why);
                }
            }
            Self::Category { version } => check_version(walk, bytes, *version, path),
            Self::PlanFiled {
                method,
                method_ground,
                version,
            } => {
                check_version(walk, bytes, *version, path);
                check_ground(walk, bytes, *method, *method_ground, path);
            }
            Self::MethodGround {
                method,
                method_ground,
            } => check_ground(walk, bytes, *method, *method_ground, path),
            Self::AwardRevoked {
                next_candidate,
                next_award,
                parts,
            } => {
                let has_next = !text(bytes, *next_candidate).is_empty();
                if has_next && find(bytes, *next_award).is_none() {
                    let why = "a next candidate needs its award";
                    missing(walk, path, "next_award_fen", why);
                }
                if !has_next && find(bytes, *parts).is_none() {
                    let why = "without a next candidate the lot fails and states its parts";
                    missing(walk, path, "budget_parts", why);
                }
            }
            Self::NoticePublished {
                notice_type,
                contents,
            } => {
                let notice_type = number(bytes, *notice_type);
                check_content(walk, contents, notice_type, bytes, path);
            }
        }
    }
}

/// Years of the procurement catalogue; the same code means other things in another year.
const CATALOGUES: [u64; 2] = [2013, 2022];

/// A year that is out of the schema's range is told by the walk.
fn check_version(walk: &mut Walk<'_, '_>, bytes: &[u8], version: u32, path: &Path<'_>) {
    let version = number(bytes, version);
    let is_between = (CATALOGUES[0]..CATALOGUES[1]).contains(&version);
    if is_between && !CATALOGUES.contains(&version) {
        let why = format_args!("{version} is no year of the catalogue, must be 2013 or 2022");
        walk.report
            .add(&path.field("category_version"), Rule::BadCategory, why);
    }
}

/// Methods that the law allows on stated grounds only.
const EXCEPTIONS: [ProcurementMethod; 3] = [
    ProcurementMethod::InvitedTender,
    ProcurementMethod::Negotiation,
    ProcurementMethod::SingleSource,
];

/// An exception to open tender states its ground.
fn check_ground(walk: &mut Walk<'_, '_>, bytes: &[u8], method: u32, ground: u32, path: &Path<'_>) {
    let method = number(bytes, method);
    let is_exception = EXCEPTIONS
        .iter()
        .any(|exception| *exception as u64 == method);
    if is_exception && number(bytes, ground) == 0 {
        let why = "invited tender, negotiation and single source need their ground \
                   (政府采购法 29 to 31)";
        missing(walk, path, "method_ground", why);
    }
}

/// Content comes with its own type of notice only; a result notice is nothing without it.
fn check_content(
    walk: &mut Walk<'_, '_>,
    contents: &[Content],
    notice_type: u64,
    bytes: &[u8],
    path: &Path<'_>,
) {
    let is_content = |number: u32| contents.iter().find(|content| content.number == number);
    let given = fields(bytes).find_map(|(number, _)| is_content(number));
    let fitting = contents
        .iter()
        .find(|content| content.notice_type == notice_type);
    match (given, fitting) {
        (Some(given), Some(fitting)) if given.number != fitting.number => {
            let why = format_args!("the notice's type wants the content {}", fitting.name);
            walk.report.add(&path.field(&given.name), Rule::Shape, why);
        }
        (None, Some(fitting)) if notice_type == NoticeType::AwardResult as u64 => {
            missing(
                walk,
                path,
                &fitting.name,
                "a result notice needs its content",
            );
        }
        _ => {}
    }
}

/// Pairs each type of notice with the member of the same name.
fn contents(message: &MessageDescriptor) -> Vec<Content> {
    let notice_type = message
        .get_field_by_name("notice_type")
        .expect("a notice has a type");
    let Kind::Enum(types) = notice_type.kind() else {
        panic!("the type of a notice is an enum")
    };
    let oneof = message.oneofs().find(|oneof| oneof.name() == "content");
    let members: Vec<_> = oneof.expect("a notice has content").fields().collect();
    let values = types.values().filter(|value| value.number() != 0);
    let pairs = values.map(|value| {
        let name = value
            .name()
            .trim_start_matches("NOTICE_TYPE_")
            .to_lowercase();
        let member = members.iter().find(|member| member.name() == name);
        let number = member.expect("every type of notice has a content").number();
        Content {
            notice_type: value.number().unsigned_abs().into(),
            number,
            name,
        }
    });
    pairs.collect()
}

fn missing(walk: &mut Walk<'_, '_>, path: &Path<'_>, name: &str, why: &str) {
    walk.report
        .add(&path.field(name), Rule::MissingField, format_args!("{why}"));
}

fn find(bytes: &[u8], wanted: u32) -> Option<Value<'_>> {
    fields(bytes)
        .find(|(number, _)| *number == wanted)
        .map(|(_, value)| value)
}

fn number(bytes: &[u8], wanted: u32) -> u64 {
    match find(bytes, wanted) {
        Some(Value::Number(number)) => number,
        _ => 0,
    }
}

fn text(bytes: &[u8], wanted: u32) -> &[u8] {
    find(bytes, wanted)
        .and_then(Value::bytes)
        .unwrap_or_default()
}
