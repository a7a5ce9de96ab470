//! Lets the program find libtorch where it was linked, so that nobody has to set a library path.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=LIBTORCH");
    let Some(libtorch) = std::env::var_os("LIBTORCH") else { return };
    let Ok(lib) = std::path::absolute(std::path::Path::new(&libtorch).join("lib")) else { return };
    if !lib.is_dir() {
        println!("cargo:warning=LIBTORCH is {}, but there is no {}: run `make setup`", libtorch.to_string_lossy(), lib.display());
    }
    // First where a packed program has them (`make dist`).
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux") {
        println!("cargo:rustc-link-arg=-Wl,-rpath,$ORIGIN/../lib");
    }
    println!("cargo:rustc-link-arg=-Wl,-rpath,{}", lib.display());
}
