//! Examples of rules on the time to respond in negotiations, inquiries and consultations.

use super::{
    Example,
    Shows::{AtTheBound, Broken, Kept, NotApplicable},
    Told,
    project::{clarified, document, example, plan_by},
};
use crate::events::v1::ProcurementMethod;

/// What this family shows.
pub(super) const EXAMPLES: &[Example] = &[
    example(
        "MOF74-29-NEG-3WD",
        Kept,
        |told| negotiated(told, "2023-10-10"),
        "kept",
    ),
    example(
        "MOF74-29-NEG-3WD",
        AtTheBound,
        |told| negotiated(told, "2023-10-08"),
        "kept",
    ),
    example(
        "MOF74-29-NEG-3WD",
        Broken,
        |told| negotiated(told, "2023-10-07"),
        "broken 2 of 3",
    ),
    example(
        "MOF74-29-NEG-3WD",
        NotApplicable,
        |told| inquired(told, "2023-10-07"),
        "",
    ),
    example(
        "MOF74-45-INQ-3WD",
        Kept,
        |told| inquired(told, "2023-10-10"),
        "kept",
    ),
    example(
        "MOF74-45-INQ-3WD",
        AtTheBound,
        |told| inquired(told, "2023-10-08"),
        "kept",
    ),
    example(
        "MOF74-45-INQ-3WD",
        Broken,
        |told| inquired(told, "2023-10-07"),
        "broken 2 of 3",
    ),
    example(
        "MOF74-45-INQ-3WD",
        NotApplicable,
        |told| negotiated(told, "2023-10-07"),
        "",
    ),
    example(
        "MOF214-10-CON-10D",
        Kept,
        |told| consulted(told, "2023-10-20"),
        "kept",
    ),
    example(
        "MOF214-10-CON-10D",
        AtTheBound,
        |told| consulted(told, "2023-10-07"),
        "kept",
    ),
    example(
        "MOF214-10-CON-10D",
        Broken,
        |told| consulted(told, "2023-10-06"),
        "broken 9 of 10",
    ),
    example(
        "MOF214-10-CON-10D",
        NotApplicable,
        |told| negotiated(told, "2023-10-06"),
        "",
    ),
    example(
        "MOF214-10-DOC-5WD",
        Kept,
        |told| consult_until(told, "2023-09-27", "2023-10-11", "2023-10-20"),
        "kept",
    ),
    example(
        "MOF214-10-DOC-5WD",
        AtTheBound,
        |told| consult_until(told, "2023-09-27", "2023-10-10", "2023-10-20"),
        "kept",
    ),
    example(
        "MOF214-10-DOC-5WD",
        Broken,
        |told| consult_until(told, "2023-09-27", "2023-10-07", "2023-10-20"),
        "broken 3 of 5",
    ),
    example(
        "MOF214-10-DOC-5WD",
        NotApplicable,
        |told| negotiated(told, "2023-10-20"),
        "",
    ),
    example(
        "MOF214-10-CLARIFY-5D",
        Kept,
        |told| consult_again(told, "2023-10-12"),
        "kept",
    ),
    example(
        "MOF214-10-CLARIFY-5D",
        AtTheBound,
        |told| consult_again(told, "2023-10-15"),
        "kept",
    ),
    example(
        "MOF214-10-CLARIFY-5D",
        Broken,
        |told| consult_again(told, "2023-10-16"),
        "broken 4 of 5",
    ),
    example(
        "MOF214-10-CLARIFY-5D",
        NotApplicable,
        |told| {
            negotiated(told, "2023-10-20");
            clarified(told, "1", "2023-10-19", true, None);
        },
        "",
    ),
];

fn by(told: &mut Told, method: ProcurementMethod, issued: &str, deadline: &str) {
    plan_by(told, method);
    document(told, issued, deadline, deadline);
}

fn negotiated(told: &mut Told, deadline: &str) {
    by(told, ProcurementMethod::Negotiation, "2023-09-27", deadline);
}

fn inquired(told: &mut Told, deadline: &str) {
    by(told, ProcurementMethod::Inquiry, "2023-09-27", deadline);
}

fn consulted(told: &mut Told, deadline: &str) {
    by(
        told,
        ProcurementMethod::Consultation,
        "2023-09-27",
        deadline,
    );
}

fn consult_until(told: &mut Told, issued: &str, to: &str, deadline: &str) {
    plan_by(told, ProcurementMethod::Consultation);
    document(told, issued, to, deadline);
}

fn consult_again(told: &mut Told, on: &str) {
    consulted(told, "2023-10-20");
    clarified(told, "1", on, true, None);
}
