//! The next thing that makes sense of a line, a lot, a contract or the registry: often at a limit,
//! sometimes one fen beyond, sometimes out of order.

use bihuan::events::v1::AcceptanceResult;
use rand::{Rng as _, seq::IndexedRandom as _};
use rand_chacha::ChaCha8Rng;

use super::{
    act::Act,
    books::{Books, Contract, Line, Paying, Plan, Project, SUSPENDED, Shares, Stage},
    performance::Performance,
    registry::{Entry, uscc},
    tender::{LotStage, Tender},
};
use crate::facts::*;

/// Lines and projects that are in use at the same time, so that sources meet.
const LINES: usize = 4;
pub const PROJECTS: usize = 5;
/// Requests after which others take their place.
pub const EPISODE: usize = 400;

/// An amount around a limit: some of it, all of it, one fen more.
pub fn around(random: &mut ChaCha8Rng, limit: i64) -> i64 {
    let limit = limit.max(0);
    let fen = match random.random_range(0..10) {
        0 | 1 => limit,
        2 => limit + 1,
        3 => limit / 2,
        4 => 1,
        5 => limit + random.random_range(1..100),
        _ => random.random_range(0..=limit),
    };
    fen.max(1)
}

/// One of a list.
pub fn pick<'a, T>(random: &mut ChaCha8Rng, list: &'a [T]) -> &'a T {
    list.choose(random).expect("something to choose from")
}

pub fn one_in(random: &mut ChaCha8Rng, count: u32) -> bool {
    random.random_range(0..count) == 0
}

pub fn line_name(random: &mut ChaCha8Rng, asked: usize) -> String {
    let n = random.random_range(0..LINES);
    format!("BL-{}-{n}", asked / EPISODE)
}

pub fn project_name(random: &mut ChaCha8Rng, asked: usize) -> String {
    let n = random.random_range(0..PROJECTS);
    format!("PJ-{}-{n}", asked / EPISODE)
}

/// The next thing that makes sense of a line or a project.
pub fn act(books: &Books, random: &mut ChaCha8Rng, asked: usize) -> Act {
    let line = line_name(random, asked);
    if !books.lines.contains_key(&line) && !one_in(random, 8) {
        return Act::Approve {
            line,
            fen: random.random_range(1_000..100_000),
        };
    }
    if one_in(random, 6) {
        return of_line(books, random, line);
    }
    if one_in(random, 14) {
        return Act::Register(entry(books, random, asked));
    }
    let project = project_name(random, asked);
    let known = books.projects.get(&project);
    match known {
        Some(known) if !one_in(random, 25) => of_project(books, random, project, known, line),
        _ => file(books, random, asked, project, line),
    }
}

fn of_line(books: &Books, random: &mut ChaCha8Rng, line: String) -> Act {
    let (free, frozen) = books
        .lines
        .get(&line)
        .map_or((10, 10), |line| (line.available(), line.frozen));
    match random.random_range(0..12) {
        0..=2 => Act::Adjust {
            line,
            fen: random.random_range(1..20_000),
        },
        3 | 4 => Act::Adjust {
            line,
            fen: -around(random, free),
        },
        5 | 6 => Act::Freeze {
            line,
            fen: around(random, free / 2),
        },
        7..=9 => Act::Unfreeze {
            line,
            fen: around(random, frozen),
        },
        10 => Act::Approve { line, fen: 500 },
        _ if one_in(random, 3) => Act::Close { line },
        _ => Act::Freeze {
            line,
            fen: around(random, free),
        },
    }
}

fn file(
    books: &Books,
    random: &mut ChaCha8Rng,
    asked: usize,
    project: String,
    line: String,
) -> Act {
    let free = |line: &String| books.lines.get(line).map_or(5, Line::available);
    let limit = if one_in(random, 3) {
        free(&line)
    } else {
        free(&line) / 3
    };
    let mut shares = vec![(line.clone(), around(random, limit))];
    let second = line_name(random, asked);
    if second != line && one_in(random, 3) {
        shares.push((second.clone(), around(random, free(&second) / 3)));
    }
    let fen: i64 = shares.iter().map(|share| share.1).sum();
    let wrong = i64::from(one_in(random, 15));
    let lot_wrong = i64::from(one_in(random, 15));
    Act::File {
        project,
        shares,
        fen: fen + wrong,
        lot_fen: fen + wrong + lot_wrong,
    }
}

fn of_project(
    books: &Books,
    random: &mut ChaCha8Rng,
    name: String,
    project: &Project,
    line: String,
) -> Act {
    if one_in(random, 14) {
        return Act::Revise {
            line: project.holds.keys().next().cloned().unwrap_or(line),
            fen: around(random, project.lot_fen + 100),
            project: name,
        };
    }
    if project.plan == Plan::Ended && project.contracts.is_empty() || one_in(random, 40) {
        let drawn = project
            .holds
            .iter()
            .filter(|(_, h)| h.planned + h.added != 0);
        let mut lines: Vec<_> = drawn.map(|(line, _)| line.clone()).collect();
        if one_in(random, 3) && lines.len() > 1 {
            lines.pop();
        }
        if lines.is_empty() {
            lines.push(line);
        }
        return Act::End {
            project: name,
            lines,
            is_cancelled: one_in(random, 2),
        };
    }
    if one_in(random, 30) {
        let no =
            |kind: &str, random: &mut ChaCha8Rng| format!("{kind}-{}", random.random_range(0..9));
        let act = match random.random_range(0..4) {
            0 => Tender::PublishResult,
            1 => Tender::Delegate {
                no: no("D", random),
            },
            _ => Tender::Announce {
                no: no("N", random),
            },
        };
        return Act::Tender { project: name, act };
    }
    let is_ready = [LotStage::Awarded, LotStage::Contracted].contains(&project.lot.stage);
    if !is_ready || one_in(random, 25) {
        return before_award(random, name, project);
    }
    let award = project.award.unwrap_or(1);
    let Some(contract) = project.contracts.get(CONTRACT) else {
        let fen = around(random, award).max(2);
        return Act::Sign {
            project: name,
            contract: CONTRACT.into(),
            fen,
            terms_fen: fen + i64::from(one_in(random, 15)),
            to_winner: !one_in(random, 15),
        };
    };
    if one_in(random, 25) {
        let fen = around(random, award - project.contracted).max(2);
        return Act::Sign {
            project: name,
            contract: "CT-2".into(),
            fen,
            terms_fen: fen,
            to_winner: true,
        };
    }
    if contract.stage == Stage::Accepted && !one_in(random, 3) {
        return pay_up(random, name, project, contract);
    }
    match random.random_range(0..13) {
        0..=4 => pay(random, name, project, contract),
        5..=8 => besides(random, name, contract),
        _ => perform(books, random, name, project, contract),
    }
}

/// The next step of a lot towards its award, or a step out of order.
fn before_award(random: &mut ChaCha8Rng, name: String, project: &Project) -> Act {
    let lot = &project.lot;
    let stage = match one_in(random, 12) {
        true => *pick(
            random,
            &[
                LotStage::Planned,
                LotStage::Open,
                LotStage::Opened,
                LotStage::Evaluated,
                LotStage::Pending,
                LotStage::Failed,
            ],
        ),
        false => lot.stage,
    };
    let fen = around(random, project.lot_fen);
    let no = format!("B-{}", random.random_range(0..4));
    let mut shares: Shares = project.lot_shares.clone().into_iter().collect();
    if one_in(random, 8) && !shares.is_empty() {
        shares[0].1 += 1;
    }
    let supplier = match one_in(random, 8) {
        true => AGENCY,
        false => SUPPLIER,
    };
    let fails = stage != LotStage::Failed && one_in(random, 12);
    let act = match stage {
        LotStage::Planned if one_in(random, 2) => return Act::Award { project: name, fen },
        LotStage::Planned => Tender::Documents,
        _ if fails => Tender::Fail {
            shares,
            is_retried: one_in(random, 2),
        },
        LotStage::Open => match random.random_range(0..12) {
            0..=5 => Tender::Bid {
                no,
                is_late: one_in(random, 5),
            },
            6 => Tender::Withdraw { no },
            7 => Tender::Committee,
            _ => {
                let mut bids = lot.openable();
                if one_in(random, 8) {
                    bids.pop_first();
                }
                match bids.is_empty() {
                    true => Tender::Bid { no, is_late: false },
                    false => Tender::Open { bids },
                }
            }
        },
        LotStage::Opened => match random.random_range(0..5) {
            0 => Tender::Committee,
            1 => Tender::Bid { no, is_late: true },
            _ => {
                let mut suppliers: Vec<_> = lot.bidders().into_iter().collect();
                if suppliers.is_empty() || one_in(random, 8) {
                    suppliers.push(AGENCY);
                }
                Tender::Evaluate { suppliers }
            }
        },
        LotStage::Evaluated => match random.random_range(0..4) {
            0 => Tender::Report,
            _ => {
                let ranked: Vec<_> = lot.ranked.iter().copied().collect();
                let supplier = match ranked.is_empty() || one_in(random, 8) {
                    true => supplier,
                    false => *pick(random, &ranked),
                };
                Tender::Winner { supplier, fen }
            }
        },
        LotStage::Pending => match random.random_range(0..4) {
            0 => Tender::Report,
            _ => Tender::Notify {
                supplier: match lot.winner {
                    Some(winner) if !one_in(random, 8) => winner,
                    _ => supplier,
                },
                fen: project.award.unwrap_or(fen) + i64::from(one_in(random, 8)),
            },
        },
        _ => Tender::Abandon { shares },
    };
    Act::Tender { project: name, act }
}

/// Papers of a contract, its interruptions, the way to its acceptance.
fn besides(random: &mut ChaCha8Rng, project: String, contract: &Contract) -> Act {
    let no = |kind: &str, random: &mut ChaCha8Rng| format!("{kind}-{}", random.random_range(0..20));
    let id = format!("AC-{}", random.random_range(0..6));
    let act = match random.random_range(0..12) {
        _ if SUSPENDED.contains(&contract.stage) && !one_in(random, 3) => Performance::Resume,
        _ if contract.stage == Stage::Rectifying && !one_in(random, 3) => Performance::Rectify,
        0 => Performance::File {
            no: no("F", random),
        },
        1 => Performance::Start,
        2 => Performance::Invoice {
            no: no("I", random),
        },
        3 => Performance::Settle {
            no: no("S", random),
            term: match one_in(random, 4) {
                true => "9",
                false => TERM_FINAL,
            }
            .into(),
        },
        4 if one_in(random, 2) => Performance::Suspend,
        5 => Performance::Resume,
        6 => Performance::Rectify,
        7 | 8 => Performance::Ask { id },
        9 => Performance::Form { id },
        _ => Performance::Upload { id },
    };
    Act::Perform { project, act }
}

/// A fact of the registry.
fn entry(books: &Books, random: &mut ChaCha8Rng, asked: usize) -> Entry {
    let organisation =
        |random: &mut ChaCha8Rng| uscc(asked / EPISODE * 9 + random.random_range(0..9));
    let (uscc, other) = (organisation(random), organisation(random));
    let id = format!("X-{}-{}", asked / EPISODE, random.random_range(0..2));
    let into = match one_in(random, 2) {
        true => CITY.to_owned(),
        false => other,
    };
    match random.random_range(0..16) {
        _ if !books.registry.organisations.contains_key(CITY) && one_in(random, 2) => {
            Entry::Register { uscc: CITY.into() }
        }
        _ if !books.registry.organisations.contains_key(&uscc) && !one_in(random, 4) => {
            Entry::Register { uscc }
        }
        0 => Entry::Register { uscc },
        1..=3 => Entry::Change { uscc },
        4 | 5 => Entry::Merge { uscc, into },
        6 => Entry::Close { uscc },
        7 | 8 => Entry::Region {
            code: ["430400", "430421", "430422"][random.random_range(0..3)],
        },
        9 => Entry::Threshold { id },
        10 => Entry::System {
            code: format!("NEW_{}_{}", asked / EPISODE, random.random_range(0..2)),
        },
        11 => Entry::Calendar,
        12 | 13 => Entry::Sync { id },
        _ => Entry::Import { id },
    }
}

fn perform(
    books: &Books,
    random: &mut ChaCha8Rng,
    project: String,
    known: &Project,
    contract: &Contract,
) -> Act {
    let no = format!("N-{}", random.random_range(0..25));
    let room = contract.fen / 10 - contract.additions();
    let to_accept = contract.value() - contract.damaged() - contract.accepted();
    match random.random_range(0..20) {
        0..=2 => {
            let line = known.holds.keys().next().cloned().unwrap_or_default();
            let free = books.lines.get(&line).map_or(0, Line::available);
            let fen = around(random, room.min(free.max(1)));
            let share_fen = fen + i64::from(one_in(random, 12));
            Act::Supplement {
                project,
                no,
                line,
                fen,
                share_fen,
            }
        }
        3 | 4 => Act::Change {
            project,
            no,
            fen: match one_in(random, 2) {
                true => around(random, room),
                false => -around(random, contract.value() / 3),
            },
        },
        5 => Act::Damages {
            project,
            no,
            fen: around(random, contract.payable() / 4),
        },
        6 => Act::Terminate {
            project,
            fen: around(random, contract.payable()),
        },
        7 | 8 if contract.stage == Stage::Accepted => Act::Complete { project },
        7..=11 => Act::Deliver { project, no },
        _ => {
            let result = match random.random_range(0..6) {
                0 => AcceptanceResult::Failed,
                1 | 2 => AcceptanceResult::Partial,
                _ => AcceptanceResult::Passed,
            };
            let fen = match result {
                AcceptanceResult::Failed => i64::from(one_in(random, 4)),
                AcceptanceResult::Partial => around(random, to_accept / 2),
                _ if one_in(random, 2) => to_accept.max(1),
                _ => around(random, to_accept),
            };
            Act::Conclude {
                project,
                id: format!("AC-{}", random.random_range(0..6)),
                result,
                fen,
            }
        }
    }
}

/// What is left to do for an accepted contract, until it is completed.
fn pay_up(random: &mut ChaCha8Rng, project: String, known: &Project, contract: &Contract) -> Act {
    let open = [Paying::Requested, Paying::Accepted];
    let waiting = known.payments.iter().find(|(_, p)| open.contains(&p.stage));
    let rest = contract.bound() - contract.claimed(|_| true);
    match waiting {
        Some((id, payment)) if payment.stage == Paying::Requested => Act::Decide {
            project,
            id: id.clone(),
            is_accepted: !one_in(random, 8),
        },
        Some((id, payment)) => Act::Execute {
            project,
            id: id.clone(),
            shares: payment.shares.clone().into_iter().collect(),
        },
        None if rest > 0 => Act::Request {
            project,
            id: format!("PY-{}", random.random_range(0..12)),
            term: TERM_FINAL.into(),
            shares: known
                .holds
                .keys()
                .take(1)
                .map(|line| (line.clone(), rest))
                .collect(),
            fen: rest,
            to_payee: contract.supplier == SUPPLIER,
        },
        None => Act::Complete { project },
    }
}

fn pay(random: &mut ChaCha8Rng, project: String, known: &Project, contract: &Contract) -> Act {
    let open: Vec<_> = known
        .payments
        .iter()
        .filter(|(_, p)| p.stage != Paying::Rejected)
        .collect();
    if !open.is_empty() && !one_in(random, 3) {
        let (id, payment) = pick(random, &open);
        let mut shares: Vec<_> = payment.shares.clone().into_iter().collect();
        if one_in(random, 12) {
            shares[0].1 += 1;
        }
        let (project, id) = (project, (*id).clone());
        return match payment.stage {
            _ if one_in(random, 20) => Act::Execute {
                project,
                id,
                shares,
            },
            Paying::Requested => Act::Decide {
                project,
                id,
                is_accepted: !one_in(random, 4),
            },
            Paying::Accepted => Act::Execute {
                project,
                id,
                shares,
            },
            _ => Act::Return {
                project,
                id,
                shares,
            },
        };
    }
    let rest = contract.bound() - contract.claimed(|_| true);
    let (term, limit) = match random.random_range(0..10) {
        0 => ("9", 10),
        1..=4 => (TERM_ADVANCE, contract.advance_fen),
        5 | 6 => (TERM_FINAL, contract.accepted()),
        _ => (TERM_FINAL, rest),
    };
    let fen = around(random, limit);
    let lines: Vec<_> = known.holds.keys().cloned().collect();
    let shares = match lines.as_slice() {
        [one, two, ..] if fen > 1 => vec![(one.clone(), fen / 2), (two.clone(), fen - fen / 2)],
        [one, ..] => vec![(one.clone(), fen)],
        [] => vec![("BL-NONE".to_owned(), fen)],
    };
    Act::Request {
        project,
        id: format!("PY-{}", random.random_range(0..12)),
        term: term.into(),
        shares,
        fen: fen + i64::from(one_in(random, 25)),
        to_payee: !one_in(random, 20),
    }
}
