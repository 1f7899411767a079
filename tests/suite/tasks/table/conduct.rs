//! Barriers, the closed loop, loans, the e-mall: tasks 07 to 10.

use bihuan::domain::refusal::Code::{
    E001_UNKNOWN_REF, E002_ILLEGAL_TRANSITION, E003_BAD_TIME, E010_PLAN_OVER_BUDGET,
    E011_LOT_SUM_MISMATCH, E012_AWARD_OVER_CEILING, E013_CONTRACT_OVER_AWARD,
    E014_SUPPLEMENT_OVER_10PCT, E017_PAYEE_MISMATCH, E018_FINANCING_OVER_RECEIVABLE,
    E020_FORBIDDEN_ROLE, E021_SEALED, E023_RELEASE_OVER_HELD, E024_SUM_MISMATCH,
};

use super::Task;

/// Task 07: barriers and libraries of suppliers.
pub const BARRIERS: Task = Task {
    number: "07",
    slug: "barriers",
    zh: "壁垒清理",
    en: "Barriers and libraries of suppliers",
    due_on: "2023-11-30",
    responsible: (
        "市财政局等市直相关单位，各县市区（高新区、松木经开区）财政局，市集采中心",
        "the city's finance bureau and other units, finance bureaus of counties and areas, the \
         central agency",
    ),
    events: &[
        "SupplierLibraryReported",
        "SupplierLibraryAbolished",
        "SupplierLibraryRetained",
        "BarrierClueReceived",
        "BarrierConfirmed",
        "BarrierDismissed",
        "BarrierRectified",
        "FairCompetitionReviewed",
    ],
    rules: &["GPLR-20", "R22-18-SIMILAR"],
    metrics: &[],
    flags: &["R003", "R048", "BH-SINGLE-SOURCE", "BH-NEW-SUPPLIER"],
    refused: &[
        (
            E001_UNKNOWN_REF,
            "取消、保留未上报的供应商库；认定未收到的线索；恢复不存在的库",
            "a library abolished or retained that was not reported; a clue decided that was not \
             received; a library that revives none",
        ),
        (
            E002_ILLEGAL_TRANSITION,
            "恢复未取消的库；已取消的再次取消；不属实的线索整改",
            "a library that revives one that stands, one abolished again, a dismissed clue \
             rectified",
        ),
        (
            E003_BAD_TIME,
            "早于上报、收到之日",
            "an act before the report or the receipt",
        ),
    ],
    systems: &[
        (
            "GP_MGMT",
            "供应商库、线索、认定、整改、公平竞争审查",
            "libraries, clues, decisions, removal, reviews of fair competition",
        ),
        ("ETRADE", "采购文件", "procurement documents"),
    ],
};

/// Task 08: the closed loop.
pub const CLOSED_LOOP: Task = Task {
    number: "08",
    slug: "closed-loop",
    zh: "全流程闭环",
    en: "The closed loop",
    due_on: "2023-11-30",
    responsible: (
        "市财政局等市直相关单位，各县市区（高新区、松木经开区）财政局，市集采中心",
        "the city's finance bureau and other units, finance bureaus of counties and areas, the \
         central agency",
    ),
    events: &[
        "BudgetLineApproved",
        "BudgetLineAdjusted",
        "BudgetLineFrozen",
        "BudgetLineUnfrozen",
        "BudgetLineClosed",
        "IntentionPublished",
        "PlanFiled",
        "PlanRevised",
        "PlanCancelled",
        "PlanCompleted",
        "ContractSigned",
        "ContractFiled",
        "SupplementSigned",
        "ContractChanged",
        "ContractSuspended",
        "ContractResumed",
        "ContractTerminated",
        "ContractCompleted",
        "PerformanceStarted",
        "RectificationCompleted",
        "PaymentExecuted",
        "AcceptanceConcluded",
        "CreditEvaluated",
        "StageLinked",
        "SyncBatchReceived",
    ],
    rules: &["GPLR-29-PLAN", "GPL-47-FILE-7WD", "SYS-SYNC-1WD"],
    metrics: &["D-IP", "D-CA"],
    flags: &["BH-AWARD-GAP", "BH-YEAR-END-SIGNED"],
    refused: &[
        (
            E001_UNKNOWN_REF,
            "计划没有预算指标，合同没有中标结果，支付、验收没有合同，环节关联没有计划",
            "a plan without its budget line, a contract without an award, a payment or acceptance \
             without a contract, a link of later stages without a plan",
        ),
        (
            E002_ILLEGAL_TRANSITION,
            "指标关闭后再占用；未付清或者担保未了而合同履行完毕；同一合同重复评价",
            "a closed line occupied again; a contract completed while something is owed or secures \
             it; the same party judged twice on a contract",
        ),
        (
            E010_PLAN_OVER_BUDGET,
            "占用超过预算指标可用额（政府采购法第六条）",
            "more occupied of a budget line than is available",
        ),
        (
            E011_LOT_SUM_MISMATCH,
            "各包合计不等于计划",
            "lots that do not make their plan",
        ),
        (
            E013_CONTRACT_OVER_AWARD,
            "合同合计超过中标金额（政府采购法第四十六条）",
            "contracts over their award",
        ),
        (
            E014_SUPPLEMENT_OVER_10PCT,
            "补充合计超过原合同的百分之十（政府采购法第四十九条）",
            "supplements over ten per cent of the original contract",
        ),
        (
            E020_FORBIDDEN_ROLE,
            "计划使用其他单位的预算指标；同步批次不由来源系统自身报送",
            "a plan on another unit's budget line; a batch that another than the system itself \
             reports",
        ),
        (
            E024_SUM_MISMATCH,
            "预算构成合计不等于计划",
            "budget parts that do not make their plan",
        ),
    ],
    systems: &[
        ("BUDGET_INT", "预算指标", "budget lines"),
        (
            "GP_MGMT",
            "意向、计划、合同、验收、信用评价",
            "intentions, plans, contracts, acceptances, credit",
        ),
        ("ETRADE", "交易执行", "execution"),
        ("TREASURY_PAY", "资金支付", "payments"),
    ],
};

/// Task 09: loans on contracts.
pub const FINANCING: Task = Task {
    number: "09",
    slug: "financing",
    zh: "政采贷",
    en: "Loans on contracts",
    due_on: "2023-12-31",
    responsible: (
        "市财政局等市直相关单位，各“政府采购贷”合作银行",
        "the city's finance bureau and other units, partner banks",
    ),
    events: &[
        "FinancingConsentGiven",
        "ConfirmationRequested",
        "ContractConfirmed",
        "FinancingApplied",
        "FinancingApproved",
        "FinancingRejected",
        "FinancingCancelled",
        "PayeeAccountLocked",
        "PayeeAccountReleased",
        "FinancingDisbursed",
        "FinancingRepaid",
        "FinancingDefaulted",
    ],
    rules: &["CN-SME-CONFIRM-30D"],
    metrics: &[],
    flags: &["BH-ACCOUNT-CHANGED"],
    refused: &[
        (
            E001_UNKNOWN_REF,
            "所指合同、贷款、确权申请不存在；改换合同；锁定账户的银行不是贷款银行",
            "a contract, loan or request that is not known; another contract than the loan's; a \
             lock by another bank than the loan's",
        ),
        (
            E017_PAYEE_MISMATCH,
            "锁定期间支付、变更到其他账户；另一笔贷款锁定其他账户",
            "a payment or change to another account while one is locked; a second loan that locks \
             another",
        ),
        (
            E018_FINANCING_OVER_RECEIVABLE,
            "批准时，未还贷款合计超过合同未付款",
            "when a loan is approved: loans over what the contract still pays",
        ),
        (
            E021_SEALED,
            "申请日没有供应商对该银行的有效授权",
            "an application to a bank without the supplier's consent of that day",
        ),
        (
            E023_RELEASE_OVER_HELD,
            "还款、逾期超过放款",
            "more repaid or overdue than disbursed",
        ),
        (
            E024_SUM_MISMATCH,
            "放款超过批准",
            "more disbursed than approved",
        ),
    ],
    systems: &[
        (
            "FIN_PLATFORM",
            "授权、申请、撤销",
            "consents, applications, cancellations",
        ),
        (
            "BANK_1",
            "审批、放款、还款、账户锁定",
            "decisions, disbursements, repayments, locked accounts",
        ),
    ],
};

/// Task 10: the e-mall.
pub const MALL: Task = Task {
    number: "10",
    slug: "e-mall",
    zh: "电子卖场",
    en: "The e-mall",
    due_on: "2023-12-31",
    responsible: (
        "市财政局等市直相关单位，各县市区（高新区、松木经开区）财政局",
        "the city's finance bureau and other units, finance bureaus of counties and areas",
    ),
    events: &[
        "EmallRulePublished",
        "EmallManagerAppointed",
        "EmallUnitActivated",
        "EmallRfqOpened",
        "EmallRfqClosed",
        "EmallRfqFailed",
        "EmallOrderPlaced",
        "EmallOrderConfirmed",
        "EmallOrderShipped",
        "EmallOrderDelivered",
        "EmallOrderAccepted",
        "EmallOrderCancelled",
        "EmallOrderReturned",
        "EmallObjectionRaised",
        "EmallObjectionTaken",
        "EmallObjectionResolved",
        "EmallObjectionWithdrawn",
    ],
    rules: &[],
    metrics: &[],
    flags: &["BH-SPLIT"],
    refused: &[
        (
            E001_UNKNOWN_REF,
            "竞价订单不是成交供应商或者发布单位的；对不存在的订单提出异议",
            "an order by bids of another supplier than the winner or another unit; an objection to \
             an order that is not known",
        ),
        (
            E002_ILLEGAL_TRANSITION,
            "未确认而送达，未送达而验收",
            "a delivery before the confirmation, an acceptance before the delivery",
        ),
        (
            E003_BAD_TIME,
            "竞价截止不晚于发布；专人任期倒置",
            "bidding that ends before it begins; a term in office that does",
        ),
        (
            E010_PLAN_OVER_BUDGET,
            "订单超过预算指标可用额",
            "an order over what its budget line has available",
        ),
        (
            E012_AWARD_OVER_CEILING,
            "竞价成交价超过限价",
            "a winning bid over the ceiling",
        ),
        (
            E024_SUM_MISMATCH,
            "各行数量乘单价（四舍五入到分）合计不等于订单额，预算构成不等于订单额，取消退回的不等于占用",
            "lines (quantity times price, rounded half up to the fen) or budget parts that do not \
             make the order, a cancelled order that gives back other parts than it took",
        ),
    ],
    systems: &[
        (
            "HN_EMALL",
            "开通、竞价、订单、异议",
            "accounts, requests for bids, orders, objections",
        ),
        (
            "GP_MGMT",
            "制度、专人、异议处理",
            "rules, managers, decided objections",
        ),
    ],
};
