package configurations

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/argoproj/argo-cd/v3/pkg/client/listers/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/server/rbacpolicy"
	"github.com/argoproj/argo-cd/v3/util/assets"
	"github.com/argoproj/argo-cd/v3/util/glob"
	"github.com/argoproj/argo-cd/v3/util/rbac"
	"github.com/argoproj/argo-cd/v3/util/settings"
	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/tools/cache"
)

// intent is the expected Argo CD configuration of a stack configuration.
type intent struct {
	domain, defaultRole string
	// additional are the URLs beside the domain.
	additional []string
	// scopes is the list of claims that grant roles.
	scopes string
	// roles are "group ID role", also for pipelines and accounts. policies are the configured
	// lines.
	roles, policies []string
	// assigned are groups and pipelines.
	assigned []string
	// accounts are the API accounts.
	accounts []string
	// open lets everyone in the tenant sign in.
	open bool
	// first is the first application. It has no repository if none is configured.
	first application
}

// checkSettings reads the rendered objects with Argo CD's packages and compares the result with the
// intent.
func checkSettings(ctx context.Context, objects []object, sent deployed, want intent) error {
	if err := errors.Join(checkSignIn(ctx, objects, want), checkPolicy(objects, want), checkBootstrap(ctx, sent.bootstrap, want.first)); err != nil {
		return err
	}
	slices.Sort(sent.assigned)
	if difference := cmp.Diff(want.assigned, sent.assigned); difference != "" {
		return fmt.Errorf("assigned: %s", difference)
	}
	return nil
}

// one returns the only object of a kind and name.
func one(objects []object, id string) (object, error) {
	var found []object
	for _, o := range objects {
		if o.id() == id {
			found = append(found, o)
		}
	}
	if len(found) != 1 || found[0].text("metadata", "namespace") != namespace {
		return nil, fmt.Errorf("%d of %s in %s, want one", len(found), id, namespace)
	}
	return found[0], nil
}

// data returns the data of a ConfigMap. Kubernetes rejects values that are not strings.
func data(objects []object, name string) (map[string]string, error) {
	o, err := one(objects, "ConfigMap "+name)
	if err != nil {
		return nil, err
	}
	all := map[string]string{}
	below, _ := o.at("data").(map[string]any)
	for key, value := range below {
		text, is := value.(string)
		if !is {
			return nil, fmt.Errorf("%s: %s is %v, not a string", name, key, value)
		}
		all[key] = text
	}
	return all, nil
}

// checkSignIn loads the settings with Argo CD: users sign in through the application in Entra and
// in no other way.
func checkSignIn(ctx context.Context, objects []object, want intent) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cm, err := data(objects, "argocd-cm")
	if err != nil {
		return err
	}
	meta := func(name string) metav1.ObjectMeta {
		return metav1.ObjectMeta{Name: name, Namespace: namespace, Labels: map[string]string{"app.kubernetes.io/part-of": "argocd"}}
	}
	manager := settings.NewSettingsManager(ctx, fake.NewClientset(
		&corev1.ConfigMap{ObjectMeta: meta("argocd-cm"), Data: cm},
		&corev1.Secret{ObjectMeta: meta("argocd-secret"), Data: map[string][]byte{"server.secretkey": []byte("x")}},
	), namespace)
	loaded, err := manager.GetSettings()
	if err != nil {
		return fmt.Errorf("settings: %w", err)
	}
	accounts, err := manager.GetAccounts()
	if err != nil {
		return fmt.Errorf("accounts: %w", err)
	}
	for name, account := range accounts {
		ours := slices.Contains(want.accounts, name) && account.FormatCapabilities() == string(settings.AccountCapabilityApiKey)
		if account.Enabled != ours || !ours && name != "admin" {
			return fmt.Errorf("account %s, enabled: %v, for %s", name, account.Enabled, account.FormatCapabilities())
		}
	}
	if len(accounts) != len(want.accounts)+1 {
		return fmt.Errorf("%d accounts, want the built-in admin and %v", len(accounts), want.accounts)
	}
	oidc := loaded.OIDCConfig()
	switch {
	case loaded.URL != "https://"+want.domain || !slices.Equal(loaded.AdditionalURLs, want.additional):
		return fmt.Errorf("url %q and %q", loaded.URL, loaded.AdditionalURLs)
	case loaded.AnonymousUserEnabled, loaded.OIDCTLSInsecureSkipVerify, loaded.IsDexConfigured():
		return fmt.Errorf("anonymous %v, no verification %v, dex %v", loaded.AnonymousUserEnabled, loaded.OIDCTLSInsecureSkipVerify, loaded.IsDexConfigured())
	case oidc == nil || oidc.ClientID != clientID || oidc.Issuer != "https://login.microsoftonline.com/"+tenantID+"/v2.0" || !loaded.UseAzureWorkloadIdentity() ||
		oidc.ClientSecret != "" || oidc.CLIClientID != "" || !oidc.RequestedIDTokenClaims["groups"].Essential:
		return fmt.Errorf("oidc %+v", oidc)
	}
	return nil
}

// checkPolicy loads the policy with Argo CD: each role has exactly the configured rules, and each
// group exactly its roles.
func checkPolicy(objects []object, want intent) error {
	cm, err := data(objects, "argocd-rbac-cm")
	if err != nil {
		return err
	}
	policy := rbac.PolicyCSV(cm)
	delete(cm, rbac.ConfigMapPolicyCSVKey)
	if difference := cmp.Diff(map[string]string{"policy.default": want.defaultRole, "policy.matchMode": "glob", "scopes": want.scopes}, cm); difference != "" {
		return fmt.Errorf("argocd-rbac-cm: %s", difference)
	}
	if err := rbac.ValidatePolicy(policy); err != nil {
		return err
	}
	enforcer := rbac.NewEnforcer(fake.NewClientset(), namespace, "argocd-rbac-cm", nil)
	if err := errors.Join(enforcer.SetBuiltinPolicy(assets.BuiltinPolicyCSV), enforcer.SetUserPolicy(policy)); err != nil {
		return fmt.Errorf("policy: %w", err)
	}
	enforcer.SetDefaultRole(want.defaultRole)
	if err := checkOpenTenant(enforcer, want); err != nil {
		return err
	}
	loaded := enforcer.CreateEnforcerWithRuntimePolicy("", "")
	links, err := loaded.GetGroupingPolicy()
	if err != nil {
		return err
	}
	rules, granted, err := expectedPolicy(want)
	if err != nil {
		return err
	}
	var got []string
	for _, link := range links {
		got = append(got, strings.Join(link, " "))
	}
	slices.Sort(got)
	if difference := cmp.Diff(granted, got); difference != "" {
		return fmt.Errorf("roles of the groups: %s", difference)
	}
	return compareRules(loaded, rules)
}

// expectedPolicy derives the expected policy independently of the program: the rules by subject,
// including the built-in roles, and the inheritance.
func expectedPolicy(want intent) (rules map[string][]string, granted []string, err error) {
	rules = map[string][]string{}
	granted = append(granted, want.roles...)
	lines := append(strings.Split(assets.BuiltinPolicyCSV, "\n"), want.policies...)
	for _, line := range lines {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		reader := csv.NewReader(strings.NewReader(line))
		reader.TrimLeadingSpace = true
		fields, err := reader.Read()
		if err != nil {
			return nil, nil, fmt.Errorf("policy %q: %w", line, err)
		}
		if fields[0] == "g" {
			granted = append(granted, strings.Join(fields[1:], " "))
			continue
		}
		rules[fields[1]] = append(rules[fields[1]], strings.Join(fields[1:], " "))
		if slices.Contains(want.policies, line) {
			if err := effective(fields[2], fields[3], fields[4]); err != nil {
				return nil, nil, fmt.Errorf("policy %q: %w", line, err)
			}
		}
	}
	slices.Sort(granted)
	return rules, slices.Compact(granted), nil
}

// compareRules compares the rules of each subject.
func compareRules(loaded rbac.CasbinEnforcer, rules map[string][]string) error {
	roles, err := loaded.GetAllRoles()
	if err != nil {
		return err
	}
	for _, role := range slices.Concat(roles, slices.Collect(maps.Keys(rules))) {
		permissions, err := loaded.GetImplicitPermissionsForUser(role)
		if err != nil {
			return err
		}
		if len(permissions) == 0 {
			return fmt.Errorf("%s has no rules", role)
		}
		var got []string
		for _, permission := range permissions {
			if permission[0] == role {
				got = append(got, strings.Join(permission, " "))
			}
		}
		if difference := cmp.Diff(sorted(rules[role]), sorted(got)); difference != "" {
			return fmt.Errorf("rules of %s: %s", role, difference)
		}
	}
	return nil
}

func sorted(all []string) []string { return slices.Compact(slices.Sorted(slices.Values(all))) }

// checkOpenTenant checks what everyone can do if everyone in the tenant can sign in: a user without
// groups, and a workload identity without a role.
func checkOpenTenant(enforcer *rbac.Enforcer, want intent) error {
	if !want.open {
		return nil
	}
	projects := v1alpha1.NewAppProjectLister(cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{})).AppProjects(namespace)
	policy := rbacpolicy.NewRBACPolicyEnforcer(enforcer, projects)
	policy.SetScopes([]string{"groups", "roles"})
	for _, claims := range []jwt.MapClaims{
		{"sub": "KX7bq2ZyV3w_Tt-0aJ9KX7bq2ZyV3w_Tt-0aJ9KX7bq"},
		{"sub": "0c0c0c0c-0c0c-0c0c-0c0c-0c0c0c0c0c0c", "roles": []any{}},
	} {
		for resource, request := range requests {
			actions, objects := request.actions, request.objects
			for _, fields := range ruleFields(want.policies) {
				actions = slices.Concat(actions, candidates(fields[3]))
				objects = slices.Concat(objects, candidates(fields[4]))
			}
			for _, action := range actions {
				for _, object := range objects {
					if action != "get" && policy.EnforceClaims(claims, claims, resource, action, object) {
						return fmt.Errorf("everyone can %s %s %q", action, resource, object)
					}
				}
			}
		}
	}
	return nil
}

// ruleFields are the fields of the p lines.
func ruleFields(policies []string) (rules [][]string) {
	for _, line := range policies {
		reader := csv.NewReader(strings.NewReader(line))
		reader.TrimLeadingSpace = true
		if fields, err := reader.Read(); err == nil && fields[0] == "p" {
			rules = append(rules, fields)
		}
	}
	return rules
}

// requests are the requests that Argo CD checks against its policy, by resource: the actions of
// https://argo-cd.readthedocs.io/en/stable/operator-manual/rbac/, objects, and a pattern for all
// objects.
var requests = map[string]struct {
	actions, objects []string
	shape            *regexp.Regexp
}{
	rbac.ResourceApplications: {[]string{
		"get", "create", "update", "delete", "sync", "override", "update/apps/Deployment/x/y", "delete/apps/Deployment/x/y",
		"action/apps/Deployment/restart", "action//Pod/x", "action/argoproj.io/Rollout/x", "delete//Pod/x/y", "update//Pod/x/y", "delete/apps/ReplicaSet/x/y",
	}, []string{"shop/cart", "shop/team/cart"}, inProject},
	rbac.ResourceApplicationSets:   {change, []string{"shop/cart", "shop/team/cart"}, inProject},
	rbac.ResourceLogs:              {[]string{"get"}, []string{"shop/cart", "shop/team/cart"}, inProject},
	rbac.ResourceExec:              {[]string{"create"}, []string{"shop/cart", "shop/team/cart"}, inProject},
	rbac.ResourceClusters:          {change, []string{"https://kubernetes.default.svc", "shop/https://kubernetes.default.svc"}, regexp.MustCompile(`^(` + objectName + `/)?[a-z]+://[^/]`)},
	rbac.ResourceRepositories:      {change, repositories, regexp.MustCompile(`^[^/]`)},
	rbac.ResourceWriteRepositories: {change, repositories, regexp.MustCompile(`^[^/]`)},
	rbac.ResourceProjects:          {change, []string{"shop"}, regexp.MustCompile(`^` + objectName + `$`)},
	rbac.ResourceAccounts:          {[]string{"get", "update"}, []string{"admin"}, regexp.MustCompile(`^[^/]+$`)},
	rbac.ResourceGPGKeys:           {[]string{"get", "create", "delete"}, []string{""}, regexp.MustCompile(`^$`)},
	rbac.ResourceCertificates:      {change, []string{""}, regexp.MustCompile(`^$`)},
	rbac.ResourceExtensions:        {[]string{"invoke"}, []string{"metrics"}, regexp.MustCompile(`^[^/]+$`)},
}

const objectName = `[a-z0-9]([-a-z0-9.]*[a-z0-9])?`

var (
	change       = []string{"get", "create", "update", "delete"}
	repositories = []string{"https://git.example/shop", "shop/https://git.example/shop", "git@git.example:shop/cart"}
	inProject    = regexp.MustCompile(`^` + objectName + `/(` + objectName + `/)?` + objectName + `$`)
	onResource   = regexp.MustCompile(`^((update|delete)/[^/]*/[^/]+/[^/]*/[^/]+|action/[^/]*/[^/]+/.+)$`)
)

// effective returns an error if a rule matches no request. It accepts patterns with too many
// candidates.
func effective(resource, action, object string) error {
	actions, objects := candidates(action), candidates(object)
	if len(actions) == mostCandidates || len(objects) == mostCandidates {
		return nil
	}
	for name, request := range requests {
		if !glob.Match(resource, name) {
			continue
		}
		able := slices.ContainsFunc(slices.Concat(actions, request.actions), func(asked string) bool {
			known := slices.Contains(request.actions, asked) || name == rbac.ResourceApplications && onResource.MatchString(asked)
			return known && glob.Match(action, asked)
		})
		fits := slices.ContainsFunc(slices.Concat(objects, request.objects), func(target string) bool {
			return request.shape.MatchString(target) && glob.Match(object, target)
		})
		if able && fits {
			return nil
		}
	}
	return errors.New("matches no request")
}

var globPart = regexp.MustCompile(`\*+|\?|\[!?[^\]]*\]|\{[^}]*\}|[^*?\[{]+`)

// mostCandidates limits the number of candidates of a pattern.
const mostCandidates = 1000

// candidates returns texts that a pattern may match.
func candidates(pattern string) []string {
	all := []string{""}
	for _, part := range globPart.FindAllString(pattern, -1) {
		var next []string
		for _, begun := range all {
			for _, filling := range substitutes(part) {
				next = append(next, begun+filling)
			}
		}
		all = next[:min(len(next), mostCandidates)]
	}
	return all
}

// substitutes returns texts that replace a part of a pattern.
func substitutes(part string) []string {
	switch part[0] {
	case '*':
		return []string{"", "x", "x/y", "https://x", "x/y/z"}
	case '?', '[':
		return strings.Split("xz/:0abcdefghijklmnopqrstuvwy-.A_", "")
	case '{':
		return strings.Split(strings.Trim(part, "{}"), ",")
	}
	return []string{part}
}
