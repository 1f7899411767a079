//! Which event types, refusals, national rules, metrics, red flags and systems serve which task.
//!
//! Tasks, days and units are those of the city's plan for 2023
//! (衡阳市财政局2023年政府采购优化营商环境实施方案重点任务分解表).

mod conduct;
mod money;
mod service;
mod tender;

use bihuan::domain::refusal::Code::{
    self, E002_ILLEGAL_TRANSITION, E003_BAD_TIME, E004_SOURCE_REF_CONFLICT, E005_BAD_USCC,
    E006_BAD_REGION, E007_BAD_CATEGORY, E008_BAD_AMOUNT, E013_CONTRACT_OVER_AWARD,
    E020_FORBIDDEN_ROLE, E022_MISSING_FIELD, E023_RELEASE_OVER_HELD, E024_SUM_MISMATCH,
    E026_WRONG_JURISDICTION,
};

/// Codes, each with what is refused by it, in Chinese and in English.
pub type Refused = &'static [(Code, &'static str, &'static str)];

/// A task, and what serves it.
pub struct Task {
    /// Its number of two digits.
    pub number: &'static str,
    /// The rest of its page's name.
    pub slug: &'static str,
    /// Its name in Chinese.
    pub zh: &'static str,
    /// The same in English.
    pub en: &'static str,
    /// Its last day.
    pub due_on: &'static str,
    /// Who is responsible, in Chinese and in English.
    pub responsible: (&'static str, &'static str),
    /// Event types; a kind of notice stands behind a stroke.
    pub events: &'static [&'static str],
    /// National rules; local ones tell their task.
    pub rules: &'static [&'static str],
    /// Metrics whose id tells no task.
    pub metrics: &'static [&'static str],
    /// Red flags.
    pub flags: &'static [&'static str],
    /// What is refused.
    pub refused: Refused,
    /// Systems, and what they push, in Chinese and in English.
    pub systems: &'static [(&'static str, &'static str, &'static str)],
}

impl Task {
    /// The name of its page.
    pub fn file(&self) -> String {
        format!("{}-{}.md", self.number, self.slug)
    }
}

/// The province's procurement site.
pub const NOTICES_HN: (&str, &str, &str) = ("CCGP_HN", "公告回执", "receipts of publication");
/// The city's.
pub const NOTICES_HY: (&str, &str, &str) = ("CCGP_HY", "公告回执", "receipts of publication");

/// The fourteen tasks.
pub const TASKS: [&Task; 14] = [
    &tender::RESULTS,
    &tender::CONTROL,
    &tender::DISCLOSURE,
    &money::ASSESSMENT,
    &money::SECURITIES,
    &money::PAYMENT,
    &conduct::BARRIERS,
    &conduct::CLOSED_LOOP,
    &conduct::FINANCING,
    &conduct::MALL,
    &service::ONBOARDING,
    &service::APPROVALS,
    &service::VENUES,
    &service::CHALLENGES,
];

/// What no task names.
pub const NATIONAL: Task = Task {
    number: "",
    slug: "",
    zh: "十四项任务之外",
    en: "Beside the fourteen tasks",
    due_on: "",
    responsible: ("", ""),
    events: &[
        "NoticePublished/intention",
        "NoticePublished/correction",
        "NoticePublished/single_source",
        "NoticePublished/termination",
        "NoticePublished/prequalification",
        "NoticePublished/shortlist",
        "NoticePublished/penalty",
    ],
    rules: &[],
    metrics: &[],
    flags: &[],
    refused: &[
        (
            E002_ILLEGAL_TRANSITION,
            "规则包同一版本启用两次；更正后的历史在任一步不可能",
            "a version of a pack adopted twice; a correction that makes a step of the history \
             impossible",
        ),
        (
            E013_CONTRACT_OVER_AWARD,
            "框架协议订单单价超过协议价",
            "an order under a framework agreement above the agreed price",
        ),
        (
            E020_FORBIDDEN_ROLE,
            "处罚公告、规则包、豁免、异常事实不由财政监管部门发布、启用、登记；溯及的更正亦然",
            "a notice of a penalty, a pack, a waiver, an irregular fact or a retroactive \
             correction by anybody but a finance regulator",
        ),
        (
            E023_RELEASE_OVER_HELD,
            "解冻超过冻结",
            "more of a budget line unfrozen than frozen",
        ),
        (
            E024_SUM_MISMATCH,
            "规则包内容与摘要不符；异常低价未低于所称比例",
            "a pack whose content has another digest; a low price that is not below the share \
             named",
        ),
        (
            E026_WRONG_JURISDICTION,
            "采购方式变更由设区的市以下财政部门批准",
            "a change of method approved by finance below a city with districts",
        ),
    ],
    systems: &[
        (
            "GP_MGMT",
            "登记、需求、采购方式、框架协议、规则包",
            "the registry, requirements, methods, framework agreements, packs of rules",
        ),
        ("ETRADE", "交易执行", "execution"),
        ("OCDS_IMPORT", "OCDS 数据", "OCDS releases"),
    ],
};

/// What is refused of every event.
pub const OF_ALL: Refused = &[
    (
        E004_SOURCE_REF_CONFLICT,
        "同一来源系统、来源单号已有不同内容；更正须用自己的单号",
        "the same system and number were recorded with other content; a correction has a number of \
         its own",
    ),
    (
        E003_BAD_TIME,
        "法定日期在未来，或者早于所依据的行为",
        "a legal date to come, or one before the act that it rests on",
    ),
    (
        E005_BAD_USCC,
        "不是统一社会信用代码",
        "no unified social credit code",
    ),
    (
        E006_BAD_REGION,
        "不是行政区划，或者不属于事件流所在的分区",
        "no region, or none of the stream's partition",
    ),
    (
        E007_BAD_CATEGORY,
        "不是品目代码",
        "no code of the catalogue of categories",
    ),
    (
        E008_BAD_AMOUNT,
        "金额超出范围",
        "an amount out of its range",
    ),
    (
        E022_MISSING_FIELD,
        "缺少必填字段",
        "a required field is missing",
    ),
    (
        E020_FORBIDDEN_ROLE,
        "该角色无权追加此事件，或者无权为该单位、项目追加",
        "the role may not append the event, or not for this unit or project",
    ),
    (
        E026_WRONG_JURISDICTION,
        "监管部门对该事项无管辖权",
        "the regulator has no power over it",
    ),
];
