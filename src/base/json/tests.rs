#![allow(clippy::unwrap_used)]

use super::{Others, Read, Reader, read, write};
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Mode {
    #[default]
    FirstOne,
    Other,
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Settings {
    is_on: bool,
    locks: Vec<u32>,
    drift: i64,
    name: String,
    mode: Mode,
    #[serde(skip_serializing_if = "Option::is_none")]
    big: Option<u64>,
}

#[derive(Debug, Default, PartialEq)]
struct Named {
    name: String,
    more: Option<u8>,
}

#[derive(Debug, Default, PartialEq)]
struct Lenient {
    user_name: String,
}

named!(Mode, Snake: FirstOne, Other);
readable!(Settings: [] is_on, locks, drift, name, mode, big);
writable!(Settings: is_on, locks, drift, name, mode, big);
readable!(Named: [name] more);

impl Read for Lenient {
    fn start() -> Self {
        Self::default()
    }

    fn read(&mut self, from: &mut Reader<'_>) -> Option<()> {
        from.object("user_name", 0, &mut [&mut self.user_name], Others::Skipped)
    }
}

#[test]
fn the_shapes_of_our_types_are_read() {
    let settings = Settings {
        is_on: true,
        locks: vec![1, 2],
        drift: -5,
        name: "é".into(),
        mode: Mode::Other,
        big: Some(u64::MAX),
    };
    let text = r#"{"isOn":true,"locks":[1,2],"drift":-5,"name":"é","mode":"other","big":18446744073709551615}"#;
    assert_eq!(read(text), Some(settings));
    assert_eq!(read("{}"), Some(Settings::default()));
    assert_eq!(read(r#"{"mode":"first_one"}"#), Some(Settings::default()));
    let escaped = r#"{"name":"\"\\\/\b\f\n\r\t\u0041\u00e9\ud83d\ude00z"}"#;
    assert_eq!(read::<Named>(escaped).unwrap().name, "\"\\/\x08\x0c\n\r\tAé😀z");
}

#[test]
fn white_space_stands_between_values() {
    let text = " {\r\n\t\"isOn\" : true ,\"locks\":[ 1 , 2 ] , \"name\":\" a \" }\n";
    let read = read::<Settings>(text).unwrap();
    assert_eq!((read.is_on, read.locks, read.name.as_str()), (true, vec![1, 2], " a "));
    assert!(self::read::<Settings>("{ }").is_some());
}

#[test]
fn what_has_to_be_there_is_missed() {
    assert_eq!(read(r#"{"more":1,"name":"a"}"#), Some(Named { name: "a".into(), more: Some(1) }));
    assert_eq!(read::<Named>(r#"{"more":1}"#), None);
}

#[test]
fn unknown_fields_are_passed_over_where_the_type_allows_it() {
    for value in [
        "1",
        "-2",
        "2.5",
        "1e+9",
        "null",
        "true",
        "\"x\\\"\"",
        "[]",
        "{}",
        "[1,[2,{\"a\":[]}],\"]\"]",
        "{\"a\":{\"b\":false},\"c\":0}",
    ] {
        for name in ["userName", "user_name"] {
            let text = format!("{{\"more\":{value},\"{name}\":\"a\"}}");
            assert_eq!(read::<Lenient>(&text).map(|lenient| lenient.user_name), Some("a".into()), "{value}");
            assert_eq!(read::<Settings>(&text), None);
        }
    }
    let deep = |depth| format!("{{\"more\":{}{},\"userName\":\"a\"}}", "[".repeat(depth), "]".repeat(depth));
    assert!(read::<Lenient>(&deep(32)).is_some());
    assert!(read::<Lenient>(&deep(33)).is_none());
    assert!(read::<Lenient>(&deep(1_000_000)).is_none());
}

#[test]
fn anything_else_is_refused() {
    for text in [
        "",
        " ",
        "null",
        "{",
        "{}x",
        "{,}",
        "{\"isOn\"}",
        "{\"isOn\":}",
        "{\"isOn\":true,}",
        "{\"isOn\":null}",
        "{\"isOn\":1}",
        "{\"isOn\":\"true\"}",
        "{\"isOn\":tru}",
        "{\"isOn\":true \"drift\":1}",
        "{\"isOn\":tr ue}",
        "{\"drift\":1 2}",
        "{\"drift\":- 1}",
        "{\"isOn\":true}\u{a0}",
        "{\"isOn\":true}\u{c}",
        "{\"isOn\":true,\"isOn\":true}",
        "{\"is_on\":true}",
        "{\"isOnn\":true}",
        "{\"isO\":true}",
        "{\"mode\":\"First_one\"}",
        "{\"mode\":\"firstOne\"}",
        "{\"mode\":\"first_on\"}",
        "{\"locks\":[1,]}",
        "{\"locks\":[,1]}",
        "{\"locks\":[1}",
        "{\"locks\":{}}",
        "{\"locks\":[1.0]}",
        "{\"locks\":[1e3]}",
        "{\"locks\":[01]}",
        "{\"locks\":[+1]}",
        "{\"locks\":[-1]}",
        "{\"locks\":[4294967296]}",
        "{\"drift\":-}",
        "{\"drift\":-0}",
        "{\"drift\":-9223372036854775809}",
        "{\"drift\":9223372036854775808}",
        "{\"big\":18446744073709551616}",
        "{\"name\":\"\n\"}",
        "{\"name\":\"\\x\"}",
        "{\"name\":\"\\u12\"}",
        "{\"name\":\"\\u+123\"}",
        "{\"name\":\"\\ud800\"}",
        "{\"name\":\"\\ud800\\u0041\"}",
        "{\"name\":\"\\udc00\"}",
        "{\"name\":\"",
        "{\"name\":\"\\",
        "{\"name\":\"\\ué",
        "[]",
        "[true]",
    ] {
        assert_eq!(read::<Settings>(text), None, "{text}");
    }
}

proptest! {
    #[test]
    fn what_serde_json_writes_is_read_and_written_the_same(
        is_on: bool, locks: Vec<u32>, drift: i64, name: String, other: bool, big: Option<u64>
    ) {
        let mode = if other { Mode::Other } else { Mode::FirstOne };
        let settings = Settings { is_on, locks, drift, name, mode, big };
        let text = serde_json::to_string(&settings).unwrap();
        let ours = write(&settings);
        prop_assert_eq!(serde_json::from_str::<Settings>(&ours).unwrap(), read(&text).unwrap());
        prop_assert_eq!(read(&ours), Some(settings));
    }

    #[test]
    fn what_is_read_is_read_the_same_by_serde_json(text in "[{}\\[\\]:,\"\\\\a0-9tu-]{0,12}|\"(\\\\u[d0][89c0]00|é|\\\\n|a){0,4}\"") {
        let ours = read::<String>(&text);
        prop_assert!(ours.is_none() || ours == serde_json::from_str(&text).ok(), "{}", text);
        let ours = read::<Vec<i64>>(&text);
        prop_assert!(ours.is_none() || ours == serde_json::from_str(&text).ok(), "{}", text);
    }

    #[test]
    fn any_text_is_read_or_refused(text: String) {
        let _ = read::<Settings>(&text);
        let _ = read::<Lenient>(&text);
        let _ = read::<Named>(&["{\"name\":", &text, "}"].concat());
    }
}
