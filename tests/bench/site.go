package main

import (
	"context"
	"errors"
	"io"
	"os"

	program "github.com/OWNER/argocd-on-aks/infra/stack"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

// site is a stack of the program in a folder of its own.
type site struct {
	*engine.Stack
	home string
}

// open creates a stack of a project on an Azure.
func open(ctx context.Context, azure *azuresim.Azure, project, name string) (*site, error) {
	home, err := os.MkdirTemp("", "argocd-on-aks-bench-")
	if err != nil {
		return nil, err
	}
	stack, err := engine.Open(ctx, azure, program.Deploy, project, home, name, io.Discard)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(home))
	}
	return &site{stack, home}, nil
}

// leave closes the stack and removes its folder.
func (s *site) leave(err *error) { *err = errors.Join(*err, s.Close(), os.RemoveAll(s.home)) }
