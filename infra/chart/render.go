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

// The keys are Helm `--set` paths: a dot inside a ConfigMap's key carries a
// backslash, or Helm would build a nested map and Argo CD would never see it.
const (
	keyOIDCConfig    = `configs.cm.oidc\.config`
	keyAdminEnabled  = `configs.cm.admin\.enabled`
	keyPolicyCSV     = `configs.rbac.policy\.csv`
	keyPolicyDefault = `configs.rbac.policy\.default`
	keyDomain        = "global.domain"
	// keyAdditionalURLs is in argocd-cm, a list in YAML (GetSettings in
	// util/settings/settings.go of Argo CD 3.2).
	keyAdditionalURLs = "configs.cm.additionalUrls"
	keyRedisHA        = "redis-ha.enabled"
	keyWIEnabled      = "azure.workloadIdentity.enabled"
	keyWIClient       = "azure.workloadIdentity.clientId"
	keySSOClient      = "azure.workloadIdentity.entraSSOClientId"
)

// Entra is the tenant, and who Argo CD is in it.
type Entra struct {
	// Issuer is the tenant's OpenID Connect issuer.
	Issuer string
	// ClientID is that of the application that users sign in through.
	ClientID string
	// RepoServerClientID is that of the application that repo-server signs in as.
	// ContainerRegistry and AzureDevOps need it.
	RepoServerClientID string
}

// Render returns the extension's configurationSettings: Settings without Problems, in a
// tenant.
func (s Settings) Render(entra Entra) (map[string]string, error) {
	if s.repoServerSignsIn() && entra.RepoServerClientID == "" {
		return nil, errors.New("ContainerRegistry and AzureDevOps need the client ID of an application for repo-server")
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

// defaults are the settings that extra settings may change.
func (s Settings) defaults() map[string]string {
	// Said also where they are the chart's defaults: whether Azure forgets a setting that is
	// left out is not documented.
	settings := map[string]string{keyIngress + ".enabled": "false", keyInsecure: "false"}
	if s.HighAvailability {
		// The chart's "HA mode" next to redis-ha. The application controller shards by
		// cluster, so it stays alone.
		// https://github.com/argoproj/argo-helm/tree/main/charts/argo-cd#high-availability
		maps.Copy(settings, map[string]string{"server.replicas": "2", "repoServer.replicas": "2", "applicationSet.replicas": "2"})
	}
	return settings
}

// managed are the settings that extra settings must not change. Their keys are the same in
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
		// No role is the chart's default.
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
	// Should Azure keep it when the last of them is deleted, Entra still leads nobody there.
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

// listElement is an element of one of the chart's lists: keys below it, and their values.
type listElement map[string]string

// listElements are added to the chart's lists, behind the elements of extra settings.
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

// additionalURLs is a list in YAML. Nothing in a domain needs quotes in it.
func additionalURLs(domains []Domain) string {
	var list strings.Builder
	for _, domain := range domains {
		fmt.Fprintf(&list, "- %s\n", domain.URL())
	}
	return list.String()
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
