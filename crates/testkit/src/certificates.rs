//! Certificates that people of transcripts show, and the server's own: made once, self-signed, for a hundred years.
//! Fixed, so that a transcript can name a fingerprint in its settings.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA256, digest};

/// The name that the server's certificate is of.
pub const SERVER_NAME: &str = "chat.example.org";
/// The server's certificate and its key.
pub const SERVER: &str = include_str!("../certificates/server.pem");

/// A key of RSA, of an issuer of tokens.
pub const ISSUER: &str = include_str!("../certificates/issuer.pem");

const ADA: &str = include_str!("../certificates/ada.pem");
const EVE: &str = include_str!("../certificates/eve.pem");

/// A certificate of that name with its key, in PEM.
///
/// # Errors
/// When there is none.
pub fn named(name: &str) -> Result<&'static str, String> {
    match name {
        "ada" => Ok(ADA),
        "eve" => Ok(EVE),
        _ => Err(format!("there is no certificate of {name}")),
    }
}

/// A part of a PEM, decoded.
///
/// # Panics
/// When it is not there.
pub fn der(pem: &str, label: &str) -> Vec<u8> {
    let (_, from) = pem.split_once(&format!("-----BEGIN {label}-----")).expect("the file has it");
    let (body, _) = from.split_once("-----END").expect("and its end");
    STANDARD.decode(body.replace(['\r', '\n'], "")).expect("it is base64")
}

/// The fingerprint by which the server knows it.
pub fn fingerprint(pem: &str) -> String {
    let hash = digest(&SHA256, &der(pem, "CERTIFICATE"));
    hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
