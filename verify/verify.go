// Package verify checks from outside that users can sign in to a deployed Argo
// CD. It needs the stack's outputs and the network, no credentials.
package verify

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// Check is the result of one check.
type Check struct {
	Name string `json:"name"`
	OK   bool   `json:"ok"`
	// Detail is what was seen, Fix what to do about it when it is wrong.
	Detail string `json:"detail"`
	Fix    string `json:"fix,omitempty"`
	// Unseen says that the check could not be made: it is not OK, and Detail says
	// what stood in the way.
	Unseen bool `json:"unseen,omitempty"`
}

func (c Check) failed(detail string) Check {
	c.Detail = detail
	return c
}

func (c Check) passed(detail string) Check { return Check{Name: c.Name, OK: true, Detail: detail} }

// Failed reports whether any check is not OK.
func Failed(checks []Check) bool {
	return slices.ContainsFunc(checks, func(c Check) bool { return !c.OK })
}

// Run does all checks, in the order in which a sign-in needs them. A copy of
// transport makes the requests; to localhost it takes any certificate.
func Run(ctx context.Context, transport *http.Transport, o Outputs) []Check {
	web := &http.Client{Transport: transport}
	argo := &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if isLocal(o.ArgoCDURL) {
		argo.Transport = insecure(transport)
	}
	checks := []Check{
		checkIssuer(ctx, web, "cluster issuer", o.OIDCIssuerURL,
			"run pulumi refresh and pulumi up: the federated credential must have the cluster's issuer, with its final slash"),
		checkIssuer(ctx, web, "Entra tenant", o.EntraIssuerURL,
			"check azuread:tenantId and the config key cloud, and that login.microsoftonline.com can be reached"),
		checkCertificate(ctx, argo, o.ArgoCDURL),
	}
	s, err := settings(ctx, argo, o.ArgoCDURL)
	checks = append(checks, checkSettings(s, err, o)...)
	if err != nil {
		return checks
	}
	target, check := checkLogin(ctx, argo, o)
	if checks = append(checks, check); !check.OK {
		return checks
	}
	return append(checks, checkSignInPage(ctx, web, target))
}

func isLocal(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Hostname() == "localhost"
}

func insecure(transport *http.Transport) *http.Transport {
	clone := transport.Clone()
	if clone.TLSClientConfig == nil {
		clone.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	clone.TLSClientConfig.InsecureSkipVerify = true // Argo CD behind a port-forward is self-signed
	return clone
}

// checkIssuer reads an OpenID Connect issuer's discovery document and keys.
func checkIssuer(ctx context.Context, client *http.Client, name, issuer, fix string) Check {
	check := Check{Name: name, Fix: fix}
	var document struct {
		Issuer string `json:"issuer"`
		Keys   string `json:"jwks_uri"`
	}
	if err := getJSON(ctx, client, strings.TrimSuffix(issuer, "/")+"/.well-known/openid-configuration", &document); err != nil {
		return check.failed(err.Error())
	}
	if document.Issuer != issuer {
		return check.failed(fmt.Sprintf("calls itself %q, not %q", document.Issuer, issuer))
	}
	var keys struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := getJSON(ctx, client, document.Keys, &keys); err != nil {
		return check.failed(err.Error())
	}
	if len(keys.Keys) == 0 {
		return check.failed(document.Keys + " has no signing key")
	}
	return check.passed(issuer)
}

// checkCertificate connects to Argo CD. The TLS handshake verifies the
// certificate of a real domain.
func checkCertificate(ctx context.Context, client *http.Client, argocdURL string) Check {
	response, err := get(ctx, client, argocdURL+"/healthz")
	if err != nil {
		fix := "is Argo CD running, and does its domain lead to it? kubectl get pods,ingress -n argocd"
		var invalid *tls.CertificateVerificationError
		switch {
		case errors.As(err, &invalid):
			fix = "renew or replace the certificate that the ingress shows for this domain"
		case isLocal(argocdURL):
			fix = "is the port-forward running? See the stack output portForwardCommand"
		}
		return Check{Name: "certificate", Detail: reason(err), Fix: fix}
	}
	_ = response.Body.Close()
	detail := "self-signed, as expected on localhost"
	if !isLocal(argocdURL) {
		detail = "valid until " + response.TLS.PeerCertificates[0].NotAfter.UTC().Format("2006-01-02 15:04 MST")
	}
	return Check{Name: "certificate", OK: true, Detail: detail}
}

// publicSettings are what Argo CD tells everyone.
type publicSettings struct {
	OIDC struct {
		Issuer   string `json:"issuer"`
		ClientID string `json:"clientID"`
	} `json:"oidcConfig"`
	LoginsDisabled bool `json:"userLoginsDisabled"`
}

func settings(ctx context.Context, client *http.Client, argocdURL string) (publicSettings, error) {
	var s publicSettings
	return s, getJSON(ctx, client, argocdURL+"/api/v1/settings", &s)
}

func checkSettings(s publicSettings, err error, o Outputs) []Check {
	if err != nil {
		return []Check{{
			Name: "Argo CD settings", Detail: err.Error(),
			Fix: "nothing more can be checked until Argo CD answers; kubectl get pods -n argocd",
		}}
	}
	const fix = "the extension's settings differ from the stack's; run pulumi refresh and pulumi up"
	same := func(name, got, want string) Check {
		if got != want {
			return Check{Name: name, Detail: fmt.Sprintf("Argo CD has %q, the stack %q", got, want), Fix: fix}
		}
		return Check{Name: name, OK: true, Detail: got}
	}
	builtIn := Check{Name: "built-in login", OK: s.LoginsDisabled, Detail: "disabled"}
	if !builtIn.OK {
		builtIn.Detail, builtIn.Fix = "users with a password can sign in", fix
	}
	return []Check{
		same("issuer", s.OIDC.Issuer, o.EntraIssuerURL),
		same("client ID", s.OIDC.ClientID, o.ClientID),
		builtIn,
	}
}

// checkLogin looks where Argo CD sends a browser that wants to sign in.
func checkLogin(ctx context.Context, client *http.Client, o Outputs) (target *url.URL, result Check) {
	check := Check{Name: "login redirect", Fix: "kubectl logs deploy/argocd-server -n argocd; can the pods reach Entra?"}
	response, err := get(ctx, client, o.ArgoCDURL+"/auth/login")
	if err != nil {
		return nil, check.failed(reason(err))
	}
	defer func() { _ = response.Body.Close() }()
	target, err = response.Location()
	if err != nil {
		return nil, check.failed(fmt.Sprintf("answers %s: %s", response.Status, excerpt(response.Body)))
	}
	tenant, _ := url.Parse(o.EntraIssuerURL)
	callback := o.ArgoCDURL + "/auth/callback"
	check.Fix = "users and Argo CD must agree on the domain; check the config key domain and what the ingress passes on"
	for _, want := range []struct{ what, got, want string }{
		{"sends users to", target.Host, tenant.Host},
		{"asks for client ID", target.Query().Get("client_id"), o.ClientID},
		{"asks for redirect URI", target.Query().Get("redirect_uri"), callback},
	} {
		if want.got != want.want {
			return nil, check.failed(fmt.Sprintf("%s %q, not %q", want.what, want.got, want.want))
		}
	}
	return target, check.passed("to " + tenant.Host + ", back to " + callback)
}

var refusal = regexp.MustCompile(`AADSTS\d+: [^"<\r\n]*`)

// checkSignInPage opens the page that users see, up to picking an account. Entra
// names an unknown client or redirect URI there.
func checkSignInPage(ctx context.Context, client *http.Client, target *url.URL) Check {
	check := Check{Name: "sign-in page", Fix: "run pulumi refresh and pulumi up, and see the README's table of AADSTS codes"}
	response, err := get(ctx, client, target.String())
	if err != nil {
		return check.failed(reason(err))
	}
	defer func() { _ = response.Body.Close() }()
	page, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		return check.failed(reason(err))
	}
	if found := refusal.Find(page); found != nil {
		return check.failed(string(found))
	}
	if response.StatusCode != http.StatusOK {
		return check.failed("Entra answers " + response.Status)
	}
	return check.passed("Entra accepts the client ID and the redirect URI")
}
