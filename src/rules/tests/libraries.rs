//! Examples of rules on libraries of suppliers, clues and barriers.

use super::{Example, Shows, Told};
use crate::{
    domain::testkit::{
        REGION,
        oversight::{
            LIBRARY, barrier_clue_received, barrier_confirmed, barrier_dismissed,
            barrier_rectified, supplier_library_abolished, supplier_library_reported,
            supplier_library_retained,
        },
    },
    domain::values::StreamKind,
    events::v1,
};

/// What this family shows.
pub(super) const EXAMPLES: &[Example] = &[
    Example {
        rule: "HY-07-LIB-OPEN",
        shows: Shows::Kept,
        today: "2023-12-31",
        tells: |told| {
            library(told, "2022-01-01", "2023-06-01");
            abolished(told, "2023-09-01");
        },
        says: "met, due 2023-11-30",
    },
    Example {
        rule: "HY-07-LIB-OPEN",
        shows: Shows::AtTheBound,
        today: "2023-12-31",
        tells: |told| {
            library(told, "2022-01-01", "2023-06-01");
            retained(told, "2023-11-30");
        },
        says: "met, due 2023-11-30",
    },
    Example {
        rule: "HY-07-LIB-OPEN",
        shows: Shows::Broken,
        today: "2023-11-30",
        tells: |told| library(told, "2022-01-01", "2023-06-01"),
        says: "overdue 0/0, due 2023-11-30",
    },
    Example {
        rule: "HY-07-LIB-OPEN",
        shows: Shows::Broken,
        today: "2024-12-31",
        tells: |told| {
            library(told, "2024-01-10", "2024-01-15");
            abolished(told, "2024-01-16");
        },
        says: "late 6/4, due 2024-01-10",
    },
    Example {
        rule: "HY-07-LIB-OPEN",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| {
            told.is_of(StreamKind::Library, LIBRARY);
            told.tell(v1::SupplierLibraryReported {
                used_as_condition: false,
                reported_on: "2023-06-01".into(),
                ..supplier_library_reported()
            });
        },
        says: "not applicable",
    },
    Example {
        rule: "HY-07-LIB-USED",
        shows: Shows::Kept,
        today: "2023-12-31",
        tells: |told| {
            listed(told, None);
            clue(told, "2023-06-01");
            confirmed(told, "2023-06-05");
        },
        says: "kept",
    },
    Example {
        rule: "HY-07-LIB-USED",
        shows: Shows::AtTheBound,
        today: "2023-12-31",
        tells: |told| {
            listed(told, Some("2023-06-01"));
            clue(told, "2023-06-01");
            confirmed(told, "2023-06-05");
        },
        says: "kept",
    },
    Example {
        rule: "HY-07-LIB-USED",
        shows: Shows::Broken,
        today: "2023-12-31",
        tells: |told| {
            listed(told, Some("2023-05-31"));
            clue(told, "2023-06-01");
            confirmed(told, "2023-06-05");
        },
        says: "broken",
    },
    Example {
        rule: "HY-07-LIB-USED",
        shows: Shows::Broken,
        today: "2023-12-31",
        tells: |told| {
            clue(told, "2023-06-01");
            confirmed(told, "2023-06-05");
        },
        says: "broken",
    },
    Example {
        rule: "HY-07-LIB-USED",
        shows: Shows::Broken,
        today: "2023-12-31",
        tells: |told| {
            library(told, "2022-01-01", "2023-02-01");
            abolished(told, "2023-05-31");
            told.tell(clue_of("2023-06-01"));
            confirmed(told, "2023-06-05");
        },
        says: "broken",
    },
    Example {
        rule: "HY-07-LIB-USED",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| {
            clue(told, "2023-06-01");
            dismissed(told, "2023-06-05");
        },
        says: "",
    },
    Example {
        rule: "HY-07-CLUE-20WD",
        shows: Shows::Kept,
        today: "2023-12-31",
        tells: |told| {
            clue(told, "2023-09-11");
            confirmed(told, "2023-09-20");
        },
        says: "met, due 2023-10-13",
    },
    Example {
        rule: "HY-07-CLUE-20WD",
        shows: Shows::AtTheBound,
        today: "2023-12-31",
        tells: |told| {
            clue(told, "2023-09-11");
            dismissed(told, "2023-10-13");
        },
        says: "met, due 2023-10-13",
    },
    Example {
        rule: "HY-07-CLUE-20WD",
        shows: Shows::Broken,
        today: "2023-10-16",
        tells: |told| clue(told, "2023-09-11"),
        says: "overdue 3/1, due 2023-10-13",
    },
    Example {
        rule: "HY-07-CLUE-20WD",
        shows: Shows::Broken,
        today: "2023-12-31",
        tells: |told| {
            library(told, "2022-01-01", "2023-02-01");
            told.tell(clue_of("2023-09-11"));
            confirmed(told, "2023-10-16");
        },
        says: "late 3/1, due 2023-10-13",
    },
    Example {
        rule: "HY-07-CLUE-20WD",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| library(told, "2022-01-01", "2023-06-01"),
        says: "",
    },
    Example {
        rule: "GPLR-20",
        shows: Shows::Kept,
        today: "2023-12-31",
        tells: |told| {
            library(told, "2022-01-01", "2023-02-01");
            told.tell(clue_of("2023-09-11"));
            confirmed(told, "2023-09-20");
            rectified(told, "2023-09-20");
        },
        says: "met, due 2023-09-20",
    },
    Example {
        rule: "GPLR-20",
        shows: Shows::AtTheBound,
        today: "2023-12-31",
        tells: |told| {
            clue(told, "2023-09-11");
            confirmed(told, "2023-09-20");
            rectified(told, "2023-09-20");
        },
        says: "met, due 2023-09-20",
    },
    Example {
        rule: "GPLR-20",
        shows: Shows::Broken,
        today: "2023-12-31",
        tells: |told| {
            clue(told, "2023-09-11");
            confirmed(told, "2023-09-20");
            rectified(told, "2023-09-25");
        },
        says: "late 5/3, due 2023-09-20",
    },
    Example {
        rule: "GPLR-20",
        shows: Shows::Broken,
        today: "2023-09-20",
        tells: |told| {
            clue(told, "2023-09-11");
            confirmed(told, "2023-09-20");
        },
        says: "overdue 0/0, due 2023-09-20",
    },
    Example {
        rule: "GPLR-20",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| {
            clue(told, "2023-09-11");
            dismissed(told, "2023-09-20");
        },
        says: "not applicable",
    },
    Example {
        rule: "GPLR-20",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| clue(told, "2023-09-11"),
        says: "",
    },
];

/// A library is reported; its stream is told of.
pub(super) fn library(told: &mut Told, created_on: &str, reported_on: &str) {
    told.is_of(StreamKind::Library, LIBRARY);
    told.tell(v1::SupplierLibraryReported {
        created_on: created_on.into(),
        reported_on: reported_on.into(),
        ..supplier_library_reported()
    });
}

fn abolition(on: &str) -> v1::SupplierLibraryAbolished {
    v1::SupplierLibraryAbolished {
        abolished_on: on.into(),
        ..supplier_library_abolished()
    }
}

pub(super) fn abolished(told: &mut Told, on: &str) {
    told.tell(abolition(on));
}

pub(super) fn retained(told: &mut Told, on: &str) {
    told.tell(v1::SupplierLibraryRetained {
        retained_on: on.into(),
        ..supplier_library_retained()
    });
}

/// The library stands beside, abolished or not.
fn listed(told: &mut Told, abolished_on: Option<&str>) {
    let reported = v1::SupplierLibraryReported {
        reported_on: "2023-02-01".into(),
        ..supplier_library_reported()
    };
    told.tell_beside(StreamKind::Library, LIBRARY, reported);
    if let Some(on) = abolished_on {
        told.tell_beside(StreamKind::Library, LIBRARY, abolition(on));
    }
}

fn clue_of(on: &str) -> v1::BarrierClueReceived {
    v1::BarrierClueReceived {
        received_on: on.into(),
        ..barrier_clue_received()
    }
}

/// A clue reaches the region; its stream is told of.
fn clue(told: &mut Told, on: &str) {
    told.is_of(StreamKind::Region, REGION);
    told.tell(clue_of(on));
}

fn confirmed(told: &mut Told, on: &str) {
    told.tell(v1::BarrierConfirmed {
        confirmed_on: on.into(),
        ..barrier_confirmed()
    });
}

fn dismissed(told: &mut Told, on: &str) {
    told.tell(v1::BarrierDismissed {
        dismissed_on: on.into(),
        ..barrier_dismissed()
    });
}

fn rectified(told: &mut Told, on: &str) {
    told.tell(v1::BarrierRectified {
        rectified_on: on.into(),
        ..barrier_rectified()
    });
}
