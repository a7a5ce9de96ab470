//! New items told to a webhook: `claimsift queue announce`, and `add --webhook`.

use std::path::Path;

use anyhow::Result;
use serde_json::json;

use super::Desk;
use crate::cli::{Outcome, say};
use crate::queue::webhook::{Delivery, Webhook};

/// How many items are read at once.
const AT_ONCE: usize = 100;
/// The schema of an event.
const EVENT_SCHEMA: &str = "claimsift/queue-event/1";
/// Where the secret is; an argument would show in the list of processes.
const SECRET: &str = "CLAIMSIFT_WEBHOOK_SECRET";

#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    receiver: Receiver,
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
        let mut spool = queue.as_os_str().to_owned();
        spool.push(".spool");
        Ok(Some(Webhook::new(url, std::env::var(SECRET).ok().as_deref(), Path::new(&spool))?))
    }
}

pub(super) fn run(args: &Args, desk: &mut Desk) -> Result<Outcome> {
    let webhook = args.receiver.open(&desk.path)?.ok_or_else(|| anyhow::anyhow!("announce needs --webhook URL"))?;
    announce(webhook, desk, false)
}

/// Sends what waits in the spool, then every item nobody was told of. An item counts as told when it arrived or is in the spool.
pub(super) fn announce(mut webhook: Webhook, desk: &mut Desk, quiet: bool) -> Result<Outcome> {
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
            match webhook.send(&json!({"schema": EVENT_SCHEMA, "event": "claim", "item": item})) {
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
        say(&format!("webhook: {delivered} events delivered, {spooled} wait in the spool, {refused} refused{why}"));
    }
    Ok(if refused > 0 { Outcome::SomeFailed } else { Outcome::Good })
}
