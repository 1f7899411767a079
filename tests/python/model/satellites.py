"""What stands beside projects: units, agencies, libraries, regions (tasks 02 to 04, 07, 11, 12)."""

from .core import entity, machine, rule, sums

entity("IC", filed_to="")
entity(
    "AS",
    weight=10000,
    indicators=set,
    scored=set,
    last_on="",
    concluded_on="",
    is_published=False,
)
entity("ON", modules=set)
entity("TK", reported=set)
entity("FR", orders=dict)
machine(
    "IC",
    [
        ("-", "internal_control_issued", "ISSUED"),
        ("ISSUED RETURNED REVISED", "internal_control_filed", "FILED"),
        ("FILED", "internal_control_filing_accepted", "ACCEPTED"),
        ("FILED", "internal_control_filing_returned", "RETURNED"),
        ("ACCEPTED", "internal_control_revised", "REVISED"),
        ("ACCEPTED", "internal_control_repealed", "REPEALED"),
    ],
)
machine(
    "AS",
    [
        ("-", "assessment_plan_issued", "PLANNED"),
        ("PLANNED SCORING", "assessment_scored", "SCORING"),
        ("SCORING", "assessment_concluded", "CONCLUDED"),
        ("CONCLUDED", "assessment_rectification_ordered", "RECTIFYING"),
        ("RECTIFYING", "assessment_rectified", "CLOSED"),
    ],
)
machine(
    "LB",
    [
        ("-", "supplier_library_reported", "REPORTED"),
        ("REPORTED RETAINED", "supplier_library_abolished", "ABOLISHED"),
        ("REPORTED", "supplier_library_retained", "RETAINED"),
    ],
)
machine(
    "BC",
    [
        ("-", "barrier_clue_received", "RECEIVED"),
        ("RECEIVED", "barrier_confirmed", "CONFIRMED"),
        ("RECEIVED", "barrier_dismissed", "DISMISSED"),
        ("CONFIRMED", "barrier_rectified", "RECTIFIED"),
    ],
)
machine(
    "AP",
    [
        ("-", "approval_requested", "REQUESTED"),
        ("REQUESTED", "approval_supplement_requested", "SUPPLEMENTING"),
        ("SUPPLEMENTING", "approval_supplemented", "REQUESTED"),
        ("REQUESTED", "approval_decided", "DECIDED"),
        ("REQUESTED SUPPLEMENTING", "approval_withdrawn", "WITHDRAWN"),
    ],
)
machine(
    "AI",
    [
        ("-", "approval_item_catalogued", "CATALOGUED"),
        ("CATALOGUED", "approval_item_justified", "="),
        ("CATALOGUED", "approval_item_abolished", "ABOLISHED"),
        ("CATALOGUED", "approval_item_merged", "MERGED"),
    ],
)
machine(
    "ON",
    [
        ("-", "region_onboarding_started", "STARTED"),
        ("STARTED", "region_onboarded", "LIVE"),
        ("STARTED LIVE", "region_module_enabled", "="),
        ("STARTED LIVE", "region_module_suspended", "="),
    ],
)
machine(
    "BN",
    [("-", "bad_conduct_recorded", "RECORDED"), ("RECORDED", "credit_repaired", "REPAIRED")],
)

# The object of an event and the fields of its own number there.
PLAIN = {
    "internal_control": ("IC", "control_id"),
    "supplier_library": ("LB", None),
    "barrier": ("BC", "clue_id"),
    "approval_item": ("AI", "item_code"),
    "approval": ("AP", "approval_id"),
    "bad_conduct": ("BN", "record_id"),
    "credit_repaired": ("BN", "record_id"),
}


@rule("internal_control_filed")
def file(case):
    rules = case.find("IC", case.owner, case.body.control_id)
    unit, finance = case.peek("OR", case.owner), case.peek("OR", case.body.filed_to)
    is_regulator = finance and "FINANCE_REGULATOR" in finance.kinds
    region = unit.region if unit else case.fact.event.region_code
    case.ask("E026", not (is_regulator and finance.region == region))
    case.step(rules)
    yield
    rules.filed_to = case.body.filed_to


@rule("internal_control_filing_accepted", "internal_control_filing_returned")
def decide(case):
    rules = case.step(case.known("IC", case.owner, case.body.control_id))
    case.ask("E026", rules.filed_to not in ("", case.fact.event.actor_org))


@rule(
    "internal_control_issued",
    "internal_control_revised",
    "internal_control_repealed",
    "supplier_library_abolished",
    "supplier_library_retained",
    "barrier_clue_received",
    "barrier_confirmed",
    "barrier_dismissed",
    "barrier_rectified",
    "approval_item_catalogued",
    "approval_item_abolished",
    "approval_item_justified",
    "approval_supplement_requested",
    "approval_supplemented",
    "approval_decided",
    "approval_withdrawn",
    "credit_repaired",
)
def plain(case):
    prefix = next(prefix for prefix in PLAIN if case.kind.startswith(prefix))
    kind, field = PLAIN[prefix]
    case.step(case.find(kind, case.owner, getattr(case.body, field) if field else ""))


@rule("bad_conduct_recorded")
def ban(case):
    case.step(case.find("BN", case.owner, case.body.record_id))
    case.ask("E003", bool(case.body.ban_to) and case.body.ban_to < case.body.ban_from)


@rule("approval_item_merged")
def merge(case):
    case.step(case.known("AI", case.owner, case.body.item_code))
    into = case.peek("AI", case.owner, case.body.into)
    case.ask("E001", into is None or case.body.into == case.body.item_code)


@rule("approval_requested")
def ask(case):
    case.step(case.find("AP", case.owner, case.body.approval_id))
    case.seen("AI", case.body.item_region, case.body.item_code)


@rule("supplier_library_reported")
def report(case):
    case.step(case.find("LB", case.owner))
    case.not_before(case.body.created_on)
    if case.body.revives:
        revived = case.seen("LB", case.body.revives)
        case.ask("E002", revived.state != "ABOLISHED")
        case.not_before(revived.since)


@rule("fair_competition_reviewed")
def review(case):
    case.new("FC", case.owner, case.body.review_id)


@sums("AS")
def weights(_, assessment):
    if assessment.weight != 10000:
        yield "E024"


@rule("assessment_plan_issued")
def plan(case):
    assessment = case.step(case.find("AS", case.owner, case.body.assessment_id))
    agency = case.peek("OR", case.body.agency)
    kinds = agency.kinds if agency else set()
    case.ask("E001", "CENTRAL_AGENCY" not in kinds)
    codes = [indicator.code for indicator in case.body.indicators]
    case.ask("E024", len(set(codes)) != len(codes))
    yield
    assessment.weight = sum(indicator.weight_bp for indicator in case.body.indicators)
    assessment.indicators = {indicator.code for indicator in case.body.indicators}


@rule("assessment_scored")
def score(case):
    assessment = case.known("AS", case.owner, case.body.assessment_id)
    case.step(assessment, after=assessment.begun)
    case.ask("E001", case.body.indicator not in assessment.indicators)
    case.bar("E002", case.body.indicator in assessment.scored)
    yield
    assessment.scored.add(case.body.indicator)
    assessment.last_on = case.on


@rule("assessment_concluded", "assessment_rectification_ordered", "assessment_rectified")
def conclude(case):
    assessment = case.known("AS", case.owner, case.body.assessment_id)
    case.step(assessment, after=assessment.last_on)
    is_end = case.kind == "assessment_concluded"
    is_order = case.kind == "assessment_rectification_ordered"
    case.bar("E002", is_order and not assessment.is_published)
    case.bar("E002", is_end and assessment.scored != assessment.indicators)
    yield
    assessment.last_on = case.on
    if is_end:
        assessment.concluded_on = case.on


@rule("region_onboarding_started", "region_onboarded")
def onboard(case):
    case.step(case.find("ON", case.owner))


@rule("region_module_enabled", "region_module_suspended")
def switch(case):
    region = case.step(case.known("ON", case.owner))
    is_on = case.body.module in region.modules
    case.bar("E002", is_on == (case.kind == "region_module_enabled"))
    yield
    change = region.modules.discard if is_on else region.modules.add
    change(case.body.module)


@rule("campaign_task_defined")
def define(case):
    case.new("TK", case.owner, case.body.task_no)


@rule("campaign_task_reported")
def complete(case):
    task = case.known("TK", case.owner, case.body.task_no)
    case.once(task.reported, case.body.unit)
    case.not_before(task.begun)


@rule("operating_procedure_issued")
def procedure(case):
    case.new("OP", case.owner, case.body.procedure_id)


@rule("irregular_fact_recorded")
def irregular(case):
    case.new("IF", case.owner, case.body.fact_id)


@rule("finding_waived")
def waive(case):
    case.new("WV", case.owner, case.body.waiver_id)


BEFORE_PLANS = ("BUDGET", "INTENTION", "REQUIREMENT")


@rule("stage_linked")
def link(case):
    if not {case.label("from_stage"), case.label("to_stage")} <= set(BEFORE_PLANS):
        case.seen("PJ", case.owner)
    case.new("SL", case.owner, case.body.link_id)


@rule("metric_released")
def measure(case):
    case.new("MT", case.owner, case.body.release_id)
    case.not_before(case.body.as_of)


@rule("emall_rule_published")
def publish(case):
    case.new("ER", case.owner, case.body.rule_id)


@rule("emall_manager_appointed")
def appoint(case):
    case.new("EM", case.owner, case.body.appointment_id)
    last = case.body.to
    case.ask("E003", bool(last) and last < getattr(case.body, "from"))


@rule("emall_unit_activated")
def activate(case):
    case.new("EU", case.owner)


@rule("small_purchase_recorded")
def purchase(case):
    case.new("SM", case.owner, case.body.purchase_id)


@rule("canteen_spend_declared")
def declare_spend(case):
    case.find("CN", case.owner, str(case.body.fiscal_year))


@rule("farm_platform_registered")
def register(case):
    case.new("FP", case.owner, case.label("platform"))


def reserve_of(case):
    name = f"{case.body.fiscal_year}-{case.label('platform')}"
    reserve = case.find("FR", case.owner, name)
    if reserve.state is None:
        case.effects.append(lambda: case.lead(reserve, "KNOWN"))
    return reserve


@sums("FR")
def reversed_within(_, reserve):
    if any(back > fen for fen, back, _ in reserve.orders.values()):
        yield "E023"


@rule("farm_reserve_declared")
def declare(case):
    reserve_of(case)


@rule("farm_purchase_reported")
def buy(case):
    reserve = reserve_of(case)
    case.ask("E003", case.on[:4] != str(case.body.fiscal_year))
    case.bar("E002", case.body.order_no in reserve.orders)
    yield
    reserve.orders[case.body.order_no] = case.body.amount_fen, 0, case.on


@rule("farm_purchase_reversed")
def reverse(case):
    reserve = reserve_of(case)
    known = reserve.orders.get(case.body.order_no)
    case.bar("E001", known is None)
    case.not_before(known and known[2])
    yield
    fen, back, on = known
    reserve.orders[case.body.order_no] = fen, back + case.body.amount_fen, on
