//! The checks of an exercise, read from its check.rs: their names, and what each is about.

/// One check: a test with a sentence of documentation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Check {
    pub(crate) name: String,
    /// The first paragraph of its documentation; empty if it has none.
    pub(crate) about: String,
}

/// The tests of `text`, in order.
pub(super) fn parse(text: &str) -> Vec<Check> {
    let mut checks = Vec::new();
    let mut about = String::new();
    let mut is_test = false;
    for line in text.lines().map(str::trim) {
        if let Some(sentence) = line.strip_prefix("///") {
            about = format!("{about} {}", sentence.trim()).trim().to_owned();
        } else if line == "#[test]" {
            is_test = true;
        } else if let Some(name) = line
            .strip_prefix("fn ")
            .and_then(|rest| rest.split_once('('))
        {
            let (name, about) = (name.0.to_owned(), std::mem::take(&mut about));
            if std::mem::take(&mut is_test) {
                checks.push(Check { name, about });
            }
        } else if !line.starts_with("#[") {
            about.clear();
            is_test = false;
        }
    }
    checks
}

#[test]
fn tests_are_found_with_their_sentences() {
    let text = "
/// A helper.
fn helper() {}

/// The first
/// check.
#[test]
#[cfg(unix)]
fn one() {
    check(|seed| {});
}

#[test]
fn two() {}
";
    let check = |name: &str, about: &str| Check {
        name: name.to_owned(),
        about: about.to_owned(),
    };
    assert_eq!(
        parse(text),
        [check("one", "The first check."), check("two", "")]
    );
}
