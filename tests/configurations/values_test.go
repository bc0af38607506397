package configurations

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	rules "github.com/OWNER/argocd-on-aks/infra/chart"
	"github.com/OWNER/argocd-on-aks/tests/chart"
)

// probes are values that YAML, Helm's parser or Helm's templates split, or read as another type,
// where the chart does not quote them.
var probes = []string{
	"x", "a b", "a:b", "x=y", "--x", "a@b", "10%", "2026-01-01", "1.10", // one plain scalar
	"x\n  y: z", "x\n---\nkind: Secret\n", "\nx", "x\n", " x", "  x\ny", "x ", "\tx", // lines and spaces
	"x # y", "#x", "x: y", "x:", "- x", "? x", "--- x", "...", // comments, mappings, lists, documents
	"[x]", "{x}", "x, y", "x]", "x}", "{x: y}", // flows
	"&x y", "*x", "!!int x", "!x", "| x", "> x", "%x", "@x", "`x`", // anchors, tags, indicators
	`"x`, `x"`, "'x", `\x`, `\`, `"'\`, // quotes
	"x\ry: z", "x\u0085y: z", "x\u2028y: z", "x\u2029y: z", "\ufeffx", "x\x00", "x\x1b[2J", // line breaks of YAML 1.1, controls
	"yes", "no", "on", "off", "y", "N", "True", "NULL", "~", "0777", "0o7", "0x10", "0b1", "1_000", "1e3", "+1", ".5", ".inf", ".nan", "1:30", // other types
	"{{ print 1 }}", "x {{ .Release.Name }}", "{{", "é ☃ 名",
}

// unlisted are values that the chart uses but does not list.
var unlisted = []string{`configs.cm.statusbadge\.url`, `configs.cm.ui\.bannercontent`, "configs.repositories.x.password", "configs.credentialTemplates.x.password"}

// TestChartValues checks that any text that the program accepts for a value of the pinned chart
// becomes exactly one text in the objects, and that nothing else differs. It fails for a value of a
// newer chart that is rendered without quotes if the program accepts any text for it.
func TestChartValues(t *testing.T) {
	t.Parallel()
	w := newWalk(t)
	booleans, others, deep := places(w.values)
	others = append(others, unlisted...)
	if n := len(booleans) + len(others); n < 1400 {
		t.Fatalf("the chart has %d values", n)
	}
	seen := map[string]bool{}
	for _, setup := range w.setups(booleans) {
		setup.walk, setup.rendered = w, map[string][]object{}
		for _, all := range [][]string{booleans, others, deep} {
			t.Run(setup.name, func(t *testing.T) {
				keys := setup.renderable(seen, w.accepted(setup.keys(all), "x"))
				setup.note(t, seen, keys)
				for _, text := range probes {
					setup.compare(t, w.accepted(keys, text), text)
				}
				for _, text := range []string{"4711", "-1", "true", "1.10", "x"} {
					setup.decode(t, w.accepted(keys, text), text)
				}
			})
		}
	}
	for _, key := range w.accepted(slices.Concat(others, deep), "x\ny") {
		if !seen[key] && !strings.Contains(key, "secretAnnotations") { // of a Secret that other values create
			t.Errorf("%s: no object shows the value; add a setup that renders it", key)
		}
	}
}

// walk iterates over the values of the chart.
type walk struct {
	chart   *chart.Chart
	schemas chart.Schemas
	values  map[string]any
	base    rules.Settings
	sent    map[string]string
	// acceptance caches whether the program accepts a value for a key.
	acceptance map[[2]string]bool
}

func newWalk(t *testing.T) *walk {
	argo, err := chart.Load("../chart/argo-helm", chart.AllTemplates)
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := chart.LoadSchemas("../chart/argo-helm")
	if err != nil {
		t.Fatal(err)
	}
	values, err := argo.Values()
	if err != nil {
		t.Fatal(err)
	}
	base := rules.Settings{SignIn: rules.SignIn{Domain: onDomain}, Roles: []rules.RoleMapping{{Group: groups["Admins"], Role: "admin"}}}
	sent, err := base.Render(rules.Entra{Issuer: "https://login.microsoftonline.com/" + tenantID + "/v2.0", ClientID: clientID})
	if err != nil {
		t.Fatal(err)
	}
	return &walk{argo, schemas, values, base, sent, map[[2]string]bool{}}
}

// accepted returns the keys for which the program accepts a value.
func (w *walk) accepted(keys []string, value string) []string {
	return slices.DeleteFunc(slices.Clone(keys), func(key string) bool { return !w.accepts(key, value) })
}

func (w *walk) accepts(key, value string) bool {
	setting := [2]string{key, value}
	if accepted, known := w.acceptance[setting]; known {
		return accepted
	}
	settings := w.base
	// Whether a value must be secret is a separate rule, as are the other fields of an element.
	settings.SecretSettings = map[string]string{key: value}
	w.acceptance[setting] = true
	for _, p := range settings.Problems() {
		if !strings.Contains(p.Message(strings.ToLower), "has no name") {
			w.acceptance[setting] = false
		}
	}
	return w.acceptance[setting]
}

// setup is a set of enabled features of the chart.
type setup struct {
	name string
	walk *walk
	with map[string]string
	// only lists the prefixes of the keys to set, or none for all.
	only []string
	// hides lists keys whose values hide other values.
	hides []string
	// rendered caches the objects with placeholders, by their keys.
	rendered map[string][]object
}

// setups returns setups that together enable all features of the chart.
func (w *walk) setups(booleans []string) []setup {
	on, ha := map[string]string{}, map[string]string{"redis-ha.enabled": "true", "redis-ha.redisPassword": "x", "redis-ha.sentinel.password": "x"}
	for _, key := range booleans {
		switch {
		case strings.HasSuffix(key, "rules.enabled") || len(w.accepted([]string{key}, "true")) == 0: // an empty list of rules fails
		case strings.HasPrefix(key, "redis-ha."):
			ha[key] = "true"
		default:
			on[key] = "true"
		}
	}
	rules, choices := maps.Clone(on), maps.Clone(on)
	rules["controller.metrics.rules.enabled"] = "true"
	maps.Copy(choices, map[string]string{
		"externalRedis.host": "x", "redis.serviceAccount.create": "true", "server.extensions.extensionList[0].name": "x", "server.ingress.controller": "aws",
	})
	return []setup{
		// The chart appends resourceExclusionsAdditional to the text before it.
		{name: "plain", with: map[string]string{}, hides: []string{"configs.cm.resourceExclusionsAdditional"}},
		{name: "all on", with: on, hides: []string{"configs.cm.resource\\.exclusions", "externalRedis.host", "server.ingress.controller"}},
		{name: "global", with: on, only: []string{"global."}},
		{name: "rules", with: rules, only: []string{"controller.metrics.rules."}},
		{name: "choices", with: choices, only: []string{"externalRedis.", "redis.serviceAccount.", "server.extensions.", "server.ingress.aws."}, hides: []string{"externalRedis.existingSecret"}},
		{name: "redis-ha", with: map[string]string{"redis-ha.enabled": "true"}, only: []string{"redis-ha."}},
		{name: "all of redis-ha", with: ha, only: []string{"redis-ha."}, hides: []string{"redis-ha.sentinel.authKey"}},
	}
}

// keys returns the keys to set.
func (s setup) keys(all []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(key string) bool {
		_, is := s.with[key]
		hides := slices.ContainsFunc(s.hides, func(hidden string) bool { return strings.HasPrefix(key, hidden) })
		others := len(s.only) > 0 && !slices.ContainsFunc(s.only, func(begin string) bool { return strings.HasPrefix(key, begin) })
		return is || hides || others
	})
}

func (s setup) render(settings map[string]string) ([]object, error) {
	all := maps.Clone(s.walk.sent)
	maps.Copy(all, s.with)
	maps.Copy(all, settings)
	return render(s.walk.chart, all)
}

func marked(keys []string) map[string]string {
	settings := map[string]string{}
	for i, key := range keys {
		settings[key] = marker(i)
	}
	return settings
}

// renderable returns the keys for which the chart accepts a text. The others count as seen.
func (s setup) renderable(seen map[string]bool, keys []string) []string {
	var kept []string
	var add func(keys []string)
	add = func(keys []string) {
		if len(keys) == 0 {
			return
		}
		if _, err := s.render(marked(slices.Concat(kept, keys))); err == nil {
			kept = append(kept, keys...)
		} else if len(keys) > 1 {
			add(keys[:len(keys)/2])
			add(keys[len(keys)/2:])
		} else {
			seen[keys[0]] = true
		}
	}
	add(keys)
	return kept
}

// decisive matches the paths of names, service accounts and the program of argocd-server.
var decisive = regexp.MustCompile(`\.metadata\.name$|serviceAccountName$|automountServiceAccountToken$|\.roleRef\.|\.subjects\[` +
	`|Deployment argocd-server \d+\.spec\.template\.spec\.(initC|c)ontainers\[\d+\]\.(image|command\[\d+\])$`)

// note records the keys whose values the chart prints, and those for which it accepts no text.
func (s setup) note(t *testing.T, seen map[string]bool, keys []string) {
	if len(keys) == 0 {
		return
	}
	objects, err := s.markers(keys)
	if err != nil {
		t.Fatal(err)
	}
	for path, text := range leaves(objects) {
		if decisive.MatchString(path) && markers.MatchString(text) {
			t.Errorf("%s: is %s", fill(text, keys), path)
		}
		for _, found := range markers.FindAllStringSubmatch(text, -1) {
			if i, err := strconv.Atoi(found[1]); err == nil && i < len(keys) {
				seen[keys[i]] = true
			}
		}
	}
}

// markers returns the objects with placeholders for these keys. It renders them once.
func (s setup) markers(keys []string) (objects []object, err error) {
	all := strings.Join(keys, "\n")
	if s.rendered[all] == nil {
		s.rendered[all], err = s.render(marked(keys))
	}
	return s.rendered[all], err
}

// compare checks that a value for these keys is one text for each of them.
func (s setup) compare(t *testing.T, keys []string, text string) {
	t.Helper()
	if len(keys) == 0 {
		return
	}
	err := s.differs(keys, text)
	switch {
	case err == nil:
	case len(keys) == 1 && errors.Is(err, chart.Err): // the chart rejects this text
	case len(keys) == 1:
		t.Errorf("%s=%q: %v", keys[0], text, err)
	default:
		s.compare(t, keys[:len(keys)/2], text)
		s.compare(t, keys[len(keys)/2:], text)
	}
}

func (s setup) differs(keys []string, text string) error {
	withMarkers, err := s.markers(keys)
	if err != nil {
		return err
	}
	settings, values := map[string]string{}, make([]string, len(keys))
	for i, key := range keys {
		settings[key], values[i] = text, text
	}
	withValues, err := s.render(settings)
	if err != nil {
		return err
	}
	return oneText(withMarkers, withValues, values)
}

// decode checks that Kubernetes reads a number or a boolean at these keys.
func (s setup) decode(t *testing.T, keys []string, text string) {
	t.Helper()
	if len(keys) == 0 {
		return
	}
	settings := map[string]string{}
	for _, key := range keys {
		settings[key] = text
	}
	objects, err := s.render(settings)
	switch {
	case err != nil && len(keys) == 1:
		t.Errorf("%s=%s: %v", keys[0], text, err)
		return
	case err != nil:
		s.decode(t, keys[:len(keys)/2], text)
		s.decode(t, keys[len(keys)/2:], text)
		return
	}
	withMarkers, err := s.markers(keys)
	if err != nil {
		t.Fatal(err)
	}
	places := map[string]string{}
	for _, l := range leavesOf(withMarkers) {
		if found := markers.FindString(fmt.Sprint(l.value)); found != "" {
			places[l.id()] = found
		}
	}
	for _, l := range leavesOf(objects) {
		if found := places[l.id()]; found != "" {
			if err := l.check(l.value, s.walk.schemas); err != nil {
				t.Errorf("%s=%s: %v", fill(found, keys), text, err)
			}
		}
	}
}

// settingOf returns a path as a key of `helm --set`.
func settingOf(path []string) string {
	var key strings.Builder
	for i, name := range path {
		if i > 0 && !strings.HasPrefix(name, "[") {
			key.WriteByte('.')
		}
		key.WriteString(strings.ReplaceAll(name, ".", `\.`))
	}
	return key.String()
}

// places returns the paths of all values of a chart: booleans, others, and others with a map as the
// element of an empty map or list.
func places(values map[string]any) (booleans, others, deep []string) {
	var walk func(path []string, value any)
	walk = func(path []string, value any) {
		at := func(more ...string) string { return settingOf(slices.Concat(path, more)) }
		switch value := value.(type) {
		case map[string]any:
			if len(value) == 0 {
				name := "x" + strconv.Itoa(len(others)) // two maps may go into one ConfigMap
				others, deep = append(others, at(name)), append(deep, at(name, "y"))
			}
			for _, name := range slices.Sorted(maps.Keys(value)) {
				walk(slices.Concat(path, []string{name}), value[name])
			}
		case []any:
			others, deep = append(others, at("[0]")), append(deep, at("[0]", "name"))
		case bool:
			booleans = append(booleans, at())
		default:
			others = append(others, at())
		}
	}
	redis, _ := values["redis-ha"].(map[string]any)
	delete(redis, "global") // the parent's
	walk(nil, values)
	return booleans, others, deep
}
