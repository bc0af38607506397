package chart

import (
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"
)

// oidcConfig renders Argo CD's oidc.config for Entra with workload identity:
// argocd-server proves itself with its service account's token, so there is no
// clientSecret. https://argo-cd.readthedocs.io/en/stable/operator-manual/user-management/microsoft/
func oidcConfig(clientID, issuer string) (string, error) {
	var config strings.Builder
	encoder := yaml.NewEncoder(&config)
	encoder.SetIndent(2) // as the guide writes it
	err := encoder.Encode(struct {
		Name            string
		Issuer          string
		ClientID        string `yaml:"clientID"`
		Azure           map[string]bool
		RequestedClaims map[string]map[string]bool `yaml:"requestedIDTokenClaims"`
		RequestedScopes []string                   `yaml:"requestedScopes"`
	}{
		Name:            "Microsoft Entra ID",
		Issuer:          issuer,
		ClientID:        clientID,
		Azure:           map[string]bool{"useWorkloadIdentity": true},
		RequestedClaims: map[string]map[string]bool{"groups": {"essential": true}},
		RequestedScopes: []string{"openid", "profile", "email"},
	})
	if err != nil {
		return "", fmt.Errorf("oidc.config: %w", err)
	}
	return config.String(), nil
}
