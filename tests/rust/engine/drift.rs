//! The learned clock of an authenticator (F11): followed within the window, and found again beyond it.

use crate::person::{Person, resync, verified, verify};
use edge_mfa::engine::{Denial, Outcome, Policy, Preset};

fn strict() -> Person {
    let mut alice = Person::new("alice").with(Policy::preset(Preset::Strict));
    alice.enrol();
    alice
}

fn drift(alice: &mut Person) -> i64 {
    alice.account().factors[0].drift.unwrap()
}

#[test]
fn a_clock_that_runs_away_slowly_is_followed() {
    for slower_or_faster in [-1, 1] {
        let mut alice = Person::enrolled();
        // 3 seconds a day, for a quarter of a year.
        for day in 1..=90_i64 {
            alice.wait(86_400);
            alice.ahead = slower_or_faster * 3_000 * day;
            alice.sign_in();
        }
        assert!((drift(&mut alice) - alice.ahead).abs() <= 60_000, "{}", drift(&mut alice));
    }
}

#[test]
fn a_clock_is_followed_so_far_and_no_further() {
    let mut alice = Person::enrolled();
    let mut last = 0;
    for step in 1..=30 {
        alice.wait(3_600);
        alice.ahead = 15_000 * step;
        let code = alice.code();
        if !matches!(alice.verify(&code), Outcome::Verified(_)) {
            break;
        }
        last = alice.ahead;
    }
    assert_eq!(last, 345_000, "the limit of five minutes, and the window");
    assert_eq!(drift(&mut alice), 300_000);
}

#[test]
fn without_learning_only_the_window_counts() {
    let mut alice = Person::enrolled();
    alice.policy.drift = 0;
    alice.wait(3_600);
    alice.ahead = 30_000;
    alice.sign_in();
    assert_eq!(drift(&mut alice), 0);
    alice.wait(3_600);
    alice.ahead = 60_000;
    let code = alice.code();
    assert_eq!(alice.denied(verify(&code)), Denial::Mismatch);
    let (first, second) = (alice.code_in(-30), alice.code());
    assert_eq!(alice.denied(resync(&first, &second)), Denial::Mismatch);
}

#[test]
fn strictly_a_code_lives_one_time_step() {
    for (seconds, good) in [(-30, false), (0, true), (29, true), (30, false)] {
        let mut alice = strict();
        alice.wait(3_600);
        let code = alice.code_in(seconds);
        assert_eq!(matches!(alice.verify(&code), Outcome::Verified(_)), good, "{seconds}");
    }
}

#[test]
fn strictly_two_logins_in_a_row_find_the_clock_again() {
    for ahead in [-30_000, 30_000] {
        let mut alice = strict();
        alice.wait(3_600);
        alice.ahead = ahead;
        let (code, events) = (alice.code(), alice.events.len());
        assert_eq!(alice.denied(verify(&code)), Denial::Mismatch, "one code beyond the window is wrong");
        assert_eq!(alice.denied(verify(&code)), Denial::Mismatch, "and shows nothing more when it comes again");
        alice.wait(30);
        let code = alice.code();
        assert_eq!(verified(alice.verify(&code)).drift, Some(ahead / 30_000));
        assert_eq!(alice.happened_since(events).len(), 3);
        assert_eq!(alice.account().failures_in_row, 0);
        for _ in 0..5 {
            alice.sign_in();
        }
        assert_eq!(drift(&mut alice), if ahead < 0 { -1 } else { 30_000 });
    }
}

#[test]
fn strictly_two_codes_that_do_not_fit_together_find_nothing() {
    let mut alice = strict();
    alice.wait(3_600);
    let behind = alice.code_in(-30);
    assert_eq!(alice.denied(verify(&behind)), Denial::Mismatch);
    let ahead = alice.code_in(30);
    assert_eq!(alice.denied(verify(&ahead)), Denial::Mismatch, "two steps apart in one moment");

    let mut alice = strict();
    alice.wait(3_600);
    alice.ahead = 30_000;
    let code = alice.code();
    alice.verify(&code);
    alice.wait(301);
    let code = alice.code();
    assert_eq!(alice.denied(verify(&code)), Denial::Mismatch, "too late");
}

#[test]
fn strictly_a_clock_is_led_so_far_and_no_further() {
    let mut alice = strict();
    alice.policy.drift = 45;
    for (ahead, good) in [(30_000, true), (60_000, false)] {
        alice.wait(3_600);
        alice.ahead = ahead;
        for _ in 0..2 {
            alice.wait(30);
            let code = alice.code();
            alice.verify(&code);
        }
        assert_eq!(alice.account().failures_in_row == 0, good, "{ahead}");
        assert!(drift(&mut alice) <= 45_000);
    }
    alice.wait(30);
    let (first, second) = (alice.code(), alice.code_in(30));
    alice.wait(30);
    assert_eq!(alice.denied(resync(&first, &second)), Denial::Mismatch);
}

#[test]
fn two_codes_in_a_row_lead_a_clock_no_further_than_the_limit() {
    let mut alice = Person::enrolled();
    for (ahead, good) in [(240_000, true), (330_000, true), (360_000, false), (480_000, false)] {
        alice.wait(3_600);
        alice.ahead = ahead;
        let (first, second) = (alice.code_in(-30), alice.code());
        assert_eq!(matches!(alice.resync(&first, &second), Outcome::Verified(_)), good, "{ahead}");
        assert!(drift(&mut alice) <= 300_000);
    }
}

#[test]
fn a_phone_that_was_put_right_is_found_again() {
    let mut alice = Person::enrolled();
    alice.wait(3_600);
    alice.ahead = 270_000;
    let (first, second) = (alice.code_in(-30), alice.code());
    verified(alice.resync(&first, &second));
    alice.ahead = 0;
    let code = alice.code();
    assert_ne!(alice.denied(verify(&code)), Denial::Locked);
    alice.wait(400);
    let code = alice.code();
    assert_eq!(alice.denied(verify(&code)), Denial::Mismatch);
    let (first, second) = (alice.code_in(-30), alice.code());
    verified(alice.resync(&first, &second));
    assert_eq!(drift(&mut alice) / 30_000, 0);
    alice.sign_in();
}
