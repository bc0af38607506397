package acceptance

// resources is the number of resources: the stack, three components and their eight
// resources.
const resources = 12

// Steps returns the lifecycle of a stack on an Azure.
func Steps(c Config) []Step {
	callback := func(domain string) []string { return []string{"https://" + domain + "/auth/callback"} }
	return []Step{
		{
			Name: "preview", About: "previews all resources and creates none", Minutes: 1,
			Set: map[string]string{"region": c.Region, "group": c.Group, "domain": c.Domain},
			Do:  Stack.Preview, Want: Operations{"create": resources},
		}, {
			Name: "up", About: "creates all resources", Minutes: 12,
			Do: up, Want: Operations{"create": resources},
			Azure: func(f *Facts) {
				*f = Facts{Deployed: true, Pools: []string{"default"}, RedirectURIs: callback(c.Domain)}
			},
		}, {
			Name: "up again", About: "changes nothing", Minutes: 1,
			Do: up,
		}, {
			Name: "outputs", About: "checks the documented outputs against Azure",
			Check: outputsAgree,
		}, {
			Name: "sign-in", About: "verify passes every check", Minutes: 2,
			Check: usersCanSignIn,
		}, {
			Name: "refresh", About: "finds all resources", Minutes: 1,
			Do: Stack.Refresh, Want: updatesOnly,
		}, {
			Name: "up after refresh", About: "replaces nothing", Minutes: 2,
			Do: up, Want: updatesOnly,
		}, {
			Name: "tags", About: "updates the resource group and the cluster", Minutes: 3,
			Set: map[string]string{"tags.purpose": "acceptance"},
			Do:  up, Want: Operations{"update": 2},
			Azure: func(f *Facts) { f.Tags = map[string]string{"purpose": "acceptance"} },
		}, {
			Name: "authorized ranges", About: "updates the cluster", Minutes: 3,
			Set: map[string]string{"cluster.authorizedIpRanges[0]": "203.0.113.0/24"},
			Do:  up, Want: Operations{"update": 1},
			Azure: func(f *Facts) { f.AuthorizedRanges = []string{"203.0.113.0/24"} },
		}, {
			Name: "domain", About: "updates the application and the extension", Minutes: 4,
			Set: map[string]string{"domain": c.OtherDomain},
			Do:  up, Want: Operations{"update": 2},
			Azure: func(f *Facts) { f.RedirectURIs = callback(c.OtherDomain) },
		}, {
			Name: "default role", About: "updates the extension", Minutes: 4,
			Set: map[string]string{"defaultRole": "readonly"},
			Do:  up, Want: Operations{"update": 1},
			Azure: func(f *Facts) { f.DefaultRole = "role:readonly" },
		}, {
			Name: "no tags", About: "removes the tags in Azure", Minutes: 3,
			Set: map[string]string{"tags": ""},
			Do:  up, Want: Operations{"update": 2},
			Azure: func(f *Facts) { f.Tags = nil },
		}, {
			Name: "no authorized ranges", About: "removes the ranges", Minutes: 3,
			Set: map[string]string{"cluster.authorizedIpRanges": ""},
			Do:  up, Want: Operations{"update": 1},
			Azure: func(f *Facts) { f.AuthorizedRanges = nil },
		}, {
			Name: "no default role", About: "removes it from the extension", Minutes: 4,
			Set: map[string]string{"defaultRole": ""},
			Do:  up, Want: Operations{"update": 1},
			Azure: func(f *Facts) { f.DefaultRole = "" },
		}, {
			Name: "user pool", About: "creates the pool and taints the system pool", Minutes: 6,
			Set: map[string]string{"cluster.userPool.nodeCount": "1", "cluster.userPool.vmSize": "Standard_B2s_v2"},
			Do:  up, Want: Operations{"create": 1, "update": 1},
			Azure: func(f *Facts) {
				f.Pools, f.SystemTaints = []string{"default", "user"}, []string{"CriticalAddonsOnly=true:NoSchedule"}
			},
		}, {
			Name: "no user pool", About: "deletes the pool and removes the taint", Minutes: 6,
			Set: map[string]string{"cluster.userPool": ""},
			Do:  up, Want: Operations{"delete": 1, "update": 1},
			Azure: func(f *Facts) { f.Pools, f.SystemTaints = []string{"default"}, nil },
		}, {
			Name: "reimport", About: "clears the state, imports all resources and previews: no replacement, no deletion", Minutes: 3,
			Do: reimport, Want: updatesOnly,
		}, {
			Name: "up after reimport", About: "replaces nothing", Minutes: 3,
			Do: up, Want: updatesOnly,
		}, {
			Name: "sign-in after the changes", About: "verify passes every check", Minutes: 2,
			Check: usersCanSignIn,
		}, {
			Name: "system pool replacement", About: "replaces the cluster and the extension; the application stays and trusts the new issuer", Minutes: 20, Slow: true,
			Set: map[string]string{"cluster.vmSize": "Standard_D2as_v5"},
			Do:  up, Want: Operations{"replace": 2, "update": 1},
			Azure: func(f *Facts) { f.Issuer = "" },
		}, {
			Name: "protect", About: "changes nothing on Azure", Minutes: 1,
			Set: map[string]string{"protect": "true"}, Do: up,
		}, {
			Name: "protected destroy", About: "fails before it deletes anything", Minutes: 1,
			Do: Stack.Destroy, WantError: "protect",
		}, {
			Name: "unprotect", About: "changes nothing on Azure", Minutes: 1,
			Set: map[string]string{"protect": "false"}, Do: up,
		}, {
			Name: "destroy", About: "deletes all resources", Minutes: 10,
			Do: Stack.Destroy, Want: Operations{"delete": resources},
			Azure: func(f *Facts) { *f = Facts{} },
		},
	}
}
