//! The file server: what it serves, and what it does not.

use std::sync::Arc;

use http_body_util::Full;
use hyper::{Request, Response, StatusCode, body::Incoming};

use crate::file_server::answer;
use crate::file_server::range::{Part, part};
use crate::support::{Folder, Server, body, bytes, get, run, send};

async fn serve(folder: &Folder) -> Server {
    let folder = Arc::new(folder.path().to_owned());
    Server::start(move |request| answer(folder.clone(), request)).await
}

fn header<'r>(response: &'r Response<Incoming>, name: &str) -> &'r str {
    response.headers()[name].to_str().unwrap()
}

#[test]
fn a_file_is_served_whole_with_its_length_and_type() {
    let folder = Folder::new("whole");
    folder.write("a large file.txt", bytes(1_000_000));
    folder.write("empty", "");
    run(async {
        let server = serve(&folder).await;
        let response = get(server.url("/a%20large%20file.txt")).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(header(&response, "content-length"), "1000000");
        assert_eq!(
            header(&response, "content-type"),
            "text/plain; charset=utf-8"
        );
        assert!(body(response).await == bytes(1_000_000));
        assert_eq!(body(get(server.url("/empty")).await).await, "");
        assert_eq!(
            body(get(server.url("/")).await).await,
            "a large file.txt\nempty\n"
        );
        assert_eq!(
            get(server.url("/none")).await.status(),
            StatusCode::NOT_FOUND
        );
        assert_eq!(
            get(server.url("/empty/x")).await.status(),
            StatusCode::NOT_FOUND
        );
    });
}

#[test]
fn head_gives_the_length_and_no_body() {
    let folder = Folder::new("head");
    folder.write("file", "0123456789");
    run(async {
        let server = serve(&folder).await;
        let head = Request::head(server.url("/file")).body(Full::default());
        let response = send(head.unwrap()).await;
        assert_eq!(header(&response, "content-length"), "10");
        assert_eq!(body(response).await, "");
        let post = Request::post(server.url("/file")).body(Full::default());
        let response = send(post.unwrap()).await;
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    });
}

#[test]
fn a_range_of_bytes_is_served() {
    let folder = Folder::new("range");
    folder.write("file", "0123456789");
    run(async {
        let server = serve(&folder).await;
        let range = async |range: &str| {
            let request = Request::get(server.url("/file")).header("range", range);
            send(request.body(Full::default()).unwrap()).await
        };
        let response = range("bytes=2-4").await;
        assert_eq!(response.status(), StatusCode::PARTIAL_CONTENT);
        assert_eq!(header(&response, "content-range"), "bytes 2-4/10");
        assert_eq!(body(response).await, "234");
        let response = range("bytes=10-").await;
        assert_eq!(response.status(), StatusCode::RANGE_NOT_SATISFIABLE);
        assert_eq!(header(&response, "content-range"), "bytes */10");
        assert_eq!(body(response).await, "");
    });
}

#[test]
fn ranges_are_read_as_the_rfc_says() {
    let of_ten = |header| part(Some(header), 10);
    assert_eq!(part(None, 10), Part::All);
    assert_eq!(of_ten("bytes=0-0"), Part::Bytes(0..1));
    assert_eq!(of_ten("bytes=2-"), Part::Bytes(2..10));
    assert_eq!(of_ten("bytes=-3"), Part::Bytes(7..10));
    assert_eq!(of_ten("bytes=-30"), Part::Bytes(0..10));
    assert_eq!(of_ten("bytes=5-18446744073709551615"), Part::Bytes(5..10));
    for nothing in ["bytes=10-12", "bytes=-0"] {
        assert_eq!(of_ten(nothing), Part::Nothing, "{nothing}");
    }
    for ignored in [
        "bytes=4-2",
        "bytes=-",
        "bytes=0-1,3-4",
        "lines=1-2",
        "bytes=a-b",
        "",
    ] {
        assert_eq!(of_ten(ignored), Part::All, "{ignored}");
    }
    assert_eq!(part(Some("bytes=0-"), 0), Part::Nothing);
}

#[test]
fn no_path_leads_out_of_the_folder() {
    let folder = Folder::new("escape");
    let inside = folder.path().join("inside");
    std::fs::create_dir(&inside).unwrap();
    folder.write("secret", "of nobody's business");
    folder.write("inside/open", "for all");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("../secret", inside.join("link-out")).unwrap();
        std::os::unix::fs::symlink("..", inside.join("folder-out")).unwrap();
        std::os::unix::fs::symlink("open", inside.join("link-in")).unwrap();
    }
    run(async {
        let folder = Arc::new(inside);
        let server = Server::start(move |request| answer(folder.clone(), request)).await;
        assert_eq!(body(get(server.url("/open")).await).await, "for all");
        assert_eq!(body(get(server.url("//open")).await).await, "for all");
        if cfg!(unix) {
            assert_eq!(body(get(server.url("/link-in")).await).await, "for all");
        }
        for path in [
            "/../secret",
            "/x/../../secret",
            "/%2e%2e/secret",
            "/..%2fsecret",
            "/%2e%2e%2Fsecret",
            "/..%5csecret",
            "/link-out",
            "/folder-out/secret",
            "/open%00",
            "/C:%5Cwindows",
            "/%",
            "/%zz",
            "/%ff",
        ] {
            let response = get(server.url(path)).await;
            assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        }
        // An absolute path is one inside the folder.
        let absolute = get(server.url("//etc/passwd")).await;
        assert_eq!(absolute.status(), StatusCode::NOT_FOUND);
    });
}
