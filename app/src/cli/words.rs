//! The words of the command line.

use super::day;
use crate::{exports, intake::Kind};
use base::Date;
use clap::{Args, CommandFactory as _, Parser, Subcommand};
use std::{net::SocketAddr, path::PathBuf, str::FromStr};

/// A network, or one address.
#[derive(Debug, Clone, Copy)]
pub(super) struct Net(pub(super) ipnet::IpNet);

impl FromStr for Net {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let one = text.parse::<std::net::IpAddr>().map(ipnet::IpNet::from);
        one.or_else(|_| text.parse())
            .map(Self)
            .map_err(|_| "viết như 10.1.0.0/16 hoặc 10.1.0.9 – write 10.1.0.0/16 or 10.1.0.9".to_owned())
    }
}

#[derive(Parser)]
#[command(
    name = "trongtam",
    version,
    about = "Từ nghị quyết đến kết quả đo được – from a resolution to measured results"
)]
pub(super) struct Cli {
    #[command(flatten)]
    pub(super) common: Common,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Args, Clone)]
pub(super) struct Common {
    /// The folder that holds the database and the keys.
    #[arg(long, default_value = "./data", global = true)]
    pub(super) data: PathBuf,
    /// A PostgreSQL address instead of the built-in database.
    #[arg(long, global = true)]
    pub(super) database: Option<String>,
    /// The language of messages, vi or en.
    #[arg(long, default_value = "vi", global = true)]
    pub(super) lang: String,
    /// Another day as today, for rehearsals (2023-04-19).
    #[arg(long, global = true, value_parser = day)]
    pub(super) today: Option<Date>,
}

#[derive(Subcommand)]
pub(super) enum Command {
    /// Serves the pages and the API.
    Serve {
        /// Where to listen.
        #[arg(long, default_value = "127.0.0.1:8080")]
        listen: SocketAddr,
        /// The mail server for digests, smtp://user:password@host:587 or smtps://host.
        #[arg(long)]
        smtp: Option<String>,
        /// The address that mails come from.
        #[arg(long, default_value = "trongtam@localhost")]
        mail_from: String,
        /// A proxy, or its network (10.1.0.0/16), that says for whom a request is; may be repeated. Without it one on
        /// this machine.
        #[arg(long)]
        trusted_proxy: Vec<Net>,
        /// After so many minutes without use a session ends.
        #[arg(long, default_value_t = 480, value_parser = clap::value_parser!(i64).range(5..=1440))]
        idle_minutes: i64,
        /// A network inside the house that calls to other programs may go to; may be repeated.
        #[arg(long)]
        allow_hook: Vec<Net>,
        /// Says that another day (--today) or a second server on the folder is meant.
        #[arg(long)]
        rehearsal: bool,
    },
    /// Fills a fictitious city and serves it.
    Demo {
        /// Where to listen.
        #[arg(long, default_value = "127.0.0.1:8080")]
        listen: SocketAddr,
        /// A small city, for tests.
        #[arg(long)]
        small: bool,
        /// Only fills, does not serve.
        #[arg(long)]
        fill_only: bool,
        /// So many tasks instead of 20,000, for benchmarks.
        #[arg(long)]
        tasks: Option<usize>,
    },
    /// Imports a file.
    Import {
        /// What the file is.
        #[arg(index = 1)]
        kind: String,
        /// The file.
        #[arg(index = 2)]
        file: PathBuf,
        /// Only says what it would do.
        #[arg(long)]
        check: bool,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
        /// The sheet's name or number.
        #[arg(long)]
        sheet: Option<String>,
        /// A JSON file of columns: {"title": "Tên cột", …}.
        #[arg(long)]
        map: Option<PathBuf>,
        /// The programme the file belongs to.
        #[arg(long)]
        programme: Option<String>,
        /// The day from which it counts.
        #[arg(long, value_parser = day)]
        as_of: Option<Date>,
    },
    /// Exports a list in the layout of its import.
    Export {
        /// Which list.
        kind: String,
        /// The file to write, .xlsx or .csv.
        #[arg(short)]
        output: PathBuf,
        /// The day asked.
        #[arg(long, value_parser = day)]
        as_of: Option<Date>,
    },
    /// The four adjectives of a programme.
    Figures {
        /// Its code or mark.
        programme: String,
        /// The day asked.
        #[arg(long, value_parser = day)]
        as_of: Date,
        /// Prints JSON.
        #[arg(long)]
        json: bool,
    },
    /// Makes an account, lists accounts, or helps one. A password is read from the environment variable
    /// `TRONGTAM_PASSWORD`.
    User {
        /// The login.
        #[arg(required_unless_present = "list")]
        login: Option<String>,
        /// Lists the accounts: login, name, state, second factor, sessions, tokens.
        #[arg(long, conflicts_with_all = ["login", "unlock", "reset", "name", "role"])]
        list: bool,
        /// Forgets the wrong tries of an account, so that it can sign in at once.
        #[arg(long)]
        unlock: bool,
        /// Sets a new password of an account, ends its sessions and tokens and switches its second factor off.
        #[arg(long)]
        reset: bool,
        /// The name shown.
        #[arg(long)]
        name: Option<String>,
        /// A role over the whole installation; may be repeated.
        #[arg(long)]
        role: Vec<String>,
    },
    /// Makes an API token for an account and prints it once.
    Token {
        /// The login.
        login: String,
        /// What it is for.
        #[arg(long, default_value = "api")]
        name: String,
        /// read or write.
        #[arg(long, default_value = "read")]
        scope: String,
        /// For how many days.
        #[arg(long, default_value_t = 90)]
        days: i64,
    },
    /// Shows the calendar between two days.
    Calendar {
        #[command(subcommand)]
        what: CalendarCommand,
    },
    /// Writes a whole copy of the built-in database.
    Backup {
        /// The file to write.
        file: PathBuf,
    },
    /// Puts a copy back. The server must not be running.
    Restore {
        /// The file to read.
        file: PathBuf,
    },
    /// Reads the whole trail again and compares it with its signed heads, with what was frozen and published, with
    /// every task and its steps, and every file with its hash; names what it does not compare.
    Verify,
    /// Makes a new signing key, where the old one is lost. The trail keeps its old heads.
    NewKey,
    /// Says how the installation is.
    Doctor,
}

#[derive(Subcommand)]
pub(super) enum CalendarCommand {
    /// Prints days off and working Saturdays.
    Show {
        /// 2023-01-01..2023-12-31
        range: String,
    },
}

/// The command line with the words of what can be imported and exported, as the rooms give them.
pub(super) fn command() -> clap::Command {
    let imports: Vec<&str> = Kind::ALL.iter().map(|kind| kind.word()).collect();
    let exports: Vec<&str> = exports::kinds().collect();
    let named = |command: clap::Command, words: &[&str]| {
        let help = words.join(", ");
        command.mut_arg("kind", |kind| kind.help(help))
    };
    Cli::command()
        .mut_subcommand("import", |command| named(command, &imports))
        .mut_subcommand("export", |command| named(command, &exports))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::FromArgMatches as _;

    #[test]
    fn an_import_names_first_what_the_file_is_and_the_help_names_every_kind() {
        let read = command().try_get_matches_from(["trongtam", "import", "tasks", "plan.xlsx"]).unwrap();
        let cli = Cli::from_arg_matches(&read).unwrap();
        let Command::Import { kind, file, .. } = cli.command else { panic!("not an import") };
        assert_eq!((kind.as_str(), file), ("tasks", PathBuf::from("plan.xlsx")));
        let help = command().try_get_matches_from(["trongtam", "import", "--help"]).unwrap_err().to_string();
        for kind in Kind::ALL {
            assert!(help.contains(kind.word()), "{} is not named", kind.word());
        }
    }
}
