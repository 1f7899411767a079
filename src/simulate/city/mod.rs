//! What the city does beside its projects: rules and people of the e-mall, farm products, rooms,
//! approvals, libraries of suppliers, internal control, the assessment of the central agency, the
//! way on-line of each area, the tasks of the reform plan, framework agreements, and the registry's
//! own changes.

pub(super) mod approvals;
mod assessment;
mod campaign;
mod clerk;
mod conduct;
mod control;
mod farm;
pub(super) mod frameworks;
mod libraries;
mod mall;
mod neighbour;
mod onboarding;
mod register;
pub(super) mod venues;

use chrono::NaiveDate;
use clerk::Clerk;

use super::{breach::Breach, random::Random, script::Planned, simulation::Scene};

/// Writes everything of a year, from the first working day on.
pub(super) fn write(scene: Scene<'_>, opening: NaiveDate) -> (Vec<Planned>, Vec<Breach>) {
    let (mut planned, mut breaches) = (Vec::new(), Vec::new());
    let writers: [fn(&mut Clerk<'_>); 11] = [
        register::write,
        onboarding::write,
        mall::write,
        farm::write,
        venues::write,
        approvals::write,
        libraries::write,
        control::write,
        assessment::write,
        campaign::write,
        conduct::write,
    ];
    for (purpose, write) in (1 << 44..).zip(writers) {
        let mut clerk = Clerk::new(scene, Random::new(scene.seed, purpose), opening);
        write(&mut clerk);
        planned.append(&mut clerk.planned);
        breaches.append(&mut clerk.breaches);
    }
    for (purpose, framework) in (1 << 45..).zip(&scene.drawn.frameworks) {
        let mut clerk = Clerk::new(scene, Random::new(scene.seed, purpose), opening);
        frameworks::write(&mut clerk, framework);
        planned.append(&mut clerk.planned);
        breaches.append(&mut clerk.breaches);
    }
    let mut clerk = Clerk::new(scene, Random::new(scene.seed, 1 << 46), opening);
    neighbour::write(&mut clerk);
    planned.append(&mut clerk.planned);
    (planned, breaches)
}
