//! What sources do: mostly the next thing that makes sense, often at a limit, sometimes wrong.

use bihuan::events::v1::{ActorRole, EntityKind, Event, event_payload::Payload};
use rand::Rng as _;
use rand_chacha::ChaCha8Rng;

use super::{
    act::Act,
    books::{Books, Line},
    deeds::{EPISODE, PROJECTS, act, around, line_name, one_in, pick},
    judge::{Auditor, Meant, Place, Sent, stated},
};
use crate::facts::*;

/// A role that writes nothing.
fn as_expert(event: Event) -> Event {
    Event {
        actor_role: ActorRole::Expert.into(),
        ..event
    }
}

/// What some source sends next.
pub fn draw(auditor: &Auditor, random: &mut ChaCha8Rng, asked: usize, index: usize) -> Sent {
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
pub fn rival(auditor: &Auditor, random: &mut ChaCha8Rng, asked: usize, first: &Sent) -> Sent {
    match &first.meant {
        Meant::Act(Act::File { shares, .. }) if !one_in(random, 4) => {
            let line = shares[0].0.clone();
            let limit = auditor.books.lines.get(&line).map_or(10, Line::available);
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
    let is_known_system = matches!(act, Act::Register(_)) || !one_in(random, 60);
    if let Act::Register(entry) = &act
        && entry.needs_power()
        && one_in(random, 6)
    {
        event.actor_org = COUNTY.into();
    }
    if !has_role {
        event = as_expert(event);
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
    let is_voided = |name: &&&(String, String)| auditor.known[**name].is_voided;
    let voided: Vec<_> = names.iter().filter(is_voided).copied().collect();
    // Mostly of late: what was recorded a moment ago may still be on its way to the disk.
    let name = match one_in(random, 3) {
        _ if !voided.is_empty() && one_in(random, 6) => *pick(random, &voided),
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
    let can_void = matches!(
        place.act,
        Act::Approve { .. }
            | Act::Adjust { .. }
            | Act::Freeze { .. }
            | Act::Unfreeze { .. }
            | Act::Close { .. }
            | Act::File { .. }
            | Act::Award { .. }
            | Act::Supplement { .. }
            | Act::Deliver { .. }
            | Act::Conclude { .. }
            | Act::Damages { .. }
            | Act::Request { .. }
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
        event = as_expert(event);
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
    let free = |line: &String| books.lines.get(line).map_or(0, Line::available);
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
