package chart

import (
	"encoding/csv"
	"maps"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

const (
	admins = "11111111-1111-1111-1111-111111111111"
	client = "44444444-4444-4444-4444-444444444444"
	puller = "55555555-5555-5555-5555-555555555555"
	issuer = "https://login.microsoftonline.com/33333333-3333-3333-3333-333333333333/v2.0"
)

// onDomain returns the settings of an Argo CD on a public domain, with changes.
func onDomain(change func(*Settings)) Settings {
	s := Settings{SignIn: SignIn{Domain: "argocd.example.com"}, Roles: []RoleMapping{{Group: admins, Role: "admin"}}}
	change(&s)
	return s
}

func render(t *testing.T, s Settings) map[string]string {
	t.Helper()
	if problems := s.Problems(); len(problems) > 0 {
		t.Fatal(problems.Arguments())
	}
	settings, err := s.Render(Entra{Issuer: issuer, ClientID: client, RepoServerClientID: puller})
	if err != nil {
		t.Fatal(err)
	}
	return settings
}

// adds checks that a change adds or changes exactly these settings.
func adds(t *testing.T, change func(*Settings), want map[string]string) {
	t.Helper()
	got := render(t, onDomain(change))
	for key, value := range render(t, onDomain(func(*Settings) {})) {
		if got[key] == value {
			delete(got, key)
		}
	}
	if !maps.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestIngress(t *testing.T) {
	t.Parallel()
	const insecure = `configs.params.server\.insecure`
	for name, c := range map[string]struct {
		ingress Ingress
		want    map[string]string
	}{
		"a secret": {Ingress{TLSSecret: "argocd-tls"}, map[string]string{
			"server.ingress.extraTls[0].hosts[0]": "argocd.example.com", "server.ingress.extraTls[0].secretName": "argocd-tls", insecure: "true",
		}},
		"TLS at the edge, in words": {Ingress{TLSSecret: "argocd-tls", TLS: "edge"}, map[string]string{
			"server.ingress.extraTls[0].hosts[0]": "argocd.example.com", "server.ingress.extraTls[0].secretName": "argocd-tls", insecure: "true",
		}},
		"Argo CD's own secret": {Ingress{TLSSecret: "argocd-server-tls"}, map[string]string{"server.ingress.tls": "true", insecure: "true"}},
		"cert-manager": {Ingress{CertManagerIssuer: "letsencrypt"}, map[string]string{
			"server.ingress.tls": "true", insecure: "true", `server.ingress.annotations.cert-manager\.io/cluster-issuer`: "letsencrypt",
		}},
		// Argo CD ends TLS, so it must keep serving TLS, as without an ingress.
		"passthrough": {
			Ingress{TLSSecret: "argocd-server-tls", TLS: "passthrough", Annotations: map[string]string{"nginx.ingress.kubernetes.io/ssl-passthrough": "true"}},
			map[string]string{
				"server.ingress.tls": "true", `server.ingress.annotations.nginx\.ingress\.kubernetes\.io/ssl-passthrough`: "true",
			},
		},
		"passthrough with cert-manager": {Ingress{CertManagerIssuer: "letsencrypt", TLS: "passthrough"}, map[string]string{
			"server.ingress.tls": "true", `server.ingress.annotations.cert-manager\.io/cluster-issuer`: "letsencrypt",
		}},
		"annotations": {Ingress{TLSSecret: "argocd-server-tls", Annotations: map[string]string{"a.example/b.c_d": "x, y=z", "plain": ""}}, map[string]string{
			"server.ingress.tls": "true", insecure: "true", `server.ingress.annotations.a\.example/b\.c_d`: "x, y=z", "server.ingress.annotations.plain": "",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.ingress.ClassName = "traefik"
			c.want["server.ingress.enabled"], c.want["server.ingress.ingressClassName"] = "true", "traefik"
			adds(t, func(s *Settings) { s.Ingress = &c.ingress }, c.want)
		})
	}
}

// TestAdditionalDomains: each domain has a URL and, with an ingress and if it is not local, a
// host. Sign-out returns users to the domain that they used.
func TestAdditionalDomains(t *testing.T) {
	t.Parallel()
	urls := map[string]string{"configs.cm.additionalUrls": "- https://argocd.corp.example\n- https://localhost:9000\n"}
	domains := []Domain{"argocd.corp.example", "localhost:9000"}
	adds(t, func(s *Settings) { s.AdditionalDomains = domains }, urls)
	maps.Copy(urls, map[string]string{
		"server.ingress.enabled": "true", "server.ingress.ingressClassName": "haproxy", "server.ingress.tls": "true",
		"server.ingress.extraHosts[0].name": "argocd.corp.example",
	})
	adds(t, func(s *Settings) {
		s.AdditionalDomains, s.Ingress = domains, &Ingress{ClassName: "haproxy", TLSSecret: "argocd-server-tls", TLS: "passthrough"}
	}, urls)
	for _, c := range []struct {
		additional []Domain
		back       string
	}{{nil, "https%3A%2F%2Fargocd.example.com%2Flogin"}, {domains, "{{logoutRedirectURL}}/login"}} {
		settings := render(t, onDomain(func(s *Settings) { s.AdditionalDomains, s.SignOutOfEntra = c.additional, true }))
		if oidc := settings[keyOIDCConfig]; !strings.Contains(oidc, "/oauth2/v2.0/logout?post_logout_redirect_uri="+c.back+"\n") {
			t.Errorf("%v: %s", c.additional, oidc)
		}
	}
}

func TestHighAvailability(t *testing.T) {
	t.Parallel()
	for name, extra := range map[string]map[string]string{
		"two of each":                 nil,
		"more replicas":               {"server.replicas": "3"},
		"more replicas of all":        {"server.replicas": "3", "repoServer.replicas": "4", "applicationSet.replicas": "5"},
		"a setting next to replicas":  {"server.replicaset": "x"},
		"the controller's own choice": {"controller.replicas": "2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := map[string]string{"redis-ha.enabled": "true", "server.replicas": "2", "repoServer.replicas": "2", "applicationSet.replicas": "2"}
			maps.Copy(want, extra)
			adds(t, func(s *Settings) { s.HighAvailability, s.ExtraSettings = true, extra }, want)
		})
	}
}

// TestManagedOnlyWhenUsed: users can set the settings of an unused feature, and the settings
// next to those of a used one.
func TestManagedOnlyWhenUsed(t *testing.T) {
	t.Parallel()
	for _, extra := range []map[string]string{
		{"server.ingress.tls": "true", `configs.params.server\.insecure`: "true"},
		{"repoServer.env[0].name": "HTTPS_PROXY"},
	} {
		adds(t, func(s *Settings) { s.ExtraSettings = extra }, extra)
	}
	login := map[string]string{
		"azure.workloadIdentity.clientId": puller,
		"repoServer.env[0].name":          "AZURE_ARM_TOKEN_RESOURCE", "repoServer.env[0].value": "https://containerregistry.azure.net",
		"repoServer.env[1].name": "AZURE_CLIENT_ID", "repoServer.env[1].value": puller,
	}
	adds(t, func(s *Settings) { s.ContainerRegistry = true }, login)
	adds(t, func(s *Settings) { s.ContainerRegistry, s.AzureDevOps = true, true }, login)
	adds(t, func(s *Settings) { s.AzureDevOps = true }, map[string]string{
		"azure.workloadIdentity.clientId": puller, "repoServer.env[0].name": "AZURE_CLIENT_ID", "repoServer.env[0].value": puller,
	})
	login["repoServer.envFrom"] = "x"
	adds(t, func(s *Settings) {
		s.ContainerRegistry, s.ExtraSettings = true, map[string]string{"repoServer.envFrom": "x"}
	}, login)
	extra := map[string]string{"controller.volumes": "x"}
	adds(t, func(s *Settings) { s.ExtraSettings = extra }, extra)
}

// TestRepoServerClientIDRequired: repo-server never signs in as the users' application, even
// if a program omits its client ID.
func TestRepoServerClientIDRequired(t *testing.T) {
	t.Parallel()
	settings, err := onDomain(func(s *Settings) { s.ContainerRegistry = true }).Render(Entra{Issuer: issuer, ClientID: client})
	if err == nil || !strings.Contains(err.Error(), "ContainerRegistry") {
		t.Errorf("%v, %v", settings, err)
	}
}

func TestValidDomains(t *testing.T) {
	t.Parallel()
	for domain, want := range map[Domain]struct {
		local bool
		port  string
	}{
		"localhost": {true, "443"}, "localhost:9000": {true, "9000"}, "argocd.localhost": {true, "443"}, "argocd.example.com": {false, "443"},
		"a-b.example:8443": {false, "8443"}, "1.example": {false, "443"}, "localhost.example": {false, "443"},
	} {
		if err := domain.Check(); err != nil {
			t.Error(err)
		}
		if domain.Local() != want.local || domain.Port() != want.port {
			t.Errorf("%s: local %v, port %s", domain, domain.Local(), domain.Port())
		}
	}
}

// FuzzSettings: every policy, mapping and value that passes the rules stays in its field when
// Argo CD reads it.
func FuzzSettings(f *testing.F) {
	f.Add("argocd.example.com", admins, "admin", "p, role:deployer, applications, sync, shop/*, allow", "deployer")
	f.Add("localhost:9000", "Argo CD Admins", "readonly", "p, role:a, *, *, */*, deny", "")
	f.Add("argocd", `Smith, "Al" & Co`, "readonly", "p, role:a, logs, get, x/*, allow", "a")
	f.Add("x", "a\", role:admin\ng, \"b", "admin", "p, role:a, logs, get, x\ng, b, role:admin, allow", "admin")
	f.Fuzz(func(t *testing.T, domain, group, role, policy, defaultRole string) {
		s := Settings{SignIn: SignIn{Domain: Domain(domain)}, Roles: []RoleMapping{{group, role}}, Options: Options{Policies: []string{policy}, DefaultRole: defaultRole}}
		if len(s.Problems()) > 0 || strings.HasPrefix(strings.TrimSpace(policy), "g") {
			return
		}
		settings := render(t, s)
		reader := csv.NewReader(strings.NewReader(settings[keyPolicyCSV]))
		reader.FieldsPerRecord, reader.TrimLeadingSpace = -1, true
		lines, err := reader.ReadAll()
		if err != nil || len(lines) != 2 || lines[0][0] != "p" || len(lines[0]) != 6 {
			t.Fatalf("policy.csv %q: %q, %v", settings[keyPolicyCSV], lines, err)
		}
		if g := lines[1]; len(g) != 3 || g[0] != "g" || g[1] != group || g[2] != "role:"+role {
			t.Errorf("policy.csv maps %q", g)
		}
		var oidc map[string]any
		if err := yaml.Unmarshal([]byte(settings[keyOIDCConfig]), &oidc); err != nil || oidc["clientID"] != client || oidc["issuer"] != issuer {
			t.Errorf("oidc.config: %v, %v", oidc, err)
		}
	})
}
