//! The command line.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};
use colvert_core::span;

use crate::claim::Code;
use crate::config::example::example;
use crate::config::value::Level;
use crate::config::{Config, Flag, Layers};
use crate::control::{Answer, COUNTERS, Order, RELOAD};
use crate::failed::Failed;
use crate::passwords::Passwords;
use crate::{clock, diagnostics, import, offline, password, serve};

/// A chat server: one conversation, many doors, kept on disk.
#[derive(Parser)]
#[command(name = "colvert", version, about, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve until SIGTERM or Ctrl-C
    Serve(Serve),
    /// Check a configuration, and open nothing
    CheckConfig {
        /// The configuration, in TOML
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
    },
    /// About the configuration
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Administer the server, whether it runs or not
    #[command(subcommand)]
    Admin(Admin),
    /// Accounts
    #[command(subcommand)]
    Account(Account),
    /// Have a running server read its configuration again
    Reload {
        #[command(flatten)]
        place: Place,
    },
    /// Print what the configuration takes for a password, which is read from standard input
    HashPassword,
    /// Take over the channels of a state file (etat_serveur.json)
    Import {
        file: PathBuf,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Subcommand)]
enum ConfigCommand {
    /// Print a configuration with all keys, their defaults and what they do
    Example,
}

#[derive(Subcommand)]
enum Admin {
    /// Give an account a role
    Role {
        account: String,
        role: RoleName,
        #[command(flatten)]
        place: Place,
    },
    /// Make a code that makes its first user an administrator (24 hours, once)
    Code {
        #[command(flatten)]
        place: Place,
    },
    /// Say that the directory came back from a copy, before the server starts on it: message ids that were given after the copy
    /// are not given again
    Restored {
        #[command(flatten)]
        place: Place,
    },
    /// Keep an address, a net, a mask (nick!user@host) or an account out
    Ban {
        target: String,
        /// How long, such as 2h or 30d; for good otherwise
        #[arg(long = "for", value_name = "TIME", value_parser = span)]
        time: Option<String>,
        /// Why; it is shown to those whom it keeps out
        #[arg(long)]
        reason: Option<String>,
        #[command(flatten)]
        place: Place,
    },
    /// Let an address, a net, a mask or an account in again
    Unban {
        target: String,
        #[command(flatten)]
        place: Place,
    },
    /// Print the bans of the server
    Bans {
        #[command(flatten)]
        place: Place,
    },
    /// Print the level of defence, or change it: 5 is the usual one, 1 lets nobody in
    Defcon {
        level: Option<String>,
        #[command(flatten)]
        place: Place,
    },
    /// Print the last acts of operators and moderators
    Audit {
        /// How many
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1000))]
        lines: u32,
        /// Of a channel of that name alone
        #[arg(long)]
        channel: Option<String>,
        #[command(flatten)]
        place: Place,
    },
    /// Print what a running server counts
    Counters {
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Subcommand)]
enum Account {
    /// Make an account; its password is read from standard input
    Create {
        name: String,
        #[command(flatten)]
        place: Place,
    },
    /// Print a code with which an account's owner, who has lost the password, sets a new one (24 hours, once)
    Reset {
        name: String,
        #[command(flatten)]
        place: Place,
    },
    /// Close an account, and the connections that are logged in to it
    Suspend {
        name: String,
        /// How long, such as 2h or 30d; until it is opened again otherwise
        #[arg(long = "for", value_name = "TIME", value_parser = span)]
        time: Option<String>,
        /// Why; its owner is told
        #[arg(long)]
        reason: Option<String>,
        #[command(flatten)]
        place: Place,
    },
    /// Open an account that was closed
    Unsuspend {
        name: String,
        #[command(flatten)]
        place: Place,
    },
    /// Give an account another name
    Rename {
        name: String,
        to: String,
        #[command(flatten)]
        place: Place,
    },
    /// Delete an account for good, with all that is kept for it
    Delete {
        name: String,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum RoleName {
    Administrator,
    Moderator,
    Member,
}

/// Which server.
#[derive(Args)]
struct Place {
    /// The configuration, in TOML
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The data directory
    #[arg(long, value_name = "DIR")]
    data: Option<String>,
}

#[derive(Args)]
struct Serve {
    #[command(flatten)]
    place: Place,
    /// Where the line protocol listens, or off
    #[arg(long, value_name = "ADDR")]
    line: Option<String>,
    /// Where IRC listens, or off
    #[arg(long, value_name = "ADDR")]
    irc: Option<String>,
    /// The language in which the line door greets: fr or en
    #[arg(long, value_name = "LANG")]
    lang: Option<String>,
}

/// Does what the command line says.
pub fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failed) => {
            // Nobody may be listening.
            let _ = writeln!(io::stderr(), "colvert: {failed}");
            failed.code()
        }
    }
}

fn run(command: Command) -> Result<(), Failed> {
    match command {
        Command::Serve(flags) => {
            let layers = layers(&flags.place, flags.doors());
            let config = Config::load(&layers)?;
            diagnostics::start(&config);
            serve::serve(&config, layers)
        }
        Command::CheckConfig { config } => {
            let place = Place { config: Some(config.clone()), data: None };
            load(&place, Vec::new())?.check_tls()?;
            print(&format!("{}: right\n", config.display()))
        }
        Command::Config(ConfigCommand::Example) => print(&example()),
        Command::Admin(Admin::Role { account, role, place }) => {
            let role = role.to_possible_value().map(|role| role.get_name().to_owned()).unwrap_or_default();
            order(&place, &Order::new("ROLE", [account, role]))
        }
        Command::Admin(Admin::Code { place }) => {
            let code = Code::random();
            order(&place, &code.order(clock::now()))?;
            print(&format!("{}\n", code.as_str()))
        }
        Command::Admin(Admin::Ban { target, time, reason, place }) => {
            order(&place, &Order::with("SERVER-BAN", terms(target, time, reason)))
        }
        Command::Admin(Admin::Unban { target, place }) => {
            order(&place, &Order::new("SERVER-UNBAN", [target]))
        }
        Command::Admin(Admin::Defcon { level, place }) => {
            order(&place, &Order::with("DEFCON", level.into_iter().collect()))
        }
        Command::Admin(Admin::Bans { place }) => order(&place, &Order::new("SERVER-BANS", [])),
        Command::Admin(Admin::Audit { lines, channel, place }) => {
            let words = channel.into_iter().chain([lines.to_string()]);
            order(&place, &Order::new("AUDIT", words))
        }
        Command::Admin(Admin::Restored { place }) => {
            let generation = offline::restored(&load(&place, Vec::new())?)?;
            print(&format!("Generation {generation} begins.\n"))
        }
        Command::Admin(Admin::Counters { place }) => order(&place, &Order::new(COUNTERS, [])),
        Command::Account(account) => of_account(account),
        Command::Reload { place } => order(&place, &Order::new(RELOAD, [])),
        Command::HashPassword => hash_password(),
        Command::Import { file, place } => import_file(&file, &place),
    }
}

fn of_account(account: Account) -> Result<(), Failed> {
    match account {
        Account::Create { name, place } => {
            let password = password::read(&name).map_err(Failed::at("the password"))?;
            order(&place, &Order::new("ACCOUNT-CREATE", [name, password]))
        }
        Account::Reset { name, place } => order(&place, &Order::new("ACCOUNT-RESET", [name])),
        Account::Suspend { name, time, reason, place } => {
            order(&place, &Order::with("ACCOUNT-SUSPEND", terms(name, time, reason)))
        }
        Account::Unsuspend { name, place } => order(&place, &Order::new("ACCOUNT-UNSUSPEND", [name])),
        Account::Rename { name, to, place } => order(&place, &Order::new("ACCOUNT-RENAME", [name, to])),
        Account::Delete { name, place } => order(&place, &Order::new("ACCOUNT-DELETE", [name])),
    }
}

/// Whom an order is about, for how long, and why: a reason may begin with what looks like a time.
fn terms(whom: String, time: Option<String>, reason: Option<String>) -> Vec<String> {
    let time = time.unwrap_or_else(|| span::FOR_GOOD.to_owned());
    [whom, time].into_iter().chain(reason).collect()
}

/// A span of time, as it was typed.
fn span(text: &str) -> Result<String, String> {
    let is_one = span::parse_s(text).is_some();
    is_one.then(|| text.to_owned()).ok_or_else(|| "a time is written 30m, 2h, 1d12h or 4w".to_owned())
}

fn hash_password() -> Result<(), Failed> {
    let password = password::read("the operator").map_err(Failed::at("the password"))?;
    let hash = Passwords::default().hash(&password);
    print(&format!("{}\n", hash.ok_or_else(|| Failed::Other("the password cannot be hashed".to_owned()))?))
}

fn import_file(file: &Path, place: &Place) -> Result<(), Failed> {
    let at = |why: &dyn std::fmt::Display| Failed::Other(format!("{}: {why}", file.display()));
    let text = fs::read_to_string(file).map_err(|error| at(&error))?;
    let old = import::parse(&text).map_err(|why| at(&why))?;
    for key in &old.unknown {
        // Nobody may be listening.
        let _ =
            writeln!(io::stderr(), "colvert: {}: the key {key:?} is unknown and left out", file.display());
    }
    if old.channels.is_empty() {
        return print("0 channels are made.\n");
    }
    order(place, &Order::with("IMPORT", old.channels))
}

/// Has an order carried out, and prints the answer.
fn order(place: &Place, order: &Order) -> Result<(), Failed> {
    let mut config = load(place, Vec::new())?;
    if config.diagnostics.level == Level::Info {
        // How the log was opened is nothing to whoever gives an order.
        config.diagnostics.level = Level::Warn;
    }
    diagnostics::start(&config);
    match offline::order(&config, order)? {
        Answer::Done(lines) => print(&lines.iter().map(|line| format!("{line}\n")).collect::<String>()),
        Answer::Counters(counters) => {
            print(&counters.iter().map(|(name, n)| format!("{name} {n}\n")).collect::<String>())
        }
        Answer::Refused(why) => Err(Failed::Other(why)),
    }
}

fn load(place: &Place, doors: Vec<Flag>) -> Result<Config, Failed> {
    Ok(Config::load(&layers(place, doors))?)
}

fn layers(place: &Place, doors: Vec<Flag>) -> Layers {
    let data = place.data.iter().map(|value| flag("--data", "data", "dir", value));
    let flags = data.chain(doors).collect();
    // A variable that is not UTF-8 is not one of ours, or is wrong whichever way it is read.
    let environment: BTreeMap<String, String> = env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.to_string_lossy().into_owned())))
        .collect();
    Layers { file: place.config.clone(), environment, flags }
}

impl Serve {
    fn doors(&self) -> Vec<Flag> {
        let line = self.line.iter().map(|value| flag("--line", "listen", "line", value));
        let irc = self.irc.iter().map(|value| flag("--irc", "listen", "irc", value));
        let lang = self.lang.iter().map(|value| flag("--lang", "server", "language", value));
        line.chain(irc).chain(lang).collect()
    }
}

fn flag(name: &'static str, section: &'static str, key: &'static str, value: &str) -> Flag {
    Flag { name, section, key, value: value.to_owned() }
}

fn print(text: &str) -> Result<(), Failed> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(Failed::at("standard output"))
}
