//! Formats: the syntax of texts that the schema names.

use std::fmt;

use super::{table::Tables, violation::Rule};
use crate::{
    domain::{
        profile,
        values::{
            LegalDate, StreamParts, Uscc, category, date, lot_no,
            stream::{has_control, is_printable_ascii},
        },
    },
    events::v1::Format,
};

/// Why a text has not the format.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) rule: Rule,
    pub(super) why: String,
}

/// Checks that a text, which is not empty, has a format.
pub(super) fn check(format: Format, text: &str, tables: &Tables) -> Result<(), Fault> {
    match format {
        Format::Unspecified => Ok(()),
        Format::Uscc => fault_of(Rule::BadUscc, Uscc::parse(text)),
        Format::Region => fault_of(Rule::BadRegion, profile::check_owner(text)),
        Format::Category => {
            let why = "must be A, B or C and eight digits (政府采购品目分类目录)";
            demand(Rule::BadCategory, category::is_category(text), why)
        }
        Format::Date => fault_of(Rule::Shape, LegalDate::parse(text)),
        Format::Stream => fault_of(Rule::Shape, StreamParts::parse(text)),
        Format::EventType => shape(tables.is_event_type(text), "must name an event type"),
        _ => {
            let (is_good, why) = plain(format, text);
            shape(is_good, why)
        }
    }
}

/// Formats of which nothing but right or wrong can be said, and the rule in words.
fn plain(format: Format, text: &str) -> (bool, &'static str) {
    match format {
        Format::Id => (
            !text.contains('/') && !has_control(text),
            "must have no control characters and no '/'",
        ),
        Format::OpaqueRef => (!has_control(text), "must have no control characters"),
        Format::Hash => (
            is_hash(text),
            "must be 64 lower-case hexadecimal digits, or sm3: and 64",
        ),
        Format::SourceSystem => (is_source_system(text), "must be 2 to 32 of A-Z 0-9 _"),
        Format::LotNo => (
            lot_no::is_lot_no(text),
            "must be two digits, and for a retry -R and a number from 1 to 999",
        ),
        Format::PlanNo => (
            is_plan_no(text),
            "must be a plan number such as 衡财采计〔2023〕000123号",
        ),
        Format::ProjectCode => (
            text.len() == 21 && text.bytes().all(|byte| byte.is_ascii_alphanumeric()),
            "must be 21 letters and digits: region, year, class letter, serial",
        ),
        Format::FuncCode => (is_digits(text, 7), "must be seven digits"),
        Format::EconCode => (is_digits(text, 5), "must be five digits"),
        Format::Month => (date::is_month(text), "must be a month as YYYY-MM"),
        Format::Url => (is_url(text), "must be an absolute http or https address"),
        Format::MediaType => (
            is_media_type(text),
            "must be a media type such as application/pdf",
        ),
        _ => (
            is_text(text),
            "must have no control characters but line feed and tab",
        ),
    }
}

fn fault_of<T, E: fmt::Display>(rule: Rule, parsed: Result<T, E>) -> Result<(), Fault> {
    match parsed {
        Ok(_) => Ok(()),
        Err(fault) => Err(Fault {
            rule,
            why: fault.to_string(),
        }),
    }
}

fn demand(rule: Rule, is_good: bool, why: &str) -> Result<(), Fault> {
    if is_good {
        Ok(())
    } else {
        Err(Fault {
            rule,
            why: why.to_owned(),
        })
    }
}

fn shape(is_good: bool, why: &str) -> Result<(), Fault> {
    demand(Rule::Shape, is_good, why)
}

fn is_digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_text(text: &str) -> bool {
    let is_allowed = |character: char| !character.is_control() || matches!(character, '\n' | '\t');
    is_printable_ascii(text) || text.chars().all(is_allowed)
}

fn is_hash(text: &str) -> bool {
    let digits = text.strip_prefix("sm3:").unwrap_or(text).as_bytes();
    digits.len() == 64
        && digits
            .iter()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn is_source_system(text: &str) -> bool {
    let is_allowed = |byte: u8| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'_');
    (2..=32).contains(&text.len()) && text.bytes().all(is_allowed)
}

fn is_url(text: &str) -> bool {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        let host = rest.split(['/', '?', '#']).next().unwrap_or("");
        !host.is_empty() && !rest.contains(char::is_whitespace) && !has_control(rest)
    })
}

fn is_media_type(text: &str) -> bool {
    let is_token = |word: &str| {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte);
        !word.is_empty() && word.bytes().all(is_allowed)
    };
    let (kind, parameters) = text.split_once(';').unwrap_or((text, ""));
    let is_known = kind
        .split_once('/')
        .is_some_and(|(top, sub)| is_token(top) && is_token(sub));
    is_known && !has_control(parameters)
}

/// `^[\p{Han}]{2,8}〔20\d{2}〕\d{4,8}(号)?(-\d{1,3})?$`
fn is_plan_no(text: &str) -> bool {
    let Some((office, rest)) = text.split_once('〔') else {
        return false;
    };
    let Some((year, rest)) = rest.split_once('〕') else {
        return false;
    };
    let (rest, part) = match rest.split_once('-') {
        Some((rest, part)) => (rest, Some(part)),
        None => (rest, None),
    };
    let serial = rest.strip_suffix('号').unwrap_or(rest);
    let is_number = |text: &str, min, max| {
        (min..=max).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    (2..=8).contains(&office.chars().count())
        && office.chars().all(is_han)
        && year.starts_with("20")
        && is_number(year, 4, 4)
        && is_number(serial, 4, 8)
        && part.is_none_or(|part| is_number(part, 1, 3))
}

/// Whether a character is of the Han script (the blocks of unified and compatibility ideographs).
fn is_han(character: char) -> bool {
    matches!(
        character,
        '\u{3005}' | '\u{3007}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
            | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepts(format: Format, text: &str) -> bool {
        plain(format, text).0
    }

    #[test]
    fn knows_plan_numbers() {
        for good in [
            "衡财采计〔2023〕000123号",
            "衡财采计〔2023〕0001",
            "湘财〔2023〕12345678号-1",
        ] {
            assert!(accepts(Format::PlanNo, good), "{good}");
        }
        for bad in [
            "衡财采计[2023]000123号",
            "衡〔2023〕000123号",
            "衡财采计〔1923〕000123号",
            "衡财采计〔2023〕123号",
            "衡财采计〔2023〕000123号-",
            "衡财采计〔2023〕000123号-1234",
            "HY采〔2023〕000123号",
            "",
        ] {
            assert!(!accepts(Format::PlanNo, bad), "{bad}");
        }
    }

    #[test]
    fn knows_the_other_formats() {
        let digest = "0123456789abcdef".repeat(4);
        let good = [
            (Format::Hash, digest.as_str()),
            (Format::Hash, &format!("sm3:{digest}")),
            (Format::SourceSystem, "BANK_3"),
            (Format::ProjectCode, "43040023T000000000001"),
            (Format::FuncCode, "2010301"),
            (Format::EconCode, "30201"),
            (Format::Month, "2023-12"),
            (Format::Url, "https://example.org/公告?id=1"),
            (Format::MediaType, "text/plain; charset=utf-8"),
            (Format::Text, "行一\n行二\t完"),
            (Format::Id, "PL 1-2"),
            (Format::OpaqueRef, "a/b"),
        ];
        for (format, text) in good {
            assert!(accepts(format, text), "{format:?} {text}");
        }
        let bad = [
            (Format::Hash, "0123"),
            (Format::Hash, &digest.to_uppercase()),
            (Format::SourceSystem, "a"),
            (Format::SourceSystem, "B"),
            (Format::ProjectCode, "43040023T00000000001"),
            (Format::FuncCode, "201030１"),
            (Format::EconCode, "302010"),
            (Format::Month, "2023-13"),
            (Format::Url, "ftp://example.org"),
            (Format::Url, "https:///x"),
            (Format::Url, "https://a b"),
            (Format::MediaType, "pdf"),
            (Format::MediaType, "application/"),
            (Format::Text, "a\rb"),
            (Format::Text, "a\u{9f}b"),
            (Format::Id, "a/b"),
            (Format::Id, "a\u{7f}"),
            (Format::OpaqueRef, "a\n"),
        ];
        for (format, text) in bad {
            assert!(!accepts(format, text), "{format:?} {text}");
        }
    }
}
