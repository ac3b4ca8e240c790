//! The `trongtam` command.

fn main() -> std::process::ExitCode {
    trongtam::cli::main()
}
