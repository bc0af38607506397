package store

import (
	"fmt"
	"testing"
	"time"
)

// TestClock: what is asked for when another ends begins then, and not when the
// machine comes to it.
func TestClock(t *testing.T) {
	t.Parallel()
	s := New()
	for seconds := range 10 {
		takes := map[string]time.Duration{"create": time.Duration(seconds) * time.Second}
		s.Learn(map[string]Kind{fmt.Sprint(seconds): {Durations: takes}})
	}
	s.KeepTime()
	over := make(chan error)
	// Each row is somebody who asks for one operation after another.
	rows := [][]int{{9, 2}, {3, 4, 0, 5}, {3}}
	for _, row := range rows {
		go func() {
			var err error
			for _, seconds := range row {
				if err == nil {
					err = s.Operate(t.Context(), Request{Verb: "create", Type: fmt.Sprint(seconds)}, done)
				}
			}
			over <- err
		}()
	}
	for range rows {
		if err := <-over; err != nil {
			t.Fatal(err)
		}
	}
	got := map[string]int{}
	for _, o := range s.Operations() {
		got[fmt.Sprintf("%s from %.0f to %.0f", o.Type, o.Began.Seconds(), o.Ended.Seconds())]++
	}
	want := map[string]int{
		"9 from 0 to 9": 1, "2 from 9 to 11": 1,
		"3 from 0 to 3": 2, "4 from 3 to 7": 1, "0 from 7 to 7": 1, "5 from 7 to 12": 1,
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
