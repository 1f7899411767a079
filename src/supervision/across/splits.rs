//! Purchases that would have been one open tender (政府采购法实施条例第28条).

use chrono::NaiveDate;
use rusqlite::Row;

use super::{Search, parsed, positions, stream_of_unit};
use crate::{
    domain::values::money::yuan,
    models::ModelError,
    rules::{
        Rule,
        case::{Body, Case, Whole},
    },
};

/// The plans in order of what is compared, then of their days. Plans that were filed after their
/// budget line was increased are left out.
const SQL: &str = "\
SELECT p.unit, b.fiscal_year, b.project_code, p.category_version, substr(p.category, 1, ?1),
       p.unapproved_fen, p.open_tender_fen, p.day, p.stream, p.region_code, p.plan_id,
       p.evidence, b.evidence
FROM plan_lines AS p JOIN budget_lines AS b ON b.subject = p.line
WHERE p.unapproved_fen > 0 AND (b.raised_on = '' OR b.raised_on > p.day)
ORDER BY 1, 2, 3, 4, 5, p.day, p.position, p.subject";

/// What is compared: unit, year, budget project, catalogue and category.
type Group = (String, i64, String, i64, String);

/// What a plan takes of a budget line.
struct Part {
    plan: String,
    fen: i64,
    limit_fen: i64,
    on: NaiveDate,
    stream: String,
    region_code: String,
    evidence: Vec<u64>,
}

fn part(row: &Row<'_>) -> rusqlite::Result<(Group, Part)> {
    let group = (
        row.get(0)?,
        row.get(1)?,
        row.get(2)?,
        row.get(3)?,
        row.get(4)?,
    );
    let stream: String = row.get(8)?;
    let mut evidence = positions(&row.get::<_, String>(11)?);
    evidence.extend(positions(&row.get::<_, String>(12)?));
    let part = Part {
        plan: format!("{stream}/{}", row.get::<_, String>(10)?),
        fen: row.get(5)?,
        limit_fen: row.get(6)?,
        on: parsed(&row.get::<_, String>(7)?),
        stream,
        region_code: row.get(9)?,
        evidence,
    };
    Ok((group, part))
}

/// One case for what a unit buys of a category for a budget project in a year.
pub(super) fn purchases_split(search: &Search<'_>, rule: &Rule) -> Result<Vec<Whole>, ModelError> {
    let characters = rule.parameters.limit.unwrap_or(i64::MAX);
    let mut statement = search.connection.prepare_cached(SQL)?;
    let found = statement.query_map([characters], part)?;
    let mut wholes = Vec::new();
    let mut group: Option<(Group, Vec<Part>)> = None;
    for row in found {
        let (of, part) = row?;
        match &mut group {
            Some((key, parts)) if *key == of => parts.push(part),
            _ => {
                let before = group.replace((of, vec![part]));
                wholes.extend(before.map(whole));
            }
        }
    }
    wholes.extend(group.map(whole));
    Ok(wholes)
}

/// The first part with which the parts come to more than the threshold of its day.
fn crossing(parts: &[Part]) -> Option<&Part> {
    let mut sum = 0_i128;
    parts.iter().find(|part| {
        sum += i128::from(part.fen);
        sum > i128::from(part.limit_fen)
    })
}

fn whole((group, parts): (Group, Vec<Part>)) -> Whole {
    let (unit, year, project, catalogue, category) = &group;
    let body = body(&group, &parts);
    let crossing = crossing(&parts).filter(|_| matches!(body, Body::Content(_)));
    let last = crossing.or(parts.last());
    let stream = stream_of_unit(unit, last.map_or("", |part| &part.stream));
    let subject = format!("{stream}/{year}/{project}/{catalogue}/{category}");
    let mut evidence: Vec<u64> = parts
        .iter()
        .flat_map(|part| &part.evidence)
        .copied()
        .collect();
    evidence.sort_unstable();
    evidence.dedup();
    Whole {
        case: Case {
            subject,
            on: last.map(|part| part.on).unwrap_or_default(),
            evidence,
            body,
        },
        stream,
        region_code: last
            .map(|part| part.region_code.clone())
            .unwrap_or_default(),
        unit: unit.clone(),
    }
}

fn body((_, year, project, _, category): &Group, parts: &[Part]) -> Body {
    let none = |reason: &str| Body::NotApplicable(reason.to_owned());
    if !category.starts_with(['A', 'C']) {
        return none("不是货物或者服务 it is neither goods nor services");
    }
    let mut plans: Vec<&str> = parts.iter().map(|part| part.plan.as_str()).collect();
    plans.sort_unstable();
    plans.dedup();
    if plans.len() < 2 {
        return none("只采购一次 there is one procurement only");
    }
    if parts.iter().any(|part| part.limit_fen == 0) {
        return none("公开招标数额标准未公布 no threshold is published");
    }
    let Some(crossing) = crossing(parts) else {
        return Body::Content(Vec::new());
    };
    let times = plans.len();
    let sum = yuan(parts.iter().map(|part| i128::from(part.fen)).sum());
    let limit = yuan(crossing.limit_fen.into());
    Body::Content(vec![format!(
        "{year}年度预算项目{project}、品目{category}以公开招标以外方式采购{times}次，合计{sum}元，超过公开招标数额\
         标准{limit}元 {times} procurements of {year} other than open tender for budget project \
         {project} and category {category} come to {sum} yuan, above the threshold of {limit} yuan"
    )])
}
