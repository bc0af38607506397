package chart

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/OWNER/argocd-on-aks/infra/chart/extra"
)

// The keys are paths of helm --set: a dot in a ConfigMap's key needs a backslash, or Helm
// builds a nested map that Argo CD does not read.
const (
	keyOIDCConfig    = `configs.cm.oidc\.config`
	keyAdminEnabled  = `configs.cm.admin\.enabled`
	keyPolicyCSV     = `configs.rbac.policy\.csv`
	keyPolicyDefault = `configs.rbac.policy\.default`
	keyDomain        = "global.domain"
	// keyAdditionalURLs is a YAML list in argocd-cm (GetSettings in
	// util/settings/settings.go of Argo CD 3.2).
	keyAdditionalURLs = "configs.cm.additionalUrls"
	keyRedisHA        = "redis-ha.enabled"
	keyWIEnabled      = "azure.workloadIdentity.enabled"
	keyWIClient       = "azure.workloadIdentity.clientId"
	keySSOClient      = "azure.workloadIdentity.entraSSOClientId"
)

// Entra is the tenant and Argo CD's applications in it.
type Entra struct {
	// Issuer is the tenant's OpenID Connect issuer.
	Issuer string
	// ClientID is the client ID of the application that users sign in through.
	ClientID string
	// RepoServerClientID is the client ID of the application that repo-server signs in as.
	// It is required with ContainerRegistry or AzureDevOps.
	RepoServerClientID string
}

// Render returns the extension's configurationSettings for valid Settings in a tenant.
func (s Settings) Render(entra Entra) (map[string]string, error) {
	if s.repoServerSignsIn() && entra.RepoServerClientID == "" {
		return nil, errors.New("RepoServerClientID is required with ContainerRegistry or AzureDevOps")
	}
	managed, err := s.managed(entra)
	if err != nil {
		return nil, err
	}
	settings := s.defaults()
	maps.Copy(settings, s.ExtraSettings)
	maps.Copy(settings, managed)
	extras, _ := extra.Read(s.ExtraSettings, s.SecretSettings)
	for list, elements := range s.listElements(entra) {
		next := extra.NextIndex(extras, list)
		for i, element := range elements {
			for name, value := range element {
				settings[fmt.Sprintf("%s[%d].%s", list, next+i, name)] = value
			}
		}
	}
	return settings, nil
}

// defaults returns the settings that extra settings can change.
func (s Settings) defaults() map[string]string {
	// These are set even if they equal the chart's defaults, because Azure does not document
	// that an omitted setting is removed.
	settings := map[string]string{keyIngress + ".enabled": "false", keyInsecure: "false"}
	if s.HighAvailability {
		// The chart's HA mode, beside redis-ha. The application controller shards by cluster,
		// so it keeps one replica.
		// https://github.com/argoproj/argo-helm/tree/main/charts/argo-cd#high-availability
		maps.Copy(settings, map[string]string{"server.replicas": "2", "repoServer.replicas": "2", "applicationSet.replicas": "2"})
	}
	return settings
}

// managed returns the settings that extra settings cannot change. Their keys are the same in
// every tenant.
func (s Settings) managed(entra Entra) (map[string]string, error) {
	oidc, err := s.oidcConfig(entra)
	if err != nil {
		return nil, err
	}
	settings := map[string]string{
		keyWIEnabled:    "true",
		keyWIClient:     entra.ClientID,
		keySSOClient:    entra.ClientID,
		keyRedisHA:      strconv.FormatBool(s.HighAvailability),
		keyDomain:       string(s.Domain),
		keyAdminEnabled: "false",
		keyOIDCConfig:   oidc,
		keyPolicyCSV:    s.policyCSV(),
		// The chart's default: no role.
		keyPolicyDefault: "",
	}
	if s.repoServerSignsIn() {
		settings[keyWIClient] = entra.RepoServerClientID
	}
	if s.Ingress != nil {
		maps.Copy(settings, s.Ingress.render(s.Domain, s.AdditionalDomains))
	}
	if len(s.Pipelines) > 0 {
		settings[keyScopes] = pipelineScopes
	}
	// If Azure keeps the setting after the last one is removed, Entra rejects the redirect URI.
	if len(s.AdditionalDomains) > 0 {
		settings[keyAdditionalURLs] = additionalURLs(s.AdditionalDomains)
	}
	for _, account := range s.Accounts {
		settings[keyAccount+account.Name] = apiKey
	}
	if s.DefaultRole != "" {
		settings[keyPolicyDefault] = "role:" + s.DefaultRole
	}
	return settings, nil
}

// listElement is an element of one of the chart's lists: its keys and their values.
type listElement map[string]string

// listElements returns the elements to append to the chart's lists after those of extra settings.
func (s Settings) listElements(entra Entra) map[string][]listElement {
	lists := map[string][]listElement{}
	if s.repoServerSignsIn() {
		lists["repoServer.env"] = s.repoServerEnv(entra.RepoServerClientID)
	}
	if s.Clusters {
		maps.Copy(lists, clusterLogin())
	}
	return lists
}

// additionalURLs renders a YAML list. Domains need no quotes.
func additionalURLs(domains []Domain) string {
	var list strings.Builder
	for _, domain := range domains {
		fmt.Fprintf(&list, "- %s\n", domain.URL())
	}
	return list.String()
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
