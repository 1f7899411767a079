//! What sources do: mostly the next thing that makes sense, often at a limit, sometimes wrong.

use bihuan::events::v1::{AcceptanceResult, Event};
use rand::Rng as _;
use rand_chacha::ChaCha8Rng;

use super::{
    Auditor, Meant, Place, Sent, as_venue,
    books::{Act, Books, Contract, Paying, Plan, Project, Stage},
    pick, stated,
};
use crate::facts::*;

/// Lines and projects that are in use at the same time, so that sources meet.
const LINES: usize = 4;
const PROJECTS: usize = 5;
/// Requests after which others take their place.
const EPISODE: usize = 200;

/// An amount around a limit: some of it, all of it, one fen more.
fn around(random: &mut ChaCha8Rng, limit: i64) -> i64 {
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

fn one_in(random: &mut ChaCha8Rng, count: u32) -> bool {
    random.random_range(0..count) == 0
}

fn line_name(random: &mut ChaCha8Rng, asked: usize) -> String {
    let n = random.random_range(0..LINES);
    format!("BL-{}-{n}", asked / EPISODE)
}

fn project_name(random: &mut ChaCha8Rng, asked: usize) -> String {
    let n = random.random_range(0..PROJECTS);
    format!("PJ-{}-{n}", asked / EPISODE)
}

/// What some source sends next.
pub(super) fn draw(auditor: &Auditor, random: &mut ChaCha8Rng, asked: usize, index: usize) -> Sent {
    let roll = random.random_range(0..100);
    if roll < 6 && !auditor.known.is_empty() {
        return again(auditor, random, asked, roll < 2);
    }
    if roll < 14
        && let Some(sent) = amendment(auditor, random, asked, index)
    {
        return sent;
    }
    let act = act(&auditor.books, random, asked);
    of_act(act, random, asked, index)
}

/// What another source sends at the same moment: often an act on the same objects.
pub(super) fn rival(
    auditor: &Auditor,
    random: &mut ChaCha8Rng,
    asked: usize,
    first: &Sent,
) -> Sent {
    match &first.meant {
        Meant::Act(Act::File { shares, .. }) if !one_in(random, 4) => {
            let line = shares[0].0.clone();
            let limit = auditor
                .books
                .lines
                .get(&line)
                .map_or(10, |line| line.available());
            let fen = around(random, limit);
            let act = Act::File {
                project: format!(
                    "PJ-{}-{}",
                    asked / EPISODE,
                    random.random_range(0..PROJECTS)
                ),
                shares: vec![(line, fen)],
                fen,
                lot_fen: fen,
            };
            of_act(act, random, asked, 1)
        }
        Meant::Act(act) if one_in(random, 2) => of_act(act.clone(), random, asked, 1),
        _ => draw(auditor, random, asked, 1),
    }
}

fn of_act(act: Act, random: &mut ChaCha8Rng, asked: usize, index: usize) -> Sent {
    let mut event = act.event();
    event.source_ref = format!("{asked}-{index}");
    if event.source_system == "GP_MGMT" {
        let systems = ["GP_MGMT", "INTRANET", "CCGP_HY"];
        event.source_system = (*pick(random, &systems)).into();
    }
    let has_role = !one_in(random, 40);
    let is_known_system = !one_in(random, 60);
    if !has_role {
        event = as_venue(event);
    }
    if !is_known_system {
        event.source_system = "NOBODY".into();
    }
    Sent {
        event,
        meant: Meant::Act(act),
        has_role,
        is_known_system,
    }
}

/// Something recorded before, as it was or with other content.
fn again(auditor: &Auditor, random: &mut ChaCha8Rng, asked: usize, is_other: bool) -> Sent {
    let mut names: Vec<_> = auditor.known.keys().collect();
    names.sort();
    // Mostly of late: what was recorded a moment ago may still be on its way to the disk.
    let name = match one_in(random, 3) {
        true => *pick(random, &names),
        false => {
            let newest = names
                .iter()
                .max_by_key(|name| auditor.known[**name].position);
            *newest.expect("something is known")
        }
    };
    let mut event = auditor.known[name].event.clone();
    if is_other {
        let occurred = event.occurred_at.as_mut().expect("an instant");
        occurred.seconds += 1 + (asked % 50) as i64;
    }
    Sent {
        event,
        meant: if is_other { Meant::Other } else { Meant::Again },
        has_role: true,
        is_known_system: true,
    }
}

/// A correction or void of something recorded lately.
fn amendment(
    auditor: &Auditor,
    random: &mut ChaCha8Rng,
    asked: usize,
    index: usize,
) -> Option<Sent> {
    let newest = auditor.places.len().checked_sub(1)?;
    let at = newest.saturating_sub(random.random_range(0..60));
    let place = &auditor.places[at];
    let original = &auditor.known[&place.name].event;
    let instead = replacement(place, &auditor.books, random, asked);
    let can_void = !matches!(
        place.act,
        Act::Revise { .. }
            | Act::End { .. }
            | Act::Sign { .. }
            | Act::Change { .. }
            | Act::Decide { .. }
            | Act::Execute { .. }
            | Act::Return { .. }
            | Act::Terminate { .. }
            | Act::Complete { .. }
    );
    let (meant, mut event) = match instead {
        Some(act) if !one_in(random, 3) => {
            let touches = stated(&place.touching(Some(&act)));
            let event = corrected(original, "x", &act.event(), touches);
            (Meant::Correct(at, act), event)
        }
        _ if can_void => {
            let touches = stated(&place.touching(None));
            (Meant::Void(at), voided(original, touches))
        }
        _ => return None,
    };
    if one_in(random, 12) {
        event = without_the_last(event);
    }
    let has_role = !one_in(random, 15);
    if !has_role {
        event = as_venue(event);
    }
    event.source_ref = format!("{asked}-{index}-amends");
    Some(Sent {
        event,
        meant,
        has_role,
        is_known_system: true,
    })
}

/// Touches that lack one object, or name one too many.
fn without_the_last(event: Event) -> Event {
    let mut event = event;
    let payload = event.payload.as_mut().and_then(|p| p.payload.as_mut());
    use bihuan::events::v1::{EntityKind, event_payload::Payload};
    let touches = match payload {
        Some(Payload::EventCorrected(c)) => &mut c.touches,
        Some(Payload::EventVoided(v)) => &mut v.touches,
        _ => panic!("an amendment"),
    };
    if touches.len() > 1 {
        touches.pop();
    } else {
        touches.push(touched(EntityKind::BudgetLine, "BL-TOO-MANY", ""));
    }
    event
}

/// What an act should have said: the same with another amount, or on another line.
fn replacement(place: &Place, books: &Books, random: &mut ChaCha8Rng, asked: usize) -> Option<Act> {
    let free = |line: &String| books.lines.get(line).map_or(0, |line| line.available());
    Some(match place.act.clone() {
        Act::Approve { line, fen } => {
            let less = fen - free(&line);
            let fen = around(random, less) + i64::from(one_in(random, 2)) * 50;
            Act::Approve { line, fen }
        }
        Act::Adjust { line, fen } => {
            let other = fen - around(random, free(&line));
            let fen = if other == 0 { 1 } else { other };
            Act::Adjust { line, fen }
        }
        Act::File {
            project, shares, ..
        } if shares.len() == 1 => {
            let line = match one_in(random, 2) {
                true => line_name(random, asked),
                false => shares[0].0.clone(),
            };
            let fen = around(random, free(&line).max(shares[0].1));
            let lot_fen = fen - i64::from(one_in(random, 10));
            Act::File {
                project,
                shares: vec![(line, fen)],
                fen,
                lot_fen: lot_fen.max(1),
            }
        }
        Act::Award { project, .. } => {
            let known = books.projects.get(&project);
            let limit = known.map_or(1, |p| {
                if one_in(random, 2) {
                    p.lot_fen
                } else {
                    p.contracted
                }
            });
            Act::Award {
                project,
                fen: around(random, limit),
            }
        }
        Act::Supplement {
            project, no, line, ..
        } => {
            let fen = around(random, free(&line).min(200));
            Act::Supplement {
                project,
                no,
                line,
                fen,
                share_fen: fen,
            }
        }
        Act::Conclude {
            project,
            id,
            result,
            fen,
        } => Act::Conclude {
            project,
            id,
            result,
            fen: around(random, fen),
        },
        _ => return None,
    })
}

/// The next thing that makes sense of a line or a project.
fn act(books: &Books, random: &mut ChaCha8Rng, asked: usize) -> Act {
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
    let free = |line: &String| books.lines.get(line).map_or(5, |line| line.available());
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
    let Some(award) = project.award else {
        return Act::Award {
            project: name,
            fen: around(random, project.lot_fen),
        };
    };
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
    match random.random_range(0..10) {
        0..=4 => pay(random, name, project, contract),
        _ => perform(books, random, name, project, contract),
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
            let free = books.lines.get(&line).map_or(0, |line| line.available());
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
        6 if one_in(random, 2) => Act::Terminate {
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
    let (term, limit) = match random.random_range(0..10) {
        0 => ("9", 10),
        1..=4 => (TERM_ADVANCE, contract.advance_fen),
        5 | 6 => (TERM_FINAL, contract.accepted()),
        _ => (TERM_FINAL, contract.bound() - contract.claimed(|_| true)),
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
