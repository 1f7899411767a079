//! Views as tables: what the pages of all objects have in common, and the pages of the small ones.

use comfy_table::Cell;

use super::{comments, lang::Lang, render, view::Reflected};
use crate::events::v1;

/// How much of a text stands in a cell, in characters.
pub const TEXT_MAX: usize = 60;

/// The amount of a figure in fen; nothing counts as none.
pub fn fen(figure: Option<&v1::Figure>) -> i128 {
    figure.map_or(0, |figure| figure.amount_fen.into())
}

fn yuan(figure: Option<&v1::Figure>) -> Cell {
    render::number(render::yuan(fen(figure)))
}

/// A value of an enum as people read it; nothing for the unspecified one.
pub fn title(lang: Lang, name: &str, number: i32) -> String {
    match number {
        0 => String::new(),
        number => comments::enum_title(lang, name, number),
    }
}

/// The heading of a table.
pub fn heading(lang: Lang, zh: &str, en: &str) -> String {
    format!("\n{}", lang.inline(zh, en))
}

/// A table with a heading row; nothing where there is no row.
pub fn headed(
    lang: Lang,
    head: &[(&str, &str)],
    rows: impl Iterator<Item = Vec<Cell>>,
) -> Option<String> {
    let mut table = render::table(head.iter().map(|(zh, en)| lang.stacked(zh, en)));
    let mut is_empty = true;
    for row in rows {
        table.add_row(row);
        is_empty = false;
    }
    render::crowd(&mut table, render::terminal_width());
    (!is_empty).then(|| render::lines(&table))
}

/// What an answer says of itself.
pub fn reflected(lang: Lang, reflected: &Reflected) -> String {
    let position = reflected.position;
    let text = lang.inline(
        &format!("反映至位置 {position}。"),
        &format!("Reflects every event up to position {position}."),
    );
    match reflected.simulated_clock {
        true => format!(
            "\n{text} {}",
            lang.inline("（模拟时钟）", "(simulated clock)")
        ),
        false => format!("\n{text}"),
    }
}

/// Matters in a table.
pub fn matters(lang: Lang, matters: &[v1::Matter]) -> Option<String> {
    let head = [
        ("事项", "matter"),
        ("编号", "id"),
        ("状态", "state"),
        ("结果", "outcome"),
        ("当事人", "party"),
        ("起", "opened"),
        ("止", "closed"),
        ("金额", "amount"),
        ("余额", "remaining"),
    ];
    let money = |figure: &Option<v1::Figure>| match figure {
        Some(figure) => yuan(Some(figure)),
        None => Cell::new(""),
    };
    headed(
        lang,
        &head,
        matters.iter().map(|matter| {
            let party = match (matter.party.as_str(), matter.counterparty.as_str()) {
                (party, "") => party.to_owned(),
                ("", counterparty) => counterparty.to_owned(),
                (party, counterparty) => format!("{party} → {counterparty}"),
            };
            vec![
                Cell::new(title(lang, "MatterKind", matter.kind)),
                Cell::new(&matter.id),
                Cell::new(title(lang, "MatterState", matter.state)),
                Cell::new(render::shorten(&matter.outcome, TEXT_MAX)),
                Cell::new(party),
                Cell::new(&matter.opened_on),
                Cell::new(&matter.closed_on),
                money(&matter.amount),
                money(&matter.remaining),
            ]
        }),
    )
}

/// Acts in a table.
pub fn acts_of(lang: Lang, acts: &[v1::Act]) -> Option<String> {
    let head = [
        ("位置", "position"),
        ("日期", "date"),
        ("事件", "event"),
        ("行为单位", "actor"),
        ("金额", "amount"),
    ];
    headed(
        lang,
        &head,
        acts.iter().map(|act| {
            let amount = act.amount_fen.map(|fen| render::yuan(fen.into()));
            vec![
                render::number(act.position),
                Cell::new(&act.on),
                Cell::new(lang.inline(&act.title_zh, &act.title_en)),
                Cell::new(&act.actor_org),
                render::number(amount.unwrap_or_default()),
            ]
        }),
    )
}

/// Notices in a table.
pub fn notices<'a>(
    lang: Lang,
    notices: impl Iterator<Item = &'a v1::ViewNotice>,
) -> Option<String> {
    let head = [
        ("位置", "position"),
        ("日期", "date"),
        ("公告", "notice"),
        ("渠道", "channel"),
        ("地址", "address"),
    ];
    headed(
        lang,
        &head,
        notices.map(|notice| {
            vec![
                render::number(notice.position),
                Cell::new(&notice.published_on),
                Cell::new(title(lang, "NoticeType", notice.notice_type)),
                Cell::new(&notice.channel),
                Cell::new(&notice.url),
            ]
        }),
    )
}

/// What was corrected or voided: what it was, what is in force, who changed it, when and why.
pub fn amended(lang: Lang, events: &[v1::AmendedEvent]) -> Option<String> {
    let head = [
        ("位置", "position"),
        ("事件", "event"),
        ("原来 → 现在", "was → is"),
        ("谁、何时、为何", "who, when, why"),
    ];
    headed(
        lang,
        &head,
        events.iter().map(|event| {
            let changes = event.changes.iter().map(|change| {
                let (before, after) = (&change.before_json, &change.after_json);
                let text = format!("{}: {before} → {after}", change.path);
                render::shorten(&text, 2 * TEXT_MAX)
            });
            let changes = match event.voided {
                true => lang.inline("已撤销", "voided"),
                false => changes.collect::<Vec<_>>().join("\n"),
            };
            let steps = event.steps.iter().map(|step| {
                let moment = render::moment(step.recorded_time.as_ref());
                let (zh, en) = match step.voids {
                    true => ("撤销", "voided by"),
                    false => ("更正", "corrected by"),
                };
                let what = lang.inline(zh, en);
                let reason = render::shorten(&step.reason, TEXT_MAX);
                format!(
                    "{what} {} {moment} #{} {reason}",
                    step.actor_org, step.position
                )
            });
            vec![
                render::number(event.position),
                Cell::new(lang.inline(&event.title_zh, &event.title_en)),
                Cell::new(changes),
                Cell::new(steps.collect::<Vec<_>>().join("\n")),
            ]
        }),
    )
}

/// A page in the making.
pub struct Page {
    lang: Lang,
    parts: Vec<String>,
}

impl Page {
    /// Begins with what the object is; rows without a value are left out.
    pub fn new(lang: Lang, rows: &[(&str, &str, String)]) -> Self {
        let rows = rows.iter().filter(|(_, _, value)| !value.is_empty());
        let rows = rows.map(|(zh, en, value)| (lang.inline(zh, en), value.clone()));
        let parts = vec![render::facts(lang, rows)];
        Self { lang, parts }
    }

    /// Adds a table, if there is one.
    #[must_use]
    pub fn add(mut self, zh: &str, en: &str, table: Option<String>) -> Self {
        if let Some(table) = table {
            self.parts.push(heading(self.lang, zh, en));
            self.parts.push(table);
        }
        self
    }

    fn money(self, sums: &[(&str, &str, &Option<v1::Figure>)]) -> Self {
        let sums: Vec<_> = sums
            .iter()
            .map(|(zh, en, figure)| (*zh, *en, fen(figure.as_ref())))
            .collect();
        let table = render::sums(self.lang, &sums, render::terminal_width());
        self.add("金额（元）", "money (yuan)", Some(render::lines(&table)))
    }

    fn matters(self, zh: &str, en: &str, list: &[v1::Matter]) -> Self {
        let table = matters(self.lang, list);
        self.add(zh, en, table)
    }

    /// Ends with notices, acts and amendments.
    pub fn end(
        self,
        notices: &[v1::ViewNotice],
        acts: &[v1::Act],
        amended: &[v1::AmendedEvent],
    ) -> Vec<String> {
        let lang = self.lang;
        self.add("公告", "notices", self::notices(lang, notices.iter()))
            .add("经过", "what happened", acts_of(lang, acts))
            .add(
                "更正与撤销",
                "corrections and voids",
                self::amended(lang, amended),
            )
            .parts
    }
}

/// The page of a budget line.
pub fn budget_line(lang: Lang, view: &v1::BudgetLineView) -> Vec<String> {
    let closed = match view.closed {
        true => lang.inline("已关闭", "closed"),
        false => lang.inline("有效", "open"),
    };
    let page = Page::new(
        lang,
        &[
            ("指标", "budget line", view.budget_line_id.clone()),
            ("单位", "unit", view.unit.clone()),
            ("年度", "fiscal year", view.fiscal_year.to_string()),
            ("品目", "category", view.category.clone()),
            ("状态", "state", closed),
        ],
    );
    page.money(&[
        ("批复", "approved", &view.approved),
        ("调剂", "adjusted", &view.adjusted),
        ("冻结", "frozen", &view.frozen),
        ("占用", "occupied", &view.occupied),
        ("合同", "contracted", &view.contracted),
        ("已付", "paid", &view.paid),
        ("可用", "available", &view.available),
    ])
    .add("按项目", "by project", holdings(lang, view))
    .add("变动", "movements", movements(lang, view))
    .end(&[], &[], &view.amended)
}

fn holdings(lang: Lang, view: &v1::BudgetLineView) -> Option<String> {
    let head = [
        ("项目", "project"),
        ("计划", "planned"),
        ("占用", "occupied"),
        ("合同", "contracted"),
        ("共用合同", "shared contracts"),
        ("已付", "paid"),
    ];
    headed(
        lang,
        &head,
        view.holdings.iter().map(|holding| {
            vec![
                Cell::new(&holding.project_id),
                yuan(holding.planned.as_ref()),
                yuan(holding.occupied.as_ref()),
                yuan(holding.contracted.as_ref()),
                yuan(holding.contracted_shared.as_ref()),
                yuan(holding.paid.as_ref()),
            ]
        }),
    )
}

fn movements(lang: Lang, view: &v1::BudgetLineView) -> Option<String> {
    let head = [
        ("位置", "position"),
        ("日期", "date"),
        ("事件", "event"),
        ("项目", "project"),
        ("批复", "approved"),
        ("冻结", "frozen"),
        ("占用", "occupied"),
        ("已付", "paid"),
        ("可用", "available"),
    ];
    let moved = |fen: i64| match fen {
        0 => Cell::new(""),
        fen => render::number(render::yuan(fen.into())),
    };
    headed(
        lang,
        &head,
        view.movements.iter().map(|movement| {
            let act = movement.act.clone().unwrap_or_default();
            vec![
                render::number(act.position),
                Cell::new(&act.on),
                Cell::new(lang.inline(&act.title_zh, &act.title_en)),
                Cell::new(&movement.project_id),
                moved(movement.approved_fen),
                moved(movement.frozen_fen),
                moved(movement.occupied_fen),
                moved(movement.paid_fen),
                render::number(render::yuan(movement.available_fen.into())),
            ]
        }),
    )
}

/// The page of a contract.
pub fn contract(lang: Lang, answer: &v1::GetContractResponse) -> Vec<String> {
    let view = answer.contract.clone().unwrap_or_default();
    let amounts = view.amounts.clone().unwrap_or_default();
    let term = match (view.start_on.as_str(), view.end_on.as_str()) {
        ("", "") => String::new(),
        (from, to) => format!("{from} … {to}"),
    };
    let page = Page::new(
        lang,
        &[
            ("合同", "contract", view.contract_id.clone()),
            ("合同编号", "number", view.contract_no.clone()),
            ("标段", "lot", view.lot_no.clone()),
            ("采购人", "buyer", view.buyer.clone()),
            ("供应商", "supplier", view.supplier.clone()),
            ("状态", "state", title(lang, "ContractState", view.state)),
            ("签订", "signed on", view.signed_on.clone()),
            ("履行期", "term", term),
        ],
    );
    page.money(&[
        ("合同", "contract", &amounts.contract),
        ("补充", "supplements", &amounts.supplements),
        ("变更", "changes", &amounts.changes),
        ("违约金", "damages", &amounts.damages),
        ("应付", "payable", &amounts.payable),
        ("已验收", "accepted", &amounts.accepted),
        ("申请中", "requested", &amounts.requested),
        ("已付", "paid", &amounts.paid),
        ("未付", "outstanding", &amounts.outstanding),
    ])
    .add("支付", "payments", payments(lang, &view.payments))
    .add("验收", "acceptances", acceptances(lang, &view.acceptances))
    .matters("相关事项", "matters", &answer.matters)
    .end(&view.notices, &view.acts, &answer.amended)
}

/// The payments of a contract.
pub fn payments(lang: Lang, payments: &[v1::PaymentView]) -> Option<String> {
    let head = [
        ("支付", "payment"),
        ("条款", "term"),
        ("状态", "state"),
        ("申请", "requested"),
        ("审核", "decided"),
        ("支付", "paid"),
        ("金额", "amount"),
    ];
    headed(
        lang,
        &head,
        payments.iter().map(|payment| {
            vec![
                Cell::new(&payment.payment_id),
                Cell::new(&payment.term_no),
                Cell::new(title(lang, "PaymentState", payment.state)),
                Cell::new(&payment.requested_on),
                Cell::new(&payment.decided_on),
                Cell::new(&payment.paid_on),
                yuan(payment.amount.as_ref()),
            ]
        }),
    )
}

/// The acceptances of a contract.
pub fn acceptances(lang: Lang, acceptances: &[v1::AcceptanceView]) -> Option<String> {
    let head = [
        ("验收", "acceptance"),
        ("阶段", "stage"),
        ("结果", "result"),
        ("结束", "concluded"),
        ("上传", "uploaded"),
        ("达标", "met"),
        ("金额", "accepted"),
    ];
    headed(
        lang,
        &head,
        acceptances.iter().map(|acceptance| {
            let stage = match acceptance.is_final {
                true => format!("{} {}", acceptance.stage_no, lang.inline("最终", "final")),
                false => acceptance.stage_no.to_string(),
            };
            vec![
                Cell::new(&acceptance.acceptance_id),
                Cell::new(stage),
                Cell::new(title(lang, "AcceptanceResult", acceptance.result)),
                Cell::new(&acceptance.concluded_on),
                Cell::new(&acceptance.uploaded_on),
                Cell::new(format!(
                    "{}/{}",
                    acceptance.passed_count, acceptance.items_count
                )),
                yuan(acceptance.accepted.as_ref()),
            ]
        }),
    )
}

/// The page of an order.
pub fn order(lang: Lang, view: &v1::OrderView) -> Vec<String> {
    let page = Page::new(
        lang,
        &[
            ("订单", "order", view.order_no.clone()),
            ("单位", "unit", view.unit.clone()),
            ("供应商", "supplier", view.supplier.clone()),
            ("状态", "state", title(lang, "OrderState", view.state)),
        ],
    );
    page.money(&[
        ("金额", "amount", &view.amount),
        ("申请中", "requested", &view.requested),
        ("已付", "paid", &view.paid),
        ("未付", "outstanding", &view.outstanding),
    ])
    .add("支付", "payments", payments(lang, &view.payments))
    .matters("异议", "objections", &view.objections)
    .end(&[], &view.acts, &view.amended)
}

/// The page of a framework agreement.
pub fn framework(lang: Lang, view: &v1::FrameworkView) -> Vec<String> {
    let page = Page::new(
        lang,
        &[
            ("框架协议", "framework", view.framework_id.clone()),
            ("名称", "name", view.name.clone()),
            ("征集人", "soliciting unit", view.soliciting_unit.clone()),
            ("品目", "category", view.category.clone()),
            ("状态", "state", title(lang, "FrameworkState", view.state)),
            (
                "已订（元）",
                "ordered (yuan)",
                render::yuan(fen(view.ordered.as_ref())),
            ),
        ],
    );
    let members = [
        ("供应商", "supplier"),
        ("名次", "rank"),
        ("协议", "agreement"),
        ("止", "valid to"),
        ("清退", "removed"),
        ("已订", "ordered"),
    ];
    let rows = view.members.iter().map(|member| {
        vec![
            Cell::new(&member.supplier),
            render::number(member.rank),
            Cell::new(&member.agreement_no),
            Cell::new(&member.valid_to),
            Cell::new(&member.removed_on),
            yuan(member.ordered.as_ref()),
        ]
    });
    let members = headed(lang, &members, rows);
    let orders = [
        ("订单", "order"),
        ("日期", "date"),
        ("单位", "unit"),
        ("供应商", "supplier"),
        ("项目", "project"),
        ("金额", "amount"),
    ];
    let rows = view.orders.iter().map(|order| {
        vec![
            Cell::new(&order.order_no),
            Cell::new(&order.placed_on),
            Cell::new(&order.unit),
            Cell::new(&order.supplier),
            Cell::new(&order.project_id),
            yuan(order.amount.as_ref()),
        ]
    });
    let orders = headed(lang, &orders, rows);
    page.add("入围供应商", "suppliers", members)
        .add("订单", "orders", orders)
        .end(&view.notices, &view.acts, &view.amended)
}

/// The rows that the registry gives.
fn registered(
    lang: Lang,
    uscc: &str,
    registry: Option<&v1::RegistryView>,
) -> Vec<(&'static str, &'static str, String)> {
    let registry = registry.cloned().unwrap_or_default();
    let kinds = registry.kinds.iter();
    let kinds = kinds.map(|kind| title(lang, "OrganisationKind", *kind));
    let name = match registry.registered {
        true => registry.name,
        false => lang.inline("（未登记）", "(not registered)"),
    };
    vec![
        ("代码", "code", uscc.to_owned()),
        ("名称", "name", name),
        ("类别", "kinds", kinds.collect::<Vec<_>>().join(", ")),
        ("区划", "region", registry.region),
        ("规模", "size", title(lang, "EnterpriseSize", registry.size)),
        ("并入", "merged into", registry.merged_into),
        ("终止", "ended on", registry.ended_on),
    ]
}

/// The page of a supplier.
pub fn supplier(lang: Lang, view: &v1::SupplierView) -> Vec<String> {
    let mut rows = registered(lang, &view.uscc, view.registry.as_ref());
    let banned = match view.banned {
        true => lang.inline("是", "yes"),
        false => lang.inline("否", "no"),
    };
    rows.push(("禁止参加", "banned", banned));
    Page::new(lang, &rows)
        .matters("不良行为记录", "bad conduct", &view.bans)
        .end(&view.notices, &[], &view.amended)
}

/// The page of a unit.
pub fn unit(lang: Lang, view: &v1::UnitView) -> Vec<String> {
    let rows = registered(lang, &view.uscc, view.registry.as_ref());
    Page::new(lang, &rows)
        .money(&[
            ("零星采购", "small purchases", &view.small_purchases),
            ("农副产品预留", "farm reserve", &view.farm_reserved),
            ("农副产品采购", "farm purchases", &view.farm_purchased),
        ])
        .matters("内控制度", "internal control", &view.internal_controls)
        .matters(
            "卖场与零星采购",
            "e-mall and small purchases",
            &view.purchases,
        )
        .matters("农副产品", "farm products", &view.farm)
        .matters("其他事项", "other matters", &view.records)
        .end(&view.notices, &[], &view.amended)
}
