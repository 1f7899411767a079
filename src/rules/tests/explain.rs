//! Last days counted day by day, and rules in words.

use std::collections::BTreeMap;

use super::{
    super::{
        Convention, Packs, Severity,
        explain::{Explanation, Line, Step, arithmetic, explain},
        pack::Asks,
        verdict::{Counting, Judgement, Obligation, ObligationStatus},
    },
    EXAMPLES, Told, day,
    packs::{UPLOAD, city},
    payment_kit::s2,
};
use crate::domain::calendar::{Calendar, Pause};

/// An obligation of so many days, as a judgement would state it.
fn obligation(
    (convention, length): (Convention, u32),
    from: &str,
    pauses: &[(&str, &str)],
) -> Obligation {
    let pause = |(after, until): &(&str, &str)| Pause {
        after: day(after),
        until: day(until),
    };
    let pauses: Vec<Pause> = pauses.iter().map(pause).collect();
    let due = convention.due(&Calendar::known(), day(from), length, &pauses);
    Obligation {
        rule_id: "R-1".into(),
        rule_from: day("2023-01-01"),
        severity: Severity::Minor,
        subject: "a subject".into(),
        convention,
        length,
        counting: Counting {
            from: day(from),
            pauses,
            ..Counting::default()
        },
        triggered_on: day(from),
        due_on: due.on,
        done_on: None,
        status: ObligationStatus::Pending,
        late_calendar_days: 0,
        late_working_days: 0,
        is_provisional: due.is_provisional,
        amount_fen: None,
        evidence: Vec::new(),
        reason: None,
    }
}

fn steps(counts: (Convention, u32), from: &str, pauses: &[(&str, &str)]) -> Vec<Step> {
    arithmetic(&obligation(counts, from, pauses), &Calendar::known())
}

fn last(steps: &[Step]) -> String {
    steps
        .last()
        .map_or_else(String::new, |step| step.on.to_string())
}

/// The vectors of the domain (Appendix A).
#[test]
fn counts_end_where_the_domain_says() {
    use Convention::{CdR, WdX};
    for (convention, from, n, pauses, due_on) in [
        (WdX, "2023-09-26", 7, &[][..], "2023-10-11"),
        (WdX, "2023-09-27", 3, &[], "2023-10-08"),
        (WdX, "2024-02-06", 5, &[], "2024-02-19"),
        (WdX, "2023-04-20", 7, &[], "2023-04-28"),
        (WdX, "2023-04-28", 15, &[], "2023-05-23"),
        (WdX, "2023-05-22", 30, &[], "2023-07-04"),
        (
            WdX,
            "2023-05-22",
            30,
            &[("2023-05-26", "2023-06-02")],
            "2023-07-11",
        ),
        (WdX, "2025-01-26", 2, &[], "2025-02-05"),
        (WdX, "2024-04-01", 3, &[], "2024-04-07"),
        (WdX, "2026-11-23", 30, &[], "2027-01-05"),
        (CdR, "2023-11-15", 60, &[], "2024-01-15"),
        (CdR, "2023-11-03", 30, &[], "2023-12-04"),
        (CdR, "2024-09-02", 30, &[], "2024-10-08"),
        (CdR, "2023-09-12", 30, &[], "2023-10-12"),
    ] {
        let steps = steps((convention, n), from, pauses);
        assert_eq!(last(&steps), due_on, "{convention:?} {from} {n}");
        let counted = steps.iter().filter(|step| step.counts).count();
        assert_eq!(counted, n as usize, "{convention:?} {from} {n}");
        // Each day stands there once, and none is left out.
        let mut days: Vec<_> = steps.iter().map(|step| step.on).collect();
        days.dedup();
        let whole: Vec<_> = day(from)
            .iter_days()
            .take_while(|on| *on <= day(due_on))
            .collect();
        assert_eq!(days, whole, "{convention:?} {from} {n}");
    }
}

#[test]
fn each_day_says_what_it_is() {
    let steps = steps((Convention::WdX, 7), "2023-09-26", &[]);
    let lines: Vec<String> = steps.iter().map(|step| step.text(true)).collect();
    let national = "国庆节放假（国务院办公厅2023年节假日安排）";
    assert_eq!(
        lines,
        [
            "2023-09-26    -  起算日，不计入".to_owned(),
            "2023-09-27    1  第 1 个工作日".to_owned(),
            "2023-09-28    2  第 2 个工作日".to_owned(),
            format!("2023-09-29    -  {national}"),
            "2023-09-30    -  星期六".to_owned(),
            "2023-10-01    -  星期日".to_owned(),
            format!("2023-10-02    -  {national}"),
            format!("2023-10-03    -  {national}"),
            format!("2023-10-04    -  {national}"),
            format!("2023-10-05    -  {national}"),
            format!("2023-10-06    -  {national}"),
            "2023-10-07    3  第 3 个工作日（调休上班）".to_owned(),
            "2023-10-08    4  第 4 个工作日（调休上班）".to_owned(),
            "2023-10-09    5  第 5 个工作日".to_owned(),
            "2023-10-10    6  第 6 个工作日".to_owned(),
            "2023-10-11    7  第 7 个工作日".to_owned(),
        ]
    );
    assert_eq!(steps[1].text(false), "2023-09-27    1  working day 1");
    assert_eq!(
        steps[11].text(false),
        "2023-10-07    3  working day 3 (a make-up day)"
    );
}

#[test]
fn pauses_rolls_and_unknown_holidays_are_told() {
    // Scenario S4: (26 May, 2 June] takes five working days away.
    let paused = steps(
        (Convention::WdX, 30),
        "2023-05-22",
        &[("2023-05-26", "2023-06-02")],
    );
    let is_paused = |step: &&Step| step.why_zh.starts_with("暂停");
    let days: Vec<String> = paused
        .iter()
        .filter(is_paused)
        .map(|step| step.on.to_string())
        .collect();
    assert_eq!(
        days,
        [
            "2023-05-29",
            "2023-05-30",
            "2023-05-31",
            "2023-06-01",
            "2023-06-02"
        ]
    );
    // Scenario S2: the sixtieth day is Sunday, 14 January 2024.
    let rolled = steps((Convention::CdR, 60), "2023-11-15", &[]);
    let ends: Vec<(String, u32, &str)> = rolled[rolled.len() - 3..]
        .iter()
        .map(|step| (step.on.to_string(), step.n, step.why_en.as_str()))
        .collect();
    assert_eq!(
        ends,
        [
            ("2024-01-14".to_owned(), 60, "day 60"),
            (
                "2024-01-14".to_owned(),
                60,
                "the last day is off (Sunday): moved on"
            ),
            ("2024-01-15".to_owned(), 60, "moved to this working day"),
        ]
    );
    // Within National Day 2024 it moves through the holiday: 2 October is the thirtieth day.
    let through = steps((Convention::CdR, 30), "2024-09-02", &[]);
    assert_eq!(
        through
            .iter()
            .filter(|step| step.why_zh.contains("继续顺延"))
            .count(),
        5
    );
    // Nobody has published 2027.
    let unknown = steps((Convention::WdX, 30), "2026-11-23", &[]);
    let marked = unknown
        .iter()
        .filter(|step| step.why_zh.contains("尚未公布"));
    assert_eq!(marked.count(), 5, "1 to 5 January 2027");
    // Calendar days of a pause are left out once.
    let left_out = steps(
        (Convention::CdR, 30),
        "2023-09-12",
        &[("2023-09-20", "2023-09-27"), ("2023-09-25", "2023-09-28")],
    );
    assert_eq!(last(&left_out), "2023-10-20");
    assert_eq!(left_out.iter().filter(is_paused).count(), 8);
}

fn of_rule<'a>(judgement: &'a Judgement, rule: &str) -> &'a Obligation {
    let mut obligations = judgement.obligations.iter();
    obligations
        .find(|of| of.rule_id == rule)
        .expect("an obligation")
}

#[test]
fn agreed_days_say_which_period_counts() {
    // Scenario S2: ninety days are agreed, sixty allowed.
    let mut told = Told::new();
    s2(&mut told, "2024-02-20");
    let judgement = told.judged("2024-12-31");
    let of = of_rule(&judgement, "HY-06-PAY-AGREED");
    assert_eq!(of.counting.allowed, Some((Convention::CdR, 60)));
    let steps = arithmetic(of, &Calendar::known());
    assert_eq!(steps[0].on, day("2023-11-15"));
    assert_eq!(steps[0].why_zh, "约定 90 日，超过最长的 60 日，按 60 日计");
    assert_eq!(last(&steps), "2024-01-15");
}

/// The independent check: whatever the law counts, the arithmetic ends on the same day.
#[test]
fn every_obligation_of_every_example_is_counted_to_its_last_day() {
    let calendar = Calendar::known();
    let mut seen = BTreeMap::<&str, u32>::new();
    for example in EXAMPLES.iter().copied().flatten() {
        let mut told = Told::new();
        (example.tells)(&mut told);
        let judgement = told.judged(example.today);
        for of in &judgement.obligations {
            let steps = arithmetic(of, &calendar);
            let last = steps.last().expect("a day");
            let (rule, name) = (&of.rule_id, of.convention.name());
            assert_eq!(last.on, of.due_on, "{rule} {} {steps:#?}", of.subject);
            *seen.entry(name).or_default() += 1;
            let is_cut = of.counting.no_later == Some(of.due_on);
            let is_counted = of.convention != Convention::Fixed && !is_cut;
            let counted = steps.iter().filter(|step| step.counts).count();
            assert!(
                !is_counted || counted == of.length as usize,
                "{rule} {steps:#?}"
            );
        }
    }
    for name in ["WD-X", "CD-R", "CD-N", "FIXED", "YEARS"] {
        assert!(seen.contains_key(name), "{name}: {seen:?}");
    }
}

fn explained(rule: &str, on: &str) -> Explanation {
    let packs = Packs::ours();
    let versions = packs.versions_of(rule);
    let mut in_force = versions
        .into_iter()
        .filter(|(_, rule)| rule.is_in_force(day(on)));
    let (pack, rule) = in_force.next().expect("a rule in force");
    explain(pack, rule, &Calendar::known())
}

#[test]
fn a_rule_explains_itself_in_two_languages() {
    let of = explained(UPLOAD, "2023-11-03");
    let text = of.text(true);
    for line in [
        "规则：HY-03-ACC-UPLOAD-5WD",
        "依据：任务分解表 任务3",
        "程度：严重",
        "把握：已核对原文（SEED）",
        "起止：自验收书签字之日起，至验收资料上传监管平台；验收是否合格不论",
        "标准：5 个工作日内；起算日不计入，休息日不计，调休上班日计入",
        "施行：2023-01-01 起",
        "规则包：hengyang-2023 第 1 版（衡阳市2023年政府采购优化营商环境重点任务）",
        // 27, 28 September, 7, 8, 9 October.
        "示例：自 2023-09-26 起算，最后一日为 2023-10-09",
        "  2023-10-09    5  第 5 个工作日",
    ] {
        assert!(text.lines().any(|of| of == line), "{line}\n{text}");
    }
    let text = of.text(false);
    for line in [
        "severity: major",
        "confidence: confirmed in the text (SEED)",
        "standard: within 5 working days; the day of the trigger and days off do not count, \
         make-up days do",
        "in force: from 2023-01-01 on",
        "example: counted from 2023-09-26, the last day is 2023-10-09",
    ] {
        assert!(text.lines().any(|of| of == line), "{line}\n{text}");
    }
    // A version that came later is counted from its first day: 30 days from Sunday, 1 June 2025.
    let of = explained("CN-SME-PAY-30D", "2025-06-01");
    let example = of.example.as_ref().expect("an example");
    assert_eq!(
        (example.from, example.due_on),
        (day("2025-06-01"), day("2025-07-01"))
    );
    let text = of.text(true);
    assert!(
        text.contains("参数：未约定检验期限时的检验期（日）：30\n"),
        "{text}"
    );
    assert!(
        text.contains("参数：未约定利率时的日利率（万分之几）：5\n"),
        "{text}"
    );
    // A window counts its first day, Tuesday, 26 September.
    let of = explained("GPLR-38-SSP-5WD", "2023-09-26");
    let example = of.example.as_ref().expect("an example");
    assert_eq!(example.due_on, day("2023-10-08"));
    assert_eq!((example.steps[0].n, example.steps[0].counts), (1, true));
    // A fixed day of each year, and a share.
    let text = explained("HY-03-FARM-20PCT", "2023-11-30").text(true);
    assert!(
        text.contains("标准：每年 11-30 当日 24 时前，遇休息日不顺延，不少于 20%"),
        "{text}"
    );
    assert!(text.contains("最后一日为 2023-11-30"), "{text}");
    let text = explained("MOF46-DEDUCT", "2023-01-01").text(false);
    assert!(
        text.contains("standard: at least 10%, at most 20%"),
        "{text}"
    );
}

#[test]
fn every_rule_explains_itself_and_its_example_ends_where_its_convention_does() {
    let calendar = Calendar::known();
    let packs = Packs::ours();
    let mut counted = 0;
    for pack in packs.all() {
        for rule in &pack.rules {
            let of = explain(pack, rule, &calendar);
            let is_said = |line: &Line| !line.zh.trim().is_empty() && !line.en.trim().is_empty();
            assert!(of.lines.iter().all(is_said), "{}", rule.id);
            let (convention, length) = match &rule.asks {
                Asks::Deadline {
                    convention, length, ..
                } => (*convention, length.unwrap_or_default()),
                Asks::Span { convention, length } => (*convention, *length),
                _ => {
                    assert_eq!(of.example, None, "{}", rule.id);
                    continue;
                }
            };
            let Some(example) = of.example else {
                assert_eq!(length, 0, "{}", rule.id);
                continue;
            };
            counted += 1;
            let due = convention.due(&calendar, example.from, length, &[]);
            match convention {
                // The first day of a window counts: one day less after it.
                Convention::WinWd => assert_eq!(
                    Convention::WinWd.days(&calendar, example.from, example.due_on),
                    i64::from(length),
                    "{}",
                    rule.id
                ),
                _ => assert_eq!(example.due_on, due.on, "{}", rule.id),
            }
        }
    }
    assert!(counted > 50, "{counted} rules count days");
}

#[test]
fn a_condition_is_explained_with_its_variables() {
    let text = city("2", "").replacen(
        "fact = \"acceptance_uploaded\"",
        "fact = \"acceptance_uploaded\"\nwhen = \"contract_fen >= 50000000\"",
        1,
    );
    let pack = super::super::Pack::read(&text).expect("sound");
    let mut rules = pack.rules.iter();
    let rule = rules.find(|rule| rule.id == UPLOAD).expect("the rule");
    let text = explain(&pack, rule, &Calendar::known()).text(true);
    assert!(text.contains("条件：contract_fen >= 50000000\n"), "{text}");
    assert!(
        text.contains("变量：contract_fen（int）：合同或者订单签订时的金额（分）\n"),
        "{text}"
    );
}
