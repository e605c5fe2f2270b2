//! How a broken text is reported: where, and what is wrong with it.

use std::fmt;

/// One place at which a text does not tell the truth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The file, from the workspace's root, with `/` between its parts.
    pub(crate) file: String,
    /// The line in that file, counted from 1.
    pub(crate) line: usize,
    /// What is wrong and, where it can be said, what would be right.
    pub(crate) message: String,
}

impl Problem {
    /// A problem in line `line` of `file`.
    pub(crate) fn new(file: &str, line: usize, message: impl Into<String>) -> Self {
        Problem {
            file: file.to_owned(),
            line,
            message: message.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

/// Fails the test with the list of all `problems`, if there are any.
pub(crate) fn assert_none(problems: Vec<Problem>) {
    let lines: Vec<String> = problems.iter().map(Problem::to_string).collect();
    assert!(
        problems.is_empty(),
        "{} place(s) do not hold:\n{}",
        lines.len(),
        lines.join("\n")
    );
}

#[test]
#[should_panic(expected = "1 place(s) do not hold:\nREADME.md:3: no such file")]
fn a_problem_is_reported_with_file_and_line() {
    assert_none(vec![Problem::new("README.md", 3, "no such file")]);
}
