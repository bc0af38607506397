package commands

import (
	"runtime/debug"
	"testing"
)

func TestLine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		module debug.Module
		want   string
	}{
		{debug.Module{Path: module, Version: "v0.4.0", Sum: "h1:"}, "go run " + module + "/cmd/verify/recover@v0.4.0 --stack dev --adopt 'a b' --plan"},
		{debug.Module{Path: module, Version: "v0.4.0", Replace: &debug.Module{Path: "../.."}}, "make recover STACK=dev ADOPT='a b' PLAN=1"},
		{debug.Module{Path: module, Version: "(devel)"}, "make recover STACK=dev ADOPT='a b' PLAN=1"},
		{debug.Module{Path: "example.com/other", Version: "v0.4.0", Sum: "h1:"}, "make recover STACK=dev ADOPT='a b' PLAN=1"},
	} {
		build := &debug.BuildInfo{Deps: []*debug.Module{&c.module}}
		if got := line(version(build), "recover", []string{"stack=dev", "adopt=a b", "plan"}); got != c.want {
			t.Errorf("with %+v: got %q, want %q", c.module, got, c.want)
		}
	}
}
