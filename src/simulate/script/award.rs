//! From the plan to the award of a lot, and its notice.

use super::{MANAGEMENT, Plant, Script, Who};
use crate::{
    events::v1::{
        AwardBasis, AwardRecorded, AwardResultNotice, ContractNotice, FrameworkOrderItem,
        FrameworkOrderPlaced, IntentionNotice, NoticePublished, NoticeType, TenderNotice,
        TopCandidate, event_payload::Payload, notice_published::Content,
    },
    simulate::draft::{instant, source},
};

/// An awarded lot.
#[derive(Debug, Clone)]
pub(super) struct Award {
    pub lot: usize,
    pub lot_no: String,
    /// An index into the suppliers.
    pub supplier: usize,
    pub amount_fen: i64,
    pub determined_on: chrono::NaiveDate,
    /// The day of the award notice, or of the record.
    pub ready_on: chrono::NaiveDate,
}

impl Script<'_> {
    /// Writes the life of one lot after the plan.
    pub(super) fn live_lot(&mut self, lot: usize) {
        let lot_no = format!("{:02}", lot + 1);
        let award = if self.outline.is_tendered {
            self.tender(lot, lot_no)
        } else {
            self.record(lot, lot_no)
        };
        let Some(award) = award else { return };
        self.announce(&award);
        if self.outline.is_tendered {
            self.dispute(&award);
        }
        self.contract(&award);
    }

    /// A random supplier.
    pub(super) fn supplier(&mut self) -> usize {
        self.random.below(self.world.suppliers.len() as u64) as usize
    }

    /// An award of 82 to 99 % of the lot: below every ceiling. Whole yuan.
    pub(super) fn award_fen(&mut self, lot: usize) -> i64 {
        let amount_fen = self.outline.lots[lot].amount_fen;
        let share = self.random.between(820, 989);
        (amount_fen / 1000 * share / 100 * 100).max(100)
    }

    /// Records an award that was made elsewhere.
    pub(super) fn record(&mut self, lot: usize, lot_no: String) -> Option<Award> {
        self.pass_workdays(5, 25);
        let order = self.order_of_framework(lot, &lot_no);
        let (supplier, award_fen, basis) = match order {
            Some((supplier, fen)) => (supplier, fen, AwardBasis::Framework),
            None => (self.supplier(), self.award_fen(lot), AwardBasis::Other),
        };
        let recorded = AwardRecorded {
            lot_no: lot_no.clone(),
            supplier: self.world.suppliers[supplier].uscc.clone(),
            award_fen,
            determined_on: self.track.today.to_string(),
            basis: basis.into(),
        };
        for plant in [
            Plant::AwardOverCeiling,
            Plant::BadSupplier,
            Plant::UnknownLot,
        ] {
            if self.plants(plant) {
                let mut wrong = recorded.clone();
                match plant {
                    Plant::AwardOverCeiling => {
                        wrong.award_fen = self.outline.lots[lot].amount_fen + 1;
                    }
                    Plant::BadSupplier => {
                        let last = wrong.supplier.pop();
                        wrong
                            .supplier
                            .push(if last == Some('0') { '1' } else { '0' });
                    }
                    _ => wrong.lot_no = "77".into(),
                }
                self.refuse(
                    self.draft(MANAGEMENT, Who::Unit, Payload::AwardRecorded(wrong)),
                    plant,
                );
            }
        }
        let payload = Payload::AwardRecorded(recorded);
        self.accept(self.draft(MANAGEMENT, Who::Unit, payload), "award recorded");
        let day = self.track.today;
        self.breaks_on(day, "SYS-AWARD-RECORDED", ("lot", &lot_no));
        let award = Award {
            lot,
            lot_no,
            supplier,
            amount_fen: award_fen,
            determined_on: day,
            ready_on: day,
        };
        (!self.track.over).then_some(award)
    }

    /// Orders under a framework agreement, where there is one: the supplier, and fen.
    fn order_of_framework(&mut self, lot: usize, lot_no: &str) -> Option<(usize, i64)> {
        let category = self.outline.category.code;
        let framework = self.frameworks.iter().find(|framework| {
            framework.category == category && framework.takes_orders(self.track.today)
        })?;
        let most_fen = self.award_fen(lot);
        let pieces = most_fen / framework.unit_price_fen;
        if pieces == 0 {
            return None;
        }
        let supplier = *self.random.pick(&framework.suppliers);
        let amount_fen = pieces * framework.unit_price_fen;
        let placed = FrameworkOrderPlaced {
            framework_id: framework.id.clone(),
            order_no: format!("KD-{}-{lot_no}", self.project_id),
            unit: self.unit().uscc.clone(),
            project_id: self.project_id.clone(),
            lot_no: lot_no.into(),
            supplier: self.world.suppliers[supplier].uscc.clone(),
            selection: framework.selection.into(),
            items: vec![FrameworkOrderItem {
                sku: framework.sku.into(),
                qty_milli: pieces * 1000,
                unit_price_fen: framework.unit_price_fen,
            }],
            amount_fen,
            placed_on: self.track.today.to_string(),
        };
        let payload = Payload::FrameworkOrderPlaced(placed);
        let mut draft = self.draft(MANAGEMENT, Who::Unit, payload);
        draft.stream = format!("framework/4304/{}", framework.id);
        self.accept(draft, "ordered under a framework");
        Some((supplier, amount_fen))
    }

    /// Publishes the result, mostly.
    fn announce(&mut self, award: &Award) {
        if !self.random.chance(920) {
            return;
        }
        let late = self.random.chance(60);
        self.pass_workdays(i64::from(late) * 4, 2 + i64::from(late) * 6);
        let supplier = &self.world.suppliers[award.supplier];
        let region = self.world.regions[supplier.region].name;
        let top = TopCandidate {
            rank: 1,
            name: supplier.name.clone(),
            price_fen: award.amount_fen,
            score_x100: Some(9000),
            evaluated_price_fen: None,
        };
        let agency = self
            .agency
            .map(|agency| self.world.agencies[agency].uscc.clone());
        let content = AwardResultNotice {
            purchaser: self.unit().uscc.clone(),
            agency: agency.unwrap_or_default(),
            project_no: self.project_id.clone(),
            winner: supplier.uscc.clone(),
            winner_address: format!("湖南省衡阳市{region}示例路1号"),
            award_fen: award.amount_fen,
            items: vec![self.outline.category.name.into()],
            expert_names: Vec::new(),
            unqualified_suppliers: Vec::new(),
            top_candidates: vec![top],
            notice_period_wd: 1,
        };
        let kind = NoticeType::AwardResult;
        let notice_id = format!("JG-{}", award.lot_no);
        self.publish(
            kind,
            notice_id,
            &award.lot_no,
            "",
            Content::AwardResult(content),
        );
        // The experts are never named.
        let notice_id = format!("JG-{}", award.lot_no);
        self.breaks_on(self.track.today, "GPLR-43-CONTENT", ("notice", &notice_id));
    }

    /// Publishes what the unit means to buy.
    pub(super) fn publish_intention(&mut self) {
        let text = format!("{}拟于近期采购,具体以采购公告为准。", self.name());
        let content = Content::Intention(IntentionNotice { text });
        self.publish(NoticeType::Intention, "YX".into(), "", "", content);
    }

    /// Publishes the notice of a tender.
    pub(super) fn publish_tender(&mut self, lot_no: &str) {
        let text = format!("{}公开采购公告", self.name());
        let budget_fen = Some(self.outline.amount_fen());
        let content = TenderNotice {
            text,
            requirement: String::new(),
            budget_fen,
        };
        let notice_id = format!("GG-{lot_no}");
        self.publish(
            NoticeType::Tender,
            notice_id,
            lot_no,
            "",
            Content::Tender(content),
        );
    }

    /// Publishes a contract.
    pub(super) fn publish_contract(&mut self, lot_no: &str, contract_id: &str) {
        let text = format!("{}合同公告", self.name());
        let content = ContractNotice {
            text,
            contract_hash: String::new(),
        };
        let notice_id = format!("HT-{lot_no}");
        let content = Content::Contract(content);
        self.publish(
            NoticeType::Contract,
            notice_id,
            lot_no,
            contract_id,
            content,
        );
    }

    pub(super) fn publish(
        &mut self,
        kind: NoticeType,
        notice_id: String,
        lot_no: &str,
        contract_id: &str,
        content: Content,
    ) {
        let minute = self.random.between(0, 59);
        let published_at = instant(self.track.today, 8, minute);
        let notice = NoticePublished {
            url: format!(
                "https://ccgp-hy.example.org/{}/{notice_id}",
                self.project_id
            ),
            notice_id,
            notice_type: kind.into(),
            project_id: self.project_id.clone(),
            lot_nos: Some(lot_no.to_owned())
                .filter(|no| !no.is_empty())
                .into_iter()
                .collect(),
            contract_id: contract_id.into(),
            channel: source::NOTICES.into(),
            published_at: Some(published_at),
            content: Some(content),
            ..NoticePublished::default()
        };
        let payload = Payload::NoticePublished(notice);
        let draft = self.draft_at(source::NOTICES, self.organiser(), published_at, payload);
        self.accept(draft, "notice published");
    }
}
