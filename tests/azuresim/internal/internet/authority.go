package internet

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"time"
)

const day = 24 * time.Hour

// authority certifies every host.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

func newAuthority() (*authority, error) {
	certificate, key, err := certify(&x509.Certificate{
		Subject: pkix.Name{CommonName: "Simulated internet"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign, NotAfter: time.Now().Add(day),
	}, nil, nil)
	if err != nil {
		return nil, err
	}
	return &authority{certificate: certificate, key: key}, nil
}

func (a *authority) write(file string) error {
	if err := os.WriteFile(file, encode("CERTIFICATE", a.certificate.Raw), 0o600); err != nil {
		return fmt.Errorf("certificate authority: %w", err)
	}
	return nil
}

func (a *authority) issue(expires time.Time, hosts ...string) (tls.Certificate, error) {
	leaf, key, err := certify(&x509.Certificate{Subject: pkix.Name{CommonName: hosts[0]}, DNSNames: hosts, NotAfter: expires}, a.certificate, a.key)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{leaf.Raw}, PrivateKey: key}, nil
}

// Issue has the authority certify a host, and others beside it, as PEM.
func (i *Internet) Issue(host string, others ...string) (certificate, key []byte, err error) {
	leaf, err := i.authority.issue(time.Now().Add(day), append([]string{host}, others...)...)
	if err != nil {
		return nil, nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(leaf.PrivateKey)
	if err != nil {
		return nil, nil, fmt.Errorf("key of %s: %w", host, err)
	}
	return encode("CERTIFICATE", leaf.Certificate[0]), encode("PRIVATE KEY", der), nil
}

func encode(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

// certify signs a certificate with its parent's key, or with its own.
func certify(template, parent *x509.Certificate, parentKey *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, fmt.Errorf("certificate key: %w", err)
	}
	if parent == nil {
		parent, parentKey = template, key
	}
	template.SerialNumber, err = rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		return nil, nil, fmt.Errorf("certificate serial: %w", err)
	}
	template.NotBefore = time.Now().Add(-2 * day)
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, parentKey)
	if err != nil {
		return nil, nil, fmt.Errorf("certificate: %w", err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, nil, fmt.Errorf("certificate: %w", err)
	}
	return parsed, key, nil
}
