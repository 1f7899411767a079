//! Performance: advance, delivery, acceptance and its publication.

use bytes::Bytes;
use chrono::NaiveDate;

use super::{
    ACCEPTANCE, COMPLEX, COMPLEX_TO_ACCEPT, CONTRACT, PUBLIC_SERVICE, evaluation::REPRESENTATIVE,
};
use crate::{
    events::v1::{
        AcceptanceConcluded, AcceptanceItem, AcceptanceMaterialUploaded, AcceptanceMember,
        AcceptanceRequested, AcceptanceResult, AcceptanceResultNotice, AcceptanceTeamFormed,
        AcceptanceTeamFormedPersonal, CreditEvaluated, CreditScore, CreditSubjectKind,
        GoodsDelivered, NoticePublished, NoticeType, PersonDetail, PersonalPayload, UploadedFile,
        event_payload::Payload, notice_published::Content, personal_payload::Personal,
    },
    simulate::{
        draft::{instant, source},
        script::{MANAGEMENT, Script, Who, contract::Contract},
    },
};

impl Script<'_> {
    /// Performs the contract up to its acceptance, whose day it tells.
    pub(super) fn perform_planted(&mut self, rule_id: &str, contract: &mut Contract) -> NaiveDate {
        match rule_id {
            "GPL-49-SUPP-TERMS" | "GPL-50-CHANGE-GROUND" | "MOF243-01-CHG-2WD" => {
                self.change_planted(rule_id, contract);
            }
            "CN-SME-CONFIRM-30D" | "HY-09-CONFIRM-30D" => self.confirm_planted(rule_id, contract),
            _ => {}
        }
        self.go(8);
        self.deliver_planted(rule_id);
        self.go(1);
        self.accept_planted(rule_id, contract);
        let concluded_on = self.track.today;
        self.disclose_acceptance(rule_id, concluded_on);
        if !matches!(rule_id, "HY-08-CREDIT-10WD" | "HY-08-LOOP-GAP") {
            self.go(1);
            self.evaluate_credit(contract);
        }
        concluded_on
    }

    /// Publishes the acceptance and uploads its material, each within five working days.
    fn disclose_acceptance(&mut self, rule_id: &str, concluded_on: NaiveDate) {
        let about = ("acceptance", ACCEPTANCE);
        self.go(1);
        if rule_id != "HY-03-ACC-UPLOAD-5WD" {
            self.upload_planted();
        }
        if rule_id == "HY-03-ACC-PUB-5WD" {
            self.go(7);
        }
        if rule_id != "HY-03-DISC" {
            self.publish_acceptance();
        }
        if matches!(rule_id, "HY-03-ACC-PUB-5WD" | "HY-03-DISC") {
            self.breaks_within((concluded_on, 5), "HY-03-ACC-PUB-5WD", about);
        }
        if rule_id == "HY-03-ACC-UPLOAD-5WD" {
            self.go(7);
            self.upload_planted();
            self.breaks_within((concluded_on, 5), rule_id, about);
        }
    }

    fn publish_acceptance(&mut self) {
        let content = AcceptanceResultNotice {
            text: format!("{}验收结果公告", self.name()),
        };
        let about = NoticePublished {
            contract_id: CONTRACT.into(),
            acceptance_id: ACCEPTANCE.into(),
            ..NoticePublished::default()
        };
        let kind = NoticeType::AcceptanceResult;
        self.tell(kind, "YSGG-01", Content::AcceptanceResult(content), about);
    }

    fn deliver_planted(&mut self, rule_id: &str) {
        let delivered = GoodsDelivered {
            contract_id: CONTRACT.into(),
            delivery_no: "D1".into(),
            stage_no: None,
            delivered_on: self.track.today.to_string(),
        };
        let draft = self.draft(MANAGEMENT, Who::Unit, Payload::GoodsDelivered(delivered));
        if rule_id != "HY-08-LAG-1WD" {
            self.accept(draft, "delivered");
            return;
        }
        self.lag = 4;
        self.accept(draft, "delivered");
        let name = format!("{MANAGEMENT}/{}", self.last_ref);
        self.breaks_within((self.track.today, 1), rule_id, ("event", &name));
        self.track.today = self.track.recorded;
    }

    fn accept_planted(&mut self, rule_id: &str, contract: &mut Contract) {
        let requested = AcceptanceRequested {
            acceptance_id: ACCEPTANCE.into(),
            contract_id: CONTRACT.into(),
            requested_on: self.track.today.to_string(),
        };
        let is_typed = rule_id == "HY-08-MANUAL";
        let system = if is_typed {
            source::INTRANET
        } else {
            MANAGEMENT
        };
        let payload = Payload::AcceptanceRequested(requested);
        let draft = self.draft(system, Who::Unit, payload);
        self.accept(draft, "acceptance requested");
        if is_typed {
            self.breaks(rule_id, ("stage", "ACCEPTANCE"));
        }
        let requested_on = self.track.today;
        self.go(1);
        self.form_team(rule_id);
        let is_late = rule_id == "G205-ACC";
        self.go(if is_late { 9 } else { 2 });
        let item = |index: i32| AcceptanceItem {
            name: format!("{}第{index}项", self.outline.category.name),
            standard: "符合采购文件与合同约定".into(),
            passed: true,
        };
        let signer = match rule_id {
            "MOF99-ACC-SEPARATION" => REPRESENTATIVE,
            _ => "M-92001",
        };
        let concluded = AcceptanceConcluded {
            acceptance_id: ACCEPTANCE.into(),
            contract_id: CONTRACT.into(),
            stage_no: 9,
            is_final: true,
            items: (1..=3).map(item).collect(),
            result: AcceptanceResult::Passed.into(),
            accepted_fen: contract.payable_fen,
            concluded_on: self.track.today.to_string(),
            signers: vec![signer.into(), "M-92002".into()],
        };
        self.by(
            Who::Unit,
            Payload::AcceptanceConcluded(concluded),
            "accepted",
        );
        contract.accepted_fen = contract.payable_fen;
        let about = ("acceptance", ACCEPTANCE);
        match rule_id {
            "G205-ACC" => self.breaks_within((requested_on, 7), rule_id, about),
            "MOF99-ACC-SEPARATION" | "GPL-41-INSPECTION" | "GPLR-45-ACC" => {
                self.breaks(rule_id, about);
            }
            _ => {}
        }
    }

    fn form_team(&mut self, rule_id: &str) {
        let mut members = Vec::new();
        let mut persons = Vec::new();
        for (number, role) in (92_000..).zip(["组长", "组员", "组员"]) {
            let member_no = format!("M-{number}");
            persons.push(PersonDetail {
                member_no: member_no.clone(),
                name: format!("虚构人员{number}"),
                ..PersonDetail::default()
            });
            members.push(AcceptanceMember {
                member_no,
                role: role.into(),
            });
        }
        let is_complex = COMPLEX.contains(&rule_id);
        let formed = AcceptanceTeamFormed {
            acceptance_id: ACCEPTANCE.into(),
            contract_id: CONTRACT.into(),
            members,
            third_party: is_complex && rule_id != COMPLEX_TO_ACCEPT,
            service_users: rule_id != PUBLIC_SERVICE,
            formed_on: self.track.today.to_string(),
        };
        let nonce = Bytes::copy_from_slice(&self.random.bytes::<32>());
        let mut draft = self.draft(MANAGEMENT, Who::Unit, Payload::AcceptanceTeamFormed(formed));
        let persons = AcceptanceTeamFormedPersonal { nonce, persons };
        draft.personal = Some(PersonalPayload {
            personal: Some(Personal::AcceptanceTeamFormed(persons)),
        });
        self.accept(draft, "acceptance team formed");
    }

    fn upload_planted(&mut self) {
        let uploaded_at = instant(self.track.today, 10, 0);
        let uploaded = AcceptanceMaterialUploaded {
            acceptance_id: ACCEPTANCE.into(),
            contract_id: CONTRACT.into(),
            platform: source::SUPERVISION.into(),
            uploaded_at: Some(uploaded_at),
            receipt_no: format!("HZ-{}-01", self.project_id),
            files: vec![UploadedFile {
                name: "验收书.pdf".into(),
                hash: self.hash(),
            }],
        };
        let payload = Payload::AcceptanceMaterialUploaded(uploaded);
        let draft = self.draft_at(source::SUPERVISION, Who::Unit, uploaded_at, payload);
        self.accept(draft, "acceptance material uploaded");
    }

    pub(super) fn evaluate_credit(&mut self, contract: &Contract) {
        let scores = ["履约质量", "交付时效", "售后服务"].map(|dimension| CreditScore {
            dimension: dimension.into(),
            score: 4,
        });
        let evaluated = CreditEvaluated {
            evaluation_id: "XY-01".into(),
            contract_id: CONTRACT.into(),
            subject: self.world.suppliers[contract.supplier].uscc.clone(),
            subject_kind: CreditSubjectKind::Supplier.into(),
            evaluator: self.unit().uscc.clone(),
            scores: scores.to_vec(),
            comment: String::new(),
            evaluated_on: self.track.today.to_string(),
        };
        self.by(
            Who::Unit,
            Payload::CreditEvaluated(evaluated),
            "credit evaluated",
        );
    }
}
