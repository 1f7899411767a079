//! Events of a small town: one budget line, one project with one lot, one contract; each builder
//! gives a valid event whose fields a test may change.

#![allow(dead_code, reason = "a kit: each test takes what it needs")]

use bihuan::events::{
    v1::{self, ActorRole, event_payload::Payload},
    wire::EventSubmission,
};
use prost::Message as _;

pub const UNIT: &str = "11430400000099004T";
pub const CITY: &str = "114304000000990553";
pub const COUNTY: &str = "11430421000099047M";
pub const SUPPLIER: &str = "91430407MA9TE5T12X";
pub const OTHER_SUPPLIER: &str = "91430408MA9TE5T207";
pub const AGENCY: &str = "91430405MA9TE5T55E";
pub const LINE: &str = "BL-2023-000001";
pub const PROJECT: &str = "PJ-2023-000001";
pub const CONTRACT: &str = "CT-1";

/// Seconds of noon at +08:00 on a day written YYYY-MM-DD.
pub fn noon(day: &str) -> i64 {
    let date: chrono::NaiveDate = day.parse().expect("a date");
    let noon = date.and_hms_opt(4, 0, 0).expect("a time");
    noon.and_utc().timestamp()
}

/// An instant on a day, midnight at +08:00.
pub fn midnight(day: &str) -> prost_types::Timestamp {
    prost_types::Timestamp {
        seconds: noon(day) - 12 * 3600,
        nanos: 0,
    }
}

/// An event of a project's purchaser.
pub fn event(source_ref: &str, stream: &str, day: &str, payload: Payload) -> v1::Event {
    v1::Event {
        source_system: "GP_MGMT".into(),
        source_ref: source_ref.into(),
        stream: stream.into(),
        occurred_at: Some(midnight(day)),
        actor_org: UNIT.into(),
        actor_role: ActorRole::Purchaser.into(),
        region_code: "430400".into(),
        payload: Some(v1::EventPayload {
            payload: Some(payload),
        }),
        ..v1::Event::default()
    }
}

/// The same event in another role.
pub fn by(mut event: v1::Event, system: &str, org: &str, role: ActorRole) -> v1::Event {
    event.source_system = system.into();
    event.actor_org = org.into();
    event.actor_role = role.into();
    event
}

/// An event as it is sent.
pub fn sent(event: &v1::Event) -> EventSubmission {
    EventSubmission {
        event: event.encode_to_vec().into(),
        ..EventSubmission::default()
    }
}

/// A share of a budget line.
pub fn part(line: &str, amount_fen: i64) -> v1::BudgetPart {
    v1::BudgetPart {
        budget_line_id: line.into(),
        amount_fen,
    }
}

/// The stream of a project.
pub fn project_stream(project: &str) -> String {
    format!("project/4304/{project}")
}

/// A budget line.
pub fn line_approved(line: &str, amount_fen: i64) -> v1::Event {
    let payload = Payload::BudgetLineApproved(v1::BudgetLineApproved {
        budget_line_id: line.into(),
        fiscal_year: 2023,
        unit: UNIT.into(),
        project_code: "43040023T000000000001".into(),
        func_code: "2010301".into(),
        dept_econ_code: "31002".into(),
        fund_nature: v1::FundNature::General.into(),
        category: "A02010105".into(),
        category_version: 2022,
        amount_fen,
        approved_on: "2023-01-05".into(),
        ..v1::BudgetLineApproved::default()
    });
    let stream = format!("budget-line/4304/{line}");
    let event = event(&format!("{line}-approved"), &stream, "2023-01-05", payload);
    by(event, "BUDGET_INT", CITY, ActorRole::BudgetSys)
}

/// A plan with one lot on one budget line.
pub fn plan_filed(project: &str, line: &str, amount_fen: i64) -> v1::Event {
    let payload = Payload::PlanFiled(v1::PlanFiled {
        plan_id: format!("PL-{project}"),
        plan_no: "衡财采计〔2023〕000123号".into(),
        budget_parts: vec![part(line, amount_fen)],
        project_name: "台式计算机采购".into(),
        unit: UNIT.into(),
        organisation: v1::Organisation::Dispersed.into(),
        method: v1::ProcurementMethod::OpenTender.into(),
        category: "A02010105".into(),
        category_version: 2022,
        law_track: v1::LawTrack::ProcurementLaw.into(),
        amount_fen,
        lots: vec![v1::PlanLot {
            lot_no: "01".into(),
            name: "台式计算机".into(),
            amount_fen,
            ..v1::PlanLot::default()
        }],
        sme_policy: Some(v1::SmePolicy {
            kind: v1::SmePolicyKind::AllReserved.into(),
            ..v1::SmePolicy::default()
        }),
        filed_on: "2023-02-01".into(),
        ..v1::PlanFiled::default()
    });
    event(
        &format!("{project}-plan"),
        &project_stream(project),
        "2023-02-01",
        payload,
    )
}

/// An award recorded on the project's lot.
pub fn award_recorded(project: &str, award_fen: i64) -> v1::Event {
    let payload = Payload::AwardRecorded(v1::AwardRecorded {
        lot_no: "01".into(),
        supplier: SUPPLIER.into(),
        award_fen,
        determined_on: "2023-03-01".into(),
        basis: v1::AwardBasis::Migrated.into(),
    });
    event(
        &format!("{project}-award"),
        &project_stream(project),
        "2023-03-01",
        payload,
    )
}

/// A contract with a prepayment of half and the rest after acceptance.
pub fn contract_signed(project: &str, amount_fen: i64) -> v1::Event {
    let term =
        |no: &str, kind: v1::TermKind, trigger: v1::TermTrigger, amount_fen| v1::PaymentTerm {
            term_no: no.into(),
            kind: kind.into(),
            amount_fen,
            trigger: trigger.into(),
            acceptance_is_condition: kind == v1::TermKind::Final,
            ..v1::PaymentTerm::default()
        };
    let half = amount_fen / 2;
    let payload = Payload::ContractSigned(v1::ContractSigned {
        contract_id: CONTRACT.into(),
        lot_no: "01".into(),
        contract_no: format!("HT-{project}"),
        buyer: UNIT.into(),
        supplier: SUPPLIER.into(),
        supplier_size: v1::EnterpriseSize::Small.into(),
        amount_fen,
        pricing: v1::Pricing::FixedTotal.into(),
        law_track: v1::LawTrack::ProcurementLaw.into(),
        signed_on: "2023-03-10".into(),
        start_on: "2023-03-11".into(),
        end_on: "2023-12-31".into(),
        terms: vec![
            term("1", v1::TermKind::Advance, v1::TermTrigger::Signed, half),
            term(
                "2",
                v1::TermKind::Final,
                v1::TermTrigger::Accepted,
                amount_fen - half,
            ),
        ],
        payee_account_ref: "ACC-1".into(),
        ..v1::ContractSigned::default()
    });
    event(
        &format!("{project}-contract"),
        &project_stream(project),
        "2023-03-10",
        payload,
    )
}

/// A notice in a project, of a given length of text.
pub fn notice(project: &str, notice_id: &str, text_bytes: usize) -> v1::Event {
    let text = "公告".repeat(text_bytes.div_ceil(6));
    let payload = Payload::NoticePublished(v1::NoticePublished {
        notice_id: notice_id.into(),
        notice_type: v1::NoticeType::Tender.into(),
        channel: "CCGP_HY".into(),
        url: format!("https://example.org/notice/{notice_id}"),
        published_at: Some(midnight("2023-02-10")),
        content: Some(v1::notice_published::Content::Tender(v1::TenderNotice {
            text,
            ..v1::TenderNotice::default()
        })),
        ..v1::NoticePublished::default()
    });
    event(
        &format!("{project}-{notice_id}"),
        &project_stream(project),
        "2023-02-10",
        payload,
    )
}

pub const OTHER_UNIT: &str = "12430400000099012J";
pub const TRADE: &str = "12430400000099063T";
pub const LINE_2: &str = "BL-2023-000002";
pub const ACCOUNT: &str = "ACC-1";
pub const TERM_ADVANCE: &str = "1";
pub const TERM_FINAL: &str = "2";

/// Changes the payload of an event whose type is known.
macro_rules! change {
    ($event:expr, $kind:ident, |$payload:ident| $body:expr) => {{
        let mut event: bihuan::events::v1::Event = $event;
        let member = event.payload.as_mut().and_then(|p| p.payload.as_mut());
        let Some(bihuan::events::v1::event_payload::Payload::$kind($payload)) = member else {
            panic!("an event of type {}", stringify!($kind));
        };
        $body;
        event
    }};
}
pub(crate) use change;

/// The stream of a budget line.
pub fn line_stream(line: &str) -> String {
    format!("budget-line/4304/{line}")
}

/// An act of the purchaser in a project; `what` makes the source's number.
pub fn act(project: &str, what: &str, day: &str, payload: impl Into<Payload>) -> v1::Event {
    let stream = project_stream(project);
    event(&format!("{project}-{what}"), &stream, day, payload.into())
}

/// An act of the budget system on a budget line.
pub fn line_act(line: &str, what: &str, day: &str, payload: impl Into<Payload>) -> v1::Event {
    let stream = line_stream(line);
    let event = event(&format!("{line}-{what}"), &stream, day, payload.into());
    by(event, "BUDGET_INT", CITY, ActorRole::BudgetSys)
}

/// The same event from the trading platform.
pub fn by_trade(event: v1::Event) -> v1::Event {
    by(event, "ETRADE", TRADE, ActorRole::TradeSys)
}

/// The same event from the treasury.
pub fn by_treasury(event: v1::Event) -> v1::Event {
    by(event, "TREASURY_PAY", CITY, ActorRole::TreasurySys)
}

/// The same event from the city's finance bureau.
pub fn by_regulator(event: v1::Event) -> v1::Event {
    by(event, "HY_SUPERVISION", CITY, ActorRole::Regulator)
}

/// A raise or cut of a budget line.
pub fn line_adjusted(line: &str, no: &str, delta_fen: i64) -> v1::Event {
    let payload = v1::BudgetLineAdjusted {
        budget_line_id: line.into(),
        delta_fen,
        reason: "年中调剂".into(),
        doc_no: "衡财预〔2023〕1号".into(),
        adjusted_on: "2023-01-10".into(),
    };
    line_act(line, &format!("adjusted-{no}"), "2023-01-10", payload)
}

/// A freeze of part of a budget line.
pub fn line_frozen(line: &str, no: &str, amount_fen: i64) -> v1::Event {
    let payload = v1::BudgetLineFrozen {
        budget_line_id: line.into(),
        amount_fen,
        on: "2023-01-11".into(),
    };
    line_act(line, &format!("frozen-{no}"), "2023-01-11", payload)
}

/// The end of a freeze.
pub fn line_unfrozen(line: &str, no: &str, amount_fen: i64) -> v1::Event {
    let payload = v1::BudgetLineUnfrozen {
        budget_line_id: line.into(),
        amount_fen,
        on: "2023-01-12".into(),
    };
    line_act(line, &format!("unfrozen-{no}"), "2023-01-12", payload)
}

/// The closing of a budget line.
pub fn line_closed(line: &str) -> v1::Event {
    let payload = v1::BudgetLineClosed {
        budget_line_id: line.into(),
        carryover_fen: 0,
        on: "2023-05-31".into(),
    };
    line_act(line, "closed", "2023-05-31", payload)
}

/// Shares of budget lines.
pub fn parts(shares: &[(&str, i64)]) -> Vec<v1::BudgetPart> {
    shares.iter().map(|(line, fen)| part(line, *fen)).collect()
}

/// A lot of a plan.
pub fn lot(lot_no: &str, amount_fen: i64) -> v1::PlanLot {
    v1::PlanLot {
        lot_no: lot_no.into(),
        name: "台式计算机".into(),
        amount_fen,
        ..v1::PlanLot::default()
    }
}

/// A plan on several lines, of one lot that they share.
pub fn plan_on(project: &str, shares: &[(&str, i64)]) -> v1::Event {
    let amount_fen = shares.iter().map(|share| share.1).sum();
    change!(plan_filed(project, LINE, amount_fen), PlanFiled, |plan| {
        plan.budget_parts = parts(shares);
        plan.lots[0].budget_parts = parts(shares);
    })
}

/// A plan of several lots on one line.
pub fn plan_of_lots(project: &str, line: &str, lots: &[(&str, i64)]) -> v1::Event {
    let amount_fen = lots.iter().map(|lot| lot.1).sum();
    change!(plan_filed(project, line, amount_fen), PlanFiled, |plan| {
        plan.lots = lots.iter().map(|(no, fen)| lot(no, *fen)).collect();
    })
}

/// A revision of a plan of one lot on one line.
pub fn plan_revised(project: &str, no: &str, line: &str, amount_fen: i64) -> v1::Event {
    let payload = v1::PlanRevised {
        plan_id: format!("PL-{project}"),
        budget_parts: vec![part(line, amount_fen)],
        amount_fen,
        lots: vec![lot("01", amount_fen)],
        reason: "需求调整".into(),
        revised_on: "2023-02-02".into(),
    };
    act(project, &format!("revised-{no}"), "2023-02-02", payload)
}

/// A plan is given up.
pub fn plan_cancelled(project: &str, lines: &[&str]) -> v1::Event {
    let payload = v1::PlanCancelled {
        plan_id: format!("PL-{project}"),
        budget_line_ids: lines.iter().map(ToString::to_string).collect(),
        reason: "取消采购任务".into(),
        on: "2023-05-20".into(),
    };
    act(project, "cancelled", "2023-05-20", payload)
}

/// A plan is done.
pub fn plan_completed(project: &str, lines: &[&str]) -> v1::Event {
    let payload = v1::PlanCompleted {
        plan_id: format!("PL-{project}"),
        budget_line_ids: lines.iter().map(ToString::to_string).collect(),
        on: "2023-05-21".into(),
    };
    act(project, "completed", "2023-05-21", payload)
}

/// The agency is commissioned.
pub fn delegated(project: &str, no: &str, scope: &[v1::DelegationScope]) -> v1::Event {
    let payload = v1::AgencyDelegated {
        delegation_id: no.into(),
        agency: AGENCY.into(),
        scope: scope.iter().map(|scope| *scope as i32).collect(),
        from: "2023-02-01".into(),
        to: String::new(),
        on: "2023-02-01".into(),
    };
    act(project, &format!("delegated-{no}"), "2023-02-01", payload)
}

/// An instant of a day, `hour` hours after midnight at +08:00.
pub fn instant(day: &str, hour: i64) -> prost_types::Timestamp {
    prost_types::Timestamp {
        seconds: midnight(day).seconds + hour * 3600,
        nanos: 0,
    }
}

/// Documents of a lot: bids until 2023-02-26 09:00.
pub fn documents_issued(project: &str, lot_no: &str) -> v1::Event {
    let payload = v1::ProcurementDocumentIssued {
        doc_id: format!("DOC-{lot_no}"),
        lot_nos: vec![lot_no.into()],
        issued_on: "2023-02-05".into(),
        doc_from: "2023-02-05".into(),
        doc_to: "2023-02-12".into(),
        bid_deadline: Some(instant("2023-02-26", 9)),
        budget_fen: 1_000,
        agency_fee_payer: v1::FeePayer::Purchaser.into(),
        expert_fee_payer: v1::FeePayer::Purchaser.into(),
        ..v1::ProcurementDocumentIssued::default()
    };
    act(
        project,
        &format!("documents-{lot_no}"),
        "2023-02-05",
        payload,
    )
}

/// A bid, with its sealed part.
pub fn bid_received(project: &str, bid_no: &str, supplier: &str) -> EventSubmission {
    let payload = v1::BidReceived {
        lot_no: "01".into(),
        bid_no: bid_no.into(),
        received_at: Some(instant("2023-02-20", 10)),
    };
    let mut event = by_trade(act(project, bid_no, "2023-02-20", payload));
    event.occurred_at = Some(instant("2023-02-20", 10));
    let sealed = v1::BidReceivedSealed {
        nonce: vec![7; 32].into(),
        supplier: supplier.into(),
        document_hash: "5ea1ed".repeat(10) + "0bad",
    };
    with_sealed(event, v1::sealed_payload::Sealed::BidReceived(sealed))
}

/// The event with a sealed part and its commitment.
pub fn with_sealed(mut event: v1::Event, sealed: v1::sealed_payload::Sealed) -> EventSubmission {
    let part = v1::SealedPayload {
        sealed: Some(sealed),
    };
    let part = part.encode_to_vec();
    event.sealed_commitment = committed(b"bihuan/sealed/v1\0", &part).into();
    EventSubmission {
        sealed: part.into(),
        ..sent(&event)
    }
}

/// The event with a personal part and its commitment.
pub fn with_personal(
    mut event: v1::Event,
    personal: v1::personal_payload::Personal,
) -> EventSubmission {
    let part = v1::PersonalPayload {
        personal: Some(personal),
    };
    let part = part.encode_to_vec();
    event.personal_commitment = committed(b"bihuan/personal/v1\0", &part).into();
    EventSubmission {
        personal: part.into(),
        ..sent(&event)
    }
}

fn committed(label: &[u8], part: &[u8]) -> Vec<u8> {
    use sha2::Digest as _;
    let mut hash = sha2::Sha256::new();
    hash.update(label);
    hash.update(part);
    hash.finalize().to_vec()
}

/// A person of a committee.
pub fn person(member_no: &str, name: &str) -> v1::PersonDetail {
    v1::PersonDetail {
        member_no: member_no.into(),
        name: name.into(),
        employer: "衡阳师范学院".into(),
        personal_id: "430405198001010017".into(),
        contact: "13800000000".into(),
    }
}

/// A committee, with its personal part.
pub fn committee_formed(project: &str, name: &str) -> EventSubmission {
    let payload = v1::CommitteeFormed {
        lot_no: "01".into(),
        members: vec![v1::CommitteeMember {
            member_no: "M-1".into(),
            kind: v1::CommitteeMemberKind::Expert.into(),
            drawn_randomly: true,
        }],
        formed_on: "2023-02-25".into(),
    };
    let event = by_trade(act(project, "committee", "2023-02-25", payload));
    let personal = v1::CommitteeFormedPersonal {
        nonce: vec![9; 32].into(),
        persons: vec![person("M-1", name)],
    };
    with_personal(
        event,
        v1::personal_payload::Personal::CommitteeFormed(personal),
    )
}

/// A bid is withdrawn.
pub fn bid_withdrawn(project: &str, bid_no: &str) -> v1::Event {
    let payload = v1::BidWithdrawn {
        lot_no: "01".into(),
        bid_no: bid_no.into(),
        withdrawn_at: Some(instant("2023-02-21", 10)),
    };
    let mut event = by_trade(act(
        project,
        &format!("{bid_no}-withdrawn"),
        "2023-02-21",
        payload,
    ));
    event.occurred_at = Some(instant("2023-02-21", 10));
    event
}

/// Bids are opened at the deadline.
pub fn bids_opened(project: &str, bids: &[(&str, &str, i64)]) -> v1::Event {
    let opened = |(bid_no, supplier, price_fen): &(&str, &str, i64)| v1::OpenedBid {
        bid_no: (*bid_no).into(),
        supplier: (*supplier).into(),
        price_fen: *price_fen,
    };
    let payload = v1::BidsOpened {
        lot_no: "01".into(),
        opened_at: Some(instant("2023-02-26", 9)),
        bidders: bids.iter().map(opened).collect(),
    };
    let mut event = by_trade(act(project, "opened", "2023-02-26", payload));
    event.occurred_at = Some(instant("2023-02-26", 9));
    event
}

/// The committee ranks bids in the order given.
pub fn evaluated(project: &str, bids: &[(&str, i64)]) -> v1::Event {
    let ranked = |(rank, (supplier, price_fen)): (i32, &(&str, i64))| v1::RankedBid {
        rank,
        supplier: (*supplier).into(),
        bid_price_fen: *price_fen,
        valid: true,
        ..v1::RankedBid::default()
    };
    let payload = v1::EvaluationConcluded {
        lot_no: "01".into(),
        concluded_at: Some(instant("2023-02-27", 15)),
        method: v1::EvaluationMethod::LowestPrice.into(),
        ranking: (1..).zip(bids).map(ranked).collect(),
        committee_size: 5,
        expert_count: 4,
    };
    let mut event = by_trade(act(project, "evaluated", "2023-02-27", payload));
    event.occurred_at = Some(instant("2023-02-27", 15));
    event
}

/// The winner is determined.
pub fn winner_determined(project: &str, supplier: &str, award_fen: i64) -> v1::Event {
    let payload = v1::WinnerDetermined {
        lot_no: "01".into(),
        supplier: supplier.into(),
        award_fen,
        determined_on: "2023-03-01".into(),
        deemed: false,
    };
    act(project, "winner", "2023-03-01", payload)
}

/// The winner is told.
pub fn award_noticed(project: &str, supplier: &str, award_fen: i64) -> v1::Event {
    let payload = v1::AwardNoticeIssued {
        lot_no: "01".into(),
        supplier: supplier.into(),
        award_fen,
        issued_on: "2023-03-02".into(),
    };
    act(project, "award-notice", "2023-03-02", payload)
}

/// The result is published.
pub fn result_published(project: &str, award_fen: i64) -> v1::Event {
    let content = v1::AwardResultNotice {
        purchaser: UNIT.into(),
        project_no: project.into(),
        winner: SUPPLIER.into(),
        winner_address: "衡阳市".into(),
        award_fen,
        notice_period_wd: 1,
        ..v1::AwardResultNotice::default()
    };
    let payload = v1::NoticePublished {
        notice_id: "N-RESULT".into(),
        notice_type: v1::NoticeType::AwardResult.into(),
        lot_nos: vec!["01".into()],
        channel: "CCGP_HY".into(),
        url: "https://example.org/result".into(),
        published_at: Some(midnight("2023-03-03")),
        content: Some(v1::notice_published::Content::AwardResult(content)),
        ..v1::NoticePublished::default()
    };
    act(project, "result", "2023-03-03", payload)
}

/// A lot fails.
pub fn lot_failed(project: &str, line: &str, amount_fen: i64, retry_intended: bool) -> v1::Event {
    let payload = v1::LotFailed {
        lot_no: "01".into(),
        reason: v1::LotFailureReason::Lt3.into(),
        failed_on: "2023-03-01".into(),
        retry_intended,
        notified_all_on: String::new(),
        budget_parts: vec![part(line, amount_fen)],
    };
    act(project, "failed", "2023-03-01", payload)
}

/// A supplement of the contract.
pub fn supplement(project: &str, no: &str, line: &str, amount_fen: i64) -> v1::Event {
    let payload = v1::SupplementSigned {
        contract_id: CONTRACT.into(),
        supplement_no: no.into(),
        amount_fen,
        budget_parts: vec![part(line, amount_fen)],
        same_subject: true,
        signed_on: "2023-03-20".into(),
    };
    act(project, &format!("supplement-{no}"), "2023-03-20", payload)
}

/// A change of the contract's amount.
pub fn contract_changed(project: &str, no: &str, delta_fen: i64) -> v1::Event {
    let payload = v1::ContractChanged {
        contract_id: CONTRACT.into(),
        change_no: no.into(),
        clause: "第三条".into(),
        before: "原".into(),
        after: "新".into(),
        delta_fen,
        payee_account_ref: String::new(),
        legal_ground: "政府采购法第五十条".into(),
        changed_on: "2023-03-21".into(),
    };
    act(project, &format!("change-{no}"), "2023-03-21", payload)
}

/// Damages are assessed.
pub fn damages(project: &str, no: &str, amount_fen: i64) -> v1::Event {
    let payload = v1::LiquidatedDamagesAssessed {
        contract_id: CONTRACT.into(),
        assessment_no: no.into(),
        amount_fen,
        ground: "逾期交付".into(),
        on: "2023-04-16".into(),
    };
    act(project, &format!("damages-{no}"), "2023-04-16", payload)
}

/// A settlement is confirmed.
pub fn settled(project: &str, no: &str, term_no: &str, amount_fen: i64) -> v1::Event {
    let payload = v1::SettlementConfirmed {
        contract_id: CONTRACT.into(),
        settlement_no: no.into(),
        term_no: term_no.into(),
        amount_fen,
        on: "2023-04-17".into(),
    };
    act(project, &format!("settled-{no}"), "2023-04-17", payload)
}

/// Goods are delivered.
pub fn delivered(project: &str, no: &str) -> v1::Event {
    let payload = v1::GoodsDelivered {
        contract_id: CONTRACT.into(),
        delivery_no: no.into(),
        stage_no: None,
        delivered_on: "2023-04-10".into(),
    };
    act(project, &format!("delivered-{no}"), "2023-04-10", payload)
}

/// An acceptance is concluded; final if everything passed.
pub fn accepted(
    project: &str,
    no: &str,
    result: v1::AcceptanceResult,
    accepted_fen: i64,
) -> v1::Event {
    let payload = v1::AcceptanceConcluded {
        acceptance_id: no.into(),
        contract_id: CONTRACT.into(),
        stage_no: 1,
        is_final: result == v1::AcceptanceResult::Passed,
        items: vec![v1::AcceptanceItem {
            name: "技术".into(),
            standard: "合同附件一".into(),
            passed: result == v1::AcceptanceResult::Passed,
        }],
        result: result.into(),
        accepted_fen,
        concluded_on: "2023-04-15".into(),
        signers: vec!["S-1".into()],
    };
    act(project, &format!("acceptance-{no}"), "2023-04-15", payload)
}

/// A payment is requested on a term.
pub fn requested(project: &str, no: &str, term_no: &str, shares: &[(&str, i64)]) -> v1::Event {
    let payload = v1::PaymentRequested {
        payment_id: no.into(),
        contract_id: CONTRACT.into(),
        term_no: term_no.into(),
        amount_fen: shares.iter().map(|share| share.1).sum(),
        payee: SUPPLIER.into(),
        payee_account_ref: ACCOUNT.into(),
        budget_parts: parts(shares),
        requested_on: "2023-04-20".into(),
    };
    act(project, &format!("requested-{no}"), "2023-04-20", payload)
}

/// Finance accepts a request.
pub fn payment_accepted(project: &str, no: &str) -> v1::Event {
    let payload = v1::PaymentAccepted {
        payment_id: no.into(),
        contract_id: CONTRACT.into(),
        decided_on: "2023-04-21".into(),
    };
    by_treasury(act(
        project,
        &format!("accepted-{no}"),
        "2023-04-21",
        payload,
    ))
}

/// Finance rejects a request.
pub fn payment_rejected(project: &str, no: &str) -> v1::Event {
    let payload = v1::PaymentRejected {
        payment_id: no.into(),
        contract_id: CONTRACT.into(),
        reason: "材料不全".into(),
        decided_on: "2023-04-21".into(),
    };
    by_treasury(act(
        project,
        &format!("rejected-{no}"),
        "2023-04-21",
        payload,
    ))
}

/// Money is paid.
pub fn executed(project: &str, no: &str, shares: &[(&str, i64)]) -> v1::Event {
    let payload = v1::PaymentExecuted {
        payment_id: no.into(),
        contract_id: CONTRACT.into(),
        voucher_no: format!("V-{no}"),
        amount_fen: shares.iter().map(|share| share.1).sum(),
        budget_parts: parts(shares),
        paid_on: "2023-04-25".into(),
    };
    by_treasury(act(
        project,
        &format!("executed-{no}"),
        "2023-04-25",
        payload,
    ))
}

/// A payment comes back.
pub fn returned(project: &str, no: &str, shares: &[(&str, i64)]) -> v1::Event {
    let payload = v1::PaymentReturned {
        payment_id: no.into(),
        contract_id: CONTRACT.into(),
        returned_voucher_no: format!("R-{no}"),
        amount_fen: shares.iter().map(|share| share.1).sum(),
        budget_parts: parts(shares),
        reason: "账户有误".into(),
        returned_on: "2023-04-28".into(),
    };
    by_treasury(act(
        project,
        &format!("returned-{no}"),
        "2023-04-28",
        payload,
    ))
}

/// A contract ends before it is done.
pub fn terminated(project: &str, settled_fen: i64) -> v1::Event {
    let payload = v1::ContractTerminated {
        contract_id: CONTRACT.into(),
        ground: v1::TerminationGround::Mutual.into(),
        settled_fen,
        on: "2023-05-10".into(),
    };
    act(project, "terminated", "2023-05-10", payload)
}

/// A contract is done.
pub fn contract_completed(project: &str) -> v1::Event {
    let payload = v1::ContractCompleted {
        contract_id: CONTRACT.into(),
        on: "2023-05-11".into(),
    };
    act(project, "contract-completed", "2023-05-11", payload)
}

/// An organisation enters the registry by the city's finance bureau.
pub fn registered(uscc: &str, kind: v1::OrganisationKind, region: &str) -> v1::Event {
    let payload = v1::OrganisationRegistered {
        uscc: uscc.into(),
        name: "虚构单位".into(),
        kinds: vec![kind.into()],
        region: region.into(),
        on: "2023-01-01".into(),
        ..v1::OrganisationRegistered::default()
    };
    let stream = format!("organisation/4304/{uscc}");
    let event = event(
        &format!("{uscc}-registered"),
        &stream,
        "2023-01-01",
        payload.into(),
    );
    by_regulator(event)
}

/// An object that an event touches, as corrections state it.
pub fn touched(kind: v1::EntityKind, owner_id: &str, id: &str) -> v1::EntityRef {
    v1::EntityRef {
        kind: kind.into(),
        owner_id: owner_id.into(),
        id: id.into(),
    }
}

/// What a source calls an event.
pub fn name_of(event: &v1::Event) -> v1::EventName {
    v1::EventName {
        source_system: event.source_system.clone(),
        source_ref: event.source_ref.clone(),
    }
}

/// A correction of an event by its own source: what it should have said.
pub fn corrected(
    original: &v1::Event,
    no: &str,
    replacement: &v1::Event,
    touches: Vec<v1::EntityRef>,
) -> v1::Event {
    let payload = v1::EventCorrected {
        corrects: Some(name_of(original)),
        payload: replacement.payload.clone().map(Box::new),
        touches,
        reason: "录入有误".into(),
        authority: String::new(),
        effect: v1::CorrectionEffect::Normal.into(),
    };
    amending(original, &format!("{}-{no}", original.source_ref), payload)
}

/// An event annulled by its own source.
pub fn voided(original: &v1::Event, touches: Vec<v1::EntityRef>) -> v1::Event {
    let payload = v1::EventVoided {
        voids: Some(name_of(original)),
        touches,
        reason: "重复录入".into(),
        authority: "衡财采〔2023〕5号".into(),
    };
    amending(
        original,
        &format!("{}-voided", original.source_ref),
        payload,
    )
}

fn amending(original: &v1::Event, source_ref: &str, payload: impl Into<Payload>) -> v1::Event {
    v1::Event {
        source_ref: source_ref.to_owned(),
        occurred_at: Some(midnight("2023-06-01")),
        sealed_commitment: Vec::new().into(),
        personal_commitment: Vec::new().into(),
        payload: Some(v1::EventPayload {
            payload: Some(payload.into()),
        }),
        ..original.clone()
    }
}
