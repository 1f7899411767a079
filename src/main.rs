//! The program; everything is in the library.

use std::process::ExitCode;

/// Events are allocated by the task that receives them and freed by the thread that made them
/// durable; the system's allocator spent a third of the processor on that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    bihuan::cli::run()
}
