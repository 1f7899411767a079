//! An imported contracting process as people read it.

use comfy_table::Cell;

use super::{
    lang::Lang,
    render,
    view_tables::{Page, TEXT_MAX, headed, title},
};
use crate::events::v1;

/// The page of an imported process.
pub fn page(lang: Lang, view: &v1::ProcessView) -> Vec<String> {
    let covered = view.stages.iter().filter(|stage| stage.covered);
    let covered = covered.map(|stage| title(lang, "LoopStage", stage.stage));
    let page = Page::new(
        lang,
        &[
            ("过程", "process", view.ocid.clone()),
            ("发布者", "publisher", view.publisher.clone()),
            ("标题", "title", view.title.clone()),
            ("方式", "method", view.method.clone()),
            ("状态", "status", view.status.clone()),
            ("环节", "stages", covered.collect::<Vec<_>>().join(", ")),
            ("发布次数", "releases", view.releases.len().to_string()),
        ],
    );
    let amounts = [
        ("金额", "amount of"),
        ("币种", "currency"),
        ("合计", "sum"),
        ("笔数", "values"),
    ];
    let rows = view.amounts.iter().map(|amount| {
        vec![
            Cell::new(title(lang, "ProcessAmountKind", amount.kind)),
            Cell::new(&amount.currency),
            render::number(&amount.amount),
            render::number(amount.count),
        ]
    });
    let amounts = headed(lang, &amounts, rows);
    let parties = [("编号", "id"), ("名称", "name"), ("角色", "roles")];
    let rows = view.parties.iter().map(|party| {
        vec![
            Cell::new(&party.id),
            Cell::new(&party.name),
            Cell::new(party.roles.join(", ")),
        ]
    });
    let parties = headed(lang, &parties, rows);
    page.add("金额", "amounts", amounts)
        .add("各方", "parties", parties)
        .add("中标", "awards", objects(lang, &view.awards))
        .add("合同", "contracts", objects(lang, &view.contracts))
        .add("支付", "transactions", objects(lang, &view.transactions))
        .add("里程碑", "milestones", objects(lang, &view.milestones))
        .end(&[], &[], &view.amended)
}

fn objects(lang: Lang, objects: &[v1::ProcessObject]) -> Option<String> {
    let head = [
        ("编号", "id"),
        ("所属", "of"),
        ("状态", "status"),
        ("标题", "title"),
        ("日期", "date"),
        ("金额", "amount"),
        ("币种", "currency"),
    ];
    headed(
        lang,
        &head,
        objects.iter().map(|object| {
            vec![
                Cell::new(&object.id),
                Cell::new(&object.of_id),
                Cell::new(&object.status),
                Cell::new(render::shorten(&object.title, TEXT_MAX)),
                Cell::new(&object.date),
                render::number(&object.amount),
                Cell::new(&object.currency),
            ]
        }),
    )
}
