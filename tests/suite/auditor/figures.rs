//! The figures that a refusal tells, compared with the books before and after.

use super::{
    books,
    judge::{Auditor, Meant, Sent},
};
use crate::{facts::*, town::Refused};

type Figures = Vec<(&'static str, Option<i64>)>;

/// What a sum gate tells: what stood before and what is asked for on top; of an event that asks
/// for nothing more, the sum alone.
fn asked(standing: &'static str, before: i64, now: i64) -> Figures {
    match now > before {
        true => vec![
            (standing, Some(before)),
            ("requested_fen", Some(now - before)),
        ],
        false => vec![(standing, Some(now)), ("requested_fen", None)],
    }
}

impl Auditor {
    /// Compares the figures of a refusal with the books before it.
    pub fn compare_figures(&self, sent: &Sent, refused: &Refused) -> Result<(), String> {
        let text = |name: &str| refused.figures[name].clone();
        let project = sent.event.stream.split('/').nth(2).expect("an id");
        let books = &self.books;
        let after = match &sent.meant {
            Meant::Act(act) if books.transition(act).is_ok() => {
                let mut after = books.clone();
                after.enter(act);
                after
            }
            Meant::Correct(index, act) => match self.refold(*index, Some(act)) {
                Some(after) => after,
                None => return Ok(()),
            },
            Meant::Void(index) => match self.refold(*index, None) {
                Some(after) => after,
                None => return Ok(()),
            },
            _ => return Ok(()),
        };
        let contracts = || {
            let before = books
                .projects
                .get(project)
                .and_then(|p| p.contracts.get(CONTRACT));
            let now = &after.projects[project].contracts[CONTRACT];
            (before, now)
        };
        let pairs: Figures = match refused.reason.as_str() {
            "E010_PLAN_OVER_BUDGET" => {
                let line = text("budget_line_id");
                let before = books.lines.get(&line).map_or(0, books::Line::available);
                let asked = before - after.lines[&line].available();
                vec![
                    ("available_fen", Some(before)),
                    ("requested_fen", Some(asked)),
                ]
            }
            "E012_AWARD_OVER_CEILING" => {
                let project = &after.projects[project];
                vec![
                    ("award_fen", project.award),
                    ("limit_fen", Some(project.lot_fen)),
                ]
            }
            "E013_CONTRACT_OVER_AWARD" => {
                let project = &after.projects[project];
                vec![
                    ("award_fen", project.award),
                    ("contracted_fen", Some(project.contracted)),
                ]
            }
            "E014_SUPPLEMENT_OVER_10PCT" => {
                let (before, now) = contracts();
                let used = before.map_or(0, books::Contract::additions);
                let mut figures = asked("used_fen", used, now.additions());
                figures.push(("original_fen", Some(now.fen)));
                figures.push(("limit_fen", Some(now.fen / 10)));
                figures
            }
            "E015_PAYMENT_OVER_CONTRACT" => {
                let (before, now) = contracts();
                let claimed = before.map_or(0, |contract| contract.claimed(|_| true));
                let mut figures = asked("claimed_fen", claimed, now.claimed(|_| true));
                figures.push(("payable_fen", Some(now.bound())));
                figures.push(("paid_fen", Some(now.claimed(|claim| claim.is_paid))));
                figures
            }
            "E025_PAY_BEFORE_ACCEPTANCE" => {
                let (before, now) = contracts();
                // The final terms are looked at before the advances.
                let is_final = now.claims_on(TERM_FINAL) > now.accepted();
                let (term, limit) = match is_final {
                    true => (TERM_FINAL, now.accepted()),
                    false => (TERM_ADVANCE, now.advance_fen),
                };
                let claimed = before.map_or(0, |contract| contract.claims_on(term));
                let mut figures = asked("claimed_fen", claimed, now.claims_on(term));
                let is_paid = |claim: &books::Claim| claim.is_paid && claim.is_on(term);
                figures.push(("limit_fen", Some(limit)));
                figures.push(("paid_fen", Some(now.claimed(is_paid))));
                figures
            }
            "E016_PAYMENT_OVER_BUDGET" => {
                let hold = &after.projects[project].holds[&text("budget_line_id")];
                vec![
                    ("occupied_fen", Some(hold.occupied())),
                    ("claimed_fen", Some(hold.requested + hold.paid)),
                ]
            }
            "E023_RELEASE_OVER_HELD" => {
                let line = text("budget_line_id");
                let before = books.lines.get(&line).map_or(0, |line| line.frozen);
                let released = before - after.lines[&line].frozen;
                vec![("held_fen", Some(before)), ("released_fen", Some(released))]
            }
            _ => Vec::new(),
        };
        for (name, expected) in pairs {
            let told = refused.figures.get(name).map(|text| text.parse::<i64>());
            if told != expected.map(Ok) {
                return Err(format!("{name} is {expected:?}: {refused:?}"));
            }
        }
        Ok(())
    }
}
