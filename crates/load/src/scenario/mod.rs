//! The kinds of load: one file each, one line each in the table below.

use clap::Subcommand;

use crate::cli::Common;
use crate::error::Result;
use crate::report::Report;
use crate::wire::Names;

/// What every scenario starts from.
#[derive(Clone, Copy)]
pub struct Stage<'a> {
    pub common: &'a Common,
    pub names: Names,
}

/// Module, subcommand. Each module has `Args` (its doc comment is the help) with a method `run`.
macro_rules! scenarios {
    ($($module:ident $name:ident)*) => {
        $(mod $module;)*

        #[derive(Subcommand)]
        pub enum Scenario {
            $($name($module::Args),)*
        }

        impl Scenario {
            pub fn run(&self, stage: Stage) -> Result<Report> {
                match self {
                    $(Scenario::$name(args) => args.run(stage),)*
                }
            }
        }
    };
}

scenarios! {
    connect     Connect
    idle        Idle
    fan_out     FanOut
    acked       Acked
    private     Private
    paced       Paced
    join_storm  JoinStorm
    slow_reader SlowReader
    raw         Raw
    relay       Relay
}
