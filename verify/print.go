package verify

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/OWNER/argocd-on-aks/internal/printable"
)

// longest is the number of characters of a Detail or a Fix that are printed.
const longest = 2000

// printed returns a check without anything that would change a terminal: Detail and Fix
// quote what Argo CD, Entra and Azure answer.
func (c Check) printed() Check {
	c.Name, c.Detail, c.Fix = printable.Words(c.Name, longest), printable.Words(c.Detail, longest), printable.Words(c.Fix, longest)
	return c
}

// Print writes one line per check, and below a failed check or a warning what to do.
func Print(w io.Writer, checks []Check) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, check := range checks {
		check = check.printed()
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

// PrintJSON writes the checks as JSON.
func PrintJSON(w io.Writer, checks []Check) error {
	all := make([]Check, len(checks))
	for i, check := range checks {
		all[i] = check.printed()
	}
	return json.NewEncoder(w).Encode(all)
}
