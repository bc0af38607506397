package azuresim

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

const (
	loginHost    = "login.microsoftonline.com"
	issuerDomain = ".oic.prod-aks.azure.com"
)

// Internet leads Argo CD, its CLI and browsers to the simulated Azure under the
// real names: a CONNECT proxy on loopback and a throw-away certificate
// authority. Every other host is refused.
type Internet struct {
	// ProxyURL is for HTTPS_PROXY, CAFile for SSL_CERT_FILE.
	ProxyURL, CAFile string
	// CAs holds the throw-away authority.
	CAs *x509.CertPool

	proxy, origin *http.Server
}

// Connect serves the tenant's and the clusters' HTTPS endpoints. The authority's
// certificate is written to caFile.
func (a *Azure) Connect(caFile string) (*Internet, error) {
	authority, leaf, err := certificates(loginHost, "*"+issuerDomain)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(caFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: authority.Raw}), 0o600); err != nil {
		return nil, fmt.Errorf("certificate authority: %w", err)
	}
	origin, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("simulated internet: %w", err)
	}
	front, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("simulated internet: %w", err), origin.Close())
	}
	i := &Internet{
		ProxyURL: "http://" + front.Addr().String(),
		CAFile:   caFile,
		CAs:      x509.NewCertPool(),
		origin: &http.Server{
			Handler:           a.endpoints(),
			TLSConfig:         &tls.Config{Certificates: []tls.Certificate{leaf}, MinVersion: tls.VersionTLS12},
			ReadHeaderTimeout: 10 * time.Second,
		},
		proxy: &http.Server{Handler: connectTo(origin.Addr().String()), ReadHeaderTimeout: 10 * time.Second},
	}
	i.CAs.AddCert(authority)
	go func() { _ = i.origin.ServeTLS(origin, "", "") }()
	go func() { _ = i.proxy.Serve(front) }()
	return i, nil
}

// Close stops both servers.
func (i *Internet) Close() error { return errors.Join(i.proxy.Close(), i.origin.Close()) }

// Env is the environment of a process that shall live on this internet.
func (i *Internet) Env() []string {
	return []string{"HTTPS_PROXY=" + i.ProxyURL, "https_proxy=" + i.ProxyURL, "SSL_CERT_FILE=" + i.CAFile, "NO_PROXY=", "no_proxy="}
}

// Transport is for clients inside this process.
func (i *Internet) Transport() *http.Transport {
	proxy, err := url.Parse(i.ProxyURL)
	return &http.Transport{
		Proxy: func(r *http.Request) (*url.URL, error) {
			if r.URL.Hostname() == "localhost" {
				return nil, nil
			}
			return proxy, err
		},
		TLSClientConfig: &tls.Config{RootCAs: i.CAs, MinVersion: tls.VersionTLS12},
	}
}

// connectTo tunnels the known hosts to one address.
func connectTo(address string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, _ := net.SplitHostPort(r.Host)
		if r.Method != http.MethodConnect || (host != loginHost && !strings.HasSuffix(host, issuerDomain)) {
			http.Error(w, "no such host on the simulated internet: "+r.Host, http.StatusForbidden)
			return
		}
		upstream, err := (&net.Dialer{}).DialContext(context.WithoutCancel(r.Context()), "tcp", address)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		client, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			_ = upstream.Close()
			return
		}
		_, _ = io.WriteString(client, "HTTP/1.1 200 Connection established\r\n\r\n")
		go pipe(upstream, client)
		pipe(client, upstream)
	})
}

func pipe(to, from net.Conn) {
	_, _ = io.Copy(to, from)
	_ = to.Close()
}

// certificates makes an authority and a certificate for the hosts, good for a day.
func certificates(hosts ...string) (*x509.Certificate, tls.Certificate, error) {
	authority, authorityKey, err := certificate(&x509.Certificate{
		Subject: pkix.Name{CommonName: "Simulated internet"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}, nil, nil)
	if err != nil {
		return nil, tls.Certificate{}, err
	}
	leaf, leafKey, err := certificate(&x509.Certificate{Subject: pkix.Name{CommonName: hosts[0]}, DNSNames: hosts}, authority, authorityKey)
	if err != nil {
		return nil, tls.Certificate{}, err
	}
	return authority, tls.Certificate{Certificate: [][]byte{leaf.Raw}, PrivateKey: leafKey}, nil
}

func certificate(template, parent *x509.Certificate, parentKey *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey, error) {
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
	template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(24*time.Hour)
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
