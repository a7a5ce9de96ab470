//! The `claimsift` program; everything it does is in the library.

fn main() -> std::process::ExitCode {
    claimsift::cli::run()
}
