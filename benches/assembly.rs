//! Times the stage that makes sense of a document's mentions on documents of growing size, kind and hostile, to see that
//! its time grows in line with the text: `cargo bench --bench assembly`. No model runs: what it would read is made up,
//! more densely than news has it.
//!
//! A column a size; the last one says how often the time doubles when the size does (1.0 is linear, 2.0 quadratic).

use std::time::Instant;

use claimsift::assemble::{ReadSentence, assemble};
use claimsift::decode::{Mention, Reading};
use claimsift::document::Document;
use claimsift::ingest::text_blocks;
use claimsift::labels::Role;
use claimsift::span::Span;
use claimsift::split::split;

/// What a document repeats.
const PIECES: [(&str, &str); 10] = [
    ("news", "Mayor Dana Cole of Ravensport said that crime fell by 40 percent in 2018. She added: “We did it.” Bob Lee denied that.\n\n"),
    ("a transcript", "DANA COLE: I think that crime fell in 2018. He said that it rose.\n\nMR. LEE: They said that it did.\n\n"),
    ("quotations never closed", "“We cut it, Ann Lee said that crime fell by 40 percent.\n\n"),
    ("quotations in one another", "“‘«\"Crime fell by 40 percent,\"» said Ann Lee’ said Bob Cole” said Carl Day. "),
    ("one endless sentence", "Ann Lee said that he said that crime fell by 40 percent and the minister said that it rose and "),
    ("one endless quotation", "“I said that it fell. He said that it rose. "),
    ("no stops, lower case", "the mayor said that crime fell by forty percent and she said that it rose\n"),
    ("capitals", "THE MAYOR SAID THAT CRIME FELL BY 40 PERCENT. SHE SAID THAT IT ROSE. "),
    ("names alone", "Ann Lee, Bob Lee, Lee, Mr Lee, Mrs Lee, Ann, IMF, International Monetary Fund, "),
    ("right to left", "قالت آن لي إن الجريمة انخفضت بنسبة 40٪. «نعم» قالت. "),
];

const SIZES: [usize; 4] = [1 << 16, 1 << 17, 1 << 18, 1 << 19];

fn main() {
    print!("{:<28}", "milliseconds for KiB of text");
    SIZES.iter().for_each(|size| print!("{:>9}", size >> 10));
    println!("{:>10}", "exponent");
    for (name, piece) in PIECES {
        print!("{name:<28}");
        let times: Vec<f64> = SIZES.iter().map(|size| median(&document(piece, *size))).collect();
        times.iter().for_each(|time| print!("{time:>9.1}"));
        println!("{:>10.2}", (times[3] / times[1]).log2() / 2.0);
    }
}

fn document(piece: &str, size: usize) -> (Document, Vec<ReadSentence>) {
    // Names differ from piece to piece, as they do in a long document.
    let mut text = String::with_capacity(size + piece.len());
    let mut number = 0;
    while text.len() < size {
        number += 1;
        text.push_str(&piece.replace("Lee", &format!("Lee{}", number % 1000)));
    }
    let blocks = text_blocks(&text);
    let sentences = split(&text).into_iter().map(|s| read(&text, s.span)).collect();
    (Document { text, blocks, ..Document::default() }, sentences)
}

/// Every capitalised word a person, every "said" a cue, the two words before it the source, what follows the content.
fn read(text: &str, span: Span) -> ReadSentence {
    let mut reading = Reading { score: 0.9, ..Reading::default() };
    let role = |span, role: Role| Mention { span, label: role as usize, score: 0.9 };
    let mut content: Option<usize> = None;
    let mut at = span.start;
    let mut before = span.start;
    for word in span.of(text).split_inclusive(char::is_whitespace) {
        let own = Span::new(at, at + word.trim_end().len());
        let letters = own.of(text).trim_matches(|c: char| !c.is_alphanumeric());
        if letters.eq_ignore_ascii_case("said") {
            if let Some(from) = content.take().filter(|from| *from < before) {
                reading.roles.push(role(Span::new(from, before).trimmed(text), Role::Content));
            }
            reading.roles.push(role(Span::new(before, at).trimmed(text), Role::Source));
            reading.roles.push(role(own, Role::Cue));
            content = Some(own.end);
        } else if letters.starts_with(char::is_uppercase) {
            reading.entities.push(Mention { span: own, label: 0, score: 0.9 });
        }
        before = at;
        at += word.len();
    }
    if let Some(from) = content {
        reading.roles.push(role(Span::new(from, span.end).trimmed(text), Role::Content));
    }
    reading.roles.retain(|m| !m.span.is_empty());
    ReadSentence { span, block: None, kind: None, reading }
}

fn median((document, sentences): &(Document, Vec<ReadSentence>)) -> f64 {
    let labels = ["PERSON".to_owned()];
    let mut times: Vec<f64> = (0..5)
        .map(|_| {
            let started = Instant::now();
            let found = assemble(document, sentences, &labels, 0.5, None);
            assert!(found.entities.len() + found.claims.len() > 0);
            started.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[2]
}
