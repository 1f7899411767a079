//! A ledger in memory.

use std::{collections::HashMap, sync::Arc};

use prost::Message as _;
use prost_types::Timestamp;

use super::facts;
use super::facts::{
    AGENCY, BANK, CENTRAL, COUNTY, COUNTY_REGULATOR, LINE, LINE_2, PARTITION, PROJECT, REGION,
    REGULATOR, SUPPLIER, TRADE, UNIT,
};
use crate::domain::{
    authority,
    decider::{Context, Decision, Entities, Fact, HistoryItem, decide, fold},
    entity::EntityRef,
    payload::{EventType, legal_day, payload_of},
    refusal::{Code, Refusal},
    state::{EntityState, Stated},
    touched::touched_by,
    values::{StreamName, date::midnight_seconds},
};
use crate::events::{
    descriptor::schema,
    example::submission,
    v1::{self, ActorRole, OrganisationKind, event_payload::Payload},
};

/// 2030-01-01T00:00:00+08:00, after everything that the kit's facts tell.
const NOW_US: u64 = 1_893_427_200_000_000;

/// A ledger in memory: facts in order, states as decided, an index.
#[derive(Clone, Debug)]
pub struct World {
    /// The moment of recording, microseconds since 1970-01-01T00:00:00Z.
    pub now_us: u64,
    /// The recorded facts, by position.
    pub items: Vec<HistoryItem>,
    states: HashMap<EntityRef, Option<Arc<EntityState>>>,
    index: HashMap<EntityRef, Vec<usize>>,
    names: HashMap<(String, String), usize>,
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

impl World {
    /// An empty ledger in 2030.
    pub fn new() -> Self {
        Self {
            now_us: NOW_US,
            items: Vec::new(),
            states: HashMap::new(),
            index: HashMap::new(),
            names: HashMap::new(),
        }
    }

    /// Two approved lines of 3,000,000.00 yuan.
    pub fn with_lines() -> Self {
        let mut world = Self::new();
        world.given(facts::budget_line_approved(LINE));
        world.given(facts::budget_line_approved(LINE_2));
        world
    }

    /// And a filed plan of one lot of 1,000,000.00 yuan on the first line.
    pub fn with_plan() -> Self {
        let mut world = Self::with_lines();
        world.given(facts::plan_filed());
        world
    }

    /// And an opened lot with two valid bids.
    pub fn with_opened_lot() -> Self {
        let mut world = Self::with_plan();
        world.given(facts::procurement_document_issued());
        world.given(facts::bid_received("B-1"));
        world.given(facts::bid_received("B-2"));
        world.given(facts::bids_opened());
        world
    }

    /// And an award of 900,000.00 yuan to the first supplier, by the lot's minimal path.
    pub fn with_award() -> Self {
        let mut world = Self::with_opened_lot();
        world.given(facts::evaluation_concluded());
        world.given(facts::winner_determined());
        world.given(facts::award_notice_issued());
        world
    }

    /// A fact with the envelope that fits its payload: the first role that may append it, that
    /// role's organisation, its stream, its legal date.
    pub fn fact(&self, payload: impl Into<Payload>) -> Fact {
        let payload = payload.into();
        let (role, source) = sender_of(&payload);
        let name = stream_of(&payload);
        let legal_date = legal_day(&payload).unwrap_or(facts::LAST_DAY);
        let event = v1::Event {
            source_system: source,
            source_ref: format!("R-{}", self.items.len()),
            stream: name.clone(),
            occurred_at: Some(Timestamp {
                seconds: midnight_seconds(legal_date),
                nanos: 0,
            }),
            actor_org: org_of(role).to_owned(),
            actor_role: role.into(),
            region_code: REGION.to_owned(),
            payload: Some(v1::EventPayload {
                payload: Some(payload),
            }),
            ..v1::Event::default()
        };
        Fact {
            event,
            stream: StreamName::parse(&name).expect("the kit's streams are right"),
            legal_date,
        }
    }

    /// Decides without recording.
    pub fn decide(&self, fact: &Fact) -> Result<Decision, Refusal> {
        let context = Context {
            recorded_at_us: self.now_us,
            position: self.items.len() as u64,
        };
        decide(self, fact, &context)
    }

    /// Decides and records; answers the position.
    ///
    /// # Panics
    /// When the decided states are not what the history folds to.
    pub fn append(&mut self, fact: Fact) -> Result<u64, Refusal> {
        let decision = self.decide(&fact)?;
        let position = self.record(fact);
        for (entity, state) in decision.states {
            let folded = fold(&entity, &self.history(&entity));
            assert_eq!(state.as_deref(), folded.as_ref(), "{entity}");
            self.states.insert(entity, state);
        }
        Ok(position)
    }

    /// Puts a fact into the history without deciding; states stay as they are.
    fn record(&mut self, fact: Fact) -> u64 {
        let index = self.items.len();
        let payload = payload_of(&fact.event).expect("the kit's facts have payloads");
        let named = match payload {
            Payload::EventCorrected(event) => event.corrects.as_ref(),
            Payload::EventVoided(event) => event.voids.as_ref(),
            _ => None,
        };
        let amends = named
            .and_then(|name| self.find(&name.source_system, &name.source_ref))
            .map(|item| item.position);
        for entity in touched_by(&fact.stream, payload) {
            self.index.entry(entity).or_default().push(index);
        }
        let name = (
            fact.event.source_system.clone(),
            fact.event.source_ref.clone(),
        );
        self.names.insert(name, index);
        self.items.push(HistoryItem {
            position: index as u64,
            fact: Arc::new(fact),
            amends,
        });
        index as u64
    }

    /// Records a fact that must be accepted; answers its position.
    ///
    /// # Panics
    /// When it is refused.
    pub fn given(&mut self, payload: impl Into<Payload>) -> u64 {
        let fact = self.fact(payload);
        let name = EventType::of(payload_of(&fact.event).expect("a payload")).name();
        self.append(fact)
            .unwrap_or_else(|refusal| panic!("given {name}: {refusal} {:?}", refusal.figures))
    }

    /// Registers the county's regulator, by itself.
    ///
    /// # Panics
    /// When it is refused.
    pub fn given_county_regulator(&mut self) {
        let kind = OrganisationKind::FinanceRegulator;
        let registered = facts::organisation_registered(COUNTY_REGULATOR, kind, COUNTY);
        let mut fact = by(
            self.fact(registered),
            ActorRole::Regulator,
            COUNTY_REGULATOR,
        );
        COUNTY.clone_into(&mut fact.event.region_code);
        self.append(fact).expect("it registers itself");
    }

    /// Tries to record a fact.
    pub fn when(&mut self, payload: impl Into<Payload>) -> Result<u64, Refusal> {
        let fact = self.fact(payload);
        self.append(fact)
    }

    /// Decides a fact that must be refused, without recording it.
    ///
    /// # Panics
    /// When it is accepted.
    pub fn refused(&self, payload: impl Into<Payload>) -> Refusal {
        let fact = self.fact(payload);
        self.refused_fact(&fact)
    }

    /// As [`World::refused`], of a whole fact.
    ///
    /// # Panics
    /// When it is accepted.
    pub fn refused_fact(&self, fact: &Fact) -> Refusal {
        let refusal = self.decide(fact).err();
        let name = EventType::of(payload_of(&fact.event).expect("a payload")).name();
        refusal.unwrap_or_else(|| panic!("{name} is accepted"))
    }

    /// The state of an entity of the kit's partition.
    pub fn get<T: Stated + Clone>(&self, owner: &str, id: &str) -> Option<T> {
        let state = self.state(&EntityRef::new(T::KIND, PARTITION, owner, id))?;
        T::of(&state).cloned()
    }

    /// The state of an object of the kit's project.
    ///
    /// # Panics
    /// When nothing touched it.
    pub fn of_project<T: Stated + Clone>(&self, id: &str) -> T {
        self.get(PROJECT, id).expect("an object of the project")
    }

    /// A correction of a recorded event with the touches that it must name, by whom appended it.
    pub fn correction(&self, position: u64, payload: impl Into<Payload>) -> Fact {
        let payload = payload.into();
        let original = &self.items[position as usize].fact;
        let touches = self.touches(position, Some(&payload));
        let corrected = v1::EventCorrected {
            corrects: Some(name_of(original)),
            payload: Some(Box::new(v1::EventPayload {
                payload: Some(payload),
            })),
            touches,
            reason: "录入错误".to_owned(),
            authority: String::new(),
            effect: v1::CorrectionEffect::Normal.into(),
        };
        self.amendment(original, corrected.into())
    }

    /// A void of a recorded event with the touches that it must name, by whom appended it.
    pub fn void(&self, position: u64) -> Fact {
        let original = &self.items[position as usize].fact;
        let voided = v1::EventVoided {
            voids: Some(name_of(original)),
            touches: self.touches(position, None),
            reason: "重复录入".to_owned(),
            authority: "衡财购〔2024〕1号".to_owned(),
        };
        self.amendment(original, voided.into())
    }

    fn amendment(&self, original: &Fact, payload: Payload) -> Fact {
        let mut fact = original.clone();
        fact.event.source_ref = format!("R-{}", self.items.len());
        fact.event.payload = Some(v1::EventPayload {
            payload: Some(payload),
        });
        fact.legal_date = facts::LAST_DAY;
        fact
    }

    fn touches(&self, position: u64, replacement: Option<&Payload>) -> Vec<v1::EntityRef> {
        let original = &self.items[position as usize].fact;
        let newest = self.items.iter().rev().find_map(|item| {
            let is_of = item.amends == Some(position);
            match payload_of(&item.fact.event) {
                Some(Payload::EventCorrected(event)) if is_of => {
                    event.payload.as_ref().and_then(|p| p.payload.clone())
                }
                _ => None,
            }
        });
        let mut entities = Vec::new();
        let payloads = [payload_of(&original.event), newest.as_ref(), replacement];
        for payload in payloads.into_iter().flatten() {
            for entity in touched_by(&original.stream, payload) {
                let entity = v1::EntityRef {
                    kind: entity.kind.into(),
                    owner_id: entity.owner().to_owned(),
                    id: entity.id().to_owned(),
                };
                if !entities.contains(&entity) {
                    entities.push(entity);
                }
            }
        }
        entities
    }
}

impl Entities for World {
    fn state(&self, entity: &EntityRef) -> Option<Arc<EntityState>> {
        self.states.get(entity).cloned().flatten()
    }

    fn history(&self, entity: &EntityRef) -> Vec<HistoryItem> {
        let positions = self.index.get(entity).map_or(&[][..], Vec::as_slice);
        positions.iter().map(|at| self.items[*at].clone()).collect()
    }

    fn find(&self, source_system: &str, source_ref: &str) -> Option<HistoryItem> {
        let name = (source_system.to_owned(), source_ref.to_owned());
        let index = self.names.get(&name)?;
        Some(self.items[*index].clone())
    }
}

/// Asserts a refusal's code and some of its figures.
///
/// # Panics
/// When they differ.
pub fn assert_refusal(refusal: &Refusal, code: Code, figures: &[(&str, &str)]) {
    assert_eq!(refusal.code, code, "{refusal} {:?}", refusal.figures);
    for (name, value) in figures {
        let figure = refusal.figures.iter().find(|(figure, _)| figure == name);
        let found = figure.map(|(_, value)| value.as_str());
        assert_eq!(found, Some(*value), "{name} of {:?}", refusal.figures);
    }
}

/// The same fact by another role and organisation.
pub fn by(mut fact: Fact, role: ActorRole, org: &str) -> Fact {
    fact.event.actor_role = role.into();
    fact.event.actor_org = org.to_owned();
    fact
}

/// The same fact in the county's stream, by the county's regulator.
pub fn in_county(fact: Fact) -> Fact {
    let fact = on_stream(fact, &format!("region/{PARTITION}/{COUNTY}"));
    let mut fact = by(fact, ActorRole::Regulator, COUNTY_REGULATOR);
    COUNTY.clone_into(&mut fact.event.region_code);
    fact
}

/// The same fact on another stream.
///
/// # Panics
/// When the name is no stream.
pub fn on_stream(mut fact: Fact, name: &str) -> Fact {
    fact.stream = StreamName::parse(name).expect("a stream's name");
    name.clone_into(&mut fact.event.stream);
    fact
}

fn name_of(fact: &Fact) -> v1::EventName {
    v1::EventName {
        source_system: fact.event.source_system.clone(),
        source_ref: fact.event.source_ref.clone(),
    }
}

fn sender_of(payload: &Payload) -> (ActorRole, String) {
    let first = authority::rights(EventType::of(payload)).first();
    let role = first.map_or(ActorRole::BudgetSys, |(role, _)| *role);
    let source = match (payload, role) {
        (Payload::SyncBatchReceived(batch), _) => batch.system.as_str(),
        (_, ActorRole::BudgetSys) => "BUDGET_INT",
        (_, ActorRole::TreasurySys) => "TREASURY_PAY",
        (_, ActorRole::TradeSys) => "ETRADE",
        _ => "GP_MGMT",
    };
    (role, source.to_owned())
}

fn org_of(role: ActorRole) -> &'static str {
    match role {
        ActorRole::Purchaser => UNIT,
        ActorRole::Agency => AGENCY,
        ActorRole::CentralAgency => CENTRAL,
        ActorRole::TradeSys | ActorRole::Venue => TRADE,
        ActorRole::Bank => BANK,
        ActorRole::Supplier => SUPPLIER,
        _ => REGULATOR,
    }
}

fn stream_of(payload: &Payload) -> String {
    let (kind, partition, id) = match payload {
        Payload::BudgetLineApproved(e) => ("budget-line", PARTITION, e.budget_line_id.clone()),
        Payload::BudgetLineAdjusted(e) => ("budget-line", PARTITION, e.budget_line_id.clone()),
        Payload::BudgetLineFrozen(e) => ("budget-line", PARTITION, e.budget_line_id.clone()),
        Payload::BudgetLineUnfrozen(e) => ("budget-line", PARTITION, e.budget_line_id.clone()),
        Payload::BudgetLineClosed(e) => ("budget-line", PARTITION, e.budget_line_id.clone()),
        Payload::OrganisationRegistered(e) => ("organisation", PARTITION, e.uscc.clone()),
        Payload::OrganisationChanged(e) => ("organisation", PARTITION, e.uscc.clone()),
        Payload::OrganisationMerged(e) => ("organisation", PARTITION, e.uscc.clone()),
        Payload::OrganisationClosed(e) => ("organisation", PARTITION, e.uscc.clone()),
        Payload::RegionRegistered(e) => ("region", PARTITION, e.region.clone()),
        Payload::ThresholdProfilePublished(e) => ("region", PARTITION, e.region.clone()),
        Payload::SourceSystemRegistered(e) => ("system", "00", e.system.clone()),
        Payload::HolidayCalendarPublished(_) => ("system", "00", "calendar".to_owned()),
        Payload::SyncBatchReceived(e) => ("system", "00", e.system.clone()),
        Payload::OcdsReleaseImported(e) => ("ocds", "ocds-213czf", e.ocid.clone()),
        _ => return example_stream(EventType::of(payload)),
    };
    format!("{kind}/{partition}/{id}")
}

/// The stream of a type's example, of the kit's project.
fn example_stream(event_type: EventType) -> String {
    let of = schema().by_name(event_type.name()).expect("in the schema");
    let event = v1::Event::decode(submission(of).event).expect("decodes");
    match event.stream.starts_with("project/") {
        true => format!("project/{PARTITION}/{PROJECT}"),
        false => event.stream,
    }
}
