//! `bihuan subscribe`: events from a position on, then live, through lost connections.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;
use tonic::Status;

use super::{
    answer::Answer,
    args::Settings,
    checkpoint::Checkpoint,
    client::{self, Ledger, Patience},
    exit::{Exit, Failure},
    printer::{Printer, Style, in_order},
    query::{self, FilterArgs},
    render,
};
use crate::events::v1::{
    EntityKey, GetLedgerRequest, Heartbeat, SubscribeEventsRequest, SubscribeEventsResponse,
};

/// How long the server may be away before the subscription gives up.
const RECONNECT_WITHIN: std::time::Duration = std::time::Duration::from_mins(10);

/// Arguments of `bihuan subscribe`.
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
#[derive(Clone, Debug, Args)]
pub struct SubscribeArgs {
    /// 从此位置起（含）First position wanted
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub from_position: u64,
    /// 只要今后的 Only events that are not there yet
    #[arg(long, conflicts_with_all = ["from_position", "checkpoint"])]
    pub from_now: bool,
    /// 断点文件：记下并从中继续 File that remembers the position reached, and is resumed from
    #[arg(long, value_name = "FILE", conflicts_with = "from_position")]
    pub checkpoint: Option<PathBuf>,
    /// 一条流 One stream
    #[arg(long, value_name = "STREAM", conflicts_with = "entity")]
    pub stream: Option<String>,
    /// 一个对象 One entity
    #[arg(long, value_name = "ENTITY", value_parser = query::entity)]
    pub entity: Option<EntityKey>,
    /// Which events.
    #[command(flatten)]
    pub filter: FilterArgs,
    /// 显示心跳 Print heartbeats
    #[arg(long)]
    pub heartbeats: bool,
    /// 心跳间隔（毫秒）Milliseconds between heartbeats, 100 to 60000
    #[arg(long, value_name = "MS", default_value_t = 5_000,
          value_parser = clap::value_parser!(u32).range(100..=60_000))]
    pub heartbeat_ms: u32,
    /// 收到这么多条就结束 End after so many events
    #[arg(long, value_name = "N")]
    pub max: Option<u64>,
    /// 追上末尾就结束 End when caught up
    #[arg(long)]
    pub until_caught_up: bool,
    /// 连同哈希 Hashes included
    #[arg(long)]
    pub full: bool,
}

/// Runs `bihuan subscribe`.
pub async fn run(settings: &Settings, args: &SubscribeArgs) -> Result<Exit, Failure> {
    let mut client = client::connect(&settings.endpoint).await?;
    let ledger = client.get_ledger(GetLedgerRequest {}).await?.into_inner();
    let saved = args
        .checkpoint
        .as_deref()
        .map(|path| Checkpoint::load(path, &ledger.ledger_id));
    let saved = saved.transpose()?.flatten();
    let from_now = args.from_now.then_some(ledger.end_position);
    let next_position = saved.or(from_now).unwrap_or(args.from_position);
    let style = if args.full { Style::Full } else { Style::Live };
    let mut follower = Follower {
        args,
        ledger_id: ledger.ledger_id,
        next_position,
        printer: Printer::new(settings, style),
        lang: settings.lang,
    };
    let mut patience = Patience::new(RECONNECT_WITHIN);
    loop {
        let status = match follower.follow(&mut client, &mut patience).await? {
            Ended::Enough => return Ok(Exit::Fine),
            Ended::ByServer(status) => status,
        };
        let answer = Answer::from_status(&status);
        let pause = if answer.is_retryable() {
            patience.pause(answer.retry_after)
        } else {
            None
        };
        let Some(pause) = pause else {
            return Err(answer.to_failure());
        };
        let position = follower.next_position;
        eprintln!(
            "{}",
            settings.lang.inline(
                &format!("连接中断，从位置 {position} 继续…"),
                &format!("connection lost, going on from position {position}…"),
            )
        );
        tokio::time::sleep(pause).await;
    }
}

enum Ended {
    Enough,
    ByServer(Status),
}

struct Follower<'a> {
    args: &'a SubscribeArgs,
    ledger_id: String,
    next_position: u64,
    printer: Printer,
    lang: super::lang::Lang,
}

impl Follower<'_> {
    fn request(&self) -> SubscribeEventsRequest {
        SubscribeEventsRequest {
            from_position: self.next_position,
            filter: self.args.filter.filter(),
            view: query::view(self.args.full),
            reader: self.args.filter.reader(),
            heartbeat_ms: self.args.heartbeat_ms,
            stream: self.args.stream.clone().unwrap_or_default(),
            entity: self.args.entity.clone(),
        }
    }

    async fn follow(
        &mut self,
        client: &mut Ledger,
        patience: &mut Patience,
    ) -> Result<Ended, Failure> {
        let mut answers = match client.subscribe_events(self.request()).await {
            Ok(answers) => answers.into_inner(),
            Err(status) => return Ok(Ended::ByServer(status)),
        };
        loop {
            match answers.message().await {
                Ok(Some(answer)) => {
                    patience.reset();
                    if self.take(answer)? {
                        return Ok(Ended::Enough);
                    }
                }
                Ok(None) => {
                    let ended = "the server ended the subscription";
                    return Ok(Ended::ByServer(Status::unavailable(ended)));
                }
                Err(status) => return Ok(Ended::ByServer(status)),
            }
        }
    }

    /// Prints a part of the subscription, then remembers how far it is; tells whether it is enough.
    fn take(&mut self, answer: SubscribeEventsResponse) -> Result<bool, Failure> {
        let mut is_enough = false;
        for item in in_order(answer.events, &answer.withheld, false) {
            self.next_position = item.position() + 1;
            self.printer.push(item)?;
            if self.args.max.is_some_and(|max| self.printer.events >= max) {
                is_enough = true;
                break;
            }
        }
        if let Some(heartbeat) = answer.heartbeat.filter(|_| !is_enough) {
            self.next_position = self.next_position.max(heartbeat.next_position);
            is_enough = self.args.until_caught_up && heartbeat.caught_up;
            if self.args.heartbeats {
                self.print_heartbeat(&heartbeat)?;
            }
        }
        // Printed first, remembered second: after a crash an event may come twice, never not.
        self.printer.flush()?;
        if let Some(path) = &self.args.checkpoint {
            self.save(path)?;
        }
        Ok(is_enough)
    }

    fn print_heartbeat(&mut self, heartbeat: &Heartbeat) -> Result<(), Failure> {
        let (next, end) = (heartbeat.next_position, heartbeat.end_position);
        self.printer.say_json(&json!({ "heartbeat": {
            "nextPosition": next.to_string(),
            "endPosition": end.to_string(),
            "caughtUp": heartbeat.caught_up,
            "ledgerTime": heartbeat.ledger_time.as_ref().map(ToString::to_string),
        }}))?;
        let time = render::moment(heartbeat.ledger_time.as_ref());
        let (zh, en) = if heartbeat.caught_up {
            ("已追上".to_owned(), "caught up".to_owned())
        } else {
            let behind = render::count(end.saturating_sub(next));
            (format!("落后 {behind} 条"), format!("{behind} behind"))
        };
        let heart = self.lang.inline("心跳", "heartbeat");
        let text = self.lang.inline(&zh, &en);
        self.printer
            .say(&format!("       --  {time}  {heart}  {next}/{end}  {text}"))
    }

    fn save(&self, path: &Path) -> Result<(), Failure> {
        Checkpoint::save(path, &self.ledger_id, self.next_position)
    }
}
