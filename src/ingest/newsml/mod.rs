//! NewsML-G2 and the older NewsML 1: items of news in an envelope of what is said of them.

mod g2;
#[cfg(test)]
mod tests;
mod v1;

use super::article::Found;
use super::xml::{Tree, place};

/// All items; one that stands inside another is part of it.
const ITEMS: [&str; 7] = ["newsItem", "NewsItem", "packageItem", "conceptItem", "knowledgeItem", "planningItem", "catalogItem"];

/// The items of a file, wherever they stand in it: alone, in a `<newsMessage>`, in some other envelope. Where the file is damaged, those
/// that end before, and then the damage.
///
/// # Errors
/// The file is not well-formed XML and no item ends before the damage, or it holds no item: line, column, what was found and what was expected.
pub(super) fn read(text: &str) -> Result<Vec<Found>, String> {
    let tree = Tree::parse_to_damage(text);
    let root = tree.root();
    // An envelope of NewsML 1 names the sender of all its items.
    let sender = root.outermost(&["SentFrom"]).next().and_then(v1::party);
    let mut found: Vec<Found> = root
        .outermost(&ITEMS)
        .filter(|item| !item.is_torn())
        .map(|item| match item.name() {
            "newsItem" => g2::item(item, &tree.warnings),
            "NewsItem" => v1::item(item, sender.as_deref(), &tree.warnings),
            other => Found::Skipped { guid: item.attribute("guid").map(str::to_owned), reason: format!("a {}", kind(other)) },
        })
        .collect();
    if let Some(damage) = &tree.damage {
        if found.is_empty() {
            return Err(damage.clone());
        }
        let torn = root.outermost(&ITEMS).find(|item| item.is_torn());
        let opened = torn.map(|item| format!(" (in the item that opens at {})", place(text, item.at()))).unwrap_or_default();
        let guid = torn.and_then(|item| item.attribute("guid")).map(str::to_owned);
        let reason = format!("{damage}{opened}; items before it were read, what follows it was not");
        found.push(Found::Damaged { guid, reason });
    }
    if found.is_empty() {
        let first = root.children().next();
        let (name, at) = first.map_or(("", 0), |element| (element.name(), element.at()));
        return Err(format!("{}: found `<{name}>` and no item in it; expected `<newsItem>`", place(text, at)));
    }
    Ok(found)
}

/// An item that is no article, in words.
fn kind(name: &str) -> &'static str {
    match name {
        "packageItem" => "package of other items (packageItem)",
        "conceptItem" => "concept, such as a person or an event (conceptItem)",
        "knowledgeItem" => "list of concepts (knowledgeItem)",
        "planningItem" => "plan of coverage (planningItem)",
        _ => "catalogue of vocabularies (catalogItem)",
    }
}
