//! Examples of rules on farm products.

use super::{
    Example, Shows, Told,
    unit::{registered, unit},
};
use crate::{
    domain::testkit::{
        AGENCY, UNIT_2,
        market::{
            canteen_spend_declared, farm_purchase_reported, farm_purchase_reversed,
            farm_reserve_declared,
        },
    },
    domain::values::StreamKind,
    events::v1::{
        self,
        FarmPlatform::{self, HnRural, P832},
        OrganisationKind,
    },
};

/// What this family shows.
pub(super) const EXAMPLES: &[Example] = &[
    Example {
        rule: "HY-03-FARM-REG",
        shows: Shows::Kept,
        today: "2023-12-31",
        tells: |told| {
            unit(told, "2023-01-03");
            account(told, P832, "2023-02-01");
            account(told, HnRural, "2023-03-01");
            declared(told, "2023-03-10");
        },
        says: "met, due 2023-03-10",
    },
    Example {
        rule: "HY-03-FARM-REG",
        shows: Shows::AtTheBound,
        today: "2023-12-31",
        tells: |told| {
            unit(told, "2023-01-03");
            account(told, P832, "2023-02-01");
            account(told, HnRural, "2023-11-30");
        },
        says: "met, due 2023-11-30",
    },
    Example {
        rule: "HY-03-FARM-REG",
        shows: Shows::Broken,
        today: "2023-12-01",
        tells: |told| {
            unit(told, "2023-01-03");
            account(told, P832, "2023-02-01");
            account(told, P832, "2023-02-02");
        },
        says: "overdue 1/1, due 2023-11-30",
    },
    Example {
        rule: "HY-03-FARM-REG",
        shows: Shows::Broken,
        today: "2024-06-30",
        tells: |told| {
            unit(told, "2023-01-03");
            account(told, P832, "2023-02-01");
            account(told, HnRural, "2023-03-20");
            declared(told, "2023-03-10");
        },
        says: "late 10/6, due 2023-03-10; met, due 2024-11-30",
    },
    Example {
        rule: "HY-03-FARM-REG",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| unit(told, "2023-12-10"),
        says: "not applicable",
    },
    Example {
        rule: "HY-03-FARM-REG",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| registered(told, AGENCY, OrganisationKind::Agency, "2023-01-03"),
        says: "",
    },
    Example {
        rule: "HY-03-FARM-20PCT",
        shows: Shows::Kept,
        today: "2023-06-30",
        tells: |told| {
            canteen(told, 100_000_000);
            reserve(told, P832, 25_000_000, "2023-02-01");
        },
        says: "met, due 2023-11-30",
    },
    Example {
        rule: "HY-03-FARM-20PCT",
        shows: Shows::Kept,
        today: "2023-06-30",
        tells: |told| canteen(told, 100_000_000),
        says: "pending, due 2023-11-30",
    },
    Example {
        rule: "HY-03-FARM-20PCT",
        shows: Shows::AtTheBound,
        today: "2023-12-31",
        tells: |told| {
            canteen(told, 99_999_999);
            reserve(told, P832, 15_000_000, "2023-02-01");
            reserve(told, HnRural, 5_000_000, "2023-11-30");
        },
        says: "met, due 2023-11-30",
    },
    Example {
        rule: "HY-03-FARM-20PCT",
        shows: Shows::Broken,
        today: "2023-12-01",
        tells: |told| {
            canteen(told, 99_999_999);
            reserve(told, P832, 15_000_000, "2023-02-01");
            reserve(told, HnRural, 4_999_999, "2023-02-01");
        },
        says: "overdue 1/1, due 2023-11-30",
    },
    Example {
        rule: "HY-03-FARM-20PCT",
        shows: Shows::Broken,
        today: "2023-12-31",
        tells: |told| {
            canteen(told, 100_000_000);
            reserve(told, P832, 25_000_000, "2023-02-01");
            reserve(told, P832, 10_000_000, "2023-11-20");
            reserve(told, P832, 20_000_000, "2023-12-05");
        },
        says: "late 5/3, due 2023-11-30",
    },
    Example {
        rule: "HY-03-FARM-20PCT",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: no_canteen,
        says: "not applicable",
    },
    Example {
        rule: "HY-03-FARM-1130",
        shows: Shows::Kept,
        today: "2023-12-31",
        tells: |told| {
            canteen(told, 100_000_000);
            bought(told, "O-1", P832, 21_000_000, "2023-05-10");
            taken_back(told, "O-1", 1_000_000, "2023-06-01");
        },
        says: "met, due 2023-11-30",
    },
    Example {
        rule: "HY-03-FARM-1130",
        shows: Shows::AtTheBound,
        today: "2023-12-31",
        tells: |told| {
            canteen(told, 100_000_000);
            bought(told, "O-1", P832, 12_000_000, "2023-05-10");
            bought(told, "O-2", HnRural, 8_000_000, "2023-11-30");
            taken_back(told, "O-1", 2_000_000, "2023-12-01");
        },
        says: "met, due 2023-11-30",
    },
    Example {
        rule: "HY-03-FARM-1130",
        shows: Shows::Broken,
        today: "2023-12-31",
        tells: |told| {
            canteen(told, 100_000_000);
            bought(told, "O-1", P832, 20_000_000, "2023-05-10");
            taken_back(told, "O-1", 1, "2023-11-29");
            bought(told, "O-2", P832, 1, "2023-12-05");
        },
        says: "late 5/3, due 2023-11-30",
    },
    Example {
        rule: "HY-03-FARM-1130",
        shows: Shows::Broken,
        today: "2023-12-04",
        tells: |told| {
            canteen(told, 100_000_000);
            bought(told, "O-1", P832, 19_999_999, "2023-05-10");
        },
        says: "overdue 4/2, due 2023-11-30",
    },
    Example {
        rule: "HY-03-FARM-1130",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: no_canteen,
        says: "not applicable",
    },
    Example {
        rule: "MOF-832-10PCT",
        shows: Shows::Kept,
        today: "2023-12-31",
        tells: |told| {
            canteen(told, 100_000_000);
            reserve(told, P832, 12_000_000, "2023-02-01");
        },
        says: "met, due 2023-12-31",
    },
    Example {
        rule: "MOF-832-10PCT",
        shows: Shows::AtTheBound,
        today: "2023-12-31",
        tells: |told| {
            canteen(told, 99_999_991);
            reserve(told, P832, 10_000_000, "2023-12-31");
        },
        says: "met, due 2023-12-31",
    },
    Example {
        rule: "MOF-832-10PCT",
        shows: Shows::Broken,
        today: "2024-01-02",
        tells: |told| {
            canteen(told, 100_000_000);
            reserve(told, P832, 9_999_999, "2023-02-01");
            reserve(told, HnRural, 20_000_000, "2023-02-01");
        },
        says: "overdue 2/1, due 2023-12-31",
    },
    Example {
        rule: "MOF-832-10PCT",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: no_canteen,
        says: "not applicable",
    },
];

fn account(told: &mut Told, platform: FarmPlatform, on: &str) {
    let registered = v1::FarmPlatformRegistered {
        unit: UNIT_2.into(),
        platform: platform.into(),
        account_no: "A-1".into(),
        registered_on: on.into(),
    };
    told.tell_beside(StreamKind::Unit, UNIT_2, registered);
}

fn reserved(platform: FarmPlatform, fen: i64, on: &str) -> v1::FarmReserveDeclared {
    v1::FarmReserveDeclared {
        fiscal_year: 2023,
        platform: platform.into(),
        declared_on: on.into(),
        ..farm_reserve_declared(fen)
    }
}

fn declared(told: &mut Told, on: &str) {
    told.tell_beside(StreamKind::Unit, UNIT_2, reserved(P832, 20_000_000, on));
}

/// What the canteen spent; the unit's stream is told of.
fn canteen(told: &mut Told, fen: i64) {
    told.is_of(StreamKind::Unit, UNIT_2);
    told.tell(v1::CanteenSpendDeclared {
        fiscal_year: 2023,
        declared_on: "2023-01-10".into(),
        ..canteen_spend_declared(fen)
    });
}

fn no_canteen(told: &mut Told) {
    told.is_of(StreamKind::Unit, UNIT_2);
    told.tell(v1::CanteenSpendDeclared {
        fiscal_year: 2023,
        has_canteen: false,
        declared_on: "2023-01-10".into(),
        ..canteen_spend_declared(0)
    });
}

fn reserve(told: &mut Told, platform: FarmPlatform, fen: i64, on: &str) {
    told.tell(reserved(platform, fen, on));
}

fn bought(told: &mut Told, order_no: &str, platform: FarmPlatform, fen: i64, on: &str) {
    told.tell(v1::FarmPurchaseReported {
        fiscal_year: 2023,
        platform: platform.into(),
        paid_on: on.into(),
        ..farm_purchase_reported(order_no, fen)
    });
}

fn taken_back(told: &mut Told, order_no: &str, fen: i64, on: &str) {
    told.tell(v1::FarmPurchaseReversed {
        fiscal_year: 2023,
        reversed_on: on.into(),
        ..farm_purchase_reversed(order_no, fen)
    });
}
