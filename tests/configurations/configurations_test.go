package configurations

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sirupsen/logrus"
	"gopkg.in/yaml.v3"

	"github.com/OWNER/argocd-on-aks/tests/chart"
)

func asJSON(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func fromJSON(t testing.TB, text string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatal(err)
	}
}

// long exceeds the size limit of a ConfigMap.
var long = strings.Repeat("x", 1<<20)

func label(n int) string { return strings.Repeat("a", n) }

// chain returns n roles, each of which inherits from the next. The last inherits from admin.
func chain(n int) []string {
	var lines []string
	for i := range n - 1 {
		lines = append(lines, fmt.Sprintf("g, role:r%d, role:r%d", i, i+1))
	}
	return append(lines, fmt.Sprintf("g, role:r%d, role:admin", n-1))
}

// manyDomains returns n additional domains.
func manyDomains(n int) string {
	var domains []string
	for i := range n {
		domains = append(domains, fmt.Sprintf("argocd-%d.example.com", i))
	}
	return asJSON(domains)
}

func manyTags(n int) string {
	tags := map[string]string{}
	for i := range n {
		tags[fmt.Sprint("tag", i)] = "x"
	}
	return asJSON(tags)
}

// plain returns the base configuration of the rows with changes.
func plain(changes map[string]string) map[string]string {
	config := map[string]string{"region": "westus3", "group": "Admins", "domain": onDomain}
	maps.Copy(config, changes)
	return config
}

// TestConfigurations checks that the program accepts or rejects each configuration as the table
// says. Argo CD's own packages must read an accepted one as configured, and extra settings must not
// change anything else.
func TestConfigurations(t *testing.T) {
	t.Parallel()
	checker := newChecker(t, chart.AllTemplates)
	rows := slices.Concat(extraRows, policyRows, otherRows)
	if len(rows) < 200 {
		t.Fatalf("only %d configurations", len(rows))
	}
	for _, row := range rows {
		name := row.name
		if len(name) > 100 {
			name = name[:100]
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := plain(row.changes)
			sent, err := deploy(config, row.secret...)
			switch {
			case row.verdict == "" && err != nil:
				t.Fatalf("rejected: %v", err)
			case row.verdict == "":
				if err := checker.check(t, config, sent); err != nil {
					t.Fatal(err)
				}
			case err == nil:
				t.Fatalf("accepted, want %q", row.verdict)
			default:
				wantOneError(t, err, row.verdict)
			}
		})
	}
}

// wantOneError checks that an error has one message, contains no secret, and comes before the first
// registration.
func wantOneError(t *testing.T, err error, verdict string) {
	t.Helper()
	message := err.Error()
	if n := strings.Count(message, "\n  argocd-on-aks:"); n != 1 || !strings.Contains(message, verdict) {
		t.Errorf("%d messages: %.2000s; want one with %q", n, message, verdict)
	}
	if strings.Contains(message, "s3cret") || strings.Contains(message, "registered") {
		t.Errorf("%.2000s", message)
	}
}

// checker checks configurations with Argo CD's chart. It caches the objects without extra settings.
type checker struct {
	chart   *chart.Chart
	schemas chart.Schemas
	mu      sync.Mutex
	bare    map[string][]object
}

func newChecker(t testing.TB, keep func(name string) bool) *checker {
	t.Helper()
	argo, err := chart.Load("../chart/argo-helm", keep)
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := chart.LoadSchemas("../chart/argo-helm")
	if err != nil {
		t.Fatal(err)
	}
	return &checker{chart: argo, schemas: schemas, bare: map[string][]object{}}
}

// mustAccept returns the deployment of a configuration that the program must accept.
func mustAccept(t *testing.T, config map[string]string) deployed {
	t.Helper()
	sent, err := deploy(config)
	if err != nil {
		t.Fatal(err)
	}
	return sent
}

// rendered returns the chart's objects for the plain configuration with changes.
func (c *checker) rendered(t *testing.T, changes map[string]string) []object {
	t.Helper()
	objects, err := render(c.chart, mustAccept(t, plain(changes)).all())
	if err != nil {
		t.Fatal(err)
	}
	return objects
}

// check checks a deployment against its configuration.
func (c *checker) check(t testing.TB, config map[string]string, sent deployed) error {
	t.Helper()
	objects, err := render(c.chart, sent.all())
	if err != nil {
		return err
	}
	if err := errors.Join(checkNames(objects), checkTypes(objects, c.schemas), checkSelectors(objects), checkSettings(t.Context(), objects, sent, intentOf(t, config)), c.checkText(t, config, sent, objects)); err != nil {
		return err
	}
	bare := maps.Clone(config)
	delete(bare, "secretSettings")
	delete(bare, "extraSettings")
	// TLS termination in front of Argo CD is outside of the stack.
	if sent.settings[`configs.params.server\.insecure`] == "true" && config["ingress"] == "" {
		bare["extraSettings"] = `{"configs.params.server\\.insecure":"true"}`
	}
	without, err := c.without(asJSON(bare), bare)
	if err != nil {
		return err
	}
	return unchanged(objects, without)
}

// word matches the values that can be a switch, a number or an enumeration of the chart. They are
// too short to identify in an object.
var word = regexp.MustCompile(`^[A-Za-z0-9-]*$`)

// checkText checks that each extra setting is exactly one text in the objects, and that nothing
// else differs. It compares with the objects of placeholder values.
func (c *checker) checkText(t testing.TB, config map[string]string, sent deployed, objects []object) error {
	t.Helper()
	marked, values := sent.all(), []string{}
	for _, key := range []string{"extraSettings", "secretSettings"} {
		var settings map[string]string
		if config[key] != "" {
			fromJSON(t, config[key], &settings)
		}
		for name, value := range settings {
			if !word.MatchString(value) {
				marked[name], values = marker(len(values)), append(values, value)
			}
		}
	}
	if len(values) == 0 {
		return nil
	}
	withMarkers, err := render(c.chart, marked)
	if errors.Is(err, chart.Err) { // the chart accepts no text here
		return nil
	}
	if err != nil {
		return err
	}
	if difference := cmp.Diff(unknownFields(withMarkers), unknownFields(objects)); difference != "" {
		return fmt.Errorf("unknown fields: %s", difference)
	}
	return oneText(withMarkers, objects, values)
}

func (c *checker) without(key string, bare map[string]string) ([]object, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.bare[key] == nil {
		sent, err := deploy(bare)
		if err != nil {
			return nil, err
		}
		if c.bare[key], err = render(c.chart, sent.all()); err != nil {
			return nil, err
		}
	}
	return c.bare[key], nil
}

// intentOf derives the expected Argo CD configuration independently of the program.
func intentOf(t testing.TB, config map[string]string) intent {
	t.Helper()
	want := intent{domain: config["domain"], scopes: "[groups]", open: config["requireAssignment"] == "false"}
	if role := config["defaultRole"]; role != "" {
		want.defaultRole = "role:" + role
	}
	var roles []struct{ Group, Role string }
	var domains []string
	for key, into := range map[string]any{"roles": &roles, "policies": &want.policies, "additionalDomains": &domains} {
		if config[key] != "" {
			fromJSON(t, config[key], into)
		}
	}
	for _, domain := range domains {
		want.additional = append(want.additional, "https://"+domain)
	}
	for i, line := range want.policies {
		want.policies[i] = strings.TrimSpace(line)
	}
	roles = append(roles, struct{ Group, Role string }{config["group"], "admin"})
	for _, mapping := range roles {
		id := groups[mapping.Group]
		if id == "" {
			id = strings.ToLower(mapping.Group)
		}
		want.roles = append(want.roles, id+" role:"+mapping.Role)
		if config["groupClaims"] != "security" {
			want.assigned = append(want.assigned, id)
		}
	}
	var pipelines []struct{ Name, PrincipalID, Role string }
	if config["pipelines"] != "" {
		fromJSON(t, config["pipelines"], &pipelines)
		want.scopes = "[groups, roles]"
	}
	for _, pipeline := range pipelines {
		want.roles = append(want.roles, "argocd-pipeline:"+pipeline.Name+" role:"+pipeline.Role)
		want.assigned = append(want.assigned, strings.ToLower(pipeline.PrincipalID))
	}
	var accounts []struct{ Name, Role string }
	if config["accounts"] != "" {
		fromJSON(t, config["accounts"], &accounts)
	}
	for _, account := range accounts {
		want.roles = append(want.roles, account.Name+" role:"+account.Role)
		want.accounts = append(want.accounts, account.Name)
	}
	if config["bootstrap"] != "" {
		fromJSON(t, config["bootstrap"], &want.first)
	}
	slices.Sort(want.assigned)
	want.assigned = slices.Compact(want.assigned)
	return want
}

// TestMain silences the logs of Argo CD's packages and reduces garbage collection, because the
// charts take most of the memory.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	logrus.SetLevel(logrus.ErrorLevel)
	m.Run()
}

// TestRecipes checks that the extraSettings of the pages and examples, alone and together, do not
// change sign-in, accounts, TLS, service accounts or the namespace.
func TestRecipes(t *testing.T) {
	t.Parallel()
	var blocks []string
	for _, name := range []string{
		"docs/clusters.md", "docs/configuration.md", "docs/networking.md", "docs/operations.md",
		"examples/chart-settings/notifications.yaml", "examples/chart-settings/requests-and-limits.yaml",
	} {
		content, err := os.ReadFile("../../" + name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, ".yaml") {
			blocks = append(blocks, string(content))
		}
		for _, block := range regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(content), -1) {
			blocks = append(blocks, block[1])
		}
	}
	checker := newChecker(t, chart.AllTemplates)
	together := map[string]string{}
	for _, block := range blocks {
		var recipe struct {
			Settings map[string]string `yaml:"extraSettings"`
		}
		if err := yaml.Unmarshal([]byte(block), &recipe); err != nil {
			t.Fatalf("%v: %s", err, block)
		}
		maps.Copy(together, recipe.Settings)
		checker.checkHarmless(t, recipe.Settings)
	}
	if len(blocks) < 7 || len(together) < 80 {
		t.Errorf("only %d recipes with %d settings", len(blocks), len(together))
	}
	checker.checkHarmless(t, together)
}

func (c *checker) checkHarmless(t *testing.T, settings map[string]string) {
	t.Helper()
	config := plain(map[string]string{"extraSettings": asJSON(settings)})
	if err := c.check(t, config, mustAccept(t, config)); err != nil {
		t.Error(err)
	}
}
