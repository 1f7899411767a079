"""Organisations, regions, source systems, reference data, reports and imports (domain.md 0.7)."""

import hashlib

from .core import entity, labels, machine, rule

entity("OR", kinds=set, region="")
machine(
    "OR",
    [
        ("-", "organisation_registered", "ACTIVE"),
        ("ACTIVE", "organisation_changed", "="),
        ("ACTIVE", "organisation_merged", "MERGED"),
        ("ACTIVE", "organisation_closed", "CLOSED"),
    ],
)


@rule("organisation_registered", "organisation_changed")
def tell(case):
    organisation = case.step(case.find("OR", case.body.uscc))
    yield
    organisation.kinds = labels(case.body, "kinds")
    organisation.region = case.body.region


@rule("organisation_merged")
def merge(case):
    case.step(case.known("OR", case.body.uscc))
    into = case.peek("OR", case.body.into)
    case.ask("E001", case.body.into == case.body.uscc or into is None or into.state != "ACTIVE")


@rule("organisation_closed")
def close(case):
    case.step(case.known("OR", case.body.uscc))


@rule("region_registered")
def region(case):
    case.new("RG", case.body.region)


@rule("source_system_registered")
def system(case):
    case.new("SS", case.body.system)


@rule("threshold_profile_published")
def threshold(case):
    case.new("TH", case.owner, case.body.profile_id)


@rule("holiday_calendar_published")
def calendar(case):
    case.find("HC", case.owner, str(case.body.year))


@rule("rule_pack_adopted")
def rules(case):
    case.new("RP", case.owner, f"{case.body.pack_id}/{case.body.version}")
    digest = hashlib.sha256(case.body.content.encode()).hexdigest()
    case.ask("E024", case.body.digest != digest)


@rule("sync_batch_received")
def report(case):
    case.new("SB", case.owner, case.body.batch_id)


@rule("ocds_release_imported")
def release(case):
    case.find("OC", case.owner)
