//! What histories tell the tables.

use std::sync::Arc;

use super::kit::{Bench, TODAY};
use crate::{
    domain::{
        decider::HistoryItem,
        testkit::{
            SUPPLIER, SUPPLIER_2, UNIT, World, award_recorded, bid_received, bids_opened,
            contract_signed, evaluation_concluded,
            market::{
                emall_order_accepted, emall_order_placed, emall_rfq_closed, emall_rfq_opened,
                order_payment_executed, order_payment_requested,
            },
            plan_filed, procurement_document_issued, winner_determined,
        },
        values::StreamKind,
    },
    events::v1::{self, CorrectionEffect, EmallMethod, ProcurementMethod},
};

/// The rows of a query, each with its columns between bars.
fn rows(bench: &Bench, sql: &str) -> Vec<String> {
    let mut statement = bench.connection.prepare(sql).expect("a statement");
    let columns = statement.column_count();
    let row = |row: &rusqlite::Row<'_>| {
        let text = (0..columns).map(|at| match row.get_ref(at)? {
            rusqlite::types::ValueRef::Integer(number) => Ok(number.to_string()),
            rusqlite::types::ValueRef::Text(text) => Ok(String::from_utf8_lossy(text).into_owned()),
            other => Ok(format!("{other:?}")),
        });
        Ok(text.collect::<rusqlite::Result<Vec<String>>>()?.join("|"))
    };
    let found = statement.query_map([], row).expect("rows");
    found.collect::<Result<_, _>>().expect("rows")
}

#[test]
fn bids_are_told_after_opening_alone() {
    let mut bench = Bench::new();
    let mut told = bench.told(StreamKind::Project, "PJ-1");
    told.tell(plan_filed());
    told.tell(procurement_document_issued());
    told.tell(bid_received("B-1"));
    bench.take(&told);
    assert!(rows(&bench, "SELECT * FROM bids").is_empty());
    assert_eq!(rows(&bench, "SELECT bidders_count FROM lots"), ["-1"]);
    told.tell(bids_opened());
    bench.take(&told);
    let bids = "SELECT bid_no, tenderers, price, price_fen, received_at > 0, status FROM bids";
    let opened = [
        format!("B-1|{SUPPLIER}|900000|90000000|1|pending"),
        format!("B-2|{SUPPLIER_2}|1000000|100000000|0|pending"),
    ];
    assert_eq!(rows(&bench, bids), opened);
    told.tell(evaluation_concluded());
    told.tell(winner_determined());
    bench.take(&told);
    let status = rows(&bench, "SELECT status FROM bids ORDER BY bid_no");
    assert_eq!(status, ["valid", "disqualified"]);
    let lot = "SELECT unit, method_text, competition, status, price_rule, bidders_count, \
               ceiling_fen, award_fen, supplier, awarded_on, evidence FROM lots";
    let expected = format!(
        "{UNIT}|OPEN_TENDER|open|complete|price|2|100000000|90000000|{SUPPLIER}|2024-02-08|\
         101,103,104,105"
    );
    assert_eq!(rows(&bench, lot), [expected]);
    assert_eq!(
        rows(&bench, "SELECT code, scheme FROM award_items"),
        ["A02010105|品目"]
    );
}

#[test]
fn native_lots_are_asked_as_processes_are() {
    let mut bench = Bench::new();
    bench.project("PJ-1", |told| {
        told.tell(plan_filed());
        told.tell(bids_opened());
        told.tell(evaluation_concluded());
        told.tell(winner_determined());
    });
    // The second bid, of 1,000,000.00 yuan, is invalid.
    let lot = "lot/4304/PJ-1/01";
    let says = |indicator| bench.says(indicator, lot);
    assert_eq!(
        says("R035"),
        "fail valid_tenderers=1 disqualified_others=1; disqualified_min=1"
    );
    assert_eq!(
        says("R036"),
        "pass lowest_disqualified=1000000 CNY; lowest_kept=900000 CNY"
    );
    assert_eq!(says("R028"), "pass tenderers=2");
    let second = "not_applicable: nobody else has a valid price in the main currency";
    assert_eq!(says("R024"), second);
}

#[test]
fn a_plan_whose_method_was_approved_is_no_part_of_a_split() {
    let mut bench = Bench::new();
    for (id, is_approved) in [("PJ-1", false), ("PJ-2", true)] {
        bench.project(id, |told| {
            told.tell(v1::PlanFiled {
                method: ProcurementMethod::Inquiry.into(),
                ..plan_filed()
            });
            if is_approved {
                told.tell(v1::MethodChangeApproved {
                    request_id: "RQ-1".to_owned(),
                    lot_nos: vec!["01".to_owned()],
                    to_method: ProcurementMethod::Inquiry.into(),
                    doc_no: "衡财采〔2024〕1号".to_owned(),
                    decided_on: "2024-01-12".to_owned(),
                });
            }
        });
    }
    let split = bench.asked("BH-SPLIT", TODAY);
    let words: Vec<String> = split.iter().map(super::kit::words).collect();
    assert_eq!(words, ["not_applicable: the limit is not known"]);
    let approved = "SELECT project_id, is_approved FROM purchases JOIN lots USING (position)";
    assert_eq!(rows(&bench, approved), ["PJ-1|0", "PJ-2|1"]);
}

#[test]
fn corrections_change_rows_and_a_revoked_award_stays_known() {
    let mut bench = Bench::new();
    let mut told = bench.told(StreamKind::Project, "PJ-1");
    told.tell(plan_filed());
    let award = told.tell(award_recorded());
    let corrected = v1::AwardRecorded {
        award_fen: 80_000_000,
        ..award_recorded()
    };
    told.correct("2024-03-01", award, CorrectionEffect::Normal, corrected);
    bench.take(&told);
    let awards = "SELECT award_no, status, suppliers, amount, evidence FROM awards";
    assert_eq!(
        rows(&bench, awards),
        [format!("|active|{SUPPLIER}|800000|101,102")]
    );
    told.tell(v1::AwardRevoked {
        lot_no: "01".to_owned(),
        reason: "放弃中标".to_owned(),
        next_candidate: SUPPLIER_2.to_owned(),
        next_award_fen: Some(85_000_000),
        revoked_on: "2024-03-05".to_owned(),
        ..Default::default()
    });
    bench
        .connection
        .execute("DELETE FROM awards", [])
        .expect("no rows");
    bench.take(&told);
    let both = [
        format!("|active|{SUPPLIER_2}|850000|103"),
        format!("-1|cancelled|{SUPPLIER}|800000|101,102"),
    ];
    assert_eq!(rows(&bench, awards), both);
}

#[test]
fn what_was_voided_is_not_told() {
    let mut bench = Bench::new();
    let mut told = bench.told(StreamKind::Project, "PJ-1");
    told.tell(plan_filed());
    let award = told.tell(award_recorded());
    told.tell(contract_signed());
    bench.take(&told);
    let contract = "contract/4304/PJ-1/CT-1";
    let whole = "pass award=900000 CNY ratio=1.000000000; ratio_max=1.500000000";
    assert_eq!(bench.says("BH-AWARD-GAP", contract), whole);
    let mut fact = World::new().fact(award_recorded());
    fact.stream.clone_from(&told.stream);
    let void = v1::EventVoided {
        reason: "重复登记".to_owned(),
        ..Default::default()
    };
    fact.event.payload = Some(v1::EventPayload {
        payload: Some(void.into()),
    });
    let recorded_us = told.history.recorded_us(told.history.items().len() - 1);
    let item = HistoryItem {
        position: told.next,
        fact: Arc::new(fact),
        amends: Some(award),
    };
    told.history.push(recorded_us, item);
    told.next += 1;
    bench.take(&told);
    let unknown = "not_applicable: the amount of the award is not known";
    assert_eq!(bench.says("BH-AWARD-GAP", contract), unknown);
    assert_eq!(
        rows(&bench, "SELECT status, supplier, award_fen FROM lots"),
        ["active||0"]
    );
}

#[test]
fn an_order_is_a_lot_a_contract_and_a_purchase() {
    let mut bench = Bench::new();
    bench.stream(StreamKind::Order, "EO-2023-000001", |told| {
        told.tell(emall_rfq_opened());
        told.tell(v1::EmallRfqClosed {
            offers_count: 1,
            ..emall_rfq_closed(10_000_000)
        });
        told.tell(v1::EmallOrderPlaced {
            method: EmallMethod::Bid.into(),
            ..emall_order_placed()
        });
        told.tell(emall_order_accepted());
        told.tell(order_payment_requested("PY-1", 10_000_000));
        told.tell(order_payment_executed("PY-1", 10_000_000));
    });
    let order = "order/4304/EO-2023-000001";
    assert_eq!(bench.says("R018", order), "fail bidders=1; bidders_min=2");
    assert_eq!(
        bench.says("R003", order),
        "not_applicable: the method is not asked"
    );
    let early = bench.says("BH-PAID-BEFORE-ACCEPTANCE", order);
    assert!(
        early.ends_with("; accepted_on=2024-03-08") && early.starts_with("pass"),
        "{early}"
    );
    let purchases = rows(
        &bench,
        "SELECT category, amount_fen, limit_kind FROM purchases",
    );
    assert_eq!(purchases, ["A02010105|10000000|small"]);
}

#[test]
fn releases_of_a_process_are_merged_in_the_order_of_their_dates() {
    let mut bench = Bench::new();
    let release = |id: &str, on: &str, json: &str| v1::OcdsReleaseImported {
        ocid: "ocds-213czf-1".to_owned(),
        release_id: id.to_owned(),
        released_on: on.to_owned(),
        release_json: json.to_owned().into_bytes().into(),
        ..Default::default()
    };
    bench.stream(StreamKind::Ocds, "ocds-213czf-1", |told| {
        let later = r#"{"tender":{"status":"complete"},"awards":[{"id":"A","status":"active"}]}"#;
        told.tell(release("2", "2024-02-01", later));
        let earlier = r#"{"buyer":{"id":"B"},"tender":{"status":"active","procurementMethod":
            "open","numberOfTenderers":1},"awards":[{"id":"A","status":"pending","suppliers":
            [{"id":"S"}],"value":{"amount":12.50,"currency":"CNY"}}]}"#;
        told.tell(release("1", "2024-01-01", earlier));
    });
    let lot = "SELECT unit, status, competition, bidders_count, award_fen, supplier FROM lots";
    assert_eq!(rows(&bench, lot), ["B|complete|open|1|1250|S"]);
    assert_eq!(
        rows(&bench, "SELECT status, amount FROM awards"),
        ["active|12.5"]
    );
    let says = bench.says("R018", "process/4304/ocds-213czf-1");
    assert_eq!(says, "fail bidders=1; bidders_min=2");
}

#[test]
fn what_was_cancelled_is_not_judged() {
    let mut bench = Bench::new();
    let cancelled = "\"tender\":{\"status\":\"cancelled\",\"procurementMethod\":\"open\",\
                     \"numberOfTenderers\":1}";
    bench.process("P-1", cancelled);
    for indicator in ["R003", "R018", "R024", "R028", "R030", "R035", "R036"] {
        let says = bench.says(indicator, "process/4304/P-1");
        let reason = "not_applicable: the procurement was cancelled";
        assert_eq!(says, reason, "{indicator}");
    }
}

#[test]
fn prices_are_compared_in_the_main_currency() {
    let mut bench = Bench::new();
    let bid = |who: &str, price: u32, currency: &str| {
        super::kit::bid(who, who, &price.to_string(), "valid").replace("USD", currency)
    };
    for no in 0..4 {
        let bids = [bid("W", 10, "USD"), bid("L", 11, "USD")];
        bench.process(&format!("P-{no}"), &super::kit::bids_and_award(&bids, "W"));
    }
    let bids = [bid("W", 10, "EUR"), bid("L", 11, "USD")];
    bench.process("P-4", &super::kit::bids_and_award(&bids, "W"));
    let says = bench.says("R024", "process/4304/P-4");
    assert_eq!(
        says,
        "not_applicable: the winner has no valid price in the main currency"
    );
}

#[test]
fn contracts_of_one_lot_are_compared_with_its_award_together() {
    let mut bench = Bench::new();
    bench.project("PJ-1", |told| {
        told.tell(plan_filed());
        told.tell(award_recorded());
        for (id, part) in [("CT-1", 3), ("CT-2", 6)] {
            told.tell(v1::ContractSigned {
                contract_id: id.to_owned(),
                amount_fen: contract_signed().amount_fen / part,
                ..contract_signed()
            });
        }
    });
    // A third and a sixth are a half.
    let outcomes = bench.asked("BH-AWARD-GAP", TODAY);
    let words: Vec<String> = outcomes.iter().map(super::kit::words).collect();
    assert_eq!(
        words,
        ["pass award=900000 CNY ratio=0.500000000; ratio_max=1.500000000"]
    );
    assert_eq!(outcomes[0].evidence, [101, 102, 103]);
}
