//! A budget line with what projects occupy of it, and a contract with its payments: events read
//! back over gRPC and folded.

use comfy_table::{Cell, Table};

use crate::{
    cli::{client::Ledger, comments, exit::Failure, folded, lang::Lang, render},
    domain::{
        budget_line::BudgetLine, contract::Contract, entity::EntityRef, payload::payload_of,
        payment::Payment, state::EntityState,
    },
    events::v1::{EntityKind, event_payload::Payload},
};

/// Projects shown of a budget line.
const HOLDINGS_SHOWN: usize = 8;
/// Columns of a line of a contract's course, at most.
const COURSE_COLUMNS_MAX: usize = 98;

/// A budget line: approved, adjusted, frozen, occupied, available; and who occupies it.
pub async fn budget_line(
    client: &mut Ledger,
    lang: Lang,
    entity: &EntityRef,
) -> Result<String, Failure> {
    let folded = folded::read(client, entity).await?;
    let Some(EntityState::BudgetLine(line)) = &folded.state else {
        return Ok(String::new());
    };
    let title = lang.inline("指标", "budget line");
    let title = format!(
        "{title} {} · {} · {} · {} {}",
        entity.owner(),
        line.fiscal_year,
        line.category,
        folded.history.len(),
        lang.inline("条事件", "events"),
    );
    let sums = render::lines(&sums(lang, line));
    Ok(format!(
        "{title}\n{sums}\n{}",
        render::lines(&holdings(lang, line))
    ))
}

fn sums(lang: Lang, line: &BudgetLine) -> Table {
    let sums = [
        ("批复", "approved", i128::from(line.approved_fen)),
        ("调剂", "adjusted", line.adjusted_fen),
        ("冻结", "frozen", line.frozen_fen),
        ("占用", "occupied", line.occupied_fen),
        ("其中已付", "of it paid", line.paid_fen),
        ("可用", "available", line.available_fen()),
    ];
    render::sums(lang, &sums, render::terminal_width())
}

fn holdings(lang: Lang, line: &BudgetLine) -> Table {
    let mut table = render::table([
        lang.stacked("项目", "project"),
        lang.stacked("计划", "planned"),
        lang.stacked("补充", "supplements"),
        lang.stacked("释放", "released"),
        lang.stacked("占用", "occupied"),
        lang.stacked("已付", "paid"),
    ]);
    for (project, holding) in line.holdings.iter().take(HOLDINGS_SHOWN) {
        let amounts = [
            holding.planned_fen,
            holding.supplements_fen,
            holding.released_fen,
            holding.occupied_fen(),
            holding.paid_fen,
        ];
        let mut row = vec![Cell::new(project)];
        row.extend(amounts.map(|fen| render::number(render::yuan(fen))));
        table.add_row(row);
    }
    if line.holdings.size() > HOLDINGS_SHOWN {
        table.add_row([format!("… {}", line.holdings.size() - HOLDINGS_SHOWN)]);
    }
    render::crowd(&mut table, render::terminal_width());
    table
}

/// A contract: its sums, and each payment with its days.
pub async fn contract(
    client: &mut Ledger,
    lang: Lang,
    entity: &EntityRef,
) -> Result<String, Failure> {
    let folded = folded::read(client, entity).await?;
    let Some(EntityState::Contract(contract)) = &folded.state else {
        return Ok(String::new());
    };
    let Some(signed) = &contract.signed else {
        return Ok(String::new());
    };
    let title = format!(
        "{} {}/{} · {} {} · {} {}",
        lang.inline("合同", "contract"),
        entity.owner(),
        entity.id(),
        lang.inline("签于", "signed"),
        signed.signed_on,
        folded.history.len(),
        lang.inline("条事件", "events"),
    );
    let mut payments = Vec::new();
    for id in contract.claims.keys() {
        let (partition, owner) = (entity.partition(), entity.owner());
        let payment = EntityRef::new(EntityKind::Payment, partition, owner, id);
        if let Some(EntityState::Payment(payment)) = folded::read(client, &payment).await?.state {
            payments.push((id.clone(), *payment));
        }
    }
    let course = folded.history.iter().filter_map(|item| {
        let payload = payload_of(&item.fact.event)?;
        milestone(payload).then(|| (item.fact.legal_date, name_of(lang, &item.fact.event)))
    });
    let course: Vec<String> = course.map(|(day, name)| format!("{day} {name}")).collect();
    Ok([
        title,
        render::lines(&contract_sums(lang, contract)),
        render::lines(&payments_table(lang, contract, &payments)),
        course_lines(lang, &course),
    ]
    .join("\n"))
}

/// What happened in order, as many steps on a line as fit.
fn course_lines(lang: Lang, steps: &[String]) -> String {
    let columns = usize::from(render::terminal_width()).min(COURSE_COLUMNS_MAX);
    let mut lines = vec![format!("{}:", lang.inline("经过", "course"))];
    for step in steps {
        let last = lines.last_mut().expect("there is a first line");
        if render::width(last) + render::width(step) + 3 > columns {
            lines.push(format!("  → {step}"));
        } else if last.ends_with(':') {
            *last = format!("{last} {step}");
        } else {
            *last = format!("{last} → {step}");
        }
    }
    lines.join("\n")
}

fn contract_sums(lang: Lang, contract: &Contract) -> Table {
    let figures = contract.figures();
    let sums = [
        ("原合同", "original", figures.original_fen),
        ("补充", "supplements", figures.supplements_fen),
        ("变更", "changes", figures.changes_fen),
        ("违约金", "damages", figures.damages_fen),
        ("应付", "payable", figures.payable_fen()),
        ("已验收", "accepted", figures.accepted_fen),
        ("已付", "paid", figures.paid_fen),
    ];
    render::sums(lang, &sums, render::terminal_width())
}

fn payments_table(lang: Lang, contract: &Contract, payments: &[(String, Payment)]) -> Table {
    let mut table = render::table([
        lang.stacked("支付", "payment"),
        lang.stacked("条款", "term"),
        lang.stacked("金额", "yuan"),
        lang.stacked("申请", "requested"),
        lang.stacked("审核", "decided"),
        lang.stacked("支付", "paid"),
        lang.stacked("退回", "returned"),
    ]);
    let mut rounds: Vec<_> = payments
        .iter()
        .flat_map(|(id, payment)| payment.rounds.iter().map(move |round| (id, round)))
        .collect();
    rounds.sort_by_key(|(_, round)| round.requested_on);
    for (id, round) in rounds {
        let day = |day: Option<chrono::NaiveDate>| day.map_or_else(String::new, |d| d.to_string());
        let term = contract.term(&round.term_no);
        let kind = term.map_or(0, |term| term.kind);
        let kind = comments::enum_title(lang, "TermKind", kind);
        table.add_row([
            Cell::new(id),
            Cell::new(format!("{} {kind}", round.term_no)),
            render::number(render::yuan(i128::from(round.requested.amount_fen))),
            Cell::new(round.requested_on),
            Cell::new(day(round.decided_on)),
            Cell::new(day(round.paid_on)),
            Cell::new(day(round.returned_on)),
        ]);
    }
    render::crowd(&mut table, render::terminal_width());
    table
}

fn milestone(payload: &Payload) -> bool {
    matches!(
        payload,
        Payload::ContractSigned(_)
            | Payload::ContractFiled(_)
            | Payload::SupplementSigned(_)
            | Payload::ContractChanged(_)
            | Payload::GoodsDelivered(_)
            | Payload::AcceptanceConcluded(_)
            | Payload::PaymentExecuted(_)
            | Payload::PaymentReturned(_)
            | Payload::ContractTerminated(_)
            | Payload::ContractCompleted(_)
    )
}

fn name_of(lang: Lang, event: &crate::events::v1::Event) -> String {
    let name = payload_of(event).map(|p| crate::domain::payload::EventType::of(p).name());
    let found = name.and_then(|name| crate::events::descriptor::schema().by_name(name));
    found.map_or_else(String::new, |of| match lang {
        Lang::En => of.title_en.clone(),
        Lang::Zh | Lang::Both => of.title_zh.clone(),
    })
}
