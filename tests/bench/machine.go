package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

// machine describes the machine and the date of a run.
func machine() string {
	return fmt.Sprintf("On %s, %d cores%s, %s, %s.",
		system(), runtime.NumCPU(), memory(), runtime.Version(), time.Now().UTC().Format("2 January 2006"))
}

// system returns the name of the operating system.
func system() string {
	name := strings.Trim(field("/etc/os-release", "PRETTY_NAME="), `"`)
	if name == "" {
		name = runtime.GOOS
	}
	return name + " (" + runtime.GOARCH + ")"
}

// memory returns the size of the memory on Linux.
func memory() string {
	var kilobytes float64
	if _, err := fmt.Sscanf(field("/proc/meminfo", "MemTotal:"), "%f kB", &kilobytes); err != nil {
		return ""
	}
	return fmt.Sprintf(", %.0f GB of memory", kilobytes*1024/1e9)
}

// field returns the rest of the line after a word in a file, or "".
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
