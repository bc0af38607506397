// Command vuln runs govulncheck in the folder of each program. It fails if a program calls
// code with a known vulnerability that is fixed in a newer version of a module. It lists
// vulnerabilities of Go's standard library without failing, because they depend on the
// installed Go version.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
)

func main() {
	govulncheck := flag.String("govulncheck", "", "absolute `path` of govulncheck")
	database := flag.String("db", "", "absolute `path` of the vulnerability database")
	flag.Parse()
	if err := run(*govulncheck, *database, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(govulncheck, database string, folders []string) error {
	if !filepath.IsAbs(govulncheck) || !filepath.IsAbs(database) || len(folders) == 0 {
		return errors.New("usage: vuln -govulncheck PATH -db PATH FOLDER ..., with absolute paths")
	}
	db := url.URL{Scheme: "file", Path: database}
	callers := map[vulnerability][]string{}
	for _, folder := range folders {
		scan := exec.Command(govulncheck, "-format", "json", "-db", db.String(), "./...")
		scan.Dir, scan.Stderr = folder, os.Stderr
		output, err := scan.Output()
		if err != nil {
			return fmt.Errorf("scan %s: %w", folder, err)
		}
		called, err := read(bytes.NewReader(output))
		if err != nil {
			return fmt.Errorf("scan %s: %w", folder, err)
		}
		for _, v := range called {
			callers[v] = append(callers[v], folder)
		}
	}
	if err := list(os.Stdout, callers); err != nil {
		return err
	}
	return check(os.Stdout, callers)
}
