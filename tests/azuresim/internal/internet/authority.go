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

// Authority is a certificate authority.
type Authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// NewAuthority returns an authority that is valid for a day.
func NewAuthority(name string) (*Authority, error) {
	certificate, key, err := certify(&x509.Certificate{
		Subject: pkix.Name{CommonName: name}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign, NotAfter: time.Now().Add(day),
	}, nil, nil)
	if err != nil {
		return nil, err
	}
	return &Authority{certificate: certificate, key: key}, nil
}

// PEM returns the authority's own certificate.
func (a *Authority) PEM() []byte { return encode("CERTIFICATE", a.certificate.Raw) }

func (a *Authority) write(file string) error {
	if err := os.WriteFile(file, a.PEM(), 0o600); err != nil {
		return fmt.Errorf("certificate authority: %w", err)
	}
	return nil
}

// Issue returns a certificate for these hosts.
func (a *Authority) Issue(expires time.Time, hosts ...string) (tls.Certificate, error) {
	leaf, key, err := certify(&x509.Certificate{Subject: pkix.Name{CommonName: hosts[0]}, DNSNames: hosts, NotAfter: expires}, a.certificate, a.key)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{leaf.Raw}, PrivateKey: key}, nil
}

// Issue returns a certificate and its key for these hosts, as PEM.
func (i *Internet) Issue(host string, others ...string) (certificate, key []byte, err error) {
	leaf, err := i.authority.Issue(time.Now().Add(day), append([]string{host}, others...)...)
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

// certify signs a certificate with its parent's key, or with its own if parent is nil.
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
