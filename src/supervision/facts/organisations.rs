//! Organisations of the registry: the denominators of what binds units and agencies.

use chrono::NaiveDate;

use super::rows::{Head, Rows, day, earlier, flag, text};
use crate::{
    events::v1::{OrganisationKind, event_payload::Payload},
    supervision::tables::ORGANISATIONS,
};

/// An organisation in the making.
#[derive(Default)]
struct Organisation<'a> {
    name: &'a str,
    region: &'a str,
    kinds: Vec<OrganisationKind>,
    since: Option<NaiveDate>,
    ended_on: Option<NaiveDate>,
}

impl Organisation<'_> {
    fn is(&self, kind: OrganisationKind) -> bool {
        self.ended_on.is_none() && self.kinds.contains(&kind)
    }
}

/// An organisation.
pub(super) fn organisation(rows: &mut Rows<'_, '_>) {
    let mut of = Organisation::default();
    for (act, payload) in rows.acts() {
        match payload {
            Payload::OrganisationRegistered(e) => {
                (of.name, of.region) = (&e.name, &e.region);
                of.kinds = e.kinds().collect();
                of.ended_on = None;
                earlier(&mut of.since, act.on());
            }
            Payload::OrganisationChanged(e) => {
                (of.name, of.region) = (&e.name, &e.region);
                of.kinds = e.kinds().collect();
                earlier(&mut of.since, act.on());
            }
            Payload::OrganisationMerged(_) | Payload::OrganisationClosed(_) => {
                of.ended_on = Some(act.on());
            }
            _ => {}
        }
    }
    let Some(since) = of.since else {
        return;
    };
    let uscc = rows.sight.stream.id.as_str();
    let is_unit = of.is(OrganisationKind::BudgetUnit);
    let is_central = of.is(OrganisationKind::CentralAgency);
    let is_agency = of.is(OrganisationKind::Agency);
    let where_it = |is_it: bool| if is_it { uscc } else { "" };
    let head = Head {
        region: of.region,
        unit: where_it(of.kinds.contains(&OrganisationKind::BudgetUnit)),
        supplier: where_it(of.kinds.contains(&OrganisationKind::Supplier)),
        agency: where_it(is_central || is_agency),
        day: Some(since),
    };
    let rest = [
        text(uscc),
        text(of.name),
        flag(is_unit),
        flag(is_central),
        flag(is_agency),
        day(of.ended_on),
    ];
    let subject = rows.subject("organisation", "");
    rows.add(&ORGANISATIONS, &head, subject, rest);
}
