//! The program of this stage.

fn main() {}
