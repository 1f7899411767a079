//! What the law says of histories: each method converts, asks the ledger, converts back.

use tonic::{Request, Response, Status};

use super::{
    projects::{Found, Wanted, view, wanted},
    query, status,
};
use crate::{
    domain::values::StreamName,
    events::v1::{self, compliance_service_server::ComplianceService},
    ledger::{Ledger, views::Asked},
    rules::{
        Convention, Pack, Rule, Severity,
        pack::{self, Asks, FixedDay},
        verdict::{Finding, FindingStatus, Obligation, ObligationStatus},
    },
};

/// Serves the judgements of a ledger.
#[derive(Clone)]
pub struct ComplianceServer {
    ledger: Ledger,
}

impl ComplianceServer {
    /// Serves this ledger.
    pub fn new(ledger: Ledger) -> Self {
        Self { ledger }
    }
}

#[tonic::async_trait]
impl ComplianceService for ComplianceServer {
    async fn list_rules(
        &self,
        request: Request<v1::ListRulesRequest>,
    ) -> Result<Response<v1::ListRulesResponse>, Status> {
        let request = request.into_inner();
        let in_force_on = query::date_of("in_force_on", &request.in_force_on)?;
        let packs = pack::ours();
        if !request.pack_id.is_empty() && packs.iter().all(|pack| pack.id != request.pack_id) {
            let message = format!("{:?} is no pack of this ledger", request.pack_id);
            return Err(status::invalid("pack_id", message));
        }
        let of_pack = |pack: &&Pack| request.pack_id.is_empty() || pack.id == request.pack_id;
        let is_asked = |rule: &&Rule| {
            (request.rule_id.is_empty() || rule.id == request.rule_id)
                && in_force_on.is_none_or(|on| rule.is_in_force(on))
        };
        let versions = packs.iter().filter(of_pack).flat_map(|pack| {
            let rules = pack.rules.iter().filter(is_asked);
            rules.map(|rule| version(pack, rule))
        });
        let rules = versions.collect();
        Ok(Response::new(v1::ListRulesResponse { rules }))
    }

    async fn get_compliance(
        &self,
        request: Request<v1::GetComplianceRequest>,
    ) -> Result<Response<v1::GetComplianceResponse>, Status> {
        let request = request.into_inner();
        let stream = StreamName::parse(&request.stream)
            .map_err(|fault| status::invalid("stream", fault.to_string()))?;
        let queries = self.ledger.queries();
        let judge = |asked: &Asked| queries.compliance(&stream, asked);
        let found = view(&self.ledger, &stream, wanted!(request), judge).await?;
        let Found {
            view: judged,
            reflects_position,
            simulated_clock,
        } = found;
        let judgement = judged.judgement;
        let kept = judgement.kept.into_iter();
        let kept = kept.map(|(rule_id, subject)| v1::KeptRule { rule_id, subject });
        let passed_over = judgement.passed_over.into_iter();
        let passed_over = passed_over.map(|of| v1::RulePassedOver {
            rule_id: of.rule_id,
            subject: of.subject,
            reason: of.reason,
        });
        Ok(Response::new(v1::GetComplianceResponse {
            stream: stream.to_string(),
            on: judged.on.to_string(),
            obligations: judgement.obligations.into_iter().map(obligation).collect(),
            findings: judgement.findings.into_iter().map(finding).collect(),
            kept: kept.collect(),
            passed_over: passed_over.collect(),
            reflects_position,
            simulated_clock,
        }))
    }
}

fn severity(severity: Severity) -> v1::Severity {
    match severity {
        Severity::Info => v1::Severity::Info,
        Severity::Minor => v1::Severity::Minor,
        Severity::Major => v1::Severity::Major,
        Severity::Critical => v1::Severity::Critical,
    }
}

fn convention(convention: Convention) -> v1::Convention {
    match convention {
        Convention::WdX => v1::Convention::WdX,
        Convention::CdR => v1::Convention::CdR,
        Convention::CdN => v1::Convention::CdN,
        Convention::Fixed => v1::Convention::Fixed,
        Convention::Years => v1::Convention::Years,
        Convention::MinCd => v1::Convention::MinCd,
        Convention::MinWd => v1::Convention::MinWd,
        Convention::WinWd => v1::Convention::WinWd,
        Convention::BeforeCd => v1::Convention::BeforeCd,
    }
}

fn version(pack: &Pack, rule: &Rule) -> v1::RuleVersion {
    let mut version = v1::RuleVersion {
        rule_id: rule.id.clone(),
        title_zh: rule.zh.clone(),
        title_en: rule.en.clone(),
        citation: rule.citation.clone(),
        severity: severity(rule.severity).into(),
        confidence: rule.confidence.clone(),
        pack_id: pack.id.clone(),
        pack_version: pack.version.clone(),
        fact: rule.fact.name.to_owned(),
        fact_zh: rule.fact.zh.to_owned(),
        fact_en: rule.fact.en.to_owned(),
        effective_from: rule.from.to_string(),
        effective_to: rule.to.map(|to| to.to_string()).unwrap_or_default(),
        alias_of: rule.alias_of.clone().unwrap_or_default(),
        ..v1::RuleVersion::default()
    };
    match &rule.asks {
        Asks::Deadline {
            convention: counts,
            length,
            on,
            at_least_bp,
        } => {
            version.convention = convention(*counts).into();
            version.length = length.unwrap_or_default();
            version.at_least_bp = *at_least_bp;
            version.fixed_on = on.map(FixedDay::to_text).unwrap_or_default();
        }
        Asks::Span {
            convention: counts,
            length,
        } => {
            version.convention = convention(*counts).into();
            version.length = *length;
        }
        Asks::Content { limit } | Asks::Exists { limit } => version.limit = *limit,
        Asks::Ratio {
            at_least_bp,
            at_most_bp,
        } => {
            version.at_least_bp = *at_least_bp;
            version.at_most_bp = *at_most_bp;
        }
    }
    version
}

fn obligation(of: Obligation) -> v1::Obligation {
    let status = match of.status {
        ObligationStatus::Pending => v1::ObligationStatus::Pending,
        ObligationStatus::Paused => v1::ObligationStatus::Paused,
        ObligationStatus::Met => v1::ObligationStatus::Met,
        ObligationStatus::Late => v1::ObligationStatus::Late,
        ObligationStatus::Overdue => v1::ObligationStatus::Overdue,
        ObligationStatus::Void => v1::ObligationStatus::Void,
    };
    v1::Obligation {
        rule_id: of.rule_id,
        rule_from: of.rule_from.to_string(),
        severity: severity(of.severity).into(),
        subject: of.subject,
        convention: convention(of.convention).into(),
        length: of.length,
        triggered_on: of.triggered_on.to_string(),
        due_on: of.due_on.to_string(),
        done_on: of.done_on.map(|on| on.to_string()).unwrap_or_default(),
        status: status.into(),
        late_calendar_days: of.late_calendar_days,
        late_working_days: of.late_working_days,
        provisional: of.is_provisional,
        amount_fen: of.amount_fen,
        positions: of.evidence,
        reason: of.reason.unwrap_or_default(),
    }
}

fn finding(of: Finding) -> v1::Finding {
    let status = match of.status {
        FindingStatus::Open => v1::FindingStatus::Open,
        FindingStatus::Rectified => v1::FindingStatus::Rectified,
        FindingStatus::Waived => v1::FindingStatus::Waived,
    };
    v1::Finding {
        finding_id: of.id,
        rule_id: of.rule_id,
        rule_from: of.rule_from.to_string(),
        severity: severity(of.severity).into(),
        subject: of.subject,
        status: status.into(),
        on: of.on.to_string(),
        due_on: of.due_on.map(|on| on.to_string()).unwrap_or_default(),
        actual_on: of.actual_on.map(|on| on.to_string()).unwrap_or_default(),
        late_calendar_days: of.late_calendar_days,
        late_working_days: of.late_working_days,
        quantity_expected: of.expected,
        quantity_actual: of.actual,
        amount_fen: of.amount_fen,
        provisional: of.is_provisional,
        details: of.details,
        positions: of.evidence,
        alias_rule_ids: of.aliases,
    }
}
