//! Subscriptions as streams of messages.

use std::time::Duration;

use tokio::{
    sync::{mpsc, watch},
    time::MissedTickBehavior,
};
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;

use super::{
    append::instant_of,
    query,
    read::{Serving, items},
    status,
};
use crate::{
    events::v1,
    ledger::{
        AppendError, Ledger,
        query::{Query, Source},
        subscribe::Subscription,
    },
};

/// Events in one message.
const EVENTS_PER_MESSAGE: usize = 512;
/// Messages that wait for a slow subscriber; beyond them nothing is read for it.
const MESSAGES_AHEAD: usize = 2;
/// Heartbeats in milliseconds: when none is asked for, and the limits of what may be.
const HEARTBEAT_MS: (u32, u32, u32) = (5_000, 100, 60_000);

/// The stream of answers to a subscription.
pub type Responses = ReceiverStream<Result<v1::SubscribeEventsResponse, Status>>;

/// Begins a subscription.
pub fn subscribe(
    ledger: &Ledger,
    request: v1::SubscribeEventsRequest,
) -> Result<Responses, Status> {
    let (usual, least, most) = HEARTBEAT_MS;
    let heartbeat_ms = match request.heartbeat_ms {
        0 => usual,
        asked if (least..=most).contains(&asked) => asked,
        asked => {
            let message = format!("{asked} is not between {least} and {most}");
            return Err(status::invalid("heartbeat_ms", message));
        }
    };
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
    let (answers, responses) = mpsc::channel(MESSAGES_AHEAD);
    let follower = Follower {
        ledger: ledger.clone(),
        serving,
        answers,
    };
    let every = Duration::from_millis(u64::from(heartbeat_ms));
    tokio::spawn(follower.run(subscription, every));
    Ok(ReceiverStream::new(responses))
}

/// Waits until subscriptions are to end.
pub async fn ended(closing: &mut watch::Receiver<bool>) {
    // An error means that the ledger is gone, which ends them too.
    let _ = closing.wait_for(|is_closing| *is_closing).await;
}

struct Follower {
    ledger: Ledger,
    serving: Serving,
    answers: mpsc::Sender<Result<v1::SubscribeEventsResponse, Status>>,
}

impl Follower {
    async fn run(self, mut subscription: Subscription, every: Duration) {
        let gauge = metrics::gauge!("bihuan_subscribers");
        gauge.increment(1.0);
        let mut beat = tokio::time::interval(every);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        beat.reset();
        let mut was_caught_up = false;
        let mut closing = self.ledger.closing();
        loop {
            let is_caught_up = subscription.is_caught_up();
            if is_caught_up && !was_caught_up && !self.beat(&subscription).await {
                break;
            }
            was_caught_up = is_caught_up;
            if is_caught_up {
                tokio::select! {
                    is_alive = subscription.wait() => if !is_alive { break },
                    _ = beat.tick() => if !self.beat(&subscription).await { break },
                    () = self.answers.closed() => break,
                    () = ended(&mut closing) => {
                        let closing = status::of_append(&AppendError::Closing);
                        let _ = self.answers.send(Err(closing)).await;
                        break;
                    }
                }
                continue;
            }
            // Places are taken before anything is read, so a stalled subscriber holds no events.
            let Ok(place) = self.answers.reserve().await else {
                break;
            };
            let chunk = match tokio::task::block_in_place(|| subscription.read(EVENTS_PER_MESSAGE))
            {
                Ok(chunk) => chunk,
                Err(error) => {
                    place.send(Err(status::of_load(&error)));
                    break;
                }
            };
            let lag = subscription.end_position() - subscription.next_position();
            metrics::histogram!("bihuan_subscriber_lag_events").record(lag as f64);
            if chunk.items.is_empty() {
                // Nothing matched: tell how far it is, but only as often as heartbeats go.
                drop(place);
                let is_due = std::future::poll_fn(|cx| {
                    std::task::Poll::Ready(beat.poll_tick(cx).is_ready())
                })
                .await;
                if is_due && !self.beat(&subscription).await {
                    break;
                }
                tokio::task::yield_now().await;
                continue;
            }
            match items(&self.ledger, chunk, self.serving) {
                Ok((events, withheld)) => place.send(Ok(v1::SubscribeEventsResponse {
                    events,
                    withheld,
                    heartbeat: None,
                })),
                Err(error) => {
                    place.send(Err(status::of_load(&error)));
                    break;
                }
            }
        }
        gauge.decrement(1.0);
    }

    async fn beat(&self, subscription: &Subscription) -> bool {
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
        self.answers.send(Ok(response)).await.is_ok()
    }
}
