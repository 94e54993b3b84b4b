//! `rollcall`, the local program. All of it is in `lib.rs`, so that tests and benchmarks can have it too.

use std::process::ExitCode;

fn main() -> ExitCode {
    rollcall::main()
}
