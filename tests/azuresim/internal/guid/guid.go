// Package guid generates GUIDs.
package guid

import (
	"crypto/rand"
	"crypto/sha256"
	"fmt"
)

// New returns a random GUID.
func New() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand.Read crashes the program instead
	return format(b[:])
}

// Of returns the GUID of a name, which is the same in every run. Stored stack states refer
// to Contoso's IDs.
func Of(name string) string {
	sum := sha256.Sum256([]byte("contoso " + name))
	return format(sum[:16])
}

func format(b []byte) string {
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
