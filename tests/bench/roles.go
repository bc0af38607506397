package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"

	program "github.com/OWNER/argocd-on-aks/infra/stack"
	"github.com/OWNER/argocd-on-aks/tests/azuresim"
	"github.com/OWNER/argocd-on-aks/tests/engine"
)

// roleUsage is the measurement of dev with additional groups, each with a role.
type roleUsage struct {
	// preview counts the requests of a preview. processor is the seconds of processor time
	// of a preview and an up.
	preview   requests
	processor float64
	// settings is the size of the extension's settings in bytes.
	settings float64
}

// The measured numbers of groups.
const few, some, many = 1, 100, 1000

// perRole returns the increase of a value per role.
func perRole(value func(*roleUsage) float64) measure {
	return func(ctx context.Context, l *runner) (float64, error) {
		least, err := l.roleUsage(ctx, few)
		if err != nil {
			return 0, err
		}
		most, err := l.roleUsage(ctx, some)
		if err != nil {
			return 0, err
		}
		return (value(most) - value(least)) / (some - few), nil
	}
}

// growth returns the exponent of the processor time as a function of the number of roles: 1
// is linear, 2 is quadratic. It ignores the constant part.
func growth(ctx context.Context, l *runner) (float64, error) {
	var took []float64
	for _, n := range []int{few, some, many} {
		m, err := l.roleUsage(ctx, n)
		if err != nil {
			return 0, err
		}
		took = append(took, m.processor)
	}
	return math.Log((took[2]-took[0])/(took[1]-took[0])) / math.Log(float64(many-few)/float64(some-few)), nil
}

// measureRoles previews and deploys dev with n additional groups.
func measureRoles(ctx context.Context, repository string, n int) (m *roleUsage, err error) {
	home, err := os.MkdirTemp("", "argocd-on-aks-bench-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(home)) }()
	azure := azuresim.New()
	if err := copyProject(repository, home, "dev", roles(azure, n)); err != nil {
		return nil, err
	}
	stack, err := engine.Open(ctx, azure, program.Deploy, home, filepath.Join(home, "stack"), "dev", io.Discard)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, stack.Close()) }()
	m = &roleUsage{}
	before, err := processorTime()
	if err != nil {
		return nil, err
	}
	if m.preview, err = countRequests(ctx, azure, stack.Preview); err != nil {
		return nil, err
	}
	if _, err := stack.Up(ctx); err != nil {
		return nil, err
	}
	after, err := processorTime()
	if err != nil {
		return nil, err
	}
	m.processor = (after - before).Seconds()
	for _, inputs := range azure.Inputs(azuresim.ArgoExtension) {
		text, err := json.Marshal(inputs["configurationSettings"].Mappable())
		if err != nil {
			return nil, err
		}
		m.settings = float64(len(text))
	}
	return m, nil
}

// roles returns the configuration of n new groups with a role each.
func roles(azure *azuresim.Azure, n int) string {
	var lines strings.Builder
	fmt.Fprintln(&lines, "  roles:")
	for i := range n {
		fmt.Fprintf(&lines, "    - {group: %s, role: readonly}\n", azure.AddGroup(fmt.Sprintf("Team %04d", i+1)))
	}
	return lines.String()
}
