package chart

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode/utf8"
)

// builtInRoles are Argo CD's own. A rule added to readonly is one for the
// admins too, who inherit it.
var builtInRoles = []string{"admin", "readonly"}

// policyLine is a line of policy.csv: a rule of a role ("p"), or what a role
// inherits ("g").
type policyLine struct {
	kind, role string
	// inherits is the other role of a g line.
	inherits string
	// action and effect are those of a p line.
	action, effect string
}

// maxPolicyLine bounds the time that a line takes. Twice the longest name of an
// application with its project and namespace is 1,142 characters.
const maxPolicyLine = 4096

var roleName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

const policyForms = `"p, role:<name>, <resource>, <action>, <object>, allow|deny" or "g, role:<name>, role:<other>"`

// parsePolicy reads a line as Argo CD does (loadPolicyLine in util/rbac), and
// refuses what it would stumble over, and what it would take without effect.
func parsePolicy(line string) (policyLine, error) {
	fields, err := policyFields(line)
	if err != nil {
		return policyLine{}, err
	}
	if fields[0] == "g" && (!strings.HasPrefix(fields[1], "role:") || !strings.HasPrefix(fields[2], "role:")) {
		return policyLine{}, fmt.Errorf("must have the form %s; groups get roles in roles", policyForms)
	}
	own, err := ownRole(fields[1])
	if err != nil {
		return policyLine{}, err
	}
	if fields[0] == "g" {
		return policyLine{kind: "g", role: own, inherits: strings.TrimPrefix(fields[2], "role:")}, nil
	}
	return policyLine{kind: "p", role: own, action: fields[3], effect: fields[5]}, checkRule(fields[2:5], fields[5])
}

func policyFields(line string) ([]string, error) {
	if n := utf8.RuneCountInString(line); n > maxPolicyLine {
		return nil, fmt.Errorf("has %d characters; write lines of at most %d", n, maxPolicyLine)
	}
	for _, r := range line {
		if r < ' ' && r != '\t' || r > '~' {
			return nil, fmt.Errorf("has %q; write it on one line, in plain ASCII", r)
		}
	}
	reader := csv.NewReader(strings.NewReader(strings.TrimSpace(line)))
	reader.TrimLeadingSpace = true
	fields, err := reader.Read()
	if err != nil {
		var parse *csv.ParseError
		if errors.As(err, &parse) {
			err = parse.Err
		}
		return nil, fmt.Errorf("cannot be read: %w; it must have the form %s", err, policyForms)
	}
	if want := map[string]int{"p": 6, "g": 3}[strings.TrimSpace(fields[0])]; len(fields) != want {
		return nil, fmt.Errorf("must have the form %s; groups get roles in roles", policyForms)
	}
	for _, field := range fields {
		if field != strings.TrimSpace(field) {
			return nil, fmt.Errorf("has space before a comma: to Argo CD it is part of %q", field)
		}
	}
	return fields, nil
}

// ownRole is the name of a role that a line may add to.
func ownRole(subject string) (string, error) {
	role, isRole := strings.CutPrefix(subject, "role:")
	if !isRole || !roleName.MatchString(role) {
		return "", fmt.Errorf("subject %q must be role:<name>, a name of letters, digits, '.', '_' and '-'", subject)
	}
	if slices.Contains(builtInRoles, strings.ToLower(role)) {
		return "", fmt.Errorf("role:%s is Argo CD's own, and admins inherit what readonly has; define a role of another name", role)
	}
	return role, nil
}

// request is what Argo CD asks its policy for, of one resource: texts in which
// <names> stand for any name, and [names] for any or none.
type request struct{ actions, objects []string }

var (
	change    = []string{"get", "create", "update", "delete"}
	inProject = []string{"<project>/<application>", "<project>/<namespace>/<application>"}
	ofURL     = []string{"<repository URL>", "<project>/<repository URL>"}
)

// requests are those of Argo CD 3.2. The actions are those of
// https://argo-cd.readthedocs.io/en/stable/operator-manual/rbac/#rbac-resources-and-actions
// and of its built-in policy. The objects are those of RBACName in
// util/security/rbac.go, CreateClusterRBACObject in server/cluster/cluster.go and
// createRBACObject in server/repository/repository.go. For certificates and GPG keys
// it asks without a name (server/certificate/certificate.go, server/gpgkey/gpgkey.go).
var requests = map[string]request{
	"applications": {[]string{
		"get", "create", "update", "update/[group]/<kind>/[namespace]/<name>", "delete", "delete/[group]/<kind>/[namespace]/<name>",
		"sync", "override", "action/[group]/<kind>/<action>",
	}, inProject},
	"applicationsets":    {change, inProject},
	"clusters":           {change, []string{"<cluster URL>", "<project>/<cluster URL>"}},
	"projects":           {change, []string{"<project>"}},
	"repositories":       {change, ofURL},
	"write-repositories": {change, ofURL},
	"accounts":           {[]string{"get", "update"}, []string{"<account>"}},
	"certificates":       {change, []string{""}},
	"gpgkeys":            {[]string{"get", "create", "delete"}, []string{""}},
	"logs":               {[]string{"get"}, inProject},
	"exec":               {[]string{"create"}, inProject},
	"extensions":         {[]string{"invoke"}, []string{"<extension>"}},
}

// kubernetesName is that of https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names.
const kubernetesName = `[a-z0-9](?:[-.a-z0-9]*[a-z0-9])?`

// nameExpressions are those of the names in requests. A repository may be a path, as
// it is with SSH and OCI. Extensions: nameSafeRegex in server/extension/extension.go.
var nameExpressions = strings.NewReplacer(
	"<project>", kubernetesName, "<namespace>", kubernetesName, "<application>", kubernetesName,
	"<cluster URL>", `[a-z]+://[^/].*`, "<repository URL>", `(?:[^/]+(?:(?:/[^/]+)+/?)?|[^/]+://.*[^/].*)`,
	"<account>", `[-._A-Za-z0-9]+`, "<extension>", `[-_A-Za-z0-9]+`,
	"[group]", `[^/]*`, "<kind>", `[^/]+`, "[namespace]", `[^/]*`, "<name>", `[^/]+`, "<action>", `.+`,
)

// forms are the resources, actions and objects of requests as programs.
var forms = func() map[string]*syntax.Prog {
	all := map[string]*syntax.Prog{}
	for resource, r := range requests {
		for _, form := range slices.Concat([]string{resource}, r.actions, r.objects) {
			all[form] = program(nameExpressions.Replace(form))
		}
	}
	return all
}()

// rule is what a rule is about: a resource, an action and an object.
type rule [3]glob

// checkRule rejects a rule that fits no request, or has an alternative that does not: a
// deny of it would deny nothing.
func checkRule(fields []string, effect string) error {
	var r rule
	for i, field := range []string{"resource", "action", "object"} {
		var err error
		if r[i], err = parseGlob(fields[i]); err != nil {
			return fmt.Errorf("%s %q %w", field, fields[i], err)
		}
	}
	if err := r.check(); err != nil {
		return err
	}
	for i, field := range r {
		for _, alternative := range field.alternatives() {
			narrower := r
			narrower[i] = alternative
			if err := narrower.check(); err != nil {
				return err
			}
		}
	}
	if effect != "allow" && effect != "deny" {
		return fmt.Errorf("effect %q must be allow or deny", effect)
	}
	return nil
}

func (r rule) check() error {
	resource, action, object := r[0], r[1], r[2]
	actionsOf := func(r request) []string { return r.actions }
	objectsOf := func(r request) []string { return r.objects }
	named := slices.DeleteFunc(sortedKeys(requests), func(name string) bool { return !intersect(resource.program, forms[name]) })
	able := fitting(named, action, actionsOf)
	switch {
	case len(named) == 0:
		return fmt.Errorf("resource %q is not one of %s, *", resource.pattern, strings.Join(sortedKeys(requests), ", "))
	case len(able) == 0:
		return fmt.Errorf("action %q is not one of %s, *, which are the actions of %s", action.pattern, known(named, actionsOf, ", "), resource.pattern)
	case len(fitting(able, object, objectsOf)) == 0:
		return fmt.Errorf("object %q fits no %s; it must be %s, and names in Kubernetes are in lower case", object.pattern, resource.pattern, known(able, objectsOf, " or "))
	}
	return checkSlash(able, object.pattern)
}

// fitting are the resources with a form that a glob fits.
func fitting(resources []string, g glob, formsOf func(request) []string) (fit []string) {
	for _, name := range resources {
		if slices.ContainsFunc(formsOf(requests[name]), func(form string) bool { return intersect(g.program, forms[form]) }) {
			fit = append(fit, name)
		}
	}
	return fit
}

// known lists the forms of resources for a message.
func known(resources []string, formsOf func(request) []string, separator string) string {
	var all []string
	for _, name := range resources {
		for _, form := range formsOf(requests[name]) {
			if form = cmp.Or(form, "*"); !slices.Contains(all, form) {
				all = append(all, form)
			}
		}
	}
	return strings.Join(all, separator)
}

// checkSlash rejects an object such as shop*, which also fits shop-test/cart.
func checkSlash(resources []string, object string) error {
	if strings.Contains(object, "/") || strings.Trim(object, "*") == "" {
		return nil
	}
	for _, name := range resources {
		if !slices.Equal(requests[name].objects, inProject) {
			return nil
		}
	}
	return fmt.Errorf("object %q has no slash, and * matches slashes too, so that it is not limited to one project; "+
		"write <project>/<application>, such as shop/*", object)
}
