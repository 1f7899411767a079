//! Examples of rules on regions.

use super::{Example, Shows, Told};
use crate::{
    domain::testkit::{
        COUNTY, REGION, UNIT,
        oversight::{region_module_enabled, region_module_suspended},
    },
    domain::values::StreamKind,
    events::v1::{self, EmallRuleKind, LoopStage, SystemModule},
};

/// The modules of the seven stages.
const STAGES: [SystemModule; 8] = [
    SystemModule::Budget,
    SystemModule::Intention,
    SystemModule::Plan,
    SystemModule::Execution,
    SystemModule::Contract,
    SystemModule::Payment,
    SystemModule::Acceptance,
    SystemModule::Credit,
];

/// What this family shows.
pub(super) const EXAMPLES: &[Example] = &[
    Example {
        rule: "HY-10-RULE",
        shows: Shows::Kept,
        today: "2023-12-31",
        tells: |told| mall_rule(told, COUNTY, "2023-05-04"),
        says: "met, due 2023-12-31",
    },
    Example {
        rule: "HY-10-RULE",
        shows: Shows::AtTheBound,
        today: "2024-12-31",
        tells: |told| mall_rule(told, REGION, "2023-12-31"),
        says: "met, due 2023-12-31",
    },
    Example {
        rule: "HY-10-RULE",
        shows: Shows::Broken,
        today: "2024-01-03",
        tells: |told| live(told, "HY-GXQ", "2023-05-10"),
        says: "overdue 3/2, due 2023-12-31",
    },
    Example {
        rule: "HY-10-RULE",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| mall_rule(told, "430000", "2023-05-04"),
        says: "not applicable",
    },
    Example {
        rule: "HY-10-MANAGER",
        shows: Shows::Kept,
        today: "2023-12-31",
        tells: |told| manager(told, 1, "2023-06-01", ""),
        says: "met, due 2023-12-31",
    },
    Example {
        rule: "HY-10-MANAGER",
        shows: Shows::Kept,
        today: "2023-12-31",
        tells: |told| {
            manager(told, 1, "2023-03-01", "2023-08-31");
            manager(told, 2, "2023-09-01", "");
        },
        says: "met, due 2023-12-31",
    },
    Example {
        rule: "HY-10-MANAGER",
        shows: Shows::AtTheBound,
        today: "2024-12-31",
        tells: |told| manager(told, 1, "2023-06-01", "2023-12-31"),
        says: "met, due 2023-12-31",
    },
    Example {
        rule: "HY-10-MANAGER",
        shows: Shows::Broken,
        today: "2023-12-31",
        tells: |told| manager(told, 1, "2023-06-01", "2023-12-30"),
        says: "overdue 0/0, due 2023-12-31",
    },
    Example {
        rule: "HY-10-MANAGER",
        shows: Shows::Broken,
        today: "2024-01-31",
        tells: |told| {
            manager(told, 1, "2023-06-01", "2023-12-30");
            manager(told, 2, "2024-01-03", "");
        },
        says: "late 3/2, due 2023-12-31",
    },
    Example {
        rule: "HY-10-MANAGER",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| mall_rule(told, "430000", "2023-05-04"),
        says: "not applicable",
    },
    Example {
        rule: "HY-11-ONLINE-0630",
        shows: Shows::Kept,
        today: "2023-12-31",
        tells: |told| live(told, COUNTY, "2023-05-10"),
        says: "met, due 2023-06-30",
    },
    Example {
        rule: "HY-11-ONLINE-0630",
        shows: Shows::AtTheBound,
        today: "2023-12-31",
        tells: |told| live(told, "HY-GXQ", "2023-06-30"),
        says: "met, due 2023-06-30",
    },
    Example {
        rule: "HY-11-ONLINE-0630",
        shows: Shows::Broken,
        today: "2023-12-31",
        tells: |told| live(told, "HY-SMQ", "2023-07-15"),
        says: "late 15/10, due 2023-06-30",
    },
    Example {
        rule: "HY-11-ONLINE-0630",
        shows: Shows::Broken,
        today: "2023-07-03",
        tells: |told| mall_rule(told, COUNTY, "2023-05-04"),
        says: "overdue 3/1, due 2023-06-30",
    },
    Example {
        rule: "HY-11-ONLINE-0630",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| live(told, REGION, "2023-05-10"),
        says: "not applicable",
    },
    Example {
        rule: "HY-11-FULLFLOW",
        shows: Shows::Kept,
        today: "2023-12-31",
        tells: |told| {
            modules(told, &STAGES, "2023-04-03");
            live(told, COUNTY, "2023-05-10");
        },
        says: "met, due 2023-05-10",
    },
    Example {
        rule: "HY-11-FULLFLOW",
        shows: Shows::AtTheBound,
        today: "2023-12-31",
        tells: |told| {
            modules(told, &STAGES[1..], "2023-04-03");
            live(told, COUNTY, "2023-05-10");
            modules(told, &STAGES[..1], "2023-05-10");
        },
        says: "met, due 2023-05-10",
    },
    Example {
        rule: "HY-11-FULLFLOW",
        shows: Shows::Broken,
        today: "2023-12-31",
        tells: |told| {
            modules(told, &STAGES[1..], "2023-04-03");
            live(told, COUNTY, "2023-05-10");
            modules(told, &STAGES[..1], "2023-05-15");
        },
        says: "late 5/3, due 2023-05-10",
    },
    Example {
        rule: "HY-11-FULLFLOW",
        shows: Shows::Broken,
        today: "2023-05-11",
        tells: |told| live(told, COUNTY, "2023-05-10"),
        says: "overdue 1/1, due 2023-05-10",
    },
    Example {
        rule: "HY-11-FULLFLOW",
        shows: Shows::Broken,
        today: "2024-12-31",
        tells: |told| {
            modules(told, &STAGES, "2023-04-03");
            live(told, COUNTY, "2023-05-10");
            suspended(told, STAGES[5], "2024-03-01");
            modules(told, &STAGES[5..6], "2024-03-05");
        },
        says: "met, due 2023-05-10; late 4/2, due 2024-03-01",
    },
    Example {
        rule: "HY-11-FULLFLOW",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| modules(told, &STAGES, "2023-04-03"),
        says: "",
    },
    Example {
        rule: "HY-12-NONSTAT",
        shows: Shows::Kept,
        today: "2023-12-31",
        tells: |told| {
            item(told, "2023-02-01");
            told.tell(abolished("2023-07-03"));
        },
        says: "met, due 2023-10-31",
    },
    Example {
        rule: "HY-12-NONSTAT",
        shows: Shows::AtTheBound,
        today: "2023-12-31",
        tells: |told| {
            item(told, "2023-02-01");
            told.tell(justified("2023-10-31"));
        },
        says: "met, due 2023-10-31",
    },
    Example {
        rule: "HY-12-NONSTAT",
        shows: Shows::Broken,
        today: "2023-11-01",
        tells: |told| item(told, "2023-02-01"),
        says: "overdue 1/1, due 2023-10-31",
    },
    Example {
        rule: "HY-12-NONSTAT",
        shows: Shows::Broken,
        today: "2024-12-31",
        tells: |told| {
            item(told, "2024-01-10");
            told.tell(justified("2024-01-12"));
        },
        says: "late 2/2, due 2024-01-10",
    },
    Example {
        rule: "HY-12-NONSTAT",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| {
            told.is_of(StreamKind::Region, REGION);
            told.tell(v1::ApprovalItemCatalogued {
                statutory: true,
                ..catalogued("2023-02-01")
            });
        },
        says: "not applicable",
    },
];

fn mall_rule(told: &mut Told, region: &str, on: &str) {
    told.is_of(StreamKind::Region, region);
    told.tell(v1::EmallRulePublished {
        region: region.into(),
        rule_id: "ER-1".into(),
        kind: EmallRuleKind::Procedure.into(),
        title: "电子卖场操作流程".into(),
        doc_no: "衡财购〔2023〕6号".into(),
        issued_on: on.into(),
    });
}

fn manager(told: &mut Told, number: u32, from: &str, to: &str) {
    told.is_of(StreamKind::Region, COUNTY);
    told.tell(v1::EmallManagerAppointed {
        region: COUNTY.into(),
        appointment_id: format!("EA-{number}"),
        manager_no: "M-1".into(),
        office_phone: String::new(),
        from: from.into(),
        to: to.into(),
        on: from.into(),
    });
}

fn live(told: &mut Told, region: &str, on: &str) {
    told.is_of(StreamKind::Region, region);
    told.tell(v1::RegionOnboarded {
        region: region.into(),
        live_on: on.into(),
    });
}

fn modules(told: &mut Told, modules: &[SystemModule], on: &str) {
    told.is_of(StreamKind::Region, COUNTY);
    for module in modules {
        told.tell(v1::RegionModuleEnabled {
            region: COUNTY.into(),
            enabled_on: on.into(),
            ..region_module_enabled(*module)
        });
    }
}

fn suspended(told: &mut Told, module: SystemModule, on: &str) {
    told.tell(v1::RegionModuleSuspended {
        region: COUNTY.into(),
        suspended_on: on.into(),
        ..region_module_suspended(module)
    });
}

fn catalogued(on: &str) -> v1::ApprovalItemCatalogued {
    v1::ApprovalItemCatalogued {
        item_code: "AP-1".into(),
        region: REGION.into(),
        name: "进场交易审批".into(),
        owner: UNIT.into(),
        stage: LoopStage::Execution.into(),
        on: on.into(),
        ..v1::ApprovalItemCatalogued::default()
    }
}

fn item(told: &mut Told, on: &str) {
    told.is_of(StreamKind::Region, REGION);
    told.tell(catalogued(on));
}

fn abolished(on: &str) -> v1::ApprovalItemAbolished {
    v1::ApprovalItemAbolished {
        item_code: "AP-1".into(),
        region: REGION.into(),
        doc_no: "衡财购〔2023〕7号".into(),
        effective_on: on.into(),
        on: on.into(),
    }
}

fn justified(on: &str) -> v1::ApprovalItemJustified {
    v1::ApprovalItemJustified {
        item_code: "AP-1".into(),
        region: REGION.into(),
        legal_basis: "政府采购法第二十七条".into(),
        on: on.into(),
    }
}
