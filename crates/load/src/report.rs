//! What a run found: a table for people, or one JSON object.

use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use serde_json::{Map, Value, json};

use crate::arrival::Server;
use crate::cli::Common;
use crate::error::Result;
use crate::ledger::{Faults, Ledger};
use crate::process::{monotonic_clock, own_cpu};

/// One minute of nanoseconds, three digits.
pub fn latencies() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 60_000_000_000, 3).expect("the bounds are constants in range")
}

pub struct Report {
    scenario: &'static str,
    server: String,
    settings: Vec<(&'static str, Value)>,
    results: Vec<(String, Value)>,
    faults: Faults,
    examples: Vec<String>,
    /// When the first measured phase began and ended, by CLOCK_MONOTONIC.
    span: Option<(f64, f64)>,
}

impl Report {
    pub fn new(scenario: &'static str, common: &Common, server: &Server) -> Self {
        let mut report = Report {
            scenario,
            server: format!("{} ({})", common.address, server.software),
            settings: Vec::new(),
            results: Vec::new(),
            faults: Faults::default(),
            examples: Vec::new(),
            span: None,
        };
        report.set("text_bytes", common.text_bytes);
        report.set("nap_ms", common.nap_ms);
        if common.tls {
            report.set("tls", true);
        }
        report
    }

    pub fn set(&mut self, name: &'static str, value: impl Into<Value>) {
        self.settings.push((name, value.into()));
    }

    /// A result; the name ends in its unit.
    pub fn row(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        self.results.push((name.into(), value.into()));
    }

    /// A result with three decimals at most.
    pub fn real(&mut self, name: impl Into<String>, value: f64) {
        self.row(name, (value * 1_000.0).round() / 1_000.0);
    }

    /// The usual quantiles of a histogram in nanoseconds, in milliseconds.
    pub fn quantiles(&mut self, name: &str, histogram: &Histogram<u64>) {
        let mut put = |which: &str, ns: u64| self.real(format!("{name}_{which}_ms"), ns as f64 / 1e6);
        for (which, quantile) in [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p999", 0.999)] {
            put(which, histogram.value_at_quantile(quantile));
        }
        put("max", histogram.max());
    }

    /// What the ledger says, closed.
    pub fn account(&mut self, ledger: &Ledger, expected: u64) {
        self.row("expected_deliveries", expected);
        self.row("deliveries", ledger.delivered);
        self.faults = ledger.faults;
        self.examples.clone_from(&ledger.examples);
    }

    /// Faults found by other means than a ledger.
    pub fn fault(&mut self, faults: Faults, examples: Vec<String>) {
        self.faults = faults;
        self.examples = examples;
    }

    pub fn flawless(&self) -> bool {
        !self.faults.any()
    }

    pub fn json(&self) -> Value {
        let object =
            |rows: &mut dyn Iterator<Item = (String, Value)>| Value::Object(rows.collect::<Map<_, _>>());
        json!({
            "scenario": self.scenario,
            "server": self.server,
            "settings": object(&mut self.settings.iter().map(|(name, value)| ((*name).to_owned(), value.clone()))),
            "results": object(&mut self.results.iter().cloned()),
            "faults": object(&mut self.faults.rows().into_iter().map(|(name, count)| (name.to_owned(), count.into()))),
            "fault_examples": self.examples,
            "span_s": self.span.map(|(began, ended)| [began, ended]),
        })
    }

    pub fn table(&self) -> String {
        let settings: Vec<String> =
            self.settings.iter().map(|(name, value)| format!("{name} {}", plain(value))).collect();
        let mut text = format!("{} · {}\n  {}\n", self.scenario, self.server, settings.join(", "));
        let faults = self.faults.rows().map(|(name, count)| (name.to_owned(), Value::from(count)));
        for (name, value) in self.results.iter().chain(&faults) {
            text += &format!("  {:<32} {:>18}\n", name.replace('_', " "), plain(value));
        }
        for example in &self.examples {
            text += &format!("  ! {example}\n");
        }
        text
    }
}

/// A value for people: digits in groups of three.
fn plain(value: &Value) -> String {
    let text = match value {
        Value::String(text) => return text.clone(),
        Value::Number(number) => number.to_string(),
        other => return other.to_string(),
    };
    let (whole, fraction) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place) % 3 == 0 && !grouped.ends_with('-') {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + fraction
}

/// Clock, processor times and the lines of each second of a run.
pub struct Pace {
    start: Instant,
    /// When the last line came.
    last: Instant,
    own: Duration,
    server: Option<Duration>,
    arrived: u64,
    second_ends: Instant,
    second_began_at: u64,
    seconds: Vec<u64>,
}

impl Pace {
    pub fn start(common: &Common) -> Result<Self> {
        Self::start_at(common, 0)
    }

    /// Starts when so many lines have arrived already.
    pub fn start_at(common: &Common, arrived: u64) -> Result<Self> {
        let start = Instant::now();
        Ok(Pace {
            start,
            last: start,
            own: own_cpu(),
            server: common.watched()?.map(|server| server.cpu()).transpose()?,
            arrived,
            second_ends: start + Duration::from_secs(1),
            second_began_at: arrived,
            seconds: Vec::new(),
        })
    }

    /// Notes how many lines have arrived by now.
    pub fn tick(&mut self, arrived: u64) {
        let now = Instant::now();
        if arrived > self.arrived {
            self.arrived = arrived;
            self.last = now;
        }
        while now >= self.second_ends {
            self.seconds.push(arrived - self.second_began_at);
            self.second_began_at = arrived;
            self.second_ends += Duration::from_secs(1);
        }
    }

    pub fn stop(&mut self, common: &Common) -> Result<()> {
        self.own = own_cpu() - self.own;
        if let (Some(watched), Some(before)) = (common.watched()?, self.server) {
            self.server = Some(watched.cpu()?.saturating_sub(before));
        }
        Ok(())
    }

    /// From the start to the last line.
    pub fn elapsed(&self) -> Duration {
        self.last - self.start
    }

    pub fn begun(&self) -> Instant {
        self.start
    }

    pub fn per_second(&self, count: u64) -> f64 {
        count as f64 / self.elapsed().as_secs_f64().max(1e-9)
    }

    /// Adds the fewest lines (deliveries and answers) of a whole second: a server that stands still now and then shows here.
    pub fn slowest_second(&self, report: &mut Report) {
        self.slowest_second_as(report, "slowest_second_lines");
    }

    /// The same under a name of its own, for a run with several phases.
    pub fn slowest_second_as(&self, report: &mut Report, name: &str) {
        if let Some(slowest) = self.seconds.iter().min().filter(|_| self.seconds.len() > 1) {
            report.row(name, *slowest);
        }
    }

    /// Adds span, time and processor time; the server's per `count` of `what` too.
    pub fn rows(&self, report: &mut Report, what: &str, count: u64) {
        let began = (monotonic_clock() - self.start.elapsed()).as_secs_f64();
        report.span = Some((began, began + self.elapsed().as_secs_f64()));
        report.real("elapsed_s", self.elapsed().as_secs_f64());
        report.real("generator_cpu_s", self.own.as_secs_f64());
        if let Some(server) = self.server {
            report.real("server_cpu_s", server.as_secs_f64());
            report
                .real(format!("server_cpu_us_per_{what}"), server.as_secs_f64() * 1e6 / count.max(1) as f64);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped() {
        for (value, text) in [(json!(7), "7"), (json!(1234567), "1,234,567"), (json!(1234.5), "1,234.5")] {
            assert_eq!(plain(&value), text);
        }
        assert_eq!(plain(&json!(-123)), "-123");
        assert_eq!(plain(&json!("1234 x")), "1234 x");
    }
}
