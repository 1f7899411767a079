//! RP 规则包: a set of rules with its adopted versions. The entity is keyed by stream and pack (owner
//! = stream id, id = pack id). A version is adopted once (E002) and its digest is that of its
//! content (E024): what is in force can be checked by anybody who has the text.

use std::{collections::BTreeMap, fmt::Write as _};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::domain::{
    decider::Fact,
    entity::EntityRef,
    gate::Env,
    payload::{day, payload_of},
    refusal::{Code, Refusal, repeated},
};
use crate::events::v1::{self, event_payload::Payload};

/// An adopted version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RulePackVersion {
    /// SHA-256 of its content, in hexadecimal.
    pub digest: String,
    /// First day in force.
    pub effective_from: Option<NaiveDate>,
    /// The day of adoption.
    pub adopted_on: NaiveDate,
}

/// A pack of rules; its text stays in the events.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RulePack {
    /// Versions by name.
    pub versions: BTreeMap<String, RulePackVersion>,
}

/// E002 when the version is adopted already.
pub fn transition(state: &RulePack, entity: &EntityRef, fact: &Fact) -> Result<(), Refusal> {
    match payload_of(&fact.event) {
        Some(Payload::RulePackAdopted(event)) if state.versions.contains_key(&event.version) => {
            Err(repeated(entity, "version", &event.version))
        }
        _ => Ok(()),
    }
}

/// The pack after one more fact.
pub fn evolve(state: &mut RulePack, _entity: &EntityRef, _position: u64, fact: &Fact) {
    if let Some(Payload::RulePackAdopted(event)) = payload_of(&fact.event) {
        let version = RulePackVersion {
            digest: event.digest.clone(),
            effective_from: day(&event.effective_from),
            adopted_on: fact.legal_date,
        };
        let name = event.version.clone();
        state.versions.entry(name).or_insert(version);
    }
}

/// E024 when the digest is not that of the content.
pub(super) fn check(env: &mut Env<'_>, event: &v1::RulePackAdopted) {
    let expected = digest_of(&event.content);
    if event.digest != expected {
        let message = format!(
            "the content of rule pack {} has digest {expected}, not {}",
            event.pack_id, event.digest
        );
        let refusal = Refusal::new(Code::E024_SUM_MISMATCH, message);
        env.refuse(
            refusal
                .with("expected_digest", expected)
                .with("digest", &event.digest),
        );
    }
}

/// SHA-256 of a text in lower-case hexadecimal.
pub fn digest_of(content: &str) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(content.as_bytes()) {
        // Writing into a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        refusal::Code::{E002_ILLEGAL_TRANSITION, E024_SUM_MISMATCH},
        testkit::{World, assert_refusal, oversight::rule_pack_adopted, regulator_registered},
    };

    #[test]
    fn a_version_is_adopted_once_with_the_digest_of_its_content() {
        let mut world = World::new();
        world.given(regulator_registered());
        let mut altered = rule_pack_adopted("2026.1");
        altered.content.push(' ');
        let expected = digest_of("rules: [] ");
        let figures = [("expected_digest", expected.as_str())];
        assert_refusal(&world.refused(altered), E024_SUM_MISMATCH, &figures);
        world.given(rule_pack_adopted("2026.1"));
        let refusal = world.refused(rule_pack_adopted("2026.1"));
        assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("version", "2026.1")]);
        world.given(rule_pack_adopted("2026.2"));
    }

    #[test]
    fn digests_are_those_of_the_standard() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(digest_of(""), empty);
    }
}
