//! Values of examples by name and format, fictional throughout, and words about fields.

use prost_reflect::{FieldDescriptor, FileDescriptor, Kind};

use super::{
    descriptor::{EventType, is_instant},
    v1::{ActorRole, FieldRule, Format},
};

/// The field that names an event's own stream, by kind of stream, where it is an object id.
pub(super) const STREAM_ID_FIELDS: [(&str, &str); 11] = [
    ("agency", "agency"),
    ("budget-line", "budget_line_id"),
    ("framework", "framework_id"),
    ("library", "library_id"),
    ("order", "order_no"),
    ("organisation", "uscc"),
    ("region", "region"),
    ("supplier", "subject"),
    ("system", "system"),
    ("unit", "unit"),
    ("venue", "venue_id"),
];

const PURCHASER: &str = "12430400000099012J";
const FINANCE: &str = "114304000000990553";
const BANK: &str = "914304000000990395";
const AGENCY: &str = "91430405MA9TE5T55E";
const SUPPLIER: &str = "91430407MA9TE5T12X";
const OTHER_SUPPLIER: &str = "91430408MA9TE5T207";
const VENUE: &str = "12430400000099063T";
const DIGEST: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const CENTRAL: &str = "12430400000099020D";
const ORDER: &str = "EO-2023-000001";
const LIBRARY: &str = "LB-430400-01";
const PROJECT: &str = "PJ-2023-000001";
const BUDGET_LINE: &str = "BL-2023-000001";

/// Fields that a good example leaves out: they belong to another case than the one shown.
const LEFT_OUT: [(&str, &str); 19] = [
    ("AwardResultNotice", "expert_names"),
    ("ContractChanged", "payee_account_ref"),
    ("ContractSigned", "subcontracts"),
    ("EntityRef", "id"),
    ("LotFailed", "notified_all_on"),
    ("NoticePublished", "acceptance_id"),
    ("NoticePublished", "assessment_id"),
    ("NoticePublished", "complaint_id"),
    ("NoticePublished", "corrects_notice_id"),
    ("NoticePublished", "from"),
    ("NoticePublished", "to"),
    ("OrganisationChanged", "budget_level"),
    ("OrganisationRegistered", "budget_level"),
    ("PaymentTerm", "fixed_on"),
    ("PaymentTerm", "retention_days"),
    ("PaymentTerm", "stage_no"),
    ("PlanFiled", "method_ground"),
    ("RankedBid", "invalid_reason"),
    ("SmePolicy", "reason"),
];

/// Members of oneofs and values of enums that an example takes, by message and name. Other enums
/// take their first value.
const CHOSEN: [(&str, &str, &str); 11] = [
    ("ContractSigned", "supplier_size", "ENTERPRISE_SIZE_SMALL"),
    ("EventPayload", "payload", "budget_line_adjusted"),
    ("NoticePublished", "content", "contract"),
    ("NoticePublished", "notice_type", "NOTICE_TYPE_CONTRACT"),
    ("OrganisationChanged", "kinds", "ORGANISATION_KIND_SUPPLIER"),
    ("OrganisationChanged", "size", "ENTERPRISE_SIZE_SMALL"),
    (
        "OrganisationRegistered",
        "kinds",
        "ORGANISATION_KIND_SUPPLIER",
    ),
    ("OrganisationRegistered", "size", "ENTERPRISE_SIZE_SMALL"),
    ("PaymentTerm", "kind", "TERM_KIND_ACCEPTANCE"),
    ("PaymentTerm", "trigger", "TERM_TRIGGER_ACCEPTED"),
    (
        "ThresholdProfilePublished",
        "budget_level",
        "BUDGET_LEVEL_CITY",
    ),
];

/// Names of things, by the message that names them.
const NAMES: [(&str, &str); 8] = [
    ("AcceptanceItem", "台式计算机数量与配置"),
    ("Attachment", "附件.pdf"),
    ("OrganisationChanged", "虚构·供应商甲"),
    ("OrganisationRegistered", "虚构·供应商甲"),
    ("PersonDetail", "张某（虚构）"),
    ("RegionRegistered", "衡阳市"),
    ("SourceSystemRegistered", "虚构·合作银行业务系统"),
    ("UploadedFile", "验收书.pdf"),
];

/// What stands for a text, by the field's name; other texts say that they are examples.
const TEXTS: [(&str, &str); 20] = [
    ("alg", "ed25519"),
    ("contract_no", "HYSL-2023-HT-0001"),
    ("date_as_written", "2023-06-01T09:00:00+08:00"),
    ("doc_no", "衡财预〔2023〕1号"),
    ("key_id", "gp-mgmt-2023"),
    ("name", "虚构·办公设备"),
    ("ocds_version", "1.1"),
    ("ocid", "ocds-hysl01-0001"),
    ("package_uri", "https://example.org/releases/1.json"),
    ("project_name", "虚构·衡阳市示例学校办公设备采购项目"),
    ("publisher", "虚构·发布者"),
    ("reason", "示例：说明理由"),
    ("release_id", "ocds-hysl01-0001-01"),
    ("returned_voucher_no", "PZ-2023-0001-T"),
    ("role", "组长"),
    ("source_ref", "EX-200-0001"),
    ("summary", "示例：采购台式计算机一批"),
    ("tags", "tender"),
    ("uri", "https://example.org/files/1.pdf"),
    ("voucher_no", "PZ-2023-0001"),
];

pub(super) fn is_left_out(message: &str, field: &str) -> bool {
    LEFT_OUT.contains(&(message, field))
}

pub(super) fn chosen(message: &str, name: &str) -> Option<&'static str> {
    let found = CHOSEN
        .iter()
        .find(|(within, named, _)| *within == message && *named == name);
    found.map(|(_, _, value)| *value)
}

/// A text for a field of a message.
pub(super) fn text(message: &str, name: &str, format: Format) -> String {
    let fixed = match format {
        Format::Uscc => match name {
            "supplier" | "suppliers" | "winner" | "payee" | "uscc" | "complainant"
            | "applicant" | "respondent" => SUPPLIER,
            "bank" | "banks" | "guarantor" | "operator" | "provider" => BANK,
            "accepted_by" => FINANCE,
            "subject" | "into" => OTHER_SUPPLIER,
            "agency" => AGENCY,
            _ => PURCHASER,
        },
        Format::Region => "430400",
        Format::Category => "A02010105",
        Format::Date => match name {
            "doc_to" | "end_on" | "to" | "effective_to" | "valid_to" | "until" | "due_on"
            | "ban_to" => "2023-12-31",
            "holidays" => "2027-01-01",
            "makeup_workdays" => "2027-02-06",
            _ => "2023-06-01",
        },
        Format::Hash => DIGEST,
        Format::SourceSystem if name == "platform" => "HY_SUPERVISION",
        Format::SourceSystem => "GP_MGMT",
        Format::LotNo => "01",
        Format::PlanNo => "衡财采计〔2023〕000123号",
        Format::ProjectCode => "43040023T000000000001",
        Format::FuncCode => "2010301",
        Format::EconCode => "30201",
        Format::Month => "2023-06",
        Format::Url => "https://example.org/notices/1",
        Format::MediaType => "application/pdf",
        Format::EventType => "ContractSigned",
        Format::Id | Format::OpaqueRef => return id(name),
        Format::Unspecified | Format::Text | Format::Stream => {
            let of_message = NAMES
                .iter()
                .find(|(named, _)| name == "name" && *named == message);
            let found = of_message.or_else(|| TEXTS.iter().find(|(named, _)| *named == name));
            found.map_or("示例", |(_, text)| *text)
        }
    };
    fixed.to_owned()
}

/// An id made of the field's name: `plan_id` gives `PLAN-2023-0001`.
fn id(name: &str) -> String {
    match name {
        "project_id" => PROJECT.to_owned(),
        "owner_id" | "budget_line_id" | "budget_line_ids" => BUDGET_LINE.to_owned(),
        "term_no" => "1".to_owned(),
        _ => {
            let singular = name.trim_end_matches('s');
            let stem = singular.trim_end_matches("_id").trim_end_matches("_no");
            format!("{}-2023-0001", stem.to_uppercase().replace('_', "-"))
        }
    }
}

/// Bytes for a field.
pub(super) fn bytes(name: &str) -> Vec<u8> {
    match name {
        "nonce" => (0..32).collect(),
        "release_json" => br#"{"ocid": "ocds-hysl01-0001", "id": "ocds-hysl01-0001-01"}"#.to_vec(),
        _ => vec![0; 64],
    }
}

/// A flag for a field: what people would say of an ordinary case.
pub(super) fn flag(name: &str) -> bool {
    !matches!(
        name,
        "undated" | "deemed" | "import_allowed" | "third_party" | "service_users"
    )
}

/// A small number for a field.
pub(super) fn count(name: &str, rule: &FieldRule) -> i64 {
    match name {
        "days" | "inspection_limit_days" => 30,
        "committee_size" => 5,
        "expert_count" => 4,
        _ if name.ends_with("_bp") || name.ends_with("_bp_sme") => 1000,
        "late_interest_bp_year" => 365,
        _ => rule.min.unwrap_or(1).max(1),
    }
}

/// A large number for a field: an amount in fen, or a count.
pub(super) fn amount(name: &str) -> i64 {
    match name {
        "count" => 1,
        "total_score_x100" | "score_x100" => 9250,
        "delta_fen" => 1_000_000,
        "reserved_fen" | "sme_reserved_fen" => 40_000_000,
        "small_micro_reserved_fen" => 24_000_000,
        "bid_bond_fen" | "doc_fee_fen" => 0,
        _ => 100_000_000,
    }
}

/// The stream of an example: of the type's first kind.
pub(super) fn stream(event_type: &EventType, named: Option<&str>) -> String {
    let kind = event_type
        .stream_kinds
        .first()
        .map_or("budget-line", String::as_str);
    match kind {
        "system" if event_type.name == "RulePackAdopted" => "system/00/rules".to_owned(),
        "system" => format!("system/00/{}", named.unwrap_or("calendar")),
        "ocds" => "ocds/ocds-hysl01/ocds-hysl01-0001".to_owned(),
        "project" => format!("project/4304/{PROJECT}"),
        _ => {
            let usual = match kind {
                "agency" => CENTRAL,
                "library" => LIBRARY,
                "order" => ORDER,
                "region" => "430400",
                "unit" => PURCHASER,
                _ => BUDGET_LINE,
            };
            format!("{kind}/4304/{}", named.unwrap_or(usual))
        }
    }
}

/// The system that pushes such events.
pub(super) fn source_system(event_type: &EventType) -> &'static str {
    match event_type.number {
        30 => "CCGP_HN",
        200..=299 => "BUDGET_INT",
        600..=699 => "ETRADE",
        800..=899 => "TREASURY_PAY",
        1302..=1316 => "HN_EMALL",
        1401..=1499 => "P832",
        1500..=1599 => "FIN_PLATFORM",
        1700..=1799 => "PRTC",
        903 => "HY_SUPERVISION",
        1100..=1199 => "CCGP_HY",
        _ => "GP_MGMT",
    }
}

/// The capacity in which such events are appended.
pub(super) fn actor_role(event_type: &EventType) -> i32 {
    let role = match event_type.name.as_str() {
        "EventCorrected" | "EventVoided" => ActorRole::BudgetSys,
        "ProcurementDocumentIssued"
        | "EvaluationReportDelivered"
        | "AwardNoticeIssued"
        | "LotFailed" => ActorRole::Agency,
        "WinnerDetermined" | "AwardRecorded" | "PaymentRequested" => ActorRole::Purchaser,
        _ => role_by_number(event_type.number),
    };
    role as i32
}

/// The role that most appends the types of a stage or task.
fn role_by_number(number: u32) -> ActorRole {
    match number {
        1..=199
        | 507
        | 508
        | 1001
        | 1002
        | 1210
        | 1211
        | 1213
        | 1214
        | 1216..=1219
        | 1221
        | 1300
        | 1301
        | 1800..=1803
        | 1805
        | 1807
        | 1904
        | 1905
        | 2002
        | 2003
        | 2100..=2299
        | 2300
        | 2303
        | 2304
        | 2306
        | 2401 => ActorRole::Regulator,
        200..=299 => ActorRole::BudgetSys,
        611 | 613 | 617..=626 => ActorRole::Purchaser,
        600..=699 => ActorRole::TradeSys,
        714 | 1202 | 1207 | 1212 | 1215 | 1220 | 1500 | 1501 | 1504 => ActorRole::Supplier,
        800..=899 => ActorRole::TreasurySys,
        1302..=1316 => ActorRole::EmallSys,
        1401..=1404 => ActorRole::FarmSys,
        1502..=1509 => ActorRole::Bank,
        1603..=1607 => ActorRole::Guarantor,
        1700 | 1701 | 1703 | 1705..=1708 => ActorRole::Venue,
        _ => ActorRole::Purchaser,
    }
}

/// The organisation that acts in that capacity.
pub(super) fn actor_org(event_type: &EventType) -> &'static str {
    match ActorRole::try_from(actor_role(event_type)) {
        Ok(ActorRole::Purchaser) => PURCHASER,
        Ok(ActorRole::Agency) => AGENCY,
        Ok(ActorRole::TradeSys | ActorRole::Venue) => VENUE,
        Ok(ActorRole::Bank | ActorRole::Guarantor) => BANK,
        Ok(ActorRole::Supplier) => SUPPLIER,
        _ => FINANCE,
    }
}

/// The type of a field, for tables.
pub(super) fn type_name(field: &FieldDescriptor) -> String {
    match field.kind() {
        Kind::Message(_) if is_instant(field) => "timestamp".to_owned(),
        Kind::Message(message) => message.name().to_owned(),
        Kind::Enum(kind) => kind.name().to_owned(),
        kind => format!("{kind:?}").to_lowercase(),
    }
}

/// The syntax and limits of a field, for tables.
pub(super) fn limits(field: &FieldDescriptor, rule: &FieldRule) -> String {
    let mut words = Vec::new();
    if rule.format() != Format::Unspecified {
        let name = rule.format().as_str_name().trim_start_matches("FORMAT_");
        words.push(name.to_lowercase().replace('_', " "));
    }
    match (rule.min, rule.max) {
        (Some(min), Some(max)) => words.push(format!("{min} to {max}")),
        (Some(min), None) => words.push(format!("at least {min}")),
        (None, Some(max)) => words.push(format!("at most {max}")),
        (None, None) if field.name().ends_with("_fen") => words.push("at least 0".to_owned()),
        (None, None) => {}
    }
    for (limit, unit) in [
        (rule.exact_bytes, "bytes exactly"),
        (rule.max_bytes, "bytes at most"),
        (rule.max_items, "elements at most"),
    ] {
        if limit != 0 {
            words.push(format!("{limit} {unit}"));
        }
    }
    let marks = [
        (rule.legal_date, "legal date"),
        (rule.control_amount, "control amount"),
        (rule.object_id, "object id"),
    ];
    words.extend(
        marks
            .iter()
            .filter(|(is_set, _)| *is_set)
            .map(|(_, mark)| (*mark).to_owned()),
    );
    if let Some(oneof) = field
        .containing_oneof()
        .filter(|oneof| !oneof.is_synthetic())
    {
        words.push(format!("one of {}", oneof.name()));
    }
    words.join(", ")
}

/// What a file says above the thing at a path.
pub(super) fn comment(file: &FileDescriptor, path: &[i32]) -> String {
    let info = file.file_descriptor_proto().source_code_info.as_ref();
    let location = info.and_then(|info| info.location.iter().find(|at| at.path == path));
    let text = location.map_or("", |location| location.leading_comments());
    text.lines()
        .map(str::trim)
        .collect::<Vec<_>>()
        .join(" ")
        .trim()
        .to_owned()
}
