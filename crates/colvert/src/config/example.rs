//! The configuration with all keys, their defaults and what they do: `colvert config example`.

use std::fmt::Write as _;

use super::keys::{Config, KEYS, SECTIONS, TABLES};

const HEADER: &str = "\
# The configuration of colvert, with every key and its default. What is left out has its default.
#
# Each key can also be set by the environment, which wins over this file: COLVERT__SECTION__KEY, such as
# COLVERT__LISTEN__IRC=off. A flag of the command line wins over both.
";

/// The example. It is a configuration that changes nothing.
pub fn example() -> String {
    let defaults = Config::default();
    let mut text = HEADER.to_owned();
    for section in SECTIONS {
        text.push('\n');
        comment(&mut text, section.about);
        write(&mut text, format_args!("[{}]\n", section.name));
        for key in KEYS.iter().filter(|key| key.section == section.name) {
            comment(&mut text, key.about);
            write(&mut text, format_args!("{} = {}\n", key.name, (key.write)(&defaults)));
        }
    }
    for table in TABLES {
        text.push('\n');
        comment(&mut text, table.about);
        write(&mut text, format_args!("#[{}.NAME]\n", table.name));
        for key in table.keys {
            comment(&mut text, key.about);
            write(&mut text, format_args!("#{} = {}\n", key.name, (key.default)()));
        }
    }
    text
}

/// The keys as a table in Markdown, for the documentation.
pub fn reference() -> String {
    let defaults = Config::default();
    let mut text = "| key | default | must be | what it does |\n|---|---|---|---|\n".to_owned();
    for key in KEYS {
        row(&mut text, &key.to_string(), &(key.write)(&defaults), (key.expected)(), key.about);
    }
    for key in TABLES.iter().flat_map(|table| table.keys) {
        row(&mut text, &key.to_string(), &(key.default)(), (key.expected)(), key.about);
    }
    text
}

fn row(text: &mut String, key: &str, default: &str, expected: String, about: &[&str]) {
    let about = about.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ");
    let cells = [format!("`{key}`"), format!("`{default}`"), expected, about];
    write(text, format_args!("| {} |\n", cells.map(|cell| cell.replace('|', "\\|")).join(" | ")));
}

fn comment(text: &mut String, lines: &[&str]) {
    for line in lines {
        write(text, format_args!("#{line}\n"));
    }
}

fn write(text: &mut String, what: std::fmt::Arguments<'_>) {
    text.write_fmt(what).expect("writing to memory does not fail");
}
