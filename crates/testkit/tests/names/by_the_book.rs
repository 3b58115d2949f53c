//! What it means that a pattern matches. The property tests and the fuzz target of masks compare the real matching with it.

/// The definition, without any thought for how long it takes.
pub fn matches(pattern: &[char], subject: &[char]) -> bool {
    match (pattern, subject) {
        ([], []) => true,
        (['*', rest @ ..], _) => {
            matches(rest, subject) || (!subject.is_empty() && matches(pattern, &subject[1..]))
        }
        (['?', rest @ ..], [_, others @ ..]) => matches(rest, others),
        ([a, rest @ ..], [b, others @ ..]) if a == b => matches(rest, others),
        _ => false,
    }
}
