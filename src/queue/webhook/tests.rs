use std::io::{BufRead, BufReader, Read as _, Write as _};
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
    let mut back = hook(&url, folder.path());
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
    let (url, received) = server(&[410, 200, 200, 422, 200], Duration::ZERO);
    let mut hook = hook(&url, folder.path());
    assert!(matches!(hook.send(&json!(3)), Delivery::Delivered));
    assert_eq!(lines(&spool), [""; 0]);
    assert_eq!(lines(&folder.path().join("spool.jsonl.refused")), ["1", "{\"torn"]);
    assert!(matches!(hook.send(&json!(4)), Delivery::Refused(_)));
    std::fs::write(folder.path().join("spool.jsonl.refused"), "{\"torn\n4\n").unwrap();
    assert_eq!(hook.retry_refused().unwrap(), 1);
    assert_eq!(lines(&folder.path().join("spool.jsonl.refused")), ["{\"torn"], "that can never be sent");
    assert_eq!(hook.flush_spool().unwrap(), Flushed { delivered: 1, refused: 0, left: 0 });
    assert_eq!(received.iter().take(5).map(|r| r.body).collect::<Vec<_>>(), ["1", "2", "3", "4", "4"]);
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
fn whoever_is_away_is_asked_once() {
    let folder = tempfile::tempdir().unwrap();
    let (url, received) = server(&[500, 200, 200, 200], Duration::ZERO);
    let mut hook = hook(&url, folder.path()).with_patience(1, Duration::ZERO);
    for n in 1..=3 {
        assert!(matches!(hook.send(&json!(n)), Delivery::Spooled(why) if why.contains("answered 500")));
    }
    assert_eq!(hook.flush_spool().unwrap(), Flushed { delivered: 0, refused: 0, left: 3 });
    assert_eq!(received.try_iter().count(), 1, "the others went to the spool untried");
    assert_eq!(lines(&folder.path().join("spool.jsonl")), ["1", "2", "3"]);
}

#[test]
fn a_wrong_address_or_key_loses_nothing() {
    for status in [&[401][..], &[403], &[404], &[405], &[302]] {
        let folder = tempfile::tempdir().unwrap();
        let (url, _received) = server(status, Duration::ZERO);
        let mut hook = hook(&url, folder.path()).with_patience(1, Duration::ZERO);
        assert!(matches!(hook.send(&json!(1)), Delivery::Spooled(_)), "{status:?}");
        assert_eq!(lines(&folder.path().join("spool.jsonl")), ["1"]);
    }
}

#[test]
fn what_waits_is_looked_at_again_before_it_goes() {
    let folder = tempfile::tempdir().unwrap();
    let spool = folder.path().join("spool.jsonl");
    std::fs::write(&spool, "1\n2\n3\n{\"torn\n").unwrap();
    let mut hook = hook("http://127.0.0.1:9/", folder.path());
    let now = |event: serde_json::Value| Ok::<_, WebhookError>((event != 2).then(|| format!("{event}0")));
    assert_eq!(hook.revise(now).unwrap(), 1);
    assert_eq!(lines(&spool), ["10", "30", "{\"torn"]);
    let fails = |_: serde_json::Value| Err::<Option<String>, _>(WebhookError::Secret);
    assert!(hook.revise(fails).is_err());
    assert_eq!(lines(&spool), ["10", "30", "{\"torn"]);
}

#[test]
fn a_line_torn_by_a_kill_does_not_swallow_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("spool.jsonl");
    std::fs::write(&path, "1\n{\"to").unwrap();
    hook("http://127.0.0.1:9/", folder.path()).spool.wait("2").unwrap();
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
