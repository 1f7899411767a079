"""Changes one thing of an event at random: a field, who sends it, from where, where to."""

import datetime

from google.protobuf import timestamp_pb2

from model.shape import CATEGORY, CODES, DATE, REGION, USCC

SECONDS_EAST = 8 * 3600
ID, LOT_NO, OPAQUE_REF = 1, 9, 17
# Values of one field that are remembered, to be given to another event.
REMEMBERED = 400
REGULATOR = 4
FINANCE_REGULATOR = 4


class Perturber:
    def __init__(self, random, options, schema):
        self.random, self.options = random, options
        self.roles = [number for number in schema.ActorRole.values() if number]
        self.values = {}
        self.streams = {}
        self.regulators = []

    def learn(self, event):
        """Remembers what stands in an event: another may be given it."""
        body = body_of(event)
        if body.DESCRIPTOR.name == "OrganisationRegistered" and FINANCE_REGULATOR in body.kinds:
            self.regulators.append((body.uscc, body.region))
        streams = self.streams.setdefault(event.stream.split("/")[0], [])
        if event.stream not in streams:
            streams.append(event.stream)
        for message, field, index in self.places(body):
            if field.type == field.TYPE_STRING:
                known = self.values.setdefault(self.sort_of(field), [])
                known.append(value_of(message, field, index))
                if len(known) > REMEMBERED:
                    known.pop(self.random.randrange(REMEMBERED // 2))

    def sort_of(self, field):
        """What a text is: fields of one sort can be mistaken for each other."""
        is_organisation = self.rule_of(field).format == USCC
        return "organisation" if is_organisation else field.name.removesuffix("s")

    def rule_of(self, field):
        return field.GetOptions().Extensions[self.options.field]

    def places(self, message):
        """Every value that is set and that a rule may look at: (message, field, index or None)."""
        for field in message.DESCRIPTOR.fields:
            if field.type == field.TYPE_BYTES:
                continue
            value = getattr(message, field.name)
            if field.is_repeated:
                for index, one in enumerate(value):
                    if field.message_type:
                        yield from self.places(one)
                    else:
                        yield message, field, index
            elif field.has_presence and not message.HasField(field.name):
                continue
            elif field.message_type and field.message_type.name != "Timestamp":
                yield from self.places(value)
            else:
                yield message, field, None

    def change(self, event):
        """Changes something of an event; tells what, or nothing when it stays as it was."""
        change = self.random.choices(
            (
                self.change_content,
                self.change_role,
                self.change_actor,
                self.change_region,
                self.change_system,
                self.change_stream,
            ),
            (78, 6, 6, 4, 2, 4),
        )[0]
        return change(event)

    def change_role(self, event):
        event.actor_role = self.random.choice(self.roles)
        return "actor_role"

    def change_actor(self, event):
        event.actor_org = self.random.choice(self.values.get("organisation", [event.actor_org]))
        return "actor_org"

    def change_region(self, event):
        """Another region; a regulator's act is then told by that region's regulator."""
        if not self.regulators:
            return None
        organisation, event.region_code = self.random.choice(self.regulators)
        if event.actor_role == REGULATOR:
            event.actor_org = organisation
        return "region_code"

    def change_system(self, event):
        event.source_system = self.random.choice(["NOBODY", "ETRADE", "GP_MGMT"])
        return "source_system"

    def change_stream(self, event):
        kind, partition, _ = event.stream.split("/", 2)
        event.stream = self.random.choice(
            [*self.streams.get(kind, ())[-50:], f"{kind}/{partition}/X-404"]
        )
        return "stream"

    def change_content(self, event):
        places = list(self.places(body_of(event)))
        if not places:
            return None
        message, field, index = self.random.choice(places)
        new = self.other(field, value_of(message, field, index))
        if new is None:
            return None
        if field.message_type:
            getattr(message, field.name).CopyFrom(new)
        elif index is not None:
            getattr(message, field.name)[index] = new
        else:
            setattr(message, field.name, new)
        if self.rule_of(field).legal_date:
            event.occurred_at.CopyFrom(new if field.message_type else midnight(new))
        return f"{message.DESCRIPTOR.name}.{field.name}"

    def other(self, field, old):
        """Another value for a field, or nothing where no rule looks at it."""
        if field.message_type:
            hours = self.random.choice([-24 * 30, -24, -2, -1, 1, 2, 24, 24 * 30])
            return timestamp_pb2.Timestamp(seconds=old.seconds + hours * 3600)
        if field.type == field.TYPE_ENUM:
            return self.random.choice([v.number for v in field.enum_type.values])
        if field.type == field.TYPE_BOOL:
            return not old
        if field.type != field.TYPE_STRING:
            return self.random.choice(
                [old - 1, old + 1, old - 1, old + 1, old * 2, old * 10, old // 2, -old, 0]
            )
        return self.other_text(field, self.rule_of(field).format, old)

    def other_text(self, field, form, old):
        if form == DATE:
            days = self.random.choice([-400, -60, -10, -3, -2, -1, 1, 2, 5, 30])
            return old and moved(old, days)
        if form not in (USCC, REGION, CATEGORY, ID, LOT_NO, OPAQUE_REF):
            return None
        if form == USCC and old and self.random.random() < 0.15:
            return old[:-1] + CODES[(CODES.index(old[-1]) + 1) % len(CODES)]
        if form == ID and self.random.random() < 0.3:
            return "X-404"
        return self.random.choice(self.values.get(self.sort_of(field), [old]))


def body_of(event):
    return getattr(event.payload, event.payload.WhichOneof("payload"))


def value_of(message, field, index):
    value = getattr(message, field.name)
    return value if index is None else value[index]


def moved(day, days):
    return (datetime.date.fromisoformat(day) + datetime.timedelta(days=days)).isoformat()


def midnight(day, seconds=0):
    """An instant of a day at +08:00."""
    start = datetime.datetime.fromisoformat(f"{day}T00:00:00+00:00")
    return timestamp_pb2.Timestamp(seconds=int(start.timestamp()) - SECONDS_EAST + seconds)


def redate(event, options, day):
    """Moves the legal date of an event, where it has one."""
    body = body_of(event)
    for field in body.DESCRIPTOR.fields:
        if not field.GetOptions().Extensions[options.field].legal_date:
            continue
        if field.message_type:
            moment = getattr(body, field.name)
            moment.CopyFrom(midnight(day, (moment.seconds + SECONDS_EAST) % 86400))
            event.occurred_at.CopyFrom(moment)
        else:
            setattr(body, field.name, day)
            event.occurred_at.CopyFrom(midnight(day))
