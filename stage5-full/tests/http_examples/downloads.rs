//! The download client: it leaves the whole file or none.

use std::sync::Arc;

use stage5_full::net::TcpListener;
use stage5_full::task;

use crate::download::{download, file_name};
use crate::file_server;
use crate::support::{Folder, Server, bytes, run};

#[test]
fn a_file_arrives_whole_under_its_name() {
    let (from, to) = (Folder::new("from"), Folder::new("to"));
    from.write("file", bytes(1_000_000));
    run(async {
        let folder = Arc::new(from.path().to_owned());
        let answer = move |request| file_server::answer(folder.clone(), request);
        let server = Server::start(answer).await;
        let url = server.url("/file").parse().unwrap();
        let output = to.path().join(file_name(&url).unwrap());
        download(url, &output).await.unwrap();
        assert!(std::fs::read(output).unwrap() == bytes(1_000_000));
        assert_eq!(std::fs::read_dir(to.path()).unwrap().count(), 1);
    });
}

#[test]
fn a_download_that_breaks_off_leaves_nothing() {
    let to = Folder::new("broken");
    run(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        drop(task::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            stream.read(&mut [0; 1000]).await.unwrap();
            let half = b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n01234";
            stream.write_all(half).await.unwrap();
        }));
        let url = format!("http://{address}/file").parse().unwrap();
        let failed = download(url, &to.path().join("file")).await;
        assert!(failed.is_err());
        assert_eq!(std::fs::read_dir(to.path()).unwrap().count(), 0);
    });
}

#[test]
fn a_url_without_a_files_name_needs_one() {
    let name = |url: &str| file_name(&url.parse().unwrap());
    assert_eq!(name("http://host/a/b.txt").unwrap().to_str(), Some("b.txt"));
    for url in ["http://host", "http://host/a/", "http://host/.."] {
        let error = name(url).unwrap_err().to_string();
        assert!(error.contains("--output"), "{error}");
    }
}

/// Ctrl-c comes to this very program as a child process, told by a variable what to download.
#[cfg(unix)]
#[test]
fn ctrl_c_leaves_nothing() {
    use std::process::{Command, Stdio};

    const CHILD: &str = "STAGES_TEST_DOWNLOAD";
    if let Some(url) = std::env::var_os(CHILD) {
        let url = url.to_str().unwrap().parse().unwrap();
        let output = std::env::current_dir().unwrap().join("file");
        let error = run(download(url, &output)).unwrap_err();
        assert_eq!(error.to_string(), "interrupted");
        return;
    }
    let to = Folder::new("interrupted");
    run(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/file", listener.local_addr().unwrap());
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "downloads::ctrl_c_leaves_nothing"])
            .env(CHILD, url)
            .current_dir(to.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        stream.read(&mut [0; 1000]).await.unwrap();
        let half = b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n01234";
        stream.write_all(half).await.unwrap();
        // It listens for ctrl-c before it creates the file.
        while !to.path().join("file.part").exists() {
            task::yield_now().await;
        }
        // SAFETY: `kill` takes two numbers; the process is our child and has not been waited for.
        let sent = unsafe { libc::kill(child.id() as libc::pid_t, libc::SIGINT) };
        assert_eq!(sent, 0);
        let status = task::spawn_blocking(move || child.wait()).await;
        assert!(status.unwrap().unwrap().success());
        assert_eq!(std::fs::read_dir(to.path()).unwrap().count(), 0);
    });
}
