//! Modules from seeds: valid, different in kind, and sure to end.

use arbitrary::Unstructured;
use wasm_smith::{Config, InstructionKind, InstructionKinds, MemoryOffsetChoices, Module};

use crate::host;
use crate::program;
use crate::random::Random;
use crate::replay::MAX_PAGES;

/// Loop rounds and calls that an instance may make; also the longest range that it copies or fills.
const FUEL: [u32; 4] = [100, 500, 1000, 3000];

/// Makes a module from a seed. The same seed gives the same module with the same `wasm-smith`.
pub(crate) fn module(seed: u64) -> Vec<u8> {
    let mut random = Random::new(seed);
    if random.one_in(2) {
        return program::module(&mut random);
    }
    // Bytes may run out or lead nowhere: then others do.
    loop {
        let config = config(&mut random);
        let length = 1 << (9 + random.below(6));
        let bytes: Vec<u8> = std::iter::repeat_with(|| random.next() as u8)
            .take(length)
            .collect();
        let fuel = *random.choose(&FUEL);
        let made = Module::new(config, &mut Unstructured::new(&bytes));
        let Ok(mut module) = made else { continue };
        if module.ensure_termination(fuel).is_ok() {
            return module.to_bytes();
        }
    }
}

/// Few kinds of instructions at a time go deeper than all at once.
fn config(random: &mut Random) -> Config {
    use InstructionKind::{
        Control, Memory, MemoryInt, Numeric, NumericInt, Parametric, Reference, Table, Variable,
    };
    let kinds: &[InstructionKind] = match random.below(10) {
        0 => &[NumericInt, Parametric, Variable],
        1 => &[Numeric, Parametric, Variable],
        2 => &[MemoryInt, NumericInt, Variable],
        3 => &[Memory, Numeric, Variable, Parametric],
        4 => &[Control, NumericInt, Variable],
        5 => &[Control, Variable, Parametric, MemoryInt, NumericInt],
        6 => &[Control, Variable, Table, NumericInt],
        7 => &[Control, Variable, Table, Reference, NumericInt],
        8 => &[Table, Reference, Variable, Parametric, NumericInt],
        _ => &[
            Numeric, Parametric, Variable, Table, Memory, Control, Reference,
        ],
    };
    let memory = kinds.iter().any(|kind| [Memory, MemoryInt].contains(kind));
    let references = kinds.contains(&Reference);
    let min_funcs = 1 + random.below(6);
    Config {
        allowed_instructions: InstructionKinds::new(kinds),
        allow_floats: !random.one_in(3),
        canonicalize_nans: true,
        extended_const_enabled: true,
        multi_value_enabled: random.one_in(2),
        reference_types_enabled: references,
        disallow_traps: !random.one_in(3),
        export_everything: true,
        allow_start_export: random.one_in(4),
        min_funcs,
        max_funcs: min_funcs + 6,
        min_types: 1 + random.below(4),
        max_types: 12,
        min_globals: random.below(4),
        max_globals: 8,
        max_instructions: *random.choose(&[10, 30, 100, 300]),
        max_nesting_depth: 1 + random.below(10),
        min_memories: memory.into(),
        max_memories: 1,
        max_memory32_bytes: u64::from(1 + random.below(4) as u32) << 16,
        memory_max_size_required: random.one_in(2),
        // Mostly small offsets, so that mostly there is memory there.
        memory_offset_choices: MemoryOffsetChoices(85, 14, 1),
        min_data_segments: if memory { random.below(3) } else { 0 },
        max_data_segments: 4,
        min_tables: u32::from(kinds.contains(&Table)),
        max_tables: if references { 3 } else { 1 },
        max_table_elements: 20,
        table_max_size_required: true,
        min_element_segments: if kinds.contains(&Table) {
            1 + random.below(3)
        } else {
            0
        },
        max_element_segments: 4,
        max_elements: 10,
        available_imports: random.one_in(3).then(host::description),
        max_imports: 0,
        max_tags: 0,
        // What is not supported.
        compact_imports_enabled: false,
        custom_page_sizes_enabled: false,
        exceptions_enabled: false,
        gc_enabled: false,
        memory64_enabled: false,
        relaxed_simd_enabled: false,
        simd_enabled: false,
        tail_call_enabled: false,
        threads_enabled: false,
        wide_arithmetic_enabled: false,
        ..Config::default()
    }
}

const _: () = assert!(MAX_PAGES >= 4, "modules begin with up to four pages");
