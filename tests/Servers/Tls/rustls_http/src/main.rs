// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
//! HTTP/1.1 over rustls.
//!
//!   rustls_http server PORT [PEM]         a thread per connection; /status/CODE answers CODE
//!   rustls_http server-async PORT [PEM]   the same with tokio, all connections on two threads
//!   rustls_http client URL...             asks for all over one connection, without checking certificates
//!   rustls_http client-async URL...       the same with tokio, each URL over a connection of its own, all at once

mod settings; // rustls20.rs or rustls23.rs, as scripts/dev/tls-targets.sh copies it

use rustls::{ClientConnection, ServerConnection, StreamOwned};
use std::io::{Read, Result, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Bytes of the first message in a buffer; None: not all of it is there.
fn message_bytes(data: &[u8]) -> Option<usize> {
    let head = data.windows(4).position(|end| end == b"\r\n\r\n")? + 4;
    let text = String::from_utf8_lossy(&data[..head]).to_lowercase();
    let body = text
        .lines()
        .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok())
        .unwrap_or(0);
    Some(head + body).filter(|bytes| *bytes <= data.len())
}

fn answer(request: &[u8]) -> String {
    let text = String::from_utf8_lossy(request);
    let path = text.split(' ').nth(1).unwrap_or("/");
    let status = path.strip_prefix("/status/").unwrap_or("200");
    format!("HTTP/1.1 {status} OK\r\nContent-Length: 3\r\n\r\nhi\n")
}

/// Host with port, and path, of "scheme://HOST:PORT/PATH".
fn split(url: &str) -> (&str, &str) {
    let rest = url.split_once("://").unwrap().1;
    rest.split_at(rest.find('/').unwrap())
}

fn request(url: &str) -> String {
    format!("GET {} HTTP/1.1\r\nHost: localhost\r\n\r\n", split(url).1)
}

fn read_message(stream: &mut impl Read) -> Result<Vec<u8>> {
    let (mut data, mut piece) = (Vec::new(), [0; 4096]);
    while message_bytes(&data).is_none() {
        match stream.read(&mut piece)? {
            0 => return Ok(Vec::new()),
            count => data.extend_from_slice(&piece[..count]),
        }
    }
    Ok(data)
}

fn serve(mut stream: impl Read + Write) -> Result<()> {
    loop {
        let data = read_message(&mut stream)?;
        if data.is_empty() {
            return Ok(());
        }
        stream.write_all(answer(&data).as_bytes())?;
        stream.flush()?;
    }
}

fn ask(mut stream: impl Read + Write, urls: &[String]) -> Result<()> {
    for url in urls {
        stream.write_all(request(url).as_bytes())?;
        stream.flush()?;
        read_message(&mut stream)?;
    }
    Ok(())
}

async fn read_message_async(stream: &mut (impl AsyncRead + Unpin)) -> Result<Vec<u8>> {
    let (mut data, mut piece) = (Vec::new(), [0; 4096]);
    while message_bytes(&data).is_none() {
        match stream.read(&mut piece).await? {
            0 => return Ok(Vec::new()),
            count => data.extend_from_slice(&piece[..count]),
        }
    }
    Ok(data)
}

async fn serve_async(mut stream: impl AsyncRead + AsyncWrite + Unpin) -> Result<()> {
    loop {
        let data = read_message_async(&mut stream).await?;
        if data.is_empty() {
            return Ok(());
        }
        stream.write_all(answer(&data).as_bytes()).await?;
        stream.flush().await?;
    }
}

async fn ask_async(mut stream: impl AsyncRead + AsyncWrite + Unpin, url: String) -> Result<()> {
    stream.write_all(request(&url).as_bytes()).await?;
    stream.flush().await?;
    read_message_async(&mut stream).await.map(|_| ())
}

fn run_server(port: u16, pem: Option<&String>) -> Result<()> {
    let config = pem.map(|path| settings::server(path));
    for stream in TcpListener::bind(("127.0.0.1", port))?.incoming() {
        let (stream, config) = (stream?, config.clone());
        std::thread::spawn(move || match config {
            Some(config) => serve(StreamOwned::new(ServerConnection::new(config).unwrap(), stream)),
            None => serve(stream),
        });
    }
    Ok(())
}

fn run_client(urls: &[String]) -> Result<()> {
    let stream = TcpStream::connect(split(&urls[0]).0)?;
    if !urls[0].starts_with("https") {
        return ask(stream, urls);
    }
    let session = ClientConnection::new(settings::client(), settings::server_name()).unwrap();
    ask(StreamOwned::new(session, stream), urls)
}

async fn run_server_async(port: u16, pem: Option<String>) -> Result<()> {
    let acceptor = pem.map(|path| tokio_rustls::TlsAcceptor::from(settings::server(&path)));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    loop {
        let (stream, acceptor) = (listener.accept().await?.0, acceptor.clone());
        tokio::spawn(async move {
            match acceptor {
                Some(acceptor) => serve_async(acceptor.accept(stream).await?).await,
                None => serve_async(stream).await,
            }
        });
    }
}

async fn run_client_async(urls: Vec<String>) -> Result<()> {
    let tasks: Vec<_> = urls
        .into_iter()
        .map(|url| {
            tokio::spawn(async move {
                let stream = tokio::net::TcpStream::connect(split(&url).0).await?;
                if !url.starts_with("https") {
                    return ask_async(stream, url).await;
                }
                let connector = tokio_rustls::TlsConnector::from(Arc::clone(&settings::client()));
                let stream = connector.connect(settings::server_name(), stream).await?;
                ask_async(stream, url).await
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap()?;
    }
    Ok(())
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let (kind, rest) = (arguments[0].as_str(), &arguments[1..]);
    match kind {
        "server" => run_server(rest[0].parse().unwrap(), rest.get(1)),
        "client" => run_client(rest),
        "server-async" => runtime.block_on(run_server_async(rest[0].parse().unwrap(), rest.get(1).cloned())),
        _ => runtime.block_on(run_client_async(rest.to_vec())),
    }
}
