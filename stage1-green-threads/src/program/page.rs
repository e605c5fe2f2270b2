//! A run as one web page that needs nothing else: the drawing, the story of each task, and what looks wrong.
//!
//! ```text
//!   page.html   {{style}}     page.css
//!               {{runs}}      the runs as JSON: see `data`
//!               {{scripts}}   model.js, axis.js                           what is drawn, and where
//!                             surface.js, lanes.js, rows.js, draw.js      the drawing
//!                             view.js, panel.js, page.js                  the drawing, what stands beside it, the buttons
//! ```
//!
//! What woke whom, what is told and what looks wrong is decided in Rust; the scripts draw it.

mod data;

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::time::Instant;

use super::collector::Collector;
use super::history::History;
pub(crate) use data::{Run, Title};

const PAGE: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/page.css");
const SCRIPTS: [&str; 9] = [
    include_str!("page/model.js"),
    include_str!("page/axis.js"),
    include_str!("page/surface.js"),
    include_str!("page/lanes.js"),
    include_str!("page/rows.js"),
    include_str!("page/draw.js"),
    include_str!("page/view.js"),
    include_str!("page/panel.js"),
    include_str!("page/page.js"),
];

/// Runs `f`, and writes what the runtimes did meanwhile as a page for the browser: for a program of one's own.
///
/// # Errors
///
/// If the file cannot be written, or if something else in this process is `tracing`'s global subscriber already.
pub fn trace_page<R>(path: impl AsRef<Path>, title: &str, f: impl FnOnce() -> R) -> io::Result<R> {
    let file = File::create(path)?;
    let collector = Collector::install(None)?;
    collector.start_recording(Instant::now());
    let result = f();
    let recording = collector.stop_recording().unwrap_or_default();
    let title = Title {
        title: title.to_owned(),
        about: String::new(),
        waits: "",
    };
    write(BufWriter::new(file), [(title, &History::of(&recording))])?;
    Ok(result)
}

/// Writes the page of these runs.
///
/// # Errors
///
/// Those of `out`.
pub(crate) fn write<'a>(
    mut out: impl Write,
    runs: impl IntoIterator<Item = (Title, &'a History)>,
) -> io::Result<()> {
    let runs = data(runs);
    for (number, part) in PAGE.split("{{").enumerate() {
        let (mark, text) = match number {
            0 => ("", part),
            _ => part.split_once("}}").expect("a mark ends"),
        };
        match mark {
            "" => {}
            "style" => out.write_all(STYLE.as_bytes())?,
            "runs" => serde_json::to_writer(WithoutTags(&mut out), &runs)?,
            "scripts" => out.write_all(SCRIPTS.concat().as_bytes())?,
            _ => unreachable!("page.html has an unknown mark: {mark}"),
        }
        out.write_all(text.as_bytes())?;
    }
    out.flush()
}

/// What the page is given of these runs.
pub(crate) fn data<'a>(runs: impl IntoIterator<Item = (Title, &'a History)>) -> Vec<Run> {
    let runs = runs.into_iter();
    runs.map(|(title, history)| Run::of(title, history))
        .collect()
}

/// Writes JSON so that no text in it can end the script that it stands in. A `<` is part of a string there.
struct WithoutTags<W>(W);

impl<W: Write> Write for WithoutTags<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for (number, part) in bytes.split(|byte| *byte == b'<').enumerate() {
            if number > 0 {
                self.0.write_all(br"\u003c")?;
            }
            self.0.write_all(part)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::super::happening::{Happening, Place, Word};
    use super::super::history::tests::history;
    use super::*;

    fn page(task_name: &'static str) -> String {
        let history = history(&[
            Happening::Spawn {
                task: 1,
                name: Word(task_name),
                place: Place::default(),
            },
            Happening::Resume { task: 1, worker: 0 },
        ]);
        let title = Title {
            title: "Stage 4".into(),
            about: String::new(),
            waits: "",
        };
        let mut page = Vec::new();
        write(&mut page, [(title, &history)]).unwrap();
        String::from_utf8(page).unwrap()
    }

    #[test]
    fn the_page_is_complete_and_loads_nothing() {
        let page = page("tea");
        assert!(!page.contains("{{") && !page.contains("}}"));
        for outside in ["src=", "<link", "@import", "url(", "http://", "fetch("] {
            assert!(!page.contains(outside), "{outside}");
        }
    }

    #[test]
    fn a_name_cannot_end_the_script_that_it_stands_in() {
        let ends = |page: &str| page.matches("</script>").count();
        let page = page("</script><b>");
        assert_eq!(ends(&page), ends(PAGE));
        let (_, from) = page.split_once("type=\"application/json\">").unwrap();
        let (json, _) = from.split_once("</script>").unwrap();
        let runs: serde_json::Value = serde_json::from_str(json).unwrap();
        assert_eq!(runs[0]["tasks"][0]["name"], "</script><b>");
    }
}
