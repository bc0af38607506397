// Command release sets the project's GitHub repository and version in all files, and checks
// that a commit can be released.
//
//	release home github.com/acme/argocd-on-aks
//	release version v0.5.0
//	release check v0.5.0
package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: release home <repository> | version <version> | check <version>")
		os.Exit(2)
	}
	if err := run(os.Stdout, os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(out io.Writer, command, argument string) error {
	root, err := execute(".", "git", "rev-parse", "--show-toplevel")
	if err != nil {
		return err
	}
	files, err := tracked(root)
	if err != nil {
		return err
	}
	switch command {
	case "home":
		return publishAs(out, files, argument)
	case "version":
		return setVersion(out, files, argument, time.Now())
	case "check":
		return checkRelease(out, files, argument, execute)
	}
	return fmt.Errorf("unknown command %q", command)
}

// execute runs a command and returns its output.
func execute(folder, name string, args ...string) (string, error) {
	command := exec.Command(name, args...)
	command.Dir = folder
	output, err := command.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, output)
	}
	return strings.TrimRight(string(output), "\n"), nil
}
