// Package commands writes the command lines that run this repository's commands.
package commands

import (
	"runtime/debug"
	"strings"

	"github.com/OWNER/argocd-on-aks/internal/shell"
)

const module = "github.com/OWNER/argocd-on-aks"

// folders are where the commands are, by their names.
var folders = map[string]string{"verify": "cmd/verify", "recover": "cmd/verify/recover"}

// Line returns the line that runs a command: go run with the version of the module that
// this program was built with, or make in a clone of the repository. A flag is a name, or
// a name and a value: azure, stack=dev.
func Line(name string, flags ...string) string {
	build, ok := debug.ReadBuildInfo()
	if !ok {
		build = &debug.BuildInfo{}
	}
	return line(version(build), name, flags)
}

// version returns the version of the module that a program was built with. It is "" in a
// clone, whose modules have no checksum or are replaced.
func version(build *debug.BuildInfo) string {
	for _, dependency := range build.Deps {
		if dependency.Path == module && dependency.Replace == nil && dependency.Sum != "" {
			return dependency.Version
		}
	}
	return ""
}

func line(version, name string, flags []string) string {
	words := []string{"make " + name}
	if version != "" {
		words = []string{"go run " + module + "/" + folders[name] + "@" + version}
	}
	for _, flag := range flags {
		key, value, valued := strings.Cut(flag, "=")
		switch {
		case version != "" && valued:
			words = append(words, shell.Flag("--"+key, value))
		case version != "":
			words = append(words, "--"+key)
		case valued:
			words = append(words, strings.ToUpper(key)+"="+shell.Quote(value))
		default:
			words = append(words, strings.ToUpper(key)+"=1")
		}
	}
	return strings.Join(words, " ")
}
