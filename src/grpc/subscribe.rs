//! Subscriptions as streams of messages.

use std::time::Duration;

use tokio::{sync::watch, time::MissedTickBehavior};
use tonic::Status;

use super::{
    answers::{self, Sender},
    append::instant_of,
    query,
    read::{Serving, items},
    status,
};
use crate::{
    events::{v1, wire::RecordedEvent},
    ledger::{
        Ledger,
        overlay::LoadError,
        query::{Query, Source},
        subscribe::Subscription,
    },
};

/// Events in one message.
const EVENTS_PER_MESSAGE: usize = 512;
/// Messages that wait for a slow subscriber; beyond them nothing is read for it.
const MESSAGES_AHEAD: usize = 1;
/// Heartbeats in milliseconds: when none is asked for, and the limits of what may be.
const HEARTBEAT_MS: (u32, u32, u32) = (5_000, 100, 60_000);

/// The stream of answers to a subscription.
pub type Responses = answers::Responses<v1::SubscribeEventsResponse>;

/// Begins a subscription.
pub fn subscribe(
    ledger: &Ledger,
    request: v1::SubscribeEventsRequest,
) -> Result<Responses, Status> {
    let every = heartbeat(request.heartbeat_ms)?;
    let source = match (&request.stream, &request.entity) {
        (stream, None) if stream.is_empty() => Source::All,
        (stream, None) => query::stream_source("stream", stream)?,
        (stream, Some(key)) if stream.is_empty() => query::entity_source("entity", key)?,
        _ => return Err(status::invalid("entity", "stream or entity, not both")),
    };
    let role = query::role_of(request.reader.as_ref())?;
    let serving = Serving::of(request.view, role)?;
    let query = Query {
        source,
        filter: query::filter_of(request.filter)?,
        role,
    };
    let subscription = Subscription::new(ledger.queries().clone(), query, request.from_position);
    let (sender, responses) = answers::channel(MESSAGES_AHEAD);
    let follower = Follower {
        ledger: ledger.clone(),
        serving,
        subscription,
    };
    let mut closing = ledger.closing();
    tokio::spawn(async move {
        let gauge = metrics::gauge!("bihuan_subscribers");
        gauge.increment(1.0);
        // A stop ends it wherever it waits, also for a caller who stopped reading; the stream then
        // says that the ledger is closing.
        tokio::select! {
            () = follower.run(sender, every) => {}
            () = ended(&mut closing) => {}
        }
        gauge.decrement(1.0);
    });
    Ok(responses)
}

/// The time between heartbeats that a request asks for in milliseconds.
pub fn heartbeat(asked_ms: u32) -> Result<Duration, Status> {
    let (usual, least, most) = HEARTBEAT_MS;
    let heartbeat_ms = match asked_ms {
        0 => usual,
        asked if (least..=most).contains(&asked) => asked,
        asked => {
            let message = format!("{asked} is not between {least} and {most}");
            return Err(status::invalid("heartbeat_ms", message));
        }
    };
    Ok(Duration::from_millis(u64::from(heartbeat_ms)))
}

/// Waits until subscriptions are to end.
pub async fn ended(closing: &mut watch::Receiver<bool>) {
    // An error means that the ledger is gone, which ends them too.
    let _ = closing.wait_for(|is_closing| *is_closing).await;
}

struct Follower {
    ledger: Ledger,
    serving: Serving,
    subscription: Subscription,
}

/// Where the answers of a subscription go.
type Answers = Sender<v1::SubscribeEventsResponse>;

impl Follower {
    /// Follows until the caller goes away, the ledger is gone, or reading fails.
    async fn run(mut self, mut sender: Answers, every: Duration) {
        let mut beat = tokio::time::interval(every);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        beat.reset();
        let mut was_caught_up = false;
        loop {
            let is_caught_up = self.subscription.is_caught_up();
            let is_news = is_caught_up && !was_caught_up;
            was_caught_up = is_caught_up;
            let next = if is_news {
                self.beat(sender).await
            } else if is_caught_up {
                tokio::select! {
                    is_alive = self.subscription.wait() => is_alive.then_some(sender),
                    _ = beat.tick() => self.beat(sender).await,
                    () = sender.closed() => None,
                }
            } else {
                let is_due = std::future::poll_fn(|cx| {
                    std::task::Poll::Ready(beat.poll_tick(cx).is_ready())
                });
                self.go_on(sender, is_due).await
            };
            match next {
                Some(again) => sender = again,
                None => return,
            }
        }
    }

    /// Reads on and tells what it found; nothing matched is told only as often as heartbeats go.
    async fn go_on(
        &mut self,
        sender: Answers,
        is_due: impl Future<Output = bool>,
    ) -> Option<Answers> {
        // Places are taken before anything is read, so a stalled subscriber holds no events.
        let place = sender.place().await?;
        let read = tokio::task::block_in_place(|| self.read());
        let (events, withheld) = match read {
            Ok(found) => found,
            Err(error) => {
                place.fail(status::of_load(&error));
                return None;
            }
        };
        if events.is_empty() && withheld.is_empty() {
            let sender = place.leave();
            if is_due.await {
                return self.beat(sender).await;
            }
            tokio::task::yield_now().await;
            return Some(sender);
        }
        Some(place.send(v1::SubscribeEventsResponse {
            events,
            withheld,
            heartbeat: None,
        }))
    }

    fn read(&mut self) -> Result<(Vec<RecordedEvent>, Vec<v1::Withheld>), LoadError> {
        let chunk = self.subscription.read(EVENTS_PER_MESSAGE)?;
        let lag = self.subscription.end_position() - self.subscription.next_position();
        metrics::histogram!("bihuan_subscriber_lag_events").record(lag as f64);
        items(&self.ledger, chunk, self.serving)
    }

    async fn beat(&self, sender: Answers) -> Option<Answers> {
        let subscription = &self.subscription;
        let last_us = self.ledger.last_recorded_us();
        let heartbeat = v1::Heartbeat {
            next_position: subscription.next_position(),
            end_position: subscription.end_position(),
            caught_up: subscription.is_caught_up(),
            ledger_time: Some(instant_of(self.ledger.clock().now_us(last_us))),
        };
        let response = v1::SubscribeEventsResponse {
            events: Vec::new(),
            withheld: Vec::new(),
            heartbeat: Some(heartbeat),
        };
        Some(sender.place().await?.send(response))
    }
}
