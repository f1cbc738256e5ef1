//! Every setting within its bounds and just outside of them, and what a policy gives up.

use edge_mfa::engine::{Policy, PolicySettings, Preset, SessionMode, VerifyUser};
use edge_mfa::{Algorithm, Error};

/// Just in, just in, and what is just out.
macro_rules! bounds {
    ($($setting:ident: $least:expr, $most:expr, [$($out:expr),*];)+) => {
        $(
            for value in [$least, $most] {
                let settings = PolicySettings { $setting: Some(value.clone()), ..PolicySettings::default() };
                assert_eq!(Policy::new(settings).map(|policy| policy.$setting), Ok(value), stringify!($setting));
            }
            for value in [$($out),*] {
                let policy = Policy::new(PolicySettings { $setting: Some(value), ..PolicySettings::default() });
                assert_eq!(policy, Err(Error::PolicyInvalid), stringify!($setting));
            }
        )+
    };
}

#[test]
fn every_setting_has_its_bounds() {
    bounds! {
        digits: 6, 8, [5, 9];
        period: 15, 300, [14, 301];
        secret_bytes: 16, 64, [15, 65];
        window: 0, 10, [11];
        resync: 0, 10, [11];
        drift: 0, 3_600, [3_601];
        look_ahead: 0, 100, [101];
        look_ahead_resync: 0, 1_000, [1_001];
        pending: 60, 3_600, [59, 3_601];
        most_factors: 1, 10, [0, 11];
        recovery_codes: 8, 10, [7, 11];
        failures: 1, 10, [0, 11];
        failures_within: 60, 86_400, [59, 86_401];
        locks: vec![1], vec![86_400; 10], [vec![], vec![1; 11], vec![30, 0], vec![86_401]];
        failures_in_row: 3, 100, [2, 101];
        address_failures: 3, 255, [2];
        address_within: 60, 86_400, [59, 86_401];
        address_lock: 1, 86_400, [0, 86_401];
        session_lifetime: 43_200, 86_400, [43_199, 86_401];
        session_idle: 60, 86_400, [59, 86_401];
        most_sessions: 1, 100, [0, 101];
        freshness: 30, 3_600, [29, 3_601];
        most_devices: 0, 20, [21];
        device_lifetime: 86_400, 34_560_000, [86_399, 34_560_001];
        key_lifetime: 86_400, 34_560_000, [86_399, 34_560_001];
    }
    assert!(Policy::new(PolicySettings { session_idle: Some(0), ..PolicySettings::default() }).is_ok());
}

#[test]
fn the_defaults_are_those_of_the_product() {
    let policy = Policy::default();
    assert_eq!((policy.algorithm, policy.digits, policy.period), (Algorithm::Sha1, 6, 30));
    assert_eq!((policy.secret_bytes, policy.window, policy.resync), (20, 1, 0));
    assert_eq!((policy.failures, policy.failures_within, policy.failures_in_row), (3, 300, 100));
    assert_eq!(policy.locks, [30, 60, 120, 300]);
    assert_eq!((policy.recovery_codes, policy.pending), (10, 600));
    assert_eq!((policy.session_lifetime, policy.session_idle), (12 * 3_600, 0));
    assert_eq!(policy.session_mode, SessionMode::Immediate);
    assert_eq!(policy.key_lifetime, 90 * 86_400);
}

#[test]
fn strict_is_a_preset_and_what_is_set_wins_over_it() {
    let strict = Policy::preset(Preset::Strict);
    assert_eq!((strict.window, strict.session_idle, strict.drift), (0, 3_600, 300));
    assert_eq!(strict.check(), [], "nothing is given up");
    let settings = PolicySettings { preset: Preset::Strict, window: Some(2), ..PolicySettings::default() };
    let policy = Policy::new(settings).unwrap();
    assert_eq!((policy.window, policy.session_idle), (2, 3_600));
}

#[test]
fn settings_read_as_an_operator_writes_them() {
    let settings = PolicySettings::from_json(r#"{"preset":"strict","sessionLifetime":86400}"#).unwrap();
    assert_eq!((settings.preset, settings.session_lifetime), (Preset::Strict, Some(86_400)));
    for unknown in [r#"{"sesionLifetime":86400}"#, r#"{"preset":"lax"}"#, r#"{"window":-1}"#, r#"{"window":256}"#] {
        assert!(PolicySettings::from_json(unknown).is_err(), "{unknown}");
    }
}

#[test]
fn every_weaker_setting_is_told_of() {
    let defaults = PolicySettings::default;
    let weaker = [
        (PolicySettings { algorithm: Some(Algorithm::Sha256), ..defaults() }, "algorithm"),
        (PolicySettings { digits: Some(8), ..defaults() }, "digits"),
        (PolicySettings { period: Some(60), ..defaults() }, "period"),
        (PolicySettings { secret_bytes: Some(19), ..defaults() }, "secretBytes"),
        (PolicySettings { window: Some(2), ..defaults() }, "window"),
        (PolicySettings { resync: Some(2), ..defaults() }, "resync"),
        (PolicySettings { drift: Some(301), ..defaults() }, "drift"),
        (PolicySettings { look_ahead: Some(11), ..defaults() }, "lookAhead"),
        (PolicySettings { look_ahead_resync: Some(101), ..defaults() }, "lookAheadResync"),
        (PolicySettings { pending: Some(601), ..defaults() }, "pending"),
        (PolicySettings { recovery_codes: Some(9), ..defaults() }, "recoveryCodes"),
        (PolicySettings { failures: Some(4), ..defaults() }, "failures, failuresWithin, locks"),
        (PolicySettings { failures_within: Some(60), ..defaults() }, "failures, failuresWithin, locks"),
        (PolicySettings { locks: Some(vec![240]), ..defaults() }, "failures, failuresWithin, locks"),
        (PolicySettings { address_failures: Some(101), ..defaults() }, "addressFailures"),
        (PolicySettings { session_lifetime: Some(43_201), ..defaults() }, "sessionLifetime"),
        (PolicySettings { session_mode: Some(SessionMode::Offline), ..defaults() }, "sessionMode"),
        (PolicySettings { freshness: Some(901), ..defaults() }, "freshness"),
        (PolicySettings { device_lifetime: Some(15_552_001), ..defaults() }, "deviceLifetime"),
        (PolicySettings { verify_user: Some(VerifyUser::Never), ..defaults() }, "verifyUser"),
        (PolicySettings { passkey_lifetime: Some(31_536_001), ..defaults() }, "passkeyLifetime, securityKeyLifetime"),
        (
            PolicySettings { security_key_lifetime: Some(63_072_001), ..defaults() },
            "passkeyLifetime, securityKeyLifetime",
        ),
        (PolicySettings { key_lifetime: Some(7_776_001), ..defaults() }, "keyLifetime"),
    ];
    for (settings, setting) in weaker {
        let found = Policy::new(settings).unwrap().check();
        let names: Vec<_> = found.iter().map(|weakness| weakness.setting).collect();
        assert_eq!(names, [setting]);
        assert!(found.iter().all(|weakness| !weakness.why.is_empty()));
    }
    assert_eq!(Policy::new(PolicySettings { locks: Some(vec![300]), ..defaults() }).unwrap().check(), []);
    assert_eq!(Policy::new(PolicySettings { failures: Some(2), ..defaults() }).unwrap().check(), []);
}
