//! A process for each part: one serves, one reads. So the memory and the time that are measured are the reader's alone.
//!
//! The parent starts itself again with [`SERVE`] or [`READ`]. A server ends with its standard input.

use crate::cases::{Case, Site};
use crate::reader::{self, Measured, Way};
use anyhow::{Context as _, Result, bail};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The argument that makes this program a server.
pub(crate) const SERVE: &str = "--serve";

/// The argument that makes this program a reader.
pub(crate) const READ: &str = "--read";

/// A process that serves a case for as long as this lives.
pub(crate) struct Server {
    child: Child,
    site: String,
}

impl Server {
    pub(crate) fn start(case: Case, people: u64, folder: &Path) -> Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args([SERVE, case.name(), &people.to_string(), &folder.display().to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut site = String::new();
        let said = child.stdout.take().context("a server without an output")?;
        BufReader::new(said).read_line(&mut site)?;
        if site.is_empty() {
            bail!("nothing serves {:?}", case.name());
        }
        Ok(Self { child, site })
    }

    /// Reads it in a process of its own, with a store of its own.
    pub(crate) fn read(&self, way: Way) -> Result<Measured> {
        let output = Command::new(std::env::current_exe()?)
            .args([READ, way.name(), &self.site])
            .stderr(Stdio::inherit())
            .output()?;
        if !output.status.success() {
            bail!("the reader ended with {}", output.status);
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // It has nothing to say any more.
        drop(self.child.wait());
    }
}

/// Does what [`Server::start`] asks for.
pub(crate) fn serve(args: &[String]) -> Result<()> {
    let [case, people, folder] = args else { bail!("expected a case, a number, a folder") };
    let case = Case::find(case).context("expected the name of a case")?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let tell = |site: &Site| {
        println!("{}", serde_json::to_string(site)?);
        Ok(std::io::stdout().flush()?)
    };
    let until = async {
        let ended = tokio::task::spawn_blocking(|| std::io::stdin().lines().for_each(drop));
        drop(ended.await);
    };
    runtime.block_on(case.serve(people.parse()?, Path::new(folder), tell, until))
}

/// Does what [`Server::read`] asks for.
pub(crate) fn read(args: &[String]) -> Result<()> {
    let [way, site] = args else { bail!("expected a way and a site") };
    let way = Way::find(way).context("expected the name of a way")?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let measured = runtime.block_on(reader::read(way, &serde_json::from_str(site)?))?;
    print!("{}", serde_json::to_string(&measured)?);
    Ok(())
}
