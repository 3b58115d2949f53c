//! Signatures, checked by the cryptography that TLS has in this program. Only public keys are there: what a secret signs
//! (HS256) is refused whatever the key, so that nobody signs with a key that everybody knows.
//! Spec: <https://www.rfc-editor.org/rfc/rfc7518#section-3.1>, <https://www.rfc-editor.org/rfc/rfc8725#section-3.1>

use std::sync::Once;

use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind, new_error};
use jsonwebtoken::signature::{self, Verifier};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, DecodingKeyKind, EncodingKey};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, RsaParameters, RsaPublicKeyComponents,
    UnparsedPublicKey, VerificationAlgorithm,
};

/// Makes the library check signatures in this way. It has one for the whole process.
pub fn install() {
    static PROVIDER: CryptoProvider = CryptoProvider {
        signer_factory: no_signer,
        verifier_factory: verifier,
        key_utils: KeyUtils::new_unimplemented(),
    };
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        PROVIDER.install_default().expect("nobody else in the process installs one");
    });
}

fn no_signer(_: &Algorithm, _: &EncodingKey) -> Result<Box<dyn JwtSigner>, Error> {
    Err(new_error(ErrorKind::UnsupportedAlgorithm))
}

fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>, Error> {
    let way = Way::of(*algorithm).ok_or_else(|| new_error(ErrorKind::UnsupportedAlgorithm))?;
    if key.family() != way.family() {
        return Err(new_error(ErrorKind::InvalidKeyFormat));
    }
    Ok(Box::new(Key { algorithm: *algorithm, way, key: key.clone() }))
}

/// How a signature is checked.
enum Way {
    Rsa(&'static RsaParameters),
    Ec(&'static dyn VerificationAlgorithm),
    Ed(&'static dyn VerificationAlgorithm),
}

impl Way {
    fn of(algorithm: Algorithm) -> Option<Self> {
        Some(match algorithm {
            Algorithm::RS256 => Self::Rsa(&RSA_PKCS1_2048_8192_SHA256),
            Algorithm::RS384 => Self::Rsa(&RSA_PKCS1_2048_8192_SHA384),
            Algorithm::RS512 => Self::Rsa(&RSA_PKCS1_2048_8192_SHA512),
            Algorithm::PS256 => Self::Rsa(&RSA_PSS_2048_8192_SHA256),
            Algorithm::PS384 => Self::Rsa(&RSA_PSS_2048_8192_SHA384),
            Algorithm::PS512 => Self::Rsa(&RSA_PSS_2048_8192_SHA512),
            Algorithm::ES256 => Self::Ec(&ECDSA_P256_SHA256_FIXED),
            Algorithm::ES384 => Self::Ec(&ECDSA_P384_SHA384_FIXED),
            Algorithm::EdDSA => Self::Ed(&ED25519),
            _ => return None,
        })
    }

    fn family(&self) -> AlgorithmFamily {
        match self {
            Self::Rsa(_) => AlgorithmFamily::Rsa,
            Self::Ec(_) => AlgorithmFamily::Ec,
            Self::Ed(_) => AlgorithmFamily::Ed,
        }
    }
}

/// A public key, for one algorithm.
struct Key {
    algorithm: Algorithm,
    way: Way,
    key: DecodingKey,
}

impl Verifier<Vec<u8>> for Key {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        let verified = match (&self.way, self.key.kind()) {
            (Way::Rsa(parameters), DecodingKeyKind::RsaModulusExponent { n, e }) => {
                let key = RsaPublicKeyComponents { n: without_zeros(n), e: without_zeros(e) };
                key.verify(parameters, message, signature)
            }
            (Way::Ec(algorithm) | Way::Ed(algorithm), DecodingKeyKind::SecretOrDer(key)) => {
                UnparsedPublicKey::new(*algorithm, key).verify(message, signature)
            }
            _ => return Err(signature::Error::new()),
        };
        verified.map_err(|_| signature::Error::new())
    }
}

impl JwtVerifier for Key {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}

/// A number without the zeros that some programs write before it.
fn without_zeros(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    &number[zeros..]
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::crypto::verify;

    use super::*;

    /// The published example of a signature by RSA; keys of that kind cannot be made here.
    /// Spec: <https://www.rfc-editor.org/rfc/rfc7515#appendix-A.2>
    #[test]
    fn the_specifications_example_of_rsa() {
        install();
        let n = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
        let message = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        let signature = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
        let key = DecodingKey::from_rsa_components(n, "AQAB").expect("a key");
        let padded = [&[0, 0][..], &[1, 0, 1]].concat();
        let DecodingKeyKind::RsaModulusExponent { n, .. } = key.kind() else { panic!("it is RSA") };
        let with_zeros = DecodingKey::from_rsa_raw_components(&[&[0][..], n].concat(), &padded);
        let is_good = |message: &str, key: &DecodingKey, algorithm| {
            verify(signature, message.as_bytes(), key, algorithm).expect("an algorithm of that key")
        };
        assert!(is_good(message, &key, Algorithm::RS256) && is_good(message, &with_zeros, Algorithm::RS256));
        assert!(!is_good(&message.replace("eyJpc3Mi", "eyJpc3Ni"), &key, Algorithm::RS256));
        assert!(!is_good(message, &key, Algorithm::RS512) && !is_good(message, &key, Algorithm::PS256));
        assert!(verify(signature, message.as_bytes(), &key, Algorithm::ES256).is_err());
        assert!(verify(signature, message.as_bytes(), &key, Algorithm::HS256).is_err());
    }
}
