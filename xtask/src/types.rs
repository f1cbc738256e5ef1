//! The TypeScript types that wasm-bindgen and tsify wrote, made fit for whoever reads and imports them.

/// Leaves the Rust out of the comments, lets optional fields be `undefined` (for `exactOptionalPropertyTypes`), and says
/// in a way that TypeScript takes what is a union with more fields (`#[serde(flatten)]`).
pub(crate) fn tidy(types: &str) -> String {
    let mut tidy = String::new();
    let mut in_code = false;
    let mut in_union = false;
    for line in types.lines() {
        if let Some(comment) = line.trim_start().strip_prefix('*') {
            let fence = comment.trim_start().starts_with("```");
            let empty_end = comment == "/" && tidy.ends_with("*\n");
            if empty_end {
                tidy.truncate(tidy.trim_end_matches([' ', '*', '\n']).len());
                tidy.push('\n');
            }
            if !fence && !in_code {
                tidy.push_str(&plain_links(line));
                tidy.push('\n');
            }
            in_code ^= fence;
            continue;
        }
        match line.strip_prefix("export interface ").and_then(|rest| rest.split_once(" extends ")) {
            Some((name, rest)) => {
                in_union = true;
                let bases = rest.trim_end_matches(" {").replace(", ", " & ");
                tidy.push_str(&format!("export type {name} = {bases} & {{"));
            }
            None if in_union && line == "}" => {
                in_union = false;
                tidy.push_str("};");
            }
            None => tidy.push_str(&optional(line)),
        }
        tidy.push('\n');
    }
    tidy
}

/// ``[`X`]`` and ``[`X`](path)`` as `` `X` ``.
fn plain_links(line: &str) -> String {
    let mut plain = String::new();
    let mut rest = line;
    while let Some((before, link)) = rest.split_once("[`") {
        let Some((name, after)) = link.split_once("`]") else { break };
        plain.push_str(&format!("{before}`{name}`"));
        rest = match after.strip_prefix('(').and_then(|target| target.split_once(')')) {
            Some((_, after)) => after,
            None => after,
        };
    }
    plain + rest
}

/// `a?: T;` as `a?: T | undefined;`.
fn optional(line: &str) -> String {
    let mut whole = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("?: ") {
        let mut depth = 0;
        let end = after.find(|letter| {
            match letter {
                '(' | '[' | '{' | '<' => depth += 1,
                ')' | ']' | '}' | '>' => depth -= 1,
                _ => {}
            }
            depth < 0 || (depth == 0 && matches!(letter, ';' | ','))
        });
        let (kind, behind) = after.split_at(end.unwrap_or(after.len()));
        let (kind, space) = kind.split_at(kind.trim_end().len());
        whole.push_str(&format!("{before}?: {} | undefined{space}", optional(kind)));
        rest = behind;
    }
    whole + rest
}

#[cfg(test)]
mod tests {
    use super::tidy;

    #[test]
    fn an_optional_field_may_be_undefined() {
        assert_eq!(tidy("    a?: number[];"), "    a?: number[] | undefined;\n");
        assert_eq!(
            tidy("export type A = { b: string; c?: { d?: X } } | { e?: Y };"),
            "export type A = { b: string; c?: { d?: X | undefined } | undefined } | { e?: Y | undefined };\n"
        );
    }

    #[test]
    fn a_union_with_more_fields_is_no_interface() {
        assert_eq!(
            tidy("export interface A extends B, C {\n    d: X;\n}"),
            "export type A = B & C & {\n    d: X;\n};\n"
        );
    }

    #[test]
    fn comments_hold_no_rust() {
        let comment = "/**\n * See [`A`](a::A) and [`B`].\n *\n * ```\n * a();\n * ```\n */";
        assert_eq!(tidy(comment), "/**\n * See `A` and `B`.\n */\n");
    }
}
