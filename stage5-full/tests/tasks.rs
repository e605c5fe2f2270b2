//! Tasks on several workers.
use stage5_full::runtime::{Builder, Runtime};

fn runtime(workers: usize) -> Runtime {
    Builder::new_multi_thread()
        .worker_threads(workers)
        .build()
        .unwrap()
}

#[test]
fn ten_thousand_tasks_on_four_workers_are_all_joined() {
    let sum: usize = runtime(4).block_on(async {
        let tasks: Vec<_> = (0..10_000usize)
            .map(|n| {
                stage5_full::spawn(async move {
                    stage5_full::task::yield_now().await;
                    n
                })
            })
            .collect();
        let mut sum = 0;
        for task in tasks {
            sum += task.await.unwrap();
        }
        sum
    });
    assert_eq!(sum, 10_000 * 9_999 / 2);
}
