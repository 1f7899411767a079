//! Regions, approvals, rooms, disputes: tasks 11 to 14.

use bihuan::domain::refusal::Code::{
    E001_UNKNOWN_REF, E002_ILLEGAL_TRANSITION, E003_BAD_TIME, E006_BAD_REGION, E019_VENUE_OVERLAP,
    E020_FORBIDDEN_ROLE, E024_SUM_MISMATCH, E026_WRONG_JURISDICTION,
};

use super::{NOTICES_HN, NOTICES_HY, Task};

/// Task 11: counties on the province's system.
pub const ONBOARDING: Task = Task {
    number: "11",
    slug: "on-boarding",
    zh: "全省“一张网”",
    en: "Counties on the province's system",
    due_on: "2023-06-30",
    responsible: (
        "市财政局，各县市区（高新区、松木经开区）财政局",
        "the city's finance bureau, finance bureaus of counties and areas",
    ),
    events: &[
        "RegionRegistered",
        "RegionOnboardingStarted",
        "RegionModuleEnabled",
        "RegionOnboarded",
        "RegionModuleSuspended",
    ],
    rules: &[],
    metrics: &[],
    flags: &[],
    refused: &[
        (
            E006_BAD_REGION,
            "区划既不在本账本区划表中，也未登记",
            "a region that is neither of the profile nor registered",
        ),
        (
            E002_ILLEGAL_TRANSITION,
            "模块重复启用；停用未启用的模块",
            "a module enabled twice, or suspended when it is not in use",
        ),
        (E003_BAD_TIME, "早于启动之日", "an act before the start"),
        (
            E001_UNKNOWN_REF,
            "事件流不是该区划的",
            "another region's stream",
        ),
    ],
    systems: &[(
        "GP_MGMT",
        "上线、模块启用与停用",
        "going live, modules in use",
    )],
};

/// Task 12: fewer approvals.
pub const APPROVALS: Task = Task {
    number: "12",
    slug: "approvals",
    zh: "精简审批",
    en: "Fewer approvals",
    due_on: "2023-10-31",
    responsible: (
        "市公共资源交易中心，市集采中心",
        "the city's trading centre and central agency",
    ),
    events: &[
        "ApprovalItemCatalogued",
        "ApprovalItemAbolished",
        "ApprovalItemMerged",
        "ApprovalItemJustified",
        "ApprovalRequested",
        "ApprovalSupplementRequested",
        "ApprovalSupplemented",
        "ApprovalDecided",
        "ApprovalWithdrawn",
    ],
    rules: &[],
    metrics: &["D-PA"],
    flags: &[],
    refused: &[
        (
            E001_UNKNOWN_REF,
            "没有申请的决定；申请目录所无的事项；并入目录所无的事项或者自身",
            "a decision without a request; a request of an item that no catalogue has; an item \
             merged into one that is not listed, or into itself",
        ),
        (
            E002_ILLEGAL_TRANSITION,
            "已取消、合并的事项再次取消；已决定的再次决定",
            "an abolished or merged item abolished again; a decision after the decision",
        ),
        (
            E003_BAD_TIME,
            "决定早于申请或者补充材料",
            "a decision before the request or the papers",
        ),
        (
            E020_FORBIDDEN_ROLE,
            "目录、决定不由财政监管部门作出",
            "a catalogue or decision by anybody but a finance regulator",
        ),
    ],
    systems: &[
        (
            "GP_MGMT",
            "事项目录、申请、决定",
            "the catalogue, requests, decisions",
        ),
        ("PRTC", "交易环节的申请", "requests of the transaction"),
    ],
};

/// Task 13: rooms all day.
pub const VENUES: Task = Task {
    number: "13",
    slug: "venues",
    zh: "开评标场地",
    en: "Rooms all day",
    due_on: "2023-10-31",
    responsible: (
        "市公共资源交易中心，市集采中心",
        "the city's trading centre and central agency",
    ),
    events: &[
        "VenueRegistered",
        "VenueSlotOpened",
        "VenueRequested",
        "VenueRequestDenied",
        "VenueRequestWithdrawn",
        "VenueAllocated",
        "VenueReleased",
        "VenueUsed",
        "VenueNotUsed",
        "BidsOpened",
    ],
    rules: &[],
    metrics: &[],
    flags: &[],
    refused: &[
        (
            E001_UNKNOWN_REF,
            "所指项目、包不存在；释放、使用未安排的场地",
            "a project or lot that is not known; a room released or used that was not given",
        ),
        (
            E002_ILLEGAL_TRANSITION,
            "同一申请未释放而再次安排同一场地；时段重复开放",
            "a request that has the room already; a slot opened twice",
        ),
        (
            E003_BAD_TIME,
            "安排早于包的投标截止时间；开标早于截止时间；止于起之前",
            "a room given before the bid deadline of a lot; bids opened before it; a span that \
             ends before it begins",
        ),
        (
            E019_VENUE_OVERLAP,
            "同一场地时间重叠（左闭右开），或者超出开放时段",
            "two uses of a room that overlap, half-open, or one outside its opened slots",
        ),
        (
            E024_SUM_MISMATCH,
            "开标的不是全部按时送达且未撤回的投标",
            "an opening of other bids than those that came in time and were not withdrawn",
        ),
    ],
    systems: &[
        (
            "PRTC",
            "场地、时段、安排、使用",
            "rooms, slots, allocations, use",
        ),
        ("ETRADE", "开标", "openings"),
    ],
};

/// Task 14: challenges and complaints.
pub const CHALLENGES: Task = Task {
    number: "14",
    slug: "challenges",
    zh: "质疑投诉",
    en: "Challenges and complaints",
    due_on: "2023-12-31",
    responsible: (
        "市财政局等市直相关单位，各县市区（高新区、松木经开区）财政局，市集采中心，各采购代理机构",
        "the city's finance bureau and other units, finance bureaus of counties and areas, the \
         central agency, agencies",
    ),
    events: &[
        "InquiryReceived",
        "InquiryAnswered",
        "ChallengeFiled",
        "ChallengeReceived",
        "ChallengeRefused",
        "ChallengeForwarded",
        "ChallengeReplied",
        "ChallengeWithdrawn",
        "ComplaintReceived",
        "ComplaintReviewed",
        "ComplaintCorrectionRequested",
        "ComplaintCorrected",
        "ComplaintCopiesSent",
        "ComplaintResponded",
        "ComplaintSuspensionOrdered",
        "ComplaintSuspensionLifted",
        "ComplaintClockPaused",
        "ComplaintClockResumed",
        "ComplaintWithdrawn",
        "ComplaintDecided",
        "NoticePublished/complaint_decision",
        "OperatingProcedureIssued",
    ],
    rules: &[
        "GPLR-52-INQ-3WD",
        "GPL-52-CHAL-7WD",
        "GPLR-54-SIGN-DURING",
        "GPL-57-SUSP-30D",
        "MOF94-CORR-5WD",
        "MOF94-REJ-3WD",
        "MOF94-COPY-8WD",
        "MOF94-RESP-5WD",
        "MOF135-DEC-5WD",
    ],
    metrics: &[],
    flags: &[],
    refused: &[
        (
            E001_UNKNOWN_REF,
            "质疑改换供应商；所指包不存在；答复未收到的询问",
            "a challenge that changes its supplier; a lot that is not known; an answer to an \
             inquiry that was not received",
        ),
        (
            E002_ILLEGAL_TRANSITION,
            "受理未经质疑、超出质疑范围（政府采购法实施条例第五十五条），或者早于答复和答复期满的投诉；答复供应商已提起而未登记收到的质疑",
            "accepting a complaint that follows no challenge of its supplier, complains of more \
             than was challenged, or came before both the reply and the end of its time; a reply \
             to a challenge that its supplier filed and nobody received",
        ),
        (
            E003_BAD_TIME,
            "审查、决定早于收到；补正早于通知",
            "a review or decision before the receipt; a correction before its notice",
        ),
        (
            E020_FORBIDDEN_ROLE,
            "供应商以他人名义质疑、投诉；代理机构超出委托答复；决定公告不由财政监管部门发布",
            "a supplier in another's name; a reply by an agency beyond its commission; a notice of \
             the decision by anybody but a finance regulator",
        ),
        (
            E026_WRONG_JURISDICTION,
            "由收到投诉以外的财政部门处理",
            "handling by another finance department than the one that received it",
        ),
    ],
    systems: &[
        (
            "GP_MGMT",
            "质疑、投诉及其处理",
            "challenges, complaints and their handling",
        ),
        ("ETRADE", "在线质疑", "challenges on line"),
        NOTICES_HN,
        NOTICES_HY,
    ],
};
