//! Tables, amounts, moments and names as people read them.

use std::fmt::Display;

use chrono::{DateTime, FixedOffset};
use comfy_table::{
    Cell, CellAlignment, ColumnConstraint, ContentArrangement, Table, Width, presets,
};

use super::lang::Lang;
pub use crate::domain::values::hex;
use crate::domain::values::money;

/// The width of tables when standard output is no terminal and COLUMNS is not set.
const WIDTH_WITHOUT_TERMINAL: u16 = 120;
/// No table is laid out narrower than this.
const WIDTH_MIN: u16 = 60;
/// Terminals narrower than this get tables of fewer columns and taller rows.
const WIDTH_WIDE: u16 = 100;

/// A table with the house's style, as wide as the terminal.
pub fn table(header: impl IntoIterator<Item = String>) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(terminal_width());
    table.set_header(header.into_iter().map(Cell::new));
    table
}

/// The width of tables: the terminal's, else that of COLUMNS.
pub fn terminal_width() -> u16 {
    let probe = Table::new();
    let width = if probe.is_tty() { probe.width() } else { None };
    let width = width.or_else(columns).unwrap_or(WIDTH_WITHOUT_TERMINAL);
    width.max(WIDTH_MIN)
}

/// Whether a width asks for few columns and tall rows.
pub fn is_narrow(width: u16) -> bool {
    width < WIDTH_WIDE
}

/// The table as lines, without blanks at their ends.
pub fn lines(table: &Table) -> String {
    table.trim_fmt()
}

/// A table of two columns: a name, and what it is.
pub fn facts(lang: Lang, rows: impl IntoIterator<Item = (String, String)>) -> String {
    let mut table = table([lang.inline("项目", "item"), lang.inline("内容", "value")]);
    for (name, value) in rows {
        table.add_row([Cell::new(name), Cell::new(value)]);
    }
    never_wrap(&mut table, &[0]);
    lines(&table)
}

/// A table of sums: side by side, or below each other where that is too wide for the terminal, so
/// that no amount is broken.
pub fn sums(lang: Lang, sums: &[(&str, &str, i128)], columns: u16) -> Table {
    let cell = |(zh, en, fen): &(&str, &str, i128)| {
        let texts = [width(zh), width(en), width(&yuan(*fen))];
        // A blank on each side, and the rule.
        texts.into_iter().max().unwrap_or_default() + 3
    };
    let mut table;
    if sums.iter().map(cell).sum::<usize>() >= usize::from(columns) {
        table = self::table([lang.inline("项目", "item"), lang.inline("元", "yuan")]);
        for (zh, en, fen) in sums {
            table.add_row([Cell::new(lang.inline(zh, en)), number(yuan(*fen))]);
        }
    } else {
        table = self::table(sums.iter().map(|(zh, en, _)| lang.stacked(zh, en)));
        table.add_row(sums.iter().map(|(_, _, fen)| number(yuan(*fen))));
    }
    table.set_width(columns);
    table
}

/// Takes the blanks out of a table of many columns where the terminal is narrow, so that no date
/// and no amount is broken.
pub fn crowd(table: &mut Table, width: u16) {
    if is_narrow(width) {
        for column in table.column_iter_mut() {
            column.set_padding((0, 0));
        }
    }
}

/// Keeps columns as wide as what stands in them.
pub fn never_wrap(table: &mut Table, columns: &[usize]) {
    for index in columns {
        if let Some(column) = table.column_mut(*index) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
}

/// Fixes the width of a column, in characters, its padding included.
pub fn fix_width(table: &mut Table, column: usize, width: u16) {
    if let Some(column) = table.column_mut(column) {
        column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(width)));
    }
}

/// A cell with a number, to the right.
pub fn number(text: impl Display) -> Cell {
    Cell::new(format!("{text}")).set_alignment(CellAlignment::Right)
}

/// Writes an amount in yuan: `1,234,567.89`.
pub fn yuan(fen: i128) -> String {
    money::yuan(fen)
}

/// Writes a count with thousands: `12,345`.
pub fn count(count: u64) -> String {
    let text = money::yuan(i128::from(count) * 100);
    text.strip_suffix(".00").unwrap_or(&text).to_owned()
}

/// Writes how many a second.
pub fn rate(done: u64, seconds: f64) -> String {
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "a rate is shown in whole numbers, and is not negative"
    )]
    let per_second = if seconds > 0.0 {
        (done as f64 / seconds).round() as u64
    } else {
        done
    };
    count(per_second)
}

/// Writes bytes: `512 B`, `3.4 MB`.
pub fn bytes(bytes: u64) -> String {
    let units = [("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)];
    for (unit, size) in units {
        if bytes >= size {
            let tenths = bytes / (size / 10);
            return format!("{}.{} {unit}", tenths / 10, tenths % 10);
        }
    }
    format!("{bytes} B")
}

/// Writes a moment at +08:00: `2026-03-01 09:12:33`.
pub fn moment_us(micros: u64) -> String {
    let moment = i64::try_from(micros)
        .ok()
        .and_then(DateTime::from_timestamp_micros);
    moment.map_or_else(
        || micros.to_string(),
        |utc| {
            utc.with_timezone(&china())
                .format("%Y-%m-%d %H:%M:%S")
                .to_string()
        },
    )
}

/// Writes a protobuf moment at +08:00; empty when absent.
pub fn moment(timestamp: Option<&prost_types::Timestamp>) -> String {
    let Some(timestamp) = timestamp else {
        return String::new();
    };
    let micros = timestamp.seconds * 1_000_000 + i64::from(timestamp.nanos) / 1_000;
    u64::try_from(micros).map_or_else(|_| timestamp.to_string(), moment_us)
}

/// The time zone of legal dates, +08:00.
pub fn china() -> FixedOffset {
    FixedOffset::east_opt(8 * 3600).expect("+08:00 is an offset")
}

/// How many columns of a terminal a text takes; a Chinese character takes two.
pub fn width(text: &str) -> usize {
    text.chars()
        .map(|letter| if is_wide(letter) { 2 } else { 1 })
        .sum()
}

/// Shortens a text to so many characters, marking the cut.
pub fn shorten(text: &str, letters_max: usize) -> String {
    if text.chars().count() <= letters_max {
        return text.to_owned();
    }
    let kept: String = text.chars().take(letters_max.saturating_sub(1)).collect();
    format!("{kept}…")
}

fn is_wide(letter: char) -> bool {
    matches!(letter, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}' | '\u{20000}'..='\u{3fffd}')
}

fn columns() -> Option<u16> {
    std::env::var("COLUMNS").ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_counts_rates_and_sizes() {
        assert_eq!(
            (count(0).as_str(), count(1_234_567).as_str()),
            ("0", "1,234,567")
        );
        assert_eq!(rate(3_000, 2.0), "1,500");
        assert_eq!(rate(7, 0.0), "7");
        let sizes = [
            (0, "0 B"),
            (999, "999 B"),
            (3_450_000, "3.4 MB"),
            (1_000, "1.0 kB"),
        ];
        for (size, text) in sizes {
            assert_eq!(bytes(size), text);
        }
    }

    #[test]
    fn writes_moments_in_china() {
        assert_eq!(moment_us(0), "1970-01-01 08:00:00");
        let midnight = prost_types::Timestamp {
            seconds: 1_672_502_400,
            nanos: 0,
        };
        assert_eq!(moment(Some(&midnight)), "2023-01-01 00:00:00");
        assert_eq!(moment(None), "");
    }

    #[test]
    fn no_amount_of_a_table_of_sums_is_broken() {
        for fen in [0, 12_345, 123_456_789, 123_456_789_012_345] {
            for columns in [80, 100, 120] {
                let text = lines(&sums(
                    Lang::Both,
                    &[("补充", "supplements", fen); 7],
                    columns,
                ));
                assert_eq!(text.matches(&yuan(fen)).count(), 7, "{text}");
            }
        }
    }

    #[test]
    fn measures_chinese_as_two_columns() {
        assert_eq!(width("位置 position"), 13);
        assert_eq!(shorten("采购计划变更", 4), "采购计…");
        assert_eq!(shorten("short", 5), "short");
    }
}
