//! Closed loops worth looking at, the city's money through the nine stages, the largest gaps: what
//! lists and views tell of the year that was pushed.

use chrono::NaiveDate;
use tonic::transport::Channel;

use crate::{
    cli::{
        client::{self, Ledger},
        exit::Failure,
        lang::Lang,
        list_tables, project_tables, view_tables,
    },
    events::v1::{
        Act, ContractView, Dimension, EnterpriseSize, GetLedgerRequest, GetProjectRequest,
        GetStatisticsRequest, ListProjectsRequest, Matter, Origin, PageRequest, ProjectRow,
        ProjectView, SearchFilter, StageMark, StageStatus,
        project_service_client::ProjectServiceClient, search_service_client::SearchServiceClient,
    },
};

/// Projects that are looked through for a loop worth showing.
const LOOKED_AT: i32 = 1_000;
/// Views that are looked at for one.
const VIEWS_MOST: usize = 300;
/// Days within which a small firm is paid after acceptance.
const LATE_DAYS: i64 = 60;
/// Projects shown among those with the most unpaid.
const GAPS_SHOWN: i32 = 6;

/// Chapters: the titles in both languages, and the text.
type Chapters = Vec<(&'static str, &'static str, String)>;

/// A kind of loop.
struct Kind {
    /// Its titles.
    zh: &'static str,
    en: &'static str,
    /// Where to look.
    asked: ListProjectsRequest,
    /// Which rows are worth a closer look.
    row: fn(&ProjectRow) -> bool,
    /// Which views are worth showing.
    view: fn(&ProjectView) -> bool,
    /// What is shown beside stages and money.
    beside: fn(Lang, &ProjectView) -> Option<String>,
}

/// What is told, and a project to go on with.
pub struct Loops {
    /// The chapters.
    pub chapters: Chapters,
    /// The first project shown.
    pub project: Option<String>,
}

/// Asks for everything.
pub async fn tell(ledger: &mut Ledger, endpoint: &str, lang: Lang) -> Result<Loops, Failure> {
    let end = ledger.get_ledger(GetLedgerRequest {}).await?.into_inner();
    let mut lists = client::connect_lists(endpoint).await?;
    let mut views = client::connect_views(endpoint).await?;
    let filter = Some(SearchFilter {
        origins: vec![Origin::Project.into()],
        ..SearchFilter::default()
    });
    let min_position = end.end_position.checked_sub(1);
    let mut loops = Loops {
        chapters: Chapters::new(),
        project: None,
    };
    let asked = GetStatisticsRequest {
        dimension: Dimension::Stage.into(),
        filter: filter.clone(),
        min_position,
    };
    let stages = lists.get_statistics(asked).await?.into_inner();
    if let Some(table) = list_tables::by_stage(lang, &stages.rows) {
        let title = (
            "全市资金走过九个环节",
            "The city's money through nine stages",
        );
        loops.chapters.push((title.0, title.1, table));
    }
    let asked = ListProjectsRequest {
        filter,
        min_position,
        ..ListProjectsRequest::default()
    };
    for kind in kinds(&asked) {
        let rows = rows(&mut lists, kind.asked.clone(), LOOKED_AT).await?;
        let mut next_best = None;
        let mut found = None;
        for row in rows.iter().filter(|row| (kind.row)(row)).take(VIEWS_MOST) {
            let view = view_of(&mut views, row).await?;
            if (kind.view)(&view) {
                found = Some(view);
                break;
            }
            next_best.get_or_insert(view);
        }
        if let Some(view) = found.or(next_best.filter(|_| kind.shows_next_best())) {
            let mut told = project_tables::glance(lang, &view);
            told.extend((kind.beside)(lang, &view));
            loops.chapters.push((kind.zh, kind.en, told.join("\n")));
            loops.project.get_or_insert(view.project_id);
        }
    }
    let asked = ListProjectsRequest {
        with_gaps: true,
        order_by: "outstanding_fen desc".into(),
        ..asked
    };
    let rows = rows(&mut lists, asked, GAPS_SHOWN).await?;
    if let Some(table) = list_tables::projects(lang, &rows) {
        let title = ("缺项最大的项目", "The largest gaps");
        loops.chapters.push((title.0, title.1, table));
    }
    Ok(loops)
}

/// The loops worth looking at.
fn kinds(asked: &ListProjectsRequest) -> [Kind; 6] {
    let by_paid = ListProjectsRequest {
        order_by: "paid_fen desc".into(),
        ..asked.clone()
    };
    let nothing: fn(Lang, &ProjectView) -> Option<String> = |_, _| None;
    [
        Kind {
            zh: "闭环：走完全程的项目",
            en: "A closed loop: paid in full",
            asked: by_paid.clone(),
            row: is_closed,
            view: |_| true,
            beside: nothing,
        },
        Kind {
            zh: "闭环：废标及其重新采购",
            en: "A closed loop: a lot that failed, and its retry",
            asked: ListProjectsRequest {
                with_failed_lots: true,
                ..asked.clone()
            },
            row: |_| true,
            view: was_retried,
            beside: project_tables::lots,
        },
        Kind {
            zh: "闭环：更正过的项目",
            en: "A closed loop: one that was corrected",
            asked: ListProjectsRequest {
                with_amendments: true,
                ..asked.clone()
            },
            row: |row| row.contracts_count > 0,
            view: |_| true,
            beside: nothing,
        },
        Kind {
            zh: "闭环：被投诉暂停过的标段",
            en: "A closed loop: a lot that a complaint suspended",
            asked: ListProjectsRequest {
                with_disputes: true,
                ..asked.clone()
            },
            row: |row| row.contracts_count > 0,
            view: was_suspended,
            beside: |lang, view| view_tables::matters(lang, &view.disputes),
        },
        Kind {
            zh: "闭环：凭合同融资的项目",
            en: "A closed loop: a contract that a bank financed",
            asked: by_paid.clone(),
            row: |row| row.paid_fen > 0,
            view: |view| acts_of(&view.financing).any(|act| act.event_type == "FinancingRepaid"),
            beside: |lang, view| view_tables::matters(lang, &view.financing),
        },
        Kind {
            zh: "闭环：拖欠小微企业款项的项目",
            en: "A loop that closed late: a small firm that waited for its money",
            asked: by_paid,
            row: |row| row.paid_fen > 0,
            view: |view| view.contracts.iter().any(is_late_to_small),
            beside: |lang, view| {
                let contract = view.contracts.iter().find(|of| is_late_to_small(of))?;
                let acceptances = view_tables::acceptances(lang, &contract.acceptances);
                let payments = view_tables::payments(lang, &contract.payments);
                Some(
                    [acceptances, payments]
                        .into_iter()
                        .flatten()
                        .collect::<Vec<_>>()
                        .join("\n"),
                )
            },
        },
    ]
}

impl Kind {
    /// Whether the next best is shown where none is worth it.
    fn shows_next_best(&self) -> bool {
        self.asked.with_failed_lots
    }
}

fn acts_of(matters: &[Matter]) -> impl Iterator<Item = &Act> {
    matters.iter().flat_map(|matter| &matter.acts)
}

/// Whether a lot that failed was procured again, and came to a contract.
fn was_retried(view: &ProjectView) -> bool {
    let mut retries = view
        .lots
        .iter()
        .filter(|lot| !lot.retries_lot_no.is_empty());
    retries.any(|lot| !lot.contract_ids.is_empty())
}

fn was_suspended(view: &ProjectView) -> bool {
    acts_of(&view.disputes).any(|act| act.event_type == "ComplaintSuspensionLifted")
}

/// Whether a small supplier waited longer for a payment than the law lets it, after its acceptance
/// was concluded (保障中小企业款项支付条例第8条).
fn is_late_to_small(contract: &ContractView) -> bool {
    let small = [EnterpriseSize::Small, EnterpriseSize::Micro];
    let day = |text: &str| text.parse::<NaiveDate>().ok();
    let concluded = contract.acceptances.iter().filter(|a| a.is_final);
    let Some(concluded) = concluded.filter_map(|a| day(&a.concluded_on)).max() else {
        return false;
    };
    let mut paid = contract.payments.iter().filter_map(|p| day(&p.paid_on));
    small.contains(&contract.supplier_size())
        && paid.any(|on| (on - concluded).num_days() > LATE_DAYS)
}

/// Whether everything is paid, and nothing but credit may be missing.
fn is_closed(row: &ProjectRow) -> bool {
    let mut stages = row.stages.iter().map(StageMark::status);
    let is_whole = row.paid_fen > 0 && row.outstanding_fen == 0;
    is_whole && !stages.any(|status| status == StageStatus::Failed)
}

async fn rows(
    lists: &mut SearchServiceClient<Channel>,
    mut asked: ListProjectsRequest,
    page_size: i32,
) -> Result<Vec<ProjectRow>, Failure> {
    asked.page = Some(PageRequest {
        page_size,
        page_token: String::new(),
    });
    let answer = lists.list_projects(asked).await?;
    Ok(answer.into_inner().projects)
}

async fn view_of(
    views: &mut ProjectServiceClient<Channel>,
    row: &ProjectRow,
) -> Result<ProjectView, Failure> {
    let asked = GetProjectRequest {
        partition: row.partition.clone(),
        project_id: row.project_id.clone(),
        ..GetProjectRequest::default()
    };
    let answer = views.get_project(asked).await?.into_inner();
    Ok(answer.project.unwrap_or_default())
}
