package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"golang.org/x/mod/semver"
)

// stdlib is the module path of Go's standard library in govulncheck's output.
const stdlib = "stdlib"

// vulnerability is a known vulnerability in a version of a module. fixed is the version that
// fixes it, or empty.
type vulnerability struct{ module, version, id, fixed, summary string }

// message contains the fields of govulncheck's JSON output that this program uses.
// https://pkg.go.dev/golang.org/x/vuln@v1.9.0/internal/govulncheck#Message
type message struct {
	OSV *struct {
		ID      string `json:"id"`
		Summary string `json:"summary"`
	} `json:"osv"`
	Finding *struct {
		OSV          string                                       `json:"osv"`
		FixedVersion string                                       `json:"fixed_version"`
		Trace        []struct{ Module, Version, Function string } `json:"trace"`
	} `json:"finding"`
}

// read returns the vulnerabilities in govulncheck's output whose code is called, without
// duplicates. A finding without a function concerns code that is only imported or required.
func read(output io.Reader) ([]vulnerability, error) {
	summaries := map[string]string{}
	called := map[vulnerability]bool{}
	for decoder := json.NewDecoder(output); ; {
		var m message
		err := decoder.Decode(&m)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read the output of govulncheck: %w", err)
		}
		if m.OSV != nil {
			summaries[m.OSV.ID] = m.OSV.Summary
		}
		if f := m.Finding; f != nil && len(f.Trace) > 0 && f.Trace[0].Function != "" {
			called[vulnerability{module: f.Trace[0].Module, version: f.Trace[0].Version, id: f.OSV, fixed: f.FixedVersion}] = true
		}
	}
	found := slices.Collect(maps.Keys(called))
	for i := range found {
		found[i].summary = summaries[found[i].id]
	}
	return found, nil
}

// list prints a table of the vulnerabilities and the programs that call them.
func list(w io.Writer, callers map[vulnerability][]string) error {
	if len(callers) == 0 {
		return nil
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "MODULE\tVERSION\tFIXED IN\tVULNERABILITY\tCALLED BY\tSUMMARY")
	for _, v := range slices.SortedFunc(maps.Keys(callers), byModule) {
		fmt.Fprintln(table, strings.Join([]string{
			v.module, v.version, cmp.Or(v.fixed, "no version"), v.id, strings.Join(callers[v], ", "), v.summary,
		}, "\t"))
	}
	return table.Flush()
}

// byModule compares vulnerabilities by module; the standard library comes last.
func byModule(a, b vulnerability) int {
	last := func(v vulnerability) int {
		if v.module == stdlib {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(last(a), last(b)), cmp.Compare(a.module, b.module), cmp.Compare(a.version, b.version), cmp.Compare(a.id, b.id))
}

// check returns an error that lists the modules to upgrade. For vulnerabilities in the
// standard library, it prints the required Go version.
func check(w io.Writer, callers map[vulnerability][]string) error {
	upgrade := map[string]string{}
	for v := range callers {
		if before, is := upgrade[v.module]; v.fixed != "" && (!is || semver.Compare(v.fixed, before) > 0) {
			upgrade[v.module] = v.fixed
		}
	}
	if version, is := upgrade[stdlib]; is {
		fmt.Fprintf(w, "Build with Go %s or newer, which fixes the vulnerabilities in the standard library.\n", strings.TrimPrefix(version, "v"))
		delete(upgrade, stdlib)
	}
	if len(upgrade) == 0 {
		fmt.Fprintln(w, "No program calls code with a known vulnerability that a newer module fixes.")
		return nil
	}
	var modules []string
	for _, module := range slices.Sorted(maps.Keys(upgrade)) {
		modules = append(modules, module+"@"+upgrade[module])
	}
	return fmt.Errorf("known vulnerabilities in modules; upgrade them: go get %s", strings.Join(modules, " "))
}
