"""Before the plan is carried out: intention, requirement, commission, method (2.2 to 2.4)."""

from .core import entity, labels, machine, rule, sums

entity("IT", unit="", revised_on="")
entity("RQ", version=0, versions=dict, papers=set, reviewed=set)
entity("DG", agency="", spans=dict)
entity("MC", lots=set, method="")
machine(
    "IT",
    [
        ("-", "intention_published", "PUBLISHED"),
        ("-", "intention_exempted", "EXEMPTED"),
        ("PUBLISHED", "intention_revised", "="),
        ("PUBLISHED", "intention_withdrawn", "WITHDRAWN"),
        ("PUBLISHED EXEMPTED", "plan_filed", "USED"),
    ],
)
machine(
    "MC",
    [
        ("-", "method_change_requested", "REQUESTED"),
        ("REQUESTED", "method_change_approved", "APPROVED"),
        ("REQUESTED", "method_change_rejected", "REJECTED"),
    ],
)


@rule("intention_published", "intention_exempted", "intention_revised", "intention_withdrawn")
def intend(case):
    intention = case.step(case.find("IT", case.owner, case.body.intention_id))
    project = case.peek("PJ", case.owner)
    unit = getattr(case.body, "unit", "")
    case.ask("E020", bool(project and unit) and project.unit != unit)
    case.not_before(case.kind == "intention_revised" and intention.revised_on)
    yield
    if case.kind == "intention_revised":
        intention.revised_on = case.on
    intention.unit = unit or intention.unit


def requirement_of(case):
    requirement = case.find("RQ", case.owner, case.body.requirement_id)
    if requirement.state is None:
        case.effects.append(lambda: case.lead(requirement, "KNOWN"))
    return requirement


@rule("demand_surveyed")
def survey(case):
    case.once(requirement_of(case).papers, case.body.survey_id)


@rule("requirement_defined")
def define(case):
    requirement = requirement_of(case)
    case.bar("E002", case.body.version != requirement.version + 1)
    case.not_before(requirement.versions.get(requirement.version))
    yield
    requirement.version = case.body.version
    requirement.versions[case.body.version] = case.on


@rule("requirement_reviewed")
def review(case):
    requirement = case.known("RQ", case.owner, case.body.requirement_id)
    case.bar("E002", requirement.version == 0)
    case.not_before(requirement.versions.get(case.body.version))
    case.once(requirement.papers, case.body.review_id)
    case.ask("E001", case.body.version not in requirement.versions)
    yield
    requirement.reviewed.add(case.body.version)


@sums("RQ")
def reviewed_as_laid_down(_, requirement):
    if not requirement.reviewed <= set(requirement.versions):
        yield "E001"


@rule("agency_delegated")
def delegate(case):
    delegation = case.find("DG", case.owner, case.body.agency)
    case.effects.append(lambda: case.lead(delegation, "KNOWN"))
    number = case.body.delegation_id
    case.bar("E002", number in delegation.spans)
    yield
    delegation.agency = case.body.agency
    first, scopes = getattr(case.body, "from"), labels(case.body, "scope")
    delegation.spans[number] = first, case.body.to, scopes


@rule("method_change_requested", "method_change_approved", "method_change_rejected")
def method(case):
    change = case.step(case.find("MC", case.owner, case.body.request_id))
    project = case.peek("PJ", case.owner)
    case.not_before(project and project.filed_on)
    is_request = case.kind == "method_change_requested"
    case.ask("E002", is_request and project is not None and project.state != "FILED")
    if case.kind != "method_change_rejected":
        for lot in case.body.lot_nos:
            case.seen("LT", case.owner, lot)
    if case.kind == "method_change_approved" and change.state:
        asked = change.lots, change.method
        case.ask("E001", asked != (set(case.body.lot_nos), case.label("to_method")))
    yield
    if case.kind == "method_change_requested":
        change.lots, change.method = set(case.body.lot_nos), case.label("to_method")
