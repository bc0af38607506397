package main

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/OWNER/argocd-on-aks/tests/timeline"
)

// TestLockstep checks that an engine that keeps to a schedule gets its answers, and that
// one with more or fewer dependencies fails.
func TestLockstep(t *testing.T) {
	t.Parallel()
	bars := timeline.Schedule([]timeline.Task{
		{Name: "group", Takes: time.Second}, {Name: "application", Takes: time.Second},
		{Name: "cluster", Takes: time.Minute, Needs: []string{"group"}},
		{Name: "credential", Takes: time.Second, Needs: []string{"application", "cluster"}},
	}, 0)
	first := []string{"group", "application"}
	for name, c := range map[string]struct {
		// asked are the operations that an engine runs, those of a row in parallel.
		asked [][]string
		err   string
	}{
		"as scheduled":   {[][]string{first, {"cluster"}, {"credential"}}, ""},
		"waits for more": {[][]string{{"group"}}, "group: ends before application begins"},
		"waits for less": {[][]string{first, {"credential"}}, "credential: begins before cluster ends"},
		"unexpected":     {[][]string{first, {"pool"}}, "pool: not in the schedule"},
		"duplicate":      {[][]string{first, {"group"}}, "group: not in the schedule"},
		"missing":        {[][]string{first, {"cluster"}}, "credential: missing operation"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			over, cancel := context.WithCancel(t.Context())
			cancel()
			l := newLockstep(bars)
			for _, row := range c.asked {
				ctx := t.Context()
				if len(row) < len(first) {
					ctx = over // no other operation begins in parallel
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
