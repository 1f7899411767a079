//! Following the durable journal, and healing: what keeps the read models up to date while the
//! ledger is open.

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use rusqlite::{Connection, OpenFlags};
use tokio::{
    sync::{Notify, watch},
    task::JoinHandle,
};

use super::{
    ModelError,
    reader::Model,
    store::{Content, Reached, Store},
};
use crate::ledger::{Ledger, query::Queries};

/// How long a disk that refuses a write is left alone.
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// How often it is looked whether another day has come, where rows differ from day to day.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// Connections kept for the next reader.
const IDLE_MAX: usize = 8;

/// Where the models stand.
#[derive(Clone, Debug, Default)]
struct State {
    /// The file in use, if there is one.
    reached: Option<Reached>,
    /// Streams done, streams in all, while a file is made.
    building: (u64, u64),
    /// Why they do not go on.
    failure: Option<String>,
}

/// The task that follows a ledger.
pub struct Following {
    task: JoinHandle<Option<Store>>,
}

/// The read models of an open ledger. Clones share them.
#[derive(Clone)]
pub struct Models {
    inner: Arc<Inner>,
}

struct Inner {
    ledger: Ledger,
    state: watch::Sender<State>,
    /// A reader found the file damaged.
    suspect: Notify,
    /// A reader waits for a position.
    pressed: Notify,
    /// How many wait.
    waiting: AtomicUsize,
    idle: Mutex<Vec<(PathBuf, Connection)>>,
}

/// Tells when models were changed.
pub struct Changes(watch::Receiver<State>);

impl Changes {
    /// Waits for the next change; `false` when there is none any more.
    pub async fn next(&mut self) -> bool {
        self.0.changed().await.is_ok()
    }
}

/// A reader who waits, for as long as it lives.
struct Waiting<'a>(&'a Inner);

impl<'a> Waiting<'a> {
    fn begin(inner: &'a Inner) -> Self {
        inner.waiting.fetch_add(1, Ordering::AcqRel);
        inner.pressed.notify_one();
        Self(inner)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Models {
    /// Begins to follow a ledger; ends with its subscriptions.
    pub fn start(ledger: Ledger, content: Box<dyn Content>) -> (Self, Following) {
        let models = Self {
            inner: Arc::new(Inner {
                ledger,
                state: watch::Sender::new(State::default()),
                suspect: Notify::new(),
                pressed: Notify::new(),
                waiting: AtomicUsize::new(0),
                idle: Mutex::default(),
            }),
        };
        let follower = models.clone();
        let task = tokio::spawn(follower.follow(content));
        (models, Following { task })
    }

    /// Waits until following has ended, and closes the file.
    pub async fn close(self, following: Following) {
        let store = following.task.await;
        // The writer's connection goes last: it leaves one file behind, without a log beside it.
        self.idle().clear();
        drop(store);
    }

    /// Waits until everything up to a position is reflected.
    ///
    /// # Errors
    /// [`ModelError::Damaged`] where that never comes, [`ModelError::Closing`] where the server
    /// stops first.
    pub async fn wait_for(&self, position: u64) -> Result<(), ModelError> {
        let mut state = self.inner.state.subscribe();
        let mut closing = self.inner.ledger.closing();
        let _place = Waiting::begin(&self.inner);
        let is_there = |state: &State| {
            let reached = state.reached.as_ref();
            state.failure.is_some() || reached.is_some_and(|reached| reached.end > position)
        };
        tokio::select! {
            biased;
            found = state.wait_for(is_there) => {
                let found = found.map_err(|_| ModelError::Closing)?;
                match (&found.reached, &found.failure) {
                    (Some(reached), _) if reached.end > position => Ok(()),
                    (_, failure) => Err(damaged(failure.as_ref())),
                }
            }
            _ = closing.wait_for(|is_closing| *is_closing) => Err(ModelError::Closing),
        }
    }

    /// Tells when the file was changed.
    pub fn changes(&self) -> Changes {
        Changes(self.inner.state.subscribe())
    }

    /// Everything below this position is reflected.
    pub fn end(&self) -> u64 {
        let state = self.inner.state.borrow();
        state.reached.as_ref().map_or(0, |reached| reached.end)
    }

    /// Answers a question on a connection of its own; blocks while the file is read.
    ///
    /// # Errors
    /// What the question answers; [`ModelError::Building`] or [`ModelError::Damaged`] where there
    /// are no models to ask.
    pub fn ask<T>(
        &self,
        question: impl FnOnce(&Model<'_>) -> Result<T, ModelError>,
    ) -> Result<T, ModelError> {
        let state = self.inner.state.borrow().clone();
        let Some(reached) = state.reached else {
            let (done, of) = state.building;
            return Err(match &state.failure {
                Some(failure) => damaged(Some(failure)),
                None => ModelError::Building { done, of },
            });
        };
        let answered = self
            .connection(reached.file.clone())
            .and_then(|connection| {
                let answer = Model::new(&connection).and_then(|model| question(&model))?;
                self.keep(reached.file, connection);
                Ok(answer)
            });
        match answered {
            Err(error) if error.is_of_the_file() => {
                tracing::warn!(%error, "a reader found the read models' file damaged");
                self.inner.suspect.notify_one();
                Err(ModelError::Building { done: 0, of: 0 })
            }
            answered => answered,
        }
    }

    fn connection(&self, file: PathBuf) -> Result<Connection, ModelError> {
        let mut idle = self.idle();
        while let Some((of, connection)) = idle.pop() {
            if of == file {
                return Ok(connection);
            }
        }
        drop(idle);
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(file, flags)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.set_prepared_statement_cache_capacity(64);
        Ok(connection)
    }

    fn keep(&self, file: PathBuf, connection: Connection) {
        let mut idle = self.idle();
        if idle.len() < IDLE_MAX {
            idle.push((file, connection));
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<(PathBuf, Connection)>> {
        self.inner
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn queries(&self) -> &Queries {
        self.inner.ledger.queries()
    }

    /// Follows until the ledger cannot be read any further.
    async fn follow(self, content: Box<dyn Content>) -> Option<Store> {
        let ledger = &self.inner.ledger;
        let data = &ledger.config().data;
        let mut store = Store::new(self.queries().clone(), ledger.id(), data, content);
        let mut task: fn(&Self, &mut Store) -> Result<(), ModelError> = Self::open;
        let mut durable = ledger.shared().durable.subscribe();
        let mut closing = ledger.closing();
        loop {
            let began = Instant::now();
            let (kept, result) = self.work(store, task).await?;
            store = kept;
            match result {
                Ok(()) => {}
                Err(ModelError::Closing) => return Some(store),
                Err(error @ ModelError::Load(_)) => {
                    self.fail(&error);
                    return Some(store);
                }
                Err(error) if error.is_of_the_file() => {
                    tracing::warn!(%error, "the read models' file is damaged and is made anew");
                    task = Self::heal;
                    continue;
                }
                Err(error) => {
                    tell(&error);
                    tokio::select! {
                        // An error means that the ledger is gone.
                        _ = closing.wait_for(|is_closing| *is_closing) => return Some(store),
                        () = tokio::time::sleep(RETRY_AFTER) => continue,
                    }
                }
            }
            let reached = store.reached().cloned();
            let end = reached.as_ref().map_or(0, |reached| reached.end);
            metrics::gauge!(store.content().gauge()).set(end as f64);
            self.inner
                .state
                .send_modify(|state| state.reached = reached);
            let behind = durable.borrow().saturating_sub(end);
            self.rest(store.content().rest(began.elapsed(), behind))
                .await;
            let is_daily = store.content().changes_with_days();
            task = tokio::select! {
                biased;
                _ = closing.wait_for(|is_closing| *is_closing) => return Some(store),
                more = durable.wait_for(|durable| *durable > end) => match more.map(|more| *more) {
                    Ok(more) if self.is_made_sooner(store.content(), (end, more)) => Self::heal,
                    Ok(_) => Self::step,
                    Err(_) => return Some(store),
                },
                () = self.inner.suspect.notified() => Self::heal,
                () = tokio::time::sleep(LOOK_AGAIN), if is_daily => Self::step,
            };
        }
    }

    /// Whether somebody waits, and making everything anew is sooner done than following that far.
    fn is_made_sooner(&self, content: &dyn Content, (end, durable): (u64, u64)) -> bool {
        let is_awaited = self.inner.waiting.load(Ordering::Acquire) > 0;
        is_awaited && content.is_made_sooner(end, durable)
    }

    /// Rests after a step, unless somebody waits for the next.
    async fn rest(&self, rest: Duration) {
        if self.inner.waiting.load(Ordering::Acquire) > 0 {
            return;
        }
        let mut closing = self.inner.ledger.closing();
        tokio::select! {
            () = tokio::time::sleep(rest) => {}
            () = self.inner.pressed.notified() => {}
            _ = closing.wait_for(|is_closing| *is_closing) => {}
        }
    }

    /// Works on the store where blocking is allowed; `None` after a panic.
    async fn work(
        &self,
        mut store: Store,
        task: fn(&Self, &mut Store) -> Result<(), ModelError>,
    ) -> Option<(Store, Result<(), ModelError>)> {
        let models = self.clone();
        let worked = tokio::task::spawn_blocking(move || {
            let result = task(&models, &mut store);
            (store, result)
        });
        worked.await.ok()
    }

    fn open(&self, store: &mut Store) -> Result<(), ModelError> {
        match store.open()? {
            true => Ok(()),
            false => self.heal(store),
        }
    }

    #[allow(
        clippy::unused_self,
        reason = "one of the tasks on the store, which all know the models"
    )]
    fn step(&self, store: &mut Store) -> Result<(), ModelError> {
        store.step().map(drop)
    }

    fn heal(&self, store: &mut Store) -> Result<(), ModelError> {
        let mut told = Instant::now();
        let closing = self.inner.ledger.closing();
        store.rebuild(&mut |done, of| {
            if told.elapsed() > Duration::from_millis(100) {
                told = Instant::now();
                self.inner
                    .state
                    .send_modify(|state| state.building = (done, of));
            }
            !*closing.borrow()
        })?;
        Ok(())
    }

    fn fail(&self, error: &ModelError) {
        tracing::error!(%error, "the read models cannot go on");
        let failure = error.to_string();
        self.inner
            .state
            .send_modify(|state| state.failure = Some(failure));
    }
}

/// Logs why models cannot be written, with what is behind it.
fn tell(error: &ModelError) {
    let error: &dyn std::error::Error = error;
    tracing::error!(error, "the read models cannot be written");
}

fn damaged(failure: Option<&String>) -> ModelError {
    ModelError::Damaged(failure.cloned().unwrap_or_default())
}
