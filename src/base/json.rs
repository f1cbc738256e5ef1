//! JSON (RFC 8259) into types, as `JSON.stringify` and we ourselves write it.
//!
//! Stricter than the standard: no white space, whole numbers only, and no `null`, as which JavaScript writes NaN and the
//! holes of lists. Not `serde_json`: its messages alone, with the tables for fractions, are 15 kB of the full wasm.

use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt;
use serde::Deserialize;
use serde::de::value::CowStrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, Expected, IntoDeserializer, MapAccess, SeqAccess, Unexpected,
    VariantAccess, Visitor,
};

/// Reads a value from a whole text.
pub(crate) fn read<'de, T: Deserialize<'de>>(text: &'de str) -> Result<T, Malformed> {
    let mut reader = Reader { rest: text, depth: 0 };
    let value = T::deserialize(&mut reader)?;
    if reader.rest.is_empty() { Ok(value) } else { Err(Malformed) }
}

/// No such JSON, or not what the type wants. There is no message: it could repeat the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

struct Reader<'de> {
    rest: &'de str,
    /// Open brackets around values that are skipped.
    depth: u8,
}

impl<'de> Reader<'de> {
    fn peek(&self) -> u8 {
        self.rest.as_bytes().first().copied().unwrap_or_default()
    }

    fn eat(&mut self, text: &str) -> Result<(), Malformed> {
        self.rest = self.rest.strip_prefix(text).ok_or(Malformed)?;
        Ok(())
    }

    fn take(&mut self, length: usize) -> Result<&'de str, Malformed> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(Malformed)?;
        self.rest = rest;
        Ok(taken)
    }

    fn bool(&mut self) -> Result<bool, Malformed> {
        let value = self.peek() == b't';
        self.eat(if value { "true" } else { "false" })?;
        Ok(value)
    }

    /// A whole number, and whether it is below zero.
    fn number(&mut self) -> Result<(bool, u64), Malformed> {
        let negative = self.eat("-").is_ok();
        let length = self.rest.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(self.rest.len());
        let digits = self.take(length)?;
        // A fraction or an exponent that follows is in nobody's place.
        if digits.starts_with('0') && (length > 1 || negative) {
            return Err(Malformed);
        }
        digits.parse().map(|number| (negative, number)).map_err(|_| Malformed)
    }

    fn text(&mut self) -> Result<Cow<'de, str>, Malformed> {
        self.eat("\"")?;
        let plain = self.plain()?;
        if self.eat("\"").is_ok() {
            return Ok(Cow::Borrowed(plain));
        }
        // Written once, so that growing leaves no copies behind.
        let mut text = String::with_capacity(self.rest.find('"').unwrap_or_default().max(plain.len()) * 2);
        text.push_str(plain);
        while self.eat("\"").is_err() {
            text.push(self.escaped()?);
            text.push_str(self.plain()?);
        }
        Ok(Cow::Owned(text))
    }

    /// Up to a quotation mark or a backslash.
    fn plain(&mut self) -> Result<&'de str, Malformed> {
        let end = self.rest.bytes().position(|byte| byte < b' ' || byte == b'"' || byte == b'\\').ok_or(Malformed)?;
        self.take(end)
    }

    fn escaped(&mut self) -> Result<char, Malformed> {
        self.eat("\\")?;
        let named = match self.take(1)? {
            "u" => return self.unicode(),
            "n" => '\n',
            "r" => '\r',
            "t" => '\t',
            "b" => '\x08',
            "f" => '\x0c',
            "\"" => '"',
            "\\" => '\\',
            "/" => '/',
            _ => return Err(Malformed),
        };
        Ok(named)
    }

    /// Behind `\u`; half a surrogate pair is no text.
    fn unicode(&mut self) -> Result<char, Malformed> {
        let first = self.unit()?;
        if first & 0xfc00 != 0xd800 {
            return char::from_u32(first).ok_or(Malformed);
        }
        self.eat("\\u")?;
        let second = self.unit()?;
        if second & 0xfc00 != 0xdc00 {
            return Err(Malformed);
        }
        char::from_u32(0x10000 + ((first & 0x3ff) << 10 | second & 0x3ff)).ok_or(Malformed)
    }

    fn unit(&mut self) -> Result<u32, Malformed> {
        self.take(4)?.chars().try_fold(0, |unit, digit| Some(unit << 4 | digit.to_digit(16)?)).ok_or(Malformed)
    }

    /// Reads over a value, which may also be `null` or a fraction: whatever a later version writes.
    fn skip(&mut self) -> Result<(), Malformed> {
        match self.peek() {
            b'"' => self.text().map(|_| ()),
            b't' | b'f' => self.bool().map(|_| ()),
            open @ (b'{' | b'[') if self.depth < DEEPEST => {
                self.depth += 1;
                let mut items = Items::begin(self, open == b'{')?;
                while items.more()? {
                    if open == b'{' {
                        items.reader.text()?;
                        items.reader.eat(":")?;
                    }
                    items.reader.skip()?;
                }
                self.depth -= 1;
                Ok(())
            }
            b'n' => self.eat("null"),
            _ => {
                let is_part = |byte: &u8| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
                let length = self.rest.bytes().take_while(is_part).count();
                if length == 0 { Err(Malformed) } else { self.take(length).map(|_| ()) }
            }
        }
    }

    fn visit_number<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Malformed> {
        match self.number()? {
            (false, number) => visitor.visit_u64(number),
            (true, number) => visitor.visit_i64(0_i64.checked_sub_unsigned(number).ok_or(Malformed)?),
        }
    }
}

/// Between brackets.
struct Items<'a, 'de> {
    reader: &'a mut Reader<'de>,
    close: &'static str,
    begun: bool,
    ended: bool,
}

impl<'a, 'de> Items<'a, 'de> {
    fn begin(reader: &'a mut Reader<'de>, is_object: bool) -> Result<Self, Malformed> {
        let (open, close) = if is_object { ("{", "}") } else { ("[", "]") };
        reader.eat(open)?;
        Ok(Self { reader, close, begun: false, ended: false })
    }

    /// Whether there is an item, which is to be read next.
    fn more(&mut self) -> Result<bool, Malformed> {
        if self.reader.eat(self.close).is_ok() {
            self.ended = true;
            return Ok(false);
        }
        if self.begun {
            self.reader.eat(",")?;
        }
        self.begun = true;
        Ok(true)
    }

    /// For a visitor that knows how many items it wants.
    fn end(&mut self) -> Result<(), Malformed> {
        if self.ended { Ok(()) } else { self.reader.eat(self.close) }
    }
}

impl<'de> SeqAccess<'de> for &mut Items<'_, 'de> {
    type Error = Malformed;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Malformed> {
        if self.more()? { seed.deserialize(&mut *self.reader).map(Some) } else { Ok(None) }
    }
}

impl<'de> MapAccess<'de> for &mut Items<'_, 'de> {
    type Error = Malformed;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Malformed> {
        if !self.more()? {
            return Ok(None);
        }
        let key = seed.deserialize(&mut *self.reader)?;
        self.reader.eat(":")?;
        Ok(Some(key))
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Malformed> {
        seed.deserialize(&mut *self.reader)
    }
}

/// Of what nothing that we read is made.
macro_rules! nothing {
    ($($method:ident)+) => {$(
        fn $method<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Malformed> {
            Err(Malformed)
        }
    )+};
}

macro_rules! like {
    ($like:ident: $($method:ident)+) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
            self.$like(visitor)
        }
    )+};
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Malformed;

    nothing! { deserialize_any deserialize_f32 deserialize_f64 deserialize_char deserialize_bytes
    deserialize_byte_buf deserialize_unit deserialize_i128 deserialize_u128 }

    like! { visit_number: deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 }

    like! { deserialize_str: deserialize_string deserialize_identifier }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        visitor.visit_bool(self.bool()?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        match self.text()? {
            Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
            Cow::Owned(text) => visitor.visit_string(text),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Malformed> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        let mut items = Items::begin(self, false)?;
        let value = visitor.visit_seq(&mut items)?;
        items.end()?;
        Ok(value)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        let mut items = Items::begin(self, true)?;
        let value = visitor.visit_map(&mut items)?;
        items.end()?;
        Ok(value)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Malformed> {
        self.deserialize_map(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Malformed> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Malformed> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, _: V) -> Result<V::Value, Malformed> {
        Err(Malformed)
    }

    /// `"variant"`, or `{"variant":…}`.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Malformed> {
        if self.peek() == b'"' {
            let unit: CowStrDeserializer<'de, Malformed> = self.text()?.into_deserializer();
            return visitor.visit_enum(unit);
        }
        self.eat("{")?;
        let value = visitor.visit_enum(&mut *self)?;
        self.eat("}")?;
        Ok(value)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        self.skip()?;
        visitor.visit_unit()
    }
}

impl<'de> EnumAccess<'de> for &mut Reader<'de> {
    type Error = Malformed;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Malformed> {
        let name = seed.deserialize(&mut *self)?;
        self.eat(":")?;
        Ok((name, self))
    }
}

impl<'de> VariantAccess<'de> for &mut Reader<'de> {
    type Error = Malformed;

    fn unit_variant(self) -> Result<(), Malformed> {
        Err(Malformed)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Malformed> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Malformed> {
        self.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Malformed> {
        self.deserialize_map(visitor)
    }
}

/// Every way to make one, so that no message is put together only to be dropped.
impl Error for Malformed {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }

    fn invalid_type(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self
    }

    fn invalid_value(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self
    }

    fn invalid_length(_: usize, _: &dyn Expected) -> Self {
        Self
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }

    fn missing_field(_: &'static str) -> Self {
        Self
    }

    fn duplicate_field(_: &'static str) -> Self {
        Self
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("malformed JSON")
    }
}

impl core::error::Error for Malformed {}

/// Brackets in brackets.
const DEEPEST: u8 = 32;

#[cfg(test)]
mod tests;
