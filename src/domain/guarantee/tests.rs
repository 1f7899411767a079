//! Bonds, guarantees and what stands in for them.

use super::{
    bond::{self, BondStatus},
    enhancement::{self, EnhancementStatus},
    letter::{self, GuaranteeStatus},
    *,
};
use crate::domain::{
    entity::EntityRef,
    payload::EventType,
    refusal::Code::{
        E001_UNKNOWN_REF, E002_ILLEGAL_TRANSITION, E003_BAD_TIME, E023_RELEASE_OVER_HELD,
    },
    testkit::*,
};
use crate::events::v1::{
    self, AcceptanceResult, BondForm, BondKind, EntityKind, event_payload::Payload,
};

/// 50,000.00 yuan.
const SUM_FEN: i64 = 5_000_000;

fn signed() -> World {
    let mut world = World::with_award();
    world.given(contract_signed());
    world
}

fn collected() -> v1::BondCollected {
    v1::BondCollected {
        bond_id: "BD-1".to_owned(),
        kind: BondKind::Performance.into(),
        form: BondForm::Transfer.into(),
        amount_fen: SUM_FEN,
        payer: SUPPLIER.to_owned(),
        contract_id: CONTRACT.to_owned(),
        received_on: "2024-02-21".to_owned(),
        ..v1::BondCollected::default()
    }
}

fn returned(return_no: &str, amount_fen: i64) -> v1::BondReturned {
    v1::BondReturned {
        bond_id: "BD-1".to_owned(),
        return_no: return_no.to_owned(),
        amount_fen,
        interest_fen: 0,
        contract_id: CONTRACT.to_owned(),
        returned_on: "2024-02-21".to_owned(),
    }
}

fn forfeited(amount_fen: i64) -> v1::BondForfeited {
    v1::BondForfeited {
        bond_id: "BD-1".to_owned(),
        amount_fen,
        reason: "逾期交货".to_owned(),
        contract_id: CONTRACT.to_owned(),
        forfeited_on: "2024-02-21".to_owned(),
    }
}

fn issued() -> v1::GuaranteeIssued {
    v1::GuaranteeIssued {
        guarantee_no: "GT-1".to_owned(),
        kind: BondKind::Performance.into(),
        guarantor: BANK.to_owned(),
        beneficiary: UNIT.to_owned(),
        applicant: SUPPLIER.to_owned(),
        contract_id: CONTRACT.to_owned(),
        amount_fen: SUM_FEN,
        valid_from: "2024-02-22".to_owned(),
        valid_to: "2024-08-31".to_owned(),
        electronic: true,
        issued_on: "2024-02-21".to_owned(),
        ..v1::GuaranteeIssued::default()
    }
}

fn extended(valid_to: &str) -> v1::GuaranteeExtended {
    v1::GuaranteeExtended {
        guarantee_no: "GT-1".to_owned(),
        valid_to: valid_to.to_owned(),
        contract_id: CONTRACT.to_owned(),
        extended_on: "2024-02-21".to_owned(),
    }
}

fn released(release_no: &str, amount_fen: i64) -> v1::GuaranteeReleased {
    v1::GuaranteeReleased {
        guarantee_no: "GT-1".to_owned(),
        release_no: release_no.to_owned(),
        amount_fen,
        contract_id: CONTRACT.to_owned(),
        released_on: "2024-02-21".to_owned(),
    }
}

fn claimed(claim_no: &str, amount_fen: i64) -> v1::GuaranteeClaimed {
    v1::GuaranteeClaimed {
        guarantee_no: "GT-1".to_owned(),
        claim_no: claim_no.to_owned(),
        amount_fen,
        reason: "未按期履约".to_owned(),
        contract_id: CONTRACT.to_owned(),
        claimed_on: "2024-02-21".to_owned(),
    }
}

fn expired(expired_on: &str) -> v1::GuaranteeExpired {
    v1::GuaranteeExpired {
        guarantee_no: "GT-1".to_owned(),
        contract_id: CONTRACT.to_owned(),
        expired_on: expired_on.to_owned(),
    }
}

fn enhanced() -> v1::CreditEnhancementAccepted {
    v1::CreditEnhancementAccepted {
        enhancement_id: "CX-1".to_owned(),
        provider: BANK.to_owned(),
        applicant: SUPPLIER.to_owned(),
        contract_id: CONTRACT.to_owned(),
        amount_fen: SUM_FEN,
        accepted_on: "2024-02-21".to_owned(),
        ..v1::CreditEnhancementAccepted::default()
    }
}

fn bond(world: &World) -> Bond {
    world.of_project("BD-1")
}

fn letter(world: &World) -> Guarantee {
    world.of_project("GT-1")
}

#[test]
fn bonds_go_where_the_domain_says_and_nowhere_else() {
    use BondStatus::{Absent, Collected, Forfeited, PartReturned, Returned};
    use EventType as E;
    let expected = [
        (Absent, E::BondCollected, Collected),
        (Collected, E::BondReturned, PartReturned),
        (Collected, E::BondReturned, Returned),
        (Collected, E::BondForfeited, PartReturned),
        (Collected, E::BondForfeited, Forfeited),
        (PartReturned, E::BondReturned, PartReturned),
        (PartReturned, E::BondReturned, Returned),
        (PartReturned, E::BondForfeited, PartReturned),
        (PartReturned, E::BondForfeited, Forfeited),
    ];
    let statuses = [Absent, Collected, PartReturned, Returned, Forfeited];
    let entity = EntityRef::new(EntityKind::Bond, PARTITION, PROJECT, "BD-1");
    assert_machine(bond::TRANSITIONS, &statuses, &expected, |status, fact| {
        let state = Bond {
            status,
            ..Bond::default()
        };
        bond::transition(&state, &entity, fact)
    });
}

#[test]
fn guarantees_go_where_the_domain_says_and_nowhere_else() {
    use EventType as E;
    use GuaranteeStatus::{Absent, Active, ClaimedFull, ClaimedPart, Expired, Released};
    let expected = [
        (Absent, E::GuaranteeIssued, Active),
        (Active, E::GuaranteeExtended, Active),
        (Active, E::GuaranteeReleased, Active),
        (Active, E::GuaranteeReleased, Released),
        (Active, E::GuaranteeClaimed, ClaimedPart),
        (Active, E::GuaranteeClaimed, ClaimedFull),
        (Active, E::GuaranteeExpired, Expired),
        (ClaimedPart, E::GuaranteeExtended, ClaimedPart),
        (ClaimedPart, E::GuaranteeReleased, ClaimedPart),
        (ClaimedPart, E::GuaranteeReleased, Released),
        (ClaimedPart, E::GuaranteeClaimed, ClaimedPart),
        (ClaimedPart, E::GuaranteeClaimed, ClaimedFull),
        (ClaimedPart, E::GuaranteeExpired, Expired),
    ];
    let statuses = [Absent, Active, ClaimedPart, ClaimedFull, Released, Expired];
    let entity = EntityRef::new(EntityKind::Guarantee, PARTITION, PROJECT, "GT-1");
    assert_machine(letter::TRANSITIONS, &statuses, &expected, |status, fact| {
        let state = Guarantee {
            status,
            ..Guarantee::default()
        };
        letter::transition(&state, &entity, fact)
    });
}

#[test]
fn an_enhancement_is_accepted_once_and_goes_nowhere_else() {
    use EnhancementStatus::{Absent, Accepted};
    let expected = [(Absent, EventType::CreditEnhancementAccepted, Accepted)];
    let entity = EntityRef::new(EntityKind::CreditEnhancement, PARTITION, PROJECT, "CX-1");
    let (table, statuses) = (enhancement::TRANSITIONS, [Absent, Accepted]);
    assert_machine(table, &statuses, &expected, |status, fact| {
        let state = CreditEnhancement {
            status,
            ..CreditEnhancement::default()
        };
        enhancement::transition(&state, &entity, fact)
    });
    let mut world = signed();
    world.given(enhanced());
    let state: CreditEnhancement = world.of_project("CX-1");
    assert_eq!((state.provider.as_str(), state.amount_fen), (BANK, SUM_FEN));
    let refusal = world.refused(enhanced());
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("status", "ACCEPTED")]);
}

#[test]
fn a_bond_goes_back_and_is_kept_up_to_what_was_collected() {
    let mut world = signed();
    world.given(collected());
    let more = SUM_FEN + 1;
    let figures = [("held_fen", "5000000"), ("released_fen", "5000001")];
    let acts: [Payload; 2] = [returned("R-1", more).into(), forfeited(more).into()];
    for payload in acts {
        assert_refusal(&world.refused(payload), E023_RELEASE_OVER_HELD, &figures);
    }
    world.given(returned("R-1", 2_000_000));
    assert_eq!(bond(&world).status, BondStatus::PartReturned);
    let refusal = world.refused(returned("R-1", 1));
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("return_no", "R-1")]);
    let refusal = world.refused(forfeited(3_000_001));
    assert_refusal(&refusal, E023_RELEASE_OVER_HELD, &figures);
    world.given(forfeited(1_000_000));
    assert_eq!(bond(&world).status, BondStatus::PartReturned);
    assert_eq!(bond(&world).held_fen(), 2_000_000);
    let refusal = world.refused(forfeited(1));
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("case", "MORE")]);
    let refusal = world.refused(returned("R-2", 2_000_001));
    assert_refusal(&refusal, E023_RELEASE_OVER_HELD, &figures);
    world.given(returned("R-2", 2_000_000));
    assert_eq!(bond(&world).status, BondStatus::Returned);
    assert_eq!(bond(&world).gone_fen(), SUM_FEN.into());
    let refusal = world.refused(returned("R-3", 1));
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("status", "RETURNED")]);
}

#[test]
fn a_bond_whose_last_part_is_kept_is_forfeited() {
    for returned_fen in [0, 2_000_000] {
        let mut world = signed();
        world.given(collected());
        if returned_fen > 0 {
            world.given(returned("R-1", returned_fen));
        }
        world.given(forfeited(SUM_FEN - returned_fen));
        assert_eq!(bond(&world).status, BondStatus::Forfeited);
        assert_eq!(bond(&world).held_fen(), 0);
        let refusal = world.refused(returned("R-2", 1));
        let figures = [("status", "FORFEITED")];
        assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &figures);
    }
}

#[test]
fn a_guarantee_is_claimed_and_released_up_to_its_sum() {
    let mut world = signed();
    world.given(issued());
    world.given(released("R-1", 1_000_000));
    assert_eq!(letter(&world).status, GuaranteeStatus::Active);
    world.given(claimed("C-1", 1_500_000));
    assert_eq!(letter(&world).status, GuaranteeStatus::ClaimedPart);
    world.given(released("R-2", 500_000));
    assert_eq!(letter(&world).status, GuaranteeStatus::ClaimedPart);
    assert_eq!(letter(&world).open_fen(), 2_000_000);
    let refusal = world.refused(released("R-1", 1));
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("release_no", "R-1")]);
    let refusal = world.refused(claimed("C-1", 1));
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("claim_no", "C-1")]);
    let more: [Payload; 2] = [
        released("R-3", 2_000_001).into(),
        claimed("C-2", 2_000_001).into(),
    ];
    let figures = [("held_fen", "5000000"), ("released_fen", "5000001")];
    for payload in more {
        assert_refusal(&world.refused(payload), E023_RELEASE_OVER_HELD, &figures);
    }
    let mut given_back = world.clone();
    given_back.given(released("R-3", 2_000_000));
    assert_eq!(letter(&given_back).status, GuaranteeStatus::Released);
    world.given(claimed("C-2", 2_000_000));
    assert_eq!(letter(&world).status, GuaranteeStatus::ClaimedFull);
    for over in [given_back, world] {
        let refusal = over.refused(expired("2024-09-01"));
        assert_eq!(refusal.code, E002_ILLEGAL_TRANSITION);
    }
}

#[test]
fn a_guarantee_expires_the_day_after_its_last_which_moves_only_forward() {
    let mut world = signed();
    world.given(issued());
    let figures = [("earliest_on", "2024-09-01"), ("legal_on", "2024-08-31")];
    let refusal = world.refused(expired("2024-08-31"));
    assert_refusal(&refusal, E003_BAD_TIME, &figures);
    world.clone().given(expired("2024-09-01"));
    let figures = [("earliest_on", "2024-08-31"), ("legal_on", "2024-08-30")];
    let refusal = world.refused(extended("2024-08-30"));
    assert_refusal(&refusal, E003_BAD_TIME, &figures);
    world.given(extended("2024-08-31"));
    world.given(extended("2024-09-30"));
    assert_eq!(letter(&world).valid_to, "2024-09-30".parse().ok());
    let figures = [("earliest_on", "2024-10-01"), ("legal_on", "2024-09-30")];
    let refusal = world.refused(expired("2024-09-30"));
    assert_refusal(&refusal, E003_BAD_TIME, &figures);
    world.given(expired("2024-10-01"));
    assert_eq!(letter(&world).status, GuaranteeStatus::Expired);
    let refusal = world.refused(extended("2025-01-31"));
    assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &[("status", "EXPIRED")]);
}

#[test]
fn a_guarantee_holds_for_one_day_at_least() {
    let world = signed();
    let until = |valid_to: &str| v1::GuaranteeIssued {
        valid_to: valid_to.to_owned(),
        ..issued()
    };
    let figures = [("earliest_on", "2024-02-22"), ("legal_on", "2024-02-21")];
    let refusal = world.refused(until("2024-02-21"));
    assert_refusal(&refusal, E003_BAD_TIME, &figures);
    world.clone().given(until("2024-02-22"));
}

/// Every act on a security that was given on 2024-02-21.
fn acts() -> [Payload; 6] {
    [
        returned("R-1", 1).into(),
        forfeited(1).into(),
        extended("2024-08-31").into(),
        released("R-1", 1).into(),
        claimed("C-1", 1).into(),
        expired("2024-09-01").into(),
    ]
}

#[test]
fn only_a_known_security_goes_back_or_is_kept() {
    let world = signed();
    for (act, kind) in acts().into_iter().zip(["BD", "BD", "GT", "GT", "GT", "GT"]) {
        let figures = [("entity_kind", kind), ("entity_owner", PROJECT)];
        assert_refusal(&world.refused(act), E001_UNKNOWN_REF, &figures);
    }
}

#[test]
fn a_security_is_of_a_known_lot_and_contract_which_may_be_younger() {
    let mut world = World::with_award();
    let of_contract: [Payload; 3] = [collected().into(), issued().into(), enhanced().into()];
    for payload in of_contract.clone() {
        let figures = [("entity_kind", "CT"), ("entity_id", CONTRACT)];
        assert_refusal(&world.refused(payload), E001_UNKNOWN_REF, &figures);
    }
    let of_lot = |world: &World, lot_no: &str| {
        let mut bid_bond = collected();
        bid_bond.kind = BondKind::Bid.into();
        bid_bond.contract_id = String::new();
        bid_bond.lot_no = lot_no.to_owned();
        world.decide(&world.fact(bid_bond))
    };
    let refusal = of_lot(&world, "02").expect_err("no such lot");
    let figures = [("entity_kind", "LT"), ("entity_id", "02")];
    assert_refusal(&refusal, E001_UNKNOWN_REF, &figures);
    of_lot(&world, LOT).expect("of the lot");
    of_lot(&world, "").expect("of the project");
    world.given(contract_signed());
    for payload in of_contract {
        let mut early = world.fact(payload);
        early.legal_date = "2024-02-10".parse().expect("a day");
        world.decide(&early).expect("given before the signing");
    }
}

#[test]
fn a_security_keeps_its_contract_or_stays_without_one() {
    let mut world = signed();
    world.given(collected());
    world.given(issued());
    let mut strayed = returned("R-1", 1);
    strayed.contract_id = String::new();
    let figures = [("contract_id", ""), ("secured_contract_id", CONTRACT)];
    assert_refusal(&world.refused(strayed), E001_UNKNOWN_REF, &figures);
    let mut strayed = claimed("C-1", 1);
    strayed.contract_id = "CT-2".to_owned();
    let figures = [("contract_id", "CT-2"), ("secured_contract_id", CONTRACT)];
    assert_refusal(&world.refused(strayed), E001_UNKNOWN_REF, &figures);
    let mut free = signed();
    let mut of_project = collected();
    of_project.contract_id = String::new();
    free.given(of_project);
    let figures = [("bond_id", "BD-1"), ("secured_contract_id", "")];
    let refusal = free.refused(forfeited(1));
    assert_refusal(&refusal, E001_UNKNOWN_REF, &figures);
}

#[test]
fn nothing_happens_to_a_security_before_it_is_given() {
    let mut world = signed();
    world.given(collected());
    world.given(issued());
    let figures = [("earliest_on", "2024-02-21"), ("legal_on", "2024-02-20")];
    for act in acts().into_iter().take(5) {
        let mut early = world.fact(act);
        world.decide(&early).expect("on the day itself");
        early.legal_date = "2024-02-20".parse().expect("a day");
        assert_refusal(&world.refused_fact(&early), E003_BAD_TIME, &figures);
    }
}

/// A contract that is accepted and paid in full.
fn paid() -> World {
    let mut world = signed();
    world.given(goods_delivered());
    world.given(acceptance_concluded(AcceptanceResult::Passed));
    for (id, term_no, fen) in [
        (PAYMENT, "1", PAYMENT_FEN),
        ("PY-2", "2", AWARD_FEN - PAYMENT_FEN),
    ] {
        let mut request = payment_requested();
        (request.payment_id, request.term_no) = (id.to_owned(), term_no.to_owned());
        (request.amount_fen, request.budget_parts) = (fen, vec![part(LINE, fen)]);
        world.given(request);
        let mut consent = payment_accepted();
        consent.payment_id = id.to_owned();
        world.given(consent);
        let mut execution = payment_executed();
        (execution.payment_id, execution.voucher_no) = (id.to_owned(), format!("V-{id}"));
        (execution.amount_fen, execution.budget_parts) = (fen, vec![part(LINE, fen)]);
        world.given(execution);
    }
    world
}

#[test]
fn a_contract_is_completed_when_nothing_secures_it_any_more() {
    let mut world = paid();
    world.given(collected());
    world.given(issued());
    world.given(enhanced());
    let secured = |world: &World, open: &str| {
        let refusal = world.refused(contract_completed());
        let figures = [("contract_id", CONTRACT), ("open_securities", open)];
        assert_refusal(&refusal, E002_ILLEGAL_TRANSITION, &figures);
    };
    world.given(extended("2024-12-01"));
    world.given(claimed("C-1", 1));
    secured(&world, "BOND BD-1, GUARANTEE GT-1");
    world.given(returned("R-1", SUM_FEN - 1));
    secured(&world, "BOND BD-1, GUARANTEE GT-1");
    world.given(returned("R-2", 1));
    secured(&world, "GUARANTEE GT-1");
    let mut later = contract_completed();
    later.on = "2024-12-02".to_owned();
    world.clone().given(later);
    world.given(released("R-1", SUM_FEN - 1));
    world.given(contract_completed());
}

#[test]
fn corrections_and_voids_meet_the_sums_too() {
    let mut world = signed();
    let collection = world.given(collected());
    world.given(returned("R-1", 2_000_000));
    let issue = world.given(issued());
    let claim = world.given(claimed("C-1", 3_000_000));
    let bond_of = |amount_fen: i64| v1::BondCollected {
        amount_fen,
        ..collected()
    };
    let refusal = world.refused_fact(&world.correction(collection, bond_of(1_999_999)));
    let figures = [("held_fen", "1999999"), ("released_fen", "2000000")];
    assert_refusal(&refusal, E023_RELEASE_OVER_HELD, &figures);
    for given in [collection, issue] {
        let refusal = world.refused_fact(&world.void(given));
        assert_eq!(refusal.code, E002_ILLEGAL_TRANSITION);
    }
    let equal = world.correction(collection, bond_of(2_000_000));
    world.append(equal).expect("down to what went back");
    assert_eq!(bond(&world).status, BondStatus::Returned);
    let void = world.void(claim);
    world.append(void).expect("voided");
    assert_eq!(letter(&world).status, GuaranteeStatus::Active);
}
