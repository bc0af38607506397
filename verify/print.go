package verify

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/OWNER/argocd-on-aks/internal/printable"
)

// longest is the maximum number of characters printed of a Detail or a Fix.
const longest = 2000

// The columns of Print: a line has at most width characters, the name begins at nameColumn,
// and the detail at detailColumn, if the name is short.
const (
	width        = 100
	nameColumn   = 9
	detailColumn = 33
)

// printed returns a check without characters that change a terminal: Detail and Fix quote
// responses of Argo CD, Entra and Azure.
func (c Check) printed() Check {
	c.Name, c.Detail, c.Fix = printable.Words(c.Name, longest), printable.Words(c.Detail, longest), printable.Words(c.Fix, longest)
	return c
}

// result returns the result of a check as one word.
func (c Check) result() string {
	switch {
	case c.Skipped:
		return "skipped"
	case c.Warning:
		return "WARNING"
	case c.Unseen:
		return "UNKNOWN"
	case !c.OK:
		return "FAILED"
	}
	return "ok"
}

// text returns a check in lines of at most width characters: the result, the name and the
// detail, then the correction of a failed check or a warning.
func (c Check) text() string {
	text := fmt.Sprintf("%-*s%-*s  ", nameColumn, c.result(), detailColumn-nameColumn-2, c.Name)
	switch {
	case utf8.RuneCountInString(text+c.Detail) <= width:
		text += c.Detail
	case utf8.RuneCountInString(text) == detailColumn && printable.LongestWord(c.Detail) <= width-detailColumn:
		text += printable.Fold(c.Detail, width, detailColumn)
	default:
		text = strings.TrimRight(text, " ") + "\n" + strings.Repeat(" ", nameColumn) + printable.Fold(c.Detail, width, nameColumn)
	}
	text += "\n"
	if c.Fix != "" {
		text += strings.Repeat(" ", nameColumn) + printable.Fold("to do: "+c.Fix, width, nameColumn) + "\n"
	}
	return text
}

// Print writes the checks as text.
func Print(w io.Writer, checks []Check) error {
	for _, check := range checks {
		if _, err := io.WriteString(w, check.printed().text()); err != nil {
			return err
		}
	}
	return nil
}

// A result is a check in JSON.
type result struct {
	Check
	// Result is the result as one word, as Print writes it but in lower case.
	Result string `json:"result"`
}

func results(checks []Check) []result {
	all := make([]result, len(checks))
	for i, check := range checks {
		all[i] = result{check.printed(), strings.ToLower(check.result())}
	}
	return all
}

// PrintJSON writes the checks as a list in JSON.
func PrintJSON(w io.Writer, checks []Check) error { return json.NewEncoder(w).Encode(results(checks)) }

// A report is a run in JSON.
type report struct {
	Version int       `json:"version"`
	Stack   string    `json:"stack"`
	Time    time.Time `json:"time"`
	Summary summary   `json:"summary"`
	Checks  []result  `json:"checks"`
}

// A summary is the result of a run, with the number of checks for each result.
type summary struct {
	Result  string `json:"result"`
	OK      int    `json:"ok"`
	Warning int    `json:"warning"`
	Unknown int    `json:"unknown"`
	Failed  int    `json:"failed"`
	Skipped int    `json:"skipped"`
}

// PrintReport writes the checks as an object in JSON, with the stack and the start of the run.
// cmd/verify/report.schema.json describes it.
func PrintReport(w io.Writer, stack string, start time.Time, checks []Check) error {
	s := summary{Result: Result(checks)}
	counts := map[string]*int{"ok": &s.OK, "warning": &s.Warning, "unknown": &s.Unknown, "failed": &s.Failed, "skipped": &s.Skipped}
	all := results(checks)
	for _, one := range all {
		*counts[one.Result]++
	}
	return json.NewEncoder(w).Encode(report{1, printable.Words(stack, longest), start.UTC().Truncate(time.Second), s, all})
}
