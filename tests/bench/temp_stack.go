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

// tempStack is a stack of the program in a temporary folder.
type tempStack struct {
	*engine.Stack
	home string
}

// open creates a stack of a project on a simulated Azure.
func open(ctx context.Context, azure *azuresim.Azure, project, name string) (*tempStack, error) {
	home, err := os.MkdirTemp("", "argocd-on-aks-bench-")
	if err != nil {
		return nil, err
	}
	stack, err := engine.Open(ctx, azure, program.Deploy, project, home, name, io.Discard)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(home))
	}
	return &tempStack{stack, home}, nil
}

// remove closes the stack and removes its folder.
func (s *tempStack) remove(err *error) { *err = errors.Join(*err, s.Close(), os.RemoveAll(s.home)) }
