package process

import "syscall"

// endWithParent ends the process when its parent is killed.
func endWithParent(by syscall.Signal) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: by}
}
