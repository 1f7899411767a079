//! Parses the arguments, runs the command, reports how it ended.

use std::process::ExitCode;

use clap::Parser as _;

use super::{
    append,
    args::{Cli, Command, Settings},
    compliance, demo,
    exit::{Exit, Failure},
    get, import, info, list, measures, project, proto, read, rebuild, rules, serve, simulate,
    subscribe, supervision, verify,
    view::{self, Kind},
};

/// Runs the program with the arguments of the process.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => error.exit(),
    };
    let (lang, json) = (cli.settings.lang, cli.settings.json);
    match dispatch(cli) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            failure.report(lang, json);
            failure.exit.into()
        }
    }
}

fn dispatch(cli: Cli) -> Result<Exit, Failure> {
    let settings = cli.settings;
    match cli.command {
        Command::Demo(args) => block_on(demo::run(&settings, &args)),
        Command::Serve(args) => block_on(serve::run(&settings, &args)),
        Command::Append(args) => block_on(append::run(&settings, &args)),
        Command::Read(args) => block_on(read::run(&settings, &args)),
        Command::Get(args) => block_on(get::run(&settings, &args)),
        Command::Subscribe(args) => block_on(subscribe::run(&settings, &args)),
        Command::Simulate(args) => simulate::run(&settings, &args),
        Command::Import(args) => block_on(import::run(&settings, &args)),
        Command::Project(args) => block_on(project::run(&settings, &args)),
        Command::BudgetLine(args) => show(&settings, Kind::BudgetLine, &args),
        Command::Contract(args) => block_on(view::run_contract(&settings, &args)),
        Command::Order(args) => show(&settings, Kind::Order, &args),
        Command::Framework(args) => show(&settings, Kind::Framework, &args),
        Command::Supplier(args) => show(&settings, Kind::Supplier, &args),
        Command::Unit(args) => show(&settings, Kind::Unit, &args),
        Command::Process(args) => show(&settings, Kind::Process, &args),
        Command::List(args) => block_on(list::run(&settings, &args)),
        Command::Search(args) => block_on(list::search(&settings, &args)),
        Command::Statistics(args) => block_on(list::statistics(&settings, &args)),
        Command::Compliance(args) => block_on(compliance::run(&settings, &args)),
        Command::Obligations(args) => block_on(supervision::obligations(&settings, &args)),
        Command::Findings(args) => block_on(supervision::findings(&settings, &args)),
        Command::Finding(args) => block_on(supervision::finding(&settings, &args)),
        Command::Metrics(args) => block_on(measures::metrics(&settings, &args)),
        Command::Indicators(args) => block_on(measures::indicators(&settings, &args)),
        Command::Rules(args) => block_on(rules::run(&settings, &args)),
        Command::Info(_) => block_on(info::run(&settings)),
        Command::Proto(args) => proto::run(&settings, &args),
        Command::Verify(args) => verify::run(&settings, &args),
        Command::Rebuild(args) => rebuild::run(&settings, &args),
    }
}

fn show(settings: &Settings, kind: Kind, args: &view::ObjectArgs) -> Result<Exit, Failure> {
    block_on(view::run(settings, kind, args))
}

fn block_on<F>(work: F) -> Result<Exit, Failure>
where
    F: Future<Output = Result<Exit, Failure>>,
{
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    match runtime {
        Ok(runtime) => runtime.block_on(work),
        Err(error) => {
            let what = (
                format!("无法启动：{error}"),
                format!("cannot start the runtime: {error}"),
            );
            Err(Failure::new(Exit::Failed, what))
        }
    }
}
