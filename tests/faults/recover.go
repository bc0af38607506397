package faults

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/OWNER/argocd-on-aks/tests/azcli"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
)

// buildRecover builds the command that make recover runs.
func buildRecover(ctx context.Context, home string) (command string, err error) {
	command = filepath.Join(home, "recover")
	output, err := exec.CommandContext(ctx, "go", "build", "-o", command, "github.com/OWNER/argocd-on-aks/cmd/verify/recover").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("recover: %w\n%s", err, output)
	}
	return command, nil
}

// recover runs a built recover on the stack, with read permissions on everything. If
// recover asks for a manual deletion, it deletes the object and runs recover again. again
// reports whether recover asks for another run after the next up.
func (s *stack) recover(ctx context.Context, command string) (byHand, again bool, err error) {
	internet, err := s.azure.Connect(filepath.Join(s.home, "ca.pem"))
	if err != nil {
		return false, false, err
	}
	defer func() { err = errors.Join(err, internet.Close()) }()
	az, err := azcli.SignIn(s.azure, s.home, "Application.Read.All", "Directory.Read.All", "Reader")
	if err != nil {
		return false, false, err
	}
	for {
		run := exec.CommandContext(ctx, command, "--stack", s.name)
		var printed bytes.Buffer
		run.Dir, run.Stdout, run.Stderr = s.project(), &printed, &printed
		run.Env = append(append(s.env, internet.Env()...), az...)
		err := run.Run()
		said := strings.ReplaceAll(printed.String(), "\n"+strings.Repeat(" ", 13), " ") // each message on one line
		if err == nil {
			return byHand, afterUp.MatchString(said), nil
		}
		if run.ProcessState.ExitCode() != 1 || byHand {
			return byHand, false, fmt.Errorf("recover: %w\n%s", err, &printed)
		}
		byHand = true
		if err := s.deleteNamed(said); err != nil {
			return byHand, false, fmt.Errorf("%w\n%s", err, &printed)
		}
	}
}

// afterUp matches recover's request for another run.
var afterUp = regexp.MustCompile(`(?m)^NEXT +pulumi up: .* run pulumi up, then make recover `)

// Patterns of objects that recover asks to delete: by ID, or by an application's client ID.
var (
	byID    = regexp.MustCompile(`is not in the state: (\S+) delete it: az `)
	inEntra = regexp.MustCompile(`with the client ID (\S+), created \S* delete it: az ad app delete --id (\S+)`)
)

// deleteNamed deletes the object that recover names.
func (s *stack) deleteNamed(printed string) error {
	if named := byID.FindStringSubmatch(printed); named != nil {
		s.azure.Delete(named[1])
		return nil
	}
	named := inEntra.FindStringSubmatch(printed)
	if named != nil && named[1] == named[2] {
		for id, answer := range s.azure.Answers(azuresim.Application) {
			if strings.EqualFold(answer["clientId"].StringValue(), named[1]) {
				s.azure.Delete(id)
				return nil
			}
		}
	}
	return errors.New("recover names no object to delete")
}
