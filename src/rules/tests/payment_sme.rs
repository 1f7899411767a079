//! Examples of rules on payment to small and medium enterprises and after invoices.

use super::{
    Example, Shows,
    payment_kit::{accepted, contract, invoiced, order, paid, rejected, s2},
};
use crate::{domain::testkit::AWARD_FEN, events::v1::EnterpriseSize};

/// What this family shows.
pub(super) const EXAMPLES: &[Example] = &[
    Example {
        rule: "CN-SME-PAY-30D",
        shows: Shows::Kept,
        today: "2023-12-31",
        tells: |told| {
            contract(told, "2023-09-15", EnterpriseSize::Small, |_| {});
            accepted(told, "2023-11-03");
            paid(told, "1", AWARD_FEN, "2023-11-20");
        },
        says: "met, due 2023-12-04",
    },
    Example {
        rule: "CN-SME-PAY-30D",
        shows: Shows::AtTheBound,
        today: "2023-12-31",
        tells: |told| {
            contract(told, "2023-09-15", EnterpriseSize::Small, |_| {});
            accepted(told, "2023-11-03");
            paid(told, "1", AWARD_FEN, "2023-12-04");
        },
        says: "met, due 2023-12-04",
    },
    Example {
        rule: "CN-SME-PAY-30D",
        shows: Shows::Broken,
        today: "2023-12-31",
        tells: |told| {
            contract(told, "2023-09-15", EnterpriseSize::Small, |_| {});
            accepted(told, "2023-11-03");
            paid(told, "1", AWARD_FEN, "2023-12-05");
        },
        says: "late 1/1, due 2023-12-04",
    },
    Example {
        rule: "CN-SME-PAY-30D",
        shows: Shows::Broken,
        today: "2025-12-31",
        tells: |told| {
            contract(told, "2025-09-01", EnterpriseSize::Small, |_| {});
            accepted(told, "2025-09-05");
        },
        says: "overdue 83/60, due 2025-10-09",
    },
    Example {
        rule: "CN-SME-PAY-30D",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| {
            contract(told, "2023-09-15", EnterpriseSize::Large, |_| {});
            accepted(told, "2023-11-03");
        },
        says: "not applicable",
    },
    Example {
        rule: "CN-SME-PAY-60D",
        shows: Shows::Kept,
        today: "2024-12-31",
        tells: |told| {
            s2(told, "2023-12-20");
        },
        says: "met, due 2024-01-15",
    },
    Example {
        rule: "CN-SME-PAY-60D",
        shows: Shows::AtTheBound,
        today: "2024-12-31",
        tells: |told| {
            s2(told, "2024-01-15");
        },
        says: "met, due 2024-01-15",
    },
    Example {
        rule: "CN-SME-PAY-60D",
        shows: Shows::Broken,
        today: "2024-12-31",
        tells: |told| {
            s2(told, "2024-02-20");
        },
        says: "late 36/23, due 2024-01-15",
    },
    Example {
        rule: "CN-SME-PAY-60D",
        shows: Shows::Broken,
        today: "2024-06-30",
        tells: |told| {
            order(told);
        },
        says: "overdue 45/30, due 2024-05-16",
    },
    Example {
        rule: "CN-SME-PAY-60D",
        shows: Shows::NotApplicable,
        today: "2024-12-31",
        tells: |told| {
            contract(told, "2023-11-01", EnterpriseSize::Na, |of| {
                of.terms[0].days = Some(90);
            });
            accepted(told, "2023-11-15");
        },
        says: "not applicable",
    },
    Example {
        rule: "CN-SME-LEGALREP",
        shows: Shows::Kept,
        today: "2023-12-31",
        tells: |told| {
            contract(told, "2023-09-15", EnterpriseSize::Small, |_| {});
            rejected(told, "发票抬头有误", "2023-11-10");
        },
        says: "kept",
    },
    Example {
        rule: "CN-SME-LEGALREP",
        shows: Shows::AtTheBound,
        today: "2023-12-31",
        tells: |told| {
            contract(told, "2023-09-15", EnterpriseSize::Small, |_| {});
            rejected(told, "审计意见为无异议，收款账号与合同不一致", "2023-11-10");
        },
        says: "kept",
    },
    Example {
        rule: "CN-SME-LEGALREP",
        shows: Shows::Broken,
        today: "2023-12-31",
        tells: |told| {
            contract(told, "2023-09-15", EnterpriseSize::Small, |_| {});
            rejected(told, "单位负责人变更，暂缓支付", "2023-11-10");
        },
        says: "broken",
    },
    Example {
        rule: "CN-SME-LEGALREP",
        shows: Shows::Broken,
        today: "2025-12-31",
        tells: |told| {
            contract(told, "2025-09-01", EnterpriseSize::Small, |_| {});
            rejected(told, "等待审计，内部流程未完成", "2025-11-10");
        },
        says: "broken",
    },
    Example {
        rule: "CN-SME-LEGALREP",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| {
            contract(told, "2023-09-15", EnterpriseSize::Large, |_| {});
            rejected(told, "单位负责人变更，暂缓支付", "2023-11-10");
        },
        says: "not applicable",
    },
    Example {
        rule: "MOF243-04-PAY-10WD",
        shows: Shows::Kept,
        today: "2024-12-31",
        tells: |told| {
            contract(told, "2023-12-15", EnterpriseSize::Large, |_| {});
            accepted(told, "2024-01-25");
            invoiced(told, AWARD_FEN, "2024-01-29");
            paid(told, "1", AWARD_FEN, "2024-02-05");
        },
        says: "met, due 2024-02-09",
    },
    Example {
        rule: "MOF243-04-PAY-10WD",
        shows: Shows::AtTheBound,
        today: "2024-12-31",
        tells: |told| {
            contract(told, "2023-12-15", EnterpriseSize::Large, |_| {});
            invoiced(told, AWARD_FEN, "2024-01-25");
            accepted(told, "2024-01-29");
            paid(told, "1", AWARD_FEN, "2024-02-09");
        },
        says: "met, due 2024-02-09",
    },
    Example {
        rule: "MOF243-04-PAY-10WD",
        shows: Shows::Broken,
        today: "2024-12-31",
        tells: |told| {
            contract(told, "2023-12-15", EnterpriseSize::Large, |_| {});
            accepted(told, "2024-01-25");
            invoiced(told, AWARD_FEN, "2024-01-29");
            paid(told, "1", AWARD_FEN, "2024-02-18");
        },
        says: "late 9/1, due 2024-02-09",
    },
    Example {
        rule: "MOF243-04-PAY-10WD",
        shows: Shows::NotApplicable,
        today: "2024-12-31",
        tells: |told| {
            contract(told, "2023-12-15", EnterpriseSize::Large, |_| {});
            invoiced(told, AWARD_FEN, "2024-01-29");
        },
        says: "",
    },
    Example {
        rule: "MOF243-04-PAY-10WD",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| {
            contract(told, "2023-09-15", EnterpriseSize::Large, |_| {});
            accepted(told, "2023-11-03");
            invoiced(told, AWARD_FEN, "2023-11-06");
        },
        says: "",
    },
    Example {
        rule: "MOF38-PAY-30D",
        shows: Shows::Kept,
        today: "2023-12-31",
        tells: |told| {
            contract(told, "2023-09-15", EnterpriseSize::Large, |_| {});
            accepted(told, "2023-11-03");
            invoiced(told, AWARD_FEN, "2023-11-06");
            paid(told, "1", AWARD_FEN, "2023-11-20");
        },
        says: "met, due 2023-12-06",
    },
    Example {
        rule: "MOF38-PAY-30D",
        shows: Shows::AtTheBound,
        today: "2023-12-31",
        tells: |told| {
            contract(told, "2023-09-15", EnterpriseSize::Large, |_| {});
            accepted(told, "2023-11-03");
            invoiced(told, AWARD_FEN, "2023-11-06");
            paid(told, "1", AWARD_FEN, "2023-12-06");
        },
        says: "met, due 2023-12-06",
    },
    Example {
        rule: "MOF38-PAY-30D",
        shows: Shows::Broken,
        today: "2023-12-31",
        tells: |told| {
            contract(told, "2023-09-15", EnterpriseSize::Large, |_| {});
            accepted(told, "2023-11-03");
            invoiced(told, AWARD_FEN, "2023-11-06");
            paid(told, "1", AWARD_FEN, "2023-12-07");
        },
        says: "late 1/1, due 2023-12-06",
    },
    Example {
        rule: "MOF38-PAY-30D",
        shows: Shows::NotApplicable,
        today: "2023-12-31",
        tells: |told| {
            contract(told, "2023-09-15", EnterpriseSize::Large, |_| {});
            accepted(told, "2023-11-03");
            invoiced(told, AWARD_FEN - 1, "2023-11-06");
        },
        says: "",
    },
];
