//! The kit's ledger with a project whose only lot is awarded to the supplier, in 2023.

use super::facts::{self, BUYER};
use crate::{
    domain::{
        decider::Fact,
        refusal::{Code, Refusal},
        state::Stated,
        testkit,
    },
    events::v1::{self, event_payload::Payload},
};

/// A ledger that every gate of the domain decides.
#[derive(Clone)]
pub struct World(pub testkit::World);

impl World {
    /// A project of 2,000.00 yuan whose only lot awaits its award.
    pub fn planned() -> Self {
        let mut world = testkit::World::new();
        world.given(v1::BudgetLineApproved {
            amount_fen: 500_000,
            approved_on: "2023-01-10".to_owned(),
            ..testkit::facts::budget_line_approved(facts::LINE)
        });
        world.given(v1::PlanFiled {
            budget_parts: vec![testkit::facts::part(facts::LINE, 200_000)],
            amount_fen: 200_000,
            lots: vec![testkit::facts::plan_lot("01", 200_000)],
            filed_on: "2023-02-10".to_owned(),
            ..testkit::facts::plan_filed()
        });
        Self(world)
    }

    /// And the award of the lot for 1,000.00 yuan.
    pub fn awarded() -> Self {
        let mut world = Self::planned();
        world.0.given(v1::AwardRecorded {
            lot_no: "01".to_owned(),
            supplier: facts::SUPPLIER.to_owned(),
            award_fen: facts::ORIGINAL_FEN,
            determined_on: "2023-08-20".to_owned(),
            basis: v1::AwardBasis::Other.into(),
        });
        world
    }

    /// The awarded project after more facts, which must be accepted.
    pub fn given(facts: impl IntoIterator<Item = Payload>) -> Self {
        let mut world = Self::awarded();
        for payload in facts {
            world.must(payload);
        }
        world
    }

    /// Appends what must be accepted; answers its position.
    pub fn must(&mut self, payload: Payload) -> u64 {
        self.0.given(payload)
    }

    /// Appends a whole fact that must be accepted, such as a correction.
    pub fn must_fact(&mut self, fact: Fact) {
        self.0.append(fact).expect("the fact is accepted");
    }

    /// The refusal that a fact meets.
    pub fn refusal(&self, payload: Payload) -> Refusal {
        self.0.refused(payload)
    }

    /// The code of the refusal that a fact would meet; `None` when it would be accepted.
    pub fn refuses(&self, payload: Payload) -> Option<Code> {
        self.refuses_fact(&self.0.fact(payload))
    }

    /// As [`World::refuses`], of a whole fact.
    pub fn refuses_fact(&self, fact: &Fact) -> Option<Code> {
        self.0.decide(fact).err().map(|refusal| refusal.code)
    }

    /// As [`World::refuses`], on the stream of the unit.
    pub fn refuses_on_unit(&self, payload: Payload) -> Option<Code> {
        let fact = self.0.fact(payload);
        self.refuses_fact(&testkit::on_stream(fact, &format!("unit/4304/{BUYER}")))
    }

    /// A state of the project that must be there.
    pub fn state_of<T: Stated + Clone>(&self, id: &str) -> T {
        self.0.of_project(id)
    }
}
