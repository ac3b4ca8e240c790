//! What leaves the house: mails through the installation's mail server, and signed calls to other programs.

use anyhow::Context as _;
use chase::store::Message;
use hmac::{Hmac, KeyInit as _, Mac as _};
use ipnet::IpNet;
use lettre::{SmtpTransport, Transport as _, message::Mailbox};
use std::{net::IpAddr, time::Duration};
use ureq::unversioned::{
    resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver},
    transport::{DefaultConnector, NextTimeout},
};

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

/// Where calls to other programs may go: to public addresses, and to those networks that the administrator named.
#[derive(Debug, Clone, Default)]
pub struct Reach(pub Vec<IpNet>);

impl Reach {
    /// Whether an address may be called. Loopback, private, link-local and other special addresses belong to the
    /// machine and the house it stands in: a call to them could reach what no stranger may.
    pub fn allows(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|net| net.contains(&address)) || is_public(address)
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            let is_shared = a == 100 && (64..128).contains(&b);
            let is_for_protocols = (a, b, c) == (192, 0, 0);
            let is_for_measuring = a == 198 && (18..20).contains(&b);
            !(v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_broadcast()
                || v4.is_documentation()
                || v4.is_multicast()
                || is_shared
                || is_for_protocols
                || is_for_measuring
                || a == 0
                || a >= 240)
        }
        IpAddr::V6(v6) => {
            let [first, second, ..] = v6.segments();
            // Inside these an IPv4 address may hide: NAT64 and 6to4.
            let hides_v4 = first == 0x2002 || (first == 0x64 && second == 0xff9b);
            let is_documentation = first == 0x2001 && second == 0xdb8;
            // Site-local of old, IPv4 written into IPv6, Teredo, and addresses that lead nowhere.
            let is_special = (first & 0xffc0) == 0xfec0
                || (first == 0 && second == 0)
                || (first == 0x2001 && second == 0)
                || first == 0x100;
            !(v6.is_loopback()
                || v6.is_unspecified()
                || v6.is_multicast()
                || v6.is_unique_local()
                || v6.is_unicast_link_local()
                || hides_v4
                || is_documentation
                || is_special)
        }
    }
}

/// Resolves a name and refuses it unless every address it has may be called; the call then goes to one of these.
#[derive(Debug)]
struct Guarded {
    reach: Reach,
    resolver: DefaultResolver,
}

impl Resolver for Guarded {
    fn resolve(
        &self,
        uri: &ureq::http::Uri,
        config: &ureq::config::Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.resolver.resolve(uri, config, timeout)?;
        match found.iter().find(|socket| !self.reach.allows(socket.ip())) {
            None => Ok(found),
            Some(socket) => {
                let told = format!("{} is an internal address; --allow-hook takes its network", socket.ip());
                Err(ureq::Error::Other(told.into()))
            }
        }
    }
}

/// Calls other programs.
pub struct Caller(ureq::Agent);

impl Caller {
    /// How long an address may take to answer.
    pub const PATIENCE: Duration = Duration::from_secs(10);

    /// A caller that goes where `reach` lets it and waits for `patience`.
    pub fn new(reach: Reach, patience: Duration) -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(patience))
            .max_redirects(0)
            // A proxy named by the environment would resolve the name itself.
            .proxy(None)
            .http_status_as_error(false)
            .build();
        let resolver = Guarded { reach, resolver: DefaultResolver::default() };
        Self(ureq::Agent::with_parts(config, DefaultConnector::default(), resolver))
    }

    /// Tells an address. The headers `trongtam-moment` (seconds since 1970) and `trongtam-signature` let the receiver
    /// check where it comes from and turn away what is old. Redirects are not followed.
    ///
    /// # Errors
    /// When the address is internal, does not answer in time, or answers with anything but 2xx.
    pub fn tell(&self, secret: &str, call: &Message, now: base::Timestamp) -> anyhow::Result<()> {
        let moment = now.as_second();
        let answer = self
            .0
            .post(&call.recipient)
            .header("content-type", "application/json")
            .header("trongtam-moment", moment.to_string())
            .header("trongtam-signature", signature(secret, moment, &call.body)?)
            .send(&call.body)?;
        anyhow::ensure!(answer.status().is_success(), "HTTP {}", answer.status().as_u16());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn internal_addresses_are_not_called_unless_named() {
        let open = Reach::default();
        for internal in [
            "127.0.0.1",
            "10.0.0.7",
            "172.16.3.4",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fd00::7",
            "::ffff:127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "fec0::1",
            "::7f00:1",
            "2001::1",
            "100::1",
        ] {
            assert!(!open.allows(internal.parse().unwrap()), "{internal}");
        }
        for public in ["8.8.8.8", "203.162.0.181", "2405:4800::1"] {
            assert!(open.allows(public.parse().unwrap()), "{public}");
        }
        let house = Reach(vec!["10.0.0.0/24".parse().unwrap()]);
        assert!(house.allows("10.0.0.7".parse().unwrap()) && !house.allows("10.0.1.7".parse().unwrap()));
    }
}
