//! Where the time of recording comes from.

use std::time::{SystemTime, UNIX_EPOCH};

/// The ledger's source of time, injected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// The machine's clock.
    Real,
    /// The request's time: years of history in a minute. Written in every segment header.
    Simulated,
}

impl Clock {
    /// Microseconds at which a batch is recorded: never less than `last_us`.
    pub fn record_time_us(
        self,
        request_us: Option<u64>,
        last_us: u64,
    ) -> Result<u64, &'static str> {
        match (self, request_us) {
            (Self::Real, Some(_)) => Err("this ledger runs on a real clock and sets the time"),
            (Self::Real, None) => Ok(now_us().max(last_us)),
            (Self::Simulated, Some(request)) => Ok(request.max(last_us)),
            (Self::Simulated, None) if last_us == 0 => {
                Err("the first batch under a simulated clock must name its time")
            }
            (Self::Simulated, None) => Ok(last_us),
        }
    }

    /// The ledger's time now.
    pub fn now_us(self, last_us: u64) -> u64 {
        match self {
            Self::Real => now_us().max(last_us),
            Self::Simulated => last_us,
        }
    }
}

fn now_us() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_runs_backwards() {
        assert_eq!(Clock::Simulated.record_time_us(Some(5), 9), Ok(9));
        assert_eq!(Clock::Simulated.record_time_us(Some(12), 9), Ok(12));
        assert_eq!(Clock::Simulated.record_time_us(None, 9), Ok(9));
        assert_eq!(Clock::Real.record_time_us(None, u64::MAX), Ok(u64::MAX));
    }

    #[test]
    fn refuses_a_request_time_on_a_real_clock() {
        assert!(Clock::Real.record_time_us(Some(1), 0).is_err());
    }
}
