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
	long = flag.Duration("for", 0, "how long to run random sequences")
	seed = flag.Uint64("seed", 0, "run only the random sequence with this seed")
)

// TestSequences runs the sequences that found a bug, and two random ones.
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
	all := newStacks(t)
	for _, q := range kept {
		t.Run(strings.ReplaceAll(q.Found, " ", "_"), func(t *testing.T) {
			t.Parallel()
			l, err := all.replay(t.Context(), q, t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			if len(l.untriggered) > 0 || l.needs[foreign] > 0 {
				t.Errorf("untriggered %q, needs %v", l.untriggered, l.needs)
			}
		})
	}
	for seed := range uint64(2) {
		t.Run(fmt.Sprint("seed_", seed), func(t *testing.T) {
			t.Parallel()
			all.runRandom(t, seed)
		})
	}
}

// TestRandomSequences runs random sequences for make fuzz.
func TestRandomSequences(t *testing.T) {
	if *seed > 0 {
		newStacks(t).runRandom(t, *seed)
		return
	}
	if *long == 0 {
		t.Skip("make fuzz runs random sequences for FUZZTIME")
	}
	var lock sync.Mutex
	sequences, steps, commands, needs := 0, 0, 0, map[symptom]int{}
	all, begin := newStacks(t), time.Now()
	t.Run("by", func(t *testing.T) {
		for worker := range runtime.NumCPU() {
			t.Run(fmt.Sprint(worker), func(t *testing.T) {
				t.Parallel()
				for time.Since(begin) < *long && !t.Failed() {
					q, l := all.runRandom(t, rand.Uint64N(1e9)+1)
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

func newStacks(t *testing.T) *emptyStacks {
	b, err := newEmptyStacks(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// runRandom runs the random sequence of a seed. It reports a failing sequence without the
// steps that the failure does not require.
func (b *emptyStacks) runRandom(t *testing.T, seed uint64) (sequence, *sequenceRun) {
	g := generate(seed)
	l, err := b.run(t.Context(), g.generated.Stack, t.TempDir(), g.next)
	if l == nil {
		t.Fatal(err)
	}
	if err == nil || t.Context().Err() != nil {
		return g.generated, l
	}
	short := g.generated.shorter(func(fewer sequence) bool {
		_, shortErr := b.replay(t.Context(), fewer, t.TempDir())
		if shortErr != nil {
			err = shortErr
		}
		return shortErr != nil
	})
	t.Errorf("seed %d:\n%sreduced:\n%s%v", seed, g.generated, short, err)
	return g.generated, l
}

// replay runs the steps of a sequence.
func (b *emptyStacks) replay(ctx context.Context, q sequence, home string) (*sequenceRun, error) {
	left := q.Steps
	return b.run(ctx, q.Stack, home, func(context.Context, *sequenceRun) (*step, error) {
		if len(left) == 0 {
			return nil, nil
		}
		s := left[0]
		left = left[1:]
		return &s, nil
	})
}

// shorter removes each step without which the sequence still fails.
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
