// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
//! Settings of rustls 0.20.

use rustls::client::{ServerCertVerified, ServerCertVerifier};
use rustls::{Certificate, ClientConfig, Error, PrivateKey, ServerConfig, ServerName};
use std::sync::Arc;

struct AnyCertificate;

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &Certificate,
        _: &[Certificate],
        _: &ServerName,
        _: &mut dyn Iterator<Item = &[u8]>,
        _: &[u8],
        _: std::time::SystemTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }
}

pub fn server(pem: &str) -> Arc<ServerConfig> {
    let data = std::fs::read(pem).unwrap();
    let certificates = rustls_pemfile::certs(&mut &data[..]).unwrap();
    let keys = rustls_pemfile::pkcs8_private_keys(&mut &data[..]).unwrap();
    let certificates = certificates.into_iter().map(Certificate).collect();
    let config = ServerConfig::builder()
        .with_safe_defaults()
        .with_no_client_auth()
        .with_single_cert(certificates, PrivateKey(keys[0].clone()));
    Arc::new(config.unwrap())
}

pub fn client() -> Arc<ClientConfig> {
    let config = ClientConfig::builder()
        .with_safe_defaults()
        .with_custom_certificate_verifier(Arc::new(AnyCertificate))
        .with_no_client_auth();
    Arc::new(config)
}

pub fn server_name() -> ServerName {
    ServerName::try_from("localhost").unwrap()
}
