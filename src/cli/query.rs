//! What `read`, `subscribe` and `get` have in common: filters, entities, readers, moments.

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use clap::Args;
use prost_reflect::EnumValueDescriptor;
use prost_types::Timestamp;

use super::{
    comments,
    exit::{Exit, Failure},
    render,
};
use crate::{
    domain::entity,
    events::{
        descriptor::schema,
        v1::{EntityKey, EntityKind, EventFilter, EventView, Reader},
    },
};

/// Which events are wanted, and as whom.
#[derive(Clone, Debug, Default, Args)]
pub struct FilterArgs {
    /// 事件类型 Event types, by name, number or Chinese title
    #[arg(long = "type", value_name = "TYPE", value_delimiter = ',', value_parser = event_type)]
    pub types: Vec<String>,
    /// 阶段 Stages: contract, 7 or 合同
    #[arg(long = "stage", value_name = "STAGE", value_delimiter = ',', value_parser = stage)]
    pub stages: Vec<i32>,
    /// 流的种类 Kinds of stream, such as project or budget-line
    #[arg(long = "kind", value_name = "KIND", value_delimiter = ',')]
    pub kinds: Vec<String>,
    /// 区划 Region codes
    #[arg(long = "region", value_name = "CODE", value_delimiter = ',')]
    pub regions: Vec<String>,
    /// 行为单位 Acting organisations (USCC)
    #[arg(long = "org", value_name = "USCC", value_delimiter = ',')]
    pub orgs: Vec<String>,
    /// 法定日期起（含）First legal date
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub legal_from: Option<String>,
    /// 法定日期止（含）Last legal date
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub legal_to: Option<String>,
    /// 以何种角色读 Read in this capacity: purchaser, 审计, …; the public if not given
    #[arg(long = "as", value_name = "ROLE", value_parser = role)]
    pub reader: Option<i32>,
}

impl FilterArgs {
    /// As the service takes it; absent when nothing is filtered.
    pub fn filter(&self) -> Option<EventFilter> {
        let filter = EventFilter {
            event_types: self.types.clone(),
            stages: self.stages.clone(),
            stream_kinds: self.kinds.clone(),
            region_codes: self.regions.clone(),
            organisations: self.orgs.clone(),
            legal_date_from: self.legal_from.clone().unwrap_or_default(),
            legal_date_to: self.legal_to.clone().unwrap_or_default(),
        };
        (filter != EventFilter::default()).then_some(filter)
    }

    /// In which capacity the caller reads.
    pub fn reader(&self) -> Option<Reader> {
        self.reader.map(|role| Reader { role })
    }
}

/// How much of an event is served.
pub fn view(full: bool) -> i32 {
    (if full {
        EventView::Full
    } else {
        EventView::Basic
    })
    .into()
}

/// Parses an entity: `KIND/partition/owner` or `KIND/partition/owner/id`, the kind as its two
/// letters (CT) or its name (contract).
pub fn entity(text: &str) -> Result<EntityKey, String> {
    let parts: Vec<&str> = text.split('/').collect();
    let (kind, partition, owner, id) = match parts.as_slice() {
        [kind, partition, owner] => (kind, partition, owner, ""),
        [kind, partition, owner, id] => (kind, partition, owner, *id),
        _ => return Err("must be KIND/partition/owner[/id], such as CT/4304/PJ-1/CT-1".into()),
    };
    let wanted = kind.replace('-', "_");
    let kinds = (1..).map_while(|number| EntityKind::try_from(number).ok());
    let known: Vec<EntityKind> = kinds.collect();
    let kind = known.iter().find(|known| {
        let name = known.as_str_name().trim_start_matches("ENTITY_KIND_");
        entity::code(**known).eq_ignore_ascii_case(kind) || name.eq_ignore_ascii_case(&wanted)
    });
    let Some(kind) = kind else {
        let codes: Vec<&str> = known.iter().map(|kind| entity::code(*kind)).collect();
        return Err(format!("its kind must be one of {}", codes.join(", ")));
    };
    Ok(EntityKey {
        kind: (*kind).into(),
        partition: (*partition).to_owned(),
        owner_id: (*owner).to_owned(),
        id: id.to_owned(),
    })
}

/// Parses a moment: RFC 3339, or a day or a day and time at +08:00.
pub fn moment(text: &str) -> Result<Timestamp, String> {
    let local = |time: NaiveDateTime| time.and_local_timezone(render::china()).single();
    let parsed = DateTime::parse_from_rfc3339(text).ok();
    let parsed = parsed.or_else(|| {
        let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
        local(day.and_hms_opt(0, 0, 0)?)
    });
    let parsed = parsed.or_else(|| {
        let formats = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"];
        let time = formats
            .iter()
            .find_map(|f| NaiveDateTime::parse_from_str(text, f).ok());
        local(time?)
    });
    let Some(moment) = parsed else {
        return Err("must be a day (2023-05-06), a day and time at +08:00 \
                    (2023-05-06 09:00) or RFC 3339"
            .into());
    };
    let nanos = moment.timestamp_subsec_nanos();
    Ok(Timestamp {
        seconds: moment.timestamp(),
        nanos: i32::try_from(nanos).unwrap_or(0),
    })
}

/// Refuses two options that exclude each other in a way that `clap` cannot say.
pub fn usage(zh: &str, en: &str) -> Failure {
    Failure::new(Exit::Input, (zh, en)).next(("见 --help", "see --help"))
}

/// Parses a day.
pub fn day(text: &str) -> Result<String, String> {
    let parsed = NaiveDate::parse_from_str(text, "%Y-%m-%d");
    parsed
        .map(|day| day.to_string())
        .map_err(|_| "must be a day, YYYY-MM-DD".into())
}

fn event_type(text: &str) -> Result<String, String> {
    find_event_type(text).map(|found| found.name.clone())
}

/// Finds an event type by its name in any case, its member's name, its number or its Chinese
/// title. The error names those that look alike.
pub fn find_event_type(
    text: &str,
) -> Result<&'static crate::events::descriptor::EventType, String> {
    let wanted = text.to_lowercase().replace(['_', '-'], "");
    let types = schema().event_types();
    let found = types.iter().find(|known| {
        known.name.to_lowercase() == wanted
            || known.title_zh == text
            || known.number.to_string() == text
    });
    found.ok_or_else(|| {
        let alike: Vec<&str> = types
            .iter()
            .filter(|known| is_alike(&known.name.to_lowercase(), &wanted))
            .map(|known| known.name.as_str())
            .collect();
        if alike.is_empty() {
            "no such event type; `bihuan proto` lists all of them".to_owned()
        } else {
            format!("no such event type; did you mean {}?", alike.join(", "))
        }
    })
}

fn is_alike(known: &str, wanted: &str) -> bool {
    let start: String = wanted.chars().take(5).collect();
    wanted.len() >= 3 && (known.contains(wanted) || known.starts_with(&start))
}

fn stage(text: &str) -> Result<i32, String> {
    enum_number("Stage", text)
}

/// Parses a role: its short name, number or a Chinese word.
pub fn role(text: &str) -> Result<i32, String> {
    enum_number("ActorRole", text)
}

/// Finds a value of an enum by its short name in any case, its number, or a Chinese word in the
/// schema's comment on it.
pub fn enum_number(name: &str, text: &str) -> Result<i32, String> {
    let full_name = format!("bihuan.v1.{name}");
    let of = schema()
        .pool()
        .get_enum_by_name(&full_name)
        .expect("the schema has its enums");
    let wanted = text.to_uppercase().replace('-', "_");
    let is_chinese = text.chars().all(|letter| letter > '\u{2e7f}') && !text.is_empty();
    let matches = |value: &EnumValueDescriptor| {
        comments::short_name(value) == wanted
            || value.name() == wanted
            || value.number().to_string() == text
            || (is_chinese && comments::of_value(value).contains(text))
    };
    let values: Vec<EnumValueDescriptor> = of.values().filter(|v| v.number() != 0).collect();
    let found = values
        .iter()
        .find(|value| matches(value))
        .map(EnumValueDescriptor::number);
    found.ok_or_else(|| {
        let names: Vec<String> = values.iter().map(comments::short_name).collect();
        format!("must be one of {}", names.join(", ").to_lowercase())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_entities_by_letters_and_by_name() {
        let contract = entity("CT/4304/PJ-1/CT-1").unwrap();
        assert_eq!(contract, entity("contract/4304/PJ-1/CT-1").unwrap());
        assert_eq!(contract.kind(), EntityKind::Contract);
        let line = entity("budget-line/4304/BL-1").unwrap();
        assert_eq!(
            (line.kind(), line.id.as_str()),
            (EntityKind::BudgetLine, "")
        );
        assert!(entity("XX/4304/A").unwrap_err().contains("CT"));
        assert!(entity("CT/4304").is_err() && entity("CT/1/2/3/4").is_err());
    }

    #[test]
    fn parses_moments_at_plus_eight() {
        let midnight = moment("2023-01-01").unwrap();
        assert_eq!(midnight.seconds, 1_672_502_400);
        assert_eq!(moment("2023-01-01 00:00").unwrap(), midnight);
        assert_eq!(moment("2022-12-31T16:00:00Z").unwrap(), midnight);
        assert!(moment("yesterday").is_err() && moment("2023-02-30").is_err());
    }

    #[test]
    fn finds_types_stages_and_roles_as_people_write_them() {
        for text in [
            "ContractSigned",
            "contractsigned",
            "contract_signed",
            "合同签订",
            "700",
        ] {
            assert_eq!(event_type(text).as_deref(), Ok("ContractSigned"), "{text}");
        }
        assert!(
            event_type("Contract")
                .unwrap_err()
                .contains("ContractSigned")
        );
        for text in ["contract", "CONTRACT", "7", "合同"] {
            assert_eq!(stage(text), Ok(7), "{text}");
        }
        assert_eq!(
            (role("purchaser"), role("central-agency"), role("审计")),
            (Ok(1), Ok(3), Ok(15))
        );
        assert!(role("king").unwrap_err().contains("purchaser"));
        assert!(stage("0").is_err());
    }

    #[test]
    fn an_empty_filter_is_no_filter() {
        assert_eq!(FilterArgs::default().filter(), None);
        let some = FilterArgs {
            stages: vec![7],
            ..FilterArgs::default()
        };
        assert_eq!(some.filter().unwrap().stages, [7]);
    }
}
