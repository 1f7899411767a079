//! `bihuan proto`: the event types, their fields, filled examples, and the schema's sources.

use std::io::IsTerminal as _;

use clap::Args;
use prost_reflect::MessageDescriptor;
use serde_json::json as value;

use super::{
    args::Settings,
    comments,
    exit::{Exit, Failure},
    lang::Lang,
    output::Output,
    proto_sources::SOURCES,
    proto_tables::{
        enum_table, field_table, fields_json, nested, notes, streams, type_json, type_table,
    },
    query, render,
};
use crate::events::{
    descriptor::{EventType, schema},
    example, json,
};

/// Arguments of `bihuan proto`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
例 Examples:
  bihuan proto                                 全部事件类型 every event type
  bihuan proto ContractSigned                  其字段 its fields
  bihuan proto ContractSigned --example | bihuan append - --validate-only
  bihuan proto --schema > bihuan.proto.txt     .proto 原文 the sources")]
pub struct ProtoArgs {
    /// 事件类型、消息或枚举 An event type (合同签订, 700), or any message or enum
    #[arg(value_name = "TYPE")]
    pub name: Option<String>,
    /// 一条填好的示例，可直接追加 A filled valid example as JSON, ready for `bihuan append`
    #[arg(long, requires = "name")]
    pub example: bool,
    /// .proto 原文 The .proto sources
    #[arg(long, conflicts_with_all = ["name", "example"])]
    pub schema: bool,
}

/// Runs `bihuan proto`.
pub fn run(settings: &Settings, args: &ProtoArgs) -> Result<Exit, Failure> {
    let mut out = Output::new();
    match &args.name {
        _ if args.schema => print_sources(settings, &mut out)?,
        None => print_types(settings, &mut out)?,
        Some(name) if args.example => print_example(settings, name, &mut out)?,
        Some(name) => print_named(settings, name, &mut out)?,
    }
    out.flush()?;
    Ok(Exit::Fine)
}

fn print_sources(settings: &Settings, out: &mut Output) -> Result<(), Failure> {
    for (path, text) in SOURCES {
        if settings.json {
            out.line(value!({ "path": path, "text": text }).to_string())?;
        } else {
            out.line(format!("// ==== {path}"))?;
            out.line(text)?;
        }
    }
    Ok(())
}

fn print_types(settings: &Settings, out: &mut Output) -> Result<(), Failure> {
    if settings.json {
        return schema()
            .event_types()
            .iter()
            .try_for_each(|of| out.line(type_json(of).to_string()));
    }
    out.line(render::lines(&type_table(
        settings.lang,
        render::terminal_width(),
    )))?;
    out.line(settings.lang.stacked(
        "字段：bihuan proto 类型；示例：bihuan proto 类型 --example；原文：bihuan proto --schema",
        "fields: bihuan proto TYPE; an example: bihuan proto TYPE --example; sources: --schema",
    ))
}

fn print_named(settings: &Settings, name: &str, out: &mut Output) -> Result<(), Failure> {
    let lang = settings.lang;
    let unknown = match query::find_event_type(name) {
        Ok(of) if settings.json => {
            let mut json = type_json(of);
            json["fields"] = fields_json(&of.message);
            return out.line(json.to_string());
        }
        Ok(of) => return print_type(lang, of, out),
        Err(unknown) => unknown,
    };
    if let Some(message) = schema().message(name) {
        if settings.json {
            let json = value!({ "name": message.name(), "fields": fields_json(&message) });
            return out.line(json.to_string());
        }
        out.line(format!(
            "{}: {}",
            message.name(),
            comments::of_message(&message)
        ))?;
        return out.line(fields(lang, &message));
    }
    match schema()
        .pool()
        .get_enum_by_name(&format!("bihuan.v1.{name}"))
    {
        Some(of) => out.line(render::lines(&enum_table(lang, &of))),
        None => Err(no_such(name, &unknown)),
    }
}

fn fields(lang: Lang, message: &MessageDescriptor) -> String {
    render::lines(&field_table(lang, message, render::terminal_width()))
}

fn no_such(name: &str, unknown: &str) -> Failure {
    let zh = format!("没有这个类型：{name}");
    Failure::new(Exit::Input, (zh, format!("{name}: {unknown}"))).next((
        "用 bihuan proto 查看全部类型",
        "list all types with `bihuan proto`",
    ))
}

fn print_type(lang: Lang, of: &EventType, out: &mut Output) -> Result<(), Failure> {
    out.line(format!(
        "{} {} {}",
        of.number,
        of.name,
        lang.inline(&of.title_zh, &of.title_en)
    ))?;
    out.line(comments::of_message(&of.message))?;
    let (label, streams) = (lang.inline("流", "streams"), streams(lang, of));
    out.line(format!("{label}: {streams}    {}", notes(lang, of)).trim_end())?;
    let parts = [("sealed", &of.sealed), ("personal", &of.personal)];
    out.line(fields(lang, &of.message))?;
    for (name, part) in parts {
        if let Some(message) = part {
            out.line(format!(
                "{name}: {}: {}",
                message.name(),
                comments::of_message(message)
            ))?;
            out.line(fields(lang, message))?;
        }
    }
    for message in nested(&of.message) {
        out.line(format!(
            "{}: {}",
            message.name(),
            comments::of_message(&message)
        ))?;
        out.line(fields(lang, &message))?;
    }
    let example = format!("bihuan proto {} --example", of.name);
    let envelope = "bihuan proto Event";
    out.line(lang.stacked(
        &format!("示例：{example}；信封：{envelope}；* 必填"),
        &format!("example: {example}; envelope: {envelope}; * required"),
    ))
}

fn print_example(settings: &Settings, name: &str, out: &mut Output) -> Result<(), Failure> {
    let of = query::find_event_type(name).map_err(|unknown| no_such(name, &unknown))?;
    // One line for a file or a pipe, since `append` reads a line an event; indented for people.
    let is_for_people = !settings.json && std::io::stdout().is_terminal();
    let text = if is_for_people {
        example::submission_json(of)
    } else {
        let written = json::submission_to_json(&example::submission(of));
        written.map_err(|error| Failure::new(Exit::Failed, ("", error.to_string())))?
    };
    out.line(text)
}
