package process

import (
	"os"
	"runtime"
	"syscall"
	"time"
)

// Usage is the processor time and the maximum memory of a process, in bytes.
type Usage struct {
	CPU    time.Duration
	Memory uint64
}

// Used returns the usage of a command and of the children that it waited for.
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
