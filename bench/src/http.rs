//! The smallest HTTP/1.1 client that will do: one kept connection, no redirects, no TLS. A load generator that costs
//! as much as the server would measure itself.

use anyhow::{Context as _, bail};
use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    sync::Mutex,
    time::Duration,
};

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) cookie: String,
    /// Where a redirect leads.
    pub(crate) location: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// A kept connection to one server; opened when first used, and again when the server closed it.
pub(crate) struct Connection {
    host: String,
    open: Mutex<Option<BufReader<TcpStream>>>,
}

impl Connection {
    /// A connection to `http://host:port`.
    pub(crate) fn to(address: &str) -> Self {
        Self { host: address.trim_start_matches("http://").to_owned(), open: Mutex::new(None) }
    }

    /// Sends a request with header lines ready to be written, `name: value`.
    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[String],
        body: &[u8],
    ) -> anyhow::Result<Answer> {
        let mut open = self.open.lock().map_err(|_| anyhow::anyhow!("a worker panicked"))?;
        let mut stream = match open.take() {
            Some(stream) => stream,
            None => {
                let stream = TcpStream::connect(&self.host).context("connecting")?;
                stream.set_nodelay(true)?;
                stream.set_read_timeout(Some(Duration::from_secs(60)))?;
                BufReader::with_capacity(64 * 1024, stream)
            }
        };
        let mut request = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\n", self.host);
        for header in headers {
            request += header;
            request += "\r\n";
        }
        request += &format!("content-length: {}\r\n\r\n", body.len());
        let mut bytes = request.into_bytes();
        bytes.extend_from_slice(body);
        stream.get_mut().write_all(&bytes)?;
        let answer = read(&mut stream).with_context(|| path.to_owned())?;
        *open = Some(stream);
        Ok(answer)
    }
}

fn read(stream: &mut BufReader<TcpStream>) -> anyhow::Result<Answer> {
    let mut line = String::new();
    stream.read_line(&mut line)?;
    let status = line.split(' ').nth(1).and_then(|s| s.parse().ok()).context("no status line")?;
    let (mut length, mut chunked, mut cookie, mut location) = (0, false, String::new(), String::new());
    loop {
        line.clear();
        stream.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        match name {
            "content-length" => length = value.parse()?,
            "location" => value.clone_into(&mut location),
            "transfer-encoding" => chunked = value == "chunked",
            "set-cookie" => value.split(';').next().unwrap_or_default().clone_into(&mut cookie),
            _ => {}
        }
    }
    let mut body = Vec::new();
    if chunked {
        loop {
            line.clear();
            stream.read_line(&mut line)?;
            let size = u64::from_str_radix(line.trim(), 16).context("a chunk's size")?;
            stream.by_ref().take(size).read_to_end(&mut body)?;
            line.clear();
            stream.read_line(&mut line)?;
            if size == 0 {
                break;
            }
        }
    } else {
        stream.by_ref().take(length).read_to_end(&mut body)?;
        if u64::try_from(body.len())? != length {
            bail!("the answer was cut short");
        }
    }
    Ok(Answer { status, cookie, location, body })
}
