//! What a request says about where it comes from, and how much of that is believed.
//!
//! Only a proxy that the administrator named may say whom it speaks for: anybody else could write the same headers.

use axum::{
    extract::ConnectInfo,
    http::{HeaderMap, Method, header, request::Parts},
};
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};

/// Reads one cookie.
pub(crate) fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(n, _)| *n == name)
        .map(|(_, v)| v.to_owned())
}

pub(crate) fn query(parts: &Parts, name: &str) -> Option<String> {
    let found = parts.uri.query()?.split('&').filter_map(|p| p.split_once('=')).find(|(n, _)| *n == name);
    found.map(|(_, v)| v.to_owned())
}

/// Whether a changing request comes from another site: Sec-Fetch-Site where the browser sends it, else Origin.
pub(crate) fn is_cross_site(parts: &Parts) -> bool {
    if matches!(parts.method, Method::GET | Method::HEAD) {
        return false;
    }
    let value = |name: &str| parts.headers.get(name).and_then(|v| v.to_str().ok());
    match value("sec-fetch-site") {
        Some(site) => !matches!(site, "same-origin" | "none"),
        None => match (value("origin"), value("host")) {
            (Some(origin), Some(host)) => origin.split("://").nth(1) != Some(host),
            _ => false,
        },
    }
}

/// The path and query of our own page that a request came from.
pub(crate) fn came_from(parts: &Parts) -> String {
    let value = |name: &str| parts.headers.get(name).and_then(|v| v.to_str().ok());
    let (Some(referer), Some(host)) = (value("referer"), value("host")) else { return String::new() };
    let rest = referer.split_once("://").map_or("", |(_, rest)| rest);
    rest.strip_prefix(host).filter(|path| is_own_path(path)).unwrap_or_default().to_owned()
}

/// Whether words are an address inside our own site: browsers take `//` and `/\` for another one, also once dots before
/// them are taken away, and a control character in a header for its end.
pub fn is_own_path(path: &str) -> bool {
    let own = path.split(['?', '#']).next().unwrap_or_default();
    own.starts_with('/') && !own.contains("//") && !path.chars().any(|c| c.is_control() || c == '\\')
}

/// An address as proxies write it, with or without a port.
fn address_in(text: &str) -> Option<IpAddr> {
    let bare = text.trim_matches(['[', ']']);
    bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
}

/// The networks whose machines may speak for others.
#[derive(Debug, Clone)]
pub struct Proxies(pub Vec<IpNet>);

impl Default for Proxies {
    /// A proxy on the same machine.
    fn default() -> Self {
        Self(["127.0.0.0/8", "::1/128"].iter().filter_map(|net| net.parse().ok()).collect())
    }
}

impl Proxies {
    /// Whether a machine is such a proxy.
    pub fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|net| net.contains(&address))
    }

    fn speaks_for_another(&self, parts: &Parts) -> Option<IpAddr> {
        let ConnectInfo(peer) = parts.extensions.get::<ConnectInfo<SocketAddr>>()?;
        Some(peer.ip()).filter(|peer| self.trusts(*peer))
    }

    /// Where a request comes from: the peer, or, where that is a proxy, the last address in the chain that is none.
    pub(crate) fn address(&self, parts: &Parts) -> String {
        let Some(ConnectInfo(peer)) = parts.extensions.get::<ConnectInfo<SocketAddr>>() else {
            return String::new();
        };
        let mut told = parts.headers.get_all("x-forwarded-for").iter().filter_map(|v| v.to_str().ok());
        if self.speaks_for_another(parts).is_none() {
            return peer.ip().to_canonical().to_string();
        }
        // From the right: what stands left of an entry that cannot be read, the reader may have written.
        let chain: Vec<&str> = told.by_ref().flat_map(|v| v.split(',')).map(str::trim).collect();
        let mut last = peer.ip();
        for one in chain.into_iter().rev() {
            let Some(address) = address_in(one) else { break };
            last = address;
            if !self.trusts(address) {
                break;
            }
        }
        last.to_canonical().to_string()
    }

    /// Whether the reader's connection is encrypted, by the word of a proxy.
    pub(crate) fn is_https(&self, parts: &Parts) -> bool {
        // Without a peer the request was made inside the program: a test stands where the proxy would.
        let may_say = parts.extensions.get::<ConnectInfo<SocketAddr>>().is_none()
            || self.speaks_for_another(parts).is_some();
        // Of several proxies the first is the one that the reader speaks with.
        let told = parts.headers.get("x-forwarded-proto").and_then(|v| v.to_str().ok());
        let first = told.and_then(|v| v.split(',').next()).unwrap_or_default().trim();
        may_say && first.eq_ignore_ascii_case("https")
    }

    /// Scheme and host as the reader asked for them.
    pub(crate) fn origin(&self, parts: &Parts) -> String {
        let told = self.speaks_for_another(parts).and_then(|_| parts.headers.get("x-forwarded-host"));
        let host = told.or_else(|| parts.headers.get(header::HOST));
        let host = host.and_then(|v| v.to_str().ok()).unwrap_or("localhost");
        format!("{}://{host}", if self.is_https(parts) { "https" } else { "http" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    fn from(peer: &str, chain: &str, proxies: &[&str]) -> String {
        let (mut parts, ()) =
            Request::builder().header("x-forwarded-for", chain).body(()).unwrap().into_parts();
        parts.extensions.insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 1)));
        Proxies(proxies.iter().map(|net| net.parse().unwrap()).collect()).address(&parts)
    }

    #[test]
    fn only_a_named_proxy_speaks_for_another() {
        let inner = ["10.1.0.0/16"];
        assert_eq!(from("10.1.0.9", "203.0.113.7", &inner), "203.0.113.7");
        // What the reader wrote itself stands further left, and a second proxy of ours is passed over.
        assert_eq!(from("10.1.0.9", "1.1.1.1, 203.0.113.7, 10.1.0.8", &inner), "203.0.113.7");
        assert_eq!(from("203.0.113.9", "1.1.1.1", &inner), "203.0.113.9");
        assert_eq!(from("10.1.0.9", "rác", &inner), "10.1.0.9");
        // With a port; and nothing left of what cannot be read is believed.
        assert_eq!(from("10.1.0.9", "203.0.113.7:4711", &inner), "203.0.113.7");
        assert_eq!(from("10.1.0.9", "[2001:db8::7]:4711", &inner), "2001:db8::7");
        assert_eq!(from("10.1.0.9", "1.1.1.1, unknown, 10.1.0.8", &inner), "10.1.0.8");
    }

    #[test]
    fn the_first_proxy_says_whether_the_reader_is_encrypted() {
        let is_https = |peer: &str, told: &str| {
            let (mut parts, ()) =
                Request::builder().header("x-forwarded-proto", told).body(()).unwrap().into_parts();
            parts.extensions.insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 1)));
            Proxies(vec!["10.1.0.0/16".parse().unwrap()]).is_https(&parts)
        };
        assert!(["https", "HTTPS", "https, http"].iter().all(|told| is_https("10.1.0.9", told)));
        assert!(!is_https("10.1.0.9", "http, https") && !is_https("203.0.113.9", "https"));
    }

    #[test]
    fn an_address_of_another_site_is_not_our_own() {
        for own in ["/", "/nv?x=1", "/nv/NV-01.007#ghi-chu"] {
            assert!(is_own_path(own), "{own}");
        }
        for other in [
            "",
            "//host",
            "/.//host",
            "/x/..//host",
            "/\\host",
            "https://host",
            "/a\\b",
            "/\n",
            "/x\r\nSet-Cookie: a=b",
            "/\t/host",
        ] {
            assert!(!is_own_path(other), "{other:?}");
        }
    }
}
