//! What the process asks of the system when it begins to serve.

use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use rustix::process::{Resource, Rlimit, getrlimit, setpriority_process, setrlimit};
use signal_hook::consts::SIGXFSZ;

/// Asks for all that the system is willing to give, and for errors in place of sudden ends.
pub fn prepare() {
    allow_many_connections();
    if let Err(error) = report_too_large_files() {
        tracing::warn!(%error, "a limit of file sizes would end the process without a word");
    }
}

/// Makes the calling thread give way to the others: what it does is late at worst, and people wait for what they do.
pub fn give_way() {
    /// A tenth of the processor when all of it is wanted: it falls behind then, and never stands still.
    const NICE: i32 = 10;
    // On Linux a thread has a priority of its own, and 0 is the one that asks.
    if let Err(error) = setpriority_process(None, NICE) {
        tracing::debug!(%error, "a thread cannot give way to others");
    }
}

/// Gives memory back that was needed for a moment, such as when a crowd came in. The allocator does so by itself only while
/// it is asked for more.
pub fn give_memory_back() {
    // SAFETY: it has no conditions; it looks after what the allocator itself has put aside.
    unsafe { libmimalloc_sys::mi_collect(false) }
}

/// A connection is a descriptor, and most systems begin with 1,024.
fn allow_many_connections() {
    let limit = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit });
    let descriptors = getrlimit(Resource::Nofile).current;
    tracing::debug!(?descriptors, ok = raised.is_ok(), "descriptors that this process may have");
}

/// A write past the limit of file sizes is an error like any other, not a signal that ends the process.
fn report_too_large_files() -> io::Result<()> {
    signal_hook::flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)))?;
    Ok(())
}
