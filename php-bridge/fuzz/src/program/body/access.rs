//! Loads, stores and ranges of memory, mostly where there is memory.

use Instruction as I;
use wasm_encoder::{Instruction, MemArg, ValType};

use super::Body;
use crate::program::STACK;

impl Body<'_, '_> {
    pub(super) fn store(&mut self) {
        let ty = self.ty();
        self.address();
        self.expression(ty, 4);
        let (store, width): (fn(MemArg) -> I<'static>, u32) = match (ty, self.random.below(4)) {
            (ValType::I32, 0) => (I::I32Store8, 0),
            (ValType::I32, 1) => (I::I32Store16, 1),
            (ValType::I32, _) => (I::I32Store, 2),
            (ValType::I64, 0) => (I::I64Store8, 0),
            (ValType::I64, 1) => (I::I64Store16, 1),
            (ValType::I64, 2) => (I::I64Store32, 2),
            (ValType::I64, _) => (I::I64Store, 3),
            (ValType::F32, _) => (I::F32Store, 2),
            _ => (I::F64Store, 3),
        };
        let memarg = self.memarg(width);
        self.push(store(memarg));
    }

    pub(super) fn load(&mut self, ty: ValType) {
        self.address();
        let (load, width): (fn(MemArg) -> I<'static>, u32) = match (ty, self.random.below(9)) {
            (ValType::I32, 0) => (I::I32Load8S, 0),
            (ValType::I32, 1) => (I::I32Load8U, 0),
            (ValType::I32, 2) => (I::I32Load16S, 1),
            (ValType::I32, 3) => (I::I32Load16U, 1),
            (ValType::I32, _) => (I::I32Load, 2),
            (ValType::I64, 0) => (I::I64Load8S, 0),
            (ValType::I64, 1) => (I::I64Load8U, 0),
            (ValType::I64, 2) => (I::I64Load16S, 1),
            (ValType::I64, 3) => (I::I64Load16U, 1),
            (ValType::I64, 4) => (I::I64Load32S, 2),
            (ValType::I64, 5) => (I::I64Load32U, 2),
            (ValType::I64, _) => (I::I64Load, 3),
            (ValType::F32, _) => (I::F32Load, 2),
            _ => (I::F64Load, 3),
        };
        let memarg = self.memarg(width);
        self.push(load(memarg));
    }

    /// The offset is mostly a multiple of the width, and the alignment mostly the width: both as a
    /// compiler has them, and not always true of the address.
    pub(super) fn memarg(&mut self, width: u32) -> MemArg {
        let offset = match self.random.below(8) {
            0..3 => 0,
            3..6 => (self.random.below(16) << width) as u64,
            6 => self.random.below(64) as u64,
            _ if self.random.one_in(12) => {
                *self
                    .random
                    .choose(&[65_528, 65_535, 0x7fff_ffff, 0xffff_fffc])
            }
            _ => 0,
        };
        let align = if self.random.one_in(4) {
            self.random.below(width as usize + 1) as u32
        } else {
            width
        };
        MemArg {
            offset,
            align,
            target: wasm_encoder::MemArgTarget::Memory(0),
            ordering: None,
        }
    }

    /// An address that is mostly inside memory, and of which often something is known.
    pub(super) fn address(&mut self) {
        match self.random.below(8) {
            0 => {
                let address = self.random.below(65_536) as i32;
                let mask = self.random.choose(&[-1, -4, -8]);
                self.push(I::I32Const(address & mask));
            }
            1 => self.push(I::GlobalGet(STACK)),
            2 => {
                // An element of an array.
                self.expression(ValType::I32, 2);
                let shapes = [(255, 2), (4095, 3), (0xbfff, 0), (63, 4)];
                let (mask, shift) = *self.random.choose(&shapes);
                for instruction in [
                    I::I32Const(mask),
                    I::I32And,
                    I::I32Const(shift),
                    I::I32Shl,
                    I::I32Const(self.random.below(512) as i32 * 8),
                    I::I32Add,
                ] {
                    self.push(instruction);
                }
            }
            3 => {
                // A pointer that may be out of bounds.
                let local = self.local(ValType::I32);
                self.push(I::LocalGet(local));
                if !self.random.one_in(8) {
                    self.push(I::I32Const(0x7ff8));
                    self.push(I::I32And);
                }
            }
            4 => {
                // Mostly the pointer to a frame, or a counter.
                let pointers: Vec<usize> = (0..self.locals.len())
                    .filter(|index| self.locals[*index] == ValType::I32 && self.kept[*index])
                    .collect();
                if pointers.is_empty() {
                    self.push(I::GlobalGet(STACK));
                } else {
                    let pointer = *self.random.choose(&pointers);
                    self.push(I::LocalGet(pointer as u32));
                }
            }
            5 => {
                self.expression(ValType::I32, 3);
                self.push(I::I32Const(0x7ffc));
                self.push(I::I32And);
                let local = self.local(ValType::I32);
                self.push(I::LocalTee(local));
            }
            _ => {
                self.expression(ValType::I32, 3);
                let masks = if self.random.one_in(12) {
                    [0xfffc, 0xffff, -4, 0x3_fffc, 0x7fff_fffc]
                } else {
                    [0x7ffc, 0x3ff8, 0x7fff, 0x3ffe, 0xff]
                };
                let mask = *self.random.choose(&masks);
                self.push(I::I32Const(mask));
                self.push(I::I32And);
            }
        }
    }

    pub(super) fn bulk(&mut self) {
        self.address();
        let length = |this: &mut Self| {
            this.expression(ValType::I32, 1);
            let mask = *this.random.choose(&[7, 63, 127]);
            this.push(I::I32Const(mask));
            this.push(I::I32And);
        };
        match self.random.below(3) {
            0 => {
                self.expression(ValType::I32, 2);
                length(self);
                self.push(I::MemoryFill(0));
            }
            1 if self.program.passive > 0 => {
                let (from, bytes) = (self.random.below(8), self.random.below(40));
                self.push(I::I32Const(from as i32));
                self.push(I::I32Const(bytes as i32));
                self.push(I::MemoryInit {
                    mem: 0,
                    data_index: 0,
                });
                if self.random.one_in(10) {
                    self.push(I::DataDrop(0));
                }
            }
            _ => {
                self.address();
                length(self);
                self.push(I::MemoryCopy {
                    src_mem: 0,
                    dst_mem: 0,
                });
            }
        }
    }
}
