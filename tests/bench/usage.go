package main

import (
	"fmt"
	"syscall"
	"time"
)

// processorTime returns the processor time of this process and of all commands that have
// ended.
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
