//! Examples of indicators of contracts.

use super::{
    Example,
    Shows::{AtTheBound, Fail, NotApplicable, Pass},
    kit::Bench,
};
use crate::{
    domain::testkit::{
        ACCOUNT, AWARD_FEN, BANK, CONTRACT, PAYMENT_FEN, acceptance_concluded, award_recorded,
        committee_formed, contract_changed, contract_signed, payment_executed, payment_requested,
        plan_filed, supplement_signed,
    },
    events::v1::{self, AcceptanceResult, LawTrack},
    rules::testkit::Told,
};

const OF: &str = "contract/4304/PJ-1/CT-1";
const PROCESS: &str = "contract/4304/P-1/C";

/// A project with a contract of 900,000.00 yuan on an award of the same amount.
fn signed(bench: &mut Bench, tells: impl FnOnce(&mut Told)) {
    bench.project("PJ-1", |told| {
        told.tell(plan_filed());
        told.tell(award_recorded());
        told.tell(contract_signed());
        tells(told);
    });
}

fn signed_at(bench: &mut Bench, amount_fen: i64) {
    bench.project("PJ-1", |told| {
        told.tell(plan_filed());
        told.tell(award_recorded());
        told.tell(v1::ContractSigned {
            amount_fen,
            ..contract_signed()
        });
    });
}

fn supplemented(bench: &mut Bench, amount_fen: i64) {
    signed(bench, |told| {
        told.tell(v1::SupplementSigned {
            amount_fen,
            ..supplement_signed()
        });
    });
}

/// A payment of a term, on a day.
fn paid(told: &mut Told, term_no: &str, amount_fen: i64, on: &str) {
    told.tell(v1::PaymentRequested {
        term_no: term_no.to_owned(),
        amount_fen,
        ..payment_requested()
    });
    told.tell(v1::PaymentExecuted {
        amount_fen,
        paid_on: on.to_owned(),
        ..payment_executed()
    });
}

/// The second term, due on acceptance, paid on a day; accepted on 2024-04-09.
fn paid_and_accepted(bench: &mut Bench, on: &str) {
    signed(bench, |told| {
        paid(told, "2", AWARD_FEN - PAYMENT_FEN, on);
        told.tell(v1::AcceptanceConcluded {
            concluded_on: "2024-04-09".to_owned(),
            ..acceptance_concluded(AcceptanceResult::Passed)
        });
    });
}

fn locked(told: &mut Told) {
    told.tell(v1::PayeeAccountLocked {
        financing_id: "FN-1".to_owned(),
        contract_id: CONTRACT.to_owned(),
        account_ref: ACCOUNT.to_owned(),
        bank: BANK.to_owned(),
        locked_on: "2024-03-01".to_owned(),
    });
}

/// A change of the account on a day.
fn account(told: &mut Told, account: &str, on: &str) {
    told.tell(v1::ContractChanged {
        payee_account_ref: account.to_owned(),
        changed_on: on.to_owned(),
        ..contract_changed(0)
    });
}

/// Who wrote the requirement; the acceptance is signed by M-9.
fn written_by(bench: &mut Bench, author: &str) {
    signed(bench, |told| {
        told.tell(v1::RequirementDefined {
            requirement_id: "RQ-1".to_owned(),
            author_nos: vec![author.to_owned()],
            defined_on: "2024-01-05".to_owned(),
            ..Default::default()
        });
        told.tell(acceptance_concluded(AcceptanceResult::Passed));
    });
}

/// A process with a contract of 100 pesos, and what was paid.
fn transacted(bench: &mut Bench, amounts: &[&str]) {
    let each = amounts.iter().enumerate().map(|(no, amount)| {
        format!("{{\"id\":\"T{no}\",\"value\":{{\"amount\":{amount},\"currency\":\"MXN\"}}}}")
    });
    let each: Vec<String> = each.collect();
    let sections = format!(
        "\"contracts\":[{{\"id\":\"C\",\"value\":{{\"amount\":100,\"currency\":\"MXN\"}},\
         \"implementation\":{{\"transactions\":[{}]}}}}]",
        each.join(",")
    );
    bench.process("P-1", &sections);
}

/// A process of so many contracts, of which some have the same amount, all others their own.
fn repeated(bench: &mut Bench, same: usize, all: usize) {
    let amounts = (0..all).map(|no| if no < same { 7 } else { 1_000 + no });
    let contracts = amounts.enumerate().map(|(no, amount)| {
        format!("{{\"id\":\"C{no}\",\"value\":{{\"amount\":{amount},\"currency\":\"MXN\"}}}}")
    });
    let contracts: Vec<String> = contracts.collect();
    bench.process("P-1", &format!("\"contracts\":[{}]", contracts.join(",")));
}

/// What this family shows.
pub(super) const EXAMPLES: &[Example] = &[
    Example {
        indicator: "BH-AWARD-GAP",
        shows: Pass,
        fills: |bench| signed_at(bench, AWARD_FEN),
        subject: OF,
        says: "pass award=900000 CNY ratio=1.000000000; ratio_max=1.500000000",
    },
    Example {
        indicator: "BH-AWARD-GAP",
        shows: AtTheBound,
        fills: |bench| signed_at(bench, AWARD_FEN / 2),
        subject: OF,
        says: "pass award=900000 CNY ratio=0.500000000; ratio_max=1.500000000",
    },
    Example {
        indicator: "BH-AWARD-GAP",
        shows: Fail,
        fills: |bench| signed_at(bench, AWARD_FEN / 2 - 1),
        subject: OF,
        says: "fail award=900000 CNY ratio=0.499999988; ratio_min=0.500000000",
    },
    Example {
        // A billionth above the bound is hidden by rounding, and told all the same.
        indicator: "BH-AWARD-GAP",
        shows: Fail,
        fills: |bench| signed_at(bench, AWARD_FEN / 2 * 3 + 1),
        subject: OF,
        says: "fail award=900000 CNY ratio=1.500000011; ratio_max=1.500000000",
    },
    Example {
        indicator: "BH-AWARD-GAP",
        shows: NotApplicable,
        fills: |bench| {
            bench.project("PJ-1", |told| {
                told.tell(contract_signed());
            });
        },
        subject: OF,
        says: "not_applicable: the amount of the award is not known",
    },
    Example {
        indicator: "BH-CHANGE-NEAR-LIMIT",
        shows: Pass,
        fills: |bench| supplemented(bench, 8_099_999),
        subject: OF,
        says: "pass added=8099999 original=90000000 share=0.089999988; share_min=0.090000000",
    },
    Example {
        indicator: "BH-CHANGE-NEAR-LIMIT",
        shows: AtTheBound,
        fills: |bench| supplemented(bench, 8_100_000),
        subject: OF,
        says: "fail added=8100000 original=90000000 share=0.090000000; share_min=0.090000000",
    },
    Example {
        // What lowers the amount makes no room: 5 % and 5 %, less 3 %, are 10 %.
        indicator: "BH-CHANGE-NEAR-LIMIT",
        shows: Fail,
        fills: |bench| {
            signed(bench, |told| {
                told.tell(v1::SupplementSigned {
                    amount_fen: 4_500_000,
                    ..supplement_signed()
                });
                told.tell(contract_changed(4_500_000));
                told.tell(v1::ContractChanged {
                    change_no: "C-2".to_owned(),
                    ..contract_changed(-2_700_000)
                });
            });
        },
        subject: OF,
        says: "fail added=9000000 original=90000000 share=0.100000000; share_min=0.090000000",
    },
    Example {
        indicator: "BH-CHANGE-NEAR-LIMIT",
        shows: NotApplicable,
        fills: |bench| signed(bench, |_| {}),
        subject: OF,
        says: "not_applicable: nothing was added or changed",
    },
    Example {
        indicator: "BH-CHANGE-NEAR-LIMIT",
        shows: NotApplicable,
        fills: |bench| {
            bench.project("PJ-1", |told| {
                told.tell(v1::ContractSigned {
                    law_track: LawTrack::TenderLaw.into(),
                    ..contract_signed()
                });
                told.tell(supplement_signed());
            });
        },
        subject: OF,
        says: "not_applicable: the limit of ten per cent does not hold",
    },
    Example {
        indicator: "BH-PAID-BEFORE-ACCEPTANCE",
        shows: Pass,
        fills: |bench| paid_and_accepted(bench, "2024-04-10"),
        subject: OF,
        says: "pass paid_on=2024-04-10; accepted_on=2024-04-09",
    },
    Example {
        indicator: "BH-PAID-BEFORE-ACCEPTANCE",
        shows: AtTheBound,
        fills: |bench| paid_and_accepted(bench, "2024-04-09"),
        subject: OF,
        says: "pass paid_on=2024-04-09; accepted_on=2024-04-09",
    },
    Example {
        indicator: "BH-PAID-BEFORE-ACCEPTANCE",
        shows: Fail,
        fills: |bench| paid_and_accepted(bench, "2024-04-08"),
        subject: OF,
        says: "fail paid_on=2024-04-08; accepted_on=2024-04-09",
    },
    Example {
        // An advance that is the whole amount leaves nothing to be paid on acceptance.
        indicator: "BH-PAID-BEFORE-ACCEPTANCE",
        shows: Fail,
        fills: |bench| signed(bench, |told| paid(told, "1", AWARD_FEN, "2024-03-01")),
        subject: OF,
        says: "fail paid_on=2024-03-01; accepted_on=",
    },
    Example {
        indicator: "BH-PAID-BEFORE-ACCEPTANCE",
        shows: NotApplicable,
        fills: |bench| signed(bench, |told| paid(told, "1", PAYMENT_FEN, "2024-03-01")),
        subject: OF,
        says: "not_applicable: nothing due on acceptance was paid",
    },
    Example {
        indicator: "BH-ACCOUNT-CHANGED",
        shows: Pass,
        fills: |bench| signed(bench, locked),
        subject: OF,
        says: "pass locked_on=2024-03-01 changes=0; changes_max=0",
    },
    Example {
        // The account is changed on the day of the release, after it.
        indicator: "BH-ACCOUNT-CHANGED",
        shows: AtTheBound,
        fills: |bench| {
            signed(bench, |told| {
                locked(told);
                told.tell(v1::PayeeAccountReleased {
                    financing_id: "FN-1".to_owned(),
                    contract_id: CONTRACT.to_owned(),
                    account_ref: ACCOUNT.to_owned(),
                    released_on: "2024-03-02".to_owned(),
                });
                account(told, "ACC-2", "2024-03-02");
            });
        },
        subject: OF,
        says: "pass locked_on=2024-03-01 changes=0; changes_max=0",
    },
    Example {
        indicator: "BH-ACCOUNT-CHANGED",
        shows: Fail,
        fills: |bench| {
            signed(bench, |told| {
                locked(told);
                account(told, ACCOUNT, "2024-03-02");
                account(told, "ACC-2", "2024-03-03");
            });
        },
        subject: OF,
        says: "fail locked_on=2024-03-01 changes=1; changes_max=0",
    },
    Example {
        indicator: "BH-ACCOUNT-CHANGED",
        shows: NotApplicable,
        fills: |bench| signed(bench, |told| account(told, "ACC-2", "2024-03-02")),
        subject: OF,
        says: "not_applicable: no account was pledged",
    },
    Example {
        indicator: "BH-SAME-PERSON",
        shows: Pass,
        fills: |bench| written_by(bench, "M-1"),
        subject: OF,
        says: "pass buyers=1 acceptors=1; persons_max=0",
    },
    Example {
        indicator: "BH-SAME-PERSON",
        shows: Fail,
        fills: |bench| written_by(bench, "M-9"),
        subject: OF,
        says: "fail buyers=1 acceptors=1 person=M-9; persons_max=0",
    },
    Example {
        // An expert does not buy: M-1 to M-5 judge bids, and M-5 accepts beside M-9.
        indicator: "BH-SAME-PERSON",
        shows: AtTheBound,
        fills: |bench| {
            signed(bench, |told| {
                told.tell(v1::RequirementDefined {
                    requirement_id: "RQ-1".to_owned(),
                    author_nos: vec!["M-7".to_owned()],
                    defined_on: "2024-01-05".to_owned(),
                    ..Default::default()
                });
                told.tell(committee_formed());
                told.tell(v1::AcceptanceConcluded {
                    signers: vec!["M-9".to_owned(), "M-5".to_owned()],
                    ..acceptance_concluded(AcceptanceResult::Passed)
                });
            });
        },
        subject: OF,
        says: "pass buyers=1 acceptors=2; persons_max=0",
    },
    Example {
        indicator: "BH-SAME-PERSON",
        shows: NotApplicable,
        fills: |bench| {
            signed(bench, |told| {
                told.tell(acceptance_concluded(AcceptanceResult::Passed));
            });
        },
        subject: OF,
        says: "not_applicable: who bought or who accepted is not known",
    },
    Example {
        indicator: "PL-PAID-OVER-CONTRACT",
        shows: Pass,
        fills: |bench| transacted(bench, &["30", "20.5"]),
        subject: PROCESS,
        says: "pass paid=50.5 MXN; contract=100 MXN",
    },
    Example {
        indicator: "PL-PAID-OVER-CONTRACT",
        shows: AtTheBound,
        fills: |bench| transacted(bench, &["60", "40.00"]),
        subject: PROCESS,
        says: "pass paid=100 MXN; contract=100 MXN",
    },
    Example {
        indicator: "PL-PAID-OVER-CONTRACT",
        shows: AtTheBound,
        fills: |bench| transacted(bench, &["60", "40.009"]),
        subject: PROCESS,
        says: "pass paid=100.009 MXN; contract=100 MXN",
    },
    Example {
        indicator: "PL-PAID-OVER-CONTRACT",
        shows: Fail,
        fills: |bench| transacted(bench, &["60", "40.01"]),
        subject: PROCESS,
        says: "fail paid=100.01 MXN; contract=100 MXN",
    },
    Example {
        indicator: "PL-PAID-OVER-CONTRACT",
        shows: NotApplicable,
        fills: |bench| transacted(bench, &[]),
        subject: PROCESS,
        says: "not_applicable: nothing was paid",
    },
    Example {
        // 7, 1 and 1 of 100.
        indicator: "PL-AMOUNTS-REPEATED",
        shows: Pass,
        fills: |bench| repeated(bench, 7, 100),
        subject: "partition/4304",
        says: "pass contracts=100 covered=9 share=0.090000000 amount=7 MXN amount=1007 MXN \
               amount=1008 MXN; share_below=0.100000000",
    },
    Example {
        indicator: "PL-AMOUNTS-REPEATED",
        shows: AtTheBound,
        fills: |bench| repeated(bench, 8, 100),
        subject: "partition/4304",
        says: "fail contracts=100 covered=10 share=0.100000000 amount=7 MXN amount=1008 MXN \
               amount=1009 MXN; share_below=0.100000000",
    },
    Example {
        indicator: "PL-AMOUNTS-REPEATED",
        shows: Fail,
        fills: |bench| repeated(bench, 50, 100),
        subject: "partition/4304",
        says: "fail contracts=100 covered=52 share=0.520000000 amount=7 MXN amount=1050 MXN \
               amount=1051 MXN; share_below=0.100000000",
    },
    Example {
        indicator: "PL-AMOUNTS-REPEATED",
        shows: NotApplicable,
        fills: |bench| repeated(bench, 50, 99),
        subject: "partition/4304",
        says: "not_applicable: too few contracts",
    },
];
