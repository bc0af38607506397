package configurations

import (
	"encoding/json"
	"errors"
	"flag"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"

	settings "github.com/OWNER/argocd-on-aks/infra/chart"
	"github.com/OWNER/argocd-on-aks/tests/chart"
)

// seeds returns the rows of the table that set a key: all of them for fuzzing, otherwise a sample,
// because TestConfigurations runs them all.
func seeds(key string) []row {
	every := 10
	if flag.Lookup("test.fuzz").Value.String() != "" {
		every = 1
	}
	var all []row
	for i, row := range slices.Concat(extraRows, policyRows, otherRows) {
		if value := row.changes[key]; value != "" && len(value) < 1000 && i%every == 0 {
			all = append(all, row)
		}
	}
	return all
}

// FuzzPolicies checks that Argo CD loads accepted policies with the configured rules and group
// roles. If everyone in the tenant can sign in, the default role can only read. The input is policy
// lines, the role of a group and the default role.
func FuzzPolicies(f *testing.F) {
	checker := newChecker(f, signInTemplates)
	for _, row := range seeds("policies") {
		var lines []string
		if json.Unmarshal([]byte(row.changes["policies"]), &lines) == nil {
			f.Add(strings.Join(lines, "\n"), "a", row.changes["defaultRole"])
		}
	}
	f.Fuzz(func(t *testing.T, lines, role, everyone string) {
		config := plain(map[string]string{
			"policies": asJSON(strings.Split(lines, "\n")), "roles": asJSON([]map[string]string{{"group": "Developers", "role": role}}),
		})
		if everyone != "" {
			config["defaultRole"], config["requireAssignment"] = everyone, "false"
		}
		if sent, err := deploy(config); err == nil {
			if err := checker.check(t, config, sent); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// FuzzExtraSettings checks that an accepted setting does not affect sign-in, and that its value is
// exactly one text in the objects: nothing else differs, and no object is added. The user sees the
// error of a value that the chart cannot render.
func FuzzExtraSettings(f *testing.F) {
	checker := newChecker(f, chart.AllTemplates)
	for _, row := range seeds("extraSettings") {
		var settings map[string]string
		fromJSON(f, row.changes["extraSettings"], &settings)
		keys := slices.Sorted(maps.Keys(settings))
		last := keys[len(keys)-1]
		f.Add(keys[0], settings[keys[0]], last, settings[last], row.changes["ingress"] != "")
	}
	f.Fuzz(func(t *testing.T, key, value, key2, value2 string, ingress bool) {
		config := plain(map[string]string{"extraSettings": asJSON(map[string]string{key: value, key2: value2})})
		if ingress {
			config["ingress"] = traefik + "}"
		}
		checker.checkIfAccepted(t, config)
	})
}

// FuzzChartValues checks the same for arbitrary texts as the chart's values.
func FuzzChartValues(f *testing.F) {
	checker := newChecker(f, chart.AllTemplates)
	values, err := checker.chart.Values()
	if err != nil {
		f.Fatal(err)
	}
	booleans, others, deep := places(values)
	keys := slices.Concat(booleans, others, deep)
	for i, text := range probes {
		f.Add(uint(i*101), text)
	}
	f.Fuzz(func(t *testing.T, i uint, value string) {
		checker.checkIfAccepted(t, plain(map[string]string{"extraSettings": asJSON(map[string]string{keys[i%uint(len(keys))]: value})}))
	})
}

// checkIfAccepted checks a configuration if the program accepts it.
func (c *checker) checkIfAccepted(t *testing.T, config map[string]string) {
	t.Helper()
	sent, err := deploy(config)
	if err != nil {
		return
	}
	if err := c.check(t, config, sent); err != nil && !errors.Is(err, chart.Err) {
		t.Fatal(err)
	}
}

// FuzzDomain checks that browsers do not change an accepted host, which Entra compares with the
// redirect URI.
func FuzzDomain(f *testing.F) {
	for _, row := range seeds("domain") {
		f.Add(row.changes["domain"])
	}
	f.Fuzz(func(t *testing.T, domain string) {
		if _, err := deploy(plain(map[string]string{"domain": domain})); err != nil {
			return
		}
		parsed, err := url.Parse("https://" + domain + "/auth/callback")
		if err != nil || parsed.Host != domain || parsed.Path != "/auth/callback" || parsed.Port() == "443" {
			t.Fatalf("%q: %v, %v", domain, parsed, err)
		}
		name := parsed.Hostname()
		last := name[strings.LastIndex(name, ".")+1:]
		if _, err := strconv.ParseUint("0"+strings.TrimPrefix(last, "0x"), 16, 64); err == nil && (strings.HasPrefix(last, "0x") || strings.Trim(last, "0123456789") == "") {
			t.Fatalf("browsers read %q as an IP address", domain)
		}
	})
}

// FuzzGroup checks that a group's name or ID does not grant a role to another group or another role
// to its members, even if an application writes names to the groups claim.
func FuzzGroup(f *testing.F) {
	checker := newChecker(f, signInTemplates)
	for _, group := range []string{"Developers", `Smith, "Al" & Co`, "22222222-2222-2222-2222-22222222ABCD", "a\", role:admin\ng, \"b", "", "admin", "role:admin", "proj:a:b"} {
		f.Add(group, "readonly")
	}
	f.Fuzz(func(t *testing.T, group, role string) {
		if may, accepted := mayDelete(t, group, role); accepted && may != (role == "admin") {
			t.Fatalf("a member of %q with the role %s can delete: %v", group, role, may)
		}
		config := plain(map[string]string{"roles": asJSON([]map[string]string{{"group": group, "role": role}})})
		if sent, err := deploy(config); err == nil {
			if err := checker.check(t, config, sent); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// mayDelete checks with Argo CD whether the members of a group can delete an application.
func mayDelete(t *testing.T, group, role string) (may, accepted bool) {
	t.Helper()
	config := settings.Settings{SignIn: settings.SignIn{Domain: onDomain}, Roles: []settings.RoleMapping{{Group: group, Role: role}}}
	if len(config.Problems()) > 0 {
		return false, false
	}
	rendered, err := config.Render(settings.Entra{})
	if err != nil {
		t.Fatal(err)
	}
	member := jwt.MapClaims{"sub": "KX7bq2ZyV3w_Tt-0aJ9", "groups": []any{group}}
	return claimsPolicy(t, deployed{settings: rendered}).EnforceClaims(member, member, "applications", "delete", "shop/cart"), true
}

// FuzzRegistry checks that an accepted value is exactly the ID of one registry.
func FuzzRegistry(f *testing.F) {
	for _, row := range seeds("containerRegistry") {
		f.Add(row.changes["containerRegistry"])
	}
	f.Fuzz(func(t *testing.T, id string) {
		if id == "" {
			return
		}
		if _, err := deploy(plain(map[string]string{"containerRegistry": id})); err != nil {
			return
		}
		parts := strings.Split(id, "/")
		if len(parts) != 9 || parts[0] != "" || !strings.EqualFold(parts[7], "registries") || slices.Contains(parts[1:], "") || slices.Contains(parts, "..") ||
			strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r == '?' || r == '#' || r == '%' }) {
			t.Fatalf("%q", id)
		}
	})
}

// FuzzBootstrap checks that Argo CD's types and packages read an accepted first application as
// configured.
func FuzzBootstrap(f *testing.F) {
	checker := newChecker(f, signInTemplates)
	for _, row := range seeds("bootstrap") {
		var a application
		if json.Unmarshal([]byte(row.changes["bootstrap"]), &a) == nil {
			f.Add(a.RepoURL, a.Path, a.Revision, a.Name, a.Project)
		}
	}
	f.Fuzz(func(t *testing.T, repository, path, revision, name, project string) {
		config := plain(map[string]string{"bootstrap": asJSON(map[string]string{
			"repoUrl": repository, "path": path, "revision": revision, "name": name, "project": project,
		})})
		if sent, err := deploy(config); err == nil {
			if err := checker.check(t, config, sent); err != nil {
				t.Fatal(err)
			}
		}
	})
}
