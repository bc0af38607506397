package timeline

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// graph is a cluster in its group, and an application.
var graph = []Task{
	{"group", 3 * time.Second, nil},
	{"application", 15 * time.Second, nil},
	{"cluster", 5 * time.Minute, []string{"group"}},
	{"pool", 4 * time.Minute, []string{"cluster"}},
	{"issuer", 0, []string{"cluster"}},
	{"credential", 5 * time.Second, []string{"application", "issuer"}},
	{"extension", 6 * time.Minute, []string{"cluster", "pool", "credential"}},
}

// format formats bars with seconds. A star marks critical ones.
func format(bars []Bar) string {
	var all []string
	for _, b := range bars {
		star := ""
		if b.Critical {
			star = "*"
		}
		all = append(all, fmt.Sprintf("%s%s %.0f-%.0f<%s", b.Name, star, b.Begin.Seconds(), b.End.Seconds(), b.After))
	}
	return strings.Join(all, " ")
}

// TestSchedule checks that a task starts as soon as its dependencies have ended and a slot
// is free.
func TestSchedule(t *testing.T) {
	t.Parallel()
	takes := func(name string) time.Duration {
		return map[string]time.Duration{"group": time.Minute, "cluster": 5 * time.Minute, "credential": 3 * time.Second}[name]
	}
	for name, c := range map[string]struct {
		tasks   []Task
		atATime int
		want    string
	}{
		"nothing": {nil, 0, ""},
		"no limit": {graph, 0, "" +
			"application 0-15< group* 0-3< cluster* 3-303<group credential 303-308<issuer " +
			"issuer 303-303<cluster pool* 303-543<cluster extension* 543-903<pool"},
		"one at a time": {graph, 1, "" +
			"group* 0-3< application 3-18< cluster* 18-318<group pool 318-558<cluster " +
			"credential* 558-563<issuer issuer* 558-558<cluster extension* 563-923<credential"},
		"back": {Reversed(graph, takes), 0, "" +
			"credential* 0-3<extension extension* 0-0< pool 0-0<extension application 3-3<credential " +
			"cluster* 3-303<issuer issuer* 3-3<credential group* 303-363<cluster"},
		"a cycle": {[]Task{{"a", 1, []string{"b"}}, {"b", 1, []string{"a"}}, {"c", time.Second, nil}}, 0, "c* 0-1<"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := format(Schedule(c.tasks, c.atATime)); got != c.want {
				t.Errorf("got\n%s, want\n%s", got, c.want)
			}
		})
	}
	if got := Length(Schedule(graph, 0)); got != 903*time.Second {
		t.Errorf("length %s", got)
	}
}

// TestResources checks that a resource also waits for its component's dependencies, and
// that providers are not resources.
func TestResources(t *testing.T) {
	t.Parallel()
	const (
		root      = "urn:pulumi:dev::p::pulumi:pulumi:Stack::root"
		provider  = "urn:pulumi:dev::p::pulumi:providers:azuread::default"
		group     = "urn:pulumi:dev::p::a:b:Group::group"
		cluster   = "urn:pulumi:dev::p::a:b:Cluster::cluster"
		component = "urn:pulumi:dev::p::c:d:Argo::argo"
		extension = "urn:pulumi:dev::p::a:b:Extension::extension"
	)
	state, err := json.Marshal(apitype.DeploymentV3{Resources: []apitype.ResourceV3{
		{URN: root, Type: "pulumi:pulumi:Stack"},
		{URN: provider, Custom: true, ID: "1", Type: "pulumi:providers:azuread"},
		{URN: group, Custom: true, ID: "g", Type: "a:b:Group", Parent: root},
		{URN: cluster, Custom: true, ID: "c", Type: "a:b:Cluster", Dependencies: []resource.URN{group}},
		{URN: component, Type: "c:d:Argo", Dependencies: []resource.URN{group}},
		{URN: extension, Custom: true, ID: "e", Type: "a:b:Extension", Parent: component,
			DeletedWith: cluster, Dependencies: []resource.URN{provider}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := Resources(state)
	if err != nil {
		t.Fatal(err)
	}
	want := "[{group a:b:Group g [] } {cluster a:b:Cluster c [group] } " +
		"{extension a:b:Extension e [cluster group] cluster}]"
	var read []any
	for _, r := range got {
		read = append(read, struct {
			name, kind, id string
			needs          []string
			goesWith       string
		}{r.Name, r.Type, r.ID, r.Needs, r.DeletedWith})
	}
	if fmt.Sprint(read) != want {
		t.Errorf("got %v, want %s", read, want)
	}
}

// TestChart checks that the chart fits a terminal and marks only critical bars.
func TestChart(t *testing.T) {
	t.Parallel()
	longest := strings.Repeat("n", nameColumns)
	bars := Schedule(append(slices.Clone(graph), Task{longest, time.Second, []string{"extension"}}), 0)
	chart := Chart(bars, func(bar string) string { return "<" + bar + ">" })
	for _, line := range strings.Split(chart, "\n") {
		if len(line) > 100 {
			t.Errorf("%d columns: %s", len(line), line)
		}
	}
	critical := 0
	for _, b := range bars {
		if b.Critical {
			critical++
		}
	}
	if marked := strings.Count(chart, "<#"); marked != critical || critical < 3 {
		t.Errorf("%d of %d marked:\n%s", marked, critical, chart)
	}
	if got := strings.Count(chart, "\n"); got != len(bars)+1 {
		t.Errorf("%d lines for %d bars", got, len(bars))
	}
}
