// Package internet is a throw-away internet on loopback: a CONNECT proxy, a
// certificate authority, and the hosts that exist.
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

// Internet leads Argo CD, its CLI and browsers to simulated services under the
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

	// Requests is how many have come to published names, but for those led on.
	Requests atomic.Int64

	proxy, origin *http.Server
	authority     *Authority

	mu sync.Mutex
	// sites are what exists, by host; under a name that begins with a dot, all
	// hosts of a domain. The same goes for those whose wire is cut.
	sites map[string]site
	cut   map[string]Outage
}

// site is what answers under a published name: a handler, or an address that
// ends TLS itself.
type site struct {
	handler http.Handler
	// certificate is what it shows; nil: the authority makes one for each connection.
	certificate func(host string) (*tls.Certificate, error)
	address     string
}

// Open starts an internet with handlers by host, or by domain under a name that
// begins with a dot. The authority's certificate is written to caFile.
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
	leaf, err := i.authority.Issue(expires, host)
	if err != nil {
		return err
	}
	i.PublishAs(host, handler, func(string) (*tls.Certificate, error) { return &leaf, nil })
	return nil
}

// PublishAs answers under a name, or in a domain under one that begins with a dot,
// with certificates of another authority.
func (i *Internet) PublishAs(host string, handler http.Handler, certificate func(host string) (*tls.Certificate, error)) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.sites[host] = site{handler: handler, certificate: certificate}
}

// Forward leads a name of the public DNS to an address, TLS and all.
func (i *Internet) Forward(host, address string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.sites[host] = site{address: address}
}

// site returns what answers under a name, with or without a port.
func (i *Internet) site(host string) (site, bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	return lookUp(i.sites, host)
}

// lookUp finds what is said of a host, or of its domain.
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
		outage.meet(w, r)
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

// Env is the environment of a process that shall live on this internet. Go by
// itself heeds SSL_CERT_FILE on Linux alone: commands in Go read it themselves. Git
// has a variable of its own.
func (i *Internet) Env() []string {
	return []string{
		"HTTPS_PROXY=" + i.ProxyURL, "https_proxy=" + i.ProxyURL, "NO_PROXY=", "no_proxy=",
		"SSL_CERT_FILE=" + i.CAFile, "GIT_SSL_CAINFO=" + i.CAFile,
	}
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
