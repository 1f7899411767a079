"""Where the ledger is known to depart from its own documents.

Each name stands in the rules at the refusal that the documents demand and the ledger does not give.
When the ledger is mended, the name goes away here and there.
"""

DEPARTURES = {
    "foreign region": "a regulator of another region acts in a region's stream, as if it were its "
    "own (errors.md E026: the acting regulator has no power over it)",
    "moved retroactively": "a RETROACTIVE correction moves an organisation to a region of another "
    "regulator (errors.md E026; a NORMAL one is refused)",
    "scored before the plan": "AssessmentScored is dated before AssessmentPlanIssued "
    "(errors.md E003: before what it depends on)",
    "decided while supplementing": "ApprovalDecided in SUPPLEMENTING "
    "(domain.md 2.11: SUPPLEMENTING → REQUESTED → APPROVED / REJECTED)",
    "year of no catalogue": "category_version 2014 to 2021 outside budget lines and plans "
    "(emall.proto, framework.proto: the catalogue's year: 2013 or 2022)",
    "agency without a commission": "an AGENCY acts for a unit or asks for a project's room with no "
    "commission (domain.md 5: AGENCY only projects with AgencyDelegated)",
    "before the retry": "ProcurementStarted or AwardRecorded of a retried lot, dated before its "
    "ReprocurementStarted (errors.md E003)",
    "days of no unit": "ApprovalItemCatalogued with limit_days and no limit_unit "
    "(approval.proto: required with days)",
    "another's complaint": "a SUPPLIER corrects or withdraws the complaint of another "
    "(domain.md 5: own only)",
    "reference of no use": "a notice names a complaint, acceptance or contract that does not exist "
    "and that its type has no use for (errors.md E001)",
    "released before repayment": "PayeeAccountReleased while the loan is not repaid "
    "(domain.md 2.11: the lock closes at REPAID or CANCELLED)",
}
