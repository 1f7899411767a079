//! That financing is the supplier's own choice (任务9): what requirements and tender notices say of
//! it.
//!
//! No field says whether a loan is a condition; the words do. A sentence that names financing with
//! a word of duty and none of choice is told, for a person to read.

use super::{Fact, FactKind::Content as IsContent, Parameters, nth, variables};
use crate::{
    domain::values::StreamKind,
    events::v1::{NoticeType, event_payload::Payload, notice_published::Content},
    rules::case::{Body, Case, Scene},
};

/// The facts of this family.
pub const FACTS: &[Fact] = &[Fact {
    name: "financing_not_a_condition",
    kind: IsContent,
    streams: &[StreamKind::Project],
    zh: "采购需求和采购公告中把政府采购合同融资作为条件的语句",
    en: "Sentences of a requirement or a tender notice that make financing of the contract a \
         condition",
    variables: variables::PROJECT,
    parameters: &[],
    find: conditions,
}];

/// Words for financing of a contract.
const FINANCING: &[&str] = &["政采贷", "政府采购贷", "合同融资"];
/// Words of duty.
const DUTY: &[&str] = &[
    "必须",
    "应当",
    "须",
    "否则",
    "资格条件",
    "实质性要求",
    "加分",
    "得分",
];
/// Words of choice, and words that forbid to demand it.
const CHOICE: &[&str] = &[
    "自愿",
    "可以",
    "可凭",
    "可自主",
    "自主选择",
    "鼓励",
    "不得",
    "不强制",
    "不作为",
    "无须",
    "无需",
    "禁止",
];
/// What ends a sentence.
const ENDS: &[char] = &['。', '；', ';', '！', '!', '\n'];

/// One case for each requirement and each tender notice; what is said again is another.
fn conditions(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let mut cases = Vec::new();
    let mut subjects: Vec<String> = Vec::new();
    for (act, payload) in scene.acts() {
        let (subject, texts) = match payload {
            Payload::RequirementDefined(of) => (
                scene.subject("requirement", &of.requirement_id),
                vec![of.technical.as_str(), of.commercial.as_str()],
            ),
            Payload::NoticePublished(of) if of.notice_type() == NoticeType::Tender => {
                let Some(Content::Tender(content)) = &of.content else {
                    continue;
                };
                let subject = scene.subject("notice", &of.notice_id);
                (subject, vec![content.text.as_str(), &content.requirement])
            }
            _ => continue,
        };
        subjects.push(subject.clone());
        let n = subjects.iter().filter(|other| **other == subject).count();
        let wrong = texts.into_iter().flat_map(forced);
        let wrong = wrong.map(|sentence| format!("{sentence} makes financing a condition"));
        let body = Body::Content(wrong.collect());
        cases.push(Case::of(act, nth(subject, n), body));
    }
    cases
}

/// The sentences of a text that make financing a condition.
fn forced(text: &str) -> impl Iterator<Item = &str> {
    let has = |sentence: &str, words: &[&str]| words.iter().any(|word| sentence.contains(word));
    let sentences = text.split(ENDS).map(str::trim);
    sentences.filter(move |sentence| {
        // 须知 is the name of a chapter.
        let duties = sentence.replace("须知", "");
        has(sentence, FINANCING) && has(&duties, DUTY) && !has(sentence, CHOICE)
    })
}
