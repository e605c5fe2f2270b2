//! The workspace's texts and sources, read once, or made of strings by a test.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Every text file of the workspace, by its path from the root with `/` between the parts; lines end in `\n`.
#[derive(Debug, Default)]
pub(crate) struct Workspace {
    files: BTreeMap<String, String>,
}

impl Workspace {
    /// The folder of the workspace that this test belongs to.
    pub(crate) fn root() -> PathBuf {
        let stage = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = stage.parent();
        root.expect("a stage's folder lies in the workspace's")
            .to_owned()
    }

    /// Reads the workspace that this test belongs to.
    pub(crate) fn load() -> Self {
        let mut workspace = Workspace::default();
        workspace.read_folder(&Workspace::root(), "");
        workspace
    }

    /// A workspace of these files only.
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let files = files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
        Workspace {
            files: files.collect(),
        }
    }

    fn read_folder(&mut self, folder: &Path, prefix: &str) {
        let entries = fs::read_dir(folder)
            .unwrap_or_else(|e| panic!("cannot read {}: {e}", folder.display()));
        for entry in entries {
            let entry = entry.expect("an entry of a folder that was opened can be read");
            let name = entry.file_name().to_string_lossy().into_owned();
            let kind = entry.file_type().expect("an entry has a type");
            if kind.is_dir() && name != "target" && name != ".git" {
                self.read_folder(&entry.path(), &format!("{prefix}{name}/"));
            } else if kind.is_file() {
                let bytes = fs::read(entry.path()).unwrap_or_default();
                let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
                self.files.insert(format!("{prefix}{name}"), text);
            }
        }
    }

    /// The text of the file at `path`.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    /// Is there a file or a folder at `path`? The empty path is the root.
    pub(crate) fn exists(&self, path: &str) -> bool {
        let folder = format!("{path}/");
        path.is_empty()
            || self.files.contains_key(path)
            || self.files.keys().any(|file| file.starts_with(&folder))
    }

    /// The files whose path starts with `prefix` and ends with `suffix`, in order, with their texts.
    pub(crate) fn files<'a>(
        &'a self,
        prefix: &'a str,
        suffix: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.files
            .iter()
            .filter(move |(path, _)| path.starts_with(prefix) && path.ends_with(suffix))
            .map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// The members of the workspace: each folder at the top that has a manifest.
    pub(crate) fn packages(&self) -> Vec<&str> {
        self.files
            .keys()
            .filter_map(|path| path.strip_suffix("/Cargo.toml"))
            .filter(|folder| !folder.contains('/'))
            .collect()
    }
}

/// What `target` means when it stands in the file `from`: a path from the root, or `None` if it leaves the workspace.
pub(crate) fn resolve(from: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

#[test]
fn a_path_is_resolved_from_the_folder_of_its_file() {
    let from = "stage1-green-threads/README.md";
    let resolved = |target| resolve(from, target);
    assert_eq!(
        resolved("src/lib.rs").as_deref(),
        Some("stage1-green-threads/src/lib.rs")
    );
    assert_eq!(
        resolved("./src/").as_deref(),
        Some("stage1-green-threads/src")
    );
    assert_eq!(
        resolved("../stage2-reactor").as_deref(),
        Some("stage2-reactor")
    );
    assert_eq!(resolved("..").as_deref(), Some(""));
    assert_eq!(resolved("../../elsewhere"), None);
}

#[test]
fn folders_exist_as_soon_as_a_file_lies_in_them() {
    let workspace = Workspace::of(&[("stage1/src/lib.rs", "")]);
    assert!(workspace.exists("stage1/src"));
    assert!(!workspace.exists("stage1/s"));
}
