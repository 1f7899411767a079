//! Everything about one event.

use prost_reflect::DynamicMessage;
use uuid::Uuid;

use super::{codec, comments, event_row, event_row::EventRow, lang::Lang, printer::Item, render};
use crate::events::wire::RecordedEvent;

/// The event's envelope and content as two tables.
pub fn render(lang: Lang, item: &Item) -> String {
    match item {
        Item::Event(event) => {
            let envelope = render::facts(lang, envelope(lang, event));
            format!("{envelope}\n{}", content(lang, event))
        }
        Item::Withheld(position) => lang.stacked(
            &format!("位置 {position} 的事件依法尚未公开。"),
            &format!("The event at position {position} is withheld until the law opens it."),
        ),
    }
}

fn envelope(lang: Lang, event: &RecordedEvent) -> Vec<(String, String)> {
    let row = EventRow::new(event);
    let title = match row.event_type {
        Some(of) => format!("{} {}", of.number, lang.inline(&of.title_zh, &of.name)),
        None => "?".to_owned(),
    };
    let role = comments::enum_title(lang, "ActorRole", row.actor_role);
    let id = Uuid::from_slice(&event.event_id)
        .map(|id| id.to_string())
        .unwrap_or_default();
    let dynamic = DynamicMessage::decode(codec::descriptor("Event"), event.event.clone());
    let (occurred, region) = dynamic.map_or_else(
        |_| (String::new(), String::new()),
        |dynamic| {
            let region = dynamic.get_field_by_name("region_code");
            let region = region.and_then(|value| value.as_str().map(str::to_owned));
            (
                event_row::instant(&dynamic, "occurred_at"),
                region.unwrap_or_default(),
            )
        },
    );
    let mut rows = vec![
        (lang.inline("位置", "position"), event.position.to_string()),
        (lang.inline("流", "stream"), row.stream),
        (lang.inline("版次", "revision"), event.revision.to_string()),
        (lang.inline("事件", "event"), title),
        (lang.inline("法定日期", "legal date"), row.legal_date),
        (lang.inline("发生时间", "occurred at"), occurred),
        (lang.inline("记录时间", "recorded at"), row.recorded),
        (
            lang.inline("行为单位", "actor"),
            format!("{} {role}", row.actor_org),
        ),
        (lang.inline("区划", "region"), region),
        (
            lang.inline("来源", "source"),
            format!("{} {}", row.source_system, row.source_ref),
        ),
        (lang.inline("事件编号", "event id"), id),
        (lang.inline("推送者", "principal"), event.principal.clone()),
    ];
    if let Some(proof) = &event.leaf_proof {
        rows.push((
            lang.inline("叶哈希", "leaf hash"),
            render::hex(&proof.leaf_hash),
        ));
    }
    let parts = [
        (lang.inline("签名", "signature"), &event.signature),
        (lang.inline("密封部分", "sealed part"), &event.sealed),
        (lang.inline("个人部分", "personal part"), &event.personal),
    ];
    for (name, bytes) in parts {
        if !bytes.is_empty() {
            rows.push((name, render::bytes(bytes.len() as u64)));
        }
    }
    rows
}

fn content(lang: Lang, event: &RecordedEvent) -> String {
    let dynamic = DynamicMessage::decode(codec::descriptor("Event"), event.event.clone());
    let payload = dynamic
        .ok()
        .and_then(|dynamic| event_row::payload_content(&dynamic));
    let Some(payload) = payload else {
        return String::new();
    };
    let mut table = render::table([lang.inline("字段", "field"), lang.inline("值", "value")]);
    for (path, value) in event_row::flatten(lang, &payload) {
        table.add_row([path, value]);
    }
    render::lines(&table)
}
