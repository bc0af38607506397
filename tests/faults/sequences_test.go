package faults

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gopkg.in/yaml.v3"
)

var (
	long = flag.Duration("for", 0, "how long sequences are made up")
	seed = flag.Uint64("seed", 0, "the one sequence to make up")
)

// TestSequences is those that have found something, and two that were made up.
func TestSequences(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("testdata/sequences.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var kept []sequence
	if err := yaml.Unmarshal(content, &kept); err != nil {
		t.Fatal(err)
	}
	all := blank(t)
	for _, q := range kept {
		t.Run(strings.ReplaceAll(q.Found, " ", "_"), func(t *testing.T) {
			t.Parallel()
			l, err := all.again(t.Context(), q, t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			if len(l.unmet) > 0 || l.needs[others] > 0 {
				t.Errorf("unmet %q, needs %v", l.unmet, l.needs)
			}
		})
	}
	for seed := range uint64(2) {
		t.Run(fmt.Sprint("seed_", seed), func(t *testing.T) {
			t.Parallel()
			all.makeUp(t, seed)
		})
	}
}

// TestRandomSequences makes up sequences, for make fuzz.
func TestRandomSequences(t *testing.T) {
	if *seed > 0 {
		blank(t).makeUp(t, *seed)
		return
	}
	if *long == 0 {
		t.Skip("make fuzz makes up sequences for as long as FUZZTIME says")
	}
	var lock sync.Mutex
	sequences, steps, commands, needs := 0, 0, 0, map[symptom]int{}
	all, begin := blank(t), time.Now()
	t.Run("by", func(t *testing.T) {
		for worker := range runtime.NumCPU() {
			t.Run(fmt.Sprint(worker), func(t *testing.T) {
				t.Parallel()
				for time.Since(begin) < *long && !t.Failed() {
					q, l := all.makeUp(t, rand.Uint64N(1e9)+1)
					lock.Lock()
					sequences, steps, commands = sequences+1, steps+len(q.Steps), commands+l.commands
					for need, times := range l.needs {
						needs[need] += times
					}
					lock.Unlock()
				}
			})
		}
	})
	took := time.Since(begin).Round(time.Second)
	fmt.Printf("fuzz: %d sequences of %d steps, %d commands, in %v\n", sequences, steps, commands, took)
	for _, need := range slices.Sorted(maps.Keys(needs)) {
		fmt.Printf("fuzz: %d times %s\n", needs[need], need)
	}
}

func blank(t *testing.T) *blanks {
	b, err := newBlanks(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// makeUp runs the sequence of a seed. One that fails it tells with fewer steps, as far as
// it fails without the others.
func (b *blanks) makeUp(t *testing.T, seed uint64) (sequence, *life) {
	g := generate(seed)
	l, err := b.live(t.Context(), g.made.Stack, t.TempDir(), g.next)
	if l == nil {
		t.Fatal(err)
	}
	if err == nil || t.Context().Err() != nil {
		return g.made, l
	}
	short := g.made.shorter(func(fewer sequence) bool {
		_, shortErr := b.again(t.Context(), fewer, t.TempDir())
		if shortErr != nil {
			err = shortErr
		}
		return shortErr != nil
	})
	t.Errorf("seed %d makes\n%sand in short\n%s%v", seed, g.made, short, err)
	return g.made, l
}

// again has the steps of a sequence happen.
func (b *blanks) again(ctx context.Context, q sequence, home string) (*life, error) {
	left := q.Steps
	return b.live(ctx, q.Stack, home, func(context.Context, *life) (*step, error) {
		if len(left) == 0 {
			return nil, nil
		}
		s := left[0]
		left = left[1:]
		return &s, nil
	})
}

// shorter leaves out each step without which a sequence fails as well.
func (q sequence) shorter(fails func(sequence) bool) sequence {
	for i := len(q.Steps) - 1; i >= 0; i-- {
		fewer := q
		fewer.Steps = slices.Delete(slices.Clone(q.Steps), i, i+1)
		if fails(fewer) {
			q = fewer
		}
	}
	return q
}
