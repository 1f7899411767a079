//! What rules say in the words of the schema.

use super::{
    Convention, Severity,
    verdict::{FindingStatus, ObligationStatus},
};
use crate::events::v1;

impl From<Severity> for v1::Severity {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Info => Self::Info,
            Severity::Minor => Self::Minor,
            Severity::Major => Self::Major,
            Severity::Critical => Self::Critical,
        }
    }
}

impl From<Convention> for v1::Convention {
    fn from(convention: Convention) -> Self {
        match convention {
            Convention::WdX => Self::WdX,
            Convention::CdR => Self::CdR,
            Convention::CdN => Self::CdN,
            Convention::Fixed => Self::Fixed,
            Convention::Years => Self::Years,
            Convention::MinCd => Self::MinCd,
            Convention::MinWd => Self::MinWd,
            Convention::WinWd => Self::WinWd,
            Convention::BeforeCd => Self::BeforeCd,
        }
    }
}

impl From<ObligationStatus> for v1::ObligationStatus {
    fn from(status: ObligationStatus) -> Self {
        match status {
            ObligationStatus::Pending => Self::Pending,
            ObligationStatus::Paused => Self::Paused,
            ObligationStatus::Met => Self::Met,
            ObligationStatus::Late => Self::Late,
            ObligationStatus::Overdue => Self::Overdue,
            ObligationStatus::Void => Self::Void,
        }
    }
}

impl From<FindingStatus> for v1::FindingStatus {
    fn from(status: FindingStatus) -> Self {
        match status {
            FindingStatus::Open => Self::Open,
            FindingStatus::Rectified => Self::Rectified,
            FindingStatus::Waived => Self::Waived,
            FindingStatus::Superseded => Self::Superseded,
        }
    }
}
