//! JSON as a tree, to and from text and JavaScript objects by serde.

use std::borrow::Cow;
use std::{fmt, io};

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap as _, SerializeSeq as _, Serializer};

/// Any JSON value.
#[derive(Debug, Default, PartialEq)]
pub(crate) enum Json {
    #[default]
    Null,
    Bool(bool),
    /// A whole number, as far as 64 bits with a sign reach.
    Integer(i64),
    /// Any other number; none is ever used.
    Fraction,
    Text(String),
    List(Vec<Self>),
    Object(Vec<Member>),
}

/// A name and its value.
pub(crate) type Member = (Cow<'static, str>, Json);

/// Parses foreign text; `None` if it is no JSON.
pub(crate) fn parse(text: &str) -> Option<Json> {
    serde_json::from_str(text).ok()
}

/// The text of a tree in UTF-8. Writing to memory cannot fail: all keys are strings.
pub(crate) fn print(tree: Json) -> Vec<u8> {
    let mut buffer = Buffer(Vec::with_capacity(4096));
    let printed = serde_json::to_writer(&mut buffer, &tree);
    discard(tree);
    debug_assert!(printed.is_ok());
    buffer.0
}

/// Two of three pieces that are written are one character, for which a copy is dear in PHP.
struct Buffer(Vec<u8>);

impl io::Write for Buffer {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        match piece {
            [byte] => self.0.push(*byte),
            _ => self.0.extend_from_slice(piece),
        }
        Ok(piece.len())
    }

    fn write_all(&mut self, piece: &[u8]) -> io::Result<()> {
        self.write(piece).map(drop)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Drops a tree; in the module for PHP, whose allocator gives back all memory after each step, that
/// would be a walk for nothing.
pub(crate) fn discard(tree: Json) {
    if cfg!(feature = "server") {
        std::mem::forget(tree);
    }
}

impl Json {
    /// A member by name: of two with the same name the last one counts, as in PHP and JavaScript.
    /// `Null` if there is none.
    pub(crate) fn take(&mut self, name: &str) -> Self {
        match self {
            Self::Object(members) => members
                .iter_mut()
                .rfind(|(member, _)| member == name)
                .map(|(_, value)| std::mem::take(value))
                .unwrap_or_default(),
            _ => Self::Null,
        }
    }

    /// A member that is a whole number, without taking it away; `Null` if it is none.
    pub(crate) fn copy(&self, name: &str) -> Self {
        match self {
            Self::Object(members) => match members.iter().rfind(|(member, _)| member == name) {
                Some((_, Self::Integer(value))) => Self::Integer(*value),
                _ => Self::Null,
            },
            _ => Self::Null,
        }
    }

    /// The first item of a list; `Null` if there is none.
    pub(crate) fn into_first(self) -> Self {
        match self {
            Self::List(items) => items.into_iter().next().unwrap_or_default(),
            _ => Self::Null,
        }
    }

    pub(crate) fn into_text(self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it says nothing: `null`, `false`, an empty string or list.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Null | Self::Bool(false) => true,
            Self::Text(text) => text.is_empty(),
            Self::List(items) => items.is_empty(),
            _ => false,
        }
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null | Self::Fraction => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Integer(value) => serializer.serialize_i64(*value),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(item)?;
                }
                list.end()
            }
            Self::Object(members) => {
                let mut object = serializer.serialize_map(Some(members.len()))?;
                for (name, value) in members {
                    object.serialize_entry(name.as_ref(), value)?;
                }
                object.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Integer(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(i64::try_from(value).map_or(Json::Fraction, Json::Integer))
    }

    /// A browser hands over every number as a float.
    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        let whole = value as i64;
        Ok(if cfg!(feature = "browser") && whole as f64 == value {
            Json::Integer(whole)
        } else {
            Json::Fraction
        })
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Json, E> {
        Ok(Json::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Json::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut members = Vec::new();
        while let Some((name, value)) = map.next_entry::<String, Json>()? {
            members.push((Cow::Owned(name), value));
        }
        Ok(Json::Object(members))
    }
}
