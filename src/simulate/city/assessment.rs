//! 集采机构考核: finance assesses the central agency's last year (task 04).

use chrono::NaiveDate;

use super::{Clerk, clerk::Sender};
use crate::{
    events::v1::{
        ActorRole, AssessmentConcluded, AssessmentGrade, AssessmentIndicator, AssessmentPlanIssued,
        AssessmentRectificationOrdered, AssessmentRectified, AssessmentResultNotice,
        AssessmentScored, IndicatorWeight, NoticePublished, NoticeType, event_payload::Payload,
        notice_published::Content,
    },
    simulate::draft::{instant, source},
};

/// Indicators, their names and weights in basis points.
const INDICATORS: [(AssessmentIndicator, &str, i32); 6] = [
    (AssessmentIndicator::Price, "采购价格", 2000),
    (AssessmentIndicator::Saving, "节约资金效果", 2000),
    (AssessmentIndicator::Service, "服务质量", 2000),
    (AssessmentIndicator::Reputation, "信誉状况", 1500),
    (AssessmentIndicator::Violation, "有无违法行为", 1500),
    (AssessmentIndicator::Policy, "政策执行情况", 1000),
];

pub(super) fn write(clerk: &mut Clerk<'_>) {
    let sender = clerk.city();
    let agency = clerk.world.others[0].uscc.clone();
    let stream = format!("agency/4304/{agency}");
    let last_year = clerk.year() - 1;
    let assessment_id = format!("KH-{last_year}");
    clerk.begin(2, 20);
    let issued = AssessmentPlanIssued {
        assessment_id: assessment_id.clone(),
        agency: agency.clone(),
        fiscal_year: last_year,
        indicators: INDICATORS
            .iter()
            .map(|(code, name, weight_bp)| IndicatorWeight {
                code: (*code).into(),
                name: (*name).into(),
                weight_bp: *weight_bp,
            })
            .collect(),
        issued_on: clerk.date(),
    };
    let payload = Payload::AssessmentPlanIssued(issued);
    clerk.send(sender, stream.clone(), payload, "assessment planned");
    let mut total = 0;
    for (indicator, _, weight_bp) in INDICATORS {
        clerk.pass(3, 9);
        let score_x100 = clerk.random.between(7200, 9600) as i32;
        total += score_x100 * weight_bp;
        let scored = AssessmentScored {
            assessment_id: assessment_id.clone(),
            indicator: indicator.into(),
            score_x100,
            evidence: "抽查项目二十个".into(),
            scored_on: clerk.date(),
        };
        let payload = Payload::AssessmentScored(scored);
        clerk.send(sender, stream.clone(), payload, "indicator scored");
    }
    clerk.pass(2, 6);
    let is_overdue = clerk.is_planted("HY-04-ASSESS");
    let is_late = clerk.is_planted("MOF135-ASSESS-5WD");
    if is_overdue {
        clerk.today = clerk.calendar.on_or_after(clerk.day_of_year(12, 4));
    }
    let total_x100 = total / 10_000;
    let grade = match total_x100 {
        9000.. => AssessmentGrade::Excellent,
        8000..9000 => AssessmentGrade::Good,
        _ => AssessmentGrade::Pass,
    };
    let concluded = AssessmentConcluded {
        assessment_id: assessment_id.clone(),
        total_x100,
        grade: grade.into(),
        concluded_on: clerk.date(),
    };
    let payload = Payload::AssessmentConcluded(concluded);
    clerk.send(sender, stream.clone(), payload, "assessment concluded");
    let concluded_on = clerk.today;
    clerk.pass(1, 5);
    if is_late {
        clerk.today = clerk.calendar.workdays_after(concluded_on, 8);
    }
    publish(clerk, &stream, &assessment_id);
    note(clerk, &agency, (is_overdue, is_late), concluded_on);
    clerk.pass(2, 6);
    let ordered = AssessmentRectificationOrdered {
        assessment_id: assessment_id.clone(),
        what: "完善质疑答复时限管理".into(),
        until: clerk.calendar.workdays_after(clerk.today, 30).to_string(),
        ordered_on: clerk.date(),
    };
    let payload = Payload::AssessmentRectificationOrdered(ordered);
    clerk.send(sender, stream.clone(), payload, "mending ordered");
    let ordered_on = clerk.today;
    clerk.pass(10, 28);
    if is_overdue {
        clerk.today = clerk.calendar.workdays_after(ordered_on, 2);
    }
    let rectified = AssessmentRectified {
        assessment_id,
        measures: "已修订内部流程并组织培训".into(),
        rectified_on: clerk.date(),
    };
    let central = Sender {
        source: source::INTRANET,
        actor: &agency,
        role: ActorRole::CentralAgency,
        region: sender.region,
    };
    let payload = Payload::AssessmentRectified(rectified);
    clerk.send(central, stream, payload, "mended");
}

/// Notes what is broken. The result is never on the province's own site, only on the city's.
fn note(
    clerk: &mut Clerk<'_>,
    agency: &str,
    (is_overdue, is_late): (bool, bool),
    concluded_on: NaiveDate,
) {
    let due_on = clerk.day_of_year(11, 30);
    let of_year = (
        format!("agency/4304/{agency}/{}", clerk.year()),
        format!("organisation/4304/{agency}"),
    );
    clerk.breaks(due_on, "HY-04-ASSESS-PUB", of_year.clone());
    if is_overdue {
        clerk.breaks(due_on, "HY-04-ASSESS", of_year);
    }
    if is_late {
        let about = (
            format!("assessment/4304/{agency}/KH-{}", clerk.year() - 1),
            format!("agency/4304/{agency}"),
        );
        let due_on = clerk.calendar.workdays_after(concluded_on, 5);
        clerk.breaks(due_on, "MOF135-ASSESS-5WD", about);
    }
}

fn publish(clerk: &mut Clerk<'_>, stream: &str, assessment_id: &str) {
    let sender = Sender {
        source: source::NOTICES,
        ..clerk.city()
    };
    let published_at = instant(clerk.today, 9, 0);
    let content = AssessmentResultNotice {
        text: "集中采购机构考核结果公告".into(),
    };
    let notice = NoticePublished {
        notice_id: format!("GG-{assessment_id}"),
        notice_type: NoticeType::AssessmentResult.into(),
        assessment_id: assessment_id.into(),
        channel: source::NOTICES.into(),
        url: format!("https://ccgp-hy.example.org/assessments/{assessment_id}"),
        published_at: Some(published_at),
        content: Some(Content::AssessmentResult(content)),
        ..NoticePublished::default()
    };
    let told = (published_at, Payload::NoticePublished(notice));
    clerk.send_with(sender, stream.into(), told, None, "assessment published");
}
