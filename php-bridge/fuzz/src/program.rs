//! Programs as compilers write them.
//!
//! What `wasm-smith` makes is different in every respect, but seldom computes far. These programs do:
//! deep expressions, loops that count, a stack in memory, addresses with known bits, masks, calls.

mod body;
mod operators;

use wasm_encoder::{
    CodeSection, ConstExpr, DataSection, ElementSection, Elements, ExportKind, ExportSection,
    FunctionSection, GlobalSection, GlobalType, MemorySection, MemoryType, Module, RefType,
    TableSection, TableType, TypeSection, ValType,
};

use crate::random::Random;

const TYPES: [ValType; 4] = [ValType::I32, ValType::I64, ValType::F32, ValType::F64];
/// The global that counts down with loop rounds and calls.
const FUEL: u32 = 0;
/// The global that points to the stack in memory.
const STACK: u32 = 1;

/// What the functions of a program know of each other.
struct Program {
    functions: Vec<Signature>,
    /// The functions from this one on are small, and call only what comes after them.
    small: usize,
    /// Types of globals behind the first two, and whether they change.
    globals: Vec<(ValType, bool)>,
    /// The functions in the table.
    table: Vec<u32>,
    /// Passive data segments come first: how many.
    passive: u32,
    floats: bool,
}

#[derive(Clone, PartialEq)]
struct Signature {
    params: Vec<ValType>,
    results: Vec<ValType>,
}

impl Program {
    fn new(random: &mut Random) -> Self {
        let floats = !random.one_in(3);
        let ty = |random: &mut Random| TYPES[random.below(if floats { 4 } else { 2 })];
        let count = 2 + random.below(7);
        let mut functions: Vec<Signature> = Vec::new();
        for _ in 0..count {
            // Like ones meet in the table.
            let signature = if !functions.is_empty() && random.one_in(3) {
                random.choose(&functions).clone()
            } else {
                Signature {
                    params: (0..random.below(5)).map(|_| ty(random)).collect(),
                    results: (0..*random.choose(&[0, 1, 1, 1, 1, 2, 3]))
                        .map(|_| ty(random))
                        .collect(),
                }
            };
            functions.push(signature);
        }
        Self {
            small: count - random.below(count),
            globals: (0..random.below(5))
                .map(|_| (ty(random), !random.one_in(4)))
                .collect(),
            table: (0..1 + random.below(8))
                .map(|_| random.below(count) as u32)
                .collect(),
            passive: random.below(2) as u32,
            functions,
            floats,
        }
    }
}

/// Makes a program.
pub(crate) fn module(random: &mut Random) -> Vec<u8> {
    let program = Program::new(random);
    let mut types = TypeSection::new();
    let mut functions = FunctionSection::new();
    let mut exports = ExportSection::new();
    let mut code = CodeSection::new();
    for (index, signature) in (0..).zip(&program.functions) {
        types
            .ty()
            .function(signature.params.clone(), signature.results.clone());
        functions.function(index);
        exports.export(&format!("f{index}"), ExportKind::Func, index);
        code.function(&body::function(&program, index as usize, random));
    }
    let mut tables = TableSection::new();
    tables.table(TableType {
        element_type: RefType::FUNCREF,
        table64: false,
        minimum: program.table.len() as u64 + 2,
        maximum: Some(program.table.len() as u64 + 2),
        shared: false,
    });
    let mut memories = MemorySection::new();
    memories.memory(MemoryType {
        minimum: 1,
        maximum: random.one_in(2).then_some(3),
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    exports.export("memory", ExportKind::Memory, 0);
    let globals = globals(&program, random, &mut exports);
    let mut elements = ElementSection::new();
    elements.active(
        None,
        &ConstExpr::i32_const(1),
        Elements::Functions(program.table.as_slice().into()),
    );
    let data = data(&program, random);
    let mut module = Module::new();
    module
        .section(&types)
        .section(&functions)
        .section(&tables)
        .section(&memories)
        .section(&globals)
        .section(&exports)
        .section(&elements)
        .section(&wasm_encoder::DataCountSection { count: data.len() })
        .section(&code)
        .section(&data);
    module.finish()
}

fn globals(program: &Program, random: &mut Random, exports: &mut ExportSection) -> GlobalSection {
    let mut globals = GlobalSection::new();
    let mutable = |val_type| GlobalType {
        val_type,
        mutable: true,
        shared: false,
    };
    let fuel = *random.choose(&[100, 1000, 4000]);
    globals.global(mutable(ValType::I32), &ConstExpr::i32_const(fuel));
    let stack = *random.choose(&[4096, 32_768, 65_024]);
    globals.global(mutable(ValType::I32), &ConstExpr::i32_const(stack));
    for (index, (val_type, mutable)) in (2..).zip(&program.globals) {
        let ty = GlobalType {
            val_type: *val_type,
            mutable: *mutable,
            shared: false,
        };
        globals.global(ty, &body::constant_expression(*val_type, random));
        exports.export(&format!("g{index}"), ExportKind::Global, index);
    }
    exports.export("stack", ExportKind::Global, STACK);
    globals
}

fn data(program: &Program, random: &mut Random) -> DataSection {
    let mut data = DataSection::new();
    let bytes = |random: &mut Random| -> Vec<u8> {
        let length = random.below(60);
        (0..length).map(|_| random.next() as u8).collect()
    };
    for _ in 0..program.passive {
        data.passive(bytes(random));
    }
    for _ in 0..random.below(4) {
        let offset = random.below(65_000) as i32;
        data.active(0, &ConstExpr::i32_const(offset), bytes(random));
    }
    data
}
