//! 备选库、名录库、资格库: found, abolished or kept; and clues of barriers (task 07).

use chrono::NaiveDate;

use super::Clerk;
use crate::{
    domain::values::uscc,
    events::v1::{
        BarrierClueReceived, BarrierConfirmed, BarrierDismissed, BarrierRectified, BarrierType,
        ClueSource, FairCompetitionReviewed, FairReviewResult, LibraryKind,
        SupplierLibraryAbolished, SupplierLibraryReported, SupplierLibraryRetained,
        event_payload::Payload,
    },
};

const KINDS: [LibraryKind; 3] = [
    LibraryKind::Backup,
    LibraryKind::Roster,
    LibraryKind::Qualification,
];
const BARRIERS: [(BarrierType, &str); 5] = [
    (BarrierType::LocalPerformance, "须具有本市同类项目业绩"),
    (BarrierType::LocalBranch, "须在本市设有分支机构"),
    (BarrierType::RegistrationFee, "报名须缴纳登记费"),
    (
        BarrierType::UnrelatedQualification,
        "注册资本不低于五百万元",
    ),
    (BarrierType::BrandPatent, "须为指定品牌"),
];

pub(super) fn write(clerk: &mut Clerk<'_>) {
    for region in 0..clerk.world.regions.len() {
        let units = clerk.world.regions[region].units.clone();
        let found_in = if clerk.is_first_year() { 0..2 } else { 0..0 };
        for index in found_in {
            clerk.begin(3, 1);
            clerk.pass(0, 30);
            let owner = clerk.world.units[units.start + index].uscc.clone();
            let code = clerk.world.region_code(region);
            let library_id = format!("LB-{code}-{:02}", index + 1);
            found(clerk, region, &library_id, &owner);
        }
        clerk.begin(3, 15);
        clerk.pass(0, 120);
        hear(clerk, region);
    }
    // Last, so that nothing else is drawn otherwise.
    for region in 0..clerk.world.regions.len() {
        plant(clerk, region);
    }
}

/// What some regions do wrong besides: a clue that waits too long, one that points at a library
/// that nobody reported, and a library of an owner that nobody registered.
fn plant(clerk: &mut Clerk<'_>, region: usize) {
    let sender = clerk.regulator(region);
    let stream = format!("region/4304/{}", sender.region);
    clerk.begin(4, 6);
    if clerk.is_planted("HY-07-CLUE-20WD") {
        let clue_id = format!("XS-{}-8", clerk.year());
        let clause = "须具有本市同类项目业绩";
        tell_clue(
            clerk,
            region,
            &clue_id,
            (BarrierType::LocalPerformance, "某采购文件", clause),
        );
        let due_on = clerk.calendar.workdays_after(clerk.today, 20);
        clerk.today = clerk.calendar.workdays_after(due_on, 5);
        let dismissed = BarrierDismissed {
            clue_id: clue_id.clone(),
            reason: "条款与项目特点相适应".into(),
            dismissed_on: clerk.date(),
        };
        let payload = Payload::BarrierDismissed(dismissed);
        clerk.send(sender, stream.clone(), payload, "barrier clue dismissed");
        let subject = format!("clue/4304/{}/{clue_id}", sender.region);
        clerk.breaks(due_on, "HY-07-CLUE-20WD", (subject, stream.clone()));
    }
    clerk.begin(4, 6);
    if clerk.is_planted("HY-07-LIB-USED") {
        use_unknown(clerk, region, &stream);
    }
    clerk.begin(4, 6);
    if clerk.is_planted("SYS-UNREG") {
        let library_id = format!("LB-{}-{}-09", sender.region, clerk.year());
        let owner = uscc::compose("12", "430400", "00009999");
        tell_library(
            clerk,
            region,
            (&library_id, &owner, ""),
            (LibraryKind::Roster, 12, false),
        );
        let about = (
            format!("organisation/4304/{library_id}/{owner}"),
            format!("library/4304/{library_id}"),
        );
        clerk.breaks(clerk.today, "SYS-UNREG", about);
    }
}

/// A clue of a library that nobody reported, which is right; the library falls at once.
fn use_unknown(clerk: &mut Clerk<'_>, region: usize, stream: &str) {
    let sender = clerk.regulator(region);
    let clue_id = format!("XS-{}-9", clerk.year());
    let clause = "须为备选库入库供应商";
    tell_clue(
        clerk,
        region,
        &clue_id,
        (BarrierType::Library, "LB-UNKNOWN", clause),
    );
    let subject = format!("clue/4304/{}/{clue_id}", sender.region);
    clerk.breaks(clerk.today, "HY-07-LIB-USED", (subject, stream.to_owned()));
    clerk.today = clerk.calendar.workdays_after(clerk.today, 5);
    let confirmed = BarrierConfirmed {
        clue_id: clue_id.clone(),
        confirmed_on: clerk.date(),
    };
    let payload = Payload::BarrierConfirmed(confirmed);
    clerk.send(sender, stream.into(), payload, "barrier confirmed");
    let first = clerk.world.regions[region].units.start;
    let unit = clerk.unit(&clerk.world.units[first]);
    let rectified = BarrierRectified {
        clue_id,
        evidence: "已取消该备选库".into(),
        rectified_on: clerk.date(),
    };
    let payload = Payload::BarrierRectified(rectified);
    clerk.send(unit, stream.into(), payload, "barrier rectified");
}

fn tell_clue(
    clerk: &mut Clerk<'_>,
    region: usize,
    clue_id: &str,
    (barrier_type, subject_ref, clause): (BarrierType, &str, &str),
) {
    let sender = clerk.regulator(region);
    let received = BarrierClueReceived {
        clue_id: clue_id.into(),
        source: ClueSource::Public.into(),
        subject_ref: subject_ref.into(),
        clause_text: clause.into(),
        barrier_type: barrier_type.into(),
        received_on: clerk.date(),
    };
    let payload = Payload::BarrierClueReceived(received);
    let stream = format!("region/4304/{}", sender.region);
    clerk.send(sender, stream, payload, "barrier clue received");
}

/// Reports a library; tells whether it is a condition of taking part.
fn report(
    clerk: &mut Clerk<'_>,
    region: usize,
    library_id: &str,
    owner: &str,
    revives: &str,
) -> bool {
    let kind = *clerk.random.pick(&KINDS);
    let supplier_count = clerk.random.between(5, 60) as i32;
    let is_condition = clerk.random.chance(400);
    let named = (library_id, owner, revives);
    tell_library(clerk, region, named, (kind, supplier_count, is_condition));
    is_condition
}

fn tell_library(
    clerk: &mut Clerk<'_>,
    region: usize,
    (library_id, owner, revives): (&str, &str, &str),
    (kind, supplier_count, used_as_condition): (LibraryKind, i32, bool),
) {
    let sender = clerk.regulator(region);
    let reported = SupplierLibraryReported {
        library_id: library_id.into(),
        owner: owner.into(),
        kind: kind.into(),
        basis_doc: "单位内部文件".into(),
        supplier_count,
        used_as_condition,
        created_on: format!("{}-06-01", clerk.year() - 2),
        revives: revives.into(),
        reported_on: clerk.date(),
    };
    let stream = format!("library/4304/{library_id}");
    let payload = Payload::SupplierLibraryReported(reported);
    clerk.send(sender, stream, payload, "library reported");
}

/// Notes that a library that is a condition stood beyond the last day of task 07.
fn note(clerk: &mut Clerk<'_>, library_id: &str, is_condition: bool, stands: bool) {
    let last_on = NaiveDate::from_ymd_opt(2023, 11, 30).unwrap_or_default();
    let made_on = NaiveDate::from_ymd_opt(clerk.year() - 2, 6, 1).unwrap_or_default();
    let due_on = last_on.max(made_on);
    if is_condition && (stands || clerk.today > due_on) {
        let about = (
            format!("library/4304/{library_id}"),
            format!("library/4304/{library_id}"),
        );
        clerk.breaks(due_on, "HY-07-LIB-OPEN", about);
    }
}

/// A library is found; most are abolished, a few kept, and one in ten comes back.
fn found(clerk: &mut Clerk<'_>, region: usize, library_id: &str, owner: &str) {
    let sender = clerk.regulator(region);
    let stream = format!("library/4304/{library_id}");
    let is_condition = report(clerk, region, library_id, owner, "");
    clerk.pass(2, 10);
    let is_lawful = clerk.random.chance(150);
    let reviewed = FairCompetitionReviewed {
        review_id: "GP-1".into(),
        doc: "供应商库管理办法".into(),
        reviewer: owner.into(),
        result: if is_lawful {
            FairReviewResult::Exempted.into()
        } else {
            FairReviewResult::Restricted.into()
        },
        reviewed_on: clerk.date(),
    };
    let unit = clerk.world.units.iter().find(|unit| unit.uscc == owner);
    let unit = unit.map_or(sender, |unit| clerk.unit(unit));
    let payload = Payload::FairCompetitionReviewed(reviewed);
    clerk.send(unit, stream.clone(), payload, "competition reviewed");
    clerk.pass(3, 40);
    if is_lawful {
        let retained = SupplierLibraryRetained {
            library_id: library_id.into(),
            legal_basis: "法律、法规另有规定".into(),
            approved_by: "虚构·市公平竞争审查联席会议".into(),
            retained_on: clerk.date(),
        };
        let payload = Payload::SupplierLibraryRetained(retained);
        clerk.send(sender, stream, payload, "library kept");
        note(clerk, library_id, is_condition, false);
        return;
    }
    let abolished = SupplierLibraryAbolished {
        library_id: library_id.into(),
        doc_no: format!("虚构〔{}〕7号", clerk.year()),
        abolished_on: clerk.date(),
    };
    let payload = Payload::SupplierLibraryAbolished(abolished);
    clerk.send(sender, stream, payload, "library abolished");
    note(clerk, library_id, is_condition, false);
    if clerk.random.chance(100) {
        clerk.pass(20, 60);
        let revived = format!("{library_id}-A");
        let is_condition = report(clerk, region, &revived, owner, library_id);
        note(clerk, &revived, is_condition, true);
    }
}

/// Somebody points at a barrier.
fn hear(clerk: &mut Clerk<'_>, region: usize) {
    let sender = clerk.regulator(region);
    let stream = format!("region/4304/{}", sender.region);
    let sources = [ClueSource::Public, ClueSource::Complaint, ClueSource::Scan];
    for index in 1..=2 {
        let clue_id = format!("XS-{}-{index}", clerk.year());
        let (barrier_type, clause) = *clerk.random.pick(&BARRIERS);
        let received = BarrierClueReceived {
            clue_id: clue_id.clone(),
            source: (*clerk.random.pick(&sources)).into(),
            subject_ref: format!("{}某采购文件", clerk.world.regions[region].name),
            clause_text: clause.into(),
            barrier_type: barrier_type.into(),
            received_on: clerk.date(),
        };
        let payload = Payload::BarrierClueReceived(received);
        clerk.send(sender, stream.clone(), payload, "barrier clue received");
        clerk.pass(2, 12);
        if clerk.random.chance(400) {
            let dismissed = BarrierDismissed {
                clue_id,
                reason: "条款与项目特点相适应".into(),
                dismissed_on: clerk.date(),
            };
            let payload = Payload::BarrierDismissed(dismissed);
            clerk.send(sender, stream.clone(), payload, "barrier clue dismissed");
            continue;
        }
        let confirmed = BarrierConfirmed {
            clue_id: clue_id.clone(),
            confirmed_on: clerk.date(),
        };
        let payload = Payload::BarrierConfirmed(confirmed);
        clerk.send(sender, stream.clone(), payload, "barrier confirmed");
        // A barrier is to fall at once; none does.
        if !clerk.is_over() {
            let subject = format!("clue/4304/{}/{clue_id}", sender.region);
            clerk.breaks(clerk.today, "GPLR-20", (subject, stream.clone()));
        }
        clerk.pass(3, 25);
        let first = clerk.world.regions[region].units.start;
        let unit = clerk.unit(&clerk.world.units[first]);
        let rectified = BarrierRectified {
            clue_id,
            evidence: "已删除该条款并重新公告".into(),
            rectified_on: clerk.date(),
        };
        let payload = Payload::BarrierRectified(rectified);
        clerk.send(unit, stream.clone(), payload, "barrier rectified");
    }
}
