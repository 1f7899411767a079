//! The facts of one framework agreement of two suppliers.

use crate::domain::testkit::{
    LOT, PROJECT, SUPPLIER, SUPPLIER_2, UNIT, World, instant, regulator_registered,
};
use crate::events::v1::{self, FrameworkItem, FrameworkKind, FrameworkOrderItem};

pub(super) const FRAMEWORK: &str = "FA-430400-01";

/// The agreed price of one item: 5,000.00 yuan.
pub(super) const PRICE_FEN: i64 = 500_000;

pub(super) fn draft(kind: FrameworkKind) -> v1::FrameworkDrafted {
    v1::FrameworkDrafted {
        framework_id: FRAMEWORK.to_owned(),
        soliciting_unit: UNIT.to_owned(),
        category: "A02010105".to_owned(),
        kind: kind.into(),
        drafted_on: "2024-01-02".to_owned(),
        ..Default::default()
    }
}

pub(super) fn review(on: &str) -> v1::FrameworkPlanReviewed {
    v1::FrameworkPlanReviewed {
        framework_id: FRAMEWORK.to_owned(),
        doc_no: "衡财购〔2024〕2号".to_owned(),
        reviewed_on: on.to_owned(),
    }
}

pub(super) fn call(on: &str, deadline: &str) -> v1::FrameworkSolicited {
    v1::FrameworkSolicited {
        framework_id: FRAMEWORK.to_owned(),
        deadline: instant(deadline, 9),
        solicited_on: on.to_owned(),
    }
}

pub(super) fn another_call(on: &str, deadline: &str) -> v1::FrameworkSupplementSolicited {
    v1::FrameworkSupplementSolicited {
        framework_id: FRAMEWORK.to_owned(),
        deadline: instant(deadline, 9),
        solicited_on: on.to_owned(),
    }
}

pub(super) fn short_list(
    on: &str,
    responded_count: i32,
    suppliers: &[&str],
) -> v1::FrameworkShortlisted {
    let listed = |(rank, supplier): (i32, &&str)| v1::ShortlistedSupplier {
        supplier: (*supplier).to_owned(),
        rank,
    };
    v1::FrameworkShortlisted {
        framework_id: FRAMEWORK.to_owned(),
        responded_count,
        shortlisted: (1..).zip(suppliers).map(listed).collect(),
        shortlisted_on: on.to_owned(),
    }
}

pub(super) fn item(sku: &str, unit_price_fen: i64) -> FrameworkItem {
    FrameworkItem {
        sku: sku.to_owned(),
        name: "办公电脑".to_owned(),
        unit_price_fen,
    }
}

/// Of the first item, in force from 2024-03-01 to 2025-02-28.
pub(super) fn agreement(agreement_no: &str, supplier: &str) -> v1::FrameworkAgreementSigned {
    v1::FrameworkAgreementSigned {
        framework_id: FRAMEWORK.to_owned(),
        agreement_no: agreement_no.to_owned(),
        supplier: supplier.to_owned(),
        items: vec![item("SKU-1", PRICE_FEN)],
        valid_from: "2024-03-01".to_owned(),
        valid_to: "2025-02-28".to_owned(),
        signed_on: "2024-02-20".to_owned(),
    }
}

pub(super) fn activation(on: &str) -> v1::FrameworkActivated {
    v1::FrameworkActivated {
        framework_id: FRAMEWORK.to_owned(),
        activated_on: on.to_owned(),
    }
}

pub(super) fn filing(filing_no: &str, on: &str) -> v1::FrameworkFiled {
    v1::FrameworkFiled {
        framework_id: FRAMEWORK.to_owned(),
        filing_no: filing_no.to_owned(),
        filed_on: on.to_owned(),
    }
}

pub(super) fn removal(supplier: &str, on: &str) -> v1::FrameworkSupplierRemoved {
    v1::FrameworkSupplierRemoved {
        framework_id: FRAMEWORK.to_owned(),
        supplier: supplier.to_owned(),
        reason: "拒不供货".to_owned(),
        removed_on: on.to_owned(),
    }
}

pub(super) fn line(sku: &str, qty_milli: i64, unit_price_fen: i64) -> FrameworkOrderItem {
    FrameworkOrderItem {
        sku: sku.to_owned(),
        qty_milli,
        unit_price_fen,
    }
}

pub(super) fn order_of(
    items: Vec<FrameworkOrderItem>,
    amount_fen: i64,
) -> v1::FrameworkOrderPlaced {
    v1::FrameworkOrderPlaced {
        framework_id: FRAMEWORK.to_owned(),
        order_no: "FO-1".to_owned(),
        unit: UNIT.to_owned(),
        project_id: PROJECT.to_owned(),
        lot_no: LOT.to_owned(),
        supplier: SUPPLIER.to_owned(),
        items,
        amount_fen,
        placed_on: "2024-03-05".to_owned(),
        ..Default::default()
    }
}

/// Two of the first item at the agreed price.
pub(super) fn order() -> v1::FrameworkOrderPlaced {
    order_of(vec![line("SKU-1", 2_000, PRICE_FEN)], 2 * PRICE_FEN)
}

pub(super) fn order_on(day: &str) -> v1::FrameworkOrderPlaced {
    v1::FrameworkOrderPlaced {
        placed_on: day.to_owned(),
        ..order()
    }
}

pub(super) fn expiry(on: &str) -> v1::FrameworkExpired {
    v1::FrameworkExpired {
        framework_id: FRAMEWORK.to_owned(),
        expired_on: on.to_owned(),
    }
}

pub(super) fn termination(on: &str) -> v1::FrameworkTerminated {
    v1::FrameworkTerminated {
        framework_id: FRAMEWORK.to_owned(),
        reason: "征集人申请".to_owned(),
        terminated_on: on.to_owned(),
    }
}

pub(super) fn drafted(kind: FrameworkKind) -> World {
    let mut world = World::with_plan();
    world.given(regulator_registered());
    world.given(draft(kind));
    world
}

pub(super) fn called(kind: FrameworkKind) -> World {
    let mut world = drafted(kind);
    world.given(review("2024-01-10"));
    world.given(call("2024-01-15", "2024-02-06"));
    world
}

pub(super) fn listed(kind: FrameworkKind) -> World {
    let mut world = called(kind);
    world.given(short_list("2024-02-08", 3, &[SUPPLIER, SUPPLIER_2]));
    world
}

/// Orders are possible from 2024-02-25, with the first supplier from 2024-03-01.
pub(super) fn active() -> World {
    let mut world = listed(FrameworkKind::Closed);
    world.given(agreement("A-1", SUPPLIER));
    world.given(activation("2024-02-25"));
    world
}
