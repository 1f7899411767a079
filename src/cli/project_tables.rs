//! A project as people read it: a line of nine stages, then tables.

use comfy_table::Cell;

use super::{
    lang::Lang,
    render,
    view_tables::{amended, fen, headed, heading, matters, title},
};
use crate::events::v1::{self, StageStatus};

/// The short names of the nine stages.
pub const STAGES: [(&str, &str); 9] = [
    ("预算", "budget"),
    ("意向", "intention"),
    ("需求", "requirement"),
    ("计划", "plan"),
    ("实施", "execution"),
    ("合同", "contract"),
    ("支付", "payment"),
    ("验收", "acceptance"),
    ("信用", "credit"),
];

/// The sign of a status.
pub fn sign(status: StageStatus) -> char {
    match status {
        StageStatus::Done => '✔',
        StageStatus::InProgress => '◐',
        StageStatus::Unspecified | StageStatus::NotStarted => '○',
        StageStatus::Exempt => '⊘',
        StageStatus::Irregular => '!',
        StageStatus::Failed => '✘',
    }
}

/// The nine stages on one line a language, each with its sign and the number of its gaps.
pub fn stage_line(lang: Lang, view: &v1::ProjectView) -> String {
    let line = |name: fn(&(&'static str, &'static str)) -> &'static str| {
        let told = view.stages.iter().zip(&STAGES).map(|(stage, names)| {
            let gaps = match stage.gaps.len() {
                0 => String::new(),
                count => format!("·{count}"),
            };
            format!("{}{}{gaps}", sign(stage.status()), name(names))
        });
        told.collect::<Vec<_>>().join(" → ")
    };
    lang.stacked(&line(|names| names.0), &line(|names| names.1))
}

/// What a project is, its stages and its money.
pub fn glance(lang: Lang, view: &v1::ProjectView) -> Vec<String> {
    let name = format!("{} {}", view.project_id, view.name);
    let legend = lang.stacked(
        "✔ 已完成  ◐ 进行中  ○ 未开始  ⊘ 豁免  ! 异常  ✘ 失败  ·n 缺项",
        "✔ done  ◐ in progress  ○ not started  ⊘ exempt  ! irregular  ✘ failed  ·n gaps",
    );
    let mut page = vec![name, stage_line(lang, view), legend];
    if let Some(amounts) = &view.amounts {
        page.push(heading(lang, "金额（元）", "money (yuan)"));
        page.push(money(lang, amounts));
    }
    page
}

/// The page of a project.
pub fn page(lang: Lang, view: &v1::ProjectView) -> Vec<String> {
    let mut page = glance(lang, view);
    let mut add = |zh: &str, en: &str, table: Option<String>| {
        if let Some(table) = table {
            page.push(heading(lang, zh, en));
            page.push(table);
        }
    };
    add("环节", "stages", stages(lang, view));
    add("缺项", "gaps", gaps(lang, view));
    add("预算指标", "budget lines", lines(lang, view));
    add("标段", "lots", lots(lang, view));
    add("合同", "contracts", contracts(lang, view));
    add("参与方", "participants", participants(lang, view));
    add("用时", "durations", spans(lang, view));
    let lists = [
        ("询问、质疑、投诉", "disputes", &view.disputes),
        ("融资", "financing", &view.financing),
        ("保证金、保函", "securities", &view.securities),
        ("审批", "approvals", &view.approvals),
        ("信用评价", "evaluations", &view.evaluations),
        ("其他事项", "other matters", &view.records),
    ];
    for (zh, en, list) in lists {
        add(zh, en, matters(lang, list));
    }
    add("公告", "notices", notices(lang, view));
    add(
        "更正与撤销",
        "corrections and voids",
        amended(lang, &view.amended),
    );
    page
}

fn money(lang: Lang, amounts: &v1::ProjectAmounts) -> String {
    let sums = [
        ("预算", "budget", &amounts.budget),
        ("计划", "plan", &amounts.plan),
        ("限价", "ceiling", &amounts.ceiling),
        ("中标", "award", &amounts.award),
        ("合同", "contract", &amounts.contract),
        ("补充", "supplements", &amounts.supplements),
        ("变更", "changes", &amounts.changes),
        ("违约金", "damages", &amounts.damages),
        ("应付", "payable", &amounts.payable),
        ("已验收", "accepted", &amounts.accepted),
        ("申请中", "requested", &amounts.requested),
        ("已付", "paid", &amounts.paid),
        ("未付", "outstanding", &amounts.outstanding),
        ("节约", "saved", &amounts.saved),
    ];
    let sums: Vec<_> = sums
        .iter()
        .map(|(zh, en, figure)| (*zh, *en, fen(figure.as_ref())))
        .collect();
    let width = render::terminal_width();
    // Two rows of seven, so that the sums stand side by side on most terminals.
    let tables = sums
        .chunks(7)
        .map(|row| render::lines(&render::sums(lang, row, width)));
    tables.collect::<Vec<_>>().join("\n")
}

fn stages(lang: Lang, view: &v1::ProjectView) -> Option<String> {
    let head = [
        ("环节", "stage"),
        ("状态", "status"),
        ("首日", "first"),
        ("末日", "last"),
        ("事件", "events"),
        ("文件", "files"),
        ("公告", "notices"),
    ];
    headed(
        lang,
        &head,
        view.stages.iter().map(|stage| {
            vec![
                Cell::new(title(lang, "LoopStage", stage.stage)),
                Cell::new(title(lang, "StageStatus", stage.status)),
                Cell::new(&stage.first_on),
                Cell::new(&stage.last_on),
                render::number(stage.positions.len()),
                render::number(stage.documents.len()),
                render::number(stage.notices.len()),
            ]
        }),
    )
}

fn gaps(lang: Lang, view: &v1::ProjectView) -> Option<String> {
    let head = [
        ("环节", "stage"),
        ("对象", "object"),
        ("缺什么", "what is missing"),
    ];
    let gaps = view
        .stages
        .iter()
        .flat_map(|stage| stage.gaps.iter().map(|gap| (stage.stage, gap)));
    headed(
        lang,
        &head,
        gaps.map(|(stage, gap)| {
            vec![
                Cell::new(title(lang, "LoopStage", stage)),
                Cell::new(&gap.object_id),
                Cell::new(lang.stacked(&gap.text_zh, &gap.text_en)),
            ]
        }),
    )
}

fn lines(lang: Lang, view: &v1::ProjectView) -> Option<String> {
    let head = [
        ("指标", "line"),
        ("批复", "budget"),
        ("计划", "planned"),
        ("占用", "occupied"),
        ("已付", "paid"),
    ];
    headed(
        lang,
        &head,
        view.budget_lines.iter().map(|line| {
            vec![
                Cell::new(&line.budget_line_id),
                render::number(render::yuan(fen(line.budget.as_ref()))),
                render::number(render::yuan(fen(line.planned.as_ref()))),
                render::number(render::yuan(fen(line.occupied.as_ref()))),
                render::number(render::yuan(fen(line.paid.as_ref()))),
            ]
        }),
    )
}

/// The lots, each with what it retries.
pub fn lots(lang: Lang, view: &v1::ProjectView) -> Option<String> {
    let head = [
        ("包号", "lot"),
        ("名称", "name"),
        ("状态", "state"),
        ("方式", "method"),
        ("金额", "amount"),
        ("中标", "award"),
        ("中标人", "winner"),
    ];
    headed(
        lang,
        &head,
        view.lots.iter().map(|lot| {
            let mut state = title(lang, "LotState", lot.state);
            if lot.suspended {
                state = format!("{state} {}", lang.inline("（暂停）", "(suspended)"));
            }
            if !lot.retries_lot_no.is_empty() {
                state = format!("{state} ← {}", lot.retries_lot_no);
            }
            vec![
                Cell::new(&lot.lot_no),
                Cell::new(&lot.name),
                Cell::new(state),
                Cell::new(title(lang, "ProcurementMethod", lot.method)),
                render::number(render::yuan(fen(lot.amount.as_ref()))),
                render::number(render::yuan(fen(lot.award.as_ref()))),
                Cell::new(&lot.winner),
            ]
        }),
    )
}

fn contracts(lang: Lang, view: &v1::ProjectView) -> Option<String> {
    let head = [
        ("合同", "contract"),
        ("状态", "state"),
        ("签订", "signed"),
        ("供应商", "supplier"),
        ("应付", "payable"),
        ("已付", "paid"),
        ("未付", "outstanding"),
    ];
    headed(
        lang,
        &head,
        view.contracts.iter().map(|contract| {
            let amounts = contract.amounts.as_ref();
            let sum = |of: fn(&v1::ContractAmounts) -> Option<&v1::Figure>| {
                render::number(render::yuan(fen(amounts.and_then(of))))
            };
            vec![
                Cell::new(&contract.contract_id),
                Cell::new(title(lang, "ContractState", contract.state)),
                Cell::new(&contract.signed_on),
                Cell::new(&contract.supplier),
                sum(|amounts| amounts.payable.as_ref()),
                sum(|amounts| amounts.paid.as_ref()),
                sum(|amounts| amounts.outstanding.as_ref()),
            ]
        }),
    )
}

fn participants(lang: Lang, view: &v1::ProjectView) -> Option<String> {
    let head = [("代码", "code"), ("名称", "name"), ("角色", "roles")];
    headed(
        lang,
        &head,
        view.participants.iter().map(|who| {
            let roles = who
                .roles
                .iter()
                .map(|role| title(lang, "ParticipantRole", *role));
            let code = if who.uscc.is_empty() {
                &who.member_no
            } else {
                &who.uscc
            };
            vec![
                Cell::new(code),
                Cell::new(&who.name),
                Cell::new(roles.collect::<Vec<_>>().join(", ")),
            ]
        }),
    )
}

fn spans(lang: Lang, view: &v1::ProjectView) -> Option<String> {
    let head = [
        ("从", "from"),
        ("到", "to"),
        ("起", "first day"),
        ("止", "last day"),
        ("天数", "days"),
    ];
    headed(
        lang,
        &head,
        view.spans.iter().map(|span| {
            let days = span.days;
            vec![
                Cell::new(title(lang, "LoopStage", span.from_stage)),
                Cell::new(title(lang, "LoopStage", span.to_stage)),
                Cell::new(&span.from_on),
                Cell::new(&span.to_on),
                render::number(lang.inline(&format!("{days} 天"), &format!("{days} d"))),
            ]
        }),
    )
}

fn notices(lang: Lang, view: &v1::ProjectView) -> Option<String> {
    let notices = view.stages.iter().flat_map(|stage| &stage.notices);
    super::view_tables::notices(lang, notices)
}
