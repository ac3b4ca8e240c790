//! Tells cargo that the gathered type is part of this crate: built before `dist/type` was filled, it is built again after.

fn main() {
    let dist = "../../dist/type";
    // A missing folder would count as changed in every build.
    let _ = std::fs::create_dir_all(dist);
    println!("cargo:rerun-if-changed={dist}");
}
