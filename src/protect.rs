//! What keeps an account safe: sealed records, session tokens and the throttle.
