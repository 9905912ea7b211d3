//! What modules may import. `compiler/tests/fuzzed/driver.php` gives the same in PHP.

use wasm_encoder::{
    EntityType, GlobalType, ImportSection, MemoryType, Module, RefType, TableType, TypeSection,
    ValType,
};
use wasmtime::{
    Error, Extern, ExternType, Func, FuncType, Global, Memory, Mutability, Ref, Store, StoreLimits,
    Table, Val,
};

/// Host functions: name, parameters, results. What they do is told by [`call`].
const FUNCTIONS: [(&str, &[ValType], &[ValType]); 5] = [
    ("none", &[], &[]),
    ("add_seven", &[ValType::I32], &[ValType::I32]),
    (
        "swap",
        &[ValType::I64, ValType::F64],
        &[ValType::F64, ValType::I64],
    ),
    ("negate", &[ValType::F32], &[ValType::F32]),
    ("same", &[ValType::EXTERNREF], &[ValType::EXTERNREF]),
];

/// Does what a host function does.
fn call(name: &str, arguments: &[Val], results: &mut [Val]) {
    match (name, arguments) {
        ("add_seven", [Val::I32(value)]) => results[0] = Val::I32(value.wrapping_add(7)),
        ("swap", [first, second]) => results.clone_from_slice(&[*second, *first]),
        ("negate", [Val::F32(bits)]) => results[0] = Val::F32(bits ^ 0x8000_0000),
        ("same", [value]) => results[0] = *value,
        _ => {}
    }
}

/// The imports as `wasm-smith` wants them: a module that has them all.
pub(crate) fn description() -> Vec<u8> {
    let mut types = TypeSection::new();
    let mut imports = ImportSection::new();
    for (index, (name, params, results)) in (0..).zip(FUNCTIONS) {
        let of = |list: &[ValType]| list.to_vec();
        types.ty().function(of(params), of(results));
        imports.import("host", name, EntityType::Function(index));
    }
    for (name, val_type, mutable) in [
        ("fixed", ValType::I32, false),
        ("changes", ValType::I64, true),
    ] {
        let ty = GlobalType {
            val_type,
            mutable,
            shared: false,
        };
        imports.import("host", name, ty);
    }
    let memory = MemoryType {
        minimum: 1,
        maximum: Some(4),
        memory64: false,
        shared: false,
        page_size_log2: None,
    };
    imports.import("host", "memory", memory);
    let table = TableType {
        element_type: RefType::FUNCREF,
        table64: false,
        minimum: 10,
        maximum: Some(20),
        shared: false,
    };
    imports.import("host", "table", table);
    let mut module = Module::new();
    module.section(&types).section(&imports);
    module.finish()
}

/// Makes what a module imports. What is imported twice is the same twice.
pub(crate) fn imports(
    store: &mut Store<StoreLimits>,
    module: &wasmtime::Module,
) -> Result<Vec<Extern>, Error> {
    let mut made: Vec<(String, Extern)> = Vec::new();
    for import in module.imports() {
        if made.iter().any(|(name, _)| name == import.name()) {
            continue;
        }
        let name = import.name().to_owned();
        let made_now = match import.ty() {
            ExternType::Func(ty) => function(store, &name, ty).into(),
            ExternType::Memory(ty) => Memory::new(&mut *store, ty)?.into(),
            ExternType::Table(ty) => Table::new(&mut *store, ty, Ref::Func(None))?.into(),
            ExternType::Global(ty) => {
                let value = match ty.mutability() {
                    Mutability::Const => Val::I32(666),
                    Mutability::Var => Val::I64(777),
                };
                Global::new(&mut *store, ty, value)?.into()
            }
            _ => unreachable!("nothing else can be imported"),
        };
        made.push((name, made_now));
    }
    let of = |name: &str| made.iter().find(|(made, _)| made == name);
    let imports = module.imports().filter_map(|import| of(import.name()));
    Ok(imports.map(|(_, made)| made.clone()).collect())
}

fn function(store: &mut Store<StoreLimits>, name: &str, ty: FuncType) -> Func {
    let name = name.to_owned();
    Func::new(store, ty, move |_, arguments, results| {
        call(&name, arguments, results);
        Ok(())
    })
}
