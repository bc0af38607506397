package timeline

import (
	"fmt"
	"strings"
	"time"
)

// Widths of the columns. A row fits 100 columns.
const (
	nameColumns = 28
	barColumns  = 32
)

// Chart returns a text chart of bars with their durations and dependencies. Bars on the critical
// path have another character and the style of mark.
func Chart(bars []Bar, mark func(string) string) string {
	var out strings.Builder
	total := Length(bars)
	const row = "  %-*s %-*s %6s  %s"
	fmt.Fprintf(&out, row+"\n", nameColumns, "", barColumns, "# critical path", "takes", "after")
	for _, b := range bars {
		length := max(1, column(b.End, total)-column(b.Begin, total))
		before := strings.Repeat(" ", min(column(b.Begin, total), barColumns-length))
		behind := strings.Repeat(" ", barColumns-length-len(before))
		drawn := strings.Repeat("-", length)
		if b.Critical {
			drawn = mark(strings.Repeat("#", length))
		}
		line := fmt.Sprintf(row, nameColumns, b.Name, 0, before+drawn+behind, b.End-b.Begin, b.After)
		out.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return out.String()
}

func column(t, total time.Duration) int {
	if total == 0 {
		return 0
	}
	return int(int64(t) * barColumns / int64(total))
}
