//! JSON as a tree, and reading structures out of it.
//!
//! One tree instead of a derived parser for each structure: the compiled core is a third smaller
//! for it, and foreign bodies, whose members may have any type, are read the same way as messages.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::secret::Secret;

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
    Object(Vec<(String, Self)>),
}

/// The member whose type was not the expected one.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Wrong(pub(crate) &'static str);

/// Parses foreign text; `None` if it is no JSON.
pub(crate) fn parse(text: &str) -> Option<Json> {
    serde_json::from_str(text).ok()
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

    /// A member as a structure's field.
    pub(crate) fn field<T: FromJson>(&mut self, name: &'static str) -> Result<T, Wrong> {
        T::from_json(self.take(name)).ok_or(Wrong(name))
    }
}

/// What can be read out of a tree. A missing member reads as `null`, and `null` as the type's
/// empty value.
pub(crate) trait FromJson: Sized {
    fn from_json(json: Json) -> Option<Self>;
}

impl FromJson for String {
    fn from_json(json: Json) -> Option<Self> {
        match json {
            Json::Null => Some(Self::new()),
            other => other.into_text(),
        }
    }
}

impl FromJson for Secret {
    fn from_json(json: Json) -> Option<Self> {
        String::from_json(json).map(Self::new)
    }
}

impl FromJson for bool {
    fn from_json(json: Json) -> Option<Self> {
        match json {
            Json::Null => Some(false),
            Json::Bool(value) => Some(value),
            _ => None,
        }
    }
}

impl FromJson for u64 {
    fn from_json(json: Json) -> Option<Self> {
        match json {
            Json::Null => Some(0),
            Json::Integer(value) => value.try_into().ok(),
            _ => None,
        }
    }
}

impl FromJson for u32 {
    fn from_json(json: Json) -> Option<Self> {
        u64::from_json(json)?.try_into().ok()
    }
}

impl FromJson for u16 {
    fn from_json(json: Json) -> Option<Self> {
        u64::from_json(json)?.try_into().ok()
    }
}

impl<T: FromJson> FromJson for Option<T> {
    fn from_json(json: Json) -> Option<Self> {
        match json {
            Json::Null => Some(None),
            other => T::from_json(other).map(Some),
        }
    }
}

impl<T: FromJson> FromJson for Vec<T> {
    fn from_json(json: Json) -> Option<Self> {
        match json {
            Json::Null => Some(Self::new()),
            Json::List(items) => items.into_iter().map(T::from_json).collect(),
            _ => None,
        }
    }
}

/// Reads a structure whose members have the names of its fields, or the ones given.
macro_rules! from_json {
    ($type:ident { $($field:ident $(: $name:literal)?),* $(,)? }) => {
        impl $crate::json::FromJson for $type {
            fn from_json(mut json: $crate::json::Json) -> Option<Self> {
                if !matches!(json, $crate::json::Json::Null | $crate::json::Json::Object(_)) {
                    return None;
                }
                Some(Self {
                    $($field: json.field($crate::json::from_json!(@ $field $($name)?)).ok()?),*
                })
            }
        }
    };
    (@ $field:ident) => { stringify!($field) };
    (@ $field:ident $name:literal) => { $name };
}

/// Reads an enum without data by the names of its variants.
macro_rules! from_json_names {
    ($type:ident { $($name:literal => $variant:ident),* $(,)? }) => {
        impl $crate::json::FromJson for $type {
            fn from_json(json: $crate::json::Json) -> Option<Self> {
                match json.into_text()?.as_str() {
                    $($name => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

pub(crate) use {from_json, from_json_names};

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
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Json::Object(members))
    }
}
