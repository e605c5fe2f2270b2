//! `course.toml`: what is known of each exercise of a stage besides its files.

use std::path::Path;

use serde::Deserialize;

/// One exercise.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    /// The stage's number and the exercise's, such as "3.2".
    pub(crate) id: String,
    /// Its folder beside course.toml, which is also the name of its test target.
    pub(crate) folder: String,
    pub(crate) title: String,
    pub(crate) points: u32,
    pub(crate) minutes: u32,
    pub(crate) kind: Kind,
    /// First a nudge, then the idea, then nearly the code.
    pub(crate) hints: Vec<String>,
    /// How long a check may take under one seed.
    #[serde(default = "ten")]
    pub(crate) limit_seconds: f64,
}

/// Whether everybody should do it.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Core,
    Stretch,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    #[serde(default)]
    exercise: Vec<Entry>,
}

fn ten() -> f64 {
    10.0
}

/// Reads the text of a course.toml; errors name file and line.
pub(super) fn parse(path: &Path, text: &str) -> Result<Vec<Entry>, String> {
    let manifest: Manifest = toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_of(text, span.start));
        format!("{}:{line}: {}", path.display(), error.message())
    })?;
    for entry in &manifest.exercise {
        let unusable = entry.folder.is_empty() || entry.folder.contains(['/', '\\', '.']);
        if unusable || entry.id.is_empty() {
            let line = text.find(&entry.folder).map_or(1, |at| line_of(text, at));
            let what = "an exercise needs an id, and the name of a folder beside this file";
            return Err(format!("{}:{line}: {what}", path.display()));
        }
        if !(entry.limit_seconds > 0.0 && entry.limit_seconds <= 3600.0) {
            let id = &entry.id;
            return Err(format!(
                "{}: exercise {id}: limit_seconds must be more than 0, and at most 3600",
                path.display()
            ));
        }
    }
    Ok(manifest.exercise)
}

fn line_of(text: &str, at: usize) -> usize {
    1 + text[..at].matches('\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
[[exercise]]
id = "1.1"
folder = "e1_x"
title = "X"
points = 10
minutes = 15
kind = "core"
hints = ["a", "b"]
"#;

    fn error(text: &str) -> String {
        parse(Path::new("course.toml"), text).expect_err("this is malformed")
    }

    #[test]
    fn an_entry_is_read() {
        let entries = parse(Path::new("course.toml"), GOOD).unwrap();
        assert_eq!(entries[0].id, "1.1");
        assert_eq!(entries[0].limit_seconds, 10.0);
    }

    #[test]
    fn a_mistake_is_reported_with_file_and_line() {
        let wrong_kind = error(&GOOD.replace("\"core\"", "\"cored\""));
        assert!(wrong_kind.starts_with("course.toml:8: "), "{wrong_kind}");
        let no_quote = error(&GOOD.replace("\"X\"", "\"X"));
        assert!(no_quote.starts_with("course.toml:5: "), "{no_quote}");
        let typo = error(&GOOD.replace("minutes", "minuets"));
        assert!(typo.contains("minuets"), "{typo}");
        let folder = error(&GOOD.replace("e1_x", "../x"));
        assert!(folder.starts_with("course.toml:4: "), "{folder}");
    }
}
