//! The functions of a wasm in another order: those that are alike beside each other, which compresses better.
#![allow(clippy::indexing_slicing)] // By the places of lists that are as long.

use std::collections::{HashMap, HashSet};
use std::convert::Infallible;

use wasm_encoder::reencode::{self, Reencode};
use wasm_encoder::{CodeSection, FunctionSection, Module, RawSection};
use wasmparser::{BinaryReaderError, Parser, Payload, TypeRef};

use crate::error::{Error, Result};

/// The same module, with every function behind the one that it has most in common with of those that come after.
pub(crate) fn alike(wasm: &[u8]) -> Result<Vec<u8>> {
    let failed = |error: &dyn std::fmt::Display| Error::new(format!("ordering the functions: {error}"));
    let functions = Functions::read(wasm).map_err(|error| failed(&error))?;
    let order = chain(&functions.bodies);
    let mut places = vec![0; order.len()];
    for (place, function) in (0..).zip(&order) {
        places[*function] = place;
    }
    let mut numbered = Module::new();
    let mut numbers = Numbers { imported: functions.imported, places };
    numbers.parse_core_module(&mut numbered, Parser::new(0), wasm).map_err(|error| failed(&error))?;
    moved(&numbered.finish(), &order).map_err(|error| failed(&error))
}

struct Functions<'a> {
    imported: u32,
    bodies: Vec<&'a [u8]>,
}

impl<'a> Functions<'a> {
    fn read(wasm: &'a [u8]) -> std::result::Result<Self, BinaryReaderError> {
        let mut found = Self { imported: 0, bodies: Vec::new() };
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        found.imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                    }
                }
                Payload::CodeSectionEntry(body) => found.bodies.push(body.as_bytes()),
                _ => {}
            }
        }
        Ok(found)
    }
}

/// From the first, always on to the most alike of those that are left: by the sequences of three bytes that both have, less
/// the more there are.
fn chain(bodies: &[&[u8]]) -> Vec<usize> {
    let sequences: Vec<HashSet<&[u8]>> = bodies.iter().map(|body| body.windows(3).collect()).collect();
    let mut holders: HashMap<&[u8], Vec<usize>> = HashMap::new();
    for (function, sequences) in sequences.iter().enumerate() {
        for sequence in sequences {
            holders.entry(sequence).or_default().push(function);
        }
    }
    let mut left: Vec<usize> = (0..bodies.len()).collect();
    let mut order = Vec::with_capacity(left.len());
    let mut next = 0;
    while !left.is_empty() {
        let last = left.remove(next);
        order.push(last);
        let mut shared = vec![0_u32; bodies.len()];
        for function in sequences[last].iter().flat_map(|sequence| &holders[sequence]) {
            shared[*function] += 1;
        }
        let alike = |function: usize| f64::from(shared[function]) / (sequences[function].len() as f64 + 1.0).sqrt();
        next =
            (0..left.len()).rev().max_by(|one, other| alike(left[*one]).total_cmp(&alike(left[*other]))).unwrap_or(0);
    }
    order
}

/// Every mention of a function by its new number.
struct Numbers {
    imported: u32,
    places: Vec<u32>,
}

impl Reencode for Numbers {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> std::result::Result<u32, reencode::Error> {
        Ok(match function.checked_sub(self.imported) {
            Some(own) => self.imported + self.places[own as usize],
            None => function,
        })
    }
}

/// The functions themselves in their new places.
fn moved(wasm: &[u8], order: &[usize]) -> std::result::Result<Vec<u8>, BinaryReaderError> {
    let bodies = Functions::read(wasm)?.bodies;
    let mut module = Module::new();
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload?;
        match &payload {
            Payload::FunctionSection(section) => {
                let types = section.clone().into_iter().collect::<std::result::Result<Vec<u32>, _>>()?;
                let mut functions = FunctionSection::new();
                for function in order {
                    functions.function(types[*function]);
                }
                module.section(&functions);
            }
            Payload::CodeSectionStart { .. } => {
                let mut code = CodeSection::new();
                for function in order {
                    code.raw(bodies[*function]);
                }
                module.section(&code);
            }
            Payload::CodeSectionEntry(_) => {}
            other => {
                if let Some((id, range)) = other.as_section() {
                    module.section(&RawSection { id, data: &wasm[range] });
                }
            }
        }
    }
    Ok(module.finish())
}
