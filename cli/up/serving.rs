//! Serves HTTP on a port of this machine, however it is treated: limits for connections, heads, bodies and time.
//!
//! Below the two servers of `rollcall up`. What is asked is answered by an axum router, which reads a body only with
//! [`Bodies::read`], and only after it knows who asks.

use axum::Router;
use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::header::HOST;
use http_body_util::{BodyExt as _, Limited};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Connections at one time. More wait until one ends: each takes up to [`HEAD_BYTES_MAX`].
const CONNECTIONS_MAX: usize = 256;

/// Bytes of a request's first line and headers. The SDKs and browsers send a few kB.
const HEAD_BYTES_MAX: usize = 64 * 1024;

/// How long a client may take for them. A connection without a request ends after it, too.
const HEAD_TIME: Duration = Duration::from_secs(10);

/// How long a client may take for a body.
const BODY_TIME: Duration = Duration::from_secs(30);

/// Bodies read at one time: together they are held in memory.
const BODIES_MAX: usize = 4;

/// How long a connection may last in all. One that does not read its answers would stay for ever.
const CONNECTION_TIME: Duration = Duration::from_secs(10 * 60);

/// How long to wait where no connection can be accepted: the machine, or this process, has no more of them for now.
const PAUSE: Duration = Duration::from_millis(100);

/// A port of this machine, and what may be done with it at one time.
pub(super) struct Port {
    listener: TcpListener,
    connections: Arc<Semaphore>,
}

impl Port {
    pub(super) fn new(listener: TcpListener) -> Self {
        Self { listener, connections: Arc::new(Semaphore::new(CONNECTIONS_MAX)) }
    }

    /// Serves until it is dropped. Nothing that a client does, and no want of sockets, ends it.
    pub(super) async fn serve(self, router: Router) {
        // The semaphore is never closed.
        while let Ok(installation) = Arc::clone(&self.connections).acquire_owned().await {
            match self.listener.accept().await {
                Ok((socket, _)) => drop(tokio::spawn(answer(socket, router.clone(), installation))),
                Err(error) => {
                    tracing::warn!(%error, "no connection can be accepted");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }
}

async fn answer(socket: TcpStream, router: Router, installation: OwnedSemaphorePermit) {
    // Small answers must not wait for the client's acknowledgement.
    drop(socket.set_nodelay(true));
    let mut server = auto::Builder::new(hyper_util::rt::TokioExecutor::new()).http1_only();
    server.http1().timer(TokioTimer::new()).header_read_timeout(HEAD_TIME).max_buf_size(HEAD_BYTES_MAX);
    let connection = server.serve_connection(TokioIo::new(socket), TowerToHyperService::new(router));
    // A client that hangs up ends its connection, and nothing else.
    drop(tokio::time::timeout(CONNECTION_TIME, connection).await);
    drop(installation);
}

/// Why a body was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unread {
    /// It is too large.
    TooLarge,
    /// It took too long, or broke off.
    TooSlow,
}

/// The places of those bodies that are being read.
pub(super) struct Bodies(Semaphore);

impl Bodies {
    pub(super) fn new() -> Self {
        Self(Semaphore::new(BODIES_MAX))
    }

    /// Reads a body of somebody who is known.
    pub(super) async fn read(&self, body: Body, bytes_max: usize) -> Result<Vec<u8>, Unread> {
        let reading = async {
            let _place = self.0.acquire().await.map_err(|_| Unread::TooSlow)?;
            let read = Limited::new(body, bytes_max).collect().await;
            read.map(|read| read.to_bytes().to_vec()).map_err(|error| {
                let is_too_large = error.downcast_ref::<http_body_util::LengthLimitError>().is_some();
                if is_too_large { Unread::TooLarge } else { Unread::TooSlow }
            })
        };
        tokio::time::timeout(BODY_TIME, reading).await.unwrap_or(Err(Unread::TooSlow))
    }
}

/// Whether a request was sent to this machine by its own name: a name that somebody else has pointed here is none.
pub(super) fn is_for(port: u16, headers: &HeaderMap) -> bool {
    let host = headers.get(HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
    names(port).iter().any(|name| name == host)
}

/// The names by which a port of this machine may be called.
pub(super) fn names(port: u16) -> [String; 2] {
    ["127.0.0.1", "localhost"].map(|name| format!("{name}:{port}"))
}
