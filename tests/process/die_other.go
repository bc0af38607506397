//go:build !linux

package process

import "syscall"

// endWithParent is for Linux: other systems do not tell a child.
func endWithParent(syscall.Signal) *syscall.SysProcAttr { return nil }
