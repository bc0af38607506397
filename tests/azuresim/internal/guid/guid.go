// Package guid makes GUIDs.
package guid

import (
	"crypto/rand"
	"crypto/sha256"
	"fmt"
)

// New is another each time.
func New() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand.Read aborts the program instead
	return format(b[:])
}

// Of is the same for a name in every run: Contoso is always the same tenant,
// to which stored states of stacks refer.
func Of(name string) string {
	sum := sha256.Sum256([]byte("contoso " + name))
	return format(sum[:16])
}

func format(b []byte) string {
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
