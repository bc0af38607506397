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

// Run runs a command of the CLI on a stack, or on the selected stack, and returns its output.
// Its error contains the error output. When ctx ends, the command is interrupted and not
// killed: a killed engine leaves a lock and pending operations.
func Run(ctx context.Context, stack string, args ...string) ([]byte, error) {
	if stack != "" {
		args = append(args, "--stack", stack)
	}
	command := exec.CommandContext(ctx, "pulumi", append(args, "--non-interactive")...)
	command.Cancel = func() error {
		if err := command.Process.Signal(os.Interrupt); err != nil {
			return command.Process.Kill() // Windows does not support the signal
		}
		return nil
	}
	var stderr bytes.Buffer
	command.Stderr = &stderr
	output, err := command.Output()
	if err != nil {
		return output, fmt.Errorf("pulumi %s: %w: %s", strings.Join(args, " "), err, bytes.TrimSpace(stderr.Bytes()))
	}
	return output, nil
}
