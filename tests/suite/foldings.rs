//! What is kept of a project between two looks: packed, unpacked and folded on from where it was,
//! it is what folding from the start gives.

use std::collections::BTreeSet;

use bihuan::{
    domain::values::{StreamKind, StreamName},
    events::v1::ActorRole,
    ledger::{kept::Kept, query::Queries, views::Asked},
    views::{AsOf, project::Others},
};
use rand::Rng as _;

use crate::{models::city, workload};

/// What other streams tell of a project.
fn others(queries: &Queries, kept: &Kept, partition: &str, asked: &Asked) -> Others {
    let mut others = Others::default();
    for line in kept.folding().line_ids() {
        let approved = queries.approved(partition, line, asked).expect("a line");
        others.lines.insert(line.to_owned(), approved);
    }
    for uscc in kept.folding().organisations() {
        let name = queries.name_of(partition, uscc, asked).expect("a name");
        others
            .names
            .extend(name.map(|name| (uscc.to_owned(), name)));
    }
    others
}

#[test]
fn a_kept_folding_goes_on_as_if_it_had_never_stopped() {
    crate::harness::run(async {
        let town = city(30).await;
        let queries = town.server.ledger.queries();
        let end = queries.view_end();
        let wants = |stream: &StreamName| stream.kind == StreamKind::Project;
        let all = queries.fresh(0, end, wants, None).expect("the events");
        let projects: BTreeSet<&StreamName> = all.streams().filter(|s| wants(s)).collect();
        assert!(projects.len() >= 30, "{} projects", projects.len());
        let mut dice = workload::dice(workload::seed(), "foldings", 0);
        let (mut events, mut gone_on) = (0, 0);
        for role in [ActorRole::Public, ActorRole::Regulator] {
            for stream in &projects {
                let mut kept = Kept::default();
                let mut cut = 0;
                while cut < end {
                    let from = cut;
                    cut = dice.random_range(cut + 1..=end);
                    // Events that were read already, or looked for again.
                    let fresh = queries.fresh(from, cut, wants, None).expect("the events");
                    let fresh = (dice.random_bool(0.7) && fresh.end() == cut).then_some(fresh);
                    kept = queries
                        .fold_on(stream, Some(kept), role, cut, fresh.as_ref())
                        .expect("folds");
                    let packed = kept.pack().expect("packs");
                    let count = kept.folding().event_count();
                    let most = 2_000 + 400 * count as usize;
                    assert!(packed.bytes() < most, "{} of {count}", packed.bytes());
                    let asked = Asked {
                        as_of: AsOf::default(),
                        role,
                        end: cut,
                        now_us: 0,
                    };
                    let wanted = queries.project_view(stream, &asked).expect("a view");
                    let unpacked = Kept::unpack(&packed).expect("unpacks");
                    let others = others(queries, &unpacked, &stream.partition, &asked);
                    assert_eq!(unpacked.into_view(stream, &others), wanted, "{stream}");
                    kept = Kept::unpack(&packed).expect("unpacks");
                    gone_on += 1;
                }
                events += u64::from(kept.folding().event_count());
            }
        }
        assert!(gone_on > 200 && events > 1_000, "{gone_on}, {events}");
        town.server.stop().await;
    });
}
