// Package pulumi runs the Pulumi CLI.
package pulumi

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// Run runs a command of the CLI on a stack, or on the selected one, and returns what
// it prints. What it complains of is part of the error. When ctx ends it is
// interrupted, not killed: a killed engine leaves a lock and pending operations.
func Run(ctx context.Context, stack string, args ...string) ([]byte, error) {
	if stack != "" {
		args = append(args, "--stack", stack)
	}
	command := exec.CommandContext(ctx, "pulumi", append(args, "--non-interactive")...)
	command.Cancel = func() error {
		if err := command.Process.Signal(os.Interrupt); err != nil {
			return command.Process.Kill() // Windows has no such signal
		}
		return nil
	}
	var complaints bytes.Buffer
	command.Stderr = &complaints
	output, err := command.Output()
	if err != nil {
		return output, fmt.Errorf("pulumi %s: %w: %s", strings.Join(args, " "), err, bytes.TrimSpace(complaints.Bytes()))
	}
	return output, nil
}
