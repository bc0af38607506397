//go:build !linux

package process

import "syscall"

// endWithParent returns nil: only Linux can signal a child process.
func endWithParent(syscall.Signal) *syscall.SysProcAttr { return nil }
