//! `qr.svg`, `qr.dataUri`, `qr.png` and `qr.text`.

use super::exchange::{Argument, Arguments, respond};
use crate::Error;
use crate::base::percent;
use crate::qr::{Color, Level, PngOptions, Qr, SvgOptions};
use alloc::string::String;
use wasm_bindgen::prelude::wasm_bindgen;

/// `text, level?, size?, margin?, dark?, light?, title?, description?` → SVG.
#[wasm_bindgen]
pub fn qr_svg() -> bool {
    respond(|arguments| Ok(svg(arguments)?.into_bytes()))
}

/// The same → a data URI.
#[wasm_bindgen]
pub fn qr_data_uri() -> bool {
    respond(|arguments| {
        let mut uri = String::from("data:image/svg+xml,");
        percent::encode(&mut uri, &svg(arguments)?);
        Ok(uri.into_bytes())
    })
}

/// `text, level?, size?, margin?, dark?, light?` → PNG.
#[wasm_bindgen]
pub fn qr_png() -> bool {
    respond(|arguments| {
        let qr = qr(arguments)?;
        let SvgOptions { size, margin, dark, light, .. } = drawn(arguments)?;
        qr.png(&PngOptions { size, margin, dark, light })
    })
}

/// `text, level?, margin?` → half blocks for a terminal.
#[wasm_bindgen]
pub fn qr_text() -> bool {
    respond(|arguments| {
        let qr = qr(arguments)?;
        let margin = arguments.whole(100, Error::QrMargin)?;
        Ok(qr.text(margin.map_or(4, |modules| modules as u32)).into_bytes())
    })
}

fn svg(arguments: &mut Arguments<'_>) -> Result<String, Error> {
    let qr = qr(arguments)?;
    let options = drawn(arguments)?;
    let title = label(arguments)?;
    let description = label(arguments)?;
    qr.svg(&SvgOptions { title, description, ..options })
}

fn qr(arguments: &mut Arguments<'_>) -> Result<Qr, Error> {
    let text = arguments.text(Error::QrText)?;
    let level = Level::parse(arguments.text_or("M", Error::QrLevel)?).ok_or(Error::QrLevel)?;
    Qr::encode(text, level)
}

fn drawn<'a>(arguments: &mut Arguments<'a>) -> Result<SvgOptions<'a>, Error> {
    let size = arguments.whole(10_000, Error::QrSize)?;
    let margin = arguments.whole(100, Error::QrMargin)?;
    Ok(SvgOptions {
        size: size.map_or(300, |pixels| pixels as u32),
        margin: margin.map_or(4, |modules| modules as u32),
        dark: Color::parse(arguments.text_or("#000", Error::QrColor)?)?,
        light: Color::parse(arguments.text_or("#fff", Error::QrColor)?)?,
        ..SvgOptions::default()
    })
}

fn label<'a>(arguments: &mut Arguments<'a>) -> Result<Option<&'a str>, Error> {
    match arguments.next() {
        Argument::Absent => Ok(None),
        Argument::Text(label) if label.len() <= LABEL_LONGEST => Ok(Some(label)),
        _ => Err(Error::QrLabel),
    }
}

/// Bytes.
const LABEL_LONGEST: usize = 4096;
