//! Payments, payees, what is held (E015 to E017, E023).

use bihuan::events::v1::{AcceptanceResult, TermKind};

use super::{FAILED, contract_of, contracted};
use crate::{facts::*, harness::*, town::*};

#[test]
fn refuses_payments_over_what_is_payable() {
    run(async {
        let mut town = contracted(1_000).await;
        town.accept(&[
            delivered(PROJECT, "1"),
            accepted(PROJECT, "AC-1", AcceptanceResult::Passed, 1_000),
            requested(PROJECT, "PY-1", TERM_ADVANCE, &[(LINE, 500)]),
        ])
        .await;
        let refused = town
            .refuse(&[requested(PROJECT, "PY-2", TERM_FINAL, &[(LINE, 501)])])
            .await;
        refused.is(
            FAILED,
            "E015_PAYMENT_OVER_CONTRACT",
            &[
                ("contract_id", CONTRACT),
                ("payable_fen", "1000"),
                ("claimed_fen", "500"),
                ("requested_fen", "501"),
                ("paid_fen", "0"),
            ],
        );
        // Damages lower what is payable.
        town.accept(&[damages(PROJECT, "1", 30)]).await;
        let refused = town
            .refuse(&[requested(PROJECT, "PY-2", TERM_FINAL, &[(LINE, 471)])])
            .await;
        refused.is(
            FAILED,
            "E015_PAYMENT_OVER_CONTRACT",
            &[("payable_fen", "970")],
        );
        town.accept(&[requested(PROJECT, "PY-2", TERM_FINAL, &[(LINE, 470)])])
            .await;
        // A rejected request claims nothing any more, a returned payment neither.
        town.accept(&[payment_rejected(PROJECT, "PY-2")]).await;
        town.accept(&[
            payment_accepted(PROJECT, "PY-1"),
            executed(PROJECT, "PY-1", &[(LINE, 500)]),
        ])
        .await;
        let refused = town
            .refuse(&[requested(PROJECT, "PY-3", TERM_FINAL, &[(LINE, 471)])])
            .await;
        refused.is(
            FAILED,
            "E015_PAYMENT_OVER_CONTRACT",
            &[("claimed_fen", "500"), ("paid_fen", "500")],
        );
        town.accept(&[returned(PROJECT, "PY-1", &[(LINE, 500)])])
            .await;
        let refused = town
            .refuse(&[requested(PROJECT, "PY-3", TERM_FINAL, &[(LINE, 971)])])
            .await;
        refused.is(
            FAILED,
            "E015_PAYMENT_OVER_CONTRACT",
            &[
                ("claimed_fen", "0"),
                ("requested_fen", "971"),
                ("paid_fen", "0"),
            ],
        );
        town.accept(&[requested(PROJECT, "PY-3", TERM_FINAL, &[(LINE, 970)])])
            .await;
    });
}

#[test]
fn refuses_payments_over_what_the_project_occupies() {
    run(async {
        let mut town = Town::with(&[
            line_approved(LINE, 1_000),
            line_approved(LINE_2, 1_000),
            plan_on(PROJECT, &[(LINE, 600), (LINE_2, 400)]),
            award_recorded(PROJECT, 1_000),
            contract_of(&[("1", TermKind::Advance, 1_000)]),
        ])
        .await;
        let refused = town
            .refuse(&[requested(
                PROJECT,
                "PY-1",
                "1",
                &[(LINE, 601), (LINE_2, 399)],
            )])
            .await;
        refused.is(
            FAILED,
            "E016_PAYMENT_OVER_BUDGET",
            &[
                ("budget_line_id", LINE),
                ("occupied_fen", "600"),
                ("claimed_fen", "601"),
            ],
        );
        town.accept(&[requested(PROJECT, "PY-1", "1", &[(LINE, 600), (LINE_2, 1)])])
            .await;
        let refused = town
            .refuse(&[requested(PROJECT, "PY-2", "1", &[(LINE, 1)])])
            .await;
        refused.is(
            FAILED,
            "E016_PAYMENT_OVER_BUDGET",
            &[("claimed_fen", "601")],
        );
        town.accept(&[requested(PROJECT, "PY-2", "1", &[(LINE_2, 399)])])
            .await;
        // A line that the plan does not draw on bears nothing.
        town.accept(&[
            line_approved("BL-3", 1_000),
            payment_rejected(PROJECT, "PY-2"),
        ])
        .await;
        let refused = town
            .refuse(&[requested(PROJECT, "PY-3", "1", &[("BL-3", 1)])])
            .await;
        refused.is(
            FAILED,
            "E016_PAYMENT_OVER_BUDGET",
            &[
                ("budget_line_id", "BL-3"),
                ("occupied_fen", "0"),
                ("claimed_fen", "1"),
            ],
        );
    });
}

#[test]
fn refuses_other_payees_and_accounts() {
    run(async {
        let mut town = contracted(1_000).await;
        let request = || requested(PROJECT, "PY-1", TERM_ADVANCE, &[(LINE, 100)]);
        let payee = change!(request(), PaymentRequested, |r| r.payee =
            OTHER_SUPPLIER.into());
        let refused = town.refuse(&[payee]).await;
        refused.is(
            FAILED,
            "E017_PAYEE_MISMATCH",
            &[("payee", OTHER_SUPPLIER), ("supplier", SUPPLIER)],
        );
        let other = || {
            change!(request(), PaymentRequested, |r| r.payee_account_ref =
                "ACC-2".into())
        };
        let refused = town.refuse(&[other()]).await;
        refused.is(
            FAILED,
            "E017_PAYEE_MISMATCH",
            &[("payee_account_ref", "ACC-2")],
        );
        let told = format!("{:?}", refused.status);
        assert!(
            !told.contains(ACCOUNT),
            "the right account is not told: {told}"
        );
        // A change of the contract moves the account.
        let moved = change!(contract_changed(PROJECT, "1", 0), ContractChanged, |c| c
            .payee_account_ref =
            "ACC-2".into());
        town.accept(&[moved]).await;
        let refused = town.refuse(&[request()]).await;
        refused.is(
            FAILED,
            "E017_PAYEE_MISMATCH",
            &[("payee_account_ref", ACCOUNT)],
        );
        town.accept(&[other()]).await;
    });
}

#[test]
fn refuses_to_release_more_than_is_held() {
    run(async {
        let mut town = Town::with(&[line_approved(LINE, 1_000), line_frozen(LINE, "1", 300)]).await;
        let refused = town.refuse(&[line_unfrozen(LINE, "1", 301)]).await;
        refused.is(
            FAILED,
            "E023_RELEASE_OVER_HELD",
            &[
                ("budget_line_id", LINE),
                ("held_fen", "300"),
                ("released_fen", "301"),
            ],
        );
        town.accept(&[line_unfrozen(LINE, "1", 300)]).await;
        let refused = town.refuse(&[line_unfrozen(LINE, "2", 1)]).await;
        refused.is(FAILED, "E023_RELEASE_OVER_HELD", &[("held_fen", "0")]);
    });
}
