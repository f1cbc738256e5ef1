#![allow(clippy::unwrap_used)]

use super::{Malformed, read};
use alloc::borrow::Cow;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
enum Command {
    List,
    Empty {},
    Verify {
        code: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        factor: Option<u16>,
    },
    Set(Settings),
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Settings {
    is_on: bool,
    locks: Vec<u32>,
    drift: i64,
    pair: (u8, String),
    #[serde(skip_serializing_if = "Option::is_none")]
    big: Option<u64>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Lenient<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
}

#[test]
fn the_shapes_of_our_types_are_read() {
    assert_eq!(read("\"list\""), Ok(Command::List));
    assert_eq!(read("{\"empty\":{}}"), Ok(Command::Empty {}));
    let verify = Command::Verify { code: "1".into(), factor: Some(7) };
    assert_eq!(read("{\"verify\":{\"factor\":7,\"code\":\"1\"}}"), Ok(verify));
    let settings = Settings { is_on: true, locks: vec![1, 2], drift: -5, pair: (1, "é".into()), big: Some(u64::MAX) };
    let text = "{\"isOn\":true,\"locks\":[1,2],\"drift\":-5,\"pair\":[1,\"é\"],\"big\":18446744073709551615}";
    assert_eq!(read(text), Ok(settings));
}

#[test]
fn text_is_borrowed_unless_something_in_it_is_escaped() {
    assert!(matches!(read::<Lenient<'_>>("{\"name\":\"a\"}").unwrap().name, Cow::Borrowed("a")));
    let escaped = r#"{"name":"\"\\\/\b\f\n\r\t\u0041\u00e9\ud83d\ude00z"}"#;
    assert_eq!(read::<Lenient<'_>>(escaped).unwrap().name, "\"\\/\x08\x0c\n\r\tAé😀z");
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
        let text = format!("{{\"more\":{value},\"name\":\"a\"}}");
        assert_eq!(read::<Lenient<'_>>(&text).map(|lenient| lenient.name), Ok("a".into()), "{value}");
        assert_eq!(read::<Settings>(&text), Err(Malformed));
    }
    let deep = |depth| format!("{{\"more\":{}{},\"name\":\"a\"}}", "[".repeat(depth), "]".repeat(depth));
    assert!(read::<Lenient<'_>>(&deep(32)).is_ok());
    assert!(read::<Lenient<'_>>(&deep(33)).is_err());
    assert!(read::<Lenient<'_>>(&deep(1_000_000)).is_err());
}

#[test]
fn anything_else_is_refused() {
    for text in [
        "",
        " ",
        "null",
        "{",
        "{}x",
        "{ }",
        " {}",
        "{}\n",
        "{,}",
        "{\"isOn\"}",
        "{\"isOn\":}",
        "{\"isOn\":true,}",
        "{\"isOn\":null}",
        "{\"isOn\":1}",
        "{\"isOn\":\"true\"}",
        "{\"isOn\":tru}",
        "{\"isOn\":true \"drift\":1}",
        "{\"isOn\":true,\"isOn\":true}",
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
        "{\"pair\":[1]}",
        "{\"pair\":[1,\"\",1]}",
        "{\"pair\":[256,\"\"]}",
        "{\"pair\":[1,\"\n\"]}",
        "{\"pair\":[1,\"\\x\"]}",
        "{\"pair\":[1,\"\\u12\"]}",
        "{\"pair\":[1,\"\\u+123\"]}",
        "{\"pair\":[1,\"\\ud800\"]}",
        "{\"pair\":[1,\"\\ud800\\u0041\"]}",
        "{\"pair\":[1,\"\\udc00\"]}",
        "{\"pair\":[1,\"",
        "{\"pair\":[1,\"\\",
        "{\"pair\":[1,\"\\ué",
        "[]",
        "[true]",
    ] {
        assert_eq!(read::<Settings>(text), Err(Malformed), "{text}");
    }
    for text in [
        "\"verify\"",
        "\"set\"",
        "{\"list\":{}}",
        "{\"list\":null}",
        "{\"verify\":{}}",
        "{}",
        "\"x\"",
        "1",
        "{\"verify\":{\"code\":\"1\"},\"list\":{}}",
        "{\"verify\":[\"1\",1]}",
        "{\"empty\":{\"a\":1}}",
    ] {
        assert_eq!(read::<Command>(text), Err(Malformed), "{text}");
    }
}

proptest! {
    #[test]
    fn what_serde_json_writes_is_read(is_on: bool, locks: Vec<u32>, drift: i64, pair: (u8, String), big: Option<u64>) {
        let command = Command::Set(Settings { is_on, locks, drift, pair, big });
        prop_assert_eq!(read(&serde_json::to_string(&command).unwrap()), Ok(command));
    }

    #[test]
    fn what_is_read_is_read_the_same_by_serde_json(text in "[{}\\[\\]:,\"\\\\a0-9tu-]{0,12}|\"(\\\\u[d0][89c0]00|é|\\\\n|a){0,4}\"") {
        let ours = read::<String>(&text).ok();
        prop_assert!(ours.is_none() || ours == serde_json::from_str(&text).ok(), "{}", text);
        let ours = read::<Vec<i64>>(&text).ok();
        prop_assert!(ours.is_none() || ours == serde_json::from_str(&text).ok(), "{}", text);
    }

    #[test]
    fn any_text_is_read_or_refused(text: String) {
        let _ = read::<Settings>(&text);
        let _ = read::<Lenient<'_>>(&text);
        let _ = read::<Command>(&["{\"set\":", &text, "}"].concat()).map(|command| format!("{command:?}").to_string());
    }
}
