//! The operators that take values from the stack and leave one: one line each.

use wasmparser::{MemArg, Operator, ValType};

use super::Decoder;
use crate::error::Error;
use crate::ir::{
    Access, Convert, Expr, FloatBinary, FloatCompare, FloatUnary, Helper, IntBinary, IntCompare,
    IntUnary, Stmt, Var, Width,
};
use crate::module::Module;

impl Decoder<'_, '_> {
    #[rustfmt::skip]
    pub(super) fn value(&mut self, operator: &Operator<'_>, offset: u64) -> Result<(), Error> {
        use Convert as V;
        use FloatBinary as F;
        use FloatCompare as G;
        use FloatUnary as H;
        use IntBinary as I;
        use IntCompare as C;
        use IntUnary as U;
        use Operator as O;
        use Width::{W32, W64};
        match operator {
            O::I32Const { value } => self.push(Expr::I32(value.cast_unsigned())),
            O::I64Const { value } => self.push(Expr::I64(*value)),
            O::F32Const { value } => self.push(Expr::F32(value.bits())),
            O::F64Const { value } => self.push(Expr::F64(value.bits())),
            O::RefNull { .. } => self.push(Expr::RefNull),
            O::RefFunc { function_index } => self.push(Expr::RefFunc(*function_index)),
            O::RefIsNull => self.unary(Expr::RefIsNull),
            O::GlobalGet { global_index } => self.push(Expr::Global(*global_index)),
            O::I32Add => self.int_binary(W32, I::Add),
            O::I32Sub => self.int_binary(W32, I::Sub),
            O::I32Mul => self.int_binary(W32, I::Mul),
            O::I32DivS => self.int_binary(W32, I::DivS),
            O::I32DivU => self.int_binary(W32, I::DivU),
            O::I32RemS => self.int_binary(W32, I::RemS),
            O::I32RemU => self.int_binary(W32, I::RemU),
            O::I32And => self.int_binary(W32, I::And),
            O::I32Or => self.int_binary(W32, I::Or),
            O::I32Xor => self.int_binary(W32, I::Xor),
            O::I32Shl => self.int_binary(W32, I::Shl),
            O::I32ShrS => self.int_binary(W32, I::ShrS),
            O::I32ShrU => self.int_binary(W32, I::ShrU),
            O::I32Rotl => self.int_binary(W32, I::Rotl),
            O::I32Rotr => self.int_binary(W32, I::Rotr),
            O::I32Eq => self.int_compare(W32, C::Eq),
            O::I32Ne => self.int_compare(W32, C::Ne),
            O::I32LtS => self.int_compare(W32, C::LtS),
            O::I32LtU => self.int_compare(W32, C::LtU),
            O::I32GtS => self.int_compare(W32, C::GtS),
            O::I32GtU => self.int_compare(W32, C::GtU),
            O::I32LeS => self.int_compare(W32, C::LeS),
            O::I32LeU => self.int_compare(W32, C::LeU),
            O::I32GeS => self.int_compare(W32, C::GeS),
            O::I32GeU => self.int_compare(W32, C::GeU),
            O::I32Clz => self.unary(|a| Expr::IntUnary(W32, U::Clz, a)),
            O::I32Ctz => self.unary(|a| Expr::IntUnary(W32, U::Ctz, a)),
            O::I32Popcnt => self.unary(|a| Expr::IntUnary(W32, U::Popcnt, a)),
            O::I32Extend8S => self.unary(|a| Expr::IntUnary(W32, U::Extend(8), a)),
            O::I32Extend16S => self.unary(|a| Expr::IntUnary(W32, U::Extend(16), a)),
            O::I32Eqz => self.unary(|a| Expr::Eqz(W32, a)),
            O::I64Add => self.int_binary(W64, I::Add),
            O::I64Sub => self.int_binary(W64, I::Sub),
            O::I64Mul => self.int_binary(W64, I::Mul),
            O::I64DivS => self.int_binary(W64, I::DivS),
            O::I64DivU => self.int_binary(W64, I::DivU),
            O::I64RemS => self.int_binary(W64, I::RemS),
            O::I64RemU => self.int_binary(W64, I::RemU),
            O::I64And => self.int_binary(W64, I::And),
            O::I64Or => self.int_binary(W64, I::Or),
            O::I64Xor => self.int_binary(W64, I::Xor),
            O::I64Shl => self.int_binary(W64, I::Shl),
            O::I64ShrS => self.int_binary(W64, I::ShrS),
            O::I64ShrU => self.int_binary(W64, I::ShrU),
            O::I64Rotl => self.int_binary(W64, I::Rotl),
            O::I64Rotr => self.int_binary(W64, I::Rotr),
            O::I64Eq => self.int_compare(W64, C::Eq),
            O::I64Ne => self.int_compare(W64, C::Ne),
            O::I64LtS => self.int_compare(W64, C::LtS),
            O::I64LtU => self.int_compare(W64, C::LtU),
            O::I64GtS => self.int_compare(W64, C::GtS),
            O::I64GtU => self.int_compare(W64, C::GtU),
            O::I64LeS => self.int_compare(W64, C::LeS),
            O::I64LeU => self.int_compare(W64, C::LeU),
            O::I64GeS => self.int_compare(W64, C::GeS),
            O::I64GeU => self.int_compare(W64, C::GeU),
            O::I64Clz => self.unary(|a| Expr::IntUnary(W64, U::Clz, a)),
            O::I64Ctz => self.unary(|a| Expr::IntUnary(W64, U::Ctz, a)),
            O::I64Popcnt => self.unary(|a| Expr::IntUnary(W64, U::Popcnt, a)),
            O::I64Extend8S => self.unary(|a| Expr::IntUnary(W64, U::Extend(8), a)),
            O::I64Extend16S => self.unary(|a| Expr::IntUnary(W64, U::Extend(16), a)),
            O::I64Extend32S => self.unary(|a| Expr::IntUnary(W64, U::Extend(32), a)),
            O::I64Eqz => self.unary(|a| Expr::Eqz(W64, a)),
            O::F32Add => self.binary(|a, b| Expr::FloatBinary(W32, F::Add, a, b)),
            O::F32Sub => self.binary(|a, b| Expr::FloatBinary(W32, F::Sub, a, b)),
            O::F32Mul => self.binary(|a, b| Expr::FloatBinary(W32, F::Mul, a, b)),
            O::F32Div => self.binary(|a, b| Expr::FloatBinary(W32, F::Div, a, b)),
            O::F32Min => self.binary(|a, b| Expr::FloatBinary(W32, F::Min, a, b)),
            O::F32Max => self.binary(|a, b| Expr::FloatBinary(W32, F::Max, a, b)),
            O::F32Copysign => self.binary(|a, b| Expr::FloatBinary(W32, F::Copysign, a, b)),
            O::F32Eq => self.binary(|a, b| Expr::FloatCompare(G::Eq, a, b)),
            O::F32Ne => self.binary(|a, b| Expr::FloatCompare(G::Ne, a, b)),
            O::F32Lt => self.binary(|a, b| Expr::FloatCompare(G::Lt, a, b)),
            O::F32Gt => self.binary(|a, b| Expr::FloatCompare(G::Gt, a, b)),
            O::F32Le => self.binary(|a, b| Expr::FloatCompare(G::Le, a, b)),
            O::F32Ge => self.binary(|a, b| Expr::FloatCompare(G::Ge, a, b)),
            O::F32Abs => self.unary(|a| Expr::FloatUnary(W32, H::Abs, a)),
            O::F32Neg => self.unary(|a| Expr::FloatUnary(W32, H::Neg, a)),
            O::F32Ceil => self.unary(|a| Expr::FloatUnary(W32, H::Ceil, a)),
            O::F32Floor => self.unary(|a| Expr::FloatUnary(W32, H::Floor, a)),
            O::F32Trunc => self.unary(|a| Expr::FloatUnary(W32, H::Trunc, a)),
            O::F32Nearest => self.unary(|a| Expr::FloatUnary(W32, H::Nearest, a)),
            O::F32Sqrt => self.unary(|a| Expr::FloatUnary(W32, H::Sqrt, a)),
            O::F64Add => self.binary(|a, b| Expr::FloatBinary(W64, F::Add, a, b)),
            O::F64Sub => self.binary(|a, b| Expr::FloatBinary(W64, F::Sub, a, b)),
            O::F64Mul => self.binary(|a, b| Expr::FloatBinary(W64, F::Mul, a, b)),
            O::F64Div => self.binary(|a, b| Expr::FloatBinary(W64, F::Div, a, b)),
            O::F64Min => self.binary(|a, b| Expr::FloatBinary(W64, F::Min, a, b)),
            O::F64Max => self.binary(|a, b| Expr::FloatBinary(W64, F::Max, a, b)),
            O::F64Copysign => self.binary(|a, b| Expr::FloatBinary(W64, F::Copysign, a, b)),
            O::F64Eq => self.binary(|a, b| Expr::FloatCompare(G::Eq, a, b)),
            O::F64Ne => self.binary(|a, b| Expr::FloatCompare(G::Ne, a, b)),
            O::F64Lt => self.binary(|a, b| Expr::FloatCompare(G::Lt, a, b)),
            O::F64Gt => self.binary(|a, b| Expr::FloatCompare(G::Gt, a, b)),
            O::F64Le => self.binary(|a, b| Expr::FloatCompare(G::Le, a, b)),
            O::F64Ge => self.binary(|a, b| Expr::FloatCompare(G::Ge, a, b)),
            O::F64Abs => self.unary(|a| Expr::FloatUnary(W64, H::Abs, a)),
            O::F64Neg => self.unary(|a| Expr::FloatUnary(W64, H::Neg, a)),
            O::F64Ceil => self.unary(|a| Expr::FloatUnary(W64, H::Ceil, a)),
            O::F64Floor => self.unary(|a| Expr::FloatUnary(W64, H::Floor, a)),
            O::F64Trunc => self.unary(|a| Expr::FloatUnary(W64, H::Trunc, a)),
            O::F64Nearest => self.unary(|a| Expr::FloatUnary(W64, H::Nearest, a)),
            O::F64Sqrt => self.unary(|a| Expr::FloatUnary(W64, H::Sqrt, a)),
            O::I32WrapI64 => self.convert(V::I32WrapI64),
            O::I64ExtendI32S => self.convert(V::I64ExtendI32S),
            O::I64ExtendI32U => self.convert(V::I64ExtendI32U),
            O::F32DemoteF64 => self.convert(V::F32DemoteF64),
            O::F64PromoteF32 => self.convert(V::F64PromoteF32),
            O::I32ReinterpretF32 => self.convert(V::I32ReinterpretF32),
            O::I64ReinterpretF64 => self.convert(V::I64ReinterpretF64),
            O::F32ReinterpretI32 => self.convert(V::F32ReinterpretI32),
            O::F64ReinterpretI64 => self.convert(V::F64ReinterpretI64),
            O::I32TruncF32S => self.convert(trunc(W32, true, false)),
            O::I32TruncSatF32S => self.convert(trunc(W32, true, true)),
            O::F32ConvertI32S => self.convert(from_int(W32, true, W32)),
            O::I32TruncF32U => self.convert(trunc(W32, false, false)),
            O::I32TruncSatF32U => self.convert(trunc(W32, false, true)),
            O::F32ConvertI32U => self.convert(from_int(W32, false, W32)),
            O::I32TruncF64S => self.convert(trunc(W32, true, false)),
            O::I32TruncSatF64S => self.convert(trunc(W32, true, true)),
            O::F64ConvertI32S => self.convert(from_int(W32, true, W64)),
            O::I32TruncF64U => self.convert(trunc(W32, false, false)),
            O::I32TruncSatF64U => self.convert(trunc(W32, false, true)),
            O::F64ConvertI32U => self.convert(from_int(W32, false, W64)),
            O::I64TruncF32S => self.convert(trunc(W64, true, false)),
            O::I64TruncSatF32S => self.convert(trunc(W64, true, true)),
            O::F32ConvertI64S => self.convert(from_int(W64, true, W32)),
            O::I64TruncF32U => self.convert(trunc(W64, false, false)),
            O::I64TruncSatF32U => self.convert(trunc(W64, false, true)),
            O::F32ConvertI64U => self.convert(from_int(W64, false, W32)),
            O::I64TruncF64S => self.convert(trunc(W64, true, false)),
            O::I64TruncSatF64S => self.convert(trunc(W64, true, true)),
            O::F64ConvertI64S => self.convert(from_int(W64, true, W64)),
            O::I64TruncF64U => self.convert(trunc(W64, false, false)),
            O::I64TruncSatF64U => self.convert(trunc(W64, false, true)),
            O::F64ConvertI64U => self.convert(from_int(W64, false, W64)),
            O::I32Load { memarg } => self.load(int(W32, 32, false), memarg),
            O::I32Store { memarg } => self.store(int(W32, 32, false), memarg),
            O::I32Load8S { memarg } => self.load(int(W32, 8, true), memarg),
            O::I32Load8U { memarg } => self.load(int(W32, 8, false), memarg),
            O::I32Store8 { memarg } => self.store(int(W32, 8, false), memarg),
            O::I32Load16S { memarg } => self.load(int(W32, 16, true), memarg),
            O::I32Load16U { memarg } => self.load(int(W32, 16, false), memarg),
            O::I32Store16 { memarg } => self.store(int(W32, 16, false), memarg),
            O::I64Load { memarg } => self.load(int(W64, 64, false), memarg),
            O::I64Store { memarg } => self.store(int(W64, 64, false), memarg),
            O::I64Load8S { memarg } => self.load(int(W64, 8, true), memarg),
            O::I64Load8U { memarg } => self.load(int(W64, 8, false), memarg),
            O::I64Store8 { memarg } => self.store(int(W64, 8, false), memarg),
            O::I64Load16S { memarg } => self.load(int(W64, 16, true), memarg),
            O::I64Load16U { memarg } => self.load(int(W64, 16, false), memarg),
            O::I64Store16 { memarg } => self.store(int(W64, 16, false), memarg),
            O::I64Load32S { memarg } => self.load(int(W64, 32, true), memarg),
            O::I64Load32U { memarg } => self.load(int(W64, 32, false), memarg),
            O::I64Store32 { memarg } => self.store(int(W64, 32, false), memarg),
            O::F32Load { memarg } => self.load(Access::Float(W32), memarg),
            O::F32Store { memarg } => self.store(Access::Float(W32), memarg),
            O::F64Load { memarg } => self.load(Access::Float(W64), memarg),
            O::F64Store { memarg } => self.store(Access::Float(W64), memarg),
            O::MemorySize { .. } => self.push(Expr::MemorySize),
            O::MemoryGrow { .. } => self.helper("memory_grow", 1, []),
            O::MemoryCopy { .. } => self.effect("memory_copy", 3, []),
            O::MemoryFill { .. } => self.effect("memory_fill", 3, []),
            O::MemoryInit { data_index, .. } => self.effect("memory_init", 3, [*data_index]),
            O::DataDrop { data_index } => self.effect("data_drop", 0, [*data_index]),
            O::TableGet { table } => self.helper("table_get", 1, [*table]),
            O::TableSet { table } => self.effect("table_set", 2, [*table]),
            O::TableSize { table } => self.helper("table_size", 0, [*table]),
            O::TableGrow { table } => self.helper("table_grow", 2, [*table]),
            O::TableFill { table } => self.effect("table_fill", 3, [*table]),
            O::TableCopy { dst_table, src_table } => self.effect("table_copy", 3, [*dst_table, *src_table]),
            O::TableInit { elem_index, table } => self.effect("table_init", 3, [*elem_index, *table]),
            O::ElemDrop { elem_index } => self.effect("elem_drop", 0, [*elem_index]),
            O::Call { function_index } => {
                let ty = self.module.function_type(*function_index);
                let arguments = self.pop_many(ty.params().len());
                self.call(Expr::Call { function: *function_index, arguments }, ty.results());
            }
            O::CallIndirect { type_index, table_index } => {
                let ty = &self.module.types[*type_index as usize];
                let index = Box::new(self.pop());
                let arguments = self.pop_many(ty.params().len());
                self.call(Expr::CallIndirect { table: *table_index, ty: *type_index, index, arguments }, ty.results());
            }
            other => {
                let name = format!("{other:?}");
                let name = name.split([' ', '{']).next().unwrap_or_default();
                return Err(Error::unsupported(format!("the instruction {name}"), offset));
            }
        }
        Ok(())
    }

    fn call(&mut self, call: Expr, results: &[ValType]) {
        match results {
            [] => self.emit(Stmt::Eval(call)),
            [_] => self.push(call),
            _ => {
                let vars: Vec<Var> = results.iter().map(|ty| self.temporary(*ty)).collect();
                self.emit(Stmt::SetMany(vars.clone(), call));
                vars.into_iter().for_each(|var| self.push(Expr::Var(var)));
            }
        }
    }

    fn unary(&mut self, build: impl FnOnce(Box<Expr>) -> Expr) {
        let a = Box::new(self.pop());
        self.push(build(a));
    }

    fn binary(&mut self, build: impl FnOnce(Box<Expr>, Box<Expr>) -> Expr) {
        let b = Box::new(self.pop());
        let a = Box::new(self.pop());
        self.push(build(a, b));
    }

    fn int_binary(&mut self, width: Width, op: IntBinary) {
        self.binary(|a, b| Expr::IntBinary(width, op, a, b));
    }

    fn int_compare(&mut self, width: Width, op: IntCompare) {
        self.binary(|a, b| Expr::IntCompare(width, op, a, b));
    }

    fn convert(&mut self, convert: Convert) {
        self.unary(|a| Expr::Convert(convert, a));
    }

    fn load(&mut self, access: Access, memarg: &MemArg) {
        let address = Box::new(self.pop());
        self.push(Expr::Load {
            access,
            address,
            offset: offset(memarg),
        });
    }

    fn store(&mut self, access: Access, memarg: &MemArg) {
        let value = self.pop();
        let address = self.pop();
        self.emit(Stmt::Store {
            access,
            address,
            offset: offset(memarg),
            value,
        });
    }

    /// A helper that gives a value: the operands, then the immediates.
    fn helper<const N: usize>(&mut self, name: Helper, operands: usize, immediates: [u32; N]) {
        let mut arguments = self.pop_many(operands);
        arguments.extend(immediates.map(Expr::I32));
        self.push(Expr::Helper(name, arguments));
    }

    fn effect<const N: usize>(&mut self, name: Helper, operands: usize, immediates: [u32; N]) {
        self.helper(name, operands, immediates);
        let call = self.pop();
        self.emit(Stmt::Eval(call));
    }
}

fn int(width: Width, bits: u8, signed: bool) -> Access {
    Access::Int {
        width,
        bits,
        signed,
    }
}

fn trunc(to: Width, signed: bool, saturating: bool) -> Convert {
    Convert::Trunc {
        to,
        signed,
        saturating,
    }
}

fn from_int(from: Width, signed: bool, to: Width) -> Convert {
    Convert::FromInt { from, signed, to }
}

/// The offset of an access; a memory of 32 bits has no larger one.
fn offset(memarg: &MemArg) -> u32 {
    u32::try_from(memarg.offset).expect("the validator has checked the offset")
}

/// The type of an expression.
pub(super) fn type_of(module: &Module<'_>, vars: &[ValType], expr: &Expr) -> ValType {
    let int = |width: &Width| match width {
        Width::W32 => ValType::I32,
        Width::W64 => ValType::I64,
    };
    let float = |width: &Width| match width {
        Width::W32 => ValType::F32,
        Width::W64 => ValType::F64,
    };
    match expr {
        Expr::I32(_) => ValType::I32,
        Expr::I64(_) => ValType::I64,
        Expr::F32(_) => ValType::F32,
        Expr::F64(_) => ValType::F64,
        Expr::RefNull | Expr::RefFunc(_) => ValType::FUNCREF,
        Expr::Var(var) => vars[*var as usize],
        Expr::Global(global) => module.globals[*global as usize].ty,
        Expr::IntBinary(width, ..) | Expr::IntUnary(width, ..) => int(width),
        Expr::IntCompare(..) | Expr::Eqz(..) | Expr::FloatCompare(..) | Expr::RefIsNull(_) => {
            ValType::I32
        }
        Expr::FloatBinary(width, ..) | Expr::FloatUnary(width, ..) => float(width),
        Expr::Convert(convert, _) => match convert {
            Convert::I32WrapI64 | Convert::I32ReinterpretF32 => ValType::I32,
            Convert::I64ExtendI32S | Convert::I64ExtendI32U | Convert::I64ReinterpretF64 => {
                ValType::I64
            }
            Convert::Trunc { to, .. } => int(to),
            Convert::FromInt { to, .. } => float(to),
            Convert::F32DemoteF64 | Convert::F32ReinterpretI32 => ValType::F32,
            Convert::F64PromoteF32 | Convert::F64ReinterpretI64 => ValType::F64,
        },
        Expr::Select(_, a, _) => type_of(module, vars, a),
        Expr::Load {
            access: Access::Int { width, .. },
            ..
        } => int(width),
        Expr::Load {
            access: Access::Float(width),
            ..
        } => float(width),
        Expr::Helper("table_get", arguments) => match arguments.last() {
            Some(Expr::I32(table)) => module.tables[*table as usize].ty,
            _ => unreachable!("its last argument is the table"),
        },
        Expr::MemorySize | Expr::Helper(..) => ValType::I32,
        Expr::Call { function, .. } => result(module.function_type(*function)),
        Expr::CallImport { import, .. } => result(module.function_type(*import)),
        Expr::CallIndirect { ty, .. } => result(&module.types[*ty as usize]),
        Expr::Tuple(_) => unreachable!("several values never are on the stack as one"),
    }
}

fn result(ty: &wasmparser::FuncType) -> ValType {
    *ty.results()
        .first()
        .expect("only a call with a result is a value")
}
