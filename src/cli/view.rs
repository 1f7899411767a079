//! `bihuan budget-line|contract|order|framework|supplier|unit|process show`: one object as its
//! events tell it, as of a legal date and a record time.

use clap::{Args, Subcommand};
use prost::Message;
use prost_types::Timestamp;

use super::{
    args::Settings,
    client,
    exit::{Exit, Failure},
    lang::Lang,
    output::Output,
    process_tables, query, view_tables,
};
use crate::{
    events::{
        json,
        v1::{
            GetBudgetLineRequest, GetContractRequest, GetFrameworkRequest, GetOrderRequest,
            GetProcessRequest, GetSupplierRequest, GetUnitRequest, Reader,
        },
    },
    exchange::ocds,
};

/// As of when, and as whom.
#[derive(Clone, Debug, Default, Args)]
pub struct ViewArgs {
    /// 分区 Partition: the prefecture, or an OCDS publisher's prefix [default: 4304]
    #[arg(long, value_name = "CODE")]
    pub partition: Option<String>,
    /// 截至法定日期（含）As of this legal date
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = query::day)]
    pub as_of: Option<String>,
    /// 截至记录时间（含）As known at this moment of recording
    #[arg(long, value_name = "TIME", value_parser = query::moment)]
    pub recorded: Option<Timestamp>,
    /// 至少反映到此位置 Wait until this position is reflected
    #[arg(long, value_name = "N")]
    pub min_position: Option<u64>,
    /// 以何种角色读 Read in this capacity; the public if not given
    #[arg(long = "as", value_name = "ROLE", value_parser = query::role)]
    pub reader: Option<i32>,
}

impl ViewArgs {
    /// The prefecture.
    pub fn partition(&self) -> String {
        self.partition.clone().unwrap_or_else(|| "4304".to_owned())
    }

    /// The last legal date, as the service takes it.
    pub fn legal_date(&self) -> String {
        self.as_of.clone().unwrap_or_default()
    }

    /// In which capacity the caller reads.
    pub fn reader(&self) -> Option<Reader> {
        self.reader.map(|role| Reader { role })
    }
}

/// Arguments of what shows one object.
#[derive(Clone, Debug, Args)]
pub struct ShowArgs {
    /// 编号 The object's id
    #[arg(value_name = "ID")]
    pub id: String,
    /// As of when, and as whom.
    #[command(flatten)]
    pub view: ViewArgs,
}

/// Arguments of `bihuan contract show`.
#[derive(Clone, Debug, Args)]
pub struct ContractShowArgs {
    /// 项目编号 The project in whose stream it stands
    #[arg(value_name = "PROJECT")]
    pub project: String,
    /// 合同编号 The contract's id
    #[arg(value_name = "CONTRACT")]
    pub contract: String,
    /// As of when, and as whom.
    #[command(flatten)]
    pub view: ViewArgs,
}

/// What can be done with an object.
#[derive(Clone, Debug, Subcommand)]
pub enum ObjectCommand {
    /// 显示 Show it
    Show(ShowArgs),
}

/// Arguments of `bihuan budget-line` and its like.
#[derive(Clone, Debug, Args)]
pub struct ObjectArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: ObjectCommand,
}

/// What can be done with a contract.
#[derive(Clone, Debug, Subcommand)]
pub enum ContractCommand {
    /// 显示 Show it
    Show(ContractShowArgs),
}

/// Arguments of `bihuan contract`.
#[derive(Clone, Debug, Args)]
pub struct ContractArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: ContractCommand,
}

/// Which kind of object a command shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 预算指标.
    BudgetLine,
    /// 电子卖场订单.
    Order,
    /// 框架协议.
    Framework,
    /// 供应商.
    Supplier,
    /// 预算单位.
    Unit,
    /// An imported process.
    Process,
}

/// What an answer says of itself, for the last line of a page.
pub struct Reflected {
    /// The last position that it reflects.
    pub position: u64,
    /// The ledger runs under a simulated clock.
    pub simulated_clock: bool,
}

/// Prints an answer: as JSON on one line, else as people read it.
pub fn print(
    settings: &Settings,
    message: &str,
    answer: &impl Message,
    page: impl FnOnce(Lang) -> Vec<String>,
    reflected: &Reflected,
) -> Result<Exit, Failure> {
    let mut out = Output::new();
    if settings.json {
        let text = json::to_json(message, &answer.encode_to_vec());
        out.line(text.map_err(|error| Failure::new(Exit::Failed, ("", error.to_string())))?)?;
    } else {
        for part in page(settings.lang) {
            out.line(part)?;
        }
        out.line(view_tables::reflected(settings.lang, reflected))?;
    }
    out.flush()?;
    Ok(Exit::Fine)
}

/// Asks for a view, and prints it.
macro_rules! show {
    ($settings:expr, $view:expr, $call:ident, $message:literal, $field:ident, $page:path,
     $request:ident { $($name:ident: $value:expr),* }) => {{
        let view: &ViewArgs = $view;
        let request = $request {
            $($name: $value,)*
            as_of_legal_date: view.legal_date(),
            as_of_record_time: view.recorded,
            min_position: view.min_position,
            reader: view.reader(),
        };
        let mut client = client::connect_views(&$settings.endpoint).await?;
        let answer = client.$call(request).await?.into_inner();
        let reflected = Reflected {
            position: answer.reflects_position,
            simulated_clock: answer.simulated_clock,
        };
        let page = |lang| answer.$field.as_ref().map_or_else(Vec::new, |view| $page(lang, view));
        print($settings, $message, &answer, page, &reflected)
    }};
}

/// Runs `bihuan <object> show`.
pub async fn run(settings: &Settings, kind: Kind, args: &ObjectArgs) -> Result<Exit, Failure> {
    let ObjectCommand::Show(args) = &args.command;
    let (view, id) = (&args.view, args.id.clone());
    let partition = view.partition();
    match kind {
        Kind::BudgetLine => show!(
            settings,
            view,
            get_budget_line,
            "GetBudgetLineResponse",
            budget_line,
            view_tables::budget_line,
            GetBudgetLineRequest {
                partition: partition,
                budget_line_id: id
            }
        ),
        Kind::Order => show!(
            settings,
            view,
            get_order,
            "GetOrderResponse",
            order,
            view_tables::order,
            GetOrderRequest {
                partition: partition,
                order_no: id
            }
        ),
        Kind::Framework => show!(
            settings,
            view,
            get_framework,
            "GetFrameworkResponse",
            framework,
            view_tables::framework,
            GetFrameworkRequest {
                partition: partition,
                framework_id: id
            }
        ),
        Kind::Supplier => show!(
            settings,
            view,
            get_supplier,
            "GetSupplierResponse",
            supplier,
            view_tables::supplier,
            GetSupplierRequest {
                partition: partition,
                uscc: id
            }
        ),
        Kind::Unit => show!(
            settings,
            view,
            get_unit,
            "GetUnitResponse",
            unit,
            view_tables::unit,
            GetUnitRequest {
                partition: partition,
                uscc: id
            }
        ),
        Kind::Process => {
            let partition = view.partition.clone();
            let partition = partition.unwrap_or_else(|| ocds::process_partition(&id));
            show!(
                settings,
                view,
                get_process,
                "GetProcessResponse",
                process,
                process_tables::page,
                GetProcessRequest {
                    partition: partition,
                    ocid: id
                }
            )
        }
    }
}

/// Runs `bihuan contract show`.
pub async fn run_contract(settings: &Settings, args: &ContractArgs) -> Result<Exit, Failure> {
    let ContractCommand::Show(args) = &args.command;
    let view = &args.view;
    let request = GetContractRequest {
        partition: view.partition(),
        project_id: args.project.clone(),
        contract_id: args.contract.clone(),
        as_of_legal_date: view.legal_date(),
        as_of_record_time: view.recorded,
        min_position: view.min_position,
        reader: view.reader(),
    };
    let mut client = client::connect_views(&settings.endpoint).await?;
    let answer = client.get_contract(request).await?.into_inner();
    let reflected = Reflected {
        position: answer.reflects_position,
        simulated_clock: answer.simulated_clock,
    };
    let page = |lang| view_tables::contract(lang, &answer);
    print(settings, "GetContractResponse", &answer, page, &reflected)
}
