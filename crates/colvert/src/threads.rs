//! Threads that are missed when they end: whatever one has to report, a panic too, reaches the main thread.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::Sender;
use std::thread::{self, JoinHandle};

/// What the main thread of a server waits for.
#[derive(Debug)]
pub enum News {
    /// Somebody wants the server to stop, by this signal.
    Signal(i32),
    /// Somebody wants the configuration to be read again.
    Reload,
    Broken(Broken),
    /// The engine has finished what it was told to finish, and its log is closed.
    EngineDone,
}

/// A thread that cannot go on, and so the server cannot.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{thread}: {reason}")]
pub struct Broken {
    pub thread: &'static str,
    pub reason: String,
}

impl Broken {
    pub fn new(thread: &'static str, reason: impl Into<String>) -> Self {
        Self { thread, reason: reason.into() }
    }
}

/// Starts a thread. A panic in it is news.
///
/// # Errors
/// When there can be no thread.
pub fn spawn<F>(name: &'static str, news: Sender<News>, body: F) -> io::Result<JoinHandle<()>>
where
    F: FnOnce() + Send + 'static,
{
    thread::Builder::new().name(name.to_owned()).spawn(move || {
        if catch_unwind(AssertUnwindSafe(body)).is_err() {
            // Without a main thread the process is over anyway.
            let _ = news.send(News::Broken(Broken::new(name, "a panic")));
        }
    })
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn a_panic_is_news() {
        let (tell, news) = mpsc::channel();
        let thread = spawn("test", tell, || panic!("on purpose")).unwrap();
        assert!(matches!(news.recv(), Ok(News::Broken(broken)) if broken == Broken::new("test", "a panic")));
        assert!(thread.join().is_ok());
    }
}
