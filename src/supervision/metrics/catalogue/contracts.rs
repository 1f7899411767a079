//! Metrics of contracts: shares of small and medium enterprises, days between stages, savings.

use super::super::{
    Bounds::Rows,
    Metric,
    Shape::{Median, Share},
    Unit::{Bp, Days},
};
use super::{ALL, PROJECT, metric};

/// The metrics.
pub(super) const METRICS: &[Metric] = &[
    metric(
        "SME-N",
        [
            "中小企业合同占比（数量）",
            "SME share by count",
            "中小企业合同 / 合同",
            "contracts with SMEs / contracts",
            "财库〔2020〕46号",
            "K",
        ],
        (Bp, Share, ALL, Rows),
        include_str!("../sme_n.sql"),
    ),
    metric(
        "SME-A",
        [
            "中小企业合同占比（金额）",
            "SME share by amount",
            "中小企业合同金额 / 合同金额",
            "amount of contracts with SMEs / amount of contracts",
            "财库〔2020〕46号",
            "K",
        ],
        (Bp, Share, ALL, Rows),
        include_str!("../sme_a.sql"),
    ),
    metric(
        "D-IP",
        [
            "意向至计划天数",
            "Intention to plan",
            "公开采购意向至备案采购计划的日历日，中位数",
            "median calendar days from the intention to the plan",
            "任务8 task 08",
            "D",
        ],
        (Days, Median, PROJECT, Rows),
        include_str!("../d_ip.sql"),
    ),
    metric(
        "D-PA",
        [
            "计划至中标天数",
            "Plan to award",
            "采购计划至首个中标（成交）的日历日，中位数",
            "median calendar days from the plan to the first award",
            "任务12 task 12",
            "D",
        ],
        (Days, Median, PROJECT, Rows),
        include_str!("../d_pa.sql"),
    ),
    metric(
        "D-AC",
        [
            "中标至合同天数",
            "Award to contract",
            "中标（成交）至签订合同的日历日，中位数",
            "median calendar days from the award of a lot to its contract",
            "政府采购法 第46条",
            "D",
        ],
        (Days, Median, ALL, Rows),
        include_str!("../d_ac.sql"),
    ),
    metric(
        "D-CA",
        [
            "合同至验收天数",
            "Contract to acceptance",
            "签订合同至最终验收合格的日历日，中位数",
            "median calendar days from a contract to its passed final acceptance",
            "任务8 task 08",
            "D",
        ],
        (Days, Median, ALL, Rows),
        include_str!("../d_ca.sql"),
    ),
    metric(
        "D-AP",
        [
            "验收至付清天数",
            "Acceptance to payment",
            "最终验收合格至付清的日历日，中位数",
            "median calendar days from passed final acceptance to the last payment",
            "任务6 task 06",
            "D",
        ],
        (Days, Median, ALL, Rows),
        include_str!("../d_ap.sql"),
    ),
    metric(
        "SAVE-B",
        [
            "资金节约率（预算）",
            "Saved of the budget",
            "（包预算 − 中标金额） / 包预算",
            "(lot amount − award) / lot amount",
            "政府采购法 第66条",
            "D",
        ],
        (Bp, Share, ALL, Rows),
        include_str!("../save_b.sql"),
    ),
    metric(
        "SAVE-C",
        [
            "资金节约率（最高限价）",
            "Saved of the ceiling",
            "（最高限价 − 中标金额） / 最高限价",
            "(ceiling − award) / ceiling",
            "政府采购法 第66条",
            "D",
        ],
        (Bp, Share, ALL, Rows),
        include_str!("../save_c.sql"),
    ),
];
