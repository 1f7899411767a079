//! Contracts of a stream: their states and sums are the domain's, the events behind each figure are
//! found here.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    Standing, acts,
    figure::{Sum, total},
    notices,
};
use crate::{
    domain::{
        contract::{self, Contract, ContractStatus, order::ONLY, state::ClaimStatus},
        entity::EntityRef,
        touched::touched_by,
    },
    events::v1::{self, ContractState, EntityKind, PaymentState, event_payload::Payload},
};

/// Positions by the number of an entry; the same number again replaces the one before, as in the
/// contract's own state.
type Entries = BTreeMap<String, BTreeSet<u64>>;

/// A contract in the making.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Folded {
    entity: EntityRef,
    /// The domain's state.
    pub state: Contract,
    /// The view, without what the state tells.
    view: v1::ContractView,
    signed: BTreeSet<u64>,
    supplements: Entries,
    changes: Entries,
    damages: Entries,
    accepted: Entries,
    settled: Entries,
    /// Requests, and what became of each.
    claims: Entries,
    terminated: BTreeSet<u64>,
    payments: BTreeMap<String, v1::PaymentView>,
    acceptances: BTreeMap<String, v1::AcceptanceView>,
    /// Kinds of the terms by number.
    terms: BTreeMap<String, i32>,
    /// What the project has to tell of it.
    pub marks: Marks,
}

/// Acts of a contract that gaps and durations ask for.
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is an act that was done or not"
)]
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Marks {
    /// Filed with the regulator.
    pub is_filed: bool,
    /// A notice of it was published.
    pub is_published: bool,
    /// Supplements and changes: their positions.
    pub changed_at: BTreeSet<u64>,
    /// A notice of a change was published.
    pub is_change_published: bool,
    /// Its credit was evaluated.
    pub is_evaluated: bool,
    /// The final acceptance that passed: position and day.
    pub final_passed: Option<(u64, NaiveDate)>,
    /// The day of the newest acceptance concluded.
    pub concluded_on: Option<NaiveDate>,
    /// The day of the newest payment.
    pub paid_on: Option<NaiveDate>,
    /// The position of completion.
    pub completed_at: Option<u64>,
    /// The position of termination.
    pub terminated_at: Option<u64>,
    /// Acceptances concluded: position, uploaded, published, by id.
    pub acceptances: BTreeMap<String, AcceptanceMarks>,
}

/// Acts of an acceptance that gaps ask for.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct AcceptanceMarks {
    /// The position of its conclusion.
    pub concluded_at: Option<u64>,
    /// Its material was uploaded.
    pub is_uploaded: bool,
    /// Its result was published.
    pub is_published: bool,
}

/// The sums of a contract with their events.
#[derive(Clone, Debug, Default)]
pub struct Sums {
    /// As signed.
    pub contract: Sum,
    /// Supplements.
    pub supplements: Sum,
    /// Changes.
    pub changes: Sum,
    /// Damages.
    pub damages: Sum,
    /// Payable.
    pub payable: Sum,
    /// Accepted.
    pub accepted: Sum,
    /// Settled.
    pub settled: Sum,
    /// Requested and not paid.
    pub requested: Sum,
    /// Paid.
    pub paid: Sum,
    /// Payable less paid.
    pub outstanding: Sum,
}

/// Folds the contracts of a stream.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Contracts {
    /// The contracts by id.
    pub found: BTreeMap<String, Folded>,
    about: Vec<About>,
}

/// What proves or judges a contract; it may be recorded before what it is about.
#[derive(Clone, Debug, Serialize, Deserialize)]
enum About {
    Notice(v1::ViewNotice),
    /// Of a contract, a credit evaluation.
    Evaluation(String, v1::Act),
}

impl Contracts {
    /// Takes in an event; one that is of no contract changes nothing.
    pub fn take(&mut self, standing: &Standing, payload: &Payload) {
        match payload {
            Payload::NoticePublished(e)
                if !(e.contract_id.is_empty() && e.acceptance_id.is_empty()) =>
            {
                self.about.push(About::Notice(notices::notice(standing, e)));
            }
            Payload::CreditEvaluated(e) => {
                let (contract, act) = (e.contract_id.clone(), acts::act(standing, payload));
                self.about.push(About::Evaluation(contract, act));
            }
            _ => {
                for entity in touched_by(&standing.fact.stream, payload) {
                    if entity.kind == EntityKind::Contract {
                        let found = self.found.entry(entity.id().to_owned());
                        let folded = found.or_insert_with(|| Folded::new(entity));
                        folded.take(standing, payload);
                    }
                }
            }
        }
    }

    /// Takes in what is about contracts, after all of them are known.
    pub fn finish(&mut self) {
        let ids = self.found.iter().flat_map(|(id, folded)| {
            let acceptances = folded.acceptances.keys();
            acceptances.map(move |acceptance| (acceptance.clone(), id.clone()))
        });
        let contract_of: HashMap<String, String> = ids.collect();
        for about in std::mem::take(&mut self.about) {
            match about {
                About::Notice(notice) => {
                    let id = contract_of.get(&notice.acceptance_id);
                    let id = id.unwrap_or(&notice.contract_id);
                    if let Some(folded) = self.found.get_mut(id) {
                        folded.publish(notice);
                    }
                }
                About::Evaluation(id, act) => {
                    if let Some(folded) = self.found.get_mut(&id) {
                        folded.marks.is_evaluated = true;
                        folded.view.acts.push(act);
                    }
                }
            }
        }
    }
}

impl Folded {
    fn new(entity: EntityRef) -> Self {
        let view = v1::ContractView {
            contract_id: entity.id().to_owned(),
            ..v1::ContractView::default()
        };
        Self {
            entity,
            state: Contract::default(),
            view,
            signed: BTreeSet::new(),
            supplements: Entries::new(),
            changes: Entries::new(),
            damages: Entries::new(),
            accepted: Entries::new(),
            settled: Entries::new(),
            claims: Entries::new(),
            terminated: BTreeSet::new(),
            payments: BTreeMap::new(),
            acceptances: BTreeMap::new(),
            terms: BTreeMap::new(),
            marks: Marks::default(),
        }
    }

    fn take(&mut self, standing: &Standing, payload: &Payload) {
        contract::evolve(
            &mut self.state,
            &self.entity,
            standing.position,
            &standing.fact,
        );
        self.view.acts.push(acts::act(standing, payload));
        let at = || standing.positions().collect::<BTreeSet<_>>();
        match payload {
            Payload::ContractSigned(e) => {
                self.signed = at();
                self.sign(e);
            }
            Payload::EmallOrderPlaced(e) => {
                self.signed = at();
                self.order(e);
            }
            Payload::EmallOrderConfirmed(_) => {
                self.view.signed_on = standing.on().to_string();
            }
            Payload::ContractFiled(_) => self.marks.is_filed = true,
            Payload::SupplementSigned(e) => {
                self.supplements.insert(e.supplement_no.clone(), at());
                self.marks.changed_at.insert(standing.position);
            }
            Payload::ContractChanged(e) => {
                self.changes.insert(e.change_no.clone(), at());
                self.marks.changed_at.insert(standing.position);
            }
            Payload::LiquidatedDamagesAssessed(e) => {
                self.damages.insert(e.assessment_no.clone(), at());
            }
            Payload::SettlementConfirmed(e) => {
                self.settled.insert(e.settlement_no.clone(), at());
            }
            Payload::ContractTerminated(_)
            | Payload::EmallOrderCancelled(_)
            | Payload::EmallOrderReturned(_) => {
                self.terminated = at();
                self.marks.terminated_at = Some(standing.position);
            }
            Payload::ContractCompleted(_) => {
                self.marks.completed_at = Some(standing.position);
            }
            _ => {
                self.accept(standing, payload);
                self.pay(standing, payload);
            }
        }
    }

    fn publish(&mut self, notice: v1::ViewNotice) {
        match notice.notice_type() {
            v1::NoticeType::Contract => self.marks.is_published = true,
            v1::NoticeType::ContractChange => self.marks.is_change_published = true,
            v1::NoticeType::AcceptanceResult => {
                if let Some(acceptance) = self.marks.acceptances.get_mut(&notice.acceptance_id) {
                    acceptance.is_published = true;
                }
            }
            _ => {}
        }
        self.view.notices.push(notice);
    }

    fn sign(&mut self, e: &v1::ContractSigned) {
        let view = &mut self.view;
        view.contract_no.clone_from(&e.contract_no);
        view.lot_no.clone_from(&e.lot_no);
        view.buyer.clone_from(&e.buyer);
        view.supplier.clone_from(&e.supplier);
        view.supplier_size = e.supplier_size;
        view.pricing = e.pricing;
        view.signed_on.clone_from(&e.signed_on);
        view.start_on.clone_from(&e.start_on);
        view.end_on.clone_from(&e.end_on);
        let terms = e.terms.iter();
        self.terms = terms
            .map(|term| (term.term_no.clone(), term.kind))
            .collect();
    }

    /// An order of the e-mall is a contract of one term, in force when its supplier confirms it.
    fn order(&mut self, e: &v1::EmallOrderPlaced) {
        let view = &mut self.view;
        view.contract_no.clone_from(&e.order_no);
        view.buyer.clone_from(&e.unit);
        view.supplier.clone_from(&e.supplier);
        view.pricing = v1::Pricing::FixedTotal.into();
        let term = (ONLY.to_owned(), v1::TermKind::Final.into());
        self.terms = BTreeMap::from([term]);
    }

    fn accept(&mut self, standing: &Standing, payload: &Payload) {
        let on = standing.on().to_string();
        match payload {
            Payload::AcceptanceRequested(e) => {
                self.acceptance(&e.acceptance_id).requested_on = on;
            }
            Payload::AcceptanceTeamFormed(e) => {
                self.acceptance(&e.acceptance_id);
            }
            Payload::AcceptanceConcluded(e) => {
                let positions = standing.positions().collect();
                self.accepted.insert(e.acceptance_id.clone(), positions);
                let view = self.acceptance(&e.acceptance_id);
                view.stage_no = e.stage_no;
                view.is_final = e.is_final;
                view.result = e.result;
                view.concluded_on = on;
                view.items_count = e.items.len() as u32;
                view.passed_count = e.items.iter().filter(|item| item.passed).count() as u32;
                let figure = Sum::of(e.accepted_fen, standing).figure();
                view.accepted = figure;
                let day = standing.on();
                self.marks.concluded_on = self.marks.concluded_on.max(Some(day));
                if e.is_final && e.result() == v1::AcceptanceResult::Passed {
                    self.marks.final_passed = Some((standing.position, day));
                }
                let marks = self.marks.acceptances.entry(e.acceptance_id.clone());
                marks.or_default().concluded_at = Some(standing.position);
            }
            Payload::EmallOrderAccepted(_) => {
                let positions = standing.positions().collect();
                self.accepted.insert(ONLY.to_owned(), positions);
                let day = standing.on();
                self.marks.concluded_on = self.marks.concluded_on.max(Some(day));
                self.marks.final_passed = Some((standing.position, day));
            }
            Payload::AcceptanceMaterialUploaded(e) => {
                self.acceptance(&e.acceptance_id).uploaded_on = on;
                let marks = self.marks.acceptances.entry(e.acceptance_id.clone());
                marks.or_default().is_uploaded = true;
            }
            _ => {}
        }
    }

    fn acceptance(&mut self, id: &str) -> &mut v1::AcceptanceView {
        self.acceptances
            .entry(id.to_owned())
            .or_insert_with(|| v1::AcceptanceView {
                acceptance_id: id.to_owned(),
                ..v1::AcceptanceView::default()
            })
    }

    fn pay(&mut self, standing: &Standing, payload: &Payload) {
        let on = standing.on().to_string();
        match payload {
            Payload::PaymentRequested(e) => {
                let kind = self.terms.get(&e.term_no).copied().unwrap_or_default();
                self.claims
                    .insert(e.payment_id.clone(), standing.positions().collect());
                let view = self.payments.entry(e.payment_id.clone()).or_default();
                // A request after a return begins a new round.
                *view = v1::PaymentView {
                    payment_id: e.payment_id.clone(),
                    term_no: e.term_no.clone(),
                    term_kind: kind,
                    state: PaymentState::Requested.into(),
                    amount: Sum::of(e.amount_fen, standing).figure(),
                    requested_on: on,
                    ..v1::PaymentView::default()
                };
            }
            Payload::PaymentAccepted(e) => {
                let view = self.claim(&e.payment_id, standing);
                view.state = PaymentState::Accepted.into();
                view.decided_on = on;
            }
            Payload::PaymentRejected(e) => {
                let view = self.claim(&e.payment_id, standing);
                view.state = PaymentState::Rejected.into();
                view.decided_on = on;
            }
            Payload::PaymentExecuted(e) => {
                self.marks.paid_on = self.marks.paid_on.max(Some(standing.on()));
                let view = self.claim(&e.payment_id, standing);
                view.state = PaymentState::Executed.into();
                view.paid_on = on;
                view.voucher_no.clone_from(&e.voucher_no);
            }
            Payload::PaymentReturned(e) => {
                let view = self.claim(&e.payment_id, standing);
                view.state = PaymentState::Returned.into();
                view.returned_on = on;
                view.voucher_no.clone_from(&e.returned_voucher_no);
            }
            _ => {}
        }
    }

    /// A payment, which one more event is behind.
    fn claim(&mut self, id: &str, standing: &Standing) -> &mut v1::PaymentView {
        let positions = self.claims.entry(id.to_owned()).or_default();
        positions.extend(standing.positions());
        let view = self.payments.entry(id.to_owned()).or_default();
        id.clone_into(&mut view.payment_id);
        if let Some(figure) = &mut view.amount {
            figure.positions = positions.iter().copied().collect();
        }
        view
    }

    /// The sums, each with its events.
    pub fn sums(&self) -> Sums {
        let figures = self.state.figures();
        let all = |entries: &Entries| entries.values().flatten().copied().collect::<Vec<_>>();
        let contract = Sum::known(figures.original_fen, self.signed.iter().copied());
        let supplements = Sum::known(figures.supplements_fen, all(&self.supplements));
        let changes = Sum::known(figures.changes_fen, all(&self.changes));
        let damages = Sum::known(figures.damages_fen, all(&self.damages));
        let parts = total([&contract, &supplements, &changes, &damages]);
        let payable = parts.positions().chain(self.terminated.iter().copied());
        let payable = Sum::known(self.state.payable_fen(), payable.collect::<Vec<_>>());
        let paid = Sum::known(figures.paid_fen, self.behind(true));
        let mut outstanding = payable.clone();
        outstanding.minus(&paid);
        Sums {
            contract,
            supplements,
            changes,
            damages,
            accepted: Sum::known(figures.accepted_fen, all(&self.accepted)),
            settled: Sum::known(figures.settled_fen, all(&self.settled)),
            requested: Sum::known(figures.requested_fen, self.behind(false)),
            payable,
            paid,
            outstanding,
        }
    }

    /// The events behind what is paid, or requested and not paid; also those of money that came
    /// back, since it was paid.
    fn behind(&self, paid: bool) -> Vec<u64> {
        let is_wanted = |id: &str| {
            let claim = self.state.claims.get(id);
            claim.is_some_and(|claim| match claim.status {
                ClaimStatus::Executed | ClaimStatus::Returned => paid,
                ClaimStatus::Requested | ClaimStatus::Accepted => !paid,
                ClaimStatus::Rejected => false,
            })
        };
        let claims = self.claims.iter().filter(|(id, _)| is_wanted(id));
        claims
            .flat_map(|(_, positions)| positions)
            .copied()
            .collect()
    }

    /// Where it stands.
    pub fn contract_state(&self) -> ContractState {
        match self.state.status {
            ContractStatus::Absent => ContractState::Unspecified,
            ContractStatus::Ordered => ContractState::Ordered,
            ContractStatus::Signed => ContractState::Signed,
            ContractStatus::Performing => ContractState::Performing,
            ContractStatus::SuspendedSigned | ContractStatus::SuspendedPerforming => {
                ContractState::Suspended
            }
            ContractStatus::Rectifying => ContractState::Rectifying,
            ContractStatus::Accepted => ContractState::Accepted,
            ContractStatus::Completed => ContractState::Completed,
            ContractStatus::Terminated => ContractState::Terminated,
        }
    }

    /// Whether its signing counts.
    pub fn is_signed(&self) -> bool {
        self.state.signed.is_some()
    }

    /// The supplier.
    pub fn supplier(&self) -> &str {
        &self.view.supplier
    }

    /// The events of its signing.
    pub fn signed_at(&self) -> Vec<u64> {
        self.signed.iter().copied().collect()
    }

    /// The payments.
    pub fn payments(&self) -> Vec<v1::PaymentView> {
        self.payments.values().cloned().collect()
    }

    /// The view.
    pub fn into_view(mut self) -> v1::ContractView {
        self.view.acts.sort_by_key(|act| act.position);
        let state = self.contract_state();
        let amounts = self.sums().amounts();
        v1::ContractView {
            state: state.into(),
            amounts: Some(amounts),
            payments: self.payments.into_values().collect(),
            acceptances: self.acceptances.into_values().collect(),
            ..self.view
        }
    }
}

impl Sums {
    /// As they are served.
    pub fn amounts(&self) -> v1::ContractAmounts {
        v1::ContractAmounts {
            contract: self.contract.figure(),
            supplements: self.supplements.figure(),
            changes: self.changes.figure(),
            damages: self.damages.figure(),
            payable: self.payable.figure(),
            accepted: self.accepted.figure(),
            settled: self.settled.figure(),
            requested: self.requested.figure(),
            paid: self.paid.figure(),
            outstanding: self.outstanding.figure(),
        }
    }
}
