package faults

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"strings"
)

const page = "../../docs/reliability.md"

// The matrix stands between these two lines of the page.
const (
	begins = "<!-- make faults writes from here -->\n"
	ends   = "<!-- to here -->\n"
)

// table has a row for each fault at each moment and a column for each kind. A cell
// says how many there are, dev's and prod's, and what those need that need recovery.
func table(all []cell) string {
	var out strings.Builder
	fmt.Fprint(&out, "| what happens |")
	for _, k := range kinds {
		fmt.Fprintf(&out, " %s |", k.name)
	}
	fmt.Fprintf(&out, "\n|---|%s\n", strings.Repeat("---|", len(kinds)))
	recovered := 0
	for _, m := range moments {
		for _, f := range faults {
			row, some := "", false
			for _, k := range kinds {
				count, needs := 0, converges
				for _, c := range all {
					if c.moment.name == m.name && c.fault.name == f.name && c.kind == k {
						count, needs = count+1, c.expected()
					}
				}
				some = some || count > 0
				if needs != converges {
					recovered += count
				}
				row += " " + entry(count, needs) + " |"
			}
			if some {
				fmt.Fprintf(&out, "| %s, %s |%s\n", m.name, f.name, row)
			}
		}
	}
	fmt.Fprintf(&out, "\n%d cells, of which %d converge and %d need recovery.\n", len(all), len(all)-recovered, recovered)
	return out.String()
}

func entry(count int, needs outcome) string {
	if count == 0 {
		return ""
	}
	return fmt.Sprintf("%d %s", count, cmp.Or(string(needs), "✓"))
}

// writePage puts the matrix into docs/reliability.md.
func writePage(all []cell) error {
	before, after, err := aroundTable()
	if err != nil {
		return err
	}
	return os.WriteFile(page, []byte(before+begins+table(all)+ends+after), 0o644)
}

// aroundTable is what the page has before and after its matrix.
func aroundTable() (before, after string, err error) {
	content, err := os.ReadFile(page)
	if err != nil {
		return "", "", err
	}
	first, rest, found := bytes.Cut(content, []byte(begins))
	_, last, ended := bytes.Cut(rest, []byte(ends))
	if !found || !ended {
		return "", "", errors.New(page + " has no place for the matrix")
	}
	return string(first), string(last), nil
}
