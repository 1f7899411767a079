//! The event that benches append: a notice on an existing project, filled to an exact length.

use chrono::NaiveDate;
use prost::Message as _;

use super::{
    draft::{Draft, instant, midnight, source},
    random::Random,
};
use crate::{
    domain::values::uscc,
    events::{
        v1::{
            ActorRole, BudgetLineApproved, BudgetPart, Event, FundNature, LawTrack,
            NoticePublished, NoticeType, Organisation, PlanFiled, PlanLot, ProcurementMethod,
            SmePolicy, SmePolicyKind, TenderNotice, event_payload::Payload,
            notice_published::Content,
        },
        wire::EventSubmission,
    },
};

/// Letters of random text: 64, so that each is worth six bits and nothing compresses well.
const LETTERS: &[u8; 64] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-";
/// The longest text of a notice, in bytes.
const TEXT_BYTES_MAX: usize = 4096;

/// Notices of one caller on one project of its own.
#[derive(Debug, Clone)]
pub struct NoticeLoad {
    random: Random,
    caller: u32,
    serial: u64,
}

impl NoticeLoad {
    /// The load of a caller; equal arguments give equal events.
    pub fn new(seed: u64, caller: u32) -> Self {
        Self {
            random: Random::new(seed, u64::from(caller)),
            caller,
            serial: 0,
        }
    }

    /// The stream of the caller's project.
    pub fn stream(&self) -> String {
        format!("project/4304/{}", self.project_id())
    }

    /// What must be appended before the first notice: the project's budget line and its plan. One
    /// batch; two streams, so that the first notice meets revision 0 of its own.
    pub fn setup(&self) -> Vec<EventSubmission> {
        let line = BudgetLineApproved {
            budget_line_id: self.line_id(),
            fiscal_year: 2023,
            unit: unit(),
            project_code: format!("43040023T{:012}", self.caller),
            func_code: "2010301".into(),
            dept_econ_code: "31002".into(),
            fund_nature: FundNature::General.into(),
            category: "A02010105".into(),
            amount_fen: 100_000_000,
            approved_on: day().to_string(),
            category_version: 2022,
            ..BudgetLineApproved::default()
        };
        let part = BudgetPart {
            budget_line_id: self.line_id(),
            amount_fen: 100_000_000,
        };
        let lot = PlanLot {
            lot_no: "01".into(),
            name: "台式计算机".into(),
            amount_fen: 100_000_000,
            ..PlanLot::default()
        };
        let plan = PlanFiled {
            plan_id: format!("PL-{}", self.project_id()),
            plan_no: format!("衡财采计〔2023〕{:06}号", self.caller),
            budget_parts: vec![part],
            project_name: "虚构·台式计算机采购项目".into(),
            unit: unit(),
            organisation: Organisation::Dispersed.into(),
            method: ProcurementMethod::Inquiry.into(),
            category: "A02010105".into(),
            category_version: 2022,
            law_track: LawTrack::ProcurementLaw.into(),
            amount_fen: 100_000_000,
            lots: vec![lot],
            sme_policy: Some(SmePolicy {
                kind: SmePolicyKind::AllReserved.into(),
                reason: String::new(),
                reserved_fen: 100_000_000,
            }),
            filed_on: day().to_string(),
            ..PlanFiled::default()
        };
        let line = Draft {
            source: source::BUDGET,
            stream: format!("budget-line/4304/{}", self.line_id()),
            occurred_at: midnight(day()),
            actor: uscc::compose("11", "430400", "00009905"),
            role: ActorRole::BudgetSys,
            region: "430400".into(),
            payload: Payload::BudgetLineApproved(line),
            sealed: None,
            personal: None,
        };
        let plan = Draft {
            source: source::MANAGEMENT,
            stream: self.stream(),
            actor: unit(),
            role: ActorRole::Purchaser,
            payload: Payload::PlanFiled(plan),
            ..line.clone()
        };
        let name = |kind| format!("LOAD-{kind}-{:06}", self.caller);
        vec![line.submit(&name("BL")), plan.submit(&name("PL"))]
    }

    /// The next notice, its `Event` exactly `event_bytes` long.
    ///
    /// # Panics
    /// When no notice has that length: below about 260 bytes, or above what a notice may hold.
    pub fn notice(&mut self, event_bytes: usize) -> EventSubmission {
        self.serial += 1;
        let mut text_bytes: usize = 1;
        let mut url_bytes = 0;
        // A length field that grows may skip the wanted length; a longer address mends it.
        for _ in 0..8 {
            let event = self.event(&"x".repeat(text_bytes), url_bytes);
            let length = event.encoded_len();
            if length == event_bytes {
                let text = self.text(text_bytes);
                let event = self.event(&text, url_bytes).encode_to_vec().into();
                return EventSubmission {
                    event,
                    ..EventSubmission::default()
                };
            }
            let wanted = (text_bytes + event_bytes).saturating_sub(length);
            if wanted + 1 == text_bytes && length == event_bytes + 1 {
                url_bytes += 1;
            }
            text_bytes = wanted.max(1);
            assert!(
                text_bytes <= TEXT_BYTES_MAX,
                "no notice has {event_bytes} bytes"
            );
        }
        panic!("no notice has {event_bytes} bytes");
    }

    fn text(&mut self, bytes: usize) -> String {
        let mut text = String::with_capacity(bytes);
        let mut bits = 0;
        for index in 0..bytes {
            if index % 10 == 0 {
                bits = self.random.bits();
            }
            text.push(char::from(LETTERS[(bits & 63) as usize]));
            bits >>= 6;
        }
        text
    }

    fn event(&self, text: &str, url_bytes: usize) -> Event {
        let notice_id = format!("N-{:010}", self.serial);
        let published_at = instant(day(), 8, 0);
        let content = TenderNotice {
            text: text.into(),
            ..TenderNotice::default()
        };
        let notice = NoticePublished {
            url: format!(
                "https://ccgp-hy.example.org/{notice_id}{}",
                "x".repeat(url_bytes)
            ),
            notice_id,
            notice_type: NoticeType::Tender.into(),
            project_id: self.project_id(),
            channel: source::NOTICES.into(),
            published_at: Some(published_at),
            content: Some(Content::Tender(content)),
            ..NoticePublished::default()
        };
        Event {
            source_system: source::NOTICES.into(),
            source_ref: format!("L{:06}-{:010}", self.caller, self.serial),
            stream: self.stream(),
            occurred_at: Some(published_at),
            actor_org: unit(),
            actor_role: ActorRole::Purchaser.into(),
            region_code: "430400".into(),
            payload: Some(crate::events::v1::EventPayload {
                payload: Some(Payload::NoticePublished(notice)),
            }),
            ..Event::default()
        }
    }

    fn project_id(&self) -> String {
        format!("LD-{:06}", self.caller)
    }

    fn line_id(&self) -> String {
        format!("BL-LD-{:06}", self.caller)
    }
}

fn unit() -> String {
    uscc::compose("11", "430400", "00009900")
}

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2023, 6, 1).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::NoticeLoad;

    #[test]
    fn fills_a_notice_to_the_byte() {
        let mut load = NoticeLoad::new(1, 7);
        for bytes in (280..=700).chain([1000, 2000, 4000]) {
            let submission = load.notice(bytes);
            assert_eq!(submission.event.len(), bytes);
        }
        assert_ne!(load.notice(400).event, load.notice(400).event);
        assert_eq!(load.setup().len(), 2);
    }

    #[test]
    #[should_panic(expected = "no notice has 100 bytes")]
    fn refuses_a_length_that_no_notice_has() {
        NoticeLoad::new(1, 7).notice(100);
    }
}
