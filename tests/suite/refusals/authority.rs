//! Who may not append what, and regulators without power (E020, E026).

use bihuan::events::v1::{self, ActorRole, DelegationScope, OrganisationKind};
use tonic::Code;

use super::{FAILED, contracted};
use crate::{facts::*, harness::*, town::*};

#[test]
fn refuses_what_a_role_may_not_append() {
    run(async {
        let mut town = contracted(1_000).await;
        let forbidden = |role: &'static str| [("actor_role", role)];
        // Another system's event.
        let line = by(
            line_approved(LINE_2, 5),
            "GP_MGMT",
            UNIT,
            ActorRole::Purchaser,
        );
        let refused = town.refuse(&[line]).await;
        refused.is(
            Code::PermissionDenied,
            "E020_FORBIDDEN_ROLE",
            &[
                ("actor_role", "PURCHASER"),
                ("event_type", "BudgetLineApproved"),
                ("allowed_roles", "BUDGET_SYS"),
                ("event_index", "0"),
            ],
        );
        // Another unit's project.
        let other = v1::Event {
            actor_org: OTHER_UNIT.into(),
            ..delivered(PROJECT, "1")
        };
        let refused = town.refuse(&[other]).await;
        refused.is(
            Code::PermissionDenied,
            "E020_FORBIDDEN_ROLE",
            &[("unit", UNIT), ("actor_org", OTHER_UNIT)],
        );
        // A line of another unit.
        let line = change!(line_approved(LINE_2, 5), BudgetLineApproved, |line| line
            .unit =
            OTHER_UNIT.into());
        town.accept(&[line]).await;
        let refused = town.refuse(&[plan_filed("PJ-2", LINE_2, 5)]).await;
        refused.is(
            Code::PermissionDenied,
            "E020_FORBIDDEN_ROLE",
            &[("budget_line_unit", OTHER_UNIT), ("unit", UNIT)],
        );
        // An agency without a commission, with another one, with the right one.
        let notice = || {
            by(
                notice(PROJECT, "N-1", 10),
                "GP_MGMT",
                AGENCY,
                ActorRole::Agency,
            )
        };
        let refused = town.refuse(&[notice()]).await;
        let needed = [("required_scopes", "NOTICE")];
        refused.is(Code::PermissionDenied, "E020_FORBIDDEN_ROLE", &needed);
        town.accept(&[delegated(PROJECT, "DG-1", &[DelegationScope::Evaluation])])
            .await;
        let refused = town.refuse(&[notice()]).await;
        refused.is(Code::PermissionDenied, "E020_FORBIDDEN_ROLE", &needed);
        town.accept(&[delegated(PROJECT, "DG-2", &[DelegationScope::Notice])])
            .await;
        town.accept(&[notice()]).await;
        // A supplier on a contract that is not its own.
        let by_supplier = |no, org| by(delivered(PROJECT, no), "GP_MGMT", org, ActorRole::Supplier);
        let refused = town.refuse(&[by_supplier("1", OTHER_SUPPLIER)]).await;
        refused.is(
            Code::PermissionDenied,
            "E020_FORBIDDEN_ROLE",
            &[("supplier", SUPPLIER)],
        );
        town.accept(&[by_supplier("1", SUPPLIER)]).await;
        // Those who never write.
        for (role, name) in [
            (ActorRole::Expert, "EXPERT"),
            (ActorRole::Audit, "AUDIT"),
            (ActorRole::Public, "PUBLIC"),
        ] {
            let event = by(line_approved("BL-X", 5), "BUDGET_INT", CITY, role);
            let refused = town.refuse(&[event]).await;
            refused.is(
                Code::PermissionDenied,
                "E020_FORBIDDEN_ROLE",
                &forbidden(name),
            );
        }
        // A batch report of another system.
        let report = |source: &str| {
            let payload = v1::SyncBatchReceived {
                system: "GP_MGMT".into(),
                batch_id: "SB-1".into(),
                business_day: "2023-06-30".into(),
                count: 1,
                digest: "0".repeat(64),
                ..v1::SyncBatchReceived::default()
            };
            let event = event("SB-1", "system/00/GP_MGMT", "2023-06-30", payload.into());
            by(event, source, UNIT, ActorRole::Purchaser)
        };
        let refused = town.refuse(&[report("TREASURY_PAY")]).await;
        refused.is(
            Code::PermissionDenied,
            "E020_FORBIDDEN_ROLE",
            &[("system", "GP_MGMT")],
        );
        town.accept(&[report("GP_MGMT")]).await;
    });
}

#[test]
fn refuses_regulators_without_power() {
    run(async {
        let mut town = Town::start().await;
        let regulator = OrganisationKind::FinanceRegulator;
        let unit = registered(UNIT, OrganisationKind::BudgetUnit, "430400");
        let refused = town.refuse(std::slice::from_ref(&unit)).await;
        refused.is(
            FAILED,
            "E026_WRONG_JURISDICTION",
            &[
                ("actor_org", CITY),
                ("region_code", "430400"),
                ("supervised_region", ""),
            ],
        );
        town.accept(&[registered(CITY, regulator, "430400"), unit])
            .await;
        // The city's bureau has no power over a county.
        let county = v1::Event {
            region_code: "430421".into(),
            ..registered(OTHER_UNIT, OrganisationKind::BudgetUnit, "430421")
        };
        let refused = town.refuse(&[county]).await;
        refused.is(
            FAILED,
            "E026_WRONG_JURISDICTION",
            &[("region_code", "430421"), ("supervised_region", "430400")],
        );
        // Nor may it say that a county's unit is the city's fact.
        let misplaced = registered(OTHER_UNIT, OrganisationKind::BudgetUnit, "430421");
        let refused = town.refuse(&[misplaced]).await;
        refused.is(
            FAILED,
            "E026_WRONG_JURISDICTION",
            &[("region_code", "430400"), ("supervised_region", "430421")],
        );
        // The county's own bureau registers itself, then its units.
        let county = |event: v1::Event| v1::Event {
            region_code: "430421".into(),
            actor_org: COUNTY.into(),
            ..event
        };
        let events = [
            county(registered(COUNTY, regulator, "430421")),
            county(registered(
                OTHER_UNIT,
                OrganisationKind::BudgetUnit,
                "430421",
            )),
        ];
        town.accept(&events).await;
        // A line of one region, a plan of another.
        let line = v1::Event {
            region_code: "430421".into(),
            ..line_approved(LINE, 100)
        };
        town.accept(&[line]).await;
        let refused = town.refuse(&[plan_filed(PROJECT, LINE, 100)]).await;
        refused.is(
            FAILED,
            "E026_WRONG_JURISDICTION",
            &[("budget_line_region", "430421"), ("region_code", "430400")],
        );
    });
}
