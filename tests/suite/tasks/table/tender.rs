//! Results, internal control, disclosure: tasks 01 to 03.

use bihuan::domain::refusal::Code::{
    E001_UNKNOWN_REF, E002_ILLEGAL_TRANSITION, E003_BAD_TIME, E012_AWARD_OVER_CEILING,
    E020_FORBIDDEN_ROLE, E022_MISSING_FIELD, E023_RELEASE_OVER_HELD, E024_SUM_MISMATCH,
    E026_WRONG_JURISDICTION,
};

use super::{NOTICES_HN, NOTICES_HY, Task};

/// Task 01: results with reasons and the first three.
pub const RESULTS: Task = Task {
    number: "01",
    slug: "results",
    zh: "采购结果公告",
    en: "Results with reasons and the first three",
    due_on: "2023-12-31",
    responsible: (
        "各市直采购单位，各县市区（高新区、松木经开区）财政局，各采购代理机构，市集采中心",
        "purchasers of the city, finance bureaus of counties and areas, agencies, the central \
         agency",
    ),
    events: &[
        "QualificationReviewed",
        "EvaluationConcluded",
        "EvaluationReportDelivered",
        "ReevaluationOrdered",
        "WinnerDetermined",
        "AwardNoticeIssued",
        "AwardRevoked",
        "AwardRecorded",
        "LotFailed",
        "NoticePublished/award_result",
        "NoticePublished/lot_failure",
    ],
    rules: &[
        "GPLR-43-REPORT-2WD",
        "GPLR-43-AWARD-5WD",
        "GPLR-43-NOTICE-2WD",
        "GPLR-43-CONTENT",
        "MOF243-02-SCORE",
        "SYS-AWARD-RECORDED",
    ],
    metrics: &[],
    flags: &[
        "R018", "R024", "R025", "R028", "R030", "R035", "R036", "R038", "R058",
    ],
    refused: &[
        (
            E001_UNKNOWN_REF,
            "资格审查、评审涉及未参加开标的供应商；中标（成交）供应商不在有效排名中",
            "a qualification or ranking of a supplier whose bid was not opened; a winner that is \
             no valid candidate of the ranking",
        ),
        (
            E003_BAD_TIME,
            "评审早于开标，报告、中标（成交）早于评审，结果公告早于确定中标（成交）供应商",
            "an evaluation before the opening, a report or winner before the evaluation, a notice \
             of a result before its winner",
        ),
        (
            E012_AWARD_OVER_CEILING,
            "中标（成交）金额超过最高限价或者包金额（政府采购法第三十六条）",
            "an award over the ceiling or the lot's amount",
        ),
        (
            E020_FORBIDDEN_ROLE,
            "结果公告只由采购人、受托的代理机构、集采中心发布，交易系统也不行；未受托确定中标者不得确定",
            "a notice of a result by anybody but the purchaser, an agency commissioned to it or \
             the central agency, the trading platform included; a winner determined without a \
             commission",
        ),
        (
            E024_SUM_MISMATCH,
            "通知书金额与中标（成交）金额不符；废标退回的预算与包不符",
            "an award notice of another amount than the award; a failed lot that gives back other \
             parts than its own",
        ),
    ],
    systems: &[
        (
            "ETRADE",
            "资格审查、评审、确定中标（成交）供应商、通知书",
            "qualification, evaluation, the winner, the award notice",
        ),
        NOTICES_HN,
        NOTICES_HY,
    ],
};

/// Task 02: internal control, filed.
pub const CONTROL: Task = Task {
    number: "02",
    slug: "internal-control",
    zh: "内控制度备案",
    en: "Internal control, filed",
    due_on: "2023-10-31",
    responsible: (
        "各市直采购单位，各县市区（高新区、松木经开区）财政局",
        "purchasers of the city, finance bureaus of counties and areas",
    ),
    events: &[
        "InternalControlIssued",
        "InternalControlFiled",
        "InternalControlFilingAccepted",
        "InternalControlFilingReturned",
        "InternalControlRevised",
        "InternalControlRepealed",
    ],
    rules: &["R22-32-APART", "MOF99-ACC-SEPARATION"],
    metrics: &[],
    flags: &["BH-SAME-PERSON"],
    refused: &[
        (
            E022_MISSING_FIELD,
            "缺少文件摘要、发文字号或者覆盖范围",
            "no digest of the file, no document number, nothing that it covers",
        ),
        (
            E026_WRONG_JURISDICTION,
            "报备对象不是本单位所在地的财政部门；由其他部门受理、退回",
            "rules filed with another finance department than that of the unit's region, or \
             decided on by another",
        ),
        (
            E002_ILLEGAL_TRANSITION,
            "未报备而受理，已废止而报备",
            "a decision on what was not filed, a filing of what was repealed",
        ),
        (
            E001_UNKNOWN_REF,
            "事件流不是本单位的",
            "another unit's stream",
        ),
    ],
    systems: &[
        ("INTRANET", "内控制度印发、报备", "rules issued and filed"),
        ("GP_MGMT", "备案受理、退回", "filings accepted and returned"),
    ],
};

/// Task 03: electronic transactions, farm products, disclosure, acceptance.
pub const DISCLOSURE: Task = Task {
    number: "03",
    slug: "disclosure",
    zh: "电子交易、乡村振兴、全过程公开与验收资料",
    en: "Electronic transactions, farm products, disclosure, acceptance",
    due_on: "2023-11-30",
    responsible: (
        "各市直采购单位，各县市区（高新区、松木经开区）财政局，各采购代理机构，市集采中心等",
        "purchasers of the city, finance bureaus of counties and areas, agencies, the central \
         agency and others",
    ),
    events: &[
        "SmallPurchaseRecorded",
        "CanteenSpendDeclared",
        "FarmPlatformRegistered",
        "FarmReserveDeclared",
        "FarmPurchaseReported",
        "FarmPurchaseReversed",
        "IntentionPublished",
        "IntentionRevised",
        "IntentionWithdrawn",
        "IntentionExempted",
        "NoticePublished/tender",
        "NoticePublished/contract",
        "NoticePublished/contract_change",
        "AcceptanceRequested",
        "AcceptanceTeamFormed",
        "AcceptanceConcluded",
        "AcceptanceMaterialUploaded",
        "NoticePublished/acceptance_result",
    ],
    rules: &[
        "MOF10-INTENT-30D",
        "GPLR-50-CPUB-2WD",
        "MOF243-01-CHG-2WD",
        "GPLR-45-ACC",
        "GPL-41-INSPECTION",
        "G205-ACC",
        "MOF-832-10PCT",
    ],
    metrics: &[],
    flags: &[
        "BH-CHANGE-NEAR-LIMIT",
        "BH-PAID-BEFORE-ACCEPTANCE",
        "BH-SPLIT",
    ],
    refused: &[
        (
            E001_UNKNOWN_REF,
            "冲销不存在的采购单；上传不存在的验收资料；公告不存在的包、合同、验收",
            "a reversal of an order that was not reported; material of an acceptance, a notice of \
             a lot, contract or acceptance that is not known",
        ),
        (
            E002_ILLEGAL_TRANSITION,
            "意向被计划使用后变更、撤回；同一采购单报送两次",
            "an intention revised or withdrawn after a plan used it; an order reported twice",
        ),
        (
            E003_BAD_TIME,
            "农副产品采购的年度不是支付年度；验收公告早于验收结束；验收早于开始履行",
            "a farm purchase of another year than its payment; the notice of an acceptance before \
             its end; an acceptance before performance",
        ),
        (
            E022_MISSING_FIELD,
            "验收书没有逐项标准（政府采购法实施条例第四十五条）",
            "an acceptance certificate without items",
        ),
        (
            E023_RELEASE_OVER_HELD,
            "冲销合计超过采购额",
            "more taken back of a farm purchase than was bought",
        ),
        (
            E024_SUM_MISMATCH,
            "验收合计超过应付；验收不合格而有金额",
            "acceptances over what is payable; a failed acceptance with an amount",
        ),
    ],
    systems: &[
        (
            "P832",
            "注册、预留份额、采购",
            "accounts, reserves, purchases",
        ),
        (
            "HN_RURAL",
            "注册、预留份额、采购",
            "accounts, reserves, purchases",
        ),
        ("GP_MGMT", "采购意向、验收", "intentions, acceptances"),
        (
            "HY_SUPERVISION",
            "验收资料上传回执",
            "receipts of uploaded acceptance material",
        ),
        NOTICES_HY,
    ],
};
