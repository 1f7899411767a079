//! A picture is what the streams tell one by one; the one of an earlier moment is what the live one
//! was.

use std::collections::BTreeSet;

use bihuan::{
    events::wire::RecordedEvent,
    ledger::{Ledger, LedgerConfig},
    models,
    rules::pack,
    supervision::{Picture, picture::Moment},
};
use chrono::NaiveDate;
use prost::Message as _;

use super::*;

/// Projects of the city.
const PROJECTS: u32 = 40;
/// Days on which the live picture is looked at.
const LOOKS: [&str; 4] = ["2023-02-20", "2023-06-30", "2023-10-09", "2023-12-15"];

/// Streams of the ledger, each once.
pub async fn streams(town: &mut Town) -> BTreeSet<String> {
    let events = town.read_whole().await.into_iter();
    let stream = |of: RecordedEvent| v1::Event::decode(of.event).expect("an event").stream;
    events.map(stream).collect()
}

#[test]
fn a_picture_of_an_earlier_day_is_what_was_shown_on_that_day() {
    run(async {
        let mut town = Town::start().await;
        let mut client = law(&town.server).await;
        let simulation = Simulation::new(SimulationConfig {
            seed: 11,
            projects: PROJECTS,
            ..SimulationConfig::default()
        });
        let mut shown: Vec<(String, Timestamp, Told)> = Vec::new();
        let mut looks = LOOKS
            .iter()
            .map(|day| day.parse().expect("a day"))
            .peekable();
        let mut last_time = None;
        for day in simulation.days() {
            if looks.next_if(|look: &NaiveDate| *look < day.date).is_some() {
                let at: Timestamp = last_time.expect("something happened");
                let now = told(&mut client, None, town.end().checked_sub(1)).await;
                shown.push((now.on.clone(), at, now));
            }
            for step in day.steps() {
                if step.expected != Expected::Accepted {
                    continue;
                }
                last_time = Some(step.request_time());
                let request = v1::AppendEventsRequest {
                    events: step.submissions.clone(),
                    request_time: last_time,
                    ..v1::AppendEventsRequest::default()
                };
                town.ask(request).await.expect("the simulator knows");
            }
        }
        assert_eq!(shown.len(), LOOKS.len());
        let lengths: Vec<_> = shown
            .iter()
            .map(|(.., told)| told.obligations.len())
            .collect();
        assert!(lengths.is_sorted() && lengths[0] > 0, "{lengths:?}");
        for (day, at, then) in &shown {
            let now = told(&mut client, Some((day, *at)), None).await;
            assert_eq!(now.on, then.on);
            assert_eq!(now.findings, then.findings, "findings of {day}");
            assert_eq!(now.obligations, then.obligations, "obligations of {day}");
            assert_eq!(now.metrics, then.metrics, "metrics of {day}");
            assert_eq!(now.flags, then.flags, "flags of {day}");
        }
        // And each list is what the streams tell one by one, beside what no single stream shows.
        let of_packs = pack::ours().iter().flat_map(|pack| &pack.rules);
        let of_many = of_packs.filter(|rule| rule.fact.streams.is_empty());
        let of_many: BTreeSet<&str> = of_many.map(|rule| rule.id.as_str()).collect();
        let all = told(&mut client, None, town.end().checked_sub(1)).await;
        let (mut obligations, mut findings) = (Vec::new(), Vec::new());
        for stream in streams(&mut town).await {
            let asked = v1::GetComplianceRequest {
                reader: Some(regulator()),
                ..of_stream(&stream)
            };
            let answer = client.get_compliance(asked).await.expect("a judgement");
            let answer = answer.into_inner();
            obligations.extend(answer.obligations);
            findings.extend(answer.findings);
        }
        let key = |of: &v1::Obligation| (of.due_on.clone(), of.rule_id.clone(), of.subject.clone());
        let mut listed: Vec<_> = all
            .obligations
            .into_iter()
            .filter_map(|row| row.obligation)
            .collect();
        listed.retain(|of| !of_many.contains(of.rule_id.as_str()));
        listed.sort_by_key(key);
        obligations.sort_by_key(key);
        // What is known only once it is done is listed where it was late.
        let every = obligations.len();
        let is_met = |of: &v1::Obligation| of.status() == v1::ObligationStatus::Met;
        obligations.retain(|of| of.rule_id != "HY-08-LAG-1WD" || !is_met(of));
        assert!(obligations.len() < every, "some were recorded in time");
        assert_eq!(listed, obligations);
        let key = |of: &v1::Finding| of.finding_id.clone();
        let mut listed: Vec<_> = all
            .findings
            .into_iter()
            .filter_map(|row| row.finding)
            .collect();
        listed.retain(|of| !of_many.contains(of.rule_id.as_str()));
        listed.sort_by_key(key);
        findings.sort_by_key(key);
        assert_eq!(listed, findings);
        // And it may be lost: what is made anew is the same, byte by byte of its rows.
        let folder = town.server.stop().await;
        let data = folder.path().join("data");
        let config = LedgerConfig {
            create: false,
            ..LedgerConfig::at(&data)
        };
        let ledger = Ledger::open(config).expect("opens");
        let of = (ledger.queries(), ledger.id());
        let picture = Box::new(Picture::new(Moment::Live(ledger.clock())));
        let rebuilt = models::rebuild(picture, of, &data, &mut |_, _| true);
        ledger.close();
        let rebuilt = rebuilt.expect("is made anew");
        assert_eq!(rebuilt.before, Some(rebuilt.digest));
    });
}
