//! The state of any entity, and the three functions that each kind of entity has.
//!
//! Per kind, in the module of its noun: `transition` (may this event happen to the object as it
//! stands: E001 where it is absent, else E002 by its table), `evolve` (the object after one more
//! fact; cannot fail) and `invariants` (the sums that must hold in any state: E010 and on).

use serde::{Deserialize, Serialize};

use super::{
    acceptance, contract, delegation, lot, notice, ocds, payment, project, registry, sync,
};
use super::{
    acceptance::Acceptance,
    budget_line::{self, BudgetLine},
    contract::Contract,
    decider::Fact,
    delegation::Delegation,
    entity::EntityRef,
    lot::Lot,
    notice::Notice,
    ocds::OcdsProcess,
    payment::Payment,
    project::Project,
    refusal::Refusal,
    registry::{HolidayCalendar, Organisation, Region, SourceSystem, ThresholdProfile},
    sync::SyncBatch,
};
use super::{fee, framework, intention, method_change, requirement, single_source, stage_link};
use super::{
    fee::Fee, framework::Framework, intention::Intention, method_change::MethodChange,
    requirement::Requirement, single_source::SingleSource, stage_link::StageLink,
};
use crate::events::v1::EntityKind;

/// A state of one kind of entity.
pub trait Stated: Sized + Default + 'static {
    /// The kind.
    const KIND: EntityKind;

    /// This kind's state, if the state is of this kind.
    fn of(state: &EntityState) -> Option<&Self>;
}

macro_rules! entity_states {
    ($($(#[$doc:meta])* $name:ident { $transition:path, $evolve:path },)*) => {
        /// The state of an entity.
        #[allow(clippy::large_enum_variant, reason = "states live behind an Arc")]
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        pub enum EntityState {
            $($(#[$doc])* $name($name),)*
        }

        impl EntityState {
            /// The state before any event; `None` for the unspecified kind.
            pub fn empty(kind: EntityKind) -> Option<Self> {
                match kind {
                    EntityKind::Unspecified => None,
                    $(EntityKind::$name => Some(Self::$name($name::default())),)*
                    _ => None,
                }
            }

            /// The kind of entity.
            pub fn kind(&self) -> EntityKind {
                match self {
                    $(Self::$name(_) => EntityKind::$name,)*
                }
            }

            /// Whether the event may happen to the entity as it stands: E001 where it is absent,
            /// E002 where its table has no row.
            pub fn transition(&self, entity: &EntityRef, fact: &Fact) -> Result<(), Refusal> {
                match self {
                    $(Self::$name(state) => $transition(state, entity, fact),)*
                }
            }

            /// Applies one more fact. Cannot fail: what does not fit leaves the state as it is.
            pub fn evolve(&mut self, entity: &EntityRef, position: u64, fact: &Fact) {
                match self {
                    $(Self::$name(state) => $evolve(state, entity, position, fact),)*
                }
            }
        }

        $(
            impl Stated for $name {
                const KIND: EntityKind = EntityKind::$name;

                fn of(state: &EntityState) -> Option<&Self> {
                    match state {
                        EntityState::$name(state) => Some(state),
                        _ => None,
                    }
                }
            }
        )*
    };
}

entity_states! {
    /// BL 预算指标.
    BudgetLine { budget_line::transition, budget_line::evolve },
    /// PJ 采购项目.
    Project { project::transition, project::evolve },
    /// LT 包/标段.
    Lot { lot::transition, lot::evolve },
    /// CT 政府采购合同.
    Contract { contract::transition, contract::evolve },
    /// PY 资金支付.
    Payment { payment::transition, payment::evolve },
    /// AC 履约验收.
    Acceptance { acceptance::transition, acceptance::evolve },
    /// NO 公告.
    Notice { notice::transition, notice::evolve },
    /// OR 单位.
    Organisation { registry::organisation::transition, registry::organisation::evolve },
    /// RG 行政区划.
    Region { registry::region::transition, registry::region::evolve },
    /// SS 来源系统.
    SourceSystem { registry::system::transition, registry::system::evolve },
    /// TH 限额标准.
    ThresholdProfile { registry::threshold::transition, registry::threshold::evolve },
    /// HC 节假日安排.
    HolidayCalendar { registry::calendar::transition, registry::calendar::evolve },
    /// SB 同步批次.
    SyncBatch { sync::transition, sync::evolve },
    /// OC: a contracting process of an OCDS publisher.
    OcdsProcess { ocds::transition, ocds::evolve },
    /// DG 委托.
    Delegation { delegation::transition, delegation::evolve },
    /// IT 采购意向.
    Intention { intention::transition, intention::evolve },
    /// RQ 采购需求.
    Requirement { requirement::transition, requirement::evolve },
    /// MC 变更采购方式.
    MethodChange { method_change::transition, method_change::evolve },
    /// SG 单一来源.
    SingleSource { single_source::transition, single_source::evolve },
    /// FE 费用.
    Fee { fee::transition, fee::evolve },
    /// SL 环节关联.
    StageLink { stage_link::transition, stage_link::evolve },
    /// FA 框架协议.
    Framework { framework::transition, framework::evolve },
}

impl EntityState {
    /// The sums that must hold after an event; `before` gives the figures of what was asked for.
    pub fn invariants(&self, before: Option<&Self>, entity: &EntityRef) -> Result<(), Refusal> {
        match self {
            Self::BudgetLine(state) => {
                budget_line::invariants(before.and_then(BudgetLine::of), state, entity)
            }
            Self::Project(state) => project::invariants(state, entity),
            Self::Lot(state) => lot::invariants(state, entity),
            Self::Contract(state) => {
                contract::invariants(before.and_then(Contract::of), state, entity)
            }
            Self::Payment(state) => payment::invariants(state, entity),
            Self::Acceptance(state) => acceptance::invariants(state, entity),
            Self::MethodChange(state) => method_change::invariants(state, entity),
            // These hold no sums.
            Self::Notice(_)
            | Self::Organisation(_)
            | Self::Region(_)
            | Self::SourceSystem(_)
            | Self::ThresholdProfile(_)
            | Self::HolidayCalendar(_)
            | Self::SyncBatch(_)
            | Self::OcdsProcess(_)
            | Self::Delegation(_)
            | Self::Intention(_)
            | Self::Requirement(_)
            | Self::SingleSource(_)
            | Self::Fee(_)
            | Self::StageLink(_)
            | Self::Framework(_) => Ok(()),
        }
    }
}
