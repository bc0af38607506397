package process

import "syscall"

// endWithParent ends a process whose parent was killed.
func endWithParent(by syscall.Signal) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: by}
}
