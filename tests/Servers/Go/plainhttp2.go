//go:build go1.16
// +build go1.16

// HTTP/2 without TLS, to who knows that it is spoken.
package main

import (
	"crypto/tls"
	"net"
	"net/http"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/h2c"
)

func withPlainHTTP2(handler http.Handler) http.Handler {
	return h2c.NewHandler(handler, &http2.Server{})
}

func plainHTTP2() http.RoundTripper {
	dial := func(network, address string, _ *tls.Config) (net.Conn, error) { return net.Dial(network, address) }
	return &http2.Transport{AllowHTTP: true, DialTLS: dial}
}
