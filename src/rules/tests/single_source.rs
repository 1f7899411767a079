//! Examples of rules on single sources.

use super::{
    Example,
    Shows::{AtTheBound, Broken, Kept, NotApplicable},
    Told,
    project::{cancelled, example, plan, plan_by, publicised, thresholds},
};
use crate::{
    domain::testkit::{LOT, SUPPLIER_2},
    events::v1::{self, MethodGround, ProcurementMethod},
};

/// What this family shows.
pub(super) const EXAMPLES: &[Example] = &[
    example(
        "GPLR-38-SSP-5WD",
        Kept,
        |told| public(told, "2023-08-14", "2023-08-22"),
        "kept",
    ),
    example(
        "GPLR-38-SSP-5WD",
        Kept,
        |told| public(told, "2023-08-14", "2023-08-18"),
        "info 4 of 5",
    ),
    example(
        "GPLR-38-SSP-5WD",
        AtTheBound,
        |told| public(told, "2023-09-28", "2023-10-11"),
        "kept",
    ),
    example(
        "GPLR-38-SSP-5WD",
        Broken,
        |told| public(told, "2023-09-28", "2023-10-09"),
        "broken 4 of 5",
    ),
    example(
        "GPLR-38-SSP-5WD",
        NotApplicable,
        |told| {
            thresholds(told);
            single(told, 199_999_999, MethodGround::SingleUniqueSupplier);
            publicised(told, "2023-08-14", "2023-08-15");
        },
        "not applicable",
    ),
    example(
        "GPLR-38-SSP-5WD",
        NotApplicable,
        |told| {
            thresholds(told);
            single(told, 300_000_000, MethodGround::SingleAddition);
            publicised(told, "2023-08-14", "2023-08-15");
        },
        "not applicable",
    ),
    example(
        "MOF74-40-REARGUE-5WD",
        Kept,
        |told| {
            objected(told, "2023-09-25");
            reargued(told, "2023-10-07");
        },
        "met, due 2023-10-10",
    ),
    example(
        "MOF74-40-REARGUE-5WD",
        AtTheBound,
        |told| {
            objected(told, "2023-09-27");
            reargued(told, "2023-10-10");
        },
        "met, due 2023-10-10",
    ),
    example(
        "MOF74-40-REARGUE-5WD",
        Broken,
        |told| {
            objected(told, "2023-09-25");
            reargued(told, "2023-10-11");
        },
        "late 1/1, due 2023-10-10",
    ),
    example(
        "MOF74-40-REARGUE-5WD",
        Kept,
        |told| {
            objected(told, "2023-09-25");
            cancelled(told, "2023-09-28");
        },
        "void, due 2023-10-10",
    ),
    example(
        "MOF74-40-REARGUE-5WD",
        NotApplicable,
        |told| objected(told, "2023-09-28"),
        "not applicable",
    ),
];

fn single(told: &mut Told, amount_fen: i64, ground: MethodGround) {
    plan(told, amount_fen, |of| {
        of.method = ProcurementMethod::SingleSource.into();
        of.method_ground = ground.into();
    });
}

fn public(told: &mut Told, from: &str, to: &str) {
    thresholds(told);
    single(told, 200_000_000, MethodGround::SingleUniqueSupplier);
    publicised(told, from, to);
}

/// Publicity to 2023-09-27, with an objection.
fn objected(told: &mut Told, on: &str) {
    plan_by(told, ProcurementMethod::SingleSource);
    publicised(told, "2023-09-20", "2023-09-27");
    told.tell(v1::SingleSourceObjected {
        publicity_id: "SP-1".into(),
        objection_no: "1".into(),
        objector: SUPPLIER_2.into(),
        content: "并非唯一".into(),
        objected_on: on.into(),
    });
}

fn reargued(told: &mut Told, on: &str) {
    told.tell(v1::SingleSourceReargued {
        publicity_id: "SP-1".into(),
        lot_nos: vec![LOT.into()],
        result: v1::ReargumentResult::ObjectionRejected.into(),
        reargued_on: on.into(),
    });
}
