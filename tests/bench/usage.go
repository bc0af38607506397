package main

import (
	"fmt"
	"syscall"
	"time"
)

// usage is what some work took: by the clock, and of the processors by the commands
// that it ran.
type usage struct{ wall, cpu time.Duration }

func wall(u usage) time.Duration { return u.wall }
func cpu(u usage) time.Duration  { return u.cpu }

// measuring runs work.
func measuring(work func() error) (usage, error) {
	before, err := children()
	if err != nil {
		return usage{}, err
	}
	began := time.Now()
	if err := work(); err != nil {
		return usage{}, err
	}
	wall := time.Since(began)
	after, err := children()
	return usage{wall, after - before}, err
}

// children is the processor time of all commands that have ended.
func children() (time.Duration, error) {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_CHILDREN, &used); err != nil {
		return 0, fmt.Errorf("processor time: %w", err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano()), nil
}
