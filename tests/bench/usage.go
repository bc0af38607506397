package main

import (
	"fmt"
	"syscall"
	"time"
)

// processorTime is that of this process, with the program and the simulated Azure, and of all
// commands that have ended.
func processorTime() (all time.Duration, err error) {
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var used syscall.Rusage
		if err := syscall.Getrusage(who, &used); err != nil {
			return 0, fmt.Errorf("processor time: %w", err)
		}
		all += time.Duration(used.Utime.Nano() + used.Stime.Nano())
	}
	return all, nil
}
