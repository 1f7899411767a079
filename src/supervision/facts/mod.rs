//! What a stream leaves behind in the tables of a picture.
//!
//! A stream is folded once; corrections and voids are applied already, since only the timeline of a
//! [`Sight`] is read. What rules say is taken from its judgement, so that a metric and a finding
//! never differ about a deadline.

mod contracts;
mod disputes;
mod orders;
mod organisations;
mod oversight;
mod places;
mod plans;
mod projects;
mod regions;
mod results;
mod rows;
mod securities;
mod sources;
mod sync;
mod terms;
mod units;

use self::rows::Rows;
use super::sight::{Row, Sight};
use crate::domain::values::StreamKind;

/// All rows of a stream, in the order of the tables' columns. Two sights that are equal give equal
/// rows; who fills a picture replaces those that the stream had.
pub fn rows(sight: &Sight<'_>) -> Vec<Row> {
    let mut rows = Rows::new(sight);
    match sight.stream.kind {
        StreamKind::BudgetLine => projects::budget_line(&mut rows),
        StreamKind::Project => {
            projects::project(&mut rows);
            plans::plans(&mut rows);
        }
        StreamKind::Order => orders::order(&mut rows),
        StreamKind::Unit => units::unit(&mut rows),
        StreamKind::Organisation => organisations::organisation(&mut rows),
        StreamKind::Agency => oversight::agency(&mut rows),
        StreamKind::Library => oversight::library(&mut rows),
        StreamKind::Region => regions::region(&mut rows),
        StreamKind::Venue => places::venue(&mut rows),
        StreamKind::System => sync::batches(&mut rows),
        StreamKind::Framework | StreamKind::Supplier | StreamKind::Ocds => {}
    }
    plans::waivers(&mut rows);
    sources::sources(&mut rows);
    sync::totals(&mut rows);
    rows.done()
}
