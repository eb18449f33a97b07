//go:build !go1.16
// +build !go1.16

// golang.org/x/net needs Go 1.16.
package main

import "net/http"

func withPlainHTTP2(handler http.Handler) http.Handler { return handler }

func plainHTTP2() http.RoundTripper { panic("no HTTP/2 without TLS before Go 1.16") }
