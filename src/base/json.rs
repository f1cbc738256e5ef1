//! JSON (RFC 8259) into types and back, as `JSON.stringify` and we ourselves write it.
//!
//! Stricter than the standard: no white space, whole numbers only, and no `null`, as which JavaScript writes NaN and the
//! holes of lists. A type lists its fields once, for [`readable`] and [`writable`]; their names are in camel case, as
//! JavaScript has them. One reader and one writer serve all types through a table of their fields: what `serde` derives for
//! each of them is 25 kB of the full wasm, and `serde_json` some more.

use super::{Sensitive, Timestamp, ascii, decimal, percent};
use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use zeroize::Zeroize;

/// Reads a value from a whole text.
pub(crate) fn read<T: Read>(text: &str) -> Option<T> {
    let mut value = T::start();
    read_over(text, &mut value)?;
    Some(value)
}

/// The same over a value that is there.
pub(crate) fn read_over(text: &str, value: &mut dyn Read) -> Option<()> {
    let mut reader = Reader { rest: text, depth: 0 };
    value.read(&mut reader)?;
    reader.rest.is_empty().then_some(())
}

/// Writes a value.
pub(crate) fn write(value: &dyn Write) -> String {
    // Room for most, so that growing leaves few copies behind.
    let mut text = String::with_capacity(512);
    value.write(&mut text);
    text
}

/// What can be read. `None` is "no such JSON, or not what the type wants": there is no message, it could repeat the input.
pub(crate) trait Read {
    /// A value to read into.
    fn start() -> Self
    where
        Self: Sized;

    fn read(&mut self, from: &mut Reader<'_>) -> Option<()>;
}

/// What can be written. What writes nothing is left out of an object.
pub(crate) trait Write {
    fn write(&self, to: &mut String);
}

pub(crate) struct Reader<'a> {
    rest: &'a str,
    /// Open brackets around values that are skipped.
    depth: u8,
}

/// Fields that are not known.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Others {
    Refused,
    /// A later version may say more. The names may be in snake case, too.
    Skipped,
}

impl<'a> Reader<'a> {
    /// An object of these fields, each once at most. Their names are separated by spaces; all but the first `must` may be
    /// left out.
    pub(crate) fn object(
        &mut self,
        names: &str,
        must: usize,
        values: &mut [&mut dyn Read],
        others: Others,
    ) -> Option<()> {
        let all = || ascii::parts(names, b' ').enumerate();
        let (mut next, mut found) = (all(), 0_u64);
        self.items(b'{', b'}', &mut |reader| {
            let name = reader.borrowed()?;
            reader.structure(b':')?;
            let mut is_it =
                |(_, field): &(usize, &str)| others == Others::Skipped && name == *field || is_camel(&name, field);
            // As a rule they come in the order in which they are listed.
            let at = next.find(&mut is_it).or_else(|| {
                next = all();
                next.find(&mut is_it)
            });
            match at {
                Some((at, _)) if found >> at & 1 == 0 => {
                    found |= 1 << at;
                    values.get_mut(at)?.read(reader)
                }
                None if others == Others::Skipped => reader.skip(),
                _ => None,
            }
        })?;
        (found.trailing_ones() as usize >= must).then_some(())
    }

    /// Everything between brackets; `each` reads one.
    pub(crate) fn items(&mut self, open: u8, close: u8, each: &mut dyn FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.structure(open)?;
        if self.structure(close).is_some() {
            return Some(());
        }
        loop {
            each(self)?;
            if self.structure(close).is_some() {
                return Some(());
            }
            self.structure(b',')?;
        }
    }

    pub(crate) fn is_text(&self) -> bool {
        self.rest.starts_with('"')
    }

    pub(crate) fn eat(&mut self, text: &str) -> Option<()> {
        self.rest = self.rest.strip_prefix(text)?;
        Some(())
    }

    /// A symbol between values, with the white space around it.
    fn structure(&mut self, symbol: u8) -> Option<()> {
        self.white();
        self.eat_symbol(symbol)?;
        self.white();
        Some(())
    }

    fn white(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.rest.as_bytes().first() {
            self.take(1);
        }
    }

    fn eat_symbol(&mut self, symbol: u8) -> Option<()> {
        if *self.rest.as_bytes().first()? != symbol {
            return None;
        }
        self.take(1).map(drop)
    }

    fn take(&mut self, length: usize) -> Option<&'a str> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    /// A whole number, and whether it is below zero.
    fn number(&mut self) -> Option<(bool, u64)> {
        let negative = self.eat_symbol(b'-').is_some();
        let length = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        let digits = self.take(length)?;
        // A fraction or an exponent that follows is in nobody's place.
        if digits.starts_with('0') && (length > 1 || negative) {
            return None;
        }
        decimal::parse(digits).map(|number| (negative, number))
    }

    pub(crate) fn text(&mut self) -> Option<String> {
        self.borrowed().map(Cow::into_owned)
    }

    /// A text; where nothing in it is escaped, as it stands there.
    pub(crate) fn borrowed(&mut self) -> Option<Cow<'a, str>> {
        self.eat_symbol(b'"')?;
        let plain = self.plain()?;
        if self.eat_symbol(b'"').is_some() {
            return Some(Cow::Borrowed(plain));
        }
        // Written once, so that growing leaves no copies behind.
        let mut text = String::with_capacity((plain.len() + self.rest.bytes().position(|byte| byte == b'"')?) * 2);
        text.push_str(plain);
        while self.eat_symbol(b'"').is_none() {
            text.push(self.escaped()?);
            text.push_str(self.plain()?);
        }
        Some(Cow::Owned(text))
    }

    /// Up to a quotation mark, a backslash or a control character.
    fn plain(&mut self) -> Option<&'a str> {
        self.take(plain(self.rest))
    }

    fn escaped(&mut self) -> Option<char> {
        self.eat_symbol(b'\\')?;
        Some(match self.take(1)? {
            "u" => return self.unicode(),
            "n" => '\n',
            "r" => '\r',
            "t" => '\t',
            "b" => '\x08',
            "f" => '\x0c',
            "\"" => '"',
            "\\" => '\\',
            "/" => '/',
            _ => return None,
        })
    }

    /// Behind `\u`; half a surrogate pair is no text.
    fn unicode(&mut self) -> Option<char> {
        let first = self.unit()?;
        if first & 0xfc00 != 0xd800 {
            return char::from_u32(first);
        }
        self.eat("\\u")?;
        let second = self.unit()?;
        (second & 0xfc00 == 0xdc00).then_some(())?;
        char::from_u32(0x10000 + ((first & 0x3ff) << 10 | second & 0x3ff))
    }

    fn unit(&mut self) -> Option<u32> {
        self.take(4)?.bytes().try_fold(0, |unit, digit| Some(unit << 4 | char::from(digit).to_digit(16)?))
    }

    /// Reads over a value, which may also be `null` or a fraction: whatever a later version writes.
    fn skip(&mut self) -> Option<()> {
        match self.rest.as_bytes().first()? {
            b'"' => self.text().map(drop),
            open @ (b'{' | b'[') => {
                self.depth += 1;
                (self.depth <= DEEPEST).then_some(())?;
                if *open == b'{' {
                    self.items(b'{', b'}', &mut |reader| {
                        reader.text()?;
                        reader.structure(b':')?;
                        reader.skip()
                    })?;
                } else {
                    self.items(b'[', b']', &mut Self::skip)?;
                }
                self.depth -= 1;
                Some(())
            }
            b't' => self.eat("true"),
            b'f' => self.eat("false"),
            b'n' => self.eat("null"),
            _ => {
                let is_part = |byte: &u8| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
                let length = self.rest.bytes().take_while(is_part).count();
                (length > 0).then(|| self.take(length)).map(drop)
            }
        }
    }
}

/// Appends an object of these values, whose names are separated by spaces; those that are absent are left out.
pub(crate) fn object(to: &mut String, names: &str, values: &[&dyn Write]) {
    to.push('{');
    members(to, names, values);
    to.push('}');
}

/// Appends members to an object that is open.
pub(crate) fn members(to: &mut String, names: &str, values: &[&dyn Write]) {
    for (name, value) in ascii::parts(names, b' ').zip(values) {
        let before = to.len();
        begin(to, b'{');
        to.push('"');
        camel(name, &mut |symbol| to.push(symbol.into()));
        to.push_str("\":");
        let named = to.len();
        value.write(to);
        if to.len() == named {
            to.truncate(before);
        }
    }
}

/// Appends a member of this very name to an object that is open.
pub(crate) fn member(to: &mut String, name: &str, value: &dyn Write) {
    begin(to, b'{');
    to.push('"');
    to.push_str(name);
    to.push_str("\":");
    value.write(to);
}

/// A comma between the parts of an object or a list.
fn begin(to: &mut String, after: u8) {
    if to.as_bytes().last() != Some(&after) {
        to.push(',');
    }
}

/// A name of Rust, which is ASCII, as one of JavaScript. In a name with a capital only that is made small.
fn camel(name: &str, each: &mut dyn FnMut(u8)) {
    let mut raise = false;
    for (at, symbol) in name.bytes().enumerate() {
        match symbol {
            b'_' => raise = true,
            _ if at == 0 => each(symbol.to_ascii_lowercase()),
            _ => each(if core::mem::take(&mut raise) { symbol.to_ascii_uppercase() } else { symbol }),
        }
    }
}

fn is_camel(text: &str, name: &str) -> bool {
    let mut symbols = text.bytes();
    let mut same = true;
    camel(name, &mut |symbol| same &= symbols.next() == Some(symbol));
    same && symbols.next().is_none()
}

/// What comes before the capitals in the name of a variant.
#[derive(Clone, Copy)]
pub(crate) enum Case {
    Camel,
    Snake,
    Kebab,
}

/// The name of a variant in Rust as it stands in JSON.
pub(crate) fn cased(name: &str, case: Case, each: &mut dyn FnMut(u8)) {
    let mark = match case {
        Case::Camel => return camel(name, each),
        Case::Snake => b'_',
        Case::Kebab => b'-',
    };
    for (at, symbol) in name.bytes().enumerate() {
        if at > 0 && symbol.is_ascii_uppercase() {
            each(mark);
        }
        each(symbol.to_ascii_lowercase());
    }
}

/// Appends a name of a list, which is separated by spaces.
pub(crate) fn write_name(to: &mut String, names: &str, at: usize, case: Case) {
    to.push('"');
    cased(ascii::part(names, b' ', at), case, &mut |symbol| to.push(symbol.into()));
    to.push('"');
}

/// The place of the name that is read in a list of names.
pub(crate) fn read_name(from: &mut Reader<'_>, names: &str, case: Case) -> Option<usize> {
    let text = from.borrowed()?;
    ascii::parts(names, b' ').position(|name| {
        let mut symbols = text.bytes();
        let mut same = true;
        cased(name, case, &mut |symbol| same &= symbols.next() == Some(symbol));
        same && symbols.next().is_none()
    })
}

/// Names in one text, which costs less than a list of them.
macro_rules! names {
    ($first:ident $($other:ident)*) => { concat!(stringify!($first) $(, " ", stringify!($other))*) };
}
pub(crate) use names;

/// Makes a struct readable: `readable!(Target: [action] resource, amount)`. The fields in brackets have to be there. With
/// `Skipped` in front of the type others may be there as well.
macro_rules! readable {
    (Skipped $type:ty: [$($must:ident),*] $($may:ident),*) => { $crate::base::json::readable!(@ Skipped $type, [$($must),*] $($may),*); };
    ($type:ty: [$($must:ident),*] $($may:ident),*) => { $crate::base::json::readable!(@ Refused $type, [$($must),*] $($may),*); };
    (@ $others:ident $type:ty, [$($must:ident),*] $($may:ident),*) => {
        impl $crate::base::json::Read for $type {
            fn start() -> Self {
                Self { $($must: $crate::base::json::Read::start(),)* $($may: $crate::base::json::Read::start(),)* }
            }

            fn read(&mut self, from: &mut $crate::base::json::Reader<'_>) -> Option<()> {
                let must = <[&str]>::len(&[$(stringify!($must)),*]);
                let names = $crate::base::json::names!($($must)* $($may)*);
                let values: &mut [&mut dyn $crate::base::json::Read] = &mut [$(&mut self.$must,)* $(&mut self.$may,)*];
                from.object(names, must, values, $crate::base::json::Others::$others)
            }
        }
    };
}
pub(crate) use readable;

/// Makes a struct writable: `writable!(Weakness: setting, why)`.
macro_rules! writable {
    ($type:ty: $($field:ident),+ $(,)?) => {
        impl $crate::base::json::Write for $type {
            fn write(&self, to: &mut alloc::string::String) {
                $crate::base::json::object(to, $crate::base::json::names!($($field)+), &[$(&self.$field),+]);
            }
        }
    };
}
pub(crate) use writable;

/// Makes an enum without fields readable and writable by the names of its variants, in their order: `named!(FactorKind, Camel: Totp, Hotp)`.
macro_rules! named {
    ($type:ident, $case:ident: $first:ident $(, $variant:ident)* $(,)?) => {
        impl $crate::base::json::Read for $type {
            fn start() -> Self {
                Self::$first
            }

            fn read(&mut self, from: &mut $crate::base::json::Reader<'_>) -> Option<()> {
                let names = $crate::base::json::names!($first $($variant)*);
                let at = $crate::base::json::read_name(from, names, $crate::base::json::Case::$case)?;
                *self = match at {
                    $(at if at == $type::$variant as usize => $type::$variant,)*
                    _ => $type::$first,
                };
                Some(())
            }
        }

        impl $crate::base::json::Write for $type {
            fn write(&self, to: &mut alloc::string::String) {
                let names = $crate::base::json::names!($first $($variant)*);
                $crate::base::json::write_name(to, names, *self as usize, $crate::base::json::Case::$case);
            }
        }
    };
}
pub(crate) use named;

impl Read for bool {
    fn start() -> Self {
        false
    }

    fn read(&mut self, from: &mut Reader<'_>) -> Option<()> {
        *self = from.eat("true").is_some();
        if *self { Some(()) } else { from.eat("false") }
    }
}

impl Write for bool {
    fn write(&self, to: &mut String) {
        to.push_str(if *self { "true" } else { "false" });
    }
}

macro_rules! number {
    ($($type:ty)+) => {
        $(impl Read for $type {
            fn start() -> Self {
                0
            }

            fn read(&mut self, from: &mut Reader<'_>) -> Option<()> {
                let (false, number) = from.number()? else { return None };
                *self = number.try_into().ok()?;
                Some(())
            }
        }

        impl Write for $type {
            fn write(&self, to: &mut String) {
                decimal::push(to, (*self).into());
            }
        })+
    };
}

number!(u8 u16 u32 u64);

impl Read for i64 {
    fn start() -> Self {
        0
    }

    fn read(&mut self, from: &mut Reader<'_>) -> Option<()> {
        *self = match from.number()? {
            (false, number) => number.try_into().ok()?,
            (true, number) => 0_i64.checked_sub_unsigned(number)?,
        };
        Some(())
    }
}

impl Write for i32 {
    fn write(&self, to: &mut String) {
        i64::from(*self).write(to);
    }
}

impl Write for i64 {
    fn write(&self, to: &mut String) {
        if *self < 0 {
            to.push('-');
        }
        decimal::push(to, self.unsigned_abs());
    }
}

impl Read for String {
    fn start() -> Self {
        Self::new()
    }

    fn read(&mut self, from: &mut Reader<'_>) -> Option<()> {
        *self = from.text()?;
        Some(())
    }
}

impl Write for String {
    fn write(&self, to: &mut String) {
        self.as_str().write(to);
    }
}

impl Write for str {
    fn write(&self, to: &mut String) {
        to.push('"');
        let mut rest = self;
        while let Some((as_is, special)) = rest.split_at_checked(plain(rest)) {
            to.push_str(as_is);
            let Some((symbol, after)) = special.split_at_checked(1) else { break };
            match symbol {
                "\n" => to.push_str("\\n"),
                "\"" | "\\" => {
                    to.push('\\');
                    to.push_str(symbol);
                }
                control => {
                    to.push_str("\\u00");
                    control.bytes().for_each(|byte| percent::push_hex(to, byte, b'a'));
                }
            }
            rest = after;
        }
        to.push('"');
    }
}

/// How many bytes of a text stand in JSON as they are, from its start.
fn plain(text: &str) -> usize {
    text.bytes().take_while(|byte| *byte >= b' ' && !matches!(byte, b'"' | b'\\')).count()
}

impl<T: Read> Read for Option<T> {
    fn start() -> Self {
        None
    }

    fn read(&mut self, from: &mut Reader<'_>) -> Option<()> {
        self.insert(T::start()).read(from)
    }
}

impl<T: Write + ?Sized> Write for &T {
    fn write(&self, to: &mut String) {
        (**self).write(to);
    }
}

impl<T: Write> Write for Option<T> {
    fn write(&self, to: &mut String) {
        if let Some(value) = self {
            value.write(to);
        }
    }
}

impl<T: Read> Read for Vec<T> {
    fn start() -> Self {
        Self::new()
    }

    fn read(&mut self, from: &mut Reader<'_>) -> Option<()> {
        self.clear();
        from.items(b'[', b']', &mut |from| {
            let mut item = T::start();
            item.read(from)?;
            self.push(item);
            Some(())
        })
    }
}

impl<T: Write> Write for Vec<T> {
    fn write(&self, to: &mut String) {
        (**self).write(to);
    }
}

impl<T: Write> Write for [T] {
    fn write(&self, to: &mut String) {
        to.push('[');
        for item in self {
            begin(to, b'[');
            item.write(to);
        }
        to.push(']');
    }
}

impl<T: Read + Zeroize> Read for Sensitive<T> {
    fn start() -> Self {
        Self::new(T::start())
    }

    fn read(&mut self, from: &mut Reader<'_>) -> Option<()> {
        self.inner().read(from)
    }
}

impl<T: Write + Zeroize> Write for Sensitive<T> {
    fn write(&self, to: &mut String) {
        (**self).write(to);
    }
}

/// Milliseconds since 1970.
impl Read for Timestamp {
    fn start() -> Self {
        Self::EPOCH
    }

    fn read(&mut self, from: &mut Reader<'_>) -> Option<()> {
        let mut millis = 0_u64;
        millis.read(from)?;
        *self = Self::from_millis(millis).ok()?;
        Some(())
    }
}

impl Write for Timestamp {
    fn write(&self, to: &mut String) {
        self.as_millis().write(to);
    }
}

/// Brackets around a value that is skipped: a text of nothing else must not use up the stack.
const DEEPEST: u8 = 32;

#[cfg(test)]
mod tests;
