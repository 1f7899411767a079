//! What happened under a contract, or under an order that is one: deliveries, acceptances, money.

use crate::{
    events::v1::{AcceptanceResult, event_payload::Payload},
    rules::case::Scene,
    views::Standing,
};

/// What happened under a contract.
#[derive(Default)]
pub(super) struct Book<'a> {
    /// Stage, and act; no stage for the whole.
    pub deliveries: Vec<(Option<i32>, &'a Standing)>,
    /// When what had failed was mended.
    pub rectified: Vec<&'a Standing>,
    /// Acceptances.
    pub conclusions: Vec<Conclusion<'a>>,
    /// Settlements, in order of days once sorted.
    pub settlements: Vec<Settlement<'a>>,
    /// Amount, and act.
    pub invoices: Vec<(i64, &'a Standing)>,
    /// Payments that did not come back.
    pub payments: Vec<Payment<'a>>,
    /// Supplements and changes less damages.
    pub added_fen: i128,
    /// All that is owed after a termination.
    pub settled_fen: Option<i64>,
    /// The last act that took from what is payable.
    pub reduced: Option<(&'a Standing, &'static str)>,
}

/// How an acceptance was concluded.
pub(super) struct Conclusion<'a> {
    /// The stage.
    pub stage_no: i32,
    /// It is the final one.
    pub is_final: bool,
    /// All of it passed.
    pub has_passed: bool,
    /// The act.
    pub act: &'a Standing,
}

/// A confirmed settlement.
pub(super) struct Settlement<'a> {
    /// Its number.
    pub no: &'a str,
    /// The term, empty where none is named.
    pub term_no: &'a str,
    /// The amount.
    pub fen: i64,
    /// The act.
    pub act: &'a Standing,
}

/// A payment that did not come back.
pub(super) struct Payment<'a> {
    /// Its number.
    pub id: &'a str,
    /// The term, empty where none is named.
    pub term_no: &'a str,
    /// The amount.
    pub fen: i64,
    /// The act.
    pub act: &'a Standing,
}

impl<'a> Book<'a> {
    /// What happened under a contract, by its number.
    pub(super) fn of(scene: &Scene<'a>, id: &str) -> Self {
        let (mut book, mut terms_of) = (Self::default(), Vec::new());
        for (act, payload) in scene.acts() {
            book.deliver(id, act, payload);
            book.count(id, act, payload);
            book.pay(id, act, payload, &mut terms_of);
        }
        book.payments.sort_by_key(|payment| payment.act.on());
        book.invoices.sort_by_key(|(_, act)| act.on());
        book.settlements.sort_by_key(|settled| settled.act.on());
        book
    }

    fn deliver(&mut self, id: &str, act: &'a Standing, payload: &'a Payload) {
        match payload {
            Payload::GoodsDelivered(e) if e.contract_id == id => {
                self.deliveries.push((e.stage_no, act));
            }
            Payload::EmallOrderDelivered(e) if e.order_no == id => {
                self.deliveries.push((None, act));
            }
            Payload::RectificationCompleted(e) if e.contract_id == id => self.rectified.push(act),
            Payload::AcceptanceConcluded(e) if e.contract_id == id => {
                self.conclusions.push(Conclusion {
                    stage_no: e.stage_no,
                    is_final: e.is_final,
                    has_passed: e.result() == AcceptanceResult::Passed,
                    act,
                });
            }
            Payload::EmallOrderAccepted(e) if e.order_no == id => {
                self.conclusions.push(Conclusion {
                    stage_no: 1,
                    is_final: true,
                    has_passed: true,
                    act,
                });
            }
            _ => {}
        }
    }

    fn count(&mut self, id: &str, act: &'a Standing, payload: &'a Payload) {
        match payload {
            Payload::SupplementSigned(e) if e.contract_id == id => {
                self.added_fen += i128::from(e.amount_fen);
            }
            Payload::ContractChanged(e) if e.contract_id == id => {
                self.added_fen += i128::from(e.delta_fen);
                if e.delta_fen < 0 {
                    self.reduced =
                        Some((act, "合同变更后不再应付 no longer payable after a change"));
                }
            }
            Payload::LiquidatedDamagesAssessed(e) if e.contract_id == id => {
                self.added_fen -= i128::from(e.amount_fen);
                self.reduced = Some((act, "已以违约金抵扣 set off against damages"));
            }
            Payload::ContractTerminated(e) if e.contract_id == id => {
                self.settled_fen = Some(e.settled_fen);
                self.reduced = Some((act, "合同已终止，不再应付 the contract was terminated"));
            }
            Payload::EmallOrderCancelled(e) if e.order_no == id => {
                self.settled_fen = Some(0);
                self.reduced = Some((act, "订单已取消 the order was cancelled"));
            }
            Payload::EmallOrderReturned(e) if e.order_no == id => {
                self.settled_fen = Some(0);
                self.reduced = Some((act, "已退货 the goods were sent back"));
            }
            Payload::SettlementConfirmed(e) if e.contract_id == id => {
                self.settlements.push(Settlement {
                    no: &e.settlement_no,
                    term_no: &e.term_no,
                    fen: e.amount_fen,
                    act,
                });
            }
            Payload::InvoiceReceived(e) if e.contract_id == id => {
                self.invoices.push((e.amount_fen, act));
            }
            _ => {}
        }
    }

    /// Takes in payments; one that came back was not made. `terms_of` keeps what is requested.
    fn pay(
        &mut self,
        id: &str,
        act: &'a Standing,
        payload: &'a Payload,
        terms_of: &mut Vec<(&'a str, &'a str)>,
    ) {
        match payload {
            Payload::PaymentRequested(e) if e.contract_id == id => {
                terms_of.push((&e.payment_id, &e.term_no));
            }
            Payload::PaymentExecuted(e) if e.contract_id == id => {
                let mut requests = terms_of.iter().rev();
                let requested = requests.find(|(payment, _)| *payment == e.payment_id);
                self.payments.push(Payment {
                    id: &e.payment_id,
                    term_no: requested.map_or("", |(_, term_no)| term_no),
                    fen: e.amount_fen,
                    act,
                });
            }
            Payload::PaymentReturned(e) if e.contract_id == id => {
                let is_it = |payment: &Payment<'_>| payment.id == e.payment_id;
                if let Some(place) = self.payments.iter().rposition(is_it) {
                    self.payments.remove(place);
                }
            }
            _ => {}
        }
    }
}
