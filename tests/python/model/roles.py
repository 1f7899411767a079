"""Who may append what, and which regulator has power over it (domain.md 5)."""

from fnmatch import fnmatch

from .core import label, labels

BUYERS = "PURCHASER AGENCY CENTRAL_AGENCY"
# The first row that fits counts.
ROWS = [
    ("budget_line_*", "BUDGET_SYS"),
    ("complaint_received", "REGULATOR SUPPLIER"),
    ("complaint_responded", "PURCHASER AGENCY SUPPLIER"),
    ("complaint_corrected complaint_withdrawn", "SUPPLIER"),
    ("complaint_*", "REGULATOR"),
    ("intention_* requirement_* plan_filed plan_revised plan_cancelled", "PURCHASER AGENCY"),
    ("small_purchase_recorded", "PURCHASER AGENCY"),
    ("plan_completed lot_retry_abandoned", "PURCHASER"),
    ("award_recorded", "PURCHASER"),
    ("method_change_approved method_change_rejected approval_decided", "REGULATOR"),
    ("approval_supplement_requested approval_item_*", "REGULATOR"),
    ("approval_requested approval_supplemented approval_withdrawn", BUYERS),
    ("assessment_rectified", "CENTRAL_AGENCY REGULATOR"),
    ("internal_control_filing_* assessment_*", "REGULATOR"),
    ("barrier_clue_received", "*"),
    ("barrier_confirmed barrier_dismissed", "REGULATOR"),
    ("region_* holiday_* irregular_* bad_conduct_* credit_repaired", "REGULATOR"),
    ("procurement_document_issued clarification_issued", f"{BUYERS} TRADE_SYS"),
    ("evaluation_report_delivered lot_failed award_notice_issued", f"{BUYERS} TRADE_SYS"),
    ("notice_published", f"{BUYERS} TRADE_SYS REGULATOR"),
    ("winner_determined", BUYERS),
    ("contract_signed supplement_signed acceptance_*", "PURCHASER AGENCY"),
    ("contract_changed contract_terminated", "PURCHASER"),
    ("bid_* bids_opened evaluation_concluded committee_formed abnormal_*", "TRADE_SYS"),
    ("payment_requested", "PURCHASER TREASURY_SYS"),
    ("payment_*", "TREASURY_SYS"),
    ("emall_rule_* emall_manager_*", "REGULATOR EMALL_SYS"),
    ("emall_objection_resolved emall_objection_taken", "EMALL_SYS REGULATOR"),
    ("emall_*", "EMALL_SYS"),
    ("canteen_*", "PURCHASER"),
    ("farm_*", "FARM_SYS"),
    ("financing_consent_given", "SUPPLIER"),
    ("financing_applied financing_cancelled", "SUPPLIER BANK"),
    ("financing_* payee_account_*", "BANK"),
    ("confirmation_requested", "SUPPLIER BANK"),
    ("contract_confirmed", "PURCHASER"),
    ("guarantee_released guarantee_claimed", "GUARANTOR BANK PURCHASER"),
    ("guarantee_*", "GUARANTOR BANK"),
    ("venue_requested venue_request_withdrawn", BUYERS),
    ("venue_*", "VENUE TRADE_SYS"),
    ("challenge_filed challenge_withdrawn", "SUPPLIER"),
    ("challenge_received challenge_replied", f"{BUYERS}"),
    ("inquiry_received", f"{BUYERS} SUPPLIER"),
    ("inquiry_answered", BUYERS),
    ("credit_evaluated", f"{BUYERS} SUPPLIER"),
    ("organisation_* source_system_* threshold_* rule_pack_* metric_*", "REGULATOR"),
    ("campaign_task_reported", f"{BUYERS} REGULATOR VENUE BANK"),
    ("sync_batch_received stage_linked ocds_*", "*"),
    ("campaign_task_defined finding_waived", "REGULATOR"),
    ("goods_delivered invoice_received", "PURCHASER SUPPLIER"),
    ("performance_started settlement_confirmed liquidated_damages_assessed", "PURCHASER"),
    ("rectification_completed contract_completed", "PURCHASER"),
    ("supplier_library_*", "PURCHASER AGENCY REGULATOR"),
    ("barrier_rectified fair_competition_reviewed", "PURCHASER AGENCY"),
    ("procurement_started", "PURCHASER AGENCY"),
    ("agency_delegated", "PURCHASER"),
    ("internal_control_*", "PURCHASER AGENCY"),
    ("contract_filed contract_suspended contract_resumed", "PURCHASER AGENCY"),
    ("agency_fee_paid expert_fee_paid credit_enhancement_accepted", "PURCHASER AGENCY"),
    ("qualification_reviewed demand_surveyed method_change_requested", BUYERS),
    ("single_source_* award_revoked reevaluation_ordered procurement_terminated", BUYERS),
    ("reprocurement_started bond_* challenge_refused challenge_forwarded", BUYERS),
    ("framework_plan_reviewed", "REGULATOR"),
    ("framework_*", BUYERS),
    ("operating_procedure_issued", f"{BUYERS} REGULATOR"),
]
# What an agency's commission must cover, one of these, by event (enum DelegationScope in
# plan.proto); any commission covers the rest.
SCOPES = [
    ("procurement_document_issued clarification_issued", "DOCUMENT"),
    ("evaluation_report_delivered lot_failed", "EVALUATION"),
    ("award_notice_issued", "NOTICE AWARD"),
    ("notice_published", "NOTICE"),
    ("winner_determined", "AWARD"),
    ("contract_signed supplement_signed", "CONTRACT"),
    ("contract_filed contract_suspended contract_resumed", "CONTRACT"),
    ("acceptance_*", "ACCEPTANCE"),
    ("inquiry_* challenge_received challenge_replied", "CHALLENGE"),
]
SILENT = ("EXPERT", "AUDIT", "PUBLIC")
NOTICES_OF_REGULATORS = ("ASSESSMENT_RESULT", "COMPLAINT_DECISION", "PENALTY")


def row_of(kind, rows):
    """The words of the first row whose pattern fits an event type."""
    for patterns, words in rows:
        if any(fnmatch(kind, pattern) for pattern in patterns.split()):
            return words
    return ""


def may_append(fact, role):
    """Whether a role may append such events at all."""
    roles = row_of(fact.kind, ROWS)
    if fact.kind == "barrier_clue_received":
        return role not in ("EXPERT", "AUDIT")
    if fact.kind == "notice_published":
        kind = label(fact.body, "notice_type")
        if kind in NOTICES_OF_REGULATORS:
            return role == "REGULATOR"
        return role in BUYERS.split() or role == "TRADE_SYS" and kind != "AWARD_RESULT"
    return role not in SILENT if roles == "*" else role in roles.split()


def unit_of(model, fact):
    """The unit whose business an event is, as far as it is known."""
    body = fact.body
    if fact.stream_kind == "unit":
        return fact.owner
    if getattr(body, "unit", ""):
        return body.unit
    if fact.kind.startswith("intention_"):
        intention = model.things.get(("IT", fact.owner, body.intention_id))
        return intention.unit if intention else ""
    if fact.stream_kind == "framework":
        framework = model.things.get(("FA", fact.owner, ""))
        return framework.unit if framework else getattr(body, "soliciting_unit", "")
    project = model.things.get(("PJ", project_of(model, fact), ""))
    return project.unit if project else ""


def project_of(model, fact):
    """The project of an event, also where the event stands in another stream."""
    if fact.kind == "venue_request_withdrawn":
        request = model.things.get(("VR", fact.owner, fact.body.request_id))
        return request.project if request else ""
    if fact.stream_kind in ("region", "venue"):
        return getattr(fact.body, "project_id", "")
    return fact.owner


def is_commissioned(model, fact, agency):
    """Whether an agency may act in the event's project on its day."""
    delegation = model.things.get(("DG", project_of(model, fact), agency))
    needed = set(row_of(fact.kind, SCOPES).split())
    return any(
        first <= fact.on and (not last or fact.on <= last) and (not needed or needed & scopes)
        for first, last, scopes in (delegation.spans.values() if delegation else ())
    )


# The party in whose name a supplier or bank acts, by capacity and event.
PARTIES = {
    ("SUPPLIER", "challenge_filed"): "supplier",
    ("SUPPLIER", "inquiry_received"): "supplier",
    ("SUPPLIER", "complaint_received"): "complainant",
    ("SUPPLIER", "complaint_responded"): "respondent",
    ("SUPPLIER", "credit_evaluated"): "evaluator",
    ("BANK", "financing_applied"): "bank",
}
# What an act of a party is on, by the field that names it, and what tells whose it is.
OWN = (
    ("BANK", "financing_id", "FN", "bank"),
    ("SUPPLIER", "contract_id", "CT", "supplier"),
    ("SUPPLIER", "complaint_id", "CP", "complainant"),
    ("SUPPLIER", "challenge_id", "CH", "supplier"),
)


def party_of(model, fact, role):
    """Who alone may append it in such a role, or nobody in particular."""
    if fact.kind == "campaign_task_reported":
        return fact.body.unit
    if (role, fact.kind) in PARTIES:
        return getattr(fact.body, PARTIES[role, fact.kind])
    for capacity, field, kind, owner in OWN:
        name = getattr(fact.body, field, "")
        if role == capacity and name:
            known = model.things.get((kind, fact.owner, name))
            return getattr(known, owner) if known else ""
    return ""


# The one act in a project for which the central agency, too, needs a commission.
AWARDED = "winner_determined"
IN_PROJECTS = ("project", "order")


def acts_for_itself(model, fact, role):
    """Whether the actor may do so for this unit, project or contract."""
    actor = fact.event.actor_org
    in_project = fact.stream_kind in IN_PROJECTS or fact.kind.startswith("venue_request")
    if fact.kind == "stage_linked":
        return True
    if fact.kind == "sync_batch_received":
        return fact.event.source_system == fact.body.system
    if role == "PURCHASER" and (in_project or fact.stream_kind in ("unit", "framework")):
        return unit_of(model, fact) in ("", actor)
    if in_project and (role == "AGENCY" or role == "CENTRAL_AGENCY" and fact.kind == AWARDED):
        return is_commissioned(model, fact, actor)
    if role == "AGENCY" and fact.stream_kind == "unit":
        return fact.owner == actor
    return party_of(model, fact, role) in ("", actor)


# Kinds of organisation that belong to a region: units, central agencies, finance regulators.
LOCAL = {"BUDGET_UNIT", "CENTRAL_AGENCY", "FINANCE_REGULATOR"}
# The effect of a correction that only regulators mark (enum CorrectionEffect in event.proto).
RETROACTIVE = 2
FINANCE_REGULATOR = "FINANCE_REGULATOR"
# What anybody may tell in any capacity, also a regulator of elsewhere.
FREE = (
    "campaign_task_reported sync_batch_received ocds_release_imported barrier_clue_received "
    "stage_linked"
)


def has_power(model, fact):
    """Whether the acting regulator supervises the region of the fact, and of its object."""
    event, body = fact.event, fact.body
    if fact.kind in FREE.split():
        return True
    actor = model.things.get(("OR", event.actor_org, ""))
    is_known = actor is not None and actor.state == "ACTIVE" and FINANCE_REGULATOR in actor.kinds
    if not is_known:
        # A finance regulator enters itself.
        if fact.kind != "organisation_registered" or body.uscc != event.actor_org:
            return False
        is_regulator = FINANCE_REGULATOR in labels(body, "kinds")
        return is_regulator and body.region == event.region_code
    if fact.kind in ("method_change_approved", "method_change_rejected"):
        # The city's finance department or the province's.
        return actor.region in (f"{fact.partition}00", f"{fact.partition[:2]}0000")
    regions = {event.region_code}
    if fact.kind in ("organisation_registered", "organisation_changed"):
        if LOCAL & labels(body, "kinds"):
            regions.add(body.region)
    elif fact.stream_kind == "region" and fact.kind != "region_registered":
        regions.add(fact.owner)
    return regions == {actor.region}
