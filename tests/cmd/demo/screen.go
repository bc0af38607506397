package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"
)

// screen prints the demo's output. On a terminal it uses colors and a progress line.
type screen struct {
	out io.Writer
	// log receives the output of Pulumi and of the builds.
	log              io.Writer
	progress, colors bool
	sections         int
}

func newScreen(out *os.File, verbose bool) *screen {
	terminal := term.IsTerminal(int(out.Fd())) && os.Getenv("TERM") != "dumb"
	// https://no-color.org
	s := &screen{out: out, log: io.Discard, progress: terminal && !verbose, colors: terminal && os.Getenv("NO_COLOR") == ""}
	if verbose {
		s.log = out
	}
	return s
}

func (s *screen) printf(format string, args ...any) { fmt.Fprintf(s.out, format, args...) }

// title prints the heading of a section and the user's command for it.
func (s *screen) title(text, command string) {
	s.sections++
	text = fmt.Sprintf("%d  %s", s.sections, text)
	s.printf("\n%s%s%s\n\n", s.bold(text), strings.Repeat(" ", max(2, 60-len(text))), s.dim(command))
}

// wait runs work and shows its name and duration on a terminal.
func (s *screen) wait(text string, work func() error) error {
	if !s.progress {
		return work()
	}
	done, began := make(chan error, 1), time.Now()
	go func() { done <- work() }()
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case err := <-done:
			s.printf("\r\x1b[K")
			return err
		case <-tick.C:
			s.printf("\r\x1b[K  %s ... %s", text, time.Since(began).Round(time.Second))
		}
	}
}

func (s *screen) bold(text string) string { return s.style("1", text) }
func (s *screen) dim(text string) string  { return s.style("2", text) }
func (s *screen) good(text string) string { return s.style("32", text) }
func (s *screen) bad(text string) string  { return s.style("31", text) }
func (s *screen) style(code, text string) string {
	if !s.colors {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}
