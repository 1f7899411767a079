//! Examples of indicators over a population. The quantile of p of n sorted values is the one at
//! (n + 1/3)·p + 1/3.

use super::{
    Example,
    Shows::{AtTheBound, Fail, NotApplicable, Pass},
    kit::{Bench, bid, bids_and_award},
};

/// Processes P-0, P-1, …: W wins at 1000, the second lowest price of each is given.
fn seconds(bench: &mut Bench, seconds: &[&str]) {
    for (no, second) in seconds.iter().enumerate() {
        let bids = [
            bid("B", "W", "1000", "valid"),
            bid("C", "L", second, "valid"),
        ];
        bench.process(&format!("P-{no}"), &bids_and_award(&bids, "W"));
    }
}

/// A process that a tenderer wins over others, all of their bids valid.
fn won(bench: &mut Bench, id: &str, winner: &str, losers: &[&str]) {
    let all = [winner].into_iter().chain(losers.iter().copied());
    let bids: Vec<String> = all.map(|who| bid(who, who, "5", "valid")).collect();
    bench.process(id, &bids_and_award(&bids, winner));
}

/// W0 to W5 win 10 of 11 bids each, G all of 21, F 1 of 11.
fn winners(bench: &mut Bench) {
    let names = ["W0", "W1", "W2", "W3", "W4", "W5"];
    for (at, name) in names.iter().enumerate() {
        for no in 0..9 {
            won(bench, &format!("{name}-{no}"), name, &[]);
        }
        won(
            bench,
            &format!("{name}-9"),
            name,
            &[names[(at + 1) % names.len()]],
        );
    }
    for no in 0..11 {
        won(bench, &format!("G-{no}"), "G", &[]);
    }
    for no in 0..10 {
        won(bench, &format!("GF-{no}"), "G", &["F"]);
    }
    won(bench, "F", "F", &[]);
}

/// A process of a buyer, with so many bids disqualified of so many.
fn judged(bench: &mut Bench, buyer: &str, disqualified: usize, of: usize) {
    let bids = (0..of).map(|no| {
        let status = if no < disqualified {
            "disqualified"
        } else {
            "valid"
        };
        bid(&format!("B{no}"), &format!("{buyer}-T{no}"), "7", status)
    });
    let bids: Vec<String> = bids.collect();
    let sections = format!(
        "\"buyer\":{{\"id\":\"{buyer}\"}},\"bids\":{{\"details\":[{}]}}",
        bids.join(",")
    );
    bench.process(&format!("P-{buyer}"), &sections);
}

/// Processes that a supplier wins, each of one class; the classes take turns.
fn classes(bench: &mut Bench, supplier: &str, count: usize, classes: &[&str]) {
    for no in 0..count {
        let class = classes[no % classes.len()];
        let sections = format!(
            "\"awards\":[{{\"id\":\"A\",\"status\":\"active\",\"suppliers\":[{{\"id\":\
             \"{supplier}\"}}],\"items\":[{{\"id\":\"1\",\"classification\":{{\"scheme\":\
             \"UNSPSC\",\"id\":\"{class}\"}}}}]}}]"
        );
        bench.process(&format!("{supplier}-{no}"), &sections);
    }
}

/// Four suppliers of one class.
fn four_plain(bench: &mut Bench) {
    for supplier in ["S1", "S2", "S3", "S4"] {
        classes(bench, supplier, 20, &["10101500"]);
    }
}

/// What this family shows.
pub(super) const EXAMPLES: &[Example] = &[
    Example {
        // 0.01, 0.10 ×4: Q1 = 0.01 + 2/3·0.09 = 0.07, Q3 = 0.10; 0.07 − 1.5·0.03 = 0.025.
        indicator: "R024",
        shows: Fail,
        fills: |bench| seconds(bench, &["1100", "1100", "1100", "1100", "1010"]),
        subject: "process/4304/P-4",
        says: "fail winning=1000 USD second=1010 USD difference=0.010000000; \
               lower_fence=0.025000000",
    },
    Example {
        indicator: "R024",
        shows: Pass,
        fills: |bench| seconds(bench, &["1100", "1100", "1100", "1100", "1010"]),
        subject: "process/4304/P-0",
        says: "pass winning=1000 USD second=1100 USD difference=0.100000000; \
               lower_fence=0.025000000",
    },
    Example {
        // All equal: the fence is their value, and what lies on it is flagged.
        indicator: "R024",
        shows: AtTheBound,
        fills: |bench| seconds(bench, &["1100", "1100", "1100", "1100"]),
        subject: "process/4304/P-0",
        says: "fail winning=1000 USD second=1100 USD difference=0.100000000; \
               lower_fence=0.100000000",
    },
    Example {
        indicator: "R024",
        shows: NotApplicable,
        fills: |bench| seconds(bench, &["1100", "1100", "1010"]),
        subject: "process/4304/P-2",
        says: "not_applicable: too few subjects to compare with",
    },
    Example {
        // 0.1 ×4, 1: Q1 = 0.1, Q3 = 0.1 + 1/3·0.9 = 0.4; 0.4 + 1.5·0.3 = 0.85.
        indicator: "R058",
        shows: Fail,
        fills: |bench| seconds(bench, &["1100", "1100", "1100", "1100", "2000"]),
        subject: "process/4304/P-4",
        says: "fail winning=1000 USD second=2000 USD difference=1.000000000; \
               upper_fence=0.850000000",
    },
    Example {
        indicator: "R058",
        shows: Pass,
        fills: |bench| seconds(bench, &["1100", "1100", "1100", "1100", "2000"]),
        subject: "process/4304/P-0",
        says: "pass winning=1000 USD second=1100 USD difference=0.100000000; \
               upper_fence=0.850000000",
    },
    Example {
        indicator: "R058",
        shows: AtTheBound,
        fills: |bench| seconds(bench, &["1100", "1100", "1100", "1100"]),
        subject: "process/4304/P-3",
        says: "fail winning=1000 USD second=1100 USD difference=0.100000000; \
               upper_fence=0.100000000",
    },
    Example {
        indicator: "R058",
        shows: NotApplicable,
        fills: |bench| seconds(bench, &["1100", "1100", "1100", "1100", "999"]),
        subject: "process/4304/P-4",
        says: "not_applicable: the winning price is not the lowest",
    },
    Example {
        // Ratios in elevenths: 1, 10 ×6, 11: Q1 = Q3 = 10, so the fence is 10. Bids: 11 ×7, 21, of
        // which the percentile of 75 is 11.
        indicator: "R025",
        shows: Fail,
        fills: winners,
        subject: "tenderer/4304/F",
        says: "fail wins=1 valid_bids=11 ratio=0.090909090; lower_fence=0.909090909",
    },
    Example {
        indicator: "R025",
        shows: AtTheBound,
        fills: winners,
        subject: "tenderer/4304/W3",
        says: "fail wins=10 valid_bids=11 ratio=0.909090909; lower_fence=0.909090909",
    },
    Example {
        indicator: "R025",
        shows: Pass,
        fills: winners,
        subject: "tenderer/4304/G",
        says: "pass wins=21 valid_bids=21 ratio=1.000000000; lower_fence=0.909090909",
    },
    Example {
        // Bids: 1, 11 ×7, 21, of which the percentile of 75 is 11.
        indicator: "R025",
        shows: NotApplicable,
        fills: |bench| {
            winners(bench);
            won(bench, "Z", "Z", &[]);
        },
        subject: "tenderer/4304/Z",
        says: "not_applicable: fewer bids than the percentile",
    },
    Example {
        // 0.25 ×4, 1: Q1 = 0.25, Q3 = 0.25 + 1/3·0.75 = 0.5; 0.5 + 1.5·0.25 = 0.875.
        indicator: "R038",
        shows: Fail,
        fills: |bench| {
            for buyer in ["B1", "B2", "B3", "B4"] {
                judged(bench, buyer, 1, 4);
            }
            judged(bench, "B5", 4, 4);
        },
        subject: "buyer/4304/B5",
        says: "fail disqualified=4 submitted=4 ratio=1.000000000; upper_fence=0.875000000",
    },
    Example {
        indicator: "R038",
        shows: Pass,
        fills: |bench| {
            for buyer in ["B1", "B2", "B3", "B4"] {
                judged(bench, buyer, 1, 4);
            }
            judged(bench, "B5", 4, 4);
        },
        subject: "buyer/4304/B1",
        says: "pass disqualified=1 submitted=4 ratio=0.250000000; upper_fence=0.875000000",
    },
    Example {
        indicator: "R038",
        shows: AtTheBound,
        fills: |bench| {
            for buyer in ["B1", "B2", "B3", "B4"] {
                judged(bench, buyer, 1, 4);
            }
        },
        subject: "buyer/4304/B1",
        says: "fail disqualified=1 submitted=4 ratio=0.250000000; upper_fence=0.250000000",
    },
    Example {
        indicator: "R038",
        shows: NotApplicable,
        fills: |bench| {
            for buyer in ["B1", "B2", "B3", "B4"] {
                judged(bench, buyer, 1, 4);
            }
            judged(bench, "B5", 1, 1);
        },
        subject: "buyer/4304/B5",
        says: "not_applicable: too few bids",
    },
    Example {
        // 1 ×4, 5: Q1 = 1, Q3 = 1 + 1/3·4 = 7/3, IQR = 4/3; the fence is 13/3, told as 5.
        indicator: "R048",
        shows: Fail,
        fills: |bench| {
            four_plain(bench);
            let five = ["10101500", "20101500", "30101500", "40101500", "50101500"];
            classes(bench, "S5", 20, &five);
        },
        subject: "tenderer/4304/S5",
        says: "fail classes=5 processes=20; upper_fence=5",
    },
    Example {
        indicator: "R048",
        shows: Pass,
        fills: |bench| {
            four_plain(bench);
            let five = ["10101500", "20101500", "30101500", "40101500", "50101500"];
            classes(bench, "S5", 20, &five);
        },
        subject: "tenderer/4304/S1",
        says: "pass classes=1 processes=20; upper_fence=5",
    },
    Example {
        // Two codes of one segment are one class.
        indicator: "R048",
        shows: AtTheBound,
        fills: |bench| {
            four_plain(bench);
            classes(bench, "S5", 20, &["10101500", "10191700"]);
        },
        subject: "tenderer/4304/S5",
        says: "fail classes=1 processes=20; upper_fence=1",
    },
    Example {
        indicator: "R048",
        shows: NotApplicable,
        fills: |bench| {
            four_plain(bench);
            classes(bench, "S5", 19, &["10101500", "20101500"]);
        },
        subject: "tenderer/4304/S5",
        says: "not_applicable: too few processes won",
    },
];
