package chart

import (
	"encoding/csv"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
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
}

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
	return policyLine{kind: "p", role: own}, checkRule(fields[2], fields[3], fields[4], fields[5])
}

func policyFields(line string) ([]string, error) {
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

// policyActions are what each resource can be asked for.
// https://argo-cd.readthedocs.io/en/stable/operator-manual/rbac/#rbac-resources-and-actions
// and the built-in policy, which has more of clusters' like.
var policyActions = map[string][]string{
	"applications":       {"get", "create", "update", "update/", "delete", "delete/", "sync", "override", "action/"},
	"applicationsets":    {"get", "create", "update", "delete"},
	"clusters":           {"get", "create", "update", "delete"},
	"projects":           {"get", "create", "update", "delete"},
	"repositories":       {"get", "create", "update", "delete"},
	"write-repositories": {"get", "create", "update", "delete"},
	"accounts":           {"get", "update"},
	"certificates":       {"get", "create", "update", "delete"},
	"gpgkeys":            {"get", "create", "delete"},
	"logs":               {"get"},
	"exec":               {"create"},
	"extensions":         {"invoke"},
}

func checkRule(resource, action, object, effect string) error {
	resources, err := globOf(resource)
	if err != nil {
		return fmt.Errorf("resource %q %w", resource, err)
	}
	actions, err := globOf(action)
	if err != nil {
		return fmt.Errorf("action %q %w", action, err)
	}
	if _, err := globOf(object); err != nil {
		return fmt.Errorf("object %q %w", object, err)
	}
	var named, known []string
	for _, name := range sortedKeys(policyActions) {
		if resources.MatchString(name) {
			named = append(named, name)
			known = append(known, policyActions[name]...)
		}
	}
	switch {
	case len(named) == 0:
		return fmt.Errorf("resource %q is not one of %s, *", resource, strings.Join(sortedKeys(policyActions), ", "))
	case !slices.ContainsFunc(known, func(one string) bool { return covers(action, actions, one) }):
		slices.Sort(known)
		return fmt.Errorf("action %q is not one of %s, *, which is what %s can be asked for (action/<group>/<kind>/<name> for actions of resources)",
			action, strings.Join(slices.Compact(known), ", "), resource)
	case effect != "allow" && effect != "deny":
		return fmt.Errorf("effect %q must be allow or deny", effect)
	}
	return checkObject(named, resource, object)
}

// covers says whether an action, as it stands in a rule, has something to do with
// a known one. One that ends with a slash has a resource's group and kind after it.
func covers(action string, glob *regexp.Regexp, known string) bool {
	if !strings.HasSuffix(known, "/") {
		return glob.MatchString(known)
	}
	return strings.HasPrefix(action, known) && action != known || glob.MatchString(known+"apps/Deployment/x/y") || glob.MatchString(known+"apps/Deployment/x")
}

// checkObject wants <project>/<name> for what belongs to a project, and no slash
// where no name has one. `shop` alone fits no application, so that a deny of it
// would deny nothing.
func checkObject(named []string, resource, object string) error {
	inProject := []string{"applications", "applicationsets", "logs", "exec"}
	plain := []string{"projects", "accounts", "gpgkeys"}
	all := func(kind []string) bool {
		return !slices.ContainsFunc(named, func(name string) bool { return !slices.Contains(kind, name) })
	}
	switch slash := strings.Contains(object, "/"); {
	case !slash && object != "*" && all(inProject):
		return fmt.Errorf("object %q must be <project>/<name>, such as %s/*: as it is, it fits no %s", object, strings.TrimRight(object, "*"), resource)
	case slash && all(plain):
		return fmt.Errorf("object %q must be a name without a slash: as it is, it fits no %s", object, resource)
	}
	return nil
}
