package main

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
)

func TestBuild(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ script, output, problem string }{
		"no output":      {"true", "", ""},
		"missing option": {"echo Building Argo CD ...; echo No web application.; echo Install npm.", "\n  No web application.\n  Install npm.\n", ""},
		"failure":        {"echo no such package >&2; exit 3", "", "exit status 3: no such package"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var output bytes.Buffer
			b := start(t.Context(), []string{"sh", "-c", c.script}, t.TempDir(), io.Discard)
			<-b.ended
			switch err := b.wait(&screen{out: &output, log: io.Discard}); {
			case c.problem == "" && err != nil, c.problem != "" && (err == nil || !strings.Contains(err.Error(), c.problem)):
				t.Errorf("got error %v, want %q", err, c.problem)
			case output.String() != c.output:
				t.Errorf("got output %q, want %q", output.String(), c.output)
			}
		})
	}
}

// TestBuildInterrupted checks that an interrupted demo ends its build.
func TestBuildInterrupted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	b := start(ctx, []string{"tail", "-f", "/dev/null"}, t.TempDir(), io.Discard)
	cancel()
	if <-b.ended; b.err == nil {
		t.Error("the build ended without an error")
	}
}
