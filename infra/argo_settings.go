package infra

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// RoleMapping gives the members of one Entra group a role in Argo CD.
type RoleMapping struct {
	// GroupObjectID is the group's object ID: Entra's groups claim holds object
	// IDs, not names.
	GroupObjectID string
	// Role is "admin", "readonly" or one that a policy line defines.
	Role string
}

// argoSettings is what the chart's settings are made of.
type argoSettings struct {
	domain, clientID, issuer string
	roles                    []RoleMapping
	policies                 []string
	defaultRole              string
	highAvailability         bool
	ingress                  *Ingress
	registry                 bool
	extra                    map[string]string
}

// The keys are Helm `--set` paths: a dot inside a ConfigMap's key carries a
// backslash, or Helm would build a nested map and Argo CD would never see it.
const (
	keyOIDCConfig    = `configs.cm.oidc\.config`
	keyAdminEnabled  = `configs.cm.admin\.enabled`
	keyPolicyCSV     = `configs.rbac.policy\.csv`
	keyPolicyDefault = `configs.rbac.policy\.default`
	keyDomain        = "global.domain"
	keyRedisHA       = "redis-ha.enabled"
	keyWIEnabled     = "azure.workloadIdentity.enabled"
	keyWIClient      = "azure.workloadIdentity.clientId"
	keySSOClient     = "azure.workloadIdentity.entraSSOClientId"
)

// managedSettings are the keys that sign-in and access always hang on:
// extraSettings may neither set one nor anything below or above it.
var managedSettings = []string{
	keyOIDCConfig, keyAdminEnabled, keyPolicyCSV, keyPolicyDefault, keyDomain, keyRedisHA,
	keyWIEnabled, keyWIClient, keySSOClient, "configs.cm.url", `configs.cm.dex\.config`,
}

// replicas are the chart's "HA mode" next to redis-ha; extraSettings may have
// more. The application controller shards by cluster, so it stays alone.
// https://github.com/argoproj/argo-helm/tree/main/charts/argo-cd#high-availability
var replicas = map[string]string{"server.replicas": "2", "repoServer.replicas": "2", "applicationSet.replicas": "2"}

// haNodes is how many schedulable nodes redis-ha needs, or the installation
// times out. https://learn.microsoft.com/azure/azure-arc/kubernetes/tutorial-use-gitops-argocd
const haNodes = 4

// chart renders the extension's configurationSettings.
func (s argoSettings) chart() (map[string]string, error) {
	oidc, err := oidcConfig(s.issuer, s.clientID)
	if err != nil {
		return nil, err
	}
	settings := map[string]string{}
	if s.highAvailability {
		maps.Copy(settings, replicas)
	}
	maps.Copy(settings, s.extra)
	if s.ingress != nil {
		maps.Copy(settings, s.ingress.settings())
		maps.Copy(settings, s.ingress.tlsSettings(s.domain))
	}
	if s.registry {
		maps.Copy(settings, registrySettings())
	}
	maps.Copy(settings, map[string]string{
		keyWIEnabled:    "true",
		keyWIClient:     s.clientID,
		keySSOClient:    s.clientID,
		keyRedisHA:      strconv.FormatBool(s.highAvailability),
		keyDomain:       s.domain,
		keyAdminEnabled: "false",
		keyOIDCConfig:   oidc,
		keyPolicyCSV:    policyCSV(s.policies, s.roles),
	})
	if s.defaultRole != "" {
		settings[keyPolicyDefault] = "role:" + s.defaultRole
	}
	return settings, nil
}

// oidcConfig renders Argo CD's oidc.config for Entra with workload identity:
// argocd-server proves itself with its service account's token, so there is no
// clientSecret. https://argo-cd.readthedocs.io/en/stable/operator-manual/user-management/microsoft/
func oidcConfig(issuer, clientID string) (string, error) {
	type azure struct {
		UseWorkloadIdentity bool `yaml:"useWorkloadIdentity"`
	}
	type claim struct {
		Essential bool `yaml:"essential"`
	}
	var config strings.Builder
	encoder := yaml.NewEncoder(&config)
	encoder.SetIndent(2) // as the guide writes it
	err := encoder.Encode(struct {
		Name            string           `yaml:"name"`
		Issuer          string           `yaml:"issuer"`
		ClientID        string           `yaml:"clientID"`
		Azure           azure            `yaml:"azure"`
		RequestedClaims map[string]claim `yaml:"requestedIDTokenClaims"`
		RequestedScopes []string         `yaml:"requestedScopes"`
	}{
		Name:            "Microsoft Entra ID",
		Issuer:          issuer,
		ClientID:        clientID,
		Azure:           azure{UseWorkloadIdentity: true},
		RequestedClaims: map[string]claim{"groups": {Essential: true}},
		RequestedScopes: []string{"openid", "profile", "email"},
	})
	if err != nil {
		return "", fmt.Errorf("oidc.config: %w", err)
	}
	return config.String(), nil
}

// policyCSV renders argocd-rbac-cm's policy.csv: the roles' own rules, then who
// has which role. https://argo-cd.readthedocs.io/en/stable/operator-manual/rbac/
func policyCSV(policies []string, roles []RoleMapping) string {
	var csv strings.Builder
	for _, policy := range policies {
		fmt.Fprintln(&csv, policy)
	}
	for _, mapping := range roles {
		fmt.Fprintf(&csv, "g, %q, role:%s\n", mapping.GroupObjectID, mapping.Role)
	}
	return csv.String()
}

var (
	policyResources = []string{
		"applications", "applicationsets", "clusters", "projects", "repositories", "accounts", "certificates",
		"gpgkeys", "logs", "exec", "extensions", "write-repositories", "*",
	}
	roleName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)
)

// parsePolicy returns the role that a `p,` line defines, or what is wrong with
// the line.
func parsePolicy(line string) (role string, err error) {
	if strings.ContainsAny(line, "\r\n\"'`") {
		return "", errors.New("must be one line without quotes")
	}
	fields := strings.Split(line, ",")
	for i := range fields {
		fields[i] = strings.TrimSpace(fields[i])
	}
	if fields[0] != "p" || len(fields) != 6 {
		return "", errors.New("must have the form \"p, role:<name>, <resource>, <action>, <object>, allow|deny\"; groups get roles in argocd-on-aks:roles")
	}
	role, isRole := strings.CutPrefix(fields[1], "role:")
	switch {
	case !isRole || !roleName.MatchString(role):
		return "", fmt.Errorf("subject %q must be role:<name>, a name of letters, digits, '.', '_' and '-'", fields[1])
	case !slices.Contains(policyResources, fields[2]):
		return "", fmt.Errorf("resource %q is not one of %s", fields[2], strings.Join(policyResources, ", "))
	case fields[3] == "" || fields[4] == "":
		return "", errors.New("action and object must not be empty; use * for any")
	case fields[5] != "allow" && fields[5] != "deny":
		return "", fmt.Errorf("effect %q must be allow or deny", fields[5])
	}
	return role, nil
}

// managed returns the keys that extraSettings may not touch.
func (s argoSettings) managed() []string {
	keys := slices.Clone(managedSettings)
	if s.ingress != nil {
		keys = append(keys, keyIngress, keyInsecure)
	}
	if s.registry {
		keys = append(keys, keyRepoServerEnv)
	}
	return keys
}

// overridden returns the managed key that a chart setting would change, if any.
// Dots count with and without a backslash: `configs.cm.oidc.config` was meant to
// be `configs.cm.oidc\.config`.
func overridden(key string, managedKeys []string) string {
	path := strings.Join(settingPath(key), ".") + "."
	for _, managed := range managedKeys {
		other := strings.Join(settingPath(managed), ".") + "."
		if strings.HasPrefix(path, other) || strings.HasPrefix(other, path) {
			return managed
		}
	}
	return ""
}

var listIndex = regexp.MustCompile(`\[\d+\]`)

// settingPath splits a Helm `--set` path at its unescaped dots. A backslash
// takes the next character as it is, so two spellings of one key compare equal.
func settingPath(key string) []string {
	path, part, escaped := []string{}, strings.Builder{}, false
	for _, r := range listIndex.ReplaceAllString(key, "") {
		switch {
		case escaped:
			part.WriteRune(r)
			escaped = false
		case r == '\\':
			escaped = true
		case r == '.':
			path = append(path, part.String())
			part.Reset()
		default:
			part.WriteRune(r)
		}
	}
	return append(path, part.String())
}

// validateSetting checks an extra chart setting's key.
func validateSetting(key string, managedKeys []string) error {
	if managed := overridden(key, managedKeys); managed != "" {
		return fmt.Errorf("%s is managed by this program: it would change %s", strconv.Quote(key), managed)
	}
	if strings.ContainsAny(key, ",={} \t\r\n") || slices.Contains(settingPath(key), "") {
		return fmt.Errorf(`%s is not a Helm --set path such as server.replicas or configs.params.server\.log\.level`, strconv.Quote(key))
	}
	return nil
}
