//! What no single stream shows: cases are found in pictures of many streams, in
//! supervision. Here they are declared, so that packs name them as any other.

use super::{Fact, FactKind, Parameters, variables};
use crate::rules::case::{Case, Scene};

/// A fact of pictures.
const fn of_pictures(
    name: &'static str,
    kind: FactKind,
    zh: &'static str,
    en: &'static str,
) -> Fact {
    Fact {
        name,
        kind,
        streams: &[],
        zh,
        en,
        variables: variables::WHOLE,
        parameters: &[],
        find: nothing_in_one,
    }
}

/// One stream shows none of them.
fn nothing_in_one(_: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    Vec::new()
}

/// The facts of this family.
pub const FACTS: &[Fact] = &[
    of_pictures(
        "purchases_split",
        FactKind::Content,
        "同一采购人、同一预算年度、同一预算项目、同一品目（limit 为品目编码的前几位）的货物或者服务，\
         未经批准以公开招标以外方式多次采购的，累计是否超过公开招标数额标准；预算追加后备案的计划不计",
        "Whether plans of one unit, fiscal year, budget project and category (the leading \
         characters that the limit counts) for goods or services, filed more than once and by \
         other methods than open tender without approval, exceed the open-tender threshold \
         together; plans after an increase of their budget line do not count",
    ),
    of_pictures(
        "mall_penetration",
        FactKind::Ratio,
        "采购人一年内采购限额标准以下的采购中，电子卖场采购金额所占的份额（M-10A）",
        "Of what a unit buys below the threshold in a year, the share bought in the e-mall (M-10A)",
    ),
    of_pictures(
        "region_heard",
        FactKind::Clock,
        "自已上线地区上线或者最近有业务之日起，至再有业务之日",
        "From the day on which a region went live, or the last on which it had an event, to the \
         next on which it has one",
    ),
    of_pictures(
        "batch_totals",
        FactKind::Content,
        "同步批次所报的笔数、分类金额和摘要，是否与账本中该系统该业务日的事件一致：当日发生且在批次\
         登记日前入账的，或者当日入账的；按原报计，更正和作废另计",
        "Whether count, sums by type and digest of a batch agree with the events of the system \
         that the ledger has of the business day: those that happened on it and were recorded by \
         the day of the batch, or those that were recorded on it; as sent, corrections and voids \
         apart",
    ),
    of_pictures(
        "large_plans_reserved",
        FactKind::Ratio,
        "采购人一个预算年度内超过限额、适宜由中小企业提供的货物和服务采购计划中，预留给中小企业的份额；\
         年度终了后计算",
        "Of a unit's plans of a fiscal year for goods and services, each above the limit and \
         fit for small and medium enterprises, the share reserved for these; once the year is over",
    ),
    of_pictures(
        "large_works_plans_reserved",
        FactKind::Ratio,
        "采购人一个预算年度内超过限额、适宜由中小企业提供的工程采购计划中，预留给中小企业的份额；\
         年度终了后计算",
        "Of a unit's plans of a fiscal year for works, each above the limit and fit for small and \
         medium enterprises, the share reserved for these; once the year is over",
    ),
    of_pictures(
        "small_micro_reserved",
        FactKind::Ratio,
        "采购人一个预算年度预算中预留给中小企业的金额，预留给小微企业的份额；年度终了后计算",
        "Of what a unit's budget of a fiscal year reserves for small and medium enterprises, the \
         share reserved for small and micro ones; once the year is over",
    ),
];
