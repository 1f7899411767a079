//! `bihuan project show` and `bihuan project watch`: a project from its budget to its credit.

use clap::{Args, Subcommand};
use prost::Message as _;

use super::{
    args::Settings,
    client, compliance,
    exit::{Exit, Failure},
    output::Output,
    project_tables,
    view::{self, Reflected, ShowArgs},
    view_tables,
};
use crate::events::{
    json,
    v1::{
        GetComplianceRequest, GetComplianceResponse, GetProjectRequest, WatchProjectRequest,
        WatchProjectResponse,
    },
};

/// Arguments of `bihuan project`.
#[derive(Clone, Debug, Args)]
pub struct ProjectArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: ProjectCommand,
}

/// What can be done with a project.
#[derive(Clone, Debug, Subcommand)]
pub enum ProjectCommand {
    /// 显示：九个环节、金额、标段、合同、更正 Show the nine stages, the money, lots, contracts
    Show(ShowArgs),
    /// 跟踪：每有变化即再显示 Show it again whenever an event touches it
    Watch(WatchArgs),
}

/// Arguments of `bihuan project watch`.
#[derive(Clone, Debug, Args)]
pub struct WatchArgs {
    /// Which project, as of when, and as whom.
    #[command(flatten)]
    pub show: ShowArgs,
    /// 心跳间隔（毫秒）Milliseconds between heartbeats, 100 to 60000
    #[arg(long, value_name = "MS", default_value_t = 5_000,
          value_parser = clap::value_parser!(u32).range(100..=60_000))]
    pub heartbeat_ms: u32,
    /// 显示这么多次就结束 End after so many views
    #[arg(long, value_name = "N")]
    pub max: Option<u64>,
}

/// Runs `bihuan project`.
pub async fn run(settings: &Settings, args: &ProjectArgs) -> Result<Exit, Failure> {
    match &args.command {
        ProjectCommand::Show(args) => show(settings, args).await,
        ProjectCommand::Watch(args) => watch(settings, args).await,
    }
}

async fn show(settings: &Settings, args: &ShowArgs) -> Result<Exit, Failure> {
    let request = GetProjectRequest {
        partition: args.view.partition(),
        project_id: args.id.clone(),
        as_of_legal_date: args.view.legal_date(),
        as_of_record_time: args.view.recorded,
        min_position: args.view.min_position,
        reader: args.view.reader(),
    };
    let mut client = client::connect_views(&settings.endpoint).await?;
    let answer = client.get_project(request).await?.into_inner();
    let reflected = Reflected {
        position: answer.reflects_position,
        simulated_clock: answer.simulated_clock,
    };
    let project = answer.project.as_ref();
    let law = match settings.json {
        true => None,
        false => Some(law(settings, args).await?),
    };
    let page = |lang| {
        let page = project.map(|view| project_tables::page(lang, view));
        let mut page = page.unwrap_or_default();
        if let Some(table) = law.as_ref().and_then(|law| compliance::by_stage(lang, law)) {
            page.push(view_tables::heading(lang, "合规", "law"));
            page.push(table);
        }
        page
    };
    view::print(settings, "GetProjectResponse", &answer, page, &reflected)
}

/// What the rules say of the project, as of the same moments.
async fn law(settings: &Settings, args: &ShowArgs) -> Result<GetComplianceResponse, Failure> {
    let request = GetComplianceRequest {
        stream: format!("project/{}/{}", args.view.partition(), args.id),
        as_of_legal_date: args.view.legal_date(),
        as_of_record_time: args.view.recorded,
        min_position: args.view.min_position,
        reader: args.view.reader(),
    };
    let mut client = client::connect_compliance(&settings.endpoint).await?;
    Ok(client.get_compliance(request).await?.into_inner())
}

async fn watch(settings: &Settings, args: &WatchArgs) -> Result<Exit, Failure> {
    let of = &args.show;
    let request = WatchProjectRequest {
        partition: of.view.partition(),
        project_id: of.id.clone(),
        as_of_legal_date: of.view.legal_date(),
        as_of_record_time: of.view.recorded,
        min_position: of.view.min_position,
        reader: of.view.reader(),
        heartbeat_ms: args.heartbeat_ms,
    };
    let mut client = client::connect_views(&settings.endpoint).await?;
    let mut answers = client.watch_project(request).await?.into_inner();
    let mut out = Output::new();
    let mut shown = 0;
    while let Some(answer) = answers.message().await? {
        if answer.project.is_none() {
            continue;
        }
        print_news(settings, &answer, &mut out)?;
        out.flush()?;
        shown += 1;
        if args.max.is_some_and(|max| shown >= max) {
            break;
        }
    }
    Ok(Exit::Fine)
}

/// Prints a view that came: in full the first part of it, so that a change is seen at a glance.
fn print_news(
    settings: &Settings,
    answer: &WatchProjectResponse,
    out: &mut Output,
) -> Result<(), Failure> {
    if settings.json {
        let text = json::to_json("WatchProjectResponse", &answer.encode_to_vec());
        return out
            .line(text.map_err(|error| Failure::new(Exit::Failed, ("", error.to_string())))?);
    }
    for part in answer
        .project
        .iter()
        .flat_map(|view| project_tables::glance(settings.lang, view))
    {
        out.line(part)?;
    }
    let reflected = Reflected {
        position: answer.reflects_position,
        simulated_clock: answer.simulated_clock,
    };
    out.line(view_tables::reflected(settings.lang, &reflected))
}
