//! Codes of organisations, regions and categories, as a caller meets them: what GB 32100-2015,
//! GB/T 2260 and the catalogue allow goes in, everything else is refused by its own reason.

use bihuan::events::v1::{self, event_payload::Payload};

use crate::{
    facts::*,
    harness::{reason, request, run},
    town::Town,
};

/// A budget line of another unit, region or category.
fn line(change: impl FnOnce(&mut v1::Event, &mut v1::BudgetLineApproved)) -> v1::Event {
    let mut event = line_approved(LINE, 1_000);
    let payload = event.payload.take().and_then(|payload| payload.payload);
    let Some(Payload::BudgetLineApproved(mut approved)) = payload else {
        panic!("a line is approved");
    };
    change(&mut event, &mut approved);
    let payload = Some(Payload::BudgetLineApproved(approved));
    event.payload = Some(v1::EventPayload { payload });
    event
}

/// The reason that a ledger would refuse an event for; `None` when it would take it.
async fn refusal(town: &mut Town, event: &v1::Event) -> Option<String> {
    let mut asked = request(vec![sent(event)], town.now);
    asked.validate_only = true;
    let answer = town.client.append_events(asked).await;
    answer.err().map(|status| reason(&status).0)
}

const RIGHT_UNITS: [&str; 14] = [
    "11430400000099004T",
    "12430400000099012J",
    "12430400000099020D",
    "114304000000990553",
    "11430421000099047M",
    "12430400000099063T",
    "914304000000990395",
    "91430407MA9TE5T12X",
    "91430408MA9TE5T207",
    "91430406MA9TE5T397",
    "92430421MA9TE5T47M",
    "91430405MA9TE5T55E",
    "91110000600037341L",
    // A rural collective, which python-stdnum refuses.
    "N14304000000990713",
];
const WRONG_UNITS: [&str; 7] = [
    "91430407MA9TE5T12Y",
    "N14304000000990714",
    "91430407ma9te5t12x",
    "91430407MA9TE5T12",
    "91430407MA9TE5T12XX",
    "01430400000099004T",
    "91430407MO9TE5T12X",
];

const RIGHT_REGIONS: [&str; 15] = [
    "430400", "430405", "430406", "430407", "430408", "430412", "430421", "430422", "430423",
    "430424", "430426", "430481", "430482", "HY-GXQ", "HY-SMQ",
];
/// Sums only; statistical codes; none; another partition's; not of the syntax.
const WRONG_REGIONS: [&str; 11] = [
    "430401",
    "430471",
    "430472",
    "430473",
    "430476",
    "430499",
    "HY-XXX",
    "430100",
    "43040",
    "hy-gxq",
    "４３０４００",
];

const RIGHT_CATEGORIES: [&str; 6] = [
    "A02000000",
    "A02010000",
    "A02010100",
    "A02010105",
    "B01010000",
    "C21040000",
];
const WRONG_CATEGORIES: [&str; 6] = [
    "A",
    "D02010105",
    "a02010105",
    "A0201010",
    "A020101050",
    "A0201010X",
];

#[test]
fn organisations_regions_and_categories_are_what_the_standards_say() {
    run(async {
        let mut town = Town::start().await;
        let town = &mut town;
        for unit in RIGHT_UNITS {
            let event = line(|_, approved| approved.unit = unit.into());
            assert_eq!(refusal(town, &event).await, None, "{unit}");
        }
        for unit in WRONG_UNITS {
            let event = line(|_, approved| approved.unit = unit.into());
            let found = refusal(town, &event).await;
            assert_eq!(found.as_deref(), Some("E005_BAD_USCC"), "{unit}");
        }
        for region in RIGHT_REGIONS {
            let event = line(|event, _| event.region_code = region.into());
            assert_eq!(refusal(town, &event).await, None, "{region}");
        }
        for region in WRONG_REGIONS {
            let event = line(|event, _| event.region_code = region.into());
            let found = refusal(town, &event).await;
            assert_eq!(found.as_deref(), Some("E006_BAD_REGION"), "{region}");
        }
        for category in RIGHT_CATEGORIES {
            let event = line(|_, approved| approved.category = category.into());
            assert_eq!(refusal(town, &event).await, None, "{category}");
        }
        for category in WRONG_CATEGORIES {
            let event = line(|_, approved| approved.category = category.into());
            let found = refusal(town, &event).await;
            assert_eq!(found.as_deref(), Some("E007_BAD_CATEGORY"), "{category}");
        }
        for (version, expected) in [
            (2013, None),
            (2022, None),
            (2017, Some("E007_BAD_CATEGORY")),
        ] {
            let event = line(|_, approved| approved.category_version = version);
            let found = refusal(town, &event).await;
            assert_eq!(found.as_deref(), expected, "{version}");
        }
    });
}
