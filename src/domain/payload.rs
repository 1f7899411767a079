//! Event types as values, and what the schema marks of each: its legal date and its object ids.

use chrono::NaiveDate;
use prost_types::Timestamp;

use super::values::date::{LegalDate, local_date};
use crate::events::v1::{self, event_payload::Payload};

/// The day of a payload's legal date field.
macro_rules! legal_day {
    ($payload:ident, (day $field:ident)) => {
        LegalDate::parse(&$payload.$field).ok().map(NaiveDate::from)
    };
    ($payload:ident, (instant $field:ident)) => {
        $payload.$field.as_ref().and_then(day_of)
    };
    ($payload:ident, (none)) => {{
        let _ = $payload;
        None
    }};
}

/// States every event type with its legal date and its object ids, as the schema marks them.
macro_rules! event_types {
    ($($name:ident $legal:tt [$($id:ident),*];)*) => {
        /// The type of an event, without its content.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum EventType {
            $(
                #[doc = concat!("`", stringify!($name), "`.")]
                $name,
            )*
        }

        impl EventType {
            /// Every type, in the order of the schema.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The type of a payload.
            pub fn of(payload: &Payload) -> Self {
                match payload {
                    $(Payload::$name(_) => Self::$name,)*
                }
            }

            /// The name in the schema, such as `ContractSigned`.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)*
                }
            }
        }

        $(
            impl From<v1::$name> for Payload {
                fn from(payload: v1::$name) -> Self {
                    Self::$name(payload.into())
                }
            }
        )*

        /// The legal date that a payload states; `None` for types without one (corrections, voids
        /// and sync batches fall back to `occurred_at`) and for what is no date.
        pub fn legal_day(payload: &Payload) -> Option<NaiveDate> {
            match payload {
                $(Payload::$name(payload) => legal_day!(payload, $legal),)*
            }
        }

        /// The ids of the objects that a payload is about: what a correction may not change.
        pub fn object_ids(payload: &Payload) -> Vec<String> {
            match payload {
                $(Payload::$name(payload) => {
                    let _ = payload;
                    vec![$(payload.$id.to_string()),*]
                })*
            }
        }
    };
}

event_types! {
    EventCorrected (none) [];
    EventVoided (none) [];
    SyncBatchReceived (none) [system, batch_id];
    OcdsReleaseImported (day released_on) [ocid];
    OrganisationRegistered (day on) [uscc];
    OrganisationChanged (day on) [uscc];
    OrganisationMerged (day on) [uscc];
    OrganisationClosed (day on) [uscc];
    RegionRegistered (day on) [region];
    SourceSystemRegistered (day on) [system];
    ThresholdProfilePublished (day on) [profile_id, region];
    HolidayCalendarPublished (day issued_on) [year];
    BudgetLineApproved (day approved_on) [budget_line_id];
    BudgetLineAdjusted (day adjusted_on) [budget_line_id];
    BudgetLineFrozen (day on) [budget_line_id];
    BudgetLineUnfrozen (day on) [budget_line_id];
    BudgetLineClosed (day on) [budget_line_id];
    IntentionPublished (day published_on) [intention_id];
    IntentionRevised (day revised_on) [intention_id];
    IntentionWithdrawn (day on) [intention_id];
    PlanFiled (day filed_on) [plan_id];
    PlanRevised (day revised_on) [plan_id];
    PlanCancelled (day on) [plan_id];
    PlanCompleted (day on) [plan_id];
    AgencyDelegated (day on) [delegation_id];
    LotRetryAbandoned (day on) [lot_no];
    ProcurementDocumentIssued (day issued_on) [doc_id];
    BidReceived (instant received_at) [lot_no, bid_no];
    BidWithdrawn (instant withdrawn_at) [lot_no, bid_no];
    BidsOpened (instant opened_at) [lot_no];
    CommitteeFormed (day formed_on) [lot_no];
    EvaluationConcluded (instant concluded_at) [lot_no];
    EvaluationReportDelivered (day delivered_on) [lot_no];
    WinnerDetermined (day determined_on) [lot_no];
    AwardNoticeIssued (day issued_on) [lot_no];
    AwardRecorded (day determined_on) [lot_no];
    LotFailed (day failed_on) [lot_no];
    ContractSigned (day signed_on) [contract_id, lot_no];
    ContractFiled (day filed_on) [contract_id];
    SupplementSigned (day signed_on) [contract_id, supplement_no];
    ContractChanged (day changed_on) [contract_id, change_no];
    ContractSuspended (day on) [contract_id];
    ContractResumed (day on) [contract_id];
    ContractTerminated (day on) [contract_id];
    ContractCompleted (day on) [contract_id];
    PerformanceStarted (day started_on) [contract_id];
    GoodsDelivered (day delivered_on) [contract_id, delivery_no];
    InvoiceReceived (day received_on) [contract_id, invoice_no];
    SettlementConfirmed (day on) [contract_id, settlement_no];
    LiquidatedDamagesAssessed (day on) [contract_id, assessment_no];
    RectificationCompleted (day on) [contract_id];
    PaymentRequested (day requested_on) [payment_id, contract_id];
    PaymentAccepted (day decided_on) [payment_id, contract_id];
    PaymentRejected (day decided_on) [payment_id, contract_id];
    PaymentExecuted (day paid_on) [payment_id, contract_id];
    PaymentReturned (day returned_on) [payment_id, contract_id];
    AcceptanceRequested (day requested_on) [acceptance_id, contract_id];
    AcceptanceTeamFormed (day formed_on) [acceptance_id, contract_id];
    AcceptanceConcluded (day concluded_on) [acceptance_id, contract_id];
    AcceptanceMaterialUploaded (instant uploaded_at) [acceptance_id, contract_id];
    NoticePublished (instant published_at) [notice_id];
}

impl EventType {
    /// Whether the ledger decides the type; the others are refused whole, never recorded ungated.
    pub fn is_decided(self) -> bool {
        !matches!(
            self,
            Self::IntentionPublished | Self::IntentionRevised | Self::IntentionWithdrawn
        )
    }
}

/// The payload of an event, if it has one.
pub fn payload_of(event: &v1::Event) -> Option<&Payload> {
    event.payload.as_ref()?.payload.as_ref()
}

/// The day of an instant at +08:00; `None` beyond the calendar or with nanoseconds out of range.
pub fn day_of(instant: &Timestamp) -> Option<NaiveDate> {
    if !(0..1_000_000_000).contains(&instant.nanos) {
        return None;
    }
    local_date(instant.seconds, instant.nanos)
}

/// An instant in microseconds since 1970-01-01T00:00:00Z, saturating at the ends of `i64`.
pub fn micros_of(instant: &Timestamp) -> i64 {
    let seconds = instant.seconds.saturating_mul(1_000_000);
    seconds.saturating_add(i64::from(instant.nanos) / 1_000)
}

/// A date field; `None` when it is empty or no date.
pub fn day(text: &str) -> Option<NaiveDate> {
    LegalDate::parse(text).ok().map(NaiveDate::from)
}
