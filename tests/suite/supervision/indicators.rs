//! Red flags: a tender of fourteen days with one bidder, and one of twenty-one with two.

use super::*;
use crate::facts::*;

const SHORT: &str = "PJ-2023-000002";

/// A tender of two bidders, and one that is short and has one bidder alone.
async fn two_tenders() -> Town {
    let mut town = Town::with(&[
        line_approved(LINE, 3_000),
        plan_filed(PROJECT, LINE, 1_000),
        documents_issued(PROJECT, "01"),
    ])
    .await;
    for (bid_no, supplier) in [("B-1", SUPPLIER), ("B-2", OTHER_SUPPLIER)] {
        let bid = bid_received(PROJECT, bid_no, supplier);
        town.send(vec![bid]).await.expect("a bid");
    }
    let bids = [("B-1", SUPPLIER, 900), ("B-2", OTHER_SUPPLIER, 950)];
    town.accept(&[bids_opened(PROJECT, &bids)]).await;
    town.accept(&[plan_filed(SHORT, LINE, 1_000)]).await;
    // From midnight of 12 February to nine on the 26th: fourteen whole days.
    let issued = change!(
        documents_issued(SHORT, "01"),
        ProcurementDocumentIssued,
        |documents| {
            documents.issued_on = "2023-02-12".into();
            documents.doc_from = "2023-02-12".into();
            documents.doc_to = "2023-02-19".into();
        }
    );
    let issued = v1::Event {
        occurred_at: Some(midnight("2023-02-12")),
        ..issued
    };
    town.accept(&[issued]).await;
    let bid = bid_received(SHORT, "B-1", SUPPLIER);
    town.send(vec![bid]).await.expect("a bid");
    town.accept(&[bids_opened(SHORT, &[("B-1", SUPPLIER, 900)])])
        .await;
    town
}

fn flags(town: &Town, indicator: &str) -> v1::ListIndicatorsRequest {
    v1::ListIndicatorsRequest {
        indicator_id: indicator.into(),
        min_position: town.end().checked_sub(1),
        reader: Some(regulator()),
        ..v1::ListIndicatorsRequest::default()
    }
}

async fn told(town: &Town, asked: v1::ListIndicatorsRequest) -> v1::ListIndicatorsResponse {
    let told = law(&town.server).await.list_indicators(asked).await;
    told.expect("indicators").into_inner()
}

/// Outcomes in words: subject, figures and threshold.
fn words(told: &v1::ListIndicatorsResponse) -> Vec<String> {
    let figure = |of: &v1::IndicatorFigure| format!("{}={}", of.name, of.value);
    let word = |of: &v1::IndicatorOutcome| {
        let figures: Vec<_> = of.figures.iter().map(figure).collect();
        let threshold = of.threshold.as_ref().map(figure).unwrap_or_default();
        format!("{} {}; {threshold}", of.subject, figures.join(" "))
    };
    told.outcomes.iter().map(word).collect()
}

#[test]
fn a_flag_tells_its_figures_its_threshold_and_its_events() {
    run(async {
        let town = two_tenders().await;
        for (indicator, says) in [
            ("R003", format!("lot/4304/{SHORT}/01 days=14; days_min=20")),
            (
                "R018",
                format!("lot/4304/{SHORT}/01 bidders=1; bidders_min=2"),
            ),
        ] {
            let told = told(&town, flags(&town, indicator)).await;
            assert_eq!(words(&told), [says], "{indicator}");
            let [of] = &told.indicators[..] else {
                panic!("one indicator: {told:?}");
            };
            assert_eq!((of.indicator_id.as_str(), of.flags_count), (indicator, 1));
            assert!(!of.title_zh.is_empty() && !of.title_en.is_empty() && !of.source.is_empty());
            let flag = &told.outcomes[0];
            assert_eq!(flag.verdict(), v1::IndicatorVerdict::Fail);
            assert_eq!(flag.stream, project_stream(SHORT));
            assert_eq!(
                (flag.unit.as_str(), flag.region_code.as_str()),
                (UNIT, "430400")
            );
            // The plan stands at 6, documents at 7, the opening at 9.
            assert!(
                flag.positions.iter().all(|at| (6..=9).contains(at)),
                "{flag:?}"
            );
            assert!(!flag.positions.is_empty());
            assert_eq!(told.reflects_position, Some(9));
            assert!(told.simulated_clock);
            let labels = flag.figures.iter().chain(&flag.threshold);
            for label in labels {
                assert!(!label.label_zh.is_empty() && !label.label_en.is_empty());
            }
        }
    });
}

#[test]
fn verdicts_filters_and_pages_choose_outcomes() {
    run(async {
        let town = two_tenders().await;
        let passed = v1::ListIndicatorsRequest {
            verdict: v1::IndicatorVerdict::Pass.into(),
            ..flags(&town, "R003")
        };
        let passed = told(&town, passed).await;
        assert_eq!(
            words(&passed),
            [format!("lot/4304/{PROJECT}/01 days=21; days_min=20")]
        );
        let asks: [(&str, Change<v1::ListIndicatorsRequest>, usize); 7] = [
            ("the unit", |of| of.unit = UNIT.into(), 1),
            ("another unit", |of| of.unit = OTHER_UNIT.into(), 0),
            ("the prefecture", |of| of.region_code = "4304".into(), 1),
            ("a county", |of| of.region_code = "430421".into(), 0),
            ("projects", |of| of.origin = v1::Origin::Project.into(), 1),
            ("orders", |of| of.origin = v1::Origin::Order.into(), 0),
            (
                "before it was issued",
                |of| of.as_of_legal_date = "2023-02-11".into(),
                0,
            ),
        ];
        for (what, change, count) in asks {
            let mut asked = flags(&town, "R003");
            change(&mut asked);
            let told = told(&town, asked).await;
            assert_eq!(told.outcomes.len(), count, "{what}");
            assert_eq!(told.indicators[0].flags_count as usize, count, "{what}");
        }
        // Page by page all flags are told, by indicator, then by subject.
        let whole = told(&town, flags(&town, "")).await;
        let keys = |told: &v1::ListIndicatorsResponse| -> Vec<(String, String)> {
            let outcomes = told.outcomes.iter();
            let key = |of: &v1::IndicatorOutcome| (of.indicator_id.clone(), of.subject.clone());
            outcomes.map(key).collect()
        };
        assert!(
            keys(&whole).is_sorted() && keys(&whole).len() >= 2,
            "{whole:?}"
        );
        assert_eq!(whole.next_page_token, "");
        let counted: i64 = whole.indicators.iter().map(|of| of.flags_count).sum();
        assert_eq!(counted as usize, whole.outcomes.len());
        let mut paged = Vec::new();
        let mut token = String::new();
        loop {
            let asked = v1::ListIndicatorsRequest {
                page: Some(v1::PageRequest {
                    page_size: 1,
                    page_token: token,
                }),
                ..flags(&town, "")
            };
            let page = told(&town, asked).await;
            assert_eq!(page.outcomes.len(), 1);
            paged.extend(keys(&page));
            token = page.next_page_token;
            if token.is_empty() {
                break;
            }
        }
        assert_eq!(paged, keys(&whole));
    });
}
