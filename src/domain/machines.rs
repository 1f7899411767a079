//! Every state machine of the domain, by the noun that it belongs to: for documents and for whoever
//! wants to see what may happen.

use super::{
    acceptance, budget_line, contract, diagram::mermaid, lot, notice, payment, project,
    registry::organisation,
};

/// A state machine and how to draw it.
#[derive(Clone, Copy, Debug)]
pub struct Machine {
    /// The noun, as the glossary has it in English.
    pub en: &'static str,
    /// The noun in Chinese.
    pub zh: &'static str,
    /// Draws its table.
    pub draw: fn() -> String,
}

macro_rules! machines {
    ($($en:literal $zh:literal $table:path;)*) => {
        /// Every machine, in the order of a project's life.
        pub const MACHINES: &[Machine] = &[$(Machine {
            en: $en,
            zh: $zh,
            draw: || mermaid($table, false),
        },)*];
    };
}

machines! {
    "Budget line" "预算指标" budget_line::TRANSITIONS;
    "Plan" "采购计划" project::TRANSITIONS;
    "Lot" "包/标段" lot::TRANSITIONS;
    "Contract" "合同" contract::TRANSITIONS;
    "Payment" "资金支付" payment::TRANSITIONS;
    "Acceptance" "履约验收" acceptance::TRANSITIONS;
    "Notice" "公告" notice::TRANSITIONS;
    "Organisation" "单位" organisation::TRANSITIONS;
}
