package timeline

import (
	"fmt"
	"strings"
	"time"
)

// The columns of a chart for a terminal, which has 100 or more.
const (
	nameColumns = 28
	barColumns  = 36
)

// Chart draws bars for a terminal, critical ones in another character and as mark has
// them, each with whom it waited for.
func Chart(bars []Bar, mark func(string) string) string {
	var out strings.Builder
	total := Length(bars)
	const row = "  %-*s %-*s %6s  %s"
	fmt.Fprintf(&out, row+"\n", nameColumns, "", barColumns, "# decides how long it takes", "takes", "after")
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
