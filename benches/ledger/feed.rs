//! A simulated city that is sent as its sources would.

use std::iter::Peekable;

use bihuan::{
    events::v1,
    simulate::{Day, Expected, Simulation, Step},
};
use chrono::NaiveDate;
use prost::Message as _;
use tokio::task::JoinSet;

use crate::load::Client;

/// Events of a batch in which sources send what they have.
const BATCH_EVENTS: usize = 100;

/// A city in the middle of its year.
pub struct City<'a> {
    /// Its projects.
    pub projects: u32,
    days: Peekable<Box<dyn Iterator<Item = Day> + Send + 'a>>,
}

impl<'a> City<'a> {
    /// A city at the start of its year.
    pub fn of(simulation: &'a Simulation, projects: u32) -> Self {
        let days: Box<dyn Iterator<Item = Day> + Send + 'a> = Box::new(simulation.days());
        Self {
            projects,
            days: days.peekable(),
        }
    }

    /// Sends what happens before a day, or all that is left: all sources side by side within each
    /// phase of a day. Tells how many events that were.
    pub async fn feed(&mut self, client: &Client, before: Option<NaiveDate>) -> usize {
        let mut events = 0;
        let is_due = |date: NaiveDate| before.is_none_or(|before| date < before);
        while let Some(day) = self.days.next_if(|day| is_due(day.date)) {
            for phase in &day.phases {
                let mut sources = JoinSet::new();
                for steps in phase.by_source().into_values() {
                    let steps = steps.into_iter();
                    let sound = steps.filter(|step| step.expected == Expected::Accepted);
                    let requests = requests(sound);
                    let mut client = client.clone();
                    sources.spawn(async move { send(&mut client, requests).await });
                }
                events += sources.join_all().await.into_iter().sum::<usize>();
            }
        }
        events
    }
}

/// Steps of one source as few requests, in their order.
fn requests<'a>(steps: impl Iterator<Item = &'a Step>) -> Vec<v1::AppendEventsRequest> {
    let mut requests: Vec<v1::AppendEventsRequest> = Vec::new();
    let mut of = String::new();
    for step in steps {
        let events = step.submissions.clone();
        let partition = partition_of(step);
        let fits = partition == of;
        of = partition;
        match requests.last_mut() {
            Some(last) if fits && last.events.len() + events.len() <= BATCH_EVENTS => {
                last.events.extend(events);
                last.request_time = Some(step.request_time());
            }
            _ => requests.push(v1::AppendEventsRequest {
                events,
                request_time: Some(step.request_time()),
                ..v1::AppendEventsRequest::default()
            }),
        }
    }
    requests
}

/// The partition of a step: a batch is of one.
fn partition_of(step: &Step) -> String {
    let first = step.submissions.first().expect("a step sends something");
    let event = v1::Event::decode(first.event.clone()).expect("an event");
    event
        .stream
        .split('/')
        .nth(1)
        .unwrap_or_default()
        .to_owned()
}

async fn send(client: &mut Client, requests: Vec<v1::AppendEventsRequest>) -> usize {
    let mut events = 0;
    for request in requests {
        events += request.events.len();
        client
            .append_events(request)
            .await
            .expect("the city is sound");
    }
    events
}
