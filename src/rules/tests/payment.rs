//! Examples of rules on payment (task 06).

use super::{
    Example, Shows,
    payment_kit::{
        accepted, contract, damages, decided, delivered, failed, invoiced, mended, paid, rejected,
        requested, returned, s2, settled, terminated, trigger,
    },
};
use crate::{
    domain::testkit::AWARD_FEN,
    events::v1::{DayUnit, EnterpriseSize, TermKind, TermTrigger},
};

/// What this family shows.
pub(super) const EXAMPLES: &[Example] = &[
    Example {
        rule: "HY-06-PAY-30D",
        shows: Shows::Kept,
        today: "2023-12-31",
        tells: |told| {
            contract(told, "2023-09-15", EnterpriseSize::Large, |_| {});
            delivered(told, "2023-10-20");
            accepted(told, "2023-11-03");
            paid(told, "1", AWARD_FEN, "2023-11-20");
        },
        says: "met, due 2023-12-04",
    },
    Example {
        rule: "HY-06-PAY-30D",
        shows: Shows::AtTheBound,
        today: "2023-12-31",
        tells: |told| {
            contract(told, "2023-09-15", EnterpriseSize::Large, |_| {});
            accepted(told, "2023-11-03");
            paid(told, "1", AWARD_FEN - 1, "2023-11-20");
            paid(told, "1", 1, "2023-12-04");
        },
        says: "met, due 2023-12-04",
    },
    Example {
        rule: "HY-06-PAY-30D",
        shows: Shows::AtTheBound,
        today: "2024-12-31",
        tells: |told| {
            contract(told, "2024-08-20", EnterpriseSize::Large, |_| {});
            accepted(told, "2024-09-02");
            paid(told, "1", AWARD_FEN, "2024-10-08");
        },
        says: "met, due 2024-10-08",
    },
    Example {
        rule: "HY-06-PAY-30D",
        shows: Shows::Broken,
        today: "2023-12-31",
        tells: |told| {
            contract(told, "2023-09-15", EnterpriseSize::Large, |_| {});
            delivered(told, "2023-10-01");
            accepted(told, "2023-12-20");
            paid(told, "1", AWARD_FEN, "2023-12-21");
        },
        says: "late 21/15, due 2023-11-30",
    },
    Example {
        rule: "HY-06-PAY-30D",
        shows: Shows::Broken,
        today: "2023-12-05",
        tells: |told| {
            contract(told, "2023-09-15", EnterpriseSize::Large, |_| {});
            accepted(told, "2023-11-03");
            paid(told, "1", AWARD_FEN - 1, "2023-11-20");
        },
        says: "overdue 1/1, due 2023-12-04",
    },
    Example {
        rule: "HY-06-PAY-30D",
        shows: Shows::Broken,
        today: "2023-12-31",
        tells: |told| {
            contract(told, "2023-09-15", EnterpriseSize::Large, |_| {});
            accepted(told, "2023-11-03");
            paid(told, "1", AWARD_FEN, "2023-11-20");
            returned(told, "2023-11-24");
            paid(told, "1", AWARD_FEN, "2023-12-06");
        },
        says: "late 2/2, due 2023-12-04",
    },
    Example {
        rule: "HY-06-PAY-30D",
        shows: Shows::Kept,
        today: "2023-11-20",
        tells: |told| {
            contract(told, "2023-09-15", EnterpriseSize::Large, |_| {});
            delivered(told, "2023-10-20");
        },
        says: "pending, due 2023-12-19",
    },
    Example {
        rule: "HY-06-PAY-30D",
        shows: Shows::Kept,
        today: "2024-01-31",
        tells: |told| {
            contract(told, "2023-09-15", EnterpriseSize::Large, |_| {});
            delivered(told, "2023-10-20");
            failed(told, "2023-11-03");
            mended(told, "2023-11-10");
            accepted(told, "2023-12-01");
            paid(told, "1", AWARD_FEN, "2023-12-29");
        },
        says: "met, due 2024-01-02",
    },
    Example {
        rule: "HY-06-PAY-30D",
        shows: Shows::Kept,
        today: "2023-12-31",
        tells: |told| {
            contract(told, "2023-09-15", EnterpriseSize::Large, |_| {});
            accepted(told, "2023-11-03");
            paid(told, "1", AWARD_FEN - 500, "2023-11-20");
            damages(told, 500);
        },
        says: "met, due 2023-12-04",
    },
    Example {
        rule: "HY-06-PAY-30D",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| {
            contract(told, "2023-09-15", EnterpriseSize::Large, |_| {});
            accepted(told, "2023-11-03");
            terminated(told, 0, "2023-11-10");
        },
        says: "void, due 2023-12-04",
    },
    Example {
        rule: "HY-06-PAY-30D",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| {
            contract(told, "2023-09-15", EnterpriseSize::Large, |_| {});
        },
        says: "",
    },
    Example {
        rule: "HY-06-PAY-30D",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| {
            contract(told, "2023-09-15", EnterpriseSize::Large, |of| {
                of.terms[0].days = Some(30);
            });
            accepted(told, "2023-11-03");
        },
        says: "",
    },
    Example {
        rule: "HY-06-PAY-30D",
        shows: Shows::Kept,
        today: "2023-12-31",
        tells: |told| {
            contract(told, "2023-09-26", EnterpriseSize::Large, |of| {
                trigger(of, TermTrigger::Signed);
            });
            paid(told, "1", AWARD_FEN, "2023-10-09");
        },
        says: "met, due 2023-10-26",
    },
    Example {
        rule: "HY-06-PAY-30D",
        shows: Shows::Broken,
        today: "2023-12-31",
        tells: |told| {
            contract(told, "2023-09-26", EnterpriseSize::Large, |of| {
                trigger(of, TermTrigger::Delivered);
            });
            delivered(told, "2023-10-10");
        },
        says: "overdue 52/36, due 2023-11-09",
    },
    Example {
        rule: "HY-06-PAY-30D",
        shows: Shows::Kept,
        today: "2023-12-31",
        tells: |told| {
            contract(told, "2023-09-26", EnterpriseSize::Large, |of| {
                trigger(of, TermTrigger::FixedDate);
                of.terms[0].fixed_on = "2023-12-15".into();
            });
        },
        says: "pending, due 2024-01-15",
    },
    Example {
        rule: "HY-06-PAY-30D",
        shows: Shows::Broken,
        today: "2023-12-31",
        tells: |told| {
            contract(told, "2023-09-26", EnterpriseSize::Large, |of| {
                trigger(of, TermTrigger::Invoice);
            });
            invoiced(told, AWARD_FEN / 2, "2023-10-10");
            invoiced(told, AWARD_FEN / 2, "2023-11-10");
        },
        says: "overdue 20/14, due 2023-12-11",
    },
    Example {
        rule: "HY-06-PAY-30D",
        shows: Shows::Broken,
        today: "2023-12-31",
        tells: |told| {
            contract(told, "2023-09-26", EnterpriseSize::Large, |of| {
                trigger(of, TermTrigger::Settled);
            });
            settled(told, "ST-1", AWARD_FEN / 3, "2023-10-10");
            settled(told, "ST-2", AWARD_FEN / 3, "2023-11-10");
            paid(told, "1", AWARD_FEN / 3, "2023-11-09");
        },
        says: "met, due 2023-11-09; overdue 20/14, due 2023-12-11",
    },
    Example {
        rule: "HY-06-PAY-30D",
        shows: Shows::Kept,
        today: "2026-01-31",
        tells: |told| {
            contract(told, "2023-09-26", EnterpriseSize::Large, |of| {
                of.terms[0].kind = TermKind::Retention.into();
                of.terms[0].retention_days = Some(365);
            });
            accepted(told, "2023-11-03");
            paid(told, "1", AWARD_FEN, "2024-12-02");
        },
        says: "met, due 2024-12-02",
    },
    Example {
        rule: "HY-06-PAY-AGREED",
        shows: Shows::Kept,
        today: "2024-12-31",
        tells: |told| {
            contract(told, "2023-11-01", EnterpriseSize::Large, |of| {
                of.terms[0].days = Some(45);
            });
            accepted(told, "2023-11-15");
            paid(told, "1", AWARD_FEN, "2023-12-28");
        },
        says: "met, due 2024-01-02",
    },
    Example {
        rule: "HY-06-PAY-AGREED",
        shows: Shows::AtTheBound,
        today: "2024-12-31",
        tells: |told| {
            contract(told, "2023-11-01", EnterpriseSize::Medium, |of| {
                of.terms[0].days = Some(90);
            });
            accepted(told, "2023-11-15");
            paid(told, "1", AWARD_FEN, "2024-01-15");
        },
        says: "met, due 2024-01-15",
    },
    Example {
        rule: "HY-06-PAY-AGREED",
        shows: Shows::Broken,
        today: "2024-12-31",
        tells: |told| {
            s2(told, "2024-02-20");
        },
        says: "late 36/23, due 2024-01-15",
    },
    Example {
        rule: "HY-06-PAY-AGREED",
        shows: Shows::AtTheBound,
        today: "2023-12-31",
        tells: |told| {
            contract(told, "2023-09-20", EnterpriseSize::Large, |of| {
                of.terms[0].days = Some(10);
                of.terms[0].day_unit = DayUnit::Wd.into();
            });
            accepted(told, "2023-09-26");
            paid(told, "1", AWARD_FEN, "2023-10-16");
        },
        says: "met, due 2023-10-16",
    },
    Example {
        rule: "HY-06-PAY-AGREED",
        shows: Shows::Broken,
        today: "2024-12-31",
        tells: |told| {
            contract(told, "2023-09-20", EnterpriseSize::Large, |of| {
                of.terms[0].days = Some(50);
                of.terms[0].day_unit = DayUnit::Wd.into();
            });
            accepted(told, "2023-09-26");
            paid(told, "1", AWARD_FEN, "2023-11-28");
        },
        says: "late 1/1, due 2023-11-27",
    },
    Example {
        rule: "HY-06-PAY-AGREED",
        shows: Shows::NotApplicable,
        today: "2024-12-31",
        tells: |told| {
            contract(told, "2023-09-15", EnterpriseSize::Large, |_| {});
            accepted(told, "2023-11-03");
        },
        says: "",
    },
    Example {
        rule: "HY-06-PAYTERM-60D",
        shows: Shows::Kept,
        today: "2024-12-31",
        tells: |told| {
            contract(told, "2023-11-01", EnterpriseSize::Large, |of| {
                of.terms[0].days = Some(30);
            });
        },
        says: "kept",
    },
    Example {
        rule: "HY-06-PAYTERM-60D",
        shows: Shows::AtTheBound,
        today: "2024-12-31",
        tells: |told| {
            contract(told, "2023-11-01", EnterpriseSize::Large, |of| {
                of.terms[0].days = Some(60);
            });
        },
        says: "kept",
    },
    Example {
        rule: "HY-06-PAYTERM-60D",
        shows: Shows::Broken,
        today: "2024-12-31",
        tells: |told| {
            contract(told, "2023-11-01", EnterpriseSize::Large, |of| {
                of.terms[0].days = Some(61);
            });
        },
        says: "broken",
    },
    Example {
        rule: "HY-06-PAYTERM-60D",
        shows: Shows::NotApplicable,
        today: "2024-12-31",
        tells: |told| {
            contract(told, "2023-09-15", EnterpriseSize::Large, |_| {});
        },
        says: "",
    },
    Example {
        rule: "HY-06-FIN-SPEED",
        shows: Shows::Kept,
        today: "2023-12-31",
        tells: |told| {
            requested(told, "2023-09-26");
            decided(told, "2023-09-27");
        },
        says: "met, due 2023-10-09",
    },
    Example {
        rule: "HY-06-FIN-SPEED",
        shows: Shows::AtTheBound,
        today: "2023-12-31",
        tells: |told| {
            requested(told, "2023-09-26");
            decided(told, "2023-10-09");
        },
        says: "met, due 2023-10-09",
    },
    Example {
        rule: "HY-06-FIN-SPEED",
        shows: Shows::Broken,
        today: "2023-12-31",
        tells: |told| {
            requested(told, "2023-09-26");
            rejected(told, "资料不全", "2023-10-10");
            requested(told, "2023-10-11");
            decided(told, "2023-10-12");
        },
        says: "late 1/1, due 2023-10-09; met, due 2023-10-18",
    },
    Example {
        rule: "HY-06-FIN-SPEED",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| {
            decided(told, "2023-10-09");
        },
        says: "",
    },
];
