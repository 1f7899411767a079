//! The arguments of every command.

use clap::{Args, Parser, Subcommand};

use super::{
    append, compliance, demo, get, import, info, lang::Lang, list, measures, project, proto, read,
    rebuild, rules, serve, simulate, subscribe, supervision, verify, view,
};

/// Where a server listens and clients look for it, unless told otherwise.
pub const ENDPOINT: &str = "http://127.0.0.1:50551";

const EXIT_CODES: &str = "\
退出码 Exit codes:
  0  完成 done
  1  账本拒绝 the ledger refused something
  2  用法或输入有误 wrong usage, or input that cannot be read
  3  发现损坏 damage found in the ledger
  4  连不上服务器 no server could be reached
  5  其他失败 any other failure

先看 Start with:
  bihuan demo
  bihuan proto
  bihuan proto ContractSigned --example";

/// 闭环：政府采购全生命周期事件账本
///
/// Bihuan: an event-sourced ledger of the procurement lifecycle.
#[derive(Debug, Parser)]
#[command(name = "bihuan", version, after_help = EXIT_CODES, max_term_width = 100)]
pub struct Cli {
    /// What every command shares.
    #[command(flatten)]
    pub settings: Settings,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What every command shares.
#[derive(Clone, Debug, Args)]
pub struct Settings {
    /// 服务器地址 The server's address
    #[arg(
        long,
        global = true,
        env = "BIHUAN_ENDPOINT",
        value_name = "URL",
        default_value = ENDPOINT,
        help_heading = "Global 通用"
    )]
    pub endpoint: String,
    /// 给程序看的 JSON，每行一条 JSON for programs, one object a line
    #[arg(long, global = true, help_heading = "Global 通用")]
    pub json: bool,
    /// 显示语言 Languages of tables and errors
    #[arg(
        long,
        global = true,
        env = "BIHUAN_LANG",
        value_name = "LANG",
        value_enum,
        default_value_t,
        help_heading = "Global 通用"
    )]
    pub lang: Lang,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// 演示：一年的采购，一条命令 A year of procurement in one command: the place to start
    Demo(demo::DemoArgs),
    /// 启动服务器 Run a server
    Serve(serve::ServeArgs),
    /// 追加事件 Append events (NDJSON, canonical proto JSON)
    Append(append::AppendArgs),
    /// 读事件 Read events of the ledger, a stream or an entity
    Read(read::ReadArgs),
    /// 读一条事件 Read one event in full
    Get(get::GetArgs),
    /// 订阅 Follow events as they become durable
    Subscribe(subscribe::SubscribeArgs),
    /// 模拟：一年的采购写成文件 A simulated year of procurement as files
    Simulate(simulate::SimulateArgs),
    /// 导入 Import procurement data of others (OCDS)
    Import(import::ImportArgs),
    /// 采购项目：从预算到信用 A project from its budget to its credit
    Project(project::ProjectArgs),
    /// 预算指标 A budget line: what is approved, occupied, paid, available
    BudgetLine(view::ObjectArgs),
    /// 合同 A contract with its payments and acceptances
    Contract(view::ContractArgs),
    /// 电子卖场订单 An order of the e-mall
    Order(view::ObjectArgs),
    /// 框架协议 A framework agreement
    Framework(view::ObjectArgs),
    /// 供应商 A supplier
    Supplier(view::ObjectArgs),
    /// 预算单位 A budget unit
    Unit(view::ObjectArgs),
    /// 导入的采购过程 An imported contracting process (OCDS)
    Process(view::ObjectArgs),
    /// 列表 Lists of projects, contracts, payments, organisations
    List(list::ListArgs),
    /// 检索 Find projects by words, Chinese or other
    Search(list::SearchArgs),
    /// 统计 Counts and sums by stage, region, method, month, unit, supplier
    Statistics(list::StatisticsArgs),
    /// 合规：一个对象的义务与发现 What the law says of a project or another stream
    Compliance(compliance::ComplianceArgs),
    /// 义务：何时到期、是否逾期 What is due and what is late, of everything
    Obligations(supervision::ObligationsArgs),
    /// 发现 Breaches of rules, of everything
    Findings(supervision::FindingsArgs),
    /// 一项发现及其依据 One finding, with the rule, the counting and the evidence
    Finding(supervision::FindingArgs),
    /// 指标：及时率、渗透率、覆盖率等 Metrics by region, unit, supplier, agency, period
    Metrics(measures::MetricsArgs),
    /// 红旗：值得先看的 Red flags: what to look at first
    Indicators(measures::IndicatorsArgs),
    /// 规则 The rules that the law is read into
    Rules(rules::RulesArgs),
    /// 账本概况 What ledger this is
    Info(info::InfoArgs),
    /// 事件类型、字段、示例 Event types, their fields, and filled examples
    Proto(proto::ProtoArgs),
    /// 校验 Read and hash everything in a data folder again
    Verify(verify::VerifyArgs),
    /// 重建 Make indexes and states anew from the journal
    Rebuild(rebuild::RebuildArgs),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn arguments_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn global_options_stand_before_or_after_the_command() {
        let before = Cli::try_parse_from(["bihuan", "--json", "--lang", "en", "info"]).unwrap();
        let after = Cli::try_parse_from(["bihuan", "info", "--json", "--lang", "en"]).unwrap();
        assert!(before.settings.json && after.settings.json);
        assert_eq!(
            (before.settings.lang, after.settings.lang),
            (Lang::En, Lang::En)
        );
    }
}
