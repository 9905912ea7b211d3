//! The operators: what they take, by what they give.

use Instruction as I;
use ValType::{F32, F64, I32, I64};
use wasm_encoder::{Instruction, ValType};

/// An operator.
#[derive(Clone)]
pub(super) struct Operator {
    pub(super) instruction: I<'static>,
    pub(super) params: &'static [ValType],
    /// Traps if its second operand is zero.
    pub(super) divides: bool,
    /// Computes: if it gives a NaN, any will do.
    pub(super) canonicalize: bool,
}

const fn plain(instruction: I<'static>, params: &'static [ValType]) -> Operator {
    Operator {
        instruction,
        params,
        divides: false,
        canonicalize: false,
    }
}

const fn divides(instruction: I<'static>, params: &'static [ValType]) -> Operator {
    Operator {
        instruction,
        params,
        divides: true,
        canonicalize: false,
    }
}

const fn computes(instruction: I<'static>, params: &'static [ValType]) -> Operator {
    Operator {
        instruction,
        params,
        divides: false,
        canonicalize: true,
    }
}

/// The operators that give a type.
pub(super) fn of(ty: ValType) -> &'static [Operator] {
    match ty {
        I32 => &TO_I32,
        I64 => &TO_I64,
        F32 => &TO_F32,
        _ => &TO_F64,
    }
}

static TO_I32: [Operator; 70] = [
    plain(I::I32Add, &[I32, I32]),
    plain(I::I32Sub, &[I32, I32]),
    plain(I::I32Mul, &[I32, I32]),
    plain(I::I32And, &[I32, I32]),
    plain(I::I32Or, &[I32, I32]),
    plain(I::I32Xor, &[I32, I32]),
    plain(I::I32Shl, &[I32, I32]),
    plain(I::I32ShrS, &[I32, I32]),
    plain(I::I32ShrU, &[I32, I32]),
    plain(I::I32Rotl, &[I32, I32]),
    plain(I::I32Rotr, &[I32, I32]),
    plain(I::I32Add, &[I32, I32]),
    plain(I::I32And, &[I32, I32]),
    plain(I::I32Shl, &[I32, I32]),
    plain(I::I32ShrU, &[I32, I32]),
    divides(I::I32DivS, &[I32, I32]),
    divides(I::I32DivU, &[I32, I32]),
    divides(I::I32RemS, &[I32, I32]),
    divides(I::I32RemU, &[I32, I32]),
    plain(I::I32Clz, &[I32]),
    plain(I::I32Ctz, &[I32]),
    plain(I::I32Popcnt, &[I32]),
    plain(I::I32Extend8S, &[I32]),
    plain(I::I32Extend16S, &[I32]),
    plain(I::I32TruncSatF32S, &[F32]),
    plain(I::I32TruncF32S, &[F32]),
    plain(I::I32TruncSatF32U, &[F32]),
    plain(I::I32TruncF32U, &[F32]),
    plain(I::I32TruncSatF64S, &[F64]),
    plain(I::I32TruncF64S, &[F64]),
    plain(I::I32TruncSatF64U, &[F64]),
    plain(I::I32TruncF64U, &[F64]),
    plain(I::I32Eqz, &[I32]),
    plain(I::I32Eq, &[I32, I32]),
    plain(I::I32Ne, &[I32, I32]),
    plain(I::I32LtS, &[I32, I32]),
    plain(I::I32LtU, &[I32, I32]),
    plain(I::I32GtS, &[I32, I32]),
    plain(I::I32GtU, &[I32, I32]),
    plain(I::I32LeS, &[I32, I32]),
    plain(I::I32LeU, &[I32, I32]),
    plain(I::I32GeS, &[I32, I32]),
    plain(I::I32GeU, &[I32, I32]),
    plain(I::I64Eqz, &[I64]),
    plain(I::I64Eq, &[I64, I64]),
    plain(I::I64Ne, &[I64, I64]),
    plain(I::I64LtS, &[I64, I64]),
    plain(I::I64LtU, &[I64, I64]),
    plain(I::I64GtS, &[I64, I64]),
    plain(I::I64GtU, &[I64, I64]),
    plain(I::I64LeS, &[I64, I64]),
    plain(I::I64LeU, &[I64, I64]),
    plain(I::I64GeS, &[I64, I64]),
    plain(I::I64GeU, &[I64, I64]),
    plain(I::F32Eq, &[F32, F32]),
    plain(I::F32Ne, &[F32, F32]),
    plain(I::F32Lt, &[F32, F32]),
    plain(I::F32Gt, &[F32, F32]),
    plain(I::F32Le, &[F32, F32]),
    plain(I::F32Ge, &[F32, F32]),
    plain(I::F64Eq, &[F64, F64]),
    plain(I::F64Ne, &[F64, F64]),
    plain(I::F64Lt, &[F64, F64]),
    plain(I::F64Gt, &[F64, F64]),
    plain(I::F64Le, &[F64, F64]),
    plain(I::F64Ge, &[F64, F64]),
    plain(I::I32WrapI64, &[I64]),
    plain(I::I32WrapI64, &[I64]),
    plain(I::I32WrapI64, &[I64]),
    plain(I::I32ReinterpretF32, &[F32]),
];

static TO_I64: [Operator; 39] = [
    plain(I::I64Add, &[I64, I64]),
    plain(I::I64Sub, &[I64, I64]),
    plain(I::I64Mul, &[I64, I64]),
    plain(I::I64And, &[I64, I64]),
    plain(I::I64Or, &[I64, I64]),
    plain(I::I64Xor, &[I64, I64]),
    plain(I::I64Shl, &[I64, I64]),
    plain(I::I64ShrS, &[I64, I64]),
    plain(I::I64ShrU, &[I64, I64]),
    plain(I::I64Rotl, &[I64, I64]),
    plain(I::I64Rotr, &[I64, I64]),
    plain(I::I64Add, &[I64, I64]),
    plain(I::I64And, &[I64, I64]),
    plain(I::I64Shl, &[I64, I64]),
    plain(I::I64ShrU, &[I64, I64]),
    divides(I::I64DivS, &[I64, I64]),
    divides(I::I64DivU, &[I64, I64]),
    divides(I::I64RemS, &[I64, I64]),
    divides(I::I64RemU, &[I64, I64]),
    plain(I::I64Clz, &[I64]),
    plain(I::I64Ctz, &[I64]),
    plain(I::I64Popcnt, &[I64]),
    plain(I::I64Extend8S, &[I64]),
    plain(I::I64Extend16S, &[I64]),
    plain(I::I64Extend32S, &[I64]),
    plain(I::I64TruncSatF32S, &[F32]),
    plain(I::I64TruncF32S, &[F32]),
    plain(I::I64TruncSatF32U, &[F32]),
    plain(I::I64TruncF32U, &[F32]),
    plain(I::I64TruncSatF64S, &[F64]),
    plain(I::I64TruncF64S, &[F64]),
    plain(I::I64TruncSatF64U, &[F64]),
    plain(I::I64TruncF64U, &[F64]),
    plain(I::I64ExtendI32S, &[I32]),
    plain(I::I64ExtendI32S, &[I32]),
    plain(I::I64ExtendI32U, &[I32]),
    plain(I::I64ExtendI32U, &[I32]),
    plain(I::I64ExtendI32U, &[I32]),
    plain(I::I64ReinterpretF64, &[F64]),
];

static TO_F32: [Operator; 20] = [
    computes(I::F32Add, &[F32, F32]),
    computes(I::F32Sub, &[F32, F32]),
    computes(I::F32Mul, &[F32, F32]),
    computes(I::F32Div, &[F32, F32]),
    computes(I::F32Min, &[F32, F32]),
    computes(I::F32Max, &[F32, F32]),
    computes(I::F32Ceil, &[F32]),
    computes(I::F32Floor, &[F32]),
    computes(I::F32Trunc, &[F32]),
    computes(I::F32Nearest, &[F32]),
    computes(I::F32Sqrt, &[F32]),
    plain(I::F32Abs, &[F32]),
    plain(I::F32Neg, &[F32]),
    plain(I::F32Copysign, &[F32, F32]),
    plain(I::F32ConvertI32S, &[I32]),
    plain(I::F32ConvertI32U, &[I32]),
    plain(I::F32ConvertI64S, &[I64]),
    plain(I::F32ConvertI64U, &[I64]),
    plain(I::F32ReinterpretI32, &[I32]),
    plain(I::F32DemoteF64, &[F64]),
];

static TO_F64: [Operator; 20] = [
    computes(I::F64Add, &[F64, F64]),
    computes(I::F64Sub, &[F64, F64]),
    computes(I::F64Mul, &[F64, F64]),
    computes(I::F64Div, &[F64, F64]),
    computes(I::F64Min, &[F64, F64]),
    computes(I::F64Max, &[F64, F64]),
    computes(I::F64Ceil, &[F64]),
    computes(I::F64Floor, &[F64]),
    computes(I::F64Trunc, &[F64]),
    computes(I::F64Nearest, &[F64]),
    computes(I::F64Sqrt, &[F64]),
    plain(I::F64Abs, &[F64]),
    plain(I::F64Neg, &[F64]),
    plain(I::F64Copysign, &[F64, F64]),
    plain(I::F64ConvertI32S, &[I32]),
    plain(I::F64ConvertI32U, &[I32]),
    plain(I::F64ConvertI64S, &[I64]),
    plain(I::F64ConvertI64U, &[I64]),
    plain(I::F64ReinterpretI64, &[I64]),
    plain(I::F64PromoteF32, &[F32]),
];
