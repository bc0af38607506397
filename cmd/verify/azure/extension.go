package azure

import (
	"context"
	"encoding/json"
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

// installed is what is read of an extension.
type installed struct {
	Installation
	// Protected are answered by Azure without values, if at all.
	Protected         map[string]json.RawMessage `json:"configurationProtectedSettings"`
	CurrentVersion    string                     `json:"currentVersion"`
	ProvisioningState string                     `json:"provisioningState"`
}

// cluster is what is read of an AKS cluster.
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

// checkCluster looks at the extension and its cluster.
func checkCluster(ctx context.Context, c *Client, s *Stack) []verify.Check {
	found, err := resource[installed](ctx, c, s.Extension.ID, extensionAPI)
	on, clusterErr := resource[cluster](ctx, c, s.clusterID(), clusterAPI)
	return []verify.Check{
		version(found, err, s).check(), settings(found, err, s).check(), openDoors(found, err, s).check(),
		workloadIdentity(on, clusterErr, s).check(),
	}
}

func version(found installed, err error, s *Stack) finding {
	want := s.Extension
	f := finding{name: "extension", err: err, needs: needsReader, fix: putBack + "; az k8s-extension show has the reason of a failed state",
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

// settings compares key by key. Values are not printed: somebody may have put a
// secret there. One that is missing is as good as an empty one.
func settings(found installed, err error, s *Stack) finding {
	f := finding{name: "extension settings", err: err, needs: needsReader, fix: putBack + "; az k8s-extension show prints the values",
		seen: fmt.Sprintf("%d as in the stack's state, which a refresh overwrites; ConfigMaps that were changed with kubectl are not seen", len(s.Extension.Settings))}
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
			f.wrong = append(f.wrong, key+" is not the stack's")
		case got == want:
		case got == "":
			f.wrong = append(f.wrong, key+" is missing")
		default:
			f.wrong = append(f.wrong, key+" differs")
		}
	}
	if protected := slices.Sorted(maps.Keys(found.Protected)); s.Extension.KeysHidden && len(protected) > 0 {
		f.seen += fmt.Sprintf("; not compared: %d protected ones, whose keys the state encrypts", len(protected))
	} else if len(protected) > 0 { // Azure may answer none at all
		f.wrong = append(f.wrong, differences("protected setting", protected, s.Extension.ProtectedKeys)...)
	}
	return f
}

// doors are the settings with which nobody, or anybody, needs to sign in, without
// the backslashes of their keys. They are wrong even where the stack has them.
// https://argo-cd.readthedocs.io/en/stable/operator-manual/server-commands/argocd-server/
// and https://argo-cd.readthedocs.io/en/stable/operator-manual/argocd-cm-yaml/.
var doors = []struct {
	key  string
	open func(value string) bool
	what string
}{
	{"configs.params.server.disable.auth", isTrue, "nobody has to sign in"},
	{"configs.cm.users.anonymous.enabled", isTrue, "who is not signed in has the default role"},
	{"configs.cm.admin.enabled", func(value string) bool { return value != "false" }, "the built-in admin signs in with a password"},
	{"configs.cm.oidc.tls.insecure.skip.verify", isTrue, "Argo CD believes anybody who says that they are Entra"},
}

func isTrue(value string) bool { return strings.EqualFold(value, "true") }

// openDoors looks for ways around the sign-in.
func openDoors(found installed, err error, s *Stack) finding {
	f := finding{name: "ways around sign-in", err: err, needs: needsReader, fix: putBack, seen: "none in the extension's settings"}
	plain := map[string]string{}
	for key, value := range found.Settings {
		plain[strings.ReplaceAll(key, `\`, "")] = value
		if strings.Contains(value, "--disable-auth") {
			f.wrong = append(f.wrong, key+": nobody has to sign in")
		}
	}
	for _, door := range doors {
		if value, set := plain[door.key]; set && door.open(value) {
			f.wrong = append(f.wrong, door.key+": "+door.what)
		}
	}
	const byDefault = `configs.rbac.policy\.default`
	if got := found.Settings[byDefault]; got == "role:admin" && got != s.Extension.Settings[byDefault] {
		f.wrong = append(f.wrong, "configs.rbac.policy.default: everybody who signs in is an admin")
	}
	slices.Sort(f.wrong)
	return f
}

// workloadIdentity wants the cluster to be the one that Entra trusts, and to hand
// out the tokens.
func workloadIdentity(on cluster, err error, s *Stack) finding {
	return finding{name: "cluster", err: err, needs: needsReader, seen: "issuer and workload identity are on",
		fix: putBack + "; on a cluster of another team: az aks update --enable-oidc-issuer --enable-workload-identity",
		wrong: unequal{
			{"OIDC issuer enabled", on.Issuer.Enabled, true},
			{"OIDC issuer", on.Issuer.URL, s.OIDCIssuerURL},
			{"workload identity enabled", on.Security.WorkloadIdentity.Enabled, true},
		}.wrong()}
}
