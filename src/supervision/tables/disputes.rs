//! Questions, challenges, complaints, and approvals that a project waits for.

use super::table;

table! {
    /// Challenges.
    CHALLENGES = "challenges", "a challenge", day: "day of receipt, else of filing or refusal",
    indexes: &[],
    ("challenge_id", "TEXT", "challenge"),
    ("lot_no", "TEXT", "lot"),
    ("handler", "TEXT", "who received it, or to whom it was forwarded; an agency stands in \
     agency too"),
    ("due_on", "TEXT", "last day for the reply"),
    ("replied_on", "TEXT", "day of the reply"),
    super::STATUS,
    ("result", "INTEGER", "ChallengeResult"),
    ("reply_wd", "INTEGER", "working days from receipt to reply"),
}

table! {
    /// Questions.
    INQUIRIES = "inquiries", "a question that a supplier asked", day: "day of receipt",
    indexes: &[],
    ("inquiry_id", "TEXT", "question"),
    ("handler", "TEXT", "who received it; an agency stands in agency too"),
    ("due_on", "TEXT", "last day for the answer"),
    ("answered_on", "TEXT", "day of the answer"),
    super::STATUS,
}

table! {
    /// Complaints.
    COMPLAINTS = "complaints", "a complaint", day: "day of receipt",
    indexes: &[],
    ("complaint_id", "TEXT", "complaint"),
    ("challenge_id", "TEXT", "challenge that came before"),
    ("handler", "TEXT", "the finance department"),
    ("due_on", "TEXT", "last day for the decision"),
    ("decided_on", "TEXT", "day of the decision"),
    super::STATUS,
    ("result", "INTEGER", "ComplaintResult"),
    ("is_upheld", "INTEGER", "1 where it was upheld"),
    ("decide_wd", "INTEGER", "working days from receipt to decision, pauses among them"),
}

table! {
    /// Approvals.
    APPROVALS = "approvals", "an approval that was requested", day: "day of the request",
    indexes: &[],
    ("approval_id", "TEXT", "approval"),
    ("item_code", "TEXT", "item of the catalogue"),
    ("decided_on", "TEXT", "day of the decision"),
    super::STATUS,
    ("wait_wd", "INTEGER", "working days from request to decision, waiting for papers among them"),
}
