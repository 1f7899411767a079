//! The states of a contract, and the table that leads from one to the next.
//!
//! Papers (filing, invoices, uploads) follow in every state of a signed contract, since they arrive
//! when they arrive. What is owed for work done before can be asked for and paid while performance
//! is suspended and after a termination. Deliveries repeat, and go on while defects are mended.
//!
//! An e-mall order is a contract in its own stream: its own events move it.

use serde::{Deserialize, Serialize};

use crate::domain::{
    machine::{Case, Row},
    payload::EventType,
};

/// Where a contract stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ContractStatus {
    /// Not signed, as far as the ledger knows.
    #[default]
    Absent,
    /// 已签订.
    Signed,
    /// 履行中.
    Performing,
    /// 已中止 before performance began; resumes to Signed.
    SuspendedSigned,
    /// 已中止 during performance; resumes to Performing.
    SuspendedPerforming,
    /// 整改中: what was delivered failed acceptance.
    Rectifying,
    /// 已验收: the final acceptance passed.
    Accepted,
    /// 已完成: accepted and paid.
    Completed,
    /// 已终止.
    Terminated,
    /// 已下单: an order of the e-mall that its supplier has not confirmed.
    Ordered,
}

impl ContractStatus {
    /// Every status.
    pub const ALL: [Self; 10] = [
        Self::Absent,
        Self::Signed,
        Self::Performing,
        Self::SuspendedSigned,
        Self::SuspendedPerforming,
        Self::Rectifying,
        Self::Accepted,
        Self::Completed,
        Self::Terminated,
        Self::Ordered,
    ];
}

/// What may follow, and where it leads. What no row names is E002.
pub const TRANSITIONS: &[Row<ContractStatus>] = {
    use Case::{Any, Failed, FinalPassed, New, PartlyPassed, Settled};
    use ContractStatus::{
        Absent, Accepted, Completed, Ordered, Performing, Rectifying, Signed, SuspendedPerforming,
        SuspendedSigned, Terminated,
    };
    use EventType as E;
    &[
        (Absent, E::ContractSigned, Any, Signed),
        (Signed, E::PerformanceStarted, New, Performing),
        (Signed, E::GoodsDelivered, Any, Performing),
        (Signed, E::SupplementSigned, Any, Signed),
        (Signed, E::ContractChanged, Any, Signed),
        (Signed, E::AcceptanceConcluded, PartlyPassed, Signed),
        (Signed, E::ContractSuspended, Any, SuspendedSigned),
        (Signed, E::ContractTerminated, Any, Terminated),
        (Signed, E::ContractFiled, Any, Signed),
        (Signed, E::InvoiceReceived, Any, Signed),
        (Signed, E::AcceptanceMaterialUploaded, Any, Signed),
        (Signed, E::PaymentRequested, Any, Signed),
        (Signed, E::PaymentAccepted, Any, Signed),
        (Signed, E::PaymentRejected, Any, Signed),
        (Signed, E::PaymentExecuted, Any, Signed),
        (Signed, E::PaymentReturned, Any, Signed),
        (Signed, E::SettlementConfirmed, Any, Signed),
        (Signed, E::LiquidatedDamagesAssessed, Any, Signed),
        (Signed, E::AcceptanceRequested, Any, Signed),
        (Signed, E::AcceptanceTeamFormed, Any, Signed),
        (Performing, E::PerformanceStarted, New, Performing),
        (Performing, E::GoodsDelivered, Any, Performing),
        (Performing, E::SupplementSigned, Any, Performing),
        (Performing, E::ContractChanged, Any, Performing),
        (Performing, E::AcceptanceConcluded, PartlyPassed, Performing),
        (Performing, E::ContractSuspended, Any, SuspendedPerforming),
        (Performing, E::AcceptanceConcluded, FinalPassed, Accepted),
        (Performing, E::AcceptanceConcluded, Failed, Rectifying),
        (Performing, E::ContractTerminated, Any, Terminated),
        (Performing, E::ContractFiled, Any, Performing),
        (Performing, E::InvoiceReceived, Any, Performing),
        (Performing, E::AcceptanceMaterialUploaded, Any, Performing),
        (Performing, E::PaymentRequested, Any, Performing),
        (Performing, E::PaymentAccepted, Any, Performing),
        (Performing, E::PaymentRejected, Any, Performing),
        (Performing, E::PaymentExecuted, Any, Performing),
        (Performing, E::PaymentReturned, Any, Performing),
        (Performing, E::SettlementConfirmed, Any, Performing),
        (Performing, E::LiquidatedDamagesAssessed, Any, Performing),
        (Performing, E::AcceptanceRequested, Any, Performing),
        (Performing, E::AcceptanceTeamFormed, Any, Performing),
        (SuspendedSigned, E::ContractResumed, Any, Signed),
        (SuspendedSigned, E::ContractTerminated, Any, Terminated),
        (SuspendedSigned, E::ContractFiled, Any, SuspendedSigned),
        (SuspendedSigned, E::InvoiceReceived, Any, SuspendedSigned),
        (
            SuspendedSigned,
            E::AcceptanceMaterialUploaded,
            Any,
            SuspendedSigned,
        ),
        (SuspendedSigned, E::PaymentRequested, Any, SuspendedSigned),
        (SuspendedSigned, E::PaymentAccepted, Any, SuspendedSigned),
        (SuspendedSigned, E::PaymentRejected, Any, SuspendedSigned),
        (SuspendedSigned, E::PaymentExecuted, Any, SuspendedSigned),
        (SuspendedSigned, E::PaymentReturned, Any, SuspendedSigned),
        (
            SuspendedSigned,
            E::SettlementConfirmed,
            Any,
            SuspendedSigned,
        ),
        (
            SuspendedSigned,
            E::LiquidatedDamagesAssessed,
            Any,
            SuspendedSigned,
        ),
        (SuspendedPerforming, E::ContractResumed, Any, Performing),
        (SuspendedPerforming, E::ContractTerminated, Any, Terminated),
        (
            SuspendedPerforming,
            E::ContractFiled,
            Any,
            SuspendedPerforming,
        ),
        (
            SuspendedPerforming,
            E::InvoiceReceived,
            Any,
            SuspendedPerforming,
        ),
        (
            SuspendedPerforming,
            E::AcceptanceMaterialUploaded,
            Any,
            SuspendedPerforming,
        ),
        (
            SuspendedPerforming,
            E::PaymentRequested,
            Any,
            SuspendedPerforming,
        ),
        (
            SuspendedPerforming,
            E::PaymentAccepted,
            Any,
            SuspendedPerforming,
        ),
        (
            SuspendedPerforming,
            E::PaymentRejected,
            Any,
            SuspendedPerforming,
        ),
        (
            SuspendedPerforming,
            E::PaymentExecuted,
            Any,
            SuspendedPerforming,
        ),
        (
            SuspendedPerforming,
            E::PaymentReturned,
            Any,
            SuspendedPerforming,
        ),
        (
            SuspendedPerforming,
            E::SettlementConfirmed,
            Any,
            SuspendedPerforming,
        ),
        (
            SuspendedPerforming,
            E::LiquidatedDamagesAssessed,
            Any,
            SuspendedPerforming,
        ),
        (Rectifying, E::GoodsDelivered, Any, Rectifying),
        (Rectifying, E::RectificationCompleted, Any, Performing),
        (Rectifying, E::ContractFiled, Any, Rectifying),
        (Rectifying, E::InvoiceReceived, Any, Rectifying),
        (Rectifying, E::AcceptanceMaterialUploaded, Any, Rectifying),
        (Rectifying, E::PaymentRequested, Any, Rectifying),
        (Rectifying, E::PaymentAccepted, Any, Rectifying),
        (Rectifying, E::PaymentRejected, Any, Rectifying),
        (Rectifying, E::PaymentExecuted, Any, Rectifying),
        (Rectifying, E::PaymentReturned, Any, Rectifying),
        (Rectifying, E::SettlementConfirmed, Any, Rectifying),
        (Rectifying, E::LiquidatedDamagesAssessed, Any, Rectifying),
        (Accepted, E::AcceptanceConcluded, Failed, Rectifying),
        (Accepted, E::ContractCompleted, Settled, Completed),
        (Accepted, E::ContractFiled, Any, Accepted),
        (Accepted, E::InvoiceReceived, Any, Accepted),
        (Accepted, E::AcceptanceMaterialUploaded, Any, Accepted),
        (Accepted, E::PaymentRequested, Any, Accepted),
        (Accepted, E::PaymentAccepted, Any, Accepted),
        (Accepted, E::PaymentRejected, Any, Accepted),
        (Accepted, E::PaymentExecuted, Any, Accepted),
        (Accepted, E::PaymentReturned, Any, Accepted),
        (Accepted, E::SettlementConfirmed, Any, Accepted),
        (Accepted, E::LiquidatedDamagesAssessed, Any, Accepted),
        (Accepted, E::AcceptanceRequested, Any, Accepted),
        (Accepted, E::AcceptanceTeamFormed, Any, Accepted),
        (Completed, E::ContractFiled, Any, Completed),
        (Completed, E::InvoiceReceived, Any, Completed),
        (Completed, E::AcceptanceMaterialUploaded, Any, Completed),
        (Completed, E::PaymentReturned, Any, Accepted),
        (Terminated, E::ContractFiled, Any, Terminated),
        (Terminated, E::InvoiceReceived, Any, Terminated),
        (Terminated, E::AcceptanceMaterialUploaded, Any, Terminated),
        (Terminated, E::PaymentRequested, Any, Terminated),
        (Terminated, E::PaymentAccepted, Any, Terminated),
        (Terminated, E::PaymentRejected, Any, Terminated),
        (Terminated, E::PaymentExecuted, Any, Terminated),
        (Terminated, E::PaymentReturned, Any, Terminated),
        (Absent, E::EmallOrderPlaced, Any, Ordered),
        (Ordered, E::EmallOrderConfirmed, Any, Signed),
        (Ordered, E::EmallOrderCancelled, Any, Terminated),
        (Signed, E::EmallOrderCancelled, Any, Terminated),
        (Signed, E::EmallOrderDelivered, Any, Performing),
        (Performing, E::EmallOrderAccepted, Any, Accepted),
        (Performing, E::EmallOrderReturned, Any, Terminated),
    ]
};
