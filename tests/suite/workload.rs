//! A seeded workload of several callers. What a caller sends at a step is a pure function of seed,
//! caller and step, so a test that lost its memory, or a server that lost its own, can be told what
//! was meant; a failing seed replays.
//!
//! Eight steps make a project: budget line and plan (two streams), award and contract or documents,
//! committee and bids (sealed and personal parts), notices over several streams, corrections, and
//! one batch that must be refused.

use bihuan::events::{
    commitment::{Part, commitment},
    v1::{self, ActorRole, EntityKind, event_payload::Payload},
    wire::EventSubmission,
};
use prost::Message as _;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use crate::facts::*;

/// Steps of one project.
pub const STEPS: u64 = 8;

const AMOUNT_FEN: i64 = 1_000_000;

/// A source of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Caller {
    /// The seed of the whole workload.
    pub seed: u64,
    /// Which caller.
    pub number: u64,
}

/// One step: what is sent, and whether a sound ledger takes it.
#[derive(Clone, Debug)]
pub struct Step {
    /// The batch.
    pub events: Vec<EventSubmission>,
    /// The reason of the refusal that it must meet; `None` if it must be accepted.
    pub refused_with: Option<&'static str>,
}

/// Random numbers of one purpose.
pub fn dice(seed: u64, purpose: &str, number: u64) -> ChaCha8Rng {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    bytes[8..16].copy_from_slice(&number.to_le_bytes());
    let length = purpose.len().min(16);
    bytes[16..16 + length].copy_from_slice(&purpose.as_bytes()[..length]);
    ChaCha8Rng::from_seed(bytes)
}

impl Caller {
    fn dice(self, step: u64) -> ChaCha8Rng {
        dice(self.seed, "step", (self.number << 48) | step)
    }

    fn project(self, number: u64) -> String {
        format!("PJ-{}-{number}", self.number)
    }

    fn line(self, number: u64) -> String {
        format!("BL-{}-{number}", self.number)
    }

    /// What the caller sends at a step. Each step relies on those before it and on no other caller.
    pub fn step(self, step: u64) -> Step {
        let (number, place) = (step / STEPS, step % STEPS);
        let (line, project) = (self.line(number), self.project(number));
        let has_bids = number % 2 == 1;
        let mut dice = self.dice(step);
        let mut refused_with = None;
        let events = match place {
            0 => vec![
                sent(&line_approved(&line, AMOUNT_FEN)),
                sent(&plan_filed(&project, &line, AMOUNT_FEN)),
            ],
            1 if has_bids => vec![
                sent(&documents_issued(&project)),
                committee_formed(&project, &mut dice),
                bid_received(&project, "B-1", &mut dice),
            ],
            1 => vec![
                sent(&award_recorded(&project, AMOUNT_FEN)),
                sent(&contract_signed(&project, AMOUNT_FEN)),
            ],
            2 if has_bids => vec![bid_received(&project, "B-2", &mut dice)],
            2 => vec![team_formed(&project, &mut dice)],
            3 => self.notices(step, &mut dice),
            4 => vec![sent(&notice(&project, "N-4", dice.random_range(50..800)))],
            5 if has_bids => vec![sent(&correct_notice(&project, "N-4"))],
            5 => vec![sent(&correct_line(&line, AMOUNT_FEN * 2))],
            6 => vec![sent(&notice(&project, "N-6", dice.random_range(50..3_000)))],
            _ => {
                refused_with = Some("E010_PLAN_OVER_BUDGET");
                let late = notice(&project, "N-7", 50);
                let over = plan_filed(&format!("{project}-over"), &line, AMOUNT_FEN * 3);
                vec![sent(&late), sent(&over)]
            }
        };
        Step {
            events,
            refused_with,
        }
    }

    /// Notices of this and the projects before it, in one batch.
    fn notices(self, step: u64, dice: &mut ChaCha8Rng) -> Vec<EventSubmission> {
        let newest = step / STEPS;
        let count = dice.random_range(1..=20);
        let one = |index: u64| {
            let project = self.project(newest.saturating_sub(index % 3));
            let id = format!("N-{step}-{index}");
            sent(&notice(&project, &id, dice.random_range(50..600)))
        };
        (0..count).map(one).collect()
    }
}

/// The event id of what is sent.
pub fn event_id(submission: &EventSubmission) -> [u8; 16] {
    let event = v1::Event::decode(submission.event.clone()).expect("our own event");
    bihuan::ledger::keys::event_id(&event.source_system, &event.source_ref)
}

fn of_trade(source_ref: &str, project: &str, day: &str, payload: Payload) -> v1::Event {
    let event = event(
        &format!("{project}-{source_ref}"),
        &project_stream(project),
        day,
        payload,
    );
    by(event, "ETRADE", AGENCY, ActorRole::TradeSys)
}

/// Procurement documents for the project's lot.
pub fn documents_issued(project: &str) -> v1::Event {
    let payload = Payload::ProcurementDocumentIssued(v1::ProcurementDocumentIssued {
        doc_id: "DOC-1".into(),
        lot_nos: vec!["01".into()],
        issued_on: "2023-02-05".into(),
        doc_from: "2023-02-05".into(),
        doc_to: "2023-02-12".into(),
        bid_deadline: Some(midnight("2023-03-01")),
        budget_fen: AMOUNT_FEN,
        agency_fee_payer: v1::FeePayer::Purchaser.into(),
        expert_fee_payer: v1::FeePayer::Purchaser.into(),
        ..v1::ProcurementDocumentIssued::default()
    });
    let source_ref = format!("{project}-documents");
    event(&source_ref, &project_stream(project), "2023-02-05", payload)
}

fn nonce(dice: &mut ChaCha8Rng) -> bytes::Bytes {
    bytes::Bytes::copy_from_slice(&dice.random::<[u8; 32]>())
}

/// A bid whose supplier is sealed until the opening.
pub fn bid_received(project: &str, bid_no: &str, dice: &mut ChaCha8Rng) -> EventSubmission {
    let payload = Payload::BidReceived(v1::BidReceived {
        lot_no: "01".into(),
        bid_no: bid_no.into(),
        received_at: Some(midnight("2023-02-20")),
    });
    let sealed = v1::SealedPayload {
        sealed: Some(v1::sealed_payload::Sealed::BidReceived(
            v1::BidReceivedSealed {
                nonce: nonce(dice).to_vec().into(),
                supplier: SUPPLIER.into(),
                document_hash: "ab".repeat(32),
            },
        )),
    };
    let sealed = sealed.encode_to_vec();
    let mut event = of_trade(bid_no, project, "2023-02-20", payload);
    event.sealed_commitment = commitment(Part::Sealed, &sealed).to_vec().into();
    EventSubmission {
        sealed: sealed.into(),
        ..sent(&event)
    }
}

fn person(member_no: &str) -> v1::PersonDetail {
    v1::PersonDetail {
        member_no: member_no.into(),
        name: "张三".into(),
        ..v1::PersonDetail::default()
    }
}

fn with_persons(mut event: v1::Event, personal: v1::personal_payload::Personal) -> EventSubmission {
    let personal = v1::PersonalPayload {
        personal: Some(personal),
    };
    let personal = personal.encode_to_vec();
    event.personal_commitment = commitment(Part::Personal, &personal).to_vec().into();
    EventSubmission {
        personal: personal.into(),
        ..sent(&event)
    }
}

/// An evaluation committee, secret and personal.
pub fn committee_formed(project: &str, dice: &mut ChaCha8Rng) -> EventSubmission {
    let payload = Payload::CommitteeFormed(v1::CommitteeFormed {
        lot_no: "01".into(),
        members: vec![v1::CommitteeMember {
            member_no: "M-1".into(),
            kind: v1::CommitteeMemberKind::Expert.into(),
            drawn_randomly: true,
        }],
        formed_on: "2023-02-20".into(),
    });
    let event = of_trade("committee", project, "2023-02-20", payload);
    let persons = v1::CommitteeFormedPersonal {
        nonce: nonce(dice).to_vec().into(),
        persons: vec![person("M-1")],
    };
    with_persons(
        event,
        v1::personal_payload::Personal::CommitteeFormed(persons),
    )
}

/// An acceptance team with its persons.
pub fn team_formed(project: &str, dice: &mut ChaCha8Rng) -> EventSubmission {
    let payload = Payload::AcceptanceTeamFormed(v1::AcceptanceTeamFormed {
        acceptance_id: "AC-1".into(),
        contract_id: CONTRACT.into(),
        members: vec![v1::AcceptanceMember {
            member_no: "M-9".into(),
            role: "组长".into(),
        }],
        formed_on: "2023-06-01".into(),
        ..v1::AcceptanceTeamFormed::default()
    });
    let source_ref = format!("{project}-team");
    let event = event(&source_ref, &project_stream(project), "2023-06-01", payload);
    let persons = v1::AcceptanceTeamFormedPersonal {
        nonce: nonce(dice).to_vec().into(),
        persons: vec![person("M-9")],
    };
    with_persons(
        event,
        v1::personal_payload::Personal::AcceptanceTeamFormed(persons),
    )
}

/// A correction of an event, which says the same of the same objects with another content.
fn correction(original: &v1::Event, payload: Payload, touches: v1::EntityRef) -> v1::Event {
    let corrected = Payload::EventCorrected(Box::new(v1::EventCorrected {
        corrects: Some(v1::EventName {
            source_system: original.source_system.clone(),
            source_ref: original.source_ref.clone(),
        }),
        payload: Some(Box::new(v1::EventPayload {
            payload: Some(payload),
        })),
        touches: vec![touches],
        reason: "录入有误".into(),
        effect: v1::CorrectionEffect::Normal.into(),
        ..v1::EventCorrected::default()
    }));
    v1::Event {
        source_ref: format!("{}-corrected", original.source_ref),
        payload: Some(v1::EventPayload {
            payload: Some(corrected),
        }),
        ..original.clone()
    }
}

fn correct_line(line: &str, amount_fen: i64) -> v1::Event {
    let touches = v1::EntityRef {
        kind: EntityKind::BudgetLine.into(),
        owner_id: line.into(),
        id: String::new(),
    };
    let payload = line_approved(line, amount_fen).payload;
    let payload = payload.and_then(|payload| payload.payload);
    let original = line_approved(line, AMOUNT_FEN);
    correction(&original, payload.expect("a payload"), touches)
}

fn correct_notice(project: &str, notice_id: &str) -> v1::Event {
    let touches = v1::EntityRef {
        kind: EntityKind::Notice.into(),
        owner_id: project.into(),
        id: notice_id.into(),
    };
    let payload = notice(project, notice_id, 900).payload;
    let payload = payload.and_then(|payload| payload.payload);
    let original = notice(project, notice_id, 50);
    correction(&original, payload.expect("a payload"), touches)
}

/// How many rounds a test makes: as the environment says, or `usual`.
pub fn rounds(name: &str, usual: u64) -> u64 {
    let said = std::env::var(name).ok();
    said.map_or(usual, |text| text.parse().expect("a number of rounds"))
}

/// The seed of a test that draws: `BIHUAN_SEED`, or a new one, which the test prints.
pub fn seed() -> u64 {
    let said = std::env::var("BIHUAN_SEED").ok();
    let seed = said.map_or_else(rand::random, |text| text.parse().expect("a seed"));
    println!("BIHUAN_SEED={seed}");
    seed
}
