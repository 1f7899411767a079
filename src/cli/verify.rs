//! `bihuan verify`: reads and hashes everything again.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use clap::Args;
use comfy_table::Cell;
use serde_json::json;

use super::{
    args::Settings,
    exit::{Exit, Failure},
    lang::Lang,
    output::Output,
    progress::Progress,
    render, serve,
};
use crate::{
    journal,
    proof::{self, Finding, VerifyError, VerifyReport},
};

/// Findings shown in the table; JSON has all.
const FINDINGS_SHOWN: usize = 50;

/// Arguments of `bihuan verify`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
退出码 3 表示发现损坏。什么都不改动；可重建的损坏用 bihuan rebuild 修复。
Exit code 3 means damage. Nothing is changed; what can be rebuilt is healed by
bihuan rebuild.")]
pub struct VerifyArgs {
    /// 数据目录 Data folder
    #[arg(long, value_name = "DIR", env = "BIHUAN_DATA")]
    pub data: PathBuf,
    /// 服务器仍在运行：略去变动中的文件 A server goes on meanwhile: files on the move are left out
    #[arg(long)]
    pub live: bool,
    /// 主密钥文件，默认 DIR/master.key The master key's file; DIR/master.key if not given
    #[arg(long, value_name = "FILE", env = "BIHUAN_MASTER_KEY")]
    pub master_key: Option<PathBuf>,
}

/// Runs `bihuan verify`.
pub fn run(settings: &Settings, args: &VerifyArgs) -> Result<Exit, Failure> {
    let progress = Arc::new(Mutex::new(Progress::start("verify", Some(0))));
    let hears = progress.clone();
    let listener = move |heard: journal::Progress| {
        let (done, of) = (heard.done_bytes, heard.total_bytes);
        let mut progress = hears.lock().unwrap_or_else(PoisonError::into_inner);
        progress.set_total(of);
        let (done_text, of_text) = (render::bytes(done), render::bytes(of));
        progress.advance_to(done, || format!("{done_text} / {of_text}"));
    };
    let listener: journal::ProgressFn = Arc::new(listener);
    let master_key = args.master_key.as_deref();
    let verified =
        proof::verify_with_master_key(&args.data, master_key, args.live, Some(&listener));
    let seconds = {
        let mut progress = progress.lock().unwrap_or_else(PoisonError::into_inner);
        progress.clear();
        progress.elapsed().as_secs_f64()
    };
    let report = verified.map_err(|error| failure(&error))?;
    let mut out = Output::new();
    if settings.json {
        out.line(to_json(&report).to_string())?;
    } else {
        out.line(to_text(settings.lang, &report, seconds))?;
    }
    out.flush()?;
    Ok(if report.is_clean() {
        Exit::Fine
    } else {
        Exit::Damage
    })
}

fn failure(error: &VerifyError) -> Failure {
    let en = serve::chain(error);
    match error {
        VerifyError::Missing(_) => Failure::new(Exit::Input, ("目录里没有账本", en)).next((
            "用 --data 指明账本的数据目录",
            "name the ledger's folder with --data",
        )),
        VerifyError::Keys(_) | VerifyError::States(_) | VerifyError::Io(..) => {
            Failure::new(Exit::Failed, ("无法校验", en))
        }
    }
}

fn to_json(report: &VerifyReport) -> serde_json::Value {
    let findings: Vec<_> = report
        .findings
        .iter()
        .map(|finding| {
            json!({
                "file": finding.file,
                "offset": finding.offset.map(|offset| offset.to_string()),
                "position": finding.position.map(|position| position.to_string()),
                "message": finding.what,
                "healable": finding.is_healable,
            })
        })
        .collect();
    json!({
        "clean": report.is_clean(),
        "ledgerId": ledger_id(report),
        "events": report.events.to_string(),
        "rootHash": render::hex(&report.root),
        "journalBytes": report.bytes.to_string(),
        "accessRecords": report.access_records.to_string(),
        "states": report.states.to_string(),
        "findings": findings,
    })
}

fn ledger_id(report: &VerifyReport) -> Option<String> {
    report
        .identity
        .map(|identity| uuid::Uuid::from_bytes(identity.ledger_id).to_string())
}

fn to_text(lang: Lang, report: &VerifyReport, seconds: f64) -> String {
    let rate = render::rate(report.events, seconds);
    let events = format!("{} ({rate}/s)", render::count(report.events));
    let facts = render::facts(
        lang,
        [
            (
                lang.inline("账本", "ledger id"),
                ledger_id(report).unwrap_or_default(),
            ),
            (lang.inline("事件", "events read and hashed"), events),
            (
                lang.inline("日志大小", "journal"),
                render::bytes(report.bytes),
            ),
            (lang.inline("树根", "tree root"), render::hex(&report.root)),
            (
                lang.inline("拒绝记录", "refusals on record"),
                render::count(report.access_records),
            ),
            (
                lang.inline("比对的状态", "states compared"),
                render::count(report.states),
            ),
            (lang.inline("用时", "time"), format!("{seconds:.1} s")),
        ],
    );
    let mut parts = vec![facts];
    if !report.findings.is_empty() {
        parts.push(render::lines(&findings_table(lang, &report.findings)));
    }
    let count = report.findings.len();
    let (zh, en) = if report.is_clean() {
        (
            "完好：没有发现损坏。".to_owned(),
            "Sound: no damage found.".to_owned(),
        )
    } else if report.is_whole() {
        (
            format!("事件完好；{count} 处派生文件有损，运行 bihuan rebuild --data DIR 修复。"),
            format!(
                "Every event is sound; {count} derived files are damaged and are healed by \
                     bihuan rebuild --data DIR."
            ),
        )
    } else {
        (
            format!("发现 {count} 处损坏，请从备份恢复；未损坏部分仍可读取。"),
            format!("{count} damages found: restore from a backup; sound parts can still be read."),
        )
    };
    parts.push(lang.stacked(&zh, &en));
    parts.join("\n")
}

fn findings_table(lang: Lang, findings: &[Finding]) -> comfy_table::Table {
    let mut table = render::table([
        lang.stacked("文件", "file"),
        lang.stacked("字节", "byte"),
        lang.stacked("位置", "position"),
        lang.stacked("损坏", "damage"),
        lang.stacked("可重建", "can be rebuilt"),
    ]);
    let number = |number: Option<u64>| {
        render::number(number.map_or_else(String::new, |number| number.to_string()))
    };
    for finding in findings.iter().take(FINDINGS_SHOWN) {
        let heals = if finding.is_healable {
            ("是", "yes")
        } else {
            ("否", "no")
        };
        table.add_row([
            Cell::new(&finding.file),
            number(finding.offset),
            number(finding.position),
            Cell::new(&finding.what),
            Cell::new(lang.inline(heals.0, heals.1)),
        ]);
    }
    if findings.len() > FINDINGS_SHOWN {
        table.add_row([format!("… {}", findings.len() - FINDINGS_SHOWN)]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(is_healable: bool) -> VerifyReport {
        let finding = Finding {
            file: "journal/000.seg".to_owned(),
            offset: Some(4_096),
            position: Some(17),
            what: "checksum differs".to_owned(),
            is_healable,
        };
        VerifyReport {
            events: 20,
            findings: vec![finding],
            ..VerifyReport::default()
        }
    }

    #[test]
    fn names_file_byte_and_position_and_what_to_do() {
        let text = to_text(Lang::Both, &report(false), 1.0);
        for part in [
            "journal/000.seg",
            "4096",
            "17",
            "checksum differs",
            "restore from a backup",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(to_text(Lang::En, &report(true), 1.0).contains("bihuan rebuild"));
        assert!(to_text(Lang::En, &VerifyReport::default(), 1.0).contains("no damage"));
    }

    #[test]
    fn programs_get_every_finding() {
        let json = to_json(&report(false));
        assert_eq!(json["clean"], false);
        assert_eq!(json["findings"][0]["position"], "17");
    }
}
