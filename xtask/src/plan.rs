//! A list of steps, run in order, with a bar, times, and output only where somebody needs it.

use std::fs::{self, File};
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use crate::error::{Context, Error, Result};
use crate::workspace::Workspace;

type Work<'a> = Box<dyn FnOnce(&Log) -> Result<()> + 'a>;

struct Step<'a> {
    title: String,
    /// Which lines of the output are worth showing although all went well.
    closing: fn(&str) -> bool,
    /// Whether the steps after this one make sense when it fails.
    independent: bool,
    work: Work<'a>,
}

pub(crate) struct Plan<'a> {
    ws: &'a Workspace,
    steps: Vec<Step<'a>>,
}

impl<'a> Plan<'a> {
    pub(crate) fn new(ws: &'a Workspace) -> Self {
        Self { ws, steps: Vec::new() }
    }

    /// A step that those after it need.
    pub(crate) fn step(&mut self, title: &str, work: impl FnOnce(&Log) -> Result<()> + 'a) {
        self.push(title, false, |_| false, work);
    }

    /// Such a step that is one command.
    pub(crate) fn command(&mut self, title: &str, command: Command) {
        self.step(title, move |log| log.run(command));
    }

    /// A command that only looks: when it fails, the rest still runs.
    pub(crate) fn check(&mut self, title: &str, command: Command) {
        self.push(title, true, |_| false, move |log| log.run(command));
    }

    /// A check whose last word is shown although all went well: a test runner's summary, a table.
    pub(crate) fn check_with_closing_lines(&mut self, title: &str, closing: fn(&str) -> bool, command: Command) {
        self.push(title, true, closing, move |log| log.run(command));
    }

    fn push(
        &mut self,
        title: &str,
        independent: bool,
        closing: fn(&str) -> bool,
        work: impl FnOnce(&Log) -> Result<()> + 'a,
    ) {
        self.steps.push(Step { title: title.to_owned(), closing, independent, work: Box::new(work) });
    }

    /// Runs every step; stops at the first that fails and that others need.
    pub(crate) fn run(self) -> Result<()> {
        let logs = self.ws.logs();
        fs::create_dir_all(&logs).context(format_args!("creating {}", logs.display()))?;
        let begun = Instant::now();
        let total = self.steps.len();
        let mut failed = Vec::new();
        for (done, step) in self.steps.into_iter().enumerate() {
            let log = Log::create(self.ws, &step.title)?;
            let line = Line::start(done, total, &step.title, self.ws.verbose);
            let result = (step.work)(&log);
            line.finish(result.is_ok());
            match result {
                Ok(()) if self.ws.verbose => {}
                Ok(()) => log.print(step.closing)?,
                Err(error) => {
                    log.print(|_| true)?;
                    let error = Error::new(format!("{}: {error}\n  log: {}", step.title, log.path.display()));
                    if !step.independent {
                        return Err(error);
                    }
                    println!("      {error}");
                    failed.push(step.title);
                }
            }
        }
        let time = seconds(begun.elapsed());
        if !failed.is_empty() {
            return Err(Error::new(format!(
                "{} of {total} steps failed in {time}: {}",
                failed.len(),
                failed.join(", ")
            )));
        }
        println!("done in {time}");
        Ok(())
    }
}

/// Where a step's commands write.
pub(crate) struct Log {
    path: PathBuf,
    file: File,
    verbose: bool,
}

impl Log {
    fn create(ws: &Workspace, title: &str) -> Result<Self> {
        let name: String = title.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        let path = ws.logs().join(format!("{name}.log"));
        let file = File::create(&path).context(format_args!("creating {}", path.display()))?;
        Ok(Self { path, file, verbose: ws.verbose })
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, mut command: Command) -> Result<()> {
        let shown = describe(&command);
        if self.verbose {
            println!("$ {shown}");
        } else {
            let copy = || self.file.try_clone().context("opening the log");
            command.stdin(Stdio::null()).stdout(copy()?).stderr(copy()?);
        }
        let status = command.status().context(format_args!("`{shown}` did not start"))?;
        if status.success() {
            return Ok(());
        }
        Err(Error::new(format!("`{shown}` failed ({status})")))
    }

    fn print(&self, wanted: fn(&str) -> bool) -> Result<()> {
        let text = fs::read(&self.path).context(format_args!("reading {}", self.path.display()))?;
        for line in String::from_utf8_lossy(&text).lines().filter(|line| wanted(line)) {
            println!("      {line}");
        }
        Ok(())
    }
}

/// The line of the running step. On a terminal it counts the seconds; in a log it is written once.
struct Line {
    head: String,
    begun: Instant,
    ticker: Option<(mpsc::Sender<()>, thread::JoinHandle<()>)>,
}

impl Line {
    fn start(done: usize, total: usize, title: &str, verbose: bool) -> Self {
        let number = done + 1;
        let begun = Instant::now();
        let terminal = io::stdout().is_terminal();
        let head = |filled| {
            let bar = if terminal { bar(filled, total) } else { String::new() };
            format!("[{number:>2}/{total}] {bar}{title}")
        };
        let mut ticker = None;
        if verbose {
            println!("{}", head(done));
        } else if terminal {
            let (stop, stopped) = mpsc::channel();
            let head = head(done);
            let handle = thread::spawn(move || {
                loop {
                    write(&format!("\r\x1b[2K{head}  {}", seconds(begun.elapsed())));
                    if stopped.recv_timeout(Duration::from_millis(200)) != Err(RecvTimeoutError::Timeout) {
                        return;
                    }
                }
            });
            ticker = Some((stop, handle));
        } else {
            write(&head(done));
        }
        Self { head: head(number), begun, ticker }
    }

    fn finish(self, success: bool) {
        let time = seconds(self.begun.elapsed());
        let verdict = if success { "" } else { "  FAILED" };
        match self.ticker {
            Some((stop, handle)) => {
                drop(stop);
                let _ = handle.join();
                write(&format!("\r\x1b[2K{}  {time}{verdict}\n", self.head));
            }
            None => write(&format!("  {time}{verdict}\n")),
        }
    }
}

fn bar(filled: usize, total: usize) -> String {
    const WIDTH: usize = 16;
    let full = WIDTH * filled / total.max(1);
    format!("{}{} ", "█".repeat(full), "░".repeat(WIDTH.saturating_sub(full)))
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

/// A closed pipe is no reason to stop building.
fn write(text: &str) {
    let mut out = io::stdout();
    let _ = out.write_all(text.as_bytes());
    let _ = out.flush();
}

fn describe(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy()];
    words.extend(command.get_args().map(|word| word.to_string_lossy()));
    let text = words.join(" ");
    if text.chars().count() <= 160 {
        return text;
    }
    let start: String = text.chars().take(160).collect();
    format!("{start} …")
}
