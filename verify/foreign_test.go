package verify

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// elsewhere are URLs to which no response may redirect the checks.
var elsewhere = []string{
	"http://login.microsoftonline.com/keys", "http://169.254.169.254/metadata/identity/oauth2/token", "https://169.254.169.254/", "https://127.0.0.1/",
	"https://127.1/", "https://2130706433/", "https://[::1]/", "https://[::ffff:10.0.0.1]/", "https://10.0.0.1/", "https://172.16.0.1/", "https://192.168.0.1/",
	"https://localhost/", "https://metadata.google.internal/", "https://internal.example.com/", "https://evil.example/", "https://login.microsoftonline.com.evil.example/",
	"https://login.microsoftonline.com@evil.example/", "https://login.microsoftonline.com:8443/", "//evil.example/", "file:///etc/passwd", "/keys", "https://",
}

// recording records each host and port that a transport connects to.
func recording(transport *http.Transport) (asked func() []string) {
	var mu sync.Mutex
	var hosts []string
	dial := transport.DialContext
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		mu.Lock()
		defer mu.Unlock()
		hosts = append(hosts, address)
		return dial(ctx, network, address)
	}
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		slices.Sort(hosts)
		return slices.Compact(hosts)
	}
}

// known are the hosts in the stack's outputs.
var known = []string{"argocd.example.com:443", "argocd.example.com:80", "login.microsoftonline.com:443", "westus3.oic.prod-aks.azure.com:443"}

// TestDiscoveredURLs: the checks reject a discovery document with a URL on another host than
// its issuer's, or with plain HTTP.
func TestDiscoveredURLs(t *testing.T) {
	t.Parallel()
	for _, address := range elsewhere {
		for endpoint, c := range map[string]struct{ issuer, check string }{
			"jwks_uri": {login, "Entra tenant"}, "authorization_endpoint": {login, "Entra tenant"}, "token_endpoint": {login, "Entra tenant"}, "jwks_uri of the cluster": {cluster, "cluster issuer"},
		} {
			t.Run(endpoint+" "+address, func(t *testing.T) {
				t.Parallel()
				changed := pages()
				page := strings.TrimSuffix(c.issuer, "/") + "/.well-known/openid-configuration"
				changed[page] = withField(t, changed[page], strings.TrimSuffix(endpoint, " of the cluster"), address)
				transport := transportTo(t, changed, allHosts, tomorrow)
				asked := recording(transport)
				expectOne(t, Run(t.Context(), transport, Patience, outputs), c.check, "is not on https://")
				for _, host := range asked() {
					if !slices.Contains(known, host) {
						t.Errorf("connected to %s", host)
					}
				}
			})
		}
	}
}

func withField(t *testing.T, document, field, value string) string {
	t.Helper()
	fields := map[string]string{}
	if err := json.Unmarshal([]byte(document), &fields); err != nil {
		t.Fatal(err)
	}
	fields[field] = value
	changed, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	return string(changed)
}

// TestForeignRedirects: the checks follow no redirect to another host or to plain HTTP.
func TestForeignRedirects(t *testing.T) {
	t.Parallel()
	for page, check := range map[string]string{
		login + "/.well-known/openid-configuration":  "Entra tenant",
		"https://login.microsoftonline.com/keys":     "Entra tenant",
		cluster + ".well-known/openid-configuration": "cluster issuer",
		cluster + "jwks":                "cluster issuer",
		argocd + "/healthz":             "",
		argocd + "/api/v1/settings":     "Argo CD settings",
		argocd + "/api/v1/applications": "anonymous access",
		argocd + "/auth/login":          "login redirect",
		argocd + "/auth/callback":       "workload identity",
		// Entra redirects accepted requests to the sign-in page of a federated domain.
		authorize: "",
		token:     "CLI sign-in",
	} {
		for _, target := range []string{"http://169.254.169.254/", "https://evil.example/", "http://login.microsoftonline.com/x", "https://127.0.0.1:6443/"} {
			t.Run(page+" "+target, func(t *testing.T) {
				t.Parallel()
				changed := pages()
				changed[page] = "redirect " + target
				transport := transportTo(t, changed, allHosts, tomorrow)
				asked := recording(transport)
				checks := Run(t.Context(), transport, Patience, outputs)
				for _, host := range asked() {
					if !slices.Contains(known, host) {
						t.Errorf("connected to %s", host)
					}
				}
				if failed := slices.DeleteFunc(checks, func(c Check) bool { return c.OK || c.Skipped }); check == "" && len(failed) > 0 || check != "" && (len(failed) != 1 || failed[0].Name != check) {
					t.Errorf("failed: %+v, want %q", failed, check)
				}
			})
		}
	}
}

// TestPlainLogin: the sign-in page is not opened over plain HTTP.
func TestPlainLogin(t *testing.T) {
	t.Parallel()
	changed := pages()
	changed[argocd+"/auth/login"] = "redirect " + strings.Replace(signIn, "https:", "http:", 1)
	transport := transportTo(t, changed, allHosts, tomorrow)
	asked := recording(transport)
	expectOne(t, Run(t.Context(), transport, Patience, outputs), "login redirect", `redirects users to "http://login.microsoftonline.com" instead of "https://login.microsoftonline.com"`)
	if slices.Contains(asked(), "login.microsoftonline.com:80") {
		t.Error("connected over plain HTTP")
	}
}

// TestRefusedByRedirect: Entra sends the error to the redirect URI.
func TestRefusedByRedirect(t *testing.T) {
	t.Parallel()
	changed := pages()
	changed[authorize+" "+argocd+"/auth/callback"] = "redirect " + argocd + "/auth/callback?error=access_denied&error_description=AADSTS65004%3a+The+user+declined%0d%0aTrace+ID%3a+1"
	expectOne(t, Run(t.Context(), transportTo(t, changed, allHosts, tomorrow), Patience, outputs), "sign-in page", "AADSTS65004: The user declined")
}

// unindented matches the beginning of a line that does not continue another.
var unindented = regexp.MustCompile(`(?m)^[^ \n]`)

// hostile is a response that manipulates a terminal: it clears the screen, sets the title,
// moves the cursor back, forges a line of output, reverses the text and hides the rest.
const hostile = "x\x1b[2J\x1b]0;title\a\b\b\r\nok  certificate\tvalid\v\f\x00\x7f\u009b2J\u202eevil\u2066\u200b\u2028ok\u2029\u0085\xff\xfe end"

// TestForeignText: text of responses is printed as plain characters of limited length, and
// only results begin a line.
func TestForeignText(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(hostile + strings.Repeat("é", 10_000))
	if err != nil {
		t.Fatal(err)
	}
	long := hostile + strings.Repeat("é", 10_000)
	for page, answer := range map[string]string{
		login + "/.well-known/openid-configuration":  "status 500 " + long,
		"https://login.microsoftonline.com/keys":     `{"keys": "` + long + `"}`,
		cluster + ".well-known/openid-configuration": `{"issuer": ` + string(text) + `}`,
		cluster + "jwks":            "status 404 " + long,
		argocd + "/api/v1/settings": `{"oidcConfig": {"issuer": ` + string(text) + `, "clientID": ` + string(text) + `, "cliClientID": ` + string(text) + `, "scopes": [` + string(text) + `]}, "url": ` + string(text) + `}`,
		argocd + "/auth/login":      "status 500 " + long,
		argocd + "/auth/callback":   "status 500 AZURE_FEDERATED_TOKEN_FILE " + long,
		argocd + "/auth/callback ":  "status 500 AADSTS7000218: " + long,
		authorize:                   "AADSTS50011: " + long,
		token:                       "status 400 AADSTS7000218: " + long,
		"http://argocd.example.com/api/v1/settings": "redirect http://evil.example/%1b%5b2J" + strings.Repeat("x", 10_000),
	} {
		t.Run(page, func(t *testing.T) {
			t.Parallel()
			changed := pages()
			changed[strings.TrimSpace(page)] = answer
			checks := Run(t.Context(), transportTo(t, changed, allHosts, tomorrow), Patience, outputs)
			if !Failed(checks) {
				t.Fatalf("nothing failed: %+v", checks)
			}
			for name, print := range map[string]func(*bytes.Buffer) error{
				"text": func(b *bytes.Buffer) error { return Print(b, checks) },
				"JSON": func(b *bytes.Buffer) error { return PrintJSON(b, checks) },
			} {
				var printed bytes.Buffer
				if err := print(&printed); err != nil {
					t.Fatal(err)
				}
				want := len(checks)
				if name == "JSON" {
					want = 1
				}
				if got := len(unindented.FindAllString(printed.String(), -1)); got != want {
					t.Errorf("%s: %d lines that are not indented, want %d: %q", name, got, want, &printed)
				}
				for _, r := range printed.String() {
					if r != '\n' && (r < ' ' || r > '~' && r != 'é' && r != '…' && r != '\ufffd') {
						t.Fatalf("%s: prints %U: %q", name, r, &printed)
					}
				}
				if n := printed.Len(); n > 2*len(checks)*2*longest {
					t.Errorf("%s: %d bytes", name, n)
				}
			}
		})
	}
}
