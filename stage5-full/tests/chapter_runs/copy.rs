//! A copy of the workspace in which something may be broken, with a target folder of its own.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::workspace::Workspace;

/// The copy. There is one, and it stays for the next run, so that only what has changed since is built again.
#[derive(Debug)]
pub(super) struct Copy {
    pub(super) root: PathBuf,
    target: PathBuf,
}

impl Copy {
    /// Makes the copy what the workspace is.
    ///
    /// # Errors
    ///
    /// If a file cannot be written.
    pub(super) fn of(workspace: &Workspace) -> io::Result<Self> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("break_it");
        let copy = Copy {
            root: folder.join("workspace"),
            target: folder.join("target"),
        };
        let mut wanted = BTreeSet::new();
        for (path, text) in workspace.files("", "").filter(|(path, _)| is_built(path)) {
            copy.write(path, text)?;
            wanted.insert(copy.root.join(path));
        }
        remove_others(&copy.root, &wanted)?;
        Ok(copy)
    }

    /// Gives a file this text, and leaves it alone if it has it already: cargo goes by the time of the last change.
    pub(super) fn write(&self, path: &str, text: &str) -> io::Result<()> {
        let path = self.root.join(path);
        if fs::read(&path).is_ok_and(|there| there == text.as_bytes()) {
            return Ok(());
        }
        fs::create_dir_all(path.parent().expect("a file lies in a folder"))?;
        fs::write(path, text)
    }

    /// What cargo is told when it builds in here.
    pub(super) fn environment(&self) -> [(&'static str, String); 3] {
        [
            ("CARGO_TARGET_DIR", self.target.display().to_string()),
            // Broken code may leave something unused. And nobody looks at it with a debugger.
            ("RUSTFLAGS", "-Awarnings".to_owned()),
            ("CARGO_PROFILE_DEV_DEBUG", "none".to_owned()),
        ]
    }
}

/// Is the file part of what cargo builds?
fn is_built(path: &str) -> bool {
    path.starts_with("stage") || path.starts_with("Cargo.")
}

fn remove_others(folder: &Path, wanted: &BTreeSet<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            remove_others(&path, wanted)?;
        } else if !wanted.contains(&path) && path.file_name() != Some("Cargo.lock".as_ref()) {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}
