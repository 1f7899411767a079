//! Sends batches, one call at a time.

use std::{collections::HashSet, sync::Arc};

use prost::Message;
use prost_types::Timestamp;

use crate::{
    cli::{
        answer::Answer,
        client::{self, Ledger, Patience},
        exit::{Exit, Failure},
    },
    events::{
        v1::{AppendEventsRequest, Receipt},
        wire::EventSubmission,
    },
};

/// The most bytes of a batch: the ledger's limit.
pub const BATCH_BYTES_MAX: usize = 4 * 1024 * 1024;
/// The most events of a batch: the ledger's limit.
pub const BATCH_EVENTS_MAX: usize = 1_000;

/// The reason told for an event that was fine but stood in a batch that was refused whole.
pub const BATCH_REFUSED: &str = "BATCH_REFUSED";

/// A submission and where it comes from, such as a line of a file.
#[derive(Clone, Debug)]
pub struct Sourced<T> {
    /// Where it comes from.
    pub source: T,
    /// What is sent.
    pub submission: EventSubmission,
}

/// What became of a submission.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It stands in the ledger, or would.
    Receipt(Receipt),
    /// The ledger refused it, or the batch that it was in.
    Refused(Arc<Answer>),
}

/// How batches are sent.
#[derive(Clone, Debug, Default)]
pub struct SendOptions {
    /// Ask only whether the ledger would accept.
    pub validate_only: bool,
    /// A batch that is refused is refused whole. Otherwise what was refused is taken out, and the
    /// rest of the batch is sent again.
    pub whole_batches: bool,
    /// Send nothing after the first refusal; what stands before it in its batch is appended.
    pub stop_on_refusal: bool,
    /// The moment of recording, under the simulated clock.
    pub request_time: Option<Timestamp>,
}

impl SendOptions {
    /// The request for a batch.
    pub fn request<T>(&self, batch: &[Sourced<T>]) -> AppendEventsRequest {
        AppendEventsRequest {
            events: batch
                .iter()
                .map(|sourced| sourced.submission.clone())
                .collect(),
            validate_only: self.validate_only,
            request_time: self.request_time,
            ..AppendEventsRequest::default()
        }
    }
}

/// Cuts submissions into batches: of one partition, no source's event twice, and within the
/// ledger's limits.
#[derive(Debug)]
pub struct Batcher<T> {
    events_max: usize,
    batch: Vec<Sourced<T>>,
    bytes: usize,
    partition: String,
    names: HashSet<(String, String)>,
}

impl<T> Batcher<T> {
    /// Cuts batches of so many events at most.
    pub fn new(events_max: usize) -> Self {
        let events_max = events_max.clamp(1, BATCH_EVENTS_MAX);
        Self {
            events_max,
            batch: Vec::new(),
            bytes: 0,
            partition: String::new(),
            names: HashSet::new(),
        }
    }

    /// Adds a submission; answers the batch that is full without it.
    pub fn push(&mut self, sourced: Sourced<T>) -> Option<Vec<Sourced<T>>> {
        // Room for the frame of each event in the request.
        let bytes = sourced.submission.encoded_len() + 16;
        let envelope = Envelope::decode(sourced.submission.event.clone()).unwrap_or_default();
        let partition = envelope.stream.split('/').nth(1).unwrap_or_default();
        let name = (envelope.source_system, envelope.source_ref);
        let is_full = self.batch.len() >= self.events_max
            || self.bytes + bytes > BATCH_BYTES_MAX
            || partition != self.partition
            || self.names.contains(&name);
        let full = if is_full { self.take() } else { None };
        self.bytes += bytes;
        partition.clone_into(&mut self.partition);
        self.names.insert(name);
        self.batch.push(sourced);
        full
    }

    /// The batch so far; `None` when it is empty.
    pub fn take(&mut self) -> Option<Vec<Sourced<T>>> {
        self.bytes = 0;
        self.names.clear();
        let batch = std::mem::take(&mut self.batch);
        (!batch.is_empty()).then_some(batch)
    }
}

/// The fields of an event that cutting needs; prost passes over the others.
#[derive(Clone, PartialEq, Message)]
struct Envelope {
    #[prost(string, tag = "1")]
    source_system: String,
    #[prost(string, tag = "2")]
    source_ref: String,
    #[prost(string, tag = "3")]
    stream: String,
}

/// Sends a batch until each of its submissions is answered.
///
/// Errors: the server cannot be reached, its queue stays full, or it found damage; nothing is
/// said then about the submissions that were not answered.
pub async fn send<T, S>(
    client: &mut Ledger,
    patience: &mut Patience,
    options: &SendOptions,
    mut batch: Vec<Sourced<T>>,
    sink: &mut S,
) -> Result<(), Failure>
where
    S: FnMut(T, Outcome) -> Result<(), Failure>,
{
    let mut one_by_one = Vec::new();
    let mut last = None;
    while !batch.is_empty() {
        let request = options.request(&batch);
        let called = client::with_retries(patience, || {
            let (mut client, request) = (client.clone(), request.clone());
            async move { client.append_events(request).await }
        });
        let status = match called.await {
            Ok(answer) => {
                for (sourced, receipt) in batch.into_iter().zip(answer.receipts) {
                    sink(sourced.source, Outcome::Receipt(receipt))?;
                }
                batch = next_of(&mut one_by_one);
                continue;
            }
            Err(status) => status,
        };
        let answer = Answer::from_status(&status);
        if answer.exit() != Exit::Refused {
            return Err(answer.to_failure());
        }
        let named = answer.event_indexes();
        if options.whole_batches || batch.len() == 1 {
            refuse_whole(batch, &answer, sink)?;
            batch = next_of(&mut one_by_one);
        } else if named.is_empty() || named.iter().any(|index| *index >= batch.len()) {
            // The batch as such was refused: each event by itself tells more.
            one_by_one = batch.into_iter().rev().collect();
            batch = next_of(&mut one_by_one);
        } else if options.stop_on_refusal {
            // What stands before the refused one is appended first, then that one is told.
            let refused = batch.swap_remove(named[0]);
            batch.truncate(named[0]);
            last = Some((refused.source, Arc::new(answer.about_event(named[0]))));
        } else {
            batch = refuse_named(batch, &answer, &named, sink)?;
        }
    }
    match last {
        Some((source, answer)) => sink(source, Outcome::Refused(answer)),
        None => Ok(()),
    }
}

fn next_of<T>(one_by_one: &mut Vec<Sourced<T>>) -> Vec<Sourced<T>> {
    one_by_one.pop().into_iter().collect()
}

/// Tells every source of a batch that the batch was refused: those that the refusal names why,
/// the others that they were in it.
pub fn refuse_whole<T, S>(
    batch: Vec<Sourced<T>>,
    answer: &Answer,
    sink: &mut S,
) -> Result<(), Failure>
where
    S: FnMut(T, Outcome) -> Result<(), Failure>,
{
    let named = answer.event_indexes();
    let in_it = Arc::new(Answer {
        code: answer.code,
        reason: BATCH_REFUSED.to_owned(),
        message: format!("another event of the batch was refused: {}", answer.message),
        ..Answer::default()
    });
    let is_all = batch.len() == 1 || named.is_empty();
    for (index, sourced) in batch.into_iter().enumerate() {
        let answer = if is_all {
            Arc::new(answer.clone())
        } else if named.contains(&index) {
            Arc::new(answer.about_event(index))
        } else {
            in_it.clone()
        };
        sink(sourced.source, Outcome::Refused(answer))?;
    }
    Ok(())
}

/// Tells those that were refused; answers the rest.
fn refuse_named<T, S>(
    batch: Vec<Sourced<T>>,
    answer: &Answer,
    named: &[usize],
    sink: &mut S,
) -> Result<Vec<Sourced<T>>, Failure>
where
    S: FnMut(T, Outcome) -> Result<(), Failure>,
{
    let mut rest = Vec::with_capacity(batch.len());
    for (index, sourced) in batch.into_iter().enumerate() {
        if named.contains(&index) {
            let answer = Arc::new(answer.about_event(index));
            sink(sourced.source, Outcome::Refused(answer))?;
        } else {
            rest.push(sourced);
        }
    }
    Ok(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::codec::submission_from_json;

    fn sourced(source: u64, stream: &str) -> Sourced<u64> {
        let json = format!("{{\"stream\":\"{stream}\",\"sourceRef\":\"{source}\"}}");
        let submission = submission_from_json(&json).unwrap();
        Sourced { source, submission }
    }

    fn cut(events_max: usize, streams: &[&str]) -> Vec<Vec<u64>> {
        let mut batcher = Batcher::new(events_max);
        let mut cuts: Vec<_> = Vec::new();
        for (source, stream) in (1..).zip(streams) {
            cuts.extend(batcher.push(sourced(source, stream)));
        }
        cuts.extend(batcher.take());
        let sources = |batch: &Vec<Sourced<u64>>| batch.iter().map(|s| s.source).collect();
        cuts.iter().map(sources).collect()
    }

    #[test]
    fn cuts_at_the_size_and_where_the_partition_changes() {
        let streams = [
            "p/4304/a",
            "p/4304/b",
            "p/4304/c",
            "system/00/x",
            "p/4304/d",
        ];
        assert_eq!(cut(2, &streams), [vec![1, 2], vec![3], vec![4], vec![5]]);
        assert_eq!(cut(100, &streams), [vec![1, 2, 3], vec![4], vec![5]]);
        assert!(cut(10, &[]).is_empty());
    }

    #[test]
    fn cuts_before_an_event_that_the_batch_holds_already() {
        let mut batcher = Batcher::new(100);
        for source in [1, 2] {
            assert!(batcher.push(sourced(source, "p/4304/a")).is_none());
        }
        assert_eq!(batcher.push(sourced(1, "p/4304/a")).unwrap().len(), 2);
        assert_eq!(batcher.take().unwrap().len(), 1);
    }

    #[test]
    fn cuts_before_a_batch_grows_too_large() {
        let mut batcher = Batcher::new(1_000);
        let large = EventSubmission {
            event: vec![0u8; BATCH_BYTES_MAX / 2].into(),
            ..EventSubmission::default()
        };
        assert!(
            batcher
                .push(Sourced {
                    source: 1,
                    submission: large.clone()
                })
                .is_none()
        );
        assert_eq!(
            batcher
                .push(Sourced {
                    source: 2,
                    submission: large
                })
                .unwrap()
                .len(),
            1
        );
    }

    #[test]
    fn of_a_batch_refused_whole_only_the_named_one_is_to_blame() {
        let batch: Vec<_> = (0..3).map(|source| sourced(source, "p/4304/a")).collect();
        let mut answer = Answer {
            reason: "E010_PLAN_OVER_BUDGET".to_owned(),
            ..Answer::default()
        };
        answer
            .figures
            .insert("event_index".to_owned(), "1".to_owned());
        let mut keys = Vec::new();
        let mut sink = |_, outcome| {
            if let Outcome::Refused(answer) = outcome {
                keys.push(answer.key().to_owned());
            }
            Ok(())
        };
        refuse_whole(batch, &answer, &mut sink).unwrap();
        assert_eq!(
            keys,
            [BATCH_REFUSED, "E010_PLAN_OVER_BUDGET", BATCH_REFUSED]
        );
    }

    #[test]
    fn takes_out_what_was_refused_and_keeps_the_rest_in_order() {
        let batch: Vec<_> = (0..5).map(|source| sourced(source, "p/4304/a")).collect();
        let mut refused = Vec::new();
        let rest = refuse_named(batch, &Answer::default(), &[1, 3], &mut |source, _| {
            refused.push(source);
            Ok(())
        });
        assert_eq!(refused, [1, 3]);
        let rest: Vec<u64> = rest.unwrap().iter().map(|sourced| sourced.source).collect();
        assert_eq!(rest, [0, 2, 4]);
    }
}
