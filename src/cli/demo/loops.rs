//! Closed loops worth looking at, the city's money through the nine stages, the largest gaps: what
//! lists and views tell of the year that was pushed.

use tonic::transport::Channel;

use crate::{
    cli::{
        client::{self, Ledger},
        exit::Failure,
        lang::Lang,
        list_tables, project_tables,
    },
    events::v1::{
        Dimension, GetLedgerRequest, GetProjectRequest, GetStatisticsRequest, ListProjectsRequest,
        Origin, PageRequest, ProjectRow, SearchFilter, StageMark, StageStatus,
        project_service_client::ProjectServiceClient, search_service_client::SearchServiceClient,
    },
};

/// Projects that are looked through for a loop worth showing.
const LOOKED_AT: i32 = 1_000;
/// Projects shown among those with the most unpaid.
const GAPS_SHOWN: i32 = 6;

/// Chapters: the titles in both languages, and the text.
type Chapters = Vec<(&'static str, &'static str, String)>;

/// A kind of loop: its titles, where to look, and what is worth showing.
type Kind = (
    &'static str,
    &'static str,
    ListProjectsRequest,
    fn(&ProjectRow) -> bool,
);

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
    let kinds: [Kind; 3] = [
        (
            "闭环：走完全程的项目",
            "A closed loop: paid in full",
            ListProjectsRequest {
                order_by: "paid_fen desc".into(),
                ..asked.clone()
            },
            is_closed,
        ),
        (
            "闭环：废标及其重新采购",
            "A closed loop: a lot that failed, and its retry",
            ListProjectsRequest {
                with_failed_lots: true,
                ..asked.clone()
            },
            |row| row.contracts_count > 0,
        ),
        (
            "闭环：更正过的项目",
            "A closed loop: one that was corrected",
            ListProjectsRequest {
                with_amendments: true,
                ..asked.clone()
            },
            |row| row.contracts_count > 0,
        ),
    ];
    for (zh, en, asked, is_worth) in kinds {
        let rows = rows(&mut lists, asked, LOOKED_AT).await?;
        // Without one that is worth it the next best is shown, if there is any.
        let found = rows.iter().find(|row| is_worth(row)).or(rows.first());
        if let Some(row) = found {
            let told = glance(&mut views, row, lang).await?;
            loops.chapters.push((zh, en, told));
            loops.project.get_or_insert_with(|| row.project_id.clone());
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

/// The stages and the money of a project.
async fn glance(
    views: &mut ProjectServiceClient<Channel>,
    row: &ProjectRow,
    lang: Lang,
) -> Result<String, Failure> {
    let asked = GetProjectRequest {
        partition: row.partition.clone(),
        project_id: row.project_id.clone(),
        ..GetProjectRequest::default()
    };
    let answer = views.get_project(asked).await?.into_inner();
    let view = answer.project.unwrap_or_default();
    Ok(project_tables::glance(lang, &view).join("\n"))
}
