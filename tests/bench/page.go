package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
)

// The last run stands between these two lines of docs/performance.md.
const (
	begins = "<!-- make bench writes from here -->\n"
	ends   = "<!-- to here -->\n"
)

// table is for a terminal.
func table(all []measured) string {
	var out strings.Builder
	columns := tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
	for _, m := range all {
		fmt.Fprintf(columns, "  %s\t%s %s\t%s\n", m.name, number(m.value), m.unit, m.verdict())
	}
	columns.Flush()
	return out.String()
}

func (m measured) verdict() string {
	switch {
	case m.goal == 0:
		return ""
	case m.missed():
		return "misses its goal, " + number(m.goal)
	}
	return "within its goal, " + number(m.goal)
}

// section is what docs/performance.md has of a run.
func section(machine string, all []measured) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s\n\n| figure | value | goal, at most |\n|---|---|---|\n", machine)
	for _, m := range all {
		fmt.Fprintf(&out, "| `%s` | %s %s | %s |\n", m.name, number(m.value), m.unit, m.goalText())
	}
	return out.String()
}

// write puts a run into docs/performance.md, and its pictures beside it.
func (l *lab) write(ctx context.Context, all []measured) error {
	for _, stack := range []string{"dev", "prod"} {
		picture, err := l.picture(ctx, stack)
		if err != nil {
			return err
		}
		if err := os.WriteFile(pictureOf(l.repository, stack), []byte(picture), 0o644); err != nil {
			return err
		}
	}
	page := filepath.Join(l.repository, "docs", "performance.md")
	content, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	before, rest, found := bytes.Cut(content, []byte(begins))
	_, after, ended := bytes.Cut(rest, []byte(ends))
	if !found || !ended {
		return errors.New(page + " has no place for the figures")
	}
	return os.WriteFile(page, []byte(string(before)+begins+section(machine(), all)+ends+string(after)), 0o644)
}

func pictureOf(repository, stack string) string {
	return filepath.Join(repository, "docs", "pictures", "timeline-"+stack+".svg")
}
