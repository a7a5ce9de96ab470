fn main() {
    println!("cargo:rustc-link-arg=-Wl,-rpath,{}/lib", std::path::absolute(std::env::var("LIBTORCH").unwrap()).unwrap().display());
}
