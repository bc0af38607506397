package process

import (
	"os"
	"runtime"
	"syscall"
	"time"
)

// Usage is processor time, and the memory of the largest process, in bytes.
type Usage struct {
	CPU    time.Duration
	Memory uint64
}

// Used is what a command and all that it has waited for have taken.
func Used(state *os.ProcessState) Usage {
	u := Usage{CPU: state.UserTime() + state.SystemTime()}
	if usage, ok := state.SysUsage().(*syscall.Rusage); ok {
		u.Memory = uint64(usage.Maxrss)
		if runtime.GOOS == "linux" {
			u.Memory *= 1024
		}
	}
	return u
}
