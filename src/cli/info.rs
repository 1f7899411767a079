//! `bihuan info`: what ledger this is.

use clap::Args;
use prost::Message as _;

use super::{
    args::Settings,
    client,
    exit::{Exit, Failure},
    lang::Lang,
    output::Output,
    render,
};
use crate::events::{
    json,
    v1::{GetLedgerRequest, GetLedgerResponse},
};

/// Arguments of `bihuan info`.
#[derive(Clone, Copy, Debug, Args)]
pub struct InfoArgs {}

/// Runs `bihuan info`.
pub async fn run(settings: &Settings) -> Result<Exit, Failure> {
    let mut client = client::connect(&settings.endpoint).await?;
    let ledger = client.get_ledger(GetLedgerRequest {}).await?.into_inner();
    let mut out = Output::new();
    if settings.json {
        let json = json::to_json("GetLedgerResponse", &ledger.encode_to_vec());
        out.line(json.map_err(|error| Failure::new(Exit::Failed, ("", error.to_string())))?)?;
    } else {
        out.line(render::facts(settings.lang, rows(settings.lang, &ledger)))?;
    }
    out.flush()?;
    Ok(Exit::Fine)
}

fn rows(lang: Lang, ledger: &GetLedgerResponse) -> Vec<(String, String)> {
    let clock = if ledger.simulated_clock {
        lang.inline("模拟", "simulated")
    } else {
        lang.inline("真实", "real")
    };
    let writable = if ledger.writable {
        lang.inline("是", "yes")
    } else {
        format!("{}: {}", lang.inline("否", "no"), ledger.read_only_reason)
    };
    vec![
        (lang.inline("账本", "ledger id"), ledger.ledger_id.clone()),
        (
            lang.inline("事件数", "events"),
            render::count(ledger.end_position),
        ),
        (
            lang.inline("树根", "tree root"),
            render::hex(&ledger.root_hash),
        ),
        (lang.inline("时钟", "clock"), clock),
        (
            lang.inline("账本时间", "ledger time"),
            render::moment(ledger.ledger_time.as_ref()),
        ),
        (lang.inline("可写", "takes appends"), writable),
        (
            lang.inline("拒绝记录", "refusals on record"),
            render::count(ledger.access_end_position),
        ),
        (
            lang.inline("模式版本", "schema revision"),
            ledger.schema_revision.to_string(),
        ),
        (
            lang.inline("格式版本", "format version"),
            ledger.format_version.to_string(),
        ),
        (
            lang.inline("程序版本", "server version"),
            ledger.server_version.clone(),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_why_a_ledger_takes_no_appends() {
        let ledger = GetLedgerResponse {
            end_position: 1_234,
            read_only_reason: "damage at 000.seg:77".to_owned(),
            ..GetLedgerResponse::default()
        };
        let text = render::facts(Lang::En, rows(Lang::En, &ledger));
        assert!(
            text.contains("1,234") && text.contains("no: damage at 000.seg:77"),
            "{text}"
        );
    }
}
