package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

// machine names where and when a run was.
func machine() string {
	return fmt.Sprintf("On %s, %d cores%s, %s, %s.",
		system(), runtime.NumCPU(), memory(), runtime.Version(), time.Now().UTC().Format("2 January 2006"))
}

// system is the operating system's own name for itself.
func system() string {
	name := strings.Trim(field("/etc/os-release", "PRETTY_NAME="), `"`)
	if name == "" {
		name = runtime.GOOS
	}
	return name + " (" + runtime.GOARCH + ")"
}

// memory is told where Linux tells it.
func memory() string {
	var kilobytes float64
	if _, err := fmt.Sscanf(field("/proc/meminfo", "MemTotal:"), "%f kB", &kilobytes); err != nil {
		return ""
	}
	return fmt.Sprintf(", %.0f GB of memory", kilobytes*1024/1e9)
}

// field is what follows a word in a file, "" where there is no such.
func field(file, word string) string {
	f, err := os.Open(file)
	if err != nil {
		return ""
	}
	defer func() { _ = f.Close() }()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if rest, found := strings.CutPrefix(lines.Text(), word); found {
			return strings.TrimSpace(rest)
		}
	}
	return ""
}
