//! The `trongtam` command.

/// Many small allocations by several threads are what a request is made of; this one serves them faster than the
/// system's (measured: docs/decisions/0008-speed.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    trongtam::cli::main()
}
