//! Valid facts of every type: one project from its budget line to its last payment, one act after
//! the other. All organisations are fictional.

use chrono::NaiveDate;
use prost::Message as _;
use prost_types::Timestamp;

use crate::domain::{
    payload::{EventType, payload_of},
    values::date::midnight_seconds,
};
use crate::events::v1::{
    self, AcceptanceResult, ActorRole, AwardBasis, BudgetPart, DelegationScope, EnterpriseSize,
    EvaluationMethod, FeePayer, FundNature, LawTrack, LotFailureReason, NoticeType, Organisation,
    OrganisationKind, Pricing, ProcurementMethod, ProcurementObject, SmePolicyKind, TermKind,
    TermTrigger, TerminationGround, event_payload::Payload, notice_published::Content,
};
use crate::events::{descriptor::schema, example::submission};

/// 虚构·衡阳市示例局, the purchaser.
pub const UNIT: &str = "11430400000099004T";
/// 虚构·衡阳市示例学校, another unit.
pub const UNIT_2: &str = "12430400000099012J";
/// 虚构·社会代理机构.
pub const AGENCY: &str = "91430405MA9TE5T55E";
/// 虚构·市集采中心.
pub const CENTRAL: &str = "12430400000099020D";
/// 虚构·市财政局.
pub const REGULATOR: &str = "114304000000990553";
/// 虚构·县财政局, of 430421.
pub const COUNTY_REGULATOR: &str = "11430421000099047M";
/// 虚构·市公共资源交易中心.
pub const TRADE: &str = "12430400000099063T";
/// 虚构·合作银行.
pub const BANK: &str = "914304000000990395";
/// 供应商甲, small.
pub const SUPPLIER: &str = "91430407MA9TE5T12X";
/// 供应商乙, medium.
pub const SUPPLIER_2: &str = "91430408MA9TE5T207";
/// 供应商丙, large.
pub const SUPPLIER_3: &str = "91430406MA9TE5T397";

/// The city.
pub const REGION: &str = "430400";
/// A county of it.
pub const COUNTY: &str = "430421";
/// The city's partition.
pub const PARTITION: &str = "4304";

/// The first budget line.
pub const LINE: &str = "BL-1";
/// The second budget line.
pub const LINE_2: &str = "BL-2";
/// The project.
pub const PROJECT: &str = "PJ-1";
/// Its plan.
pub const PLAN: &str = "PL-1";
/// Its lot.
pub const LOT: &str = "01";
/// Its contract.
pub const CONTRACT: &str = "CT-1";
/// Its payment.
pub const PAYMENT: &str = "PY-1";
/// Its acceptance.
pub const ACCEPTANCE: &str = "AC-1";
/// The payee's account.
pub const ACCOUNT: &str = "ACC-1";

/// Approved amount of each line: 3,000,000.00 yuan.
pub const LINE_FEN: i64 = 300_000_000;
/// The plan's and its lot's amount: 1,000,000.00 yuan.
pub const PLAN_FEN: i64 = 100_000_000;
/// The award and the contract: 900,000.00 yuan.
pub const AWARD_FEN: i64 = 90_000_000;
/// What a payment pays: 300,000.00 yuan.
pub const PAYMENT_FEN: i64 = 30_000_000;

/// The legal date of facts that state none.
pub const LAST_DAY: NaiveDate =
    NaiveDate::from_ymd_opt(2024, 12, 31).expect("a day of the calendar");

/// A share of a budget line.
pub fn part(line: &str, amount_fen: i64) -> BudgetPart {
    BudgetPart {
        budget_line_id: line.to_owned(),
        amount_fen,
    }
}

/// An instant of a day at +08:00.
///
/// # Panics
/// When the day is no day.
pub fn instant(day: &str, hour: i64) -> Option<Timestamp> {
    let day: NaiveDate = day.parse().expect("a day");
    Some(Timestamp {
        seconds: midnight_seconds(day) + hour * 3600,
        nanos: 0,
    })
}

/// An approval of 3,000,000.00 yuan.
pub fn budget_line_approved(line: &str) -> v1::BudgetLineApproved {
    v1::BudgetLineApproved {
        budget_line_id: line.to_owned(),
        fiscal_year: 2024,
        unit: UNIT.to_owned(),
        project_code: "43040024T000000000001".to_owned(),
        func_code: "2010301".to_owned(),
        dept_econ_code: "31002".to_owned(),
        fund_nature: FundNature::General.into(),
        category: "A02010105".to_owned(),
        amount_fen: LINE_FEN,
        approved_on: "2024-01-02".to_owned(),
        category_version: 2022,
        ..Default::default()
    }
}

/// An adjustment.
pub fn budget_line_adjusted(delta_fen: i64) -> v1::BudgetLineAdjusted {
    v1::BudgetLineAdjusted {
        budget_line_id: LINE.to_owned(),
        delta_fen,
        reason: "年中调剂".to_owned(),
        doc_no: "衡财预〔2024〕12号".to_owned(),
        adjusted_on: "2024-06-03".to_owned(),
    }
}

/// A freezing.
pub fn budget_line_frozen(amount_fen: i64) -> v1::BudgetLineFrozen {
    v1::BudgetLineFrozen {
        budget_line_id: LINE.to_owned(),
        amount_fen,
        on: "2024-06-04".to_owned(),
    }
}

/// An unfreezing.
pub fn budget_line_unfrozen(amount_fen: i64) -> v1::BudgetLineUnfrozen {
    v1::BudgetLineUnfrozen {
        budget_line_id: LINE.to_owned(),
        amount_fen,
        on: "2024-06-05".to_owned(),
    }
}

/// A closing.
pub fn budget_line_closed() -> v1::BudgetLineClosed {
    v1::BudgetLineClosed {
        budget_line_id: LINE.to_owned(),
        carryover_fen: 0,
        on: "2024-12-31".to_owned(),
    }
}

/// A lot of a plan that has one budget line.
pub fn plan_lot(lot_no: &str, amount_fen: i64) -> v1::PlanLot {
    v1::PlanLot {
        lot_no: lot_no.to_owned(),
        name: "办公电脑".to_owned(),
        amount_fen,
        ceiling_fen: None,
        budget_parts: Vec::new(),
    }
}

/// A plan of 1,000,000.00 yuan, one lot, on the first line.
pub fn plan_filed() -> v1::PlanFiled {
    v1::PlanFiled {
        plan_id: PLAN.to_owned(),
        plan_no: "衡财采计〔2024〕000123号".to_owned(),
        budget_parts: vec![part(LINE, PLAN_FEN)],
        project_name: "办公设备采购".to_owned(),
        unit: UNIT.to_owned(),
        organisation: Organisation::Dispersed.into(),
        method: ProcurementMethod::OpenTender.into(),
        category: "A02010105".to_owned(),
        category_version: 2022,
        law_track: LawTrack::ProcurementLaw.into(),
        amount_fen: PLAN_FEN,
        lots: vec![plan_lot(LOT, PLAN_FEN)],
        sme_policy: Some(v1::SmePolicy {
            kind: SmePolicyKind::AllReserved.into(),
            reason: String::new(),
            reserved_fen: PLAN_FEN,
        }),
        filed_on: "2024-01-10".to_owned(),
        ..Default::default()
    }
}

/// A revision that states the plan as it was filed.
pub fn plan_revised() -> v1::PlanRevised {
    v1::PlanRevised {
        plan_id: PLAN.to_owned(),
        budget_parts: vec![part(LINE, PLAN_FEN)],
        amount_fen: PLAN_FEN,
        lots: vec![plan_lot(LOT, PLAN_FEN)],
        reason: "需求调整".to_owned(),
        revised_on: "2024-01-11".to_owned(),
    }
}

/// A cancellation.
pub fn plan_cancelled() -> v1::PlanCancelled {
    v1::PlanCancelled {
        plan_id: PLAN.to_owned(),
        budget_line_ids: vec![LINE.to_owned()],
        reason: "任务取消".to_owned(),
        on: "2024-12-20".to_owned(),
    }
}

/// A completion.
pub fn plan_completed() -> v1::PlanCompleted {
    v1::PlanCompleted {
        plan_id: PLAN.to_owned(),
        budget_line_ids: vec![LINE.to_owned()],
        on: "2024-12-20".to_owned(),
    }
}

/// A commission of the agency.
pub fn agency_delegated(scope: &[DelegationScope]) -> v1::AgencyDelegated {
    v1::AgencyDelegated {
        delegation_id: "DG-1".to_owned(),
        agency: AGENCY.to_owned(),
        scope: scope.iter().map(|scope| *scope as i32).collect(),
        from: "2024-01-01".to_owned(),
        to: String::new(),
        on: "2024-01-01".to_owned(),
    }
}

/// Documents for the lot, bids due on 2024-02-06 at 9.
pub fn procurement_document_issued() -> v1::ProcurementDocumentIssued {
    v1::ProcurementDocumentIssued {
        doc_id: "DOC-1".to_owned(),
        lot_nos: vec![LOT.to_owned()],
        issued_on: "2024-01-15".to_owned(),
        doc_from: "2024-01-15".to_owned(),
        doc_to: "2024-01-22".to_owned(),
        bid_deadline: instant("2024-02-06", 9),
        budget_fen: PLAN_FEN,
        agency_fee_payer: FeePayer::Purchaser.into(),
        expert_fee_payer: FeePayer::Purchaser.into(),
        ..Default::default()
    }
}

/// A bid in time.
pub fn bid_received(bid_no: &str) -> v1::BidReceived {
    v1::BidReceived {
        lot_no: LOT.to_owned(),
        bid_no: bid_no.to_owned(),
        received_at: instant("2024-02-05", 10),
    }
}

/// A withdrawal in time.
pub fn bid_withdrawn(bid_no: &str) -> v1::BidWithdrawn {
    v1::BidWithdrawn {
        lot_no: LOT.to_owned(),
        bid_no: bid_no.to_owned(),
        withdrawn_at: instant("2024-02-05", 18),
    }
}

/// A bid as read out.
pub fn opened_bid(bid_no: &str, supplier: &str, price_fen: i64) -> v1::OpenedBid {
    v1::OpenedBid {
        bid_no: bid_no.to_owned(),
        supplier: supplier.to_owned(),
        price_fen,
    }
}

/// The opening of bids B-1 and B-2.
pub fn bids_opened() -> v1::BidsOpened {
    v1::BidsOpened {
        lot_no: LOT.to_owned(),
        opened_at: instant("2024-02-06", 9),
        bidders: vec![
            opened_bid("B-1", SUPPLIER, AWARD_FEN),
            opened_bid("B-2", SUPPLIER_2, PLAN_FEN),
        ],
    }
}

/// A committee of five.
pub fn committee_formed() -> v1::CommitteeFormed {
    let member = |number: i32| v1::CommitteeMember {
        member_no: format!("M-{number}"),
        kind: v1::CommitteeMemberKind::Expert.into(),
        drawn_randomly: true,
    };
    v1::CommitteeFormed {
        lot_no: LOT.to_owned(),
        members: (1..=5).map(member).collect(),
        formed_on: "2024-02-05".to_owned(),
    }
}

/// A bid in the ranking.
pub fn ranked_bid(rank: i32, supplier: &str, is_valid: bool) -> v1::RankedBid {
    v1::RankedBid {
        rank,
        supplier: supplier.to_owned(),
        bid_price_fen: AWARD_FEN,
        valid: is_valid,
        ..Default::default()
    }
}

/// An evaluation that ranks both bids, the second invalid.
pub fn evaluation_concluded() -> v1::EvaluationConcluded {
    v1::EvaluationConcluded {
        lot_no: LOT.to_owned(),
        concluded_at: instant("2024-02-06", 17),
        method: EvaluationMethod::LowestPrice.into(),
        ranking: vec![
            ranked_bid(1, SUPPLIER, true),
            ranked_bid(2, SUPPLIER_2, false),
        ],
        committee_size: 5,
        expert_count: 4,
    }
}

/// The report reaches the purchaser.
pub fn evaluation_report_delivered() -> v1::EvaluationReportDelivered {
    v1::EvaluationReportDelivered {
        lot_no: LOT.to_owned(),
        delivered_on: "2024-02-07".to_owned(),
    }
}

/// The first supplier wins.
pub fn winner_determined() -> v1::WinnerDetermined {
    v1::WinnerDetermined {
        lot_no: LOT.to_owned(),
        supplier: SUPPLIER.to_owned(),
        award_fen: AWARD_FEN,
        determined_on: "2024-02-08".to_owned(),
        deemed: false,
    }
}

/// The winner is told.
pub fn award_notice_issued() -> v1::AwardNoticeIssued {
    v1::AwardNoticeIssued {
        lot_no: LOT.to_owned(),
        supplier: SUPPLIER.to_owned(),
        award_fen: AWARD_FEN,
        issued_on: "2024-02-09".to_owned(),
    }
}

/// An award without its execution.
pub fn award_recorded() -> v1::AwardRecorded {
    v1::AwardRecorded {
        lot_no: LOT.to_owned(),
        supplier: SUPPLIER.to_owned(),
        award_fen: AWARD_FEN,
        determined_on: "2024-02-08".to_owned(),
        basis: AwardBasis::Migrated.into(),
    }
}

/// The lot fails.
pub fn lot_failed(is_retry_intended: bool) -> v1::LotFailed {
    v1::LotFailed {
        lot_no: LOT.to_owned(),
        reason: LotFailureReason::Lt3.into(),
        failed_on: "2024-02-06".to_owned(),
        retry_intended: is_retry_intended,
        notified_all_on: String::new(),
        budget_parts: vec![part(LINE, PLAN_FEN)],
    }
}

/// The retry is given up.
pub fn lot_retry_abandoned() -> v1::LotRetryAbandoned {
    v1::LotRetryAbandoned {
        lot_no: LOT.to_owned(),
        budget_parts: vec![part(LINE, PLAN_FEN)],
        on: "2024-03-01".to_owned(),
    }
}

/// A payment term without days.
pub fn payment_term(term_no: &str, kind: TermKind, amount_fen: i64) -> v1::PaymentTerm {
    let trigger = match kind {
        TermKind::Advance => TermTrigger::Signed,
        TermKind::Progress => TermTrigger::Settled,
        _ => TermTrigger::Accepted,
    };
    v1::PaymentTerm {
        term_no: term_no.to_owned(),
        kind: kind.into(),
        amount_fen,
        trigger: trigger.into(),
        ..Default::default()
    }
}

/// A contract over the whole award: a third in advance, the rest on acceptance.
pub fn contract_signed() -> v1::ContractSigned {
    v1::ContractSigned {
        contract_id: CONTRACT.to_owned(),
        lot_no: LOT.to_owned(),
        contract_no: "HY-2024-001".to_owned(),
        buyer: UNIT.to_owned(),
        supplier: SUPPLIER.to_owned(),
        supplier_size: EnterpriseSize::Small.into(),
        amount_fen: AWARD_FEN,
        pricing: Pricing::FixedTotal.into(),
        signed_on: "2024-02-20".to_owned(),
        start_on: "2024-02-21".to_owned(),
        end_on: "2024-08-20".to_owned(),
        terms: vec![
            payment_term("1", TermKind::Advance, PAYMENT_FEN),
            payment_term("2", TermKind::Acceptance, AWARD_FEN - PAYMENT_FEN),
        ],
        payee_account_ref: ACCOUNT.to_owned(),
        law_track: LawTrack::ProcurementLaw.into(),
        ..Default::default()
    }
}

/// The contract is filed.
pub fn contract_filed() -> v1::ContractFiled {
    v1::ContractFiled {
        contract_id: CONTRACT.to_owned(),
        filing_no: "BA-1".to_owned(),
        filed_on: "2024-02-22".to_owned(),
    }
}

/// A supplement of ten per cent.
pub fn supplement_signed() -> v1::SupplementSigned {
    v1::SupplementSigned {
        contract_id: CONTRACT.to_owned(),
        supplement_no: "S-1".to_owned(),
        amount_fen: AWARD_FEN / 10,
        budget_parts: vec![part(LINE, AWARD_FEN / 10)],
        same_subject: true,
        signed_on: "2024-03-01".to_owned(),
    }
}

/// A change of the amount.
pub fn contract_changed(delta_fen: i64) -> v1::ContractChanged {
    v1::ContractChanged {
        contract_id: CONTRACT.to_owned(),
        change_no: "C-1".to_owned(),
        clause: "第三条".to_owned(),
        before: "原文".to_owned(),
        after: "新文".to_owned(),
        delta_fen,
        payee_account_ref: String::new(),
        legal_ground: "政府采购法第50条".to_owned(),
        changed_on: "2024-03-02".to_owned(),
    }
}

/// The contract is suspended.
pub fn contract_suspended() -> v1::ContractSuspended {
    v1::ContractSuspended {
        contract_id: CONTRACT.to_owned(),
        reason: "质疑处理".to_owned(),
        on: "2024-03-03".to_owned(),
    }
}

/// The contract is resumed.
pub fn contract_resumed() -> v1::ContractResumed {
    v1::ContractResumed {
        contract_id: CONTRACT.to_owned(),
        on: "2024-03-04".to_owned(),
    }
}

/// The contract is terminated.
pub fn contract_terminated() -> v1::ContractTerminated {
    v1::ContractTerminated {
        contract_id: CONTRACT.to_owned(),
        ground: TerminationGround::Mutual.into(),
        settled_fen: 0,
        on: "2024-05-01".to_owned(),
    }
}

/// The contract is completed.
pub fn contract_completed() -> v1::ContractCompleted {
    v1::ContractCompleted {
        contract_id: CONTRACT.to_owned(),
        on: "2024-12-01".to_owned(),
    }
}

/// Performance starts.
pub fn performance_started() -> v1::PerformanceStarted {
    v1::PerformanceStarted {
        contract_id: CONTRACT.to_owned(),
        started_on: "2024-02-21".to_owned(),
    }
}

/// Goods are delivered.
pub fn goods_delivered() -> v1::GoodsDelivered {
    v1::GoodsDelivered {
        contract_id: CONTRACT.to_owned(),
        delivery_no: "D-1".to_owned(),
        stage_no: None,
        delivered_on: "2024-03-20".to_owned(),
    }
}

/// An invoice over the whole contract.
pub fn invoice_received() -> v1::InvoiceReceived {
    v1::InvoiceReceived {
        contract_id: CONTRACT.to_owned(),
        invoice_no: "I-1".to_owned(),
        amount_fen: AWARD_FEN,
        received_on: "2024-03-26".to_owned(),
    }
}

/// A settlement.
pub fn settlement_confirmed(amount_fen: i64) -> v1::SettlementConfirmed {
    v1::SettlementConfirmed {
        contract_id: CONTRACT.to_owned(),
        settlement_no: "ST-1".to_owned(),
        term_no: String::new(),
        amount_fen,
        on: "2024-03-27".to_owned(),
    }
}

/// Damages are assessed.
pub fn liquidated_damages_assessed(amount_fen: i64) -> v1::LiquidatedDamagesAssessed {
    v1::LiquidatedDamagesAssessed {
        contract_id: CONTRACT.to_owned(),
        assessment_no: "LD-1".to_owned(),
        amount_fen,
        ground: "逾期交货".to_owned(),
        on: "2024-03-28".to_owned(),
    }
}

/// Rectification is completed.
pub fn rectification_completed() -> v1::RectificationCompleted {
    v1::RectificationCompleted {
        contract_id: CONTRACT.to_owned(),
        on: "2024-04-10".to_owned(),
    }
}

/// A request for the advance.
pub fn payment_requested() -> v1::PaymentRequested {
    v1::PaymentRequested {
        payment_id: PAYMENT.to_owned(),
        contract_id: CONTRACT.to_owned(),
        term_no: "1".to_owned(),
        amount_fen: PAYMENT_FEN,
        payee: SUPPLIER.to_owned(),
        payee_account_ref: ACCOUNT.to_owned(),
        budget_parts: vec![part(LINE, PAYMENT_FEN)],
        requested_on: "2024-04-01".to_owned(),
    }
}

/// The request is accepted.
pub fn payment_accepted() -> v1::PaymentAccepted {
    v1::PaymentAccepted {
        payment_id: PAYMENT.to_owned(),
        contract_id: CONTRACT.to_owned(),
        decided_on: "2024-04-03".to_owned(),
    }
}

/// The request is rejected.
pub fn payment_rejected() -> v1::PaymentRejected {
    v1::PaymentRejected {
        payment_id: PAYMENT.to_owned(),
        contract_id: CONTRACT.to_owned(),
        reason: "资料不全".to_owned(),
        decided_on: "2024-04-03".to_owned(),
    }
}

/// The payment is executed.
pub fn payment_executed() -> v1::PaymentExecuted {
    v1::PaymentExecuted {
        payment_id: PAYMENT.to_owned(),
        contract_id: CONTRACT.to_owned(),
        voucher_no: "V-1".to_owned(),
        amount_fen: PAYMENT_FEN,
        budget_parts: vec![part(LINE, PAYMENT_FEN)],
        paid_on: "2024-04-08".to_owned(),
    }
}

/// The payment comes back.
pub fn payment_returned() -> v1::PaymentReturned {
    v1::PaymentReturned {
        payment_id: PAYMENT.to_owned(),
        contract_id: CONTRACT.to_owned(),
        returned_voucher_no: "V-2".to_owned(),
        amount_fen: PAYMENT_FEN,
        budget_parts: vec![part(LINE, PAYMENT_FEN)],
        reason: "账户注销".to_owned(),
        returned_on: "2024-04-12".to_owned(),
    }
}

/// Acceptance is requested.
pub fn acceptance_requested() -> v1::AcceptanceRequested {
    v1::AcceptanceRequested {
        acceptance_id: ACCEPTANCE.to_owned(),
        contract_id: CONTRACT.to_owned(),
        requested_on: "2024-03-21".to_owned(),
    }
}

/// An acceptance team is formed.
pub fn acceptance_team_formed() -> v1::AcceptanceTeamFormed {
    v1::AcceptanceTeamFormed {
        acceptance_id: ACCEPTANCE.to_owned(),
        contract_id: CONTRACT.to_owned(),
        members: vec![v1::AcceptanceMember {
            member_no: "M-9".to_owned(),
            role: "组长".to_owned(),
        }],
        third_party: false,
        service_users: false,
        formed_on: "2024-03-22".to_owned(),
    }
}

/// The final acceptance, over the whole contract.
pub fn acceptance_concluded(result: AcceptanceResult) -> v1::AcceptanceConcluded {
    let is_failed = result == AcceptanceResult::Failed;
    v1::AcceptanceConcluded {
        acceptance_id: ACCEPTANCE.to_owned(),
        contract_id: CONTRACT.to_owned(),
        stage_no: 1,
        is_final: true,
        items: vec![v1::AcceptanceItem {
            name: "数量".to_owned(),
            standard: "合同附件一".to_owned(),
            passed: !is_failed,
        }],
        result: result.into(),
        accepted_fen: if is_failed { 0 } else { AWARD_FEN },
        concluded_on: "2024-03-25".to_owned(),
        signers: vec!["M-9".to_owned()],
    }
}

/// The material is uploaded.
pub fn acceptance_material_uploaded() -> v1::AcceptanceMaterialUploaded {
    v1::AcceptanceMaterialUploaded {
        acceptance_id: ACCEPTANCE.to_owned(),
        contract_id: CONTRACT.to_owned(),
        platform: "HY_SUPERVISION".to_owned(),
        uploaded_at: instant("2024-03-29", 15),
        receipt_no: "RC-1".to_owned(),
        files: vec![v1::UploadedFile {
            name: "验收书.pdf".to_owned(),
            hash: "0".repeat(64),
        }],
    }
}

/// A tender notice of the project.
pub fn notice_published(notice_id: &str) -> v1::NoticePublished {
    v1::NoticePublished {
        notice_id: notice_id.to_owned(),
        notice_type: NoticeType::Tender.into(),
        project_id: PROJECT.to_owned(),
        channel: "CCGP_HY".to_owned(),
        url: "http://example.invalid/1".to_owned(),
        published_at: instant("2024-01-15", 8),
        content: Some(Content::Tender(v1::TenderNotice {
            text: "招标公告".to_owned(),
            requirement: String::new(),
            budget_fen: Some(PLAN_FEN),
        })),
        ..Default::default()
    }
}

/// An organisation enters the registry.
pub fn organisation_registered(
    uscc: &str,
    kind: OrganisationKind,
    region: &str,
) -> v1::OrganisationRegistered {
    v1::OrganisationRegistered {
        uscc: uscc.to_owned(),
        name: "虚构单位".to_owned(),
        kinds: vec![kind.into()],
        region: region.to_owned(),
        budget_level: 0,
        size: 0,
        on: "2024-01-01".to_owned(),
    }
}

/// The city's regulator registers itself.
pub fn regulator_registered() -> v1::OrganisationRegistered {
    organisation_registered(REGULATOR, OrganisationKind::FinanceRegulator, REGION)
}

/// A registered organisation changes.
pub fn organisation_changed(uscc: &str) -> v1::OrganisationChanged {
    v1::OrganisationChanged {
        uscc: uscc.to_owned(),
        name: "虚构单位二".to_owned(),
        kinds: vec![OrganisationKind::Supplier.into()],
        region: REGION.to_owned(),
        budget_level: 0,
        size: EnterpriseSize::Small.into(),
        on: "2024-02-01".to_owned(),
    }
}

/// An organisation merges into another.
pub fn organisation_merged(uscc: &str, into: &str) -> v1::OrganisationMerged {
    v1::OrganisationMerged {
        uscc: uscc.to_owned(),
        into: into.to_owned(),
        on: "2024-03-01".to_owned(),
    }
}

/// An organisation closes.
pub fn organisation_closed(uscc: &str) -> v1::OrganisationClosed {
    v1::OrganisationClosed {
        uscc: uscc.to_owned(),
        on: "2024-03-01".to_owned(),
    }
}

/// A region enters the registry.
pub fn region_registered() -> v1::RegionRegistered {
    v1::RegionRegistered {
        region: REGION.to_owned(),
        name: "衡阳市".to_owned(),
        parent: "430000".to_owned(),
        on: "2024-01-01".to_owned(),
    }
}

/// A source system enters the registry.
pub fn source_system_registered(system: &str) -> v1::SourceSystemRegistered {
    v1::SourceSystemRegistered {
        system: system.to_owned(),
        name: "新系统".to_owned(),
        operator: String::new(),
        on: "2024-01-01".to_owned(),
    }
}

/// Thresholds of the city.
pub fn threshold_profile_published() -> v1::ThresholdProfilePublished {
    v1::ThresholdProfilePublished {
        profile_id: "TH-1".to_owned(),
        region: REGION.to_owned(),
        budget_level: v1::BudgetLevel::City.into(),
        object: ProcurementObject::Goods.into(),
        dispersed_limit_fen: 60_000_000,
        open_tender_fen: 200_000_000,
        emall_limit_fen: 0,
        effective_from: "2024-01-01".to_owned(),
        effective_to: String::new(),
        doc_no: "湘财购〔2024〕1号".to_owned(),
        on: "2024-01-01".to_owned(),
        central_catalogue: Vec::new(),
    }
}

/// A year's holidays.
pub fn holiday_calendar_published() -> v1::HolidayCalendarPublished {
    v1::HolidayCalendarPublished {
        year: 2024,
        holidays: vec!["2024-02-10".to_owned(), "2024-01-01".to_owned()],
        makeup_workdays: vec!["2024-02-04".to_owned()],
        doc_no: "国办发明电〔2023〕7号".to_owned(),
        issued_on: "2023-10-25".to_owned(),
    }
}

/// A batch report of the budget system.
pub fn sync_batch_received() -> v1::SyncBatchReceived {
    v1::SyncBatchReceived {
        system: "BUDGET_INT".to_owned(),
        batch_id: "2024-01-02".to_owned(),
        business_day: "2024-01-02".to_owned(),
        count: 2,
        sums: Vec::new(),
        digest: "0".repeat(64),
    }
}

/// A release of an OCDS publisher.
pub fn ocds_release_imported() -> v1::OcdsReleaseImported {
    v1::OcdsReleaseImported {
        ocid: "ocds-213czf-000-00001".to_owned(),
        release_id: "1".to_owned(),
        released_on: "2011-01-10".to_owned(),
        release_json: bytes::Bytes::from_static(b"{}"),
        ..Default::default()
    }
}

/// An intention, which this ledger does not decide.
pub fn intention_published() -> v1::IntentionPublished {
    v1::IntentionPublished {
        intention_id: "IN-1".to_owned(),
        unit: UNIT.to_owned(),
        published_on: "2024-01-01".to_owned(),
        ..Default::default()
    }
}

/// A valid payload of any type but corrections and voids, which need an original.
///
/// # Panics
/// For corrections and voids.
#[allow(clippy::too_many_lines, reason = "one line per event type")]
pub fn payload(event_type: EventType) -> Payload {
    use EventType as E;
    match event_type {
        E::EventCorrected | E::EventVoided => panic!("needs an original"),
        E::SyncBatchReceived => sync_batch_received().into(),
        E::OcdsReleaseImported => ocds_release_imported().into(),
        E::OrganisationRegistered => regulator_registered().into(),
        E::OrganisationChanged => organisation_changed(SUPPLIER).into(),
        E::OrganisationMerged => organisation_merged(SUPPLIER, SUPPLIER_2).into(),
        E::OrganisationClosed => organisation_closed(SUPPLIER).into(),
        E::RegionRegistered => region_registered().into(),
        E::SourceSystemRegistered => source_system_registered("NEW_SYSTEM").into(),
        E::ThresholdProfilePublished => threshold_profile_published().into(),
        E::HolidayCalendarPublished => holiday_calendar_published().into(),
        E::BudgetLineApproved => budget_line_approved(LINE).into(),
        E::BudgetLineAdjusted => budget_line_adjusted(1).into(),
        E::BudgetLineFrozen => budget_line_frozen(1).into(),
        E::BudgetLineUnfrozen => budget_line_unfrozen(1).into(),
        E::BudgetLineClosed => budget_line_closed().into(),
        E::IntentionPublished => intention_published().into(),
        E::PlanFiled => plan_filed().into(),
        E::PlanRevised => plan_revised().into(),
        E::PlanCancelled => plan_cancelled().into(),
        E::PlanCompleted => plan_completed().into(),
        E::AgencyDelegated => agency_delegated(&[DelegationScope::Notice]).into(),
        E::LotRetryAbandoned => lot_retry_abandoned().into(),
        E::ProcurementDocumentIssued => procurement_document_issued().into(),
        E::BidReceived => bid_received("B-1").into(),
        E::BidWithdrawn => bid_withdrawn("B-1").into(),
        E::BidsOpened => bids_opened().into(),
        E::CommitteeFormed => committee_formed().into(),
        E::EvaluationConcluded => evaluation_concluded().into(),
        E::EvaluationReportDelivered => evaluation_report_delivered().into(),
        E::WinnerDetermined => winner_determined().into(),
        E::AwardNoticeIssued => award_notice_issued().into(),
        E::AwardRecorded => award_recorded().into(),
        E::LotFailed => lot_failed(false).into(),
        E::ContractSigned => contract_signed().into(),
        E::ContractFiled => contract_filed().into(),
        E::SupplementSigned => supplement_signed().into(),
        E::ContractChanged => contract_changed(1).into(),
        E::ContractSuspended => contract_suspended().into(),
        E::ContractResumed => contract_resumed().into(),
        E::ContractTerminated => contract_terminated().into(),
        E::ContractCompleted => contract_completed().into(),
        E::PerformanceStarted => performance_started().into(),
        E::GoodsDelivered => goods_delivered().into(),
        E::InvoiceReceived => invoice_received().into(),
        E::SettlementConfirmed => settlement_confirmed(1).into(),
        E::LiquidatedDamagesAssessed => liquidated_damages_assessed(1).into(),
        E::RectificationCompleted => rectification_completed().into(),
        E::PaymentRequested => payment_requested().into(),
        E::PaymentAccepted => payment_accepted().into(),
        E::PaymentRejected => payment_rejected().into(),
        E::PaymentExecuted => payment_executed().into(),
        E::PaymentReturned => payment_returned().into(),
        E::AcceptanceRequested => acceptance_requested().into(),
        E::AcceptanceTeamFormed => acceptance_team_formed().into(),
        E::AcceptanceConcluded => acceptance_concluded(AcceptanceResult::Passed).into(),
        E::AcceptanceMaterialUploaded => acceptance_material_uploaded().into(),
        E::NoticePublished => notice_published("NO-1").into(),
        _ => example(event_type),
    }
}

/// The schema's own example of a type, as `bihuan proto` prints it.
pub fn example(event_type: EventType) -> Payload {
    let of = schema().by_name(event_type.name()).expect("in the schema");
    let event = v1::Event::decode(submission(of).event).expect("decodes");
    payload_of(&event).expect("has a payload").clone()
}

/// The role that a kind of sender claims; a shorthand for tests of rights.
pub const ALL_ROLES: [ActorRole; 16] = [
    ActorRole::Purchaser,
    ActorRole::Agency,
    ActorRole::CentralAgency,
    ActorRole::Regulator,
    ActorRole::BudgetSys,
    ActorRole::TreasurySys,
    ActorRole::EmallSys,
    ActorRole::FarmSys,
    ActorRole::TradeSys,
    ActorRole::Venue,
    ActorRole::Bank,
    ActorRole::Guarantor,
    ActorRole::Supplier,
    ActorRole::Expert,
    ActorRole::Audit,
    ActorRole::Public,
];
