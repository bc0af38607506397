package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/engine"
	"github.com/OWNER/argocd-on-aks/tests/section"
	"github.com/OWNER/argocd-on-aks/tests/timeline"
)

const repository = "../.."

func TestMain(m *testing.M) { os.Exit(engine.RunWithTempHome(m)) }

// deployed returns the resources of a shipped stack, after checking the engine against the
// schedules.
func deployed(t *testing.T, name string) (*azuresim.Azure, []timeline.Resource) {
	t.Helper()
	l, err := measureLifecycle(t.Context(), repository, name)
	if err != nil {
		t.Fatal(err)
	}
	return l.azure, l.resources
}

// TestOrder checks that the program has the dependencies that Azure requires and only
// documented others, and that the timelines show them.
func TestOrder(t *testing.T) {
	t.Parallel()
	for _, stack := range []string{"dev", "prod"} {
		t.Run(stack, func(t *testing.T) {
			t.Parallel()
			azure, resources := deployed(t, stack)
			tasks := minimalCreations(resources, func(string) time.Duration { return 0 })
			for i, r := range resources {
				for _, name := range tasks[i].Needs {
					if !r.WaitsFor(byName(resources, name)) {
						t.Errorf("%s does not wait for %s, which Azure requires", r.Name, name)
					}
				}
				for _, name := range r.Needs {
					if !implied(tasks, r.Name, name) && !isAdded(resources, r, name, stack == "prod") {
						t.Errorf("%s waits for %s: add the reason to needs or addedNeeds", r.Name, name)
					}
				}
			}
			checkPicture(t, stack, azure, resources)
		})
	}
}

// checkPicture checks that the picture has a bar for each resource and a line for each
// dependency.
func checkPicture(t *testing.T, stack string, azure *azuresim.Azure, resources []timeline.Resource) {
	t.Helper()
	content, err := os.ReadFile(pictureOf(repository, stack))
	if err != nil {
		t.Fatal(err)
	}
	picture, waits := string(content), 0
	for _, r := range resources {
		if !strings.Contains(picture, ">"+azure.WithGroupNames(r.Name)+"</text>") {
			t.Errorf("the picture lacks %s; run make bench", azure.WithGroupNames(r.Name))
		}
		if len(r.Needs) > 0 {
			waits++
		}
	}
	bars := strings.Count(picture, "<rect") - strings.Count(picture, `<rect class="ground"`)
	lines := strings.Count(picture, "<path") - strings.Count(picture, `<path class="grid"`)
	if bars != len(resources) || lines != waits {
		t.Errorf("the picture has %d bars and %d lines, want %d bars and %d lines; run make bench",
			bars, lines, len(resources), waits)
	}
}

// isAdded reports whether a dependency beyond Azure's requirements is documented in addedNeeds.
func isAdded(resources []timeline.Resource, r timeline.Resource, name string, protected bool) bool {
	return slices.ContainsFunc(addedNeeds, func(n need) bool {
		return n.kind == r.Type && n.first == byName(resources, name).Type && (n.why != protects || protected)
	})
}

// byName returns the resource with a name.
func byName(resources []timeline.Resource, name string) timeline.Resource {
	return resources[slices.IndexFunc(resources, func(r timeline.Resource) bool { return r.Name == name })]
}

// implied reports whether a task needs another one, directly or not.
func implied(tasks []timeline.Task, task, name string) bool {
	at := slices.IndexFunc(tasks, func(other timeline.Task) bool { return other.Name == task })
	return slices.ContainsFunc(tasks[at].Needs, func(need string) bool {
		return need == name || implied(tasks, need, name)
	})
}

// TestGuide checks that each line refers to its resource, and that Terraform's schedule is
// its longest chain.
func TestGuide(t *testing.T) {
	t.Parallel()
	for _, r := range guide {
		for _, reference := range r.refers {
			if !strings.Contains(reference.line, reference.to+".") {
				t.Errorf("%s: %q does not name %s", r.address, reference.line, reference.to)
			}
		}
	}
	azure := azuresim.New()
	create := func(token string) time.Duration { return azure.Duration("create", token) }
	remove := func(token string) time.Duration { return azure.Duration("delete", token) }
	for want, tasks := range map[string][]timeline.Task{
		"11m3s": guideCreations(create), // group, cluster, extension
		"11m0s": guideDeletions(remove),
	} {
		bars := timeline.Schedule(tasks, parallelism)
		if got := timeline.Length(bars).String(); got != want || len(bars) != len(guide) {
			t.Errorf("%d of %d tasks take %s, want %s", len(bars), len(guide), got, want)
		}
	}
}

// TestMinimum checks the minimum duration from Azure's requirements.
func TestMinimum(t *testing.T) {
	t.Parallel()
	resources := []timeline.Resource{
		{Name: "group", Type: azuresim.ResourceGroup},
		{Name: "cluster", Type: azuresim.Cluster, Needs: []string{"group", "application"}},
		{Name: "pool", Type: azuresim.AgentPool}, {Name: "window", Type: azuresim.Maintenance, Needs: []string{"pool"}},
		{Name: "application", Type: azuresim.Application, Needs: []string{"window"}},
		{Name: "extension", Type: azuresim.ArgoExtension, Needs: []string{"window"}},
	}
	takes := func(token string) time.Duration {
		if token == azuresim.ArgoExtension {
			return time.Minute
		}
		return time.Second
	}
	for name, c := range map[string]struct {
		tasks []timeline.Task
		want  time.Duration
	}{
		"creation": {minimalCreations(resources, takes), time.Minute + 3*time.Second}, // group, cluster, pool, extension
		"deletion": {minimalDeletions(resources, takes), 2 * time.Second},
	} {
		if got := timeline.Length(timeline.Schedule(c.tasks, 0)); got != c.want {
			t.Errorf("%s takes %s, want %s", name, got, c.want)
		}
	}
}

// TestMaximums checks that a figure fails above its maximum, and never without one.
func TestMaximums(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		value, maximum float64
		line           string
		exceeded       bool
	}{
		{1, 1, "BENCH f 1 x 1", false},
		{1.0196, 1.02, "BENCH f 1.02 x 1.02", false},
		{1.0204, 1.02, "BENCH f 1.02 x 1.02", true},
		{900, 0, "BENCH f 900 x -", false},
	} {
		m := measured{figure{name: "f", unit: "x", maximum: c.maximum}, c.value}
		if err := checkMaximums([]measured{m}); (err != nil) != c.exceeded || m.String() != c.line {
			t.Errorf("%s: %v", m, err)
		}
	}
}

// TestPerformancePage checks that the page explains each figure and has its last value.
func TestPerformancePage(t *testing.T) {
	t.Parallel()
	before, run, after, err := section.Cut(pageOf(repository), marker)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range figures {
		if !strings.Contains(before+after, "`"+f.name+"`") {
			t.Errorf("the page does not explain %s", f.name)
		}
		if !strings.Contains(run, fmt.Sprintf("| `%s` | ", f.name)) {
			t.Errorf("the page has no value of %s; run make bench", f.name)
		}
	}
	if rows := strings.Count(run, "| `"); rows != len(figures) {
		t.Errorf("%d rows for %d figures", rows, len(figures))
	}
}
