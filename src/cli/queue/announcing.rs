//! New items told to a webhook: `claimsift queue announce`, and `add --webhook`.

use std::path::Path;

use anyhow::Result;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Desk;
use crate::cli::places::with_ending;
use crate::cli::{Outcome, counted, say};
use crate::queue::webhook::{Delivery, Webhook};
use crate::queue::{Item, Millis, Queue};

/// How many items are read at once.
const AT_ONCE: usize = 100;
/// The schema of an event.
const EVENT_SCHEMA: &str = "claimsift/queue-event/1";
/// Where the secret is; an argument would show in the list of processes.
const SECRET: &str = "CLAIMSIFT_WEBHOOK_SECRET";
/// What the name of the spool ends in, behind the queue's.
pub(super) const SPOOL: &str = ".spool";

#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    receiver: Receiver,
    /// Where to begin, the first time something is told; later runs go on from there.
    #[arg(long, value_enum, default_value = "now", value_name = "WHERE")]
    from: Start,
    /// Send what the receiver refused before once more.
    #[arg(long)]
    retry_refused: bool,
}

/// Where telling begins.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Start {
    /// What may be seen already is not told.
    Now,
    /// All that may be seen is told.
    All,
}

#[derive(clap::Args)]
pub(super) struct Receiver {
    /// POST each new item to this address, signed with $CLAIMSIFT_WEBHOOK_SECRET; what does not arrive waits in FILE.spool.
    #[arg(long, value_name = "URL")]
    webhook: Option<String>,
}

impl Receiver {
    pub(super) fn open(&self, queue: &Path) -> Result<Option<Webhook>> {
        let Some(url) = &self.webhook else { return Ok(None) };
        Ok(Some(Webhook::new(url, std::env::var(SECRET).ok().as_deref(), &with_ending(queue, SPOOL))?))
    }
}

pub(super) fn run(args: &Args, desk: &mut Desk) -> Result<Outcome> {
    let mut webhook = args.receiver.open(&desk.path)?.ok_or_else(|| anyhow::anyhow!("announce needs --webhook URL"))?;
    begin(args.from == Start::All, desk)?;
    if args.retry_refused {
        let (count, are) = match webhook.retry_refused()? {
            1 => ("1 refused event".to_owned(), "is"),
            more => (format!("{more} refused events"), "are"),
        };
        say(&format!("webhook: {count} {are} sent once more"));
    }
    announce(webhook, desk, false)
}

/// Begins to tell, the first time.
pub(super) fn begin(old: bool, desk: &mut Desk) -> Result<()> {
    let now = desk.now();
    if let Some(old) = desk.queue.begin_announcing(old, now)?.filter(|old| *old > 0) {
        let old =
            if old == 1 { "1 item that was there before is not".to_owned() } else { format!("{old} items that were there before are not") };
        say(&format!("webhook: told of from now on; {old} (announce --from all tells of them, the first time)"));
    }
    Ok(())
}

/// Sends what waits in the spool, then every item nobody was told of. An item counts as told when it arrived or is in the spool.
pub(super) fn announce(mut webhook: Webhook, desk: &mut Desk, quiet: bool) -> Result<Outcome> {
    let now = desk.now();
    let gone = webhook.revise(|event| as_it_stands(&mut desk.queue, event, now))?;
    let flushed = webhook.flush_spool()?;
    let (mut delivered, mut refused) = (flushed.delivered, flushed.refused);
    let (mut spooled, mut why) = (flushed.left, None);
    loop {
        let now = desk.now();
        let items = desk.queue.unannounced(AT_ONCE, now)?;
        if items.is_empty() {
            break;
        }
        for item in items {
            let number = item.item;
            match webhook.send(&event(&item)) {
                Delivery::Delivered => delivered += 1,
                Delivery::Spooled(reason) => {
                    spooled += 1;
                    why = Some(reason);
                }
                Delivery::Refused(reason) => {
                    refused += 1;
                    why = Some(reason);
                }
                Delivery::Lost(error) => return Err(error.into()),
            }
            desk.queue.announced(number, now)?;
        }
    }
    if !quiet || spooled + refused > 0 {
        let why = why.map_or_else(String::new, |why| format!(" ({why})"));
        let gone = if gone > 0 { format!(", {gone} dropped that may not be seen any more") } else { String::new() };
        let wait = if spooled == 1 { "waits" } else { "wait" };
        say(&format!("webhook: {} delivered, {spooled} {wait} in the spool, {refused} refused{gone}{why}", counted(delivered, "event")));
    }
    Ok(if refused > 0 { Outcome::SomeFailed } else { Outcome::Good })
}

fn event(item: &Item) -> Value {
    json!({"schema": EVENT_SCHEMA, "event": "claim", "item": item})
}

/// An event that waited, as it may be sent now; nothing where its item may not be seen any more. What is no event of ours stays as it is.
fn as_it_stands(queue: &mut Queue, waiting: Value, now: Millis) -> Result<Option<String>> {
    #[derive(Deserialize)]
    struct Event {
        item: Item,
    }
    let Ok(Event { item }) = Event::deserialize(&waiting) else { return Ok(Some(waiting.to_string())) };
    let told = item.clone();
    Ok(match queue.still_to_tell(item, now)? {
        Some(item) if item == told => Some(waiting.to_string()),
        Some(item) => Some(event(&item).to_string()),
        None => None,
    })
}
