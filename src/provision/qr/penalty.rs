//! The penalty, by which masks are compared (ISO/IEC 18004 section 7.8.3), for 60 columns at once.

use core::iter::zip;

use super::matrix::{Matrix, Word};

/// Twice the sum of the four rules: the squares of rule 2 are seen a second time in the mirrored symbol.
///
/// `e` is the row at hand, with four rows before it and ten after it.
pub(super) fn twice(matrix: &Matrix) -> u32 {
    let mut sum = 0;
    let (mut dark, mut total) = (0, 0);
    let (mut five_before, mut changes_before) = (0, 0);
    let right = matrix.words.iter().skip(matrix.stride + 4);
    for (window, right) in zip(matrix.words.array_windows(), right) {
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o]: &[Word; 15] = window;
        let (a, b, c, d, e, f, g, h, i, j, k, l, m, n, o) = (
            a.dark, b.dark, c.dark, d.dark, e.dark, f.dark, g.dark, h.dark, i.dark, j.dark, k.dark, l.dark, m.dark,
            n.dark, o.dark,
        );
        let [.., above, here, _, _, _, end, _, _, _, _, _, _] = window;

        // Rule 1: 3 for each run of five modules of one colour, and 1 for each module more.
        let five = !(e ^ f | f ^ g | g ^ h | h ^ i) & here.inside & end.inside;
        sum += 2 * five.count_ones() + 4 * (five & !five_before).count_ones();
        five_before = five;

        // Rule 2: 3 for each square of 2 × 2 modules of one colour.
        let changes = e ^ (e >> 1 | right.dark << 59);
        let pairs = (here.inside >> 1 | right.inside << 59) & above.inside;
        sum += 3 * (pairs & !(changes | changes_before | d ^ e)).count_ones();
        changes_before = changes;

        // Rule 3: 40 for dark and light as 1:1:3:1:1 beside four light modules, twice when they are on both sides.
        let finder = e & g & h & i & k & !(d | f | j | l);
        sum += 80 * ((finder & !(a | b | c)).count_ones() + (finder & !(m | n | o)).count_ones());

        dark += e.count_ones();
        total += here.inside.count_ones();
    }
    // Rule 4: 10 for each whole 5 % by which the dark modules miss a half, which they cannot meet: the total is odd.
    sum + ((20 * dark).abs_diff(10 * total) - 1) / total.max(1) * 20
}
