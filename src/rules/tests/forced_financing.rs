//! Examples of the rule that financing is the supplier's own choice.

use super::{
    Example,
    Shows::{AtTheBound, Broken, Kept, NotApplicable},
    Told,
    project::{example, tell},
};
use crate::{
    domain::testkit::{instant, notice_published},
    events::v1::{self, NoticeType, notice_published::Content},
};

const RULE: &str = "HY-09-FORCED";

/// What this family shows.
pub(super) const EXAMPLES: &[Example] = &[
    example(
        RULE,
        Kept,
        |told| requirement(told, 1, "中标供应商可凭合同自愿申请政采贷。"),
        "kept",
    ),
    example(
        RULE,
        Kept,
        |told| requirement(told, 1, "交货期三十日。"),
        "kept",
    ),
    // Words of duty in another sentence, and in the name of a chapter.
    example(
        RULE,
        AtTheBound,
        |told| {
            let text = "供应商须具备资质。合同融资（政采贷）见投标须知第五章；";
            requirement(told, 1, text);
        },
        "kept",
    ),
    example(
        RULE,
        AtTheBound,
        |told| notice(told, NoticeType::Tender, "不得将办理政采贷作为资格条件。"),
        "kept",
    ),
    example(
        RULE,
        Broken,
        |told| {
            let text = "付款三十日。成交供应商须在指定银行办理政采贷，否则不予签约。";
            requirement(told, 1, text);
        },
        "broken",
    ),
    example(
        RULE,
        Broken,
        |told| notice(told, NoticeType::Tender, "办理合同融资的加分3分"),
        "broken",
    ),
    // A later version says it otherwise: the first stays what it was.
    example(
        RULE,
        Broken,
        |told| {
            requirement(told, 1, "投标人必须承诺办理政府采购贷");
            requirement(told, 2, "供应商自主选择是否办理政府采购贷");
        },
        "broken; kept",
    ),
    example(
        RULE,
        NotApplicable,
        |told| notice(told, NoticeType::Termination, "须办理政采贷"),
        "",
    ),
];

fn requirement(told: &mut Told, version: i32, commercial: &str) {
    told.tell(v1::RequirementDefined {
        requirement_id: "RQ-1".into(),
        version,
        technical: "台式计算机".into(),
        commercial: commercial.into(),
        hash: "00".repeat(32),
        author_nos: vec!["M-1".into()],
        defined_on: "2023-07-20".into(),
        ..v1::RequirementDefined::default()
    });
}

fn notice(told: &mut Told, notice_type: NoticeType, text: &str) {
    tell(told, notice_published("N-1"), |of| {
        of.notice_type = notice_type.into();
        of.published_at = instant("2023-08-14", 8);
        of.content = Some(Content::Tender(v1::TenderNotice {
            text: text.into(),
            ..v1::TenderNotice::default()
        }));
    });
}
