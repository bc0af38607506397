package verify

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
)

// Outputs are the stack outputs that the checks use.
type Outputs struct {
	// ArgoCDURL is the URL of Argo CD, https://<domain>.
	ArgoCDURL string `json:"argocdUrl"`
	// OIDCIssuerURL is the issuer of the cluster, EntraIssuerURL that of the tenant.
	OIDCIssuerURL  string `json:"oidcIssuerUrl"`
	EntraIssuerURL string `json:"entraIssuerUrl"`
	// ClientID is the client ID of the users' application.
	ClientID string `json:"clientId"`
	// RedirectURIs are the application's redirect URIs; empty in stacks of older releases.
	RedirectURIs []string `json:"redirectUris"`
}

// ParseOutputs reads the output of pulumi stack output --json. Its error names every output
// that is missing or is not an https URL.
func ParseOutputs(r io.Reader) (Outputs, error) {
	var o Outputs
	if err := json.NewDecoder(r).Decode(&o); err != nil {
		return o, fmt.Errorf("stack outputs: must be the output of `pulumi stack output --json`: %w", err)
	}
	var errs []error
	for _, output := range []struct{ name, value string }{
		{"argocdUrl", o.ArgoCDURL}, {"oidcIssuerUrl", o.OIDCIssuerURL}, {"entraIssuerUrl", o.EntraIssuerURL},
	} {
		if u, err := url.Parse(output.value); err != nil || u.Scheme != "https" || u.Host == "" {
			errs = append(errs, fmt.Errorf("stack output %s %q is not a valid https URL; run pulumi up first", output.name, output.value))
		}
	}
	if o.ClientID == "" {
		errs = append(errs, errors.New("stack output clientId is missing; run pulumi up first"))
	}
	return o, errors.Join(errs...)
}
