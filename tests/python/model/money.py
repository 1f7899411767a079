"""Budget lines, and the plan that occupies them (domain.md 0.7, 2.1, 2.4)."""

from .core import entity, machine, rule, shares, sums

entity("BL", approved=0, adjusted=0, frozen=0, occupied=dict, approved_on="", unit="", region="")
entity(
    "PJ",
    plan_id="",
    unit="",
    law_track=0,
    method="",
    filed_on="",
    lots=set,
    holds=dict,
    ended=None,
)
machine(
    "BL",
    [
        ("-", "budget_line_approved", "APPROVED"),
        ("APPROVED", "budget_line_adjusted", "="),
        ("APPROVED", "budget_line_frozen", "="),
        ("APPROVED", "budget_line_unfrozen", "="),
        ("APPROVED", "budget_line_closed", "CLOSED"),
    ],
)
machine(
    "PJ",
    [
        ("-", "plan_filed", "FILED"),
        ("FILED", "plan_revised", "="),
        ("FILED", "plan_cancelled", "CANCELLED"),
        ("FILED", "plan_completed", "COMPLETED"),
        ("-", "emall_order_placed", "ORDERED"),
        ("ORDERED", "emall_order_cancelled", "CANCELLED"),
        ("ORDERED", "emall_order_returned", "CANCELLED"),
    ],
)

HOLD = {"planned": 0, "added": 0, "released": 0, "requested": 0, "paid": 0}


def occupied(hold):
    return hold["planned"] + hold["added"] - hold["released"]


def available(line):
    return line.approved + line.adjusted - line.frozen - sum(line.occupied.values())


@sums("BL")
def line_holds(_, line):
    if available(line) < 0:
        yield "E010"
    if line.frozen < 0:
        yield "E023"


@sums("PJ")
def project_holds(_, project):
    for hold in project.holds.values():
        if hold["requested"] + hold["paid"] > max(0, occupied(hold)):
            yield "E016"
    if project.ended is not None and project.ended != drawn(project):
        yield "E024"


def drawn(project):
    """The lines that plan and supplements draw on, given back or not."""
    return {line for line, hold in project.holds.items() if hold["planned"] + hold["added"]}


def occupy(case, project, line, **changes):
    """Changes what a project holds of a line, and what the line knows of it."""
    hold = project.holds.setdefault(line, dict(HOLD))
    for part, fen in changes.items():
        hold[part] += fen
    known = case.peek("BL", line)
    if known is not None:
        known.occupied[project.owner] = occupied(hold)


def lines_of(case, parts, may_be_closed=False, unit="", region=""):
    """The lines of budget parts: known, open, not approved later, and of the unit that spends."""
    for line in [case.peek("BL", name) for name in parts]:
        if line and unit:
            case.ask("E020", line.unit != unit)
            case.ask("E026", bool(region) and line.region != region)
    for name in parts:
        line = case.known("BL", name)
        case.bar("E002", line.state == "CLOSED" and not may_be_closed)
        case.not_before(line.approved_on)


@rule("budget_line_approved")
def approve(case):
    line = case.step(case.find("BL", case.body.budget_line_id))
    yield
    line.approved, line.approved_on, line.unit = case.body.amount_fen, case.on, case.body.unit
    line.region = case.fact.event.region_code


@rule("budget_line_adjusted")
def adjust(case):
    line = case.step(case.known("BL", case.body.budget_line_id))
    yield
    line.adjusted += case.body.delta_fen


@rule("budget_line_frozen")
def freeze(case):
    line = case.step(case.known("BL", case.body.budget_line_id))
    yield
    line.frozen += case.body.amount_fen


@rule("budget_line_unfrozen")
def unfreeze(case):
    line = case.step(case.known("BL", case.body.budget_line_id))
    yield
    line.frozen -= case.body.amount_fen


@rule("budget_line_closed")
def close(case):
    case.step(case.known("BL", case.body.budget_line_id))


def split_of(plan, lot):
    """What each line bears of a lot; all of it when the plan draws on one line."""
    if not lot.budget_parts and len(shares(plan.budget_parts)) == 1:
        return {plan.budget_parts[0].budget_line_id: lot.amount_fen}
    return shares(lot.budget_parts)


def check_plan(case, plan):
    """Parts and lots sum to the plan, line by line."""
    parts, by_lot = shares(plan.budget_parts), {}
    case.bar("E024", sum(parts.values()) != plan.amount_fen)
    case.bar("E011", sum(lot.amount_fen for lot in plan.lots) != plan.amount_fen)
    for lot in plan.lots:
        split = split_of(plan, lot)
        case.bar("E024", sum(split.values()) != lot.amount_fen)
        for line, fen in split.items():
            by_lot[line] = by_lot.get(line, 0) + fen
    given = {line: fen for line, fen in parts.items() if fen}
    case.bar("E024", {line: fen for line, fen in by_lot.items() if fen} != given)
    numbers = [lot.lot_no for lot in plan.lots]
    case.bar("E002", len(set(numbers)) != len(numbers))


def describe(case, plan, lot):
    known = case.find("LT", case.owner, lot.lot_no)
    known.amount = lot.amount_fen
    known.ceiling = lot.ceiling_fen if lot.HasField("ceiling_fen") else None
    known.shares = split_of(plan, lot)


@rule("plan_filed")
def file(case):
    project = case.step(case.find("PJ", case.owner))
    for number in case.body.intention_ids:
        intention = case.peek("IT", case.owner, number)
        case.ask("E020", intention is not None and intention.unit != case.body.unit)
    parts = shares(case.body.budget_parts)
    lines_of(case, parts, unit=case.body.unit, region=case.fact.event.region_code)
    for number in case.body.intention_ids:
        case.step(case.known("IT", case.owner, number), after="-")
    check_plan(case, case.body)
    for lot in case.body.lots:
        case.new("LT", case.owner, lot.lot_no, "PLANNED")
    yield
    project.plan_id = case.body.plan_id
    project.unit, project.law_track = case.body.unit, case.body.law_track
    project.filed_on, project.method = case.on, case.label("method")
    for line, fen in parts.items():
        occupy(case, project, line, planned=fen)
    for lot in case.body.lots:
        describe(case, case.body, lot)
        project.lots.add(lot.lot_no)


@rule("plan_revised")
def revise(case):
    project = case.step(case.known("PJ", case.owner))
    case.bar("E001", project.plan_id != case.body.plan_id)
    parts = shares(case.body.budget_parts)
    for name, fen in parts.items():
        line = case.known("BL", name)
        more = fen - project.holds.get(name, HOLD)["planned"]
        case.bar("E002", line.state == "CLOSED" and more > 0)
        case.ask("E020", line.unit != project.unit)
    left = {line for line, hold in project.holds.items() if hold["planned"]} - set(parts)
    numbers = {lot.lot_no for lot in case.body.lots}
    case.ask("E024", bool(left) or not project.lots <= numbers)
    check_plan(case, case.body)
    for lot in case.body.lots:
        known = case.find("LT", case.owner, lot.lot_no)
        ceiling = lot.ceiling_fen if lot.HasField("ceiling_fen") else None
        if known.state is None:
            case.new("LT", case.owner, lot.lot_no, "PLANNED")
        elif known.state != "PLANNED" or known.suspensions:
            same = (known.amount, known.ceiling, known.shares)
            case.bar("E002", same != (lot.amount_fen, ceiling, split_of(case.body, lot)))
    yield
    for line, fen in parts.items():
        before = project.holds.get(line, HOLD)["planned"]
        occupy(case, project, line, planned=fen - before)
    project.lots |= numbers
    for lot in case.body.lots:
        if case.find("LT", case.owner, lot.lot_no).state == "PLANNED":
            describe(case, case.body, lot)


@rule("plan_cancelled", "plan_completed")
def end(case):
    project = case.step(case.known("PJ", case.owner))
    case.bar("E001", project.plan_id != case.body.plan_id)
    for name in case.body.budget_line_ids:
        case.known("BL", name)
    yield
    project.ended = set(case.body.budget_line_ids)
    for line in project.ended & set(project.holds):
        hold = project.holds[line]
        occupy(case, project, line, released=occupied(hold) - hold["paid"])
