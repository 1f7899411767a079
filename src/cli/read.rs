//! `bihuan read`: recorded events of the ledger, of a stream or of an entity.

use clap::Args;
use prost_types::Timestamp;

use super::{
    args::Settings,
    client,
    exit::{Exit, Failure},
    printer::{Printer, Style, in_order},
    query::{self, FilterArgs},
    render,
};
use crate::events::v1::{
    Direction, EntityKey, ReadEventsRequest, WholeLedger, read_events_request::Source,
    read_events_request::Start,
};

/// How many events are shown to people who do not say how many.
const TABLE_EVENTS: u64 = 100;

/// Arguments of `bihuan read`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
例 Examples:
  bihuan read --backwards --max 20
  bihuan read --stream project/4304/PJ-2023-000001
  bihuan read --entity BL/4304/BL-2023-000001
  bihuan read --stage payment --legal-from 2023-10-01 --json > payments.ndjson")]
pub struct ReadArgs {
    /// 一条流 One stream: kind/partition/id
    #[arg(long, value_name = "STREAM", conflicts_with = "entity")]
    pub stream: Option<String>,
    /// 一个对象 One entity, in whatever streams: KIND/partition/owner[/id], such as
    /// BL/4304/BL-1 or CT/4304/PJ-1/CT-1
    #[arg(long, value_name = "ENTITY", value_parser = query::entity)]
    pub entity: Option<EntityKey>,
    /// 从新到旧 From newer to older
    #[arg(long)]
    pub backwards: bool,
    /// 从此位置起（含）Start at this position
    #[arg(long, value_name = "N", group = "start")]
    pub from_position: Option<u64>,
    /// 从此版次起（含），须与 --stream 同用 Start at this revision; with --stream
    #[arg(long, value_name = "N", group = "start", requires = "stream")]
    pub from_revision: Option<u64>,
    /// 从此记录时间起 Start at this moment of recording: 2023-05-06, "2023-05-06 09:00", RFC 3339
    #[arg(long, value_name = "TIME", group = "start", value_parser = query::moment)]
    pub from_time: Option<Timestamp>,
    /// 最多几条，0 不限；默认表格 100 条，JSON 不限 The most events, 0 for no limit; 100 as a table
    /// and no limit as JSON if not given
    #[arg(long, value_name = "N")]
    pub max: Option<u64>,
    /// Which events.
    #[command(flatten)]
    pub filter: FilterArgs,
    /// 每条事件的全部内容 Everything about each event, hashes included
    #[arg(long)]
    pub full: bool,
}

impl ReadArgs {
    fn request(&self, settings: &Settings) -> ReadEventsRequest {
        let source = match (&self.stream, &self.entity) {
            (Some(stream), _) => Source::Stream(stream.clone()),
            (None, Some(entity)) => Source::Entity(entity.clone()),
            (None, None) => Source::All(WholeLedger {}),
        };
        let start = self.from_position.map(Start::Position);
        let start = start.or(self.from_revision.map(Start::Revision));
        let start = start.or(self.from_time.map(Start::RecordedTime));
        let direction = if self.backwards {
            Direction::Backwards
        } else {
            Direction::Forwards
        };
        ReadEventsRequest {
            source: Some(source),
            direction: direction.into(),
            start,
            max_count: self
                .max
                .unwrap_or(if settings.json { 0 } else { TABLE_EVENTS }),
            filter: self.filter.filter(),
            view: query::view(self.full),
            reader: self.filter.reader(),
            min_position: None,
        }
    }
}

/// Runs `bihuan read`.
pub async fn run(settings: &Settings, args: &ReadArgs) -> Result<Exit, Failure> {
    let request = args.request(settings);
    let max = request.max_count;
    let mut client = client::connect(&settings.endpoint).await?;
    let mut answers = client.read_events(request).await?.into_inner();
    let style = if args.full { Style::Full } else { Style::Table };
    let mut printer = Printer::new(settings, style);
    let mut end_position = 0;
    let mut is_simulated = false;
    loop {
        let answer = match answers.message().await {
            Ok(Some(answer)) => answer,
            Ok(None) => break,
            Err(status) => {
                printer.flush()?;
                return Err(status.into());
            }
        };
        end_position = answer.end_position;
        is_simulated = answer.simulated_clock;
        for item in in_order(answer.events, &answer.withheld, args.backwards) {
            printer.push(item)?;
        }
    }
    printer.flush()?;
    let footer = footer(settings, &printer, max, end_position, is_simulated);
    printer.say(&footer)?;
    printer.flush()?;
    Ok(Exit::Fine)
}

fn footer(
    settings: &Settings,
    printer: &Printer,
    max: u64,
    end_position: u64,
    is_simulated: bool,
) -> String {
    let shown = printer.events + printer.withheld;
    let (events, end) = (render::count(printer.events), render::count(end_position));
    let mut zh = format!("{events} 条；账本共 {end} 条");
    let mut en = format!("{events} events; the ledger holds {end}");
    if printer.withheld > 0 {
        zh = format!("{zh}；{} 条尚未公开", printer.withheld);
        en = format!("{en}; {} withheld", printer.withheld);
    }
    if is_simulated {
        zh.push_str("；模拟时钟");
        en.push_str("; simulated clock");
    }
    if max > 0 && shown >= max {
        zh.push_str("；还有更多时用 --max");
        en.push_str("; there may be more, see --max");
    }
    settings.lang.stacked(&zh, &en)
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::args::{Cli, Command};

    fn request(line: &str) -> ReadEventsRequest {
        let cli = Cli::try_parse_from(line.split(' ')).unwrap();
        let Command::Read(args) = cli.command else {
            panic!("not read")
        };
        args.request(&cli.settings)
    }

    #[test]
    fn asks_for_what_the_arguments_say() {
        let all = request("bihuan read");
        assert_eq!(all.source, Some(Source::All(WholeLedger {})));
        assert_eq!(
            (all.max_count, all.direction()),
            (TABLE_EVENTS, Direction::Forwards)
        );
        assert_eq!(request("bihuan read --json").max_count, 0);
        let stream = request("bihuan read --stream a/b/c --from-revision 4 --backwards --max 7");
        assert_eq!(stream.start, Some(Start::Revision(4)));
        assert_eq!(
            (stream.max_count, stream.direction()),
            (7, Direction::Backwards)
        );
        let entity = request("bihuan read --entity CT/4304/P/C --from-time 2023-01-01 --as audit");
        assert!(matches!(entity.start, Some(Start::RecordedTime(_))));
        assert_eq!(entity.reader.unwrap().role, 15);
    }

    #[test]
    fn refuses_arguments_that_contradict_each_other() {
        for line in [
            "bihuan read --stream a/b/c --entity BL/4304/X",
            "bihuan read --from-revision 3",
            "bihuan read --from-position 3 --from-time 2023-01-01",
            "bihuan read --type NoSuchType",
        ] {
            assert!(Cli::try_parse_from(line.split(' ')).is_err(), "{line}");
        }
    }
}
