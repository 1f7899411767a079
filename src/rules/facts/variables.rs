//! What a condition of a rule may name of a case: variables by name, type and meaning. A variable
//! is read when a condition names it and not before; what no event shows has no value.

use std::cell::OnceCell;

use chrono::Datelike as _;

use super::lots::{Picture, Plan, object_of};
use crate::{
    domain::{touched::touched_by, values::StreamKind},
    events::v1::{self, EntityKind, event_payload::Payload},
    rules::case::{Body, Case, Scene, Whole},
    views::Standing,
};

/// What a variable holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VariableKind {
    /// A whole number; money in fen.
    Int,
    /// A text.
    Text,
    /// Yes or no.
    Bool,
}

impl VariableKind {
    /// Its name in the language of conditions.
    pub fn name(self) -> &'static str {
        match self {
            Self::Int => "int",
            Self::Text => "string",
            Self::Bool => "bool",
        }
    }
}

/// The value of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A whole number.
    Int(i64),
    /// A text.
    Text(String),
    /// Yes or no.
    Bool(bool),
}

/// A variable.
pub struct Variable {
    /// Its name in conditions.
    pub name: &'static str,
    /// What it holds.
    pub kind: VariableKind,
    /// What it means, in Chinese.
    pub zh: &'static str,
    /// The same in English.
    pub en: &'static str,
    /// Reads it of a case.
    read: fn(&Known<'_, '_>) -> Option<Value>,
}

impl std::fmt::Debug for Variable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.name, self.kind.name())
    }
}

impl Variable {
    /// Its value in a case; `None` where no event shows it.
    pub fn of(&self, known: &Known<'_, '_>) -> Option<Value> {
        (self.read)(known)
    }
}

/// What every case has.
pub const COMMON: &[Variable] = &[YEAR, REGION, AMOUNT];
/// What a case that is found in a picture has.
pub const WHOLE: &[Variable] = &[YEAR, REGION, UNIT_ID];
/// What a case of a unit has.
pub const UNIT: &[Variable] = &[YEAR, REGION, AMOUNT, UNIT_ID, UNIT_LEVEL];
/// What a case of a contract or an order has.
pub const CONTRACT: &[Variable] = &[
    YEAR,
    REGION,
    AMOUNT,
    UNIT_ID,
    UNIT_LEVEL,
    CONTRACT_FEN,
    SUPPLIER,
    SUPPLIER_SIZE,
];
/// What a case of a project has.
pub const PROJECT: &[Variable] = &[
    YEAR,
    REGION,
    AMOUNT,
    UNIT_ID,
    UNIT_LEVEL,
    CONTRACT_FEN,
    SUPPLIER,
    SUPPLIER_SIZE,
    PLAN_FEN,
    CATEGORY,
    OBJECT,
    METHOD,
    ORGANISATION,
    LAW_TRACK,
    SME_POLICY,
    IMPORT_ALLOWED,
];

const YEAR: Variable = Variable {
    name: "year",
    kind: VariableKind::Int,
    zh: "触发之日的年份",
    en: "the year of the trigger",
    read: |known| Some(Value::Int(known.case.on.year().into())),
};
const REGION: Variable = Variable {
    name: "region",
    kind: VariableKind::Text,
    zh: "采购人登记的行政区划；未登记的，事件所载的行政区划",
    en: "the region of the unit as registered, else that of the event",
    read: |known| {
        let registered = known.unit_view().map(|unit| unit.region);
        let registered = registered.filter(|region| !region.is_empty());
        let said = || Some(known.acts().first()?.fact.event.region_code.clone());
        registered.or_else(said).map(Value::Text)
    },
};
const AMOUNT: Variable = Variable {
    name: "amount_fen",
    kind: VariableKind::Int,
    zh: "所涉金额（分）：期限所催之款；无此款的，合同或者订单金额；再无的，采购计划金额",
    en: "the amount in fen: what the clock asks for, else that of the contract or order, else \
         that of the plan",
    read: |known| {
        let asked = match &known.case.body {
            Body::Clock(clock) => clock.amount_fen,
            _ => None,
        };
        let signed = || known.agreement().map(|agreement| agreement.amount_fen);
        let planned = || Some(known.plan()?.1.amount_fen);
        asked.or_else(signed).or_else(planned).map(Value::Int)
    },
};
const UNIT_ID: Variable = Variable {
    name: "unit",
    kind: VariableKind::Text,
    zh: "采购人的统一社会信用代码",
    en: "the unit that buys, by its credit code",
    read: |known| known.unit().map(Value::Text),
};
const UNIT_LEVEL: Variable = Variable {
    name: "unit_level",
    kind: VariableKind::Text,
    zh: "采购人登记的预算级次：CENTRAL、PROVINCE、CITY、COUNTY、TOWNSHIP",
    en: "the budget level of the unit as registered: CENTRAL, PROVINCE, CITY, COUNTY, TOWNSHIP",
    read: |known| {
        let level = known.unit_view()?.budget_level();
        named(level.as_str_name(), "BUDGET_LEVEL_")
    },
};
const CONTRACT_FEN: Variable = Variable {
    name: "contract_fen",
    kind: VariableKind::Int,
    zh: "合同或者订单签订时的金额（分）",
    en: "the contract or order in fen, as signed or placed",
    read: |known| Some(Value::Int(known.agreement()?.amount_fen)),
};
const SUPPLIER: Variable = Variable {
    name: "supplier",
    kind: VariableKind::Text,
    zh: "合同或者订单的供应商，统一社会信用代码",
    en: "the supplier of the contract or order, by its credit code",
    read: |known| Some(Value::Text(known.agreement()?.supplier.to_owned())),
};
const SUPPLIER_SIZE: Variable = Variable {
    name: "supplier_size",
    kind: VariableKind::Text,
    zh: "合同或者订单所载的企业规模：LARGE、MEDIUM、SMALL、MICRO、NA",
    en: "the size declared with the contract or order: LARGE, MEDIUM, SMALL, MICRO, NA",
    read: |known| named(known.agreement()?.size.as_str_name(), "ENTERPRISE_SIZE_"),
};
const PLAN_FEN: Variable = Variable {
    name: "plan_fen",
    kind: VariableKind::Int,
    zh: "采购计划备案时的金额（分）",
    en: "the plan in fen, as filed",
    read: |known| Some(Value::Int(known.plan()?.1.amount_fen)),
};
const CATEGORY: Variable = Variable {
    name: "category",
    kind: VariableKind::Text,
    zh: "采购计划的品目编码，九位",
    en: "the category of the plan, nine characters",
    read: |known| Some(Value::Text(known.plan()?.1.category.clone())),
};
const OBJECT: Variable = Variable {
    name: "object",
    kind: VariableKind::Text,
    zh: "采购对象，据品目：GOODS 货物、SERVICE 服务、WORKS 工程",
    en: "what the plan buys, by its category: GOODS, SERVICE, WORKS",
    read: |known| {
        let object = object_of(known.plan()?.1);
        named(object.as_str_name(), "PROCUREMENT_OBJECT_")
    },
};
const METHOD: Variable = Variable {
    name: "method",
    kind: VariableKind::Text,
    zh: "采购包当日的采购方式：OPEN_TENDER、INVITED_TENDER、NEGOTIATION、CONSULTATION、INQUIRY、\
         SINGLE_SOURCE 等",
    en: "the method of the lot on the day of the trigger: OPEN_TENDER, INVITED_TENDER, \
         NEGOTIATION, CONSULTATION, INQUIRY, SINGLE_SOURCE and others",
    read: |known| {
        let method = match known.lot() {
            Some(lot) => Picture::of(known.scene).method_of(&lot, known.case.on),
            None => known.plan()?.1.method(),
        };
        named(method.as_str_name(), "PROCUREMENT_METHOD_")
    },
};
const ORGANISATION: Variable = Variable {
    name: "organisation",
    kind: VariableKind::Text,
    zh: "采购组织形式：CENTRAL 集中采购机构采购、DEPT_CENTRAL 部门集中采购、DISPERSED 分散采购",
    en: "how procurement is organised: CENTRAL, DEPT_CENTRAL, DISPERSED",
    read: |known| {
        let organisation = known.plan()?.1.organisation();
        named(organisation.as_str_name(), "ORGANISATION_")
    },
};
const LAW_TRACK: Variable = Variable {
    name: "law_track",
    kind: VariableKind::Text,
    zh: "适用法律：PROCUREMENT_LAW 政府采购法、TENDER_LAW 招标投标法",
    en: "the law that the plan follows: PROCUREMENT_LAW, TENDER_LAW",
    read: |known| named(known.plan()?.1.law_track().as_str_name(), "LAW_TRACK_"),
};
const SME_POLICY: Variable = Variable {
    name: "sme_policy",
    kind: VariableKind::Text,
    zh: "面向中小企业的预留：ALL_RESERVED、PART_RESERVED、NON_RESERVED",
    en: "what the plan reserves for small and medium enterprises: ALL_RESERVED, PART_RESERVED, \
         NON_RESERVED",
    read: |known| {
        let kind = known.plan()?.1.sme_policy.as_ref()?.kind();
        named(kind.as_str_name(), "SME_POLICY_KIND_")
    },
};
const IMPORT_ALLOWED: Variable = Variable {
    name: "import_allowed",
    kind: VariableKind::Bool,
    zh: "采购计划是否允许采购进口产品",
    en: "whether the plan allows imported products",
    read: |known| Some(Value::Bool(known.plan()?.1.import_allowed)),
};

/// The value of a variable in a case that was found in a picture.
pub fn of_whole(name: &str, whole: &Whole) -> Option<Value> {
    let text = |text: &String| (!text.is_empty()).then(|| Value::Text(text.clone()));
    match name {
        "year" => Some(Value::Int(whole.case.on.year().into())),
        "region" => text(&whole.region_code),
        "unit" => text(&whole.unit),
        _ => None,
    }
}

/// The name of an enum's member without that of the enum; `None` where nothing is stated.
fn named(member: &str, of: &str) -> Option<Value> {
    let name = member.strip_prefix(of).unwrap_or(member);
    (name != "UNSPECIFIED").then(|| Value::Text(name.to_owned()))
}

/// A contract, or an order that is one.
struct Agreement<'a> {
    unit: &'a str,
    lot_no: &'a str,
    supplier: &'a str,
    size: v1::EnterpriseSize,
    amount_fen: i64,
}

/// A case and the scene that it was found in, from which variables are read.
pub struct Known<'s, 'a> {
    scene: &'s Scene<'a>,
    case: &'s Case,
    acts: OnceCell<Vec<&'a Standing>>,
}

impl<'s, 'a> Known<'s, 'a> {
    /// Of a case of a scene; nothing is read yet.
    pub fn new(scene: &'s Scene<'a>, case: &'s Case) -> Self {
        Self {
            scene,
            case,
            acts: OnceCell::new(),
        }
    }

    /// The acts of the stream that make the case, the trigger first.
    fn acts(&self) -> &[&'a Standing] {
        self.acts.get_or_init(|| {
            let standing = self.scene.timeline.standing();
            let of = |position: &u64| {
                let at = standing.binary_search_by_key(position, |act| act.position);
                at.ok().map(|at| &standing[at])
            };
            self.case.evidence.iter().filter_map(of).collect()
        })
    }

    /// The first object of a kind that the acts are about, by its id in the stream.
    fn first(&self, kind: EntityKind) -> Option<String> {
        self.acts().iter().find_map(|act| {
            let entities = touched_by(self.scene.stream, act.payload()?);
            let of_kind = entities.iter().find(|entity| entity.kind == kind)?;
            Some(of_kind.id().to_owned())
        })
    }

    fn lot(&self) -> Option<String> {
        let named = self.first(EntityKind::Lot);
        named.or_else(|| Some(self.agreement()?.lot_no.to_owned()).filter(|lot| !lot.is_empty()))
    }

    fn agreement(&self) -> Option<Agreement<'a>> {
        let is_order = self.scene.stream.kind == StreamKind::Order;
        let id = self.first(EntityKind::Contract);
        if id.is_none() && !is_order {
            return None;
        }
        self.scene.acts().find_map(|(_, payload)| match payload {
            Payload::ContractSigned(e) if id.as_deref() == Some(&e.contract_id) => {
                Some(Agreement {
                    unit: &e.buyer,
                    lot_no: &e.lot_no,
                    supplier: &e.supplier,
                    size: e.supplier_size(),
                    amount_fen: e.amount_fen,
                })
            }
            Payload::EmallOrderPlaced(e) => Some(Agreement {
                unit: &e.unit,
                lot_no: "",
                supplier: &e.supplier,
                size: e.supplier_size(),
                amount_fen: e.amount_fen,
            }),
            _ => None,
        })
    }

    /// The plan of the lot that the case is about; the only plan where it is about no lot.
    fn plan(&self) -> Option<Plan<'a>> {
        let picture = Picture::of(self.scene);
        if let Some(lot) = self.lot() {
            return picture.plan_of(&lot);
        }
        let planned = self.acts().iter().find_map(|act| match act.payload() {
            Some(Payload::PlanFiled(plan)) => Some((*act, plan)),
            _ => None,
        });
        planned.or_else(|| match picture.plans()[..] {
            [only] => Some(only),
            _ => None,
        })
    }

    fn unit(&self) -> Option<String> {
        match self.scene.stream.kind {
            StreamKind::Unit | StreamKind::Organisation => Some(self.scene.stream.id.clone()),
            _ => {
                let signed = self.agreement().map(|agreement| agreement.unit.to_owned());
                signed.or_else(|| Some(self.plan()?.1.unit.clone()))
            }
        }
    }

    fn unit_view(&self) -> Option<v1::RegistryView> {
        self.scene.around.organisation(&self.unit()?)
    }
}
