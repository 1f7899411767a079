//! Metrics: S1 and S2 in one ledger, by what they can be grouped and filtered, with the rows behind
//! them, and as of earlier moments.
//!
//! S1 pays 1,430,000.00 yuan on 9 October, thirteen days after signing, and the same on 20
//! November, seventeen days after acceptance, both in time; S2 pays 800,000.00 on 20 February,
//! ninety-seven days after acceptance, thirty-six days late.

use bihuan::{events::v1::MetricDimension as By, supervision::metrics::CATALOGUE};

use super::*;
use crate::{
    facts::*,
    scenarios::{late_payment::term_over_sixty_days, open_tender::clean_open_tender, story::*},
};

const ON: &str = "2024-02-29";
const LATE: &str = "PJ-2023-000002";

/// S1, then S2 in another project and on another line.
async fn two_deals() -> Story {
    let mut s = clean_open_tender().await;
    LATE.clone_into(&mut s.project);
    term_over_sixty_days(&mut s, LINE_2, true).await;
    s
}

async fn metrics(s: &Story, asked: v1::GetMetricsRequest) -> v1::GetMetricsResponse {
    let told = law(&s.town.server).await.get_metrics(asked).await;
    told.expect("metrics").into_inner()
}

/// The values of one metric: key, numerator, denominator.
async fn values(s: &Story, id: &str, asked: v1::GetMetricsRequest) -> Vec<(String, i64, i64)> {
    let asked = v1::GetMetricsRequest {
        metric_ids: vec![id.to_owned()],
        ..asked
    };
    let told = metrics(s, asked).await;
    let [metric] = &told.metrics[..] else {
        panic!("one metric: {told:?}");
    };
    assert_eq!(metric.metric_id, id);
    let value = |of: &v1::MetricValue| (of.key.clone(), of.numerator, of.denominator);
    metric.values.iter().map(value).collect()
}

fn owned(values: &[(&str, i64, i64)]) -> Vec<(String, i64, i64)> {
    let owned = |(key, part, whole): &(&str, i64, i64)| ((*key).to_owned(), *part, *whole);
    values.iter().map(owned).collect()
}

#[test]
fn a_metric_is_told_of_the_whole_and_of_each_of_its_parts() {
    run(async {
        let s = two_deals().await;
        let by = |dimension: By| v1::GetMetricsRequest {
            dimension: dimension.into(),
            ..s.measured_on(ON)
        };
        for (dimension, expected) in [
            (By::Unspecified, &[("", 2, 3)][..]),
            (By::Region, &[("430400", 2, 3)]),
            (By::Unit, &[(UNIT, 2, 3)]),
            (By::Supplier, &[(SUPPLIER, 2, 2), (YI_CODE, 0, 1)]),
            (By::Agency, &[("", 2, 3)]),
            // By the day on which each term was due: 26 October, 4 December, 15 January.
            (
                By::Month,
                &[("2023-10", 1, 1), ("2023-12", 1, 1), ("2024-01", 0, 1)],
            ),
            (By::Quarter, &[("2023-Q4", 2, 2), ("2024-Q1", 0, 1)]),
            (By::Year, &[("2023", 2, 2), ("2024", 0, 1)]),
        ] {
            let told = values(&s, "M-06", by(dimension)).await;
            assert_eq!(told, owned(expected), "{dimension:?}");
        }
        let stages = values(&s, "M-08S", by(By::Stage)).await;
        assert_eq!(stages.len(), 7);
        assert!(
            stages
                .iter()
                .all(|(_, part, whole)| (*part, *whole) == (1, 1))
        );
        // In days, in hundredths and rounded down: 143 at 13 and 17 days and 80 at 97 come to
        // 12,050 of 366; in ten thousands of fen.
        s.measures(
            ON,
            &[
                ("M-06D", 12_050_000_000, 366_000_000, 3_292),
                ("SME-A", 366_000_000, 366_000_000, 10_000),
                ("M-01", 1, 1, 10_000),
            ],
        )
        .await;
    });
}

#[test]
fn filters_and_periods_choose_rows() {
    run(async {
        let s = two_deals().await;
        let asks: [(&str, Change<v1::GetMetricsRequest>, &[(&str, i64, i64)]); 8] = [
            (
                "a supplier",
                |of| of.supplier = YI_CODE.into(),
                &[("", 0, 1)],
            ),
            ("a unit", |of| of.unit = UNIT.into(), &[("", 2, 3)]),
            ("another unit", |of| of.unit = OTHER_UNIT.into(), &[]),
            (
                "the province",
                |of| of.region_code = "43".into(),
                &[("", 2, 3)],
            ),
            ("a county", |of| of.region_code = "430421".into(), &[]),
            ("to a day", |of| of.to = "2023-12-04".into(), &[("", 2, 2)]),
            (
                "to the day before",
                |of| of.to = "2023-12-03".into(),
                &[("", 1, 1)],
            ),
            (
                "one day",
                |of| (of.from, of.to) = ("2024-01-15".into(), "2024-01-15".into()),
                &[("", 0, 1)],
            ),
        ];
        for (what, change, expected) in asks {
            let mut asked = s.measured_on(ON);
            change(&mut asked);
            assert_eq!(values(&s, "M-06", asked).await, owned(expected), "{what}");
        }
    });
}

#[test]
fn the_rows_behind_a_value_make_it_up() {
    run(async {
        let s = two_deals().await;
        let asked = v1::GetMetricsRequest {
            metric_ids: vec!["M-06".into()],
            rows_behind: 1_000,
            ..s.measured_on(ON)
        };
        let told = metrics(&s, asked.clone()).await;
        let metric = &told.metrics[0];
        assert_eq!(metric.unit(), v1::MetricUnit::Bp);
        assert!(!metric.formula_zh.is_empty() && !metric.formula_en.is_empty());
        let value = &metric.values[0];
        assert_eq!((value.value, value.rows_count), (Some(6_666), 3));
        let rows: Vec<_> = value
            .rows
            .iter()
            .map(|of| {
                (
                    of.stream.as_str(),
                    of.on.as_str(),
                    of.amount_fen,
                    (of.numerator, of.denominator),
                )
            })
            .collect();
        let streams = [PROJECT, LATE].map(|project| format!("project/4304/{project}"));
        assert_eq!(
            rows,
            [
                (streams[0].as_str(), "2023-10-26", 143_000_000, (1, 1)),
                (streams[0].as_str(), "2023-12-04", 143_000_000, (1, 1)),
                (streams[1].as_str(), "2024-01-15", 80_000_000, (0, 1)),
            ]
        );
        // A finding names the same thing by the same words.
        let late = &s.found(ON, &["HY-06-PAY-AGREED"]).await[0];
        let finding = late.finding.as_ref().expect("a finding");
        assert_eq!(finding.subject, value.rows[2].subject);
        // As many as are asked for; all are counted. By supplier each value has its own.
        let two = v1::GetMetricsRequest {
            rows_behind: 2,
            ..asked.clone()
        };
        let value = &metrics(&s, two).await.metrics[0].values[0];
        assert_eq!((value.rows.len(), value.rows_count), (2, 3));
        let by_supplier = v1::GetMetricsRequest {
            dimension: By::Supplier.into(),
            ..asked
        };
        let told = metrics(&s, by_supplier).await;
        let counts = told.metrics[0].values.iter().map(|of| of.rows.len());
        assert_eq!(counts.collect::<Vec<_>>(), [2, 1]);
    });
}

#[test]
fn metrics_stand_as_of_earlier_days_and_as_they_were_known() {
    run(async {
        let s = two_deals().await;
        let at = |day: &str| {
            Some(Timestamp {
                seconds: noon(day) + 3_600,
                nanos: 0,
            })
        };
        let told = metrics(&s, s.measured_on("2024-01-14")).await;
        assert_eq!(told.on, "2024-01-14");
        assert_eq!(told.reflects_position, s.last());
        assert!(told.simulated_clock);
        // Due on the 15th: overdue at the end of that day.
        for (on, expected) in [
            ("2023-09-30", &[][..]),
            ("2023-10-09", &[("", 1, 1)]),
            ("2024-01-14", &[("", 2, 2)]),
            ("2024-01-15", &[("", 2, 3)]),
        ] {
            let told = values(&s, "M-06", s.measured_on(on)).await;
            assert_eq!(told, owned(expected), "on {on}");
        }
        // What was recorded on 25 October 2023 knows S1's first payment alone, and S2's plan.
        let known = v1::GetMetricsRequest {
            as_of_record_time: at("2023-10-25"),
            as_of_legal_date: String::new(),
            ..s.measured_on("")
        };
        let told = metrics(&s, known.clone()).await;
        assert_eq!(told.on, "2023-10-25");
        assert_eq!(values(&s, "M-06", known).await, owned(&[("", 1, 1)]));
        // Of both: the day asked for, known at the moment asked for.
        let both = v1::GetMetricsRequest {
            as_of_record_time: at("2024-02-01"),
            ..s.measured_on("2023-12-31")
        };
        assert_eq!(values(&s, "M-06", both).await, owned(&[("", 2, 2)]));
    });
}

#[test]
fn without_a_name_every_metric_that_knows_the_question_is_told() {
    run(async {
        let s = two_deals().await;
        let ids = |told: v1::GetMetricsResponse| -> Vec<String> {
            told.metrics.into_iter().map(|of| of.metric_id).collect()
        };
        let all = ids(metrics(&s, s.measured_on(ON)).await);
        let known: Vec<_> = CATALOGUE.iter().map(|of| of.id.to_owned()).collect();
        assert_eq!(all, known);
        let by_supplier = v1::GetMetricsRequest {
            dimension: By::Supplier.into(),
            ..s.measured_on(ON)
        };
        let some = ids(metrics(&s, by_supplier).await);
        assert!(some.contains(&"M-06".to_owned()) && !some.contains(&"M-02".to_owned()));
    });
}
