//! The stream of answers to a read or a subscription, which never looks whole when it is not.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use tokio::sync::mpsc::{self, OwnedPermit, error::TrySendError};
use tokio_stream::Stream;
use tonic::Status;

use super::status;
use crate::ledger::AppendError;

/// Makes a stream and its other end; up to `messages_ahead` answers wait for a slow caller.
pub fn channel<T>(messages_ahead: usize) -> (Sender<T>, Responses<T>) {
    let (answers, messages) = mpsc::channel(messages_ahead);
    let is_ended = Arc::new(AtomicBool::new(false));
    let responses = Responses {
        messages,
        is_ended: is_ended.clone(),
    };
    (Sender { answers, is_ended }, responses)
}

/// Where answers go. Dropped without [`Sender::end`] or [`Place::fail`], as at a stop or by a
/// panic, it ends the stream with `UNAVAILABLE`: an answer that breaks off must not be taken for
/// a whole one.
pub struct Sender<T> {
    answers: mpsc::Sender<Result<T, Status>>,
    is_ended: Arc<AtomicBool>,
}

/// Room for one answer.
pub struct Place<T> {
    permit: OwnedPermit<Result<T, Status>>,
    is_ended: Arc<AtomicBool>,
}

/// What there is instead of a place.
pub enum NoPlace<T> {
    /// The caller is slow.
    Yet(Sender<T>),
    /// The caller went away.
    Ever,
}

impl<T> Sender<T> {
    /// Waits for a place; `None` if the caller went away.
    pub async fn place(self) -> Option<Place<T>> {
        let permit = self.answers.reserve_owned().await.ok()?;
        let is_ended = self.is_ended;
        Some(Place { permit, is_ended })
    }

    /// Takes a place if there is one.
    pub fn place_now(self) -> Result<Place<T>, NoPlace<T>> {
        let is_ended = self.is_ended;
        match self.answers.try_reserve_owned() {
            Ok(permit) => Ok(Place { permit, is_ended }),
            Err(TrySendError::Full(answers)) => Err(NoPlace::Yet(Self { answers, is_ended })),
            Err(TrySendError::Closed(_)) => Err(NoPlace::Ever),
        }
    }

    /// Waits until the caller goes away.
    pub async fn closed(&self) {
        self.answers.closed().await;
    }

    /// Ends the stream: everything was answered.
    pub fn end(self) {
        self.is_ended.store(true, Ordering::Release);
    }
}

impl<T> Place<T> {
    /// Sends an answer.
    pub fn send(self, answer: T) -> Sender<T> {
        let answers = self.permit.send(Ok(answer));
        let is_ended = self.is_ended;
        Sender { answers, is_ended }
    }

    /// Ends the stream with an error.
    pub fn fail(self, error: Status) {
        self.is_ended.store(true, Ordering::Release);
        self.permit.send(Err(error));
    }

    /// Gives the place back.
    pub fn leave(self) -> Sender<T> {
        let answers = self.permit.release();
        let is_ended = self.is_ended;
        Sender { answers, is_ended }
    }
}

/// The stream of answers.
pub struct Responses<T> {
    messages: mpsc::Receiver<Result<T, Status>>,
    is_ended: Arc<AtomicBool>,
}

impl<T> Stream for Responses<T> {
    type Item = Result<T, Status>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match self.messages.poll_recv(cx) {
            Poll::Ready(None) if !self.is_ended.swap(true, Ordering::AcqRel) => {
                Poll::Ready(Some(Err(status::of_append(&AppendError::Closing))))
            }
            polled => polled,
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio_stream::StreamExt as _;
    use tonic::Code;

    use super::*;

    async fn codes(responses: Responses<u32>) -> Vec<Result<u32, Code>> {
        let told = responses.map(|answer| answer.map_err(|status| status.code()));
        told.collect().await
    }

    #[tokio::test]
    async fn an_answer_that_breaks_off_ends_with_an_error_and_a_whole_one_does_not() {
        let (sender, responses) = channel(2);
        drop(sender.place().await.expect("room").send(1));
        assert_eq!(codes(responses).await, [Ok(1), Err(Code::Unavailable)]);

        let (sender, responses) = channel(2);
        sender.place().await.expect("room").send(1).end();
        assert_eq!(codes(responses).await, [Ok(1)]);

        let (sender, responses) = channel::<u32>(2);
        let place = sender.place().await.expect("room");
        place.fail(Status::data_loss("a hole"));
        assert_eq!(codes(responses).await, [Err(Code::DataLoss)]);
    }

    #[tokio::test]
    async fn a_slow_caller_leaves_no_place_and_one_who_went_away_never_will() {
        let (sender, responses) = channel(1);
        let sender = sender.place().await.expect("room").send(1);
        let Err(NoPlace::Yet(sender)) = sender.place_now() else {
            panic!("the one place is taken");
        };
        drop(responses);
        assert!(matches!(sender.place_now(), Err(NoPlace::Ever)));
    }
}
