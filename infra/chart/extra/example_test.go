package extra_test

import (
	"fmt"

	"github.com/OWNER/argocd-on-aks/infra/chart/extra"
)

// Settings are rejected if they are managed, for their effect, or for a value that would be
// read differently.
func ExampleCheck() {
	settings, problems := extra.Read(map[string]string{
		"server.replicas":                    "3",
		"global.domain":                      "argocd.example.com",
		`configs.cm.accounts\.eve`:           "login",
		"configs.secret.githubSecret":        "x",
		`server.podLabels.example\.com/cost`: "yes, please",
		"repoServer.env[1].name":             "TZ",
		"server..replicas":                   "3",
	}, nil)
	managed, lists := []string{"global.domain"}, []string{"repoServer.env"}
	installation := func(extra.Setting) error { return nil }
	problems = append(problems, extra.Check(settings, managed, lists, installation)...)
	for _, p := range problems {
		fmt.Println(p.Path, p.Message(func(field string) string { return field }))
	}
	// Output:
	// ExtraSettings "server..replicas" is not a Helm --set path such as server.replicas or configs.params.server\.log\.level: it has an empty name
	// ExtraSettings "configs.cm.accounts\\.eve" would change accounts or how users sign in; use Domain, Roles and RequireAssignment
	// ExtraSettings "configs.secret.githubSecret" is a secret; move it to SecretSettings
	// ExtraSettings "global.domain" is managed by this program; it would change global.domain
	// ExtraSettings "server.podLabels.example\\.com/cost" has a value that is not a valid label; use at most 63 letters, digits and - _ . between letters or digits
	// ExtraSettings "repoServer.env" has no [0]; number list elements from [0], without gaps
}
