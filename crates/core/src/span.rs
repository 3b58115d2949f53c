//! Spans of time as people type and read them: `30m`, `1d12h`.

/// Where a span may stand: there is none, so that what follows may look like one.
pub const FOR_GOOD: &str = "forever";

/// Seconds of a span: `90s`, `30m`, `2h`, `1d12h`, `4w`, `1y`. Nothing for what is none, or longer than a century.
pub fn parse_s(text: &str) -> Option<u64> {
    const MAX_S: u64 = 100 * 365 * 86_400;
    let (mut total, mut number) = (0_u64, None::<u64>);
    for c in text.chars() {
        if let Some(digit) = c.to_digit(10) {
            number = Some(number.unwrap_or(0).checked_mul(10)?.checked_add(u64::from(digit))?);
            continue;
        }
        let unit = UNITS.iter().find(|(letter, _)| *letter == c.to_ascii_lowercase()).map(|(_, s)| s)?;
        total = total.checked_add(number.take()?.checked_mul(*unit)?)?;
    }
    (number.is_none() && (1..=MAX_S).contains(&total)).then_some(total)
}

/// A span in its largest two units: `1d12h`.
pub fn words(seconds: u64) -> String {
    let mut rest = seconds;
    let parts = UNITS.iter().filter_map(|(letter, unit)| {
        let count = rest / unit;
        rest %= unit;
        (count > 0).then(|| format!("{count}{letter}"))
    });
    let words: String = parts.take(2).collect();
    if words.is_empty() { "0s".to_owned() } else { words }
}

const UNITS: &[(char, u64)] =
    &[('y', 365 * 86_400), ('w', 7 * 86_400), ('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_and_written() {
        for (text, seconds, shown) in [
            ("90s", 90, "1m30s"),
            ("30m", 1_800, "30m"),
            ("1d12h", 129_600, "1d12h"),
            ("1D12H", 129_600, "1d12h"),
            ("1y2w3d", 33_004_800, "1y2w"),
        ] {
            assert_eq!(parse_s(text), Some(seconds), "{text}");
            assert_eq!(words(seconds), shown, "{text}");
        }
        for text in ["", "5", "m", "0s", "1x", "1h5", "99999999999999999999y", "200y", "spam"] {
            assert_eq!(parse_s(text), None, "{text}");
        }
        assert_eq!(words(0), "0s");
    }
}
