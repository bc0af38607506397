package stack

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/OWNER/argocd-on-aks/infra/internal/mocks"
)

// pageOf returns the output readme of a deployed stack.
func pageOf(t *testing.T, recorded *mocks.Recorder, config map[string]string) string {
	t.Helper()
	page := exports(t, recorded, config)["readme"]
	for _, left := range []string{"${", "{{", "<no value>", "\n\n\n"} {
		if strings.Contains(page, left) {
			t.Errorf("%q is in the page: %s", left, page)
		}
	}
	return page
}

var destination = regexp.MustCompile(`\]\(([^\s]+)\)`)

// TestReadme: the page links to the stack's resources in the portal of its cloud, and shows
// the commands for the stack, in order.
func TestReadme(t *testing.T) {
	t.Parallel()
	const (
		registration = "/#view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/Overview/appId/"
		enterprise   = "/#view/Microsoft_AAD_IAM/ManagedAppMenuBlade/~/Overview/objectId/principal-object/appId/" + mocks.ClientID
		resource     = "/#@" + mocks.TenantID + "/resource"
	)
	inCloud := func(cloud string) map[string]string {
		return walkthrough(map[string]string{"cloud": cloud, "azure-native:environment": cloud, "azuread:environment": cloud})
	}
	links := func(portal string, more ...string) []string {
		return append([]string{
			portal + resource + "aks-cluster-id", portal + resource + "argocd-extension-id",
			portal + registration + mocks.ClientID, portal + enterprise,
		}, more...)
	}
	const (
		credentials = "az aks get-credentials --resource-group group-name --name cluster-name\n"
		forward     = "kubectl port-forward svc/argocd-server -n argocd 9000:443   # leave it running and use a second terminal\n"
		login       = "argocd login localhost:9000 --sso --insecure\nargocd account get-user-info\n"
	)
	for name, c := range map[string]struct {
		config   map[string]string
		links    []string
		commands string
		has      []string
		not      []string
	}{
		"walkthrough": {
			walkthrough(nil), links("https://portal.azure.com"), credentials + forward + login,
			[]string{"`make verify STACK=dev`", "self-signed", "the key `ingress`", "the groups that may sign in"}, []string{"destroy", "charts", "kubelogin", "bootstrap"},
		},
		"US Government": {inCloud("usgovernment"), links("https://portal.azure.us"), credentials + forward + login, nil, nil},
		"China":         {inCloud("china"), links("https://portal.azure.cn"), credentials + forward + login, nil, nil},
		"open to the tenant": {
			walkthrough(map[string]string{"groupClaims": "security", "requireAssignment": "false"}), links("https://portal.azure.com"), credentials + forward + login,
			[]string{"| the log of sign-ins |"}, []string{"the groups that may sign in"},
		},
		"registry": {
			walkthrough(map[string]string{"containerRegistry": mocks.RegistryID}),
			links("https://portal.azure.com", "https://portal.azure.com"+registration+mocks.RegistryClientID), credentials + forward + login, nil, nil,
		},
		"domain, Entra for Kubernetes": {
			walkthrough(map[string]string{"domain": "argocd.example.com", "cluster": `{"azureRbac": true}`}), links("https://portal.azure.com"),
			credentials + "kubelogin convert-kubeconfig -l azurecli\nargocd login argocd.example.com --sso --grpc-web\nargocd account get-user-info\n",
			[]string{"[https://argocd.example.com](https://argocd.example.com)"}, []string{"port-forward", "self-signed", "the key `ingress`"},
		},
		"first application": {
			walkthrough(map[string]string{"bootstrap": firstApplication}), links("https://portal.azure.com"), credentials + forward + login,
			[]string{"```sh\npulumi stack output bootstrapManifest --stack dev > argocd-bootstrap.yaml && az aks command invoke " +
				"--resource-group \"group-name\" --name cluster-name --command \"kubectl apply -f argocd-bootstrap.yaml\" --file argocd-bootstrap.yaml\n```\n"},
			nil,
		},
		"existing cluster": {
			onExisting(nil), append([]string{"https://portal.azure.com" + resource + mocks.ClusterID}, links("https://portal.azure.com")[1:]...),
			"az aks get-credentials --resource-group platform --name shop\n" + forward + login,
			[]string{"`shop` in the resource group `platform`, which `pulumi destroy` leaves as they are"}, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			page := pageOf(t, &mocks.Recorder{Existing: mocks.ExistingCluster(nil)}, c.config)
			var got []string
			for _, match := range destination.FindAllStringSubmatch(page, -1) {
				if to, err := url.Parse(match[1]); err != nil || to.Scheme != "https" || to.Host == "" {
					t.Errorf("link to %s: %v", match[1], err)
				}
				if strings.HasPrefix(match[1], "https://portal.") {
					got = append(got, match[1])
				}
			}
			if !slices.Equal(got, c.links) {
				t.Errorf("links to\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.links, "\n"))
			}
			if !strings.Contains(page, "```sh\n"+c.commands+"```\n") {
				t.Errorf("want the commands\n%sin %s", c.commands, page)
			}
			for _, part := range c.has {
				if !strings.Contains(page, part) {
					t.Errorf("no %q in %s", part, page)
				}
			}
			for _, part := range c.not {
				if strings.Contains(page, part) {
					t.Errorf("%q in %s", part, page)
				}
			}
		})
	}
}
