package store

import (
	"context"
	"slices"
	"sync"
	"time"
)

// idle is in how many looks of a millisecond nothing has arrived when an engine has
// nothing more to ask before one of its operations ends. The longest that was seen
// between two requests of one at work was 100, on two cores with eight processes.
const idle = 300

// clock is the time that operations would take on real Azure, without taking it. It
// stands while an engine is at work, and jumps to the end of the operation that ends
// next when the engine waits for that. So what an engine begins on an answer begins
// when that answer comes, to the nanosecond and on a machine of any speed; the
// engine's own time is not in it.
//
// That the engine waits is seen from outside, as nothing arrives any more. One that is
// held up for longer than idle begins too late by this clock: what it measures can be
// too much, and never too little. The alternative, a small scale in real time, has the
// engine's share in every operation, and puts what ends within that share in any order.
type clock struct {
	sync.Mutex
	kept, running bool
	now           time.Duration
	under         []*span
}

// span is an operation under way.
type span struct {
	end  time.Duration
	over chan struct{}
}

// KeepTime has the operations to come take the time of real Azure by a clock of their
// own. Without it they take none.
func (s *Store) KeepTime() {
	s.clock.Lock()
	defer s.clock.Unlock()
	s.clock.kept = true
}

// pass takes an operation's time.
func (s *Store) pass(ctx context.Context, d time.Duration) (began, ended time.Duration, err error) {
	s.clock.Lock()
	began = s.clock.now
	if !s.clock.kept || d <= 0 {
		s.clock.Unlock()
		return began, began, nil
	}
	under := &span{end: began + d, over: make(chan struct{})}
	s.clock.under = append(s.clock.under, under)
	if !s.clock.running {
		s.clock.running = true
		go s.run()
	}
	s.clock.Unlock()
	select {
	case <-under.over:
		return began, under.end, nil
	case <-ctx.Done():
		return began, s.leave(under), cancelled(ctx)
	}
}

// leave takes an operation away before its end.
func (s *Store) leave(cancelled *span) (now time.Duration) {
	s.clock.Lock()
	defer s.clock.Unlock()
	s.clock.under = slices.DeleteFunc(s.clock.under, func(other *span) bool { return other == cancelled })
	return s.clock.now
}

// run ends operations until none is under way.
func (s *Store) run() {
	for more := true; more; {
		s.untilIdle()
		more = s.jump()
	}
}

// untilIdle returns when the engine waits. Looks are counted, as in running.
func (s *Store) untilIdle() {
	for seen, silent := -1, 0; silent < idle; silent++ {
		if arrivals, _ := s.look(""); arrivals != seen {
			seen, silent = arrivals, 0
		}
		time.Sleep(time.Millisecond)
	}
}

// jump ends what ends next, and says whether there was anything.
func (s *Store) jump() (more bool) {
	s.clock.Lock()
	defer s.clock.Unlock()
	if s.clock.running = len(s.clock.under) > 0; !s.clock.running {
		return false
	}
	next := slices.MinFunc(s.clock.under, func(a, b *span) int { return int(a.end - b.end) }).end
	s.clock.now = next
	s.clock.under = slices.DeleteFunc(s.clock.under, func(under *span) bool {
		if under.end == next {
			close(under.over)
		}
		return under.end == next
	})
	return true
}
