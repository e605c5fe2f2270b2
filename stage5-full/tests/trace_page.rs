//! The page of a run: what woke whom in it, and what its lints find. A process of its own, as it listens to all threads.
#![cfg(feature = "program")]

use std::future::pending;
use std::time::Duration;

use serde_json::Value;
use stage5_full::Runtime;
use stage5_full::sync::oneshot;
use stage5_full::time::sleep;
use stage5_full::trace::trace_page;

/// A task that nobody wakes, one that sleeps and then sends, one that waits for that.
async fn a_run() {
    stage5_full::spawn(pending::<()>());
    let (sender, receiver) = oneshot::channel();
    let sends = stage5_full::spawn(async {
        sleep(Duration::from_millis(5)).await;
        sender.send(7).unwrap();
    });
    let receives = stage5_full::spawn(receiver);
    assert_eq!(receives.await.unwrap(), Ok(7));
    sends.await.unwrap();
}

fn page_of_a_run() -> Value {
    let path = std::env::temp_dir().join(format!("page-{}.html", std::process::id()));
    trace_page(&path, "a run", || Runtime::new().unwrap().block_on(a_run())).unwrap();
    let page = std::fs::read_to_string(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    let (_, data) = page.split_once("type=\"application/json\">").unwrap();
    let (data, _) = data.split_once("</script>").unwrap();
    serde_json::from_str::<Value>(data).unwrap()[0].take()
}

#[test]
fn a_page_tells_what_woke_whom_and_who_was_never_woken() {
    let run = page_of_a_run();
    assert_eq!(run["title"], "a run");
    let tasks = run["tasks"].as_array().unwrap();
    let [forgotten, sends, receives] = &tasks[..] else {
        panic!("three tasks: {tasks:?}");
    };
    assert!(forgotten["stuck"].is_number(), "{forgotten}");
    assert!(sends["stuck"].is_null() && receives["stuck"].is_null());
    for task in tasks {
        assert!(
            task["place"].as_str().unwrap().contains("trace_page.rs:"),
            "{task}"
        );
    }
    let wakes = run["wakes"].as_array().unwrap();
    let woken = |task: u64, cause: &str| {
        let is_it = |wake: &&Value| wake["task"] == task && wake["cause"] == cause;
        wakes
            .iter()
            .find(is_it)
            .unwrap_or_else(|| panic!("{task} {cause}: {wakes:?}"))
    };
    assert!(woken(1, "timer")["poll"].is_number());
    assert_eq!(woken(2, "task")["by"], 1);
    let rules = run["rules"].as_array().unwrap();
    let never = rules
        .iter()
        .find(|rule| rule["title"] == "Went Pending and was never woken");
    assert_eq!(never.unwrap()["findings"].as_array().unwrap().len(), 1);
}
