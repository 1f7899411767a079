//! The life of a planted project: one lot, bought and paid as every rule asks, but for the one that
//! the project is for. What is not needed for that is left out.
//!
//! *Invariant*: every event is recorded on its day, whatever sources do elsewhere.

mod award;
mod complaint;
mod contract;
mod dispute;
mod documents;
mod evaluation;
mod need;
mod perform;
mod settle;

use chrono::NaiveDate;

use super::{Script, Who};
use crate::{
    events::v1::{
        EnterpriseSize, NoticePublished, NoticeType, ProcurementMethod, event_payload::Payload,
        notice_published::Content,
    },
    simulate::{
        breach::{Place, Way},
        draft::{instant, source},
        planted::{BANNED_EACH, OF_LARGE},
    },
};

/// The only lot.
const LOT: &str = "01";
/// Its document.
const DOCUMENT: &str = "WJ-01";
/// Its contract.
const CONTRACT: &str = "CT-01";
/// Its final acceptance.
const ACCEPTANCE: &str = "YS-01-9";

/// Rules that are about what is complex, or done for the public, before anything else.
const COMPLEX: [&str; 6] = [
    "R22-10-RESPONDENTS",
    "R22-11-SURVEY",
    "R22-11-SURVEY-WORKS",
    "R22-33-KEYREVIEW",
    "R22-33-KEYREVIEW-WORKS",
    "MOF87-47-SIZE-7",
];
/// The same, of which acceptance is asked something.
const COMPLEX_TO_ACCEPT: &str = "GPL-41-INSPECTION";
const PUBLIC_SERVICE: &str = "GPLR-45-ACC";

impl Script<'_> {
    /// Writes a planted project.
    pub(super) fn live_planted(&mut self, rule_id: &'static str) {
        self.plan_planted(rule_id);
        let Some(award) = self.buy_planted(rule_id) else {
            self.pass_workdays(1, 3);
            self.end(false);
            return;
        };
        self.dispute_planted(rule_id, &award);
        let Some(mut contract) = self.sign_planted(rule_id, &award) else {
            return;
        };
        let advance = contract.terms[0].clone();
        self.pay_planted("", &mut contract, &advance, advance.amount_fen);
        self.dispute_after(rule_id, &award);
        self.secure_planted(rule_id, &contract);
        let accepted_on = self.perform_planted(rule_id, &mut contract);
        self.settle_planted(rule_id, &mut contract, accepted_on);
        self.pass_workdays(1, 3);
        self.end(false);
    }

    /// How the project buys.
    fn way(&self) -> Way {
        match self.outline.breach.map(|rate| rate.place) {
            Some(Place::Project(way)) => way,
            _ => Way::Tender,
        }
    }

    fn method_of_way(&self) -> ProcurementMethod {
        match self.way() {
            Way::Tender | Way::Works => ProcurementMethod::OpenTender,
            Way::Negotiation => ProcurementMethod::Negotiation,
            Way::Consultation => ProcurementMethod::Consultation,
            Way::Inquiry => ProcurementMethod::Inquiry,
            Way::SingleSource => ProcurementMethod::SingleSource,
        }
    }

    /// Goes on by so many working days.
    fn go(&mut self, workdays: i64) {
        self.track.today = self.calendar.workdays_after(self.track.today, workdays);
    }

    /// Goes on by so many calendar days, to a working day.
    fn go_days(&mut self, days: i64) {
        self.track.today = self.calendar.days_after(self.track.today, days);
    }

    /// Notes a breach by an act of today.
    fn breaks(&mut self, rule_id: &str, about: (&str, &str)) {
        self.breaks_on(self.track.today, rule_id, about);
    }

    /// Notes a breach of a deadline of so many working days.
    fn breaks_within(
        &mut self,
        (from, days): (NaiveDate, i64),
        rule_id: &str,
        about: (&str, &str),
    ) {
        let due_on = self.calendar.workdays_after(from, days);
        self.breaks_on(due_on, rule_id, about);
    }

    /// A supplier of one of some sizes, none of others, and none that the city may ban.
    fn supplier_of(&mut self, sizes: &[EnterpriseSize], others: &[usize]) -> usize {
        let suppliers = &self.world.suppliers;
        let count = suppliers.len();
        let first = self.random.below(count as u64) as usize;
        let fits = |index: &usize| {
            let is_safe = !index.is_multiple_of(BANNED_EACH) && !others.contains(index);
            is_safe && sizes.contains(&suppliers[*index].size)
        };
        let mut indices = (first..count).chain(0..first);
        indices.find(fits).unwrap_or(first)
    }

    /// The size of who wins: none that rules on small ones speak of, where those are not meant.
    fn winner_sizes(rule_id: &str) -> &'static [EnterpriseSize] {
        use EnterpriseSize::{Large, Medium, Micro, Small};
        match rule_id {
            "MOF46-DEDUCT" | "MOF46-DEDUCT-WORKS" => &[Small, Micro],
            id if OF_LARGE.contains(&id) => &[Large],
            _ => &[Medium],
        }
    }

    /// Publishes a notice at nine, with what it is about.
    fn tell(
        &mut self,
        kind: NoticeType,
        notice_id: &str,
        content: Content,
        about: NoticePublished,
    ) {
        let published_at = instant(self.track.today, 8, 30);
        let notice = NoticePublished {
            url: format!(
                "https://ccgp-hy.example.org/{}/{notice_id}",
                self.project_id
            ),
            notice_id: notice_id.into(),
            notice_type: kind.into(),
            project_id: self.project_id.clone(),
            channel: source::NOTICES.into(),
            published_at: Some(published_at),
            content: Some(content),
            ..about
        };
        let payload = Payload::NoticePublished(notice);
        let who = match kind {
            NoticeType::ComplaintDecision => Who::Regulator,
            _ => Who::Unit,
        };
        let draft = self.draft_at(source::NOTICES, who, published_at, payload);
        self.accept(draft, "notice published");
    }
}
