//! Sends batches over one stream, many of them waiting for their answer.

use std::{collections::VecDeque, time::Duration};

use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Status, Streaming};

use super::send::{Outcome, SendOptions, Sourced, refuse_whole};
use crate::{
    cli::{
        answer::Answer,
        client::{self, Ledger, Patience},
        exit::{Exit, Failure},
    },
    events::v1::{
        AppendEventStreamRequest, AppendEventStreamResponse,
        append_event_stream_response::Outcome as Answered,
    },
};

/// The most batches that may wait for their answer: the ledger's limit.
pub const WINDOW_MAX: usize = 256;

/// Where batches come from; `None` at the end.
pub type Batches<T> = mpsc::Receiver<Vec<Sourced<T>>>;

/// Sends batches until there are none, each submission answered.
///
/// When the ledger asks to wait, everything that waits is answered first; then that batch and the
/// refused ones behind it, whose refusal it may have caused, are sent again in their order. A batch
/// that is refused for its own sake is refused whole.
///
/// Errors: as [`super::send::send`].
pub async fn send_stream<T, S>(
    client: &mut Ledger,
    patience: &mut Patience,
    options: &SendOptions,
    window: usize,
    batches: &mut Batches<T>,
    sink: &mut S,
) -> Result<(), Failure>
where
    S: FnMut(T, Outcome) -> Result<(), Failure>,
{
    let mut again = VecDeque::new();
    loop {
        let mut round = Round {
            options,
            window: window.clamp(1, WINDOW_MAX),
            waiting: VecDeque::new(),
            again,
            refused_late: VecDeque::new(),
            is_ended: false,
            paused: None,
            has_progress: false,
        };
        let broken = round.run(client, batches, sink).await?;
        let Round {
            waiting,
            again: unsent,
            refused_late,
            is_ended,
            paused: asked,
            ..
        } = round;
        if round.has_progress {
            patience.reset();
        }
        again = refused_late;
        again.extend(waiting);
        again.extend(unsent);
        if let Some(status) = &broken
            && !client::is_retryable(status)
        {
            return Err(Answer::from_status(status).to_failure());
        }
        if again.is_empty() && is_ended {
            return Ok(());
        }
        if asked.is_none() && broken.is_none() {
            continue;
        }
        let Some(pause) = patience.pause(asked.and_then(|pause| pause.0)) else {
            return Err(broken.map_or_else(|| still_full().to_failure(), Failure::from));
        };
        tokio::time::sleep(pause).await;
    }
}

fn still_full() -> Answer {
    Answer::from_status(&Status::resource_exhausted(
        "the ledger's queue stayed full",
    ))
}

/// A request to wait; for how long, if it says so.
#[derive(Clone, Copy)]
struct Pause(Option<Duration>);

/// One stream, from its opening until it is drained or breaks.
struct Round<'a, T> {
    options: &'a SendOptions,
    window: usize,
    /// Sent, not answered.
    waiting: VecDeque<Vec<Sourced<T>>>,
    /// To be sent before anything new.
    again: VecDeque<Vec<Sourced<T>>>,
    /// Answered by a request to wait, or refused behind such an answer: for the next round.
    refused_late: VecDeque<Vec<Sourced<T>>>,
    /// Nothing new will come.
    is_ended: bool,
    /// The ledger asked to wait.
    paused: Option<Pause>,
    /// Something was appended.
    has_progress: bool,
}

impl<T> Round<'_, T> {
    /// Answers why the stream broke, if it did.
    async fn run<S>(
        &mut self,
        client: &mut Ledger,
        batches: &mut Batches<T>,
        sink: &mut S,
    ) -> Result<Option<Status>, Failure>
    where
        S: FnMut(T, Outcome) -> Result<(), Failure>,
    {
        let (sender, receiver) = mpsc::channel(self.window);
        let mut sender = Some(sender);
        let opened = client
            .append_event_stream(ReceiverStream::new(receiver))
            .await;
        let mut answers: Streaming<AppendEventStreamResponse> = match opened {
            Ok(answers) => answers.into_inner(),
            Err(status) => return Ok(Some(status)),
        };
        loop {
            let may_send = sender.is_some() && self.waiting.len() < self.window;
            tokio::select! {
                biased;
                answer = answers.message(), if !self.waiting.is_empty() || sender.is_none() => {
                    match answer {
                        Ok(Some(answer)) => self.take(answer, sink)?,
                        Ok(None) if self.waiting.is_empty() => return Ok(None),
                        Ok(None) => return Ok(Some(Status::unavailable("the stream ended early"))),
                        Err(status) => return Ok(Some(status)),
                    }
                    if self.paused.is_some() {
                        sender = None;
                    }
                }
                batch = next(&mut self.again, batches), if may_send => {
                    let Some(batch) = batch else {
                        self.is_ended = true;
                        sender = None;
                        continue;
                    };
                    let request = AppendEventStreamRequest {
                        batch: Some(self.options.request(&batch)),
                    };
                    self.waiting.push_back(batch);
                    if let Some(open) = &sender
                        && open.send(request).await.is_err()
                    {
                        sender = None;
                    }
                }
            }
        }
    }

    fn take<S>(&mut self, answer: AppendEventStreamResponse, sink: &mut S) -> Result<(), Failure>
    where
        S: FnMut(T, Outcome) -> Result<(), Failure>,
    {
        let Some(batch) = self.waiting.pop_front() else {
            let what = (
                "服务器多答了一批",
                "the server answered a batch that was never sent",
            );
            return Err(Failure::new(Exit::Failed, what));
        };
        let failure = match answer.outcome {
            Some(Answered::Appended(appended)) => {
                self.has_progress = true;
                for (sourced, receipt) in batch.into_iter().zip(appended.receipts) {
                    sink(sourced.source, Outcome::Receipt(receipt))?;
                }
                return Ok(());
            }
            Some(Answered::Failure(failure)) => Answer::from_failure(&failure),
            None => Answer {
                message: "an answer without outcome".into(),
                ..Answer::default()
            },
        };
        if failure.is_retryable() {
            self.paused.get_or_insert(Pause(failure.retry_after));
            self.refused_late.push_back(batch);
        } else if failure.exit() != Exit::Refused {
            return Err(failure.to_failure());
        } else if self.paused.is_some() {
            self.refused_late.push_back(batch);
        } else {
            refuse_whole(batch, &failure, sink)?;
        }
        Ok(())
    }
}

async fn next<T>(
    again: &mut VecDeque<Vec<Sourced<T>>>,
    batches: &mut Batches<T>,
) -> Option<Vec<Sourced<T>>> {
    match again.pop_front() {
        Some(batch) => Some(batch),
        None => batches.recv().await,
    }
}
