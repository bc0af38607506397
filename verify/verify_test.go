package verify

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

const (
	login    = "https://login.microsoftonline.com/tenant/v2.0"
	cluster  = "https://westus3.oic.prod-aks.azure.com/tenant/cluster/"
	argocd   = "https://argocd.example.com"
	callback = "https%3A%2F%2Fargocd.example.com%2Fauth%2Fcallback"
	signIn   = "https://login.microsoftonline.com/tenant/oauth2/v2.0/authorize?client_id=app&redirect_uri=" + callback
)

// pages are the answers of a deployment that works, by URL without its query.
func pages() map[string]string {
	return map[string]string{
		login + "/.well-known/openid-configuration":  `{"issuer": "` + login + `", "jwks_uri": "https://login.microsoftonline.com/keys"}`,
		"https://login.microsoftonline.com/keys":     `{"keys": [{}]}`,
		cluster + ".well-known/openid-configuration": `{"issuer": "` + cluster + `", "jwks_uri": "` + cluster + `jwks"}`,
		cluster + "jwks":              `{"keys": [{}]}`,
		argocd + "/healthz":           "ok",
		argocd + "/api/v1/settings":   `{"oidcConfig": {"issuer": "` + login + `", "clientID": "app"}, "userLoginsDisabled": true}`,
		argocd + "/auth/login":        "redirect " + signIn,
		strings.Split(signIn, "?")[0]: "<h1>Pick an account</h1>",
	}
}

var outputs = Outputs{ArgoCDURL: argocd, OIDCIssuerURL: cluster, EntraIssuerURL: login, ClientID: "app"}

// world serves the pages under their real names, with a certificate that ends
// at a time of the test's choice, and returns a transport that leads there.
func world(t *testing.T, pages map[string]string, hosts []string, expires time.Time) *http.Transport {
	t.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page, exists := pages["https://"+r.Host+r.URL.Path]
		if target, redirects := strings.CutPrefix(page, "redirect "); redirects {
			http.Redirect(w, r, target, http.StatusSeeOther)
			return
		}
		if !exists {
			w.WriteHeader(http.StatusNotFound)
		}
		_, _ = w.Write([]byte(page))
	}))
	certificate := selfSigned(t, hosts, expires)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	server.StartTLS()
	t.Cleanup(server.Close)
	trusted := x509.NewCertPool()
	trusted.AddCert(certificate.Leaf)
	return &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: trusted},
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, server.Listener.Addr().String())
		},
	}
}

func selfSigned(t *testing.T, hosts []string, expires time.Time) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: hosts, NotBefore: expires.Add(-48 * time.Hour), NotAfter: expires,
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

var (
	allHosts = []string{"argocd.example.com", "login.microsoftonline.com", "westus3.oic.prod-aks.azure.com"}
	tomorrow = time.Now().Add(24 * time.Hour)
)

func TestAllIsWell(t *testing.T) {
	checks := Run(t.Context(), world(t, pages(), allHosts, tomorrow), outputs)
	if Failed(checks) || len(checks) != 8 {
		t.Errorf("%+v", checks)
	}
	var printed bytes.Buffer
	if err := Print(&printed, checks); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(printed.String(), "\n"); lines != len(checks) {
		t.Errorf("%d lines for %d checks:\n%s", lines, len(checks), &printed)
	}
}

func TestWhatCanBeWrong(t *testing.T) {
	authorize := strings.Split(signIn, "?")[0]
	for name, c := range map[string]struct {
		page, answer string
		check, want  string
	}{
		"issuer without its slash": {cluster + ".well-known/openid-configuration", `{"issuer": "` + strings.TrimSuffix(cluster, "/") + `"}`, "cluster issuer", "calls itself"},
		"no issuer":                {cluster + ".well-known/openid-configuration", "", "cluster issuer", "EOF"},
		"no keys":                  {cluster + "jwks", `{"keys": []}`, "cluster issuer", "no signing key"},
		"unknown tenant":           {login + "/.well-known/openid-configuration", `{"issuer": "other"}`, "Entra tenant", "calls itself"},
		"not Argo CD":              {argocd + "/api/v1/settings", "<html>", "Argo CD settings", "invalid character"},
		"wrong issuer":             {argocd + "/api/v1/settings", `{"oidcConfig": {"issuer": "other", "clientID": "app"}, "userLoginsDisabled": true}`, "issuer", `Argo CD has "other"`},
		"wrong client ID":          {argocd + "/api/v1/settings", `{"oidcConfig": {"issuer": "` + login + `", "clientID": "other"}, "userLoginsDisabled": true}`, "client ID", `Argo CD has "other"`},
		"password logins":          {argocd + "/api/v1/settings", `{"oidcConfig": {"issuer": "` + login + `", "clientID": "app"}}`, "built-in login", "users with a password"},
		"login fails":              {argocd + "/auth/login", "failed to query provider", "login redirect", "failed to query provider"},
		"other tenant":             {argocd + "/auth/login", "redirect https://elsewhere.example.com/", "login redirect", `sends users to "elsewhere.example.com"`},
		"other client":             {argocd + "/auth/login", "redirect https://login.microsoftonline.com/?client_id=other", "login redirect", `asks for client ID "other"`},
		"other domain":             {argocd + "/auth/login", "redirect https://login.microsoftonline.com/?client_id=app&redirect_uri=http://argocd.example.com", "login redirect", "asks for redirect URI"},
		"Entra refuses":            {authorize, `{"error_description": "AADSTS50011: The redirect URI"}`, "sign-in page", "AADSTS50011: The redirect URI"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changed := pages()
			changed[c.page] = c.answer
			expectOne(t, Run(t.Context(), world(t, changed, allHosts, tomorrow), outputs), c.check, c.want)
		})
	}
}

// expectOne wants this check to have failed, for this reason, and no other.
func expectOne(t *testing.T, checks []Check, name, want string) {
	t.Helper()
	seen := false
	for _, check := range checks {
		switch {
		case check.Name != name && !check.OK:
			t.Errorf("also failed: %+v", check)
		case check.Name == name:
			seen = true
			if check.OK || !strings.Contains(check.Detail, want) || check.Fix == "" {
				t.Errorf("got %+v, want %q", check, want)
			}
		}
	}
	if !seen {
		t.Errorf("no check %q in %+v", name, checks)
	}
}

func TestCertificates(t *testing.T) {
	for name, c := range map[string]struct {
		hosts   []string
		expires time.Time
		want    string
	}{
		"expired":    {allHosts, time.Now().Add(-time.Hour), "certificate has expired"},
		"other host": {[]string{"other.example.com"}, tomorrow, "not argocd.example.com"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			transport := world(t, pages(), c.hosts, c.expires)
			check := checkCertificate(t.Context(), &http.Client{Transport: transport}, argocd)
			expectOne(t, []Check{check}, "certificate", c.want)
			if local := checkCertificate(t.Context(), &http.Client{Transport: insecure(transport)}, "https://localhost:9000"); !local.OK {
				t.Errorf("localhost: %+v", local)
			}
		})
	}
	transport := world(t, pages(), allHosts, tomorrow)
	transport.TLSClientConfig.RootCAs = x509.NewCertPool()
	expectOne(t, []Check{checkCertificate(t.Context(), &http.Client{Transport: transport}, argocd)}, "certificate", "unknown authority")
}

func TestStoppedArgoCD(t *testing.T) {
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	address := "https://" + listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	checks := Run(t.Context(), &http.Transport{}, Outputs{ArgoCDURL: strings.Replace(address, "127.0.0.1", "localhost", 1), OIDCIssuerURL: address, EntraIssuerURL: address})
	for _, check := range checks {
		if check.OK || !strings.Contains(check.Detail, "connection refused") {
			t.Errorf("%+v", check)
		}
	}
	if len(checks) != 4 {
		t.Errorf("%d checks", len(checks))
	}
}

func TestParseOutputs(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"not JSON":  {"no stack selected", []string{"pulumi stack output --json"}},
		"empty":     {"{}", []string{"argocdUrl", "oidcIssuerUrl", "entraIssuerUrl", "clientId", "run pulumi up"}},
		"not https": {`{"argocdUrl": "http://x", "oidcIssuerUrl": "https://x", "entraIssuerUrl": "https://x", "clientId": "x"}`, []string{`argocdUrl is "http://x"`}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParseOutputs(strings.NewReader(c.text))
			for _, want := range c.want {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("no %q in %v", want, err)
				}
			}
		})
	}
	good := `{"argocdUrl": "https://a", "oidcIssuerUrl": "https://b", "entraIssuerUrl": "https://c", "clientId": "d", "readme": "..."}`
	if o, err := ParseOutputs(strings.NewReader(good)); err != nil || o != (Outputs{"https://a", "https://b", "https://c", "d"}) {
		t.Errorf("%+v, %v", o, err)
	}
}
