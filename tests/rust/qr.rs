//! QR codes against the `qrcode` crate, recorded vectors, a plain penalty, and decoders of their drawings.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss
)]

use edge_mfa::Error;
use edge_mfa::qr::{Color, Level, Mode, PngOptions, Qr, Segment, SvgOptions};
use proptest::prelude::*;
use serde_json::Value;

const LEVELS: [Level; 4] = [Level::L, Level::M, Level::Q, Level::H];

/// Rows of modules, dark is true.
type Modules = Vec<Vec<bool>>;

fn modules(qr: &Qr) -> Modules {
    (0..qr.size()).map(|y| (0..qr.size()).map(|x| qr.is_dark(x, y)).collect()).collect()
}

fn pattern(length: usize, alphabet: &[u8], seed: usize) -> Vec<u8> {
    (0..length).map(|i| alphabet[(i * i * 31 + i * 7 + seed * 13 + i / 5) % alphabet.len()]).collect()
}

// --- against the `qrcode` crate ---

mod oracle {
    use super::{Level, Mode, Modules};
    use qrcode::bits::Bits;
    use qrcode::canvas::{Canvas, MaskPattern};
    use qrcode::{EcLevel, Version, ec};

    const MASKS: [MaskPattern; 8] = [
        MaskPattern::Checkerboard,
        MaskPattern::HorizontalLines,
        MaskPattern::VerticalLines,
        MaskPattern::DiagonalLines,
        MaskPattern::LargeCheckerboard,
        MaskPattern::Fields,
        MaskPattern::Diamonds,
        MaskPattern::Meadow,
    ];

    fn level(level: Level) -> EcLevel {
        match level {
            Level::L => EcLevel::L,
            Level::M => EcLevel::M,
            Level::Q => EcLevel::Q,
            Level::H => EcLevel::H,
        }
    }

    /// Interleaved data and error correction codewords.
    pub(crate) fn codewords(mode: Mode, data: &[u8], version: u8, ec_level: Level) -> (Vec<u8>, Vec<u8>) {
        let version = Version::Normal(version.into());
        let mut bits = Bits::new(version);
        match mode {
            Mode::Numeric => bits.push_numeric_data(data),
            Mode::Alphanumeric => bits.push_alphanumeric_data(data),
            Mode::Byte => bits.push_byte_data(data),
        }
        .unwrap();
        bits.push_terminator(level(ec_level)).unwrap();
        ec::construct_codewords(&bits.into_bytes(), version, level(ec_level)).unwrap()
    }

    pub(crate) fn draw((data, correction): &(Vec<u8>, Vec<u8>), version: u8, ec_level: Level) -> Canvas {
        let mut canvas = Canvas::new(Version::Normal(version.into()), level(ec_level));
        canvas.draw_all_functional_patterns();
        canvas.draw_data(data, correction);
        canvas
    }

    pub(crate) fn masked(canvas: &Canvas, mask: u8, size: u32) -> Modules {
        let mut canvas = canvas.clone();
        canvas.apply_mask(MASKS[usize::from(mask)]);
        let colors = canvas.into_colors();
        colors
            .chunks(size as usize)
            .map(|row| row.iter().map(|color| *color == qrcode::Color::Dark).collect())
            .collect()
    }
}

/// The most characters of a mode that a version holds, found by trying.
fn capacity(mode: Mode, version: u8, level: Level) -> usize {
    let text = vec![b'0'; 7100];
    let fits = |n: usize| {
        let segment = Segment::new(mode, &text[..n]).unwrap();
        Qr::from_segments(&[segment], level, None, Some(0)).is_ok_and(|qr| qr.version() <= version)
    };
    let (mut low, mut high) = (0, text.len());
    while low + 1 < high {
        let middle = usize::midpoint(low, high);
        if fits(middle) { low = middle } else { high = middle }
    }
    low
}

fn compare_with_oracle(mode: Mode, alphabet: &[u8]) {
    for version in 1..=40_u8 {
        for level in LEVELS {
            let most = capacity(mode, version, level);
            let length = if version % 3 == 0 { most } else { most - usize::from(version) % 5 };
            let data = pattern(length, alphabet, version.into());
            let segment = Segment::new(mode, &data).unwrap();
            let expected = oracle::codewords(mode, &data, version, level);
            let canvas = oracle::draw(&expected, version, level);
            for mask in 0..8 {
                let qr = Qr::from_segments(&[segment], level, Some(version), Some(mask)).unwrap();
                assert_eq!((qr.version(), qr.mask(), qr.level()), (version, mask, level));
                assert_eq!(qr.codewords(), [expected.0.as_slice(), &expected.1].concat(), "{version} {level:?}");
                assert!(
                    modules(&qr) == oracle::masked(&canvas, mask, qr.size()),
                    "modules differ: version {version}, {level:?}, mask {mask}"
                );
            }
        }
    }
}

#[test]
fn numeric_symbols_equal_the_oracle_in_all_versions_levels_and_masks() {
    compare_with_oracle(Mode::Numeric, b"0123456789");
}

#[test]
fn alphanumeric_symbols_equal_the_oracle_in_all_versions_levels_and_masks() {
    compare_with_oracle(Mode::Alphanumeric, ALPHANUMERIC);
}

#[test]
fn byte_symbols_equal_the_oracle_in_all_versions_levels_and_masks() {
    compare_with_oracle(Mode::Byte, &(0..=255).collect::<Vec<u8>>());
}

// --- against the recorded vectors ---

/// A file of `../shared/vectors/qr`, or `None` with a note when it is not there.
fn vectors(name: &str) -> Option<Value> {
    let path = format!("{}/../shared/vectors/qr/{name}", env!("CARGO_MANIFEST_DIR"));
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: no {path}");
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

fn level(value: &Value) -> Level {
    Level::parse(value.as_str().unwrap()).unwrap()
}

#[test]
fn recorded_matrices_are_equal_with_our_own_choice_of_the_mask() {
    let Some(vectors) = vectors("matrices.json") else { return };
    for case in vectors["cases"].as_array().unwrap() {
        let mode = match case["mode"].as_str().unwrap() {
            "numeric" => Mode::Numeric,
            "alphanumeric" => Mode::Alphanumeric,
            _ => Mode::Byte,
        };
        let segment = Segment::new(mode, case["text"].as_str().unwrap().as_bytes()).unwrap();
        let mask = number(&case["mask"]) as u8;
        let forced = case["maskWasForced"].as_bool().unwrap().then_some(mask);
        let qr = Qr::from_segments(&[segment], level(&case["ecl"]), None, forced).unwrap();
        let name = &case["name"];
        assert_eq!((u64::from(qr.version()), qr.mask()), (number(&case["version"]), mask), "{name}");
        let expected: Modules = (case["matrix"].as_array().unwrap().iter())
            .map(|row| row.as_str().unwrap().bytes().map(|module| module == b'1').collect())
            .collect();
        assert!(modules(&qr) == expected, "modules differ: {name}");
    }
}

#[test]
fn capacities_blocks_and_totals_equal_the_standard() {
    let Some(tables) = vectors("tables.json") else { return };
    for entry in tables["capacity"].as_array().unwrap() {
        let (version, ecl) = (number(&entry["version"]) as u8, level(&entry["ecl"]));
        assert_eq!(capacity(Mode::Byte, version, ecl) as u64, number(&entry["maxBytes"]), "{entry}");
        let qr = Qr::from_segments(&[], ecl, Some(version), Some(0)).unwrap();
        assert_eq!(qr.codewords().len() as u64, number(&entry["totalCodewords"]), "{entry}");
        let (blocks, correction) = blocks(version, ecl);
        assert_eq!((blocks as u64, correction as u64), (number(&entry["blocks"]), number(&entry["eccPerBlock"])));
        assert_eq!(data_codewords(&qr).len() as u64, number(&entry["dataCodewords"]), "{entry}");
    }
}

#[test]
fn format_and_version_information_lie_in_the_symbol_twice() {
    let Some(tables) = vectors("tables.json") else { return };
    let bits = |text: &Value| u32::from_str_radix(text.as_str().unwrap(), 2).unwrap();
    let read = |qr: &Qr, places: &[(u32, u32)]| {
        (0..).zip(places).fold(0, |sum, (bit, (x, y))| sum | u32::from(qr.is_dark(*x, *y)) << bit)
    };
    for entry in tables["formatInfo"].as_array().unwrap() {
        let qr = Qr::from_segments(&[], level(&entry["ecl"]), None, Some(number(&entry["mask"]) as u8)).unwrap();
        let mut corner: Vec<_> = [0, 1, 2, 3, 4, 5, 7, 8].map(|y| (8, y)).to_vec();
        corner.extend([7, 5, 4, 3, 2, 1, 0].map(|x| (x, 8)));
        let mut split: Vec<_> = (0..8).map(|i| (20 - i, 8)).collect();
        split.extend((14..21).map(|y| (8, y)));
        assert_eq!(read(&qr, &corner), bits(&entry["bits"]), "{entry}");
        assert_eq!(read(&qr, &split), bits(&entry["bits"]), "{entry}");
        assert!(qr.is_dark(8, 13));
    }
    for entry in tables["versionInfo"].as_array().unwrap() {
        let qr = Qr::from_segments(&[], Level::L, Some(number(&entry["version"]) as u8), Some(0)).unwrap();
        let right: Vec<_> = (0..18).map(|i| (qr.size() - 11 + i % 3, i / 3)).collect();
        let below: Vec<_> = right.iter().map(|(x, y)| (*y, *x)).collect();
        assert_eq!(read(&qr, &right), bits(&entry["bits"]), "{entry}");
        assert_eq!(read(&qr, &below), bits(&entry["bits"]), "{entry}");
    }
}

#[test]
fn alignment_patterns_lie_where_the_standard_puts_them() {
    let Some(tables) = vectors("tables.json") else { return };
    for entry in tables["alignment"].as_array().unwrap() {
        let qr = Qr::from_segments(&[], Level::L, Some(number(&entry["version"]) as u8), None).unwrap();
        let positions: Vec<u32> = entry["positions"].as_array().unwrap().iter().map(|p| number(p) as u32).collect();
        let last = qr.size() - 7;
        for (x, y) in positions.iter().flat_map(|x| positions.iter().map(|y| (*x, *y))) {
            if [(6, 6), (6, last), (last, 6)].contains(&(x, y)) {
                continue;
            }
            for (dx, dy) in (0..5_u32).flat_map(|dx| (0..5_u32).map(move |dy| (dx, dy))) {
                let ring = dx.abs_diff(2).max(dy.abs_diff(2));
                assert_eq!(qr.is_dark(x + dx - 2, y + dy - 2), ring != 1, "{entry}");
            }
        }
    }
}

#[test]
fn the_example_of_the_standard_has_its_codewords() {
    let Some(tables) = vectors("tables.json") else { return };
    let example = &tables["isoExample"];
    let digits = Segment::new(Mode::Numeric, example["text"].as_str().unwrap().as_bytes()).unwrap();
    let qr = Qr::from_segments(&[digits], level(&example["ecl"]), None, Some(2)).unwrap();
    let hex: String = qr.codewords().iter().map(|byte| format!("{byte:02x}")).collect();
    let text = |name: &str| example[name].as_str().unwrap().to_owned();
    assert_eq!(hex, text("dataCodewordsHex") + &text("eccCodewordsHex"));
}

// --- the penalty, module by module ---

/// The rules of ISO/IEC 18004 section 7.8.3 as they are written, with light modules all around for rule 3.
fn plain_penalty(rows: &Modules) -> u32 {
    let size = rows.len();
    let columns: Modules = (0..size).map(|x| (0..size).map(|y| rows[y][x]).collect()).collect();
    let mut sum = 0;
    for line in rows.iter().chain(&columns) {
        let mut start = 0;
        for end in 1..=size {
            if end == size || line[end] != line[start] {
                let run = (end - start) as u32;
                sum += if run >= 5 { run - 2 } else { 0 };
                start = end;
            }
        }
        let at = |position: isize| usize::try_from(position).is_ok_and(|p| p < size && line[p]);
        for start in 0..size as isize {
            let core = [false, true, false, true, true, true, false, true, false];
            if core.iter().zip(start - 1..).all(|(dark, position)| at(position) == *dark) {
                let four_light = |first: isize| (first..first + 4).all(|position| !at(position));
                sum += 40 * (u32::from(four_light(start - 4)) + u32::from(four_light(start + 7)));
            }
        }
    }
    for (y, x) in (1..size).flat_map(|y| (1..size).map(move |x| (y, x))) {
        let square = [rows[y][x], rows[y][x - 1], rows[y - 1][x], rows[y - 1][x - 1]];
        sum += if square == [square[0]; 4] { 3 } else { 0 };
    }
    let dark = rows.iter().flatten().filter(|dark| **dark).count();
    let mut steps = 0;
    // |dark / all − 1/2| in whole steps of 5 %, without fractions.
    while (20 * dark).abs_diff(10 * size * size) > (steps + 1) * size * size {
        steps += 1;
    }
    sum + 10 * steps as u32
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_mask_is_the_first_with_the_lowest_plain_penalty(
        data in prop::collection::vec(any::<u8>(), 0..200),
        version in 1..=40_u8,
        level in prop::sample::select(&LEVELS),
    ) {
        let segment = Segment::new(Mode::Byte, &data).unwrap();
        let Ok(chosen) = Qr::from_segments(&[segment], level, Some(version), None) else { return Ok(()) };
        let mut best = (u32::MAX, 0);
        for mask in 0..8 {
            let forced = Qr::from_segments(&[segment], level, Some(version), Some(mask)).unwrap();
            let penalty = plain_penalty(&modules(&forced));
            prop_assert_eq!(forced.penalty(), penalty, "version {} mask {}", version, mask);
            best = best.min((penalty, mask));
        }
        prop_assert_eq!((chosen.penalty(), chosen.mask()), best);
    }
}

#[test]
fn the_penalty_equals_the_plain_one_in_every_version() {
    for version in 1..=40 {
        for (level, mask) in LEVELS.into_iter().zip([0, 2, 5, 7]) {
            let qr = Qr::from_segments(&[], level, Some(version), Some(mask)).unwrap();
            assert_eq!(qr.penalty(), plain_penalty(&modules(&qr)), "version {version}");
        }
    }
}

// --- segments, read back ---

const ALPHANUMERIC: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// Blocks (ISO/IEC 18004 table 9) and error correction codewords per block (from the oracle).
fn blocks(version: u8, level: Level) -> (usize, usize) {
    let count = BLOCKS[level as usize][usize::from(version) - 1];
    let (_, correction) = oracle::codewords(Mode::Byte, b"", version, level);
    (count, correction.len() / count)
}

#[rustfmt::skip]
const BLOCKS: [[usize; 40]; 4] = [
    [1,1,1,1,1,2,2,2,2,4,4,4,4,4,6,6,6,6,7,8,8,9,9,10,12,12,12,13,14,15,16,17,18,19,19,20,21,22,24,25],
    [1,1,1,2,2,4,4,4,5,5,5,8,9,9,10,10,11,13,14,16,17,17,18,20,21,23,25,26,28,29,31,33,35,37,38,40,43,45,47,49],
    [1,1,2,2,4,4,6,6,8,8,8,10,12,16,12,17,16,18,21,20,23,23,25,27,29,34,34,35,38,40,43,45,48,51,53,56,59,62,65,68],
    [1,1,2,4,4,4,5,6,8,8,11,11,16,16,18,16,19,21,25,25,25,34,30,32,35,37,40,42,45,48,51,54,57,60,63,66,70,74,77,81],
];

/// The data codewords in the order of the text: the interleaving undone.
fn data_codewords(qr: &Qr) -> Vec<u8> {
    let (count, correction) = blocks(qr.version(), qr.level());
    let total = qr.codewords().len() - count * correction;
    let mut parts = vec![Vec::new(); count];
    let short = total / count;
    for (index, codeword) in qr.codewords()[..total].iter().enumerate() {
        let long_only = index >= short * count;
        let block = if long_only { count - total % count + index % count } else { index % count };
        parts[block].push(*codeword);
    }
    parts.concat()
}

#[derive(Debug, PartialEq)]
struct Decoded {
    bytes: Vec<u8>,
    eci: Option<u32>,
    bits: usize,
    modes: Vec<u32>,
}

/// Reads segments up to the terminator.
fn decode(qr: &Qr) -> Decoded {
    let data = data_codewords(qr);
    let mut decoded = Decoded { bytes: Vec::new(), eci: None, bits: 0, modes: Vec::new() };
    let mut at = 0;
    let mut take = |width: usize| {
        let read = (at..at + width).fold(0, |sum, i| sum << 1 | u32::from(data[i / 8] >> (7 - i % 8) & 1));
        at += width;
        (read, at)
    };
    let range = usize::from(qr.version() > 9) + usize::from(qr.version() > 26);
    while decoded.bits + 4 <= data.len() * 8 {
        let mode = take(4).0;
        match mode {
            0 => break,
            7 => decoded.eci = Some(take(8).0),
            1 => {
                let mut left = take([10, 12, 14][range]).0;
                while left > 0 {
                    let digits = left.min(3) as usize;
                    let text = format!("{:0digits$}", take([0, 4, 7, 10][digits]).0);
                    assert_eq!(text.len(), digits);
                    decoded.bytes.extend(text.bytes());
                    left -= digits as u32;
                }
            }
            2 => {
                let left = take([9, 11, 13][range]).0;
                for _ in 0..left / 2 {
                    let pair = take(11).0 as usize;
                    decoded.bytes.extend([ALPHANUMERIC[pair / 45], ALPHANUMERIC[pair % 45]]);
                }
                if left % 2 == 1 {
                    decoded.bytes.push(ALPHANUMERIC[take(6).0 as usize]);
                }
            }
            4 => {
                for _ in 0..take([8, 16, 16][range]).0 {
                    decoded.bytes.push(take(8).0 as u8);
                }
            }
            other => panic!("mode {other}"),
        }
        decoded.modes.push(mode);
        decoded.bits = take(0).1;
    }
    decoded
}

/// The bits of a text as one segment in its densest mode.
fn single_segment_bits(bytes: &[u8], version: u8) -> usize {
    let range = usize::from(version > 9) + usize::from(version > 26);
    let length = bytes.len();
    4 + if bytes.iter().all(u8::is_ascii_digit) {
        [10, 12, 14][range] + (10 * length).div_ceil(3)
    } else if bytes.iter().all(|byte| ALPHANUMERIC.contains(byte)) {
        [9, 11, 13][range] + (11 * length).div_ceil(2)
    } else {
        [8, 16, 16][range] + 8 * length
    }
}

fn mixed_text() -> impl Strategy<Value = String> {
    let part = prop_oneof!["[0-9]{0,30}", "[A-Z0-9:/ ]{0,30}", "[a-z]{0,20}", "\\PC{0,10}", any::<String>()];
    prop::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_text_is_read_back_and_costs_no_more_than_one_segment(text in mixed_text(), level in prop::sample::select(&LEVELS)) {
        let Ok(qr) = Qr::encode(&text, level) else { return Ok(()) };
        let decoded = decode(&qr);
        prop_assert_eq!(std::str::from_utf8(&decoded.bytes), Ok(text.as_str()));
        prop_assert_eq!(decoded.eci, (!text.is_ascii()).then_some(26));
        let eci_bits = if text.is_ascii() { 0 } else { 12 };
        prop_assert!(decoded.bits <= eci_bits + single_segment_bits(text.as_bytes(), qr.version()));
        let bytes = Segment::new(Mode::Byte, text.as_bytes()).unwrap();
        if text.is_ascii() && let Ok(single) = Qr::from_segments(&[bytes], level, None, Some(0)) {
            prop_assert!(qr.version() <= single.version());
        }
    }

    #[test]
    fn no_text_and_no_option_panics(
        text in any::<String>(),
        size in prop_oneof![0..400_u32, any::<u32>()],
        margin in prop_oneof![0..120_u32, any::<u32>()],
        title in any::<Option<String>>(),
        description in any::<Option<String>>(),
        colours in any::<(String, String)>(),
        bytes in prop::collection::vec(any::<u8>(), 0..50),
        forced in any::<(Option<u8>, Option<u8>)>(),
    ) {
        let dark = Color::parse(&colours.0).unwrap_or(Color::BLACK);
        let light = Color::parse(&colours.1).unwrap_or(Color::WHITE);
        let segments: Vec<_> = [Mode::Numeric, Mode::Alphanumeric, Mode::Byte].into_iter()
            .filter_map(|mode| Segment::new(mode, &bytes)).collect();
        let symbols = [Qr::encode(&text, Level::H), Qr::from_segments(&segments, Level::M, forced.0, forced.1)];
        for qr in symbols.into_iter().flatten() {
            let (title, description) = (title.as_deref(), description.as_deref());
            let _ = qr.svg(&SvgOptions { size, margin, dark, light, title, description });
            let _ = qr.png(&PngOptions { size, margin, dark, light });
            let _ = qr.text(margin);
            prop_assert!(!qr.is_dark(size, 177) && !qr.is_dark(177, margin));
        }
    }
}

#[test]
fn empty_text_is_a_symbol_of_version_1() {
    let qr = Qr::encode("", Level::H).unwrap();
    assert_eq!(qr.version(), 1);
    assert_eq!(decode(&qr).bytes, b"");
}

#[test]
fn the_secret_of_an_otpauth_uri_becomes_an_alphanumeric_segment() {
    let uri = "otpauth://totp/Example:alice@google.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Example";
    let decoded = decode(&Qr::encode(uri, Level::M).unwrap());
    assert_eq!(decoded.bytes, uri.as_bytes());
    assert_eq!(decoded.modes, [4, 2, 4]);
}

#[test]
fn full_symbols_work_and_one_character_more_is_refused() {
    let limits = [("0", [7089, 5596, 3993, 3057]), ("A", [4296, 3391, 2420, 1852]), ("a", [2953, 2331, 1663, 1273])];
    for (character, counts) in limits {
        for (level, count) in LEVELS.into_iter().zip(counts) {
            let qr = Qr::encode(&character.repeat(count), level).unwrap();
            assert_eq!(qr.version(), 40);
            assert_eq!(decode(&qr).bytes, character.repeat(count).as_bytes());
            assert_eq!(Qr::encode(&character.repeat(count + 1), level), Err(Error::QrTooLong));
        }
    }
    assert_eq!(Qr::encode(&"x".repeat(100_000), Level::L), Err(Error::QrTooLong));
    // The ECI takes 12 bits, of which 4 would be the terminator: one byte less. é has two.
    assert_eq!(Qr::encode(&("é".to_owned() + &"x".repeat(2950)), Level::L).unwrap().version(), 40);
    assert_eq!(Qr::encode(&("é".to_owned() + &"x".repeat(2951)), Level::L), Err(Error::QrTooLong));
}

#[test]
fn a_version_that_is_too_small_or_does_not_exist_is_not_forced() {
    let segment = Segment::new(Mode::Byte, &[0; 100]).unwrap();
    assert!(Qr::from_segments(&[segment], Level::H, Some(1), None).unwrap().version() > 1);
    assert_eq!(Qr::from_segments(&[segment], Level::H, Some(41), None), Err(Error::QrTooLong));
    assert_eq!(Qr::from_segments(&[], Level::H, Some(0), None).unwrap().version(), 1);
}

// --- SVG ---

fn one() -> Qr {
    Qr::from_segments(&[Segment::new(Mode::Numeric, b"01234567").unwrap()], Level::M, None, Some(2)).unwrap()
}

/// The modules that the path draws: for each row `M` left top `.5`, then runs `h` width, between them `m` gap ` 0`.
fn drawn(svg: &str, side: usize) -> Modules {
    let path = svg.split_once(" d=\"").unwrap().1.split_once('"').unwrap().0;
    let mut modules = vec![vec![false; side]; side];
    for row in path.strip_prefix('M').unwrap().split('M') {
        let (left, rest) = row.split_once(' ').unwrap();
        let (y, rest) = rest.split_once(".5h").unwrap();
        let (mut x, y): (usize, usize) = (left.parse().unwrap(), y.parse().unwrap());
        for run in rest.split(" 0h") {
            let (width, gap) = run.split_once('m').unwrap_or((run, "0"));
            let width: usize = width.parse().unwrap();
            for module in &mut modules[y][x..x + width] {
                assert!(!*module, "drawn twice");
                *module = true;
            }
            x += width + gap.parse::<usize>().unwrap();
        }
    }
    modules
}

fn with_margin(qr: &Qr, margin: u32) -> Modules {
    let side = qr.size() + 2 * margin;
    let at = |i: u32| i.wrapping_sub(margin);
    (0..side).map(|y| (0..side).map(|x| qr.is_dark(at(x), at(y))).collect()).collect()
}

#[test]
fn an_svg_is_one_plate_and_one_path() {
    let svg = one().svg(&SvgOptions::default()).unwrap();
    let start = concat!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 29 29" width="300" height="300" role="img" "#,
        r##"shape-rendering="crispEdges"><title>QR code</title><rect width="100%" height="100%" fill="#ffffff"/>"##,
        r##"<path stroke="#000000" d="M4 4.5h7m2 0h1"##
    );
    assert!(svg.starts_with(start), "{svg}");
    assert!(svg.ends_with("\"/></svg>"));
    assert_eq!(svg.matches('<').count(), 6);
}

#[test]
fn an_svg_shows_the_modules_in_every_version() {
    for version in 1..=40 {
        for margin in [0, 4, 37] {
            let qr = Qr::from_segments(&[], Level::Q, Some(version), None).unwrap();
            let svg = qr.svg(&SvgOptions { margin, ..SvgOptions::default() }).unwrap();
            let expected = with_margin(&qr, margin);
            assert!(svg.contains(&format!("viewBox=\"0 0 {0} {0}\"", expected.len())));
            assert!(drawn(&svg, expected.len()) == expected, "version {version}, margin {margin}");
        }
    }
}

#[test]
fn labels_cannot_inject_anything() {
    let hostile =
        "</title><script>alert(1)</script>&amp;\"' onload=x \0\u{1}\u{1f}\u{7f}\u{fffe}\u{ffff}]]>\u{202e}😀\t\n";
    let options = SvgOptions { title: Some(hostile), description: Some(hostile), ..SvgOptions::default() };
    let svg = one().svg(&options).unwrap();
    let escaped = "&#60;/title&#62;&#60;script&#62;alert(1)&#60;/script&#62;&#38;amp;&#34;&#39; onload=x \
                   \u{20}\u{20}\u{20}\u{7f}\u{fffd}\u{fffd}]]&#62;\u{202e}😀  ";
    assert!(svg.contains(&format!("<title>{escaped}</title><desc>{escaped}</desc><rect")), "{svg}");
    assert_eq!(svg.matches('<').count(), 8);
}

#[test]
fn colours_are_hexadecimal_or_refused() {
    let options = SvgOptions {
        dark: Color::parse("#0A3").unwrap(),
        light: Color::parse("#FfEedD").unwrap(),
        ..SvgOptions::default()
    };
    let svg = one().svg(&options).unwrap();
    assert!(svg.contains("<rect width=\"100%\" height=\"100%\" fill=\"#ffeedd\"/><path stroke=\"#00aa33\""), "{svg}");
    for text in [
        "", "#", "#12", "#1234", "#12345", "#1234567", "123", "black", "#ggg", "#12 ", "#é1", "#+1+1+1", "url(#a)",
        "#\"/>",
    ] {
        assert_eq!(Color::parse(text), Err(Error::QrColor), "{text}");
    }
}

#[test]
fn colours_that_scanners_cannot_tell_apart_are_refused() {
    let grey = |text| Color::parse(text).unwrap();
    let draw = |dark, light| one().svg(&SvgOptions { dark, light, ..SvgOptions::default() }).map(drop);
    assert_eq!(draw(Color::WHITE, Color::BLACK), Err(Error::QrContrast));
    assert_eq!(draw(Color::BLACK, Color::BLACK), Err(Error::QrContrast));
    assert_eq!(draw(grey("#808080"), Color::WHITE), Err(Error::QrContrast));
    assert_eq!(draw(grey("#ff0"), Color::WHITE), Err(Error::QrContrast));
    assert_eq!(draw(grey("#7f7f7f"), Color::WHITE), Ok(()));
    assert_eq!(draw(grey("#1a73e8"), Color::WHITE), Ok(()));
    let png = PngOptions { dark: Color::WHITE, ..PngOptions::default() };
    assert_eq!(one().png(&png), Err(Error::QrContrast));
}

#[test]
fn sizes_and_margins_out_of_range_are_refused() {
    let svg = |size, margin| one().svg(&SvgOptions { size, margin, ..SvgOptions::default() }).map(drop);
    assert_eq!(svg(20, 0), Err(Error::QrSize));
    assert_eq!(svg(10_001, 0), Err(Error::QrSize));
    assert_eq!(svg(300, 101), Err(Error::QrMargin));
    assert_eq!((svg(21, 0), svg(10_000, 100)), (Ok(()), Ok(())));
    let png = |size, margin| one().png(&PngOptions { size, margin, ..PngOptions::default() }).map(drop);
    assert_eq!(png(28, 4), Err(Error::QrSize));
    assert_eq!(png(4001, 4), Err(Error::QrSize));
    assert_eq!(png(300, 101), Err(Error::QrMargin));
    assert_eq!((png(29, 4), png(21, 0)), (Ok(()), Ok(())));
}

// --- PNG ---

/// Pixels as palette colours, by an independent decoder that also checks the checksums.
fn pixels(file: &[u8]) -> (u32, Vec<[u8; 3]>) {
    let mut reader = png::Decoder::new(file).read_info().unwrap();
    let mut data = vec![0; reader.output_buffer_size()];
    let info = reader.next_frame(&mut data).unwrap();
    assert_eq!((info.bit_depth, info.color_type), (png::BitDepth::One, png::ColorType::Indexed));
    assert_eq!(info.width, info.height);
    let palette = reader.info().palette.clone().unwrap();
    let pixel = |x: usize, y: usize| {
        let index = usize::from(data[y * info.line_size + x / 8] >> (7 - x % 8) & 1);
        palette[index * 3..index * 3 + 3].try_into().unwrap()
    };
    let side = info.width as usize;
    (info.width, (0..side * side).map(|i| pixel(i % side, i / side)).collect())
}

fn check_png(qr: &Qr, options: &PngOptions) -> usize {
    let file = qr.png(options).unwrap();
    let (side, pixels) = pixels(&file);
    assert_eq!(side, options.size);
    let scale = side / (qr.size() + 2 * options.margin);
    let border = (side - qr.size() * scale) / 2;
    for (i, pixel) in (0..).zip(&pixels) {
        let inside = |p: u32| if p < border { u32::MAX } else { (p - border) / scale };
        let dark = qr.is_dark(inside(i % side), inside(i / side));
        let expected = if dark { [0, 0x22, 0x44] } else { [0xFF, 0xEE, 0xDD] };
        assert_eq!(*pixel, expected, "pixel {i}, version {}, {options:?}", qr.version());
    }
    file.len()
}

fn coloured(size: u32, margin: u32) -> PngOptions {
    PngOptions { size, margin, dark: Color::parse("#024").unwrap(), light: Color::parse("#fed").unwrap() }
}

#[test]
fn a_png_shows_the_modules_in_every_version() {
    for version in 1..=40 {
        let qr = Qr::from_segments(&[], Level::Q, Some(version), None).unwrap();
        for (size, margin) in [(qr.size(), 0), (qr.size() + 9, 4), (300, 4), (471, 0)] {
            check_png(&qr, &coloured(size, margin));
        }
    }
    check_png(&one(), &coloured(2117, 4));
}

#[test]
fn a_png_of_an_otpauth_uri_is_small() {
    let uri = "otpauth://totp/ACME%20Co:john.doe@email.com?secret=HXDMVJECJJWSRB3HWIZR4IFUGFTMXBOZ&issuer=ACME%20Co";
    let qr = Qr::encode(uri, Level::M).unwrap();
    let length = check_png(&qr, &coloured(300, 4));
    assert!(length <= 12_000, "{length} bytes");
    // A bit for a pixel, in more than one stored block.
    check_png(&qr, &coloured(1000, 4));
}

// --- terminal text ---

#[test]
fn terminal_text_shows_light_modules_in_half_blocks() {
    for version in 1..=40 {
        let qr = Qr::from_segments(&[], Level::Q, Some(version), None).unwrap();
        for margin in [0, 1, 4] {
            let text = qr.text(margin).unwrap();
            let expected = with_margin(&qr, margin);
            assert!(text.ends_with('\n'));
            assert_eq!(text.lines().count(), expected.len().div_ceil(2));
            for (line, pair) in text.lines().zip(expected.chunks(2)) {
                assert_eq!(line.chars().count(), expected.len());
                for (x, character) in line.chars().enumerate() {
                    let light = (!pair[0][x], pair.get(1).is_some_and(|row| !row[x]));
                    let read = match character {
                        '█' => (true, true),
                        '▀' => (true, false),
                        '▄' => (false, true),
                        ' ' => (false, false),
                        other => panic!("{other}"),
                    };
                    assert_eq!(read, light);
                }
            }
        }
    }
    assert_eq!(one().text(101), Err(Error::QrMargin));
}
