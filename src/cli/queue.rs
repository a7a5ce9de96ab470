//! `claimsift queue`

mod adding;
mod announcing;
mod exporting;
mod filling;
mod given;
mod importing;
mod table;
mod weighing;

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};

use super::{Outcome, print, say};
use crate::queue::{By, Item, ListOptions, MINUTE, Millis, Queue, QueueError, Reason, State, Step, Verdict, moment};

/// Where the queue is, unless somebody says otherwise.
const DEFAULT_DB: &str = "claimsift-queue.db";
/// What a desk looks at in a day.
const DAY: usize = 15;
/// How long an item is handed out for, in minutes.
const LEASE: u32 = 30;

#[derive(clap::Args)]
#[command(
    after_help = "A morning:\n  claimsift extract feed/ -o records.jsonl\n  claimsift queue add records.jsonl\n  claimsift queue list --top 15 --per-topic 3\n  \
    claimsift queue start 12\n  claimsift queue done 12 --verdict \"half true\" --evidence https://example.org/check\n  \
    claimsift queue drop 7 --reason not-checkable\n\nExit status: 0 all good, 1 some lines or entries could not be taken (each is named), 2 wrong usage, or the queue \
    could not do it. docs/queue.md says more."
)]
pub(super) struct Args {
    /// The queue's file; else $CLAIMSIFT_QUEUE, else claimsift-queue.db here.
    #[arg(long, global = true, overrides_with = "db", value_name = "FILE")]
    db: Option<PathBuf>,
    /// Who does it; else $CLAIMSIFT_ACTOR, else $USER.
    #[arg(long, global = true, overrides_with = "actor", value_name = "NAME")]
    actor: Option<String>,
    /// What time it is, in place of the clock's.
    #[arg(long, global = true, overrides_with = "now", hide = true, value_name = "TIME", value_parser = time)]
    now: Option<Millis>,
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    #[command(flatten)]
    Filling(filling::Filling),
    #[command(flatten)]
    Working(Working),
}

/// What is done with a queue that is there.
#[derive(clap::Subcommand)]
enum Working {
    /// Take the items that stand highest, for a while.
    Next {
        /// How many.
        #[arg(short = 'n', long, default_value_t = 1, value_name = "N")]
        count: usize,
        /// For how many minutes; after them they come back to the list.
        #[arg(long, default_value_t = LEASE, value_name = "MINUTES", value_parser = clap::value_parser!(u32).range(1..))]
        lease: u32,
        #[command(flatten)]
        which: Which,
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Give items back.
    Release {
        #[command(flatten)]
        items: Items,
        /// Why.
        #[arg(long, value_name = "WORDS")]
        reason: Option<String>,
    },
    /// Begin to check items.
    Start {
        #[command(flatten)]
        items: Items,
        /// Keep them for so many minutes; without, until they are done, dropped or released.
        #[arg(long, value_name = "MINUTES", value_parser = clap::value_parser!(u32).range(1..))]
        lease: Option<u32>,
    },
    /// The check of items is published.
    Done {
        #[command(flatten)]
        items: Items,
        /// What it came to, in the words of the house.
        #[arg(long, value_name = "WORDS")]
        verdict: String,
        /// The same as a number, on the scale of the house.
        #[arg(long, value_name = "NUMBER")]
        rating: Option<f64>,
        /// Where it can be read, and what it rests on; repeatable, the check itself first.
        #[arg(long, value_name = "URL")]
        evidence: Vec<String>,
        /// Anything else.
        #[arg(long, value_name = "WORDS")]
        note: Option<String>,
    },
    /// Items will not be checked.
    Drop {
        #[command(flatten)]
        items: Items,
        /// Why not.
        #[arg(long, value_enum)]
        reason: Reason,
        /// Anything else.
        #[arg(long, value_name = "WORDS")]
        note: Option<String>,
    },
    /// Show the items that stand highest.
    List {
        /// At most so many.
        #[arg(long, default_value_t = DAY, value_name = "N")]
        top: usize,
        #[command(flatten)]
        which: Which,
        /// In this state; repeatable.
        #[arg(long, value_enum, default_values_t = [State::New], value_name = "STATE")]
        state: Vec<State>,
        /// Do not count this as a look at the day's list, which `report` measures.
        #[arg(long)]
        peek: bool,
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Show all that is known of items: where they appeared, what happened to them.
    Show {
        /// Their numbers, or ids of their claims.
        #[arg(required = true, value_name = "ITEM")]
        items: Vec<String>,
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Take back the last change of items; again, the one before.
    Undo {
        /// Their numbers, or ids of their claims.
        #[arg(required = true, value_name = "ITEM")]
        items: Vec<String>,
        /// Also what somebody else did, or has in hand.
        #[arg(long)]
        force: bool,
    },
    /// Take a published check off an item that it does not speak of; it is not put to the item again.
    Uncheck {
        /// The item: its number, or the id of one of its claims.
        item: String,
        /// Even where somebody else has it in hand.
        #[arg(long)]
        force: bool,
    },
    /// Make one item of two.
    Merge {
        /// The item whose appearances move.
        item: String,
        /// The item they move to.
        into: String,
    },
    /// Make an item of its own of some appearances.
    Split {
        /// The item.
        item: String,
        /// The ids of the appearances' claims, as `show` gives them.
        #[arg(required = true, value_name = "CLAIM")]
        claims: Vec<String>,
    },
    /// Tell a webhook of new items whose time has come, and send what could not be sent before.
    Announce(announcing::Args),
    /// Write items for others.
    Export(exporting::Args),
    /// What was shown, chosen and dropped, by speaker, party, outlet and reason.
    Report {
        /// From this day on, such as 2026-11-23.
        #[arg(long, value_name = "DAY", value_parser = day)]
        since: Option<String>,
        /// As one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// How much of what is in the queue.
    Stats {
        /// As one JSON object.
        #[arg(long)]
        json: bool,
        /// Read the whole file, and say whether it is sound.
        #[arg(long)]
        check: bool,
    },
}

/// Items that something is done to.
#[derive(clap::Args)]
struct Items {
    /// Their numbers, or ids of their claims.
    #[arg(required = true, value_name = "ITEM")]
    items: Vec<String>,
    /// Take over what somebody else has.
    #[arg(long)]
    force: bool,
    /// Only under this lease: the `lease_id` of `next --json`, by which programs of one name are told apart.
    #[arg(long, value_name = "LEASE")]
    lease_id: Option<i64>,
}

/// Which items are meant.
#[derive(clap::Args)]
struct Which {
    /// At most so many of one topic; of what `next` hands out, so many a day (UTC).
    #[arg(long, value_name = "K")]
    per_topic: Option<usize>,
    /// Also what is off by default: opinions, personal experience, vague predictions, speakers denied.
    #[arg(long)]
    all: bool,
    /// Sentences from below the threshold in place of claims: one in twenty is kept, so that misses can be seen.
    #[arg(long)]
    sampled: bool,
}

impl Which {
    fn options(&self, top: usize, states: &[State]) -> ListOptions {
        ListOptions { top, per_topic: self.per_topic, states: states.to_vec(), all: self.all, sampled: self.sampled }
    }
}

fn time(text: &str) -> Result<Millis, String> {
    moment(text).ok_or_else(|| format!("found {text:?}, expected a time such as 2026-11-23T08:15:00Z"))
}

fn day(text: &str) -> Result<String, String> {
    let is_day = text.len() == 10 && moment(text).is_some();
    if is_day { Ok(text.to_owned()) } else { Err(format!("found {text:?}, expected a day such as 2026-11-23")) }
}

/// Who does something, to which queue, when.
struct Desk {
    queue: Queue,
    path: PathBuf,
    actor: String,
    now: Option<Millis>,
}

impl Desk {
    /// With the queue that is there.
    fn of(args: &Args) -> Result<Self> {
        Self::with(args, Queue::open)
    }

    /// With a queue that is made where it is missing.
    fn made(args: &Args) -> Result<Self> {
        Self::with(args, Queue::create)
    }

    fn with(args: &Args, open: impl FnOnce(&Path) -> Result<Queue, QueueError>) -> Result<Self> {
        let path = args.db.clone().or_else(|| std::env::var_os("CLAIMSIFT_QUEUE").map(PathBuf::from));
        let path = path.unwrap_or_else(|| PathBuf::from(DEFAULT_DB));
        let named = |variable: &str| std::env::var(variable).ok().filter(|name| !name.trim().is_empty());
        let actor = args.actor.clone().or_else(|| named("CLAIMSIFT_ACTOR")).or_else(|| named("USER")).unwrap_or_else(|| "somebody".into());
        let queue = open(&path).with_context(|| path.display().to_string())?;
        Ok(Self { queue, path, actor, now: args.now })
    }

    /// Does some work; the queue is named where it could not do it, and only there.
    fn does(&mut self, work: impl FnOnce(&mut Self) -> Result<Outcome>) -> Result<Outcome> {
        work(self).map_err(|error| {
            let is_ours = error.chain().any(|cause| cause.is::<QueueError>());
            if is_ours { error.context(self.path.display().to_string()) } else { error }
        })
    }

    fn now(&self) -> Millis {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        self.now.unwrap_or_else(|| Millis::try_from(since.as_millis()).unwrap_or(Millis::MAX))
    }

    /// The numbers of items, each once; one that is not there is an error before anything is done to the others.
    fn find(&self, names: &[String]) -> Result<Vec<i64>> {
        let mut found = Vec::new();
        for name in names {
            let item = self.queue.find(name)?;
            if !found.contains(&item) {
                found.push(item);
            }
        }
        Ok(found)
    }

    /// Does the same to all these items, or to none of them, and says so.
    fn each(&mut self, items: &Items, done: &str, step: Step) -> Result<Outcome> {
        let (found, now) = (self.find(&items.items)?, self.now());
        self.queue.step(&found, step, items.lease_id, By { actor: &self.actor, force: items.force }, now)?;
        found.iter().for_each(|item| say(&format!("item {item}: {done}")));
        Ok(Outcome::Good)
    }
}

pub(super) fn run(args: &Args) -> Result<Outcome> {
    match &args.command {
        Command::Filling(filling) => filling::run(filling, args),
        Command::Working(working) => Desk::of(args)?.does(|desk| dispatch(working, desk)),
    }
}

fn dispatch(command: &Working, desk: &mut Desk) -> Result<Outcome> {
    let minutes = |m: u32| Millis::from(m) * MINUTE;
    match command {
        Working::Announce(args) => announcing::run(args, desk),
        Working::Next { count, lease, which, json } => {
            let now = desk.now();
            let mut items = desk.queue.next(&which.options(*count, &[State::New]), minutes(*lease), &desk.actor, now)?;
            desk.queue.places(&mut items, now)?;
            show_all(&items, *json)
        }
        Working::List { top, which, state, peek, json } => {
            let now = desk.now();
            let seen_by = (!peek).then_some(desk.actor.as_str());
            let items = desk.queue.list(&which.options(*top, state), seen_by, now)?;
            show_all(&items, *json)
        }
        Working::Release { items, reason } => desk.each(items, "given back", Step::Release { reason: reason.as_deref() }),
        Working::Start { items, lease } => desk.each(items, "being checked", Step::Start { lease: lease.map(minutes) }),
        Working::Done { items, verdict, rating, evidence, note } => {
            let verdict = Verdict { verdict: verdict.clone(), rating: *rating, evidence: evidence.clone(), note: note.clone() };
            desk.each(items, "published", Step::Done(&verdict))
        }
        Working::Drop { items, reason, note } => desk.each(items, "dropped", Step::Drop { reason: *reason, note: note.as_deref() }),
        Working::Show { items, json } => {
            for item in desk.find(items)? {
                let item = desk.queue.show(item, desk.now())?;
                print(&if *json { serde_json::to_string(&item)? + "\n" } else { table::page(&item) })?;
            }
            Ok(Outcome::Good)
        }
        Working::Undo { items, force } => {
            let (found, now) = (desk.find(items)?, desk.now());
            let kinds = desk.queue.undo_all(&found, By { actor: &desk.actor, force: *force }, now)?;
            found.iter().zip(kinds).for_each(|(item, kind)| say(&format!("item {item}: not {} any more", kind.as_str())));
            Ok(Outcome::Good)
        }
        Working::Uncheck { item, force } => {
            let (item, now) = (desk.queue.find(item)?, desk.now());
            desk.queue.uncheck(item, By { actor: &desk.actor, force: *force }, now)?;
            say(&format!("item {item} is not checked any more"));
            Ok(Outcome::Good)
        }
        Working::Merge { item, into } => {
            let (item, into, now) = (desk.queue.find(item)?, desk.queue.find(into)?, desk.now());
            desk.queue.merge(item, into, &desk.actor, now)?;
            say(&format!("item {item} is part of item {into}"));
            Ok(Outcome::Good)
        }
        Working::Split { item, claims } => {
            let (item, now) = (desk.queue.find(item)?, desk.now());
            let new = desk.queue.split(item, claims, &desk.actor, now)?;
            say(&format!("item {new} split off item {item}"));
            Ok(Outcome::Good)
        }
        Working::Export(args) => exporting::run(args, desk),
        Working::Report { since, json } => {
            let report = desk.queue.report(since.as_deref())?;
            print(&if *json { serde_json::to_string_pretty(&report)? + "\n" } else { table::report(&report) })?;
            Ok(Outcome::Good)
        }
        Working::Stats { json, check } => {
            let stats = desk.queue.stats()?;
            print(&if *json { serde_json::to_string_pretty(&stats)? + "\n" } else { table::stats(&stats) })?;
            let damage = if *check { desk.queue.damage()? } else { Vec::new() };
            anyhow::ensure!(damage.is_empty(), "{}: the file is damaged: {}", desk.path.display(), damage.join("; "));
            Ok(Outcome::Good)
        }
    }
}

fn show_all(items: &[Item], json: bool) -> Result<Outcome> {
    if json {
        for item in items {
            print(&(serde_json::to_string(item)? + "\n"))?;
        }
    } else if items.is_empty() {
        say("nothing to check");
    } else {
        print(&table::list(items))?;
    }
    Ok(Outcome::Good)
}
