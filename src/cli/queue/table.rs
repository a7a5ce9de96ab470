//! Items as people read them in a terminal.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::cli::counted;
use crate::labels::{Mode, Stance};
use crate::pretty::shown;
use crate::queue::{Appearance, BUDGET, Item, Report, Share, State, Stats};

/// The widest lines that are pleasant to read.
const WIDEST: usize = 110;
/// So many outlets of a claim are named in a list.
const OUTLETS: usize = 3;
/// So many speakers, parties and outlets are shown.
const ROWS: usize = 15;

/// A list: rank, number and score before each claim, below it who, why, and what is known of it.
pub(super) fn list(items: &[Item]) -> String {
    let mut page = String::from("rank   item  score  claim\n");
    for item in items {
        let rank = item.rank.map_or_else(String::new, |rank| rank.to_string());
        let head = format!("{rank:>4} {:>6}  {:>5.2}  ", format!("#{}", item.item), item.score);
        let behind = " ".repeat(head.len());
        page += &wrapped(&item.text, &head, &behind);
        let standing = (item.state != State::New).then(|| standing(item));
        details(item).iter().chain(&standing).for_each(|detail| page += &wrapped(detail, &behind, &format!("{behind}  ")));
    }
    page
}

fn details(item: &Item) -> Vec<String> {
    let mut lines = vec![format!("{} — {}", who(item), item.why.join(", "))];
    lines.extend(places(item));
    if let Some(attention) = &item.attention {
        lines.push(format!("look again: {attention}"));
    }
    if let Some(check) = &item.check {
        let publisher = check.publisher.as_ref().map_or_else(String::new, |p| format!(", {p}"));
        lines.push(format!("checked: {}{publisher}, {}", check.verdict, check.url));
    }
    if let Some(verdict) = &item.verdict {
        lines.push(format!("verdict: {verdict}{}", item.evidence.first().map_or_else(String::new, |url| format!(", {url}"))));
    }
    lines.extend(item.off.as_ref().map(|off| format!("off: {off}")));
    lines
}

/// Where a claim stood first, when, and who else carries it.
fn places(item: &Item) -> Option<String> {
    let live: Vec<&Appearance> = item.appearances.iter().filter(|a| a.state == "live").collect();
    let first = live.first()?;
    let what = [first.outlet.as_deref().or(first.url.is_none().then_some(&first.doc_id)), first.published.as_deref(), first.url.as_deref()];
    let mut line = what.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let mut others: Vec<&str> = Vec::new();
    for outlet in live.iter().filter_map(|a| a.outlet.as_deref()).filter(|o| Some(*o) != first.outlet.as_deref()) {
        if !others.contains(&outlet) {
            others.push(outlet);
        }
    }
    let (named, more) = others.split_at(others.len().min(OUTLETS - 1));
    if !named.is_empty() {
        let more = if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
        line += &format!("; also {}{more}", named.join(", "));
    }
    Some(line)
}

fn standing(item: &Item) -> String {
    let mut line = item.state.as_str().to_owned();
    line += &item.reason.as_ref().filter(|_| item.state == State::Dropped).map_or_else(String::new, |r| format!(" ({r})"));
    line += &item.assignee.as_ref().map_or_else(String::new, |who| format!(", {who}"));
    line += &item.lease_until.as_ref().map_or_else(String::new, |until| format!(" until {until}"));
    line
}

/// Who makes a claim, as a line says it.
fn who(item: &Item) -> String {
    let denied = if item.stance == Stance::Refute { "DENIED by " } else { "" };
    match &item.speaker {
        Some(s) => {
            let more = [&s.role, &s.party, &s.organisation];
            let named = std::iter::once(s.name.as_str()).chain(more.into_iter().flatten().map(String::as_str));
            format!("{denied}{}", named.collect::<Vec<_>>().join(", "))
        }
        None if item.mode == Mode::Author => "the author".to_owned(),
        None => "nobody named".to_owned(),
    }
}

/// One item with all that is known of it.
pub(super) fn page(item: &Item) -> String {
    let mut page = wrapped(&item.text, &format!("#{}  ", item.item), "    ");
    let mut line = |text: &str| page += &wrapped(text, "  ", "    ");
    line(&format!("{}, score {:.2}, added {}", standing(item), item.score, item.added));
    if let Some(hidden) = &item.hidden {
        line(&format!("not listed: {hidden}{}", item.merged_into.map_or_else(String::new, |into| format!(" into #{into}"))));
    }
    // Every place has its own line below.
    let here = places(item);
    details(item).iter().filter(|detail| Some(*detail) != here.as_ref()).for_each(|detail| line(detail));
    item.note.iter().for_each(|note| line(&format!("note: {note}")));
    line(&format!("appeared {} in {}:", counted(item.appeared, "time"), counted(item.outlets, "outlet")));
    for a in &item.appearances {
        let place: Vec<&str> = [&a.published, &a.outlet, &a.speaker, &a.url].into_iter().flatten().map(String::as_str).collect();
        let state = if a.state == "live" { String::new() } else { format!(" [{}]", a.state) };
        let version = a.version.as_ref().map_or_else(String::new, |v| format!(" version {v}"));
        line(&format!("- {}{state} {}{version}: {}", a.claim_id, a.doc_id, place.join(", ")));
        if a.text != item.text {
            line(&format!("  there: “{}”", a.text));
        }
    }
    line("events:");
    for e in &item.events {
        let to = e.to.map_or_else(String::new, |to| format!(" → {}", to.as_str()));
        let reason = e.reason.as_ref().map_or_else(String::new, |r| format!(": {r}"));
        let rank = e.rank.map_or_else(String::new, |rank| format!(" (shown at {rank})"));
        line(&format!("- {} {} {}{to}{reason}{rank}", e.at, e.actor, e.kind.as_str()));
    }
    page
}

/// Text from outside cannot steer the terminal; lines are no wider than it.
fn wrapped(text: &str, first: &str, further: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let options = textwrap::Options::new(textwrap::termwidth().min(WIDEST)).initial_indent(first).subsequent_indent(further);
    textwrap::fill(&shown(&words.join(" ")), options) + "\n"
}

/// What the list was good for.
pub(super) fn report(report: &Report) -> String {
    let mut page = String::new();
    let precision = report.precision_at_15.map_or_else(|| "—".to_owned(), |p| format!("{:.0}%", p * 100.0));
    let since = report.since.as_ref().map_or_else(String::new, |day| format!(" since {day}"));
    let Share { shown, chosen, dropped } = &report.all;
    let _ = writeln!(
        page,
        "{}{since}: {} shown, {chosen} chosen, {} published, {dropped} dropped",
        counted(report.days, "day"),
        counted(*shown, "item"),
        report.published
    );
    let _ = writeln!(page, "chosen of the first {BUDGET} a day: {precision} of {}", report.among_15);
    if report.samples_decided > 0 {
        let _ =
            writeln!(page, "below the threshold: {} of {} samples looked at were claims", report.samples_missed, report.samples_decided);
    }
    report.dropped.iter().for_each(|(reason, count)| {
        let _ = writeln!(page, "  dropped as {reason}: {count}");
    });
    for (name, shares) in [("speaker", &report.speakers), ("party", &report.parties), ("outlet", &report.outlets)] {
        page += &shares_by(name, shares);
    }
    page
}

fn shares_by(name: &str, shares: &BTreeMap<String, Share>) -> String {
    if shares.is_empty() {
        return String::new();
    }
    let mut rows: Vec<(&String, &Share)> = shares.iter().collect();
    rows.sort_by_key(|(_, share)| std::cmp::Reverse(share.shown.max(share.chosen + share.dropped)));
    let mut page = format!("\n{name:<40} {:>6} {:>7} {:>8}\n", "shown", "chosen", "dropped");
    for (who, share) in rows.iter().take(ROWS) {
        let who: String = shown(who).chars().take(40).collect();
        let _ = writeln!(page, "{who:<40} {:>6} {:>7} {:>8}", share.shown, share.chosen, share.dropped);
    }
    if rows.len() > ROWS {
        let _ = writeln!(page, "… and {} more (--json has all)", rows.len() - ROWS);
    }
    page
}

/// How much of what is there.
pub(super) fn stats(stats: &Stats) -> String {
    let counts = |counts: &BTreeMap<String, u64>| match counts.is_empty() {
        true => "none".to_owned(),
        false => counts.iter().map(|(name, count)| format!("{count} {name}")).collect::<Vec<_>>().join(", "),
    };
    let mut page = String::new();
    let mut line = |name: &str, what: String| {
        let _ = writeln!(page, "{name:<12}{what}");
    };
    line("items", counts(&stats.items));
    line("not listed", counts(&stats.unlisted));
    line("merged", stats.merged.to_string());
    line("samples", stats.samples.to_string());
    line("appearances", counts(&stats.occurrences));
    line("documents", counts(&stats.documents));
    line("checks", stats.checks.to_string());
    line("events", stats.events.to_string());
    line("size", format!("{:.1} MB", stats.bytes as f64 / 1e6));
    page
}
