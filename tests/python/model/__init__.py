"""An independent model of the domain, made from its specification and the schema alone.

`core` keeps objects and judges facts one by one; every other module holds the rules of one family:
a table of its state machines, and what else is refused. `roles` says who may append what, `shape`
what the schema itself refuses.
"""
