package command

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
)

// TestErrors: an error is printed with its lines, which are indented, and without what
// would change the terminal: it may quote another system.
func TestErrors(t *testing.T) {
	for _, c := range []struct {
		err  error
		code int
		want string
	}{
		{nil, 0, ""},
		{ErrNo, 1, ""},
		{fmt.Errorf("%w: the service answered 403", ErrNo), 1, "test: no: the service answered 403\n"},
		{ErrUnknown, 3, ""},
		{fmt.Errorf("%w: the service returned 503", ErrUnknown), 3, "test: inconclusive: the service returned 503\n"},
		{errors.New("prod.yaml:\n  first\n  second"), 2, "test: prod.yaml:\n  first\n  second\n"},
		{errors.New("AADSTS50034: \x1b[2J\u202e\r\nok  certificate  valid\r\n\r\n"), 2, "test: AADSTS50034: \\x1b[2J\\u202e\n  ok  certificate  valid\n"},
		{errors.New(strings.Repeat("x", longest+1)), 2, "test: " + strings.Repeat("x", longest) + "… (cut)\n"},
	} {
		command := Command{Name: "test", Timeout: time.Minute, Define: func(*flag.FlagSet) func(context.Context, io.Reader, io.Writer) error {
			return func(context.Context, io.Reader, io.Writer) error { return c.err }
		}}
		var stderr bytes.Buffer
		if code := command.Run(t.Context(), nil, nil, io.Discard, &stderr); code != c.code || stderr.String() != c.want {
			t.Errorf("%v: exit code %d, printed %q, want %d, %q", c.err, code, &stderr, c.code, c.want)
		}
	}
}

// TestInterrupted: a command that ends at its timeout or with Ctrl-C has no answer.
func TestInterrupted(t *testing.T) {
	command := Command{Name: "test", Timeout: time.Minute, Define: func(*flag.FlagSet) func(context.Context, io.Reader, io.Writer) error {
		return func(ctx context.Context, _ io.Reader, _ io.Writer) error { <-ctx.Done(); return ctx.Err() }
	}}
	interrupted, cancel := context.WithCancel(t.Context())
	cancel()
	if code := command.Run(interrupted, nil, nil, io.Discard, io.Discard); code != 3 {
		t.Errorf("interrupted: exit code %d", code)
	}
	if code := command.Run(t.Context(), []string{"--timeout", "1ns"}, nil, io.Discard, io.Discard); code != 3 {
		t.Errorf("timeout: exit code %d", code)
	}
}
