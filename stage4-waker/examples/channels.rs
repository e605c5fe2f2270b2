//! Back-pressure, seen: a fast producer, a slow consumer, and a channel of two slots between them.
//!
//! Run it: `cargo run -p stage4-waker --example channels`

use std::time::Duration;

use stage3_executor::time::sleep;
use stage4_waker::channel::{mpsc, oneshot};
use stage4_waker::{LocalExecutor, spawn_local};

fn main() -> std::io::Result<()> {
    let executor = LocalExecutor::new()?;
    println!("the sum is {}", executor.block_on(pipeline()));
    Ok(())
}

async fn pipeline() -> u32 {
    let (values, mut received) = mpsc::channel(2);
    let (total, sum) = oneshot::channel();
    spawn_local(async move {
        for value in 1..=5 {
            // Waits here as soon as two values are under way.
            values.send(value).await.expect("the consumer is there");
            println!("sent {value}");
        }
    });
    spawn_local(async move {
        let mut sum = 0;
        while let Some(value) = received.recv().await {
            println!("        received {value}");
            sum += value;
            sleep(Duration::from_millis(5)).await;
        }
        total.send(sum).expect("somebody waits for the sum");
    });
    sum.await.expect("the consumer sends the sum")
}

#[test]
fn the_pipeline_adds_up() {
    assert_eq!(LocalExecutor::new().unwrap().block_on(pipeline()), 15);
}
