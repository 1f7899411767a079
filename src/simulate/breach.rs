//! Breaches of rules that are planted: which, how often, and what is written beside the data.
//!
//! A breach is no refusal (those are in `plant`): every event of it is accepted, and the rules say
//! of it what stands here. Rules are named as packs name them; the simulator does not read packs.
//!
//! There are two ways in which a breach comes into a year:
//! - *Planted projects and orders.* Some of the year's become ones that are there for one breach,
//!   on budget lines of their own, drawn by random numbers of their own. The others live as they
//!   would without, but for the budgets of their units. Each planted one keeps every rule but the
//!   one that it is for, and those that cannot be kept then (`with`). In years of fewer than fifty
//!   projects there are none.
//! - *City life.* Units, regions, agencies and systems break rules at rates of their own, now as
//!   before; who writes their story knows when that happens and says so. So do projects of the
//!   city where a breach shows in one act. What comes of the course of a whole project, such as a
//!   late payment, is not told: `tests/suite/breaches.rs` names these rules, each with its reason.
//!
//! `findings.ndjson`, one line for each breach: `ruleId`, `subject` and `on` as the finding has
//! them, and `stream`, the one that is judged. The day is the last day of a deadline and that of
//! the act otherwise. Of a rule that is about single events the subject ends with the event's
//! source system and source ref, since its position is the ledger's to give.

use chrono::NaiveDate;

use super::random::Random;

/// A breach that the rules will find, on its day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Breach {
    /// The rule.
    pub rule_id: String,
    /// What it is about, as findings name it.
    pub subject: String,
    /// The stream whose judgement tells it.
    pub stream: String,
    /// The last day of a deadline, the day of the act otherwise.
    pub on: NaiveDate,
}

/// How a planted project buys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// 公开招标 of goods.
    Tender,
    /// 竞争性谈判.
    Negotiation,
    /// 竞争性磋商.
    Consultation,
    /// 询价.
    Inquiry,
    /// 单一来源.
    SingleSource,
    /// 公开招标 of works.
    Works,
}

/// Where a breach is planted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In a project of its own, which buys like this.
    Project(Way),
    /// In an order of its own.
    Order,
    /// In what the city does; who writes that has the rate.
    City,
}

/// How often a rule is broken on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// The rule.
    pub rule_id: &'static str,
    /// Where.
    pub place: Place,
    /// Breaches for each thousand of the year's projects, or of the things that [`Place::City`]
    /// writes of, as the words say; of what happens there anyway it tells about how often that is.
    pub per_mille: u32,
    /// The things that the rate is of.
    pub of: &'static str,
    /// Rules that cannot be kept then, and are found broken beside it where they are in force.
    pub with: &'static [&'static str],
    /// The first year in which the rule is in force when projects are planted.
    pub since: i32,
}

const PROJECTS: &str = "projects";

const fn planted(rule_id: &'static str, way: Way, with: &'static [&'static str]) -> Rate {
    Rate {
        rule_id,
        place: Place::Project(way),
        per_mille: 1,
        of: PROJECTS,
        with,
        since: 2023,
    }
}

const fn planted_since(
    rule_id: &'static str,
    way: Way,
    with: &'static [&'static str],
    since: i32,
) -> Rate {
    Rate {
        since,
        ..planted(rule_id, way, with)
    }
}

const fn ordered(rule_id: &'static str) -> Rate {
    Rate {
        place: Place::Order,
        ..planted(rule_id, Way::Tender, &[])
    }
}

const fn city(rule_id: &'static str, per_mille: u32, of: &'static str) -> Rate {
    Rate {
        place: Place::City,
        per_mille,
        of,
        ..planted(rule_id, Way::Tender, &[])
    }
}

use Way::{Consultation, Inquiry, Negotiation, SingleSource, Tender, Works};

/// All rates.
pub const RATES: &[Rate] = &[
    // Intentions, requirements, plans, approvals.
    planted("MOF10-INTENT-30D", Tender, &[]),
    planted("R22-10-RESPONDENTS", Tender, &[]),
    planted("R22-11-SURVEY", Tender, &[]),
    planted("R22-11-SURVEY-WORKS", Works, &[]),
    planted("R22-18-SIMILAR", Tender, &[]),
    planted("R22-29-FAILED-REVIEW", Tender, &[]),
    planted("R22-32-APART", Tender, &[]),
    planted("R22-33-KEYREVIEW", Tender, &[]),
    planted("R22-33-KEYREVIEW-WORKS", Works, &[]),
    planted("GPL-27-METHOD-APPROVAL", Consultation, &[]),
    planted("MOF46-SMALL-ALL", Consultation, &[]),
    planted("MOF46-SMALL-ALL-WORKS", Works, &[]),
    planted("HY-09-FORCED", Tender, &[]),
    planted("HY-12-LIMIT", Tender, &[]),
    planted("HY-12-ABOLISHED-USED", Tender, &[]),
    // Each in two projects of one budget line, of which the later one goes beyond the threshold.
    planted("GPLR-28-SPLIT", Inquiry, &[]),
    // In units that buy nothing else of that size.
    planted("MOF46-LARGE-30PCT", Tender, &[]),
    planted("MOF46-LARGE-WORKS", Works, &[]),
    // Documents, notices, opening.
    planted("GPLR-21-PREQ-5WD", Tender, &[]),
    planted("GPL-35-BID-20D", Tender, &[]),
    planted("GPLR-31-DOC-5WD", Tender, &[]),
    planted("GPLR-31-CLARIFY-15D", Tender, &[]),
    planted("MOF87-16-NOTICE-5WD", Tender, &[]),
    planted("MOF87-29-TERM-5WD", Tender, &["HY-05-BIDBOND-0"]),
    planted("MOF74-29-NEG-3WD", Negotiation, &[]),
    planted("MOF74-45-INQ-3WD", Inquiry, &[]),
    planted("MOF214-10-CON-10D", Consultation, &[]),
    planted("MOF214-10-DOC-5WD", Consultation, &[]),
    planted("MOF214-10-CLARIFY-5D", Consultation, &[]),
    planted("GPLR-38-SSP-5WD", SingleSource, &[]),
    planted("MOF74-40-REARGUE-5WD", SingleSource, &[]),
    planted("HY-05-BIDBOND-0", Tender, &[]),
    planted("GPLR-33-BOND-2PCT", Tender, &["HY-05-BIDBOND-0"]),
    planted("HY-05-DOCFEE-0", Inquiry, &[]),
    planted("HY-05-FEE-PAYER", Tender, &[]),
    planted("GPLR-48-PB-10PCT", Tender, &[]),
    planted("HY-13-OPEN-TIME", Tender, &[]),
    planted("HY-13-WAIT-3WD", Tender, &[]),
    // Evaluation and award.
    planted("MOF87-47-SIZE", Tender, &[]),
    planted("MOF87-47-SIZE-7", Tender, &[]),
    planted("MOF87-47-EXPERT", Tender, &[]),
    planted("GPL-38-GROUP-SIZE", Negotiation, &[]),
    planted("GPL-38-GROUP-EXPERT", Inquiry, &[]),
    planted("MOF46-DEDUCT", Tender, &[]),
    planted("MOF46-DEDUCT-WORKS", Works, &[]),
    planted_since("MOF2026-02-LOW", Tender, &[], 2026),
    planted_since("MOF2026-02-LOW-CEILING", Tender, &[], 2026),
    planted_since("MOF2026-02-LOW-SECOND", Tender, &[], 2026),
    planted_since(
        "MOF2026-02-LOW-MEAN",
        Tender,
        &["MOF2026-02-LOW-CEILING", "MOF2026-02-LOW-SECOND"],
        2026,
    ),
    planted("GPLR-43-REPORT-2WD", Tender, &[]),
    planted("GPLR-43-AWARD-5WD", Tender, &[]),
    planted("GPLR-43-NOTICE-2WD", Tender, &[]),
    planted("GPLR-43-CONTENT", Consultation, &[]),
    planted("HY-01-UNQ-REASON", Tender, &[]),
    planted("HY-01-TOP3", Tender, &[]),
    planted_since("MOF243-02-SCORE", Tender, &[], 2024),
    planted("GPL-77-BANNED", Negotiation, &[]),
    planted("GPLR-33-BOND-LOSER-5WD", Tender, &["HY-05-BIDBOND-0"]),
    planted("GPLR-33-BOND-WINNER-5WD", Tender, &["HY-05-BIDBOND-0"]),
    // Inquiries, challenges, complaints.
    planted("GPLR-52-INQ-3WD", Tender, &[]),
    planted("GPL-52-CHAL-7WD", Tender, &[]),
    planted("HY-14-REFUSE", Tender, &[]),
    planted("HY-14-REPLY-7WD", Tender, &[]),
    planted("HY-14-NOTIFY", Tender, &[]),
    planted("GPLR-54-SIGN-DURING", Tender, &[]),
    planted("HY-14-COMPLAINT-15WD", Tender, &[]),
    planted("HY-14-REVIEW-5WD", Tender, &[]),
    planted("HY-14-DECIDE-30WD", Tender, &[]),
    planted("GPL-57-SUSP-30D", Tender, &[]),
    planted("MOF94-CORR-5WD", Tender, &[]),
    planted("MOF94-REJ-3WD", Tender, &[]),
    planted("MOF94-COPY-8WD", Tender, &[]),
    planted("MOF94-RESP-5WD", Tender, &[]),
    planted("MOF135-DEC-5WD", Tender, &[]),
    // Contracts.
    planted("GPL-46-SIGN-30D", Tender, &[]),
    planted("GPL-46-AMT-DIFF", Inquiry, &[]),
    planted("HY-05-PREPAY-30", Negotiation, &[]),
    planted("HY-05-PREPAY-SME-50", Inquiry, &[]),
    planted("HY-06-PAYTERM-60D", Consultation, &[]),
    planted("MOHURD138-RETENTION-3PCT", Works, &[]),
    planted("GPLR-50-CPUB-2WD", Tender, &[]),
    planted("GPL-47-FILE-7WD", Tender, &[]),
    planted("HY-05-NO-CASH", Inquiry, &[]),
    planted("HY-05-GT-GAP", Negotiation, &[]),
    planted("HY-09-BANK-3WD", Tender, &[]),
    planted("CN-SME-CONFIRM-30D", Inquiry, &[]),
    planted("HY-09-CONFIRM-30D", Inquiry, &[]),
    planted("GPL-49-SUPP-TERMS", Tender, &[]),
    planted("GPL-50-CHANGE-GROUND", Consultation, &[]),
    planted_since("MOF243-01-CHG-2WD", Tender, &[], 2024),
    // Performance, acceptance, payment, the closed loop.
    planted("HY-08-LAG-1WD", Tender, &[]),
    planted("HY-08-MANUAL", Tender, &[]),
    planted("G205-ACC", Inquiry, &[]),
    planted("GPL-41-INSPECTION", Tender, &[]),
    planted("GPLR-45-ACC", Tender, &[]),
    planted("MOF99-ACC-SEPARATION", Tender, &[]),
    planted("HY-03-ACC-UPLOAD-5WD", Tender, &[]),
    planted("HY-03-ACC-PUB-5WD", Tender, &[]),
    planted("HY-03-DISC", Inquiry, &["HY-03-ACC-PUB-5WD"]),
    planted("HY-06-FIN-SPEED", Inquiry, &[]),
    planted("HY-06-PAY-30D", Negotiation, &[]),
    planted("HY-06-PAY-AGREED", Negotiation, &[]),
    planted("CN-SME-PAY-30D", Inquiry, &["HY-06-PAY-30D"]),
    planted("CN-SME-PAY-60D", Inquiry, &["HY-06-PAY-AGREED"]),
    planted("CN-SME-LEGALREP", Consultation, &[]),
    planted("MOF38-PAY-30D", Consultation, &["MOF243-04-PAY-10WD"]),
    planted_since("MOF243-04-PAY-10WD", Tender, &[], 2024),
    planted("HY-08-CREDIT-10WD", Tender, &[]),
    planted("HY-08-LOOP-GAP", Tender, &["HY-08-CREDIT-10WD"]),
    // The e-mall.
    ordered("HY-10-ABOVE-LIMIT"),
    ordered("HY-10-OBJ-3WD"),
    // What the city does.
    city(
        "HY-02-IC-FILED",
        83,
        "units, each twelfth of which has no rules",
    ),
    city("HY-02-REDHEAD", 20, "units that issue rules"),
    city(
        "HY-02-SEPARATION",
        200,
        "units that issue rules, until these are revised",
    ),
    city("HY-03-EMALL", 30, "small purchases"),
    city(
        "HY-10-PEN-100",
        1000,
        "units that buy outside the e-mall without a reason",
    ),
    city("MOF46-LARGE-MICRO", 20, "units that have budgets"),
    city("HY-03-FARM-REG", 1000, "units: none is on both platforms"),
    city(
        "HY-03-FARM-20PCT",
        1000,
        "units with a canteen: none reserves a fifth",
    ),
    city("HY-03-FARM-1130", 1000, "units with a canteen"),
    city(
        "MOF-832-10PCT",
        300,
        "units with a canteen, which use the province's hall alone",
    ),
    city("CN-SME-DISCLOSE-0331", 1000, "units after the first year"),
    city("HY-04-ASSESS", 250, "years"),
    city(
        "HY-04-ASSESS-PUB",
        1000,
        "years: it is on the city's site alone",
    ),
    city("MOF135-ASSESS-5WD", 250, "years"),
    city(
        "HY-07-LIB-OPEN",
        100,
        "libraries, which come back; a part are conditions",
    ),
    city("HY-07-LIB-USED", 100, "regions"),
    city("HY-07-CLUE-20WD", 100, "regions"),
    city("GPLR-20", 600, "clues of barriers"),
    city("HY-10-RULE", 100, "regions"),
    city("HY-10-MANAGER", 100, "regions"),
    city("HY-11-ONLINE-0630", 100, "regions"),
    city("HY-11-FULLFLOW", 200, "regions"),
    city("HY-12-NONSTAT", 300, "years"),
    city("HY-13-ALLDAY", 10, "weeks of a room"),
    city(
        "HY-13-ONDEMAND",
        0,
        "openings: those that come when no room is left",
    ),
    city("HY-14-SOP", 100, "bureaus and agencies"),
    city("HY-01-TASK", 100, "responsible units"),
    city("HY-02-TASK", 100, "responsible units"),
    city("HY-03-TASK", 100, "responsible units"),
    city("HY-04-TASK", 100, "responsible units"),
    city("HY-05-TASK", 100, "responsible units"),
    city("HY-06-TASK", 100, "responsible units"),
    city("HY-07-TASK", 100, "responsible units"),
    city("HY-08-TASK", 100, "responsible units"),
    city("HY-09-TASK", 100, "responsible units"),
    city("HY-10-TASK", 100, "responsible units"),
    city("HY-11-TASK", 100, "responsible units"),
    city("HY-12-TASK", 100, "responsible units"),
    city("HY-13-TASK", 100, "responsible units"),
    city("HY-14-TASK", 100, "responsible units"),
    city("MOF110-SIGN-30D", 250, "frameworks"),
    city(
        "MOF110-FILE-7WD",
        1000,
        "frameworks, of which what is signed last is not filed",
    ),
    city("MOF110-TERM", 500, "frameworks, those of goods"),
    city("MOF110-CUT-20PCT", 250, "frameworks"),
    city(
        "SYS-AWARD-RECORDED",
        750,
        "projects, which are bought elsewhere",
    ),
    city("SYS-IRREGULAR-FACT", 1000, "regions"),
    city(
        "SYS-SYNC-1WD",
        1000,
        "working days on which a system has nothing to push",
    ),
    city("SYS-SYNC-SUM", 10, "batch reports that have sums"),
    city("SYS-UNREG", 100, "regions"),
];

impl Rate {
    /// Of a rule.
    pub fn of(rule_id: &str) -> Option<&'static Self> {
        RATES.iter().find(|rate| rate.rule_id == rule_id)
    }

    /// How many there are among so many things in a year: the rate of them, and what is left of it
    /// by chance.
    pub(super) fn count(&self, things: u32, year: i32, random: &mut Random) -> u64 {
        let mille = u64::from(things) * u64::from(self.per_mille);
        let count = (mille + random.below(1000)) / 1000;
        if year < self.since { 0 } else { count }
    }
}

#[cfg(test)]
mod tests {
    use super::{RATES, Rate};
    use crate::simulate::Random;

    #[test]
    fn plants_as_often_as_the_rate_says() {
        let rate = Rate::of("HY-05-DOCFEE-0").unwrap();
        let counts = |things: u32| {
            let mut random = Random::new(1, 0);
            (0..1000).map(move |_| rate.count(things, 2023, &mut random))
        };
        assert!(counts(2000).all(|count| count == 2));
        // 1.3 a year: one, and in three years of ten another.
        assert!(counts(1300).all(|count| (1..=2).contains(&count)));
        let sum: u64 = counts(1300).sum();
        assert!((1250..1350).contains(&sum), "{sum}");
        let later = Rate::of("MOF243-02-SCORE").unwrap();
        assert_eq!(later.count(9000, 2023, &mut Random::new(1, 0)), 0);
        assert_eq!(later.count(9000, 2024, &mut Random::new(1, 0)), 9);
    }

    #[test]
    fn names_each_rule_once() {
        for (index, rate) in RATES.iter().enumerate() {
            let others = &RATES[index + 1..];
            let is_same = |other: &Rate| other.rule_id == rate.rule_id;
            assert!(!others.iter().any(is_same), "{}", rate.rule_id);
        }
    }
}
