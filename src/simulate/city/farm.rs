//! 农副产品: what canteens spend, reserve and buy from poorer regions (task 03b).

use super::Clerk;
use crate::{
    events::v1::{
        ActorRole, CanteenSpendDeclared, FarmPlatform, FarmPlatformRegistered,
        FarmPurchaseReported, FarmPurchaseReversed, FarmReserveDeclared, event_payload::Payload,
    },
    simulate::draft::source,
};

/// Counties whose products are bought.
const ORIGINS: [&str; 5] = [
    "保靖县",
    "花垣县",
    "桑植县",
    "城步苗族自治县",
    "麻阳苗族自治县",
];

pub(super) fn write(clerk: &mut Clerk<'_>) {
    let units = &clerk.world.units;
    for (index, unit) in units.iter().enumerate() {
        let has_canteen = index % 3 != 2;
        clerk.begin(1, 10);
        clerk.pass(0, 25);
        let spent_fen = if has_canteen {
            clerk.random.heavy(5_000_000, 5)
        } else {
            0
        };
        let stream = format!("unit/4304/{}", unit.uscc);
        let year = clerk.year();
        let declared = CanteenSpendDeclared {
            unit: unit.uscc.clone(),
            fiscal_year: year,
            prev_year_total_fen: spent_fen,
            has_canteen,
            evidence_hash: String::new(),
            declared_on: clerk.date(),
        };
        let sender = clerk.unit(unit);
        let payload = Payload::CanteenSpendDeclared(declared);
        clerk.send(sender, stream.clone(), payload, "canteen spend declared");
        if !has_canteen {
            continue;
        }
        let (platform, system) = if clerk.random.chance(700) {
            (FarmPlatform::P832, source::FARM)
        } else {
            (FarmPlatform::HnRural, source::RURAL)
        };
        let farm = clerk.system(system, ActorRole::FarmSys, unit.region);
        clerk.pass(1, 10);
        let is_first = clerk.is_first_year();
        let registered = FarmPlatformRegistered {
            unit: unit.uscc.clone(),
            platform: platform.into(),
            account_no: format!("FP-{index:04}"),
            registered_on: clerk.date(),
        };
        let payload = Payload::FarmPlatformRegistered(registered);
        if is_first {
            clerk.send(farm, stream.clone(), payload, "farm platform registered");
        }
        clerk.pass(0, 10);
        // Not less than a tenth, as the ministries ask; some say more.
        let reserved_fen = spent_fen / 100 * clerk.random.between(10, 15);
        let reserved = FarmReserveDeclared {
            unit: unit.uscc.clone(),
            fiscal_year: year,
            platform: platform.into(),
            reserved_fen,
            declared_on: clerk.date(),
        };
        let payload = Payload::FarmReserveDeclared(reserved);
        clerk.send(farm, stream.clone(), payload, "farm reserve declared");
        // Most buy what they reserved; some stay behind.
        let purchases = clerk.random.between(3, 8);
        let share = clerk.random.between(60, 130);
        let each_fen = (reserved_fen / 100 * share / purchases).max(100);
        for purchase in 1..=purchases {
            clerk.pass(8, 35);
            let order_no = format!("NF-{index:04}-{purchase}");
            let reported = FarmPurchaseReported {
                unit: unit.uscc.clone(),
                fiscal_year: year,
                platform: platform.into(),
                order_no: order_no.clone(),
                amount_fen: each_fen,
                origin_county: (*clerk.random.pick(&ORIGINS)).into(),
                paid_on: clerk.date(),
            };
            let payload = Payload::FarmPurchaseReported(reported);
            clerk.send(farm, stream.clone(), payload, "farm purchase reported");
            if clerk.random.chance(40) {
                clerk.pass(1, 5);
                let reversed = FarmPurchaseReversed {
                    unit: unit.uscc.clone(),
                    fiscal_year: year,
                    platform: platform.into(),
                    order_no,
                    amount_fen: each_fen / 2,
                    reversed_on: clerk.date(),
                };
                let payload = Payload::FarmPurchaseReversed(reversed);
                clerk.send(farm, stream.clone(), payload, "farm purchase reversed");
            }
        }
    }
}
