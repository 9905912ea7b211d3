//! PHP source text: operators and their precedence, literals, lines.

use std::fmt::Write;

/// How tightly an expression holds together, in the order of PHP's precedence table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Prec {
    Ternary,
    Coalesce,
    LogicalOr,
    LogicalAnd,
    BitOr,
    BitXor,
    BitAnd,
    Equality,
    Comparison,
    Shift,
    Sum,
    Product,
    Unary,
    Atom,
}

/// An expression as text.
#[derive(Debug, Clone)]
pub(crate) struct Code {
    pub(crate) text: String,
    pub(crate) prec: Prec,
}

impl Code {
    pub(crate) fn new(text: impl Into<String>, prec: Prec) -> Self {
        Self {
            text: text.into(),
            prec,
        }
    }

    pub(crate) fn atom(text: impl Into<String>) -> Self {
        Self::new(text, Prec::Atom)
    }

    /// An integer literal. PHP has none for the smallest integer.
    pub(crate) fn int(value: i64) -> Self {
        match value {
            i64::MIN => Self::new("1<<63", Prec::Shift),
            0.. => Self::atom(value.to_string()),
            _ => Self::new(value.to_string(), Prec::Unary),
        }
    }

    /// A float literal that PHP reads back as the same number. A NaN has no payload in PHP's source.
    pub(crate) fn float(value: f64) -> Self {
        if value.is_nan() {
            return Self::atom("\\NAN");
        }
        if value.is_infinite() {
            return if value > 0.0 {
                Self::atom("\\INF")
            } else {
                Self::new("-\\INF", Prec::Unary)
            };
        }
        let mut text = format!("{value:?}");
        if !text.contains(['.', 'e']) {
            text.push_str(".0");
        }
        let prec = if text.starts_with('-') {
            Prec::Unary
        } else {
            Prec::Atom
        };
        Self::new(text, prec)
    }

    /// Whether it is a variable or a literal, so that writing it twice costs nothing.
    pub(crate) fn is_simple(&self) -> bool {
        let is_word = |text: &str| {
            text.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        };
        let text = self.text.strip_prefix(['$', '-']).unwrap_or(&self.text);
        is_word(text)
    }

    fn within(&self, prec: Prec) -> String {
        if self.prec < prec {
            format!("({})", self.text)
        } else {
            self.text.clone()
        }
    }

    /// `a op b`, where `a op (b op c)` is `a op b op c`.
    pub(crate) fn associative(self, op: &str, prec: Prec, other: &Self) -> Self {
        let right = other.within(prec);
        Self::new(joined(&self.within(prec), op, &right), prec)
    }

    /// `a op b`, grouped from the left.
    pub(crate) fn binary(self, op: &str, prec: Prec, other: &Self) -> Self {
        // Comparisons do not group at all.
        let next = match prec {
            Prec::Comparison => Prec::Shift,
            Prec::Equality => Prec::Comparison,
            Prec::Shift => Prec::Sum,
            Prec::Sum => Prec::Product,
            Prec::Product => Prec::Unary,
            _ => prec,
        };
        let left = match prec {
            Prec::Comparison | Prec::Equality => self.within(next),
            _ => self.within(prec),
        };
        Self::new(joined(&left, op, &other.within(next)), prec)
    }

    pub(crate) fn prefix(self, op: &str) -> Self {
        Self::new(joined("", op, &self.within(Prec::Unary)), Prec::Unary)
    }

    pub(crate) fn shl(self, count: i64) -> Self {
        if count == 0 {
            self
        } else {
            self.binary("<<", Prec::Shift, &Self::int(count))
        }
    }

    pub(crate) fn shr(self, count: i64) -> Self {
        if count == 0 {
            self
        } else {
            self.binary(">>", Prec::Shift, &Self::int(count))
        }
    }

    pub(crate) fn and(self, mask: i64) -> Self {
        self.associative("&", Prec::BitAnd, &Self::int(mask))
    }

    /// The sum with a constant.
    pub(crate) fn plus(self, value: i64) -> Self {
        match value {
            0 => self,
            i64::MIN => self.binary("+", Prec::Sum, &Self::int(value)),
            1.. => self.binary("+", Prec::Sum, &Self::int(value)),
            _ => self.binary("-", Prec::Sum, &Self::int(-value)),
        }
    }

    pub(crate) fn ternary(self, then: &Self, otherwise: &Self) -> Self {
        let text = format!(
            "{}?{}:{}",
            self.within(Prec::Coalesce),
            then.within(Prec::Coalesce),
            otherwise.within(Prec::Coalesce)
        );
        Self::new(text, Prec::Ternary)
    }
}

/// Two operands around an operator, without making `--` or `++` of it.
fn joined(left: &str, op: &str, right: &str) -> String {
    let clash = op.ends_with(['-', '+']) && right.starts_with(&op[op.len() - 1..]);
    format!("{left}{op}{}{right}", if clash { " " } else { "" })
}

/// A string literal that holds any bytes.
pub(crate) fn string(bytes: &[u8]) -> String {
    let mut text = String::from("\"");
    for (index, byte) in bytes.iter().enumerate() {
        match byte {
            b'"' | b'\\' | b'$' => {
                text.push('\\');
                text.push(char::from(*byte));
            }
            0x20..=0x7e => text.push(char::from(*byte)),
            _ => {
                // A digit behind would be read as part of a shorter escape.
                let digit = bytes.get(index + 1).is_some_and(u8::is_ascii_digit);
                let _ = if digit {
                    write!(text, "\\{byte:03o}")
                } else {
                    write!(text, "\\{byte:o}")
                };
            }
        }
    }
    text.push('"');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parentheses_only_where_precedence_needs_them() {
        let a = || Code::atom("$a");
        assert_eq!(a().plus(12).shr(2).text, "$a+12>>2");
        assert_eq!(a().and(3).plus(1).text, "($a&3)+1");
        assert_eq!(a().plus(-1).plus(-2).text, "$a-1-2");
        let negative = Code::int(-3);
        assert_eq!(a().binary("-", Prec::Sum, &negative).text, "$a- -3");
        assert_eq!(a().binary("-", Prec::Sum, &a().plus(1)).text, "$a-($a+1)");
        assert_eq!(Code::int(i64::MIN).plus(1).text, "(1<<63)+1");
    }

    #[test]
    fn literals_survive() {
        assert_eq!(Code::float(-0.0).text, "-0.0");
        assert_eq!(Code::float(1e300).text, "1e300");
        assert_eq!(Code::float(3.0).text, "3.0");
        assert_eq!(string(b"a$\"\x00\x001\xff"), "\"a\\$\\\"\\0\\0001\\377\"");
    }

    #[test]
    fn simple_is_a_variable_or_a_literal() {
        assert!(Code::atom("$a").is_simple());
        assert!(Code::int(-7).is_simple());
        assert!(!Code::atom("$a->b").is_simple());
        assert!(!Code::atom("f($a)").is_simple());
    }
}
