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

var write = flag.Bool("write", false, "write the fault matrix to docs/internals/failure-modes.md")

func TestMain(m *testing.M) { os.Exit(engine.RunWithTempHome(m)) }

// TestFaults runs the whole fault matrix. It needs FAULTS=1, which make faults sets.
func TestFaults(t *testing.T) {
	if os.Getenv("FAULTS") == "" {
		t.Skip("set FAULTS=1, as make faults does, to run the whole matrix; TestFaultsSample covers one case of each kind")
	}
	all := cells()
	counts := runCells(t, all)
	fmt.Print(table(all))
	fmt.Println("faults: " + summary(counts, len(all)))
	ran := 0
	for _, n := range counts {
		ran += n
	}
	if *write && !t.Failed() && ran == len(all) {
		if err := section.Write(page, marker, table(all)); err != nil {
			t.Error(err)
		}
	}
}

// TestFaultsSample runs one case of each kind from the fault matrix.
func TestFaultsSample(t *testing.T) {
	t.Parallel()
	sample := []string{
		"dev/create/throttled/argocd-extension",
		"dev/create/response lost/entra-application",
		"dev/create/interrupted after completion/aks-cluster",
		"dev/create/interrupted twice/entra-principal",
		"dev/create/killed after completion/aks-group",
		"dev/replacement create/killed/aks-cluster",
		"dev/up/manual deletion/entra-consent",
	}
	all := cells()
	all = slices.DeleteFunc(all, func(c cell) bool { return !slices.Contains(sample, c.name()) })
	if len(all) != len(sample) {
		t.Fatalf("%d of %d cells", len(all), len(sample))
	}
	runCells(t, all)
}

// runCells runs cells in parallel, fails for each unexpected outcome, and counts the outcomes.
func runCells(t *testing.T, all []cell) map[outcome]int {
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
					t.Errorf("got %+v, want %+v", got, want)
				}
				lock.Lock()
				defer lock.Unlock()
				counts[got]++
			})
		}
	})
	return counts
}

// TestFaultMatrixPage checks that the matrix in docs/internals/failure-modes.md is current.
func TestFaultMatrixPage(t *testing.T) {
	t.Parallel()
	_, matrix, _, err := section.Cut(page, marker)
	if err != nil {
		t.Fatal(err)
	}
	if matrix != table(cells()) {
		t.Error("the matrix in docs/internals/failure-modes.md is outdated; run make faults")
	}
}
