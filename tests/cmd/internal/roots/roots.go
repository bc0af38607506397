// Package roots has a command trust the authority of the simulated internet on
// every system. Go heeds SSL_CERT_FILE on Linux alone; on macOS it asks the
// platform (crypto/x509, root_darwin.go).
package roots

import (
	"crypto/x509"
	"fmt"
	"os"
)

// FromEnvironment makes the certificates in SSL_CERT_FILE, if it is set, all that
// this process trusts. It takes `//go:debug x509usefallbackroots=1` in package
// main: otherwise a system that has roots keeps them.
func FromEnvironment() error {
	file := os.Getenv("SSL_CERT_FILE")
	if file == "" {
		return nil
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("SSL_CERT_FILE: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(content) {
		return fmt.Errorf("SSL_CERT_FILE: %s has no certificate in PEM", file)
	}
	x509.SetFallbackRoots(pool)
	return nil
}
