//! Headers in, problems out.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use edge_mfa::engine::{Demand, Denial, Denied, Target};
use edge_mfa::http::{Access, Admission, Credentials, Headers, Principal, Problem, ProblemCode, admit};
use edge_mfa::protect::session_token::Method;
use edge_mfa::{Diagnosis, Timestamp};
use proptest::prelude::*;
use serde_json::{Value, json};

fn authorization(value: &str) -> Result<Option<String>, ProblemCode> {
    let read = Credentials::read(Headers { authorization: Some(value), ..Headers::default() })?;
    Ok(read.primary.map(String::from))
}

fn body(problem: &Problem<'_>) -> Value {
    serde_json::from_str(&problem.reply().body).unwrap()
}

fn header<'a>(reply: &'a edge_mfa::http::Reply, name: &str) -> Option<&'a str> {
    reply.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
}

#[test]
fn a_bearer_token_is_read_as_rfc_6750_writes_it() {
    for good in ["Bearer abc", "bearer abc", "BEARER  abc"] {
        assert_eq!(authorization(good), Ok(Some("abc".into())), "{good}");
    }
    assert_eq!(authorization("Bearer aA0-._~+/=="), Ok(Some("aA0-._~+/==".into())));
    assert_eq!(authorization("Basic YWxpY2U6cHc="), Err(ProblemCode::AuthenticationRequired));
    assert_eq!(authorization("abc"), Err(ProblemCode::AuthenticationRequired));
    let long = format!("Bearer {}", "a".repeat(8186));
    for bad in
        ["", "Bearer", "Bearer ", "Bearer a b", "Bearer a, Bearer b", "Bearer a\u{0}", "Bearer é", " Bearer a", &long]
    {
        let problem = authorization(bad).unwrap_err();
        assert!(matches!(problem, ProblemCode::InvalidRequest | ProblemCode::AuthenticationRequired), "{bad}");
        assert!(problem == ProblemCode::InvalidRequest || !bad.starts_with("Bearer "), "{bad}");
    }
    assert!(authorization(&long[..8192]).is_ok());
}

#[test]
fn every_header_is_there_once_and_no_longer_than_its_kind() {
    let read = |headers| Credentials::read(headers).map(|_| ());
    for value in ["123456", "123 456", "+23456", "7KQ2-M9XD-0RTE-W4HB"] {
        assert_eq!(read(Headers { mfa_token: Some(value), ..Headers::default() }), Ok(()), "{value}");
    }
    let too_long = "1".repeat(129);
    for value in ["", "123456, 654321", "123\t456", "12345\u{7f}", "１２３４５６", &too_long] {
        let headers = Headers { mfa_token: Some(value), ..Headers::default() };
        assert_eq!(read(headers), Err(ProblemCode::InvalidRequest), "{value}");
    }
    let too_long = "a".repeat(4097);
    for value in ["", "a b", "a,b", "a\nb", &too_long] {
        let headers = Headers { session_token: Some(value), ..Headers::default() };
        assert_eq!(read(headers), Err(ProblemCode::InvalidRequest), "{value}");
    }
    let too_long = "A".repeat(65);
    for value in ["", "a-b", "a, b", &too_long] {
        let headers = Headers { device_token: Some(value), ..Headers::default() };
        assert_eq!(read(headers), Err(ProblemCode::InvalidRequest), "{value}");
    }
    assert_eq!(Credentials::read(Headers::default()), Ok(Credentials::default()));
}

#[test]
fn credentials_are_not_shown() {
    let headers = Headers {
        authorization: Some("Bearer hidden"),
        mfa_token: Some("hidden"),
        session_token: Some("hidden"),
        device_token: Some("hidden"),
    };
    assert!(!format!("{:?}", Credentials::read(headers).unwrap()).contains("hidden"));
}

#[test]
fn a_service_account_passes_only_where_that_is_said() {
    let scopes = || vec!["read".into(), "write".into()];
    let service = Principal { service: true, scopes: scopes() };
    let person = Principal { service: false, scopes: scopes() };
    let access = |services, scope: &str| Access { services, scopes: vec![scope.into()] };
    assert_eq!(admit(&service, &access(false, "read")), Err(ProblemCode::Forbidden));
    assert_eq!(admit(&service, &access(true, "read")), Ok(Admission::Exempt));
    assert_eq!(admit(&service, &access(true, "admin")), Err(ProblemCode::InsufficientScope));
    assert_eq!(admit(&person, &access(true, "read")), Ok(Admission::Ask), "a person is asked there, too");
    assert_eq!(admit(&person, &access(false, "Read")), Err(ProblemCode::InsufficientScope));
}

#[test]
fn every_code_has_a_status_a_title_and_a_help_text() {
    let mut seen = std::collections::HashSet::new();
    for code in ProblemCode::ALL {
        let reply = Problem::of(*code).reply();
        let body: Value = serde_json::from_str(&reply.body).unwrap();
        assert_eq!(ProblemCode::parse(code.name()), Some(*code));
        assert_eq!((body["status"].as_u64(), &body["code"]), (Some(reply.status.into()), &json!(code.name())));
        assert_eq!(body["type"], format!("urn:problem-type:edge-mfa:{}", code.name()));
        assert!(body["title"].as_str().unwrap().len() > 5 && body["detail"].as_str().unwrap().len() > 15);
        assert!((400..600).contains(&reply.status) && seen.insert(code.name()));
        assert_eq!(
            header(&reply, "WWW-Authenticate").is_some(),
            reply.status == 401 || *code == ProblemCode::InsufficientScope
        );
        assert_eq!(header(&reply, "Content-Type"), Some("application/problem+json"));
    }
}

#[test]
fn challenges_are_those_of_rfc_6750_and_rfc_9470() {
    let demand = Demand {
        max_age: Some(60),
        methods: vec![Method::Otp, Method::Hwk],
        target: Some(Target { action: "transfer".into(), resource: Some("secret place".into()), amount: None }),
        ..Demand::default()
    };
    let of = |code| Problem { realm: "Ex\"am\\ple\nÄ", demand: Some(&demand), ..Problem::of(code) }.reply();
    let challenge = |code| header(&of(code), "WWW-Authenticate").unwrap_or_default().to_owned();
    assert_eq!(challenge(ProblemCode::AuthenticationRequired), "Bearer realm=\"Ex'am/ple??\"");
    assert!(challenge(ProblemCode::InvalidToken).contains("error=\"invalid_token\""));
    let step_up = challenge(ProblemCode::VerificationRequired);
    assert!(step_up.contains("error=\"insufficient_user_authentication\""), "{step_up}");
    assert!(step_up.ends_with("acr_values=\"aal2\", max_age=\"60\""), "{step_up}");
    let scopes = ["a".to_owned(), "b".to_owned()];
    let scope = Problem { scopes: &scopes, ..Problem::of(ProblemCode::InsufficientScope) }.reply();
    assert!(header(&scope, "WWW-Authenticate").unwrap().ends_with("scope=\"a b\""));

    let body: Value = serde_json::from_str(&of(ProblemCode::VerificationRequired).body).unwrap();
    assert_eq!(
        (&body["maxAge"], &body["methods"], &body["action"]),
        (&json!(60), &json!(["otp", "hwk"]), &json!("transfer"))
    );
    assert!(!body.to_string().contains("secret place"));
    let body: Value = serde_json::from_str(&of(ProblemCode::NotFound).body).unwrap();
    assert_eq!((&body["maxAge"], &body["action"]), (&Value::Null, &Value::Null), "where another proof would not help");
}

#[test]
fn a_lock_says_how_long_in_whole_seconds() {
    let now = Timestamp::from_millis(1_800_000_000_001).unwrap();
    let at = |millis: u64| Some(Timestamp::from_millis(1_800_000_000_001 + millis).unwrap());
    for (until, seconds) in [(at(30_000), "30"), (at(29_001), "30"), (at(1), "1"), (at(0), "0")] {
        let locked = Denied { retry_at: until, ..Denied::of(Denial::Locked) };
        let reply = Problem::denied(&locked, now).reply();
        assert_eq!((reply.status, header(&reply, "Retry-After")), (429, Some(seconds)));
    }
    let disabled = Problem::denied(&Denied::of(Denial::Disabled), now).reply();
    assert_eq!((disabled.status, header(&disabled, "Retry-After")), (429, None));
}

#[test]
fn nobody_learns_who_has_a_factor() {
    let now = Timestamp::from_secs(1_800_000_000).unwrap();
    let reply = |reason| Problem::denied(&Denied { attempts_left: Some(2), ..Denied::of(reason) }, now).reply();
    assert_eq!(reply(Denial::NotEnrolled), reply(Denial::Mismatch));
}

#[test]
fn a_diagnosis_has_a_problem_of_its_own() {
    let now = Timestamp::from_secs(1_800_000_000).unwrap();
    for (diagnosis, code) in [
        (Diagnosis::Expired, ProblemCode::CodeExpired),
        (Diagnosis::Clock, ProblemCode::ClockDrift),
        (Diagnosis::Algorithm, ProblemCode::AlgorithmMismatch),
        (Diagnosis::Digits, ProblemCode::DigitsMismatch),
        (Diagnosis::Period, ProblemCode::PeriodMismatch),
        (Diagnosis::PreviousSecret, ProblemCode::PreviousSecret),
        (Diagnosis::Misread, ProblemCode::Misread),
    ] {
        let denied = Denied { diagnosis: Some(diagnosis), drift: Some(4), ..Denied::of(Denial::Mismatch) };
        let problem = Problem::denied(&denied, now);
        assert_eq!((problem.code, &body(&problem)["drift"]), (code, &json!(4)));
    }
}

#[test]
fn a_clock_that_is_off_is_named_where_codes_are_refused() {
    let detail = |code| body(&Problem { clock_offset: Some(-45), ..Problem::of(code) })["detail"].to_string();
    assert!(detail(ProblemCode::CodeRejected).contains("off by -45 s"));
    assert!(!detail(ProblemCode::NotFound).contains("off by"));
}

proptest! {
    #[test]
    fn no_header_breaks_the_reader(value in any::<Option<String>>(), ascii in "[ -~]{0,200}") {
        for value in [value.as_deref(), Some(ascii.as_str())] {
            let headers = Headers { authorization: value, mfa_token: value, session_token: value, device_token: value };
            if let Ok(read) = Credentials::read(headers) {
                prop_assert!(read.primary.is_none_or(|token| !token.is_empty() && !token.contains([' ', ','])));
            }
        }
    }
}
