//! The chapters as rustdoc shows them: every link on every page of the stages' documentation leads somewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::process;
use crate::report::{Problem, assert_none};
use crate::shell;
use crate::workspace::Workspace;
use crate::{BUILD, WORKSPACE};

/// As it is made in .ci/run, so that it is made once.
const COMMAND: &str = "cargo doc --workspace --no-deps";
/// What every type's page says of a trait of `tracing`, whose author had another page in mind.
const FOREIGN: &str = "dispatcher#setting-the-default-subscriber";
const DENY_WARNINGS: (&str, &str) = ("RUSTDOCFLAGS", "-D warnings");

#[test]
fn every_link_of_the_documentation_leads_somewhere() {
    let (name, value) = DENY_WARNINGS;
    let environment = [(name, value.to_owned())];
    let made = process::run(
        &shell::words(COMMAND),
        &Workspace::root(),
        &environment,
        BUILD,
    );
    let made = made.expect("cargo can be started");
    assert!(made.succeeded(), "{COMMAND}:\n{}", made.output);

    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent();
    let mut pages = Pages::in_folder(target.expect("a folder in the target folder").join("doc"));
    let packages = WORKSPACE.packages().into_iter();
    let front_pages = packages.map(|package| {
        let name = package.replace('-', "_");
        PathBuf::from(format!("{name}/index.html"))
    });
    assert_none(pages.follow(front_pages.collect()));
    assert!(pages.read.len() > 100, "only {} pages", pages.read.len());
}

/// The pages that have been read.
struct Pages {
    folder: PathBuf,
    read: BTreeMap<PathBuf, Page>,
}

/// What matters of a page.
#[derive(Default)]
struct Page {
    links: Vec<(usize, String)>,
    anchors: BTreeSet<String>,
    /// It only leads to another page, with the anchor that was asked for.
    leads_on: bool,
}

impl Pages {
    fn in_folder(folder: PathBuf) -> Self {
        Pages {
            folder,
            read: BTreeMap::new(),
        }
    }

    /// Follows all links from the `unread` pages on.
    fn follow(&mut self, mut unread: Vec<PathBuf>) -> Vec<Problem> {
        while let Some(page) = unread.pop() {
            if self.read.contains_key(&page) {
                continue;
            }
            let text = fs::read_to_string(self.folder.join(&page)).unwrap_or_default();
            let read = Page::read(&text);
            let targets = read
                .links
                .iter()
                .filter_map(|(_, link)| resolve(&page, link));
            let next = targets.map(|(target, _)| target);
            unread.extend(next.filter(|target| target.extension() == Some("html".as_ref())));
            self.read.insert(page, read);
        }
        let pages = self.read.iter();
        pages
            .flat_map(|(path, page)| self.broken(path, page))
            .collect()
    }

    fn broken<'a>(&'a self, path: &'a Path, page: &'a Page) -> impl Iterator<Item = Problem> + 'a {
        page.links.iter().filter_map(move |(line, link)| {
            let (target, anchor) = resolve(path, link)?;
            let message = if !self.folder.join(&target).is_file() {
                format!(
                    "the link `{link}` leads nowhere: there is no {}",
                    target.display()
                )
            } else if !anchor.is_empty() && !self.has_anchor(&target, &anchor) {
                format!(
                    "the link `{link}` leads to no heading of {}",
                    target.display()
                )
            } else {
                return None;
            };
            Some(Problem::new(&path.display().to_string(), *line, message))
        })
    }

    fn has_anchor(&self, page: &Path, anchor: &str) -> bool {
        // Lines of a source: a script shows them.
        let is_lines = anchor.chars().all(|c| c.is_ascii_digit() || c == '-');
        let Some(read) = self.read.get(page) else {
            return false;
        };
        let mut targets = read
            .links
            .iter()
            .filter_map(|(_, link)| resolve(page, link));
        is_lines
            || read.anchors.contains(anchor)
            || (read.leads_on && targets.any(|(target, _)| self.has_anchor(&target, anchor)))
    }
}

impl Page {
    fn read(text: &str) -> Self {
        let mut page = Page {
            leads_on: text.contains("http-equiv=\"refresh\""),
            ..Page::default()
        };
        for (number, line) in (1..).zip(text.lines()) {
            let links = attributes(line, "href").map(|link| (number, link));
            page.links.extend(links);
            page.anchors.extend(attributes(line, "id"));
        }
        page
    }
}

/// The values of an attribute in a line.
fn attributes<'a>(line: &'a str, name: &str) -> impl Iterator<Item = String> + use<'a> {
    let start = format!(" {name}=\"");
    let values: Vec<&str> = line.split(&start).skip(1).collect();
    let values = values.into_iter().filter_map(|rest| rest.split('"').next());
    values.map(|value| {
        value
            .replace("&amp;", "&")
            .replace("&lt;", "<")
            .replace("&gt;", ">")
    })
}

/// Where `link` on `page` leads: a page and an anchor on it, or `None` if it leaves the documentation.
fn resolve(page: &Path, link: &str) -> Option<(PathBuf, String)> {
    if link.contains(':') || link == FOREIGN {
        return None;
    }
    let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
    let path = path.split('?').next().unwrap_or("");
    if path.is_empty() {
        return Some((page.to_owned(), anchor.to_owned()));
    }
    let mut target = page.parent().unwrap_or(Path::new("")).to_owned();
    for part in Path::new(path).components() {
        match part {
            Component::ParentDir => drop(target.pop()),
            Component::Normal(name) => target.push(name),
            _ => {}
        }
    }
    Some((target, anchor.to_owned()))
}

#[test]
fn a_link_is_resolved_from_its_page() {
    let resolved = |link| resolve(Path::new("a/b/index.html"), link);
    let target = |path: &str, anchor: &str| Some((PathBuf::from(path), anchor.to_owned()));
    assert_eq!(resolved("../c.html#d"), target("a/c.html", "d"));
    assert_eq!(resolved("#e"), target("a/b/index.html", "e"));
    assert_eq!(resolved("https://example.org/"), None);
    let line = r#"<a class="x" href="a?b&amp;c"><h2 id="d">"#;
    assert_eq!(attributes(line, "href").collect::<Vec<_>>(), ["a?b&c"]);
    assert_eq!(attributes(line, "id").collect::<Vec<_>>(), ["d"]);
}
