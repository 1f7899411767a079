//! Farm products of canteens (任务3): accounts on both platforms, what is reserved, what is bought.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Fact, FactKind, Parameters,
    beside::{Member, acts_of, first_day, first_of},
    variables,
};
use crate::{
    domain::values::StreamKind,
    events::v1::{CanteenSpendDeclared, FarmPlatform, OrganisationKind, event_payload::Payload},
    rules::case::{Body, Case, Clock, Level, Scene},
    views::Standing,
};

/// The facts of this family.
pub const FACTS: &[Fact] = &[
    Fact {
        name: "farm_registered",
        kind: FactKind::Clock,
        streams: &[StreamKind::Organisation],
        zh: "每年预算单位在“832平台”和湖南省乡村振兴馆均已注册，不晚于当年首次填报预留份额",
        en: "In each year a budget unit has accounts on both platforms of farm products, no later \
             than its first declaration of a reserve of the year",
        variables: variables::UNIT,
        parameters: &[],
        find: registered,
    },
    Fact {
        name: "farm_reserved",
        kind: FactKind::Clock,
        streams: &[StreamKind::Unit],
        zh: "当年在两个平台填报的预留份额合计占上年度食堂食材采购总额的比例",
        en: "What a unit with a canteen reserves for a year on both platforms together, of what \
             its canteen bought in the year before",
        variables: variables::UNIT,
        parameters: &[],
        find: reserved,
    },
    Fact {
        name: "farm_reserved_832",
        kind: FactKind::Clock,
        streams: &[StreamKind::Unit],
        zh: "当年在“832平台”填报的预留份额占上年度食堂食材采购总额的比例",
        en: "What a unit with a canteen reserves for a year on platform 832 alone, of what its \
             canteen bought in the year before",
        variables: variables::UNIT,
        parameters: &[],
        find: reserved_832,
    },
    Fact {
        name: "farm_bought",
        kind: FactKind::Clock,
        streams: &[StreamKind::Unit],
        zh: "当年在两个平台已支付的采购额（扣除冲销）占上年度食堂食材采购总额的比例",
        en: "What a unit with a canteen has bought and paid in a year on both platforms together, \
             less what was taken back, of what its canteen bought in the year before",
        variables: variables::UNIT,
        parameters: &[],
        find: bought,
    },
];

fn registered(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let is_unit = |kind| kind == OrganisationKind::BudgetUnit;
    let Some(member) = Member::of(scene, is_unit) else {
        return Vec::new();
    };
    let acts = acts_of(scene, StreamKind::Unit, &scene.stream.id);
    let mut evidence = member.evidence.clone();
    let mut level = Level {
        whole: 2,
        changes: Vec::new(),
    };
    let mut platforms = BTreeSet::new();
    let mut by_day: Vec<&Standing> = acts.iter().collect();
    by_day.sort_by_key(|act| (act.on(), act.position));
    for act in by_day {
        if let Some(Payload::FarmPlatformRegistered(e)) = act.payload()
            && platforms.insert(e.platform)
        {
            level.changes.push((act.on(), 1));
            evidence.extend(act.positions());
        }
    }
    let case = |(year, on)| {
        let declared = first_of(
            &acts,
            member.since.min(on),
            |payload| matches!(payload, Payload::FarmReserveDeclared(e) if e.fiscal_year == year),
        );
        let mut evidence = evidence.clone();
        evidence.extend(declared.iter().flat_map(|done| &done.evidence));
        let clock = Clock {
            level: Some(level.clone()),
            no_later: declared.map(|done| done.on),
            ..member.clock_of_year(year)
        };
        Case {
            subject: scene.subject("unit", &year.to_string()),
            on,
            evidence,
            body: Body::Clock(clock),
        }
    };
    member.years(scene.today).map(case).collect()
}

/// One clock for each year for which a unit declared what its canteen spent. `change` tells what an
/// act changes of what there is, and in which year.
fn of_years(
    scene: &Scene<'_>,
    mut change: impl FnMut(&Payload) -> Option<(i32, i128)>,
) -> Vec<Case> {
    let mut spends = BTreeMap::<i32, (&Standing, &CanteenSpendDeclared)>::new();
    let mut changes = BTreeMap::<i32, Vec<(&Standing, i128)>>::new();
    for (act, payload) in scene.acts() {
        if let Payload::CanteenSpendDeclared(spend) = payload {
            spends.insert(spend.fiscal_year, (act, spend));
        }
        if let Some((year, fen)) = change(payload) {
            changes.entry(year).or_default().push((act, fen));
        }
    }
    let case = |(year, (act, spend)): (i32, (&Standing, &CanteenSpendDeclared))| {
        let subject = scene.subject("canteen", &year.to_string());
        let mut case = Case::of(act, subject, Body::Exists(true));
        case.on = first_day(year);
        if !spend.has_canteen {
            case.body = Body::NotApplicable("无食堂 the unit has no canteen".to_owned());
            return case;
        }
        let changes = changes.get(&year).map_or(&[][..], Vec::as_slice);
        case.evidence
            .extend(changes.iter().flat_map(|(act, _)| act.positions()));
        case.body = Body::Clock(Clock {
            level: Some(Level {
                whole: spend.prev_year_total_fen.into(),
                changes: changes.iter().map(|(act, fen)| (act.on(), *fen)).collect(),
            }),
            ..Clock::default()
        });
        case
    };
    spends.into_iter().map(case).collect()
}

/// What is reserved on the platforms that count: a later declaration replaces an earlier one.
fn of_reserves(scene: &Scene<'_>, counts: impl Fn(FarmPlatform) -> bool) -> Vec<Case> {
    let mut reserved = BTreeMap::new();
    of_years(scene, |payload| match payload {
        Payload::FarmReserveDeclared(e) if counts(e.platform()) => {
            let fen = i128::from(e.reserved_fen);
            let before = reserved.insert((e.fiscal_year, e.platform), fen);
            Some((e.fiscal_year, fen - before.unwrap_or_default()))
        }
        _ => None,
    })
}

fn reserved(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    of_reserves(scene, |_| true)
}

fn reserved_832(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    of_reserves(scene, |platform| platform == FarmPlatform::P832)
}

fn bought(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    of_years(scene, |payload| match payload {
        Payload::FarmPurchaseReported(e) => Some((e.fiscal_year, e.amount_fen.into())),
        Payload::FarmPurchaseReversed(e) => Some((e.fiscal_year, -i128::from(e.amount_fen))),
        _ => None,
    })
}
