//go:build !linux

package argocd

import "syscall"

// dieWithParent is for Linux: other systems do not tell a child.
func dieWithParent() *syscall.SysProcAttr { return nil }
