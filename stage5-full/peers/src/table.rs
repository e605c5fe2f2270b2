//! Interleaved rounds, and the table that they make.

use crate::arguments::Arguments;
use crate::workload::Workload;
use std::collections::BTreeMap;
use std::io::{Error, Result, Write};
use std::process::Command;

/// Of each figure, its value in every round.
type Samples = BTreeMap<String, Vec<f64>>;

/// Runs some peers of a workload once per round, and prints a row for each.
pub fn run(workload: &Workload, peers: &[&str], arguments: &Arguments) -> Result<()> {
    if let Some(tool) = workload.needs.filter(|tool| !is_installed(tool)) {
        println!("\n{}: left out, as there is no {tool} here", workload.name);
        return Ok(());
    }
    let rounds = arguments.rounds;
    let mut samples = vec![Samples::new(); peers.len()];
    for round in 1..=rounds {
        eprint!("\r{}: round {round} of {rounds} ", workload.name);
        std::io::stderr().flush()?;
        for (peer, samples) in peers.iter().zip(&mut samples) {
            for (figure, value) in measure(workload.name, peer, arguments)? {
                samples.entry(figure).or_default().push(value);
            }
        }
    }
    eprint!("\r{:60}\r", "");
    println!(
        "\n{}: {}, lower is better, {rounds} rounds",
        workload.name, workload.unit
    );
    println!(
        "{:<22} {:>9} {:>17} {:<19} beside it",
        "",
        "median",
        "min–max",
        format!("× {}", peers[0])
    );
    for (peer, own) in peers.iter().zip(&samples) {
        row(workload.figure, peer, own, &samples[0]);
    }
    Ok(())
}

/// Can it be started, whatever it then says?
fn is_installed(tool: &str) -> bool {
    Command::new(tool).arg("--version").output().is_ok()
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

fn row(figure: &str, peer: &str, samples: &Samples, base: &Samples) {
    let own = &samples[figure];
    let beside = samples.iter().filter(|(name, _)| *name != figure);
    let beside = beside.map(|(name, values)| format!("{name} {}", short(median(values))));
    println!(
        "{peer:<22} {:>9} {:>17} {:<19} {}",
        short(median(own)),
        format!("{}–{}", short(least(own)), short(most(own))),
        ratio(own, &base[figure]),
        beside.collect::<Vec<_>>().join(", ")
    );
}

/// How many times the base's figure of the same round: the median, the least and the most.
fn ratio(own: &[f64], base: &[f64]) -> String {
    let ratios: Vec<f64> = own.iter().zip(base).map(|(own, base)| own / base).collect();
    if ratios.iter().any(|ratio| !ratio.is_finite()) {
        return "–".to_owned();
    }
    let (least, most) = (least(&ratios), most(&ratios));
    format!("{:.2} ({least:.2}–{most:.2})", median(&ratios))
}

fn short(value: f64) -> String {
    match value {
        ..10.0 => format!("{value:.2}"),
        ..100.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

fn least(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::INFINITY, f64::min)
}

fn most(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}
