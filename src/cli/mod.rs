//! Arguments → one call into the library each. Standard output is data, standard error is for people.

mod config;
mod convert;
mod evaluate;
mod extract;
mod feed;
mod flow;
mod guard;
mod isolate;
mod made;
mod memory;
mod places;
mod queue;
mod reading;
mod summary;
mod train;
mod writing;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{CommandFactory, Parser, Subcommand};

/// Reads news and writes which sentences make checkable claims, who is cited for them, and what they name.
#[derive(Parser)]
#[command(
    version,
    about,
    after_help = "Exit status: 0 all good, 1 some documents failed (each has an error line on standard error), 2 wrong usage or set-up, 3 a score fell under what was asked (evaluate), 4 a document hung the run, 130 or 143 stopped by Ctrl-C or SIGTERM; after these three extract --resume goes on.\n\n\
    Examples:\n  claimsift extract news/ -o claims.jsonl\n  cat article.txt | claimsift extract - --only claims\n  \
    claimsift extract 'feed/**/*.jsonl' --text-field body --id-field guid > records.jsonl"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Annotate news files: one JSON record a document, in the order of the input.
    Extract(Box<extract::Args>),
    /// Score extraction against gold annotation, in whatever common format it is.
    Evaluate(Box<evaluate::Args>),
    /// Turn annotation from one format into another.
    Convert(convert::Args),
    /// Train or fine-tune a model as a TOML file says.
    Train(train::Args),
    /// Keep claims in a queue that fact-checkers and machines take work from.
    Queue(queue::Args),
    /// Print the settings in force for `extract`, and where each comes from: claimsift.toml, the environment, flags.
    Config(config::Args),
    /// Print the JSON Schema of the output.
    Schema {
        /// Of what.
        #[arg(value_enum, default_value_t)]
        of: SchemaOf,
    },
}

#[derive(Clone, Copy, Default, clap::ValueEnum)]
enum SchemaOf {
    /// What `extract` writes.
    #[default]
    Records,
    /// What `evaluate --json` writes.
    Report,
}

/// How a command that ran to its end ended.
enum Outcome {
    Good,
    SomeFailed,
    /// A score fell under what was asked.
    Fell,
    /// Somebody stopped it.
    Stopped(ExitCode),
}

/// Runs the program with the process's arguments.
pub fn run() -> ExitCode {
    memory::keep();
    let result = completed().and_then(|line| match Cli::parse_from(line).command {
        Command::Extract(args) => extract::run(&args),
        Command::Evaluate(args) => evaluate::run(&args),
        Command::Convert(args) => convert::run(&args),
        Command::Train(args) => train::run(&args),
        Command::Queue(args) => queue::run(&args),
        Command::Config(args) => config::run(&args, &Cli::command()),
        Command::Schema { of } => schema(of),
    });
    match result {
        Ok(Outcome::Good) => ExitCode::SUCCESS,
        Ok(Outcome::SomeFailed) => ExitCode::from(1),
        Ok(Outcome::Fell) => ExitCode::from(3),
        Ok(Outcome::Stopped(status)) => status,
        Err(error) => failed(&error),
    }
}

/// Says why a command did not run to its end. What the parser of arguments says has a form of its own, and `--help` is no failure.
fn failed(error: &anyhow::Error) -> ExitCode {
    if let Some(said) = error.downcast_ref::<clap::Error>() {
        let written = said.print();
        return if said.use_stderr() || written.is_err() { ExitCode::from(2) } else { ExitCode::SUCCESS };
    }
    say(&format!("claimsift: {error:#}"));
    ExitCode::from(2)
}

/// The command line, with the settings it leaves to file and environment.
fn completed() -> anyhow::Result<Vec<std::ffi::OsString>> {
    config::completed(std::env::args_os().collect(), &Cli::command())
}

fn schema(of: SchemaOf) -> anyhow::Result<Outcome> {
    let schema = match of {
        SchemaOf::Records => crate::record::json_schema(),
        SchemaOf::Report => crate::evaluate::Report::json_schema(),
    };
    print(&format!("{}\n", serde_json::to_string_pretty(&schema)?))?;
    Ok(Outcome::Good)
}

/// Data, to standard output; a reader that has gone is no failure.
fn print(text: &str) -> anyhow::Result<()> {
    use std::io::Write;
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => other.context("cannot write standard output"),
    }
}

/// A line for people, to standard error; if that is closed there is nobody to tell.
fn say(line: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// So many things, of a name that takes an `s`.
fn counted(count: impl TryInto<u64>, thing: &str) -> String {
    let count = count.try_into().unwrap_or(u64::MAX);
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

/// The folder corpora are looked for in, `$CLAIMSIFT_DATA`; none where it is not set.
fn data_folder() -> Option<PathBuf> {
    std::env::var_os("CLAIMSIFT_DATA").filter(|folder| !folder.is_empty()).map(PathBuf::from)
}

/// The model used where none is named.
const DEFAULT_MODEL: &str = "newsroom";

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_makes_sense() {
        <super::Cli as clap::CommandFactory>::command().debug_assert();
    }
}
