//! Names of hosts: asked on threads of their own, since the system's resolver waits as long as it likes.

use std::io;
use std::net::IpAddr;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use colvert_core::commands::chghost::is_host;
use compact_str::CompactString;

use super::{Answer, Shared};

/// Threads that ask.
const CLERKS: usize = 4;

/// Who knows the names of hosts, and the addresses of names. It may take its time.
pub trait Resolver: Send + Sync {
    fn name(&self, address: IpAddr) -> Option<String>;
    fn addresses(&self, name: &str) -> Vec<IpAddr>;
}

/// The system's.
pub struct SystemResolver;

impl Resolver for SystemResolver {
    fn name(&self, address: IpAddr) -> Option<String> {
        dns_lookup::lookup_addr(&address).ok()
    }

    fn addresses(&self, name: &str) -> Vec<IpAddr> {
        dns_lookup::lookup_host(name).map(Iterator::collect).unwrap_or_default()
    }
}

/// A question, and for whom it is asked.
#[derive(Clone, Copy)]
pub(crate) struct Asked {
    pub key: usize,
    pub epoch: u64,
    pub address: IpAddr,
}

/// The threads. They end when this is dropped, each after what it has begun.
pub(crate) struct Clerks(SyncSender<Asked>);

impl Clerks {
    pub fn start(resolver: Arc<dyn Resolver>, waiting: usize, desk: &Arc<Shared>) -> io::Result<Self> {
        let (questions, asked) = sync_channel(waiting);
        let asked = Arc::new(Mutex::new(asked));
        for n in 1..=CLERKS {
            let (resolver, asked, desk) = (resolver.clone(), asked.clone(), desk.clone());
            let body = move || {
                while let Some(asked) = next(&asked) {
                    desk.answer(Answer { asked, name: confirmed(&*resolver, asked.address) });
                }
            };
            std::thread::Builder::new().name(format!("names-{n}")).spawn(body)?;
        }
        Ok(Self(questions))
    }

    /// False: there are too many questions already.
    pub fn ask(&self, asked: Asked) -> bool {
        self.0.try_send(asked).is_ok()
    }
}

/// The question that has waited longest. Nothing: there will be no more.
fn next(asked: &Mutex<Receiver<Asked>>) -> Option<Asked> {
    asked.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

/// The name of an address, if that name is the address's: whoever owns an address can give it any name.
fn confirmed(resolver: &dyn Resolver, address: IpAddr) -> Option<CompactString> {
    let name = resolver.name(address)?;
    let name = name.strip_suffix('.').unwrap_or(&name);
    let is_name =
        is_host(name) && name.contains('.') && !name.contains([':', '/']) && name.parse::<IpAddr>().is_err();
    if !is_name {
        return None;
    }
    let is_theirs = resolver.addresses(name).iter().any(|back| back.to_canonical() == address.to_canonical());
    is_theirs.then(|| name.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Says one name of every address, and one address of every name.
    struct Says(&'static str, &'static str);

    impl Resolver for Says {
        fn name(&self, _: IpAddr) -> Option<String> {
            Some(self.0.to_owned())
        }

        fn addresses(&self, _: &str) -> Vec<IpAddr> {
            vec![self.1.parse().expect("an address")]
        }
    }

    #[test]
    fn a_name_counts_if_it_is_one_and_leads_back() {
        let address = "192.0.2.7".parse().expect("an address");
        let long = Box::leak(format!("{}.example", "a".repeat(80)).into_boxed_str());
        for (name, back, expected) in [
            ("host.example.", "192.0.2.7", Some("host.example")),
            ("host.example", "::ffff:192.0.2.7", Some("host.example")),
            ("bank.example", "192.0.2.8", None),
            ("192.0.2.7", "192.0.2.7", None),
            ("localhost", "192.0.2.7", None),
            ("a host.example", "192.0.2.7", None),
            ("staff/of.example", "192.0.2.7", None),
            ("h\u{f6}st.example", "192.0.2.7", None),
            (long, "192.0.2.7", None),
        ] {
            assert_eq!(confirmed(&Says(name, back), address).as_deref(), expected, "{name}");
        }
    }
}
