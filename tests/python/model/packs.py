"""Packs of rules that are adopted: what makes a content one (docs/rule-packs.md, registry.proto)."""

import hashlib
import tomllib

STREAM = "system/00/rules"
# The keys of a pack before its rules.
KEYS = {"pack", "version", "zh", "en", "effective_from", "rule"}


def faults(event, body):
    """What is wrong with an adoption before the domain looks at it."""
    if event.stream != STREAM:
        yield "SHAPE"
    if body.digest != hashlib.sha256(body.content.encode()).hexdigest():
        return
    try:
        pack = tomllib.loads(body.content)
    except tomllib.TOMLDecodeError:
        yield "SHAPE"
        return
    said = {"pack": body.pack_id, "version": body.version}
    if set(pack) - KEYS or any(pack.get(key) != value for key, value in said.items()):
        yield "SHAPE"
    if pack.get("effective_from", body.effective_from) != body.effective_from:
        yield "SHAPE"
