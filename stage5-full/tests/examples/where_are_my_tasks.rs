//! `examples/where_are_my_tasks.rs`.

use crate::{printed, run};

#[test]
fn a_program_that_hangs_says_what_each_task_waits_for_and_where_it_was_spawned() {
    let dump = printed(run("where_are_my_tasks", &[]));
    let mut lines = dump.lines();
    assert!(
        lines.next().unwrap().ends_with("3 tasks are live:"),
        "{dump}"
    );
    let waits = [
        "waits until a socket is readable",
        "waits for a timer",
        "waits for a wake",
    ];
    for (line, waits) in lines.zip(waits) {
        assert!(line.contains("where_are_my_tasks.rs:"), "{dump}");
        assert!(line.contains(waits), "{dump}");
    }
}
