// Package transport returns the HTTP transport of the commands.
package transport

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"os"
)

// New returns a transport that also trusts the certificates in SSL_CERT_FILE, such as that of a
// proxy that inspects TLS. Go itself supports the variable on Linux only.
func New() (*http.Transport, error) {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	file := os.Getenv("SSL_CERT_FILE")
	if file == "" {
		return transport, nil
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("SSL_CERT_FILE: %w", err)
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		return nil, fmt.Errorf("system certificates: %w", err)
	}
	if !roots.AppendCertsFromPEM(content) {
		return nil, fmt.Errorf("SSL_CERT_FILE: %s has no certificate in PEM format (-----BEGIN CERTIFICATE-----)", file)
	}
	transport.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	return transport, nil
}
