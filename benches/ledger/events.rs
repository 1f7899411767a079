//! The events of the load: projects with a budget line and a plan each, and notices on them.

use bihuan::events::{
    v1::{self, ActorRole, event_payload::Payload, notice_published::Content},
    wire::EventSubmission,
};
use bytes::Bytes;
use prost::Message as _;
use rand::{RngCore as _, SeedableRng as _, rngs::SmallRng};

/// Encoded bytes of a notice.
pub const NOTICE_BYTES: usize = 400;
/// Events of a project before its first notice: its budget line, its plan.
pub const SETUP_EVENTS: u64 = 2;

const PURCHASER: &str = "11430400000099004T";
const FINANCE_BUREAU: &str = "114304000000990553";
const REGION: &str = "430400";
const LOT_NO: &str = "01";
const LINE_FEN: i64 = 300_000_000;
const PLAN_FEN: i64 = 100_000_000;
const APPROVED_ON: &str = "2023-01-10";
const FILED_ON: &str = "2023-02-01";
/// Midnight at +08:00 of the days above and of the notices', 2023-03-01.
const APPROVED_S: i64 = 1_673_280_000;
const FILED_S: i64 = 1_675_180_800;
const PUBLISHED_S: i64 = 1_677_600_000;

/// A project of one caller: its stream, and how far it is.
pub struct Project {
    number: u64,
    id: String,
    stream: String,
    notices: u64,
    random: SmallRng,
}

impl Project {
    /// Names a project; the number is its own in the whole ledger.
    pub fn new(number: u64) -> Self {
        let id = format!("P-{number:07}");
        let stream = format!("project/4304/{id}");
        Self {
            number,
            id,
            stream,
            notices: 0,
            random: SmallRng::seed_from_u64(number),
        }
    }

    /// The stream that carries the plan and the notices.
    pub fn stream(&self) -> &str {
        &self.stream
    }

    /// Its first events: a budget line of its own, a plan with one lot.
    pub fn setup(&self) -> [EventSubmission; SETUP_EVENTS as usize] {
        let line_id = self.line_id();
        let line = self.event(
            "BUDGET_INT",
            0,
            APPROVED_S,
            Payload::BudgetLineApproved(v1::BudgetLineApproved {
                budget_line_id: line_id.clone(),
                fiscal_year: 2023,
                unit: PURCHASER.to_owned(),
                project_code: "43040023T000000000001".to_owned(),
                func_code: "2010301".to_owned(),
                dept_econ_code: "30201".to_owned(),
                fund_nature: v1::FundNature::General.into(),
                category: "A02010100".to_owned(),
                amount_fen: LINE_FEN,
                approved_on: APPROVED_ON.to_owned(),
                category_version: 2022,
                ..v1::BudgetLineApproved::default()
            }),
        );
        let line = v1::Event {
            stream: format!("budget-line/4304/{line_id}"),
            actor_org: FINANCE_BUREAU.to_owned(),
            actor_role: ActorRole::BudgetSys.into(),
            ..line
        };
        let plan = self.event(
            "GP_MGMT",
            0,
            FILED_S,
            Payload::PlanFiled(self.plan(line_id)),
        );
        [submission(&line), submission(&plan)]
    }

    fn plan(&self, line_id: String) -> v1::PlanFiled {
        v1::PlanFiled {
            plan_id: format!("PL-{:07}", self.number),
            plan_no: format!("衡财采计〔2023〕{:08}号", self.number),
            budget_parts: vec![v1::BudgetPart {
                budget_line_id: line_id,
                amount_fen: PLAN_FEN,
            }],
            project_name: "办公设备采购".to_owned(),
            unit: PURCHASER.to_owned(),
            organisation: v1::Organisation::Dispersed.into(),
            method: v1::ProcurementMethod::OpenTender.into(),
            category: "A02010100".to_owned(),
            category_version: 2022,
            law_track: v1::LawTrack::ProcurementLaw.into(),
            amount_fen: PLAN_FEN,
            lots: vec![v1::PlanLot {
                lot_no: LOT_NO.to_owned(),
                name: "计算机".to_owned(),
                amount_fen: PLAN_FEN,
                ..v1::PlanLot::default()
            }],
            sme_policy: Some(v1::SmePolicy {
                kind: v1::SmePolicyKind::AllReserved.into(),
                ..v1::SmePolicy::default()
            }),
            filed_on: FILED_ON.to_owned(),
            ..v1::PlanFiled::default()
        }
    }

    /// Its next notice: names the project's lot, says random text, [`NOTICE_BYTES`] long.
    pub fn notice(&mut self) -> EventSubmission {
        self.notices += 1;
        // From 128 characters on each length around the text takes two bytes, so what is missing
        // with 128 is what the text must be longer.
        let trial = self.notice_of("x".repeat(128));
        let text_bytes = 128 + NOTICE_BYTES.saturating_sub(trial.encoded_len());
        let text = random_text(&mut self.random, text_bytes);
        let event = submission(&self.notice_of(text));
        assert_eq!(
            event.event.len(),
            NOTICE_BYTES,
            "the envelope leaves room for the text"
        );
        event
    }

    fn notice_of(&self, text: String) -> v1::Event {
        let number = self.notices;
        let published_at = Some(prost_types::Timestamp {
            seconds: PUBLISHED_S,
            nanos: 0,
        });
        let content = v1::TenderNotice {
            text,
            ..v1::TenderNotice::default()
        };
        let notice = v1::NoticePublished {
            notice_id: format!("N-{number:07}"),
            notice_type: v1::NoticeType::Tender.into(),
            project_id: self.id.clone(),
            lot_nos: vec![LOT_NO.to_owned()],
            channel: "CCGP_HY".to_owned(),
            url: format!("https://example.org/{number:07}"),
            published_at,
            content: Some(Content::Tender(content)),
            ..v1::NoticePublished::default()
        };
        self.event(
            "GP_MGMT",
            number,
            PUBLISHED_S,
            Payload::NoticePublished(notice),
        )
    }

    /// A request with its next notices and the exact revision that they expect of the stream.
    pub fn request(&mut self, events: usize) -> v1::AppendEventsRequest {
        // The plan has revision 0, the first notice 1.
        let revision = self.notices;
        let expected = v1::stream_expectation::Expected::Revision(revision);
        v1::AppendEventsRequest {
            events: (0..events).map(|_| self.notice()).collect(),
            expectations: vec![v1::StreamExpectation {
                stream: self.stream.clone(),
                expected: Some(expected),
            }],
            ..v1::AppendEventsRequest::default()
        }
    }

    /// Requests of one caller, to be sent one after the other.
    pub fn requests(&mut self, count: usize, events: usize) -> Vec<v1::AppendEventsRequest> {
        (0..count).map(|_| self.request(events)).collect()
    }

    fn line_id(&self) -> String {
        format!("BL-{:07}", self.number)
    }

    fn event(&self, system: &str, number: u64, seconds: i64, payload: Payload) -> v1::Event {
        v1::Event {
            source_system: system.to_owned(),
            source_ref: format!("{}-{number:07}", self.id),
            stream: self.stream.clone(),
            occurred_at: Some(prost_types::Timestamp { seconds, nanos: 0 }),
            actor_org: PURCHASER.to_owned(),
            actor_role: ActorRole::Purchaser.into(),
            region_code: REGION.to_owned(),
            payload: Some(v1::EventPayload {
                payload: Some(payload),
            }),
            ..v1::Event::default()
        }
    }
}

fn submission(event: &v1::Event) -> EventSubmission {
    EventSubmission {
        event: Bytes::from(event.encode_to_vec()),
        ..EventSubmission::default()
    }
}

fn random_text(random: &mut SmallRng, bytes: usize) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .";
    let mut text = vec![0; bytes];
    random.fill_bytes(&mut text);
    text.iter()
        .map(|byte| char::from(LETTERS[usize::from(byte & 63)]))
        .collect()
}
