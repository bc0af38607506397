package faults

import (
	"fmt"
	"strings"
)

const page = "../../docs/internals/failure-modes.md"

// marker is the line of the page before the matrix.
const marker = "<!-- make faults writes from here -->\n"

// table returns the fault matrix as Markdown: a row for each operation and the faults with
// the same outcome, a column for each kind of resource. A cell has the number of cases in
// dev and prod for each of these faults, and how they recover.
func table(all []cell) string {
	var out strings.Builder
	fmt.Fprint(&out, "| operation | fault |")
	for _, k := range kinds {
		fmt.Fprintf(&out, " %s |", k.name)
	}
	fmt.Fprintf(&out, "\n|---|---|%s\n", strings.Repeat("---|", len(kinds)))
	for _, m := range moments {
		var rows []string
		faultsOf := map[string][]string{}
		for _, f := range faults {
			row, some := row(all, m, f)
			if !some {
				continue
			}
			if faultsOf[row] == nil {
				rows = append(rows, row)
			}
			faultsOf[row] = append(faultsOf[row], f.name)
		}
		for _, row := range rows {
			fmt.Fprintf(&out, "| %s | %s |%s\n", m.name, strings.Join(faultsOf[row], ", "), row)
		}
	}
	counts := map[outcome]int{}
	for _, c := range all {
		counts[c.expected()]++
	}
	fmt.Fprintf(&out, "\n%s.\n", summary(counts, len(all)))
	return out.String()
}

// row returns the cells of a fault during an operation, and reports whether there are cases.
func row(all []cell, m moment, f fault) (row string, some bool) {
	for _, k := range kinds {
		count, want := 0, outcome{}
		for _, c := range all {
			if c.moment.name == m.name && c.fault.name == f.name && c.kind == k {
				count, want = count+1, c.expected()
			}
		}
		some = some || count > 0
		row += " " + entry(count, want) + " |"
	}
	return row, some
}

func entry(count int, want outcome) string {
	switch {
	case count == 0:
		return ""
	case want.symptom == converges:
		return fmt.Sprintf("%d ✓", count)
	case want.symptom == missing404:
		return fmt.Sprintf("%d ✓ --refresh", count)
	case want.byHand:
		return fmt.Sprintf("%d ✋ %s", count, want.symptom)
	}
	return fmt.Sprintf("%d ↻ %s", count, want.symptom)
}

// summary returns a sentence that counts the cases by the commands that they need.
func summary(counts map[outcome]int, cells int) string {
	converged, recovered, byHand := 0, 0, 0
	for o, n := range counts {
		converged += n
		switch {
		case o.byHand:
			byHand += n
		case o.symptom != converges && o.symptom != missing404:
			recovered += n
		}
	}
	return fmt.Sprintf("%d of %d cases recover: %d with the next command, %d with pulumi destroy --refresh, "+
		"%d after make recover, %d after make recover and one manual deletion",
		converged, cells, counts[outcome{}], counts[outcome{symptom: missing404}], recovered, byHand)
}
