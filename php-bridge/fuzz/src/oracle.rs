//! What wasmtime makes of a module: the calls that are worth making, and their answers.

use wasmtime::{
    Config, Engine, Error, ExternType, Instance, Module, OptLevel, Ref, Store, StoreLimits,
    StoreLimitsBuilder, Trap, Val, ValType,
};

use crate::host;
use crate::random::{FLOATS, INTEGERS, Random};
use crate::replay::{Call, Case, MAX_PAGES};

/// Calls of each exported function, as far as there are not too many.
const CALLS: usize = 3;
const ALL_CALLS: usize = 18;
/// Instructions of an instance where they are counted.
const FUEL: u64 = 100_000_000;
const PAGE: usize = 65_536;

/// Runs modules.
pub(crate) struct Oracle {
    engine: Engine,
    counts: bool,
}

impl Oracle {
    pub(crate) fn new() -> Self {
        Self::with(false)
    }

    /// One that refuses modules which run for too long, and has another NaN where the specification leaves
    /// it open. The modules of seeds end, and do not depend on that; smaller ones made of them may.
    pub(crate) fn that_counts() -> Self {
        Self::with(true)
    }

    fn with(counts: bool) -> Self {
        let mut config = Config::new();
        config
            .cranelift_opt_level(OptLevel::None)
            .consume_fuel(counts)
            .cranelift_nan_canonicalization(counts)
            .max_wasm_stack(1 << 20);
        let engine = Engine::new(&config).expect("wasmtime knows this machine");
        Self { engine, counts }
    }

    /// Makes a case of a module: with calls that the seed chooses.
    pub(crate) fn case(&self, seed: u64, wasm: Vec<u8>) -> Result<Case, Error> {
        let module = Module::new(&self.engine, &wasm)?;
        let mut case = Case {
            seed,
            wasm,
            calls: calls(&module, seed),
            globals: Vec::new(),
            tables: Vec::new(),
            answers: Vec::new(),
        };
        for export in module.exports() {
            let name = export.name().to_owned();
            match export.ty() {
                ExternType::Global(ty) => {
                    case.globals.push((name, letter(ty.content()).to_string()))
                }
                ExternType::Table(_) => case.tables.push(name),
                _ => {}
            }
        }
        case.answers = self.answers(&module, &case)?;
        Ok(case)
    }

    fn answers(&self, module: &Module, case: &Case) -> Result<Vec<String>, Error> {
        let mut answers = Vec::new();
        let mut calls = case.calls.iter().peekable();
        loop {
            let limits = StoreLimitsBuilder::new()
                .memory_size(MAX_PAGES as usize * PAGE)
                .build();
            let mut store = Store::new(&self.engine, limits);
            store.limiter(|limits| limits);
            if self.counts {
                store.set_fuel(FUEL)?;
            }
            let imports = host::imports(&mut store, module)?;
            let instance = match Instance::new(&mut store, module, &imports) {
                Ok(instance) => instance,
                Err(error) => {
                    answers.push(trap(error)?);
                    return Ok(answers);
                }
            };
            for call in calls.by_ref() {
                match invoke(&mut store, instance, call) {
                    Ok(results) => answers.push(values(&results)),
                    Err(error) => {
                        answers.push(trap(error)?);
                        break;
                    }
                }
            }
            answers.push(state(&mut store, instance, case));
            if calls.peek().is_none() {
                return Ok(answers);
            }
        }
    }
}

fn calls(module: &Module, seed: u64) -> Vec<Call> {
    let mut random = Random::new(!seed);
    let mut calls = Vec::new();
    for export in module.exports() {
        let ExternType::Func(ty) = export.ty() else {
            continue;
        };
        let results: String = ty.results().map(|ty| letter(&ty)).collect();
        // Without arguments nothing else is to be seen but what the state makes different.
        let times = if ty.params().len() == 0 { 2 } else { CALLS };
        for _ in 0..times {
            calls.push(Call {
                name: export.name().to_owned(),
                arguments: ty.params().map(|ty| argument(&ty, &mut random)).collect(),
                results: results.clone(),
            });
        }
    }
    calls.truncate(ALL_CALLS);
    calls
}

/// A number at an edge, or any.
fn argument(ty: &ValType, random: &mut Random) -> String {
    let edge = random.below(4) != 0;
    let integer = if edge {
        *random.choose(&INTEGERS)
    } else {
        random.next().cast_signed() >> random.below(64)
    };
    let float = if edge {
        *random.choose(&FLOATS)
    } else {
        let any = f64::from_bits(random.next());
        if any.is_nan() { f64::NAN } else { any }
    };
    value(&match ty {
        ValType::I32 => Val::I32(integer as i32),
        ValType::I64 => Val::I64(integer),
        ValType::F32 => Val::F32((float as f32).to_bits()),
        ValType::F64 => Val::F64(float.to_bits()),
        _ => return "null".to_owned(),
    })
}

fn invoke(
    store: &mut Store<StoreLimits>,
    instance: Instance,
    call: &Call,
) -> Result<Vec<Val>, Error> {
    let function = instance.get_func(&mut *store, &call.name);
    let function = function.expect("it is exported");
    let params = function.ty(&*store);
    let arguments: Vec<Val> = params
        .params()
        .zip(&call.arguments)
        .map(|(ty, text)| parse(&ty, text))
        .collect();
    let mut results = vec![Val::I32(0); call.results.len()];
    function.call(store, &arguments, &mut results)?;
    Ok(results)
}

/// The argument that a text such as `i32:7` means.
fn parse(ty: &ValType, text: &str) -> Val {
    let bits = text.split_once(':').map_or("0", |(_, bits)| bits);
    let bits: i64 = bits.parse().expect("a number");
    match ty {
        ValType::I32 => Val::I32(bits as i32),
        ValType::I64 => Val::I64(bits),
        ValType::F32 => Val::F32(bits as u32),
        ValType::F64 => Val::F64(bits.cast_unsigned()),
        _ => Val::null_ref(ty.unwrap_ref().heap_type()),
    }
}

fn value(value: &Val) -> String {
    match value {
        Val::I32(value) => format!("i32:{}", value.cast_unsigned()),
        Val::I64(value) => format!("i64:{value}"),
        Val::F32(bits) => format!("f32:{bits}"),
        Val::F64(bits) => format!("f64:{}", bits.cast_signed()),
        Val::FuncRef(None) | Val::ExternRef(None) => "null".to_owned(),
        _ => "reference".to_owned(),
    }
}

fn values(values: &[Val]) -> String {
    let values: Vec<String> = values.iter().map(value).collect();
    values.join(" ")
}

/// A type as the compiled module states it.
fn letter(ty: &ValType) -> char {
    match ty {
        ValType::I32 => 'i',
        ValType::I64 => 'l',
        ValType::F32 => 'f',
        ValType::F64 => 'd',
        _ => 'r',
    }
}

/// The trap's reason in the specification's words; what is no trap is an error of this crate.
fn trap(error: Error) -> Result<String, Error> {
    let reason = match error.downcast_ref::<Trap>() {
        Some(Trap::UnreachableCodeReached) => "unreachable",
        Some(Trap::MemoryOutOfBounds) => "out of bounds memory access",
        Some(Trap::TableOutOfBounds) => "undefined element",
        Some(Trap::IndirectCallToNull) => "uninitialized element",
        Some(Trap::BadSignature) => "indirect call type mismatch",
        Some(Trap::IntegerOverflow) => "integer overflow",
        Some(Trap::IntegerDivisionByZero) => "integer divide by zero",
        Some(Trap::BadConversionToInteger) => "invalid conversion to integer",
        Some(Trap::StackOverflow) => "call stack exhausted",
        _ => return Err(error),
    };
    Ok(format!("trap: {reason}"))
}

/// Globals, tables and memory of an instance. A table is told by which of its slots are taken, memory by
/// its size, by where its last byte that is not zero stands, and by the FNV-1a hash of all up to there.
fn state(store: &mut Store<StoreLimits>, instance: Instance, case: &Case) -> String {
    let mut state = Vec::new();
    for (name, _) in &case.globals {
        let global = instance.get_global(&mut *store, name);
        let got = global.expect("it is exported").get(&mut *store);
        state.push(value(&got));
    }
    for name in &case.tables {
        let table = instance.get_table(&mut *store, name);
        let table = table.expect("it is exported");
        let slots = (0..table.size(&*store)).map(|slot| match table.get(&mut *store, slot) {
            Some(Ref::Func(None) | Ref::Extern(None)) => '-',
            _ => 'x',
        });
        state.push(format!("table:{}", slots.collect::<String>()));
    }
    let exports: Vec<_> = instance
        .exports(&mut *store)
        .filter_map(wasmtime::Export::into_memory)
        .collect();
    let data = exports
        .first()
        .map_or(&[][..], |memory| memory.data(&*store));
    let used = data
        .iter()
        .rposition(|byte| *byte != 0)
        .map_or(0, |last| last + 1);
    let hash = data[..used].iter().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
    });
    state.push(format!(
        "pages:{} bytes:{used} {hash:08x}",
        data.len() / PAGE
    ));
    state.join(" ")
}
