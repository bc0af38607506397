package chart

import (
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// TestMessages: messages mention fields as problem.Field, because their names differ between
// Go, the configuration of a stack and the package for other languages.
func TestMessages(t *testing.T) {
	t.Parallel()
	private := false
	extraSetting := func(key, value string) func(*Settings) {
		return func(s *Settings) { s.ExtraSettings = map[string]string{key: value} }
	}
	withIngress := func(change func(*Settings)) func(*Settings) {
		return func(s *Settings) {
			s.Ingress = &Ingress{ClassName: "traefik", TLSSecret: "argocd-tls"}
			change(s)
		}
	}
	for name, c := range map[string]struct {
		change   func(*Settings)
		mentions []string
	}{
		"undefined role":    {func(s *Settings) { s.Roles[0].Role = "deployer" }, []string{"POLICIES"}},
		"undefined default": {func(s *Settings) { s.DefaultRole = "deployer" }, []string{"POLICIES"}},
		"default of all":    {func(s *Settings) { s.DefaultRole, s.RequireAssignment = "admin", &private }, nil},
		"line of a group":   {func(s *Settings) { s.Policies = []string{"g, Developers, role:admin"} }, []string{"ROLES"}},
		"large policies":    {func(s *Settings) { s.Policies = []string{strings.Repeat("x", 1<<20)} }, []string{"ROLES", "PIPELINES", "ACCOUNTS"}},
		"local domain":      {withIngress(func(s *Settings) { s.AdditionalDomains = []Domain{"localhost:9000"} }), []string{"INGRESS.TLS"}},
		"no certificate":    {withIngress(func(s *Settings) { s.Ingress.TLSSecret = "" }), []string{"INGRESS.CERTMANAGERISSUER"}},
		"class": {withIngress(func(s *Settings) {
			s.Ingress.Annotations = map[string]string{"kubernetes.io/ingress.class": "nginx"}
		}), []string{"INGRESS.CLASSNAME"}},
		"issuer": {withIngress(func(s *Settings) {
			s.Ingress = &Ingress{ClassName: "x", CertManagerIssuer: "x", Annotations: map[string]string{"cert-manager.io/issuer": "mine"}}
		}), []string{"INGRESS.CERTMANAGERISSUER"}},
		"managed": {extraSetting("global.domain", "x"), nil},
		"sign-in": {extraSetting("configs.cm.url", "https://evil.example"), []string{"DOMAIN", "ROLES", "REQUIREASSIGNMENT"}},
		"RBAC":    {extraSetting(`configs.rbac.policy\.x\.csv`, "x"), []string{"ROLES", "POLICIES", "DEFAULTROLE"}},
		"secret":  {extraSetting("configs.secret.githubSecret", "x"), []string{"SECRETSETTINGS"}},
		"URL":     {extraSetting("configs.repositories.a.url", "https://a:b@git.example"), []string{"SECRETSETTINGS"}},
		"token":   {extraSetting("configs.repositories.a.name", "glpat-12345678"), []string{"SECRETSETTINGS"}},
		"command": {extraSetting("configs.clusterCredentials.a.config.awsAuthConfig", "x"), []string{"CLUSTERS"}},
		"size":    {extraSetting(`configs.cm.help\.x`, strings.Repeat("x", 1<<20)), []string{"SECRETSETTINGS"}},
		"setting": {withIngress(extraSetting("server.ingress.hostname", "x")), []string{"INGRESS"}},
		"host":    {withIngress(extraSetting("server.ingress.extraHosts[0].name", "x")), []string{"INGRESS.TLSSECRET", "ADDITIONALDOMAINS"}},
		"route":   {withIngress(extraSetting("server.httproute.enabled", "true")), []string{"ADDITIONALDOMAINS", "INGRESS"}},
		"plain HTTP inside": {func(s *Settings) {
			s.ExtraSettings = map[string]string{keyInsecure: "true", "server.ingress.enabled": "true"}
		}, []string{"INGRESS"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			problems := onDomain(c.change).Problems()
			if len(problems) == 0 {
				t.Fatal("no problem")
			}
			for _, p := range problems {
				message := p.Message(strings.ToUpper)
				for _, field := range c.mentions {
					if !strings.Contains(message, field) {
						t.Errorf("%s does not mention %s", message, field)
					}
				}
				if key := configKeys.FindString(message); key != "" || strings.Contains(message, "pulumi") {
					t.Errorf("%s mentions the config key %q", message, key)
				}
			}
		})
	}
}

// configKeys matches field names in lower camel case that are not English words.
var configKeys = regexp.MustCompile(`\b(` + strings.Join(lowerCamelCase(reflect.TypeFor[Settings]()), "|") + `)\b`)

// lowerCamelCase returns the field names with several words of a struct and its Ingress.
func lowerCamelCase(of reflect.Type) (names []string) {
	for _, field := range reflect.VisibleFields(of) {
		name := strings.Replace(strings.ToLower(field.Name[:1])+field.Name[1:], "tLS", "tls", 1)
		if strings.ToLower(name) != name {
			names = append(names, name)
		}
		if field.Type == reflect.TypeFor[*Ingress]() {
			names = append(names, lowerCamelCase(field.Type.Elem())...)
		}
	}
	return names
}
