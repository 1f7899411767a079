//! The reasons of refusals in people's words: the rule behind each, and what to do.

use super::lang::Words;

struct Reason {
    name: &'static str,
    rule: (&'static str, &'static str),
    next: (&'static str, &'static str),
}

/// The rule behind a reason; `None` for a reason that this program does not know.
pub fn rule(name: &str) -> Option<Words> {
    find(name).map(|reason| reason.rule.into())
}

/// What to do about a reason.
pub fn next(name: &str) -> Option<Words> {
    find(name).map(|reason| reason.next.into())
}

fn find(name: &str) -> Option<&'static Reason> {
    REASONS.iter().find(|reason| reason.name == name)
}

const fn reason(
    name: &'static str,
    rule: (&'static str, &'static str),
    next: (&'static str, &'static str),
) -> Reason {
    Reason { name, rule, next }
}

const FIX_AND_RESEND: (&str, &str) = (
    "改正后用同一 source_ref 重发：被拒绝的编号仍可使用",
    "correct it and send it again under the same source_ref: a refused one stays free",
);
const PUSH_EARLIER: (&str, &str) = (
    "先推送它所依据的事件，再重发本事件",
    "push the event that it rests on, then send this one again",
);

const REASONS: &[Reason] = &[
    reason(
        "E001_UNKNOWN_REF",
        (
            "引用的对象必须已在账本中",
            "what an event refers to must be in the ledger",
        ),
        PUSH_EARLIER,
    ),
    reason(
        "E002_ILLEGAL_TRANSITION",
        (
            "对象当前状态不允许此事件",
            "the object's state does not allow this event",
        ),
        (
            "用 bihuan read --entity 查看该对象的经过",
            "look at its history: bihuan read --entity",
        ),
    ),
    reason(
        "E003_BAD_TIME",
        (
            "法定日期不得晚于记录之日，也不得早于所依据的事件",
            "a legal date is neither after the day of recording nor before what it rests on",
        ),
        FIX_AND_RESEND,
    ),
    reason(
        "E004_SOURCE_REF_CONFLICT",
        (
            "同一来源系统、同一编号只能有一种内容",
            "one source system and source ref stand for one content, for ever",
        ),
        (
            "内容有误时推送 EventCorrected；新的事实用新的编号",
            "to correct it push an EventCorrected; a new fact takes a new source_ref",
        ),
    ),
    reason(
        "E005_BAD_USCC",
        (
            "统一社会信用代码须合 GB 32100-2015",
            "a USCC follows GB 32100-2015, check digit included",
        ),
        FIX_AND_RESEND,
    ),
    reason(
        "E006_BAD_REGION",
        (
            "区划代码须在账本的区划表中",
            "a region code is one of the ledger's profile",
        ),
        FIX_AND_RESEND,
    ),
    reason(
        "E007_BAD_CATEGORY",
        (
            "品目为 A、B 或 C 加八位数字（政府采购品目分类目录）",
            "a category is A, B or C and eight digits, as in the catalogue",
        ),
        FIX_AND_RESEND,
    ),
    reason(
        "E008_BAD_AMOUNT",
        (
            "金额以分计，须在允许范围内",
            "amounts are in fen and within their range",
        ),
        FIX_AND_RESEND,
    ),
    reason(
        "E010_PLAN_OVER_BUDGET",
        (
            "计划占用不得超过指标可用额（政府采购法第六条）",
            "a plan draws at most what its budget line has available (GPL art. 6)",
        ),
        (
            "先调剂指标，或减少计划",
            "adjust the budget line first, or plan less",
        ),
    ),
    reason(
        "E011_LOT_SUM_MISMATCH",
        ("各包金额之和等于计划金额", "lots sum to their plan"),
        FIX_AND_RESEND,
    ),
    reason(
        "E012_AWARD_OVER_CEILING",
        (
            "中标金额不得超过最高限价和包预算（政府采购法第三十六条）",
            "an award is at most the lot's ceiling and amount (GPL art. 36)",
        ),
        FIX_AND_RESEND,
    ),
    reason(
        "E013_CONTRACT_OVER_AWARD",
        (
            "合同金额不得超过中标金额（政府采购法第四十六条）",
            "contracts are at most their award (GPL art. 46)",
        ),
        FIX_AND_RESEND,
    ),
    reason(
        "E014_SUPPLEMENT_OVER_10PCT",
        (
            "补充合同累计不得超过原合同的百分之十（政府采购法第四十九条）",
            "supplements sum to at most ten per cent of the original contract (GPL art. 49)",
        ),
        (
            "超出部分须另行采购",
            "what is beyond takes a procurement of its own",
        ),
    ),
    reason(
        "E015_PAYMENT_OVER_CONTRACT",
        (
            "支付累计不得超过应付金额",
            "payments sum to at most what the contract makes payable",
        ),
        FIX_AND_RESEND,
    ),
    reason(
        "E016_PAYMENT_OVER_BUDGET",
        (
            "支付不得超过项目在该指标上的占用",
            "payments are at most what the project occupies of the budget line",
        ),
        FIX_AND_RESEND,
    ),
    reason(
        "E017_PAYEE_MISMATCH",
        (
            "收款人和账户须与合同一致",
            "payee and account are those of the contract",
        ),
        (
            "更换账户先推送 ContractChanged",
            "a new account is first agreed: push a ContractChanged",
        ),
    ),
    reason(
        "E018_FINANCING_OVER_RECEIVABLE",
        (
            "融资余额不得超过应收账款",
            "loans are at most the receivable",
        ),
        FIX_AND_RESEND,
    ),
    reason(
        "E019_VENUE_OVERLAP",
        (
            "同一场地同一时段只能用一次",
            "one venue has one use at a time",
        ),
        FIX_AND_RESEND,
    ),
    reason(
        "E020_FORBIDDEN_ROLE",
        (
            "此角色无权推送此类事件",
            "this role may not push this type of event",
        ),
        (
            "检查 actor_role，由有权的系统推送",
            "check actor_role; let the competent system push it",
        ),
    ),
    reason(
        "E021_SEALED",
        (
            "内容依法尚未公开",
            "the law keeps this closed until a later moment",
        ),
        ("到法定时刻后再读", "read it when the law opens it"),
    ),
    reason(
        "E022_MISSING_FIELD",
        ("必填字段不得缺少", "a required field must be present"),
        (
            "用 bihuan proto 类型 查看必填字段",
            "see what is required: bihuan proto TYPE",
        ),
    ),
    reason(
        "E023_RELEASE_OVER_HELD",
        (
            "退还或解除不得超过现有数额",
            "what is released or returned is at most what is held",
        ),
        FIX_AND_RESEND,
    ),
    reason(
        "E024_SUM_MISMATCH",
        ("分项之和等于总额", "parts sum to their whole"),
        FIX_AND_RESEND,
    ),
    reason(
        "E025_PAY_BEFORE_ACCEPTANCE",
        (
            "以验收为条件的款项，验收合格后方可支付",
            "a payment that waits for acceptance comes after passed acceptance",
        ),
        PUSH_EARLIER,
    ),
    reason(
        "E026_WRONG_JURISDICTION",
        (
            "行为单位对此无管辖权",
            "the acting organisation has no power over this",
        ),
        FIX_AND_RESEND,
    ),
    reason(
        "BATCH_REFUSED",
        (
            "一批要么全记，要么全不记",
            "a batch is appended whole or not at all",
        ),
        (
            "同批另有事件被拒；去掉 --whole-batches 或减小 --batch",
            "another event of its batch was refused; drop --whole-batches or make --batch smaller",
        ),
    ),
    reason(
        "SHAPE",
        (
            "事件须合乎模式",
            "an event has the shape that the schema gives it",
        ),
        (
            "用 bihuan proto 类型 --example 对照",
            "compare with bihuan proto TYPE --example",
        ),
    ),
    reason(
        "STALE_EXPECTATION",
        (
            "对象已不是所预期的样子",
            "the object is no longer what the batch expected",
        ),
        ("重新读取后再决定", "read it again, then decide"),
    ),
    reason(
        "QUEUE_FULL",
        ("写入队列已满", "the queue of appends is full"),
        (
            "稍后重试，或减少并发",
            "try again shortly, or send with fewer callers",
        ),
    ),
    reason(
        "DISK_NEARLY_FULL",
        (
            "磁盘将满，停止写入，读取照常",
            "the disk is nearly full: appends stop, reads go on",
        ),
        ("请运维腾出空间", "ask the operator to free space"),
    ),
    reason(
        "DAMAGE_FOUND",
        (
            "发现损坏，账本只读",
            "damage was found: the ledger only reads",
        ),
        (
            "运行 bihuan verify --data DIR",
            "run bihuan verify --data DIR",
        ),
    ),
    reason(
        "JOURNAL_FAILED",
        (
            "写盘失败，不再写入",
            "writing to disk failed: nothing more is written",
        ),
        (
            "检查磁盘后重启服务器",
            "check the disk, then restart the server",
        ),
    ),
    reason(
        "MODELS_NOT_READY",
        (
            "列表与检索正在由日志重建",
            "lists and search are being made anew from the journal",
        ),
        ("稍候再试", "try again shortly"),
    ),
    reason(
        "TOO_MANY_ROWS",
        (
            "超出一次可跟踪的数量",
            "more than one caller watches at a time",
        ),
        ("缩小筛选范围", "ask with a narrower filter"),
    ),
    reason(
        "SHUTTING_DOWN",
        ("服务器正在停止", "the server is shutting down"),
        (
            "重启后再试；重发不会重复记录",
            "try again later; a retry never records twice",
        ),
    ),
    reason(
        "NOT_FOUND",
        ("账本中没有", "it is not in the ledger"),
        (
            "检查名称；bihuan read 列出已有的",
            "check the name; bihuan read lists what is there",
        ),
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::refusal::Code;

    #[test]
    fn explains_every_refusal_of_the_domain_in_both_languages() {
        let codes = [
            Code::E001_UNKNOWN_REF,
            Code::E002_ILLEGAL_TRANSITION,
            Code::E003_BAD_TIME,
            Code::E004_SOURCE_REF_CONFLICT,
            Code::E005_BAD_USCC,
            Code::E006_BAD_REGION,
            Code::E007_BAD_CATEGORY,
            Code::E008_BAD_AMOUNT,
            Code::E010_PLAN_OVER_BUDGET,
            Code::E011_LOT_SUM_MISMATCH,
            Code::E012_AWARD_OVER_CEILING,
            Code::E013_CONTRACT_OVER_AWARD,
            Code::E014_SUPPLEMENT_OVER_10PCT,
            Code::E015_PAYMENT_OVER_CONTRACT,
            Code::E016_PAYMENT_OVER_BUDGET,
            Code::E017_PAYEE_MISMATCH,
            Code::E018_FINANCING_OVER_RECEIVABLE,
            Code::E019_VENUE_OVERLAP,
            Code::E020_FORBIDDEN_ROLE,
            Code::E021_SEALED,
            Code::E022_MISSING_FIELD,
            Code::E023_RELEASE_OVER_HELD,
            Code::E024_SUM_MISMATCH,
            Code::E025_PAY_BEFORE_ACCEPTANCE,
            Code::E026_WRONG_JURISDICTION,
        ];
        for code in codes {
            let (rule, next) = (rule(code.name()), next(code.name()));
            for words in [rule, next] {
                let words = words.unwrap_or_default();
                assert!(
                    !words.zh.is_empty() && !words.en.is_empty(),
                    "{}",
                    code.name()
                );
            }
        }
    }
}
