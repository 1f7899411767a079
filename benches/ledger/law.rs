//! The law over a simulated city: pictures of everything made anew, lists over them, and what
//! judging behind the acknowledgement costs those who append.

use std::{path::Path, time::Instant};

use bihuan::{
    events::v1::ActorRole,
    ledger::{Ledger, LedgerConfig, views::Asked},
    models::store,
    simulate::{Simulation, SimulationConfig},
    supervision::{Picture, picture::Moment},
    views::AsOf,
};

use crate::{
    feed::City,
    load,
    real::{Follows, Spine},
    report::{Figure, Target},
    scale::Scale,
};

/// Measures the law.
pub async fn figures(scale: Scale, folder: &Path) -> Vec<Figure> {
    let simulation = Simulation::new(SimulationConfig {
        projects: scale.city,
        ..SimulationConfig::default()
    });
    let mut rates = Vec::new();
    for (name, follows) in [("alone", Follows::Nothing), ("judged", Follows::Law)] {
        let mut config = LedgerConfig::at(folder.join(name));
        config.simulated_clock = true;
        let spine = Spine::serve_with(config, follows).await;
        let clients = load::connect(spine.address, 1).await;
        let mut city = City::of(&simulation, scale.city);
        let started = Instant::now();
        let events = city.feed(&clients[0], None).await;
        rates.push(events as f64 / started.elapsed().as_secs_f64());
        drop(clients);
        spine.stop().await;
    }
    let name = format!("a year of {} projects, every rule live", scale.city);
    let mut judged = Figure::alone(name, "events/s", rates[1], Target::Share(0.7));
    judged.ceiling = Some(rates[0]);
    judged.ratio = Some(rates[1] / rates[0]);
    judged
        .note
        .push_str("ceiling: the same where nothing follows");
    vec![judged, made(&folder.join("alone"))]
}

/// Makes a picture of a folder at rest.
fn made(folder: &Path) -> Figure {
    tokio::task::block_in_place(|| {
        let ledger = Ledger::open(LedgerConfig::at(folder)).expect("the ledger opens");
        let queries = ledger.queries();
        let asked = Asked {
            as_of: AsOf::default(),
            role: ActorRole::Regulator,
            end: queries.view_end(),
            now_us: ledger.last_recorded_us(),
        };
        let file = folder.join("picture.sqlite");
        let mut picture = Picture::new(Moment::Past(asked));
        let started = Instant::now();
        let of = (queries, "bench");
        let streams = store::make(&mut picture, of, asked.end, &file, &mut |_, _| true);
        let took = started.elapsed();
        let streams = streams.expect("the picture is made");
        let name = format!("a picture made of {} events, {streams} streams", asked.end);
        let rate = asked.end as f64 / took.as_secs_f64();
        ledger.close();
        Figure::alone(name, "events/s", rate, Target::AtLeast(50_000.0))
    })
}
