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
	for name, c := range map[string]struct{ script, shown, refused string }{
		"in silence":  {"true", "", ""},
		"with a hint": {"echo Building it ...; echo Without the web application.", "\n  Without the web application.\n", ""},
		"that fails":  {"echo no such package >&2; exit 3", "", "exit status 3: no such package"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var shown bytes.Buffer
			b := start(t.Context(), []string{"sh", "-c", c.script}, t.TempDir(), io.Discard)
			<-b.ended
			switch err := b.wait(&screen{out: &shown, log: io.Discard}); {
			case c.refused == "" && err != nil, c.refused != "" && (err == nil || !strings.Contains(err.Error(), c.refused)):
				t.Errorf("got %v, want %q", err, c.refused)
			case shown.String() != c.shown:
				t.Errorf("shown %q, want %q", shown.String(), c.shown)
			}
		})
	}
}

// TestBuildInterrupted: a demo that ends leaves no build behind.
func TestBuildInterrupted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	b := start(ctx, []string{"tail", "-f", "/dev/null"}, t.TempDir(), io.Discard)
	cancel()
	if <-b.ended; b.err == nil {
		t.Error("ended by itself")
	}
}
