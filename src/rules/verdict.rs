//! What rules say of cases: obligations and findings.

use chrono::NaiveDate;
use sha2::{Digest as _, Sha256};

use super::{Convention, Severity, case::Agreed};
use crate::domain::{calendar::Pause, values::hex};

/// Where an obligation stands at the end of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObligationStatus {
    /// 待履行: due later.
    Pending,
    /// 暂停: due later, and its clock stands still.
    Paused,
    /// 按时: done in time.
    Met,
    /// 逾期完成: done, too late.
    Late,
    /// 逾期: due and not done.
    Overdue,
    /// 终止: no longer asked for.
    Void,
}

/// Something that has to be done by a day.
#[derive(Clone, Debug, PartialEq)]
pub struct Obligation {
    /// The rule.
    pub rule_id: String,
    /// The first day of its version.
    pub rule_from: NaiveDate,
    /// How much it weighs.
    pub severity: Severity,
    /// What it is about.
    pub subject: String,
    /// How days are counted.
    pub convention: Convention,
    /// How many.
    pub length: u32,
    /// What else made the last day.
    pub counting: Counting,
    /// The day of the trigger.
    pub triggered_on: NaiveDate,
    /// The last day.
    pub due_on: NaiveDate,
    /// When it was done.
    pub done_on: Option<NaiveDate>,
    /// Where it stands.
    pub status: ObligationStatus,
    /// Calendar days beyond the last one, until it was done or until today.
    pub late_calendar_days: u32,
    /// Working days of these.
    pub late_working_days: u32,
    /// Holidays of a year that was counted through are not published.
    pub is_provisional: bool,
    /// The amount in fen that is asked for.
    pub amount_fen: Option<i64>,
    /// Positions of the events behind it, in order.
    pub evidence: Vec<u64>,
    /// Why it is void.
    pub reason: Option<String>,
}

/// What made the last day of an obligation, besides its convention and length.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counting {
    /// The day after which days are counted; a fixed day itself.
    pub from: NaiveDate,
    /// Days that did not count.
    pub pauses: Vec<Pause>,
    /// How many days of the length are added to those of the rule.
    pub more_days: u32,
    /// Days that the parties agreed on, whether they ended first or not.
    pub agreed: Option<Agreed>,
    /// The most that the rule allows, where what was agreed ended no later and counts.
    pub allowed: Option<(Convention, u32)>,
    /// The last day is no earlier than this.
    pub no_earlier: Option<NaiveDate>,
    /// The last day is no later than this.
    pub no_later: Option<NaiveDate>,
}

/// Where a finding stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingStatus {
    /// 未整改.
    Open,
    /// 已整改: done, if late.
    Rectified,
    /// 已豁免 by a regulator.
    Waived,
    /// 已被更正取代: stated as the events once read, and not since one was corrected or voided.
    Superseded,
}

/// A breach of a rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Tells it from all others: the same whenever the same breach is found.
    pub id: String,
    /// The rule.
    pub rule_id: String,
    /// The first day of its version.
    pub rule_from: NaiveDate,
    /// How much it weighs.
    pub severity: Severity,
    /// What it is about.
    pub subject: String,
    /// Where it stands.
    pub status: FindingStatus,
    /// The day of the breach: the last day of a deadline, that of the act otherwise.
    pub on: NaiveDate,
    /// The last day, of a deadline.
    pub due_on: Option<NaiveDate>,
    /// When it was done.
    pub actual_on: Option<NaiveDate>,
    /// Calendar days beyond the last one.
    pub late_calendar_days: Option<u32>,
    /// Working days of these.
    pub late_working_days: Option<u32>,
    /// What the rule asks for, in its unit.
    pub expected: Option<i64>,
    /// What there is.
    pub actual: Option<i64>,
    /// An amount in fen that follows from it.
    pub amount_fen: Option<i64>,
    /// It may change with holidays that are not published.
    pub is_provisional: bool,
    /// What is wrong, in words.
    pub details: Vec<String>,
    /// Positions of the events behind it, in order.
    pub evidence: Vec<u64>,
    /// Other rules that the same breach breaks, for which this finding stands.
    pub aliases: Vec<String>,
    /// The position of the correction or void since which it is not stated any more; it is part of
    /// the evidence.
    pub superseded_by: Option<u64>,
}

/// That a rule did not apply to something, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassedOver {
    /// The rule.
    pub rule_id: String,
    /// What it is about.
    pub subject: String,
    /// Why.
    pub reason: String,
}

/// Everything that rules say of a stream.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judgement {
    /// What has to be done, or had.
    pub obligations: Vec<Obligation>,
    /// Breaches.
    pub findings: Vec<Finding>,
    /// What rules were kept: rule and subject, of rules that are no deadlines.
    pub kept: Vec<(String, String)>,
    /// What rules did not apply to.
    pub passed_over: Vec<PassedOver>,
}

/// The id of the finding of a rule about a subject.
pub fn finding_id(rule_id: &str, subject: &str) -> String {
    let mut hasher = Sha256::new();
    for part in ["bihuan/finding/v1", rule_id, subject] {
        hasher.update(part);
        hasher.update([0]);
    }
    hex(&hasher.finalize()[..16])
}
