//! Lots, bids and awards of a project as rows.

use rusqlite::types::Value;

use super::{
    int,
    lots::{Award, Lot, Lots, competition, method_name},
    origin, place,
    project::Project,
    subject, text,
};
use crate::{
    domain::values::date::midnight_seconds,
    events::v1::{Origin, RankedBid},
    supervision::{
        indicators::{
            exact::{self, CNY},
            tables::{AWARD_ITEMS, AWARDS, BIDS, LOTS},
        },
        sight::{Row, Sight},
    },
    views::Standing,
};

/// Writes lots, bids and awards.
pub(super) fn write(
    sight: &Sight<'_>,
    project: &Project<'_>,
    lots: &Lots<'_>,
    rows: &mut Vec<Row>,
) {
    for lot in &lots.found {
        rows.push((&LOTS, lot_row(sight, project, lot)));
        write_bids(sight, lot, rows);
        for (number, award) in lot.awards.iter().enumerate() {
            write_award(sight, project, lot, (number, award), rows);
        }
    }
}

fn lot_row(sight: &Sight<'_>, project: &Project<'_>, lot: &Lot<'_>) -> Vec<Value> {
    let award = lot.in_force();
    let unit = project.unit();
    let entity = if project.agency.is_empty() {
        unit
    } else {
        project.agency
    };
    let document_on = lot.document.map(Standing::on);
    vec![
        place(sight.position),
        text(lot.lot_no),
        text(sight.stream.to_string()),
        text(subject(sight, "lot", lot.lot_no)),
        text(&sight.stream.partition),
        text(&sight.stream.id),
        origin(Origin::Project),
        text(unit),
        text(entity),
        text(project.agency),
        text(sight.region_code),
        int(i32::from(lot.method)),
        text(method_name(lot.method)),
        text(competition(lot.method)),
        text(lot.status),
        text(lot.price_rule),
        text(project.category()),
        text(document_on.map_or_else(String::new, |day| day.to_string())),
        int(document_on.map_or(0, midnight_seconds)),
        int(lot.deadline.map_or(0, |deadline| deadline.seconds)),
        int(lot.bidders_count()),
        int(lot.ceiling()),
        int(award.map_or(0, |award| award.award_fen)),
        text(award.map_or("", |award| award.supplier)),
        text(award.map_or_else(String::new, |award| award.act.on().to_string())),
        text(CNY),
        text(exact::positions(lot.acts().flat_map(Standing::positions))),
    ]
}

fn write_bids(sight: &Sight<'_>, lot: &Lot<'_>, rows: &mut Vec<Row>) {
    let opened = lot.opening.map_or(&[][..], |(_, opened)| opened);
    let ranked = lot.evaluation.map_or(&[][..], |(_, ranking)| ranking);
    let is_unopened = |bid: &&RankedBid| opened.iter().all(|other| other.supplier != bid.supplier);
    let unopened = ranked.iter().filter(is_unopened);
    let opened = opened.iter().map(|bid| {
        let received = lot
            .received
            .iter()
            .find(|(bid_no, _)| *bid_no == bid.bid_no);
        let received_at = received.map_or(0, |(_, at)| *at);
        (
            bid.bid_no.as_str(),
            bid.supplier.as_str(),
            bid.price_fen,
            received_at,
        )
    });
    let unopened = unopened.map(|bid| {
        let supplier = bid.supplier.as_str();
        (supplier, supplier, bid.bid_price_fen, 0)
    });
    let bids: Vec<_> = opened.chain(unopened).collect();
    if bids.is_empty() {
        return;
    }
    let acts = [
        lot.opening.map(|(act, _)| act),
        lot.evaluation.map(|(act, _)| act),
    ];
    let evidence = acts.into_iter().flatten().flat_map(Standing::positions);
    let evidence = exact::positions(evidence);
    for (bid_no, supplier, price_fen, received_at) in bids {
        let (status, reason) = lot.standing_of(supplier);
        let values = vec![
            place(sight.position),
            text(lot.lot_no),
            text(bid_no),
            text(supplier),
            text(exact::yuan(price_fen)),
            text(CNY),
            int(price_fen),
            int(received_at),
            text(status),
            text(reason),
            text(evidence.as_str()),
        ];
        rows.push((&BIDS, values));
    }
}

fn write_award(
    sight: &Sight<'_>,
    project: &Project<'_>,
    lot: &Lot<'_>,
    (number, award): (usize, &Award<'_>),
    rows: &mut Vec<Row>,
) {
    let award_no = match award.is_cancelled {
        true => Value::Text(format!("-{}", number + 1)),
        false => text(""),
    };
    let status = if award.is_cancelled {
        "cancelled"
    } else {
        "active"
    };
    let mut values = vec![place(sight.position), text(lot.lot_no), award_no];
    values.extend([
        text(status),
        text(award.supplier),
        text(exact::yuan(award.award_fen)),
        text(CNY),
        text(award.act.on().to_string()),
        text(exact::positions(award.act.positions())),
    ]);
    rows.push((&AWARDS, values));
    let category = project.category();
    if !award.is_cancelled && !category.is_empty() {
        let values = vec![
            place(sight.position),
            text(lot.lot_no),
            text(""),
            text(category),
            text("品目"),
        ];
        rows.push((&AWARD_ITEMS, values));
    }
}
