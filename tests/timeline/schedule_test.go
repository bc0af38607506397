package timeline

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// graph is a cluster in its group, and beside it an application.
var graph = []Task{
	{"group", 3 * time.Second, nil},
	{"application", 15 * time.Second, nil},
	{"cluster", 5 * time.Minute, []string{"group"}},
	{"pool", 4 * time.Minute, []string{"cluster"}},
	{"issuer", 0, []string{"cluster"}},
	{"credential", 5 * time.Second, []string{"application", "issuer"}},
	{"extension", 6 * time.Minute, []string{"cluster", "pool", "credential"}},
}

// drawn writes bars in seconds, critical ones with a star.
func drawn(bars []Bar) string {
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

// TestSchedule: what waits for nothing begins at once, the rest when the last that it
// waits for is there and somebody is free.
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
		"all that can be": {graph, 0, "application 0-15< group* 0-3< cluster* 3-303<group credential 303-308<issuer " +
			"issuer 303-303<cluster pool* 303-543<cluster extension* 543-903<pool"},
		"one at a time": {graph, 1, "group* 0-3< application 3-18< cluster* 18-318<group pool 318-558<cluster " +
			"credential* 558-563<issuer issuer* 558-558<cluster extension* 563-923<credential"},
		"back": {Reversed(graph, takes), 0, "credential* 0-3<extension extension* 0-0< pool 0-0<extension application 3-3<credential " +
			"cluster* 3-303<issuer issuer* 3-3<credential group* 303-363<cluster"},
		"a circle": {[]Task{{"a", time.Second, []string{"b"}}, {"b", time.Second, []string{"a"}}, {"c", time.Second, nil}}, 0, "c* 0-1<"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := drawn(Schedule(c.tasks, c.atATime)); got != c.want {
				t.Errorf("got\n%s, want\n%s", got, c.want)
			}
		})
	}
	if got := Length(Schedule(graph, 0)); got != 903*time.Second {
		t.Errorf("it takes %s", got)
	}
}

// TestResources: a resource also waits for what its component waits for, and a
// provider is no resource of Azure.
func TestResources(t *testing.T) {
	t.Parallel()
	got, err := Resources([]byte(`{"resources": [
		{"urn": "urn:pulumi:dev::p::pulumi:pulumi:Stack::root", "type": "pulumi:pulumi:Stack"},
		{"urn": "urn:pulumi:dev::p::pulumi:providers:azuread::default", "custom": true, "id": "1", "type": "pulumi:providers:azuread"},
		{"urn": "urn:pulumi:dev::p::a:b:Group::group", "custom": true, "id": "g", "type": "a:b:Group", "parent": "urn:pulumi:dev::p::pulumi:pulumi:Stack::root"},
		{"urn": "urn:pulumi:dev::p::a:b:Cluster::cluster", "custom": true, "id": "c", "type": "a:b:Cluster", "dependencies": ["urn:pulumi:dev::p::a:b:Group::group"]},
		{"urn": "urn:pulumi:dev::p::c:d:Argo::argo", "type": "c:d:Argo", "dependencies": ["urn:pulumi:dev::p::a:b:Group::group"]},
		{"urn": "urn:pulumi:dev::p::a:b:Extension::extension", "custom": true, "id": "e", "type": "a:b:Extension", "parent": "urn:pulumi:dev::p::c:d:Argo::argo",
			"deletedWith": "urn:pulumi:dev::p::a:b:Cluster::cluster", "dependencies": ["urn:pulumi:dev::p::pulumi:providers:azuread::default"]}
	]}`))
	if err != nil {
		t.Fatal(err)
	}
	want := "[{group a:b:Group g [] } {cluster a:b:Cluster c [group] } {extension a:b:Extension e [cluster group] cluster}]"
	if fmt.Sprint(got) != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

// TestChart: the bars fit a terminal, and only critical ones are marked.
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
