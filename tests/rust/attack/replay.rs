//! Replay: a code is good once, wherever, however and whenever it comes again.

use crate::person::{Person, denied, phone, resync, token, verified, verify, verify_with};
use edge_mfa::engine::{Command, Denial, Enrol, FactorKind, Outcome, Policy, Preset};
use edge_mfa::{Hotp, Sensitive};

fn replayed(person: &mut Person, command: Command) {
    assert_eq!(person.denied(command), Denial::Replayed);
}

/// Alice, who has signed in a moment ago; the code that she did it with.
fn signed_in() -> (Person, String) {
    let mut alice = Person::enrolled();
    alice.sign_in();
    let code = alice.code();
    (alice, code)
}

fn with_token() -> (Person, Hotp) {
    let mut bob = Person::new("bob");
    let token = token(&bob.begin(Enrol { kind: FactorKind::Hotp, ..Enrol::default() }));
    verified(bob.confirm(&token.generate(0)));
    verified(bob.verify(&token.generate(1)));
    (bob, token)
}

#[test]
fn r1_the_same_code_twice_in_the_same_and_in_a_new_login() {
    let (mut alice, code) = signed_in();
    for _ in 0..3 {
        replayed(&mut alice, verify(&code));
        replayed(&mut alice, verify_with(1, &code));
        alice.wait(9);
    }
    let (alice, code) = &mut signed_in();
    // A new browser, a new primary token, a known device, no session, another address: all of it is a new login.
    let logins: [fn(&mut Person); 6] = [
        |alice| alice.token = None,
        |alice| alice.primary = Some("another".into()),
        |alice| alice.device = Some(Sensitive::from("unknown")),
        |alice| drop(alice.ask(Command::CloseSessions)),
        |alice| alice.agent = Some("another".into()),
        |alice| drop(alice.ask(Command::Unlock)),
    ];
    for login in logins {
        login(alice);
        replayed(alice, verify(code));
    }
}

#[test]
fn r1_the_same_code_of_a_hardware_token_twice() {
    let (mut bob, token) = with_token();
    for _ in 0..3 {
        replayed(&mut bob, verify(&token.generate(1)));
    }
    assert_eq!(bob.denied(verify(&token.generate(0))), Denial::Mismatch);
    assert_eq!(bob.account().failures_in_row, 1);
}

#[test]
fn r2_an_older_step_after_a_newer_one() {
    let mut alice = Person::enrolled();
    alice.wait(300);
    let (older, now, newer) = (alice.code_in(-30), alice.code(), alice.code_in(30));
    verified(alice.verify(&newer));
    for spent in [&now, &newer] {
        replayed(&mut alice, verify(spent));
    }
    assert_eq!(alice.denied(verify(&older)), Denial::Mismatch, "the window went on with the clock");
    alice.wait(30);
    replayed(&mut alice, verify(&newer));
    alice.sign_in();

    let (mut bob, token) = with_token();
    verified(bob.verify(&token.generate(9)));
    for spent in 0..9 {
        assert!(!matches!(bob.verify(&token.generate(spent)), Outcome::Verified(_)), "{spent}");
        bob.ask(Command::Unlock);
    }
}

#[test]
fn r4_every_command_that_takes_a_code_shares_what_is_spent() {
    // By a verification.
    let (mut alice, code) = signed_in();
    let next = alice.code_in(30);
    replayed(&mut alice, verify_with(1, &code));
    assert_eq!(alice.denied(resync(&code, &next)), Denial::Mismatch);
    // By a resynchronisation: both codes.
    alice.wait(300);
    let (first, second) = (alice.code(), alice.code_in(30));
    verified(alice.resync(&first, &second));
    replayed(&mut alice, verify(&first));
    replayed(&mut alice, verify(&second));
    replayed(&mut alice, resync(&first, &second));
    // By a confirmation.
    let mut alice = Person::enrolled();
    let (before, code) = (alice.code_in(-30), alice.code());
    replayed(&mut alice, verify(&code));
    replayed(&mut alice, verify_with(1, &code));
    replayed(&mut alice, resync(&before, &code));
    // By two logins in a row that found a clock again.
    let mut alice = Person::new("alice").with(Policy::preset(Preset::Strict));
    alice.enrol();
    alice.wait(300);
    alice.ahead = 30_000;
    let first = alice.code();
    assert_eq!(alice.denied(verify(&first)), Denial::Mismatch);
    alice.wait(30);
    let second = alice.code();
    verified(alice.verify(&second));
    assert_ne!(alice.denied(verify(&first)), Denial::VerificationRequired);
    replayed(&mut alice, verify(&second));
    // Of a hardware token, both ways.
    let (mut bob, token) = with_token();
    verified(bob.resync(&token.generate(20), &token.generate(21)));
    replayed(&mut bob, verify(&token.generate(21)));
    assert_eq!(bob.denied(verify(&token.generate(20))), Denial::Mismatch);
    verified(bob.verify(&token.generate(22)));
    assert_eq!(bob.denied(resync(&token.generate(22), &token.generate(23))), Denial::Mismatch);
}

#[test]
fn r4_one_secret_is_not_two_factors() {
    let mut alice = Person::enrolled();
    let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    let again = |name: &str| Enrol { secret: Some(secret.into()), name: Some(name.into()), ..Enrol::default() };
    alice.enrol_as(again("One"));
    assert_eq!(alice.denied(Command::Enrol(again("Two"))), Denial::AlreadyEnrolled);
    let spaced = Enrol { secret: Some(secret.to_lowercase().as_str().into()), ..Enrol::default() };
    assert_eq!(alice.denied(Command::Enrol(spaced)), Denial::AlreadyEnrolled);
}

#[test]
fn r5_every_spelling_of_a_code_is_that_code() {
    let spellings = |code: &str| {
        let (left, right) = code.split_at(3);
        let from =
            |zero: u32| code.chars().map(|digit| char::from_u32(zero + digit.to_digit(10).unwrap()).unwrap()).collect();
        let spaced: String = code.chars().flat_map(|digit| [' ', digit, '\t']).collect();
        let wide: String = from(0xff10);
        [
            code.to_owned(),
            format!("{left} {right}"),
            format!("{left}-{right}"),
            format!("{left}\u{a0}{right}\n"),
            format!("{left}\u{200b}{right}"),
            spaced,
            wide,
            from(0x0660),
            from(0x0966),
            from(0x1d7ce),
        ]
    };
    for first in 0..10 {
        let (mut alice, _) = signed_in();
        alice.wait(30);
        let all = spellings(&alice.code());
        verified(alice.verify(&all[first]));
        for again in &all {
            replayed(&mut alice, verify(again));
            replayed(&mut alice, verify_with(1, again));
        }
        assert_eq!(alice.account().failures_in_row, 0);
    }
}

#[test]
fn r5_what_is_no_spelling_of_a_code_is_none() {
    let (mut alice, _) = signed_in();
    // A code that begins with a zero, so that numbers with a sign or without the zero would be equal.
    let code = loop {
        alice.wait(30);
        let code = alice.code();
        if code.starts_with('0') {
            break code;
        }
    };
    let body = alice.body.clone();
    for typed in [
        format!("+{}", &code[1..]),
        format!("+{code}"),
        code[1..].to_owned(),
        format!("0{code}"),
        format!("{code}.0"),
        format!("{code}e0"),
        format!("0x{code}"),
        format!("{code}\0"),
        format!("{code},"),
        format!("[\"{code}\"]"),
    ] {
        assert_eq!(alice.denied(verify(&typed)), Denial::Malformed, "{typed}");
    }
    assert_eq!(alice.body, body, "nothing is spent and nothing counted");
    verified(alice.verify(&code));
}

#[test]
fn r5_every_spelling_of_a_recovery_code_is_that_code() {
    let mut alice = Person::enrolled();
    let code = alice.codes[0].clone();
    verified(alice.verify(&code));
    let plain = code.replace('-', "");
    let letters = plain.replace('0', "o").replace('1', "l");
    let wide: String = plain.chars().map(|symbol| char::from_u32(symbol as u32 + 0xfee0).unwrap()).collect();
    for spelling in
        [plain.clone(), code.to_lowercase(), format!(" {code} "), letters, wide, code.replace('-', "\u{2010}")]
    {
        replayed(&mut alice, verify(&spelling));
    }
    assert_eq!(alice.denied(verify(&format!("+{}", &plain[1..]))), Denial::Malformed);
}

#[test]
fn r6_the_code_that_confirmed_the_enrolment_is_spent_for_the_first_login() {
    let mut alice = Person::enrolled();
    let (before, code) = (alice.code_in(-30), alice.code());
    alice.token = None;
    replayed(&mut alice, verify(&code));
    replayed(&mut alice, verify(&before));
    alice.wait(30);
    replayed(&mut alice, verify(&code));
    alice.sign_in();

    let mut bob = Person::new("bob");
    let token = token(&bob.begin(Enrol { kind: FactorKind::Hotp, ..Enrol::default() }));
    verified(bob.confirm(&token.generate(3)));
    replayed(&mut bob, verify(&token.generate(3)));
    for before in 0..3 {
        assert_eq!(bob.denied(verify(&token.generate(before))), Denial::Mismatch);
    }

    // Nor does it confirm the next one: that has another secret.
    let mut alice = Person::enrolled();
    let code = alice.code();
    let second = phone(&alice.begin(Enrol::default()));
    assert_ne!(second.generate(alice.time()), code);
    assert_eq!(denied(&alice.confirm(&code)).reason, Denial::Mismatch);
}

#[test]
fn r7_a_clock_that_goes_back_answers_replayed() {
    for back in [1, 29, 30, 31, 60, 90, 3_600, 86_400, 1_000_000_000] {
        let (mut alice, code) = signed_in();
        let earlier = alice.now;
        alice.now -= back * 1000;
        replayed(&mut alice, verify(&code));
        let then = alice.code();
        assert_eq!(alice.denied(verify(&then)), Denial::Replayed, "the code of back then, {back} s");
        let (first, second) = (alice.code_in(-30), alice.code());
        assert_eq!(alice.denied(resync(&first, &second)), Denial::Replayed);
        // And forth again.
        alice.now = earlier;
        replayed(&mut alice, verify(&code));
        alice.sign_in();
    }
}

#[test]
fn r7_replicas_whose_clocks_differ_accept_a_code_once() {
    for (first, second) in [(0, 40), (40, 0), (0, 600), (600, 0), (0, 86_400)] {
        let mut alice = Person::enrolled();
        alice.wait(100_000);
        let noon = alice.now;
        alice.now = noon + first * 1000;
        let code = alice.code();
        verified(alice.verify(&code));
        alice.now = noon + second * 1000;
        replayed(&mut alice, verify(&code));
        assert_eq!(alice.account().failures_in_row, 0);
    }
}

#[test]
fn r7_no_time_makes_any_command_fail() {
    for now in [0, 1, 999, 30_000, (1 << 53) - 1] {
        let (mut alice, code) = signed_in();
        alice.fail();
        alice.begin(Enrol::default());
        alice.now = now;
        for command in [
            verify(&code),
            resync(&code, &code),
            Command::Confirm { code: code.as_str().into() },
            verify(&alice.codes[0].clone()),
            verify("0000-0000-0000-0000"),
            Command::Inspect,
            Command::CheckSession,
            Command::Enrol(Enrol::default()),
            Command::RegenerateRecoveryCodes,
            Command::CloseSessions,
        ] {
            assert!(alice.try_ask(command).is_ok());
        }
    }
}
