//! Tells cargo that the gathered front-end parts are part of this crate: built before `dist/web` was filled, it is built again after.

fn main() {
    let dist = "../../dist/web";
    // A missing folder would count as changed in every build.
    let _ = std::fs::create_dir_all(dist);
    println!("cargo:rerun-if-changed={dist}");
    println!("cargo:rerun-if-changed=assets");
}
