package rbac

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// rule is the resource, the action and the object of a p line.
type rule [3]glob

// checkRule rejects a rule that matches no request, or that has an alternative that matches
// none: its deny would have no effect.
func checkRule(fields []string, effect string) error {
	var r rule
	for i, field := range []string{"resource", "action", "object"} {
		var err error
		if r[i], err = compileGlob(fields[i]); err != nil {
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
	resources := slices.DeleteFunc(slices.Sorted(maps.Keys(requests)), func(name string) bool { return !intersect(resource.program, requestPrograms[name]) })
	able := matching(resources, action, actionsOf)
	switch {
	case len(resources) == 0:
		return fmt.Errorf("resource %q must be one of %s, *", resource.pattern, strings.Join(slices.Sorted(maps.Keys(requests)), ", "))
	case len(able) == 0:
		return fmt.Errorf("action %q must be one of %s, *, the actions of %s", action.pattern, listForms(resources, actionsOf, ", "), resource.pattern)
	case len(matching(able, object, objectsOf)) == 0:
		return fmt.Errorf("object %q matches no %s; it must be %s, and Kubernetes names are in lower case", object.pattern, resource.pattern, listForms(able, objectsOf, " or "))
	}
	return nil
}

// matching returns the resources that have a form which a glob matches.
func matching(resources []string, g glob, formsOf func(request) []string) (matched []string) {
	for _, name := range resources {
		if slices.ContainsFunc(formsOf(requests[name]), func(form string) bool { return intersect(g.program, requestPrograms[form]) }) {
			matched = append(matched, name)
		}
	}
	return matched
}

// listForms lists the forms of resources for a message.
func listForms(resources []string, formsOf func(request) []string, separator string) string {
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
