package faults

import (
	"fmt"
	"strings"
)

const page = "../../docs/internals/failure-modes.md"

// begins is the page's line before the matrix.
const begins = "<!-- make faults writes from here -->\n"

// table has a row for each fault at each moment and a column for each kind. A cell
// says how many there are, dev's and prod's, and what those need that need recovery.
func table(all []cell) string {
	var out strings.Builder
	fmt.Fprint(&out, "| what happens |")
	for _, k := range kinds {
		fmt.Fprintf(&out, " %s |", k.name)
	}
	fmt.Fprintf(&out, "\n|---|%s\n", strings.Repeat("---|", len(kinds)))
	for _, m := range moments {
		for _, f := range faults {
			row, some := "", false
			for _, k := range kinds {
				count, comes := 0, outcome{}
				for _, c := range all {
					if c.moment.name == m.name && c.fault.name == f.name && c.kind == k {
						count, comes = count+1, c.expected()
					}
				}
				some = some || count > 0
				row += " " + entry(count, comes) + " |"
			}
			if some {
				fmt.Fprintf(&out, "| %s, %s |%s\n", m.name, f.name, row)
			}
		}
	}
	counts := map[outcome]int{}
	for _, c := range all {
		counts[c.expected()]++
	}
	fmt.Fprintf(&out, "\n%s\n", summary(counts, len(all)))
	return out.String()
}

func entry(count int, comes outcome) string {
	switch {
	case count == 0:
		return ""
	case comes.symptom == converges:
		return fmt.Sprintf("%d ✓", count)
	case comes.symptom == unseen:
		return fmt.Sprintf("%d ✓ --refresh", count)
	case comes.byHand:
		return fmt.Sprintf("%d ✋ %s", count, comes.symptom)
	}
	return fmt.Sprintf("%d ↻ %s", count, comes.symptom)
}

// summary counts what converges by the next command, by the same with --refresh, by
// recover, and by recover and a hand.
func summary(counts map[outcome]int, cells int) string {
	converged, recovered, byHand := 0, 0, 0
	for o, n := range counts {
		converged += n
		switch {
		case o.byHand:
			byHand += n
		case o.symptom != converges && o.symptom != unseen:
			recovered += n
		}
	}
	return fmt.Sprintf("%d of %d converged: %d by the next command, %d by pulumi destroy --refresh, "+
		"%d by make recover, %d by make recover and one deletion by hand",
		converged, cells, counts[outcome{}], counts[outcome{symptom: unseen}], recovered, byHand)
}
