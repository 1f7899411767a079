//! 备选库、名录库、资格库: found, abolished or kept; and clues of barriers (task 07).

use super::Clerk;
use crate::events::v1::{
    BarrierClueReceived, BarrierConfirmed, BarrierDismissed, BarrierRectified, BarrierType,
    ClueSource, FairCompetitionReviewed, FairReviewResult, LibraryKind, SupplierLibraryAbolished,
    SupplierLibraryReported, SupplierLibraryRetained, event_payload::Payload,
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
}

fn report(clerk: &mut Clerk<'_>, region: usize, library_id: &str, owner: &str, revives: &str) {
    let sender = clerk.regulator(region);
    let reported = SupplierLibraryReported {
        library_id: library_id.into(),
        owner: owner.into(),
        kind: (*clerk.random.pick(&KINDS)).into(),
        basis_doc: "单位内部文件".into(),
        supplier_count: clerk.random.between(5, 60) as i32,
        used_as_condition: clerk.random.chance(400),
        created_on: format!("{}-06-01", clerk.year() - 2),
        revives: revives.into(),
        reported_on: clerk.date(),
    };
    let stream = format!("library/4304/{library_id}");
    let payload = Payload::SupplierLibraryReported(reported);
    clerk.send(sender, stream, payload, "library reported");
}

/// A library is found; most are abolished, a few kept, and one in ten comes back.
fn found(clerk: &mut Clerk<'_>, region: usize, library_id: &str, owner: &str) {
    let sender = clerk.regulator(region);
    let stream = format!("library/4304/{library_id}");
    report(clerk, region, library_id, owner, "");
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
        return;
    }
    let abolished = SupplierLibraryAbolished {
        library_id: library_id.into(),
        doc_no: format!("虚构〔{}〕7号", clerk.year()),
        abolished_on: clerk.date(),
    };
    let payload = Payload::SupplierLibraryAbolished(abolished);
    clerk.send(sender, stream, payload, "library abolished");
    if clerk.random.chance(100) {
        clerk.pass(20, 60);
        report(clerk, region, &format!("{library_id}-A"), owner, library_id);
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
