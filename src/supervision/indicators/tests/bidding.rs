//! Examples of indicators of one lot or process.

use super::{
    Example,
    Shows::{AtTheBound, Fail, NotApplicable, Pass},
    kit::{Bench, bid, bids_and_award},
};
use crate::{
    domain::testkit::{
        SUPPLIER, SUPPLIER_2, SUPPLIER_3, bids_opened, instant, opened_bid, plan_filed,
        procurement_document_issued,
    },
    events::v1::{self, ProcurementMethod},
};

const LOT: &str = "lot/4304/PJ-1/01";
const PROCESS: &str = "process/4304/P-1";

/// Documents of 2024-01-15 with a deadline.
fn documents(bench: &mut Bench, method: ProcurementMethod, deadline: (&str, i64)) {
    bench.project("PJ-1", |told| {
        told.tell(v1::PlanFiled {
            method: method.into(),
            ..plan_filed()
        });
        told.tell(v1::ProcurementDocumentIssued {
            bid_deadline: instant(deadline.0, deadline.1),
            ..procurement_document_issued()
        });
    });
}

/// An opening of bids of suppliers.
fn opened(bench: &mut Bench, method: ProcurementMethod, suppliers: &[&str]) {
    bench.project("PJ-1", |told| {
        told.tell(v1::PlanFiled {
            method: method.into(),
            ..plan_filed()
        });
        let bidders = suppliers.iter().zip(1..);
        let bidders = bidders.map(|(id, no)| opened_bid(&format!("B-{no}"), id, 90_000_000 + no));
        told.tell(v1::BidsOpened {
            bidders: bidders.collect(),
            ..bids_opened()
        });
    });
}

/// A process with bids, won by W.
fn bids(bench: &mut Bench, of: &[(&str, &str, &str)]) {
    let bids = of.iter().enumerate();
    let bids = bids.map(|(no, (who, price, status))| bid(&format!("B{no}"), who, price, status));
    let bids: Vec<String> = bids.collect();
    bench.process("P-1", &bids_and_award(&bids, "W"));
}

/// A process whose winner's bid was received at a moment; the deadline is 2024-03-15 at noon.
fn received(bench: &mut Bench, at: &str) {
    let bid = bid("B", "W", "5", "valid").replace("{\"id\":\"B\"", &format!("{{\"id\":\"B\"{at}"));
    let period = "\"tender\":{\"tenderPeriod\":{\"endDate\":\"2024-03-15T12:00:00+08:00\"}}";
    let rest = bids_and_award(&[bid], "W");
    bench.process("P-1", &format!("{period},{rest}"));
}

/// What this family shows.
pub(super) const EXAMPLES: &[Example] = &[
    Example {
        indicator: "R003",
        shows: Pass,
        fills: |bench| documents(bench, ProcurementMethod::OpenTender, ("2024-02-06", 9)),
        subject: LOT,
        says: "pass days=22; days_min=20",
    },
    Example {
        indicator: "R003",
        shows: AtTheBound,
        fills: |bench| documents(bench, ProcurementMethod::OpenTender, ("2024-02-04", 9)),
        subject: LOT,
        says: "pass days=20; days_min=20",
    },
    Example {
        indicator: "R003",
        shows: Fail,
        fills: |bench| documents(bench, ProcurementMethod::OpenTender, ("2024-02-03", 23)),
        subject: LOT,
        says: "fail days=19; days_min=20",
    },
    Example {
        indicator: "R003",
        shows: Fail,
        fills: |bench| {
            let period = "\"tender\":{\"procurementMethod\":\"open\",\"tenderPeriod\":{\
                          \"startDate\":\"2024-03-01T00:00:00Z\",\
                          \"endDate\":\"2024-03-15T23:59:59Z\"}}";
            bench.process("P-1", period);
        },
        subject: PROCESS,
        says: "fail days=14; days_min=15",
    },
    Example {
        indicator: "R003",
        shows: NotApplicable,
        fills: |bench| documents(bench, ProcurementMethod::SingleSource, ("2024-01-16", 9)),
        subject: LOT,
        says: "not_applicable: the method is not asked",
    },
    Example {
        indicator: "R018",
        shows: Pass,
        fills: |bench| {
            let three = [SUPPLIER, SUPPLIER_2, SUPPLIER_3];
            opened(bench, ProcurementMethod::OpenTender, &three);
        },
        subject: LOT,
        says: "pass bidders=3; bidders_min=2",
    },
    Example {
        indicator: "R018",
        shows: AtTheBound,
        fills: |bench| opened(bench, ProcurementMethod::Inquiry, &[SUPPLIER, SUPPLIER_2]),
        subject: LOT,
        says: "pass bidders=2; bidders_min=2",
    },
    Example {
        indicator: "R018",
        shows: Fail,
        fills: |bench| opened(bench, ProcurementMethod::OpenTender, &[SUPPLIER]),
        subject: LOT,
        says: "fail bidders=1; bidders_min=2",
    },
    Example {
        indicator: "R018",
        shows: NotApplicable,
        fills: |bench| opened(bench, ProcurementMethod::SingleSource, &[SUPPLIER]),
        subject: LOT,
        says: "not_applicable: the method is not asked",
    },
    Example {
        indicator: "R028",
        shows: Pass,
        fills: |bench| bids(bench, &[("W", "100", "valid"), ("L", "100.01", "valid")]),
        subject: PROCESS,
        says: "pass tenderers=2",
    },
    Example {
        indicator: "R028",
        shows: Fail,
        fills: |bench| {
            bids(
                bench,
                &[("W", "100", "valid"), ("L", "100.0", "disqualified")],
            );
        },
        subject: PROCESS,
        says: "fail tenderers=2 price=100 USD",
    },
    Example {
        // A tenderer's own price twice is no price of two.
        indicator: "R028",
        shows: AtTheBound,
        fills: |bench| {
            let of = [
                ("W", "100", "valid"),
                ("W", "100", "valid"),
                ("L", "101", "valid"),
            ];
            bids(bench, &of);
        },
        subject: PROCESS,
        says: "pass tenderers=2",
    },
    Example {
        indicator: "R028",
        shows: NotApplicable,
        fills: |bench| bids(bench, &[("W", "100", "valid"), ("L", "100", "withdrawn")]),
        subject: PROCESS,
        says: "not_applicable: fewer than two tenderers with prices",
    },
    Example {
        indicator: "R030",
        shows: Pass,
        fills: |bench| received(bench, ",\"date\":\"2024-03-14T12:00:00+08:00\""),
        subject: PROCESS,
        says: "pass received=2024-03-14T04:00:00+00:00; deadline=2024-03-15T04:00:00+00:00",
    },
    Example {
        indicator: "R030",
        shows: AtTheBound,
        fills: |bench| received(bench, ",\"date\":\"2024-03-15T04:00:00Z\""),
        subject: PROCESS,
        says: "pass received=2024-03-15T04:00:00+00:00; deadline=2024-03-15T04:00:00+00:00",
    },
    Example {
        indicator: "R030",
        shows: Fail,
        fills: |bench| received(bench, ",\"date\":\"2024-03-15T12:00:01+08:00\""),
        subject: PROCESS,
        says: "fail received=2024-03-15T04:00:01+00:00; deadline=2024-03-15T04:00:00+00:00",
    },
    Example {
        indicator: "R030",
        shows: NotApplicable,
        fills: |bench| received(bench, ""),
        subject: PROCESS,
        says: "not_applicable: when the winner's bid was received is not known",
    },
    Example {
        indicator: "R035",
        shows: Pass,
        fills: |bench| {
            let of = [
                ("W", "1", "valid"),
                ("L", "2", "valid"),
                ("M", "3", "disqualified"),
            ];
            bids(bench, &of);
        },
        subject: PROCESS,
        says: "pass valid_tenderers=2 disqualified_others=1; disqualified_min=1",
    },
    Example {
        indicator: "R035",
        shows: Fail,
        fills: |bench| {
            let of = [
                ("W", "3", "valid"),
                ("L", "2", "disqualified"),
                ("M", "1", "disqualified"),
            ];
            bids(bench, &of);
        },
        subject: PROCESS,
        says: "fail valid_tenderers=1 disqualified_others=2; disqualified_min=1",
    },
    Example {
        indicator: "R035",
        shows: AtTheBound,
        fills: |bench| bids(bench, &[("W", "3", "valid"), ("L", "2", "disqualified")]),
        subject: PROCESS,
        says: "fail valid_tenderers=1 disqualified_others=1; disqualified_min=1",
    },
    Example {
        indicator: "R035",
        shows: NotApplicable,
        fills: |bench| {
            let bids = [
                bid("B", "W", "1", "valid"),
                bid("C", "L", "2", "disqualified"),
            ];
            let sections = bids_and_award(&bids, "W").replace("active", "pending");
            bench.process("P-1", &sections);
        },
        subject: PROCESS,
        says: "not_applicable: not every award is final",
    },
    Example {
        indicator: "R036",
        shows: Pass,
        fills: |bench| {
            bids(
                bench,
                &[("W", "100", "valid"), ("L", "101", "disqualified")],
            );
        },
        subject: PROCESS,
        says: "pass lowest_disqualified=101 USD; lowest_kept=100 USD",
    },
    Example {
        indicator: "R036",
        shows: Fail,
        fills: |bench| {
            bids(
                bench,
                &[("W", "100", "valid"), ("L", "99.5", "disqualified")],
            );
        },
        subject: PROCESS,
        says: "fail lowest_disqualified=99.5 USD; lowest_kept=100 USD",
    },
    Example {
        indicator: "R036",
        shows: AtTheBound,
        fills: |bench| {
            bids(
                bench,
                &[("L", "100", "disqualified"), ("W", "100.00", "valid")],
            );
        },
        subject: PROCESS,
        says: "pass lowest_disqualified=100 USD; lowest_kept=100 USD",
    },
    Example {
        indicator: "R036",
        shows: NotApplicable,
        fills: |bench| {
            let bids = [
                bid("B", "W", "2", "valid"),
                bid("C", "L", "1", "disqualified"),
            ];
            let rest = bids_and_award(&bids, "W");
            let tender = "\"tender\":{\"awardCriteria\":\"ratedCriteria\"}";
            bench.process("P-1", &format!("{tender},{rest}"));
        },
        subject: PROCESS,
        says: "not_applicable: price alone does not decide",
    },
];
