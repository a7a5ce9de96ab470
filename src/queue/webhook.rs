//! Events for others: each is POSTed as JSON, signed, tried several times, and kept in a file until it has arrived.
//!
//! Delivery is at least once and in order. What cannot be delivered goes to the spool, lines of JSON that are synced to disk before
//! [`Webhook::send`] returns, and leaves first next time. What the receiver refuses (a status of 400 to 499, save 408, 425 and 429) would be
//! refused again: it is put beside the spool, in `….refused`, and the others go on.
//!
//! The headers of a request: `X-Claimsift-Delivery`, a hash of the body that is the same when it comes again; `X-Claimsift-Timestamp`, seconds
//! since 1970; and, with a secret, `X-Claimsift-Signature`, `sha256=` and the HMAC-SHA256, in hex, of the timestamp, a full stop and the body.
//! A receiver that compares the signature and drops old timestamps cannot be fed a recorded request.

use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

/// How often an event is sent before it goes to the spool.
const TRIES: u32 = 4;
/// How long to wait before the second try; twice as long before each further one.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// How long to wait for a connection, and for all of a request.
const CONNECT: Duration = Duration::from_secs(5);
const ANSWER: Duration = Duration::from_secs(10);
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
    spool: PathBuf,
    agent: ureq::Agent,
    tries: u32,
    first_wait: Duration,
    clock: fn() -> u64,
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
            spool: spool.to_owned(),
            agent,
            tries: TRIES,
            first_wait: FIRST_WAIT,
            clock: seconds,
        };
        hook.locked().map(|_| hook)
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

    /// Sends an event, after all that wait in the spool. It returns once the event has arrived or is kept on disk.
    pub fn send(&mut self, event: &serde_json::Value) -> Delivery {
        self.sent(&event.to_string()).unwrap_or_else(Delivery::Lost)
    }

    fn sent(&mut self, body: &str) -> Result<Delivery, WebhookError> {
        let _lock = self.locked()?;
        if let Some(reason) = self.emptied()?.1 {
            self.append(&self.spool, body)?;
            return Ok(Delivery::Spooled(reason));
        }
        Ok(match self.tried(body, self.tries) {
            Try::Arrived => Delivery::Delivered,
            Try::Refused(reason) => {
                self.append(&self.refused(), body)?;
                Delivery::Refused(reason)
            }
            Try::Failed(reason) => {
                self.append(&self.spool, body)?;
                Delivery::Spooled(reason)
            }
        })
    }

    /// Sends what waits in the spool, in order, until one does not arrive.
    ///
    /// # Errors
    /// When the spool cannot be read or written.
    pub fn flush_spool(&mut self) -> Result<Flushed, WebhookError> {
        let _lock = self.locked()?;
        self.emptied().map(|(flushed, _)| flushed)
    }

    /// Empties the spool as far as it goes, and says why it went no further. Each event is tried once: the receiver was away already.
    fn emptied(&self) -> Result<(Flushed, Option<String>), WebhookError> {
        let waiting = self.waiting()?;
        let mut flushed = Flushed::default();
        let mut reason = None;
        let mut gone = 0;
        for body in &waiting {
            // a line that a kill tore off was never promised to anybody; it is put aside for people to see
            let is_whole = serde_json::from_str::<serde::de::IgnoredAny>(body).is_ok();
            let ended = if is_whole { self.tried(body, 1) } else { Try::Refused(String::new()) };
            match ended {
                Try::Arrived => flushed.delivered += 1,
                Try::Refused(_) => {
                    self.append(&self.refused(), body)?;
                    flushed.refused += 1;
                }
                Try::Failed(why) => {
                    reason = Some(why);
                    break;
                }
            }
            gone += 1;
            if gone % CHECKPOINT == 0 {
                self.rewrite(waiting.get(gone..).unwrap_or(&[]))?;
            }
        }
        if gone % CHECKPOINT != 0 {
            self.rewrite(waiting.get(gone..).unwrap_or(&[]))?;
        }
        flushed.left = waiting.len() - gone;
        Ok((flushed, reason))
    }

    fn tried(&self, body: &str, tries: u32) -> Try {
        let mut wait = self.first_wait;
        let mut last = String::new();
        for n in 0..tries {
            if n > 0 {
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
            Err(ureq::Error::Status(status @ (408 | 425 | 429 | 500..), _)) => Try::Failed(format!("{} answered {status}", self.url)),
            Err(ureq::Error::Status(status, _)) => Try::Refused(format!("{} answered {status}", self.url)),
            Err(ureq::Error::Transport(why)) => Try::Failed(why.to_string()),
        }
    }

    fn broken(&self, source: io::Error) -> WebhookError {
        WebhookError::Spool { path: self.spool.clone(), source }
    }

    /// The spool's name with an ending.
    fn beside(&self, ending: &str) -> PathBuf {
        let mut name = self.spool.clone().into_os_string();
        name.push(ending);
        name.into()
    }

    fn refused(&self) -> PathBuf {
        self.beside(".refused")
    }

    /// The lock that keeps two processes from sending one spool; let go when dropped.
    fn locked(&self) -> Result<File, WebhookError> {
        let open = || {
            let file = OpenOptions::new().create(true).append(true).open(self.beside(".lock"))?;
            file.lock()?;
            Ok(file)
        };
        open().map_err(|source| self.broken(source))
    }

    /// The events that wait, in order.
    fn waiting(&self) -> Result<Vec<String>, WebhookError> {
        match std::fs::read(&self.spool) {
            Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).lines().filter(|l| !l.trim().is_empty()).map(str::to_owned).collect()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(self.broken(error)),
        }
    }

    /// Adds a line to a file, and returns when it is on disk.
    fn append(&self, path: &Path, line: &str) -> Result<(), WebhookError> {
        let write = || {
            let mut file = OpenOptions::new().create(true).read(true).append(true).open(path)?;
            // a line that a kill tore off must not swallow this one
            let mut last = [b'\n'];
            if file.seek(SeekFrom::End(0))? > 0 {
                file.seek(SeekFrom::End(-1))?;
                file.read_exact(&mut last)?;
            }
            let start = if last == [b'\n'] { "" } else { "\n" };
            file.write_all(format!("{start}{line}\n").as_bytes())?;
            file.sync_all()?;
            sync_folder(path)
        };
        write().map_err(|source| self.broken(source))
    }

    /// Replaces the spool, whole or not at all.
    fn rewrite(&self, lines: &[String]) -> Result<(), WebhookError> {
        let write = || {
            let mut file = tempfile::NamedTempFile::new_in(folder(&self.spool))?;
            for line in lines {
                writeln!(file, "{line}")?;
            }
            file.as_file().sync_all()?;
            file.persist(&self.spool).map_err(|e| e.error)?;
            sync_folder(&self.spool)
        };
        write().map_err(|source| self.broken(source))
    }
}

impl std::fmt::Debug for Webhook {
    /// Without the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Webhook").field("url", &self.url).field("spool", &self.spool).finish_non_exhaustive()
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

fn seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs())
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A new name is on disk only with its folder.
fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder(path))?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader};
    use std::net::TcpListener;
    use std::sync::mpsc::{Receiver, channel};

    use serde_json::json;

    use super::*;

    /// What a test server got.
    struct Request {
        headers: Vec<String>,
        body: String,
    }

    impl Request {
        fn header(&self, name: &str) -> Option<&str> {
            self.headers.iter().filter_map(|h| h.split_once(": ")).find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value)
        }
    }

    /// A server that answers one request after the other with these, then goes away.
    fn server(answers: &'static [u16], delay: Duration) -> (String, Receiver<Request>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let (sender, received) = channel();
        std::thread::spawn(move || {
            for status in answers {
                let Ok((stream, _)) = listener.accept() else { return };
                let mut reader = BufReader::new(&stream);
                let mut headers = Vec::new();
                loop {
                    let mut line = String::new();
                    if reader.read_line(&mut line).unwrap_or(0) == 0 || line == "\r\n" {
                        break;
                    }
                    headers.push(line.trim_end().to_owned());
                }
                let request = Request { headers, body: String::new() };
                let length = request.header("content-length").and_then(|l| l.parse().ok()).unwrap_or(0);
                let mut body = vec![0; length];
                if reader.read_exact(&mut body).is_err() {
                    continue;
                }
                std::thread::sleep(delay);
                let answer = format!("HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                let _ = (&stream).write_all(answer.as_bytes());
                let _ = sender.send(Request { body: String::from_utf8(body).unwrap(), ..request });
            }
        });
        (url, received)
    }

    fn hook(url: &str, folder: &Path) -> Webhook {
        let hook = Webhook::new(url, Some("key"), &folder.join("spool.jsonl")).unwrap();
        hook.with_patience(3, Duration::from_millis(1)).with_clock(|| 1_700_000_000)
    }

    fn lines(path: &Path) -> Vec<String> {
        std::fs::read_to_string(path).unwrap_or_default().lines().map(str::to_owned).collect()
    }

    #[test]
    fn an_event_arrives_signed_and_dated() {
        let folder = tempfile::tempdir().unwrap();
        let (url, received) = server(&[200], Duration::ZERO);
        assert!(matches!(hook(&url, folder.path()).send(&json!({"claim": "x"})), Delivery::Delivered));
        let request = received.recv().unwrap();
        assert_eq!(request.body, r#"{"claim":"x"}"#);
        assert_eq!(request.header("content-type"), Some("application/json"));
        assert_eq!(request.header("x-claimsift-timestamp"), Some("1700000000"));
        assert_eq!(request.header("x-claimsift-signature"), sign("key", 1_700_000_000, &request.body).as_deref());
        assert_eq!(request.header("x-claimsift-delivery").map(str::len), Some(64));
        assert_eq!(lines(&folder.path().join("spool.jsonl")), [""; 0]);
    }

    #[test]
    fn the_signature_is_hmac_sha256() {
        // RFC 4231, test case 2, with our prefix taken into the data: recomputed by hand from the definition
        let mut mac = Hmac::<Sha256>::new_from_slice(b"Jefe").unwrap();
        mac.update(b"what do ya want for nothing?");
        assert_eq!(hex(&mac.finalize().into_bytes()), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        assert_ne!(sign("key", 1, "a"), sign("key", 2, "a"), "a recorded request cannot be dated anew");
        assert_ne!(sign("key", 1, "a"), sign("kez", 1, "a"));
    }

    #[test]
    fn a_receiver_in_trouble_is_tried_again() {
        let folder = tempfile::tempdir().unwrap();
        let (url, received) = server(&[500, 429, 200], Duration::ZERO);
        assert!(matches!(hook(&url, folder.path()).send(&json!(1)), Delivery::Delivered));
        let ids: Vec<_> = received.iter().take(3).map(|r| r.header("x-claimsift-delivery").map(str::to_owned)).collect();
        assert!(ids[0].is_some() && ids.iter().all(|id| *id == ids[0]), "one event, one id");
    }

    #[test]
    fn what_cannot_be_delivered_waits_and_goes_first_next_time() {
        let folder = tempfile::tempdir().unwrap();
        let spool = folder.path().join("spool.jsonl");
        let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut away = hook(&format!("http://{closed}/"), folder.path());
        for n in 1..=3 {
            assert!(matches!(away.send(&json!(n)), Delivery::Spooled(_)));
        }
        assert_eq!(lines(&spool), ["1", "2", "3"]);
        let (url, received) = server(&[200, 500, 200, 200, 200], Duration::ZERO);
        let mut back = hook(&url, folder.path());
        assert_eq!(back.flush_spool().unwrap(), Flushed { delivered: 1, refused: 0, left: 2 });
        assert_eq!(lines(&spool), ["2", "3"]);
        assert!(matches!(back.send(&json!(4)), Delivery::Delivered));
        let order: Vec<String> = received.iter().take(5).map(|r| r.body).collect();
        assert_eq!(order, ["1", "2", "2", "3", "4"]);
        assert_eq!(lines(&spool), [""; 0]);
    }

    #[test]
    fn what_is_refused_is_put_aside_and_holds_up_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let spool = folder.path().join("spool.jsonl");
        std::fs::write(&spool, "1\n2\n{\"torn").unwrap();
        let (url, received) = server(&[410, 200, 200, 404], Duration::ZERO);
        let mut hook = hook(&url, folder.path());
        assert!(matches!(hook.send(&json!(3)), Delivery::Delivered));
        assert_eq!(lines(&spool), [""; 0]);
        assert_eq!(lines(&folder.path().join("spool.jsonl.refused")), ["1", "{\"torn"]);
        assert!(matches!(hook.send(&json!(4)), Delivery::Refused(_)));
        assert_eq!(received.iter().take(4).map(|r| r.body).collect::<Vec<_>>(), ["1", "2", "3", "4"]);
    }

    #[test]
    fn a_slow_receiver_is_given_up() {
        let folder = tempfile::tempdir().unwrap();
        let (url, _received) = server(&[200], Duration::from_secs(2));
        let mut slow = hook(&url, folder.path()).with_patience(1, Duration::ZERO);
        slow.agent = ureq::AgentBuilder::new().timeout(Duration::from_millis(50)).build();
        assert!(matches!(slow.send(&json!(1)), Delivery::Spooled(_)));
        assert_eq!(lines(&folder.path().join("spool.jsonl")), ["1"]);
    }

    #[test]
    fn a_line_torn_by_a_kill_does_not_swallow_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("spool.jsonl");
        std::fs::write(&path, "1\n{\"to").unwrap();
        hook("http://127.0.0.1:9/", folder.path()).append(&path, "2").unwrap();
        assert_eq!(lines(&path), ["1", "{\"to", "2"]);
    }

    #[test]
    fn what_cannot_be_used_is_said_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let new = |url: &str, secret, spool: &Path| Webhook::new(url, secret, spool).unwrap_err().to_string();
        let spool = folder.path().join("s");
        assert!(new("claims.example", None, &spool).contains("found \"claims.example\", expected an address"));
        assert!(new("ftp://claims.example", None, &spool).contains("only http:// and https://"));
        assert!(new("http://c.example", Some(""), &spool).contains("empty secret"));
        assert!(new("http://c.example", None, &folder.path().join("none/s")).contains("the spool cannot be used"));
        let shown = format!("{:?}", Webhook::new("http://c.example", Some("hush"), &spool).unwrap());
        assert!(!shown.contains("hush"), "{shown}");
    }
}
