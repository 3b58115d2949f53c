//! The server's certificate: read at the start, and again whenever the configuration is.

use std::fs;
use std::sync::Arc;

use colvert_net::{Tls, Unusable};

use crate::config::transport::FilePath;
use crate::config::{Config, Problem, find};

/// What is spoken over TLS, as it is registered: lines, and what a browser speaks. Who asks for the one gets no connection
/// where the other is spoken, so no page can be made to speak IRC.
/// Spec: <https://www.iana.org/assignments/tls-extensiontype-values/tls-extensiontype-values.xhtml#alpn-protocol-ids>
const LINES: &str = "irc";
const WEB: &str = "http/1.1";

/// One certificate, wherever TLS is spoken.
#[derive(Clone)]
pub struct Certificate {
    pub lines: Arc<Tls>,
    pub web: Arc<Tls>,
}

/// The certificate of a configuration that names one.
///
/// # Errors
/// A file cannot be read, or what is in it cannot be used.
pub fn tls(config: &Config) -> Result<Option<Certificate>, Problem> {
    config.check_tls()?;
    let Some((certificate, key)) = files(config)? else { return Ok(None) };
    let of = |protocol| {
        let tls = Tls::new(&certificate, &key, protocol);
        tls.map(Arc::new).map_err(|of| unfit(of, config))
    };
    Ok(Some(Certificate { lines: of(LINES)?, web: of(WEB)? }))
}

/// Gives connections that begin from now on the certificate that the files hold now. False: it is the one before.
///
/// # Errors
/// A file cannot be read, or what is in it cannot be used; the certificate stays what it was.
pub fn replace(tls: &Certificate, config: &Config) -> Result<bool, Problem> {
    let Some((certificate, key)) = files(config)? else { return Ok(false) };
    let mut is_new = false;
    // What the first takes the second takes, too.
    for tls in [&tls.lines, &tls.web] {
        is_new |= tls.replace(&certificate, &key).map_err(|of| unfit(of, config))?;
    }
    Ok(is_new)
}

/// What is in the two files: the certificate's, the key's.
type Pem = (Vec<u8>, Vec<u8>);

fn files(config: &Config) -> Result<Option<Pem>, Problem> {
    let (Some(certificate), Some(key)) = (&config.tls.certificate.0, &config.tls.key.0) else {
        return Ok(None);
    };
    let read = |name, FilePath(path): &FilePath| {
        fs::read(path).map_err(|error| unusable(name, config, error.to_string()))
    };
    Ok(Some((read("certificate", certificate)?, read("key", key)?)))
}

fn unfit(of: Unusable, config: &Config) -> Problem {
    match of {
        Unusable::Certificate(reason) => unusable("certificate", config, reason),
        Unusable::Key(reason) => unusable("key", config, reason),
    }
}

fn unusable(name: &str, config: &Config, reason: String) -> Problem {
    Problem::unusable(find("tls", name).expect("the table has it"), config, reason)
}
