//! One measurement: what the child process does, and the figures that it hands back.

use crate::workload::{Settings, Workload};
use std::fs;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// The figures of one measurement, by name.
pub type Figures = Vec<(&'static str, f64)>;

/// Runs one workload on one peer once and prints `name<tab>value` lines.
pub fn one(workload: &Workload, peer: &str, settings: Settings) -> ExitCode {
    let Some((_, run)) = workload.runs.iter().find(|(name, _)| *name == peer) else {
        eprintln!("error: {} does not run on {peer}", workload.name);
        return ExitCode::from(2);
    };
    for (name, value) in run(settings) {
        println!("{name}\t{value}");
    }
    ExitCode::SUCCESS
}

/// Does the work twice and measures the second time: by then threads run and the heap is warm.
pub async fn second_of_two(operations: u64, work: impl AsyncFn()) -> Figures {
    work().await;
    let stretch = Stretch::start();
    work().await;
    stretch.per_operation(operations)
}

/// A stretch of time, on the clock and on the CPU.
pub struct Stretch {
    wall: Instant,
    cpu: Duration,
}

impl Stretch {
    /// Starts here.
    pub fn start() -> Self {
        Self {
            wall: Instant::now(),
            cpu: cpu_time(),
        }
    }

    /// Nanoseconds per operation, on the clock and on the CPU.
    pub fn per_operation(&self, operations: u64) -> Figures {
        let wall = self.wall.elapsed().as_nanos() as f64 / operations as f64;
        let cpu = (cpu_time() - self.cpu).as_nanos() as f64 / operations as f64;
        vec![("ns", wall), ("cpu ns", cpu)]
    }
}

/// The CPU time of this process, all threads, user and system.
pub fn cpu_time() -> Duration {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the call writes the `timespec` that it is given.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// Resident bytes of this process.
pub fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("the measurement runs on Linux");
    field(&status, "VmRSS:") * 1024
}

/// How often the other threads of this process have gone to sleep so far, which is as often as they woke.
pub fn wakeups_of_others() -> u64 {
    // SAFETY: the call has no conditions.
    let own = unsafe { libc::gettid() }.to_string();
    let tasks = fs::read_dir("/proc/self/task").expect("the measurement runs on Linux");
    tasks
        .filter_map(Result::ok)
        .filter(|task| task.file_name() != *own)
        .filter_map(|task| fs::read_to_string(task.path().join("status")).ok())
        .map(|status| field(&status, "voluntary_ctxt_switches:"))
        .sum()
}

/// The number behind a name at the start of a line.
fn field(status: &str, name: &str) -> u64 {
    let rest = status.lines().find_map(|line| line.strip_prefix(name));
    let number = rest.and_then(|rest| rest.split_whitespace().next());
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// The milliseconds since then.
pub fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}

/// The median of some times in milliseconds, and the longest.
pub fn of_milliseconds(mut samples: Vec<f64>) -> Figures {
    samples.sort_by(f64::total_cmp);
    vec![
        ("ms", percentile(&samples, 0.5)),
        ("max ms", samples[samples.len() - 1]),
    ]
}

/// The value below which a share of the sorted samples lies.
pub fn percentile(sorted: &[f64], share: f64) -> f64 {
    let index = (sorted.len() as f64 * share) as usize;
    sorted[index.min(sorted.len() - 1)]
}
