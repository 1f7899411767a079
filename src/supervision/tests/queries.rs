//! Dimensions, filters, periods, rows behind a value, refusals, and the documentation.

use super::{City, loops, stories::three_deals};
use std::collections::BTreeMap;

use crate::{
    domain::{
        payload::EventType,
        testkit::{COUNTY, REGION, SUPPLIER, SUPPLIER_2, SUPPLIER_3, UNIT, World, facts::payload},
        values::StreamName,
    },
    events::v1::event_payload::Payload,
    rules::testkit::day,
    supervision::{
        metrics::{
            self, Bounds, CATALOGUE, Dimension, Filters, MetricError, Period, Query,
            Shape::{Mean, Median, Percentile95, Share, Sum},
        },
        tables,
    },
};

const AT: &str = "2024-02-29";

fn deals() -> super::kit::Picture {
    let mut city = City::default();
    three_deals(&mut city);
    city.at(AT)
}

fn keys(groups: &[(String, i64, i64)]) -> Vec<(&str, i64, i64)> {
    groups
        .iter()
        .map(|(key, part, whole)| (key.as_str(), *part, *whole))
        .collect()
}

#[test]
fn values_are_grouped_by_who_takes_part_and_by_day() {
    let picture = deals();
    let by = |metric, dimension| picture.groups(metric, dimension);
    assert_eq!(
        keys(&by("M-06", Dimension::Supplier)),
        [(SUPPLIER_3, 0, 1), (SUPPLIER, 2, 2), (SUPPLIER_2, 0, 1)]
    );
    assert_eq!(keys(&by("M-06", Dimension::Unit)), [(UNIT, 2, 4)]);
    assert_eq!(keys(&by("M-06", Dimension::Region)), [(REGION, 2, 4)]);
    // Due on 26 October and 4 December, 15 January, and 2 January after the holiday.
    assert_eq!(
        keys(&by("M-06", Dimension::Month)),
        [("2023-10", 1, 1), ("2023-12", 1, 1), ("2024-01", 0, 2)]
    );
    assert_eq!(
        keys(&by("M-06", Dimension::Quarter)),
        [("2023-Q4", 2, 2), ("2024-Q1", 0, 2)]
    );
    assert_eq!(
        keys(&by("M-06", Dimension::Year)),
        [("2023", 2, 2), ("2024", 0, 2)]
    );
    assert_eq!(
        keys(&by("M-06", Dimension::Agency)),
        [("", 2, 3), ("91430405MA9TE5T55E", 0, 1)]
    );
}

#[test]
fn every_metric_answers_by_each_of_its_dimensions() {
    let picture = deals();
    for metric in CATALOGUE.iter() {
        for dimension in Dimension::ALL {
            let query = Query {
                dimension,
                ..picture.query(metric.id)
            };
            let values = metrics::evaluate(&picture.connection, &query);
            let is_known = metric.dimensions.contains(&dimension);
            assert_eq!(
                values.is_ok(),
                is_known,
                "{} {dimension:?} {values:?}",
                metric.id
            );
            let Ok(values) = values else {
                let is_refused = matches!(values, Err(MetricError::Unsupported { .. }));
                assert!(is_refused, "{} {dimension:?} {values:?}", metric.id);
                continue;
            };
            let rows: i64 = values.iter().map(|value| value.rows_count).sum();
            let whole = picture.whole(metric.id).map_or(0, |value| value.rows_count);
            assert_eq!(rows, whole, "{} {dimension:?}", metric.id);
        }
    }
}

#[test]
fn the_rows_behind_a_value_add_up_to_it() {
    let picture = deals();
    let mut rows_seen = 0;
    for metric in CATALOGUE.iter() {
        let query = picture.query(metric.id);
        let Some(value) = picture.whole(metric.id) else {
            continue;
        };
        let rows = picture.behind(&query, "");
        assert_eq!(rows.len() as i64, value.rows_count, "{}", metric.id);
        rows_seen += rows.len();
        let sums = (
            rows.iter().map(|row| row.part).sum::<i64>(),
            rows.iter().map(|row| row.whole).sum::<i64>(),
        );
        match metric.shape {
            Share | Mean => assert_eq!(sums, (value.numerator, value.denominator), "{}", metric.id),
            Sum => assert_eq!(sums.0, value.numerator, "{}", metric.id),
            Median | Percentile95 => {}
        }
    }
    assert!(rows_seen > 100, "{rows_seen}");
}

#[test]
fn a_row_behind_names_its_object_and_whether_it_counts() {
    let picture = deals();
    let query = Query {
        dimension: Dimension::Supplier,
        ..picture.query("M-06")
    };
    let rows = picture.behind(&query, SUPPLIER_2);
    assert_eq!(rows.len(), 1);
    let row = &rows[0];
    assert_eq!(row.stream, "project/4304/PJ-2");
    assert_eq!(row.subject, "contract/4304/PJ-2/CT-1/term/1");
    assert_eq!(
        (row.day.as_str(), row.amount_fen),
        ("2024-01-15", 80_000_000)
    );
    assert_eq!((row.part, row.whole), (0, 1));
}

#[test]
fn pages_of_rows_are_the_whole_list() {
    let picture = deals();
    let query = picture.query("M-03D");
    let all = picture.behind(&query, "");
    assert_eq!(all.len(), 10);
    let mut paged = Vec::new();
    let mut after = None;
    loop {
        let page = metrics::behind(&picture.connection, &query, "", 3, after.as_ref());
        let page = page.expect("reads");
        let Some(last) = page.last() else {
            break;
        };
        after = Some(last.place());
        paged.extend(page);
    }
    assert_eq!(paged, all);
}

#[test]
fn filters_and_periods_leave_out_what_lies_beyond() {
    let picture = deals();
    let part_of = |filters: Filters, from: Option<&str>, to: Option<&str>| {
        let query = Query {
            filters,
            period: Period {
                from: from.map(day),
                to: to.map(day),
            },
            ..picture.query("M-06")
        };
        let values = picture.values(&query);
        values
            .first()
            .map(|value| (value.numerator, value.denominator))
    };
    let all = Filters::default;
    assert_eq!(part_of(all(), Some("2023-12-04"), None), Some((1, 3)));
    assert_eq!(part_of(all(), Some("2023-12-05"), None), Some((0, 2)));
    assert_eq!(part_of(all(), None, Some("2023-12-04")), Some((2, 2)));
    assert_eq!(part_of(all(), None, Some("2023-12-03")), Some((1, 1)));
    assert_eq!(part_of(all(), Some("2024-03-01"), None), None);
    let of = |region: &str, unit: &str, supplier: &str, agency: &str| Filters {
        region: region.into(),
        unit: unit.into(),
        supplier: supplier.into(),
        agency: agency.into(),
    };
    assert_eq!(
        part_of(of("4304", UNIT, SUPPLIER, ""), None, None),
        Some((2, 2))
    );
    assert_eq!(
        part_of(of("", "", "", "91430405MA9TE5T55E"), None, None),
        Some((0, 1))
    );
    assert_eq!(part_of(of(COUNTY, "", "", ""), None, None), None);
    assert_eq!(part_of(of("", "' OR 1 --", "", ""), None, None), None);
}

#[test]
fn areas_without_a_code_count_with_their_prefecture() {
    let mut city = City::default();
    for region in ["HY-GXQ", "430421"] {
        let kind = crate::domain::values::StreamKind::Region;
        city.stream(kind, region, |told| {
            told.tell(crate::events::v1::RegionOnboarded {
                region: region.into(),
                live_on: "2023-06-01".into(),
            });
        });
    }
    let picture = city.at(AT);
    let of = |region: &str| {
        let query = Query {
            filters: Filters {
                region: region.into(),
                ..Filters::default()
            },
            ..picture.query("M-11")
        };
        picture
            .values(&query)
            .first()
            .map_or(0, |value| value.denominator)
    };
    // Twelve counties by their codes; of the areas the one that is told of.
    assert_eq!(
        (of("4304"), of("43042"), of("430421"), of("HY-")),
        (13, 5, 1, 2)
    );
}

#[test]
fn what_is_not_known_is_refused() {
    let picture = deals();
    let refused = |query: &Query| metrics::evaluate(&picture.connection, query).err();
    let unknown = picture.query("M-99");
    assert!(matches!(refused(&unknown), Some(MetricError::Unknown(id)) if id == "M-99"));
    let by_supplier = Query {
        filters: Filters {
            supplier: SUPPLIER.into(),
            ..Filters::default()
        },
        ..picture.query("M-08")
    };
    let refusal = refused(&by_supplier).expect("is refused").to_string();
    assert_eq!(refusal, "M-08 does not tell of a supplier");
    picture
        .connection
        .execute_batch("DROP TABLE projects")
        .expect("drops");
    assert!(matches!(
        refused(&picture.query("M-08")),
        Some(MetricError::Read(_))
    ));
}

#[test]
fn how_things_stand_has_no_period() {
    for metric in CATALOGUE.iter() {
        let uses = |name: &str| metric.sql.contains(name);
        let is_tested = uses(":from") && uses(":to");
        assert_eq!(is_tested, metric.bounds == Bounds::Acts, "{}", metric.id);
        let has_day = metric.dimensions.contains(&Dimension::Year);
        assert_eq!(has_day, metric.bounds == Bounds::Rows, "{}", metric.id);
    }
}

#[test]
fn each_metric_has_its_own_file_and_words() {
    let mut files: Vec<&str> = CATALOGUE.iter().map(|metric| metric.sql).collect();
    files.sort_unstable();
    files.dedup();
    assert_eq!(files.len(), CATALOGUE.len());
    for metric in CATALOGUE.iter() {
        assert!(
            metric.sql.starts_with(&format!("-- {}: ", metric.id)),
            "{}",
            metric.id
        );
        let words = [
            metric.zh,
            metric.en,
            metric.formula_zh,
            metric.formula_en,
            metric.source,
        ];
        assert!(words.iter().all(|word| !word.is_empty()), "{}", metric.id);
        let marks = ["C:", "K", "D"];
        assert!(
            marks.iter().any(|mark| metric.confidence.starts_with(mark)),
            "{}",
            metric.id
        );
    }
}

#[test]
fn the_documentation_lists_every_table_and_metric() {
    let text = tables::document();
    for table in tables::TABLES {
        assert!(
            text.contains(&format!("### `{}`", table.name)),
            "{}",
            table.name
        );
        let columns = table.columns.iter().map(|(name, ..)| *name);
        let mut columns: Vec<&str> = columns.collect();
        columns.sort_unstable();
        columns.dedup();
        assert_eq!(columns.len(), table.columns.len(), "{}", table.name);
    }
    let text = metrics::document();
    for metric in CATALOGUE.iter() {
        assert!(
            text.contains(&format!("| {} | {} ", metric.id, metric.zh)),
            "{}",
            metric.id
        );
    }
    let columns = text.lines().map(|line| line.matches('|').count());
    assert!(
        columns.clone().all(|count| count == 8),
        "{:?}",
        columns.collect::<Vec<_>>()
    );
}

#[test]
fn every_table_has_rows_of_some_city() {
    let mut city = City::default();
    for of in super::figures() {
        (of.tells)(&mut city);
    }
    let picture = city.at("2024-12-31");
    // What systems say that they sent, and totals beside it, are told in tests of `across`.
    let beside = [&tables::SYNC_BATCHES, &tables::DAY_TOTALS, &tables::WAIVERS];
    let is_of_metrics = |table: &&&crate::models::tables::Table| {
        beside.iter().all(|other| other.name != table.name)
    };
    for table in tables::TABLES.iter().filter(is_of_metrics) {
        let count = picture.number(&format!("SELECT count(*) FROM {}", table.name));
        assert!(count > 0, "{}", table.name);
    }
    let stages = picture.groups("M-08S", Dimension::Stage);
    assert_eq!(stages.len(), loops::STAGES_COUNT);
}

#[test]
fn any_event_alone_and_all_together_give_rows_that_fit_their_tables() {
    let mut together = City::default();
    let mut streams = BTreeMap::<StreamName, Vec<Payload>>::new();
    for event_type in EventType::ALL {
        if matches!(
            event_type,
            EventType::EventCorrected | EventType::EventVoided
        ) {
            continue;
        }
        let payload = payload(*event_type);
        let stream = World::new().fact(payload.clone()).stream;
        let mut alone = City::default();
        alone.stream(stream.kind, &stream.id, |told| {
            told.tell(payload.clone());
        });
        alone.at("2030-12-31");
        streams.entry(stream).or_default().push(payload);
    }
    for (stream, payloads) in streams {
        together.stream(stream.kind, &stream.id, |told| {
            for payload in payloads {
                told.tell(payload);
            }
        });
    }
    let picture = together.at("2030-12-31");
    for metric in CATALOGUE.iter() {
        assert!(
            picture.values(&picture.query(metric.id)).len() <= 1,
            "{}",
            metric.id
        );
    }
    assert!(picture.number("SELECT sum(events_count) FROM sources") > 100);
}
