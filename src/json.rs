//! JSON as a tree, to and from text and JavaScript objects by serde.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap as _, SerializeSeq as _, Serializer};

/// Any JSON value. What is read borrows its text from the message where nothing is escaped in it:
/// in PHP each copy is several calls.
#[derive(Debug, Default, PartialEq)]
pub(crate) enum Json<'a> {
    #[default]
    Null,
    Bool(bool),
    /// A whole number, as far as 64 bits with a sign reach.
    Integer(i64),
    /// Any other number; none is ever used.
    Fraction,
    Text(Cow<'a, str>),
    List(Vec<Self>),
    Object(Vec<Member<'a>>),
}

/// A name and its value.
pub(crate) type Member<'a> = (Cow<'a, str>, Json<'a>);

/// Parses foreign text; `None` if it is no JSON.
pub(crate) fn parse(text: &str) -> Option<Json<'_>> {
    serde_json::from_str(text).ok()
}

/// The text of a tree in UTF-8, as `serde_json` prints it. Its printer hands over each comma by a call
/// that may fail, and calls are what PHP is slow at.
pub(crate) fn print(tree: Json<'_>) -> Vec<u8> {
    let mut text = Vec::with_capacity(4096);
    append(&mut text, &tree);
    discard(tree);
    text
}

fn append(text: &mut Vec<u8>, tree: &Json<'_>) {
    match tree {
        Json::Null | Json::Fraction => text.extend_from_slice(b"null"),
        Json::Bool(true) => text.extend_from_slice(b"true"),
        Json::Bool(false) => text.extend_from_slice(b"false"),
        Json::Integer(value) => append_integer(text, *value),
        Json::Text(string) => append_string(text, string),
        Json::List(items) => {
            text.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    text.push(b',');
                }
                append(text, item);
            }
            text.push(b']');
        }
        Json::Object(members) => {
            text.push(b'{');
            for (index, (name, value)) in members.iter().enumerate() {
                if index > 0 {
                    text.push(b',');
                }
                append_string(text, name);
                text.push(b':');
                append(text, value);
            }
            text.push(b'}');
        }
    }
}

fn append_integer(text: &mut Vec<u8>, value: i64) {
    // As many digits as the largest number has, and its sign.
    let mut digits = [0; 20];
    let mut first = digits.len();
    let mut rest = value.unsigned_abs();
    loop {
        first -= 1;
        digits[first] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if value < 0 {
        first -= 1;
        digits[first] = b'-';
    }
    text.extend_from_slice(&digits[first..]);
}

fn append_string(text: &mut Vec<u8>, string: &str) {
    text.push(b'"');
    let mut rest = string.as_bytes();
    loop {
        let (plain, special) = rest.split_at(plain_length(rest));
        text.extend_from_slice(plain);
        let Some((byte, after)) = special.split_first() else {
            break;
        };
        append_escape(text, *byte);
        rest = after;
    }
    text.push(b'"');
}

/// How many bytes there are before the first that JSON escapes: eight at a time, since a loop over
/// bytes is what takes PHP longest.
fn plain_length(bytes: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    // Of the highest bits of the result's bytes the lowest one that is set is where the first byte below
    // `limit` is. Bytes that are not ASCII are not below it.
    let below = |word: u64, limit: u64| word.wrapping_sub(ONES * limit) & !word;
    let (words, _) = bytes.as_chunks();
    let plain_words = words.iter().take_while(|word| {
        let word = u64::from_le_bytes(**word);
        let quote = below(word ^ (ONES * u64::from(b'"')), 1);
        let backslash = below(word ^ (ONES * u64::from(b'\\')), 1);
        (below(word, 0x20) | quote | backslash) & (ONES << 7) == 0
    });
    let start = plain_words.count() * 8;
    let plain = |byte: &u8| *byte >= b' ' && *byte != b'"' && *byte != b'\\';
    start + bytes[start..].iter().take_while(|byte| plain(byte)).count()
}

fn append_escape(text: &mut Vec<u8>, byte: u8) {
    let short = match byte {
        b'"' | b'\\' => byte,
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        0x08 => b'b',
        0x0c => b'f',
        _ => {
            let code = [b'\\', b'u', b'0', b'0', digit(byte >> 4), digit(byte & 15)];
            return text.extend_from_slice(&code);
        }
    };
    text.extend_from_slice(&[b'\\', short]);
}

const fn digit(value: u8) -> u8 {
    b"0123456789abcdef"[value as usize]
}

/// Drops a tree; in the module for PHP, whose allocator gives back all memory after each step, that
/// would be a walk for nothing.
pub(crate) fn discard(tree: Json<'_>) {
    if cfg!(feature = "server") {
        std::mem::forget(tree);
    }
}

impl Json<'_> {
    /// A member by name: of two with the same name the last one counts, as in PHP and JavaScript.
    /// `Null` if there is none.
    pub(crate) fn take(&mut self, name: &str) -> Self {
        match self {
            Self::Object(members) => members
                .iter_mut()
                // Most names differ in length, which needs no call.
                .rfind(|(member, _)| member.len() == name.len() && member == name)
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
            Self::Text(text) => Some(text.into_owned()),
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

impl Serialize for Json<'_> {
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

/// Lists and objects that may stand in one another. A message has ten, with a document in it; the rest is
/// foreign, and each level takes of a stack that is small.
const MAX_DEPTH: u8 = 24;

/// Values in a tree, and ends of lists. A user of Mautic's has 40, a contact 400; two bytes of text are enough for one, which
/// takes up to a hundred times as many of a memory that is small.
const MAX_VALUES: u32 = 2048;

impl<'de> Deserialize<'de> for Json<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let left = Cell::new(MAX_VALUES);
        let depth = MAX_DEPTH;
        JsonVisitor { depth, left: &left }.deserialize(deserializer)
    }
}

/// Reads a tree with so many levels and values at most.
struct JsonVisitor<'a> {
    depth: u8,
    left: &'a Cell<u32>,
}

impl JsonVisitor<'_> {
    fn deeper<E: Error>(&self) -> Result<Self, E> {
        match (self.depth.checked_sub(1), self.left.get().checked_sub(1)) {
            (Some(depth), Some(left)) => {
                self.left.set(left);
                Ok(Self { depth, ..*self })
            }
            _ => Err(E::custom("")),
        }
    }
}

impl<'de> DeserializeSeed<'de> for JsonVisitor<'_> {
    type Value = Json<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for JsonVisitor<'_> {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json<'de>, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json<'de>, E> {
        Ok(Json::Integer(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json<'de>, E> {
        Ok(i64::try_from(value).map_or(Json::Fraction, Json::Integer))
    }

    /// A browser hands over every number as a float, and 60.0 is 60 for everybody.
    fn visit_f64<E>(self, value: f64) -> Result<Json<'de>, E> {
        let whole = value as i64;
        Ok(if whole as f64 == value {
            Json::Integer(whole)
        } else {
            Json::Fraction
        })
    }

    fn visit_str<E>(self, value: &str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Borrowed(value)))
    }

    fn visit_string<E>(self, value: String) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Owned(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json<'de>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(self.deeper()?)? {
            items.push(item);
        }
        Ok(Json::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json<'de>, A::Error> {
        let mut members = Vec::new();
        while let Some(Name(name)) = map.next_key()? {
            if members.is_empty() {
                // Room for most objects at once: growing step by step copies them each time.
                members.reserve_exact(8);
            }
            members.push((name, map.next_value_seed(self.deeper()?)?));
        }
        Ok(Json::Object(members))
    }
}

/// The name of a member. Serde's own reading of a `Cow` always copies.
struct Name<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(NameVisitor).map(Self)
    }
}

struct NameVisitor;

impl<'de> Visitor<'de> for NameVisitor {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, value: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(value.to_owned()))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(value))
    }
}

#[cfg(test)]
mod tests;
