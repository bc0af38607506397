// Package verify checks over the network that users can sign in to a deployed Argo CD. It
// needs the stack's outputs and no credentials.
package verify

import (
	"cmp"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// Patience is the default timeout of a request.
const Patience = 15 * time.Second

// Check is the result of one check.
type Check struct {
	Name string `json:"name"`
	OK   bool   `json:"ok"`
	// Detail is the observed result, Fix the correction.
	Detail string `json:"detail"`
	Fix    string `json:"fix,omitempty"`
	// Unseen reports that the check was inconclusive. It is then not OK, and Detail has the
	// reason.
	Unseen bool `json:"unseen,omitempty"`
	// Skipped reports that the check did not run, with the reason in Detail. It is OK if it
	// does not apply to the deployment, and Unseen if another check did not pass.
	Skipped bool `json:"skipped,omitempty"`
	// Warning reports that a check is OK but needs attention.
	Warning bool `json:"warning,omitempty"`
}

func (c Check) failed(detail string) Check {
	c.Detail = detail
	return c
}

// unseen returns an inconclusive result.
func (c Check) unseen(detail string) Check {
	c.Unseen = true
	return c.failed(detail)
}

// failedBy returns the result of a request without the expected response.
func (c Check) failedBy(err error) Check {
	var other *intercepted
	switch {
	case errors.As(err, &other):
		c.Fix = other.fix
	case errors.Is(err, errNoResponse):
		c.Fix = "run verify again; --timeout sets its time limit"
		return c.unseen(err.Error())
	}
	return c.failed(err.Error())
}

// failedAfter returns a failure, or an inconclusive result if another check, which may have the
// same cause, did not pass.
func (c Check) failedAfter(cause Check, detail string) Check {
	if c = c.failed(detail); cause.OK {
		return c
	}
	return c.After(cause)
}

// After returns an inconclusive result for a failure with the cause that another check reports.
func (c Check) After(cause Check) Check {
	c.Unseen, c.Fix = true, fmt.Sprintf("fix %q first, then run verify again", cause.Name)
	return c
}

// Skip returns the results of checks that cannot run until another check passes.
func Skip(cause string, names ...string) (checks []Check) {
	for _, name := range names {
		checks = append(checks, Check{Name: name, Unseen: true, Skipped: true, Detail: fmt.Sprintf("%q did not pass", cause)})
	}
	return checks
}

// notApplicable returns the result of a check that does not apply to the deployment.
func (c Check) notApplicable(reason string) Check {
	return Check{Name: c.Name, OK: true, Skipped: true, Detail: reason}
}

// warned returns a warning, for an inconclusive response that a deployment may always give.
func (c Check) warned(detail string) Check {
	c.OK, c.Warning = true, true
	return c.failed(detail)
}

func (c Check) passed(detail string) Check { return Check{Name: c.Name, OK: true, Detail: detail} }

// Failed reports whether any check is not OK.
func Failed(checks []Check) bool {
	return slices.ContainsFunc(checks, func(c Check) bool { return !c.OK })
}

// The results of a run.
const (
	Passed       = "passed"
	Failing      = "failed"
	Inconclusive = "inconclusive"
)

// Result returns the result of a run: Failing if a check failed, Inconclusive if none failed but
// not all are OK.
func Result(checks []Check) string {
	switch {
	case slices.ContainsFunc(checks, func(c Check) bool { return !c.OK && !c.Unseen }):
		return Failing
	case Failed(checks):
		return Inconclusive
	}
	return Passed
}

// Run performs all checks and returns them in the order of a sign-in. A cause fails one check;
// the checks that depend on it are skipped or inconclusive. Independent checks run
// concurrently, so the total time is that of four consecutive requests, at most four times
// limit. The requests use a copy of transport, which accepts any certificate from localhost.
// Run changes nothing and signs no user in.
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
		unreachable, err            error
	)
	concurrently(
		func() {
			_, issuer = checkIssuer(ctx, web, "cluster issuer", o.OIDCIssuerURL,
				"run `pulumi refresh` and `pulumi up`: the federated credential must have the cluster's issuer with its trailing slash")
		},
		func() {
			entra, tenant = checkIssuer(ctx, web, "Entra tenant", o.EntraIssuerURL,
				"check azuread:tenantId and the config key cloud")
		},
		func() { certificate, unreachable = checkCertificate(ctx, argo, o.ArgoCDURL) },
		func() { s, err = settings(ctx, argo, o.ArgoCDURL) },
	)
	inSettings, cause := checkSettings(s, o)
	if err != nil {
		inSettings, cause = withoutSettings(err, unreachable, certificate.Name, inSettings)
	}
	var (
		anonymous, plain, cli Check
		signIn                []Check
	)
	concurrently(
		func() {
			if err != nil {
				anonymous = Skip(cause, "anonymous access")[0]
				return
			}
			anonymous = checkAnonymous(ctx, argo, s, o.ArgoCDURL)
		},
		func() { plain = checkPlainHTTP(ctx, argo, o.ArgoCDURL) },
		func() {
			if cause != "" {
				signIn = Skip(cause, "login redirect", "sign-in page", "workload identity")
				return
			}
			signIn = checkSignIn(ctx, argo, web, tenant, o)
		},
		func() {
			if !tenant.OK {
				cli = Skip(tenant.Name, "CLI sign-in")[0]
				return
			}
			cli = checkCLI(ctx, web, entra, o)
		},
	)
	return deduplicate(slices.Concat([]Check{issuer, tenant, certificate}, inSettings, []Check{anonymous, plain}, signIn, []Check{cli}))
}

// deduplicate makes failures with the same detail as an earlier failure inconclusive, because
// they have the same cause.
func deduplicate(checks []Check) []Check {
	failed := func(c Check) bool { return !c.OK && !c.Unseen }
	for i, check := range checks {
		same := slices.IndexFunc(checks[:i], func(c Check) bool { return failed(c) && c.Detail == check.Detail })
		if failed(check) && same >= 0 {
			checks[i] = check.After(checks[same])
		}
	}
	return checks
}

func concurrently(all ...func()) {
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
	clone.TLSClientConfig.InsecureSkipVerify = true // a port-forward shows Argo CD's self-signed certificate
	return clone
}

// discovery is the discovery document of an OpenID Connect issuer.
type discovery struct {
	Issuer    string `json:"issuer"`
	Keys      string `json:"jwks_uri"`
	Authorize string `json:"authorization_endpoint"`
	Token     string `json:"token_endpoint"`
}

// checkHosts rejects a document with endpoints on another host than its issuer's, which could
// be a host of the internal network. The endpoints of Entra, in each cloud, and the keys of
// AKS are on the issuer's host:
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
			return fmt.Errorf("%s %q is not on https://%s", endpoint.name, endpoint.address, of.Host)
		}
	}
	return nil
}

// checkIssuer reads the discovery document and the keys of an OpenID Connect issuer.
func checkIssuer(ctx context.Context, client *http.Client, name, issuer, fix string) (document discovery, result Check) {
	check := Check{Name: name, Fix: fix}
	if err := getJSON(ctx, client, strings.TrimSuffix(issuer, "/")+"/.well-known/openid-configuration", &document); err != nil {
		switch {
		case errors.As(err, &unreached{}):
			check.Fix = "check the network access from here to the host"
		case errors.As(err, &busy{}):
			check.Fix = "run verify again in a few minutes"
		}
		return document, check.failedBy(err)
	}
	if document.Issuer != issuer {
		return document, check.failed(fmt.Sprintf("the issuer is %q instead of %q", document.Issuer, issuer))
	}
	if err := document.checkHosts(issuer); err != nil {
		return document, check.failed(err.Error())
	}
	var keys struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := getJSON(ctx, client, document.Keys, &keys); err != nil {
		return document, check.failedBy(err)
	}
	if len(keys.Keys) == 0 {
		return document, check.failed(document.Keys + " has no signing key")
	}
	return document, check.passed(fmt.Sprintf("%s, %s", of(issuer), counted(len(keys.Keys), "signing key")))
}

// of returns the host of a URL.
func of(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Host
}

// counted returns a number with its noun.
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
