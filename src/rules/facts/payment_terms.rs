//! What is owed under the contracts of a stream, since when, and what was paid of it (task 06).
//!
//! A term is owed once its clock starts; a term that is paid as settled is owed settlement by
//! settlement. What damages, changes and a termination take from what is payable is taken from what
//! is not paid yet: first from what is not owed yet, the last term first. An order of the e-mall is
//! a contract of one term, the whole, due after acceptance.

use chrono::NaiveDate;

use super::contract_book::{Book, Conclusion};
use crate::{
    domain::{calendar::cd_n, contract::order::ONLY, values::LegalDate},
    events::v1::{self, DayUnit, EnterpriseSize, TermKind, TermTrigger, event_payload::Payload},
    rules::{
        case::{Agreed, Done, Scene},
        parameters::Parameters,
    },
    views::Standing,
};

/// A contract, or an order that is one.
pub(super) struct Contract<'a> {
    /// Its number.
    pub id: &'a str,
    /// The act that made it.
    pub act: &'a Standing,
    /// The supplier's size when it was made.
    pub size: EnterpriseSize,
    /// Interest that was agreed for late payment, in basis points a year.
    pub interest_bp_year: Option<i64>,
    /// Its payment terms.
    pub terms: Vec<v1::PaymentTerm>,
    amount_fen: i64,
    inspection_days: Option<i32>,
    book: Book<'a>,
}

/// A term, or what a settlement makes of one, and what was paid of it.
pub(super) struct Owed {
    /// What it is about.
    pub subject: String,
    /// Days that were agreed.
    pub agreed: Option<Agreed>,
    /// The amount that is left after reductions.
    pub amount_fen: i64,
    /// When its clock started.
    pub since: Option<Since>,
    /// When an invoice for the whole of it was there.
    pub invoiced: Option<Since>,
    /// What was paid: day and amount, in order of days.
    pub paid: Vec<(NaiveDate, i64)>,
    /// When all of it was paid.
    pub done: Option<Done>,
    /// Since when nothing of it is payable, and why.
    pub void: Option<(NaiveDate, String)>,
    place: usize,
}

/// A day, and the events that make it so.
#[derive(Clone)]
pub(super) struct Since {
    /// The day.
    pub on: NaiveDate,
    /// Their positions.
    pub evidence: Vec<u64>,
}

impl Since {
    fn by(act: &Standing) -> Self {
        Self::later(act, act.on())
    }

    fn later(act: &Standing, on: NaiveDate) -> Self {
        Self {
            on,
            evidence: act.positions().collect(),
        }
    }
}

/// The contracts of a stream, with what happened under each.
pub(super) fn contracts<'a>(scene: &Scene<'a>) -> Vec<Contract<'a>> {
    let mut contracts: Vec<Contract<'a>> = scene
        .acts()
        .filter_map(|(act, payload)| match payload {
            Payload::ContractSigned(signed) => Some(Contract::signed(act, signed)),
            Payload::EmallOrderPlaced(order) => Some(Contract::ordered(act, order)),
            _ => None,
        })
        .collect();
    for contract in &mut contracts {
        contract.book = Book::of(scene, contract.id);
    }
    contracts
}

impl<'a> Contract<'a> {
    fn signed(act: &'a Standing, signed: &'a v1::ContractSigned) -> Self {
        let rate = signed.late_interest_bp_year.map(i64::from);
        Self {
            id: &signed.contract_id,
            act,
            size: signed.supplier_size(),
            // A rate of nothing is below any reference rate: none was agreed.
            interest_bp_year: rate.filter(|bp| *bp > 0),
            terms: signed.terms.clone(),
            amount_fen: signed.amount_fen,
            inspection_days: signed.inspection_limit_days,
            book: Book::default(),
        }
    }

    fn ordered(act: &'a Standing, order: &'a v1::EmallOrderPlaced) -> Self {
        let term = v1::PaymentTerm {
            term_no: ONLY.to_owned(),
            kind: TermKind::Final.into(),
            amount_fen: order.amount_fen,
            trigger: TermTrigger::Accepted.into(),
            days: order.payment_days,
            day_unit: DayUnit::Cd.into(),
            acceptance_is_condition: true,
            ..v1::PaymentTerm::default()
        };
        Self {
            id: &order.order_no,
            act,
            size: order.supplier_size(),
            interest_bp_year: None,
            terms: vec![term],
            amount_fen: order.amount_fen,
            inspection_days: None,
            book: Book::default(),
        }
    }

    /// Whether its supplier is a small or medium enterprise.
    pub(super) fn is_of_sme(&self) -> bool {
        is_sme(self.size)
    }

    /// What is owed under it, or will be: by term, and by settlement where that starts the clock.
    pub(super) fn owed(&self, scene: &Scene<'_>, of: &Parameters) -> Vec<Owed> {
        let usual_days = of.inspection_days.unwrap_or_default();
        let contract = scene.subject("contract", self.id);
        let mut owed = Vec::new();
        let mut is_taken = vec![false; self.book.settlements.len()];
        for (place, term) in self.terms.iter().enumerate() {
            let new = |subject: String, amount_fen: i64, since: Option<Since>| Owed {
                subject,
                agreed: agreed(term),
                amount_fen,
                since,
                invoiced: None,
                paid: Vec::new(),
                done: None,
                void: None,
                place,
            };
            let subject = format!("{contract}/term/{}", term.term_no);
            if !is_settled(term) {
                let since = self.since(term, usual_days);
                owed.push(new(subject, term.amount_fen, since));
                continue;
            }
            let mut left = term.amount_fen;
            for (settled, is_taken) in self.book.settlements.iter().zip(&mut is_taken) {
                let is_named = settled.term_no == term.term_no;
                if *is_taken || left <= 0 || !(is_named || settled.term_no.is_empty()) {
                    continue;
                }
                *is_taken = true;
                let fen = settled.fen.min(left);
                left -= fen;
                let subject = format!("{subject}/{}", settled.no);
                owed.push(new(subject, fen, Some(Since::by(settled.act))));
            }
            if left > 0 {
                owed.push(new(subject, left, None));
            }
        }
        self.share_payments(&mut owed);
        self.reduce(&mut owed);
        self.share_invoices(&mut owed);
        for (place, term) in self.terms.iter().enumerate() {
            let is_invoiced = |owed: &&mut Owed| owed.place == place;
            if term.trigger() == TermTrigger::Invoice && term.kind() != TermKind::Retention {
                for owed in owed.iter_mut().filter(is_invoiced) {
                    owed.since.clone_from(&owed.invoiced);
                }
            }
        }
        owed
    }

    /// Payments go to their term, there to what was settled first; what is more pays supplements.
    fn share_payments(&self, owed: &mut [Owed]) {
        for payment in &self.book.payments {
            let is_of = |owed: &&mut Owed| {
                let term = self.terms.get(owed.place);
                term.is_some_and(|term| term.term_no == payment.term_no)
            };
            let mut left = payment.fen;
            for owed in owed.iter_mut().filter(is_of) {
                let fen = left.min(owed.amount_fen - owed.paid_fen());
                if fen > 0 {
                    owed.paid.push((payment.act.on(), fen));
                    left -= fen;
                }
                if fen > 0 && owed.paid_fen() >= owed.amount_fen {
                    owed.done = Some(Done::by(payment.act));
                }
            }
        }
    }

    /// Takes what is no longer payable from what is not paid.
    fn reduce(&self, owed: &mut [Owed]) {
        let terms_fen: i128 = owed.iter().map(|owed| i128::from(owed.amount_fen)).sum();
        let payable_fen = (i128::from(self.amount_fen) + self.book.added_fen).max(0);
        let payable_fen = match self.book.settled_fen {
            Some(settled_fen) => payable_fen.min(settled_fen.into()),
            None => payable_fen,
        };
        let mut left = (terms_fen - payable_fen).max(0);
        let Some((act, reason)) = self.book.reduced.filter(|_| left > 0) else {
            return;
        };
        for is_begun in [false, true] {
            let last_first = owed.iter_mut().rev();
            for owed in last_first.filter(|owed| owed.since.is_some() == is_begun) {
                let cut = i128::from(owed.amount_fen - owed.paid_fen()).min(left);
                let Ok(fen) = i64::try_from(cut) else {
                    continue;
                };
                if fen <= 0 {
                    continue;
                }
                left -= cut;
                owed.amount_fen -= fen;
                if owed.amount_fen <= 0 {
                    owed.void = Some((act.on(), reason.to_owned()));
                } else if owed.paid_fen() >= owed.amount_fen {
                    owed.done = self.last_payment(owed.place);
                }
            }
        }
    }

    fn last_payment(&self, place: usize) -> Option<Done> {
        let term = self.terms.get(place)?;
        let mut payments = self.book.payments.iter().rev();
        let last = payments.find(|payment| payment.term_no == term.term_no)?;
        Some(Done::by(last.act))
    }

    /// An invoice asks for what is not paid before it, one term after the other.
    fn share_invoices(&self, owed: &mut [Owed]) {
        let mut covered = vec![0_i64; owed.len()];
        for (fen, act) in &self.book.invoices {
            let mut left = *fen;
            for (owed, covered) in owed.iter_mut().zip(&mut covered) {
                let before = owed.paid.iter().filter(|(on, _)| *on < act.on());
                let before: i64 = before.map(|(_, fen)| fen).sum();
                let take = (owed.amount_fen - before.max(*covered)).min(left);
                if take <= 0 {
                    continue;
                }
                *covered = before.max(*covered) + take;
                left -= take;
                if *covered >= owed.amount_fen {
                    owed.invoiced = Some(Since::by(act));
                }
            }
        }
    }

    /// When the clock of a term starts, settlements and invoices left out.
    fn since(&self, term: &v1::PaymentTerm, usual_days: u32) -> Option<Since> {
        let trigger = term.trigger();
        match trigger {
            TermTrigger::FixedDate => {
                let on = LegalDate::parse(&term.fixed_on).ok()?.day();
                Some(Since::later(self.act, on))
            }
            _ if term.kind() == TermKind::Retention => {
                let days = u32::try_from(term.retention_days.unwrap_or_default());
                let passed = self.passed(None)?;
                let on = cd_n(passed.on(), days.unwrap_or_default());
                Some(Since::later(passed, on))
            }
            TermTrigger::Signed => Some(Since::by(self.act)),
            TermTrigger::Invoice => None,
            _ if term.acceptance_is_condition || trigger == TermTrigger::Accepted => {
                self.accepted(term, usual_days)
            }
            _ => {
                let mut delivered = self.delivered(term.stage_no);
                delivered.sort_by_key(|act| act.on());
                let first = delivered.first().copied();
                first.or_else(|| self.passed(term.stage_no)).map(Since::by)
            }
        }
    }

    /// The day of passed acceptance, or the end of inspection (the usual days if none were agreed)
    /// where nothing was concluded by then:
    /// delay by the buyer does not help it. What failed is inspected anew after it was mended.
    fn accepted(&self, term: &v1::PaymentTerm, usual_days: u32) -> Option<Since> {
        let limit = term.inspection_limit_days.or(self.inspection_days);
        let limit = limit.and_then(|days| u32::try_from(days).ok());
        let limit = limit.unwrap_or(usual_days);
        let stage_no = term.stage_no;
        let mut conclusions: Vec<&Conclusion<'_>> = self.concluded(stage_no).collect();
        conclusions.sort_by_key(|concluded| concluded.act.on());
        let mut ready = self.delivered(stage_no);
        ready.extend(&self.book.rectified);
        ready.sort_by_key(|act| act.on());
        let mut not_before: Option<NaiveDate> = None;
        for act in ready {
            if not_before.is_some_and(|day| act.on() < day) {
                continue;
            }
            let end = cd_n(act.on(), limit);
            let in_time = |concluded: &&&Conclusion<'_>| concluded.act.on() <= end;
            let mut in_time = conclusions.iter().filter(in_time);
            if let Some(passed) = in_time.clone().find(|concluded| concluded.has_passed) {
                return Some(Since::by(passed.act));
            }
            match in_time.rfind(|concluded| concluded.act.on() >= act.on()) {
                Some(failed) => not_before = Some(failed.act.on()),
                None => return Some(Since::later(act, end)),
            }
        }
        self.passed(stage_no).map(Since::by)
    }

    /// Deliveries of a stage, or of the whole.
    fn delivered(&self, stage_no: Option<i32>) -> Vec<&'a Standing> {
        let deliveries = self.book.deliveries.iter();
        let is_of = |stage: &Option<i32>| stage.is_none() || *stage == stage_no;
        deliveries
            .filter(|(stage, _)| is_of(stage))
            .map(|(_, act)| *act)
            .collect()
    }

    /// Acceptances of a stage, the final one among them.
    fn concluded(&self, stage_no: Option<i32>) -> impl Iterator<Item = &Conclusion<'a>> {
        let conclusions = self.book.conclusions.iter();
        conclusions.filter(move |c| c.is_final || Some(c.stage_no) == stage_no)
    }

    fn passed(&self, stage_no: Option<i32>) -> Option<&'a Standing> {
        let passed = self.concluded(stage_no).filter(|c| c.has_passed);
        passed
            .map(|concluded| concluded.act)
            .min_by_key(|act| act.on())
    }
}

impl Owed {
    fn paid_fen(&self) -> i64 {
        self.paid.iter().map(|(_, fen)| fen).sum()
    }
}

/// Whether an enterprise is small or medium.
pub(super) fn is_sme(size: EnterpriseSize) -> bool {
    use EnterpriseSize::{Medium, Micro, Small};
    matches!(size, Medium | Small | Micro)
}

/// Whether settlements start the clock of a term.
fn is_settled(term: &v1::PaymentTerm) -> bool {
    term.trigger() == TermTrigger::Settled && term.kind() != TermKind::Retention
}

/// The days that a term agrees on.
fn agreed(term: &v1::PaymentTerm) -> Option<Agreed> {
    let days = u32::try_from(term.days?).ok()?;
    Some(match term.day_unit() {
        DayUnit::Wd => Agreed::Working(days),
        _ => Agreed::Calendar(days),
    })
}
