//! Pictures to be asked: the live one, and ones of earlier moments, made when they are asked for.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use rusqlite::{Connection, OpenFlags};

use super::{Picture, picture::Moment};
use crate::{
    domain::values::hex,
    events::v1::ActorRole,
    ledger::{Ledger, views::Asked},
    models::{
        Model, ModelError, Models,
        store::{self, io},
    },
    views::AsOf,
};

/// The folder of pictures of earlier moments in the folder of the ledger.
const FOLDER: &str = "pictures";
/// Pictures of earlier moments that are kept.
const KEPT: usize = 4;
/// How long a picture of a legal date answers though events came since: asked with a position, it
/// is made anew when it does not reflect that.
const FRESH_FOR: Duration = Duration::from_mins(1);

/// A picture of an earlier moment; its file goes with it.
struct Past {
    as_of: AsOf,
    /// Everything below is reflected, as far as it was known.
    end: u64,
    made: Instant,
    file: PathBuf,
}

impl Drop for Past {
    fn drop(&mut self) {
        // What is left is taken away at the next start.
        let _ = fs::remove_file(&self.file);
    }
}

/// The pictures of an open ledger. Clones share them.
#[derive(Clone)]
pub struct Supervision {
    inner: Arc<Inner>,
}

struct Inner {
    ledger: Ledger,
    live: Models,
    /// Newest last.
    kept: Mutex<Vec<Arc<Past>>>,
    /// One is made at a time.
    making: Arc<tokio::sync::Mutex<()>>,
    next: AtomicU64,
}

impl Supervision {
    /// Pictures of a ledger of which one is followed.
    pub fn new(ledger: Ledger, live: Models) -> Self {
        // What a server that was killed left.
        let _ = fs::remove_dir_all(ledger.config().data.join(FOLDER));
        Self {
            inner: Arc::new(Inner {
                ledger,
                live,
                kept: Mutex::default(),
                making: Arc::default(),
                next: AtomicU64::new(1),
            }),
        }
    }

    /// The picture that is followed.
    pub fn live(&self) -> &Models {
        &self.inner.live
    }

    /// Asks the picture of two moments that reflects a position, if one is named.
    ///
    /// # Errors
    /// As [`Models::ask`] and [`Models::wait_for`].
    pub async fn ask<T>(
        &self,
        as_of: AsOf,
        min_position: Option<u64>,
        question: impl FnOnce(&Model<'_>) -> Result<T, ModelError>,
    ) -> Result<T, ModelError> {
        if as_of == AsOf::default() {
            if let Some(position) = min_position {
                self.inner.live.wait_for(position).await?;
            }
            return tokio::task::block_in_place(|| self.inner.live.ask(question));
        }
        if let Some(position) = min_position {
            self.durable(position).await?;
        }
        let past = self.past(as_of, min_position).await?;
        tokio::task::block_in_place(|| {
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let connection = Connection::open_with_flags(&past.file, flags)?;
            Model::new(&connection).and_then(|model| question(&model))
        })
    }

    /// Waits until a position is durable: before, no picture can reflect it.
    async fn durable(&self, position: u64) -> Result<(), ModelError> {
        let mut durable = self.inner.ledger.shared().durable.subscribe();
        let mut closing = self.inner.ledger.closing();
        tokio::select! {
            biased;
            reached = durable.wait_for(|end| *end > position) => {
                reached.map(drop).map_err(|_| ModelError::Closing)
            }
            _ = closing.wait_for(|is_closing| *is_closing) => Err(ModelError::Closing),
        }
    }

    /// The picture of two moments; made, unless it is kept.
    async fn past(&self, as_of: AsOf, min_position: Option<u64>) -> Result<Arc<Past>, ModelError> {
        let wanted = min_position.map_or(0, |position| position + 1);
        if let Some(kept) = self.kept(as_of, wanted) {
            return Ok(kept);
        }
        let place = self.inner.making.clone().lock_owned().await;
        // Somebody else may have waited for the same.
        if let Some(kept) = self.kept(as_of, wanted) {
            return Ok(kept);
        }
        let maker = self.clone();
        // It goes on when the caller goes away: he may come again.
        let made = tokio::task::spawn_blocking(move || {
            let _place = place;
            maker.make(as_of)
        });
        made.await.map_err(|_| ModelError::Closing)?
    }

    fn kept(&self, as_of: AsOf, wanted: u64) -> Option<Arc<Past>> {
        let kept = self.inner.kept.lock();
        let kept = kept.unwrap_or_else(PoisonError::into_inner);
        let now_end = self.inner.ledger.queries().view_end();
        let answers = |past: &&Arc<Past>| {
            // What was recorded by a moment that is over does not change.
            let is_over = as_of
                .recorded_us
                .is_some_and(|at| at < self.inner.ledger.last_recorded_us());
            let is_fresh = is_over || past.end == now_end || past.made.elapsed() < FRESH_FOR;
            past.as_of == as_of && is_fresh && (is_over || past.end >= wanted)
        };
        kept.iter().rev().find(answers).cloned()
    }

    fn make(&self, as_of: AsOf) -> Result<Arc<Past>, ModelError> {
        let ledger = &self.inner.ledger;
        let queries = ledger.queries();
        let asked = Asked {
            as_of,
            role: ActorRole::Regulator,
            end: queries.view_end(),
            now_us: ledger.clock().now_us(ledger.last_recorded_us()),
        };
        let end = match queries.reflected(&asked)? {
            0 if asked.end == 0 => 0,
            last => last + 1,
        };
        let folder = ledger.config().data.join(FOLDER);
        fs::create_dir_all(&folder).map_err(io(&folder))?;
        let number = self.inner.next.fetch_add(1, Ordering::Relaxed);
        let file = folder.join(format!("{number}.sqlite"));
        self.fill(asked, end, &file)
            .inspect_err(|_| drop(fs::remove_file(&file)))?;
        let past = Arc::new(Past {
            as_of,
            end,
            made: Instant::now(),
            file,
        });
        let kept = self.inner.kept.lock();
        let mut kept = kept.unwrap_or_else(PoisonError::into_inner);
        kept.retain(|other| other.as_of != as_of);
        kept.push(past.clone());
        let beyond = kept.len().saturating_sub(KEPT);
        kept.drain(..beyond);
        Ok(past)
    }

    fn fill(&self, asked: Asked, end: u64, file: &Path) -> Result<(), ModelError> {
        let ledger = &self.inner.ledger;
        let mut picture = Picture::new(Moment::Past(asked));
        let id = hex(&ledger.id());
        let closing = ledger.closing();
        let mut go_on = |_, _| !*closing.borrow();
        let of = (ledger.queries(), id.as_str());
        store::make(&mut picture, of, end, file, &mut go_on).map(drop)
    }
}
