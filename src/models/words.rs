//! Words of texts for the search: Chinese has no spaces, so runs of it are cut into overlapping
//! pairs of characters, `县医院` into `县医`, `医院` and a last `院`. A term of a query is the
//! phrase of its pairs; a single character is the beginning of a pair. Other text is cut at what is
//! no letter or digit and found by the beginnings of its words, without regard to case.

use sha2::{Digest as _, Sha256};

/// Words of a query, at most; the rest would only slow it down.
const TERMS_MAX: usize = 16;

/// A word of its own, for private use in Unicode, and no letter.
const BETWEEN: char = '\u{E000}';

/// A run of text.
enum Run {
    /// Chinese, Japanese or Korean.
    Ideographs(Vec<char>),
    /// Letters and digits of other scripts, in lower case.
    Letters(String),
}

fn is_ideograph(c: char) -> bool {
    matches!(c,
        '\u{2E80}'..='\u{2FDF}' | '\u{3005}' | '\u{3007}' | '\u{3040}'..='\u{30FF}'
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}'
        | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// Full-width letters and digits as the plain ones.
fn plain(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '\u{3000}' => ' ',
        c => c,
    }
}

fn runs(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut is_open = false;
    for c in text.chars().map(plain) {
        let is_new = !is_open;
        is_open = true;
        match (is_ideograph(c), runs.last_mut()) {
            (true, Some(Run::Ideographs(run))) if !is_new => run.push(c),
            (true, _) => runs.push(Run::Ideographs(vec![c])),
            (false, Some(Run::Letters(run))) if !is_new && c.is_alphanumeric() => {
                run.extend(c.to_lowercase());
            }
            (false, _) if c.is_alphanumeric() => {
                runs.push(Run::Letters(c.to_lowercase().collect()));
            }
            _ => is_open = false,
        }
    }
    runs
}

/// Puts the words of a text behind those that are there, with a space between.
pub fn index(text: &str, words: &mut String) {
    for run in runs(text) {
        match run {
            Run::Ideographs(run) => {
                for pair in run.windows(2) {
                    words.extend(pair);
                    words.push(' ');
                }
                words.extend(run.last());
            }
            Run::Letters(run) => words.push_str(&run),
        }
        words.push(' ');
    }
    // Words of two texts are no phrase: between them stands a word that no query has.
    words.push(BETWEEN);
    words.push(' ');
}

/// Tells words from other words: the first eight bytes of their SHA-256.
pub fn fingerprint(words: &str) -> i64 {
    let hash = Sha256::digest(words);
    i64::from_be_bytes(hash.first_chunk().copied().unwrap_or_default())
}

/// A query as FTS5 takes it; `None` where it has no words.
pub fn query(text: &str) -> Option<String> {
    let terms = text.split(|c: char| plain(c).is_whitespace());
    let mut phrases = Vec::new();
    for term in terms {
        let mut words: Vec<String> = Vec::new();
        let mut is_prefix = false;
        let parts = runs(term);
        let last = parts.len().saturating_sub(1);
        for (index, run) in parts.into_iter().enumerate() {
            match run {
                Run::Ideographs(run) if run.len() == 1 => {
                    words.extend(run.first().map(char::to_string));
                    is_prefix = index == last;
                }
                Run::Ideographs(run) => {
                    words.extend(run.windows(2).map(|pair| pair.iter().collect::<String>()));
                    if index != last {
                        words.extend(run.last().map(char::to_string));
                    }
                    is_prefix = false;
                }
                Run::Letters(run) => {
                    words.push(run);
                    is_prefix = index == last;
                }
            }
        }
        if words.is_empty() {
            continue;
        }
        // Words hold letters and digits only, so nothing in quotes can end the quotes.
        let star = if is_prefix { " *" } else { "" };
        phrases.push(format!("\"{}\"{star}", words.join(" ")));
        if phrases.len() == TERMS_MAX {
            break;
        }
    }
    (!phrases.is_empty()).then(|| phrases.join(" AND "))
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    fn finds(text: &str, asked: &str) -> bool {
        let connection = Connection::open_in_memory().expect("a database");
        connection
            .execute_batch(super::super::tables::BESIDE)
            .expect("tables");
        let mut words = String::new();
        for part in text.split('|') {
            index(part, &mut words);
        }
        connection
            .execute(
                "INSERT INTO project_words (rowid, words) VALUES (7, ?)",
                [&words],
            )
            .expect("a row");
        let asked = query(asked).expect("words");
        let sql = "SELECT count(*) FROM project_words WHERE words MATCH ?";
        let count: i64 = connection
            .query_row(sql, [asked], |row| row.get(0))
            .expect("an answer");
        count == 1
    }

    #[test]
    fn chinese_is_found_by_any_part_of_it() {
        let text = "衡阳市第一人民医院2023年检查报告印刷服务";
        for asked in [
            "医院",
            "印刷",
            "人民医院",
            "衡",
            "务",
            "院2023",
            "医院2023年检查",
            "2023",
            "服务 医院",
            "医院　印刷",
            "２０２３",
        ] {
            assert!(finds(text, asked), "{asked}");
        }
        for asked in ["医年", "院长", "学校", "医院 学校", "023", "院检查", "一民"] {
            assert!(!finds(text, asked), "{asked}");
        }
    }

    #[test]
    fn other_text_is_found_by_the_beginnings_of_its_words() {
        let text = "HY-2023-0042|Town Hospital, X-ray unit|县医院|门诊部";
        for asked in [
            "hy-2023",
            "0042",
            "town hosp",
            "X-RAY",
            "HOSPITAL",
            "x ray",
            "县医院",
        ] {
            assert!(finds(text, asked), "{asked}");
        }
        for asked in ["ospital", "2023-hy", "院门", "042"] {
            assert!(!finds(text, asked), "{asked}");
        }
    }

    #[test]
    fn what_has_no_words_is_no_query_and_no_quote_escapes() {
        assert_eq!(query(" —— \"\" * "), None);
        assert_eq!(query("a\"b"), Some("\"a b\" *".to_owned()));
        assert_eq!(query("NOT 医"), Some("\"not\" * AND \"医\" *".to_owned()));
        assert!(finds("NEAR the OR gate", "near or"));
    }
}
