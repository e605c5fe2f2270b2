//! A client for files: it saves what a URL names, and shows how far it is.
//!
//! `cargo run -p stage5-full --example download -- http://127.0.0.1:8080/Cargo.lock`
//!
//! The bytes go to a file that ends in `.part`, which gets its name when it is complete. So there is never half a file under
//! that name, whatever happens, ctrl-c included.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::process::ExitCode;

use clap::Parser;
use futures::future::{Either, select};
use http_body_util::{BodyExt, Empty};
use hyper::body::{Body, Bytes, Incoming};
use hyper::{Request, Response, Uri};
use indicatif::{ProgressBar, ProgressStyle};
use stage5_full::signal;
use stage5_full::task::spawn_blocking;

pub(crate) mod http;

use http::{Error, client};

/// Saves a file from an HTTP server.
#[derive(Debug, Parser)]
struct Arguments {
    /// What to save: http://HOST[:PORT]/PATH
    url: Uri,
    /// Where to save it. Without this: in the working directory, under the last part of the URL.
    #[arg(long)]
    output: Option<PathBuf>,
}

/// Saves what `url` names at `output`, unless ctrl-c comes first.
pub(crate) async fn download(url: Uri, output: &Path) -> Result<(), Error> {
    let request = Request::get(url).body(Empty::<Bytes>::new())?;
    let response = client::send(request).await?;
    if !response.status().is_success() {
        return Err(format!("the server says {}", response.status()).into());
    }
    let mut part = output.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let saved = save(response, &part).await;
    match saved {
        Ok(()) => Ok(fs::rename(&part, output)?),
        Err(error) => {
            let _it_may_not_be_there = fs::remove_file(&part);
            Err(error)
        }
    }
}

/// Saves a body at `path`, unless ctrl-c comes first.
async fn save(response: Response<Incoming>, path: &Path) -> Result<(), Error> {
    match select(pin!(signal::ctrl_c()), pin!(copy(response, path))).await {
        Either::Left((signalled, _)) => {
            signalled?;
            Err("interrupted".into())
        }
        Either::Right((copied, _)) => copied,
    }
}

async fn copy(response: Response<Incoming>, path: &Path) -> Result<(), Error> {
    let mut body = response.into_body();
    let bar = bar(body.size_hint().exact());
    let create = |error| format!("cannot create {}: {error}", path.display());
    let mut file = File::create(path).map_err(create)?;
    while let Some(frame) = body.frame().await {
        let Ok(bytes) = frame?.into_data() else {
            continue;
        };
        bar.inc(bytes.len() as u64);
        let write = move || file.write_all(&bytes).map(|()| file);
        file = spawn_blocking(write).await??;
    }
    bar.finish();
    Ok(())
}

/// If it is not known how much will come, it shows only how much has.
fn bar(length: Option<u64>) -> ProgressBar {
    let (bar, style) = match length {
        Some(length) => {
            let style = "{bar:40} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left";
            (ProgressBar::new(length), style)
        }
        None => (
            ProgressBar::new_spinner(),
            "{spinner} {bytes}, {bytes_per_sec}",
        ),
    };
    let style = ProgressStyle::with_template(style);
    bar.with_style(style.expect("the template is a constant"))
}

/// The last part of the URL's path.
pub(crate) fn file_name(url: &Uri) -> Result<PathBuf, Error> {
    let name = url.path().rsplit('/').next();
    match name.filter(|name| !["", ".", ".."].contains(name) && !name.contains(['\\', ':'])) {
        Some(name) => Ok(name.into()),
        None => Err(format!("{url} does not end in a file's name: use --output").into()),
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    http::run(async {
        let output = match arguments.output {
            Some(output) => output,
            None => file_name(&arguments.url)?,
        };
        download(arguments.url, &output).await?;
        println!("saved {}", output.display());
        Ok(())
    })
}
