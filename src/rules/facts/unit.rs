//! Budget units: internal control (任务2), small purchases (任务3), disclosure of arrears.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Datelike as _;

use super::{
    Fact, FactKind, Parameters,
    beside::{Member, acts_of, first_of},
    variables,
};
use crate::{
    domain::values::StreamKind,
    events::v1::{
        ControlArea, NoticeType, OrganisationKind, ProcurementObject, SmallPurchaseExemption,
        SmallPurchaseRecorded, event_payload::Payload, notice_published::Content,
    },
    rules::case::{Body, Case, Level, Place, Scene},
    views::Standing,
};

/// The e-mall of the province.
const MALL: &str = "HN_EMALL";

/// The facts of this family.
pub const FACTS: &[Fact] = &[
    Fact {
        name: "control_filed",
        kind: FactKind::Clock,
        streams: &[StreamKind::Organisation],
        zh: "预算单位的内控制度备案经财政部门通过且未废止",
        en: "Rules of internal control of a budget unit are filed, accepted by finance and not \
             repealed",
        variables: variables::UNIT,
        parameters: &[],
        find: control_filed,
    },
    Fact {
        name: "control_numbered",
        kind: FactKind::Content,
        streams: &[StreamKind::Unit],
        zh: "内控制度现行文本的发文字号",
        en: "The document number of the newest text of rules of internal control",
        variables: variables::UNIT,
        parameters: &[],
        find: control_numbered,
    },
    Fact {
        name: "control_covers",
        kind: FactKind::Content,
        streams: &[StreamKind::Unit],
        zh: "内控制度现行文本是否涵盖不相容岗位分离和需求管理",
        en: "Whether the newest text of rules of internal control covers the separation of duties \
             and the control of requirements",
        variables: variables::UNIT,
        parameters: &[],
        find: control_covers,
    },
    Fact {
        name: "small_purchase_in_mall",
        kind: FactKind::Exists,
        streams: &[StreamKind::Unit],
        zh: "限额标准以下的零星采购是否在电子卖场进行；有豁免事由或达到限额标准的不论",
        en: "Whether a purchase below the threshold was made in the e-mall; what is exempt or \
             reaches the threshold is passed over",
        variables: variables::UNIT,
        parameters: &[],
        find: small_purchase_in_mall,
    },
    Fact {
        name: "arrears_disclosed",
        kind: FactKind::Clock,
        streams: &[StreamKind::Organisation],
        zh: "每年自一月一日起，至预算单位公开上一年度逾期未支付中小企业款项信息",
        en: "From the first day of each year to the disclosure of a budget unit's arrears of the \
             year before to small and medium enterprises",
        variables: variables::UNIT,
        parameters: &[],
        find: arrears_disclosed,
    },
];

fn is_unit(kind: OrganisationKind) -> bool {
    kind == OrganisationKind::BudgetUnit
}

fn control_filed(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let Some(member) = Member::of(scene, is_unit) else {
        return Vec::new();
    };
    let mut clock = member.clock();
    let mut evidence = member.evidence.clone();
    let mut accepted = BTreeSet::new();
    let mut level = Level {
        whole: 1,
        changes: Vec::new(),
    };
    for act in acts_of(scene, StreamKind::Unit, &scene.stream.id).iter() {
        let change = match act.payload() {
            Some(Payload::InternalControlFilingAccepted(e)) => {
                i128::from(accepted.insert(e.control_id.clone()))
            }
            Some(Payload::InternalControlRepealed(e)) => {
                -i128::from(accepted.remove(&e.control_id))
            }
            _ => 0,
        };
        if change != 0 {
            level.changes.push((act.on(), change));
            evidence.extend(act.positions());
        }
    }
    clock.level = Some(level);
    vec![Case {
        subject: scene.subject("unit", ""),
        on: member.since,
        evidence,
        body: Body::Clock(clock),
    }]
}

/// The newest text of rules of internal control.
struct ControlText<'a> {
    act: &'a Standing,
    doc_no: &'a str,
    covers: Vec<ControlArea>,
    is_repealed: bool,
}

/// The newest text of each set of rules of the stream.
fn texts<'a>(scene: &Scene<'a>) -> BTreeMap<&'a str, ControlText<'a>> {
    let mut texts = BTreeMap::new();
    for (act, payload) in scene.acts() {
        let (id, doc_no, covers) = match payload {
            Payload::InternalControlIssued(e) => (&e.control_id, &e.doc_no, e.covers().collect()),
            Payload::InternalControlRevised(e) => (&e.control_id, &e.doc_no, e.covers().collect()),
            Payload::InternalControlRepealed(e) => {
                if let Some(text) = texts.get_mut(e.control_id.as_str()) {
                    let text: &mut ControlText<'_> = text;
                    text.is_repealed = true;
                }
                continue;
            }
            _ => continue,
        };
        let text = ControlText {
            act,
            doc_no,
            covers,
            is_repealed: false,
        };
        texts.insert(id.as_str(), text);
    }
    texts
}

fn of_texts(scene: &Scene<'_>, wrong: impl Fn(&ControlText<'_>) -> Vec<String>) -> Vec<Case> {
    let case = |(id, text): (&str, ControlText<'_>)| {
        let body = match text.is_repealed {
            true => Body::NotApplicable("制度已废止 the rules are repealed".to_owned()),
            false => Body::Content(wrong(&text)),
        };
        Case::of(text.act, scene.subject("control", id), body)
    };
    texts(scene).into_iter().map(case).collect()
}

fn control_numbered(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    of_texts(scene, |text| match is_red_head(text.doc_no) {
        true => Vec::new(),
        false => vec![format!(
            "“{}”不是红头文件的发文字号 is no document number",
            text.doc_no
        )],
    })
}

fn control_covers(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let asked = [
        (
            ControlArea::Separation,
            "缺少不相容岗位分离 separation of duties is missing",
        ),
        (
            ControlArea::Demand,
            "缺少需求管理 control of requirements is missing",
        ),
    ];
    of_texts(scene, |text| {
        let missing = asked.iter().filter(|(area, _)| !text.covers.contains(area));
        missing.map(|(_, wrong)| (*wrong).to_owned()).collect()
    })
}

/// Whether a text is a document number: `^\p{Han}{1,12}〔20\d{2}〕\d{1,4}号$`; square brackets
/// stand for the others.
fn is_red_head(text: &str) -> bool {
    let split = |open, close| {
        let (office, rest) = text.split_once(open)?;
        let (year, number) = rest.split_once(close)?;
        Some((office, year, number.strip_suffix('号')?))
    };
    let Some((office, year, number)) = split('〔', '〕').or_else(|| split('[', ']')) else {
        return false;
    };
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    (1..=12).contains(&office.chars().count())
        && office.chars().all(is_han)
        && year.len() == 4
        && year.starts_with("20")
        && are_digits(year)
        && (1..=4).contains(&number.len())
        && are_digits(number)
}

/// Whether a character is of the Han script: ideographs of all blocks, 々 and 〇.
fn is_han(character: char) -> bool {
    matches!(
        character,
        '\u{4e00}'..='\u{9fff}'
            | '\u{3400}'..='\u{4dbf}'
            | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{323af}'
            | '々'
            | '〇'
    )
}

fn small_purchase_in_mall(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let mut cases = Vec::new();
    let registry = scene.around.organisation(&scene.stream.id);
    for (act, payload) in scene.acts() {
        let Payload::SmallPurchaseRecorded(purchase) = payload else {
            continue;
        };
        let region = registry.as_ref().map(|registry| registry.region.as_str());
        let region = region.filter(|region| !region.is_empty());
        let region = region.unwrap_or(&act.fact.event.region_code);
        let is_in_mall = purchase.channel == MALL;
        let body = match why_elsewhere(scene, act, purchase, region) {
            Some(reason) if !is_in_mall => Body::NotApplicable(reason),
            _ => Body::Exists(is_in_mall),
        };
        let subject = scene.subject("purchase", &purchase.purchase_id);
        cases.push(Case::of(act, subject, body));
    }
    cases
}

/// Why a purchase need not be made in the e-mall.
fn why_elsewhere(
    scene: &Scene<'_>,
    act: &Standing,
    purchase: &SmallPurchaseRecorded,
    region: &str,
) -> Option<String> {
    let exemption = match purchase.exemption_reason() {
        SmallPurchaseExemption::Unspecified => None,
        SmallPurchaseExemption::Classified => Some("涉密 it is classified"),
        SmallPurchaseExemption::Emergency => Some("应急 it is an emergency"),
        SmallPurchaseExemption::NotListed => Some("卖场无此商品 the e-mall does not have it"),
        SmallPurchaseExemption::Utility => Some("公用事业 it is a utility"),
    };
    if let Some(exemption) = exemption {
        return Some(exemption.to_owned());
    }
    let object = match purchase.category.as_bytes().first()? {
        b'A' => ProcurementObject::Goods,
        b'B' => ProcurementObject::Works,
        _ => ProcurementObject::Service,
    };
    let limits = scene
        .around
        .thresholds(&Place { region, object }, act.on())?;
    (purchase.amount_fen >= limits.dispersed_limit_fen)
        .then(|| "达到采购限额标准 it reaches the threshold".to_owned())
}

fn arrears_disclosed(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let Some(member) = Member::of(scene, is_unit) else {
        return Vec::new();
    };
    let acts = acts_of(scene, StreamKind::Unit, &scene.stream.id);
    // There are arrears of a year only of who was a unit in it.
    let years = member
        .years(scene.today)
        .filter(|(year, _)| *year > member.since.year());
    let case = |(year, on)| {
        let mut clock = member.clock_of_year(year);
        clock.done = first_of(&acts, on, |payload| {
            matches!(payload, Payload::NoticePublished(notice)
                if notice.notice_type() == NoticeType::SmeArrears
                    && matches!(&notice.content, Some(Content::SmeArrears(of))
                        if of.year == on.year() - 1))
        });
        Case {
            subject: scene.subject("unit", &year.to_string()),
            on,
            evidence: member.evidence.clone(),
            body: Body::Clock(clock),
        }
    };
    years.map(case).collect()
}
