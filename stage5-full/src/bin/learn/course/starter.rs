//! From a solution to its starter. What the learner has to write is marked in the solution:
//!
//! ```text
//!     // starter| todo!("what is missing")          the starter has these lines …
//!     if self.is_complete() {                        … instead of these
//!         return None;
//!     }
//!     // starter end
//! ```

const LINE: &str = "// starter|";
const END: &str = "// starter end";

/// What a line of a solution is to the starter.
enum Part<'a> {
    /// Both have it.
    Common(&'a str),
    /// Only the solution has it.
    Solution(&'a str),
    /// Only the starter has it.
    Starter(String),
    Mark,
}

/// The lines of `solution`, in order. Errors begin with the number of the line.
fn parts(solution: &str) -> Result<Vec<Part<'_>>, String> {
    let mut reader = Reader::default();
    let lines = solution.lines().enumerate();
    let parts = lines
        .map(|(index, line)| reader.part(index + 1, line))
        .collect::<Result<_, _>>()?;
    match reader.open {
        Some(number) => Err(format!("{number}: `{LINE}` without a `{END}` after it")),
        None => Ok(parts),
    }
}

/// Where in a solution we are.
#[derive(Default)]
struct Reader {
    /// The line in which the region began that we are in.
    open: Option<usize>,
    /// Whether it has had lines of the solution.
    written: bool,
}

impl Reader {
    fn part<'a>(&mut self, number: usize, line: &'a str) -> Result<Part<'a>, String> {
        let text = line.trim();
        if let Some(starter) = text.strip_prefix(LINE) {
            if self.written {
                return Err(format!(
                    "{number}: `{LINE}` inside of a region: its lines come first, and it ends with `{END}`"
                ));
            }
            self.open.get_or_insert(number);
            let indentation = &line[..line.len() - line.trim_start().len()];
            let starter = starter.strip_prefix(' ').unwrap_or(starter);
            let starter = format!("{indentation}{starter}");
            return Ok(Part::Starter(starter.trim_end().to_owned()));
        }
        if text == END {
            self.written = false;
            let open = self.open.take();
            let open = open.map(|_| Part::Mark);
            return open.ok_or(format!("{number}: `{END}` without a `{LINE}` before it"));
        }
        self.written = self.open.is_some();
        Ok(match self.open {
            Some(_) => Part::Solution(line),
            None => Part::Common(line),
        })
    }
}

/// The starter that follows from `solution`.
pub(super) fn of(solution: &str) -> Result<String, String> {
    let lines = parts(solution)?.into_iter().filter_map(|part| match part {
        Part::Common(line) => Some(line.to_owned()),
        Part::Starter(line) => Some(line),
        Part::Solution(_) | Part::Mark => None,
    });
    Ok(as_rustfmt_leaves_it(lines))
}

/// What is left out may leave empty lines behind: of those, rustfmt keeps one at most, and none at either end of a block.
fn as_rustfmt_leaves_it(lines: impl Iterator<Item = String>) -> String {
    let mut kept: Vec<String> = Vec::new();
    for line in lines {
        let before = kept.last().map_or("", String::as_str);
        let begins = before.is_empty() || before.ends_with(['{', '(', '[']);
        if line.is_empty() && begins {
            continue;
        }
        if before.is_empty() && line.trim_start().starts_with(['}', ')', ']']) {
            kept.pop();
        }
        kept.push(line);
    }
    kept.iter().map(|line| format!("{line}\n")).collect()
}

/// `solution` without its marks.
pub(super) fn without_marks(solution: &str) -> String {
    let Ok(parts) = parts(solution) else {
        return solution.to_owned();
    };
    let lines = parts.iter().filter_map(|part| match part {
        Part::Common(line) | Part::Solution(line) => Some(*line),
        Part::Starter(_) | Part::Mark => None,
    });
    lines.map(|line| format!("{line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOLUTION: &str = "\
fn f() {
    // starter| let x = 1;
    // starter| todo!()
    let x = 2;
    x
    // starter end
}
";

    #[test]
    fn regions_are_replaced() {
        assert_eq!(
            of(SOLUTION).unwrap(),
            "fn f() {\n    let x = 1;\n    todo!()\n}\n"
        );
        assert_eq!(
            without_marks(SOLUTION),
            "fn f() {\n    let x = 2;\n    x\n}\n"
        );
    }

    #[test]
    fn a_region_may_be_empty_on_either_side() {
        assert_eq!(
            of("// starter| use a;\n// starter end\n").unwrap(),
            "use a;\n"
        );
        assert_eq!(of("// starter|\nuse a;\n// starter end\nb").unwrap(), "b\n");
    }

    #[test]
    fn empty_lines_are_those_that_rustfmt_leaves() {
        let solution =
            "fn f() {\n\n    // starter| a();\n    b();\n    // starter end\n\n\n    c();\n\n}\n";
        assert_eq!(of(solution).unwrap(), "fn f() {\n    a();\n\n    c();\n}\n");
    }

    #[test]
    fn marks_that_do_not_match_are_reported_with_their_line() {
        for (text, number) in [
            ("a\n// starter end\n", "2: "),
            ("// starter| a\nb\n", "1: "),
            ("// starter| a\nb\n// starter| c\n// starter end\n", "3: "),
        ] {
            let error = of(text).expect_err(text);
            assert!(error.starts_with(number), "{error}");
        }
    }
}
