//! The state of any entity, and the three functions that each kind of entity has.
//!
//! Per kind, in the module of its noun: `transition` (may this event happen to the object as it
//! stands: E001 where it is absent, else E002 by its table), `evolve` (the object after one more
//! fact; cannot fail) and `invariants` (the sums that must hold in any state: E010 and on).

use serde::{Deserialize, Serialize};

use super::{
    acceptance, assessment, campaign, contract, delegation, farm, internal_control, library, lot,
    notice, objection, ocds, onboarding, order, payment, project, record, registry, sync, venue,
};
use super::{
    acceptance::Acceptance,
    assessment::Assessment,
    budget_line::{self, BudgetLine},
    campaign::CampaignTask,
    contract::Contract,
    decider::Fact,
    delegation::Delegation,
    entity::EntityRef,
    farm::{CanteenSpend, FarmReserve},
    internal_control::InternalControl,
    library::{BarrierClue, Library},
    lot::Lot,
    notice::Notice,
    objection::EmallObjection,
    ocds::OcdsProcess,
    onboarding::Onboarding,
    order::Order,
    payment::Payment,
    project::Project,
    record::{
        EmallManager, EmallRule, EmallUnit, FairReview, FarmAccount, IrregularFact, Metric,
        Procedure, SmallPurchase, Waiver,
    },
    refusal::Refusal,
    registry::{HolidayCalendar, Organisation, Region, RulePack, SourceSystem, ThresholdProfile},
    sync::SyncBatch,
    venue::{Venue, VenueRequest},
};
use super::{
    approval::{self, Approval, ApprovalItem},
    challenge::{self, Challenge, ChallengeRoll},
    complaint::{self, Complaint},
    credit::{self, Ban, Credit},
    financing::{self, Financing, Receivable},
    guarantee::{self, Bond, CreditEnhancement, Guarantee},
    inquiry::{self, Inquiry},
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
        /// The state of an entity. Boxed, so that the many small ones take no more than they need.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        pub enum EntityState {
            $($(#[$doc])* $name(Box<$name>),)*
        }

        impl EntityState {
            /// The state before any event; `None` for the unspecified kind.
            pub fn empty(kind: EntityKind) -> Option<Self> {
                match kind {
                    EntityKind::Unspecified => None,
                    $(EntityKind::$name => Some(Self::$name(Box::default())),)*
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
    /// EO 电子卖场订单.
    Order { order::transition, order::evolve },
    /// OB 电子卖场异议.
    EmallObjection { objection::transition, objection::evolve },
    /// ER 电子卖场制度.
    EmallRule { record::transition, record::evolve },
    /// EM 电子卖场专人.
    EmallManager { record::transition, record::evolve },
    /// EU 电子卖场单位开通.
    EmallUnit { record::transition, record::evolve },
    /// SM 零星采购.
    SmallPurchase { record::transition, record::evolve },
    /// CN 食堂食材采购总额.
    CanteenSpend { farm::canteen_transition, farm::canteen_evolve },
    /// FP 农副产品平台账号.
    FarmAccount { record::transition, record::evolve },
    /// FR 预留份额.
    FarmReserve { farm::reserve_transition, farm::reserve_evolve },
    /// VN 场地.
    Venue { venue::room_transition, venue::room_evolve },
    /// VR 场地申请.
    VenueRequest { venue::request_transition, venue::request_evolve },
    /// LB 供应商库.
    Library { library::library_transition, library::library_evolve },
    /// BC 壁垒线索.
    BarrierClue { library::clue_transition, library::clue_evolve },
    /// FC 公平竞争审查.
    FairReview { record::transition, record::evolve },
    /// IC 内部控制制度.
    InternalControl { internal_control::transition, internal_control::evolve },
    /// AS 集采机构考核.
    Assessment { assessment::transition, assessment::evolve },
    /// ON 全省“一张网”上线.
    Onboarding { onboarding::transition, onboarding::evolve },
    /// TK 重点任务.
    CampaignTask { campaign::transition, campaign::evolve },
    /// OP 操作规程.
    Procedure { record::transition, record::evolve },
    /// IF 异常事实.
    IrregularFact { record::transition, record::evolve },
    /// WV 豁免.
    Waiver { record::transition, record::evolve },
    /// MT 指标发布.
    Metric { record::transition, record::evolve },
    /// RP 规则包.
    RulePack { registry::rule_pack::transition, registry::rule_pack::evolve },
    /// IQ 询问.
    Inquiry { inquiry::transition, inquiry::evolve },
    /// CH 质疑.
    Challenge { challenge::transition, challenge::evolve },
    /// CS: the challenges of a project together.
    ChallengeRoll { challenge::roll::transition, challenge::roll::evolve },
    /// CP 投诉.
    Complaint { complaint::transition, complaint::evolve },
    /// FN 政采贷.
    Financing { financing::loan::transition, financing::loan::evolve },
    /// RV 应收: consents, confirmations and loans of a contract.
    Receivable { financing::receivable::transition, financing::receivable::evolve },
    /// BD 保证金.
    Bond { guarantee::bond::transition, guarantee::bond::evolve },
    /// GT 保函.
    Guarantee { guarantee::letter::transition, guarantee::letter::evolve },
    /// CX 电子增信.
    CreditEnhancement { guarantee::enhancement::transition, guarantee::enhancement::evolve },
    /// AI 审批事项.
    ApprovalItem { approval::item::transition, approval::item::evolve },
    /// AP 审批.
    Approval { approval::request::transition, approval::request::evolve },
    /// CE 信用评价.
    Credit { credit::evaluation::transition, credit::evaluation::evolve },
    /// BN 不良行为记录.
    Ban { credit::ban::transition, credit::ban::evolve },
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
            Self::Requirement(state) => requirement::invariants(state, entity),
            Self::SingleSource(state) => single_source::invariants(state, entity),
            Self::MethodChange(state) => method_change::invariants(state, entity),
            Self::Framework(state) => framework::invariants(state, entity),
            Self::Order(state) => order::invariants(state, entity),
            Self::FarmReserve(state) => {
                farm::reserve_invariants(before.and_then(FarmReserve::of), state, entity)
            }
            Self::Venue(state) => venue::room_invariants(state, entity),
            Self::Financing(state) => financing::loan::invariants(state, entity),
            Self::Bond(state) => guarantee::bond::invariants(state, entity),
            Self::Guarantee(state) => guarantee::letter::invariants(state, entity),
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
            | Self::Fee(_)
            | Self::StageLink(_)
            | Self::EmallObjection(_)
            | Self::EmallRule(_)
            | Self::EmallManager(_)
            | Self::EmallUnit(_)
            | Self::SmallPurchase(_)
            | Self::CanteenSpend(_)
            | Self::FarmAccount(_)
            | Self::VenueRequest(_)
            | Self::Library(_)
            | Self::BarrierClue(_)
            | Self::FairReview(_)
            | Self::InternalControl(_)
            | Self::Assessment(_)
            | Self::Onboarding(_)
            | Self::CampaignTask(_)
            | Self::Procedure(_)
            | Self::IrregularFact(_)
            | Self::Waiver(_)
            | Self::Metric(_)
            | Self::RulePack(_)
            | Self::Inquiry(_)
            | Self::Challenge(_)
            | Self::ChallengeRoll(_)
            | Self::Complaint(_)
            | Self::Receivable(_)
            | Self::CreditEnhancement(_)
            | Self::ApprovalItem(_)
            | Self::Approval(_)
            | Self::Credit(_)
            | Self::Ban(_) => Ok(()),
        }
    }
}
