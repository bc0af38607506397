package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/OWNER/argocd-on-aks/tests/section"
)

// marker is the marker in docs/internals/performance.md before the figures of the last run.
const marker = "<!-- make bench writes from here -->\n"

// table returns the figures as a table for the terminal.
func table(all []measured) string {
	var out strings.Builder
	columns := tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
	for _, m := range all {
		fmt.Fprintf(columns, "  %s\t%s %s", m.name, number(m.value), m.unit)
		if m.maximum > 0 {
			fmt.Fprintf(columns, "\t%s the maximum of %s", m.verdict(), m.maximumText())
		}
		fmt.Fprintln(columns)
	}
	_ = columns.Flush() // writes to memory cannot fail
	return out.String()
}

func (m measured) verdict() string {
	if m.exceeded() {
		return "exceeds"
	}
	return "within"
}

// lastRun returns the figures of a run as Markdown.
func lastRun(machine string, all []measured) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s\n\n| figure | value | maximum |\n|---|---|---|\n", machine)
	for _, m := range all {
		fmt.Fprintf(&out, "| `%s` | %s %s | %s |\n", m.name, number(m.value), m.unit, m.maximumText())
	}
	return out.String()
}

// write writes the figures to docs/internals/performance.md, and the timelines to docs/pictures.
func (l *runner) write(ctx context.Context, all []measured) error {
	for _, stack := range []string{"dev", "prod"} {
		picture, err := l.picture(ctx, stack)
		if err != nil {
			return err
		}
		if err := os.WriteFile(pictureOf(l.repository, stack), []byte(picture), 0o644); err != nil {
			return err
		}
	}
	return section.Write(pageOf(l.repository), marker, lastRun(machine(), all))
}

func pageOf(repository string) string {
	return filepath.Join(repository, "docs", "internals", "performance.md")
}

func pictureOf(repository, stack string) string {
	return filepath.Join(repository, "docs", "pictures", "timeline-"+stack+".svg")
}
