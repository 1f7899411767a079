//! Pictures of the state machines, drawn from their own tables: documents cannot say otherwise than
//! the code does.
//!
//! For: Mermaid text, which forges and editors draw. Not for: layout.

use std::fmt::Write as _;

use super::machine::{Case, Row, Status};
use crate::events::descriptor::schema;

/// Draws a table as a Mermaid state diagram. Events that lead from one status to the same other
/// stand on one arrow, each by its name in the schema and in Chinese; events that change no status
/// are told beside it only if `with_loops`.
pub fn mermaid<S: Status>(table: &[Row<S>], with_loops: bool) -> String {
    let mut arrows: Vec<((String, String), Vec<String>)> = Vec::new();
    for (from, event, case, to) in table {
        if from == to && !with_loops {
            continue;
        }
        let ends = (node(from), node(to));
        let label = label(event.name(), *case);
        match arrows.iter_mut().find(|(known, _)| *known == ends) {
            Some((_, labels)) if labels.contains(&label) => {}
            Some((_, labels)) => labels.push(label),
            None => arrows.push((ends, vec![label])),
        }
    }
    let mut text = String::from("stateDiagram-v2\n    direction LR\n");
    for ((from, to), labels) in &arrows {
        let _ = writeln!(text, "    {from} --> {to}: {}", labels.join("<br>"));
    }
    for end in ends(table) {
        let _ = writeln!(text, "    {end} --> [*]");
    }
    text
}

fn node<S: Status>(status: &S) -> String {
    match *status == S::default() {
        true => "[*]".to_owned(),
        false => format!("{status:?}"),
    }
}

fn label(name: &str, case: Case) -> String {
    let title = schema().by_name(name).map_or("", |of| of.title_zh.as_str());
    match case {
        Case::Any => format!("{name} {title}"),
        case => format!("{name} {title} ({case:?})"),
    }
}

/// Statuses that no event leads out of, in the order of the table.
fn ends<S: Status>(table: &[Row<S>]) -> Vec<String> {
    let mut found = Vec::new();
    for (_, _, _, to) in table {
        let is_left = table
            .iter()
            .any(|(from, _, _, next)| from == to && next != to);
        let name = node(to);
        if !is_left && !found.contains(&name) {
            found.push(name);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::payment;

    #[test]
    fn draws_a_payment() {
        let drawn = mermaid(payment::TRANSITIONS, false);
        let expected = "stateDiagram-v2\n    direction LR\n    \
            [*] --> Requested: PaymentRequested 申请支付\n    \
            Requested --> Accepted: PaymentAccepted 支付审核通过\n    \
            Requested --> Rejected: PaymentRejected 支付审核退回\n    \
            Accepted --> Executed: PaymentExecuted 支付\n    \
            Executed --> Returned: PaymentReturned 支付退回\n    \
            Returned --> Requested: PaymentRequested 申请支付\n    \
            Rejected --> [*]\n";
        assert_eq!(drawn, expected);
    }
}
