package azuresim

import (
	"cmp"
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
	"log"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
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
	// Address is where published names answer on loopback, for clients that
	// take no proxy: localhost:<port>.
	Address string
	// CAs holds the throw-away authority.
	CAs *x509.CertPool

	proxy, origin *http.Server
	azure         http.Handler

	mu    sync.Mutex
	sites map[string]site
	issue func(host string, expires time.Time) (tls.Certificate, error)
}

// site is what answers under a published name: a handler, or an address that
// ends TLS itself.
type site struct {
	handler     http.Handler
	certificate tls.Certificate
	address     string
}

// Connect serves the tenant's and the clusters' HTTPS endpoints. The authority's
// certificate is written to caFile.
func (a *Azure) Connect(caFile string) (*Internet, error) {
	authority, authorityKey, err := certificate(&x509.Certificate{
		Subject: pkix.Name{CommonName: "Simulated internet"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign, NotAfter: time.Now().Add(day),
	}, nil, nil)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(caFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: authority.Raw}), 0o600); err != nil {
		return nil, fmt.Errorf("certificate authority: %w", err)
	}
	i := &Internet{CAFile: caFile, CAs: x509.NewCertPool(), azure: a.endpoints(), sites: map[string]site{}}
	i.CAs.AddCert(authority)
	i.issue = func(host string, expires time.Time) (tls.Certificate, error) {
		leaf, key, err := certificate(&x509.Certificate{Subject: pkix.Name{CommonName: host}, DNSNames: []string{host}, NotAfter: expires}, authority, authorityKey)
		if err != nil {
			return tls.Certificate{}, err
		}
		return tls.Certificate{Certificate: [][]byte{leaf.Raw}, PrivateKey: key}, nil
	}
	return i, i.listen()
}

func (i *Internet) listen() error {
	origin, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("simulated internet: %w", err)
	}
	front, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return errors.Join(fmt.Errorf("simulated internet: %w", err), origin.Close())
	}
	i.Address = fmt.Sprintf("localhost:%d", origin.Addr().(*net.TCPAddr).Port)
	i.ProxyURL = "http://" + front.Addr().String()
	i.origin = &http.Server{
		Handler:           http.HandlerFunc(i.serve),
		TLSConfig:         &tls.Config{GetCertificate: i.certificate, MinVersion: tls.VersionTLS12},
		ReadHeaderTimeout: 10 * time.Second,
		ErrorLog:          log.New(io.Discard, "", 0), // clients that refuse a bad certificate
	}
	i.proxy = &http.Server{Handler: i.connectTo(origin.Addr().String()), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = i.origin.ServeTLS(origin, "", "") }()
	go func() { _ = i.proxy.Serve(front) }()
	return nil
}

// Publish answers under a name of the public DNS, with a certificate of the
// authority that is good until expires.
func (i *Internet) Publish(host string, handler http.Handler, expires time.Time) error {
	leaf, err := i.issue(host, expires)
	if err != nil {
		return err
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.sites[host] = site{handler: handler, certificate: leaf}
	return nil
}

// Forward leads a name of the public DNS to an address, TLS and all.
func (i *Internet) Forward(host, address string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.sites[host] = site{address: address}
}

// Issue has the authority certify a host, as PEM.
func (i *Internet) Issue(host string) (certificate, key []byte, err error) {
	leaf, err := i.issue(host, time.Now().Add(day))
	if err != nil {
		return nil, nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(leaf.PrivateKey)
	if err != nil {
		return nil, nil, fmt.Errorf("key of %s: %w", host, err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: leaf.Certificate[0]}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

func (i *Internet) site(host string) (site, bool) {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	s, exists := i.sites[host]
	return s, exists
}

func isAzure(host string) bool { return host == loginHost || strings.HasSuffix(host, issuerDomain) }

func (i *Internet) certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	if s, exists := i.site(hello.ServerName); exists {
		return &s.certificate, nil
	}
	leaf, err := i.issue(hello.ServerName, time.Now().Add(day))
	return &leaf, err
}

func (i *Internet) serve(w http.ResponseWriter, r *http.Request) {
	if s, exists := i.site(r.Host); exists {
		s.handler.ServeHTTP(w, r)
		return
	}
	i.azure.ServeHTTP(w, r)
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

// connectTo tunnels the known hosts to one address, or to their own.
func (i *Internet) connectTo(origin string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, _ := net.SplitHostPort(r.Host)
		s, published := i.site(host)
		if r.Method != http.MethodConnect || (!isAzure(host) && !published) {
			http.Error(w, "no such host on the simulated internet: "+r.Host, http.StatusForbidden)
			return
		}
		upstream, err := (&net.Dialer{}).DialContext(context.WithoutCancel(r.Context()), "tcp", cmp.Or(s.address, origin))
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

const day = 24 * time.Hour

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
