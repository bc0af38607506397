// Command licenses prints the licenses and notices of the modules in a program, for
// distribution with the binary. It fails if a license is not allowed. Run it in the program's
// folder; GOOS and GOARCH select the platform.
package main

import (
	"fmt"
	"os"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	modules, err := list(".")
	if err != nil {
		return err
	}
	return write(os.Stdout, modules)
}
