package azure

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/OWNER/argocd-on-aks/verify"
)

// The API versions of
// https://learn.microsoft.com/rest/api/kubernetesconfiguration/extensions/get and
// https://learn.microsoft.com/rest/api/aks/managed-clusters/get.
const (
	extensionAPI = "2023-05-01"
	clusterAPI   = "2025-01-01"
)

// installed holds the properties of an extension in Azure.
type installed struct {
	Installation
	// Protected are the protected settings. Azure returns them without values, or not at all.
	Protected         map[string]json.RawMessage `json:"configurationProtectedSettings"`
	CurrentVersion    string                     `json:"currentVersion"`
	ProvisioningState string                     `json:"provisioningState"`
}

// cluster holds the properties of an AKS cluster in Azure.
type cluster struct {
	Issuer struct {
		Enabled bool   `json:"enabled"`
		URL     string `json:"issuerURL"`
	} `json:"oidcIssuerProfile"`
	Security struct {
		WorkloadIdentity struct {
			Enabled bool `json:"enabled"`
		} `json:"workloadIdentity"`
	} `json:"securityProfile"`
}

// checkCluster checks the extension and its cluster.
func checkCluster(ctx context.Context, c *Client, s *Stack) []verify.Check {
	found, err := resource[installed](ctx, c, s.Extension.ID, extensionAPI)
	on, clusterErr := resource[cluster](ctx, c, s.clusterID(), clusterAPI)
	findings := []finding{version(found, err, s), settings(s.withoutBypasses(found), err, s), signInBypasses(found, err, s), workloadIdentity(on, clusterErr, s)}
	switch {
	case errors.Is(clusterErr, errAbsent):
		return withoutObject("cluster", "Azure has no cluster "+s.clusterID(), findings[:3])
	case errors.Is(err, errAbsent):
		return append(withoutObject("extension", "Azure has no extension "+s.Extension.ID, findings[1:3]), findings[3].check())
	}
	return checksOf(findings)
}

func version(found installed, err error, s *Stack) finding {
	want := s.Extension
	f := finding{name: "extension", err: err, needs: needsReader, fix: restore + "; for a failed state, see `az k8s-extension show`",
		seen: fmt.Sprintf("version %s, train %s, automatic upgrades %t", found.CurrentVersion, found.ReleaseTrain, found.AutoUpgradeMinorVersion),
		wrong: unequal{
			{"provisioningState", found.ProvisioningState, "Succeeded"},
			{"autoUpgradeMinorVersion", found.AutoUpgradeMinorVersion, want.AutoUpgradeMinorVersion},
			{"releaseTrain", strings.ToLower(found.ReleaseTrain), strings.ToLower(want.ReleaseTrain)},
		}.wrong()}
	if want.Version != "" {
		f.wrong = append(f.wrong, unequal{{"currentVersion", found.CurrentVersion, want.Version}}.wrong()...)
	}
	return f
}

// settings compares the settings by key. It does not print values, which may be secrets.
// Missing and empty values are equal.
func settings(found installed, err error, s *Stack) finding {
	f := finding{name: "extension settings", err: err, needs: needsReader, fix: restore + "; `az k8s-extension show` prints the values",
		seen: fmt.Sprintf("%d equal the stack's state; not checked: changes with kubectl", len(s.Extension.Settings))}
	keys := map[string]bool{}
	for _, all := range []map[string]string{s.Extension.Settings, found.Settings} {
		for key := range all {
			keys[key] = true
		}
	}
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		got, want := found.Settings[key], s.Extension.Settings[key]
		_, ours := s.Extension.Settings[key]
		switch {
		case !ours:
			f.wrong = append(f.wrong, key+" is not in the stack")
		case got == want:
		case got == "":
			f.wrong = append(f.wrong, key+" is missing")
		default:
			f.wrong = append(f.wrong, key+" differs")
		}
	}
	if protected := slices.Sorted(maps.Keys(found.Protected)); s.Extension.KeysHidden && len(protected) > 0 {
		f.seen += ", " + plural(len(protected), "protected setting") + " with encrypted keys"
	} else if len(protected) > 0 { // Azure may return none
		f.wrong = append(f.wrong, differences("protected setting", protected, s.Extension.ProtectedKeys)...)
	}
	return f
}

// bypasses are the settings that bypass the sign-in, without the backslashes of their keys. They
// fail even if they are in the stack.
// https://argo-cd.readthedocs.io/en/stable/operator-manual/server-commands/argocd-server/
// and https://argo-cd.readthedocs.io/en/stable/operator-manual/argocd-cm-yaml/.
var bypasses = []struct {
	key  string
	open func(value string) bool
	what string
}{
	{"configs.params.server.disable.auth", isTrue, "authentication is disabled"},
	{"configs.cm.users.anonymous.enabled", isTrue, "anonymous users have the default role"},
	{"configs.cm.admin.enabled", func(value string) bool { return value != "false" }, "the built-in admin can sign in with a password"},
	{"configs.cm.oidc.tls.insecure.skip.verify", isTrue, "Argo CD does not verify Entra's certificate"},
}

func isTrue(value string) bool { return strings.EqualFold(value, "true") }

// withoutBypasses returns the extension without the settings that signInBypasses reports, so
// that one check reports each.
func (s *Stack) withoutBypasses(found installed) installed {
	found.Settings = maps.Clone(found.Settings)
	for key, value := range found.Settings {
		want, ours := s.Extension.Settings[key]
		switch {
		case s.bypass(key, value) == "":
		case ours:
			found.Settings[key] = want
		default:
			delete(found.Settings, key)
		}
	}
	return found
}

// bypass returns how a setting in Azure bypasses the sign-in, or "".
func (s *Stack) bypass(key, value string) string {
	const byDefault = `configs.rbac.policy\.default`
	switch {
	case strings.Contains(value, "--disable-auth"):
		return "authentication is disabled"
	case key == byDefault && value == "role:admin" && s.Extension.Settings[key] != value:
		return "every signed-in user is an admin"
	}
	for _, bypass := range bypasses {
		if bypass.key == strings.ReplaceAll(key, `\`, "") && bypass.open(value) {
			return bypass.what
		}
	}
	return ""
}

// signInBypasses checks for settings that bypass the sign-in.
func signInBypasses(found installed, err error, s *Stack) finding {
	f := finding{name: "ways around sign-in", err: err, needs: needsReader, fix: restore, seen: "none in the extension's settings"}
	for _, key := range slices.Sorted(maps.Keys(found.Settings)) {
		if what := s.bypass(key, found.Settings[key]); what != "" {
			f.wrong = append(f.wrong, strings.ReplaceAll(key, `\`, "")+": "+what)
		}
	}
	return f
}

// workloadIdentity checks that the cluster has the issuer that Entra trusts, and workload
// identity.
func workloadIdentity(on cluster, err error, s *Stack) finding {
	return finding{name: "cluster", err: err, needs: needsReader, seen: "issuer and workload identity are on",
		fix: restore + "; on a cluster of another team: `az aks update --enable-oidc-issuer --enable-workload-identity`",
		wrong: unequal{
			{"OIDC issuer enabled", on.Issuer.Enabled, true},
			{"OIDC issuer", on.Issuer.URL, s.OIDCIssuerURL},
			{"workload identity enabled", on.Security.WorkloadIdentity.Enabled, true},
		}.wrong()}
}
