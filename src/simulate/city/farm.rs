//! 农副产品: what canteens spend, reserve and buy from poorer regions (task 03b).

use chrono::{Datelike as _, NaiveDate};

use super::{Clerk, clerk::Sender};
use crate::{
    events::v1::{
        ActorRole, CanteenSpendDeclared, FarmPlatform, FarmPlatformRegistered,
        FarmPurchaseReported, FarmPurchaseReversed, FarmReserveDeclared, event_payload::Payload,
    },
    simulate::{draft::source, world::Organisation},
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
        // No unit is on both platforms; the time for that ends with its first reserve.
        let due_on = clerk.day_of_year(11, 30);
        if !has_canteen {
            break_registration(clerk, unit, due_on);
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
        break_registration(clerk, unit, due_on.min(clerk.today));
        let about = (format!("canteen/4304/{}/{year}", unit.uscc), stream.clone());
        if reserved_fen * 5 < spent_fen {
            clerk.breaks(due_on, "HY-03-FARM-20PCT", about.clone());
        }
        if platform == FarmPlatform::HnRural {
            let last_on = clerk.day_of_year(12, 31);
            clerk.breaks(last_on, "MOF-832-10PCT", about.clone());
        }
        let bought_fen = buy(
            clerk,
            (index, unit),
            (platform, farm),
            (reserved_fen, due_on),
        );
        if bought_fen * 5 < spent_fen {
            clerk.breaks(due_on, "HY-03-FARM-1130", about);
        }
    }
}

fn break_registration(clerk: &mut Clerk<'_>, unit: &Organisation, due_on: NaiveDate) {
    let uscc = &unit.uscc;
    let about = (
        format!("unit/4304/{uscc}/{}", clerk.year()),
        format!("organisation/4304/{uscc}"),
    );
    clerk.breaks(due_on, "HY-03-FARM-REG", about);
}

/// Buys; tells what is bought and not taken back by a day.
fn buy(
    clerk: &mut Clerk<'_>,
    (index, unit): (usize, &Organisation),
    (platform, farm): (FarmPlatform, Sender<'_>),
    (reserved_fen, due_on): (i64, NaiveDate),
) -> i64 {
    let (stream, year) = (format!("unit/4304/{}", unit.uscc), clerk.year());
    let mut bought_fen = 0;
    // Most buy what they reserved; some stay behind.
    let purchases = clerk.random.between(3, 8);
    let share = clerk.random.between(60, 130);
    let each_fen = (reserved_fen / 100 * share / purchases).max(100);
    for purchase in 1..=purchases {
        clerk.pass(8, 35);
        // What is paid in the next year counts there.
        if clerk.today.year() > year {
            break;
        }
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
        let counts = |clerk: &Clerk<'_>| clerk.today <= due_on && !clerk.is_over();
        if counts(clerk) {
            bought_fen += each_fen;
        }
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
            if counts(clerk) {
                bought_fen -= each_fen / 2;
            }
        }
    }
    bought_fen
}
