//! A change to one file, as a chapter shows it in a `diff` block:
//!
//! ```diff
//! --- stage1-green-threads/src/x.rs
//! +++ stage1-green-threads/src/x.rs
//!  a line that stays
//! -a line that goes
//! +a line that comes
//! ```
//!
//! Where it belongs is found by the lines that stay or go: they occur in the file once, one after the other. A line that begins with
//! `@@` parts two such places.

use crate::markdown::Block;

/// A change to one file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Patch {
    /// The file, from the workspace's root.
    pub(crate) file: String,
    hunks: Vec<Hunk>,
}

/// A change at one place.
#[derive(Debug, Default, PartialEq, Eq)]
struct Hunk {
    before: Vec<String>,
    after: Vec<String>,
}

impl Patch {
    /// Reads a `diff` block.
    ///
    /// # Errors
    ///
    /// If it names no file, or changes nothing.
    pub(crate) fn read(block: &Block) -> Result<Self, String> {
        let header = |line: usize, sign: &str| {
            let line = block.lines.get(line)?;
            line.strip_prefix(sign)?.split_whitespace().next()
        };
        let file = match (header(0, "--- "), header(1, "+++ ")) {
            (Some(from), Some(to)) if from == to => from.to_owned(),
            _ => {
                return Err(
                    "a `diff` block begins with `--- FILE` and `+++ FILE`, the same file"
                        .to_owned(),
                );
            }
        };
        let mut hunks = vec![Hunk::default()];
        for line in &block.lines[2..] {
            if line.starts_with("@@") {
                hunks.push(Hunk::default());
            } else if let Some(hunk) = hunks.last_mut() {
                hunk.add(line)?;
            }
        }
        hunks.retain(|hunk| *hunk != Hunk::default());
        match hunks.iter().all(|hunk| hunk.before != hunk.after) && !hunks.is_empty() {
            true => Ok(Patch { file, hunks }),
            false => Err("the change changes nothing".to_owned()),
        }
    }

    /// `text`, changed.
    ///
    /// # Errors
    ///
    /// If a place is not in the text, or there is more than one of it.
    pub(crate) fn apply(&self, text: &str) -> Result<String, String> {
        let mut lines: Vec<&str> = text.lines().collect();
        for hunk in &self.hunks {
            let at = self.place(hunk, &lines)?;
            let after = hunk.after.iter().map(String::as_str);
            lines.splice(at..at + hunk.before.len(), after);
        }
        Ok(lines.join("\n") + "\n")
    }

    fn place(&self, hunk: &Hunk, lines: &[&str]) -> Result<usize, String> {
        let begins = |at: &usize| {
            let rest = lines[*at..].iter();
            rest.zip(&hunk.before)
                .filter(|(line, wanted)| line.trim_end() == wanted.trim_end())
                .count()
                == hunk.before.len()
        };
        let places: Vec<usize> = (0..lines.len()).filter(begins).collect();
        match places[..] {
            [place] if !hunk.before.is_empty() => Ok(place),
            [] => Err(format!(
                "the change no longer fits {}: it does not have, one after the other,\n{}",
                self.file,
                hunk.before.join("\n")
            )),
            _ => Err(format!(
                "the change fits {} at {} places: show more lines around it",
                self.file,
                places.len()
            )),
        }
    }
}

impl Hunk {
    fn add(&mut self, line: &str) -> Result<(), String> {
        let mut characters = line.chars();
        let sign = characters.next().unwrap_or(' ');
        let line = characters.as_str().to_owned();
        match sign {
            ' ' => {
                self.before.push(line.clone());
                self.after.push(line);
            }
            '-' => self.before.push(line),
            '+' => self.after.push(line),
            _ => {
                return Err(format!(
                    "`{sign}{line}` begins with neither ` `, `-` nor `+`"
                ));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "fn a() {\n    b();\n    c();\n}\n\nfn b() {\n    c();\n}\n";

    fn read(lines: &str) -> Result<Patch, String> {
        Patch::read(&Block {
            line: 1,
            info: "diff".to_owned(),
            lines: lines.lines().map(str::to_owned).collect(),
            above: String::new(),
        })
    }

    fn apply(lines: &str) -> Result<String, String> {
        read(&format!("--- x.rs\n+++ x.rs\n{lines}"))
            .unwrap()
            .apply(FILE)
    }

    #[test]
    fn lines_go_and_come_where_the_others_stand() {
        let changed = apply("     b();\n-    c();\n+    d();\n").unwrap();
        assert_eq!(changed, FILE.replacen("c()", "d()", 1));
    }

    #[test]
    fn an_empty_line_is_one_that_stays() {
        assert_eq!(
            apply(" }\n\n-fn b() {\n+fn z() {\n").unwrap(),
            FILE.replace("fn b", "fn z")
        );
    }

    #[test]
    fn one_file_may_change_at_several_places() {
        let changed = apply("-fn a() {\n+fn y() {\n@@\n-fn b() {\n+fn z() {\n").unwrap();
        assert_eq!(
            changed,
            FILE.replace("fn a", "fn y").replace("fn b", "fn z")
        );
    }

    #[test]
    fn a_change_that_fits_nowhere_or_twice_is_refused() {
        assert!(
            apply("-    e();\n")
                .unwrap_err()
                .starts_with("the change no longer fits x.rs")
        );
        assert!(
            apply("-    c();\n")
                .unwrap_err()
                .contains("fits x.rs at 2 places")
        );
    }

    #[test]
    fn a_block_that_names_no_file_or_changes_nothing_is_refused() {
        assert!(
            read("-a\n+b\n")
                .unwrap_err()
                .contains("begins with `--- FILE`")
        );
        assert!(
            read("--- a\n+++ b\n-a\n")
                .unwrap_err()
                .contains("the same file")
        );
        assert_eq!(
            read("--- a\n+++ a\n x\n").unwrap_err(),
            "the change changes nothing"
        );
        assert!(
            read("--- a\n+++ a\nx\n")
                .unwrap_err()
                .contains("begins with neither")
        );
    }
}
