//! CBOR and DER, written for tests by other code than reads them.

/// A CBOR value; maps are written in the order that they have.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Int(i64),
    Bytes(Vec<u8>),
    Text(&'static str),
    Array(Vec<Value>),
    Map(Vec<(Value, Value)>),
    Raw(Vec<u8>),
}

impl Value {
    pub(crate) fn encode(&self) -> Vec<u8> {
        match self {
            Self::Int(number) if *number < 0 => head(1, !number as u64),
            Self::Int(number) => head(0, *number as u64),
            Self::Bytes(bytes) => [head(2, bytes.len() as u64), bytes.clone()].concat(),
            Self::Text(text) => [head(3, text.len() as u64), text.as_bytes().to_vec()].concat(),
            Self::Array(items) => [head(4, items.len() as u64), items.iter().flat_map(Self::encode).collect()].concat(),
            Self::Map(entries) => {
                let written = entries.iter().flat_map(|(key, value)| [key.encode(), value.encode()].concat());
                [head(5, entries.len() as u64), written.collect()].concat()
            }
            Self::Raw(bytes) => bytes.clone(),
        }
    }
}

pub(crate) fn head(kind: u8, argument: u64) -> Vec<u8> {
    let bytes = argument.to_be_bytes();
    match argument {
        0..24 => vec![kind << 5 | argument as u8],
        24..0x100 => vec![kind << 5 | 24, argument as u8],
        0x100..0x1_0000 => [&[kind << 5 | 25], &bytes[6..]].concat(),
        0x1_0000..0x1_0000_0000 => [&[kind << 5 | 26], &bytes[4..]].concat(),
        _ => [&[kind << 5 | 27], &bytes[..]].concat(),
    }
}

/// A DER value of parts; a tag of more than a byte is written as it stands.
pub(crate) fn der(tag: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = match content.len() {
        short @ 0..0x80 => vec![short as u8],
        middle @ 0x80..0x100 => vec![0x81, middle as u8],
        long => vec![0x82, (long >> 8) as u8, long as u8],
    };
    [tag.to_vec(), length, content].concat()
}
