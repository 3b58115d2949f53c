//! Watches how much room the disk has, and tells the engine when it is nearly full and when no more.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

use colvert_disk::Disk;
use colvert_engine::{Message, Queue};

use crate::config::value::LowWater;
use crate::threads::{News, spawn};

const INTERVAL: Duration = Duration::from_secs(1);

/// Watches until it is dropped.
pub struct Watching {
    _stop: Sender<()>,
}

/// Free bytes below which new content is refused.
///
/// # Errors
/// When the file system does not say how large it is.
pub fn low_water_bytes(setting: LowWater, directory: &Path) -> io::Result<u64> {
    const AUTO_MAX: u64 = 64 << 20;
    match setting {
        LowWater::MiB(n) => Ok(n << 20),
        LowWater::Auto => {
            let about = rustix::fs::statvfs(directory)?;
            let total = about.f_blocks.saturating_mul(about.f_frsize);
            Ok(AUTO_MAX.min(total / 20))
        }
    }
}

/// Looks once, and then each second.
///
/// # Errors
/// When there can be no thread.
pub fn watch(
    disk: Arc<dyn Disk>,
    low_water: u64,
    engine: Arc<Queue>,
    news: Sender<News>,
) -> io::Result<Watching> {
    let (stop, stopped) = channel::<()>();
    let mut level = Level { low_water, is_low: false };
    let mut look = move || {
        if let Some(is_low) = disk.free_bytes().ok().and_then(|free| level.changed(free)) {
            engine.push(Message::StorageLow(is_low));
        }
    };
    look();
    spawn("storage", news, move || {
        while stopped.recv_timeout(INTERVAL) == Err(RecvTimeoutError::Timeout) {
            look();
        }
    })?;
    Ok(Watching { _stop: stop })
}

struct Level {
    low_water: u64,
    is_low: bool,
}

impl Level {
    /// Whether the disk is nearly full, if that is new. It must have a little more room to count as no longer
    /// full, so that it does not change with each file.
    fn changed(&mut self, free: u64) -> Option<bool> {
        let mark = if self.is_low { self.low_water + self.low_water / 8 } else { self.low_water };
        let is_low = free < mark;
        if is_low == self.is_low {
            return None;
        }
        self.is_low = is_low;
        if is_low {
            tracing::warn!(free_bytes = free, "the disk is nearly full: new content is refused");
        } else {
            tracing::info!(free_bytes = free, "the disk has room again");
        }
        Some(is_low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_change_is_told_once() {
        let mut level = Level { low_water: 800, is_low: false };
        let told: Vec<_> = [1_000, 800, 799, 500, 850, 899, 900, 850].map(|free| level.changed(free)).into();
        assert_eq!(told, [None, None, Some(true), None, None, None, Some(false), None]);
    }

    #[test]
    fn automatic_is_never_above_64_mib() {
        let bytes = low_water_bytes(LowWater::Auto, Path::new("/tmp")).unwrap();
        assert!((1..=64 << 20).contains(&bytes), "{bytes}");
        assert_eq!(low_water_bytes(LowWater::MiB(3), Path::new("/nonexistent")).unwrap(), 3 << 20);
    }
}
