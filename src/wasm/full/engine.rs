//! One decision: open the record, step, seal the record and the events.

use super::memory::Region;
use super::outcome;
use super::passkey::{Note, PasskeySettings, digest};
use super::{
    Blob, Bytes, Local, Maybe, MaybeBytes, Number, Read, Registry, Text, Typed, Written, answer, js, json, optional,
    typed,
};
use crate::base::bits::encode_base64_url;
use crate::base::json::{self, Read as _, readable, writable};
use crate::base::percent::hex;
use crate::base::{Wiped, ascii, decimal};
use crate::engine::{self, Claim, Command, Context, Demand, Notify, Origin, Policy, PolicySettings, Record};
use crate::engine::{Passkeys, SessionMode, account_key, credential_key};
use crate::protect::session_token::{self, Claims, Known};
use crate::protect::{KeyRing, Network, Purpose, Seeded, thumbprint};
use crate::webauthn::SignatureCheck;
use crate::{Error, Sensitive, Timestamp};
use alloc::string::String;
use alloc::{sync::Arc, vec::Vec};
use core::cell::RefCell;
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

/// What every decision of a service needs.
pub(super) struct Engine {
    pub(super) ring: KeyRing,
    pub(super) policy: Policy,
    pub(super) issuer: String,
    pub(super) passkeys: Option<Arc<Passkeys>>,
}

/// Makes an engine, or finds the one of the same settings; answers its number.
#[wasm_bindgen]
pub fn configure(
    keys: &Text,
    settings: &Ts<PolicySettings>,
    issuer: &Text,
    #[wasm_bindgen(unchecked_optional_param_type = "PasskeySettings")] passkeys: &JsValue,
) -> Number {
    answer(|| {
        let keys = keys.read(Error::KeyRingMalformed)?;
        let issuer = issuer.read(Error::IssuerInvalid)?;
        let settings = json(settings, Error::PolicyInvalid)?;
        let passkeys =
            if js::is_undefined(passkeys) { String::new() } else { json(passkeys, Error::RelyingPartyInvalid)? };
        let source = [&settings, "\n", &passkeys, "\n", &issuer, "\n", &keys].concat();
        ENGINES.handle(&source, || {
            let policy = Policy::from_json(&settings)?;
            let passkeys = match passkeys.as_str() {
                "" => None,
                given => {
                    let mut settings = PasskeySettings::default();
                    json::read_over(given, &mut settings).ok_or(Error::RelyingPartyInvalid)?;
                    Some(settings.passkeys()?)
                }
            };
            let engine = Engine { ring: KeyRing::parse(&keys)?, policy, issuer: issuer.clone(), passkeys };
            // An issuer that no authenticator could show is refused here, not at the first enrolment.
            if issuer.is_empty() || ascii::contains(&issuer, b':') { Err(Error::IssuerInvalid) } else { Ok(engine) }
        })
    })
}

/// What comes with a command.
#[derive(Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Input {
    /// Milliseconds since 1970.
    now: Timestamp,
    /// The session token that came along.
    #[tsify(optional)]
    session: Option<String>,
    /// The primary token, to which sessions are bound.
    #[tsify(optional)]
    primary: Option<String>,
    /// The token of a known device.
    #[tsify(optional)]
    device: Option<String>,
    /// Remember the device, as this.
    #[tsify(optional)]
    remember: Option<String>,
    /// The client's address, without a port.
    #[tsify(optional)]
    address: Option<String>,
    /// Until when the budget of the address is used up.
    #[tsify(optional)]
    address_locked_until: Option<Timestamp>,
    /// ISO 3166-1 alpha-2.
    #[tsify(optional)]
    country: Option<String>,
    /// The user agent.
    #[tsify(optional)]
    agent: Option<String>,
    /// Of the `checks`: the ids of those that are good.
    #[tsify(optional)]
    signatures: Option<Vec<String>>,
}

/// What to store, and what to answer after that.
#[derive(Default, Tsify)]
pub struct Decision<'a> {
    /// The record to store, sealed; absent if it stays as it is.
    #[tsify(type = "Uint8Array<ArrayBuffer>", optional)]
    body: Option<Blob<'a>>,
    /// To be stored with it.
    events: Vec<SealedEvent>,
    /// A failure was counted: count it for the address, too.
    counted: bool,
    /// Store this before: if there is one already, nothing is decided.
    #[tsify(optional)]
    note: Option<Note>,
    /// Remove these after that.
    released: Vec<String>,
    /// Unless there are none, nothing is decided yet: the same again, with those that are good in the input.
    #[tsify(type = "Signature[]")]
    checks: &'a [SignatureCheck],
    #[tsify(type = "Outcome")]
    outcome: Written,
}

/// An event, sealed.
#[derive(Tsify)]
pub struct SealedEvent {
    id: String,
    at: Timestamp,
    /// When somebody has to be told; absent if nobody has.
    #[tsify(optional)]
    due: Option<Timestamp>,
    #[tsify(type = "Uint8Array<ArrayBuffer>")]
    body: Vec<u8>,
}

/// Decides one command, with 64 random bytes; for a registration with the note of whose its credential id is. Store `body` and `events` together, and only then let `outcome` out.
#[wasm_bindgen]
pub fn decide(
    handle: &Number,
    subject: &Text,
    body: &MaybeBytes,
    command: &Ts<Command>,
    input: &Ts<Input>,
    seed: &Bytes,
    #[wasm_bindgen(unchecked_optional_param_type = "Uint8Array")] owner: &MaybeBytes,
) -> Ts<Decision<'static>> {
    answer(|| {
        let subject = subject.read(Error::SubjectInvalid)?;
        let body = body.read(Error::SealMalformed)?;
        let (mut what, mut with) = (Command::start(), Input::start());
        command.read(&mut what, Error::CommandInvalid)?;
        input.read(&mut with, Error::ContextInvalid)?;
        let seed = seed.read(Error::ContextInvalid)?;
        let owner = owner.read(Error::SealMalformed)?;
        engine(handle)?.decide(&subject, body.as_deref(), &what, &mut with, &seed, owner.as_deref())
    })
}

/// Checks a session, or guards with one where there is a demand, by its token alone; absent where the record has to be read.
/// As text, because every request may ask: the reason of a denial in quotation marks; or, separated by spaces, the id, the
/// methods with `+` between them, the level, when it was proved, when it ends, and the token anew, if that is due.
#[wasm_bindgen(js_name = decideOffline)]
#[allow(unsafe_code)] // What too many sessions were known by is forgotten.
pub fn decide_offline(
    handle: &Number,
    subject: &Text,
    session: &Maybe,
    primary: &Maybe,
    now: &Number,
    #[wasm_bindgen(unchecked_optional_param_type = "Demand")] demand: &JsValue,
    #[wasm_bindgen(unchecked_optional_param_type = "Input")] rest: &JsValue,
) -> Maybe {
    answer(|| {
        let engine = engine(handle)?;
        let policy = &engine.policy;
        if policy.session_mode == SessionMode::Immediate {
            return Ok(None);
        }
        let (subject, now) = (subject.read(Error::SubjectInvalid)?, now.time()?);
        let token = session.read(Error::ContextInvalid)?;
        let bound_to = primary.read(Error::ContextInvalid)?.map(|token| thumbprint(&token));
        let (mut demanded, mut others) = (None::<Demand>, None::<Input>);
        optional(demand, &mut demanded, Error::CommandInvalid)?;
        optional(rest, &mut others, Error::ContextInvalid)?;
        if let Some(Input { address: Some(address), .. }) = &others {
            // It does not matter here, but what is none is refused as ever.
            engine.network(address)?;
        }
        let mut known = KNOWN.borrow_mut();
        if known.kept() > MOST_KNOWN {
            *known = NOTHING_KNOWN;
            // SAFETY: nothing else is kept in it, and nobody has borrowed of it.
            unsafe { KNOWN_REGION.forget() };
        }
        let Engine { ring, issuer, .. } = engine;
        let session =
            token.map(|token| session_token::verify_again(ring, issuer, &token, bound_to.as_ref(), now, &mut known));
        Ok(match engine::by_token(session, &subject, now, demanded.as_ref()) {
            Some(Ok(claims)) => Some(engine.session_text(claims, now)?),
            Some(Err(reason)) => Some(json::write(&reason)),
            None => None,
        })
    })
}

/// The store key of a subject's record.
#[wasm_bindgen(js_name = accountKey)]
pub fn key(subject: &Text) -> Text {
    answer(|| account_key(&subject.read(Error::SubjectInvalid)?))
}

pub(super) fn engine(handle: &Number) -> Result<&'static Engine, Error> {
    let handle = handle.read(Error::EngineForgotten)?;
    ENGINES.value(handle)
}

impl Engine {
    fn decide(
        &self,
        subject: &str,
        body: Option<&[u8]>,
        command: &Command,
        input: &mut Input,
        seed: &[u8],
        owner: Option<&[u8]>,
    ) -> Result<Typed<Ts<Decision<'static>>>, Error> {
        let key = account_key(subject)?;
        let vault = self.ring.vault(&key);
        let mut record = Record::default();
        let before = match body {
            Some(body) => vault.open(Purpose::Record, body)?,
            None => record.written(),
        };
        record.read(&before)?;
        let ([first, second], []) = seed.as_chunks() else { return Err(Error::ContextInvalid) };
        let mut context = self.context(subject, *first, input)?;
        match (command, owner) {
            (Command::Register { response, .. }, Some(owner)) => {
                context.owner = Some(self.owner(&credential_key(&response.id), owner)?);
            }
            (Command::SignIn { response }, _) => {
                context.challenge = self.challenge(&response.client_data_json, context.now).map(|found| found.0);
            }
            _ => {}
        }
        let mut turn = engine::Turn::new(record, &context, &self.policy);
        let happened = turn.decide(command)?;
        let mut nonces = Seeded::new(*second);
        let outcome = Written(outcome::write(&turn.outcome, self)?);
        let mut decision = Decision { outcome, ..Decision::default() };
        if let engine::Outcome::Check(checks) = &turn.outcome {
            decision.checks = checks;
            return typed(&decision);
        }
        for claim in turn.claims {
            match claim {
                Claim::Take(id) => decision.note = Some(self.note(credential_key(&id), subject, &mut nonces)?),
                Claim::Release(id) => decision.released.push(credential_key(&id)),
            }
        }
        let mut seal = |purpose, plain: &[u8]| vault.seal(purpose, plain, &mut nonces);
        let after = turn.record.written();
        let body = if after == before { None } else { Some(seal(Purpose::Record, &after)?) };
        for event in happened {
            let plain = Wiped::new(event.to_json());
            let due = (event.notify != Notify::Nobody).then_some(event.at);
            let body = seal(Purpose::Event, plain.as_bytes())?;
            decision.events.push(SealedEvent { body, id: event.id, at: event.at, due });
        }
        decision.body = body.as_deref().map(Blob);
        decision.counted = turn.counted;
        typed(&decision)
    }

    fn session_text(&self, claims: &Claims, now: Timestamp) -> Result<String, Error> {
        let mut text = String::with_capacity(128);
        encode_base64_url(&mut text, claims.id.as_bytes());
        for (place, method) in claims.methods.iter().enumerate() {
            text.push(if place == 0 { ' ' } else { '+' });
            text.push_str(method.name());
        }
        text.push(' ');
        text.push_str(claims.level.name());
        for time in [claims.authenticated, claims.limit] {
            text.push(' ');
            decimal::push(&mut text, time.as_millis());
        }
        if let Some(renewed) = engine::renew(claims, now, self.policy.session_idle) {
            text.push(' ');
            text.push_str(&renewed.sign(&self.ring)?);
        }
        Ok(text)
    }

    /// What came along.
    fn context(&self, subject: &str, seed: [u8; 32], input: &mut Input) -> Result<Context, Error> {
        let bound_to = input.primary.as_ref().map(|token| thumbprint(token));
        let verify =
            |token: &String| session_token::verify(&self.ring, &self.issuer, token, bound_to.as_ref(), input.now);
        Ok(Context {
            subject: subject.into(),
            now: input.now,
            seed: Sensitive::new(seed),
            issuer: self.issuer.clone(),
            session: input.session.as_ref().map(verify),
            bound_to,
            device: input.device.take().map(Sensitive::new),
            remember: input.remember.take(),
            address_locked: input.address_locked_until,
            passkeys: self.passkeys.clone(),
            signatures: input.signatures.as_ref().map(|ids| ids.iter().map(|id| digest(id)).collect()),
            owner: None,
            challenge: None,
            origin: Origin {
                network: input.address.as_ref().map(|address| self.network(address)).transpose()?,
                country: input.country.as_ref().map(|country| printable(country, 2)),
                agent: input.agent.as_ref().map(|agent| printable(agent, 256)),
            },
        })
    }

    /// A keyed hash of the network of an address.
    pub(super) fn network(&self, address: &str) -> Result<String, Error> {
        Ok(hex(&self.ring.keyed_id("edge-mfa address", Network::parse(address)?.as_bytes())))
    }
}

/// So many characters, none of them a control character.
fn printable(text: &str, most: usize) -> String {
    text.chars().filter(|symbol| !symbol.is_control()).take(most).collect()
}

/// Of all engines: each checks the signature itself.
static KNOWN: Local<RefCell<Known>> = Local::new(RefCell::new(NOTHING_KNOWN));
const NOTHING_KNOWN: Known = Known::kept_by(|work| KNOWN_REGION.keep(work));
/// Where it lies.
static KNOWN_REGION: Region = Region::new();
/// Bytes of payloads; then it begins anew, as nothing is freed where one takes the place of another.
const MOST_KNOWN: usize = 1 << 18;

static ENGINES: Local<Registry<Engine>> = Local::new(Registry::new());

readable!(Input: [now] session, primary, device, remember, address, address_locked_until, country, agent, signatures);

impl json::Write for SealedEvent {
    fn write(&self, to: &mut String) {
        json::object(to, "id at due body", &[&self.id, &self.at, &self.due, &Blob(&self.body)]);
    }
}

writable!(Decision<'_>: body, events, counted, note, released, checks, outcome);
