//! An encoded event as a tree, so that tests can change one node and know its path.

use prost_reflect::{FieldDescriptor, Kind, MessageDescriptor};

use super::super::wire::{LENGTH, Reader, VARINT};
use crate::events::descriptor::{field_rule, is_instant};

/// One field of a message as it stands on the wire.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) field: FieldDescriptor,
    /// Its path, without the event's.
    pub(super) path: String,
    pub(super) value: NodeValue,
}

#[derive(Clone, Debug)]
pub(super) enum NodeValue {
    Number(u64),
    Bytes(Vec<u8>),
    Message(Vec<Node>),
}

impl Node {
    /// Whether dropping the field leaves the event without something that it needs.
    pub(super) fn is_needed(&self) -> bool {
        let rule = field_rule(&self.field);
        let is_number = matches!(self.field.kind(), Kind::Int32 | Kind::Int64 | Kind::Bool);
        let is_money = self.field.name().ends_with("_fen");
        let min = rule.min.unwrap_or(if is_money { 0 } else { i64::MIN });
        let may_be_zero = is_number && !self.field.supports_presence() && min <= 0;
        rule.required && !may_be_zero
    }

    fn encode(&self, bytes: &mut Vec<u8>) {
        match &self.value {
            NodeValue::Number(number) => {
                put_tag(bytes, self.field.number(), VARINT);
                put_varint(bytes, *number);
            }
            NodeValue::Bytes(content) => put_bytes(bytes, self.field.number(), content),
            NodeValue::Message(children) => {
                put_bytes(bytes, self.field.number(), &encode(children));
            }
        }
    }
}

/// Reads a message's fields in order.
pub(super) fn parse(message: &MessageDescriptor, bytes: &[u8], above: &str) -> Vec<Node> {
    let mut reader = Reader::new(bytes);
    let mut counts = std::collections::HashMap::new();
    let mut nodes = Vec::new();
    while let Some((number, wire_type)) = reader.tag().unwrap() {
        let field = message.get_field(number).unwrap();
        let dot = if above.is_empty() { "" } else { "." };
        let mut path = format!("{above}{dot}{}", field.name());
        if field.is_list() {
            let count = counts.entry(number).or_insert(0);
            path = format!("{path}[{count}]");
            *count += 1;
        }
        let value = match (wire_type, field.kind()) {
            (VARINT, _) => NodeValue::Number(reader.varint().unwrap()),
            (LENGTH, Kind::Message(nested)) if !is_instant(&field) => {
                NodeValue::Message(parse(&nested, reader.bytes().unwrap(), &path))
            }
            _ => NodeValue::Bytes(reader.bytes().unwrap().to_vec()),
        };
        nodes.push(Node { field, path, value });
    }
    nodes
}

pub(super) fn encode(nodes: &[Node]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for node in nodes {
        node.encode(&mut bytes);
    }
    bytes
}

/// Every list of fields in a tree, the top one first, with the path of its message.
pub(super) fn messages(nodes: &[Node]) -> Vec<Vec<usize>> {
    let mut found = vec![Vec::new()];
    for (index, node) in nodes.iter().enumerate() {
        if let NodeValue::Message(children) = &node.value {
            for mut way in messages(children) {
                way.insert(0, index);
                found.push(way);
            }
        }
    }
    found
}

/// The fields of the message that stands at the end of a way.
pub(super) fn at<'t>(nodes: &'t mut Vec<Node>, way: &[usize]) -> &'t mut Vec<Node> {
    let Some((first, rest)) = way.split_first() else {
        return nodes;
    };
    match &mut nodes[*first].value {
        NodeValue::Message(children) => at(children, rest),
        _ => panic!("a way leads through messages"),
    }
}

pub(super) fn put_varint(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

pub(super) fn put_tag(bytes: &mut Vec<u8>, number: u32, wire_type: u8) {
    put_varint(bytes, u64::from(number) << 3 | u64::from(wire_type));
}

pub(super) fn put_bytes(bytes: &mut Vec<u8>, number: u32, content: &[u8]) {
    put_tag(bytes, number, LENGTH);
    put_varint(bytes, content.len() as u64);
    bytes.extend_from_slice(content);
}
