package main

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/timeline"
)

// TestLockstep: an engine that keeps to a schedule gets its answers. One that waits for more
// than the schedule says, or for less, fails.
func TestLockstep(t *testing.T) {
	t.Parallel()
	bars := timeline.Schedule([]timeline.Task{
		{Name: "group", Takes: time.Second}, {Name: "application", Takes: time.Second},
		{Name: "cluster", Takes: time.Minute, Needs: []string{"group"}},
		{Name: "credential", Takes: time.Second, Needs: []string{"application", "cluster"}},
	}, 0)
	first := []string{"group", "application"}
	for name, c := range map[string]struct {
		// asked are the operations that an engine asks for, those of a row side by side.
		asked [][]string
		err   string
	}{
		"as scheduled":      {[][]string{first, {"cluster"}, {"credential"}}, ""},
		"waits for more":    {[][]string{{"group"}}, "group: ends before application begins"},
		"waits for less":    {[][]string{first, {"credential"}}, "credential: begins before cluster ends"},
		"asks for more":     {[][]string{first, {"pool"}}, "pool: is not in the schedule"},
		"asks for it twice": {[][]string{first, {"group"}}, "group: is not in the schedule"},
		"asks for less":     {[][]string{first, {"cluster"}}, "credential: is not asked for"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			over, cancel := context.WithCancel(t.Context())
			cancel()
			l := newLockstep(bars)
			for _, row := range c.asked {
				ctx := t.Context()
				if len(row) < len(first) {
					ctx = over // nothing comes beside it
				}
				answered := make(chan struct{})
				for _, name := range row {
					go func() { l.operate(ctx, name); answered <- struct{}{} }()
				}
				for range row {
					<-answered
				}
			}
			if got := fmt.Sprint(l.failed()); (c.err == "") != (l.failed() == nil) || !strings.Contains(got, c.err) {
				t.Errorf("got %s, want %q", got, c.err)
			}
		})
	}
}
