//! Conversions between types.

use crate::analysis::{Fact, U32_MAX};
use crate::emit::expr::{any, quiet};
use crate::emit::{Emitter, Value};
use crate::ir::{Convert, Expr, Width};

/// Whether the result is an `i32` that may need masking.
pub(super) fn gives_i32(convert: Convert) -> bool {
    matches!(
        convert,
        Convert::I32WrapI64 | Convert::I32ReinterpretF32 | Convert::Trunc { to: Width::W32, .. }
    )
}

impl Emitter<'_> {
    pub(super) fn convert(&mut self, convert: Convert, a: &Expr) -> Value {
        let helper = |this: &mut Self, name: &str| {
            let a = this.exact(a).code;
            this.helper(name, &[&a])
        };
        match convert {
            Convert::I32WrapI64 => {
                let value = self.expr(a);
                Value {
                    var: None,
                    fact: value.fact.without_room(),
                    ..value
                }
            }
            Convert::I64ExtendI32U => Value {
                var: None,
                ..self.exact(a)
            },
            Convert::I64ExtendI32S => {
                let value = self.expr(a);
                self.signed(value)
            }
            Convert::Trunc {
                to,
                signed,
                saturating,
            } => {
                let name = match (saturating, signed, to) {
                    (false, true, Width::W32) => "trunc_s32",
                    (false, false, Width::W32) => "trunc_u32",
                    (false, true, Width::W64) => "trunc_s64",
                    (false, false, Width::W64) => "trunc_u64",
                    (true, true, Width::W32) => "trunc_sat_s32",
                    (true, false, Width::W32) => "trunc_sat_u32",
                    (true, true, Width::W64) => "trunc_sat_s64",
                    (true, false, Width::W64) => "trunc_sat_u64",
                };
                let fact = match (to, signed) {
                    (Width::W32, true) => Fact::range(i32::MIN.into(), i32::MAX.into()),
                    (Width::W32, false) => Fact::range(0, U32_MAX),
                    (Width::W64, _) => Fact::I64,
                };
                Value::new(helper(self, name), fact)
            }
            Convert::FromInt {
                from: Width::W32,
                signed,
                to,
            } => {
                let value = if signed {
                    let value = self.expr(a);
                    self.signed(value)
                } else {
                    self.exact(a)
                };
                let code = value.code.prefix("(float)");
                any(self.rounded(to, code))
            }
            Convert::FromInt {
                from: Width::W64,
                signed: true,
                to: Width::W64,
            } => any(self.expr(a).code.prefix("(float)")),
            // Through `f64` these would be rounded twice.
            Convert::FromInt {
                from: Width::W64,
                signed: true,
                to: Width::W32,
            } => any(helper(self, "s64_to_f32")),
            Convert::FromInt {
                from: Width::W64,
                signed: false,
                to: Width::W32,
            } => any(helper(self, "u64_to_f32")),
            Convert::FromInt {
                from: Width::W64,
                signed: false,
                to: Width::W64,
            } => any(helper(self, "u64_to_f64")),
            Convert::F32DemoteF64 => any(helper(self, "to_f32")),
            Convert::F64PromoteF32 => any(quiet(self.expr(a).code)),
            Convert::I32ReinterpretF32 => Value::new(helper(self, "f32_bits"), Fact::I32),
            Convert::I64ReinterpretF64 => any(helper(self, "f64_bits")),
            Convert::F32ReinterpretI32 => any(helper(self, "f32_from_bits")),
            Convert::F64ReinterpretI64 => any(helper(self, "f64_from_bits")),
        }
    }
}
