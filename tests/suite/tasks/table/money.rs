//! Assessment, securities, payment: tasks 04 to 06.

use bihuan::domain::refusal::Code::{
    E001_UNKNOWN_REF, E002_ILLEGAL_TRANSITION, E003_BAD_TIME, E015_PAYMENT_OVER_CONTRACT,
    E016_PAYMENT_OVER_BUDGET, E017_PAYEE_MISMATCH, E020_FORBIDDEN_ROLE, E023_RELEASE_OVER_HELD,
    E024_SUM_MISMATCH, E025_PAY_BEFORE_ACCEPTANCE,
};

use super::{NOTICES_HN, Task};

/// Task 04: assessment of the central agency.
pub const ASSESSMENT: Task = Task {
    number: "04",
    slug: "assessment",
    zh: "集采机构考核",
    en: "Assessment of the central agency",
    due_on: "2023-11-30",
    responsible: (
        "市财政局，市公共资源交易中心，市集采中心",
        "the city's finance bureau, trading centre and central agency",
    ),
    events: &[
        "AssessmentPlanIssued",
        "AssessmentScored",
        "AssessmentConcluded",
        "NoticePublished/assessment_result",
        "AssessmentRectificationOrdered",
        "AssessmentRectified",
    ],
    rules: &["MOF135-ASSESS-5WD"],
    metrics: &["SAVE-B", "SAVE-C"],
    flags: &[],
    refused: &[
        (
            E001_UNKNOWN_REF,
            "被考核单位未登记为集采机构；给方案之外的指标评分；结果公告未指明考核",
            "an assessment of an organisation that is not registered as a central agency; a score \
             of an indicator that is not planned; a notice of a result that names no assessment",
        ),
        (
            E002_ILLEGAL_TRANSITION,
            "同一指标评分两次；指标未评完而结束；结果未公布而责令整改",
            "an indicator scored twice; a conclusion with indicators left; rectification ordered \
             before the result is published",
        ),
        (
            E003_BAD_TIME,
            "结果公告早于考核结束",
            "a notice of the result before the conclusion",
        ),
        (
            E020_FORBIDDEN_ROLE,
            "方案、评分、结论、结果公告不由财政监管部门作出",
            "a plan, score, conclusion or notice of the result by anybody but a finance regulator",
        ),
        (
            E024_SUM_MISMATCH,
            "权重合计不是 10000 基点",
            "weights that do not make 10,000 basis points",
        ),
    ],
    systems: &[
        (
            "GP_MGMT",
            "考核方案、评分、结论",
            "plans, scores, conclusions",
        ),
        NOTICES_HN,
        (
            "PRTC",
            "场地事实，作为考核依据",
            "facts of rooms, as evidence for the assessment",
        ),
    ],
};

/// Task 05: securities, fees, prepayment.
pub const SECURITIES: Task = Task {
    number: "05",
    slug: "securities",
    zh: "保证金、费用与预付款",
    en: "Securities, fees, prepayment",
    due_on: "2023-11-30",
    responsible: (
        "各市直采购单位，各县市区（高新区、松木经开区）财政局，市集采中心",
        "purchasers of the city, finance bureaus of counties and areas, the central agency",
    ),
    events: &[
        "ProcurementDocumentIssued",
        "BondCollected",
        "BondReturned",
        "BondForfeited",
        "GuaranteeIssued",
        "GuaranteeExtended",
        "GuaranteeReleased",
        "GuaranteeClaimed",
        "GuaranteeExpired",
        "CreditEnhancementAccepted",
        "AgencyFeePaid",
        "ExpertFeePaid",
    ],
    rules: &[
        "GPLR-33-BOND-2PCT",
        "GPLR-33-BOND-LOSER-5WD",
        "GPLR-33-BOND-WINNER-5WD",
        "GPLR-48-PB-10PCT",
        "MOF87-29-TERM-5WD",
        "MOHURD138-RETENTION-3PCT",
    ],
    metrics: &[],
    flags: &[],
    refused: &[
        (
            E001_UNKNOWN_REF,
            "所指包、合同、保证金、保函不存在；改换所担保的合同",
            "a lot, contract, bond or guarantee that is not known; a security that changes its \
             contract",
        ),
        (
            E002_ILLEGAL_TRANSITION,
            "保证金没收两次；仍有担保未了而合同履行完毕",
            "a bond forfeited twice; a contract completed while something still secures it",
        ),
        (
            E003_BAD_TIME,
            "保函止期早于起期；展期反而提前；未过止期而到期；退还早于收取；采购文件提供期限倒置",
            "a guarantee that ends before it begins, an extension that shortens it, an expiry \
             before the day after its last; a return before the receipt; documents to be had until \
             a day before the first",
        ),
        (
            E023_RELEASE_OVER_HELD,
            "退还与没收合计超过收取；索赔与释放合计超过保函金额",
            "more returned and forfeited than collected; more claimed and released than guaranteed",
        ),
    ],
    systems: &[
        ("ETRADE", "采购文件", "procurement documents"),
        (
            "GP_MGMT",
            "保证金收取与退还、费用支付",
            "bonds taken and returned, fees paid",
        ),
        (
            "BANK_1",
            "保函出具、展期、索赔",
            "guarantees issued, extended, claimed",
        ),
        ("TREASURY_PAY", "预付款支付", "payments in advance"),
    ],
};

/// Task 06: payment in time.
pub const PAYMENT: Task = Task {
    number: "06",
    slug: "payment",
    zh: "资金支付",
    en: "Payment in time",
    due_on: "2023-10-31",
    responsible: (
        "各市直采购单位，各县市区（高新区、松木经开区）财政局，市集采中心",
        "purchasers of the city, finance bureaus of counties and areas, the central agency",
    ),
    events: &[
        "ContractSigned",
        "GoodsDelivered",
        "AcceptanceConcluded",
        "SettlementConfirmed",
        "InvoiceReceived",
        "LiquidatedDamagesAssessed",
        "PaymentRequested",
        "PaymentAccepted",
        "PaymentRejected",
        "PaymentExecuted",
        "PaymentReturned",
        "NoticePublished/sme_arrears",
    ],
    rules: &[
        "CN-SME-PAY-30D",
        "CN-SME-PAY-60D",
        "CN-SME-LEGALREP",
        "CN-SME-DISCLOSE-0331",
        "MOF38-PAY-30D",
        "MOF243-04-PAY-10WD",
    ],
    metrics: &["D-AP"],
    flags: &[
        "BH-PAID-BEFORE-ACCEPTANCE",
        "BH-YEAR-END-PAID",
        "PL-PAID-OVER-CONTRACT",
    ],
    refused: &[
        (
            E001_UNKNOWN_REF,
            "所指合同、款项、支付不存在；支付改换合同",
            "a contract, term or payment that is not known; a payment that changes its contract",
        ),
        (
            E003_BAD_TIME,
            "申请早于所等待的验收、结算；支付早于审核",
            "a request before the acceptance or settlement that it waits for; a payment before the \
             decision",
        ),
        (
            E015_PAYMENT_OVER_CONTRACT,
            "在途与已付合计超过应付：原合同加补充与变更，减违约金；终止后为结算额",
            "claims over what is payable: the original, supplements and changes less damages; \
             after a termination, the settlement",
        ),
        (
            E016_PAYMENT_OVER_BUDGET,
            "超过项目在该预算指标的占用",
            "more than the project occupies of a budget line",
        ),
        (
            E017_PAYEE_MISMATCH,
            "收款人不是合同供应商，账户不是合同账户或者已锁定的回款账户",
            "a payee other than the contract's supplier, an account other than the contract's or \
             the one that a loan has locked",
        ),
        (
            E024_SUM_MISMATCH,
            "支付、退回与申请不符；固定总价合同的款项合计不等于合同额",
            "a payment or return of another amount than its request; terms of a fixed total that \
             do not make it",
        ),
        (
            E025_PAY_BEFORE_ACCEPTANCE,
            "验收款、尾款超过已验收，进度款超过已结算，质保金先于最终验收合格，预付款超过约定",
            "acceptance and final terms over what is accepted, progress over what is settled, \
             retention before the passed final acceptance, an advance over its term",
        ),
    ],
    systems: &[
        (
            "TREASURY_PAY",
            "申请、审核、支付、退回",
            "requests, decisions, payments, returns",
        ),
        (
            "GP_MGMT",
            "合同、交付、验收、结算、收票",
            "contracts, deliveries, acceptances, settlements, invoices",
        ),
        ("BUDGET_INT", "预算指标", "budget lines"),
    ],
};
