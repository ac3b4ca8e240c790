//! What leaves the house: mails through the installation's mail server, and signed calls to other programs.

use anyhow::Context as _;
use chase::store::Message;
use hmac::{Hmac, KeyInit as _, Mac as _};
use lettre::{SmtpTransport, Transport as _, message::Mailbox};

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
    pub fn send(&self, mail: &Message) -> anyhow::Result<()> {
        let message = lettre::Message::builder()
            .from(self.from.clone())
            .to(mail.recipient.parse().context("recipient")?)
            .subject(mail.subject.as_str())
            .header(lettre::message::header::ContentType::TEXT_PLAIN)
            .body(mail.body.clone())?;
        self.server.send(&message)?;
        Ok(())
    }
}

/// The signature of a call: HMAC-SHA256 over the moment, a dot and the body, in hexadecimal digits.
///
/// # Errors
/// Never for a key of any length.
pub fn signature(secret: &str, moment: i64, body: &str) -> anyhow::Result<String> {
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).context("a secret")?;
    mac.update(format!("{moment}.{body}").as_bytes());
    Ok(db::trail::hex(&mac.finalize().into_bytes()))
}

/// Tells an address. The headers `trongtam-moment` (seconds since 1970) and `trongtam-signature` let the receiver check
/// where it comes from and turn away what is old. Redirects are not followed.
///
/// # Errors
/// When the address does not answer within 20 seconds, or answers with anything but 2xx.
pub fn tell(secret: &str, call: &Message, now: base::Timestamp) -> anyhow::Result<()> {
    let moment = now.as_second();
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(std::time::Duration::from_secs(20)))
        .max_redirects(0)
        .http_status_as_error(false)
        .build()
        .into();
    let answer = agent
        .post(&call.recipient)
        .header("content-type", "application/json")
        .header("trongtam-moment", moment.to_string())
        .header("trongtam-signature", signature(secret, moment, &call.body)?)
        .send(&call.body)?;
    anyhow::ensure!(answer.status().is_success(), "HTTP {}", answer.status().as_u16());
    Ok(())
}
