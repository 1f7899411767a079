//! What was done late: recorded, never refused. A rough look with calendar days and the year's
//! working days; the rules of law with their citations are the findings' business.

use std::collections::HashMap;

use chrono::NaiveDate;
use comfy_table::Cell;

use crate::{
    cli::{lang::Lang, render},
    domain::decider::Fact,
    events::v1::event_payload::Payload,
    simulate::Calendar,
};

/// Calendar days from invoice to payment.
const PAYMENT_DAYS: i64 = 30;
/// Calendar days from the award notice to the contract.
const CONTRACT_DAYS: i64 = 30;
/// Working days from the award to its announcement.
const RESULT_WORKDAYS: i64 = 2;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Kind {
    Payment,
    Contract,
    Result,
}

/// The latest of a kind.
#[derive(Clone, Debug)]
struct Worst {
    what: String,
    due: NaiveDate,
    done: NaiveDate,
}

/// Counts of late acts, and the latest of each kind.
#[derive(Debug)]
pub struct Late {
    calendar: Calendar,
    invoiced: HashMap<(String, String), NaiveDate>,
    noticed: HashMap<(String, String), NaiveDate>,
    awarded: HashMap<(String, String), NaiveDate>,
    seen: HashMap<Kind, u64>,
    missed: HashMap<Kind, (u64, Worst)>,
}

impl Late {
    /// Looks by a year's working days.
    pub fn new(calendar: Calendar) -> Self {
        Self {
            calendar,
            invoiced: HashMap::new(),
            noticed: HashMap::new(),
            awarded: HashMap::new(),
            seen: HashMap::new(),
            missed: HashMap::new(),
        }
    }

    /// Looks at a fact.
    pub fn note(&mut self, fact: &Fact, payload: &Payload) {
        let day = fact.legal_date;
        let key = |id: &str| (fact.stream.id.clone(), id.to_owned());
        let project = &fact.stream.id;
        match payload {
            Payload::InvoiceReceived(invoice) => {
                self.invoiced.insert(key(&invoice.contract_id), day);
            }
            Payload::PaymentExecuted(paid) => {
                if let Some(from) = self.invoiced.remove(&key(&paid.contract_id)) {
                    let due = from + chrono::Duration::days(PAYMENT_DAYS);
                    self.judge(
                        Kind::Payment,
                        due,
                        day,
                        &format!("{project} {}", paid.payment_id),
                    );
                }
            }
            Payload::AwardNoticeIssued(notice) => {
                self.noticed.insert(key(&notice.lot_no), day);
            }
            Payload::ContractSigned(signed) => {
                if let Some(from) = self.noticed.get(&key(&signed.lot_no)).copied() {
                    let due = from + chrono::Duration::days(CONTRACT_DAYS);
                    let what = format!("{project} {}", signed.contract_id);
                    self.judge(Kind::Contract, due, day, &what);
                }
            }
            Payload::WinnerDetermined(_) | Payload::AwardRecorded(_) => {
                if let Some(lot_no) = awarded_lot(payload) {
                    self.awarded.insert(key(lot_no), day);
                }
            }
            Payload::NoticePublished(notice) => {
                let is_result = matches!(
                    notice.content,
                    Some(crate::events::v1::notice_published::Content::AwardResult(_))
                );
                for lot_no in notice.lot_nos.iter().filter(|_| is_result) {
                    if let Some(from) = self.awarded.get(&key(lot_no)).copied() {
                        let due = self.calendar.workdays_after(from, RESULT_WORKDAYS);
                        self.judge(Kind::Result, due, day, &format!("{project} {lot_no}"));
                    }
                }
            }
            _ => {}
        }
    }

    fn judge(&mut self, kind: Kind, due: NaiveDate, done: NaiveDate, what: &str) {
        *self.seen.entry(kind).or_default() += 1;
        if done <= due {
            return;
        }
        let worst = Worst {
            what: what.to_owned(),
            due,
            done,
        };
        let (count, latest) = self
            .missed
            .entry(kind)
            .or_insert_with(|| (0, worst.clone()));
        *count += 1;
        if done - due > latest.done - latest.due {
            *latest = worst;
        }
    }

    /// The table of late acts.
    pub fn render(&self, lang: Lang) -> String {
        let mut table = render::table([
            lang.stacked("事项", "act"),
            lang.stacked("共", "of"),
            lang.stacked("迟", "late"),
            lang.stacked("最迟一例", "the latest"),
            lang.stacked("应于", "due"),
            lang.stacked("实于", "done"),
        ]);
        for (kind, zh, en) in [
            (
                Kind::Payment,
                "收到发票后 30 日内首付",
                "first paid within 30 days of the invoice",
            ),
            (
                Kind::Contract,
                "通知书后 30 日内签合同",
                "signed within 30 days of the award notice",
            ),
            (
                Kind::Result,
                "中标后 2 个工作日内公告",
                "result published within 2 working days",
            ),
        ] {
            let seen = self.seen.get(&kind).copied().unwrap_or_default();
            let mut row = vec![
                Cell::new(lang.stacked(zh, en)),
                render::number(render::count(seen)),
            ];
            match self.missed.get(&kind) {
                Some((count, worst)) => row.extend([
                    render::number(render::count(*count)),
                    Cell::new(&worst.what),
                    Cell::new(worst.due),
                    Cell::new(worst.done),
                ]),
                None => row.push(render::number(0)),
            }
            table.add_row(row);
        }
        render::lines(&table)
    }
}

fn awarded_lot(payload: &Payload) -> Option<&str> {
    match payload {
        Payload::WinnerDetermined(winner) => Some(&winner.lot_no),
        Payload::AwardRecorded(award) => Some(&award.lot_no),
        _ => None,
    }
}
