//! The parts of tokio that need no runtime of tokio's: `sync`, and the macros.

use std::sync::Arc;
use std::time::Duration;

use stage5_full::runtime::Runtime;
use stage5_full::task::{self, JoinSet};
use stage5_full::time::{sleep, timeout};
use tokio::sync::{Mutex, Notify, Semaphore, broadcast, watch};

#[test]
fn the_locks_and_channels_of_tokio_wake_our_tasks() {
    Runtime::new().unwrap().block_on(async {
        let (sum, permits) = (Arc::new(Mutex::new(0)), Arc::new(Semaphore::new(2)));
        let (all, _) = broadcast::channel(16);
        let (latest, mut seen) = watch::channel(0);
        let mut set = JoinSet::new();
        for _ in 0..10 {
            let (sum, permits, mut said) = (sum.clone(), permits.clone(), all.subscribe());
            set.spawn(async move {
                let said = said.recv().await.unwrap();
                let _permit = permits.acquire().await.unwrap();
                let mut sum = sum.lock().await;
                task::yield_now().await;
                *sum += said;
            });
        }
        all.send(7).unwrap();
        set.join_all().await;
        latest.send(*sum.lock().await).unwrap();
        assert_eq!(*seen.wait_for(|&sum| sum > 0).await.unwrap(), 70);
    });
}

#[test]
fn the_macros_of_tokio_select_and_join_our_futures() {
    Runtime::new().unwrap().block_on(async {
        let notify = Notify::new();
        let told = timeout(Duration::from_secs(60), notify.notified());
        let ((), told) = tokio::join!(async { notify.notify_one() }, told);
        told.unwrap();
        tokio::select! {
            () = notify.notified() => panic!("nobody notifies a second time"),
            () = sleep(Duration::from_millis(1)) => {}
        }
    });
}
