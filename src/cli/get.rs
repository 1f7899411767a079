//! `bihuan get`: one event in full.

use clap::Args;
use serde_json::json;
use uuid::Uuid;

use super::{
    args::Settings,
    client,
    exit::{Exit, Failure},
    printer::{Item, Printer, Style},
    query::{self, FilterArgs},
};
use crate::events::v1::{
    EventName, GetEventRequest, get_event_request::Key, get_event_response::Result as Got,
};

/// Arguments of `bihuan get`.
#[derive(Clone, Debug, Args)]
pub struct GetArgs {
    /// 位置、事件编号或 来源系统/来源编号 A position, an event id (UUID), or SOURCE_SYSTEM/source-ref
    #[arg(value_name = "EVENT", value_parser = key)]
    pub key: Key,
    /// 连同哈希 Hashes included
    #[arg(long)]
    pub full: bool,
    /// 连同密封与个人部分，须有权 With the sealed and personal parts; refused without the right
    #[arg(long)]
    pub parts: bool,
    /// 以何种角色读 Read in this capacity
    #[arg(long = "as", value_name = "ROLE", value_parser = query::role)]
    pub reader: Option<i32>,
}

fn key(text: &str) -> Result<Key, String> {
    if let Ok(position) = text.parse::<u64>() {
        return Ok(Key::Position(position));
    }
    if let Ok(id) = Uuid::parse_str(text) {
        return Ok(Key::EventId(id.to_string()));
    }
    match text.split_once('/') {
        Some((source_system, source_ref)) if !source_ref.is_empty() => Ok(Key::Name(EventName {
            source_system: source_system.to_owned(),
            source_ref: source_ref.to_owned(),
        })),
        _ => Err("must be a position, a UUID, or SOURCE_SYSTEM/source-ref".into()),
    }
}

/// Runs `bihuan get`.
pub async fn run(settings: &Settings, args: &GetArgs) -> Result<Exit, Failure> {
    let filter = FilterArgs {
        reader: args.reader,
        ..FilterArgs::default()
    };
    let request = GetEventRequest {
        key: Some(args.key.clone()),
        view: query::view(args.full),
        reader: filter.reader(),
        parts: args.parts,
    };
    let mut client = client::connect(&settings.endpoint).await?;
    let answer = client.get_event(request).await?.into_inner();
    let item = match answer.result {
        Some(Got::Event(event)) => Item::Event(Box::new(event)),
        Some(Got::Withheld(withheld)) => Item::Withheld(withheld.position),
        None => {
            let what = (
                "服务器的回答里没有事件",
                "the server's answer holds no event",
            );
            return Err(Failure::new(Exit::Failed, what));
        }
    };
    let mut printer = Printer::new(settings, Style::Full);
    printer.push(item)?;
    if let Some(position) = answer.amended_by_position {
        let (zh, en) = if answer.voided {
            ("撤销", "voided")
        } else {
            ("更正", "corrected")
        };
        printer.say(&settings.lang.inline(
            &format!("已被位置 {position} 的事件{zh}。"),
            &format!("{en} by the event at position {position}."),
        ))?;
        let amended = json!({ "position": position.to_string(), "voided": answer.voided });
        printer.say_json(&json!({ "amendedBy": amended }))?;
    }
    printer.flush()?;
    Ok(Exit::Fine)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_positions_ids_and_names_apart() {
        assert_eq!(key("12"), Ok(Key::Position(12)));
        let id = "0b6f3a9e-7f6c-8d2a-9d50-6a1f6f3f0a11";
        assert_eq!(key(id), Ok(Key::EventId(id.to_owned())));
        let Ok(Key::Name(name)) = key("GP_MGMT/a/b") else {
            panic!("not a name")
        };
        assert_eq!(
            (name.source_system.as_str(), name.source_ref.as_str()),
            ("GP_MGMT", "a/b")
        );
        assert!(key("nothing").is_err() && key("X/").is_err());
    }
}
