//! One simulated account: its record in a store, a clock, an authenticator and a browser.
//!
//! Every command goes the whole way, as in a server: the record is opened, stepped, sealed, and committed together with
//! its events; only then is the outcome looked at, and the browser keeps what it was given.

use edge_mfa::engine::{
    Account, Claim, Command, Context, Denial, Denied, Enrol, Enrolling, Event, EventKind, Outcome, Passkeys, Policy,
    Record, Step, Verified, account_key, step,
};
use edge_mfa::protect::{Environment, KeyRing, Purpose, Seeded, session_token, thumbprint};
use std::collections::HashMap;
use std::sync::Arc;

use crate::authenticator::passkeys;
use edge_mfa::{Digits, Error, Hotp, Period, Secret, Sensitive, Timestamp, Totp};

pub(crate) const ISSUER: &str = "Example";
/// The beginning of a time step, whether a step is 15, 30 or 60 seconds.
pub(crate) const START: u64 = 1_800_000_000_000;

pub(crate) struct Person {
    pub(crate) subject: String,
    pub(crate) policy: Policy,
    pub(crate) ring: KeyRing,
    /// Milliseconds.
    pub(crate) now: u64,
    /// The store: the sealed record, its revision, and the events.
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) revision: u32,
    pub(crate) events: Vec<Event>,
    /// The authenticator, and how many milliseconds its clock is ahead.
    pub(crate) phone: Option<Totp>,
    pub(crate) ahead: i64,
    pub(crate) codes: Vec<String>,
    /// What the browser keeps and sends.
    pub(crate) token: Option<String>,
    pub(crate) primary: Option<String>,
    pub(crate) device: Option<Sensitive<String>>,
    pub(crate) remember: Option<String>,
    pub(crate) agent: Option<String>,
    pub(crate) address_locked: Option<Timestamp>,
    /// What the platform and the store found out about a passkey.
    pub(crate) signatures: Option<Vec<[u8; 32]>>,
    pub(crate) owners: HashMap<String, String>,
    pub(crate) owner: Option<String>,
    pub(crate) passkeys: Arc<Passkeys>,
    seeds: u64,
}

impl Person {
    pub(crate) fn new(subject: &str) -> Self {
        let start = Timestamp::from_millis(START).unwrap();
        Self {
            subject: subject.into(),
            policy: Policy::default(),
            ring: KeyRing::generate(Environment::Test, start, &mut Seeded::new([1; 32])).unwrap(),
            now: START,
            body: None,
            revision: 0,
            events: Vec::new(),
            phone: None,
            ahead: 0,
            codes: Vec::new(),
            token: None,
            primary: None,
            device: None,
            remember: None,
            agent: None,
            address_locked: None,
            signatures: None,
            owners: HashMap::new(),
            owner: None,
            passkeys: passkeys(),
            // No two people draw the same numbers.
            seeds: u64::from_be_bytes(*thumbprint(subject).first_chunk().unwrap()),
        }
    }

    pub(crate) fn with(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// Alice, who has confirmed an authenticator a moment ago.
    pub(crate) fn enrolled() -> Self {
        let mut alice = Self::new("alice@example.com");
        alice.enrol();
        alice
    }

    // --- the clock ---

    pub(crate) fn time(&self) -> Timestamp {
        Timestamp::from_millis(self.now).unwrap()
    }

    pub(crate) fn wait(&mut self, seconds: u64) {
        self.now += seconds * 1000;
    }

    // --- the server ---

    /// Opens and steps, and stores nothing.
    pub(crate) fn decide(&mut self, command: Command) -> Result<Step, Error> {
        self.seeds = self.seeds.wrapping_add(1);
        self.decide_again(command)
    }

    /// The same with the same seed.
    pub(crate) fn decide_again(&self, command: Command) -> Result<Step, Error> {
        step(self.record(), command, &self.context(), &self.policy)
    }

    /// The compare-and-swap: false, and nothing is stored, if the revision is another one by now.
    pub(crate) fn commit(&mut self, expected: u32, step: &Step) -> bool {
        if self.revision != expected {
            return false;
        }
        if let Some(record) = &step.record {
            let (mut entropy, bytes) = (Seeded::new(self.seed(1)), record.to_bytes());
            self.body = Some(self.ring.seal(Purpose::Record, &self.owner(), &bytes, &mut entropy).unwrap());
            self.revision += 1;
        }
        assert!(step.record.is_some() || step.events.is_empty(), "events without a record");
        assert!(step.record.is_some() || !step.counted, "a failure that is not stored");
        self.events.extend(step.events.iter().cloned());
        for claim in &step.claims {
            match claim {
                Claim::Take(id) => self.owners.insert(id.clone(), self.subject.clone()),
                Claim::Release(id) => self.owners.remove(id),
            };
        }
        true
    }

    pub(crate) fn try_ask(&mut self, command: Command) -> Result<Outcome, Error> {
        let step = self.decide(command)?;
        Ok(self.finish(&step))
    }

    /// Stores what was decided on the record as it is now, and lets the outcome out.
    pub(crate) fn finish(&mut self, step: &Step) -> Outcome {
        assert!(self.commit(self.revision, step));
        self.keep(&step.outcome);
        step.outcome.clone()
    }

    pub(crate) fn ask(&mut self, command: Command) -> Outcome {
        self.try_ask(command).unwrap()
    }

    pub(crate) fn denied(&mut self, command: Command) -> Denial {
        denied(&self.ask(command)).reason
    }

    pub(crate) fn record(&self) -> Record {
        let Some(body) = &self.body else { return Record::default() };
        let plain = self.ring.open(Purpose::Record, &self.owner(), body).unwrap();
        Record::from_bytes(&plain).unwrap()
    }

    pub(crate) fn owner(&self) -> String {
        account_key(&self.subject).unwrap()
    }

    pub(crate) fn context(&self) -> Context {
        let bound_to = self.primary.as_deref().map(thumbprint);
        let now = self.time();
        let mut context = Context::new(&self.subject, now, self.seed(0));
        context.issuer = ISSUER.into();
        let verify = |token: &String| session_token::verify(&self.ring, ISSUER, token, bound_to.as_ref(), now);
        context.session = self.token.as_ref().map(verify);
        context.bound_to = bound_to;
        context.device.clone_from(&self.device);
        context.remember.clone_from(&self.remember);
        context.address_locked = self.address_locked;
        context.passkeys = Some(self.passkeys.clone());
        context.signatures.clone_from(&self.signatures);
        context.owner.clone_from(&self.owner);
        context.origin.agent.clone_from(&self.agent);
        context
    }

    /// Never the same one twice: neither for two commands, nor for a step and its seal.
    fn seed(&self, use_: u8) -> [u8; 32] {
        let mut seed = thumbprint(&self.subject);
        seed[0] = use_;
        seed[1..9].copy_from_slice(&self.seeds.to_be_bytes());
        seed
    }

    // --- the browser ---

    fn keep(&mut self, outcome: &Outcome) {
        let claims = match outcome {
            Outcome::Verified(verified) => {
                self.device = verified.device.clone().or(self.device.take());
                if let Some(codes) = &verified.recovery_codes {
                    self.codes.clone_from(codes);
                }
                &verified.session
            }
            Outcome::RecoveryCodes(set) => {
                self.codes.clone_from(&set.codes);
                return;
            }
            Outcome::Session(session) => match &session.renewed {
                Some(renewed) => renewed,
                None => return,
            },
            _ => return,
        };
        self.token = Some(claims.sign(&self.ring).unwrap());
    }

    // --- the owner ---

    /// Begins an enrolment and confirms it with the phone, which is another one from now on.
    pub(crate) fn enrol(&mut self) -> Verified {
        self.enrol_as(Enrol::default())
    }

    pub(crate) fn enrol_as(&mut self, enrol: Enrol) -> Verified {
        let enrolling = self.begin(enrol);
        self.phone = Some(phone(&enrolling));
        let code = self.code();
        verified(self.confirm(&code))
    }

    pub(crate) fn begin(&mut self, enrol: Enrol) -> Enrolling {
        match self.ask(Command::Enrol(enrol)) {
            Outcome::Enrolling(enrolling) => enrolling,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn confirm(&mut self, code: &str) -> Outcome {
        self.ask(Command::Confirm { code: code.into() })
    }

    pub(crate) fn verify(&mut self, code: &str) -> Outcome {
        self.ask(verify(code))
    }

    pub(crate) fn resync(&mut self, first: &str, second: &str) -> Outcome {
        self.ask(resync(first, second))
    }

    /// Waits for the next code, and signs in with it: in another browser, which has no session yet.
    pub(crate) fn sign_in(&mut self) -> Verified {
        self.token = None;
        self.prove()
    }

    /// The same with the session that there is.
    pub(crate) fn prove(&mut self) -> Verified {
        self.wait(30);
        let code = self.code();
        verified(self.verify(&code))
    }

    /// What the phone shows now.
    pub(crate) fn code(&self) -> String {
        self.code_in(0)
    }

    /// What the phone shows so many seconds from now.
    pub(crate) fn code_in(&self, seconds: i64) -> String {
        let there = self.now.saturating_add_signed(self.ahead + seconds * 1000);
        self.phone.as_ref().unwrap().generate(Timestamp::from_millis(there).unwrap())
    }

    /// A code that the phone does not show for a quarter of an hour before and after.
    pub(crate) fn wrong(&self) -> String {
        let near: Vec<String> = (-30..=30).map(|step| self.code_in(30 * step)).collect();
        (741_852..).map(|number| format!("{number:06}")).find(|code| !near.contains(code)).unwrap()
    }

    pub(crate) fn fail(&mut self) -> Denied {
        let wrong = self.wrong();
        denied(&self.verify(&wrong))
    }

    /// Enough for a lock.
    pub(crate) fn fail_three_times(&mut self) {
        for _ in 0..3 {
            self.fail();
        }
    }

    pub(crate) fn account(&mut self) -> Account {
        match self.ask(Command::Inspect) {
            Outcome::Account(account) => account,
            other => panic!("{other:?}"),
        }
    }

    /// Whether a session that came along is good.
    pub(crate) fn is_signed_in(&mut self) -> bool {
        matches!(self.ask(Command::CheckSession), Outcome::Session(_))
    }

    /// What happened since there were so many events.
    pub(crate) fn happened_since(&self, count: usize) -> Vec<EventKind> {
        self.events[count..].iter().map(|event| event.kind.clone()).collect()
    }
}

pub(crate) fn verify(code: &str) -> Command {
    Command::Verify { code: code.into(), factor: None, grant: None }
}

pub(crate) fn verify_with(factor: u16, code: &str) -> Command {
    Command::Verify { code: code.into(), factor: Some(factor), grant: None }
}

pub(crate) fn resync(first: &str, second: &str) -> Command {
    Command::Resync { first: first.into(), second: second.into(), factor: None }
}

pub(crate) fn verified(outcome: Outcome) -> Verified {
    match outcome {
        Outcome::Verified(verified) => verified,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn denied(outcome: &Outcome) -> Denied {
    match outcome {
        Outcome::Denied(denied) => denied.clone(),
        other => panic!("{other:?}"),
    }
}

/// An authenticator that scanned the enrolment.
pub(crate) fn phone(enrolling: &Enrolling) -> Totp {
    Totp::new(Secret::parse(&enrolling.secret).unwrap())
        .with_algorithm(enrolling.algorithm)
        .with_digits(Digits::new(enrolling.digits).unwrap())
        .with_period(Period::from_secs(enrolling.period).unwrap())
}

/// A hardware token of the same secret.
pub(crate) fn token(enrolling: &Enrolling) -> Hotp {
    Hotp::new(Secret::parse(&enrolling.secret).unwrap())
        .with_algorithm(enrolling.algorithm)
        .with_digits(Digits::new(enrolling.digits).unwrap())
}
