// Command plan prints the steps of the acceptance tests. With -check it reports whether
// they can run on a real Azure from this machine. It creates nothing.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"text/tabwriter"

	"github.com/OWNER/argocd-on-aks/tests/acceptance"
)

func main() {
	check := flag.Bool("check", false, "only check the prerequisites")
	flag.Parse()
	environment, err := acceptance.ReadEnvironment(os.Getenv, exec.LookPath)
	if !*check {
		err = print(os.Stdout, acceptance.Steps(environment.Config))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func print(w io.Writer, steps []acceptance.Step) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "step\t\tminutes\tPulumi\tdescription")
	total, slow := 0, 0
	for i, step := range steps {
		minutes, pulumi := fmt.Sprint(step.Minutes), step.Want.String()
		switch {
		case step.Do == nil:
			pulumi = "-"
		case step.WantError != "":
			pulumi = "fails"
		}
		if step.Slow {
			minutes += ", slow"
			slow += step.Minutes
		} else {
			total += step.Minutes
		}
		fmt.Fprintf(table, "%d\t%s\t%s\t%s\t%s\n", i+1, step.Name, minutes, pulumi, step.About)
	}
	fmt.Fprintf(table, "\nAbout %d minutes, as estimated; the slow steps, with ACCEPTANCE_SLOW=1, take %d more.\n", total, slow)
	return table.Flush()
}
