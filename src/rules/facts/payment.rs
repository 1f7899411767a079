//! Payment: what is owed under a contract or an order and paid in time (task 06), what finance
//! decides on a request, and why it does not pay.

use super::{
    Fact,
    FactKind::{Clock as IsClock, Content as IsContent},
    Parameter, Parameters, nth,
    payment_terms::{Contract, Owed, contracts},
    variables,
};
use crate::{
    domain::values::StreamKind,
    events::v1::{DayUnit, event_payload::Payload},
    rules::case::{Body, Case, Clock, Done, Interest, Scene},
    views::Standing,
};

/// Why a rule of 保障中小企业款项支付条例 does not apply.
const NO_SME: &str = "供应商不是中小企业 the supplier is no small or medium enterprise";
/// What has to be told of the start of clocks, and of interest.
const INSPECTION: &[Parameter] = &[Parameter::InspectionDays];
const INSPECTION_AND_INTEREST: &[Parameter] =
    &[Parameter::InspectionDays, Parameter::InterestBpADay];
/// Contracts are signed in projects; an order of the e-mall is one.
const BOTH: &[StreamKind] = &[StreamKind::Project, StreamKind::Order];

/// The facts of this family.
pub const FACTS: &[Fact] = &[
    Fact {
        name: "term_paid",
        kind: IsClock,
        streams: BOTH,
        zh: "未约定付款期限的合同款项，自付款条件成就之日起，至足额支付",
        en: "From the day on which a payment without agreed days falls in, to its full payment",
        variables: variables::CONTRACT,
        parameters: INSPECTION,
        find: |scene, of| terms(scene, of, false, false),
    },
    Fact {
        name: "term_paid_as_agreed",
        kind: IsClock,
        streams: BOTH,
        zh: "约定了付款期限的合同款项，自付款条件成就之日起，至足额支付；约定期限先到的，以其为准",
        en: "From the day on which a payment with agreed days falls in, to its full payment; the \
             agreed days count where they end before those of the rule",
        variables: variables::CONTRACT,
        parameters: INSPECTION,
        find: |scene, of| terms(scene, of, true, false),
    },
    Fact {
        name: "sme_term_paid",
        kind: IsClock,
        streams: BOTH,
        zh: "应付中小企业、未约定付款期限的合同款项，自付款条件成就之日起，至足额支付；逾期计息",
        en: "The same of payments to small and medium enterprises without agreed days; interest \
             runs on what is overdue",
        variables: variables::CONTRACT,
        parameters: INSPECTION_AND_INTEREST,
        find: |scene, of| terms(scene, of, false, true),
    },
    Fact {
        name: "sme_term_paid_as_agreed",
        kind: IsClock,
        streams: BOTH,
        zh: "应付中小企业、约定了付款期限的合同款项，自付款条件成就之日起，至足额支付；逾期计息",
        en: "The same of payments to small and medium enterprises with agreed days; interest runs \
             on what is overdue",
        variables: variables::CONTRACT,
        parameters: INSPECTION_AND_INTEREST,
        find: |scene, of| terms(scene, of, true, true),
    },
    Fact {
        name: "payment_days_agreed",
        kind: IsContent,
        streams: BOTH,
        zh: "合同约定的付款期限，超过规则限制的逐条列出",
        en: "The payment terms of a contract whose days are more than the limit of the rule",
        variables: variables::CONTRACT,
        parameters: &[],
        find: days_agreed,
    },
    Fact {
        name: "invoice_paid",
        kind: IsClock,
        streams: BOTH,
        zh: "自收到发票且付款条件成就之日起，至款项足额支付",
        en: "From the day on which an invoice is there and its payment has fallen in, to its full \
             payment",
        variables: variables::CONTRACT,
        parameters: INSPECTION,
        find: invoices,
    },
    Fact {
        name: "payment_decided",
        kind: IsClock,
        streams: BOTH,
        zh: "自申请支付之日起，至财政审核通过或者退回",
        en: "From a request for payment to its acceptance or rejection by finance",
        variables: variables::CONTRACT,
        parameters: &[],
        find: decided,
    },
    Fact {
        name: "sme_payment_rejected",
        kind: IsContent,
        streams: BOTH,
        zh: "退回中小企业款项支付申请的理由：负责人变更、内部付款流程、等待验收备案或者审计",
        en: "Whether a payment to a small or medium enterprise was turned down for a change of \
             head, for internal flow or in wait of an audit",
        variables: variables::CONTRACT,
        parameters: &[],
        find: rejected,
    },
];

/// One clock for each term that is owed, with agreed days or without, to all or to SMEs.
fn terms(scene: &Scene<'_>, of: &Parameters, is_agreed: bool, is_of_sme: bool) -> Vec<Case> {
    let mut cases = Vec::new();
    let usual_bp = is_of_sme.then(|| of.interest_bp_a_day.unwrap_or_default());
    for contract in contracts(scene) {
        for owed in contract.owed(scene, of) {
            if owed.agreed.is_some() == is_agreed {
                cases.extend(term(&contract, owed, usual_bp));
            }
        }
    }
    cases
}

/// The clock of a term; that of a small or medium enterprise names the usual interest.
fn term(contract: &Contract<'_>, owed: Owed, usual_bp: Option<i64>) -> Option<Case> {
    let since = owed.since?;
    let mut evidence: Vec<u64> = contract.act.positions().collect();
    evidence.extend(since.evidence);
    let body = match usual_bp.is_some() && !contract.is_of_sme() {
        true => Body::NotApplicable(NO_SME.to_owned()),
        false => Body::Clock(Clock {
            agreed: owed.agreed,
            done: owed.done,
            void: owed.void,
            amount_fen: Some(owed.amount_fen),
            paid: owed.paid,
            interest: usual_bp.map(|bp| interest(contract, bp)),
            ..Clock::default()
        }),
    };
    Some(Case {
        subject: owed.subject,
        on: since.on,
        evidence,
        body,
    })
}

/// What runs on an overdue amount: the agreed rate, or the usual one. That an agreed rate
/// is no lower than the reference rate of its day, no event shows.
fn interest(contract: &Contract<'_>, usual_bp: i64) -> Interest {
    let agreed = contract.interest_bp_year;
    agreed.map_or(Interest::Daily(usual_bp), Interest::Yearly)
}

/// One case for each contract that agrees on days.
fn days_agreed(scene: &Scene<'_>, parameters: &Parameters) -> Vec<Case> {
    let limit = parameters.limit.unwrap_or(i64::MAX);
    let of = |contract: Contract<'_>| {
        let mut agreed = contract
            .terms
            .iter()
            .filter(|term| term.days.is_some())
            .peekable();
        agreed.peek()?;
        let wrong = agreed.filter_map(|term| {
            let days = term.days.filter(|days| i64::from(*days) > limit)?;
            let (zh, en) = match term.day_unit() {
                DayUnit::Wd => ("个工作日", "working days"),
                _ => ("日", "days"),
            };
            let no = &term.term_no;
            Some(format!(
                "支付条款 {no} 约定 {days} {zh} term {no} agrees on {days} {en}"
            ))
        });
        let body = Body::Content(wrong.collect());
        Some(Case::of(
            contract.act,
            scene.subject("contract", contract.id),
            body,
        ))
    };
    contracts(scene).into_iter().filter_map(of).collect()
}

/// One clock for each term that has its invoice.
fn invoices(scene: &Scene<'_>, of: &Parameters) -> Vec<Case> {
    let mut cases = Vec::new();
    for contract in contracts(scene) {
        for owed in contract.owed(scene, of) {
            let (Some(since), Some(invoiced)) = (owed.since, owed.invoiced) else {
                continue;
            };
            let clock = Clock {
                done: owed.done,
                void: owed.void,
                amount_fen: Some(owed.amount_fen),
                paid: owed.paid,
                ..Clock::default()
            };
            cases.push(Case {
                subject: owed.subject,
                on: since.on.max(invoiced.on),
                evidence: [since.evidence, invoiced.evidence].concat(),
                body: Body::Clock(clock),
            });
        }
    }
    cases
}

/// One clock for each request; a payment that is requested again is another.
fn decided(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let mut cases = Vec::new();
    let mut asked: Vec<&str> = Vec::new();
    for (act, payload) in scene.acts() {
        let Payload::PaymentRequested(requested) = payload else {
            continue;
        };
        let id = requested.payment_id.as_str();
        asked.push(id);
        let decides = |(by, payload): &(&Standing, &Payload)| {
            let payment = match payload {
                Payload::PaymentAccepted(e) => &e.payment_id,
                Payload::PaymentRejected(e) => &e.payment_id,
                _ => return false,
            };
            payment == id && by.position > act.position
        };
        let decision = scene.acts().find(decides);
        let clock = Clock {
            done: decision.map(|(by, _)| Done::by(by)),
            amount_fen: Some(requested.amount_fen),
            ..Clock::default()
        };
        let n = asked.iter().filter(|other| **other == id).count();
        let subject = nth(scene.subject("payment", id), n);
        cases.push(Case::of(act, subject, Body::Clock(clock)));
    }
    cases
}

/// Grounds that do not excuse: words of a reason, and what they come to.
const NO_GROUNDS: &[(&[&str], &str)] = &[
    (
        &[
            "法定代表人变更",
            "法人变更",
            "负责人变更",
            "领导变更",
            "负责人更换",
            "领导更换",
            "换届",
        ],
        "以法定代表人或者主要负责人变更为由 for a change of the head",
    ),
    (
        &[
            "内部流程",
            "内部付款流程",
            "内部审批",
            "付款流程",
            "内部手续",
        ],
        "以履行内部付款流程为由 for internal flow",
    ),
    (
        &[
            "验收备案",
            "验收批复",
            "决算审计",
            "等待审计",
            "审计未",
            "待审计",
            "审计结果",
        ],
        "以等待竣工验收备案、决算审计为由 in wait of a completion filing or an audit",
    ),
];

/// One case for each rejected payment.
fn rejected(scene: &Scene<'_>, _: &Parameters) -> Vec<Case> {
    let contracts = contracts(scene);
    let mut cases = Vec::new();
    let mut refused: Vec<&str> = Vec::new();
    for (act, payload) in scene.acts() {
        let Payload::PaymentRejected(rejected) = payload else {
            continue;
        };
        let id = rejected.payment_id.as_str();
        refused.push(id);
        let is_its = |contract: &&Contract<'_>| contract.id == rejected.contract_id;
        let Some(contract) = contracts.iter().find(is_its) else {
            continue;
        };
        let names = |words: &[&str]| words.iter().any(|word| rejected.reason.contains(word));
        let wrong = NO_GROUNDS.iter().filter(|(words, _)| names(words));
        let body = match contract.is_of_sme() {
            true => Body::Content(wrong.map(|(_, wrong)| (*wrong).to_owned()).collect()),
            false => Body::NotApplicable(NO_SME.to_owned()),
        };
        let n = refused.iter().filter(|other| **other == id).count();
        cases.push(Case::of(act, nth(scene.subject("payment", id), n), body));
    }
    cases
}
