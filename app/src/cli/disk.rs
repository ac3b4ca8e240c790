//! Who may read the files of an installation: nobody but the account that runs it.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Makes the folder of an installation; what is made here is its owner's alone.
pub(super) fn make_folder(data: &Path) -> std::io::Result<()> {
    if data.is_dir() {
        return Ok(());
    }
    let mut folder = fs::DirBuilder::new();
    folder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
    folder.create(data)
}

/// Whether a name in the folder is one of ours.
fn is_ours(name: &str) -> bool {
    name.starts_with("trongtam.") || name.starts_with("trail.") || name.starts_with("restore.")
}

fn entries(data: &Path) -> Vec<(String, PathBuf)> {
    let read = fs::read_dir(data).into_iter().flatten().flatten();
    read.map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path())).collect()
}

#[cfg(unix)]
mod unix {
    use super::{entries, is_ours};
    use std::{
        fs,
        os::unix::fs::{MetadataExt as _, PermissionsExt as _},
        path::{Path, PathBuf},
    };

    /// The rights of others on a file or folder.
    fn others(path: &Path) -> u32 {
        fs::metadata(path).map_or(0, |about| about.mode() & 0o077)
    }

    /// Whether it is a file of the folder itself: a link may lead to somebody else's.
    fn is_plain(path: &Path) -> bool {
        fs::symlink_metadata(path).is_ok_and(|about| about.is_file())
    }

    /// Takes every right of others on our files, and on the folder when it holds nothing but ours. What cannot be
    /// changed is left for `doctor` to tell.
    pub(in crate::cli) fn tighten(data: &Path) {
        let all = entries(data);
        let only_ours = all.iter().all(|(name, _)| is_ours(name));
        for (_, path) in
            all.iter().filter(|(name, path)| is_ours(name) && is_plain(path) && others(path) != 0)
        {
            let _ = fs::set_permissions(path, fs::Permissions::from_mode(0o600));
        }
        if only_ours && others(data) != 0 {
            let _ = fs::set_permissions(data, fs::Permissions::from_mode(0o700));
        }
    }

    /// What others may read or write, with its mode.
    pub(in crate::cli) fn open_to_others(data: &Path) -> Vec<(PathBuf, u32)> {
        let ours = entries(data).into_iter().filter(|(name, _)| is_ours(name)).map(|(_, path)| path);
        let mode = |path: &Path| fs::metadata(path).map_or(0, |about| about.mode() & 0o777);
        std::iter::once(data.to_owned())
            .chain(ours)
            .filter(|path| others(path) != 0)
            .map(|path| (path.clone(), mode(&path)))
            .collect()
    }
}

#[cfg(unix)]
pub(super) use unix::{open_to_others, tighten};

#[cfg(not(unix))]
pub(super) fn tighten(_: &Path) {}

#[cfg(not(unix))]
pub(super) fn open_to_others(_: &Path) -> Vec<(PathBuf, u32)> {
    Vec::new()
}

/// Writes a secret to a file that must not exist yet.
pub(crate) fn write_secret(path: &Path, words: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(words.as_bytes())?;
    file.sync_all()
}
