package azure_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/infra/azure"
	"github.com/OWNER/argocd-on-aks/infra/chart"
)

// TestConstantsStatedOnce: the program and its commands share the constants of Azure and
// Entra. The tests and the simulated Azure state them independently.
func TestConstantsStatedOnce(t *testing.T) {
	t.Parallel()
	values := []string{azure.GraphClientID, azure.TokenExchangeAudience, chart.CLIRedirectURI}
	for _, value := range []string{azure.AudienceMyOrg, azure.MembershipApplicationGroup, azure.MembershipSecurityGroup, "User.Read"} {
		values = append(values, `"`+value+`"`)
	}
	for _, cloud := range []azure.Cloud{azure.CloudPublic, azure.CloudUSGovernment, azure.CloudChina} {
		for _, url := range []string{cloud.Graph(), cloud.ResourceManager(), cloud.Portal()} {
			values = append(values, `"`+strings.TrimPrefix(url, "https://")+`"`)
		}
		values = append(values, `"`+cloud.LoginHost()+`"`)
	}
	stated := map[string][]string{}
	for _, folder := range []string{"cmd", "infra", "internal", "provider", "verify"} {
		root := filepath.Join("../..", folder)
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "mocks") {
				return err
			}
			source, err := os.ReadFile(path)
			for _, value := range values {
				for range strings.Count(string(source), value) {
					stated[value] = append(stated[value], path)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, value := range values {
		if len(stated[value]) != 1 {
			t.Errorf("%s is stated in %q", value, stated[value])
		}
	}
}
