package verify

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// Print writes one line a check, and under one that failed or warns what to do.
func Print(w io.Writer, checks []Check) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, check := range checks {
		result := "ok"
		switch {
		case check.Warning:
			result = "WARNING"
		case check.Unseen:
			result = "UNSEEN"
		case !check.OK:
			result = "FAILED"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", result, check.Name, check.Detail)
		if check.Fix != "" {
			fmt.Fprintf(table, "\t\tto do: %s\n", check.Fix)
		}
	}
	return table.Flush()
}
