// Package transport is how the commands reach Azure.
package transport

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"os"
)

// New also trusts the certificates in SSL_CERT_FILE, such as that of a
// proxy that inspects TLS: Go by itself heeds the variable on Linux alone.
func New() (*http.Transport, error) {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	file := os.Getenv("SSL_CERT_FILE")
	if file == "" {
		return transport, nil
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("certificates to trust, SSL_CERT_FILE: %w", err)
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		return nil, fmt.Errorf("certificates of the system: %w", err)
	}
	if !roots.AppendCertsFromPEM(content) {
		return nil, fmt.Errorf("certificates to trust, SSL_CERT_FILE: %s has none in PEM (-----BEGIN CERTIFICATE-----)", file)
	}
	transport.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	return transport, nil
}
