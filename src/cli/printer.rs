//! Prints recorded events: tables for people, one JSON object a line for programs.

use comfy_table::{Cell, Table};
use serde_json::{Value, json};

use super::{
    args::Settings,
    codec, details,
    event_row::EventRow,
    exit::{Exit, Failure},
    lang::Lang,
    output::Output,
    render,
};
use crate::events::{v1::Withheld, wire::RecordedEvent};

/// Rows of a table; a longer answer is printed as several tables of equal layout.
const TABLE_ROWS: usize = 100;

/// An event, or that one is withheld.
#[derive(Clone, Debug)]
pub enum Item {
    /// The event.
    Event(Box<RecordedEvent>),
    /// A position that the reader may not see yet.
    Withheld(u64),
}

impl Item {
    /// Its place in the ledger.
    pub fn position(&self) -> u64 {
        match self {
            Self::Event(event) => event.position,
            Self::Withheld(position) => *position,
        }
    }
}

/// Puts events and withheld positions of an answer in one order.
pub fn in_order(events: Vec<RecordedEvent>, withheld: &[Withheld], backwards: bool) -> Vec<Item> {
    let mut items: Vec<Item> = events
        .into_iter()
        .map(|event| Item::Event(Box::new(event)))
        .collect();
    if withheld.is_empty() {
        return items;
    }
    items.extend(withheld.iter().map(|found| Item::Withheld(found.position)));
    items.sort_by_key(Item::position);
    if backwards {
        items.reverse();
    }
    items
}

/// How events are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// One JSON object a line.
    Json,
    /// Tables.
    Table,
    /// Everything about every event.
    Full,
    /// One line an event, at once.
    Live,
}

/// Prints events as they come.
#[derive(Debug)]
pub struct Printer {
    lang: Lang,
    style: Style,
    out: Output,
    waiting: Vec<Item>,
    /// Events printed.
    pub events: u64,
    /// Withheld positions printed.
    pub withheld: u64,
}

impl Printer {
    /// Prints to standard output; JSON when the settings ask for it.
    pub fn new(settings: &Settings, style: Style) -> Self {
        let style = if settings.json { Style::Json } else { style };
        Self {
            lang: settings.lang,
            style,
            out: Output::new(),
            waiting: Vec::new(),
            events: 0,
            withheld: 0,
        }
    }

    /// Prints an item, or keeps it until its table is full.
    pub fn push(&mut self, item: Item) -> Result<(), Failure> {
        match &item {
            Item::Event(_) => self.events += 1,
            Item::Withheld(_) => self.withheld += 1,
        }
        match self.style {
            Style::Json => self.out.line(json_line(&item)?),
            Style::Live => self.out.line(live_line(self.lang, &item)),
            Style::Full => self.out.line(details::render(self.lang, &item)),
            Style::Table => {
                self.waiting.push(item);
                if self.waiting.len() >= TABLE_ROWS {
                    self.print_table()
                } else {
                    Ok(())
                }
            }
        }
    }

    /// Prints a line that is no event; nothing when JSON is printed.
    pub fn say(&mut self, line: &str) -> Result<(), Failure> {
        if self.style == Style::Json {
            Ok(())
        } else {
            self.out.line(line)
        }
    }

    /// Prints a JSON object; nothing when people read.
    pub fn say_json(&mut self, value: &Value) -> Result<(), Failure> {
        if self.style == Style::Json {
            self.out.line(value.to_string())
        } else {
            Ok(())
        }
    }

    /// Prints what waits, and hands everything on.
    pub fn flush(&mut self) -> Result<(), Failure> {
        self.print_table()?;
        self.out.flush()
    }

    fn print_table(&mut self) -> Result<(), Failure> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let items = std::mem::take(&mut self.waiting);
        let width = render::terminal_width();
        self.out
            .line(render::lines(&event_table(self.lang, &items, width)))
    }
}

/// The table of events, up to three lines each, for a terminal of so many columns.
pub fn event_table(lang: Lang, items: &[Item], width: u16) -> Table {
    let mut table = match render::is_narrow(width) {
        true => narrow_table(lang, items),
        false => wide_table(lang, items),
    };
    table.set_width(width);
    table
}

fn wide_table(lang: Lang, items: &[Item]) -> Table {
    let mut table = render::table([
        lang.stacked("位置", "position"),
        lang.stacked("记录时间", "recorded"),
        lang.stacked("法定日期", "legal date"),
        lang.stacked("流、版次、对象", "stream, #revision, object"),
        lang.stacked("事件、行为单位", "event, actor"),
        lang.stacked("金额（元）", "yuan"),
    ]);
    for item in items {
        table.add_row(wide_row(lang, item));
    }
    render::never_wrap(&mut table, &[0, 2, 4, 5]);
    render::fix_width(&mut table, 1, 12);
    table
}

fn wide_row(lang: Lang, item: &Item) -> Vec<Cell> {
    let event = match item {
        Item::Event(event) => EventRow::new(event),
        Item::Withheld(position) => {
            let nothing = || Cell::new("");
            let mut row = vec![render::number(position), nothing(), nothing(), nothing()];
            row.push(Cell::new(withheld(lang)));
            return row;
        }
    };
    let mut place = match event.stream.rsplit_once('/') {
        Some((kind, id)) => format!("{kind}/\n{id} #{}", event.revision),
        None => format!("{} #{}", event.stream, event.revision),
    };
    if !event.object.is_empty() {
        place = format!("{place}\n· {}", event.object);
    }
    vec![
        render::number(event.position),
        Cell::new(event.recorded.replacen(' ', "\n", 1)),
        Cell::new(&event.legal_date),
        Cell::new(place),
        Cell::new(format!("{}\n{}", event.title(lang), event.actor_org)),
        render::number(event.amounts_text()),
    ]
}

fn withheld(lang: Lang) -> String {
    lang.stacked("（尚未公开）", "(withheld)")
}

/// Fewer columns: what happened, where and when stand below each other.
fn narrow_table(lang: Lang, items: &[Item]) -> Table {
    let mut table = render::table([
        lang.stacked("位置", "position"),
        lang.stacked("法定日期", "legal date"),
        lang.stacked(
            "事件；流、版次、对象；行为单位、记录时间",
            "event; stream, #revision, object; actor, recorded",
        ),
        lang.stacked("金额（元）", "yuan"),
    ]);
    for item in items {
        table.add_row(narrow_row(lang, item));
    }
    render::never_wrap(&mut table, &[0, 1]);
    table
}

fn narrow_row(lang: Lang, item: &Item) -> Vec<Cell> {
    let event = match item {
        Item::Event(event) => EventRow::new(event),
        Item::Withheld(position) => {
            let text = Cell::new(withheld(lang));
            return vec![render::number(position), Cell::new(""), text];
        }
    };
    let object = if event.object.is_empty() { "" } else { " · " };
    let what = format!(
        "{}\n{} #{}{object}{}\n{} · {}",
        event.title(lang).replacen('\n', " ", 1),
        event.stream,
        event.revision,
        event.object,
        event.actor_org,
        event.recorded,
    );
    vec![
        render::number(event.position),
        Cell::new(&event.legal_date),
        Cell::new(what),
        render::number(event.amounts_text()),
    ]
}

fn json_line(item: &Item) -> Result<String, Failure> {
    match item {
        Item::Event(event) => codec::recorded_to_json(event).map_err(|error| {
            let what = (
                format!("无法把事件写成 JSON：{error}"),
                format!("cannot write the event as JSON: {error}"),
            );
            Failure::new(Exit::Failed, what).at(format!("position {}", event.position))
        }),
        Item::Withheld(position) => {
            Ok(json!({ "withheld": { "position": position.to_string() } }).to_string())
        }
    }
}

fn live_line(lang: Lang, item: &Item) -> String {
    let event = match item {
        Item::Event(event) => EventRow::new(event),
        Item::Withheld(position) => {
            return format!(
                "{position:>9}  {}",
                lang.inline("（尚未公开）", "(withheld)")
            );
        }
    };
    let title = event.title(lang).replace('\n', " ");
    let amounts = event.amounts_text().replace('\n', ", ");
    let object = if event.object.is_empty() { "" } else { " · " };
    format!(
        "{:>9}  {}  {} #{}{object}{}  {title}  {}  {amounts}",
        event.position,
        event.recorded,
        event.stream,
        event.revision,
        event.object,
        event.legal_date
    )
    .trim_end()
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::event_row::tests::{SIGNED, recorded};

    #[test]
    fn withheld_positions_stand_where_they_belong() {
        let events = vec![recorded(1, SIGNED), recorded(4, SIGNED)];
        let withheld = [Withheld { position: 2 }, Withheld { position: 3 }];
        let positions = |items: Vec<Item>| items.iter().map(Item::position).collect::<Vec<_>>();
        assert_eq!(
            positions(in_order(events.clone(), &withheld, false)),
            [1, 2, 3, 4]
        );
        assert_eq!(positions(in_order(events, &withheld, true)), [4, 3, 2, 1]);
    }

    #[test]
    fn a_table_fits_the_terminal_and_no_word_is_broken() {
        let items = [
            Item::Event(Box::new(recorded(123_456, SIGNED))),
            Item::Withheld(123_457),
        ];
        let at_every_width = [Lang::Zh, Lang::En, Lang::Both]
            .into_iter()
            .flat_map(|lang| [80, 100, 120].map(|width| (lang, width)));
        for (lang, width) in at_every_width {
            let text = render::lines(&event_table(lang, &items, width));
            let fits = |line: &str| render::width(line) <= usize::from(width);
            assert!(text.lines().all(fits), "{text}");
            for whole in ["1,234.56", "2023-05-06", "123456", "CT-1"] {
                assert!(text.contains(whole), "no {whole} at {width}:\n{text}");
            }
        }
    }

    #[test]
    fn programs_get_one_object_a_line() {
        let line = json_line(&Item::Event(Box::new(recorded(5, SIGNED)))).unwrap();
        assert!(!line.contains('\n'));
        let value: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(value["position"], "5");
        assert_eq!(
            value["event"]["payload"]["contractSigned"]["contractId"],
            "CT-1"
        );
        let withheld = json_line(&Item::Withheld(6)).unwrap();
        assert_eq!(withheld, r#"{"withheld":{"position":"6"}}"#);
    }
}
