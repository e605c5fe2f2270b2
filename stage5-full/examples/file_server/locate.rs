//! From the path of a URL to a file, which is never outside of the folder that is served.
//!
//! There are two ways out of a folder, and each is closed where it can be seen:
//!
//! * by name (`..`, `C:`, a `/` that was written as `%2F`): each part of the path must be a plain name;
//! * by a symbolic link: the OS resolves the path, and the result must still be inside.
//!
//! Who may change the folder while it is served could still swap a file for a link between that look and the opening.

use std::fs::{self, File};
use std::io;
use std::path::{Component, Path};

use super::Error;

/// What a path leads to.
#[derive(Debug)]
pub(crate) enum Found {
    /// A file, its length, and its media type.
    File(File, u64, &'static str),
    /// A folder: the names in it, one a line.
    Folder(String),
}

/// Looks up a URL's path in `folder`, whose own path must be canonical. `None`: there is nothing (to be seen) there.
/// Blocks.
///
/// # Errors
///
/// If there is something that cannot be read.
pub(crate) fn locate(folder: &Path, url_path: &str) -> Result<Option<Found>, Error> {
    let mut path = folder.to_owned();
    for part in url_path.split('/').filter(|part| !part.is_empty()) {
        match decode(part) {
            Some(name) if is_plain(&name) => path.push(name),
            _ => return Ok(None),
        }
    }
    let path = match path.canonicalize() {
        Ok(path) if path.starts_with(folder) => path,
        Ok(_) => return Ok(None),
        Err(error) if leads_nowhere(&error) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let attributes = fs::metadata(&path)?;
    if attributes.is_dir() {
        return Ok(Some(Found::Folder(names(&path)?)));
    }
    // To open a pipe would wait for somebody to write to it.
    if !attributes.is_file() {
        return Ok(None);
    }
    let file = File::open(&path)?;
    Ok(Some(Found::File(file, attributes.len(), media_type(&path))))
}

/// Undoes percent-encoding. `None`: it is malformed, or not UTF-8.
fn decode(part: &str) -> Option<String> {
    let mut decoded = Vec::with_capacity(part.len());
    let mut bytes = part.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => 16 * digit(bytes.next()?)? + digit(bytes.next()?)?,
            byte => byte,
        });
    }
    String::from_utf8(decoded).ok()
}

fn digit(byte: u8) -> Option<u8> {
    let digit = char::from(byte).to_digit(16)?;
    digit.try_into().ok()
}

/// Whether it is the name of something in a folder, and not a path, a drive, or a device.
fn is_plain(name: &str) -> bool {
    let mut components = Path::new(name).components();
    let is_one_name = matches!(components.next(), Some(Component::Normal(only)) if only == name);
    is_one_name && components.next().is_none() && !name.contains(['\\', ':', '\0'])
}

fn leads_nowhere(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidFilename, NotADirectory, NotFound};
    matches!(error.kind(), InvalidFilename | NotADirectory | NotFound)
}

fn names(folder: &Path) -> io::Result<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let slash = if entry.file_type()?.is_dir() { "/" } else { "" };
        names.push(format!("{}{slash}\n", entry.file_name().display()));
    }
    names.sort();
    Ok(names.concat())
}

fn media_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("md" | "rs" | "toml" | "txt") => "text/plain; charset=utf-8",
        Some("json") => "application/json",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}
