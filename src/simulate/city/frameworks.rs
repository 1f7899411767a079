//! 框架协议采购: agreements of the central agency with several suppliers, under which units order
//! (令110).

use chrono::{Datelike as _, NaiveDate};

use super::{Clerk, clerk::Sender};
use crate::{
    events::v1::{
        ActorRole, FrameworkActivated, FrameworkAgreementSigned, FrameworkDrafted,
        FrameworkEvaluation, FrameworkExpired, FrameworkFiled, FrameworkItem, FrameworkKind,
        FrameworkPlanReviewed, FrameworkSelection, FrameworkShortlisted, FrameworkSolicited,
        FrameworkSupplementSolicited, FrameworkSupplierRemoved, FrameworkTerminated,
        ProcurementObject, ShortlistedSupplier, event_payload::Payload,
    },
    simulate::{
        calendar::{Calendar, after},
        draft::{instant, source},
        random::Random,
        world::World,
    },
};

/// How an agreement ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// After the year.
    Later,
    /// By time.
    Expires,
    /// Early.
    Terminated,
}

/// What is agreed on: category, name, object, sku, price of one in yuan, how it ends.
const KINDS: [(&str, &str, ProcurementObject, &str, i64, End); 4] = [
    (
        "A05040101",
        "复印纸",
        ProcurementObject::Goods,
        "PAPER-A4",
        160,
        End::Later,
    ),
    (
        "C23090100",
        "印刷服务",
        ProcurementObject::Service,
        "PRINT-1000",
        420,
        End::Expires,
    ),
    (
        "C23120301",
        "车辆维修和保养服务",
        ProcurementObject::Service,
        "SERVICE-VISIT",
        850,
        End::Later,
    ),
    (
        "A02061804",
        "空调机",
        ProcurementObject::Goods,
        "AC-3HP",
        6800,
        End::Terminated,
    ),
];
/// How long agreements run that do not end in the year.
const TERM_DAYS: u64 = 700;
/// How many agreements units may order under; two more suppliers come and go.
const STAYING: usize = 4;

/// A framework agreement under which units order.
#[derive(Debug, Clone)]
pub(in crate::simulate) struct Framework {
    pub id: String,
    pub category: &'static str,
    pub sku: &'static str,
    pub unit_price_fen: i64,
    pub selection: FrameworkSelection,
    /// Suppliers that keep their agreements, as indices.
    pub suppliers: Vec<usize>,
    name: &'static str,
    object: ProcurementObject,
    end: End,
    /// One that is removed, and one that comes later.
    removed: usize,
    added: usize,
    activated_on: NaiveDate,
    ended_on: NaiveDate,
}

impl Framework {
    /// Whether a unit may order on a day, and its system has time to say so.
    pub(in crate::simulate) fn takes_orders(&self, on: NaiveDate) -> bool {
        self.activated_on < on
            && after(on, 20) < self.ended_on.min(after(self.activated_on, TERM_DAYS))
    }
}

/// Draws the agreements of a year.
pub(in crate::simulate) fn draw(seed: u64, world: &World, calendar: &Calendar) -> Vec<Framework> {
    let year = calendar.year();
    let day = |month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
    let mut frameworks = Vec::new();
    for (index, (category, name, object, sku, yuan, end)) in KINDS.into_iter().enumerate() {
        let mut random = Random::new(seed, (1 << 47) + index as u64);
        let mut suppliers = Vec::new();
        while suppliers.len() < STAYING + 2 {
            let supplier = random.below(world.suppliers.len() as u64) as usize;
            if !suppliers.contains(&supplier) {
                suppliers.push(supplier);
            }
        }
        let added = suppliers.pop().unwrap_or_default();
        let removed = suppliers.pop().unwrap_or_default();
        let activated_on = calendar.workdays_after(day(3, 6), random.between(0, 15));
        let ended_on = match end {
            End::Later => NaiveDate::MAX,
            End::Expires => calendar.on_or_after(day(12, 1)),
            End::Terminated => calendar.on_or_after(day(11, 20)),
        };
        frameworks.push(Framework {
            id: format!("FA-{year}-{:02}", index + 1),
            category,
            sku,
            unit_price_fen: yuan * 100,
            selection: FrameworkSelection::Direct,
            suppliers,
            name,
            object,
            end,
            removed,
            added,
            activated_on,
            ended_on,
        });
    }
    frameworks
}

/// Writes the life of an agreement.
pub(super) fn write(clerk: &mut Clerk<'_>, framework: &Framework) {
    let world = clerk.world;
    let sender = central(clerk);
    let stream = format!("framework/4304/{}", framework.id);
    let framework_id = framework.id.clone();
    clerk.begin(1, 5);
    let drafted = FrameworkDrafted {
        framework_id: framework_id.clone(),
        name: format!("{}框架协议采购", framework.name),
        soliciting_unit: sender.actor.into(),
        category: framework.category.into(),
        category_version: 2022,
        object: framework.object.into(),
        kind: FrameworkKind::Closed.into(),
        evaluation: FrameworkEvaluation::PricePriority.into(),
        selection: framework.selection.into(),
        drafted_on: clerk.date(),
    };
    let payload = Payload::FrameworkDrafted(drafted);
    clerk.send(sender, stream.clone(), payload, "framework drafted");
    clerk.pass(1, 5);
    let reviewed = FrameworkPlanReviewed {
        framework_id: framework_id.clone(),
        doc_no: format!("虚构财购〔{}〕3号", clerk.year()),
        reviewed_on: clerk.date(),
    };
    let (city, payload) = (clerk.city(), Payload::FrameworkPlanReviewed(reviewed));
    clerk.send(city, stream.clone(), payload, "framework reviewed");
    clerk.pass(0, 2);
    let deadline = clerk.calendar.days_after(clerk.today, 21);
    let solicited = FrameworkSolicited {
        framework_id: framework_id.clone(),
        deadline: Some(instant(deadline, 9, 0)),
        solicited_on: clerk.date(),
    };
    let payload = Payload::FrameworkSolicited(solicited);
    clerk.send(
        sender,
        stream.clone(),
        payload,
        "framework suppliers called",
    );
    clerk.today = deadline;
    let listed: Vec<usize> = framework
        .suppliers
        .iter()
        .chain([&framework.removed])
        .copied()
        .collect();
    shortlist(clerk, framework, &listed);
    clerk.pass(1, 2);
    for supplier in &listed {
        sign(clerk, framework, *supplier);
    }
    let signed_on = clerk.today;
    clerk.today = framework.activated_on.max(clerk.today);
    let activated = FrameworkActivated {
        framework_id: framework_id.clone(),
        activated_on: clerk.date(),
    };
    let payload = Payload::FrameworkActivated(activated);
    clerk.send(sender, stream.clone(), payload, "framework in force");
    clerk.pass(2, 7);
    let filed = FrameworkFiled {
        framework_id: framework_id.clone(),
        filing_no: format!("BA-{framework_id}"),
        filed_on: clerk.date(),
    };
    let payload = Payload::FrameworkFiled(filed);
    clerk.send(sender, stream.clone(), payload, "framework filed");
    if clerk.today > clerk.calendar.workdays_after(signed_on, 7) {
        for supplier in &listed {
            break_filing(clerk, framework, *supplier, signed_on);
        }
    }
    clerk.pass(30, 60);
    let removed = FrameworkSupplierRemoved {
        framework_id: framework_id.clone(),
        supplier: world.suppliers[framework.removed].uscc.clone(),
        reason: "无正当理由不接受订单".into(),
        removed_on: clerk.date(),
    };
    let payload = Payload::FrameworkSupplierRemoved(removed);
    clerk.send(
        sender,
        stream.clone(),
        payload,
        "framework supplier removed",
    );
    clerk.pass(5, 15);
    let deadline = clerk.calendar.days_after(clerk.today, 21);
    let called = FrameworkSupplementSolicited {
        framework_id: framework_id.clone(),
        deadline: Some(instant(deadline, 9, 0)),
        solicited_on: clerk.date(),
    };
    let payload = Payload::FrameworkSupplementSolicited(called);
    clerk.send(sender, stream, payload, "more framework suppliers called");
    clerk.today = deadline;
    add(clerk, framework);
    end(clerk, framework);
}

/// Takes one more supplier on, sometimes too late.
fn add(clerk: &mut Clerk<'_>, framework: &Framework) {
    shortlist(clerk, framework, &[framework.added]);
    let listed_on = clerk.today;
    clerk.pass(1, 3);
    if clerk.is_planted("MOF110-SIGN-30D") {
        clerk.today = clerk.calendar.days_after(listed_on, 40);
        let added = &clerk.world.suppliers[framework.added].uscc;
        let stream = format!("framework/4304/{}", framework.id);
        let about = (format!("{stream}/{added}"), stream);
        let due_on = clerk.calendar.days_after(listed_on, 30);
        clerk.breaks(due_on, "MOF110-SIGN-30D", about);
    }
    sign(clerk, framework, framework.added);
    // What is signed later is not filed.
    break_filing(clerk, framework, framework.added, clerk.today);
}

fn break_filing(
    clerk: &mut Clerk<'_>,
    framework: &Framework,
    supplier: usize,
    signed_on: NaiveDate,
) {
    let due_on = clerk.calendar.workdays_after(signed_on, 7);
    let about = (
        format!("framework/4304/{}/{}", framework.id, agreement_no(supplier)),
        format!("framework/4304/{}", framework.id),
    );
    clerk.breaks(due_on, "MOF110-FILE-7WD", about);
}

fn agreement_no(supplier: usize) -> String {
    format!("XY-{supplier:05}")
}

fn central<'a>(clerk: &Clerk<'a>) -> Sender<'a> {
    Sender {
        source: source::MANAGEMENT,
        actor: &clerk.world.others[0].uscc,
        role: ActorRole::CentralAgency,
        region: "430400",
    }
}

fn shortlist(clerk: &mut Clerk<'_>, framework: &Framework, suppliers: &[usize]) {
    // A fifth of those who respond to the first call are not left out.
    let is_open = suppliers.len() > 1 && clerk.is_planted("MOF110-CUT-20PCT");
    let shortlisted = FrameworkShortlisted {
        framework_id: framework.id.clone(),
        // At least one, and a fifth, of those who respond stay out.
        responded_count: (suppliers.len() + if is_open { 1 } else { 2 }) as i32,
        shortlisted: (1..)
            .zip(suppliers)
            .map(|(rank, supplier)| ShortlistedSupplier {
                supplier: clerk.world.suppliers[*supplier].uscc.clone(),
                rank,
            })
            .collect(),
        shortlisted_on: clerk.date(),
    };
    let stream = format!("framework/4304/{}", framework.id);
    let payload = Payload::FrameworkShortlisted(shortlisted);
    let sender = central(clerk);
    clerk.send(
        sender,
        stream.clone(),
        payload,
        "framework suppliers shortlisted",
    );
    if is_open {
        clerk.breaks(clerk.today, "MOF110-CUT-20PCT", (stream.clone(), stream));
    }
}

fn sign(clerk: &mut Clerk<'_>, framework: &Framework, supplier: usize) {
    let last = match framework.end {
        End::Later | End::Terminated => after(framework.activated_on, TERM_DAYS),
        End::Expires => framework.ended_on.pred_opt().unwrap_or_default(),
    };
    let signed = FrameworkAgreementSigned {
        framework_id: framework.id.clone(),
        agreement_no: agreement_no(supplier),
        supplier: clerk.world.suppliers[supplier].uscc.clone(),
        items: vec![FrameworkItem {
            sku: framework.sku.into(),
            name: framework.name.into(),
            unit_price_fen: framework.unit_price_fen,
        }],
        valid_from: clerk.date(),
        valid_to: last.to_string(),
        signed_on: clerk.date(),
    };
    let stream = format!("framework/4304/{}", framework.id);
    let payload = Payload::FrameworkAgreementSigned(signed);
    let sender = central(clerk);
    clerk.send(
        sender,
        stream.clone(),
        payload,
        "framework agreement signed",
    );
    let years = match framework.object {
        ProcurementObject::Goods => 1,
        _ => 2,
    };
    let longest = clerk.today.with_year(clerk.today.year() + years);
    if longest.is_some_and(|longest| last > longest) {
        let subject = format!("{stream}/{}", agreement_no(supplier));
        clerk.breaks(clerk.today, "MOF110-TERM", (subject, stream));
    }
}

fn end(clerk: &mut Clerk<'_>, framework: &Framework) {
    if framework.end == End::Later {
        return;
    }
    clerk.begin(framework.ended_on.month(), framework.ended_on.day());
    let framework_id = framework.id.clone();
    let (payload, label) = if framework.end == End::Expires {
        let expired = FrameworkExpired {
            framework_id,
            expired_on: clerk.date(),
        };
        (Payload::FrameworkExpired(expired), "framework expired")
    } else {
        let terminated = FrameworkTerminated {
            framework_id,
            reason: "需求发生重大变化".into(),
            terminated_on: clerk.date(),
        };
        let payload = Payload::FrameworkTerminated(terminated);
        (payload, "framework terminated")
    };
    let stream = format!("framework/4304/{}", framework.id);
    let sender = central(clerk);
    clerk.send(sender, stream, payload, label);
}
