//! What indicators answer.

use std::fmt;

/// What an indicator says of a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// 未触发: nothing to see.
    Pass,
    /// 触发: a red flag. It is a reason to look, no proof of a breach.
    Fail,
    /// 不适用: it cannot be said, for a reason.
    NotApplicable,
}

impl Verdict {
    /// The word in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::NotApplicable => "not_applicable",
        }
    }

    /// In Chinese and English.
    pub fn label(self) -> (&'static str, &'static str) {
        match self {
            Self::Pass => ("未触发", "pass"),
            Self::Fail => ("触发", "flag"),
            Self::NotApplicable => ("不适用", "not applicable"),
        }
    }
}

/// Parts of one in which shares and differences are kept.
pub const NANO: i128 = 1_000_000_000;

/// A number, with its unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Number {
    /// Calendar days.
    Days(i64),
    /// How many.
    Count(i64),
    /// Fen.
    Fen(i64),
    /// A share or difference in billionths of one.
    Share(i128),
    /// An exact decimal of a currency.
    Amount {
        /// The decimal.
        decimal: String,
        /// The currency.
        currency: String,
    },
    /// A day, a moment, a code.
    Text(String),
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Days(number) | Self::Count(number) | Self::Fen(number) => write!(f, "{number}"),
            Self::Share(nano) => {
                let sign = if *nano < 0 { "-" } else { "" };
                let (whole, rest) = (nano.abs() / NANO, nano.abs() % NANO);
                write!(f, "{sign}{whole}.{rest:09}")
            }
            Self::Amount { decimal, currency } => write!(f, "{decimal} {currency}"),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// A figure that was compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// Its name.
    pub name: &'static str,
    /// Its value.
    pub value: Number,
}

impl Figure {
    /// A figure.
    pub fn new(name: &'static str, value: Number) -> Self {
        Self { name, value }
    }

    /// What it is called, in Chinese and English.
    pub fn label(&self) -> (&'static str, &'static str) {
        let found = LABELS.iter().find(|(name, ..)| *name == self.name);
        found.map_or((self.name, self.name), |(_, zh, en)| (*zh, *en))
    }

    /// How many.
    pub fn count(name: &'static str, count: usize) -> Self {
        Self::new(
            name,
            Number::Count(i64::try_from(count).unwrap_or(i64::MAX)),
        )
    }
}

/// The names of figures and thresholds, in Chinese and English.
pub const LABELS: &[(&str, &str, &str)] = &[
    ("accepted_on", "最终验收日", "final acceptance"),
    ("acceptors", "验收人数", "persons who accepted"),
    ("added", "累计追加", "added"),
    ("amount", "金额", "amount"),
    ("award", "中标金额", "award"),
    ("awards", "单一来源次数", "awards by single source"),
    ("awards_max", "次数上限", "awards at most"),
    ("bidders", "投标家数", "tenderers"),
    ("bidders_min", "家数下限", "tenderers at least"),
    ("buyers", "采购人数", "persons who bought"),
    ("changes", "变更", "changes"),
    ("changes_max", "变更上限", "changes at most"),
    ("classes", "品类大类数", "first-level classes"),
    ("contract", "合同金额", "contract"),
    ("contracts", "合同数", "contracts"),
    (
        "covered",
        "重复金额的合同数",
        "contracts of the most frequent amounts",
    ),
    ("days", "天数", "days"),
    ("days_min", "天数下限", "days at least"),
    ("deadline", "截止时间", "deadline"),
    ("december", "十二月金额", "in December"),
    ("difference", "差价比例", "difference"),
    ("disqualified", "无效投标数", "disqualified bids"),
    (
        "disqualified_min",
        "无效家数下限",
        "disqualified tenderers at least",
    ),
    (
        "disqualified_others",
        "其他被判无效的家数",
        "others disqualified",
    ),
    ("first_on", "首次日期", "first day"),
    ("known_since", "登记或首见日", "known since"),
    ("limit", "限额", "limit"),
    ("locked_on", "锁定日", "pledged on"),
    ("lower_fence", "下界", "lower fence"),
    (
        "lowest_disqualified",
        "最低无效报价",
        "lowest disqualified price",
    ),
    ("lowest_kept", "最低保留报价", "lowest price kept"),
    ("original", "原合同金额", "original amount"),
    ("paid", "已支付", "paid"),
    ("paid_on", "支付日", "paid on"),
    ("person", "人员编号", "person"),
    ("persons_max", "人数上限", "persons at most"),
    ("price", "报价", "price"),
    ("processes", "中标项目数", "processes won"),
    ("purchases", "采购次数", "purchases"),
    ("ratio", "比例", "ratio"),
    ("ratio_max", "比例上限", "ratio at most"),
    ("ratio_min", "比例下限", "ratio at least"),
    ("received", "接收时间", "received"),
    ("second", "次低报价", "second lowest price"),
    ("share", "占比", "share"),
    ("share_below", "占比界限", "share below"),
    ("share_max", "占比上限", "share at most"),
    ("share_min", "占比下限", "share from"),
    ("submitted", "投标数", "bids"),
    ("tenderers", "投标供应商数", "tenderers with prices"),
    ("together", "合计", "together"),
    ("upper_fence", "上界", "upper fence"),
    ("valid_bids", "有效投标次数", "valid bids"),
    (
        "valid_tenderers",
        "有效投标家数",
        "tenderers with valid bids",
    ),
    ("winning", "中标报价", "winning price"),
    ("wins", "中标次数", "wins"),
    ("year", "全年金额", "in the year"),
];

/// Why an indicator does not apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reason {
    /// In Chinese.
    pub zh: &'static str,
    /// In English.
    pub en: &'static str,
}

/// Where a subject belongs: what answers are filtered by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Belongs {
    /// The stream; empty where several are behind it.
    pub stream: String,
    /// The prefecture or publisher.
    pub partition: String,
    /// The region; empty where several are behind it.
    pub region_code: String,
    /// The unit; empty where several are behind it.
    pub unit: String,
    /// The suppliers or tenderers concerned.
    pub suppliers: Vec<String>,
    /// `Origin`; 0 where several are behind it.
    pub origin: i32,
}

/// What an indicator says of a subject, and on what grounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The indicator.
    pub indicator: String,
    /// What it is about: `lot/4304/PJ-1/01`, `tenderer/4304/9143…`.
    pub subject: String,
    /// Where that belongs.
    pub belongs: Belongs,
    /// What is said.
    pub verdict: Verdict,
    /// Why it does not apply.
    pub reason: Option<Reason>,
    /// The figures that were compared.
    pub figures: Vec<Figure>,
    /// What they were compared with.
    pub threshold: Option<Figure>,
    /// Positions of the events behind it, in order.
    pub evidence: Vec<u64>,
}
