package verify

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
)

// Outputs are the stack outputs that the checks start from.
type Outputs struct {
	// ArgoCDURL is where users find Argo CD, https://<domain>.
	ArgoCDURL string `json:"argocdUrl"`
	// OIDCIssuerURL is the cluster's issuer, EntraIssuerURL the tenant's.
	OIDCIssuerURL  string `json:"oidcIssuerUrl"`
	EntraIssuerURL string `json:"entraIssuerUrl"`
	// ClientID is the Entra application's.
	ClientID string `json:"clientId"`
	// RedirectURIs are the application's; empty where a former release has not
	// exported them.
	RedirectURIs []string `json:"redirectUris"`
}

// ParseOutputs reads what `pulumi stack output --json` prints. Its error names
// every output that is missing or is not an https URL.
func ParseOutputs(r io.Reader) (Outputs, error) {
	var o Outputs
	if err := json.NewDecoder(r).Decode(&o); err != nil {
		return o, fmt.Errorf("stack outputs: not the output of `pulumi stack output --json`: %w", err)
	}
	var errs []error
	for _, output := range []struct{ name, value string }{
		{"argocdUrl", o.ArgoCDURL}, {"oidcIssuerUrl", o.OIDCIssuerURL}, {"entraIssuerUrl", o.EntraIssuerURL},
	} {
		if u, err := url.Parse(output.value); err != nil || u.Scheme != "https" || u.Host == "" {
			errs = append(errs, fmt.Errorf("stack output %s is %q, not an https URL; run pulumi up first", output.name, output.value))
		}
	}
	if o.ClientID == "" {
		errs = append(errs, errors.New("stack output clientId is missing; run pulumi up first"))
	}
	return o, errors.Join(errs...)
}
