//! What comes over HTTP, and what goes back: headers are read once into [`Credentials`], [`admit`] says whether the second
//! factor is to be asked for, and every refusal is a [`Problem`].
//!
//! ```text
//!  headers ─► Credentials ─► (first factor: the caller's) ─► admit ─► engine::Command::Guard ─► allow | step up | deny
//!                  │                                           │                                     │
//!                  └───────────────────── Problem ◄────────────┴─────────────────────────────────────┘
//! ```
//!
//! The paths are not here: which URL is which command is input and output, and stands in TypeScript beside the server.

mod guard;
mod problem;
mod request;

pub use guard::{Access, Admission, Principal, admit};
pub use problem::{Problem, ProblemCode, Reply};
pub use request::{Credentials, Headers};
