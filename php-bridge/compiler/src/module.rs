//! Reads and validates the sections of a module.

mod names;

use wasmparser::{
    CompositeInnerType, ConstExpr, DataKind, ElementItems, ElementKind, ExternalKind, FuncType,
    FuncValidatorAllocations, FunctionBody, KnownCustom, Operator, Parser, Payload, RefType,
    ValType, ValidPayload, Validator, WasmFeatures,
};

use crate::error::Error;
use crate::ir::Expr;
use crate::module::names::Names;

/// WebAssembly 1.0 and what compilers switch on by default. Everything else is refused by the
/// validator, which names the feature and the offset.
const FEATURES: WasmFeatures = WasmFeatures::WASM1
    .union(WasmFeatures::SIGN_EXTENSION)
    .union(WasmFeatures::SATURATING_FLOAT_TO_INT)
    .union(WasmFeatures::BULK_MEMORY)
    .union(WasmFeatures::CALL_INDIRECT_OVERLONG);

pub(crate) struct Module<'a> {
    pub(crate) types: Vec<FuncType>,
    /// The type of each function, by index.
    pub(crate) functions: Vec<u32>,
    pub(crate) bodies: Vec<FunctionBody<'a>>,
    pub(crate) memory: Option<MemoryLimits>,
    pub(crate) table: Option<Table>,
    pub(crate) globals: Vec<Global>,
    pub(crate) exports: Vec<Export>,
    pub(crate) start: Option<u32>,
    pub(crate) data: Vec<Data<'a>>,
    pub(crate) names: Names,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct MemoryLimits {
    pub(crate) initial: u64,
    pub(crate) maximum: Option<u64>,
}

/// The one table. Nothing in the supported language changes it after instantiation.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) size: u64,
    pub(crate) elements: Vec<(u32, u32)>,
    /// An active segment lies beyond the end: instantiation traps.
    pub(crate) out_of_bounds: bool,
}

#[derive(Debug)]
pub(crate) struct Global {
    pub(crate) ty: ValType,
    pub(crate) mutable: bool,
    pub(crate) value: Expr,
}

#[derive(Debug)]
pub(crate) struct Export {
    pub(crate) name: String,
    pub(crate) item: Exported,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Exported {
    Function(u32),
    Global(u32),
    Memory,
    Table,
}

pub(crate) struct Data<'a> {
    /// Where it is copied at instantiation, unless it is passive.
    pub(crate) offset: Option<u32>,
    pub(crate) bytes: &'a [u8],
}

impl<'a> Module<'a> {
    /// Reads a module and proves it valid.
    pub(crate) fn parse(wasm: &'a [u8]) -> Result<Self, Error> {
        let mut module = Self {
            types: Vec::new(),
            functions: Vec::new(),
            bodies: Vec::new(),
            memory: None,
            table: None,
            globals: Vec::new(),
            exports: Vec::new(),
            start: None,
            data: Vec::new(),
            names: Names::default(),
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

    fn section(&mut self, payload: Payload<'a>) -> Result<(), Error> {
        match payload {
            Payload::TypeSection(reader) => {
                for group in reader {
                    for ty in group?.into_types() {
                        // The validator knows no other kind with these features.
                        if let CompositeInnerType::Func(ty) = ty.composite_type.inner {
                            self.types.push(ty);
                        }
                    }
                }
            }
            Payload::ImportSection(reader) if reader.count() > 0 => {
                return Err(Error::unsupported("an import", reader.range().start));
            }
            Payload::FunctionSection(reader) => {
                for ty in reader {
                    self.functions.push(ty?);
                }
            }
            Payload::TableSection(reader) => {
                for table in reader {
                    self.table = Some(Table {
                        size: table?.ty.initial,
                        elements: Vec::new(),
                        out_of_bounds: false,
                    });
                }
            }
            Payload::MemorySection(reader) => {
                for memory in reader {
                    let memory = memory?;
                    self.memory = Some(MemoryLimits {
                        initial: memory.initial,
                        maximum: memory.maximum,
                    });
                }
            }
            Payload::GlobalSection(reader) => {
                for global in reader {
                    let global = global?;
                    self.globals.push(Global {
                        ty: global.ty.content_type,
                        mutable: global.ty.mutable,
                        value: constant(&global.init_expr)?,
                    });
                }
            }
            Payload::ExportSection(reader) => {
                for export in reader.into_iter_with_offsets() {
                    let (offset, export) = export?;
                    let item = match export.kind {
                        ExternalKind::Func => Exported::Function(export.index),
                        ExternalKind::Global => Exported::Global(export.index),
                        ExternalKind::Memory => Exported::Memory,
                        ExternalKind::Table => Exported::Table,
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
                    self.element(element?)?;
                }
            }
            Payload::DataSection(reader) => {
                for data in reader {
                    let data = data?;
                    let offset = match data.kind {
                        DataKind::Passive => None,
                        DataKind::Active { offset_expr, .. } => Some(constant_u32(&offset_expr)?),
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

    fn element(&mut self, element: wasmparser::Element<'_>) -> Result<(), Error> {
        let ElementKind::Active { offset_expr, .. } = &element.kind else {
            return Err(Error::unsupported(
                "a passive or declared element segment",
                element.range.start,
            ));
        };
        let start = constant_u32(offset_expr)?;
        let functions: Vec<Option<u32>> = match element.items {
            ElementItems::Functions(items) => items
                .into_iter()
                .map(|f| f.map(Some))
                .collect::<Result<_, _>>()?,
            ElementItems::Expressions(RefType::FUNCREF, items) => items
                .into_iter()
                .map(|expr| function_reference(&expr?))
                .collect::<Result<_, _>>()?,
            ElementItems::Expressions(..) => {
                return Err(Error::unsupported("this element type", element.range.start));
            }
        };
        // The validator has seen to it that there is a table.
        if let Some(table) = &mut self.table {
            if u64::from(start) + functions.len() as u64 > table.size {
                table.out_of_bounds = true;
                return Ok(());
            }
            for (slot, function) in (start..).zip(functions) {
                table.elements.retain(|(taken, _)| *taken != slot);
                table
                    .elements
                    .extend(function.map(|function| (slot, function)));
            }
        }
        Ok(())
    }
}

fn function_reference(expr: &ConstExpr<'_>) -> Result<Option<u32>, Error> {
    let mut reader = expr.get_operators_reader();
    let offset = reader.original_position();
    match reader.read()? {
        Operator::RefFunc { function_index } => Ok(Some(function_index)),
        Operator::RefNull { .. } => Ok(None),
        other => Err(Error::unsupported(
            format!("{other:?} as an element"),
            offset,
        )),
    }
}

/// A constant expression. Without imports there is no `global.get` to refer to.
fn constant(expr: &ConstExpr<'_>) -> Result<Expr, Error> {
    let mut reader = expr.get_operators_reader();
    let offset = reader.original_position();
    match reader.read()? {
        Operator::I32Const { value } => Ok(Expr::I32(value.cast_unsigned())),
        Operator::I64Const { value } => Ok(Expr::I64(value)),
        Operator::F32Const { value } => Ok(Expr::F32(value.bits())),
        Operator::F64Const { value } => Ok(Expr::F64(value.bits())),
        other => Err(Error::unsupported(
            format!("{other:?} in a constant expression"),
            offset,
        )),
    }
}

fn constant_u32(expr: &ConstExpr<'_>) -> Result<u32, Error> {
    match constant(expr)? {
        Expr::I32(value) => Ok(value),
        _ => unreachable!("offsets are i32: the validator has seen to it"),
    }
}
