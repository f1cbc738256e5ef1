//! Every text is read, or refused, as `core::net` does it.

use super::octets;
use alloc::string::String;
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv6Addr};
use proptest::prelude::*;

fn by_core(text: &str) -> Option<Vec<u8>> {
    let address = match text.parse().ok()? {
        IpAddr::V4(address) => address.to_ipv6_mapped(),
        IpAddr::V6(address) => address,
    };
    Some(address.octets().to_vec())
}

fn is_as_by_core(text: &str) {
    assert_eq!(octets(text), by_core(text), "{text:?}");
}

#[test]
fn what_stands_at_a_border_is_read_as_core_reads_it() {
    for text in [
        "",
        "0",
        "7",
        "::",
        ":::",
        ":",
        "1:",
        ":1",
        "::1",
        "1::",
        "1::2::3",
        "1:::2",
        "1:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7::",
        "::2:3:4:5:6:7:8",
        "1:2:3:4::5:6:7:8",
        "1:2:3:4::6:7:8",
        "1:2:3:4:5:6:7:8:9",
        "::00ff",
        "::0ffff",
        "::fffff",
        "::+1",
        "::-1",
        "::g",
        "::1 ",
        " ::1",
        "[::1]",
        "1.2.3.4",
        "0.0.0.0",
        "255.255.255.255",
        "256.1.1.1",
        "01.2.3.4",
        "1.2.3.00",
        "0.0.0.000",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.",
        ".1.2.3",
        "1..2.3",
        "1.2.3.a",
        "+1.2.3.4",
        "1.2.3.4:",
        ":1.2.3.4",
        "::1.2.3.4",
        "1.2.3.4::",
        "::1.2.3.4:5",
        "1:2:3:4:5:6:1.2.3.4",
        "1:2:3:4:5::1.2.3.4",
        "1:2:3:4:5:6::1.2.3.4",
        "1:2:3:4:5:6:7:1.2.3.4",
        "1:2:3:4:5:1.2.3.4",
        "::ffff:1.2.3.4",
        "::ffff:102:304",
        "::FFFF:1.2.3.4",
        "64:ff9b::192.0.2.33",
        "::1.2.3.04",
        "::1.2.3",
        "1.2.3.4::1.2.3.4",
        "::.",
        "\u{661}.2.3.4",
        "::\u{661}",
        "é::1",
        "1:é",
        "0x1.2.3.4",
        "12345::",
        "1000.2.3.4",
    ] {
        is_as_by_core(text);
    }
}

proptest! {
    #[test]
    fn any_text_is_read_as_core_reads_it(text in ".*") {
        is_as_by_core(&text);
    }

    #[test]
    fn any_text_of_its_symbols_is_read_as_core_reads_it(
        text in "[0-9a-fA-Fx:.]{0,24}",
        groups in "((0|1|00|02|ab|fFfF|12345|256|255|1[.]2[.]3[.]4|09)?[:.]{1,2}){0,9}[0-9]{0,4}",
        decimal in "([0-9]{1,3}[.]){3}[0-9]{1,3}",
    ) {
        is_as_by_core(&text);
        is_as_by_core(&groups);
        is_as_by_core(&decimal);
    }

    #[test]
    fn any_address_that_was_changed_is_read_as_core_reads_it(
        bits: [u16; 8],
        mask: u8,
        cut in 0_usize..40,
        symbol in "[0-9a-g:.%]{0,2}",
        removed in 0_usize..3,
    ) {
        let mut groups = bits;
        for (place, group) in groups.iter_mut().enumerate() {
            *group *= u16::from(mask >> place & 1);
        }
        let [high, .., low] = groups;
        let address = Ipv6Addr::from(groups);
        for text in [
            alloc::format!("{address}"),
            alloc::format!("::ffff:{}", core::net::Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low))),
            alloc::format!("{}", core::net::Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low))),
        ] {
            prop_assert_eq!(octets(&text), by_core(&text));
            let start: String = text.chars().take(cut).collect();
            let end: String = text.chars().skip(cut + removed).collect();
            is_as_by_core(&[&*start, &*symbol, &*end].concat());
        }
    }
}
