package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"

	"argocd-on-aks/cmd/internal/command"
	"argocd-on-aks/cmd/verify/azure"
	"argocd-on-aks/internal/printable"
	"argocd-on-aks/internal/shell"
)

// recovery is one run of the command.
type recovery struct {
	stack string
	plan  bool
	// adopt are the IDs that the user has named, each with whether it was found.
	adopt map[string]bool
	out   io.Writer
	web   *http.Client

	account account
	client  *azure.Client
	// told are the lines that were printed: a second look finds the same again.
	told map[string]bool
	// byHand says that something is left to do.
	byHand bool
	// adopted are the URNs of what was found, gone how many objects were not.
	adopted []string
	gone    int
}

// run looks, adopts, and looks again, until there is nothing more: what hangs on an
// object can only be found once that is known.
func (r *recovery) run(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "recover-")
	if err != nil {
		return err
	}
	defer func() {
		if removeErr := os.RemoveAll(dir); removeErr != nil {
			err = errors.Join(err, removeErr)
		}
	}()
	for {
		s, err := export(ctx, r.stack)
		if err != nil {
			return err
		}
		p, err := preview(ctx, r.stack, dir)
		if err != nil {
			return err
		}
		if err := r.open(ctx, p); err != nil {
			return err
		}
		ids, err := r.look(ctx, s, p)
		if err != nil {
			return err
		}
		for urn := range ids {
			if slices.Contains(r.adopted, urn) {
				return fmt.Errorf("%s was imported, and the state does not know it", name(urn))
			}
			r.adopted = append(r.adopted, urn)
		}
		if len(ids) == 0 || r.plan {
			return r.end(ctx, s)
		}
		if err := p.adopt(ctx, r.stack, dir, ids); err != nil {
			return r.locked(err)
		}
	}
}

// open signs in, once.
func (r *recovery) open(ctx context.Context, p *program) (err error) {
	if r.client != nil {
		return nil
	}
	if r.account, err = accountOf(ctx, p); err != nil {
		return err
	}
	r.client, err = r.account.signIn(ctx, r.web)
	return err
}

// longest is the number of characters of a line that are printed. Lines quote names that
// others have chosen.
const longest = 2000

func (r *recovery) tell(what, name, format string, args ...any) {
	line := printable.Line(fmt.Sprintf("%-9s %s: %s", what, name, fmt.Sprintf(format, args...)), longest) + "\n"
	if !r.told[line] {
		r.told[line] = true
		_, _ = io.WriteString(r.out, line)
	}
}

func (r *recovery) leave(name, format string, args ...any) {
	r.byHand = true
	r.tell("BY HAND", name, format, args...)
}

// look returns the IDs of what is to be adopted, by URN.
func (r *recovery) look(ctx context.Context, s state, p *program) (ids map[string]string, err error) {
	for _, pending := range s.PendingOperations {
		r.tell("PENDING", name(pending.Resource.URN), "interrupted while %s", pending.Type)
	}
	r.client.Remember() // for one look, as the next comes after an import
	if err := r.compare(ctx, s); err != nil {
		return nil, err
	}
	ids = map[string]string{}
	for _, want := range p.creates() {
		found, err := azure.Find(ctx, r.client, r.account.Subscription, p.wanted(want))
		if errors.Is(err, azure.ErrNotYet) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name(want.URN), err)
		}
		old, inState := s.known(want.URN)
		if id := r.choose(want, s.own(found), old, inState); id != "" {
			ids[want.URN] = id
		}
	}
	return ids, nil
}

// choose returns the ID of the one object that can only be the resource's, or that the
// user has named.
func (r *recovery) choose(want entry, found []azure.Existing, old entry, inState bool) (id string) {
	var ours, unread []azure.Existing
	for _, one := range found {
		doubts := one.Doubts()
		switch {
		case inState && azure.SameID(one.ID, old.ID) && !old.PendingReplacement: // the one that is to be replaced
		case r.named(one) && !inState:
			r.tell(r.verb(), name(want.URN), "%s (%s), named by --adopt%s", one.What, one.ID, listed("; foreign in it: ", doubts))
			return one.ID
		case len(doubts) == 0:
			ours = append(ours, one)
		case one.Unread:
			unread = append(unread, one)
		case one.Blocks != "":
			r.leave(name(want.URN), "%s has %s, which pulumi up needs%s. Configure another name, or if you know that it is the stack's, run %s",
				one.What, one.Blocks, listed("; foreign in it: ", doubts), r.adoption(one))
		case want.Type == azure.TypeApplication: // which stands in nobody's way
			r.tell("NOT OURS", name(want.URN), "%s%s. pulumi up creates the stack's own; if you know that this one is the stack's, run %s",
				one.What, listed("; foreign in it: ", doubts), r.adoption(one))
		default:
			r.leave(name(want.URN), "%s exists and may be another's%s. Configure another name, or if you know that it is the stack's, run %s",
				one.ID, listed("; foreign in it: ", doubts), r.adoption(one))
		}
	}
	for _, one := range unread {
		if len(ours) == 0 && !inState { // it can be the stack's
			r.byHand = true
		}
		r.tell("SKIPPED", name(want.URN), "%s%s", one.What, listed(": ", one.Foreign))
	}
	switch {
	case len(ours) == 1 && !inState:
		r.tell(r.verb(), name(want.URN), "%s (%s)", ours[0].What, ours[0].ID)
		return ours[0].ID
	case len(ours) > 1:
		for _, one := range ours {
			r.leave(name(want.URN), "one of %d that the state does not know: %s; delete all but one: %s",
				len(ours), one.What, one.Delete)
		}
	case len(ours) == 1: // of a replacement, whose old object the state still has
		r.leave(name(want.URN), "a replacement that the state does not know: %s; delete it: %s", ours[0].ID, ours[0].Delete)
	}
	return ""
}

// named reports whether the user has named an object.
func (r *recovery) named(one azure.Existing) (named bool) {
	for id := range r.adopt {
		if one.Is(id) {
			r.adopt[id], named = true, true
		}
	}
	return named
}

// adoption is the command that adopts an object.
func (r *recovery) adoption(one azure.Existing) string {
	stack := ""
	if r.stack != "" {
		stack = " STACK=" + shell.Quote(r.stack)
	}
	return "make recover" + stack + " ADOPT=" + shell.Quote(strings.TrimPrefix(one.ID, "/applications/"))
}

// listed joins reasons after some words. It cuts them, as the command to run follows in the
// same line.
func listed(begins string, reasons []string) string {
	if len(reasons) == 0 {
		return ""
	}
	return begins + printable.Line(strings.Join(reasons, "; "), longest/2)
}

func (r *recovery) verb() string {
	if r.plan {
		return "WOULD"
	}
	return "ADOPT"
}

// compare holds what the state has of Entra against Entra: applications like one of
// its own that it does not know, as an up that comes after a lost create makes a second
// one, and what is gone, which azuread fails to delete.
func (r *recovery) compare(ctx context.Context, s state) error {
	r.gone = 0
	for _, known := range s.Resources {
		if !azure.InEntra(known.Type) || known.Delete || known.PendingReplacement {
			continue
		}
		found, err := azure.Find(ctx, r.client, r.account.Subscription, known.wanted())
		if err != nil && !errors.Is(err, azure.ErrNotYet) {
			return fmt.Errorf("%s: %w", name(known.URN), err)
		}
		if err == nil && !slices.ContainsFunc(found, func(one azure.Existing) bool { return azure.SameID(one.ID, known.ID) }) {
			r.gone++
			r.tell("GONE", name(known.URN), "Entra no longer has %s", known.ID)
		}
		for _, one := range found {
			switch {
			case known.Type != azure.TypeApplication || azure.SameID(one.ID, known.ID) || len(one.InUse) > 0:
			case one.Unread:
				r.tell("SKIPPED", name(known.URN), "%s%s", one.What, listed(": ", one.Foreign))
			case len(one.Foreign) > 0:
				r.tell("NOT OURS", name(known.URN), "a second one: %s%s", one.What, listed("; foreign in it: ", one.Foreign))
			default:
				r.leave(name(known.URN), "a second one, which the state does not know: %s; delete it: %s", one.What, one.Delete)
			}
		}
	}
	return nil
}

// end has the state forget what is gone and what was pending, unless somebody has to look
// at that first.
func (r *recovery) end(ctx context.Context, s state) error {
	adopted, pending := len(r.adopted), len(s.PendingOperations)
	if err := r.unknown(s); err != nil {
		return err
	}
	switch {
	case r.byHand:
		r.tell("NEXT", "by hand", "do what is said above, then recover again")
		return command.ErrNo
	case adopted+pending+r.gone == 0:
		r.tell("OK", "nothing", "the state knows all that exists under its names")
		return nil
	case r.plan:
		r.tell("NEXT", "recover", "%d to adopt, then what hangs on them; %d pending operations to clear, %d gone to forget",
			adopted, pending, r.gone)
		return nil
	case pending+r.gone > 0:
		if err := change(ctx, r.stack, "refresh", "--clear-pending-creates"); err != nil {
			return r.locked(err)
		}
	}
	r.tell("NEXT", "pulumi up", "%d adopted, %d pending operations cleared, %d gone forgotten; up completes the rest",
		adopted, pending, r.gone)
	return nil
}

// unknown returns an error if the user has named an object that was not found and is not
// in the state. A plan does not find what belongs to objects that it would adopt.
func (r *recovery) unknown(s state) error {
	for id, found := range r.adopt {
		known := slices.ContainsFunc(s.Resources, func(e entry) bool { return azure.Existing{ID: e.ID}.Is(id) })
		if !found && !known && !r.plan {
			return fmt.Errorf("--adopt %q: no object that the stack lacks has the ID; run recover without it, which prints the IDs", id)
		}
	}
	return nil
}

// locked says what to do about a lock: of a backend of files, and of Pulumi Cloud.
func (r *recovery) locked(err error) error {
	for _, says := range []string{"currently locked", "Another update is currently in progress"} {
		if strings.Contains(err.Error(), says) {
			return fmt.Errorf("the stack is locked; if nobody is at work on it, the lock is that of a run which was killed: "+
				"pulumi cancel, then recover again: %w", err)
		}
	}
	return err
}
