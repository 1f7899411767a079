//! Pushes a simulated year: source systems side by side, meeting at the end of each phase.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use tokio::{sync::mpsc, task::JoinSet};
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;

use super::{notes::Notes, results::Results};
use crate::{
    cli::{
        answer::Answer,
        client::{self, Ledger, Patience},
        exit::{Exit, Failure},
        lang::Lang,
        progress::Progress,
        render, simulate,
    },
    events::v1::{
        AppendEventStreamRequest, AppendEventStreamResponse, AppendEventsRequest,
        AppendEventsResponse, append_event_stream_response::Outcome,
    },
    simulate::{Phase, Simulation, SimulationConfig, Step},
};

/// How long a source keeps trying while the server is busy.
const RETRY_WITHIN: Duration = Duration::from_mins(1);

/// Steps of a source that may wait for their answer.
const WINDOW: usize = 128;

/// A step and what the ledger answered.
#[derive(Debug)]
pub struct Done {
    /// The step.
    pub step: Step,
    /// The receipts, or the refusal.
    pub answer: Result<AppendEventsResponse, Arc<Answer>>,
}

/// Pushes every day of a simulation; `notes` and `results` hear what became of each step.
pub async fn push(
    client: &Ledger,
    (config, simulation): (SimulationConfig, &Simulation),
    lang: Lang,
    (results, notes): (&mut Results, &mut Notes),
) -> Result<(), Failure> {
    let mut progress = Progress::start("demo", Some(simulate::days_of(config)));
    for day in simulation.days() {
        let number = simulate::day_number(config, day.date);
        for phase in day.phases {
            for done in push_phase(client, phase).await? {
                notes.note(&done);
                results.note(done);
            }
            let seconds = progress.elapsed().as_secs_f64();
            progress.advance_to(number, || {
                let date = day.date;
                format!("{date} · {}", line(lang, results, seconds))
            });
        }
    }
    results.seconds = progress.elapsed().as_secs_f64();
    progress.finish();
    Ok(())
}

fn line(lang: Lang, results: &Results, seconds: f64) -> String {
    let rate = render::rate(results.events, seconds);
    format!(
        "{} {} · {rate}/s · {} {}",
        render::count(results.events),
        lang.inline("条", "events"),
        lang.inline("拒绝", "refused"),
        results.refused,
    )
}

/// Sends a phase: each source its own steps in order over a stream of its own, all at once.
async fn push_phase(client: &Ledger, phase: Phase) -> Result<Vec<Done>, Failure> {
    let mut sources: BTreeMap<&'static str, Vec<Step>> = BTreeMap::new();
    for step in phase.steps {
        sources.entry(step.source_system).or_default().push(step);
    }
    let mut tasks = JoinSet::new();
    for steps in sources.into_values() {
        tasks.spawn(push_source(client.clone(), steps));
    }
    let mut all = Vec::new();
    while let Some(done) = tasks.join_next().await {
        match done {
            Ok(done) => all.extend(done?),
            Err(error) => {
                let what = ("来源系统异常结束", format!("a source ended badly: {error}"));
                return Err(Failure::new(Exit::Failed, what));
            }
        }
    }
    Ok(all)
}

async fn push_source(mut client: Ledger, steps: Vec<Step>) -> Result<Vec<Done>, Failure> {
    let sent: Vec<AppendEventStreamRequest> = steps
        .iter()
        .map(|step| AppendEventStreamRequest {
            batch: Some(request(step)),
        })
        .collect();
    let (sender, receiver) = mpsc::channel(WINDOW);
    // Ends with the stream; what it could not hand on is then sent again below.
    tokio::spawn(async move {
        for request in sent {
            if sender.send(request).await.is_err() {
                break;
            }
        }
    });
    let mut answers = client
        .append_event_stream(ReceiverStream::new(receiver))
        .await?
        .into_inner();
    let mut patience = Patience::new(RETRY_WITHIN);
    let mut all = Vec::with_capacity(steps.len());
    // Once the ledger asked to wait, or the stream broke: one by one, each until it is answered.
    let mut is_broken = false;
    for step in steps {
        let answer = if is_broken {
            None
        } else {
            streamed(answers.message().await)
        };
        is_broken |= answer.is_none();
        let answer = match answer {
            Some(answer) => answer,
            None => alone(&mut client, &mut patience, &step).await,
        };
        if let Err(refusal) = &answer
            && refusal.exit() != Exit::Refused
        {
            return Err(refusal.to_failure());
        }
        all.push(Done { step, answer });
    }
    Ok(all)
}

type Answered = Result<AppendEventsResponse, Arc<Answer>>;

fn request(step: &Step) -> AppendEventsRequest {
    AppendEventsRequest {
        events: step.submissions.clone(),
        request_time: Some(step.request_time()),
        ..AppendEventsRequest::default()
    }
}

/// What a stream answered, if it is an answer for good.
fn streamed(got: Result<Option<AppendEventStreamResponse>, Status>) -> Option<Answered> {
    match got.ok()??.outcome? {
        Outcome::Appended(appended) => Some(Ok(appended)),
        Outcome::Failure(failure) => {
            let answer = Answer::from_failure(&failure);
            (!answer.is_retryable()).then(|| Err(Arc::new(answer)))
        }
    }
}

async fn alone(client: &mut Ledger, patience: &mut Patience, step: &Step) -> Answered {
    let request = request(step);
    let called = client::with_retries(patience, || {
        let (mut client, request) = (client.clone(), request.clone());
        async move { client.append_events(request).await }
    });
    called
        .await
        .map_err(|status| Arc::new(Answer::from_status(&status)))
}
