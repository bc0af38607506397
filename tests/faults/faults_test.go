package faults

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/OWNER/argocd-on-aks/tests/engine"
	"github.com/OWNER/argocd-on-aks/tests/section"
)

var write = flag.Bool("write", false, "write the matrix into docs/internals/failure-modes.md")

func TestMain(m *testing.M) { os.Exit(engine.AwayFromHome(m)) }

// TestFaults is the whole matrix, for make faults.
func TestFaults(t *testing.T) {
	if os.Getenv("FAULTS") == "" {
		t.Skip("make faults runs the whole matrix, which takes minutes; TestFaultsSample is of each kind one")
	}
	all := cells()
	counts := try(t, all)
	fmt.Print(table(all))
	fmt.Println("faults: " + summary(counts, len(all)))
	ran := 0
	for _, n := range counts {
		ran += n
	}
	if *write && !t.Failed() && ran == len(all) {
		if err := section.Write(page, begins, table(all)); err != nil {
			t.Error(err)
		}
	}
}

// TestFaultsSample is some cells of the matrix, one of each kind.
func TestFaultsSample(t *testing.T) {
	t.Parallel()
	sample := []string{
		"dev/create/throttled/argocd-extension",
		"dev/create/answer lost/entra-application",
		"dev/create/interrupted, done/aks-cluster",
		"dev/create/interrupted twice/entra-principal",
		"dev/create/killed, done/aks-group",
		"dev/replace: create/killed/aks-cluster",
		"dev/gone/by hand/entra-consent",
	}
	all := cells()
	all = slices.DeleteFunc(all, func(c cell) bool { return !slices.Contains(sample, c.name()) })
	if len(all) != len(sample) {
		t.Fatalf("%d of %d cells", len(all), len(sample))
	}
	try(t, all)
}

// try runs cells, as many at a time as the machine allows, wants of each what is
// expected, and counts what they came to.
func try(t *testing.T, all []cell) map[outcome]int {
	begin := newStarts(t.Context(), t.TempDir())
	recover, err := buildRecover(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	counts, lock := map[outcome]int{}, sync.Mutex{}
	t.Run("cells", func(t *testing.T) {
		for _, c := range all {
			t.Run(strings.ReplaceAll(c.name(), " ", "_"), func(t *testing.T) {
				t.Parallel()
				from, err := begin.of(c)
				if err != nil {
					t.Fatal(err)
				}
				got, err := c.run(t.Context(), from, recover, t.TempDir())
				if err != nil {
					t.Fatal(err)
				}
				if want := c.expected(); got != want {
					t.Errorf("came to %+v, not to %+v", got, want)
				}
				lock.Lock()
				defer lock.Unlock()
				counts[got]++
			})
		}
	})
	return counts
}

// TestReliabilityPage: docs/internals/failure-modes.md has the matrix as it is here.
func TestReliabilityPage(t *testing.T) {
	t.Parallel()
	_, matrix, _, err := section.Cut(page, begins)
	if err != nil {
		t.Fatal(err)
	}
	if matrix != table(cells()) {
		t.Error("docs/internals/failure-modes.md has another matrix: make faults writes it")
	}
}
