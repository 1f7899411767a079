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
    RulePackAdopted (day adopted_on) [pack_id, version];
    BudgetLineApproved (day approved_on) [budget_line_id];
    BudgetLineAdjusted (day adjusted_on) [budget_line_id];
    BudgetLineFrozen (day on) [budget_line_id];
    BudgetLineUnfrozen (day on) [budget_line_id];
    BudgetLineClosed (day on) [budget_line_id];
    IntentionPublished (day published_on) [intention_id];
    IntentionRevised (day revised_on) [intention_id];
    IntentionWithdrawn (day on) [intention_id];
    IntentionExempted (day on) [intention_id];
    DemandSurveyed (day surveyed_on) [requirement_id, survey_id];
    RequirementDefined (day defined_on) [requirement_id];
    RequirementReviewed (day reviewed_on) [requirement_id, review_id];
    PlanFiled (day filed_on) [plan_id];
    PlanRevised (day revised_on) [plan_id];
    PlanCancelled (day on) [plan_id];
    PlanCompleted (day on) [plan_id];
    AgencyDelegated (day on) [delegation_id];
    LotRetryAbandoned (day on) [lot_no];
    MethodChangeRequested (day requested_on) [request_id];
    MethodChangeApproved (day decided_on) [request_id];
    MethodChangeRejected (day decided_on) [request_id];
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
    ProcurementStarted (day on) [start_id];
    ClarificationIssued (day issued_on) [doc_id, clarification_no];
    QualificationReviewed (day reviewed_on) [lot_no];
    AbnormalLowPriceTriggered (instant triggered_at) [lot_no, case_no];
    AbnormalLowPriceExplained (instant explained_at) [lot_no, case_no];
    AbnormalLowPriceDecided (day decided_on) [lot_no, case_no];
    ProcurementTerminated (day on) [termination_id];
    ReevaluationOrdered (day ordered_on) [lot_no, order_no];
    AwardRevoked (day revoked_on) [lot_no];
    SingleSourceArgued (day argued_on) [argument_id];
    SingleSourcePublicised (day publicised_on) [publicity_id];
    SingleSourceObjected (day objected_on) [publicity_id, objection_no];
    SingleSourceReargued (day reargued_on) [publicity_id];
    ReprocurementStarted (day started_on) [lot_no, new_lot_no];
    AgencyFeePaid (day paid_on) [fee_id];
    ExpertFeePaid (day paid_on) [fee_id];
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
    ConfirmationRequested (day requested_on) [contract_id, confirmation_id];
    ContractConfirmed (day confirmed_on) [contract_id, confirmation_id];
    PaymentRequested (day requested_on) [payment_id, contract_id];
    PaymentAccepted (day decided_on) [payment_id, contract_id];
    PaymentRejected (day decided_on) [payment_id, contract_id];
    PaymentExecuted (day paid_on) [payment_id, contract_id];
    PaymentReturned (day returned_on) [payment_id, contract_id];
    AcceptanceRequested (day requested_on) [acceptance_id, contract_id];
    AcceptanceTeamFormed (day formed_on) [acceptance_id, contract_id];
    AcceptanceConcluded (day concluded_on) [acceptance_id, contract_id];
    AcceptanceMaterialUploaded (instant uploaded_at) [acceptance_id, contract_id];
    CreditEvaluated (day evaluated_on) [evaluation_id];
    BadConductRecorded (day on) [subject, record_id];
    CreditRepaired (day repaired_on) [subject, record_id];
    NoticePublished (instant published_at) [notice_id];
    InquiryReceived (day received_on) [inquiry_id];
    InquiryAnswered (day answered_on) [inquiry_id];
    ChallengeFiled (day filed_on) [challenge_id];
    ChallengeReceived (day received_on) [challenge_id];
    ChallengeRefused (day refused_on) [challenge_id];
    ChallengeForwarded (day forwarded_on) [challenge_id];
    ChallengeReplied (day replied_on) [challenge_id];
    ChallengeWithdrawn (day withdrawn_on) [challenge_id];
    ComplaintReceived (day received_on) [complaint_id];
    ComplaintCorrectionRequested (day sent_on) [complaint_id];
    ComplaintCorrected (day received_on) [complaint_id];
    ComplaintReviewed (day reviewed_on) [complaint_id];
    ComplaintCopiesSent (day sent_on) [complaint_id];
    ComplaintResponded (day responded_on) [complaint_id];
    ComplaintSuspensionOrdered (day ordered_on) [complaint_id];
    ComplaintSuspensionLifted (day lifted_on) [complaint_id];
    ComplaintClockPaused (day paused_on) [complaint_id, pause_no];
    ComplaintClockResumed (day resumed_on) [complaint_id, pause_no];
    ComplaintWithdrawn (day withdrawn_on) [complaint_id];
    ComplaintDecided (day decided_on) [complaint_id];
    EmallRulePublished (day issued_on) [region, rule_id];
    EmallManagerAppointed (day on) [region, appointment_id];
    EmallUnitActivated (day activated_on) [unit, account_no];
    EmallRfqOpened (instant opened_at) [order_no];
    EmallRfqClosed (instant closed_at) [order_no];
    EmallRfqFailed (day failed_on) [order_no];
    EmallOrderPlaced (day placed_on) [order_no];
    EmallOrderConfirmed (day confirmed_on) [order_no];
    EmallOrderShipped (day shipped_on) [order_no];
    EmallOrderDelivered (day delivered_on) [order_no];
    EmallOrderAccepted (day accepted_on) [order_no];
    EmallOrderCancelled (day cancelled_on) [order_no];
    EmallOrderReturned (day returned_on) [order_no];
    EmallObjectionRaised (day raised_on) [objection_id];
    EmallObjectionTaken (day taken_on) [objection_id];
    EmallObjectionResolved (day resolved_on) [objection_id];
    EmallObjectionWithdrawn (day withdrawn_on) [objection_id];
    SmallPurchaseRecorded (day purchased_on) [unit, purchase_id];
    CanteenSpendDeclared (day declared_on) [unit, fiscal_year];
    FarmPlatformRegistered (day registered_on) [unit, platform];
    FarmReserveDeclared (day declared_on) [unit, fiscal_year, platform];
    FarmPurchaseReported (day paid_on) [unit, fiscal_year, platform, order_no];
    FarmPurchaseReversed (day reversed_on) [unit, fiscal_year, platform, order_no];
    FinancingConsentGiven (day given_on) [consent_id, contract_id];
    FinancingApplied (day applied_on) [financing_id, contract_id];
    FinancingApproved (day approved_on) [financing_id, contract_id];
    FinancingRejected (day decided_on) [financing_id, contract_id];
    FinancingCancelled (day cancelled_on) [financing_id, contract_id];
    PayeeAccountLocked (day locked_on) [financing_id, contract_id];
    PayeeAccountReleased (day released_on) [financing_id, contract_id];
    FinancingDisbursed (day disbursed_on) [financing_id, contract_id];
    FinancingRepaid (day repaid_on) [financing_id, contract_id, repayment_no];
    FinancingDefaulted (day defaulted_on) [financing_id, contract_id];
    BondCollected (day received_on) [bond_id];
    BondReturned (day returned_on) [bond_id, return_no];
    BondForfeited (day forfeited_on) [bond_id];
    GuaranteeIssued (day issued_on) [guarantee_no];
    GuaranteeExtended (day extended_on) [guarantee_no];
    GuaranteeReleased (day released_on) [guarantee_no, release_no];
    GuaranteeClaimed (day claimed_on) [guarantee_no, claim_no];
    GuaranteeExpired (day expired_on) [guarantee_no];
    CreditEnhancementAccepted (day accepted_on) [enhancement_id];
    VenueRegistered (day on) [venue_id];
    VenueSlotOpened (day opened_on) [venue_id, slot_id];
    VenueRequested (instant requested_at) [request_id, region];
    VenueRequestDenied (day denied_on) [request_id, region];
    VenueRequestWithdrawn (day withdrawn_on) [request_id, region];
    VenueAllocated (day allocated_on) [venue_id, request_id, region];
    VenueReleased (day released_on) [venue_id, request_id, region];
    VenueUsed (instant actual_start) [venue_id, request_id, region];
    VenueNotUsed (day on) [venue_id, request_id, region];
    ApprovalItemCatalogued (day on) [item_code, region];
    ApprovalItemAbolished (day on) [item_code, region];
    ApprovalItemMerged (day on) [item_code, region];
    ApprovalItemJustified (day on) [item_code, region];
    ApprovalRequested (day requested_on) [approval_id];
    ApprovalSupplementRequested (day requested_on) [approval_id];
    ApprovalSupplemented (day supplemented_on) [approval_id];
    ApprovalDecided (day decided_on) [approval_id];
    ApprovalWithdrawn (day withdrawn_on) [approval_id];
    SupplierLibraryReported (day reported_on) [library_id];
    SupplierLibraryAbolished (day abolished_on) [library_id];
    SupplierLibraryRetained (day retained_on) [library_id];
    BarrierClueReceived (day received_on) [clue_id];
    BarrierConfirmed (day confirmed_on) [clue_id];
    BarrierDismissed (day dismissed_on) [clue_id];
    BarrierRectified (day rectified_on) [clue_id];
    FairCompetitionReviewed (day reviewed_on) [review_id];
    InternalControlIssued (day issued_on) [control_id, unit];
    InternalControlFiled (day filed_on) [control_id];
    InternalControlFilingAccepted (day decided_on) [control_id];
    InternalControlFilingReturned (day decided_on) [control_id];
    InternalControlRevised (day revised_on) [control_id];
    InternalControlRepealed (day repealed_on) [control_id];
    AssessmentPlanIssued (day issued_on) [assessment_id, agency];
    AssessmentScored (day scored_on) [assessment_id, indicator];
    AssessmentConcluded (day concluded_on) [assessment_id];
    AssessmentRectificationOrdered (day ordered_on) [assessment_id];
    AssessmentRectified (day rectified_on) [assessment_id];
    RegionOnboardingStarted (day on) [region];
    RegionModuleEnabled (day enabled_on) [region, module];
    RegionOnboarded (day live_on) [region];
    RegionModuleSuspended (day suspended_on) [region, module];
    CampaignTaskDefined (day defined_on) [region, task_no];
    CampaignTaskReported (day completed_on) [region, task_no, unit];
    OperatingProcedureIssued (day issued_on) [procedure_id];
    IrregularFactRecorded (day on) [fact_id];
    FindingWaived (day on) [waiver_id];
    StageLinked (day on) [link_id];
    MetricReleased (day released_on) [release_id];
    FrameworkDrafted (day drafted_on) [framework_id];
    FrameworkPlanReviewed (day reviewed_on) [framework_id];
    FrameworkSolicited (day solicited_on) [framework_id];
    FrameworkShortlisted (day shortlisted_on) [framework_id];
    FrameworkAgreementSigned (day signed_on) [framework_id, agreement_no];
    FrameworkActivated (day activated_on) [framework_id];
    FrameworkFiled (day filed_on) [framework_id, filing_no];
    FrameworkSupplementSolicited (day solicited_on) [framework_id];
    FrameworkSupplierRemoved (day removed_on) [framework_id, supplier];
    FrameworkOrderPlaced (day placed_on) [framework_id, order_no];
    FrameworkExpired (day expired_on) [framework_id];
    FrameworkTerminated (day terminated_on) [framework_id];
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
