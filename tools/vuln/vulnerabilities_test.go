package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// scanned is abridged output of govulncheck: summaries, findings in code that is only
// required or imported, and two traces to one called function.
const scanned = `{"config":{"protocol_version":"v1.0.0","go_version":"go1.26.8"}}
{"osv":{"id":"GO-2026-6617","summary":"HPACK encoder race"}}
{"finding":{"osv":"GO-2026-6617","fixed_version":"v0.60.0","trace":[{"module":"golang.org/x/net","version":"v0.58.0"}]}}
{"finding":{"osv":"GO-2026-6617","fixed_version":"v0.60.0","trace":[{"module":"golang.org/x/net","version":"v0.58.0","package":"golang.org/x/net/http2"}]}}
{"finding":{"osv":"GO-2026-6617","fixed_version":"v0.60.0","trace":[{"module":"golang.org/x/net","version":"v0.58.0","package":"golang.org/x/net/http2","function":"Serve"},{"module":"program"}]}}
{"finding":{"osv":"GO-2026-6617","fixed_version":"v0.60.0","trace":[{"module":"golang.org/x/net","version":"v0.58.0","package":"golang.org/x/net/http2","function":"Write"}]}}
{"finding":{"osv":"GO-2026-0001","fixed_version":"v1.2.0","trace":[{"module":"example.com/imported","version":"v1.0.0","package":"example.com/imported"}]}}
`

func TestRead(t *testing.T) {
	t.Parallel()
	got, err := read(strings.NewReader(scanned))
	want := []vulnerability{{"golang.org/x/net", "v0.58.0", "GO-2026-6617", "v0.60.0", "HPACK encoder race"}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("read %v, %v, want %v", got, err, want)
	}
	if got, err := read(strings.NewReader(scanned[:len(scanned)-10])); err == nil {
		t.Errorf("an incomplete output: read %v, want an error", got)
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	const clean = "No program calls code with a known vulnerability that a newer module fixes.\n"
	for name, c := range map[string]struct {
		called          []vulnerability
		printed, failed string
	}{
		"none": {nil, clean, ""},
		"standard library": {
			[]vulnerability{{stdlib, "v1.26.8", "GO-1", "v1.26.10", ""}, {stdlib, "v1.26.8", "GO-2", "v1.26.9", ""}},
			"Build with Go 1.26.10 or newer, which fixes the vulnerabilities in the standard library.\n" + clean, "",
		},
		"no fix": {[]vulnerability{{"example.com/a", "v1.0.0", "GO-1", "", ""}}, clean, ""},
		"fixes": {
			[]vulnerability{
				{"example.com/b", "v1.0.0", "GO-1", "v1.0.1", ""},
				{"example.com/a", "v1.0.0", "GO-2", "v1.10.0", ""},
				{"example.com/a", "v1.0.0", "GO-3", "v1.9.0", ""},
				{"example.com/a", "v1.0.0", "GO-4", "", ""},
			},
			"", "known vulnerabilities in modules; upgrade them: go get example.com/a@v1.10.0 example.com/b@v1.0.1",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			callers := map[vulnerability][]string{}
			for _, v := range c.called {
				callers[v] = []string{"."}
			}
			var printed strings.Builder
			failed := ""
			if err := check(&printed, callers); err != nil {
				failed = err.Error()
			}
			if printed.String() != c.printed || failed != c.failed {
				t.Errorf("printed %q and failed with %q, want %q and %q", &printed, failed, c.printed, c.failed)
			}
		})
	}
}

func TestList(t *testing.T) {
	t.Parallel()
	var printed strings.Builder
	err := list(&printed, map[vulnerability][]string{
		{stdlib, "v1.26.8", "GO-2", "v1.26.9", "S"}:          {"cmd/verify"},
		{"test.example/a", "v1.0.0", "GO-1", "", "T"}:        {".", "provider"},
		{"example.com/a", "v1.0.0", "GO-3", "v1.1.0", "U V"}: {"."},
	})
	want := `MODULE          VERSION  FIXED IN    VULNERABILITY  CALLED BY    SUMMARY
example.com/a   v1.0.0   v1.1.0      GO-3           .            U V
test.example/a  v1.0.0   no version  GO-1           ., provider  T
stdlib          v1.26.8  v1.26.9     GO-2           cmd/verify   S
`
	if err != nil || printed.String() != want {
		t.Errorf("printed %v\n%swant\n%s", err, &printed, want)
	}
}

// TestFailedScan checks that a failure of govulncheck is an error, not a program without
// vulnerabilities.
func TestFailedScan(t *testing.T) {
	t.Parallel()
	for name, script := range map[string]string{"fails": "exit 1", "stops": `printf '{"config":'`} {
		scan := filepath.Join(t.TempDir(), "govulncheck")
		if err := os.WriteFile(scan, []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := run(scan, t.TempDir(), []string{"."}); err == nil || !strings.HasPrefix(err.Error(), "scan .: ") {
			t.Errorf("govulncheck %s: %v, want an error of the scan", name, err)
		}
	}
}
