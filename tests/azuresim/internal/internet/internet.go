// Package internet is a temporary internet on loopback: a CONNECT proxy, a certificate
// authority, and the hosts that exist.
package internet

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Internet routes Argo CD, its CLI and browsers to simulated services under their real host
// names, through a CONNECT proxy on loopback and with its own certificate authority. It
// rejects all other hosts.
type Internet struct {
	// ProxyURL is for HTTPS_PROXY, CAFile for SSL_CERT_FILE.
	ProxyURL, CAFile string
	// Address serves published hosts to clients without a proxy: localhost:<port>.
	Address string
	// CAs holds the certificate authority.
	CAs *x509.CertPool

	// Requests counts the requests to published hosts, except forwarded ones.
	Requests atomic.Int64

	proxy, origin *http.Server
	authority     *Authority

	mu sync.Mutex
	// sites by host. A name with a leading dot stands for all hosts of a domain, in cut
	// too.
	sites map[string]site
	cut   map[string]Outage
}

// site serves a published host: a handler, or an address that terminates TLS itself.
type site struct {
	handler http.Handler
	// certificate is optional; by default the authority issues one for each connection.
	certificate func(host string) (*tls.Certificate, error)
	address     string
}

// Open starts an internet with handlers by host, or by domain with a leading dot. It writes
// the authority's certificate to caFile.
func Open(caFile string, handlers map[string]http.Handler) (*Internet, error) {
	authority, err := NewAuthority("Simulated internet")
	if err != nil {
		return nil, err
	}
	if err := authority.write(caFile); err != nil {
		return nil, err
	}
	i := &Internet{CAFile: caFile, CAs: x509.NewCertPool(), authority: authority, sites: map[string]site{}, cut: map[string]Outage{}}
	i.CAs.AddCert(authority.certificate)
	for host, handler := range handlers {
		i.sites[host] = site{handler: handler}
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
		ErrorLog:          log.New(io.Discard, "", 0), // clients that reject a certificate
	}
	i.proxy = &http.Server{Handler: i.connectTo(origin.Addr().String()), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = i.origin.ServeTLS(origin, "", "") }()
	go func() { _ = i.proxy.Serve(front) }()
	return nil
}

// Publish serves a public host name with a certificate that is valid until expires.
func (i *Internet) Publish(host string, handler http.Handler, expires time.Time) error {
	leaf, err := i.authority.Issue(expires, host)
	if err != nil {
		return err
	}
	i.PublishAs(host, handler, func(string) (*tls.Certificate, error) { return &leaf, nil })
	return nil
}

// PublishAs serves a host, or a domain with a leading dot, with certificates of another
// authority.
func (i *Internet) PublishAs(host string, handler http.Handler, certificate func(host string) (*tls.Certificate, error)) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.sites[host] = site{handler: handler, certificate: certificate}
}

// Forward routes a public host name to an address without terminating TLS.
func (i *Internet) Forward(host, address string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.sites[host] = site{address: address}
}

// site returns the site of a host with or without a port.
func (i *Internet) site(host string) (site, bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	return lookUp(i.sites, host)
}

// lookUp returns the entry of a host, or of its domain.
func lookUp[T any](all map[string]T, host string) (found T, exists bool) {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if found, exists = all[host]; exists {
		return found, true
	}
	for domain, of := range all {
		if strings.HasPrefix(domain, ".") && strings.HasSuffix(host, domain) {
			return of, true
		}
	}
	return found, false
}

func (i *Internet) certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	if s, _ := i.site(hello.ServerName); s.certificate != nil {
		return s.certificate(hello.ServerName)
	}
	leaf, err := i.authority.Issue(time.Now().Add(day), hello.ServerName)
	return &leaf, err
}

func (i *Internet) serve(w http.ResponseWriter, r *http.Request) {
	i.Requests.Add(1)
	if outage := i.outage(r.Host); outage != 0 {
		outage.respond(w, r)
	}
	s, _ := i.site(r.Host)
	if s.handler == nil {
		http.NotFound(w, r)
		return
	}
	s.handler.ServeHTTP(w, r)
}

// Close stops both servers.
func (i *Internet) Close() error { return errors.Join(i.proxy.Close(), i.origin.Close()) }

// Env returns the environment of a process on this internet. Go reads SSL_CERT_FILE on
// Linux only, so Go commands here read it themselves. Git has its own variable.
func (i *Internet) Env() []string {
	return []string{
		"HTTPS_PROXY=" + i.ProxyURL, "https_proxy=" + i.ProxyURL, "NO_PROXY=", "no_proxy=",
		"SSL_CERT_FILE=" + i.CAFile, "GIT_SSL_CAINFO=" + i.CAFile,
	}
}

// Transport returns a transport for clients in this process.
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
