//! What holds whatever happens: random commands to one person, at random times, from random devices.

use crate::guard::transfer;
use crate::person::{Person, phone, resync, token, verify};
use edge_mfa::engine::{
    Command, Demand, Denial, Enrol, EventKind, FactorKind, Outcome, Policy, Preset, Progress, Step,
};
use edge_mfa::protect::Purpose;
use edge_mfa::{Hotp, Sensitive, Timestamp, Totp};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::collections::{HashMap, HashSet};
use std::mem::discriminant;

#[derive(Clone, Debug)]
enum Typed {
    /// The right one, of a time step or a counter so far away.
    Right(i64),
    /// One that was typed before.
    Again,
    Wrong(u32),
    NoCode,
}

#[derive(Clone, Debug)]
enum Action {
    Wait(u64),
    /// The clock goes back.
    Back(u64),
    Enrol(FactorKind),
    Confirm(Typed),
    Cancel,
    Progress,
    Verify(u16, Typed),
    VerifyNamed(u16, Typed),
    /// A code on a guarded request, if the last proof is older than so many seconds.
    Guard(u16, Typed, u32),
    /// A guarded request without a code; whether it needs a grant.
    Pass(bool),
    Resync(u16, i64),
    Recover(usize),
    Regenerate,
    Rename(u16),
    Remove(u16),
    Check,
    Close,
    CloseAll,
    Inspect,
    Unlock,
    Reset,
    /// Another browser: nothing comes along.
    Stranger,
    /// The browser that was there before.
    Laptop,
    Remember(bool),
    AddressLocked(u32),
}

fn typed() -> impl Strategy<Value = Typed> {
    prop_oneof![
        5 => (-2_i64..=2).prop_map(Typed::Right),
        2 => Just(Typed::Again),
        4 => (0_u32..1_000_000).prop_map(Typed::Wrong),
        1 => Just(Typed::NoCode),
    ]
}

fn action() -> impl Strategy<Value = Action> {
    let factor = || 0_u16..4;
    prop_oneof![
        8 => (1_u64..120).prop_map(Action::Wait),
        1 => (300_u64..100_000).prop_map(Action::Wait),
        1 => (1_u64..100).prop_map(Action::Back),
        2 => prop_oneof![3 => Just(FactorKind::Totp), 1 => Just(FactorKind::Hotp)].prop_map(Action::Enrol),
        4 => typed().prop_map(Action::Confirm),
        1 => Just(Action::Cancel),
        1 => Just(Action::Progress),
        12 => (factor(), typed()).prop_map(|(factor, typed)| Action::Verify(factor, typed)),
        4 => (factor(), typed()).prop_map(|(factor, typed)| Action::VerifyNamed(factor, typed)),
        4 => (factor(), typed(), 0_u32..600).prop_map(|(factor, typed, age)| Action::Guard(factor, typed, age)),
        2 => any::<bool>().prop_map(Action::Pass),
        2 => (factor(), -12_i64..=12).prop_map(|(factor, at)| Action::Resync(factor, at)),
        3 => (0_usize..12).prop_map(Action::Recover),
        1 => Just(Action::Regenerate),
        1 => factor().prop_map(Action::Rename),
        1 => factor().prop_map(Action::Remove),
        1 => Just(Action::Check),
        1 => Just(Action::Close),
        1 => Just(Action::CloseAll),
        1 => Just(Action::Inspect),
        1 => Just(Action::Unlock),
        1 => prop_oneof![9 => Just(Action::Inspect), 1 => Just(Action::Reset)],
        2 => Just(Action::Stranger),
        2 => Just(Action::Laptop),
        1 => any::<bool>().prop_map(Action::Remember),
        1 => (0_u32..100).prop_map(Action::AddressLocked),
    ]
}

fn policy() -> impl Strategy<Value = Policy> {
    let presets = prop_oneof![Just(Preset::Compatible), Just(Preset::Strict)];
    (presets, 1_u8..=5, 3_u8..=12, 0_u32..=300, any::<bool>(), 1_u8..=4).prop_map(
        |(preset, failures, failures_in_row, drift, idle, most)| Policy {
            failures,
            failures_in_row,
            drift,
            session_idle: if idle { 600 } else { 0 },
            most_factors: most,
            most_sessions: most,
            most_devices: most - 1,
            locks: vec![30, 60],
            ..Policy::preset(preset)
        },
    )
}

/// The authenticators of one person.
#[derive(Clone)]
enum Device {
    Totp(Totp),
    Hotp(Hotp, u64),
}

/// What must stay true, counted beside the engine.
struct World {
    person: Person,
    devices: HashMap<u16, Device>,
    pending: Option<Device>,
    laptop: Option<Sensitive<String>>,
    /// The last code.
    typed: String,
    /// By factor: the last accepted step or counter.
    accepted: HashMap<u16, u64>,
    recovered: HashSet<String>,
    /// Until when strangers are locked, as they were told.
    locked: Option<Timestamp>,
    epoch: u32,
    last_factor: u16,
}

/// A command, and the recovery code that is in it.
struct Asked {
    command: Command,
    recovery: Option<String>,
}

impl From<Command> for Asked {
    fn from(command: Command) -> Self {
        Self { command, recovery: None }
    }
}

impl World {
    fn new(policy: Policy) -> Self {
        Self {
            person: Person::new("alice").with(policy),
            devices: HashMap::new(),
            pending: None,
            laptop: None,
            typed: String::new(),
            accepted: HashMap::new(),
            recovered: HashSet::new(),
            locked: None,
            epoch: 0,
            last_factor: 0,
        }
    }

    fn run(&mut self, action: Action) {
        match action {
            Action::Wait(seconds) => self.person.wait(seconds),
            Action::Back(seconds) => self.person.now -= seconds * 1000,
            Action::Enrol(kind) => self.ask(Command::Enrol(Enrol { kind, ..Enrol::default() }).into()),
            Action::Confirm(typed) => {
                let code = self.code(self.pending.clone().as_ref(), &typed);
                self.ask(Command::Confirm { code: code.as_str().into() }.into());
            }
            Action::Cancel => self.ask(Command::Cancel.into()),
            Action::Progress => {
                let progress = Progress { step: "qr_shown".into(), ..Progress::default() };
                self.ask(Command::Progress(progress).into());
            }
            Action::Verify(factor, typed) => {
                let (_, device) = self.device(factor);
                let code = self.code(device.as_ref(), &typed);
                self.ask(verify(&code).into());
            }
            Action::VerifyNamed(factor, typed) => {
                let (id, device) = self.device(factor);
                let code = self.code(device.as_ref(), &typed);
                let grant = Some(transfer("1"));
                self.ask(Command::Verify { code: code.as_str().into(), factor: Some(id), grant }.into());
            }
            Action::Guard(factor, typed, age) => {
                let (_, device) = self.device(factor);
                let code = Some(self.code(device.as_ref(), &typed).as_str().into());
                let demand = Demand { max_age: Some(age), ..Demand::default() };
                self.ask(Command::Guard { code, demand }.into());
            }
            Action::Pass(granted) => {
                let target = Some(transfer("1")).filter(|_| granted);
                self.ask(Command::Guard { code: None, demand: Demand { target, ..Demand::default() } }.into());
            }
            Action::Resync(factor, at) => {
                let (_, device) = self.device(factor);
                let first = self.code(device.as_ref(), &Typed::Right(at));
                let second = self.code(device.as_ref(), &Typed::Right(at + 1));
                self.ask(resync(&first, &second).into());
            }
            Action::Recover(place) => {
                let code = self.person.codes.get(place).cloned().unwrap_or("ZZZZ-ZZZZ-ZZZZ-ZZZZ".into());
                self.ask(Asked { command: verify(&code), recovery: Some(code) });
            }
            Action::Regenerate => self.ask(Command::RegenerateRecoveryCodes.into()),
            Action::Rename(factor) => self.ask(Command::RenameFactor { factor, name: "Other".into() }.into()),
            Action::Remove(factor) => self.ask(Command::RemoveFactor { factor: self.device(factor).0 }.into()),
            Action::Check => self.ask(Command::CheckSession.into()),
            Action::Close => self.ask(Command::CloseSession { id: None }.into()),
            Action::CloseAll => self.ask(Command::CloseSessions.into()),
            Action::Inspect => self.ask(Command::Inspect.into()),
            Action::Unlock => self.ask(Command::Unlock.into()),
            Action::Reset => self.ask(Command::Reset.into()),
            Action::Stranger => {
                self.laptop = self.person.device.take().or(self.laptop.take());
                self.person.token = None;
            }
            Action::Laptop => self.person.device = self.laptop.take().or(self.person.device.take()),
            Action::Remember(yes) => self.person.remember = yes.then(|| "Laptop".into()),
            Action::AddressLocked(seconds) => {
                self.person.address_locked = Some(self.person.time().plus_secs(seconds));
            }
        }
    }

    /// One of the factors that there are.
    fn device(&self, place: u16) -> (u16, Option<Device>) {
        let mut ids: Vec<u16> = self.devices.keys().copied().collect();
        ids.sort_unstable();
        let id = ids.get(usize::from(place) % ids.len().max(1)).copied().unwrap_or(place);
        (id, self.devices.get(&id).cloned())
    }

    fn code(&mut self, device: Option<&Device>, typed: &Typed) -> String {
        let code = match (typed, device) {
            (Typed::Right(at), Some(Device::Totp(totp))) => {
                totp.generate(Timestamp::from_millis(self.person.now.saturating_add_signed(30_000 * at)).unwrap())
            }
            (Typed::Right(at), Some(Device::Hotp(hotp, counter))) => hotp.generate(counter.saturating_add_signed(*at)),
            (Typed::Again, _) => self.typed.clone(),
            (Typed::Wrong(number), _) => format!("{number:06}"),
            _ => "+23456".into(),
        };
        self.typed.clone_from(&code);
        code
    }

    fn ask(&mut self, asked: Asked) {
        let before = (self.person.body.clone(), self.person.events.len());
        let stranger = self.person.device.is_none();
        let step = self.person.decide(asked.command.clone()).unwrap();
        assert_eq!(self.person.decide_again(asked.command.clone()), Ok(step.clone()), "not deterministic");
        self.person.finish(&step);
        assert!(step.record.is_some() || self.person.body == before.0);
        self.look(&asked, &step, stranger);
        self.count(before.1);
        self.measure();
    }

    fn look(&mut self, asked: &Asked, step: &Step, stranger: bool) {
        match &step.outcome {
            Outcome::Verified(verified) => {
                assert!(verified.session.epoch >= self.epoch, "the epoch went back");
                self.epoch = verified.session.epoch;
                match (&asked.recovery, verified.factor) {
                    (Some(code), None) => {
                        assert!(self.recovered.insert(code.clone()), "a recovery code twice");
                        self.locked = None;
                    }
                    (None, Some(factor)) => self.accept(asked, factor, verified.drift, stranger),
                    other => panic!("{other:?}"),
                }
            }
            Outcome::Denied(denied) => {
                let is_code = asked.command != Command::RegenerateRecoveryCodes;
                let wrong = denied.reason == Denial::Mismatch || denied.reason == Denial::NotEnrolled && is_code;
                assert_eq!(step.counted, wrong);
                if stranger && asked.recovery.is_none() && step.counted {
                    self.locked = denied.retry_at.or(self.locked);
                }
            }
            Outcome::Enrolling(enrolling) => {
                self.pending = Some(match enrolling.kind {
                    FactorKind::Totp => Device::Totp(phone(enrolling)),
                    _ => Device::Hotp(token(enrolling), enrolling.counter),
                });
            }
            _ => {}
        }
    }

    /// The events since there were so many.
    fn count(&mut self, since: usize) {
        for (event, number) in self.person.events.iter().zip(1..) {
            assert_eq!(event.number, number);
        }
        for pair in self.person.events.windows(2) {
            assert!(pair[0].at > pair[1].at || pair[0].id < pair[1].id, "ids in the order of time");
        }
        for kind in self.person.happened_since(since) {
            match kind {
                EventKind::FactorAdded { factor } => {
                    assert!(factor > self.last_factor, "the number of a factor twice");
                    self.last_factor = factor;
                }
                EventKind::FactorRemoved { factor } => drop(self.devices.remove(&factor)),
                EventKind::EnrolmentCancelled => self.pending = None,
                EventKind::Unlocked => self.locked = None,
                EventKind::Reset => (self.devices, self.pending, self.locked) = (HashMap::new(), None, None),
                _ => {}
            }
        }
    }

    fn measure(&mut self) {
        let account = self.person.account();
        let policy = &self.person.policy;
        assert!(account.failures_in_row <= policy.failures_in_row.into());
        assert!(account.factors.len() <= policy.most_factors.into());
        assert!(account.sessions.len() <= policy.most_sessions.into());
        assert!(account.devices.len() <= policy.most_devices.into());
        let drifts = account.factors.iter().filter_map(|factor| factor.drift);
        assert!(drifts.into_iter().all(|drift| drift.abs() <= i64::from(policy.drift) * 1000));
    }

    /// A code was accepted: nobody was locked, and its step or counter is a later one than ever before.
    fn accept(&mut self, asked: &Asked, factor: u16, drift: Option<i64>, stranger: bool) {
        let now = self.person.time();
        if stranger {
            assert!(self.locked.take().is_none_or(|until| until <= now), "a lock accepted a code");
            assert!(self.person.address_locked.is_none_or(|until| until <= now), "a locked address did");
        }
        if let Command::Confirm { .. } = asked.command {
            self.devices.insert(factor, self.pending.take().unwrap());
        }
        let spent = match self.devices.get_mut(&factor).unwrap() {
            Device::Totp(totp) => totp.step(now).saturating_add_signed(drift.unwrap()),
            Device::Hotp(hotp, counter) => {
                let spent = (*counter..).take(200).find(|at| hotp.generate(*at) == self.typed).unwrap();
                *counter = spent + 1;
                spent
            }
        };
        let last = self.accepted.insert(factor, spent);
        assert!(last.is_none_or(|last| last < spent), "a step or a counter twice, or an older one");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn whatever_happens_no_code_is_good_twice_and_no_lock_opens(
        policy in policy(),
        actions in proptest::collection::vec(action(), 1..80),
    ) {
        let mut world = World::new(policy);
        for action in actions {
            world.run(action);
        }
    }

    #[test]
    fn a_sealed_record_with_another_byte_does_not_open(
        actions in proptest::collection::vec(action(), 1..40),
        change in 1_u8..,
    ) {
        let mut world = World::new(Policy::default());
        for action in actions {
            world.run(action);
        }
        let (person, Some(mut body)) = (&world.person, world.person.body.clone()) else { return Ok(()) };
        for at in 0..body.len() {
            body[at] ^= change;
            prop_assert!(person.ring.open(Purpose::Record, &person.owner(), &body).is_err());
            body[at] ^= change;
        }
        prop_assert!(person.ring.open(Purpose::Record, &person.owner(), &body).is_ok());
    }
}

/// Were it not so, the properties above would hold of a person to whom nothing happens.
#[test]
fn random_commands_reach_what_they_are_about() {
    let mut runner = TestRunner::deterministic();
    let mut seen = HashSet::new();
    for _ in 0..200 {
        let mut world = World::new(policy().new_tree(&mut runner).unwrap().current());
        for action in proptest::collection::vec(action(), 60).new_tree(&mut runner).unwrap().current() {
            world.run(action);
        }
        seen.extend(world.person.events.iter().map(|event| discriminant(&event.kind)));
    }
    assert_eq!(seen.len(), 19, "of all kinds of events");
}
