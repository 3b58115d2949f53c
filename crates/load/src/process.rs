//! What the kernel says: the server's memory and time, this process's time, its place and priority, descriptors.

use std::fs;
use std::io;
use std::time::Duration;

use crate::error::{Doing, Error, Result};

/// A process watched from outside.
#[derive(Clone, Copy)]
pub struct Watched {
    pub pid: u32,
}

impl Watched {
    /// Fails when there is no such process.
    pub fn new(pid: u32) -> Result<Self> {
        let watched = Watched { pid };
        watched.cpu()?;
        Ok(watched)
    }

    /// Processor time of all its threads, in ticks of 10 ms.
    pub fn cpu(&self) -> Result<Duration> {
        let path = format!("/proc/{}/stat", self.pid);
        let stat = fs::read_to_string(&path).doing(|| path.clone())?;
        // The second field, the name, may hold spaces and parentheses: count from its end.
        let fields: Vec<&str> =
            stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_ascii_whitespace().collect();
        let ticks: u64 = [11, 12].iter().filter_map(|&at| fields.get(at)?.parse::<u64>().ok()).sum();
        Ok(Duration::from_millis(ticks * 10))
    }

    /// Resident bytes.
    pub fn resident_bytes(&self) -> Result<u64> {
        let path = format!("/proc/{}/status", self.pid);
        let status = fs::read_to_string(&path).doing(|| path.clone())?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
        kib.map(|kib| kib * 1024).ok_or_else(|| Error::Unusable(format!("{path} has no VmRSS")))
    }

    /// Open descriptors; `None` when we may not look.
    pub fn descriptors(&self) -> Option<u64> {
        fs::read_dir(format!("/proc/{}/fd", self.pid)).ok().map(|entries| entries.count() as u64)
    }
}

/// Processor time of this process.
pub fn own_cpu() -> Duration {
    clock(libc::CLOCK_PROCESS_CPUTIME_ID)
}

/// Processor time of the calling thread.
pub fn thread_cpu() -> Duration {
    clock(libc::CLOCK_THREAD_CPUTIME_ID)
}

/// The clock that profilers can be told to stamp their samples with.
pub fn monotonic_clock() -> Duration {
    clock(libc::CLOCK_MONOTONIC)
}

fn clock(which: libc::clockid_t) -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is a valid place for the answer.
    unsafe { libc::clock_gettime(which, &mut time) };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// Binds the calling thread to one processor.
pub fn pin(cpu: usize) -> Result<()> {
    if cpu >= libc::CPU_SETSIZE as usize {
        return Err(Error::Unusable(format!("there is no CPU {cpu}")));
    }
    // SAFETY: the set is plain bits, `cpu` is within it, and the size given is its own.
    let done = unsafe {
        let mut set: libc::cpu_set_t = std::mem::zeroed();
        libc::CPU_SET(cpu, &mut set);
        libc::sched_setaffinity(0, size_of::<libc::cpu_set_t>(), &set)
    };
    if done == 0 { Ok(()) } else { Err(io::Error::last_os_error()).doing(|| format!("pinning to CPU {cpu}")) }
}

/// Lets the calling thread go before all that have no real-time priority. What it starts has none: a loop in place of a server
/// has what a server has.
pub fn go_first() -> Result<()> {
    let lowest = libc::sched_param { sched_priority: 1 };
    // SAFETY: the parameters are a valid place to read from, and 0 is the calling thread.
    let done = unsafe { libc::sched_setscheduler(0, libc::SCHED_RR | libc::SCHED_RESET_ON_FORK, &lowest) };
    let why = || "--realtime (it takes root or CAP_SYS_NICE)".into();
    if done == 0 { Ok(()) } else { Err(io::Error::last_os_error()).doing(why) }
}

/// Makes room for that many connections and some files.
pub fn allow_descriptors(connections: usize) -> Result<()> {
    let wanted = connections as u64 + 64;
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: `limit` is a valid place for the answer, and is only read by the second call.
    let done = unsafe {
        libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit);
        if limit.rlim_cur >= wanted {
            return Ok(());
        }
        let raised = libc::rlimit { rlim_cur: wanted, rlim_max: limit.rlim_max.max(wanted) };
        libc::setrlimit(libc::RLIMIT_NOFILE, &raised)
    };
    if done == 0 {
        return Ok(());
    }
    Err(Error::Unusable(format!(
        "{connections} connections need {wanted} descriptors, and this process may have {}: raise `ulimit -n`",
        limit.rlim_max
    )))
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    fn scheduler() -> libc::c_int {
        // SAFETY: it has no conditions; 0 is the calling thread.
        unsafe { libc::sched_getscheduler(0) }
    }

    #[test]
    fn who_goes_first_goes_alone() {
        let first = thread::spawn(|| go_first().map(|()| (scheduler(), thread::spawn(scheduler).join())));
        match first.join().expect("the thread ends") {
            Ok((own, started)) => {
                assert_eq!(own & libc::SCHED_RR, libc::SCHED_RR);
                assert_eq!(started.expect("the thread ends"), libc::SCHED_OTHER, "as others are");
            }
            Err(error) => assert!(error.to_string().contains("--realtime (it takes root"), "{error}"),
        }
    }
}
