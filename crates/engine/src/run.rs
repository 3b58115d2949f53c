//! The engine's thread.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use colvert_core::ids::Millis;

use crate::counters::Counters;
use crate::engine::{Engine, Message, Stopped};
use crate::queue::Queue;

/// What time it is.
pub trait Clock: Send {
    /// Wall time.
    fn now(&self) -> Millis;
    /// A clock that never goes back, for measuring, in nanoseconds.
    fn monotonic_ns(&self) -> u64;
}

/// Messages of one turn: enough to gather under load, few enough that the log is not kept waiting.
const TURN_MAX: usize = 1_024;
/// Messages that are timed as one: what takes long stands out of a few, and a clock costs as much as a fifth of a short one.
const TIMED_TOGETHER: usize = 16;
/// Longest sleep: deadlines and counters are looked at this often, at least.
const PATIENCE: Duration = Duration::from_millis(500);

/// Runs the engine until it is told to stop or its log fails. All that was acknowledged is durable then.
pub fn run(mut engine: Engine, queue: &Arc<Queue>, clock: &dyn Clock) -> (Engine, Stopped) {
    let counters = engine.counters();
    let mut turn = VecDeque::new();
    loop {
        let patience = engine.patience(clock.now()).min(PATIENCE);
        queue.take(&mut turn, TURN_MAX, patience);
        let began = clock.monotonic_ns();
        let inputs = turn.len() as u64;
        step_all(&mut engine, &mut turn, clock, &counters, began);
        engine.due(clock.now());
        engine.flush(clock.monotonic_ns());
        if let Some(stopped) = engine.release(clock.monotonic_ns()) {
            return (engine, stopped);
        }
        if inputs > 0 {
            Counters::set(&counters.turn_ns, clock.monotonic_ns() - began);
            Counters::set(&counters.turn_inputs, inputs);
        }
    }
}

fn step_all(
    engine: &mut Engine,
    turn: &mut VecDeque<Message>,
    clock: &dyn Clock,
    counters: &Counters,
    began: u64,
) {
    let now = clock.now();
    let mut before = began;
    while !turn.is_empty() {
        for message in turn.drain(..TIMED_TOGETHER.min(turn.len())) {
            engine.step(message, now);
        }
        let after = clock.monotonic_ns();
        Counters::max(&counters.step_ns_max, after - before);
        Counters::add(&counters.step_ns_total, after - before);
        before = after;
    }
}
