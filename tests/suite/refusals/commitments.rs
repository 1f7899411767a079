//! Plans over budgets, lots over plans, awards, contracts and supplements (E010 to E014).

use bihuan::events::v1::{self};

use super::{FAILED, awarded, contracted};
use crate::{facts::*, harness::*, town::*};

#[test]
fn refuses_plans_over_their_budget_line() {
    run(async {
        let mut town = Town::with(&[line_approved(LINE, 1_000)]).await;
        let over = |available: &str, requested: &str| {
            [
                ("budget_line_id".to_owned(), LINE.to_owned()),
                ("available_fen".to_owned(), available.to_owned()),
                ("requested_fen".to_owned(), requested.to_owned()),
            ]
        };
        // Each act that asks for more of a line: one fen beyond is refused, the last fen is not.
        let steps: Vec<(v1::Event, v1::Event, [(String, String); 3])> = vec![
            (
                plan_filed(PROJECT, LINE, 1_001),
                plan_filed(PROJECT, LINE, 700),
                over("1000", "1001"),
            ),
            (
                line_frozen(LINE, "1", 301),
                line_frozen(LINE, "1", 100),
                over("300", "301"),
            ),
            (
                line_adjusted(LINE, "1", -201),
                line_adjusted(LINE, "1", -50),
                over("200", "201"),
            ),
            (
                plan_revised(PROJECT, "1", LINE, 851),
                plan_revised(PROJECT, "1", LINE, 840),
                over("150", "151"),
            ),
            (
                plan_filed("PJ-2", LINE, 11),
                plan_filed("PJ-2", LINE, 10),
                over("10", "11"),
            ),
            (
                plan_filed("PJ-3", LINE, 1),
                line_adjusted(LINE, "2", 1),
                over("0", "1"),
            ),
        ];
        for (beyond, within, figures) in steps {
            let figures: Vec<_> = figures
                .iter()
                .map(|(n, v)| (n.as_str(), v.as_str()))
                .collect();
            let refused = town.refuse(&[beyond]).await;
            refused.is(FAILED, "E010_PLAN_OVER_BUDGET", &figures);
            town.accept(&[within]).await;
        }
        town.accept(&[plan_filed("PJ-3", LINE, 1)]).await;
        // A supplement occupies more.
        town.accept(&[award_recorded(PROJECT, 840), contract_signed(PROJECT, 840)])
            .await;
        town.accept(&[line_adjusted(LINE, "3", 40)]).await;
        let refused = town.refuse(&[supplement(PROJECT, "1", LINE, 41)]).await;
        refused.is(
            FAILED,
            "E010_PLAN_OVER_BUDGET",
            &[("available_fen", "40"), ("requested_fen", "41")],
        );
        town.accept(&[supplement(PROJECT, "1", LINE, 40)]).await;
        // What a cancelled plan gives back is there again.
        town.accept(&[plan_cancelled("PJ-2", &[LINE])]).await;
        let refused = town.refuse(&[plan_filed("PJ-4", LINE, 11)]).await;
        refused.is(FAILED, "E010_PLAN_OVER_BUDGET", &[("available_fen", "10")]);
        town.accept(&[plan_filed("PJ-4", LINE, 10)]).await;
    });
}

#[test]
fn refuses_lots_that_do_not_sum_to_their_plan() {
    run(async {
        let mut town = Town::with(&[line_approved(LINE, 1_000)]).await;
        let plan = |first, second| {
            change!(
                plan_of_lots(PROJECT, LINE, &[("01", 400), ("02", 600)]),
                PlanFiled,
                |plan| plan.lots = vec![lot("01", first), lot("02", second)]
            )
        };
        for (first, second, sum) in [(400, 599, "999"), (401, 600, "1001")] {
            let refused = town.refuse(&[plan(first, second)]).await;
            refused.is(
                FAILED,
                "E011_LOT_SUM_MISMATCH",
                &[("plan_fen", "1000"), ("lots_fen", sum)],
            );
        }
        town.accept(&[plan(400, 600)]).await;
    });
}

#[test]
fn refuses_awards_over_lot_or_ceiling() {
    run(async {
        let mut town = Town::with(&[line_approved(LINE, 3_000)]).await;
        let plan = change!(
            plan_of_lots(PROJECT, LINE, &[("01", 1_000), ("02", 1_000)]),
            PlanFiled,
            |plan| plan.lots[1].ceiling_fen = Some(900)
        );
        town.accept(&[plan]).await;
        let award = |lot_no: &str, fen| {
            let award = change!(award_recorded(PROJECT, fen), AwardRecorded, |a| a.lot_no =
                lot_no.into());
            v1::Event {
                source_ref: format!("award-{lot_no}-{fen}"),
                ..award
            }
        };
        for (lot_no, limit) in [("01", 1_000), ("02", 900)] {
            let refused = town.refuse(&[award(lot_no, limit + 1)]).await;
            refused.is(
                FAILED,
                "E012_AWARD_OVER_CEILING",
                &[
                    ("lot_no", lot_no),
                    ("award_fen", &(limit + 1).to_string()),
                    ("limit_fen", &limit.to_string()),
                    ("lot_amount_fen", "1000"),
                ],
            );
            town.accept(&[award(lot_no, limit)]).await;
        }
        // The winner of a competition meets the ceiling of its documents.
        town.accept(&[plan_filed("PJ-2", LINE, 1_000)]).await;
        let documents = change!(
            documents_issued("PJ-2", "01"),
            ProcurementDocumentIssued,
            |d| d.ceiling_fen = Some(800)
        );
        town.accept(&[documents]).await;
        town.send(vec![bid_received("PJ-2", "B-1", SUPPLIER)])
            .await
            .expect("a bid");
        let opened = bids_opened("PJ-2", &[("B-1", SUPPLIER, 801)]);
        town.accept(&[opened, evaluated("PJ-2", &[(SUPPLIER, 801)])])
            .await;
        let refused = town
            .refuse(&[winner_determined("PJ-2", SUPPLIER, 801)])
            .await;
        refused.is(
            FAILED,
            "E012_AWARD_OVER_CEILING",
            &[("limit_fen", "800"), ("award_fen", "801")],
        );
        town.accept(&[winner_determined("PJ-2", SUPPLIER, 800)])
            .await;
    });
}

#[test]
fn refuses_contracts_over_their_award() {
    run(async {
        let mut town = awarded(1_000).await;
        let contract = |id: &str, fen| {
            let contract = change!(contract_signed(PROJECT, fen), ContractSigned, |c| {
                c.contract_id = id.into();
            });
            v1::Event {
                source_ref: format!("contract-{id}-{fen}"),
                ..contract
            }
        };
        let refused = town.refuse(&[contract("CT-1", 1_001)]).await;
        refused.is(
            FAILED,
            "E013_CONTRACT_OVER_AWARD",
            &[
                ("lot_no", "01"),
                ("award_fen", "1000"),
                ("contracted_fen", "1001"),
            ],
        );
        town.accept(&[contract("CT-1", 600)]).await;
        let refused = town.refuse(&[contract("CT-2", 401)]).await;
        refused.is(
            FAILED,
            "E013_CONTRACT_OVER_AWARD",
            &[("contracted_fen", "1001")],
        );
        town.accept(&[contract("CT-2", 400)]).await;
    });
}

#[test]
fn refuses_supplements_over_ten_per_cent() {
    run(async {
        let mut town = contracted(1_009).await;
        town.accept(&[line_adjusted(LINE, "1", 10_000)]).await;
        let over = |used: &'static str, requested: &'static str| {
            [
                ("contract_id", CONTRACT),
                ("original_fen", "1009"),
                ("limit_fen", "100"),
                ("used_fen", used),
                ("requested_fen", requested),
            ]
        };
        // 10 % of 1,009 fen is 100.9: 101 is too much.
        let refused = town.refuse(&[supplement(PROJECT, "1", LINE, 101)]).await;
        refused.is(FAILED, "E014_SUPPLEMENT_OVER_10PCT", &over("0", "101"));
        town.accept(&[supplement(PROJECT, "1", LINE, 60)]).await;
        let refused = town.refuse(&[supplement(PROJECT, "2", LINE, 41)]).await;
        refused.is(FAILED, "E014_SUPPLEMENT_OVER_10PCT", &over("60", "41"));
        // Changes that take away make no room, changes that add use it.
        town.accept(&[contract_changed(PROJECT, "1", -500)]).await;
        let refused = town.refuse(&[contract_changed(PROJECT, "2", 41)]).await;
        refused.is(FAILED, "E014_SUPPLEMENT_OVER_10PCT", &over("60", "41"));
        town.accept(&[contract_changed(PROJECT, "2", 40)]).await;
        let refused = town.refuse(&[supplement(PROJECT, "2", LINE, 1)]).await;
        refused.is(FAILED, "E014_SUPPLEMENT_OVER_10PCT", &over("100", "1"));
        // Works under 招标投标法 follow that law.
        let mut town = Town::with(&[
            line_approved(LINE, 10_000),
            change!(plan_filed(PROJECT, LINE, 1_000), PlanFiled, |p| p
                .law_track =
                v1::LawTrack::TenderLaw.into()),
            award_recorded(PROJECT, 1_000),
            change!(contract_signed(PROJECT, 1_000), ContractSigned, |c| c
                .law_track =
                v1::LawTrack::TenderLaw.into()),
        ])
        .await;
        town.accept(&[supplement(PROJECT, "1", LINE, 5_000)]).await;
    });
}
