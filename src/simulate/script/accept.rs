//! Acceptance of what was delivered: request, team, certificate, upload.

use bytes::Bytes;
use chrono::NaiveDate;

use super::{MANAGEMENT, Plant, Script, Who, contract::Contract};
use crate::{
    events::v1::{
        AcceptanceConcluded, AcceptanceItem, AcceptanceMaterialUploaded, AcceptanceMember,
        AcceptanceRequested, AcceptanceResult, AcceptanceTeamFormed, AcceptanceTeamFormedPersonal,
        PersonDetail, PersonalPayload, UploadedFile, event_payload::Payload,
        personal_payload::Personal,
    },
    simulate::draft::{instant, source},
};

impl Script<'_> {
    /// The supplier asks for acceptance and a team is formed; often neither is recorded. Tells the
    /// day of a request that is.
    pub(super) fn prepare_acceptance(&mut self, contract: &Contract) -> Option<NaiveDate> {
        if !self.random.chance(500) {
            return None;
        }
        self.pass_workdays(1, 4);
        let acceptance_id = format!("YS-{}-9", contract.lot_no);
        let requested = AcceptanceRequested {
            acceptance_id: acceptance_id.clone(),
            contract_id: contract.id.clone(),
            requested_on: self.track.today.to_string(),
        };
        let payload = Payload::AcceptanceRequested(requested);
        self.accept(
            self.draft(MANAGEMENT, Who::Unit, payload),
            "acceptance requested",
        );
        let requested_on = Some(self.track.today).filter(|_| !self.track.over);
        self.pass_workdays(1, 3);
        let mut members = Vec::new();
        let mut persons = Vec::new();
        for (index, role) in (0..).zip(["组长", "组员", "组员"]) {
            let member_no = format!("M-{:05}", self.random.below(800) * 5 + index);
            persons.push(PersonDetail {
                member_no: member_no.clone(),
                name: format!("虚构人员{}", &member_no[2..]),
                ..PersonDetail::default()
            });
            members.push(AcceptanceMember {
                member_no,
                role: role.into(),
            });
        }
        let formed = AcceptanceTeamFormed {
            acceptance_id,
            contract_id: contract.id.clone(),
            members,
            third_party: self.random.chance(100),
            service_users: self.random.chance(200),
            formed_on: self.track.today.to_string(),
        };
        let nonce = Bytes::copy_from_slice(&self.random.bytes::<32>());
        let mut draft = self.draft(MANAGEMENT, Who::Unit, Payload::AcceptanceTeamFormed(formed));
        let persons = AcceptanceTeamFormedPersonal { nonce, persons };
        draft.personal = Some(PersonalPayload {
            personal: Some(Personal::AcceptanceTeamFormed(persons)),
        });
        self.accept(draft, "acceptance team formed");
        requested_on
    }

    pub(super) fn items(&mut self, passed: bool) -> Vec<AcceptanceItem> {
        let count = self.random.between(2, 5);
        let item = |index: i64| AcceptanceItem {
            name: format!("{}第{}项", self.outline.category.name, index + 1),
            standard: "符合采购文件与合同约定".into(),
            passed: passed || index > 0,
        };
        (0..count).map(item).collect()
    }

    fn conclusion(
        &self,
        contract: &Contract,
        stage_no: i32,
        is_final: bool,
        (result, accepted_fen, items): (AcceptanceResult, i64, Vec<AcceptanceItem>),
    ) -> Payload {
        Payload::AcceptanceConcluded(AcceptanceConcluded {
            acceptance_id: format!("YS-{}-{stage_no}", contract.lot_no),
            contract_id: contract.id.clone(),
            stage_no,
            is_final,
            items,
            result: result.into(),
            accepted_fen,
            concluded_on: self.track.today.to_string(),
            signers: vec!["M-00001".into(), "M-00002".into()],
        })
    }

    pub(super) fn conclude(
        &mut self,
        contract: &mut Contract,
        stage_no: i32,
        is_final: bool,
        conclusion: (AcceptanceResult, i64, Vec<AcceptanceItem>),
    ) {
        contract.accepted_fen += conclusion.1;
        let label = match conclusion.0 {
            AcceptanceResult::Failed => "acceptance failed",
            AcceptanceResult::Partial => "accepted in part",
            _ => "accepted",
        };
        let payload = self.conclusion(contract, stage_no, is_final, conclusion);
        self.accept(self.draft(MANAGEMENT, Who::Unit, payload), label);
        // Acceptances are not published, and only the material of final ones is uploaded.
        if !self.track.over {
            let within = (self.track.today, 5);
            let id = format!("YS-{}-{stage_no}", contract.lot_no);
            let about = ("acceptance", id.as_str());
            self.breaks_unless_done(within, false, "HY-03-ACC-PUB-5WD", about);
            if !is_final {
                self.breaks_unless_done(within, false, "HY-03-ACC-UPLOAD-5WD", about);
            }
        }
    }

    pub(super) fn plant_acceptances(&mut self, contract: &Contract) {
        let rest_fen = contract.payable_fen - contract.accepted_fen;
        let passed = AcceptanceResult::Passed;
        if self.plants(Plant::NoItems) {
            let payload = self.conclusion(contract, 9, true, (passed, rest_fen, Vec::new()));
            self.refuse(self.draft(MANAGEMENT, Who::Unit, payload), Plant::NoItems);
        }
        if self.plants(Plant::AcceptOverPayable) {
            let items = self.items(true);
            let payload = self.conclusion(contract, 9, true, (passed, rest_fen + 1, items));
            self.refuse(
                self.draft(MANAGEMENT, Who::Unit, payload),
                Plant::AcceptOverPayable,
            );
        }
    }

    pub(super) fn upload(&mut self, contract: &Contract) {
        let (is_concluded, concluded_on) = (!self.track.over, self.track.today);
        let is_uploaded = self.random.chance(850);
        if is_uploaded {
            self.upload_material(contract);
        }
        if is_concluded {
            let id = format!("YS-{}-9", contract.lot_no);
            let (within, about) = ((concluded_on, 5), ("acceptance", id.as_str()));
            self.breaks_unless_done(within, is_uploaded, "HY-03-ACC-UPLOAD-5WD", about);
        }
    }

    fn upload_material(&mut self, contract: &Contract) {
        self.pass_workdays(1, 7);
        let uploaded_at = instant(self.track.today, 10, 0);
        let files = vec![UploadedFile {
            name: "验收书.pdf".into(),
            hash: self.hash(),
        }];
        let uploaded = AcceptanceMaterialUploaded {
            acceptance_id: format!("YS-{}-9", contract.lot_no),
            contract_id: contract.id.clone(),
            platform: source::SUPERVISION.into(),
            uploaded_at: Some(uploaded_at),
            receipt_no: format!("HZ-{}-{}", self.project_id, contract.lot_no),
            files,
        };
        let payload = Payload::AcceptanceMaterialUploaded(uploaded);
        let draft = self.draft_at(source::SUPERVISION, Who::Unit, uploaded_at, payload);
        self.accept(draft, "acceptance material uploaded");
    }
}
