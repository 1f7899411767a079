//! What may befall a contract: a change, a suspension, an early end.

use chrono::NaiveDate;

use super::{MANAGEMENT, Script, Who, contract::Contract};
use crate::events::v1::{
    ContractChanged, ContractResumed, ContractSuspended, ContractTerminated, TerminationGround,
    event_payload::Payload,
};

impl Script<'_> {
    /// Changes a clause, sometimes with the amount.
    pub(super) fn change(&mut self, contract: &mut Contract) {
        if !self.random.chance(60) {
            return;
        }
        self.pass_workdays(1, 8);
        let delta_fen = if self.random.chance(500) {
            -(contract.amount_fen / 200)
        } else {
            0
        };
        let changed = ContractChanged {
            contract_id: contract.id.clone(),
            change_no: "C1".into(),
            clause: "交付地点".into(),
            before: "采购人主楼".into(),
            after: "采购人附楼".into(),
            delta_fen,
            payee_account_ref: String::new(),
            legal_ground: "政府采购法第五十条".into(),
            changed_on: self.track.today.to_string(),
        };
        let payload = Payload::ContractChanged(changed);
        self.accept(
            self.draft(MANAGEMENT, Who::Unit, payload),
            "contract changed",
        );
        contract.payable_fen += delta_fen;
        let id = format!("{}/change/C1", contract.id);
        self.break_publication(&id);
    }

    /// Changes and supplements are not published, which is asked since the middle of December 2023.
    pub(super) fn break_publication(&mut self, id: &str) {
        let since = NaiveDate::from_ymd_opt(2023, 12, 15).unwrap_or_default();
        if !self.track.over && self.track.today >= since {
            let (within, about) = ((self.track.today, 2), ("contract", id));
            self.breaks_unless_done(within, false, "MOF243-01-CHG-2WD", about);
        }
    }

    /// Suspends and resumes performance, rarely.
    pub(super) fn suspend(&mut self, contract: &Contract) {
        if !self.random.chance(20) {
            return;
        }
        self.pass_workdays(1, 5);
        let suspended = ContractSuspended {
            contract_id: contract.id.clone(),
            reason: "场地未具备条件".into(),
            on: self.track.today.to_string(),
        };
        let payload = Payload::ContractSuspended(suspended);
        self.accept(
            self.draft(MANAGEMENT, Who::Unit, payload),
            "contract suspended",
        );
        self.pass_workdays(5, 20);
        let on = self.track.today.to_string();
        let resumed = ContractResumed {
            contract_id: contract.id.clone(),
            on,
        };
        let payload = Payload::ContractResumed(resumed);
        self.accept(
            self.draft(MANAGEMENT, Who::Unit, payload),
            "contract resumed",
        );
    }

    /// Ends a contract before it is done, rarely; true when it did.
    pub(super) fn terminate(&mut self, contract: &Contract) -> bool {
        if !self.random.chance(15) {
            return false;
        }
        self.pass_workdays(5, 20);
        let terminated = ContractTerminated {
            contract_id: contract.id.clone(),
            ground: TerminationGround::Mutual.into(),
            settled_fen: contract.claimed_fen,
            on: self.track.today.to_string(),
        };
        let payload = Payload::ContractTerminated(terminated);
        self.accept(
            self.draft(MANAGEMENT, Who::Unit, payload),
            "contract terminated",
        );
        true
    }
}
