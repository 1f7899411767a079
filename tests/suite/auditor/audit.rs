//! A workload on its way: requests, questions, expectations, races and restarts.

use std::{collections::HashMap, fs};

use bihuan::events::v1::{self, Event, ReceiptStatus, stream_expectation::Expected};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use tonic::{Code, Status};

use super::{
    judge::{Auditor, Sent, Verdict},
    source,
};
use crate::{facts::*, harness::*, town::*, verifier};

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
        let meant: Vec<_> = batch.iter().map(|sent| &sent.meant).collect();
        panic!(
            "BIHUAN_SEED={} request {}: {meant:?}: {why}\n{batch:#?}",
            self.seed, self.asked
        );
    }

    /// What became of a request, and which types of events were taken.
    fn count(&mut self, batch: &[Sent], answer: &Result<Vec<v1::Receipt>, Status>) {
        let words = match answer {
            Ok(receipts) => receipts
                .iter()
                .map(|r| format!("{:?}", r.status()))
                .collect(),
            Err(status) => vec![Refused::of(status.clone()).reason],
        };
        let taken = match answer {
            Ok(receipts) => receipts
                .iter()
                .zip(batch)
                .filter(|(r, _)| r.status() == ReceiptStatus::Appended)
                .map(|(_, sent)| type_name(&sent.event))
                .collect(),
            Err(_) => Vec::new(),
        };
        for word in words.into_iter().chain(taken) {
            *self.tally.entry(word).or_default() += 1;
        }
    }

    /// One request of one source.
    async fn one(&mut self) {
        let first = source::draw(&self.auditor, &mut self.random, self.asked, 0);
        let size = match self.random.random_range(0..10) {
            _ if !is_in_partition(&first) => 1,
            0 => 3,
            1 | 2 => 2,
            _ => 1,
        };
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
            if batch.iter().any(is_named) || !is_in_partition(&sent) {
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
        self.count(&batch, &answer);
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
        self.count(batch, &answer);
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
            self.count(&first, &one);
            self.count(&second, &other);
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

pub async fn audit(seed: u64, ops: usize) -> HashMap<String, usize> {
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

/// Whether an event may stand in a batch with the money line's.
fn is_in_partition(sent: &Sent) -> bool {
    sent.event.stream.split('/').nth(1) == Some("4304")
}

/// The type of an event as the schema writes it.
pub fn type_name(event: &Event) -> String {
    let payload = event.payload.as_ref().and_then(|p| p.payload.as_ref());
    let text = format!("{:?}", payload.expect("a payload"));
    text.split('(').next().expect("a name").to_owned()
}
