//! What is refused by design: each kind stands at its place in a project's life, in a state where
//! the ledger has exactly one answer.

/// A planted refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Plant {
    /// A plan over its whole budget line.
    PlanOverBudget,
    /// Lots that do not sum to the plan.
    LotsOffPlan,
    /// Budget parts that do not sum to the plan.
    PartsOffPlan,
    /// A regulator files a plan.
    PlanByRegulator,
    /// A purchaser files a plan in another area.
    PlanElsewhere,
    /// A category that is none.
    BadCategory,
    /// A plan on a budget line that does not exist.
    UnknownLine,
    /// A plan dated after the day on which it is sent.
    PlanInFuture,
    /// An award over the lot's amount.
    AwardOverCeiling,
    /// An award to a code with a wrong check character.
    BadSupplier,
    /// An award of a lot that does not exist.
    UnknownLot,
    /// Bids opened before their deadline.
    EarlyOpening,
    /// An award notice by an agency that nobody commissioned.
    NoticeByStranger,
    /// A contract over its award.
    ContractOverAward,
    /// A supplier appends the contract.
    ContractBySupplier,
    /// Payment terms that do not sum to the contract.
    TermsOffContract,
    /// A contract dated before its award.
    ContractBeforeAward,
    /// A contract in a region that serves sums only.
    BadRegion,
    /// The same source ref with another amount.
    RefConflict,
    /// A supplement of one fen more than 10 %.
    SupplementOverTenth,
    /// The final payment asked for before acceptance.
    PayBeforeAcceptance,
    /// A payment of one fen more than is payable.
    PayOverContract,
    /// A payment that one of two budget lines cannot bear.
    PayOverLine,
    /// A payment to another supplier.
    WrongPayee,
    /// A payment to another account.
    WrongAccount,
    /// A payment of a negative amount.
    NegativePayment,
    /// A payment on a contract that does not exist.
    UnknownContract,
    /// A payment executed before it was accepted.
    ExecuteEarly,
    /// A payment executed with another amount than requested.
    ExecuteOther,
    /// An acceptance certificate without items.
    NoItems,
    /// A correction that lifts a supplement over 10 %.
    CorrectOverTenth,
    /// A void that does not name what it touches.
    WrongTouches,
    /// A void of what is voided already.
    VoidAgain,
    /// A delivery recorded by another unit.
    OtherUnit,
    /// A good delivery in one batch with an event of an unknown contract.
    BatchWithUnknown,
    /// More accepted than payable.
    AcceptOverPayable,
    /// A contract completed before it is paid.
    CompleteUnpaid,
}

impl Plant {
    /// Every kind.
    pub const ALL: [Self; 37] = [
        Self::PlanOverBudget,
        Self::LotsOffPlan,
        Self::PartsOffPlan,
        Self::PlanByRegulator,
        Self::PlanElsewhere,
        Self::BadCategory,
        Self::UnknownLine,
        Self::PlanInFuture,
        Self::AwardOverCeiling,
        Self::BadSupplier,
        Self::UnknownLot,
        Self::EarlyOpening,
        Self::NoticeByStranger,
        Self::ContractOverAward,
        Self::ContractBySupplier,
        Self::TermsOffContract,
        Self::ContractBeforeAward,
        Self::BadRegion,
        Self::RefConflict,
        Self::SupplementOverTenth,
        Self::PayBeforeAcceptance,
        Self::PayOverContract,
        Self::PayOverLine,
        Self::WrongPayee,
        Self::WrongAccount,
        Self::NegativePayment,
        Self::UnknownContract,
        Self::ExecuteEarly,
        Self::ExecuteOther,
        Self::NoItems,
        Self::CorrectOverTenth,
        Self::WrongTouches,
        Self::VoidAgain,
        Self::OtherUnit,
        Self::BatchWithUnknown,
        Self::AcceptOverPayable,
        Self::CompleteUnpaid,
    ];

    /// Whether its place is on the way of a tender, or beside it; `None` where both will do.
    pub(super) fn needs_tender(self) -> Option<bool> {
        match self {
            Self::EarlyOpening | Self::NoticeByStranger => Some(true),
            Self::AwardOverCeiling | Self::BadSupplier | Self::UnknownLot => Some(false),
            _ => None,
        }
    }

    /// The reason that the ledger must give.
    pub fn code(self) -> &'static str {
        match self {
            Self::PlanOverBudget => "E010_PLAN_OVER_BUDGET",
            Self::LotsOffPlan => "E011_LOT_SUM_MISMATCH",
            Self::PartsOffPlan
            | Self::TermsOffContract
            | Self::ExecuteOther
            | Self::AcceptOverPayable => "E024_SUM_MISMATCH",
            Self::PlanByRegulator
            | Self::ContractBySupplier
            | Self::NoticeByStranger
            | Self::OtherUnit => "E020_FORBIDDEN_ROLE",
            Self::PlanElsewhere => "E026_WRONG_JURISDICTION",
            Self::BadCategory => "E007_BAD_CATEGORY",
            Self::UnknownLine
            | Self::UnknownLot
            | Self::UnknownContract
            | Self::WrongTouches
            | Self::BatchWithUnknown => "E001_UNKNOWN_REF",
            Self::PlanInFuture | Self::ContractBeforeAward | Self::EarlyOpening => "E003_BAD_TIME",
            Self::AwardOverCeiling => "E012_AWARD_OVER_CEILING",
            Self::BadSupplier => "E005_BAD_USCC",
            Self::ContractOverAward => "E013_CONTRACT_OVER_AWARD",
            Self::BadRegion => "E006_BAD_REGION",
            Self::RefConflict => "E004_SOURCE_REF_CONFLICT",
            Self::SupplementOverTenth | Self::CorrectOverTenth => "E014_SUPPLEMENT_OVER_10PCT",
            Self::PayBeforeAcceptance => "E025_PAY_BEFORE_ACCEPTANCE",
            Self::PayOverContract => "E015_PAYMENT_OVER_CONTRACT",
            Self::PayOverLine => "E016_PAYMENT_OVER_BUDGET",
            Self::WrongPayee | Self::WrongAccount => "E017_PAYEE_MISMATCH",
            Self::NegativePayment => "E008_BAD_AMOUNT",
            Self::ExecuteEarly | Self::CompleteUnpaid | Self::VoidAgain => {
                "E002_ILLEGAL_TRANSITION"
            }
            Self::NoItems => "E022_MISSING_FIELD",
        }
    }

    /// What happens, for people: in English.
    pub fn label(self) -> &'static str {
        match self {
            Self::PlanOverBudget => "plan over its budget line",
            Self::LotsOffPlan => "lots that do not sum to the plan",
            Self::PartsOffPlan => "budget parts that do not sum to the plan",
            Self::PlanByRegulator => "plan filed by a regulator",
            Self::PlanElsewhere => "plan filed in another area",
            Self::BadCategory => "category that does not exist",
            Self::UnknownLine => "plan on an unknown budget line",
            Self::PlanInFuture => "plan dated in the future",
            Self::AwardOverCeiling => "award over the lot's amount",
            Self::BadSupplier => "supplier code with a wrong check character",
            Self::UnknownLot => "award of an unknown lot",
            Self::EarlyOpening => "bids opened before the deadline",
            Self::NoticeByStranger => "award notice by an agency that nobody commissioned",
            Self::ContractOverAward => "contract over its award",
            Self::ContractBySupplier => "contract appended by the supplier",
            Self::TermsOffContract => "payment terms that do not sum to the contract",
            Self::ContractBeforeAward => "contract dated before its award",
            Self::BadRegion => "contract in a region that serves sums only",
            Self::RefConflict => "source ref sent again with another amount",
            Self::SupplementOverTenth => "supplement one fen over 10 %",
            Self::PayBeforeAcceptance => "final payment before acceptance",
            Self::PayOverContract => "payment one fen over the contract",
            Self::PayOverLine => "payment that one budget line cannot bear",
            Self::WrongPayee => "payment to another supplier",
            Self::WrongAccount => "payment to another account",
            Self::NegativePayment => "payment of a negative amount",
            Self::UnknownContract => "payment on an unknown contract",
            Self::ExecuteEarly => "payment executed before it was accepted",
            Self::ExecuteOther => "payment executed with another amount",
            Self::NoItems => "acceptance certificate without items",
            Self::CorrectOverTenth => "correction that lifts a supplement over 10 %",
            Self::WrongTouches => "void that names the wrong objects",
            Self::VoidAgain => "void of what is voided already",
            Self::OtherUnit => "delivery recorded by another unit",
            Self::BatchWithUnknown => "batch of which one event is refused",
            Self::AcceptOverPayable => "more accepted than payable",
            Self::CompleteUnpaid => "contract completed before it is paid",
        }
    }
}
