//! Cutting text at ASCII characters. The searchers of `core::str` do the same for any pattern, at a kilobyte of wasm.

/// What stands before and after the first `mark`; all and nothing where there is none.
pub(crate) const fn split(text: &str, mark: u8) -> (&str, &str) {
    let mut rest = text.as_bytes();
    while let [symbol, others @ ..] = rest {
        if *symbol == mark {
            break;
        }
        rest = others;
    }
    let Some((start, end)) = text.split_at_checked(text.len() - rest.len()) else { return (text, "") };
    match end.split_at_checked(1) {
        Some((_, end)) => (start, end),
        None => (start, end),
    }
}

/// What stands behind so many marks and before the next one.
#[cfg(not(all(feature = "lean", target_family = "wasm")))]
pub(crate) const fn part(text: &str, mark: u8, place: usize) -> &str {
    let (mut part, mut rest) = split(text, mark);
    let mut left = place;
    while left > 0 {
        (part, rest) = split(rest, mark);
        left -= 1;
    }
    part
}

/// What stands between the marks.
#[cfg(not(all(feature = "lean", target_family = "wasm")))]
pub(crate) const fn parts(text: &str, mark: u8) -> Parts<'_> {
    Parts { rest: Some(text), mark }
}

#[cfg(not(all(feature = "lean", target_family = "wasm")))]
pub(crate) struct Parts<'a> {
    rest: Option<&'a str>,
    mark: u8,
}

#[cfg(not(all(feature = "lean", target_family = "wasm")))]
impl<'a> Iterator for Parts<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let text = self.rest?;
        let (part, rest) = split(text, self.mark);
        self.rest = (part.len() < text.len()).then_some(rest);
        Some(part)
    }
}

/// Whether `mark` is in the text.
#[inline(never)]
pub(crate) fn contains(text: &str, mark: u8) -> bool {
    text.bytes().any(|byte| byte == mark)
}

/// Without the spaces (U+0020) at both ends.
pub(crate) fn trim(text: &str) -> &str {
    let mut trimmed = text;
    while let [b' ', ..] = trimmed.as_bytes() {
        trimmed = trimmed.get(1..).unwrap_or_default();
    }
    while let [.., b' '] = trimmed.as_bytes() {
        trimmed = trimmed.get(..trimmed.len() - 1).unwrap_or_default();
    }
    trimmed
}

/// The rest after a prefix in any case.
pub(crate) fn strip_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    text.get(..prefix.len()).filter(|start| start.eq_ignore_ascii_case(prefix))?;
    text.get(prefix.len()..)
}
