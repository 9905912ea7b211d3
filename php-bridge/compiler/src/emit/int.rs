//! Integer arithmetic: 32 bits with masks where they are needed, 64 bits with care for the overflow
//! that PHP answers with a float.

mod compare;

use crate::analysis::{Fact, U32_MAX};
use crate::emit::expr::masked;
use crate::emit::{Emitter, Value};
use crate::ir::{Expr, IntBinary, IntUnary, Width};
use crate::php::{Code, Prec};

const SIGN_32: i64 = 1 << 31;

impl Emitter<'_> {
    /// An `i32` with its sign.
    pub(super) fn signed(&mut self, value: Value) -> Value {
        if value.fact.is_i32() {
            return Value { var: None, ..value };
        }
        let fact = Fact::range(i32::MIN.into(), i32::MAX.into());
        Value::new(value.code.shl(32).shr(32), fact)
    }

    pub(super) fn int32(&mut self, op: IntBinary, a: &Expr, b: &Expr) -> Value {
        let (a, b) = (self.expr(a), self.expr(b));
        match op {
            IntBinary::Add => add32(a, b),
            IntBinary::Sub => sub32(a, b),
            IntBinary::Mul => self.mul32(a, b),
            IntBinary::And => and32(a, b),
            IntBinary::Or => or_like(a, b, "|", Prec::BitOr, |x, y| x | y),
            IntBinary::Xor if a.fact.is_u32() && b.fact == Fact::constant(U32_MAX) => {
                let fact = Fact::range(!a.fact.hi, !a.fact.lo);
                Value::new(a.code.prefix("~"), fact)
            }
            IntBinary::Xor => or_like(a, b, "^", Prec::BitXor, |x, y| x ^ y),
            IntBinary::Shl => self.shl(a, b, 31),
            IntBinary::ShrU => {
                let a = masked(a);
                self.shr(a, b, 31)
            }
            IntBinary::ShrS => {
                let count = b.constant().map(|count| count & 31);
                if a.fact.is_i32() || count.is_none() {
                    let a = self.signed(a);
                    return self.shr(a, b, 31);
                }
                let count = count.unwrap_or_default();
                let fact = Fact::range(-SIGN_32 >> count, (SIGN_32 - 1) >> count);
                Value::new(a.code.shl(32).shr(32 + count), fact)
            }
            IntBinary::Rotl => self.rotate32(a, b, |count| count),
            IntBinary::Rotr => self.rotate32(a, b, |count| 32 - count),
            IntBinary::DivU => {
                let (a, b) = (masked(a), masked(b));
                // Both are below 2^32, so the quotient as a float is on the right side of its integer.
                let fact = Fact::range(0, a.fact.hi);
                let quotient = a.code.binary("/", Prec::Product, &b.code);
                Value::new(quotient.prefix("(int)"), fact)
            }
            IntBinary::RemU => {
                let (a, b) = (masked(a), masked(b));
                let fact = Fact::range(0, a.fact.hi.min((b.fact.hi - 1).max(0)));
                Value::new(a.code.binary("%", Prec::Product, &b.code), fact)
            }
            IntBinary::DivS => {
                let (a, b) = (self.signed(a), self.signed(b));
                let fact = Fact::range(-SIGN_32, SIGN_32);
                if b.fact.is_constant() && !matches!(b.fact.lo, 0 | -1) {
                    let quotient = a.code.binary("/", Prec::Product, &b.code);
                    return Value::new(quotient.prefix("(int)"), fact);
                }
                Value::new(self.helper("div_s32", &[&a.code, &b.code]), fact)
            }
            IntBinary::RemS => {
                let (a, b) = (self.signed(a), self.signed(b));
                let fact = Fact::range(-SIGN_32, SIGN_32);
                Value::new(a.code.binary("%", Prec::Product, &b.code), fact)
            }
        }
    }

    fn mul32(&mut self, a: Value, b: Value) -> Value {
        let (a, b) = if a.constant().is_some() {
            (b, a)
        } else {
            (a, b)
        };
        let b = nearest(&b).map_or(b, Value::int);
        if let Some((lo, hi)) = product(a.fact, b.fact) {
            let fact = Fact::range(lo, hi);
            return Value::new(a.code.binary("*", Prec::Product, &b.code), fact);
        }
        let (a, b) = (
            masked(a),
            if product(Fact::I32, b.fact).is_some() {
                b
            } else {
                self.signed(b)
            },
        );
        let (lo, hi) = product(a.fact, b.fact).unwrap_or((i64::MIN, i64::MAX));
        Value::new(
            a.code.binary("*", Prec::Product, &b.code),
            Fact::range(lo, hi),
        )
    }

    fn rotate32(&mut self, a: Value, b: Value, left: impl Fn(i64) -> i64) -> Value {
        let a = masked(a);
        match b.constant().map(|count| left(count & 31) & 31) {
            Some(0) => a,
            Some(count) => {
                let (first, again) = self.twice(&a);
                let code = first
                    .shl(count)
                    .associative("|", Prec::BitOr, &again.shr(32 - count));
                Value::new(code, Fact::I64)
            }
            None => {
                let count = masked(b).code;
                let name = if left(1) == 1 { "rotl32" } else { "rotr32" };
                Value::new(self.helper(name, &[&a.code, &count]), Fact::I32)
            }
        }
    }

    fn shl(&mut self, a: Value, b: Value, width_mask: i64) -> Value {
        let Some(count) = b.constant().map(|count| count & width_mask) else {
            let count = count(b, width_mask);
            return Value::new(a.code.binary("<<", Prec::Shift, &count), Fact::I64);
        };
        let fits = |value: i64| value << count >> count == value;
        let fact = if fits(a.fact.lo) && fits(a.fact.hi) {
            Fact::range(a.fact.lo << count, a.fact.hi << count)
        } else {
            Fact::I64
        };
        let fact = fact.with_low_shifted(a.fact, count as u32);
        Value::new(a.code.shl(count), fact)
    }

    /// A shift to the right of a value that PHP holds as it is.
    fn shr(&mut self, a: Value, b: Value, width_mask: i64) -> Value {
        match b.constant().map(|count| count & width_mask) {
            Some(count) => {
                let fact = Fact::range(a.fact.lo >> count, a.fact.hi >> count);
                Value::new(a.code.shr(count), fact)
            }
            None => {
                let fact = Fact::range(a.fact.lo.min(0), a.fact.hi.max(0));
                let count = count(b, width_mask);
                Value::new(a.code.binary(">>", Prec::Shift, &count), fact)
            }
        }
    }

    pub(super) fn int64(&mut self, op: IntBinary, a: &Expr, b: &Expr) -> Value {
        let (a, b) = (self.expr(a), self.expr(b));
        let natural = a.fact.lo >= 0 && b.fact.lo >= 0;
        match op {
            IntBinary::Add => {
                let range = range(
                    a.fact.lo.checked_add(b.fact.lo),
                    a.fact.hi.checked_add(b.fact.hi),
                );
                self.overflowing("+", Prec::Sum, "add64", a, b, range)
            }
            IntBinary::Sub => {
                let range = range(
                    a.fact.lo.checked_sub(b.fact.hi),
                    a.fact.hi.checked_sub(b.fact.lo),
                );
                self.overflowing("-", Prec::Sum, "sub64", a, b, range)
            }
            IntBinary::Mul => {
                let range = product(a.fact, b.fact);
                self.overflowing("*", Prec::Product, "mul64", a, b, range)
            }
            IntBinary::And => and64(a, b),
            IntBinary::Or => or_like(a, b, "|", Prec::BitOr, |x, y| x | y),
            IntBinary::Xor => or_like(a, b, "^", Prec::BitXor, |x, y| x ^ y),
            IntBinary::Shl => self.shl(a, b, 63),
            IntBinary::ShrS => self.shr(a, b, 63),
            IntBinary::ShrU if a.fact.lo >= 0 => self.shr(a, b, 63),
            IntBinary::ShrU => match b.constant().map(|count| count & 63) {
                Some(0) => a,
                Some(count) => {
                    let mask = i64::MAX >> (count - 1);
                    Value::new(a.code.shr(count).and(mask), Fact::range(0, mask))
                }
                None => Value::new(self.helper("shr_u64", &[&a.code, &b.code]), Fact::I64),
            },
            IntBinary::Rotl => self.rotate64(a, b, |count| count),
            IntBinary::Rotr => self.rotate64(a, b, |count| 64 - count),
            IntBinary::DivU if natural => {
                let fact = Fact::range(0, a.fact.hi);
                Value::new(
                    Code::atom(format!("\\intdiv({},{})", a.code.text, b.code.text)),
                    fact,
                )
            }
            IntBinary::RemU if natural => {
                let fact = Fact::range(0, a.fact.hi.min((b.fact.hi - 1).max(0)));
                Value::new(a.code.binary("%", Prec::Product, &b.code), fact)
            }
            IntBinary::RemS => Value::new(a.code.binary("%", Prec::Product, &b.code), Fact::I64),
            IntBinary::DivU => Value::new(self.helper("div_u64", &[&a.code, &b.code]), Fact::I64),
            IntBinary::RemU => Value::new(self.helper("rem_u64", &[&a.code, &b.code]), Fact::I64),
            IntBinary::DivS => Value::new(self.helper("div_s64", &[&a.code, &b.code]), Fact::I64),
        }
    }

    /// An operation that PHP answers with a float where the result does not fit.
    fn overflowing(
        &mut self,
        op: &str,
        prec: Prec,
        helper: &str,
        a: Value,
        b: Value,
        range: Option<(i64, i64)>,
    ) -> Value {
        if let Some((lo, hi)) = range {
            return Value::new(a.code.binary(op, prec, &b.code), Fact::range(lo, hi));
        }
        if !self.fast {
            return Value::new(self.helper(helper, &[&a.code, &b.code]), Fact::I64);
        }
        let ((a, a_again), (b, b_again)) = (self.twice(&a), self.twice(&b));
        let name = self.temporaries.take();
        let slow = self.helper(helper, &[&a_again, &b_again]);
        let test = format!("\\is_int({name}={})", a.binary(op, prec, &b).text);
        Value::new(
            Code::atom(test).ternary(&Code::atom(name), &slow),
            Fact::I64,
        )
    }

    fn rotate64(&mut self, a: Value, b: Value, left: impl Fn(i64) -> i64) -> Value {
        match b.constant().map(|count| left(count & 63) & 63) {
            Some(0) => a,
            Some(count) => {
                let (first, again) = self.twice(&a);
                let low = again.shr(64 - count).and(i64::MAX >> (63 - count));
                Value::new(
                    first.shl(count).associative("|", Prec::BitOr, &low),
                    Fact::I64,
                )
            }
            None => {
                let name = if left(1) == 1 { "rotl64" } else { "rotr64" };
                Value::new(self.helper(name, &[&a.code, &b.code]), Fact::I64)
            }
        }
    }

    pub(super) fn int_unary(&mut self, width: Width, op: IntUnary, a: &Expr) -> Value {
        let value = self.expr(a);
        let bits = if width == Width::W32 { 32 } else { 64 };
        let name = match (op, width) {
            (IntUnary::Extend(from), _) => {
                let half = 1i64 << (from - 1);
                if value.fact.fits(-half, half - 1) {
                    return Value { var: None, ..value };
                }
                let gone = 64 - i64::from(from);
                return Value::new(value.code.shl(gone).shr(gone), Fact::range(-half, half - 1));
            }
            (IntUnary::Clz, Width::W32) => "clz32",
            (IntUnary::Ctz, Width::W32) => "ctz32",
            (IntUnary::Clz, Width::W64) => "clz64",
            (IntUnary::Ctz, Width::W64) => "ctz64",
            (IntUnary::Popcnt, _) => "popcnt",
        };
        let value = if width == Width::W32 {
            masked(value)
        } else {
            value
        };
        Value::new(self.helper(name, &[&value.code]), Fact::range(0, bits))
    }
}

fn count(b: Value, mask: i64) -> Code {
    if b.fact.fits(0, mask) {
        b.code
    } else {
        b.code.and(mask)
    }
}

fn range(lo: Option<i64>, hi: Option<i64>) -> Option<(i64, i64)> {
    Some((lo?, hi?))
}

fn product(a: Fact, b: Fact) -> Option<(i64, i64)> {
    let corners = [
        a.lo.checked_mul(b.lo)?,
        a.lo.checked_mul(b.hi)?,
        a.hi.checked_mul(b.lo)?,
        a.hi.checked_mul(b.hi)?,
    ];
    Some((corners.into_iter().min()?, corners.into_iter().max()?))
}

/// A constant as the smaller of the two numbers that stand for the same `i32`.
fn nearest(value: &Value) -> Option<i64> {
    value.constant().map(|c| i64::from(c as i32))
}

fn add32(a: Value, b: Value) -> Value {
    let (a, b) = if a.constant().is_some() {
        (b, a)
    } else {
        (a, b)
    };
    if let Some(c) = nearest(&b) {
        let a = narrow(a);
        let fact = Fact::range(a.fact.lo + c, a.fact.hi + c).with_low_of(
            a.fact,
            Fact::constant(c),
            u8::wrapping_add,
        );
        // What lies behind the sum is what lies behind the base, less the step.
        let inside = c >= 0 && fact.is_u32() && i64::from(a.fact.room) > c;
        let fact = if inside {
            fact.with_room(a.fact.room - c as u32)
        } else {
            fact
        };
        return Value::new(a.code.plus(c), fact);
    }
    let (a, b) = (narrow(a), narrow(b));
    let fact = Fact::range(a.fact.lo + b.fact.lo, a.fact.hi + b.fact.hi).with_low_of(
        a.fact,
        b.fact,
        u8::wrapping_add,
    );
    Value::new(a.code.associative("+", Prec::Sum, &b.code), fact)
}

fn sub32(a: Value, b: Value) -> Value {
    if let Some(c) = nearest(&b) {
        return add32(a, Value::int(-c));
    }
    let (a, b) = (narrow(a), narrow(b));
    let fact = Fact::range(a.fact.lo - b.fact.hi, a.fact.hi - b.fact.lo).with_low_of(
        a.fact,
        b.fact,
        u8::wrapping_sub,
    );
    Value::new(a.code.binary("-", Prec::Sum, &b.code), fact)
}

/// Masks a value so far out that a sum could leave PHP's integers.
fn narrow(value: Value) -> Value {
    const FAR: i64 = 1 << 52;
    if value.fact.fits(-FAR, FAR) {
        value
    } else {
        masked(value)
    }
}

fn and32(a: Value, b: Value) -> Value {
    let (a, b) = if a.constant().is_some() {
        (b, a)
    } else {
        (a, b)
    };
    if let Some(c) = b.constant() {
        let c = c & U32_MAX;
        let fact = Fact::range(0, if a.fact.lo >= 0 { c.min(a.fact.hi) } else { c })
            .with_low_of_and(a.fact, Fact::constant(c));
        // A mask of the upper bits is shorter with its sign, if there is nothing above.
        if a.fact.is_u32() && c >= SIGN_32 {
            return Value::new(a.code.and(i64::from(c as i32)), fact);
        }
        return Value::new(a.code.and(c), fact);
    }
    let (a, b) = if a.fact.is_u32() || b.fact.is_u32() {
        (a, b)
    } else {
        (masked(a), b)
    };
    let bound = |fact: Fact| if fact.is_u32() { fact.hi } else { U32_MAX };
    let fact = Fact::range(0, bound(a.fact).min(bound(b.fact))).with_low_of_and(a.fact, b.fact);
    Value::new(a.code.associative("&", Prec::BitAnd, &b.code), fact)
}

fn and64(a: Value, b: Value) -> Value {
    let bound = |fact: Fact| (fact.lo >= 0).then_some(fact.hi);
    let fact = match (bound(a.fact), bound(b.fact)) {
        (None, None) => Fact::I64,
        (x, y) => Fact::range(0, x.unwrap_or(i64::MAX).min(y.unwrap_or(i64::MAX))),
    };
    Value::new(a.code.associative("&", Prec::BitAnd, &b.code), fact)
}

/// `|` and `^`, which need no mask and leave what they were given above 32 bits.
fn or_like(a: Value, b: Value, op: &str, prec: Prec, low: impl Fn(u8, u8) -> u8) -> Value {
    let positive = |bound: i64| if bound < 0 { !bound } else { bound };
    let extreme = |fact: Fact| positive(fact.lo).max(positive(fact.hi));
    let bits = 64 - (extreme(a.fact) | extreme(b.fact)).leading_zeros();
    let top = if bits >= 63 {
        i64::MAX
    } else {
        (1 << bits) - 1
    };
    let lo = if a.fact.lo >= 0 && b.fact.lo >= 0 {
        0
    } else {
        !top
    };
    let fact = Fact::range(lo, top).with_low_of(a.fact, b.fact, low);
    Value::new(a.code.associative(op, prec, &b.code), fact)
}
