//! Calls into sled, which answers damage with panics.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;
use std::thread;

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

static HOOK: Once = Once::new();

/// Names of the threads that sled starts begin with this.
const SLED_THREADS: &str = "sled-io-";

/// Makes a call and returns the message of the panic if there was one.
///
/// The default panic message is not printed: the caller turns the panic into an answer. What the
/// call touched must not be used again after a panic.
pub(super) fn guarded<T>(call: impl FnOnce() -> T) -> Result<T, String> {
    HOOK.call_once(silence_guarded_panics);
    let outer = GUARDED.replace(true);
    let outcome = panic::catch_unwind(AssertUnwindSafe(call));
    GUARDED.set(outer);
    outcome.map_err(|payload| {
        let text = payload
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned());
        let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
        text.unwrap_or_else(|| "a panic without a message".to_owned())
    })
}

/// Puts a hook before the present one that keeps quiet for guarded calls and threads of sled.
fn silence_guarded_panics() {
    let previous = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let guarded = GUARDED.try_with(Cell::get).unwrap_or(false);
        let current = thread::current();
        let is_sled = current
            .name()
            .is_some_and(|name| name.starts_with(SLED_THREADS));
        if is_sled {
            tracing::error!(target: "bihuan::state", "a thread of sled panicked: {info}");
        } else if !guarded {
            previous(info);
        }
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn returns_the_message_of_a_panic() {
        assert_eq!(guarded(|| 7), Ok(7));
        assert_eq!(
            guarded(|| panic!("plain")),
            Err::<(), _>("plain".to_owned())
        );
        let number = 3;
        assert_eq!(
            guarded(|| panic!("formatted {number}")),
            Err::<(), _>("formatted 3".to_owned())
        );
    }

    #[test]
    fn guards_may_be_nested() {
        let outer = guarded(|| {
            assert!(guarded(|| panic!("inner")).is_err());
            panic!("outer")
        });
        assert_eq!(outer, Err::<(), _>("outer".to_owned()));
    }
}
