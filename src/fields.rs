//! Structures to and from JSON trees.
//!
//! A structure names its fields once, and that one function both reads and writes them. Derived
//! parsers and printers for each structure were a fifth of the compiled core; this is a tenth of
//! that.

use std::borrow::Cow;

use crate::json::{self, Json, Member};
use crate::secret::Secret;

/// What a field can be.
pub(crate) trait Value {
    /// Takes over what a tree says; false if it has another type. A missing member reads as
    /// `null`, and `null` as the type's empty value.
    fn read(&mut self, json: Json<'_>) -> bool;

    /// Gives itself away as a tree.
    fn write(&mut self) -> Json<'static>;
}

/// A structure.
pub(crate) trait Fields {
    /// Shows each field with its name, in order.
    fn fields(&mut self, each: &mut dyn Each);
}

/// What is done with each field.
pub(crate) trait Each {
    fn field(&mut self, name: &'static str, value: &mut dyn Value);

    /// A field that is left out if it says nothing.
    fn optional(&mut self, name: &'static str, value: &mut dyn Value);
}

/// Reads fields out of an object; the name of the first one with a wrong type is kept.
struct Reader<'a> {
    json: Json<'a>,
    wrong: Option<&'static str>,
}

impl Each for Reader<'_> {
    fn field(&mut self, name: &'static str, value: &mut dyn Value) {
        if !value.read(self.json.take(name)) {
            self.wrong.get_or_insert(name);
        }
    }

    fn optional(&mut self, name: &'static str, value: &mut dyn Value) {
        self.field(name, value);
    }
}

struct Writer(Vec<Member<'static>>);

impl Each for Writer {
    fn field(&mut self, name: &'static str, value: &mut dyn Value) {
        self.0.push((Cow::Borrowed(name), value.write()));
    }

    fn optional(&mut self, name: &'static str, value: &mut dyn Value) {
        let json = value.write();
        if !json.is_empty() {
            self.0.push((Cow::Borrowed(name), json));
        }
    }
}

/// Reads all fields of a structure.
///
/// # Errors
///
/// The name of the first field with a wrong type, or `message` if the tree is no object.
pub(crate) fn read(structure: &mut dyn Fields, json: Json<'_>) -> Result<(), &'static str> {
    if !matches!(json, Json::Null | Json::Object(_)) {
        return Err("message");
    }
    let mut reader = Reader { json, wrong: None };
    structure.fields(&mut reader);
    json::discard(reader.json);
    reader.wrong.map_or(Ok(()), Err)
}

/// Writes all fields of a structure, behind those that are given.
pub(crate) fn write(structure: &mut dyn Fields, before: Vec<Member<'static>>) -> Json<'static> {
    let mut writer = Writer(before);
    structure.fields(&mut writer);
    Json::Object(writer.0)
}

/// Names the fields of a structure. `name if some` is left out if it says nothing, `name: "other"`
/// has another name in JSON.
macro_rules! fields {
    ($type:ident { $($field:ident $(: $name:literal)? $(if $some:ident)?),* $(,)? }) => {
        impl $crate::fields::Fields for $type {
            fn fields(&mut self, each: &mut dyn $crate::fields::Each) {
                $($crate::fields::fields!(@ self each $field $(: $name)? $(if $some)?);)*
            }
        }

        impl $crate::fields::Value for $type {
            fn read(&mut self, json: $crate::json::Json<'_>) -> bool {
                $crate::fields::read(self, json).is_ok()
            }

            fn write(&mut self) -> $crate::json::Json<'static> {
                $crate::fields::write(self, Vec::with_capacity(12))
            }
        }
    };
    (@ $self:ident $each:ident $field:ident) => {
        $each.field(stringify!($field), &mut $self.$field)
    };
    (@ $self:ident $each:ident $field:ident if some) => {
        $each.optional(stringify!($field), &mut $self.$field)
    };
    (@ $self:ident $each:ident $field:ident : $name:literal) => {
        $each.field($name, &mut $self.$field)
    };
}

/// Names the variants of an enum without data.
macro_rules! names {
    ($type:ident { $($name:literal => $variant:ident),* $(,)? }) => {
        impl $crate::fields::Value for $type {
            fn read(&mut self, json: $crate::json::Json<'_>) -> bool {
                // A member that is missing or empty is the type's own default.
                let name = match json {
                    $crate::json::Json::Null => return true,
                    $crate::json::Json::Text(name) if name.is_empty() => return true,
                    $crate::json::Json::Text(name) => name,
                    _ => return false,
                };
                $(if name == $name {
                    *self = Self::$variant;
                    return true;
                })*
                false
            }

            fn write(&mut self) -> $crate::json::Json<'static> {
                $crate::json::Json::Text(std::borrow::Cow::Borrowed(match self {
                    $(Self::$variant => $name,)*
                }))
            }
        }
    };
}

pub(crate) use {fields, names};

impl Value for String {
    fn read(&mut self, json: Json<'_>) -> bool {
        match json {
            Json::Null => true,
            Json::Text(text) => {
                *self = text.into_owned();
                true
            }
            _ => false,
        }
    }

    fn write(&mut self) -> Json<'static> {
        Json::Text(Cow::Owned(std::mem::take(self)))
    }
}

/// A text that is rarely there, in less room.
impl Value for Box<str> {
    fn read(&mut self, json: Json<'_>) -> bool {
        let mut text = String::new();
        let read = text.read(json);
        *self = text.into_boxed_str();
        read
    }

    fn write(&mut self) -> Json<'static> {
        Json::Text(Cow::Owned(std::mem::take(self).into_string()))
    }
}

impl Value for Secret {
    fn read(&mut self, json: Json<'_>) -> bool {
        let mut text = String::new();
        let read = text.read(json);
        *self = Self::new(text);
        read
    }

    fn write(&mut self) -> Json<'static> {
        Json::Text(Cow::Owned(self.expose().to_owned()))
    }
}

/// Only ever written: codes and names.
impl Value for &'static str {
    fn read(&mut self, _: Json<'_>) -> bool {
        false
    }

    fn write(&mut self) -> Json<'static> {
        Json::Text(Cow::Borrowed(*self))
    }
}

impl Value for bool {
    fn read(&mut self, json: Json<'_>) -> bool {
        match json {
            Json::Null => true,
            Json::Bool(value) => {
                *self = value;
                true
            }
            _ => false,
        }
    }

    fn write(&mut self) -> Json<'static> {
        Json::Bool(*self)
    }
}

macro_rules! numbers {
    ($($type:ty),*) => {$(
        impl Value for $type {
            fn read(&mut self, json: Json<'_>) -> bool {
                match json {
                    Json::Null => true,
                    Json::Integer(value) => match value.try_into() {
                        Ok(value) => {
                            *self = value;
                            true
                        }
                        Err(_) => false,
                    },
                    _ => false,
                }
            }

            fn write(&mut self) -> Json<'static> {
                Json::Integer((*self).try_into().unwrap_or(i64::MAX))
            }
        }
    )*};
}

numbers!(u16, u32, u64, i64);

impl<T: Value + Default> Value for Option<T> {
    fn read(&mut self, json: Json<'_>) -> bool {
        if json == Json::Null {
            return true;
        }
        self.get_or_insert_default().read(json)
    }

    fn write(&mut self) -> Json<'static> {
        self.as_mut().map_or(Json::Null, Value::write)
    }
}

impl<T: Value + Default> Value for Vec<T> {
    fn read(&mut self, json: Json<'_>) -> bool {
        match json {
            Json::Null => true,
            Json::List(items) => items.into_iter().all(|item| {
                let mut value = T::default();
                let read = value.read(item);
                self.push(value);
                read
            }),
            _ => false,
        }
    }

    fn write(&mut self) -> Json<'static> {
        Json::List(self.iter_mut().map(Value::write).collect())
    }
}

/// Only ever written: a header.
impl Value for (&'static str, String) {
    fn read(&mut self, _: Json<'_>) -> bool {
        false
    }

    fn write(&mut self) -> Json<'static> {
        Json::List(vec![self.0.write(), self.1.write()])
    }
}
