package azuresim_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	// The error code is the argument before the message.
	azureCode  = regexp.MustCompile(`(?:Refuse|RefuseIf|refuse|refuseIf|invalidIf)\([^"\n]*\b40\d, "([A-Za-z_]+)"`)
	aadCode    = regexp.MustCompile(`"(AADSTS\d+)"`)
	testName   = regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	inBackTick = regexp.MustCompile("`([A-Za-z_]+[0-9]*)`")
)

// TestPage checks that docs/internals/simulated-azure.md contains each error code of the
// simulation and names only existing codes and tests.
func TestPage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/internals/simulated-azure.md")
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{}
	for _, match := range inBackTick.FindAllStringSubmatch(string(page), -1) {
		named[match[1]] = true
	}
	codes, tests := map[string]bool{}, map[string]bool{}
	eachGoFile(t, "..", func(path, source string) {
		switch {
		case strings.HasSuffix(path, "_test.go"):
			collect(tests, testName, source)
		case strings.Contains(path, "azuresim/internal"):
			collect(codes, azureCode, source)
			collect(codes, aadCode, source)
		}
	})
	if len(codes) < 40 {
		t.Fatalf("found only %d codes", len(codes))
	}
	for code := range codes {
		if !named[code] {
			t.Errorf("the page does not contain %s", code)
		}
	}
	for name := range named {
		if strings.HasPrefix(name, "Test") && !tests[name] {
			t.Errorf("the page names the test %s, which does not exist", name)
		}
		if strings.HasPrefix(name, "AADSTS") && !codes[name] {
			t.Errorf("the page names %s, which the simulation does not return", name)
		}
	}
}

func collect(into map[string]bool, pattern *regexp.Regexp, source string) {
	for _, match := range pattern.FindAllStringSubmatch(source, -1) {
		into[match[1]] = true
	}
}

func eachGoFile(t *testing.T, root string, visit func(path, source string)) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") {
			return err
		}
		source, err := os.ReadFile(path)
		visit(path, string(source))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
