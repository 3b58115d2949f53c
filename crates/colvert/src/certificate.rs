//! The server's certificate: read at the start, and again whenever the configuration is.

use std::fs;
use std::sync::Arc;

use colvert_net::Tls;

use crate::config::transport::FilePath;
use crate::config::{Config, Problem, find};

/// What is spoken on it, as it is registered.
/// Spec: <https://www.iana.org/assignments/tls-extensiontype-values/tls-extensiontype-values.xhtml#alpn-protocol-ids>
const PROTOCOL: &str = "irc";

/// The certificate of a configuration that names one.
///
/// # Errors
/// A file cannot be read, or what is in it cannot be used.
pub fn tls(config: &Config) -> Result<Option<Arc<Tls>>, Problem> {
    config.check_tls()?;
    let Some((certificate, key)) = files(config)? else { return Ok(None) };
    let tls =
        Tls::new(&certificate, &key, PROTOCOL).map_err(|reason| unusable("certificate", config, reason))?;
    Ok(Some(Arc::new(tls)))
}

/// Gives connections that begin from now on the certificate that the files hold now.
///
/// # Errors
/// A file cannot be read, or what is in it cannot be used; the certificate stays what it was.
pub fn replace(tls: &Tls, config: &Config) -> Result<(), Problem> {
    let Some((certificate, key)) = files(config)? else { return Ok(()) };
    tls.replace(&certificate, &key).map_err(|reason| unusable("certificate", config, reason))
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

fn unusable(name: &str, config: &Config, reason: String) -> Problem {
    Problem::unusable(find("tls", name).expect("the table has it"), config, reason)
}
