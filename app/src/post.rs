//! Sending a mail through the installation's mail server.

use anyhow::Context as _;
use chase::store::Mail;
use lettre::{Message, SmtpTransport, Transport as _, message::Mailbox};

/// The mail server and the address that mails come from.
pub struct Post {
    server: SmtpTransport,
    from: Mailbox,
}

impl Post {
    /// Takes `smtp://user:password@host:port` (plain, or STARTTLS with `?tls=required`) or `smtps://…`.
    ///
    /// # Errors
    /// When the address of the server or of the sender cannot be read.
    pub fn new(url: &str, from: &str) -> anyhow::Result<Self> {
        let server = SmtpTransport::from_url(url).context("--smtp")?;
        let server = server.timeout(Some(std::time::Duration::from_secs(20))).build();
        Ok(Self { server, from: from.parse().context("--mail-from")? })
    }

    /// Sends one mail.
    ///
    /// # Errors
    /// When the address is none or the server does not take it.
    pub fn send(&self, mail: &Mail) -> anyhow::Result<()> {
        let message = Message::builder()
            .from(self.from.clone())
            .to(mail.recipient.parse().context("recipient")?)
            .subject(mail.subject.as_str())
            .header(lettre::message::header::ContentType::TEXT_PLAIN)
            .body(mail.body.clone())?;
        self.server.send(&message)?;
        Ok(())
    }
}
