//! Which records are versions of one article, and which of two versions is the newer.

use std::cmp::Ordering;

use rusqlite::params;

use super::{CURRENT, SUPERSEDED, WITHDRAWN_STATE};
use crate::queue::adding::Adding;
use crate::queue::clock;
use crate::queue::error::QueueError;
use crate::queue::facts::host;
use crate::record::Record;

/// A guid as short as that, without a colon, is a number of its feed: other feeds may have it, too.
const SHORT: usize = 16;

/// A version of an article.
pub(super) struct Version {
    pub id: i64,
    pub version: String,
    pub modified_at: Option<i64>,
    pub state: &'static str,
    pub text_sha256: String,
}

impl Version {
    pub(super) fn is_same(&self, record: &Record) -> bool {
        self.version == record.source.version.as_deref().unwrap_or_default() && self.text_sha256 == record.text_sha256
    }

    /// Whether it is newer than the record (`Greater`) or older: by their numbers, else by their times; nothing where neither says it.
    pub(super) fn against(&self, record: &Record) -> Option<Ordering> {
        let ours = record.source.version.as_deref().and_then(parts);
        let by_number = parts(&self.version).zip(ours).map(|(theirs, ours)| theirs.cmp(&ours)).filter(|order| order.is_ne());
        let modified = record.source.modified.as_deref().and_then(clock::moment);
        by_number.or_else(|| self.modified_at.zip(modified).map(|(theirs, ours)| theirs.cmp(&ours)).filter(|order| order.is_ne()))
    }
}

/// Where a version was published.
struct Place {
    guid: Option<String>,
    outlet: Option<String>,
    url: Option<String>,
}

impl Place {
    /// Whether it is a version of the record's article: of one guid and outlet, or of one name that nothing tells apart.
    fn is_of_article(&self, has_its_name: bool, record: &Record) -> bool {
        let source = &record.source;
        let may_be = |a: &Option<String>, b: &Option<String>| a.is_none() || b.is_none() || a == b;
        if self.guid.is_some() && self.guid == source.guid {
            return has_its_name && self.url == source.url || self.is_of_outlet(source.outlet.as_deref(), source.url.as_deref());
        }
        has_its_name && may_be(&self.guid, &source.guid) && may_be(&self.url, &source.url)
    }

    /// Feeds that do not say whose they are, and number their articles, are told apart by their addresses.
    fn is_of_outlet(&self, outlet: Option<&str>, url: Option<&str>) -> bool {
        if let Some((theirs, ours)) = self.outlet.as_deref().zip(outlet) {
            return theirs == ours;
        }
        let is_number = self.guid.as_ref().is_some_and(|guid| guid.len() < SHORT && !guid.contains(':'));
        let hosts = self.url.as_deref().and_then(host).zip(url.and_then(host));
        !is_number || hosts.is_none_or(|(theirs, ours)| theirs == ours)
    }
}

impl Adding<'_> {
    /// The versions of the record's article.
    pub(super) fn versions_of(&self, record: &Record) -> Result<Vec<Version>, QueueError> {
        let mut statement = self.desk.db.prepare_cached(
            "SELECT id, version, modified_at, state, text_sha256, guid, outlet, url, doc_id FROM documents WHERE doc_id = ?1
             UNION SELECT id, version, modified_at, state, text_sha256, guid, outlet, url, doc_id FROM documents WHERE guid = ?2 ORDER BY id",
        )?;
        let source = &record.source;
        let mut rows = statement.query(params![record.doc_id, source.guid])?;
        let mut versions = Vec::new();
        while let Some(r) = rows.next()? {
            let state: String = r.get(3)?;
            let place = Place { guid: r.get(5)?, outlet: r.get(6)?, url: r.get(7)? };
            if place.is_of_article(r.get::<_, String>(8)? == record.doc_id, record) {
                let state = [CURRENT, SUPERSEDED].into_iter().find(|s| *s == state).unwrap_or(WITHDRAWN_STATE);
                versions.push(Version { id: r.get(0)?, version: r.get(1)?, modified_at: r.get(2)?, state, text_sha256: r.get(4)? });
            }
        }
        Ok(versions)
    }
}

/// A number of a version by its parts: 1.10 is newer than 1.9.
fn parts(version: &str) -> Option<Vec<u64>> {
    let version = version.trim().trim_start_matches(['v', 'V']);
    let mut parts = version.split('.').map(|part| part.parse().ok()).collect::<Option<Vec<u64>>>()?;
    while parts.last() == Some(&0) {
        parts.pop();
    }
    Some(parts)
}
