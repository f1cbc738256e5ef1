//! The decisions: one record and one command in, the next record, an outcome and events out.
