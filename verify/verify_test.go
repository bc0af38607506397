package verify

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/OWNER/argocd-on-aks/infra/chart"
)

const (
	login    = "https://login.microsoftonline.com/tenant/v2.0"
	cluster  = "https://westus3.oic.prod-aks.azure.com/tenant/cluster/"
	argocd   = "https://argocd.example.com"
	callback = "https%3A%2F%2Fargocd.example.com%2Fauth%2Fcallback"
	signIn   = authorize + "?client_id=app&redirect_uri=" + callback

	hang     = "hang"
	breakOff = "break off"

	authorize = "https://login.microsoftonline.com/tenant/oauth2/v2.0/authorize"
	token     = "https://login.microsoftonline.com/tenant/oauth2/v2.0/token"
)

// pages returns the responses of a working deployment, by URL without its query, optionally
// followed by a redirect URI. A response can begin with lines such as "header Server: nginx",
// followed by "redirect" (303) or "found" (302) and a URL, or by "status" and a number, or be hang or breakOff.
func pages() map[string]string {
	return map[string]string{
		login + "/.well-known/openid-configuration": `{"issuer": "` + login + `", "jwks_uri": "https://login.microsoftonline.com/keys",
			"authorization_endpoint": "` + authorize + `", "token_endpoint": "` + token + `"}`,
		"https://login.microsoftonline.com/keys":     `{"keys": [{}]}`,
		cluster + ".well-known/openid-configuration": `{"issuer": "` + cluster + `", "jwks_uri": "` + cluster + `jwks"}`,
		cluster + "jwks":                `{"keys": [{}]}`,
		argocd + "/healthz":             "ok",
		argocd + "/api/v1/settings":     settingsWith(""),
		argocd + "/api/v1/applications": `status 401 {"error": "no session information", "code": 16, "message": "no session information"}`,
		argocd + "/auth/login":          "redirect " + signIn,
		argocd + "/auth/callback":       `status 500 failed to get token: oauth2: "invalid_grant" "AADSTS9002313: Invalid request."`,
		authorize:                       "<h1>Pick an account</h1>",
		token:                           `status 400 {"error": "invalid_grant", "error_description": "AADSTS9002313: Invalid request."}`,
		strings.Replace(argocd, "s", "", 1) + "/api/v1/settings": "redirect " + argocd + "/api/v1/settings",
	}
}

// settingsWith returns Argo CD's public settings, with another value of a field in oidcConfig.
func settingsWith(field string) string {
	return `{"userLoginsDisabled": true, "url": "` + argocd + `", "oidcConfig": {"issuer": "` + login +
		`", "clientID": "app", "scopes": ["openid"], "idTokenClaims": {"groups": {}}` + field + `}}`
}

var outputs = Outputs{ArgoCDURL: argocd, OIDCIssuerURL: cluster, EntraIssuerURL: login, ClientID: "app"}

// transportTo serves the pages under their real host names, with a certificate that expires at
// the given time, and returns a transport to them.
func transportTo(t *testing.T, pages map[string]string, hosts []string, expires time.Time) *http.Transport {
	t.Helper()
	answer := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		address := "https://" + r.Host + r.URL.Path
		if r.TLS == nil {
			address = "http://" + r.Host + r.URL.Path
		}
		page, exists := pages[address+" "+r.FormValue("redirect_uri")]
		if !exists {
			page, exists = pages[address]
		}
		for strings.HasPrefix(page, "header ") {
			var header string
			header, page, _ = strings.Cut(strings.TrimPrefix(page, "header "), "\n")
			name, value, _ := strings.Cut(header, ": ")
			w.Header().Add(name, value)
		}
		if target, redirects := strings.CutPrefix(page, "redirect "); redirects {
			http.Redirect(w, r, target, http.StatusSeeOther)
			return
		}
		if target, redirects := strings.CutPrefix(page, "found "); redirects {
			http.Redirect(w, r, target, http.StatusFound)
			return
		}
		if !exists {
			page = "status 404 not found"
		}
		switch page {
		case hang:
			<-r.Context().Done()
			return
		case breakOff:
			w.Header().Set("Content-Length", "1000")
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}
		if rest, other := strings.CutPrefix(page, "status "); other {
			code, text, _ := strings.Cut(rest, " ")
			status, _ := strconv.Atoi(code)
			if kind := w.Header().Get("Content-Type"); kind != "" {
				w.WriteHeader(status)
				_, _ = w.Write([]byte(text))
				return
			}
			http.Error(w, text, status)
			return
		}
		_, _ = w.Write([]byte(page))
	})
	server, plain := httptest.NewUnstartedServer(answer), httptest.NewServer(answer)
	certificate := selfSigned(t, hosts, expires)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	server.StartTLS()
	t.Cleanup(server.Close)
	t.Cleanup(plain.Close)
	trusted := x509.NewCertPool()
	trusted.AddCert(certificate.Leaf)
	return &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: trusted},
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			to := server.Listener.Addr()
			if strings.HasSuffix(address, ":80") {
				to = plain.Listener.Addr()
			}
			return (&net.Dialer{}).DialContext(ctx, network, to.String())
		},
	}
}

// TestConcurrency: the first requests to the cluster's issuer, Entra and Argo CD are sent
// concurrently, so a host that does not respond delays no other.
func TestConcurrency(t *testing.T) {
	t.Parallel()
	const first = 4
	transport, asked, all := transportTo(t, pages(), allHosts, tomorrow), atomic.Int32{}, make(chan struct{})
	dial := transport.DialContext
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		if asked.Add(1) == first {
			close(all)
		}
		select {
		case <-all:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		return dial(ctx, network, address)
	}
	if checks := Run(t.Context(), transport, 10*time.Second, outputs); Failed(checks) {
		t.Errorf("%v", checks)
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

func TestWorkingDeployment(t *testing.T) {
	checks := Run(t.Context(), transportTo(t, pages(), allHosts, tomorrow), Patience, outputs)
	if Failed(checks) || len(checks) != 13 {
		t.Errorf("%+v", checks)
	}
	var printed bytes.Buffer
	if err := Print(&printed, checks); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(printed.String(), "\n"); lines != len(checks) {
		t.Errorf("%d lines for %d checks:\n%s", lines, len(checks), &printed)
	}
	wantWidth(t, printed.String())
}

// wantWidth checks that no line is too long.
func wantWidth(t *testing.T, printed string) {
	t.Helper()
	for line := range strings.Lines(printed) {
		if utf8.RuneCountInString(strings.TrimSuffix(line, "\n")) > width {
			t.Errorf("more than %d columns: %s", width, line)
		}
	}
}

// TestPrint: a long detail or correction continues on indented lines, but a command stays on one
// line.
func TestPrint(t *testing.T) {
	var printed bytes.Buffer
	err := Print(&printed, []Check{
		{Name: "cluster", OK: true, Detail: "issuer and workload identity are on"},
		{Name: "federated credentials of argocd-dev-argocd-repo-server", OK: true, Detail: "1, for argocd-repo-server on the stack's cluster"},
		{Name: "workload identity", Detail: "AADSTS700213: No matching federated identity record found for presented assertion", Fix: "restart the pods: `kubectl rollout restart deploy/argocd-server --namespace argocd`; then retry"},
		{Name: "Entra tenant", Unseen: true, Detail: "https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111/v2.0 returned 503"},
	})
	const want = `ok       cluster                 issuer and workload identity are on
ok       federated credentials of argocd-dev-argocd-repo-server
         1, for argocd-repo-server on the stack's cluster
FAILED   workload identity       AADSTS700213: No matching federated identity record found for
                                 presented assertion
         to do: restart the pods: ` + "`kubectl rollout restart deploy/argocd-server --namespace argocd`" + `;
         then retry
UNKNOWN  Entra tenant
         https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111/v2.0 returned 503
`
	if err != nil || printed.String() != want {
		t.Errorf("%v\ngot\n%swant\n%s", err, &printed, want)
	}
	wantWidth(t, printed.String())
}

func TestFailures(t *testing.T) {
	for name, c := range map[string]struct {
		page, answer string
		check, want  string
	}{
		"issuer without its slash": {cluster + ".well-known/openid-configuration", `{"issuer": "` + strings.TrimSuffix(cluster, "/") + `"}`, "cluster issuer", "the issuer is"},
		"no issuer":                {cluster + ".well-known/openid-configuration", "", "cluster issuer", "unexpected end of JSON"},
		"no keys":                  {cluster + "jwks", `{"keys": []}`, "cluster issuer", "no signing key"},
		"unknown tenant":           {login + "/.well-known/openid-configuration", `{"issuer": "other"}`, "Entra tenant", "the issuer is"},
		"not Argo CD":              {argocd + "/api/v1/settings", "nonsense", "Argo CD settings", "invalid character"},
		"wrong issuer":             {argocd + "/api/v1/settings", settingsWith(`, "issuer": "other"`), "issuer", `Argo CD has "other"`},
		"wrong client ID":          {argocd + "/api/v1/settings", settingsWith(`, "clientID": "other"`), "client ID", `Argo CD has "other"`},
		"another ID for the CLI":   {argocd + "/api/v1/settings", settingsWith(`, "cliClientID": "other"`), "client ID", `Argo CD tells the CLI to use the client ID "other"`},
		"no groups claim":          {argocd + "/api/v1/settings", strings.Replace(settingsWith(""), `"groups"`, `"email"`, 1), "scopes and claims", "does not request the groups claim"},
		"no openid":                {argocd + "/api/v1/settings", settingsWith(`, "scopes": ["email"]`), "scopes and claims", `["email"] without openid`},
		"password logins":          {argocd + "/api/v1/settings", strings.Replace(settingsWith(""), "true", "false", 1), "built-in login", "users with a password"},
		"anonymous access":         {argocd + "/api/v1/applications", `{"items": null}`, "anonymous access", "anonymous access is enabled"},
		"no anonymous response":    {argocd + "/api/v1/applications", "status 500 overloaded", "anonymous access", "500 Internal Server Error instead of 401"},
		"plain HTTP":               {"http://argocd.example.com/api/v1/settings", settingsWith(""), "plain HTTP", "in plain text"},
		"plain HTTP elsewhere":     {"http://argocd.example.com/api/v1/settings", "redirect http://elsewhere.example.com/", "plain HTTP", "redirects to http://elsewhere.example.com/"},
		"login fails":              {argocd + "/auth/login", "failed to query provider", "login redirect", "failed to query provider"},
		"other tenant":             {argocd + "/auth/login", "redirect https://elsewhere.example.com/", "login redirect", `redirects users to "https://elsewhere.example.com"`},
		"other client":             {argocd + "/auth/login", "redirect https://login.microsoftonline.com/?client_id=other", "login redirect", `sends client ID "other"`},
		"other domain":             {argocd + "/auth/login", "redirect https://login.microsoftonline.com/?client_id=app&redirect_uri=http://argocd.example.com", "login redirect", "sends redirect URI"},
		"Entra refuses":            {authorize + " " + argocd + "/auth/callback", `<script>$Config={"strServiceExceptionMessage":"AADSTS50011: The redirect URI \u0027https://x\u0027 is not"}</script>`, "sign-in page", "AADSTS50011: The redirect URI 'https://x' is not"},
		"no token":                 {argocd + "/auth/callback", "status 500 failed to generate client assertion: AZURE_FEDERATED_TOKEN_FILE env variable not found", "workload identity", "not found; to do: workload identity is off"},
		"untrusted token":          {argocd + "/auth/callback", `status 500 failed to get token: oauth2: "invalid_client" "AADSTS700213: No matching record.\r\nTrace ID: 0"`, "workload identity", "AADSTS700213: No matching record."},
		"no assertion":             {argocd + "/auth/callback", `status 500 failed to get token: oauth2: "invalid_client" "AADSTS7000218: The request body"`, "workload identity", "AADSTS7000218"},
		"Entra unreachable":        {argocd + "/auth/callback", `status 500 failed to get token: Post "https://login.microsoftonline.com": i/o timeout`, "workload identity", "i/o timeout"},
		"lost state":               {argocd + "/auth/callback", "status 400 http: named cookie not present", "workload identity", "named cookie not present"},
		"Entra refuses the CLI":    {authorize + " " + chart.CLIRedirectURI, "AADSTS50011: The redirect URI", "CLI sign-in", "AADSTS50011: The redirect URI"},
		"CLI needs a secret":       {token, `status 401 {"error_description": "AADSTS7000218: The request body"}`, "CLI sign-in", "AADSTS7000218: The request body"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changed := pages()
			changed[c.page] = c.answer
			expectOne(t, Run(t.Context(), transportTo(t, changed, allHosts, tomorrow), Patience, outputs), c.check, c.want)
		})
	}
}

// TestUnverified: a check that cannot verify a property passes, and its detail says so.
func TestUnverified(t *testing.T) {
	for name, c := range map[string]struct{ page, answer, check, want string }{
		"code read first":        {argocd + "/auth/callback", `status 500 failed to get token: oauth2: "invalid_grant" "AADSTS7000012: The grant"`, "workload identity", "trust unverified"},
		"code not readable":      {argocd + "/auth/callback", `status 500 failed to get token: oauth2: "invalid_request" "AADSTS90023: Invalid"`, "workload identity", "unverified"},
		"the CLI's code as well": {token, `status 400 {"error": "invalid_grant", "error_description": "AADSTS7000012: The grant"}`, "CLI sign-in", "unverified"},
		"another app on port 80": {"http://argocd.example.com/api/v1/settings", "<html>", "plain HTTP", "another application"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changed := pages()
			changed[c.page] = c.answer
			checks := Run(t.Context(), transportTo(t, changed, allHosts, tomorrow), Patience, outputs)
			i := slices.IndexFunc(checks, func(check Check) bool { return check.Name == c.check })
			if Failed(checks) || i < 0 || !strings.Contains(checks[i].Detail, c.want) {
				t.Errorf("%+v", checks)
			}
		})
	}
}

// TestErrorPage: an ingress can replace Argo CD's error responses.
func TestErrorPage(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(http.StatusInternalServerError)
	}))
	defer server.Close()
	check := checkWorkloadIdentity(t.Context(), server.Client(), attempt{target: &url.URL{}}, Check{OK: true}, server.URL)
	expectResult(t, []Check{check}, "workload identity", "WARNING", "unverified")
}

// TestClosedPort: port 80 can be closed, and a port-forward has none.
func TestClosedPort(t *testing.T) {
	transport := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return nil, syscall.ECONNREFUSED }}
	for address, want := range map[string]string{argocd: "is closed", "https://localhost:9000": "has no port 80"} {
		check := checkPlainHTTP(t.Context(), &http.Client{Transport: transport}, address)
		if !check.OK || !strings.Contains(check.Detail, want) || check.Skipped != isLocal(address) {
			t.Errorf("%s: %+v", address, check)
		}
	}
}

func TestExpiry(t *testing.T) {
	const day = 24 * time.Hour
	now := time.Now()
	for name, c := range map[string]struct {
		life, left time.Duration
		result     string
		want       string
	}{
		"fresh":                       {90 * day, 60 * day, "ok", "60 days left"},
		"renewed late":                {90 * day, 11 * day, "ok", "11 days left"},
		"ends in ten days":            {90 * day, 11*day - time.Minute, "WARNING", "10 days left"},
		"a week left":                 {90 * day, 7 * day, "WARNING", "7 days left"},
		"not renewed":                 {90 * day, 7*day - time.Minute, "FAILED", "6 days left"},
		"of a year, ends in ten":      {365 * day, 10 * day, "WARNING", "10 days left"},
		"six days altogether":         {6 * day, 2 * day, "ok", "2 days left"},
		"of six, not renewed in time": {6 * day, 36 * time.Hour, "WARNING", "36 hours left"},
		"not renewed either":          {6 * day, day, "FAILED", "24 hours left"},
	} {
		check := checkExpiry(&x509.Certificate{NotBefore: now.Add(c.left - c.life), NotAfter: now.Add(c.left)}, now)
		var printed bytes.Buffer
		if err := Print(&printed, []Check{check}); err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(printed.String(), fmt.Sprintf("%-*scertificate", nameColumn, c.result)) || !strings.Contains(check.Detail, c.want) ||
			Failed([]Check{check}) != (c.result == "FAILED") || strings.Contains(printed.String(), "to do: ") != (c.result != "ok") {
			t.Errorf("%s: %+v: %s", name, check, &printed)
		}
	}
}

// expectOne checks that only this check failed, for this reason, and that each other check that
// did not pass names a check on which it depends.
func expectOne(t *testing.T, checks []Check, name, want string) {
	t.Helper()
	seen := false
	for _, check := range checks {
		switch {
		case check.Name != name && !check.OK && !(check.Unseen && strings.Contains(check.Detail+check.Fix, strconv.Quote(name))):
			t.Errorf("also failed: %+v", check)
		case check.Name == name:
			seen = true
			if check.OK || !strings.Contains(check.Detail+"; to do: "+check.Fix, want) || strings.Contains(check.Detail, "Trace ID") || check.Fix == "" {
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
			transport := transportTo(t, pages(), c.hosts, c.expires)
			check, unreachable := checkCertificate(t.Context(), &http.Client{Transport: transport}, argocd)
			if expectOne(t, []Check{check}, "certificate", c.want); unreachable == nil {
				t.Error("no error")
			}
			if local, err := checkCertificate(t.Context(), &http.Client{Transport: insecure(transport)}, "https://localhost:9000"); !local.OK || err != nil {
				t.Errorf("localhost: %+v, %v", local, err)
			}
		})
	}
	transport := transportTo(t, pages(), allHosts, tomorrow)
	transport.TLSClientConfig.RootCAs = x509.NewCertPool()
	check, err := checkCertificate(t.Context(), &http.Client{Transport: transport}, argocd)
	if expectOne(t, []Check{check}, "certificate", "unknown authority"); err == nil {
		t.Error("no error")
	}
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
	local := outputs
	local.ArgoCDURL = strings.Replace(address, "127.0.0.1", "localhost", 1)
	transport := transportTo(t, pages(), allHosts, tomorrow)
	transport.DialContext = refusing("localhost", transport.DialContext)
	expectOne(t, Run(t.Context(), transport, Patience, local), "certificate", "run the port-forward")
}

func TestParseOutputs(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"not JSON":  {"no stack selected", []string{"pulumi stack output --json"}},
		"empty":     {"{}", []string{"argocdUrl", "oidcIssuerUrl", "entraIssuerUrl", "clientId", "run pulumi up"}},
		"not https": {`{"argocdUrl": "http://x", "oidcIssuerUrl": "https://x", "entraIssuerUrl": "https://x", "clientId": "x"}`, []string{`argocdUrl "http://x" is not a valid https URL`}},
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
	good := `{"argocdUrl": "https://a", "oidcIssuerUrl": "https://b", "entraIssuerUrl": "https://c", "clientId": "d", "redirectUris": ["e"], "readme": "..."}`
	if o, err := ParseOutputs(strings.NewReader(good)); err != nil || !reflect.DeepEqual(o, Outputs{"https://a", "https://b", "https://c", "d", []string{"e"}}) {
		t.Errorf("%+v, %v", o, err)
	}
}
