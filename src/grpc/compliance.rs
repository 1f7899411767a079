//! What the law says of histories: each method converts, asks the ledger, converts back.

use std::sync::Arc;

use prost::Message as _;
use tonic::{Request, Response, Status};

use super::{
    answers,
    append::{instant_of, micros_of},
    measures::{self, Flagged, Measured},
    projects::{Found, Wanted, view, wanted},
    query,
    replay::{self, Replay},
    search::{check, check_regions, few, is_named, page},
    status, subscribe,
    watch::{self, Watch},
};
use crate::{
    domain::values::{StreamKind, StreamName},
    events::{
        descriptor::schema,
        v1::{self, compliance_service_server::ComplianceService},
    },
    ledger::{
        Ledger,
        clock::Clock,
        law::{Judged, Stages},
        overlay::{LoadError, fact_of},
        views::Asked,
    },
    models::{
        Model,
        page::{Key, Page},
    },
    rules::{
        Pack, Packs, Rule,
        explain::{Step, arithmetic},
        pack::{Asks, FixedDay},
        verdict::{Finding, Obligation},
    },
    supervision::{self, Supervision, lists},
    views::AsOf,
};

/// Changes of a replay that are told one by one: when no number is asked for, and the most.
const CHANGES_TOLD: u32 = 100;
const CHANGES_MAX: u32 = 10_000;
/// Days ahead that may be watched.
const WITHIN_DAYS_MAX: u32 = 366;

/// Serves the judgements of a ledger.
#[derive(Clone)]
pub struct ComplianceServer {
    ledger: Ledger,
    supervision: Supervision,
    watched_max: usize,
    /// One replay goes on at a time: it judges everything twice.
    replaying: Arc<tokio::sync::Mutex<()>>,
}

impl ComplianceServer {
    /// Serves this ledger and its pictures; each caller watches so many obligations at most.
    pub fn new(ledger: Ledger, supervision: Supervision, watched_max: usize) -> Self {
        Self {
            ledger,
            supervision,
            watched_max,
            replaying: Arc::default(),
        }
    }

    /// The packs in force.
    fn packs(&self) -> Result<Arc<Packs>, Status> {
        let queries = self.ledger.queries();
        let asked = Asked {
            as_of: AsOf::default(),
            role: v1::ActorRole::Regulator,
            end: queries.view_end(),
            now_us: 0,
        };
        let packs = queries.packs(&asked);
        packs.map_err(|error| status::of_load(&error))
    }

    fn is_simulated(&self) -> bool {
        self.ledger.clock() == Clock::Simulated
    }
}

/// Answers a page of rows of a picture.
macro_rules! dated {
    ($self:ident, $response:ident { $field:ident } $dated:expr) => {{
        let dated = $dated.map_err(|error| status::of_model(&error))?;
        Ok(Response::new(v1::$response {
            $field: dated.answer.rows,
            next_page_token: dated.answer.next_page_token,
            on: dated.on,
            reflects_position: dated.answer.end.checked_sub(1),
            simulated_clock: $self.is_simulated(),
        }))
    }};
}

#[tonic::async_trait]
impl ComplianceService for ComplianceServer {
    async fn list_rules(
        &self,
        request: Request<v1::ListRulesRequest>,
    ) -> Result<Response<v1::ListRulesResponse>, Status> {
        let request = request.into_inner();
        let in_force_on = query::date_of("in_force_on", &request.in_force_on)?;
        let packs = self.packs()?;
        let is_known = packs.all().iter().any(|pack| pack.id == request.pack_id);
        if !request.pack_id.is_empty() && !is_known {
            let message = format!("{:?} is no pack of this ledger", request.pack_id);
            return Err(status::invalid("pack_id", message));
        }
        let of_pack = |pack: &&Pack| request.pack_id.is_empty() || pack.id == request.pack_id;
        let is_asked = |rule: &&Rule| {
            (request.rule_id.is_empty() || rule.id == request.rule_id)
                && in_force_on.is_none_or(|on| rule.is_in_force(on))
        };
        let versions = packs.all().iter().filter(of_pack).flat_map(|pack| {
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
        let (judgement, stages) = (judged.judgement, &judged.stages);
        let obligations = judgement.obligations.into_iter();
        let obligations = obligations.map(|of| obligation(of, stages));
        let findings = judgement.findings.into_iter();
        let findings = findings.map(|of| finding(of, stages));
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
            obligations: obligations.collect(),
            findings: findings.collect(),
            kept: kept.collect(),
            passed_over: passed_over.collect(),
            reflects_position,
            simulated_clock,
        }))
    }

    async fn list_obligations(
        &self,
        request: Request<v1::ListObligationsRequest>,
    ) -> Result<Response<v1::ListObligationsResponse>, Status> {
        let mut request = request.into_inner();
        let filter = request.filter.get_or_insert_default();
        let role = query::role_of(request.reader.as_ref())?;
        reads_findings(role, ("filter.unit", &filter.unit))?;
        check_filter(filter, &*self.packs()?)?;
        check(
            "statuses",
            &request.statuses,
            is_named::<v1::ObligationStatus>,
        )?;
        check_days(("due_from", &request.due_from), ("due_to", &request.due_to))?;
        let as_of = moments(&wanted!(request))?;
        let page = page!(request);
        let asked = |model: &Model<'_>| lists::obligations(model, &request, &page);
        dated!(self, ListObligationsResponse { obligations }
            self.supervision.ask(as_of, request.min_position, asked).await)
    }

    async fn list_findings(
        &self,
        request: Request<v1::ListFindingsRequest>,
    ) -> Result<Response<v1::ListFindingsResponse>, Status> {
        let mut request = request.into_inner();
        let filter = request.filter.get_or_insert_default();
        let role = query::role_of(request.reader.as_ref())?;
        reads_findings(role, ("filter.unit", &filter.unit))?;
        check_filter(filter, &*self.packs()?)?;
        check("statuses", &request.statuses, is_named::<v1::FindingStatus>)?;
        check_days(("on_from", &request.on_from), ("on_to", &request.on_to))?;
        let as_of = moments(&wanted!(request))?;
        let page = page!(request);
        let asked = |model: &Model<'_>| lists::findings(model, &request, &page);
        dated!(self, ListFindingsResponse { findings }
            self.supervision.ask(as_of, request.min_position, asked).await)
    }

    async fn get_finding(
        &self,
        request: Request<v1::GetFindingRequest>,
    ) -> Result<Response<v1::GetFindingResponse>, Status> {
        let request = request.into_inner();
        let role = query::role_of(request.reader.as_ref())?;
        reads_findings(role, ("unit", &request.unit))?;
        check_id(&request.finding_id)?;
        let as_of = moments(&wanted!(request))?;
        let find = |model: &Model<'_>| lists::finding_by_id(model, &request.finding_id);
        let found = self.supervision.ask(as_of, request.min_position, find);
        let found = found.await.map_err(|error| status::of_model(&error))?;
        let is_asked = |row: &v1::FindingRow| request.unit.is_empty() || row.unit == request.unit;
        let unknown = || status::not_found(&format!("finding {}", request.finding_id));
        let row = found.filter(is_asked).ok_or_else(unknown)?;
        self.finding_of(row, as_of, &request).map(Response::new)
    }

    type WatchObligationsStream = answers::Responses<v1::WatchObligationsResponse>;

    async fn watch_obligations(
        &self,
        request: Request<v1::WatchObligationsRequest>,
    ) -> Result<Response<Self::WatchObligationsStream>, Status> {
        let request = request.into_inner();
        let every = subscribe::heartbeat(request.heartbeat_ms)?;
        let filter = request.filter.unwrap_or_default();
        let role = query::role_of(request.reader.as_ref())?;
        reads_findings(role, ("filter.unit", &filter.unit))?;
        check_filter(&filter, &*self.packs()?)?;
        if request.within_days > WITHIN_DAYS_MAX {
            let message = format!("{}; at most {WITHIN_DAYS_MAX}", request.within_days);
            return Err(status::invalid("within_days", message));
        }
        let watch = Watch::new(filter, request.within_days, self.watched_max);
        watch::watch(&self.ledger, &self.supervision, watch, every)
    }

    async fn get_metrics(
        &self,
        request: Request<v1::GetMetricsRequest>,
    ) -> Result<Response<v1::GetMetricsResponse>, Status> {
        let request = request.into_inner();
        let role = query::role_of(request.reader.as_ref())?;
        reads_findings(role, ("unit", &request.unit))?;
        let as_of = moments(&wanted!(request))?;
        let measured = Measured::of(&request)?;
        let asked = |model: &Model<'_>| measured.answer(model);
        let answer = self.supervision.ask(as_of, request.min_position, asked);
        let answer = answer.await.map_err(|error| status::of_model(&error))?;
        Ok(Response::new(v1::GetMetricsResponse {
            simulated_clock: self.is_simulated(),
            ..answer
        }))
    }

    async fn list_indicators(
        &self,
        request: Request<v1::ListIndicatorsRequest>,
    ) -> Result<Response<v1::ListIndicatorsResponse>, Status> {
        let mut request = request.into_inner();
        let role = query::role_of(request.reader.as_ref())?;
        reads_findings(role, ("unit", &request.unit))?;
        let as_of = moments(&wanted!(request))?;
        let flagged = Flagged::of(&request)?;
        let page = page!(request);
        // What is told is computed as a whole, so that a page is a stretch of it.
        let first = match page.after.as_deref() {
            None => 0,
            Some([Key::Integer(first)]) => usize::try_from(*first).unwrap_or_default(),
            Some(_) => {
                let message = "it is no token that a page before ended with";
                return Err(status::invalid("page.page_token", message));
            }
        };
        let asked = |model: &Model<'_>| flagged.answer(model, (first, page.rows));
        let answer = self.supervision.ask(as_of, request.min_position, asked);
        let (answer, is_more) = answer.await.map_err(|error| status::of_model(&error))?;
        let next = i64::try_from(first + page.rows).unwrap_or(i64::MAX);
        let next_page_token = match is_more {
            true => page.token(&[Key::Integer(next)]),
            false => String::new(),
        };
        Ok(Response::new(v1::ListIndicatorsResponse {
            next_page_token,
            simulated_clock: self.is_simulated(),
            ..answer
        }))
    }

    type ReplayRulesStream = answers::Responses<v1::ReplayRulesResponse>;

    async fn replay_rules(
        &self,
        request: Request<v1::ReplayRulesRequest>,
    ) -> Result<Response<Self::ReplayRulesStream>, Status> {
        let request = request.into_inner();
        let role = query::role_of(request.reader.as_ref())?;
        reads_findings(role, ("reader", ""))?;
        check_days(("from", &request.from), ("to", &request.to))?;
        let effective_from = query::date_of("effective_from", &request.effective_from)?;
        let packs = measures::with_pack(&*self.packs()?, &request.content, effective_from)?;
        let changes_max = match request.changes_max {
            0 => CHANGES_TOLD,
            asked if asked <= CHANGES_MAX => asked,
            asked => {
                let message = format!("{asked} changes; at most {CHANGES_MAX}");
                return Err(status::invalid("changes_max", message));
            }
        };
        let wanted = supervision::replay::Wanted {
            from: query::date_of("from", &request.from)?,
            to: query::date_of("to", &request.to)?,
            changes_max: changes_max as usize,
        };
        // Where there is no picture yet, nobody waits for it.
        let ready = self.supervision.ask(AsOf::default(), None, |_| Ok(()));
        ready.await.map_err(|error| status::of_model(&error))?;
        let all = self.ledger.queries().view_end().checked_sub(1);
        let prepare = |model: &Model<'_>| supervision::replay::prepare(&self.ledger, model, &packs);
        let prepared = self.supervision.ask(AsOf::default(), all, prepare);
        let prepared = prepared.await.map_err(|error| status::of_model(&error))?;
        let replay = Replay {
            ledger: self.ledger.clone(),
            prepared,
            packs,
            wanted,
        };
        let (sender, responses) = answers::channel(replay::MESSAGES_AHEAD);
        tokio::spawn(replay.told_to(sender, self.replaying.clone()));
        Ok(Response::new(responses))
    }
}

/// The two moments of a picture.
fn moments(wanted: &Wanted<'_>) -> Result<AsOf, Status> {
    Ok(AsOf {
        legal_date: query::date_of("as_of_legal_date", wanted.legal_date)?,
        recorded_us: wanted.record_time.map(micros_of),
    })
}

/// Whether somebody may read what falls to others: regulators and auditors; a purchaser reads what
/// falls to a unit that is named.
fn reads_findings(role: v1::ActorRole, (field, unit): (&str, &str)) -> Result<(), Status> {
    use v1::ActorRole::{Audit, Purchaser, Regulator};
    match role {
        Regulator | Audit => Ok(()),
        Purchaser if !unit.is_empty() => Ok(()),
        Purchaser => Err(status::sealed(&format!(
            "what falls to others than {field}"
        ))),
        _ => Err(status::sealed("what obligations and findings tell")),
    }
}

fn check_filter(filter: &v1::ComplianceFilter, packs: &Packs) -> Result<(), Status> {
    check_regions("filter.region_codes", &filter.region_codes)?;
    check(
        "filter.severities",
        &filter.severities,
        is_named::<v1::Severity>,
    )?;
    few("filter.rule_ids", filter.rule_ids.len())?;
    for (index, id) in filter.rule_ids.iter().enumerate() {
        if packs.rules().all(|rule| rule.id != *id) {
            let message = format!("{id:?} is no rule of this ledger");
            return Err(status::invalid(
                &format!("filter.rule_ids[{index}]"),
                message,
            ));
        }
    }
    few("filter.stream_kinds", filter.stream_kinds.len())?;
    for (index, word) in filter.stream_kinds.iter().enumerate() {
        if StreamKind::parse(word).is_none() {
            let message = format!("{word:?} is no kind of stream");
            let field = format!("filter.stream_kinds[{index}]");
            return Err(status::invalid(&field, message));
        }
    }
    match filter.stream.as_str() {
        "" => Ok(()),
        stream => query::stream_source("filter.stream", stream).map(drop),
    }
}

fn check_days(from: (&str, &str), to: (&str, &str)) -> Result<(), Status> {
    let days = (query::date_of(from.0, from.1)?, query::date_of(to.0, to.1)?);
    match days {
        (Some(first), Some(last)) if first > last => {
            let message = format!("{last} is before {}, {first}", from.0);
            Err(status::invalid(to.0, message))
        }
        _ => Ok(()),
    }
}

fn check_id(id: &str) -> Result<(), Status> {
    match id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        true => Ok(()),
        false => {
            let message = format!("{id:?} is no finding; write 32 hexadecimal digits");
            Err(status::invalid("finding_id", message))
        }
    }
}

impl ComplianceServer {
    /// A finding of a picture, judged once more with everything that it rests on.
    fn finding_of(
        &self,
        row: v1::FindingRow,
        as_of: AsOf,
        request: &v1::GetFindingRequest,
    ) -> Result<v1::GetFindingResponse, Status> {
        let stream = StreamName::parse(&row.stream)
            .map_err(|fault| status::invalid("finding_id", fault.to_string()))?;
        let queries = self.ledger.queries();
        let asked = Asked {
            as_of,
            role: v1::ActorRole::Regulator,
            end: queries.view_end(),
            now_us: self.ledger.clock().now_us(self.ledger.last_recorded_us()),
        };
        let failed = |error: LoadError| status::of_load(&error);
        let judge = || queries.compliance(&stream, &asked);
        let judged = tokio::task::block_in_place(judge).map_err(failed)?;
        let unknown = || status::not_found(&format!("finding {}", request.finding_id));
        let Judged {
            judgement,
            stages,
            packs,
            calendar,
            on,
        } = judged.ok_or_else(unknown)?;
        let mut findings = judgement.findings.into_iter();
        let of = findings.find(|finding| finding.id == request.finding_id);
        // What no single stream shows stands in the picture alone.
        let of = of.map(|of| finding(of, &stages)).or(row.finding.clone());
        let of = of.ok_or_else(unknown)?;
        let mut obligations = judgement.obligations.into_iter();
        let behind = obligations.find(|o| o.rule_id == of.rule_id && o.subject == of.subject);
        let evidence = of.positions.iter().map(|position| self.evidence(*position));
        let evidence = evidence.collect::<Result<_, _>>()?;
        let versions = packs.versions_of(&of.rule_id).into_iter();
        let mut versions = versions.filter(|(_, rule)| rule.from.to_string() <= of.rule_from);
        let rule = versions.next_back();
        let days = behind.as_ref().map(|of| arithmetic(of, &calendar));
        Ok(v1::GetFindingResponse {
            finding: Some(v1::FindingRow {
                finding: Some(of),
                ..row
            }),
            rule: rule.map(|(pack, rule)| version(pack, rule)),
            obligation: behind.map(|of| obligation(of, &stages)),
            days: days.unwrap_or_default().into_iter().map(counted).collect(),
            evidence,
            on: on.to_string(),
            reflects_position: queries.reflected(&asked).map_err(failed)?,
            simulated_clock: self.is_simulated(),
        })
    }

    /// An event that is evidence.
    fn evidence(&self, position: u64) -> Result<v1::EvidenceEvent, Status> {
        let entry = self.ledger.queries().entry(position);
        let entry = entry.map_err(|error| status::of_load(&error))?;
        let fact = fact_of(&entry).map_err(|error| status::of_load(&error))?;
        let number = entry.view().payload_number().unwrap_or_default();
        let event_type = schema().by_number(number).map(|of| of.name.clone());
        Ok(v1::EvidenceEvent {
            position,
            event_type: event_type.unwrap_or_default(),
            legal_date: fact.legal_date.to_string(),
            recorded_at: Some(instant_of(entry.recorded_at_us)),
            source_system: fact.event.source_system,
            source_ref: fact.event.source_ref,
        })
    }
}

fn version(pack: &Pack, rule: &Rule) -> v1::RuleVersion {
    let mut version = v1::RuleVersion {
        rule_id: rule.id.clone(),
        title_zh: rule.zh.clone(),
        title_en: rule.en.clone(),
        citation: rule.citation.clone(),
        severity: v1::Severity::from(rule.severity).into(),
        confidence: rule.confidence.clone(),
        pack_id: pack.id.clone(),
        pack_version: pack.version.clone(),
        fact: rule.fact.name.to_owned(),
        fact_zh: rule.fact.zh.to_owned(),
        fact_en: rule.fact.en.to_owned(),
        effective_from: rule.from.to_string(),
        effective_to: rule.to.map(|to| to.to_string()).unwrap_or_default(),
        alias_of: rule.alias_of.clone().unwrap_or_default(),
        when: rule
            .when
            .as_ref()
            .map(|when| when.source().to_owned())
            .unwrap_or_default(),
        ..v1::RuleVersion::default()
    };
    match &rule.asks {
        Asks::Deadline {
            convention: counts,
            length,
            on,
            at_least_bp,
        } => {
            version.convention = v1::Convention::from(*counts).into();
            version.length = length.unwrap_or_default();
            version.at_least_bp = *at_least_bp;
            version.fixed_on = on.map(FixedDay::to_text).unwrap_or_default();
        }
        Asks::Span {
            convention: counts,
            length,
        } => {
            version.convention = v1::Convention::from(*counts).into();
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

/// A day of a count.
fn counted(step: Step) -> v1::CountedDay {
    v1::CountedDay {
        on: step.on.to_string(),
        number: if step.counts { step.n } else { 0 },
        why_zh: step.why_zh,
        why_en: step.why_en,
    }
}

fn obligation(of: Obligation, stages: &Stages) -> v1::Obligation {
    v1::Obligation {
        stage: stages.of(&of.evidence),
        rule_id: of.rule_id,
        rule_from: of.rule_from.to_string(),
        severity: v1::Severity::from(of.severity).into(),
        subject: of.subject,
        convention: v1::Convention::from(of.convention).into(),
        length: of.length,
        triggered_on: of.triggered_on.to_string(),
        due_on: of.due_on.to_string(),
        done_on: of.done_on.map(|on| on.to_string()).unwrap_or_default(),
        status: v1::ObligationStatus::from(of.status).into(),
        late_calendar_days: of.late_calendar_days,
        late_working_days: of.late_working_days,
        provisional: of.is_provisional,
        amount_fen: of.amount_fen,
        positions: of.evidence,
        reason: of.reason.unwrap_or_default(),
    }
}

pub fn finding(of: Finding, stages: &Stages) -> v1::Finding {
    v1::Finding {
        stage: stages.of(&of.evidence),
        finding_id: of.id,
        rule_id: of.rule_id,
        rule_from: of.rule_from.to_string(),
        severity: v1::Severity::from(of.severity).into(),
        subject: of.subject,
        status: v1::FindingStatus::from(of.status).into(),
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
        superseded_by: of.superseded_by,
    }
}
