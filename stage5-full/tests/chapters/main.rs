//! What the chapters say is what the code is.
//!
//! The course consists of texts that show code, name commands and point at files, and such texts go stale without a sound.
//! This test reads every text of the workspace and fails, with file and line, where one of them no longer tells the
//! truth:
//!
//! | module | what it holds the texts to |
//! |---|---|
//! | `excerpts` | a block of Rust is a doctest, or equals the region of the file that it names |
//! | `links` | a relative link leads to a file, and its `#anchor` to a heading; a chapter's also has a target in rustdoc |
//! | `commands` | `cargo …` names packages, examples, tests, features and flags that exist |
//! | `index` | `tests/README.md` of a stage names only tests that exist, and every file of them |
//! | `claims` | a change to be tried fits the file that it names, and a quoted output has a command |
//! | `map` | the front page counts the exercises of each stage, and their minutes |
//! | `wiring` | each stage's chapter is its crate's front page |
//!
//! (What the texts quote and what they tell to break is run by another test, `chapter_runs`, if it is asked for.)
//!
//! The checks are plain functions from a [`Workspace`](workspace::Workspace), which can be made of strings, to a list of
//! [`Problem`](report::Problem)s: each module's own tests give it broken texts and see that it complains.

mod claims;
mod commands;
mod excerpts;
mod index;
mod links;
mod map;
mod markdown;
mod mask;
mod patch;
mod quote;
mod report;
mod shell;
mod wiring;
mod workspace;

use std::sync::LazyLock;

use report::assert_none;
use workspace::Workspace;

static WORKSPACE: LazyLock<Workspace> = LazyLock::new(Workspace::load);

#[test]
fn every_excerpt_is_what_the_source_says() {
    assert_none(excerpts::check(&WORKSPACE));
}

#[test]
fn every_relative_link_leads_somewhere() {
    assert_none(links::check(&WORKSPACE));
    assert_none(links::check_chapters(&WORKSPACE));
}

#[test]
fn every_command_names_what_exists() {
    let help = commands::program_help(env!("CARGO_BIN_EXE_stage5-full"));
    assert_none(commands::check(&WORKSPACE, &help));
}

#[test]
fn every_change_fits_and_every_output_has_a_command() {
    assert_none(claims::check(&WORKSPACE));
}

#[test]
fn every_index_of_tests_names_tests_that_exist() {
    assert_none(index::check(&WORKSPACE));
    assert_none(index::missing(&WORKSPACE));
}

#[test]
fn the_map_of_the_stages_counts_their_exercises() {
    assert_none(map::check(&WORKSPACE));
}

#[test]
fn every_chapter_is_its_crates_front_page() {
    assert_none(wiring::check(&WORKSPACE));
}
