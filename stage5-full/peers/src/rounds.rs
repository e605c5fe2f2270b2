//! Interleaved rounds of child processes.

use crate::arguments::Arguments;
use crate::workload::Workload;
use std::io::{Error, IsTerminal, Result, Write, stderr};
use std::process::Command;

/// One figure of one workload: of each peer, its value in every round.
pub struct Row {
    /// Which figure.
    pub figure: String,
    /// The values, in the order of the peers; the first peer's are what the others are compared with.
    pub values: Vec<Vec<f64>>,
}

/// Runs some peers of a workload once per round. The workload's own figure comes first.
pub fn run(workload: &Workload, peers: &[&str], arguments: &Arguments) -> Result<Vec<Row>> {
    let rounds = workload
        .rounds
        .map_or(arguments.rounds, |most| most.min(arguments.rounds));
    let mut rows: Vec<Row> = Vec::new();
    for round in 1..=rounds {
        show_progress(&format!("{}: round {round} of {rounds}", workload.name));
        for (index, peer) in peers.iter().enumerate() {
            for (figure, value) in measure(workload.name, peer, arguments)? {
                let row = match rows.iter_mut().find(|row| row.figure == figure) {
                    Some(row) => row,
                    None => rows.push_mut(Row {
                        figure,
                        values: vec![Vec::new(); peers.len()],
                    }),
                };
                row.values[index].push(value);
            }
        }
    }
    show_progress("");
    rows.sort_by_key(|row| row.figure != workload.figure);
    Ok(rows)
}

/// On one line of the terminal, if it is one; whether that succeeds changes nothing.
fn show_progress(text: &str) {
    if stderr().is_terminal() {
        let _shown = write!(stderr(), "\r{:50}\r{text}", "");
    }
}

/// A child process: one workload on one peer.
fn measure(workload: &str, peer: &str, arguments: &Arguments) -> Result<Vec<(String, f64)>> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["--workers", &arguments.workers.to_string()]);
    command.args(arguments.quick.then_some("--quick"));
    let output = command.args(["--one", workload, peer]).output()?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(Error::other(format!(
            "{peer}: {}: {message}",
            output.status
        )));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let figures = text.lines().filter_map(|line| {
        let (figure, value) = line.split_once('\t')?;
        Some((figure.to_owned(), value.parse().ok()?))
    });
    Ok(figures.collect())
}

/// The median, the least and the most of some values.
pub struct Spread {
    pub median: f64,
    pub least: f64,
    pub most: f64,
}

impl Spread {
    /// Of the values themselves.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut sorted: Vec<f64> = values.into_iter().collect();
        sorted.sort_by(f64::total_cmp);
        Self {
            median: sorted[sorted.len() / 2],
            least: sorted[0],
            most: sorted[sorted.len() - 1],
        }
    }

    /// Of how many times the base's value of the same round each value is; none if the base is zero.
    pub fn of_ratios(values: &[f64], base: &[f64]) -> Option<Self> {
        let ratios = Self::of(values.iter().zip(base).map(|(own, base)| own / base));
        (ratios.least.is_finite() && ratios.most.is_finite()).then_some(ratios)
    }
}
