//! An auditor: a seeded random workload of many sources against a model of the money line of his
//! own, which predicts every acceptance and every refusal with its figures.
//!
//! `BIHUAN_AUDITOR_SEED` runs one seed, as a failure prints it; `BIHUAN_AUDITOR_OPS` says how many
//! requests a seed makes.

mod books;
mod source;

use std::{
    collections::{BTreeSet, HashMap},
    env, fs,
    sync::Arc,
};

use bihuan::events::v1::{
    self, ActorRole, EntityKind, Event, ReceiptStatus, stream_expectation::Expected,
};
use rand::{Rng as _, SeedableRng as _, seq::IndexedRandom as _};
use rand_chacha::ChaCha8Rng;
use tonic::{Code, Status};

use self::books::{Act, Books, E001, E002};
use crate::{facts::*, harness::*, town::*, verifier};

/// Requests of a seed in the suite.
const OPS: usize = 2_500;
const SEEDS: [u64; 2] = [20_230_630, 7];

/// What stands in the ledger under a name.
#[derive(Clone, Debug)]
struct Known {
    event: Event,
    position: u64,
    revision: u64,
    leaf_hash: Vec<u8>,
    is_voided: bool,
}

/// An act in the place where it happened.
#[derive(Clone, Debug)]
struct Place {
    name: (String, String),
    act: Act,
    newest: Option<Act>,
    is_voided: bool,
}

impl Place {
    /// What an amendment of it touches: the act, what was said of it last, what shall be.
    fn touching<'a>(&'a self, instead: Option<&'a Act>) -> Vec<&'a Act> {
        let acts = [Some(&self.act), self.newest.as_ref(), instead];
        acts.into_iter().flatten().collect()
    }

    /// What counts there now.
    fn counts(&self) -> Option<&Act> {
        match self.is_voided {
            true => None,
            false => Some(self.newest.as_ref().unwrap_or(&self.act)),
        }
    }
}

/// Everything that the auditor knows of the ledger.
#[derive(Clone, Debug, Default)]
struct Auditor {
    books: Books,
    places: Vec<Arc<Place>>,
    known: HashMap<(String, String), Arc<Known>>,
    revisions: HashMap<String, u64>,
    end: u64,
}

/// What a source means to do.
#[derive(Clone, Debug)]
enum Meant {
    Act(Act),
    Correct(usize, Act),
    Void(usize),
    /// Something sent before, sent again as it was.
    Again,
    /// Something recorded, sent again with other content.
    Other,
}

/// An event as sent, and what is meant by it.
#[derive(Clone, Debug)]
struct Sent {
    event: Event,
    meant: Meant,
    has_role: bool,
    is_known_system: bool,
}

/// What an auditor expects of an event.
#[derive(Clone, Debug, PartialEq)]
enum Verdict {
    Append,
    Repeat(ReceiptStatus),
    Refuse(&'static str),
}

impl Auditor {
    /// The codes of everything that is wrong with an act in front of some books.
    fn judge_act(&self, act: &Act) -> Vec<&'static str> {
        let mut codes = self.books.steps(act);
        match self.books.transition(act) {
            Err(code) => codes.push(code),
            Ok(()) => {
                let mut after = self.books.clone();
                after.enter(act);
                codes.extend(after.sums());
            }
        }
        codes
    }

    /// The books of some places, and whether every step could happen.
    fn fold<'a>(places: impl Iterator<Item = &'a Act>) -> Option<Books> {
        let mut books = Books::default();
        for act in places {
            books.transition(act).ok()?;
            books.enter(act);
        }
        Some(books)
    }

    /// The books with another act, or none, in a place.
    fn refold(&self, index: usize, instead: Option<&Act>) -> Option<Books> {
        let acts = self.places.iter().enumerate().filter_map(|(n, place)| {
            if n == index { instead } else { place.counts() }
        });
        Self::fold(acts)
    }

    fn judge_amendment(
        &self,
        sent: &Sent,
        index: usize,
        instead: Option<&Act>,
    ) -> Vec<&'static str> {
        let mut codes = Vec::new();
        let place = &self.places[index];
        let expected = named(&stated(&place.touching(instead)));
        if named(&touches_of(&sent.event)) != expected {
            codes.push(E001);
        }
        if let Some(act) = instead {
            let past = Self::fold(
                self.places[..index]
                    .iter()
                    .filter_map(|place| place.counts()),
            );
            codes.extend(past.expect("what stands could happen").steps(act));
        }
        if place.is_voided {
            codes.push(E002);
            return codes;
        }
        match self.refold(index, instead) {
            None => codes.push(E002),
            Some(books) => codes.extend(books.sums()),
        }
        codes
    }

    fn name(event: &Event) -> (String, String) {
        (event.source_system.clone(), event.source_ref.clone())
    }

    fn judge(&self, sent: &Sent) -> Verdict {
        let known = self.known.get(&Self::name(&sent.event));
        if !sent.has_role {
            return Verdict::Refuse("E020_FORBIDDEN_ROLE");
        }
        if let Some(known) = known {
            return match (known.event == sent.event, known.is_voided) {
                (false, _) => Verdict::Refuse("E004_SOURCE_REF_CONFLICT"),
                (true, true) => Verdict::Repeat(ReceiptStatus::Voided),
                (true, false) => Verdict::Repeat(ReceiptStatus::AlreadyAppended),
            };
        }
        let mut codes = match &sent.meant {
            Meant::Act(act) => self.judge_act(act),
            Meant::Correct(index, act) => self.judge_amendment(sent, *index, Some(act)),
            Meant::Void(index) => self.judge_amendment(sent, *index, None),
            Meant::Again | Meant::Other => panic!("{sent:?} is not known"),
        };
        if !sent.is_known_system {
            codes.push(E001);
        }
        codes
            .into_iter()
            .min()
            .map_or(Verdict::Append, Verdict::Refuse)
    }

    /// Takes in an event that was appended.
    fn enter(&mut self, sent: &Sent, receipt: Option<&v1::Receipt>) {
        match &sent.meant {
            Meant::Act(act) => {
                self.books.enter(act);
                self.places.push(Arc::new(Place {
                    name: Self::name(&sent.event),
                    act: act.clone(),
                    newest: None,
                    is_voided: false,
                }));
            }
            Meant::Correct(index, act) => {
                self.books = self.refold(*index, Some(act)).expect("was judged");
                Arc::make_mut(&mut self.places[*index]).newest = Some(act.clone());
            }
            Meant::Void(index) => {
                self.books = self.refold(*index, None).expect("was judged");
                let place = Arc::make_mut(&mut self.places[*index]);
                place.is_voided = true;
                let known = self.known.get_mut(&place.name).expect("was recorded");
                Arc::make_mut(known).is_voided = true;
            }
            Meant::Again | Meant::Other => return,
        }
        let revision = self.revisions.entry(sent.event.stream.clone()).or_default();
        let known = Known {
            event: sent.event.clone(),
            position: self.end,
            revision: *revision,
            leaf_hash: receipt.map_or_else(Vec::new, |receipt| receipt.leaf_hash.to_vec()),
            is_voided: false,
        };
        *revision += 1;
        self.end += 1;
        self.known.insert(Self::name(&sent.event), Arc::new(known));
    }

    /// Judges a batch: the verdicts of its events, up to the first refusal.
    fn judge_batch(&self, batch: &[Sent]) -> Vec<Verdict> {
        if let [only] = batch {
            return vec![self.judge(only)];
        }
        let mut own = self.clone();
        let mut verdicts = Vec::new();
        for sent in batch {
            let verdict = own.judge(sent);
            verdicts.push(verdict.clone());
            match verdict {
                Verdict::Append => own.enter(sent, None),
                Verdict::Repeat(_) => {}
                Verdict::Refuse(_) => break,
            }
        }
        verdicts
    }

    /// Compares an answer with the verdicts, figures included.
    fn compare(
        &self,
        batch: &[Sent],
        answer: &Result<Vec<v1::Receipt>, Status>,
    ) -> Result<(), String> {
        let verdicts = self.judge_batch(batch);
        let wrong = |what: &str| {
            Err(format!(
                "{what}: expected {verdicts:?}, answered {answer:?}"
            ))
        };
        match (verdicts.last().expect("a batch has an event"), answer) {
            (Verdict::Refuse(code), Err(status)) => {
                let refused = Refused::of(status.clone());
                let index = (verdicts.len() - 1).to_string();
                if refused.reason != *code || refused.figures["event_index"] != index {
                    return wrong("another refusal");
                }
                if status.code() != status_of(code) {
                    return wrong("another status");
                }
                let mut before = self.clone();
                for sent in &batch[..verdicts.len() - 1] {
                    if before.judge(sent) == Verdict::Append {
                        before.enter(sent, None);
                    }
                }
                before.compare_figures(&batch[verdicts.len() - 1], &refused)
            }
            (Verdict::Refuse(_), Ok(_)) => wrong("accepted"),
            (_, Err(_)) => wrong("refused"),
            (_, Ok(receipts)) => {
                let mut next = self.end;
                for ((sent, verdict), receipt) in batch.iter().zip(&verdicts).zip(receipts) {
                    let (status, position) = match verdict {
                        Verdict::Append => (ReceiptStatus::Appended, next),
                        Verdict::Repeat(status) => {
                            let name = Self::name(&sent.event);
                            let Some(known) = self.known.get(&name) else {
                                // Recorded by this batch: its place is compared below.
                                continue;
                            };
                            if known.revision != receipt.revision
                                || known.leaf_hash[..] != receipt.leaf_hash[..]
                            {
                                return wrong("another receipt");
                            }
                            (*status, known.position)
                        }
                        Verdict::Refuse(_) => return wrong("accepted"),
                    };
                    if receipt.status() != status || receipt.position != position {
                        return wrong("another place");
                    }
                    next += u64::from(*verdict == Verdict::Append);
                }
                Ok(())
            }
        }
    }

    /// Compares the figures of a refusal with the books before it.
    fn compare_figures(&self, sent: &Sent, refused: &Refused) -> Result<(), String> {
        let figure = |name: &str| -> i64 {
            let value = refused.figures.get(name);
            let value = value.unwrap_or_else(|| panic!("{name} of {refused:?}"));
            value.parse().expect("a figure")
        };
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
        let pairs = match refused.reason.as_str() {
            "E010_PLAN_OVER_BUDGET" => {
                let line = text("budget_line_id");
                let before = books.lines.get(&line).map_or(0, books::Line::available);
                let asked = before - after.lines[&line].available();
                vec![("available_fen", before), ("requested_fen", asked)]
            }
            "E012_AWARD_OVER_CEILING" => {
                let project = &after.projects[project];
                vec![
                    ("award_fen", project.award.expect("an award")),
                    ("limit_fen", project.lot_fen),
                ]
            }
            "E013_CONTRACT_OVER_AWARD" => {
                let project = &after.projects[project];
                vec![
                    ("award_fen", project.award.expect("an award")),
                    ("contracted_fen", project.contracted),
                ]
            }
            "E014_SUPPLEMENT_OVER_10PCT" => {
                let before = &books.projects[project].contracts[CONTRACT];
                let now = &after.projects[project].contracts[CONTRACT];
                vec![
                    ("original_fen", now.fen),
                    ("limit_fen", now.fen / 10),
                    ("used_fen", before.additions()),
                    ("requested_fen", now.additions() - before.additions()),
                ]
            }
            "E015_PAYMENT_OVER_CONTRACT" => {
                let before = &books.projects[project].contracts[CONTRACT];
                let now = &after.projects[project].contracts[CONTRACT];
                vec![
                    ("payable_fen", now.bound()),
                    ("claimed_fen", before.claimed(|_| true)),
                    (
                        "requested_fen",
                        now.claimed(|_| true) - before.claimed(|_| true),
                    ),
                    ("paid_fen", now.claimed(|claim| claim.is_paid)),
                ]
            }
            "E016_PAYMENT_OVER_BUDGET" => {
                let hold = &after.projects[project].holds[&text("budget_line_id")];
                vec![
                    ("occupied_fen", hold.occupied()),
                    ("claimed_fen", hold.requested + hold.paid),
                ]
            }
            "E023_RELEASE_OVER_HELD" => {
                let line = text("budget_line_id");
                vec![("held_fen", books.lines[&line].frozen)]
            }
            _ => Vec::new(),
        };
        for (name, expected) in pairs {
            if figure(name) != expected {
                return Err(format!("{name} is {expected}: {refused:?}"));
            }
        }
        Ok(())
    }

    /// Takes in a batch that was answered as expected.
    fn take_in(&mut self, batch: &[Sent], answer: &Result<Vec<v1::Receipt>, Status>) {
        if let Ok(receipts) = answer {
            for (sent, receipt) in batch.iter().zip(receipts) {
                if receipt.status() == ReceiptStatus::Appended {
                    self.enter(sent, Some(receipt));
                }
            }
        }
    }
}

fn status_of(code: &str) -> Code {
    match code {
        "E020_FORBIDDEN_ROLE" => Code::PermissionDenied,
        "E004_SOURCE_REF_CONFLICT" => Code::AlreadyExists,
        _ => Code::FailedPrecondition,
    }
}

/// A workload on its way.
struct Audit {
    seed: u64,
    random: ChaCha8Rng,
    auditor: Auditor,
    town: Town,
    rival: Client,
    /// Requests so far, and what became of them.
    asked: usize,
    tally: HashMap<String, usize>,
}

impl Audit {
    async fn begin(seed: u64) -> Self {
        let town = Town::start().await;
        Self {
            seed,
            random: ChaCha8Rng::seed_from_u64(seed),
            auditor: Auditor::default(),
            rival: town.server.client().await,
            town,
            asked: 0,
            tally: HashMap::new(),
        }
    }

    fn fail(&self, why: &str, batch: &[Sent]) -> ! {
        panic!(
            "BIHUAN_AUDITOR_SEED={} request {}: {why}\n{batch:#?}",
            self.seed, self.asked
        );
    }

    fn count(&mut self, answer: &Result<Vec<v1::Receipt>, Status>) {
        let words = match answer {
            Ok(receipts) => receipts
                .iter()
                .map(|r| format!("{:?}", r.status()))
                .collect(),
            Err(status) => vec![Refused::of(status.clone()).reason],
        };
        for word in words {
            *self.tally.entry(word).or_default() += 1;
        }
    }

    /// One request of one source.
    async fn one(&mut self) {
        let size = match self.random.random_range(0..10) {
            0 => 3,
            1 | 2 => 2,
            _ => 1,
        };
        let first = source::draw(&self.auditor, &mut self.random, self.asked, 0);
        let mut batch = vec![first];
        let mut own = match size {
            1 => Auditor::default(),
            _ => self.auditor.clone(),
        };
        for _ in 1..size {
            let before = batch.last().expect("one");
            if own.judge(before) == Verdict::Append {
                own.enter(before, None);
            }
            let sent = source::draw(&own, &mut self.random, self.asked, batch.len());
            let is_named = |other: &Sent| Auditor::name(&other.event) == Auditor::name(&sent.event);
            if batch.iter().any(is_named) {
                break;
            }
            batch.push(sent);
        }
        let events = batch
            .iter()
            .map(|sent| crate::facts::sent(&sent.event))
            .collect();
        let mut asked = request(events, self.town.now);
        if batch.len() == 1 && self.random.random_range(0..12) == 0 {
            return self.one_expecting(asked, &batch[0]).await;
        }
        asked.validate_only = self.random.random_range(0..20) == 0;
        let is_question = asked.validate_only;
        let answer = self.town.ask(asked).await;
        if is_question {
            return self.compare_question(&batch, &answer);
        }
        if let Err(why) = self.auditor.compare(&batch, &answer) {
            self.fail(&why, &batch);
        }
        self.count(&answer);
        self.auditor.take_in(&batch, &answer);
    }

    /// A question is answered as the real thing would be, and changes nothing.
    fn compare_question(&mut self, batch: &[Sent], answer: &Result<Vec<v1::Receipt>, Status>) {
        let verdicts = self.auditor.judge_batch(batch);
        match (verdicts.last().expect("an event"), answer) {
            (Verdict::Refuse(_), Err(_)) => {
                if let Err(why) = self.auditor.compare(batch, answer) {
                    self.fail(&why, batch);
                }
            }
            (Verdict::Append | Verdict::Repeat(_), Ok(receipts)) => {
                let expected = verdicts.iter().map(|verdict| match verdict {
                    Verdict::Repeat(status) => *status,
                    _ => ReceiptStatus::Valid,
                });
                assert!(expected.eq(receipts.iter().map(v1::Receipt::status)));
            }
            _ => self.fail(&format!("{verdicts:?} but {answer:?}"), batch),
        }
    }

    /// A request that relies on a revision, right or wrong.
    async fn one_expecting(&mut self, mut asked: v1::AppendEventsRequest, sent: &Sent) {
        let stream = &sent.event.stream;
        let next = self.auditor.revisions.get(stream).copied().unwrap_or(0);
        let offset = self.random.random_range(0..2);
        let (expected, holds) = match (next.checked_sub(1), offset) {
            (None, 0) => (Expected::NoStream(true), true),
            (None, _) => (Expected::Revision(0), false),
            (Some(last), offset) => (Expected::Revision(last + offset), offset == 0),
        };
        asked.expectations.push(v1::StreamExpectation {
            stream: stream.clone(),
            expected: Some(expected),
        });
        let answer = self.town.ask(asked).await;
        let batch = std::slice::from_ref(sent);
        let verdict = self.auditor.judge(sent);
        let is_told_before = match &verdict {
            Verdict::Repeat(_) => true,
            Verdict::Refuse(code) => {
                ["E020_FORBIDDEN_ROLE", "E004_SOURCE_REF_CONFLICT"].contains(code)
            }
            Verdict::Append => false,
        };
        self.count(&answer);
        if holds || is_told_before {
            if let Err(why) = self.auditor.compare(batch, &answer) {
                self.fail(&why, batch);
            }
            self.auditor.take_in(batch, &answer);
            return;
        }
        match answer {
            Err(status) if status.code() == Code::Aborted => {
                let refused = Refused::of(status);
                let current = next.checked_sub(1).map(|last| last.to_string());
                assert_eq!(refused.figures.get("current").cloned(), current);
            }
            answer => self.fail(&format!("not stale: {answer:?}"), batch),
        }
    }

    /// Two sources at once: either order may be, and one of them must explain both answers.
    async fn race(&mut self) {
        let first = source::draw(&self.auditor, &mut self.random, self.asked, 0);
        let second = source::rival(&self.auditor, &mut self.random, self.asked, &first);
        let (first, second) = ([first], [second]);
        if Auditor::name(&first[0].event) == Auditor::name(&second[0].event) {
            return;
        }
        let ask =
            |sent: &[Sent; 1]| request(vec![crate::facts::sent(&sent[0].event)], self.town.now);
        let (one, other) = (ask(&first), ask(&second));
        let (one, other) = tokio::join!(
            self.town.client.append_events(one),
            self.rival.append_events(other)
        );
        let receipts =
            |answer: tonic::Response<v1::AppendEventsResponse>| answer.into_inner().receipts;
        let (one, other) = (one.map(receipts), other.map(receipts));
        let mut whys = Vec::new();
        for [a, b] in [
            [(&first, &one), (&second, &other)],
            [(&second, &other), (&first, &one)],
        ] {
            let mut auditor = self.auditor.clone();
            if let Err(why) = auditor.compare(a.0, a.1) {
                whys.push(why);
                continue;
            }
            auditor.take_in(a.0, a.1);
            if let Err(why) = auditor.compare(b.0, b.1) {
                whys.push(why);
                continue;
            }
            auditor.take_in(b.0, b.1);
            self.auditor = auditor;
            self.count(&one);
            self.count(&other);
            return;
        }
        self.fail(
            &format!("no order explains {whys:#?}"),
            &[first, second].concat(),
        );
    }

    /// The server restarts; what can be made again is thrown away on every other restart.
    async fn restart(self, throw_away: bool) -> Self {
        let folder = self.town.server.stop().await;
        if throw_away {
            for name in ["state", "snapshots"] {
                let path = folder.path().join("data").join(name);
                if path.exists() {
                    fs::remove_dir_all(path).expect("a folder that can be made again");
                }
            }
        }
        let town = Town::of(Server::start_in(folder, |_| {}).await).await;
        Self {
            rival: town.server.client().await,
            town,
            ..self
        }
    }

    /// The ledger at the end: every event in its place, the whole of it verified, every line at its
    /// last fen.
    async fn finish(mut self) -> HashMap<String, usize> {
        let events = self.town.read_whole().await;
        let root = verifier::check_all(&events);
        assert_eq!(self.town.ledger().await.root_hash[..], root[..]);
        assert_eq!(events.len() as u64, self.auditor.end);
        for known in self.auditor.known.values() {
            let stored = &events[known.position as usize];
            let event = <Event as prost::Message>::decode(stored.event.clone()).expect("an event");
            assert_eq!(event, known.event);
            assert_eq!(stored.revision, known.revision);
        }
        for (name, line) in self.auditor.books.lines.clone() {
            if line.is_closed {
                continue;
            }
            for over in [0, 1] {
                let fen = line.available() + over;
                if fen == 0 {
                    continue;
                }
                let probe = sent(&plan_filed("PJ-PROBE", &name, fen));
                let mut asked = request(vec![probe], self.town.now);
                asked.validate_only = true;
                let is_valid = self.town.ask(asked).await.is_ok();
                assert_eq!(is_valid, over == 0, "{name} has {} fen", line.available());
            }
        }
        self.tally
    }
}

async fn audit(seed: u64, ops: usize) -> HashMap<String, usize> {
    let mut audit = Audit::begin(seed).await;
    for asked in 0..ops {
        audit.asked = asked;
        match asked % 8 {
            7 => audit.race().await,
            _ => audit.one().await,
        }
        if asked % 700 == 699 {
            audit = audit.restart(asked % 1_400 == 699).await;
        }
    }
    audit.finish().await
}

fn number<T: std::str::FromStr>(name: &str) -> Option<T> {
    let text = env::var(name).ok()?;
    text.parse().ok()
}

#[test]
fn the_ledger_answers_as_the_auditor_predicts() {
    let ops = number("BIHUAN_AUDITOR_OPS").unwrap_or(OPS);
    let seeds = number("BIHUAN_AUDITOR_SEED").map_or(SEEDS.to_vec(), |seed| vec![seed]);
    let mut told: HashMap<String, usize> = HashMap::new();
    for seed in &seeds {
        for (word, count) in run(audit(*seed, ops)) {
            *told.entry(word).or_default() += count;
        }
    }
    // A workload that never meets a gate proves nothing about it.
    if seeds.len() * ops >= 4_000 {
        for word in [
            "Appended",
            "AlreadyAppended",
            "Voided",
            "STALE_EXPECTATION",
            "E004_SOURCE_REF_CONFLICT",
            "E020_FORBIDDEN_ROLE",
            books::E001,
            books::E002,
            books::E003,
            books::E010,
            books::E011,
            books::E012,
            books::E013,
            books::E014,
            books::E015,
            books::E016,
            books::E017,
            books::E023,
            books::E024,
            books::E025,
        ] {
            assert!(told.contains_key(word), "{word} was never met: {told:?}");
        }
    }
}

/// What a correction or void says that it touches.
fn stated(act: &[&Act]) -> Vec<v1::EntityRef> {
    let mut all = BTreeSet::new();
    for act in act {
        all.extend(act.touches());
    }
    let kind = |code| match code {
        "BL" => EntityKind::BudgetLine,
        "PJ" => EntityKind::Project,
        "LT" => EntityKind::Lot,
        "CT" => EntityKind::Contract,
        "PY" => EntityKind::Payment,
        "AC" => EntityKind::Acceptance,
        other => panic!("{other} is no kind"),
    };
    all.into_iter()
        .map(|(code, owner, id)| touched(kind(code), &owner, &id))
        .collect()
}

/// What an amendment says that it touches.
fn touches_of(event: &Event) -> Vec<v1::EntityRef> {
    use v1::event_payload::Payload;
    match event.payload.as_ref().and_then(|p| p.payload.as_ref()) {
        Some(Payload::EventCorrected(corrected)) => corrected.touches.clone(),
        Some(Payload::EventVoided(voided)) => voided.touches.clone(),
        _ => panic!("an amendment"),
    }
}

fn named(touches: &[v1::EntityRef]) -> BTreeSet<(i32, String, String)> {
    let name = |e: &v1::EntityRef| (e.kind, e.owner_id.clone(), e.id.clone());
    touches.iter().map(name).collect()
}

/// One of a list.
fn pick<'a, T>(random: &mut ChaCha8Rng, list: &'a [T]) -> &'a T {
    list.choose(random).expect("something to choose from")
}

/// A role that may append nothing of the money line.
fn as_venue(event: Event) -> Event {
    Event {
        actor_role: ActorRole::Venue.into(),
        ..event
    }
}
