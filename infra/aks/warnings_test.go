package aks

import (
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/OWNER/argocd-on-aks/infra/internal/mocks"
	"github.com/OWNER/argocd-on-aks/infra/problem"
)

// lookedUp returns the messages of LookUp and of Warnings for a cluster that runs a version, or is
// not deployed.
func lookedUp(t *testing.T, running string, settings ClusterSettings) (problems, warnings []string) {
	t.Helper()
	recorded := &mocks.Recorder{}
	if running != "" {
		recorded.Existing = mocks.ExistingCluster(object{"currentKubernetesVersion": running})
	}
	args := &AksClusterArgs{Name: "shop", Region: "westus3", ClusterSettings: settings}
	recorded.Accepted(t, nil, func(ctx *pulumi.Context) error {
		found, err := args.LookUp(ctx)
		problems = messages(found)
		return err
	})
	return problems, messages(args.Warnings())
}

func messages(list problem.List) (all []string) {
	for _, p := range list {
		all = append(all, p.Path+" "+p.Message(func(path string) string { return path }))
	}
	return all
}

// TestVersions: a new cluster needs a supported version, an upgrade cannot skip one, and a version
// below the running one has no effect, which is only a warning.
func TestVersions(t *testing.T) {
	t.Parallel()
	const lower = `KubernetesVersion "1.35" has no effect: the cluster runs 1.36.1, and AKS does not downgrade; set it to 1.36`
	const skips = `KubernetesVersion "1.37" skips a minor version: the cluster runs 1.35.4, and AKS upgrades one minor version at a time; use 1.36 first`
	for name, c := range map[string]struct {
		configured, running, tier string
		problem, warning          string
	}{
		"new":                         {configured: "1.35"},
		"AKS's own":                   {},
		"unchanged":                   {configured: "1.35", running: "1.35.4"},
		"without support, but runs":   {configured: "1.33", running: "1.33.8"},
		"upgraded by AKS":             {configured: "1.35", running: "1.36.1", warning: lower},
		"a lower patch":               {configured: "1.35.2", running: "1.35.4", warning: `KubernetesVersion "1.35.2" has no effect: the cluster runs 1.35.4, and AKS does not downgrade; set it to 1.35.4`},
		"a lower version left by AKS": {configured: "1.33", running: "1.34.1", warning: `KubernetesVersion "1.33" has no effect: the cluster runs 1.34.1, and AKS does not downgrade; set it to 1.34`},
		"next":                        {configured: "1.36", running: "1.35.4"},
		"skips":                       {configured: "1.37", running: "1.35.4", problem: skips},
		"skips with long support":     {configured: "1.37", running: "1.35.4", tier: "Premium"},
		"leaves an unsupported one":   {configured: "1.36", running: "1.33.8"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			settings := ClusterSettings{Tier: c.tier, ClusterUpgrades: ClusterUpgrades{KubernetesVersion: c.configured}}
			problems, warnings := lookedUp(t, c.running, settings)
			if !slices.Equal(problems, texts(c.problem)) || !slices.Equal(warnings, texts(c.warning)) {
				t.Errorf("problems %q, warnings %q", problems, warnings)
			}
		})
	}
}

func texts(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}

// TestRangeWarnings: ranges from which no request arrives, and the range of all addresses.
func TestRangeWarnings(t *testing.T) {
	t.Parallel()
	for _, ranges := range [][]string{
		{"0.0.0.0/0"}, {"10.0.0.0/8"}, {"10.1.2.3/32"}, {"172.31.0.0/16"}, {"192.168.1.0/24"}, {"100.64.0.0/10"}, {"127.0.0.1/32"}, {"169.254.0.0/16"},
		{"0.0.0.0/8"}, {"224.0.0.0/4"}, {"255.255.255.255/32"},
	} {
		if _, warnings := lookedUp(t, "", ClusterSettings{ClusterAccess: ClusterAccess{AuthorizedIPRanges: ranges}}); len(warnings) != 1 {
			t.Errorf("%v: %q", ranges, warnings)
		}
	}
	public := []string{"203.0.113.0/24", "172.32.0.0/16", "100.128.0.0/16", "8.8.8.8/32", "0.0.0.0/1"}
	for _, ranges := range [][]string{nil, {"0.0.0.0/32"}, public} {
		if _, warnings := lookedUp(t, "", ClusterSettings{ClusterAccess: ClusterAccess{AuthorizedIPRanges: ranges}}); len(warnings) > 0 {
			t.Errorf("%v: %q", ranges, warnings)
		}
	}
}

// TestSystemSizes: AKS rejects sizes with one vCPU for the system pool and does not support the B
// series there. Both are possible in a user pool.
func TestSystemSizes(t *testing.T) {
	t.Parallel()
	for size, c := range map[string]struct{ rejected, warned bool }{
		"": {}, "Standard_D2s_v5": {}, "Standard_D16s_v5": {}, "Standard_D11_v2": {}, "Standard_G1": {}, "Standard_A2_v2": {},
		"Standard_DS1_v2": {rejected: true}, "Standard_F1s": {rejected: true}, "Standard_a1_v2": {rejected: true}, "Standard_A0": {rejected: true},
		"Standard_B1ms": {true, true}, "Standard_B2s": {warned: true}, "Standard_B16ms": {warned: true},
	} {
		settings := ClusterSettings{NodePool: NodePool{VMSize: size}}
		_, warnings := lookedUp(t, "", settings)
		if rejected, warned := len(settings.problems()) > 0, len(warnings) > 0; rejected != c.rejected || warned != c.warned {
			t.Errorf("%s: rejected %v, warned %v", size, rejected, warned)
		}
		user := ClusterSettings{UserPool: &UserPool{VMSize: size}}
		if _, warnings := lookedUp(t, "", user); len(warnings)+len(user.problems()) > 0 {
			t.Errorf("%s in the user pool: %q, %q", size, warnings, messages(user.problems()))
		}
	}
}

func TestIsArm(t *testing.T) {
	t.Parallel()
	for size, want := range map[string]bool{
		"Standard_D2ps_v6": true, "standard_d2PDS_v5": true, "Standard_E4-2pds_v6": true, "Standard_B2pts_v2": true, "Standard_D2pls_v5": true,
		"Standard_D2s_v5": false, "Standard_NP10s": false, "Standard_PB6s": false, "Standard_E4-2ads_v5": false, "Standard_DC2as_v5_Promo": false, "": false,
	} {
		if IsArm(size) != want {
			t.Errorf("%s: Arm %v", size, !want)
		}
	}
}
