//! How a rule counts or weighs, in words.

use crate::rules::{
    Convention, Rule,
    pack::{Asks, FixedDay},
};

/// What a rule asks of its fact, in Chinese and in English.
pub(super) fn standard(rule: &Rule) -> (String, String) {
    match &rule.asks {
        Asks::Deadline {
            convention,
            length,
            on,
            at_least_bp,
        } => {
            let (zh, en) = deadline(*convention, *length, *on);
            match at_least_bp {
                Some(bp) => (
                    format!("{zh}，不少于 {}", percent(*bp)),
                    format!("{en}, at least {}", percent(*bp)),
                ),
                None => (zh, en),
            }
        }
        Asks::Span { convention, length } => span(*convention, *length),
        Asks::Content { limit } => with_limit("内容完整、正确", "whole and right", *limit),
        Asks::Exists { limit } => with_limit("事先已有", "there beforehand", *limit),
        Asks::Ratio {
            at_least_bp,
            at_most_bp,
        } => {
            let at_least = at_least_bp.map(|bp| {
                let share = percent(bp);
                (format!("不低于 {share}"), format!("at least {share}"))
            });
            let at_most = at_most_bp.map(|bp| {
                let share = percent(bp);
                (format!("不高于 {share}"), format!("at most {share}"))
            });
            let bounds: Vec<(String, String)> = at_least.into_iter().chain(at_most).collect();
            let (zh, en): (Vec<String>, Vec<String>) = bounds.into_iter().unzip();
            (zh.join("，"), en.join(", "))
        }
    }
}

fn deadline(convention: Convention, length: Option<u32>, on: Option<FixedDay>) -> (String, String) {
    if let Some(on) = on {
        let day = on.to_text();
        return match on {
            FixedDay::Once(_) => (
                format!("{day} 当日 24 时前，遇休息日不顺延"),
                format!("by the end of {day}, never moved"),
            ),
            FixedDay::Yearly { .. } => (
                format!("每年 {day} 当日 24 时前，遇休息日不顺延"),
                format!("by the end of {day} of each year, never moved"),
            ),
        };
    }
    let Some(n) = length else {
        return (
            "天数由各事项自身确定".to_owned(),
            "each case has its own number of days".to_owned(),
        );
    };
    match convention {
        Convention::CdR => (
            format!("{n} 日内；起算日不计入，最后一日为休息日的顺延至下一工作日"),
            format!(
                "within {n} days; the day of the trigger does not count, and a last day off moves \
                 on to the next working day"
            ),
        ),
        Convention::CdN => (
            format!("{n} 日内；起算日不计入，最后一日不顺延"),
            format!(
                "within {n} days; the day of the trigger does not count, the last is not moved"
            ),
        ),
        Convention::Years => (
            format!("满 {n} 年之日；当年无此日的为月末日"),
            format!("the same day {n} years later, or the end of its month"),
        ),
        _ => (
            format!("{n} 个工作日内；起算日不计入，休息日不计，调休上班日计入"),
            format!(
                "within {n} working days; the day of the trigger and days off do not count, \
                 make-up days do"
            ),
        ),
    }
}

fn span(convention: Convention, n: u32) -> (String, String) {
    match convention {
        Convention::MinWd => (
            format!("相隔不少于 {n} 个工作日，首日不计入"),
            format!("at least {n} working days apart, the first day not counted"),
        ),
        Convention::WinWd => (
            format!("不少于 {n} 个工作日，首末日均计入"),
            format!("at least {n} working days, the first and the last counted"),
        ),
        _ => (
            format!("相隔不少于 {n} 日，不顺延"),
            format!("at least {n} days apart, never moved"),
        ),
    }
}

fn with_limit(zh: &str, en: &str, limit: Option<i64>) -> (String, String) {
    match limit {
        Some(limit) => (
            format!("{zh}；限值 {limit}"),
            format!("{en}; limit {limit}"),
        ),
        None => (zh.to_owned(), en.to_owned()),
    }
}

fn percent(bp: i64) -> String {
    match bp % 100 {
        0 => format!("{}%", bp / 100),
        rest => format!("{}.{rest:02}%", bp / 100),
    }
}
