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

// crowd is dev with a number of groups more, each with a role.
type crowd struct {
	groups int
	// atOnce has the engine write its state at the end only (PULUMI_SKIP_CHECKPOINTS), and
	// not twice for each resource.
	atOnce bool
}

// crowded is what the life of a crowd took.
type crowded struct {
	preview, up, destroy usage
	// settings is the size of the extension's, in bytes.
	settings int
}

// groups are how many are measured.
var groups = []int{1, 10, 100, 1000}

// crowds are the figures for each number of groups.
func crowds() (all []figure) {
	for _, n := range groups {
		c := crowd{groups: n}
		name := fmt.Sprintf("roles_%d_", n)
		all = append(all,
			figure{name + "preview", "s", 0, crowding(c, func(m *crowded) float64 { return m.preview.wall.Seconds() })},
			figure{name + "up", "s", 0, crowding(c, func(m *crowded) float64 { return m.up.wall.Seconds() })},
			figure{name + "destroy", "s", 0, crowding(c, func(m *crowded) float64 { return m.destroy.wall.Seconds() })},
			figure{name + "settings", "B", 0, crowding(c, func(m *crowded) float64 { return float64(m.settings) })},
		)
	}
	return all
}

func crowding(c crowd, value func(*crowded) float64) measure {
	return from(func(ctx context.Context, l *lab) (*crowded, error) { return l.crowd(ctx, c) }, value)
}

// growth is the power of the number of groups by which processor time grows, from 100 to
// 1,000 and above that of one: 1 is linear, 2 is quadratic.
func growth(atOnce bool, step func(*crowded) usage) measure {
	return func(ctx context.Context, l *lab) (float64, error) {
		var took []float64
		for _, n := range []int{1, 100, 1000} {
			m, err := l.crowd(ctx, crowd{n, atOnce})
			if err != nil {
				return 0, err
			}
			took = append(took, step(m).cpu.Seconds())
		}
		return math.Log((took[2]-took[0])/(took[1]-took[0])) / math.Log(999./99), nil
	}
}

// among has the real engine deploy a crowd, and destroy it.
func among(ctx context.Context, repository string, c crowd) (m *crowded, err error) {
	home, err := os.MkdirTemp("", "argocd-on-aks-bench-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(home)) }()
	azure := azuresim.New()
	if err := copyProject(repository, home, "dev", roles(azure, c.groups)); err != nil {
		return nil, err
	}
	stack, err := engine.Open(ctx, azure, program.Deploy, home, filepath.Join(home, "stack"), "dev", io.Discard)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, stack.Close()) }()
	if c.atOnce {
		stack.Env["PULUMI_SKIP_CHECKPOINTS"] = "true"
	}
	m = &crowded{}
	for _, step := range []struct {
		took *usage
		run  func(context.Context) (map[string]int, error)
	}{{&m.preview, stack.Preview}, {&m.up, stack.Up}} {
		if *step.took, err = measuring(func() error { _, err := step.run(ctx); return err }); err != nil {
			return nil, err
		}
	}
	for _, inputs := range azure.Inputs(azuresim.ArgoExtension) {
		text, err := json.Marshal(inputs["configurationSettings"].Mappable())
		if err != nil {
			return nil, err
		}
		m.settings = len(text)
	}
	m.destroy, err = measuring(func() error { _, err := stack.Destroy(ctx); return err })
	return m, err
}

// roles are n groups of an Azure with a role each, as lines of a stack's file.
func roles(azure *azuresim.Azure, n int) string {
	var lines strings.Builder
	fmt.Fprintln(&lines, "  roles:")
	for i := range n {
		fmt.Fprintf(&lines, "    - {group: %s, role: readonly}\n", azure.AddGroup(fmt.Sprintf("Team %04d", i+1)))
	}
	return lines.String()
}
