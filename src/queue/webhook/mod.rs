//! Events for others: each is POSTed as JSON, signed, tried several times, and kept in a file until it has arrived.
//!
//! Delivery is at least once and in order. What cannot be delivered goes to the spool, lines of JSON that are synced to disk before
//! [`Webhook::send`] returns, and leaves first next time. Once a receiver is found to be away, the rest goes to the spool untried: whoever hangs
//! costs one wait and not one for each event. What the receiver does not want because of what stands in it (statuses in [`UNWANTED`]) would be
//! refused again: it is put beside the spool, in `….refused`, the others go on, and [`Webhook::retry_refused`] lines it up once more.
//! Any other status may be set right at the other end (an address moved, a key expired) and counts as away.
//!
//! The headers of a request: `X-Claimsift-Delivery`, a hash of the body that is the same when it comes again; `X-Claimsift-Timestamp`, seconds
//! since 1970; and, with a secret, `X-Claimsift-Signature`, `sha256=` and the HMAC-SHA256, in hex, of the timestamp, a full stop and the body.
//! A receiver that compares the signature and drops old timestamps cannot be fed a recorded request.

mod spool;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

use spool::Spool;

/// How often an event is sent before it goes to the spool; less often where that takes longer than [`ANSWER`].
const TRIES: u32 = 4;
/// How long to wait before the second try; twice as long before each further one.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// How long to wait for a connection, and for all of a request.
const CONNECT: Duration = Duration::from_secs(5);
const ANSWER: Duration = Duration::from_secs(10);
/// What a receiver answers that does not want this event, now or later: bad content, gone for good, too large, of a wrong type.
pub const UNWANTED: [u16; 7] = [400, 406, 410, 411, 413, 415, 422];
/// After so many events out of the spool it is written anew, so that little is sent twice after a kill.
const CHECKPOINT: usize = 50;

/// Why a webhook cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// The address is none.
    #[error("webhook: found \"{url}\", expected an address such as https://example.org/claims ({reason})")]
    Address {
        /// What was given.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The secret is empty, which signs nothing.
    #[error("webhook: found an empty secret, expected one of at least a character, or none")]
    Secret,
    /// The spool cannot be written or read.
    #[error("webhook: {}: the spool cannot be used", path.display())]
    Spool {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// What became of an event.
#[derive(Debug)]
pub enum Delivery {
    /// It arrived.
    Delivered,
    /// It waits in the spool; the reason says why it did not arrive.
    Spooled(String),
    /// The receiver does not want it; it is kept beside the spool.
    Refused(String),
    /// It neither arrived nor could be kept: whoever sends must say so, and try again.
    Lost(WebhookError),
}

/// What became of the events in the spool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Flushed {
    /// How many arrived.
    pub delivered: usize,
    /// How many the receiver does not want, or could not be read.
    pub refused: usize,
    /// How many still wait.
    pub left: usize,
}

/// A receiver of events, and the spool of those it has not had.
pub struct Webhook {
    url: String,
    secret: Option<String>,
    spool: Spool,
    agent: ureq::Agent,
    tries: u32,
    first_wait: Duration,
    clock: fn() -> u64,
    /// Why the receiver is taken to be away, for as long as this lives.
    away: Option<String>,
}

/// How one try ended.
enum Try {
    Arrived,
    Refused(String),
    Failed(String),
}

impl Webhook {
    /// A receiver at `url`, with what signs the events and the file in which they wait; the file is made with the first that does.
    ///
    /// # Errors
    /// When `url` is no address of `http` or `https`, the secret is empty, or the spool's folder cannot be used.
    pub fn new(url: &str, secret: Option<&str>, spool: &Path) -> Result<Self, WebhookError> {
        let agent = ureq::AgentBuilder::new().timeout_connect(CONNECT).timeout(ANSWER).redirects(0).build();
        let wrong = |reason: String| WebhookError::Address { url: url.to_owned(), reason };
        let parsed = agent.post(url).request_url().map_err(|e| wrong(e.to_string()))?;
        if !matches!(parsed.scheme(), "http" | "https") || parsed.host().is_empty() {
            return Err(wrong("only http:// and https:// with a host can be sent to".to_owned()));
        }
        if secret == Some("") {
            return Err(WebhookError::Secret);
        }
        let hook = Self {
            url: url.to_owned(),
            secret: secret.map(str::to_owned),
            spool: Spool::new(spool),
            agent,
            tries: TRIES,
            first_wait: FIRST_WAIT,
            clock: seconds,
            away: None,
        };
        hook.spool.locked().map(|_| hook)
    }

    /// The same, trying so often, and waiting so long before the second try.
    #[must_use]
    pub fn with_patience(mut self, tries: u32, first_wait: Duration) -> Self {
        (self.tries, self.first_wait) = (tries.max(1), first_wait);
        self
    }

    /// The same with another clock: seconds since 1970.
    #[must_use]
    pub fn with_clock(mut self, clock: fn() -> u64) -> Self {
        self.clock = clock;
        self
    }

    /// Sends an event, after all that wait in the spool; or puts it behind them, where the receiver was found to be away. It returns once the
    /// event has arrived or is kept on disk.
    pub fn send(&mut self, event: &serde_json::Value) -> Delivery {
        self.sent(&event.to_string()).unwrap_or_else(Delivery::Lost)
    }

    fn sent(&mut self, body: &str) -> Result<Delivery, WebhookError> {
        let _lock = self.spool.locked()?;
        self.emptied()?;
        if let Some(reason) = &self.away {
            self.spool.wait(body)?;
            return Ok(Delivery::Spooled(reason.clone()));
        }
        Ok(match self.tried(body, self.tries) {
            Try::Arrived => Delivery::Delivered,
            Try::Refused(reason) => {
                self.spool.put_aside(body)?;
                Delivery::Refused(reason)
            }
            Try::Failed(reason) => {
                self.spool.wait(body)?;
                self.away = Some(reason.clone());
                Delivery::Spooled(reason)
            }
        })
    }

    /// Sends what waits in the spool, in order, until one does not arrive.
    ///
    /// # Errors
    /// When the spool cannot be read or written.
    pub fn flush_spool(&mut self) -> Result<Flushed, WebhookError> {
        let _lock = self.spool.locked()?;
        self.emptied()
    }

    /// Looks at every event that waits: `now` gives what is to be sent in its place, or nothing where it is not to be sent any more. Lines that
    /// are no JSON stay as they are. Gives how many were dropped.
    ///
    /// # Errors
    /// When the spool cannot be read or written, or `now` fails; then nothing was changed.
    pub fn revise<E: From<WebhookError>>(
        &mut self,
        mut now: impl FnMut(serde_json::Value) -> Result<Option<String>, E>,
    ) -> Result<usize, E> {
        let _lock = self.spool.locked()?;
        let waiting = self.spool.waiting()?;
        let mut kept = Vec::with_capacity(waiting.len());
        for line in &waiting {
            match serde_json::from_str(line) {
                Ok(event) => kept.extend(now(event)?),
                Err(_) => kept.push(line.clone()),
            }
        }
        if kept != waiting {
            self.spool.replace(&kept)?;
        }
        Ok(waiting.len() - kept.len())
    }

    /// Lines up the events that the receiver did not want behind those that wait. What is no JSON stays aside. Gives how many there are.
    ///
    /// # Errors
    /// When the files cannot be read or written.
    pub fn retry_refused(&mut self) -> Result<usize, WebhookError> {
        let _lock = self.spool.locked()?;
        let (again, torn): (Vec<String>, Vec<String>) = self.spool.refused()?.into_iter().partition(|line| is_whole(line));
        if !again.is_empty() {
            // in both files for a moment: rather twice than never
            self.spool.replace(&[self.spool.waiting()?, again.clone()].concat())?;
            self.spool.replace_refused(&torn)?;
        }
        Ok(again.len())
    }

    /// Empties the spool as far as it goes. Each event is tried once: the receiver was away already.
    fn emptied(&mut self) -> Result<Flushed, WebhookError> {
        let mut flushed = Flushed::default();
        if self.away.is_some() {
            flushed.left = self.spool.waiting()?.len();
            return Ok(flushed);
        }
        let waiting = self.spool.waiting()?;
        let mut gone = 0;
        for body in &waiting {
            // a line that a kill tore off was never promised to anybody; it is put aside for people to see
            let ended = if is_whole(body) { self.tried(body, 1) } else { Try::Refused(String::new()) };
            match ended {
                Try::Arrived => flushed.delivered += 1,
                Try::Refused(_) => {
                    self.spool.put_aside(body)?;
                    flushed.refused += 1;
                }
                Try::Failed(why) => {
                    self.away = Some(why);
                    break;
                }
            }
            gone += 1;
            if gone % CHECKPOINT == 0 {
                self.spool.replace(waiting.get(gone..).unwrap_or(&[]))?;
            }
        }
        if gone % CHECKPOINT != 0 {
            self.spool.replace(waiting.get(gone..).unwrap_or(&[]))?;
        }
        flushed.left = waiting.len() - gone;
        Ok(flushed)
    }

    fn tried(&self, body: &str, tries: u32) -> Try {
        let started = Instant::now();
        let mut wait = self.first_wait;
        let mut last = String::new();
        for n in 0..tries {
            if n > 0 {
                if started.elapsed() + wait >= ANSWER {
                    break;
                }
                std::thread::sleep(wait);
                wait = wait.saturating_mul(2);
            }
            match self.once(body) {
                Try::Failed(reason) => last = reason,
                ended => return ended,
            }
        }
        Try::Failed(last)
    }

    fn once(&self, body: &str) -> Try {
        let timestamp = (self.clock)();
        let mut request = self
            .agent
            .post(&self.url)
            .set("Content-Type", "application/json")
            .set("User-Agent", concat!("claimsift/", env!("CARGO_PKG_VERSION")))
            .set("X-Claimsift-Delivery", &hex(&Sha256::digest(body.as_bytes())))
            .set("X-Claimsift-Timestamp", &timestamp.to_string());
        if let Some(signature) = self.secret.as_deref().and_then(|secret| sign(secret, timestamp, body)) {
            request = request.set("X-Claimsift-Signature", &signature);
        }
        match request.send_bytes(body.as_bytes()) {
            Ok(answer) if answer.status() < 300 => Try::Arrived,
            Ok(answer) => Try::Failed(format!("{} answered {}, which leads elsewhere; give the final address", self.url, answer.status())),
            Err(ureq::Error::Status(status, _)) if UNWANTED.contains(&status) => Try::Refused(format!("{} answered {status}", self.url)),
            Err(ureq::Error::Status(status, _)) => Try::Failed(format!("{} answered {status}", self.url)),
            Err(ureq::Error::Transport(why)) => Try::Failed(why.to_string()),
        }
    }
}

impl std::fmt::Debug for Webhook {
    /// Without the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Webhook").field("url", &self.url).field("spool", &self.spool.path()).finish_non_exhaustive()
    }
}

/// `sha256=` and the HMAC-SHA256 of the timestamp, a full stop and the body.
fn sign(secret: &str, timestamp: u64, body: &str) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(timestamp.to_string().as_bytes());
    mac.update(b".");
    mac.update(body.as_bytes());
    Some(format!("sha256={}", hex(&mac.finalize().into_bytes())))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        // writing to a String cannot fail
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn is_whole(line: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(line).is_ok()
}

fn seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs())
}
