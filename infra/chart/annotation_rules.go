package chart

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/OWNER/argocd-on-aks/infra/chart/extra"
)

// annotationRule returns an error if a value is not allowed for the annotation of an Ingress.
// With passthrough, TLS ends in Argo CD.
type annotationRule func(value string, passthrough bool) error

const signInOverHTTPS = ", because users sign in over https"

var (
	mustBeTrue  = mustMatch("be true"+signInOverHTTPS, func(value string) bool { return isBoolean(value, true) })
	mustBeFalse = mustMatch("be false"+signInOverHTTPS, func(value string) bool { return isBoolean(value, false) })
	mustBeHTTPS = mustMatch("be https"+signInOverHTTPS, func(value string) bool { return value == "https" })
	mustBeRoot  = mustMatch("be /, the path of Argo CD", func(value string) bool { return value == "/" })
	mustHaveTLS = mustMatch("name only entry points with TLS, such as websecure"+signInOverHTTPS, haveTLS)
	// A controller may copy a value into its own configuration.
	mustBePlain = mustMatch("be plain text; use one line of letters, digits, spaces and . _ / : , * = % + @ ( ) ! ~ -",
		regexp.MustCompile(`^[A-Za-z0-9 ._/:,*=%+@()!~-]*$`).MatchString)
	tlsToArgoCD = schemes([]string{"false"}, []string{"true", "false"})
)

func mustMatch(what string, matches func(value string) bool) annotationRule {
	return func(value string, _ bool) error {
		if matches(value) {
			return nil
		}
		return errors.New("must " + what)
	}
}

// schemes returns the rule for the protocol of Argo CD's port, which serves HTTP and gRPC, in
// plain text if TLS ends at the controller.
// https://argo-cd.readthedocs.io/en/stable/operator-manual/ingress/
func schemes(edge, passthrough []string) annotationRule {
	return func(value string, endsInArgoCD bool) error {
		allowed, where := edge, "at the controller"
		if endsInArgoCD {
			allowed, where = passthrough, "in Argo CD"
		}
		if slices.ContainsFunc(allowed, func(one string) bool { return strings.EqualFold(one, value) }) {
			return nil
		}
		return fmt.Errorf("must be one of %s while TLS ends %s", strings.Join(allowed, ", "), where)
	}
}

// controllerPrefix matches the annotation prefixes of ingress controllers, including
// controllers that are not in the list.
var controllerPrefix = regexp.MustCompile(`^kubernetes\.io$|^alb\.|ambassador|apisix|envoy|haproxy|ingress|konghq|nginx|projectcontour|traefik|zalando\.org`)

// checkAnnotation returns an error if an annotation is not allowed on Argo CD's Ingress.
func checkAnnotation(key, value string, passthrough bool) error {
	prefix, name, hasPrefix := strings.Cut(key, "/")
	switch {
	case strings.Contains(key, "helm.sh/"):
		return extra.ErrHelm
	case hasPrefix && controllerPrefix.MatchString(prefix):
		if err := ruleOf(prefix, name)(value, passthrough); err != nil {
			return err
		}
	}
	return extra.CheckValue([]string{"server", "ingress", "annotations", key}, value)
}

// ruleOf returns the rule for a controller's annotation.
func ruleOf(prefix, name string) annotationRule {
	for _, c := range ingressControllers {
		if !slices.Contains(c.prefixes, prefix) {
			continue
		}
		if rule := c.limited[name]; rule != nil {
			return rule
		}
		if slices.Contains(c.free, name) {
			return mustBePlain
		}
	}
	return func(string, bool) error {
		return errors.New("could change TLS, or the servers that receive users' sessions; remove it, or deploy a separate Ingress instead of the chart's")
	}
}

// isBoolean reports whether controllers read a value as this boolean, with Go's
// strconv.ParseBool, which also accepts 1, t, T, 0, f and F.
func isBoolean(value string, want bool) bool {
	got, err := strconv.ParseBool(value)
	return err == nil && got == want
}

// haveTLS reports whether all of Traefik's entry points use TLS, by the names in Traefik's
// chart.
func haveTLS(entryPoints string) bool {
	for one := range strings.SplitSeq(entryPoints, ",") {
		if one = strings.TrimSpace(one); one == "web" || one == "http" || one == "" {
			return false
		}
	}
	return true
}
