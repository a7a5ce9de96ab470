//! The tables of `-o NAME.parquet` are read by somebody else's program: DuckDB, which `scripts/setup.py duckdb` fetches.

mod support;

use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};
use support::{extract, folder, root, run};

/// Answers a query by DuckDB as rows of JSON; run in the folder of the tables.
const ASK: &str = "import duckdb, json, sys; print(json.dumps(duckdb.sql(sys.argv[1]).fetchall(), default=str))";

/// The folder that DuckDB is in; `None`, with a line for people, where it cannot be fetched.
fn duckdb() -> Option<PathBuf> {
    let made = Command::new("python3").arg(root().join("scripts/setup.py")).arg("duckdb").status();
    if made.is_ok_and(|status| status.success()) {
        return Some(root().join(".deps/duckdb"));
    }
    eprintln!("SKIPPED: no DuckDB to read the tables with (python3 with pip, and the package index, are needed)");
    None
}

#[test]
fn duckdb_reads_in_the_tables_what_stands_in_the_lines() {
    let Some(duckdb) = duckdb() else { return };
    let news = root().join("fixtures/news");
    let news = news.to_str().unwrap();
    let out = folder::<&str>(&[]);
    for name in ["r.jsonl", "r.parquet"] {
        // Several parts a table.
        let split: &[&str] = if name == "r.parquet" { &["--split-every", "4"] } else { &[] };
        assert_eq!(run(&mut extract(out.path(), &[&[news, "-o", name], split].concat())).code, 0);
    }
    let ask = |query: &str| -> Vec<Value> {
        let ran = run(Command::new("python3").args(["-c", ASK, query]).env("PYTHONPATH", &duckdb).current_dir(out.path()));
        assert_eq!(ran.code, 0, "{query}: {}", ran.stderr);
        serde_json::from_str(&ran.stdout).unwrap()
    };
    let lines = std::fs::read_to_string(out.path().join("r.jsonl")).unwrap();
    let records: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let each = |list: &'static str| records.iter().flat_map(move |r| r[list].as_array().unwrap().iter().map(move |item| (r, item)));

    let titles: Vec<Value> = records.iter().map(|r| json!([r["doc_id"], r["source"]["title"], r["text"]])).collect();
    assert_eq!(ask("select doc_id, title, text from 'r.parquet/documents/*.parquet'"), titles);
    let sentences: Vec<Value> =
        each("sentences").map(|(r, s)| json!([r["doc_id"], s["start"], s["end"], s["check_worthiness"], s["label"], s["types"]])).collect();
    assert_eq!(ask("select doc_id, start, \"end\", check_worthiness, label, types from 'r.parquet/sentences/*.parquet'"), sentences);
    let entities: Vec<Value> =
        each("entities").map(|(r, e)| json!([r["doc_id"], e["id"], e["text"], e["label"], e["canonical"]])).collect();
    assert_eq!(ask("select doc_id, id, text, label, canonical from 'r.parquet/entities/*.parquet'"), entities);
    let claims: Vec<Value> = each("claims")
        .map(|(r, c)| {
            json!([r["doc_id"], c["id"], c["text"], c["check_worthiness"], c["entities"], c["claimer"]["name"], r["source"]["title"]])
        })
        .collect();
    assert!(claims.len() > 50, "{} claims", claims.len());
    let joined = "select c.doc_id, c.id, c.text, c.check_worthiness, c.entities, c.claimer, d.title from 'r.parquet/claims/*.parquet' c \
        join 'r.parquet/documents/*.parquet' d using (doc_id) order by doc_id, c.start, c.\"end\"";
    let mut sorted = claims;
    sorted.sort_by_key(|row| row[0].as_str().unwrap_or("").to_owned());
    let mut found = ask(joined);
    found.sort_by_key(|row| row[0].as_str().unwrap_or("").to_owned());
    assert_eq!(found, sorted);
    // An amount is JSON that DuckDB takes apart.
    let amounts = ask("select count(*) from 'r.parquet/entities/*.parquet' where (value->>'$.amount')::double > 0");
    assert!(amounts[0][0].as_u64().is_some_and(|n| n > 20), "{amounts:?}");
}
