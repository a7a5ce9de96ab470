//! A table's rows with the physical lines they begin at.
//!
//! CSV is read as RFC 4180 has it. TSVs come in two manners: as they are, where `"` is a character like any other,
//! and quoted by a spreadsheet or pandas, where a cell with a tab, line break or quote stands in quotes and its own
//! quotes are doubled. Files mix them up, so each row is read both ways and the number of columns is the judge.

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// The line it begins at, from 1.
    pub line: usize,
    pub cells: Vec<String>,
}

/// Why a row cannot be read, and its line.
pub(super) type Bad = (usize, String);

/// A row read with quotes: its cells, what follows it, and what the quotes were good for.
struct Quoted<'t> {
    cells: Vec<String>,
    rest: &'t str,
    lines: usize,
    /// A quoted cell holds a quote.
    needed: bool,
}

/// The rows of `content`; blank lines are none. The first row says how many columns there are.
pub(super) fn rows(content: &str, delimiter: char) -> Vec<Result<Row, Bad>> {
    let mut found: Vec<Result<Row, Bad>> = Vec::new();
    let (mut rest, mut line, mut width) = (content, 1, None);
    while !rest.is_empty() {
        let (first, after) = first_line(rest);
        if first.trim().is_empty() {
            (rest, line) = (after, line + 1);
            continue;
        }
        match row(rest, first, delimiter, width) {
            Ok(quoted) => {
                width = width.or(Some(quoted.cells.len()));
                found.push(Ok(Row { line, cells: quoted.cells }));
                (rest, line) = (quoted.rest, line + quoted.lines);
            }
            Err(reason) => {
                found.push(Err((line, reason)));
                (rest, line) = (after, line + 1);
            }
        }
    }
    found
}

/// The first line and what follows it; old Macintosh files end lines with a carriage return alone.
fn first_line(content: &str) -> (&str, &str) {
    let (line, rest) = content.split_at(content.find(['\n', '\r']).unwrap_or(content.len()));
    (line, after_break(rest).unwrap_or(rest))
}

/// What follows the line break here, if there is one.
fn after_break(content: &str) -> Option<&str> {
    content.strip_prefix("\r\n").or_else(|| content.strip_prefix(['\n', '\r']))
}

/// How many line breaks of any kind a text has.
fn breaks(text: &str) -> usize {
    text.matches(['\n', '\r']).count() - text.matches("\r\n").count()
}

fn row<'t>(rest: &'t str, first: &str, delimiter: char, width: Option<usize>) -> Result<Quoted<'t>, String> {
    let quoted = quoted(rest, delimiter);
    let fits = |count: usize| width.is_none_or(|w| w == count);
    let misfit = |count: usize| format!("found {count} columns, expected {} as in the first row", width.unwrap_or(count));
    if delimiter != '\t' || first.starts_with('"') && width.is_none() {
        let quoted = quoted?;
        return if fits(quoted.cells.len()) { Ok(quoted) } else { Err(misfit(quoted.cells.len())) };
    }
    let plain: Vec<String> = first.split(delimiter).map(str::to_owned).collect();
    let quoted = quoted.and_then(|q| if fits(q.cells.len()) { Ok(q) } else { Err(misfit(q.cells.len())) });
    match (fits(plain.len()), quoted) {
        (true, Ok(quoted)) if quoted.is_meant(rest, delimiter, plain.len()) => Ok(quoted),
        (true, _) => Ok(Quoted { cells: plain, rest: first_line(rest).1, lines: 1, needed: false }),
        (false, Ok(quoted)) => Ok(quoted),
        (false, Err(_)) => Err(misfit(plain.len())),
    }
}

impl Quoted<'_> {
    /// Whether the quotes are to be taken away where the row also reads without: on one line, when they were needed
    /// for the quotes inside; over several, when the further lines are no rows of their own.
    fn is_meant(&self, from: &str, delimiter: char, width: usize) -> bool {
        if self.lines == 1 {
            return self.needed;
        }
        let mut rest = from;
        (0..self.lines).any(|_| {
            let (line, after) = first_line(rest);
            rest = after;
            line.split(delimiter).count() != width
        })
    }
}

/// Reads one row, quotes and all.
fn quoted(content: &str, delimiter: char) -> Result<Quoted<'_>, String> {
    let mut row = Quoted { cells: Vec::new(), rest: content, lines: 1, needed: false };
    loop {
        let cell = match row.rest.strip_prefix('"') {
            Some(inside) => {
                let (cell, rest) = unquoted(inside)?;
                row.lines += breaks(&cell);
                row.needed |= cell.contains('"');
                row.rest = rest;
                cell
            }
            None => {
                let end = row.rest.find([delimiter, '\n', '\r']).unwrap_or(row.rest.len());
                let (cell, rest) = row.rest.split_at(end);
                row.rest = rest;
                cell.to_owned()
            }
        };
        row.cells.push(cell);
        if let Some(rest) = row.rest.strip_prefix(delimiter) {
            row.rest = rest;
            continue;
        }
        match after_break(row.rest) {
            Some(rest) => row.rest = rest,
            None if row.rest.is_empty() => {}
            None => {
                let after: String = row.rest.chars().take(20).collect();
                return Err(format!("a quote closes before {after:?}; inside a quoted cell write quotes twice"));
            }
        }
        return Ok(row);
    }
}

/// The cell up to its closing quote, and what follows that.
fn unquoted(content: &str) -> Result<(String, &str), String> {
    let (mut cell, mut rest) = (String::new(), content);
    loop {
        let Some((before, after)) = rest.split_once('"') else {
            let start: String = content.chars().take(20).collect();
            return Err(format!("the quote before {start:?} is never closed"));
        };
        cell.push_str(before);
        match after.strip_prefix('"') {
            Some(after) => {
                cell.push('"');
                rest = after;
            }
            None => return Ok((cell, after)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cells(content: &str, delimiter: char) -> Vec<Result<Vec<String>, usize>> {
        rows(content, delimiter).into_iter().map(|r| r.map(|r| r.cells).map_err(|(line, _)| line)).collect()
    }

    fn row(cells: &[&str]) -> Result<Vec<String>, usize> {
        Ok(cells.iter().map(|c| (*c).to_owned()).collect())
    }

    #[test]
    fn a_quote_in_a_tsv_is_a_character_unless_quoting_was_needed() {
        let plain = "1\tA\t\"Stop!\" he said.\t0\n2\tB\t\"All of it.\"\t1\n3\tC\tthe \"so-called\"\t0\n";
        let expected = [
            row(&["1", "A", "\"Stop!\" he said.", "0"]),
            row(&["2", "B", "\"All of it.\"", "1"]),
            row(&["3", "C", "the \"so-called\"", "0"]),
        ];
        assert_eq!(cells(plain, '\t'), expected);
        let pandas = "id\ttext\r\n1\t\"\"\"All\"\" of it\"\r\n2\t\"a\tb\"\r\n3\t\"two\nlines\"\r\n";
        assert_eq!(
            cells(pandas, '\t'),
            [row(&["id", "text"]), row(&["1", "\"All\" of it"]), row(&["2", "a\tb"]), row(&["3", "two\nlines"])]
        );
    }

    #[test]
    fn a_stray_quote_swallows_no_rows() {
        let stray = "1\t\"It began\t0\n2\tthe end\"\t1\n";
        assert_eq!(cells(stray, '\t'), [row(&["1", "\"It began", "0"]), row(&["2", "the end\"", "1"])]);
    }

    #[test]
    fn lines_are_counted_through_line_breaks_in_cells_and_after_bad_rows() {
        let content = "a,b\n\n\"x\r\ny\",1\nonly\n\"p\"q,1\n\"r\",2\n";
        let lines: Vec<_> = rows(content, ',').into_iter().map(|r| r.map(|r| r.line).map_err(|(line, _)| line)).collect();
        assert_eq!(lines, [Ok(1), Ok(3), Err(5), Err(6), Ok(7)]);
        let reason = rows("a\n\"never\n", ',').pop().unwrap().unwrap_err();
        assert!(reason.0 == 2 && reason.1.contains("never closed"), "{reason:?}");
    }

    #[test]
    fn a_carriage_return_alone_ends_a_line_unless_a_quote_is_open() {
        let expected = [row(&["a", "b"]), row(&["1", "x"]), row(&["2", "y"]), row(&["3", "z"])];
        for content in ["a,b\r1,x\r2,y\r3,z\r", "a,b\r\n1,x\n2,y\r3,z", "a,b\r\r\n1,x\r\n\r2,y\n\r3,z"] {
            assert_eq!(cells(content, ','), expected, "{content:?}");
            assert_eq!(cells(&content.replace(',', "\t"), '\t'), expected, "{content:?}");
        }
        assert_eq!(cells("a,b\r1,\"x\"\r2,\"y\"\r\n3,z", ','), expected);
        let lines: Vec<_> = rows("a,b\r1,\"x\ry\r\nz\"\r2,y,\r3,z", ',').into_iter().map(|r| r.map(|r| r.line).map_err(|e| e.0)).collect();
        assert_eq!(lines, [Ok(1), Ok(2), Err(5), Ok(6)]);
        let plain = "id\ttext\r1\t\"Stop! he said.\r2\tNow.\"\r";
        assert_eq!(cells(plain, '\t')[1..], [row(&["1", "\"Stop! he said."]), row(&["2", "Now.\""])]);
    }

    proptest! {
        #[test]
        fn what_the_csv_crate_writes_is_read(
            // Tabs and line breaks in the cells of one TSV can make lines that are rows by themselves: no reader can tell.
            table in prop::sample::select(vec!["[a\"\t,;é😀 ]{0,6}x", "[a\"\n\r,;é😀 ]{0,6}x"])
                .prop_flat_map(|cell| prop::collection::vec(prop::collection::vec(cell, 3), 1..6)),
            delimiter in prop::sample::select(vec![b'\t', b',']),
        ) {
            let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
            writer.write_record(["a", "b", "c"]).unwrap();
            for cells in &table { writer.write_record(cells).unwrap(); }
            let content = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let read: Vec<_> = rows(&content, delimiter.into()).into_iter().skip(1).map(|r| r.unwrap().cells).collect();
            prop_assert_eq!(read, table);
        }
    }
}
