//! Settings that are not given with each command: `claimsift.toml`, then the environment, then flags, each over the one before.
//!
//! A setting has the name of its flag: `threads = 4` in `[extract]`, `CLAIMSIFT_THREADS=4`, `--threads 4`. What flags leave open is put into the
//! command line before it is read, so that all three are checked alike.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command};

use super::{Outcome, print};

/// The file that is read where none is named.
const FILE: &str = "claimsift.toml";
/// Names it.
const FILE_VARIABLE: &str = "CLAIMSIFT_CONFIG";
/// What the names of variables begin with.
const PREFIX: &str = "CLAIMSIFT_";
/// The commands that have settings.
const COMMANDS: [&str; 1] = ["extract"];
/// Tables of the file that others read.
const OTHER_TABLES: [&str; 1] = ["queue"];
/// Flags that are no settings: they are of one run. (`CLAIMSIFT_QUEUE` says where the queue is, not that every run feeds it.)
const NEVER: [&str; 4] = ["help", "version", "resume", "queue"];

#[derive(clap::Args)]
pub(super) struct Args {
    /// A command and its flags: what would be in force for it.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, default_value = "extract", value_name = "COMMAND")]
    command: Vec<OsString>,
}

/// A setting, and where it comes from.
struct Setting {
    flag: String,
    /// One for each time the flag is given; none for a switch.
    values: Vec<String>,
    from: String,
}

/// The command line with what file and environment add to it.
pub(super) fn completed(arguments: Vec<OsString>, program: &Command) -> Result<Vec<OsString>> {
    // A line that is wrong anyway is complained of as it is.
    let Ok(matches) = program.clone().try_get_matches_from(&arguments) else { return Ok(arguments) };
    let Some((name, matches)) = matches.subcommand().filter(|(name, _)| COMMANDS.contains(name)) else { return Ok(arguments) };
    let Some(command) = program.find_subcommand(name) else { return Ok(arguments) };
    let added = settings(command, matches)?;
    let mut completed = arguments;
    // Behind the command's name: what follows a `--` are paths.
    let at = completed.iter().position(|a| a == name).map_or(completed.len(), |at| at + 1);
    let flags = added.iter().flat_map(|setting| {
        let flag = &setting.flag;
        let given = setting.values.iter().map(move |value| format!("--{flag}={value}"));
        given.chain(setting.values.is_empty().then(|| format!("--{flag}")))
    });
    let flags: Vec<OsString> = flags.map(OsString::from).collect();
    completed.splice(at..at, flags);
    if let Err(error) = program.clone().try_get_matches_from(&completed) {
        let from: Vec<String> = added.iter().map(|s| format!("{} from {}", s.flag, s.from)).collect();
        let said = error.to_string();
        // The word before it is the program's own.
        let said = said.strip_prefix("error: ").unwrap_or(&said).trim_end();
        bail!("{said}\n(settings: {})", from.join(", "));
    }
    Ok(completed)
}

/// What environment and file say of flags that are not given.
fn settings(command: &Command, given: &ArgMatches) -> Result<Vec<Setting>> {
    let (file, table) = match file()? {
        Some(path) => {
            let table = read(&path, command.get_name())?;
            (path, table)
        }
        None => (PathBuf::new(), Vec::new()),
    };
    let flags: Vec<&Arg> = flags(command).collect();
    for Entry { key, line, .. } in &table {
        if !flags.iter().any(|flag| flag.get_long() == Some(&dashed(key))) {
            let known: Vec<&str> = flags.iter().filter_map(|flag| flag.get_long()).collect();
            bail!("{}:{line}: [{}] has no setting `{key}`; expected one of {}", file.display(), command.get_name(), known.join(", "));
        }
    }
    let mut found = Vec::new();
    for flag in flags {
        let Some(long) = flag.get_long() else { continue };
        if given.value_source(flag.get_id().as_str()) == Some(ValueSource::CommandLine) {
            continue;
        }
        let variable = format!("{PREFIX}{}", long.replace('-', "_").to_uppercase());
        let switch = !flag.get_action().takes_values();
        if let Some(value) = std::env::var_os(&variable) {
            let value = value.into_string().ok().with_context(|| format!("{variable} is not valid Unicode"))?;
            found.extend(setting(long, switch, toml::Value::String(value), &variable)?);
        } else if let Some(entry) = table.iter().find(|entry| dashed(&entry.key) == long) {
            found.extend(setting(long, switch, entry.value.clone(), &file.display().to_string())?);
        }
    }
    Ok(found)
}

/// The flags of a command that can be settings.
fn flags(command: &Command) -> impl Iterator<Item = &Arg> {
    command.get_arguments().filter(|arg| arg.get_long().is_some_and(|long| !NEVER.contains(&long)))
}

fn dashed(key: &str) -> String {
    key.replace('_', "-")
}

/// A flag's setting; none for a switch that is off.
fn setting(flag: &str, switch: bool, value: toml::Value, from: &str) -> Result<Option<Setting>> {
    let values = match (value, switch) {
        (toml::Value::Boolean(on), true) => return Ok(on.then(|| Setting { flag: flag.into(), values: Vec::new(), from: from.into() })),
        (toml::Value::String(word), true) => match word.as_str() {
            "1" | "true" | "yes" => Vec::new(),
            "0" | "false" | "no" | "" => return Ok(None),
            _ => bail!("{from}: `{flag}` is {word:?}; expected true or false"),
        },
        (value, true) => bail!("{from}: `{flag}` is {value}; expected true or false"),
        // None is none: the flag is as if it were not there.
        (toml::Value::Array(values), false) if values.is_empty() => return Ok(None),
        (toml::Value::Array(values), false) => values.iter().map(|value| word(flag, value, from)).collect::<Result<_>>()?,
        (value, false) => vec![word(flag, &value, from)?],
    };
    Ok(Some(Setting { flag: flag.into(), values, from: from.into() }))
}

fn word(flag: &str, value: &toml::Value, from: &str) -> Result<String> {
    match value {
        toml::Value::String(word) => Ok(word.clone()),
        toml::Value::Integer(_) | toml::Value::Float(_) | toml::Value::Datetime(_) => Ok(value.to_string()),
        _ => bail!("{from}: `{flag}` is {value}; expected a string or a number"),
    }
}

/// The file of settings, if there is one.
fn file() -> Result<Option<PathBuf>> {
    match std::env::var_os(FILE_VARIABLE) {
        Some(named) => {
            let path = PathBuf::from(named);
            anyhow::ensure!(path.is_file(), "{FILE_VARIABLE} names {}, which is no file", path.display());
            Ok(Some(path))
        }
        None => Ok(Some(PathBuf::from(FILE)).filter(|path| path.is_file())),
    }
}

/// A key of a table.
struct Entry {
    key: String,
    value: toml::Value,
    /// Counted from 1.
    line: usize,
}

/// The table of a command, as it stands in the file.
fn read(path: &Path, command: &str) -> Result<Vec<Entry>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let place = || path.display().to_string();
    for Entry { key, value, line } in entries(&text, toml::from_str(&text).with_context(place)?) {
        let known = COMMANDS.contains(&key.as_str()) || OTHER_TABLES.contains(&key.as_str());
        if !known || !value.is_table() {
            let expected: Vec<String> = COMMANDS.iter().chain(&OTHER_TABLES).map(|name| format!("[{name}]")).collect();
            bail!("{}:{line}: found `{key}`; expected tables {}", path.display(), expected.join(", "));
        }
    }
    let mut tables: BTreeMap<String, Keys> = toml::from_str(&text).with_context(place)?;
    Ok(entries(&text, tables.remove(command).unwrap_or_default()))
}

/// Keys, and where they stand.
type Keys = BTreeMap<toml::Spanned<String>, toml::Value>;

/// The keys in the order of the file, with their lines.
fn entries(text: &str, keys: Keys) -> Vec<Entry> {
    let line = |at: usize| text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1;
    let entry = |(key, value): (toml::Spanned<String>, _)| Entry { line: line(key.span().start), key: key.into_inner(), value };
    let mut entries: Vec<Entry> = keys.into_iter().map(entry).collect();
    entries.sort_by_key(|entry| entry.line);
    entries
}

/// `claimsift config`: what is in force, and where each value comes from.
pub(super) fn run(args: &Args, program: &Command) -> Result<Outcome> {
    let name = args.command.first().and_then(|name| name.to_str()).unwrap_or_default();
    let Some(command) = program.find_subcommand(name).filter(|_| COMMANDS.contains(&name)) else {
        bail!("found `{name}`; expected one of {}", COMMANDS.join(", "));
    };
    // Paths are no settings; without one the line would be wrong.
    let line: Vec<OsString> = [OsString::from(program.get_name())].into_iter().chain(args.command.clone()).chain(["-".into()]).collect();
    // As for the command itself: help to standard output, what is wrong to standard error.
    let matches = program.clone().try_get_matches_from(&line).unwrap_or_else(|error| error.exit());
    let given = matches.subcommand().map(|(_, matches)| matches.clone()).context("no command")?;
    let added = settings(command, &given)?;
    let mut text = format!(
        "# claimsift {}; a value is taken from the flag, else the environment, else {FILE}, else the default\n[{name}]\n",
        env!("CARGO_PKG_VERSION")
    );
    for flag in flags(command) {
        let Some(long) = flag.get_long() else { continue };
        let setting = added.iter().find(|s| s.flag == long);
        text.push_str(&line_of(flag, long, &given, setting));
    }
    print(&text)?;
    Ok(Outcome::Good)
}

/// A line of TOML: a setting, or a comment where it has no value.
fn line_of(flag: &Arg, long: &str, given: &ArgMatches, added: Option<&Setting>) -> String {
    let by_flag = given.value_source(flag.get_id().as_str()) == Some(ValueSource::CommandLine);
    let from = match added {
        _ if by_flag => "flag".to_owned(),
        Some(setting) => setting.from.clone(),
        None => "default".to_owned(),
    };
    if matches!(flag.get_action(), ArgAction::SetTrue) {
        let on = added.is_some() || by_flag;
        return format!("{long} = {on}  # {from}\n");
    }
    let given_values = || given.get_raw(flag.get_id().as_str()).into_iter().flatten().map(|v| v.to_string_lossy().into_owned()).collect();
    let values: Vec<String> = added.filter(|_| !by_flag).map_or_else(given_values, |setting| setting.values.clone());
    let shown = |value: &String| match value.parse::<f64>() {
        Ok(number) if number.is_finite() => value.clone(),
        _ => toml::Value::String(value.clone()).to_string(),
    };
    match &values[..] {
        [] => format!("# {long} is not set\n"),
        [one] if !matches!(flag.get_action(), ArgAction::Append) => format!("{long} = {}  # {from}\n", shown(one)),
        many => format!("{long} = [{}]  # {from}\n", many.iter().map(shown).collect::<Vec<_>>().join(", ")),
    }
}
