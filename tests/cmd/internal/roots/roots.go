// Package roots makes a command trust the authority of the simulated internet on all
// systems. Go reads SSL_CERT_FILE on Linux only; on macOS it asks the platform
// (crypto/x509, root_darwin.go).
package roots

import (
	"crypto/x509"
	"fmt"
	"os"
)

// FromEnvironment makes the certificates in SSL_CERT_FILE, if set, the only trusted roots
// of this process. Package main needs `//go:debug x509usefallbackroots=1`; otherwise the
// system's roots take precedence.
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
		return fmt.Errorf("SSL_CERT_FILE: %s contains no PEM certificate", file)
	}
	x509.SetFallbackRoots(pool)
	return nil
}
