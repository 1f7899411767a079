//! The first working day: regions, organisations, source systems and reference data enter the
//! registry.

use chrono::NaiveDate;

use super::{
    calendar::Calendar,
    day::{Expected, Step},
    draft::{Draft, midnight, source},
    script::Planned,
    world::{Organisation, World},
};
use crate::{
    domain::profile,
    events::v1::{
        ActorRole, BudgetLevel, HolidayCalendarPublished, OrganisationRegistered,
        ProcurementObject, RegionRegistered, SourceSystemRegistered, ThresholdProfilePublished,
        event_payload::Payload,
    },
};

/// Registrations per batch.
const BATCH: usize = 100;

/// Writes what is published on the first working day of a year after the first.
pub(super) fn renew(world: &World, calendar: &Calendar, day: NaiveDate) -> Vec<Planned> {
    let writer = Writer {
        world,
        calendar,
        day,
    };
    let mut planned = Vec::new();
    writer.push(&mut planned, &[writer.holidays()], "holidays published");
    writer.push(&mut planned, &writer.thresholds(), "thresholds published");
    planned
}

/// Writes the registrations of the first day.
pub(super) fn write(world: &World, calendar: &Calendar, day: NaiveDate) -> Vec<Planned> {
    let writer = Writer {
        world,
        calendar,
        day,
    };
    let mut regulators = Vec::new();
    for regulator in &world.regulators {
        regulators.push(writer.organisation(regulator, regulator));
    }
    let mut organisations = Vec::new();
    for group in [
        &world.units,
        &world.agencies,
        &world.banks,
        &world.others,
        &world.suppliers,
        &world.passing,
    ] {
        for organisation in group {
            let registrar = &world.regulators[organisation.region];
            organisations.push(writer.organisation(organisation, registrar));
        }
    }
    let mut references = writer.systems();
    references.push(writer.holidays());
    let mut planned = Vec::new();
    writer.push(&mut planned, &regulators, "regulators registered");
    writer.push(&mut planned, &writer.regions(), "regions registered");
    writer.push(&mut planned, &organisations, "organisations registered");
    writer.push(
        &mut planned,
        &references,
        "source systems and holidays registered",
    );
    writer.push(&mut planned, &writer.thresholds(), "thresholds published");
    planned
}

struct Writer<'a> {
    world: &'a World,
    calendar: &'a Calendar,
    day: NaiveDate,
}

/// A registration and its source ref.
type Named = (Draft, String);

impl Writer<'_> {
    fn push(&self, planned: &mut Vec<Planned>, named: &[Named], label: &'static str) {
        for batch in named.chunks(BATCH) {
            let step = Step {
                source_system: source::MANAGEMENT,
                recorded_at_us: 0,
                submissions: batch
                    .iter()
                    .map(|(draft, name)| draft.submit(name))
                    .collect(),
                expected: Expected::Accepted,
                label,
            };
            planned.push(Planned {
                day: self.day,
                phase: 0,
                step,
                effects: Vec::new(),
            });
        }
    }

    fn draft(&self, registrar: &Organisation, stream: String, payload: Payload) -> Draft {
        Draft {
            source: source::MANAGEMENT,
            stream,
            occurred_at: midnight(self.day),
            actor: registrar.uscc.clone(),
            role: ActorRole::Regulator,
            region: self.world.region_code(registrar.region).into(),
            payload,
            sealed: None,
            personal: None,
        }
    }

    fn organisation(&self, organisation: &Organisation, registrar: &Organisation) -> Named {
        let uscc = &organisation.uscc;
        let payload = Payload::OrganisationRegistered(OrganisationRegistered {
            uscc: uscc.clone(),
            name: organisation.name.clone(),
            kinds: organisation
                .kinds
                .iter()
                .map(|kind| (*kind).into())
                .collect(),
            region: self.world.region_code(organisation.region).into(),
            budget_level: organisation.level.into(),
            size: organisation.size.into(),
            on: self.day.to_string(),
        });
        let stream = format!("organisation/4304/{uscc}");
        (
            self.draft(registrar, stream, payload),
            format!("ORG-{uscc}"),
        )
    }

    fn regions(&self) -> Vec<Named> {
        let city = self.world.city_regulator();
        let mut named = Vec::new();
        for region in &self.world.regions {
            let entry = profile::region(region.code);
            let payload = Payload::RegionRegistered(RegionRegistered {
                region: region.code.into(),
                name: region.name.into(),
                parent: entry.map(|entry| entry.parent.into()).unwrap_or_default(),
                on: self.day.to_string(),
            });
            let draft = self.draft(city, format!("region/4304/{}", region.code), payload);
            named.push((draft, format!("REGION-{}", region.code)));
        }
        named
    }

    fn systems(&self) -> Vec<Named> {
        let city = self.world.city_regulator();
        let mut named = Vec::new();
        for code in source::ALL {
            let system = profile::source_system(code);
            let payload = Payload::SourceSystemRegistered(SourceSystemRegistered {
                system: code.into(),
                name: system.map_or(code, |system| system.name_zh).into(),
                operator: city.uscc.clone(),
                on: self.day.to_string(),
            });
            named.push((
                self.draft(city, format!("system/00/{code}"), payload),
                format!("SYS-{code}"),
            ));
        }
        named
    }

    fn holidays(&self) -> Named {
        let days = |days: Vec<NaiveDate>| days.iter().map(NaiveDate::to_string).collect();
        let year = self.calendar.year();
        let doc_no = match self.calendar.doc_no() {
            "" => format!("虚构〔{year}〕1号"),
            known => known.into(),
        };
        let payload = Payload::HolidayCalendarPublished(HolidayCalendarPublished {
            year,
            holidays: days(self.calendar.holidays()),
            makeup_workdays: days(self.calendar.makeups()),
            doc_no,
            issued_on: self.day.to_string(),
        });
        let stream = "system/00/calendar".into();
        (
            self.draft(self.world.city_regulator(), stream, payload),
            format!("HOLIDAYS-{year}"),
        )
    }

    fn thresholds(&self) -> Vec<Named> {
        let city = self.world.city_regulator();
        let objects = [
            (ProcurementObject::Goods, 50_000_000, 200_000_000),
            (ProcurementObject::Service, 50_000_000, 200_000_000),
            (ProcurementObject::Works, 60_000_000, 400_000_000),
        ];
        let mut named = Vec::new();
        for (object, dispersed_limit_fen, open_tender_fen) in objects {
            let profile_id = format!("XE-{}-{}", self.calendar.year(), object as i32);
            let payload = Payload::ThresholdProfilePublished(ThresholdProfilePublished {
                profile_id: profile_id.clone(),
                region: "430400".into(),
                budget_level: BudgetLevel::City.into(),
                object: object.into(),
                dispersed_limit_fen,
                open_tender_fen,
                emall_limit_fen: 20_000_000,
                effective_from: self.day.to_string(),
                effective_to: String::new(),
                doc_no: format!("湘财购〔{}〕1号", self.calendar.year() - 1),
                on: self.day.to_string(),
                central_catalogue: Vec::new(),
            });
            named.push((
                self.draft(city, "region/4304/430400".into(), payload),
                profile_id,
            ));
        }
        named
    }
}
