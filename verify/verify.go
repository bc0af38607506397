// Package verify checks from outside that users can sign in to a deployed Argo
// CD. It needs the stack's outputs and the network, no credentials.
package verify

import (
	"cmp"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// Patience is time enough for one request.
const Patience = 15 * time.Second

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
	// Warning says that a check that is OK will not stay so by itself.
	Warning bool `json:"warning,omitempty"`
}

func (c Check) failed(detail string) Check {
	c.Detail = detail
	return c
}

// unseen is neither OK nor wrong: the answer does not tell.
func (c Check) unseen(detail string) Check {
	c.Unseen = true
	return c.failed(detail)
}

// warned is for what a deployment may answer for good, and which does not tell either.
func (c Check) warned(detail string) Check {
	c.OK, c.Warning = true, true
	return c.failed(detail)
}

func (c Check) passed(detail string) Check { return Check{Name: c.Name, OK: true, Detail: detail} }

// Failed reports whether any check is not OK.
func Failed(checks []Check) bool {
	return slices.ContainsFunc(checks, func(c Check) bool { return !c.OK })
}

// Run does all checks, and has them in the order in which a sign-in needs them. Those
// that need nothing of each other go side by side, so that all of it takes as long as
// four requests one after another, and four limits at most. A copy of transport makes
// the requests, each with this limit; to localhost it takes any certificate. Nothing is
// changed, nobody is signed in.
func Run(ctx context.Context, transport *http.Transport, limit time.Duration, o Outputs) []Check {
	transport = ThroughProxy(transport)
	web := &http.Client{Transport: transport, Timeout: limit, CheckRedirect: SameHost}
	argo := &http.Client{Transport: transport, Timeout: limit, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if isLocal(o.ArgoCDURL) {
		argo.Transport = insecure(transport)
	}
	var (
		issuer, tenant, certificate Check
		entra                       discovery
		s                           publicSettings
		err                         error
	)
	sideBySide(
		func() {
			_, issuer = checkIssuer(ctx, web, "cluster issuer", o.OIDCIssuerURL,
				"run pulumi refresh and pulumi up: the federated credential must have the cluster's issuer, with its final slash")
		},
		func() {
			entra, tenant = checkIssuer(ctx, web, "Entra tenant", o.EntraIssuerURL,
				"check azuread:tenantId and the config key cloud, and that its host can be reached")
		},
		func() { certificate = checkCertificate(ctx, argo, o.ArgoCDURL) },
		func() { s, err = settings(ctx, argo, o.ArgoCDURL) },
	)
	checks := append([]Check{issuer, tenant, certificate}, checkSettings(s, err, o)...)
	if err != nil {
		return checks
	}
	var (
		strangers, plain Check
		signIn, cli      []Check
	)
	sideBySide(
		func() { strangers = checkStrangers(ctx, argo, s, o.ArgoCDURL) },
		func() { plain = checkPlainHTTP(ctx, argo, o.ArgoCDURL) },
		func() { signIn = checkSignIn(ctx, argo, web, o) },
		func() {
			if tenant.OK {
				cli = []Check{checkCLI(ctx, web, entra, o)}
			}
		},
	)
	return slices.Concat(checks, []Check{strangers, plain}, signIn, cli)
}

func sideBySide(all ...func()) {
	var running sync.WaitGroup
	for _, one := range all {
		running.Go(one)
	}
	running.Wait()
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

// discovery is an OpenID Connect issuer's description of itself.
type discovery struct {
	Issuer    string `json:"issuer"`
	Keys      string `json:"jwks_uri"`
	Authorize string `json:"authorization_endpoint"`
	Token     string `json:"token_endpoint"`
}

// checkHosts rejects a document that leads to another host than its issuer's, where a
// request could reach what only this network can. The endpoints of Entra, in each cloud,
// and the keys of AKS are on the issuer's own host:
// https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc,
// https://learn.microsoft.com/azure/aks/use-oidc-issuer.
func (d discovery) checkHosts(issuer string) error {
	of, err := url.Parse(issuer)
	if err != nil {
		return err
	}
	for _, endpoint := range []struct{ name, address string }{
		{"jwks_uri", d.Keys}, {"authorization_endpoint", cmp.Or(d.Authorize, issuer)}, {"token_endpoint", cmp.Or(d.Token, issuer)},
	} {
		at, err := url.Parse(endpoint.address)
		if err != nil || at.Scheme != "https" || at.Host != of.Host {
			return fmt.Errorf("its %s %q is not on https://%s", endpoint.name, endpoint.address, of.Host)
		}
	}
	return nil
}

// checkIssuer reads an OpenID Connect issuer's discovery document and keys.
func checkIssuer(ctx context.Context, client *http.Client, name, issuer, fix string) (document discovery, result Check) {
	check := Check{Name: name, Fix: fix}
	if err := getJSON(ctx, client, strings.TrimSuffix(issuer, "/")+"/.well-known/openid-configuration", &document); err != nil {
		return document, check.failed(err.Error())
	}
	if document.Issuer != issuer {
		return document, check.failed(fmt.Sprintf("calls itself %q, not %q", document.Issuer, issuer))
	}
	if err := document.checkHosts(issuer); err != nil {
		return document, check.failed(err.Error())
	}
	var keys struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := getJSON(ctx, client, document.Keys, &keys); err != nil {
		return document, check.failed(err.Error())
	}
	if len(keys.Keys) == 0 {
		return document, check.failed(document.Keys + " has no signing key")
	}
	return document, check.passed(issuer)
}
