//! What a letter says. Names of accounts are in its text alone, never in a header.

use colvert_core::local::Language;
use colvert_core::mail::{Letter, Purpose};
use colvert_core::secret::Secret;
use colvert_core::span;

/// A letter in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worded {
    pub subject: String,
    /// Lines.
    pub text: Vec<String>,
}

/// Words a letter from a network.
pub fn word(letter: &Letter, network: &str) -> Worded {
    match letter.language {
        Language::French => french(letter, network),
        Language::English => english(letter, network),
    }
}

/// How a code is shown to the server, on both doors.
fn typed(nickserv: &str, line: &str, code: &Secret, after: &str) -> [String; 2] {
    let code = code.expose();
    [format!("    /msg NickServ {nickserv} {code}{after}"), format!("    {line} {code}{after}")]
}

fn english(letter: &Letter, network: &str) -> Worded {
    let account = &letter.account;
    let (subject, first, code) = match &letter.purpose {
        Purpose::Registration { code, seconds } => (
            format!("Your account on {network}"),
            format!("Somebody asked for the account {account} on {network}, with this address."),
            Some((code, seconds, "To make it")),
        ),
        Purpose::NewAddress { code, seconds } => (
            format!("Your address on {network}"),
            format!("Somebody wants this to be the address of the account {account} on {network}."),
            Some((code, seconds, "To confirm it")),
        ),
        Purpose::NewPassword { code, seconds } => (
            format!("Your password on {network}"),
            format!("Somebody asked for a new password for the account {account} on {network}."),
            Some((code, seconds, "To set one")),
        ),
        Purpose::AddressGone => (
            format!("Your address on {network}"),
            format!("This is not the address of the account {account} on {network} any more."),
            None,
        ),
    };
    let mut text = vec![first];
    match code {
        Some((code, seconds, what)) => {
            let within = span::words(*seconds);
            text.push(format!("{what}, type one of these on {network} within {within}:"));
            text.push(String::new());
            text.extend(commands(letter, code, "NEW-PASSWORD"));
            text.push(String::new());
            text.push("If it was not you, you need not do anything.".to_owned());
        }
        None => {
            text.push("If it was not you who changed it, ask those who look after the server.".to_owned())
        }
    }
    Worded { subject, text }
}

fn french(letter: &Letter, network: &str) -> Worded {
    let account = &letter.account;
    let (subject, first, code) = match &letter.purpose {
        Purpose::Registration { code, seconds } => (
            format!("Votre compte sur {network}"),
            format!("Quelqu'un a demandé le compte {account} sur {network}, avec cette adresse."),
            Some((code, seconds, "Pour le créer")),
        ),
        Purpose::NewAddress { code, seconds } => (
            format!("Votre adresse sur {network}"),
            format!("Quelqu'un veut que ceci soit l'adresse du compte {account} sur {network}."),
            Some((code, seconds, "Pour le confirmer")),
        ),
        Purpose::NewPassword { code, seconds } => (
            format!("Votre mot de passe sur {network}"),
            format!("Quelqu'un a demandé un nouveau mot de passe pour le compte {account} sur {network}."),
            Some((code, seconds, "Pour en choisir un")),
        ),
        Purpose::AddressGone => (
            format!("Votre adresse sur {network}"),
            format!("Ceci n'est plus l'adresse du compte {account} sur {network}."),
            None,
        ),
    };
    let mut text = vec![first];
    match code {
        Some((code, seconds, what)) => {
            let within = span::words(*seconds);
            text.push(format!("{what}, tapez une de ces lignes sur {network} dans les {within} :"));
            text.push(String::new());
            text.extend(commands(letter, code, "NOUVEAU-MOT-DE-PASSE"));
            text.push(String::new());
            text.push("Si ce n'était pas vous, il n'y a rien à faire.".to_owned());
        }
        None => text
            .push("Si ce n'est pas vous qui l'avez changée, demandez à qui s'occupe du serveur.".to_owned()),
    }
    Worded { subject, text }
}

fn commands(letter: &Letter, code: &Secret, password: &str) -> [String; 2] {
    let account = &letter.account;
    match letter.purpose {
        Purpose::NewPassword { .. } => typed(
            &format!("RESETPASS {account}"),
            &format!("/resetpass {account}"),
            code,
            &format!(" {password}"),
        ),
        _ => typed(&format!("VERIFY {account}"), &format!("/verify {account}"), code, ""),
    }
}

#[cfg(test)]
mod tests {
    use colvert_core::names::{AccountName, NameRules};

    use super::*;

    #[test]
    fn every_letter_says_its_code_and_no_header_has_the_account() {
        let account = AccountName::new("Éloïse", NameRules::Precis).expect("a name");
        let (code, seconds) = (Secret::new("abcd-efgh"), 10_800);
        let purposes = [
            Purpose::Registration { code: code.clone(), seconds },
            Purpose::NewAddress { code: code.clone(), seconds },
            Purpose::NewPassword { code, seconds },
            Purpose::AddressGone,
        ];
        for language in [Language::English, Language::French] {
            for purpose in purposes.clone() {
                let has_code = purpose != Purpose::AddressGone;
                let worded =
                    word(&Letter { to: None, account: account.clone(), purpose, language }, "Colvert");
                assert!(
                    !worded.subject.contains(account.as_str()) && worded.text[0].contains(account.as_str())
                );
                assert_eq!(
                    worded.text.iter().filter(|line| line.contains("abcd-efgh")).count(),
                    if has_code { 2 } else { 0 }
                );
            }
        }
    }
}
