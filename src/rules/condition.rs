//! Conditions of rules: `when = "…"`, an expression of CEL over the variables that a fact declares.
//! Where it does not hold, the rule does not apply.
//!
//! The language is a part of CEL that can be checked when a pack is read: whole numbers (money in
//! fen), texts, yes and no, lists of these; `&& || ! ?: == != < <= > >= + - * / % in`, and the
//! methods `startsWith`, `endsWith` and `contains` of texts. Every expression has a type, and that
//! of a condition is yes or no; so nothing but a value that no event shows, a division by zero or
//! too large a number is left to go wrong later, and then the rule does not apply either.

use std::{
    fmt,
    sync::{Arc, LazyLock},
};

use cel::{
    Context, Env, IdedExpr, Program,
    common::ast::{CallExpr, Expr, LiteralValue, operators as op},
};

use super::{
    case::Whole,
    facts::{
        Fact,
        variables::{self, Known, Value, Variable, VariableKind},
    },
};

/// The longest condition, in bytes.
const BYTES_MAX: usize = 1_000;

/// Operators and functions of the language; those of texts among them.
static ENV: LazyLock<Arc<Env>> = LazyLock::new(|| Arc::new(Env::stdlib()));

/// A condition, compiled.
#[derive(Clone)]
pub struct Condition {
    source: String,
    program: Arc<Program>,
    variables: Vec<&'static Variable>,
}

/// What a condition says of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holds {
    /// It holds: the rule applies.
    Yes,
    /// It does not, or nobody can tell: the rule does not apply, because of this.
    No(String),
}

/// By its text.
impl fmt::Debug for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Condition({:?})", self.source)
    }
}

/// By its text.
impl PartialEq for Condition {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl Condition {
    /// Compiles a condition on a fact.
    ///
    /// # Errors
    /// In words, where it is no expression of the language, names a variable that the fact does
    /// not have, or is not a question of yes or no.
    pub fn compile(source: &str, fact: &'static Fact) -> Result<Self, String> {
        if source.len() > BYTES_MAX {
            return Err(format!("a condition has at most {BYTES_MAX} bytes"));
        }
        let program = ENV.compile(source).map_err(|errors| {
            let first = errors.errors.first();
            let why = first.map_or_else(String::new, |error| error.msg.clone());
            format!("{source:?} is no condition: {why}")
        })?;
        let mut check = Check {
            fact,
            used: Vec::new(),
        };
        let kind = check.kind_of(program.expression())?;
        if kind != Kind::Bool {
            return Err(format!("{source:?} is {kind}, not a question of yes or no"));
        }
        let variables = check.used;
        Ok(Self {
            source: source.to_owned(),
            program: Arc::new(program),
            variables,
        })
    }

    /// Its text.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The variables that it names, in the order in which it does.
    pub fn variables(&self) -> &[&'static Variable] {
        &self.variables
    }

    /// Whether it holds of a case.
    pub fn holds(&self, known: &Known<'_, '_>) -> Holds {
        let values = self.variables.iter().map(|of| (of.name, of.of(known)));
        self.holds_of(&values.collect::<Vec<_>>())
    }

    /// Whether it holds of a case that was found in a picture.
    pub fn holds_of_whole(&self, whole: &Whole) -> Holds {
        let values = self.variables.iter();
        let values = values.map(|of| (of.name, variables::of_whole(of.name, whole)));
        self.holds_of(&values.collect::<Vec<_>>())
    }

    /// Whether it holds of values; `None` is not known, and matters only where it decides.
    fn holds_of(&self, values: &[(&'static str, Option<Value>)]) -> Holds {
        let mut context = Context::with_env(Arc::clone(&ENV));
        for (name, value) in values {
            let value = match value {
                Some(Value::Int(value)) => cel::Value::Int(*value),
                Some(Value::Text(value)) => cel::Value::String(Arc::new(value.clone())),
                Some(Value::Bool(value)) => cel::Value::Bool(*value),
                None => continue,
            };
            context.add_variable_from_value(*name, value);
        }
        let said = match self.program.execute(&context) {
            Ok(cel::Value::Bool(true)) => return Holds::Yes,
            Ok(cel::Value::Bool(false)) => "条件不成立 the condition does not hold",
            _ => "条件无法判断 the condition cannot be told",
        };
        let values = values.iter().map(|(name, value)| match value {
            Some(Value::Int(value)) => format!("{name} = {value}"),
            Some(Value::Text(value)) => format!("{name} = {value:?}"),
            Some(Value::Bool(value)) => format!("{name} = {value}"),
            None => format!("{name} 不明 not known"),
        });
        let values = values.collect::<Vec<_>>().join(", ");
        Holds::No(format!("{said}: {} ({values})", self.source))
    }
}

/// The type of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Int,
    Text,
    Bool,
    List(Box<Self>),
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int => f.write_str("a number"),
            Self::Text => f.write_str("a text"),
            Self::Bool => f.write_str("yes or no"),
            Self::List(of) => write!(f, "a list of {of}"),
        }
    }
}

/// Finds the types of expressions, and the variables that they name.
struct Check {
    fact: &'static Fact,
    used: Vec<&'static Variable>,
}

impl Check {
    fn kind_of(&mut self, of: &IdedExpr) -> Result<Kind, String> {
        match &of.expr {
            Expr::Literal(LiteralValue::Int(_)) => Ok(Kind::Int),
            Expr::Literal(LiteralValue::String(_)) => Ok(Kind::Text),
            Expr::Literal(LiteralValue::Boolean(_)) => Ok(Kind::Bool),
            Expr::Literal(_) => {
                Err("numbers are whole, and texts are texts: no other value is known".to_owned())
            }
            Expr::Ident(name) => self.variable(name),
            Expr::List(list) if list.optional_indices.is_empty() => {
                let mut kinds = list.elements.iter().map(|of| self.kind_of(of));
                let first = kinds
                    .next()
                    .unwrap_or_else(|| Err("a list has something in it".to_owned()))?;
                for other in kinds {
                    same(&first, &other?)?;
                }
                Ok(Kind::List(Box::new(first)))
            }
            Expr::Call(call) => self.call(call),
            _ => Err("selections, maps and macros are no part of conditions".to_owned()),
        }
    }

    fn variable(&mut self, name: &str) -> Result<Kind, String> {
        let known = self.fact.variables;
        let Some(variable) = known.iter().find(|variable| variable.name == name) else {
            let names: Vec<&str> = known.iter().map(|variable| variable.name).collect();
            return Err(format!(
                "{name:?} is no variable of {}, which has {}",
                self.fact.name,
                names.join(", ")
            ));
        };
        if self.used.iter().all(|used| used.name != name) {
            self.used.push(variable);
        }
        Ok(match variable.kind {
            VariableKind::Int => Kind::Int,
            VariableKind::Text => Kind::Text,
            VariableKind::Bool => Kind::Bool,
        })
    }

    fn call(&mut self, call: &CallExpr) -> Result<Kind, String> {
        let target = call.target.as_deref().map(|of| self.kind_of(of));
        let target = target.transpose()?;
        let kinds = call.args.iter().map(|of| self.kind_of(of));
        let kinds = kinds.collect::<Result<Vec<_>, _>>()?;
        let all = |kind: &Kind| kinds.iter().try_for_each(|other| same(kind, other));
        match (call.func_name.as_str(), target, &kinds[..]) {
            (op::LOGICAL_AND | op::LOGICAL_OR | op::LOGICAL_NOT, None, _) => {
                all(&Kind::Bool)?;
                Ok(Kind::Bool)
            }
            (op::EQUALS | op::NOT_EQUALS, None, [one, other])
            | (
                op::LESS | op::LESS_EQUALS | op::GREATER | op::GREATER_EQUALS,
                None,
                [one @ (Kind::Int | Kind::Text), other],
            ) => {
                same(one, other)?;
                Ok(Kind::Bool)
            }
            (op::ADD | op::SUBSTRACT | op::MULTIPLY | op::DIVIDE | op::MODULO, None, [_, _])
            | (op::NEGATE, None, [_]) => {
                all(&Kind::Int)?;
                Ok(Kind::Int)
            }
            (op::IN, None, [one, Kind::List(of)]) => {
                same(of, one)?;
                Ok(Kind::Bool)
            }
            (op::CONDITIONAL, None, [which, one, other]) => {
                same(&Kind::Bool, which)?;
                same(one, other)?;
                Ok(one.clone())
            }
            ("startsWith" | "endsWith" | "contains", Some(of), [part]) => {
                same(&Kind::Text, &of)?;
                same(&Kind::Text, part)?;
                Ok(Kind::Bool)
            }
            (name, ..) => Err(format!("{name:?} is not known of what it is asked of")),
        }
    }
}

fn same(wanted: &Kind, given: &Kind) -> Result<(), String> {
    match wanted == given {
        true => Ok(()),
        false => Err(format!("{given} stands where {wanted} is asked for")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::facts;

    fn compile(source: &str) -> Result<Condition, String> {
        let fact = facts::by_name("contract_published").expect("a fact");
        Condition::compile(source, fact)
    }

    #[test]
    fn a_condition_is_a_question_about_variables_of_its_fact() {
        for sound in [
            "contract_fen >= 50000000",
            "object == \"GOODS\" && !import_allowed",
            "method in [\"NEGOTIATION\", \"INQUIRY\"] || category.startsWith(\"A02\")",
            "(year > 2023 ? contract_fen : plan_fen) * 2 > 100 - 7 % 2",
            "-amount_fen < 0 && true",
        ] {
            let condition = compile(sound).unwrap_or_else(|error| panic!("{sound}: {error}"));
            assert_eq!(condition.source(), sound);
        }
        for (wrong, word) in [
            ("contract_fen >=", "no condition"),
            ("contract_yuan > 1", "\"contract_yuan\" is no variable"),
            ("contract_fen", "is a number, not a question"),
            ("method", "is a text, not a question"),
            ("[true]", "is a list of yes or no, not a question"),
            ("contract_fen > 1.5", "whole"),
            ("contract_fen > \"1\"", "a text stands where a number"),
            ("contract_fen == method", "a text stands where a number"),
            ("import_allowed > true", "is not known of"),
            ("method && true", "a text stands where yes or no"),
            ("method in [1]", "a text stands where a number"),
            ("method in []", "a list has something in it"),
            ("size(method) > 1", "\"size\" is not known"),
            ("method.matches(\"A\")", "\"matches\" is not known"),
            ("[1].exists(x, x == 1)", "no part of conditions"),
            ("has(method.name)", "no part of conditions"),
            (
                "true ? 1 : import_allowed",
                "yes or no stands where a number",
            ),
        ] {
            let error = compile(wrong).expect_err(wrong);
            assert!(error.contains(word), "{wrong}: {error}");
        }
        assert!(compile(&"(".repeat(2_000)).is_err());
        // Deep, and still no danger to the stack.
        let deep = format!("{}true{}", "(".repeat(490), ")".repeat(490));
        let error = compile(&deep).expect_err("too deep");
        assert!(error.contains("no condition"), "{error}");
        assert!(compile(&format!("{}true", "!".repeat(900))).is_ok());
    }

    #[test]
    fn a_condition_names_what_it_was_asked_of() {
        let condition = compile("object == \"WORKS\" || contract_fen * 2 >= 100").expect("sound");
        let names: Vec<&str> = condition.variables().iter().map(|of| of.name).collect();
        assert_eq!(names, ["object", "contract_fen"]);
        let text = |text: &str| Some(Value::Text(text.to_owned()));
        let said = |object, fen| condition.holds_of(&[("object", object), ("contract_fen", fen)]);
        assert_eq!(said(text("GOODS"), Some(Value::Int(50))), Holds::Yes);
        // What is not known does not matter where the rest decides.
        assert_eq!(said(text("WORKS"), None), Holds::Yes);
        assert_eq!(said(None, Some(Value::Int(50))), Holds::Yes);
        let no = |why: &str, values: &str| {
            let source = condition.source();
            Holds::No(format!("{why}: {source} ({values})"))
        };
        assert_eq!(
            said(text("GOODS"), Some(Value::Int(49))),
            no(
                "条件不成立 the condition does not hold",
                "object = \"GOODS\", contract_fen = 49"
            )
        );
        assert_eq!(
            said(text("GOODS"), None),
            no(
                "条件无法判断 the condition cannot be told",
                "object = \"GOODS\", contract_fen 不明 not known"
            )
        );
        assert_eq!(
            said(text("GOODS"), Some(Value::Int(i64::MAX))),
            no(
                "条件无法判断 the condition cannot be told",
                "object = \"GOODS\", contract_fen = 9223372036854775807"
            )
        );
    }
}
