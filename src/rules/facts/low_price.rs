//! Abnormally low prices (财库〔2026〕2号): which ones are reviewed, and how.
//!
//! Prices are compared as quoted: those of bids that are valid or were reviewed. Documents may
//! raise the shares; what falls below those of the rule is asked of every document.

use chrono::NaiveDate;

use super::{
    Fact,
    FactKind::Content as IsContent,
    Parameters,
    lots::{Picture, evidence, round},
    variables,
};
use crate::{
    domain::values::{
        StreamKind,
        money::{falls_below_share, sum},
    },
    events::v1::{EvaluationConcluded, PlanLot, event_payload::Payload},
    rules::case::{Body, Case, Scene},
};

/// The facts of this family.
pub const FACTS: &[Fact] = &[
    Fact {
        name: "low_price_heard",
        kind: IsContent,
        streams: &[StreamKind::Project],
        zh: "异常低价审查启动后，给予供应商不少于规定分钟的说明时间，并在评审结束前认定",
        en: "After an abnormally low price, the supplier gets at least so many minutes to explain, \
             and the price is decided on before the evaluation ends",
        variables: variables::PROJECT,
        parameters: &[],
        find: low_price,
    },
    Fact {
        name: "low_price_of_mean",
        kind: IsContent,
        streams: &[StreamKind::Project],
        zh: "报价低于全部报价平均值规定比例(基点)的，均已启动异常低价审查",
        en: "Each price below the share, in basis points, of the mean of all prices was reviewed",
        variables: variables::PROJECT,
        parameters: &[],
        find: |scene, parameters| unreviewed(scene, parameters.limit, below_mean),
    },
    Fact {
        name: "low_price_of_second",
        kind: IsContent,
        streams: &[StreamKind::Project],
        zh: "最低报价低于次低报价规定比例(基点)的，已启动异常低价审查",
        en: "The lowest price was reviewed where it lies below the share, in basis points, of the \
             second lowest",
        variables: variables::PROJECT,
        parameters: &[],
        find: |scene, parameters| unreviewed(scene, parameters.limit, below_second),
    },
    Fact {
        name: "low_price_of_ceiling",
        kind: IsContent,
        streams: &[StreamKind::Project],
        zh: "报价低于最高限价(未设的为预算)规定比例(基点)的，均已启动异常低价审查",
        en: "Each price below the share, in basis points, of the ceiling, or of the budget without \
             one, was reviewed",
        variables: variables::PROJECT,
        parameters: &[],
        find: |scene, parameters| unreviewed(scene, parameters.limit, below_ceiling),
    },
];

/// A case of a low price is looked at once it is decided on or its evaluation has ended.
fn low_price(scene: &Scene<'_>, parameters: &Parameters) -> Vec<Case> {
    let limit = parameters.limit.unwrap_or_default();
    let picture = Picture::of(scene);
    let mut cases = Vec::new();
    for (act, payload) in picture.acts() {
        let Payload::AbnormalLowPriceTriggered(of) = payload else {
            continue;
        };
        let (lot, case_no) = (&of.lot_no, &of.case_no);
        let ended = picture.first(
            act.on(),
            None,
            |payload| matches!(payload, Payload::EvaluationConcluded(of) if of.lot_no == *lot),
        );
        let decided = picture.first(act.on(), None, |payload| {
            matches!(payload, Payload::AbnormalLowPriceDecided(of)
                if of.lot_no == *lot && of.case_no == *case_no)
        });
        let explained = picture.acts().find_map(|(act, payload)| match payload {
            Payload::AbnormalLowPriceExplained(of)
                if of.lot_no == *lot && of.case_no == *case_no =>
            {
                Some((act, of.minutes_given))
            }
            _ => None,
        });
        if ended.is_none() && decided.is_none() {
            continue;
        }
        let mut wrong = Vec::new();
        match explained {
            None => wrong.push("未给予供应商说明的机会 the supplier was not heard".to_owned()),
            Some((_, given)) if i64::from(given) < limit => wrong.push(format!(
                "说明时间{given}分钟，少于{limit}分钟 {given} minutes given, fewer than {limit}"
            )),
            Some(_) => {}
        }
        let is_late = decided.is_none_or(|act| ended.is_some_and(|end| end.on() < act.on()));
        if is_late {
            wrong.push("评审结束前未作认定 not decided on when the evaluation ended".to_owned());
        }
        let subject = format!("{}/{case_no}", scene.subject("lot", lot));
        let mut case = Case::of(act, subject, Body::Content(wrong));
        let heard = explained.map(|(act, _)| act);
        case.evidence = evidence([act].into_iter().chain(heard).chain(decided).chain(ended));
        cases.push(case);
    }
    cases
}

/// A supplier and its price in fen.
type Price<'a> = (&'a str, i64);

/// The suppliers whose prices fall below a share of what they are compared with; nothing where
/// there is nothing to compare with.
type Below<'a> = Option<Vec<&'a str>>;

fn below_mean<'a>(prices: &[Price<'a>], _: Option<i64>, limit_bp: i64) -> Below<'a> {
    let count = i128::try_from(prices.len()).unwrap_or_default();
    let whole = sum(prices.iter().map(|(_, fen)| *fen));
    let is_low =
        |(_, fen): &&Price<'_>| falls_below_share(i128::from(*fen) * count, whole, limit_bp);
    (count > 1).then(|| {
        prices
            .iter()
            .filter(is_low)
            .map(|(supplier, _)| *supplier)
            .collect()
    })
}

fn below_second<'a>(prices: &[Price<'a>], _: Option<i64>, limit_bp: i64) -> Below<'a> {
    let mut prices = prices.to_vec();
    prices.sort_by_key(|(_, fen)| *fen);
    let [(supplier, lowest), (_, second), ..] = prices[..] else {
        return None;
    };
    let is_low = falls_below_share(lowest.into(), second.into(), limit_bp);
    Some(is_low.then_some(supplier).into_iter().collect())
}

fn below_ceiling<'a>(prices: &[Price<'a>], ceiling: Option<i64>, limit_bp: i64) -> Below<'a> {
    let ceiling = i128::from(ceiling?);
    let is_low = |(_, fen): &&Price<'_>| falls_below_share((*fen).into(), ceiling, limit_bp);
    Some(
        prices
            .iter()
            .filter(is_low)
            .map(|(supplier, _)| *supplier)
            .collect(),
    )
}

/// The ceiling of a lot on a day, or its amount where it has none.
fn ceiling_of(picture: &Picture<'_>, lot: &str, by: NaiveDate) -> Option<i64> {
    let of_lots = |lots: &[PlanLot]| {
        let planned = lots.iter().find(|planned| planned.lot_no == lot)?;
        Some(planned.ceiling_fen.unwrap_or(planned.amount_fen))
    };
    let acts = picture.acts().rev().filter(|(act, _)| act.on() <= by);
    let mut ceilings = acts.filter_map(|(_, payload)| match payload {
        Payload::ProcurementDocumentIssued(document)
            if document.lot_nos.len() == 1 && document.lot_nos.iter().any(|no| no == lot) =>
        {
            document.ceiling_fen
        }
        Payload::PlanRevised(plan) => of_lots(&plan.lots),
        Payload::PlanFiled(plan) => of_lots(&plan.lots),
        Payload::ReprocurementStarted(retry) if retry.new_lot_no == lot => {
            Some(retry.ceiling_fen.unwrap_or(retry.amount_fen))
        }
        _ => None,
    });
    ceilings.next()
}

/// The suppliers of a lot whose prices were reviewed by a day.
fn reviewed<'a>(picture: &Picture<'a>, lot: &str, by: NaiveDate) -> Vec<&'a str> {
    let reviewed = picture.acts().filter_map(|(act, payload)| match payload {
        Payload::AbnormalLowPriceTriggered(of) if of.lot_no == lot && act.on() <= by => {
            Some(of.supplier.as_str())
        }
        _ => None,
    });
    reviewed.collect()
}

/// The prices that are compared: of valid bids, and of those that were reviewed.
fn prices<'a>(of: &'a EvaluationConcluded, reviewed: &[&str]) -> Vec<Price<'a>> {
    let bids = of.ranking.iter();
    let compared = bids.filter(|bid| bid.valid || reviewed.contains(&bid.supplier.as_str()));
    compared
        .map(|bid| (bid.supplier.as_str(), bid.bid_price_fen))
        .collect()
}

fn unreviewed(
    scene: &Scene<'_>,
    limit: Option<i64>,
    below: for<'a> fn(&[Price<'a>], Option<i64>, i64) -> Below<'a>,
) -> Vec<Case> {
    let picture = Picture::of(scene);
    let mut cases = Vec::new();
    let mut lots: Vec<&str> = Vec::new();
    for (act, payload) in picture.acts() {
        let Payload::EvaluationConcluded(concluded) = payload else {
            continue;
        };
        let lot = concluded.lot_no.as_str();
        let number = lots.iter().filter(|other| **other == lot).count();
        lots.push(lot);
        let reviewed = reviewed(&picture, lot, act.on());
        let ceiling = ceiling_of(&picture, lot, act.on());
        let prices = prices(concluded, &reviewed);
        let body = match below(&prices, ceiling, limit.unwrap_or_default()) {
            None => Body::NotApplicable("没有可以比较的价格 nothing to compare with".to_owned()),
            Some(mut low) => {
                low.retain(|supplier| !reviewed.contains(supplier));
                let wrong = low.into_iter().map(|supplier| {
                    format!("{supplier}报价异常低，未启动审查 {supplier} was not reviewed")
                });
                Body::Content(wrong.collect())
            }
        };
        let body = picture.tender_law(lot).unwrap_or(body);
        cases.push(Case::of(
            act,
            round(scene.subject("lot", lot), number),
            body,
        ));
    }
    cases
}
