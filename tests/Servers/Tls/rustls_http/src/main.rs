// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
//! HTTP/1.1 over rustls.
//!
//!   rustls_http server PORT [PEM]         a thread per connection
//!   rustls_http server-async PORT [PEM]   the same with tokio, all connections on two threads
//!   rustls_http client ADDRESS (METHOD PATH BYTES)...   over one connection, without checking certificates
//!   rustls_http client-async ADDRESS …    the same with tokio, over a connection each, all at once
//!
//! The server answers /size/N with N letters x, POST /echo with what it got, /status/CODE with CODE.

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

fn answer(request: &[u8]) -> Vec<u8> {
    let head = request.windows(4).position(|end| end == b"\r\n\r\n").unwrap() + 4;
    let text = String::from_utf8_lossy(&request[..head]);
    let path = text.split(' ').nth(1).unwrap_or("/");
    let status = path.strip_prefix("/status/").unwrap_or("200");
    let body = match path.strip_prefix("/size/") {
        Some(bytes) => vec![b'x'; bytes.parse().unwrap_or(0)],
        None if path == "/echo" => request[head..].to_vec(),
        None => b"hi\n".to_vec(),
    };
    let bytes = body.len();
    let head = format!("HTTP/1.1 {status} OK\r\nContent-Type: text/plain\r\nContent-Length: {bytes}\r\n\r\n");
    [head.into_bytes(), body].concat()
}

/// Host with port of "scheme://HOST:PORT".
fn host(address: &str) -> &str {
    address.split_once("://").unwrap().1
}

/// The requests of METHOD PATH BYTES...
fn requests(arguments: &[String]) -> Vec<Vec<u8>> {
    let request = |r: &[String]| {
        let body = vec![b'x'; r[2].parse().unwrap()];
        let head = format!("{} {} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n", r[0], r[1], r[2]);
        [head.into_bytes(), body].concat()
    };
    arguments.chunks_exact(3).map(request).collect()
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
        stream.write_all(&answer(&data))?;
        stream.flush()?;
    }
}

fn ask(mut stream: impl Read + Write, requests: &[Vec<u8>]) -> Result<()> {
    for request in requests {
        stream.write_all(request)?;
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
        stream.write_all(&answer(&data)).await?;
        stream.flush().await?;
    }
}

async fn ask_async(mut stream: impl AsyncRead + AsyncWrite + Unpin, request: Vec<u8>) -> Result<()> {
    stream.write_all(&request).await?;
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

fn run_client(address: &str, requests: &[Vec<u8>]) -> Result<()> {
    let stream = TcpStream::connect(host(address))?;
    if !address.starts_with("https") {
        return ask(stream, requests);
    }
    let session = ClientConnection::new(settings::client(), settings::server_name()).unwrap();
    ask(StreamOwned::new(session, stream), requests)
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

async fn run_client_async(address: &str, requests: Vec<Vec<u8>>) -> Result<()> {
    let tasks: Vec<_> = requests
        .into_iter()
        .map(|request| {
            let address = address.to_string();
            tokio::spawn(async move {
                let stream = tokio::net::TcpStream::connect(host(&address)).await?;
                if !address.starts_with("https") {
                    return ask_async(stream, request).await;
                }
                let connector = tokio_rustls::TlsConnector::from(Arc::clone(&settings::client()));
                let stream = connector.connect(settings::server_name(), stream).await?;
                ask_async(stream, request).await
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
        "client" => run_client(&rest[0], &requests(&rest[1..])),
        "server-async" => runtime.block_on(run_server_async(rest[0].parse().unwrap(), rest.get(1).cloned())),
        _ => runtime.block_on(run_client_async(&rest[0], requests(&rest[1..]))),
    }
}
