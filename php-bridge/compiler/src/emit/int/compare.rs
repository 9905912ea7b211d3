//! Comparisons of integers: PHP's are signed, and an `i32` is held unsigned.

use super::SIGN_32;
use crate::analysis::U32_MAX;
use crate::emit::expr::masked;
use crate::emit::{Emitter, Value};
use crate::ir::{Expr, IntCompare};
use crate::php::{Code, Prec};

impl Emitter<'_> {
    pub(in crate::emit) fn compare32(&mut self, op: IntCompare, a: &Expr, b: &Expr) -> Code {
        let (a, b) = (self.expr(a), self.expr(b));
        let unsigned = |value: &Value| value.fact.fits(0, SIGN_32 - 1);
        match op {
            IntCompare::Eq | IntCompare::Ne => {
                // Two values with their sign need no mask either.
                let sign_of = |value: &Value| match value.constant() {
                    Some(c) if (0..=U32_MAX).contains(&c) => Some(Value::int(i64::from(c as i32))),
                    _ => value.fact.is_i32().then(|| value.clone()),
                };
                if !a.fact.is_u32()
                    && let (Some(a), Some(b)) = (sign_of(&a), sign_of(&b))
                {
                    return compared(op, a.code, &b.code);
                }
                compared(op, masked(a).code, &masked(b).code)
            }
            IntCompare::LtU | IntCompare::GtU | IntCompare::LeU | IntCompare::GeU => {
                compared(op, masked(a).code, &masked(b).code)
            }
            _ if unsigned(&a) && unsigned(&b) => compared(op, a.code, &b.code),
            _ => {
                let (op, a, b) = if a.constant().is_some() {
                    (op.swapped(), b, a)
                } else {
                    (op, a, b)
                };
                if let Some(c) = b.constant().map(|c| i64::from(c as i32)) {
                    if a.fact.is_i32() {
                        return compared(op, a.code, &Code::int(c));
                    }
                    let a = masked(a).code;
                    // Comparisons with zero ask for the highest bit.
                    let negative = match (op, c) {
                        (IntCompare::LtS, 0) | (IntCompare::LeS, -1) => Some(true),
                        (IntCompare::GeS, 0) | (IntCompare::GtS, -1) => Some(false),
                        _ => None,
                    };
                    return match negative {
                        Some(true) => a.binary(">", Prec::Comparison, &Code::int(SIGN_32 - 1)),
                        Some(false) => a.binary("<", Prec::Comparison, &Code::int(SIGN_32)),
                        None => compared(op, flipped32(a), &Code::int((c & U32_MAX) ^ SIGN_32)),
                    };
                }
                if a.fact.is_i32() || b.fact.is_i32() {
                    let (a, b) = (self.signed(a), self.signed(b));
                    return compared(op, a.code, &b.code);
                }
                compared(op, flipped32(masked(a).code), &flipped32(masked(b).code))
            }
        }
    }

    pub(in crate::emit) fn compare64(&mut self, op: IntCompare, a: &Expr, b: &Expr) -> Code {
        let (a, b) = (self.expr(a), self.expr(b));
        let signed = !matches!(
            op,
            IntCompare::LtU | IntCompare::GtU | IntCompare::LeU | IntCompare::GeU
        );
        if signed || (a.fact.lo >= 0 && b.fact.lo >= 0) {
            return compared(op, a.code, &b.code);
        }
        let flipped = |value: Value| match value.constant() {
            Some(c) => Code::int(c ^ i64::MIN),
            None => value
                .code
                .associative("^", Prec::BitXor, &Code::int(i64::MIN)),
        };
        compared(op, flipped(a), &flipped(b))
    }
}

/// Brings the order of unsigned values to that of signed ones, for `i32`.
fn flipped32(code: Code) -> Code {
    code.associative("^", Prec::BitXor, &Code::int(SIGN_32))
}

fn compared(op: IntCompare, a: Code, b: &Code) -> Code {
    let (op, prec) = match op {
        IntCompare::Eq => ("==", Prec::Equality),
        IntCompare::Ne => ("!=", Prec::Equality),
        IntCompare::LtS | IntCompare::LtU => ("<", Prec::Comparison),
        IntCompare::GtS | IntCompare::GtU => (">", Prec::Comparison),
        IntCompare::LeS | IntCompare::LeU => ("<=", Prec::Comparison),
        IntCompare::GeS | IntCompare::GeU => (">=", Prec::Comparison),
    };
    a.binary(op, prec, b)
}
