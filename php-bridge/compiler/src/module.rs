//! Reads and validates the sections of a module.

mod constant;
mod names;
mod tables;

use std::collections::{BTreeMap, HashMap};

use wasmparser::{
    CompositeInnerType, DataKind, ElementItems, ElementKind, ExternalKind, FuncType,
    FuncValidatorAllocations, FunctionBody, KnownCustom, Parser, Payload, TableType, TypeRef,
    ValType, ValidPayload, Validator, WasmFeatures,
};

use crate::error::Error;
use crate::feature;
use crate::ir::Expr;
use crate::module::names::Names;

use self::constant::constant;

/// WebAssembly 2.0 without SIMD, and extended constant expressions. Everything else is refused.
pub(crate) const FEATURES: WasmFeatures = WasmFeatures::WASM1
    .union(WasmFeatures::SIGN_EXTENSION)
    .union(WasmFeatures::SATURATING_FLOAT_TO_INT)
    .union(WasmFeatures::MULTI_VALUE)
    .union(WasmFeatures::BULK_MEMORY)
    .union(WasmFeatures::REFERENCE_TYPES)
    .union(WasmFeatures::GC_TYPES)
    .union(WasmFeatures::EXTENDED_CONST);

pub(crate) struct Module<'a> {
    pub(crate) types: Vec<FuncType>,
    /// For each type the first one that is equal.
    pub(crate) canonical: Vec<u32>,
    pub(crate) imports: Vec<Import<'a>>,
    /// The type of each function, by index: imported ones first.
    pub(crate) functions: Vec<u32>,
    pub(crate) bodies: Vec<FunctionBody<'a>>,
    pub(crate) memory: Option<MemoryLimits>,
    pub(crate) tables: Vec<Table>,
    pub(crate) globals: Vec<Global>,
    pub(crate) exports: Vec<Export>,
    pub(crate) start: Option<u32>,
    pub(crate) elements: Vec<Element>,
    pub(crate) data: Vec<Data<'a>>,
    pub(crate) names: Names,
    /// It takes something from outside or has references to functions, and so stands on more of the
    /// runtime than others.
    pub(crate) is_linked: bool,
}

/// What another module or the host gives.
#[derive(Debug)]
pub(crate) struct Import<'a> {
    pub(crate) module: &'a str,
    pub(crate) name: &'a str,
    pub(crate) item: Item,
}

/// Something with an index of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Item {
    Function(u32),
    Global(u32),
    Memory,
    Table(u32),
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct MemoryLimits {
    pub(crate) initial: u64,
    pub(crate) maximum: Option<u64>,
    pub(crate) is_imported: bool,
}

#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) ty: ValType,
    pub(crate) initial: u64,
    pub(crate) maximum: Option<u64>,
    pub(crate) is_imported: bool,
    /// The function in each slot, if nothing can change it: calls then need no table at run time.
    pub(crate) fixed: Option<BTreeMap<u32, u32>>,
}

#[derive(Debug)]
pub(crate) struct Global {
    pub(crate) ty: ValType,
    pub(crate) mutable: bool,
    /// What it begins with, unless it is imported.
    pub(crate) value: Option<Expr>,
}

#[derive(Debug)]
pub(crate) struct Export {
    pub(crate) name: String,
    pub(crate) item: Item,
}

#[derive(Debug)]
pub(crate) struct Element {
    /// The table and where in it the segment is copied at instantiation, if it is active.
    pub(crate) target: Option<(u32, Expr)>,
    pub(crate) is_declared: bool,
    pub(crate) items: Vec<Expr>,
}

pub(crate) struct Data<'a> {
    /// Where it is copied at instantiation, unless it is passive.
    pub(crate) offset: Option<Expr>,
    pub(crate) bytes: &'a [u8],
}

impl<'a> Module<'a> {
    /// Reads a module and proves it valid.
    pub(crate) fn parse(wasm: &'a [u8]) -> Result<Self, Error> {
        Self::read(wasm).map_err(|error| feature::refused(wasm, error))
    }

    fn read(wasm: &'a [u8]) -> Result<Self, Error> {
        let mut module = Self {
            types: Vec::new(),
            canonical: Vec::new(),
            imports: Vec::new(),
            functions: Vec::new(),
            bodies: Vec::new(),
            memory: None,
            tables: Vec::new(),
            globals: Vec::new(),
            exports: Vec::new(),
            start: None,
            elements: Vec::new(),
            data: Vec::new(),
            names: Names::default(),
            is_linked: false,
        };
        let mut validator = Validator::new_with_features(FEATURES);
        let mut allocations = FuncValidatorAllocations::default();
        let mut parser = Parser::new(0);
        parser.set_features(FEATURES);
        for payload in parser.parse_all(wasm) {
            let payload = payload?;
            if let ValidPayload::Func(function, body) = validator.payload(&payload)? {
                let mut function = function.into_validator(allocations);
                function.validate(&body)?;
                allocations = function.into_allocations();
                module.bodies.push(body);
            } else {
                module.section(payload)?;
            }
        }
        Ok(module)
    }

    /// The type of a function.
    pub(crate) fn function_type(&self, function: u32) -> &FuncType {
        &self.types[self.functions[function as usize] as usize]
    }

    /// Whether memory after instantiation is known when the module is compiled.
    pub(crate) fn has_memory_image(&self) -> bool {
        let Some(memory) = self.memory.filter(|memory| !memory.is_imported) else {
            return false;
        };
        self.data.iter().all(|data| match data.offset {
            None => true,
            Some(Expr::I32(offset)) => {
                u64::from(offset) + data.bytes.len() as u64 <= memory.initial << 16
            }
            Some(_) => false,
        })
    }

    /// How many functions are imported: they come first.
    pub(crate) fn imported_functions(&self) -> usize {
        self.functions.len() - self.bodies.len()
    }

    fn import(&mut self, import: wasmparser::Import<'a>, offset: u64) -> Result<(), Error> {
        let item = match import.ty {
            TypeRef::Func(ty) => {
                self.functions.push(ty);
                Item::Function(self.functions.len() as u32 - 1)
            }
            TypeRef::Table(ty) => {
                self.tables.push(Table::new(ty, true));
                Item::Table(self.tables.len() as u32 - 1)
            }
            TypeRef::Memory(ty) => {
                self.memory = Some(MemoryLimits {
                    initial: ty.initial,
                    maximum: ty.maximum,
                    is_imported: true,
                });
                Item::Memory
            }
            TypeRef::Global(ty) => {
                self.globals.push(Global {
                    ty: ty.content_type,
                    mutable: ty.mutable,
                    value: None,
                });
                Item::Global(self.globals.len() as u32 - 1)
            }
            other => return Err(Error::unsupported(format!("{other:?}"), offset)),
        };
        self.imports.push(Import {
            module: import.module,
            name: import.name,
            item,
        });
        Ok(())
    }

    fn section(&mut self, payload: Payload<'a>) -> Result<(), Error> {
        match payload {
            Payload::TypeSection(reader) => {
                let mut first = HashMap::new();
                for group in reader {
                    for ty in group?.into_types() {
                        // The validator knows no other kind with these features.
                        if let CompositeInnerType::Func(ty) = ty.composite_type.inner {
                            let own = self.types.len() as u32;
                            self.canonical.push(*first.entry(ty.clone()).or_insert(own));
                            self.types.push(ty);
                        }
                    }
                }
            }
            Payload::ImportSection(reader) => {
                for import in reader.into_imports_with_offsets() {
                    let (offset, import) = import?;
                    self.import(import, offset)?;
                }
            }
            Payload::FunctionSection(reader) => {
                for ty in reader {
                    self.functions.push(ty?);
                }
            }
            Payload::TableSection(reader) => {
                for table in reader {
                    self.tables.push(Table::new(table?.ty, false));
                }
            }
            Payload::MemorySection(reader) => {
                for memory in reader {
                    let memory = memory?;
                    self.memory = Some(MemoryLimits {
                        initial: memory.initial,
                        maximum: memory.maximum,
                        is_imported: false,
                    });
                }
            }
            Payload::GlobalSection(reader) => {
                for global in reader {
                    let global = global?;
                    self.globals.push(Global {
                        ty: global.ty.content_type,
                        mutable: global.ty.mutable,
                        value: Some(constant(&global.init_expr)?),
                    });
                }
            }
            Payload::ExportSection(reader) => {
                for export in reader.into_iter_with_offsets() {
                    let (offset, export) = export?;
                    let item = match export.kind {
                        ExternalKind::Func => Item::Function(export.index),
                        ExternalKind::Global => Item::Global(export.index),
                        ExternalKind::Memory => Item::Memory,
                        ExternalKind::Table => Item::Table(export.index),
                        other => return Err(Error::unsupported(format!("{other:?}"), offset)),
                    };
                    self.exports.push(Export {
                        name: export.name.to_owned(),
                        item,
                    });
                }
            }
            Payload::StartSection { func, .. } => self.start = Some(func),
            Payload::ElementSection(reader) => {
                for element in reader {
                    self.elements.push(Element::new(element?)?);
                }
            }
            Payload::DataSection(reader) => {
                for data in reader {
                    let data = data?;
                    let offset = match data.kind {
                        DataKind::Passive => None,
                        DataKind::Active { offset_expr, .. } => Some(constant(&offset_expr)?),
                    };
                    self.data.push(Data {
                        offset,
                        bytes: data.data,
                    });
                }
            }
            Payload::CustomSection(section) => {
                if let KnownCustom::Name(names) = section.as_known() {
                    self.names.read(names);
                }
            }
            _ => {}
        }
        Ok(())
    }
}

impl Table {
    fn new(ty: TableType, is_imported: bool) -> Self {
        Self {
            ty: ValType::Ref(ty.element_type),
            initial: ty.initial,
            maximum: ty.maximum,
            is_imported,
            fixed: None,
        }
    }
}

impl Element {
    fn new(element: wasmparser::Element<'_>) -> Result<Self, Error> {
        let target = match &element.kind {
            ElementKind::Active {
                table_index,
                offset_expr,
            } => Some((table_index.unwrap_or(0), constant(offset_expr)?)),
            _ => None,
        };
        let items = match element.items {
            ElementItems::Functions(items) => items
                .into_iter()
                .map(|function| Ok(Expr::RefFunc(function?)))
                .collect::<Result<_, Error>>()?,
            ElementItems::Expressions(_, items) => items
                .into_iter()
                .map(|item| constant(&item?))
                .collect::<Result<_, _>>()?,
        };
        Ok(Self {
            target,
            is_declared: matches!(element.kind, ElementKind::Declared),
            items,
        })
    }
}
