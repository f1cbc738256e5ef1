//! `qr.svg`, `qr.dataUri`, `qr.png` and `qr.text`.

use super::exchange::{Arguments, OrThrow, refuse};
use crate::Error;
use crate::base::percent;
use crate::qr::{Color, Level, PngOptions, Qr, SvgOptions};
use alloc::{string::String, vec::Vec};

/// `text, level, margin, size, dark, light, title?, description?` → SVG.
pub(super) fn svg(arguments: &mut Arguments) -> Vec<u8> {
    drawing(arguments).into_bytes()
}

/// The same → a data URI.
pub(super) fn data_uri(arguments: &mut Arguments) -> Vec<u8> {
    let mut uri = String::from("data:image/svg+xml,");
    percent::encode(&mut uri, &drawing(arguments));
    uri.into_bytes()
}

/// `text, level, margin, size, dark, light` → PNG.
pub(super) fn png(arguments: &mut Arguments) -> Vec<u8> {
    let qr = qr(arguments);
    let SvgOptions { size, margin, dark, light, .. } = options(arguments);
    qr.png(&PngOptions { size, margin, dark, light }).or_throw()
}

/// `text, level, margin` → half blocks for a terminal.
pub(super) fn text(arguments: &mut Arguments) -> Vec<u8> {
    let qr = qr(arguments);
    qr.text(margin(arguments)).or_throw().into_bytes()
}

fn drawing(arguments: &mut Arguments) -> String {
    let qr = qr(arguments);
    let options = options(arguments);
    let title = label(arguments);
    qr.svg(&SvgOptions { title, description: label(arguments), ..options }).or_throw()
}

fn qr(arguments: &mut Arguments) -> Qr {
    let text = arguments.text(Error::QrText);
    let level = Level::parse(arguments.text(Error::QrLevel)).unwrap_or_else(|| refuse(Error::QrLevel));
    Qr::encode(text, level).or_throw()
}

fn options(arguments: &mut Arguments) -> SvgOptions<'static> {
    SvgOptions {
        margin: margin(arguments),
        size: arguments.small(Error::QrSize),
        dark: Color::parse(arguments.text(Error::QrColor)).or_throw(),
        light: Color::parse(arguments.text(Error::QrColor)).or_throw(),
        ..SvgOptions::default()
    }
}

fn margin(arguments: &mut Arguments) -> u32 {
    arguments.small(Error::QrMargin)
}

fn label(arguments: &mut Arguments) -> Option<&'static str> {
    let label = arguments.next();
    match label.as_text() {
        None if label.is_absent() => None,
        Some(text) if text.len() <= LABEL_LONGEST => Some(text),
        _ => refuse(Error::QrLabel),
    }
}

/// Bytes.
const LABEL_LONGEST: usize = 4096;
