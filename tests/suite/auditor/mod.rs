//! An auditor: a seeded random workload of many sources against a model of the money line of his
//! own, which predicts every acceptance and every refusal with its figures.
//!
//! What is so is in [`books`], what may happen in [`rules`], what an act leaves in [`entries`],
//! what sources do in [`deeds`] and [`source`]; none of it uses the ledger's domain. Some requests
//! race, and then one of the two orders must explain both answers.
//!
//! `BIHUAN_SEED` replays a seed, as a failure prints it; `BIHUAN_AUDITOR_ROUNDS` says how many
//! seeds a run makes, from that one on, and `BIHUAN_AUDITOR_OPS` how many requests each.

mod act;
mod audit;
mod books;
mod deeds;
mod entries;
mod figures;
mod judge;
mod performance;
mod registry;
mod rules;
mod source;
mod tender;

use std::collections::HashMap;

pub use self::audit::audit;
use self::books::*;
use crate::{harness::run, workload};

/// Seeds of a run in the suite, and requests of each.
const ROUNDS: u64 = 3;
const OPS: u64 = 4_000;

/// The types of the money line: what the auditor's model is of.
const TYPES: [&str; 58] = [
    "EventCorrected",
    "EventVoided",
    "SyncBatchReceived",
    "OcdsReleaseImported",
    "OrganisationRegistered",
    "OrganisationChanged",
    "OrganisationMerged",
    "OrganisationClosed",
    "RegionRegistered",
    "SourceSystemRegistered",
    "ThresholdProfilePublished",
    "HolidayCalendarPublished",
    "BudgetLineApproved",
    "BudgetLineAdjusted",
    "BudgetLineFrozen",
    "BudgetLineUnfrozen",
    "BudgetLineClosed",
    "PlanFiled",
    "PlanRevised",
    "PlanCancelled",
    "PlanCompleted",
    "AgencyDelegated",
    "LotRetryAbandoned",
    "ProcurementDocumentIssued",
    "BidReceived",
    "BidWithdrawn",
    "BidsOpened",
    "CommitteeFormed",
    "EvaluationConcluded",
    "EvaluationReportDelivered",
    "WinnerDetermined",
    "AwardNoticeIssued",
    "AwardRecorded",
    "LotFailed",
    "ContractSigned",
    "ContractFiled",
    "SupplementSigned",
    "ContractChanged",
    "ContractSuspended",
    "ContractResumed",
    "ContractTerminated",
    "ContractCompleted",
    "PerformanceStarted",
    "GoodsDelivered",
    "InvoiceReceived",
    "SettlementConfirmed",
    "LiquidatedDamagesAssessed",
    "RectificationCompleted",
    "PaymentRequested",
    "PaymentAccepted",
    "PaymentRejected",
    "PaymentExecuted",
    "PaymentReturned",
    "AcceptanceRequested",
    "AcceptanceTeamFormed",
    "AcceptanceConcluded",
    "AcceptanceMaterialUploaded",
    "NoticePublished",
];

#[test]
fn the_ledger_answers_as_the_auditor_predicts() {
    let rounds = workload::rounds("BIHUAN_AUDITOR_ROUNDS", ROUNDS);
    let ops = workload::rounds("BIHUAN_AUDITOR_OPS", OPS) as usize;
    let seed = workload::seed();
    let mut told: HashMap<String, usize> = HashMap::new();
    // A workload that never meets a gate proves nothing about it: a run goes on for a while until
    // it met them all. A replay of few seeds need not.
    for (round, seed) in (seed..).take(2 * rounds as usize).enumerate() {
        if round as u64 >= rounds && (rounds < ROUNDS || missed(&told).is_empty()) {
            break;
        }
        for (word, count) in run(audit(seed, ops)) {
            *told.entry(word).or_default() += count;
        }
    }
    let missed = missed(&told);
    assert!(
        rounds < ROUNDS || missed.is_empty(),
        "never met: {missed:?} in {told:?}"
    );
}

fn missed(told: &HashMap<String, usize>) -> Vec<String> {
    everything()
        .filter(|word| !told.contains_key(word))
        .collect()
}

/// Every answer, and every type of the money line.
fn everything() -> impl Iterator<Item = String> {
    let answers = [
        "Appended",
        "AlreadyAppended",
        "Voided",
        "STALE_EXPECTATION",
        "E004_SOURCE_REF_CONFLICT",
        "E020_FORBIDDEN_ROLE",
        "E026_WRONG_JURISDICTION",
        E001,
        E002,
        E003,
        E010,
        E011,
        E012,
        E013,
        E014,
        E015,
        E016,
        E017,
        E023,
        E024,
        E025,
    ];
    answers.into_iter().chain(TYPES).map(str::to_owned)
}
