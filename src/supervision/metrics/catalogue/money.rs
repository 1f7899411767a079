//! Metrics of payment: task 06.

use super::super::{
    Bounds::Rows,
    Metric,
    Shape::{Mean, Median, Share, Sum},
    Unit::{Bp, Count, Days, Fen},
};
use super::{ALL, metric};

/// The metrics.
pub(super) const METRICS: &[Metric] = &[
    metric(
        "M-06",
        [
            "按时支付率",
            "Payment terms paid in time",
            "按时支付的款项 / 已支付或已到期的款项",
            "terms paid in time / terms paid or due",
            "任务6 task 06; 保障中小企业款项支付条例 第9条",
            "C:SEED",
        ],
        (Bp, Share, ALL, Rows),
        include_str!("../m_06.sql"),
    ),
    metric(
        "M-06D",
        [
            "平均付款天数",
            "Days to payment",
            "付款条件成就至支付的日历日，按金额加权平均",
            "mean calendar days from the start of the clock to payment, weighted by amount",
            "任务6 task 06",
            "C:SEED",
        ],
        (Days, Mean, ALL, Rows),
        include_str!("../m_06d.sql"),
    ),
    metric(
        "M-06O",
        [
            "逾期未付金额",
            "Overdue amount",
            "到期未支付的金额",
            "what is not paid after its last day",
            "任务6 task 06; 保障中小企业款项支付条例 第18条",
            "C:SME25",
        ],
        (Fen, Sum, ALL, Rows),
        include_str!("../m_06o.sql"),
    ),
    metric(
        "M-06ON",
        [
            "逾期未付款项数",
            "Overdue terms",
            "到期未付清的款项数",
            "payment terms that are not paid after their last day",
            "任务6 task 06; 保障中小企业款项支付条例 第18条",
            "C:SME25",
        ],
        (Count, Sum, ALL, Rows),
        include_str!("../m_06on.sql"),
    ),
    metric(
        "M-06OS",
        [
            "拖欠中小企业款项金额",
            "Overdue amount to SMEs",
            "到期未支付的中小企业款项金额",
            "what is not paid to SMEs after its last day",
            "任务6 task 06; 保障中小企业款项支付条例 第18条",
            "C:SME25",
        ],
        (Fen, Sum, ALL, Rows),
        include_str!("../m_06os.sql"),
    ),
    metric(
        "M-06ONS",
        [
            "拖欠中小企业款项数",
            "Overdue terms of SMEs",
            "到期未付清的中小企业款项数",
            "payment terms of SMEs that are not paid after their last day",
            "任务6 task 06; 保障中小企业款项支付条例 第18条",
            "C:SME25",
        ],
        (Count, Sum, ALL, Rows),
        include_str!("../m_06ons.sql"),
    ),
    metric(
        "M-06I",
        [
            "逾期利息",
            "Interest owed",
            "中小企业款项逾期所生利息",
            "interest that ran on late payments to SMEs",
            "任务6 task 06; 保障中小企业款项支付条例 第17条",
            "C:SME25",
        ],
        (Fen, Sum, ALL, Rows),
        include_str!("../m_06i.sql"),
    ),
    metric(
        "M-06F",
        [
            "财政支付用时",
            "Time from request to payment",
            "申请支付至支付的工作日，中位数",
            "median working days from request to execution",
            "任务6 task 06",
            "D",
        ],
        (Days, Median, ALL, Rows),
        include_str!("../m_06f.sql"),
    ),
];
