//! Matters beside the stages: disputes, loans, securities, approvals, and whatever else has an id,
//! some acts, and an end. One fold for all of them, so that each type is one line of a table.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Standing, acts, figure::Sum};
use crate::events::v1::{
    self, ApprovalResult, ComplaintReviewOutcome, FairReviewResult, FarmPlatform, MatterKind,
    MatterState, ReargumentResult, event_payload::Payload,
};

/// What an event does to the money of a matter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Money {
    /// Nothing.
    #[default]
    None,
    /// States the amount; nothing is held of it.
    Amount(i64),
    /// States the amount, and that it is held or owed.
    Held(i64),
    /// So much more is held or owed.
    More(i64),
    /// So much less is held or owed.
    Less(i64),
    /// Nothing is held any more.
    Ended,
}

/// What an event does to a matter.
struct Step<'a> {
    kind: MatterKind,
    id: String,
    lot_no: &'a str,
    contract_id: &'a str,
    party: &'a str,
    counterparty: &'a str,
    /// Where the matter stands afterwards; `None` as before.
    state: Option<MatterState>,
    outcome: String,
    money: Money,
    /// Of which version it is, and how far it brings that one: a late act of an older version, or
    /// an earlier act of the same, moves the matter no more.
    version: Option<(i32, bool)>,
}

impl<'a> Step<'a> {
    fn new(kind: MatterKind, id: impl Into<String>) -> Self {
        Self {
            kind,
            id: id.into(),
            lot_no: "",
            contract_id: "",
            party: "",
            counterparty: "",
            state: Some(MatterState::Open),
            outcome: String::new(),
            money: Money::None,
            version: None,
        }
    }

    fn lot(self, lot_no: &'a str) -> Self {
        Self { lot_no, ..self }
    }

    fn contract(self, contract_id: &'a str) -> Self {
        Self {
            contract_id,
            ..self
        }
    }

    fn between(self, party: &'a str, counterparty: &'a str) -> Self {
        Self {
            party,
            counterparty,
            ..self
        }
    }

    fn ends(self, state: MatterState, outcome: impl Into<String>) -> Self {
        Self {
            state: Some(state),
            outcome: outcome.into(),
            ..self
        }
    }

    fn done(self, outcome: impl Into<String>) -> Self {
        self.ends(MatterState::Done, outcome)
    }

    fn tells(self, outcome: impl Into<String>) -> Self {
        Self {
            outcome: outcome.into(),
            ..self
        }
    }

    /// Leaves the matter where it stands.
    fn along(self) -> Self {
        Self {
            state: None,
            ..self
        }
    }

    fn version(self, version: i32, is_reviewed: bool) -> Self {
        let version = Some((version, is_reviewed));
        Self { version, ..self }
    }

    fn money(self, money: Money) -> Self {
        Self { money, ..self }
    }
}

/// A matter in the making.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Folded {
    matter: v1::Matter,
    amount: Option<Sum>,
    held: Option<Sum>,
    used: Sum,
    /// The newest version, how far it is, and since which day.
    version: Option<(i32, bool, NaiveDate)>,
}

/// Folds the matters of a stream.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Matters {
    found: Vec<Folded>,
    index: HashMap<(MatterKind, String), usize>,
}

impl Matters {
    /// Takes in an event; one that is of no matter changes nothing.
    pub fn take(&mut self, standing: &Standing, payload: &Payload) {
        let Some(step) = step_of(payload) else {
            return;
        };
        let key = (step.kind, step.id.clone());
        let at = *self.index.entry(key).or_insert_with(|| {
            self.found.push(Folded::default());
            self.found.len() - 1
        });
        self.found[at].take(step, standing, payload);
    }

    /// The matters in the order in which they began.
    pub fn into_matters(self) -> Vec<v1::Matter> {
        self.found.into_iter().map(Folded::finish).collect()
    }
}

impl Folded {
    fn take(&mut self, mut step: Step<'_>, standing: &Standing, payload: &Payload) {
        if let Some((version, is_reviewed)) = step.version {
            let version = Some((version, is_reviewed, standing.on()));
            if version < self.version {
                (step.state, step.outcome) = (None, String::new());
            } else {
                self.version = version;
            }
        }
        let matter = &mut self.matter;
        let on = standing.on().to_string();
        if matter.acts.is_empty() || on < matter.opened_on {
            matter.opened_on.clone_from(&on);
        }
        matter.kind = step.kind.into();
        matter.id = step.id;
        for (field, value) in [
            (&mut matter.lot_no, step.lot_no),
            (&mut matter.contract_id, step.contract_id),
            (&mut matter.party, step.party),
            (&mut matter.counterparty, step.counterparty),
            (&mut matter.outcome, step.outcome.as_str()),
        ] {
            if !value.is_empty() {
                value.clone_into(field);
            }
        }
        // What leaves a matter where it stands may be the first that is known of it.
        let is_new = matter.state() == MatterState::Unspecified;
        if let Some(state) = step.state.or(is_new.then_some(MatterState::Open)) {
            matter.state = state.into();
            matter.closed_on = match state {
                MatterState::Open => String::new(),
                _ => on,
            };
        }
        matter.acts.push(acts::act(standing, payload));
        match step.money {
            Money::None => {}
            Money::Amount(fen) => self.amount = Some(Sum::of(fen, standing)),
            Money::Held(fen) => {
                self.amount = Some(Sum::of(fen, standing));
                self.held = Some(Sum::of(fen, standing));
            }
            Money::More(fen) => self.held.get_or_insert_default().add(fen, standing),
            Money::Less(fen) => self.used.add(fen, standing),
            Money::Ended => {
                let held = self.held.as_ref().map_or(0, Sum::fen) - self.used.fen();
                self.used.plus(&Sum::known(held, standing.positions()));
            }
        }
        self.settle(standing);
    }

    /// What is held and given back to the last fen is done.
    fn settle(&mut self, standing: &Standing) {
        let Some(held) = &self.held else { return };
        let is_open = self.matter.state() == MatterState::Open;
        if is_open && self.used.fen() > 0 && self.used.fen() >= held.fen() {
            self.matter.state = MatterState::Done.into();
            self.matter.closed_on = standing.on().to_string();
        }
    }

    fn finish(self) -> v1::Matter {
        let mut matter = self.matter;
        matter.amount = self.amount.as_ref().and_then(Sum::figure);
        if let Some(mut held) = self.held {
            held.minus(&self.used);
            matter.remaining = held.figure();
        }
        matter
    }
}

/// What an event does to which matter.
fn step_of(payload: &Payload) -> Option<Step<'_>> {
    early(payload)
        .or_else(|| dispute(payload))
        .or_else(|| finance(payload))
        .or_else(|| beside(payload))
}

fn early(payload: &Payload) -> Option<Step<'_>> {
    use MatterKind as K;
    let step = Step::new;
    Some(match payload {
        Payload::IntentionPublished(e) => step(K::Intention, &e.intention_id)
            .between(&e.unit, "")
            .money(Money::Amount(e.budget_fen))
            .done(""),
        Payload::IntentionRevised(e) => step(K::Intention, &e.intention_id)
            .money(Money::Amount(e.budget_fen))
            .done(""),
        Payload::IntentionWithdrawn(e) => {
            step(K::Intention, &e.intention_id).ends(MatterState::Withdrawn, "")
        }
        Payload::IntentionExempted(e) => step(K::Intention, &e.intention_id)
            .between(&e.unit, "")
            .done(e.reason_code().as_str_name()),
        Payload::DemandSurveyed(e) => step(K::Requirement, &e.requirement_id).along(),
        Payload::RequirementDefined(e) => {
            let outcome = format!("version {}", e.version);
            step(K::Requirement, &e.requirement_id)
                .version(e.version, false)
                .done(outcome)
        }
        Payload::RequirementReviewed(e) => {
            let ended = match e.passed {
                true => MatterState::Done,
                false => MatterState::Failed,
            };
            step(K::Requirement, &e.requirement_id)
                .version(e.version, true)
                .ends(ended, e.kind().as_str_name())
        }
        Payload::AgencyDelegated(e) => step(K::Delegation, &e.delegation_id)
            .between("", &e.agency)
            .done(""),
        Payload::MethodChangeRequested(e) => step(K::MethodChange, &e.request_id)
            .lot(single(&e.lot_nos))
            .tells(e.to_method().as_str_name()),
        Payload::MethodChangeApproved(e) => step(K::MethodChange, &e.request_id)
            .lot(single(&e.lot_nos))
            .done(e.to_method().as_str_name()),
        Payload::MethodChangeRejected(e) => {
            step(K::MethodChange, &e.request_id).ends(MatterState::Refused, "")
        }
        Payload::SingleSourceArgued(e) => step(K::SingleSource, &e.argument_id)
            .lot(single(&e.lot_nos))
            .between(&e.supplier, "")
            .done("ARGUED"),
        Payload::SingleSourcePublicised(e) => step(K::SingleSource, &e.publicity_id)
            .lot(single(&e.lot_nos))
            .between(&e.supplier, "")
            .tells(format!("{} to {}", e.from, e.to)),
        Payload::SingleSourceObjected(e) => {
            step(K::SingleSource, &e.publicity_id).between("", &e.objector)
        }
        Payload::SingleSourceReargued(e) => {
            let ended = match e.result() {
                ReargumentResult::ObjectionUpheld => MatterState::Refused,
                _ => MatterState::Done,
            };
            step(K::SingleSource, &e.publicity_id).ends(ended, e.result().as_str_name())
        }
        Payload::FairCompetitionReviewed(e) => {
            let ended = match e.result() {
                FairReviewResult::Restricted => MatterState::Refused,
                _ => MatterState::Done,
            };
            step(K::FairReview, &e.review_id)
                .between("", &e.reviewer)
                .ends(ended, e.result().as_str_name())
        }
        Payload::AbnormalLowPriceTriggered(e) => low_price(&e.lot_no, &e.case_no)
            .between(&e.supplier, "")
            .money(Money::Amount(e.price_fen))
            .tells(e.test().as_str_name()),
        Payload::AbnormalLowPriceExplained(e) => low_price(&e.lot_no, &e.case_no),
        Payload::AbnormalLowPriceDecided(e) => low_price(&e.lot_no, &e.case_no).ends(
            if e.accepted {
                MatterState::Done
            } else {
                MatterState::Refused
            },
            "",
        ),
        Payload::AgencyFeePaid(e) => step(K::Fee, &e.fee_id)
            .between(&e.payer, &e.agency)
            .money(Money::Amount(e.amount_fen))
            .done(e.payer_kind().as_str_name()),
        Payload::ExpertFeePaid(e) => step(K::Fee, &e.fee_id)
            .between(&e.payer, "")
            .money(Money::Amount(e.amount_fen))
            .done(e.payer_kind().as_str_name()),
        _ => return None,
    })
}

/// A case of an abnormally low price, whose number is unique in its lot.
fn low_price<'a>(lot_no: &'a str, case_no: &str) -> Step<'a> {
    Step::new(MatterKind::LowPrice, format!("{lot_no}/{case_no}")).lot(lot_no)
}

/// The one lot of a list; nothing of several.
fn single(lot_nos: &[String]) -> &str {
    match lot_nos {
        [only] => only,
        _ => "",
    }
}

fn dispute(payload: &Payload) -> Option<Step<'_>> {
    use MatterKind as K;
    let step = Step::new;
    Some(match payload {
        Payload::InquiryReceived(e) => step(K::Inquiry, &e.inquiry_id)
            .lot(&e.lot_no)
            .between(&e.supplier, &e.received_by),
        Payload::InquiryAnswered(e) => step(K::Inquiry, &e.inquiry_id).done(""),
        Payload::ChallengeFiled(e) => step(K::Challenge, &e.challenge_id)
            .lot(&e.lot_no)
            .between(&e.supplier, "")
            .tells(e.subject().as_str_name()),
        Payload::ChallengeReceived(e) => step(K::Challenge, &e.challenge_id)
            .lot(&e.lot_no)
            .between(&e.supplier, &e.received_by)
            .tells(e.subject().as_str_name()),
        Payload::ChallengeRefused(e) => step(K::Challenge, &e.challenge_id)
            .lot(&e.lot_no)
            .between(&e.supplier, &e.refused_by)
            .ends(MatterState::Refused, e.subject().as_str_name()),
        Payload::ChallengeForwarded(e) => step(K::Challenge, &e.challenge_id).between("", &e.to),
        Payload::ChallengeReplied(e) => {
            step(K::Challenge, &e.challenge_id).done(e.result().as_str_name())
        }
        Payload::ChallengeWithdrawn(e) => {
            step(K::Challenge, &e.challenge_id).ends(MatterState::Withdrawn, "")
        }
        Payload::ComplaintReceived(e) => complaint(&e.complaint_id)
            .lot(&e.lot_no)
            .between(&e.complainant, &e.accepted_by),
        Payload::ComplaintReviewed(e) => {
            let state = match e.outcome() {
                ComplaintReviewOutcome::NotAccepted | ComplaintReviewOutcome::NoJurisdiction => {
                    MatterState::Refused
                }
                _ => MatterState::Open,
            };
            complaint(&e.complaint_id).ends(state, e.outcome().as_str_name())
        }
        Payload::ComplaintWithdrawn(e) => {
            complaint(&e.complaint_id).ends(MatterState::Withdrawn, "")
        }
        Payload::ComplaintDecided(e) => complaint(&e.complaint_id).done(e.result().as_str_name()),
        Payload::ComplaintCorrectionRequested(e) => complaint(&e.complaint_id).along(),
        Payload::ComplaintCorrected(e) => complaint(&e.complaint_id).along(),
        Payload::ComplaintCopiesSent(e) => complaint(&e.complaint_id).along(),
        Payload::ComplaintResponded(e) => complaint(&e.complaint_id).along(),
        Payload::ComplaintSuspensionOrdered(e) => complaint(&e.complaint_id).along(),
        Payload::ComplaintSuspensionLifted(e) => complaint(&e.complaint_id).along(),
        Payload::ComplaintClockPaused(e) => complaint(&e.complaint_id).along(),
        Payload::ComplaintClockResumed(e) => complaint(&e.complaint_id).along(),
        Payload::EmallObjectionRaised(e) => step(K::EmallObjection, &e.objection_id)
            .between(&e.raised_by, "")
            .tells(e.kind().as_str_name()),
        Payload::EmallObjectionTaken(e) => step(K::EmallObjection, &e.objection_id),
        Payload::EmallObjectionResolved(e) => {
            step(K::EmallObjection, &e.objection_id).done(e.result().as_str_name())
        }
        Payload::EmallObjectionWithdrawn(e) => {
            step(K::EmallObjection, &e.objection_id).ends(MatterState::Withdrawn, "")
        }
        _ => return None,
    })
}

fn complaint(complaint_id: &str) -> Step<'_> {
    Step::new(MatterKind::Complaint, complaint_id)
}

fn finance(payload: &Payload) -> Option<Step<'_>> {
    use MatterKind as K;
    let step = Step::new;
    let loan = |id: &String| Step::new(MatterKind::Financing, id);
    let bond = |id: &String| Step::new(MatterKind::Bond, id);
    let guarantee = |id: &String| Step::new(MatterKind::Guarantee, id);
    Some(match payload {
        Payload::FinancingConsentGiven(e) => step(K::FinancingConsent, &e.consent_id)
            .contract(&e.contract_id)
            .done(format!("valid to {}", e.valid_to)),
        Payload::ConfirmationRequested(e) => {
            step(K::Confirmation, &e.confirmation_id).contract(&e.contract_id)
        }
        Payload::ContractConfirmed(e) => step(K::Confirmation, &e.confirmation_id)
            .contract(&e.contract_id)
            .money(Money::Amount(e.receivable_fen))
            .done(""),
        Payload::FinancingApplied(e) => loan(&e.financing_id)
            .contract(&e.contract_id)
            .between("", &e.bank)
            .money(Money::Amount(e.amount_fen)),
        Payload::FinancingApproved(e) => loan(&e.financing_id)
            .contract(&e.contract_id)
            .money(Money::Amount(e.amount_fen))
            .tells("APPROVED"),
        Payload::FinancingRejected(e) => {
            loan(&e.financing_id).ends(MatterState::Refused, "REJECTED")
        }
        Payload::FinancingCancelled(e) => {
            loan(&e.financing_id).ends(MatterState::Withdrawn, "CANCELLED")
        }
        Payload::PayeeAccountLocked(e) => loan(&e.financing_id).contract(&e.contract_id).along(),
        Payload::PayeeAccountReleased(e) => loan(&e.financing_id).along(),
        Payload::FinancingDisbursed(e) => loan(&e.financing_id)
            .contract(&e.contract_id)
            .money(Money::More(e.amount_fen))
            .tells("DISBURSED"),
        Payload::FinancingRepaid(e) => loan(&e.financing_id)
            .money(Money::Less(e.amount_fen))
            .tells("REPAID"),
        Payload::FinancingDefaulted(e) => {
            loan(&e.financing_id).ends(MatterState::Failed, "DEFAULTED")
        }
        Payload::BondCollected(e) => bond(&e.bond_id)
            .lot(&e.lot_no)
            .contract(&e.contract_id)
            .between(&e.payer, "")
            .money(Money::Held(e.amount_fen))
            .tells(e.kind().as_str_name()),
        Payload::BondReturned(e) => bond(&e.bond_id).money(Money::Less(e.amount_fen)),
        Payload::BondForfeited(e) => bond(&e.bond_id)
            .money(Money::Less(e.amount_fen))
            .ends(MatterState::Failed, "FORFEITED"),
        Payload::GuaranteeIssued(e) => guarantee(&e.guarantee_no)
            .lot(&e.lot_no)
            .contract(&e.contract_id)
            .between(&e.applicant, &e.guarantor)
            .money(Money::Held(e.amount_fen))
            .tells(e.kind().as_str_name()),
        Payload::GuaranteeExtended(e) => guarantee(&e.guarantee_no).along(),
        Payload::GuaranteeReleased(e) => {
            guarantee(&e.guarantee_no).money(Money::Less(e.amount_fen))
        }
        Payload::GuaranteeClaimed(e) => guarantee(&e.guarantee_no)
            .money(Money::Less(e.amount_fen))
            .tells("CLAIMED"),
        Payload::GuaranteeExpired(e) => guarantee(&e.guarantee_no)
            .money(Money::Ended)
            .done("EXPIRED"),
        Payload::CreditEnhancementAccepted(e) => step(K::CreditEnhancement, &e.enhancement_id)
            .lot(&e.lot_no)
            .contract(&e.contract_id)
            .between(&e.applicant, &e.provider)
            .money(Money::Amount(e.amount_fen))
            .done(""),
        _ => return None,
    })
}

fn beside(payload: &Payload) -> Option<Step<'_>> {
    use MatterKind as K;
    let step = Step::new;
    let control = |id: &String| Step::new(MatterKind::InternalControl, id);
    Some(match payload {
        Payload::ApprovalRequested(e) => {
            step(K::Approval, &e.approval_id).tells(e.item_code.as_str())
        }
        Payload::ApprovalSupplementRequested(e) => step(K::Approval, &e.approval_id),
        Payload::ApprovalSupplemented(e) => step(K::Approval, &e.approval_id),
        Payload::ApprovalDecided(e) => {
            let ended = match e.result() {
                ApprovalResult::Rejected => MatterState::Refused,
                _ => MatterState::Done,
            };
            step(K::Approval, &e.approval_id).ends(ended, e.result().as_str_name())
        }
        Payload::ApprovalWithdrawn(e) => {
            step(K::Approval, &e.approval_id).ends(MatterState::Withdrawn, "")
        }
        Payload::CreditEvaluated(e) => step(K::CreditEvaluation, &e.evaluation_id)
            .contract(&e.contract_id)
            .between(&e.subject, &e.evaluator)
            .done(e.subject_kind().as_str_name()),
        Payload::BadConductRecorded(e) => step(K::Ban, &e.record_id)
            .between(&e.subject, "")
            .tells(e.ground.as_str()),
        Payload::CreditRepaired(e) => step(K::Ban, &e.record_id).done(""),
        Payload::IrregularFactRecorded(e) => step(K::IrregularFact, &e.fact_id)
            .between(&e.subject_ref, "")
            .done(e.violated_invariant.as_str()),
        Payload::FindingWaived(e) => step(K::Waiver, &e.waiver_id)
            .between(&e.subject_ref, "")
            .done(e.rule_id.as_str()),
        Payload::InternalControlIssued(e) => control(&e.control_id).tells(e.doc_no.as_str()),
        Payload::InternalControlFiled(e) => control(&e.control_id).between("", &e.filed_to),
        Payload::InternalControlFilingAccepted(e) => control(&e.control_id).done("ACCEPTED"),
        Payload::InternalControlFilingReturned(e) => {
            control(&e.control_id).ends(MatterState::Refused, "RETURNED")
        }
        Payload::InternalControlRevised(e) => control(&e.control_id).tells(e.doc_no.as_str()),
        Payload::InternalControlRepealed(e) => {
            control(&e.control_id).ends(MatterState::Withdrawn, "REPEALED")
        }
        Payload::EmallUnitActivated(e) => step(K::EmallAccount, &e.account_no).done(""),
        Payload::SmallPurchaseRecorded(e) => step(K::SmallPurchase, &e.purchase_id)
            .money(Money::Amount(e.amount_fen))
            .done(e.channel.as_str()),
        Payload::CanteenSpendDeclared(e) => Step::new(K::CanteenSpend, e.fiscal_year.to_string())
            .money(Money::Amount(e.prev_year_total_fen))
            .done(""),
        Payload::FarmPlatformRegistered(e) => {
            Step::new(K::FarmAccount, e.platform().as_str_name()).done(e.account_no.as_str())
        }
        Payload::FarmReserveDeclared(e) => {
            reserve(e.fiscal_year, e.platform()).money(Money::Held(e.reserved_fen))
        }
        Payload::FarmPurchaseReported(e) => {
            reserve(e.fiscal_year, e.platform()).money(Money::Less(e.amount_fen))
        }
        Payload::FarmPurchaseReversed(e) => {
            let back = Money::Less(e.amount_fen.saturating_neg());
            reserve(e.fiscal_year, e.platform()).money(back)
        }
        _ => return None,
    })
}

/// What a unit reserves on a platform in a year.
fn reserve<'a>(year: i32, platform: FarmPlatform) -> Step<'a> {
    let id = format!("{year}-{}", platform.as_str_name());
    Step::new(MatterKind::FarmReserve, id)
}
